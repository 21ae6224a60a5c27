package portal

import (
	"net/http"
	"time"

	"foyer/internal/auth"
	"foyer/internal/face/ui"
	"foyer/internal/face/web"
	"foyer/internal/feature/project"
	"foyer/internal/kernel/civil"
	"foyer/internal/kernel/lang"
	"foyer/internal/kernel/text"
)

// projectAt is the address of a project.
func projectAt(p project.ID) string { return "/portal/projects/" + p.String() }

// projectsAt is the address of the list with something wanted of it.
func projectsAt(filter project.Filter, query, cursor, at string) string {
	return web.ListAt("/portal/projects", "status", filter, query, cursor, at)
}

// projectsPage is the list.
type projectsPage struct {
	view
	List project.ShownList
}

func (f Face) listProjects(w http.ResponseWriter, r *http.Request, who auth.Client) error {
	q := r.URL.Query()
	list, err := project.ForClient(who).List(r.Context(), project.Wanted{
		Filter: project.Filter(q.Get("status")), Query: q.Get("q"), After: q.Get("after"), Before: q.Get("before"),
	})
	if err != nil {
		return err
	}
	p := projectsPage{newView(w, r, who), list}
	if p.Fragment {
		return web.Render(w, r, http.StatusOK, projectResults(p))
	}
	return p.page(w, r, http.StatusOK, p.T("portal.projects.title"), projectsView(p))
}

func (p projectsPage) filters() ui.Segment {
	w := p.List.Wanted
	s := ui.Segment{Label: p.T("portal.projects.filter")}
	for _, filter := range project.Filters {
		s.Items = append(s.Items, ui.Tab{
			Text: p.T("project.filter." + string(filter)), Href: projectsAt(filter, w.Query, "", ""),
			Count: p.Count(p.List.Counts.Of(filter)), Current: w.Filter == filter,
		})
	}
	return s
}

func (p projectsPage) search() ui.SearchField {
	w := p.List.Wanted
	return p.Search(p.T("portal.projects.search"), "#project-results", w.Query, projectsAt(w.Filter, "", "", ""))
}

// found says how many projects the list has.
func (p projectsPage) found() string {
	return p.N("portal.projects.found", p.List.Counts.Of(p.List.Wanted.Filter))
}

func (p projectsPage) pager() ui.Pager {
	w, found := p.List.Wanted, ""
	if p.List.Prev != "" || p.List.Next != "" {
		found = p.found() // where all fit on a page, the filters say it
	}
	return p.pages(p.T("portal.projects.pages"), found, p.List.Prev, p.List.Next, func(cursor, at string) string {
		return projectsAt(w.Filter, w.Query, cursor, at)
	})
}

// none is what an empty list says.
func (p projectsPage) none() ui.EmptyState {
	w := p.List.Wanted
	switch {
	case w.Query != "":
		return ui.EmptyState{
			Plain: true, Title: p.T("portal.projects.none.search", "query", w.Query), Text: p.T("portal.projects.none.search_text"),
			Action: ui.Button{Label: p.T("portal.projects.none.clear"), Href: projectsAt(w.Filter, "", "", "")},
		}
	case w.Filter != project.FilterAll:
		return ui.EmptyState{Plain: true, Title: p.T("portal.projects.none." + string(w.Filter)), Action: ui.Button{
			Label: p.T("portal.projects.none.all"), Href: projectsAt(project.FilterAll, "", "", ""),
		}}
	}
	return ui.EmptyState{Title: p.T("portal.projects.none.any"), Text: p.T("portal.projects.none.any_text", "workspace", p.Site.Name)}
}

// card is a project in the list.
func (p projectsPage) card(s project.Shown) ui.ProjectCard {
	c := ui.ProjectCard{
		Title: s.Name, Href: projectAt(s.ID), Status: projectStatus(p.Printer, s.State), Text: s.Description, Track: p.track(s),
		Owner: s.Owner, Dates: p.span(s),
	}
	if percent, known := s.Progress.Percent(); known {
		c.Figure = p.T("portal.project.percent", "percent", p.Number(percent))
	}
	at := p.near(p.dayOf(s.StateAt))
	switch s.State {
	case project.OnHold:
		c.Next = p.T("portal.project.held_because", "reason", s.Reason)
		c.Dates = p.T("portal.project.held_on", "date", at)
	case project.Completed:
		c.Next = p.T("portal.project.completed_on", "date", at)
	case project.Cancelled:
		c.Next = p.T("portal.project.cancelled_on", "date", at)
	default:
		if s.Next != "" {
			c.Next = p.T("portal.project.next", "name", s.Next, "date", p.near(s.NextOn))
		}
	}
	return c
}

// projectStatus is where a project stands.
func projectStatus(say lang.Printer, state project.State) ui.Status {
	kind := map[project.State]ui.StatusKind{
		project.Planned: ui.StatusInfo, project.Active: ui.StatusActive, project.OnHold: ui.StatusHold, project.Completed: ui.StatusDone,
	}[state]
	if kind == "" {
		kind = ui.StatusOff
	}
	return ui.Status{Kind: kind, Text: say.T("project.state." + string(state))}
}

// track is a project's progress as a line and in words.
func (v view) track(s project.Shown) ui.Track {
	g := s.Progress
	t := ui.Track{Reached: g.Reached, Ahead: g.Milestones - g.Reached, Label: v.T("portal.project.progress_of", "name", s.Name)}
	t.Percent, t.Known = g.Percent()
	percent := v.Number(t.Percent)
	switch {
	case g.Deliverables > 0:
		t.ValueText = v.T("portal.project.value.deliverables", "percent", percent, "done", v.Number(g.Done), "all", v.Number(g.Deliverables))
	case t.Known:
		t.ValueText = v.T("portal.project.value.milestones", "percent", percent, "done", v.Number(g.Reached), "all", v.Number(g.Milestones))
	default:
		t.ValueText = v.T("portal.project.value.none")
	}
	switch s.State {
	case project.OnHold, project.Cancelled:
		t.State = ui.TrackHold
	case project.Completed:
		t.State = ui.TrackDone
	}
	return t
}

// span says from when to when a project goes, in short; it is empty without
// dates.
func (v view) span(s project.Shown) string {
	from, to := v.near(s.StartsOn), v.near(s.EndsOn)
	switch {
	case s.StartsOn == "" && s.EndsOn == "":
		return ""
	case s.StartsOn == "":
		return text.Capital(v.T("date.until", "to", to))
	case s.EndsOn == "":
		return text.Capital(v.T("date.from", "from", from))
	}
	return v.T("date.span", "from", from, "to", to)
}

// dayOf is the day of a moment at the workspace.
func (v view) dayOf(at time.Time) civil.Date { return civil.Today(at.In(v.Now.Location())) }
