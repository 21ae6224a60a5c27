package client

import (
	"context"

	"foyer/internal/auth"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
)

// login is an identity of the portal realm that has an address already.
type login struct {
	id   string
	name string
	here bool // is a contact of the client in question
}

func findLogin(ctx context.Context, tx scope.Tx, client ID, key string) (login, error) {
	return scope.One(ctx, tx, findIdentity, scope.Args{"client": client, "key": key}, func(row scope.Row) (l login, err error) {
		contacts := 0
		err = row.Scan(&l.id, &l.name, &contacts)
		l.here = contacts > 0
		return l, err
	})
}

// ensureLogin is the login of an address: the one there is, whatever its
// name and password, or a new one.
func (a App) ensureLogin(ctx context.Context, tx scope.Tx, client ID, email, name string) (login, error) {
	key := addressKey(email)
	_, err := tx.Exec(ctx, insertIdentity, scope.Args{
		"id": a.who.NewID(), "name": name, "email": email, "key": key,
	})
	if err != nil {
		return login{}, err
	}
	return findLogin(ctx, tx, client, key)
}

// makePrimary gives a client its primary contact, the login of its address. A
// contact who has that address already becomes the primary one.
func (a App) makePrimary(ctx context.Context, tx scope.Tx, client ID, in Details) error {
	l, err := a.ensureLogin(ctx, tx, client, in.Email, in.contactName())
	if err != nil {
		return err
	}
	args := capabilityArgs(auth.PrimaryPreset.Capabilities())
	args["client"], args["person"] = client, l.id
	if l.here {
		_, err = tx.Exec(ctx, promoteContact, args)
		return err
	}
	args["id"], args["job_title"], args["phone"], args["is_primary"] = a.who.NewID(), "", "", true
	if in.Type == Individual {
		args["job_title"], args["phone"] = in.JobTitle, string(orElse(in.Mobile, in.WorkPhone))
	}
	_, err = tx.Exec(ctx, insertContact, args)
	return err
}

func capabilityArgs(c auth.Capabilities) scope.Args {
	args := scope.Args{}
	for _, areas := range [][]string{Areas, FineAreas} {
		for _, area := range areas {
			args[area] = string(*Capability(&c, area))
		}
	}
	for _, act := range Acts {
		args[act] = *Act(&c, act)
	}
	return args
}

// moveLogin gives a contact's login another address. While nobody has used the
// login it changes at once; otherwise the new address has to be confirmed
// first, and the old one is told. Problems are Invalid under "email".
func (a App) moveLogin(ctx context.Context, tx scope.Tx, client ID, c Contact, email string) error {
	key := addressKey(email)
	if err := forgetMove(ctx, tx, c.Identity); err != nil {
		return err
	}
	if key == c.emailKey {
		_, err := tx.Exec(ctx, respellEmail, scope.Args{"person": c.Identity, "email": email, "key": key})
		return err
	}
	if err := tx.Lock(ctx, "login:"+key); err != nil {
		return err
	}
	owner, err := findLogin(ctx, tx, client, key)
	switch {
	case problem.Is(err, problem.NotFound) && c.untouched():
		return a.readdress(ctx, tx, client, c, email, key)
	case problem.Is(err, problem.NotFound):
		return a.askNewAddress(ctx, tx, client, c, email)
	case err != nil:
		return err
	case owner.here:
		return problem.Field("email", "contact.email_taken", "name", owner.name)
	case c.untouched():
		return a.repoint(ctx, tx, client, c, owner)
	}
	return problem.Field("email", "contact.login_taken", "name", owner.name)
}

// readdress changes the address of a login that nobody has used. Links that
// went to the old address die.
func (a App) readdress(ctx context.Context, tx scope.Tx, client ID, c Contact, email, key string) error {
	n, err := tx.Exec(ctx, moveIdentity, scope.Args{"person": c.Identity, "email": email, "key": key})
	if err != nil {
		return err
	}
	if n == 0 {
		return problem.Stale() // they chose a password at this very moment
	}
	if err := auth.VoidPasswordLinks(ctx, tx, c.Identity); err != nil {
		return err
	}
	_, err = tx.Exec(ctx, uninvite, scope.Args{"client": client, "contact": c.ID})
	return err
}

// repoint makes another login the contact's, whose own nobody has used.
func (a App) repoint(ctx context.Context, tx scope.Tx, client ID, c Contact, owner login) error {
	if err := auth.VoidPasswordLinks(ctx, tx, c.Identity); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, repointContact, scope.Args{"client": client, "contact": c.ID, "person": owner.id})
	return err
}

// askNewAddress has the new address confirmed and tells the old one.
func (a App) askNewAddress(ctx context.Context, tx scope.Tx, client ID, c Contact, email string) error {
	for _, m := range []auth.Mail{
		{Kind: "email_verify", Identity: c.Identity, Client: client.String(), Email: email},
		{Kind: "email_changing", Identity: c.Identity, Client: client.String(), Email: c.Email, Params: map[string]any{"email": email}},
	} {
		if err := a.who.Post(ctx, tx, m); err != nil {
			return err
		}
	}
	return a.recordLogin(ctx, tx, "email.verification_sent", client, c, nil)
}

// forgetMove drops a new address that waits to be confirmed.
func forgetMove(ctx context.Context, tx scope.Tx, identity string) error {
	if _, err := tx.Exec(ctx, dropVerification, scope.Args{"person": identity}); err != nil {
		return err
	}
	return auth.VoidLinks(ctx, tx, identity, auth.EmailLink)
}

// recordLogin notes something that staff did to a contact's login.
func (a App) recordLogin(ctx context.Context, tx scope.Tx, kind string, client ID, c Contact, params map[string]any) error {
	return a.who.Record(ctx, tx, auth.Event{
		Kind: kind, SubjectKind: "identity", SubjectID: c.Identity, Area: auth.Clients, Client: client.String(),
		Audience: auth.ForStaffOnly, Params: params,
	})
}
