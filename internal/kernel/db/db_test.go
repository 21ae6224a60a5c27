package db_test

import (
	"database/sql"
	"testing"

	"foyer/internal/kernel/db"
	"foyer/internal/kernel/db/dbtest"
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
