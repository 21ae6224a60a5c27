package talk

import (
	"net/url"
	"strings"

	"foyer/internal/face/ui"
	"foyer/internal/face/web"
	"foyer/internal/feature/document"
	"foyer/internal/feature/support"
	"foyer/internal/kernel/lang"
)

// CaseStatus says where a case stands, to staff or to its client.
func CaseStatus(p lang.Printer, s support.State, toClient bool) ui.Status {
	kind := map[support.State]ui.StatusKind{
		support.New: ui.StatusInfo, support.Open: ui.StatusActive, support.Waiting: ui.StatusWarn, support.OnHold: ui.StatusHold, support.Resolved: ui.StatusOK,
		support.Closed: ui.StatusDone,
	}[s]
	if toClient {
		return ui.Status{Kind: kind, Text: p.T("portal.case.state." + string(s))}
	}
	return ui.Status{Kind: kind, Text: p.T("case.state." + string(s))}
}

// CaseThread is a thread of a case on a page of either face.
type CaseThread struct {
	web.View
	Thread support.Thread
	At     string // address of the case
	// Members are the names of those whom a case can be assigned to, by id; staff's
	// pages have them.
	Members map[support.MemberID]string
}

// staff tells whether it is a page of the app.
func (c CaseThread) staff() bool { return c.Face == ui.Staff }

// Draw draws it.
func (c CaseThread) Draw() ui.Thread {
	t := ui.Thread{Label: c.T("case.thread")}
	for _, e := range c.Thread.Entries {
		switch {
		case e.Reply != nil:
			t.Items = append(t.Items, c.reply(*e.Reply))
		case e.Note != nil:
			t.Items = append(t.Items, c.note(*e.Note))
		case e.Event.Kind == "case.opened": // that somebody took or answered it says so
		default:
			t.Items = append(t.Items, c.event(*e.Event))
		}
	}
	link := func(key, name, at string) ui.Link {
		if at == "" {
			return ui.Link{}
		}
		return ui.Link{Text: c.T(key), Href: c.At + "?" + url.Values{name: {at}}.Encode() + "#thread"}
	}
	t.Earlier, t.Later = link("case.earlier", "before", c.Thread.Earlier), link("case.later", "after", c.Thread.Later)
	return t
}

func (c CaseThread) author(name string, own bool) string {
	if own {
		return c.T("case.you")
	}
	return name
}

func (c CaseThread) reply(r support.Reply) ui.ThreadMessage {
	m := ui.ThreadMessage{ID: "m-" + r.ID.String(), Name: r.Author, Author: c.author(r.Author, r.Own), Own: r.Own, Body: ui.Message(r.Body), Files: c.files(r.Files)}
	m.When, m.Moment = when(c.View, r.At)
	return m
}

func (c CaseThread) note(n support.Note) ui.ThreadMessage {
	m := ui.ThreadMessage{
		ID: "m-" + n.ID.String(), Name: n.Author, Author: c.author(n.Author, n.Own), Body: ui.Message(n.Body), Files: c.files(n.Files),
		Note: true, NoteLabel: c.T("case.note"),
	}
	m.When, m.Moment = when(c.View, n.At)
	return m
}

func (c CaseThread) files(all []document.Attached) []ui.ThreadFile { return files(c.View, c.At, all) }

// eventIcons are the icons of events, after case.
var eventIcons = map[string]string{
	"raised": "plus", "assigned": "user-check", "opened": "message-circle", "waiting": "clock", "held": "pause", "resumed": "play", "resolved": "circle-check",
	"reopened": "rotate-ccw", "closed": "lock", "changed": "pencil",
}

func (c CaseThread) event(e support.Event) ui.ThreadEvent {
	kind := strings.TrimPrefix(e.Kind, "case.")
	line := ui.ThreadEvent{Icon: eventIcons[kind], Text: c.sentence(kind, e)}
	line.When, line.Moment = when(c.View, e.At)
	return line
}

// sentence says what happened.
func (c CaseThread) sentence(kind string, e support.Event) string {
	who := e.Actor
	switch {
	case e.Own:
		who = c.T("case.you")
	case who == "":
		who = c.Site.Name
	}
	switch {
	case kind == "waiting" && !c.staff():
		return c.T("portal.case.event.waiting")
	case kind == "closed" && e.Actor == "":
		return c.T("case.event.closed_itself")
	case kind == "assigned" && e.Self:
		return c.T("case.event.assigned_self", "who", who)
	case kind == "assigned" && !c.staff():
		return c.T("case.event.assigned_on", "who", who)
	case kind == "assigned" && e.Member == "":
		return c.T("case.event.assigned_nobody", "who", who)
	case kind == "assigned":
		return c.T("case.event.assigned_to", "who", who, "member", c.Members[e.Member])
	case kind == "changed":
		var fields []string
		for _, f := range e.Fields {
			fields = append(fields, c.T("case.field."+f))
		}
		return c.T("case.event.changed", "who", who, "fields", strings.Join(fields, ", "))
	}
	return c.T("case.event."+kind, "who", who)
}
