package housetest

import (
	"database/sql"
	"slices"
	"strings"
	"testing"

	"foyer/internal/kernel/db"
	"foyer/internal/kernel/db/dbtest"
)

// The rules of the schema: every table but the few has workspace_id not null,
// its keys begin with it, and references carry it.

func workspaceTables(t *testing.T, d *db.DB) []string {
	t.Helper()
	query := `select name from sqlite_master where type = 'table' and name not like 'sqlite_%'`
	if d.Postgres() {
		query = `select table_name from information_schema.tables where table_schema = current_schema()`
	}
	var names []string
	for _, name := range texts(t, d.Write, query) {
		if !slices.Contains(db.TablesWithoutWorkspace, name) && !strings.HasPrefix(name, "river_") {
			names = append(names, name)
		}
	}
	if len(names) < 10 {
		t.Fatalf("only %d tables: %v", len(names), names)
	}
	return names
}

// texts reads a query of one text column, or of several joined by a blank.
func texts(t *testing.T, pool *sql.DB, query string, args ...any) []string {
	t.Helper()
	rows, err := pool.QueryContext(t.Context(), query, args...)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	defer rows.Close()
	var all []string
	for rows.Next() {
		var s sql.NullString
		if err := rows.Scan(&s); err != nil {
			t.Fatal(err)
		}
		all = append(all, s.String)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

func TestSchemaOnSQLite(t *testing.T) {
	t.Parallel()
	d := dbtest.SQLite(t)
	for _, table := range workspaceTables(t, d) {
		first := texts(t, d.Write, `select name from pragma_table_info('`+table+`') where pk = 1`)
		if !slices.Equal(first, []string{"workspace_id"}) {
			t.Errorf("%s: the primary key begins with %v", table, first)
		}
		if texts(t, d.Write, `select "notnull" from pragma_table_info('`+table+`') where name = 'workspace_id'`)[0] != "1" {
			t.Errorf("%s: workspace_id may be null", table)
		}
		for _, index := range texts(t, d.Write, `select name from pragma_index_list('`+table+`')`) {
			if lead := texts(t, d.Write, `select name from pragma_index_info('`+index+`') where seqno = 0`); !slices.Equal(lead, []string{"workspace_id"}) {
				t.Errorf("%s: index %s begins with %v", table, index, lead)
			}
		}
		for _, key := range texts(t, d.Write, `select id || ' ' || "table" from pragma_foreign_key_list('`+table+`') where seq = 0`) {
			id, target, _ := strings.Cut(key, " ")
			columns := texts(t, d.Write, `select "from" from pragma_foreign_key_list('`+table+`') where id = `+id)
			if !slices.Contains(columns, "workspace_id") {
				t.Errorf("%s: the reference to %s by %v leaves the workspace out", table, target, columns)
			}
		}
		if strict := texts(t, d.Write, `select strict from pragma_table_list where name = $1 and schema = 'main'`, table); !slices.Equal(strict, []string{"1"}) {
			t.Errorf("%s is not STRICT", table)
		}
	}
}

func TestSchemaOnPostgres(t *testing.T) {
	t.Parallel()
	d := dbtest.Postgres(t)
	for _, table := range workspaceTables(t, d) {
		secured := texts(t, d.Write, `select relrowsecurity::text || ' ' || relforcerowsecurity::text from pg_class where oid = $1::regclass`, table)
		if !slices.Equal(secured, []string{"true true"}) {
			t.Errorf("%s: row-level security enabled and forced: %v", table, secured)
		}
		policies := texts(t, d.Write, `select coalesce(qual, '') || ' ' || coalesce(with_check, '') from pg_policies where schemaname = current_schema() and tablename = $1`, table)
		if len(policies) != 1 || strings.Count(policies[0], "foyer.workspace") != 2 || strings.Count(policies[0], "workspace_id") != 2 {
			t.Errorf("%s: policies %q", table, policies)
		}
		indexes := texts(t, d.Write, `select a.attname from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0] where i.indrelid = $1::regclass`, table)
		for _, lead := range indexes {
			if lead != "workspace_id" {
				t.Errorf("%s: an index begins with %s", table, lead)
			}
		}
		loose := texts(t, d.Write, `select c.conname from pg_constraint c where c.conrelid = $1::regclass and c.contype = 'f'
			and not exists (select 1 from pg_attribute a where a.attrelid = c.conrelid and a.attnum = any(c.conkey) and a.attname = 'workspace_id')`, table)
		if len(loose) > 0 {
			t.Errorf("%s: references without the workspace: %v", table, loose)
		}
		collated := texts(t, d.Write, `select a.attname from pg_attribute a join pg_collation c on c.oid = a.attcollation
			where a.attrelid = $1::regclass and a.attnum > 0 and (a.attname = 'id' or a.attname like '%\_id' or a.attname like '%\_key') and c.collname <> 'C'
			and a.attname not in ('request_id', 'tax_id', 'message_id')`, table)
		if len(collated) > 0 {
			t.Errorf("%s: ids and keys that do not sort by bytes: %v", table, collated)
		}
	}
}

// The few tables without row-level security are one constant.
func TestTablesWithoutWorkspaceAreTheFew(t *testing.T) {
	t.Parallel()
	d := dbtest.Postgres(t)
	open := texts(t, d.Write, `select relname::text from pg_class where relkind = 'r' and relnamespace = current_schema()::regnamespace and not relrowsecurity and relname not like 'river\_%' order by 1`)
	want := slices.Sorted(slices.Values(db.TablesWithoutWorkspace))
	if !slices.Equal(open, want) {
		t.Errorf("tables without row-level security: %v, want %v", open, want)
	}
}

// Activity is frozen by the database itself.
func TestActivityCannotBeChanged(t *testing.T) {
	dbtest.OnBoth(t, func(t *testing.T, d *db.DB) {
		tx, err := d.Write.BeginTx(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		defer tx.Rollback() //nolint:errcheck // a test
		must := func(query string, args ...any) {
			t.Helper()
			if _, err := tx.ExecContext(t.Context(), query, args...); err != nil {
				t.Fatalf("%s: %v", query, err)
			}
		}
		if d.Postgres() {
			must(`select set_config('foyer.workspace', 'w', true)`)
		}
		must(`insert into workspace (id, name, time_zone, language, created_at) values ('w', 'W', 'UTC', 'en', 1)`)
		must(`insert into activity (workspace_id, id, at, actor_kind, kind, subject_kind, subject_id, area, audience, params)
			values ('w', 'a', 1, 'system', 'k', 's', 'x', 'people', 'staff', '{}')`)
		refused := func(query string) {
			t.Helper()
			must(`savepoint before`)
			if _, err := tx.ExecContext(t.Context(), query); err == nil {
				t.Errorf("the database took: %s", query)
			}
			must(`rollback to savepoint before`)
		}
		for _, c := range []string{"id = 'b'", "at = 2", "actor_kind = 'staff'", "actor_id = 'z'", "address = 'z'", "agent = 'z'", "request_id = 'z'", "kind = 'z'",
			"subject_kind = 'z'", "subject_id = 'z'", "area = 'z'", "audience = 'client'", `params = '{"a":1}'`} {
			refused(`update activity set ` + c)
		}
		refused(`delete from activity`)
		must(`update activity set seq = 1, previous_hash = '', hash = 'h'`)
		refused(`update activity set hash = 'i'`)
		refused(`update activity set seq = 2`)
	})
}
