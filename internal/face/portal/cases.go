package portal

import (
	"context"
	"net/http"
	"slices"

	"foyer/internal/auth"
	"foyer/internal/face/talk"
	"foyer/internal/face/ui"
	"foyer/internal/face/web"
	"foyer/internal/feature/change"
	"foyer/internal/feature/document"
	"foyer/internal/feature/support"
	"foyer/internal/kernel/problem"
)

func (f Face) caseRoutes() []web.Route {
	of := web.Objects{"id": "case"}
	return []web.Route{
		web.Contact("GET", "/portal/cases", auth.Cases, nil, f.listCases),
		web.Contact("POST", "/portal/cases", auth.Cases, nil, f.postCase).WithBody(talk.Body),
		web.Contact("GET", "/portal/cases/new", auth.Cases, nil, f.newCase),
		web.Contact("GET", "/portal/cases/{id}", auth.Cases, of, f.showCase),
		web.Contact("POST", "/portal/cases/{id}/replies", auth.Cases, of, f.postReply).WithBody(talk.Body),
		web.Contact("POST", "/portal/cases/{id}/closure", auth.Cases, of, f.postClosure),
		web.Contact("POST", "/portal/cases/{id}/reopening", auth.Cases, of, f.postReopening),
		web.Contact("GET", "/portal/cases/{id}/files/{file}", auth.Cases, web.Objects{"id": "case", "file": "case file"}, f.showCaseFile),
	}
}

func caseIn(r *http.Request) support.ID { return support.ID(r.PathValue("id")) }

// caseAt is an address below a case.
func caseAt(c support.ID, path string) string { return "/portal/cases/" + c.String() + path }

// casesPage is the list.
type casesPage struct {
	view
	List  support.ShownList
	Raise bool // the contact may begin a case
}

func (f Face) listCases(w http.ResponseWriter, r *http.Request, who auth.Client) error {
	q, door := r.URL.Query(), f.Cases.ForClient(who)
	list, err := door.List(r.Context(), support.Wanted{Filter: support.Filter(q.Get("status")), Query: q.Get("q"), After: q.Get("after"), Before: q.Get("before")})
	if err != nil {
		return err
	}
	p := casesPage{newView(w, r, who), list, door.MayRaise()}
	p.Loads = []string{talk.Sheet}
	if p.Fragment {
		return web.Render(w, r, http.StatusOK, caseResults(p))
	}
	return p.page(w, r, http.StatusOK, p.T("portal.cases.title"), casesView(p))
}

// casesAt is the address of the list with something wanted of it.
func casesAt(filter support.Filter, query, cursor, at string) string {
	return web.ListAt("/portal/cases", "status", filter, query, cursor, at)
}

func (p casesPage) filters() ui.Segment {
	w := p.List.Wanted
	s := ui.Segment{Label: p.T("cases.filter")}
	for _, filter := range support.Filters {
		s.Items = append(s.Items, ui.Tab{
			Text: p.T("cases.filter." + string(filter)), Href: casesAt(filter, w.Query, "", ""), Count: p.Count(p.List.Counts[filter]), Current: w.Filter == filter,
		})
	}
	return s
}

func (p casesPage) search() ui.SearchField {
	w := p.List.Wanted
	return p.Search(p.T("portal.cases.search"), "#case-results", w.Query, casesAt(w.Filter, "", "", ""))
}

// found says how many cases the list has.
func (p casesPage) found() string { return p.N("cases.found", p.List.Counts[p.List.Wanted.Filter]) }

func (p casesPage) pager() ui.Pager {
	w, found := p.List.Wanted, ""
	if p.List.Prev != "" || p.List.Next != "" {
		found = p.found() // where all fit on a page, the filters say it
	}
	return p.pages(p.T("cases.pages"), found, p.List.Prev, p.List.Next, func(cursor, at string) string { return casesAt(w.Filter, w.Query, cursor, at) })
}

// none is what an empty list says.
func (p casesPage) none() ui.EmptyState {
	w := p.List.Wanted
	switch {
	case w.Query != "":
		return ui.EmptyState{
			Plain: true, Title: p.T("cases.none.search", "query", w.Query), Text: p.T("portal.cases.none.search_text"),
			Action: ui.Button{Label: p.T("portal.projects.none.clear"), Href: casesAt(w.Filter, "", "", "")},
		}
	case w.Filter != support.FilterAll:
		return ui.EmptyState{Plain: true, Title: p.T("portal.cases.none." + string(w.Filter)), Action: ui.Button{
			Label: p.T("portal.cases.none.show_all"), Href: casesAt(support.FilterAll, "", "", ""),
		}}
	}
	e := ui.EmptyState{Title: p.T("portal.cases.none.any"), Text: p.T("portal.cases.none.any_text", "workspace", p.Site.Name)}
	if p.Raise {
		e.Action = p.raise(ui.Outlined)
	}
	return e
}

// raise leads to the form of a new case.
func (v view) raise(kind ui.ButtonKind) ui.Button {
	return ui.Button{Label: v.T("portal.cases.raise"), Icon: "plus", Kind: kind, Href: "/portal/cases/new"}
}

func (p casesPage) columns() []ui.Column {
	return []ui.Column{{Text: p.T("case.subject")}, {Text: p.T("case.status")}, {Text: p.T("case.priority")}, {Text: p.T("case.replies"), End: true}, {Text: p.T("case.updated")}}
}

// below is what stands under the subject of a row.
func (p casesPage) below(s support.Shown) string {
	if s.Mine || s.Author == "" {
		return s.Number
	}
	return s.Number + " · " + s.Author
}

// casePage is one case with a page of its thread.
type casePage struct {
	view
	Case   support.Shown
	Thread support.Thread
	Typed  string // into the composer, to be drawn again
	Raise  bool
}

func (f Face) casePage(w http.ResponseWriter, r *http.Request, who auth.Client) (casePage, error) {
	door, q := f.Cases.ForClient(who), r.URL.Query()
	p := casePage{view: newView(w, r, who), Raise: door.MayRaise()}
	p.Loads = []string{talk.Sheet}
	var err error
	p.Case, p.Thread, err = door.Get(r.Context(), caseIn(r), support.Span{Before: q.Get("before"), After: q.Get("after")})
	return p, err
}

func (f Face) showCase(w http.ResponseWriter, r *http.Request, who auth.Client) error {
	p, err := f.casePage(w, r, who)
	if err != nil {
		return err
	}
	return p.page(w, r, http.StatusOK, p.Case.Subject, caseView(p))
}

// again draws the page of a case once more with what was wrong.
func (f Face) caseAgain(w http.ResponseWriter, r *http.Request, who auth.Client, typed string, trouble error) error {
	p, err := f.casePage(w, r, who)
	if err != nil {
		return err
	}
	p.View, p.Typed = p.WithProblem(trouble), typed
	return p.page(w, r, web.Status(trouble), p.Case.Subject, caseView(p))
}

// mended tells whether a problem is drawn at the form that it came from.
func mended(err error) bool {
	p, known := problem.As(err)
	return known && slices.Contains([]problem.Kind{problem.Invalid, problem.Conflict, problem.Forbidden}, p.Kind)
}

func (f Face) postReply(w http.ResponseWriter, r *http.Request, who auth.Client) error {
	var in struct {
		Body  string `form:"body"`
		Files string `form:"files"` // what browsers send where no file is chosen
	}
	err := web.Decode(r, &in)
	if problem.Is(err, problem.TooLarge) {
		err = talk.TooLarge()
	}
	to := caseIn(r)
	if err == nil {
		var uploads []document.Upload
		if uploads, err = talk.Uploads(r); err == nil {
			to, err = f.Cases.ForClient(who).Reply(r.Context(), caseIn(r), in.Body, uploads)
		}
	}
	if mended(err) {
		return f.caseAgain(w, r, who, in.Body, err)
	}
	if err != nil {
		return err
	}
	web.Flash(w, r, map[bool]string{true: "flash.case_sent", false: "flash.case_followed"}[to == caseIn(r)])
	web.Redirect(w, r, caseAt(to, ui.AtNewest))
	return nil
}

func (f Face) postClosure(w http.ResponseWriter, r *http.Request, who auth.Client) error {
	return f.caseDone(w, r, who, f.Cases.ForClient(who).Close, "flash.case_solved")
}

func (f Face) postReopening(w http.ResponseWriter, r *http.Request, who auth.Client) error {
	return f.caseDone(w, r, who, f.Cases.ForClient(who).Reopen, "flash.case_reopened")
}

func (f Face) caseDone(w http.ResponseWriter, r *http.Request, who auth.Client, do func(context.Context, support.ID) error, flash string) error {
	if err := web.Decode(r, &struct{}{}); err != nil {
		return err
	}
	err := do(r.Context(), caseIn(r))
	if mended(err) {
		return f.caseAgain(w, r, who, "", err)
	}
	if err != nil {
		return err
	}
	web.Flash(w, r, flash)
	web.Redirect(w, r, caseAt(caseIn(r), ""))
	return nil
}

func (f Face) showCaseFile(w http.ResponseWriter, r *http.Request, who auth.Client) error {
	file, err := f.Cases.ForClient(who).File(r.Context(), caseIn(r), r.PathValue("file"))
	if err != nil {
		return err
	}
	return web.File(w, file.Name, file.MediaType, file.Bytes)
}

func (p casePage) head() ui.PageHead {
	c := p.Case
	return ui.PageHead{
		Title: c.Subject, Sub: p.T("portal.case.sub", "number", c.Number, "date", p.near(p.dayOf(c.CreatedAt))), Status: talk.CaseStatus(p.Printer, c.State, true),
		Crumbs: []ui.Link{{Text: p.T("portal.cases.title"), Href: "/portal/cases"}}, CrumbsLabel: p.T("ui.crumbs"),
	}
}

// acts are the buttons beside the title.
func (p casePage) acts() []ui.PostButton {
	act := func(key, icon, path string) ui.PostButton {
		return ui.PostButton{Action: caseAt(p.Case.ID, path), Hidden: []ui.Hidden{p.Hidden()}, Button: ui.Button{Label: p.T(key), Icon: icon}}
	}
	switch p.Case.State {
	case support.New, support.Open, support.Waiting:
		return []ui.PostButton{act("portal.case.solved", "check", "/closure")}
	case support.Resolved:
		acts := []ui.PostButton{act("portal.case.confirm", "check", "/closure")}
		if p.Case.Reopenable(p.Now) {
			acts = append([]ui.PostButton{act("portal.case.reopen", "rotate-ccw", "/reopening")}, acts...)
		}
		return acts
	}
	return nil
}

// note says in words what the state leaves open.
func (p casePage) note() ui.Note {
	c := p.Case
	if c.State.Over() && c.Became.ID != "" {
		return ui.Note{Icon: "git-pull-request", Title: p.T("case.note.turned"), Text: c.Resolution}
	}
	switch c.State {
	case support.Waiting:
		return ui.Note{Tone: ui.Warn, Icon: "clock", Title: p.T("portal.case.note.waiting", "workspace", p.Site.Name)}
	case support.OnHold:
		return ui.Note{Icon: "pause", Title: p.T("portal.case.note.on_hold", "workspace", p.Site.Name)}
	case support.Resolved:
		key := "portal.case.note.resolved_over"
		if c.Reopenable(p.Now) {
			key = "portal.case.note.resolved"
		}
		return ui.Note{Tone: ui.OK, Icon: "circle-check", Title: p.T(key, "date", p.near(p.dayOf(c.ResolvedAt.Add(support.Grace)))), Text: c.Resolution}
	case support.Closed:
		return ui.Note{Icon: "lock", Title: p.T("portal.case.note.closed"), Text: c.Resolution}
	}
	return ui.Note{}
}

func (p casePage) thread() ui.Thread {
	return talk.CaseThread{View: p.View, Thread: p.Thread, At: caseAt(p.Case.ID, "")}.Draw()
}

// over tells whether what is written now begins another case.
func (p casePage) over() bool {
	return p.Case.State == support.Closed || p.Case.State == support.Resolved && !p.Case.Reopenable(p.Now)
}

func (p casePage) composer() ui.Composer {
	files := talk.Files(p.View)
	c := ui.Composer{
		ID: "reply", Action: caseAt(p.Case.ID, "/replies"), Hidden: []ui.Hidden{p.Hidden()}, Label: p.T("portal.case.reply"), Name: "body", Value: p.Typed,
		Error: p.Error("body"), Placeholder: p.T("portal.case.reply_here"), MaxLength: support.LongestBody, Files: files,
		Buttons: []ui.Button{{Label: p.T("case.send_reply"), Kind: ui.Filled}},
	}
	if p.over() {
		c.Label, c.Placeholder, c.Buttons[0].Label = p.T("portal.case.follow_up"), p.T("portal.case.follow_up_here"), p.T("portal.case.follow_up_send")
	}
	return c
}

// facts are what is known of the case.
func (p casePage) facts() []ui.KeyValue {
	c := p.Case
	items := []ui.KeyValue{{Key: p.T("case.priority"), Body: talk.Priority(p.Printer, c.Priority)}}
	add := func(key, value, href string) {
		if value != "" {
			items = append(items, ui.KeyValue{Key: p.T(key), Value: value, Href: href})
		}
	}
	add("portal.case.author", c.Author, "")
	add("portal.case.handler", c.Handler, "")
	if !c.AnsweredAt.IsZero() {
		add("case.first_answer", talk.Lasted(p.Printer, c.AnsweredAt.Sub(c.CreatedAt)), "")
	}
	if c.Follows.Number != "" {
		add("case.follows", c.Follows.Number, caseAt(c.Follows.ID, ""))
	}
	if c.FollowedBy.Number != "" {
		add("case.followed_by", c.FollowedBy.Number, caseAt(c.FollowedBy.ID, ""))
	}
	add("change.came_from", c.CameFrom.Number, changeAt(change.ID(c.CameFrom.ID), ""))
	add("change.went_on_as", c.Became.Number, changeAt(change.ID(c.Became.ID), ""))
	return items
}

// matterForm is what the form of a new case sends.
type matterForm struct {
	Subject     string `form:"subject"`
	Description string `form:"description"`
	Priority    string `form:"priority"`
	Files       string `form:"files"` // what browsers send where no file is chosen
}

// caseFormPage is where a case is begun.
type caseFormPage struct {
	view
	In matterForm
}

func (f Face) newCase(w http.ResponseWriter, r *http.Request, who auth.Client) error {
	if !f.Cases.ForClient(who).MayRaise() {
		return problem.Of(problem.Forbidden, "case.may_not_raise")
	}
	return drawCaseForm(w, r, http.StatusOK, caseFormPage{newView(w, r, who), matterForm{Priority: string(support.Medium)}})
}

func drawCaseForm(w http.ResponseWriter, r *http.Request, status int, p caseFormPage) error {
	p.Loads = []string{talk.Sheet}
	return p.page(w, r, status, p.T("portal.cases.raise"), caseFormView(p))
}

func (f Face) postCase(w http.ResponseWriter, r *http.Request, who auth.Client) error {
	var in matterForm
	err := web.Decode(r, &in)
	if problem.Is(err, problem.TooLarge) {
		err = talk.TooLarge()
	}
	var made support.ID
	if err == nil {
		m := support.Matter{Subject: in.Subject, Description: in.Description, Priority: support.Priority(in.Priority)}
		if m.Uploads, err = talk.Uploads(r); err == nil {
			made, err = f.Cases.ForClient(who).Raise(r.Context(), m)
		}
	}
	if problem.Is(err, problem.Invalid) {
		p := caseFormPage{newView(w, r, who), in}
		p.View = p.WithProblem(err)
		return drawCaseForm(w, r, web.Status(err), p)
	}
	if err != nil {
		return err
	}
	web.Flash(w, r, "flash.case_sent")
	web.Redirect(w, r, caseAt(made, ""))
	return nil
}
