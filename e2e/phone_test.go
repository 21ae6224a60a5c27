package e2e

import (
	"slices"
	"testing"

	"foyer/internal/demo"
)

// On a phone a list says what one looks for in it and no more, its buttons share the
// width, and an address stands on one line.
func TestListsOnAPhone(t *testing.T) {
	inDemo(t, []look{phone, phone.withoutScript()}, func(t *testing.T, p *program, l look) {
		b, s := p.contact(t, l, demo.Ines), p.staff(t, l, demo.Priya)
		b.goTo("/portal/invoices?status=overdue")
		widths := eval[[]float64](b, "[...document.querySelectorAll('.cell-actions .button:not(.button-icon)')].map(e => Math.round(e.getBoundingClientRect().width))")
		if len(widths) != 2 || widths[0] != widths[1] {
			t.Errorf("Pay now and View are %v wide", widths)
		}
		// What is to be paid stays in view on its page, with one button.
		b.goTo("/portal/invoices?status=overdue")
		b.press("View")
		b.see("Amount due")
		tops := eval[[]float64](b, b.find("[...document.querySelectorAll('form[action$=\"/pay\"] button')].filter(seen).map(e => e.getBoundingClientRect().bottom / innerHeight)"))
		if len(tops) != 1 || tops[0] > 1 {
			t.Errorf("Pay now ends at %v of the height", tops)
		}
		b.shot("portal-invoice-phone")
		s.goTo("/app/documents")
		labels := eval[[]string](s, s.find("[...document.querySelector('tbody tr').querySelectorAll('td[data-label]')].filter(seen).map(e => e.dataset.label)"))
		if want := []string{"Client", "Category", "Changed"}; !slices.Equal(labels, want) {
			t.Errorf("a document says %v, want %v", labels, want)
		}
		s.goTo(s.addClient("Harbour Lights", "accounts.payable@harbourlights.example") + "/portal")
		s.turnPortal()
		s.see("The portal is on.")
		s.fill("Initial password", "seven wet umbrellas")
		s.press("Set password")
		s.see("Initial password set")
		if lines := eval[int](s, "(e => { const r = document.createRange(); r.selectNodeContents(e); return new Set([...r.getClientRects()].map(c => c.top)).size })(document.querySelector('#people .row-sub'))"); lines != 1 {
			t.Errorf("the address of a contact takes %d lines", lines)
		}
		s.shot("app-client-portal-phone")
	})
}

// The number of an invoice is not broken at its hyphens, where a table is narrowest.
func TestNumbersStayWhole(t *testing.T) {
	inDemo(t, []look{{width: 768, height: 900}}, func(t *testing.T, p *program, l look) {
		for path, b := range map[string]*tab{"/portal/invoices": p.contact(t, l, demo.Ines), "/app/invoices": p.staff(t, l, demo.Priya)} {
			b.goTo(path)
			b.narrow(path)
			const number = "[...document.querySelectorAll('tbody .row-link')].filter(a => /\\d$/.test(a.innerText))"
			if broken := eval[[]string](b, number+".filter(a => a.getBoundingClientRect().height > 30).map(a => a.innerText)"); len(broken) > 0 {
				t.Errorf("%s breaks %v", path, broken)
			}
			if n := eval[int](b, number+".length"); n < 9 {
				t.Errorf("%s has %d numbers", path, n)
			}
		}
	})
}
