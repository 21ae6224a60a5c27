package web_test

import (
	"encoding/base64"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func TestCookies(t *testing.T) {
	t.Parallel()
	for base, want := range map[string][]string{
		secureBase: {
			"__Host-fy_portal=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Lax",
			"__Host-fy_staff=a; Path=/; HttpOnly; Secure; SameSite=Lax",
			"fy_flash=eyJrIjoiZmxhc2guc2F2ZWQifQ; Path=/; Max-Age=60; HttpOnly; Secure; SameSite=Lax",
			"fy_link=bGluaw; Path=/; Max-Age=1800; HttpOnly; Secure; SameSite=Lax",
		},
		plainBase: {
			"fy_flash=eyJrIjoiZmxhc2guc2F2ZWQifQ; Path=/; Max-Age=60; HttpOnly; SameSite=Lax",
			"fy_link=bGluaw; Path=/; Max-Age=1800; HttpOnly; SameSite=Lax",
			"fy_portal=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax",
			"fy_staff=a; Path=/; HttpOnly; SameSite=Lax",
		},
	} {
		got := onOne(t, base).get("/portal/done?link=bGluaw").Header().Values("Set-Cookie")
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("at %s the cookies are\n%s\nwant\n%s", base, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
}

// What is no token of ours does not become a cookie.
func TestOddLinksAreNotKept(t *testing.T) {
	t.Parallel()
	h := onOne(t, secureBase)
	for _, link := range []string{"", "a%20b", "%3Cscript%3E", "a%3B%20Domain=evil.example", "a.b", "%0d%0aX:%20y", fill("a", 1000)} {
		got := h.get("/portal/done?link=" + link).Header().Values("Set-Cookie")
		if !slices.Contains(got, "fy_link=; Path=/; Max-Age=1800; HttpOnly; Secure; SameSite=Lax") {
			t.Errorf("the link %.40s becomes one of %q", link, got)
		}
	}
}

// A session works at http on this machine, under its own name.
func TestSessionsOnPlainHTTP(t *testing.T) {
	t.Parallel()
	h := onOne(t, plainBase)
	if w := h.ask(h.signed(http.MethodGet, "/app/clients", "")); w.Code != http.StatusOK {
		t.Errorf("answered %d", w.Code)
	}
}

func flashed(payload string) string { return base64.RawURLEncoding.EncodeToString([]byte(payload)) }

// withFlash asks for a page with what the cookie holds.
func (h *house) withFlash(target, value string) *httptest.ResponseRecorder {
	r := h.request(http.MethodGet, target, "")
	r.Header.Set("Cookie", "fy_flash="+value)
	return h.ask(r)
}

const clearedFlash = "fy_flash=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Lax"

func TestFlashIsSaidOnce(t *testing.T) {
	t.Parallel()
	h := onOne(t, secureBase)
	value := ""
	for _, c := range h.get("/portal/done").Result().Cookies() {
		if c.Name == "fy_flash" {
			value = c.Value
		}
	}
	w := h.withFlash("/portal/", value)
	if !strings.Contains(w.Body.String(), "Saved.") || !slices.Contains(w.Header().Values("Set-Cookie"), clearedFlash) {
		t.Errorf("the page does not say what was done, or keeps it: %v", w.Header().Values("Set-Cookie"))
	}
	if w := h.get("/portal/"); strings.Contains(w.Body.String(), "Saved.") || len(w.Header().Values("Set-Cookie")) > 0 {
		t.Error("the next page says it again")
	}
	// A part of a page has no room for it, so it waits for the next page.
	r := h.request(http.MethodGet, "/portal/", "")
	r.Header.Set("Cookie", "fy_flash="+value)
	r.Header.Set("HX-Request", "true")
	if w := h.ask(r); strings.Contains(w.Body.String(), "Saved.") || len(w.Header().Values("Set-Cookie")) > 0 {
		t.Error("a fragment takes the sentence")
	}
}

func TestFlashSaysOnlyItsOwnSentences(t *testing.T) {
	t.Parallel()
	h := onOne(t, secureBase)
	plain := h.get("/portal/").Body.String()
	for _, value := range []string{
		"garbage", "%%%", "e30", flashed("{}"), flashed("[]"), flashed("null"), flashed(`{"k":1}`), flashed(`{"k":"flash.saved"`),
		flashed(`{"k":"problem.forbidden"}`), flashed(`{"k":"ui.save"}`), flashed(`{"k":"flash."}`), flashed(`{"k":"flash.nothing"}`),
		flashed(`{"k":"mail.reset.title"}`), flashed(`{"k":"flash.saved","a":1}`), flashed(`{"k":"flash.saved","a":["` + fill("x", 1000) + `"]}`),
		base64.StdEncoding.EncodeToString([]byte(`{"k":"flash.saved"} `)), fill("A", 4000),
	} {
		w := h.withFlash("/portal/", value)
		if w.Code != http.StatusOK || w.Body.String() != plain {
			t.Errorf("%.60s changes the page: %d", value, w.Code)
		}
		if !slices.Contains(w.Header().Values("Set-Cookie"), clearedFlash) {
			t.Errorf("%.60s stays in the browser", value)
		}
	}
	w := h.withFlash("/portal/", flashed(`{"k":"flash.saved","a":["<script>alert(1)</script>"]}`))
	if strings.Contains(w.Body.String(), "<script>alert") {
		t.Error("an argument becomes part of the page")
	}
}

func TestErrorPagesSayNoCause(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		reference := regexp.MustCompile(`tell us this reference: ([0-9a-v]{26})`)
		for path, want := range map[string]struct {
			code int
			says string
		}{
			"/portal/trouble/error":       {500, "Something went wrong"},
			"/portal/trouble/panic":       {500, "Something went wrong"},
			"/portal/trouble/drawing":     {500, "Something went wrong"},
			"/portal/trouble/missing":     {404, "There is nothing at this address"},
			"/portal/trouble/forbidden":   {403, "Your role does not allow this"},
			"/portal/trouble/many":        {429, "Wait 3 seconds"},
			"/portal/trouble/unavailable": {503, "This cannot be done just now"},
			"/portal/nothing":             {404, "There is nothing at this address"},
			"/portal/payments":            {405, "does not take that kind of request"},
			"/app/nothing":                {404, "There is nothing at this address"},
			"/":                           {404, "There is nothing at this address"},
		} {
			w := h.get(path)
			body := w.Body.String()
			if w.Code != want.code || !strings.Contains(body, want.says) || !strings.Contains(body, "<html") {
				t.Errorf("%s is answered %d, want %d with %q: %.300s", path, w.Code, want.code, want.says, body)
			}
			for _, secret := range []string{cause, "goroutine", ".go:", "half a page"} {
				if strings.Contains(body, secret) {
					t.Errorf("%s tells %q", path, secret)
				}
			}
			home := `href="/portal/"`
			if strings.HasPrefix(path, "/app") {
				home = `href="/app/"`
			}
			if !strings.Contains(body, home) {
				t.Errorf("%s leads nowhere", path)
			}
			if want.code != 500 {
				continue
			}
			found := reference.FindStringSubmatch(body)
			if found == nil {
				t.Errorf("%s has no reference: %s", path, body)
			} else if !regexp.MustCompile(`request=` + found[1] + ` .*` + cause).MatchString(h.log.text()) {
				t.Errorf("the log has no cause for the reference of %s", path)
			}
		}
	})
}

// The log has a line for each request, and no query: tokens stand in some.
func TestTheLog(t *testing.T) {
	t.Parallel()
	h := onOne(t, secureBase)
	h.get("/portal/plain?token=swordfish")
	h.get("/portal/trouble/missing")
	r := h.signed(http.MethodGet, "/app/clients/7", "")
	r.Header.Set("Referer", "https://foyer.example/swordfish")
	h.ask(r)
	log := h.log.text()
	for _, line := range []string{
		`method=GET route="GET /portal/plain" status=200`, `route="GET /portal/trouble/missing" status=404`, `route="GET /app/clients/{id}" status=200`,
	} {
		if strings.Count(log, line) != 1 {
			t.Errorf("the log does not say %s once:\n%s", line, log)
		}
	}
	if strings.Contains(log, "swordfish") || strings.Contains(log, h.token.Reveal()) {
		t.Errorf("the log tells a secret:\n%s", log)
	}
	for line := range strings.Lines(log) {
		if !strings.Contains(line, "request=") || !strings.Contains(line, "workspace=") {
			t.Errorf("a line without reference or workspace: %s", line)
		}
	}
}

func TestMethodsThatAreNotThere(t *testing.T) {
	t.Parallel()
	h := onOne(t, secureBase)
	for request, allow := range map[string]string{
		"GET /app/only-post": "POST", "POST /app/clients/7": "GET, HEAD", "PUT /app/clients": "GET, HEAD, POST",
		"DELETE /app/clients/7": "GET, HEAD", "PATCH /theme": "POST", "OPTIONS /app/clients": "GET, HEAD, POST",
		"PROPFIND /portal/": "GET, HEAD", "get /portal/": "GET, HEAD",
	} {
		method, path, _ := strings.Cut(request, " ")
		w := h.ask(h.signed(method, path, ""))
		if w.Code != http.StatusMethodNotAllowed || w.Header().Get("Allow") != allow {
			t.Errorf("%s is answered %d, Allow %q, want %q", request, w.Code, w.Header().Get("Allow"), allow)
		}
	}
	if w := h.ask(h.signed("PUT", "/nothing", "")); w.Code != http.StatusNotFound || w.Header().Get("Allow") != "" {
		t.Errorf("PUT of what is not there: %d", w.Code)
	}
}

// What is not written as our links are leads to what is, or to nothing.
func TestOddlyWrittenAddresses(t *testing.T) {
	t.Parallel()
	h := onOne(t, secureBase)
	for path, want := range map[string]string{
		"/portal": "307 /portal/", "/app": "307 /app/", "//portal//plain": "307 /portal/plain", "/portal/./plain": "307 /portal/plain",
		"/app/../portal/plain": "307 /portal/plain", "/portal/plain/": "404 ", "/PORTAL/plain": "404 ", "/portal/plain;x": "404 ",
		"/portal/plain%2f": "404 ", "/%70ortal/plain": "200 ", "//evil.example/%2e%2e": "404 ",
	} {
		r := h.request(http.MethodGet, "http://x"+path, "")
		r.Host = "foyer.example"
		w := h.ask(r)
		if got := http.StatusText(w.Code); got == "" {
			t.Fatal(w.Code)
		}
		code, location, _ := strings.Cut(want, " ")
		if strings.TrimSpace(w.Result().Status[:3]) != code || w.Header().Get("Location") != location {
			t.Errorf("%s is answered %s %q, want %s", path, w.Result().Status, w.Header().Get("Location"), want)
		}
	}
}

func TestFragments(t *testing.T) {
	t.Parallel()
	h := onOne(t, secureBase)
	hx := func(r *http.Request) *http.Request {
		r.Header.Set("HX-Request", "true")
		return r
	}
	w := h.ask(hx(h.signed(http.MethodPost, "/app/clients", "")))
	if w.Code != http.StatusNoContent || w.Header().Get("HX-Redirect") != "/app/clients" || w.Header().Get("Location") != "" || w.Body.Len() > 0 {
		t.Errorf("a change: %d %v", w.Code, w.Header())
	}
	for current, want := range map[string]string{
		"https://foyer.example/app/clients?q=a": "/app/login?next=%2Fapp%2Fclients%3Fq%3Da",
		"https://evil.example/app/clients/7":    "/app/login?next=%2Fapp%2Fclients%2F7", // its path alone is read
		"https://evil.example//evil.example":    "/app/login",
		"https://foyer.example/app/login":       "/app/login",
		"https://foyer.example/portal/account":  "/app/login",
		"javascript:alert(1)":                   "/app/login",
		"%zz":                                   "/app/login",
		"":                                      "/app/login",
	} {
		for _, method := range []string{http.MethodGet, http.MethodPost} {
			r := hx(h.request(method, "/app/clients", ""))
			r.Header.Set("HX-Current-URL", current)
			w := h.ask(r)
			if w.Code != http.StatusUnauthorized || w.Header().Get("HX-Redirect") != want || w.Header().Get("Location") != "" {
				t.Errorf("%s by nobody on %s: %d to %q, want %q", method, current, w.Code, w.Header().Get("HX-Redirect"), want)
			}
		}
	}
	// Going back in the history wants whole pages.
	r := hx(h.request(http.MethodGet, "/app/clients", ""))
	r.Header.Set("HX-History-Restore-Request", "true")
	if w := h.ask(r); w.Code != http.StatusSeeOther {
		t.Errorf("the history gets %d", w.Code)
	}
}

func TestStatesOfASessionLeadOn(t *testing.T) {
	t.Parallel()
	h := onOne(t, secureBase)
	for path, to := range map[string]string{"due": "/portal/password/new", "choose": "/portal/client"} {
		if w := h.get("/portal/trouble/" + path); w.Code != http.StatusSeeOther || w.Header().Get("Location") != to {
			t.Errorf("%s: %d to %s, want %s", path, w.Code, w.Header().Get("Location"), to)
		}
	}
}
