package standin_test

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	stripe "github.com/stripe/stripe-go/v85"
)

// page asks for a page, or presses a button on it.
func (h *house) page(session, do string) (status int, to, body string) {
	h.t.Helper()
	stays := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	var r *http.Response
	var err error
	if do == "" {
		r, err = stays.Get(h.base + "/pay/" + session)
	} else {
		r, err = stays.PostForm(h.base+"/pay/"+session, url.Values{"do": {do}})
	}
	h.fine(err)
	defer r.Body.Close()
	text, err := io.ReadAll(r.Body)
	h.fine(err)
	return r.StatusCode, r.Header.Get("Location"), string(text)
}

func (h *house) says(body string, texts ...string) {
	h.t.Helper()
	for _, text := range texts {
		if !strings.Contains(body, text) {
			h.t.Errorf("the page does not say %q", text)
		}
	}
}

func TestThePage(t *testing.T) {
	t.Parallel()
	h := open(t)
	x := h.session(1234567)
	status, _, body := h.page(x.ID, "")
	h.same(status, 200)
	h.says(body, "Stand-in for Stripe: no money moves", "Atelier Nord", "Invoice 7 &amp; more", "EUR 12,345.67",
		`name="do" value="pay"`, `name="do" value="slow"`, `name="do" value="decline"`, `href="https://foyer.example/back"`)
	status, _, body = h.page(x.ID, "decline")
	h.same(status, 200)
	h.says(body, "The card was declined", `value="pay"`)
	h.same(h.Books().Sessions[x.ID], "open/unpaid")
	status, to, _ := h.page(x.ID, "pay")
	h.same(status, 303)
	h.same(to, "https://foyer.example/done?s="+x.ID)
	h.same(h.Books().Sessions[x.ID], "complete/paid")
	status, _, body = h.page(x.ID, "pay")
	h.same(status, 409)
	h.says(body, "it was paid", `href="https://foyer.example/done?s=`+x.ID)
	h.same(strings.Contains(body, "<form"), false)

	slow := h.session(1)
	status, _, _ = h.page(slow.ID, "slow")
	h.same(status, 303)
	h.same(h.Books().Sessions[slow.ID], "complete/unpaid")
	_, _, body = h.page(slow.ID, "")
	h.says(body, "on its way")

	over := h.session(1)
	h.fine(h.Expire(over.ID))
	_, _, body = h.page(over.ID, "")
	h.says(body, "has expired")
	status, _, _ = h.page("cs_test_none", "")
	h.same(status, 404)
}

func TestAmountsHaveTheDecimalsOfTheirCurrency(t *testing.T) {
	t.Parallel()
	h := open(t)
	for _, c := range []struct {
		currency string
		amount   int64
		text     string
	}{{"jpy", 1500, "JPY 1,500<"}, {"KWD", 1230, "KWD 1.230<"}, {"usd", 5, "USD 0.05<"}, {"isk", 12300, "ISK 123.00<"}} {
		p := h.params(c.amount)
		p.LineItems[0].PriceData.Currency = new(c.currency)
		x, err := h.api.V1CheckoutSessions.Create(t.Context(), p)
		h.fine(err)
		h.same(x.Currency, stripe.Currency(strings.ToLower(c.currency)))
		_, _, body := h.page(x.ID, "")
		h.says(body, c.text)
	}
	p := h.params(12345)
	p.LineItems[0].PriceData.Currency = new("ISK")
	_, err := h.api.V1CheckoutSessions.Create(t.Context(), p)
	_ = h.refusal(err, 400)
}
