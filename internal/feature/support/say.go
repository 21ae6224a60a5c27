package support

import (
	"context"

	"foyer/internal/auth"
	"foyer/internal/feature/document"
	"foyer/internal/kernel/id"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
	"foyer/internal/kernel/text"
)

// Message is what a member writes in a case.
type Message struct {
	Body    string
	Uploads []document.Upload
	Seen    string // id of the newest entry that the writer had before them
	Wait    bool   // for the client, after a reply
}

// Reply writes a reply that the client reads. The first to answer a case that nobody
// works on takes it. Problems are Forbidden, Invalid at body and UploadField,
// NotFound, and Conflict when somebody else has written or resolved it since Seen,
// or when the case is closed.
func (a App) Reply(ctx context.Context, of ID, m Message) error {
	return a.say(ctx, of, m, func(do act, written string, files []document.Uploaded) error {
		if do.c.State == Closed {
			return problem.Of(problem.Conflict, "case.closed_reply")
		}
		made, err := do.reply(ctx, a.who.ID(), written, files)
		if err != nil {
			return err
		}
		if do.c.Assignee == "" {
			if err := a.hand(ctx, do, a.who.MemberID()); err != nil {
				return err
			}
		}
		if do.c.State == New {
			if err := do.move(ctx, Open, said{}); err != nil {
				return err
			}
		}
		if m.Wait && do.c.State == Open {
			if err := do.move(ctx, Waiting, said{}); err != nil {
				return err
			}
		}
		return do.tellClient(ctx, mailReply, made)
	})
}

// Note writes a note that staff alone read. Problems are as Reply's; a case that is
// closed can be noted on.
func (a App) Note(ctx context.Context, of ID, m Message) error {
	return a.say(ctx, of, m, func(do act, written string, files []document.Uploaded) error {
		made, err := do.noted(ctx, a.who.ID(), written, files)
		if err != nil {
			return err
		}
		return do.tellNoted(ctx, made)
	})
}

func (a App) say(ctx context.Context, of ID, m Message, fn func(do act, written string, files []document.Uploaded) error) error {
	written, err := body(m.Body, len(m.Uploads))
	if err != nil {
		return err
	}
	return a.sending(ctx, m.Uploads, func(files []document.Uploaded, kept *bool) error {
		return a.once(ctx, of, func(do act) error {
			if err := a.unseen(ctx, do, m.Seen, saidMeanwhile); err != nil {
				return err
			}
			*kept = true
			return fn(do, written, files)
		})
	})
}

const saidMeanwhile = "case.said_meanwhile"

// unseen holds that nobody else wrote or resolved since the newest entry that a
// writer had before them, and says what key says otherwise. Without an entry nothing is
// held.
func (a App) unseen(ctx context.Context, do act, seen, key string) error {
	if !id.Valid(seen) {
		return nil
	}
	names, err := scope.List(ctx, do.tx, listUnseen, scope.Args{"case": do.c.ID, "seen": seen}, scope.Value[string])
	if err == nil && len(names) > 0 {
		err = problem.Of(problem.Conflict, key, "name", names[0])
	}
	return err
}

// Resolve says what was done about a case. Problems are Forbidden, Invalid at
// resolution, NotFound, and Conflict when somebody else has written or resolved it
// since seen, the newest entry that was read, or when it cannot be resolved from where
// it stands.
func (a App) Resolve(ctx context.Context, of ID, seen, resolution string) error {
	var f problem.Fields
	resolution = text.Block(&f, "resolution", resolution, text.Required, LongestReason)
	if err := f.Err(); err != nil {
		return err
	}
	return a.once(ctx, of, func(do act) error {
		if err := a.unseen(ctx, do, seen, saidMeanwhile); err != nil {
			return err
		}
		return a.resolve(ctx, do, resolution)
	})
}

func (a App) resolve(ctx context.Context, do act, resolution string) error {
	if do.c.State == New {
		if err := a.take(ctx, do); err != nil {
			return err
		}
	}
	if err := do.move(ctx, Resolved, said{resolution: resolution}); err != nil {
		return err
	}
	return do.tellClient(ctx, mailResolved, "")
}

// take gives a new case that nobody works on to whoever does something about it.
func (a App) take(ctx context.Context, do act) error {
	if do.c.Assignee == "" {
		return a.hand(ctx, do, a.who.MemberID())
	}
	return do.move(ctx, Open, said{})
}

// Hold lets a case rest, with a reason for staff. Problems are as Resolve's, at
// reason.
func (a App) Hold(ctx context.Context, of ID, seen, reason string) error {
	var f problem.Fields
	reason = text.Block(&f, "reason", reason, text.Required, LongestReason)
	if err := f.Err(); err != nil {
		return err
	}
	return a.once(ctx, of, func(do act) error {
		if err := a.unseen(ctx, do, seen, saidMeanwhile); err != nil {
			return err
		}
		if do.c.State == New {
			if err := a.take(ctx, do); err != nil {
				return err
			}
		}
		return do.move(ctx, OnHold, said{reason: reason})
	})
}

// Reopen goes on with a case that rests, or is resolved or closed. Problems are
// Forbidden, NotFound, and Conflict when there is nothing to reopen.
func (a App) Reopen(ctx context.Context, of ID) error {
	return a.once(ctx, of, func(do act) error {
		over := do.c.State.Over()
		if err := do.move(ctx, Open, said{}); err != nil || !over {
			return err
		}
		return do.tellClient(ctx, mailReopened, "")
	})
}

// File is a file that was sent along with a reply or a note; problem.NotFound.
func (a App) File(ctx context.Context, of ID, file string) (document.Content, error) {
	return a.f.file(ctx, of, file, findFile, func(ctx context.Context, fn func(scope.Tx) error) error { return a.who.Read(ctx, auth.CasesRead, fn) }, document.Find, nil)
}

// file reads a file by the statement of whoever wants it.
func (f Feature) file(ctx context.Context, of ID, file, statement string, read func(context.Context, func(scope.Tx) error) error,
	find func(context.Context, scope.Tx, string) (document.Version, error), more scope.Args,
) (document.Content, error) {
	if !id.Valid(of.String()) || !id.Valid(file) {
		return document.Content{}, problem.Missing()
	}
	args := scope.Args{"case": of, "file": file}
	for name, value := range more {
		args[name] = value
	}
	var name string
	var v document.Version
	err := read(ctx, func(tx scope.Tx) error {
		found, err := scope.One(ctx, tx, statement, args, func(row scope.Row) (n [2]string, err error) { return n, row.Scan(&n[0], &n[1]) })
		if err != nil {
			return err
		}
		name = found[0]
		v, err = find(ctx, tx, found[1])
		return err
	})
	if err != nil {
		return document.Content{}, err
	}
	return f.Documents.Fetch(ctx, v, name)
}
