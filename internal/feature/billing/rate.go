package billing

import (
	"context"

	"foyer/internal/auth"
	"foyer/internal/kernel/id"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
	"foyer/internal/kernel/text"
	"foyer/internal/kernel/total"
)

// RateID names a tax rate.
type RateID = id.Of[Rate]

// The limits of what people type, in characters, and of how much there can be.
const (
	longest       = 200
	longestReason = 500
	longestText   = 4000
	mostRates     = 100
	mostSaved     = 1000
	mostReminders = 12
)

// RateDetails are what people type about a tax rate.
type RateDetails struct {
	Name     string
	Category total.Category
	Percent  string // as typed
	Reason   string // why no tax is charged, as invoices say it
	Standard bool   // what new lines begin with
}

// RateFields are the names of the form's fields in their order.
var RateFields = []string{"name", "category", "percent", "reason", "standard"}

// Rate is a kind of tax and how high it is.
type Rate struct {
	ID       RateID
	Version  int64
	Name     string
	Category total.Category
	Rate     total.Rate
	Reason   string
	Standard bool
}

// Details are what a form about it begins with.
func (r Rate) Details() RateDetails {
	return RateDetails{Name: r.Name, Category: r.Category, Percent: r.Rate.Input(), Reason: r.Reason, Standard: r.Standard}
}

func (d RateDetails) check() (Rate, error) {
	var f problem.Fields
	r := Rate{Name: text.Line(&f, "name", d.Name, text.Required, longest), Category: d.Category, Standard: d.Standard}
	if !d.Category.Known() {
		f.Add("category", "field.choice")
	}
	if d.Category.Taxed() {
		r.Rate = total.ParseRate(&f, "percent", d.Percent)
		if !f.Has("percent") && r.Rate == 0 {
			f.Add("percent", "billing.rate_zero")
		}
	}
	r.Reason = text.Line(&f, "reason", d.Reason, text.Optional, longestReason)
	if d.Category.NeedsReason() && r.Reason == "" {
		f.Add("reason", "billing.reason_required")
	}
	if !d.Category.NeedsReason() {
		r.Reason = ""
	}
	return r, f.Err()
}

func scanRate(row scope.Row) (r Rate, err error) {
	return r, row.Scan(&r.ID, &r.Version, &r.Name, &r.Category, &r.Rate, &r.Reason, &r.Standard)
}

// Rate is one tax rate; problem.NotFound.
func (a App) Rate(ctx context.Context, rate RateID) (Rate, error) {
	var r Rate
	if !id.Valid(rate.String()) {
		return r, problem.Missing()
	}
	err := a.who.Read(ctx, auth.MoneyRead, func(tx scope.Tx) (err error) {
		r, err = scope.One(ctx, tx, readRate, scope.Args{"rate": rate}, scanRate)
		return err
	})
	return r, err
}

// AddRate adds a tax rate. Problems are Forbidden and Invalid by field.
func (a App) AddRate(ctx context.Context, in RateDetails) error {
	r, err := in.check()
	if err != nil {
		return err
	}
	return a.once(ctx, auth.SettingsWrite, func(tx scope.Tx) error {
		n, err := scope.One(ctx, tx, countRates, nil, scope.Value[int])
		if err != nil {
			return err
		}
		if n >= mostRates {
			return problem.Field("name", "billing.too_many", "max", mostRates)
		}
		r.ID = RateID(a.who.NewID())
		if err := a.standard(ctx, tx, r); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, insertRate, r.args()); err != nil {
			return err
		}
		return a.record(ctx, tx, "rate.added", map[string]any{"rate": r.ID, "category": r.Category, "millionths": r.Rate})
	})
}

// standard takes the mark from the rate that had it, where r is to have it.
func (a App) standard(ctx context.Context, tx scope.Tx, r Rate) error {
	if !r.Standard {
		return nil
	}
	if err := tx.Lock(ctx, "rates"); err != nil { // one mark, whoever sets it at once
		return err
	}
	_, err := tx.Exec(ctx, dropStandard, scope.Args{"rate": r.ID})
	return err
}

func (r Rate) args() scope.Args {
	return scope.Args{"rate": r.ID, "name": r.Name, "category": r.Category, "millionths": r.Rate, "reason": r.Reason, "standard": r.Standard}
}

// UpdateRate changes a tax rate for what is written from now on. Problems are
// Forbidden, Invalid by field, NotFound, and Conflict when the version is not
// the stored one.
func (a App) UpdateRate(ctx context.Context, rate RateID, version int64, in RateDetails) error {
	if !id.Valid(rate.String()) {
		return problem.Missing()
	}
	r, err := in.check()
	if err != nil {
		return err
	}
	r.ID, r.Version = rate, version
	return a.once(ctx, auth.SettingsWrite, func(tx scope.Tx) error {
		if _, err := scope.One(ctx, tx, readRate, scope.Args{"rate": rate}, scanRate); err != nil {
			return err
		}
		if err := a.standard(ctx, tx, r); err != nil {
			return err
		}
		args := r.args()
		args["version"] = version
		n, err := tx.Exec(ctx, updateRate, args)
		if err == nil && n == 0 {
			err = problem.Stale()
		}
		if err != nil {
			return err
		}
		return a.record(ctx, tx, "rate.changed", map[string]any{"rate": r.ID, "category": r.Category, "millionths": r.Rate})
	})
}

// RemoveRate puts a tax rate away: it is offered no more, and what has it keeps
// it. Problems are Forbidden and NotFound.
func (a App) RemoveRate(ctx context.Context, rate RateID) error {
	if !id.Valid(rate.String()) {
		return problem.Missing()
	}
	return a.once(ctx, auth.SettingsWrite, func(tx scope.Tx) error {
		n, err := tx.Exec(ctx, archiveRate, scope.Args{"rate": rate})
		if err == nil && n == 0 {
			err = problem.Missing()
		}
		if err != nil {
			return err
		}
		return a.record(ctx, tx, "rate.removed", map[string]any{"rate": rate})
	})
}
