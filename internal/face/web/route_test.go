package web_test

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"

	"foyer/internal/auth"
	"foyer/internal/face/web"
	"foyer/internal/kernel/db/dbtest"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
)

func TestRegistrationRefusesWhatHasNoRule(t *testing.T) {
	t.Parallel()
	h := build(t, dbtest.SQLite(t), secureBase)
	staff := never[auth.Staff]
	for want, route := range map[string]web.Route{
		"has no rule":                     {Method: "GET", Pattern: "/a"},
		"POST /b has no rule":             {Method: "POST", Pattern: "/b", Rule: web.Rule{Audience: web.ToVisitors}},
		"names no right":                  web.Staff("GET", "/app/c", auth.Right{Area: auth.Clients}, nil, staff),
		"names no right to write":         web.Staff("POST", "/app/d", auth.ClientsRead, nil, staff),
		"DELETE /app/e changes something": web.Staff("DELETE", "/app/e", auth.SettingsRead, nil, staff),
		"does not say what {id} names":    web.Staff("GET", "/app/f/{id}", auth.ClientsRead, nil, staff),
		"does not say what {kind} names":  web.Staff("GET", "/app/g/{id}/{kind}", auth.ClientsRead, web.Objects{"id": "client"}, staff),
		"does not say what {rest} names":  web.Visitor("GET", "/portal/h/{rest...}", nil, never[auth.Visitor]),
		"names no area":                   web.Contact("GET", "/portal/i", "", nil, never[auth.Client]),
		"has no {client}":                 web.Contact("GET", "/portal/i", auth.Money, web.Objects{"client": "client"}, never[auth.Client]),
	} {
		before := len(h.Routes())
		if err := h.Add(route); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s was registered: %v, want %q", route.Name(), err, want)
		}
		if len(h.Routes()) != before {
			t.Errorf("%s is among the routes all the same", route.Name())
		}
	}
	good := web.Staff("GET", "/app/z/{id}/{$}", auth.ClientsRead, web.Objects{"id": "client"}, staff)
	if err := h.Add(good); err != nil {
		t.Error(err)
	}
}

func TestARouterWithoutRoutesDoesNotStart(t *testing.T) {
	t.Parallel()
	h := build(t, dbtest.SQLite(t), secureBase)
	if _, err := web.NewRouter(web.Config{Gate: h.gate, IDs: h.ids}).Handler(); err == nil {
		t.Error("a router without routes serves")
	}
}

func TestEachKindOfProblemHasAStatus(t *testing.T) {
	t.Parallel()
	seen := map[int]problem.Kind{}
	for k := problem.Kind(1); k.String() != ""; k++ {
		status := web.Status(problem.Of(k, "problem.not_found"))
		if status < 400 || status > 599 {
			t.Errorf("%s is answered %d", k, status)
		}
		if other, taken := seen[status]; taken {
			t.Errorf("%s and %s are both answered %d", k, other, status)
		}
		seen[status] = k
	}
	if len(seen) < 9 {
		t.Errorf("only %d kinds", len(seen))
	}
	if got := web.Status(errors.New("x")); got != http.StatusInternalServerError {
		t.Errorf("an error that is no problem is answered %d", got)
	}
}

// Who may come to a route is decided before its handler.
func TestRulesLetIn(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		if w := h.ask(h.signed("GET", "/app/clients", "")); w.Code != http.StatusOK || w.Body.String() != "hello "+ownerName {
			t.Errorf("the owner gets %d %s", w.Code, w.Body)
		}
		if w := h.ask(h.signed("GET", "/app/held", "")); w.Code != http.StatusOK {
			t.Errorf("a session gets %d", w.Code)
		}
		for path, to := range map[string]string{
			"/app/clients": "/app/login?next=%2Fapp%2Fclients", "/app/": "/app/login", "/app/clients/5?q=a%26b": "/app/login?next=%2Fapp%2Fclients%2F5%3Fq%3Da%2526b",
			"/app/held": "/app/login", "/portal/account": "/portal/login?next=%2Fportal%2Faccount",
			"/portal/invoices/7": "/portal/login?next=%2Fportal%2Finvoices%2F7",
		} {
			if w := h.get(path); w.Code != http.StatusSeeOther || w.Header().Get("Location") != to {
				t.Errorf("nobody at %s gets %d %s, want %s", path, w.Code, w.Header().Get("Location"), to)
			}
		}
		// A session of the other face opens nothing, under either name.
		for _, name := range []string{"__Host-fy_portal", "fy_staff", "fy_portal"} {
			r := h.request("GET", "/app/clients", "")
			r.AddCookie(&http.Cookie{Name: name, Value: h.token.Reveal()})
			if w := h.ask(r); w.Code != http.StatusSeeOther {
				t.Errorf("cookie %s opens the app: %d", name, w.Code)
			}
			r = h.request("GET", "/portal/account", "")
			r.AddCookie(&http.Cookie{Name: "__Host-fy_portal", Value: h.token.Reveal()})
			if w := h.ask(r); w.Code != http.StatusSeeOther {
				t.Errorf("a staff session opens the portal: %d", w.Code)
			}
		}
		// After a change nobody is sent back to it.
		if w := h.ask(h.request("POST", "/app/clients", "")); w.Header().Get("Location") != "/app/login" {
			t.Errorf("nobody's change is sent to %s", w.Header().Get("Location"))
		}
	})
}

// A route's right is asked for before its handler, whatever the handler does.
func TestARoleWithoutTheRightIsRefused(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		site, err := h.gate.SiteFor(t.Context(), "foyer.example")
		if err != nil {
			t.Fatal(err)
		}
		sys, err := h.gate.System(t.Context(), site.ID)
		if err != nil {
			t.Fatal(err)
		}
		err = sys.Write(t.Context(), func(tx scope.Tx) error {
			_, err := tx.Exec(t.Context(), "-- demote\nupdate member\nset role = 'viewer'\nwhere workspace_id = :workspace", nil)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		for request, want := range map[string]int{
			"GET /app/": 200, "GET /app/clients": 200, "GET /app/held": 200, "POST /app/only-post": 403, "POST /app/clients": 403,
		} {
			method, path, _ := strings.Cut(request, " ")
			if w := h.ask(h.signed(method, path, "")); w.Code != want || want == 403 && strings.Contains(w.Body.String(), "hello") {
				t.Errorf("%s by a viewer is answered %d, want %d", request, w.Code, want)
			}
		}
	})
}

func TestAGETNeverWrites(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		for _, method := range []string{"GET", "HEAD"} {
			if w := h.ask(h.signed(method, "/app/rename", "")); w.Code != http.StatusInternalServerError {
				t.Errorf("%s that writes is answered %d", method, w.Code)
			}
		}
		if got := h.names(t); !slices.Equal(got, []string{ownerName}) {
			t.Errorf("a GET has written: %q", got)
		}
		if !strings.Contains(h.log.text(), "a GET writes nothing") {
			t.Error("the log does not say that a GET wanted to write")
		}
		if w := h.ask(h.signed("POST", "/app/clients", "")); w.Code != http.StatusSeeOther {
			t.Errorf("the same as a POST is answered %d", w.Code)
		}
		if got := h.names(t); !slices.Equal(got, []string{"Changed"}) {
			t.Errorf("a POST has not written: %q", got)
		}
	})
}
