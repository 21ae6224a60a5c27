package billing

import (
	"context"
	"strings"

	"foyer/internal/auth"
	"foyer/internal/kernel/scope"
	"foyer/internal/kernel/total"
)

// App is what staff may do with how the workspace bills.
type App struct{ who auth.Staff }

// ForStaff opens the door for a staff member.
func ForStaff(who auth.Staff) App { return App{who} }

// Settings is how the workspace bills.
type Settings struct {
	Offers
	Basics    Basics
	Series    []Series // of invoices, then of credit notes
	Reminders []int    // days after an invoice is due, negative before, in their order
}

// Get reads how the workspace bills. Problem: Forbidden.
func (a App) Get(ctx context.Context) (Settings, error) {
	var s Settings
	var basics []Basics
	var series []Series
	err := a.who.Read(ctx, auth.MoneyRead, func(tx scope.Tx) error {
		return tx.Batch(ctx,
			scope.Into(&basics, readBasics, nil, scanBasics),
			s.Query(),
			scope.Into(&series, listSeries, scope.Args{"year": a.who.Now().Year()}, scanSeries),
			scope.Into(&s.Reminders, listReminders, nil, scope.Value[int]))
	})
	if err != nil {
		return Settings{}, err
	}
	s.Basics = basics[0]
	s.Series = completed(series)
	return s, nil
}

// once runs a change in the name of a right, and a form that is sent twice
// changes nothing the second time.
func (a App) once(ctx context.Context, right auth.Right, fn func(tx scope.Tx) error) error {
	return a.who.Write(ctx, right, func(tx scope.Tx) error {
		_, err := scope.Once(ctx, tx, func() (string, error) { return "", fn(tx) })
		return err
	})
}

func (a App) record(ctx context.Context, tx scope.Tx, kind string, params map[string]any) error {
	return a.who.Record(ctx, tx, auth.Event{
		Kind: kind, SubjectKind: "workspace", SubjectID: a.who.Site().ID, Area: auth.Settings, Audience: auth.ForStaffOnly, Params: params,
	})
}

// Offers are what an invoice can be made with.
type Offers struct {
	Rates        []Rate // that are offered, by name
	Instructions []Instructions
	Saved        []Saved // by their text
}

// Query reads the offers in the transaction of whoever makes an invoice.
func (o *Offers) Query() scope.Query {
	var unused []string
	return scope.Into(&unused, listOffers, nil, func(row scope.Row) (kind string, err error) {
		var id, a, b, c string
		var version, n int64
		var flag bool
		if err = row.Scan(&kind, &id, &version, &a, &b, &c, &n, &flag); err != nil {
			return kind, err
		}
		switch kind {
		case "rate":
			o.Rates = append(o.Rates, Rate{RateID(id), version, a, total.Category(b), total.Rate(n), c, flag})
		case "instructions":
			o.Instructions = append(o.Instructions, Instructions{id, a, version})
		case "saved":
			currency, rate, _ := strings.Cut(c, " ")
			o.Saved = append(o.Saved, Saved{SavedID(id), version, a, b, total.Price(n), currency, RateID(rate)})
		}
		return kind, nil
	})
}

// Offers reads what an invoice can be made with. Problem: Forbidden.
func (a App) Offers(ctx context.Context) (Offers, error) {
	var o Offers
	err := a.who.Read(ctx, auth.MoneyRead, func(tx scope.Tx) error { return tx.Batch(ctx, o.Query()) })
	return o, err
}

// Basics reads what new invoices begin with. Problem: Forbidden.
func (a App) Basics(ctx context.Context) (Basics, error) {
	var b Basics
	err := a.who.Read(ctx, auth.MoneyRead, func(tx scope.Tx) (err error) {
		b, err = scope.One(ctx, tx, readBasics, nil, scanBasics)
		return err
	})
	return b, err
}
