package housetest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"path"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"foyer/internal/feature/invoice"
	"foyer/internal/feature/payment"
	"foyer/internal/housetest/house"
	"foyer/internal/kernel/stripe"
	"foyer/internal/kernel/stripe/standin"
)

// Slow, cut and nonsense answers from Stripe: while it answers nobody, pages and
// changes are done before it does; whoever pays is told a sentence; and once the
// line is good again the ledger is what the stand-in's books say.
func TestPaymentsThroughABadLine(t *testing.T) {
	soak := os.Getenv("FOYER_TEST_SOAK") != ""
	for _, e := range []house.Engine{house.SQLite, house.Postgres} {
		t.Run(string(e), func(t *testing.T) {
			t.Parallel()
			b := openBadLine(t, e, soak)
			none := fault{name: "none", begin: func(*line) {}}
			b.round(none, &b.calm)
			b.held()
			for _, f := range faults(soak) {
				b.round(f, &b.bad)
			}
			b.round(none, &b.calm)
			b.recover()
			b.compare()
			b.openAmounts()
			b.nothingPending()
			b.figures()
		})
	}
}

// badLine is a house whose road to Stripe is bad, and who uses it.
type badLine struct {
	*storm
	line   *line
	all    *sql.DB // every row
	soak   bool
	fresh  int // new invoices in a round
	most   int // invoices that are pressed in a round
	rounds int

	mu        sync.Mutex
	bills     []*bill
	slow      []string // pages that were paid slowly
	calm, bad []time.Duration
	presses   int
	sentences int
	refunds   int
	reached   int // bad rounds in which something was paid all the same
}

// bill is an invoice that somebody wants to pay.
type bill struct {
	id    invoice.ID
	of    *house.Client
	gross int64
	how   string // pay, slow, or away: they look at the page and go
	done  atomic.Bool
}

func openBadLine(t *testing.T, e house.Engine, soak bool) *badLine {
	t.Helper()
	l := layLine(t)
	h := house.Behind(t, e, l.open).Furnish(t)
	h.Serve(t)
	b := &badLine{storm: &storm{t: t, h: h, w: h.First, random: rand.New(rand.NewPCG(11, 11))}, line: l, all: h.Everything(t), soak: soak, fresh: 2, most: 4}
	if soak {
		b.fresh, b.most = 6, 24
	}
	return b
}

// fault is something that goes wrong between us and Stripe.
type fault struct {
	name  string
	begin func(*line)
}

func faults(soak bool) []fault {
	toxic := func(name, kind string, attributes map[string]int) fault {
		return fault{name, func(l *line) { l.poison(kind, 1, attributes) }}
	}
	all := []fault{
		toxic("late", "latency", map[string]int{"latency": 500, "jitter": 300}),
		{"a trickle", func(l *line) {
			l.poison("bandwidth", 1, map[string]int{"rate": 16})
			l.poison("slicer", 1, map[string]int{"average_size": 64, "size_variation": 32, "delay": 2000})
		}},
		toxic("cut in the head", "limit_data", map[string]int{"bytes": 90}),
		toxic("cut in the body", "limit_data", map[string]int{"bytes": 700}),
		toxic("reset", "reset_peer", map[string]int{"timeout": 0}),
		toxic("dropped", "timeout", map[string]int{"timeout": 300}),
		{"down", (*line).down},
		{"nonsense", func(l *line) { l.garbled(nonsenses) }},
	}
	if !soak {
		return all
	}
	for _, n := range nonsenses {
		all = append(all, fault{n.name, func(l *line) { l.garbled([]nonsense{n}) }})
	}
	return append(all,
		toxic("a hang", "timeout", map[string]int{"timeout": 0}),
		toxic("later than anybody waits", "latency", map[string]int{"latency": 30000}),
		toxic("slower than anybody waits", "slicer", map[string]int{"average_size": 8, "size_variation": 4, "delay": 150000}),
		fault{"half of it is cut", func(l *line) { l.poison("limit_data", 0.5, map[string]int{"bytes": 700}) }},
		fault{"half of it is reset", func(l *line) { l.poison("reset_peer", 0.5, map[string]int{"timeout": 0}) }},
	)
}

// bill writes an invoice to one of the clients.
func (b *badLine) bill() *bill {
	b.t.Helper()
	i := len(b.bills)
	n := &bill{of: b.w.Clients[i%2], how: "pay"}
	n.id = b.w.Issue(b.t, n.of, fmt.Sprint(20+i))
	switch i % 7 {
	case 3:
		n.how = "slow"
	case 5:
		n.how = "away"
	}
	if _, err := fmt.Sscan(b.text(`select open_minor from open_amount where invoice_id = '`+n.id.String()+`'`), &n.gross); err != nil {
		b.t.Fatal(err)
	}
	b.bills = append(b.bills, n)
	return n
}

func (b *badLine) text(query string) string {
	b.t.Helper()
	return strings.Join(house.Texts(b.t, b.all, query), " ")
}

// payers are the contacts of a client who may pay: the first, and the one who sees
// nothing but money.
func (n *bill) payers(t *testing.T) []*house.Agent {
	t.Helper()
	third := slices.IndexFunc(n.of.Contacts, func(a *house.Agent) bool { return strings.Contains(a.Name, "-third@") })
	if third < 0 {
		t.Fatal("there is no contact for money")
	}
	return []*house.Agent{n.of.Contacts[0].Clone(), n.of.Contacts[third].Clone()}
}

// round is a fault while invoices are paid and given back, webhooks come twice or
// are held, the sweep runs, and others read pages.
func (b *badLine) round(f fault, times *[]time.Duration) {
	t := b.t
	t.Helper()
	b.rounds++
	must(t, b.h.Gate.FlushSeen(t.Context()))
	b.h.Clock.Later(payment.Every + time.Minute)
	b.h.Stripe.Deliver([]standin.Delivery{{Hold: true}, {Times: 2, Shuffle: true}}[b.rounds%2])
	for range b.fresh {
		b.bill()
	}
	payable := b.payable()
	f.begin(b.line)
	over := make(chan struct{})
	var readers, all sync.WaitGroup
	for _, read := range b.readers() {
		readers.Go(func() { b.read(read, over, times) })
	}
	before := b.paid()
	waiting := slices.DeleteFunc(slices.Clone(b.bills), func(n *bill) bool { return n.done.Load() })
	for _, n := range waiting[max(len(waiting)-b.most, 0):] {
		for _, a := range n.payers(t) {
			all.Go(func() { b.pressAndPay(f.name, a, n) })
		}
	}
	for _, w := range []*house.Workspace{b.h.First, b.h.Second} {
		all.Go(func() { _ = b.sweep(w) })
	}
	if len(payable) > 0 {
		all.Go(func() { b.giveBack(payable[b.rounds%len(payable)], "1.25") })
		all.Go(func() { b.giveBackAtStripe(b.rounds) })
	}
	all.Wait()
	close(over)
	readers.Wait()
	b.line.heal()
	must(t, b.h.Stripe.Quiet(t.Context()))
	if times == &b.bad && b.paid() > before {
		b.reached++
	}
}

// sweep is that of a workspace, as the job does it.
func (b *badLine) sweep(w *house.Workspace) error {
	who, err := b.h.Gate.System(b.t.Context(), w.Site.ID)
	if err != nil {
		return err
	}
	return b.h.Payments.Sweep(context.WithoutCancel(b.t.Context()), who)
}

// paid counts what was paid at the stand-in.
func (b *badLine) paid() int { return len(b.h.Stripe.Books().Paid) }

// pressAndPay is a contact who presses Pay Now and, sent to the page, pays and
// comes back. Whoever is not sent there is told why.
func (b *badLine) pressAndPay(what string, a *house.Agent, n *bill) {
	page := b.press(what, a, n)
	if page == "" {
		return
	}
	if n.how == "away" {
		n.done.Store(true)
		return
	}
	back, err := b.line.pay(page, n.how)
	if err != nil {
		b.t.Errorf("%s: %v", what, err)
		return
	}
	n.done.Store(true)
	if back == "" {
		return
	}
	if n.how == "slow" {
		b.mu.Lock()
		b.slow = append(b.slow, page)
		b.mu.Unlock()
	}
	at, err := url.Parse(back)
	if err != nil {
		b.t.Errorf("%s: %v", what, err)
		return
	}
	if r := a.Get(b.t, at.Path); r.Code != http.StatusOK {
		b.t.Errorf("%s: who comes back is answered %d", what, r.Code)
	}
}

// press presses Pay Now and gives the page; empty where the answer is a sentence.
func (b *badLine) press(what string, a *house.Agent, n *bill) string {
	r := a.Post(b.t, "/portal/invoices/"+n.id.String()+"/pay", url.Values{})
	b.mu.Lock()
	defer b.mu.Unlock()
	b.presses++
	switch {
	case r.Code == http.StatusSeeOther:
		return path.Base(r.Header().Get("Location"))
	case r.Code == http.StatusServiceUnavailable && tells(b.t, r, "The payment service does not answer just now. Nothing was taken."):
		b.sentences++
	case n.done.Load() && r.Code == http.StatusConflict: // the other contact was quicker
	default:
		b.t.Errorf("%s: Pay Now answers %d: %s", what, r.Code, said(b.t, r))
	}
	return ""
}

// said is what a page says beside what it says anyway.
func said(t *testing.T, r house.Response) string {
	t.Helper()
	var all []string
	for _, n := range r.Page(t).All("*", "role=alert") {
		all = append(all, n.Text())
	}
	return strings.Join(all, " ")
}

// payable are the payments that came through Stripe, as addresses.
func (b *badLine) payable() []string {
	b.t.Helper()
	return house.Texts(b.t, b.all, `select invoice_id || '/payments/' || payment_id from checkout
		where state = 'succeeded' and workspace_id = '`+b.w.Site.ID+`' order by id`)
}

// giveBack is staff giving a part of a payment back. They go on at once, whether
// Stripe answers or not.
func (b *badLine) giveBack(which, amount string) {
	a, at := b.w.Owner.Clone(), "/app/invoices/"+which+"/refund"
	form := a.Get(b.t, at).Page(b.t).Form(b.t, at)
	form.Set("amount", amount)
	if r := a.Post(b.t, at, form); r.Code != http.StatusSeeOther {
		b.t.Errorf("a refund is answered %d: %s", r.Code, r.Page(b.t).Text())
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.refunds++
}

// giveBackAtStripe is staff doing so at Stripe, of which a webhook tells.
func (b *badLine) giveBackAtStripe(which int) {
	paid := b.h.Stripe.Books().Paid
	intents := slices.Sorted(func(yield func(string) bool) {
		for intent := range paid {
			if !yield(intent) {
				return
			}
		}
	})
	if _, err := b.h.Stripe.Refund(intents[which%len(intents)], 75); err != nil {
		b.t.Errorf("a refund at Stripe: %v", err)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.refunds++
}

// visit is a page that somebody reads.
type visit struct {
	by *house.Agent
	at string
}

// readers are people and what they read.
func (b *badLine) readers() [][]visit {
	c, staff := b.w.Clients[0], b.w.Owner
	first := b.bills[0].id.String()
	contact := c.Contacts[0]
	return [][]visit{
		{{contact.Clone(), "/portal/"}, {contact.Clone(), "/portal/invoices"}, {contact.Clone(), "/portal/invoices/" + first}},
		{{staff.Clone(), "/app/"}, {staff.Clone(), "/app/invoices"}, {staff.Clone(), "/app/invoices/" + first}},
	}
}

// A reader goes round so often while a fault lasts, at least and at most.
const leastLaps, mostLaps = 8, 40

func (b *badLine) read(round []visit, over <-chan struct{}, times *[]time.Duration) {
	for lap := range mostLaps {
		select {
		case <-over:
			if lap >= leastLaps {
				return
			}
		default:
		}
		for _, v := range round {
			b.look(v, times)
		}
	}
}

func (b *badLine) look(v visit, times *[]time.Duration) {
	begin := time.Now()
	r := v.by.Get(b.t, v.at)
	took := time.Since(begin)
	if r.Code != http.StatusOK {
		b.t.Errorf("%s: %s answers %d", v.by, v.at, r.Code)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	*times = append(*times, took)
}

// roads are things that wait for Stripe at the same time.
type roads struct {
	many int
	over chan string // names of those that came to their end
}

func (r *roads) begin(name string, do func()) {
	r.many++
	go func() {
		defer func() { r.over <- name }()
		do()
	}()
}

// early is the name of one that is over already, empty where none is.
func (r *roads) early() string {
	select {
	case name := <-r.over:
		r.many--
		return name
	default:
		return ""
	}
}

func (r *roads) await() {
	for range r.many {
		<-r.over
	}
}

// held lets Stripe answer nobody: each road waits for it, and meanwhile others read
// pages and change the same ledger, all of which is over before any of the roads
// is. A machine that is slower than the patience of a request has another try.
func (b *badLine) held() {
	b.t.Helper()
	for try := range 3 {
		late := b.holdOnce(try)
		if late == "" {
			return
		}
		if try == 2 {
			b.t.Fatalf("%s was over before pages and changes that do not ask Stripe: they waited for it", late)
		}
	}
}

// holdOnce gives the road that was over too early, empty if none was.
func (b *badLine) holdOnce(try int) string {
	t := b.t
	t.Helper()
	must(t, b.h.Gate.FlushSeen(t.Context()))
	b.h.Clock.Later(payment.Every + time.Minute)
	b.h.Stripe.Deliver(standin.Delivery{Times: 2})
	opened := b.bill()
	page := b.press("a good line", opened.payers(t)[0], opened)
	bills := []*bill{b.bill(), b.bill()}
	given := b.payable()
	if page == "" || len(given) == 0 {
		t.Fatal("nothing was paid while the line was good")
	}
	before := b.line.questions()
	b.line.poison("timeout", 1, map[string]int{"timeout": 0})

	r := &roads{over: make(chan string, 5)}
	r.begin("Pay Now", func() { b.mustBeTold(bills[0]) })
	r.begin("another Pay Now", func() { b.mustBeTold(bills[1]) })
	r.begin("the sweep", func() {
		if err := b.sweep(b.w); !errors.Is(err, stripe.ErrDown) {
			t.Errorf("the sweep: %v", err)
		}
	})
	r.begin("a refund", func() { b.giveBack(given[try%len(given)], "0.50") })
	r.begin("a webhook", func() {
		b.giveBackAtStripe(try)
		if err := b.h.Stripe.Quiet(t.Context()); err != nil {
			t.Error(err)
		}
	})
	b.awaitQuestions(before, r, map[string]int{
		"POST /v1/checkout/sessions": 2, "GET /v1/checkout/sessions/…": 1, "POST /v1/refunds": 1, "GET /v1/refunds": 1,
	})

	laps := 2
	if b.soak {
		laps = 8
	}
	for range laps {
		for _, read := range b.readers() {
			for _, v := range read {
				b.look(v, &b.bad)
			}
		}
		b.change(opened, page)
	}
	early := r.early()
	// Each road comes to an end while the line is still bad: by itself, or, where
	// there is no time for that, because the connection is lost.
	if !b.soak {
		b.line.poison("reset_peer", 1, map[string]int{"timeout": 0})
		b.line.cure("timeout")
	}
	r.await()
	b.line.heal()
	return early
}

// mustBeTold is a contact who presses Pay Now and is told that it does not work.
func (b *badLine) mustBeTold(n *bill) {
	if page := b.press("no answer", n.payers(b.t)[0], n); page != "" {
		b.t.Errorf("Pay Now gives %s, and Stripe said nothing", page)
	}
}

// awaitQuestions waits until so much more was asked, which nobody is answered.
func (b *badLine) awaitQuestions(before map[string]int, r *roads, want map[string]int) {
	b.t.Helper()
	for {
		now, enough := b.line.questions(), true
		for what, n := range want {
			enough = enough && now[what]-before[what] >= n
		}
		if enough {
			return
		}
		select {
		case <-b.line.arrived:
		case name := <-r.over:
			b.t.Fatalf("%s is over before everybody has asked Stripe, so that they wait for each other: %v", name, now)
		}
	}
}

// change changes what those who wait for Stripe have in hand: the ledger of the same
// workspace.
func (b *badLine) change(opened *bill, page string) {
	t := b.t
	t.Helper()
	n := b.bill()
	n.done.Store(true) // it is paid by hand
	staff, at := b.w.Owner, "/app/invoices/"+n.id.String()+"/payment"
	form := staff.Get(t, at).Page(t).Form(t, at)
	form.Set("amount", "3")
	if r := staff.Post(t, at, form); r.Code != http.StatusSeeOther {
		t.Errorf("a payment by hand is answered %d: %s", r.Code, r.Page(t).Text())
	}
	n.gross -= 300
	if again := b.press("a page that is open", opened.payers(t)[1], opened); again != page {
		t.Errorf("the open page is %s, now %q", page, again)
	}
	contact, own := b.w.Clients[1].Contacts[0], "/portal/account/notifications"
	if r := contact.Post(t, own, contact.Get(t, own).Page(t).Form(t, own)); r.Code != http.StatusSeeOther {
		t.Errorf("what a contact wants mail about is answered %d", r.Code)
	}
}

// recover is the time after: people press again, slow payments come to their ends,
// and the sweep finds what no webhook told. Then the webhooks that are late come,
// twice each.
func (b *badLine) recover() {
	t := b.t
	t.Helper()
	ctx := context.WithoutCancel(t.Context())
	b.h.Stripe.Deliver(standin.Delivery{Hold: true})
	for _, n := range b.bills {
		if n.done.Load() {
			continue
		}
		for _, a := range n.payers(t) {
			b.pressAndPay("a good line again", a, n)
		}
		if !n.done.Load() {
			t.Errorf("%s cannot be paid", n.id)
		}
	}
	for i, page := range b.slow {
		must(t, b.h.Stripe.Settle(page, i%2 == 0))
	}
	must(t, b.h.Stripe.Quiet(ctx))
	for _, pause := range []time.Duration{payment.Every + time.Minute, 25 * time.Hour} {
		b.h.Clock.Later(pause)
		for _, w := range []*house.Workspace{b.h.First, b.h.Second} {
			must(t, b.sweep(w))
		}
	}
	if booked := house.Texts(t, b.all, `select intent_id from payment where intent_id is not null and workspace_id = '`+b.w.Site.ID+`'`); len(booked) != b.paid() {
		t.Errorf("the sweep found %d payments of %d", len(booked), b.paid())
	}
	must(t, b.h.Stripe.Release(ctx, 2, 4, b.random.Uint64()))
	b.settleRest()
}

// openAmounts holds what is left of each invoice against the stand-in's books, and
// that no invoice was paid twice.
func (b *badLine) openAmounts() {
	b.t.Helper()
	books := b.h.Stripe.Books()
	byAttempt := map[string]string{}
	for _, row := range house.Texts(b.t, b.all, `select id || ' ' || invoice_id from checkout`) {
		attempt, of, _ := strings.Cut(row, " ")
		byAttempt[attempt] = of
	}
	paid, times := map[string]int64{}, map[string]int{}
	for intent, minor := range books.Paid {
		of := byAttempt[books.Reference[intent]]
		paid[of] += minor - books.Refunded[intent]
		times[of]++
	}
	for _, n := range b.bills {
		of := n.id.String()
		if times[of] > 1 {
			b.t.Errorf("%s was paid %d times", of, times[of])
		}
		if left, want := b.text(`select open_minor from open_amount where invoice_id = '`+of+`'`), fmt.Sprint(n.gross-paid[of]); left != want {
			b.t.Errorf("%s is left of %s, want %s", left, of, want)
		}
	}
}

// nothingPending finds attempts and refunds that would wait for ever.
func (b *badLine) nothingPending() {
	b.t.Helper()
	if left := b.text(`select state || ' ' || id from checkout where state in ('created', 'open', 'processing')`); left != "" {
		b.t.Errorf("still pending: %s", left)
	}
	if left := b.text(`select id from stripe_refund where state = 'asked'`); left != "" {
		b.t.Errorf("still asked for: %s", left)
	}
	if left := b.text(`select invoice_id from open_amount where under_way`); left != "" {
		b.t.Errorf("still under way: %s", left)
	}
}

func (b *badLine) figures() {
	b.t.Helper()
	if b.sentences == 0 || b.reached == 0 {
		b.t.Errorf("%d were told a sentence, and something came through %d times", b.sentences, b.reached)
	}
	calm, bad := median(b.calm), median(b.bad)
	figure(b.t, "payments through a bad line", fmt.Sprintf("%s: %d faults, %d invoices, Pay Now pressed %d times and answered %d times with a sentence, %d paid, %d refunds: the ledger is what the stand-in has; a page took %.1f times as long as on a good line (%d and %d pages)",
		b.h.Engine, b.rounds-2, len(b.bills), b.presses, b.sentences, b.paid(), b.refunds, float64(bad)/float64(calm), len(b.bad), len(b.calm)))
}

func median(all []time.Duration) time.Duration {
	all = slices.Sorted(slices.Values(all))
	return max(all[len(all)/2], 1)
}
