package housetest

import (
	"database/sql"
	"regexp"
	"strings"
	"testing"

	"foyer/internal/kernel/db/dbtest"
)

var (
	parameter = regexp.MustCompile(`:[a-z_0-9]+`)
	fullScan  = regexp.MustCompile(`^SCAN (\w+)`)
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
		rows, err := d.Read.QueryContext(t.Context(), "explain query plan "+query)
		if err != nil {
			t.Errorf("%s %s: %v", s.where, s.name, err)
			continue
		}
		plan(t, s, rows)
		asked++
	}
	if asked < 60 {
		t.Errorf("the planner was asked about %d statements only", asked)
	}
}

// plan reads what the planner means to do.
func plan(t *testing.T, s statement, rows *sql.Rows) {
	t.Helper()
	defer rows.Close()
	for rows.Next() {
		var id, parent, unused int
		var detail string
		must(t, rows.Scan(&id, &parent, &unused, &detail))
		if m := fullScan.FindStringSubmatch(detail); m != nil && m[1] != "CONSTANT" && !strings.Contains(detail, "USING") {
			t.Errorf("%s %s reads a whole table: %s", s.where, s.name, detail)
		}
	}
	must(t, rows.Err())
}
