package web

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"path"
	"strings"
	"unicode"

	"foyer/internal/auth"
	"foyer/internal/kernel/id"
	"foyer/internal/kernel/problem"
)

// formLimit is the body limit of a form, in bytes.
const formLimit = 256 << 10

// Router holds the routes and serves them.
type Router struct {
	gate    *auth.Gate
	log     *slog.Logger
	ids     *id.Source
	trusted []netip.Prefix
	secure  bool
	// payOrigin is where payment pages are.
	payOrigin string
	headers   map[string]string
	routes    []Route
	mux       *http.ServeMux
	byName    map[string]Route
	guard     *http.CrossOriginProtection
}

// Config is what a Router needs to know.
type Config struct {
	Gate    *auth.Gate
	Log     *slog.Logger
	IDs     *id.Source
	Trusted []netip.Prefix // proxies whose X-Forwarded-For counts
	// PayOrigin is the origin of the payment page, to which a form may lead;
	// empty: Stripe's.
	PayOrigin string
}

// NewRouter makes a Router without routes.
func NewRouter(c Config) *Router {
	payOrigin := cmp.Or(c.PayOrigin, stripePages)
	return &Router{
		gate: c.Gate, log: c.Log, ids: c.IDs, trusted: c.Trusted, secure: c.Gate.Base().Scheme == "https",
		payOrigin: payOrigin, headers: headersFor(payOrigin),
		mux: http.NewServeMux(), byName: map[string]Route{}, guard: http.NewCrossOriginProtection(),
	}
}

// Add registers routes; an error says what is wrong with one.
func (rt *Router) Add(routes ...Route) error {
	for _, route := range routes {
		if err := route.check(); err != nil {
			return err
		}
		rt.routes = append(rt.routes, route)
		rt.byName[route.Name()] = route
		rt.mux.HandleFunc(route.Name(), func(w http.ResponseWriter, r *http.Request) { rt.run(w, r, route) })
	}
	return nil
}

// Routes lists what is registered.
func (rt *Router) Routes() []Route { return rt.routes }

// run calls the handler of a route and answers its error.
func (rt *Router) run(w http.ResponseWriter, r *http.Request, route Route) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead && route.Rule.Audience != ToServices && !(route.Streams && inParts(r)) {
		limit := route.MaxBody
		if limit == 0 {
			limit = formLimit
		}
		if err := readForm(w, r, limit); err != nil {
			if route.MaxBody == 0 || !problem.Is(err, problem.TooLarge) {
				rt.fail(w, r, err)
				return
			}
			incomingOf(r).oversize = err // the handler draws its form again; see Decode
		}
	}
	w.Header().Set("Cache-Control", "no-store") // assets say otherwise themselves
	if route.Rule.Audience != ToAnyone && route.Rule.Audience != ToServices {
		site := siteOf(r)
		if site.ID == "" || site.PortalOnly && strings.HasPrefix(route.Pattern, "/app") {
			rt.fail(w, r, problem.Missing())
			return
		}
		w.Header().Add("Vary", "HX-Request, Cookie")
	}
	if err := route.serve(rt, w, r); err != nil {
		rt.fail(w, r, err)
	}
}

// signed finds the session that the request's cookie holds in a realm.
func (rt *Router) signed(r *http.Request, realm auth.Realm) (auth.Signed, error) {
	s, err := rt.gate.Signed(r.Context(), visitorOf(r), realm, SessionToken(r, realm))
	if err == nil {
		incomingOf(r).actor = string(realm)
	}
	return s, err
}

// visitorOf makes the Visitor of a request from what the middleware found.
func visitorOf(r *http.Request) auth.Visitor {
	in := incomingOf(r)
	facts := in.facts
	facts.ReadOnly = r.Method == http.MethodGet || r.Method == http.MethodHead
	if !facts.ReadOnly {
		facts.Key = keyOf(r)
	}
	return in.gate.Visitor(in.site, facts)
}

func siteOf(r *http.Request) auth.Site { return incomingOf(r).site }

// FactsOf are what a request says of itself, for the first run, which has no
// workspace yet.
func FactsOf(r *http.Request) auth.Facts { return incomingOf(r).facts }

// SiteOf is the workspace of the request's host; its id is empty before set-up.
func SiteOf(r *http.Request) auth.Site { return siteOf(r) }

// incoming is what the middleware learned of a request. It says nothing of who
// is signed in: that is a value that handlers are handed.
type incoming struct {
	gate      *auth.Gate
	site      auth.Site
	facts     auth.Facts
	reference string
	actor     string // kind of who is signed in, for the log line
	answer    *recorded
	oversize  error // of a body above the limit of its own that its route has
}

type incomingKey struct{}

func incomingOf(r *http.Request) *incoming {
	in, ok := r.Context().Value(incomingKey{}).(*incoming)
	if !ok {
		panic(errors.New("a handler was called without the router's middleware"))
	}
	return in
}

func withIncoming(r *http.Request, in *incoming) *http.Request {
	return r.WithContext(context.WithValue(r.Context(), incomingKey{}, in))
}

// Next is a safe address to go to after signing in: a page of this face that is
// registered, or home.
func (rt *Router) Next(realm auth.Realm, wanted string) string {
	home := "/portal/"
	if realm == auth.StaffRealm {
		home = "/app/"
	}
	if !strings.HasPrefix(wanted, home) {
		return home
	}
	address, route, known := rt.pageAt(wanted)
	if !known {
		return home
	}
	switch route.Rule.Audience {
	case ToContacts, ToStaff, ToPersons:
		return address
	}
	return home
}

// pageAt finds the page that a path with its query names. What is not written
// as browsers write it (a host, dots, doubled slashes, control characters)
// names none.
func (rt *Router) pageAt(wanted string) (string, Route, bool) {
	u, err := url.Parse(wanted)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil || u.Fragment != "" || readable(u) != nil {
		return "", Route{}, false
	}
	clean := path.Clean("/" + u.Path)
	if strings.HasSuffix(u.Path, "/") && clean != "/" {
		clean += "/"
	}
	if clean != u.Path || strings.ContainsFunc(u.Path+u.RawQuery, unprintable) {
		return "", Route{}, false
	}
	_, pattern := rt.mux.Handler(&http.Request{Method: http.MethodGet, URL: u})
	route, known := rt.byName[pattern]
	return u.RequestURI(), route, known
}

// unprintable are characters that browsers read as others, or drop.
func unprintable(r rune) bool { return r == '\\' || unicode.IsControl(r) }
