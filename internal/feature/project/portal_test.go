package project_test

import (
	"fmt"
	"slices"
	"testing"

	"foyer/internal/auth"
	"foyer/internal/feature/project"
	"foyer/internal/kernel/problem"
)

func TestAHiddenTargetLeavesNoTrace(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		c := marlow(t, d)
		p := d.Create(t, home, details(c, "Shop"))
		d.Move(t, p, project.Active)
		// all that the client is given, before and after something hidden is there.
		given := func() string {
			t.Helper()
			door := d.Portal(t, ines, c)
			s, targets, err := door.Get(t.Context(), p)
			must(t, err)
			l, err := door.List(t.Context(), project.Wanted{})
			must(t, err)
			sum, err := door.Summary(t.Context())
			must(t, err)
			ahead, err := door.Upcoming(t.Context(), project.Wanted{})
			must(t, err)
			events, err := d.Feed(t, ines, c).Page(t.Context(), "")
			must(t, err)
			return fmt.Sprintf("%+v", []any{s, targets, l, sum, ahead, events})
		}
		for _, kind := range project.Kinds {
			d.Target(t, p, project.TargetDetails{Kind: kind, Name: "Seen", DueOn: "2026-12-10", ClientVisible: true})
			before := given()
			hidden := d.Target(t, p, project.TargetDetails{Kind: kind, Name: "Hidden", Note: "Secret", DueOn: "2026-11-24"})
			if got := given(); got != before {
				t.Errorf("a hidden %s shows: %s", kind, got)
			}
			for _, path := range targetPaths[kind] {
				if len(path) > 1 || len(path) == 1 && path[0] != project.Cancelled {
					target := d.Target(t, p, project.TargetDetails{Kind: kind, Name: "Hidden", DueOn: "2026-11-24"})
					d.MoveTarget(t, p, target, path...)
				}
			}
			dropped := d.Target(t, p, project.TargetDetails{Kind: kind, Name: "Hidden", DueOn: "2026-11-24", ClientVisible: true})
			d.MoveTarget(t, p, dropped, project.Cancelled)
			if got := given(); got != before {
				t.Errorf("hidden %ss of other states show: %s", kind, got)
			}
			d.Show(t, p, hidden, true)
			if given() == before {
				t.Errorf("a %s that is shown shows nowhere", kind)
			}
			d.Show(t, p, hidden, false)
			if got := given(); got != before {
				t.Errorf("a %s that was hidden again shows: %s", kind, got)
			}
		}
	})
}

func TestWhatIsNotSharedIsNotThere(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		c, other := marlow(t, d), d.Client(t, home, "Northwind Bikes", sam)
		in := details(c, "Shop")
		in.Shared = false
		p := d.Create(t, home, in)
		d.Milestone(t, p, "Launch", "2026-12-10", true)
		d.Move(t, p, project.Active, project.Completed, project.Active)
		nothing := func(email string) {
			t.Helper()
			of := c
			if email == sam {
				of = other
			}
			door := d.Portal(t, email, of)
			_, _, err := door.Get(t.Context(), p)
			wants(t, err, problem.NotFound, "", "")
			l, err := door.List(t.Context(), project.Wanted{})
			must(t, err)
			s, err := door.Summary(t.Context())
			must(t, err)
			events, err := d.Feed(t, email, of).Recent(t.Context())
			must(t, err)
			if len(l.Rows)+l.Counts.All+s.Counts.All+s.AllUpcoming+len(s.Upcoming)+len(events) != 0 || s.LastCompleted != "" {
				t.Errorf("%s sees %+v, %+v, %+v", email, l, s, events)
			}
		}
		nothing(ines)
		d.Share(t, p, true)
		nothing(sam)
		if s, targets, err := d.Portal(t, ines, c).Get(t.Context(), p); err != nil || s.Name != "Shop" || len(targets) != 1 {
			t.Errorf("what is shared is shown as %+v with %d (%v)", s, len(targets), err)
		}
		d.Share(t, p, false)
		nothing(ines)
	})
}

func TestContactsWithoutProjectsFindNone(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		c := marlow(t, d)
		p := d.Create(t, home, details(c, "Shop"))
		for _, preset := range auth.Presets {
			email := string(preset) + "@marlow.example"
			d.Add(t, c, email, preset, true)
			door := d.Portal(t, email, c)
			_, list := door.List(t.Context(), project.Wanted{})
			_, summary := door.Summary(t.Context())
			_, ahead := door.Upcoming(t.Context(), project.Wanted{})
			_, _, get := door.Get(t.Context(), p)
			for what, err := range map[string]error{"list": list, "summary": summary, "upcoming": ahead, "get": get} {
				if sees := preset.Capabilities().Projects != auth.NoneOfIt; sees != (err == nil) || !sees && !problem.Is(err, problem.NotFound) {
					t.Errorf("%s as %s: %v", what, preset, err)
				}
			}
		}
	})
}

func TestTheClientsListAgreesWithItsCounts(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		c := marlow(t, d)
		paths := [][]project.State{{project.Active}, {}, {project.Active, project.OnHold}, {project.Active, project.Completed}, {project.Cancelled}}
		for i := range 60 {
			in := details(c, fmt.Sprintf("Shop %02d", i))
			in.Shared = i%6 != 5
			in.Description = map[bool]string{true: "Büro_1", false: "100% wool"}[i%2 == 0]
			d.Move(t, d.Create(t, home, in), paths[i%5]...)
		}
		want := project.Counts{All: 50, Active: 20, OnHold: 10, Completed: 10}
		for _, f := range append([]project.Filter{"other"}, project.Filters...) {
			rows, counts := walk(t, d.Portal(t, ines, c), project.Wanted{Filter: f})
			if len(rows) != want.Of(f) || counts != want {
				t.Errorf("%s: %d are listed, %+v counted, want %+v", f, len(rows), counts, want)
			}
			rank := map[project.State]int{"active": 0, "planned": 1, "on_hold": 2, "completed": 3, "cancelled": 4}
			if !slices.IsSortedFunc(rows, func(a, b project.Shown) int {
				if rank[a.State] != rank[b.State] {
					return rank[a.State] - rank[b.State]
				}
				return slices.Compare([]byte(a.Name), []byte(b.Name))
			}) {
				t.Errorf("%s is not in its order", f)
			}
		}
		for query, n := range map[string]int{"BÜRO_": 30, "100%": 20, "Marlow": 0, "medium": 0, "priya": 0, "shop 05": 0, "shop 04": 1, "%": 20, "_": 30, `\`: 0} {
			rows, counts := walk(t, d.Portal(t, ines, c), project.Wanted{Query: query})
			if len(rows) != n || counts.All != n {
				t.Errorf("%q finds %d and counts %d, want %d", query, len(rows), counts.All, n)
			}
		}
	})
}

// walk goes through the client's list to its end and back to its beginning.
func walk(t *testing.T, door project.Portal, w project.Wanted) (rows []project.Shown, counts project.Counts) {
	t.Helper()
	var last project.ShownList
	for {
		l, err := door.List(t.Context(), w)
		must(t, err)
		rows, last = append(rows, l.Rows...), l
		if w.After = l.Next; l.Next == "" {
			break
		}
	}
	at := len(rows) - len(last.Rows)
	for back := last; back.Prev != ""; {
		l, err := door.List(t.Context(), project.Wanted{Filter: w.Filter, Query: w.Query, Before: back.Prev})
		must(t, err)
		at -= len(l.Rows)
		if at < 0 || l.Rows[0].ID != rows[at].ID {
			t.Fatalf("%+v does not come back the way it went", w)
		}
		back = l
	}
	if at != 0 {
		t.Errorf("%+v comes back to %d", w, at)
	}
	seen := map[project.ID]bool{}
	for _, r := range rows {
		if seen[r.ID] {
			t.Errorf("%+v lists %s twice", w, r.Name)
		}
		seen[r.ID] = true
	}
	return rows, last.Counts
}

func TestUpcomingMilestonesComeInPages(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		c := marlow(t, d)
		p := d.Create(t, home, details(c, "Shop"))
		for i := range 60 {
			d.Milestone(t, p, fmt.Sprint("M", i), fmt.Sprintf("2026-11-%02d", 10+i%7), true)
		}
		d.Milestone(t, p, "Hidden", "2026-11-01", false)
		var all []project.Upcoming
		var last project.UpcomingList
		for w := (project.Wanted{}); ; {
			l, err := d.Portal(t, ines, c).Upcoming(t.Context(), w)
			must(t, err)
			if l.All != 60 {
				t.Errorf("%d are counted", l.All)
			}
			all, last = append(all, l.Rows...), l
			if w.After = l.Next; l.Next == "" {
				break
			}
		}
		back, err := d.Portal(t, ines, c).Upcoming(t.Context(), project.Wanted{Before: last.Prev})
		must(t, err)
		if len(all) != 60 || back.Rows[0] != all[25] {
			t.Errorf("%d are listed; back is %+v", len(all), back.Rows[0])
		}
		for i := 1; i < len(all); i++ {
			if all[i].On < all[i-1].On || all[i].On == all[i-1].On && all[i].ID <= all[i-1].ID {
				t.Errorf("%+v stands before %+v", all[i-1], all[i])
			}
		}
		s, err := d.Portal(t, ines, c).Summary(t.Context())
		must(t, err)
		if s.AllUpcoming != 60 || !slices.Equal(s.Upcoming, all[:4]) {
			t.Errorf("the summary has %+v", s)
		}
		d.Move(t, p, project.Active, project.Completed)
		if s, err = d.Portal(t, ines, c).Summary(t.Context()); err != nil || s.AllUpcoming != 0 || s.LastCompleted != "Shop" {
			t.Errorf("after the end %+v (%v)", s, err)
		}
	})
}
