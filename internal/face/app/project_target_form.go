package app

import (
	"net/http"
	"slices"

	"foyer/internal/auth"
	"foyer/internal/face/ui"
	"foyer/internal/face/web"
	"foyer/internal/feature/project"
	"foyer/internal/kernel/civil"
	"foyer/internal/kernel/problem"
)

// targetForm is what the form of a target sends.
type targetForm struct {
	Version       int64  `form:"version"`
	Kind          string `form:"kind"`
	Name          string `form:"name"`
	Note          string `form:"note"`
	DueOn         string `form:"due_on"`
	Milestone     string `form:"milestone"`
	ClientVisible bool   `form:"client_visible"`
}

func (in targetForm) details() project.TargetDetails {
	return project.TargetDetails{
		Kind: project.Kind(in.Kind), Name: in.Name, Note: in.Note, DueOn: in.DueOn, Milestone: project.TargetID(in.Milestone), ClientVisible: in.ClientVisible,
	}
}

// targetFormPage is the form, as a drawer or as its own page.
type targetFormPage struct {
	projectFrame
	In         project.TargetDetails
	Milestones []project.Target // that a deliverable can belong to
	Stored     project.Target   // of an edit; its ID is empty for a new one
	Version    int64
}

// targetFormPage makes the form of a project's target from the project's list.
func (f Face) targetFormPage(w http.ResponseWriter, r *http.Request, who auth.Staff) (targetFormPage, error) {
	found, targets, err := project.ForStaff(who).WithTargets(r.Context(), projectIn(r))
	if err != nil {
		return targetFormPage{}, err
	}
	p := targetFormPage{projectFrame: projectFrame{newView(w, r, who), found, "targets"}}
	for _, t := range targets {
		if t.ID == targetIn(r) {
			p.Stored = t
		}
		if t.Kind == project.Milestone {
			p.Milestones = append(p.Milestones, t)
		}
	}
	if targetIn(r) != "" && p.Stored.ID == "" {
		return targetFormPage{}, problem.Missing()
	}
	return p, nil
}

func (p targetFormPage) title() string {
	if p.Stored.ID == "" {
		return p.T("targets.add." + string(p.In.Kind))
	}
	return p.T("target.edit_title", "name", p.Stored.Name)
}

func (p targetFormPage) back() string { return projectAt(p.Project.ID, "/targets") }

func (p targetFormPage) action() string {
	if p.Stored.ID == "" {
		return p.back()
	}
	return targetAt(p.Project.ID, p.Stored.ID, "/edit")
}

func (p targetFormPage) saveLabel() string {
	if p.Stored.ID == "" {
		return p.T("targets.add." + string(p.In.Kind))
	}
	return p.T("ui.save")
}

func (f Face) drawTargetForm(w http.ResponseWriter, r *http.Request, status int, p targetFormPage) error {
	if !slices.Contains(project.Kinds, p.In.Kind) {
		p.In.Kind = project.Milestone
	}
	return p.drawerOrPage(w, r, status, p.title(), targetFormView(p))
}

func (f Face) newTarget(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	p, err := f.targetFormPage(w, r, who)
	if err != nil {
		return err
	}
	p.In = project.TargetDetails{Kind: project.Kind(r.URL.Query().Get("kind")), ClientVisible: true}
	return f.drawTargetForm(w, r, http.StatusOK, p)
}

func (f Face) postTarget(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	var form targetForm
	if err := web.Decode(r, &form); err != nil {
		return err
	}
	made, err := project.ForStaff(who).AddTarget(r.Context(), projectIn(r), form.details())
	if problem.Is(err, problem.Invalid) {
		return f.againTarget(w, r, who, form, err)
	}
	if err != nil {
		return err
	}
	web.Flash(w, r, "flash.target_added", "name", form.Name)
	backToTarget(w, r, made)
	return nil
}

func (f Face) editTarget(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	p, err := f.targetFormPage(w, r, who)
	if err != nil {
		return err
	}
	p.In, p.Version = p.Stored.TargetDetails, p.Stored.Version
	return f.drawTargetForm(w, r, http.StatusOK, p)
}

func (f Face) postTargetEdit(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	var form targetForm
	if err := web.Decode(r, &form); err != nil {
		return err
	}
	err := project.ForStaff(who).UpdateTarget(r.Context(), projectIn(r), targetIn(r), form.Version, form.details())
	if problem.Is(err, problem.Invalid) || problem.Is(err, problem.Conflict) {
		return f.againTarget(w, r, who, form, err)
	}
	if err != nil {
		return err
	}
	web.Flash(w, r, "flash.saved")
	backToTarget(w, r, targetIn(r))
	return nil
}

// againTarget draws a form that was refused, with what was typed.
func (f Face) againTarget(w http.ResponseWriter, r *http.Request, who auth.Staff, form targetForm, trouble error) error {
	p, err := f.targetFormPage(w, r, who)
	if err != nil {
		return err
	}
	p.View, p.In, p.Version = p.WithProblem(trouble), form.details(), form.Version
	if p.Stored.ID != "" {
		p.In.Kind = p.Stored.Kind
	}
	if problem.Is(trouble, problem.Conflict) {
		p.Version = p.Stored.Version
	}
	return f.drawTargetForm(w, r, web.Status(trouble), p)
}

func (p targetFormPage) summary() ui.ErrorSummary {
	if items := p.ErrorItems(project.TargetFields...); len(items) > 0 {
		return ui.ErrorSummary{Title: p.N("ui.errors", len(items)), Items: items}
	}
	return ui.ErrorSummary{Text: p.Trouble()}
}

// theirs is what somebody else stored meanwhile, where it differs from what was
// typed here.
func (p targetFormPage) theirs() []ui.KeyValue {
	if p.Problem == nil || p.Problem.Kind != problem.Conflict {
		return nil
	}
	s := p.Stored
	said := map[string]string{"name": s.Name, "note": s.Note, "due_on": p.onDay(civil.Date(s.DueOn)), "milestone": s.MilestoneName, "client_visible": p.T("target.internal")}
	if s.ClientVisible {
		said["client_visible"] = p.T("target.client_visible")
	}
	var items []ui.KeyValue
	for _, name := range s.Changed(p.In) {
		items = append(items, ui.KeyValue{Key: p.T("target." + name), Value: orNothing(p.view, said[name])})
	}
	return items
}

// dueHint says between which days the project runs.
func (p targetFormPage) dueHint() string {
	span := p.DateSpan(civil.Date(p.Project.StartsOn).Time(), civil.Date(p.Project.EndsOn).Time())
	if span == "" {
		return ""
	}
	return p.T("target.due_hint", "span", span)
}

// dueOptional is the word beside the day, which only a deliverable may lack.
func (p targetFormPage) dueOptional() string {
	if p.In.Kind == project.Milestone {
		return ""
	}
	return p.T("ui.optional")
}

// belongs are the milestones that a deliverable can belong to.
func (p targetFormPage) belongs() []ui.Option {
	options := []ui.Option{{Label: p.T("target.milestone_none")}}
	for _, m := range p.Milestones {
		if m.State != project.Cancelled || m.ID == p.In.Milestone {
			options = append(options, ui.Option{Value: m.ID.String(), Label: m.Name})
		}
	}
	return options
}
