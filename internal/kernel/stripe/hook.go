package stripe

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"time"

	api "github.com/stripe/stripe-go/v85"
	"github.com/stripe/stripe-go/v85/webhook"
)

// Tolerance is how far the time of a signature may be from ours.
const Tolerance = 300 * time.Second

// ErrForged is a webhook that was not signed with one of the secrets, or not now.
var ErrForged = errors.New("the signature of the webhook is not right")

// Kinds are the kinds of events that we ask for.
var Kinds = []string{
	"checkout.session.completed", "checkout.session.async_payment_succeeded", "checkout.session.async_payment_failed", "checkout.session.expired",
	"charge.refunded", "refund.created", "refund.updated", "refund.failed", "charge.dispute.created", "charge.dispute.updated", "charge.dispute.closed",
}

// Event is something that happened at Stripe. At most one of the pointers is set.
type Event struct {
	ID      string
	Kind    string
	Session *Session
	Refund  *Refund
	Dispute *Dispute
	Charged string // the payment of a charge that was refunded
}

// Proven checks the signature of a webhook over the body as it came, with each of
// the secrets; there may be two while they are being changed.
func Proven(body []byte, header string, secrets []string, now time.Time) error {
	at, ok := signedAt(header)
	if !ok || now.Sub(at).Abs() > Tolerance {
		return ErrForged
	}
	for _, secret := range secrets {
		if secret != "" && webhook.ValidatePayloadIgnoringTolerance(body, header, secret) == nil {
			return nil
		}
	}
	return ErrForged
}

// signedAt is the time that a signature says it was made.
func signedAt(header string) (time.Time, bool) {
	for part := range strings.SplitSeq(header, ",") {
		if text, ok := strings.CutPrefix(strings.TrimSpace(part), "t="); ok {
			seconds, err := strconv.ParseInt(text, 10, 64)
			return time.Unix(seconds, 0), err == nil
		}
	}
	return time.Time{}, false
}

// Read reads an event whose signature was proven. Kinds that are not ours, and
// versions of the API that are newer, are read as far as they are known.
func Read(body []byte) (Event, error) {
	var raw api.Event
	if err := json.Unmarshal(body, &raw); err != nil {
		return Event{}, err
	}
	e := Event{ID: raw.ID, Kind: string(raw.Type)}
	if e.ID == "" || raw.Data == nil {
		return e, errors.New("an event without id or object")
	}
	switch {
	case strings.HasPrefix(e.Kind, "checkout.session."):
		var s api.CheckoutSession
		if err := json.Unmarshal(raw.Data.Raw, &s); err != nil {
			return e, err
		}
		session := read(&s)
		session.Account = raw.Account
		session.Failed = e.Kind == "checkout.session.async_payment_failed"
		session.Slow = session.Slow || strings.HasPrefix(e.Kind, "checkout.session.async_")
		session.Mixed = session.Live != raw.Livemode
		e.Session = &session
	case strings.HasPrefix(e.Kind, "refund."), e.Kind == "charge.refund.updated":
		var r api.Refund
		if err := json.Unmarshal(raw.Data.Raw, &r); err != nil {
			return e, err
		}
		refund := readRefund(&r)
		e.Refund = &refund
	case strings.HasPrefix(e.Kind, "charge.dispute."):
		var d api.Dispute
		if err := json.Unmarshal(raw.Data.Raw, &d); err != nil {
			return e, err
		}
		dispute := readDispute(&d)
		e.Dispute = &dispute
	case e.Kind == "charge.refunded":
		var c api.Charge
		if err := json.Unmarshal(raw.Data.Raw, &c); err != nil {
			return e, err
		}
		if c.PaymentIntent != nil {
			e.Charged = c.PaymentIntent.ID
		}
	}
	return e, nil
}

// Hook is an endpoint at Stripe, which sends events to us.
type Hook struct {
	ID     string // we_…
	Secret string // with which they are signed
}

// AddHook asks Stripe to send our kinds of events to an address. Errors are ErrKey,
// ErrDown and Refused, which an address is that Stripe cannot reach.
func (c Client) AddHook(ctx context.Context, address string) (Hook, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	p := &api.WebhookEndpointCreateParams{URL: new(address), Description: new("Foyer")}
	for _, kind := range Kinds {
		p.EnabledEvents = append(p.EnabledEvents, new(kind))
	}
	made, err := c.api.V1WebhookEndpoints.Create(ctx, p)
	if err != nil {
		return Hook{}, plain(err)
	}
	if made.Secret == "" || made.ID == "" {
		return Hook{}, ErrDown
	}
	return Hook{made.ID, made.Secret}, nil
}

// RemoveHook asks Stripe to send nothing to an endpoint any more. One that is no
// more is removed. Errors are ErrKey, ErrRight, ErrDown and Refused.
func (c Client) RemoveHook(ctx context.Context, endpoint string) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	_, err := c.api.V1WebhookEndpoints.Delete(ctx, endpoint, nil)
	if err == nil {
		return nil
	}
	if err = plain(err); errors.Is(err, ErrNone) {
		return nil
	}
	return err
}
