package housetest

import (
	"database/sql"
	"regexp"
	"slices"
	"strings"
	"testing"

	"foyer/internal/housetest/house"
	"foyer/internal/kernel/db"
	"foyer/internal/kernel/db/dbtest"
)

var (
	parameter = regexp.MustCompile(`:[a-z_0-9]+`)
	fullScan  = regexp.MustCompile(`^SCAN (\w+)`)
	prepared  = regexp.MustCompile(`^(?:CO-ROUTINE|MATERIALIZE) (\w+)`)
	byIndex   = regexp.MustCompile(`USING (?:COVERING )?INDEX (\w+)`)
)

// mayScan are statements that read a whole table on purpose, with the reason.
var mayScan = map[string]string{
	"siteOfFirst": "there are few workspaces, and the first is found among them",
	"siteOfHost":  "as siteOfFirst",
	"siteOfID":    "as siteOfFirst",
}

// Every statement finds its rows by an index, whatever the table grows to: the
// planner is asked.
func TestNoStatementReadsAWholeTable(t *testing.T) {
	t.Parallel()
	d := dbtest.SQLite(t)
	asked := 0
	for _, s := range statements(t) {
		if mayScan[s.name] != "" || strings.Contains(s.text, "insert into") {
			continue
		}
		query := strings.ReplaceAll(parameter.ReplaceAllString(s.text, "'1'"), "limit '1'", "limit 1")
		for _, n := range []string{"$1", "$2", "$3", "$4"} {
			query = strings.ReplaceAll(query, n, "'1'")
		}
		plan(t, d, s, planned(t, d, query))
		asked++
	}
	if asked < 60 {
		t.Errorf("the planner was asked about %d statements only", asked)
	}
}

var (
	ofRecord = regexp.MustCompile(`:(project|case|request|event|contract|invoice|payment|document)\b`)
	wide     = regexp.MustCompile(`^SEARCH (\w+) USING (?:COVERING )?INDEX (\w+) \(workspace_id=\?(?: AND \w+[<>]\?)*\)`)
)

// A statement about one record is not led by the order of its rows to read all that a
// workspace has of them: without figures about its tables SQLite takes a workspace's rows
// for few.
func TestARecordsStatementsStayWithIt(t *testing.T) {
	t.Parallel()
	d := dbtest.SQLite(t)
	asked := 0
	for _, s := range statements(t) {
		narrowing := strings.Contains(s.text, ":project = ''") // a list that a record may narrow
		if narrowing || !ofRecord.MatchString(s.text) || strings.Contains(s.text, "insert into") {
			continue
		}
		query := strings.ReplaceAll(parameter.ReplaceAllString(s.text, "'1'"), "limit '1'", "limit 1")
		for _, detail := range planned(t, d, query) {
			m := wide.FindStringSubmatch(detail)
			if m == nil {
				continue
			}
			table := regexp.MustCompile(`\b(?:from|join)\s+([a-z_]+)\s+` + m[1] + `\b`).FindStringSubmatch(s.text)
			if table != nil && slices.Contains(slices.Concat(crowded, attached), table[1]) {
				t.Errorf("%s %s reads all of a workspace's %s: %s", s.where, s.name, table[1], detail)
			}
		}
		asked++
	}
	if asked < 100 {
		t.Errorf("the planner was asked about %d statements only", asked)
	}
}

// planned is what SQLite means to do, a line a step.
func planned(t *testing.T, d *db.DB, query string) (details []string) {
	t.Helper()
	rows, err := d.Read.QueryContext(t.Context(), "explain query plan "+query)
	must(t, err)
	defer rows.Close()
	for rows.Next() {
		var id, parent, unused int
		var detail string
		must(t, rows.Scan(&id, &parent, &unused, &detail))
		details = append(details, detail)
	}
	must(t, rows.Err())
	return details
}

// acrossWorkspaces are the keys of workspaces themselves and of host names, of
// which there is one in the world.
var acrossWorkspaces = []string{"sqlite_autoindex_workspace_1", "sqlite_autoindex_workspace_host_1", "workspace_pkey"}

// plan reads what the planner means to do.
func plan(t *testing.T, d *db.DB, s statement, details []string) {
	t.Helper()
	// What was looked up before, by an index, is read to its end; so is what is
	// made of other parts, which have lines of their own in the plan.
	lookedUp := map[string]bool{}
	for _, detail := range details {
		if m := prepared.FindStringSubmatch(detail); m != nil {
			named := regexp.MustCompile(`\b(?:from|join)\s+[a-z_]+\s+` + m[1] + `\b`)
			lookedUp[m[1]] = !named.MatchString(s.text) || slices.ContainsFunc(details, func(other string) bool { return strings.HasPrefix(other, "SEARCH "+m[1]+" USING") })
		}
	}
	for _, detail := range details {
		if m := fullScan.FindStringSubmatch(detail); m != nil && m[1] != "CONSTANT" && !strings.Contains(detail, "USING") && !lookedUp[m[1]] {
			t.Errorf("%s %s reads a whole table: %s", s.where, s.name, detail)
		}
		if m := byIndex.FindStringSubmatch(detail); m != nil && strings.Contains(s.text, ":workspace") {
			var first string
			must(t, d.Read.QueryRowContext(t.Context(), `select name from pragma_index_info(?) where seqno = 0`, m[1]).Scan(&first))
			if first != "workspace_id" && !slices.Contains(acrossWorkspaces, m[1]) {
				t.Errorf("%s %s uses %s, which begins with %s", s.where, s.name, m[1], first)
			}
		}
	}
}

// crowded are the tables that grow with the work.
var crowded = []string{
	"client", "contact", "project", "target", "project_step", "funding", "activity",
	"support_case", "case_reply", "case_note", "change_request", "change_message", "change_quote",
}

// attached are the tables of what records have.
var attached = []string{"invoice", "allocation", "payment", "document", "case_reply_file", "change_file", "signature", "calendar_event", "calendar_slot", "calendar_attendee"}

// PostgreSQL's planner goes by how many rows there are, so it is asked about a
// workspace among forty.
func TestPostgresFindsRowsByTheWorkspace(t *testing.T) {
	t.Parallel()
	h := house.New(t, house.Postgres).Furnish(t)
	h.First.Crowd(t)
	d := h.Everything(t)
	multiply(t, d)
	begins := map[string]string{}
	for _, line := range house.Texts(t, d, `
		select i.relname || ' ' || a.attname
		from pg_index x
		join pg_class i on i.oid = x.indexrelid
		join pg_attribute a on a.attrelid = x.indrelid and a.attnum = x.indkey[0]`) {
		index, column, _ := strings.Cut(line, " ")
		begins[index] = column
	}
	w := h.First
	values := strings.NewReplacer(":workspace", "'"+w.Site.ID+"'", ":client", "'"+w.Clients[0].ID.String()+"'", ":project", "'"+w.Clients[0].Project.String()+"'",
		":case", "'"+w.Clients[0].Case.String()+"'", ":request", "'"+w.Clients[0].Change.String()+"'")
	asked := 0
	for _, s := range statements(t) {
		of := strings.TrimPrefix(s.where, "internal/feature/")
		if !slices.ContainsFunc([]string{"project/", "feed/", "notify/", "support/", "change/", "waiting/"}, func(room string) bool { return strings.HasPrefix(of, room) }) || strings.Contains(s.text, "insert into") {
			continue
		}
		// :projects is not :project, and :cases not :case.
		query := values.Replace(regexp.MustCompile(`:(project|case)(s?)\b`).ReplaceAllStringFunc(s.text, func(name string) string {
			if name == ":projects" || name == ":cases" {
				return "true"
			}
			return name
		}))
		query = parameter.ReplaceAllString(query, "'1'")
		asked++
		for _, line := range house.Texts(t, d, "explain (costs off) "+query) {
			if m := sequential.FindStringSubmatch(line); m != nil && slices.Contains(crowded, m[1]) {
				t.Errorf("%s %s reads a whole table: %s", s.where, s.name, strings.TrimSpace(line))
			}
			if m := indexed.FindStringSubmatch(line); m != nil && begins[m[1]] != "workspace_id" && !slices.Contains(acrossWorkspaces, m[1]) {
				t.Errorf("%s %s uses %s, which begins with %q", s.where, s.name, m[1], begins[m[1]])
			}
		}
	}
	if asked < 30 {
		t.Errorf("the planner was asked about %d statements only", asked)
	}
}

var (
	sequential = regexp.MustCompile(`Seq Scan on (\w+)`)
	indexed    = regexp.MustCompile(`Index (?:Only )?Scan (?:Backward )?(?:using|on) (\w+)`)
)

// multiply copies the rows of the tables that grow into other workspaces, of which
// nothing else is there, and lets the planner count.
func multiply(t *testing.T, d *sql.DB) {
	t.Helper()
	c, err := d.Conn(t.Context())
	must(t, err)
	defer c.Close()
	// Neither references nor triggers are minded.
	_, err = c.ExecContext(t.Context(), `set session_replication_role = replica`)
	must(t, err)
	for _, table := range crowded {
		columns := house.Texts(t, d, `select column_name from information_schema.columns where table_name = '`+table+`' and table_schema = 'public' and column_name <> 'workspace_id' order by 1`)
		list := strings.Join(columns, ", ")
		_, err := c.ExecContext(t.Context(), `insert into `+table+` (workspace_id, `+list+`) select workspace_id || n, `+list+` from `+table+`, generate_series(1, 20) n`)
		must(t, err)
	}
	_, err = c.ExecContext(t.Context(), `analyze`)
	must(t, err)
}
