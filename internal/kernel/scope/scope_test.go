package scope_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"foyer/internal/kernel/db"
	"foyer/internal/kernel/db/dbtest"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
)

const workspaceA, workspaceB = "00000000000000000000000001", "00000000000000000000000002"

// seed makes two workspaces with an identity each.
func seed(t *testing.T, d *db.DB) {
	t.Helper()
	for _, ws := range []string{workspaceA, workspaceB} {
		if _, err := d.Write.ExecContext(t.Context(), `insert into workspace (id, name, time_zone, language, created_at) values ($1, 'W', 'UTC', 'en', 1)`, ws); err != nil {
			t.Fatal(err)
		}
		run(t, d, scope.Who{Kind: scope.System, Workspace: ws}, func(tx scope.Tx) error {
			_, err := tx.Exec(t.Context(), insertIdentity, scope.Args{"id": "person-" + ws, "name": "name of " + ws})
			return err
		})
	}
}

const insertIdentity = `-- insertIdentity
insert into identity (workspace_id, id, realm, name, email, email_key, created_at)
values (:workspace, :id, 'portal', :name, 'a@example.com', 'a@example.com', :now)`

const listNames = `-- listNames
select name
from identity
where workspace_id = :workspace
order by name`

var moment = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

func run(t *testing.T, d *db.DB, who scope.Who, fn func(scope.Tx) error) {
	t.Helper()
	if err := scope.Run(t.Context(), d, who, true, moment, fn); err != nil {
		t.Fatal(err)
	}
}

func TestStatementThatDoesNotNameItsScopeIsRefused(t *testing.T) {
	cases := []struct {
		name    string
		who     scope.Who
		text    string
		args    scope.Args
		refused string
	}{
		{"staff without workspace", scope.Who{Kind: scope.Staff, Workspace: workspaceA}, `select name from identity`, nil, "does not name :workspace"},
		{"workspace in a comment only", scope.Who{Kind: scope.Staff, Workspace: workspaceA}, "select name from identity -- :workspace", nil, "does not name :workspace"},
		{"workspace in quotes only", scope.Who{Kind: scope.Staff, Workspace: workspaceA}, "select ':workspace' from identity", nil, "does not name :workspace"},
		{"portal without client", scope.Who{Kind: scope.Portal, Workspace: workspaceA, Client: "c"}, listNames, nil, "does not name :client"},
		{"person without identity", scope.Who{Kind: scope.Person, Workspace: workspaceA, Identity: "i"}, listNames, nil, "does not name :identity"},
		{"a caller that sets the workspace", scope.Who{Kind: scope.Staff, Workspace: workspaceA}, listNames, scope.Args{"workspace": workspaceB}, "which its transaction supplies"},
		{"a caller that sets the client", scope.Who{Kind: scope.Portal, Workspace: workspaceA, Client: "c"},
			`select name from client where workspace_id = :workspace and id = :client`, scope.Args{"client": "d"}, "which its transaction supplies"},
		{"a value too few", scope.Who{Kind: scope.Staff, Workspace: workspaceA}, `select name from identity where workspace_id = :workspace and id = :id`, nil, "lacks a value for :id"},
		{"a value too many", scope.Who{Kind: scope.Staff, Workspace: workspaceA}, listNames, scope.Args{"id": "x"}, "a value it does not name"},
		{"no workspace", scope.Who{Kind: scope.Staff}, listNames, nil, "needs a workspace"},
		{"no kind", scope.Who{Workspace: workspaceA}, listNames, nil, "needs a workspace and a kind"},
	}
	dbtest.OnBoth(t, func(t *testing.T, d *db.DB) {
		for _, c := range cases {
			err := scope.Run(t.Context(), d, c.who, false, moment, func(tx scope.Tx) error {
				return tx.Each(t.Context(), c.text, c.args, func(scope.Row) error { return nil })
			})
			if err == nil || !strings.Contains(err.Error(), c.refused) {
				t.Errorf("%s: got %v, want it to say %q", c.name, err, c.refused)
			}
		}
	})
}

func TestTransactionSeesItsWorkspaceAlone(t *testing.T) {
	dbtest.OnBoth(t, func(t *testing.T, d *db.DB) {
		seed(t, d)
		run(t, d, scope.Who{Kind: scope.Staff, Workspace: workspaceA}, func(tx scope.Tx) error {
			var one, two []string
			err := tx.Batch(t.Context(), scope.Into(&one, listNames, nil, scope.Value[string]), scope.Into(&two, listNames, nil, scope.Value[string]))
			if want := "name of " + workspaceA; err == nil && (len(one) != 1 || one[0] != want || len(two) != 1 || two[0] != want) {
				t.Errorf("batch read %q and %q", one, two)
			}
			return err
		})
	})
}

// On PostgreSQL even a statement that forgets its predicate sees one workspace.
func TestRowLevelSecurityHoldsWhenThePredicateIsGone(t *testing.T) {
	t.Parallel()
	d := dbtest.Postgres(t)
	seed(t, d)
	const decoy = `select name from identity where :workspace = :workspace`
	run(t, d, scope.Who{Kind: scope.Staff, Workspace: workspaceA}, func(tx scope.Tx) error {
		names, err := scope.List(t.Context(), tx, decoy, nil, scope.Value[string])
		if err == nil && (len(names) != 1 || names[0] != "name of "+workspaceA) {
			t.Errorf("without a predicate a transaction of A sees %q", names)
		}
		return err
	})
	var n int
	if err := d.Write.QueryRowContext(t.Context(), `select count(*) from identity`).Scan(&n); err != nil || n != 0 {
		t.Errorf("outside of any scope %d rows are seen (%v), want none", n, err)
	}
}

func TestReadingTransactionCannotWrite(t *testing.T) {
	dbtest.OnBoth(t, func(t *testing.T, d *db.DB) {
		seed(t, d)
		err := scope.Run(t.Context(), d, scope.Who{Kind: scope.System, Workspace: workspaceA}, false, moment, func(tx scope.Tx) error {
			_, err := tx.Exec(t.Context(), insertIdentity, scope.Args{"id": "another", "name": "x"})
			return err
		})
		if err == nil {
			t.Error("a reading transaction wrote a row")
		}
	})
}

func TestOneWithoutARowIsNotFound(t *testing.T) {
	dbtest.OnBoth(t, func(t *testing.T, d *db.DB) {
		seed(t, d)
		run(t, d, scope.Who{Kind: scope.System, Workspace: workspaceA}, func(tx scope.Tx) error {
			_, err := scope.One(t.Context(), tx, `select name from identity where workspace_id = :workspace and id = :id`, scope.Args{"id": "person-" + workspaceB}, scope.Value[string])
			if !problem.Is(err, problem.NotFound) {
				t.Errorf("got %v, want not found", err)
			}
			return nil
		})
	})
}

func TestOnceMakesOneRecordOfManySubmissions(t *testing.T) {
	dbtest.OnBoth(t, func(t *testing.T, d *db.DB) {
		seed(t, d)
		who := scope.Who{Kind: scope.Staff, Workspace: workspaceA, Identity: "person-" + workspaceA, Key: "form-1"}
		results := make(chan string, 8)
		for i := range cap(results) {
			go func() {
				var got string
				err := scope.Run(context.WithoutCancel(t.Context()), d, who, true, moment, func(tx scope.Tx) (err error) {
					got, err = scope.Once(t.Context(), tx, func() (string, error) {
						id := string(rune('a' + i))
						_, err := tx.Exec(t.Context(), `insert into identity (workspace_id, id, realm, name, email, email_key, created_at)
							values (:workspace, :id, 'staff', 'n', 'n', :id, :now)`, scope.Args{"id": id})
						return id, err
					})
					return err
				})
				if err != nil {
					got = err.Error()
				}
				results <- got
			}()
		}
		first := <-results
		for range cap(results) - 1 {
			if got := <-results; got != first {
				t.Errorf("one submission gave %q, another %q", first, got)
			}
		}
		run(t, d, scope.Who{Kind: scope.System, Workspace: workspaceA}, func(tx scope.Tx) error {
			n, err := scope.One(t.Context(), tx, `select count(*) from identity where workspace_id = :workspace and realm = 'staff'`, nil, scope.Value[int])
			if n != 1 {
				t.Errorf("%d records were made, want one", n)
			}
			return err
		})
	})
}
