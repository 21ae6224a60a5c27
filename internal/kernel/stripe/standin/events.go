package standin

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// Event is something that happened. Body is the exact bytes that are sent.
type Event struct {
	ID, Type string
	Body     []byte
}

// Events are all events, oldest first, also those that were never sent.
func (s *Stripe) Events() []Event {
	defer s.begin()()
	all := slices.Clone(s.events)
	for n := range all {
		all[n].Body = slices.Clone(all[n].Body)
	}
	return all
}

// Sign is the Stripe-Signature header of a body that is sent at a time.
func Sign(body []byte, secret string, at time.Time) string {
	t := strconv.FormatInt(at.Unix(), 10)
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(t + "."))
	mac.Write(body)
	return "t=" + t + ",v1=" + hex.EncodeToString(mac.Sum(nil))
}

// emit writes an event down. It is sent when the change that it belongs to ends.
func (s *Stripe) emit(kind string, o object) {
	wanted := 0
	for _, p := range s.endpoints {
		if p.wants(kind) {
			wanted++
		}
	}
	e := Event{ID: newID("evt_"), Type: kind}
	e.Body = encode(object{
		"id": e.ID, "object": "event", "type": kind, "api_version": version, "livemode": false, "created": stamp(s.now()),
		"data": object{"object": o}, "pending_webhooks": wanted,
		"request": object{"id": orNull(s.cause.request), "idempotency_key": orNull(s.cause.key)},
	})
	s.events = append(s.events, e)
	s.fresh = append(s.fresh, e)
}

// endpoint is an address to which events are sent. It never changes.
type endpoint struct {
	id, url, secret, description string
	kinds                        []string
	created                      time.Time
}

func (p *endpoint) wants(kind string) bool {
	return slices.Contains(p.kinds, kind) || slices.Contains(p.kinds, "*")
}

// AddEndpoint sends all kinds of events to an address, signed with a secret.
func (s *Stripe) AddEndpoint(url, secret string) {
	defer s.begin()()
	s.endpoints = append(s.endpoints, &endpoint{id: newID("we_"), url: url, secret: secret, kinds: []string{"*"}, created: s.now()})
}

// mostEndpoints is how many an account may have.
const mostEndpoints = 16

// Endpoints are the addresses to which events are sent, oldest first.
func (s *Stripe) Endpoints() []string {
	defer s.begin()()
	var all []string
	for _, p := range s.endpoints {
		all = append(all, p.url)
	}
	return all
}

func (s *Stripe) createEndpoint(q ask) (object, error) {
	to, err := address(q.form, "url")
	if err != nil {
		return nil, err
	}
	kinds := list(q.form, "enabled_events")
	if len(kinds) == 0 {
		return nil, bad("parameter_missing", "enabled_events", "Missing required param: enabled_events.")
	}
	if len(s.endpoints) >= mostEndpoints {
		return nil, bad("", "", fmt.Sprintf("You have reached the maximum of %d test webhook endpoints.", mostEndpoints))
	}
	p := &endpoint{
		id: newID("we_"), url: to, secret: newID("whsec_"), description: q.form.Get("description"), kinds: kinds, created: s.now(),
	}
	s.endpoints = append(s.endpoints, p)
	return shapeEndpoint(p, true), nil
}

func (s *Stripe) listEndpoints(q ask) (object, error) {
	var all []object
	for _, p := range slices.Backward(s.endpoints) {
		all = append(all, shapeEndpoint(p, false))
	}
	return leaf("/v1/webhook_endpoints", all, q.form)
}

func (s *Stripe) deleteEndpoint(q ask) (object, error) {
	at := slices.IndexFunc(s.endpoints, func(p *endpoint) bool { return p.id == q.id })
	if at < 0 {
		return nil, &refused{http.StatusNotFound, invalid, "resource_missing", "webhook_endpoint", "No such webhook endpoint: '" + q.id + "'"}
	}
	s.endpoints = slices.Delete(s.endpoints, at, at+1)
	return object{"id": q.id, "object": "webhook_endpoint", "deleted": true}, nil
}
