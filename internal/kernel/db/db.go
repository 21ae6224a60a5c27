// Package db opens the database, SQLite or PostgreSQL, and brings its schema
// up to date. What differs between the two engines has a name here and is
// nowhere else.
//
// SQLite runs in WAL mode with synchronous FULL, one writing connection and a
// pool of reading ones. PostgreSQL runs under row-level security with FORCE, as
// a role that is neither superuser nor has BYPASSRLS.
package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"modernc.org/sqlite"

	"foyer/internal/kernel/scope"
)

// DB is an open database. It is the scope.Engine of every transaction.
type DB struct {
	// Write is the pool for changes; on SQLite it is one connection.
	Write *sql.DB
	// Read is the pool for reading; its connections cannot write.
	Read *sql.DB
	// Pool is PostgreSQL's own pool, nil on SQLite.
	Pool *pgxpool.Pool
}

// Postgres tells which engine it is.
func (d *DB) Postgres() bool { return d.Pool != nil }

// Open opens the database at a URL, "sqlite:PATH" or "postgres://…", and
// checks that it answers. Its errors are one sentence for the operator.
func Open(ctx context.Context, address string) (*DB, error) {
	kind, path, _ := strings.Cut(address, ":")
	switch kind {
	case "sqlite":
		return openSQLite(ctx, path)
	case "postgres", "postgresql":
		return openPostgres(ctx, address)
	}
	return nil, fmt.Errorf("the database address must begin with sqlite: or postgres://, not %q; set FOYER_DATABASE_URL", kind)
}

const sqliteSettings = "_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)" +
	"&_pragma=foreign_keys(1)&_pragma=trusted_schema(0)"

func openSQLite(ctx context.Context, path string) (*DB, error) {
	// SQLite would make the file readable for everybody.
	made, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("the database file %s cannot be opened (%w); check that the folder exists and can be written to", path, err)
	}
	_ = made.Close()
	file := "file:" + (&url.URL{Path: filepath.ToSlash(path)}).EscapedPath()
	write, err := openKeeping(file + "?_txlock=immediate&" + sqliteSettings)
	if err != nil {
		return nil, err
	}
	write.SetMaxOpenConns(1)
	if err := write.PingContext(ctx); err != nil {
		_ = write.Close()
		return nil, fmt.Errorf("the database file %s cannot be opened (%w); check that the folder exists and can be written to", path, err)
	}
	read, err := openKeeping(file + "?_txlock=deferred&" + sqliteSettings + "&_pragma=query_only(1)")
	if err != nil {
		_ = write.Close()
		return nil, err
	}
	readers := max(4, 2*runtime.GOMAXPROCS(0))
	read.SetMaxOpenConns(readers)
	read.SetMaxIdleConns(readers)
	return &DB{Write: write, Read: read}, nil
}

func openPostgres(ctx context.Context, address string) (*DB, error) {
	config, err := pgxpool.ParseConfig(address)
	if err != nil {
		return nil, errors.New("the PostgreSQL address cannot be read; it looks like postgres://name:password@host:5432/database (FOYER_DATABASE_URL)")
	}
	for name, value := range map[string]string{
		"statement_timeout": "5s", "lock_timeout": "2s", "idle_in_transaction_session_timeout": "10s", "application_name": "foyer",
		// A page of an index is as near as any other on the disks of today. The default
		// is that of turning ones, and lets the planner read whole tables instead.
		"random_page_cost": "1.1",
	} {
		if _, set := config.ConnConfig.RuntimeParams[name]; !set {
			config.ConnConfig.RuntimeParams[name] = value
		}
	}
	config.ConnConfig.ConnectTimeout = 5 * time.Second
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, err
	}
	if err := pool.Ping(ctx); err != nil {
		pool.Close()
		return nil, fmt.Errorf("the PostgreSQL database at %s does not answer (%s); check FOYER_DATABASE_URL and that the server runs", config.ConnConfig.Host, reason(err))
	}
	if err := refuseMighty(ctx, pool); err != nil {
		pool.Close()
		return nil, err
	}
	both := stdlib.OpenDBFromPool(pool)
	return &DB{Write: both, Read: both, Pool: pool}, nil
}

// reason is the server's own words without the address and the password.
func reason(err error) string {
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		return pg.Message
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return "no answer in time"
	}
	return "no connection"
}

// refuseMighty keeps the program from serving as a role that row-level
// security does not bind.
func refuseMighty(ctx context.Context, pool *pgxpool.Pool) error {
	var name string
	var super, bypass bool
	err := pool.QueryRow(ctx, `select rolname, rolsuper, rolbypassrls from pg_roles where rolname = current_user`).Scan(&name, &super, &bypass)
	switch {
	case err != nil:
		return fmt.Errorf("read the database role: %w", err)
	case super:
		return fmt.Errorf("the database role %q is a superuser, whom row-level security does not bind; make a role without SUPERUSER and BYPASSRLS that owns the database and use it", name)
	case bypass:
		return fmt.Errorf("the database role %q has BYPASSRLS, so row-level security does not bind it; use a role without it", name)
	}
	return nil
}

// Close closes every pool.
func (d *DB) Close() {
	_ = d.Read.Close()
	_ = d.Write.Close()
	if d.Pool != nil {
		d.Pool.Close()
	}
}

// Begin opens a transaction; one that reads cannot write.
func (d *DB) Begin(ctx context.Context, write bool) (scope.Conn, error) {
	if d.Postgres() {
		return beginPostgres(ctx, d.Write, write)
	}
	pool := d.Read
	if write {
		pool = d.Write
	}
	tx, err := pool.BeginTx(ctx, nil)
	if err != nil {
		return nil, err
	}
	return &liteConn{tx}, nil
}

// Unscoped runs fn in a writing transaction that belongs to no workspace. It
// is for the tables of TablesWithoutWorkspace and for auth and job alone.
func (d *DB) Unscoped(ctx context.Context, fn func(tx *sql.Tx) error) error {
	tx, err := d.Write.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() //nolint:errcheck // after a commit it does nothing
	if err := fn(tx); err != nil {
		return err
	}
	return tx.Commit()
}

// IsUnique tells whether an error is a unique index refusing a row.
func IsUnique(err error) bool {
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		return pg.Code == "23505"
	}
	if lite, ok := errors.AsType[*sqlite.Error](err); ok {
		return lite.Code() == 2067 || lite.Code() == 1555 // SQLITE_CONSTRAINT_UNIQUE, _PRIMARYKEY
	}
	return false
}

// isNoTable tells whether an error is a table that is not there.
func isNoTable(err error) bool {
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		return pg.Code == "42P01"
	}
	lite, ok := errors.AsType[*sqlite.Error](err)
	return ok && strings.Contains(lite.Error(), "no such table")
}

// InScope binds a transaction that was opened unscoped to a workspace that it
// has just made. It is for auth, at the birth of a workspace.
func InScope(ctx context.Context, d *DB, tx *sql.Tx, who scope.Who, now time.Time, fn func(scope.Tx) error) error {
	return scope.Run(ctx, adopted{d, tx}, who, true, now, fn)
}

// adopted is an engine whose one transaction somebody else ends.
type adopted struct {
	db *DB
	tx *sql.Tx
}

func (a adopted) Postgres() bool { return a.db.Postgres() }

func (a adopted) Begin(context.Context, bool) (scope.Conn, error) {
	return adoptedConn{&liteConn{a.tx}}, nil
}

type adoptedConn struct{ *liteConn }

func (adoptedConn) Commit(context.Context) error { return nil }
func (adoptedConn) Rollback()                    {}
