package project_test

import (
	"slices"
	"strings"
	"testing"

	"foyer/internal/auth"
	"foyer/internal/feature/client"
	"foyer/internal/feature/project"
	"foyer/internal/feature/project/projecttest"
	"foyer/internal/kernel/problem"
)

// Short names of what every test here needs.
type desk = projecttest.Desk

const (
	home = projecttest.Home
	away = projecttest.Away
	ines = "ines@marlow.example"
	sam  = "sam@northwind.example"
)

var (
	onBoth  = projecttest.OnBoth
	must    = projecttest.Must
	wants   = projecttest.Wants
	details = projecttest.Details
)

// marlow is a client at home whose contact is Ines.
func marlow(t *testing.T, d *desk) client.ID {
	t.Helper()
	return d.Client(t, home, "Marlow Ceramics", ines)
}

// nobody has the form of an id.
const nobody = "00000000000000000000000000"

func TestFieldsAreChecked(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		c := marlow(t, d)
		theirs := d.Client(t, away, "Verso Books", "ada@verso.example")
		lead, err := d.Clients(t, home).Create(t.Context(), client.Details{
			Name: "Lead", Email: "lead@lead.example", Type: client.Organization, Lead: true, LeadStatus: client.Qualified, LeadSource: "referral",
		})
		must(t, err)
		gone := d.Client(t, home, "Gone", "gone@gone.example")
		must(t, d.Clients(t, home).Archive(t.Context(), gone))
		left := d.Hire(t, "Left", "left@haldenrowe.example", auth.Project)
		must(t, d.Team(t, home).Remove(t.Context(), left.ID))
		for _, wrong := range []struct {
			field, key string
			change     func(in *project.Details)
		}{
			{"name", "field.required", func(in *project.Details) { in.Name = " \t" }},
			{"name", "field.long", func(in *project.Details) { in.Name = strings.Repeat("ä", 301) }},
			{"description", "field.long", func(in *project.Details) { in.Description = strings.Repeat("ä", 10001) }},
			{"ends_on", "project.ends_before_start", func(in *project.Details) { in.EndsOn = "2026-10-31" }},
			{"ends_on", "project.end_required", func(in *project.Details) { in.EndsOn = "" }},
			{"ends_on", "field.date", func(in *project.Details) { in.EndsOn = "2027-02-29" }},
			{"starts_on", "field.date", func(in *project.Details) { in.StartsOn = "1.11.2026" }},
			{"type", "field.choice", func(in *project.Details) { in.Type = "other" }},
			{"priority", "field.choice", func(in *project.Details) { in.Priority = "" }},
			{"currency", "client.currency_wrong", func(in *project.Details) { in.Currency = "XXX" }},
			{"budget", "money.wrong", func(in *project.Details) { in.Budget = "a lot" }},
			{"budget", "money.negative", func(in *project.Details) { in.Budget = "-1" }},
			{"budget", "money.too_large", func(in *project.Details) { in.Budget = strings.Repeat("9", 30) }},
			{"budget", "money.whole", func(in *project.Details) { in.Currency, in.Budget = "JPY", "1.5" }},
			{"client", "project.client_required", func(in *project.Details) { in.Client = "" }},
			{"client", "project.client_required", func(in *project.Details) { in.Client = nobody }},
			{"client", "project.client_required", func(in *project.Details) { in.Client = theirs }},
			{"client", "project.client_required", func(in *project.Details) { in.Client = lead }},
			{"client", "project.client_required", func(in *project.Details) { in.Client = gone }},
			{"owner", "field.choice", func(in *project.Details) { in.Owner = "somebody" }},
			{"owner", "project.owner_gone", func(in *project.Details) { in.Owner = nobody }},
			{"owner", "project.owner_gone", func(in *project.Details) { in.Owner = left.ID }},
			{"tags", "project.tag_long", func(in *project.Details) { in.Tags = "short, " + strings.Repeat("x", 41) }},
			{"tags", "project.tags_many", func(in *project.Details) { in.Tags = "a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q,r,s,t,u" }},
		} {
			in := details(c, "Shop")
			wrong.change(&in)
			_, err := d.App(t, home).Create(t.Context(), in)
			wants(t, err, problem.Invalid, wrong.field, wrong.key)
		}
		if l, err := d.App(t, home).List(t.Context(), project.Wanted{}); err != nil || l.Whole.All != 0 {
			t.Errorf("wrong forms made %d projects (%v)", l.Whole.All, err)
		}
	})
}

func TestAProjectKeepsWhatTheFormSays(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		c := marlow(t, d)
		own := d.Staff(t, home, projecttest.Owner, "").MemberID()
		in := project.Details{
			Name: strings.Repeat("Ü", 300), Client: c, Description: "One.\nTwo.", Type: project.Ongoing, Priority: project.High, Owner: own,
			StartsOn: "2026-11-01", Budget: "4500.5", Currency: "eur", Tags: " Web,  web , two  words,,", Shared: true,
		}
		got := d.Get(t, d.Create(t, home, in))
		in.Budget, in.Currency, in.Tags = "4500.50", "EUR", "Web, two words"
		if got.Details != in || got.Money.Minor != 450050 || got.State != project.Planned || got.OwnerName != "Priya Rowe" || got.OwnerLeft ||
			got.ClientName != "Marlow Ceramics" || !got.StateAt.Equal(d.Now()) || got.Version != 1 || got.Reason != "" {
			t.Errorf("stored %+v", got)
		}
		changed := details(c, "Shop")
		must(t, d.App(t, home).Update(t.Context(), got.ID, 1, changed))
		after := d.Get(t, got.ID)
		if after.Details != changed || after.Money.Currency != "" || after.Version != 2 {
			t.Errorf("changed to %+v", after)
		}
		wants(t, d.App(t, home).Update(t.Context(), got.ID, 1, in), problem.Conflict, "", "problem.stale")
		in.Client = d.Client(t, home, "Northwind Bikes", sam)
		must(t, d.App(t, home).Update(t.Context(), got.ID, 2, in))
		if d.Get(t, got.ID).Client != c {
			t.Error("a project went to another client")
		}
	})
}

func TestAFormSentTwiceIsOne(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		c := marlow(t, d)
		one, err := d.Same(t, "create").Create(t.Context(), details(c, "Shop"))
		must(t, err)
		two, err := d.Same(t, "create").Create(t.Context(), details(c, "Shop"))
		must(t, err)
		if one != two {
			t.Error("one form made two projects")
		}
		in := details(c, "Store")
		must(t, d.Same(t, "update").Update(t.Context(), one, 1, in))
		must(t, d.Same(t, "update").Update(t.Context(), one, 1, in))
		in.Name = "Market"
		wants(t, d.Same(t, "update").Update(t.Context(), one, 1, in), problem.Conflict, "", "problem.stale")
		step := project.Change{From: project.Planned, To: project.Active}
		must(t, d.Same(t, "start").SetState(t.Context(), one, step))
		must(t, d.Same(t, "start").SetState(t.Context(), one, step))
		target := project.TargetDetails{Kind: project.Deliverable, Name: "Logo"}
		for range 2 {
			_, err := d.Same(t, "target").AddTarget(t.Context(), one, target)
			must(t, err)
			must(t, d.Same(t, "funding").AddFunding(t.Context(), one, project.FundingDetails{Source: "Grant", Amount: "5", Status: project.Expected}))
		}
		_, targets, err := d.App(t, home).WithTargets(t.Context(), one)
		must(t, err)
		_, funding, err := d.App(t, home).Funding(t.Context(), one)
		must(t, err)
		kinds := d.Kinds(t, c)
		if len(targets) != 1 || len(funding) != 1 || kinds["project.started"] != 1 || kinds["project.created"] != 1 || kinds["project.changed"] != 1 {
			t.Errorf("%d targets, %d sources, %v", len(targets), len(funding), kinds)
		}
	})
}

func TestWhoLeftStays(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		c := marlow(t, d)
		m := d.Hire(t, "Jonas Halden", "jonas@haldenrowe.example", auth.Project)
		in := details(c, "Shop")
		in.Owner = m.ID
		p := d.Create(t, home, in)
		if s, _, err := d.Portal(t, ines, c).Get(t.Context(), p); err != nil || s.Owner != "Jonas Halden" {
			t.Errorf("the client sees the owner %q (%v)", s.Owner, err)
		}
		must(t, d.Team(t, home).Remove(t.Context(), m.ID))
		got := d.Get(t, p)
		if !got.OwnerLeft || got.OwnerName != "Jonas Halden" {
			t.Errorf("of the owner who left it is known %+v", got)
		}
		if s, _, err := d.Portal(t, ines, c).Get(t.Context(), p); err != nil || s.Owner != "" {
			t.Errorf("the client sees the owner %q who left (%v)", s.Owner, err)
		}
		in.Name = "Store"
		must(t, d.App(t, home).Update(t.Context(), p, got.Version, in))
		must(t, d.Clients(t, home).Archive(t.Context(), c))
		in.Name = "Market"
		must(t, d.App(t, home).Update(t.Context(), p, got.Version+1, in))
	})
}

// everything is each method of the door that names a project, as an error.
func everything(t *testing.T, app func() project.App, p project.ID, target project.TargetID, funding project.FundingID) map[string]error {
	t.Helper()
	ctx := t.Context()
	_, get := app().Get(ctx, p)
	_, _, with := app().WithTargets(ctx, p)
	_, _, one := app().Target(ctx, p, target)
	_, history := app().History(ctx, p, "")
	_, _, money := app().Funding(ctx, p)
	_, _, source := app().OneFunding(ctx, p, funding)
	in := project.Details{Name: "X", Type: project.Ongoing, Priority: project.Low, Currency: "EUR", Client: nobody}
	_, copied := app().Copy(ctx, p, in)
	_, add := app().AddTarget(ctx, p, project.TargetDetails{Kind: project.Deliverable, Name: "X"})
	bill := project.FundingDetails{Source: "X", Amount: "1", Status: project.Received}
	return map[string]error{
		"get": get, "with": with, "target": one, "history": history, "money": money, "source": source, "copy": copied, "add": add,
		"update": app().Update(ctx, p, 1, in), "state": app().SetState(ctx, p, project.Change{From: project.Planned, To: project.Active}),
		"target state":  app().SetTargetState(ctx, p, target, project.Change{From: project.Todo, To: project.Done}),
		"update target": app().UpdateTarget(ctx, p, target, 1, project.TargetDetails{Name: "X"}),
		"place":         app().Place(ctx, p, target, project.Spot{By: -1}), "add funding": app().AddFunding(ctx, p, bill),
		"update funding": app().UpdateFunding(ctx, p, funding, 1, bill), "remove funding": app().RemoveFunding(ctx, p, funding),
	}
}

// Methods of everything that only read, that name a target and that name a
// source of money.
var (
	reading    = []string{"get", "with", "target", "history", "money", "source"}
	ofTargets  = []string{"target", "target state", "update target", "place"}
	ofFundings = []string{"source", "update funding", "remove funding"}
)

// furnished is a project with a target and a source of money.
func furnished(t *testing.T, d *desk, c client.ID, name string) (project.ID, project.TargetID, project.FundingID) {
	t.Helper()
	p := d.Create(t, home, details(c, name))
	target := d.Deliverable(t, p, "Logo", true)
	must(t, d.App(t, home).AddFunding(t.Context(), p, project.FundingDetails{Source: "Grant", Amount: "5", Status: project.Received}))
	_, all, err := d.App(t, home).Funding(t.Context(), p)
	must(t, err)
	return p, target, all[0].ID
}

func TestTwoWorkspacesDoNotSeeEachOther(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		c := marlow(t, d)
		p, target, funding := furnished(t, d, c, "Shop")
		before := d.Kinds(t, c)
		for name, err := range everything(t, func() project.App { return d.App(t, away) }, p, target, funding) {
			if !problem.Is(err, problem.NotFound) {
				t.Errorf("%s from the other workspace: %v", name, err)
			}
		}
		l, err := d.App(t, away).List(t.Context(), project.Wanted{Query: "Shop"})
		must(t, err)
		of, err := d.App(t, away).ListOf(t.Context(), c, project.Wanted{})
		must(t, err)
		due, err := d.App(t, away).Due(t.Context(), 1000)
		must(t, err)
		choices, err := d.App(t, away).Choices(t.Context())
		must(t, err)
		if l.Whole.All+l.Counts.All+len(l.Rows)+len(l.Received)+of.Counts.All+len(of.Rows)+due.AllProjects+len(choices.Clients) != 0 || len(choices.Owners) != 1 {
			t.Errorf("the other workspace sees %+v, %+v, %+v, %+v", l, of, due, choices)
		}
		if after := d.Kinds(t, c); len(after) != len(before) || d.Get(t, p).Version != 1 {
			t.Errorf("the other workspace left %v", after)
		}
	})
}

func TestIdsThatAreNoneAreNotFound(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		c := marlow(t, d)
		p, target, funding := furnished(t, d, c, "Shop")
		_, otherTarget, otherFunding := furnished(t, d, c, "Other")
		app := func() project.App { return d.App(t, home) }
		for _, bad := range []string{"", "x", "\x00", "\xff", "01jzzzzzzzzzzzzzzzzzzzzzzz", nobody, "' or 1=1 --"} {
			for name, err := range everything(t, app, project.ID(bad), target, funding) {
				if !problem.Is(err, problem.NotFound) {
					t.Errorf("%s of project %q: %v", name, bad, err)
				}
			}
			if _, _, err := d.Portal(t, ines, c).Get(t.Context(), project.ID(bad)); !problem.Is(err, problem.NotFound) {
				t.Errorf("project %q in the portal: %v", bad, err)
			}
		}
		for _, bad := range []string{"", "x", "\x00", "\xff", nobody, otherTarget.String(), otherFunding.String()} {
			all := everything(t, app, p, project.TargetID(bad), project.FundingID(bad))
			for _, name := range slices.Concat(ofTargets, ofFundings) {
				if !problem.Is(all[name], problem.NotFound) {
					t.Errorf("%s of %q: %v", name, bad, all[name])
				}
			}
		}
	})
}

func TestRolesMayWhatTheirTableSays(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		c := marlow(t, d)
		in := details(c, "Shop")
		in.Budget = "1234.50"
		p := d.Create(t, home, in)
		must(t, d.App(t, home).AddFunding(t.Context(), p, project.FundingDetails{Source: "Grant", Amount: "5", Status: project.Received}))
		_, all, err := d.App(t, home).Funding(t.Context(), p)
		must(t, err)
		target := d.Deliverable(t, p, "Logo", true)
		for role, may := range map[auth.Role]struct{ write, money bool }{
			auth.Viewer: {false, true}, auth.Finance: {false, true}, auth.Support: {false, false}, auth.Project: {true, true}, auth.Admin: {true, true},
		} {
			email := string(role) + "@haldenrowe.example"
			d.Hire(t, "N "+string(role), email, role)
			app := func() project.App { return d.As(t, home, email) }
			sees(t, app, p, role, may.money)
			if may.write {
				_, err := app().Create(t.Context(), details(c, "By "+string(role)))
				must(t, err)
				continue
			}
			for name, err := range everything(t, app, p, target, all[0].ID) {
				switch {
				case (name == "money" || name == "source") && !may.money, !slices.Contains(reading, name):
					if !problem.Is(err, problem.Forbidden) {
						t.Errorf("%s as %s: %v", name, role, err)
					}
				default:
					must(t, err)
				}
			}
			_, err := app().Create(t.Context(), details(c, "X"))
			wants(t, err, problem.Forbidden, "", "")
		}
	})
}

// sees holds what a role sees of money anywhere.
func sees(t *testing.T, app func() project.App, p project.ID, role auth.Role, money bool) {
	t.Helper()
	got, err := app().Get(t.Context(), p)
	must(t, err)
	l, err := app().List(t.Context(), project.Wanted{Query: "Shop"})
	must(t, err)
	of, err := app().ListOf(t.Context(), got.Client, project.Wanted{})
	must(t, err)
	h, err := app().History(t.Context(), p, "")
	must(t, err)
	row := slices.IndexFunc(of.Rows, func(r project.Row) bool { return r.ID == p })
	shown := []bool{
		app().SeesMoney(), got.Budget == "1234.50", got.Money.Minor == 123450, l.Rows[0].Budget.Minor == 123450, len(l.Received) == 1,
		of.Rows[row].Budget.Minor == 123450, slices.ContainsFunc(h.Events, func(e project.Happening) bool { return e.Kind == "funding.added" }),
	}
	if slices.Contains(shown, !money) {
		t.Errorf("%s is shown money: %v, want %v", role, shown, money)
	}
	if !money && (got.Budget != "" || got.Money.Minor != 0 || l.Rows[0].Budget.Minor != 0 || of.Rows[row].Budget.Minor != 0) {
		t.Errorf("%s is shown money: %+v", role, got)
	}
}

func TestTheZeroStaffReachesNothing(t *testing.T) {
	t.Parallel()
	if _, err := project.ForStaff(auth.Staff{}).List(t.Context(), project.Wanted{}); !problem.Is(err, problem.Forbidden) {
		t.Errorf("the zero staff lists projects: %v", err)
	}
}

func TestTheStaffsListAgreesWithItsCounts(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		c := marlow(t, d)
		other := d.Client(t, home, "Northwind Bikes", sam)
		states := [][]project.State{{}, {project.Active}, {project.Active, project.OnHold}, {project.Active, project.Completed}, {project.Cancelled}}
		for i := range 30 {
			of := map[bool]client.ID{true: c, false: other}[i%2 == 0]
			in := details(of, "Shop "+strings.Repeat("x", i%7))
			in.Tags = map[bool]string{true: "100%", false: "10_0"}[i%3 == 0]
			p := d.Create(t, home, in)
			d.Move(t, p, states[i%len(states)]...)
		}
		want := project.Counts{All: 30, Active: 12, OnHold: 6, Completed: 6}
		for _, f := range project.Filters {
			ids, last := pages(t, d, project.Wanted{Filter: f})
			if ids != want.Of(f) || last.Counts != want || last.Whole != want {
				t.Errorf("%s: %d listed, %+v counted, %+v in all, want %+v", f, ids, last.Counts, last.Whole, want)
			}
		}
		for query, n := range map[string]int{"100%": 10, "10_0": 20, "north": 15, "MARLOW": 15, "shop xxxxxx": 4, "nothing": 0, "%": 10, `\`: 0} {
			if got, last := pages(t, d, project.Wanted{Query: query}); got != n || last.Counts.All != n || last.Whole != want {
				t.Errorf("%q: %d listed, %d counted, want %d", query, got, last.Counts.All, n)
			}
		}
		of, err := d.App(t, home).ListOf(t.Context(), other, project.Wanted{})
		must(t, err)
		if of.Counts.All != 15 || len(of.Rows) != 15 {
			t.Errorf("of one client: %+v", of)
		}
	})
}

// pages walks through the staff's list and back, and counts what it meets.
func pages(t *testing.T, d *desk, w project.Wanted) (int, project.List) {
	t.Helper()
	var seen []project.ID
	for {
		l, err := d.App(t, home).List(t.Context(), w)
		must(t, err)
		for _, r := range l.Rows {
			if slices.Contains(seen, r.ID) {
				t.Errorf("%+v lists a project twice", w)
			}
			seen = append(seen, r.ID)
		}
		if l.Next == "" {
			if l.Prev != "" {
				w.After, w.Before = "", l.Prev
				back, err := d.App(t, home).List(t.Context(), w)
				must(t, err)
				if len(back.Rows) != project.PageSize || back.Rows[0].ID != seen[len(seen)-len(l.Rows)-project.PageSize] {
					t.Errorf("%+v goes back to %d rows", w, len(back.Rows))
				}
			}
			return len(seen), l
		}
		w.After = l.Next
	}
}
