package billing

import (
	"context"

	"foyer/internal/auth"
	"foyer/internal/kernel/scope"
)

// App is what staff may do with how the workspace bills.
type App struct{ who auth.Staff }

// ForStaff opens the door for a staff member.
func ForStaff(who auth.Staff) App { return App{who} }

// Settings is how the workspace bills.
type Settings struct {
	Basics       Basics
	Rates        []Rate // that are offered, by name
	Instructions []Instructions
	Series       []Series // of invoices, then of credit notes
	Reminders    []int    // days after an invoice is due, negative before, in their order
}

// Get reads how the workspace bills. Problem: Forbidden.
func (a App) Get(ctx context.Context) (Settings, error) {
	var s Settings
	var basics []Basics
	var series []Series
	err := a.who.Read(ctx, auth.MoneyRead, func(tx scope.Tx) error {
		return tx.Batch(ctx,
			scope.Into(&basics, readBasics, nil, scanBasics),
			scope.Into(&s.Rates, listRates, nil, scanRate),
			scope.Into(&s.Instructions, listInstructions, nil, scanInstructions),
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

// Offers are what an invoice can be made with; what is nil is not read.
type Offers struct {
	Rates        *[]Rate
	Instructions *[]Instructions
	Saved        *[]Saved
}

// Queries read the offers in the transaction of whoever makes an invoice.
func (o Offers) Queries() []scope.Query {
	var all []scope.Query
	if o.Rates != nil {
		all = append(all, scope.Into(o.Rates, listRates, nil, scanRate))
	}
	if o.Instructions != nil {
		all = append(all, scope.Into(o.Instructions, listInstructions, nil, scanInstructions))
	}
	if o.Saved != nil {
		all = append(all, scope.Into(o.Saved, listSaved, nil, scanSaved))
	}
	return all
}
