// Package dbtest gives each test a fresh, migrated database of its own, on
// SQLite and on PostgreSQL. Each engine is migrated once and then copied.
package dbtest

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver of the administrating connection

	"foyer/internal/kernel/db"
)

// PostgresURL is the variable with the address of a server on which tests may
// make databases. FOYER_TEST_REQUIRE makes its absence a failure.
const PostgresURL = "FOYER_TEST_POSTGRES_URL"

// OnBoth runs the test on each engine, in parallel, each with its own database.
func OnBoth(t *testing.T, test func(t *testing.T, d *db.DB)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		test(t, SQLite(t))
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		test(t, Postgres(t))
	})
}

var lite struct {
	once sync.Once
	data []byte
	err  error
}

// SQLite is a fresh migrated SQLite database.
func SQLite(t testing.TB) *db.DB {
	t.Helper()
	d, err := db.Open(t.Context(), "sqlite:"+SQLiteFile(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(d.Close)
	return d
}

// SQLiteFile is the path of a fresh migrated SQLite database.
func SQLiteFile(t testing.TB) string {
	t.Helper()
	lite.once.Do(func() { lite.data, lite.err = template() })
	if lite.err != nil {
		t.Fatal(lite.err)
	}
	file := filepath.Join(t.TempDir(), "foyer.db")
	if err := os.WriteFile(file, lite.data, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// template migrates once and keeps the file's bytes.
func template() ([]byte, error) {
	dir, err := os.MkdirTemp("", "foyer-template")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "foyer.db")
	d, err := db.Open(context.Background(), "sqlite:"+file)
	if err != nil {
		return nil, err
	}
	if err := d.Migrate(context.Background()); err != nil {
		return nil, err
	}
	if _, err := d.Write.Exec(`pragma wal_checkpoint(truncate)`); err != nil {
		return nil, err
	}
	d.Close()
	return os.ReadFile(file)
}

// migrated is an empty database with its tables.
var migrated Source

// Postgres is a fresh migrated PostgreSQL database, cloned from a template,
// with row-level security on.
func Postgres(t testing.TB) *db.DB {
	t.Helper()
	d, err := db.Open(t.Context(), PostgresAddress(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(d.Close)
	return d
}

// PostgresAddress is the URL of a fresh migrated PostgreSQL database. Where no
// server is given the test is passed over, unless FOYER_TEST_REQUIRE is set.
func PostgresAddress(t testing.TB) string {
	t.Helper()
	return migrated.Copy(t, Migrate)
}

// Migrate gives an empty database its tables.
func Migrate(address string) error {
	d, err := db.Open(context.Background(), address)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Migrate(context.Background())
}

// Source is a PostgreSQL database that is filled once and then copied, which is
// much quicker than to fill each anew. It lives as long as the server.
type Source struct {
	once sync.Once
	name string
	err  error
}

// named counts the databases of this process.
var named atomic.Int64

// Copy is the URL of a copy for one test. The first call has fill fill the
// source, which has to leave no connection open.
func (s *Source) Copy(t testing.TB, fill func(address string) error) string {
	t.Helper()
	server := os.Getenv(PostgresURL)
	if server == "" {
		if os.Getenv("FOYER_TEST_REQUIRE") != "" {
			t.Fatalf("%s is not set: run this through make test", PostgresURL)
		}
		t.Skipf("%s is not set: make test starts a PostgreSQL for this", PostgresURL)
	}
	s.once.Do(func() {
		s.name = freshName()
		for _, text := range []string{"drop database if exists " + s.name + " with (force)", "create database " + s.name} {
			if s.err = administer(server, text); s.err != nil {
				return
			}
		}
		s.err = fill(within(server, s.name))
	})
	if s.err != nil {
		t.Fatal(s.err)
	}
	name := freshName()
	if err := administer(server, "create database "+name+" template "+s.name+" strategy file_copy"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		// The whole server is thrown away in the end, so a database that a
		// vacuum still looks at may stay.
		if err := administer(server, "drop database "+name+" with (force)"); err != nil {
			t.Log(err)
		}
	})
	return within(server, name) + "&pool_max_conns=8"
}

func freshName() string { return fmt.Sprintf("foyer_t%d_%d", os.Getpid(), named.Add(1)) }

// One administrating statement at a time: cloning a template wants it alone.
var administering sync.Mutex

func administer(server, text string) error {
	administering.Lock()
	defer administering.Unlock()
	admin, err := sql.Open("pgx", server)
	if err != nil {
		return err
	}
	defer admin.Close()
	if _, err := admin.ExecContext(context.Background(), text); err != nil {
		return fmt.Errorf("%s: %w", text, err)
	}
	return nil
}

func within(server, name string) string {
	u, err := url.Parse(server)
	if err != nil {
		panic(err)
	}
	u.Path = "/" + name
	text := u.String()
	if !strings.Contains(text, "?") {
		text += "?application_name=foyer"
	}
	return text
}
