package invoice

import (
	"context"
	"slices"

	"foyer/internal/auth"
	"foyer/internal/feature/client"
	"foyer/internal/feature/project"
	"foyer/internal/kernel/civil"
	"foyer/internal/kernel/money"
	"foyer/internal/kernel/page"
	"foyer/internal/kernel/scope"
	"foyer/internal/kernel/text"
)

// Filter is a part of a list of invoices.
type Filter string

// The filters. A client has no FilterDraft and no FilterVoid.
const (
	FilterAll     Filter = "all"
	FilterDraft   Filter = "draft"
	FilterSent    Filter = "sent"
	FilterPaid    Filter = "paid"
	FilterOverdue Filter = "overdue"
	FilterVoid    Filter = "void"
)

// Filters and ShownFilters list the filters of staff and of clients in the order
// in which they are offered.
var (
	Filters      = []Filter{FilterAll, FilterDraft, FilterSent, FilterPaid, FilterOverdue, FilterVoid}
	ShownFilters = []Filter{FilterAll, FilterSent, FilterPaid, FilterOverdue}
)

// PageSize is how many rows a page of a list has.
const PageSize = 50

// Wanted is what somebody asks a list for. An unknown filter is FilterAll.
type Wanted struct {
	Filter Filter
	Query  string // part of a number, PO number or line; for staff also of a client's name
	After  string // cursor: the page that follows it
	Before string // cursor: the page that ends before it
}

func (w Wanted) clean(among []Filter) Wanted {
	if !slices.Contains(among, w.Filter) {
		w.Filter = FilterAll
	}
	w.Query = text.Query(w.Query, longestQuestion)
	return w
}

// Row is an invoice in a list.
type Row struct {
	ID         ID
	Kind       Kind
	State      State
	Number     string
	Client     client.ID
	ClientName string
	IssuedOn   civil.Date
	DueOn      civil.Date
	Gross      money.Amount
	Open       int64 // left to pay, in minor units
	Off        bool
	UnderWay   bool // a payment is on its way that takes days

	listed string
}

// Standing is where the invoice stands on a day in the workspace's zone.
func (r Row) Standing(today civil.Date) Standing {
	return standing(r.Kind, r.State, r.Open, r.DueOn, today, r.Off)
}

// PartPaid tells whether something was paid and something is left.
func (r Row) PartPaid() bool {
	return r.State == Issued && r.Kind == Claim && r.Open > 0 && r.Open < r.Gross.Minor
}

func scanRow(row scope.Row) (r Row, err error) {
	err = row.Scan(&r.ID, &r.Kind, &r.State, scope.Text(&r.Number), &r.Client, &r.ClientName, &r.IssuedOn, &r.DueOn, &r.Gross.Currency, &r.Gross.Minor,
		&r.Open, &r.Off, &r.UnderWay, &r.listed)
	return r, err
}

// Counts are how many invoices are in each filter.
type Counts map[Filter]int

// Cards are the figures above the staff's list, each amount by currency.
type Cards struct {
	Outstanding, Overdue, PaidThisMonth, Drafts []money.Amount
}

// List is one page of invoices.
type List struct {
	Wanted     Wanted // cleaned
	Rows       []Row
	Prev, Next string // cursors, empty on the first and the last page
	Counts     Counts // of what matches the query
	Cards      Cards
}

// pick chooses the statement for what is wanted: overdue and sent are found
// among what is open, the others among all.
func (w Wanted) pick(backwards bool, all, state, paid, sent, overdue [2]string) string {
	at := 0
	if backwards {
		at = 1
	}
	switch w.Filter {
	case FilterDraft, FilterVoid:
		return state[at]
	case FilterPaid:
		return paid[at]
	case FilterSent:
		return sent[at]
	case FilterOverdue:
		return overdue[at]
	}
	return all[at]
}

// List reads a page of invoices: drafts first, then the newest number.
func (a App) List(ctx context.Context, w Wanted) (List, error) {
	l := List{Wanted: w.clean(Filters), Counts: Counts{}}
	from := page.Ask(w.After, w.Before)
	today := civil.Today(a.who.Now())
	pattern := text.Like(l.Wanted.Query)
	args := l.Wanted.args(scope.Args{"pattern": pattern}, from, today)
	statement := l.Wanted.pick(from.Backwards, [2]string{listAfter, listBefore}, [2]string{listStateAfter, listStateBefore},
		[2]string{listPaidAfter, listPaidBefore}, [2]string{listSentAfter, listSentBefore}, [2]string{listOverdueAfter, listOverdueBefore})
	month := today[:8] + "01"
	kept := tally{}
	err := a.who.Read(ctx, auth.MoneyRead, func(tx scope.Tx) error {
		asked := []scope.Query{scope.Into(&l.Rows, statement, args, scanRow), kept.into(tallyAll, scope.Args{"today": today, "since": month})}
		if l.Wanted.Query != "" {
			asked = append(asked, l.Counts.into(countAll, scope.Args{"pattern": pattern, "today": today}))
		}
		return tx.Batch(ctx, asked...)
	})
	if err != nil {
		return List{}, err
	}
	if l.Wanted.Query == "" {
		l.Counts = kept.counts()
	}
	l.Cards = Cards{Outstanding: kept.sum(tallyOpen, tallyOverdue), Overdue: kept.sum(tallyOverdue), PaidThisMonth: kept.sum(tallyPaid), Drafts: kept.sum("invoice.draft")}
	l.cut(from)
	return l, nil
}

// args are what a list's statement names, which differs by filter.
func (w Wanted) args(args scope.Args, from page.From, today civil.Date) scope.Args {
	args["key"], args["from"] = from.Key, from.ID
	if from.Place == (page.Place{}) {
		args["key"], args["from"] = beyond, beyond
	}
	switch w.Filter {
	case FilterDraft, FilterVoid:
		args["state"] = w.Filter
	case FilterSent, FilterOverdue:
		args["today"] = today
	}
	return args
}

// beyond sorts after every key and id.
const beyond = "~"

// into counts the rows of a statement by filter; each is in FilterAll too.
func (c Counts) into(statement string, args scope.Args) scope.Query {
	var unused []Filter
	return scope.Into(&unused, statement, args, func(row scope.Row) (f Filter, err error) {
		var n int
		if err = row.Scan(&f, &n); f != FilterAll {
			c[f] += n
		}
		c[FilterAll] += n
		return f, err
	})
}

func (l *List) cut(from page.From) {
	l.Rows, l.Prev, l.Next = page.Cut(l.Rows, PageSize, from, func(r Row) page.Place { return page.Place{Key: r.listed, ID: r.ID.String()} })
}

// ListOf reads a page of one client's invoices; how many there are is in their
// Balances.
func (a App) ListOf(ctx context.Context, of client.ID, w Wanted) (List, error) {
	l := List{Wanted: Wanted{Filter: FilterAll}}
	from := page.Ask(w.After, w.Before)
	statement := map[bool]string{false: listOfClientAfter, true: listOfClientBefore}[from.Backwards]
	err := a.who.Read(ctx, auth.MoneyRead, func(tx scope.Tx) (err error) {
		l.Rows, err = scope.List(ctx, tx, statement, l.Wanted.args(scope.Args{"client": of}, from, ""), scanRow)
		return err
	})
	if err != nil {
		return List{}, err
	}
	l.cut(from)
	return l, nil
}

// OfProject lists the newest invoices of a project, at most 50.
func (a App) OfProject(ctx context.Context, of project.ID) ([]Row, error) {
	var rows []Row
	err := a.who.Read(ctx, auth.MoneyRead, func(tx scope.Tx) (err error) {
		rows, err = scope.List(ctx, tx, listOfProject, scope.Args{"project": of}, scanRow)
		return err
	})
	return rows, err
}
