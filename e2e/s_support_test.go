package e2e

import (
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"foyer/internal/auth"
	"foyer/internal/demo"
	"foyer/internal/feature/support"
	"foyer/internal/kernel/id"
	"foyer/internal/kernel/mail"
)

// person is a contact of the demo.
func (p *program) person(t *testing.T, email string) auth.Client {
	t.Helper()
	site, err := p.Gate.SiteFor(t.Context(), p.Gate.Base().Host)
	must(t, err)
	v := p.Gate.Visitor(site, auth.Facts{Address: "127.0.0.1", Agent: "Mozilla/5.0 (X11; Linux x86_64) Chrome/156.0.0.0 Safari/537.36"})
	token := id.SecretFrom(p.sessions[email])
	if p.sessions[email] == "" {
		token, err = p.Gate.SignIn(t.Context(), v, auth.PortalRealm, email, demo.ClientPassword, id.Secret{})
		must(t, err)
	}
	s, err := p.Gate.Signed(t.Context(), v, auth.PortalRealm, token)
	must(t, err)
	who, err := s.Client()
	must(t, err)
	return who
}

// raised is a case that a contact has begun, without its pages.
func (p *program) raised(t *testing.T, email, subject string) support.ID {
	t.Helper()
	made, err := p.Cases.ForClient(p.person(t, email)).Raise(t.Context(), support.Matter{Subject: subject, Description: "It does not work.", Priority: support.Medium})
	must(t, err)
	return made
}

// section goes to a section by the navigation, which a phone has in part behind a
// button.
func (b *tab) section(name string) {
	b.t.Helper()
	if !eval[bool](b, b.find("!!pressable("+quoted(name)+")")) {
		b.press("More")
	}
	b.press(name)
}

// found is the address of what a list shows by its name.
func (b *tab) found(list, name string) string {
	b.t.Helper()
	sep := "?"
	if strings.Contains(list, "?") {
		sep = "&"
	}
	b.goTo(list + sep + "q=" + url.QueryEscape(name))
	link := "[...document.querySelectorAll('main tbody .row-link')].find(a => words(a) === " + quoted(name) + ")"
	b.await(link, "the list does not show "+name)
	return eval[string](b, b.find("new URL("+link+".href).pathname"))
}

// lists tells whether a list shows something by its name.
func (b *tab) lists(list, name string) bool {
	b.t.Helper()
	b.goTo(list)
	return slices.ContainsFunc(b.rows(), func(row string) bool { return strings.Contains(row, name) })
}

// file writes a file to choose in a form.
func file(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	must(t, os.WriteFile(path, []byte(content), 0o600))
	return path
}

// download is the address of a file that the page links to.
func (b *tab) download(name string) string {
	b.t.Helper()
	b.see(name)
	return eval[string](b, "new URL([...document.querySelectorAll('a[download]')].find(a => a.innerText.includes("+quoted(name)+")).href).pathname")
}

// written tells whether a mail to somebody has these words.
func (p *program) written(words string, to ...string) bool {
	return slices.ContainsFunc(p.box.List(), func(m mail.Kept) bool {
		return slices.Contains(to, m.To.Addr) && strings.Contains(m.Subject+m.Text+m.HTML, words)
	})
}

// The portal has two sections, one for what does not work and one for what should be
// different, for those who see them.
func TestS37TwoSections(t *testing.T) {
	inDemo(t, withAndWithout, func(t *testing.T, p *program, l look) {
		b := p.contact(t, l, demo.Ines)
		for _, s := range []struct{ name, path, title string }{{"Support", "/portal/cases", "Support"}, {"Changes", "/portal/change-requests", "Change requests"}} {
			b.section(s.name)
			b.arrive(s.path)
			if title := eval[string](b, "document.querySelector('h1').innerText.trim()"); title != s.title {
				t.Errorf("%s is called %q", s.path, title)
			}
			if !eval[bool](b, "[...document.querySelectorAll('nav [aria-current=page]')].some(e => new URL(e.href).pathname === "+quoted(s.path)+")") {
				t.Errorf("the section %s is not marked", s.name)
			}
			b.narrow(s.name)
		}
		rui := p.contact(t, l, demo.Rui)
		rui.missing("/portal/change-requests")
		if status := rui.goTo("/portal/change-requests"); status != http.StatusNotFound {
			t.Errorf("a contact who sees no changes is answered %d", status)
		}
	})
}

// sees sets how much of an area a contact of Marlow sees, by the staff's form.
func (b *tab) sees(contact, area, how string) {
	b.t.Helper()
	b.goTo(b.client("Marlow Ceramics") + "/contacts")
	b.fromMenu(contact, "Edit")
	b.await("scope().querySelector('input[name="+area+"][value="+how+"]')", "the form has no choice of "+area)
	eval[bool](b, b.find("(scope().querySelector('input[name="+area+"][value="+how+"]').click(), true)"))
	b.press("Save contact")
	b.see("Saved")
}

// A client sees their own cases; who is to see their own alone sees no colleague's.
func TestS38OwnCases(t *testing.T) {
	inDemo(t, withAndWithout, func(t *testing.T, p *program, l look) {
		const mine, ours = "Order mails arrive twice", "Stock counts differ after the sync"
		ines := p.contact(t, l, demo.Ines)
		at := ines.found("/portal/cases", ours)
		for _, subject := range []string{mine, ours} {
			if !ines.lists("/portal/cases", subject) {
				t.Errorf("the list lacks %q", subject)
			}
		}
		ines.missing("sprey")
		ines.shot("portal-cases")
		none := func(b *tab, who string) {
			t.Helper()
			if b.lists("/portal/cases", ours) || b.lists("/portal/cases?q=sync", ours) {
				t.Errorf("%s sees it in the list", who)
			}
			if status := b.goTo(at); status != http.StatusNotFound {
				t.Errorf("%s is answered %d", who, status)
			}
			b.missing("Stock counts")
		}
		none(p.contact(t, l, demo.Sam), "another client")
		p.staff(t, l, demo.Priya).sees("Rui Costa", "cases", "own")
		rui := p.contact(t, l, demo.Rui)
		if !rui.lists("/portal/cases", mine) {
			t.Error("who sees their own does not see them")
		}
		none(rui, "a colleague")
	}, postgres)
}

// A client raises a case with what the form asks for and a file; staff judge how bad
// it is and sort it.
func TestS39RaiseCase(t *testing.T) {
	inDemo(t, withAndWithout, func(t *testing.T, p *program, l look) {
		const subject = "The kiln log shows yesterday & <today>"
		b := p.contact(t, l, demo.Ines)
		b.goTo("/portal/cases")
		b.press("New case")
		b.arrive("/portal/cases/new")
		// What happens next stands under one another, numbered.
		if got := eval[string](b, "getComputedStyle(document.querySelector('.next-steps li')).display"); got != "grid" {
			t.Errorf("the steps are drawn as %q", got)
		}
		b.fill("What is wrong?", "It shows **two** days.")
		b.tick("High")
		b.press("Send")
		b.see("One field needs another look")
		b.see("Please fill this in.")
		if got := eval[string](b, b.find("labelled('What is wrong?').value")); got != "It shows **two** days." {
			t.Errorf("what was typed is gone: %q", got)
		}
		if !eval[bool](b, b.find("labelled('High').checked")) {
			t.Error("the priority is gone")
		}
		b.shot("portal-case-refused")
		b.fill("Subject", subject)
		b.attach("labelled('Files')", file(t, "page.html", "<script>"))
		b.press("Send")
		b.see("“page.html” is of a kind that cannot be sent here.")
		b.attach("labelled('Files')", file(t, "kiln log.txt", "one\ntwo\n"))
		b.press("Send")
		b.see("Your message is sent.")
		for _, says := range []string{subject, "Received", "It shows two days.", "High", "kiln log.txt"} {
			b.see(says)
		}
		b.shot("portal-case")
		b.narrow("a case")
		v := p.signedIn(t, "/portal", demo.Ines)
		if got := v.get(b.download("kiln log.txt")); string(got.body) != "one\ntwo\n" || !strings.HasPrefix(got.header.Get("Content-Disposition"), "attachment") {
			t.Errorf("the file answers %d, %v", got.status, got.header)
		}
		p.letter(t, demo.Jun, subject)

		s := p.staff(t, l, demo.Priya)
		s.goTo(s.found("/app/cases", subject))
		s.see("It shows two days.")
		s.fromMenu(subject, "Edit details")
		s.choose("Severity", "Blocker")
		s.choose("Category", "Shop")
		s.press("Save")
		s.see("Saved.")
		facts := eval[string](s, "document.querySelector('#details').closest('section, .card').innerText")
		if !strings.Contains(facts, "Blocker") || !strings.Contains(facts, "Shop") || !strings.Contains(facts, "Portal") {
			t.Errorf("the details say %q", facts)
		}
		s.shot("app-case")
		b.goTo(b.path())
		b.missing("Blocker")
	}, postgres)
}

// What staff answer appears in the portal, and comes by mail, which says that nobody
// reads what is answered to it.
func TestS40ReplyOfStaff(t *testing.T) {
	inDemo(t, withAndWithout, func(t *testing.T, p *program, l look) {
		made := p.raised(t, demo.Ines, "The till is slow")
		s, b := p.staff(t, l, demo.Priya), p.contact(t, l, demo.Ines)
		s.goTo("/app/cases/" + made.String())
		s.press("Send reply")
		s.see("Please fill this in.")
		s.fill("Reply to Marlow Ceramics", "Is it slow with **cards** only?")
		s.attach("document.getElementById('reply-files')", file(t, "till.txt", "slow"))
		s.press("Send and wait for the client")
		s.see("The reply is sent.")
		s.see("Waiting for client")
		b.goTo("/portal/")
		b.see("Answer “The till is slow”")
		b.goTo("/portal/cases/" + made.String())
		for _, says := range []string{"Is it slow with cards only?", "Priya Rowe", "Waiting for you", "till.txt"} {
			b.see(says)
		}
		m := p.letter(t, demo.Ines, "The till is slow")
		for _, want := range []string{"Is it slow with", "Replies to this mail are not read.", "/portal/cases/" + made.String(), "till.txt"} {
			if !strings.Contains(m.Text, want) {
				t.Errorf("the mail lacks %q:\n%s", want, m.Text)
			}
		}
		if len(m.Files) > 0 {
			t.Error("files are mailed along")
		}
		b.fill("Your reply", "With all of them.")
		b.press("Send reply")
		b.see("Your message is sent.")
		b.see("In progress")
		s.goTo("/app/cases/" + made.String())
		s.see("With all of them.")
		p.letter(t, demo.Priya, "The till is slow")
	}, postgres)
}

// An internal note is staff's alone: it is on no page of the portal, in no search, no
// mail to a client, and its file has no address there.
func TestS41InternalNote(t *testing.T) {
	inDemo(t, withAndWithout, func(t *testing.T, p *program, l look) {
		made := p.raised(t, demo.Ines, "The till is slow")
		s, b := p.staff(t, l, demo.Priya), p.contact(t, l, demo.Ines)
		at := "/app/cases/" + made.String()
		s.goTo(at)
		s.press("Add an internal note")
		s.fill("Internal note", "kingfisher: wait for the provider, heronword.")
		s.attach("document.getElementById('note-files')", file(t, "heronword.txt", "heronword"))
		s.press("Save note")
		s.see("The note is saved. The client does not see it.")
		s.see("heronword")
		s.shot("app-case-note")
		link := s.download("heronword.txt")
		s.fill("Reply to Marlow Ceramics", "We are on it.")
		s.press("Send reply")
		s.see("The reply is sent.")
		p.letter(t, demo.Ines, "The till is slow")
		if !s.lists("/app/cases?q=heronword", "The till is slow") {
			t.Error("staff do not find it by its note")
		}
		for _, path := range []string{"/portal/cases/" + made.String(), "/portal/cases", "/portal/", "/portal/activity", "/portal/documents", "/portal/documents?q=till", b.found("/portal/cases", "Order mails arrive twice")} {
			b.goTo(path)
			b.missing("heronword")
			b.missing("kingfisher")
		}
		for _, words := range []string{"heronword", "kingfisher"} {
			b.goTo("/portal/cases?q=" + words)
			b.see("No case has")
		}
		if status := b.goTo(strings.Replace(link, "/app/", "/portal/", 1)); status != http.StatusNotFound {
			t.Errorf("the file of a note answers %d", status)
		}
		if p.written("heronword", demo.Ines, demo.Rui, demo.Sam) || p.written("kingfisher", demo.Ines, demo.Rui, demo.Sam) {
			t.Error("a client was mailed a note")
		}
	}, postgres)
}

// A client says that it is solved, takes that back, confirms it, and begins another
// case that follows.
func TestSolvedAndBack(t *testing.T) {
	inDemo(t, withAndWithout, func(t *testing.T, p *program, l look) {
		made := p.raised(t, demo.Ines, "The till is slow")
		s, b := p.staff(t, l, demo.Priya), p.contact(t, l, demo.Ines)
		at := "/portal/cases/" + made.String()
		s.goTo("/app/cases/" + made.String())
		s.press("Resolve")
		s.see("What was done")
		s.press("Resolve")
		s.see("Please fill this in.")
		s.fill("What was done", "The till has more memory.")
		s.press("Resolve")
		s.see("The case is resolved.")
		p.letter(t, demo.Ines, "The till is slow")
		b.goTo(at)
		b.see("The till has more memory.")
		b.press("Reopen")
		b.see("The case is open again.")
		b.press("It is solved")
		b.see("Thank you for telling us.")
		b.press("Close case")
		b.see("This case is closed.")
		b.shot("portal-case-closed")
		b.fill("Is it back?", "It is slow again.")
		b.press("Begin a new case")
		b.see("Your message began a new case")
		b.see("Follows")
		if b.path() == at {
			t.Fatal("it is the same case")
		}
		next := b.path()
		b.goTo(at)
		b.see("Goes on in")
		s.goTo(strings.Replace(next, "/portal/", "/app/", 1))
		s.see("Follows")
		s.see("It is slow again.")
	}, postgres)
}

// Two members answer at once: the second is told before anything is sent, reads what
// the first wrote, and has kept their own words.
func TestTwoMembersAnswer(t *testing.T) {
	inDemo(t, withAndWithout, func(t *testing.T, p *program, l look) {
		made := p.raised(t, demo.Ines, "The till is slow")
		first, second := p.staff(t, l, demo.Priya), p.staff(t, l, demo.Jun)
		for _, b := range []*tab{first, second} {
			b.goTo("/app/cases/" + made.String())
		}
		first.fill("Reply to Marlow Ceramics", "Restart it, please.")
		first.press("Send reply")
		first.see("The reply is sent.")
		second.fill("Reply to Marlow Ceramics", "Do not restart it.")
		second.press("Send reply")
		second.see("Priya Rowe has written or changed something meanwhile.")
		second.see("Restart it, please.")
		second.shot("app-case-meanwhile")
		if got := eval[string](second, second.find("labelled('Reply to Marlow Ceramics').value")); got != "Do not restart it." {
			t.Errorf("what was typed is gone: %q", got)
		}
		p.letter(t, demo.Ines, "The till is slow")
		if p.written("Do not restart it.", demo.Ines) {
			t.Error("it was sent all the same")
		}
		second.press("Send reply")
		second.see("The reply is sent.")
	})
}
