package support

import (
	"context"
	"time"

	"foyer/internal/auth"
	"foyer/internal/feature/document"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
)

// Turned is what a contact asked for elsewhere and what goes on as a case.
type Turned struct {
	Details
	Said []Said // what was written about it, the oldest first
}

// Said is something that a contact or a member wrote, with what they sent along.
type Said struct {
	ByStaff bool
	Author  string // identity
	Body    string
	Files   []document.Attached
	At      time.Time
}

// Adopt begins a case out of what was written elsewhere, in a transaction of staff, and
// gives its id. Whoever does so works on it.
func Adopt(ctx context.Context, tx scope.Tx, who auth.Staff, in Turned) (ID, error) {
	in.Source = ByPortal
	do := act{tx, who, ByStaff, &Case{Details: in.Details}}
	if err := do.raised(ctx, "adopted", ""); err != nil {
		return "", err
	}
	at := func(args scope.Args) scope.Args { return tx.WithClient(in.Client.String(), args) }
	for _, one := range in.Said {
		reply, kind := ReplyID(who.NewID()), "contact"
		if one.ByStaff {
			kind = "staff"
		}
		if err := do.write(ctx, reply, kind, one.Author, one.Body, one.At); err != nil {
			return "", err
		}
		for _, f := range one.Files {
			if _, err := tx.Exec(ctx, insertReplyFile, at(scope.Args{"id": who.NewID(), "case": do.c.ID, "reply": reply, "name": f.Name, "file": f.Version})); err != nil {
				return "", err
			}
		}
	}
	return do.c.ID, App{who: who}.hand(ctx, do, who.MemberID())
}

// Lead resolves a case that goes on as something else, which fn makes of it and of the
// files that were sent along in it, in a transaction of staff. Problems are those of fn,
// NotFound, and Conflict when somebody else has written or resolved it since seen, or
// when it rests, is over or has gone on already.
func Lead(ctx context.Context, tx scope.Tx, who auth.Staff, of ID, seen, resolution string, fn func(Case, []document.Attached) error) error {
	if err := lock(ctx, tx, of); err != nil {
		return err
	}
	c, err := scope.One(ctx, tx, readCase, scope.Args{"case": of}, scanCase)
	if err != nil {
		return err
	}
	a, do := App{who: who}, act{tx, who, ByStaff, &c}
	switch {
	case c.BecameChange.ID != "":
		return problem.Of(problem.Conflict, "case.turned_already")
	case !c.Leads():
		return problem.Of(problem.Conflict, "case.no_way")
	}
	if err := a.unseen(ctx, do, seen, "case.turn_meanwhile"); err != nil {
		return err
	}
	files, err := scope.List(ctx, tx, listSent, scope.Args{"case": of}, func(row scope.Row) (f document.Attached, err error) {
		return f, row.Scan(&f.Name, &f.Version)
	})
	if err != nil {
		return err
	}
	if err := fn(c, files); err != nil {
		return err
	}
	return a.resolve(ctx, do, resolution)
}

const listSent = `-- listSent
select f.name, f.file_version_id
from case_reply_file f
where f.workspace_id = :workspace
  and f.case_id = :case
order by f.id
limit 100`

// Leads tells whether a case can go on as something else, which it does once.
func (c Case) Leads() bool {
	return (c.State == New || c.State == Open || c.State == Waiting) && c.BecameChange.ID == ""
}

// Other names a record of another kind that a case came from, or goes on as.
type Other struct{ ID, Number string }
