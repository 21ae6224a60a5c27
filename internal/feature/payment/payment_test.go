package payment_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"foyer/internal/feature/invoice"
	"foyer/internal/feature/payment"
	"foyer/internal/feature/project/projecttest"
	"foyer/internal/kernel/problem"
)

func TestAClientPaysAnInvoice(t *testing.T) {
	onBoth(t, func(t *testing.T, s *till) {
		n := s.invoice(t, "120.50", "EUR")
		page := s.press(t, n.ID)
		must(t, s.stripe.Pay(page, false))
		s.owes(t, n.ID, 12050)
		must(t, s.stripe.Release(t.Context(), 1, 1, 1))
		s.owes(t, n.ID, 0)
		mails := s.Deliver(t)
		found := false
		for _, m := range mails {
			found = found || strings.Contains(m.Subject, n.Number)
		}
		if !found {
			t.Errorf("no receipt among %d mails", len(mails))
		}
		s.release(t, 10)
		if got := s.count(t, "payment"); got != 1 {
			t.Errorf("there are %d payments", got)
		}
		if s.credit(t) != 0 {
			t.Errorf("%d is to the client's credit", s.credit(t))
		}
		_, err := s.portal(t).Pay(t.Context(), n.ID)
		wants(t, err, problem.Conflict, "", "pay.nothing")
	})
}

func TestTheSweepFindsWhatNoWebhookTold(t *testing.T) {
	onBoth(t, func(t *testing.T, s *till) {
		n := s.invoice(t, "80", "EUR")
		must(t, s.stripe.Pay(s.press(t, n.ID), false))
		must(t, s.f.Sweep(t.Context(), s.System(t, home))) // too early
		s.owes(t, n.ID, 8000)
		s.Later(later)
		must(t, s.f.Sweep(t.Context(), s.System(t, home)))
		s.owes(t, n.ID, 0)
		s.release(t, 3)
		if got := s.count(t, "payment"); got != 1 {
			t.Errorf("there are %d payments", got)
		}
	})
}

func TestWhoComesBackIsLookedFor(t *testing.T) {
	onBoth(t, func(t *testing.T, s *till) {
		n := s.invoice(t, "80", "EUR")
		must(t, s.stripe.Pay(s.press(t, n.ID), false))
		checkout := s.pending(t, n.ID)
		s.Later(5 * time.Second)
		must(t, s.portal(t).Look(t.Context(), n.ID, checkout))
		s.owes(t, n.ID, 0)
		standing, err := s.portal(t).Get(t.Context(), n.ID, checkout)
		must(t, err)
		if standing.State != payment.Succeeded || standing.Number != n.Number {
			t.Errorf("it stands %+v", standing)
		}
		other := s.Client(t, home, "Northwind", "sam@northwind.example")
		_, err = s.f.ForClient(s.Contact(t, home, "sam@northwind.example", other)).Get(t.Context(), n.ID, checkout)
		wants(t, err, problem.NotFound, "", "")
		_, err = s.f.ForClient(s.Contact(t, home, "sam@northwind.example", other)).Pay(t.Context(), n.ID)
		wants(t, err, problem.NotFound, "", "")
	})
}

func TestASlowPayment(t *testing.T) {
	onBoth(t, func(t *testing.T, s *till) {
		n := s.invoice(t, "300", "EUR")
		page := s.press(t, n.ID)
		must(t, s.stripe.Pay(page, true))
		s.release(t, 2)
		if got := s.get(t, n.ID); !got.UnderWay || got.Open != 30000 {
			t.Errorf("under way %v, %d left", got.UnderWay, got.Open)
		}
		_, err := s.portal(t).Pay(t.Context(), n.ID)
		wants(t, err, problem.Conflict, "", "pay.under_way")
		wants(t, s.invoices(t).Remind(t.Context(), n.ID), problem.Conflict, "", "payment.under_way")
		must(t, s.stripe.Settle(page, false))
		s.release(t, 2)
		if got := s.get(t, n.ID); got.UnderWay || got.Open != 30000 {
			t.Errorf("after it failed: under way %v, %d left", got.UnderWay, got.Open)
		}
		page = s.press(t, n.ID)
		must(t, s.stripe.Pay(page, true))
		s.release(t, 1)
		must(t, s.stripe.Settle(page, true))
		s.release(t, 2)
		if got := s.get(t, n.ID); got.UnderWay || got.Open != 0 {
			t.Errorf("after it arrived: under way %v, %d left", got.UnderWay, got.Open)
		}
	})
}

func TestManyPressPayNowAtOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, s *till) {
		n := s.invoice(t, "64", "EUR")
		doors := make([]payment.Portal, 64)
		for i := range doors {
			doors[i] = s.portal(t)
		}
		pages := make([]string, len(doors))
		var all sync.WaitGroup
		for i, door := range doors {
			all.Go(func() {
				page, err := door.Pay(t.Context(), n.ID)
				if err != nil {
					t.Error(err)
				}
				pages[i] = page
			})
		}
		all.Wait()
		for _, page := range pages {
			if page != pages[0] {
				t.Fatalf("pages %s and %s", pages[0], page)
			}
		}
		if got := len(s.stripe.Sessions()); got != 1 {
			t.Errorf("%d pages were opened", got)
		}
	})
}

func TestWhatIsLeftChangesTheOldPageIsClosed(t *testing.T) {
	onBoth(t, func(t *testing.T, s *till) {
		n := s.invoice(t, "100", "EUR")
		first := s.press(t, n.ID)
		if again := s.press(t, n.ID); again != first {
			t.Error("the second press opens another page")
		}
		must(t, s.invoices(t).RecordPayment(t.Context(), n.ID, invoice.PaymentDetails{Amount: "40", Method: "cash", PaidOn: "2026-11-23"}))
		second := s.press(t, n.ID)
		if second == first || s.stripe.Books().Sessions[first] != "expired/unpaid" {
			t.Fatalf("the old page is %s", s.stripe.Books().Sessions[first])
		}
		// Both are paid all the same: one is applied, the other is credit.
		must(t, s.stripe.PayExpired(first))
		must(t, s.stripe.Pay(second, false))
		s.release(t, 3)
		s.owes(t, n.ID, 0)
		if got := s.credit(t); got != 10000 {
			t.Errorf("%d is to the client's credit, want 10000", got)
		}
	})
}

func TestPaymentMeetsOtherChanges(t *testing.T) {
	onBoth(t, func(t *testing.T, s *till) {
		paid := s.invoice(t, "50", "EUR")
		must(t, s.stripe.Pay(s.press(t, paid.ID), false))
		must(t, s.invoices(t).RecordPayment(t.Context(), paid.ID, invoice.PaymentDetails{Amount: "50", Method: "cash", PaidOn: "2026-11-23"}))
		void := s.invoice(t, "60", "EUR")
		must(t, s.stripe.Pay(s.press(t, void.ID), false))
		must(t, s.invoices(t).VoidInvoice(t.Context(), void.ID))
		off := s.invoice(t, "70", "EUR")
		must(t, s.stripe.Pay(s.press(t, off.ID), false))
		must(t, s.invoices(t).WriteOff(t.Context(), off.ID, "given up"))
		s.release(t, 2)
		s.owes(t, paid.ID, 0)
		s.owes(t, void.ID, 0)
		if got := s.credit(t); got != 5000+6000+7000 {
			t.Errorf("%d is to the client's credit", got)
		}
	})
}

func TestStripeDown(t *testing.T) {
	onBoth(t, func(t *testing.T, s *till) {
		n := s.invoice(t, "90", "EUR")
		for _, wrong := range []struct {
			name    string
			status  int
			garbage bool
		}{{"errors", 500, false}, {"too many", 429, false}, {"cut", 0, false}, {"nonsense", 200, true}} {
			s.stripe.Fail(2, wrong.status, wrong.garbage)
			_, err := s.portal(t).Pay(t.Context(), n.ID)
			if !problem.Is(err, problem.Unavailable) {
				t.Errorf("%s: %v", wrong.name, err)
			}
			s.stripe.Fail(0, 0, false)
		}
		must(t, s.stripe.Pay(s.press(t, n.ID), false))
		if got := len(s.stripe.Sessions()); got != 1 {
			t.Errorf("%d pages were opened", got)
		}
		s.release(t, 1)
		s.owes(t, n.ID, 0)
	})
}

// While Stripe keeps somebody waiting, nobody else waits: neither for pages nor to
// change the very same invoice.
func TestNobodyWaitsForStripeButWhoPays(t *testing.T) {
	onBoth(t, func(t *testing.T, s *till) {
		n := s.invoice(t, "100", "EUR")
		asked, answer := make(chan struct{}, 1), make(chan struct{})
		slow := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			asked <- struct{}{}
			<-answer
			panic(http.ErrAbortHandler) // cut in the middle
		}))
		t.Cleanup(slow.Close)
		real := s.f.API
		var err error
		s.f.API, err = url.Parse(slow.URL)
		must(t, err)
		door := s.portal(t)
		paying := make(chan error, 1)
		go func() {
			_, err := door.Pay(t.Context(), n.ID)
			paying <- err
		}()
		<-asked
		s.owes(t, n.ID, 10000)
		must(t, s.invoices(t).RecordPayment(t.Context(), n.ID, invoice.PaymentDetails{Amount: "40", Method: "cash", PaidOn: "2026-11-23"}))
		other := s.invoice(t, "10", "EUR")
		s.owes(t, other.ID, 1000)
		close(answer)
		wants(t, <-paying, problem.Unavailable, "", "pay.down")
		// What was begun is taken up where it stopped, for what is left now.
		s.f.API = real
		must(t, s.stripe.Pay(s.press(t, n.ID), false))
		s.release(t, 2)
		s.owes(t, n.ID, 0)
		if got := s.credit(t); got != 0 {
			t.Errorf("%d is to the client's credit", got)
		}
	})
}

// What was told under a key stays so: a restricted one, one that was revoked, and
// one whose secret cannot be read any more.
func TestKeysThatEnd(t *testing.T) {
	onBoth(t, func(t *testing.T, s *till) {
		_, err := s.app(t).SaveKey(t.Context(), "rk_test_restricted_to_payments")
		must(t, err)
		n := s.invoice(t, "10", "EUR")
		must(t, s.stripe.Pay(s.press(t, n.ID), false))
		s.release(t, 1)
		s.owes(t, n.ID, 0)
		// A page that another way of paying made needless is closed by the sweep.
		m := s.invoice(t, "20", "EUR")
		page := s.press(t, m.ID)
		must(t, s.invoices(t).RecordPayment(t.Context(), m.ID, invoice.PaymentDetails{Amount: "20", Method: "cash", PaidOn: "2026-11-23"}))
		s.Later(later)
		must(t, s.f.Sweep(t.Context(), s.System(t, home)))
		if got := s.stripe.Books().Sessions[page]; got != "expired/unpaid" {
			t.Errorf("the page is %s", got)
		}
		// No column has a secret in the clear.
		for _, column := range []string{"secret", "hook", "hook_before"} {
			if got := s.text(t, column+" from stripe_key where retired_at is null and"); strings.Contains(got, "rk_test") || strings.Contains(got, "whsec") {
				t.Errorf("%s is readable", column)
			}
		}
	})
}

// Once real money moves, what is paid on a page of the test mode pays nothing.
func TestTestMoneyPaysNothingOnceItIsLive(t *testing.T) {
	onBoth(t, func(t *testing.T, s *till) {
		n := s.invoice(t, "10", "EUR")
		page := s.press(t, n.ID)
		s.Run(t, home, "-- goLive\nupdate stripe_key set live = true where workspace_id = :workspace and retired_at is null", nil)
		must(t, s.stripe.Pay(page, false))
		s.release(t, 2)
		s.owes(t, n.ID, 1000)
		if all, err := s.app(t).Unmatched(t.Context()); err != nil || len(all) != 1 || all[0].State != "open" {
			t.Errorf("what waits to be decided on is %+v, %v", all, err)
		}
	})
}

func TestCurrenciesOfOtherDecimals(t *testing.T) {
	onBoth(t, func(t *testing.T, s *till) {
		for currency, price := range map[string]string{"JPY": "4200", "ISK": "4200", "KWD": "42.120"} {
			n := s.invoice(t, price, currency)
			must(t, s.stripe.Pay(s.press(t, n.ID), false))
			s.release(t, 1)
			s.owes(t, n.ID, 0)
		}
		odd := s.invoice(t, "42.123", "KWD")
		_, err := s.portal(t).Pay(t.Context(), odd.ID)
		wants(t, err, problem.Conflict, "", "pay.not_online")
	})
}

func TestKeys(t *testing.T) {
	onBoth(t, func(t *testing.T, s *till) {
		settings, err := s.app(t).Settings(t.Context())
		must(t, err)
		if settings.Key.End != "p7dc" || settings.Key.Live || settings.Key.Account == "" || settings.Key.HookEnd == "" {
			t.Errorf("settings %+v", settings)
		}
		_, err = s.app(t).SaveKey(t.Context(), "pk_test_1")
		wants(t, err, problem.Invalid, "secret_key", "stripe.key_shape")
		_, err = s.app(t).SaveKey(t.Context(), "sk_live_this_is_not_a_key_of_it")
		wants(t, err, problem.Invalid, "secret_key", "stripe.key_refused")
		s.stripe.Fail(2, 503, false)
		_, err = s.app(t).SaveKey(t.Context(), testKey)
		wants(t, err, problem.Invalid, "secret_key", "stripe.down")
		s.stripe.Fail(0, 0, false)
		// A page that was opened with a key is settled after it was changed, and after
		// there is none.
		n, m := s.invoice(t, "10", "EUR"), s.invoice(t, "20", "EUR")
		first, second := s.press(t, n.ID), s.press(t, m.ID)
		_, err = s.app(t).SaveKey(t.Context(), "sk_test_another_key_of_the_same")
		must(t, err)
		must(t, s.stripe.Pay(first, false))
		s.release(t, 1)
		s.owes(t, n.ID, 0)
		must(t, s.app(t).RemoveKey(t.Context()))
		must(t, s.stripe.Pay(second, false))
		s.Later(later)
		must(t, s.f.Sweep(t.Context(), s.System(t, home)))
		s.owes(t, m.ID, 0)
		ready, err := s.portal(t).Ready(t.Context())
		must(t, err)
		k := s.invoice(t, "30", "EUR")
		_, err = s.portal(t).Pay(t.Context(), k.ID)
		if wants(t, err, problem.Conflict, "", "pay.not_online"); ready.Ready {
			t.Error("it can be paid without a key")
		}
	})
}

func TestTheEnvironmentsKey(t *testing.T) {
	onBoth(t, func(t *testing.T, s *till) {
		must(t, s.app(t).RemoveKey(t.Context()))
		s.f.Key = "sk_test_of_the_environment_1"
		take := func() {
			t.Helper()
			must(t, s.f.TakeEnvironment(t.Context(), s.System(t, home)))
			must(t, s.f.TakeEnvironment(t.Context(), s.System(t, projecttest.Away)))
		}
		take()
		take()
		settings, err := s.app(t).Settings(t.Context())
		must(t, err)
		if !settings.Key.Environment || settings.Key.End != "nt_1" {
			t.Errorf("settings %+v", settings)
		}
		_, saving := s.app(t).SaveKey(t.Context(), "sk_test_of_somebody_2")
		for _, err := range []error{saving, s.app(t).SaveHook(t.Context(), "whsec_0123456789abcdef"), s.app(t).RemoveKey(t.Context())} {
			wants(t, err, problem.Conflict, "", "stripe.environment")
		}
		n := s.invoice(t, "10", "EUR")
		must(t, s.stripe.Pay(s.press(t, n.ID), false))
		s.Later(later)
		must(t, s.f.Sweep(t.Context(), s.System(t, home)))
		s.owes(t, n.ID, 0)
		s.f.Key = ""
		take()
		if settings, err = s.app(t).Settings(t.Context()); err != nil || settings.Key.ID != "" {
			t.Errorf("it is in use although the environment has it no more: %+v, %v", settings, err)
		}
	})
}

func TestNobodyHearsTwice(t *testing.T) {
	onBoth(t, func(t *testing.T, s *till) {
		n := s.invoice(t, "10", "EUR")
		must(t, s.stripe.Pay(s.press(t, n.ID), false))
		var all sync.WaitGroup
		for range 4 {
			all.Go(func() {
				if err := s.stripe.Release(t.Context(), 10, 4, uint64(time.Now().UnixNano())); err != nil && !errors.Is(err, t.Context().Err()) {
					t.Error(err)
				}
			})
		}
		all.Wait()
		s.Deliver(t)
		if got := s.count(t, "payment"); got != 1 {
			t.Errorf("there are %d payments", got)
		}
	})
}

// pending is the attempt to pay an invoice that there is.
func (s *till) pending(t testing.TB, n invoice.ID) payment.ID {
	t.Helper()
	return payment.ID(s.text(t, "id from checkout where invoice_id = '"+n.String()+"' and"))
}
