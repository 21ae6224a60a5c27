package e2e

import (
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"foyer/internal/demo"
)

// onDesk runs a test in a demo of its own on SQLite.
func onDesk(t *testing.T, test func(t *testing.T, p *program)) {
	t.Helper()
	t.Parallel()
	t.Run(string(sqlite), func(t *testing.T) {
		t.Parallel()
		test(t, newDemo(t, sqlite))
	})
}

func (b *tab) key(keys string, options ...chromedp.KeyOption) {
	b.t.Helper()
	b.do(chromedp.KeyEvent(keys, options...))
}

// focused is what the focus is on, in words.
func (b *tab) focused() string {
	return eval[string](b, b.find("(e => e === document.body ? '' : e.labels && e.labels.length ? e.labels[0].innerText.trim() : (document.getElementById(e.getAttribute('aria-labelledby')) || {}).innerText || words(e) || e.id)(document.activeElement)"))
}

// tabTo presses Tab until the focus is on what says this, and holds that the
// focus can be seen at every step.
func (b *tab) tabTo(text string) {
	b.t.Helper()
	var way []string
	for range 60 {
		b.key(kb.Tab)
		at := b.focused()
		way = append(way, at)
		if !eval[bool](b, focusSeen) {
			b.t.Errorf("at %s the focus on %q cannot be seen", b.path(), at)
		}
		if at == text {
			return
		}
	}
	b.t.Fatalf("at %s Tab does not come to %q: %q", b.path(), text, way)
}

// The ring may be around the element itself or, for what is drawn in its stead
// (the radio button of a tile), around what holds it.
const focusSeen = `(e => {
	if (e === document.body) return true;
	const ring = s => s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2;
	for (const at of [e, e.parentElement, e.closest('.tile, .segment-item, tr')]) if (at && ring(getComputedStyle(at))) return true;
	for (const pseudo of ['::after', '::before']) if (ring(getComputedStyle(e, pseudo))) return true;
	return false;
})(document.activeElement)`

// Signing in, turning the portal on and adding a client need no mouse.
func TestKeyboard(t *testing.T) {
	onDesk(t, func(t *testing.T, p *program) {
		b := p.open(t, desk)
		b.goTo("/app/login")
		b.await("document.activeElement.id === 'f-email'", "the address is not where one begins")
		b.key(demo.Priya)
		b.tabTo("Password")
		b.key(demo.StaffPassword)
		b.tabTo("Sign in")
		b.key(kb.Enter)
		b.arrive("/app/")

		b.key(kb.Tab)
		if got := b.focused(); got != "Skip to the content" {
			t.Errorf("the first stop is %q, want the way past the navigation", got)
		}
		b.key(kb.Enter)
		b.await("document.activeElement.id === 'main'", "the skip link does not lead to the content")

		at := b.client("Oakline Dental")
		b.goTo(at + "/portal")
		b.tabTo("Enable portal")
		b.key(" ")
		b.see("The portal is on.")
	})
}

// A drawer keeps the focus, Escape closes it and the focus goes back to what
// opened it.
func TestKeyboardInDrawer(t *testing.T) {
	onDesk(t, func(t *testing.T, p *program) {
		b := p.staff(t, desk, demo.Priya)
		b.goTo("/app/settings/team")
		b.tabTo("Invite somebody")
		b.key(kb.Enter)
		b.await("document.querySelector('dialog[open]') && document.activeElement.id === 'f-name'", "the drawer does not open on its first field")
		for range 24 {
			b.key(kb.Tab)
			if !eval[bool](b, "document.activeElement === document.body || !!document.activeElement.closest('dialog')") {
				t.Fatalf("the focus left the drawer for %q", b.focused())
			}
		}
		b.key(kb.Escape)
		b.await("!document.querySelector('dialog[open]')", "Escape does not close the drawer")
		if got := b.focused(); got != "Invite somebody" {
			t.Errorf("the focus is on %q, want what opened the drawer", got)
		}
		// A menu closes with Escape too.
		b.press("Change Jun Sato")
		b.await("document.querySelector('details[open]')", "the menu does not open")
		b.key(kb.Escape)
		b.await("!document.querySelector('details[open]')", "Escape does not close the menu")
	})
}
