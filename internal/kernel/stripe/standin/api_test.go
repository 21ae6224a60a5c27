package standin_test

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	stripe "github.com/stripe/stripe-go/v85"
)

func TestASessionIsMadeAndPaid(t *testing.T) {
	t.Parallel()
	h := open(t)
	x := h.session(12345)
	h.same(strings.HasPrefix(x.ID, "cs_test_"), true)
	h.same(x.Object, "checkout.session")
	h.same(x.URL, h.base+"/pay/"+x.ID)
	h.same(x.Status, stripe.CheckoutSessionStatusOpen)
	h.same(x.PaymentStatus, stripe.CheckoutSessionPaymentStatusUnpaid)
	h.same(x.AmountTotal, int64(12345))
	h.same(x.AmountSubtotal, int64(12345))
	h.same(x.Currency, stripe.CurrencyEUR)
	h.same(x.ClientReferenceID, "attempt-1")
	h.same(x.Metadata["invoice"], "inv-1")
	h.same(x.CustomerEmail, "ada@example.com")
	h.same(x.ExpiresAt, x.Created+24*60*60)
	h.same(x.PaymentIntent == nil, true)
	h.same(h.OpenSessions("attempt-1"), 1)

	h.fine(h.Pay(x.ID, false))
	if h.Pay(x.ID, false) == nil {
		t.Error("paid twice")
	}
	h.same(h.OpenSessions("attempt-1"), 0)
	x = h.find(x.ID)
	h.same(x.Status, stripe.CheckoutSessionStatusComplete)
	h.same(x.PaymentStatus, stripe.CheckoutSessionPaymentStatusPaid)
	h.same(x.URL, "")
	i := x.PaymentIntent
	h.same(i.Status, stripe.PaymentIntentStatusSucceeded)
	h.same(i.AmountReceived, int64(12345))
	h.same(i.Description, "Invoice 7")
	h.same(i.Metadata["invoice"], "inv-1")
	h.same(string(i.LatestCharge.PaymentMethodDetails.Type), "card")
	h.came("charge.succeeded", "payment_intent.succeeded", "checkout.session.completed")

	alone, err := h.api.V1PaymentIntents.Retrieve(t.Context(), i.ID, nil)
	h.fine(err)
	h.same(alone.LatestCharge.ID, i.LatestCharge.ID)
	b := h.Books()
	h.same(b.Paid[i.ID], int64(12345))
	h.same(b.Sessions[x.ID], "complete/paid")
	h.same(b.Reference[i.ID], "attempt-1")
}

func TestWhatIsWrongIsRefused(t *testing.T) {
	t.Parallel()
	h := open(t)
	for param, spoil := range map[string]func(*stripe.CheckoutSessionCreateParams){
		"mode":        func(p *stripe.CheckoutSessionCreateParams) { p.Mode = new("subscription") },
		"success_url": func(p *stripe.CheckoutSessionCreateParams) { p.SuccessURL = nil },
		"cancel_url":  func(p *stripe.CheckoutSessionCreateParams) { p.CancelURL = new("/back") },
		"line_items":  func(p *stripe.CheckoutSessionCreateParams) { p.LineItems = nil },
		"expires_at": func(p *stripe.CheckoutSessionCreateParams) {
			p.ExpiresAt = new(h.now().Add(time.Minute).Unix())
		},
		"line_items[0][price_data][unit_amount]": func(p *stripe.CheckoutSessionCreateParams) { p.LineItems[0].PriceData.UnitAmount = new(int64(0)) },
	} {
		p := h.params(100)
		spoil(p)
		_, err := h.api.V1CheckoutSessions.Create(t.Context(), p)
		no := h.refusal(err, 400)
		h.same(no.Param, param)
		h.same(no.Type, stripe.ErrorTypeInvalidRequest)
	}
	h.same(len(h.Sessions()), 0)
	_, err := h.api.V1CheckoutSessions.Retrieve(t.Context(), "cs_test_none", nil)
	h.same(h.refusal(err, 404).Code, stripe.ErrorCodeResourceMissing)
	_, err = h.api.V1Customers.Retrieve(t.Context(), "cus_1", nil)
	_ = h.refusal(err, 404)
	_, err = client(h.base, "sk_test_two").V1Accounts.Retrieve(t.Context(), nil)
	h.same(h.refusal(err, 401).Type, stripe.ErrorTypeInvalidRequest)
	a, err := h.api.V1Accounts.Retrieve(t.Context(), nil)
	h.fine(err)
	h.same(a.Settings.Dashboard.DisplayName, "Atelier Nord")
	h.same(a.BusinessProfile.Name, "Atelier Nord")
	h.same(a.ChargesEnabled, true)
}

func TestOneKeyDoesOneThing(t *testing.T) {
	t.Parallel()
	h := open(t)
	ids := make([]string, 12)
	var all sync.WaitGroup
	for n := range ids {
		all.Go(func() {
			p := h.params(100)
			p.SetIdempotencyKey("once")
			x, err := h.api.V1CheckoutSessions.Create(t.Context(), p)
			if err != nil {
				t.Error(err)
				return
			}
			ids[n] = x.ID
		})
	}
	all.Wait()
	h.same(len(h.Sessions()), 1)
	h.same(len(slices.Compact(ids)), 1)

	// The answer is that of before, though the session has gone on.
	h.fine(h.Pay(ids[0], false))
	p := h.params(100)
	p.SetIdempotencyKey("once")
	x, err := h.api.V1CheckoutSessions.Create(t.Context(), p)
	h.fine(err)
	h.same(x.Status, stripe.CheckoutSessionStatusOpen)

	p = h.params(200)
	p.SetIdempotencyKey("once")
	_, err = h.api.V1CheckoutSessions.Create(t.Context(), p)
	h.same(h.refusal(err, 400).Type, stripe.ErrorTypeIdempotency)
}

func TestARefund(t *testing.T) {
	t.Parallel()
	h := open(t)
	i := h.paid(1000)
	r, err := h.give(t.Context(), i, 300, "r1")
	h.fine(err)
	again, err := h.give(t.Context(), i, 300, "r1")
	h.fine(err)
	h.same(again.ID, r.ID)
	h.same(r.Amount, int64(300))
	h.same(r.Status, stripe.RefundStatusSucceeded)
	h.same(r.PaymentIntent.ID, i)
	h.same(r.Metadata["k"], "v")
	_, err = h.give(t.Context(), i, 701, "")
	h.same(strings.Contains(h.refusal(err, 400).Msg, "greater than unrefunded amount"), true)
	h.same(h.Books().Refunded[i], int64(300))

	byHand, err := h.Refund(i, 0)
	h.fine(err)
	_, err = h.give(t.Context(), i, 0, "")
	h.same(h.refusal(err, 400).Code, stripe.ErrorCodeChargeAlreadyRefunded)
	h.fine(h.FailRefund(byHand))
	if h.FailRefund(byHand) == nil {
		t.Error("failed twice")
	}
	h.same(h.Books().Refunded[i], int64(300))
	found, err := h.api.V1Refunds.Retrieve(t.Context(), byHand, nil)
	h.fine(err)
	h.same(found.Status, stripe.RefundStatusFailed)
	h.came("charge.succeeded", "payment_intent.succeeded", "checkout.session.completed",
		"refund.created", "charge.refunded", "refund.created", "charge.refunded", "refund.updated", "refund.failed")
	h.same(h.got[4].GetObjectValue("amount_refunded"), "300")
	h.same(h.got[3].Request.IdempotencyKey, "r1")
}

func TestRefundsAreListedByPages(t *testing.T) {
	t.Parallel()
	h := open(t)
	i, other := h.paid(1000), h.paid(1000)
	var want []string
	for range 25 {
		id, err := h.Refund(i, 1)
		h.fine(err)
		want = append([]string{id}, want...)
	}
	_, err := h.Refund(other, 1)
	h.fine(err)
	var got []string
	for r, err := range h.api.V1Refunds.List(t.Context(), &stripe.RefundListParams{PaymentIntent: new(i)}).All(t.Context()) {
		h.fine(err)
		got = append(got, r.ID)
	}
	h.same(slices.Equal(got, want), true)
}

func TestRefundsAtOnceGiveNoMoreThanWasPaid(t *testing.T) {
	t.Parallel()
	h := open(t)
	i := h.paid(1000)
	var all sync.WaitGroup
	for range 10 {
		all.Go(func() { _, _ = h.give(t.Context(), i, 300, "") })
	}
	all.Wait()
	h.same(h.Books().Refunded[i], int64(900))
}

func TestFail(t *testing.T) {
	t.Parallel()
	h := open(t)
	create := func(key string) error {
		p := h.params(100)
		p.SetIdempotencyKey(key)
		_, err := h.api.V1CheckoutSessions.Create(t.Context(), p)
		return err
	}
	h.Fail(1, 503, false)
	h.same(h.refusal(create("a"), 503).Type, stripe.ErrorTypeAPI)
	h.same(len(h.Sessions()), 0) // not done
	h.fine(create("a"))
	h.Fail(1, 0, false)
	if create("b") == nil {
		t.Error("an answer over a connection that was cut")
	}
	h.Fail(1, 0, true)
	if create("c") == nil {
		t.Error("nonsense was understood")
	}
	h.same(len(h.Sessions()), 3) // done, and the answer lost
	h.fine(create("b"))
	h.fine(create("c"))
	h.same(len(h.Sessions()), 3)
}

func TestEndpoints(t *testing.T) {
	t.Parallel()
	h := open(t)
	add := func() (*stripe.WebhookEndpoint, error) {
		return h.api.V1WebhookEndpoints.Create(t.Context(), &stripe.WebhookEndpointCreateParams{
			URL: new("http://127.0.0.1:1/hook"), EnabledEvents: []*string{new("refund.created"), new("refund.failed")},
		})
	}
	var last *stripe.WebhookEndpoint
	for range 15 {
		var err error
		last, err = add()
		h.fine(err)
	}
	h.same(strings.HasPrefix(last.Secret, "whsec_"), true)
	h.same(last.Status, "enabled")
	_, err := add()
	_ = h.refusal(err, 400)
	_, err = h.api.V1WebhookEndpoints.Delete(t.Context(), last.ID, nil)
	h.fine(err)
	n := 0
	for p, err := range h.api.V1WebhookEndpoints.List(t.Context(), nil).All(t.Context()) {
		h.fine(err)
		h.same(p.Secret, "")
		n++
	}
	h.same(n, 15)
}
