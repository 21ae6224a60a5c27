package payment_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync/atomic"
	"testing"

	"foyer/internal/feature/payment"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/stripe"
)

// While nobody answers, the sweep finds that out once, and leaves the rest for the
// next time: each would wait in vain, and other workspaces with it.
func TestTheSweepDoesNotWaitForEachInVain(t *testing.T) {
	onBoth(t, func(t *testing.T, s *till) {
		var intents []string
		for range 3 {
			n, y, intent := s.paid(t, "100")
			s.stripe.Fail(2, 503, false)
			wants(t, s.app(t).Refund(t.Context(), n.ID, y, payment.Refund{Amount: "40"}), problem.Unavailable, "", "refund.down")
			s.stripe.Fail(0, 0, false)
			intents = append(intents, intent)
		}
		s.press(t, s.invoice(t, "10", "EUR").ID)
		s.Later(later)
		var asked atomic.Int64
		cut := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
			asked.Add(1)
			panic(http.ErrAbortHandler)
		}))
		t.Cleanup(cut.Close)
		real := s.f.API
		var err error
		s.f.API, err = url.Parse(cut.URL)
		must(t, err)
		for _, what := range []string{"an attempt", "a refund"} {
			asked.Store(0)
			if err := s.f.Sweep(t.Context(), s.System(t, home)); !errors.Is(err, stripe.ErrDown) {
				t.Errorf("the sweep: %v", err)
			}
			if got := asked.Load(); got > 2 { // a request and its repetition
				t.Errorf("it asks %d times, beginning with %s", got, what)
			}
		}
		s.f.API = real
		must(t, s.f.Sweep(t.Context(), s.System(t, home)))
		for _, intent := range intents {
			if got := s.stripe.Books().Refunded[intent]; got != 4000 {
				t.Errorf("%d were given back", got)
			}
		}
	})
}
