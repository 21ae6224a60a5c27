package payment

import (
	"context"
	"encoding/json"
	"time"

	"foyer/internal/auth"
	"foyer/internal/feature/activity"
	"foyer/internal/feature/invoice"
	"foyer/internal/kernel/scope"
)

// Happened is an event about money with the invoice that it is about.
type Happened struct {
	activity.Entry
	Invoice invoice.ID // may be empty
	Number  string
	Client  string
}

// Worth is how long a refund that failed, or a payment that was refused, is
// something to see to where nobody does anything about it.
const Worth = 14 * 24 * time.Hour

// recent is how many events there are at most.
const recent = 8

// News reads the last that happened with invoices and payments, the newest first; for
// whoever may see settings, with the keys too. Problem: Forbidden.
func (a App) News(ctx context.Context) (all []Happened, err error) {
	err = a.who.Read(ctx, auth.MoneyRead, func(tx scope.Tx) (err error) {
		all, err = scope.List(ctx, tx, listNews, scope.Args{"settings": a.who.May(auth.SettingsRead)}, func(row scope.Row) (h Happened, err error) {
			var params string
			if err = row.Scan(&h.ID, scope.Time(&h.At), &h.Kind, &h.ActorKind, scope.Text(&h.ActorName), &params, scope.Text(&h.Invoice), scope.Text(&h.Number), scope.Text(&h.Client)); err != nil {
				return h, err
			}
			return h, json.Unmarshal([]byte(params), &h.Params)
		})
		return err
	})
	return all[:min(len(all), recent)], err
}
