package house

import (
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"foyer/internal/auth"
	"foyer/internal/feature/billing"
	"foyer/internal/feature/client"
	"foyer/internal/feature/contract"
	"foyer/internal/feature/document"
	"foyer/internal/feature/invoice"
	"foyer/internal/feature/project"
	"foyer/internal/feature/staff"
	"foyer/internal/feature/workspace"
	"foyer/internal/kernel/db/dbtest"
	"foyer/internal/kernel/id"
	"foyer/internal/kernel/scope"
	"foyer/internal/kernel/total"
)

// Furnish sets both workspaces up and puts everybody in. What it takes longest for
// is the passwords, so it is done once on each engine, and every house after that
// moves into a copy of the first one's database and files. Only the payments are
// begun in each house, for they are in the books of its own stand-in.
func (h *House) Furnish(t testing.TB) *House {
	t.Helper()
	must(t, h.Close(t.Context()))
	m := models[h.Engine]
	if h.Engine == Postgres {
		h.Address = m.database.Copy(t, func(address string) error {
			if err := dbtest.Migrate(address); err != nil {
				return err
			}
			m.build(t, h.Engine, address)
			return nil
		})
	} else {
		m.once.Do(func() {
			file := dbtest.SQLiteFile(t)
			m.build(t, h.Engine, "sqlite:"+file)
			var err error
			m.file, err = os.ReadFile(file)
			must(t, err)
		})
		file := filepath.Join(t.TempDir(), "furnished.db")
		must(t, os.WriteFile(file, m.file, 0o600))
		h.Address = "sqlite:" + file
	}
	if m.first == nil || m.second == nil {
		t.Fatal("the house that is copied was not furnished: see the test that was the first to want it")
	}
	must(t, os.RemoveAll(h.Data))
	must(t, os.CopyFS(h.Data, m.files))
	// What happens in the copy happens later: ids are in order from one moment to
	// the next, and within one only if one program made them.
	h.Clock.Later(time.Millisecond)
	h.moveIn(t)
	h.First, h.Second = m.first.in(h), m.second.in(h)
	h.First.payments(t)
	h.Second.payments(t)
	return h
}

// model is a furnished house that others are copies of.
type model struct {
	once          sync.Once // on SQLite
	file          []byte
	database      dbtest.Source
	files         fstest.MapFS
	first, second *Workspace
}

var models = map[Engine]*model{SQLite: {}, Postgres: {}}

// build furnishes a house on a migrated database, leaves it, and keeps what is in it.
func (m *model) build(t testing.TB, engine Engine, address string) {
	t.Helper()
	h := Open(t, engine, address)
	ctx := t.Context()
	token, err := h.Gate.PrepareSetup(ctx)
	must(t, err)
	_, err = h.Gate.SetUp(ctx, auth.Facts{Address: "192.0.2.1"}, auth.Setup{
		Token: token.Reveal(), Workspace: "cnry-a Studio", Name: "cnry-a Owner", Email: "owner@a.example", Password: Password, Zone: "Europe/Dublin", Language: "en",
	})
	must(t, err)
	first := h.furnish(t, "cnry-a", Host)
	_, err = h.Gate.CreateOwner(ctx, auth.NewOwner{
		Email: "owner@b.example", Name: "cnry-b Owner", Host: SecondHost, Workspace: "cnry-b Studio", Zone: "Asia/Tokyo", Language: "en",
	})
	must(t, err)
	second := h.furnish(t, "cnry-b", SecondHost)
	must(t, h.Close(ctx))
	m.files = fstest.MapFS{}
	must(t, filepath.WalkDir(h.Data, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		name, err := filepath.Rel(h.Data, path)
		m.files[filepath.ToSlash(name)] = &fstest.MapFile{Data: data, Mode: info.Mode()}
		return err
	}))
	m.first, m.second = first, second
}

// in is the workspace as it is in a copy of its house.
func (w *Workspace) in(h *House) *Workspace {
	there := *w
	there.h = h
	there.Owner = w.Owner.in(h)
	there.Members, there.MemberIDs = map[auth.Role]*Agent{}, maps.Clone(w.MemberIDs)
	for role, a := range w.Members {
		there.Members[role] = a.in(h)
	}
	there.Members[auth.Owner] = there.Owner
	there.Clients = nil
	for _, c := range w.Clients {
		copied := *c
		copied.Contacts = nil
		for _, a := range c.Contacts {
			copied.Contacts = append(copied.Contacts, a.in(h))
		}
		copied.ContactIDs, copied.Identities = slices.Clone(c.ContactIDs), slices.Clone(c.Identities)
		there.Clients = append(there.Clients, &copied)
	}
	return &there
}

// in is the same person in a copy of their house.
func (a *Agent) in(h *House) *Agent {
	there := a.Clone()
	there.h = h
	return there
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (h *House) furnish(t testing.TB, canary, host string) *Workspace {
	t.Helper()
	w := &Workspace{Canary: canary, Host: host, h: h, Members: map[auth.Role]*Agent{}, MemberIDs: map[auth.Role]string{}}
	var err error
	w.Site, err = h.Gate.SiteFor(t.Context(), host)
	must(t, err)
	letter := canary[len(canary)-1:]
	w.setPassword(t, auth.StaffRealm, "owner@"+letter+".example")
	w.Owner = w.SignIn(t, auth.StaffRealm, "owner@"+letter+".example")
	w.settings(t)
	w.team(t, letter)
	for n := 1; n <= 2; n++ {
		w.Clients = append(w.Clients, w.client(t, fmt.Sprintf("%s%d", canary, n)))
	}
	return w
}

// Staff is an agent's staff value, for calling a feature's door.
func (a *Agent) Staff(t testing.TB) auth.Staff {
	t.Helper()
	s, err := a.h.Gate.Signed(t.Context(), a.h.Gate.Visitor(a.site(t), auth.Facts{Address: "192.0.2.1"}), auth.StaffRealm, a.session(auth.StaffRealm))
	must(t, err)
	who, err := s.Staff()
	must(t, err)
	return who
}

func (w *Workspace) settings(t testing.TB) {
	t.Helper()
	ctx := t.Context()
	settings := workspace.Feature{Documents: document.Shelf{Blobs: w.h.Blobs}}.ForStaff(w.Owner.Staff(t))
	now, err := settings.Get(ctx)
	must(t, err)
	c := w.Canary
	must(t, settings.SaveCompany(ctx, workspace.Company{
		Name: c + " Studio", LegalName: c + " legal", Website: "https://" + c + ".example", Industry: c + " industry", LegalStructure: c + " structure",
		Address: c + " street", Phone: c + " phone", TaxID: c + " tax", RegistrationNumber: c + " number", Email: c + "@studio.example", Version: now.Version,
	}))
	must(t, settings.SaveMail(ctx, workspace.MailIdentity{SenderName: c + " sender", Sender: c + "@studio.example", Version: now.Version + 1}))
	must(t, settings.AddHost(ctx, workspace.NewHost{Host: w.PortalHost(), Kind: workspace.PortalHost}))
	w.billing(t)
}

// billing says how the workspace bills.
func (w *Workspace) billing(t testing.TB) {
	t.Helper()
	ctx, app, c := t.Context(), billing.ForStaff(w.Owner.Staff(t)), w.Canary
	must(t, app.AddRate(ctx, billing.RateDetails{Name: c + " rate", Category: total.Standard, Percent: "19", Standard: true}))
	must(t, app.SaveInstructions(ctx, billing.Instructions{Currency: "EUR", Content: "IBAN: " + c + " account\n" + c + " hint"}))
	must(t, app.AddSaved(ctx, billing.SavedDetails{Description: c + " saved line", Unit: c, Price: "9", Currency: "EUR"}))
	must(t, app.SaveReminders(ctx, "-3, 7"))
	offers, err := app.Offers(ctx)
	must(t, err)
	w.Rate, w.Saved = offers.Rates[0].ID, offers.Saved[0].ID
}

// bills is the door to invoices for the Owner.
func (w *Workspace) bills(t testing.TB) invoice.App {
	t.Helper()
	return invoice.Feature{Documents: document.Shelf{Blobs: w.h.Blobs}, Enqueue: w.h.Jobs.Enqueue}.ForStaff(w.Owner.Staff(t))
}

// bill is what a form about an invoice says.
func (w *Workspace) bill(c *Client, name string) invoice.Details {
	return invoice.Details{
		Client: c.ID, Project: c.Project, Milestone: c.Target, Currency: "EUR", TermsDays: "14", PONumber: name + " order", Notes: name + " notes",
		Lines: []invoice.LineDetails{{Description: name + " line", Quantity: "2", Unit: name, Price: "50", Rate: w.Rate}},
	}
}

// invoices makes an issued invoice that is paid in part, and a draft that the
// client does not see.
func (w *Workspace) invoices(t testing.TB, c *Client) {
	t.Helper()
	ctx, app := t.Context(), w.bills(t)
	var err error
	c.Invoice, err = app.Create(ctx, w.bill(c, c.Canary+" invoice"))
	must(t, err)
	must(t, app.Issue(ctx, c.Invoice, 1, false))
	must(t, app.RecordPayment(ctx, c.Invoice, invoice.PaymentDetails{Amount: "19", Method: invoice.Methods[0], PaidOn: "2026-11-20", Reference: c.Canary + " reference"}))
	full, err := app.Full(ctx, c.Invoice)
	must(t, err)
	c.Payment = full.Entries[0].Payment
	c.Draft, err = app.Create(ctx, w.bill(c, c.Canary+" secret draft"))
	must(t, err)
}

func (w *Workspace) team(t testing.TB, letter string) {
	t.Helper()
	team := staff.ForStaff(w.Owner.Staff(t))
	w.Members[auth.Owner] = w.Owner
	for _, role := range auth.Roles {
		email := fmt.Sprintf("%s@%s.example", role, letter)
		if role == auth.Owner {
			continue
		}
		member, err := team.Invite(t.Context(), staff.Invitation{Name: w.Canary + " " + string(role), Email: email, Role: role})
		must(t, err)
		w.setPassword(t, auth.StaffRealm, email)
		w.Members[role] = w.SignIn(t, auth.StaffRealm, email)
		w.MemberIDs[role] = member
	}
	page, err := team.List(t.Context(), staff.Filter{})
	must(t, err)
	for _, m := range page.Members {
		if m.Role == auth.Owner {
			w.MemberIDs[auth.Owner] = m.ID
		}
	}
}

// PortalHost is the workspace's own portal host. It has no canary, because the
// crawl asks for it by name.
func (w *Workspace) PortalHost() string { return "portal." + w.Canary[len(w.Canary)-1:] + ".example" }

// client makes a client whose every text has the canary, with a primary contact
// and three others, all able to sign in.
func (w *Workspace) client(t testing.TB, canary string) *Client {
	t.Helper()
	ctx := t.Context()
	clients := client.ForStaff(w.Owner.Staff(t))
	c := &Client{Canary: canary}
	var err error
	c.ID, err = clients.Create(ctx, client.Details{
		Name: canary + " Client", Email: canary + "@client.example", SecondEmail: canary + "-2@client.example", Mobile: canary, WorkPhone: canary,
		Preferred: client.ByEmail, JobTitle: canary + " title", Type: client.Organization, ContactName: canary + " Primary", LegalName: canary + " legal",
		TaxID: canary + " tax", RegistrationNumber: canary + " number", Website: "https://" + canary + ".example", Industry: canary + " industry",
		Addresses: []client.Address{{Label: canary + " label", Street: canary + " street", City: canary + " city", Country: canary + " country", Billing: true}},
	})
	must(t, err)
	_, err = clients.CreateContact(ctx, c.ID, client.ContactDetails{
		Name: canary + " Second", Email: canary + "-second@client.example", JobTitle: canary, Phone: canary,
		Preset: auth.ReaderPreset, Capabilities: auth.ReaderPreset.Capabilities(),
	})
	must(t, err)
	_, err = clients.CreateContact(ctx, c.ID, client.ContactDetails{
		Name: canary + " Third", Email: canary + "-third@client.example", Preset: auth.BillingPreset, Capabilities: auth.BillingPreset.Capabilities(),
	})
	must(t, err)
	own := auth.ProjectPreset.Capabilities()
	own.Changes, own.Meetings = auth.OwnOfIt, auth.OwnOfIt
	_, err = clients.CreateContact(ctx, c.ID, client.ContactDetails{
		Name: canary + " Fourth", Email: canary + "-fourth@client.example", Preset: auth.ProjectPreset, Drawn: auth.ProjectPreset, Capabilities: own,
	})
	must(t, err)
	must(t, clients.EnablePortal(ctx, c.ID))
	w.projects(t, c)
	w.invoices(t, c)
	_, contacts, err := clients.Contacts(ctx, c.ID)
	must(t, err)
	for _, contact := range contacts {
		w.setPassword(t, auth.PortalRealm, contact.Email)
		c.Contacts = append(c.Contacts, w.SignIn(t, auth.PortalRealm, contact.Email))
		c.ContactIDs = append(c.ContactIDs, contact.ID)
		c.Identities = append(c.Identities, contact.Identity)
	}
	w.contracts(t, c)
	w.cases(t, c)
	w.changes(t, c)
	w.calendar(t, c)
	w.documents(t, c)
	return c
}

// projects agrees work with a client: a project that they see, with and without
// parts that they do not, and one that is not shared.
func (w *Workspace) projects(t testing.TB, c *Client) {
	t.Helper()
	app, ctx, secret := project.ForStaff(w.Owner.Staff(t)), t.Context(), c.Canary+" secret"
	agree := func(name string, shared bool) project.ID {
		made, err := app.Create(ctx, project.Details{
			Name: name, Description: name + " description", Type: project.Fixed, Priority: project.High, Client: c.ID, Owner: w.MemberIDs[auth.Owner],
			StartsOn: "2026-11-01", EndsOn: "2027-01-31", Budget: "1000", Currency: "EUR", Tags: name + " tag", Shared: shared,
		})
		must(t, err)
		must(t, app.SetState(ctx, made, project.Change{From: project.Planned, To: project.Active}))
		return made
	}
	add := func(of project.ID, kind project.Kind, name string, visible bool) project.TargetID {
		made, err := app.AddTarget(ctx, of, project.TargetDetails{Kind: kind, Name: name, Note: name + " note", DueOn: "2026-12-01", ClientVisible: visible})
		must(t, err)
		must(t, app.SetTargetState(ctx, of, made, project.Change{From: kind.First(), To: project.InProgress}))
		return made
	}
	c.Project = agree(c.Canary+" project", true)
	c.Target = add(c.Project, project.Milestone, c.Canary+" milestone", true)
	add(c.Project, project.Deliverable, c.Canary+" deliverable", true)
	add(c.Project, project.Milestone, secret+" milestone", false)
	add(c.Project, project.Deliverable, secret+" deliverable", false)
	c.Unshared = agree(secret+" project", false)
	add(c.Unshared, project.Milestone, secret+" goal", true)
	must(t, app.AddFunding(ctx, c.Project, project.FundingDetails{Source: secret + " funding", Amount: "500", Currency: "EUR", Status: project.Received}))
	_, sources, err := app.Funding(ctx, c.Project)
	must(t, err)
	c.Funding = sources[0].ID
}

// Crowd fills the lists of the first client, and of the workspace, with many
// records of each kind.
func (w *Workspace) Crowd(t testing.TB) {
	t.Helper()
	ctx, c, by := t.Context(), w.Clients[0], w.Owner.Staff(t)
	clients, projects := client.ForStaff(by), project.ForStaff(by)
	for n := range 60 {
		name := fmt.Sprintf("%s crowd %d", c.Canary, n)
		_, err := clients.Create(ctx, client.Details{Name: name, Email: fmt.Sprintf("crowd-%d@client.example", n), Type: client.Organization, Preferred: client.ByEmail})
		must(t, err)
		if n%2 == 0 {
			_, err = clients.CreateContact(ctx, c.ID, client.ContactDetails{
				Name: name, Email: fmt.Sprintf("%s-crowd-%d@client.example", c.Canary, n), Preset: auth.ReaderPreset, Capabilities: auth.ReaderPreset.Capabilities(),
			})
			must(t, err)
		}
		made, err := projects.Create(ctx, project.Details{
			Name: name, Type: project.Ongoing, Priority: project.Low, Client: c.ID, Owner: w.MemberIDs[auth.Owner], Currency: "EUR", Shared: true,
		})
		must(t, err)
		must(t, projects.SetState(ctx, made, project.Change{From: project.Planned, To: project.Active}))
		for of, kind := range map[project.ID]project.Kind{made: project.Milestone, c.Project: project.Kinds[n%2]} {
			_, err = projects.AddTarget(ctx, of, project.TargetDetails{Kind: kind, Name: name, DueOn: "2026-11-25", ClientVisible: true})
			must(t, err)
		}
		must(t, projects.AddFunding(ctx, c.Project, project.FundingDetails{Source: name, Amount: "1", Currency: "EUR", Status: project.Received}))
		w.crowdOfInvoices(t, c, n)
		w.agree(t, c, name+" contract", contract.SignatoryDetails{Side: contract.Theirs, Role: contract.Signer, Step: "1", Contact: c.ContactIDs[0].String()})
		w.crowdOfCases(t, c, n, name)
		w.crowdOfChanges(t, c, n, name)
		w.crowdOfMeetings(t, c, n, name)
		w.crowdOfDocuments(t, c, n, name)
	}
}

// crowdOfInvoices makes one more invoice, paid in part, and every other time one
// that is a draft.
func (w *Workspace) crowdOfInvoices(t testing.TB, c *Client, n int) {
	t.Helper()
	ctx, app := t.Context(), w.bills(t)
	made, err := app.Create(ctx, w.bill(c, fmt.Sprintf("%s crowd %d", c.Canary, n)))
	must(t, err)
	must(t, app.RecordPayment(ctx, c.Invoice, invoice.PaymentDetails{Amount: "0.10", Method: invoice.Methods[0], PaidOn: "2026-11-20"}))
	must(t, billing.ForStaff(w.Owner.Staff(t)).AddSaved(ctx, billing.SavedDetails{Description: fmt.Sprintf("crowd %d", n), Price: "1", Currency: "EUR"}))
	if n%2 == 0 {
		must(t, app.Issue(ctx, made, 1, false))
	}
}

// ClientsAs is the client feature as a staff member has it.
func (w *Workspace) ClientsAs(t testing.TB, a *Agent) client.App {
	t.Helper()
	return client.ForStaff(a.Staff(t))
}

// setPassword lets somebody choose the password by an invitation.
func (w *Workspace) setPassword(t testing.TB, realm auth.Realm, email string) {
	t.Helper()
	must(t, w.h.Gate.Redeem(t.Context(), w.visitor(), realm, w.Link(t, realm, email, auth.InviteLink), Password))
}

// Link mints a link for a login, as its mail would.
func (w *Workspace) Link(t testing.TB, realm auth.Realm, email string, purpose auth.Purpose) id.Secret {
	t.Helper()
	sys, err := w.h.Gate.System(t.Context(), w.Site.ID)
	must(t, err)
	var token id.Secret
	must(t, sys.Write(t.Context(), func(tx scope.Tx) error {
		identity, err := scope.One(t.Context(), tx, identityOf, scope.Args{"realm": string(realm), "email": auth.AddressKey(email)}, scope.Value[string])
		if err != nil {
			return err
		}
		token, err = sys.MintLink(t.Context(), tx, identity, purpose, "new-"+email)
		return err
	}))
	return token
}

const identityOf = `-- identityOf
select id
from identity
where workspace_id = :workspace
  and realm = :realm
  and email_key = :email`

func (w *Workspace) visitor() auth.Visitor {
	return w.h.Gate.Visitor(w.Site, auth.Facts{Address: "192.0.2.1", Agent: "house"})
}
