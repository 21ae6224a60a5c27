package standin

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"time"
)

// States of sessions, intents, refunds and disputes, as Stripe names them.
const (
	open     = "open"
	complete = "complete"
	expired  = "expired"

	processing = "processing"
	succeeded  = "succeeded"
	unpaid     = "requires_payment_method"

	failed = "failed"

	needsResponse = "needs_response"
	won           = "won"
	lost          = "lost"
)

type session struct {
	id, status              string
	reference, currency     string
	title                   string // of what is paid, on the page
	amount                  int64
	metadata, intentSays    map[string]string
	description             string
	success, cancel, locale string
	email                   string
	intent                  *intent // none until something is paid
	created, expires        time.Time
}

// intent is a payment with its only charge.
type intent struct {
	id, charge string
	session    *session
	status     string
	slow       bool
	created    time.Time
}

type refund struct {
	id, status, reason string
	intent             *intent
	amount             int64
	metadata           map[string]string
	created            time.Time
}

type dispute struct {
	id, status string
	intent     *intent
	amount     int64
	created    time.Time
}

// Books are what the stand-in holds: what was paid and given back, in minor units
// as Stripe counts them.
type Books struct {
	Paid      map[string]int64  // by payment intent, of those that succeeded
	Refunded  map[string]int64  // by payment intent; with lost disputes, without failed refunds
	Sessions  map[string]string // id → status/payment_status
	Reference map[string]string // intent → client_reference_id of its session
}

// Books copies the books as they are now.
func (s *Stripe) Books() Books {
	defer s.begin()()
	b := Books{map[string]int64{}, map[string]int64{}, map[string]string{}, map[string]string{}}
	for _, x := range s.sessions {
		b.Sessions[x.id] = x.status + "/" + x.payment()
		if i := x.intent; i != nil {
			b.Reference[i.id] = x.reference
			if i.status == succeeded {
				b.Paid[i.id] = x.amount
			}
		}
	}
	for _, r := range s.refunds {
		if r.status != failed {
			b.Refunded[r.intent.id] += r.amount
		}
	}
	for _, d := range s.disputes {
		if d.status == lost {
			b.Refunded[d.intent.id] += d.amount
		}
	}
	return b
}

// payment is what Stripe calls the payment_status.
func (x *session) payment() string {
	if x.intent != nil && x.intent.status == succeeded {
		return "paid"
	}
	return "unpaid"
}

// pay completes a session. The slow method leaves the payment processing.
func (s *Stripe) pay(x *session, slow bool) {
	x.status = complete
	x.intent = &intent{id: newID("pi_"), charge: newID("ch_"), session: x, status: succeeded, slow: slow, created: s.now()}
	if slow {
		x.intent.status = processing
	} else {
		s.emitPaid(x.intent)
	}
	s.emit("checkout.session.completed", s.shapeSession(x, nil))
}

func (s *Stripe) emitPaid(i *intent) {
	s.emit("charge.succeeded", s.shapeCharge(i, nil))
	s.emit("payment_intent.succeeded", s.shapeIntent(i, nil))
}

func (s *Stripe) expire(x *session) {
	x.status = expired
	s.emit("checkout.session.expired", s.shapeSession(x, nil))
}

// settle ends the slow method.
func (s *Stripe) settle(i *intent, succeeds bool) {
	if !succeeds {
		i.status = unpaid
		s.emit("checkout.session.async_payment_failed", s.shapeSession(i.session, nil))
		return
	}
	i.status = succeeded
	s.emitPaid(i)
	s.emit("checkout.session.async_payment_succeeded", s.shapeSession(i.session, nil))
}

// given is what went back by refunds, and what disputes hold or took.
func (s *Stripe) given(i *intent) (refunded, disputed int64) {
	for _, r := range s.refunds {
		if r.intent == i && r.status != failed {
			refunded += r.amount
		}
	}
	for _, d := range s.disputes {
		if d.intent == i && d.status != won {
			disputed += d.amount
		}
	}
	return refunded, disputed
}

// giveBack makes a refund; amount 0 is all that is left.
func (s *Stripe) giveBack(i *intent, amount int64, reason string, metadata map[string]string) (*refund, error) {
	refunded, disputed := s.given(i)
	paid := i.session.amount
	left := paid - refunded - disputed
	bad := &refused{status: http.StatusBadRequest, kind: invalid, param: "amount"}
	switch {
	case i.status != succeeded:
		bad.param = "payment_intent"
		bad.message = "This PaymentIntent (" + i.id + ") does not have a successful charge to refund."
		return nil, bad
	case refunded >= paid:
		bad.code, bad.message = "charge_already_refunded", "Charge "+i.charge+" has already been refunded."
		return nil, bad
	case disputed > 0 && max(amount, 1) > left:
		bad.code, bad.message = "charge_disputed", "Charge "+i.charge+" has been charged back; cannot issue a refund."
		return nil, bad
	case amount > left:
		bad.message = fmt.Sprintf("Refund amount (%s) is greater than unrefunded amount on charge (%s)",
			amountText(amount, i.session.currency), amountText(left, i.session.currency))
		return nil, bad
	case amount < 0:
		bad.code, bad.message = "parameter_invalid_integer", "Invalid positive integer"
		return nil, bad
	case amount == 0:
		amount = left
	}
	r := &refund{
		id: newID("re_"), status: succeeded, reason: reason, intent: i, amount: amount,
		metadata: maps.Clone(metadata), created: s.now(),
	}
	s.refunds = append(s.refunds, r)
	s.emit("refund.created", s.shapeRefund(r, nil))
	s.emit("charge.refunded", s.shapeCharge(i, nil))
	return r, nil
}

func (s *Stripe) session(id string) (*session, error) {
	if at := slices.IndexFunc(s.sessions, func(x *session) bool { return x.id == id }); at >= 0 {
		return s.sessions[at], nil
	}
	return nil, missing("checkout.session", "session", id)
}

// intentBy finds a payment by its id, or that of its charge.
func (s *Stripe) intentBy(kind, id string) (*intent, error) {
	for _, x := range s.sessions {
		if i := x.intent; i != nil && (kind == "charge" && i.charge == id || kind != "charge" && i.id == id) {
			return i, nil
		}
	}
	return nil, missing(kind, "intent", id)
}

func (s *Stripe) refund(id string) (*refund, error) {
	if at := slices.IndexFunc(s.refunds, func(r *refund) bool { return r.id == id }); at >= 0 {
		return s.refunds[at], nil
	}
	return nil, missing("refund", "id", id)
}
