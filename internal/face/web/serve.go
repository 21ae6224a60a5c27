package web

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"runtime/debug"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/klauspost/compress/gzhttp"

	"foyer/internal/auth"
	"foyer/internal/kernel/problem"
)

// stripePages is the origin of Stripe's payment page.
const stripePages = "https://checkout.stripe.com"

// headersFor are the headers of every answer. There is one content security
// policy, and the one address besides ours in it is that of the payment page.
func headersFor(payOrigin string) map[string]string {
	return map[string]string{
		"Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
			"connect-src 'self'; manifest-src 'self'; frame-src 'self'; form-action 'self' " + payOrigin + "; " +
			"base-uri 'none'; frame-ancestors 'none'; object-src 'none'; require-trusted-types-for 'script'",
		"X-Content-Type-Options":       "nosniff",
		"Referrer-Policy":              "same-origin",
		"Cross-Origin-Opener-Policy":   "same-origin",
		"Cross-Origin-Resource-Policy": "same-origin",
		"X-Frame-Options":              "DENY",
		"Permissions-Policy":           "accelerometer=(), camera=(), geolocation=(), gyroscope=(), microphone=(), payment=(), usb=()",
	}
}

// Handler is the whole of it: the routes behind their middleware.
func (rt *Router) Handler() (http.Handler, error) {
	if len(rt.routes) == 0 {
		return nil, errors.New("no routes are registered")
	}
	compress, err := gzhttp.NewWrapper(gzhttp.MinSize(1024), gzhttp.ContentTypeFilter(func(kind string) bool {
		return kind != "application/pdf" && gzhttp.DefaultContentTypeFilter(kind)
	}))
	if err != nil {
		return nil, err
	}
	return compress(rt.observe(http.HandlerFunc(rt.admit))), nil
}

// observe gives each request a reference, writes its log line and answers
// panics. It stands within the compression, so that it sees what was written.
func (rt *Router) observe(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		reference := rt.ids.New()
		in := &incoming{gate: rt.gate, reference: reference, facts: auth.Facts{
			Address: rt.addressOf(r), Agent: printable(r.UserAgent(), 300), Request: reference, Accepts: r.Header.Get("Accept-Language"),
		}}
		r = withIncoming(r, in)
		rec := &recorded{ResponseWriter: w}
		in.answer = rec
		rt.setHeaders(rec.Header())
		defer func() {
			rt.log.LogAttrs(r.Context(), slog.LevelInfo, "request",
				slog.String("method", r.Method), slog.String("route", r.Pattern), slog.Int("status", rec.code()),
				slog.Int64("ms", time.Since(start).Milliseconds()), slog.String("workspace", in.site.ID),
				slog.String("actor", in.actor), slog.String("request", reference))
		}()
		defer func() {
			if p := recover(); p != nil {
				rt.answerPanic(rec, r, p)
			}
		}()
		next.ServeHTTP(rec, r)
	})
}

func (rt *Router) answerPanic(w http.ResponseWriter, r *http.Request, p any) {
	if err, ok := p.(error); ok && errors.Is(err, http.ErrAbortHandler) {
		panic(p)
	}
	rt.fail(w, r, fmt.Errorf("panic: %v\n%s", p, debug.Stack()))
}

func (rt *Router) setHeaders(h http.Header) {
	for name, value := range rt.headers {
		h.Set(name, value)
	}
	if rt.secure {
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}
}

// printable takes the first bytes of what a header says, without control
// characters and without half a character at the end.
func printable(text string, most int) string {
	text = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, text)
	return strings.ToValidUTF8(text[:min(len(text), most)], "")
}

// addressOf is the peer's address; what a listed proxy says of it counts.
func (rt *Router) addressOf(r *http.Request) string {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	addr := peer.Addr().Unmap()
	forwarded := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(forwarded) - 1; i >= 0 && rt.trusts(addr); i-- {
		before, err := netip.ParseAddr(strings.TrimSpace(forwarded[i]))
		if err != nil {
			break
		}
		addr = before.Unmap()
	}
	return addr.String()
}

func (rt *Router) trusts(addr netip.Addr) bool {
	for _, p := range rt.trusted {
		if p.Contains(addr) {
			return true
		}
	}
	return false
}

// admit finds the workspace of the host, refuses what comes from other sites,
// and hands the rest to the routes.
func (rt *Router) admit(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/healthz" || r.URL.Path == "/readyz" {
		rt.route(w, r)
		return
	}
	in := incomingOf(r)
	site, err := rt.gate.SiteFor(r.Context(), r.Host)
	switch {
	case err == nil:
		in.site = site
	case errors.Is(err, auth.ErrUnknownHost):
		rt.unknownHost(w, r)
		return
	case errors.Is(err, auth.ErrNotSetUp):
		if !beforeSetup(r.URL.Path) {
			http.Redirect(w, r, "/app/setup", http.StatusSeeOther)
			return
		}
	default:
		rt.fail(w, r, err)
		return
	}
	if !borrowsNothing(r) {
		if err := rt.fromUs(r); err != nil {
			rt.fail(w, r, err)
			return
		}
	}
	rt.route(w, r)
}

// beforeSetup are the addresses that work without a workspace.
func beforeSetup(path string) bool {
	return path == "/app/setup" || path == "/theme" || strings.HasPrefix(path, "/assets/") || strings.HasPrefix(path, "/demo/")
}

// unknownHost sends loopback names to the base URL and refuses the rest.
func (rt *Router) unknownHost(w http.ResponseWriter, r *http.Request) {
	name := auth.HostName(r.Host)
	reading := r.Method == http.MethodGet || r.Method == http.MethodHead
	if reading && (auth.IsLoopback(name)) && strings.HasPrefix(r.URL.Path, "/") {
		target := *rt.gate.Base()
		target.Path, target.RawPath, target.RawQuery = r.URL.Path, r.URL.RawPath, r.URL.RawQuery
		http.Redirect(w, r, target.String(), http.StatusSeeOther)
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(http.StatusMisdirectedRequest)
	_, _ = w.Write([]byte("This address is not served here.\n"))
}

// exits are the addresses in mails that mail programs post to by themselves, which do
// not say where they come from (RFC 8058).
const exits = "/unsubscribe/"

// borrowsNothing tells whether a request is one of other programs: they have no cookie
// that a page could borrow.
func borrowsNothing(r *http.Request) bool {
	return strings.HasPrefix(r.URL.Path, hooks) || strings.HasPrefix(r.URL.Path, exits) && r.Header.Get("Cookie") == ""
}

// fromUs refuses a change that another site asked for, or that does not say
// where it comes from.
func (rt *Router) fromUs(r *http.Request) error {
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodOptions:
		return nil
	}
	if r.Header.Get("Origin") == "" && r.Header.Get("Sec-Fetch-Site") == "" {
		return problem.Of(problem.Forbidden, "problem.cross_site")
	}
	if err := rt.guard.Check(r); err != nil {
		return problem.Of(problem.Forbidden, "problem.cross_site")
	}
	// The guard compares hosts alone. It has seen to an Origin of null, which
	// passes only with a Sec-Fetch-Site that no page can forge.
	origin := r.Header.Get("Origin")
	if origin != "" && origin != "null" && !strings.HasPrefix(origin, rt.gate.Base().Scheme+"://") {
		return problem.Of(problem.Forbidden, "problem.cross_site")
	}
	return nil
}

// route calls the mux, whose own answers get our pages.
func (rt *Router) route(w http.ResponseWriter, r *http.Request) {
	if err := readable(r.URL); err != nil {
		rt.fail(w, r, err)
		return
	}
	_, pattern := rt.mux.Handler(r)
	if _, known := rt.byName[pattern]; known {
		rt.mux.ServeHTTP(w, r)
		return
	}
	allowed := rt.allowed(r)
	if len(allowed) == 0 {
		rt.fail(w, r, problem.Missing())
		return
	}
	w.Header().Set("Allow", strings.Join(allowed, ", "))
	rt.page(w, r, http.StatusMethodNotAllowed, problem.Say("problem.method"))
}

// readable refuses an address with what is no text: no record is named so, and
// databases answer it with an error.
func readable(u *url.URL) error {
	if !isText(u.Path) {
		return problem.Missing()
	}
	for name, values := range u.Query() {
		if !isText(name) || !isText(strings.Join(values, "")) {
			return problem.Of(problem.Malformed, "problem.bad_request")
		}
	}
	return nil
}

func isText(s string) bool { return utf8.ValidString(s) && !strings.Contains(s, "\x00") }

// allowed lists the methods under which the path is registered.
func (rt *Router) allowed(r *http.Request) []string {
	var methods []string
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		probe := r.Clone(r.Context())
		probe.Method = method
		if _, pattern := rt.mux.Handler(probe); pattern != "" {
			if route, known := rt.byName[pattern]; known && route.Method == method {
				methods = append(methods, method)
				if method == http.MethodGet {
					methods = append(methods, http.MethodHead)
				}
			}
		}
	}
	return methods
}

// recorded remembers the status for the log line, and that an answer has begun.
type recorded struct {
	http.ResponseWriter
	status int
}

// WriteHeader implements http.ResponseWriter.
func (r *recorded) WriteHeader(status int) {
	if r.status == 0 {
		r.status = status
	}
	r.ResponseWriter.WriteHeader(status)
}

// Write implements http.ResponseWriter.
func (r *recorded) Write(b []byte) (int, error) {
	if r.status == 0 {
		r.status = http.StatusOK
	}
	return r.ResponseWriter.Write(b)
}

// Unwrap lets http.ResponseController reach what is beneath.
func (r *recorded) Unwrap() http.ResponseWriter { return r.ResponseWriter }

func (r *recorded) code() int {
	if r.status == 0 {
		return http.StatusOK
	}
	return r.status
}
