package standin

import (
	"strings"
	"time"
)

// object is a thing as the API answers it.
type object = map[string]any

// expand are the paths of what shall be answered whole instead of by its id.
type expand []string

func (e expand) has(name string) bool {
	for _, path := range e {
		if path == name || strings.HasPrefix(path, name+".") {
			return true
		}
	}
	return false
}

// below are the paths that go on after a name.
func (e expand) below(name string) expand {
	var rest expand
	for _, path := range e {
		if after, ok := strings.CutPrefix(path, name+"."); ok {
			rest = append(rest, after)
		}
	}
	return rest
}

// orNull is how Stripe answers what is not there.
func orNull(text string) any {
	if text == "" {
		return nil
	}
	return text
}

// orNone makes nothing said an empty object.
func orNone(says map[string]string) map[string]string {
	if says == nil {
		return map[string]string{}
	}
	return says
}

func stamp(t time.Time) int64 { return t.Unix() }

func (s *Stripe) shapeAccount() object {
	return object{
		"id": s.account, "object": "account", "charges_enabled": true, "payouts_enabled": true, "details_submitted": true,
		"business_profile": object{"name": s.name},
		"settings":         object{"dashboard": object{"display_name": s.name, "timezone": "Etc/UTC"}},
	}
}

func (s *Stripe) shapeSession(x *session, e expand) object {
	o := object{
		"id": x.id, "object": "checkout.session", "livemode": false, "mode": "payment", "ui_mode": "hosted_page",
		"status": x.status, "payment_status": x.payment(), "url": nil, "payment_intent": nil,
		"amount_total": x.amount, "amount_subtotal": x.amount, "currency": x.currency,
		"total_details":       object{"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
		"client_reference_id": orNull(x.reference), "metadata": orNone(x.metadata),
		"success_url": x.success, "cancel_url": x.cancel, "locale": orNull(x.locale),
		"customer": nil, "customer_email": orNull(x.email), "customer_details": nil,
		"payment_method_types": []string{"card", "sepa_debit"},
		"created":              stamp(x.created), "expires_at": stamp(x.expires),
	}
	if x.status == open {
		o["url"] = s.base + "/pay/" + x.id
	}
	if x.email != "" || x.status == complete {
		o["customer_details"] = object{"email": orNull(x.email)}
	}
	if i := x.intent; i != nil {
		o["payment_intent"] = i.id
		if e.has("payment_intent") {
			o["payment_intent"] = s.shapeIntent(i, e.below("payment_intent"))
		}
	}
	return o
}

func (i *intent) method() string {
	if i.slow {
		return "sepa_debit"
	}
	return "card"
}

func (s *Stripe) shapeIntent(i *intent, e expand) object {
	x := i.session
	o := object{
		"id": i.id, "object": "payment_intent", "livemode": false, "status": i.status,
		"amount": x.amount, "amount_received": 0, "amount_capturable": 0, "currency": x.currency,
		"capture_method": "automatic_async", "confirmation_method": "automatic",
		"description": orNull(x.description), "metadata": orNone(x.intentSays), "receipt_email": nil,
		"payment_method_types": []string{"card", "sepa_debit"}, "last_payment_error": nil,
		"latest_charge": i.charge, "created": stamp(i.created),
	}
	switch i.status {
	case succeeded:
		o["amount_received"] = x.amount
	case unpaid:
		o["last_payment_error"] = object{
			"type": "card_error", "code": "payment_method_provider_decline", "message": "The payment failed.", "charge": i.charge,
		}
	}
	if e.has("latest_charge") {
		o["latest_charge"] = s.shapeCharge(i, e.below("latest_charge"))
	}
	return o
}

func (s *Stripe) shapeCharge(i *intent, e expand) object {
	x := i.session
	refunded, disputed := s.given(i)
	o := object{
		"id": i.charge, "object": "charge", "livemode": false, "amount": x.amount, "amount_captured": 0,
		"amount_refunded": refunded, "refunded": refunded >= x.amount, "disputed": disputed > 0, "captured": true, "paid": true,
		"currency": x.currency, "description": orNull(x.description), "metadata": orNone(x.intentSays),
		"payment_intent": i.id, "failure_code": nil, "failure_message": nil, "created": stamp(i.created),
		"billing_details":        object{"email": orNull(x.email)},
		"payment_method_details": object{"type": i.method(), i.method(): object{"last4": "4242"}},
	}
	switch i.status {
	case succeeded:
		o["status"], o["amount_captured"] = succeeded, x.amount
	case processing:
		o["status"], o["paid"] = "pending", false
	default:
		o["status"], o["paid"] = failed, false
		o["failure_code"], o["failure_message"] = "payment_method_provider_decline", "The payment failed."
	}
	if e.has("payment_intent") {
		o["payment_intent"] = s.shapeIntent(i, e.below("payment_intent"))
	}
	return o
}

func (s *Stripe) shapeRefund(r *refund, e expand) object {
	o := object{
		"id": r.id, "object": "refund", "amount": r.amount, "currency": r.intent.session.currency, "status": r.status,
		"charge": r.intent.charge, "payment_intent": r.intent.id, "reason": orNull(r.reason),
		"metadata": orNone(r.metadata), "created": stamp(r.created),
	}
	if r.status == failed {
		o["failure_reason"] = "expired_or_canceled_card"
	}
	if e.has("charge") {
		o["charge"] = s.shapeCharge(r.intent, e.below("charge"))
	}
	if e.has("payment_intent") {
		o["payment_intent"] = s.shapeIntent(r.intent, e.below("payment_intent"))
	}
	return o
}

func (s *Stripe) shapeDispute(d *dispute) object {
	return object{
		"id": d.id, "object": "dispute", "livemode": false, "amount": d.amount, "currency": d.intent.session.currency,
		"charge": d.intent.charge, "payment_intent": d.intent.id, "status": d.status, "reason": "general",
		"is_charge_refundable": false, "metadata": object{}, "created": stamp(d.created),
	}
}

// shapeEndpoint tells the secret only when the endpoint is made.
func shapeEndpoint(p *endpoint, withSecret bool) object {
	o := object{
		"id": p.id, "object": "webhook_endpoint", "livemode": false, "status": "enabled", "url": p.url,
		"enabled_events": p.kinds, "description": orNull(p.description), "metadata": object{},
		"api_version": version, "created": stamp(p.created),
	}
	if withSecret {
		o["secret"] = p.secret
	}
	return o
}
