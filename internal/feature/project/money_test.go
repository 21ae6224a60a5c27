package project_test

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"foyer/internal/feature/project"
	"foyer/internal/kernel/civil"
	"foyer/internal/kernel/money"
	"foyer/internal/kernel/problem"
)

func TestFundingIsChecked(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		c := marlow(t, d)
		p := d.Create(t, home, details(c, "Shop"))
		for _, wrong := range []struct {
			field, key string
			in         project.FundingDetails
		}{
			{"source", "field.required", project.FundingDetails{Amount: "1", Status: project.Expected}},
			{"source", "field.long", project.FundingDetails{Source: strings.Repeat("x", 301), Amount: "1", Status: project.Expected}},
			{"amount", "field.required", project.FundingDetails{Source: "X", Status: project.Expected}},
			{"amount", "money.wrong", project.FundingDetails{Source: "X", Amount: "one", Status: project.Expected}},
			{"amount", "money.negative", project.FundingDetails{Source: "X", Amount: "-1", Status: project.Expected}},
			{"amount", "money.decimals", project.FundingDetails{Source: "X", Amount: "1.0001", Status: project.Expected}},
			{"status", "field.choice", project.FundingDetails{Source: "X", Amount: "1", Status: "lost"}},
		} {
			wants(t, d.App(t, home).AddFunding(t.Context(), p, wrong.in), problem.Invalid, wrong.field, wrong.key)
		}
		in := project.FundingDetails{Source: strings.Repeat("Ü", 300), Amount: "1,234.50", Currency: "USD", Status: project.Confirmed}
		must(t, d.App(t, home).AddFunding(t.Context(), p, in))
		_, all, err := d.App(t, home).Funding(t.Context(), p)
		must(t, err)
		if len(all) != 1 || all[0].Source != in.Source || all[0].Amount != (money.Amount{Minor: 123450, Currency: "EUR"}) || all[0].Status != project.Confirmed {
			t.Fatalf("stored %+v", all)
		}
		f := all[0]
		must(t, d.App(t, home).UpdateFunding(t.Context(), p, f.ID, 1, project.FundingDetails{Source: "Bank", Amount: "0", Status: project.Received}))
		wants(t, d.App(t, home).UpdateFunding(t.Context(), p, f.ID, 1, in), problem.Conflict, "", "problem.stale")
		_, got, err := d.App(t, home).OneFunding(t.Context(), p, f.ID)
		must(t, err)
		if got.Source != "Bank" || got.Amount.Minor != 0 || got.Amount.Currency != "EUR" || got.Version != 2 {
			t.Errorf("changed to %+v", got)
		}
		must(t, d.App(t, home).RemoveFunding(t.Context(), p, f.ID))
		wants(t, d.App(t, home).RemoveFunding(t.Context(), p, f.ID), problem.NotFound, "", "")
		for range 200 {
			must(t, d.App(t, home).AddFunding(t.Context(), p, in))
		}
		wants(t, d.App(t, home).AddFunding(t.Context(), p, in), problem.Invalid, "source", "funding.too_many")
		kinds := d.Kinds(t, c)
		for _, kind := range []string{"funding.added", "funding.changed", "funding.removed"} {
			if kinds[kind] == 0 || kinds[kind+" staff"] != kinds[kind] {
				t.Errorf("activity %v", kinds)
			}
		}
	})
}

func TestWhatCameInIsSummedByCurrency(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		c := marlow(t, d)
		for i, f := range []struct {
			currency, amount string
			status           project.FundingStatus
		}{
			{"EUR", "1.50", project.Received}, {"EUR", "2.25", project.Received}, {"EUR", "100", project.Confirmed},
			{"JPY", "300", project.Received}, {"USD", "7", project.Expected},
		} {
			in := details(c, fmt.Sprint("P", i))
			in.Currency = f.currency
			must(t, d.App(t, home).AddFunding(t.Context(), d.Create(t, home, in), project.FundingDetails{Source: "S", Amount: f.amount, Status: f.status}))
		}
		l, err := d.App(t, home).List(t.Context(), project.Wanted{Query: "nothing"})
		must(t, err)
		if fmt.Sprint(l.Received) != "[{375 EUR} {300 JPY}]" {
			t.Errorf("received %v", l.Received)
		}
	})
}

func TestTheMostMoneyStillAddsUp(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		p := d.Create(t, home, details(marlow(t, d), "Shop"))
		most := money.Amount{Minor: math.MaxInt64, Currency: "EUR"}
		for most.Minor > 0 {
			in := project.FundingDetails{Source: "S", Amount: most.Input(), Status: project.Received}
			err := d.App(t, home).AddFunding(t.Context(), p, in)
			if !problem.Is(err, problem.Invalid) {
				must(t, err)
				must(t, d.App(t, home).AddFunding(t.Context(), p, in))
				break
			}
			most.Minor /= 2
		}
		l, err := d.App(t, home).List(t.Context(), project.Wanted{})
		must(t, err)
		if len(l.Received) != 1 || l.Received[0].Minor != 2*most.Minor {
			t.Errorf("received %v, want twice %v", l.Received, most)
		}
	})
}

// Whether something is due or late depends on the day that it is where the
// workspace is.
func TestDueAndLateByTheWorkspacesDay(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		for i, at := range []struct {
			zone string
			now  string
			day  civil.Date
		}{
			{"Pacific/Kiritimati", "2026-11-30T09:59:59Z", "2026-11-30"}, // +14
			{"Pacific/Kiritimati", "2026-11-30T10:00:00Z", "2026-12-01"},
			{"Pacific/Pago_Pago", "2026-12-01T10:59:59Z", "2026-11-30"}, // -11
			{"Pacific/Pago_Pago", "2026-12-01T11:00:00Z", "2026-12-01"},
			{"Europe/Berlin", "2027-03-27T23:00:00Z", "2027-03-28"}, // the clock goes on at 1:00Z
			{"Europe/Berlin", "2027-03-28T21:59:59Z", "2027-03-28"},
			{"Europe/Berlin", "2027-03-28T22:00:00Z", "2027-03-29"},
			{"America/New_York", "2027-11-07T03:59:59Z", "2027-11-06"}, // the clock goes back at 6:00Z
			{"America/New_York", "2027-11-08T04:59:59Z", "2027-11-07"},
			{"America/New_York", "2027-11-08T05:00:00Z", "2027-11-08"},
			{"Australia/Lord_Howe", "2028-02-28T13:00:00Z", "2028-02-29"}, // half an hour of summer time, leap year
		} {
			host := fmt.Sprintf("zone%d.example", i)
			d.Open(t, host, at.zone)
			c := d.Client(t, host, "Far away", "far@away.example")
			now, err := time.Parse(time.RFC3339, at.now)
			must(t, err)
			d.At(now)
			for n := -1; n <= 8; n++ {
				in := details(c, fmt.Sprint("P", n))
				in.StartsOn, in.EndsOn = "", string(at.day.Add(n))
				p := d.Create(t, host, in)
				_, err := d.App(t, host).AddTarget(t.Context(), p, project.TargetDetails{Kind: project.Milestone, Name: fmt.Sprint("M", n), DueOn: in.EndsOn})
				must(t, err)
			}
			for days, want := range map[int]int{0: 2, 1: 3, 7: 9, -1: 1, -2: 0} {
				due, err := d.App(t, host).Due(t.Context(), days)
				must(t, err)
				if due.AllProjects != want || due.AllMilestones != want || len(due.Projects) != min(want, 8) || len(due.Milestones) != min(want, 8) {
					t.Errorf("%s at %s within %d days: %+v, want %d", at.zone, at.now, days, due, want)
				}
				if want > 0 && (due.Projects[0].Name != "P-1" || due.Milestones[0].Name != "M-1" || due.Milestones[0].ProjectName != "P-1" || due.Projects[0].On != at.day.Add(-1)) {
					t.Errorf("%s at %s: the first are %+v", at.zone, at.now, due)
				}
			}
			l, err := d.App(t, host).List(t.Context(), project.Wanted{})
			must(t, err)
			late := 0
			today := civil.Today(d.Staff(t, host, "priya@haldenrowe.example", "").Now())
			for _, r := range l.Rows {
				if r.Late(today) {
					late++
				}
			}
			if late != 1 || today != at.day {
				t.Errorf("%s at %s: %d are late on %s", at.zone, at.now, late, today)
			}
		}
	})
}

func TestWhatIsOverIsNotDue(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		c := marlow(t, d)
		in := details(c, "Shop")
		in.EndsOn = "2026-11-20"
		counts := func() [2]int {
			t.Helper()
			due, err := d.App(t, home).Due(t.Context(), 7)
			must(t, err)
			return [2]int{due.AllProjects, due.AllMilestones}
		}
		p := d.Create(t, home, in)
		m := d.Milestone(t, p, "Hidden from clients", "2026-11-20", false)
		d.Target(t, p, project.TargetDetails{Kind: project.Deliverable, Name: "Item", DueOn: "2026-11-20"})
		for _, step := range []struct {
			do   func()
			want [2]int
		}{
			{func() {}, [2]int{1, 1}},
			{func() { d.Move(t, p, project.Active, project.OnHold) }, [2]int{1, 1}},
			{func() { d.Move(t, p, project.Completed) }, [2]int{0, 0}},
			{func() { d.Move(t, p, project.Active) }, [2]int{1, 1}},
			{func() { d.MoveTarget(t, p, m, project.InProgress) }, [2]int{1, 1}},
			{func() { d.MoveTarget(t, p, m, project.Completed) }, [2]int{1, 0}},
			{func() { d.Move(t, p, project.Cancelled) }, [2]int{0, 0}},
		} {
			step.do()
			if got := counts(); got != step.want {
				t.Errorf("due %v, want %v", got, step.want)
			}
		}
	})
}

func TestDaysAndShares(t *testing.T) {
	t.Parallel()
	p := project.Project{Details: project.Details{EndsOn: "2027-03-29"}, State: project.Active}
	if days, ok := p.DaysLeft("2027-03-27"); days != 2 || !ok {
		t.Errorf("%d days left across the change of clocks", days)
	}
	p.State = project.Completed
	if _, ok := p.DaysLeft("2027-03-27"); ok {
		t.Error("days are left of what is completed")
	}
	for g, want := range map[project.Progress]string{
		{}:                          "0 false",
		{Milestones: 3, Reached: 2}: "66 true",
		{Milestones: 3, Reached: 3}: "100 true",
		{Deliverables: 3, Done: 2, Milestones: 1, Reached: 1}: "66 true",
		{Deliverables: 1000, Done: 999}:                       "99 true",
	} {
		percent, ok := g.Percent()
		if got := fmt.Sprint(percent, ok); got != want {
			t.Errorf("%+v: %s, want %s", g, got, want)
		}
	}
	for _, m := range [][4]string{
		{"2026-11-01", "2027-03-01", "2026-12-24", "2027-04-23"}, {"", "2027-03-01", "2026-12-24", "2026-12-24"},
		{"2026-11-01", "", "2026-12-24", "2026-12-24"}, {"2026-11-01", "2026-10-31", "", ""}, {"2028-03-01", "2028-02-29", "2028-03-01", "2028-02-29"},
	} {
		if got := project.Shift(m[0], m[1])(m[2]); got != m[3] {
			t.Errorf("from %q to %q moves %q to %q, want %q", m[0], m[1], m[2], got, m[3])
		}
	}
}
