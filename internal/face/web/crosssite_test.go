package web_test

import (
	"net/http"
	"slices"
	"testing"
)

// crossSite says which requests that change something are taken: by what they
// say of where they come from. "-" is a header that is not there.
var crossSite = []struct {
	origin, site string
	ok           bool
}{
	{"-", "-", false},
	{"", "", false},
	{"-", "same-origin", true},
	{"-", "none", true},
	{"-", "same-site", false},
	{"-", "cross-site", false},
	{"-", "nonsense", false},
	{"https://foyer.example", "-", true},
	{"https://foyer.example", "same-origin", true},
	{"https://foyer.example", "cross-site", false},
	{"https://foyer.example", "same-site", false},
	{"https://foyer.example:8443", "-", false},
	{"https://evil.example", "-", false},
	{"https://evil.example", "cross-site", false},
	{"https://foyer.example.evil.example", "-", false},
	{"https://evilfoyer.example", "-", false},
	{"https://sub.foyer.example", "-", false},
	{"http://foyer.example", "-", false},
	{"http://foyer.example", "same-origin", false},
	{"http://foyer.example", "cross-site", false},
	{"null", "-", false},
	{"null", "same-origin", true}, // of a page whose referrer policy is stricter than ours
	{"null", "cross-site", false},
	{"null", "same-site", false},
	{"//foyer.example", "-", false},
	{"foyer.example", "-", false},
	{"chrome-extension://abc", "-", false},
}

func TestChangesComeFromUs(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		for _, c := range crossSite {
			for target, ok := range map[string]int{"/app/clients": http.StatusSeeOther, "/portal/notes": http.StatusOK, "/theme": http.StatusSeeOther} {
				r := h.signed(http.MethodPost, target, "")
				r.Header.Del("Origin")
				r.Header.Del("Sec-Fetch-Site")
				if c.origin != "-" {
					r.Header.Set("Origin", c.origin)
				}
				if c.site != "-" {
					r.Header.Set("Sec-Fetch-Site", c.site)
				}
				want := http.StatusForbidden
				if c.ok {
					want = ok
				}
				if w := h.ask(r); w.Code != want {
					t.Errorf("POST %s with Origin %q and Sec-Fetch-Site %q: %d, want %d", target, c.origin, c.site, w.Code, want)
				}
			}
		}
	})
}

func TestAForeignChangeChangesNothing(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		for _, method := range []string{"POST", "PUT", "PATCH", "DELETE", "TRACE", "FOO", "post"} {
			r := h.signed(method, "/app/clients", "")
			r.Header.Set("Origin", "https://evil.example")
			r.Header.Set("Sec-Fetch-Site", "cross-site")
			r.Header.Set("X-HTTP-Method-Override", "POST")
			if w := h.ask(r); w.Code != http.StatusForbidden {
				t.Errorf("%s from elsewhere: %d", method, w.Code)
			}
		}
		for _, method := range []string{"GET", "HEAD", "OPTIONS"} { // pages may link to ours
			r := h.signed(method, "/app/clients?_method=POST", "")
			r.Header.Set("Sec-Fetch-Site", "cross-site")
			r.Header.Set("X-HTTP-Method-Override", "POST")
			want := http.StatusOK
			if method == "OPTIONS" {
				want = http.StatusMethodNotAllowed
			}
			if w := h.ask(r); w.Code != want {
				t.Errorf("%s from elsewhere: %d, want %d", method, w.Code, want)
			}
		}
		if got := h.names(t); !slices.Equal(got, []string{ownerName}) {
			t.Errorf("a foreign request has changed something: %q", got)
		}
	})
}

// On this machine's own address there is no https to insist on.
func TestChangesOnPlainHTTP(t *testing.T) {
	t.Parallel()
	h := onOne(t, plainBase)
	for origin, want := range map[string]int{
		plainBase: http.StatusOK, "http://127.0.0.1:9090": http.StatusForbidden, "http://localhost:8080": http.StatusForbidden,
		"https://evil.example": http.StatusForbidden, "null": http.StatusForbidden,
	} {
		r := h.request(http.MethodPost, "/portal/notes", "")
		r.Header.Del("Sec-Fetch-Site")
		r.Header.Set("Origin", origin)
		if w := h.ask(r); w.Code != want {
			t.Errorf("Origin %s: %d, want %d", origin, w.Code, want)
		}
	}
}
