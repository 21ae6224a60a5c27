package portal

import (
	"net/http"
	"slices"
	"strconv"
	"time"

	"foyer/internal/auth"
	"foyer/internal/face/talk"
	"foyer/internal/face/ui"
	"foyer/internal/face/web"
	"foyer/internal/feature/calendar"
)

// meetingPage is one meeting with what was offered for it.
type meetingPage struct {
	view
	Full    calendar.Full
	Zone    *time.Location // of the contact
	Request bool           // they may answer
	Typed   reasonForm     // to be drawn again
}

// reasonForm is what is sent by the forms that ask for a reason.
type reasonForm struct {
	Seen   int64  `form:"seen"`
	Reason string `form:"reason"`
	act    string // the form that it was typed into
}

func (f Face) meetingPage(w http.ResponseWriter, r *http.Request, who auth.Client) (meetingPage, error) {
	door := f.Calendar.ForClient(who)
	p := meetingPage{view: newView(w, r, who), Request: door.MayRequest()}
	p.Loads = []string{talk.Sheet}
	var err error
	p.Full, p.Zone, err = door.Get(r.Context(), meetingIn(r))
	p.Now = p.Now.In(p.Zone)
	return p, err
}

func (f Face) showMeeting(w http.ResponseWriter, r *http.Request, who auth.Client) error {
	p, err := f.meetingPage(w, r, who)
	if err != nil {
		return err
	}
	return p.page(w, r, http.StatusOK, p.name(), meetingView(p))
}

func (f Face) showMeetingFile(w http.ResponseWriter, r *http.Request, who auth.Client) error {
	file, err := f.Calendar.ForClient(who).File(r.Context(), meetingIn(r), newView(w, r, who).Printer)
	if err != nil {
		return err
	}
	return web.File(w, "meeting.ics", "text/calendar; charset=utf-8", file)
}

// meetingDone answers something done with a meeting: its page, or it with what was wrong
// and what was typed.
func (f Face) meetingDone(w http.ResponseWriter, r *http.Request, who auth.Client, err error, flash string, typed reasonForm) error {
	if mended(err) {
		p, read := f.meetingPage(w, r, who)
		if read != nil {
			return read
		}
		p.View, p.Typed = p.WithProblem(err), typed
		return p.page(w, r, web.Status(err), p.name(), meetingView(p))
	}
	if err != nil {
		return err
	}
	web.Flash(w, r, flash)
	web.Redirect(w, r, meetingAt(meetingIn(r), ""))
	return nil
}

func (f Face) postAcceptance(w http.ResponseWriter, r *http.Request, who auth.Client) error {
	var in struct {
		Seen int64  `form:"seen"`
		Slot string `form:"slot"`
	}
	if err := web.Decode(r, &in); err != nil {
		return err
	}
	err := f.Calendar.ForClient(who).Accept(r.Context(), meetingIn(r), int(in.Seen), in.Slot)
	return f.meetingDone(w, r, who, err, "flash.meeting_accepted", reasonForm{})
}

func (f Face) postRefusal(w http.ResponseWriter, r *http.Request, who auth.Client) error {
	in := reasonForm{act: "refusal"}
	if err := web.Decode(r, &in); err != nil {
		return err
	}
	err := f.Calendar.ForClient(who).Refuse(r.Context(), meetingIn(r), int(in.Seen), in.Reason)
	return f.meetingDone(w, r, who, err, "flash.meeting_stays", in)
}

func (f Face) postCancellation(w http.ResponseWriter, r *http.Request, who auth.Client) error {
	in := reasonForm{act: "cancellation"}
	if err := web.Decode(r, &in); err != nil {
		return err
	}
	err := f.Calendar.ForClient(who).Cancel(r.Context(), meetingIn(r), int(in.Seen), in.Reason)
	return f.meetingDone(w, r, who, err, "flash.meeting_off", in)
}

func (f Face) postAgain(w http.ResponseWriter, r *http.Request, who auth.Client) error {
	var in struct {
		Seen int64 `form:"seen"`
	}
	if err := web.Decode(r, &in); err != nil {
		return err
	}
	err := f.Calendar.ForClient(who).Again(r.Context(), meetingIn(r), int(in.Seen))
	return f.meetingDone(w, r, who, err, "flash.meeting_proposed", reasonForm{})
}

// name is the title of the meeting.
func (p meetingPage) name() string { return p.Full.Named(p.Printer, p.Site) }

func (p meetingPage) head() ui.PageHead {
	return ui.PageHead{
		Title: p.name(), Sub: p.when(p.Full.Slot(), p.Zone), Status: meetingStatus(p.Printer, p.Full.Event),
		Crumbs: []ui.Link{{Text: p.T("meetings.title"), Href: meetingsPath}}, CrumbsLabel: p.T("ui.crumbs"),
	}
}

// mine tells whether it is the client's turn.
func (p meetingPage) mine() bool { return p.Full.MayAnswer(calendar.ByClient) }

// fits tells whether the meeting is one for calendars.
func (p meetingPage) fits() bool { return p.Full.State.Stands() || p.Full.State.Pending() }

// file is the meeting for a calendar; while an answer is asked for, that comes first.
func (p meetingPage) file() ui.Button {
	b := ui.Button{Label: p.T("meetings.file"), Icon: "calendar-plus", Href: meetingAt(p.Full.ID, "/file.ics"), Download: true}
	if p.mine() {
		b.Size = ui.Small
	}
	return b
}

// note says in words where the meeting stands, whose turn it is, and why it ended.
func (p meetingPage) note() ui.Note {
	e, say := p.Full, func(key string) string { return p.T("meetings.note."+key, "workspace", p.Site.Name) }
	turn := map[bool]string{true: "ours", false: "theirs"}[p.mine()]
	ended := map[bool]string{true: "_by_us", false: "_by_them"}[e.EndedBy == calendar.ByClient]
	switch e.State {
	case calendar.Requested:
		return ui.Note{Icon: "clock", Title: say("requested"), Text: say("requested_text")}
	case calendar.Proposed:
		n := ui.Note{Icon: "clock", Title: say("proposed_" + turn), Text: say("proposed_" + turn + "_text")}
		if p.mine() {
			n.Tone, n.Icon = ui.Warn, "calendar-clock"
		}
		return n
	case calendar.Confirmed:
		return p.agreed(turn)
	case calendar.Declined:
		return ui.Note{Icon: "ban", Title: say("declined" + ended), Text: e.Reason}
	case calendar.Cancelled:
		return ui.Note{Icon: "ban", Title: say("cancelled" + ended), Text: e.Reason}
	case calendar.Completed:
		return ui.Note{Tone: ui.OK, Icon: "circle-check", Title: say("completed")}
	case calendar.NoShow:
		return ui.Note{Icon: "x", Title: say("no_show"), Text: say("no_show_text")}
	case calendar.Expired:
		return ui.Note{Tone: ui.Warn, Icon: "clock", Title: say("expired"), Text: say("expired_text")}
	}
	return ui.Note{}
}

// agreed is the note of a meeting that is agreed on, while another time may be on the
// table.
func (p meetingPage) agreed(turn string) ui.Note {
	e := p.Full
	if e.Moving() {
		n := ui.Note{
			Icon: "calendar-clock", Title: p.T("meetings.note.moving_"+turn, "workspace", p.Site.Name),
			Text: p.T("meetings.note.moving_text", "when", p.when(e.Slot(), p.Zone)),
		}
		if p.mine() {
			n.Tone = ui.Warn
		}
		return n
	}
	n := ui.Note{Tone: ui.OK, Icon: "circle-check", Title: p.T("meetings.note.confirmed"), Text: p.T("meetings.note.confirmed_text")}
	if !p.among() {
		n.Text = p.T("meetings.note.confirmed_others")
	}
	if e.Reason != "" {
		n.Text = p.T("meetings.note.kept", "reason", e.Reason)
	}
	return n
}

// answerable tells whether a time on the table can be accepted with one click.
func (p meetingPage) answerable(s calendar.Slot) bool {
	return p.Request && p.mine() && s.Part == calendar.Exactly && s.Open(p.Full.Length, p.Now)
}

// seen are the hidden fields of every form about the meeting.
func (p meetingPage) seen(more ...ui.Hidden) []ui.Hidden {
	return append([]ui.Hidden{p.Hidden(), {Name: "seen", Value: strconv.Itoa(p.Full.Sequence)}}, more...)
}

// table says whose times are on the table, and until when they count.
func (p meetingPage) table() string {
	key := "meetings.table.theirs"
	if !p.mine() {
		key = "meetings.table.ours"
	}
	return p.T(key, "workspace", p.Site.Name, "when", p.When(p.Full.Lapses.In(p.Zone), p.Now), "city", calendar.ZoneName(p.Printer, p.Zone))
}

// acts tells whether the contact may do anything about the meeting.
func (p meetingPage) acts() bool {
	return p.Request && (p.Full.MayPropose(p.Now) || p.Full.MayEnd(p.Now))
}

// asksFor tells whether the form of an act that asks for a reason is on the page.
func (p meetingPage) asksFor(act string) bool {
	if act == "refusal" {
		return p.acts() && p.Full.Moving()
	}
	return p.acts() && p.Full.MayEnd(p.Now)
}

// lost is the reason that was typed into a form that is not on the page any more.
func (p meetingPage) lost() string {
	if p.asksFor(p.Typed.act) {
		return ""
	}
	return p.Typed.Reason
}

// proposes leads to the form that names other times.
func (p meetingPage) proposes() ui.Button {
	b := ui.Button{Label: p.T("meetings.propose"), Icon: "calendar-clock", Href: meetingAt(p.Full.ID, "/proposal"), Dialog: "center"}
	switch {
	case p.Full.State == calendar.Confirmed && p.Full.Proposal == "":
		b.Label = p.T("meetings.move")
	case !p.mine() && p.Full.Proposal != "":
		b.Label = p.T("meetings.change_times")
	}
	return b
}

// ends says what calling it off is called, what is asked before, and what is pressed.
func (p meetingPage) ends() [3]string {
	act := "cancel"
	switch {
	case p.Full.State.Pending() && p.mine():
		act = "decline"
	case p.Full.State.Pending():
		act = "take_back"
	}
	return p.asks(act)
}

// keeps says the same of keeping the agreed time.
func (p meetingPage) keeps() [3]string {
	if p.mine() {
		return p.asks("keep")
	}
	return p.asks("unmove")
}

func (p meetingPage) asks(act string) [3]string {
	return [3]string{
		p.T("meetings.act." + act), p.T("meetings.act_ask."+act, "workspace", p.Site.Name, "when", p.when(p.Full.Slot(), p.Zone)), p.T("meetings.act_do." + act),
	}
}

// reason is the field of a form that asks for one.
func (p meetingPage) reason(act string) ui.TextArea {
	field := ui.TextArea{Name: "reason", ID: act + "-reason", Label: p.T("meetings.reason"), Hint: p.T("meetings.reason_hint", "workspace", p.Site.Name), Optional: p.T("ui.optional"), MaxLength: calendar.LongestReason, Rows: 2}
	if p.Typed.act == act {
		field.Value, field.Error = p.Typed.Reason, p.Error("reason")
	}
	return field
}

// facts are what is known of the meeting.
func (p meetingPage) facts() []ui.KeyValue {
	e := p.Full
	items := []ui.KeyValue{
		{Key: p.T("meetings.type"), Value: p.T("meeting.type." + string(e.Type))},
		{Key: p.T("meetings.length"), Value: talk.Takes(p.Printer, e.Length)},
	}
	add := func(key, value, href string) {
		if value != "" {
			items = append(items, ui.KeyValue{Key: p.T(key), Value: value, Href: href})
		}
	}
	add("meetings.asked_from", p.elsewhere(), "")
	add("meetings.place", e.Place, "")
	if p.joinable(e.Event) {
		add("meetings.link", p.T("meetings.join"), e.Link)
	}
	add("meetings.asked_by", e.ContactName, "")
	if !e.OrganiserGone {
		add("meetings.organiser", e.OrganiserName, "")
	}
	return items
}

// elsewhere is when the meeting is in the zone that its times were named in, where the
// clock of who reads shows something else.
func (p meetingPage) elsewhere() string {
	zone, err := time.LoadLocation(p.Full.Zone)
	if err != nil || p.Full.Contact == "" || p.Full.Starts.In(zone).Format(time.DateTime) == p.Full.Starts.In(p.Zone).Format(time.DateTime) {
		return ""
	}
	return p.when(p.Full.Slot(), zone)
}

// among tells whether the contact takes part.
func (p meetingPage) among() bool {
	return slices.ContainsFunc(p.Full.Attendees, func(a calendar.Attendee) bool { return a.Contact == p.Who.ContactID() })
}

// people are who takes part, by name.
func (p meetingPage) people() []string {
	var names []string
	for _, a := range p.Full.Attendees {
		if !a.Gone {
			names = append(names, a.Name)
		}
	}
	return names
}

// outcome is what became of an offer.
func (p meetingPage) outcome(o calendar.Proposal) ui.Pill {
	tone := map[string]ui.Tone{"": ui.Info, "accepted": ui.OK, "expired": ui.Warn}[o.Outcome]
	key := o.Outcome
	if key == "" {
		key = "open"
	}
	return ui.Pill{Text: p.T("meetings.outcome." + key), Tone: tone}
}
