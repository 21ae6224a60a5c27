package e2e

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"net/url"
	"os"
	"path/filepath"
	"testing"

	"foyer/internal/demo"
)

// Somebody who is a contact of two clients chooses at sign-in which one to enter
// and can change later.
func TestPersonOfSeveralClients(t *testing.T) {
	inDemo(t, farApart, func(t *testing.T, p *program, l look) {
		s := p.staff(t, l, demo.Priya)
		northwind := s.client("Northwind Bikes")
		s.goTo(northwind + "/contacts")
		s.press("Add contact")
		s.fill("Name", "Ines Marlow")
		s.fill("Email", demo.Ines)
		s.press("Add contact")
		s.see("Ines Marlow is a contact now.")
		s.shot("app-client-contacts")

		b := p.open(t, l)
		b.goTo("/portal/login")
		b.signIn(demo.Ines, demo.ClientPassword)
		b.arrive("/portal/client")
		b.see("Which one today?")
		b.shot("portal-client-choice")
		b.goTo("/portal/")
		b.arrive("/portal/client")
		b.press("Northwind Bikes")
		b.arrive("/portal/")
		b.press("Account of Ines Marlow")
		b.see("Northwind Bikes")
		b.press("Change client")
		b.arrive("/portal/client")
		b.press("Marlow Ceramics")
		b.arrive("/portal/")
		b.press("Account of Ines Marlow")
		b.see("Marlow Ceramics")
		b.missing("Northwind")
	}, postgres)
}

// A member is invited by mail, chooses a password and is in, with the rights of
// the role.
func TestTeamInvitation(t *testing.T) {
	inDemo(t, farApart, func(t *testing.T, p *program, l look) {
		s := p.staff(t, l, demo.Priya)
		s.goTo("/app/settings/team")
		s.press("Invite somebody")
		s.fill("Name", "Noor Haddad")
		s.fill("Email", "noor@haldenrowe.example")
		s.press("Send invitation")
		s.see("Choose a role.")
		if got := eval[string](s, s.find("labelled('Name').value")); got != "Noor Haddad" {
			t.Errorf("the name is gone: %q", got)
		}
		s.tick("Viewer")
		s.press("Send invitation")
		s.see("The invitation to noor@haldenrowe.example is on its way.")
		s.see("Invited")
		m := p.letter(t, "noor@haldenrowe.example", "Your login")
		n := p.open(t, l)
		n.goTo(linkIn(t, m, "/app/password/reset/"))
		n.see("Choose your password")
		n.fill("New password", ownersPassword)
		n.press("Save this password")
		n.arrive("/app/login")
		n.signIn("noor@haldenrowe.example", ownersPassword)
		n.arrive("/app/")
		n.see("Hello, Noor")
		n.goTo("/app/clients")
		n.see("Clients")
		n.missing("Add client")
		n.missing("/app/settings")
		n.goTo("/app/clients/new")
		n.see("Your role does not allow this.")
		n.shot("app-403")
	}, postgres)
}

// The settings of a workspace, each saved once from its page.
func TestSettings(t *testing.T) {
	inDemo(t, farApart, func(t *testing.T, p *program, l look) {
		s := p.staff(t, l, demo.Priya)
		s.goTo("/app/settings")
		if lines := eval[int](s, "new Set([...document.querySelectorAll('.tabs a')].map(a => a.getBoundingClientRect().top)).size"); lines != 1 {
			t.Errorf("the tabs of the settings take %d lines", lines)
		}
		s.fill("Name", "")
		s.press("Save company")
		s.see("Please fill this in.")
		s.fill("Name", "Halden, Rowe & <Daughters>")
		s.press("Save company")
		s.see("Saved.")

		s.goTo("/app/settings/preferences")
		s.fill("Time zone", "Middle/Earth")
		s.press("Save preferences")
		s.see("Choose a time zone such as Europe/Dublin.")
		s.fill("Time zone", "Asia/Tokyo")
		s.press("Save preferences")
		s.see("Saved.")

		s.goTo("/app/settings/mail")
		s.fill("Sender name", "The studio")
		s.press("Save sender")
		s.see("Saved.")
		s.press("Send me a test mail")
		s.see("A test mail to priya@haldenrowe.example is on its way.")
		if m := p.letter(t, demo.Priya, "test mail"); m.From.Name != "The studio" {
			t.Errorf("the test mail comes from %s", m.From)
		}

		s.goTo("/app/settings/portal")
		s.fill("Address", "https://portal.example.com/x")
		s.press("Add address")
		s.see("Write the name alone")
		s.fill("Address", "portal.example.com")
		s.press("Add address")
		s.see("The address is added.")
		s.press("Remove portal.example.com?")
		s.see("Foyer stops answering there at once.")
		s.press("Remove")
		s.see("The address is removed.")

		b := p.open(t, l)
		b.goTo("/portal/login")
		b.see("Halden, Rowe & <Daughters>")
	}, postgres)
}

// The brand: a colour is looked at before it is saved, and a logo has to be a
// picture without code in it.
func TestBrandSettings(t *testing.T) {
	inDemo(t, farApart, func(t *testing.T, p *program, l look) {
		s := p.staff(t, l, demo.Priya)
		s.goTo("/app/settings/brand")
		s.fill("Brand colour", "#c8402b")
		if l.noScript {
			s.press("Preview")
		}
		s.see("What the portal makes of #c8402b.")
		s.shot("app-settings-brand")
		b := p.open(t, l)
		b.goTo("/portal/login")
		b.branded(fillOf(t, "#17594a", l.dark)) // not saved yet
		s.fill("Brand colour", "reddish")
		s.press("Save colour")
		s.see("Write the colour as #rrggbb")
		s.fill("Brand colour", "#c8402b")
		s.press("Save colour")
		s.see("The colour is saved.")
		b.goTo("/portal/login")
		b.branded(fillOf(t, "#c8402b", l.dark))

		s.upload("logo.svg", []byte(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9" height="9"/></svg>`))
		s.see("Choose a picture of the kind PNG, JPEG or WebP.")
		s.upload("logo.png", drawing(t))
		s.see("The logo is saved.")
		b.goTo("/portal/login")
		b.branded(fillOf(t, "#c8402b", l.dark))
		if got := eval[float64](b, "document.querySelector('img.brandmark-logo').naturalWidth"); got != 96 {
			t.Errorf("the logo is %v wide, want the new one", got)
		}
	})
}

// upload chooses a file and sends it.
func (b *tab) upload(name string, data []byte) {
	b.t.Helper()
	path := filepath.Join(b.t.TempDir(), name)
	must(b.t, os.WriteFile(path, data, 0o600))
	b.attach("document.querySelector('input[type=file]')", path)
	b.press("Upload logo")
}

// drawing is a picture of 96 by 96.
func drawing(t *testing.T) []byte {
	t.Helper()
	img := image.NewNRGBA(image.Rect(0, 0, 96, 96))
	for n := range 96 {
		img.Set(n, n, color.NRGBA{200, 64, 43, 255})
	}
	var data bytes.Buffer
	must(t, png.Encode(&data, img))
	return data.Bytes()
}

// Two people edit the same client: the second is told, sees what the first
// stored, and keeps what they typed.
func TestStaleEdit(t *testing.T) {
	inDemo(t, farApart, func(t *testing.T, p *program, l look) {
		first, second := p.staff(t, l, demo.Priya), p.staff(t, l, demo.Priya)
		at := first.client("Marlow Ceramics")
		for _, b := range []*tab{first, second} {
			b.goTo(at)
			b.press("Edit")
			b.await("labelled('Mobile')", "the form does not open")
		}
		first.fill("Mobile", "+351 111")
		first.press("Save client")
		first.see("Saved.")
		second.fill("Mobile", "+351 222")
		second.press("Save client")
		second.see("Someone else changed this while you were editing.")
		second.see("+351 111")
		if got := eval[string](second, second.find("labelled('Mobile').value")); got != "+351 222" {
			t.Errorf("what was typed is gone: %q", got)
		}
		second.shot("app-client-stale")
		second.press("Save client")
		second.see("Saved.")
		second.see("+351 222")
	})
}

// A drawer opens over the list when scripts run, and is a page when they do not;
// the address of the form is a page in either case.
func TestDrawer(t *testing.T) {
	inDemo(t, farApart, func(t *testing.T, p *program, l look) {
		b := p.staff(t, l, demo.Priya)
		b.goTo("/app/clients")
		b.press("Add client")
		b.await("labelled('Name')", "the form does not open")
		over := eval[bool](b, "!!document.querySelector('dialog[open]')")
		if over == l.noScript || over && b.path() != "/app/clients" || !over && b.path() != "/app/clients/new" {
			t.Errorf("a drawer over the list is %v at %s", over, b.path())
		}
		if over {
			b.await("document.querySelector('dialog[open]').contains(document.activeElement)", "the focus is not in the drawer")
		}
		b.fill("Name", "Harbour <Lights> 🕯 עברית")
		b.fill("Email", "not an address")
		b.fill("Mobile", "call me")
		b.press("Add client")
		b.see("2 fields need another look")
		b.see("Write a mail address such as name@example.com.")
		if got := eval[string](b, b.find("labelled('Name').value + '|' + labelled('Email').value + '|' + labelled('Mobile').value")); got != "Harbour <Lights> 🕯 עברית|not an address|call me" {
			t.Errorf("what was typed is gone: %q", got)
		}
		if !l.noScript {
			b.await("document.activeElement.matches('.error-summary')", "the summary has not the focus")
			if !eval[bool](b, "!!document.querySelector('dialog[open] .error-summary')") {
				t.Error("the refused form left the drawer")
			}
		}
		b.shot("app-client-new-refused")
		b.fill("Email", "kit@harbourlights.example")
		b.fill("Mobile", "")
		b.press("Add client")
		b.see("Harbour <Lights> 🕯 עברית is added.")
		b.goTo("/app/clients/new")
		b.see("Add client")
		if eval[bool](b, "!!document.querySelector('dialog')") {
			t.Error("the form's own page has a dialog")
		}
		b.press("Close")
		b.arrive("/app/clients")
	}, postgres)
}

// The list follows the search while somebody types, and so does the address;
// without scripts Enter sends it.
func TestLiveSearch(t *testing.T) {
	inDemo(t, farApart, func(t *testing.T, p *program, l look) {
		b := p.staff(t, l, demo.Priya)
		b.goTo("/app/clients")
		b.see("Amaranth Yoga")
		b.fill("Search names and emails", "wind")
		if l.noScript {
			b.press("Search")
		}
		b.await("location.search.includes('q=wind')", "the address does not follow")
		b.await("!document.body.innerText.includes('Amaranth Yoga')", "the list does not follow")
		b.see("Northwind Bikes")
		b.see("1 entry")
		b.shot("app-clients-search")
		at := b.path()
		b.goTo("/app/")
		b.goTo(at)
		b.see("Northwind Bikes")
		b.missing("Amaranth Yoga")
		b.fill("Search names and emails", "nobody at all")
		if l.noScript {
			b.press("Search")
		}
		b.see("Nobody matches “nobody at all”")
		b.press("Clear the search")
		b.see("Amaranth Yoga")
		b.press("Next")
		b.see("Wren Opticians")
		b.press("Leads")
		b.arrive("/app/clients?tab=leads")
		b.missing("Wren Opticians")
	}, postgres)
}

// Who opens a page without being signed in comes back to it afterwards; who is
// signed out while a drawer is wanted too.
func TestBackAfterSignIn(t *testing.T) {
	inDemo(t, farApart, func(t *testing.T, p *program, l look) {
		known := p.staff(t, l, demo.Priya)
		at := known.client("Marlow Ceramics") + "/portal?tab=sessions"
		b := p.open(t, l)
		b.goTo(at)
		b.arrive("/app/login?next=" + url.QueryEscape(at))
		b.signIn(demo.Priya, "not the password")
		b.see("do not go together")
		b.signIn(demo.Priya, demo.StaffPassword)
		b.arrive(at)
		elsewhere := p.open(t, l)
		elsewhere.goTo("/app/login?next=" + url.QueryEscape("https://elsewhere.example/app/"))
		elsewhere.signIn(demo.Priya, demo.StaffPassword)
		elsewhere.arrive("/app/")

		// Her sessions elsewhere end with a new password, also the two that are
		// about to search and to open a drawer.
		b.goTo("/app/clients")
		elsewhere.goTo("/app/clients")
		known.goTo("/app/account")
		known.fill("Current password", demo.StaffPassword)
		known.fill("New password", ownersPassword)
		known.press("Change password")
		known.see("Your password is changed. Every other session has ended.")
		b.fill("Search names and emails", "wind")
		if l.noScript {
			b.press("Search")
		}
		b.await("location.pathname === '/app/login'", "a search by somebody who is signed out does not lead to sign-in")
		b.signIn(demo.Priya, ownersPassword)
		b.await("location.pathname === '/app/clients'", "signing in does not lead back to the list")
		elsewhere.press("Add client")
		elsewhere.await("location.pathname === '/app/login'", "a drawer for somebody who is signed out does not lead to sign-in")
		elsewhere.signIn(demo.Priya, ownersPassword)
		elsewhere.arrive("/app/clients/new")
	})
}

// A person looks after their own account: name, password, sessions.
func TestAccount(t *testing.T) {
	inDemo(t, farApart, func(t *testing.T, p *program, l look) {
		b, other := p.contact(t, l, demo.Ines), p.contact(t, l, demo.Ines)
		b.goTo("/portal/account")
		b.fill("Name", "")
		b.press("Save changes")
		b.see("Please fill this in.")
		b.fill("Name", "Inês Marlow")
		b.press("Save changes")
		b.see("Saved.")
		b.goTo("/portal/")
		b.see("Inês")
		b.goTo("/portal/account")
		b.press("End session")
		b.see("That session has ended.")
		b.fill("Current password", "not the password")
		b.fill("New password", ownersPassword)
		b.press("Change password")
		b.see("This is not your current password.")
		b.fill("Current password", demo.ClientPassword)
		b.fill("New password", ownersPassword)
		b.press("Change password")
		b.see("Your password is changed. Every other session has ended.")
		p.letter(t, demo.Ines, "was changed")
		other.goTo("/portal/")
		other.arrive("/portal/login")
	})
}
