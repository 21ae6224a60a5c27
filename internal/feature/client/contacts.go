package client

import (
	"context"
	"time"

	"foyer/internal/auth"
	"foyer/internal/kernel/id"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
)

func scanContact(row scope.Row) (c Contact, err error) {
	k := &c.Capabilities
	var verified time.Time
	var sent, wanted Pending
	err = row.Scan(&c.ID, &c.Identity, &c.Name, &c.Email, &c.emailKey, &c.JobTitle, &c.Phone, &c.Primary,
		&k.Money, &k.Projects, &k.Documents, &k.People, &k.Cases, &k.Changes, &k.Meetings, &k.Contracts,
		&k.Pay, &k.Sign, &k.Accept, &k.Request, &k.Upload, &k.Manage,
		scope.Time(&c.CreatedAt), &c.Version, scope.Time(&verified), &c.HasPassword, scope.Time(&c.TemporaryUntil),
		scope.Time(&c.InvitedAt), scope.Time(&c.SuspendedAt), &c.Elsewhere, &c.FailedTries, scope.Time(&c.FailedAt),
		scope.Time(&c.ResetAt), scope.Text(&c.Bounce.To), scope.Text(&c.Bounce.Words), scope.Time(&c.Bounce.At),
		scope.Text(&c.Stop.Reason), scope.Text(&c.Stop.Words), scope.Time(&c.Stop.At),
		scope.Text(&sent.Email), scope.Time(&sent.At), scope.Text(&wanted.Email), scope.Time(&wanted.At), &c.portal)
	c.Verified = !verified.IsZero()
	c.expect(sent, wanted)
	return c, err
}

// Contacts lists a client's contacts, the primary one first, with the client but
// its addresses; problem.NotFound.
func (a App) Contacts(ctx context.Context, client ID) (Client, []Contact, error) {
	var c Client
	var all []Contact
	err := a.who.Read(ctx, auth.ClientsRead, func(tx scope.Tx) (err error) {
		c, all, err = withContacts(ctx, tx, client)
		return err
	})
	return c, all, err
}

// withContacts reads a client and its contacts in one round trip.
func withContacts(ctx context.Context, tx scope.Tx, client ID, also ...scope.Query) (Client, []Contact, error) {
	var all []Contact
	queries := append([]scope.Query{scope.Into(&all, listContacts, scope.Args{"client": client}, scanContact)}, also...)
	c, err := bare(ctx, tx, client, queries...)
	return c, all, err
}

// expect notes the latest address that waits to be confirmed.
func (c *Contact) expect(waiting ...Pending) {
	for _, p := range waiting {
		if p.At.After(c.Pending.At) && addressKey(p.Email) != c.emailKey {
			c.Pending = p
		}
	}
}

// Contact is one contact of a client; problem.NotFound, also for another
// client's.
func (a App) Contact(ctx context.Context, client ID, wanted ContactID) (Client, Contact, error) {
	var c Client
	var found Contact
	err := a.who.Read(ctx, auth.ClientsRead, func(tx scope.Tx) (err error) {
		if c, err = bare(ctx, tx, client); err != nil {
			return err
		}
		found, err = contact(ctx, tx, client, wanted)
		return err
	})
	return c, found, err
}

func contact(ctx context.Context, tx scope.Tx, client ID, wanted ContactID) (Contact, error) {
	if !id.Valid(client.String()) || !id.Valid(wanted.String()) {
		return Contact{}, problem.Missing()
	}
	return scope.One(ctx, tx, readContact, scope.Args{"client": client, "contact": wanted}, scanContact)
}

// CreateContact adds a contact and gives its id; a repeated submission gives
// the first one's. Somebody who has a login in the workspace already keeps its
// name and password. Problems are Invalid by field, NotFound, and Conflict when
// the client is archived.
func (a App) CreateContact(ctx context.Context, client ID, in ContactDetails) (ContactID, error) {
	in, err := in.check()
	if err != nil {
		return "", err
	}
	var made string
	err = a.who.Write(ctx, auth.ClientsWrite, func(tx scope.Tx) (err error) {
		made, err = scope.Once(ctx, tx, func() (string, error) { return a.createContact(ctx, tx, client, in) })
		return err
	})
	return ContactID(made), err
}

func (a App) createContact(ctx context.Context, tx scope.Tx, client ID, in ContactDetails) (string, error) {
	now, err := bare(ctx, tx, client)
	if err != nil {
		return "", err
	}
	if now.Archived() {
		return "", archived()
	}
	l, err := a.ensureLogin(ctx, tx, client, in.Email, in.Name)
	if err != nil {
		return "", err
	}
	made := a.who.NewID()
	args := capabilityArgs(in.Capabilities)
	args["client"], args["person"], args["id"] = client, l.id, made
	args["job_title"], args["phone"], args["is_primary"] = in.JobTitle, in.Phone, false
	n, err := tx.Exec(ctx, insertContact, args)
	if err != nil {
		return "", err
	}
	if n == 0 {
		return "", problem.Field("email", "contact.email_taken", "name", l.name)
	}
	return made, a.recordContact(ctx, tx, "contact.created", client, ContactID(made), nil)
}

// UpdateContact changes a contact. The primary one's address is changed at the
// client. A repeated submission is no error while it says what is stored.
// Problems are Invalid by field, NotFound, and Conflict when the version is not
// the stored one or the client is archived.
func (a App) UpdateContact(ctx context.Context, client ID, wanted ContactID, version int64, in ContactDetails) error {
	return a.edit(ctx, client, func(tx scope.Tx) error {
		now, in, err := a.fitContact(ctx, tx, client, wanted, in)
		if err != nil {
			return err
		}
		return a.updateContact(ctx, tx, client, now, version, in)
	}, func(tx scope.Tx) (bool, error) {
		now, in, err := a.fitContact(ctx, tx, client, wanted, in)
		return now.says(in), err
	})
}

// fitContact checks details against the contact that they are for.
func (a App) fitContact(ctx context.Context, tx scope.Tx, client ID, wanted ContactID, in ContactDetails) (Contact, ContactDetails, error) {
	_, now, err := a.open(ctx, tx, client, wanted)
	if err != nil {
		return now, in, err
	}
	if now.Primary {
		in.Email = now.Email
	}
	in, err = in.check()
	return now, in, err
}

func (a App) updateContact(ctx context.Context, tx scope.Tx, client ID, now Contact, version int64, in ContactDetails) error {
	args := capabilityArgs(in.Capabilities)
	args["client"], args["contact"], args["version"] = client, now.ID, version
	args["job_title"], args["phone"] = in.JobTitle, in.Phone
	n, err := tx.Exec(ctx, updateContact, args)
	if err != nil {
		return err
	}
	if n == 0 {
		return problem.Stale()
	}
	if _, err := tx.Exec(ctx, renameIdentity, scope.Args{"person": now.Identity, "name": in.Name}); err != nil {
		return err
	}
	if !now.Primary && in.Email != now.expected() {
		if err := a.moveLogin(ctx, tx, client, now, in.Email); err != nil {
			return err
		}
	}
	return a.recordContact(ctx, tx, "contact.changed", client, now.ID, nil)
}

// expected is the address that staff want the contact to have: the one that
// waits to be confirmed, or the login.
func (c Contact) expected() string { return orElse(c.Pending.Email, c.Email) }

// says tells whether the contact is already as the details want it.
func (c Contact) says(in ContactDetails) bool {
	return c.Name == in.Name && c.JobTitle == in.JobTitle && c.Phone == in.Phone && c.Capabilities == in.Capabilities &&
		(c.Primary || c.expected() == in.Email)
}

// change runs a change of a contact in one transaction.
func (a App) change(ctx context.Context, client ID, wanted ContactID, fn func(tx scope.Tx, c Client, now Contact) error) error {
	return a.write(ctx, client, func(tx scope.Tx) error {
		c, now, err := a.open(ctx, tx, client, wanted)
		if err != nil {
			return err
		}
		return fn(tx, c, now)
	})
}

// changeOnce is change for what must not happen twice when a form is sent
// twice.
func (a App) changeOnce(ctx context.Context, client ID, wanted ContactID, fn func(tx scope.Tx, c Client, now Contact) error) error {
	return a.once(ctx, client, func(tx scope.Tx) error {
		c, now, err := a.open(ctx, tx, client, wanted)
		if err != nil {
			return err
		}
		return fn(tx, c, now)
	})
}

// open reads a contact and its client, which must not be archived.
func (a App) open(ctx context.Context, tx scope.Tx, client ID, wanted ContactID) (Client, Contact, error) {
	c, err := bare(ctx, tx, client)
	if err != nil {
		return c, Contact{}, err
	}
	now, err := contact(ctx, tx, client, wanted)
	if err == nil && c.Archived() {
		err = archived()
	}
	return c, now, err
}

func (a App) recordContact(ctx context.Context, tx scope.Tx, kind string, client ID, c ContactID, params map[string]any) error {
	return a.who.Record(ctx, tx, auth.Event{
		Kind: kind, SubjectKind: "contact", SubjectID: c.String(), Area: auth.Clients, Client: client.String(),
		Audience: auth.ForStaffOnly, Params: params,
	})
}

// Suspend shuts a contact out of this client's portal: their sessions in it end
// at once, and links to set a password die unless they are a contact elsewhere
// too. Suspending twice is no error; problem.NotFound.
func (a App) Suspend(ctx context.Context, client ID, wanted ContactID) error {
	return a.change(ctx, client, wanted, func(tx scope.Tx, _ Client, now Contact) error {
		n, err := tx.Exec(ctx, suspendContact, scope.Args{"client": client, "contact": wanted})
		if err != nil || n == 0 {
			return err
		}
		if err := auth.EndSessionsOf(ctx, tx, now.Identity, client.String()); err != nil {
			return err
		}
		if now.Elsewhere == 0 {
			if err := auth.VoidPasswordLinks(ctx, tx, now.Identity); err != nil {
				return err
			}
		}
		return a.recordContact(ctx, tx, "contact.suspended", client, wanted, nil)
	})
}

// Reinstate lets a suspended contact in again; problem.NotFound.
func (a App) Reinstate(ctx context.Context, client ID, wanted ContactID) error {
	return a.change(ctx, client, wanted, func(tx scope.Tx, _ Client, _ Contact) error {
		n, err := tx.Exec(ctx, reinstateContact, scope.Args{"client": client, "contact": wanted})
		if err != nil || n == 0 {
			return err
		}
		return a.recordContact(ctx, tx, "contact.reinstated", client, wanted, nil)
	})
}
