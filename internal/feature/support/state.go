package support

import (
	"context"
	"slices"
	"time"

	"foyer/internal/auth"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
)

// State is where a case stands.
type State string

// The states.
const (
	New      State = "new"
	Open     State = "open"
	Waiting  State = "waiting_client"
	OnHold   State = "on_hold"
	Resolved State = "resolved"
	Closed   State = "closed"
)

// States lists the states in their order.
var States = []State{New, Open, Waiting, OnHold, Resolved, Closed}

// Over tells whether a case in the state is resolved or closed.
func (s State) Over() bool { return s == Resolved || s == Closed }

// Grace is how long a client may reopen a case that is resolved; then it is closed.
const Grace = 7 * 24 * time.Hour

// By is who may take a step.
type By int

// Who may take a step; they can be joined.
const (
	ByStaff By = 1 << iota
	ByContact
	BySystem
)

// Step is one way from a state to another.
type Step struct {
	To   State
	Name string // of its event, after case.
	By   By
}

// Steps are the ways out of each state.
var Steps = map[State][]Step{
	New:      {{Open, "opened", ByStaff}, {Resolved, "resolved", ByStaff | ByContact}},
	Open:     {{Waiting, "waiting", ByStaff}, {OnHold, "held", ByStaff}, {Resolved, "resolved", ByStaff | ByContact}},
	Waiting:  {{Open, "resumed", ByContact}, {Resolved, "resolved", ByStaff | ByContact}},
	OnHold:   {{Open, "resumed", ByStaff | ByContact}},
	Resolved: {{Open, "reopened", ByStaff | ByContact}, {Closed, "closed", ByContact | BySystem}},
	Closed:   {{Open, "reopened", ByStaff}},
}

// May tells whether somebody may take a case from its state to another.
func (s State) May(to State, by By) bool { return slices.ContainsFunc(Steps[s], way(to, by)) }

func way(to State, by By) func(Step) bool {
	return func(s Step) bool { return s.To == to && s.By&by != 0 }
}

// recorder is who does something: a member, a contact or the program.
type recorder interface {
	Now() time.Time
	NewID() string
	Record(ctx context.Context, tx scope.Tx, e auth.Event) error
	Post(ctx context.Context, tx scope.Tx, m auth.Mail) error
	Site() auth.Site
}

// act is somebody doing something about a case, in a transaction that has locked it.
type act struct {
	tx  scope.Tx
	who recorder
	by  By
	c   *Case
}

// said is what is stored of a state besides.
type said struct{ reason, resolution string }

// move takes the step to another state; problem.Conflict where there is none.
func (a act) move(ctx context.Context, to State, what said) error {
	n := slices.IndexFunc(Steps[a.c.State], way(to, a.by))
	if n < 0 {
		return problem.Of(problem.Conflict, "case.no_way")
	}
	args := scope.Args{"id": a.c.ID, "from": a.c.State, "to": to, "reason": what.reason, "resolution": what.resolution}
	moved, err := a.tx.Exec(ctx, moveCase, a.tx.WithClient(a.c.Client.String(), args))
	if err == nil && moved == 0 {
		err = problem.Of(problem.Conflict, "case.moved_on")
	}
	if err != nil {
		return err
	}
	step := Steps[a.c.State][n]
	a.c.State, a.c.StateAt, a.c.Reason, a.c.Resolution = to, a.tx.Now(), what.reason, what.resolution
	return a.tell(ctx, step.Name, nil)
}

// tell records what the client may know too.
func (a act) tell(ctx context.Context, kind string, params map[string]any) error {
	return a.record(ctx, kind, auth.ForClientToo, params)
}

// note records what staff alone may know.
func (a act) note(ctx context.Context, kind string, params map[string]any) error {
	return a.record(ctx, kind, auth.ForStaffOnly, params)
}

// says are the events that something was said. They have a subject of their own, so
// that a thread, which shows what was said itself, need not pass over them.
var says = []string{"answered", "replied", "noted"}

func (a act) record(ctx context.Context, kind string, audience auth.Audience, params map[string]any) error {
	subject := "case"
	if slices.Contains(says, kind) {
		subject = "case_message"
	}
	return a.who.Record(ctx, a.tx, auth.Event{
		Kind: "case." + kind, SubjectKind: subject, SubjectID: a.c.ID.String(), Area: auth.Cases, Client: a.c.Client.String(),
		Audience: audience, Params: params,
	})
}

// lock makes changes of a case wait for each other.
func lock(ctx context.Context, tx scope.Tx, c ID) error { return tx.Lock(ctx, "case/"+c.String()) }
