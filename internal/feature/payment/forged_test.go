package payment_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"foyer/internal/feature/invoice"
	"foyer/internal/feature/payment"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/stripe"
	"foyer/internal/kernel/stripe/standin"
)

const knownSecret = "whsec_that_the_test_knows_too"

// hook lets webhooks be signed with a secret that the test knows.
func (s *till) hook(t testing.TB) string {
	t.Helper()
	must(t, s.app(t).SaveHook(t.Context(), knownSecret))
	return knownSecret
}

// send sends an event as Stripe does.
func (s *till) send(t testing.TB, body []byte, secret string) error {
	t.Helper()
	return s.hear(t.Context(), s.endpoint(t), standin.Sign(body, secret, s.Now()), body)
}

func TestWebhooksThatAreNotStripes(t *testing.T) {
	onBoth(t, func(t *testing.T, s *till) {
		n := s.invoice(t, "100", "EUR")
		must(t, s.stripe.Pay(s.press(t, n.ID), false))
		secret, at := s.hook(t), s.endpoint(t)
		body := s.completed(t)
		other := strings.Replace(string(body), "10000", "10001", 1)
		for what, c := range map[string]struct{ signature, body string }{
			"unsigned":             {"", string(body)},
			"nonsense":             {"t=,v1=", string(body)},
			"another secret":       {standin.Sign(body, "whsec_of_another_workspace", s.Now()), string(body)},
			"an empty secret":      {standin.Sign(body, "", s.Now()), string(body)},
			"old":                  {standin.Sign(body, secret, s.Now().Add(-301*time.Second)), string(body)},
			"of the future":        {standin.Sign(body, secret, s.Now().Add(301*time.Second)), string(body)},
			"another body":         {standin.Sign(body, secret, s.Now()), other},
			"a body with a blank":  {standin.Sign(body, secret, s.Now()), string(body) + " "},
			"a time that is later": {strings.Replace(standin.Sign(body, secret, s.Now()), "t=", "t=1", 1), string(body)},
		} {
			if err := s.hear(t.Context(), at, c.signature, []byte(c.body)); !errors.Is(err, stripe.ErrForged) {
				t.Errorf("%s: %v", what, err)
			}
		}
		for _, wrong := range []string{at[:26], at[:26] + "x", at[:len(at)-1], at[:26] + strings.Repeat("0", 26)} {
			if err := s.hear(t.Context(), wrong, standin.Sign(body, secret, s.Now()), body); !problem.Is(err, problem.NotFound) {
				t.Errorf("address %s: %v", wrong, err)
			}
		}
		s.owes(t, n.ID, 10000)
		if got := s.count(t, "stripe_event"); got != 0 {
			t.Errorf("%d events were stored", got)
		}
		// The secret from before is good for three days after it was changed.
		must(t, s.app(t).SaveHook(t.Context(), "whsec_the_newest_of_them_all"))
		s.Later(71 * time.Hour)
		must(t, s.send(t, body, secret))
		s.owes(t, n.ID, 0)
		s.Later(2 * time.Hour)
		if err := s.send(t, body, secret); !errors.Is(err, stripe.ErrForged) {
			t.Errorf("the old secret after three days: %v", err)
		}
	})
}

// completed is the event that says that the last page was paid.
func (s *till) completed(t testing.TB) []byte {
	t.Helper()
	events := s.stripe.Events()
	for i := len(events) - 1; i >= 0; i-- {
		if events[i].Type == "checkout.session.completed" {
			return events[i].Body
		}
	}
	t.Fatal("nothing was paid")
	return nil
}

// A webhook that is signed, and says what was not asked for, marks nothing paid:
// the money waits for people to decide on it.
func TestTamperedEventsPayNothing(t *testing.T) {
	onBoth(t, func(t *testing.T, s *till) {
		n, m := s.invoice(t, "100", "EUR"), s.invoice(t, "100", "EUR")
		s.press(t, n.ID)
		old := s.press(t, m.ID)
		must(t, s.app(t).RemoveKey(t.Context())) // and back: the account is the same
		_, err := s.app(t).SaveKey(t.Context(), testKey)
		must(t, err)
		k := s.invoice(t, "100", "EUR")
		must(t, s.stripe.Pay(s.press(t, k.ID), false))
		secret := s.hook(t)
		var genuine map[string]any
		must(t, json.Unmarshal(s.completed(t), &genuine))
		ofN, ofM := s.pending(t, n.ID), s.pending(t, m.ID)
		type change struct {
			what string
			do   func(event, session map[string]any, i int)
		}
		changes := []change{
			{"amount", func(_, x map[string]any, i int) { x["amount_total"] = 10000 - 1 - i }},
			{"more", func(_, x map[string]any, i int) { x["amount_total"] = 10001 + i }},
			{"nothing", func(_, x map[string]any, _ int) { x["amount_total"] = 0 }},
			{"below nothing", func(_, x map[string]any, i int) { x["amount_total"] = -10000 - i }},
			{"currency", func(_, x map[string]any, i int) { x["currency"] = []string{"usd", "jpy", "gbp", "isk", "", "xxx"}[i%6] }},
			{"live page", func(_, x map[string]any, _ int) { x["livemode"] = true }},
			{"live event", func(e, _ map[string]any, _ int) { e["livemode"] = true }},
			{"account", func(e, _ map[string]any, i int) { e["account"] = fmt.Sprint("acct_other", i) }},
			{"another's reference", func(_, x map[string]any, i int) { x["client_reference_id"] = []payment.ID{ofN, ofM}[i%2] }},
			{"no reference", func(_, x map[string]any, _ int) { delete(x, "client_reference_id") }},
			{"unknown reference", func(_, x map[string]any, i int) {
				x["client_reference_id"] = fmt.Sprintf("01jzzzzzzzzzzzzzzzzzzzzz%02d", i)
			}},
			{"unknown page", func(_, x map[string]any, i int) { x["id"] = fmt.Sprint("cs_test_unknown", i) }},
			{"old page", func(_, x map[string]any, _ int) { x["id"] = old }},
		}
		sent := 0
		for i := range 16 {
			for _, c := range changes {
				var event map[string]any
				copied, err := json.Marshal(genuine)
				must(t, err)
				must(t, json.Unmarshal(copied, &event))
				event["id"] = fmt.Sprintf("evt_%s_%d", strings.ReplaceAll(c.what, " ", "_"), i)
				c.do(event, event["data"].(map[string]any)["object"].(map[string]any), i)
				body, err := json.Marshal(event)
				must(t, err)
				must(t, s.send(t, body, secret))
				sent++
				if got := s.count(t, "payment"); got != 0 {
					t.Fatalf("%s, %d: a payment was booked", c.what, i)
				}
			}
		}
		s.Deliver(t)
		s.owes(t, n.ID, 10000)
		s.owes(t, m.ID, 10000)
		s.owes(t, k.ID, 10000)
		if sent < 200 {
			t.Errorf("only %d were sent", sent)
		}
		all, err := s.app(t).Unmatched(t.Context())
		must(t, err)
		// One line for each page, whatever else was said of it: that of k, those that
		// nobody knows, and the old one.
		if len(all) != 1+16+1 {
			t.Errorf("%d wait to be decided on", len(all))
		}
		// The genuine one still arrives.
		s.release(t, 2)
		s.owes(t, k.ID, 0)
	})
}

func TestUnmatchedMoneyIsDecidedOn(t *testing.T) {
	onBoth(t, func(t *testing.T, s *till) {
		secret := s.hook(t)
		for i := range 3 {
			n := s.invoice(t, "100", "EUR")
			must(t, s.stripe.Pay(s.press(t, n.ID), false))
			var event map[string]any
			must(t, json.Unmarshal(s.completed(t), &event))
			event["id"] = fmt.Sprint("evt_unmatched_", i)
			event["data"].(map[string]any)["object"].(map[string]any)["client_reference_id"] = ""
			body, err := json.Marshal(event)
			must(t, err)
			must(t, s.send(t, body, secret))
		}
		waiting, err := s.app(t).Unmatched(t.Context())
		must(t, err)
		if len(waiting) != 3 {
			t.Fatalf("%d wait", len(waiting))
		}
		target := s.invoice(t, "40", "EUR")
		dollars := s.invoice(t, "40", "USD")
		wants(t, s.app(t).Apply(t.Context(), waiting[0].ID, "INV-2026-9999"), problem.Invalid, "number", "unmatched.no_invoice")
		wants(t, s.app(t).Apply(t.Context(), waiting[0].ID, ""), problem.Invalid, "number", "field.required")
		wants(t, s.app(t).Apply(t.Context(), waiting[0].ID, dollars.Number), problem.Invalid, "number", "unmatched.currency")
		must(t, s.app(t).Apply(t.Context(), waiting[0].ID, target.Number))
		s.owes(t, target.ID, 0)
		if got := s.credit(t); got != 6000 {
			t.Errorf("%d is to the client's credit, want 6000", got)
		}
		wants(t, s.app(t).Ignore(t.Context(), waiting[1].ID, " "), problem.Invalid, "note", "field.required")
		must(t, s.app(t).Ignore(t.Context(), waiting[1].ID, "of the shop"))
		s.stripe.Fail(1, 400, false)
		wants(t, s.app(t).SendBack(t.Context(), waiting[2].ID), problem.Invalid, "amount", "refund.refused")
		must(t, s.app(t).SendBack(t.Context(), waiting[2].ID))
		if got := s.stripe.Books().Refunded[waiting[2].Intent]; got != 10000 {
			t.Errorf("%d were given back", got)
		}
		s.release(t, 2) // what is right now changes nothing that was decided
		for number, left := range map[string]int64{"INV-2026-0001": 10000, "INV-2026-0002": 10000, "INV-2026-0003": 10000} {
			s.owes(t, invoice.ID(s.text(t, "id from invoice where number = '"+number+"' and")), left)
		}
		for _, w := range waiting {
			wants(t, s.app(t).Ignore(t.Context(), w.ID, "again"), problem.Conflict, "", "unmatched.decided")
		}
		decided, err := s.app(t).Unmatched(t.Context())
		must(t, err)
		if slices.ContainsFunc(decided, func(u payment.Unmatched) bool { return u.State == "open" }) {
			t.Errorf("some wait still: %+v", decided)
		}
	})
}
