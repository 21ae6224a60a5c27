package housetest

import (
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"foyer/internal/auth"
	"foyer/internal/feature/waiting"
	"foyer/internal/housetest/house"
)

// What waits for a person is the same on their first page, in the navigation and in
// the counts behind it, and each of it leads to a page that they are let into.
func TestWhatWaitsIsCountedAndLeadsSomewhere(t *testing.T) {
	house.OnBoth(t, func(t *testing.T, h *house.House) {
		h.Furnish(t)
		h.First.Raise(t, h.First.Clients[0].Contacts[0], "New matter")
		kinds := map[waiting.Kind]bool{}
		for _, w := range []*house.Workspace{h.First, h.Second} {
			for role, a := range w.Members {
				list, err := waiting.ForStaff(t.Context(), a.Staff(t))
				noError(t, err)
				counts, err := waiting.CountForStaff(t.Context(), a.Staff(t))
				noError(t, err)
				waits{string(role), "/app/", map[string]auth.Area{
					"/app/invoices": auth.Money, "/app/contracts": auth.Contracts, "/app/change-requests": auth.Changes, "/app/cases": auth.Cases, "/app/calendar": auth.Calendar,
				}}.agree(t, a, list, counts, kinds)
			}
			for _, c := range w.Clients {
				for _, a := range c.Contacts {
					list, err := waiting.ForClient(t.Context(), a.Contact(t))
					noError(t, err)
					counts, err := waiting.CountForClient(t.Context(), a.Contact(t))
					noError(t, err)
					waits{a.Name, "/portal/", map[string]auth.Area{
						"/portal/invoices": auth.Money, "/portal/contracts": auth.Contracts, "/portal/change-requests": auth.Changes, "/portal/cases": auth.Cases, "/portal/meetings": auth.Calendar,
					}}.agree(t, a, list, counts, kinds)
				}
			}
		}
		for _, k := range []waiting.Kind{
			waiting.Sign, waiting.Pay, waiting.Decide, waiting.AnswerChange, waiting.AnswerCase, waiting.Confirm,
			waiting.CounterSign, waiting.Take, waiting.Triage, waiting.Review, waiting.Arrange, waiting.AnswerMeeting, waiting.Issue, waiting.Unmatched,
		} {
			if !kinds[k] {
				t.Errorf("nothing in the house is to %s", k)
			}
		}
	})
}

func noError(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// waits is somebody with a first page and the places of the navigation.
type waits struct {
	who, home string
	places    map[string]auth.Area
}

var countOf = regexp.MustCompile(`\b(\d+)\b`)

func (w waits) agree(t *testing.T, a *house.Agent, list waiting.List, counts waiting.Counts, seen map[waiting.Kind]bool) {
	t.Helper()
	listed := waiting.Counts{}
	for _, i := range list.Items {
		seen[i.Kind] = true
		if i.Kind != waiting.Paying {
			listed[i.Kind]++
		}
	}
	for kind, n := range counts {
		if kind != waiting.Unmatched && n <= 6 && listed[kind] != n || n > 6 && listed[kind] != 6 || (n == 0) != (listed[kind] == 0) {
			t.Errorf("%s: %d are to %s, and %d are listed", w.who, n, kind, listed[kind])
		}
	}
	page := a.Get(t, w.home).Page(t)
	rows := page.All("li", "class=attention-row")
	if len(rows) < len(list.Items) {
		t.Errorf("%s: %d rows for %d items", w.who, len(rows), len(list.Items))
	}
	for _, row := range rows {
		for _, link := range row.All("a", "href") {
			if got := a.Get(t, link.Get("href")); got.Code != http.StatusOK {
				t.Errorf("%s: %q leads to %s, which answers %d", w.who, row.Text(), link.Get("href"), got.Code)
			}
		}
	}
	w.calendar(t, a, counts.Of(auth.Calendar))
	for _, nav := range page.All("nav", "") {
		for _, link := range nav.All("a", "href") {
			area, counted := w.places[link.Get("href")]
			if !counted {
				continue
			}
			said := 0
			if m := countOf.FindString(link.Text()); m != "" {
				said, _ = strconv.Atoi(m)
			}
			if said != counts.Of(area) {
				t.Errorf("%s: the navigation says %q, and %d wait", w.who, link.Text(), counts.Of(area))
			}
		}
	}
	if len(rows) == 0 && w.home == "/app/" && !strings.Contains(page.Text(), "Nothing waits for you.") {
		t.Errorf("%s: the first page does not say that nothing waits", w.who)
	}
	if strings.HasPrefix(w.home, "/portal/") && counts.All() > 1 && !strings.Contains(page.Text(), strconv.Itoa(counts.All())+" things need you.") {
		t.Errorf("%s: the first page does not say that %d things wait", w.who, counts.All())
	}
}

// calendar compares what waits in the calendar with what its panel says and lists for
// whoever looks at it.
func (w waits) calendar(t *testing.T, a *house.Agent, want int) {
	t.Helper()
	if w.home != "/app/" || a.Get(t, "/app/calendar").Code != http.StatusOK {
		return
	}
	for _, panel := range a.Get(t, "/app/calendar").Page(t).All("section", "id=waiting") {
		said, listed := 0, len(panel.All("article", ""))
		for _, lines := range panel.All("section", "aria-labelledby=waiting-unheld") {
			listed += len(lines.All("li", ""))
		}
		for _, head := range panel.All("div", "class=card-actions") {
			said, _ = strconv.Atoi(countOf.FindString(head.Text()))
		}
		if said != want || listed != want {
			t.Errorf("%s: %d wait in the calendar, whose panel says %d and lists %d", w.who, want, said, listed)
		}
	}
}
