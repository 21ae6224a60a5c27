package projecttest

import (
	"context"
	"fmt"
	"regexp"
	"testing"
	"time"

	"foyer/internal/auth"
	"foyer/internal/feature/client"
	"foyer/internal/feature/notify"
	"foyer/internal/feature/outbox"
	"foyer/internal/kernel/mail"
	"foyer/internal/kernel/scope"
)

// recorded hands an event on, once the table of all mail knows it.
func (d *Desk) recorded(ctx context.Context, tx scope.Tx, id string, e auth.Event) error {
	if !notify.Known(e.Kind) {
		return fmt.Errorf("the rules of notify do not say who hears of %s", e.Kind)
	}
	return d.Notices.Recorded(ctx, tx, id, e)
}

// EnqueueIn is Enqueue: Deliver does not wait, and the mail asks the clock itself.
func (d *Desk) EnqueueIn(ctx context.Context, tx scope.Tx, kind string, args any, _ time.Duration) error {
	return d.Enqueue(ctx, tx, kind, args)
}

// Daily lets the daily mails at home go that are due, and gives the mails that
// arrived, oldest first.
func (d *Desk) Daily(t testing.TB) []mail.Kept {
	t.Helper()
	Must(t, d.Mails.Digests(t.Context(), d.System(t, Home)))
	return d.Deliver(t)
}

// Choose lets a contact at home want the mail of an area in some way.
func (d *Desk) Choose(t testing.TB, email string, of client.ID, area auth.Area, choice outbox.Choice) {
	t.Helper()
	Must(t, notify.ForClient(d.Contact(t, Home, email, of)).Save(t.Context(), notify.Settings{Wishes: []notify.Wish{{Area: area, Choice: choice}}, Hour: 8}))
}

// ChooseAll lets every contact at home want the mail of an area in some way.
func (d *Desk) ChooseAll(t testing.TB, area auth.Area, choice outbox.Choice) {
	t.Helper()
	d.Run(t, Home, `insert into contact_mail (workspace_id, client_id, contact_id, area, choice)
		select workspace_id, client_id, id, :area, :choice from contact where workspace_id = :workspace
		on conflict (workspace_id, contact_id, area) do update set choice = excluded.choice`, scope.Args{"area": area, "choice": choice})
}

// Exits are addresses to unsubscribe at, which differ each time they are written.
var Exits = regexp.MustCompile(`/unsubscribe/[\w-]+`)
