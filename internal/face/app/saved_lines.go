package app

import (
	"net/http"

	"foyer/internal/auth"
	"foyer/internal/face/ui"
	"foyer/internal/face/web"
	"foyer/internal/feature/billing"
)

const savedLinesPath = "/app/invoices/lines"

func lineIn(r *http.Request) billing.SavedID { return billing.SavedID(r.PathValue("line")) }

// savedLinesPage lists the lines to pick from.
type savedLinesPage struct {
	view
	billing.Offers
}

func (f Face) listSavedLines(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	offers, err := billing.ForStaff(who).Offers(r.Context())
	if err != nil {
		return err
	}
	p := savedLinesPage{newView(w, r, who), offers}
	return p.page(w, r, http.StatusOK, p.T("saved.title"), savedLinesView(p))
}

// taxOf names the rate of a line, empty where it has none.
func (p savedLinesPage) taxOf(s billing.Saved) string {
	for _, r := range p.Rates {
		if r.ID == s.Rate {
			return p.rateName(r)
		}
	}
	return ""
}

func (p savedLinesPage) rowMenu(s billing.Saved) ui.Menu {
	at := savedLinesPath + "/" + s.ID.String()
	return ui.Menu{Label: p.T("clients.actions", "name", s.Description), Items: []ui.MenuItem{
		{Text: p.T("saved.edit"), Icon: "pencil", Href: at + "/edit", Dialog: "drawer"},
		{Text: p.T("saved.remove"), Icon: "trash-2", Action: at + "/removal", Hidden: []ui.Hidden{p.Hidden()}, Rule: true, Danger: true},
	}}
}

// savedForm is what the form of a line to pick from sends.
type savedForm struct {
	Version     int64  `form:"version"`
	Description string `form:"description"`
	Unit        string `form:"unit"`
	Price       string `form:"price"`
	Currency    string `form:"currency"`
	Rate        string `form:"rate"`
}

func (in savedForm) details() billing.SavedDetails {
	return billing.SavedDetails{Description: in.Description, Unit: in.Unit, Price: in.Price, Currency: in.Currency, Rate: billing.RateID(in.Rate)}
}

// savedLinePage is the form, as a drawer or as its own page.
type savedLinePage struct {
	view
	In     billing.SavedDetails
	Stored billing.Saved // of an edit; its ID is empty for a new one
	Rates  []billing.Rate
}

func (p savedLinePage) title() string {
	if p.Stored.ID == "" {
		return p.T("saved.add")
	}
	return p.T("saved.edit")
}

func (p savedLinePage) action() string {
	if p.Stored.ID == "" {
		return savedLinesPath
	}
	return savedLinesPath + "/" + p.Stored.ID.String() + "/edit"
}

func (p savedLinePage) rates() []ui.Option {
	options := []ui.Option{{Label: p.T("saved.no_rate")}}
	for _, r := range p.Rates {
		options = append(options, ui.Option{Value: r.ID.String(), Label: p.rateName(r)})
	}
	return options
}

func (f Face) drawSavedLine(w http.ResponseWriter, r *http.Request, who auth.Staff, status int, p savedLinePage) error {
	app := billing.ForStaff(who)
	offers, err := app.Offers(r.Context())
	if err != nil {
		return err
	}
	if p.Rates = offers.Rates; p.In.Currency == "" && p.Problem == nil {
		basics, err := app.Basics(r.Context())
		if err != nil {
			return err
		}
		p.In.Currency = basics.Currency
	}
	return p.drawerOrPage(w, r, status, p.title(), savedLineView(p))
}

func (f Face) newSavedLine(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	return f.drawSavedLine(w, r, who, http.StatusOK, savedLinePage{view: newView(w, r, who)})
}

func (f Face) savedAs(w http.ResponseWriter, r *http.Request, who auth.Staff, p savedLinePage, err error) error {
	if drawnAgain(err) {
		p.View = p.WithProblem(err)
		return f.drawSavedLine(w, r, who, web.Status(err), p)
	}
	if err != nil {
		return err
	}
	web.Flash(w, r, "flash.saved")
	web.Redirect(w, r, savedLinesPath)
	return nil
}

func (f Face) postSavedLine(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	var form savedForm
	if err := web.Decode(r, &form); err != nil {
		return err
	}
	err := billing.ForStaff(who).AddSaved(r.Context(), form.details())
	return f.savedAs(w, r, who, savedLinePage{view: newView(w, r, who), In: form.details()}, err)
}

func (f Face) editSavedLine(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	stored, err := billing.ForStaff(who).OneSaved(r.Context(), lineIn(r))
	if err != nil {
		return err
	}
	return f.drawSavedLine(w, r, who, http.StatusOK, savedLinePage{view: newView(w, r, who), In: stored.Details(), Stored: stored})
}

func (f Face) postSavedLineEdit(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	var form savedForm
	if err := web.Decode(r, &form); err != nil {
		return err
	}
	app := billing.ForStaff(who)
	err := app.UpdateSaved(r.Context(), lineIn(r), form.Version, form.details())
	p := savedLinePage{view: newView(w, r, who), In: form.details()}
	if drawnAgain(err) {
		var failed error
		if p.Stored, failed = app.OneSaved(r.Context(), lineIn(r)); failed != nil {
			return failed
		}
	}
	return f.savedAs(w, r, who, p, err)
}

func (f Face) postSavedLineRemoval(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	if err := web.Decode(r, &struct{}{}); err != nil {
		return err
	}
	if err := billing.ForStaff(who).RemoveSaved(r.Context(), lineIn(r)); err != nil {
		return err
	}
	web.Flash(w, r, "flash.saved")
	web.Redirect(w, r, savedLinesPath)
	return nil
}
