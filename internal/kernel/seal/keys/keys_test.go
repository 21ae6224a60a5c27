package keys_test

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"software.sslmate.com/src/go-pkcs12"

	"foyer/internal/kernel/seal/keys"
	"foyer/internal/kernel/secret"
)

var moment = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func made(t testing.TB) (authority, key keys.Key) {
	t.Helper()
	authority, err := keys.NewAuthority("Łódź & Rowe", moment)
	must(t, err)
	key, err = keys.IssueSealCertificate(authority, nil, keys.Subject{Name: "Łódź & Rowe", Organization: strings.Repeat("long ", 40), Country: "IE", Email: "seal@halden.example"}, moment, keys.MinSealLife)
	must(t, err)
	return authority, key
}

func openssl(t testing.TB, args ...string) string {
	t.Helper()
	if _, err := exec.LookPath("openssl"); err != nil {
		if os.Getenv("FOYER_TEST_REQUIRE") != "" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	out, err := exec.CommandContext(t.Context(), "openssl", args...).CombinedOutput()
	if err != nil {
		t.Fatalf("openssl %v: %v\n%s", args, err, out)
	}
	return string(out)
}

func file(t testing.TB, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	must(t, os.WriteFile(path, data, 0o600))
	return path
}

func TestWhatCertificatesSay(t *testing.T) {
	t.Parallel()
	authority, key := made(t)
	a, c := authority.Certificate(), key.Certificate()
	if !a.IsCA || !a.MaxPathLenZero || a.KeyUsage != x509.KeyUsageCertSign|x509.KeyUsageCRLSign || a.NotAfter != moment.AddDate(20, 0, 0) || key.Root() != a {
		t.Errorf("the authority: %+v", a)
	}
	if c.IsCA || c.KeyUsage != x509.KeyUsageDigitalSignature|x509.KeyUsageContentCommitment || c.NotAfter != moment.Add(keys.MinSealLife) ||
		!slices.Equal(c.ExtKeyUsage, []x509.ExtKeyUsage{x509.ExtKeyUsageEmailProtection}) ||
		!slices.EqualFunc(c.UnknownExtKeyUsage, []asn1.ObjectIdentifier{{1, 3, 6, 1, 5, 5, 7, 3, 36}}, asn1.ObjectIdentifier.Equal) {
		t.Errorf("the seal's: %+v", c)
	}
	if len(c.Subject.Organization[0]) != 64 || c.Subject.CommonName != "Łódź & Rowe" || c.SerialNumber.BitLen() < 64 || bytes.Equal(c.SubjectKeyId, a.SubjectKeyId) {
		t.Errorf("%v, %v", c.Subject, c.SerialNumber)
	}
	for _, k := range []keys.Key{authority, key} {
		if p, ok := k.Signer.(*ecdsa.PrivateKey); !ok || p.Curve != elliptic.P256() {
			t.Errorf("a key of another kind: %T", k.Signer)
		}
	}
	root := file(t, "root.pem", keys.PEM(a))
	if said := openssl(t, "verify", "-x509_strict", "-attime", "1795424400", "-CAfile", root, file(t, "key.pem", keys.PEM(c))); !strings.Contains(said, "OK") {
		t.Error(said)
	}
	said := openssl(t, "x509", "-noout", "-text", "-fingerprint", "-sha256", "-in", file(t, "key.pem", keys.PEM(c)))
	for _, s := range []string{"Digital Signature, Non Repudiation", "E-mail Protection", "1.3.6.1.5.5.7.3.36", "prime256v1", "CA:FALSE", "email:seal@halden.example"} {
		if !strings.Contains(said, s) {
			t.Errorf("openssl does not see %q:\n%s", s, said)
		}
	}
	if !strings.Contains(strings.ToLower(strings.ReplaceAll(said, ":", "")), keys.Fingerprint(c)) {
		t.Error("another fingerprint")
	}
}

func TestLives(t *testing.T) {
	t.Parallel()
	authority, key := made(t)
	if at := key.RotateAt(); at.Sub(moment) < keys.MinSealLife*3/5 || at.Sub(moment) > keys.MinSealLife*7/10 {
		t.Errorf("a key of two years is rotated after %v", at.Sub(moment))
	}
	if !(keys.Key{}).RotateAt().IsZero() {
		t.Error("no key is rotated")
	}
	for what, c := range map[string]struct {
		by   keys.Key
		now  time.Time
		life time.Duration
		err  error
	}{
		"too short":                {authority, moment, keys.MinSealLife - 1, keys.ErrUnfit},
		"too long":                 {authority, moment, keys.MaxSealLife + 1, keys.ErrUnfit},
		"beyond the authority's":   {authority, moment.AddDate(18, 1, 0), keys.MinSealLife, keys.ErrExpired},
		"before the authority's":   {authority, moment.AddDate(0, 0, -1), keys.MinSealLife, keys.ErrNotYetValid},
		"by one that is no issuer": {key, moment, keys.MinSealLife, keys.ErrUnfit},
		"by nobody":                {keys.Key{}, moment, keys.MinSealLife, keys.ErrUnfit},
	} {
		if k, err := keys.IssueSealCertificate(c.by, nil, keys.Subject{Name: "x"}, c.now, c.life); !errors.Is(err, c.err) || k.Chain != nil {
			t.Errorf("%s: %v", what, err)
		}
	}
	if _, err := keys.IssueSealCertificate(authority, nil, keys.Subject{Name: "x"}, moment, keys.MaxSealLife); err != nil {
		t.Error(err)
	}
}

func TestKeysThatCannotSeal(t *testing.T) {
	t.Parallel()
	authority, key := made(t)
	_, other := made(t)
	small, err := rsa.GenerateKey(rand.Reader, 1024)
	must(t, err)
	_, edwards, err := ed25519.GenerateKey(rand.Reader)
	must(t, err)
	certified := func(signer crypto.Signer) keys.Key {
		der, err := x509.CreateCertificate(rand.Reader, key.Certificate(), authority.Certificate(), signer.Public(), authority.Signer)
		must(t, err)
		c, err := x509.ParseCertificate(der)
		must(t, err)
		return keys.Key{Signer: signer, Chain: []*x509.Certificate{c}}
	}
	for what, c := range map[string]struct {
		key keys.Key
		at  time.Time
		err error
	}{
		"expired":                {key, key.Certificate().NotAfter.Add(time.Second), keys.ErrExpired},
		"not yet valid":          {key, key.Certificate().NotBefore.Add(-time.Second), keys.ErrNotYetValid},
		"another's certificate":  {keys.Key{Signer: key.Signer, Chain: other.Chain}, moment, keys.ErrUnfit},
		"another's authority":    {keys.Key{Signer: key.Signer, Chain: []*x509.Certificate{key.Chain[0], other.Chain[1]}}, moment, keys.ErrUnfit},
		"no signer":              {keys.Key{Chain: key.Chain}, moment, keys.ErrUnfit},
		"no certificate":         {keys.Key{Signer: key.Signer}, moment, keys.ErrUnfit},
		"RSA of 1024 bits":       {certified(small), moment, keys.ErrUnfit},
		"Ed25519":                {certified(edwards), moment, keys.ErrUnfit},
		"the authority":          {authority, moment, keys.ErrUnfit},
		"an authority long gone": {keys.Key{Signer: key.Signer, Chain: key.Chain}, moment.AddDate(30, 0, 0), keys.ErrExpired},
	} {
		if err := c.key.Check(c.at); !errors.Is(err, c.err) {
			t.Errorf("%s: %v", what, err)
		}
	}
	must(t, key.Check(moment))
	must(t, certified(key.Signer).Check(moment))
}

// A key is stored sealed, and is the same when it is opened.
func TestKeysAreStored(t *testing.T) {
	t.Parallel()
	_, key := made(t)
	private, chain, err := key.Marshal()
	must(t, err)
	box, err := secret.New(bytes.Repeat([]byte{7}, secret.Size))
	must(t, err)
	stored := box.Seal("w/seal", string(private))
	if strings.Contains(stored, string(private)) || bytes.Contains(chain, []byte("PRIVATE")) {
		t.Error("the private key is in the open")
	}
	opened, err := box.Open("w/seal", stored)
	must(t, err)
	again, err := keys.Parse([]byte(opened), chain)
	must(t, err)
	must(t, again.Check(moment))
	if len(again.Chain) != 2 || !again.Certificate().Equal(key.Certificate()) || !again.Root().Equal(key.Root()) {
		t.Errorf("%d certificates", len(again.Chain))
	}
	if said := openssl(t, "pkey", "-inform", "DER", "-in", file(t, "key", private), "-noout", "-text"); !strings.Contains(said, "prime256v1") {
		t.Error(said)
	}
	for what, c := range map[string][2][]byte{
		"cut":                  {private[:len(private)-1], chain},
		"no key":               {nil, chain},
		"no chain":             {private, nil},
		"a chain that is none": {private, []byte("-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n")},
	} {
		if _, err := keys.Parse(c[0], c[1]); !errors.Is(err, keys.ErrUnfit) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if _, _, err := (keys.Key{Signer: elsewhere{key.Signer}, Chain: key.Chain}).Marshal(); !errors.Is(err, keys.ErrUnfit) {
		t.Errorf("a key that is elsewhere: %v", err)
	}
}

// elsewhere is a signer whose key is not at hand.
type elsewhere struct{ crypto.Signer }

// p12 is a key as it is bought.
func p12(t testing.TB, k keys.Key, password string) []byte {
	t.Helper()
	out, err := pkcs12.Modern.Encode(k.Signer, k.Chain[0], k.Chain[1:], password)
	must(t, err)
	return out
}

func TestBoughtKeys(t *testing.T) {
	t.Parallel()
	_, key := made(t)
	private, _, err := key.Marshal()
	must(t, err)
	dir := t.TempDir()
	path := func(name string) string { return filepath.Join(dir, name) }
	must(t, os.WriteFile(path("key"), private, 0o600))
	must(t, os.WriteFile(path("own.pem"), keys.PEM(key.Chain[0]), 0o600))
	must(t, os.WriteFile(path("root.pem"), keys.PEM(key.Chain[1]), 0o600))
	openssl(t, "pkey", "-inform", "DER", "-in", path("key"), "-out", path("key.pem"))
	files := map[string][]byte{"by the library": p12(t, key, "pässword")}
	for what, flags := range map[string][]string{
		"by OpenSSL":           {"-certfile", path("root.pem")},
		"of the old kind":      {"-certfile", path("root.pem"), "-keypbe", "PBE-SHA1-3DES", "-certpbe", "PBE-SHA1-3DES", "-macalg", "sha1"},
		"without an authority": nil,
	} {
		out := path("out.p12")
		openssl(t, append([]string{"pkcs12", "-export", "-inkey", path("key.pem"), "-in", path("own.pem"), "-out", out, "-passout", "pass:pässword"}, flags...)...)
		files[what], err = os.ReadFile(out)
		must(t, err)
	}
	for what, data := range files {
		k, err := keys.ImportP12(data, "pässword", moment)
		if err != nil {
			t.Errorf("%s: %v", what, err)
			continue
		}
		if want := map[bool]int{true: 1, false: 2}[what == "without an authority"]; len(k.Chain) != want || !k.Certificate().Equal(key.Certificate()) {
			t.Errorf("%s: %d certificates", what, len(k.Chain))
		}
		for wrong, c := range map[string]struct {
			data     []byte
			password string
			at       time.Time
			err      error
		}{
			"another password": {data, "password", moment, keys.ErrPassword},
			"expired":          {data, "pässword", moment.AddDate(2, 0, 1), keys.ErrExpired},
			"not yet valid":    {data, "pässword", moment.AddDate(0, 0, -1), keys.ErrNotYetValid},
			"cut":              {data[:len(data)-1], "pässword", moment, keys.ErrUnfit},
			"empty":            {nil, "pässword", moment, keys.ErrUnfit},
			"too large":        {append(bytes.Clone(data), make([]byte, 64<<10)...), "pässword", moment, keys.ErrUnfit},
		} {
			if k, err := keys.ImportP12(c.data, c.password, c.at); !errors.Is(err, c.err) {
				t.Errorf("%s, %s: %v, %v", what, wrong, k.Chain, err)
			}
		}
	}
	// A file that asks for eight million rounds of hashing is refused before its
	// password is tried.
	out := path("slow.p12")
	openssl(t, "pkcs12", "-export", "-inkey", path("key.pem"), "-in", path("own.pem"), "-out", out, "-passout", "pass:x", "-iter", "65536")
	slow, err := os.ReadFile(out)
	must(t, err)
	rounds, from := []byte{2, 3, 1, 0, 0}, 0
	for n := range 3 { // of its two parts, and of its seal
		at := bytes.Index(slow[from:], rounds)
		if at < 0 {
			t.Fatalf("the rounds are in the file %d times", n)
		}
		asks := bytes.Clone(slow)
		copy(asks[from+at:], []byte{2, 3, 0x7f, 0xff, 0xff})
		if _, err := keys.ImportP12(asks, "x", moment); !errors.Is(err, keys.ErrUnfit) || !strings.Contains(err.Error(), "no .p12") {
			t.Errorf("a file that hashes for ever: %v", err)
		}
		from += at + len(rounds)
	}
}

// A .p12 file is anybody's bytes.
func FuzzImport(f *testing.F) {
	_, key := made(f)
	f.Add(p12(f, key, "secret"))
	f.Add([]byte{0x30, 0})
	f.Fuzz(func(t *testing.T, data []byte) {
		k, err := keys.ImportP12(data, "secret", moment)
		if err == nil && (k.Certificate() == nil || k.Check(moment) != nil) {
			t.Fatalf("%+v", k)
		}
	})
}
