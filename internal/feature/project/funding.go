package project

import (
	"context"

	"foyer/internal/auth"
	"foyer/internal/kernel/id"
	"foyer/internal/kernel/money"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
	"foyer/internal/kernel/text"
)

// FundingID names a source of money for a project.
type FundingID = id.Of[Funding]

// FundingStatus is how certain the money is.
type FundingStatus string

// The states of funding. What is received counts as revenue.
const (
	Expected  FundingStatus = "expected"
	Confirmed FundingStatus = "confirmed"
	Received  FundingStatus = "received"
)

// FundingStatuses lists the states in the order in which they are offered.
var FundingStatuses = []FundingStatus{Expected, Confirmed, Received}

// FundingDetails are what people type about a source of money.
type FundingDetails struct {
	Source   string
	Amount   string // as typed
	Currency string // ISO 4217 alpha-3: the project's
	Status   FundingStatus
}

// FundingFields are the names of the form's fields in their order.
var FundingFields = []string{"source", "amount", "status"}

// Funding is a source of money for a project.
type Funding struct {
	ID      FundingID
	Version int64
	Source  string
	Amount  money.Amount
	Status  FundingStatus
}

// Details are what a form about it begins with.
func (f Funding) Details() FundingDetails {
	return FundingDetails{Source: f.Source, Amount: f.Amount.Input(), Currency: f.Amount.Currency, Status: f.Status}
}

func (d FundingDetails) check() (FundingDetails, money.Amount, error) {
	var f problem.Fields
	d.Source = text.Line(&f, "source", d.Source, text.Required, longest)
	amount := money.Amount{}
	if text.Line(&f, "amount", d.Amount, text.Required, 40) != "" {
		amount = money.Parse(&f, "amount", d.Amount, d.Currency, money.NotNegative)
	}
	text.Choice(&f, "status", d.Status, FundingStatuses)
	return d, amount, f.Err()
}

func scanFunding(row scope.Row) (f Funding, err error) {
	return f, row.Scan(&f.ID, &f.Version, &f.Source, &f.Amount.Minor, &f.Amount.Currency, &f.Status)
}

// Funding is a project with where its money comes from. Problems are NotFound,
// and Forbidden for roles that see no money.
func (a App) Funding(ctx context.Context, project ID) (Project, []Funding, error) {
	var p Project
	var all []Funding
	err := a.readMoney(ctx, project, func(tx scope.Tx) (err error) {
		p, err = a.get(ctx, tx, project, scope.Into(&all, listFunding, scope.Args{"project": project}, scanFunding))
		return err
	})
	return p, all, err
}

func (a App) readMoney(ctx context.Context, project ID, fn func(tx scope.Tx) error) error {
	if !id.Valid(project.String()) {
		return problem.Missing()
	}
	return a.who.Read(ctx, auth.MoneyRead, fn)
}

// OneFunding is one source of money with its project. Problems are as Funding's.
func (a App) OneFunding(ctx context.Context, project ID, funding FundingID) (Project, Funding, error) {
	if !id.Valid(funding.String()) {
		return Project{}, Funding{}, problem.Missing()
	}
	var p Project
	var found []Funding
	err := a.readMoney(ctx, project, func(tx scope.Tx) (err error) {
		p, err = a.get(ctx, tx, project, scope.Into(&found, readFunding, scope.Args{"project": project, "funding": funding}, scanFunding))
		return err
	})
	if err == nil && len(found) == 0 {
		err = problem.Missing()
	}
	if err != nil {
		return Project{}, Funding{}, err
	}
	return p, found[0], nil
}

// AddFunding adds a source of money in the project's currency. Problems are
// Invalid by field and NotFound.
func (a App) AddFunding(ctx context.Context, project ID, in FundingDetails) error {
	return a.once(ctx, project, func(tx scope.Tx) error {
		p, err := a.get(ctx, tx, project)
		if err != nil {
			return err
		}
		var all []Funding
		if err := tx.Batch(ctx, scope.Into(&all, listFunding, scope.Args{"project": project}, scanFunding)); err != nil {
			return err
		}
		if len(all) >= mostFunding {
			return problem.Field("source", "funding.too_many", "max", mostFunding)
		}
		in.Currency = p.Currency
		in, amount, err := in.check()
		if err != nil {
			return err
		}
		made := a.who.NewID()
		_, err = tx.Exec(ctx, insertFunding, scope.Args{
			"id": made, "project": project, "source": in.Source, "amount": amount.Minor, "currency": amount.Currency, "status": in.Status,
		})
		if err != nil {
			return err
		}
		return a.record(ctx, tx, "funding.added", p, map[string]any{"funding": made, "minor": amount.Minor, "currency": amount.Currency, "status": in.Status})
	}, nil)
}

// UpdateFunding changes a source of money; its currency stays. A repeated
// submission is no error while it says what is stored. Problems are Invalid by
// field, NotFound, and Conflict when the version is not the stored one.
func (a App) UpdateFunding(ctx context.Context, project ID, funding FundingID, version int64, in FundingDetails) error {
	return a.onFunding(ctx, project, funding, func(tx scope.Tx, p Project, now Funding) error {
		in.Currency = now.Amount.Currency
		in, amount, err := in.check()
		if err != nil {
			return err
		}
		n, err := tx.Exec(ctx, updateFunding, scope.Args{
			"project": project, "funding": funding, "version": version, "source": in.Source, "amount": amount.Minor,
			"currency": amount.Currency, "status": in.Status,
		})
		if err != nil {
			return err
		}
		if n == 0 {
			return problem.Stale()
		}
		return a.record(ctx, tx, "funding.changed", p, map[string]any{
			"funding": funding, "minor": amount.Minor, "was_minor": now.Amount.Minor, "currency": amount.Currency, "status": in.Status, "was_status": now.Status,
		})
	}, func(tx scope.Tx) error {
		now, err := scope.One(ctx, tx, readFunding, scope.Args{"project": project, "funding": funding}, scanFunding)
		if err != nil {
			return err
		}
		in.Currency = now.Amount.Currency
		in, amount, err := in.check()
		if err == nil && (in.Source != now.Source || amount != now.Amount || in.Status != now.Status) {
			err = problem.Stale()
		}
		return err
	})
}

// RemoveFunding takes a source of money away; problem.NotFound.
func (a App) RemoveFunding(ctx context.Context, project ID, funding FundingID) error {
	return a.onFunding(ctx, project, funding, func(tx scope.Tx, p Project, now Funding) error {
		if _, err := tx.Exec(ctx, deleteFunding, scope.Args{"project": project, "funding": funding}); err != nil {
			return err
		}
		return a.record(ctx, tx, "funding.removed", p, map[string]any{
			"funding": funding, "minor": now.Amount.Minor, "currency": now.Amount.Currency, "status": now.Status,
		})
	}, nil)
}

// onFunding runs a change of a source of money once; again is as once has it.
func (a App) onFunding(ctx context.Context, project ID, funding FundingID, fn func(tx scope.Tx, p Project, now Funding) error, again func(tx scope.Tx) error) error {
	if !id.Valid(funding.String()) {
		return problem.Missing()
	}
	return a.once(ctx, project, func(tx scope.Tx) error {
		p, err := a.get(ctx, tx, project)
		if err != nil {
			return err
		}
		now, err := scope.One(ctx, tx, readFunding, scope.Args{"project": project, "funding": funding}, scanFunding)
		if err != nil {
			return err
		}
		return fn(tx, p, now)
	}, again)
}
