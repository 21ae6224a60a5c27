package stripe_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"foyer/internal/kernel/stripe"
)

// An answer with status 200 that is not what was asked for is no answer. A list of
// refunds that is none, above all, does not say that nothing was given back: it
// would be given back once more.
func TestNonsenseIsNoAnswer(t *testing.T) {
	t.Parallel()
	for _, nonsense := range []string{
		"{}", "null", "", "[]", `"ok"`, "<!doctype html><p>Welcome to the hotel's network.", `{"object": "list", "data": [`, `{"id": "x_1", "object": "thing"}`, `{"id": "cs_another", "object": "checkout.session", "client_reference_id": "another"}`,
		`{"object": "list", "url": "/v1/refunds", "has_more": false, "data": [{}]}`,
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			_, _ = io.WriteString(w, nonsense)
		}))
		t.Cleanup(server.Close)
		at, err := url.Parse(server.URL)
		if err != nil {
			t.Fatal(err)
		}
		c, ctx := stripe.New("sk_test_123", at), t.Context()
		_, checkout := c.Checkout(ctx, "a key", stripe.Ask{Reference: "r", Currency: "EUR", Minor: 100, Title: "t", Done: "https://a.example", Back: "https://a.example", Until: time.Now().Add(time.Hour)})
		_, session := c.Session(ctx, "cs_1")
		_, expire := c.Expire(ctx, "cs_1")
		_, refund := c.Refund(ctx, "another key", "r", "pi_1", 100, "EUR")
		_, refunds := c.Refunds(ctx, "pi_1")
		_, hook := c.AddHook(ctx, "https://a.example")
		for what, err := range map[string]error{"checkout": checkout, "session": session, "expire": expire, "refund": refund, "refunds": refunds, "webhook endpoint": hook} {
			if !errors.Is(err, stripe.ErrDown) {
				t.Errorf("%s: %s gives %v", nonsense, what, err)
			}
		}
	}
}
