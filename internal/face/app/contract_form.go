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
	"foyer/internal/feature/contract"
	"foyer/internal/feature/project"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/prose"
)

// contractFrame is what the three pages are drawn with on which a draft is written.
type contractFrame struct {
	view
	Stored  contract.Contract // its ID is empty for a new one
	Part    string            // details, parties or content
	Version int64
}

// contractParts are those pages with the last parts of their addresses.
var contractParts = []struct{ name, path string }{{"details", "/edit"}, {"parties", "/parties"}, {"content", "/content"}}

func (p contractFrame) tabs() ui.Tabs {
	t := ui.Tabs{Label: p.T("contract.parts")}
	for _, part := range contractParts {
		t.Items = append(t.Items, ui.Tab{Text: p.T("contract.part." + part.name), Href: contractAt(p.Stored.ID, part.path), Current: part.name == p.Part})
	}
	return t
}

func (p contractFrame) head() ui.PageHead {
	h := ui.PageHead{Title: p.T("contracts.add"), Crumbs: []ui.Link{{Text: p.T("contracts.title"), Href: "/app/contracts"}}, CrumbsLabel: p.T("ui.crumbs")}
	if c := p.Stored; c.ID != "" {
		h.Title, h.Sub = c.Name, c.Number+" · "+c.ClientName
		h.Crumbs = append(h.Crumbs, ui.Link{Text: c.Number, Href: contractAt(c.ID, "")})
	}
	return h
}

func (p contractFrame) back() string {
	if p.Stored.ID == "" {
		return "/app/contracts"
	}
	return contractAt(p.Stored.ID, "")
}

// stale tells whether somebody else was quicker, so that the page shows theirs.
func (p contractFrame) stale() bool {
	return p.Problem != nil && p.Problem.Kind == problem.Conflict
}

// onward is where somebody goes who has saved: on to the next page, or back.
func onward(c contract.ID, next string) string {
	for _, part := range contractParts {
		if part.name == next {
			return contractAt(c, part.path)
		}
	}
	return contractAt(c, "")
}

// draftOf gives a frame around a draft; for what is no draft any more the answer is
// its page.
func (f Face) draftOf(w http.ResponseWriter, r *http.Request, who auth.Staff, c contract.Contract, part string) (contractFrame, bool) {
	if c.State != contract.Draft {
		web.Redirect(w, r, contractAt(c.ID, ""))
		return contractFrame{}, false
	}
	return contractFrame{newView(w, r, who), c, part, c.Version}, true
}

// again is a frame to draw a form again with what was wrong; what was sent meanwhile
// has no form any more, and answers with the trouble itself.
func (p contractFrame) again(trouble error, typed int64) (contractFrame, error) {
	if p.Stored.State != contract.Draft {
		return p, trouble
	}
	if !problem.Is(trouble, problem.Conflict) {
		p.Version = typed
	}
	p.View = p.WithProblem(trouble)
	return p, nil
}

// detailsForm is what the page of details sends.
type detailsForm struct {
	Version     int64  `form:"version"`
	Next        string `form:"next"`
	Client      string `form:"client"`
	Name        string `form:"name"`
	Kind        string `form:"kind"`
	Description string `form:"description"`
	Amount      string `form:"amount"`
	Currency    string `form:"currency"`
	StartsOn    string `form:"starts_on"`
	EndsOn      string `form:"ends_on"`
	RenewsOn    string `form:"renews_on"`
	Project     string `form:"project"`
	Amends      string `form:"amends"`
	Language    string `form:"language"`
}

func (in detailsForm) details() contract.Details {
	return contract.Details{
		Client: client.ID(in.Client), Name: in.Name, Description: in.Description, Kind: contract.Kind(in.Kind), Amount: in.Amount, Currency: in.Currency,
		StartsOn: in.StartsOn, EndsOn: in.EndsOn, RenewsOn: in.RenewsOn, Project: project.ID(in.Project), Amends: contract.ID(in.Amends), Language: in.Language,
	}
}

// detailsPage is what a contract is and with whom.
type detailsPage struct {
	contractFrame
	In      contract.Details
	Choices contract.Choices
}

func (f Face) drawDetails(w http.ResponseWriter, r *http.Request, who auth.Staff, status int, p detailsPage) error {
	var err error
	if p.Choices, err = f.Contracts.ForStaff(who).Choices(r.Context(), p.In.Client); err != nil {
		return err
	}
	return p.page(w, r, status, p.head().Title, detailsView(p))
}

func (f Face) newContract(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	app, q := f.Contracts.ForStaff(who), r.URL.Query()
	var amends contract.Contract
	of := client.ID(q.Get("client"))
	if id := q.Get("amends"); id != "" {
		var err error
		if amends, err = app.Get(r.Context(), contract.ID(id)); err != nil {
			return err
		}
		of = amends.Client
	}
	in, err := app.Defaults(r.Context(), of)
	if err != nil {
		return err
	}
	p := detailsPage{contractFrame: contractFrame{view: newView(w, r, who), Part: "details"}, In: in}
	if amends.ID != "" {
		p.In.Amends, p.In.Kind, p.In.Language, p.In.Project = amends.ID, amends.Kind, amends.Language, amends.Project
		p.In.Name = p.T("contract.addendum_name", "name", amends.Name)
	}
	return f.drawDetails(w, r, who, http.StatusOK, p)
}

func (f Face) postContract(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	var form detailsForm
	if err := web.Decode(r, &form); err != nil {
		return err
	}
	made, err := f.Contracts.ForStaff(who).Create(r.Context(), form.details())
	if known, ok := problem.As(err); ok {
		p := detailsPage{contractFrame: contractFrame{view: newView(w, r, who), Part: "details"}, In: form.details()}
		p.View = p.WithProblem(known)
		return f.drawDetails(w, r, who, web.Status(known), p)
	}
	if err != nil {
		return err
	}
	web.Flash(w, r, "flash.contract_saved")
	web.Redirect(w, r, onward(made, form.Next))
	return nil
}

func (f Face) editContract(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	c, err := f.Contracts.ForStaff(who).Get(r.Context(), contractIn(r))
	if err != nil {
		return err
	}
	frame, ok := f.draftOf(w, r, who, c, "details")
	if !ok {
		return nil
	}
	return f.drawDetails(w, r, who, http.StatusOK, detailsPage{contractFrame: frame, In: c.Details()})
}

func (f Face) postContractEdit(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	var form detailsForm
	if err := web.Decode(r, &form); err != nil {
		return err
	}
	app := f.Contracts.ForStaff(who)
	trouble := app.Update(r.Context(), contractIn(r), form.Version, form.details())
	if problem.Is(trouble, problem.Invalid) || problem.Is(trouble, problem.Conflict) {
		c, err := app.Get(r.Context(), contractIn(r))
		if err != nil {
			return err
		}
		frame, err := (contractFrame{newView(w, r, who), c, "details", c.Version}).again(trouble, form.Version)
		if err != nil {
			return err
		}
		p := detailsPage{contractFrame: frame, In: form.details()}
		p.In.Client = c.Client
		return f.drawDetails(w, r, who, web.Status(trouble), p)
	}
	if trouble != nil {
		return trouble
	}
	web.Flash(w, r, "flash.contract_saved")
	web.Redirect(w, r, onward(contractIn(r), form.Next))
	return nil
}

// theirs is what somebody else stored meanwhile, where it differs.
func (p detailsPage) theirs() []ui.KeyValue {
	if !p.stale() {
		return nil
	}
	stored := p.Stored.Details()
	var items []ui.KeyValue
	for _, one := range []struct{ key, mine, theirs string }{
		{"contract.name", p.In.Name, stored.Name},
		{"contract.kind", string(p.In.Kind), string(stored.Kind)},
		{"contract.description", p.In.Description, stored.Description},
		{"contract.value", p.In.Amount + " " + p.In.Currency, stored.Amount + " " + stored.Currency},
		{"contract.starts_on", p.In.StartsOn, stored.StartsOn},
		{"contract.ends_on", p.In.EndsOn, stored.EndsOn},
		{"contract.renews_on", p.In.RenewsOn, stored.RenewsOn},
		{"contract.language", p.In.Language, stored.Language},
	} {
		if strings.TrimSpace(one.mine) == strings.TrimSpace(one.theirs) {
			continue
		}
		value := strings.TrimSpace(one.theirs)
		switch one.key {
		case "contract.kind":
			value = p.T("contract.kind_" + value)
		case "contract.language":
			value = p.T("language." + value)
		}
		items = append(items, ui.KeyValue{Key: p.T(one.key), Value: orNothing(p.view, value)})
	}
	return items
}

func (p detailsPage) action() string {
	if p.Stored.ID == "" {
		return "/app/contracts"
	}
	return contractAt(p.Stored.ID, "/edit")
}

// offered are options from choices, after the empty one.
func offered(empty string, choices []contract.Choice) []ui.Option {
	options := []ui.Option{{Label: empty}}
	for _, c := range choices {
		options = append(options, ui.Option{Value: c.ID, Label: c.Name})
	}
	return options
}

// others are the contracts that this one can be an addendum of.
func (p detailsPage) others() []contract.Choice {
	return slices.DeleteFunc(slices.Clone(p.Choices.Amends), func(c contract.Choice) bool { return c.ID == p.Stored.ID.String() })
}

func (p detailsPage) languages() []ui.Option {
	var options []ui.Option
	for _, tag := range contract.Languages {
		options = append(options, ui.Option{Value: tag, Label: p.T("language." + tag)})
	}
	return options
}

// partiesForm is what the page of parties sends. Act is a button that changes the
// rows without saving: add, up.2, down.2 or drop.2. A person is contact: or member:
// and an id, or empty for somebody who is named.
type partiesForm struct {
	Version int64    `form:"version"`
	Next    string   `form:"next"`
	Act     string   `form:"act"`
	Code    bool     `form:"code"`
	Reminds bool     `form:"reminds"`
	SignBy  string   `form:"sign_by"`
	Person  []string `form:"party_person"`
	Role    []string `form:"party_role"`
	Step    []string `form:"party_step"`
	Name    []string `form:"party_name"`
	Email   []string `form:"party_email"`
	Title   []string `form:"party_title"`
}

// details are what the form says; rows that nothing was typed into are left out of
// what is saved.
func (in partiesForm) details(saved bool) contract.SigningDetails {
	d := contract.SigningDetails{Code: in.Code, Reminds: in.Reminds, SignBy: in.SignBy}
	at := func(values []string, i int) string {
		if i < len(values) {
			return values[i]
		}
		return ""
	}
	for i := range min(max(len(in.Person), len(in.Role), len(in.Step), len(in.Name), len(in.Email), len(in.Title)), contract.MostSignatories+1) {
		s := contract.SignatoryDetails{Side: contract.Theirs, Role: contract.Role(at(in.Role, i)), Step: at(in.Step, i), Title: at(in.Title, i)}
		switch kind, id, _ := strings.Cut(at(in.Person, i), ":"); kind {
		case "contact":
			s.Contact = id
		case "member":
			s.Side, s.Member = contract.Ours, id
		default:
			s.Name, s.Email = at(in.Name, i), at(in.Email, i)
		}
		if saved && strings.TrimSpace(s.Contact+s.Member+s.Name+s.Email+s.Title) == "" {
			continue
		}
		d.People = append(d.People, s)
	}
	return d
}

// partiesPage is who signs, and by which rules.
type partiesPage struct {
	contractFrame
	In      contract.SigningDetails
	People  []contract.Signatory // as they are stored
	Choices contract.Choices
	// Suggested says that the rows are a suggestion, and nothing is stored.
	Suggested bool
}

// parties reads what the page shows.
func (f Face) parties(w http.ResponseWriter, r *http.Request, who auth.Staff) (partiesPage, error) {
	app := f.Contracts.ForStaff(who)
	c, people, err := app.People(r.Context(), contractIn(r))
	if err != nil {
		return partiesPage{}, err
	}
	p := partiesPage{contractFrame: contractFrame{newView(w, r, who), c, "parties", c.Version}, People: people}
	p.Choices, err = app.Choices(r.Context(), c.Client)
	return p, err
}

func (f Face) editParties(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	p, err := f.parties(w, r, who)
	if err != nil {
		return err
	}
	if p.Stored.State != contract.Draft {
		web.Redirect(w, r, contractAt(p.Stored.ID, ""))
		return nil
	}
	p.In = contract.SigningDetails{Code: p.Stored.Code, Reminds: p.Stored.Reminds, SignBy: string(p.Stored.SignBy)}
	for _, s := range p.People {
		p.In.People = append(p.In.People, s.Details())
	}
	if len(p.People) == 0 {
		p.In.People, p.Suggested = p.suggest(), true
	}
	return p.page(w, r, http.StatusOK, p.head().Title, partiesView(p))
}

// suggest is who is likely to sign: the first contact who may, then whoever writes
// the contract.
func (p partiesPage) suggest() []contract.SignatoryDetails {
	first := contract.SignatoryDetails{Side: contract.Theirs, Role: contract.Signer, Step: "1"}
	if n := slices.IndexFunc(p.Choices.Contacts, func(c contract.Choice) bool { return c.May }); n >= 0 {
		first.Contact = p.Choices.Contacts[n].ID
	}
	return []contract.SignatoryDetails{first, {Side: contract.Ours, Role: contract.Signer, Step: "2", Member: p.Who.ID()}}
}

func (f Face) postParties(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	var form partiesForm
	if err := web.Decode(r, &form); err != nil {
		return err
	}
	trouble := f.Contracts.ForStaff(who).SaveParties(r.Context(), contractIn(r), form.Version, form.details(true))
	if problem.Is(trouble, problem.Invalid) || problem.Is(trouble, problem.Conflict) {
		p, err := f.parties(w, r, who)
		if err != nil {
			return err
		}
		if p.contractFrame, err = p.again(trouble, form.Version); err != nil {
			return err
		}
		p.In = form.details(true)
		return p.page(w, r, web.Status(trouble), p.head().Title, partiesView(p))
	}
	if trouble != nil {
		return trouble
	}
	web.Flash(w, r, "flash.contract_saved")
	web.Redirect(w, r, onward(contractIn(r), form.Next))
	return nil
}

// postPartyRows changes the rows by a button; nothing is saved.
func (f Face) postPartyRows(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	var form partiesForm
	if err := web.Decode(r, &form); err != nil {
		return err
	}
	p, err := f.parties(w, r, who)
	if err != nil {
		return err
	}
	p.In, p.Version = form.details(false), form.Version
	p.act(form.Act)
	return p.page(w, r, http.StatusOK, p.head().Title, partiesView(p))
}

// act does what a button of the rows says. Who moves takes the turn of the place.
func (p *partiesPage) act(act string) {
	verb, at, _ := strings.Cut(act, ".")
	i, err := strconv.Atoi(at)
	rows := p.In.People
	known := err == nil && i >= 0 && i < len(rows)
	swap := func(i, j int) {
		rows[i], rows[j] = rows[j], rows[i]
		rows[i].Step, rows[j].Step = rows[j].Step, rows[i].Step
	}
	switch {
	case verb == "add" && len(rows) < contract.MostSignatories:
		step := "1"
		if n := len(rows); n > 0 {
			if last, err := strconv.Atoi(strings.TrimSpace(rows[n-1].Step)); err == nil && last < 50 {
				step = strconv.Itoa(last + 1)
			}
		}
		p.In.People = append(rows, contract.SignatoryDetails{Side: contract.Theirs, Role: contract.Signer, Step: step})
	case verb == "up" && known && i > 0:
		swap(i, i-1)
	case verb == "down" && known && i+1 < len(rows):
		swap(i, i+1)
	case verb == "drop" && known:
		p.In.People = append(rows[:i:i], rows[i+1:]...)
	}
}

// person is the choice of a row.
func (p partiesPage) person(s contract.SignatoryDetails) string {
	switch {
	case s.Member != "":
		return "member:" + s.Member
	case s.Contact != "":
		return "contact:" + s.Contact
	}
	return ""
}

// persons are who can be chosen: contacts of the client, members of the workspace,
// or somebody who is named.
func (p partiesPage) persons() []ui.Option {
	var options []ui.Option
	for _, c := range p.Choices.Contacts {
		key := "contract.person_contact"
		if !c.May {
			key = "contract.person_contact_not"
		}
		options = append(options, ui.Option{Value: "contact:" + c.ID, Label: p.T(key, "name", c.Name, "client", p.Stored.ClientName)})
	}
	for _, m := range p.Choices.Members {
		key := "contract.person_member"
		if !m.May {
			key = "contract.person_member_not"
		}
		options = append(options, ui.Option{Value: "member:" + m.ID, Label: p.T(key, "name", m.Name, "workspace", p.Site.Name)})
	}
	return append(options, ui.Option{Label: p.T("contract.person_other")})
}

// field is the error of a part of a row. What is wrong with who was chosen stands at
// the choice.
func (p partiesPage) fieldError(name string, at int) string {
	if name != "person" {
		return p.Error(contract.SignatoryField(name, at))
	}
	for _, part := range []string{"contact", "member", "side"} {
		if text := p.Error(contract.SignatoryField(part, at)); text != "" {
			return text
		}
	}
	return ""
}

func (p partiesPage) fieldID(name string, at int) string {
	return ui.FieldID(contract.SignatoryField(name, at))
}

func (p partiesPage) summary() ui.ErrorSummary {
	var items []ui.ErrorItem
	for i := range p.In.People {
		for _, name := range []string{"person", "name", "email", "role", "step", "title"} {
			if text := p.fieldError(name, i); text != "" {
				items = append(items, ui.ErrorItem{ID: p.fieldID(name, i), Text: text})
			}
		}
	}
	if items = append(items, p.ErrorItems("parties", "sign_by")...); len(items) > 0 {
		return ui.ErrorSummary{Title: p.N("ui.errors", len(items)), Items: items}
	}
	return ui.ErrorSummary{Text: p.Trouble()}
}

// theirs is who somebody else stored meanwhile.
func (p partiesPage) theirs() []ui.KeyValue {
	if !p.stale() {
		return nil
	}
	items := []ui.KeyValue{{Key: p.T("contract.sign_by"), Value: orNothing(p.view, p.onDay(p.Stored.SignBy))}}
	for _, s := range p.People {
		items = append(items, ui.KeyValue{Key: p.T("contract.nth", "step", p.Number(s.Step)), Value: s.Name + ", " + p.T("contract.role."+string(s.Role))})
	}
	return items
}

// contentForm is what the page of the text sends. Act is template for a text to
// start from, of a kind.
type contentForm struct {
	Version int64  `form:"version"`
	Act     string `form:"act"`
	Kind    string `form:"template"`
	Content string `form:"content"`
}

// contentPage is where the text is written.
type contentPage struct {
	contractFrame
	Written contract.Written // with the text as it is typed
	Theirs  string           // that somebody else stored meanwhile
	Kind    contract.Kind    // of the template that is offered first
	Doc     prose.Doc        // filled
}

// content reads what the page shows, with a text that was typed in place of the
// stored one if there is any.
func (f Face) content(w http.ResponseWriter, r *http.Request, who auth.Staff, typed *string) (contentPage, error) {
	written, err := f.Contracts.ForStaff(who).Written(r.Context(), contractIn(r))
	if err != nil {
		return contentPage{}, err
	}
	c := written.Contract
	p := contentPage{contractFrame: contractFrame{newView(w, r, who), c, "content", c.Version}, Written: written, Kind: c.Kind}
	p.Loads = []string{"reading.css", "prose.css", "prose.js"}
	if typed != nil {
		p.Written.Contract.Content = prose.Clean(*typed)
		p.Theirs = c.Content
	}
	return p.fill(), nil
}

// fill reads the text, with its placeholders filled. One that is too long has none.
func (p contentPage) fill() contentPage {
	p.Doc, _ = p.Written.Preview().Prose()
	return p
}

func (f Face) editContent(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	p, err := f.content(w, r, who, nil)
	if err != nil {
		return err
	}
	if p.Stored.State != contract.Draft {
		web.Redirect(w, r, contractAt(p.Stored.ID, ""))
		return nil
	}
	return p.page(w, r, http.StatusOK, p.head().Title, contentView(p))
}

func (f Face) postContent(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	var form contentForm
	err := web.Decode(r, &form)
	if problem.Is(err, problem.TooLarge) {
		// Nothing of the text has come; the stored one is drawn, with what to do.
		return f.contentAgain(w, r, who, contentForm{}, nil, problem.Field("content", "contract.content_long", "max", contract.LongestContent/1024))
	}
	if err != nil {
		return err
	}
	trouble := f.Contracts.ForStaff(who).SaveContent(r.Context(), contractIn(r), form.Version, form.Content)
	if problem.Is(trouble, problem.Invalid) || problem.Is(trouble, problem.Conflict) {
		return f.contentAgain(w, r, who, form, &form.Content, trouble)
	}
	if trouble != nil {
		return trouble
	}
	web.Flash(w, r, "flash.contract_saved")
	web.Redirect(w, r, contractAt(contractIn(r), ""))
	return nil
}

func (f Face) contentAgain(w http.ResponseWriter, r *http.Request, who auth.Staff, form contentForm, typed *string, trouble error) error {
	p, err := f.content(w, r, who, typed)
	if err != nil {
		return err
	}
	version := form.Version
	if typed == nil {
		version = p.Version
	}
	if p.contractFrame, err = p.again(trouble, version); err != nil {
		return err
	}
	return p.page(w, r, web.Status(trouble), p.head().Title, contentView(p))
}

// postPreview shows the text as it would be sent, or a template to start from;
// nothing is saved.
func (f Face) postPreview(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	var form contentForm
	if err := web.Decode(r, &form); err != nil {
		return err
	}
	p, err := f.content(w, r, who, &form.Content)
	if err != nil {
		return err
	}
	p.Version = form.Version
	if form.Act == "template" {
		p.Kind = contract.Kind(form.Kind)
		if text, ok := contract.Template(p.Kind, p.Stored.Language); ok && strings.TrimSpace(form.Content) == "" {
			p.Written.Contract.Content = text
			p = p.fill()
		}
	}
	if p.Fragment {
		return web.Render(w, r, http.StatusOK, contractPreview(p))
	}
	return p.page(w, r, http.StatusOK, p.head().Title, contentView(p))
}

func (p contentPage) text() string { return p.Written.Contract.Content }

// templates are the kinds of which there is a text to start from; nothing once
// there is a text.
func (p contentPage) templates() []ui.Option {
	if strings.TrimSpace(p.text()) != "" {
		return nil
	}
	var options []ui.Option
	for _, kind := range contract.Kinds {
		if _, ok := contract.Template(kind, p.Stored.Language); ok {
			options = append(options, ui.Option{Value: string(kind), Label: p.T("contract.kind_" + string(kind))})
		}
	}
	return options
}

// placeholder is one that the text can have, with what it stands for today.
type placeholder struct{ Name, Says string }

func (p contentPage) placeholders() []placeholder {
	values := p.Written.Preview().Values
	var all []placeholder
	for _, name := range contract.Placeholders {
		all = append(all, placeholder{name, values[name]})
	}
	return all
}

// does is what a button of the editor is called.
func (p contentPage) does(do string) string {
	return p.T("contract.do_" + strings.ReplaceAll(do, "-", "_"))
}
