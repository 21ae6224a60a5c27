package invoice

import (
	"context"

	"foyer/internal/auth"
	"foyer/internal/feature/client"
	"foyer/internal/feature/document"
	"foyer/internal/kernel/civil"
	"foyer/internal/kernel/id"
	"foyer/internal/kernel/money"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
)

// Balance is where a client stands in one currency, in minor units.
type Balance struct {
	Currency string
	Open     int64 // left to pay
	Overdue  int64 // of that, past its day
	Credit   int64 // to the client's credit
	Invoices int   // drafts and credit notes included
}

// Amount is an amount in the balance's currency.
func (b Balance) Amount(minor int64) money.Amount {
	return money.Amount{Minor: minor, Currency: b.Currency}
}

// Balances are where a client stands, by currency; problem.NotFound.
func (a App) Balances(ctx context.Context, of client.ID) ([]Balance, error) {
	if !id.Valid(of.String()) {
		return nil, problem.Missing()
	}
	kept := tally{}
	err := a.who.Read(ctx, auth.MoneyRead, func(tx scope.Tx) error {
		return tx.Batch(ctx, kept.into(tallyOfClient, scope.Args{"client": of, "today": civil.Today(a.who.Now()), "since": "9999"}))
	})
	return kept.balances(), err
}

// Movement is a line of a statement: what a client was asked for, positive, and
// what settled it, negative, in minor units.
type Movement struct {
	Kind      string // invoice, credit_note, payment, refund
	ID        string
	On        civil.Date
	Number    string // of an invoice or credit note
	Reference string // of a payment or refund
	Minor     int64
	After     int64 // what the client owes after it
}

// Statement is what happened between two days in one currency.
type Statement struct {
	Client    client.ID
	Currency  string
	From, To  civil.Date
	Before    int64 // owed when it begins, in minor units
	Movements []Movement
}

// After is what the client owes when it ends, in minor units; negative is their
// credit.
func (s Statement) After() int64 {
	if n := len(s.Movements); n > 0 {
		return s.Movements[n-1].After
	}
	return s.Before
}

// Amount is an amount in the statement's currency.
func (s Statement) Amount(minor int64) money.Amount {
	return money.Amount{Minor: minor, Currency: s.Currency}
}

// mostMovements is how many lines a statement has at most.
const mostMovements = 5000

// Statement reads what happened with a client between two days, both included;
// with one who is not there nothing did. Problems are Invalid under "from", "to" and "currency".
func (a App) Statement(ctx context.Context, of client.ID, currency, from, to string) (Statement, error) {
	s := Statement{Client: of, Currency: currency}
	if !id.Valid(of.String()) {
		return s, problem.Missing()
	}
	var f problem.Fields
	var ok bool
	if s.From, ok = civil.Parse(from); !ok {
		f.Add("from", "field.date")
	}
	if s.To, ok = civil.Parse(to); !ok {
		f.Add("to", "field.date")
	} else if s.To < s.From {
		f.Add("to", "statement.order")
	}
	if !money.Known(currency) {
		f.Add("currency", "client.currency_wrong")
	}
	if err := f.Err(); err != nil {
		return s, err
	}
	err := a.who.Read(ctx, auth.MoneyRead, func(tx scope.Tx) (err error) {
		s.Movements, err = scope.List(ctx, tx, listMovements, scope.Args{"client": of, "currency": currency, "first": s.From, "last": s.To},
			func(row scope.Row) (m Movement, err error) {
				return m, row.Scan(&m.Kind, &m.ID, &m.On, &m.Number, &m.Reference, &m.Minor)
			})
		return err
	})
	if err != nil {
		return s, err
	}
	if len(s.Movements) > mostMovements+1 {
		return s, problem.Field("from", "statement.long")
	}
	s.Before, s.Movements = s.Movements[0].Minor, s.Movements[1:]
	at := s.Before
	for i := range s.Movements {
		at += s.Movements[i].Minor
		s.Movements[i].After = at
	}
	return s, nil
}

// StatementFile is a statement as a file; problems are Statement's and NotFound.
func (a App) StatementFile(ctx context.Context, of client.ID, currency, from, to string) (File, error) {
	s, err := a.Statement(ctx, of, currency, from, to)
	if err != nil {
		return File{}, err
	}
	var logo document.Version
	var p parties
	err = a.who.Read(ctx, auth.MoneyRead, func(tx scope.Tx) error {
		if p, err = scope.One(ctx, tx, readClientParties, scope.Args{"client": of, "currency": currency}, scanParties); err != nil || p.look.Logo == "" {
			return err
		}
		logo, err = document.Find(ctx, tx, p.look.Logo)
		return err
	})
	if err != nil {
		return File{}, err
	}
	var image []byte
	if logo.ID != "" {
		if image, err = a.f.all(ctx, logo); err != nil {
			return File{}, err
		}
	}
	made, err := s.draw(p, image)
	return File{Snapshot{Number: p.buyer.Name + " " + string(s.To)}.FileName(), made.Bytes}, err
}
