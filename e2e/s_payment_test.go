package e2e

import (
	"bytes"
	"net/http"
	"slices"
	"strings"
	"testing"

	"foyer/internal/demo"
	"foyer/internal/kernel/mail"
)

// Pay Now stands at what is to be paid, and nowhere else.
func TestS30PayNow(t *testing.T) {
	inDemo(t, withAndWithout, func(t *testing.T, p *program, l look) {
		b := p.contact(t, l, demo.Ines)
		b.goTo("/portal/invoices")
		payable := 0
		for _, row := range b.rows() {
			unpaid := strings.Contains(row, "Sent") || strings.Contains(row, "Part paid") || strings.Contains(row, "Overdue")
			if has := strings.Contains(row, "Pay now"); has != unpaid {
				t.Errorf("a row has Pay now: %v: %s", has, row)
			}
			if unpaid {
				payable++
			}
		}
		if payable != 3 {
			t.Errorf("%d can be paid", payable)
		}
		b.goTo("/portal/invoices?status=sent")
		b.press("View")
		b.see("Amount due")
		b.see("Pay now")
		b.see("Test mode")
		b.goTo("/portal/invoices?status=paid")
		b.press("View")
		b.see("Payments and credits")
		b.missing("/pay\"")
		b.goTo("/portal/invoices?q=rush")
		b.press("View")
		b.see("For invoice")
		b.missing("/pay\"")
		sam := p.contact(t, l, demo.Sam)
		sam.goTo("/portal/")
		sam.see("Pay now")
		own := eval[string](sam, "new URL(document.querySelector('form[action$=\"/pay\"]').action).pathname")
		if status := p.signedIn(t, "/portal", demo.Ines).post(own, nil).status; status != http.StatusNotFound {
			t.Errorf("another client's invoice is paid with %d", status)
		}
		// Without a key the details for a transfer stand in its place.
		s := p.staff(t, l, demo.Priya)
		s.goTo("/app/settings/payments")
		s.press("Stop taking payments")
		s.see("Stop taking payments online?")
		eval[bool](s, s.find("(f => (f.requestSubmit(f.querySelector('button[type=submit]')), true))(document.querySelector('form[action$=\"/remove\"]'))"))
		s.see("Payments are no longer taken online.")
		b.goTo("/portal/invoices?status=sent")
		b.press("View")
		b.see("How to pay")
		b.missing("/pay\"")
	})
}

// pays presses Pay now on the dashboard and comes to the page of the stand-in.
func (b *tab) pays() {
	b.t.Helper()
	b.goTo("/portal/")
	b.press("Pay")
	b.see("Stand-in for Stripe")
	if strings.HasPrefix(b.path(), "/") {
		b.t.Errorf("the payment page is at %s", b.path())
	}
}

// Pay Now takes the money: it lands on the invoice, and everybody sees it.
func TestS31PayNowTakesMoney(t *testing.T) {
	inDemo(t, withAndWithout, func(t *testing.T, p *program, l look) {
		b := p.contact(t, l, demo.Ines)
		b.goTo("/portal/")
		b.see("7 things need you.")
		number := eval[string](b, "document.querySelector('.attention-title').innerText.match(/INV-[0-9-]+/)[0]")
		b.pays()
		b.see("EUR 4,500.00")
		b.press("Back")
		b.see("Amount due")
		b.see("Pay now")
		b.pays()
		b.press("Card is declined")
		b.see("declined")
		b.press("Pay by card")
		b.see("Thank you. €4,500.00 arrived.")
		b.shot("portal-paid")
		b.press("To the invoice")
		b.see("Payments and credits")
		b.see("Card, ")
		b.missing("/pay\"")
		b.goTo("/portal/")
		b.see("6 things need you.")
		b.see("Invoice " + number + " is paid")
		if m := p.letter(t, demo.Ines, number); !strings.Contains(m.Text, "€4,500.00") || !slices.ContainsFunc(m.Files, isPDF) {
			t.Errorf("the receipt says %q, with %d files", m.Text, len(m.Files))
		}
		s := p.staff(t, l, demo.Priya)
		s.goTo(s.bill("paid"))
		s.see("€4,500.00")
	}, postgres)
}

// A slow method shows as under way, keeps from paying twice, and arrives or not.
func TestS31SlowPayment(t *testing.T) {
	inDemo(t, withAndWithout, func(t *testing.T, p *program, l look) {
		b := p.contact(t, l, demo.Ines)
		b.pays()
		b.press("Pay by bank debit (slow)")
		b.see("€4,500.00 is on its way")
		b.shot("portal-paying")
		b.press("To the invoice")
		b.see("Payment in progress")
		b.missing("How to pay")
		b.missing("/pay\"")
		page := p.stripe.Sessions()[0]
		must(t, p.stripe.Settle(page, false))
		must(t, p.stripe.Quiet(t.Context()))
		b.goTo("/portal/activity")
		b.see("did not go through")
		b.pays()
		b.press("Pay by bank debit (slow)")
		b.see("€4,500.00 is on its way")
		must(t, p.stripe.Settle(p.stripe.Sessions()[1], true))
		must(t, p.stripe.Quiet(t.Context()))
		b.goTo("/portal/")
		b.see("6 things need you.")
	})
}

func isPDF(f mail.File) bool {
	return f.MediaType == "application/pdf" && bytes.HasPrefix(f.Bytes, []byte("%PDF-"))
}
