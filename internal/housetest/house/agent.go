package house

import (
	"bytes"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"foyer/internal/auth"
	"foyer/internal/kernel/id"
	"foyer/internal/kernel/scope"
)

// Agent is somebody with a browser that has cookies and no JavaScript.
type Agent struct {
	Name string
	Host string
	h    *House
	jar  *cookiejar.Jar
	// Headers are sent with every request.
	Headers http.Header
}

// Visitor is somebody at a workspace's address who is not signed in.
func (h *House) Visitor(host string) *Agent {
	jar, err := cookiejar.New(nil)
	if err != nil {
		panic(err)
	}
	return &Agent{Name: "visitor", Host: host, h: h, jar: jar, Headers: http.Header{}}
}

// SignIn signs somebody in on the sign-in page of their realm.
func (w *Workspace) SignIn(t testing.TB, realm auth.Realm, email string) *Agent {
	t.Helper()
	a := w.h.Visitor(w.Host)
	a.Name = email
	face := "/portal"
	if realm == auth.StaffRealm {
		face = "/app"
	}
	r := a.Post(t, face+"/login", url.Values{"email": {email}, "password": {Password}})
	if r.Code != http.StatusSeeOther {
		t.Fatalf("sign in %s: status %d\n%s", email, r.Code, r.Text())
	}
	return a
}

// Response is what came back.
type Response struct {
	*httptest.ResponseRecorder
	Request *http.Request
}

// Text is the body.
func (r Response) Text() string { return r.Body.String() }

// Page is the body, parsed.
func (r Response) Page(t testing.TB) *Node {
	t.Helper()
	n, err := html.Parse(strings.NewReader(r.Text()))
	must(t, err)
	return (*Node)(n)
}

// Get asks for a page.
func (a *Agent) Get(t testing.TB, path string) Response {
	t.Helper()
	return a.Do(t, a.request(t, http.MethodGet, path, nil, ""))
}

// Count asks for a page and counts the statements that it takes.
func (a *Agent) Count(t testing.TB, path string) (Response, int) {
	t.Helper()
	ctx, n := scope.CountStatements(t.Context())
	r := a.Do(t, a.request(t, http.MethodGet, path, nil, "").WithContext(ctx))
	return r, int(n.Load())
}

// Post sends a form as a browser would, from a page of this host.
func (a *Agent) Post(t testing.TB, path string, form url.Values) Response {
	t.Helper()
	return a.Do(t, a.PostRequest(t, path, form))
}

// PostRequest is the request of Post, not yet sent.
func (a *Agent) PostRequest(t testing.TB, path string, form url.Values) *http.Request {
	t.Helper()
	r := a.request(t, http.MethodPost, path, strings.NewReader(form.Encode()), "application/x-www-form-urlencoded")
	r.Header.Set("Origin", "https://"+a.Host)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return r
}

// PostFile sends a form with a file.
func (a *Agent) PostFile(t testing.TB, path string, form url.Values, field, name string, data []byte) Response {
	t.Helper()
	var body bytes.Buffer
	m := multipart.NewWriter(&body)
	for key, values := range form {
		for _, v := range values {
			must(t, m.WriteField(key, v))
		}
	}
	part, err := m.CreateFormFile(field, name)
	must(t, err)
	_, err = part.Write(data)
	must(t, err)
	must(t, m.Close())
	r := a.request(t, http.MethodPost, path, &body, m.FormDataContentType())
	r.Header.Set("Origin", "https://"+a.Host)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return a.Do(t, r)
}

func (a *Agent) request(t testing.TB, method, path string, body io.Reader, contentType string) *http.Request {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, "https://"+a.Host+path, body)
	r.RemoteAddr = "192.0.2.1:40000"
	r.Header.Set("User-Agent", "Mozilla/5.0 (X11; Linux x86_64) Chrome/156.0 Safari/537.36")
	if contentType != "" {
		r.Header.Set("Content-Type", contentType)
	}
	for name, values := range a.Headers {
		r.Header[name] = values
	}
	return r
}

// Do sends a request with the agent's cookies and keeps those that come back.
func (a *Agent) Do(t testing.TB, r *http.Request) Response {
	t.Helper()
	at := &url.URL{Scheme: "https", Host: a.Host, Path: "/"}
	for _, c := range a.jar.Cookies(at) {
		r.AddCookie(c)
	}
	w := a.h.ask(t, r)
	result := w.Result()
	a.jar.SetCookies(at, result.Cookies())
	must(t, result.Body.Close())
	return Response{w, r}
}

// Cookie is the value of one of the agent's cookies, empty without it.
func (a *Agent) Cookie(name string) string {
	for _, c := range a.jar.Cookies(&url.URL{Scheme: "https", Host: a.Host, Path: "/"}) {
		if c.Name == name {
			return c.Value
		}
	}
	return ""
}

// SetCookie puts a cookie into the agent's browser.
func (a *Agent) SetCookie(name, value string) {
	a.jar.SetCookies(&url.URL{Scheme: "https", Host: a.Host, Path: "/"}, []*http.Cookie{{Name: name, Value: value, Path: "/", Secure: true}})
}

// Clone is the same person with the same cookies in another browser.
func (a *Agent) Clone() *Agent {
	b := a.h.Visitor(a.Host)
	b.Name = a.Name
	at := &url.URL{Scheme: "https", Host: a.Host, Path: "/"}
	b.jar.SetCookies(at, a.jar.Cookies(at))
	return b
}

func (a *Agent) session(realm auth.Realm) id.Secret {
	return id.SecretFrom(a.Cookie("__Host-fy_" + string(realm)))
}

func (a *Agent) site(t testing.TB) auth.Site {
	t.Helper()
	s, err := a.h.Gate.SiteFor(t.Context(), a.Host)
	must(t, err)
	return s
}

// SessionID is the id of the agent's session in a realm.
func (a *Agent) SessionID(t testing.TB, realm auth.Realm) string {
	t.Helper()
	s, err := a.h.Gate.Signed(t.Context(), a.h.Gate.Visitor(a.site(t), auth.Facts{}), realm, a.session(realm))
	must(t, err)
	return s.Person().SessionID()
}

// Node is a part of a page, with what tests ask of it.
type Node html.Node

// All lists the elements below with a tag and, if given, an attribute of a value
// written as name=value.
func (n *Node) All(tag, attribute string) []*Node {
	name, value, exact := strings.Cut(attribute, "=")
	var found []*Node
	var walk func(*html.Node)
	walk = func(x *html.Node) {
		if x.Type == html.ElementNode && (tag == "*" || x.Data == tag) {
			got, has := (*Node)(x).attr(name)
			if attribute == "" || has && (!exact || got == value) {
				found = append(found, (*Node)(x))
			}
		}
		for c := x.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
	}
	walk((*html.Node)(n))
	return found
}

func (n *Node) attr(name string) (string, bool) {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val, true
		}
	}
	return "", false
}

// Get is the value of an attribute, empty without it.
func (n *Node) Get(name string) string {
	v, _ := n.attr(name)
	return v
}

// Text is what the part says, with single blanks.
func (n *Node) Text() string {
	var b strings.Builder
	var walk func(*html.Node)
	walk = func(x *html.Node) {
		if x.Type == html.TextNode {
			b.WriteString(x.Data + " ")
		}
		for c := x.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
	}
	walk((*html.Node)(n))
	return strings.Join(strings.Fields(b.String()), " ")
}

// Form finds the form that posts to an address, and what it would send.
func (n *Node) Form(t testing.TB, action string) url.Values {
	t.Helper()
	for _, f := range n.All("form", "action="+action) {
		if strings.EqualFold(f.Get("method"), "post") {
			return f.Values()
		}
	}
	t.Fatalf("there is no form that posts to %s", action)
	return nil
}

// Values is what a form would send as it stands, without its buttons.
func (n *Node) Values() url.Values {
	v := url.Values{}
	for _, in := range n.All("input", "name") {
		if _, off := in.attr("disabled"); off {
			continue
		}
		switch in.Get("type") {
		case "checkbox", "radio":
			if _, on := in.attr("checked"); on {
				value, given := in.attr("value")
				if !given {
					value = "on"
				}
				v.Add(in.Get("name"), value)
			}
		case "submit", "button", "file":
		default:
			v.Add(in.Get("name"), in.Get("value"))
		}
	}
	for _, a := range n.All("textarea", "name") {
		text := ""
		if a.FirstChild != nil {
			text = a.FirstChild.Data
		}
		v.Add(a.Get("name"), text)
	}
	for _, s := range n.All("select", "name") {
		for i, o := range s.All("option", "") {
			if _, chosen := o.attr("selected"); chosen || i == 0 {
				v.Set(s.Get("name"), o.Get("value"))
			}
		}
	}
	return v
}

// String names the agent in failures.
func (a *Agent) String() string { return fmt.Sprintf("%s at %s", a.Name, a.Host) }
