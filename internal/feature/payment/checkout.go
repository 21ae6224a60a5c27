package payment

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"foyer/internal/auth"
	"foyer/internal/feature/invoice"
	"foyer/internal/kernel/id"
	"foyer/internal/kernel/money"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
	"foyer/internal/kernel/stripe"
)

// A page can be paid on for so long; one that has less than soon left is not
// handed out again. Stripe remembers what it was asked for a day.
const (
	opened = 23 * time.Hour
	soon   = 10 * time.Minute
)

// Pay gives the address of the hosted page on which a contact pays what is left of
// an invoice. There is one page at a time: it is handed out again while it still
// asks for the right amount, and is closed at Stripe before another one is opened.
// Problems are Forbidden without the capability to pay; NotFound; Conflict where
// there is nothing to pay, a payment is under way, or nothing can be paid online;
// Unavailable while Stripe does not answer.
func (p Portal) Pay(ctx context.Context, n invoice.ID) (string, error) {
	if !p.who.Capabilities().Pay {
		return "", problem.Of(problem.Forbidden, "pay.not_you")
	}
	shown, err := p.f.Invoices.ForClient(p.who).Get(ctx, n)
	if err != nil {
		return "", err
	}
	who, err := p.f.System(ctx, p.who.Site().ID)
	if err != nil {
		return "", err
	}
	k, err := inUse(ctx, who)
	if err != nil {
		return "", payProblem(err)
	}
	language := p.who.Language()
	if language == "" {
		language = p.who.Site().Language
	}
	wish := wish{invoice: n, client: p.who.ClientID(), by: p.who.ID(), ask: stripe.Ask{
		Title: shown.Snapshot.Number + ", " + p.who.Site().Name, Email: p.who.Email(), Language: language,
	}}
	// Each turn moves what is there one step on; two at once may need a few.
	for range 8 {
		c, err := p.f.attempt(ctx, who, k, wish)
		if err != nil {
			return "", err
		}
		if c.State == Open && c.good(who, k) {
			return c.url, nil
		}
		if err := p.f.advance(ctx, who, c); err != nil {
			return "", payProblem(err)
		}
	}
	return "", problem.Of(problem.Conflict, "pay.busy")
}

// payProblem says why nobody can pay now.
func payProblem(err error) error {
	var refused stripe.Refused
	switch {
	case errors.Is(err, stripe.ErrDown):
		return problem.Of(problem.Unavailable, "pay.down")
	case errors.Is(err, stripe.ErrKey), errors.Is(err, stripe.ErrRight), errors.Is(err, stripe.ErrNone), errors.Is(err, stripe.ErrAmount), errors.As(err, &refused), problem.Is(err, problem.NotFound):
		return problem.Of(problem.Conflict, "pay.not_online")
	}
	return err
}

// wish is what somebody wants to pay.
type wish struct {
	invoice invoice.ID
	client  string
	by      string
	ask     stripe.Ask
}

// good tells whether the page can be handed out: it asks for what is left, by the
// key in use, and has some time to go. attempt has compared the amount.
func (c Checkout) good(who auth.System, k key) bool {
	return c.key == k.ID.String() && c.url != "" && time.UnixMicro(c.until).After(who.Now().Add(soon))
}

// stale tells whether the page has to be closed before another one is opened.
func (c Checkout) stale(who auth.System, k key, left int64) bool {
	return c.Amount.Minor != left || c.key != k.ID.String() || !time.UnixMicro(c.until).After(who.Now().Add(soon))
}

// attempt is the attempt to pay that is pending, or a new one. One that does not
// ask for what is left any more has lost its address.
func (f Feature) attempt(ctx context.Context, who auth.System, k key, w wish) (c Checkout, err error) {
	err = who.Write(ctx, func(tx scope.Tx) error {
		if err := invoice.Lock(ctx, tx); err != nil {
			return err
		}
		n, err := invoice.Read(ctx, tx, w.invoice)
		if err != nil {
			return err
		}
		pending, err := scope.List(ctx, tx, readPending, scope.Args{"invoice": w.invoice}, scanCheckout)
		if err != nil {
			return err
		}
		switch {
		case n.State != invoice.Issued || n.Kind != invoice.Claim || n.Open <= 0 || !n.WrittenOff.IsZero():
			return problem.Of(problem.Conflict, "pay.nothing")
		case len(pending) > 0 && pending[0].State == Processing:
			return problem.Of(problem.Conflict, "pay.under_way")
		case len(pending) > 0:
			c = pending[0]
			if c.stale(who, k, n.Open) {
				c.url = ""
			}
			return nil
		}
		now := who.Now()
		c = Checkout{
			ID: ID(who.NewID()), Invoice: w.invoice, Client: w.client, Amount: money.Amount{Minor: n.Open, Currency: n.Currency}, State: Created,
			key: k.ID.String(), account: k.Account, live: k.Live, until: now.Add(opened).UnixMicro(), by: w.by,
		}
		at := who.Site().PortalURL("/portal/invoices/" + w.invoice.String())
		w.ask.Reference, w.ask.Invoice, w.ask.Currency, w.ask.Minor = c.ID.String(), w.invoice.String(), n.Currency, n.Open
		w.ask.Done, w.ask.Back, w.ask.Until = at+"/payments/"+c.ID.String(), at, time.UnixMicro(c.until).UTC()
		ask, err := json.Marshal(w.ask)
		if err != nil {
			return err
		}
		c.ask = string(ask)
		_, err = tx.Exec(ctx, insertCheckout, scope.Args{
			"id": c.ID, "of": c.Client, "invoice": c.Invoice, "key": c.key, "account": c.account, "live": c.live, "currency": c.Amount.Currency,
			"minor": c.Amount.Minor, "ask": c.ask, "until": c.until, "by": w.by,
		})
		return err
	})
	return c, err
}

// advance moves a pending attempt on: Stripe is asked for the page of a new one,
// and closes that of one that is not good any more.
func (f Feature) advance(ctx context.Context, who auth.System, c Checkout) error {
	used, road, err := f.road(ctx, who, c.key)
	if err != nil {
		return err
	}
	if c.State == Created {
		return f.open(ctx, who, used, road, c)
	}
	return f.shut(ctx, who, used, road, c)
}

// shut closes a page at Stripe, unless it was paid in this moment.
func (f Feature) shut(ctx context.Context, who auth.System, k key, road stripe.Client, c Checkout) error {
	s, err := road.Expire(ctx, c.session)
	var refused stripe.Refused
	if errors.As(err, &refused) { // it was paid, or closed
		s, err = road.Session(ctx, c.session)
	}
	if errors.Is(err, stripe.ErrNone) { // the account has no such page
		return f.drop(ctx, who, c)
	}
	if err != nil {
		return err
	}
	return f.settle(ctx, who, k, s)
}

// open asks Stripe for the page of an attempt. Asked again, it gives the same one.
func (f Feature) open(ctx context.Context, who auth.System, k key, road stripe.Client, c Checkout) error {
	var ask stripe.Ask
	if err := json.Unmarshal([]byte(c.ask), &ask); err != nil {
		return err
	}
	s, err := road.Checkout(ctx, c.ID.String(), ask)
	var refused stripe.Refused
	switch {
	case errors.As(err, &refused), errors.Is(err, stripe.ErrAmount), errors.Is(err, stripe.ErrKey), errors.Is(err, stripe.ErrRight):
		return errors.Join(err, f.refuse(ctx, who, c, err))
	case errors.Is(err, stripe.ErrBroken): // under this key the answer stays the same, and nobody has the page
		return errors.Join(err, f.drop(ctx, who, c))
	case err != nil:
		return err
	}
	return f.settle(ctx, who, k, s)
}

// refuse ends an attempt that Stripe will have nothing of, and tells staff.
func (f Feature) refuse(ctx context.Context, who auth.System, c Checkout, why error) error {
	return who.Write(ctx, func(tx scope.Tx) error {
		if err := invoice.Lock(ctx, tx); err != nil {
			return err
		}
		n, err := tx.Exec(ctx, moveCheckout, scope.Args{"id": c.ID, "from": Created, "or": Created, "to": Failed, "session": nil, "intent": nil})
		if err != nil || n == 0 {
			return err
		}
		about, err := invoice.Read(ctx, tx, c.Invoice)
		if err != nil {
			return err
		}
		said := map[string]any{"minor": c.Amount.Minor, "currency": c.Amount.Currency, "reason": cut(reason(why), 200)}
		if err := invoice.Tell(ctx, tx, who, c.by, "payment.refused", about, auth.ForStaffOnly, said); err != nil {
			return err
		}
		// Who tries again and again is refused as often; people hear of it once a day.
		before, err := scope.One(ctx, tx, countRefused, scope.Args{"id": c.ID, "since": who.Now().Add(-24 * time.Hour)}, scope.Value[int])
		if err != nil || before > 0 {
			return err
		}
		return alarm(ctx, tx, who, "refused", about.ID, c.Amount)
	})
}

// reason is what Stripe said, without what our libraries made of it.
func reason(why error) string {
	var refused stripe.Refused
	switch {
	case errors.As(why, &refused):
		return refused.Message
	case errors.Is(why, stripe.ErrKey):
		return stripe.ErrKey.Error()
	case errors.Is(why, stripe.ErrRight):
		return stripe.ErrRight.Error()
	case errors.Is(why, stripe.ErrAmount):
		return stripe.ErrAmount.Error()
	}
	return why.Error()
}

func cut(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return string(r[:most])
	}
	return s
}

// road is a key, whether in use or not, with the way to its account: by the key in
// use, where that is of the same account, for the one before may be no more.
func (f Feature) road(ctx context.Context, who auth.System, id string) (k key, road stripe.Client, err error) {
	var now []key
	err = who.Read(ctx, func(tx scope.Tx) (err error) {
		if k, err = scope.One(ctx, tx, readKey, scope.Args{"id": id}, scanKey); err != nil {
			return err
		}
		now, err = scope.List(ctx, tx, readKeyInUse, nil, scanKey)
		return err
	})
	if err != nil {
		return k, road, err
	}
	by := k
	if len(now) > 0 && now[0].Account == k.Account && k.Account != "" && now[0].Live == k.Live {
		by = now[0]
	}
	road, err = f.client(who.Site().ID, by)
	return k, road, err
}

// Standing is how an attempt stands, for whoever comes back from paying.
type Standing struct {
	Checkout
	Number string // of the invoice
}

// Get is an attempt of the client; problem.NotFound.
func (p Portal) Get(ctx context.Context, n invoice.ID, checkout ID) (s Standing, err error) {
	if !id.Valid(checkout.String()) || !id.Valid(n.String()) {
		return s, problem.Missing()
	}
	err = p.who.Read(ctx, auth.Money, func(tx scope.Tx) (err error) {
		s, err = scope.One(ctx, tx, readOwnCheckout, scope.Args{"id": checkout, "invoice": n}, func(row scope.Row) (s Standing, err error) {
			return s, row.Scan(&s.ID, &s.Invoice, &s.Amount.Currency, &s.Amount.Minor, &s.State, scope.Text(&s.Payment), scope.Text(&s.Number))
		})
		return err
	})
	return s, err
}

// Look asks Stripe how an attempt of the client stands, in the name of the
// workspace, unless that was asked a moment ago. It is the nudge of the page that
// people come back to; nothing depends on it. Problem: NotFound.
func (p Portal) Look(ctx context.Context, n invoice.ID, checkout ID) error {
	if _, err := p.Get(ctx, n, checkout); err != nil {
		return err
	}
	who, err := p.f.System(ctx, p.who.Site().ID)
	if err != nil {
		return err
	}
	return p.f.look(ctx, who, checkout, 3*time.Second)
}
