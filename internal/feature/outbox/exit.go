package outbox

import (
	"context"
	"strings"

	"foyer/internal/auth"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
	"foyer/internal/kernel/secret"
)

// Exit is a mail that somebody wants no more of, found by the address in it.
type Exit struct {
	Identity string
	Client   string
	Area     auth.Area
	Digest   bool // it told of a day, whatever the areas
}

// plainly and safely turn the text of a sealed secret into part of an address and back.
var (
	safely  = strings.NewReplacer("+", "-", "/", "_")
	plainly = strings.NewReplacer("-", "+", "_", "/")
)

// exitPlace binds an address to unsubscribe at to its workspace.
func exitPlace(workspace string) string { return workspace + "/unsubscribe" }

// exitAt is the address at which the reader of a mail gets no more of its kind. Who
// holds it needs no login: nobody can make one up.
func (o *Outbox) exitAt(site auth.Site, w Wanted) string {
	sealed := o.Secrets.Seal(exitPlace(site.ID), w.ID)
	token := safely.Replace(strings.TrimPrefix(sealed, secret.Version))
	if w.Realm == auth.StaffRealm {
		return site.AppURL("/unsubscribe/" + token)
	}
	return site.PortalURL("/unsubscribe/" + token)
}

const readExit = `-- readExit
select o.kind, o.identity_id, o.client_id, o.digest
from outbox o
where o.workspace_id = :workspace
  and o.id = :id`

// Exit finds what an address to unsubscribe at stands for. Problem: NotFound.
func (o *Outbox) Exit(ctx context.Context, tx scope.Tx, token string) (e Exit, err error) {
	mail, err := o.Secrets.Open(exitPlace(tx.Who().Workspace), secret.Version+plainly.Replace(token))
	if err != nil {
		return e, problem.Missing()
	}
	var kind string
	e, err = scope.One(ctx, tx, readExit, scope.Args{"id": mail}, func(row scope.Row) (e Exit, err error) {
		return e, row.Scan(&kind, scope.Text(&e.Identity), scope.Text(&e.Client), &e.Digest)
	})
	e.Area = o.Rules[kind].Area
	if err == nil && (e.Area == "" || e.Identity == "") {
		err = problem.Missing()
	}
	return e, err
}
