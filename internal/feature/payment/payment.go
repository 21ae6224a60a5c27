package payment

import (
	"context"
	"log/slog"
	"net/url"

	"foyer/internal/auth"
	"foyer/internal/feature/invoice"
	"foyer/internal/kernel/id"
	"foyer/internal/kernel/money"
	"foyer/internal/kernel/scope"
	"foyer/internal/kernel/secret"
	"foyer/internal/kernel/stripe"
)

// HearKind names the job that makes something of an event.
const HearKind = "payment.hear"

// Feature is payments with what they need of the installation.
type Feature struct {
	Invoices invoice.Feature
	// System gives the door of a workspace by its id.
	System  func(ctx context.Context, workspace string) (auth.System, error)
	Enqueue func(ctx context.Context, tx scope.Tx, kind string, args any) error
	Secrets secret.Box
	// Log is told what does not go well where nobody waits for it; may be nil.
	Log *slog.Logger
	// API is where Stripe is, nil for its own address.
	API *url.URL
	// Key and Hook are the environment's, for the first workspace; may be empty.
	Key, Hook string
	// First gives the workspace that was there first.
	First func(ctx context.Context) (string, error)
}

// ID names an attempt to pay.
type ID = id.Of[Checkout]

// State is how far an attempt to pay has come.
type State string

// The states, in the order in which they may follow each other.
const (
	Created    State = "created"
	Open       State = "open"
	Processing State = "processing"
	Expired    State = "expired"
	Failed     State = "failed"
	Succeeded  State = "succeeded"
)

// Checkout is an attempt to pay an invoice.
type Checkout struct {
	ID      ID
	Invoice invoice.ID
	Client  string
	Amount  money.Amount
	State   State
	Payment invoice.PaymentID // once the money is there

	key, account string
	live         bool
	session, url string
	ask          string
	until        int64  // microseconds
	by           string // the identity of who went to pay
}

// pending tells whether it can still become a payment by itself.
func (c Checkout) pending() bool {
	return c.State == Created || c.State == Open || c.State == Processing
}

func scanCheckout(row scope.Row) (c Checkout, err error) {
	return c, row.Scan(&c.ID, &c.Invoice, &c.Client, &c.Amount.Currency, &c.Amount.Minor, &c.State, scope.Text(&c.Payment),
		&c.key, &c.account, &c.live, scope.Text(&c.session), &c.url, &c.ask, &c.until, &c.by)
}

// App is what staff may do with payments through Stripe, by the rights of their
// role.
type App struct {
	who auth.Staff
	f   Feature
}

// ForStaff opens the door for a staff member.
func (f Feature) ForStaff(who auth.Staff) App { return App{who, f} }

// Portal is what a contact may do.
type Portal struct {
	who auth.Client
	f   Feature
}

// ForClient opens the door for a contact.
func (f Feature) ForClient(who auth.Client) Portal { return Portal{who, f} }

// client is the road to the account of a key.
func (f Feature) client(workspace string, k key) (stripe.Client, error) {
	plain, err := f.Secrets.Open(place(workspace, k.ID, "key"), k.secret)
	if err != nil {
		return stripe.Client{}, err
	}
	return stripe.New(plain, f.API), nil
}

// place binds a sealed secret to its row and to what it is there.
func place(workspace string, k KeyID, what string) string {
	return workspace + "/stripe/" + k.String() + "/" + what
}
