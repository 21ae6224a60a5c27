package web

import (
	"fmt"
	"net/http"

	"foyer/internal/auth"
)

// Bare is the handler of a registered page, to be called for somebody whose
// session was found already and without what stands before handlers: no reference,
// headers, log line, routing, refusals or compression. It is what foyer bench
// compares the whole with, and is registered nowhere.
func (rt *Router) Bare(name string) (func(w http.ResponseWriter, r *http.Request, v auth.Visitor, s auth.Signed) error, error) {
	route, known := rt.byName[name]
	if !known || route.signed == nil || route.Method != http.MethodGet {
		return nil, fmt.Errorf("there is no page %s for somebody signed in", name)
	}
	return func(w http.ResponseWriter, r *http.Request, v auth.Visitor, s auth.Signed) error {
		in := &incoming{gate: rt.gate, site: v.Site(), facts: v.Facts()}
		return route.signed(w, withIncoming(r, in), s)
	}, nil
}
