package stripe_test

import (
	"bufio"
	"errors"
	"net/http"
	"net/url"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"foyer/internal/kernel/stripe"
)

// Every request that we send has the shape that Stripe's own description of its
// interface asks for: their mock refuses names and values that it does not have.
func TestRequestsHaveTheShapeThatStripeAsksFor(t *testing.T) {
	t.Parallel()
	at := mock(t)
	c := stripe.New("sk_test_123", at)
	ctx := t.Context()
	_, account := c.Account(ctx)
	s, checkout := c.Checkout(ctx, "a key", stripe.Ask{
		Reference: "06h0fm9101ojb0mhfjrh21ne70", Invoice: "06h0fm9101ojb0mhfjrh21ne71", Currency: "EUR", Minor: 12050, Title: "INV-2026-0007, Halden & Rowe",
		Email: "ines@marlow.example", Language: "de", Done: "https://portal.example/done", Back: "https://portal.example/back", Until: time.Now().Add(23 * time.Hour),
	})
	_, session := c.Session(ctx, s.ID)
	_, expire := c.Expire(ctx, s.ID)
	_, refund := c.Refund(ctx, "another key", "06h0fm9101ojb0mhfjrh21ne72", "pi_123", 2500, "EUR")
	_, refunds := c.Refunds(ctx, "pi_123")
	_, hook := c.AddHook(ctx, "https://portal.example/hooks/stripe/abc")
	for what, err := range map[string]error{
		"account": account, "checkout": checkout, "session": session, "expire": expire, "refund": refund, "refunds": refunds, "webhook endpoint": hook,
	} {
		// The mock makes up no secret, and closes another page than it was asked to: it
		// takes the request, and we do not take the answer.
		if err != nil && !((what == "webhook endpoint" || what == "expire") && errors.Is(err, stripe.ErrDown)) {
			t.Errorf("%s: %v", what, err)
		}
	}
	// The mock does refuse.
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, at.String()+"/v1/refunds", strings.NewReader("payment_intent=pi_123&amuont=1"))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer sk_test_123")
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusBadRequest {
		t.Errorf("a parameter that Stripe does not have is answered %d", answer.StatusCode)
	}
}

// mock starts Stripe's own mock and gives its address.
func mock(t *testing.T) *url.URL {
	t.Helper()
	_, here, _, _ := runtime.Caller(0)
	tool := filepath.Join(filepath.Dir(here), "..", "..", "..", "scripts", "tool")
	cmd := exec.CommandContext(t.Context(), tool, "stripe-mock", "-http-addr", "127.0.0.1:")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if _, at, ok := strings.Cut(lines.Text(), "Listening for HTTP at address: "); ok {
			u, err := url.Parse("http://" + strings.TrimSpace(at))
			if err != nil {
				t.Fatal(err)
			}
			go func() {
				for lines.Scan() { // what it says is read, so that it can go on
				}
			}()
			return u
		}
	}
	t.Fatal("the mock does not start")
	return nil
}
