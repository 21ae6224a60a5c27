package client_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"foyer/internal/auth"
	"foyer/internal/feature/activity"
	"foyer/internal/feature/client"
	"foyer/internal/feature/outbox"
	"foyer/internal/kernel/id"
	"foyer/internal/kernel/mail"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
)

// enterAt signs somebody in who is a contact of several clients and chooses one.
func (d *desk) enterAt(t *testing.T, email string, c client.ID) id.Secret {
	t.Helper()
	token := d.enter(t, email)
	s, err := d.gate.Signed(t.Context(), d.visitor(t, home, ""), auth.PortalRealm, token)
	must(t, err)
	must(t, s.Person().Choose(t.Context(), c.String()))
	return token
}

// renew signs the Owner in again after the clock went on.
func (d *desk) renew(t *testing.T) {
	t.Helper()
	token, err := d.gate.SignIn(t.Context(), d.visitor(t, home, ""), auth.StaffRealm, owner, password, id.Secret{})
	must(t, err)
	d.owners[home] = token
}

// history is what the tab shows, newest first.
func (d *desk) history(t *testing.T, c client.ID) []string {
	t.Helper()
	var kinds []string
	for _, e := range d.portal(t, c).History {
		kinds = append(kinds, e.Kind)
	}
	return kinds
}

func TestThePortalIsOpenedClientByClient(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		c := d.create(t, marlow())
		other := d.create(t, client.Details{Name: "Northwind Bikes", Email: "sam@northwind.example", Type: client.Organization})
		wants(t, d.app(t).Invite(t.Context(), c, d.primary(t, c).ID), problem.Conflict, "", "portal.off_first")
		wants(t, d.app(t).SendReset(t.Context(), c, d.primary(t, c).ID), problem.Conflict, "", "portal.off_first")
		must(t, d.app(t).EnablePortal(t.Context(), c))
		must(t, d.app(t).EnablePortal(t.Context(), c))
		if !d.get(t, c).PortalOn() || d.get(t, other).PortalOn() {
			t.Error("one client's switch moved another's, or its own not")
		}
		if mails := d.deliver(t); len(mails) != 0 {
			t.Errorf("switching on sent %d mails", len(mails))
		}
		if kinds := d.kinds(t, c); kinds["portal.enabled"] != 1 || d.kinds(t, other)["portal.enabled"] != 0 {
			t.Errorf("activity %v", kinds)
		}
	})
}

func TestSwitchingOffEndsSessionsOfThatClientAtOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		c := d.open(t, marlow())
		d.settle(t, c)
		other := d.open(t, client.Details{Name: "Verso Books", Email: "ada@verso.example", Type: client.Organization})
		d.settle(t, other)
		d.add(t, other, person("Ines", "ines@marlow.example", auth.ReaderPreset))
		here, there, ada := d.enterAt(t, "ines@marlow.example", c), d.enterAt(t, "ines@marlow.example", other), d.enter(t, "ada@verso.example")
		must(t, d.app(t).DisablePortal(t.Context(), c))
		if d.alive(t, here) || !d.alive(t, there) || !d.alive(t, ada) {
			t.Errorf("sessions: here %v, the same person there %v, somebody else %v", d.alive(t, here), d.alive(t, there), d.alive(t, ada))
		}
		if p := d.primary(t, c); p.State() != client.Off {
			t.Errorf("a contact behind a closed door is %s", p.State())
		}
		must(t, d.app(t).DisablePortal(t.Context(), c))
		must(t, d.app(t).EnablePortal(t.Context(), c))
		if d.alive(t, here) {
			t.Error("switching on again wakes an ended session")
		}
		want := []string{"portal.enabled", "portal.disabled"}
		if got := d.history(t, c); !slices.Equal(got[:2], want) {
			t.Errorf("history %v, want it to begin with %v", got, want)
		}
	})
}

func TestAnInvitationIsSentOnceAForm(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		c := d.open(t, marlow())
		ines := d.primary(t, c)
		must(t, d.same(t, "twice").Invite(t.Context(), c, ines.ID))
		must(t, d.same(t, "twice").Invite(t.Context(), c, ines.ID))
		mails := d.deliver(t)
		if len(mails) != 1 || mails[0].To.Addr != "ines@marlow.example" {
			t.Fatalf("%d mails for one form sent twice", len(mails))
		}
		if p := d.primary(t, c); p.State() != client.Invited || p.InvitedAt.IsZero() {
			t.Errorf("after the invitation: %+v", p)
		}
		must(t, d.app(t).Invite(t.Context(), c, ines.ID))
		again := d.deliver(t)
		if len(again) != 1 {
			t.Fatalf("sending again sent %d mails", len(again))
		}
		v := d.visitor(t, home, "")
		wants(t, d.gate.Redeem(t.Context(), v, auth.PortalRealm, linkIn(t, mails[0]), password), problem.NotFound, "", "link.spent")
		must(t, d.gate.Redeem(t.Context(), v, auth.PortalRealm, linkIn(t, again[0]), password))
		if p := d.primary(t, c); p.State() != client.Active || !p.Verified {
			t.Errorf("after the first password: %+v", p)
		}
	})
}

func TestAResetLinkCanBeSentAgainAndTheOlderDies(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		c := d.open(t, marlow())
		ines := d.settle(t, c)
		session := d.enter(t, "ines@marlow.example")
		must(t, d.app(t).SendReset(t.Context(), c, ines.ID))
		first := linkIn(t, d.deliver(t)[0])
		d.later(time.Minute)
		must(t, d.app(t).SendReset(t.Context(), c, ines.ID))
		second := linkIn(t, d.deliver(t)[0])
		if p := d.primary(t, c); !p.ResetAt.Equal(d.now()) {
			t.Errorf("last sent %v, want %v", p.ResetAt, d.now())
		}
		v := d.visitor(t, home, "")
		wants(t, d.gate.Redeem(t.Context(), v, auth.PortalRealm, first, password+" new"), problem.NotFound, "", "link.spent")
		if !d.alive(t, session) {
			t.Error("sending a link ends a session")
		}
		must(t, d.gate.Redeem(t.Context(), v, auth.PortalRealm, second, password+" new"))
		if d.alive(t, session) {
			t.Error("a new password leaves an old session")
		}
		want := []string{"password.set", "reset.sent", "reset.sent", "session.started", "password.set", "invitation.sent", "portal.enabled"}
		if got := d.history(t, c); !slices.Equal(got, want) {
			t.Errorf("history %v, want %v", got, want)
		}
	})
}

func TestAnInitialPasswordIsTemporary(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		c := d.open(t, marlow())
		ines := d.primary(t, c)
		for _, bad := range []string{"", "short", "ines@marlow.example", "passwordpassword", "Marlow Ceramics1"} {
			wants(t, d.app(t).SetPassword(t.Context(), c, ines.ID, bad), problem.Invalid, "password", "")
		}
		must(t, d.app(t).SetPassword(t.Context(), c, ines.ID, temporary))
		p := d.primary(t, c)
		if p.State() != client.Invited || !p.TemporaryUntil.Equal(d.now().Add(72*time.Hour)) {
			t.Errorf("after the first password: %+v", p)
		}
		if mails := d.deliver(t); len(mails) != 0 {
			t.Errorf("a first password was told by mail: %d", len(mails))
		}
		token, err := d.signIn(t, "ines@marlow.example", temporary)
		must(t, err)
		s, err := d.gate.Signed(t.Context(), d.visitor(t, home, ""), auth.PortalRealm, token)
		must(t, err)
		if _, err := s.Client(); !errors.Is(err, auth.ErrPasswordDue) {
			t.Errorf("a temporary password opens the portal: %v", err)
		}
		_, err = s.Person().ChangePassword(t.Context(), "", password, true)
		must(t, err)
		if p := d.primary(t, c); p.State() != client.Active {
			t.Errorf("after their own password: %s", p.State())
		}
		history := d.portal(t, c).History
		i := slices.IndexFunc(history, func(e activity.Entry) bool { return e.Kind == "password.set" && e.ActorKind == "staff" })
		if i < 0 || history[i].Params["by"] != "staff" || history[i].ActorName != "Priya Rowe" {
			t.Errorf("history %+v, want who set it", history)
		}
	})
}

func TestAnInitialPasswordRunsOut(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		c := d.open(t, marlow())
		must(t, d.app(t).SetPassword(t.Context(), c, d.primary(t, c).ID, temporary))
		d.later(72*time.Hour + time.Second)
		_, err := d.signIn(t, "ines@marlow.example", temporary)
		wants(t, err, problem.Unauthenticated, "", "sign_in.temporary_over")
	})
}

func TestAPasswordSetOverAnotherEndsEverySessionAndIsTold(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		c := d.open(t, marlow())
		d.settle(t, c)
		other := d.open(t, client.Details{Name: "Verso Books", Email: "ada@verso.example", Type: client.Organization})
		ines := d.add(t, other, person("Ines", "ines@marlow.example", auth.ReaderPreset))
		here, there := d.enterAt(t, "ines@marlow.example", c), d.enterAt(t, "ines@marlow.example", other)
		must(t, d.app(t).SetPassword(t.Context(), other, ines.ID, temporary))
		if d.alive(t, here) || d.alive(t, there) {
			t.Error("a session outlives its password")
		}
		if len(d.portal(t, c).Sessions)+len(d.portal(t, other).Sessions) != 0 {
			t.Error("dead sessions are listed")
		}
		mails := d.deliver(t)
		if len(mails) != 1 || mails[0].To.Addr != "ines@marlow.example" {
			t.Errorf("%d mails, want one that tells Ines", len(mails))
		}
		if _, err := d.signIn(t, "ines@marlow.example", password); !problem.Is(err, problem.Unauthenticated) {
			t.Errorf("the old password still works: %v", err)
		}
	})
}

func TestSessionsAndHistoryOfAnotherClientStayThere(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		c := d.open(t, marlow())
		d.settle(t, c)
		other := d.open(t, client.Details{Name: "Verso Books", Email: "ada@verso.example", Type: client.Organization})
		ines := d.add(t, other, person("Ines", "ines@marlow.example", auth.ReaderPreset))
		d.enterAt(t, "ines@marlow.example", c)
		there := d.enterAt(t, "ines@marlow.example", other)
		must(t, d.app(t).SendReset(t.Context(), other, ines.ID))
		first, second := d.portal(t, c), d.portal(t, other)
		if len(first.Sessions) != 1 || len(second.Sessions) != 1 || first.Sessions[0].ID == second.Sessions[0].ID {
			t.Fatalf("sessions %+v and %+v, want one each", first.Sessions, second.Sessions)
		}
		if slices.Contains(d.history(t, c), "reset.sent") || !slices.Contains(d.history(t, other), "reset.sent") {
			t.Errorf("histories %v and %v", d.history(t, c), d.history(t, other))
		}
		if slices.Contains(d.history(t, other), "invitation.sent") {
			t.Errorf("the invitation of one client is shown at the other: %v", d.history(t, other))
		}
		session := second.Sessions[0].ID
		wants(t, d.app(t).EndSession(t.Context(), c, session), problem.NotFound, "", "")
		must(t, d.same(t, "end").EndSession(t.Context(), other, session))
		must(t, d.same(t, "end").EndSession(t.Context(), other, session))
		wants(t, d.app(t).EndSession(t.Context(), other, session), problem.NotFound, "", "")
		if d.alive(t, there) || len(d.portal(t, other).Sessions) != 0 {
			t.Error("the session lives on")
		}
		if got := d.history(t, other)[0]; got != "session.ended" {
			t.Errorf("history begins with %s", got)
		}
	})
}

func TestSessionsThatOutlivedTheirLimitAreNotListed(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		c := d.open(t, marlow())
		d.settle(t, c)
		d.enter(t, "ines@marlow.example")
		d.later(25 * time.Hour)
		d.renew(t)
		if got := d.portal(t, c).Sessions; len(got) != 0 {
			t.Errorf("listed: %+v", got)
		}
	})
}

func TestFailedTriesAndMailThatCameBackAreShown(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		c := d.open(t, marlow())
		ines := d.settle(t, c)
		for range 3 {
			_, err := d.signIn(t, "INES@marlow.example", "not the password at all")
			wants(t, err, problem.Unauthenticated, "", "sign_in.wrong")
		}
		if p := d.primary(t, c); p.FailedTries != 3 || !p.FailedAt.Equal(d.now()) {
			t.Errorf("failed tries %d at %v", p.FailedTries, p.FailedAt)
		}
		d.enter(t, "ines@marlow.example")
		must(t, d.app(t).SendReset(t.Context(), c, ines.ID))
		d.bounce(t, "550 5.1.1 no such mailbox")
		p := d.primary(t, c)
		if p.FailedTries != 0 || p.Bounce.Words != "550 5.1.1 no such mailbox" || p.Bounce.To != "ines@marlow.example" || !p.Bounce.At.Equal(d.now()) {
			t.Errorf("after a bounce: %+v", p)
		}
		must(t, d.app(t).SendReset(t.Context(), c, ines.ID))
		if p := d.primary(t, c); p.Bounce.Words != "" {
			t.Errorf("an older bounce is shown although a newer mail is under way: %+v", p.Bounce)
		}
	})
}

// refusing is a mail server that knows no such address.
type refusing struct{ asked int }

func (r *refusing) Send(context.Context, mail.Message) error {
	r.asked++
	return &mail.Failure{Permanent: true, Address: true, Code: 550, Text: "5.1.1 no such mailbox"}
}

// An address that a mail server refused for good is not written to any more, which
// stands at the contact, until staff say that it may be.
func TestMailToAnAddressIsStoppedAndAllowed(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		c := d.open(t, marlow())
		ines := d.settle(t, c)
		d.deliver(t)
		server := &refusing{}
		d.mails.Sender = server
		for range 2 {
			must(t, d.app(t).SendReset(t.Context(), c, ines.ID))
			d.deliver(t)
			if p := d.primary(t, c); server.asked != 1 || p.Stop.Reason != outbox.Bounce || p.Stop.Words != "5.1.1 no such mailbox" || !p.Stop.At.Equal(d.now()) {
				t.Fatalf("the server was asked %d times, and the contact says %+v", server.asked, p.Stop)
			}
		}
		d.mails.Sender = d.box
		for range 2 {
			must(t, d.app(t).AllowMail(t.Context(), c, ines.ID))
		}
		if p := d.primary(t, c); p.Stop.Reason != "" {
			t.Errorf("it is allowed, and yet %+v", p.Stop)
		}
		must(t, d.app(t).SendReset(t.Context(), c, ines.ID))
		if got := d.one(t); got.To.Addr != "ines@marlow.example" {
			t.Errorf("the mail went to %s", got.To.Addr)
		}
		if n := d.kinds(t, c)["contact.mail_allowed"]; n != 1 {
			t.Errorf("%d events say so", n)
		}
	})
}

// bounce makes the mails that wait come back.
func (d *desk) bounce(t *testing.T, words string) {
	t.Helper()
	must(t, d.system(t).Write(t.Context(), func(tx scope.Tx) error {
		_, err := tx.Exec(t.Context(), `update outbox set state = 'bounced', problem = :words, sent_to = 'ines@marlow.example', done_at = :now
			where workspace_id = :workspace and state = 'waiting'`, scope.Args{"words": words})
		return err
	}))
}

func TestTheHistoryShowsTheLatestTwenty(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		c := d.open(t, marlow())
		ines := d.primary(t, c)
		for range 22 {
			must(t, d.app(t).SendReset(t.Context(), c, ines.ID))
		}
		must(t, d.app(t).DisablePortal(t.Context(), c))
		got := d.history(t, c)
		if len(got) != 20 || got[0] != "portal.disabled" || got[19] != "reset.sent" {
			t.Errorf("%d entries: %v", len(got), got)
		}
	})
}
