package document_test

import (
	"context"
	"database/sql"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"foyer/internal/feature/document"
	"foyer/internal/kernel/blob"
	"foyer/internal/kernel/db"
	"foyer/internal/kernel/db/dbtest"
	"foyer/internal/kernel/id"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
)

// archive is a shelf with two workspaces.
type archive struct {
	document.Shelf
	db         *db.DB
	ids        *id.Source
	home, away string
}

func onBoth(t *testing.T, test func(t *testing.T, a *archive)) {
	t.Helper()
	dbtest.OnBoth(t, func(t *testing.T, d *db.DB) {
		disk, err := blob.OpenDisk(t.TempDir())
		must(t, err)
		t.Cleanup(func() { _ = disk.Close() })
		a := &archive{Shelf: document.Shelf{Blobs: disk}, db: d, ids: &id.Source{Now: time.Now}}
		a.home, a.away = a.ids.New(), a.ids.New()
		must(t, d.Unscoped(t.Context(), func(tx *sql.Tx) error {
			const insert = `insert into workspace (id, name, time_zone, language, created_at) values ($1, 'x', 'UTC', 'en', 1), ($2, 'y', 'UTC', 'en', 2)`
			_, err := tx.ExecContext(t.Context(), insert, a.home, a.away)
			return err
		}))
		test(t, a)
	})
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (a *archive) in(t *testing.T, workspace string, fn func(tx scope.Tx) error) error {
	t.Helper()
	return scope.Run(t.Context(), a.db, scope.Who{Kind: scope.System, Workspace: workspace}, true, time.Now(), fn)
}

// put stores a text and writes its rows at a place.
func (a *archive) put(t *testing.T, text, category string) (version string) {
	t.Helper()
	stored, err := a.Store(t.Context(), a.home, "text/plain", strings.NewReader(text), 100)
	must(t, err)
	must(t, a.in(t, a.home, func(tx scope.Tx) (err error) {
		version, err = document.Add(t.Context(), tx, a.ids.New, document.File{
			Place: document.OfWorkspace(a.home), Category: category, Name: category + ".txt", Stored: stored,
		})
		return err
	}))
	return version
}

func (a *archive) find(t *testing.T, workspace, version string) (v document.Version, err error) {
	t.Helper()
	err = a.in(t, workspace, func(tx scope.Tx) (err error) {
		v, err = document.Find(t.Context(), tx, version)
		return err
	})
	return v, err
}

func TestVersionsKeepTheirBytes(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, a *archive) {
		for _, text := range []string{"one", "two"} {
			version := a.put(t, text, "letter")
			v, err := a.find(t, a.home, version)
			must(t, err)
			r, err := a.Open(t.Context(), v)
			must(t, err)
			got, err := io.ReadAll(r)
			must(t, errors.Join(err, r.Close()))
			if string(got) != text || v.Size() != 3 || v.MediaType != "text/plain" || len(v.SHA256()) != 64 {
				t.Errorf("%q came back as %q, %+v", text, got, v)
			}
			if _, err := a.find(t, a.away, version); !problem.Is(err, problem.NotFound) {
				t.Errorf("another workspace finds it: %v", err)
			}
		}
		a.put(t, "three", "poster")
		const shape = `select d.category || ' ' || cast(max(v.number) as text) from document d
			join document_version v on v.workspace_id = d.workspace_id and v.document_id = d.id
			where d.workspace_id = :workspace group by d.id, d.category order by d.category`
		var all []string
		must(t, a.in(t, a.home, func(tx scope.Tx) (err error) {
			all, err = scope.List(t.Context(), tx, shape, nil, scope.Value[string])
			return err
		}))
		if got := strings.Join(all, ", "); got != "letter 2, poster 1" {
			t.Errorf("the documents are %s", got)
		}
	})
}

func TestTooLargeIsRefused(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, a *archive) {
		_, err := a.Store(t.Context(), a.home, "text/plain", strings.NewReader(strings.Repeat("x", 101)), 100)
		if !problem.Is(err, problem.TooLarge) || a.files(t) != 0 {
			t.Errorf("got %v and %d files", err, a.files(t))
		}
	})
}

func (a *archive) files(t *testing.T) int {
	t.Helper()
	all, err := a.Blobs.List(t.Context(), a.home, "", 100)
	must(t, err)
	return len(all)
}

// Bytes go away again when it is certain that no row has them, and only then.
func TestSettle(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, a *archive) {
		lost := errors.New("the connection broke while committing")
		for _, c := range []struct {
			name string
			kept bool
			err  error
			left int
		}{
			{"kept", true, nil, 1}, {"made before", false, nil, 0}, {"refused", true, problem.Stale(), 0},
			{"unknown", true, lost, 1}, {"unknown before", false, lost, 0},
		} {
			before := a.files(t)
			stored, err := a.Store(t.Context(), a.home, "text/plain", strings.NewReader(c.name), 100)
			must(t, err)
			gone, cancel := context.WithCancel(t.Context())
			cancel() // whoever asked has left
			if err := a.Settle(gone, stored, c.kept, c.err); !errors.Is(err, c.err) {
				t.Errorf("%s: the error became %v", c.name, err)
			}
			if left := a.files(t) - before; left != c.left {
				t.Errorf("%s: %d files are left, want %d", c.name, left, c.left)
			}
		}
	})
}
