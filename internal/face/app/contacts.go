package app

import (
	"net/http"

	"foyer/internal/auth"
	"foyer/internal/face/ui"
	"foyer/internal/face/web"
	"foyer/internal/feature/client"
	"foyer/internal/kernel/problem"
)

func (f Face) contactRoutes() []web.Route {
	one := web.Objects{"id": "client"}
	contact := web.Objects{"id": "client", "contact": "contact"}
	return []web.Route{
		web.Staff("GET", "/app/clients/{id}/contacts", auth.ClientsRead, one, f.listContacts),
		web.Staff("POST", "/app/clients/{id}/contacts", auth.ClientsWrite, one, f.postContact),
		web.Staff("GET", "/app/clients/{id}/contacts/new", auth.ClientsWrite, one, f.newContact),
		web.Staff("GET", "/app/clients/{id}/contacts/{contact}/edit", auth.ClientsWrite, contact, f.editContact),
		web.Staff("POST", "/app/clients/{id}/contacts/{contact}/edit", auth.ClientsWrite, contact, f.postContactEdit),
		web.Staff("GET", "/app/clients/{id}/contacts/{contact}/suspension", auth.ClientsWrite, contact, f.confirmSuspension),
		web.Staff("POST", "/app/clients/{id}/contacts/{contact}/suspension", auth.ClientsWrite, contact, f.postSuspension),
		web.Staff("POST", "/app/clients/{id}/contacts/{contact}/reinstatement", auth.ClientsWrite, contact, f.postReinstatement),
	}
}

func contactIn(r *http.Request) client.ContactID { return client.ContactID(r.PathValue("contact")) }

// contactAt is an address below a contact's.
func contactAt(c client.ID, contact client.ContactID, path string) string {
	return clientAt(c, "/contacts/"+contact.String()+path)
}

// contactsPage lists the people of a client.
type contactsPage struct {
	clientFrame
	Contacts []client.Contact
}

func (f Face) listContacts(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	c, all, err := client.ForStaff(who).Contacts(r.Context(), clientIn(r))
	if err != nil {
		return err
	}
	p := contactsPage{clientFrame{newView(w, r, who), c, "contacts"}, all}
	return p.page(w, r, http.StatusOK, p.T("contacts.title", "name", c.Name), contactsView(p))
}

func (p contactsPage) rowMenu(c client.Contact) ui.Menu {
	m := ui.Menu{Label: p.T("clients.actions", "name", c.Name), Items: []ui.MenuItem{
		{Text: p.T("contact.edit"), Icon: "pencil", Href: contactAt(p.Client.ID, c.ID, "/edit"), Dialog: "drawer"},
		{Text: p.T("client.part.portal"), Icon: "key-round", Href: portalAt(p.Client.ID, c.ID, "")},
	}}
	if c.State() == client.Suspended {
		m.Items = append(m.Items, ui.MenuItem{Text: p.T("contact.reinstate"), Icon: "user-check",
			Action: contactAt(p.Client.ID, c.ID, "/reinstatement"), Hidden: []ui.Hidden{p.Hidden()}, Rule: true})
		return m
	}
	m.Items = append(m.Items, ui.MenuItem{Text: p.T("contact.suspend"), Icon: "user-x",
		Href: contactAt(p.Client.ID, c.ID, "/suspension"), Dialog: "center", Rule: true, Danger: true})
	return m
}

// contactStatus is where a contact stands with the portal.
func (p clientFrame) contactStatus(c client.Contact) ui.Status {
	switch c.State() {
	case client.Suspended:
		return ui.Status{Kind: ui.StatusBad, Text: p.T("contact.state.suspended")}
	case client.Active:
		return ui.Status{Kind: ui.StatusOK, Text: p.T("contact.state.active")}
	case client.Invited:
		if !c.TemporaryUntil.IsZero() {
			return ui.Status{Kind: ui.StatusWarn, Text: p.T("contact.state.temporary")}
		}
		return ui.Status{Kind: ui.StatusWarn, Text: p.T("contact.state.invited")}
	}
	if p.Client.PortalOn() {
		return ui.Status{Kind: ui.StatusOff, Text: p.T("contact.state.not_invited")}
	}
	return ui.Status{Kind: ui.StatusOff, Text: p.T("contact.state.off")}
}

func (f Face) confirmSuspension(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	c, contact, err := client.ForStaff(who).Contact(r.Context(), clientIn(r), contactIn(r))
	if err != nil {
		return err
	}
	v := newView(w, r, who)
	return confirm(w, r, nil, confirmation{
		view: v, Title: v.T("contact.suspend.title", "name", contact.Name), Text: v.T("contact.suspend.text", "client", c.Name),
		Action: contactAt(c.ID, contact.ID, "/suspension"), Back: clientAt(c.ID, "/contacts"),
		Yes: v.T("contact.suspend"), No: v.T("ui.cancel"), Kind: ui.DangerFilled, Icon: "user-x",
	})
}

func (f Face) postSuspension(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	return f.contactStep(w, r, who, client.App.Suspend, "flash.contact_suspended", clientAt(clientIn(r), "/contacts"))
}

func (f Face) postReinstatement(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	return f.contactStep(w, r, who, client.App.Reinstate, "flash.contact_reinstated", clientAt(clientIn(r), "/contacts"))
}

// contactForm is what the form of a contact sends.
type contactForm struct {
	Version   int64    `form:"version"`
	Name      string   `form:"name"`
	Email     string   `form:"email"`
	JobTitle  string   `form:"job_title"`
	Phone     string   `form:"phone"`
	Preset    string   `form:"preset"`
	Drawn     string   `form:"drawn"`
	Money     string   `form:"money"`
	Projects  string   `form:"projects"`
	Documents string   `form:"documents"`
	People    string   `form:"people"`
	Cases     string   `form:"cases"`
	Changes   string   `form:"changes"`
	Meetings  string   `form:"meetings"`
	Contracts string   `form:"contracts"`
	Acts      []string `form:"acts"`
}

func (in contactForm) details() client.ContactDetails {
	d := client.ContactDetails{
		Name: in.Name, Email: in.Email, JobTitle: in.JobTitle, Phone: in.Phone, Preset: auth.Preset(in.Preset), Drawn: auth.Preset(in.Drawn),
		Capabilities: auth.Capabilities{
			Money: auth.Capability(in.Money), Projects: auth.Capability(in.Projects), Documents: auth.Capability(in.Documents),
			People: auth.Capability(in.People), Cases: auth.Capability(in.Cases), Changes: auth.Capability(in.Changes),
			Meetings: auth.Capability(in.Meetings), Contracts: auth.Capability(in.Contracts),
		},
	}
	for _, act := range in.Acts {
		if may := client.Act(&d.Capabilities, act); may != nil {
			*may = true
		}
	}
	return d
}

// contactFormPage is the form, as a drawer or as its own page.
type contactFormPage struct {
	clientFrame
	In      client.ContactDetails
	ID      client.ContactID // empty for a new one
	Stored  client.Contact   // of an edit
	Version int64
}

func (p contactFormPage) action() string {
	if p.ID == "" {
		return clientAt(p.Client.ID, "/contacts")
	}
	return contactAt(p.Client.ID, p.ID, "/edit")
}

func (p contactFormPage) title() string {
	if p.ID == "" {
		return p.T("contacts.add_title", "client", p.Client.Name)
	}
	return p.T("contact.edit.title", "name", p.Stored.Name)
}

func (f Face) drawContactForm(w http.ResponseWriter, r *http.Request, status int, p contactFormPage) error {
	return p.drawerOrPage(w, r, status, p.title(), contactFormView(p))
}

func (f Face) newContact(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	c, err := client.ForStaff(who).Get(r.Context(), clientIn(r))
	if err != nil {
		return err
	}
	in := client.ContactDetails{
		Preset: auth.ProjectPreset, Drawn: auth.ProjectPreset, Capabilities: auth.ProjectPreset.Capabilities(),
	}
	p := contactFormPage{clientFrame: clientFrame{newView(w, r, who), c, "contacts"}, In: in}
	return f.drawContactForm(w, r, http.StatusOK, p)
}

func (f Face) postContact(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	var form contactForm
	if err := web.Decode(r, &form); err != nil {
		return err
	}
	app, in := client.ForStaff(who), form.details()
	_, err := app.CreateContact(r.Context(), clientIn(r), in)
	if known, ok := problem.As(err); ok && known.Kind != problem.NotFound {
		c, err := app.Get(r.Context(), clientIn(r))
		if err != nil {
			return err
		}
		v := newView(w, r, who)
		v.View = v.WithProblem(known)
		return f.drawContactForm(w, r, web.Status(known), contactFormPage{clientFrame: clientFrame{v, c, "contacts"}, In: again(known, in)})
	}
	if err != nil {
		return err
	}
	web.Flash(w, r, "flash.contact_added", "name", in.Name)
	web.Redirect(w, r, clientAt(clientIn(r), "/contacts"))
	return nil
}

// again is what a refused form shows: after a preset and single rights that
// contradict each other the rights stay as typed, for the person to look over.
func again(p *problem.Problem, in client.ContactDetails) client.ContactDetails {
	if _, unclear := p.Fields["preset"]; unclear {
		in.Preset, in.Drawn = client.Custom, client.Custom
	}
	return in
}

func (f Face) editContact(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	c, contact, err := client.ForStaff(who).Contact(r.Context(), clientIn(r), contactIn(r))
	if err != nil {
		return err
	}
	p := contactFormPage{clientFrame: clientFrame{newView(w, r, who), c, "contacts"}, In: contactDetails(contact),
		ID: contact.ID, Stored: contact, Version: contact.Version}
	return f.drawContactForm(w, r, http.StatusOK, p)
}

// contactDetails are a contact as its form begins with.
func contactDetails(c client.Contact) client.ContactDetails {
	email := c.Email
	if !c.Primary && c.Pending.Email != "" {
		email = c.Pending.Email
	}
	return client.ContactDetails{
		Name: c.Name, Email: email, JobTitle: c.JobTitle, Phone: c.Phone, Preset: c.Preset(), Drawn: c.Preset(), Capabilities: c.Capabilities,
	}
}

func (f Face) postContactEdit(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	var form contactForm
	if err := web.Decode(r, &form); err != nil {
		return err
	}
	app := client.ForStaff(who)
	c, contact, err := app.Contact(r.Context(), clientIn(r), contactIn(r))
	if err != nil {
		return err
	}
	in := form.details()
	err = app.UpdateContact(r.Context(), c.ID, contact.ID, form.Version, in)
	if known, ok := problem.As(err); ok && known.Kind != problem.NotFound {
		v := newView(w, r, who)
		v.View = v.WithProblem(known)
		p := contactFormPage{clientFrame: clientFrame{v, c, "contacts"}, In: again(known, in), ID: contact.ID, Stored: contact, Version: form.Version}
		if known.Kind == problem.Conflict {
			p.Version = contact.Version
		}
		return f.drawContactForm(w, r, web.Status(known), p)
	}
	if err != nil {
		return err
	}
	web.Flash(w, r, "flash.saved")
	web.Redirect(w, r, clientAt(c.ID, "/contacts"))
	return nil
}

func (p contactFormPage) summary() ui.ErrorSummary {
	items := p.ErrorItems(client.ContactFields...)
	if len(items) > 0 {
		return ui.ErrorSummary{Title: p.N("ui.errors", len(items)), Items: items}
	}
	return ui.ErrorSummary{Text: p.Trouble()}
}

// theirs is what somebody else stored meanwhile, where it differs.
func (p contactFormPage) theirs() []ui.KeyValue {
	if p.Problem == nil || p.Problem.Kind != problem.Conflict {
		return nil
	}
	stored := contactDetails(p.Stored)
	var items []ui.KeyValue
	for _, line := range []struct{ key, mine, theirs string }{
		{"contact.name", p.In.Name, stored.Name},
		{"contact.job_title", p.In.JobTitle, stored.JobTitle},
		{"contact.phone", p.In.Phone, stored.Phone},
		{"contact.email", p.In.Email, stored.Email},
		{"contact.preset", string(p.In.Preset), string(stored.Preset)},
	} {
		if line.key == "contact.preset" && line.theirs != "" {
			line.theirs = p.T("contact.preset." + line.theirs)
			line.mine = p.T("contact.preset." + string(client.PresetOf(p.In.Capabilities)))
		}
		if line.mine != line.theirs && (line.key != "contact.email" || !p.Stored.Primary) {
			items = append(items, ui.KeyValue{Key: p.T(line.key), Value: orNothing(p.view, line.theirs)})
		}
	}
	return items
}

func orNothing(v view, value string) string {
	if value == "" {
		return v.T("client.nothing")
	}
	return value
}

func (p contactFormPage) presets() []ui.Option {
	options := choices(p.view, "contact.preset.", auth.Presets, "")
	for i, preset := range auth.Presets {
		options[i].Hint = p.T("contact.preset." + string(preset) + "_hint")
	}
	return append(options, ui.Option{Value: string(client.Custom), Label: p.T("contact.preset.custom"), Hint: p.T("contact.preset.custom_hint")})
}

func (p contactFormPage) acts() (options []ui.Option, chosen []string) {
	capabilities := p.In.Capabilities
	for _, act := range client.Acts {
		options = append(options, ui.Option{Value: act, Label: p.T("contact.act." + act)})
		if *client.Act(&capabilities, act) {
			chosen = append(chosen, act)
		}
	}
	return options, chosen
}

// share is the field of an area of the portal.
func (p contactFormPage) share(area string) ui.SegmentField {
	capabilities := p.In.Capabilities
	field := ui.SegmentField{
		Field: ui.Field{Name: area, Label: p.T("contact.area." + area), Value: string(*client.Capability(&capabilities, area)), Error: p.Error(area)},
	}
	for _, share := range client.Shares(area) {
		field.Options = append(field.Options, ui.Option{Value: string(share), Label: p.T("contact.share." + string(share))})
	}
	return field
}
