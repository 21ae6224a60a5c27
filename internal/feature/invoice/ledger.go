package invoice

import (
	"context"
	"slices"
	"time"

	"foyer/internal/auth"
	"foyer/internal/kernel/civil"
	"foyer/internal/kernel/id"
	"foyer/internal/kernel/money"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
	"foyer/internal/kernel/text"
)

// PaymentID names a payment.
type PaymentID = id.Of[Payment]

// Method is how money came in.
type Method string

// Methods lists the methods in the order in which they are offered.
var Methods = []Method{"bank_transfer", "card", "direct_debit", "cash", "cheque", "other"}

// PaymentDetails are what people type about money that came in.
type PaymentDetails struct {
	Amount    string // in the invoice's currency
	Method    Method
	PaidOn    string // YYYY-MM-DD
	Reference string
	Over      bool // more than is left to pay is meant; the rest becomes credit
	Receipt   bool // the client is told by mail
}

// PaymentFields are the names of the form's fields in their order.
var PaymentFields = []string{"amount", "method", "paid_on", "reference"}

// Payment is money that came in.
type Payment struct {
	ID        PaymentID
	Amount    money.Amount
	Method    Method
	PaidOn    civil.Date
	Reference string
	Intent    string // what Stripe calls it, where it came through there
	By        string // the identity of who paid it there, where that is known
}

// check reads the details; the day is not after today, and what is above the
// amount that is left is meant so.
func (d PaymentDetails) check(left money.Amount, today civil.Date) (Payment, error) {
	var f problem.Fields
	p := Payment{Method: d.Method}
	p.Amount = money.Parse(&f, "amount", d.Amount, left.Currency, money.Positive)
	if over := p.Amount.Minor - left.Minor; over > 0 && !d.Over {
		f.Add("amount", "payment.more", "amount", money.Amount{Minor: over, Currency: left.Currency})
	}
	if !slices.Contains(Methods, d.Method) {
		f.Add("method", "field.choice")
	}
	day := text.Line(&f, "paid_on", d.PaidOn, text.Required, 40)
	on, ok := civil.Parse(day)
	switch {
	case !ok:
		f.Add("paid_on", "field.date")
	case on < earliest:
		f.Add("paid_on", "field.early")
	case on > today:
		f.Add("paid_on", "payment.future")
	}
	p.PaidOn = on
	p.Reference = text.Line(&f, "reference", d.Reference, text.Optional, longest)
	return p, f.Err()
}

// Because is why something that was paid is an invoice's no more, or again.
type Because string

// The reasons; there is none for what was paid, or was taken back by staff.
const (
	OfRefund  Because = "refund"
	OfDispute Because = "dispute"
)

// Entry is what was paid, credited or taken back on an invoice.
type Entry struct {
	ID         string // of the allocation
	At         time.Time
	Amount     money.Amount // negative where it was taken back
	Payment    PaymentID    // empty for a credit note
	Method     Method
	On         civil.Date // that the money came in, or the credit note was issued
	Reference  string
	Whole      money.Amount // that came in, of which this is a part
	Refunded   int64        // of Whole, that went back, in minor units
	CreditNote ID           // empty for a payment
	Number     string
	Refund     Because // it was given back or, where Amount is above nothing, came again
}

// Left is what of the payment can still be given back.
func (e Entry) Left() int64 { return e.Whole.Minor - e.Refunded }

func scanEntry(row scope.Row) (e Entry, err error) {
	return e, row.Scan(&e.ID, scope.Time(&e.At), &e.Amount.Minor, &e.Amount.Currency, scope.Text(&e.Payment), scope.Text(&e.Method),
		scope.Text(&e.On), scope.Text(&e.Reference), scope.Text(&e.CreditNote), scope.Text(&e.Number), &e.Whole.Minor, &e.Whole.Currency, &e.Refunded, &e.Refund)
}

// owe opens what an invoice that is being issued asks for, or uses up what a
// credit note gives back.
func (a App) owe(ctx context.Context, tx scope.Tx, n Invoice, listed string) error {
	if n.Kind == Claim {
		_, err := tx.Exec(ctx, openInvoice, scope.Args{
			"invoice": n.ID, "client": n.Client, "currency": n.Currency, "minor": n.Sums.Gross, "due_on": n.DueOn, "listed": listed,
		})
		return err
	}
	corrected, err := get(ctx, tx, n.Corrects)
	if err != nil {
		return err
	}
	if give := min(corrected.Open, n.Sums.Gross); give > 0 {
		if err := allocate(ctx, tx, a.who, corrected, source{credit: n.ID}, give); err != nil {
			return err
		}
	}
	return nil
}

// source is where what is allocated comes from: a payment or a credit note.
type source struct {
	payment PaymentID
	credit  ID
	rest    int64
	refund  string // because of which it is taken back or comes again
}

func scanSource(row scope.Row) (s source, err error) {
	return s, row.Scan(scope.Text(&s.payment), scope.Text(&s.credit), &s.rest)
}

// allocate writes that an amount of a source is meant for an invoice, or taken
// back, and keeps what is left to pay.
func allocate(ctx context.Context, tx scope.Tx, by Hand, n Invoice, from source, minor int64) error {
	_, err := tx.Exec(ctx, insertAllocation, tx.WithMaker(scope.Args{
		"id": by.NewID(), "client": n.Client, "invoice": n.ID, "currency": n.Currency, "minor": minor,
		"payment": scope.Null(from.payment), "credit": scope.Null(from.credit), "refund": scope.Null(from.refund),
	}))
	if err != nil {
		return err
	}
	kept, err := tx.Exec(ctx, keepOpen, scope.Args{"invoice": n.ID, "minor": minor})
	if err == nil && kept == 0 {
		err = problem.Of(problem.Conflict, "payment.moved_on")
	}
	return err
}

// payable holds that something can be paid on an invoice.
func (n Invoice) payable() error {
	if n.State != Issued || n.Kind != Claim {
		return problem.Of(problem.Conflict, "payment.not_open")
	}
	if !n.WrittenOff.IsZero() {
		return problem.Of(problem.Conflict, "payment.written_off")
	}
	return nil
}

// Sendable tells whether an issued invoice or credit note can be mailed: one that
// is void or written off would ask for money that nobody wants.
func (n Invoice) Sendable() bool { return n.State == Issued && n.WrittenOff.IsZero() }

// RecordPayment notes money that came in for an invoice: in part, exactly or,
// when it is meant so, more than is left; the rest is the client's credit. A repeated
// submission changes nothing. Problems are Invalid by field, NotFound, and
// Conflict where it is no issued invoice or is written off.
func (a App) RecordPayment(ctx context.Context, invoice ID, in PaymentDetails) error {
	_, err := a.once(ctx, invoice, func(tx scope.Tx, n Invoice) (string, error) {
		if err := n.payable(); err != nil {
			return "", err
		}
		p, err := in.check(n.Amount(n.Open), civil.Today(a.who.Now()))
		if err != nil {
			return "", err
		}
		id, err := Book(ctx, tx, a.who, n, p, in.Receipt)
		return id.String(), err
	})
	return err
}

// ApplyCredit uses what the client has to their credit for an invoice, the
// oldest first, as far as it goes. Problems are NotFound, and Conflict where
// there is nothing to pay or nothing to use.
func (a App) ApplyCredit(ctx context.Context, invoice ID) error {
	_, err := a.once(ctx, invoice, func(tx scope.Tx, n Invoice) (string, error) {
		if err := n.payable(); err != nil {
			return "", err
		}
		sources, err := scope.List(ctx, tx, listSources, scope.Args{"client": n.Client, "currency": n.Currency}, scanSource)
		if err != nil {
			return "", err
		}
		left := n.Open
		for _, s := range sources {
			pays := min(left, s.rest)
			if pays <= 0 {
				continue
			}
			if err := allocate(ctx, tx, a.who, n, s, pays); err != nil {
				return "", err
			}
			left -= pays
		}
		if left == n.Open {
			return "", problem.Of(problem.Conflict, "payment.no_credit")
		}
		kind := "invoice.part_paid"
		if left == 0 {
			kind = "invoice.paid"
		}
		return "", a.tell(ctx, tx, kind, n, map[string]any{"credit": n.Open - left, "currency": n.Currency})
	})
	return err
}

// TakeBack takes what a payment paid off an invoice again; it becomes the
// client's credit. Problems are NotFound, and Conflict where there is nothing to
// take back.
func (a App) TakeBack(ctx context.Context, invoice ID, payment PaymentID) error {
	if !id.Valid(payment.String()) {
		return problem.Missing()
	}
	_, err := a.once(ctx, invoice, func(tx scope.Tx, n Invoice) (string, error) {
		var held int64
		entries, err := scope.One(ctx, tx, sumAllocated, scope.Args{"invoice": invoice, "payment": payment}, func(row scope.Row) (entries int, err error) {
			return entries, row.Scan(&entries, &held)
		})
		if err == nil && entries == 0 {
			err = problem.Missing()
		}
		if err == nil {
			err = n.payable()
		}
		if err != nil {
			return "", err
		}
		if held <= 0 {
			return "", problem.Of(problem.Conflict, "payment.moved_on")
		}
		if err := allocate(ctx, tx, a.who, n, source{payment: payment}, -held); err != nil {
			return "", err
		}
		return "", a.record(ctx, tx, "payment.taken_back", n, map[string]any{"payment": payment, "minor": held, "currency": n.Currency})
	})
	return err
}

// WriteOff gives up what is left to pay, with a reason; Recover takes that back.
// Problems are Invalid under "reason", NotFound, and Conflict where there is
// nothing to give up.
func (a App) WriteOff(ctx context.Context, invoice ID, reason string) error {
	var f problem.Fields
	reason = text.Block(&f, "reason", reason, text.Required, longestReason)
	if err := f.Err(); err != nil {
		return err
	}
	_, err := a.once(ctx, invoice, func(tx scope.Tx, n Invoice) (string, error) {
		if err := n.payable(); err != nil {
			return "", err
		}
		if n.Open <= 0 {
			return "", problem.Of(problem.Conflict, "payment.not_open")
		}
		if _, err := tx.Exec(ctx, writeOff, scope.Args{"invoice": invoice, "reason": reason}); err != nil {
			return "", err
		}
		if _, err := tx.Exec(ctx, keepOff, scope.Args{"invoice": invoice, "off": true}); err != nil {
			return "", err
		}
		return "", a.record(ctx, tx, "invoice.written_off", n, map[string]any{"minor": n.Open, "currency": n.Currency})
	})
	return err
}

// Recover is the way back from WriteOff. Problems are NotFound, and Conflict for
// an invoice that is not written off.
func (a App) Recover(ctx context.Context, invoice ID) error {
	_, err := a.once(ctx, invoice, func(tx scope.Tx, n Invoice) (string, error) {
		if n.WrittenOff.IsZero() {
			return "", problem.Of(problem.Conflict, "payment.moved_on")
		}
		if _, err := tx.Exec(ctx, recoverInvoice, scope.Args{"invoice": invoice}); err != nil {
			return "", err
		}
		if _, err := tx.Exec(ctx, keepOff, scope.Args{"invoice": invoice, "off": false}); err != nil {
			return "", err
		}
		return "", a.record(ctx, tx, "invoice.recovered", n, nil)
	})
	return err
}

// Verify names what is kept beside the records and is not what they come to:
// open amounts, which are gross less what the ledger allocates, and tallies. It
// names nothing where all is well.
func Verify(ctx context.Context, who auth.System) ([]string, error) {
	var wrong []string
	err := who.Read(ctx, func(tx scope.Tx) (err error) {
		wrong, err = scope.List(ctx, tx, listWrong, nil, scope.Value[string])
		return err
	})
	return wrong, err
}
