package app

import (
	"net/http"
	"strings"

	"foyer/internal/auth"
	"foyer/internal/face/talk"
	"foyer/internal/face/ui"
	"foyer/internal/face/web"
	"foyer/internal/feature/change"
	"foyer/internal/feature/document"
	"foyer/internal/feature/invoice"
	"foyer/internal/kernel/problem"
)

// changePage is one change request: a page, and a drawer over the board.
type changePage struct {
	view
	Full    change.Full
	Choices change.Choices
	Said    string     // what was typed into the composer
	Note    remarkForm // and of the remark
}

// remarkForm is what staff keep about a request.
type remarkForm struct {
	Version  int64  `form:"version"`
	Assignee string `form:"assignee"`
	Remark   string `form:"remark"`
}

func (f Face) changePage(w http.ResponseWriter, r *http.Request, who auth.Staff) (changePage, error) {
	app, q := f.Changes.ForStaff(who), r.URL.Query()
	p := changePage{view: newView(w, r, who)}
	p.Loads = []string{talk.Sheet}
	var err error
	if p.Full, err = app.Get(r.Context(), changeIn(r), change.Part{Before: q.Get("before"), After: q.Get("after")}); err != nil {
		return p, err
	}
	p.Note = remarkForm{p.Full.Version, p.Full.Assignee, p.Full.Remark}
	p.Choices, err = app.Choices(r.Context(), p.Full.Project)
	return p, err
}

func (f Face) showChange(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	p, err := f.changePage(w, r, who)
	if err != nil {
		return err
	}
	if p.Fragment {
		return web.Render(w, r, http.StatusOK, changeDrawer(p))
	}
	return p.page(w, r, http.StatusOK, p.Full.Title, changeView(p))
}

func (f Face) showChangeFile(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	file, err := f.Changes.ForStaff(who).File(r.Context(), changeIn(r), r.PathValue("file"))
	if err != nil {
		return err
	}
	return web.File(w, file.Name, file.MediaType, file.Bytes)
}

// changeDone answers something done with a request: its page or, from the drawer, the
// board behind it; or it with what was wrong; mend puts into it what was typed.
func (f Face) changeDone(w http.ResponseWriter, r *http.Request, who auth.Staff, err error, flash string, mend func(p *changePage)) error {
	if problem.Is(err, problem.Invalid) || problem.Is(err, problem.Conflict) {
		p, read := f.changePage(w, r, who)
		if read != nil {
			return read
		}
		p.View = p.WithProblem(err)
		if mend != nil {
			mend(&p)
		}
		if p.Fragment {
			return web.Render(w, r, web.Status(err), changeDrawer(p))
		}
		return p.page(w, r, web.Status(err), p.Full.Title, changeView(p))
	}
	if err != nil {
		return err
	}
	web.Flash(w, r, flash)
	to := changeAt(changeIn(r), "")
	if around := web.Around(r); around == changesPath || strings.HasPrefix(around, changesPath+"?") {
		to = around
	}
	web.Redirect(w, r, to)
	return nil
}

func (f Face) postReview(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	var in struct {
		State string `form:"state"`
	}
	if err := web.Decode(r, &in); err != nil {
		return err
	}
	err := f.Changes.ForStaff(who).Review(r.Context(), changeIn(r), change.Before{State: change.State(in.State)})
	return f.changeDone(w, r, who, err, "flash.change_taken", nil)
}

func (f Face) postChangeMessage(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	var in messageForm
	err := web.Decode(r, &in)
	if problem.Is(err, problem.TooLarge) {
		err = talk.TooLarge()
	}
	if err == nil {
		var uploads []document.Upload
		if uploads, err = talk.Uploads(r); err == nil {
			app, before := f.Changes.ForStaff(who), change.Before{Seen: in.Seen}
			if in.Then == "ask" {
				err = app.Ask(r.Context(), changeIn(r), before, in.Body, uploads)
			} else {
				err = app.Say(r.Context(), changeIn(r), before, in.Body, uploads)
			}
		}
	}
	return f.changeDone(w, r, who, err, "flash.case_replied", func(p *changePage) { p.Said = in.Body })
}

func (f Face) postRemark(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	var in remarkForm
	if err := web.Decode(r, &in); err != nil {
		return err
	}
	err := f.Changes.ForStaff(who).SaveNote(r.Context(), changeIn(r), in.Version, change.Note{Assignee: in.Assignee, Remark: in.Remark})
	return f.changeDone(w, r, who, err, "flash.saved", func(p *changePage) {
		version := p.Note.Version
		if p.Note = in; problem.Is(err, problem.Conflict) {
			p.Note.Version = version
		}
	})
}

func (p changePage) head() ui.PageHead {
	c := p.Full
	return ui.PageHead{
		Title: c.Title, Sub: c.Number + " · " + c.ClientName, Status: talk.ChangeStatus(p.Printer, c.State, c.WentOnAs.There, false),
		Crumbs: []ui.Link{{Text: p.T("changes.title"), Href: changesPath}}, CrumbsLabel: p.T("ui.crumbs"),
	}
}

// open tells whether something is left to decide about the request.
func (p changePage) open() bool { return p.Full.State.Pending() || p.Full.State == change.Expired }

// main is the one filled button of the page.
func (p changePage) main() ui.Button {
	if !p.open() || !p.quotes() {
		return ui.Button{}
	}
	label := p.T("change.make_quote")
	if len(p.Full.Quotes) > 0 {
		label = p.T("change.make_another")
	}
	return ui.Button{Label: label, Icon: "banknote", Kind: ui.Filled, Href: changeAt(p.Full.ID, "/quote"), Dialog: "drawer"}
}

// take is the button by which somebody begins to look at the request.
func (p changePage) take() ui.PostButton {
	label := map[change.State]string{
		change.Submitted: "change.take", change.NeedsInfo: "change.resume", change.Quoted: "change.revise", change.Expired: "change.take_up",
	}[p.Full.State]
	if label == "" || !p.triages() {
		return ui.PostButton{}
	}
	return ui.PostButton{
		Action: changeAt(p.Full.ID, "/review"), Hidden: []ui.Hidden{p.Hidden(), {Name: "state", Value: string(p.Full.State)}}, Button: ui.Button{Label: p.T(label), Icon: "eye"},
	}
}

// menu is what else can be decided; empty where nothing can.
func (p changePage) menu() ui.Menu {
	m := ui.Menu{Label: p.T("clients.actions", "name", p.Full.Title)}
	if !p.triages() {
		return m
	}
	switch p.Full.State {
	case change.Submitted, change.InReview, change.NeedsInfo, change.Expired:
		m.Items = []ui.MenuItem{{Text: p.T("change.agree"), Icon: "circle-check", Href: changeAt(p.Full.ID, "/agreement"), Dialog: "center"}}
		if p.turns() && p.Full.Turns() {
			m.Items = append(m.Items, ui.MenuItem{Text: p.T("change.turn"), Icon: "life-buoy", Href: changeAt(p.Full.ID, "/case"), Dialog: "center"})
		}
		m.Items = append(m.Items, ui.MenuItem{
			Text: p.T("change.reject"), Icon: "ban", Href: changeAt(p.Full.ID, "/rejection"), Dialog: "center", Danger: true, Rule: true,
		})
	}
	return m
}

// note says in words what the state leaves open.
func (p changePage) note() ui.Note {
	c := p.Full
	if c.State.Pending() && !c.ProjectOpen {
		return ui.Note{Tone: ui.Warn, Title: p.T("change.note.project")}
	}
	switch c.State {
	case change.NeedsInfo:
		return ui.Note{Icon: "circle-help", Title: p.T("change.note.asked")}
	case change.Quoted:
		return ui.Note{Icon: "clock", Title: p.T("change.note.quoted", "date", p.onDay(c.ValidUntil))}
	case change.Accepted, change.Scheduled, change.InProgress, change.Delivered:
		return ui.Note{Tone: ui.OK, Icon: "circle-check", Title: p.T("change.note.agreed"), Text: c.Reason}
	case change.Rejected, change.Declined, change.Withdrawn, change.Expired:
		if c.WentOnAs.There {
			return ui.Note{Icon: "life-buoy", Title: p.T("change.note.turned")}
		}
		return ui.Note{Icon: "ban", Title: p.T("change.note." + string(c.State)), Text: c.Reason}
	}
	return ui.Note{}
}

func (p changePage) conversation() talk.Conversation {
	return talk.Conversation{View: p.View, Thread: p.Full.Thread, At: changeAt(p.Full.ID, "")}
}

func (p changePage) composer() ui.Composer {
	c := ui.Composer{
		ID: "message", Action: changeAt(p.Full.ID, "/messages"), Hidden: []ui.Hidden{p.Hidden(), {Name: "seen", Value: p.Full.Thread.Seen}},
		Label: p.T("change.write_to", "name", p.Full.ContactName), Name: "body", Value: p.Said, Error: p.Error("body"), Placeholder: p.T("case.reply_here"),
		MaxLength: change.LongestMessage, Files: talk.Files(p.View), Buttons: []ui.Button{{Label: p.T("change.say")}},
	}
	if s := p.Full.State; s == change.Submitted || s == change.InReview || s == change.NeedsInfo || s == change.Expired {
		c.Buttons = append(c.Buttons, ui.Button{Label: p.T("change.ask"), Name: "then", Value: "ask"})
	}
	return c
}

// facts are what was asked for.
func (p changePage) facts() []ui.KeyValue {
	c := p.Full
	return filled([]ui.KeyValue{
		{Key: p.T("project.client"), Value: c.ClientName, Href: clientAt(c.Client, "")},
		{Key: p.T("change.project"), Value: c.ProjectName, Href: projectAt(c.Project, "")},
		{Key: p.T("portal.case.author"), Value: c.ContactName},
		{Key: p.T("change.category"), Value: p.T("change.category_" + string(c.Category))},
		{Key: p.T("case.priority"), Body: talk.Priority(p.Printer, c.Priority)},
		{Key: p.T("case.created"), Value: p.ago(c.CreatedAt)},
		{Key: p.T("change.came_from"), Value: c.CameFrom.Number, Href: caseAt(c.CameFrom.ID, "")},
		{Key: p.T("change.went_on_as"), Value: c.WentOnAs.Number, Href: caseAt(c.WentOnAs.ID, "")},
	})
}

// chain is what became of the request, from its deliverable to its invoice.
func (p changePage) chain() []ui.KeyValue {
	c := p.Full
	if !c.State.Agreed() {
		return nil
	}
	items := []ui.KeyValue{{Key: p.T("change.deliverable"), Value: c.Title, Href: projectAt(c.Project, "/targets#item-"+c.Target.String())}}
	switch {
	case c.Invoice != "" && c.InvoiceNo != "":
		items = append(items, ui.KeyValue{Key: p.T("change.invoice"), Value: c.InvoiceNo, Href: invoiceAt(invoice.ID(c.Invoice), "")})
	case c.Invoice != "":
		items = append(items, ui.KeyValue{Key: p.T("change.invoice"), Value: p.T("change.draft_invoice"), Href: invoiceAt(invoice.ID(c.Invoice), "")})
	case c.Price != nil && c.Price.Minor > 0:
		items = append(items, ui.KeyValue{Key: p.T("change.invoice"), Value: p.T("change.no_invoice")})
	}
	return items
}

// offered says what a quote offers, and what was decided about it.
func (p changePage) offered(q change.Quote) []ui.KeyValue {
	items := []ui.KeyValue{
		{Key: p.T("change.effort"), Value: talk.Effort(p.Printer, q.Effort)}, {Key: p.T("change.dates"), Value: talk.Moved(p.View, q)},
		{Key: p.T("change.valid_until"), Value: p.onDay(q.ValidUntil)}, {Key: p.T("change.decided_by"), Value: q.DecidedBy}, {Key: p.T("change.signed_name"), Value: q.SignedName},
	}
	if q.Price.Currency != "" {
		items = append([]ui.KeyValue{{Key: p.T("change.price"), Value: p.T("change.plus_tax", "amount", q.Price.Say(p.Printer))}}, items...)
	}
	return filled(items)
}

// members are those to choose who looks after it from.
func (p changePage) members() []ui.Option {
	return withChosen(records(p.T("case.nobody"), p.Choices.Members), p.Full.Assignee, p.Full.AssigneeOf)
}
