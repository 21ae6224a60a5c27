package auth

import (
	"context"
	"strings"
	"time"

	"foyer/internal/kernel/id"
	"foyer/internal/kernel/mail"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
)

// AddressKey is the form of a mail address that is compared and unique. Text
// that is no address at all has a key too, which no login has.
func AddressKey(text string) string {
	if key, err := mail.NormalizeAddress(text); err == nil {
		return key
	}
	text = strings.ReplaceAll(strings.ToLower(strings.TrimSpace(text)), "\x00", "")
	return strings.ToValidUTF8(text[:min(len(text), 320)], "")
}

// credential is what sign-in compares with.
type credential struct {
	identity  string
	hash      string
	temporary time.Time
	clients   int    // doors that are open: clients, or one for a staff member
	client    string // the first of them
}

// The doors that are open are counted in the same statement, so that a login
// without any costs the same as one that is not there.
const findCredential = `-- findCredential
select i.id, i.password_hash, i.password_temporary_until,
	(select count(*) from member m
		where m.workspace_id = i.workspace_id and m.identity_id = i.id and m.removed_at is null)
	+ (select count(*) from contact c
		join client cl on cl.workspace_id = c.workspace_id and cl.id = c.client_id
		where c.workspace_id = i.workspace_id and c.identity_id = i.id and c.suspended_at is null
			and cl.portal_enabled_at is not null and cl.archived_at is null and cl.lead_status is null),
	(select min(c.client_id) from contact c
		join client cl on cl.workspace_id = c.workspace_id and cl.id = c.client_id
		where c.workspace_id = i.workspace_id and c.identity_id = i.id and c.suspended_at is null
			and cl.portal_enabled_at is not null and cl.archived_at is null and cl.lead_status is null)
from identity i
where i.workspace_id = :workspace
  and i.realm = :realm
  and i.email_key = :email`

const countDoors = `-- countDoors
select (select count(*) from member m
		where m.workspace_id = i.workspace_id and m.identity_id = i.id and m.removed_at is null)
	+ (select count(*) from contact c
		join client cl on cl.workspace_id = c.workspace_id and cl.id = c.client_id
		where c.workspace_id = i.workspace_id and c.identity_id = i.id and c.suspended_at is null
			and cl.portal_enabled_at is not null and cl.archived_at is null and cl.lead_status is null)
from identity i
where i.workspace_id = :workspace
  and i.id = :person`

// HasDoor tells whether an identity may enter anywhere: a mail with a link is
// of no use to somebody whose every door was shut meanwhile.
func (s System) HasDoor(ctx context.Context, tx scope.Tx, identity string) (bool, error) {
	n, err := scope.One(ctx, tx, countDoors, scope.Args{"person": identity}, scope.Value[int])
	return n > 0, err
}

func scanCredential(row scope.Row) (c credential, err error) {
	err = row.Scan(&c.identity, &c.hash, scope.Time(&c.temporary), &c.clients, scope.Text(&c.client))
	return c, err
}

// SignIn opens a session for a mail address and a password and gives its token.
// Whether the address exists or not, it does the same work and gives the same
// answer: problem.Unauthenticated, or problem.TooMany after too many tries.
// previous is the session the browser came with, which ends.
func (g *Gate) SignIn(ctx context.Context, v Visitor, realm Realm, email, password string, previous id.Secret) (id.Secret, error) {
	key := AddressKey(email)
	if err := g.countAddress(ctx, v.facts.Address, "sign_in"); err != nil {
		return id.Secret{}, err
	}
	if err := g.countAccount(ctx, v, realm, signInCounters(key, v.facts.Address)...); err != nil {
		return id.Secret{}, err
	}
	var found credential
	err := v.read(ctx, func(tx scope.Tx) (err error) {
		found, err = scope.One(ctx, tx, findCredential, scope.Args{"realm": string(realm), "email": key}, scanCredential)
		return err
	})
	if err != nil && !problem.Is(err, problem.NotFound) {
		return id.Secret{}, err
	}
	right, err := g.hasher.Matches(ctx, password, found.hash)
	if err != nil {
		return id.Secret{}, err
	}
	if !right || found.clients == 0 {
		return id.Secret{}, problem.Of(problem.Unauthenticated, "sign_in.wrong")
	}
	if !found.temporary.IsZero() && g.now().After(found.temporary) {
		return id.Secret{}, problem.Of(problem.Unauthenticated, "sign_in.temporary_over")
	}
	return g.welcome(ctx, v, realm, key, found, previous)
}

// welcome opens the session after a right password.
func (g *Gate) welcome(ctx context.Context, v Visitor, realm Realm, key string, found credential, previous id.Secret) (id.Secret, error) {
	if err := g.uncountAddress(ctx, v.facts.Address, "sign_in"); err != nil {
		return id.Secret{}, err
	}
	client := ""
	if found.clients == 1 {
		client = found.client
	}
	var token id.Secret
	err := v.write(ctx, func(tx scope.Tx) (err error) {
		if err := endPresented(ctx, tx, realm, previous); err != nil {
			return err
		}
		if token, err = g.openSession(ctx, tx, found.identity, client, v.facts); err != nil {
			return err
		}
		if err := forgetTries(ctx, tx, realm, key, v.facts.Address); err != nil {
			return err
		}
		return g.record(ctx, tx, found.identity, client, "session.started", nil)
	})
	return token, err
}

const endSessionOfToken = `-- endSessionOfToken
update session
set ended_at = :now
where workspace_id = :workspace
  and realm = :realm
  and token_hash = :hash
  and ended_at is null`

// endPresented ends the session that a browser came with, if any.
func endPresented(ctx context.Context, tx scope.Tx, realm Realm, token id.Secret) error {
	if token.Reveal() == "" {
		return nil
	}
	_, err := tx.Exec(ctx, endSessionOfToken, scope.Args{"realm": string(realm), "hash": token.Hash()})
	return err
}

// SignOut ends the session of a token. Signing out twice is no error.
func (g *Gate) SignOut(ctx context.Context, v Visitor, realm Realm, token id.Secret) error {
	return v.write(ctx, func(tx scope.Tx) error { return endPresented(ctx, tx, realm, token) })
}

// record notes something that happened to a login.
func (g *Gate) record(ctx context.Context, tx scope.Tx, identity, client, kind string, params map[string]any) error {
	return g.ports.Record(ctx, tx, Event{
		Kind: kind, SubjectKind: "identity", SubjectID: identity, Area: People, Client: client, Audience: ForStaffOnly, Params: params,
	})
}
