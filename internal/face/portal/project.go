package portal

import (
	"net/http"

	"github.com/a-h/templ"

	"foyer/internal/auth"
	"foyer/internal/face/shelf"
	"foyer/internal/face/ui"
	"foyer/internal/feature/change"
	"foyer/internal/feature/invoice"
	"foyer/internal/feature/library"
	"foyer/internal/feature/project"
	"foyer/internal/kernel/civil"
	"foyer/internal/kernel/text"
)

// projectPage is one project, to be read.
type projectPage struct {
	view
	Project      project.Shown
	Milestones   []project.ShownTarget
	Deliverables []project.ShownTarget
	Invoices     []invoice.ShownRow
	Agreed       change.Agreed
	Documents    []library.Shown
}

func (f Face) showProject(w http.ResponseWriter, r *http.Request, who auth.Client) error {
	found, targets, err := project.ForClient(who).Get(r.Context(), project.ID(r.PathValue("id")))
	if err != nil {
		return err
	}
	p := projectPage{view: newView(w, r, who), Project: found}
	if p.Invoices, err = f.Invoices.ForClient(who).OfProject(r.Context(), found.ID); err != nil {
		return err
	}
	if p.Agreed, err = f.Changes.ForClient(who).OfProject(r.Context(), found.ID); err != nil {
		return err
	}
	if p.Documents, err = f.Documents.ForClient(who).OfPlace(r.Context(), library.OfProject, found.ID.String()); err != nil {
		return err
	}
	p.Loads = []string{shelf.Sheet}
	for _, t := range targets {
		if t.Kind == project.Milestone {
			p.Milestones = append(p.Milestones, t)
		} else {
			p.Deliverables = append(p.Deliverables, t)
		}
	}
	return p.page(w, r, http.StatusOK, found.Name, projectView(p))
}

func (p projectPage) head() ui.PageHead {
	s := p.Project
	return ui.PageHead{
		Title: s.Name, Sub: text.Capital(p.DateSpan(s.StartsOn.Time(), s.EndsOn.Time())), Status: projectStatus(p.Printer, s.State),
		Crumbs: []ui.Link{{Text: p.T("portal.projects.title"), Href: "/portal/projects"}}, CrumbsLabel: p.T("ui.crumbs"),
	}
}

// changesCost is what the agreed changes come to; empty for nothing.
func (p projectPage) changesCost() string {
	if len(p.Agreed.Sums) != 1 || p.Agreed.Sums[0].Minor == 0 {
		return ""
	}
	return p.T("portal.project.changes_sum", "amount", p.Agreed.Sums[0].Say(p.Printer))
}

// underWay tells whether there is still something to wait for.
func (p projectPage) underWay() bool {
	s := p.Project.State
	return s == project.Planned || s == project.Active || s == project.OnHold
}

// progress is how far the project has come, as a heading.
func (p projectPage) progress() string {
	percent, known := p.Project.Progress.Percent()
	if !known {
		return p.T("portal.project.progress")
	}
	return p.T("portal.project.complete", "percent", p.Number(percent))
}

// reached says how many milestones are reached, and how many are overdue.
func (p projectPage) reached() string {
	g := p.Project.Progress
	if g.Milestones == 0 {
		return ""
	}
	said := p.T("portal.project.reached", "done", p.Number(g.Reached), "all", p.Number(g.Milestones))
	late := 0
	for _, m := range p.Milestones {
		if p.late(m) {
			late++
		}
	}
	switch {
	case p.Project.State != project.Active || g.Reached == g.Milestones:
		return said
	case late > 0:
		return p.N("portal.project.reached_late", late, "reached", said)
	}
	return p.T("portal.project.reached_in_time", "reached", said)
}

// delivered says how many deliverables are done.
func (p projectPage) delivered() string {
	g := p.Project.Progress
	if g.Deliverables == 0 {
		return ""
	}
	return p.T("portal.project.delivered", "done", p.Number(g.Done), "all", p.Number(g.Deliverables))
}

// late tells whether the day of a target has passed while it is open.
func (p projectPage) late(t project.ShownTarget) bool {
	return t.State != project.Completed && t.State != project.Done && t.DueOn != "" && t.DueOn < p.today() && p.underWay()
}

// next is the place of the milestone that comes next, -1 when there is none.
func (p projectPage) next() int {
	next := -1
	for i, m := range p.Milestones {
		if m.State != project.Completed && (next < 0 || m.DueOn < p.Milestones[next].DueOn) {
			next = i
		}
	}
	return next
}

// line is the labelled track: the milestones that are reached, then those ahead.
func (p projectPage) line() ui.LabelledTrack {
	l := ui.LabelledTrack{Track: p.track(p.Project), Start: p.near(p.Project.StartsOn), End: p.near(p.Project.EndsOn)}
	var ahead []ui.TrackStop
	for _, m := range p.Milestones {
		if stop := (ui.TrackStop{Text: m.Name, Reached: m.State == project.Completed}); stop.Reached {
			l.Stops = append(l.Stops, stop)
		} else {
			ahead = append(ahead, stop)
		}
	}
	if n := len(l.Stops); n > 0 {
		l.Stops[n-1].Now = true
	}
	l.Stops = append(l.Stops, ahead...)
	return l
}

func (p projectPage) milestones() ui.Milestones {
	var all ui.Milestones
	next := p.next()
	for i, m := range p.Milestones {
		item := ui.Milestone{Name: m.Name, Note: m.Note, When: p.near(m.DueOn), Date: string(m.DueOn)}
		switch {
		case m.State == project.Completed:
			item.State, item.StateText = ui.MilestoneReached, p.punctual(p.dayOf(m.StateAt).Until(m.DueOn))
		case p.late(m):
			item.State, item.StateText = ui.MilestoneLate, text.Capital(p.Overdue(m.DueOn.Until(p.today())))
		case m.State == project.InProgress:
			item.State, item.StateText = ui.MilestoneNext, p.T("milestone.state.in_progress")
		case i == next && p.underWay():
			item.State, item.StateText, item.Unseen = ui.MilestoneNext, p.T("portal.project.stop.next"), true
		default:
			item.StateText, item.Unseen = p.T("portal.project.stop.later"), true
		}
		all.Items = append(all.Items, item)
	}
	return all
}

// punctual says by how many days a milestone was reached early; fewer than none
// is late.
func (p projectPage) punctual(days int) string {
	switch {
	case days > 0:
		return p.N("portal.project.reached_early", days)
	case days < 0:
		return p.N("portal.project.reached_after", -days)
	}
	return p.T("portal.project.reached_on_time")
}

func (p projectPage) deliverables() ui.Checklist {
	list := ui.Checklist{Label: p.T("portal.project.deliverables")}
	for _, d := range p.Deliverables {
		item := ui.CheckItem{Text: d.Name, Note: d.Note, Done: d.State == project.Done, State: p.T("deliverable.state." + string(d.State))}
		switch {
		case item.Done:
			day := p.dayOf(d.StateAt)
			item.When, item.Date = p.near(day), string(day)
		case d.DueOn != "":
			item.When, item.Date = p.near(d.DueOn), string(d.DueOn)
		}
		list.Items = append(list.Items, item)
	}
	return list
}

// facts are the dates and what kind of work it is.
func (p projectPage) facts() []ui.KeyValue {
	s := p.Project
	var items []ui.KeyValue
	add := func(key, value string) {
		if value != "" {
			items = append(items, ui.KeyValue{Key: p.T(key), Value: value})
		}
	}
	add("portal.project.starts", p.long(s.StartsOn))
	add("portal.project.ends", p.long(s.EndsOn))
	if s.EndsOn != "" && p.underWay() {
		add("portal.project.remaining", p.remaining(p.today().Until(s.EndsOn)))
	}
	if s.State == project.Completed {
		add("portal.project.completed", p.long(p.dayOf(s.StateAt)))
	}
	add("portal.project.type", p.T("project.type."+string(s.Type)))
	return items
}

// remaining says how many days are left.
func (p projectPage) remaining(days int) string {
	if days < 0 {
		return text.Capital(p.Overdue(-days))
	}
	return p.N("portal.project.days", days)
}

func (p projectPage) long(day civil.Date) string {
	if day == "" {
		return ""
	}
	return p.LongDate(day.Time())
}

// pause is why the project rests; nil while it does not.
func (p projectPage) pause() templ.Component {
	at := p.long(p.dayOf(p.Project.StateAt))
	switch p.Project.State {
	case project.OnHold:
		return ui.Note{Icon: "pause", Title: p.T("portal.project.held_note", "date", at), Text: p.Project.Reason}
	case project.Cancelled:
		return ui.Note{Icon: "ban", Title: p.T("portal.project.cancelled_note", "date", at), Text: p.Project.Reason}
	}
	return nil
}
