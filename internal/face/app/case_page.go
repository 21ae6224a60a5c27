package app

import (
	"context"
	"net/http"

	"github.com/a-h/templ"

	"foyer/internal/auth"
	"foyer/internal/face/talk"
	"foyer/internal/face/ui"
	"foyer/internal/face/web"
	"foyer/internal/feature/change"
	"foyer/internal/feature/support"
	"foyer/internal/kernel/problem"
)

// casePage is one case with a page of its thread.
type casePage struct {
	view
	Case    support.Case
	Thread  support.Thread
	Choices support.Choices
	// Reply and Note are what was typed into either, to be drawn again, and Trouble
	// which of them could not be sent.
	Reply, Note string
	Trouble     string
}

// casePage reads what the page of a case shows.
func (f Face) casePage(w http.ResponseWriter, r *http.Request, who auth.Staff) (casePage, error) {
	p := casePage{view: newView(w, r, who)}
	p.Loads = []string{talk.Sheet}
	q := r.URL.Query()
	app := f.Cases.ForStaff(who)
	var err error
	if p.Case, p.Thread, err = app.Get(r.Context(), caseIn(r), support.Span{Before: q.Get("before"), After: q.Get("after")}); err != nil {
		return p, err
	}
	p.Choices, err = app.Choices(r.Context(), p.Case.Client)
	return p, err
}

func (f Face) showCase(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	p, err := f.casePage(w, r, who)
	if err != nil {
		return err
	}
	return p.page(w, r, http.StatusOK, p.Case.Subject, caseView(p))
}

// messageForm is what either composer sends.
type messageForm struct {
	Body  string `form:"body"`
	Seen  string `form:"seen"`
	Then  string `form:"then"`
	Files string `form:"files"` // what browsers send where no file is chosen
}

func (f Face) postReply(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	return f.postMessage(w, r, who, "reply", "flash.case_replied", support.App.Reply)
}

func (f Face) postNote(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	return f.postMessage(w, r, who, "note", "flash.case_noted", support.App.Note)
}

// postMessage sends what was written, or draws the page again with it and with what
// was wrong.
func (f Face) postMessage(w http.ResponseWriter, r *http.Request, who auth.Staff, which, flash string, send func(support.App, context.Context, support.ID, support.Message) error) error {
	var in messageForm
	err := web.Decode(r, &in)
	if problem.Is(err, problem.TooLarge) {
		err = talk.TooLarge()
	}
	if err == nil {
		m := support.Message{Body: in.Body, Seen: in.Seen, Wait: in.Then == "wait"}
		if m.Uploads, err = talk.Uploads(r); err == nil {
			err = send(f.Cases.ForStaff(who), r.Context(), caseIn(r), m)
		}
	}
	if problem.Is(err, problem.Invalid) || problem.Is(err, problem.Conflict) {
		p, read := f.casePage(w, r, who)
		if read != nil {
			return read
		}
		p.View, p.Trouble = p.WithProblem(err), which
		if which == "note" {
			p.Note = in.Body
		} else {
			p.Reply = in.Body
		}
		return p.page(w, r, web.Status(err), p.Case.Subject, caseView(p))
	}
	if err != nil {
		return err
	}
	web.Flash(w, r, flash)
	web.Redirect(w, r, caseAt(caseIn(r), ui.AtNewest))
	return nil
}

// caseDone answers a change of a case that has no form of its own: back to its page,
// or to it with what was wrong.
func (f Face) caseDone(w http.ResponseWriter, r *http.Request, who auth.Staff, err error, flash string) error {
	if problem.Is(err, problem.Invalid) || problem.Is(err, problem.Conflict) {
		p, read := f.casePage(w, r, who)
		if read != nil {
			return read
		}
		p.View = p.WithProblem(err)
		return p.page(w, r, web.Status(err), p.Case.Subject, caseView(p))
	}
	if err != nil {
		return err
	}
	web.Flash(w, r, flash)
	web.Redirect(w, r, caseAt(caseIn(r), ""))
	return nil
}

func (f Face) showCaseFile(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	file, err := f.Cases.ForStaff(who).File(r.Context(), caseIn(r), r.PathValue("file"))
	if err != nil {
		return err
	}
	return web.File(w, file.Name, file.MediaType, file.Bytes)
}

func (p casePage) head() ui.PageHead {
	c := p.Case
	return ui.PageHead{
		Title: c.Subject, Sub: c.Number + " · " + c.ClientName, Status: talk.CaseStatus(p.Printer, c.State, false),
		Crumbs: []ui.Link{{Text: p.T("cases.title"), Href: "/app/cases"}}, CrumbsLabel: p.T("ui.crumbs"),
	}
}

// acts are the buttons of the page besides those that send.
func (p casePage) acts() []templ.Component {
	c := p.Case
	var all []templ.Component
	if !p.helps() {
		return nil
	}
	switch {
	case c.State.Over():
		all = append(all, ui.PostButton{Action: caseAt(c.ID, "/reopening"), Hidden: []ui.Hidden{p.Hidden()}, Button: ui.Button{Label: p.T("case.reopen"), Icon: "rotate-ccw"}})
	case c.State == support.OnHold:
		all = append(all, ui.PostButton{Action: caseAt(c.ID, "/reopening"), Hidden: []ui.Hidden{p.Hidden()}, Button: ui.Button{Label: p.T("case.resume"), Icon: "play"}})
	default:
		all = append(all, ui.Button{Label: p.T("case.resolve"), Icon: "circle-check", Href: caseAt(c.ID, "/resolution"), Dialog: "center"})
	}
	return append(all, p.menu())
}

func (p casePage) menu() ui.Menu {
	c := p.Case
	m := ui.Menu{Label: p.T("clients.actions", "name", c.Subject), Items: []ui.MenuItem{
		{Text: p.T("case.edit"), Icon: "pencil", Href: caseAt(c.ID, "/edit"), Dialog: "drawer"},
	}}
	if p.turns() && c.Leads() {
		m.Items = append(m.Items, ui.MenuItem{Text: p.T("case.turn"), Icon: "git-pull-request", Href: caseAt(c.ID, "/change"), Dialog: "drawer"})
	}
	if c.State == support.New || c.State == support.Open {
		m.Items = append(m.Items, ui.MenuItem{Text: p.T("case.hold"), Icon: "pause", Href: caseAt(c.ID, "/pause"), Dialog: "center"})
	}
	return m
}

func (p casePage) thread() ui.Thread {
	members := map[support.MemberID]string{}
	for _, m := range p.Choices.Members {
		members[m.ID] = m.Name
	}
	return talk.CaseThread{View: p.View, Thread: p.Thread, At: caseAt(p.Case.ID, ""), Members: members}.Draw()
}

// facts are what is known of the case.
func (p casePage) facts() []ui.KeyValue {
	c := p.Case
	severity := ""
	if c.Severity != "" {
		severity = p.T("case.severity." + string(c.Severity))
	}
	items := []ui.KeyValue{
		{Key: p.T("project.client"), Value: c.ClientName, Href: clientAt(c.Client, "")},
		{Key: p.T("case.contact"), Value: c.ContactName},
		{Key: p.T("case.priority"), Body: talk.Priority(p.Printer, c.Priority)},
		{Key: p.T("case.severity"), Value: severity},
		{Key: p.T("case.category"), Value: c.CategoryName},
		{Key: p.T("case.source"), Value: p.T("case.source_" + string(c.Source))},
		{Key: p.T("case.created"), Value: p.ago(c.CreatedAt)},
		{Key: p.T("case.first_answer"), Value: p.answered()},
	}
	if c.Follows.ID != "" {
		items = append(items, ui.KeyValue{Key: p.T("case.follows"), Value: c.Follows.Number, Href: caseAt(c.Follows.ID, "")})
	}
	if c.FollowedBy.ID != "" {
		items = append(items, ui.KeyValue{Key: p.T("case.followed_by"), Value: c.FollowedBy.Number, Href: caseAt(c.FollowedBy.ID, "")})
	}
	for _, beside := range []struct {
		key string
		of  support.Other
	}{{"change.came_from", c.CameFrom}, {"change.went_on_as", c.BecameChange}} {
		items = append(items, ui.KeyValue{Key: p.T(beside.key), Value: beside.of.Number, Href: changeAt(change.ID(beside.of.ID), "")})
	}
	return filled(items)
}

// answered is how long the client waited for the first answer.
func (p casePage) answered() string {
	if p.Case.AnsweredAt.IsZero() {
		return ""
	}
	return talk.Lasted(p.Printer, p.Case.AnsweredAt.Sub(p.Case.CreatedAt))
}

// note says in words what the state leaves open.
func (p casePage) note() ui.Note {
	c := p.Case
	if c.State.Over() && c.BecameChange.ID != "" {
		return ui.Note{Icon: "git-pull-request", Title: p.T("case.note.turned"), Text: c.Resolution}
	}
	switch c.State {
	case support.OnHold:
		return ui.Note{Icon: "pause", Title: p.T("case.note.on_hold"), Text: c.Reason}
	case support.Resolved:
		return ui.Note{Tone: ui.OK, Icon: "circle-check", Title: p.T("case.note.resolved", "date", p.onMoment(c.ResolvedAt.Add(support.Grace))), Text: c.Resolution}
	case support.Closed:
		return ui.Note{Icon: "lock", Title: p.T("case.note.closed"), Text: c.Resolution}
	}
	return ui.Note{}
}

// assignment are the members to hand it to.
func (p casePage) assignment() ui.Select {
	s := ui.Select{Field: ui.Field{Name: "assignee", Label: p.T("case.assignee"), Value: p.Case.Assignee, Error: p.Error("assignee")}, Submit: true}
	s.Options = withChosen(records(p.T("case.nobody"), p.Choices.Members), p.Case.Assignee, p.Case.AssigneeName)
	return s
}

// seen is what a form that is sent from the page says was read.
func (p casePage) seen() ui.Hidden { return ui.Hidden{Name: "seen", Value: p.Thread.Newest()} }

// errorIn is what was wrong with a field of one of the composers.
func (p casePage) errorIn(which, field string) string {
	if p.Trouble != which {
		return ""
	}
	return p.Error(field)
}

func (p casePage) replying() ui.Composer {
	buttons := []ui.Button{}
	if p.Case.State != support.OnHold && !p.Case.State.Over() {
		buttons = append(buttons, ui.Button{Label: p.T("case.send_wait"), Name: "then", Value: "wait"})
	}
	return ui.Composer{
		ID: "reply", Action: caseAt(p.Case.ID, "/replies"), Hidden: []ui.Hidden{p.Hidden(), p.seen()}, Label: p.T("case.reply_to", "client", p.Case.ClientName),
		Name: "body", Value: p.Reply, Error: p.errorIn("reply", "body"), Placeholder: p.T("case.reply_here"), MaxLength: support.LongestBody,
		Files: p.files("reply"), Buttons: append(buttons, ui.Button{Label: p.T("case.send_reply"), Kind: ui.Filled}),
	}
}

func (p casePage) noting() ui.Composer {
	return ui.Composer{
		ID: "note", Action: caseAt(p.Case.ID, "/notes"), Hidden: []ui.Hidden{p.Hidden(), p.seen()}, Label: p.T("case.note"), Note: true,
		Name: "body", Value: p.Note, Error: p.errorIn("note", "body"), Placeholder: p.T("case.note_here"), MaxLength: support.LongestBody,
		Files: p.files("note"), Buttons: []ui.Button{{Label: p.T("case.save_note")}},
	}
}

// summary is what was wrong with the reply or the note, whose files have their own id.
func (p casePage) summary() ui.ErrorSummary {
	s := talk.Summary(p.View, p.Trouble)
	for i, item := range s.Items {
		if item.ID == ui.FieldID(support.UploadField) {
			s.Items[i].ID = p.Trouble + "-files"
		}
	}
	return s
}

func (p casePage) files(which string) ui.FileField {
	f := talk.Files(p.View)
	f.ID, f.Error = which+"-files", p.errorIn(which, support.UploadField)
	return f
}
