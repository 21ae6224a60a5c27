// Package standin is a stand-in for Stripe, for tests and the demo: the part of
// the API that Foyer uses, the hosted page, and signed webhooks. It keeps its own
// books, so that what Foyer wrote down can be held against them. No money moves.
package standin

import (
	"context"
	"crypto/rand"
	"net/http"
	"strings"
	"sync"
	"time"
)

// version is that of the API whose shapes are answered.
const version = "2026-03-25.dahlia"

// Options say how a stand-in begins.
type Options struct {
	Now     func() time.Time // time.Now without one
	Key     string           // the secret key that is taken; empty: any that begins with sk_test_ or rk_test_
	Account string           // acct_…; a default without one
	Name    string           // of the business, on the hosted page; a default without one
	Client  *http.Client     // delivers webhooks; http.DefaultClient without one
}

// Stripe is a stand-in. It is safe for concurrent use.
type Stripe struct {
	now     func() time.Time
	key     string
	account string
	name    string
	client  *http.Client

	ctx  context.Context // ends with Close
	stop context.CancelFunc
	work sync.WaitGroup // deliveries on the way

	mu       sync.Mutex
	base     string
	sessions []*session
	refunds  []*refund
	disputes []*dispute
	asked    map[string]*answer // by idempotency key
	wrong    []wrong            // answers to come
	cause    cause              // the request that is being done

	endpoints []*endpoint
	events    []Event
	delivery  Delivery
	fresh     []Event  // of the change that is being made
	held      []Event  // until Release
	queue     []parcel // to be sent, in order
	running   bool     // somebody sends the queue
	pending   int      // parcels neither taken nor given up
	quiet     chan struct{}
	closed    bool
}

// New begins with empty books.
func New(o Options) *Stripe {
	s := &Stripe{
		now: o.Now, key: o.Key, account: o.Account, name: o.Name,
		asked: map[string]*answer{}, quiet: make(chan struct{}),
	}
	if s.now == nil {
		s.now = time.Now
	}
	if s.account == "" {
		s.account = "acct_1Standin"
	}
	if s.name == "" {
		s.name = "Stand-in"
	}
	client := http.DefaultClient
	if o.Client != nil {
		client = o.Client
	}
	// Stripe follows no redirects; for it they are failures.
	follows := *client
	follows.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	s.client = &follows
	s.ctx, s.stop = context.WithCancel(context.Background())
	return s
}

// Handler serves the API below /v1/, and the hosted pages at /pay/{session}.
func (s *Stripe) Handler() http.Handler {
	mux := http.NewServeMux()
	s.routes(mux)
	mux.HandleFunc("GET /pay/{id}", s.page)
	mux.HandleFunc("POST /pay/{id}", s.press)
	return mux
}

// SetURL says where Handler is served. The addresses of sessions begin with it.
func (s *Stripe) SetURL(base string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.base = strings.TrimRight(base, "/")
}

// Close stops deliveries and waits for those on the way. The books stay as they
// are, and what happens afterwards is sent to nobody.
func (s *Stripe) Close() {
	s.mu.Lock()
	s.closed = true
	s.stop()
	s.mu.Unlock()
	s.work.Wait()
}

// begin takes the lock for a change or a look, and closes sessions whose time is
// over. It gives what ends it, which sends the events of the change.
func (s *Stripe) begin() (end func()) {
	s.mu.Lock()
	now := s.now()
	for _, x := range s.sessions {
		if x.status == open && !now.Before(x.expires) {
			s.expire(x)
		}
	}
	return func() {
		s.dispatch()
		s.mu.Unlock()
	}
}

// newID is an id like those of Stripe: a prefix and chance.
func newID(prefix string) string { return prefix + rand.Text() }
