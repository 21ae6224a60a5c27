package app

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"foyer/internal/auth"
	"foyer/internal/face/ui"
	"foyer/internal/face/web"
	"foyer/internal/feature/contract"
	"foyer/internal/kernel/problem"
)

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
	if p.Stored.State != contract.Draft {
		return f.contractDone(w, r, who, problem.Of(problem.Conflict, "contract.sent_already"), "", "")
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
				items = append(items, ui.ErrorItem{ID: p.fieldID(name, i), Text: text, Bare: true})
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
