package web_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"unicode/utf8"

	"foyer/internal/auth"
	"foyer/internal/kernel/db"
	"foyer/internal/kernel/db/dbtest"
)

func TestHosts(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		h.addHost(t, "studio.example", "app")
		h.addHost(t, "clients.studio.example", "portal")
		const misdirected = http.StatusMisdirectedRequest
		for host, want := range map[string]int{
			"foyer.example": 200, "FOYER.example": 200, "Foyer.Example": 200,
			"studio.example": 200, "STUDIO.EXAMPLE": 200, "studio.example:8443": 200,
			"clients.studio.example": 200, "Clients.Studio.Example:443": 200,
			// Another port, or a dot at the end, is another origin to a browser.
			"foyer.example:8443": misdirected, "foyer.example:80": misdirected, "foyer.example.": misdirected, "studio.example.": misdirected,
			"": misdirected, "evil.example": misdirected, "foyer.example.evil.example": misdirected, "evilfoyer.example": misdirected,
			"sub.foyer.example": misdirected, "example": misdirected, "foyer": misdirected, "foyer.example@evil.example": misdirected,
			"evil.example:foyer.example": misdirected, "foyer.example evil.example": misdirected, "foyer.example,evil.example": misdirected,
			"foyer.example/portal": misdirected, "192.0.2.1": misdirected, "192.0.2.1:443": misdirected, "10.0.0.1": misdirected,
			"[2001:db8::1]": misdirected, "0.0.0.0": misdirected, "metadata.google.internal": misdirected,
			"localhost.evil.example": misdirected, "127.0.0.1.evil.example": misdirected, "studio%2eexample": misdirected,
			"' or 1=1 --": misdirected, "*": misdirected, "*.example": misdirected, "%": misdirected, "_tudio.example": misdirected,
			"localhost": 303, "localhost:8080": 303, "LOCALHOST": 303, "127.0.0.1": 303, "127.0.0.1:9999": 303, "127.1.2.3": 303,
			"[::1]": 303, "[::1]:8080": 303,
		} {
			r := h.request(http.MethodGet, "/portal/plain?a=b", "")
			r.Host = host
			r.Header.Set("X-Forwarded-Host", "foyer.example")
			r.Header.Set("Forwarded", "host=foyer.example")
			w := h.ask(r)
			if w.Code != want {
				t.Errorf("Host %q is answered %d, want %d", host, w.Code, want)
			}
			if location := w.Header().Get("Location"); want == 303 && location != secureBase+"/portal/plain?a=b" {
				t.Errorf("Host %q is sent to %s", host, location)
			}
			if strings.Contains(w.Body.String(), "evil") {
				t.Errorf("Host %q comes back in the answer: %s", host, w.Body)
			}
		}
	})
}

func TestForwardedHostIsNotHeard(t *testing.T) {
	t.Parallel()
	h := onOne(t, secureBase)
	for _, name := range []string{"X-Forwarded-Host", "X-Host", "X-Original-Host", "X-Forwarded-Server", "Forwarded", "X-Rewrite-URL", "X-Original-URL"} {
		r := h.request(http.MethodGet, "/app/clients", "")
		r.RemoteAddr = "10.0.0.1:5000" // not even from a listed proxy
		r.Header.Set(name, "evil.example")
		r.Header.Set("X-Forwarded-Proto", "http")
		w := h.ask(r)
		if got := w.Header().Get("Location"); w.Code != http.StatusSeeOther || got != "/app/login?next=%2Fapp%2Fclients" {
			t.Errorf("%s: %d to %s", name, w.Code, got)
		}
		if strings.Contains(fmt.Sprint(w.Header(), w.Body), "evil.example") {
			t.Errorf("%s is repeated", name)
		}
	}
}

// A request line may hold a whole address, which then counts instead of Host.
func TestAbsoluteAddresses(t *testing.T) {
	t.Parallel()
	h := onOne(t, secureBase)
	server := httptest.NewServer(h.handler)
	defer server.Close()
	for line, want := range map[string]int{
		"GET http://foyer.example/portal/plain HTTP/1.1\r\nHost: evil.example":  200,
		"GET https://foyer.example/portal/plain HTTP/1.1\r\nHost: evil.example": 200,
		"GET http://evil.example/portal/plain HTTP/1.1\r\nHost: foyer.example":  421,
		"GET //evil.example/portal/plain HTTP/1.1\r\nHost: foyer.example":       404,
		"GET /portal/plain HTTP/1.1\r\nHost: foyer.example\r\nHost: evil":       400,
		"GET /portal/plain HTTP/1.1\r\nX: y":                                    400,
		"GET /portal/plain HTTP/1.0":                                            421,
		"GET foyer.example/portal/plain HTTP/1.1\r\nHost: foyer.example":        400,
		"OPTIONS * HTTP/1.1\r\nHost: foyer.example":                             200, // by net/http itself
		"GET * HTTP/1.1\r\nHost: localhost":                                     421,
		"CONNECT foyer.example:443 HTTP/1.1\r\nHost: foyer.example":             403,
	} {
		conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", server.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(conn, "%s\r\nConnection: close\r\n\r\n", line)
		answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		answer.Body.Close()
		conn.Close()
		if answer.StatusCode != want {
			t.Errorf("%q is answered %d, want %d", line, answer.StatusCode, want)
		}
		if strings.Contains(answer.Header.Get("Location"), "evil") {
			t.Errorf("%q is sent to %s", line, answer.Header.Get("Location"))
		}
	}
}

func TestHealthAnswersAnyHost(t *testing.T) {
	t.Parallel()
	h := onOne(t, secureBase)
	for _, host := range []string{"", "10.0.0.7:8080", "evil.example"} {
		r := h.request(http.MethodGet, "/healthz", "")
		r.Host = host
		if w := h.ask(r); w.Code != http.StatusOK || w.Body.String() != "fit" {
			t.Errorf("Host %q: %d %s", host, w.Code, w.Body)
		}
	}
}

func TestChangesAreNotRedirectedToTheBase(t *testing.T) {
	t.Parallel()
	h := onOne(t, secureBase)
	r := h.request(http.MethodPost, "/portal/notes", "title=a")
	r.Host = "localhost"
	if w := h.ask(r); w.Code != http.StatusMisdirectedRequest {
		t.Errorf("a POST to localhost: %d", w.Code)
	}
}

// The redirect from loopback names cannot be bent to another site.
func TestLoopbackRedirectStaysWithTheBase(t *testing.T) {
	t.Parallel()
	h := onOne(t, secureBase)
	for _, target := range []string{"//evil.example/", "/\\evil.example", "/%2f%2fevil.example", "/%5cevil.example", "/@evil.example", "/.evil.example", "/?next=//evil.example"} {
		r := h.request(http.MethodGet, "/", "")
		r.URL.RawQuery = ""
		if u, err := r.URL.Parse("http://x" + target); err == nil {
			r.URL.Path, r.URL.RawPath, r.URL.RawQuery = u.Path, u.RawPath, u.RawQuery
		} else {
			r.URL.Path = target
		}
		r.Host = "localhost"
		if got := h.ask(r).Header().Get("Location"); !strings.HasPrefix(got, secureBase+"/") {
			t.Errorf("localhost%s is sent to %s", target, got)
		}
	}
}

func TestPortalHostServesThePortalAlone(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		h.addHost(t, "studio.example", "app")
		h.addHost(t, "clients.studio.example", "portal")
		for host, wants := range map[string]map[string]int{
			"clients.studio.example": {"/portal/plain": 200, "/app/clients": 404, "/app/": 404, "/app/held": 404, "/app/clients/7": 404, "/healthz": 200},
			"studio.example":         {"/portal/plain": 200, "/app/clients": 200, "/app/": 200, "/app/held": 200},
			"foyer.example":          {"/portal/plain": 200, "/app/clients": 200, "/app/": 200, "/app/held": 200},
		} {
			for path, want := range wants {
				r := h.signed(http.MethodGet, path, "")
				r.Host = host
				if w := h.ask(r); w.Code != want {
					t.Errorf("%s%s is answered %d, want %d", host, path, w.Code, want)
				}
			}
		}
		r := h.signed(http.MethodPost, "/app/clients", "")
		r.Host = "clients.studio.example"
		r.Header.Set("Origin", "https://clients.studio.example")
		if w := h.ask(r); w.Code != http.StatusNotFound {
			t.Errorf("a change of the app at the portal's host: %d", w.Code)
		}
	})
}

func TestBeforeSetUpEverythingGoesThere(t *testing.T) {
	t.Parallel()
	dbtest.OnBoth(t, func(t *testing.T, d *db.DB) {
		h := build(t, d, secureBase)
		for _, path := range []string{"/", "/portal/", "/portal/plain", "/app/", "/app/clients", "/app/login", "/nothing", "/app/setup/", "/facts"} {
			if w := h.get(path); w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/app/setup" {
				t.Errorf("%s: %d to %q", path, w.Code, w.Header().Get("Location"))
			}
		}
		if w := h.ask(h.request(http.MethodPost, "/portal/notes", "")); w.Header().Get("Location") != "/app/setup" {
			t.Errorf("a POST: %d", w.Code)
		}
		for path, want := range map[string]int{"/app/setup": 200, "/healthz": 200, "/assets/nothing.css": 404, "/demo/nothing": 404} {
			if w := h.get(path); w.Code != want {
				t.Errorf("%s: %d, want %d", path, w.Code, want)
			}
		}
		r := h.request(http.MethodGet, "/portal/", "")
		r.Host = "evil.example"
		if w := h.ask(r); w.Code != http.StatusMisdirectedRequest {
			t.Errorf("an unknown host: %d", w.Code)
		}
	})
}

func (h *house) facts(t *testing.T, r *http.Request) auth.Facts {
	t.Helper()
	var f auth.Facts
	w := h.ask(r)
	if err := json.Unmarshal(w.Body.Bytes(), &f); err != nil {
		t.Fatalf("%d %s: %v", w.Code, w.Body, err)
	}
	return f
}

func TestAddressOfThePeer(t *testing.T) {
	t.Parallel()
	h := onOne(t, secureBase)
	for _, c := range []struct{ peer, forwarded, want string }{
		{"192.0.2.1:5000", "", "192.0.2.1"},
		{"192.0.2.1:5000", "203.0.113.9", "192.0.2.1"},
		{"192.0.2.1:5000", "10.0.0.2, 10.0.0.1", "192.0.2.1"},
		{"[2001:db8::1]:5000", "203.0.113.9", "2001:db8::1"},
		{"[::ffff:192.0.2.1]:5000", "203.0.113.9", "192.0.2.1"},
		{"10.0.0.1:5000", "", "10.0.0.1"},
		{"10.0.0.1:5000", "203.0.113.9", "203.0.113.9"},
		{"[::ffff:10.0.0.1]:5000", "203.0.113.9", "203.0.113.9"},
		{"[fd00::1]:5000", "2001:db8::9", "2001:db8::9"},
		{"10.0.0.1:5000", "::ffff:203.0.113.9", "203.0.113.9"},
		// What stands before the first address that no listed proxy has is
		// whatever its sender made up.
		{"10.0.0.1:5000", "1.1.1.1, 203.0.113.9", "203.0.113.9"},
		{"10.0.0.1:5000", "1.1.1.1,203.0.113.9 , 10.0.0.2", "203.0.113.9"},
		{"10.0.0.1:5000", "10.0.0.3,10.0.0.2", "10.0.0.3"},
		{"10.0.0.1:5000", "203.0.113.9, rubbish", "10.0.0.1"},
		{"10.0.0.1:5000", "rubbish, 203.0.113.9", "203.0.113.9"},
		{"10.0.0.1:5000", "203.0.113.9:1234", "10.0.0.1"},
		{"10.0.0.1:5000", ",,,", "10.0.0.1"},
		{"@", "203.0.113.9", "@"},
	} {
		r := h.request(http.MethodGet, "/facts", "")
		r.RemoteAddr = c.peer
		if c.forwarded != "" {
			r.Header.Set("X-Forwarded-For", c.forwarded)
		}
		if got := h.facts(t, r).Address; got != c.want {
			t.Errorf("peer %s with X-Forwarded-For %q is %s, want %s", c.peer, c.forwarded, got, c.want)
		}
	}
	r := h.request(http.MethodGet, "/facts", "")
	r.RemoteAddr = "10.0.0.1:5000"
	r.Header.Add("X-Forwarded-For", "1.1.1.1")
	r.Header.Add("X-Forwarded-For", "203.0.113.9")
	if got := h.facts(t, r).Address; got != "203.0.113.9" {
		t.Errorf("of two headers the first counts: %s", got)
	}
}

// Limits are counted by address, so nobody may choose their own.
func TestAStrangerCannotChooseTheirAddress(t *testing.T) {
	t.Parallel()
	h := onOne(t, secureBase)
	random := rand.New(rand.NewPCG(1, 2))
	names := []string{"X-Forwarded-For", "X-Real-IP", "Forwarded", "True-Client-IP", "CF-Connecting-IP", "X-Client-IP"}
	for range 1000 {
		made := fmt.Sprintf("%d.%d.%d.%d", random.IntN(256), random.IntN(256), random.IntN(256), random.IntN(256))
		r := h.request(http.MethodPost, "/facts", "")
		r.RemoteAddr = "192.0.2.77:4000"
		for _, name := range names {
			r.Header.Set(name, made)
		}
		if got := h.facts(t, r).Address; got != "192.0.2.77" {
			t.Fatalf("a peer that says it is %s is taken for %s", made, got)
		}
	}
}

// What a browser calls itself is stored, so it has to be text.
func TestAgentIsText(t *testing.T) {
	t.Parallel()
	h := onOne(t, secureBase)
	for in, want := range map[string]string{
		"Firefox/140":                  "Firefox/140",
		"a\tb\x00c\x1bd\r\ne":          "a b c d  e",
		strings.Repeat("a", 400):       strings.Repeat("a", 300),
		"a" + strings.Repeat("é", 300): "a" + strings.Repeat("é", 149),
		"a" + strings.Repeat("😀", 300): "a" + strings.Repeat("😀", 74),
		"bad\xff\xfebytes":             "bad\ufffd\ufffdbytes",
	} {
		r := h.request(http.MethodGet, "/facts", "")
		r.Header.Set("User-Agent", in)
		if got := h.facts(t, r).Agent; got != want || !utf8.ValidString(got) {
			t.Errorf("%q is kept as %q", in, got)
		}
	}
}
