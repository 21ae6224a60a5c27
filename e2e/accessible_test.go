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
func TestEveryPageIsAccessible(t *testing.T) {
	t.Parallel()
	t.Run(string(sqlite), func(t *testing.T) {
		t.Parallel()
		for _, color := range []string{"", "#c8402b"} {
			name := color
			if name == "" {
				name = "green"
			}
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				p := newDemo(t, sqlite)
				r := newTour(t, p)
				if color != "" {
					s := p.staff(t, desk, demo.Priya)
					s.goTo("/app/settings/brand")
					s.fill("Brand colour", color)
					s.press("Save colour")
					s.see("The colour is saved.")
				}
				for part, look := range map[string]func(t *testing.T){
					"guest":   func(t *testing.T) { inspect(p.open(t, desk), r.guest, color) },
					"contact": func(t *testing.T) { inspect(p.contact(t, desk, demo.Ines), r.contact, color) },
					"member":  func(t *testing.T) { inspect(p.staff(t, desk, demo.Priya), r.member, color) },
				} {
					if color != "" && part == "member" {
						continue
					}
					t.Run(part, func(t *testing.T) {
						t.Parallel()
						look(t)
					})
				}
			})
		}
	})
}

// inspect looks at stops in every width and theme. In a colour of the business
// it looks at the pages of the portal, for what colours can break.
func inspect(b *tab, stops []stop, brand string) {
	b.t.Helper()
	rules := everyRule
	if brand != "" {
		stops = slices.DeleteFunc(slices.Clone(stops), func(s stop) bool { return !strings.HasPrefix(s.name, "portal-") })
		rules = colourRules
	}
	walk(b, stops, func(s stop) {
		for _, l := range s.widths() {
			b.turn(l)
			b.accessible(s.name, rules)
			b.shot(s.name + brand)
			b.turn(l.inTheDark())
			b.accessible(s.name, colourRules)
			b.shot(s.name + brand)
		}
		b.turn(narrowest)
		b.narrow(s.name)
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
