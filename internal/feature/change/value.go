package change

import (
	"context"
	"maps"
	"slices"
	"time"

	"foyer/internal/auth"
	"foyer/internal/feature/project"
	"foyer/internal/kernel/civil"
	"foyer/internal/kernel/id"
	"foyer/internal/kernel/money"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
)

// AgreedChange is a change of a project that is agreed on.
type AgreedChange struct {
	ID     ID
	Number string
	Title  string
	State  State
	At     time.Time     // of the state
	Price  *money.Amount // nil where there was no quote, and for roles that see no money
}

func scanAgreed(row scope.Row) (c AgreedChange, err error) {
	var minor *int64
	var currency string
	err = row.Scan(&c.ID, &c.Number, &c.Title, &c.State, scope.Time(&c.At), &minor, scope.Text(&currency))
	if minor != nil {
		c.Price = &money.Amount{Minor: *minor, Currency: currency}
	}
	return c, err
}

// Agreed are the changes of a project that are agreed on, the newest 200 in front, and
// what all of them come to by currency: with the project's budget, its running value.
type Agreed struct {
	Changes []AgreedChange
	Sums    []money.Amount // without tax; none for roles that see no money
}

// mostAgreed is how many changes are listed at a project.
const mostAgreed = 200

// sumOf is what changes come to, by currency.
func sumOf(all []AgreedChange) []money.Amount {
	minor := map[string]int64{}
	for _, c := range all {
		if c.Price != nil {
			minor[c.Price.Currency] += c.Price.Minor
		}
	}
	var sums []money.Amount
	for _, currency := range slices.Sorted(maps.Keys(minor)) {
		sums = append(sums, money.Amount{Minor: minor[currency], Currency: currency})
	}
	return sums
}

func scanAmount(row scope.Row) (a money.Amount, err error) { return a, row.Scan(&a.Currency, &a.Minor) }

// OfProject reads what is agreed on of a project; nothing for a project that is not
// there. problem.NotFound for what is no id.
func (a App) OfProject(ctx context.Context, of project.ID) (v Agreed, err error) {
	if !id.Valid(of.String()) {
		return v, problem.Missing()
	}
	at := scope.Args{"project": of}
	queries := []scope.Query{scope.Into(&v.Changes, listAgreed, at, scanAgreed)}
	if a.SeesMoney() {
		queries = append(queries, scope.Into(&v.Sums, sumAgreed, at, scanAmount))
	}
	err = a.who.Read(ctx, auth.ChangesRead, func(tx scope.Tx) error { return tx.Batch(ctx, queries...) })
	if !a.SeesMoney() {
		for i := range v.Changes {
			v.Changes[i].Price = nil
		}
	}
	return v, err
}

// OfProject reads what is agreed on of a project, as far as the contact sees it;
// nothing for who does not see changes.
func (p Portal) OfProject(ctx context.Context, of project.ID) (v Agreed, err error) {
	if !id.Valid(of.String()) {
		return v, problem.Missing()
	}
	if !p.who.Sees(auth.Changes) {
		return v, nil
	}
	at := scope.Args{"project": of, "all_changes": p.all()}
	err = p.who.Read(ctx, auth.Changes, func(tx scope.Tx) (err error) {
		v.Changes, err = scope.List(ctx, tx, listSeenAgreed, at, scanAgreed)
		if err == nil && len(v.Changes) == mostAgreed { // there may be more than are listed
			v.Sums, err = scope.List(ctx, tx, sumSeenAgreed, at, scanAmount)
		} else {
			v.Sums = sumOf(v.Changes)
		}
		return err
	})
	return v, err
}

// Milestone is one of the project that a quote can move.
type Milestone struct {
	ID   project.TargetID
	Name string
	Due  civil.Date
}

// Choices are what triage offers.
type Choices struct {
	Members    []Choice
	Milestones []Milestone
	Currency   string // that a quote begins with: the project's
}

// Choices reads what triage offers for a request of a project.
func (a App) Choices(ctx context.Context, of project.ID) (c Choices, err error) {
	err = a.who.Read(ctx, auth.ChangesRead, func(tx scope.Tx) error {
		return tx.Each(ctx, listChoices, scope.Args{"project": of}, func(row scope.Row) error {
			var kind, which, name, day string
			if err := row.Scan(&kind, &which, &name, &day); err != nil {
				return err
			}
			switch kind {
			case "member":
				c.Members = append(c.Members, Choice{which, name})
			case "milestone":
				c.Milestones = append(c.Milestones, Milestone{project.TargetID(which), name, civil.Date(day)})
			default:
				c.Currency = name
			}
			return nil
		})
	})
	return c, err
}
