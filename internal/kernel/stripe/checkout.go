package stripe

import (
	"context"
	"time"

	api "github.com/stripe/stripe-go/v85"
)

// Ask is what a hosted page asks for.
type Ask struct {
	Reference string // our name of the attempt
	Invoice   string // our id of what is paid, for whoever looks at Stripe
	Currency  string // ISO 4217
	Minor     int64
	Title     string // of the one line on the page
	Email     string // of who pays, may be empty
	Language  string // BCP 47
	Done      string // address to come back to
	Back      string // address of who changes their mind
	Until     time.Time
}

// Session is a hosted page as Stripe tells of it.
type Session struct {
	ID        string
	URL       string
	Reference string
	Account   string // that an event names, empty otherwise
	Currency  string // ISO 4217
	Amount    int64  // in Stripe's units
	Minor     int64  // the same as ISO 4217 counts
	Live      bool
	Mixed     bool // it came in an event of the other mode
	Intent    string
	Complete  bool // whoever paid has done their part
	Paid      bool // the money is there
	Expired   bool
	// Failed is a slow payment that came to nothing.
	Failed bool
	Slow   bool // a method that takes days
	Until  time.Time
}

// Asks tells whether the session is about an amount.
func (s Session) Asks(minor int64, currency string) bool {
	amount, err := theirs(minor, currency)
	return err == nil && s.Currency == currency && s.Amount == amount
}

var expand = []*string{new("payment_intent"), new("payment_intent.latest_charge")}

// locales are the languages of hosted pages that we speak; other people see that
// of their browser.
var locales = map[string]bool{"en": true, "de": true}

// Checkout opens a hosted page. The same key opens the same page. Errors are
// ErrKey, ErrDown, ErrAmount and Refused.
func (c Client) Checkout(ctx context.Context, key string, a Ask) (Session, error) {
	amount, err := theirs(a.Minor, a.Currency)
	if err != nil {
		return Session{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	says := map[string]string{"foyer_checkout": a.Reference, "foyer_invoice": a.Invoice}
	p := &api.CheckoutSessionCreateParams{
		Mode: new(string(api.CheckoutSessionModePayment)), ClientReferenceID: new(a.Reference), Metadata: says,
		SuccessURL: new(a.Done), CancelURL: new(a.Back), ExpiresAt: new(a.Until.Unix()), Locale: new("auto"),
		// The amount is that of the invoice, in its currency.
		AdaptivePricing: &api.CheckoutSessionCreateAdaptivePricingParams{Enabled: new(false)},
		LineItems: []*api.CheckoutSessionCreateLineItemParams{{
			Quantity: new(int64(1)),
			PriceData: &api.CheckoutSessionCreateLineItemPriceDataParams{
				Currency: new(a.Currency), UnitAmount: new(amount),
				ProductData: &api.CheckoutSessionCreateLineItemPriceDataProductDataParams{Name: new(a.Title)},
			},
		}},
		PaymentIntentData: &api.CheckoutSessionCreatePaymentIntentDataParams{Description: new(a.Title), Metadata: says},
	}
	if a.Email != "" {
		p.CustomerEmail = new(a.Email)
	}
	if locales[a.Language] {
		p.Locale = new(a.Language)
	}
	p.SetIdempotencyKey(key)
	s, err := c.api.V1CheckoutSessions.Create(ctx, p)
	return told(s, err, err == nil && s.ClientReferenceID == a.Reference)
}

// Session looks at a hosted page. Errors are ErrKey, ErrDown, ErrNone and Refused.
func (c Client) Session(ctx context.Context, id string) (Session, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	s, err := c.api.V1CheckoutSessions.Retrieve(ctx, id, &api.CheckoutSessionRetrieveParams{Expand: expand})
	return told(s, err, err == nil && s.ID == id)
}

// Expire closes a hosted page, so that nobody pays on it. One that was paid or
// closed before is Refused.
func (c Client) Expire(ctx context.Context, id string) (Session, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	s, err := c.api.V1CheckoutSessions.Expire(ctx, id, &api.CheckoutSessionExpireParams{Expand: expand})
	return told(s, err, err == nil && s.ID == id)
}

// told is what Stripe says of a page, if it is the one that it was asked about.
func told(s *api.CheckoutSession, err error, asked bool) (Session, error) {
	if err != nil {
		return Session{}, plain(err)
	}
	if s.ID == "" || s.Object != "checkout.session" || !asked { // an answer that is none
		return Session{}, ErrDown
	}
	return read(s), nil
}

// debits are the methods that take money from a bank account, and days.
var debits = map[string]bool{"sepa_debit": true, "us_bank_account": true, "bacs_debit": true, "au_becs_debit": true, "acss_debit": true}

func read(s *api.CheckoutSession) Session {
	out := Session{
		ID: s.ID, URL: s.URL, Reference: s.ClientReferenceID, Currency: code(string(s.Currency)), Amount: s.AmountTotal, Live: s.Livemode,
		Complete: s.Status == api.CheckoutSessionStatusComplete, Expired: s.Status == api.CheckoutSessionStatusExpired,
		Paid: s.PaymentStatus == api.CheckoutSessionPaymentStatusPaid, Until: time.Unix(s.ExpiresAt, 0).UTC(),
	}
	out.Minor = ours(out.Amount, out.Currency)
	out.Slow = out.Complete && !out.Paid
	if i := s.PaymentIntent; i != nil {
		out.Intent = i.ID
		// Without the money, and with a charge or a method that failed, it came to nothing.
		out.Failed = out.Slow && (i.Status == api.PaymentIntentStatusRequiresPaymentMethod || i.Status == api.PaymentIntentStatusCanceled)
		if i.LatestCharge != nil && i.LatestCharge.PaymentMethodDetails != nil {
			out.Slow = debits[string(i.LatestCharge.PaymentMethodDetails.Type)]
		}
	}
	return out
}
