package standin_test

import (
	"context"
	"slices"
	"testing"
	"time"

	stripe "github.com/stripe/stripe-go/v85"

	"foyer/internal/kernel/stripe/standin"
)

func TestTheSlowMethod(t *testing.T) {
	t.Parallel()
	h := open(t)
	good, bad := h.session(500), h.session(700)
	for _, x := range []*stripe.CheckoutSession{good, bad} {
		h.fine(h.Pay(x.ID, true))
		found := h.find(x.ID)
		h.same(found.Status, stripe.CheckoutSessionStatusComplete)
		h.same(found.PaymentStatus, stripe.CheckoutSessionPaymentStatusUnpaid)
		h.same(found.PaymentIntent.Status, stripe.PaymentIntentStatusProcessing)
		h.same(found.PaymentIntent.LatestCharge.Status, stripe.ChargeStatusPending)
		h.same(string(found.PaymentIntent.LatestCharge.PaymentMethodDetails.Type), "sepa_debit")
		_, err := h.give(t.Context(), found.PaymentIntent.ID, 1, "")
		_ = h.refusal(err, 400)
	}
	h.same(len(h.Books().Paid), 0)
	h.fine(h.Settle(good.ID, true))
	h.fine(h.Settle(bad.ID, false))
	if h.Settle(good.ID, false) == nil {
		t.Error("settled twice")
	}
	h.same(h.find(good.ID).PaymentStatus, stripe.CheckoutSessionPaymentStatusPaid)
	lost := h.find(bad.ID)
	h.same(lost.PaymentStatus, stripe.CheckoutSessionPaymentStatusUnpaid)
	h.same(lost.PaymentIntent.Status, stripe.PaymentIntentStatusRequiresPaymentMethod)
	h.same(len(h.Books().Paid), 1)
	h.came("checkout.session.completed", "checkout.session.completed",
		"charge.succeeded", "payment_intent.succeeded", "checkout.session.async_payment_succeeded", "checkout.session.async_payment_failed")
}

func TestADispute(t *testing.T) {
	t.Parallel()
	h := open(t)
	i := h.paid(1000)
	h.Deliver(standin.Delivery{Lose: true})
	first, err := h.Dispute(i, 400)
	h.fine(err)
	if _, err := h.Dispute(i, 601); err == nil {
		t.Error("more is disputed than was paid")
	}
	_, err = h.give(t.Context(), i, 601, "")
	h.same(h.refusal(err, 400).Code, stripe.ErrorCode("charge_disputed"))
	h.same(h.Books().Refunded[i], int64(0))
	h.fine(h.CloseDispute(first, false))
	h.same(h.Books().Refunded[i], int64(400))
	second, err := h.Dispute(i, 0)
	h.fine(err)
	h.fine(h.CloseDispute(second, true))
	if h.CloseDispute(second, false) == nil {
		t.Error("closed twice")
	}
	h.same(h.Books().Refunded[i], int64(400))
	h.came("charge.succeeded", "payment_intent.succeeded", "checkout.session.completed") // the rest was lost
	var all []string
	for _, e := range h.Events()[3:] {
		all = append(all, e.Type)
	}
	h.same(slices.Equal(all, []string{"charge.dispute.created", "charge.dispute.closed", "charge.dispute.created", "charge.dispute.closed"}), true)
}

func TestExpire(t *testing.T) {
	t.Parallel()
	h := open(t)
	asked, forced, late, paid := h.session(1), h.session(2), h.session(3), h.session(4)
	x, err := h.api.V1CheckoutSessions.Expire(t.Context(), asked.ID, nil)
	h.fine(err)
	h.same(x.Status, stripe.CheckoutSessionStatusExpired)
	_, err = h.api.V1CheckoutSessions.Expire(t.Context(), asked.ID, nil)
	_ = h.refusal(err, 400)
	h.fine(h.Expire(forced.ID))
	h.fine(h.Pay(paid.ID, false))
	h.pass(24 * time.Hour)
	h.same(h.Books().Sessions[late.ID], "expired/unpaid")
	h.same(h.Books().Sessions[paid.ID], "complete/paid")
	if h.Pay(late.ID, false) == nil {
		t.Error("paid too late")
	}
	h.fine(h.PayExpired(late.ID))
	if h.PayExpired(late.ID) == nil {
		t.Error("paid twice")
	}
	h.same(h.Books().Sessions[late.ID], "complete/paid")
	h.same(slices.Equal(h.Sessions(), []string{asked.ID, forced.ID, late.ID, paid.ID}), true)
}

func TestHeldEventsAreReleasedTenFold(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.Deliver(standin.Delivery{Hold: true})
	for range 4 {
		h.paid(100)
	}
	h.came() // nothing
	h.refuse = 7
	h.fine(h.Release(t.Context(), 10, 4, 1))
	times := map[string]int{}
	for _, e := range h.got {
		times[e.ID]++
	}
	for _, e := range h.Events() {
		h.same(times[e.ID], 10)
	}
	h.same(len(times), 12)
	h.fine(h.Release(t.Context(), 10, 4, 1))
	h.same(len(h.got), 120)
}

func TestTheOrderComesOfTheSeed(t *testing.T) {
	t.Parallel()
	order := func(seed uint64) []string {
		h := open(t)
		h.Deliver(standin.Delivery{Hold: true})
		i := h.paid(100)
		for range 5 {
			_, err := h.Refund(i, 1)
			h.fine(err)
		}
		h.fine(h.Release(t.Context(), 1, 1, seed))
		return h.kinds()
	}
	a, b, c := order(1), order(1), order(2)
	if !slices.Equal(a, b) || slices.Equal(a, c) {
		t.Errorf("%v, %v, %v", a, b, c)
	}
}

func TestWhatIsNeverTakenIsHeldAgain(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.Deliver(standin.Delivery{Hold: true})
	h.paid(100)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if h.Release(ctx, 1, 2, 1) == nil {
		t.Error("nobody took it, and no error")
	}
	h.came() // nothing
	h.fine(h.Release(t.Context(), 1, 2, 1))
	h.same(len(h.got), 3)
}

func TestDeliveryIsTriedAgainAndCopied(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.refuse = 3
	h.Deliver(standin.Delivery{Times: 2, Delay: time.Millisecond, Shuffle: true})
	h.paid(100)
	h.same(len(h.kinds()), 6)
	h.Close()
	h.paid(100)
	h.same(len(h.kinds()), 6)
	h.same(len(h.Events()), 6)
}
