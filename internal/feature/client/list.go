package client

import (
	"context"
	"slices"
	"time"

	"foyer/internal/auth"
	"foyer/internal/kernel/page"
	"foyer/internal/kernel/scope"
	"foyer/internal/kernel/text"
)

// Tab is a part of the list.
type Tab string

// The tabs. Archived is a view of its own, which All leaves out.
const (
	All        Tab = "all"
	OnlyClient Tab = "clients"
	OnlyLeads  Tab = "leads"
	Archive    Tab = "archived"
)

// PageSize is how many rows a page of the list has.
const PageSize = 25

// Wanted is what somebody asks the list for. An unknown tab is All.
type Wanted struct {
	Tab    Tab
	Query  string // part of a name or a mail address
	After  string // cursor: the page that follows it
	Before string // cursor: the page that ends before it
}

// Row is a client in the list.
type Row struct {
	ID         ID
	Name       string
	JobTitle   string
	Email      string
	Phone      string // mobile, or else work
	Type       Type
	LeadStatus LeadStatus // empty for a client
	CreatedAt  time.Time
	Archived   bool
	PortalOn   bool

	key string
}

// List is one page of the list.
type List struct {
	Wanted Wanted // cleaned
	Rows   []Row
	Prev   string // cursor for Before, empty on the first page
	Next   string // cursor for After, empty on the last page
	// How many match the query in each tab.
	All, Clients, Leads, Archived int
	Everything                    int // matches in all tabs together
}

// Total is how many match in the tab of the page.
func (l List) Total() int {
	switch l.Wanted.Tab {
	case OnlyClient:
		return l.Clients
	case OnlyLeads:
		return l.Leads
	case Archive:
		return l.Archived
	}
	return l.All
}

// List reads a page of clients, sorted by name.
func (a App) List(ctx context.Context, w Wanted) (List, error) {
	l := List{Wanted: w.clean()}
	w = l.Wanted
	from := page.Ask(w.After, w.Before)
	statement := map[bool]string{false: listAfter, true: listBefore}[from.Backwards]
	kind, other := w.Tab, w.Tab
	if w.Tab == All {
		kind, other = OnlyClient, OnlyLeads
	}
	pattern := text.Like(w.Query)
	count, args := countTabs, scope.Args{"pattern": pattern}
	if w.Query == "" {
		count, args = tallyTabs, nil
	}
	var counts []List
	err := a.who.Read(ctx, auth.ClientsRead, func(tx scope.Tx) error {
		return tx.Batch(ctx,
			scope.Into(&counts, count, args, scanCounts),
			scope.Into(&l.Rows, statement, scope.Args{"kind": kind, "other": other, "pattern": pattern, "key": from.Key, "from": from.ID}, scanRow))
	})
	if err != nil {
		return List{}, err
	}
	l.All, l.Clients, l.Leads, l.Archived, l.Everything = counts[0].All, counts[0].Clients, counts[0].Leads, counts[0].Archived, counts[0].Everything
	l.Rows, l.Prev, l.Next = page.Cut(l.Rows, PageSize, from, func(r Row) page.Place { return page.Place{Key: r.key, ID: r.ID.String()} })
	return l, nil
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

func (w Wanted) clean() Wanted {
	if !slices.Contains([]Tab{OnlyClient, OnlyLeads, Archive}, w.Tab) {
		w.Tab = All
	}
	w.Query = text.Query(w.Query, longest)
	return w
}

func scanCounts(row scope.Row) (l List, err error) {
	return l, row.Scan(&l.All, &l.Clients, &l.Leads, &l.Archived, &l.Everything)
}

func scanRow(row scope.Row) (r Row, err error) {
	var archivedAt, portal time.Time
	err = row.Scan(&r.ID, &r.Name, &r.key, &r.JobTitle, &r.Email, &r.Phone, &r.Type, scope.Text(&r.LeadStatus),
		scope.Time(&r.CreatedAt), scope.Time(&archivedAt), scope.Time(&portal))
	r.Archived = !archivedAt.IsZero()
	r.PortalOn = !portal.IsZero() && !r.Archived
	return r, err
}
