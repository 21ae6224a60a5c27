package app

import (
	"net/http"
	"net/url"
	"time"

	"foyer/internal/auth"
	"foyer/internal/face/talk"
	"foyer/internal/face/ui"
	"foyer/internal/face/web"
	"foyer/internal/feature/client"
	"foyer/internal/feature/support"
)

func (f Face) caseRoutes() []web.Route {
	one := web.Objects{"id": "case"}
	return []web.Route{
		web.Staff("GET", "/app/cases", auth.CasesRead, nil, f.listCases),
		web.Staff("POST", "/app/cases", auth.CasesWrite, nil, f.postCase).WithBody(talk.Body),
		web.Staff("GET", newCasePath, auth.CasesWrite, nil, f.newCase),
		web.Staff("GET", "/app/cases/{id}", auth.CasesRead, one, f.showCase),
		web.Staff("GET", "/app/cases/{id}/edit", auth.CasesWrite, one, f.editCase),
		web.Staff("POST", "/app/cases/{id}/edit", auth.CasesWrite, one, f.postCaseEdit),
		web.Staff("POST", "/app/cases/{id}/replies", auth.CasesWrite, one, f.postReply).WithBody(talk.Body),
		web.Staff("POST", "/app/cases/{id}/notes", auth.CasesWrite, one, f.postNote).WithBody(talk.Body),
		web.Staff("POST", "/app/cases/{id}/assignment", auth.CasesWrite, one, f.postAssignment),
		web.Staff("GET", "/app/cases/{id}/change", auth.CasesWrite, one, f.askWish),
		web.Staff("POST", "/app/cases/{id}/change", auth.CasesWrite, one, f.postWish),
		web.Staff("GET", "/app/cases/{id}/resolution", auth.CasesWrite, one, f.askResolution),
		web.Staff("POST", "/app/cases/{id}/resolution", auth.CasesWrite, one, f.postResolution),
		web.Staff("GET", "/app/cases/{id}/pause", auth.CasesWrite, one, f.askPause),
		web.Staff("POST", "/app/cases/{id}/pause", auth.CasesWrite, one, f.postPause),
		web.Staff("POST", "/app/cases/{id}/reopening", auth.CasesWrite, one, f.postReopening),
		web.Staff("GET", "/app/cases/{id}/files/{file}", auth.CasesRead, web.Objects{"id": "case", "file": "case file"}, f.showCaseFile),
		web.Staff("GET", "/app/clients/{id}/cases", auth.CasesRead, web.Objects{"id": "client"}, f.listClientCases),
		web.Staff("GET", "/app/settings/cases", auth.SettingsRead, nil, f.showCategories),
		web.Staff("POST", "/app/settings/cases", auth.SettingsWrite, nil, f.postCategory),
		web.Staff("POST", "/app/settings/cases/{category}/removal", auth.SettingsWrite, web.Objects{"category": "case category"}, f.postCategoryRemoval),
	}
}

func caseIn(r *http.Request) support.ID { return support.ID(r.PathValue("id")) }

// caseAt is an address below a case.
func caseAt(c support.ID, path string) string { return "/app/cases/" + c.String() + path }

// helps tells whether the person may work on cases; without it a page has no
// controls.
func (v view) helps() bool { return v.Who.May(auth.CasesWrite) }

// casesPage is the list.
type casesPage struct {
	view
	List support.List
}

func (f Face) listCases(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	q := r.URL.Query()
	list, err := f.Cases.ForStaff(who).List(r.Context(), support.Wanted{
		Filter: support.Filter(q.Get("tab")), Priority: support.Priority(q.Get("priority")), Whose: support.Whose(q.Get("whose")),
		Query: q.Get("q"), After: q.Get("after"), Before: q.Get("before"),
	})
	if err != nil {
		return err
	}
	p := casesPage{newView(w, r, who), list}
	p.Loads = []string{talk.Sheet}
	if p.Fragment {
		return web.Render(w, r, http.StatusOK, caseResults(p))
	}
	return p.page(w, r, http.StatusOK, p.T("cases.title"), casesView(p))
}

// href is the address of the list with something else wanted.
func (p casesPage) href(w support.Wanted, cursor, at string) string {
	q := url.Values{}
	for name, value := range map[string]string{
		"tab": string(w.Filter), "priority": string(w.Priority), "whose": string(w.Whose), "q": w.Query, cursor: at,
	} {
		if value != "" && name != "" && (name != "tab" || w.Filter != support.FilterAll) {
			q.Set(name, value)
		}
	}
	if len(q) == 0 {
		return "/app/cases"
	}
	return "/app/cases?" + q.Encode()
}

// cards are the figures above the list, of all cases.
func (p casesPage) cards() []ui.StatCard {
	c := p.List.Cards
	card := func(key, icon string, n int, w support.Wanted) ui.StatCard {
		return ui.StatCard{Label: p.T(key), Icon: icon, Figure: p.Number(n), Href: p.href(w, "", "")}
	}
	return []ui.StatCard{
		card("cases.open", "message-circle", c.Open, support.Wanted{Filter: support.FilterOpen}),
		card("cases.resolved", "circle-check", c.Resolved, support.Wanted{Filter: support.FilterResolved}),
		card("cases.total", "life-buoy", c.Total, support.Wanted{Filter: support.FilterAll}),
		card("cases.critical", "triangle-alert", c.Critical, support.Wanted{Filter: support.FilterOpen, Priority: support.Critical}),
	}
}

func (p casesPage) tabs() ui.Segment {
	s := ui.Segment{Label: p.T("cases.filter")}
	for _, filter := range support.Filters {
		w := p.List.Wanted
		w.Filter = filter
		s.Items = append(s.Items, ui.Tab{
			Text: p.T("cases.filter." + string(filter)), Href: p.href(w, "", ""), Count: p.Count(p.List.Counts[filter]),
			Current: p.List.Wanted.Filter == filter,
		})
	}
	return s
}

// narrowing are the filters besides the tabs, as menus.
func (p casesPage) narrowing() []ui.Menu {
	priority := narrowing(p.view, "cases.narrow", p.T("case.priority"), p.said("priority.", string(p.List.Wanted.Priority)))
	for _, one := range append([]support.Priority{""}, support.Priorities...) {
		w := p.List.Wanted
		w.Priority = one
		priority.Items = append(priority.Items, ui.MenuItem{Text: p.any("priority.", string(one)), Href: p.href(w, "", ""), Current: p.List.Wanted.Priority == one})
	}
	whose := narrowing(p.view, "cases.narrow", p.T("case.assignee"), p.said("cases.whose.", string(p.List.Wanted.Whose)))
	for _, one := range []support.Whose{support.Everybodys, support.Mine, support.Nobodys} {
		w := p.List.Wanted
		w.Whose = one
		whose.Items = append(whose.Items, ui.MenuItem{Text: p.any("cases.whose.", string(one)), Href: p.href(w, "", ""), Current: p.List.Wanted.Whose == one})
	}
	return []ui.Menu{priority, whose}
}

// narrowing is a menu of a filter without its items. Its name has all that is seen of
// it: the filter, and what is chosen.
func narrowing(v view, key, filter, chosen string) ui.Menu {
	seen := filter
	if chosen != "" {
		seen += " " + chosen
	}
	return ui.Menu{Label: v.T(key, "by", seen), Face: narrowed(filter, chosen)}
}

// said is what is chosen of a filter, empty for all.
func (p casesPage) said(prefix, value string) string {
	if value == "" {
		return ""
	}
	return p.T(prefix + value)
}

func (p casesPage) any(prefix, value string) string {
	if value == "" {
		return p.T("ui.all")
	}
	return p.T(prefix + value)
}

func (p casesPage) search() ui.SearchField {
	w := p.List.Wanted
	words := w.Query
	w.Query = ""
	return p.Search(p.T("cases.search"), "#case-results", words, p.href(w, "", ""))
}

// found says how many cases the list has.
func (p casesPage) found() string { return p.N("cases.found", p.List.Counts[p.List.Wanted.Filter]) }

func (p casesPage) pager() ui.Pager {
	return p.pages(p.T("cases.pages"), p.found(), p.List.Prev, p.List.Next, func(cursor, at string) string { return p.href(p.List.Wanted, cursor, at) })
}

// none is what an empty list says.
func (p casesPage) none() ui.EmptyState {
	w := p.List.Wanted
	whole := support.Wanted{Filter: w.Filter}
	switch {
	case w.Query != "":
		return ui.EmptyState{
			Plain: true, Title: p.T("cases.none.search", "query", w.Query), Text: p.T("cases.none.search_text"),
			Action: ui.Button{Label: p.T("clients.none.clear"), Href: p.href(whole, "", "")},
		}
	case w.Priority != "" || w.Whose != support.Everybodys:
		return ui.EmptyState{Plain: true, Title: p.T("cases.none.narrow"), Action: ui.Button{Label: p.T("clients.none.clear"), Href: p.href(whole, "", "")}}
	case w.Filter != support.FilterAll:
		return ui.EmptyState{Plain: true, Title: p.T("cases.none." + string(w.Filter))}
	}
	e := ui.EmptyState{Title: p.T("cases.none.all"), Text: p.T("cases.none.all_text")}
	if p.helps() {
		e.Action = p.raise("")
	}
	return e
}

// raise leads to the form of a new case, with a client where one is known.
func (v view) raise(with client.ID) ui.Button {
	b := ui.Button{Label: v.T("cases.add"), Icon: "plus", Href: newCasePath}
	if with != "" {
		b.Href += "?client=" + with.String()
	}
	return b
}

// caseTable are cases as rows, in the list and at their client.
type caseTable struct {
	view
	Rows     []support.Row
	OfClient bool // the client goes without saying
}

func (p caseTable) columns() []ui.Column {
	columns := []ui.Column{{Text: p.T("case.subject")}}
	if !p.OfClient {
		columns = append(columns, ui.Column{Text: p.T("project.client")})
	}
	return append(columns, ui.Column{Text: p.T("case.priority")}, ui.Column{Text: p.T("case.status")}, ui.Column{Text: p.T("case.assignee")},
		ui.Column{Text: p.T("case.created")}, ui.Column{Text: p.T("case.updated")})
}

// ago is a moment as a list has it.
func (v view) ago(at time.Time) string { return v.When(at.In(v.Now.Location()), v.Now) }

// clientCasesPage is the Cases tab of a client.
type clientCasesPage struct {
	clientFrame
	List support.List
}

func (f Face) listClientCases(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	c, err := client.ForStaff(who).Get(r.Context(), clientIn(r))
	if err != nil {
		return err
	}
	q := r.URL.Query()
	list, err := f.Cases.ForStaff(who).List(r.Context(), support.Wanted{Client: c.ID, After: q.Get("after"), Before: q.Get("before")})
	if err != nil {
		return err
	}
	p := clientCasesPage{clientFrame{newView(w, r, who), c, "cases"}, list}
	p.Loads = []string{talk.Sheet}
	return p.page(w, r, http.StatusOK, p.T("cases.of", "name", c.Name), clientCasesView(p))
}

// starts tells whether a case of the client can begin here.
func (p clientCasesPage) starts() bool {
	return p.helps() && !p.Client.Lead && !p.Client.Archived()
}

func (p clientCasesPage) pager() ui.Pager {
	return p.pages(p.T("cases.pages"), p.N("cases.found", p.List.Counts[support.FilterAll]), p.List.Prev, p.List.Next, func(cursor, at string) string {
		return clientAt(p.Client.ID, "/cases?"+cursor+"="+url.QueryEscape(at))
	})
}

// none is what the tab says without cases.
func (p clientCasesPage) none() ui.EmptyState {
	e := ui.EmptyState{Title: p.T("cases.none.client", "name", p.Client.Name), Text: p.T("cases.none.all_text")}
	if p.starts() {
		e.Action = p.raise(p.Client.ID)
	}
	return e
}
