package stripe

import (
	"context"

	api "github.com/stripe/stripe-go/v85"
)

// Refund is money that goes back, as Stripe tells of it.
type Refund struct {
	ID        string
	Reference string // our name of it, empty where it was made at Stripe
	Intent    string // of the payment
	Currency  string // ISO 4217
	Minor     int64
	Failed    bool // it came back, or was called off
}

// Refund gives money of a payment back; reference is our name of it. The same key
// gives it back once. Errors are ErrKey, ErrRight, ErrDown, ErrNone, ErrAmount and
// Refused.
func (c Client) Refund(ctx context.Context, key, reference, intent string, minor int64, currency string) (Refund, error) {
	amount, err := theirs(minor, currency)
	if err != nil {
		return Refund{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	p := &api.RefundCreateParams{PaymentIntent: new(intent), Amount: new(amount), Metadata: map[string]string{"foyer_refund": reference}}
	p.SetIdempotencyKey(key)
	r, err := c.api.V1Refunds.Create(ctx, p)
	if err != nil {
		return Refund{}, plain(err)
	}
	if r.ID == "" || r.Object != "refund" {
		return Refund{}, ErrDown
	}
	return readRefund(r), nil
}

// Refunds lists what was given back of a payment, ours and what was done at
// Stripe. Errors are ErrKey, ErrDown, ErrNone and Refused.
func (c Client) Refunds(ctx context.Context, intent string) ([]Refund, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	var all []Refund
	list := c.api.V1Refunds.List(ctx, &api.RefundListParams{PaymentIntent: new(intent)})
	for r, err := range list.All(ctx) {
		if err != nil {
			return nil, plain(err)
		}
		if r == nil || r.ID == "" || r.Object != "refund" {
			return nil, ErrDown
		}
		all = append(all, readRefund(r))
	}
	if list.Meta().URL == "" { // an answer that is no list, and not one of no refunds
		return nil, ErrDown
	}
	return all, nil
}

func readRefund(r *api.Refund) Refund {
	out := Refund{
		ID: r.ID, Reference: r.Metadata["foyer_refund"], Currency: code(string(r.Currency)),
		Failed: r.Status == api.RefundStatusFailed || r.Status == api.RefundStatusCanceled,
	}
	out.Minor = ours(r.Amount, out.Currency)
	if r.PaymentIntent != nil {
		out.Intent = r.PaymentIntent.ID
	}
	return out
}

// Dispute is money that the payer's bank asks back.
type Dispute struct {
	ID       string
	Intent   string
	Currency string // ISO 4217
	Minor    int64
	Over     bool
	Lost     bool // the money is gone
}

func readDispute(d *api.Dispute) Dispute {
	out := Dispute{ID: d.ID, Currency: code(string(d.Currency)), Lost: d.Status == api.DisputeStatusLost}
	out.Over = out.Lost || d.Status == api.DisputeStatusWon || d.Status == api.DisputeStatusWarningClosed || d.Status == "prevented"
	out.Minor = ours(d.Amount, out.Currency)
	if d.PaymentIntent != nil {
		out.Intent = d.PaymentIntent.ID
	}
	return out
}
