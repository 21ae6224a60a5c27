package support

import (
	"context"
	"time"

	"foyer/internal/auth"
	"foyer/internal/feature/client"
	"foyer/internal/feature/document"
	"foyer/internal/kernel/id"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
	"foyer/internal/kernel/text"
)

// Portal is what a client may see and do about cases. A contact without the
// capability for cases gets problem.NotFound everywhere.
type Portal struct {
	who auth.Client
	f   Feature
}

// ForClient opens the door for a contact.
func (f Feature) ForClient(who auth.Client) Portal { return Portal{who, f} }

// Shown is a case as its client sees it.
type Shown struct {
	ID         ID
	Number     string
	Subject    string
	Priority   Priority
	State      State
	StateAt    time.Time
	Resolution string
	ResolvedAt time.Time
	Author     string // whose matter it is; empty for nobody in particular
	Mine       bool
	Handler    string // who works on it; empty for nobody yet
	Follows    Link
	FollowedBy Link
	CameFrom   Other // the change request that it came from, if the contact may see it
	Became     Other // and the one that it went on as
	Replies    int
	AnsweredAt time.Time
	CreatedAt  time.Time
	ShownAt    time.Time // when something changed that the client sees
}

// Reopenable tells whether the client may still reopen it.
func (s Shown) Reopenable(now time.Time) bool {
	return s.State == Resolved && now.Before(s.ResolvedAt.Add(Grace))
}

func scanShown(row scope.Row) (s Shown, err error) {
	err = row.Scan(&s.ID, &s.Number, &s.Subject, &s.Priority, &s.State, scope.Time(&s.StateAt), &s.Resolution, scope.Time(&s.ResolvedAt), scope.Text(&s.Author),
		&s.Mine, scope.Text(&s.Handler), scope.Text(&s.Follows.ID), scope.Text(&s.Follows.Number), scope.Text(&s.FollowedBy.ID), scope.Text(&s.FollowedBy.Number),
		&s.Replies, scope.Time(&s.AnsweredAt), scope.Time(&s.CreatedAt), scope.Time(&s.ShownAt),
		scope.Text(&s.CameFrom.ID), scope.Text(&s.CameFrom.Number), scope.Text(&s.Became.ID), scope.Text(&s.Became.Number))
	return s, err
}

// all tells whether the contact sees cases that are not their own.
func (p Portal) all() bool { return p.who.Capabilities().Of(auth.Cases) == auth.AllOfIt }

// seeing adds what the contact sees to the args of a statement that reads Shown.
func (p Portal) seeing(args scope.Args) scope.Args {
	changes := p.who.Capabilities().Of(auth.Changes)
	args["all_cases"], args["all_changes"], args["own_changes"] = p.all(), changes == auth.AllOfIt, changes == auth.OwnOfIt
	return args
}

// MayRaise tells whether the contact may begin a case.
func (p Portal) MayRaise() bool { return p.who.Capabilities().Request }

// Get is a case of the client with a page of its thread; problem.NotFound.
func (p Portal) Get(ctx context.Context, of ID, s Span) (Shown, Thread, error) {
	var c Shown
	var t Thread
	if !id.Valid(of.String()) {
		return c, t, problem.Missing()
	}
	err := p.who.Read(ctx, auth.Cases, func(tx scope.Tx) (err error) {
		if c, err = scope.One(ctx, tx, readShown, p.seeing(scope.Args{"case": of}), scanShown); err != nil {
			return err
		}
		t, err = thread(ctx, tx, of, s, p.who.ID(), shownEarlier, shownLater, listShownFiles)
		return err
	})
	return c, t, err
}

// Matter is what a contact types to begin a case.
type Matter struct {
	Subject     string
	Description string
	Priority    Priority
	Uploads     []document.Upload
}

// MatterFields are the names of the form's fields in their order.
var MatterFields = []string{"subject", "description", UploadField, "priority"}

func (m Matter) check() (Matter, error) {
	var f problem.Fields
	m.Subject = text.Line(&f, "subject", m.Subject, text.Required, longest)
	m.Description = text.Block(&f, "description", m.Description, text.Required, LongestBody)
	text.Choice(&f, "priority", m.Priority, Priorities)
	return m, f.Err()
}

// Raise begins a case and gives its id; a repeated submission gives the first one's.
// Problems are Forbidden and Invalid by field.
func (p Portal) Raise(ctx context.Context, in Matter) (ID, error) {
	if !p.MayRaise() {
		return "", problem.Of(problem.Forbidden, "case.may_not_raise")
	}
	in, err := in.check()
	if err != nil {
		return "", err
	}
	var made ID
	err = p.sending(ctx, in.Uploads, func(files []document.Uploaded, kept *bool) error {
		return p.who.Write(ctx, auth.Cases, func(tx scope.Tx) error {
			id, err := scope.Once(ctx, tx, func() (string, error) {
				*kept = true
				c, err := p.raise(ctx, tx, in, "", files)
				return c.String(), err
			})
			made = ID(id)
			return err
		})
	})
	return made, err
}

func (p Portal) sending(ctx context.Context, uploads []document.Upload, fn func(files []document.Uploaded, kept *bool) error) error {
	return p.f.Documents.Sending(ctx, p.who.Site().ID, UploadField, uploads, fn)
}

// raise writes a new case of the contact's, which may go on from another.
func (p Portal) raise(ctx context.Context, tx scope.Tx, in Matter, follows ID, files []document.Uploaded) (ID, error) {
	do := act{tx, p.who, ByContact, &Case{Details: Details{
		Client: client.ID(p.who.ClientID()), Contact: p.who.ContactID(), Subject: in.Subject, Priority: in.Priority, Source: ByPortal,
	}}}
	if err := do.raised(ctx, "raised", follows); err != nil {
		return "", err
	}
	first, err := do.first(ctx, p.who.ID(), in.Description, files)
	if err != nil {
		return "", err
	}
	return do.c.ID, do.tellStaff(ctx, mailRaised, first)
}

// once runs a change of a case that the contact sees, the second time a form arrives
// not at all; result is what fn gave the first time.
func (p Portal) once(ctx context.Context, of ID, fn func(do act) (string, error)) (result string, err error) {
	if !id.Valid(of.String()) {
		return "", problem.Missing()
	}
	err = p.who.Write(ctx, auth.Cases, func(tx scope.Tx) error {
		if err := lock(ctx, tx, of); err != nil {
			return err
		}
		c, err := scope.One(ctx, tx, readShown, p.seeing(scope.Args{"case": of}), scanShown)
		if err != nil {
			return err
		}
		known := &Case{
			Details: Details{Client: client.ID(p.who.ClientID()), Subject: c.Subject, Priority: c.Priority}, ID: c.ID, Number: c.Number, State: c.State,
			Resolution: c.Resolution, ResolvedAt: c.ResolvedAt, Replies: c.Replies,
		}
		result, err = scope.Once(ctx, tx, func() (string, error) { return fn(act{tx, p.who, ByContact, known}) })
		return err
	})
	return result, err
}

// Reply writes a reply, and goes on with a case that waits, rests or was resolved a
// short while ago. What is written to a case that is over begins another one, which
// follows it; the id is that of the case the reply is in. Problems are Invalid at
// body and UploadField, NotFound, and Forbidden where another case would begin and
// the contact may not begin one.
func (p Portal) Reply(ctx context.Context, of ID, written string, uploads []document.Upload) (ID, error) {
	written, err := body(written, len(uploads))
	if err != nil {
		return "", err
	}
	var in string
	err = p.sending(ctx, uploads, func(files []document.Uploaded, kept *bool) (err error) {
		in, err = p.once(ctx, of, func(do act) (string, error) {
			*kept = true
			return p.reply(ctx, do, written, files)
		})
		return err
	})
	return ID(in), err
}

func (p Portal) reply(ctx context.Context, do act, written string, files []document.Uploaded) (string, error) {
	if do.c.State == Closed || do.c.State == Resolved && !p.who.Now().Before(do.c.ResolvedAt.Add(Grace)) {
		if !p.MayRaise() {
			return "", problem.Of(problem.Forbidden, "case.may_not_raise")
		}
		made, err := p.raise(ctx, do.tx, Matter{Subject: do.c.Subject, Description: written, Priority: do.c.Priority}, do.c.ID, files)
		return made.String(), err
	}
	made, err := do.reply(ctx, p.who.ID(), written, files)
	if err != nil {
		return "", err
	}
	if do.c.State.May(Open, ByContact) {
		if err := do.move(ctx, Open, said{}); err != nil {
			return "", err
		}
	}
	if err := do.tellStaff(ctx, mailReply, made); err != nil {
		return "", err
	}
	return do.c.ID.String(), do.tellClient(ctx, mailReply, made)
}

// Close says that a case is solved; one that staff have resolved is closed by it.
// Problems are NotFound, and Conflict when it cannot be from where it stands.
func (p Portal) Close(ctx context.Context, of ID) error {
	_, err := p.once(ctx, of, func(do act) (string, error) {
		to, kind := Resolved, mailSolved
		if do.c.State == Resolved {
			to, kind = Closed, mailClosed
		}
		if err := do.move(ctx, to, said{resolution: do.c.Resolution}); err != nil {
			return "", err
		}
		return "", do.tellStaff(ctx, kind, "")
	})
	return err
}

// Reopen goes on with a case that was resolved a short while ago. Problems are
// NotFound, and Conflict when it is not or its grace is over.
func (p Portal) Reopen(ctx context.Context, of ID) error {
	_, err := p.once(ctx, of, func(do act) (string, error) {
		if do.c.State != Resolved || !p.who.Now().Before(do.c.ResolvedAt.Add(Grace)) {
			return "", problem.Of(problem.Conflict, "case.no_way")
		}
		if err := do.move(ctx, Open, said{}); err != nil {
			return "", err
		}
		return "", do.tellStaff(ctx, mailReopened, "")
	})
	return err
}

// File is a file that was sent along with a reply; problem.NotFound.
func (p Portal) File(ctx context.Context, of ID, file string) (document.Content, error) {
	return p.f.file(ctx, of, file, findShownFile, func(ctx context.Context, fn func(scope.Tx) error) error { return p.who.Read(ctx, auth.Cases, fn) },
		document.FindSeen, scope.Args{"all_cases": p.all()})
}
