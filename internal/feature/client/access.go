package client

import (
	"context"
	"time"

	"foyer/internal/auth"
	"foyer/internal/feature/activity"
	"foyer/internal/feature/outbox"
	"foyer/internal/kernel/id"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
)

// TemporaryPassword is how long a password that staff chose can be used before
// it has to be replaced.
const TemporaryPassword = 72 * time.Hour

// Access is what the Portal Access tab shows of a client.
type Access struct {
	Client   Client
	Contacts []Contact // the primary one first
	// Sessions are the living ones in which this client is chosen, the latest
	// first. Person is the contact's Identity.
	Sessions []auth.Session
	// History is the latest that happened at this client's door, newest first. SubjectID
	// is the Identity of a contact, or the client's id.
	History []activity.Entry
}

// Person is the contact with an identity; the zero Contact for none.
func (a Access) Person(identity string) Contact {
	for _, c := range a.Contacts {
		if c.Identity == identity {
			return c
		}
	}
	return Contact{}
}

// Portal reads what the Portal Access tab shows; problem.NotFound.
func (a App) Portal(ctx context.Context, client ID) (Access, error) {
	var access Access
	args := scope.Args{"client": client}
	err := a.who.Read(ctx, auth.ClientsRead, func(tx scope.Tx) (err error) {
		access.Client, access.Contacts, err = withContacts(ctx, tx, client,
			scope.Into(&access.Sessions, listSessions, args, auth.ScanSession),
			scope.Into(&access.History, listHistory, args, activity.Scan))
		return err
	})
	if err != nil {
		return Access{}, err
	}
	access.Sessions = auth.Alive(access.Sessions, auth.PortalRealm, a.who.Now())
	return access, nil
}

// EnablePortal makes the primary address a login that may enter; nothing is
// sent. Doing it twice is no error. Problems are Invalid under "enabled" with
// the reason (a lead, archived, no mail address) and NotFound.
func (a App) EnablePortal(ctx context.Context, client ID) error {
	return a.write(ctx, client, func(tx scope.Tx) error {
		now, err := bare(ctx, tx, client)
		if err != nil {
			return err
		}
		if refusal := now.PortalRefusal(); refusal != "" {
			return problem.Field("enabled", refusal)
		}
		n, err := tx.Exec(ctx, enablePortal, scope.Args{"client": client})
		if err != nil || n == 0 {
			return err
		}
		if now.Primary == "" {
			if err := a.makePrimary(ctx, tx, client, now.Details); err != nil {
				return err
			}
		}
		return a.record(ctx, tx, "portal.enabled", client, nil)
	})
}

// DisablePortal shuts the client's portal; the sessions in which it is chosen
// end at once. Doing it twice is no error; problem.NotFound.
func (a App) DisablePortal(ctx context.Context, client ID) error {
	return a.step(ctx, client, disablePortal, "portal.disabled", nil, func(tx scope.Tx) error {
		return auth.EndSessionsOfClient(ctx, tx, client.String())
	})
}

// Invite mails a contact a link to choose a password. Older links die when it
// is sent. Problems are NotFound, and Conflict while the portal is off or the
// contact suspended.
func (a App) Invite(ctx context.Context, client ID, wanted ContactID) error {
	return a.changeOnce(ctx, client, wanted, func(tx scope.Tx, c Client, now Contact) error {
		if err := mayEnter(c, now); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, markInvited, scope.Args{"client": client, "contact": wanted}); err != nil {
			return err
		}
		if err := a.who.Post(ctx, tx, auth.Mail{Kind: "invite", Identity: now.Identity, Client: client.String()}); err != nil {
			return err
		}
		return a.recordLogin(ctx, tx, "invitation.sent", client, now, nil)
	})
}

// SendReset mails a contact a link to set a new password. Problems are as
// Invite's.
func (a App) SendReset(ctx context.Context, client ID, wanted ContactID) error {
	return a.changeOnce(ctx, client, wanted, func(tx scope.Tx, c Client, now Contact) error {
		if err := mayEnter(c, now); err != nil {
			return err
		}
		if err := a.who.Post(ctx, tx, auth.Mail{Kind: "reset", Identity: now.Identity, Client: client.String()}); err != nil {
			return err
		}
		return a.recordLogin(ctx, tx, "reset.sent", client, now, nil)
	})
}

// AllowMail lets a contact's address get mail again that was stopped; where it was not,
// nothing changes. Problem: NotFound.
func (a App) AllowMail(ctx context.Context, client ID, wanted ContactID) error {
	return a.changeOnce(ctx, client, wanted, func(tx scope.Tx, _ Client, now Contact) error {
		stopped, err := outbox.Allow(ctx, tx, now.Email)
		if err != nil || !stopped {
			return err
		}
		return a.recordContact(ctx, tx, "contact.mail_allowed", client, now.ID, nil)
	})
}

// SendVerification asks the primary contact once more to confirm the client's
// address, which was changed but is not the login yet. Problems are as Invite's,
// and Conflict when there is nothing to confirm.
func (a App) SendVerification(ctx context.Context, client ID, wanted ContactID) error {
	return a.changeOnce(ctx, client, wanted, func(tx scope.Tx, c Client, now Contact) error {
		email := now.Pending.Email
		if now.Primary {
			email = c.Email
		}
		if email == "" || addressKey(email) == now.emailKey {
			return problem.Of(problem.Conflict, "portal.nothing_to_confirm")
		}
		return a.moveLogin(ctx, tx, client, now, email)
	})
}

func mayEnter(c Client, now Contact) error {
	switch {
	case !c.PortalOn():
		return problem.Of(problem.Conflict, "portal.off_first")
	case now.State() == Suspended:
		return problem.Of(problem.Conflict, "portal.suspended_first")
	}
	return nil
}

// SetPassword gives a contact an initial password, which works for 72 hours and
// has to be replaced at the first sign-in. All sessions of the person end; one
// who had a password before is told by mail. Problems are Invalid under
// "password", NotFound, and Conflict for a lead or an archived client.
func (a App) SetPassword(ctx context.Context, client ID, wanted ContactID, password string) error {
	c, now, err := a.Contact(ctx, client, wanted)
	if err != nil {
		return err
	}
	if c.Lead || c.Archived() {
		return problem.Of(problem.Conflict, c.PortalRefusal())
	}
	if now.State() == Suspended {
		return problem.Of(problem.Conflict, "portal.suspended_first")
	}
	var fields problem.Fields
	auth.CheckPassword(&fields, "password", password, now.Email, now.Name, c.Name, a.who.Site().Name)
	if err := fields.Err(); err != nil {
		return err
	}
	if !a.who.May(auth.ClientsWrite) {
		return problem.Of(problem.Forbidden, "problem.forbidden") // before the work of a hash
	}
	hash, err := a.who.HashPassword(ctx, password)
	if err != nil {
		return err
	}
	return a.changeOnce(ctx, client, wanted, func(tx scope.Tx, _ Client, now Contact) error {
		return a.setPassword(ctx, tx, client, now, hash)
	})
}

func (a App) setPassword(ctx context.Context, tx scope.Tx, client ID, now Contact, hash auth.PasswordHash) error {
	_, err := tx.Exec(ctx, setTemporaryPassword, scope.Args{
		"person": now.Identity, "password": hash, "until": tx.Now().Add(TemporaryPassword),
	})
	if err != nil {
		return err
	}
	if err := auth.EndSessionsOf(ctx, tx, now.Identity, ""); err != nil {
		return err
	}
	if err := auth.VoidPasswordLinks(ctx, tx, now.Identity); err != nil {
		return err
	}
	if now.HasPassword && now.TemporaryUntil.IsZero() {
		if err := a.who.Post(ctx, tx, auth.Mail{Kind: "password_changed", Identity: now.Identity, Client: client.String()}); err != nil {
			return err
		}
	}
	return a.recordLogin(ctx, tx, "password.set", client, now, map[string]any{"by": "staff"})
}

// EndSession ends a living session in which this client is chosen;
// problem.NotFound for any other.
func (a App) EndSession(ctx context.Context, client ID, session string) error {
	if !id.Valid(session) {
		return problem.Missing()
	}
	return a.once(ctx, client, func(tx scope.Tx) error {
		person, err := scope.One(ctx, tx, findSession, scope.Args{"client": client, "session": session}, scope.Value[string])
		if err != nil {
			return err
		}
		if err := auth.EndSessionAt(ctx, tx, session, client.String()); err != nil {
			return err
		}
		return a.recordLogin(ctx, tx, "session.ended", client, Contact{Identity: person}, map[string]any{"session": session})
	})
}
