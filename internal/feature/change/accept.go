package change

import (
	"context"
	"unicode"

	"foyer/internal/kernel/civil"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
	"foyer/internal/kernel/text"
)

// LongestName is how many characters the name may have that somebody accepts with.
const LongestName = 100

// Acceptance is what somebody hands in who accepts a quote.
type Acceptance struct {
	SHA256   string // of the quote that they were shown
	Due      string // of the milestone that it moves, as they were shown it; empty for none
	Name     string // as they type it, where it is asked for
	Consent  bool   // to the text of ConsentIn, where it is asked for
	Language string // of that text
}

// acceptable says why a quote cannot be accepted, or nothing.
func (r Request) acceptable(today civil.Date) error {
	switch {
	case r.State != Quoted:
		return r.moved()
	case r.Past(today):
		return problem.Of(problem.Conflict, "change.quote_expired")
	case !r.ProjectOpen:
		return problem.Of(problem.Conflict, "change.project_over")
	}
	return nil
}

// out is the quote that is out, which has to be the one that was shown.
func (r Request) out(ctx context.Context, tx scope.Tx, sha256 string) (Quote, error) {
	q, err := scope.One(ctx, tx, readQuote, tx.WithClient(r.Client.String(), scope.Args{"request": r.ID, "quote": r.Quote}), scanQuote)
	if err == nil && q.SHA256 != sha256 {
		err = problem.Of(problem.Conflict, "change.other_quote")
	}
	return q, err
}

// Accept accepts a quote: the change becomes a deliverable and its price a line of an
// invoice, in the same transaction. Problems are Forbidden for who may not, Invalid at
// name or consent, NotFound, and Conflict when the quote has expired, is not the one
// that is out or moves another date than was shown, or the request or its project has
// moved on.
func (p Portal) Accept(ctx context.Context, request ID, in Acceptance) error {
	if err := p.may(p.MayAccept()); err != nil {
		return err
	}
	return p.on(ctx, request, Before{}, func(tx scope.Tx, o *open) error {
		if err := o.acceptable(civil.Today(p.who.Now())); err != nil {
			return err
		}
		q, err := o.out(ctx, tx, in.SHA256)
		if err != nil {
			return err
		}
		if string(q.Due()) != in.Due {
			return problem.Of(problem.Conflict, "change.dates_moved")
		}
		name, consent, err := p.consented(ctx, tx, q, in)
		if err != nil {
			return err
		}
		if err := p.f.lockAll(ctx, tx, o.Request, q.Price.Minor); err != nil {
			return err
		}
		q.MovedTo = q.Moves()
		if err := p.decide(ctx, tx, o, q, "accepted", name, consent); err != nil {
			return err
		}
		o.Reason = ""
		if err := o.step(ctx, tx, p.who, "accepted", map[string]any{"quote": q.ID}); err != nil {
			return err
		}
		if err := p.f.real(ctx, tx, p.who, &o.Request, q); err != nil {
			return err
		}
		return o.tellBoth(ctx, tx, p.who, "accepted", "decision", q.ID)
	})
}

// consented reads the name and the consent, where the price asks for them.
func (p Portal) consented(ctx context.Context, tx scope.Tx, q Quote, in Acceptance) (string, Consent, error) {
	limit, err := scope.One(ctx, tx, readLimitForClient, nil, scanLimit)
	if err != nil || !limit.asks(q.Price) {
		return "", Consent{}, err
	}
	var f problem.Fields
	name := text.Line(&f, "name", in.Name, text.Required, LongestName)
	if !f.Has("name") && !hasLetter(name) {
		f.Add("name", "change.name_letters")
	}
	if !in.Consent {
		f.Add("consent", "change.consent_required")
	}
	return name, ConsentIn(in.Language), f.Err()
}

func hasLetter(name string) bool {
	for _, r := range name {
		if unicode.IsLetter(r) {
			return true
		}
	}
	return false
}

// decide writes down what a contact decided about a quote.
func (p Portal) decide(ctx context.Context, tx scope.Tx, o *open, q Quote, decision, name string, c Consent) error {
	hash := ""
	if c.Version != "" {
		hash = c.SHA256()
	}
	facts := p.who.Facts()
	_, err := tx.Exec(ctx, insertDecision, scope.Args{
		"id": p.who.NewID(), "request": o.ID, "quote": q.ID, "decision": decision, "name": name, "consent": c.Version, "consent_sha256": hash,
		"sha256": q.SHA256, "moved_to": q.MovedTo, "address": facts.Address, "agent": facts.Agent[:min(len(facts.Agent), 300)],
	})
	return err
}

// Decline says no to the quote with a hash, with a reason. Problems are Forbidden for
// who may not, Invalid at reason, NotFound, and Conflict when another quote is out or
// the request has moved on.
func (p Portal) Decline(ctx context.Context, request ID, sha256, reason string) error {
	if err := p.may(p.MayAccept()); err != nil {
		return err
	}
	reason, err := readReason("reason", reason)
	if err != nil {
		return err
	}
	return p.on(ctx, request, Before{}, func(tx scope.Tx, o *open) error {
		if o.State != Quoted {
			return o.moved()
		}
		q, err := o.out(ctx, tx, sha256)
		if err != nil {
			return err
		}
		if err := p.decide(ctx, tx, o, q, "declined", "", Consent{}); err != nil {
			return err
		}
		o.Reason = reason
		if err := o.step(ctx, tx, p.who, "declined", map[string]any{"quote": q.ID}); err != nil {
			return err
		}
		return o.tellBoth(ctx, tx, p.who, "declined", "decision", q.ID)
	})
}
