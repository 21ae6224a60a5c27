package workspace

import (
	"context"

	"foyer/internal/auth"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
	"foyer/internal/kernel/text"
)

// MailIdentity is in whose name mail goes out. What is empty is the workspace's
// name, and the address of the installation.
type MailIdentity struct {
	SenderName string
	Sender     string
	ReplyTo    string
	Version    int64 // of the settings, when the form was drawn
}

func (in MailIdentity) check() (MailIdentity, error) {
	var fields problem.Fields
	in.SenderName = text.Line(&fields, "sender_name", in.SenderName, text.Optional, 100)
	in.Sender = text.Email(&fields, "sender", in.Sender, text.Optional)
	in.ReplyTo = text.Email(&fields, "reply_to", in.ReplyTo, text.Optional)
	return in, fields.Err()
}

// SaveMail stores in whose name mail goes out. Problems: Forbidden; Invalid by
// field; Conflict when the form is stale.
func (a App) SaveMail(ctx context.Context, in MailIdentity) error {
	in, err := in.check()
	if err != nil {
		return err
	}
	return a.change(ctx, saveMail, scope.Args{"sender_name": in.SenderName, "sender": in.Sender, "reply_to": in.ReplyTo},
		in.Version, "workspace.mail_changed", func(now Settings) bool {
			in.Version = now.Mail.Version
			return now.Mail == in
		})
}

// SendTest sends a test mail to the staff member who asks. Problem: Forbidden.
func (a App) SendTest(ctx context.Context) error {
	return a.who.Write(ctx, auth.SettingsWrite, func(tx scope.Tx) error {
		_, err := scope.Once(ctx, tx, func() (string, error) {
			if err := a.who.Post(ctx, tx, auth.Mail{Kind: "test", Identity: a.who.ID()}); err != nil {
				return "", err
			}
			return "", a.record(ctx, tx, "workspace.mail_tested", nil)
		})
		return err
	})
}
