package app_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"foyer/internal/auth"
	"foyer/internal/feature/invoice"
	"foyer/internal/housetest/house"
)

func TestInvoicesByForms(t *testing.T) {
	t.Parallel()
	furnished(t, staleInvoiceShowsTheirVersion, moreLinesThanAnInvoiceHas, actsNameTheInvoice, anInvoiceNobodyCanPay)
}

func invoiceAt(n invoice.ID, rest string) string { return "/app/invoices/" + n.String() + rest }

func staleInvoiceShowsTheirVersion(t *testing.T, h *house.House) {
	t.Helper()
	mine, theirs, edit := h.First.Owner, h.First.Members[auth.Finance], invoiceAt(h.First.Clients[0].Draft, "/edit")
	old := form(t, mine, edit, edit, "notes", "My notes")
	if r := theirs.Post(t, edit, form(t, theirs, edit, edit, "notes", "Their notes", "po_number", "PO-77")); r.Code != http.StatusSeeOther {
		t.Fatalf("save: %d", r.Code)
	}
	r := mine.Post(t, edit, old)
	says(t, r, http.StatusConflict, "Their notes")
	says(t, r, http.StatusConflict, "PO-77")
	again := r.Page(t).Form(t, edit)
	if again.Get("notes") != "My notes" {
		t.Errorf("the form has %q", again.Get("notes"))
	}
	if r := mine.Post(t, edit, again); r.Code != http.StatusSeeOther {
		t.Errorf("saved again: %d", r.Code)
	}
}

func moreLinesThanAnInvoiceHas(t *testing.T, h *house.House) {
	t.Helper()
	a, edit := h.First.Owner, invoiceAt(h.First.Clients[0].Draft, "/edit")
	in := form(t, a, edit, edit)
	for _, name := range invoice.LineFields {
		field := "line_" + name
		in[field] = slices.Repeat([]string{in.Get(field)}, invoice.MostLines+1)
	}
	says(t, a.Post(t, edit, in), http.StatusUnprocessableEntity, "at most 500 lines")
	if r := a.Post(t, "/app/invoices/reckoning", in); r.Code != http.StatusOK {
		t.Errorf("reckoned: %d", r.Code)
	}
}

func actsNameTheInvoice(t *testing.T, h *house.House) {
	t.Helper()
	a := h.First.Owner
	draft := h.First.Clients[1].Draft
	issue := invoiceAt(draft, "/issue")
	if r := a.Post(t, issue, form(t, a, issue, issue)); r.Code != http.StatusSeeOther {
		t.Fatalf("issue: %d\n%s", r.Code, r.Page(t).Text())
	}
	says(t, a.Get(t, invoiceAt(draft, "/void")), http.StatusOK, "Make INV-")
	pay := invoiceAt(draft, "/payment")
	over := form(t, a, pay, pay, "amount", "99999", "over", "")
	says(t, a.Post(t, pay, over), http.StatusUnprocessableEntity, "more than is left to pay")
	if r := a.Post(t, pay, form(t, a, pay, pay, "amount", "1")); r.Code != http.StatusSeeOther {
		t.Fatalf("pay a part: %d", r.Code)
	}
	off := invoiceAt(draft, "/write-off")
	if r := a.Post(t, off, form(t, a, off, off, "reason", "They closed.")); r.Code != http.StatusSeeOther {
		t.Fatalf("write off: %d", r.Code)
	}
	if page := a.Get(t, invoiceAt(draft, "")).Page(t).Text(); strings.Contains(page, "[") || !strings.Contains(page, "Written off") {
		t.Errorf("it does not say in words that it is written off:\n%s", page)
	}
	if r := a.Post(t, invoiceAt(draft, "/sending"), url.Values{}); r.Code != http.StatusConflict {
		t.Errorf("what is written off is sent: %d", r.Code)
	}
}

// Without Stripe and without instructions the question before an invoice is issued says
// so, and lets it go out.
func anInvoiceNobodyCanPay(t *testing.T, h *house.House) {
	t.Helper()
	a, issue, warning := h.First.Owner, invoiceAt(h.First.Clients[0].Draft, "/issue"), "It does not say how to pay"
	if page := a.Get(t, issue).Page(t).Text(); strings.Contains(page, warning) {
		t.Errorf("clients can pay online, and yet:\n%s", page)
	}
	const stop = "/app/settings/payments/remove"
	if r := a.Post(t, stop, form(t, a, stop, stop)); r.Code != http.StatusSeeOther {
		t.Fatalf("stop taking payments: %d", r.Code)
	}
	const billing = "/app/settings/billing"
	if r := a.Post(t, billing+"/instructions", form(t, a, billing, billing+"/instructions", "content", "")); r.Code != http.StatusSeeOther {
		t.Fatalf("take the instructions away: %d", r.Code)
	}
	says(t, a.Get(t, issue), http.StatusOK, warning)
	if r := a.Post(t, issue, form(t, a, issue, issue)); r.Code != http.StatusSeeOther {
		t.Errorf("issue it anyway: %d", r.Code)
	}
}
