package notify

import (
	"context"

	"foyer/internal/auth"
	"foyer/internal/feature/outbox"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
)

// Exit is where somebody gets no more of a mail, who came by the address in it and
// need not sign in.
type Exit struct {
	Realm auth.Realm
	Areas []auth.Area // of which they get no more mail; none where they get none already

	who     auth.Visitor
	subject string // the member or the contact
	mail    outbox.Exit
}

// Exit finds what an address in a mail stands for. Problem: NotFound.
func (n Notifier) Exit(ctx context.Context, who auth.Visitor, token string) (e Exit, err error) {
	e.who = who
	err = who.Read(ctx, func(tx scope.Tx) error { return e.find(ctx, tx, n.Outbox, token) })
	return e, err
}

func (e *Exit) find(ctx context.Context, tx scope.Tx, o *outbox.Outbox, token string) (err error) {
	if e.mail, err = o.Exit(ctx, tx, token); err != nil {
		return err
	}
	_, err = scope.One(ctx, tx, readLeaver, tx.WithClient(e.mail.Client, scope.Args{"reader": e.mail.Identity}), func(row scope.Row) (struct{}, error) {
		return struct{}{}, row.Scan(&e.Realm, &e.subject)
	})
	if err == nil && e.subject == "" {
		err = problem.Missing()
	}
	if err != nil {
		return err
	}
	side, of := portal, []auth.Area{e.mail.Area}
	if e.Realm == auth.StaffRealm {
		side = staff
	}
	if e.mail.Digest {
		of = areas(side, func(auth.Area) bool { return true })
	}
	for _, area := range of {
		r, err := Reader(ctx, tx, e.mail.Identity, e.mail.Client, area)
		if err != nil {
			return err
		}
		if r.Choice == outbox.Daily || r.Choice == outbox.Now && !e.mail.Digest {
			e.Areas = append(e.Areas, area)
		}
	}
	return nil
}

// Leave stops the mail, and nothing else. Done again, it changes nothing.
func (e Exit) Leave(ctx context.Context) error {
	return e.who.Write(ctx, func(tx scope.Tx) error {
		if len(e.Areas) == 0 {
			return nil
		}
		statement := leaveAsContact
		args := tx.WithClient(e.mail.Client, scope.Args{"reader": e.mail.Identity})
		event := auth.Event{
			Kind: "contact.mail_changed", SubjectKind: "contact", SubjectID: e.subject, Area: auth.Clients, Client: e.mail.Client,
			Audience: auth.ForStaffOnly, By: e.mail.Identity, Params: map[string]any{},
		}
		if e.Realm == auth.StaffRealm {
			statement, args = leaveAsMember, scope.Args{"reader": e.mail.Identity}
			event.Kind, event.SubjectKind, event.Area, event.Client = "member.mail_changed", "member", auth.People, ""
		}
		for _, area := range e.Areas {
			args["area"] = area
			event.Params[string(area)] = outbox.None
			if _, err := tx.Exec(ctx, statement, args); err != nil {
				return err
			}
		}
		return e.who.Record(ctx, tx, event)
	})
}
