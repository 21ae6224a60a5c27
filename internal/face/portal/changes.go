package portal

import (
	"net/http"

	"foyer/internal/auth"
	"foyer/internal/face/talk"
	"foyer/internal/face/ui"
	"foyer/internal/face/web"
	"foyer/internal/feature/change"
	"foyer/internal/feature/document"
	"foyer/internal/feature/project"
	"foyer/internal/kernel/problem"
)

const changesPath = "/portal/change-requests"

func (f Face) changeRoutes() []web.Route {
	of := web.Objects{"id": "change request"}
	return []web.Route{
		web.Contact("GET", changesPath, auth.Changes, nil, f.listChanges),
		web.Contact("POST", changesPath, auth.Changes, nil, f.postChange).WithBody(talk.Body),
		web.Contact("GET", changesPath+"/new", auth.Changes, nil, f.newChange),
		web.Contact("GET", changesPath+"/{id}", auth.Changes, of, f.showChange),
		web.Contact("POST", changesPath+"/{id}/answer", auth.Changes, of, f.postAnswer).WithBody(talk.Body),
		web.Contact("POST", changesPath+"/{id}/decision", auth.Changes, of, f.postDecision),
		web.Contact("POST", changesPath+"/{id}/withdrawal", auth.Changes, of, f.postWithdrawal),
		web.Contact("GET", changesPath+"/{id}/files/{file}", auth.Changes, web.Objects{"id": "change request", "file": "change file"}, f.showChangeFile),
	}
}

func changeIn(r *http.Request) change.ID { return change.ID(r.PathValue("id")) }

// changeAt is an address below a change request.
func changeAt(c change.ID, path string) string { return changesPath + "/" + c.String() + path }

// changesPage is the list.
type changesPage struct {
	view
	List    change.ShownList
	Request bool // the contact may ask for changes
}

func (f Face) listChanges(w http.ResponseWriter, r *http.Request, who auth.Client) error {
	q, door := r.URL.Query(), f.Changes.ForClient(who)
	list, err := door.List(r.Context(), change.Wanted{Filter: change.Filter(q.Get("status")), Query: q.Get("q"), After: q.Get("after"), Before: q.Get("before")})
	if err != nil {
		return err
	}
	p := changesPage{newView(w, r, who), list, door.MayRequest()}
	p.Loads = []string{talk.Sheet}
	if p.Fragment {
		return web.Render(w, r, http.StatusOK, changeResults(p))
	}
	return p.page(w, r, http.StatusOK, p.T("portal.changes.title"), changesView(p))
}

// changesAt is the address of the list with something wanted of it.
func changesAt(filter change.Filter, query, cursor, at string) string {
	return web.ListAt(changesPath, "status", filter, query, cursor, at)
}

// shownFilters are the filters with, at its end, a state that an address names.
func (p changesPage) shownFilters() []change.Filter {
	all := []change.Filter{change.FilterAll, change.FilterPending, change.FilterDecided, change.FilterClosed}
	for _, f := range all {
		if f == p.List.Wanted.Filter {
			return all
		}
	}
	return append(all, p.List.Wanted.Filter)
}

func (p changesPage) filters() ui.Segment {
	w := p.List.Wanted
	s := ui.Segment{Label: p.T("changes.filter")}
	for _, filter := range p.shownFilters() {
		s.Items = append(s.Items, ui.Tab{
			Text: p.filterName(filter), Href: changesAt(filter, w.Query, "", ""), Count: p.Count(p.List.Counts[filter]), Current: w.Filter == filter,
		})
	}
	return s
}

func (p changesPage) filterName(filter change.Filter) string {
	switch filter {
	case change.FilterAll, change.FilterPending, change.FilterDecided, change.FilterClosed:
		return p.T("portal.changes.filter." + string(filter))
	}
	return p.T("change.state." + string(filter))
}

func (p changesPage) search() ui.SearchField {
	w := p.List.Wanted
	return p.Search(p.T("portal.changes.search"), "#change-results", w.Query, changesAt(w.Filter, "", "", ""))
}

// found says how many requests the list has.
func (p changesPage) found() string { return p.N("changes.found", p.List.Counts[p.List.Wanted.Filter]) }

func (p changesPage) pager() ui.Pager {
	w, found := p.List.Wanted, ""
	if p.List.Prev != "" || p.List.Next != "" {
		found = p.found() // where all fit on a page, the filters say it
	}
	return p.pages(p.T("changes.pages"), found, p.List.Prev, p.List.Next, func(cursor, at string) string { return changesAt(w.Filter, w.Query, cursor, at) })
}

// none is what an empty list says.
func (p changesPage) none() ui.EmptyState {
	w := p.List.Wanted
	switch {
	case w.Query != "":
		return ui.EmptyState{
			Plain: true, Title: p.T("changes.none.search", "query", w.Query), Text: p.T("portal.changes.none.search_text"),
			Action: ui.Button{Label: p.T("portal.projects.none.clear"), Href: changesAt(w.Filter, "", "", "")},
		}
	case w.Filter != change.FilterAll:
		return ui.EmptyState{Plain: true, Title: p.T("portal.changes.none.filter"), Action: ui.Button{
			Label: p.T("portal.changes.none.show_all"), Href: changesAt(change.FilterAll, "", "", ""),
		}}
	}
	e := ui.EmptyState{Title: p.T("portal.changes.none.any"), Text: p.T("portal.changes.none.any_text", "workspace", p.Site.Name)}
	if p.Request {
		e.Action = p.request(ui.Outlined)
	}
	return e
}

// request leads to the form of a new change request.
func (v view) request(kind ui.ButtonKind) ui.Button {
	return ui.Button{Label: v.T("portal.changes.request"), Icon: "plus", Kind: kind, Href: changesPath + "/new"}
}

func (p changesPage) columns() []ui.Column {
	return []ui.Column{
		{Text: p.T("change.title")}, {Text: p.T("change.status")}, {Text: p.T("change.category")}, {Text: p.T("case.priority")}, {Text: p.T("change.price"), End: true}, {Text: p.T("case.updated")},
	}
}

// price is what a row's quote asks for.
func (p changesPage) price(r change.ShownRow) string {
	if r.Price == nil {
		return "–"
	}
	return r.Price.Say(p.Printer)
}

// note is what stands below the status of a row.
func (p changesPage) note(r change.ShownRow) string {
	if r.State == change.Quoted {
		return p.T("portal.changes.until", "date", p.near(r.ValidUntil))
	}
	return ""
}

// changeForm is what the form of a new request sends.
type changeForm struct {
	Project       string `form:"project"`
	Title         string `form:"title"`
	Description   string `form:"description"`
	Category      string `form:"category"`
	Priority      string `form:"priority"`
	Justification string `form:"justification"`
	Benefit       string `form:"benefit"`
	Files         string `form:"files"` // what browsers send where no file is chosen
}

// changeFormPage is where a change is asked for.
type changeFormPage struct {
	view
	In       changeForm
	Projects []change.Choice
	Open     change.ShownList // requests that wait
}

func (f Face) newChange(w http.ResponseWriter, r *http.Request, who auth.Client) error {
	if !f.Changes.ForClient(who).MayRequest() {
		return problem.Of(problem.Forbidden, "change.may_not_request")
	}
	in := changeForm{Project: r.URL.Query().Get("project"), Category: string(change.NewFeature), Priority: string(change.Medium)}
	return f.drawChange(w, r, who, http.StatusOK, in, nil)
}

func (f Face) drawChange(w http.ResponseWriter, r *http.Request, who auth.Client, status int, in changeForm, trouble error) error {
	door := f.Changes.ForClient(who)
	p := changeFormPage{view: newView(w, r, who), In: in}
	p.View, p.Loads = p.WithProblem(trouble), []string{talk.Sheet}
	var err error
	if p.Projects, err = door.Projects(r.Context()); err != nil {
		return err
	}
	if p.Open, err = door.List(r.Context(), change.Wanted{Filter: change.FilterPending}); err != nil {
		return err
	}
	return p.page(w, r, status, p.T("portal.changes.request"), changeFormView(p))
}

func (f Face) postChange(w http.ResponseWriter, r *http.Request, who auth.Client) error {
	var in changeForm
	err := web.Decode(r, &in)
	if problem.Is(err, problem.TooLarge) {
		err = talk.TooLarge()
	}
	var made change.ID
	if err == nil {
		var uploads []document.Upload
		if uploads, err = talk.Uploads(r); err == nil {
			made, err = f.Changes.ForClient(who).Submit(r.Context(), change.Details{
				Project: project.ID(in.Project), Title: in.Title, Description: in.Description, Category: change.Category(in.Category), Priority: change.Priority(in.Priority),
				Justification: in.Justification, Benefit: in.Benefit,
			}, uploads)
		}
	}
	if problem.Is(err, problem.Invalid) {
		return f.drawChange(w, r, who, web.Status(err), in, err)
	}
	if err != nil {
		return err
	}
	web.Flash(w, r, "flash.change_sent")
	web.Redirect(w, r, changeAt(made, ""))
	return nil
}

func (p changeFormPage) projects() []ui.Option {
	options := []ui.Option{{Label: p.T("change.project_choose")}}
	for _, one := range p.Projects {
		options = append(options, ui.Option{Value: one.ID, Label: one.Name})
	}
	return options
}

// waiting are the first of the requests that wait already.
func (p changeFormPage) waiting() []change.ShownRow { return p.Open.Rows[:min(len(p.Open.Rows), 5)] }
