package app

import (
	"context"
	"net/http"
	"strings"
	"time"

	"foyer/internal/auth"
	"foyer/internal/face/ui"
	"foyer/internal/face/web"
	"foyer/internal/feature/client"
	"foyer/internal/kernel/problem"
)

// clientFrame is what every page of one client is drawn with.
type clientFrame struct {
	view
	Client client.Client
	Part   string // overview, contacts, projects, invoices, contracts, cases, documents or portal
}

// head is the title block of a client's pages.
func (p clientFrame) head() ui.PageHead {
	c := p.Client
	return ui.PageHead{
		Title: c.Name, Sub: c.JobTitle, Status: clientStatus(p.view, c.LeadStatus, c.Archived()),
		Crumbs: []ui.Link{{Text: p.T("clients.title"), Href: "/app/clients"}}, CrumbsLabel: p.T("ui.crumbs"),
		Lead: ui.Avatar{Name: c.Name, Size: ui.AvatarHuge, Square: c.Type == client.Organization},
	}
}

func (p clientFrame) tabs() ui.Tabs {
	t := ui.Tabs{Label: p.T("client.parts", "name", p.Client.Name)}
	for _, part := range []struct{ name, path, count string }{
		{"overview", "", ""}, {"contacts", "/contacts", p.Count(p.Client.Contacts)}, {"projects", "/projects", ""},
		{"invoices", "/invoices", ""}, {"contracts", "/contracts", ""}, {"cases", "/cases", ""}, {"documents", "/documents", ""}, {"portal", "/portal", ""},
	} {
		if part.name == "projects" && !p.Who.May(auth.ProjectsRead) || part.name == "invoices" && !p.Who.May(auth.MoneyRead) ||
			part.name == "contracts" && !p.Who.May(auth.ContractsRead) || part.name == "cases" && !p.Who.May(auth.CasesRead) ||
			part.name == "documents" && !p.Who.May(auth.DocumentsRead) {
			continue
		}
		t.Items = append(t.Items, ui.Tab{
			Text: p.T("client.part." + part.name), Href: clientAt(p.Client.ID, part.path), Count: part.count, Current: part.name == p.Part,
		})
	}
	return t
}

// changes tells whether the client can be changed by the person who looks.
func (p clientFrame) changes() bool { return p.writes() && !p.Client.Archived() }

// menu is what else can be done with the client.
func (p clientFrame) menu() ui.Menu {
	return ui.Menu{Label: p.T("clients.actions", "name", p.Client.Name), Items: []ui.MenuItem{
		{Text: p.T("client.archive"), Icon: "archive", Href: clientAt(p.Client.ID, "/archival"), Dialog: "center", Danger: true},
	}}
}

func (p clientFrame) date(t time.Time) string { return p.ListDate(t.In(p.Now.Location())) }

func (f Face) showClient(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	c, err := client.ForStaff(who).Get(r.Context(), clientIn(r))
	if err != nil {
		return err
	}
	p := clientFrame{newView(w, r, who), c, "overview"}
	return p.page(w, r, http.StatusOK, c.Name, clientView(p))
}

// filled leaves out the lines that have nothing to say.
func filled(items []ui.KeyValue) []ui.KeyValue {
	var kept []ui.KeyValue
	for _, item := range items {
		if item.Value != "" || item.Body != nil {
			kept = append(kept, item)
		}
	}
	return kept
}

func (p clientFrame) contactLines() []ui.KeyValue {
	c := p.Client
	return filled([]ui.KeyValue{
		{Key: p.T("client.email"), Value: c.Email, Href: mailto(c.Email)},
		{Key: p.T("client.second_email"), Value: c.SecondEmail, Href: mailto(c.SecondEmail)},
		{Key: p.T("client.mobile"), Value: c.Mobile},
		{Key: p.T("client.work_phone"), Value: c.WorkPhone},
		{Key: p.T("client.preferred_communication"), Value: p.T("client.channel." + string(c.Preferred))},
		{Key: p.T("client.birthday"), Value: p.day(c.Birthday)},
		{Key: p.T("client.type"), Value: p.T("client.type." + string(c.Type))},
	})
}

func mailto(email string) string {
	if email == "" {
		return ""
	}
	return "mailto:" + email
}

// day is a calendar date as people read it.
func (p clientFrame) day(date string) string {
	t, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return ""
	}
	return p.LongDate(t)
}

func (p clientFrame) companyLines() []ui.KeyValue {
	c := p.Client
	lines := []ui.KeyValue{
		{Key: p.T("client.legal_name"), Value: c.LegalName},
		{Key: p.T("client.tax_id"), Value: c.TaxID},
		{Key: p.T("client.registration_number"), Value: c.RegistrationNumber},
		{Key: p.T("client.website"), Value: c.Website, Href: c.Website},
		{Key: p.T("client.industry"), Value: c.Industry},
		{Key: p.T("client.currency"), Value: c.Currency},
	}
	if c.Language != "" {
		lines = append(lines, ui.KeyValue{Key: p.T("client.language"), Value: p.T("language." + c.Language)})
	}
	if c.PaymentTerms != "" {
		lines = append(lines, ui.KeyValue{Key: p.T("client.payment_terms"), Value: p.N("client.days", atoi(c.PaymentTerms))})
	}
	return filled(lines)
}

func (p clientFrame) leadLines() []ui.KeyValue {
	c := p.Client
	lines := []ui.KeyValue{}
	if c.Lead {
		lines = append(lines, ui.KeyValue{Key: p.T("client.lead_status"), Body: clientStatus(p.view, c.LeadStatus, false)})
	}
	if c.LeadSource != "" {
		lines = append(lines, ui.KeyValue{Key: p.T("client.lead_source"), Value: p.T("client.source_" + string(c.LeadSource))})
	}
	lines = append(lines, ui.KeyValue{Key: p.T("client.created"), Value: p.date(c.CreatedAt)})
	if !c.ConvertedAt.IsZero() {
		lines = append(lines, ui.KeyValue{Key: p.T("client.converted"), Value: p.date(c.ConvertedAt)})
	}
	if c.Archived() {
		lines = append(lines, ui.KeyValue{Key: p.T("client.archived"), Value: p.date(c.ArchivedAt)})
	}
	return lines
}

// addressLines are an address as an envelope has it.
func addressLines(a client.Address) []string {
	var lines []string
	town := strings.TrimSpace(a.PostalCode + " " + a.City)
	for _, line := range append(strings.Split(a.Street, "\n"), town, a.Region, a.Country) {
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, line)
		}
	}
	return lines
}

// confirmation asks before something is done; a dialog that is a page of its own.
type confirmation struct {
	view
	Title, Text string
	Action      string // where the answer is sent
	Back        string // where "no" leads
	Yes, No     string
	Kind        ui.ButtonKind
	Icon        string
	Trouble     string
}

func (f Face) confirmArchival(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	return f.askArchival(w, r, who, nil)
}

func (f Face) askArchival(w http.ResponseWriter, r *http.Request, who auth.Staff, trouble error) error {
	c, err := client.ForStaff(who).Get(r.Context(), clientIn(r))
	if err != nil {
		return err
	}
	v := newView(w, r, who)
	text := v.T("client.archive.text")
	if c.PortalOn() {
		text = v.T("client.archive.text_portal")
	}
	return confirm(w, r, trouble, confirmation{
		view: v, Title: v.T("client.archive.title", "name", c.Name), Text: text, Action: clientAt(c.ID, "/archival"), Back: clientAt(c.ID, ""),
		Yes: v.T("client.archive"), No: v.T("ui.cancel"), Kind: ui.DangerFilled, Icon: "archive",
	})
}

// confirm draws a confirmation, with what kept it from being done if anything.
func confirm(w http.ResponseWriter, r *http.Request, trouble error, c confirmation) error {
	status := http.StatusOK
	if p, known := problem.As(trouble); known {
		status, c.Trouble = web.Status(p), c.Say(p.Message)
	}
	return c.drawerOrPage(w, r, status, c.Title, confirmView(c))
}

func (f Face) postArchival(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	return f.clientStep(w, r, who, client.App.Archive, "flash.client_archived", "/app/clients")
}

func (f Face) postRestoration(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	return f.clientStep(w, r, who, client.App.Restore, "flash.client_restored", clientAt(clientIn(r), ""))
}

func (f Face) confirmConversion(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	return f.askConversion(w, r, who, nil)
}

func (f Face) askConversion(w http.ResponseWriter, r *http.Request, who auth.Staff, trouble error) error {
	c, err := client.ForStaff(who).Get(r.Context(), clientIn(r))
	if err != nil {
		return err
	}
	v := newView(w, r, who)
	return confirm(w, r, trouble, confirmation{
		view: v, Title: v.T("client.convert.title", "name", c.Name), Text: v.T("client.convert.text"), Action: clientAt(c.ID, "/conversion"),
		Back: clientAt(c.ID, ""), Yes: v.T("client.convert"), No: v.T("ui.cancel"), Kind: ui.Filled, Icon: "badge-check",
	})
}

func (f Face) postConversion(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	err := f.clientStep(w, r, who, client.App.Convert, "flash.client_converted", clientAt(clientIn(r), "/portal"))
	if problem.Is(err, problem.Conflict) {
		return f.askConversion(w, r, who, err)
	}
	return err
}

// clientStep does what needs no words, and says so on the page after.
func (f Face) clientStep(w http.ResponseWriter, r *http.Request, who auth.Staff, step func(client.App, context.Context, client.ID) error, flash, next string) error {
	app := client.ForStaff(who)
	if err := web.Decode(r, &struct{}{}); err != nil {
		return err
	}
	c, err := app.Get(r.Context(), clientIn(r))
	if err != nil {
		return err
	}
	if err := step(app, r.Context(), c.ID); err != nil {
		return err
	}
	web.Flash(w, r, flash, "name", c.Name)
	web.Redirect(w, r, next)
	return nil
}
