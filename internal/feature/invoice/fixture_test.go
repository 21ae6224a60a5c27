package invoice_test

import (
	"context"
	"encoding/json"
	"testing"

	"foyer/internal/auth"
	"foyer/internal/feature/billing"
	"foyer/internal/feature/client"
	"foyer/internal/feature/document"
	"foyer/internal/feature/invoice"
	"foyer/internal/feature/project/projecttest"
	"foyer/internal/feature/workspace"
	"foyer/internal/kernel/blob"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/total"
)

const (
	home = projecttest.Home
	ines = "ines@marlow.example"
	sam  = "sam@northwind.example"
)

var (
	must  = projecttest.Must
	wants = projecttest.Wants
)

// office is a desk where invoices are written: the business at home has an
// address and a tax id, and charges 19 % unless a line says otherwise.
type office struct {
	*projecttest.Desk
	f                    invoice.Feature
	standard, low, intra billing.RateID
}

func onBoth(t *testing.T, test func(t *testing.T, o *office)) {
	t.Helper()
	projecttest.OnBoth(t, func(t *testing.T, d *projecttest.Desk) {
		blobs, err := blob.OpenDisk(t.TempDir())
		must(t, err)
		shelf := document.Shelf{Blobs: blobs}
		o := &office{Desk: d, f: invoice.Feature{Documents: shelf, Enqueue: d.Enqueue}}
		o.f.WriteMail(d.Mails)
		d.Handlers = map[string]func(context.Context, auth.System, json.RawMessage) error{invoice.RenderKind: o.f.Render}
		o.furnish(t, shelf)
		test(t, o)
	})
}

func (o *office) furnish(t *testing.T, shelf document.Shelf) {
	t.Helper()
	settings := workspace.Feature{Documents: shelf}.ForStaff(o.Staff(t, home, projecttest.Owner, o.Form()))
	now, err := settings.Get(t.Context())
	must(t, err)
	must(t, settings.SaveCompany(t.Context(), workspace.Company{
		Name: "Halden & Rowe", Address: "4 Fumbally Lane\nDublin 8", TaxID: "IE1234567T", Version: now.Version,
	}))
	for _, r := range []billing.RateDetails{
		{Name: "Standard", Category: total.Standard, Percent: "19", Standard: true},
		{Name: "Low", Category: total.Standard, Percent: "7"},
		{Name: "Within the EU", Category: total.IntraCommunity, Reason: "Intra-Community supply"},
	} {
		must(t, o.billing(t).AddRate(t.Context(), r))
	}
	all, err := o.billing(t).Get(t.Context())
	must(t, err)
	for _, r := range all.Rates {
		switch r.Name {
		case "Standard":
			o.standard = r.ID
		case "Low":
			o.low = r.ID
		default:
			o.intra = r.ID
		}
	}
}

func (o *office) billing(t *testing.T) billing.App {
	t.Helper()
	return billing.ForStaff(o.Staff(t, home, projecttest.Owner, o.Form()))
}

// app is the door for the Owner, with a form of their own.
func (o *office) app(t *testing.T) invoice.App {
	t.Helper()
	return o.as(t, projecttest.Owner)
}

func (o *office) as(t *testing.T, email string) invoice.App {
	t.Helper()
	return o.f.ForStaff(o.Staff(t, home, email, o.Form()))
}

func (o *office) portal(t *testing.T, email string, of client.ID) invoice.Portal {
	t.Helper()
	return o.f.ForClient(o.Contact(t, home, email, of))
}

// customer is a client with a billing address, whose primary contact signs in.
func (o *office) customer(t *testing.T, name, email string) client.ID {
	t.Helper()
	made := o.Client(t, home, name, email)
	c, err := o.Clients(t, home).Get(t.Context(), made)
	must(t, err)
	d := c.Details
	d.Addresses = []client.Address{{Street: "1 Quay", City: "Cork", Country: "Ireland", Billing: true}}
	must(t, o.Clients(t, home).Update(t.Context(), made, c.Version, d))
	return made
}

// details are what a form about an invoice says: one line of an amount at 19 %.
func (o *office) details(of client.ID, price string) invoice.Details {
	return invoice.Details{
		Client: of, Currency: "EUR", TermsDays: "14",
		Lines: []invoice.LineDetails{{Description: "Work", Quantity: "1", Price: price, Rate: o.standard}},
	}
}

func (o *office) draft(t *testing.T, in invoice.Details) invoice.ID {
	t.Helper()
	made, err := o.app(t).Create(t.Context(), in)
	must(t, err)
	return made
}

func (o *office) get(t *testing.T, n invoice.ID) invoice.Invoice {
	t.Helper()
	got, err := o.app(t).Get(t.Context(), n)
	must(t, err)
	return got
}

func (o *office) issue(t *testing.T, n invoice.ID) invoice.Invoice {
	t.Helper()
	must(t, o.app(t).Issue(t.Context(), n, o.get(t, n).Version, false))
	return o.get(t, n)
}

func (o *office) issued(t *testing.T, in invoice.Details) invoice.Invoice {
	t.Helper()
	return o.issue(t, o.draft(t, in))
}

func (o *office) pay(t *testing.T, n invoice.ID, amount string) {
	t.Helper()
	must(t, o.app(t).RecordPayment(t.Context(), n, paying(amount)))
}

func paying(amount string) invoice.PaymentDetails {
	return invoice.PaymentDetails{Amount: amount, Method: "bank_transfer", PaidOn: "2026-11-23", Reference: "statement 7", Over: true}
}

// right holds that what is kept open is what the ledger says.
func (o *office) right(t *testing.T) {
	t.Helper()
	wrong, err := invoice.Verify(t.Context(), o.System(t, home))
	must(t, err)
	if len(wrong) > 0 {
		t.Errorf("kept wrong: %q", wrong)
	}
}

func missing(t *testing.T, err error) {
	t.Helper()
	wants(t, err, problem.NotFound, "", "")
}

var eurInstructions = billing.Instructions{
	Currency: "EUR", Content: "Account: Halden & Rowe\nIBAN: IE12 BOFI 9000 0112 3456 78\nBIC: BOFIIE2D\nPlease name the number of the invoice.",
}
