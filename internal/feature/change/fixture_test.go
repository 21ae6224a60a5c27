package change_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"foyer/internal/auth"
	"foyer/internal/feature/activity"
	"foyer/internal/feature/billing"
	"foyer/internal/feature/change"
	"foyer/internal/feature/client"
	"foyer/internal/feature/document"
	"foyer/internal/feature/invoice"
	"foyer/internal/feature/project"
	"foyer/internal/feature/project/projecttest"
	"foyer/internal/feature/workspace"
	"foyer/internal/kernel/blob"
	"foyer/internal/kernel/id"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
	"foyer/internal/kernel/total"
)

const (
	home  = projecttest.Home
	owner = projecttest.Owner
	ines  = "ines@marlow.example"
	sam   = "sam@northwind.example"
	pat   = "pat@haldenrowe.example" // role project
	sue   = "sue@haldenrowe.example" // role support
	vic   = "vic@haldenrowe.example" // role viewer
	own   = "own@marlow.example"     // sees own changes alone

	canary = "kanarienvogel"
)

var (
	must  = projecttest.Must
	wants = projecttest.Wants
)

// lines are what server hands in.
type lines struct{}

func (lines) Lock(ctx context.Context, tx scope.Tx) error { return invoice.Lock(ctx, tx) }

func (lines) AddLine(ctx context.Context, tx scope.Tx, by change.Hand, l change.Line) (string, error) {
	made, err := invoice.AddAgreed(ctx, tx, by, invoice.Agreed{
		Client: l.Client, Project: l.Project, Description: l.Description, Net: l.Net, Draft: invoice.ID(l.Draft), For: l.Request.String(),
	})
	return made.String(), err
}

// bench is a desk at which changes are asked for: one client with a project that has a
// milestone.
type bench struct {
	*projecttest.Desk
	f         change.Feature
	bills     invoice.Feature
	of        client.ID
	project   project.ID
	milestone project.TargetID
	blobs     string
}

func onBoth(t *testing.T, test func(t *testing.T, b *bench)) {
	t.Helper()
	projecttest.OnBoth(t, func(t *testing.T, d *projecttest.Desk) { test(t, furnish(t, d)) })
}

func furnish(t *testing.T, d *projecttest.Desk) *bench {
	t.Helper()
	b := &bench{Desk: d, blobs: t.TempDir()}
	blobs, err := blob.OpenDisk(b.blobs)
	must(t, err)
	shelf := document.Shelf{Blobs: blobs}
	log := activity.Log{IDs: &id.Source{Now: d.Now}}
	log.Then = func(ctx context.Context, tx scope.Tx, id string, e activity.Event) error {
		if err := d.Notices.Recorded(ctx, tx, id, e); err != nil {
			return err
		}
		return b.f.Followed(ctx, tx, id, e)
	}
	d.Gate.Connect(auth.Ports{Record: log.Record, Post: d.Mails.Post, Enqueue: d.Enqueue})
	b.f = change.Feature{Documents: shelf, Invoices: lines{}, Record: log.Record}
	b.f.WriteMail(d.Mails)
	b.bills = invoice.Feature{Documents: shelf, Enqueue: d.Enqueue}
	b.bills.WriteMail(d.Mails)
	d.Handlers = map[string]func(context.Context, auth.System, json.RawMessage) error{invoice.RenderKind: b.bills.Render}
	settings := workspace.Feature{Documents: shelf}.ForStaff(d.Staff(t, home, owner, d.Form()))
	now, err := settings.Get(t.Context())
	must(t, err)
	must(t, settings.SaveCompany(t.Context(), workspace.Company{Name: "Halden & Rowe", Address: "4 Fumbally Lane", TaxID: "IE1234567T", Version: now.Version}))
	must(t, billing.ForStaff(d.Staff(t, home, owner, d.Form())).AddRate(t.Context(), billing.RateDetails{
		Name: "Standard", Category: total.Standard, Percent: "19", Standard: true,
	}))
	b.of = d.Client(t, home, "Marlow Ceramics", ines)
	c, err := d.Clients(t, home).Get(t.Context(), b.of)
	must(t, err)
	details := c.Details
	details.Addresses = []client.Address{{Street: "1 Quay", City: "Cork", Country: "Ireland", Billing: true}}
	must(t, d.Clients(t, home).Update(t.Context(), b.of, c.Version, details))
	b.project = d.Create(t, home, projecttest.Details(b.of, "Shop"))
	d.Move(t, b.project, project.Active)
	b.milestone = d.Milestone(t, b.project, "Launch", "2026-12-10", true)
	d.Deliver(t)
	return b
}

func (b *bench) app(t *testing.T) change.App { t.Helper(); return b.as(t, owner) }

func (b *bench) as(t *testing.T, email string) change.App {
	t.Helper()
	return b.f.ForStaff(b.Staff(t, home, email, b.Form()))
}

func (b *bench) portal(t *testing.T) change.Portal { t.Helper(); return b.contact(t, ines) }

func (b *bench) contact(t *testing.T, email string) change.Portal {
	t.Helper()
	return b.f.ForClient(b.Contact(t, home, email, b.of))
}

func (b *bench) details(title string) change.Details {
	return change.Details{
		Project: b.project, Title: title, Description: "Cards by post, with a code.", Category: change.NewFeature, Priority: change.High,
		Justification: "Christmas.", Benefit: "More sales.",
	}
}

// submit asks for a change in the name of Ines.
func (b *bench) submit(t *testing.T, title string) change.ID {
	t.Helper()
	made, err := b.portal(t).Submit(t.Context(), b.details(title), nil)
	must(t, err)
	return made
}

func quote(price string) change.QuoteDetails {
	return change.QuoteDetails{Price: price, Currency: "EUR", Hours: "12.5", ValidUntil: "2026-12-05", Note: "As discussed."}
}

// quoted asks for a change that is offered at a price.
func (b *bench) quoted(t *testing.T, title string, q change.QuoteDetails) change.ID {
	t.Helper()
	r := b.submit(t, title)
	must(t, b.app(t).Quote(t.Context(), r, change.Before{}, q))
	return r
}

func (b *bench) get(t *testing.T, r change.ID) change.Full {
	t.Helper()
	full, err := b.app(t).Get(t.Context(), r, change.Part{})
	must(t, err)
	return full
}

func (b *bench) shown(t *testing.T, r change.ID) change.ShownFull {
	t.Helper()
	full, err := b.portal(t).Get(t.Context(), r, change.Part{})
	must(t, err)
	return full
}

func (b *bench) hash(t *testing.T, r change.ID) string {
	t.Helper()
	return b.get(t, r).Quotes[0].SHA256
}

func (b *bench) accept(t *testing.T, r change.ID) {
	t.Helper()
	must(t, b.portal(t).Accept(t.Context(), r, b.get(t, r).Quotes[0].Shown()))
}

func (b *bench) state(t *testing.T, r change.ID, want change.State) {
	t.Helper()
	if got := b.get(t, r).State; got != want {
		t.Fatalf("the request is %s, want %s", got, want)
	}
}

func (b *bench) invoice(t *testing.T, n string) invoice.Invoice {
	t.Helper()
	got, err := b.bills.ForStaff(b.Staff(t, home, owner, b.Form())).Get(t.Context(), invoice.ID(n))
	must(t, err)
	return got
}

// right holds that what is kept beside the records is what they come to.
func (b *bench) right(t *testing.T) {
	t.Helper()
	sys := b.System(t, home)
	for _, verify := range []func(context.Context, auth.System) ([]string, error){change.Verify, invoice.Verify, project.Verify} {
		wrong, err := verify(t.Context(), sys)
		must(t, err)
		if len(wrong) > 0 {
			t.Errorf("kept wrong: %q", wrong)
		}
	}
}

// count counts rows of a table of the workspace.
func (b *bench) count(t *testing.T, statement string) (n int) {
	t.Helper()
	must(t, b.System(t, home).Read(t.Context(), func(tx scope.Tx) (err error) {
		n, err = scope.One(t.Context(), tx, statement, nil, scope.Value[int])
		return err
	}))
	return n
}

const (
	countDeliverables = `select count(*) from target where workspace_id = :workspace and kind = 'deliverable'`
	countLines        = `select count(*) from invoice_line where workspace_id = :workspace`
	countInvoices     = `select count(*) from invoice where workspace_id = :workspace`
	countDecisions    = `select count(*) from change_decision where workspace_id = :workspace`
)

// steps are the events of a request as "name from to", oldest first.
func (b *bench) steps(t *testing.T, r change.ID) []string {
	t.Helper()
	var all []string
	must(t, b.System(t, home).Read(t.Context(), func(tx scope.Tx) error {
		return tx.Each(t.Context(), `select kind, params from activity where workspace_id = :workspace and subject_kind = 'change' and subject_id = :request order by id`,
			scope.Args{"request": r}, func(row scope.Row) error {
				var kind, params string
				if err := row.Scan(&kind, &params); err != nil {
					return err
				}
				var said struct{ From, To string }
				err := json.Unmarshal([]byte(params), &said)
				if said.To != "" {
					all = append(all, strings.TrimPrefix(kind, "change.")+" "+said.From+" "+said.To)
				}
				return err
			})
	}))
	return all
}

// tells says who gets which mails, as "kind to" in order, and that each has some text.
func (b *bench) tells(t *testing.T, what string, want ...string) {
	t.Helper()
	var got []string
	for _, m := range b.Deliver(t) {
		got = append(got, m.To.Addr+": "+m.Subject)
		if body := fmt.Sprint(m); strings.Contains(body, canary) {
			t.Errorf("%s: a mail to %s has what staff remark", what, m.To.Addr)
		}
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("%s tells %q, want %q", what, got, want)
	}
}

func conflict(t *testing.T, err error, key string) {
	t.Helper()
	wants(t, err, problem.Conflict, "", key)
}

func missing(t *testing.T, err error) { t.Helper(); wants(t, err, problem.NotFound, "", "") }

// hire makes staff of further roles.
func (b *bench) hire(t *testing.T) {
	t.Helper()
	b.Desk.Hire(t, "Pat Project", pat, auth.Project)
	b.Desk.Hire(t, "Sue Support", sue, auth.Support)
	b.Desk.Hire(t, "Vic Viewer", vic, auth.Viewer)
	b.Deliver(t)
}

// owned makes a contact who sees what they asked for themselves.
func (b *bench) owned(t *testing.T) client.Contact {
	t.Helper()
	caps := auth.ProjectPreset.Capabilities()
	caps.Changes = auth.OwnOfIt
	made, err := b.Clients(t, home).CreateContact(t.Context(), b.of, client.ContactDetails{
		Name: "Owen Own", Email: own, Preset: auth.ProjectPreset, Drawn: auth.ProjectPreset, Capabilities: caps,
	})
	must(t, err)
	_, c, err := b.Clients(t, home).Contact(t.Context(), b.of, made)
	must(t, err)
	b.Redeem(t, auth.PortalRealm, home, c.Identity)
	b.Deliver(t)
	return c
}

func kinds(m map[string]int, prefix string) []string {
	return slices.Sorted(maps.Keys(maps.Collect(func(yield func(string, int) bool) {
		for k, n := range m {
			if strings.HasPrefix(k, prefix) && !yield(k, n) {
				return
			}
		}
	})))
}
