package auth

import (
	"context"

	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
)

// A person reads the language that they chose in their account. Until they choose one it
// is their client's, where they are one of its people, and until that has one the
// workspace's. A client that is written to at its own address, since nobody of it can
// sign in yet, reads its language. It is looked up whenever something is said, so that a
// change at the client reaches everybody who has not chosen, and nobody who has.

// firstLanguage is the language of the first client that a person (i) may
// enter, where no client is known.
const firstLanguage = `(
	select fcl.language
	from contact fc
	join client fcl on fcl.workspace_id = fc.workspace_id and fcl.id = fc.client_id
	where fc.workspace_id = :workspace and fc.identity_id = i.id and fc.suspended_at is null
		and fcl.portal_enabled_at is not null and fcl.archived_at is null and fcl.lead_status is null
	order by fc.client_id
	limit 1)`

const readLanguage = `-- readLanguage
select coalesce(nullif(i.language, ''), cl.language, ` + firstLanguage + `, '')
from identity i
left join client cl on cl.workspace_id = i.workspace_id and cl.id = :about and i.realm = 'portal'
where i.workspace_id = :workspace
  and i.id = :person`

// readClientLanguage is asked of mail to an address that is nobody's login.
const readClientLanguage = `-- readClientLanguage
select cl.language
from client cl
where cl.workspace_id = :workspace
  and cl.id = :about`

// LanguageOf is the language in which to write to a person, about a client
// where one is named.
func (s System) LanguageOf(ctx context.Context, tx scope.Tx, identity, client string) (string, error) {
	statement, args := readLanguage, scope.Args{"person": identity, "about": scope.Null(client)}
	if identity == "" {
		statement, args = readClientLanguage, scope.Args{"about": scope.Null(client)}
	}
	language, err := scope.One(ctx, tx, statement, args, scope.Value[string])
	if problem.Is(err, problem.NotFound) {
		err = nil // a mail to nobody whom we know
	}
	if language == "" {
		language = s.site.Language
	}
	return language, err
}
