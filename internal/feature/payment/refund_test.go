package payment_test

import (
	"testing"

	"foyer/internal/feature/invoice"
	"foyer/internal/feature/payment"
	"foyer/internal/kernel/problem"
)

// paid is an invoice that was paid through the stand-in, with its payment and
// Stripe's name of that.
func (s *till) paid(t testing.TB, price string) (n invoice.Invoice, y invoice.PaymentID, intent string) {
	t.Helper()
	n = s.invoice(t, price, "EUR")
	must(t, s.stripe.Pay(s.press(t, n.ID), false))
	s.release(t, 1)
	full, err := s.invoices(t).Full(t.Context(), n.ID)
	must(t, err)
	y = full.Entries[0].Payment
	p, err := s.app(t).Payment(t.Context(), n.ID, y)
	must(t, err)
	return n, y, p.Intent
}

func TestRefunds(t *testing.T) {
	onBoth(t, func(t *testing.T, s *till) {
		n, y, intent := s.paid(t, "100")
		for amount, key := range map[string]string{"100.01": "refund.more", "0": "", "-1": "", "": "field.required"} {
			wants(t, s.app(t).Refund(t.Context(), n.ID, y, payment.Refund{Amount: amount}), problem.Invalid, "amount", key)
		}
		must(t, s.app(t).Refund(t.Context(), n.ID, y, payment.Refund{Amount: "30"}))
		s.release(t, 3)
		s.owes(t, n.ID, 3000)
		must(t, s.app(t).Refund(t.Context(), n.ID, y, payment.Refund{Amount: "20", ByHand: true, Reference: "cash"}))
		s.owes(t, n.ID, 5000)
		wants(t, s.app(t).Refund(t.Context(), n.ID, y, payment.Refund{Amount: "50.01"}), problem.Invalid, "amount", "refund.more")
		// What is made at Stripe arrives; of more than the books have left, what is left.
		_, err := s.stripe.Refund(intent, 7000)
		must(t, err)
		s.release(t, 3)
		s.owes(t, n.ID, 10000)
		if b := s.stripe.Books(); b.Paid[intent] != 10000 || b.Refunded[intent] != 10000 {
			t.Errorf("Stripe's books have %d paid and %d given back", b.Paid[intent], b.Refunded[intent])
		}
		wants(t, s.app(t).Refund(t.Context(), n.ID, y, payment.Refund{Amount: "1"}), problem.Invalid, "amount", "refund.more")
	})
}

func TestARefundThatStripeDoesNotAnswer(t *testing.T) {
	onBoth(t, func(t *testing.T, s *till) {
		n, y, intent := s.paid(t, "100")
		s.stripe.Fail(2, 0, false) // done, and the answer is lost
		err := s.app(t).Refund(t.Context(), n.ID, y, payment.Refund{Amount: "40"})
		wants(t, err, problem.Unavailable, "", "refund.down")
		p, err := s.app(t).Payment(t.Context(), n.ID, y)
		must(t, err)
		if p.Left().Minor != 6000 {
			t.Errorf("%d can be given back while 4000 are on their way", p.Left().Minor)
		}
		s.Later(later)
		must(t, s.f.Sweep(t.Context(), s.System(t, home)))
		s.release(t, 3)
		s.owes(t, n.ID, 4000)
		if got := s.stripe.Books().Refunded[intent]; got != 4000 {
			t.Errorf("%d were given back", got)
		}
		// What broke at Stripe is asked for anew, after looking whether it was made.
		s.stripe.Fail(1, 500, false)
		wants(t, s.app(t).Refund(t.Context(), n.ID, y, payment.Refund{Amount: "5"}), problem.Unavailable, "", "refund.down")
		s.Later(later)
		must(t, s.f.Sweep(t.Context(), s.System(t, home)))
		s.release(t, 2)
		if got := s.stripe.Books().Refunded[intent]; got != 4500 {
			t.Errorf("%d were given back", got)
		}
		s.owes(t, n.ID, 4500)
		s.stripe.Fail(2, 400, false)
		wants(t, s.app(t).Refund(t.Context(), n.ID, y, payment.Refund{Amount: "10"}), problem.Invalid, "amount", "refund.refused")
		s.owes(t, n.ID, 4500)
	})
}

func TestARefundThatComesAgain(t *testing.T) {
	onBoth(t, func(t *testing.T, s *till) {
		n, _, intent := s.paid(t, "100")
		refund, err := s.stripe.Refund(intent, 0)
		must(t, err)
		s.release(t, 1)
		s.owes(t, n.ID, 10000)
		must(t, s.stripe.FailRefund(refund))
		s.release(t, 4)
		s.owes(t, n.ID, 0)
		// That it failed may be told before that it was made.
		refund, err = s.stripe.Refund(intent, 0)
		must(t, err)
		must(t, s.stripe.FailRefund(refund))
		events := s.stripe.Events()
		secret := s.hook(t)
		for i := len(events) - 1; i >= len(events)-4; i-- {
			must(t, s.send(t, events[i].Body, secret))
		}
		s.owes(t, n.ID, 0)
	})
}

// What was given back by hand is not given back again when a refund at Stripe fails.
func TestARefundThatWasMoreThanIsLeftComesAgain(t *testing.T) {
	onBoth(t, func(t *testing.T, s *till) {
		n, y, intent := s.paid(t, "100")
		must(t, s.app(t).Refund(t.Context(), n.ID, y, payment.Refund{Amount: "50", ByHand: true}))
		refund, err := s.stripe.Refund(intent, 0)
		must(t, err)
		s.release(t, 1)
		s.owes(t, n.ID, 10000)
		must(t, s.stripe.FailRefund(refund))
		s.release(t, 2)
		s.owes(t, n.ID, 5000)
	})
}

// A payment that is credit as a whole can be given back too.
func TestARefundOfCredit(t *testing.T) {
	onBoth(t, func(t *testing.T, s *till) {
		n := s.invoice(t, "100", "EUR")
		must(t, s.stripe.Pay(s.press(t, n.ID), false))
		must(t, s.invoices(t).VoidInvoice(t.Context(), n.ID))
		s.release(t, 1)
		if got := s.credit(t); got != 10000 {
			t.Fatalf("%d is to the client's credit", got)
		}
		y := invoice.PaymentID(s.text(t, "id from payment where intent_id is not null and"))
		must(t, s.app(t).Refund(t.Context(), n.ID, y, payment.Refund{Amount: "100"}))
		if got := s.credit(t); got != 0 {
			t.Errorf("%d is still to the client's credit", got)
		}
	})
}

func TestARefundOfWhatWasCredited(t *testing.T) {
	onBoth(t, func(t *testing.T, s *till) {
		n, y, _ := s.paid(t, "100")
		note, err := s.invoices(t).Credit(t.Context(), n.ID)
		must(t, err)
		must(t, s.invoices(t).Issue(t.Context(), note, 1, false))
		if got := s.credit(t); got != 10000 {
			t.Fatalf("%d is to the client's credit", got)
		}
		must(t, s.app(t).Refund(t.Context(), n.ID, y, payment.Refund{Amount: "100"}))
		s.owes(t, n.ID, 0)
		if got := s.credit(t); got != 0 {
			t.Errorf("%d is still to the client's credit", got)
		}
	})
}

func TestDisputes(t *testing.T) {
	onBoth(t, func(t *testing.T, s *till) {
		won, _, intent := s.paid(t, "100")
		d, err := s.stripe.Dispute(intent, 0)
		must(t, err)
		must(t, s.stripe.CloseDispute(d, true))
		s.release(t, 3)
		s.owes(t, won.ID, 0)
		lost, _, intent := s.paid(t, "60")
		d, err = s.stripe.Dispute(intent, 0)
		must(t, err)
		s.release(t, 2)
		s.owes(t, lost.ID, 0)
		must(t, s.stripe.CloseDispute(d, false))
		s.release(t, 5)
		s.owes(t, lost.ID, 6000)
	})
}

// Everything about one payment comes at once, and in no order.
func TestWhatComesBeforeItsPaymentWaits(t *testing.T) {
	onBoth(t, func(t *testing.T, s *till) {
		n := s.invoice(t, "100", "EUR")
		must(t, s.stripe.Pay(s.press(t, n.ID), false))
		var intent string
		for i := range s.stripe.Books().Paid {
			intent = i
		}
		_, err := s.stripe.Refund(intent, 2500)
		must(t, err)
		d, err := s.stripe.Dispute(intent, 1000)
		must(t, err)
		must(t, s.stripe.CloseDispute(d, false))
		events := s.stripe.Events()
		secret := s.hook(t)
		for i := len(events) - 1; i >= 0; i-- { // the last comes first
			must(t, s.send(t, events[i].Body, secret))
		}
		s.Deliver(t)
		s.owes(t, n.ID, 3500)
	})
}
