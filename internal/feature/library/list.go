package library

import (
	"context"
	"slices"
	"strings"

	"foyer/internal/auth"
	"foyer/internal/feature/client"
	"foyer/internal/kernel/id"
	"foyer/internal/kernel/page"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
	"foyer/internal/kernel/text"
)

// PageSize is how many rows a page of a list has.
const PageSize = 50

// MostCounted is up to how many documents of a category are counted: a count that
// comes to it means that there are as many, or more.
const MostCounted = 100

// Whose tells documents apart by who may see them and who brought them.
type Whose string

// Whose documents are wanted.
const (
	Everybodys  Whose = ""
	SharedOnes  Whose = "shared"
	Unshared    Whose = "none"
	ClientsOnes Whose = "client"
)

// Whoses lists them in the order in which they are offered.
var Whoses = []Whose{Everybodys, SharedOnes, Unshared, ClientsOnes}

// Wanted is what somebody asks a list for.
type Wanted struct {
	State    State     // of staff's list; Kept where it is unknown
	Category Category  // empty for all
	Whose    Whose     // of staff's list
	Query    string    // part of the name, of the record's name, and for staff of the client's
	Client   client.ID // of one client alone, in staff's list; may be empty
	Kind     Kind      // with Place: of one record alone, in staff's list
	Place    string
	After    string // cursor: the page that follows it
	Before   string // cursor: the page that ends before it
}

func (w Wanted) clean() Wanted {
	if w.State != Archived && w.State != Deleted {
		w.State = Kept
	}
	if !w.Category.Standing() && !id.Valid(string(w.Category)) {
		w.Category = ""
	}
	if !slices.Contains(Whoses, w.Whose) {
		w.Whose = Everybodys
	}
	w.Query = text.Query(w.Query, longestQuestion)
	return w
}

// newest comes after every id.
var newest = strings.Repeat("v", id.Length)

func (w Wanted) from() page.From {
	from := page.Ask(w.After, w.Before)
	if from.ID == "" {
		from.ID = newest
	}
	return from
}

// cut cuts rows into the page and gives its cursors.
func cut[T any](rows []T, from page.From, latest func(T) VersionID) ([]T, string, string) {
	if from.ID == newest {
		from = page.From{}
	}
	return page.Cut(rows, PageSize, from, func(r T) page.Place { return page.Place{ID: latest(r).String()} })
}

// Shelf is a category with how many documents a list has of it.
type Shelf struct {
	Category Category
	Name     string // of one of the workspace's own
	Offered  bool   // it can still be chosen
	Count    int    // at most MostCounted
}

func scanShelf(row scope.Row) (s Shelf, err error) {
	return s, row.Scan(&s.Category, &s.Name, &s.Offered, &s.Count)
}

// List is one page of staff's list, what changed last first.
type List struct {
	Wanted     Wanted // cleaned
	Rows       []Row
	Prev, Next string  // cursors, empty on the first and the last page
	Shelves    []Shelf // of what matches but for the category
	Room       Room    // of the client, in the list of one
}

// App is what staff may do with documents, by the rights of their role.
type App struct {
	who auth.Staff
	f   Feature
}

// ForStaff opens the door for a staff member.
func (f Feature) ForStaff(who auth.Staff) App { return App{who, f} }

// seeing adds which places the role sees.
func (a App) seeing(args scope.Args) scope.Args {
	args["projects"], args["contracts"] = a.who.May(auth.ProjectsRead), a.who.May(auth.ContractsRead)
	args["money"], args["cases"] = a.who.May(auth.MoneyRead), a.who.May(auth.CasesRead)
	return args
}

// List reads a page of documents. Problem: Forbidden.
func (a App) List(ctx context.Context, w Wanted) (List, error) {
	l := List{Wanted: w.clean()}
	w = l.Wanted
	from := w.from()
	shelves := a.seeing(scope.Args{"state": w.State, "whose": w.Whose, "pattern": text.Like(w.Query)})
	args := a.seeing(scope.Args{"state": w.State, "whose": w.Whose, "pattern": text.Like(w.Query), "category": w.Category, "from": from.ID})
	rows, counts, scan := map[bool]string{false: listAfter, true: listBefore}, countShelves, scanShelf
	switch {
	case w.Place != "":
		rows, counts = map[bool]string{false: listPlaceAfter, true: listPlaceBefore}, countPlaceShelves
		args["of"], args["kind"], shelves["of"], shelves["kind"] = w.Place, w.Kind, w.Place, w.Kind
	case w.Client != "":
		rows, counts = map[bool]string{false: listClientAfter, true: listClientBefore}, countClientShelves
		args["of"], shelves["of"] = w.Client, w.Client
		scan = func(row scope.Row) (Shelf, error) { return scanShelf(withMore{row, l.Room.columns()}) }
	}
	if err := a.who.Read(ctx, auth.DocumentsRead, func(tx scope.Tx) error {
		return tx.Batch(ctx, scope.Into(&l.Rows, rows[from.Backwards], args, scanRow), scope.Into(&l.Shelves, counts, shelves, scan))
	}); err != nil {
		return List{}, err
	}
	l.Rows, l.Prev, l.Next = cut(l.Rows, from, func(r Row) VersionID { return r.Latest.ID })
	return l, nil
}

// Get is a document with what its page shows; problem.NotFound.
func (a App) Get(ctx context.Context, of ID) (Document, error) {
	var d Document
	if !id.Valid(of.String()) {
		return d, problem.Missing()
	}
	err := a.who.Read(ctx, auth.DocumentsRead, func(tx scope.Tx) (err error) {
		if d, err = a.read(ctx, tx, of); err != nil {
			return err
		}
		args := scope.Args{"document": of}
		return tx.Batch(ctx, scope.Into(&d.Versions, listVersions, args, scanVersion),
			scope.Into(&d.Contacts, listContacts, args, func(row scope.Row) (c Contact, err error) {
				return c, row.Scan(&c.ID, &c.Name, &c.Suspended, &c.Documents, &c.Chosen)
			}),
			scope.Into(&d.Downloads, listDownloads, args, func(row scope.Row) (l Download, err error) {
				return l, row.Scan(&l.Name, &l.Client, &l.Number, &l.Looked, scope.Time(&l.At), &l.Address)
			}))
	})
	return d, err
}

// Brief is a document without its versions, contacts and downloads; problem.NotFound.
func (a App) Brief(ctx context.Context, of ID) (Document, error) {
	var d Document
	if !id.Valid(of.String()) {
		return d, problem.Missing()
	}
	err := a.who.Read(ctx, auth.DocumentsRead, func(tx scope.Tx) (err error) {
		d, err = a.read(ctx, tx, of)
		return err
	})
	return d, err
}

func (a App) read(ctx context.Context, tx scope.Tx, of ID) (Document, error) {
	return scope.One(ctx, tx, readDocument, a.seeing(scope.Args{"document": of}), scanDocument)
}

func scanDocument(row scope.Row) (d Document, err error) {
	more := append([]any{&d.Version, &d.Earlier, scope.Time(&d.StateAt)}, d.Room.columns()...)
	d.Row, err = scanRow(withMore{row, more})
	return d, err
}

// withMore is a row with columns after those that its scanner knows.
type withMore struct {
	scope.Row
	more []any
}

// Scan implements scope.Row.
func (w withMore) Scan(dest ...any) error { return w.Row.Scan(append(dest, w.more...)...) }
