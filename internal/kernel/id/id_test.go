package id_test

import (
	"encoding/base32"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"foyer/internal/kernel/id"
)

func fixed(at time.Time) *id.Source { return &id.Source{Now: func() time.Time { return at }} }

// bits are the 16 bytes of an id.
func bits(t *testing.T, text string) []byte {
	t.Helper()
	b, err := base32.NewEncoding("0123456789abcdefghijklmnopqrstuv").WithPadding(base32.NoPadding).DecodeString(text)
	if err != nil || len(b) != 16 {
		t.Fatalf("%s is not 16 bytes: %v", text, err)
	}
	return b
}

func TestIDIsAUUIDOfVersion7(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 23, 9, 0, 0, 123e6, time.UTC)
	source := fixed(at)
	for range 1000 {
		text := source.New()
		b := bits(t, text)
		if !id.Valid(text) || len(text) != id.Length {
			t.Fatalf("%s is not a valid id", text)
		}
		if b[6]>>4 != 7 || b[8]>>6 != 2 {
			t.Fatalf("%s has version %d and variant %d", text, b[6]>>4, b[8]>>6)
		}
		if ms := binary.BigEndian.Uint64(b[:8]) >> 16; int64(ms) != at.UnixMilli() {
			t.Fatalf("%s is of %d ms, want %d", text, ms, at.UnixMilli())
		}
	}
}

func TestIDsAreInOrder(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	source := &id.Source{Now: func() time.Time { return at }}
	last := ""
	for i := range 20_000 {
		switch i { // the clock moves on, and is set back
		case 9_000:
			at = at.Add(time.Hour)
		case 15_000:
			at = at.Add(-2 * time.Hour)
		}
		next := source.New()
		if next <= last {
			t.Fatalf("id %d is %s and comes after %s", i, next, last)
		}
		last = next
	}
}

func TestIDsAreInOrderForEachOfMany(t *testing.T) {
	t.Parallel()
	source := fixed(time.Now())
	const workers, each = 10, 10_000
	all := make([][]string, workers)
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			for range each {
				all[w] = append(all[w], source.New())
			}
		})
	}
	wg.Wait()
	seen := make(map[uint64]bool, workers*each)
	for _, ids := range all {
		if !slices.IsSorted(ids) {
			t.Error("one worker got ids that go backwards")
		}
		for _, i := range ids {
			// The part that counts differs already; chance has no say in it.
			stamp := binary.BigEndian.Uint64(bits(t, i)[:8])
			if seen[stamp] {
				t.Fatalf("the count of %s was given twice", i)
			}
			seen[stamp] = true
		}
	}
	if len(seen) != workers*each {
		t.Errorf("%d ids, want %d", len(seen), workers*each)
	}
}

// Two sources do not know of each other: chance keeps their ids apart.
func TestSourcesDoNotMeet(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	a, b := fixed(at), fixed(at)
	seen := map[string]bool{}
	for range 10_000 {
		for _, i := range []string{a.New(), b.New()} {
			if seen[i] {
				t.Fatalf("%s was given twice", i)
			}
			seen[i] = true
		}
	}
}

func TestValid(t *testing.T) {
	t.Parallel()
	good := fixed(time.Now()).New()
	for text, want := range map[string]bool{
		good: true, "": false, good[1:]: false, good + "0": false, strings.ToUpper(good): false,
		"w" + good[1:]: false, good[:25] + "\x00": false, good[:25] + "/": false, good[:25] + "é": false,
		strings.Repeat(" ", 26): false, strings.Repeat("0", 26): true, "../../../../../etc/passwd0": false,
	} {
		if id.Valid(text) != want {
			t.Errorf("Valid(%q) is %v", text, !want)
		}
	}
}

func TestIDPrintsAsItsText(t *testing.T) {
	t.Parallel()
	type thing struct{}
	if got := id.Of[thing]("abc").String(); got != "abc" {
		t.Errorf("got %q", got)
	}
}

func TestSecretsDiffer(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for range 1000 {
		s := id.NewSecret().Reveal()
		if len(s) != 43 || seen[s] { // 256 bits in base64
			t.Fatalf("secret of %d characters, seen before: %v", len(s), seen[s])
		}
		seen[s] = true
	}
}

func TestSecretHash(t *testing.T) {
	t.Parallel()
	// The hash of "abc" is in FIPS 180-4's examples.
	if got := id.SecretFrom("abc").Hash(); got != "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" {
		t.Errorf("got %s", got)
	}
	if (id.Secret{}).Reveal() != "" || (id.Secret{}).Hash() != id.SecretFrom("").Hash() {
		t.Error("the zero Secret is not the empty one")
	}
}

func TestSecretNeverPrints(t *testing.T) {
	t.Parallel()
	const plain = "swordfish-swordfish"
	s := id.SecretFrom(plain)
	type open struct{ Token id.Secret }
	type closed struct{ token id.Secret }
	values := []any{s, &s, open{s}, &open{s}, closed{s}, &closed{s}, []id.Secret{s}, map[string]id.Secret{"a": s}, []any{closed{s}}}
	var b strings.Builder
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%t", "%10v"} {
		if got := fmt.Sprintf(verb, s); got != "[redacted]" {
			t.Errorf("%s prints %s", verb, got)
		}
		for _, v := range values {
			fmt.Fprintf(&b, verb+"\n", v)
		}
	}
	for _, v := range values {
		data, err := json.Marshal(v)
		fmt.Fprintln(&b, string(data), err)
		slog.New(slog.NewTextHandler(&b, nil)).Info("x", "value", v)
		slog.New(slog.NewJSONHandler(&b, nil)).Info("x", "value", v)
	}
	fmt.Fprintln(&b, fmt.Errorf("wrapped %v", s))
	for _, form := range []string{plain, fmt.Sprintf("%x", plain), fmt.Sprintf("%X", plain)} {
		if strings.Contains(b.String(), form) {
			t.Errorf("the secret was printed: %s", b.String())
		}
	}
	if !strings.Contains(b.String(), "[redacted]") {
		t.Error("nothing says that something was left out")
	}
}
