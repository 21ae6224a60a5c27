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
				for _, l := range bothWidths {
					t.Run(l.String(), func(t *testing.T) {
						t.Parallel()
						inspect(p.open(t, l), r.guest, color)
						inspect(p.contact(t, l, demo.Ines), r.contact, color)
						if color == "" {
							inspect(p.staff(t, l, demo.Priya), r.member, "")
						}
					})
				}
			})
		}
	})
}

func inspect(b *tab, stops []stop, brand string) {
	b.t.Helper()
	l := b.look
	if brand != "" {
		stops = slices.DeleteFunc(slices.Clone(stops), func(s stop) bool { return !strings.HasPrefix(s.name, "portal-") })
	}
	walk(b, stops, func(s stop) {
		b.accessible(s.name, everyRule)
		b.shot(s.name + brand)
		b.turn(l.inTheDark())
		b.accessible(s.name, colourRules)
		b.shot(s.name + brand)
		if l.width < 640 {
			narrowest := l
			narrowest.width = 320
			b.turn(narrowest)
			b.narrow(s.name)
		}
		b.turn(l)
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
