package db

import (
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing/fstest"
)

// TablesWithoutWorkspace are the tables that have no workspace_id and no
// row-level security: what has to be read before the workspace is known. The
// goose ledger and River's tables join them.
var TablesWithoutWorkspace = []string{"workspace", "workspace_host", "installation", "address_limit", "goose_db_version"}

var (
	createTable = regexp.MustCompile(`(?is)create table (\w+) \((.*?)\n\);`)
	addColumn   = regexp.MustCompile(`(?is)alter table \w+ add column [^;]*;`)
	typeWords   = regexp.MustCompile(`(?i)\b(bigint|boolean|bytea)\b`)
	jsonColumn  = regexp.MustCompile(`(?i)\b(\w+) jsonb\b( not null)?`)
	collateC    = regexp.MustCompile(`(?i)\s+collate "C"`)
	lineRemark  = regexp.MustCompile(`--[^\n]*`)
)

var sqliteTypes = map[string]string{"bigint": "integer", "boolean": "integer", "bytea": "blob"}

// translated is the migrations folder in one engine's SQL. Migrations are
// written in PostgreSQL's type names; NAME.sqlite.sql and NAME.postgres.sql
// are for what cannot be said once.
func translated(source fs.FS, postgres bool) (fs.FS, error) {
	entries, err := fs.ReadDir(source, ".")
	if err != nil {
		return nil, err
	}
	out := fstest.MapFS{}
	for _, e := range entries {
		if path.Ext(e.Name()) != ".sql" {
			continue
		}
		text, err := fs.ReadFile(source, e.Name())
		if err != nil {
			return nil, err
		}
		name, engine, special := strings.Cut(strings.TrimSuffix(e.Name(), ".sql"), ".")
		if special && (engine == "postgres") != postgres {
			continue
		}
		sql := string(text)
		if !special {
			sql = translate(sql, postgres)
		}
		if _, twice := out[name+".sql"]; twice {
			return nil, fmt.Errorf("migration %s is there twice", name)
		}
		out[name+".sql"] = &fstest.MapFile{Data: []byte(sql)}
	}
	return out, nil
}

func translate(sql string, postgres bool) string {
	if postgres {
		return createTable.ReplaceAllStringFunc(sql, withPolicy)
	}
	sql = createTable.ReplaceAllStringFunc(sql, func(table string) string {
		return strings.TrimSuffix(columns(table), ";") + " strict;"
	})
	sql = addColumn.ReplaceAllStringFunc(sql, columns)
	return collateC.ReplaceAllString(sql, "")
}

// columns puts SQLite's types in the place of PostgreSQL's.
func columns(sql string) string {
	sql = lineRemark.ReplaceAllString(sql, "")
	sql = jsonColumn.ReplaceAllString(sql, "$1 text$2 check (json_valid($1))")
	return typeWords.ReplaceAllStringFunc(sql, func(t string) string { return sqliteTypes[strings.ToLower(t)] })
}

// withPolicy puts row-level security on every table of a workspace, so that
// no migration can forget it.
func withPolicy(table string) string {
	name := createTable.FindStringSubmatch(table)[1]
	if slices.Contains(TablesWithoutWorkspace, name) {
		return table
	}
	return table + fmt.Sprintf(`
alter table %[1]s enable row level security;
alter table %[1]s force row level security;
create policy workspace on %[1]s
	using (workspace_id = current_setting('foyer.workspace', true))
	with check (workspace_id = current_setting('foyer.workspace', true));`, name)
}
