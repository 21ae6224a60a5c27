package auth

import (
	"context"
	"errors"
	"time"

	"foyer/internal/kernel/id"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
)

// How long a session lives without being used, and at most.
var lifetimes = map[Realm]struct{ idle, absolute time.Duration }{
	StaffRealm:  {time.Hour, 24 * time.Hour},
	PortalRealm: {24 * time.Hour, 30 * 24 * time.Hour},
}

// ErrPasswordDue is a session that may only set a new password, because the one
// it began with was set by staff.
var ErrPasswordDue = errors.New("the password has to be replaced first")

// ErrChooseClient is a person who is a contact of several clients and has not
// chosen one.
var ErrChooseClient = errors.New("a client has to be chosen first")

// Signed is a valid session. What it opens depends on its state.
type Signed struct {
	person       Person
	due          bool
	member       string
	role         Role
	client       string
	clientName   string
	nameless     bool
	contact      string
	capabilities Capabilities
	open         int // clients this person may enter
}

func signedOut() *problem.Problem {
	return problem.Of(problem.Unauthenticated, "problem.signed_out")
}

// One statement reads all that a request needs to know of its person. Only
// living sessions, current credentials and open doors are seen: a member who
// was removed, a contact who is suspended and a portal that is off have no row
// to join.
const findSession = `-- findSession
select s.id, s.created_at, s.seen_at, i.id, i.name, i.email, i.language, coalesce(cl.language, ` + firstLanguage + `, ''), i.version,
	case when i.password_temporary_until is null then 0 else 1 end,
	m.id, m.role,
	c.client_id, cl.name, case when cl.type = 'organization' and cl.name = i.name then 1 else 0 end, c.id,
	c.money, c.projects, c.documents, c.people, c.cases, c.changes, c.meetings, c.contracts,
	coalesce(c.may_pay, false), coalesce(c.may_sign, false), coalesce(c.may_accept, false),
	coalesce(c.may_request, false), coalesce(c.may_upload, false), coalesce(c.may_manage, false),
	(select count(*) from contact oc
		join client ocl on ocl.workspace_id = oc.workspace_id and ocl.id = oc.client_id
		where oc.workspace_id = :workspace and oc.identity_id = i.id and oc.suspended_at is null
			and ocl.portal_enabled_at is not null and ocl.archived_at is null and ocl.lead_status is null)
from session s
join identity i on i.workspace_id = s.workspace_id and i.id = s.identity_id and i.realm = s.realm and i.epoch = s.epoch
left join member m on m.workspace_id = s.workspace_id and m.identity_id = s.identity_id and m.removed_at is null
left join client cl on cl.workspace_id = s.workspace_id and cl.id = s.client_id
	and cl.portal_enabled_at is not null and cl.archived_at is null and cl.lead_status is null
left join contact c on c.workspace_id = s.workspace_id and c.client_id = cl.id and c.identity_id = s.identity_id
	and c.suspended_at is null
where s.workspace_id = :workspace
  and s.realm = :realm
  and s.token_hash = :hash
  and s.ended_at is null`

// Signed finds the living session of a token; problem.Unauthenticated without one.
func (g *Gate) Signed(ctx context.Context, v Visitor, realm Realm, token id.Secret) (Signed, error) {
	if token.Reveal() == "" {
		return Signed{}, signedOut()
	}
	var s Signed
	err := v.read(ctx, func(tx scope.Tx) (err error) {
		s, err = scope.One(ctx, tx, findSession, scope.Args{"realm": string(realm), "hash": token.Hash()}, scanSigned)
		return err
	})
	if problem.Is(err, problem.NotFound) {
		return Signed{}, signedOut()
	}
	if err != nil {
		return Signed{}, err
	}
	life, now := lifetimes[realm], g.now()
	if now.Sub(s.person.seenAt) > life.idle || now.Sub(s.person.createdAt) > life.absolute {
		return Signed{}, signedOut()
	}
	if realm == StaffRealm && s.member == "" || realm == PortalRealm && s.open == 0 {
		return Signed{}, signedOut()
	}
	s.person.asker, s.person.realm = v.asker, realm
	g.seen.note(s.person, now)
	return s, nil
}

func scanSigned(row scope.Row) (Signed, error) {
	var s Signed
	var p = &s.person
	var due, nameless int
	c := &s.capabilities
	err := row.Scan(&p.session, scope.Time(&p.createdAt), scope.Time(&p.seenAt), &p.identity, &p.name, &p.email, &p.chosen, &p.given, &p.version,
		&due, scope.Text(&s.member), scope.Text(&s.role),
		scope.Text(&s.client), scope.Text(&s.clientName), &nameless, scope.Text(&s.contact),
		scope.Text(&c.Money), scope.Text(&c.Projects), scope.Text(&c.Documents), scope.Text(&c.People),
		scope.Text(&c.Cases), scope.Text(&c.Changes), scope.Text(&c.Meetings), scope.Text(&c.Contracts),
		&c.Pay, &c.Sign, &c.Accept, &c.Request, &c.Upload, &c.Manage, &s.open)
	s.due, s.nameless = due == 1, nameless == 1
	return s, err
}

// Person is the person of a session whatever its state: for signing out and for
// replacing a temporary password.
func (s Signed) Person() Person { return s.person }

// Settled is the person of a session that has its own password; ErrPasswordDue otherwise.
func (s Signed) Settled() (Person, error) {
	if s.due {
		return Person{}, ErrPasswordDue
	}
	return s.person, nil
}

// Client is the contact at the chosen client; ErrPasswordDue, ErrChooseClient.
func (s Signed) Client() (Client, error) {
	switch {
	case s.due:
		return Client{}, ErrPasswordDue
	case s.contact == "":
		return Client{}, ErrChooseClient
	}
	return Client{Person: s.person, client: s.client, clientName: s.clientName, nameless: s.nameless, contact: s.contact, capabilities: s.capabilities, several: s.open > 1}, nil
}

// Staff is the staff member of a session; ErrPasswordDue.
func (s Signed) Staff() (Staff, error) {
	if s.due {
		return Staff{}, ErrPasswordDue
	}
	return Staff{Person: s.person, member: s.member, role: s.role}, nil
}

const insertSession = `-- insertSession
insert into session (workspace_id, id, realm, identity_id, client_id, token_hash, epoch, address, agent, created_at, seen_at)
select :workspace, :id, i.realm, i.id, :chosen, :hash, i.epoch, :address, :agent, cast(:now as bigint), cast(:now as bigint)
from identity i
where i.workspace_id = :workspace
  and i.id = :identity`

// openSession writes a session for an identity and gives its token.
func (g *Gate) openSession(ctx context.Context, tx scope.Tx, identity, client string, facts Facts) (id.Secret, error) {
	token := id.NewSecret()
	_, err := tx.Exec(ctx, insertSession, tx.WithIdentity(identity, scope.Args{
		"id": g.ids.New(), "chosen": scope.Null(client), "hash": token.Hash(), "address": facts.Address, "agent": facts.Agent,
	}))
	return token, err
}

const endSessionsOfClient = `-- endSessionsOfClient
update session
set ended_at = :now
where workspace_id = :workspace
  and client_id = :client
  and ended_at is null`

// EndSessionsOfClient ends every session in which this client is chosen.
func EndSessionsOfClient(ctx context.Context, tx scope.Tx, client string) error {
	_, err := tx.Exec(ctx, endSessionsOfClient, scope.Args{"client": client})
	return err
}

const endSessionsAt = `-- endSessionsAt
update session
set ended_at = :now
where workspace_id = :workspace
  and identity_id = :person
  and (:client = '' or client_id = :client)
  and ended_at is null`

// EndSessionsOf ends a person's sessions; at one client when one is named,
// everywhere otherwise.
func EndSessionsOf(ctx context.Context, tx scope.Tx, identity, client string) error {
	_, err := tx.Exec(ctx, endSessionsAt, scope.Args{"person": identity, "client": client})
	return err
}

const endSessionAt = `-- endSessionAt
update session
set ended_at = :now
where workspace_id = :workspace
  and id = :session
  and client_id = :client
  and ended_at is null`

// EndSessionAt ends one session in which this client is chosen;
// problem.NotFound when there is none alive.
func EndSessionAt(ctx context.Context, tx scope.Tx, session, client string) error {
	n, err := tx.Exec(ctx, endSessionAt, scope.Args{"session": session, "client": client})
	if err == nil && n == 0 {
		return problem.Missing()
	}
	return err
}
