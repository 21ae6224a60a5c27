package project_test

import (
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"foyer/internal/feature/project"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
)

// order is the names of a project's targets as they stand.
func order(t *testing.T, d *desk, p project.ID) string {
	t.Helper()
	_, targets, err := d.App(t, home).WithTargets(t.Context(), p)
	must(t, err)
	var names []string
	for _, target := range targets {
		names = append(names, target.Name)
	}
	return strings.Join(names, " ")
}

func TestFieldsOfTargetsAreChecked(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		c := marlow(t, d)
		p, other := d.Create(t, home, details(c, "Shop")), d.Create(t, home, details(c, "Other"))
		elsewhere := d.Milestone(t, other, "Elsewhere", "2026-12-01", true)
		item := d.Deliverable(t, p, "Item", true)
		for _, wrong := range []struct {
			field, key string
			in         project.TargetDetails
		}{
			{"kind", "field.choice", project.TargetDetails{Kind: "task", Name: "X"}},
			{"name", "field.required", project.TargetDetails{Kind: project.Deliverable}},
			{"name", "field.long", project.TargetDetails{Kind: project.Deliverable, Name: strings.Repeat("x", 301)}},
			{"note", "field.long", project.TargetDetails{Kind: project.Deliverable, Name: "X", Note: strings.Repeat("x", 1001)}},
			{"due_on", "field.required", project.TargetDetails{Kind: project.Milestone, Name: "X"}},
			{"due_on", "field.date", project.TargetDetails{Kind: project.Deliverable, Name: "X", DueOn: "tomorrow"}},
			{"milestone", "field.choice", project.TargetDetails{Kind: project.Deliverable, Name: "X", Milestone: "x"}},
			{"milestone", "target.milestone_wrong", project.TargetDetails{Kind: project.Deliverable, Name: "X", Milestone: nobody}},
			{"milestone", "target.milestone_wrong", project.TargetDetails{Kind: project.Deliverable, Name: "X", Milestone: elsewhere}},
			{"milestone", "target.milestone_wrong", project.TargetDetails{Kind: project.Deliverable, Name: "X", Milestone: item}},
		} {
			_, err := d.App(t, home).AddTarget(t.Context(), p, wrong.in)
			wants(t, err, problem.Invalid, wrong.field, wrong.key)
			if wrong.field != "kind" && wrong.in.Kind == project.Deliverable {
				wants(t, d.App(t, home).UpdateTarget(t.Context(), p, item, 1, wrong.in), problem.Invalid, wrong.field, wrong.key)
			}
		}
		if got := order(t, d, p); got != "Item" {
			t.Errorf("wrong forms left %q", got)
		}
	})
}

func TestATargetKeepsWhatTheFormSays(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		c := marlow(t, d)
		p := d.Create(t, home, details(c, "Shop"))
		m := d.Milestone(t, p, strings.Repeat("Ü", 300), "2026-12-01", true)
		in := project.TargetDetails{Kind: project.Deliverable, Name: "Logo", Note: "One.\nTwo.", DueOn: "2026-11-30", Milestone: m, ClientVisible: true}
		made := d.Target(t, p, in)
		_, got, err := d.App(t, home).Target(t.Context(), p, made)
		must(t, err)
		if got.TargetDetails != in || got.State != project.Todo || got.MilestoneName != strings.Repeat("Ü", 300) || got.Version != 1 {
			t.Errorf("stored %+v", got)
		}
		changed := project.TargetDetails{Kind: project.Milestone, Name: "Sign"}
		must(t, d.App(t, home).UpdateTarget(t.Context(), p, made, 1, changed))
		wants(t, d.App(t, home).UpdateTarget(t.Context(), p, made, 1, in), problem.Conflict, "", "problem.stale")
		_, got, err = d.App(t, home).Target(t.Context(), p, made)
		must(t, err)
		changed.Kind = project.Deliverable
		if got.TargetDetails != changed || got.Version != 2 {
			t.Errorf("changed to %+v", got)
		}
		kinds := d.Kinds(t, c)
		if kinds["milestone.added staff"] != 1 || kinds["deliverable.added staff"] != 1 || kinds["deliverable.changed staff"] != 1 || kinds["deliverable.changed"] != 1 {
			t.Errorf("activity %v", kinds)
		}
	})
}

func TestClientsHearOfAnotherDayOfAMilestoneThatTheySee(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		c := marlow(t, d)
		in := details(c, "Shop")
		p := d.Create(t, home, in)
		in.Shared = false
		inner := d.Create(t, home, in)
		for _, m := range []struct {
			project project.ID
			visible bool
			state   project.State
			told    int
		}{{p, true, "planned", 1}, {p, false, "planned", 0}, {inner, true, "planned", 0}, {p, true, "completed", 0}} {
			target := d.Milestone(t, m.project, "M", "2026-12-01", m.visible)
			d.MoveTarget(t, m.project, target, targetPaths[project.Milestone][m.state]...)
			_, now, err := d.App(t, home).Target(t.Context(), m.project, target)
			must(t, err)
			before := d.Kinds(t, c)
			now.DueOn = "2026-12-08"
			must(t, d.App(t, home).UpdateTarget(t.Context(), m.project, target, now.Version, now.TargetDetails))
			after := d.Kinds(t, c)
			if after["milestone.rescheduled client"]-before["milestone.rescheduled client"] != m.told ||
				after["milestone.changed staff"]-before["milestone.changed staff"] != 1-m.told {
				t.Errorf("%+v: %v after %v", m, after, before)
			}
		}
	})
}

func TestTargetsAreMovedInTheirOrder(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		c := marlow(t, d)
		p := d.Create(t, home, details(c, "Shop"))
		ids := map[string]project.TargetID{}
		for _, name := range []string{"a", "b", "c", "d"} {
			ids[name] = d.Deliverable(t, p, name, true)
		}
		other := d.Deliverable(t, d.Create(t, home, details(c, "Other")), "other", true)
		for _, move := range []struct {
			target string
			to     project.Spot
			want   string
		}{
			{"a", project.Spot{By: -1}, "a b c d"},
			{"d", project.Spot{By: 1}, "a b c d"},
			{"a", project.Spot{By: 1}, "b a c d"},
			{"d", project.Spot{By: -1}, "b a d c"},
			{"b", project.Spot{By: 100}, "a d c b"},
			{"b", project.Spot{By: -100}, "b a d c"},
			{"c", project.Spot{Given: true, Before: ids["b"]}, "c b a d"},
			{"c", project.Spot{Given: true, Before: ids["d"]}, "b a c d"},
			{"c", project.Spot{Given: true, Before: ids["c"]}, "b a c d"},
			{"b", project.Spot{Given: true}, "a c d b"},
		} {
			must(t, d.App(t, home).Place(t.Context(), p, ids[move.target], move.to))
			if got := order(t, d, p); got != move.want {
				t.Fatalf("%s to %+v: %s, want %s", move.target, move.to, got, move.want)
			}
		}
		for _, before := range []project.TargetID{other, nobody, "x"} {
			wants(t, d.App(t, home).Place(t.Context(), p, ids["a"], project.Spot{Given: true, Before: before}), problem.Conflict, "", "target.place_gone")
		}
		d.Deliverable(t, p, "e", true)
		if got := order(t, d, p); got != "a c d b e" {
			t.Errorf("a new one stands in %s", got)
		}
		if kinds := d.Kinds(t, c); kinds["deliverable.placed"] != 7 || kinds["deliverable.placed client"] != 0 {
			t.Errorf("activity %v", kinds)
		}
	})
}

func TestManyWhoMoveAtOnceLoseNothing(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		p := d.Create(t, home, details(marlow(t, d), "Shop"))
		var ids []project.TargetID
		for i := range 8 {
			ids = append(ids, d.Deliverable(t, p, fmt.Sprint(i), true))
		}
		for round := range 3 {
			var calls []func() error
			for i := range 6 {
				app, to := d.App(t, home), project.Spot{By: i - 3 + round}
				if i%2 == 0 {
					to = project.Spot{Given: true, Before: ids[(i+round)%8]}
				}
				calls = append(calls, func() error { return app.Place(t.Context(), p, ids[(3*i)%8], to) })
			}
			app := d.App(t, home)
			calls = append(calls, func() error {
				_, err := app.AddTarget(t.Context(), p, project.TargetDetails{Kind: project.Deliverable, Name: fmt.Sprint(8 + round)})
				return err
			})
			for _, err := range atOnce(calls) {
				must(t, err)
			}
			var places []int
			must(t, d.System(t, home).Read(t.Context(), func(tx scope.Tx) (err error) {
				places, err = scope.List(t.Context(), tx, `select position from target where workspace_id = :workspace and project_id = :project order by position`,
					scope.Args{"project": p}, scope.Value[int])
				return err
			}))
			for i, place := range places {
				if place != i+1 || len(places) != 9+round {
					t.Fatalf("places %v", places)
				}
			}
		}
	})
}

func TestAProjectHasSoManyTargetsAndNoMore(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		c := marlow(t, d)
		p := d.Create(t, home, details(c, "Shop"))
		first := d.Milestone(t, p, "First", "2026-12-01", true)
		fill(t, d, p, 499)
		_, targets, err := d.App(t, home).WithTargets(t.Context(), p)
		must(t, err)
		if len(targets) != 500 {
			t.Fatalf("%d targets", len(targets))
		}
		must(t, d.App(t, home).Place(t.Context(), p, first, project.Spot{Given: true}))
		_, shown, err := d.Portal(t, ines, c).Get(t.Context(), p)
		must(t, err)
		if len(shown) != 500 || shown[499].ID != first {
			t.Errorf("the client sees %d", len(shown))
		}
		in := details(c, "Copy")
		copied, err := d.App(t, home).Copy(t.Context(), p, in)
		must(t, err)
		if got := order(t, d, copied); got != order(t, d, p) {
			t.Error("the copy of many stands in another order")
		}
		fill(t, d, p, project.MostTargets-501)
		d.Deliverable(t, p, "Last", true)
		_, err = d.App(t, home).AddTarget(t.Context(), p, project.TargetDetails{Kind: project.Deliverable, Name: "Beyond"})
		wants(t, err, problem.Invalid, "name", "target.too_many")
	})
}

// fillers counts the ids of filled targets.
var fillers atomic.Int64

// fill adds deliverables to a project without asking the feature.
func fill(t *testing.T, d *desk, p project.ID, n int) {
	t.Helper()
	must(t, d.System(t, home).Write(t.Context(), func(tx scope.Tx) error {
		for range n {
			_, err := tx.Exec(t.Context(), `insert into target (workspace_id, id, client_id, project_id, kind, position, name, client_visible, state, state_at, created_at)
				select :workspace, :id, p.client_id, p.id, 'deliverable',
					(select max(t.position) from target t where t.workspace_id = p.workspace_id and t.project_id = p.id) + 1,
					'filled', true, 'todo', 0, 0
				from project p where p.workspace_id = :workspace and p.id = :project`,
				scope.Args{"project": p, "id": fmt.Sprintf("%026d", fillers.Add(1))})
			if err != nil {
				return err
			}
		}
		return nil
	}))
}

func TestACopyIsAPatternAndNothingElse(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		c := marlow(t, d)
		other := d.Client(t, home, "Northwind Bikes", sam)
		in := details(c, "Shop")
		in.Budget, in.Description, in.Tags = "100.00", "Text.", "web"
		p := d.Create(t, home, in)
		item := d.Deliverable(t, p, "Before its milestone", false)
		m := d.Milestone(t, p, "Launch", "2026-12-24", true)
		dropped := d.Target(t, p, project.TargetDetails{Kind: project.Deliverable, Name: "Dropped", Note: "Note.", DueOn: "2026-12-31", Milestone: m, ClientVisible: true})
		must(t, d.App(t, home).UpdateTarget(t.Context(), p, item, 1, project.TargetDetails{Name: "Before its milestone", Milestone: m}))
		must(t, d.App(t, home).AddFunding(t.Context(), p, project.FundingDetails{Source: "Grant", Amount: "5", Status: project.Received}))
		d.Move(t, p, project.Active, project.OnHold)
		d.MoveTarget(t, p, m, project.InProgress, project.Completed, project.InProgress)
		d.MoveTarget(t, p, dropped, project.Cancelled)
		d.MoveTarget(t, p, item, project.Done)
		want := details(other, "Shop again")
		want.StartsOn, want.EndsOn, want.Shared = "2027-03-01", "2027-06-30", false
		before := d.Kinds(t, c)
		made, err := d.Same(t, "copy").Copy(t.Context(), p, want)
		must(t, err)
		again, err := d.Same(t, "copy").Copy(t.Context(), p, want)
		must(t, err)
		if made != again {
			t.Error("one form copied twice")
		}
		got, targets, err := d.App(t, home).WithTargets(t.Context(), made)
		must(t, err)
		if got.Details != want || got.State != project.Planned || got.Reason != "" || got.Money.Currency != "" || got.ClientName != "Northwind Bikes" {
			t.Errorf("copied %+v", got)
		}
		if len(targets) != 2 {
			t.Errorf("%d targets were copied; what was cancelled stays behind", len(targets))
		}
		// 120 days lie between 1 November and 1 March.
		for i, want := range []project.Target{
			{TargetDetails: project.TargetDetails{Kind: project.Deliverable, Name: "Before its milestone"}, State: project.Todo, MilestoneName: "Launch"},
			{TargetDetails: project.TargetDetails{Kind: project.Milestone, Name: "Launch", DueOn: "2027-04-23", ClientVisible: true}, State: project.Planned},
		} {
			if i >= len(targets) {
				t.Fatalf("%d targets were copied", len(targets))
			}
			got := targets[i]
			if want.MilestoneName != "" {
				want.Milestone = targets[1].ID
			}
			want.ID, want.StateAt, want.Version = got.ID, got.StateAt, got.Version
			if got != want || slices.Contains([]project.TargetID{item, m, dropped}, got.ID) {
				t.Errorf("copied %+v, want %+v", got, want)
			}
		}
		if _, funding, err := d.App(t, home).Funding(t.Context(), made); err != nil || len(funding) != 0 {
			t.Errorf("funding was copied: %+v (%v)", funding, err)
		}
		if all := steps(t, d, made); len(all) != 0 {
			t.Errorf("history was copied: %q", all)
		}
		kinds := d.Kinds(t, other)
		if kinds["project.created staff"] != 1 || len(d.Kinds(t, c)) != len(before) || kinds["project.shared"] != 0 || kinds["milestone.completed"] != 0 {
			t.Errorf("activity %v", kinds)
		}
		if l, err := d.Portal(t, sam, other).List(t.Context(), project.Wanted{}); err != nil || len(l.Rows) != 0 {
			t.Errorf("the other client sees the copy: %+v (%v)", l, err)
		}
		if d.Get(t, p).Version != 3 || order(t, d, p) != "Before its milestone Launch Dropped" {
			t.Error("copying changed the pattern")
		}
	})
}
