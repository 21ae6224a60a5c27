package e2e

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"foyer/internal/auth"
	"foyer/internal/demo"
	"foyer/internal/kernel/config"
	"foyer/internal/kernel/db/dbtest"
	"foyer/internal/kernel/id"
	"foyer/internal/kernel/mail"
	"foyer/internal/kernel/stripe/standin"
	"foyer/internal/server"
)

// engine is a database that the program stands on.
type engine string

const (
	sqlite   engine = "sqlite"
	postgres engine = "postgres"
)

// clock is the real one, moved on by tests.
type clock struct{ ahead atomic.Int64 }

// Now is the time.
func (c *clock) Now() time.Time { return time.Now().Add(time.Duration(c.ahead.Load())) }

// later moves the clock on.
func (c *clock) later(by time.Duration) { c.ahead.Add(int64(by)) }

// program is the real program, served on a loopback port with its jobs running.
type program struct {
	*server.Server
	base  string
	port  string
	box   *mail.Box
	clock *clock
	// stripe stands in for Stripe, at an address of its own.
	stripe *standin.Stripe
	// sessions are those of people who are signed in already, by mail address.
	sessions map[string]string
}

// start puts a program together in a data folder and serves it.
func start(t *testing.T, data string, environ ...string) *program {
	t.Helper()
	l, err := server.Listen(t.Context(), "127.0.0.1:0")
	must(t, err)
	_, port, ok := cutLast(l.Addr().String(), ':')
	if !ok {
		t.Fatalf("no port in %s", l.Addr())
	}
	p := &program{base: "http://127.0.0.1:" + port, port: port, box: mail.NewBox(500), clock: &clock{}}
	p.stripe = standin.New(standin.Options{Now: p.clock.Now, Name: "Halden & Rowe"})
	pages := httptest.NewServer(p.stripe.Handler())
	t.Cleanup(pages.Close)
	t.Cleanup(p.stripe.Close)
	p.stripe.SetURL(pages.URL)
	environ = append(environ, "FOYER_DATA_DIR="+data, "FOYER_BASE_URL="+p.base, "FOYER_LISTEN=127.0.0.1:"+port, "FOYER_STRIPE_API_URL="+pages.URL)
	p.Server, err = assemble(t.Context(), environ, p.clock.Now, p.box)
	must(t, err)
	must(t, p.Start(context.WithoutCancel(t.Context())))
	hs := &http.Server{Handler: p.Handler(), ReadHeaderTimeout: 5 * time.Second}
	served := make(chan error, 1)
	go func() { served <- hs.Serve(l) }()
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), patience)
		defer cancel()
		_ = hs.Close() // browsers keep connections open
		if err := <-served; !errors.Is(err, http.ErrServerClosed) {
			t.Errorf("serve: %v", err)
		}
		if err := p.Close(ctx); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return p
}

func assemble(ctx context.Context, environ []string, now func() time.Time, box *mail.Box) (*server.Server, error) {
	// A data folder is copied, and a file with a key may be nobody else's.
	c, err := config.Load(append(environ, "FOYER_SECRET_KEY="+strings.Repeat("ab", 32)))
	if err != nil {
		return nil, err
	}
	return server.Open(ctx, server.Options{Config: c, Log: logger(), Now: now, Box: box, DNS: demo.DNS, Demo: true, Migrate: true})
}

func cutLast(text string, sep byte) (before, after string, found bool) {
	for i := len(text) - 1; i >= 0; i-- {
		if text[i] == sep {
			return text[:i], text[i+1:], true
		}
	}
	return text, "", false
}

// logger shows the program's errors when FOYER_TEST_LOG is set.
func logger() *slog.Logger {
	if os.Getenv("FOYER_TEST_LOG") == "" {
		return slog.New(slog.DiscardHandler)
	}
	return slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError}))
}

// stories are demos whose story has been told and whose mail has left, one on
// each engine. Each test that wants a demo gets a copy, which is much quicker
// than telling it again.
var stories = map[engine]*story{sqlite: {}, postgres: {}}

type story struct {
	once sync.Once // on SQLite
	err  error
	// path is the data folder, and database what else there is on PostgreSQL.
	path     string
	database dbtest.Source
	// sessions are tokens by mail address. Hashing a password takes longer than
	// most tests, so only those that are about signing in do it.
	sessions map[string]string
}

// forgetStories takes away what nobody needs any more. Databases go with their
// server.
func forgetStories() {
	for _, s := range stories {
		if s.path != "" {
			_ = os.RemoveAll(s.path)
		}
	}
}

// copied gives the environment of a copy of a told story, in a data folder that
// is not there yet.
func copied(t *testing.T, e engine, data string) []string {
	t.Helper()
	s := stories[e]
	if e == sqlite {
		s.once.Do(func() { s.err = s.tell() })
		must(t, s.err)
		must(t, os.CopyFS(data, os.DirFS(s.path)))
		return nil
	}
	address := s.database.Copy(t, func(address string) error { return s.tell("FOYER_DATABASE_URL=" + address) })
	must(t, os.CopyFS(data, os.DirFS(s.path)))
	return []string{"FOYER_DATABASE_URL=" + address}
}

func (s *story) tell(environ ...string) error {
	dir, err := os.MkdirTemp("", "foyer-story")
	if err != nil {
		return err
	}
	s.path = dir
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	box, told := mail.NewBox(500), demo.NewClock(time.Now)
	p, err := assemble(ctx, append(environ, "FOYER_DATA_DIR="+dir, "FOYER_LISTEN=127.0.0.1:8080"), told.Now, box)
	if err != nil {
		return err
	}
	err = errors.Join(demo.Seed(ctx, p, told), p.Start(ctx))
	if err == nil {
		err = settled(ctx, p)
	}
	if err == nil {
		s.sessions, err = enter(ctx, p)
	}
	return errors.Join(err, p.Close(ctx))
}

// enter signs people in and gives their sessions.
func enter(ctx context.Context, s *server.Server) (map[string]string, error) {
	site, err := s.Gate.SiteFor(ctx, s.Gate.Base().Host)
	if err != nil {
		return nil, err
	}
	facts := auth.Facts{Address: "127.0.0.1", Agent: "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/156.0.0.0 Safari/537.36"}
	sessions := map[string]string{}
	for email, realm := range map[string]auth.Realm{demo.Priya: auth.StaffRealm, demo.Ines: auth.PortalRealm, demo.Rui: auth.PortalRealm, demo.Sam: auth.PortalRealm} {
		password := demo.ClientPassword
		if realm == auth.StaffRealm {
			password = demo.StaffPassword
		}
		token, err := s.Gate.SignIn(ctx, s.Gate.Visitor(site, facts), realm, email, password, id.Secret{})
		if err != nil {
			return nil, err
		}
		sessions[email] = token.Reveal()
	}
	return sessions, nil
}

// settled waits until no job is to be done and no mail waits in the outbox.
func settled(ctx context.Context, s *server.Server) error {
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	for {
		waiting := 0
		err := s.DB.Read.QueryRowContext(ctx, `
			select (select count(*) from river_job where state in ('available', 'running')) + (select count(*) from outbox where state = 'waiting')`).Scan(&waiting)
		if err != nil || waiting == 0 {
			return err
		}
		select {
		case <-look.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// newDemo is a demo of one's own.
func newDemo(t *testing.T, e engine) *program {
	t.Helper()
	data := filepath.Join(t.TempDir(), "data")
	p := start(t, data, copied(t, e, data)...)
	p.sessions = stories[e].sessions
	p.takePayments(t)
	return p
}

// takePayments takes the stand-in into use.
func (p *program) takePayments(t *testing.T) {
	t.Helper()
	must(t, p.Payments.Use(t.Context(), p.system(t), "sk_test_of_the_browser_tests"))
}

// system is a job of the workspace.
func (p *program) system(t *testing.T) auth.System {
	t.Helper()
	site, err := p.Gate.SiteFor(t.Context(), p.Gate.Base().Host)
	must(t, err)
	who, err := p.Gate.System(t.Context(), site.ID)
	must(t, err)
	return who
}

// inDemo runs a journey through demos of their own in each of the looks, on
// SQLite or, when engines says so, on both. Then each day the first look is had
// on SQLite and the last on PostgreSQL, which see every look and both engines;
// make soak has each of them on SQLite, and the first and last on PostgreSQL.
func inDemo(t *testing.T, looks []look, walk func(t *testing.T, p *program, l look), engines ...engine) {
	t.Helper()
	t.Parallel()
	had := map[engine][]look{sqlite: looks}
	if len(engines) > 0 {
		first, last := looks[:1], looks[len(looks)-1:]
		had = map[engine][]look{sqlite: unhurried(looks, looks[:len(looks)-1]), postgres: unhurried(slices.Concat(first, last), last)}
	}
	for _, e := range append([]engine{sqlite}, engines...) {
		t.Run(string(e), func(t *testing.T) {
			t.Parallel()
			for _, l := range had[e] {
				t.Run(l.String(), func(t *testing.T) {
					t.Parallel()
					walk(t, newDemo(t, e), l)
				})
			}
		})
	}
}

var (
	// bothWidths are a desk and a phone; farApart as few as tell all four kinds
	// apart.
	bothWidths = []look{desk, phone}
	farApart   = []look{desk, phone.withoutScript()}
	// withAndWithout are both widths with scripts and without, where there is
	// time for them.
	withAndWithout = unhurried([]look{desk, phone, desk.withoutScript(), phone.withoutScript()}, farApart)
)

// soak tells whether there is time for everything, as in make soak.
func soak() bool { return os.Getenv("FOYER_TEST_SOAK") != "" }

func unhurried(all, few []look) []look {
	if soak() {
		return all
	}
	return few
}

// letter waits for a mail to an address whose subject has these words, other
// than those given.
func (p *program) letter(t *testing.T, to, subject string, not ...mail.Kept) mail.Kept {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	got, err := p.box.Await(ctx, func(m mail.Message) bool {
		for _, old := range not {
			if old.MessageID == m.MessageID {
				return false
			}
		}
		return m.To.Addr == to && containsFold(m.Subject, subject)
	})
	if err != nil {
		t.Fatalf("no mail to %s about %q: %v", to, subject, err)
	}
	return got
}

// open opens a tab at the program.
func (p *program) open(t *testing.T, l look) *tab {
	t.Helper()
	return open(t, p.base, l)
}

// staff opens a tab as a staff member.
func (p *program) staff(t *testing.T, l look, email string) *tab {
	t.Helper()
	return p.as(t, l, auth.StaffRealm, "/app", email, demo.StaffPassword)
}

// contact opens a tab as a client's contact.
func (p *program) contact(t *testing.T, l look, email string) *tab {
	t.Helper()
	return p.as(t, l, auth.PortalRealm, "/portal", email, demo.ClientPassword)
}

// as opens a tab with a session, which is new where none was kept.
func (p *program) as(t *testing.T, l look, realm auth.Realm, face, email, password string) *tab {
	t.Helper()
	b := p.open(t, l)
	if token := p.sessions[email]; token != "" {
		b.do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
			_, err := cdp.Call(ctx, t, network.SetCookie, network.SetCookieParams{Name: "fy_" + string(realm), Value: token, URL: p.base, HTTPOnly: new(true)})
			return err
		}))
		b.goTo(face + "/")
	} else {
		b.goTo(face + "/login")
		b.signIn(email, password)
	}
	b.arrive(face + "/")
	return b
}

// signIn fills the sign-in form of either face.
func (b *tab) signIn(email, password string) {
	b.t.Helper()
	b.fill("Email", email)
	b.fill("Password", password)
	b.press("Sign in")
}

// client is the address of a client's page, found by its name in the list.
func (b *tab) client(name string) string {
	b.t.Helper()
	b.goTo("/app/clients?q=" + url.QueryEscape(name))
	b.see(name)
	return eval[string](b, b.find("new URL(pressable("+quoted(name)+").href).pathname"))
}

func containsFold(text, part string) bool {
	return strings.Contains(strings.ToLower(text), strings.ToLower(part))
}

// freePort is a port that nobody listens on.
func freePort(t *testing.T) string {
	t.Helper()
	l, err := server.Listen(t.Context(), "127.0.0.1:0")
	must(t, err)
	_, port, _ := cutLast(l.Addr().String(), ':')
	must(t, l.Close())
	return port
}
