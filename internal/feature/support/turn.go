package support

import (
	"context"

	"foyer/internal/auth"
	"foyer/internal/feature/document"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
)

// Turned is what a contact wrote elsewhere and what goes on as a case.
type Turned struct {
	Details
	Said   string // what they wrote
	Author string // identity of the contact
	Files  []document.Attached
}

// Adopt begins a case out of what a contact wrote elsewhere, in a transaction of staff,
// and gives its id. What was sent along stands beside the first reply.
func Adopt(ctx context.Context, tx scope.Tx, who auth.Staff, in Turned) (ID, error) {
	in.Source = ByPortal
	do := act{tx, who, ByStaff, &Case{Details: in.Details}}
	if err := do.raised(ctx, ""); err != nil {
		return "", err
	}
	first, at := ReplyID(who.NewID()), func(args scope.Args) scope.Args { return tx.WithClient(in.Client.String(), args) }
	if err := do.write(ctx, first, "contact", in.Author, in.Said); err != nil {
		return "", err
	}
	for _, f := range in.Files {
		if _, err := tx.Exec(ctx, insertReplyFile, at(scope.Args{"id": who.NewID(), "case": do.c.ID, "reply": first, "name": f.Name, "file": f.Version})); err != nil {
			return "", err
		}
	}
	return do.c.ID, do.tellStaff(ctx, mailRaised, first)
}

// Lead resolves a case that goes on as something else, which fn makes of it, in a
// transaction of staff. Problems are those of fn, NotFound, and Conflict when somebody
// else has written or resolved it since seen, or when it rests or is over.
func Lead(ctx context.Context, tx scope.Tx, who auth.Staff, of ID, seen, resolution string, fn func(Case) error) error {
	if err := lock(ctx, tx, of); err != nil {
		return err
	}
	c, err := scope.One(ctx, tx, readCase, scope.Args{"case": of}, scanCase)
	if err != nil {
		return err
	}
	a, do := App{who: who}, act{tx, who, ByStaff, &c}
	if !c.Leads() {
		return problem.Of(problem.Conflict, "case.no_way")
	}
	if err := a.unseen(ctx, do, seen); err != nil {
		return err
	}
	if err := fn(c); err != nil {
		return err
	}
	return a.resolve(ctx, do, resolution)
}

// Leads tells whether a case can go on as something else, which it does once.
func (c Case) Leads() bool {
	return (c.State == New || c.State == Open || c.State == Waiting) && c.BecameChange.ID == ""
}

// Other names a record of another kind that a case came from, or goes on as.
type Other struct{ ID, Number string }
