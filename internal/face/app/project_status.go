package app

import (
	"net/http"

	"foyer/internal/auth"
	"foyer/internal/face/ui"
	"foyer/internal/face/web"
	"foyer/internal/feature/project"
	"foyer/internal/kernel/problem"
)

// projectStatusPage asks about a step of a project.
type projectStatusPage struct {
	projectFrame
	Open   []project.Target // that are not done yet
	Change project.Change   // what is wanted; To may be a state that does not follow
}

// step is the one that is asked about; ok is false while it has to be chosen.
func (p projectStatusPage) step() (s project.Step, ok bool) {
	for _, s := range p.steps() {
		if s.To == p.Change.To {
			return s, true
		}
	}
	return project.Step{}, false
}

func (p projectStatusPage) title() string {
	if s, ok := p.step(); ok {
		return p.T("target.step_of", "step", p.T("project.step."+s.Name), "name", p.Project.Name)
	}
	return p.T("target.status_of", "name", p.Project.Name)
}

// text says what a step does. Mail about a project goes to those who see it.
func (p projectStatusPage) text(s project.Step) string {
	if s.To == project.Completed && !p.Project.Shared {
		return p.T("project.step_text.completed_internal")
	}
	return p.T("project.step_text." + s.Name)
}

// ways are the states to choose from.
func (p projectStatusPage) ways() []ui.Option {
	var options []ui.Option
	for _, s := range p.steps() {
		options = append(options, ui.Option{Value: string(s.To), Label: p.T("project.step." + s.Name)})
	}
	return options
}

// reasoned tells whether the form has a place for a reason.
func (p projectStatusPage) reasoned() bool {
	if s, ok := p.step(); ok {
		return s.Reason
	}
	for _, s := range p.steps() {
		if s.Reason {
			return true
		}
	}
	return false
}

// reasonHint says who reads the reason.
func (p projectStatusPage) reasonHint() string {
	if p.Project.Shared {
		return p.T("project.reason_shared", "name", p.Project.ClientName)
	}
	return p.T("project.reason_internal")
}

// mostNamed is how many targets a warning names.
const mostNamed = 10

// firstNames are the names of the first targets, and how many there are besides.
func firstNames(targets []project.Target) (names []string, more int) {
	for _, t := range targets[:min(len(targets), mostNamed)] {
		names = append(names, t.Name)
	}
	return names, len(targets) - len(names)
}

func (p projectStatusPage) summary() ui.ErrorSummary {
	if items := p.ErrorItems("to", "reason"); len(items) > 0 {
		return ui.ErrorSummary{Title: p.N("ui.errors", len(items)), Items: items}
	}
	return ui.ErrorSummary{Text: p.Trouble()}
}

func (f Face) askProjectStatus(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	return f.drawProjectStatus(w, r, who, project.Change{To: project.State(r.URL.Query().Get("to"))}, nil)
}

// drawProjectStatus asks about a change, with what kept it from being made if
// anything.
func (f Face) drawProjectStatus(w http.ResponseWriter, r *http.Request, who auth.Staff, change project.Change, trouble error) error {
	found, targets, err := project.ForStaff(who).WithTargets(r.Context(), projectIn(r))
	if err != nil {
		return err
	}
	p := projectStatusPage{projectFrame: projectFrame{newView(w, r, who), found, "overview"}, Change: change}
	for _, t := range targets {
		if t.Kind == project.Deliverable && t.Open() {
			p.Open = append(p.Open, t)
		}
	}
	status := http.StatusOK
	if known, ok := problem.As(trouble); ok {
		status, p.View = web.Status(known), p.WithProblem(known)
	}
	return p.drawerOrPage(w, r, status, p.title(), projectStatusView(p))
}

func (f Face) postProjectStatus(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	var in targetStatusForm
	if err := web.Decode(r, &in); err != nil {
		return err
	}
	change := project.Change{From: project.State(in.From), To: project.State(in.To), Reason: in.Reason}
	app := project.ForStaff(who)
	err := app.SetState(r.Context(), projectIn(r), change)
	if known, ok := problem.As(err); ok && known.Kind != problem.NotFound {
		return f.drawProjectStatus(w, r, who, change, known)
	}
	if err != nil {
		return err
	}
	found, err := app.Get(r.Context(), projectIn(r))
	if err != nil {
		return err
	}
	web.Flash(w, r, "flash.project_"+in.To, "name", found.Name)
	web.Redirect(w, r, projectAt(found.ID, ""))
	return nil
}
