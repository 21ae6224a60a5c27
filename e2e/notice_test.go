package e2e

import (
	"net/url"
	"strings"
	"testing"

	"foyer/internal/demo"
	"foyer/internal/feature/support"
	"foyer/internal/kernel/mail"
)

// wish chooses how mail of an area is wanted.
func (b *tab) wish(area, choice string) {
	b.t.Helper()
	b.await("document.querySelector('input[name="+area+"][value="+choice+"]')", "nothing asks about "+area)
	eval[bool](b, "(document.querySelector('input[name="+area+"][value="+choice+"]').click(), true)")
}

// wished is how mail of an area is wanted, as the page has it.
func (b *tab) wished(area string) string {
	b.t.Helper()
	return eval[string](b, "document.querySelector('input[name="+area+"]:checked').value")
}

// People choose their mail in their account, on either side, and are kept to it.
func TestNotifications(t *testing.T) {
	inDemo(t, withAndWithout, func(t *testing.T, p *program, l look) {
		b := p.contact(t, l, demo.Ines)
		b.goTo("/portal/account")
		b.press("Choose notifications")
		b.arrive("/portal/account/notifications")
		if got := b.wished("cases"); got != "now" {
			t.Errorf("before anything is chosen, mail about cases comes %s", got)
		}
		b.wish("cases", "none")
		b.wish("money", "daily")
		b.choose("Sent at", "17:00")
		b.fill("Time zone", "Nowhere/Town")
		b.press("Save")
		b.see("Choose a time zone such as Europe/Dublin.")
		b.shot("portal-notifications-wrong")
		b.fill("Time zone", "Europe/Lisbon")
		b.press("Save")
		b.see("Saved.")
		b.goTo("/portal/account/notifications")
		for area, want := range map[string]string{"cases": "none", "money": "daily", "changes": "now"} {
			if got := b.wished(area); got != want {
				t.Errorf("%s is %s, want %s", area, got, want)
			}
		}
		if hour := eval[string](b, "document.querySelector('select[name=hour]').value"); hour != "17" {
			t.Errorf("the hour is %s", hour)
		}
		raised := p.raised(t, demo.Ines, "The kiln is cold")
		must(t, p.Cases.ForStaff(p.member(t, demo.Priya)).Reply(t.Context(), raised, support.Message{Body: "Turn it on."}))
		p.quoted(t, "A warmer kiln", "10")
		p.letter(t, demo.Ines, "A warmer kiln")
		if p.written("Turn it on.", demo.Ines) {
			t.Error("who wants no mail about cases is mailed a reply")
		}

		s := p.staff(t, l, demo.Priya)
		s.goTo("/app/account")
		s.press("Choose notifications")
		s.arrive("/app/account/notifications")
		s.shot("app-notifications")
		s.wish("contracts", "daily")
		s.press("Save")
		s.see("Saved.")
		s.goTo("/app/account/notifications")
		if got := s.wished("contracts"); got != "daily" {
			t.Errorf("contracts are %s", got)
		}
	}, postgres)
}

// exitOf is the address in a mail at which it is unsubscribed from.
func exitOf(t *testing.T, m mail.Kept) *url.URL {
	t.Helper()
	link, err := url.Parse(strings.Trim(m.Headers["List-Unsubscribe"], "<>"))
	must(t, err)
	return link
}

// The link in a mail unsubscribes somebody who is not signed in, once they say so.
func TestUnsubscribe(t *testing.T) {
	inDemo(t, withAndWithout, func(t *testing.T, p *program, l look) {
		p.quoted(t, "A sign above the door", "10")
		m := p.letter(t, demo.Ines, "A sign above the door")
		link := exitOf(t, m)
		if !strings.Contains(m.Text, link.String()) {
			t.Errorf("the mail does not have the link:\n%s", m.Text)
		}
		b := p.open(t, l)
		b.goTo(link.Path)
		b.see("Unsubscribe from this mail?")
		b.shot("unsubscribe")
		b.press("Unsubscribe")
		b.see("You are unsubscribed")
		b.see("no more mail about: Change requests")
		b.shot("unsubscribed")
		p.quoted(t, "A mat before the door", "10")
		raised := p.raised(t, demo.Ines, "The door is stuck")
		must(t, p.Cases.ForStaff(p.member(t, demo.Priya)).Reply(t.Context(), raised, support.Message{Body: "Push."}))
		p.letter(t, demo.Ines, "The door is stuck")
		if p.written("A mat before the door", demo.Ines) {
			t.Error("mail goes on")
		}
		b.press("Choose notifications")
		b.see("Sign in")
		b.fill("Email", demo.Ines)
		b.fill("Password", demo.ClientPassword)
		b.press("Sign in")
		b.arrive("/portal/account/notifications")
		if got := b.wished("changes"); got != "none" {
			t.Errorf("after unsubscribing, mail about changes comes %s", got)
		}
		b.goTo("/unsubscribe/made-up")
		b.see("This address opens nothing")
	}, postgres)
}
