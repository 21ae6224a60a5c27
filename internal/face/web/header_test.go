package web_test

import (
	"compress/gzip"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"foyer/internal/face/web"
	"foyer/internal/kernel/db/dbtest"
	static "foyer/web"
)

// everywhere is what each answer carries, whatever it answers.
var everywhere = map[string]string{
	"Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
		"connect-src 'self'; manifest-src 'self'; frame-src 'self'; form-action 'self' https://checkout.stripe.com; " +
		"base-uri 'none'; frame-ancestors 'none'; object-src 'none'; require-trusted-types-for 'script'",
	"X-Content-Type-Options":       "nosniff",
	"Referrer-Policy":              "same-origin",
	"Cross-Origin-Opener-Policy":   "same-origin",
	"Cross-Origin-Resource-Policy": "same-origin",
	"X-Frame-Options":              "DENY",
	"Permissions-Policy":           "accelerometer=(), camera=(), geolocation=(), gyroscope=(), microphone=(), payment=(), usb=()",
}

const (
	htmlType  = "text/html; charset=utf-8"
	pageVary  = "Accept-Encoding|HX-Request, Cookie"
	plainVary = "Accept-Encoding"
)

// headerCases are answers of each kind with what they carry besides.
func headerCases(h *house) map[string]struct {
	r    *http.Request
	code int
	more map[string]string
} {
	type one = struct {
		r    *http.Request
		code int
		more map[string]string
	}
	misdirected := h.request("GET", "/portal/", "")
	misdirected.Host = "evil.example"
	foreign := h.request("POST", "/portal/notes", "")
	foreign.Header.Set("Sec-Fetch-Site", "cross-site")
	fragment := h.request("POST", "/theme", "theme=dark")
	fragment.Header.Set("HX-Request", "true")
	page := map[string]string{"Content-Type": htmlType, "Cache-Control": "no-store", "Vary": pageVary}
	with := func(name, value string) map[string]string {
		m := maps.Clone(page)
		m[name] = value
		return m
	}
	bare := map[string]string{"Content-Type": htmlType, "Cache-Control": "no-store", "Vary": plainVary}
	bareAnd := maps.Clone(bare)
	bareAnd["Allow"] = "POST"
	return map[string]one{
		"200":          {h.request("GET", "/portal/", ""), 200, page},
		"200 of staff": {h.signed("GET", "/app/clients", ""), 200, with("Content-Type", "text/plain; charset=utf-8")},
		"200 without a workspace": {h.request("GET", "/healthz", ""), 200,
			map[string]string{"Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store", "Vary": plainVary}},
		"204": {fragment, 204, map[string]string{"Cache-Control": "no-store", "Vary": plainVary, "HX-Redirect": "/", "Set-Cookie": "*"}},
		"303": {h.signed("POST", "/app/clients", ""), 303,
			map[string]string{"Cache-Control": "no-store", "Vary": pageVary, "Location": "/app/clients"}},
		"303 to sign in":            {h.request("GET", "/app/clients", ""), 303, with("Location", "/app/login?next=%2Fapp%2Fclients")},
		"400":                       {h.request("POST", "/portal/notes", "role=owner"), 400, page},
		"403":                       {foreign, 403, bare},
		"404":                       {h.request("GET", "/portal/nothing", ""), 404, bare},
		"404 of a route":            {h.request("GET", "/portal/trouble/missing", ""), 404, page},
		"405":                       {h.request("GET", "/app/only-post", ""), 405, bareAnd},
		"413":                       {h.request("POST", "/portal/notes", "title="+strings.Repeat("a", 300<<10)), 413, bare},
		"421":                       {misdirected, 421, map[string]string{"Content-Type": "text/plain; charset=utf-8", "Vary": plainVary}},
		"429":                       {h.request("GET", "/portal/trouble/many", ""), 429, with("Retry-After", "60")},
		"500":                       {h.request("GET", "/portal/trouble/error", ""), 500, page},
		"503":                       {h.request("GET", "/portal/trouble/unavailable", ""), 503, with("Retry-After", "60")},
		"panic":                     {h.request("GET", "/portal/trouble/panic", ""), 500, page},
		"page that cannot be drawn": {h.request("GET", "/portal/trouble/drawing", ""), 500, page},
		"asset": {h.request("GET", static.Asset("app.css"), ""), 200, map[string]string{
			"Content-Type": "text/css; charset=utf-8", "Cache-Control": "public, max-age=31536000, immutable", "Vary": "Accept-Encoding|Accept-Encoding",
		}},
		"no asset": {h.request("GET", "/assets/app.000000000000.css", ""), 404, map[string]string{
			"Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store", "Vary": plainVary,
		}},
	}
}

func TestHeaders(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		for name, c := range headerCases(h) {
			w := h.ask(c.r)
			if w.Code != c.code {
				t.Errorf("%s: answered %d: %.200s", name, w.Code, w.Body)
			}
			want := maps.Clone(everywhere)
			want["Strict-Transport-Security"] = "max-age=31536000"
			maps.Copy(want, c.more)
			sameHeaders(t, name, w.Result().Header, want)
		}
	})
}

// What stands in for Stripe takes the place of Stripe's page in the one policy.
func TestAFormMayLeadToThePaymentPage(t *testing.T) {
	t.Parallel()
	h := onOne(t, plainBase)
	const standIn = "http://127.0.0.1:4242"
	for _, c := range []struct{ origin, is string }{{"", "https://checkout.stripe.com"}, {standIn, standIn}} {
		router := web.NewRouter(web.Config{Gate: h.gate, IDs: h.ids, Log: slog.New(slog.DiscardHandler), PayOrigin: c.origin})
		if err := router.Add(web.Anyone("GET", "/healthz", say("fit"))); err != nil {
			t.Fatal(err)
		}
		handler, err := router.Handler()
		if err != nil {
			t.Fatal(err)
		}
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, h.request("GET", "/healthz", ""))
		want := strings.Replace(everywhere["Content-Security-Policy"], "https://checkout.stripe.com", c.is, 1)
		if got := w.Header().Values("Content-Security-Policy"); len(got) != 1 || got[0] != want {
			t.Errorf("payment at %q: the policy is %q, want %q", c.origin, got, want)
		}
	}
}

// sameHeaders compares all headers; a wanted value of * stands for any.
func sameHeaders(t *testing.T, name string, got http.Header, wanted map[string]string) {
	t.Helper()
	want := http.Header{}
	for key, value := range wanted {
		want.Set(key, value)
	}
	got.Del("Content-Length")
	for key, values := range got {
		joined := strings.Join(values, "|")
		if w, known := want[key]; !known || w[0] != "*" && w[0] != joined {
			t.Errorf("%s: %s is %q, want %q", name, key, joined, w)
		}
	}
	for key := range want {
		if _, there := got[key]; !there {
			t.Errorf("%s: %s is missing", name, key)
		}
	}
}

func TestHSTSOnlyOnHTTPS(t *testing.T) {
	t.Parallel()
	h := onOne(t, plainBase)
	for _, path := range []string{"/portal/", "/healthz", "/portal/nothing", "/portal/trouble/panic", static.Asset("app.js")} {
		w := h.get(path)
		if got := w.Header().Get("Strict-Transport-Security"); got != "" {
			t.Errorf("%s on http says %q", path, got)
		}
		if w.Header().Get("Content-Security-Policy") == "" {
			t.Errorf("%s has no policy", path)
		}
	}
}

// The programs between must not hand one person's page to another.
func TestPagesAreNotKept(t *testing.T) {
	t.Parallel()
	h := onOne(t, secureBase)
	for _, path := range []string{"/portal/", "/portal/plain", "/portal/nothing", "/portal/trouble/error", "/app/clients", "/portal/done"} {
		if got := h.get(path).Header().Get("Cache-Control"); got != "no-store" {
			t.Errorf("%s may be kept: %q", path, got)
		}
	}
}

func TestHEADHasTheHeadersOfGETAndNoBody(t *testing.T) {
	t.Parallel()
	h := onOne(t, secureBase)
	server := httptest.NewServer(h.handler)
	defer server.Close()
	for _, path := range []string{"/portal/", "/portal/long", "/portal/nothing", "/portal/trouble/error", "/app/clients", static.Asset("app.css"), "/healthz"} {
		var answers [2]*http.Response
		for i, method := range []string{"GET", "HEAD"} {
			r, err := http.NewRequestWithContext(t.Context(), method, server.URL+path, nil)
			if err != nil {
				t.Fatal(err)
			}
			r.Host = "foyer.example"
			if answers[i], err = http.DefaultTransport.RoundTrip(r); err != nil {
				t.Fatal(err)
			}
			body, err := io.ReadAll(answers[i].Body)
			answers[i].Body.Close()
			if err != nil || method == "HEAD" && len(body) > 0 {
				t.Errorf("%s %s has %d bytes, %v", method, path, len(body), err)
			}
			for _, h := range []string{"Date", "Content-Length", "Content-Encoding", "Transfer-Encoding"} {
				answers[i].Header.Del(h)
			}
		}
		if answers[0].StatusCode != answers[1].StatusCode {
			t.Errorf("%s: GET %d, HEAD %d", path, answers[0].StatusCode, answers[1].StatusCode)
		}
		get, head := slices.Sorted(maps.Keys(answers[0].Header)), slices.Sorted(maps.Keys(answers[1].Header))
		if !slices.Equal(get, head) {
			t.Errorf("%s: GET has %v, HEAD %v", path, get, head)
		}
	}
}

func TestAnswersAreCompressed(t *testing.T) {
	t.Parallel()
	h := onOne(t, secureBase)
	want := strings.Repeat("a long page ", 1000)
	for accept, encoding := range map[string]string{"": "", "gzip": "gzip", "identity": "", "gzip;q=0": ""} {
		r := h.request("GET", "/portal/long", "")
		if accept != "" {
			r.Header.Set("Accept-Encoding", accept)
		}
		w := h.ask(r)
		if got := w.Header().Get("Content-Encoding"); got != encoding {
			t.Errorf("Accept-Encoding %q: encoding is %q", accept, got)
			continue
		}
		if !slices.Contains(w.Header().Values("Vary"), "Accept-Encoding") {
			t.Errorf("Accept-Encoding %q: Vary is %q", accept, w.Header().Values("Vary"))
		}
		var body io.Reader = w.Body
		if encoding == "gzip" {
			if w.Body.Len() > len(want)/10 {
				t.Errorf("%d bytes are compressed to %d", len(want), w.Body.Len())
			}
			zr, err := gzip.NewReader(w.Body)
			if err != nil {
				t.Fatal(err)
			}
			body = zr
		}
		if got, err := io.ReadAll(body); err != nil || string(got) != want {
			t.Errorf("Accept-Encoding %q: %d bytes come out, %v", accept, len(got), err)
		}
	}
	r := h.request("GET", "/portal/plain", "")
	r.Header.Set("Accept-Encoding", "gzip")
	if w := h.ask(r); w.Header().Get("Content-Encoding") != "" || w.Body.String() != "plain" {
		t.Errorf("five bytes are compressed: %q", w.Body)
	}
}

// What has begun cannot be taken back: the connection is cut, and nobody takes
// half for the whole or finds an error page at its end.
func TestABrokenAnswerIsCutOff(t *testing.T) {
	t.Parallel()
	h := build(t, dbtest.SQLite(t), plainBase)
	h.setUp(t)
	server := httptest.NewServer(h.handler)
	defer server.Close()
	for _, path := range []string{"/portal/trouble/late", "/portal/trouble/late-panic"} {
		for _, accept := range []string{"gzip", "identity"} {
			r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+path, nil)
			if err != nil {
				t.Fatal(err)
			}
			r.Host = "127.0.0.1:8080"
			r.Header.Set("Accept-Encoding", accept)
			answer, err := http.DefaultTransport.RoundTrip(r)
			if err != nil {
				continue // cut before the first byte: as good
			}
			body, err := io.ReadAll(answer.Body)
			answer.Body.Close()
			if err == nil {
				t.Errorf("%s with %s is answered %d as if it were whole: %q", path, accept, answer.StatusCode, body)
			}
		}
	}
	if got := strings.Count(h.log.text(), cause); got != 4 {
		t.Errorf("the cause is in the log %d times, want 4", got)
	}
}
