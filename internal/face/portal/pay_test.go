package portal_test

import (
	"net/http"
	"net/url"
	"path"
	"strings"
	"testing"

	"foyer/internal/feature/invoice"
	"foyer/internal/housetest/house"
	"foyer/internal/kernel/scope"
)

const findCheckout = `-- findCheckout
select id
from checkout
where workspace_id = :workspace
  and session_id = :session`

// pays lets the first contact go and pay a new invoice, and gives the page at the
// stand-in and the one to come back to.
func pays(t *testing.T, h *house.House) (n invoice.ID, session, back string) {
	t.Helper()
	c := h.First.Clients[0]
	n = h.First.Issue(t, c, "100")
	r := c.Contacts[0].Post(t, "/portal/invoices/"+n.String()+"/pay", url.Values{})
	session = path.Base(r.Header().Get("Location"))
	who, err := h.Gate.System(t.Context(), h.First.Site.ID)
	if err != nil {
		t.Fatal(err)
	}
	err = who.Read(t.Context(), func(tx scope.Tx) error {
		back, err = scope.One(t.Context(), tx, findCheckout, scope.Args{"session": session}, scope.Value[string])
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n, session, "/portal/invoices/" + n.String() + "/payments/" + back
}

// Who comes back waits for a minute at most, and then reads what to do.
func TestThePageToComeBackToStopsLooking(t *testing.T) {
	t.Parallel()
	house.OnBoth(t, func(t *testing.T, h *house.House) {
		h.Furnish(t)
		_, _, at := pays(t, h)
		me, next, seconds := h.First.Clients[0].Contacts[0], at, 0
		for range 100 {
			r := me.Get(t, next)
			refresh := r.Header().Get("Refresh")
			if refresh == "" {
				says(t, r, http.StatusOK, "Nothing has arrived yet If you paid, you need do nothing")
				says(t, r, http.StatusOK, "Look again")
				break
			}
			says(t, r, http.StatusOK, "We are checking whether")
			wait, to, _ := strings.Cut(refresh, "; url=")
			if wait != "3" || !strings.HasPrefix(to, at+"?") {
				t.Fatalf("Refresh is %q", refresh)
			}
			next, seconds = to, seconds+3
		}
		if seconds < 45 || seconds > 75 {
			t.Errorf("it looks again for %d seconds", seconds)
		}
		for _, odd := range []string{"-5", "x", "99999999999999999999"} {
			if r := me.Get(t, at+"?looks="+odd); !strings.HasSuffix(r.Header().Get("Refresh"), "looks=1") {
				t.Errorf("looked %s times: Refresh is %q", odd, r.Header().Get("Refresh"))
			}
		}
	})
}

// While a slow payment is on its way nobody is told how to pay, or reminds.
func TestAPaymentInProgress(t *testing.T) {
	t.Parallel()
	house.OnBoth(t, func(t *testing.T, h *house.House) {
		h.Furnish(t)
		n, session, _ := pays(t, h)
		me, staff, theirs, ours := h.First.Clients[0].Contacts[0], h.First.Owner, "/portal/invoices/"+n.String(), "/app/invoices/"+n.String()
		says(t, me.Get(t, theirs), http.StatusOK, "How to pay")
		says(t, staff.Get(t, ours), http.StatusOK, "Send a reminder")
		says(t, me.Get(t, "/portal/"), http.StatusOK, "8 things need you.")
		if err := h.Stripe.Pay(session, true); err != nil {
			t.Fatal(err)
		}
		if err := h.Stripe.Release(t.Context(), 1, 1, 1); err != nil {
			t.Fatal(err)
		}
		says(t, me.Get(t, theirs), http.StatusOK, "Payment in progress")
		if page := me.Get(t, theirs).Page(t).Text(); strings.Contains(page, "How to pay") {
			t.Errorf("the client is told how to pay:\n%s", page)
		}
		says(t, me.Get(t, "/portal/invoices"), http.StatusOK, "Payment in progress")
		if page := me.Get(t, "/portal/").Page(t).Text(); !strings.Contains(page, "7 things need you.") || !strings.Contains(page, "is on its way") {
			t.Errorf("what waits for a bank is said to need the client:\n%s", page)
		}
		says(t, staff.Get(t, "/app/invoices"), http.StatusOK, "Payment in progress")
		if page := staff.Get(t, ours).Page(t).Text(); strings.Contains(page, "Send a reminder") {
			t.Errorf("staff are offered to remind:\n%s", page)
		}
	})
}

// A client reads that money was refunded, and how much.
func TestAClientReadsOfARefund(t *testing.T) {
	t.Parallel()
	house.OnBoth(t, func(t *testing.T, h *house.House) {
		h.Furnish(t)
		n, session, _ := pays(t, h)
		me := h.First.Clients[0].Contacts[0]
		if err := h.Stripe.Pay(session, false); err != nil {
			t.Fatal(err)
		}
		for intent := range h.Stripe.Books().Paid {
			if _, err := h.Stripe.Refund(intent, 2500); err != nil {
				t.Fatal(err)
			}
		}
		if err := h.Stripe.Release(t.Context(), 2, 1, 1); err != nil {
			t.Fatal(err)
		}
		says(t, me.Get(t, "/portal/invoices/"+n.String()), http.StatusOK, "Refunded,")
		says(t, me.Get(t, "/portal/activity"), http.StatusOK, "€25.00 paid for invoice")
	})
}
