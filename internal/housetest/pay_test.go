package housetest

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path"
	"slices"
	"strings"
	"testing"
	"time"

	"foyer/internal/feature/invoice"
	"foyer/internal/housetest/house"
)

// Money comes to the right invoice once when each event about it comes ten times,
// in no order and sixteen at a time, while the program that takes them is killed
// over and over. In the end the ledger is what the stand-in's books say.
func TestPaymentsSurviveBeingKilled(t *testing.T) {
	if os.Getenv(crashAddress) != "" {
		takeUntilKilled(t)
		return
	}
	house.OnBoth(t, func(t *testing.T, h *house.House) {
		w := h.Furnish(t).First
		many, kills := 30, 2
		if os.Getenv("FOYER_TEST_SOAK") != "" {
			many, kills = 1000, 20
		}
		s := &storm{t: t, h: h, w: w, random: rand.New(rand.NewPCG(7, 7))}
		s.pay(many)
		events := len(h.Stripe.Events())
		s.release(kills)
		s.settleRest()
		s.compare()
		figure(t, "payments", fmt.Sprintf("%s: %d payments, %d events ten times each, 16 at once, %d kills: the ledger is what the stand-in has", h.Engine, many, events, kills))
	})
}

// Whoever presses Pay Now and is not sent to a page is told why, on the page that
// they are on.
func TestWhoCannotPayIsToldWhy(t *testing.T) {
	house.OnBoth(t, func(t *testing.T, h *house.House) {
		w := h.Furnish(t).First
		c := w.Clients[0]
		n := w.Issue(t, c, "50")
		press := func(status int, sentence string) {
			t.Helper()
			r := c.Contacts[0].Post(t, "/portal/invoices/"+n.String()+"/pay", url.Values{})
			if r.Code != status || !tells(t, r, sentence) {
				t.Errorf("Pay Now answers %d, want %d with %q:\n%s", r.Code, status, sentence, r.Page(t).Text())
			}
		}
		h.Stripe.Fail(2, http.StatusServiceUnavailable, false)
		press(http.StatusServiceUnavailable, "The payment service does not answer just now. Nothing was taken.")
		must(t, h.Payments.ForStaff(w.Owner.Staff(t)).RemoveKey(t.Context()))
		press(http.StatusConflict, "This invoice cannot be paid online just now. Nothing was taken.")
	})
}

// tells tells whether a page says something beside what it says anyway.
func tells(t *testing.T, r house.Response, sentence string) bool {
	t.Helper()
	return slices.ContainsFunc(r.Page(t).All("*", "role=alert"), func(n *house.Node) bool { return strings.Contains(n.Text(), sentence) })
}

// storm is what happens to payments.
type storm struct {
	t      *testing.T
	h      *house.House
	w      *house.Workspace
	random *rand.Rand
}

// pay lets a client pay so many invoices, and lets some of it go back.
func (s *storm) pay(many int) {
	s.t.Helper()
	h, c := s.h, s.w.Clients[0]
	for i := range many {
		n := s.w.Issue(s.t, c, fmt.Sprint(10+i))
		r := c.Contacts[0].Post(s.t, "/portal/invoices/"+n.String()+"/pay", url.Values{})
		if r.Code != http.StatusSeeOther {
			s.t.Fatalf("Pay Now answers %d", r.Code)
		}
		page := path.Base(r.Header().Get("Location"))
		slow := i%7 == 3
		must(s.t, h.Stripe.Pay(page, slow))
		if slow {
			must(s.t, h.Stripe.Settle(page, i%14 != 3))
		}
	}
	i := 0
	for intent, paid := range h.Stripe.Books().Paid {
		switch i++; {
		case paid == 0:
		case i%5 == 1:
			_, err := h.Stripe.Refund(intent, paid/3)
			must(s.t, err)
		case i%11 == 2:
			refund, err := h.Stripe.Refund(intent, 0)
			must(s.t, err)
			must(s.t, h.Stripe.FailRefund(refund))
		case i%13 == 4:
			d, err := h.Stripe.Dispute(intent, 0)
			must(s.t, err)
			must(s.t, h.Stripe.CloseDispute(d, false))
		}
	}
}

// release sends all events to children, of which so many are killed meanwhile.
func (s *storm) release(kills int) {
	s.t.Helper()
	done := make(chan error, 1)
	first := s.child()
	go func() { done <- s.h.Stripe.Release(s.t.Context(), 10, 16, s.random.Uint64()) }()
	child := first
	for range kills {
		for range 40 { // so many are taken before it dies
			if !child.takes() {
				break
			}
		}
		must(s.t, child.cmd.Process.Kill())
		_ = child.cmd.Wait()
		child = s.child()
	}
	go func() {
		for child.takes() { // what it says is read, so that it can go on
		}
	}()
	for err := <-done; err != nil; err = s.h.Stripe.Release(s.t.Context(), 10, 16, s.random.Uint64()) {
		if s.t.Context().Err() != nil {
			s.t.Fatal(err)
		}
	}
	must(s.t, child.cmd.Process.Kill())
	_ = child.cmd.Wait()
	s.h.Webhooks.Store(nil)
}

// taker is a child that takes webhooks and says a line of each.
type taker struct {
	cmd  *exec.Cmd
	says *bufio.Scanner
}

func (c taker) takes() bool { return c.says.Scan() }

func (s *storm) child() taker {
	s.t.Helper()
	cmd := exec.CommandContext(s.t.Context(), os.Args[0], "-test.run", "^TestPaymentsSurviveBeingKilled$")
	cmd.Env = append(os.Environ(), crashEngine+"="+string(s.h.Engine), crashAddress+"="+s.h.Address, house.StripeVariable+"="+s.h.StripeURL)
	out, err := cmd.StdoutPipe()
	must(s.t, err)
	must(s.t, cmd.Start())
	c := taker{cmd, bufio.NewScanner(out)}
	for c.takes() {
		if at, ok := strings.CutPrefix(c.says.Text(), "serving "); ok {
			s.h.Webhooks.Store(&at)
			return c
		}
	}
	s.t.Fatal("the child does not serve")
	return c
}

// takeUntilKilled is the child: it serves, and says a line of each request.
func takeUntilKilled(t *testing.T) {
	t.Helper()
	h := house.Open(t, house.Engine(os.Getenv(crashEngine)), os.Getenv(crashAddress))
	var lc net.ListenConfig
	l, err := lc.Listen(t.Context(), "tcp", "127.0.0.1:0")
	must(t, err)
	fmt.Println("serving " + l.Addr().String())
	server := &http.Server{ReadHeaderTimeout: 5 * time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h.Handler().ServeHTTP(w, r)
		fmt.Println("took one")
	})}
	_ = server.Serve(l)
}

// settleRest does what jobs would: what was stored and not come to before a child
// died.
func (s *storm) settleRest() {
	s.t.Helper()
	// The account is that of both workspaces, which hear of each other's payments.
	for _, w := range []*house.Workspace{s.h.First, s.h.Second} {
		who, err := s.h.Gate.System(s.t.Context(), w.Site.ID)
		must(s.t, err)
		for range 3 {
			for _, event := range house.Texts(s.t, s.h.Everything(s.t), `select id from stripe_event where done_at is null and workspace_id = '`+w.Site.ID+`'`) {
				data, err := json.Marshal(map[string]string{"event": event})
				must(s.t, err)
				must(s.t, s.h.Payments.Heard(context.WithoutCancel(s.t.Context()), who, data))
			}
		}
	}
}

// compare holds the ledger against the stand-in's books, payment by payment, and
// what is kept against the ledger.
func (s *storm) compare() {
	s.t.Helper()
	all := s.h.Everything(s.t)
	ours := map[string]string{}
	for _, row := range house.Texts(s.t, all, `select y.intent_id || ' ' || y.amount_minor || ' ' || coalesce((select sum(r.amount_minor) from refund r where r.workspace_id = y.workspace_id and r.payment_id = y.id), 0)
		from payment y where y.intent_id is not null`) {
		intent, sums, _ := strings.Cut(row, " ")
		if _, twice := ours[intent]; twice {
			s.t.Errorf("%s is booked twice", intent)
		}
		ours[intent] = sums
	}
	b := s.h.Stripe.Books()
	paid := 0
	for intent, minor := range b.Paid {
		if minor == 0 {
			continue
		}
		paid++
		if want := fmt.Sprint(minor, " ", b.Refunded[intent]); ours[intent] != want {
			s.t.Errorf("%s: the ledger has %q, Stripe's books %q", intent, ours[intent], want)
		}
	}
	if paid != len(ours) || paid == 0 {
		s.t.Errorf("%d payments are booked of %d", len(ours), paid)
	}
	who, err := s.h.Gate.System(s.t.Context(), s.w.Site.ID)
	must(s.t, err)
	wrong, err := invoice.Verify(s.t.Context(), who)
	must(s.t, err)
	if len(wrong) > 0 {
		s.t.Errorf("kept wrong: %q", wrong)
	}
	if left := house.Texts(s.t, all, `select kind from stripe_event where done_at is null and workspace_id = '`+s.w.Site.ID+`'`); len(left) > 0 {
		s.t.Errorf("nothing was made of %d events: %v", len(left), left)
	}
	// Money that is another's is never booked, and never dropped.
	if elsewhere := house.Texts(s.t, all, `select id from unmatched_payment where reason = 'unknown' and workspace_id = '`+s.h.Second.Site.ID+`'`); len(elsewhere) != paid {
		s.t.Errorf("%d payments wait at the other workspace, want %d", len(elsewhere), paid)
	}
}
