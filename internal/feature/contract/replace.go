package contract

import (
	"context"
	"slices"

	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
	"foyer/internal/kernel/text"
)

// Substitute is who stands in for a signatory: for the client's side somebody by
// name and address, for ours a member.
type Substitute struct {
	Name   string
	Email  string
	Member string // identity of a member
}

// Replaceable tells whether somebody else can stand in for a signatory of a
// contract: it is out, and they have not signed.
func (c Contract) Replaceable(s Signatory) bool {
	out := c.State == Pending || c.State == Signed && s.Side == Ours
	return out && slices.Contains([]Turn{NotYet, Invited, Viewed}, s.Turn)
}

// Replace lets somebody else stand in for a signatory who has not signed. Problems
// are NotFound, Invalid by field (name, email, member), and Conflict for who has
// signed.
func (a App) Replace(ctx context.Context, contract ID, who SignatoryID, in Substitute) error {
	_, err := a.once(ctx, contract, func(tx scope.Tx, c Contract) (string, error) {
		if _, err := scope.One(ctx, tx, findSignatory, scope.Args{"contract": c.ID, "id": who}, scope.Value[string]); err != nil {
			return "", err
		}
		if c.State != Pending && c.State != Signed {
			return "", problem.Of(problem.Conflict, "contract.not_out")
		}
		people, err := c.signatories(ctx, tx, c.Nth)
		if err != nil {
			return "", err
		}
		n := slices.IndexFunc(people, func(s Signatory) bool { return s.ID == who })
		if n < 0 || !c.Replaceable(people[n]) {
			return "", problem.Of(problem.Conflict, "contract.not_replaceable")
		}
		old := people[n]
		s := Signatory{ID: SignatoryID(a.who.NewID()), Number: c.Nth, Side: old.Side, Role: old.Role, Step: old.Step, Replaces: old.ID}
		if err := s.read(ctx, tx, in, people); err != nil {
			return "", err
		}
		return "", a.swap(ctx, tx, c, old, s, n)
	})
	return err
}

// read takes who stands in from a form. The error is Invalid by field.
func (s *Signatory) read(ctx context.Context, tx scope.Tx, in Substitute, people []Signatory) error {
	var f problem.Fields
	field := "email"
	if s.Side == Ours {
		field = "member"
		found, err := scope.List(ctx, tx, findWriter, scope.Args{"person": in.Member}, func(row scope.Row) (m Signatory, err error) {
			return m, row.Scan(&m.Identity, &m.Name, &m.Email)
		})
		if err != nil {
			return err
		}
		if len(found) == 0 {
			return problem.Field(field, "contract.person_required")
		}
		s.Identity, s.Name, s.Email = found[0].Identity, found[0].Name, found[0].Email
	} else {
		s.Name, s.Email = text.Line(&f, "name", in.Name, text.Required, longest), text.Email(&f, "email", in.Email, text.Required)
	}
	if slices.ContainsFunc(people, func(p Signatory) bool { return text.Key(p.Email) == text.Key(s.Email) && p.Turn != Delegated }) {
		f.Add(field, "contract.email_twice", "email", s.Email)
	}
	return f.Err()
}

// swap ends the turn of one and gives it to another, at the same place.
func (a App) swap(ctx context.Context, tx scope.Tx, c Contract, old, s Signatory, at int) error {
	if _, err := tx.Exec(ctx, markDone, tx.WithClient(c.Client.String(), scope.Args{"id": old.ID, "state": Delegated, "reason": ""})); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, voidLinksOf, scope.Args{"signatory": old.ID}); err != nil {
		return err
	}
	if err := c.insertSignatory(ctx, tx, s, at); err != nil {
		return err
	}
	facts := map[string]string{"from": old.ID.String(), "to": s.ID.String(), "name": s.Name, "email": s.Email}
	if err := c.append(ctx, tx, a.who, a.actor(), "replaced", facts); err != nil {
		return err
	}
	if !old.Invited.IsZero() {
		if err := c.post(ctx, tx, a.who, old, mailReplaced, nil); err != nil {
			return err
		}
	}
	people, err := c.signatories(ctx, tx, c.Nth)
	if err != nil {
		return err
	}
	return c.invite(ctx, tx, a.who, people)
}
