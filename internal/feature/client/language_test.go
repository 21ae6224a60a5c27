package client_test

import (
	"strings"
	"testing"

	"foyer/internal/auth"
	"foyer/internal/feature/client"
	"foyer/internal/kernel/id"
	"foyer/internal/kernel/mail"
	"foyer/internal/kernel/scope"
)

// speaking is marlow, whose language is set.
func speaking(language string) client.Details {
	in := marlow()
	in.Language = language
	return in
}

// speak sets the language of the workspace.
func (d *desk) speak(t *testing.T, language string) {
	t.Helper()
	must(t, d.system(t).Write(t.Context(), func(tx scope.Tx) error {
		_, err := tx.Exec(t.Context(), `update workspace set language = :language where id = :workspace`, scope.Args{"language": language})
		return err
	}))
}

// respeak sets the language of a client by its form.
func (d *desk) respeak(t *testing.T, c client.ID, language string) {
	t.Helper()
	now := d.get(t, c)
	in := now.Details
	in.Language = language
	must(t, d.app(t).Update(t.Context(), c, now.Version, in))
}

// invited is the invitation that a contact gets.
func (d *desk) invited(t *testing.T, c client.ID, contact client.ContactID) mail.Kept {
	t.Helper()
	must(t, d.app(t).Invite(t.Context(), c, contact))
	return d.one(t)
}

// one is the only mail that arrives.
func (d *desk) one(t *testing.T) mail.Kept {
	t.Helper()
	arrived := d.deliver(t)
	if len(arrived) != 1 {
		t.Fatalf("%d mails arrived, want one", len(arrived))
	}
	return arrived[0]
}

// person is somebody's session as it stands now.
func (d *desk) person(t *testing.T, token id.Secret) auth.Person {
	t.Helper()
	s, err := d.gate.Signed(t.Context(), d.visitor(t, home, ""), auth.PortalRealm, token)
	must(t, err)
	return s.Person()
}

func says(t *testing.T, m mail.Kept, language, subject, sentence string) {
	t.Helper()
	if m.Subject != subject || !strings.Contains(m.Text, sentence) || !strings.Contains(m.HTML, `<html lang="`+language+`"`) {
		t.Errorf("not %s with %q:\n%s\n\n%s", language, sentence, m.Subject, m.Text)
	}
}

func saysGerman(t *testing.T, m mail.Kept) {
	t.Helper()
	says(t, m, "de", "Ihr Zugang bei Halden & Rowe", "Wählen Sie ein Passwort, dann können Sie sich anmelden.")
}

func saysEnglish(t *testing.T, m mail.Kept) {
	t.Helper()
	says(t, m, "en", "Your login at Halden & Rowe", "Choose a password and you can sign in.")
}

func TestAnInvitationSpeaksTheClientsLanguage(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		german := d.open(t, speaking("de"))
		saysGerman(t, d.invited(t, german, d.primary(t, german).ID))
		rui := d.add(t, german, person("Rui Costa", "rui@marlow.example", auth.ProjectPreset))
		saysGerman(t, d.invited(t, german, rui.ID))

		in := speaking("")
		in.Email = "studio@bell.example"
		other := d.open(t, in)
		saysEnglish(t, d.invited(t, other, d.primary(t, other).ID))
		// Rui is a contact there too: about whom it is decides.
		again := d.add(t, other, person("Rui Costa", "rui@marlow.example", auth.ProjectPreset))
		saysEnglish(t, d.invited(t, other, again.ID))
	})
}

func TestAnInvitationSpeaksTheWorkspacesLanguageWhereTheClientHasNone(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		d.speak(t, "de")
		c := d.open(t, speaking(""))
		saysGerman(t, d.invited(t, c, d.primary(t, c).ID))
		d.respeak(t, c, "en")
		saysEnglish(t, d.invited(t, c, d.primary(t, c).ID))
	})
}

func TestTheFirstMailFollowsTheClientsLanguage(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		c := d.open(t, speaking("en"))
		p := d.primary(t, c)
		d.respeak(t, c, "de")
		saysGerman(t, d.invited(t, c, p.ID))
		must(t, d.app(t).Invite(t.Context(), c, p.ID))
		d.respeak(t, c, "en") // while the mail waits to be written
		saysEnglish(t, d.one(t))
	})
}

// A lead's first address makes its primary contact, later than the lead.
func TestAnAddressGivenLaterSpeaksTheClientsLanguage(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		in := lead()
		in.Email, in.Language = "", "de"
		c := d.create(t, in)
		must(t, d.app(t).Convert(t.Context(), c))
		now := d.get(t, c)
		in = now.Details
		in.Email = "ines@marlow.example"
		must(t, d.app(t).Update(t.Context(), c, now.Version, in))
		must(t, d.app(t).EnablePortal(t.Context(), c))
		saysGerman(t, d.invited(t, c, d.primary(t, c).ID))
	})
}

func TestWhatAPersonChoseHolds(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		c := d.open(t, speaking("de"))
		p := d.settle(t, c)
		// This mail is about no client.
		token, err := d.person(t, d.enter(t, p.Email)).ChangePassword(t.Context(), password, "a kettle in the harbour", false)
		must(t, err)
		says(t, d.one(t), "de", "Ihr Passwort bei Halden & Rowe wurde geändert", "Überall sonst wurden Sie abgemeldet.")
		if who := d.person(t, token); who.Language() != "de" || who.ChosenLanguage() != "" || who.GivenLanguage() != "de" {
			t.Errorf("reads %q, chose %q, given %q", who.Language(), who.ChosenLanguage(), who.GivenLanguage())
		}
		who := d.person(t, token)
		must(t, who.SaveProfile(t.Context(), auth.Profile{Name: who.Name(), Language: "en", Version: who.Version()}))
		if who = d.person(t, token); who.Language() != "en" || who.ChosenLanguage() != "en" || who.GivenLanguage() != "de" {
			t.Errorf("reads %q, chose %q, given %q", who.Language(), who.ChosenLanguage(), who.GivenLanguage())
		}
		d.respeak(t, c, "")
		d.respeak(t, c, "de")
		must(t, d.app(t).SendReset(t.Context(), c, p.ID))
		says(t, d.one(t), "en", "Set a new password for Halden & Rowe", "Choose a new password")
		// Choosing none again gives the choice back.
		must(t, who.SaveProfile(t.Context(), auth.Profile{Name: who.Name(), Version: who.Version()}))
		must(t, d.app(t).SendReset(t.Context(), c, p.ID))
		says(t, d.one(t), "de", "Neues Passwort für Halden & Rowe", "Neues Passwort wählen")
	})
}

// A person of several clients reads the language of the one that is chosen, and
// before that of the first one that is open.
func TestThePortalSpeaksTheChosenClientsLanguage(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		first := d.open(t, speaking("de"))
		p := d.settle(t, first)
		in := speaking("")
		in.Name, in.Email = "Bell", p.Email
		second := d.open(t, in)
		in.Name, in.Language = "Costa", "en"
		third := d.open(t, in)
		undecided := d.enter(t, p.Email)
		if got := d.person(t, undecided).Language(); got != "de" {
			t.Errorf("before a choice it is %q", got)
		}
		for c, want := range map[client.ID]string{first: "de", second: "", third: "en"} {
			if got := d.person(t, d.enterAt(t, p.Email, c)).Language(); got != want {
				t.Errorf("at %s it is %q, want %q", c, got, want)
			}
		}
		must(t, d.app(t).DisablePortal(t.Context(), first))
		if got := d.person(t, d.enter(t, p.Email)).Language(); got != "" {
			t.Errorf("before a choice, with the German client shut, it is %q", got)
		}
	})
}

// Staff read what they chose or the workspace's language, whatever clients there are.
func TestStaffReadNoClientsLanguage(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		d.open(t, speaking("de"))
		if who := d.staff(t, home); who.Language() != "" || who.GivenLanguage() != "" {
			t.Errorf("reads %q, given %q", who.Language(), who.GivenLanguage())
		}
	})
}
