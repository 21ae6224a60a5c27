package change_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"foyer/internal/feature/change"
	"foyer/internal/feature/project"
	"foyer/internal/feature/project/projecttest"
)

// Lists, counts, the board and the dashboard's figure say what the records are.
func TestListsSayWhatThereIs(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		b.owned(t)
		other := b.Client(t, home, "Northwind Bikes", sam)
		bikes := b.Create(t, home, projecttest.Details(other, "Bikes"))
		asks := func(email, title string, in change.Details) change.ID {
			t.Helper()
			of := b.of
			if email == sam {
				of = other
			}
			in.Title = title
			made, err := b.f.ForClient(b.Contact(t, home, email, of)).Submit(t.Context(), in, nil)
			must(t, err)
			b.Later(time.Second)
			return made
		}
		ctx, in := t.Context(), b.details("")
		none := change.Before{}
		ids := map[string]change.ID{}
		for _, name := range []string{"submitted", "in_review", "needs_info", "quoted", "scheduled", "delivered", "rejected", "withdrawn"} {
			ids[name] = asks(ines, "Has been "+name, in)
		}
		must(t, b.app(t).Review(ctx, ids["in_review"], none))
		must(t, b.app(t).Ask(ctx, ids["needs_info"], none, "?", nil))
		must(t, b.app(t).Quote(ctx, ids["quoted"], none, quote("10")))
		must(t, b.app(t).Agree(ctx, ids["scheduled"], none, "Yes"))
		must(t, b.app(t).Agree(ctx, ids["delivered"], none, "Yes"))
		b.MoveTarget(t, b.project, b.get(t, ids["delivered"]).Target, project.Done)
		must(t, b.app(t).Reject(ctx, ids["rejected"], none, "No"))
		must(t, b.portal(t).Withdraw(ctx, ids["withdrawn"], none))
		low := b.details("")
		low.Priority, low.Category = change.Low, change.BugFix
		asks(own, "Of Owen", low)
		theirs := b.details("")
		theirs.Project = bikes
		asks(sam, "Of Sam", theirs)

		names := func(w change.Wanted) (all []string) {
			t.Helper()
			l, err := b.app(t).List(ctx, w)
			must(t, err)
			for i, r := range l.Rows {
				all = append(all, r.Title)
				if i > 0 && r.UpdatedAt.After(l.Rows[i-1].UpdatedAt) {
					t.Error("the list is not in its order")
				}
			}
			if f := l.Wanted.Filter; l.Counts[f] != len(l.Rows) {
				t.Errorf("%s counts %d, and has %d rows", f, l.Counts[f], len(l.Rows))
			}
			slices.Sort(all)
			return all
		}
		me := b.Staff(t, home, owner, "").MemberID()
		for _, c := range []struct {
			w    change.Wanted
			want int
		}{
			{change.Wanted{}, 10},
			{change.Wanted{Filter: "x"}, 10},
			{change.Wanted{Filter: change.FilterPending}, 6},
			{change.Wanted{Filter: "submitted"}, 3},
			{change.Wanted{Filter: "needs_info"}, 1},
			{change.Wanted{Filter: change.FilterAccepted}, 2},
			{change.Wanted{Filter: "delivered"}, 1},
			{change.Wanted{Filter: change.FilterClosed}, 2},
			{change.Wanted{Filter: "withdrawn"}, 1},
			{change.Wanted{Query: "northwind"}, 1},
			{change.Wanted{Query: "CR-3"}, 1},
			{change.Wanted{Query: "by post"}, 10},
			{change.Wanted{Query: "%"}, 0},
			{change.Wanted{Project: b.project}, 9},
			{change.Wanted{Client: other}, 1},
			{change.Wanted{Priority: change.Low}, 1},
			{change.Wanted{Category: change.BugFix, Filter: change.FilterPending}, 1},
			{change.Wanted{Assignee: me}, 6},
			{change.Wanted{Assignee: change.Nobody}, 4},
			{change.Wanted{Older: 1}, 0},
		} {
			if got := names(c.w); len(got) != c.want {
				t.Errorf("%+v has %q, want %d", c.w, got, c.want)
			}
		}
		b.Later(48 * time.Hour)
		if got := names(change.Wanted{Older: 1}); len(got) != 10 {
			t.Errorf("after two days %q are older than one", got)
		}
		for _, w := range []change.Wanted{{}, {Query: "has been"}} {
			board, err := b.app(t).Board(ctx, w)
			must(t, err)
			want := map[change.Lane]int{change.LaneNew: 3, change.LaneReview: 2, change.LaneQuoted: 1, change.LaneApproved: 1}
			if w.Query != "" {
				want[change.LaneNew] = 1
			}
			for lane, n := range want {
				if board.Counts[lane] != n || len(board.Rows[lane]) != n {
					t.Errorf("%s has %d of %d, want %d", lane, len(board.Rows[lane]), board.Counts[lane], n)
				}
			}
		}
		for email, want := range map[string][4]int{ines: {9, 5, 2, 2}, own: {1, 1, 0, 0}} {
			for i, f := range []change.Filter{change.FilterAll, change.FilterPending, change.FilterDecided, change.FilterClosed} {
				l, err := b.contact(t, email).List(ctx, change.Wanted{Filter: f})
				must(t, err)
				if len(l.Rows) != want[i] || l.Counts[f] != want[i] {
					t.Errorf("%s has %d rows of %d under %s, want %d", email, len(l.Rows), l.Counts[f], f, want[i])
				}
			}
			n, err := b.contact(t, email).Pending(ctx)
			must(t, err)
			if n != want[1] {
				t.Errorf("%s: %d are pending, want %d", email, n, want[1])
			}
			l, err := b.contact(t, email).List(ctx, change.Wanted{Query: "owen", Filter: "submitted"})
			must(t, err)
			if len(l.Rows) != 1 || l.Counts[change.FilterAll] != 1 {
				t.Errorf("%s finds %+v", email, l)
			}
		}
		choices, err := b.app(t).Choices(ctx, b.project)
		must(t, err)
		projects, err := b.portal(t).Projects(ctx)
		must(t, err)
		if len(choices.Members) != 1 || len(choices.Milestones) != 1 || choices.Currency != "EUR" || len(projects) != 1 || projects[0].Name != "Shop" {
			t.Errorf("offered are %+v and %+v", choices, projects)
		}
		b.right(t)
	})
}

// A list comes in pages without a gap, forwards and backwards.
func TestAListComesInPages(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		for i := range 110 {
			b.submit(t, fmt.Sprint("Wish ", i))
			if i%7 == 0 {
				b.Later(time.Second) // several at one moment
			}
		}
		var forth, back []string
		l, err := b.app(t).List(t.Context(), change.Wanted{})
		must(t, err)
		for {
			for _, r := range l.Rows {
				forth = append(forth, r.Number)
			}
			if l.Next == "" {
				break
			}
			l, err = b.app(t).List(t.Context(), change.Wanted{After: l.Next})
			must(t, err)
		}
		for {
			for i := len(l.Rows) - 1; i >= 0; i-- {
				back = append(back, l.Rows[i].Number)
			}
			if l.Prev == "" {
				break
			}
			l, err = b.app(t).List(t.Context(), change.Wanted{Before: l.Prev})
			must(t, err)
		}
		slices.Reverse(back)
		if len(forth) != 110 || forth[0] != "CR-110" || !slices.Equal(forth, back) {
			t.Errorf("forth %q, back %q", forth, back)
		}
		s, err := b.portal(t).List(t.Context(), change.Wanted{})
		must(t, err)
		next, err := b.portal(t).List(t.Context(), change.Wanted{After: s.Next})
		must(t, err)
		if len(s.Rows) != change.PageSize || s.Prev != "" || next.Rows[0].Number != forth[50] || s.Counts[change.FilterAll] != 110 {
			t.Errorf("the client's pages are %+v and %+v", s, next)
		}
		board, err := b.app(t).Board(t.Context(), change.Wanted{})
		must(t, err)
		if len(board.Rows[change.LaneNew]) != change.PageSize || board.Counts[change.LaneNew] != 110 {
			t.Errorf("the board has %d of %d", len(board.Rows[change.LaneNew]), board.Counts[change.LaneNew])
		}
	})
}
