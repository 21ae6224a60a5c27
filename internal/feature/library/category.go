package library

import (
	"context"
	"strconv"
	"strings"

	"foyer/internal/auth"
	"foyer/internal/kernel/id"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
	"foyer/internal/kernel/text"
)

// OwnCategory is one of the workspace's own categories.
type OwnCategory struct {
	ID      Category
	Version int64
	Name    string
}

// MostCategories is how many categories of its own a workspace has at once.
const MostCategories = 50

func scanCategory(row scope.Row) (c OwnCategory, err error) {
	return c, row.Scan(&c.ID, &c.Version, &c.Name)
}

// Categories are the workspace's own that can be chosen, by name. Problem: Forbidden.
func (a App) Categories(ctx context.Context) ([]OwnCategory, error) {
	var all []OwnCategory
	err := a.who.Read(ctx, auth.DocumentsRead, func(tx scope.Tx) (err error) {
		all, err = scope.List(ctx, tx, listCategories, nil, scanCategory)
		return err
	})
	return all, err
}

// offered holds that a category can be chosen.
func offered(ctx context.Context, tx scope.Tx, c Category) error {
	if c.Standing() {
		return nil
	}
	n := 0
	if id.Valid(string(c)) {
		var err error
		if n, err = scope.One(ctx, tx, countCategory, scope.Args{"id": c}, scope.Value[int]); err != nil {
			return err
		}
	}
	if n == 0 {
		return problem.Field("category", "document.category_gone")
	}
	return nil
}

// SaveCategory adds a category or, with an ID, gives it another name. Problems are
// Forbidden, Invalid at name, NotFound, and Conflict when the form is stale.
func (a App) SaveCategory(ctx context.Context, in OwnCategory) error {
	var f problem.Fields
	in.Name = text.Line(&f, "name", in.Name, text.Required, longestCategory)
	if err := f.Err(); err != nil {
		return err
	}
	if in.ID != "" && !id.Valid(string(in.ID)) {
		return problem.Missing()
	}
	return a.settings(ctx, "document.categories_changed", func(tx scope.Tx) error {
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
		args := scope.Args{"id": in.ID, "name": in.Name, "name_key": text.Key(in.Name)}
		switch {
		case !found:
			return problem.Missing()
		case in.ID == "" && len(all) >= MostCategories:
			return problem.Field("name", "case.category_most", "max", MostCategories)
		case in.ID == "":
			args["id"] = a.who.NewID()
			_, err = tx.Exec(ctx, insertCategory, args)
			return err
		}
		args["version"] = in.Version
		n, err := tx.Exec(ctx, renameCategory, args)
		if err == nil && n == 0 {
			err = problem.Stale()
		}
		return err
	})
}

// RemoveCategory offers a category no longer; documents that have it keep it.
// Problems are Forbidden and NotFound.
func (a App) RemoveCategory(ctx context.Context, category Category) error {
	if !id.Valid(string(category)) {
		return problem.Missing()
	}
	return a.settings(ctx, "document.categories_changed", func(tx scope.Tx) error {
		n, err := tx.Exec(ctx, archiveCategory, scope.Args{"id": category})
		if err == nil && n == 0 {
			err = problem.Missing()
		}
		return err
	})
}

// Limits are how much files may take, as they are typed: megabytes of a file and
// gigabytes of a client and of all; empty for no limit of these two.
type Limits struct {
	File, Client, Storage string
}

// LimitFields are the names of the form's fields in their order.
var LimitFields = []string{"file", "client", "storage"}

// The largest file that a workspace can allow, in megabytes, and the most gigabytes.
const (
	mostMegabytes = 5 << 10
	mostGigabytes = 1 << 20
)

// Limits are how much files may take. Problem: Forbidden.
func (a App) Limits(ctx context.Context) (Limits, error) {
	var l Limits
	err := a.who.Read(ctx, auth.SettingsRead, func(tx scope.Tx) error {
		r, err := readRoomOf(ctx, tx, "")
		l = Limits{number(r.File >> 20), number(r.ClientLimit >> 30), number(r.StorageLimit >> 30)}
		return err
	})
	return l, err
}

// SaveLimits stores them. Problems are Forbidden and Invalid by field.
func (a App) SaveLimits(ctx context.Context, in Limits) error {
	var f problem.Fields
	args := scope.Args{
		"file": read(&f, "file", in.File, 1, mostMegabytes) << 20, "client_limit": read(&f, "client", in.Client, 0, mostGigabytes) << 30,
		"storage": read(&f, "storage", in.Storage, 0, mostGigabytes) << 30,
	}
	if err := f.Err(); err != nil {
		return err
	}
	return a.settings(ctx, "document.limits_changed", func(tx scope.Tx) error {
		_, err := tx.Exec(ctx, saveLimits, args)
		return err
	})
}

// settings runs a change of the settings once.
func (a App) settings(ctx context.Context, event string, fn func(tx scope.Tx) error) error {
	return a.who.Write(ctx, auth.SettingsWrite, func(tx scope.Tx) error {
		if err := tx.Lock(ctx, "library/settings"); err != nil {
			return err
		}
		_, err := scope.Once(ctx, tx, func() (string, error) {
			if err := fn(tx); err != nil {
				return "", err
			}
			return "", a.who.Record(ctx, tx, auth.Event{
				Kind: event, SubjectKind: "workspace", SubjectID: a.who.Site().ID, Area: auth.Settings, Audience: auth.ForStaffOnly,
			})
		})
		return err
	})
}
func number(n int64) string {
	if n == 0 {
		return ""
	}
	return strconv.FormatInt(n, 10)
}

// read reads a whole number; nothing typed is 0, where that is allowed.
func read(f *problem.Fields, field, typed string, least, most int64) int64 {
	typed = strings.TrimSpace(typed)
	if typed == "" && least == 0 {
		return 0
	}
	n, err := strconv.ParseInt(typed, 10, 64)
	if err != nil || n < max(least, 1) || n > most {
		f.Add(field, "document.limit_range", "least", max(least, 1), "most", most)
		return 0
	}
	return n
}
