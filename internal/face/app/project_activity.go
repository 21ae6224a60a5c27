package app

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/a-h/templ"

	"foyer/internal/auth"
	"foyer/internal/face/ui"
	"foyer/internal/feature/project"
	"foyer/internal/kernel/civil"
	"foyer/internal/kernel/money"
)

// historyPage is what happened to a project.
type historyPage struct {
	projectFrame
	History project.History
	From    string // where the page begins, empty for the newest
}

func (f Face) showProjectActivity(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	from := r.URL.Query().Get("from")
	h, err := project.ForStaff(who).History(r.Context(), projectIn(r), from)
	if err != nil {
		return err
	}
	p := historyPage{projectFrame{newView(w, r, who), h.Project, "activity"}, h, from}
	return p.page(w, r, http.StatusOK, p.T("activity.title", "name", h.Project.Name), historyView(p))
}

// eventSign is how an event is marked.
type eventSign struct {
	icon string
	tone ui.Tone
}

// signs are those of every kind of event that a project's history can have.
var signs = map[string]eventSign{
	"project.created":       {"plus", ui.Neutral},
	"project.changed":       {"pencil", ui.Neutral},
	"project.shared":        {"eye", ui.Neutral},
	"project.unshared":      {"eye-off", ui.Neutral},
	"project.started":       {"play", ui.Brand},
	"project.held":          {"pause", ui.Warn},
	"project.resumed":       {"play", ui.Brand},
	"project.completed":     {"circle-check", ui.OK},
	"project.cancelled":     {"ban", ui.Bad},
	"project.reopened":      {"undo-2", ui.Brand},
	"milestone.added":       {"plus", ui.Neutral},
	"milestone.changed":     {"pencil", ui.Neutral},
	"milestone.placed":      {"list", ui.Neutral},
	"milestone.rescheduled": {"calendar-clock", ui.Neutral},
	"milestone.started":     {"play", ui.Brand},
	"milestone.completed":   {"flag", ui.OK},
	"milestone.cancelled":   {"ban", ui.Neutral},
	"milestone.reopened":    {"undo-2", ui.Brand},
	"deliverable.added":     {"plus", ui.Neutral},
	"deliverable.changed":   {"pencil", ui.Neutral},
	"deliverable.placed":    {"list", ui.Neutral},
	"deliverable.started":   {"play", ui.Brand},
	"deliverable.done":      {"check", ui.OK},
	"deliverable.cancelled": {"ban", ui.Neutral},
	"deliverable.reopened":  {"undo-2", ui.Brand},
	"funding.added":         {"wallet", ui.Neutral},
	"funding.changed":       {"wallet", ui.Neutral},
	"funding.removed":       {"wallet", ui.Neutral},
}

// feed says what happened, newest first.
func (p historyPage) feed() ui.Feed {
	var feed ui.Feed
	for _, e := range p.History.Events {
		mark, known := signs[e.Kind]
		if !known {
			continue
		}
		at := e.At.In(p.Now.Location())
		feed.Items = append(feed.Items, ui.FeedItem{
			Icon: mark.icon, Tone: mark.tone, Body: happening(p.sentence(e), p.quote(e)), Meta: p.When(at, p.Now), Moment: e.At.UTC().Format(time.RFC3339),
		})
	}
	return feed
}

// sentence is an event in words: who did what.
func (p historyPage) sentence(e project.Happening) templ.Component {
	who := e.ActorName
	if who == "" {
		who = p.T("activity.nobody")
	}
	parts := map[string]ui.Part{"who": {Text: who, Strong: true}}
	if e.Target.ID != "" {
		parts["name"] = ui.Part{Text: e.Target.Name, Strong: true, Href: projectAt(p.Project.ID, "/targets#item-"+e.Target.ID.String())}
	}
	text := func(name string) string { s, _ := e.Params[name].(string); return s }
	amount := func(name string) string {
		minor, _ := e.Params[name].(float64) // a whole number within what a float holds exactly
		return money.Amount{Minor: int64(minor), Currency: text("currency")}.Say(p.Printer)
	}
	status := func(name string) string {
		if !slices.Contains(project.FundingStatuses, project.FundingStatus(text(name))) {
			return ""
		}
		return p.T("funding.status." + text(name))
	}
	key := "activity." + e.Kind
	switch e.Kind {
	case "project.created":
		if text("copied") != "" {
			key = "activity.project_copied"
		}
	case "project.changed", "milestone.changed", "deliverable.changed":
		parts["fields"] = ui.Part{Text: p.fields(e)}
	case "milestone.rescheduled":
		if e.Params["agreed"] == true {
			key += ".agreed"
		}
		parts["from"], parts["to"] = ui.Part{Text: p.ListDate(civil.Date(text("from")).Time())}, ui.Part{Text: p.ListDate(civil.Date(text("to")).Time())}
	case "funding.added", "funding.removed", "funding.changed":
		parts["amount"], parts["status"] = ui.Part{Text: amount("minor")}, ui.Part{Text: status("status")}
		parts["was"], parts["was_status"] = ui.Part{Text: amount("was_minor")}, ui.Part{Text: status("was_status")}
	}
	return ui.Sentence(p.T(key), parts)
}

// fields are the names of what was changed. Those of money are for people who
// see money.
func (p historyPage) fields(e project.Happening) string {
	changed, _ := e.Params["fields"].([]any)
	var names []string
	for _, c := range changed {
		name, _ := c.(string)
		if (name == "budget" || name == "currency") && !p.Who.May(auth.MoneyRead) {
			continue
		}
		if slices.Contains(project.Fields, name) || slices.Contains(project.TargetFields, name) {
			names = append(names, p.T("activity.field."+name))
		}
	}
	if len(names) == 0 {
		return p.T("activity.details")
	}
	return strings.Join(names, ", ")
}

// quote is the reason that was given, in the quotation marks of the language.
func (p historyPage) quote(e project.Happening) string {
	if e.Reason == "" {
		return ""
	}
	return p.T("activity.reason", "reason", e.Reason)
}

func (p historyPage) pager() ui.Pager {
	pager := ui.Pager{Label: p.T("activity.pages")}
	at := projectAt(p.Project.ID, "/activity")
	if p.From != "" {
		pager.Prev = ui.Link{Text: p.T("activity.newest"), Href: at}
	}
	if p.History.Next != "" {
		pager.Next = ui.Link{Text: p.T("activity.older"), Href: at + "?from=" + p.History.Next}
	}
	return pager
}
