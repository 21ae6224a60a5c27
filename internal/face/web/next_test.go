package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"foyer/internal/auth"
)

func TestNextIsAPageOfTheFace(t *testing.T) {
	t.Parallel()
	h := onOne(t, secureBase)
	for wanted, want := range map[string]string{
		"/app/":                     "/app/",
		"/app/clients":              "/app/clients",
		"/app/clients?q=a&page=2":   "/app/clients?q=a&page=2",
		"/app/clients/7":            "/app/clients/7",
		"/app/clients/%C3%A9":       "/app/clients/%C3%A9",
		"":                          "/app/",
		"/":                         "/app/",
		"/app":                      "/app/",
		"/app/nothing":              "/app/",
		"/app/only-post":            "/app/", // not a page
		"/app/held":                 "/app/", // replaces a password, and leads nowhere
		"/app/setup":                "/app/",
		"/portal/account":           "/app/", // of the other face
		"/portal/":                  "/app/",
		"/app/../portal/account":    "/app/",
		"/app/%2e%2e/portal/":       "/app/",
		"/app/./clients":            "/app/",
		"/app//clients":             "/app/",
		"//evil.example/app/":       "/app/",
		"//evil.example":            "/app/",
		"///evil.example":           "/app/",
		`/\evil.example`:            "/app/",
		`\\evil.example`:            "/app/",
		`/app/\evil.example`:        "/app/",
		`/app/clients\..\..`:        "/app/",
		"/app/%5cevil.example":      "/app/",
		"/app/clients/%5c":          "/app/",
		"/%2f%2fevil.example":       "/app/",
		"%2f%2fevil.example":        "/app/",
		"/app/%2f%2fevil.example":   "/app/",
		"/app/clients/%2f%2fevil":   "/app/",
		"/app/..//evil.example":     "/app/",
		"/app/../../evil.example":   "/app/",
		"https://evil.example":      "/app/",
		"https://evil.example/app/": "/app/",
		"https:/evil.example":       "/app/",
		"https:evil.example":        "/app/",
		"javascript:alert(1)":       "/app/",
		"javascript:/app/":          "/app/",
		"data:text/html,x":          "/app/",
		"/app/\r\nSet-Cookie: a=b":  "/app/",
		"/app/clients\r\nX: y":      "/app/",
		"/app/clients?a=\r\nX: y":   "/app/",
		"/app/clients%0d%0aX:%20y":  "/app/",
		"/app/clients/%0d%0aX":      "/app/",
		"/app/clients\t":            "/app/",
		"/app/clients/%00":          "/app/",
		"/app/clients?q=%00":        "/app/",
		"/app/clients/%ff":          "/app/",
		"/app/clients#x":            "/app/",
		"/app/clients/%zz":          "/app/",
		"@evil.example":             "/app/",
		"/app/@evil.example":        "/app/",
		".evil.example":             "/app/",
		" /app/clients":             "/app/",
		"/APP/clients":              "/app/",
		"app/clients":               "/app/",
	} {
		if got := h.Next(auth.StaffRealm, wanted); got != want {
			t.Errorf("after %q comes %q, want %q", wanted, got, want)
		}
	}
	for wanted, want := range map[string]string{
		"/portal/invoices/7": "/portal/invoices/7", "/portal/account": "/portal/account", "/portal/payments": "/portal/",
		"/portal/plain": "/portal/", "/app/clients": "/portal/", "/portal/../app/clients": "/portal/", "": "/portal/", "//evil.example": "/portal/",
	} {
		if got := h.Next(auth.PortalRealm, wanted); got != want {
			t.Errorf("in the portal after %q comes %q, want %q", wanted, got, want)
		}
	}
}

// The theme button leads back to the page it was on, and nowhere else.
func TestTheThemeIsKept(t *testing.T) {
	t.Parallel()
	h := onOne(t, secureBase)
	for next, want := range map[string]string{
		"/portal/": "/portal/", "/app/clients?q=a": "/app/clients?q=a", "/portal/plain": "/portal/plain",
		"": "/", "/nothing": "/", "/portal/payments": "/", "//evil.example": "/", `/\evil.example`: "/", "https://evil.example/portal/": "/",
		"/portal/\r\nX: y": "/", "/%2f%2fevil.example": "/", "/portal/..//evil.example": "/", "javascript:alert(1)": "/", "portal/": "/",
	} {
		body := url.Values{"theme": {"dark"}, "next": {next}}.Encode()
		w := h.post("/theme", urlEncoded, body)
		if w.Code != http.StatusSeeOther || w.Header().Get("Location") != want {
			t.Errorf("from %q: %d to %q, want %q", next, w.Code, w.Header().Get("Location"), want)
		}
	}
	for theme, want := range map[string]string{
		"dark":   "fy_theme=dark; Path=/; Max-Age=31536000; HttpOnly; Secure; SameSite=Lax",
		"light":  "fy_theme=light; Path=/; Max-Age=31536000; HttpOnly; Secure; SameSite=Lax",
		"":       "fy_theme=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Lax",
		"purple": "fy_theme=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Lax",
	} {
		w := h.post("/theme", urlEncoded, "next=/portal/&theme="+theme)
		if got := w.Header().Get("Set-Cookie"); got != want {
			t.Errorf("theme %q sets %q, want %q", theme, got, want)
		}
	}
	for value, want := range map[string]string{"dark": "dark", "light": "light", "purple": "system", `"><script>`: "system"} {
		r := h.request(http.MethodGet, "/portal/", "")
		r.Header.Set("Cookie", "fy_theme="+value)
		body := h.ask(r).Body.String()
		if !strings.Contains(body, `data-theme="`+want+`"`) || strings.Contains(body, "<script>") {
			t.Errorf("with the theme %s the page begins with %.200s", value, body)
		}
	}
}
