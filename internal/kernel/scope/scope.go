package scope

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"time"

	"foyer/internal/kernel/problem"
)

// Kind says whose transaction it is and so what its statements must name.
type Kind int

const (
	// Staff is a staff member of the workspace.
	Staff Kind = iota + 1
	// Portal is a contact who has chosen a client.
	Portal
	// Person is an identity and what belongs to it alone.
	Person
	// System is a job or a hook.
	System
	// Visitor is somebody at one of the workspace's addresses, not signed in.
	Visitor
)

// String is the kind as the activity table has it.
func (k Kind) String() string {
	return [...]string{"", "staff", "contact", "person", "system", "visitor"}[k]
}

// Who is what a transaction is bound to. Ids are empty where the kind has none.
type Who struct {
	Kind      Kind
	Workspace string
	Client    string
	Contact   string
	Identity  string

	// Address, Agent and Request say where it came from, for the record.
	Address, Agent, Request string
	// Key makes a repeated submission one change; see Once.
	Key string
}

// Args are a statement's named values.
type Args map[string]any

// Row is what a scan function reads from.
type Row interface{ Scan(dest ...any) error }

// Conn is one transaction of an engine.
type Conn interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	// Batch runs the statements in one round trip where the engine can, and
	// hands each row of statement i to each(i, row).
	Batch(ctx context.Context, queries []Bound, each func(i int, row Row) error) error
	SQL() *sql.Tx
	Commit(ctx context.Context) error
	Rollback()
}

// Bound is a statement with its values in the engine's form.
type Bound struct {
	SQL  string
	Args []any
}

// Engine opens transactions. Package db has the two there are.
type Engine interface {
	Begin(ctx context.Context, write bool) (Conn, error)
	Postgres() bool
}

// Tx is a transaction bound to its Who. Its zero value reaches nothing.
type Tx struct{ c *core }

type core struct {
	conn     Conn
	postgres bool
	who      Who
	now      time.Time
	bound    bool // the workspace has been told to PostgreSQL
	write    bool
	fixed    Args
}

// Run opens a transaction, hands it to fn and commits when fn returns nil.
// A repeated submission (see Once) is no error of Run. Whoever waits for somebody
// else's change for longer than the database lets them gets problem.Unavailable.
func Run(ctx context.Context, engine Engine, who Who, write bool, now time.Time, fn func(Tx) error) error {
	if who.Workspace == "" || who.Kind == 0 {
		return errors.New("a transaction needs a workspace and a kind")
	}
	conn, err := engine.Begin(ctx, write)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	defer conn.Rollback()
	tx := Tx{&core{conn: conn, postgres: engine.Postgres(), who: who, now: now.UTC().Truncate(time.Microsecond), write: write}}
	tx.c.fixed = tx.supplied()
	if err := fn(tx); err != nil {
		return waited(err)
	}
	if !write {
		return nil
	}
	if err := conn.Commit(ctx); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	return nil
}

// waited makes PostgreSQL's lock_not_available a problem that a person can be told.
func waited(err error) error {
	type coded interface {
		error
		SQLState() string
	}
	if code, ok := errors.AsType[coded](err); ok && code.SQLState() == "55P03" {
		return fmt.Errorf("%w: %w", problem.Of(problem.Unavailable, "problem.unavailable"), err)
	}
	return err
}

// supplied is what the transaction sets itself.
func (tx Tx) supplied() Args {
	w := tx.c.who
	a := Args{"workspace": w.Workspace, "now": micros(tx.c.now)}
	switch w.Kind {
	case Portal:
		a["client"], a["contact"], a["identity"] = w.Client, w.Contact, w.Identity
	case Person, Staff:
		a["identity"] = w.Identity
	}
	return a
}

// Now is the moment of the transaction, UTC, read once.
func (tx Tx) Now() time.Time { return tx.c.now }

// Who is what the transaction is bound to.
func (tx Tx) Who() Who { return tx.c.who }

// WithClient adds :client to args where the transaction does not supply it, for
// statements that every kind shares.
func (tx Tx) WithClient(client string, args Args) Args { return tx.with("client", client, args) }

// WithIdentity adds :identity to args where the transaction does not supply it.
func (tx Tx) WithIdentity(identity string, args Args) Args {
	return tx.with("identity", identity, args)
}

// WithMaker adds an empty :identity to args where nobody is behind the
// transaction, for statements that note who made a row.
func (tx Tx) WithMaker(args Args) Args { return tx.with("identity", nil, args) }

func (tx Tx) with(name string, value any, args Args) Args {
	if _, fixed := tx.c.fixed[name]; !fixed {
		args[name] = value
	}
	return args
}

func (tx Tx) demanded() []string {
	switch tx.c.who.Kind {
	case Portal:
		return []string{"workspace", "client"}
	case Person:
		return []string{"workspace", "identity"}
	}
	return []string{"workspace"}
}

// bind checks a statement against the scope and puts its values in order.
func (tx Tx) bind(text string, args Args) (Bound, error) {
	s, err := prepare(text)
	if err != nil {
		return Bound{}, err
	}
	for _, name := range tx.demanded() {
		if !s.has(name) {
			return Bound{}, fmt.Errorf("statement does not name :%s and is refused: %q", name, head(text))
		}
	}
	values := make([]any, len(s.names))
	used := 0
	for i, name := range s.names {
		v, fixed := tx.c.fixed[name]
		given, ok := args[name]
		switch {
		case fixed && ok:
			return Bound{}, fmt.Errorf("statement sets :%s, which its transaction supplies: %q", name, head(text))
		case !fixed && !ok:
			return Bound{}, fmt.Errorf("statement lacks a value for :%s: %q", name, head(text))
		case ok:
			v = given
			used++
		}
		if values[i], err = value(v); err != nil {
			return Bound{}, fmt.Errorf("value of :%s: %w", name, err)
		}
	}
	if used != len(args) {
		return Bound{}, fmt.Errorf("statement is given a value it does not name: %q", head(text))
	}
	return Bound{SQL: s.text(tx.c.postgres), Args: values}, nil
}

// value turns a Go value into what a driver takes.
func value(v any) (any, error) {
	if t, ok := v.(time.Time); ok {
		if t.IsZero() {
			return nil, nil
		}
		return micros(t), nil
	}
	return driver.DefaultParameterConverter.ConvertValue(v)
}

const bindWorkspace = `select set_config('foyer.workspace', $1, true)`

// open tells PostgreSQL the workspace, as the first statement.
func (tx Tx) open(ctx context.Context) error {
	if !tx.c.postgres || tx.c.bound {
		return nil
	}
	if _, err := tx.c.conn.ExecContext(ctx, bindWorkspace, tx.c.who.Workspace); err != nil {
		return fmt.Errorf("bind workspace: %w", err)
	}
	tx.c.bound = true
	return nil
}

// Exec runs a statement and tells how many rows it changed.
func (tx Tx) Exec(ctx context.Context, text string, args Args) (int64, error) {
	b, err := tx.bind(text, args)
	if err != nil {
		return 0, err
	}
	return tx.exec(ctx, b)
}

func (tx Tx) exec(ctx context.Context, b Bound) (int64, error) {
	if err := tx.open(ctx); err != nil {
		return 0, err
	}
	Counted(ctx, 1)
	res, err := tx.c.conn.ExecContext(ctx, b.SQL, b.Args...)
	if err != nil {
		return 0, fmt.Errorf("%s: %w", head(b.SQL), err)
	}
	return res.RowsAffected()
}

// Each runs a query and hands each row to scan.
func (tx Tx) Each(ctx context.Context, text string, args Args, scan func(Row) error) error {
	b, err := tx.bind(text, args)
	if err != nil {
		return err
	}
	Counted(ctx, 1)
	return tx.each(ctx, b, scan)
}

func (tx Tx) each(ctx context.Context, b Bound, scan func(Row) error) error {
	if err := tx.open(ctx); err != nil {
		return err
	}
	rows, err := tx.c.conn.QueryContext(ctx, b.SQL, b.Args...)
	if err != nil {
		return fmt.Errorf("%s: %w", head(b.SQL), err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return fmt.Errorf("%s: %w", head(b.SQL), err)
		}
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("%s: %w", head(b.SQL), err)
	}
	return nil
}

// List reads every row of a query.
func List[T any](ctx context.Context, tx Tx, text string, args Args, scan func(Row) (T, error)) ([]T, error) {
	var all []T
	err := tx.Each(ctx, text, args, collect(&all, scan))
	return all, err
}

// One reads the one row of a query; no row is problem.NotFound.
func One[T any](ctx context.Context, tx Tx, text string, args Args, scan func(Row) (T, error)) (T, error) {
	var found []T
	err := tx.Each(ctx, text, args, collect(&found, scan))
	switch {
	case err != nil:
	case len(found) == 0:
		err = problem.Missing()
	default:
		return found[0], nil
	}
	var none T
	return none, err
}

// Value scans a row of a single column.
func Value[T any](row Row) (v T, err error) {
	err = row.Scan(&v)
	return v, err
}

func collect[T any](all *[]T, scan func(Row) (T, error)) func(Row) error {
	return func(row Row) error {
		v, err := scan(row)
		*all = append(*all, v)
		return err
	}
}

// Query is one statement of a Batch with what reads its rows.
type Query struct {
	text string
	args Args
	scan func(Row) error
}

// Into is a Query that gathers its rows in all.
func Into[T any](all *[]T, text string, args Args, scan func(Row) (T, error)) Query {
	return Query{text, args, collect(all, scan)}
}

// Batch runs several queries; on PostgreSQL in one round trip.
func (tx Tx) Batch(ctx context.Context, queries ...Query) error {
	bound := make([]Bound, 0, len(queries)+1)
	skip := 0
	if tx.c.postgres && !tx.c.bound {
		bound = append(bound, Bound{bindWorkspace, []any{tx.c.who.Workspace}})
		skip = 1
	}
	for _, q := range queries {
		b, err := tx.bind(q.text, q.args)
		if err != nil {
			return err
		}
		bound = append(bound, b)
	}
	Counted(ctx, len(queries))
	err := tx.c.conn.Batch(ctx, bound, func(i int, row Row) error {
		if i < skip {
			return nil
		}
		return queries[i-skip].scan(row)
	})
	if err != nil {
		return fmt.Errorf("batch of %d: %w", len(queries), err)
	}
	tx.c.bound = tx.c.postgres
	return nil
}

// Raw is the transaction itself, for package job, which writes River's rows in
// it. A test refuses every other caller.
func Raw(ctx context.Context, tx Tx) (*sql.Tx, error) {
	if !tx.c.write {
		return nil, errors.New("a reading transaction takes no jobs")
	}
	return tx.c.conn.SQL(), tx.open(ctx)
}

const lockName = `select pg_advisory_xact_lock(hashtextextended($1, 0))`

// Lock makes writing transactions of this workspace that lock the same name
// wait for each other. On SQLite a writing transaction is alone anyway.
func (tx Tx) Lock(ctx context.Context, name string) error {
	if !tx.c.postgres {
		return nil
	}
	return tx.each(ctx, Bound{lockName, []any{tx.c.who.Workspace + "/" + name}}, func(Row) error { return nil })
}
