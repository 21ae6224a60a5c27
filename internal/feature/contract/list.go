package contract

import (
	"context"
	"slices"
	"strings"
	"time"

	"foyer/internal/auth"
	"foyer/internal/feature/client"
	"foyer/internal/kernel/civil"
	"foyer/internal/kernel/money"
	"foyer/internal/kernel/page"
	"foyer/internal/kernel/scope"
	"foyer/internal/kernel/text"
)

// Filter is a part of a list of contracts.
type Filter string

// The filters.
const (
	FilterAll       Filter = "all"
	FilterDraft     Filter = "draft"
	FilterActive    Filter = "active"
	FilterPending   Filter = "pending"
	FilterSigned    Filter = "signed"
	FilterExecuted  Filter = "executed"
	FilterCancelled Filter = "cancelled" // declined and terminated ones too
	FilterExpired   Filter = "expired"   // those that were not signed in time too
	FilterExpiring  Filter = "expiring"  // of staff, and no tab: ends or renews within Notice days
)

// Filters and ShownFilters list the filters of staff and of clients in the order in
// which they are offered.
var (
	Filters      = []Filter{FilterAll, FilterDraft, FilterActive, FilterPending, FilterSigned, FilterExecuted, FilterCancelled, FilterExpired}
	ShownFilters = []Filter{FilterAll, FilterPending, FilterActive, FilterExpired}
)

// PageSize is how many rows a page of a list has.
const PageSize = 50

// Wanted is what somebody asks a list for. An unknown filter is FilterAll.
type Wanted struct {
	Filter Filter
	Query  string    // part of a name or number; for staff also of a client's name
	Client client.ID // of one client alone, may be empty
	After  string    // cursor: the page that follows it
	Before string    // cursor: the page that ends before it
}

func (w Wanted) clean(among []Filter) Wanted {
	if !slices.Contains(among, w.Filter) {
		w.Filter = FilterAll
	}
	w.Query = text.Query(w.Query, longestQuestion)
	return w
}

// Row is a contract in a list.
type Row struct {
	ID         ID
	Number     string
	Name       string
	Client     client.ID
	ClientName string
	Kind       Kind
	State      State
	Seal       Seal
	Amount     *money.Amount
	Starts     civil.Date
	Ends       civil.Date
	Renews     civil.Date
	SignBy     civil.Date
	ExecutedAt time.Time
	People     int  // who signs or approves
	Signed     int  // of them
	Mine       bool // waits for whoever reads it
}

// Standing is where it stands on a day in the workspace's zone.
func (r Row) Standing(today civil.Date) Standing {
	return standing(r.State, span{r.Starts, r.Ends, r.Renews}, today)
}

// Cards are the figures above the staff's list.
type Cards struct {
	Total, Active, Pending, Expiring int
	Value                            []money.Amount // of what is in force, by currency
}

// Counts are how many contracts are in each filter.
type Counts map[Filter]int

// List is one page of contracts.
type List struct {
	Wanted     Wanted // cleaned
	Rows       []Row
	Prev, Next string // cursors, empty on the first and the last page
	Counts     Counts // of what matches the query
	Cards      Cards  // of staff's list alone
}

// counted is how many contracts stand alike.
type counted struct {
	filter   Filter
	state    State
	expiring bool
	currency string
	records  int
	minor    int64
}

func scanCounted(row scope.Row) (c counted, err error) {
	return c, row.Scan(&c.filter, &c.state, &c.expiring, &c.currency, &c.records, &c.minor)
}

// sum adds up what was counted. What is active or expired was executed too.
func sum(all []counted) (Counts, Cards) {
	counts, cards := Counts{}, Cards{}
	value := map[string]int64{}
	for _, c := range all {
		counts[FilterAll] += c.records
		counts[c.filter] += c.records
		if c.state == Executed {
			counts[FilterExecuted] += c.records
		}
		if c.filter == FilterActive {
			value[c.currency] += c.minor
		}
		if c.expiring {
			cards.Expiring += c.records
		}
	}
	for currency, minor := range value {
		if currency != "" {
			cards.Value = append(cards.Value, money.Amount{Minor: minor, Currency: currency})
		}
	}
	slices.SortFunc(cards.Value, func(a, b money.Amount) int { return strings.Compare(a.Currency, b.Currency) })
	counts[FilterExpiring] = cards.Expiring
	cards.Total, cards.Active, cards.Pending = counts[FilterAll], counts[FilterActive], counts[FilterPending]
	return counts, cards
}

func scanRow(row scope.Row) (r Row, err error) {
	var minor *int64
	var currency string
	err = row.Scan(&r.ID, &r.Number, &r.Name, &r.Client, &r.ClientName, &r.Kind, &r.State, &r.Seal, &minor, &currency, &r.Starts, &r.Ends, &r.Renews, &r.SignBy,
		scope.Time(&r.ExecutedAt), &r.People, &r.Signed, &r.Mine)
	if minor != nil {
		r.Amount = &money.Amount{Minor: *minor, Currency: currency}
	}
	return r, err
}

// List reads a page of contracts, the newest first.
func (a App) List(ctx context.Context, w Wanted) (List, error) {
	l := List{Wanted: w.clean(append([]Filter{FilterExpiring}, Filters...))}
	from := page.Ask(w.After, w.Before)
	today := civil.Today(a.who.Now())
	pattern := text.Like(l.Wanted.Query)
	args := scope.Args{"pattern": pattern, "of": w.Client, "filter": l.Wanted.Filter, "today": today, "soon": today.Add(Notice), "from": from.ID}
	var all []counted
	statement := pick(from, listAfter, listBefore)
	err := a.who.Read(ctx, auth.ContractsRead, func(tx scope.Tx) error {
		return tx.Batch(ctx,
			scope.Into(&l.Rows, statement, args, scanRow),
			scope.Into(&all, countAll, scope.Args{"pattern": pattern, "of": w.Client, "today": today, "soon": today.Add(Notice)}, scanCounted))
	})
	if err != nil {
		return List{}, err
	}
	l.Counts, l.Cards = sum(all)
	l.Rows, l.Prev, l.Next = page.Cut(l.Rows, PageSize, from, func(r Row) page.Place { return page.Place{ID: r.ID.String()} })
	return l, nil
}

func pick(from page.From, after, before string) string {
	if from.Backwards {
		return before
	}
	return after
}

// List reads a page of the client's contracts that the contact sees, the newest
// first.
func (p Portal) List(ctx context.Context, w Wanted) (List, error) {
	l := List{Wanted: w.clean(ShownFilters)}
	from := page.Ask(w.After, w.Before)
	today := civil.Today(p.who.Now())
	pattern := text.Like(l.Wanted.Query)
	args := scope.Args{"pattern": pattern, "filter": l.Wanted.Filter, "today": today, "soon": today.Add(Notice), "from": from.ID, "all": p.all()}
	var all []counted
	statement := pick(from, shownAfter, shownBefore)
	err := p.who.Read(ctx, auth.Contracts, func(tx scope.Tx) error {
		return tx.Batch(ctx,
			scope.Into(&l.Rows, statement, args, scanRow),
			scope.Into(&all, countShown, scope.Args{"pattern": pattern, "today": today, "soon": today.Add(Notice), "all": p.all()}, scanCounted))
	})
	if err != nil {
		return List{}, err
	}
	if !p.who.Capabilities().Sign {
		for i := range l.Rows {
			l.Rows[i].Mine = false
		}
	}
	l.Counts, _ = sum(all)
	l.Rows, l.Prev, l.Next = page.Cut(l.Rows, PageSize, from, func(r Row) page.Place { return page.Place{ID: r.ID.String()} })
	return l, nil
}
