package db_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"foyer/internal/kernel/db"
	"foyer/internal/kernel/db/dbtest"
)

// A copy has what was committed before it, while somebody writes, and nothing of
// what comes after; it is a database of its own, for its owner alone.
func TestCopyIsOneMoment(t *testing.T) {
	t.Parallel()
	d := dbtest.SQLite(t)
	insert := func(name string) {
		t.Helper()
		if _, err := d.Write.ExecContext(t.Context(), `insert into workspace (id, name, time_zone, language, created_at) values (?1, ?1, 'UTC', 'en', 0)`, name); err != nil {
			t.Fatal(err)
		}
	}
	insert("before")
	file := filepath.Join(t.TempDir(), "copy of 100% 'all'.db")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := d.CopyTo(t.Context(), file); err != nil {
		t.Fatal(err)
	}
	insert("after")
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("it is %v (%v)", info.Mode(), err)
	}
	other, err := db.Open(t.Context(), "sqlite:"+file)
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	counts, err := other.Rows(t.Context())
	if err != nil || counts["workspace"] != 1 || counts["goose_db_version"] < 24 {
		t.Errorf("it has %v (%v)", counts, err)
	}
	newest, err := db.Newest()
	if version, err2 := other.Version(t.Context()); err != nil || err2 != nil || version != newest {
		t.Errorf("its schema is %d, want %d (%v, %v)", version, newest, err, err2)
	}
	if err := other.Sound(t.Context()); err != nil {
		t.Errorf("it is not sound: %v", err)
	}
	if err := d.CopyTo(t.Context(), file); err == nil {
		t.Error("a copy replaced a file")
	}
}

// What is broken in a database is said: a row that names one which is not there, and
// pages that are not those that were written.
func TestBrokenDatabaseIsNotSound(t *testing.T) {
	t.Parallel()
	file := dbtest.SQLiteFile(t)
	d, err := db.Open(t.Context(), "sqlite:"+file)
	if err != nil {
		t.Fatal(err)
	}
	for _, statement := range []string{
		`pragma foreign_keys = 0`,
		`insert into client (workspace_id, id, name, name_key, search_key, type, created_at) values ('none', 'c', 'x', 'x', 'x', 'individual', 0)`,
	} {
		if _, err := d.Write.ExecContext(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	if err := d.Sound(t.Context()); err == nil || !strings.Contains(err.Error(), "names one that is not there") {
		t.Errorf("a row without its workspace: %v", err)
	}
	d.Close()
	bytes, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for i := len(bytes) / 2; i < len(bytes)/2+4096; i++ {
		bytes[i] ^= 0xff
	}
	if err := os.WriteFile(file, bytes, 0o600); err != nil {
		t.Fatal(err)
	}
	if d, err = db.Open(t.Context(), "sqlite:"+file); err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	if err := d.Sound(t.Context()); err == nil {
		t.Error("a page of other bytes is sound")
	}
}
