package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"modernc.org/sqlite"
)

// counter opens connections of the driver that count what they parse.
type counter struct {
	driver.Connector
	parsed map[string]int
}

func (c counter) Connect(ctx context.Context) (driver.Conn, error) {
	made, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	return counting{made.(liteDriver), c.parsed}, nil
}

type counting struct {
	liteDriver
	parsed map[string]int
}

func (c counting) PrepareContext(ctx context.Context, text string) (driver.Stmt, error) {
	c.parsed[text]++
	return c.liteDriver.PrepareContext(ctx, text)
}

// keepingFile is a database of one connection that keeps its statements, and what it
// parsed.
func keepingFile(t *testing.T, file string) (*sql.DB, map[string]int) {
	t.Helper()
	connector, err := sqlite.NewConnector("file:" + file + "?" + sqliteSettings)
	if err != nil {
		t.Fatal(err)
	}
	c := counter{connector, map[string]int{}}
	d := sql.OpenDB(keeping{c})
	d.SetMaxOpenConns(1)
	t.Cleanup(func() { _ = d.Close() })
	return d, c.parsed
}

func keptTable(t *testing.T) (*sql.DB, map[string]int) {
	t.Helper()
	d, parsed := keepingFile(t, filepath.Join(t.TempDir(), "kept.db"))
	execute(t, d, "create table thing (id integer primary key, name text unique)")
	for i := range 5 {
		execute(t, d, insertThing, i+1, fmt.Sprintf("thing %d", i+1))
	}
	return d, parsed
}

const insertThing = `-- insertThing
insert into thing (id, name) values (?1, ?2)`

const nameOf = `-- nameOf
select name from thing where id = ?1`

const everyName = `-- everyName
select name from thing order by id`

func execute(t *testing.T, d *sql.DB, text string, args ...any) {
	t.Helper()
	if _, err := d.ExecContext(t.Context(), text, args...); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
}

func wantName(t *testing.T, d interface {
	QueryRowContext(context.Context, string, ...any) *sql.Row
}, id int, want string) {
	t.Helper()
	var got string
	if err := d.QueryRowContext(t.Context(), nameOf, id).Scan(&got); err != nil || got != want {
		t.Errorf("the name of %d is %q, want %q (%v)", id, got, want, err)
	}
}

func TestStatementsAreParsedOnce(t *testing.T) {
	t.Parallel()
	d, parsed := keptTable(t)
	for range 3 {
		for i := range 5 {
			wantName(t, d, i+1, fmt.Sprintf("thing %d", i+1))
		}
	}
	if parsed[nameOf] != 1 || parsed[insertThing] != 1 {
		t.Errorf("parsed: %v", parsed)
	}
	tx, err := d.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	wantName(t, tx, 2, "thing 2")
	if err := tx.Rollback(); err != nil {
		t.Fatal(err)
	}
	if parsed[nameOf] != 1 {
		t.Errorf("parsed %d times, the last in a transaction", parsed[nameOf])
	}
}

func TestWhatIsNotKept(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		nameOf: true, insertThing: true, "select\n1": true, "SELECT 1": true, "-- a\n-- b\n\twith x as (select 1) select * from x": true, "update t set a = 1": true,
		"delete from t": true, "pragma foreign_keys": false, "create table x (id)": false, "vacuum into 'x'": false, "begin": false, "": false, "-- only": false,
		"explain select 1": false, "selected": false,
	} {
		if keepable(text) != want {
			t.Errorf("%q is kept: %v", text, !want)
		}
	}
}

// As many as there may be are kept, those that ran last, and the others closed.
func TestKeptStatementsAreFew(t *testing.T) {
	t.Parallel()
	d, parsed := keptTable(t)
	for round := range 2 {
		for i := range mostKept + 20 {
			var got int
			if err := d.QueryRowContext(t.Context(), fmt.Sprintf("select %d", i)).Scan(&got); err != nil || got != i {
				t.Fatalf("select %d: %d %v", i, got, err)
			}
			wantName(t, d, 1, "thing 1")
		}
		if parsed[nameOf] != 1 || parsed["select 0"] != round+1 {
			t.Errorf("round %d: the one in use was parsed %d times, one of long ago %d times", round, parsed[nameOf], parsed["select 0"])
		}
	}
	err := conn(t, d, func(c *keeper) {
		if c.byUse.Len() != mostKept || len(c.byText) != mostKept {
			t.Errorf("%d are kept, %d by text", c.byUse.Len(), len(c.byText))
		}
	})
	if err != nil {
		t.Fatal(err)
	}
}

func conn(t *testing.T, d *sql.DB, see func(*keeper)) error {
	t.Helper()
	c, err := d.Conn(t.Context())
	if err != nil {
		return err
	}
	defer c.Close()
	return c.Raw(func(raw any) error {
		see(raw.(*keeper))
		return nil
	})
}

// A migration by another connection, in between, is seen by what was parsed before it.
func TestKeptStatementsSeeAnotherSchema(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "kept.db")
	d, parsed := keepingFile(t, file)
	other, _ := keepingFile(t, file)
	execute(t, d, "create table thing (id integer primary key, name text)")
	execute(t, d, "insert into thing values (1, 'one')")
	columns := func(want int) {
		t.Helper()
		rows, err := d.QueryContext(t.Context(), "select * from thing")
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		names, err := rows.Columns()
		if err != nil || len(names) != want || !rows.Next() || rows.Err() != nil {
			t.Errorf("columns %v, want %d (%v, %v)", names, want, err, rows.Err())
		}
	}
	columns(2)
	execute(t, other, "alter table thing add column size integer not null default 7")
	execute(t, other, "create index thing_name on thing (name)")
	columns(3)
	execute(t, other, "drop table thing")
	if _, err := d.ExecContext(t.Context(), "select * from thing"); err == nil {
		t.Error("a table that is gone was read")
	}
	execute(t, other, "create table thing (id integer primary key)")
	execute(t, other, "insert into thing values (1)")
	columns(1)
	if parsed["select * from thing"] != 1 {
		t.Errorf("parsed by us %d times", parsed["select * from thing"])
	}
	// Nothing that is kept is in the way of a change of the schema on its own connection.
	execute(t, d, "alter table thing add column name text")
	columns(2)
	execute(t, d, "drop table thing")
}

// While its rows are read a statement is not there for the same text, and rows that are
// closed early leave nothing behind.
func TestOneTextInTwoCursors(t *testing.T) {
	t.Parallel()
	d, _ := keptTable(t)
	tx, err := d.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback() //nolint:errcheck // it only reads
	var first string
	if err := tx.QueryRowContext(t.Context(), everyName).Scan(&first); err != nil { // now it is kept
		t.Fatal(err)
	}
	pairs, outers := 0, 0
	eachName(t, tx, func() bool {
		outers++
		eachName(t, tx, func() bool {
			pairs++
			return pairs%7 != 0 // the rest is not read then
		})
		wantName(t, tx, 3, "thing 3")
		return outers < 10
	})
	if outers != 5 || pairs < 15 {
		t.Errorf("%d rows outside and %d inside", outers, pairs)
	}
	var n int
	if err := tx.QueryRowContext(t.Context(), "select count(*) from ("+everyName[len("-- everyName\n"):]+")").Scan(&n); err != nil || n != 5 {
		t.Errorf("%d names, %v", n, err)
	}
}

// eachName reads names until row says that it is enough.
func eachName(t *testing.T, tx *sql.Tx, row func() bool) {
	t.Helper()
	rows, err := tx.QueryContext(t.Context(), everyName)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		if !row() {
			return
		}
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
}

const slow = `select count(*) from (with recursive n(i) as (select 1 union all select i + 1 from n where i < ?1) select i from n)`

// A statement that was interrupted, or that failed, runs again as if nothing had been.
func TestKeptStatementsRunAgainAfterTrouble(t *testing.T) {
	t.Parallel()
	d, parsed := keptTable(t)
	c, err := d.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	var n int
	if err := c.QueryRowContext(t.Context(), slow, 10).Scan(&n); err != nil || n != 10 {
		t.Fatalf("counted %d, %v", n, err)
	}
	hurried, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if err := c.QueryRowContext(hurried, slow, 1_000_000_000).Scan(&n); !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("a query without end: %v", err)
	}
	if err := c.QueryRowContext(hurried, slow, 10).Scan(&n); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a query after its time: %v", err)
	}
	if err := c.QueryRowContext(t.Context(), slow, 12).Scan(&n); err != nil || n != 12 {
		t.Errorf("counted %d afterwards, %v", n, err)
	}
	if _, err := c.ExecContext(t.Context(), insertThing, 9, "thing 1"); !IsUnique(err) {
		t.Errorf("a name that is taken: %v", err)
	}
	if _, err := c.ExecContext(t.Context(), insertThing, 9); err == nil {
		t.Error("a value too few was filled in with that of another time")
	}
	if _, err := c.ExecContext(t.Context(), insertThing, 9, nil); err != nil {
		t.Errorf("insert: %v", err)
	}
	var name sql.NullString
	if err := c.QueryRowContext(t.Context(), nameOf, 9).Scan(&name); err != nil || name.Valid {
		t.Errorf("null came back as %+v, %v", name, err)
	}
	if parsed[slow] != 1 || parsed[insertThing] != 1 {
		t.Errorf("parsed: %v", parsed)
	}
}

// Many at once, with more texts than are kept, each find what is theirs.
func TestKeptStatementsOfManyConnections(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "kept.db")
	d, err := openKeeping("file:" + file + "?" + sqliteSettings)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	d.SetMaxOpenConns(4)
	execute(t, d, "create table thing (id integer primary key, name text unique)")
	for i := range 5 {
		execute(t, d, insertThing, i+1, fmt.Sprintf("thing %d", i+1))
	}
	var all sync.WaitGroup
	for worker := range 8 {
		all.Go(func() {
			for i := range 200 {
				id := (worker+i)%5 + 1
				var got string
				var n int
				err := d.QueryRowContext(t.Context(), fmt.Sprintf("select name, %d from thing where id = ?1", i%(mostKept+40)), id).Scan(&got, &n)
				if want := fmt.Sprintf("thing %d", id); err != nil || got != want || n != i%(mostKept+40) {
					t.Errorf("%q and %d, want %q, %v", got, n, want, err)
				}
			}
		})
	}
	all.Wait()
}

// What keeping saves, of a statement that finds one row: the ratio is that of parsing it
// each time, as the driver does, in turns within one run.
func BenchmarkKeptStatements(b *testing.B) {
	ctx := b.Context()
	file := "file:" + filepath.Join(b.TempDir(), "kept.db") + "?" + sqliteSettings
	keep, err := openKeeping(file)
	if err != nil {
		b.Fatal(err)
	}
	defer keep.Close()
	anew, err := sql.Open("sqlite", file)
	if err != nil {
		b.Fatal(err)
	}
	defer anew.Close()
	for _, text := range []string{
		"create table owner (id integer primary key, name text)", "create table thing (id integer primary key, owner_id integer, name text, made integer)",
		"insert into owner values (1, 'one')", "insert into thing values (1, 1, 'a thing', 7)",
	} {
		if _, err := keep.ExecContext(ctx, text); err != nil {
			b.Fatal(err)
		}
	}
	const text = `select t.id, t.name, o.name, t.made, (select count(*) from thing x where x.owner_id = o.id and x.made > t.made) as later
		from thing t join owner o on o.id = t.owner_id where t.id = ?1 and t.made between 0 and 100 order by t.name, t.id limit 50`
	var took [2]time.Duration
	for b.Loop() {
		for i, d := range []*sql.DB{keep, anew} {
			begin := time.Now()
			for range 10 {
				var id, made, later int
				var name, owner string
				if err := d.QueryRowContext(ctx, text, 1).Scan(&id, &name, &owner, &made, &later); err != nil {
					b.Fatal(err)
				}
			}
			took[i] += time.Since(begin)
		}
	}
	b.ReportMetric(float64(took[0])/float64(took[1]), "kept/anew")
	b.ReportMetric(float64(took[0].Microseconds())/float64(10*b.N), "µs/kept")
	b.ReportMetric(float64(took[1].Microseconds())/float64(10*b.N), "µs/anew")
}
