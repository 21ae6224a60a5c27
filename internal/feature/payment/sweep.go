package payment

import (
	"context"
	"errors"
	"time"

	"foyer/internal/auth"
	"foyer/internal/feature/invoice"
	"foyer/internal/kernel/scope"
	"foyer/internal/kernel/stripe"
)

// Every is how often the sweep looks at what is pending.
const Every = 15 * time.Minute

// Sweep asks Stripe about every attempt that is pending and was not looked at for
// a while, and gives back what was asked for and not answered. It finds what no
// webhook told.
func (f Feature) Sweep(ctx context.Context, who auth.System) error {
	var pending []ID
	var asked []string
	err := who.Read(ctx, func(tx scope.Tx) error {
		return tx.Batch(ctx,
			scope.Into(&pending, listPending, scope.Args{"before": who.Now().Add(-Every + time.Minute)}, scope.Value[ID]),
			scope.Into(&asked, listAsked, scope.Args{"before": who.Now().Add(-time.Minute)}, scope.Value[string]))
	})
	if err != nil {
		return err
	}
	var failed []error
	for _, id := range pending {
		err := f.look(ctx, who, id, 0)
		failed = append(failed, err)
		if errors.Is(err, stripe.ErrDown) { // the others would wait in vain
			break
		}
	}
	for _, id := range asked {
		failed = append(failed, f.send(ctx, who, id))
	}
	return errors.Join(failed...)
}

// Kept is how long the body of an event stays after something was made of it.
const Kept = 90 * 24 * time.Hour

// Prune takes away the bodies of events that were handled long ago. What was heard,
// when, and the hash of it stay.
func (f Feature) Prune(ctx context.Context, who auth.System) error {
	for {
		var pruned int64
		err := who.Write(ctx, func(tx scope.Tx) (err error) {
			pruned, err = tx.Exec(ctx, pruneEvents, scope.Args{"before": who.Now().Add(-Kept)})
			return err
		})
		if err != nil || pruned == 0 {
			return err
		}
	}
}

// patience is how long a bank may take for a slow payment.
const patience = 30 * 24 * time.Hour

// look asks Stripe how a pending attempt stands, unless that was asked not so long
// ago.
func (f Feature) look(ctx context.Context, who auth.System, checkout ID, since time.Duration) error {
	var c Checkout
	var open int64
	var now []key
	err := who.Write(ctx, func(tx scope.Tx) (err error) {
		if c, err = scope.One(ctx, tx, readCheckout, scope.Args{"id": checkout}, scanCheckout); err != nil || !c.pending() {
			return err
		}
		first, err := tx.Exec(ctx, lookedAt, scope.Args{"id": checkout, "before": who.Now().Add(-since)})
		if err == nil && first == 0 {
			c.State = "" // somebody is looking
		}
		if err != nil {
			return err
		}
		n, err := invoice.Read(ctx, tx, c.Invoice)
		if open = n.Open; n.State != invoice.Issued || !n.WrittenOff.IsZero() {
			open = 0 // nothing is wanted any more
		}
		if err == nil {
			now, err = scope.List(ctx, tx, readKeyInUse, nil, scanKey)
		}
		return err
	})
	if err != nil || !c.pending() {
		return err
	}
	k, road, err := f.road(ctx, who, c.key)
	if err != nil {
		return err
	}
	over := time.UnixMicro(c.until).Before(who.Now())
	if c.State == Processing {
		over = time.UnixMicro(c.until).Add(patience).Before(who.Now())
	}
	if c.State == Created {
		if over { // nobody was ever handed the page
			return f.drop(ctx, who, c)
		}
		return f.open(ctx, who, k, road, c)
	}
	asGood := len(now) > 0 && !other(now[0].Account, c.account) && now[0].Live == c.live
	if c.State == Open && (open != c.Amount.Minor || !asGood) { // it was paid in another way, or is not to be paid so
		return f.shut(ctx, who, k, road, c)
	}
	s, err := road.Session(ctx, c.session)
	if errors.Is(err, stripe.ErrNone) || over && errors.Is(err, stripe.ErrKey) {
		return f.drop(ctx, who, c)
	}
	if err != nil {
		return err
	}
	return f.settle(ctx, who, k, s)
}

// drop ends an attempt that Stripe knows nothing of.
func (f Feature) drop(ctx context.Context, who auth.System, c Checkout) error {
	return who.Write(ctx, func(tx scope.Tx) error {
		if err := invoice.Lock(ctx, tx); err != nil {
			return err
		}
		moved, err := tx.Exec(ctx, moveCheckout, scope.Args{"id": c.ID, "from": c.State, "or": c.State, "to": Expired, "session": nil, "intent": nil})
		if err != nil || moved == 0 {
			return err
		}
		return invoice.UnderWay(ctx, tx, c.Invoice, false)
	})
}
