package app

import (
	"net/http"

	"foyer/internal/auth"
	"foyer/internal/face/talk"
	"foyer/internal/face/ui"
	"foyer/internal/face/web"
	"foyer/internal/feature/change"
	"foyer/internal/feature/project"
	"foyer/internal/feature/support"
	"foyer/internal/kernel/lang"
	"foyer/internal/kernel/problem"
)

func (f Face) askTurn(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	return f.drawTurn(w, r, who, nil)
}

// drawTurn asks before a request goes on as a case.
func (f Face) drawTurn(w http.ResponseWriter, r *http.Request, who auth.Staff, trouble error) error {
	p, err := f.changePage(w, r, who)
	if err != nil {
		return err
	}
	status := http.StatusOK
	switch {
	case trouble != nil:
		status = web.Status(trouble)
	case !p.Full.Turns():
		web.Redirect(w, r, changeAt(p.Full.ID, ""))
		return nil
	}
	p.View = p.WithProblem(trouble)
	return p.drawerOrPage(w, r, status, p.T("change.turn"), turnView(p))
}

func (f Face) postTurn(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	var in struct {
		State string `form:"state"`
	}
	if err := web.Decode(r, &in); err != nil {
		return err
	}
	made, err := f.Changes.ForStaff(who).Turn(r.Context(), changeIn(r), change.Before{State: change.State(in.State)})
	if problem.Is(err, problem.Conflict) {
		return f.drawTurn(w, r, who, err)
	}
	if err != nil {
		return err
	}
	web.Flash(w, r, "flash.change_turned")
	web.Redirect(w, r, caseAt(made, ""))
	return nil
}

// wishPage is the form by which a case goes on as a request.
type wishPage struct {
	view
	Case   support.Case
	Askers change.Askers
	Unread []support.Reply // written since the form was drawn
	In     wishForm
}

type wishForm struct {
	Seen          string `form:"seen"`
	Project       string `form:"project"`
	Contact       string `form:"contact"`
	Title         string `form:"title"`
	Description   string `form:"description"`
	Category      string `form:"category"`
	Priority      string `form:"priority"`
	Justification string `form:"justification"`
	Benefit       string `form:"benefit"`
	Resolution    string `form:"resolution"`
}

func (f Face) askWish(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	return f.drawWish(w, r, who, nil, nil)
}

// drawWish draws the form, with what was typed or as it begins.
func (f Face) drawWish(w http.ResponseWriter, r *http.Request, who auth.Staff, typed *wishForm, trouble error) error {
	c, thread, err := f.Cases.ForStaff(who).Get(r.Context(), caseIn(r), support.Span{})
	if err != nil {
		return err
	}
	status := http.StatusOK
	switch {
	case trouble != nil:
		status = web.Status(trouble)
	case !c.Leads():
		web.Redirect(w, r, caseAt(c.ID, ""))
		return nil
	}
	p := wishPage{view: newView(w, r, who), Case: c}
	if p.Askers, err = f.Changes.ForStaff(who).Askers(r.Context(), c); err != nil {
		return err
	}
	if typed != nil {
		p.In = *typed
	} else {
		p.In = wishForm{
			Contact: c.Contact, Title: c.Subject, Category: string(change.Enhancement), Priority: string(c.Priority),
			Resolution: lang.For(who.Site().Language).T("change.wish_resolution"),
		}
		if len(p.Askers.Projects) == 1 {
			p.In.Project = p.Askers.Projects[0].ID
		}
		if first := thread.First(); thread.Earlier == "" && first != nil {
			p.In.Description = first.Body
		}
	}
	if !problem.Is(trouble, problem.Invalid) {
		p.Unread = thread.Since(p.In.Seen)
		p.In.Seen = thread.Newest()
	}
	p.View = p.WithProblem(trouble)
	return p.drawerOrPage(w, r, status, p.T("case.turn"), wishView(p))
}

func (f Face) postWish(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	var in wishForm
	if err := web.Decode(r, &in); err != nil {
		return err
	}
	made, err := f.Changes.ForStaff(who).FromCase(r.Context(), caseIn(r), change.Wish{
		Details: change.Details{
			Project: project.ID(in.Project), Title: in.Title, Description: in.Description, Category: change.Category(in.Category),
			Priority: change.Priority(in.Priority), Justification: in.Justification, Benefit: in.Benefit,
		}, Contact: in.Contact, Resolution: in.Resolution, Seen: in.Seen,
	})
	if problem.Is(err, problem.Invalid) || problem.Is(err, problem.Conflict) {
		return f.drawWish(w, r, who, &in, err)
	}
	if err != nil {
		return err
	}
	web.Flash(w, r, "flash.case_turned")
	web.Redirect(w, r, changeAt(made, ""))
	return nil
}

// missing says what there has to be first; empty where the form can be sent.
func (p wishPage) missing() string {
	switch {
	case len(p.Askers.Projects) == 0:
		return p.T("change.wish_no_project", "client", p.Case.ClientName)
	case len(p.Askers.Contacts) == 0:
		return p.T("change.wish_no_contact", "client", p.Case.ClientName)
	}
	return ""
}

func (p wishPage) categories() []ui.Option { return talk.Categories(p.Printer) }
