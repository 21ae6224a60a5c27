package app

import (
	"net/http"

	"foyer/internal/auth"
	"foyer/internal/face/talk"
	"foyer/internal/face/web"
	"foyer/internal/feature/support"
	"foyer/internal/kernel/problem"
)

// caseAsk asks before a case is resolved or put on hold.
type caseAsk struct {
	view
	Case  support.Case
	Act   string // resolution or pause, also the last part of its address
	Field string // what is asked for
	Seen  string // the newest entry that was read
	Said  string // what was typed
}

func (p caseAsk) title() string { return p.T("case.ask." + p.Act) }

func (f Face) askCase(w http.ResponseWriter, r *http.Request, who auth.Staff, p caseAsk, trouble error) error {
	c, thread, err := f.Cases.ForStaff(who).Get(r.Context(), caseIn(r), support.Span{})
	if err != nil {
		return err
	}
	p.Case, p.Seen = c, thread.Newest()
	p.view = newView(w, r, who)
	p.View = p.WithProblem(trouble)
	status := http.StatusOK
	if trouble != nil {
		status = web.Status(trouble)
	}
	return p.drawerOrPage(w, r, status, p.title(), caseAskView(p))
}

func (f Face) askResolution(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	return f.askCase(w, r, who, caseAsk{Act: "resolution", Field: "resolution"}, nil)
}

func (f Face) askPause(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	return f.askCase(w, r, who, caseAsk{Act: "pause", Field: "reason"}, nil)
}

func (f Face) postResolution(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	var in struct {
		Seen       string `form:"seen"`
		Resolution string `form:"resolution"`
	}
	if err := web.Decode(r, &in); err != nil {
		return err
	}
	err := f.Cases.ForStaff(who).Resolve(r.Context(), caseIn(r), in.Seen, in.Resolution)
	return f.caseAsked(w, r, who, caseAsk{Act: "resolution", Field: "resolution", Said: in.Resolution}, err, "flash.case_resolved")
}

func (f Face) postPause(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	var in struct {
		Seen   string `form:"seen"`
		Reason string `form:"reason"`
	}
	if err := web.Decode(r, &in); err != nil {
		return err
	}
	err := f.Cases.ForStaff(who).Hold(r.Context(), caseIn(r), in.Seen, in.Reason)
	return f.caseAsked(w, r, who, caseAsk{Act: "pause", Field: "reason", Said: in.Reason}, err, "flash.case_held")
}

// caseAsked answers what was asked: on with it, or the question again with what was
// wrong.
func (f Face) caseAsked(w http.ResponseWriter, r *http.Request, who auth.Staff, p caseAsk, err error, flash string) error {
	if problem.Is(err, problem.Invalid) || problem.Is(err, problem.Conflict) {
		return f.askCase(w, r, who, p, err)
	}
	return f.caseDone(w, r, who, err, flash)
}

func (f Face) postAssignment(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	var in struct {
		Assignee string `form:"assignee"`
	}
	if err := web.Decode(r, &in); err != nil {
		return err
	}
	return f.caseDone(w, r, who, f.Cases.ForStaff(who).Assign(r.Context(), caseIn(r), in.Assignee), "flash.case_assigned")
}

func (f Face) postReopening(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	if err := web.Decode(r, &struct{}{}); err != nil {
		return err
	}
	return f.caseDone(w, r, who, f.Cases.ForStaff(who).Reopen(r.Context(), caseIn(r)), "flash.case_reopened")
}

// categoriesPage is where the categories of cases are kept.
type categoriesPage struct {
	view
	All []support.Category
	In  support.Category // what was typed of the one that was not accepted
}

const categoriesPath = "/app/settings/cases"

func (f Face) showCategories(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	return f.drawCategories(w, r, who, http.StatusOK, support.Category{}, nil)
}

func (f Face) drawCategories(w http.ResponseWriter, r *http.Request, who auth.Staff, status int, in support.Category, trouble error) error {
	all, err := f.Cases.ForStaff(who).Categories(r.Context())
	if err != nil {
		return err
	}
	p := categoriesPage{newView(w, r, who), all, in}
	p.Loads = []string{talk.Sheet}
	p.View = p.WithProblem(trouble)
	return p.page(w, r, status, p.T("case.categories"), categoriesView(p))
}

func (f Face) postCategory(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	var in categoryForm
	if err := web.Decode(r, &in); err != nil {
		return err
	}
	c := support.Category{ID: support.CategoryID(in.ID), Version: in.Version, Name: in.Name}
	return f.categoriesDone(w, r, who, c, f.Cases.ForStaff(who).SaveCategory(r.Context(), c))
}

func (f Face) postCategoryRemoval(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	if err := web.Decode(r, &struct{}{}); err != nil {
		return err
	}
	c := support.Category{ID: support.CategoryID(r.PathValue("category"))}
	return f.categoriesDone(w, r, who, c, f.Cases.ForStaff(who).RemoveCategory(r.Context(), c.ID))
}

func (f Face) categoriesDone(w http.ResponseWriter, r *http.Request, who auth.Staff, in support.Category, err error) error {
	if problem.Is(err, problem.Invalid) || problem.Is(err, problem.Conflict) {
		return f.drawCategories(w, r, who, web.Status(err), in, err)
	}
	if err != nil {
		return err
	}
	web.Flash(w, r, "flash.saved")
	web.Redirect(w, r, categoriesPath)
	return nil
}

// row is a category as a form; the empty one adds another.
func (p categoriesPage) row(c support.Category) categoryRow {
	row := categoryRow{View: p.View, Base: categoriesPath, ID: c.ID.String(), Version: c.Version, Name: c.Name, Typed: c.Name, Changes: p.Who.May(auth.SettingsWrite)}
	if p.Problem != nil && p.In.ID == c.ID {
		row.refused(p.In.Name)
	}
	return row
}
