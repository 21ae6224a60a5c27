package e2e

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"foyer/internal/demo"
)

// reach puts the focus on what an expression finds.
func (b *tab) reach(expression, what string) {
	b.t.Helper()
	b.await(expression, "there is no "+what)
	eval[bool](b, b.find("("+expression+".focus(), true)"))
}

// Enter in a field does what its form is for: no line goes, nobody changes places, and
// no file that was chosen is lost.
func TestEnterSaves(t *testing.T) {
	onDesk(t, func(t *testing.T, p *program) {
		b := p.staff(t, desk, demo.Priya)
		marlow := b.client("Marlow Ceramics")
		of := marlow[strings.LastIndexByte(marlow, '/')+1:]
		b.goTo("/app/invoices/new?client=" + of)
		b.fill("Description", "Kiln photographs")
		b.fill("Unit price", "100")
		b.reach("labelled('Quantity')", "quantity")
		b.key(kb.Enter)
		b.see("The draft is saved.")
		b.see("Kiln photographs")

		b.goTo("/app/cases/new?client=" + of)
		b.fill("Subject", "The kiln page is slow")
		b.reach("labelled('Subject')", "subject")
		b.key(kb.Enter)
		b.await("location.pathname.match(/cases.[a-z0-9]{20}/)", "Enter does not raise the case")
		b.see("The kiln page is slow")
	})
}

// Who is to be told is chosen among the people of the client that is chosen.
func TestCaseOfAnotherClient(t *testing.T) {
	onDesk(t, func(t *testing.T, p *program) {
		b := p.staff(t, desk, demo.Priya)
		b.goTo("/app/cases/new")
		b.fill("Subject", "Orders arrive twice")
		eval[bool](b, b.find("(e => (e.value = [...e.options].find(o => o.text === 'Marlow Ceramics').value, e.dispatchEvent(new Event('change', {bubbles: true}))))(labelled('Client'))"))
		b.await("[...labelled('Contact').options].some(o => o.text.includes('Ines Marlow'))", "the client's people are not offered")
		if got := eval[string](b, b.find("labelled('Subject').value")); got != "Orders arrive twice" {
			t.Errorf("the subject is %q", got)
		}
	})
}
