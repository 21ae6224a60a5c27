package app

import (
	"net/http"
	"slices"
	"strings"

	"foyer/internal/auth"
	"foyer/internal/face/ui"
	"foyer/internal/face/web"
	"foyer/internal/feature/project"
	"foyer/internal/kernel/money"
	"foyer/internal/kernel/problem"
)

func fundingIn(r *http.Request) project.FundingID { return project.FundingID(r.PathValue("funding")) }

// fundingAt is an address below a source of money.
func fundingAt(p project.ID, funding project.FundingID, path string) string {
	return projectAt(p, "/funding/"+funding.String()+path)
}

// fundingPage lists where a project's money comes from.
type fundingPage struct {
	projectFrame
	Sources []project.Funding
}

func (f Face) listFunding(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	found, all, err := project.ForStaff(who).Funding(r.Context(), projectIn(r))
	if err != nil {
		return err
	}
	p := fundingPage{projectFrame{newView(w, r, who), found, "funding"}, all}
	return p.page(w, r, http.StatusOK, p.T("funding.title", "name", found.Name), fundingView(p))
}

// sums adds up amounts by currency: a project whose currency has changed keeps
// what was given in the old one. The limits of sources and amounts keep a sum
// far from overflowing.
func (p fundingPage) sums(statuses ...project.FundingStatus) []money.Amount {
	all := []money.Amount{{Currency: p.Project.Currency}}
	for _, s := range p.Sources {
		if !slices.Contains(statuses, s.Status) {
			continue
		}
		at := slices.IndexFunc(all, func(a money.Amount) bool { return a.Currency == s.Amount.Currency })
		if at < 0 {
			all = append(all, s.Amount)
			continue
		}
		all[at].Minor += s.Amount.Minor
	}
	if len(all) > 1 && all[0].Minor == 0 {
		return all[1:]
	}
	return all
}

// said is a sum in each currency that it has.
func (p fundingPage) said(sum []money.Amount) string {
	var texts []string
	for _, a := range sum {
		texts = append(texts, a.Say(p.Printer))
	}
	return strings.Join(texts, " · ")
}

// totals are the sums of each status, and of all.
func (p fundingPage) totals() []ui.KeyValue {
	var items []ui.KeyValue
	for _, status := range project.FundingStatuses {
		items = append(items, ui.KeyValue{Key: p.T("funding.status." + string(status)), Value: p.said(p.sums(status))})
	}
	return append(items, ui.KeyValue{Key: p.T("funding.all"), Value: p.said(p.sums(project.FundingStatuses...))})
}

// budget is what was planned, and what of it no source covers yet. Money in
// another currency than the budget's covers nothing of it.
func (p fundingPage) budget() []ui.KeyValue {
	if p.Project.Money.Currency == "" {
		return []ui.KeyValue{{Key: p.T("funding.budget"), Value: p.T("funding.no_budget")}}
	}
	open := p.Project.Money
	for _, s := range p.Sources {
		if s.Amount.Currency == open.Currency {
			open.Minor -= s.Amount.Minor
		}
	}
	key := "funding.open"
	if open.Minor < 0 {
		key, open.Minor = "funding.above", -open.Minor
	}
	return []ui.KeyValue{{Key: p.T("funding.budget"), Value: p.Project.Money.Say(p.Printer)}, {Key: p.T(key), Value: open.Say(p.Printer)}}
}

// fundingStatus is how certain a source is.
func (v view) fundingStatus(s project.FundingStatus) ui.Status {
	kind := map[project.FundingStatus]ui.StatusKind{project.Expected: ui.StatusHold, project.Confirmed: ui.StatusInfo, project.Received: ui.StatusDone}[s]
	return ui.Status{Kind: kind, Text: v.T("funding.status." + string(s))}
}

func (p fundingPage) rowMenu(s project.Funding) ui.Menu {
	return ui.Menu{Label: p.T("clients.actions", "name", s.Source), Items: []ui.MenuItem{
		{Text: p.T("funding.edit"), Icon: "pencil", Href: fundingAt(p.Project.ID, s.ID, "/edit"), Dialog: "drawer"},
		{Text: p.T("funding.remove"), Icon: "trash-2", Href: fundingAt(p.Project.ID, s.ID, "/removal"), Dialog: "center", Rule: true, Danger: true},
	}}
}

// fundingForm is what the form of a source sends.
type fundingForm struct {
	Version int64  `form:"version"`
	Source  string `form:"source"`
	Amount  string `form:"amount"`
	Status  string `form:"status"`
}

func (in fundingForm) details() project.FundingDetails {
	return project.FundingDetails{Source: in.Source, Amount: in.Amount, Status: project.FundingStatus(in.Status)}
}

// fundingFormPage is the form, as a drawer or as its own page.
type fundingFormPage struct {
	projectFrame
	In      project.FundingDetails
	Stored  project.Funding // of an edit; its ID is empty for a new one
	Version int64
}

func (p fundingFormPage) title() string {
	if p.Stored.ID == "" {
		return p.T("funding.add")
	}
	return p.T("funding.edit_title", "name", p.Stored.Source)
}

func (p fundingFormPage) back() string { return projectAt(p.Project.ID, "/funding") }

func (p fundingFormPage) action() string {
	if p.Stored.ID == "" {
		return p.back()
	}
	return fundingAt(p.Project.ID, p.Stored.ID, "/edit")
}

func (p fundingFormPage) saveLabel() string {
	if p.Stored.ID == "" {
		return p.T("funding.add")
	}
	return p.T("ui.save")
}

// currency is what the amount is in.
func (p fundingFormPage) currency() string {
	if p.Stored.ID == "" {
		return p.Project.Currency
	}
	return p.Stored.Amount.Currency
}

func (f Face) drawFundingForm(w http.ResponseWriter, r *http.Request, status int, p fundingFormPage) error {
	return p.drawerOrPage(w, r, status, p.title(), fundingFormView(p))
}

func (f Face) newFunding(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	found, err := project.ForStaff(who).Get(r.Context(), projectIn(r))
	if err != nil {
		return err
	}
	p := fundingFormPage{projectFrame: projectFrame{newView(w, r, who), found, "funding"}, In: project.FundingDetails{Status: project.Expected}}
	return f.drawFundingForm(w, r, http.StatusOK, p)
}

func (f Face) postFunding(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	var form fundingForm
	if err := web.Decode(r, &form); err != nil {
		return err
	}
	app := project.ForStaff(who)
	err := app.AddFunding(r.Context(), projectIn(r), form.details())
	if problem.Is(err, problem.Invalid) {
		trouble := err
		found, err := app.Get(r.Context(), projectIn(r))
		if err != nil {
			return err
		}
		p := fundingFormPage{projectFrame: projectFrame{newView(w, r, who), found, "funding"}, In: form.details()}
		p.View = p.WithProblem(trouble)
		return f.drawFundingForm(w, r, web.Status(trouble), p)
	}
	if err != nil {
		return err
	}
	web.Flash(w, r, "flash.funding_added", "name", form.Source)
	web.Redirect(w, r, projectAt(projectIn(r), "/funding"))
	return nil
}

func (f Face) editFunding(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	found, s, err := project.ForStaff(who).OneFunding(r.Context(), projectIn(r), fundingIn(r))
	if err != nil {
		return err
	}
	p := fundingFormPage{projectFrame{newView(w, r, who), found, "funding"}, s.Details(), s, s.Version}
	return f.drawFundingForm(w, r, http.StatusOK, p)
}

func (f Face) postFundingEdit(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	var form fundingForm
	if err := web.Decode(r, &form); err != nil {
		return err
	}
	app := project.ForStaff(who)
	err := app.UpdateFunding(r.Context(), projectIn(r), fundingIn(r), form.Version, form.details())
	if problem.Is(err, problem.Invalid) || problem.Is(err, problem.Conflict) {
		trouble := err
		found, s, err := app.OneFunding(r.Context(), projectIn(r), fundingIn(r))
		if err != nil {
			return err
		}
		p := fundingFormPage{projectFrame{newView(w, r, who), found, "funding"}, form.details(), s, form.Version}
		if problem.Is(trouble, problem.Conflict) {
			p.Version = s.Version
		}
		p.View = p.WithProblem(trouble)
		return f.drawFundingForm(w, r, web.Status(trouble), p)
	}
	if err != nil {
		return err
	}
	web.Flash(w, r, "flash.saved")
	web.Redirect(w, r, projectAt(projectIn(r), "/funding"))
	return nil
}

func (p fundingFormPage) summary() ui.ErrorSummary {
	if items := p.ErrorItems(project.FundingFields...); len(items) > 0 {
		return ui.ErrorSummary{Title: p.N("ui.errors", len(items)), Items: items}
	}
	return ui.ErrorSummary{Text: p.Trouble()}
}

// theirs is what somebody else stored meanwhile, where it differs from what was
// typed here.
func (p fundingFormPage) theirs() []ui.KeyValue {
	if p.Problem == nil || p.Problem.Kind != problem.Conflict {
		return nil
	}
	var items []ui.KeyValue
	for _, line := range []struct{ name, mine, stored, said string }{
		{"source", p.In.Source, p.Stored.Source, p.Stored.Source},
		{"amount", p.In.Amount, p.Stored.Amount.Input(), p.Stored.Amount.Say(p.Printer)},
		{"status", string(p.In.Status), string(p.Stored.Status), p.T("funding.status." + string(p.Stored.Status))},
	} {
		if line.mine != line.stored {
			items = append(items, ui.KeyValue{Key: p.T("funding." + line.name), Value: line.said})
		}
	}
	return items
}

func (f Face) confirmFundingRemoval(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	found, s, err := project.ForStaff(who).OneFunding(r.Context(), projectIn(r), fundingIn(r))
	if err != nil {
		return err
	}
	v := newView(w, r, who)
	return confirm(w, r, nil, confirmation{
		view: v, Title: v.T("funding.remove_title", "name", s.Source),
		Text:   v.T("funding.remove_text", "amount", s.Amount.Say(v.Printer), "project", found.Name),
		Action: fundingAt(found.ID, s.ID, "/removal"), Back: projectAt(found.ID, "/funding"),
		Yes: v.T("funding.remove"), No: v.T("ui.cancel"), Kind: ui.DangerFilled, Icon: "trash-2",
	})
}

func (f Face) postFundingRemoval(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	if err := web.Decode(r, &struct{}{}); err != nil {
		return err
	}
	if err := project.ForStaff(who).RemoveFunding(r.Context(), projectIn(r), fundingIn(r)); err != nil {
		return err
	}
	web.Flash(w, r, "flash.funding_removed")
	web.Redirect(w, r, projectAt(projectIn(r), "/funding"))
	return nil
}
