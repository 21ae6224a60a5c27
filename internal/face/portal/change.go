package portal

import (
	"net/http"

	"foyer/internal/auth"
	"foyer/internal/face/talk"
	"foyer/internal/face/ui"
	"foyer/internal/face/web"
	"foyer/internal/feature/change"
	"foyer/internal/feature/document"
	"foyer/internal/feature/invoice"
	"foyer/internal/kernel/problem"
)

// changePage is one change request with what was said about it.
type changePage struct {
	view
	Full    change.ShownFull
	Request bool
	Typed   decisionForm // to be drawn again
	Said    string       // into the composer
}

// decisionForm is what is sent with a decision about a quote.
type decisionForm struct {
	Decision string `form:"decision"` // accept, decline or negotiate
	SHA256   string `form:"sha256"`
	Due      string `form:"due"`
	Name     string `form:"name"`
	Consent  bool   `form:"consent"`
	Reason   string `form:"reason"`
	Body     string `form:"body"`
}

func (f Face) changePage(w http.ResponseWriter, r *http.Request, who auth.Client) (changePage, error) {
	door, q := f.Changes.ForClient(who), r.URL.Query()
	p := changePage{view: newView(w, r, who), Request: door.MayRequest()}
	p.Loads = []string{talk.Sheet}
	var err error
	p.Full, err = door.Get(r.Context(), changeIn(r), change.Part{Before: q.Get("before"), After: q.Get("after")})
	return p, err
}

func (f Face) showChange(w http.ResponseWriter, r *http.Request, who auth.Client) error {
	p, err := f.changePage(w, r, who)
	if err != nil {
		return err
	}
	return p.page(w, r, http.StatusOK, p.Full.Title, changeView(p))
}

// changeDone answers something done with a request: its page, or it with what was
// wrong and what was typed.
func (f Face) changeDone(w http.ResponseWriter, r *http.Request, who auth.Client, err error, flash string, typed decisionForm, said string) error {
	if mended(err) {
		p, read := f.changePage(w, r, who)
		if read != nil {
			return read
		}
		p.View, p.Typed, p.Said = p.WithProblem(err), typed, said
		return p.page(w, r, web.Status(err), p.Full.Title, changeView(p))
	}
	if err != nil {
		return err
	}
	web.Flash(w, r, flash)
	web.Redirect(w, r, changeAt(changeIn(r), ""))
	return nil
}

func (f Face) postAnswer(w http.ResponseWriter, r *http.Request, who auth.Client) error {
	var in struct {
		Body  string `form:"body"`
		Files string `form:"files"` // what browsers send where no file is chosen
	}
	err := web.Decode(r, &in)
	if problem.Is(err, problem.TooLarge) {
		err = talk.TooLarge()
	}
	if err == nil {
		var uploads []document.Upload
		if uploads, err = talk.Uploads(r); err == nil {
			err = f.Changes.ForClient(who).Write(r.Context(), changeIn(r), change.Before{}, in.Body, uploads)
		}
	}
	return f.changeDone(w, r, who, err, "flash.case_sent", decisionForm{}, in.Body)
}

func (f Face) postDecision(w http.ResponseWriter, r *http.Request, who auth.Client) error {
	var in decisionForm
	if err := web.Decode(r, &in); err != nil {
		return err
	}
	door, flash := f.Changes.ForClient(who), "flash.change_accepted"
	var err error
	switch in.Decision {
	case "accept":
		err = door.Accept(r.Context(), changeIn(r), change.Acceptance{SHA256: in.SHA256, Due: in.Due, Name: in.Name, Consent: in.Consent, Language: newView(w, r, who).Tag()})
	case "decline":
		flash = "flash.change_declined"
		err = door.Decline(r.Context(), changeIn(r), in.SHA256, in.Reason)
	case "negotiate":
		flash = "flash.change_negotiated"
		err = door.Negotiate(r.Context(), changeIn(r), change.Before{State: change.Quoted}, in.Body, nil)
	default:
		err = problem.Field("decision", "field.choice")
	}
	return f.changeDone(w, r, who, err, flash, in, "")
}

func (f Face) postWithdrawal(w http.ResponseWriter, r *http.Request, who auth.Client) error {
	if err := web.Decode(r, &struct{}{}); err != nil {
		return err
	}
	err := f.Changes.ForClient(who).Withdraw(r.Context(), changeIn(r), change.Before{})
	return f.changeDone(w, r, who, err, "flash.change_withdrawn", decisionForm{}, "")
}

func (f Face) showChangeFile(w http.ResponseWriter, r *http.Request, who auth.Client) error {
	file, err := f.Changes.ForClient(who).File(r.Context(), changeIn(r), r.PathValue("file"))
	if err != nil {
		return err
	}
	return web.File(w, file.Name, file.MediaType, file.Bytes)
}

func (p changePage) head() ui.PageHead {
	c := p.Full
	return ui.PageHead{
		Title: c.Title, Sub: p.T("portal.change.sub", "number", c.Number, "date", p.near(p.dayOf(c.CreatedAt))), Status: talk.ChangeStatus(p.Printer, c.State, c.WentOnAs.There, true),
		Crumbs: []ui.Link{{Text: p.T("portal.changes.title"), Href: changesPath}}, CrumbsLabel: p.T("ui.crumbs"),
	}
}

// note says in words where the request stands.
func (p changePage) note() ui.Note {
	c, w := p.Full, p.Site.Name
	switch c.State {
	case change.Submitted, change.InReview:
		return ui.Note{Icon: "eye", Title: p.T("portal.change.note.reading", "workspace", w)}
	case change.NeedsInfo:
		return ui.Note{Tone: ui.Warn, Icon: "circle-help", Title: p.T("portal.change.note.asked", "workspace", w)}
	case change.Accepted, change.Scheduled:
		return ui.Note{Tone: ui.OK, Icon: "circle-check", Title: p.T("portal.change.note.agreed"), Text: c.Reason}
	case change.InProgress:
		return ui.Note{Tone: ui.OK, Icon: "play", Title: p.T("portal.change.note.in_progress", "workspace", w), Text: c.Reason}
	case change.Delivered:
		return ui.Note{Tone: ui.OK, Icon: "package", Title: p.T("portal.change.note.delivered"), Text: c.Reason}
	case change.Rejected:
		if c.WentOnAs.There {
			return ui.Note{Icon: "life-buoy", Title: p.T("change.note.turned")}
		}
		return ui.Note{Icon: "ban", Title: p.T("portal.change.note.rejected", "workspace", w), Text: c.Reason}
	case change.Declined:
		return ui.Note{Icon: "ban", Title: p.T("portal.change.note.declined"), Text: c.Reason}
	case change.Withdrawn:
		return ui.Note{Icon: "undo-2", Title: p.T("portal.change.note.withdrawn")}
	case change.Expired:
		return ui.Note{Icon: "clock", Title: p.T("portal.change.note.expired", "workspace", w)}
	}
	return ui.Note{}
}

// conversation is what was said, to be drawn.
func (p changePage) conversation() talk.Conversation {
	return talk.Conversation{View: p.View, Thread: p.Full.Thread, At: changeAt(p.Full.ID, "")}
}

// quote is the one that is out or was last out; none where the change was agreed on
// without.
func (p changePage) quote() (change.Quote, bool) {
	if len(p.Full.Quotes) == 0 || p.Full.State.Agreed() && p.Full.Quotes[0].Decision != "accepted" {
		return change.Quote{}, false
	}
	return p.Full.Quotes[0], true
}

// offered says what a quote offers.
func (p changePage) offered(q change.Quote) []ui.KeyValue {
	items := []ui.KeyValue{{Key: p.T("change.price"), Value: p.T("change.plus_tax", "amount", q.Price.Say(p.Printer))}}
	add := func(key, value string) {
		if value != "" {
			items = append(items, ui.KeyValue{Key: p.T(key), Value: value})
		}
	}
	add("change.effort", talk.Effort(p.Printer, q.Effort))
	add("change.dates", talk.Moved(p.View, q))
	if p.Full.State == change.Quoted {
		add("change.valid_until", p.LongDate(q.ValidUntil.Time()))
	}
	add("change.decided_by", q.DecidedBy)
	add("change.signed_name", q.SignedName)
	return items
}

// closed says why the quote cannot be accepted; empty where it can.
func (p changePage) closed() string {
	known, ok := problem.As(p.Full.Closed)
	if !ok {
		return ""
	}
	return p.View.Say(known.Message)
}

// chain is what became of the request, from its deliverable to its invoice.
func (p changePage) chain() []ui.KeyValue {
	c := p.Full
	if !c.State.Agreed() {
		return nil
	}
	items := []ui.KeyValue{{Key: p.T("change.project"), Value: c.ProjectName}}
	if c.Target != "" {
		items = append(items, ui.KeyValue{Key: p.T("change.deliverable"), Value: c.Title, Href: projectAt(c.Project)})
	}
	switch {
	case c.Invoice != "":
		items = append(items, ui.KeyValue{Key: p.T("change.invoice"), Value: c.InvoiceNo, Href: invoiceAt(invoice.ID(c.Invoice), "")})
	case c.NextInvoice:
		items = append(items, ui.KeyValue{Key: p.T("change.invoice"), Value: p.T("portal.change.next_invoice")})
	}
	return items
}

// facts are what was asked for.
func (p changePage) facts() []ui.KeyValue {
	c := p.Full
	items := []ui.KeyValue{
		{Key: p.T("change.project"), Value: c.ProjectName}, {Key: p.T("change.category"), Value: p.T("change.category_" + string(c.Category))},
		{Key: p.T("case.priority"), Body: talk.Priority(p.Printer, c.Priority)}, {Key: p.T("portal.case.author"), Value: c.ContactName},
	}
	if p.Who.Sees(auth.Projects) {
		items[0].Href = projectAt(c.Project)
	}
	for _, beside := range []struct {
		key string
		of  change.Case
	}{{"change.came_from", c.CameFrom}, {"change.went_on_as", c.WentOnAs}} {
		if beside.of.ID != "" {
			items = append(items, ui.KeyValue{Key: p.T(beside.key), Value: beside.of.Number, Href: caseAt(beside.of.ID, "")})
		}
	}
	return items
}

func (p changePage) composer() ui.Composer {
	c := ui.Composer{
		ID: "answer", Action: changeAt(p.Full.ID, "/answer"), Hidden: []ui.Hidden{p.Hidden()}, Label: p.T("portal.change.write"), Name: "body", Value: p.Said,
		Placeholder: p.T("portal.change.write_here"), MaxLength: change.LongestMessage, Files: talk.Files(p.View), Buttons: []ui.Button{{Label: p.T("portal.change.send")}},
	}
	if p.Typed.Decision == "" {
		c.Error = p.Error("body")
	}
	if p.Full.MayAnswer {
		c.Label, c.Placeholder, c.Buttons = p.T("portal.change.answer"), p.T("portal.change.answer_here"), []ui.Button{{Label: p.T("portal.change.answer_send"), Kind: ui.Filled}}
	}
	return c
}

// writes is the form in which a message was typed.
func (p changePage) writes() string {
	if p.Typed.Decision == "negotiate" {
		return "negotiate"
	}
	return "answer"
}

// errorIn is what was wrong with a field of one of the decisions.
func (p changePage) errorIn(decision, field string) string {
	if p.Typed.Decision != decision {
		return ""
	}
	return p.Error(field)
}

// consent is what is agreed to where the price asks for it.
func (p changePage) consent() []string {
	return change.ConsentIn(p.Tag()).Paragraphs(p.Site.Name)
}
