package app

import (
	"net/http"
	"net/url"

	"foyer/internal/auth"
	"foyer/internal/face/ui"
	"foyer/internal/face/web"
	"foyer/internal/feature/client"
	"foyer/internal/feature/project"
	"foyer/internal/kernel/civil"
)

func (f Face) projectRoutes() []web.Route {
	one := web.Objects{"id": "project"}
	return append([]web.Route{
		web.Staff("GET", "/app/projects", auth.ProjectsRead, nil, f.listProjects),
		web.Staff("POST", "/app/projects", auth.ProjectsWrite, nil, f.postProject),
		web.Staff("GET", "/app/projects/new", auth.ProjectsWrite, nil, f.newProject),
		web.Staff("GET", "/app/projects/{id}", auth.ProjectsRead, one, f.showProject),
		web.Staff("GET", "/app/projects/{id}/edit", auth.ProjectsWrite, one, f.editProject),
		web.Staff("POST", "/app/projects/{id}/edit", auth.ProjectsWrite, one, f.postProjectEdit),
		web.Staff("GET", "/app/projects/{id}/status", auth.ProjectsWrite, one, f.askProjectStatus),
		web.Staff("POST", "/app/projects/{id}/status", auth.ProjectsWrite, one, f.postProjectStatus),
		web.Staff("GET", "/app/projects/{id}/copy", auth.ProjectsWrite, one, f.copyProject),
		web.Staff("POST", "/app/projects/{id}/copy", auth.ProjectsWrite, one, f.postProjectCopy),
		web.Staff("GET", "/app/clients/{id}/projects", auth.ProjectsRead, web.Objects{"id": "client"}, f.listClientProjects),
	}, f.projectTargetRoutes()...)
}

// runs tells whether the person may change projects; without it a page has no
// controls.
func (v view) runs() bool { return v.Who.May(auth.ProjectsWrite) }

// today is the day that it is in the workspace's zone.
func (v view) today() civil.Date { return civil.Today(v.Now) }

// onDay is a calendar date as lists have it, empty for none.
func (v view) onDay(date civil.Date) string {
	if date == "" {
		return ""
	}
	return v.ListDate(date.Time())
}

// projectsPage is the list.
type projectsPage struct {
	view
	List  project.List
	Money bool // the person sees money
}

func (f Face) listProjects(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	q := r.URL.Query()
	app := project.ForStaff(who)
	list, err := app.List(r.Context(), project.Wanted{
		Filter: project.Filter(q.Get("tab")), Query: q.Get("q"), After: q.Get("after"), Before: q.Get("before"),
	})
	if err != nil {
		return err
	}
	p := projectsPage{newView(w, r, who), list, app.SeesMoney()}
	if p.Fragment {
		return web.Render(w, r, http.StatusOK, projectResults(p))
	}
	return p.page(w, r, http.StatusOK, p.T("projects.title"), projectsView(p))
}

// href is the address of the list with something else wanted.
func (p projectsPage) href(filter project.Filter, query, cursor, at string) string {
	return web.ListAt("/app/projects", "tab", filter, query, cursor, at)
}

// cards are the figures above the list, whatever is searched for.
func (p projectsPage) cards() []ui.StatCard {
	n := p.List.Whole
	cards := []ui.StatCard{
		{Label: p.T("projects.active"), Icon: "layers", Figure: p.Number(n.Active), Href: p.href(project.FilterActive, "", "", "")},
		{Label: p.T("projects.completed"), Icon: "circle-check", Figure: p.Number(n.Completed), Href: p.href(project.FilterCompleted, "", "", "")},
		{Label: p.T("projects.total"), Icon: "folder", Figure: p.Number(n.All), Href: p.href(project.FilterAll, "", "", "")},
	}
	if n.OnHold > 0 {
		cards[0].Text = p.N("projects.on_hold", n.OnHold)
	}
	if p.Money {
		cards = append(cards, p.revenue())
	}
	return cards
}

// revenue is what came in, in each currency of its own.
func (p projectsPage) revenue() ui.StatCard {
	card := ui.StatCard{Label: p.T("projects.revenue"), Icon: "wallet", Figure: p.nothing(), Text: p.T("projects.revenue_text"), Href: p.href(project.FilterAll, "", "", "")}
	for i, sum := range p.List.Received {
		if said := sum.Say(p.Printer); i == 0 {
			card.Figure = said
		} else {
			card.Text = p.T("projects.revenue_and", "amount", said)
		}
	}
	if len(p.List.Received) > 2 {
		card.Text = p.N("projects.revenue_more", len(p.List.Received)-1)
	}
	return card
}

func (p projectsPage) tabs() ui.Segment {
	w := p.List.Wanted
	s := ui.Segment{Label: p.T("projects.filter")}
	for _, filter := range project.Filters {
		s.Items = append(s.Items, ui.Tab{
			Text: p.T("project.filter." + string(filter)), Href: p.href(filter, w.Query, "", ""),
			Count: p.Count(p.List.Counts.Of(filter)), Current: w.Filter == filter,
		})
	}
	return s
}

func (p projectsPage) search() ui.SearchField {
	w := p.List.Wanted
	return p.Search(p.T("projects.search"), "#project-results", w.Query, p.href(w.Filter, "", "", ""))
}

// found says how many projects the list has.
func (p projectsPage) found() string {
	return p.N("projects.found", p.List.Counts.Of(p.List.Wanted.Filter))
}

func (p projectsPage) pager() ui.Pager {
	w := p.List.Wanted
	return p.pages(p.T("projects.pages"), p.found(), p.List.Prev, p.List.Next, func(cursor, at string) string {
		return p.href(w.Filter, w.Query, cursor, at)
	})
}

// pages is the pager of a list that continues after rows; href makes the address
// of a cursor.
func (v view) pages(label, text, prev, next string, href func(cursor, at string) string) ui.Pager {
	pager := ui.Pager{Label: label, Text: text}
	if prev == "" && next == "" {
		return pager
	}
	pager.Prev, pager.Next = ui.Link{Text: v.T("ui.previous")}, ui.Link{Text: v.T("ui.next")}
	if prev != "" {
		pager.Prev.Href = href("before", prev)
	}
	if next != "" {
		pager.Next.Href = href("after", next)
	}
	return pager
}

// none is what an empty list says.
func (p projectsPage) none() ui.EmptyState {
	w := p.List.Wanted
	if w.Query != "" {
		return ui.EmptyState{
			Plain: true, Title: p.T("projects.none.search", "query", w.Query), Text: p.T("projects.none.search_text"),
			Action: ui.Button{Label: p.T("clients.none.clear"), Href: p.href(w.Filter, "", "", "")},
		}
	}
	if w.Filter != project.FilterAll {
		return ui.EmptyState{Plain: true, Title: p.T("projects.none." + string(w.Filter))}
	}
	e := ui.EmptyState{Title: p.T("projects.none.all"), Text: p.T("projects.none.all_text")}
	if p.runs() {
		e.Action = ui.Button{Label: p.T("projects.add"), Icon: "plus", Href: "/app/projects/new", Dialog: "drawer"}
	}
	return e
}

// projectTable are projects as rows, in the list and at their client.
type projectTable struct {
	view
	Rows     []project.Row
	OfClient bool // the client goes without saying
	Money    bool
}

func (p projectTable) columns() []ui.Column {
	columns := []ui.Column{{Text: p.T("project.name")}}
	if !p.OfClient {
		columns = append(columns, ui.Column{Text: p.T("project.client")})
	}
	columns = append(columns, ui.Column{Text: p.T("project.status")}, ui.Column{Text: p.T("project.priority")}, ui.Column{Text: p.T("project.type")},
		ui.Column{Text: p.T("project.start")}, ui.Column{Text: p.T("project.due")})
	if p.Money {
		columns = append(columns, ui.Column{Text: p.T("project.budget"), End: true})
	}
	return append(columns, ui.Column{Text: p.T("ui.more"), Hidden: true})
}

// rowMenu is what can be done with a row.
func (p projectTable) rowMenu(row project.Row) ui.Menu {
	m := ui.Menu{Label: p.T("clients.actions", "name", row.Name), Items: []ui.MenuItem{
		{Text: p.T("projects.view"), Icon: "eye", Href: projectAt(row.ID, "")},
		{Text: p.T("projects.targets"), Icon: "flag", Href: projectAt(row.ID, "/targets")},
	}}
	if p.runs() {
		m.Items = append(m.Items,
			ui.MenuItem{Text: p.T("project.edit"), Icon: "pencil", Href: projectAt(row.ID, "/edit"), Dialog: "drawer", Rule: true},
			ui.MenuItem{Text: p.T("project.copy"), Icon: "copy", Href: projectAt(row.ID, "/copy"), Dialog: "drawer"})
	}
	return m
}

// clientProjectsPage is the Projects tab of a client.
type clientProjectsPage struct {
	clientFrame
	List  project.List
	Money bool
}

func (f Face) listClientProjects(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	c, err := client.ForStaff(who).Get(r.Context(), clientIn(r))
	if err != nil {
		return err
	}
	app, q := project.ForStaff(who), r.URL.Query()
	list, err := app.ListOf(r.Context(), c.ID, project.Wanted{After: q.Get("after"), Before: q.Get("before")})
	if err != nil {
		return err
	}
	p := clientProjectsPage{clientFrame{newView(w, r, who), c, "projects"}, list, app.SeesMoney()}
	return p.page(w, r, http.StatusOK, p.T("projects.of", "name", c.Name), clientProjectsView(p))
}

// starts tells whether new work can be agreed with the client here.
func (p clientProjectsPage) starts() bool {
	return p.runs() && !p.Client.Lead && !p.Client.Archived()
}

func (p clientProjectsPage) add() ui.Button {
	return ui.Button{Label: p.T("projects.add"), Icon: "plus", Href: "/app/projects/new?client=" + p.Client.ID.String(), Dialog: "drawer"}
}

func (p clientProjectsPage) pager() ui.Pager {
	return p.pages(p.T("projects.pages"), p.N("projects.found", p.List.Counts.All), p.List.Prev, p.List.Next, func(cursor, at string) string {
		return clientAt(p.Client.ID, "/projects?"+cursor+"="+url.QueryEscape(at))
	})
}

// none is what the tab says without projects.
func (p clientProjectsPage) none() ui.EmptyState {
	e := ui.EmptyState{Title: p.T("projects.none.client", "name", p.Client.Name), Text: p.T("projects.none.client_text")}
	if p.Client.Lead {
		e.Text = p.T("projects.none.lead_text")
	}
	if p.starts() {
		e.Action = p.add()
	}
	return e
}
