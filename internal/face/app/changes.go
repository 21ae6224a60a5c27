package app

import (
	"net/http"
	"net/url"
	"strconv"
	"time"

	"foyer/internal/auth"
	"foyer/internal/face/talk"
	"foyer/internal/face/ui"
	"foyer/internal/face/web"
	"foyer/internal/feature/change"
	"foyer/internal/feature/project"
)

const changesPath = "/app/change-requests"

func (f Face) changeRoutes() []web.Route {
	one := web.Objects{"id": "change request"}
	return []web.Route{
		web.Staff("GET", changesPath, auth.ChangesRead, nil, f.listChanges),
		web.Staff("GET", changesPath+"/{id}", auth.ChangesRead, one, f.showChange),
		web.Staff("GET", changesPath+"/{id}/files/{file}", auth.ChangesRead, web.Objects{"id": "change request", "file": "change file"}, f.showChangeFile),
		web.Staff("POST", changesPath+"/{id}/review", auth.ChangesWrite, one, f.postReview),
		web.Staff("POST", changesPath+"/{id}/messages", auth.ChangesWrite, one, f.postChangeMessage).WithBody(talk.Body),
		web.Staff("GET", changesPath+"/{id}/quote", auth.ChangesWrite, one, f.askQuote),
		web.Staff("POST", changesPath+"/{id}/quote", auth.ChangesWrite, one, f.postQuote),
		web.Staff("GET", changesPath+"/{id}/agreement", auth.ChangesWrite, one, f.askAgreement),
		web.Staff("POST", changesPath+"/{id}/agreement", auth.ChangesWrite, one, f.postAgreement),
		web.Staff("GET", changesPath+"/{id}/rejection", auth.ChangesWrite, one, f.askRejection),
		web.Staff("POST", changesPath+"/{id}/rejection", auth.ChangesWrite, one, f.postRejection),
		web.Staff("GET", changesPath+"/{id}/case", auth.CasesWrite, one, f.askTurn),
		web.Staff("POST", changesPath+"/{id}/case", auth.CasesWrite, one, f.postTurn),
		web.Staff("POST", changesPath+"/{id}/remark", auth.ChangesWrite, one, f.postRemark),
		web.Staff("GET", "/app/settings/changes", auth.SettingsRead, nil, f.showConsentLimit),
		web.Staff("POST", "/app/settings/changes", auth.SettingsWrite, nil, f.postConsentLimit),
	}
}

func changeIn(r *http.Request) change.ID { return change.ID(r.PathValue("id")) }

// changeAt is an address below a change request.
func changeAt(c change.ID, path string) string { return changesPath + "/" + c.String() + path }

// triages tells whether the person may work on change requests; without it a page has
// no controls.
func (v view) triages() bool { return v.Who.May(auth.ChangesWrite) }

// turns tells whether the person may let requests go on as cases, and cases as requests.
func (v view) turns() bool { return v.triages() && v.helps() }

// quotes tells whether the person may name a price.
func (v view) quotes() bool { return v.triages() && v.Who.May(auth.MoneyRead) }

// changesPage is the board or the list.
type changesPage struct {
	view
	Wanted change.Wanted
	Listed bool // as a list
	Narrow change.Narrowing
	List   change.List
	Board  change.Board
}

func (f Face) listChanges(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	q, app := r.URL.Query(), f.Changes.ForStaff(who)
	older, _ := strconv.Atoi(q.Get("older")) // what is no number asks for nothing
	wanted := change.Wanted{
		Filter: change.Filter(q.Get("tab")), Query: q.Get("q"), Project: project.ID(q.Get("project")), Priority: change.Priority(q.Get("priority")),
		Category: change.Category(q.Get("category")), Assignee: q.Get("assignee"), Older: older, After: q.Get("after"), Before: q.Get("before"),
	}
	p := changesPage{view: newView(w, r, who), Listed: q.Get("view") == "list"}
	p.Loads = []string{talk.Sheet, "board.js"}
	var err error
	if p.Listed {
		p.List, err = app.List(r.Context(), wanted)
		p.Wanted = p.List.Wanted
	} else {
		p.Board, err = app.Board(r.Context(), wanted)
		p.Wanted = p.Board.Wanted
	}
	if err == nil {
		p.Narrow, err = app.Narrowing(r.Context())
	}
	if err != nil {
		return err
	}
	if p.Fragment {
		return web.Render(w, r, http.StatusOK, changeResults(p))
	}
	return p.page(w, r, http.StatusOK, p.T("changes.title"), changesView(p))
}

// href is the address of the page with something else wanted.
func (p changesPage) href(listed bool, w change.Wanted, cursor, at string) string {
	q := url.Values{}
	set := func(name, value string) {
		if value != "" {
			q.Set(name, value)
		}
	}
	if listed {
		set("view", "list")
		if w.Filter != change.FilterAll {
			set("tab", string(w.Filter))
		}
	}
	set("q", w.Query)
	set("project", w.Project.String())
	set("priority", string(w.Priority))
	set("category", string(w.Category))
	set("assignee", w.Assignee)
	if w.Older > 0 {
		set("older", strconv.Itoa(w.Older))
	}
	if at != "" {
		set(cursor, at)
	}
	if len(q) == 0 {
		return changesPath
	}
	return changesPath + "?" + q.Encode()
}

// views switches between board and list.
func (p changesPage) views() ui.Segment {
	return ui.Segment{Label: p.T("changes.views"), Items: []ui.Tab{
		{Text: p.T("changes.board"), Href: p.href(false, p.Wanted, "", ""), Current: !p.Listed},
		{Text: p.T("changes.list"), Href: p.href(true, p.Wanted, "", ""), Current: p.Listed},
	}}
}

// tabs are the states of the list.
func (p changesPage) tabs() ui.Segment {
	s := ui.Segment{Label: p.T("changes.filter")}
	for _, filter := range change.Filters {
		w := p.Wanted
		w.Filter = filter
		s.Items = append(s.Items, ui.Tab{
			Text: p.filterName(filter), Href: p.href(true, w, "", ""), Count: p.Count(p.List.Counts[filter]), Current: p.Wanted.Filter == filter,
		})
	}
	return s
}

func (p changesPage) filterName(filter change.Filter) string {
	switch filter {
	case change.FilterAll, change.FilterPending, change.FilterAccepted, change.FilterClosed:
		return p.T("changes.filter." + string(filter))
	}
	return p.T("change.state." + string(filter))
}

// narrowing are the filters besides the states, as menus.
func (p changesPage) narrowing() []ui.Menu {
	menu := func(label, chosen string) ui.Menu {
		return narrowing(p.view, "changes.narrow", label, chosen)
	}
	name := func(prefix, value string) string {
		if value == "" {
			return ""
		}
		return p.T(prefix + value)
	}
	priority := menu(p.T("case.priority"), name("priority.", string(p.Wanted.Priority)))
	for _, one := range append([]change.Priority{""}, change.Priorities...) {
		w := p.Wanted
		w.Priority = one
		priority.Items = append(priority.Items, ui.MenuItem{Text: orAll(p.view, name("priority.", string(one))), Href: p.href(p.Listed, w, "", ""), Current: p.Wanted.Priority == one})
	}
	category := menu(p.T("change.category"), name("change.category_", string(p.Wanted.Category)))
	for _, one := range append([]change.Category{""}, change.Categories...) {
		w := p.Wanted
		w.Category = one
		category.Items = append(category.Items, ui.MenuItem{Text: orAll(p.view, name("change.category_", string(one))), Href: p.href(p.Listed, w, "", ""), Current: p.Wanted.Category == one})
	}
	age := menu(p.T("changes.age"), p.age(p.Wanted.Older))
	for _, days := range []int{0, 7, 14, 30} {
		w := p.Wanted
		w.Older = days
		age.Items = append(age.Items, ui.MenuItem{Text: orAll(p.view, p.age(days)), Href: p.href(p.Listed, w, "", ""), Current: p.Wanted.Older == days})
	}
	of := menu(p.T("change.project"), nameOf(p.Narrow.Projects, p.Wanted.Project.String(), p.T("changes.one_project")))
	for _, one := range append([]change.Choice{{Name: p.T("ui.all")}}, p.Narrow.Projects...) {
		w := p.Wanted
		w.Project = project.ID(one.ID)
		of.Items = append(of.Items, ui.MenuItem{Text: one.Name, Href: p.href(p.Listed, w, "", ""), Current: p.Wanted.Project == w.Project})
	}
	people := append([]change.Choice{{ID: change.Nobody, Name: p.T("cases.whose.nobody")}}, p.Narrow.Members...)
	assignee := menu(p.T("case.assignee"), nameOf(people, p.Wanted.Assignee, p.T("changes.one_member")))
	for _, one := range append([]change.Choice{{Name: p.T("ui.all")}}, people...) {
		w := p.Wanted
		w.Assignee = one.ID
		assignee.Items = append(assignee.Items, ui.MenuItem{Text: one.Name, Href: p.href(p.Listed, w, "", ""), Current: p.Wanted.Assignee == one.ID})
	}
	return []ui.Menu{of, assignee, priority, category, age}
}

// nameOf is the name of what is chosen among some, empty for nothing; others stands for
// what is not among them any more.
func nameOf(among []change.Choice, chosen, others string) string {
	if chosen == "" {
		return ""
	}
	for _, one := range among {
		if one.ID == chosen {
			return one.Name
		}
	}
	return others
}

func orAll(v view, text string) string {
	if text == "" {
		return v.T("ui.all")
	}
	return text
}

func (p changesPage) age(days int) string {
	if days == 0 {
		return ""
	}
	return p.N("changes.older", days)
}

func (p changesPage) search() ui.SearchField {
	w := p.Wanted
	w.Query = ""
	return p.Search(p.T("changes.search"), "#change-results", p.Wanted.Query, p.href(p.Listed, w, "", ""))
}

// found says how many requests are shown.
func (p changesPage) found() string {
	if p.Listed {
		return p.N("changes.found", p.List.Counts[p.Wanted.Filter])
	}
	n := 0
	for _, lane := range change.Lanes {
		n += p.Board.Counts[lane]
	}
	return p.N("changes.found", n)
}

func (p changesPage) pager() ui.Pager {
	return p.pages(p.T("changes.pages"), p.found(), p.List.Prev, p.List.Next, func(cursor, at string) string { return p.href(true, p.Wanted, cursor, at) })
}

// none is what an empty list says.
func (p changesPage) none() ui.EmptyState {
	w := p.Wanted
	switch {
	case w.Query != "":
		return ui.EmptyState{
			Plain: true, Title: p.T("changes.none.search", "query", w.Query), Text: p.T("changes.none.search_text"),
			Action: ui.Button{Label: p.T("clients.none.clear"), Href: p.href(p.Listed, change.Wanted{Filter: w.Filter}, "", "")},
		}
	case w.Filter != change.FilterAll || w.Project != "" || w.Priority != "" || w.Category != "" || w.Assignee != "" || w.Older > 0:
		return ui.EmptyState{Plain: true, Title: p.T("changes.none.narrow"), Action: ui.Button{
			Label: p.T("clients.none.clear"), Href: p.href(p.Listed, change.Wanted{Filter: change.FilterAll}, "", ""),
		}}
	}
	return ui.EmptyState{Title: p.T("changes.none.all"), Text: p.T("changes.none.all_text")}
}

// lane is a column of the board without its cards.
func (p changesPage) lane(lane change.Lane) ui.BoardColumn {
	c := ui.BoardColumn{ID: string(lane), Title: p.T("changes.lane." + string(lane)), Count: p.Number(p.Board.Counts[lane])}
	if len(p.Board.Rows[lane]) == 0 {
		c.Empty = p.T("changes.lane_empty." + string(lane))
	}
	if more := p.Board.Counts[lane] - len(p.Board.Rows[lane]); more > 0 {
		w := p.Wanted
		w.Filter = map[change.Lane]change.Filter{
			change.LaneNew: change.Filter(change.Submitted), change.LaneReview: change.Filter(change.InReview), change.LaneQuoted: change.Filter(change.Quoted), change.LaneApproved: change.FilterAccepted,
		}[lane]
		c.More = ui.Link{Text: p.N("changes.more", more), Href: p.href(true, w, "", "")}
	}
	return c
}

func (p changesPage) card(r change.Row) ui.BoardCard {
	mark := talk.Priority(p.Printer, r.Priority)
	mark.Bare = true
	return ui.BoardCard{
		ID: r.ID.String(), Title: r.Title, Href: changeAt(r.ID, ""), Dialog: "drawer", Pill: ui.Pill{Text: p.T("change.category_" + string(r.Category))}, Priority: mark,
		Client: r.ClientName, Age: talk.Aged(p.Printer, p.Now.Sub(r.CreatedAt)), Moment: r.CreatedAt.Format(time.RFC3339), Amount: p.price(r), Person: r.AssigneeOf,
		Moves: p.moves(r.ID, r.State), MoveLabel: p.T("changes.move", "title", r.Title),
	}
}

// price is what a quote asks for; empty without one.
func (p changesPage) price(r change.Row) string {
	if r.Price == nil {
		return ""
	}
	return r.Price.Say(p.Printer)
}

// moves are the ways of a request to other columns of the board, which dragging takes
// too.
func (v view) moves(c change.ID, s change.State) []ui.BoardMove {
	if !v.triages() {
		return nil
	}
	var moves []ui.BoardMove
	add := func(to change.Lane, item ui.MenuItem) {
		moves = append(moves, ui.BoardMove{To: string(to), Item: item})
	}
	if s == change.Submitted || s == change.Quoted || s == change.NeedsInfo {
		add(change.LaneReview, ui.MenuItem{
			Text: v.T("changes.lane.in_review"), Icon: "eye", Action: changeAt(c, "/review"), Hidden: []ui.Hidden{v.Hidden(), {Name: "state", Value: string(s)}},
		})
	}
	if s == change.Submitted || s == change.InReview || s == change.NeedsInfo {
		if v.quotes() {
			add(change.LaneQuoted, ui.MenuItem{Text: v.T("changes.lane.quoted"), Icon: "banknote", Href: changeAt(c, "/quote"), Dialog: "drawer"})
		}
		add(change.LaneApproved, ui.MenuItem{Text: v.T("changes.lane.approved"), Icon: "circle-check", Href: changeAt(c, "/agreement"), Dialog: "center"})
		add("", ui.MenuItem{Text: v.T("change.reject"), Icon: "ban", Href: changeAt(c, "/rejection"), Dialog: "center", Danger: true, Rule: true})
	}
	return moves
}

// rowMenu are the same ways, for a row of the list.
func (p changesPage) rowMenu(row change.Row) ui.Menu {
	m := ui.Menu{Label: p.T("changes.move", "title", row.Title), Icon: "arrow-right-left"}
	for _, move := range p.moves(row.ID, row.State) {
		m.Items = append(m.Items, move.Item)
	}
	return m
}

func (p changesPage) columns() []ui.Column {
	return []ui.Column{
		{Text: p.T("change.title")}, {Text: p.T("project.client")}, {Text: p.T("change.status")}, {Text: p.T("case.priority")},
		{Text: p.T("case.assignee")}, {Text: p.T("change.price"), End: true}, {Text: p.T("case.created")}, {Text: p.T("ui.more"), Hidden: true},
	}
}
