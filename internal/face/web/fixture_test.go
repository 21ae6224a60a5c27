package web_test

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/a-h/templ"

	"foyer/internal/auth"
	"foyer/internal/face/web"
	"foyer/internal/feature/activity"
	"foyer/internal/kernel/db"
	"foyer/internal/kernel/db/dbtest"
	"foyer/internal/kernel/id"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
)

const (
	secureBase = "https://foyer.example"
	plainBase  = "http://127.0.0.1:8080"
	ownerName  = "Priya Rowe"
	cause      = "disk 7 of rack 12 is on fire"
)

// house is a router with a few routes over a real gate.
type house struct {
	*web.Router
	gate    *auth.Gate
	db      *db.DB
	ids     *id.Source
	handler http.Handler
	log     *journal
	token   id.Secret // session of the Owner
	logo    func(context.Context, auth.Visitor) (io.ReadCloser, error)
	stored  func() web.Stored                              // what /portal/stored answers with
	stream  func(http.ResponseWriter, *http.Request) error // what takes /portal/streamed
}

// journal is a log that a test reads.
type journal struct {
	mu sync.Mutex
	b  bytes.Buffer
}

// Write implements io.Writer.
func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.b.Write(p)
}

func (j *journal) text() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.b.String()
}

// onBoth runs a test on each engine with a house of its own, set up, on https.
func onBoth(t *testing.T, test func(t *testing.T, h *house)) {
	t.Helper()
	t.Parallel()
	dbtest.OnBoth(t, func(t *testing.T, d *db.DB) {
		h := build(t, d, secureBase)
		h.setUp(t)
		test(t, h)
	})
}

// onOne is a house on SQLite, for what no database has a part in.
func onOne(t *testing.T, base string) *house {
	t.Helper()
	h := build(t, dbtest.SQLite(t), base)
	h.setUp(t)
	return h
}

func build(t *testing.T, d *db.DB, base string) *house {
	t.Helper()
	u, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	now := func() time.Time { return time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC) }
	h := &house{db: d, ids: &id.Source{Now: now}, log: &journal{}}
	h.gate = auth.NewGate(d, u, now, h.ids, auth.NewHasher())
	h.gate.Connect(auth.Ports{
		Record:  activity.Log{IDs: h.ids}.Record,
		Post:    func(context.Context, scope.Tx, auth.Mail) error { return nil },
		Enqueue: func(context.Context, scope.Tx, string, any) error { return nil },
	})
	h.Router = web.NewRouter(web.Config{
		Gate: h.gate, IDs: h.ids, Log: slog.New(slog.NewTextHandler(h.log, nil)),
		Trusted: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fd00::/8")},
	})
	h.addRoutes(t)
	if h.handler, err = h.Handler(); err != nil {
		t.Fatal(err)
	}
	return h
}

func (h *house) setUp(t *testing.T) {
	t.Helper()
	token, err := h.gate.PrepareSetup(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	h.token, err = h.gate.SetUp(t.Context(), auth.Facts{Address: "192.0.2.7", Agent: "test", Request: "r"}, auth.Setup{
		Token: token.Reveal(), Workspace: "Halden & Rowe", Name: ownerName, Email: "owner@example.com",
		Password: "a lantern in the hallway", Zone: "Europe/Dublin", Language: "en",
	})
	if err != nil {
		t.Fatal(err)
	}
}

func (h *house) addRoutes(t *testing.T) {
	t.Helper()
	routes := []web.Route{
		web.Anyone("GET", "/healthz", say("fit")),
		web.Anyone("GET", "/app/setup", say("set up")),
		web.Anyone("GET", "/facts", tellFacts),
		web.Anyone("POST", "/facts", tellFacts),
		web.Visitor("GET", "/portal/{$}", nil, draw),
		web.Visitor("GET", "/portal/plain", nil, func(w http.ResponseWriter, r *http.Request, _ auth.Visitor) error {
			return say("plain")(w, r)
		}),
		web.Visitor("GET", "/portal/done", nil, leave),
		web.Visitor("GET", "/portal/keyed", nil, func(w http.ResponseWriter, r *http.Request, _ auth.Visitor) error {
			return say(web.VisitorView(w, r).Hidden().Value)(w, r)
		}),
		web.Visitor("GET", "/portal/long", nil, drawLong),
		web.Visitor("GET", "/portal/stored", nil, func(w http.ResponseWriter, r *http.Request, _ auth.Visitor) error { return web.Send(w, r, h.stored()) }),
		web.Visitor("POST", "/portal/streamed", nil, func(w http.ResponseWriter, r *http.Request, _ auth.Visitor) error { return h.stream(w, r) }).Streaming(),
		web.Visitor("POST", "/portal/notes", nil, takeNote),
		web.Visitor("POST", "/portal/files", nil, takeNote).WithBody(2 << 20),
		web.Person(auth.PortalRealm, "GET", "/portal/account", nil, never[auth.Person]),
		web.Contact("GET", "/portal/invoices/{id}", auth.Money, web.Objects{"id": "invoice"}, never[auth.Client]),
		web.Contact("POST", "/portal/payments", auth.Money, nil, never[auth.Client]),
		web.Staff("GET", "/app/{$}", auth.OwnRead, nil, hello),
		web.Staff("GET", "/app/clients", auth.ClientsRead, nil, hello),
		web.Staff("POST", "/app/clients", auth.ClientsWrite, nil, rename),
		web.Staff("GET", "/app/clients/{id}", auth.ClientsRead, web.Objects{"id": "client"}, hello),
		web.Staff("GET", "/app/rename", auth.ClientsRead, nil, rename),
		web.Staff("POST", "/app/only-post", auth.ClientsWrite, nil, hello),
		web.Holder(auth.StaffRealm, "GET", "/app/held", func(w http.ResponseWriter, r *http.Request, _ auth.Signed) error { return say("held")(w, r) }),
	}
	for path, trouble := range troubles {
		routes = append(routes, web.Visitor("GET", "/portal/trouble/"+path, nil, trouble))
	}
	routes = append(routes, h.ThemeRoute())
	routes = append(routes, h.AssetRoutes(func(ctx context.Context, v auth.Visitor) (io.ReadCloser, error) { return h.logo(ctx, v) })...)
	if err := h.Add(routes...); err != nil {
		t.Fatal(err)
	}
}

// troubles are handlers that fail, by the last part of their address.
var troubles = map[string]func(http.ResponseWriter, *http.Request, auth.Visitor) error{
	"error": func(http.ResponseWriter, *http.Request, auth.Visitor) error { return errors.New(cause) },
	"panic": func(http.ResponseWriter, *http.Request, auth.Visitor) error { panic(cause) },
	"drawing": func(w http.ResponseWriter, r *http.Request, _ auth.Visitor) error {
		return web.Render(w, r, http.StatusOK, templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
			_, _ = io.WriteString(w, "half a page")
			return errors.New(cause)
		}))
	},
	"late": func(w http.ResponseWriter, _ *http.Request, _ auth.Visitor) error {
		_, _ = io.WriteString(w, "half a file")
		return errors.New(cause)
	},
	"late-panic": func(w http.ResponseWriter, _ *http.Request, _ auth.Visitor) error {
		_, _ = io.WriteString(w, "half a file")
		panic(cause)
	},
	"missing":     fails(problem.Missing()),
	"many":        fails(problem.Of(problem.TooMany, "problem.too_many_seconds", "n", 3)),
	"unavailable": fails(problem.Of(problem.Unavailable, "problem.unavailable")),
	"forbidden":   fails(problem.Of(problem.Forbidden, "problem.forbidden")),
	"due":         fails(auth.ErrPasswordDue),
	"choose":      fails(auth.ErrChooseClient),
}

func fails(err error) func(http.ResponseWriter, *http.Request, auth.Visitor) error {
	return func(http.ResponseWriter, *http.Request, auth.Visitor) error { return err }
}

func say(text string) func(http.ResponseWriter, *http.Request) error {
	return func(w http.ResponseWriter, _ *http.Request) error {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		_, err := io.WriteString(w, text)
		return err
	}
}

func never[T any](http.ResponseWriter, *http.Request, T) error {
	return errors.New("nobody is let in here")
}

func hello(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	return say("hello "+who.Name())(w, r)
}

func draw(w http.ResponseWriter, r *http.Request, _ auth.Visitor) error {
	v := web.VisitorView(w, r)
	return web.Render(w, r, http.StatusOK, templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		return v.Document("Hello").Render(ctx, w)
	}))
}

func drawLong(w http.ResponseWriter, r *http.Request, _ auth.Visitor) error {
	return web.Render(w, r, http.StatusOK, templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		_, err := io.WriteString(w, strings.Repeat("a long page ", 1000))
		return err
	}))
}

// leave does what a handler does after a change, whatever it is asked to say.
func leave(w http.ResponseWriter, r *http.Request, _ auth.Visitor) error {
	web.SetSession(w, r, auth.StaffRealm, id.SecretFrom("a"))
	web.ClearSession(w, r, auth.PortalRealm)
	web.KeepLink(w, r, r.URL.Query().Get("link"))
	web.Flash(w, r, "flash.saved")
	web.Redirect(w, r, "/portal/")
	return nil
}

type note struct {
	labels
	Title string `form:"title"`
	Count int64  `form:"count"`
	Loud  bool   `form:"loud"`
	Other string // no field of the form
}

// labels are a part of the form that another could have too.
type labels struct {
	Tags []string `form:"tags"`
}

func takeNote(w http.ResponseWriter, r *http.Request, v auth.Visitor) error {
	var in note
	if err := web.Decode(r, &in); err != nil {
		return err
	}
	return json.NewEncoder(w).Encode(map[string]any{"note": in, "key": v.Facts().Key})
}

func tellFacts(w http.ResponseWriter, r *http.Request) error {
	return json.NewEncoder(w).Encode(web.FactsOf(r))
}

// rename changes the name of whoever asks.
func rename(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	err := who.Write(r.Context(), auth.ClientsWrite, func(tx scope.Tx) error {
		_, err := tx.Exec(r.Context(), "-- rename\nupdate identity\nset name = 'Changed'\nwhere workspace_id = :workspace\n  and id = :identity", nil)
		return err
	})
	if err != nil {
		return err
	}
	web.Redirect(w, r, "/app/clients")
	return nil
}

// names lists the names of the workspace's logins.
func (h *house) names(t *testing.T) []string {
	t.Helper()
	site, err := h.gate.SiteFor(t.Context(), h.gate.Base().Host)
	if err != nil {
		t.Fatal(err)
	}
	sys, err := h.gate.System(t.Context(), site.ID)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	err = sys.Read(t.Context(), func(tx scope.Tx) error {
		all, err = scope.List(t.Context(), tx, "-- names\nselect name\nfrom identity\nwhere workspace_id = :workspace", nil, scope.Value[string])
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// addHost gives the workspace an address of its own.
func (h *house) addHost(t *testing.T, host, kind string) {
	t.Helper()
	err := h.db.Unscoped(t.Context(), func(tx *sql.Tx) error {
		_, err := tx.ExecContext(t.Context(), `insert into workspace_host (host, workspace_id, kind, created_at) select $1, id, $2, 1 from workspace`, host, kind)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// request is one that a browser of ours would make, to be changed by the test.
func (h *house) request(method, target, body string) *http.Request {
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	r.Host = h.gate.Base().Host
	if body != "" || method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if method != http.MethodGet && method != http.MethodHead {
		r.Header.Set("Sec-Fetch-Site", "same-origin")
		r.Header.Set("Origin", h.gate.Base().String())
	}
	return r
}

// signed is a request with the Owner's session.
func (h *house) signed(method, target, body string) *http.Request {
	r := h.request(method, target, body)
	name := "fy_staff"
	if h.gate.Base().Scheme == "https" {
		name = "__Host-fy_staff"
	}
	r.AddCookie(&http.Cookie{Name: name, Value: h.token.Reveal()})
	return r
}

func (h *house) ask(r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.handler.ServeHTTP(w, r)
	return w
}

func (h *house) get(target string) *httptest.ResponseRecorder {
	return h.ask(h.request(http.MethodGet, target, ""))
}
