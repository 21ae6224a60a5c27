package app

import (
	"context"
	"net/http"
	"slices"
	"strconv"

	"foyer/internal/auth"
	"foyer/internal/face/ui"
	"foyer/internal/face/web"
	"foyer/internal/feature/client"
	"foyer/internal/feature/project"
	"foyer/internal/kernel/civil"
	"foyer/internal/kernel/problem"
)

// projectForm is what the form of a project sends.
type projectForm struct {
	Version     int64  `form:"version"`
	Name        string `form:"name"`
	Client      string `form:"client"`
	Description string `form:"description"`
	Type        string `form:"type"`
	Priority    string `form:"priority"`
	Owner       string `form:"owner"`
	StartsOn    string `form:"starts_on"`
	EndsOn      string `form:"ends_on"`
	Budget      string `form:"budget"`
	Currency    string `form:"currency"`
	Tags        string `form:"tags"`
	Shared      bool   `form:"shared"`
}

func (in projectForm) details() project.Details {
	return project.Details{
		Name: in.Name, Client: client.ID(in.Client), Description: in.Description, Type: project.Type(in.Type), Priority: project.Priority(in.Priority),
		Owner: in.Owner, StartsOn: in.StartsOn, EndsOn: in.EndsOn, Budget: in.Budget, Currency: in.Currency, Tags: in.Tags, Shared: in.Shared,
	}
}

// projectFormPage is the form of a new project, of one that is changed or of one
// that is copied, as a drawer or as its own page.
type projectFormPage struct {
	view
	In      project.Details
	Choices project.Choices
	Chosen  project.Choice  // a client beyond those that are offered; empty for none
	Stored  project.Project // that is changed or copied; its ID is empty for a new one
	Copies  bool
	Version int64
	Money   bool
	Outside int // milestones that the dates leave outside
}

func (p projectFormPage) action() string {
	switch {
	case p.Copies:
		return projectAt(p.Stored.ID, "/copy")
	case p.Stored.ID != "":
		return projectAt(p.Stored.ID, "/edit")
	}
	return "/app/projects"
}

func (p projectFormPage) back() string {
	if p.Stored.ID != "" {
		return projectAt(p.Stored.ID, "")
	}
	return "/app/projects"
}

func (p projectFormPage) title() string {
	switch {
	case p.Copies:
		return p.T("project.copy_title", "name", p.Stored.Name)
	case p.Stored.ID != "":
		return p.T("project.edit_title", "name", p.Stored.Name)
	}
	return p.T("projects.add")
}

func (p projectFormPage) saveLabel() string {
	switch {
	case p.Copies:
		return p.T("project.copy_save")
	case p.Stored.ID != "":
		return p.T("project.save")
	}
	return p.T("projects.add")
}

// changing tells whether an existing project is changed: its client stays.
func (p projectFormPage) changing() bool { return p.Stored.ID != "" && !p.Copies }

// drawProjectForm draws the form with what it offers.
func (f Face) drawProjectForm(w http.ResponseWriter, r *http.Request, who auth.Staff, status int, p projectFormPage) error {
	app := project.ForStaff(who)
	var err error
	if p.Choices, err = app.Choices(r.Context()); err != nil {
		return err
	}
	if err := p.offer(r.Context(), who); err != nil {
		return err
	}
	p.Money = app.SeesMoney()
	return p.drawerOrPage(w, r, status, p.title(), projectFormView(p))
}

// offer looks up the chosen client where there are too many to offer all.
func (p *projectFormPage) offer(ctx context.Context, who auth.Staff) error {
	listed := func(c project.Choice) bool { return c.ID == p.In.Client.String() }
	if p.changing() || !p.Choices.MoreClients || slices.ContainsFunc(p.Choices.Clients, listed) {
		return nil
	}
	c, err := client.ForStaff(who).Get(ctx, p.In.Client)
	switch {
	case problem.Is(err, problem.NotFound):
		return nil
	case err != nil:
		return err
	case !c.Lead && !c.Archived():
		p.Chosen = project.Choice{ID: c.ID.String(), Name: c.Name}
	}
	return nil
}

func (f Face) newProject(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	p := projectFormPage{view: newView(w, r, who)}
	of := client.ID(r.URL.Query().Get("client"))
	currency, err := project.ForStaff(who).Currency(r.Context(), of)
	if err != nil {
		return err
	}
	p.In = project.Defaults(of, who.MemberID(), currency, p.Now)
	return f.drawProjectForm(w, r, who, http.StatusOK, p)
}

func (f Face) postProject(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	var form projectForm
	if err := web.Decode(r, &form); err != nil {
		return err
	}
	made, err := project.ForStaff(who).Create(r.Context(), form.details())
	if known, ok := problem.As(err); ok {
		p := projectFormPage{view: newView(w, r, who), In: form.details()}
		p.View = p.WithProblem(known)
		return f.drawProjectForm(w, r, who, web.Status(known), p)
	}
	if err != nil {
		return err
	}
	web.Flash(w, r, "flash.project_added", "name", form.Name)
	web.Redirect(w, r, projectAt(made, ""))
	return nil
}

// storedForm is the form about an existing project, with how many of its
// milestones lie outside its dates.
func (f Face) storedForm(w http.ResponseWriter, r *http.Request, who auth.Staff, in func(project.Project) project.Details) (projectFormPage, error) {
	found, targets, err := project.ForStaff(who).WithTargets(r.Context(), projectIn(r))
	if err != nil {
		return projectFormPage{}, err
	}
	p := projectFormPage{view: newView(w, r, who), In: in(found), Stored: found, Version: found.Version}
	p.Outside = len(outside(targets, p.In))
	return p, nil
}

// outside are the open milestones that the dates of their project leave outside.
func outside(targets []project.Target, d project.Details) []project.Target {
	return slices.DeleteFunc(slices.Clone(targets), func(t project.Target) bool {
		return t.Kind != project.Milestone || !t.Open() || !project.Outside(t.DueOn, d.StartsOn, d.EndsOn)
	})
}

func (f Face) editProject(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	p, err := f.storedForm(w, r, who, func(stored project.Project) project.Details { return stored.Details })
	if err != nil {
		return err
	}
	return f.drawProjectForm(w, r, who, http.StatusOK, p)
}

func (f Face) postProjectEdit(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	var form projectForm
	if err := web.Decode(r, &form); err != nil {
		return err
	}
	err := project.ForStaff(who).Update(r.Context(), projectIn(r), form.Version, form.details())
	if known, ok := problem.As(err); ok && known.Kind != problem.NotFound {
		p, err := f.storedForm(w, r, who, func(project.Project) project.Details { return form.details() })
		if err != nil {
			return err
		}
		if known.Kind != problem.Conflict {
			p.Version = form.Version
		}
		p.View = p.WithProblem(known)
		return f.drawProjectForm(w, r, who, web.Status(known), p)
	}
	if err != nil {
		return err
	}
	return f.savedProject(w, r, who)
}

// savedProject says that a project is saved, and of milestones that its dates
// leave outside: that is allowed, and seldom meant.
func (f Face) savedProject(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	p, err := f.storedForm(w, r, who, func(stored project.Project) project.Details { return stored.Details })
	if err != nil {
		return err
	}
	if p.Outside > 0 {
		web.Flash(w, r, "flash.project_outside", "n", strconv.Itoa(p.Outside))
	} else {
		web.Flash(w, r, "flash.saved")
	}
	web.Redirect(w, r, projectAt(p.Stored.ID, ""))
	return nil
}

// copyProject draws the form of a copy, which begins today.
func (f Face) copyProject(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	p, err := f.storedForm(w, r, who, func(stored project.Project) project.Details { return stored.Details })
	if err != nil {
		return err
	}
	p.Copies, p.Outside = true, 0
	p.In.Shared = false // until somebody has looked it over
	p.In.Name = p.T("project.copy_name", "name", p.Stored.Name)
	if today := string(p.today()); p.In.StartsOn != "" {
		p.In.EndsOn = project.Shift(p.In.StartsOn, today)(p.In.EndsOn)
		p.In.StartsOn = today
	}
	return f.drawProjectForm(w, r, who, http.StatusOK, p)
}

func (f Face) postProjectCopy(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	var form projectForm
	if err := web.Decode(r, &form); err != nil {
		return err
	}
	made, err := project.ForStaff(who).Copy(r.Context(), projectIn(r), form.details())
	if known, ok := problem.As(err); ok && known.Kind != problem.NotFound {
		p, err := f.storedForm(w, r, who, func(project.Project) project.Details { return form.details() })
		if err != nil {
			return err
		}
		p.Copies, p.Outside = true, 0
		p.View = p.WithProblem(known)
		return f.drawProjectForm(w, r, who, web.Status(known), p)
	}
	if err != nil {
		return err
	}
	web.Flash(w, r, "flash.project_added", "name", form.Name)
	web.Redirect(w, r, projectAt(made, ""))
	return nil
}

func (p projectFormPage) summary() ui.ErrorSummary {
	if items := p.ErrorItems(project.Fields...); len(items) > 0 {
		return ui.ErrorSummary{Title: p.N("ui.errors", len(items)), Items: items}
	}
	return ui.ErrorSummary{Text: p.Trouble()}
}

// theirs is what somebody else stored meanwhile, where it differs from what was
// typed here.
func (p projectFormPage) theirs() []ui.KeyValue {
	if p.Problem == nil || p.Problem.Kind != problem.Conflict || p.Copies {
		return nil
	}
	s := p.Stored
	budget := ""
	if s.Money.Currency != "" {
		budget = s.Money.Say(p.Printer)
	}
	said := map[string]string{
		"name": s.Name, "description": s.Description, "type": p.T("project.type." + string(s.Type)), "priority": p.T("project.priority." + string(s.Priority)),
		"owner": s.OwnerName, "starts_on": p.onDay(civil.Date(s.StartsOn)), "ends_on": p.onDay(civil.Date(s.EndsOn)), "budget": budget,
		"currency": s.Currency, "tags": s.Tags, "shared": p.T("project.internal"),
	}
	if s.Shared {
		said["shared"] = p.T("project.shared_with", "name", s.ClientName)
	}
	var items []ui.KeyValue
	for _, name := range s.Changed(p.In) {
		items = append(items, ui.KeyValue{Key: p.T("project." + name), Value: orNothing(p.view, said[name])})
	}
	return items
}

// clients are the clients to choose from, with the one that is chosen already.
func (p projectFormPage) clients() []ui.Option {
	all := records(p.T("project.choose_client"), p.Choices.Clients)
	if p.Chosen.ID != "" {
		all = append(all, ui.Option{Value: p.Chosen.ID, Label: p.Chosen.Name})
	}
	return all
}

// owners are the staff members to choose from. One who has left stays until
// somebody else is chosen.
func (p projectFormPage) owners() []ui.Option {
	all := records(p.T("project.no_owner"), p.Choices.Owners)
	if p.Stored.OwnerLeft && p.changing() {
		all = append(all, ui.Option{Value: p.Stored.Owner, Label: p.T("project.owner_gone_label", "name", p.Stored.OwnerName)})
	}
	return all
}
