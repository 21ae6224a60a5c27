package web

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"

	"foyer/internal/auth"
	"foyer/internal/kernel/problem"
)

// Audience is who may come to a route.
type Audience string

// The audiences.
const (
	// ToAnyone is for what belongs to no workspace: health, assets, first run.
	ToAnyone Audience = "anyone"
	// ToVisitors is for anybody at one of a workspace's addresses.
	ToVisitors Audience = "visitors"
	// ToHolders is for a session whatever its state: to replace a temporary password.
	ToHolders Audience = "session"
	// ToPersons is for somebody signed in, with or without a client chosen.
	ToPersons Audience = "person"
	// ToContacts is for a contact who has chosen a client.
	ToContacts Audience = "contact"
	// ToStaff is for staff members whose role has the rule's right.
	ToStaff Audience = "staff"
	// ToServices is for other programs, which prove each call by a signature.
	ToServices Audience = "service"
)

// Rule says who may come to a route and what its ids name.
type Rule struct {
	Audience Audience
	Realm    auth.Realm // of persons and holders
	Right    auth.Right // of staff
	Area     auth.Area  // that contacts have to see
	// Objects says for each path parameter which kind of record it names, so
	// that the crawl can fill it.
	Objects Objects
}

// Objects maps a path parameter to the kind of record that it names.
type Objects map[string]string

// Route is an address, a rule and a handler.
type Route struct {
	Method  string
	Pattern string
	Rule    Rule
	// MaxBody is the limit of the request's body in bytes; 0 is that of a form.
	MaxBody int64
	// Streams leaves a form with files to the handler, which reads it as it comes; see
	// OpenStream.
	Streams bool
	serve   func(*Router, http.ResponseWriter, *http.Request) error
	// signed serves somebody whose session was found, by the rule; nil where the
	// rule asks for none.
	signed func(http.ResponseWriter, *http.Request, auth.Signed) error
}

// Name is the route as a mux pattern: method, space, path.
func (r Route) Name() string { return r.Method + " " + r.Pattern }

// WithBody sets the limit of the body in bytes. A body above it comes to the
// handler, whose Decode tells of it, so that the form can be drawn again.
func (r Route) WithBody(limit int64) Route {
	r.MaxBody = limit
	return r
}

// Streaming leaves a form with files to the handler, which reads it as it comes.
func (r Route) Streaming() Route {
	r.Streams = true
	return r
}

// Anyone makes a route that belongs to no workspace.
func Anyone(method, pattern string, h func(http.ResponseWriter, *http.Request) error) Route {
	return Route{Method: method, Pattern: pattern, Rule: Rule{Audience: ToAnyone},
		serve: func(_ *Router, w http.ResponseWriter, r *http.Request) error { return h(w, r) }}
}

// Visitor makes a route for anybody at one of a workspace's addresses.
func Visitor(method, pattern string, objects Objects, h func(http.ResponseWriter, *http.Request, auth.Visitor) error) Route {
	return Route{Method: method, Pattern: pattern, Rule: Rule{Audience: ToVisitors, Objects: objects},
		serve: func(_ *Router, w http.ResponseWriter, r *http.Request) error { return h(w, r, visitorOf(r)) }}
}

// forSigned is a route that finds the session first and then serves by its rule.
func forSigned(method, pattern string, rule Rule, signed func(http.ResponseWriter, *http.Request, auth.Signed) error) Route {
	return Route{Method: method, Pattern: pattern, Rule: rule, signed: signed,
		serve: func(rt *Router, w http.ResponseWriter, r *http.Request) error {
			s, err := rt.signed(r, rule.Realm)
			if err != nil {
				return err
			}
			return signed(w, r, s)
		}}
}

// Holder makes a route for a session whatever its state.
func Holder(realm auth.Realm, method, pattern string, h func(http.ResponseWriter, *http.Request, auth.Signed) error) Route {
	return forSigned(method, pattern, Rule{Audience: ToHolders, Realm: realm}, h)
}

// Person makes a route for somebody signed in, and what belongs to them alone.
func Person(realm auth.Realm, method, pattern string, objects Objects, h func(http.ResponseWriter, *http.Request, auth.Person) error) Route {
	return forSigned(method, pattern, Rule{Audience: ToPersons, Realm: realm, Objects: objects},
		func(w http.ResponseWriter, r *http.Request, s auth.Signed) error {
			who, err := s.Settled()
			if err != nil {
				return err
			}
			return h(w, r, who)
		})
}

// Contact makes a route of the portal, for contacts who see an area: to everybody
// else there is nothing at the address.
func Contact(method, pattern string, area auth.Area, objects Objects, h func(http.ResponseWriter, *http.Request, auth.Client) error) Route {
	return forSigned(method, pattern, Rule{Audience: ToContacts, Realm: auth.PortalRealm, Area: area, Objects: objects},
		func(w http.ResponseWriter, r *http.Request, s auth.Signed) error {
			who, err := s.Client()
			if err != nil {
				return err
			}
			if !who.Sees(area) {
				return problem.Missing()
			}
			return h(w, r, who)
		})
}

// Staff makes a route of the app, for roles with a right.
func Staff(method, pattern string, right auth.Right, objects Objects, h func(http.ResponseWriter, *http.Request, auth.Staff) error) Route {
	return forSigned(method, pattern, Rule{Audience: ToStaff, Realm: auth.StaffRealm, Right: right, Objects: objects},
		func(w http.ResponseWriter, r *http.Request, s auth.Signed) error {
			who, err := s.Staff()
			if err != nil {
				return err
			}
			if !who.May(right) {
				return forbidden()
			}
			return h(w, r, who)
		})
}

// hooks is where the routes of other programs are, and nothing else.
const hooks = "/hooks/"

// Service makes a route below /hooks/ that another program calls. The handler gets
// the body as it came, of at most so many bytes, and has to find it proven.
func Service(method, pattern string, objects Objects, most int64, h func(http.ResponseWriter, *http.Request, []byte) error) Route {
	return Route{Method: method, Pattern: pattern, Rule: Rule{Audience: ToServices, Objects: objects}, MaxBody: most,
		serve: func(_ *Router, w http.ResponseWriter, r *http.Request) error {
			body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, most))
			if _, large := errors.AsType[*http.MaxBytesError](err); large {
				return tooLarge(w, most)
			}
			if err != nil {
				return problem.Of(problem.Malformed, "problem.bad_request")
			}
			return h(w, r, body)
		}}
}

// tooLarge answers a program in plain text.
func tooLarge(w http.ResponseWriter, most int64) error {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(http.StatusRequestEntityTooLarge)
	_, err := fmt.Fprintf(w, "the body is larger than %d bytes\n", most)
	return err
}

// check says what is wrong with a route's registration.
func (r Route) check() error {
	params := pathParams(r.Pattern)
	switch {
	case r.serve == nil || r.Rule.Audience == "":
		return fmt.Errorf("route %s has no rule", r.Name())
	case (r.Rule.Audience == ToServices) != strings.HasPrefix(r.Pattern, hooks):
		return fmt.Errorf("route %s: what is below %s is for other programs, and they come nowhere else", r.Name(), hooks)
	case r.Rule.Audience == ToStaff && r.Rule.Right.Level == auth.None:
		return fmt.Errorf("route %s names no right", r.Name())
	case r.Rule.Audience == ToContacts && r.Rule.Area == "":
		return fmt.Errorf("route %s names no area", r.Name())
	case r.Rule.Audience == ToStaff && r.Method != http.MethodGet && r.Rule.Right.Level != auth.Write:
		return fmt.Errorf("route %s changes something but names no right to write", r.Name())
	}
	for _, p := range params {
		if r.Rule.Objects[p] == "" {
			return fmt.Errorf("route %s does not say what {%s} names", r.Name(), p)
		}
	}
	for p := range r.Rule.Objects {
		if !slices.Contains(params, p) {
			return fmt.Errorf("route %s has no {%s}", r.Name(), p)
		}
	}
	return nil
}

func pathParams(pattern string) []string {
	var params []string
	for part := range strings.SplitSeq(pattern, "/") {
		if name, ok := strings.CutPrefix(part, "{"); ok {
			if name = strings.TrimSuffix(strings.TrimSuffix(name, "}"), "..."); name != "$" {
				params = append(params, name)
			}
		}
	}
	return params
}

// Naming says what a path parameter of the route names.
func (r Route) Naming(param, kind string) Route {
	objects := Objects{param: kind}
	for p, k := range r.Rule.Objects {
		objects[p] = k
	}
	r.Rule.Objects = objects
	return r
}
