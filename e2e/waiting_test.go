package e2e

import (
	"strings"
	"testing"

	"foyer/internal/demo"
	"foyer/internal/kernel/scope"
)

// counted is what the navigation says beside a place.
func (b *tab) counted(place string) string {
	b.t.Helper()
	link := "[...document.querySelectorAll('nav a')].find(a => a.getAttribute('href') === " + quoted(place) + ")"
	return eval[string](b, b.find("("+link+".querySelector('.count, .rail-count, .bar-count')?.firstChild.textContent ?? '').trim()"))
}

// What waits stands on the first page until it is done, for staff and for the client,
// and in the navigation.
func TestWhatWaits(t *testing.T) {
	inDemo(t, withAndWithout, func(t *testing.T, p *program, l look) {
		const subject = "The till is slow"
		p.raised(t, demo.Ines, subject)
		s, b := p.staff(t, l, demo.Priya), p.contact(t, l, demo.Ines)
		s.goTo("/app/")
		before := s.counted("/app/cases")
		s.see("Nobody works on “" + subject + "” yet")
		s.press("Read: " + subject)
		s.await("location.pathname.startsWith('/app/cases/')", "it does not lead to the case")
		s.press("Resolve")
		s.await("labelled('What was done')", "nothing asks what was done")
		s.fill("What was done", "A newer printer.")
		s.press("Resolve")
		s.see("The case is resolved.")
		s.goTo("/app/")
		s.missing("Nobody works on “" + subject)
		if after := s.counted("/app/cases"); after == before {
			t.Errorf("the navigation says %q before and after", after)
		}

		b.goTo("/portal/")
		waiting := b.counted("/portal/cases")
		b.see("Is “" + subject + "” solved?")
		b.shot("portal-home-confirm")
		b.press("Have a look: " + subject)
		b.see("A newer printer.")
		b.press("Close case")
		b.see("Closed")
		b.goTo("/portal/")
		b.missing("Is “" + subject)
		if after := b.counted("/portal/cases"); after == waiting {
			t.Errorf("the navigation says %q before and after", after)
		}
	}, postgres)
}

// More than eight things that wait are folded, and unfold without JavaScript too.
func TestMuchThatWaitsIsFolded(t *testing.T) {
	inDemo(t, withAndWithout, func(t *testing.T, p *program, l look) {
		for _, n := range strings.Fields("one two three four five") {
			p.quoted(t, "A map of station "+n, "10")
		}
		b := p.contact(t, l, demo.Ines)
		b.goTo("/portal/")
		b.see("12 things need you.")
		b.see("4 more")
		seen := "[...document.querySelectorAll('.attention-row')].filter(seen).length"
		if n := eval[int](b, b.find(seen)); n != 8 {
			t.Errorf("%d rows are seen", n)
		}
		b.shot("portal-home-folded")
		eval[bool](b, "(document.querySelector('.attention-fold summary').click(), true)")
		b.await(seen+" === 12", "the rest does not unfold")
		b.shot("portal-home-unfolded")
	})
}

// A mail that bounced is found, and sent again.
func TestSendAgain(t *testing.T) {
	inDemo(t, withAndWithout, func(t *testing.T, p *program, l look) {
		priya := p.member(t, demo.Priya)
		who, err := p.Gate.System(t.Context(), priya.Site().ID)
		must(t, err)
		must(t, who.Write(t.Context(), func(tx scope.Tx) error {
			_, err := tx.Exec(t.Context(), `insert into outbox (workspace_id, id, kind, identity_id, params, state, problem, due_at, created_at, done_at)
				values (:workspace, :id, 'test', :person, '{}', 'bounced', '550 no such box', :now, :now, :now)`, scope.Args{"id": who.NewID(), "person": priya.ID()})
			return err
		}))
		b := p.staff(t, l, demo.Priya)
		b.goTo("/app/settings/mail")
		b.press("See what was sent, and what became of it")
		b.see("550 no such box")
		b.shot("app-outbox-bounced")
		b.press("Send again to " + demo.Priya)
		b.see("The mail is on its way again.")
		p.letter(t, demo.Priya, "test mail")
		b.goTo("/app/settings/outbox?state=bounced")
		b.see("No mails here")
	}, postgres)
}
