package standin_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"

	stripe "github.com/stripe/stripe-go/v85"
	"github.com/stripe/stripe-go/v85/webhook"

	"foyer/internal/kernel/stripe/standin"
)

const (
	key    = "sk_test_one"
	secret = "whsec_one"
)

// house is a stand-in, who asks it by stripe-go, and who gets its webhooks.
type house struct {
	*standin.Stripe
	t    *testing.T
	api  *stripe.Client
	base string

	mu     sync.Mutex
	clock  time.Time
	got    []stripe.Event
	refuse int // webhooks to refuse
}

func open(t *testing.T) *house {
	t.Helper()
	h := &house{t: t, clock: time.Now()}
	h.Stripe = standin.New(standin.Options{Key: key, Name: "Atelier Nord", Now: h.now})
	t.Cleanup(h.Close)
	server := httptest.NewServer(h.Handler())
	t.Cleanup(server.Close)
	h.base = server.URL
	h.SetURL(server.URL + "/")
	h.api = client(server.URL, key)
	hooks := httptest.NewServer(http.HandlerFunc(h.take))
	t.Cleanup(hooks.Close)
	h.AddEndpoint(hooks.URL, secret)
	return h
}

func client(base, key string) *stripe.Client {
	return stripe.NewClient(key, stripe.WithBackends(stripe.NewBackendsWithConfig(&stripe.BackendConfig{
		URL: new(base), MaxNetworkRetries: new(int64(0)), EnableTelemetry: new(false),
		LeveledLogger: &stripe.LeveledLogger{Level: stripe.LevelNull},
	})))
}

func (h *house) now() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.clock
}

func (h *house) pass(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.clock = h.clock.Add(d)
}

// take is the webhook: it believes only what is signed.
func (h *house) take(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	e, err := webhook.ConstructEventWithOptions(body, r.Header.Get("Stripe-Signature"), secret, webhook.ConstructEventOptions{IgnoreAPIVersionMismatch: true})
	if err != nil {
		h.t.Error(err)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.refuse > 0 {
		h.refuse--
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	h.got = append(h.got, e)
}

// kinds are those of the events that came, once everything has.
func (h *house) kinds() []string {
	h.t.Helper()
	h.fine(h.Quiet(h.t.Context()))
	h.mu.Lock()
	defer h.mu.Unlock()
	var all []string
	for _, e := range h.got {
		all = append(all, string(e.Type))
	}
	return all
}

func (h *house) came(want ...string) {
	h.t.Helper()
	if got := h.kinds(); !slices.Equal(got, want) {
		h.t.Errorf("events %v, want %v", got, want)
	}
}

func (h *house) fine(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) same(got, want any) {
	h.t.Helper()
	if got != want {
		h.t.Errorf("%v, want %v", got, want)
	}
}

func (h *house) params(amount int64) *stripe.CheckoutSessionCreateParams {
	return &stripe.CheckoutSessionCreateParams{
		Mode: new("payment"), ClientReferenceID: new("attempt-1"), CustomerEmail: new("ada@example.com"),
		SuccessURL: new("https://foyer.example/done?s={CHECKOUT_SESSION_ID}"), CancelURL: new("https://foyer.example/back"),
		Metadata: map[string]string{"invoice": "inv-1"}, Locale: new("de"),
		LineItems: []*stripe.CheckoutSessionCreateLineItemParams{{
			Quantity: new(int64(1)),
			PriceData: &stripe.CheckoutSessionCreateLineItemPriceDataParams{
				Currency: new("EUR"), UnitAmount: new(amount),
				ProductData: &stripe.CheckoutSessionCreateLineItemPriceDataProductDataParams{Name: new("Invoice 7 & more")},
			},
		}},
		PaymentIntentData: &stripe.CheckoutSessionCreatePaymentIntentDataParams{
			Description: new("Invoice 7"), Metadata: map[string]string{"invoice": "inv-1"},
		},
	}
}

// session opens one.
func (h *house) session(amount int64) *stripe.CheckoutSession {
	h.t.Helper()
	x, err := h.api.V1CheckoutSessions.Create(h.t.Context(), h.params(amount))
	h.fine(err)
	return x
}

// find looks at a session with its payment and charge.
func (h *house) find(id string) *stripe.CheckoutSession {
	h.t.Helper()
	x, err := h.api.V1CheckoutSessions.Retrieve(h.t.Context(), id, &stripe.CheckoutSessionRetrieveParams{
		Expand: []*string{new("payment_intent"), new("payment_intent.latest_charge")},
	})
	h.fine(err)
	return x
}

// paid opens a session, pays it and gives the payment.
func (h *house) paid(amount int64) string {
	h.t.Helper()
	x := h.session(amount)
	h.fine(h.Pay(x.ID, false))
	return h.find(x.ID).PaymentIntent.ID
}

func (h *house) give(ctx context.Context, intent string, amount int64, key string) (*stripe.Refund, error) {
	p := &stripe.RefundCreateParams{PaymentIntent: new(intent), Metadata: map[string]string{"k": "v"}}
	if amount != 0 {
		p.Amount = new(amount)
	}
	if key != "" {
		p.SetIdempotencyKey(key)
	}
	return h.api.V1Refunds.Create(ctx, p)
}

// refusal is what Stripe said against a request.
func (h *house) refusal(err error, status int) *stripe.Error {
	h.t.Helper()
	var no *stripe.Error
	if !errors.As(err, &no) || no.HTTPStatusCode != status {
		h.t.Fatalf("%v, want a refusal with %d", err, status)
	}
	return no
}
