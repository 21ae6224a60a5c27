package library

import (
	"context"

	"foyer/internal/auth"
	"foyer/internal/kernel/id"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
	"foyer/internal/kernel/text"
)

// Portal is what a client may see and do with documents. A contact without the
// capability for documents gets problem.NotFound everywhere.
type Portal struct {
	who auth.Client
	f   Feature
}

// ForClient opens the door for a contact.
func (f Feature) ForClient(who auth.Client) Portal { return Portal{who, f} }

// Shown is a document as a contact sees it.
type Shown struct {
	ID           ID
	Name         string
	Category     Category
	CategoryName string // of one of the workspace's own
	Source       Source
	Mine         bool // this contact brought its newest version
	Earlier      bool // earlier versions can be had too
	Place        Place
	Latest       Version
	Fresh        bool // this contact has not had its newest version yet
	Version      int64
	Versions     []Version // with Get
}

func scanShown(row scope.Row) (s Shown, err error) {
	err = row.Scan(&s.ID, &s.Name, &s.Category, scope.Text(&s.CategoryName), &s.Source, &s.Mine, &s.Earlier, &s.Place.Kind, &s.Place.ID, scope.Text(&s.Place.Name),
		&s.Latest.ID, &s.Latest.Number, &s.Latest.Name, &s.Latest.Size, &s.Latest.MediaType, scope.Time(&s.Latest.At), scope.Text(&s.Latest.By), &s.Fresh)
	return s, err
}

// ShownList is what a contact sees of their documents: the newest of each category,
// or a page of one category or of what a search finds.
type ShownList struct {
	Wanted     Wanted // cleaned
	Rows       []Shown
	Prev, Next string
	Shelves    []Shelf // of what matches the query
}

// Grouped tells whether the rows are the newest of each category.
func (l ShownList) Grouped() bool { return l.Wanted.Category == "" && l.Wanted.Query == "" }

// seeing adds what the contact sees to the args of a statement with Seen.
func (p Portal) seeing(args scope.Args) scope.Args {
	c := p.who.Capabilities()
	args["projects"], args["money"] = p.who.Sees(auth.Projects), p.who.Sees(auth.Money)
	args["contracts"], args["all"] = p.who.Sees(auth.Contracts), c.Of(auth.Contracts) == auth.AllOfIt
	args["cases"], args["all_cases"] = p.who.Sees(auth.Cases), c.Of(auth.Cases) == auth.AllOfIt
	return args
}

// MayUpload tells whether the contact may bring documents.
func (p Portal) MayUpload() bool { return p.who.Sees(auth.Documents) && p.who.Capabilities().Upload }

// List reads the documents that the contact sees.
func (p Portal) List(ctx context.Context, w Wanted) (ShownList, error) {
	w.State, w.Whose, w.Client, w.Kind, w.Place = Kept, Everybodys, "", "", ""
	l := ShownList{Wanted: w.clean()}
	from, pattern := l.Wanted.from(), text.Like(l.Wanted.Query)
	args := p.seeing(scope.Args{"pattern": pattern, "from": from.ID})
	statement := map[bool]string{false: shownAfter, true: shownBefore}[from.Backwards]
	switch {
	case l.Wanted.Category != "":
		statement = map[bool]string{false: shownCategoryAfter, true: shownCategoryBefore}[from.Backwards]
		args["category"] = l.Wanted.Category
	case l.Grouped():
		statement, args = listShownShelves, p.seeing(scope.Args{})
	}
	if err := p.who.Read(ctx, auth.Documents, func(tx scope.Tx) error {
		return tx.Batch(ctx, scope.Into(&l.Rows, statement, args, scanShown),
			scope.Into(&l.Shelves, countShownShelves, p.seeing(scope.Args{"pattern": pattern}), scanShelf))
	}); err != nil {
		return ShownList{}, err
	}
	if !l.Grouped() {
		l.Rows, l.Prev, l.Next = cut(l.Rows, from, func(s Shown) VersionID { return s.Latest.ID })
	}
	return l, nil
}

// OfPlace reads the newest documents of a record that the contact sees, with one more
// than Several where there are more. Nothing is given to contacts who do not see
// documents.
func (p Portal) OfPlace(ctx context.Context, kind Kind, place string) ([]Shown, error) {
	if !p.who.Sees(auth.Documents) {
		return nil, nil
	}
	var rows []Shown
	err := p.who.Read(ctx, auth.Documents, func(tx scope.Tx) (err error) {
		rows, err = scope.List(ctx, tx, listShownOfPlace, p.seeing(scope.Args{"kind": kind, "place": place}), scanShown)
		return err
	})
	return rows, err
}

// Several is how many documents the client's page of a project shows.
const Several = 10

// Get is a document that the contact sees; problem.NotFound.
func (p Portal) Get(ctx context.Context, of ID) (Shown, error) {
	var s Shown
	if !id.Valid(of.String()) {
		return s, problem.Missing()
	}
	err := p.who.Read(ctx, auth.Documents, func(tx scope.Tx) (err error) {
		s, err = p.read(ctx, tx, of)
		if err != nil {
			return err
		}
		s.Versions, err = scope.List(ctx, tx, listShownVersions, scope.Args{"document": of}, scanVersion)
		return err
	})
	return s, err
}

func (p Portal) read(ctx context.Context, tx scope.Tx, of ID) (Shown, error) {
	return scope.One(ctx, tx, readShown, p.seeing(scope.Args{"document": of}), func(row scope.Row) (Shown, error) {
		var version int64
		s, err := scanShown(withMore{row, []any{&version}})
		s.Version = version
		return s, err
	})
}

// Places are where the contact may bring documents to: their client, and the projects
// that they see.
func (p Portal) Places(ctx context.Context) ([]Place, error) {
	all := []Place{{Kind: OfClient, ID: p.who.ClientID(), Name: p.who.ClientName()}}
	err := p.who.Read(ctx, auth.Documents, func(tx scope.Tx) error {
		return tx.Each(ctx, listShownPlaces, scope.Args{"projects": p.who.Sees(auth.Projects)}, func(row scope.Row) error {
			one := Place{Kind: OfProject}
			if err := row.Scan(&one.ID, &one.Name); err != nil {
				return err
			}
			all = append(all, one)
			return nil
		})
	})
	return all, err
}
