package db_test

import (
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
