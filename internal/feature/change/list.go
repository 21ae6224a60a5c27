package change

import (
	"context"
	"math"
	"slices"
	"strconv"
	"time"

	"foyer/internal/auth"
	"foyer/internal/feature/client"
	"foyer/internal/feature/project"
	"foyer/internal/kernel/civil"
	"foyer/internal/kernel/id"
	"foyer/internal/kernel/money"
	"foyer/internal/kernel/page"
	"foyer/internal/kernel/scope"
	"foyer/internal/kernel/text"
)

// Filter is a part of a list of requests: a state, or one of these.
type Filter string

// The filters beside the states.
const (
	FilterAll      Filter = "all"
	FilterPending  Filter = "pending"
	FilterAccepted Filter = "accepted" // with all that came of them
	FilterDecided  Filter = "decided"  // the same, as the portal calls it
	FilterClosed   Filter = "closed"   // rejected, declined, withdrawn and expired
)

// Filters and ShownFilters list the filters of staff and of clients in the order in
// which they are offered. Both lists also take the name of any state.
var (
	Filters      = []Filter{FilterAll, FilterPending, Filter(Submitted), Filter(InReview), Filter(NeedsInfo), Filter(Quoted), FilterAccepted, FilterClosed}
	ShownFilters = []Filter{FilterPending, FilterDecided, FilterClosed, FilterAll}
)

// PageSize is how many rows a page of a list has, and a column of the board.
const PageSize = 50

// Nobody is the assignee of requests that nobody looks after.
const Nobody MemberID = "nobody"

// Wanted is what somebody asks a list for. An unknown filter is FilterAll.
type Wanted struct {
	Filter   Filter
	Query    string // part of a number or of what was written; for staff also of a client's name
	Client   client.ID
	Project  project.ID
	Priority Priority
	Category Category
	Assignee MemberID // of staff's list; Nobody for none
	Older    int      // submitted more than so many days ago, of staff's list; 0 for any
	After    string   // cursor: the page that follows it
	Before   string   // cursor: the page that ends before it
}

func (w Wanted) clean(among []Filter) Wanted {
	if !slices.Contains(among, w.Filter) && !slices.Contains(States, State(w.Filter)) {
		w.Filter = FilterAll
	}
	w.Query = text.Query(w.Query, longestQuestion)
	if !slices.Contains(Priorities, w.Priority) {
		w.Priority = ""
	}
	if !slices.Contains(Categories, w.Category) {
		w.Category = ""
	}
	if w.Assignee != Nobody && !id.Valid(w.Assignee) {
		w.Assignee = ""
	}
	if !id.Valid(w.Client.String()) {
		w.Client = ""
	}
	if !id.Valid(w.Project.String()) {
		w.Project = ""
	}
	w.Older = min(max(w.Older, 0), 36500)
	return w
}

// whole tells whether nothing is asked for but a filter.
func (w Wanted) whole() bool {
	return w.Query == "" && w.Client == "" && w.Project == "" && w.Priority == "" && w.Category == "" && w.Assignee == "" && w.Older == 0
}

// args are what the statements are asked for but the filter.
func (w Wanted) args(now time.Time) scope.Args {
	created := int64(math.MaxInt64)
	if w.Older > 0 {
		created = now.AddDate(0, 0, -w.Older).UnixMicro()
	}
	return scope.Args{
		"pattern": text.Like(w.Query), "of": w.Client, "project": w.Project, "priority": w.Priority, "category": w.Category, "assignee": w.Assignee,
		"created": created,
	}
}

// Row is a request in a list.
type Row struct {
	ID          ID
	Number      string
	Title       string
	Client      client.ID
	ClientName  string
	Project     project.ID
	ProjectName string
	Category    Category
	Priority    Priority
	State       State
	Turned      bool // it went on as a case
	StateAt     time.Time
	ContactName string
	Assignee    MemberID      // of staff's list alone, may be empty
	AssigneeOf  string        // name
	Price       *money.Amount // of the quote; of staff's list for roles that see money
	ValidUntil  civil.Date
	CreatedAt   time.Time
	UpdatedAt   time.Time // in the portal when the client last saw something change

	key int64
}

func scanRow(row scope.Row) (r Row, err error) {
	var minor *int64
	var currency string
	err = row.Scan(&r.ID, &r.Number, &r.Title, &r.Client, &r.ClientName, &r.Project, &r.ProjectName, &r.Category, &r.Priority, &r.State, &r.Turned, scope.Time(&r.StateAt),
		&r.ContactName, scope.Text(&r.Assignee), scope.Text(&r.AssigneeOf), &minor, scope.Text(&currency), &r.ValidUntil, scope.Time(&r.CreatedAt), &r.key)
	if minor != nil {
		r.Price = &money.Amount{Minor: *minor, Currency: currency}
	}
	r.UpdatedAt = time.UnixMicro(r.key).UTC()
	return r, err
}

// ShownRow is a request in a client's list.
type ShownRow struct {
	ID          ID
	Number      string
	Title       string
	Project     project.ID
	ProjectName string
	Category    Category
	Priority    Priority
	State       State
	Turned      bool // it went on as a case
	StateAt     time.Time
	ContactName string
	Price       *money.Amount // of the quote that is out or was last out
	ValidUntil  civil.Date
	CreatedAt   time.Time
	UpdatedAt   time.Time // when the client last saw something change

	key int64
}

func scanShownRow(row scope.Row) (r ShownRow, err error) {
	var minor *int64
	var currency string
	err = row.Scan(&r.ID, &r.Number, &r.Title, &r.Project, &r.ProjectName, &r.Category, &r.Priority, &r.State, &r.Turned, scope.Time(&r.StateAt),
		&r.ContactName, &minor, scope.Text(&currency), &r.ValidUntil, scope.Time(&r.CreatedAt), &r.key)
	if minor != nil {
		r.Price = &money.Amount{Minor: *minor, Currency: currency}
	}
	r.UpdatedAt = time.UnixMicro(r.key).UTC()
	return r, err
}

// Counts are how many requests are in each filter and each state.
type Counts map[Filter]int

type counted struct {
	state   State
	records int
}

func scanCounted(row scope.Row) (c counted, err error) { return c, row.Scan(&c.state, &c.records) }

func sum(all []counted) Counts {
	counts := Counts{}
	for _, c := range all {
		counts[FilterAll] += c.records
		switch {
		case c.state.Pending():
			counts[FilterPending] += c.records
			counts[Filter(c.state)] += c.records
		case c.state.Agreed():
			counts[FilterAccepted] += c.records
			counts[FilterDecided] += c.records
			if c.state != Accepted {
				counts[Filter(c.state)] += c.records
			}
		default:
			counts[FilterClosed] += c.records
			counts[Filter(c.state)] += c.records
		}
	}
	return counts
}

// List is one page of requests.
type List struct {
	Wanted     Wanted // cleaned
	Rows       []Row
	Prev, Next string // cursors, empty on the first and the last page
	Counts     Counts // of what matches all but the filter
}

// where a page begins: what was updated last comes first.
func place(from page.From) (key int64, id string) {
	if key, err := strconv.ParseInt(from.Key, 10, 64); err == nil && from.ID != "" {
		return key, from.ID
	}
	return math.MaxInt64, newest
}

func placeOf(key int64, request ID) page.Place {
	return page.Place{Key: strconv.FormatInt(key, 10), ID: request.String()}
}

// List reads a page of requests, those that were updated last in front.
func (a App) List(ctx context.Context, w Wanted) (List, error) {
	l := List{Wanted: w.clean(Filters)}
	from := page.Ask(w.After, w.Before)
	statement := map[bool]string{false: listAfter, true: listBefore}[from.Backwards]
	args := l.Wanted.args(a.who.Now())
	args["filter"] = l.Wanted.Filter
	args["key"], args["from"] = place(from)
	var all []counted
	err := a.who.Read(ctx, auth.ChangesRead, func(tx scope.Tx) error {
		return tx.Batch(ctx, scope.Into(&l.Rows, statement, args, scanRow), a.count(&all, l.Wanted))
	})
	if err != nil {
		return List{}, err
	}
	l.Counts = sum(all)
	l.Rows, l.Prev, l.Next = page.Cut(l.Rows, PageSize, from, func(r Row) page.Place { return placeOf(r.key, r.ID) })
	a.hide(l.Rows)
	return l, nil
}

// Narrowing is what a list can be narrowed to, besides what is fixed: the projects that
// there are requests about and the members who may look after one, at most 100 of each.
type Narrowing struct{ Projects, Members []Choice }

// Narrowing reads what a list can be narrowed to.
func (a App) Narrowing(ctx context.Context) (n Narrowing, err error) {
	err = a.who.Read(ctx, auth.ChangesRead, func(tx scope.Tx) error {
		return tx.Each(ctx, listNarrowing, nil, func(row scope.Row) error {
			var kind string
			var c Choice
			if err := row.Scan(&kind, &c.ID, &c.Name); err != nil {
				return err
			}
			if kind == "project" {
				n.Projects = append(n.Projects, c)
			} else {
				n.Members = append(n.Members, c)
			}
			return nil
		})
	})
	return n, err
}

// count is the query for the figures beside a list; those of everything are tallied.
func (a App) count(all *[]counted, w Wanted) scope.Query {
	if w.whole() {
		return scope.Into(all, tallyAll, nil, scanCounted)
	}
	return scope.Into(all, countAll, w.args(a.who.Now()), scanCounted)
}

func (a App) hide(rows []Row) {
	if a.SeesMoney() {
		return
	}
	for i := range rows {
		rows[i].Price = nil
	}
}

// Lane is a column of the board.
type Lane string

// The lanes.
const (
	LaneNew      Lane = "new"
	LaneReview   Lane = "in_review"
	LaneQuoted   Lane = "quoted"
	LaneApproved Lane = "approved"
)

// Lanes lists the columns of the board in their order, and Holds the states in each.
var (
	Lanes = []Lane{LaneNew, LaneReview, LaneQuoted, LaneApproved}
	Holds = map[Lane][]State{
		LaneNew: {Submitted}, LaneReview: {InReview, NeedsInfo}, LaneQuoted: {Quoted}, LaneApproved: {Accepted, Scheduled, InProgress},
	}
)

// Board is the newest requests of each column, PageSize at most, and how many there
// are.
type Board struct {
	Wanted Wanted // cleaned; its filter is not asked for
	Rows   map[Lane][]Row
	Counts map[Lane]int
}

// Board reads the board.
func (a App) Board(ctx context.Context, w Wanted) (Board, error) {
	b := Board{Wanted: w.clean(nil), Rows: map[Lane][]Row{}, Counts: map[Lane]int{}}
	var rows []Row
	var all []counted
	err := a.who.Read(ctx, auth.ChangesRead, func(tx scope.Tx) error {
		return tx.Batch(ctx, scope.Into(&rows, listBoard, b.Wanted.args(a.who.Now()), scanRow), a.count(&all, b.Wanted))
	})
	if err != nil {
		return Board{}, err
	}
	a.hide(rows)
	for _, lane := range Lanes {
		for _, r := range rows {
			if slices.Contains(Holds[lane], r.State) {
				b.Rows[lane] = append(b.Rows[lane], r)
			}
		}
		for _, c := range all {
			if slices.Contains(Holds[lane], c.state) {
				b.Counts[lane] += c.records
			}
		}
	}
	return b, nil
}

// ShownList is one page of a client's requests.
type ShownList struct {
	Wanted     Wanted // cleaned
	Rows       []ShownRow
	Prev, Next string // cursors, empty on the first and the last page
	Counts     Counts // of what matches the query
}

// List reads a page of the client's requests that the contact sees, those that changed
// last in front.
func (p Portal) List(ctx context.Context, w Wanted) (ShownList, error) {
	l := ShownList{Wanted: Wanted{Filter: w.Filter, Query: w.Query}.clean(ShownFilters)}
	from := page.Ask(w.After, w.Before)
	statement := map[bool]string{false: shownAfter, true: shownBefore}[from.Backwards]
	args := scope.Args{"pattern": text.Like(l.Wanted.Query), "filter": l.Wanted.Filter, "all_changes": p.all()}
	args["key"], args["from"] = place(from)
	var all []counted
	err := p.who.Read(ctx, auth.Changes, func(tx scope.Tx) error {
		return tx.Batch(ctx, scope.Into(&l.Rows, statement, args, scanShownRow), p.count(&all, l.Wanted.Query))
	})
	if err != nil {
		return ShownList{}, err
	}
	l.Counts = sum(all)
	l.Rows, l.Prev, l.Next = page.Cut(l.Rows, PageSize, from, func(r ShownRow) page.Place { return placeOf(r.key, r.ID) })
	return l, nil
}

// count is the query for the figures beside the list; those of a whole client are
// tallied.
func (p Portal) count(all *[]counted, query string) scope.Query {
	if query == "" && p.all() {
		return scope.Into(all, tallyOfClient, nil, scanCounted)
	}
	return scope.Into(all, countShown, scope.Args{"pattern": text.Like(query), "all_changes": p.all()}, scanCounted)
}

// Pending counts the requests that wait for somebody, as the list has them under
// FilterPending; none for who does not see changes.
func (p Portal) Pending(ctx context.Context) (int, error) {
	if !p.who.Sees(auth.Changes) {
		return 0, nil
	}
	var all []counted
	err := p.who.Read(ctx, auth.Changes, func(tx scope.Tx) error { return tx.Batch(ctx, p.count(&all, "")) })
	return sum(all)[FilterPending], err
}
