package config_test

import (
	"fmt"
	"log/slog"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"foyer/internal/kernel/config"
)

func load(t *testing.T, lines ...string) config.Config {
	t.Helper()
	c, err := config.Load(lines)
	if err != nil {
		t.Fatalf("%q: %v", lines, err)
	}
	return c
}

func TestDefaults(t *testing.T) {
	t.Parallel()
	// What others put into the environment is nobody's business.
	c := load(t, "PATH=/bin", "HOME=/root", "FOYERX=1", "broken", "=C:=x", "FOYER_TEST_REQUIRE=1", "FOYER_TEST_POSTGRES_URL=postgres://x")
	if c.Listen != "127.0.0.1:8080" || c.BaseURL.String() != "http://127.0.0.1:8080" || c.DataDir != "./data" ||
		c.DatabaseURL.Reveal() != "sqlite:data/foyer.db" || c.BlobDir() != "data/blobs" || c.SMTPURL.Reveal() != "" || c.Trusted != nil ||
		c.SecretKey.Reveal() != "" || c.StripeKey.Reveal() != "" || c.StripeHook.Reveal() != "" || c.StripeURL != nil {
		t.Errorf("%+v, database %s, blobs %s", c, c.DatabaseURL.Reveal(), c.BlobDir())
	}
}

func TestGoodValues(t *testing.T) {
	t.Parallel()
	c := load(t,
		"FOYER_LISTEN=0.0.0.0:80", "FOYER_BASE_URL=https://portal.example.com", "FOYER_DATA_DIR=/var/lib/foyer",
		"FOYER_DATABASE_URL=postgres://foyer:pw@a,b/foyer?x=y=z", "FOYER_BLOB_URL=file:/srv/blobs", "FOYER_SMTP_URL=smtps://u:p@mail.example.com",
		"FOYER_TRUSTED_PROXIES=10.0.0.1, 192.168.7.9/16,::1,2001:db8::/32,::ffff:10.1.1.1")
	if c.Listen != "0.0.0.0:80" || c.DataDir != "/var/lib/foyer" || c.DatabaseURL.Reveal() != "postgres://foyer:pw@a,b/foyer?x=y=z" ||
		c.BlobDir() != "/srv/blobs" || c.SMTPURL.Reveal() != "smtps://u:p@mail.example.com" {
		t.Errorf("%+v", c)
	}
	want := []string{"10.0.0.1/32", "192.168.0.0/16", "::1/128", "2001:db8::/32", "10.1.1.1/32"}
	if got := fmt.Sprint(c.Trusted); got != "["+strings.Join(want, " ")+"]" {
		t.Errorf("trusted are %s", got)
	}
	if !c.Trusted[1].Contains(netip.MustParseAddr("192.168.1.1")) {
		t.Error("a network is taken for one address")
	}
	c = load(t, "FOYER_BLOB_URL=s3://key:pw@s3.example.com/files")
	if c.BlobURL.Reveal() != "s3://key:pw@s3.example.com/files" || c.BlobDir() != "" || strings.Contains(fmt.Sprintf("%+v", c), "pw@") {
		t.Errorf("%+v", c)
	}
	c = load(t, "FOYER_DATA_DIR=/x", "FOYER_DATABASE_URL=", "FOYER_LISTEN=", "FOYER_SMTP_URL_FILE=")
	if c.DatabaseURL.Reveal() != "sqlite:/x/foyer.db" || c.BlobDir() != "/x/blobs" || c.Listen != "127.0.0.1:8080" {
		t.Errorf("an empty variable is not as if it were not there: %+v", c)
	}
}

func TestSecretKeys(t *testing.T) {
	t.Parallel()
	hex, base64 := strings.Repeat("0aF9", 16), strings.Repeat("+/A9", 10)+"AAA="
	for _, key := range []string{hex, base64} {
		if c := load(t, "FOYER_SECRET_KEY="+key); c.SecretKey.Reveal() != key {
			t.Errorf("%s gave %q", key, c.SecretKey.Reveal())
		}
	}
	c := load(t, "FOYER_STRIPE_SECRET_KEY=sk_test_1", "FOYER_STRIPE_WEBHOOK_SECRET=whsec_2", "FOYER_STRIPE_API_URL=http://127.0.0.1:1234")
	if c.StripeKey.Reveal() != "sk_test_1" || c.StripeHook.Reveal() != "whsec_2" || c.StripeURL.String() != "http://127.0.0.1:1234" {
		t.Errorf("%s, %s, %s", c.StripeKey.Reveal(), c.StripeHook.Reveal(), c.StripeURL)
	}
	// Each may be there without the other.
	if c := load(t, "FOYER_STRIPE_SECRET_KEY=rk_live_1"); c.StripeKey.Reveal() != "rk_live_1" || c.StripeHook.Reveal() != "" {
		t.Errorf("a key alone gave %s, %s", c.StripeKey.Reveal(), c.StripeHook.Reveal())
	}
	if c := load(t, "FOYER_STRIPE_WEBHOOK_SECRET=whsec_2"); c.StripeKey.Reveal() != "" || c.StripeHook.Reveal() != "whsec_2" {
		t.Errorf("a signing secret alone gave %s, %s", c.StripeKey.Reveal(), c.StripeHook.Reveal())
	}
}

// What comes of the address stands in a header, so it is a scheme and a host
// and nothing besides. Stripe's own is as if nothing were set.
func TestTSAURL(t *testing.T) {
	if c := load(t, "FOYER_TSA_URL=http://tsa.example/tsr?x=1"); c.TSAURL == nil || c.TSAURL.String() != "http://tsa.example/tsr?x=1" {
		t.Errorf("it is %v", c.TSAURL)
	}
	for _, in := range []string{"tsa.example", "ftp://tsa.example", "http://"} {
		if _, err := config.Load([]string{"FOYER_TSA_URL=" + in}); err == nil {
			t.Errorf("%s was taken", in)
		}
	}
}

func TestStripeURL(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"https://api.stripe.com":         "none",
		"HTTPS://api.Stripe.com:443/":    "none",
		"https://Stripe.example.com":     "https://stripe.example.com",
		"https://stripe.example.com:99/": "https://stripe.example.com:99",
		"http://localhost:4242":          "http://localhost:4242",
		"http://127.0.0.1":               "http://127.0.0.1",
		"http://[::1]:4242":              "http://[::1]:4242",
		"http://api.stripe.com":          "", // the key in the clear
		"http://10.0.0.1:4242":           "",
		"http://127.0.0.1.example.com":   "",
		"https://stripe.example.com/v1":  "",
		"https://stripe.example.com?x":   "",
		"https://me@stripe.example.com":  "",
		"https://a;b.example.com":        "",
		"https://a'b.example.com":        "",
		"https://*.example.com":          "",
		"stripe.example.com":             "",
		"ftp://stripe.example.com":       "",
		"https://":                       "",
	} {
		c, err := config.Load([]string{"FOYER_STRIPE_API_URL=" + in})
		got := "none"
		if c.StripeURL != nil {
			got = c.StripeURL.String()
		}
		switch {
		case want == "" && (err == nil || !strings.Contains(err.Error(), "FOYER_STRIPE_API_URL is not usable: it has to be an address")):
			t.Errorf("%q gave %s, %v", in, got, err)
		case want != "" && (err != nil || got != want):
			t.Errorf("%q gave %s, %v, want %s", in, got, err, want)
		}
	}
}

func TestBaseURL(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"https://portal.example.com":       "https://portal.example.com",
		"https://portal.example.com/":      "https://portal.example.com",
		"HTTPS://Portal.EXAMPLE.com":       "https://portal.example.com",
		"https://portal.example.com:8443":  "https://portal.example.com:8443",
		"https://portal.example.com:443":   "https://portal.example.com",
		"https://portal.example.com.":      "https://portal.example.com",
		"https://bücher.example":           "https://xn--bcher-kva.example",
		"https://192.0.2.7":                "https://192.0.2.7",
		"https://[2001:DB8::1]":            "https://[2001:db8::1]",
		"http://localhost:8080":            "http://localhost:8080",
		"http://localhost:80":              "http://localhost",
		"http://127.9.9.9:1":               "http://127.9.9.9:1",
		"http://[::1]:8080":                "http://[::1]:8080",
		"http://portal.example.com":        "", // passwords in the clear
		"http://10.0.0.1":                  "",
		"http://0.0.0.0:8080":              "",
		"http://localhost.example.com":     "",
		"http://127.0.0.1.example.com":     "",
		"portal.example.com":               "",
		"//portal.example.com":             "",
		"ftp://portal.example.com":         "",
		"https://":                         "",
		"https://:443":                     "",
		"https://.":                        "",
		"https://portal.example.com:":      "",
		"https://portal.example.com:99999": "",
		"https://portal.example.com:http":  "",
		"https://portal.example.com/app":   "",
		"https://portal.example.com?x":     "",
		"https://portal.example.com?":      "",
		"https://portal.example.com#x":     "",
		"https://portal.example.com/#":     "",
		"https://me@portal.example.com":    "",
		"https://a b.example.com":          "",
		"https://portal.example.com\n":     "",
		"https://%65vil.example.com/..":    "",
	} {
		c, err := config.Load([]string{"FOYER_BASE_URL=" + in})
		switch {
		case want == "" && (err == nil || !strings.Contains(err.Error(), "FOYER_BASE_URL")):
			t.Errorf("%q gave %v, %v", in, c.BaseURL, err)
		case want != "" && (err != nil || c.BaseURL.String() != want):
			t.Errorf("%q gave %v, %v, want %s", in, c.BaseURL, err, want)
		}
	}
}

func TestBaseURLComesFromListen(t *testing.T) {
	t.Parallel()
	if c := load(t, "FOYER_LISTEN=[::1]:9000"); c.BaseURL.String() != "http://[::1]:9000" {
		t.Errorf("got %s", c.BaseURL)
	}
	for _, listen := range []string{":8080", "0.0.0.0:8080", "10.0.0.1:8080"} {
		_, err := config.Load([]string{"FOYER_LISTEN=" + listen})
		if err == nil || !strings.Contains(err.Error(), "FOYER_BASE_URL") {
			t.Errorf("listening on %s without a base URL: %v", listen, err)
		}
	}
}

func TestBadValues(t *testing.T) {
	t.Parallel()
	for line, wants := range map[string]string{
		"FOYER_LISTEN=8080":                       "FOYER_LISTEN is not usable: it has to look like 127.0.0.1:8080",
		"FOYER_LISTEN=localhost:":                 "look like",
		"FOYER_LISTEN=localhost:http":             "look like",
		"FOYER_LISTEN=localhost:70000":            "look like",
		"FOYER_BLOB_URL=gs://key:secret@host":     "FOYER_BLOB_URL is not usable: it has to be file: and a folder, or an address such as s3://",
		"FOYER_BLOB_URL=file:":                    "file: and a folder",
		"FOYER_BLOB_URL=s3://":                    "file: and a folder",
		"FOYER_TRUSTED_PROXIES=proxy.example.com": "FOYER_TRUSTED_PROXIES is not usable: it has to list addresses",
		"FOYER_TRUSTED_PROXIES=10.0.0.1;10.0.0.2": "list addresses",
		"FOYER_TRUSTED_PROXIES=10.0.0.1,":         "list addresses",
		"FOYER_TRUSTED_PROXIES=10.0.0.0/33":       "list addresses",
		"FOYER_BASE_URL=portal":                   "https://portal.example.com",
		"FOYER_SECRET_KEY=secret@":                "FOYER_SECRET_KEY is not usable: it has to be 32 bytes, as 64 hex digits or base64",
		"FOYER_SECRET_KEY=0a0a0a0a":               "32 bytes",
		"FOYER_STRIPE_SECRET_KEY=pk_secret@":      "FOYER_STRIPE_SECRET_KEY is not usable: it has to begin with sk_ or rk_",
		"FOYER_STRIPE_SECRET_KEY=whsec_secret@":   "begin with sk_ or rk_",
		"FOYER_STRIPE_SECRET_KEY=sk_":             "begin with sk_ or rk_",
		"FOYER_STRIPE_WEBHOOK_SECRET=sk_secret@":  "FOYER_STRIPE_WEBHOOK_SECRET is not usable: it has to begin with whsec_",
		"FOYER_STRIPE_API_URL=https://secret@x":   "without a path",
		"FOYER_DATABASE=x":                        "there is no setting FOYER_DATABASE; the ones there are stand in docs/configuration.md (did you mean FOYER_DATABASE_URL?)",
		"FOYER_BASE_URI=x":                        "did you mean FOYER_BASE_URL",
		"FOYER_":                                  "there is no setting",
		"FOYER_PORT=80":                           "there is no setting FOYER_PORT",
		"FOYER_FILE=x":                            "there is no setting",
		"FOYER_LISTEN_FILE_FILE=x":                "there is no setting",
		"FOYER_TESTING=1":                         "there is no setting",
	} {
		_, err := config.Load([]string{line})
		if err == nil || !strings.Contains(err.Error(), wants) {
			t.Errorf("%s: %v, want %q", line, err, wants)
			continue
		}
		if strings.ContainsAny(err.Error(), "\n") || strings.Contains(err.Error(), "secret@") {
			t.Errorf("%s: %v", line, err)
		}
	}
	if _, err := config.Load([]string{"FOYER_PORT=80"}); strings.Contains(err.Error(), "did you mean") {
		t.Errorf("a suggestion out of nothing: %v", err)
	}
}

func TestFileTwins(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := filepath.Join(dir, "smtp")
	if err := os.WriteFile(file, []byte("  smtp://u:hunter2@mail.example.com\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if c := load(t, "FOYER_SMTP_URL_FILE="+file); c.SMTPURL.Reveal() != "smtp://u:hunter2@mail.example.com" {
		t.Errorf("the file says %q", c.SMTPURL.Reveal())
	}
	for _, v := range config.Variables {
		_, err := config.Load([]string{v.Name + "_FILE=" + filepath.Join(dir, "none")})
		if err == nil || !strings.Contains(err.Error(), v.Name+"_FILE names a file that cannot be read") {
			t.Errorf("%s_FILE of a missing file: %v", v.Name, err)
		}
	}
	for _, lines := range [][]string{
		{"FOYER_SMTP_URL_FILE=" + file, "FOYER_SMTP_URL=smtp://other"},
		{"FOYER_SMTP_URL=smtp://other", "FOYER_SMTP_URL_FILE=" + file},
	} {
		_, err := config.Load(lines)
		if err == nil || !strings.Contains(err.Error(), "both set") {
			t.Errorf("both twins: %v", err)
		}
	}
}

func TestSecretsAreNeverPrinted(t *testing.T) {
	t.Parallel()
	const plain = "hunter2"
	key := strings.Repeat("c0ffee99", 8)
	c := load(t, "FOYER_DATABASE_URL=postgres://foyer:"+plain+"@db/foyer", "FOYER_SMTP_URL=smtp://u:"+plain+"@mail.example.com",
		"FOYER_SECRET_KEY="+key, "FOYER_STRIPE_SECRET_KEY=sk_"+plain, "FOYER_STRIPE_WEBHOOK_SECRET=whsec_"+plain)
	type options struct{ config config.Config }
	var b strings.Builder
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		if got := fmt.Sprintf(verb, c.SMTPURL); got != "[redacted]" {
			t.Errorf("%s prints %s", verb, got)
		}
		for _, v := range []any{c, &c, options{c}, &options{c}, c.DatabaseURL, c.SMTPURL, []config.Secret{c.SMTPURL}} {
			fmt.Fprintf(&b, verb+"\n", v)
		}
	}
	for _, h := range []slog.Handler{slog.NewTextHandler(&b, nil), slog.NewJSONHandler(&b, nil)} {
		slog.New(h).Info("started", "config", c, "database", c.DatabaseURL)
	}
	for _, form := range []string{plain, fmt.Sprintf("%x", plain), key} {
		if strings.Contains(b.String(), form) {
			t.Errorf("a secret was printed: %s", b.String())
		}
	}
	if !strings.Contains(b.String(), "[redacted]") {
		t.Error("nothing says that something was left out")
	}
}

// The page is printed from the table; FOYER_TEST_REWRITE=1 writes it.
func TestDocsFresh(t *testing.T) {
	t.Parallel()
	const page = "../../../docs/configuration.md"
	want := config.Markdown()
	if os.Getenv("FOYER_TEST_REWRITE") == "1" {
		if err := os.WriteFile(page, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(page)
	if err != nil || string(got) != want {
		t.Errorf("docs/configuration.md is not what the table says (%v): run make docs", err)
	}
	for _, v := range config.Variables {
		if v.Default == "" || !strings.HasSuffix(v.Meaning, ".") || strings.Count(want, "| `"+v.Name+"` |") != 1 {
			t.Errorf("%s has no line of its own, no default or no sentence", v.Name)
		}
	}
}
