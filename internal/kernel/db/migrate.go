package db

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/riverqueue/river/riverdriver"
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

func (d *DB) provider(pool *sql.DB) (*goose.Provider, error) {
	folder, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return nil, err
	}
	source, err := translated(folder, d.Postgres())
	if err != nil {
		return nil, err
	}
	if d.Postgres() {
		return goose.NewProvider(goose.DialectPostgres, pool, source)
	}
	return goose.NewProvider(goose.DialectSQLite3, pool, source)
}

// Migrate brings the schema up to date, River's tables included. Several
// processes may call it at once: they wait for each other. A newer schema is
// ErrNewerSchema.
func (d *DB) Migrate(ctx context.Context) error {
	if !d.Postgres() {
		return d.migrate(ctx, d.Write, func() error { return riverUp(ctx, riversqlite.New(d.Write)) })
	}
	pool, err := d.unhurried(ctx)
	if err != nil {
		return err
	}
	defer pool.Close()
	waiting, err := pool.Acquire(ctx)
	if err != nil {
		return err
	}
	defer waiting.Release()
	if _, err := waiting.Exec(ctx, `select pg_advisory_lock(hashtextextended('foyer migrate', 0))`); err != nil {
		return fmt.Errorf("wait for another migration: %w", err)
	}
	defer waiting.Exec(context.WithoutCancel(ctx), `select pg_advisory_unlock_all()`) //nolint:errcheck // the connection ends with it
	both := stdlib.OpenDBFromPool(pool)
	defer both.Close()
	return d.migrate(ctx, both, func() error { return riverUp(ctx, riverpgxv5.New(pool)) })
}

// unhurried is a pool without the time limits of requests: a migration of much
// data takes as long as it takes.
func (d *DB) unhurried(ctx context.Context) (*pgxpool.Pool, error) {
	config := d.Pool.Config().Copy()
	for _, limit := range []string{"statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"} {
		config.ConnConfig.RuntimeParams[limit] = "0"
	}
	config.MaxConns = 4
	return pgxpool.NewWithConfig(ctx, config)
}

func (d *DB) migrate(ctx context.Context, pool *sql.DB, river func() error) error {
	p, err := d.provider(pool)
	if err != nil {
		return err
	}
	if err := d.Check(ctx); err != nil && !errors.Is(err, ErrMissingMigration) {
		return err
	}
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	return river()
}

// River's own log would say what ours has said already.
var quiet = slog.New(slog.DiscardHandler)

func riverUp[T any](ctx context.Context, driver riverdriver.Driver[T]) error {
	m, err := rivermigrate.New(driver, &rivermigrate.Config{Logger: quiet})
	if err != nil {
		return err
	}
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
	newest, err := Newest()
	if err != nil {
		return err
	}
	theirs, err := d.Version(ctx)
	switch {
	case err != nil:
		return err
	case theirs > newest:
		return ErrNewerSchema
	case theirs < newest:
		return ErrMissingMigration // or there is no ledger yet
	}
	return nil
}

// Newest is the version of the schema that this program was built for, by the names of
// the files: nothing is translated at each start.
func Newest() (int64, error) {
	files, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		return 0, err
	}
	return goose.NumericComponent(files[len(files)-1])
}
