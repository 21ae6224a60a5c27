package e2e

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"

	"foyer/internal/demo"
)

// visitor asks the program without a browser: for what no page offers, and for
// what is looked at byte by byte.
type visitor struct {
	t    *testing.T
	base string
	http *http.Client
}

// answer is what came back.
type answer struct {
	status   int
	location string
	header   http.Header
	body     []byte
}

func (p *program) visitor(t *testing.T) *visitor {
	t.Helper()
	jar, err := cookiejar.New(nil)
	must(t, err)
	// Answers are looked at as they come: packed, and not followed.
	return &visitor{t, p.base, &http.Client{
		Jar: jar, Transport: &http.Transport{DisableCompression: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// signedIn is a visitor with a session in the face at /portal or /app.
func (p *program) signedIn(t *testing.T, face, email string) *visitor {
	t.Helper()
	v := p.visitor(t)
	password := demo.ClientPassword
	if face == "/app" {
		password = demo.StaffPassword
	}
	if a := v.post(face+"/login", url.Values{"email": {email}, "password": {password}}); a.status != http.StatusSeeOther {
		t.Fatalf("%s cannot sign in at %s: %d", email, face, a.status)
	}
	return v
}

func (v *visitor) get(path string, header ...string) answer {
	return v.ask(http.MethodGet, path, nil, header...)
}

func (v *visitor) post(path string, form url.Values) answer {
	return v.ask(http.MethodPost, path, form, "Origin", v.base, "Content-Type", "application/x-www-form-urlencoded")
}

func (v *visitor) ask(method, path string, form url.Values, header ...string) answer {
	v.t.Helper()
	r, err := http.NewRequestWithContext(v.t.Context(), method, v.base+path, strings.NewReader(form.Encode()))
	must(v.t, err)
	for n := 0; n+1 < len(header); n += 2 {
		r.Header.Set(header[n], header[n+1])
	}
	resp, err := v.http.Do(r)
	must(v.t, err)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	must(v.t, err)
	return answer{resp.StatusCode, resp.Header.Get("Location"), resp.Header, body}
}
