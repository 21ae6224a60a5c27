package change_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"foyer/internal/feature/change"
	"foyer/internal/feature/project"
	"foyer/internal/feature/project/projecttest"
	"foyer/internal/kernel/problem"
)

// model is what a request should have come to, said a second time.
type model struct {
	state       string
	steps       []string // as bench.steps has them
	target      project.TargetID
	targetState project.State
}

func (m *model) step(name, to string) {
	m.steps = append(m.steps, name+" "+m.state+" "+to)
	m.state = to
}

// review is how staff take a request into review, from some states.
func (m *model) review(from ...string) bool {
	if m.state == "in_review" {
		return true
	}
	name := map[string]string{"submitted": "taken", "needs_info": "resumed", "quoted": "revised", "expired": "taken_up"}[m.state]
	if name == "" || !slices.Contains(from, m.state) {
		return false
	}
	m.step(name, "in_review")
	return true
}

// command is what somebody tries: do does it, and expect says in the model whether it
// can be done, and does it there.
type command struct {
	name   string
	do     func(ctx context.Context, t *testing.T, b *bench, r change.ID, m *model) error
	expect func(m *model) bool
}

func from(m *model, states ...string) bool { return slices.Contains(states, m.state) }

var errNotTried = errors.New("there is nothing to try it on")

func moved(to project.State) func(context.Context, *testing.T, *bench, change.ID, *model) error {
	return func(ctx context.Context, t *testing.T, b *bench, _ change.ID, m *model) error {
		if m.target == "" {
			return errNotTried
		}
		return b.App(t, home).SetTargetState(ctx, b.project, m.target, project.Change{From: m.targetState, To: to, Reason: "Because."})
	}
}

var commands = []command{
	{"review", func(ctx context.Context, t *testing.T, b *bench, r change.ID, _ *model) error {
		return b.app(t).Review(ctx, r, change.Before{})
	}, func(m *model) bool {
		return m.state != "in_review" && m.review("submitted", "needs_info", "quoted", "expired")
	}},
	{"ask", func(ctx context.Context, t *testing.T, b *bench, r change.ID, _ *model) error {
		return b.app(t).Ask(ctx, r, change.Before{}, "How many?", nil)
	}, func(m *model) bool {
		ok := m.review("submitted", "needs_info", "expired")
		if ok {
			m.step("asked", "needs_info")
		}
		return ok
	}},
	{"answer", func(ctx context.Context, t *testing.T, b *bench, r change.ID, _ *model) error {
		return b.portal(t).Answer(ctx, r, change.Before{}, "Ten.", nil)
	}, func(m *model) bool {
		ok := from(m, "needs_info")
		if ok {
			m.step("answered", "in_review")
		}
		return ok
	}},
	{"say", func(ctx context.Context, t *testing.T, b *bench, r change.ID, _ *model) error {
		return b.portal(t).Say(ctx, r, change.Before{}, "By the way.", nil)
	}, func(*model) bool { return true }},
	{"quote", func(ctx context.Context, t *testing.T, b *bench, r change.ID, _ *model) error {
		q := quote("10")
		q.ValidUntil = b.Now().AddDate(0, 0, 3).Format(time.DateOnly)
		return b.app(t).Quote(ctx, r, change.Before{}, q)
	}, func(m *model) bool {
		ok := m.review("submitted", "needs_info", "quoted", "expired")
		if ok {
			m.step("quoted", "quoted")
		}
		return ok
	}},
	{"agree", func(ctx context.Context, t *testing.T, b *bench, r change.ID, _ *model) error {
		return b.app(t).Agree(ctx, r, change.Before{}, "On the house.")
	}, func(m *model) bool {
		ok := m.review("submitted", "needs_info", "expired")
		if ok {
			m.step("agreed", "accepted")
			m.step("scheduled", "scheduled")
		}
		return ok
	}},
	{"reject", func(ctx context.Context, t *testing.T, b *bench, r change.ID, _ *model) error {
		return b.app(t).Reject(ctx, r, change.Before{}, "No.")
	}, func(m *model) bool {
		ok := m.state == "needs_info" || m.review("submitted", "expired")
		if ok {
			m.step("rejected", "rejected")
		}
		return ok
	}},
	{"accept", func(ctx context.Context, t *testing.T, b *bench, r change.ID, _ *model) error {
		sha := ""
		if full := b.get(t, r); len(full.Quotes) > 0 {
			sha = full.Quotes[0].SHA256
		}
		return b.portal(t).Accept(ctx, r, change.Acceptance{SHA256: sha})
	}, func(m *model) bool {
		ok := from(m, "quoted")
		if ok {
			m.step("accepted", "accepted")
			m.step("scheduled", "scheduled")
		}
		return ok
	}},
	{"decline", func(ctx context.Context, t *testing.T, b *bench, r change.ID, _ *model) error {
		sha := ""
		if full := b.get(t, r); len(full.Quotes) > 0 {
			sha = full.Quotes[0].SHA256
		}
		return b.portal(t).Decline(ctx, r, sha, "No.")
	}, func(m *model) bool {
		ok := from(m, "quoted")
		if ok {
			m.step("declined", "declined")
		}
		return ok
	}},
	{"negotiate", func(ctx context.Context, t *testing.T, b *bench, r change.ID, _ *model) error {
		return b.portal(t).Negotiate(ctx, r, change.Before{}, "Less?", nil)
	}, func(m *model) bool {
		ok := from(m, "quoted")
		if ok {
			m.step("negotiated", "in_review")
		}
		return ok
	}},
	{"withdraw", func(ctx context.Context, t *testing.T, b *bench, r change.ID, _ *model) error {
		return b.portal(t).Withdraw(ctx, r, change.Before{})
	}, func(m *model) bool {
		ok := from(m, "submitted", "in_review", "needs_info", "quoted")
		if ok {
			m.step("withdrawn", "withdrawn")
		}
		return ok
	}},
	{"expire", func(ctx context.Context, t *testing.T, b *bench, _ change.ID, _ *model) error {
		b.Later(4 * 24 * time.Hour)
		return b.f.Sweep(ctx, b.System(t, home))
	}, func(m *model) bool {
		if from(m, "quoted") {
			m.step("expired", "expired")
		}
		return true
	}},
	{"start", moved(project.InProgress), func(m *model) bool {
		switch {
		case m.targetState == project.Todo:
			m.step("started", "in_progress")
		case m.targetState == project.Done:
			m.step("reopened", "in_progress")
		default:
			return false
		}
		m.targetState = project.InProgress
		return true
	}},
	{"finish", moved(project.Done), func(m *model) bool {
		switch {
		case m.targetState == project.Todo:
			m.step("started", "in_progress")
			m.step("delivered", "delivered")
		case m.targetState == project.InProgress:
			m.step("delivered", "delivered")
		default:
			return false
		}
		m.targetState = project.Done
		return true
	}},
}

// Whatever staff, contacts and the sweep try in whatever order, a request takes the
// steps of the table and no others, each with one event.
func TestTheMachineIsTheTable(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		rounds := 0
		met := map[string]bool{}
		rapid.Check(t, func(rt *rapid.T) {
			if rounds++; rounds > histories {
				return
			}
			r := b.submit(t, "Gift cards")
			m := &model{steps: []string{"submitted  submitted"}, state: "submitted"}
			for i := range rapid.IntRange(4, 14).Draw(rt, "length") {
				c := commands[rapid.IntRange(0, len(commands)-1).Draw(rt, fmt.Sprint("command ", i))]
				was := *m
				err := c.do(t.Context(), t, b, r, &was)
				if errors.Is(err, errNotTried) {
					continue
				}
				if want := c.expect(m); want != (err == nil) || err != nil && !problem.Is(err, problem.Conflict) {
					rt.Fatalf("%s from %s: %v, want it done: %v", c.name, was.state, err, want)
				}
				full := b.get(t, r)
				if string(full.State) != m.state {
					rt.Fatalf("%s from %s leads to %s, want %s", c.name, was.state, full.State, m.state)
				}
				if m.target == "" && full.Target != "" {
					m.target, m.targetState = full.Target, project.Todo
				}
			}
			got := b.steps(t, r)
			if !slices.Equal(got, m.steps) {
				rt.Fatalf("the steps are %q, want %q", got, m.steps)
			}
			for _, s := range got[1:] {
				met[s] = true
				b.inTable(t, s)
			}
		})
		b.right(t)
		if testing.Verbose() {
			t.Logf("%d different steps", len(met))
		}
	})
}

// histories is how many there are on each engine: a step takes a while in a database.
const histories = 15

// inTable holds that a step is one of the table.
func (b *bench) inTable(t *testing.T, step string) {
	t.Helper()
	for from, ways := range change.Steps {
		for _, way := range ways {
			if step == fmt.Sprintf("%s %s %s", way.Name, from, way.To) {
				return
			}
		}
	}
	t.Errorf("%q is no step of the table", step)
}

// The table leads from each state that is not final, and to each.
func TestTheTableIsWhole(t *testing.T) {
	t.Parallel()
	reached := map[change.State]bool{change.Submitted: true}
	for from, ways := range change.Steps {
		for _, way := range ways {
			reached[way.To] = true
			if len(way.By) == 0 || way.Name == "" {
				t.Errorf("%s to %s is nobody's", from, way.To)
			}
		}
	}
	for _, s := range change.States {
		final := slices.Contains([]change.State{change.Rejected, change.Declined, change.Withdrawn}, s)
		if !reached[s] || final == (len(change.Steps[s]) > 0) {
			t.Errorf("%s is reached: %v, ways out: %d", s, reached[s], len(change.Steps[s]))
		}
	}
}

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
