package e2e

import (
	"strings"
	"testing"

	"github.com/chromedp/cdproto/network"

	"foyer/internal/demo"
	"foyer/internal/kernel/lang"
)

// In German, and in a language that is two fifths longer than English, nothing
// is cut off or pushed out of the page, no text is missing from the catalogue,
// and from right to left the frame is mirrored.
func TestOtherLanguages(t *testing.T) {
	t.Parallel()
	t.Run(string(sqlite), func(t *testing.T) {
		t.Parallel()
		looks := map[string][]look{"de": {phone}, lang.PseudoRTL: bothWidths}
		if soak() {
			looks = map[string][]look{"de": bothWidths, lang.Pseudo: bothWidths, lang.PseudoRTL: bothWidths}
		}
		for tag, looks := range looks {
			t.Run(tag, func(t *testing.T) {
				t.Parallel()
				p := newDemo(t, sqlite)
				r := newTour(t, p)
				contact, member, guest := p.contact(t, desk, demo.Ines), p.staff(t, desk, demo.Priya), p.open(t, desk)
				speak(t, p, tag)
				read(contact, plainly(r.contact, looks), tag)
				read(member, plainly(r.member, looks), tag)
				// A browser that asks for no language gets the workspace's.
				guest.do(command(network.SetExtraHTTPHeaders, network.SetExtraHTTPHeadersParams{Headers: network.Headers{"Accept-Language": ""}}))
				read(guest, plainly(r.guest, looks), tag)
			})
		}
	})
}

// plainly are the stops that need no words to get to, looked at in some widths.
func plainly(stops []stop, looks []look) []stop {
	var plain []stop
	for _, s := range stops {
		if s.then == nil {
			s.looks = looks
			plain = append(plain, s)
		}
	}
	return plain
}

// speak sets everybody's language past the forms, which do not offer every one.
func speak(t *testing.T, p *program, tag string) {
	t.Helper()
	for _, table := range []string{"identity", "workspace"} {
		_, err := p.DB.Write.ExecContext(t.Context(), "update "+table+" set language = $1", tag)
		must(t, err)
	}
}

// read looks at pages in a language.
func read(b *tab, stops []stop, tag string) {
	b.t.Helper()
	walk(b, stops, func(s stop) {
		// Nobody looks for a person behind an address that is not there, and the
		// demo's mailbox speaks English.
		elsewhere := s.name == "app-404" || strings.HasPrefix(s.name, "demo-")
		if !elsewhere {
			if got := eval[string](b, "document.documentElement.lang"); got != tag {
				b.t.Errorf("%s is in %q, want %s", s.name, got, tag)
			}
		}
		for _, key := range eval[[]string](b, `document.body.innerText.match(/\[[a-z_]+(\.[a-z0-9_]+)+\]/g) || []`) {
			if key != "[language."+tag+"]" { // which has no name, because nobody can choose it
				b.t.Errorf("%s says %s, which is not in the catalogue", s.name, key)
			}
		}
		for _, l := range s.widths() {
			b.turn(l)
			b.narrow(s.name)
			for _, cut := range eval[[]string](b, cutOff) {
				b.t.Errorf("%s at %s cuts off %s", s.name, l, cut)
			}
			if tag == lang.PseudoRTL && !elsewhere {
				b.mirrored(s)
			}
			b.shot(tag + "-" + s.name)
		}
	})
}

// Text of ours that does not fit where it stands: its box hides what sticks out.
const cutOff = `[...document.querySelectorAll('body *')].filter(e => e.checkVisibility({visibilityProperty: true}) && !e.closest('.sr-only, .skip, svg, select')
	&& [...e.childNodes].some(n => n.nodeType === 3 && n.data.includes('⟧'))).filter(e => {
	for (let at = e; at && at !== document.body; at = at.parentElement) {
		const s = getComputedStyle(at), box = at.getBoundingClientRect(), own = e.getBoundingClientRect();
		if (s.overflowX === 'auto' || s.overflowX === 'scroll') return false;
		if (box.width <= 1) return false; // there for ears alone
		if (s.overflowX !== 'visible' && (at === e ? e.scrollWidth > e.clientWidth + 1 : own.right > box.right + 1 || own.left < box.left - 1)) return true;
		if (/button|^a$/i.test(at.tagName) && (own.right > box.right + 1 || own.left < box.left - 1)) return true;
	}
	return false;
}).slice(0, 5).map(e => e.outerHTML.slice(0, 160))`

// mirrored holds that the frame begins at the right.
func (b *tab) mirrored(s stop) {
	b.t.Helper()
	if eval[string](b, "document.documentElement.dir") != "rtl" {
		b.t.Errorf("%s does not run from right to left", s.name)
		return
	}
	if wrong := eval[bool](b, `(() => {
		const e = [...document.querySelectorAll('.rail, .top .brandmark, .signin-panel')].find(e => e.checkVisibility({visibilityProperty: true}));
		const box = e && e.getBoundingClientRect();
		return !!e && box.width < innerWidth * 0.9 && box.left + box.width / 2 < innerWidth / 2;
	})()`); wrong {
		b.t.Errorf("%s at %s: the frame is not mirrored", s.name, b.look)
	}
}
