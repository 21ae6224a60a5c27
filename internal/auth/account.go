package auth

import (
	"context"
	"time"

	"foyer/internal/kernel/id"
	"foyer/internal/kernel/lang"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
	"foyer/internal/kernel/text"
)

// What belongs to the person alone: these statements name the identity.

const readHash = `-- readHash
select password_hash
from identity
where workspace_id = :workspace
  and id = :identity`

const setOwnPassword = `-- setOwnPassword
update identity
set password_hash = :password,
	password_set_at = :now,
	password_temporary_until = null,
	epoch = epoch + 1
where workspace_id = :workspace
  and id = :identity
  and password_hash = :old`

const endOwnSessions = `-- endOwnSessions
update session
set ended_at = :now
where workspace_id = :workspace
  and identity_id = :identity
  and ended_at is null`

const voidOwnLinks = `-- voidOwnLinks
update link
set void_at = :now
where workspace_id = :workspace
  and identity_id = :identity
  and purpose in ('reset', 'invite')
  and used_at is null
  and void_at is null`

const chosenClient = `-- chosenClient
select coalesce(client_id, '')
from session
where workspace_id = :workspace
  and identity_id = :identity
  and id = :session`

// ChangePassword replaces the person's password and gives the token of a fresh
// session; every other one ends, and so do links to set a password. current is asked unless the password was set
// by staff (due). Problems are Invalid under "current" or "password", or
// TooMany after wrong tries.
func (p Person) ChangePassword(ctx context.Context, current, password string, due bool) (id.Secret, error) {
	old, err := p.knowsPassword(ctx, current, due)
	if err != nil {
		return id.Secret{}, err
	}
	var fields problem.Fields
	CheckPassword(&fields, "password", password, p.email, p.name, p.site.Name)
	if err := fields.Err(); err != nil {
		return id.Secret{}, err
	}
	if same, err := p.gate.hasher.Matches(ctx, password, old); err != nil || same {
		if same {
			err = problem.Field("password", "password.same")
		}
		return id.Secret{}, err
	}
	hash, err := p.gate.hasher.Hash(ctx, password)
	if err != nil {
		return id.Secret{}, err
	}
	var token id.Secret
	err = p.write(ctx, func(tx scope.Tx) (err error) {
		token, err = p.replacePassword(ctx, tx, old, hash)
		return err
	})
	return token, err
}

// knowsPassword asks for the current password, with the delays of sign-in.
func (p Person) knowsPassword(ctx context.Context, current string, due bool) (old string, err error) {
	err = p.read(ctx, func(tx scope.Tx) (err error) {
		old, err = scope.One(ctx, tx, readHash, nil, scope.Value[string])
		return err
	})
	if err != nil || due {
		return old, err
	}
	if current == "" {
		return "", problem.Field("current", "password.current_required")
	}
	v := Visitor{p.asker}
	if err := p.gate.countAccount(ctx, v, p.realm, signInCounters(AddressKey(p.email), p.facts.Address)...); err != nil {
		return "", err
	}
	right, err := p.gate.hasher.Matches(ctx, current, old)
	if err == nil && !right {
		err = problem.Field("current", "password.current_wrong")
	}
	if err == nil {
		err = v.write(ctx, func(tx scope.Tx) error { return forgetTries(ctx, tx, p.realm, AddressKey(p.email), p.facts.Address) })
	}
	return old, err
}

func (p Person) replacePassword(ctx context.Context, tx scope.Tx, old string, hash PasswordHash) (id.Secret, error) {
	n, err := tx.Exec(ctx, setOwnPassword, scope.Args{"password": hash, "old": old})
	if err != nil {
		return id.Secret{}, err
	}
	if n == 0 {
		return id.Secret{}, problem.Stale() // somebody changed it at the same moment
	}
	client, err := scope.One(ctx, tx, chosenClient, scope.Args{"session": p.session}, scope.Value[string])
	if err != nil {
		return id.Secret{}, err
	}
	if _, err := tx.Exec(ctx, endOwnSessions, nil); err != nil {
		return id.Secret{}, err
	}
	if _, err := tx.Exec(ctx, voidOwnLinks, nil); err != nil {
		return id.Secret{}, err
	}
	token, err := p.gate.openSession(ctx, tx, p.identity, client, p.facts)
	if err != nil {
		return id.Secret{}, err
	}
	if err := p.gate.ports.Post(ctx, tx, Mail{Kind: "password_changed", Identity: p.identity}); err != nil {
		return id.Secret{}, err
	}
	return token, p.gate.record(ctx, tx, p.identity, client, "password.set", map[string]any{"by": "self"})
}

// Profile is what a person may change of themselves.
type Profile struct {
	Name     string
	Language string // empty to choose none
	Version  int64
}

const saveProfile = `-- saveProfile
update identity
set name = :name,
	language = :language,
	version = version + 1
where workspace_id = :workspace
  and id = :identity
  and version = :version`

// SaveProfile stores the person's name and language. Problems are Invalid by
// field and Conflict when the form is stale.
func (p Person) SaveProfile(ctx context.Context, in Profile) error {
	var fields problem.Fields
	in.Name = text.Line(&fields, "name", in.Name, text.Required, 200)
	if in.Language != "" && !lang.Known(in.Language) {
		fields.Add("language", "field.choice")
	}
	if err := fields.Err(); err != nil {
		return err
	}
	return p.write(ctx, func(tx scope.Tx) error {
		n, err := tx.Exec(ctx, saveProfile, scope.Args{"name": in.Name, "language": in.Language, "version": in.Version})
		if err != nil {
			return err
		}
		if n == 0 {
			return problem.Stale()
		}
		return p.gate.record(ctx, tx, p.identity, "", "profile.changed", nil)
	})
}

// Session is somebody's living session, for the lists in which it can be ended.
type Session struct {
	ID        string
	Person    string
	Address   string
	Agent     string
	CreatedAt time.Time
	SeenAt    time.Time
}

// ScanSession reads the columns id, identity_id, address, agent, created_at, seen_at.
func ScanSession(row scope.Row) (s Session, err error) {
	err = row.Scan(&s.ID, &s.Person, &s.Address, &s.Agent, scope.Time(&s.CreatedAt), scope.Time(&s.SeenAt))
	return s, err
}

// Alive leaves out the sessions that have outlived their realm's limits.
func Alive(all []Session, realm Realm, now time.Time) []Session {
	var alive []Session
	life := lifetimes[realm]
	for _, s := range all {
		if now.Sub(s.SeenAt) <= life.idle && now.Sub(s.CreatedAt) <= life.absolute {
			alive = append(alive, s)
		}
	}
	return alive
}

const listOwnSessions = `-- listOwnSessions
select s.id, s.identity_id, s.address, s.agent, s.created_at, s.seen_at
from session s
join identity i on i.workspace_id = s.workspace_id and i.id = s.identity_id and i.epoch = s.epoch
where s.workspace_id = :workspace
  and s.identity_id = :identity
  and s.ended_at is null
order by s.seen_at desc, s.id desc
limit 200`

// Sessions lists the person's living sessions, the latest first.
func (p Person) Sessions(ctx context.Context) ([]Session, error) {
	var all []Session
	err := p.read(ctx, func(tx scope.Tx) (err error) {
		all, err = scope.List(ctx, tx, listOwnSessions, nil, ScanSession)
		return err
	})
	return Alive(all, p.realm, p.gate.now()), err
}

const endOwnSession = `-- endOwnSession
update session
set ended_at = :now
where workspace_id = :workspace
  and identity_id = :identity
  and id = :session
  and ended_at is null`

// EndSession ends one of the person's own sessions; problem.NotFound for any other.
func (p Person) EndSession(ctx context.Context, session string) error {
	return p.write(ctx, func(tx scope.Tx) error {
		n, err := tx.Exec(ctx, endOwnSession, scope.Args{"session": session})
		if err == nil && n == 0 {
			return problem.Missing()
		}
		if err != nil {
			return err
		}
		return p.gate.record(ctx, tx, p.identity, "", "session.ended", map[string]any{"session": session})
	})
}

// Choice is a client that a person may enter.
type Choice struct{ ID, Name string }

const listChoices = `-- listChoices
select cl.id, cl.name
from contact c
join client cl on cl.workspace_id = c.workspace_id and cl.id = c.client_id
where c.workspace_id = :workspace
  and c.identity_id = :identity
  and c.suspended_at is null
  and cl.portal_enabled_at is not null
  and cl.archived_at is null
  and cl.lead_status is null
order by cl.name_key, cl.id`

// Choices lists the clients that the person may enter.
func (p Person) Choices(ctx context.Context) ([]Choice, error) {
	var all []Choice
	err := p.read(ctx, func(tx scope.Tx) (err error) {
		all, err = scope.List(ctx, tx, listChoices, nil, func(row scope.Row) (c Choice, err error) {
			err = row.Scan(&c.ID, &c.Name)
			return c, err
		})
		return err
	})
	return all, err
}

const chooseClient = `-- chooseClient
update session
set client_id = :chosen
where workspace_id = :workspace
  and identity_id = :identity
  and id = :session
  and exists (
	select 1
	from contact c
	join client cl on cl.workspace_id = c.workspace_id and cl.id = c.client_id
	where c.workspace_id = :workspace
	  and c.identity_id = :identity
	  and c.client_id = :chosen
	  and c.suspended_at is null
	  and cl.portal_enabled_at is not null
	  and cl.archived_at is null
	  and cl.lead_status is null)`

// Choose makes a client the one this session sees; problem.NotFound for one
// that the person may not enter.
func (p Person) Choose(ctx context.Context, client string) error {
	return p.write(ctx, func(tx scope.Tx) error {
		n, err := tx.Exec(ctx, chooseClient, scope.Args{"chosen": client, "session": p.session})
		if err == nil && n == 0 {
			return problem.Missing()
		}
		return err
	})
}
