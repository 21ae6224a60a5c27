package e2e

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

// The harness itself: it finds things by their words, with and without script.
func TestHarness(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		name := r.FormValue("name")
		if name == "" {
			name = "nobody"
		}
		_, _ = w.Write([]byte(`<!doctype html><html lang="en"><title>t</title><body><main><h1>Hello ` + name + `</h1><form method="post"><label for="n">Name</label><input id="n" name="name"><button>Send it</button></form></main><noscript>no script here</noscript></body></html>`))
	}))
	t.Cleanup(server.Close)
	for _, l := range []look{desk, desk.withoutScript(), phone} {
		t.Run(l.String(), func(t *testing.T) {
			t.Parallel()
			b := open(t, server.URL, l)
			b.goTo("/")
			b.see("Hello nobody")
			b.fill("Name", "Ines & <b>Co")
			b.press("Send it")
			b.see("Hello Ines & Co")
			if l.noScript {
				b.see("no script here")
			}
			if found := b.axe(everyRule); len(found) > 0 {
				t.Errorf("axe: %+v", found)
			}
		})
	}
}
