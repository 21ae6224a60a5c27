package project_test

import (
	"testing"

	"foyer/internal/feature/project"
	"foyer/internal/kernel/problem"
)

// Somebody goes back to an old page and sends its form again with other words:
// they must not be thanked for what is not stored.
func TestAFormSentAgainWithOtherWordsIsAConflict(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		ctx := t.Context()
		p, target, funding := furnished(t, d, marlow(t, d), "Shop")
		other := d.Milestone(t, p, "Launch", "2026-12-24", true)

		edit := project.TargetDetails{Name: "Sign", DueOn: "2026-12-02"}
		must(t, d.Same(t, "target").UpdateTarget(ctx, p, target, 1, edit))
		must(t, d.Same(t, "target").UpdateTarget(ctx, p, target, 1, edit))
		edit.Name = "Banner"
		wants(t, d.Same(t, "target").UpdateTarget(ctx, p, target, 1, edit), problem.Conflict, "", "problem.stale")
		edit.Name = ""
		wants(t, d.Same(t, "target").UpdateTarget(ctx, p, target, 1, edit), problem.Invalid, "name", "field.required")
		if _, got, err := d.App(t, home).Target(ctx, p, target); err != nil || got.Name != "Sign" || got.Version != 2 {
			t.Errorf("stored %+v (%v)", got, err)
		}

		bill := project.FundingDetails{Source: "The bank", Amount: "7.50", Status: project.Confirmed}
		must(t, d.Same(t, "funding").UpdateFunding(ctx, p, funding, 1, bill))
		must(t, d.Same(t, "funding").UpdateFunding(ctx, p, funding, 1, bill))
		bill.Amount = "75"
		wants(t, d.Same(t, "funding").UpdateFunding(ctx, p, funding, 1, bill), problem.Conflict, "", "problem.stale")
		if _, got, err := d.App(t, home).OneFunding(ctx, p, funding); err != nil || got.Amount.Minor != 750 || got.Version != 2 {
			t.Errorf("stored %+v (%v)", got, err)
		}

		must(t, d.Same(t, "step").SetTargetState(ctx, p, other, project.Change{From: project.Planned, To: project.InProgress}))
		must(t, d.Same(t, "step").SetTargetState(ctx, p, other, project.Change{From: project.Planned, To: project.InProgress}))
		wants(t, d.Same(t, "step").SetTargetState(ctx, p, other, project.Change{From: project.Planned, To: project.Cancelled}),
			problem.Conflict, "", "target.moved_on")
		must(t, d.Same(t, "go").SetState(ctx, p, project.Change{From: project.Planned, To: project.Active}))
		must(t, d.Same(t, "go").SetState(ctx, p, project.Change{From: project.Planned, To: project.Active}))
		wants(t, d.Same(t, "go").SetState(ctx, p, project.Change{From: project.Planned, To: project.Cancelled, Reason: "Too dear."}),
			problem.Conflict, "", "project.moved_on")

		must(t, d.Same(t, "place").Place(ctx, p, other, project.Spot{By: -1}))
		must(t, d.Same(t, "place").Place(ctx, p, other, project.Spot{By: -1}))
		must(t, d.Same(t, "remove").RemoveFunding(ctx, p, funding))
		must(t, d.Same(t, "remove").RemoveFunding(ctx, p, funding))
		if got := order(t, d, p); got != "Launch Sign" {
			t.Errorf("in the end the order is %s", got)
		}
	})
}

// Days have four digits of a year and are sorted as text.
func TestACopyDoesNotLeaveTheCalendar(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		c := marlow(t, d)
		for _, far := range []struct{ start, due, copied string }{{"9990-01-01", "9999-12-31", "9990-01-02"}, {"0100-01-01", "0001-01-01", "0099-12-31"}} {
			in := details(c, "Far")
			in.Type, in.StartsOn, in.EndsOn = project.Ongoing, far.start, ""
			p := d.Create(t, home, in)
			d.Milestone(t, p, "Goal", far.due, true)
			in.StartsOn = far.copied
			_, err := d.App(t, home).Copy(t.Context(), p, in)
			wants(t, err, problem.Invalid, "starts_on", "field.date")
			for _, start := range []string{far.start, ""} { // without a start days stay
				in.StartsOn = start
				made, err := d.App(t, home).Copy(t.Context(), p, in)
				must(t, err)
				_, all, err := d.App(t, home).WithTargets(t.Context(), made)
				must(t, err)
				if len(all) != 1 || all[0].DueOn != far.due {
					t.Errorf("copied to %q: %+v", start, all)
				}
			}
		}
		if l, err := d.App(t, home).List(t.Context(), project.Wanted{}); err != nil || l.Whole.All != 6 {
			t.Errorf("what was refused left something: %d projects, want 6 (%v)", l.Whole.All, err)
		}
	})
}
