package payment_test

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"foyer/internal/feature/payment"
	"foyer/internal/kernel/problem"
)

// endpoints are those to which the stand-in sends events.
func (s *till) endpoints(t testing.TB, what string, want int) {
	t.Helper()
	if got := s.stripe.Endpoints(); len(got) != want {
		t.Errorf("%s there are %d endpoints at Stripe, want %d: %q", what, len(got), want, got)
	}
}

func TestAKeyHasOneEndpointAtStripe(t *testing.T) {
	onBoth(t, func(t *testing.T, s *till) {
		s.endpoints(t, "at first", 1)
		_, err := s.app(t).SaveKey(t.Context(), "sk_test_another_key_of_the_same")
		must(t, err)
		s.endpoints(t, "with another key", 1)
		twice := s.f.ForStaff(s.Staff(t, home, "priya@haldenrowe.example", s.Form()))
		for range 2 {
			_, err = twice.SaveKey(t.Context(), "sk_test_a_third_key_of_the_same")
			must(t, err)
		}
		s.endpoints(t, "after a form that was sent twice", 1)
		n := s.invoice(t, "10", "EUR")
		must(t, s.stripe.Pay(s.press(t, n.ID), false))
		s.release(t, 1)
		s.owes(t, n.ID, 0)
		must(t, s.app(t).RemoveKey(t.Context()))
		s.endpoints(t, "without a key", 0)
	})
}

// That Stripe does not remove an endpoint is nobody's fault, and is made up for.
func TestAnEndpointThatStays(t *testing.T) {
	onBoth(t, func(t *testing.T, s *till) {
		s.stripe.Fail(2, 503, false) // nothing but the removal is asked for
		must(t, s.app(t).RemoveKey(t.Context()))
		s.stripe.Fail(0, 0, false)
		s.endpoints(t, "while Stripe does not answer", 1)
		_, err := s.app(t).SaveKey(t.Context(), testKey)
		must(t, err)
		s.endpoints(t, "with the next key", 1)
	})
}

func TestKeysThatAreNone(t *testing.T) {
	onBoth(t, func(t *testing.T, s *till) {
		for key, says := range map[string]string{
			"sk_test_\u00e9": "stripe.key_letters", "sk_test_a b": "stripe.key_letters", "sk_live_never_was_one": "stripe.key_refused",
			"sk_test_an_expired_one": "stripe.key_expired",
		} {
			_, err := s.app(t).SaveKey(t.Context(), key)
			wants(t, err, problem.Invalid, "secret_key", says)
		}
	})
}

func TestBodiesOfEventsArePruned(t *testing.T) {
	onBoth(t, func(t *testing.T, s *till) {
		first := s.invoice(t, "10", "EUR")
		must(t, s.stripe.Pay(s.press(t, first.ID), false))
		s.release(t, 1)
		hash := s.text(t, "body_sha256 from stripe_event where")
		prune := func(what string, left, all int) {
			t.Helper()
			must(t, s.f.Prune(t.Context(), s.System(t, home)))
			if got := s.count(t, "stripe_event"); got != all {
				t.Errorf("%s %d events are known, want %d", what, got, all)
			}
			if got := s.text(t, "cast(count(*) as text) from stripe_event where body <> '' and"); got != strconv.Itoa(left) {
				t.Errorf("%s %s bodies are left, want %d", what, got, left)
			}
		}
		s.Later(payment.Kept - time.Hour)
		prune("too early", 1, 1)
		s.Later(2 * time.Hour)
		prune("after 90 days", 0, 1)
		if got := s.text(t, "body_sha256 from stripe_event where"); got != hash || len(strings.TrimSpace(hash)) != 64 {
			t.Errorf("the hash is %q, and was %q", got, hash)
		}
		// What was not handled keeps its body: it waits for a payment.
		s.Run(t, home, "-- waits\ninsert into stripe_event (workspace_id, id, kind, key_id, body, body_sha256, received_at) select workspace_id, 'evt_waits', 'refund.created', id, '{}', 'x', 0 from stripe_key where workspace_id = :workspace", nil)
		prune("while one waits", 1, 2)
	})
}
