package e2e

import (
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"

	"foyer/internal/demo"
)

// Every page template, and what opens over pages, has no violation that axe can
// see and does not scroll sideways: on a desk, on a phone and at 320 pixels, in
// both themes. The portal is looked at in two colours; the staff side never
// takes the colour, so it is looked at in one.
//
// Each day a page is looked at for everything on the desk in light, and for what
// colours can break on the phone in the dark; in the second colour that is done
// for some pages. make soak does all of it.
func TestEveryPageIsAccessible(t *testing.T) {
	t.Parallel()
	t.Run(string(sqlite), func(t *testing.T) {
		t.Parallel()
		p := newDemo(t, sqlite)
		r := newTour(t, p)
		t.Run("green", func(t *testing.T) {
			for part, look := range map[string]func(t *testing.T){
				"guest":   func(t *testing.T) { inspect(p.open(t, desk), r.guest) },
				"contact": func(t *testing.T) { inspect(p.contact(t, desk, demo.Ines), r.contact) },
				"member":  func(t *testing.T) { inspect(p.staff(t, desk, demo.Priya), r.member) },
			} {
				t.Run(part, func(t *testing.T) {
					t.Parallel()
					look(t)
				})
			}
		})
		const red = "#c8402b"
		s := p.staff(t, desk, demo.Priya)
		s.goTo("/app/settings/brand")
		s.fill("Brand colour", red)
		s.press("Save colour")
		s.see("The colour is saved.")
		t.Run(red, func(t *testing.T) {
			for part, look := range map[string]func(t *testing.T){
				"guest":   func(t *testing.T) { inspectColour(p.open(t, desk), r.guest, red) },
				"contact": func(t *testing.T) { inspectColour(p.contact(t, desk, demo.Ines), r.contact, red) },
			} {
				t.Run(part, func(t *testing.T) {
					t.Parallel()
					look(t)
				})
			}
		})
	})
}

// inspect looks at stops in every width and theme.
func inspect(b *tab, stops []stop) {
	b.t.Helper()
	walk(b, stops, func(s stop) {
		for n, l := range s.widths() {
			if n == 0 || soak() {
				b.turn(l)
				b.accessible(s.name, everyRule)
				b.shot(s.name)
			}
			if n == len(s.widths())-1 || soak() {
				b.turn(l.inTheDark())
				b.accessible(s.name, colourRules)
				b.shot(s.name)
			}
		}
		b.turn(narrowest)
		b.narrow(s.name)
	})
}

// colourful are the pages of the portal on which most of what has a colour is
// seen: buttons and links, what is refused, cards, bars and badges.
var colourful = []string{"portal-login-refused", "portal-home", "portal-account", "portal-projects", "portal-project", "portal-invoices", "portal-invoice", "portal-contract", "portal-sign-4-confirm", "portal-case-waiting", "portal-change-quoted"}

// inspectColour looks at the pages of the portal in a colour of the business, for
// what colours can break.
func inspectColour(b *tab, stops []stop, colour string) {
	b.t.Helper()
	stops = slices.DeleteFunc(slices.Clone(stops), func(s stop) bool {
		return !strings.HasPrefix(s.name, "portal-") || !soak() && !slices.Contains(colourful, s.name)
	})
	if len(stops) == 0 {
		b.t.Fatal("there is no page to look at")
	}
	walk(b, stops, func(s stop) {
		for n, l := range s.widths() {
			for dark, l := range []look{l, l.inTheDark()} {
				if n == dark || soak() {
					b.turn(l)
					b.accessible(s.name, colourRules)
					b.shot(s.name + colour)
				}
			}
		}
	})
}

// With the colours of the system instead of ours, every control still has an
// edge or a ground of its own.
func TestForcedColours(t *testing.T) {
	t.Parallel()
	t.Run(string(sqlite), func(t *testing.T) {
		t.Parallel()
		p := newDemo(t, sqlite)
		b := p.staff(t, desk, demo.Priya)
		b.do(command(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "forced-colors", Value: "active"}}}))
		for _, path := range []string{b.client("Marlow Ceramics") + "/portal", "/app/clients/new", "/app/settings/brand"} {
			b.goTo(path)
			if lost := eval[[]string](b, withoutEdge); len(lost) > 0 {
				t.Errorf("%s: controls without an edge: %v", path, lost)
			}
			b.shot("forced" + pathName(path))
		}
	})
}

const withoutEdge = `[...document.querySelectorAll('main .button, main .input, main .switch, main .checkbox, main .tile, main .segment')].filter(e => e.checkVisibility()).filter(e => {
	const s = getComputedStyle(e), p = getComputedStyle(e.parentElement);
	return (parseFloat(s.borderTopWidth) === 0 || s.borderTopStyle === 'none' || s.borderTopColor === s.backgroundColor && s.backgroundColor === p.backgroundColor);
}).map(e => e.outerHTML.slice(0, 90))`

func pathName(path string) string {
	name := ""
	for _, r := range path {
		if r == '/' {
			r = '-'
		}
		name += string(r)
	}
	return name[:min(len(name), 12)]
}

// Whoever asks for less motion gets none.
func TestReducedMotion(t *testing.T) {
	t.Parallel()
	t.Run(string(sqlite), func(t *testing.T) {
		t.Parallel()
		b := newDemo(t, sqlite).staff(t, desk, demo.Priya)
		b.goTo("/app/clients")
		b.press("Add client")
		b.await("labelled('Name')", "no drawer")
		if moving := eval[[]string](b, `[...document.querySelectorAll('*')].filter(e => {
			const s = getComputedStyle(e);
			return s.transitionDuration.split(',').some(d => parseFloat(d) > 0.02) || s.animationName !== 'none' && parseFloat(s.animationDuration) > 0.02;
		}).slice(0, 5).map(e => e.outerHTML.slice(0, 90))`); len(moving) > 0 {
			t.Errorf("these move: %v", moving)
		}
	})
}
