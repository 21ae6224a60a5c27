package payment

import (
	"context"
	"time"

	"foyer/internal/auth"
	"foyer/internal/feature/invoice"
	"foyer/internal/kernel/civil"
	"foyer/internal/kernel/id"
	"foyer/internal/kernel/money"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
	"foyer/internal/kernel/text"
)

// UnmatchedID names money that fits nothing.
type UnmatchedID = id.Of[Unmatched]

// Reasons are those for which money fits nothing.
var Reasons = []string{"unknown", "amount", "currency", "account", "mode"}

// Unmatched is money at Stripe that is not what was asked for, or that nobody
// asked for.
type Unmatched struct {
	ID      UnmatchedID
	At      time.Time
	Amount  money.Amount
	Reason  string // unknown, amount, currency, account or mode
	State   string // open, applied, refunded or ignored
	Note    string
	Session string
	Intent  string
	Live    bool
	// The invoice that it names or seems to be for, and what was asked for then.
	Invoice    invoice.ID
	Number     string
	Asked      money.Amount
	ResolvedBy string
	ResolvedAt time.Time
	// The invoice that it was booked for, once it was.
	Booked       invoice.ID
	BookedNumber string
}

func scanUnmatched(row scope.Row) (u Unmatched, err error) {
	return u, row.Scan(&u.ID, scope.Time(&u.At), &u.Amount.Currency, &u.Amount.Minor, &u.Reason, &u.State, &u.Note, &u.Session, &u.Intent,
		&u.Live, scope.Text(&u.Invoice), scope.Text(&u.Number), scope.Text(&u.Asked.Currency), &u.Asked.Minor, scope.Text(&u.ResolvedBy), scope.Time(&u.ResolvedAt),
		scope.Text(&u.Booked), scope.Text(&u.BookedNumber))
}

// Unmatched lists what is to be decided on, and then what was, the newest first;
// at most 200. Problem: Forbidden.
func (a App) Unmatched(ctx context.Context) (all []Unmatched, err error) {
	err = a.who.Read(ctx, auth.MoneyRead, func(tx scope.Tx) (err error) {
		all, err = scope.List(ctx, tx, listUnmatched, nil, scanUnmatched)
		return err
	})
	return all, err
}

// resolve runs a decision once, on money that is still to be decided on.
func (a App) resolve(ctx context.Context, unmatched UnmatchedID, fn func(tx scope.Tx, u Unmatched) (string, error)) (string, error) {
	if !id.Valid(unmatched.String()) {
		return "", problem.Missing()
	}
	var result string
	err := a.who.Write(ctx, auth.MoneyWrite, func(tx scope.Tx) error {
		if err := invoice.Lock(ctx, tx); err != nil {
			return err
		}
		var err error
		result, err = scope.Once(ctx, tx, func() (string, error) {
			u, err := scope.One(ctx, tx, readUnmatched, scope.Args{"id": unmatched}, scanUnmatched)
			if err != nil {
				return "", err
			}
			if u.State != "open" {
				return "", problem.Of(problem.Conflict, "unmatched.decided")
			}
			return fn(tx, u)
		})
		return err
	})
	return result, err
}

// Apply books the money for an invoice, which its number names; what is more than
// is left becomes the client's credit. Problems are Forbidden, NotFound, Conflict
// where it was decided on, and Invalid under "number".
func (a App) Apply(ctx context.Context, unmatched UnmatchedID, number string) error {
	_, err := a.resolve(ctx, unmatched, func(tx scope.Tx, u Unmatched) (string, error) {
		var f problem.Fields
		number := text.Line(&f, "number", number, text.Required, 100)
		if err := f.Err(); err != nil {
			return "", err
		}
		found, err := scope.List(ctx, tx, findNumber, scope.Args{"number": number}, scope.Value[invoice.ID])
		if err != nil {
			return "", err
		}
		if len(found) == 0 {
			return "", problem.Field("number", "unmatched.no_invoice")
		}
		n, err := invoice.Read(ctx, tx, found[0])
		if err != nil {
			return "", err
		}
		if n.Currency != u.Amount.Currency {
			return "", problem.Field("number", "unmatched.currency", "currency", n.Currency)
		}
		if _, err := invoice.FindIntent(ctx, tx, u.Intent); !problem.Is(err, problem.NotFound) {
			if err == nil { // it was told of again, and fitted
				err = problem.Of(problem.Conflict, "unmatched.decided")
			}
			return "", err
		}
		booked, err := invoice.Book(ctx, tx, a.who, n, invoice.Payment{
			Amount: u.Amount, Method: "card", PaidOn: civil.Today(a.who.Now()), Reference: u.Intent, Intent: u.Intent,
		}, true)
		if err != nil {
			return "", err
		}
		waiting, err := scope.List(ctx, tx, listAwaiting, scope.Args{"intent": u.Intent}, scanEvent)
		if err != nil {
			return "", err
		}
		for _, event := range waiting {
			if err := a.f.Enqueue(ctx, tx, HearKind, heard{event.id}); err != nil {
				return "", err
			}
		}
		return "", a.decide(ctx, tx, u, "applied", "", booked.String(), n.Number)
	})
	return err
}

// Ignore puts the money aside with a reason. Problems are Forbidden, NotFound,
// Conflict where it was decided on, and Invalid under "note".
func (a App) Ignore(ctx context.Context, unmatched UnmatchedID, note string) error {
	_, err := a.resolve(ctx, unmatched, func(tx scope.Tx, u Unmatched) (string, error) {
		var f problem.Fields
		note := text.Block(&f, "note", note, text.Required, 1000)
		if err := f.Err(); err != nil {
			return "", err
		}
		return "", a.decide(ctx, tx, u, "ignored", note, "", "")
	})
	return err
}

// SendBack gives all of the money back through Stripe. Problems are Forbidden,
// NotFound, Conflict where it was decided on, and Unavailable while Stripe does
// not answer: it is then asked again by the sweep.
func (a App) SendBack(ctx context.Context, unmatched UnmatchedID) error {
	asked, err := a.resolve(ctx, unmatched, func(tx scope.Tx, u Unmatched) (string, error) {
		asked, err := a.f.ask(ctx, tx, a.who, u.Intent, u.Amount, scope.Args{"payment": nil, "unmatched": u.ID, "reference": ""})
		if err != nil {
			return "", err
		}
		return asked, a.decide(ctx, tx, u, "refunded", "", "", "")
	})
	if err != nil {
		return err
	}
	return a.f.sendSoon(ctx, a.who.Site().ID, asked)
}

func (a App) decide(ctx context.Context, tx scope.Tx, u Unmatched, state, note, payment, number string) error {
	_, err := tx.Exec(ctx, decideUnmatched, scope.Args{"id": u.ID, "to": state, "note": note, "payment": scope.Null(payment)})
	if err != nil {
		return err
	}
	return a.who.Record(ctx, tx, aboutMoney(a.who.Site().ID, "unmatched."+state, map[string]any{"minor": u.Amount.Minor, "currency": u.Amount.Currency, "number": number}))
}
