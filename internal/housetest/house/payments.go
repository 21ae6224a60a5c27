package house

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"

	"foyer/internal/feature/invoice"
	"foyer/internal/feature/payment"
	"foyer/internal/kernel/scope"
)

// StripeVariable is the variable by which a child of a test is told where its
// parent's stand-in is.
const StripeVariable = "FOYER_TEST_STRIPE"

// webhooks brings what the stand-in sends to the house, or to who takes it in its
// place.
type webhooks struct{ h *House }

// RoundTrip implements http.RoundTripper.
func (w webhooks) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Host = r.URL.Host
	if at := w.h.Webhooks.Load(); at != nil {
		r.URL.Scheme, r.URL.Host = "http", *at
		return http.DefaultTransport.RoundTrip(r)
	}
	answer := httptest.NewRecorder()
	w.h.Handler().ServeHTTP(answer, r)
	return answer.Result(), nil
}

// payments takes a key of the stand-in into use, and lets the first contact of each
// client go and pay.
func (w *Workspace) payments(t testing.TB) {
	t.Helper()
	_, err := w.h.Payments.ForStaff(w.Owner.Staff(t)).SaveKey(t.Context(), "sk_test_"+w.Canary+"_0123456789")
	must(t, err)
	who, err := w.h.Gate.System(t.Context(), w.Site.ID)
	must(t, err)
	w.Mail = who.NewID()
	must(t, who.Write(t.Context(), func(tx scope.Tx) error {
		_, err := tx.Exec(t.Context(), insertBounced, scope.Args{"id": w.Mail, "to": w.Canary + "-bounced@mail.example"})
		return err
	}))
	for _, c := range w.Clients {
		at := "/portal/invoices/" + c.Invoice.String() + "/pay"
		if r := c.Contacts[0].Post(t, at, url.Values{}); r.Code != http.StatusSeeOther {
			t.Fatalf("%s answers %d", at, r.Code)
		}
		c.Unmatched = payment.UnmatchedID(who.NewID())
		must(t, who.Write(t.Context(), func(tx scope.Tx) (err error) {
			c.Checkout, err = scope.One(t.Context(), tx, openCheckout, scope.Args{"invoice": c.Invoice}, scope.Value[payment.ID])
			must(t, err)
			_, err = tx.Exec(t.Context(), insertUnmatched, scope.Args{"id": c.Unmatched, "session": c.Canary + " secret session", "checkout": c.Checkout})
			return err
		}))
	}
}

const insertBounced = `-- insertBounced
insert into outbox (workspace_id, id, kind, email, params, state, problem, sent_to, due_at, created_at, done_at)
values (:workspace, :id, 'test', :to, '{}', 'bounced', '550 no such box', :to, :now, :now, :now)`

const openCheckout = `-- openCheckout
select id
from checkout
where workspace_id = :workspace
  and invoice_id = :invoice
  and state = 'open'`

const insertUnmatched = `-- insertUnmatched
insert into unmatched_payment (workspace_id, id, key_id, session_id, intent_id, checkout_id, currency, amount_minor, reason, state, created_at)
select :workspace, :id, k.id, :session, :session, :checkout, 'EUR', 4200, 'amount', 'open', :now
from stripe_key k
where k.workspace_id = :workspace
  and k.retired_at is null`

// Issue writes an invoice of one line to a client and issues it.
func (w *Workspace) Issue(t testing.TB, c *Client, price string) invoice.ID {
	t.Helper()
	in := w.bill(c, c.Canary+" invoice")
	in.Lines[0].Price = price
	made, err := w.bills(t).Create(t.Context(), in)
	must(t, err)
	must(t, w.bills(t).Issue(t.Context(), made, 1, false))
	return made
}
