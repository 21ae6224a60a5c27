package payment

import (
	"context"

	"foyer/internal/auth"
	"foyer/internal/feature/invoice"
	"foyer/internal/kernel/civil"
	"foyer/internal/kernel/money"
	"foyer/internal/kernel/scope"
)

// Waiting is an invoice that a client has still to pay.
type Waiting struct {
	Invoice  invoice.ID
	Number   string
	Open     money.Amount
	DueOn    civil.Date
	UnderWay bool   // a payment is on its way
	Project  string // while the contact sees it, may be empty
	Online   bool   // it can be paid online by this contact
	Live     bool   // real money moves
}

// Waiting lists what the client has to pay, the earliest due first, at most six;
// nothing for a contact who sees no money.
func (p Portal) Waiting(ctx context.Context) (all []Waiting, err error) {
	if !p.who.Sees(auth.Money) {
		return nil, nil
	}
	err = p.who.Read(ctx, auth.Money, func(tx scope.Tx) (err error) {
		all, err = scope.List(ctx, tx, listWaiting, scope.Args{"projects": p.who.Sees(auth.Projects)}, func(row scope.Row) (w Waiting, err error) {
			var ready int
			err = row.Scan(&w.Invoice, &w.Number, &w.Open.Currency, &w.Open.Minor, &w.DueOn, &w.UnderWay, scope.Text(&w.Project), &ready)
			w.Online, w.Live = ready > 0 && p.who.Capabilities().Pay, ready == 2
			return w, err
		})
		return err
	})
	return all, err
}
