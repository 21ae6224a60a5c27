package auth

import (
	"context"
	"time"

	"foyer/internal/kernel/db"
	"foyer/internal/kernel/id"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
)

// Purpose is what a mailed link is for.
type Purpose string

// The purposes.
const (
	ResetLink  Purpose = "reset"
	InviteLink Purpose = "invite"
	EmailLink  Purpose = "email"
)

// Lifetime is how long a link of the purpose can be used.
func (p Purpose) Lifetime() time.Duration {
	if p == InviteLink {
		return 7 * 24 * time.Hour
	}
	return time.Hour
}

const voidLinks = `-- voidLinks
update link
set void_at = :now
where workspace_id = :workspace
  and identity_id = :person
  and purpose = :purpose
  and used_at is null
  and void_at is null`

const insertLink = `-- insertLink
insert into link (workspace_id, id, identity_id, purpose, token_hash, email, created_at, expires_at)
values (:workspace, :id, :person, :purpose, :hash, :email, :now, :expires)`

// MintLink makes the token of a link for an identity, while its mail is being
// written; older links of the same purpose die. email is the new address of an
// EmailLink.
func (s System) MintLink(ctx context.Context, tx scope.Tx, identity string, purpose Purpose, email string) (id.Secret, error) {
	return s.gate.mint(ctx, tx, identity, purpose, email)
}

func (g *Gate) mint(ctx context.Context, tx scope.Tx, identity string, purpose Purpose, email string) (id.Secret, error) {
	if _, err := tx.Exec(ctx, voidLinks, scope.Args{"person": identity, "purpose": string(purpose)}); err != nil {
		return id.Secret{}, err
	}
	token := id.NewSecret()
	_, err := tx.Exec(ctx, insertLink, scope.Args{
		"id": g.ids.New(), "person": identity, "purpose": string(purpose), "hash": token.Hash(), "email": email,
		"expires": tx.Now().Add(purpose.Lifetime()),
	})
	return token, err
}

// VoidLinks kills the links of a purpose that an identity has not used.
func VoidLinks(ctx context.Context, tx scope.Tx, identity string, purpose Purpose) error {
	_, err := tx.Exec(ctx, voidLinks, scope.Args{"person": identity, "purpose": string(purpose)})
	return err
}

// VoidPasswordLinks kills the links with which a password can be set.
func VoidPasswordLinks(ctx context.Context, tx scope.Tx, identity string) error {
	for _, purpose := range []Purpose{ResetLink, InviteLink} {
		if err := VoidLinks(ctx, tx, identity, purpose); err != nil {
			return err
		}
	}
	return nil
}

// Link is a link that can still be used.
type Link struct {
	Identity string
	Purpose  Purpose
	Name     string
	Email    string // the address of the login
	NewEmail string // of an EmailLink
}

const findLink = `-- findLink
select l.identity_id, l.purpose, i.name, i.email, l.email
from link l
join identity i on i.workspace_id = l.workspace_id and i.id = l.identity_id
where l.workspace_id = :workspace
  and i.realm = :realm
  and l.token_hash = :hash
  and l.used_at is null
  and l.void_at is null
  and l.expires_at > :now`

func scanLink(row scope.Row) (l Link, err error) {
	err = row.Scan(&l.Identity, &l.Purpose, &l.Name, &l.Email, &l.NewEmail)
	return l, err
}

// errSpent is the one answer for links that are used, void, too old or not ours.
func errSpent() error { return problem.Of(problem.NotFound, "link.spent") }

// FindLink looks at a link and changes nothing: mail scanners open links too.
// A link that cannot be used is problem.NotFound.
func (g *Gate) FindLink(ctx context.Context, v Visitor, realm Realm, token id.Secret) (Link, error) {
	var l Link
	err := v.read(ctx, func(tx scope.Tx) (err error) {
		l, err = scope.One(ctx, tx, findLink, scope.Args{"realm": string(realm), "hash": token.Hash()}, scanLink)
		return err
	})
	if problem.Is(err, problem.NotFound) {
		return Link{}, errSpent()
	}
	return l, err
}

const useLink = `-- useLink
update link
set used_at = :now
where workspace_id = :workspace
  and token_hash = :hash
  and purpose in (:purpose, :other)
  and used_at is null
  and void_at is null
  and expires_at > :now`

// use consumes a link; of any number at once, one succeeds.
func use(ctx context.Context, tx scope.Tx, token id.Secret, purpose, other Purpose) error {
	n, err := tx.Exec(ctx, useLink, scope.Args{"hash": token.Hash(), "purpose": string(purpose), "other": string(other)})
	if err == nil && n != 1 {
		return errSpent()
	}
	return err
}

const setPassword = `-- setPassword
update identity
set password_hash = :password,
	password_set_at = :now,
	password_temporary_until = null,
	epoch = epoch + 1
where workspace_id = :workspace
  and id = :person`

const verifyEmail = `-- verifyEmail
update identity
set email_verified_at = coalesce(email_verified_at, :now)
where workspace_id = :workspace
  and id = :person`

const joinMember = `-- joinMember
update member
set joined_at = coalesce(joined_at, :now)
where workspace_id = :workspace
  and identity_id = :person`

// Redeem sets a person's own password with a reset or invitation link. The link
// is used up, every other link and session of the person ends, and nobody is
// signed in by it. A bad password is problem.Invalid under "password"; a link
// that cannot be used is problem.NotFound.
func (g *Gate) Redeem(ctx context.Context, v Visitor, realm Realm, token id.Secret, password string) error {
	link, err := g.FindLink(ctx, v, realm, token)
	if err != nil {
		return err
	}
	var fields problem.Fields
	CheckPassword(&fields, "password", password, link.Email, link.Name, v.site.Name)
	if err := fields.Err(); err != nil {
		return err
	}
	hash, err := g.hasher.Hash(ctx, password)
	if err != nil {
		return err
	}
	return v.write(ctx, func(tx scope.Tx) error {
		if err := use(ctx, tx, token, ResetLink, InviteLink); err != nil {
			return err
		}
		return g.settle(ctx, tx, realm, link, hash)
	})
}

// settle is what follows from a link used: password, proof of the address, an
// end to everything older.
func (g *Gate) settle(ctx context.Context, tx scope.Tx, realm Realm, link Link, hash PasswordHash) error {
	person := scope.Args{"person": link.Identity}
	if _, err := tx.Exec(ctx, setPassword, scope.Args{"person": link.Identity, "password": hash}); err != nil {
		return err
	}
	for _, text := range []string{verifyEmail, joinMember} {
		if _, err := tx.Exec(ctx, text, person); err != nil {
			return err
		}
	}
	if err := VoidPasswordLinks(ctx, tx, link.Identity); err != nil {
		return err
	}
	if err := EndSessionsOf(ctx, tx, link.Identity, ""); err != nil {
		return err
	}
	if err := forgetTries(ctx, tx, realm, AddressKey(link.Email), tx.Who().Address); err != nil {
		return err
	}
	if link.Purpose == ResetLink {
		if err := g.ports.Post(ctx, tx, Mail{Kind: "password_changed", Identity: link.Identity}); err != nil {
			return err
		}
	}
	return g.record(ctx, tx, link.Identity, "", "password.set", map[string]any{"by": string(link.Purpose)})
}

// ResetWanted is the job of a forgotten password: the request has written it
// whether or not the address exists.
type ResetWanted struct {
	Realm Realm  `json:"realm"`
	Email string `json:"email"`
}

// ResetWantedKind names the job.
const ResetWantedKind = "reset_wanted"

// RequestReset takes the wish for a reset link. The answer and the work are the
// same whether or not the address exists: who it is comes out later, in a job.
func (g *Gate) RequestReset(ctx context.Context, v Visitor, realm Realm, email string) error {
	var fields problem.Fields
	if email == "" {
		fields.Add("email", "field.required")
		return fields.Err()
	}
	if err := g.countAddress(ctx, v.facts.Address, "reset"); err != nil {
		return err
	}
	key := AddressKey(email)
	if err := g.countAccount(ctx, v, realm, counter{"reset", key, time.Hour, judgeReset}); err != nil {
		if problem.Is(err, problem.TooMany) {
			return nil // the same answer; three links an hour are enough
		}
		return err
	}
	return v.write(ctx, func(tx scope.Tx) error {
		return g.ports.Enqueue(ctx, tx, ResetWantedKind, ResetWanted{realm, key})
	})
}

// PostReset is the work of ResetWanted: a mail when the address has a login with
// an open door, nothing otherwise.
func (s System) PostReset(ctx context.Context, wanted ResetWanted) error {
	return s.Write(ctx, func(tx scope.Tx) error {
		found, err := scope.One(ctx, tx, findCredential, scope.Args{"realm": string(wanted.Realm), "email": wanted.Email}, scanCredential)
		if problem.Is(err, problem.NotFound) || err == nil && found.clients == 0 {
			return nil
		}
		if err != nil {
			return err
		}
		if err := s.gate.ports.Post(ctx, tx, Mail{Kind: "reset", Identity: found.identity}); err != nil {
			return err
		}
		return s.gate.record(ctx, tx, found.identity, "", "reset.requested", nil)
	})
}

const setEmail = `-- setEmail
update identity
set email = :email,
	email_key = :key,
	email_verified_at = :now,
	version = version + 1
where workspace_id = :workspace
  and id = :person
  and not exists (
	select 1
	from identity other
	where other.workspace_id = :workspace
	  and other.realm = :realm
	  and other.email_key = :key
	  and other.id <> :person)`

// ConfirmEmail makes the new address of an EmailLink the one that the person
// signs in with, and tells both addresses; links to set a password that went to
// the old one die. A link that cannot be used is problem.NotFound; an address
// that another login took meanwhile is problem.Conflict and leaves the link as
// it is.
func (g *Gate) ConfirmEmail(ctx context.Context, v Visitor, realm Realm, token id.Secret) error {
	link, err := g.FindLink(ctx, v, realm, token)
	if err != nil {
		return err
	}
	return v.write(ctx, func(tx scope.Tx) error {
		if err := use(ctx, tx, token, EmailLink, EmailLink); err != nil {
			return err
		}
		n, err := tx.Exec(ctx, setEmail, scope.Args{
			"person": link.Identity, "email": link.NewEmail, "key": AddressKey(link.NewEmail), "realm": string(realm),
		})
		if err == nil && n == 0 || db.IsUnique(err) {
			return problem.Of(problem.Conflict, "email.taken")
		}
		if err != nil {
			return err
		}
		if err := VoidPasswordLinks(ctx, tx, link.Identity); err != nil {
			return err
		}
		for _, to := range []string{link.Email, link.NewEmail} {
			m := Mail{Kind: "email_changed", Identity: link.Identity, Email: to, Params: map[string]any{"email": link.NewEmail}}
			if err := g.ports.Post(ctx, tx, m); err != nil {
				return err
			}
		}
		return g.record(ctx, tx, link.Identity, "", "email.changed", nil)
	})
}
