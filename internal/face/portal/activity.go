package portal

import (
	"net/http"
	"time"

	"foyer/internal/auth"
	"foyer/internal/face/ui"
	"foyer/internal/feature/change"
	"foyer/internal/feature/contract"
	"foyer/internal/feature/feed"
	"foyer/internal/feature/invoice"
	"foyer/internal/feature/library"
	"foyer/internal/feature/project"
	"foyer/internal/feature/support"
	"foyer/internal/kernel/civil"
	"foyer/internal/kernel/lang"
)

// activityPage is everything that happened and that the contact may know.
type activityPage struct {
	view
	Feed feed.Page
}

func (f Face) showActivity(w http.ResponseWriter, r *http.Request, who auth.Client) error {
	page, err := feed.ForClient(who).Page(r.Context(), r.URL.Query().Get("from"))
	if err != nil {
		return err
	}
	p := activityPage{newView(w, r, who), page}
	return p.page(w, r, http.StatusOK, p.T("portal.activity.title"), activityView(p))
}

func (p activityPage) pager() ui.Pager {
	pager := ui.Pager{Label: p.T("portal.activity.pages")}
	if p.Feed.From != "" {
		pager.Prev = ui.Link{Text: p.T("portal.activity.newest"), Href: "/portal/activity"}
	}
	if p.Feed.Next != "" {
		pager.Next = ui.Link{Text: p.T("portal.activity.older"), Href: "/portal/activity?from=" + p.Feed.Next}
	}
	return pager
}

// signs are the icons of what happened.
var signs = map[string]struct {
	icon string
	tone ui.Tone
}{
	"project.shared":        {"layers", ui.Brand},
	"project.started":       {"play", ui.Brand},
	"project.held":          {"pause", ui.Neutral},
	"project.resumed":       {"play", ui.Brand},
	"project.completed":     {"circle-check", ui.OK},
	"project.cancelled":     {"x", ui.Neutral},
	"project.reopened":      {"rotate-ccw", ui.Neutral},
	"milestone.started":     {"flag", ui.Brand},
	"milestone.completed":   {"check", ui.OK},
	"milestone.reopened":    {"rotate-ccw", ui.Neutral},
	"milestone.rescheduled": {"calendar", ui.Warn},
	"deliverable.started":   {"package", ui.Neutral},
	"deliverable.done":      {"package", ui.OK},
	"deliverable.reopened":  {"rotate-ccw", ui.Neutral},
	"invoice.issued":        {"receipt", ui.Brand},
	"invoice.part_paid":     {"banknote", ui.OK},
	"invoice.paid":          {"circle-check", ui.OK},
	"invoice.voided":        {"ban", ui.Neutral},
	"payment.started":       {"banknote", ui.Brand},
	"payment.failed":        {"x", ui.Bad},
	"payment.refunded":      {"rotate-ccw", ui.Neutral},
	"payment.came_again":    {"banknote", ui.OK},
	"payment.lost":          {"rotate-ccw", ui.Warn},
	"credit_note.issued":    {"receipt-text", ui.Brand},
	"contract.sent":         {"file-text", ui.Brand},
	"contract.signed_by":    {"signature", ui.OK},
	"contract.approved_by":  {"check", ui.OK},
	"contract.executed":     {"badge-check", ui.OK},
	"contract.declined":     {"ban", ui.Bad},
	"contract.terminated":   {"ban", ui.Neutral},
	"case.raised":           {"life-buoy", ui.Brand},
	"case.answered":         {"message-circle", ui.Brand},
	"case.replied":          {"message-circle", ui.Neutral},
	"case.resolved":         {"circle-check", ui.OK},
	"case.reopened":         {"rotate-ccw", ui.Neutral},
	"case.closed":           {"lock", ui.Neutral},
	"document.shared":       {"file-text", ui.Brand},
	"document.renewed":      {"file-text", ui.Brand},
	"document.uploaded":     {"upload", ui.Neutral},
	"change.submitted":      {"git-pull-request", ui.Brand},
	"change.adopted":        {"git-pull-request", ui.Brand},
	"change.asked":          {"git-pull-request", ui.Warn},
	"change.answered":       {"git-pull-request", ui.Neutral},
	"change.quoted":         {"git-pull-request", ui.Brand},
	"change.negotiated":     {"git-pull-request", ui.Neutral},
	"change.accepted":       {"circle-check", ui.OK},
	"change.agreed":         {"circle-check", ui.OK},
	"change.rejected":       {"ban", ui.Neutral},
	"change.turned":         {"life-buoy", ui.Neutral},
	"change.declined":       {"ban", ui.Neutral},
	"change.withdrawn":      {"rotate-ccw", ui.Neutral},
	"change.expired":        {"x", ui.Neutral},
	"change.started":        {"play", ui.Brand},
	"change.delivered":      {"package", ui.OK},
	"change.reopened":       {"rotate-ccw", ui.Neutral},
	"meeting.requested":     {"calendar-plus", ui.Brand},
	"meeting.proposed":      {"calendar-clock", ui.Warn},
	"meeting.confirmed":     {"calendar-days", ui.OK},
	"meeting.declined":      {"ban", ui.Neutral},
	"meeting.expired":       {"clock", ui.Neutral},
	"meeting.move_proposed": {"calendar-clock", ui.Warn},
	"meeting.moved":         {"calendar-clock", ui.OK},
	"meeting.move_declined": {"calendar-days", ui.Neutral},
	"meeting.cancelled":     {"ban", ui.Bad},
	"meeting.invited":       {"calendar-plus", ui.Brand},
	"meeting.changed":       {"calendar-days", ui.Neutral},
}

// happenings are events as sentences.
func (v view) happenings(events []feed.Event) []ui.FeedItem {
	var items []ui.FeedItem
	for _, e := range events {
		sign := signs[e.Kind]
		at := e.At.In(v.Now.Location())
		items = append(items, ui.FeedItem{
			Icon: sign.icon, Tone: sign.tone, Body: ui.Sentence(v.T(sentenceOf(e)), v.parts(e)), Meta: v.When(at, v.Now), Moment: at.Format(time.RFC3339),
		})
	}
	return items
}

// sentenceOf is the key of what is said of an event. Guests are no persons of the
// house, so that what they do is said without a name; and nobody moves a milestone by
// accepting a change request, which moves it.
func sentenceOf(e feed.Event) string {
	if key := "feed." + e.Kind + ".guest"; e.Actor == "" && lang.Has(key) {
		return key
	}
	if key := "feed." + e.Kind + ".staff"; e.ByStaff && lang.Has(key) {
		return key
	}
	if e.Agreed {
		return "feed." + e.Kind + ".agreed"
	}
	return "feed." + e.Kind
}

// parts are the names in the sentence of an event.
func (v view) parts(e feed.Event) map[string]ui.Part {
	who := e.Actor
	if who == "" {
		who = v.Site.Name
	}
	href := projectAt(project.ID(e.Project.ID))
	meeting := e.Meeting.Name
	if meeting == "" {
		meeting = v.T("meeting.untitled", "client", v.Who.ClientName(), "workspace", v.Site.Name)
	}
	return map[string]ui.Part{
		"who":      {Text: who, Strong: true},
		"project":  {Text: e.Project.Name, Strong: e.Target.ID == "", Href: href},
		"target":   {Text: e.Target.Name, Strong: true, Href: href},
		"invoice":  {Text: e.Invoice.Name, Strong: true, Whole: true, Href: invoiceAt(invoice.ID(e.Invoice.ID), "")},
		"contract": {Text: e.Contract.Name, Strong: true, Whole: true, Href: contractAt(contract.ID(e.Contract.ID), "")},
		"case":     {Text: e.Case.Name, Strong: true, Href: caseAt(support.ID(e.Case.ID), "")},
		"change":   {Text: e.Change.Name, Strong: true, Whole: true, Href: changeAt(change.ID(e.Change.ID), "")},
		"document": {Text: e.Document.Name, Strong: true, Href: documentAt(library.ID(e.Document.ID), "")},
		"meeting":  {Text: meeting, Strong: true, Href: "/portal/meetings/" + e.Meeting.ID},
		"from":     {Text: v.near(civil.Date(e.From))},
		"to":       {Text: v.near(civil.Date(e.To))},
		"amount":   {Text: e.Amount.Say(v.Printer)},
	}
}
