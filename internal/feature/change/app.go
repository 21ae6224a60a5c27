package change

import (
	"context"
	"slices"

	"foyer/internal/auth"
	"foyer/internal/feature/document"
	"foyer/internal/kernel/id"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
	"foyer/internal/kernel/text"
)

// App is what staff may do with change requests, by the rights of their role. Prices
// and invoices are there for roles that see money, and empty for others.
type App struct {
	who auth.Staff
	f   Feature
}

// ForStaff opens the door for a staff member.
func (f Feature) ForStaff(who auth.Staff) App { return App{who, f} }

// SeesMoney tells whether prices are for this person.
func (a App) SeesMoney() bool { return a.who.May(auth.MoneyRead) }

// MayWrite tells whether this person may do anything with a request.
func (a App) MayWrite() bool { return a.who.May(auth.ChangesWrite) }

// MayQuote tells whether this person may name a price.
func (a App) MayQuote() bool { return a.MayWrite() && a.SeesMoney() }

// on runs a change of a request in one transaction, the second time a form arrives
// not at all.
func (a App) on(ctx context.Context, request ID, b Before, fn func(tx scope.Tx, r *Request) error) error {
	if !id.Valid(request.String()) {
		return problem.Missing()
	}
	return a.who.Write(ctx, auth.ChangesWrite, func(tx scope.Tx) error {
		if err := lock(ctx, tx, request); err != nil {
			return err
		}
		r, err := scope.One(ctx, tx, readRequest, scope.Args{"request": request}, scanRequest)
		if err != nil {
			return err
		}
		_, err = scope.Once(ctx, tx, func() (string, error) {
			if err := b.still(ctx, tx, r); err != nil {
				return "", err
			}
			return "", fn(tx, &r)
		})
		return err
	})
}

// review takes a request into review from one of some states, by a step of its own.
func (a App) review(ctx context.Context, tx scope.Tx, r *Request, from ...State) error {
	if r.State == InReview {
		return nil
	}
	if !slices.Contains(from, r.State) {
		return r.moved()
	}
	if r.State == Submitted && r.Assignee == "" {
		r.Assignee = a.who.MemberID()
		if _, err := tx.Exec(ctx, assignRequest, scope.Args{"request": r.ID, "assignee": r.Assignee}); err != nil {
			return err
		}
	}
	return r.step(ctx, tx, a.who, into[r.State], nil)
}

// Review takes a request into review: one that was submitted, one that waits for an
// answer, one whose quote is out (it holds no more then), or one whose quote expired.
// Who takes it first is its assignee. Problems are Forbidden, NotFound, and Conflict
// when it has moved on.
func (a App) Review(ctx context.Context, request ID, b Before) error {
	return a.on(ctx, request, b, func(tx scope.Tx, r *Request) error {
		if r.State == InReview {
			return r.moved()
		}
		took := r.State == Quoted
		if err := a.review(ctx, tx, r, Submitted, NeedsInfo, Quoted, Expired); err != nil || !took {
			return err
		}
		return r.tellClient(ctx, tx, a.who, "revised", "", "")
	})
}

// Ask asks the client something, and waits for the answer. Problems are Forbidden,
// Invalid at body or FilesField, NotFound, and Conflict when it has moved on or
// somebody else said something meanwhile.
func (a App) Ask(ctx context.Context, request ID, b Before, body string, files []document.Upload) error {
	return a.saying(ctx, request, b, body, files, func(tx scope.Tx, r *Request, message string) error {
		if err := a.review(ctx, tx, r, Submitted, NeedsInfo, Expired); err != nil {
			return err
		}
		if err := r.step(ctx, tx, a.who, "asked", map[string]any{"message": message}); err != nil {
			return err
		}
		return r.tellClient(ctx, tx, a.who, "asked", "message", message)
	})
}

// Say writes to the client without waiting for anything. Problems are as Ask's.
func (a App) Say(ctx context.Context, request ID, b Before, body string, files []document.Upload) error {
	return a.saying(ctx, request, b, body, files, func(tx scope.Tx, r *Request, message string) error {
		if err := r.said(ctx, tx, a.who, message); err != nil {
			return err
		}
		return r.tellClient(ctx, tx, a.who, "said", "message", message)
	})
}

// saying writes a message and then does what goes with it.
func (a App) saying(ctx context.Context, request ID, b Before, body string, files []document.Upload, then func(tx scope.Tx, r *Request, message string) error) error {
	body, err := readBody("body", body)
	if err != nil {
		return err
	}
	return a.f.Documents.Sending(ctx, a.who.Site().ID, FilesField, files, func(taken []document.Uploaded, kept *bool) error {
		return a.on(ctx, request, b, func(tx scope.Tx, r *Request) error {
			message, err := r.write(ctx, tx, a.who, ByStaff, body, taken)
			if err != nil {
				return err
			}
			*kept = true
			return then(tx, r, message)
		})
	})
}

// Agree accepts a request without a price: free of charge, or as agreed elsewhere,
// with a note that the client reads. It becomes a deliverable at once. Problems are
// Forbidden, Invalid at note, NotFound, and Conflict when it has moved on or the
// project is over or not shared.
func (a App) Agree(ctx context.Context, request ID, b Before, note string) error {
	note, err := readReason("note", note)
	if err != nil {
		return err
	}
	return a.on(ctx, request, b, func(tx scope.Tx, r *Request) error {
		if err := a.f.lockAll(ctx, tx, *r, 0); err != nil {
			return err
		}
		if err := a.review(ctx, tx, r, Submitted, NeedsInfo, Expired); err != nil {
			return err
		}
		r.Reason, r.Quote, r.ValidUntil = note, "", ""
		if err := r.step(ctx, tx, a.who, "agreed", nil); err != nil {
			return err
		}
		if err := a.f.real(ctx, tx, a.who, r, Quote{}); err != nil {
			return err
		}
		return r.tellClient(ctx, tx, a.who, "agreed", "reason", "")
	})
}

// Reject says no, with a reason that the client reads. Problems are Forbidden, Invalid
// at reason, NotFound, and Conflict when it has moved on.
func (a App) Reject(ctx context.Context, request ID, b Before, reason string) error {
	reason, err := readReason("reason", reason)
	if err != nil {
		return err
	}
	return a.on(ctx, request, b, func(tx scope.Tx, r *Request) error {
		if r.State != NeedsInfo {
			if err := a.review(ctx, tx, r, Submitted, Expired); err != nil {
				return err
			}
		}
		r.Reason = reason
		if err := r.step(ctx, tx, a.who, "rejected", nil); err != nil {
			return err
		}
		return r.tellClient(ctx, tx, a.who, "rejected", "reason", "")
	})
}

// Note is what staff keep about a request among themselves.
type Note struct {
	Assignee MemberID // may be empty
	Remark   string
}

// SaveNote stores who looks after a request and what staff remark about it; the
// client hears of neither. Problems are Forbidden, Invalid at assignee or remark,
// NotFound, and Conflict when the version is not the stored one.
func (a App) SaveNote(ctx context.Context, request ID, version int64, in Note) error {
	var f problem.Fields
	in.Remark = text.Block(&f, "remark", in.Remark, text.Optional, LongestText)
	if in.Assignee != "" && !id.Valid(in.Assignee) {
		f.Add("assignee", "field.choice")
	}
	if err := f.Err(); err != nil {
		return err
	}
	return a.on(ctx, request, Before{}, func(tx scope.Tx, r *Request) error {
		if r.Version != version {
			return problem.Stale()
		}
		if in.Assignee != "" && in.Assignee != r.Assignee {
			n, err := scope.One(ctx, tx, findMember, scope.Args{"member": in.Assignee}, scope.Value[int])
			if err == nil && n == 0 {
				err = problem.Field("assignee", "field.choice")
			}
			if err != nil {
				return err
			}
		}
		var fields []string
		if in.Assignee != r.Assignee {
			fields = append(fields, "assignee")
		}
		if in.Remark != r.Remark {
			fields = append(fields, "remark")
		}
		if len(fields) == 0 {
			return nil
		}
		_, err := tx.Exec(ctx, noteRequest, scope.Args{"request": r.ID, "remark": in.Remark, "assignee": scope.Null(in.Assignee)})
		if err != nil {
			return err
		}
		return r.note(ctx, tx, a.who.Record, "noted", auth.ForStaffOnly, map[string]any{"fields": fields})
	})
}

func readReason(field, reason string) (string, error) {
	var f problem.Fields
	reason = text.Block(&f, field, reason, text.Required, longestReason)
	return reason, f.Err()
}

func readBody(field, body string) (string, error) {
	var f problem.Fields
	body = text.Block(&f, field, body, text.Required, LongestMessage)
	return body, f.Err()
}
