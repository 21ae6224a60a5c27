package library_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"foyer/internal/auth"
	"foyer/internal/feature/billing"
	"foyer/internal/feature/client"
	"foyer/internal/feature/contract"
	"foyer/internal/feature/document"
	"foyer/internal/feature/invoice"
	"foyer/internal/feature/library"
	"foyer/internal/feature/project"
	"foyer/internal/feature/project/projecttest"
	"foyer/internal/feature/support"
	"foyer/internal/feature/workspace"
	"foyer/internal/kernel/blob"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
	"foyer/internal/kernel/secret"
	"foyer/internal/kernel/total"
)

const (
	home  = projecttest.Home
	away  = projecttest.Away
	owner = projecttest.Owner
	ines  = "ines@marlow.example" // the primary contact of Marlow, who sees all there is
	sam   = "sam@northwind.example"
	vera  = "vera@verso.example" // of the other workspace
)

var (
	must  = projecttest.Must
	wants = projecttest.Wants
)

// often is a small count in make test and, in make soak, the one that was asked for.
func often(daily, soak int) int {
	if os.Getenv("FOYER_TEST_SOAK") != "" {
		return soak
	}
	return daily
}

// cellar is a store of bytes of which a test says how old they are.
type cellar struct {
	blob.Store
	mu  sync.Mutex
	age map[string]time.Time
	now func() time.Time
}

// List implements blob.Store.
func (c *cellar) List(ctx context.Context, of, after string, n int) ([]blob.Info, error) {
	all, err := c.Store.List(ctx, of, after, n)
	c.mu.Lock()
	defer c.mu.Unlock()
	for i := range all {
		all[i].Stored = c.now()
		if at, said := c.age[all[i].Key]; said {
			all[i].Stored = at
		}
	}
	return all, err
}

// Put implements blob.Store.
func (c *cellar) Put(ctx context.Context, of string, content io.Reader, limit int64) (blob.Blob, error) {
	b, err := c.Store.Put(ctx, of, content, limit)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.age[b.Key] = c.now()
	return b, err
}

// bench is a desk at which documents are worked with: at home are the clients Marlow
// and Northwind, away is Verso.
type bench struct {
	*projecttest.Desk
	f         library.Feature
	blobs     *cellar
	contracts contract.Feature
	invoices  invoice.Feature
	cases     support.Feature
	rate      billing.RateID

	marlow, northwind, verso client.ID
}

// onBoth runs a test on each engine, and holds at its end that what is kept of files is
// what their rows come to and that no bytes are without a row.
func onBoth(t *testing.T, test func(t *testing.T, b *bench)) {
	t.Helper()
	projecttest.OnBoth(t, func(t *testing.T, d *projecttest.Desk) {
		b := open(t, d)
		test(t, b)
		b.tidy(t)
	})
}

func open(t *testing.T, d *projecttest.Desk) *bench {
	t.Helper()
	disk, err := blob.OpenDisk(t.TempDir())
	must(t, err)
	t.Cleanup(func() { _ = disk.Close() })
	box, err := secret.New(make([]byte, secret.Size))
	must(t, err)
	b := &bench{Desk: d, blobs: &cellar{Store: disk, age: map[string]time.Time{}, now: d.Now}}
	shelf := document.Shelf{Blobs: b.blobs}
	b.f = library.Feature{Documents: shelf, Enqueue: d.Enqueue}
	b.contracts = contract.Feature{Documents: shelf, Enqueue: d.Enqueue, Keys: contract.Keys{Secrets: box}}
	b.invoices = invoice.Feature{Documents: shelf, Enqueue: d.Enqueue}
	b.cases = support.Feature{Documents: shelf}
	b.f.WriteMail(d.Mails)
	b.contracts.WriteMail(d.Mails)
	b.invoices.WriteMail(d.Mails)
	b.cases.WriteMail(d.Mails)
	d.Handlers = map[string]func(context.Context, auth.System, json.RawMessage) error{
		library.PictureKind: b.f.Picture, invoice.RenderKind: b.invoices.Render,
		contract.SealKind: func(ctx context.Context, who auth.System, data json.RawMessage) error {
			return b.contracts.Sealed(ctx, who, data)
		},
	}
	b.marlow, b.northwind = b.customer(t, "Marlow Ceramics", ines), b.customer(t, "Northwind Bikes", sam)
	b.verso = d.Client(t, away, "Verso Books", vera)
	d.Deliver(t)
	return b
}

// customer is a client that can be billed.
func (b *bench) customer(t *testing.T, name, email string) client.ID {
	t.Helper()
	made := b.Client(t, home, name, email)
	c, err := b.Clients(t, home).Get(t.Context(), made)
	must(t, err)
	d := c.Details
	d.Addresses = []client.Address{{Street: "1 Quay", City: "Cork", Country: "Ireland", Billing: true}}
	must(t, b.Clients(t, home).Update(t.Context(), made, c.Version, d))
	return made
}

// tidy holds that sums fit and that each blob at home has its row and each row its blob.
func (b *bench) tidy(t *testing.T) {
	t.Helper()
	for _, host := range []string{home, away} {
		sys := b.System(t, host)
		wrong, err := library.Verify(t.Context(), sys)
		must(t, err)
		more, err := invoice.Verify(t.Context(), sys)
		must(t, err)
		if wrong = append(wrong, more...); len(wrong) > 0 {
			t.Errorf("kept wrongly: %q", wrong)
		}
		if kept, rows := b.keys(t, host), b.rows(t, host); !slices.Equal(kept, rows) {
			t.Errorf("there are %d files in the store and %d rows of some", len(kept), len(rows))
		}
	}
}

// keys are those of the stored bytes of a workspace.
func (b *bench) keys(t *testing.T, host string) []string {
	t.Helper()
	all, err := b.blobs.List(t.Context(), b.System(t, host).Site().ID, "", 10_000)
	must(t, err)
	var keys []string
	for _, one := range all {
		keys = append(keys, one.Key)
	}
	return keys
}

// rows are the keys that rows of a workspace know.
func (b *bench) rows(t *testing.T, host string) []string {
	t.Helper()
	return b.texts(t, host, `select blob_key from document_version where workspace_id = :workspace
		union all select blob_key from document_preview where workspace_id = :workspace order by blob_key`, nil)
}

// texts are what a statement gives in a workspace.
func (b *bench) texts(t *testing.T, host, statement string, args scope.Args) (all []string) {
	t.Helper()
	must(t, b.System(t, host).Read(t.Context(), func(tx scope.Tx) (err error) {
		all, err = scope.List(t.Context(), tx, statement, args, scope.Value[string])
		return err
	}))
	return all
}

// app is the door for the Owner at home, with a form of their own.
func (b *bench) app(t *testing.T) library.App {
	t.Helper()
	return b.as(t, owner)
}

func (b *bench) as(t *testing.T, email string) library.App {
	t.Helper()
	return b.f.ForStaff(b.Staff(t, home, email, b.Form()))
}

// portal is the door for somebody of Marlow, or for Sam.
func (b *bench) portal(t *testing.T, email string) library.Portal {
	t.Helper()
	of := b.marlow
	if email == sam {
		of = b.northwind
	}
	return b.f.ForClient(b.Contact(t, home, email, of))
}

// file is one that comes.
type file struct{ name, content string }

// bring fills an upload and finishes it; one that a file ends is dropped.
func bring(ctx context.Context, l *library.Load, err error, files ...file) (library.Brought, error) {
	if err != nil {
		return library.Brought{}, err
	}
	for _, one := range files {
		if err := l.Add(ctx, one.name, strings.NewReader(one.content)); err != nil {
			l.Drop(ctx)
			return library.Brought{}, err
		}
	}
	return l.Finish(ctx)
}

// put lets the Owner bring a file somewhere, and gives its document.
func (b *bench) put(t *testing.T, at library.Parcel, name, content string) library.ID {
	t.Helper()
	l, err := b.app(t).Begin(t.Context(), at)
	done, err := bring(t.Context(), l, err, file{name, content})
	must(t, err)
	return done.Of
}

// send lets a contact bring a file somewhere, and gives its document.
func (b *bench) send(t *testing.T, email string, at library.Parcel, name, content string) library.ID {
	t.Helper()
	l, err := b.portal(t, email).Begin(t.Context(), at)
	done, err := bring(t.Context(), l, err, file{name, content})
	must(t, err)
	return done.Of
}

// renew lets the Owner add a version.
func (b *bench) renew(t *testing.T, of library.ID, name, content string) {
	t.Helper()
	l, err := b.app(t).Begin(t.Context(), library.Parcel{Of: of, Version: b.get(t, of).Version})
	_, err = bring(t.Context(), l, err, file{name, content})
	must(t, err)
}

func (b *bench) get(t *testing.T, of library.ID) library.Document {
	t.Helper()
	d, err := b.app(t).Get(t.Context(), of)
	must(t, err)
	return d
}

func (b *bench) share(t *testing.T, of library.ID, with library.Sharing, chosen ...string) {
	t.Helper()
	must(t, b.app(t).Share(t.Context(), of, b.get(t, of).Version, with, chosen))
}

// at is a place at Marlow itself.
func (b *bench) at() library.Parcel {
	return library.Parcel{Kind: library.OfClient, Place: b.marlow.String(), Shared: true}
}

// inside is the same, not shared.
func (b *bench) inside() library.Parcel {
	p := b.at()
	p.Shared = false
	return p
}

// project makes a project of a client at home.
func (b *bench) project(t *testing.T, of client.ID, name string, shared bool) project.ID {
	t.Helper()
	in := projecttest.Details(of, name)
	in.Shared = shared
	return b.Create(t, home, in)
}

// agree writes a contract of a client at home, which people of the client are to sign.
func (b *bench) agree(t *testing.T, of client.ID, name string, sent bool, contacts ...string) contract.ID {
	t.Helper()
	ctx := t.Context()
	app := func() contract.App { return b.contracts.ForStaff(b.Staff(t, home, owner, b.Form())) }
	made, err := app().Create(ctx, contract.Details{Client: of, Name: name, Kind: contract.Service, Amount: "100", Currency: "EUR", StartsOn: "2026-12-01", EndsOn: "2027-11-30", Language: "en"})
	must(t, err)
	var people []contract.SignatoryDetails
	for _, c := range contacts {
		people = append(people, contract.SignatoryDetails{Side: contract.Theirs, Role: contract.Signer, Step: "1", Contact: c})
	}
	must(t, app().SaveParties(ctx, made, 1, contract.SigningDetails{People: people}))
	must(t, app().SaveContent(ctx, made, 2, "## Parties\n\n{{workspace.name}} and {{client.name}} agree for {{contract.value}}.\n\n## Term\n\nFrom {{contract.start}} to {{contract.end}}.\n"))
	if sent {
		must(t, app().Send(ctx, made, 3))
	}
	return made
}

// bill writes an invoice of a client at home.
func (b *bench) bill(t *testing.T, of client.ID, issued bool) invoice.ID {
	t.Helper()
	ctx := t.Context()
	b.prices(t)
	app := func() invoice.App { return b.invoices.ForStaff(b.Staff(t, home, owner, b.Form())) }
	made, err := app().Create(ctx, invoice.Details{
		Client: of, Currency: "EUR", TermsDays: "14", Lines: []invoice.LineDetails{{Description: "Work", Quantity: "1", Price: "100", Rate: b.rate}},
	})
	must(t, err)
	if issued {
		must(t, app().Issue(ctx, made, 1, false))
	}
	return made
}

// prices lets the workspace bill.
func (b *bench) prices(t *testing.T) {
	t.Helper()
	if b.rate != "" {
		return
	}
	ctx := t.Context()
	settings := workspace.Feature{Documents: b.f.Documents}.ForStaff(b.Staff(t, home, owner, b.Form()))
	now, err := settings.Get(ctx)
	must(t, err)
	must(t, settings.SaveCompany(ctx, workspace.Company{Name: "Halden & Rowe", Address: "4 Fumbally Lane\nDublin 8", TaxID: "IE1234567T", Version: now.Version}))
	bills := func() billing.App { return billing.ForStaff(b.Staff(t, home, owner, b.Form())) }
	must(t, bills().AddRate(ctx, billing.RateDetails{Name: "Standard", Category: total.Standard, Percent: "19", Standard: true}))
	all, err := bills().Get(ctx)
	must(t, err)
	b.rate = all.Rates[0].ID
}

// raise begins a case of somebody.
func (b *bench) raise(t *testing.T, email, subject string) support.ID {
	t.Helper()
	of := b.marlow
	if email == sam {
		of = b.northwind
	}
	made, err := b.cases.ForClient(b.Contact(t, home, email, of)).Raise(t.Context(), support.Matter{Subject: subject, Description: "It does not work.", Priority: support.Medium})
	must(t, err)
	return made
}

// able is a contact of Marlow with capabilities of their own, who can sign in.
func (b *bench) able(t *testing.T, email string, can auth.Capabilities) client.Contact {
	t.Helper()
	made, err := b.Clients(t, home).CreateContact(t.Context(), b.marlow, client.ContactDetails{Name: "Person " + email, Email: email, Preset: client.Custom, Drawn: client.Custom, Capabilities: can})
	must(t, err)
	_, c, err := b.Clients(t, home).Contact(t.Context(), b.marlow, made)
	must(t, err)
	b.Redeem(t, auth.PortalRealm, home, c.Identity)
	return c
}

// nothing is what a contact may who may nothing.
func nothing() auth.Capabilities { return auth.Preset("").Capabilities() }

// fetched is a file as somebody got it.
type fetched struct{ name, content, mediaType string }

// fetch reads a file to its end, and notes it.
func fetch(t *testing.T, f library.File, err error) (fetched, error) {
	t.Helper()
	if err != nil {
		return fetched{}, err
	}
	must(t, f.Note(t.Context(), true))
	content, err := io.ReadAll(f)
	must(t, errors.Join(err, f.Close()))
	return fetched{f.Name, string(content), f.MediaType}, nil
}

// names are those of rows, in their order.
func names(rows []library.Shown) string {
	var all []string
	for _, r := range rows {
		all = append(all, r.Name)
	}
	return strings.Join(all, ", ")
}

// gone holds that an error is that there is nothing.
func gone(t *testing.T, what string, err error) {
	t.Helper()
	if !problem.Is(err, problem.NotFound) {
		t.Errorf("%s: %v, want nothing there", what, err)
	}
}

// filler are bytes of a text of a size, which differ by what is in them.
func filler(of string, size int) string {
	return string(bytes.Repeat([]byte(fmt.Sprintf("%-8s", of)), size/8+1)[:size])
}

// detailsOf are what a form about a project says.
func detailsOf(of client.ID, name string) project.Details { return projecttest.Details(of, name) }
