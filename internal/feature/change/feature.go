package change

import (
	"context"
	"time"

	"foyer/internal/auth"
	"foyer/internal/feature/client"
	"foyer/internal/feature/document"
	"foyer/internal/feature/project"
	"foyer/internal/kernel/money"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
)

// Feature is change requests with where their files are, and with what other rooms do
// for them.
type Feature struct {
	Documents document.Shelf
	Invoices  Invoices
	// Record writes an event in the transaction of what happened to a deliverable.
	Record func(ctx context.Context, tx scope.Tx, e auth.Event) error
}

// Hand is whoever does something with a request: staff, a contact or a job.
type Hand interface {
	NewID() string
	Now() time.Time
	Record(ctx context.Context, tx scope.Tx, e auth.Event) error
	Post(ctx context.Context, tx scope.Tx, m auth.Mail) error
}

// Line is what an accepted quote asks for.
type Line struct {
	Client      client.ID
	Project     project.ID
	Description string
	Net         money.Amount
	Draft       string // that gets the line; empty for a new one
	Request     ID
}

// Invoices is what package invoice, which stands beside this one, does for an accepted
// change. Both work in a transaction of staff and of a client.
type Invoices interface {
	// Lock makes changes of the workspace's invoices wait for each other.
	Lock(ctx context.Context, tx scope.Tx) error
	// AddLine puts a line on a draft and gives the invoice's id.
	AddLine(ctx context.Context, tx scope.Tx, by Hand, l Line) (invoice string, err error)
}

// Before is what somebody had before them when they decided what to do: where the
// request stood, and the newest that was said or offered. Both may be empty, for what
// does not depend on it.
type Before struct {
	State State
	Seen  string
}

// lock makes changes of a request wait for each other.
func lock(ctx context.Context, tx scope.Tx, request ID) error {
	return tx.Lock(ctx, "change/"+request.String())
}

// still holds that nothing happened that they should know of first.
func (b Before) still(ctx context.Context, tx scope.Tx, r Request) error {
	if b.State != "" && b.State != r.State {
		return r.moved()
	}
	if b.Seen == "" {
		return nil
	}
	n, err := scope.One(ctx, tx, findNewer, tx.WithClient(r.Client.String(), scope.Args{"request": r.ID, "seen": b.Seen}), scope.Value[int])
	if err == nil && n > 0 {
		err = problem.Of(problem.Conflict, "change.said_meanwhile")
	}
	return err
}

// step takes a request on by the step of a name, and notes it. problem.Conflict where
// there is no such way.
func (r *Request) step(ctx context.Context, tx scope.Tx, by Hand, name string, params map[string]any) error {
	return r.stepBy(ctx, tx, by.Record, name, params)
}

// recording writes an event.
type recording = func(ctx context.Context, tx scope.Tx, e auth.Event) error

func (r *Request) stepBy(ctx context.Context, tx scope.Tx, record recording, name string, params map[string]any) error {
	step, known := r.State.step(name)
	if !known {
		return r.moved()
	}
	n, err := tx.Exec(ctx, moveRequest, tx.WithClient(r.Client.String(), scope.Args{
		"request": r.ID, "from": r.State, "to": step.To, "reason": r.Reason, "quote": scope.Null(r.Quote), "valid_until": r.ValidUntil,
		"target": scope.Null(r.Target), "invoice": scope.Null(r.Invoice), "went_on_as": scope.Null(r.WentOnAs.ID),
	}))
	if err == nil && n == 0 {
		err = r.moved()
	}
	if err != nil {
		return err
	}
	said := map[string]any{"from": r.State, "to": step.To}
	for name, value := range params {
		said[name] = value
	}
	r.State = step.To
	return r.note(ctx, tx, record, name, auth.ForClientToo, said)
}

// note writes an event about a request.
func (r *Request) note(ctx context.Context, tx scope.Tx, record recording, name string, audience auth.Audience, params map[string]any) error {
	return record(ctx, tx, auth.Event{
		Kind: "change." + name, SubjectKind: "change", SubjectID: r.ID.String(), Area: auth.Changes, Client: r.Client.String(),
		Audience: audience, Params: params,
	})
}

// real makes an accepted change part of its project, and its price a line of an
// invoice. The locks of both are held.
func (f Feature) real(ctx context.Context, tx scope.Tx, by Hand, r *Request, q Quote) error {
	agreed := project.Agreed{Project: r.Project, Client: r.Client.String(), Name: r.Title, Milestone: q.Milestone, Days: q.MovesDays}
	target, err := project.Adopt(ctx, tx, by, agreed)
	if err != nil {
		return err
	}
	r.Target = target
	if q.Price.Minor > 0 {
		at := tx.WithClient(r.Client.String(), scope.Args{"project": r.Project, "currency": q.Price.Currency})
		drafts, err := scope.List(ctx, tx, findDraft, at, scope.Value[string])
		if err != nil {
			return err
		}
		line := Line{Client: r.Client, Project: r.Project, Description: r.Number + " " + r.Title, Net: q.Price, Request: r.ID}
		if len(drafts) > 0 {
			line.Draft = drafts[0]
		}
		if r.Invoice, err = f.Invoices.AddLine(ctx, tx, by, line); err != nil {
			return err
		}
	}
	return r.step(ctx, tx, by, "scheduled", map[string]any{"target": target})
}

// lockAll takes the locks of what an accepted change becomes, in the order that the
// package promises.
func (f Feature) lockAll(ctx context.Context, tx scope.Tx, r Request, price int64) error {
	if err := project.Lock(ctx, tx, r.Project); err != nil || price == 0 {
		return err
	}
	return f.Invoices.Lock(ctx, tx)
}
