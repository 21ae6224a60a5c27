package client_test

import (
	"testing"
	"time"

	"foyer/internal/auth"
	"foyer/internal/feature/client"
	"foyer/internal/kernel/problem"
)

// person is a contact as a form gives it, with a preset's rights.
func person(name, email string, preset auth.Preset) client.ContactDetails {
	return client.ContactDetails{Name: name, Email: email, Preset: preset, Drawn: preset, Capabilities: preset.Capabilities()}
}

// add adds a contact and gives it as it is stored.
func (d *desk) add(t *testing.T, c client.ID, in client.ContactDetails) client.Contact {
	t.Helper()
	made, err := d.app(t).CreateContact(t.Context(), c, in)
	must(t, err)
	return d.contact(t, c, made)
}

func (d *desk) contact(t *testing.T, c client.ID, contact client.ContactID) client.Contact {
	t.Helper()
	_, got, err := d.app(t).Contact(t.Context(), c, contact)
	must(t, err)
	return got
}

func TestAContactKeepsWhatTheFormSays(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		c := d.create(t, marlow())
		in := person("Rui Costa", "rui@marlow.example", auth.SupportPreset)
		in.JobTitle, in.Phone = "Shop manager", "+351 910 555 061"
		got := d.add(t, c, in)
		if got.Name != in.Name || got.Email != in.Email || got.JobTitle != in.JobTitle || got.Phone != in.Phone || got.Primary ||
			got.Preset() != auth.SupportPreset || got.State() != client.Off {
			t.Fatalf("stored %+v", got)
		}
		in.Name, in.Capabilities.Money, in.Capabilities.Contracts, in.Capabilities.Sign = "Rui da Costa", auth.AllOfIt, auth.OwnOfIt, true
		must(t, d.app(t).UpdateContact(t.Context(), c, got.ID, got.Version, in))
		now := d.contact(t, c, got.ID)
		if now.Capabilities != in.Capabilities || now.Preset() != client.Custom || now.Name != "Rui da Costa" {
			t.Errorf("after the edit: %+v", now)
		}
		in.Name = "Stale"
		wants(t, d.app(t).UpdateContact(t.Context(), c, got.ID, got.Version, in), problem.Conflict, "", "problem.stale")
		for field, spoil := range map[string]func(*client.ContactDetails){
			"name":      func(in *client.ContactDetails) { in.Name = "" },
			"email":     func(in *client.ContactDetails) { in.Email = "rui" },
			"phone":     func(in *client.ContactDetails) { in.Phone = "none" },
			"job_title": func(in *client.ContactDetails) { in.JobTitle = "a\x1bb" },
			"preset":    func(in *client.ContactDetails) { in.Preset = "king" },
			"money":     func(in *client.ContactDetails) { in.Preset, in.Capabilities.Money = client.Custom, auth.OwnOfIt },
			"cases":     func(in *client.ContactDetails) { in.Preset, in.Capabilities.Cases = client.Custom, "" },
		} {
			bad := person("Bea", "bea@marlow.example", auth.ReaderPreset)
			spoil(&bad)
			_, err := d.app(t).CreateContact(t.Context(), c, bad)
			wants(t, err, problem.Invalid, field, "")
		}
	})
}

func TestPresetAndSingleRightsOfOneForm(t *testing.T) {
	t.Parallel()
	reader, billing := auth.ReaderPreset.Capabilities(), auth.BillingPreset.Capabilities()
	custom := reader
	custom.Pay = true
	for name, c := range map[string]struct {
		chosen, drawn auth.Preset
		rights, want  auth.Capabilities
		unclear       bool
	}{
		"nothing touched":               {chosen: auth.ReaderPreset, drawn: auth.ReaderPreset, rights: reader, want: reader},
		"only the preset":               {chosen: auth.BillingPreset, drawn: auth.ReaderPreset, rights: reader, want: billing},
		"only single rights":            {chosen: auth.ReaderPreset, drawn: auth.ReaderPreset, rights: custom, want: custom},
		"custom and single rights":      {chosen: client.Custom, drawn: auth.ReaderPreset, rights: custom, want: custom},
		"a preset over custom rights":   {chosen: auth.BillingPreset, drawn: client.Custom, rights: custom, want: billing},
		"both, and they agree":          {chosen: auth.BillingPreset, drawn: auth.ReaderPreset, rights: billing, want: billing},
		"both, and they contradict":     {chosen: auth.BillingPreset, drawn: auth.ReaderPreset, rights: custom, unclear: true},
		"custom drawn, nothing touched": {chosen: client.Custom, drawn: client.Custom, rights: custom, want: custom},
	} {
		got, ok := client.ContactDetails{Preset: c.chosen, Drawn: c.drawn, Capabilities: c.rights}.Settle()
		if ok == c.unclear || ok && got != c.want {
			t.Errorf("%s: %+v, %v", name, got, ok)
		}
	}
}

func TestOneAddressIsOnePersonAtSeveralClients(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		c := d.open(t, marlow())
		ines := d.settle(t, c)
		second := d.open(t, client.Details{Name: "Verso Books", Email: "ada@verso.example", Type: client.Organization})
		again := d.add(t, second, person("Another Name", "INES@marlow.example", auth.BillingPreset))
		if again.Identity != ines.Identity || again.Name != "Ines Marlow" || !again.HasPassword || again.Elsewhere != 1 || again.State() != client.Active {
			t.Errorf("the second contact: %+v", again)
		}
		_, err := d.app(t).CreateContact(t.Context(), second, person("Third", "ines@marlow.example", auth.ReaderPreset))
		wants(t, err, problem.Invalid, "email", "contact.email_taken")
		p, _ := problem.As(err)
		if args := p.Fields["email"].Args; len(args) != 2 || args[1] != "Ines Marlow" {
			t.Errorf("the refusal names %v", args)
		}
		d.enter(t, "ines@marlow.example")
	})
}

func TestAContactFormSentTwiceMakesOneContact(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		c := d.create(t, marlow())
		in := person("Rui Costa", "rui@marlow.example", auth.SupportPreset)
		first, err := d.same(t, "k").CreateContact(t.Context(), c, in)
		must(t, err)
		second, err := d.same(t, "k").CreateContact(t.Context(), c, in)
		must(t, err)
		if first != second || d.get(t, c).Contacts != 2 {
			t.Errorf("one form made %s and %s", first, second)
		}
		in.JobTitle = "Buyer"
		must(t, d.same(t, "e").UpdateContact(t.Context(), c, first, 1, in))
		must(t, d.same(t, "e").UpdateContact(t.Context(), c, first, 1, in))
		in.JobTitle = "Seller"
		wants(t, d.same(t, "e").UpdateContact(t.Context(), c, first, 1, in), problem.Conflict, "", "problem.stale")
	})
}

func TestSuspendingEndsTheirSessionsHereAlone(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		c := d.open(t, marlow())
		d.settle(t, c)
		second := d.open(t, client.Details{Name: "Verso Books", Email: "ada@verso.example", Type: client.Organization})
		d.settle(t, second)
		ines := d.add(t, second, person("Ines", "ines@marlow.example", auth.ReaderPreset))
		here, there := d.enterAt(t, "ines@marlow.example", second), d.enterAt(t, "ines@marlow.example", c)
		ada := d.enter(t, "ada@verso.example")
		must(t, d.app(t).Suspend(t.Context(), second, ines.ID))
		must(t, d.app(t).Suspend(t.Context(), second, ines.ID))
		if d.alive(t, here) || !d.alive(t, there) || !d.alive(t, ada) {
			t.Errorf("after suspending: here %v, there %v, somebody else %v", d.alive(t, here), d.alive(t, there), d.alive(t, ada))
		}
		if d.contact(t, second, ines.ID).State() != client.Suspended || d.primary(t, c).State() != client.Active {
			t.Error("the states do not say who is suspended where")
		}
		wants(t, d.app(t).Invite(t.Context(), second, ines.ID), problem.Conflict, "", "portal.suspended_first")
		wants(t, d.app(t).SendReset(t.Context(), second, ines.ID), problem.Conflict, "", "portal.suspended_first")
		must(t, d.app(t).Reinstate(t.Context(), second, ines.ID))
		d.enterAt(t, "ines@marlow.example", second)
		if kinds := d.kinds(t, second); kinds["contact.suspended"] != 1 || kinds["contact.reinstated"] != 1 {
			t.Errorf("activity %v", kinds)
		}
	})
}

func TestSuspendingKillsTheInvitation(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		c := d.open(t, marlow())
		ines := d.primary(t, c)
		must(t, d.app(t).Invite(t.Context(), c, ines.ID))
		link := linkIn(t, d.deliver(t)[0])
		must(t, d.app(t).Suspend(t.Context(), c, ines.ID))
		err := d.gate.Redeem(t.Context(), d.visitor(t, home, ""), auth.PortalRealm, link, password)
		wants(t, err, problem.NotFound, "", "link.spent")
	})
}

func TestANewAddressNobodyUsedIsTheLoginAtOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		c := d.open(t, marlow())
		ines := d.primary(t, c)
		must(t, d.app(t).Invite(t.Context(), c, ines.ID))
		old := linkIn(t, d.deliver(t)[0])
		d.readdress(t, c, "ines@new.example")
		now := d.primary(t, c)
		if now.Email != "ines@new.example" || now.Identity != ines.Identity || now.Pending.Email != "" || now.State() != client.Off {
			t.Errorf("after the change: %+v", now)
		}
		if mails := d.deliver(t); len(mails) != 0 {
			t.Errorf("somebody was told of a login nobody used: %d mails", len(mails))
		}
		err := d.gate.Redeem(t.Context(), d.visitor(t, home, ""), auth.PortalRealm, old, password)
		wants(t, err, problem.NotFound, "", "link.spent")
		d.settle(t, c)
		d.enter(t, "ines@new.example")
	})
}

// readdress gives a client another address.
func (d *desk) readdress(t *testing.T, c client.ID, email string) {
	t.Helper()
	must(t, d.tryAddress(t, c, email))
}

func (d *desk) tryAddress(t *testing.T, c client.ID, email string) error {
	t.Helper()
	got := d.get(t, c)
	got.Email = email
	return d.app(t).Update(t.Context(), c, got.Version, got.Details)
}

func TestALoginInUseMovesOnceTheNewAddressIsConfirmed(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		c := d.open(t, marlow())
		d.settle(t, c)
		session := d.enter(t, "ines@marlow.example")
		d.readdress(t, c, "ines@new.example")
		if p := d.primary(t, c); p.Email != "ines@marlow.example" || p.Pending.Email != "ines@new.example" || p.Pending.At.IsZero() {
			t.Fatalf("before the mails leave: %+v", p)
		}
		mails := d.deliver(t)
		if len(mails) != 2 || mails[0].To.Addr != "ines@new.example" || mails[1].To.Addr != "ines@marlow.example" {
			t.Fatalf("%d mails, want one to each address", len(mails))
		}
		if p := d.primary(t, c); p.Email != "ines@marlow.example" || p.Pending.Email != "ines@new.example" {
			t.Fatalf("while the link is alive: %+v", p)
		}
		if _, err := d.signIn(t, "ines@new.example", password); !problem.Is(err, problem.Unauthenticated) {
			t.Errorf("an address that is not confirmed signs in: %v", err)
		}
		if !d.alive(t, session) {
			t.Error("asking for a confirmation ends a session")
		}
		must(t, d.gate.ConfirmEmail(t.Context(), d.visitor(t, home, ""), auth.PortalRealm, linkIn(t, mails[0])))
		p := d.primary(t, c)
		if p.Email != "ines@new.example" || p.Pending.Email != "" || !p.Verified || d.get(t, c).Email != p.Email {
			t.Errorf("after the confirmation: %+v", p)
		}
		d.enter(t, "ines@new.example")
	})
}

func TestALoginOfTwoClientsMovesOnceConfirmedEvenWithoutAPassword(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		c := d.open(t, marlow())
		second := d.create(t, client.Details{Name: "Verso Books", Email: "ines@marlow.example", Type: client.Organization})
		d.readdress(t, c, "ines@new.example")
		if p := d.primary(t, second); p.Email != "ines@marlow.example" || p.Pending.Email != "ines@new.example" {
			t.Errorf("one client moved the login of another: %+v", p)
		}
	})
}

func TestAConfirmationThatRanOutCanBeSentAgain(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		c := d.open(t, marlow())
		ines := d.settle(t, c)
		wants(t, d.app(t).SendVerification(t.Context(), c, ines.ID), problem.Conflict, "", "portal.nothing_to_confirm")
		d.readdress(t, c, "ines@new.example")
		old := linkIn(t, d.deliver(t)[0])
		d.later(61 * time.Minute)
		d.renew(t)
		if p := d.primary(t, c); p.Pending.Email != "" || d.get(t, c).Email != "ines@new.example" {
			t.Fatalf("an old link still counts: %+v", p)
		}
		must(t, d.app(t).SendVerification(t.Context(), c, ines.ID))
		fresh := linkIn(t, d.deliver(t)[0])
		v := d.visitor(t, home, "")
		wants(t, d.gate.ConfirmEmail(t.Context(), v, auth.PortalRealm, old), problem.NotFound, "", "link.spent")
		must(t, d.gate.ConfirmEmail(t.Context(), v, auth.PortalRealm, fresh))
	})
}

func TestGoingBackToTheOldAddressForgetsTheNewOne(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		c := d.open(t, marlow())
		d.settle(t, c)
		d.readdress(t, c, "ines@new.example")
		link := linkIn(t, d.deliver(t)[0])
		d.readdress(t, c, "ines@third.example") // waits in the outbox
		d.readdress(t, c, "Ines@Marlow.example")
		for _, m := range d.deliver(t) {
			if m.To.Addr == "ines@third.example" {
				t.Error("an address that was taken back is asked to confirm")
			}
		}
		p := d.primary(t, c)
		if p.Pending.Email != "" || p.Email != "Ines@Marlow.example" {
			t.Errorf("after going back: %+v", p)
		}
		wants(t, d.gate.ConfirmEmail(t.Context(), d.visitor(t, home, ""), auth.PortalRealm, link), problem.NotFound, "", "link.spent")
	})
}

func TestAnAddressThatSomebodyHasIsNotTakenOver(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		c := d.open(t, marlow())
		d.settle(t, c)
		rui := d.add(t, c, person("Rui Costa", "rui@marlow.example", auth.SupportPreset))
		second := d.create(t, client.Details{Name: "Verso Books", Email: "ada@verso.example", Type: client.Organization, ContactName: "Ada Verso"})
		wants(t, d.tryAddress(t, c, "rui@marlow.example"), problem.Invalid, "email", "contact.email_taken")
		wants(t, d.tryAddress(t, c, "ada@verso.example"), problem.Invalid, "email", "contact.login_taken")
		edit := person("Rui Costa", "ines@marlow.example", auth.SupportPreset)
		wants(t, d.app(t).UpdateContact(t.Context(), c, rui.ID, rui.Version, edit), problem.Invalid, "email", "contact.email_taken")
		if got := d.get(t, c); got.Email != "ines@marlow.example" || len(d.deliver(t)) != 0 {
			t.Errorf("a refused address left something: %+v", got)
		}
		// Nobody has used Rui's login, so the contact becomes Ada.
		edit.Email = "ada@verso.example"
		must(t, d.app(t).UpdateContact(t.Context(), c, rui.ID, rui.Version, edit))
		if now := d.contact(t, c, rui.ID); now.Identity != d.primary(t, second).Identity || now.Elsewhere != 1 {
			t.Errorf("the contact is %+v", now)
		}
	})
}

func TestANewAddressOfAnotherContactWaitsToo(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		c := d.open(t, marlow())
		rui := d.add(t, c, person("Rui Costa", "rui@marlow.example", auth.SupportPreset))
		must(t, d.app(t).SetPassword(t.Context(), c, rui.ID, temporary))
		edit := person("Rui Costa", "rui@new.example", auth.SupportPreset)
		must(t, d.app(t).UpdateContact(t.Context(), c, rui.ID, rui.Version, edit))
		mails := d.deliver(t)
		now := d.contact(t, c, rui.ID)
		if now.Email != "rui@marlow.example" || now.Pending.Email != "rui@new.example" || len(mails) != 2 {
			t.Fatalf("after the edit: %+v and %d mails", now, len(mails))
		}
		edit.JobTitle = "Buyer" // the form shows the address that waits
		must(t, d.app(t).UpdateContact(t.Context(), c, rui.ID, now.Version, edit))
		if again := d.deliver(t); len(again) != 0 || d.contact(t, c, rui.ID).Pending.Email != "rui@new.example" {
			t.Errorf("saving again sent %d mails", len(again))
		}
		must(t, d.gate.ConfirmEmail(t.Context(), d.visitor(t, home, ""), auth.PortalRealm, linkIn(t, mails[0])))
		if now := d.contact(t, c, rui.ID); now.Email != "rui@new.example" || now.Pending.Email != "" {
			t.Errorf("after the confirmation: %+v", now)
		}
	})
}

func TestAClientsFirstAddressPromotesTheContactWhoHasIt(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		in := lead()
		in.Email = ""
		c := d.create(t, in)
		rui := d.add(t, c, person("Rui Costa", "rui@marlow.example", auth.SupportPreset))
		d.readdress(t, c, "rui@marlow.example")
		if p := d.primary(t, c); p.ID != rui.ID || p.Preset() != auth.PrimaryPreset || d.get(t, c).Contacts != 1 {
			t.Errorf("primary contact %+v", p)
		}
	})
}
