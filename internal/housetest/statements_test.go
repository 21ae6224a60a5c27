package housetest

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"foyer/internal/auth"
	"foyer/internal/housetest/house"
)

// mostStatements is how many statements a page may take, finding the workspace
// and the session included, and the one that counts what waits for the navigation.
const mostStatements = 7

// more is how many statements a page may take besides: that of a project shows five kinds
// of records.
var more = map[string]int{"GET /portal/projects/{id}": 1}

// elsewhere are the addresses that only lead on, or that are no page for whoever
// comes without a link from a mail.
var elsewhere = regexp.MustCompile(`^/(\{\$\}|app|portal)$|^/app/setup$|/password/(new|reset)|^/portal/email|^/sign|^/unsubscribe|^/calendar|^/verify/root|^/assets/|^/demo/mail/\{n\}`)

// A page takes few statements, and as many for a crowd of rows as for one.
func TestPagesTakeFewStatements(t *testing.T) {
	house.OnBoth(t, func(t *testing.T, h *house.House) {
		h.Furnish(t)
		few := statementsOfPages(t, h)
		h.First.Crowd(t)
		many := statementsOfPages(t, h)
		for page, n := range many {
			if n > mostStatements+more[page] {
				t.Errorf("%s takes %d statements", page, n)
			}
			if n != few[page] {
				t.Errorf("%s takes %d statements, and %d with many rows", page, few[page], n)
			}
		}
		if len(many) < 40 {
			t.Errorf("only %d pages were counted", len(many))
		}
	})
}

// statementsOfPages counts for every page, asked for by somebody who may see it.
func statementsOfPages(t *testing.T, h *house.House) map[string]int {
	t.Helper()
	w := h.First
	c := &crawl{t: t, h: h, policy: readPolicy(t)}
	people := map[string]actor{
		"staff": {agent: w.Owner, role: auth.Owner, ws: w, client: w.Clients[0]}, "contact": {agent: w.Clients[0].Contacts[0], portal: "contact", ws: w, client: w.Clients[0]},
		"visitors": {agent: h.Visitor(w.Host), ws: w, client: w.Clients[0]},
	}
	counts := map[string]int{}
	for _, r := range h.Router.Routes() {
		if r.Method != http.MethodGet {
			continue
		}
		who := c.policy[r.Name()].who
		switch {
		case strings.HasPrefix(r.Pattern, "/app/") && who != "visitors":
			who = "staff"
		case strings.HasPrefix(r.Pattern, "/portal/") && who != "visitors":
			who = "contact"
		default:
			who = "visitors"
		}
		if elsewhere.MatchString(r.Pattern) {
			continue
		}
		a := people[who]
		got, n := a.agent.Clone().Count(t, c.fill(a, r)[0].path)
		if got.Code != http.StatusOK {
			t.Errorf("%s answers %d", r.Name(), got.Code)
		}
		counts[r.Name()] = n
	}
	return counts
}
