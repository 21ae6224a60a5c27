package change_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"foyer/internal/feature/change"
	"foyer/internal/feature/project"
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
		switch m.targetState {
		case project.Todo:
			m.step("started", "in_progress")
		case project.Done:
			m.step("reopened", "in_progress")
		default:
			return false
		}
		m.targetState = project.InProgress
		return true
	}},
	{"finish", moved(project.Done), func(m *model) bool {
		switch m.targetState {
		case project.Todo:
			m.step("started", "in_progress")
			m.step("delivered", "delivered")
		case project.InProgress:
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
			for range rapid.IntRange(6, 18).Draw(rt, "length") {
				c := m.next(rt)
				if wrong := b.try(t, c, r, m); wrong != "" {
					rt.Fatal(wrong)
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

// try tries a command on a request and on its model, and says where they differ.
func (b *bench) try(t *testing.T, c command, r change.ID, m *model) string {
	t.Helper()
	was := *m
	err := c.do(t.Context(), t, b, r, &was)
	if errors.Is(err, errNotTried) {
		return ""
	}
	if want := c.expect(m); want != (err == nil) || err != nil && !problem.Is(err, problem.Conflict) {
		return fmt.Sprintf("%s from %s: %v, want it done: %v", c.name, was.state, err, want)
	}
	full := b.get(t, r)
	if string(full.State) != m.state {
		return fmt.Sprintf("%s from %s leads to %s, want %s", c.name, was.state, full.State, m.state)
	}
	if m.target == "" && full.Target != "" {
		m.target, m.targetState = full.Target, project.Todo
	}
	return ""
}

// In each state all that cannot be done is refused, and leaves no trace.
func TestWhatIsNotInTheTableIsRefused(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		for state, path := range map[string][]string{
			"submitted": nil, "in_review": {"review"}, "needs_info": {"ask"}, "quoted": {"quote"}, "scheduled": {"agree"}, "in_progress": {"agree", "start"},
			"delivered": {"agree", "finish"}, "rejected": {"reject"}, "declined": {"quote", "decline"}, "withdrawn": {"withdraw"}, "expired": {"quote", "expire"},
		} {
			r, m := b.submit(t, "Gift cards"), &model{steps: []string{"submitted  submitted"}, state: "submitted"}
			for _, name := range path {
				at := slices.IndexFunc(commands, func(c command) bool { return c.name == name })
				if wrong := b.try(t, commands[at], r, m); wrong != "" {
					t.Fatal(wrong)
				}
			}
			if m.state != state {
				t.Fatalf("%v leads to %s, want %s", path, m.state, state)
			}
			before := b.get(t, r)
			for _, c := range commands {
				if tried := *m; c.expect(&tried) {
					continue // the walk goes there
				}
				if wrong := b.try(t, c, r, m); wrong != "" {
					t.Error(wrong)
				}
			}
			after := b.get(t, r)
			if after.Version != before.Version || len(after.Quotes) != len(before.Quotes) || len(after.Thread.Messages) != len(before.Thread.Messages) || !slices.Equal(b.steps(t, r), m.steps) {
				t.Errorf("what was refused in %s left a trace", state)
			}
		}
		b.right(t)
	})
}

// next is a command: three of four times one that can be done.
func (m *model) next(rt *rapid.T) command {
	among := commands
	if rapid.IntRange(0, 3).Draw(rt, "can be done") > 0 {
		among = slices.DeleteFunc(slices.Clone(commands), func(c command) bool {
			tried := *m
			tried.steps = slices.Clone(m.steps)
			return !c.expect(&tried) || len(tried.steps) == len(m.steps)
		})
		if len(among) == 0 {
			among = commands
		}
	}
	return among[rapid.IntRange(0, len(among)-1).Draw(rt, "command")]
}

// soak tells whether the counts that are too many for every day are wanted.
var soak = os.Getenv("FOYER_TEST_SOAK") != ""

// histories is how many there are on each engine: a step takes a while in a database.
var histories = map[bool]int{false: 20, true: 100}[soak]

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
