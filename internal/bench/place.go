package bench

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"html"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"strings"

	"foyer/internal/auth"
	"foyer/internal/kernel/config"
	"foyer/internal/kernel/id"
	"foyer/internal/seed"
	"foyer/internal/server"
)

// place is a filled installation with everybody signed in.
type place struct {
	*server.Server
	set     string
	dir     string
	address string // of the database, empty for the folder's own
	host    string
	site    auth.Site
	cookies map[who]*http.Cookie
	records seed.Records
	log     *os.File
}

var people = map[who]struct {
	realm auth.Realm
	email string
}{
	owner: {auth.StaffRealm, seed.Owner}, contactA: {auth.PortalRealm, seed.ContactA}, contactB: {auth.PortalRealm, seed.ContactB},
}

// openPlace opens an installation, and fills it if it is empty.
func openPlace(ctx context.Context, plan seed.Plan, set, dir, address string) (*place, error) {
	const host = "127.0.0.1:8080"
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	lines := []string{"FOYER_LISTEN=" + host, "FOYER_DATA_DIR=" + dir}
	if address != "" {
		lines = append(lines, "FOYER_DATABASE_URL="+address)
	}
	conf, err := config.Load(lines)
	if err != nil {
		return nil, err
	}
	p := &place{set: set, dir: dir, address: address, host: host, cookies: map[who]*http.Cookie{}}
	// The log lines are made and written as in earnest, to nowhere.
	if p.log, err = os.OpenFile(os.DevNull, os.O_WRONLY, 0); err != nil {
		return nil, err
	}
	if p.Server, err = server.Open(ctx, server.Options{Config: conf, Log: slog.New(slog.NewTextHandler(p.log, nil))}); err != nil {
		return nil, errors.Join(err, p.log.Close())
	}
	p.Hasher.Frugal = true // as it is served
	if _, err := seed.Fill(ctx, p.Server, plan); err != nil && !errors.Is(err, seed.ErrNotEmpty) {
		return nil, errors.Join(err, p.close())
	}
	if address != "" {
		// PostgreSQL would come to know the rows by itself, in a minute or so.
		if err := p.analyze(ctx); err != nil {
			return nil, errors.Join(err, p.close())
		}
	}
	// The tries of an earlier run would count.
	for _, forget := range []string{"delete from sign_in_limit", "delete from address_limit"} {
		if _, err := p.DB.Write.ExecContext(ctx, forget); err != nil {
			return nil, errors.Join(err, p.close())
		}
	}
	if err := p.enter(ctx); err != nil {
		return nil, errors.Join(err, p.close())
	}
	return p, nil
}

func (p *place) close() error {
	p.DB.Close()
	return p.log.Close()
}

func (p *place) enter(ctx context.Context) (err error) {
	if p.site, err = p.Gate.SiteFor(ctx, p.host); err != nil {
		return err
	}
	system, err := p.Gate.System(ctx, p.site.ID)
	if err != nil {
		return err
	}
	if p.records, err = seed.Find(ctx, system); err != nil {
		return err
	}
	for w, person := range people {
		if p.cookies[w], err = p.signIn(ctx, person.realm, person.email); err != nil {
			return err
		}
	}
	return nil
}

func face(realm auth.Realm) string {
	if realm == auth.StaffRealm {
		return "/app"
	}
	return "/portal"
}

// analyze lets PostgreSQL count, which takes longer than a page may on a large set.
func (p *place) analyze(ctx context.Context) error {
	conn, err := p.DB.Write.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	for _, statement := range []string{"set statement_timeout = 0", "analyze", "reset statement_timeout"} {
		if _, err := conn.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}

// signIn signs somebody in by the form, and gives the cookie of the session.
func (p *place) signIn(ctx context.Context, realm auth.Realm, email string) (*http.Cookie, error) {
	w := httptest.NewRecorder()
	r := p.signInRequest(ctx, "http://"+p.host, realm, email)
	p.Handler().ServeHTTP(w, r)
	answer := w.Result()
	defer answer.Body.Close()
	for _, c := range answer.Cookies() {
		if c.Name == "fy_"+string(realm) && answer.StatusCode == http.StatusSeeOther {
			return &http.Cookie{Name: c.Name, Value: c.Value}, nil
		}
	}
	return nil, fmt.Errorf("%s cannot sign in (status %d): the data in %s were not made by foyer seed with its own password", email, answer.StatusCode, p.dir)
}

func (p *place) signInRequest(ctx context.Context, base string, realm auth.Realm, email string) *http.Request {
	form := url.Values{"email": {email}, "password": {seed.Password}}
	r := request(ctx, http.MethodPost, base+face(realm)+"/login", form.Encode(), p.host)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Origin", base)
	return r
}

// request is what a browser would send.
func request(ctx context.Context, method, address, body, host string) *http.Request {
	r, err := http.NewRequestWithContext(ctx, method, address, strings.NewReader(body))
	if err != nil {
		panic(err) // addresses are our own
	}
	r.Host, r.RemoteAddr, r.RequestURI = host, "127.0.0.1:40000", ""
	r.Header.Set("User-Agent", "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/156.0.0.0 Safari/537.36")
	r.Header.Set("Accept", "text/html")
	r.Header.Set("Accept-Language", "en")
	return r
}

// ask is a request for a page with a session.
func (p *place) ask(ctx context.Context, path string, as who, compressed bool) *http.Request {
	r := request(ctx, http.MethodGet, "http://"+p.host+path, "", p.host)
	r.Body = http.NoBody
	r.AddCookie(p.cookies[as])
	if compressed {
		r.Header.Set("Accept-Encoding", "gzip, deflate, br")
	}
	return r
}

// sink takes an answer and counts its bytes.
type sink struct {
	header http.Header
	status int
	bytes  int
	keep   *bytes.Buffer // nil: the bytes are let go
}

func (s *sink) Header() http.Header { return s.header }

// WriteHeader implements http.ResponseWriter.
func (s *sink) WriteHeader(status int) {
	if s.status == 0 {
		s.status = status
	}
}

// Write implements http.ResponseWriter.
func (s *sink) Write(b []byte) (int, error) {
	s.WriteHeader(http.StatusOK)
	s.bytes += len(b)
	if s.keep != nil {
		s.keep.Write(b)
	}
	return len(b), nil
}

// get asks the whole handler for a page.
func (p *place) get(ctx context.Context, path string, as who, compressed bool, want int) (*sink, error) {
	w := &sink{header: http.Header{}}
	p.Handler().ServeHTTP(w, p.ask(ctx, path, as, compressed))
	if w.status != want {
		return w, fmt.Errorf("%s as %s answers %d, not %d", path, as, w.status, want)
	}
	return w, nil
}

var following = regexp.MustCompile(`rel="next" href="([^"]*)"`)

// last is the address of a page; of one of lastPages, that of the end of its
// list, found as a reader would.
func (p *place) last(ctx context.Context, pg page) (string, error) {
	path := p.path(pg)
	if pg.Goal != "G17" {
		return path, nil
	}
	for {
		w := &sink{header: http.Header{}, keep: &bytes.Buffer{}}
		p.Handler().ServeHTTP(w, p.ask(ctx, path, pg.As, false))
		if w.status != http.StatusOK {
			return "", fmt.Errorf("%s as %s answers %d", path, pg.As, w.status)
		}
		next := following.FindSubmatch(w.keep.Bytes())
		if next == nil {
			return path, nil
		}
		path = html.UnescapeString(string(next[1]))
	}
}

// path fills a page's address.
func (p *place) path(pg page) string {
	if pg.As == contactB {
		return filled(pg.Path, p.records.B)
	}
	return filled(pg.Path, p.records.A)
}

// filled puts ids in an address.
func filled(path string, of seed.Ids) string {
	return strings.NewReplacer("{client}", of.Client, "{project}", of.Project, "{invoice}", of.Invoice, "{document}", of.Document, "{case}", of.Case,
		"{change}", of.Change, "{contract}", of.Contract).Replace(path)
}

// bare calls the page's handler with the same statements and the same template,
// and nothing else: the look-up of the workspace, that of the session, the
// handler. With looked it does not look those two up again.
func (p *place) bare(pg page, looked bool) (func(ctx context.Context) error, error) {
	handler, err := p.Router.Bare(pg.Route)
	if err != nil {
		return nil, err
	}
	path, realm := p.path(pg), people[pg.As].realm
	token := id.SecretFrom(p.cookies[pg.As].Value)
	parts, names := strings.Split(path, "/"), strings.Split(strings.TrimPrefix(pg.Route, "GET "), "/")
	find := func(ctx context.Context) (auth.Visitor, auth.Signed, error) {
		site, err := p.Gate.SiteFor(ctx, p.host)
		if err != nil {
			return auth.Visitor{}, auth.Signed{}, err
		}
		v := p.Gate.Visitor(site, auth.Facts{Address: "127.0.0.1", ReadOnly: true})
		s, err := p.Gate.Signed(ctx, v, realm, token)
		return v, s, err
	}
	v, s, err := find(context.Background())
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context) error {
		v, s := v, s
		if !looked {
			var err error
			if v, s, err = find(ctx); err != nil {
				return err
			}
		}
		r := p.ask(ctx, path, pg.As, false)
		for i, name := range names {
			if strings.HasPrefix(name, "{") && name != "{$}" && i < len(parts) {
				r.SetPathValue(strings.Trim(name, "{}"), parts[i])
			}
		}
		w := &sink{header: http.Header{}}
		if err := handler(w, r, v, s); err != nil {
			return err
		}
		if w.status != http.StatusOK {
			return fmt.Errorf("%s answers %d to the bare handler", path, w.status)
		}
		return nil
	}, nil
}

// has tells whether a page is there yet.
func (p *place) has(route string) bool {
	for _, r := range p.Router.Routes() {
		if r.Name() == route {
			return true
		}
	}
	return false
}
