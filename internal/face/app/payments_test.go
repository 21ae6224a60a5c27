package app_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"path"
	"strings"
	"testing"

	"foyer/internal/auth"
	"foyer/internal/housetest/house"
)

func TestPaymentsByForms(t *testing.T) {
	t.Parallel()
	furnished(t, refundByHand, unmatchedIsDecidedOnce, secretsAreNotShownBack)
}

func refundByHand(t *testing.T, h *house.House) {
	t.Helper()
	a, c, other := h.First.Owner, h.First.Clients[0], h.First.Clients[1]
	at := invoiceAt(c.Invoice, "/payments/"+c.Payment.String()+"/refund")
	if got := form(t, a, at, at).Get("amount"); got != "19.00" {
		t.Errorf("the form begins with %q", got)
	}
	says(t, a.Post(t, at, form(t, a, at, at, "amount", "19.01")), http.StatusUnprocessableEntity, "No more than €19.00")
	if r := a.Post(t, at, form(t, a, at, at, "amount", "5", "reference", "by transfer")); r.Code != http.StatusSeeOther {
		t.Fatalf("refund: %d\n%s", r.Code, r.Page(t).Text())
	}
	says(t, a.Get(t, at), http.StatusOK, "Went back €5.00 Can be given back €14.00")
	if page := a.Get(t, invoiceAt(c.Invoice, "")).Page(t); len(page.All("a", "href="+at)) != 1 {
		t.Errorf("something is left, and the page offers no refund:\n%s", page.Text())
	}

	viewer := h.First.Members[auth.Viewer]
	if r := viewer.Get(t, at); r.Code != http.StatusOK || len(r.Page(t).All("input", "name=amount")) > 0 {
		t.Errorf("who only reads gets %d and the form", r.Code)
	}
	foreign := invoiceAt(other.Invoice, "/payments/"+c.Payment.String()+"/refund")
	if r := a.Get(t, foreign); r.Code != http.StatusNotFound {
		t.Errorf("a payment at another client's invoice: %d", r.Code)
	}
	if r := a.Post(t, foreign, url.Values{"amount": {"1"}}); r.Code != http.StatusNotFound {
		t.Errorf("it is given back there: %d", r.Code)
	}

	if r := a.Post(t, at, form(t, a, at, at)); r.Code != http.StatusSeeOther {
		t.Fatalf("refund the rest: %d", r.Code)
	}
	if r := a.Get(t, at); r.Code != http.StatusSeeOther {
		t.Errorf("nothing is left, and the form answers %d", r.Code)
	}
	if page := a.Get(t, invoiceAt(c.Invoice, "")).Page(t); len(page.All("a", "href="+at)) > 0 {
		t.Errorf("nothing is left, and the page offers a refund:\n%s", page.Text())
	}
}

func unmatchedIsDecidedOnce(t *testing.T, h *house.House) {
	t.Helper()
	const list = "/app/payments/unmatched"
	a, first, second := h.First.Owner, h.First.Clients[0], h.First.Clients[1]
	apply, ignore := list+"/"+first.Unmatched.String()+"/apply", list+"/"+second.Unmatched.String()+"/ignore"
	says(t, a.Get(t, "/app/"), http.StatusOK, "2 payments fit no invoice")
	says(t, a.Get(t, "/app/invoices"), http.StatusOK, "Unmatched (2)")

	r := a.Post(t, apply, form(t, a, list, apply, "number", "INV-none"))
	says(t, r, http.StatusUnprocessableEntity, "There is no issued invoice of this number.")
	if got := r.Page(t).Form(t, apply).Get("number"); got != "INV-none" {
		t.Errorf("the field has %q", got)
	}
	if n := len(r.Page(t).All("input", "aria-invalid=true")); n != 1 {
		t.Errorf("%d fields are marked, want 1", n)
	}
	old := form(t, a, list, apply)
	if r := a.Post(t, apply, form(t, a, list, apply)); r.Code != http.StatusSeeOther {
		t.Fatalf("apply: %d\n%s", r.Code, r.Page(t).Text())
	}
	page := a.Get(t, list).Page(t)
	if links := page.All("a", "href="+invoiceAt(first.Invoice, "")); len(links) == 0 || !strings.HasPrefix(links[0].Text(), "INV-") {
		t.Errorf("what was booked does not say for which invoice:\n%s", page.Text())
	}
	says(t, a.Post(t, apply, old), http.StatusConflict, "Somebody decided on this meanwhile.")
	if r := a.Get(t, list+"/"+first.Unmatched.String()+"/refund"); r.Code != http.StatusSeeOther {
		t.Errorf("to give back what was decided on is asked: %d", r.Code)
	}

	r = a.Post(t, ignore, form(t, a, list, ignore))
	if number := r.Page(t).Form(t, list+"/"+second.Unmatched.String()+"/apply").Get("number"); r.Code != http.StatusUnprocessableEntity || !strings.HasPrefix(number, "INV-") {
		t.Errorf("ignored without a reason: %d, and the number is %q", r.Code, number)
	}
	if r := a.Post(t, ignore, form(t, a, list, ignore, "note", "A test of ours.")); r.Code != http.StatusSeeOther {
		t.Fatalf("ignore: %d\n%s", r.Code, r.Page(t).Text())
	}
	says(t, h.First.Members[auth.Viewer].Get(t, list), http.StatusOK, "Ignored A test of ours.")
	says(t, a.Get(t, list), http.StatusOK, "Every payment fits its invoice")
}

func secretsAreNotShownBack(t *testing.T, h *house.House) {
	t.Helper()
	const page, key, hook, remove = "/app/settings/payments", "/app/settings/payments/key", "/app/settings/payments/hook", "/app/settings/payments/remove"
	a := h.First.Owner
	r := a.Post(t, key, form(t, a, page, key, "secret_key", "pk_test_typed"))
	says(t, r, http.StatusUnprocessableEntity, "A secret key begins with sk_ or rk_.")
	if strings.Contains(r.Body.String(), "pk_test_typed") {
		t.Error("what was typed is shown back")
	}
	r = a.Post(t, hook, form(t, a, page, hook, "hook_secret", "typed wrongly"))
	says(t, r, http.StatusUnprocessableEntity, "A signing secret begins with whsec_.")
	if strings.Contains(r.Body.String(), "typed wrongly") {
		t.Error("what was typed is shown back")
	}
	if r := a.Post(t, hook, form(t, a, page, hook, "hook_secret", "whsec_0123456789abcdef")); r.Code != http.StatusSeeOther {
		t.Fatalf("hook: %d\n%s", r.Code, r.Page(t).Text())
	}
	r = a.Get(t, page)
	says(t, r, http.StatusOK, "Signing secret ends in cdef")
	if strings.Contains(r.Body.String(), "0123456789abcdef") {
		t.Error("the page has the signing secret")
	}
	says(t, a.Get(t, remove), http.StatusOK, "Stop taking payments online?")
	if r := a.Post(t, remove, form(t, a, remove, remove)); r.Code != http.StatusSeeOther {
		t.Fatalf("remove: %d", r.Code)
	}
	says(t, a.Get(t, page), http.StatusOK, "Take payments online")
	if r := a.Post(t, key, form(t, a, page, key, "secret_key", "sk_test_another_one_p7dc")); r.Code != http.StatusSeeOther {
		t.Fatalf("key: %d\n%s", r.Code, r.Page(t).Text())
	}
	says(t, a.Get(t, page), http.StatusOK, "ends in p7dc")
	says(t, h.First.Members[auth.Finance].Get(t, page), http.StatusForbidden, "")
}

// What happened with money is told on the first page and at its invoice: who, how
// much, and what has to be seen to.
func TestMoneyIsTold(t *testing.T) {
	t.Parallel()
	furnished(t, func(t *testing.T, h *house.House) {
		t.Helper()
		w := h.First
		c := w.Clients[0]
		n := w.Issue(t, c, "100")
		r := c.Contacts[0].Post(t, "/portal/invoices/"+n.String()+"/pay", url.Values{})
		if err := h.Stripe.Pay(path.Base(r.Header().Get("Location")), false); err != nil {
			t.Fatal(err)
		}
		told := func() {
			t.Helper()
			if err := h.Stripe.Release(t.Context(), 2, 1, 7); err != nil {
				t.Fatal(err)
			}
		}
		told()
		number := strings.TrimPrefix(w.Owner.Get(t, invoiceAt(n, "")).Page(t).All("h1", "")[0].Text(), "Invoice ")
		paid := c.Canary + " Primary paid €238.00 through Stripe; " + number + " is paid"
		says(t, w.Owner.Get(t, invoiceAt(n, "")), http.StatusOK, paid)
		says(t, w.Owner.Get(t, "/app/"), http.StatusOK, paid)
		says(t, w.Members[auth.Finance].Get(t, "/app/"), http.StatusOK, paid)
		if page := w.Members[auth.Support].Get(t, "/app/").Page(t).Text(); strings.Contains(page, paid) {
			t.Errorf("who sees no money reads of it:\n%s", page)
		}
		for intent := range h.Stripe.Books().Paid {
			if _, err := h.Stripe.Dispute(intent, 2500); err != nil {
				t.Fatal(err)
			}
		}
		told()
		says(t, w.Owner.Get(t, invoiceAt(n, "")), http.StatusOK, "The payer's bank asks €25.00 of")
		says(t, w.Owner.Get(t, "/app/"), http.StatusOK, "A bank asks back what "+c.Canary)
		says(t, w.Owner.Get(t, "/app/"), http.StatusOK, "into use")
		if page := w.Members[auth.Finance].Get(t, "/app/").Page(t).Text(); strings.Contains(page, "into use") {
			t.Errorf("who sees no settings reads of keys:\n%s", page)
		}
	})
}

// A program that sends too much is answered in plain text.
func TestAHookThatIsTooLarge(t *testing.T) {
	t.Parallel()
	furnished(t, func(t *testing.T, h *house.House) {
		t.Helper()
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "https://"+h.First.Host+"/hooks/stripe/x", strings.NewReader(strings.Repeat("x", 512<<10+1)))
		w := httptest.NewRecorder()
		h.Handler().ServeHTTP(w, r)
		if kind := w.Header().Get("Content-Type"); w.Code != http.StatusRequestEntityTooLarge || !strings.HasPrefix(kind, "text/plain") || strings.Contains(w.Body.String(), "<") {
			t.Errorf("%d %s: %s", w.Code, kind, w.Body)
		}
	})
}
