package app

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"foyer/internal/auth"
	"foyer/internal/face/ui"
	"foyer/internal/face/web"
	"foyer/internal/feature/client"
	"foyer/internal/kernel/problem"
)

// clientForm is what the form of a client sends. The parts of the addresses
// come as columns, one value an address.
type clientForm struct {
	Version     int64  `form:"version"`
	Name        string `form:"name"`
	Email       string `form:"email"`
	SecondEmail string `form:"second_email"`
	Mobile      string `form:"mobile"`
	WorkPhone   string `form:"work_phone"`
	Preferred   string `form:"preferred_communication"`
	Birthday    string `form:"birthday"`
	JobTitle    string `form:"job_title"`
	Type        string `form:"type"`
	ContactName string `form:"contact_name"`

	Lead       bool   `form:"lead"`
	LeadStatus string `form:"lead_status"`
	LeadSource string `form:"lead_source"`

	LegalName          string `form:"legal_name"`
	TaxID              string `form:"tax_id"`
	RegistrationNumber string `form:"registration_number"`
	Website            string `form:"website"`
	Industry           string `form:"industry"`
	Language           string `form:"language"`
	Currency           string `form:"currency"`
	PaymentTerms       string `form:"payment_terms"`

	Labels      []string `form:"address_label"`
	Streets     []string `form:"address_street"`
	Cities      []string `form:"address_city"`
	Regions     []string `form:"address_region"`
	PostalCodes []string `form:"address_postal_code"`
	Countries   []string `form:"address_country"`
	Billing     string   `form:"address_billing"` // number of the address, or empty
	// Button is what was pressed beside an address: "add", or "remove-" and a number.
	Button string `form:"address"`
}

// details are the form as the feature takes it; problem.Malformed when the
// columns of the addresses do not fit together.
func (in clientForm) details() (client.Details, error) {
	d := client.Details{
		Name: in.Name, Email: in.Email, SecondEmail: in.SecondEmail, Mobile: in.Mobile, WorkPhone: in.WorkPhone,
		Preferred: client.Channel(in.Preferred), Birthday: in.Birthday, JobTitle: in.JobTitle, Type: client.Type(in.Type),
		Lead: in.Lead, LeadStatus: client.LeadStatus(in.LeadStatus), LeadSource: client.LeadSource(in.LeadSource),
		LegalName: in.LegalName, TaxID: in.TaxID, RegistrationNumber: in.RegistrationNumber, Website: in.Website,
		Industry: in.Industry, Language: in.Language, Currency: in.Currency, PaymentTerms: in.PaymentTerms, ContactName: in.ContactName,
	}
	n := len(in.Labels)
	for _, column := range [][]string{in.Streets, in.Cities, in.Regions, in.PostalCodes, in.Countries} {
		if len(column) != n {
			return d, problem.Of(problem.Malformed, "problem.bad_request")
		}
	}
	for i := range n {
		d.Addresses = append(d.Addresses, client.Address{
			Label: in.Labels[i], Street: in.Streets[i], City: in.Cities[i], Region: in.Regions[i],
			PostalCode: in.PostalCodes[i], Country: in.Countries[i], Billing: in.Billing == strconv.Itoa(i),
		})
	}
	return d, nil
}

// clientFormPage is the form, as a drawer or as its own page.
type clientFormPage struct {
	view
	In      client.Details
	ID      client.ID // empty for a new one
	Version int64
	Stored  client.Client // of an edit
	Fresh   bool          // an address was just added: it takes the focus
}

func (p clientFormPage) action() string {
	if p.ID == "" {
		return "/app/clients"
	}
	return clientAt(p.ID, "/edit")
}

func (p clientFormPage) back() string {
	if p.ID == "" {
		return "/app/clients"
	}
	return clientAt(p.ID, "")
}

func (p clientFormPage) title() string {
	if p.ID == "" {
		return p.T("clients.add")
	}
	return p.T("client.edit.title", "name", p.Stored.Name)
}

func (f Face) drawClientForm(w http.ResponseWriter, r *http.Request, status int, p clientFormPage) error {
	return p.drawerOrPage(w, r, status, p.title(), clientFormView(p))
}

func (f Face) newClient(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	in := client.Details{Type: client.Organization, Preferred: client.ByEmail, LeadStatus: client.New, Lead: r.URL.Query().Get("lead") == "true"}
	return f.drawClientForm(w, r, http.StatusOK, clientFormPage{view: newView(w, r, who), In: in})
}

func (f Face) postClient(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	in, button, _, err := readClientForm(r)
	if err != nil {
		return err
	}
	p := clientFormPage{view: newView(w, r, who), In: in}
	if button != "" {
		return f.withAddresses(w, r, p, button)
	}
	made, err := client.ForStaff(who).Create(r.Context(), in)
	if known, ok := problem.As(err); ok {
		p.View = p.WithProblem(known)
		return f.drawClientForm(w, r, web.Status(known), p)
	}
	if err != nil {
		return err
	}
	web.Flash(w, r, "flash.client_added", "name", in.Name)
	web.Redirect(w, r, clientAt(made, ""))
	return nil
}

func readClientForm(r *http.Request) (in client.Details, button string, version int64, err error) {
	var form clientForm
	if err = web.Decode(r, &form); err != nil {
		return in, "", 0, err
	}
	in, err = form.details()
	return in, form.Button, form.Version, err
}

// withAddresses draws the form again with an address more or less. Nothing is
// stored; this is how it works without a script.
func (f Face) withAddresses(w http.ResponseWriter, r *http.Request, p clientFormPage, button string) error {
	if number, ok := strings.CutPrefix(button, "remove-"); ok {
		if n, err := strconv.Atoi(number); err == nil && n >= 0 && n < len(p.In.Addresses) {
			p.In.Addresses = slices.Delete(p.In.Addresses, n, n+1)
		}
	} else if len(p.In.Addresses) < client.MostAddresses {
		p.In.Addresses = append(p.In.Addresses, client.Address{Billing: len(p.In.Addresses) == 0})
		p.Fresh = true
	}
	return f.drawClientForm(w, r, http.StatusOK, p)
}

func (f Face) editClient(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	c, err := client.ForStaff(who).Get(r.Context(), clientIn(r))
	if err != nil {
		return err
	}
	p := clientFormPage{view: newView(w, r, who), In: c.Details, ID: c.ID, Version: c.Version, Stored: c}
	return f.drawClientForm(w, r, http.StatusOK, p)
}

func (f Face) postClientEdit(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	in, button, version, err := readClientForm(r)
	if err != nil {
		return err
	}
	app := client.ForStaff(who)
	c, err := app.Get(r.Context(), clientIn(r))
	if err != nil {
		return err
	}
	in.Lead = c.Lead
	p := clientFormPage{view: newView(w, r, who), In: in, ID: c.ID, Version: version, Stored: c}
	if button != "" {
		return f.withAddresses(w, r, p, button)
	}
	err = app.Update(r.Context(), c.ID, version, in)
	if known, ok := problem.As(err); ok && known.Kind != problem.NotFound {
		if known.Kind == problem.Conflict {
			p.Version = c.Version
		}
		p.View = p.WithProblem(known)
		return f.drawClientForm(w, r, web.Status(known), p)
	}
	if err != nil {
		return err
	}
	web.Flash(w, r, "flash.saved")
	web.Redirect(w, r, clientAt(c.ID, ""))
	return nil
}

// summary lists what is wrong above the form.
func (p clientFormPage) summary() ui.ErrorSummary {
	fields := []string{"type", "lead", "name", "email", "contact_name", "second_email", "mobile", "work_phone", "preferred_communication",
		"birthday", "job_title", "lead_status", "lead_source", "legal_name", "tax_id", "registration_number", "website", "industry",
		"language", "currency", "payment_terms"}
	for n := range p.In.Addresses {
		for _, part := range []string{"label", "street", "city", "region", "postal_code", "country"} {
			fields = append(fields, client.AddressField(part, n))
		}
	}
	fields = append(fields, "address_billing", "addresses")
	items := p.ErrorItems(fields...)
	if len(items) > 0 {
		return ui.ErrorSummary{Title: p.N("ui.errors", len(items)), Items: items}
	}
	return ui.ErrorSummary{Text: p.Trouble()}
}

// theirs is what somebody else stored meanwhile, where it differs from what was
// typed here.
func (p clientFormPage) theirs() []ui.KeyValue {
	if p.Problem == nil || p.Problem.Kind != problem.Conflict {
		return nil
	}
	var items []ui.KeyValue
	for _, name := range p.Stored.Changed(p.In) {
		items = append(items, ui.KeyValue{Key: p.T("client." + name), Value: p.said(name)})
	}
	return items
}

// said is what is stored in a field, as people read it.
func (p clientFormPage) said(name string) string {
	s := p.Stored
	value := map[string]string{
		"name": s.Name, "email": s.Email, "second_email": s.SecondEmail, "mobile": s.Mobile, "work_phone": s.WorkPhone,
		"preferred_communication": p.T("client.channel." + string(s.Preferred)), "birthday": s.Birthday, "job_title": s.JobTitle,
		"type": p.T("client.type." + string(s.Type)), "lead_status": p.worded("client.lead.", string(s.LeadStatus)),
		"lead_source": p.worded("client.source_", string(s.LeadSource)), "legal_name": s.LegalName, "tax_id": s.TaxID,
		"registration_number": s.RegistrationNumber, "website": s.Website, "industry": s.Industry,
		"language": p.worded("language.", s.Language), "currency": s.Currency, "payment_terms": s.PaymentTerms,
	}[name]
	if name == "addresses" {
		var all []string
		for _, a := range s.Addresses {
			all = append(all, strings.Join(addressLines(a), ", "))
		}
		value = strings.Join(all, " · ")
	}
	if value == "" {
		return p.T("client.nothing")
	}
	return value
}

// worded is the word for a choice, empty for none.
func (p clientFormPage) worded(prefix, value string) string {
	if value == "" {
		return ""
	}
	return p.T(prefix + value)
}

// choices are options with the catalogue's words, after the empty one if asked.
func choices[T ~string](v view, prefix string, values []T, empty string) []ui.Option {
	var options []ui.Option
	if empty != "" {
		options = append(options, ui.Option{Label: v.T(empty)})
	}
	for _, value := range values {
		options = append(options, ui.Option{Value: string(value), Label: v.T(prefix + string(value))})
	}
	return options
}

func (p clientFormPage) languages() []ui.Option {
	return append([]ui.Option{{Label: p.T("client.as_workspace")}}, languageOptions(p.View)...)
}

// asksContact tells whether saving makes the primary contact.
func (p clientFormPage) asksContact() bool { return p.ID == "" || p.Stored.Primary == "" }

// part is a field of the nth address.
func (p clientFormPage) part(n int, part, value string) ui.Field {
	name := client.AddressField(part, n)
	return ui.Field{
		Name: "address_" + part, ID: ui.FieldID(name), Label: p.T("client.address." + part), Value: value, Error: p.Error(name),
		Autocomplete: "off",
	}
}

// yesNo is a form's word for a flag.
func yesNo(is bool) string {
	if is {
		return "true"
	}
	return "false"
}

// atoi reads a number that has been checked.
func atoi(text string) int {
	n, _ := strconv.Atoi(text)
	return n
}
