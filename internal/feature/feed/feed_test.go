package feed_test

import (
	"fmt"
	"slices"
	"testing"

	"foyer/internal/auth"
	"foyer/internal/feature/client"
	"foyer/internal/feature/feed"
	"foyer/internal/feature/project"
	"foyer/internal/feature/project/projecttest"
)

type desk = projecttest.Desk

const (
	home = projecttest.Home
	ines = "ines@marlow.example"
	sam  = "sam@northwind.example"
)

var (
	onBoth = projecttest.OnBoth
	must   = projecttest.Must
)

// recent is what somebody's dashboard says, by kind and record.
func recent(t *testing.T, d *desk, email string, of client.ID) []string {
	t.Helper()
	events, err := d.Feed(t, email, of).Recent(t.Context())
	must(t, err)
	var all []string
	for _, e := range events {
		all = append(all, e.Kind+" "+e.Project.Name+" "+e.Target.Name)
	}
	return all
}

func TestTheFeedSaysWhatAClientMaySee(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		c, other := d.Client(t, home, "Marlow Ceramics", ines), d.Client(t, home, "Northwind Bikes", sam)
		theirs := d.Client(t, projecttest.Away, "Verso Books", ines)
		d.Create(t, projecttest.Away, projecttest.Details(theirs, "Away"))
		d.Create(t, home, projecttest.Details(other, "Bikes"))
		in := projecttest.Details(c, "Inner")
		in.Shared = false
		inner := d.Create(t, home, in)
		d.Move(t, inner, project.Active)
		p := d.Create(t, home, projecttest.Details(c, "Shop"))
		d.Move(t, p, project.Active)
		m := d.Milestone(t, p, "Launch", "2026-12-10", true)
		hidden := d.Milestone(t, p, "Hidden", "2026-12-10", false)
		d.MoveTarget(t, p, m, project.InProgress)
		d.MoveTarget(t, p, hidden, project.InProgress)
		must(t, d.App(t, home).AddFunding(t.Context(), p, project.FundingDetails{Source: "Grant", Amount: "5", Status: project.Received}))
		_, now, err := d.App(t, home).Target(t.Context(), p, m)
		must(t, err)
		now.DueOn = "2026-12-17"
		must(t, d.App(t, home).UpdateTarget(t.Context(), p, m, now.Version, now.TargetDetails))

		want := []string{"milestone.rescheduled Shop Launch", "milestone.started Shop Launch", "project.started Shop ", "project.shared Shop "}
		if got := recent(t, d, ines, c); !slices.Equal(got, want) {
			t.Errorf("Ines reads %q, want %q", got, want)
		}
		if got := recent(t, d, sam, other); !slices.Equal(got, []string{"project.shared Bikes "}) {
			t.Errorf("Sam reads %q", got)
		}
		events, err := d.Feed(t, ines, c).Recent(t.Context())
		must(t, err)
		first := events[0]
		if first.Actor != "Priya Rowe" || !first.ByStaff || first.Agreed || first.From != "2026-12-10" || first.To != "2026-12-17" || first.Target.ID != m.String() || first.Project.ID != p.String() || !first.At.Equal(d.Now()) {
			t.Errorf("the first is %+v", first)
		}
		for _, preset := range auth.Presets {
			email := string(preset) + "@marlow.example"
			d.Add(t, c, email, preset, true)
			got, least := len(recent(t, d, email, c)), 0
			if preset.Capabilities().Projects != auth.NoneOfIt {
				least = 4
			}
			if got != least {
				t.Errorf("%s reads %d events, want %d", preset, got, least)
			}
		}
	})
}

func TestWhatIsHiddenTakesItsHistoryAlong(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		c := d.Client(t, home, "Marlow Ceramics", ines)
		p := d.Create(t, home, projecttest.Details(c, "Shop"))
		m := d.Milestone(t, p, "Launch", "2026-12-10", true)
		item := d.Deliverable(t, p, "Logo", true)
		d.MoveTarget(t, p, m, project.InProgress, project.Completed)
		d.MoveTarget(t, p, item, project.Done)
		rest := []string{"deliverable.done Shop Logo", "project.shared Shop "}
		all := []string{rest[0], "milestone.completed Shop Launch", "milestone.started Shop Launch", rest[1]}
		for _, step := range []struct {
			what string
			do   func()
			want []string
		}{
			{"at first", func() {}, all},
			{"the milestone is hidden", func() { d.Show(t, p, m, false) }, rest},
			{"it is shown again", func() { d.Show(t, p, m, true) }, all},
			{"the project is not shared", func() { d.Share(t, p, false) }, nil},
			{"it is shared again", func() { d.Share(t, p, true) }, append([]string{"project.shared Shop "}, all...)},
			{"the deliverable is cancelled", func() { d.MoveTarget(t, p, item, project.Cancelled) }, append([]string{"project.shared Shop "}, all[1:]...)},
		} {
			step.do()
			if got := recent(t, d, ines, c); !slices.Equal(got, step.want) {
				t.Errorf("when %s: %q, want %q", step.what, got, step.want)
			}
		}
	})
}

func TestTheFeedComesInPagesWithoutAGap(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		c := d.Client(t, home, "Marlow Ceramics", ines)
		p := d.Create(t, home, projecttest.Details(c, "Shop"))
		want := []string{"Shop"}
		for i := range 64 {
			name := fmt.Sprint("Item ", i)
			target := d.Deliverable(t, p, name, i%3 > 0)
			d.MoveTarget(t, p, target, project.Done)
			if i%3 > 0 {
				want = append(want, name)
			}
		}
		slices.Reverse(want)
		var got, ids []string
		var pages []feed.Page
		for from := ""; ; {
			page, err := d.Feed(t, ines, c).Page(t.Context(), from)
			must(t, err)
			if page.From != from {
				t.Errorf("the page below %q says that it is below %q", from, page.From)
			}
			pages = append(pages, page)
			for _, e := range page.Events {
				name := e.Target.Name
				if name == "" {
					name = e.Project.Name
				}
				got, ids = append(got, name), append(ids, e.ID)
			}
			if from = page.Next; from == "" {
				break
			}
		}
		if !slices.Equal(got, want) || len(pages) != 2 || len(pages[0].Events) != 25 {
			t.Errorf("%d pages: %q, want %q", len(pages), got, want)
		}
		newestFirst := slices.Clone(ids)
		slices.Sort(newestFirst)
		slices.Reverse(newestFirst)
		if !slices.Equal(ids, newestFirst) {
			t.Error("the events are not newest first")
		}
		if got := recent(t, d, ines, c); len(got) != feed.Recent {
			t.Errorf("the dashboard has %d events", len(got))
		}
		for _, odd := range []string{"x", "\x00", "\xff", "' or 1=1 --"} {
			page, err := d.Feed(t, ines, c).Page(t.Context(), odd)
			must(t, err)
			if page.From != "" || len(page.Events) != 25 || page.Events[0].ID != ids[0] {
				t.Errorf("below %q begins %+v", odd, page)
			}
		}
	})
}
