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
	furnished(t, staleInvoiceShowsTheirVersion, moreLinesThanAnInvoiceHas, actsNameTheInvoice)
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
