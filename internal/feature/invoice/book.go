package invoice

import (
	"context"
	"time"

	"foyer/internal/auth"
	"foyer/internal/kernel/civil"
	"foyer/internal/kernel/money"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
)

// Hand is whoever changes the ledger: staff, or a job.
type Hand interface {
	poster
	NewID() string
	Now() time.Time
	Record(ctx context.Context, tx scope.Tx, e auth.Event) error
}

// Lock makes changes of the ledger wait for each other. It stands at the start of
// a transaction, before anything is read that the change depends on.
func Lock(ctx context.Context, tx scope.Tx) error { return wait(ctx, tx) }

// Read is an invoice in somebody's transaction; problem.NotFound.
func Read(ctx context.Context, tx scope.Tx, invoice ID) (Invoice, error) {
	return get(ctx, tx, invoice)
}

// Finance are the identities of the staff who look after money.
func Finance(ctx context.Context, tx scope.Tx) ([]string, error) {
	return scope.List(ctx, tx, listFinance, nil, scope.Value[string])
}

// Book writes that money came in for an invoice: what is left of it is paid, and
// the rest is the client's credit; all of it where there is nothing to pay. A
// payment that came through Stripe is written once. receipt mails the client.
func Book(ctx context.Context, tx scope.Tx, by Hand, n Invoice, p Payment, receipt bool) (PaymentID, error) {
	p.ID = PaymentID(by.NewID())
	_, err := tx.Exec(ctx, insertPayment, tx.WithMaker(scope.Args{
		"id": p.ID, "client": n.Client, "currency": p.Amount.Currency, "minor": p.Amount.Minor, "method": p.Method, "paid_on": p.PaidOn,
		"reference": p.Reference, "intent": scope.Null(p.Intent), "invoice": n.ID,
	}))
	if err != nil {
		return "", err
	}
	var pays int64
	if n.payable() == nil && n.Currency == p.Amount.Currency {
		pays = max(min(n.Open, p.Amount.Minor), 0)
	}
	if pays > 0 {
		if err := allocate(ctx, tx, by, n, source{payment: p.ID}, pays); err != nil {
			return "", err
		}
	}
	// One that is credit as a whole changes nothing that the client is told of the invoice.
	kind, audience := "invoice.part_paid", auth.ForClientToo
	switch pays {
	case 0:
		kind, audience = "payment.credited", auth.ForStaffOnly
	case n.Open:
		kind = "invoice.paid"
	}
	said := map[string]any{"payment": p.ID, "minor": p.Amount.Minor, "currency": p.Amount.Currency, "over": p.Amount.Minor - pays}
	if p.Intent != "" {
		said["through"] = "stripe"
	}
	err = Tell(ctx, tx, by, p.By, kind, n, audience, said)
	if err == nil && receipt {
		_, err = post(ctx, tx, by, n, mailReceipt, map[string]any{"payment": p.ID})
	}
	return p.ID, err
}

// Booked is a payment in the ledger with what became of it.
type Booked struct {
	Payment
	Client   string
	Invoice  ID    // that it was booked for
	Refunded int64 // that went back, in minor units
	Used     int64 // that is on invoices
}

// Left is what of the payment can still be given back.
func (b Booked) Left() int64 { return b.Amount.Minor - b.Refunded }

func scanBooked(row scope.Row) (b Booked, err error) {
	return b, row.Scan(&b.ID, &b.Amount.Minor, &b.Amount.Currency, &b.Method, &b.PaidOn, &b.Reference, scope.Text(&b.Intent), &b.Client,
		scope.Text(&b.Invoice), &b.Refunded, &b.Used)
}

// FindPayment is a payment that was booked for an invoice, in somebody's
// transaction; problem.NotFound.
func FindPayment(ctx context.Context, tx scope.Tx, invoice ID, payment PaymentID) (Booked, error) {
	return scope.One(ctx, tx, findPayment, scope.Args{"invoice": invoice, "payment": payment}, scanBooked)
}

// FindIntent is the payment that came in under Stripe's name of it;
// problem.NotFound.
func FindIntent(ctx context.Context, tx scope.Tx, intent string) (Booked, error) {
	return scope.One(ctx, tx, findIntent, scope.Args{"intent": intent}, scanBooked)
}

// Return is money of a payment that goes back.
type Return struct {
	Amount    money.Amount
	Reference string
	Through   bool   // Stripe gives it back
	Disputed  bool   // the payer's bank took it
	By        string // the identity of who asked for it, where the program writes it
}

// GiveBack writes that money of a payment went back: first what of it is the
// client's credit, then what it paid, the latest invoice first, which is owed
// again unless a credit note of it covers it. Problems are Conflict where more
// than is left would go back.
func GiveBack(ctx context.Context, tx scope.Tx, by Hand, payment Booked, r Return) error {
	if r.Amount.Minor > payment.Left() || r.Amount.Currency != payment.Amount.Currency {
		return problem.Of(problem.Conflict, "refund.more", "amount", money.Amount{Minor: payment.Left(), Currency: payment.Amount.Currency})
	}
	need := r.Amount.Minor - (payment.Left() - payment.Used)
	made := by.NewID()
	if need > 0 {
		if err := reopen(ctx, tx, by, source{payment: payment.ID, refund: made}, need); err != nil {
			return err
		}
	}
	return writeRefund(ctx, tx, by, made, payment, r)
}

// reopen takes what a payment paid off its invoices again.
func reopen(ctx context.Context, tx scope.Tx, by Hand, from source, need int64) error {
	held, err := scope.List(ctx, tx, listHeld, scope.Args{"payment": from.payment}, func(row scope.Row) (h held, err error) {
		return h, row.Scan(&h.invoice, &h.minor)
	})
	if err != nil {
		return err
	}
	for _, h := range held {
		take := min(need, h.minor)
		if take <= 0 {
			break
		}
		n, err := get(ctx, tx, h.invoice)
		if err != nil {
			return err
		}
		if err := allocate(ctx, tx, by, n, from, -take); err != nil {
			return err
		}
		if err := cover(ctx, tx, by, n.ID, take); err != nil {
			return err
		}
		need -= take
	}
	if need > 0 {
		return problem.Of(problem.Conflict, "payment.moved_on")
	}
	return nil
}

// held is what a payment pays of an invoice.
type held struct {
	invoice ID
	minor   int64
}

// cover uses what is left of an invoice's own credit notes for it.
func cover(ctx context.Context, tx scope.Tx, by Hand, invoice ID, minor int64) error {
	notes, err := scope.List(ctx, tx, listOwnNotes, scope.Args{"invoice": invoice}, scanSource)
	if err != nil {
		return err
	}
	for _, s := range notes {
		pays := min(minor, s.rest)
		if pays <= 0 {
			continue
		}
		n, err := get(ctx, tx, invoice)
		if err != nil {
			return err
		}
		if err := allocate(ctx, tx, by, n, s, pays); err != nil {
			return err
		}
		minor -= pays
	}
	return nil
}

// ComeAgain writes that money which went back came again, because the payer's
// bank did not take it. It pays what the payment was for, as far as that is owed.
func ComeAgain(ctx context.Context, tx scope.Tx, by Hand, payment Booked, r Return) error {
	r.Amount.Minor = -r.Amount.Minor
	made := by.NewID()
	if err := writeRefund(ctx, tx, by, made, payment, r); err != nil || payment.Invoice == "" {
		return err
	}
	n, err := get(ctx, tx, payment.Invoice)
	if err != nil || n.payable() != nil {
		return err
	}
	if pays := min(n.Open, -r.Amount.Minor); pays > 0 {
		return allocate(ctx, tx, by, n, source{payment: payment.ID, refund: made}, pays)
	}
	return nil
}

// writeRefund writes a refund and says so.
func writeRefund(ctx context.Context, tx scope.Tx, by Hand, made string, payment Booked, r Return) error {
	_, err := tx.Exec(ctx, insertRefund, tx.WithMaker(scope.Args{
		"id": made, "client": payment.Client, "currency": r.Amount.Currency, "minor": r.Amount.Minor, "payment": payment.ID,
		"on": civil.Today(by.Now()), "reference": r.Reference,
	}))
	if err != nil || payment.Invoice == "" {
		return err
	}
	n, err := get(ctx, tx, payment.Invoice)
	if err != nil {
		return err
	}
	kind := "payment.refunded"
	switch {
	case r.Amount.Minor < 0:
		kind, r.By = "payment.came_again", ""
	case r.Disputed:
		kind = "payment.lost"
	default:
		said := map[string]any{"refund": made}
		if r.Through {
			said["through"] = "stripe"
		}
		if _, err := post(ctx, tx, by, n, mailRefund, said); err != nil {
			return err
		}
	}
	return Tell(ctx, tx, by, r.By, kind, n, auth.ForClientToo, map[string]any{"payment": payment.ID, "minor": max(r.Amount.Minor, -r.Amount.Minor), "currency": r.Amount.Currency})
}

// UnderWay keeps whether a payment of an invoice is under way that takes days:
// nobody is reminded meanwhile.
func UnderWay(ctx context.Context, tx scope.Tx, invoice ID, is bool) error {
	_, err := tx.Exec(ctx, keepUnderWay, scope.Args{"invoice": invoice, "is": is})
	return err
}

// Tell notes something about an invoice, for staff alone or for its client too.
// whose doing it was is an identity, where the program itself notes it.
func Tell(ctx context.Context, tx scope.Tx, by Hand, whose, kind string, n Invoice, audience auth.Audience, params map[string]any) error {
	return by.Record(ctx, tx, auth.Event{
		Kind: kind, SubjectKind: "invoice", SubjectID: n.ID.String(), Area: auth.Money, Client: n.Client.String(), Audience: audience, Params: params, By: whose,
	})
}

func event(ctx context.Context, tx scope.Tx, by Hand, kind string, n Invoice, audience auth.Audience, params map[string]any) error {
	return Tell(ctx, tx, by, "", kind, n, audience, params)
}
