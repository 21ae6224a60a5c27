package secret_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"testing"

	"foyer/internal/kernel/secret"
)

const (
	place = "0123456789abcdefghijklmnop/stripe.key"
	plain = "sk_test_51Hunter2"
)

// boxOf makes a Box of a key that is one byte over and over.
func boxOf(t *testing.T, b byte) secret.Box {
	t.Helper()
	box, err := secret.New(bytes.Repeat([]byte{b}, secret.Size))
	if err != nil {
		t.Fatal(err)
	}
	return box
}

func TestSealedTextsOpen(t *testing.T) {
	t.Parallel()
	box := boxOf(t, 7)
	for _, text := range []string{plain, "", "é\x00\xff", strings.Repeat("long ", 10_000)} {
		sealed := box.Seal(place, text)
		if !strings.HasPrefix(sealed, "v1:") || text != "" && strings.Contains(sealed, text) {
			t.Errorf("%.20q is sealed as %.60q", text, sealed)
		}
		if got, err := box.Open(place, sealed); err != nil || got != text {
			t.Errorf("%.20q comes back as %.20q, %v", text, got, err)
		}
		if box.Seal(place, text) == sealed {
			t.Errorf("%.20q is sealed the same twice", text)
		}
	}
}

// What an installation has sealed once, every later Foyer has to open.
func TestTextsOfTheFirstVersionOpen(t *testing.T) {
	t.Parallel()
	const sealed = "v1:8YJkkpSuoehbKXBa3q4BgC9Ife0ypCj7sDNdTBrP7XnWYSgzlzKWeagmyF49"
	if got, err := boxOf(t, 7).Open(place, sealed); err != nil || got != plain {
		t.Errorf("it says %q, %v", got, err)
	}
}

func TestNothingElseOpens(t *testing.T) {
	t.Parallel()
	box := boxOf(t, 7)
	sealed := box.Seal(place, plain)
	refused := func(name string, b secret.Box, place, sealed string) {
		t.Helper()
		if got, err := b.Open(place, sealed); !errors.Is(err, secret.ErrSealed) || got != "" {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
	refused("another key", boxOf(t, 8), place, sealed)
	refused("no key", secret.Box{}, place, sealed)
	refused("another name", box, place+"2", sealed)
	refused("another workspace", box, "1"+place[1:], sealed)
	refused("no place", box, "", sealed)
	for _, text := range []string{
		"", "v1:", "v1", plain, "v1:" + plain, sealed[3:], "v2:" + sealed[3:], "V1:" + sealed[3:],
		sealed + "AAAA", sealed[:len(sealed)-4], sealed + "=", " " + sealed, "v1:v1:" + sealed[3:],
	} {
		refused(fmt.Sprintf("%q", text), box, place, text)
	}
	raw, err := base64.StdEncoding.DecodeString(sealed[3:])
	if err != nil {
		t.Fatal(err)
	}
	for i := range raw {
		raw[i] ^= 1
		refused(fmt.Sprintf("byte %d changed", i), box, place, "v1:"+base64.StdEncoding.EncodeToString(raw))
		raw[i] ^= 1
	}
	for n := range raw {
		refused(fmt.Sprintf("%d bytes of it", n), box, place, "v1:"+base64.StdEncoding.EncodeToString(raw[:n]))
	}
}

// Without a key a secret is neither stored in clear nor lost.
func TestABoxWithoutAKeyDoesNotSeal(t *testing.T) {
	t.Parallel()
	defer func() {
		if p := recover(); p == nil || strings.Contains(fmt.Sprint(p), plain) {
			t.Errorf("it ends with %v", p)
		}
	}()
	t.Errorf("it is sealed as %q", secret.Box{}.Seal(place, plain))
}

func TestKeys(t *testing.T) {
	t.Parallel()
	key := bytes.Repeat([]byte{0xfb}, secret.Size)
	want, err := secret.New(key)
	if err != nil {
		t.Fatal(err)
	}
	sealed := want.Seal(place, plain)
	std := base64.StdEncoding.EncodeToString(key)
	for _, text := range []string{hex.EncodeToString(key), strings.ToUpper(hex.EncodeToString(key)), std} {
		box, err := secret.FromText(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if got, err := box.Open(place, sealed); err != nil || got != plain {
			t.Errorf("%s is read as another key: %v", text, err)
		}
	}
	for _, text := range []string{
		"", "secret", strings.Repeat("ab", 31), strings.Repeat("ab", 33), strings.Repeat("ab", 16), strings.Repeat("xy", 32),
		std[:40], std[:43], std + std, std[:42] + "9=", " " + std,
	} {
		if box, err := secret.FromText(text); err == nil || box != (secret.Box{}) || text != "" && strings.Contains(err.Error(), text) {
			t.Errorf("%q: %v", text, err)
		}
	}
	for _, n := range []int{0, 16, 24, 31, 33, 64} {
		if _, err := secret.New(make([]byte, n)); err == nil {
			t.Errorf("%d bytes make a key", n)
		}
	}
}

func TestABoxDoesNotPrintItsKey(t *testing.T) {
	t.Parallel()
	box := boxOf(t, 0x4b)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		got := fmt.Sprintf(verb, box) + fmt.Sprintf(verb, &box)
		for _, form := range []string{"KKKK", "75 75", "4b4b", "0x4b, 0x4b"} {
			if strings.Contains(got, form) {
				t.Errorf("%s prints %s", verb, got)
			}
		}
	}
}

func TestEnd(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"": "", "1234": "", "12345678901": "", "123456789012": "9012", plain: "ter2", "éééééééé": "", "12345678éüöä": "éüöä",
	} {
		if got := secret.End(text); got != want {
			t.Errorf("%q ends with %q, want %q", text, got, want)
		}
	}
}

func TestSame(t *testing.T) {
	t.Parallel()
	hex, base64 := strings.Repeat("ab", 32), "q6urq6urq6urq6urq6urq6urq6urq6urq6urq6urq6s="
	for _, c := range []struct {
		one, other string
		same       bool
	}{
		{hex, hex, true}, {hex, strings.ToUpper(hex), true}, {hex, base64, true},
		{hex, strings.Repeat("ac", 32), false}, {hex, hex[2:], false}, {"", "x", false}, {"no key", "no key", false},
	} {
		if got := secret.Same(c.one, c.other); got != c.same {
			t.Errorf("%q and %q: %v", c.one, c.other, got)
		}
	}
}
