package house

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"io"
	"net/url"
	"os"
	"strings"
	"testing"
)

// observed are the tables and columns that a refused request may change: tries
// are counted, sessions are seen, and files that are handed out are written down.
var observed = map[string]bool{"sign_in_limit": true, "address_limit": true, "document_download": true}

// superURL is the variable with the address of a role that row-level security
// does not bind, for tests that look at every row.
const superURL = "FOYER_TEST_POSTGRES_SUPER_URL"

// Everything opens the database as somebody who sees every row.
func (h *House) Everything(t testing.TB) *sql.DB {
	t.Helper()
	if h.Engine == SQLite {
		return h.DB.Read
	}
	super, err := url.Parse(os.Getenv(superURL))
	must(t, err)
	own, err := url.Parse(h.Address)
	must(t, err)
	super.Path = own.Path
	d, err := sql.Open("pgx", super.String())
	must(t, err)
	t.Cleanup(func() { _ = d.Close() })
	return d
}

// Change changes rows behind the program's back.
func (h *House) Change(t testing.TB, statement string) {
	t.Helper()
	d := h.DB.Write
	if h.Engine == Postgres {
		d = h.Everything(t)
		defer d.Close() // no connection stays open to a house that is copied
	}
	_, err := d.ExecContext(t.Context(), statement)
	must(t, err)
}

// Tables lists the program's own tables.
func (h *House) Tables(t testing.TB, d *sql.DB) []string {
	t.Helper()
	query := `select name from sqlite_master where type = 'table' and name not like 'sqlite_%' order by name`
	if h.Engine == Postgres {
		query = `select table_name from information_schema.tables where table_schema = 'public' order by table_name`
	}
	var names []string
	for _, name := range Texts(t, d, query) {
		if !strings.HasPrefix(name, "river_") && name != "goose_db_version" {
			names = append(names, name)
		}
	}
	return names
}

// Texts reads a query of one column as text.
func Texts(t testing.TB, d *sql.DB, query string, args ...any) []string {
	t.Helper()
	rows, err := d.QueryContext(context.WithoutCancel(t.Context()), query, args...)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	defer rows.Close()
	var all []string
	for rows.Next() {
		var s sql.NullString
		must(t, rows.Scan(&s))
		all = append(all, s.String)
	}
	must(t, rows.Err())
	return all
}

// Checksum is a hash over every row of every table but what is only observed.
func (h *House) Checksum(t testing.TB, d *sql.DB) string {
	t.Helper()
	sum := sha256.New()
	for _, table := range h.Tables(t, d) {
		if observed[table] {
			continue
		}
		sumTable(t, d, sum, table)
	}
	return hex.EncodeToString(sum.Sum(nil))
}

// Count is the number of rows of a table.
func (h *House) Count(t testing.TB, d *sql.DB, table string) string {
	t.Helper()
	return Texts(t, d, "select cast(count(*) as text) from "+table)[0]
}

func sumTable(t testing.TB, d *sql.DB, sum io.Writer, table string) {
	t.Helper()
	rows, err := d.QueryContext(t.Context(), "select * from "+table+" order by 1, 2")
	must(t, err)
	defer rows.Close()
	columns, err := rows.Columns()
	must(t, err)
	for rows.Next() {
		values := make([]any, len(columns))
		for i := range values {
			values[i] = new(any)
		}
		must(t, rows.Scan(values...))
		for i, v := range values {
			if columns[i] != "seen_at" {
				_, _ = fmt.Fprintf(sum, "%s.%s=%v\n", table, columns[i], *v.(*any))
			}
		}
	}
	must(t, rows.Err())
}
