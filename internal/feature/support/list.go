package support

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"foyer/internal/auth"
	"foyer/internal/feature/client"
	"foyer/internal/kernel/page"
	"foyer/internal/kernel/scope"
	"foyer/internal/kernel/text"
)

// Filter is a part of a list of cases, by their state.
type Filter string

// The filters.
const (
	FilterAll      Filter = "all"
	FilterOpen     Filter = "open"
	FilterResolved Filter = "resolved" // closed ones too
)

// Filters lists the filters in the order in which they are offered.
var Filters = []Filter{FilterAll, FilterOpen, FilterResolved}

// Of is the filter that a state is under.
func (s State) filter() Filter {
	if s.Over() {
		return FilterResolved
	}
	return FilterOpen
}

// Whose tells cases apart by who works on them.
type Whose string

// Whose cases are wanted: everybody's, those of the member who asks, or nobody's.
const (
	Everybodys Whose = ""
	Mine       Whose = "mine"
	Nobodys    Whose = "nobody"
)

// PageSize is how many rows a page of a list has.
const PageSize = 50

// Wanted is what somebody asks a list for. An unknown filter is FilterAll.
type Wanted struct {
	Filter   Filter
	Priority Priority  // of staff's list; empty for all
	Whose    Whose     // of staff's list
	Query    string    // part of a number, a subject or of what was said; for staff also of notes and of a client's name
	Client   client.ID // of one client alone, in staff's list; may be empty
	After    string    // cursor: the page that follows it
	Before   string    // cursor: the page that ends before it
}

func (w Wanted) clean() Wanted {
	if !slices.Contains(Filters, w.Filter) {
		w.Filter = FilterAll
	}
	if !slices.Contains(Priorities, w.Priority) {
		w.Priority = ""
	}
	if w.Whose != Mine && w.Whose != Nobodys {
		w.Whose = Everybodys
	}
	w.Query = text.Query(w.Query, longestQuestion)
	return w
}

// narrow tells whether something is asked for that no tally counts.
func (w Wanted) narrow() bool { return w.Query != "" || w.Whose != Everybodys || w.Client != "" }

// from is where the page begins, with the moment that the list is sorted by.
func (w Wanted) from() (from page.From, key int64) {
	from = page.Ask(w.After, w.Before)
	key, err := strconv.ParseInt(from.Key, 10, 64)
	if err != nil {
		return page.From{}, 0
	}
	return from, key
}

func place[T ~string](at time.Time, id T) page.Place {
	return page.Place{Key: strconv.FormatInt(at.UnixMicro(), 10), ID: string(id)}
}

// Row is a case in staff's list.
type Row struct {
	ID         ID
	Number     string
	Subject    string
	Client     client.ID
	ClientName string
	Priority   Priority
	State      State
	Assignee   string // name, empty for nobody
	Replies    int
	CreatedAt  time.Time
	UpdatedAt  time.Time
}

// Counts are how many cases are under each filter.
type Counts map[Filter]int

// Cards are the figures above staff's list.
type Cards struct{ Open, Resolved, Total, Critical int } // Critical of those that are open

// List is one page of staff's list, what changed last first.
type List struct {
	Wanted     Wanted // cleaned
	Rows       []Row
	Prev, Next string // cursors, empty on the first and the last page
	Counts     Counts // of what matches the query and the priority
	Cards      Cards  // of everything; none in the list of one client
}

// counted is how many cases have a state and a priority.
type counted struct {
	state    State
	priority Priority
	records  int
}

func scanCounted(row scope.Row) (c counted, err error) {
	return c, row.Scan(&c.state, &c.priority, &c.records)
}

// scanTally reads what a tally counts, whose part is case.STATE.PRIORITY.
func scanTally(row scope.Row) (c counted, err error) {
	var part string
	err = row.Scan(&part, &c.records)
	state, priority, _ := strings.Cut(strings.TrimPrefix(part, "case."), ".")
	c.state, c.priority = State(state), Priority(priority)
	return c, err
}

func countsOf(all []counted, priority Priority) Counts {
	counts := Counts{}
	for _, c := range all {
		if priority == "" || c.priority == priority {
			counts[FilterAll] += c.records
			counts[c.state.filter()] += c.records
		}
	}
	return counts
}

func cardsOf(all []counted) (cards Cards) {
	for _, c := range all {
		cards.Total += c.records
		switch {
		case c.state.Over():
			cards.Resolved += c.records
			continue
		case c.priority == Critical:
			cards.Critical += c.records
		}
		cards.Open += c.records
	}
	return cards
}

func scanRow(row scope.Row) (r Row, err error) {
	err = row.Scan(&r.ID, &r.Number, &r.Subject, &r.Client, &r.ClientName, &r.Priority, &r.State, scope.Text(&r.Assignee), &r.Replies,
		scope.Time(&r.CreatedAt), scope.Time(&r.UpdatedAt))
	return r, err
}

// List reads a page of cases. Problem: Forbidden.
func (a App) List(ctx context.Context, w Wanted) (List, error) {
	l := List{Wanted: w.clean()}
	from, key := l.Wanted.from()
	args := scope.Args{
		"filter": l.Wanted.Filter, "priority": l.Wanted.Priority, "whose": l.Wanted.Whose, "member": a.who.MemberID(), "of": l.Wanted.Client,
		"pattern": text.Like(l.Wanted.Query), "key": key, "from": from.ID,
	}
	statement := map[bool]string{false: listAfter, true: listBefore}[from.Backwards]
	if !from.Backwards && from.ID == "" {
		statement = listFirst
		delete(args, "key")
		delete(args, "from")
	}
	var tallied, matching []counted
	queries := []scope.Query{scope.Into(&l.Rows, statement, args, scanRow)}
	if l.Wanted.Client == "" {
		queries = append(queries, scope.Into(&tallied, tallyAll, nil, scanTally))
	}
	if l.Wanted.narrow() {
		queries = append(queries, scope.Into(&matching, countAll, scope.Args{
			"whose": args["whose"], "member": args["member"], "of": args["of"], "pattern": args["pattern"],
		}, scanCounted))
	}
	if err := a.who.Read(ctx, auth.CasesRead, func(tx scope.Tx) error { return tx.Batch(ctx, queries...) }); err != nil {
		return List{}, err
	}
	if !l.Wanted.narrow() {
		matching = tallied
	}
	l.Counts, l.Cards = countsOf(matching, l.Wanted.Priority), cardsOf(tallied)
	l.Rows, l.Prev, l.Next = page.Cut(l.Rows, PageSize, from, func(r Row) page.Place { return place(r.UpdatedAt, r.ID) })
	return l, nil
}

// ShownList is one page of a client's cases, what changed last first.
type ShownList struct {
	Wanted     Wanted // cleaned
	Rows       []Shown
	Prev, Next string
	Counts     Counts // of what matches the query
}

// List reads a page of the cases that the contact sees.
func (p Portal) List(ctx context.Context, w Wanted) (ShownList, error) {
	w.Priority, w.Whose, w.Client = "", Everybodys, ""
	l := ShownList{Wanted: w.clean()}
	from, key := l.Wanted.from()
	seen := scope.Args{"all_cases": p.all(), "pattern": text.Like(l.Wanted.Query)}
	args := p.seeing(scope.Args{"pattern": seen["pattern"], "filter": l.Wanted.Filter, "key": key, "from": from.ID})
	statement := map[bool]string{false: shownAfter, true: shownBefore}[from.Backwards]
	if !from.Backwards && from.ID == "" {
		statement = shownFirst
		delete(args, "key")
		delete(args, "from")
	}
	var counts []counted
	count := scope.Into(&counts, tallyShown, nil, scanTally)
	if l.Wanted.Query != "" || !p.all() {
		count = scope.Into(&counts, countShown, seen, scanCounted)
	}
	if err := p.who.Read(ctx, auth.Cases, func(tx scope.Tx) error {
		return tx.Batch(ctx, scope.Into(&l.Rows, statement, args, scanShown), count)
	}); err != nil {
		return ShownList{}, err
	}
	l.Counts = countsOf(counts, "")
	l.Rows, l.Prev, l.Next = page.Cut(l.Rows, PageSize, from, func(s Shown) page.Place { return place(s.ShownAt, s.ID) })
	return l, nil
}
