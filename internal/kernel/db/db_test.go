package db_test

import (
	"database/sql"
	"testing"

	"foyer/internal/kernel/db"
	"foyer/internal/kernel/db/dbtest"
	"foyer/internal/kernel/scope"
)

func TestMigratedDatabaseIsUpToDate(t *testing.T) {
	dbtest.OnBoth(t, func(t *testing.T, d *db.DB) {
		if err := d.Check(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := d.Migrate(t.Context()); err != nil {
			t.Fatalf("a second migration: %v", err)
		}
	})
}

// SQLite keeps what it acknowledged through a power cut: WAL with synchronous
// FULL, on every connection; there is one writer, and readers cannot write.
func TestSQLiteIsDurable(t *testing.T) {
	t.Parallel()
	d := dbtest.SQLite(t)
	if n := d.Write.Stats().MaxOpenConnections; n != 1 {
		t.Errorf("%d writing connections, want one", n)
	}
	for name, pool := range map[string]*sql.DB{"writer": d.Write, "reader": d.Read} {
		for setting, want := range map[string]string{"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "trusted_schema": "0"} {
			var got string
			if err := pool.QueryRowContext(t.Context(), "pragma "+setting).Scan(&got); err != nil || got != want {
				t.Errorf("%s: %s is %s, want %s (%v)", name, setting, got, want, err)
			}
		}
	}
	if _, err := d.Read.ExecContext(t.Context(), `delete from installation`); err == nil {
		t.Error("a reading connection wrote")
	}
}

// PostgreSQL's driver keeps what was parsed on each connection, of single statements and
// of batches.
func TestPostgresKeepsStatements(t *testing.T) {
	t.Parallel()
	d := dbtest.Postgres(t)
	c, err := d.Begin(t.Context(), false)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Rollback()
	const single, batched = `select count(*) from client where name = $1`, `select count(*) from client where email = $1`
	for range 3 {
		var n int
		if err := c.SQL().QueryRowContext(t.Context(), single, "x").Scan(&n); err != nil {
			t.Fatal(err)
		}
		if err := c.Batch(t.Context(), []scope.Bound{{SQL: batched, Args: []any{"x"}}}, func(int, scope.Row) error { return nil }); err != nil {
			t.Fatal(err)
		}
	}
	for _, text := range []string{single, batched} {
		var n, runs int
		err := c.SQL().QueryRowContext(t.Context(), `select count(*), coalesce(sum(generic_plans + custom_plans), 0) from pg_prepared_statements where statement = $1`, text).Scan(&n, &runs)
		if err != nil || n != 1 || runs != 3 {
			t.Errorf("%q is kept %d times and ran %d times, want once and 3 times (%v)", text, n, runs, err)
		}
	}
}
