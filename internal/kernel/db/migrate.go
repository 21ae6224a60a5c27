package db

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivermigrate"
)

//go:embed migrations/*.sql
var migrations embed.FS

// ErrNewerSchema is a database that a newer Foyer has already changed.
var ErrNewerSchema = errors.New("the database belongs to a newer version of Foyer; install that version, or restore a backup made before the upgrade")

// ErrMissingMigration is a database that waits for foyer migrate.
var ErrMissingMigration = errors.New("the database is not up to date with this version of Foyer; run `foyer migrate` first")

func (d *DB) provider() (*goose.Provider, error) {
	folder, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return nil, err
	}
	source, err := translated(folder, d.Postgres())
	if err != nil {
		return nil, err
	}
	if !d.Postgres() {
		return goose.NewProvider(goose.DialectSQLite3, d.Write, source)
	}
	locker, err := lock.NewPostgresSessionLocker()
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(goose.DialectPostgres, d.Write, source, goose.WithSessionLocker(locker))
}

// Migrate brings the schema up to date, River's tables included. Several
// processes may call it at once. A newer schema is ErrNewerSchema.
func (d *DB) Migrate(ctx context.Context) error {
	p, err := d.provider()
	if err != nil {
		return err
	}
	if err := d.check(ctx, p); err != nil && !errors.Is(err, ErrMissingMigration) {
		return err
	}
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	return d.migrateRiver(ctx)
}

// River's own log would say what ours has said already.
var quiet = slog.New(slog.DiscardHandler)

func (d *DB) migrateRiver(ctx context.Context) error {
	if d.Postgres() {
		m, err := rivermigrate.New(riverpgxv5.New(d.Pool), &rivermigrate.Config{Logger: quiet})
		if err != nil {
			return err
		}
		return riverUp(ctx, m)
	}
	m, err := rivermigrate.New(riversqlite.New(d.Write), &rivermigrate.Config{Logger: quiet})
	if err != nil {
		return err
	}
	return riverUp(ctx, m)
}

func riverUp[T any](ctx context.Context, m *rivermigrate.Migrator[T]) error {
	if _, err := m.Migrate(ctx, rivermigrate.DirectionUp, nil); err != nil {
		return fmt.Errorf("migrate the job tables: %w", err)
	}
	return nil
}

// Empty tells whether no migration was ever run here.
func (d *DB) Empty(ctx context.Context) (bool, error) {
	query := `select count(*) from sqlite_master where type = 'table'`
	if d.Postgres() {
		query = `select count(*) from information_schema.tables where table_schema = current_schema()`
	}
	var n int
	err := d.Write.QueryRowContext(ctx, query).Scan(&n)
	return n == 0, err
}

// Check says whether the schema is the one this program was built for:
// ErrMissingMigration, ErrNewerSchema or nil.
func (d *DB) Check(ctx context.Context) error {
	p, err := d.provider()
	if err != nil {
		return err
	}
	return d.check(ctx, p)
}

func (d *DB) check(ctx context.Context, p *goose.Provider) error {
	ours := p.ListSources()
	newest := ours[len(ours)-1].Version
	var theirs sql.NullInt64
	err := d.Read.QueryRowContext(ctx, `select max(version_id) from goose_db_version`).Scan(&theirs)
	switch {
	case isNoTable(err):
		return ErrMissingMigration // there is no ledger yet
	case err != nil:
		return fmt.Errorf("read which migrations the database has had: %w", err)
	case theirs.Int64 > newest:
		return ErrNewerSchema
	case theirs.Int64 < newest:
		return ErrMissingMigration
	}
	return nil
}
