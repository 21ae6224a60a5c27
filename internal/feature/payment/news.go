package payment

import (
	"context"
	"encoding/json"
	"time"

	"foyer/internal/auth"
	"foyer/internal/feature/activity"
	"foyer/internal/feature/invoice"
	"foyer/internal/kernel/civil"
	"foyer/internal/kernel/money"
	"foyer/internal/kernel/scope"
)

// News is what somebody who looks after the money finds in the morning.
type News struct {
	Troubles  []Trouble // that wait for people, each kind oldest first, at most five of it
	Unmatched int       // payments that fit nothing, to be decided on
	Late      []Late    // open invoices that are past their day, the longest first, at most 8
	AllLate   int
	Events    []Happened
}

// Late is an invoice that is past its day.
type Late struct {
	Invoice  invoice.ID
	Number   string
	Client   string
	DueOn    civil.Date
	Open     money.Amount
	UnderWay bool // a payment is on its way that takes days
}

// Trouble is something about a payment that people have to see to.
type Trouble struct {
	Kind    string // dispute, refund or refused
	Amount  money.Amount
	Invoice invoice.ID // may be empty
	Number  string
	Client  string
}

// Happened is an event about money with the invoice that it is about.
type Happened struct {
	activity.Entry
	Invoice invoice.ID // may be empty
	Number  string
	Client  string
}

// worth is how long a refund that failed, or a payment that was refused, is
// something to see to where nobody does anything about it.
const worth = 14 * 24 * time.Hour

// recent is how many events there are at most.
const recent = 8

// News reads what waits, invoices that are late, and the last that happened with invoices and payments; to
// whoever may see settings, with the keys too. Problem: Forbidden.
func (a App) News(ctx context.Context) (n News, err error) {
	args := scope.Args{"since": a.who.Now().Add(-worth), "settings": a.who.May(auth.SettingsRead), "today": civil.Today(a.who.Now())}
	err = a.who.Read(ctx, auth.MoneyRead, func(tx scope.Tx) error {
		return tx.Each(ctx, listNews, args, func(row scope.Row) error {
			var part, params, order string
			var h Happened
			var amount money.Amount
			err := row.Scan(&part, &h.ID, scope.Time(&h.At), &h.Kind, &h.ActorKind, scope.Text(&h.ActorName), &params, scope.Text(&h.Invoice),
				scope.Text(&h.Number), scope.Text(&h.Client), &amount.Currency, &amount.Minor, &order)
			if err != nil {
				return err
			}
			switch {
			case part == "late":
				n.Late = append(n.Late, Late{h.Invoice, h.Number, h.Client, civil.Date(h.Kind), amount, h.ActorKind != ""})
			case part == "count" && h.Kind == "late":
				n.AllLate = int(amount.Minor)
			case part == "count":
				n.Unmatched = int(amount.Minor)
			case part != "event":
				n.Troubles = append(n.Troubles, Trouble{part, amount, h.Invoice, h.Number, h.Client})
			case len(n.Events) < recent:
				n.Events = append(n.Events, h)
				return json.Unmarshal([]byte(params), &n.Events[len(n.Events)-1].Params)
			}
			return nil
		})
	})
	return n, err
}
