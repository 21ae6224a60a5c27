package e2e

import (
	"bytes"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"foyer/internal/demo"
)

// bill is the address of Marlow's invoice in a tab of the staff's list.
func (b *tab) bill(tabbed string) string {
	b.t.Helper()
	b.goTo("/app/invoices?q=marlow&tab=" + tabbed)
	b.await("document.querySelector('tbody .row-link')", "there is no invoice that is "+tabbed)
	return eval[string](b, "new URL(document.querySelector('tbody .row-link').href).pathname")
}

// rows are the lines of a list, each with its cells joined.
func (b *tab) rows() []string {
	b.t.Helper()
	return eval[[]string](b, `[...document.querySelectorAll('main tbody tr')].map(r => r.innerText.replace(/\s+/g, ' ').trim())`)
}

// The list has what was issued to the client, and nothing of drafts or of others.
func TestS24Invoices(t *testing.T) {
	inDemo(t, withAndWithout, func(t *testing.T, p *program, l look) {
		ines, sam := p.contact(t, l, demo.Ines), p.contact(t, l, demo.Sam)
		ines.press("Invoices")
		ines.arrive("/portal/invoices")
		if rows := ines.rows(); len(rows) != 9 {
			t.Errorf("%d invoices are listed: %q", len(rows), rows)
		}
		ines.see("€24,963.50")
		ines.see("€4,500.00")
		for _, kept := range []string{"Staging shop, milestone 4", "Draft", "sprey", "Northwind"} {
			ines.missing(kept)
		}
		ines.goTo("/portal/invoices?q=staging")
		ines.see("No invoice matches")
		ines.goTo("/portal/invoices?q=checkout")
		own := eval[string](ines, "new URL(document.querySelector('tbody .row-link').href).pathname")
		sam.goTo("/portal/invoices")
		if rows := sam.rows(); len(rows) != 1 {
			t.Errorf("Sam has %q", rows)
		}
		for _, path := range []string{own, own + "/pdf"} {
			if status := sam.goTo(path); status != http.StatusNotFound {
				t.Errorf("another client's invoice answers %d at %s", status, path)
			}
		}
		rui := p.contact(t, l, demo.Rui)
		rui.missing("Invoices")
		if status := rui.goTo("/portal/invoices"); status != http.StatusNotFound {
			t.Errorf("a contact who sees no money is answered %d", status)
		}
		if status := rui.goTo(own); status != http.StatusNotFound {
			t.Errorf("and %d for an invoice", status)
		}
	}, postgres)
}

// Each filter has its own, counted beside it; an invoice that is not void is in
// one of the last three. What is under All alone is void, or a credit note.
func TestS25FilterInvoices(t *testing.T) {
	inDemo(t, withAndWithout, func(t *testing.T, p *program, l look) {
		b := p.contact(t, l, demo.Ines)
		b.goTo("/portal/invoices")
		in := filed{}
		for _, f := range []struct {
			name, path, status string
			want               int
		}{
			{"Sent", "/portal/invoices?status=sent", "Sent|Part paid", 2}, {"Paid", "/portal/invoices?status=paid", "Paid", 4},
			{"Overdue", "/portal/invoices?status=overdue", "Overdue", 1}, {"All", "/portal/invoices", "", 9},
		} {
			b.press(f.name)
			b.arrive(f.path)
			rows := b.rows()
			if len(rows) != f.want {
				t.Errorf("%s shows %q", f.name, rows)
			}
			if got := eval[string](b, "document.querySelector('.segment [aria-current]').innerText.replace(/\\s+/g, ' ').trim()"); got != f.name+" "+strconv.Itoa(f.want) {
				t.Errorf("the filter that is marked says %q", got)
			}
			if f.status != "" {
				in.put(b, f.name, strings.Split(f.status, "|"))
			}
		}
		for number, status := range b.standings() {
			if in[number] == "" && status != "Void" && status != "Credited" {
				t.Errorf("%s is %s, and under All alone", number, status)
			}
		}
		for path, want := range map[string]int{"/portal/invoices?status=paid&q=photography": 1, "/portal/invoices?status=sent&q=photography": 0, "/portal/invoices?q=mc-2231": 2, "/portal/invoices?status=nonsense": 9} {
			b.goTo(path)
			if rows := eval[int](b, "document.querySelectorAll('tbody tr').length"); rows != want {
				t.Errorf("%s shows %d", path, rows)
			}
		}
	})
}

// filed are the filters that invoices are under, by their numbers.
type filed map[string]string

// put holds that what the page lists is under no other filter, and has one of these
// statuses.
func (in filed) put(b *tab, filter string, statuses []string) {
	b.t.Helper()
	for number, status := range b.standings() {
		if !slices.Contains(statuses, status) {
			b.t.Errorf("%s has %s, which is %s", filter, number, status)
		}
		if before := in[number]; before != "" {
			b.t.Errorf("%s is under %s and under %s", number, before, filter)
		}
		in[number] = filter
	}
}

// standings are what the invoices of a list are, by their numbers.
func (b *tab) standings() map[string]string {
	b.t.Helper()
	return eval[map[string]string](b, "Object.fromEntries([...document.querySelectorAll('tbody tr')].map(r => ['.row-link', '.status'].map(c => r.querySelector(c).innerText.trim())))")
}

// Each row has a download that gives the PDF, the same as was mailed.
func TestS26DownloadInvoice(t *testing.T) {
	inDemo(t, withAndWithout, func(t *testing.T, p *program, l look) {
		b := p.contact(t, l, demo.Ines)
		b.goTo("/portal/invoices")
		links := eval[[]string](b, `[...document.querySelectorAll('tbody a[download]')].map(a => new URL(a.href).pathname)`)
		if len(links) != 9 {
			t.Fatalf("there are %d downloads", len(links))
		}
		v := p.signedIn(t, "/portal", demo.Ines)
		for _, link := range links {
			got := v.get(link)
			if got.status != http.StatusOK || !strings.HasPrefix(string(got.body), "%PDF-") || !strings.Contains(got.header.Get("Content-Disposition"), "attachment; filename=") ||
				got.header.Get("Content-Type") != "application/pdf" || !strings.Contains(got.header.Get("Content-Security-Policy"), "sandbox") {
				t.Errorf("%s answers %d, %v", link, got.status, got.header)
			}
		}
		b.goTo("/portal/invoices?q=checkout")
		number := eval[string](b, "document.querySelector('tbody .row-link').innerText.trim()")
		file := v.get(eval[string](b, "new URL(document.querySelector('tbody a[download]').href).pathname"))
		s := p.staff(t, l, demo.Priya)
		s.goTo("/app/invoices?q=checkout")
		s.press(number)
		s.press("Actions for Invoice " + number)
		s.press("Send by mail")
		m := p.letter(t, demo.Ines, "Invoice "+number)
		if len(m.Files) != 1 || !bytes.Equal(m.Files[0].Bytes, file.body) {
			t.Error("what was mailed is another file")
		}
	})
}

// Each row has a view, which leads to what S28 and S29 ask for.
func TestS27ViewInvoice(t *testing.T) {
	inDemo(t, withAndWithout, func(t *testing.T, p *program, l look) {
		b := p.contact(t, l, demo.Ines)
		b.goTo("/portal/invoices?q=checkout")
		number := eval[string](b, "document.querySelector('tbody .row-link').innerText.trim()")
		b.press("View")
		b.see("Invoice " + number)
		b.see("Amount due")
		b.see("in 9 days")
		b.press("Online shop relaunch")
		b.see("Deliverables")
		b.see(number)
	})
}

// The detail has every line with its figures, and they come to the same as the
// PDF says.
func TestS28LineItems(t *testing.T) {
	inDemo(t, withAndWithout, func(t *testing.T, p *program, l look) {
		b := p.contact(t, l, demo.Ines)
		b.goTo("/portal/invoices?q=checkout")
		b.press("View")
		b.see("Storefront build")
		want := []string{
			"Checkout design Milestone 3, fixed price 1 8,400.00 – €8,400.00", "Storefront build October and November 62 h 105.00 – €6,510.00",
			"Stock sync prototype Kiln log import 22 h 105.00 – €2,310.00", "Design system hosting Three months 3 months 340.00 – €1,020.00",
		}
		rows := b.rows()
		for i := range rows {
			if l.width >= 768 && (i >= len(want) || rows[i] != want[i]) {
				t.Errorf("line %d is %q", i+1, rows[i])
			}
		}
		if len(rows) != len(want) {
			t.Errorf("there are %d lines", len(rows))
		}
		b.see("Reverse charge")
		if total := eval[string](b, "document.querySelector('.sum-strong dd').innerText"); total != "€18,240.00" {
			t.Errorf("the total is %s", total)
		}
		file := p.signedIn(t, "/portal", demo.Ines).get(eval[string](b, "new URL(document.querySelector('main a[download]').href).pathname")).body
		said := strings.Join(strings.Fields(asked(t, file, "pdftotext", "-layout", "FILE", "-")), " ")
		for _, line := range []string{"62 h 105.00 – €6,510.00", "3 months 340.00 – €1,020.00", "Total €18,240.00"} {
			if !strings.Contains(said, line) {
				t.Errorf("the PDF does not say %q:\n%s", line, said)
			}
		}
		b.goTo("/portal/invoices?q=glaze")
		b.press("View")
		b.see("Payments and credits")
		b.see("€1,200.00")
		b.see("€2,223.50")
	})
}

// The detail says how to pay, with a button to copy each part.
func TestS29PaymentInstructions(t *testing.T) {
	inDemo(t, withAndWithout, func(t *testing.T, p *program, l look) {
		b := p.contact(t, l, demo.Ines)
		b.goTo("/portal/invoices?q=checkout")
		number := eval[string](b, "document.querySelector('tbody .row-link').innerText.trim()")
		b.press("View")
		b.see("How to pay")
		for label, value := range map[string]string{"Account name": "Halden & Rowe Ltd", "IBAN": "IE29 AIBK 9311 5212 3456 78", "BIC": "AIBKIE2D", "Reference": number} {
			b.see(label)
			b.see(value)
			copies := eval[int](b, "document.querySelectorAll('[data-copy="+strconv.Quote(value)+"]').length")
			if copies != 1 {
				t.Errorf("%q has %d buttons to copy it", value, copies)
			}
		}
		b.goTo("/portal/invoices?status=paid")
		b.press("View")
		b.see("Payments and credits")
		b.missing("How to pay")
	})
}

// An invoice is written, issued, paid in part and seen by its client.
func TestInvoiceFromDraftToClient(t *testing.T) {
	inDemo(t, withAndWithout, func(t *testing.T, p *program, l look) {
		s := p.staff(t, l, demo.Priya)
		marlow := s.client("Marlow Ceramics")
		s.goTo("/app/invoices/new?client=" + url.QueryEscape(marlow[strings.LastIndexByte(marlow, '/')+1:]))
		s.fill("Description", "Kiln photographs")
		s.fill("Quantity", "2,5")
		s.fill("Unit price", "100")
		if !l.noScript {
			s.see("€307.50") // 250 and 23 %, while one types
		}
		s.press("Save draft")
		s.see("The draft is saved.")
		s.see("€307.50")
		s.press("Issue")
		s.see("It comes to €307.50 for Marlow Ceramics.")
		s.tick("Send it by mail too")
		eval[bool](s, s.find("(f => (f.requestSubmit(f.querySelector('button[type=submit]')), true))(document.querySelector('form[action$=\"/issue\"]'))"))
		s.see("It is issued.")
		number := eval[string](s, "document.querySelector('h1').innerText.replace('Invoice ', '').trim()")
		s.press("Record a payment")
		s.see("€307.50 of " + number + " is left to pay.")
		s.fill("Amount in EUR", "107.50")
		s.tick("Tell the client by mail that it arrived")
		eval[bool](s, s.find("(f => (f.requestSubmit(f.querySelector('button[type=submit]')), true))(document.querySelector('form[action$=\"/payment\"]'))"))
		s.see("The payment is recorded.")
		s.see("€200.00")
		b := p.contact(t, l, demo.Ines)
		b.see("A payment arrived for invoice " + number)
		b.goTo("/portal/invoices?q=kiln+photographs")
		b.see("Part paid")
		b.press("View")
		b.see("€200.00")
	})
}
