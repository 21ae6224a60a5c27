package payment

import (
	"context"

	"foyer/internal/auth"
	"foyer/internal/feature/invoice"
	"foyer/internal/kernel/civil"
	"foyer/internal/kernel/money"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
	"foyer/internal/kernel/stripe"
)

// settle makes of what Stripe says about a page what it means here: the one
// command of all roads. What does not fit what was asked for is never booked by
// itself.
func (f Feature) settle(ctx context.Context, who auth.System, k key, s stripe.Session) error {
	return who.Write(ctx, func(tx scope.Tx) error {
		if err := invoice.Lock(ctx, tx); err != nil {
			return err
		}
		return f.settleIn(ctx, tx, who, k, s)
	})
}

// settleIn is settle in a transaction that has locked the ledger.
func (f Feature) settleIn(ctx context.Context, tx scope.Tx, who auth.System, k key, s stripe.Session) error {
	c, why, err := compare(ctx, tx, k, s)
	if err != nil {
		return err
	}
	if why == "" && s.Paid && !c.live {
		// Money that is none pays nothing once there is a key that moves real money.
		now, err := scope.List(ctx, tx, readKeyInUse, nil, scanKey)
		if err != nil {
			return err
		}
		if len(now) > 0 && now[0].Live {
			why = "mode"
		}
	}
	if why != "" {
		return f.setAside(ctx, tx, who, k, c, s, why)
	}
	return f.move(ctx, tx, who, k, c, s)
}

// compare finds the attempt that a page belongs to and says what of it is not as
// it was asked for: unknown, account, mode, currency or amount.
func compare(ctx context.Context, tx scope.Tx, k key, s stripe.Session) (c Checkout, why string, err error) {
	found, err := scope.List(ctx, tx, findCheckout, scope.Args{"session": s.ID, "reference": s.Reference}, scanCheckout)
	if err != nil {
		return c, "", err
	}
	if len(found) == 0 {
		return c, "unknown", nil
	}
	c = found[0]
	switch {
	case c.session != "" && c.session != s.ID, string(c.ID) != s.Reference:
		return c, "unknown", nil
	case other(c.account, k.Account), other(s.Account, k.Account):
		return c, "account", nil
	case c.live != s.Live, s.Mixed:
		return c, "mode", nil
	case c.Amount.Currency != s.Currency:
		return c, "currency", nil
	case !s.Asks(c.Amount.Minor, c.Amount.Currency):
		return c, "amount", nil
	}
	return c, "", nil
}

// other tells whether two accounts differ, as far as both are known: a restricted
// key does not tell whose it is, and an event names an account only where there are
// several.
func other(a, b string) bool { return a != "" && b != "" && a != b }

// move brings an attempt forward to where Stripe has it.
func (f Feature) move(ctx context.Context, tx scope.Tx, who auth.System, k key, c Checkout, s stripe.Session) error {
	switch {
	case s.Paid:
		return f.arrive(ctx, tx, who, k, c, s)
	case s.Failed:
		return f.step(ctx, tx, who, c, s, Failed, "payment.failed")
	case s.Complete:
		return f.step(ctx, tx, who, c, s, Processing, "payment.started")
	case s.Expired:
		return f.step(ctx, tx, who, c, s, Expired, "")
	case c.State == Created:
		_, err := tx.Exec(ctx, openCheckout, scope.Args{"id": c.ID, "session": s.ID, "url": s.URL, "until": s.Until})
		return err
	}
	return nil
}

// from says out of which states an attempt comes into another one.
var from = map[State][2]State{Processing: {Created, Open}, Expired: {Created, Open}, Failed: {Open, Processing}}

// step moves an attempt that has brought no money, unless it is there already.
func (f Feature) step(ctx context.Context, tx scope.Tx, who auth.System, c Checkout, s stripe.Session, to State, say string) error {
	moved, err := tx.Exec(ctx, moveCheckout, scope.Args{
		"id": c.ID, "from": from[to][0], "or": from[to][1], "to": to, "session": s.ID, "intent": scope.Null(s.Intent),
	})
	if err != nil || moved == 0 {
		return err
	}
	if err := invoice.UnderWay(ctx, tx, c.Invoice, to == Processing); err != nil || say == "" {
		return err
	}
	n, err := invoice.Read(ctx, tx, c.Invoice)
	if err != nil {
		return err
	}
	return invoice.Tell(ctx, tx, who, c.by, say, n, auth.ForClientToo, map[string]any{"minor": c.Amount.Minor, "currency": c.Amount.Currency})
}

// arrive books the money of an attempt, once.
func (f Feature) arrive(ctx context.Context, tx scope.Tx, who auth.System, k key, c Checkout, s stripe.Session) error {
	if c.State == Succeeded {
		return nil
	}
	n, err := invoice.Read(ctx, tx, c.Invoice)
	if err != nil {
		return err
	}
	p := invoice.Payment{
		Amount: c.Amount, Method: "card", PaidOn: civil.Today(who.Now()), Reference: s.Intent, Intent: named(s), By: c.by,
	}
	if s.Slow {
		p.Method = "direct_debit"
	}
	if c.State == Processing {
		if err := invoice.UnderWay(ctx, tx, c.Invoice, false); err != nil {
			return err
		}
	}
	// Staff may have booked it for another invoice, while it did not fit.
	decided, err := scope.List(ctx, tx, readDecided, scope.Args{"session": s.ID}, scope.Value[string])
	if err != nil {
		return err
	}
	there, err := invoice.FindIntent(ctx, tx, p.Intent)
	if len(decided) > 0 || err == nil && there.Client != c.Client {
		return f.useUp(ctx, tx, c, s)
	}
	booked := there.ID
	if problem.Is(err, problem.NotFound) {
		booked, err = invoice.Book(ctx, tx, who, n, p, true)
	}
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, succeedCheckout, scope.Args{"id": c.ID, "session": s.ID, "payment": booked, "intent": p.Intent}); err != nil {
		return err
	}
	return f.awaited(ctx, tx, who, k, p.Intent)
}

// useUp ends an attempt whose money went another way: its page cannot be paid on
// again.
func (f Feature) useUp(ctx context.Context, tx scope.Tx, c Checkout, s stripe.Session) error {
	if !c.pending() {
		return nil
	}
	_, err := tx.Exec(ctx, moveCheckout, scope.Args{"id": c.ID, "from": c.State, "or": c.State, "to": Failed, "session": s.ID, "intent": nil})
	if err != nil {
		return err
	}
	return invoice.UnderWay(ctx, tx, c.Invoice, false)
}

// named is what Stripe calls a payment.
func named(s stripe.Session) string {
	if s.Intent != "" {
		return s.Intent
	}
	return s.ID
}

// setAside keeps money that does not fit for people to decide on. A page without
// money is nothing to keep.
func (f Feature) setAside(ctx context.Context, tx scope.Tx, who auth.System, k key, c Checkout, s stripe.Session, why string) error {
	own := c.session != "" && c.session == s.ID
	if !s.Paid {
		if own && (s.Expired || s.Failed) {
			return f.useUp(ctx, tx, c, s)
		}
		return nil
	}
	fresh, err := tx.Exec(ctx, insertUnmatched, scope.Args{
		"id": who.NewID(), "key": k.ID, "session": s.ID, "intent": named(s), "checkout": scope.Null(c.ID), "currency": s.Currency, "minor": s.Minor,
		"reason": why,
	})
	if err != nil || fresh == 0 {
		return err
	}
	if err := f.awaited(ctx, tx, who, k, named(s)); err != nil {
		return err
	}
	if own {
		if err := f.useUp(ctx, tx, c, s); err != nil {
			return err
		}
	}
	amount := money.Amount{Minor: s.Minor, Currency: s.Currency}
	if c.ID != "" {
		n, err := invoice.Read(ctx, tx, c.Invoice)
		if err == nil {
			if err := alarm(ctx, tx, who, "unmatched", n.ID, amount); err != nil {
				return err
			}
			return invoice.Tell(ctx, tx, who, "", "payment.unmatched", n, auth.ForStaffOnly, map[string]any{"minor": amount.Minor, "currency": amount.Currency, "reason": why})
		}
		if !problem.Is(err, problem.NotFound) {
			return err
		}
	}
	if err := alarm(ctx, tx, who, "unmatched", "", amount); err != nil {
		return err
	}
	return who.Record(ctx, tx, aboutMoney(who.Site().ID, "payment.unmatched", map[string]any{"minor": amount.Minor, "currency": amount.Currency, "reason": why}))
}
