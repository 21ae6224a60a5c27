package app

import (
	"net/http"
	"strings"

	"foyer/internal/auth"
	"foyer/internal/face/ui"
	"foyer/internal/face/web"
	"foyer/internal/feature/project"
	"foyer/internal/kernel/civil"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/text"
)

func (f Face) projectTargetRoutes() []web.Route {
	one := web.Objects{"id": "project"}
	target := web.Objects{"id": "project", "target": "target"}
	funding := web.Objects{"id": "project", "funding": "funding"}
	return []web.Route{
		web.Staff("GET", "/app/projects/{id}/targets", auth.ProjectsRead, one, f.listTargets),
		web.Staff("POST", "/app/projects/{id}/targets", auth.ProjectsWrite, one, f.postTarget),
		web.Staff("GET", "/app/projects/{id}/targets/new", auth.ProjectsWrite, one, f.newTarget),
		web.Staff("GET", "/app/projects/{id}/targets/{target}/edit", auth.ProjectsWrite, target, f.editTarget),
		web.Staff("POST", "/app/projects/{id}/targets/{target}/edit", auth.ProjectsWrite, target, f.postTargetEdit),
		web.Staff("GET", "/app/projects/{id}/targets/{target}/status", auth.ProjectsWrite, target, f.askTargetStatus),
		web.Staff("POST", "/app/projects/{id}/targets/{target}/status", auth.ProjectsWrite, target, f.postTargetStatus),
		web.Staff("POST", "/app/projects/{id}/targets/{target}/position", auth.ProjectsWrite, target, f.postTargetPosition),
		web.Staff("GET", "/app/projects/{id}/funding", auth.MoneyRead, one, f.listFunding),
		web.Staff("POST", "/app/projects/{id}/funding", auth.ProjectsWrite, one, f.postFunding),
		web.Staff("GET", "/app/projects/{id}/funding/new", auth.ProjectsWrite, one, f.newFunding),
		web.Staff("GET", "/app/projects/{id}/funding/{funding}/edit", auth.ProjectsWrite, funding, f.editFunding),
		web.Staff("POST", "/app/projects/{id}/funding/{funding}/edit", auth.ProjectsWrite, funding, f.postFundingEdit),
		web.Staff("GET", "/app/projects/{id}/funding/{funding}/removal", auth.ProjectsWrite, funding, f.confirmFundingRemoval),
		web.Staff("POST", "/app/projects/{id}/funding/{funding}/removal", auth.ProjectsWrite, funding, f.postFundingRemoval),
		web.Staff("GET", "/app/projects/{id}/activity", auth.ProjectsRead, one, f.showProjectActivity),
	}
}

func targetIn(r *http.Request) project.TargetID { return project.TargetID(r.PathValue("target")) }

// targetAt is an address below a target's.
func targetAt(p project.ID, target project.TargetID, path string) string {
	return projectAt(p, "/targets/"+target.String()+path)
}

// backToTarget leads to the list, to where the target stands in it. From a
// dialog over the list it is the list alone: an address that differs in its
// fragment would not load it again.
func backToTarget(w http.ResponseWriter, r *http.Request, target project.TargetID) {
	at := projectAt(projectIn(r), "/targets")
	if !web.IsFragment(r) {
		at += "#item-" + target.String()
	}
	web.Redirect(w, r, at)
}

// targetsPage is the list of milestones and deliverables.
type targetsPage struct {
	projectFrame
	Targets []project.Target
}

func (f Face) listTargets(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	return f.drawTargets(w, r, who, nil)
}

// drawTargets draws the list, with what kept it from being changed if anything.
func (f Face) drawTargets(w http.ResponseWriter, r *http.Request, who auth.Staff, trouble error) error {
	found, targets, err := project.ForStaff(who).WithTargets(r.Context(), projectIn(r))
	if err != nil {
		return err
	}
	p := targetsPage{projectFrame{newView(w, r, who), found, "targets"}, targets}
	status := http.StatusOK
	if known, ok := problem.As(trouble); ok {
		status, p.View = web.Status(known), p.WithProblem(known)
		p.Path = projectAt(found.ID, "/targets") // what the page shows, rather than where the change went
	}
	return p.page(w, r, status, p.T("targets.title", "name", found.Name), targetsView(p))
}

// adds are the ways to make something new, the filled one first.
func (p targetsPage) add(kind project.Kind) ui.Button {
	return ui.Button{
		Label: p.T("targets.add." + string(kind)), Icon: "plus", Size: ui.Small, Dialog: "drawer",
		Href: projectAt(p.Project.ID, "/targets/new?kind="+string(kind)),
	}
}

// list is the order with the controls of it.
func (p targetsPage) list() ui.Sortable {
	s := ui.Sortable{Label: p.T("targets.heading")}
	for n, t := range p.Targets {
		item := p.item(t)
		if p.changes() {
			p.moves(&item, t, n)
		}
		s.Items = append(s.Items, item)
	}
	return s
}

func (p targetsPage) item(t project.Target) ui.SortableItem {
	item := ui.SortableItem{
		ID: t.ID.String(), Icon: "flag", Tone: ui.Brand, Title: t.Name, Meta: p.meta(t), Note: t.Note, Status: p.targetStatus(t),
		Done: t.Finished() || t.State == project.Cancelled, Pills: p.pills(t),
	}
	if t.Kind == project.Deliverable {
		item.Tick = p.tick(t)
	}
	if t.Reason != "" {
		item.Note = strings.TrimSpace(t.Note + "\n" + p.T("targets.reopened", "reason", t.Reason))
	}
	if p.changes() {
		item.Href, item.Dialog, item.Menu = targetAt(p.Project.ID, t.ID, "/edit"), "drawer", p.menuOf(t)
	}
	return item
}

// meta is what it is, when it is due and where it belongs.
func (p targetsPage) meta(t project.Target) string {
	parts := []string{p.T("target.kind." + string(t.Kind))}
	if t.DueOn != "" {
		due := p.T("targets.due", "date", p.ListDate(civil.Date(t.DueOn).Time()))
		if days := p.today().Until(civil.Date(t.DueOn)); t.Open() && days >= 0 {
			due = p.T("targets.due_in", "date", p.ListDate(civil.Date(t.DueOn).Time()), "distance", p.Distance(days))
		}
		parts = append(parts, due)
	}
	if t.MilestoneName != "" {
		parts = append(parts, p.T("targets.part_of", "name", t.MilestoneName))
	}
	return strings.Join(parts, " · ")
}

// pills warn of days, and tell what the client sees.
func (p targetsPage) pills(t project.Target) []ui.Pill {
	var all []ui.Pill
	if t.Late(p.today()) {
		all = append(all, ui.Pill{Text: text.Capital(p.Overdue(civil.Date(t.DueOn).Until(p.today()))), Tone: ui.Bad})
	}
	if t.Open() && project.Outside(t.DueOn, p.Project.StartsOn, p.Project.EndsOn) {
		all = append(all, ui.Pill{Text: p.T("targets.outside"), Tone: ui.Warn, Icon: "triangle-alert"})
	}
	if t.ClientVisible {
		return append(all, ui.Pill{Text: p.T("target.client_visible"), Icon: "eye"})
	}
	return append(all, ui.Pill{Text: p.T("target.internal"), Icon: "eye-off"})
}

// targetStatus is where a target stands.
func (v view) targetStatus(t project.Target) ui.Status {
	kind := map[project.State]ui.StatusKind{
		project.InProgress: ui.StatusActive, project.Completed: ui.StatusDone, project.Done: ui.StatusDone, project.Cancelled: ui.StatusOff,
	}[t.State]
	if kind == "" {
		kind = ui.StatusHold
	}
	if t.Kind == project.Milestone {
		return ui.Status{Kind: kind, Text: v.T("milestone.state." + string(t.State))}
	}
	return ui.Status{Kind: kind, Text: v.T("deliverable.state." + string(t.State))}
}

// tick is the square before a deliverable: one press and it is done. To undo it
// asks for a reason.
func (p targetsPage) tick(t project.Target) ui.Tick {
	done := t.Finished()
	tick := ui.Tick{Label: p.targetStatus(t).Text, Done: done}
	switch at := targetAt(p.Project.ID, t.ID, "/status"); {
	case !p.changes() || t.State == project.Cancelled:
	case done:
		tick.Label, tick.Href, tick.Dialog = p.T("targets.undo", "name", t.Name), at+"?to="+string(project.InProgress), "center"
	default:
		tick.Label, tick.Action = p.T("targets.tick", "name", t.Name), at
		tick.Hidden = p.change(t, project.Done)
	}
	return tick
}

// change are the fields that take a target to a state.
func (p targetsPage) change(t project.Target, to project.State) []ui.Hidden {
	return []ui.Hidden{p.Hidden(), {Name: "from", Value: string(t.State)}, {Name: "to", Value: string(to)}}
}

// menuOf is what else can be done with a target. What cannot be taken back and
// what needs a reason is asked first.
func (p targetsPage) menuOf(t project.Target) ui.Menu {
	m := ui.Menu{Label: p.T("clients.actions", "name", t.Name), Items: []ui.MenuItem{
		{Text: p.T("target.edit"), Icon: "pencil", Href: targetAt(p.Project.ID, t.ID, "/edit"), Dialog: "drawer"},
	}}
	at := targetAt(p.Project.ID, t.ID, "/status")
	for n, s := range t.Steps() {
		item := ui.MenuItem{Text: p.T("target.step." + s.Name), Icon: stepIcons[s.Name], Rule: n == 0, Danger: s.To == project.Cancelled}
		if s.Reason || s.To == project.Cancelled {
			item.Href, item.Dialog = at+"?to="+string(s.To), "center"
		} else {
			item.Action, item.Hidden = at, p.change(t, s.To)
		}
		m.Items = append(m.Items, item)
	}
	return m
}

// stepIcons are the signs of the steps of targets.
var stepIcons = map[string]string{"started": "play", "completed": "circle-check", "done": "check", "reopened": "undo-2", "cancelled": "ban"}

// moves gives the nth item the ways to another place.
func (p targetsPage) moves(item *ui.SortableItem, t project.Target, n int) {
	item.Move, item.Hidden = targetAt(p.Project.ID, t.ID, "/position"), []ui.Hidden{p.Hidden()}
	step := func(by string) ui.PostButton {
		return ui.PostButton{
			Action: item.Move, Hidden: []ui.Hidden{p.Hidden(), {Name: "by", Value: by}},
			Button: ui.Button{Label: p.T("targets.move."+by, "name", t.Name)},
		}
	}
	if n > 0 {
		item.Up = step("up")
	}
	if n < len(p.Targets)-1 {
		item.Down = step("down")
	}
}

// positionForm is what moving a target sends: the target to stand before, empty
// for the end, or a step.
type positionForm struct {
	Before string `form:"before"`
	By     string `form:"by"`
}

func (f Face) postTargetPosition(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	var in positionForm
	if err := web.Decode(r, &in); err != nil {
		return err
	}
	to := project.Spot{Before: project.TargetID(in.Before), Given: true}
	if in.By != "" {
		by := map[string]int{"up": -1, "down": 1}[in.By]
		if by == 0 {
			return problem.Of(problem.Malformed, "problem.bad_request")
		}
		to = project.Spot{By: by}
	}
	err := project.ForStaff(who).Place(r.Context(), projectIn(r), targetIn(r), to)
	if problem.Is(err, problem.Conflict) {
		return f.drawTargets(w, r, who, err)
	}
	if err != nil {
		return err
	}
	web.Flash(w, r, "flash.target_placed")
	backToTarget(w, r, targetIn(r))
	return nil
}

// targetStatusPage asks about a step of a target.
type targetStatusPage struct {
	projectFrame
	Target project.Target
	Change project.Change // what is wanted; To may be a state that does not follow
}

// step is the one that is asked about; ok is false while it has to be chosen.
func (p targetStatusPage) step() (s project.Step, ok bool) {
	for _, s := range p.Target.Steps() {
		if s.To == p.Change.To {
			return s, true
		}
	}
	return project.Step{}, false
}

func (p targetStatusPage) title() string {
	if s, ok := p.step(); ok {
		return p.T("target.step_of", "step", p.T("target.step."+s.Name), "name", p.Target.Name)
	}
	return p.T("target.status_of", "name", p.Target.Name)
}

// reasoned tells whether the form has a place for a reason.
func (p targetStatusPage) reasoned() bool {
	if s, ok := p.step(); ok {
		return s.Reason
	}
	for _, s := range p.Target.Steps() {
		if s.Reason {
			return true
		}
	}
	return p.Change.Reason != ""
}

// ways are the states to choose from.
func (p targetStatusPage) ways() []ui.Option {
	var options []ui.Option
	for _, s := range p.Target.Steps() {
		options = append(options, ui.Option{Value: string(s.To), Label: p.T("target.step." + s.Name)})
	}
	return options
}

func (p targetStatusPage) summary() ui.ErrorSummary {
	if items := p.ErrorItems("to", "reason"); len(items) > 0 {
		return ui.ErrorSummary{Title: p.N("ui.errors", len(items)), Items: items}
	}
	return ui.ErrorSummary{Text: p.Trouble()}
}

func (f Face) askTargetStatus(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	found, target, err := project.ForStaff(who).Target(r.Context(), projectIn(r), targetIn(r))
	if err != nil {
		return err
	}
	p := targetStatusPage{projectFrame{newView(w, r, who), found, "targets"}, target, project.Change{To: project.State(r.URL.Query().Get("to"))}}
	return p.drawerOrPage(w, r, http.StatusOK, p.title(), targetStatusView(p))
}

// targetStatusForm is what a step sends.
type targetStatusForm struct {
	From   string `form:"from"`
	To     string `form:"to"`
	Reason string `form:"reason"`
}

func (f Face) postTargetStatus(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	var in targetStatusForm
	if err := web.Decode(r, &in); err != nil {
		return err
	}
	app := project.ForStaff(who)
	change := project.Change{From: project.State(in.From), To: project.State(in.To), Reason: in.Reason}
	err := app.SetTargetState(r.Context(), projectIn(r), targetIn(r), change)
	known, refused := problem.As(err)
	if err != nil && (!refused || known.Kind == problem.NotFound) {
		return err
	}
	found, target, err := app.Target(r.Context(), projectIn(r), targetIn(r))
	if err != nil {
		return err
	}
	if refused {
		v := newView(w, r, who)
		v.View = v.WithProblem(known)
		p := targetStatusPage{projectFrame{v, found, "targets"}, target, change}
		return p.drawerOrPage(w, r, web.Status(known), p.title(), targetStatusView(p))
	}
	web.Flash(w, r, "flash.target_"+in.To, "name", target.Name)
	backToTarget(w, r, target.ID)
	return nil
}
