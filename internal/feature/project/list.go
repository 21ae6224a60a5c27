package project

import (
	"context"
	"slices"

	"foyer/internal/auth"
	"foyer/internal/feature/client"
	"foyer/internal/kernel/civil"
	"foyer/internal/kernel/money"
	"foyer/internal/kernel/page"
	"foyer/internal/kernel/scope"
	"foyer/internal/kernel/text"
)

// Filter is a part of a list of projects, by their state. What is planned
// counts as active; what is cancelled is under All alone.
type Filter string

// The filters.
const (
	FilterAll       Filter = "all"
	FilterActive    Filter = "active"
	FilterOnHold    Filter = "on_hold"
	FilterCompleted Filter = "completed"
)

// Filters lists the filters in the order in which they are offered.
var Filters = []Filter{FilterAll, FilterActive, FilterOnHold, FilterCompleted}

// PageSize is how many rows a page of the staff's list has.
const PageSize = 50

// Wanted is what somebody asks a list for. An unknown filter is FilterAll.
type Wanted struct {
	Filter Filter
	Query  string // part of a name, description or tag; for staff also of a client's name
	After  string // cursor: the page that follows it
	Before string // cursor: the page that ends before it
}

func (w Wanted) clean() Wanted {
	if !slices.Contains(Filters, w.Filter) {
		w.Filter = FilterAll
	}
	w.Query = text.Query(w.Query, longestQuestion)
	return w
}

// Row is a project in the staff's list.
type Row struct {
	ID         ID
	Name       string
	Client     client.ID
	ClientName string
	State      State
	Priority   Priority
	Type       Type
	StartsOn   civil.Date
	EndsOn     civil.Date
	Budget     money.Amount // Currency is empty without one, and for roles that see no money
	Shared     bool

	key string
}

// Late tells whether the planned end has passed and work is not over.
func (r Row) Late(today civil.Date) bool {
	return r.EndsOn != "" && r.EndsOn < today && (r.State == Planned || r.State == Active || r.State == OnHold)
}

// Counts are how many projects match in each filter.
type Counts struct{ All, Active, OnHold, Completed int }

// Of is the count of a filter.
func (c Counts) Of(f Filter) int {
	switch f {
	case FilterActive:
		return c.Active
	case FilterOnHold:
		return c.OnHold
	case FilterCompleted:
		return c.Completed
	}
	return c.All
}

func scanCounts(row scope.Row) (c Counts, err error) {
	return c, row.Scan(&c.All, &c.Active, &c.OnHold, &c.Completed)
}

// List is one page of the staff's list.
type List struct {
	Wanted     Wanted // cleaned
	Rows       []Row
	Prev, Next string // cursors, empty on the first and the last page
	Counts     Counts // of what matches the query
	Whole      Counts // of everything
	// Received is what came in for projects, by currency; empty for roles that
	// see no money.
	Received []money.Amount
}

// List reads a page of projects, sorted by name.
func (a App) List(ctx context.Context, w Wanted) (List, error) {
	l := List{Wanted: w.clean()}
	from := page.Ask(w.After, w.Before)
	args := scope.Args{"pattern": text.Like(l.Wanted.Query), "key": from.Key, "from": from.ID}
	statement := map[bool]string{false: listAfter, true: listBefore}[from.Backwards]
	if l.Wanted.Filter != FilterAll {
		statement = map[bool]string{false: listTabAfter, true: listTabBefore}[from.Backwards]
		args["tab"] = l.Wanted.Filter
	}
	var counts, whole []Counts
	queries := []scope.Query{
		scope.Into(&l.Rows, statement, args, scanRow),
		scope.Into(&whole, tallyAll, nil, scanCounts),
	}
	if l.Wanted.Query != "" {
		queries = append(queries, scope.Into(&counts, countTabs, scope.Args{"pattern": args["pattern"]}, scanCounts))
	}
	if a.SeesMoney() {
		queries = append(queries, scope.Into(&l.Received, sumReceived, nil, scanAmount))
	}
	err := a.who.Read(ctx, auth.ProjectsRead, func(tx scope.Tx) error { return tx.Batch(ctx, queries...) })
	if err != nil {
		return List{}, err
	}
	l.Whole, l.Counts = whole[0], whole[0]
	if l.Wanted.Query != "" {
		l.Counts = counts[0]
	}
	a.cut(&l, from)
	return l, nil
}

func (a App) cut(l *List, from page.From) {
	l.Rows, l.Prev, l.Next = page.Cut(l.Rows, PageSize, from, func(r Row) page.Place { return page.Place{Key: r.key, ID: r.ID.String()} })
	if a.SeesMoney() {
		return
	}
	for i := range l.Rows {
		l.Rows[i].Budget = money.Amount{}
	}
}

// ListOf reads a page of one client's projects, sorted by name. Counts.All is
// how many there are.
func (a App) ListOf(ctx context.Context, of client.ID, w Wanted) (List, error) {
	l := List{Wanted: Wanted{Filter: FilterAll}}
	from := page.Ask(w.After, w.Before)
	statement := map[bool]string{false: listOfClientAfter, true: listOfClientBefore}[from.Backwards]
	var counts []int
	err := a.who.Read(ctx, auth.ProjectsRead, func(tx scope.Tx) error {
		return tx.Batch(ctx,
			scope.Into(&l.Rows, statement, scope.Args{"client": of, "key": from.Key, "from": from.ID}, scanRow),
			scope.Into(&counts, countOfClient, scope.Args{"client": of}, scope.Value[int]))
	})
	if err != nil {
		return List{}, err
	}
	l.Counts.All = counts[0]
	a.cut(&l, from)
	return l, nil
}

func scanRow(row scope.Row) (r Row, err error) {
	var budget *int64
	var currency string
	err = row.Scan(&r.ID, &r.Name, &r.key, &r.Client, &r.ClientName, &r.State, &r.Priority, &r.Type, &r.StartsOn, &r.EndsOn, &budget, &currency, &r.Shared)
	if budget != nil {
		r.Budget = money.Amount{Minor: *budget, Currency: currency}
	}
	return r, err
}

func scanAmount(row scope.Row) (a money.Amount, err error) { return a, row.Scan(&a.Currency, &a.Minor) }

// Due is work that is due until a day, or late.
type Due struct {
	Project     ID
	ProjectName string
	Target      TargetID // empty for the project itself
	Name        string   // of the milestone, or of the project
	ClientName  string
	On          civil.Date
}

// Dues are the first of what is due and late, and how many there are in all.
type Dues struct {
	Milestones, Projects       []Due
	AllMilestones, AllProjects int
	Clients                    client.Counts // for who sees clients: a page that asks for both has one statement less
}

// Due reads what is late today or due within the days to come: open milestones
// of projects that are being worked on, and planned ends.
func (a App) Due(ctx context.Context, days int) (Dues, error) {
	var d Dues
	err := a.who.Read(ctx, auth.ProjectsRead, func(tx scope.Tx) error {
		return tx.Each(ctx, listDue, scope.Args{"until": civil.Today(a.who.Now()).Add(days)}, func(row scope.Row) error {
			var kind string
			var all int
			var w Due
			if err := row.Scan(&kind, &w.Target, &w.Name, &w.Project, &w.ProjectName, &w.ClientName, &w.On, &all); err != nil {
				return err
			}
			switch {
			case kind == "clients" && a.who.May(auth.ClientsRead):
				d.Clients.Add(w.Target.String(), all)
				return nil
			case kind == "clients":
				return nil
			case kind == "milestone":
				d.Milestones, d.AllMilestones = append(d.Milestones, w), all
				return nil
			}
			w.Target = ""
			d.Projects, d.AllProjects = append(d.Projects, w), all
			return nil
		})
	})
	return d, err
}

// Verify names the tallies that are not what the records come to; nothing where
// all is well.
func Verify(ctx context.Context, who auth.System) ([]string, error) {
	var wrong []string
	err := who.Read(ctx, func(tx scope.Tx) (err error) {
		wrong, err = scope.List(ctx, tx, listWrong, nil, scope.Value[string])
		return err
	})
	return wrong, err
}
