package e2e

import (
	"testing"

	"foyer/internal/demo"
)

// Every section of the portal is in the navigation, on a desk and on a phone; it says
// where one is, leads back home, and what is in a section opens from there.
func TestS56EverySectionIsInTheNavigation(t *testing.T) {
	inDemo(t, withAndWithout, func(t *testing.T, p *program, l look) {
		b := p.contact(t, l, demo.Ines)
		for _, s := range []struct{ name, path, record string }{
			{"Projects", "/portal/projects", "Brand refresh"},
			{"Invoices", "/portal/invoices", "INV-"},
			{"Contracts", "/portal/contracts", "Care and hosting 2027"},
			{"Support", "/portal/cases", "Order mails arrive twice"},
			{"Changes", "/portal/change-requests", "Gift-wrap option at checkout"},
			{"Documents", "/portal/documents", "Shop wireframes.pdf"},
			{"Meetings", "/portal/meetings", "Packaging press check"},
		} {
			b.section(s.name)
			b.arrive(s.path)
			marked := "[...document.querySelectorAll('nav [aria-current=page]')].map(a => new URL(a.href).pathname)"
			b.await(marked+".includes("+quoted(s.path)+")", s.name+" is not marked")
			b.narrow(s.name)
			b.press(s.record)
			b.await("location.pathname.startsWith("+quoted(s.path+"/")+") && document.readyState === 'complete'", "nothing opens in "+s.name)
			b.narrow(s.name + ", " + s.record)
			b.section("Home")
			b.arrive("/portal/")
		}
		b.narrow("Home")
	})
}
