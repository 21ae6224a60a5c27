package e2e

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"foyer/internal/demo"
)

// reach puts the focus on what an expression finds.
func (b *tab) reach(expression, what string) {
	b.t.Helper()
	b.await(expression, "there is no "+what)
	eval[bool](b, b.find("("+expression+".focus(), true)"))
}

// wouldAsk tells whether the page would ask before it is left.
func (b *tab) wouldAsk() bool {
	b.t.Helper()
	return eval[bool](b, "!window.dispatchEvent(new Event('beforeunload', {cancelable: true}))")
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

// What was typed into a drawer is not thrown away by a click beside it nor by one
// Escape; with nothing typed it closes at once.
func TestDrawerKeepsWhatWasTyped(t *testing.T) {
	onDesk(t, func(t *testing.T, p *program) {
		const open, closed = "document.querySelector('dialog[open] #f-name')", "!document.querySelector('dialog[open]')"
		const warning = "What you typed is not saved. Close once more to leave it."
		b := p.staff(t, desk, demo.Priya)
		b.goTo("/app/settings/team")
		b.press("Invite somebody")
		b.await(open, "the drawer does not open")
		b.do(chromedp.MouseClickXY(200, 400))
		b.await(closed, "a click beside an empty drawer does not close it")

		b.press("Invite somebody")
		b.await(open, "the drawer does not open")
		b.key("Nora")
		b.do(chromedp.MouseClickXY(200, 400))
		b.key(kb.Escape)
		b.see(warning)
		b.await("document.querySelectorAll('dialog').length === 1", "the drawer that was closed does not go")
		b.shot("app-drawer-typed")
		if found := b.axe(everyRule); len(found) > 0 {
			t.Errorf("axe: %+v", found)
		}
		b.key(" Quist")
		b.await("!document.querySelector('dialog[open] [role=alert]')", "the note stays while one types on")
		b.press("Close")
		b.see(warning)
		if got := eval[string](b, "document.querySelector('dialog[open] #f-name').value"); got != "Nora Quist" {
			t.Errorf("what was typed has become %q", got)
		}
		b.key(kb.Escape)
		b.await(closed, "a second Escape does not close it")
	})
}

// A long form asks before it is left with something that is not stored.
func TestLongFormsAskBeforeTheyAreLeft(t *testing.T) {
	onDesk(t, func(t *testing.T, p *program) {
		b := p.staff(t, desk, demo.Priya)
		b.goTo("/app/contracts?tab=draft")
		b.await("document.querySelector('main .row-link')", "there is no draft of a contract")
		draft := eval[string](b, "new URL(document.querySelector('main .row-link').href).pathname")
		for path, field := range map[string]string{
			draft + "/content": "document.querySelector('.prose-edit')", draft + "/parties": "document.querySelector('[name=party_title]')",
			draft + "/edit": "labelled('Name')", "/app/invoices/new": "document.querySelector('[name=line_unit]')", "/app/cases/new": "labelled('Subject')",
		} {
			b.goTo(path)
			b.reach(field, "field at "+path)
			if b.wouldAsk() {
				t.Errorf("%s asks though nothing was typed", path)
			}
			b.key("x")
			if !b.wouldAsk() {
				t.Errorf("%s does not ask", path)
			}
			eval[bool](b, "(document.querySelector('[data-keep]').dataset.keep = '', true)") // or this walk would be asked
		}
		b.goTo("/app/invoices/new")
		b.press("Add a line")
		b.await("document.querySelectorAll('.line-edit').length > 1", "no line is added")
		b.key(kb.Tab) // browsers ask nobody who did not touch the page
		if !b.wouldAsk() {
			t.Error("a line that was added and not stored is not asked about")
		}
	})
}

// The arrows go through a menu, and from a dialog that it opened the focus comes back.
func TestKeyboardInMenu(t *testing.T) {
	onDesk(t, func(t *testing.T, p *program) {
		b := p.staff(t, desk, demo.Priya)
		b.goTo(b.found("/app/projects", "Online shop relaunch") + "/targets")
		const menu = "document.querySelector('main .menu:has(a[data-dialog=center]) summary')"
		b.reach(menu, "menu")
		b.key(kb.Enter)
		items := eval[[]string](b, b.find("[...document.querySelectorAll('details[open] .menu-item')].map(words)"))
		if len(items) < 2 {
			t.Fatalf("the menu has %q", items)
		}
		last := items[len(items)-1]
		for _, step := range []struct{ key, on string }{
			{kb.ArrowDown, items[0]}, {kb.ArrowDown, items[1]}, {kb.ArrowUp, items[0]}, {kb.ArrowUp, last}, {kb.ArrowDown, items[0]}, {kb.End, last}, {kb.Home, items[0]},
		} {
			b.key(step.key)
			if got := b.focused(); got != step.on {
				t.Errorf("the focus is on %q, want %q", got, step.on)
			}
		}
		if y := eval[float64](b, "scrollY"); y > eval[float64](b, "document.querySelector('details[open]').offsetTop") {
			t.Errorf("the page scrolled to %v", y)
		}
		b.reach("document.querySelector('details[open] a[data-dialog=center]')", "item")
		b.key(kb.Enter)
		b.await("document.querySelector('dialog[open]')", "the dialog does not open")
		b.key(kb.Escape)
		b.await("!document.querySelector('dialog[open]')", "the dialog does not close")
		b.await("document.activeElement === "+menu, "the focus does not come back to the menu")
	})
}

// A switch that acts at once keeps the focus.
func TestSwitchKeepsTheFocus(t *testing.T) {
	onDesk(t, func(t *testing.T, p *program) {
		b := p.staff(t, desk, demo.Priya)
		b.goTo(b.client("Oakline Dental") + "/portal")
		b.reach("document.querySelector('[role=switch]')", "switch")
		b.key(" ")
		b.see("The portal is on.")
		b.await("document.activeElement.matches('[role=switch]')", "the focus is not on the switch")
	})
}

// Who answers in a case comes back to what they wrote.
func TestReplyLeadsToItsMessage(t *testing.T) {
	onDesk(t, func(t *testing.T, p *program) {
		made := p.raised(t, demo.Ines, "The shop is closed").String()
		for _, one := range []struct {
			b         *tab
			at, label string
		}{
			{p.staff(t, desk, demo.Priya), "/app/cases/", "Reply to Marlow Ceramics"}, {p.contact(t, desk, demo.Ines), "/portal/cases/", "Your reply"},
		} {
			one.b.goTo(one.at + made)
			one.b.fill(one.label, "It opens at nine: "+one.label)
			one.b.press("Send reply")
			one.b.await("document.activeElement.id === 'newest' && document.activeElement.innerText.includes("+quoted("nine: "+one.label)+")", "the focus is not on the new message")
			one.b.await("(r => r.top >= 0 && r.bottom <= innerHeight)(document.activeElement.getBoundingClientRect())", "the new message is not in view")
		}
	})
}

// Who takes a request in the drawer over the board comes back to the board; who is too
// late reads so in the drawer.
func TestTriageComesBackToTheBoard(t *testing.T) {
	onDesk(t, func(t *testing.T, p *program) {
		p.wished(t, "A calmer start page")
		b, late := p.staff(t, desk, demo.Priya), p.staff(t, desk, demo.Priya)
		for _, one := range []*tab{b, late} {
			one.goTo("/app/change-requests")
			one.press("A calmer start page")
			one.await("document.querySelector('dialog[open]')", "the drawer does not open")
		}
		b.press("Take")
		b.see("The request is in review.")
		b.arrive("/app/change-requests")
		late.press("Take")
		late.await("document.querySelector('dialog[open] [role=alert]')", "the drawer does not say that it is taken already")
		if eval[bool](late, "!!document.querySelector('dialog main')") {
			t.Error("the drawer has a whole page in it")
		}
	})
}

// A payment that cannot be is refused in the drawer that it was typed into.
func TestPaymentIsRefusedInItsDrawer(t *testing.T) {
	onDesk(t, func(t *testing.T, p *program) {
		b := p.staff(t, desk, demo.Priya)
		b.goTo("/app/invoices?tab=sent")
		b.await("document.querySelector('main .row-link')", "there is no open invoice")
		at := eval[string](b, "new URL(document.querySelector('main .row-link').href).pathname")
		b.goTo(at)
		b.press("Record a payment")
		b.await("document.querySelector('dialog[open] [name=amount]')", "the drawer does not open")
		b.fill("Amount in", "nothing")
		b.reach("labelled('Amount in')", "amount")
		b.key(kb.Enter)
		b.await("document.querySelector('dialog[open] [aria-invalid=true]')", "the drawer does not say what is wrong")
		b.arrive(at)
	})
}
