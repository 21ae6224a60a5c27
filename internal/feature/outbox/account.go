package outbox

import (
	"context"
	"time"

	"foyer/internal/auth"
	"foyer/internal/kernel/id"
	"foyer/internal/kernel/lang"
	"foyer/internal/kernel/scope"
)

// The mails about logins.

// WriteAccountMail says who writes the mails that auth wants.
func (o *Outbox) WriteAccountMail() {
	o.Write("reset", writeReset)
	o.Write("invite", writeInvite)
	o.Write("password_changed", writePasswordChanged)
	o.Write("email_verify", writeEmailVerify)
	o.Write("email_changing", writeEmailChanging)
	o.Write("email_changed", writeEmailChanged)
	o.Write("test", writeTest)
}

// A reset that was asked for so long ago is forgotten.
const staleReset = 24 * time.Hour

// mintForDoor mints a link to set a password, unless every door of the person
// was shut since the mail was wanted.
func mintForDoor(ctx context.Context, who auth.System, tx scope.Tx, identity string, purpose auth.Purpose) (id.Secret, error) {
	open, err := who.HasDoor(ctx, tx, identity)
	if err == nil && !open {
		err = ErrNoPoint
	}
	if err != nil {
		return id.Secret{}, err
	}
	return who.MintLink(ctx, tx, identity, purpose, "")
}

func writeReset(ctx context.Context, who auth.System, tx scope.Tx, w Wanted, p lang.Printer) (Letter, error) {
	if tx.Now().Sub(w.CreatedAt) > staleReset {
		return Letter{}, ErrNoPoint
	}
	token, err := mintForDoor(ctx, who, tx, w.Identity, auth.ResetLink)
	if err != nil {
		return Letter{}, err
	}
	name := who.Site().Name
	return Letter{
		Subject: p.T("mail.reset.subject", "workspace", name), Title: p.T("mail.reset.title"),
		Paragraphs: []string{p.T("mail.reset.text", "workspace", name)},
		Action:     p.T("mail.reset.action"), URL: who.Site().URL(w.Realm, "/password/reset/"+token.Reveal()),
		Small: []string{p.T("mail.reset.small")},
	}, nil
}

func writeInvite(ctx context.Context, who auth.System, tx scope.Tx, w Wanted, p lang.Printer) (Letter, error) {
	token, err := mintForDoor(ctx, who, tx, w.Identity, auth.InviteLink)
	if err != nil {
		return Letter{}, err
	}
	name := who.Site().Name
	l := Letter{
		Subject: p.T("mail.invite.subject", "workspace", name), Title: p.T("mail.invite.title", "workspace", name),
		Paragraphs: []string{p.T("mail.invite.text", "workspace", name)},
		Action:     p.T("mail.invite.action"), URL: who.Site().URL(w.Realm, "/password/reset/"+token.Reveal()),
		Small: []string{p.T("mail.invite.small", "email", w.Email)},
	}
	if w.Realm == auth.StaffRealm {
		l.Paragraphs = []string{p.T("mail.invite.text_staff", "workspace", name, "by", w.Params["by"])}
	}
	return l, nil
}

func writePasswordChanged(_ context.Context, who auth.System, tx scope.Tx, w Wanted, p lang.Printer) (Letter, error) {
	at := w.CreatedAt.In(who.Site().Zone)
	return Letter{
		Subject: p.T("mail.password_changed.subject", "workspace", who.Site().Name), Title: p.T("mail.password_changed.title"),
		Paragraphs: []string{
			p.T("mail.password_changed.text", "workspace", who.Site().Name, "date", p.LongDate(at), "time", p.Clock(at), "zone", at.Format("MST")),
			p.T("mail.password_changed.not_you"),
		},
		Action: p.T("mail.password_changed.action"), URL: who.Site().URL(w.Realm, "/password/forgot"),
	}, nil
}

func writeEmailVerify(ctx context.Context, who auth.System, tx scope.Tx, w Wanted, p lang.Printer) (Letter, error) {
	token, err := who.MintLink(ctx, tx, w.Identity, auth.EmailLink, w.Email)
	if err != nil {
		return Letter{}, err
	}
	name := who.Site().Name
	return Letter{
		Subject: p.T("mail.email_verify.subject", "workspace", name), Title: p.T("mail.email_verify.title"),
		Paragraphs: []string{p.T("mail.email_verify.text", "workspace", name, "email", w.Email)},
		Action:     p.T("mail.email_verify.action"), URL: who.Site().URL(w.Realm, "/email/"+token.Reveal()),
		Small: []string{p.T("mail.email_verify.small")},
	}, nil
}

func writeEmailChanging(_ context.Context, who auth.System, _ scope.Tx, w Wanted, p lang.Printer) (Letter, error) {
	name := who.Site().Name
	return Letter{
		Subject: p.T("mail.email_changing.subject", "workspace", name), Title: p.T("mail.email_changing.title"),
		Paragraphs: []string{p.T("mail.email_changing.text", "workspace", name, "email", w.Params["email"])},
	}, nil
}

func writeEmailChanged(_ context.Context, who auth.System, _ scope.Tx, w Wanted, p lang.Printer) (Letter, error) {
	name := who.Site().Name
	return Letter{
		Subject: p.T("mail.email_changed.subject", "workspace", name), Title: p.T("mail.email_changed.title"),
		Paragraphs: []string{p.T("mail.email_changed.text", "workspace", name, "email", w.Params["email"])},
	}, nil
}

func writeTest(_ context.Context, who auth.System, _ scope.Tx, _ Wanted, p lang.Printer) (Letter, error) {
	return Letter{
		Subject: p.T("mail.test.subject", "workspace", who.Site().Name), Title: p.T("mail.test.title"),
		Paragraphs: []string{p.T("mail.test.text", "workspace", who.Site().Name)},
	}, nil
}
