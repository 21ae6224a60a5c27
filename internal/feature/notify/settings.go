package notify

import (
	"context"

	"foyer/internal/auth"
	"foyer/internal/kernel/scope"
)

// Settings are what a contact wants to be told by mail.
type Settings struct {
	Projects bool // milestones and projects that are completed
	Invoices bool // invoices, reminders of them, and payments that arrived
	Cases    bool // replies to cases
	Changes  bool // questions, quotes and decisions about changes
}

// Portal is what a contact decides about their own mail.
type Portal struct{ who auth.Client }

// ForClient opens the door for a contact.
func ForClient(who auth.Client) Portal { return Portal{who} }

// Settings reads what the contact wants.
func (p Portal) Settings(ctx context.Context) (Settings, error) {
	var s Settings
	err := p.who.Read(ctx, auth.Own, func(tx scope.Tx) (err error) {
		s, err = scope.One(ctx, tx, readSettings, nil, func(row scope.Row) (s Settings, err error) {
			return s, row.Scan(&s.Projects, &s.Invoices, &s.Cases, &s.Changes)
		})
		return err
	})
	return s, err
}

// Save stores what the contact wants. Mails that wait and are wanted no more are
// not sent.
func (p Portal) Save(ctx context.Context, s Settings) error {
	return p.who.Write(ctx, auth.Own, func(tx scope.Tx) error {
		n, err := tx.Exec(ctx, saveSettings, scope.Args{"projects": s.Projects, "money": s.Invoices, "cases": s.Cases, "changes": s.Changes})
		if err != nil || n == 0 {
			return err
		}
		return p.who.Record(ctx, tx, auth.Event{
			Kind: "contact.mail_changed", SubjectKind: "contact", SubjectID: p.who.ContactID(), Area: auth.Clients, Client: p.who.ClientID(),
			Audience: auth.ForStaffOnly, Params: map[string]any{"projects": s.Projects, "invoices": s.Invoices, "cases": s.Cases, "changes": s.Changes},
		})
	})
}
