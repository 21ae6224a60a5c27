package app

import (
	"net/http"
	"slices"
	"strings"

	"foyer/internal/auth"
	"foyer/internal/face/ui"
	"foyer/internal/face/web"
	"foyer/internal/feature/client"
	"foyer/internal/feature/contract"
	"foyer/internal/feature/project"
	"foyer/internal/kernel/problem"
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
	if of == "" {
		in.Language = "" // it follows who is chosen
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
	if p.Stored.ID == "" && p.In.Language == "" {
		options = append(options, ui.Option{Label: p.T("contract.language_of_client")})
	}
	for _, tag := range contract.Languages {
		options = append(options, ui.Option{Value: tag, Label: p.T("language." + tag)})
	}
	return options
}
