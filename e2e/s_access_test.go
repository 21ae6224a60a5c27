package e2e

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"foyer/internal/auth"
	"foyer/internal/demo"
)

// Each page of a client on the staff side has a tab that is called Portal
// Access.
func TestS03PortalAccessTab(t *testing.T) {
	inDemo(t, bothWidths, func(t *testing.T, p *program, l look) {
		b := p.staff(t, l, demo.Priya)
		b.goTo("/app/clients")
		b.fill("Search names and emails", "Marlow")
		b.see("1 entry")
		b.press("Marlow Ceramics")
		b.see("Contact details")
		home := eval[string](b, "location.pathname")
		for _, path := range []string{home, home + "/contacts"} {
			b.goTo(path)
			b.press("Portal Access")
			b.arrive(home + "/portal")
		}
		if got := eval[string](b, `document.querySelector('.tabs [aria-current]').innerText.trim()`); got != "Portal Access" {
			t.Errorf("the tab that is marked is %q", got)
		}
		b.tabInView()
		b.see("Enable portal")
		b.see(demo.Ines)
		b.shot("app-client-portal")
	})
}

// tabInView holds that the tab that is open can be seen, also where they scroll.
func (b *tab) tabInView() {
	b.t.Helper()
	b.await(`(strip => {
		const tab = strip.querySelector('[aria-current]').getBoundingClientRect(), seen = strip.getBoundingClientRect();
		return tab.left >= seen.left - 1 && tab.right <= seen.right + 1;
	})(document.querySelector('.tabs'))`, "the tab that is open cannot be seen")
}

// addClient makes a client through the pages and gives its address.
func (b *tab) addClient(name, email string) string {
	b.t.Helper()
	b.goTo("/app/clients")
	b.press("Add client")
	b.fill("Name", name)
	b.fill("Email", email)
	b.press("Add client")
	b.see(name + " is added.")
	return eval[string](b, "location.pathname")
}

// portalOn tells where the switch stands.
func (b *tab) portalOn() bool {
	b.t.Helper()
	b.await("labelled('Enable portal')", "there is no switch")
	return eval[bool](b, b.find("labelled('Enable portal').checked"))
}

// turnPortal turns the switch; without scripts a button sends it.
func (b *tab) turnPortal() {
	b.t.Helper()
	b.tick("Enable portal")
	if b.look.noScript {
		b.press("Save")
	}
}

// On the tab is a switch, Enable portal. It is off to begin with; turning it off
// throws everybody of that client out at once.
func TestS04TurningOffEndsSessions(t *testing.T) {
	inDemo(t, withAndWithout, func(t *testing.T, p *program, l look) {
		s := p.staff(t, l, demo.Priya)
		fresh := s.addClient("Harbour Lights", "kit@harbourlights.example")
		s.goTo(fresh + "/portal")
		if s.portalOn() {
			t.Error("the portal of a new client is on")
		}
		marlow := s.client("Marlow Ceramics")
		ines, rui := p.contact(t, l, demo.Ines), p.contact(t, l, demo.Rui)
		s.goTo(marlow + "/portal?tab=sessions")
		s.see("Ines Marlow, Chrome on Linux")
		s.see("Rui Costa, Chrome on Linux")
		if !s.portalOn() {
			t.Fatal("Marlow's portal is off")
		}
		s.turnPortal()
		s.see("The portal is off, and everyone in it is signed out.")
		s.see("Portal switched off by Priya Rowe")
		// The next thing that they do, a link or a change, finds them signed out.
		ines.press("Halden & Rowe")
		ines.arrive("/portal/login")
		rui.goTo("/portal/account")
		rui.arrive("/portal/login?next=%2Fportal%2Faccount")
		ines.signIn(demo.Ines, demo.ClientPassword)
		ines.see("do not go together")
		s.goTo(marlow + "/portal")
		s.turnPortal()
		s.see("The portal is on.")
		// Turning it on again wakes no session of before.
		rui.goTo("/portal/")
		rui.arrive("/portal/login")
		ines.signIn(demo.Ines, demo.ClientPassword)
		ines.arrive("/portal/")
		ines.see("Ines")
	}, postgres)
}

// The portal is switched per client: what happens at one changes nothing at
// another.
func TestS05AccessIsPerClient(t *testing.T) {
	inDemo(t, withAndWithout, func(t *testing.T, p *program, l look) {
		s := p.staff(t, l, demo.Priya)
		northwind, oakline := s.client("Northwind Bikes"), s.client("Oakline Dental")
		marlow := s.client("Marlow Ceramics")
		sam := p.contact(t, l, demo.Sam)
		before := s.door(northwind)
		s.goTo(oakline + "/portal")
		s.turnPortal()
		s.see("The portal is on.")
		s.goTo(marlow + "/portal")
		s.turnPortal()
		s.see("The portal is off")
		if after := s.door(northwind); after != before {
			t.Errorf("Northwind's door was\n%s\nand is\n%s", before, after)
		}
		sam.goTo("/portal/account")
		sam.arrive("/portal/account")
		s.goTo(oakline + "/portal")
		if !s.portalOn() {
			t.Error("Oakline's portal went off with Marlow's")
		}
	})
}

// door is what the Portal Access tab of a client says.
func (b *tab) door(client string) string {
	b.t.Helper()
	b.goTo(client + "/portal")
	state := "off "
	if b.portalOn() {
		state = "on "
	}
	return state + eval[string](b, "document.getElementById('people').innerText + document.getElementById('history').innerText")
}

// Switching the portal on makes the client's primary email a login; a client
// without one is refused, with the reason.
func TestS06PrimaryEmailBecomesTheLogin(t *testing.T) {
	inDemo(t, withAndWithout, func(t *testing.T, p *program, l look) {
		s := p.staff(t, l, demo.Priya)
		at := s.addClient("Harbour Lights", "kit@harbourlights.example")
		s.goTo(at + "/portal")
		s.turnPortal()
		s.see("The portal is on.")
		s.see("kit@harbourlights.example")
		s.fill("Initial password", "seven wet umbrellas")
		s.press("Set password")
		s.see("The password is set.")
		kit := p.open(t, l)
		kit.goTo("/portal/login")
		kit.signIn("kit@harbourlights.example", "seven wet umbrellas")
		kit.arrive("/portal/password/new")

		lead := s.client("Zephyr Sailing")
		s.goTo(lead + "/conversion")
		s.press("Convert to client")
		s.arrive(lead + "/portal")
		s.see("There is no primary email, so nobody could sign in. Add one first.")
		s.turnPortal()
		s.await("document.querySelector('#access-refusal .tone-bad')", "the refusal is not marked")
		s.see("There is no primary email, so nobody could sign in. Add one first.")
		if s.portalOn() {
			t.Error("the switch stands at on although it was refused")
		}
		s.shot("app-client-portal-no-email")
		s.goTo(lead + "/edit")
		s.fill("Email", "bo@zephyr.example")
		s.press("Save client")
		s.see("Saved.")
		s.goTo(lead + "/portal")
		s.turnPortal()
		s.see("The portal is on.")
		s.see("bo@zephyr.example")
	})
}

// atLeast is the sentence of the password policy.
var atLeast = fmt.Sprintf("At least %d characters.", auth.PasswordMin)

func lower(sentence string) string { return strings.ToLower(sentence[:1]) + sentence[1:] }

// Staff set a first password on the Password tab. It has to meet the policy and
// has to be changed at the first sign-in; who set it is written down.
func TestS07InitialPassword(t *testing.T) {
	inDemo(t, withAndWithout, func(t *testing.T, p *program, l look) {
		s := p.staff(t, l, demo.Priya)
		at := s.addClient("Harbour Lights", "kit@harbourlights.example")
		s.goTo(at + "/portal")
		s.turnPortal()
		s.see("The portal is on.")
		s.see(atLeast)
		s.fill("Initial password", "umbrella")
		s.press("Set password")
		s.see("Use " + lower(atLeast))
		if got := eval[string](s, s.find("labelled('Initial password').value")); got != "umbrella" {
			t.Errorf("the refused password is gone: %q", got)
		}
		s.shot("app-client-portal-password-refused")
		s.fill("Initial password", "seven wet umbrellas")
		s.press("Set password")
		s.see("The password is set.")
		s.see("Initial password set by Priya Rowe")

		kit := p.open(t, l)
		kit.goTo("/portal/login?next=/portal/account")
		kit.signIn("kit@harbourlights.example", "seven wet umbrellas")
		kit.arrive("/portal/password/new")
		for _, path := range []string{"/portal/", "/portal/account"} {
			kit.goTo(path)
			kit.arrive("/portal/password/new")
		}
		kit.shot("portal-password-new")
		kit.fill("New password", "seven wet umbrellas")
		kit.press("Save and go on")
		kit.see("This is the password you have now.")
		kit.fill("New password", "an orchard of small bells")
		kit.press("Save and go on")
		kit.arrive("/portal/")
		kit.see("Your password is saved.")
		s.goTo(at + "/portal")
		s.see("Password changed")
		s.see("Initial password set by Priya Rowe")
		again := p.open(t, l)
		again.goTo("/portal/login")
		again.signIn("kit@harbourlights.example", "seven wet umbrellas")
		again.see("do not go together")
	})
}

// Staff send a link with which the client sets a password: it works once, for an
// hour, and a newer one kills it.
func TestS08ResetLink(t *testing.T) {
	inDemo(t, withAndWithout, func(t *testing.T, p *program, l look) {
		s := p.staff(t, l, demo.Priya)
		at := s.client("Marlow Ceramics")
		s.goTo(at + "/portal")
		s.press("Send reset link")
		s.see("Ines Marlow gets a reset link by mail.")
		first := p.letter(t, demo.Ines, "new password")
		s.goTo(at + "/portal")
		s.see("Reset link sent by Priya Rowe")
		s.press("Send reset link")
		s.see("Ines Marlow gets a reset link by mail.")
		second := p.letter(t, demo.Ines, "new password", first)

		ines := p.open(t, l)
		ines.goTo(linkIn(t, first, "/portal/password/reset/"))
		ines.see("This link does not work any more")
		ines.shot("portal-link-spent")
		link := linkIn(t, second, "/portal/password/reset/")
		ines.goTo(link)
		ines.see("Choose a new password")
		ines.arrive("/portal/password/reset") // the address does not keep the token
		ines.shot("portal-password-reset")
		ines.fill("New password", "short")
		ines.press("Save this password")
		ines.see("Use " + lower(atLeast))
		ines.fill("New password", "an orchard of small bells")
		ines.press("Save this password")
		ines.arrive("/portal/login")
		ines.see("Your password is saved. Sign in with it.")
		if email := eval[string](ines, ines.find("labelled('Email').value")); email != demo.Ines {
			t.Errorf("the address to sign in with is %q", email)
		}
		ines.signIn(demo.Ines, "an orchard of small bells")
		ines.arrive("/portal/")
		ines.goTo(link)
		ines.see("This link does not work any more")

		s.goTo(at + "/portal")
		s.press("Send reset link")
		s.see("Ines Marlow gets a reset link by mail.")
		third := p.letter(t, demo.Ines, "Set a new password", first, second)
		p.clock.later(61 * time.Minute)
		late := p.open(t, l)
		late.goTo(linkIn(t, third, "/portal/password/reset/"))
		late.see("This link does not work any more")
	}, postgres)
}

// A lead has no portal: the switch is locked and says to convert first.
// Converting keeps everything that was noted, and then it can be turned on.
func TestS11LeadsConvertFirst(t *testing.T) {
	inDemo(t, withAndWithout, func(t *testing.T, p *program, l look) {
		s := p.staff(t, l, demo.Priya)
		at := s.client("Mara Lindqvist")
		before := s.record(at)
		s.goTo(at + "/portal")
		s.see("This is a lead. Convert it to a client first; all data stay.")
		if !eval[bool](s, s.find("labelled('Enable portal').disabled && !labelled('Enable portal').checked")) {
			t.Error("the switch of a lead can be turned")
		}
		if got := eval[bool](s, s.find("document.getElementById(labelled('Enable portal').getAttribute('aria-describedby')).innerText.includes('Convert it')")); !got {
			t.Error("the switch does not say why it is locked")
		}
		s.shot("app-client-portal-lead")
		s.press("Convert to client")
		s.see("Make Mara Lindqvist a client?")
		s.press("Convert to client")
		s.see("Mara Lindqvist is a client now.")
		s.arrive(at + "/portal")
		s.turnPortal()
		s.see("The portal is on.")
		s.see("mara@lindqvist.example")
		if after := s.record(at); after != before {
			t.Errorf("the form held\n%s\nand holds\n%s", before, after)
		}
		s.fill("Mobile", "+353 87 555 0999")
		s.press("Save client")
		s.see("Saved.")
		s.see("Cold outreach") // where the lead came from outlives the lead
	})
}

// record is everything that a client's form holds, but for what only a lead has.
func (b *tab) record(client string) string {
	b.t.Helper()
	b.goTo(client + "/edit")
	b.await("labelled('Name')", "there is no form")
	return eval[string](b, `[...new FormData([...document.forms].find(f => f.elements.preferred_communication))]
		.filter(([name]) => !['_key', 'version', 'lead', 'lead_status', 'lead_source'].includes(name)).map(pair => pair.join('=')).join('\n')`)
}
