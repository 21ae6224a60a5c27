package app

import (
	"net/http"
	"strconv"
	"strings"

	"foyer/internal/auth"
	"foyer/internal/face/ui"
	"foyer/internal/face/web"
	"foyer/internal/feature/billing"
	"foyer/internal/kernel/total"
)

const billingPath = "/app/settings/billing"

func (f Face) billingRoutes() []web.Route {
	rate, line := web.Objects{"rate": "rate"}, web.Objects{"line": "saved line"}
	return []web.Route{
		web.Staff("GET", "/app/settings/billing", auth.SettingsRead, nil, f.showBilling),
		web.Staff("POST", "/app/settings/billing", auth.SettingsWrite, nil, f.postBilling),
		web.Staff("POST", "/app/settings/billing/instructions", auth.SettingsWrite, nil, f.postInstructions),
		web.Staff("POST", "/app/settings/billing/series", auth.SettingsWrite, nil, f.postSeries),
		web.Staff("POST", "/app/settings/billing/reminders", auth.SettingsWrite, nil, f.postReminders),
		web.Staff("GET", "/app/settings/billing/rates/new", auth.SettingsWrite, nil, f.newRate),
		web.Staff("POST", "/app/settings/billing/rates", auth.SettingsWrite, nil, f.postRate),
		web.Staff("GET", "/app/settings/billing/rates/{rate}/edit", auth.SettingsWrite, rate, f.editRate),
		web.Staff("POST", "/app/settings/billing/rates/{rate}/edit", auth.SettingsWrite, rate, f.postRateEdit),
		web.Staff("POST", "/app/settings/billing/rates/{rate}/removal", auth.SettingsWrite, rate, f.postRateRemoval),
		web.Staff("GET", "/app/invoices/lines", auth.MoneyRead, nil, f.listSavedLines),
		web.Staff("GET", "/app/invoices/lines/new", auth.MoneyWrite, nil, f.newSavedLine),
		web.Staff("POST", "/app/invoices/lines", auth.MoneyWrite, nil, f.postSavedLine),
		web.Staff("GET", "/app/invoices/lines/{line}/edit", auth.MoneyWrite, line, f.editSavedLine),
		web.Staff("POST", "/app/invoices/lines/{line}/edit", auth.MoneyWrite, line, f.postSavedLineEdit),
		web.Staff("POST", "/app/invoices/lines/{line}/removal", auth.MoneyWrite, line, f.postSavedLineRemoval),
	}
}

// billingPage is how the workspace bills. Form names the form that was not
// accepted, whose fields then are as they were typed.
type billingPage struct {
	view
	Stored       billing.Settings
	Form         string // basics, instructions, series or reminders
	Basics       billing.Basics
	Instructions billing.Instructions
	Series       billing.SeriesDetails
	Reminders    string
}

func (f Face) billingPage(w http.ResponseWriter, r *http.Request, who auth.Staff) (billingPage, error) {
	stored, err := billing.ForStaff(who).Get(r.Context())
	p := billingPage{view: newView(w, r, who), Stored: stored, Basics: stored.Basics}
	var days []string
	for _, d := range stored.Reminders {
		days = append(days, strconv.Itoa(d))
	}
	p.Reminders = strings.Join(days, ", ")
	return p, err
}

func (f Face) showBilling(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	p, err := f.billingPage(w, r, who)
	if err != nil {
		return err
	}
	return p.page(w, r, http.StatusOK, p.T("billing.title"), billingView(p))
}

// changes tells whether the person may change the settings.
func (p billingPage) changes() bool { return p.Who.May(auth.SettingsWrite) }

// errorIn is what is wrong with a field of one of the forms.
func (p billingPage) errorIn(form, field string) string {
	if p.Form != form {
		return ""
	}
	return p.Error(field)
}

// answer says what came of a form: saved, or the page again with what was wrong.
func (f Face) answer(w http.ResponseWriter, r *http.Request, who auth.Staff, err error, typed func(*billingPage)) error {
	if drawnAgain(err) {
		p, failed := f.billingPage(w, r, who)
		if failed != nil {
			return failed
		}
		typed(&p)
		p.View = p.WithProblem(err)
		return p.page(w, r, web.Status(err), p.T("billing.title"), billingView(p))
	}
	if err != nil {
		return err
	}
	web.Flash(w, r, "flash.saved")
	web.Redirect(w, r, billingPath)
	return nil
}

func (f Face) postBilling(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	var form struct {
		Version   int64  `form:"version"`
		Currency  string `form:"currency"`
		TermsDays string `form:"terms_days"`
		Accounts  string `form:"accounts"`
		Color     string `form:"color"`
		Footer    string `form:"footer"`
		Paper     string `form:"paper"`
	}
	if err := web.Decode(r, &form); err != nil {
		return err
	}
	in := billing.Basics{
		Currency: form.Currency, TermsDays: form.TermsDays, Accounts: form.Accounts, Color: form.Color, Footer: form.Footer, Paper: form.Paper, Version: form.Version,
	}
	return f.answer(w, r, who, billing.ForStaff(who).SaveBasics(r.Context(), in), func(p *billingPage) {
		p.Form, p.Basics = "basics", in
		p.Basics.Version = p.Stored.Basics.Version
	})
}

func (f Face) postInstructions(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	var form struct {
		Version  int64  `form:"version"`
		Currency string `form:"currency"`
		Content  string `form:"content"`
	}
	if err := web.Decode(r, &form); err != nil {
		return err
	}
	in := billing.Instructions{Currency: form.Currency, Content: form.Content, Version: form.Version}
	return f.answer(w, r, who, billing.ForStaff(who).SaveInstructions(r.Context(), in), func(p *billingPage) {
		p.Form, p.Instructions = "instructions", in
	})
}

func (f Face) postSeries(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	var form struct {
		Version int64  `form:"version"`
		Kind    string `form:"kind"`
		Prefix  string `form:"prefix"`
		Digits  string `form:"digits"`
		Yearly  bool   `form:"yearly"`
	}
	if err := web.Decode(r, &form); err != nil {
		return err
	}
	in := billing.SeriesDetails{Kind: billing.Numbered(form.Kind), Prefix: form.Prefix, Digits: form.Digits, Yearly: form.Yearly, Version: form.Version}
	return f.answer(w, r, who, billing.ForStaff(who).SaveSeries(r.Context(), in), func(p *billingPage) {
		p.Form, p.Series = "series."+form.Kind, in
	})
}

func (f Face) postReminders(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	var form struct {
		Days string `form:"days"`
	}
	if err := web.Decode(r, &form); err != nil {
		return err
	}
	return f.answer(w, r, who, billing.ForStaff(who).SaveReminders(r.Context(), form.Days), func(p *billingPage) {
		p.Form, p.Reminders = "reminders", form.Days
	})
}

// instructions are those that are stored, and an empty one for another currency.
func (p billingPage) instructions() []billing.Instructions {
	all := append([]billing.Instructions{}, p.Stored.Instructions...)
	fresh := billing.Instructions{}
	if len(all) == 0 {
		fresh.Currency = p.Stored.Basics.Currency
	}
	all = append(all, fresh)
	if p.Form == "instructions" {
		for i := range all {
			if all[i].Currency == p.Instructions.Currency || i == len(all)-1 {
				version := all[i].Version
				all[i] = p.Instructions
				all[i].Version = version
				break
			}
		}
	}
	return all
}

// wrong tells whether instructions are those of the form that was not accepted.
func (p billingPage) wrong(i billing.Instructions) bool {
	return p.Form == "instructions" && i.Currency == p.Instructions.Currency
}

// series are the series as their forms begin, with the next number of each.
func (p billingPage) series() []billing.SeriesDetails {
	var all []billing.SeriesDetails
	for _, s := range p.Stored.Series {
		d := s.Details()
		if p.Form == "series."+string(s.Kind) {
			d = p.Series
			d.Version = s.Version
		}
		all = append(all, d)
	}
	return all
}

// next is the number that comes next in a series.
func (p billingPage) next(kind billing.Numbered) string {
	for _, s := range p.Stored.Series {
		if s.Kind == kind {
			return p.T("billing.series_next", "number", s.Number(p.Now.Year(), s.Last+1))
		}
	}
	return ""
}

// taxed says how a rate taxes.
func (v view) taxed(r billing.Rate) string {
	if r.Category.Taxed() {
		return r.Rate.Say(v.Printer)
	}
	return v.T("tax.category." + string(r.Category))
}

func (p billingPage) rateMenu(r billing.Rate) ui.Menu {
	at := billingPath + "/rates/" + r.ID.String()
	return ui.Menu{Label: p.T("clients.actions", "name", r.Name), Items: []ui.MenuItem{
		{Text: p.T("billing.rate_edit"), Icon: "pencil", Href: at + "/edit", Dialog: "drawer"},
		{Text: p.T("billing.rate_remove"), Icon: "trash-2", Action: at + "/removal", Hidden: []ui.Hidden{p.Hidden()}, Rule: true, Danger: true},
	}}
}

// rateForm is what the form of a tax rate sends.
type rateForm struct {
	Version  int64  `form:"version"`
	Name     string `form:"name"`
	Category string `form:"category"`
	Percent  string `form:"percent"`
	Reason   string `form:"reason"`
	Standard bool   `form:"standard"`
}

func (in rateForm) details() billing.RateDetails {
	return billing.RateDetails{Name: in.Name, Category: total.Category(in.Category), Percent: in.Percent, Reason: in.Reason, Standard: in.Standard}
}

// ratePage is the form of a tax rate, as a drawer or as its own page.
type ratePage struct {
	view
	In     billing.RateDetails
	Stored billing.Rate // of an edit; its ID is empty for a new one
}

func (p ratePage) title() string {
	if p.Stored.ID == "" {
		return p.T("billing.rate_add")
	}
	return p.T("billing.rate_edit")
}

func (p ratePage) action() string {
	if p.Stored.ID == "" {
		return billingPath + "/rates"
	}
	return billingPath + "/rates/" + p.Stored.ID.String() + "/edit"
}

// categories are the seven, each with what it is for.
func (p ratePage) categories() []ui.Option {
	var options []ui.Option
	for _, c := range total.Categories {
		label := p.T("tax.category." + string(c))
		if c.Taxed() {
			label = p.T("billing.taxed")
		}
		options = append(options, ui.Option{Value: string(c), Label: label})
	}
	return options
}

func (f Face) drawRate(w http.ResponseWriter, r *http.Request, status int, p ratePage) error {
	return p.drawerOrPage(w, r, status, p.title(), rateView(p))
}

func (f Face) newRate(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	offers, err := billing.ForStaff(who).Offers(r.Context())
	if err != nil {
		return err
	}
	// The first one is what lines begin with, unless that is unticked.
	in := billing.RateDetails{Category: total.Standard, Standard: len(offers.Rates) == 0}
	return f.drawRate(w, r, http.StatusOK, ratePage{view: newView(w, r, who), In: in})
}

func (f Face) postRate(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	var form rateForm
	if err := web.Decode(r, &form); err != nil {
		return err
	}
	err := billing.ForStaff(who).AddRate(r.Context(), form.details())
	return f.ratedAs(w, r, ratePage{view: newView(w, r, who), In: form.details()}, err)
}

func (f Face) ratedAs(w http.ResponseWriter, r *http.Request, p ratePage, err error) error {
	if drawnAgain(err) {
		p.View = p.WithProblem(err)
		return f.drawRate(w, r, web.Status(err), p)
	}
	if err != nil {
		return err
	}
	web.Flash(w, r, "flash.saved")
	web.Redirect(w, r, billingPath)
	return nil
}

func rateIn(r *http.Request) billing.RateID { return billing.RateID(r.PathValue("rate")) }

func (f Face) editRate(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	stored, err := billing.ForStaff(who).Rate(r.Context(), rateIn(r))
	if err != nil {
		return err
	}
	return f.drawRate(w, r, http.StatusOK, ratePage{newView(w, r, who), stored.Details(), stored})
}

func (f Face) postRateEdit(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	var form rateForm
	if err := web.Decode(r, &form); err != nil {
		return err
	}
	app := billing.ForStaff(who)
	err := app.UpdateRate(r.Context(), rateIn(r), form.Version, form.details())
	p := ratePage{view: newView(w, r, who), In: form.details()}
	if drawnAgain(err) {
		var failed error
		if p.Stored, failed = app.Rate(r.Context(), rateIn(r)); failed != nil {
			return failed
		}
	}
	return f.ratedAs(w, r, p, err)
}

func (f Face) postRateRemoval(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	if err := web.Decode(r, &struct{}{}); err != nil {
		return err
	}
	if err := billing.ForStaff(who).RemoveRate(r.Context(), rateIn(r)); err != nil {
		return err
	}
	web.Flash(w, r, "flash.saved")
	web.Redirect(w, r, billingPath)
	return nil
}
