package library

import (
	"context"
	"path"
	"slices"
	"strings"

	"foyer/internal/auth"
	"foyer/internal/feature/document"
	"foyer/internal/kernel/id"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
	"foyer/internal/kernel/text"
)

// Details are what staff type about a document.
type Details struct {
	Name     string // without its ending, which stays
	Category Category
	Kind     Kind // with Place: the record of the same client that it is attached to
	Place    string
	Earlier  bool // the client sees earlier versions too
}

// DetailFields are the names of the form's fields in their order.
var DetailFields = []string{"name", "category", "place"}

// changeable says why a document cannot be changed.
func (d Document) changeable(version int64) error {
	switch {
	case d.Fixed():
		return problem.Of(problem.Conflict, "document.fixed")
	case d.Version != version:
		return problem.Stale()
	}
	return nil
}

// Open says why a document cannot be changed as it is; problem.Conflict.
func (d Document) Open() error {
	switch {
	case d.Fixed():
		return problem.Of(problem.Conflict, "document.fixed")
	case d.State != Kept:
		return problem.Of(problem.Conflict, "document.not_kept")
	}
	return nil
}

// once runs a change of a document in one transaction, the second time a form arrives
// not at all.
func (a App) once(ctx context.Context, of ID, version int64, fn func(tx scope.Tx, d Document) error) error {
	if !id.Valid(of.String()) {
		return problem.Missing()
	}
	return a.who.Write(ctx, auth.DocumentsWrite, func(tx scope.Tx) error {
		if err := tx.Lock(ctx, "library/"+of.String()); err != nil {
			return err
		}
		d, err := a.read(ctx, tx, of)
		if err != nil {
			return err
		}
		_, err = scope.Once(ctx, tx, func() (string, error) {
			if err := d.changeable(version); err != nil {
				return "", err
			}
			return "", fn(tx, d)
		})
		return err
	})
}

// Change renames, sorts and moves a document. Problems are Forbidden, NotFound,
// Invalid by field, and Conflict when the version is not the stored one or nothing of
// it can be changed.
func (a App) Change(ctx context.Context, of ID, version int64, in Details) error {
	return a.once(ctx, of, version, func(tx scope.Tx, d Document) error {
		if err := d.Open(); err != nil {
			return err
		}
		end := path.Ext(d.Name)
		var f problem.Fields
		stem := text.Line(&f, "name", in.Name, text.Required, LongestName-len(end))
		name := document.FileName(stem + end)
		if strings.ContainsAny(stem, `/\:*?"<>|`) || len(name) <= len(end) || !strings.HasSuffix(name, end) {
			f.Add("name", "document.name_signs")
		}
		if err := f.Err(); err != nil {
			return err
		}
		to, err := a.movedTo(ctx, tx, d, in)
		if err != nil {
			return err
		}
		if in.Category != d.Category {
			if err := offered(ctx, tx, in.Category); err != nil {
				return err
			}
		}
		if _, err := tx.Exec(ctx, changeDocument, scope.Args{
			"document": of, "name": name, "name_key": text.Key(name), "category": in.Category, "kind": to.Kind, "place": to.ID, "earlier": in.Earlier,
		}); err != nil {
			return err
		}
		if to.ID != d.Place.ID {
			if err := tell(ctx, tx, a.who, false, "document.moved", to, of, name); err != nil {
				return err
			}
		}
		if name != d.Name || in.Category != d.Category || in.Earlier != d.Earlier {
			return tell(ctx, tx, a.who, false, "document.changed", to, of, name)
		}
		return nil
	})
}

// movedTo is where a document is to be: a record of its client that the role sees, and for
// what the client brought one that clients see.
func (a App) movedTo(ctx context.Context, tx scope.Tx, d Document, in Details) (Place, error) {
	if in.Place == d.Place.ID {
		return d.Place, nil
	}
	to, err := a.place(ctx, tx, in.Kind, in.Place)
	if problem.Is(err, problem.NotFound) || err == nil && to.Client != d.Place.Client {
		err = problem.Field("place", "document.place_gone")
	}
	if err == nil && d.Source == FromClient {
		n := 0
		if n, err = scope.One(ctx, tx, countOpenPlaces, scope.Args{"kind": in.Kind, "place": in.Place}, scope.Value[int]); err == nil && n == 0 {
			err = problem.Field("place", "document.place_hidden")
		}
	}
	return to, err
}

// Places are the records that a document of a client can be moved to: the client, and
// the newest of each kind that the role sees.
func (a App) Places(ctx context.Context, d Document) ([]Place, error) {
	all := []Place{{Kind: OfClient, ID: d.Place.Client.String(), Name: d.Place.ClientName}}
	err := a.who.Read(ctx, auth.DocumentsRead, func(tx scope.Tx) error {
		return tx.Each(ctx, listPlaces, a.seeing(scope.Args{"of": d.Place.Client}), func(row scope.Row) error {
			var one Place
			err := row.Scan(&one.Kind, &one.ID, &one.Name)
			all = append(all, one)
			return err
		})
	})
	if !slices.ContainsFunc(all, func(p Place) bool { return p.ID == d.Place.ID }) {
		all = append(all, d.Place)
	}
	return all, err
}

// Share says which people of the client see a document. What a client brought stays
// visible to it. Those who saw it already are not told again. Problems are Forbidden,
// NotFound, Invalid at sharing and chosen, and Conflict as Change has it.
func (a App) Share(ctx context.Context, of ID, version int64, with Sharing, chosen []string) error {
	return a.once(ctx, of, version, func(tx scope.Tx, d Document) error {
		switch {
		case !slices.Contains(Sharings, with):
			return problem.Field("sharing", "field.choice")
		case d.Source == FromClient && with != WithClient:
			return problem.Field("sharing", "document.from_client_stays")
		case with == WithChosen && len(chosen) == 0:
			return problem.Field("chosen", "document.choose_contact")
		case d.State != Kept:
			return problem.Of(problem.Conflict, "document.not_kept")
		case with == d.Sharing && with != WithChosen:
			return nil // as it is
		}
		before, err := readersOf(ctx, tx, listReaders, d.Place, of)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, forgetChosen, scope.Args{"document": of}); err != nil {
			return err
		}
		if with == WithChosen {
			if err := choose(ctx, tx, of, chosen); err != nil {
				return err
			}
		}
		if _, err := tx.Exec(ctx, shareDocument, scope.Args{"document": of, "shared": with}); err != nil {
			return err
		}
		return tell(ctx, tx, a.who, false, map[bool]string{true: "document.unshared", false: "document.shared"}[with == NotShared], d.Place, of, d.Name, before...)
	})
}

func choose(ctx context.Context, tx scope.Tx, of ID, chosen []string) error {
	slices.Sort(chosen)
	for _, contact := range slices.Compact(chosen) {
		n, err := tx.Exec(ctx, chooseContact, scope.Args{"document": of, "person": contact})
		if err == nil && n == 0 {
			err = problem.Field("chosen", "document.contact_gone")
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// Archive takes a document out of the lists and away from the client, until it is
// restored. Problems are Forbidden, NotFound and Conflict.
func (a App) Archive(ctx context.Context, of ID, version int64) error {
	return a.move(ctx, of, version, Archived, "document.archived", Kept)
}

// Restore brings back what was archived, or deleted less than Retention ago. Problems
// are Forbidden, NotFound and Conflict.
func (a App) Restore(ctx context.Context, of ID, version int64) error {
	return a.move(ctx, of, version, Kept, "document.restored", Archived, Deleted)
}

// Delete takes a document away; its bytes go after Retention. Problems are Forbidden,
// NotFound and Conflict.
func (a App) Delete(ctx context.Context, of ID, version int64) error {
	return a.move(ctx, of, version, Deleted, "document.deleted", Kept, Archived)
}

func (a App) move(ctx context.Context, of ID, version int64, to State, event string, from ...State) error {
	return a.once(ctx, of, version, func(tx scope.Tx, d Document) error {
		if !slices.Contains(from, d.State) {
			return problem.Stale()
		}
		if _, err := tx.Exec(ctx, moveState, scope.Args{"document": of, "state": to}); err != nil {
			return err
		}
		return tell(ctx, tx, a.who, false, event, d.Place, of, d.Name)
	})
}
