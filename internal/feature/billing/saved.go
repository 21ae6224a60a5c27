package billing

import (
	"context"
	"strings"

	"foyer/internal/auth"
	"foyer/internal/kernel/id"
	"foyer/internal/kernel/money"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
	"foyer/internal/kernel/text"
	"foyer/internal/kernel/total"
)

// SavedID names a saved line.
type SavedID = id.Of[Saved]

// SavedDetails are what people type about a line to pick from.
type SavedDetails struct {
	Description string
	Unit        string
	Price       string // of one unit, as typed
	Currency    string
	Rate        RateID // may be empty
}

// SavedFields are the names of the form's fields in their order.
var SavedFields = []string{"description", "unit", "price", "currency", "rate"}

// Saved is a line to pick from.
type Saved struct {
	ID          SavedID
	Version     int64
	Description string
	Unit        string
	Price       total.Price
	Currency    string
	Rate        RateID
}

// Details are what a form about it begins with.
func (s Saved) Details() SavedDetails {
	return SavedDetails{Description: s.Description, Unit: s.Unit, Price: s.Price.Input(s.Currency), Currency: s.Currency, Rate: s.Rate}
}

func (d SavedDetails) check() (Saved, error) {
	var f problem.Fields
	s := Saved{
		Description: text.Block(&f, "description", d.Description, text.Required, 2000),
		Unit:        text.Line(&f, "unit", d.Unit, text.Optional, 40),
		Currency:    strings.ToUpper(strings.TrimSpace(d.Currency)),
		Rate:        d.Rate,
	}
	if !money.Known(s.Currency) {
		f.Add("currency", "client.currency_wrong")
	} else {
		s.Price = total.ParsePrice(&f, "price", d.Price, s.Currency)
	}
	if d.Rate != "" && !id.Valid(d.Rate.String()) {
		f.Add("rate", "field.choice")
	}
	return s, f.Err()
}

func scanSaved(row scope.Row) (s Saved, err error) {
	return s, row.Scan(&s.ID, &s.Version, &s.Description, &s.Unit, &s.Price, &s.Currency, scope.Text(&s.Rate))
}

// OneSaved is one line to pick from; problem.NotFound.
func (a App) OneSaved(ctx context.Context, saved SavedID) (Saved, error) {
	var s Saved
	if !id.Valid(saved.String()) {
		return s, problem.Missing()
	}
	err := a.who.Read(ctx, auth.MoneyRead, func(tx scope.Tx) (err error) {
		s, err = scope.One(ctx, tx, readSaved, scope.Args{"saved": saved}, scanSaved)
		return err
	})
	return s, err
}

// AddSaved adds a line to pick from. Problems are Forbidden and Invalid by field.
func (a App) AddSaved(ctx context.Context, in SavedDetails) error {
	s, err := in.check()
	if err != nil {
		return err
	}
	return a.once(ctx, auth.MoneyWrite, func(tx scope.Tx) error {
		if err := a.known(ctx, tx, s); err != nil {
			return err
		}
		n, err := scope.One(ctx, tx, countSaved, nil, scope.Value[int])
		if err != nil {
			return err
		}
		if n >= mostSaved {
			return problem.Field("description", "billing.too_many", "max", mostSaved)
		}
		s.ID = SavedID(a.who.NewID())
		if _, err := tx.Exec(ctx, insertSaved, s.args()); err != nil {
			return err
		}
		return a.recordMoney(ctx, tx, "saved_line.added", s.ID)
	})
}

// known holds that the rate of a saved line can be chosen.
func (a App) known(ctx context.Context, tx scope.Tx, s Saved) error {
	if s.Rate == "" {
		return nil
	}
	_, err := scope.One(ctx, tx, readRate, scope.Args{"rate": s.Rate}, scanRate)
	if problem.Is(err, problem.NotFound) {
		err = problem.Field("rate", "field.choice")
	}
	return err
}

func (s Saved) args() scope.Args {
	return scope.Args{
		"saved": s.ID, "description": s.Description, "key": text.Key(s.Description), "unit": s.Unit, "price": s.Price, "currency": s.Currency,
		"rate": scope.Null(s.Rate),
	}
}

// UpdateSaved changes a line to pick from. Problems are Forbidden, Invalid by
// field, NotFound, and Conflict when the version is not the stored one.
func (a App) UpdateSaved(ctx context.Context, saved SavedID, version int64, in SavedDetails) error {
	if !id.Valid(saved.String()) {
		return problem.Missing()
	}
	s, err := in.check()
	if err != nil {
		return err
	}
	s.ID = saved
	return a.once(ctx, auth.MoneyWrite, func(tx scope.Tx) error {
		if _, err := scope.One(ctx, tx, readSaved, scope.Args{"saved": saved}, scanSaved); err != nil {
			return err
		}
		if err := a.known(ctx, tx, s); err != nil {
			return err
		}
		args := s.args()
		args["version"] = version
		n, err := tx.Exec(ctx, updateSaved, args)
		if err == nil && n == 0 {
			err = problem.Stale()
		}
		if err != nil {
			return err
		}
		return a.recordMoney(ctx, tx, "saved_line.changed", saved)
	})
}

// RemoveSaved takes a line to pick from away. Problems are Forbidden and
// NotFound.
func (a App) RemoveSaved(ctx context.Context, saved SavedID) error {
	if !id.Valid(saved.String()) {
		return problem.Missing()
	}
	return a.once(ctx, auth.MoneyWrite, func(tx scope.Tx) error {
		n, err := tx.Exec(ctx, deleteSaved, scope.Args{"saved": saved})
		if err == nil && n == 0 {
			err = problem.Missing()
		}
		if err != nil {
			return err
		}
		return a.recordMoney(ctx, tx, "saved_line.removed", saved)
	})
}

func (a App) recordMoney(ctx context.Context, tx scope.Tx, kind string, saved SavedID) error {
	return a.who.Record(ctx, tx, auth.Event{
		Kind: kind, SubjectKind: "saved_line", SubjectID: saved.String(), Area: auth.Money, Audience: auth.ForStaffOnly,
	})
}
