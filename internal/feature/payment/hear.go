package payment

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"time"

	"foyer/internal/auth"
	"foyer/internal/feature/invoice"
	"foyer/internal/job"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
	"foyer/internal/kernel/stripe"
)

// Hear takes a webhook: the signature over the body as it came is proven with the
// secrets of the workspace, the event is stored, and then something is made of it.
// What cannot be done at once is done by a job. token is the unguessable part of
// the address; own is set for the address of the environment's key, which has none.
// Errors are stripe.ErrForged, and NotFound for an address that there is not.
func (f Feature) Hear(ctx context.Context, who auth.System, token string, own bool, signature string, body []byte) error {
	var keys []key
	var tokens []string
	err := who.Read(ctx, func(tx scope.Tx) error {
		return tx.Batch(ctx, scope.Into(&keys, listKeys, scope.Args{"since": who.Now().Add(-30 * 24 * time.Hour)}, scanKey), scope.Into(&tokens, readEndpoint, nil, scope.Value[string]))
	})
	if err != nil {
		return err
	}
	if !own && (len(tokens) == 0 || !same(token, tokens[0])) {
		return problem.Missing()
	}
	secrets := f.hookSecrets(who.Site().ID, keys, who.Now())
	if own {
		if f.Hook == "" {
			return problem.Missing()
		}
		if err := stripe.Proven(body, signature, []string{f.Hook}, who.Now()); err != nil {
			return err
		}
		if err := f.TakeEnvironment(ctx, who); err != nil {
			return err
		}
		k, err := inUse(ctx, who)
		if err != nil {
			return err
		}
		keys, secrets = []key{k}, map[KeyID][]string{k.ID: {f.Hook}}
	}
	for _, k := range keys {
		if stripe.Proven(body, signature, secrets[k.ID], who.Now()) == nil {
			return f.take(ctx, who, k, body)
		}
	}
	return stripe.ErrForged
}

// heard is the job of HearKind.
type heard struct {
	Event string `json:"event"`
}

// take stores an event that was proven, with the job that makes sure something is
// made of it, and makes something of it.
func (f Feature) take(ctx context.Context, who auth.System, k key, body []byte) error {
	e, err := stripe.Read(body)
	if e.ID == "" || len(e.ID) > 200 {
		return stripe.ErrForged
	}
	if err != nil { // kept all the same, for people to read
		e.Kind = "unreadable"
	}
	hash := sha256.Sum256(body)
	var fresh int64
	err = who.Write(ctx, func(tx scope.Tx) (err error) {
		fresh, err = tx.Exec(ctx, insertEvent, scope.Args{"id": e.ID, "kind": e.Kind, "key": k.ID, "body": string(body), "hash": hex.EncodeToString(hash[:])})
		if err != nil || fresh == 0 {
			return err
		}
		return f.Enqueue(ctx, tx, HearKind, heard{e.ID})
	})
	if err != nil || fresh == 0 {
		return err
	}
	_ = f.digest(ctx, who, e.ID) // the job tries again
	return nil
}

// Heard is the job of HearKind.
func (f Feature) Heard(ctx context.Context, who auth.System, data json.RawMessage) error {
	var h heard
	if err := json.Unmarshal(data, &h); err != nil {
		return job.Give(err)
	}
	return f.digest(ctx, who, h.Event)
}

// event is one as it was stored.
type event struct {
	id, key, body string
	done          bool
}

func scanEvent(row scope.Row) (e event, err error) {
	return e, row.Scan(&e.id, &e.key, &e.body, &e.done)
}

// digest makes something of a stored event, once.
func (f Feature) digest(ctx context.Context, who auth.System, id string) error {
	var stored event
	err := who.Read(ctx, func(tx scope.Tx) (err error) {
		stored, err = scope.One(ctx, tx, readEvent, scope.Args{"id": id}, scanEvent)
		return err
	})
	if err != nil || stored.done {
		return err
	}
	k, road, err := f.road(ctx, who, stored.key)
	if err != nil {
		return err
	}
	e, err := stripe.Read([]byte(stored.body))
	if err != nil {
		e = stripe.Event{ID: id}
	}
	// A charge tells how much went back in all, not what: Stripe is asked.
	var refunds []stripe.Refund
	if e.Charged != "" {
		if refunds, err = road.Refunds(ctx, e.Charged); err != nil && !errors.Is(err, stripe.ErrNone) {
			return err
		}
	}
	return who.Write(ctx, func(tx scope.Tx) error {
		if err := invoice.Lock(ctx, tx); err != nil {
			return err
		}
		again, err := scope.One(ctx, tx, readEvent, scope.Args{"id": id}, scanEvent)
		if err != nil || again.done {
			return err
		}
		return f.apply(ctx, tx, who, k, e, refunds)
	})
}

// apply does what an event asks for. One about a payment that is not known waits
// for it.
func (f Feature) apply(ctx context.Context, tx scope.Tx, who auth.System, k key, e stripe.Event, refunds []stripe.Refund) error {
	var err error
	known := true
	switch {
	case e.Session != nil:
		err = f.settleIn(ctx, tx, who, k, *e.Session)
	case e.Refund != nil:
		known, err = f.refunded(ctx, tx, who, k, *e.Refund)
	case e.Dispute != nil:
		known, err = f.disputed(ctx, tx, who, *e.Dispute)
	default:
		for _, r := range refunds {
			if known, err = f.refunded(ctx, tx, who, k, r); err != nil {
				break
			}
		}
	}
	if err != nil {
		return err
	}
	if !known {
		_, err = tx.Exec(ctx, awaitPayment, scope.Args{"id": e.ID, "intent": about(e)})
		return err
	}
	_, err = tx.Exec(ctx, doneEvent, scope.Args{"id": e.ID})
	return err
}

// about is the payment that an event is about.
func about(e stripe.Event) string {
	switch {
	case e.Refund != nil:
		return e.Refund.Intent
	case e.Dispute != nil:
		return e.Dispute.Intent
	}
	return e.Charged
}

// awaited makes something of the events that waited for a payment, oldest first.
func (f Feature) awaited(ctx context.Context, tx scope.Tx, who auth.System, k key, intent string) error {
	waiting, err := scope.List(ctx, tx, listAwaiting, scope.Args{"intent": intent}, scanEvent)
	if err != nil {
		return err
	}
	for _, w := range waiting {
		e, err := stripe.Read([]byte(w.body))
		if err == nil && e.Charged != "" { // Stripe has to be asked, which no transaction waits for
			err = f.Enqueue(ctx, tx, HearKind, heard{w.id})
		} else if err == nil {
			err = f.apply(ctx, tx, who, k, e, nil)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
