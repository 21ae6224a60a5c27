package app

import (
	"cmp"
	"net/http"
	"slices"

	"foyer/internal/auth"
	"foyer/internal/face/talk"
	"foyer/internal/face/ui"
	"foyer/internal/feature/change"
	"foyer/internal/feature/project"
	"foyer/internal/kernel/civil"
	"foyer/internal/kernel/text"
)

// projectIn is the project that the address names.
func projectIn(r *http.Request) project.ID { return project.ID(r.PathValue("id")) }

// projectAt is an address below a project's.
func projectAt(p project.ID, path string) string { return "/app/projects/" + p.String() + path }

// projectFrame is what every page of one project is drawn with.
type projectFrame struct {
	view
	Project project.Project
	Part    string // overview, targets, funding, documents or activity
}

// head is the title block of a project's pages.
func (p projectFrame) head() ui.PageHead {
	return ui.PageHead{
		Title: p.Project.Name, Sub: p.Project.ClientName, Status: p.projectStatus(p.Project.State),
		Crumbs: []ui.Link{{Text: p.T("projects.title"), Href: "/app/projects"}}, CrumbsLabel: p.T("ui.crumbs"),
	}
}

func (p projectFrame) tabs() ui.Tabs {
	t := ui.Tabs{Label: p.T("project.parts", "name", p.Project.Name)}
	for _, part := range []struct{ name, path string }{{"overview", ""}, {"targets", "/targets"}, {"funding", "/funding"}, {"documents", "/documents"}, {"activity", "/activity"}} {
		if part.name == "funding" && !p.Who.May(auth.MoneyRead) || part.name == "documents" && !p.Who.May(auth.DocumentsRead) {
			continue
		}
		t.Items = append(t.Items, ui.Tab{Text: p.T("project.part." + part.name), Href: projectAt(p.Project.ID, part.path), Current: part.name == p.Part})
	}
	return t
}

// changes tells whether the project can be changed by the person who looks.
func (p projectFrame) changes() bool { return p.runs() }

// projectStatus is where a project stands.
func (v view) projectStatus(state project.State) ui.Status {
	kind := map[project.State]ui.StatusKind{
		project.Planned: ui.StatusInfo, project.Active: ui.StatusActive, project.OnHold: ui.StatusHold, project.Completed: ui.StatusDone,
	}[state]
	if kind == "" {
		kind = ui.StatusOff
	}
	return ui.Status{Kind: kind, Text: v.T("project.state." + string(state))}
}

// badges tell at a glance what kind of work it is.
func (p projectFrame) badges() []ui.Pill {
	d := p.Project
	priority := map[project.Priority]ui.Tone{project.High: ui.Warn}[d.Priority]
	badges := []ui.Pill{
		{Text: p.T("project.badge." + string(d.Priority)), Tone: priority},
		{Text: p.T("project.type." + string(d.Type))},
	}
	if d.Shared {
		return append(badges, ui.Pill{Text: p.T("project.shared_with", "name", d.ClientName), Icon: "eye", Tone: ui.Brand})
	}
	return append(badges, ui.Pill{Text: p.T("project.internal"), Icon: "eye-off"})
}

// remaining says how many days are left until the planned end.
func (p projectFrame) remaining() (said string, late bool) {
	days, ok := p.Project.DaysLeft(p.today())
	switch {
	case !ok:
		return "", false
	case days < 0:
		return text.Capital(p.Overdue(-days)), true
	}
	return p.N("project.days_left", days), false
}

// steps are the ways out of the project's state; the first is the usual one.
func (p projectFrame) steps() []project.Step { return project.Steps[p.Project.State] }

// stepIcons of projects are beside those of targets.
var projectStepIcons = map[string]string{
	"started": "play", "resumed": "play", "held": "pause", "completed": "circle-check", "cancelled": "ban", "reopened": "undo-2",
}

func (p projectFrame) statusAt(to project.State) string {
	return projectAt(p.Project.ID, "/status?to="+string(to))
}

// usual is the button of the step that comes next. Nobody is urged to reopen
// what is over.
func (p projectFrame) usual() ui.Button {
	s := p.steps()[0]
	b := ui.Button{Label: p.T("project.step." + s.Name), Icon: projectStepIcons[s.Name], Href: p.statusAt(s.To), Dialog: "center"}
	if p.Project.Open() {
		b.Kind = ui.Filled
	}
	return b
}

// menu is what else can be done with the project.
func (p projectFrame) menu() ui.Menu {
	m := ui.Menu{Label: p.T("clients.actions", "name", p.Project.Name)}
	for _, s := range p.steps()[1:] {
		m.Items = append(m.Items, ui.MenuItem{
			Text: p.T("project.step." + s.Name), Icon: projectStepIcons[s.Name], Href: p.statusAt(s.To), Dialog: "center", Danger: s.To == project.Cancelled,
		})
	}
	m.Items = append(m.Items, ui.MenuItem{Text: p.T("project.copy"), Icon: "copy", Href: projectAt(p.Project.ID, "/copy"), Dialog: "drawer", Rule: len(m.Items) > 0})
	return m
}

// projectPage is the overview of a project.
type projectPage struct {
	projectFrame
	Targets []project.Target
	Money   bool
	Agreed  change.Agreed
}

func (f Face) showProject(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	app := project.ForStaff(who)
	found, targets, err := app.WithTargets(r.Context(), projectIn(r))
	if err != nil {
		return err
	}
	p := projectPage{projectFrame: projectFrame{newView(w, r, who), found, "overview"}, Targets: targets, Money: app.SeesMoney()}
	if who.May(auth.ChangesRead) {
		p.Loads = []string{talk.Sheet}
		if p.Agreed, err = f.Changes.ForStaff(who).OfProject(r.Context(), found.ID); err != nil {
			return err
		}
	}
	return p.page(w, r, http.StatusOK, found.Name, projectView(p))
}

// facts are the dates, the people and the budget.
func (p projectPage) facts() []ui.KeyValue {
	d := p.Project
	items := []ui.KeyValue{
		{Key: p.T("project.client"), Value: d.ClientName, Href: clientAt(d.Client, "")},
		{Key: p.T("project.starts_on"), Value: p.onDay(civil.Date(d.StartsOn))},
		{Key: p.T("project.ends_on"), Value: p.onDay(civil.Date(d.EndsOn))},
	}
	if p.Money {
		budget := ""
		if d.Money.Currency != "" {
			budget = d.Money.Say(p.Printer)
		}
		items = append(items, ui.KeyValue{Key: p.T("project.budget"), Value: budget})
	}
	if !p.Project.Open() {
		items = append(items, ui.KeyValue{Key: p.T("project.state." + string(d.State)), Value: p.ListDate(d.StateAt.In(p.Now.Location()))})
	}
	return filled(append(items, ui.KeyValue{Key: p.T("project.created"), Value: p.ListDate(d.CreatedAt.In(p.Now.Location()))}))
}

// value is what the project is worth with the changes that are agreed on, by currency:
// its budget, what the changes come to, and both together.
func (p projectPage) value() []ui.KeyValue {
	var items []ui.KeyValue
	budget := p.Project.Money
	for _, sum := range p.Agreed.Sums {
		if sum.Currency != budget.Currency {
			items = append(items, ui.KeyValue{Key: p.T("project.value_changes"), Value: sum.Say(p.Printer)})
			continue
		}
		items = append(items, ui.KeyValue{Key: p.T("project.budget"), Value: budget.Say(p.Printer)}, ui.KeyValue{Key: p.T("project.value_changes"), Value: sum.Say(p.Printer)})
		if whole, err := budget.Add(sum); err == nil {
			items = append(items, ui.KeyValue{Key: p.T("project.value"), Value: whole.Say(p.Printer)})
		}
	}
	return items
}

// ahead are the open milestones that come first, at most four.
func (p projectPage) ahead() []ui.DatedRow {
	var rows []ui.DatedRow
	open := slices.DeleteFunc(slices.Clone(p.Targets), func(t project.Target) bool { return t.Kind != project.Milestone || !t.Open() })
	slices.SortStableFunc(open, func(a, b project.Target) int { return cmp.Compare(a.DueOn, b.DueOn) })
	for _, t := range open[:min(len(open), 4)] {
		day := civil.Date(t.DueOn)
		row := ui.DatedRow{
			Date:  ui.DateBlock{Month: p.ShortMonth(day.Time()), Day: p.Number(day.Time().Day()), Date: t.DueOn},
			Title: t.Name, Href: projectAt(p.Project.ID, "/targets#item-"+t.ID.String()), Sub: p.seen(t.ClientVisible), Pill: ui.Pill{Text: text.Capital(p.Distance(p.today().Until(day)))},
		}
		if t.Late(p.today()) {
			row.Late, row.Pill = true, ui.Pill{Text: text.Capital(p.Overdue(day.Until(p.today())))}
		}
		rows = append(rows, row)
	}
	return rows
}

// seen says who sees something.
func (v view) seen(byClient bool) string {
	if byClient {
		return v.T("target.client_visible")
	}
	return v.T("target.internal")
}

// progress says how far the work has come, as the client sees it.
func (p projectFrame) progress() string {
	g := p.Project.Progress
	switch {
	case g.Deliverables > 0 && g.Milestones > 0:
		return p.T("project.progress_both", "delivered", p.delivered(), "reached", p.reached())
	case g.Deliverables > 0:
		return p.delivered()
	case g.Milestones > 0:
		return p.reached()
	}
	return p.T("targets.unmeasured")
}

func (p projectFrame) delivered() string {
	g := p.Project.Progress
	return p.N("targets.delivered", g.Deliverables, "done", p.Number(g.Done))
}

func (p projectFrame) reached() string {
	g := p.Project.Progress
	return p.N("targets.reached", g.Milestones, "done", p.Number(g.Reached))
}

func (p projectFrame) track() ui.Track {
	g := p.Project.Progress
	percent, known := g.Percent()
	t := ui.Track{
		Percent: percent, Known: known, Reached: g.Reached, Ahead: g.Milestones - g.Reached,
		Label: p.T("targets.progress", "name", p.Project.Name), ValueText: p.progress(),
	}
	switch p.Project.State {
	case project.OnHold, project.Cancelled:
		t.State = ui.TrackHold
	case project.Completed:
		t.State = ui.TrackDone
	}
	return t
}

// progressTitle is how far the project has come, as a heading.
func (p projectFrame) progressTitle() string {
	percent, known := p.Project.Progress.Percent()
	if !known {
		return p.T("targets.progress_heading")
	}
	return p.T("portal.project.complete", "percent", p.Number(percent))
}

// line is the track with the names of the milestones that the client sees.
func (p projectPage) line() ui.LabelledTrack {
	l := ui.LabelledTrack{Track: p.track(), Start: p.near(p.Project.StartsOn), End: p.near(p.Project.EndsOn)}
	last := -1
	for _, t := range p.Targets {
		if t.Kind != project.Milestone || !t.ClientVisible || t.State == project.Cancelled {
			continue
		}
		if t.Finished() {
			last = len(l.Stops)
		}
		l.Stops = append(l.Stops, ui.TrackStop{Text: t.Name, Reached: t.Finished()})
	}
	if last >= 0 {
		l.Stops[last].Now = true
	}
	return l
}

// near is a calendar date without its year, empty for none.
func (v view) near(date string) string {
	if date == "" {
		return ""
	}
	return v.DayMonth(civil.Date(date).Time())
}

// resting says since when and why a project rests or was given up.
func (p projectFrame) resting() ui.Note {
	at := p.LongDate(p.Project.StateAt.In(p.Now.Location()))
	if p.Project.State == project.OnHold {
		return ui.Note{Icon: "pause", Title: p.T("portal.project.held_note", "date", at), Text: p.Project.Reason}
	}
	return ui.Note{Icon: "ban", Title: p.T("portal.project.cancelled_note", "date", at), Text: p.Project.Reason}
}
