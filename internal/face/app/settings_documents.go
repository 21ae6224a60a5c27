package app

import (
	"net/http"

	"foyer/internal/auth"
	"foyer/internal/face/talk"
	"foyer/internal/face/web"
	"foyer/internal/feature/library"
)

const shelvesPath = "/app/settings/documents"

// shelvesPage is where the categories of documents are kept, and how much files may
// take.
type shelvesPage struct {
	view
	All    []library.OwnCategory
	In     library.OwnCategory // what was typed of the one that was not accepted
	Limits library.Limits
	Wrong  string // the form that was not accepted: limits or category
}

func (f Face) showShelves(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	return f.drawShelves(w, r, who, http.StatusOK, shelvesPage{}, nil)
}

// drawShelves draws the page with what was typed into the form that was not accepted.
func (f Face) drawShelves(w http.ResponseWriter, r *http.Request, who auth.Staff, status int, p shelvesPage, trouble error) error {
	app := f.Documents.ForStaff(who)
	stored, err := app.Limits(r.Context())
	if err != nil {
		return err
	}
	if p.Wrong != "limits" {
		p.Limits = stored
	}
	if p.All, err = app.Categories(r.Context()); err != nil {
		return err
	}
	p.view = newView(w, r, who)
	p.Loads = []string{talk.Sheet}
	p.View = p.WithProblem(trouble)
	return p.page(w, r, status, p.T("documents.settings"), shelvesView(p))
}

func (f Face) shelvesDone(w http.ResponseWriter, r *http.Request, who auth.Staff, p shelvesPage, err error) error {
	if drawnAgain(err) {
		return f.drawShelves(w, r, who, web.Status(err), p, err)
	}
	if err != nil {
		return err
	}
	web.Flash(w, r, "flash.saved")
	web.Redirect(w, r, shelvesPath)
	return nil
}

func (f Face) postLimits(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	var in struct {
		File    string `form:"file"`
		Client  string `form:"client"`
		Storage string `form:"storage"`
	}
	if err := web.Decode(r, &in); err != nil {
		return err
	}
	limits := library.Limits(in)
	return f.shelvesDone(w, r, who, shelvesPage{Limits: limits, Wrong: "limits"}, f.Documents.ForStaff(who).SaveLimits(r.Context(), limits))
}

func (f Face) postShelf(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	var in categoryForm
	if err := web.Decode(r, &in); err != nil {
		return err
	}
	c := library.OwnCategory{ID: library.Category(in.ID), Version: in.Version, Name: in.Name}
	return f.shelvesDone(w, r, who, shelvesPage{In: c, Wrong: "category"}, f.Documents.ForStaff(who).SaveCategory(r.Context(), c))
}

func (f Face) postShelfRemoval(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	if err := web.Decode(r, &struct{}{}); err != nil {
		return err
	}
	c := library.OwnCategory{ID: library.Category(r.PathValue("category"))}
	return f.shelvesDone(w, r, who, shelvesPage{In: c, Wrong: "category"}, f.Documents.ForStaff(who).RemoveCategory(r.Context(), c.ID))
}

// row is a category as a form; the empty one adds another.
func (p shelvesPage) row(c library.OwnCategory) categoryRow {
	row := categoryRow{View: p.View, Base: shelvesPath + "/categories", ID: string(c.ID), Version: c.Version, Name: c.Name, Typed: c.Name, Changes: p.Who.May(auth.SettingsWrite)}
	if p.Wrong == "category" && p.In.ID == c.ID {
		row.refused(p.In.Name)
	}
	return row
}
