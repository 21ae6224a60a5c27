package payment_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path"
	"strings"
	"testing"
	"time"

	"foyer/internal/auth"
	"foyer/internal/feature/billing"
	"foyer/internal/feature/client"
	"foyer/internal/feature/document"
	"foyer/internal/feature/invoice"
	"foyer/internal/feature/payment"
	"foyer/internal/feature/project/projecttest"
	"foyer/internal/feature/workspace"
	"foyer/internal/kernel/blob"
	"foyer/internal/kernel/id"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
	"foyer/internal/kernel/secret"
	"foyer/internal/kernel/stripe"
	"foyer/internal/kernel/stripe/standin"
	"foyer/internal/kernel/total"
)

const (
	home    = projecttest.Home
	ines    = "ines@marlow.example"
	testKey = "sk_test_4eC39HqLyjWDarjtT1zdp7dc"
)

var (
	must  = projecttest.Must
	wants = projecttest.Wants
)

// till is a desk where invoices are paid through a stand-in for Stripe, whose
// webhooks are held until release.
type till struct {
	*projecttest.Desk
	f        payment.Feature
	stripe   *standin.Stripe
	standard billing.RateID
	marlow   client.ID
}

func onBoth(t *testing.T, test func(t *testing.T, s *till)) {
	t.Helper()
	projecttest.OnBoth(t, func(t *testing.T, d *projecttest.Desk) {
		s := open(t, d)
		test(t, s)
		s.right(t)
	})
}

func open(t testing.TB, d *projecttest.Desk) *till {
	t.Helper()
	blobs, err := blob.OpenDisk(t.TempDir())
	must(t, err)
	box, err := secret.New([]byte("0123456789abcdef0123456789abcdef"))
	must(t, err)
	s := &till{Desk: d}
	s.stripe = standin.New(standin.Options{Now: d.Now, Client: &http.Client{Transport: hooks{s}}})
	server := httptest.NewServer(s.stripe.Handler())
	t.Cleanup(server.Close)
	t.Cleanup(s.stripe.Close)
	s.stripe.SetURL(server.URL)
	s.stripe.Deliver(standin.Delivery{Hold: true})
	api, err := url.Parse(server.URL)
	must(t, err)
	invoices := invoice.Feature{Documents: document.Shelf{Blobs: blobs}, Enqueue: d.Enqueue}
	invoices.WriteMail(d.Mails)
	s.f = payment.Feature{Invoices: invoices, System: d.Gate.System, Enqueue: d.Enqueue, Secrets: box, API: api, First: s.first}
	s.f.WriteMail(d.Mails)
	d.Handlers = map[string]func(context.Context, auth.System, json.RawMessage) error{invoice.RenderKind: invoices.Render, payment.HearKind: s.f.Heard}
	s.furnish(t, document.Shelf{Blobs: blobs})
	_, err = s.app(t).SaveKey(t.Context(), testKey)
	must(t, err)
	return s
}

func (s *till) first(ctx context.Context) (string, error) {
	all, err := s.Gate.Workspaces(ctx)
	if err != nil || len(all) == 0 {
		return "", errors.Join(err, problem.Missing())
	}
	return all[0], nil
}

func (s *till) furnish(t testing.TB, shelf document.Shelf) {
	t.Helper()
	owner := func() auth.Staff { return s.Staff(t, home, projecttest.Owner, s.Form()) }
	settings := workspace.Feature{Documents: shelf}.ForStaff(owner())
	now, err := settings.Get(t.Context())
	must(t, err)
	must(t, settings.SaveCompany(t.Context(), workspace.Company{Name: "Halden & Rowe", Address: "4 Fumbally Lane\nDublin 8", TaxID: "IE1234567T", Version: now.Version}))
	must(t, billing.ForStaff(owner()).AddRate(t.Context(), billing.RateDetails{Name: "None", Category: total.Exempt, Reason: "Small business", Standard: true}))
	all, err := billing.ForStaff(owner()).Get(t.Context())
	must(t, err)
	s.standard = all.Rates[0].ID
	s.marlow = s.Client(t, home, "Marlow Ceramics", ines)
	c, err := s.Clients(t, home).Get(t.Context(), s.marlow)
	must(t, err)
	d := c.Details
	d.Addresses = []client.Address{{Street: "1 Quay", City: "Cork", Country: "Ireland", Billing: true}}
	must(t, s.Clients(t, home).Update(t.Context(), s.marlow, c.Version, d))
}

func (s *till) app(t testing.TB) payment.App {
	t.Helper()
	return s.f.ForStaff(s.Staff(t, home, projecttest.Owner, s.Form()))
}

func (s *till) invoices(t testing.TB) invoice.App {
	t.Helper()
	return s.f.Invoices.ForStaff(s.Staff(t, home, projecttest.Owner, s.Form()))
}

func (s *till) portal(t testing.TB) payment.Portal {
	t.Helper()
	return s.f.ForClient(s.Contact(t, home, ines, s.marlow))
}

// invoice issues one of an amount.
func (s *till) invoice(t testing.TB, price, currency string) invoice.Invoice {
	t.Helper()
	made, err := s.invoices(t).Create(t.Context(), invoice.Details{
		Client: s.marlow, Currency: currency, TermsDays: "14", Lines: []invoice.LineDetails{{Description: "Work", Quantity: "1", Price: price, Rate: s.standard}},
	})
	must(t, err)
	n := s.get(t, made)
	must(t, s.invoices(t).Issue(t.Context(), made, n.Version, false))
	return s.get(t, made)
}

func (s *till) get(t testing.TB, n invoice.ID) invoice.Invoice {
	t.Helper()
	got, err := s.invoices(t).Get(t.Context(), n)
	must(t, err)
	return got
}

// press presses Pay Now and gives the id of the page at the stand-in.
func (s *till) press(t testing.TB, n invoice.ID) string {
	t.Helper()
	page, err := s.portal(t).Pay(t.Context(), n)
	must(t, err)
	return path.Base(page)
}

// release sends the webhooks that are held, so many times each, and does the jobs.
func (s *till) release(t testing.TB, copies int) {
	t.Helper()
	must(t, s.stripe.Release(t.Context(), copies, 4, 7))
	s.Deliver(t)
}

func (s *till) credit(t testing.TB) int64 {
	t.Helper()
	all, err := s.invoices(t).Balances(t.Context(), s.marlow)
	must(t, err)
	var sum int64
	for _, b := range all {
		sum += b.Credit
	}
	return sum
}

// owes holds what is left of an invoice.
func (s *till) owes(t testing.TB, n invoice.ID, left int64) {
	t.Helper()
	if got := s.get(t, n); got.Open != left {
		t.Errorf("%d is left to pay, want %d", got.Open, left)
	}
}

// right holds that what is kept open is what the ledger says.
func (s *till) right(t testing.TB) {
	t.Helper()
	wrong, err := invoice.Verify(t.Context(), s.System(t, home))
	must(t, err)
	if len(wrong) > 0 {
		t.Errorf("kept wrong: %q", wrong)
	}
}

// text reads one text of the workspace.
func (s *till) text(t testing.TB, what string) (text string) {
	t.Helper()
	must(t, s.System(t, home).Read(t.Context(), func(tx scope.Tx) (err error) {
		text, err = scope.One(t.Context(), tx, "-- text\nselect "+what+" workspace_id = :workspace", nil, scope.Value[string])
		return err
	}))
	return text
}

// count counts rows of a table of the workspace.
func (s *till) count(t testing.TB, what string) int {
	t.Helper()
	var n int
	must(t, s.System(t, home).Read(t.Context(), func(tx scope.Tx) (err error) {
		n, err = scope.One(t.Context(), tx, "-- count\nselect count(*)\nfrom "+what+" where workspace_id = :workspace", nil, scope.Value[int])
		return err
	}))
	return n
}

// hooks brings what is sent to the workspace's address for webhooks to the feature.
type hooks struct{ s *till }

// RoundTrip implements http.RoundTripper.
func (h hooks) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	status := http.StatusOK
	if err := h.s.hear(r.Context(), path.Base(r.URL.Path), r.Header.Get("Stripe-Signature"), body); err != nil {
		status = http.StatusServiceUnavailable
		if errors.Is(err, stripe.ErrForged) {
			status = http.StatusBadRequest
		}
	}
	return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(bytes.NewReader(nil)), Request: r}, nil
}

func (s *till) hear(ctx context.Context, endpoint, signature string, body []byte) error {
	who, err := s.Gate.System(ctx, endpoint[:id.Length])
	if err != nil {
		return err
	}
	return s.f.Hear(ctx, who, endpoint[id.Length:], false, signature, body)
}

// endpoint is the last part of the workspace's address for webhooks.
func (s *till) endpoint(t testing.TB) string {
	t.Helper()
	settings, err := s.app(t).Settings(t.Context())
	must(t, err)
	return settings.Endpoint[strings.LastIndex(settings.Endpoint, "/")+1:]
}

const later = payment.Every + time.Minute
