package support

import (
	"context"

	"foyer/internal/auth"
	"foyer/internal/kernel/id"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
	"foyer/internal/kernel/text"
)

// CategoryID names a category.
type CategoryID = id.Of[Category]

// Category is what cases are sorted into, by staff alone.
type Category struct {
	ID      CategoryID
	Version int64
	Name    string
}

// MostCategories is how many categories a workspace has at once.
const MostCategories = 50

func scanCategory(row scope.Row) (c Category, err error) {
	return c, row.Scan(&c.ID, &c.Version, &c.Name)
}

// Categories are those that are offered, by name. Problem: Forbidden.
func (a App) Categories(ctx context.Context) ([]Category, error) {
	var all []Category
	err := a.who.Read(ctx, auth.CasesRead, func(tx scope.Tx) (err error) {
		all, err = scope.List(ctx, tx, listCategories, nil, scanCategory)
		return err
	})
	return all, err
}

// SaveCategory adds a category or, with an ID, gives it another name. Problems are
// Forbidden, Invalid at name, NotFound, and Conflict when the form is stale.
func (a App) SaveCategory(ctx context.Context, in Category) error {
	var f problem.Fields
	in.Name = text.Line(&f, "name", in.Name, text.Required, 60)
	if err := f.Err(); err != nil {
		return err
	}
	if in.ID != "" && !id.Valid(in.ID.String()) {
		return problem.Missing()
	}
	return a.settings(ctx, func(tx scope.Tx) error {
		all, err := scope.List(ctx, tx, listCategories, nil, scanCategory)
		if err != nil {
			return err
		}
		found := in.ID == ""
		for _, c := range all {
			found = found || c.ID == in.ID
			if c.ID != in.ID && text.Key(c.Name) == text.Key(in.Name) {
				return problem.Field("name", "case.category_twice", "name", c.Name)
			}
		}
		switch {
		case !found:
			return problem.Missing()
		case in.ID == "" && len(all) >= MostCategories:
			return problem.Field("name", "case.category_most", "max", MostCategories)
		case in.ID == "":
			_, err = tx.Exec(ctx, insertCategory, scope.Args{"id": a.who.NewID(), "name": in.Name, "name_key": text.Key(in.Name)})
			return err
		}
		n, err := tx.Exec(ctx, renameCategory, scope.Args{"id": in.ID, "version": in.Version, "name": in.Name, "name_key": text.Key(in.Name)})
		if err == nil && n == 0 {
			err = problem.Stale()
		}
		return err
	})
}

// RemoveCategory offers a category no longer; cases that have it keep it.
// Problems are Forbidden and NotFound.
func (a App) RemoveCategory(ctx context.Context, category CategoryID) error {
	if !id.Valid(category.String()) {
		return problem.Missing()
	}
	return a.settings(ctx, func(tx scope.Tx) error {
		n, err := tx.Exec(ctx, archiveCategory, scope.Args{"id": category})
		if err == nil && n == 0 {
			err = problem.Missing()
		}
		return err
	})
}

// settings runs a change of the categories once.
func (a App) settings(ctx context.Context, fn func(tx scope.Tx) error) error {
	return a.who.Write(ctx, auth.SettingsWrite, func(tx scope.Tx) error {
		if err := tx.Lock(ctx, "case/categories"); err != nil {
			return err
		}
		_, err := scope.Once(ctx, tx, func() (string, error) {
			if err := fn(tx); err != nil {
				return "", err
			}
			return "", a.who.Record(ctx, tx, auth.Event{
				Kind: "case.categories_changed", SubjectKind: "workspace", SubjectID: a.who.Site().ID, Area: auth.Settings, Audience: auth.ForStaffOnly,
			})
		})
		return err
	})
}
