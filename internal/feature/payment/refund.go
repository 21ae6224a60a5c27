package payment

import (
	"context"
	"errors"
	"time"

	"foyer/internal/auth"
	"foyer/internal/feature/invoice"
	"foyer/internal/kernel/id"
	"foyer/internal/kernel/money"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
	"foyer/internal/kernel/stripe"
	"foyer/internal/kernel/text"
)

// Refund is what staff type to give money of a payment back.
type Refund struct {
	Amount    string // in the payment's currency
	Reference string
	// ByHand is for money that was given back outside of Stripe.
	ByHand bool
}

// RefundFields are the names of the form's fields in their order.
var RefundFields = []string{"amount", "reference"}

// Payment is a payment that can be given back.
type Payment struct {
	invoice.Booked
	Asked   int64 // that is on its way back already, in minor units
	Through bool  // it came through Stripe, and can go back through it
}

// Left is what of the payment can still be given back.
func (p Payment) Left() money.Amount {
	return money.Amount{Minor: p.Booked.Left() - p.Asked, Currency: p.Amount.Currency}
}

// Payment reads a payment of an invoice; problem.NotFound.
func (a App) Payment(ctx context.Context, n invoice.ID, payment invoice.PaymentID) (p Payment, err error) {
	if !id.Valid(n.String()) || !id.Valid(payment.String()) {
		return p, problem.Missing()
	}
	err = a.who.Read(ctx, auth.MoneyRead, func(tx scope.Tx) (err error) {
		p, err = find(ctx, tx, n, payment)
		return err
	})
	return p, err
}

func find(ctx context.Context, tx scope.Tx, n invoice.ID, payment invoice.PaymentID) (p Payment, err error) {
	if p.Booked, err = invoice.FindPayment(ctx, tx, n, payment); err != nil {
		return p, err
	}
	p.Through = p.Intent != ""
	p.Asked, err = scope.One(ctx, tx, sumAsked, scope.Args{"payment": payment}, scope.Value[int64])
	return p, err
}

// Refund gives money of a payment of an invoice back: through Stripe, where it came through
// there, or by hand. What was the client's credit goes first; what an invoice was
// paid with is owed again. Problems are Forbidden, NotFound, Invalid by field, and
// Unavailable while Stripe does not answer: it is then asked again by the sweep.
func (a App) Refund(ctx context.Context, n invoice.ID, payment invoice.PaymentID, in Refund) error {
	if !id.Valid(n.String()) || !id.Valid(payment.String()) {
		return problem.Missing()
	}
	var asked string
	err := a.who.Write(ctx, auth.MoneyWrite, func(tx scope.Tx) error {
		if err := invoice.Lock(ctx, tx); err != nil {
			return err
		}
		var err error
		asked, err = scope.Once(ctx, tx, func() (string, error) {
			p, err := find(ctx, tx, n, payment)
			if err != nil {
				return "", err
			}
			var f problem.Fields
			amount := money.Parse(&f, "amount", in.Amount, p.Amount.Currency, money.Positive)
			reference := text.Line(&f, "reference", in.Reference, text.Optional, 200)
			if !f.Has("amount") && amount.Minor > p.Left().Minor {
				f.Add("amount", "refund.more", "amount", p.Left())
			}
			if err := f.Err(); err != nil {
				return "", err
			}
			if in.ByHand || !p.Through {
				return "", invoice.GiveBack(ctx, tx, a.who, p.Booked, invoice.Return{Amount: amount, Reference: reference})
			}
			return a.f.ask(ctx, tx, a.who, p.Intent, amount, scope.Args{"payment": payment, "unmatched": nil, "reference": reference})
		})
		return err
	})
	if err != nil || asked == "" {
		return err
	}
	return a.f.sendSoon(ctx, a.who.Site().ID, asked)
}

// ask writes that money is to go back through Stripe. It is sent after the
// transaction, and again until there is an answer.
func (f Feature) ask(ctx context.Context, tx scope.Tx, by maker, intent string, amount money.Amount, of scope.Args) (string, error) {
	k, err := scope.One(ctx, tx, keyOfIntent, scope.Args{"intent": intent}, scope.Value[string])
	if err != nil {
		return "", err
	}
	asked := by.NewID()
	of["id"], of["key"], of["intent"], of["currency"], of["minor"], of["state"], of["refund"] = asked, k, intent, amount.Currency, amount.Minor, "asked", nil
	_, err = tx.Exec(ctx, insertStripeRefund, tx.WithMaker(of))
	return asked, err
}

// sendSoon sends what was asked for in this moment and says what hindered it.
func (f Feature) sendSoon(ctx context.Context, workspace, asked string) error {
	who, err := f.System(ctx, workspace)
	if err != nil {
		return err
	}
	err = f.send(ctx, who, asked)
	if errors.Is(err, stripe.ErrDown) {
		return problem.Of(problem.Unavailable, "refund.down")
	}
	return err
}

// asking is a refund that Stripe has to be asked for.
type asking struct {
	id, key, intent string
	amount          money.Amount
	state           string
	at              time.Time
}

func scanAsking(row scope.Row) (a asking, err error) {
	return a, row.Scan(&a.id, &a.key, &a.intent, &a.amount.Currency, &a.amount.Minor, &a.state, scope.Time(&a.at))
}

// send asks Stripe for a refund, any number of times for the same one.
func (f Feature) send(ctx context.Context, who auth.System, asked string) error {
	var wanted asking
	err := who.Read(ctx, func(tx scope.Tx) (err error) {
		wanted, err = scope.One(ctx, tx, readAsked, scope.Args{"id": asked}, scanAsking)
		return err
	})
	if err != nil || wanted.state != "asked" {
		return err
	}
	k, road, err := f.road(ctx, who, wanted.key)
	if err != nil {
		return err
	}
	r, err := f.sendOnce(ctx, who, road, wanted)
	var refused stripe.Refused
	if errors.As(err, &refused) || errors.Is(err, stripe.ErrNone) || errors.Is(err, stripe.ErrRight) || errors.Is(err, stripe.ErrAmount) {
		if err := f.fail(ctx, who, wanted); err != nil {
			return err
		}
		return problem.Field("amount", "refund.refused")
	}
	if errors.Is(err, stripe.ErrKey) { // until there is a key that is good
		return errors.Join(stripe.ErrDown, err)
	}
	if err != nil {
		return err
	}
	r.Reference = wanted.id
	return who.Write(ctx, func(tx scope.Tx) error {
		if err := invoice.Lock(ctx, tx); err != nil {
			return err
		}
		_, err := f.refunded(ctx, tx, who, k, r)
		return err
	})
}

// sendOnce asks for a refund. One that was asked for a while ago may have been
// made, and Stripe may have forgotten that it was asked, or go on giving the answer
// that something broke: it is looked for first, and then asked for anew.
func (f Feature) sendOnce(ctx context.Context, who auth.System, road stripe.Client, wanted asking) (stripe.Refund, error) {
	key := wanted.id
	if age := who.Now().Sub(wanted.at); age > time.Minute {
		made, err := road.Refunds(ctx, wanted.intent)
		if err != nil {
			return stripe.Refund{}, err
		}
		for _, r := range made {
			if r.Reference == wanted.id {
				return r, nil
			}
		}
		key += "/" + who.Now().Format("0102T1504")
	}
	return road.Refund(ctx, key, wanted.id, wanted.intent, wanted.amount.Minor, wanted.amount.Currency)
}

// fail ends a refund that Stripe will not make.
func (f Feature) fail(ctx context.Context, who auth.System, wanted asking) error {
	return who.Write(ctx, func(tx scope.Tx) error {
		if err := invoice.Lock(ctx, tx); err != nil {
			return err
		}
		n, err := tx.Exec(ctx, moveRefund, scope.Args{"id": wanted.id, "from": "asked", "to": "failed", "refund": nil, "booked": 0})
		if err != nil || n == 0 {
			return err
		}
		if _, err := tx.Exec(ctx, reopenUnmatched, scope.Args{"refund": wanted.id}); err != nil {
			return err
		}
		// Who asked for it in this moment is told at the form.
		return f.tellFailed(ctx, tx, who, wanted.intent, wanted.amount, who.Now().Sub(wanted.at) > time.Minute)
	})
}

// tellFailed notes that money which was to go back did not and, where nobody sees
// it happen, mails staff.
func (f Feature) tellFailed(ctx context.Context, tx scope.Tx, who auth.System, intent string, amount money.Amount, mail bool) error {
	said := map[string]any{"minor": amount.Minor, "currency": amount.Currency}
	p, err := invoice.FindIntent(ctx, tx, intent)
	if err != nil && !problem.Is(err, problem.NotFound) {
		return err
	}
	if mail {
		if err := alarm(ctx, tx, who, "refund", p.Invoice, amount); err != nil {
			return err
		}
	}
	if p.Invoice == "" {
		return who.Record(ctx, tx, aboutMoney(who.Site().ID, "payment.refund_failed", said))
	}
	n, err := invoice.Read(ctx, tx, p.Invoice)
	if err != nil {
		return err
	}
	return invoice.Tell(ctx, tx, who, "", "payment.refund_failed", n, auth.ForStaffOnly, said)
}

// aboutMoney is an event about money that belongs to no invoice.
func aboutMoney(workspace, kind string, said map[string]any) auth.Event {
	return auth.Event{Kind: kind, SubjectKind: "workspace", SubjectID: workspace, Area: auth.Money, Audience: auth.ForStaffOnly, Params: said}
}

// sent is a refund as it is stored here.
type sent struct {
	id, state, reference string
	booked               int64  // of it in the ledger, in minor units
	named                bool   // Stripe's name of it is known
	by                   string // the identity of who asked for it, empty for nobody here
}

// open tells whether it is not known yet what becomes of it: one that Stripe
// refused to a dead key may have been made after all.
func (s sent) open() bool { return s.state == "asked" || s.state == "failed" && !s.named }

func scanSent(row scope.Row) (s sent, err error) {
	return s, row.Scan(&s.id, &s.state, &s.reference, &s.booked, &s.named, scope.Text(&s.by))
}

// refunded books a refund that Stripe tells of, once, or takes it out of the books
// where it came to nothing. It does not know of those whose payment was not heard of.
func (f Feature) refunded(ctx context.Context, tx scope.Tx, who auth.System, k key, r stripe.Refund) (known bool, err error) {
	found, err := scope.List(ctx, tx, findRefund, scope.Args{"refund": r.ID, "reference": r.Reference}, scanSent)
	if err != nil {
		return false, err
	}
	p, err := invoice.FindIntent(ctx, tx, r.Intent)
	if problem.Is(err, problem.NotFound) {
		return f.setAsideRefunded(ctx, tx, who, found, r)
	}
	if err != nil {
		return false, err
	}
	if len(found) == 0 {
		// One that failed is kept too: that it was made may be told afterwards.
		made, state := who.NewID(), "asked"
		if r.Failed {
			state = "failed"
		}
		_, err := tx.Exec(ctx, insertStripeRefund, tx.WithMaker(scope.Args{
			"id": made, "key": k.ID, "intent": r.Intent, "refund": r.ID, "payment": p.ID, "unmatched": nil, "currency": r.Currency, "minor": r.Minor, "state": state, "reference": "",
		}))
		if err != nil {
			return false, err
		}
		found = []sent{{id: made, state: state, named: true}}
	}
	return true, f.bookRefund(ctx, tx, who, p, found[0], r)
}

// bookRefund moves a refund on: asked, booked, failed.
func (f Feature) bookRefund(ctx context.Context, tx scope.Tx, who auth.System, p invoice.Booked, s sent, r stripe.Refund) error {
	amount := money.Amount{Minor: r.Minor, Currency: r.Currency}
	back := invoice.Return{Amount: amount, Reference: s.reference, By: s.by, Through: true}
	to, booked := "booked", s.booked
	switch {
	case s.open() && r.Failed:
		if to = "failed"; s.state != "failed" {
			if err := f.tellFailed(ctx, tx, who, r.Intent, amount, true); err != nil {
				return err
			}
		}
	case s.open():
		// What was given back by hand meanwhile cannot go back twice in the books.
		if booked = max(min(amount.Minor, p.Left()), 0); booked > 0 && amount.Currency == p.Amount.Currency {
			back.Amount.Minor = booked
			if err := invoice.GiveBack(ctx, tx, who, p, back); err != nil {
				return err
			}
		}
	case s.state == "booked" && r.Failed:
		to = "failed"
		if err := alarm(ctx, tx, who, "refund", p.Invoice, amount); err != nil {
			return err
		}
		if back.Amount.Minor = booked; booked > 0 {
			if err := invoice.ComeAgain(ctx, tx, who, p, back); err != nil {
				return err
			}
		}
	default:
		return nil
	}
	_, err := tx.Exec(ctx, moveRefund, scope.Args{"id": s.id, "from": s.state, "to": to, "refund": r.ID, "booked": booked})
	return err
}

// setAsideRefunded notes that money which fits nothing went back.
func (f Feature) setAsideRefunded(ctx context.Context, tx scope.Tx, who auth.System, found []sent, r stripe.Refund) (known bool, err error) {
	amount := money.Amount{Minor: r.Minor, Currency: r.Currency}
	if r.Failed {
		for _, s := range found { // it is to be decided on again
			if s.state == "failed" {
				continue
			}
			if err := f.tellFailed(ctx, tx, who, r.Intent, amount, true); err != nil {
				return false, err
			}
			if _, err := tx.Exec(ctx, moveRefund, scope.Args{"id": s.id, "from": s.state, "to": "failed", "refund": r.ID, "booked": 0}); err != nil {
				return false, err
			}
			if _, err := tx.Exec(ctx, reopenUnmatched, scope.Args{"refund": s.id}); err != nil {
				return false, err
			}
		}
		return len(found) > 0, nil
	}
	n, err := tx.Exec(ctx, unmatchedRefunded, scope.Args{"intent": r.Intent, "minor": r.Minor})
	if err == nil && n > 0 { // at Stripe itself
		err = who.Record(ctx, tx, aboutMoney(who.Site().ID, "unmatched.refunded", map[string]any{"minor": r.Minor, "currency": r.Currency}))
	}
	if err != nil {
		return false, err
	}
	for _, s := range found {
		if _, err := tx.Exec(ctx, moveRefund, scope.Args{"id": s.id, "from": s.state, "to": "booked", "refund": r.ID, "booked": r.Minor}); err != nil {
			return false, err
		}
	}
	return n > 0 || len(found) > 0, nil
}

// disputed keeps a dispute. What is lost went back.
func (f Feature) disputed(ctx context.Context, tx scope.Tx, who auth.System, d stripe.Dispute) (known bool, err error) {
	p, err := invoice.FindIntent(ctx, tx, d.Intent)
	if problem.Is(err, problem.NotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	fresh, err := tx.Exec(ctx, insertDispute, scope.Args{"id": d.ID, "payment": p.ID, "currency": d.Currency, "minor": d.Minor})
	if err != nil {
		return false, err
	}
	if fresh > 0 {
		if err := tellDispute(ctx, tx, who, p, "payment.disputed", d); err != nil {
			return false, err
		}
		if err := alarm(ctx, tx, who, "dispute", p.Invoice, money.Amount{Minor: d.Minor, Currency: d.Currency}); err != nil {
			return false, err
		}
	}
	if !d.Over {
		return true, nil
	}
	to := "won"
	if d.Lost {
		to = "lost"
	}
	moved, err := tx.Exec(ctx, closeDispute, scope.Args{"id": d.ID, "to": to})
	if err != nil || moved == 0 {
		return true, err
	}
	if !d.Lost {
		return true, tellDispute(ctx, tx, who, p, "payment.dispute_won", d)
	}
	amount := money.Amount{Minor: min(d.Minor, p.Left()), Currency: p.Amount.Currency}
	if amount.Minor <= 0 {
		return true, nil
	}
	return true, invoice.GiveBack(ctx, tx, who, p, invoice.Return{Amount: amount, Reference: d.ID, Disputed: true})
}

func tellDispute(ctx context.Context, tx scope.Tx, who auth.System, p invoice.Booked, kind string, d stripe.Dispute) error {
	if p.Invoice == "" {
		return nil
	}
	n, err := invoice.Read(ctx, tx, p.Invoice)
	if err != nil {
		return err
	}
	return invoice.Tell(ctx, tx, who, "", kind, n, auth.ForStaffOnly, map[string]any{"minor": d.Minor, "currency": d.Currency})
}
