package app

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"foyer/internal/auth"
	"foyer/internal/face/talk"
	"foyer/internal/face/ui"
	"foyer/internal/face/web"
	"foyer/internal/feature/calendar"
	"foyer/internal/kernel/civil"
	"foyer/internal/kernel/problem"
)

// eventPage is one event.
type eventPage struct {
	answering
	Full   calendar.Full
	In     confirmForm
	Typed  []ui.KeyValue // into a form that is gone
	Theirs []ui.KeyValue // what is so now, beside a form of whoever saw it otherwise
}

// eventPage reads an event.
func (f Face) eventPage(w http.ResponseWriter, r *http.Request, who auth.Staff) (eventPage, error) {
	p := eventPage{answering: answering{view: newView(w, r, who)}}
	p.Loads = []string{talk.Sheet, calendarSheet}
	var err error
	if p.Full, err = f.Calendar.ForStaff(who).Get(r.Context(), eventIn(r)); err != nil {
		return p, err
	}
	p.Event, p.Slots = p.Full.Event, p.Full.Table()
	p.In = confirmForm{Place: p.Event.Place, Link: p.Event.Link}
	return p, nil
}

// fullPage reads an event with what is in the way of the times that staff can answer.
func (f Face) fullPage(w http.ResponseWriter, r *http.Request, who auth.Staff) (eventPage, error) {
	p, err := f.eventPage(w, r, who)
	if err != nil {
		return p, err
	}
	return f.withRoom(r, who, p)
}

func (f Face) withRoom(r *http.Request, who auth.Staff, p eventPage) (eventPage, error) {
	if !p.answers() {
		return p, nil
	}
	days := p.days()
	var err error
	if p.Hours, p.Busy, err = f.Calendar.ForStaff(who).Room(r.Context(), p.Event.ID, slices.Min(days), slices.Max(days)); err != nil {
		return p, err
	}
	if open := p.open(); len(open) > 0 {
		first := p.first(open[0])
		p.In.Slot, p.In.Date, p.In.Time = open[0].ID, string(civil.Today(first)), p.Clock(first)
	}
	return p, nil
}

// drawEvent draws the page of an event, also in the place of a question that has become
// void.
func (f Face) drawEvent(w http.ResponseWriter, r *http.Request, who auth.Staff, p eventPage) error {
	p, err := f.withRoom(r, who, p)
	if err != nil {
		return err
	}
	return p.page(w, r, http.StatusOK, p.title(), eventView(p))
}

// days are the days of the times on the table.
func (a answering) days() (all []civil.Date) {
	for _, s := range a.Slots {
		for _, at := range []time.Time{s.Starts, s.Ends.Add(-1)} {
			if day := civil.Today(at.In(a.Site.Zone)); !slices.Contains(all, day) {
				all = append(all, day)
			}
		}
	}
	return all
}

// open are the times on the table for which there is still time.
func (a answering) open() []calendar.Slot {
	return slices.DeleteFunc(slices.Clone(a.Slots), func(s calendar.Slot) bool { return !s.Open(a.Event.Length, a.Now) })
}

func (f Face) showEvent(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	p, err := f.eventPage(w, r, who)
	if err != nil {
		return err
	}
	return f.drawEvent(w, r, who, p)
}

func (f Face) showEventFile(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	file, err := f.Calendar.ForStaff(who).File(r.Context(), eventIn(r), newView(w, r, who).Printer)
	if err != nil {
		return err
	}
	return web.File(w, "meeting.ics", "text/calendar; charset=utf-8", file)
}

// eventDone answers something done with an event: its page, or it with what was wrong;
// mend puts into it what was typed.
func (f Face) eventDone(w http.ResponseWriter, r *http.Request, who auth.Staff, err error, flash string, mend func(p *eventPage)) error {
	if problem.Is(err, problem.Invalid) || problem.Is(err, problem.Conflict) {
		p, read := f.fullPage(w, r, who)
		if read != nil {
			return read
		}
		p.View = p.WithProblem(err)
		if mend != nil {
			mend(&p)
		}
		if p.Fragment {
			return web.Render(w, r, web.Status(err), movedOnView(p))
		}
		return p.page(w, r, web.Status(err), p.title(), eventView(p))
	}
	if err != nil {
		return err
	}
	web.Flash(w, r, flash)
	web.Redirect(w, r, eventAt(eventIn(r), ""))
	return nil
}

// confirms draws what was typed to confirm a meeting: in its form or, where somebody else
// came first and that is gone, to be copied.
func (p *eventPage) confirms(in confirmForm) {
	if p.answers() && len(p.open()) > 0 {
		p.In = in
		return
	}
	for _, one := range []struct{ key, typed, stored string }{{"calendar.place", in.Place, p.Event.Place}, {"calendar.link", in.Link, p.Event.Link}} {
		if one.typed != "" && one.typed != one.stored {
			p.Typed = append(p.Typed, ui.KeyValue{Key: p.T(one.key), Value: one.typed})
		}
	}
}

// stands is where an event stands, for whoever saw it otherwise.
func (p eventPage) stands() []ui.KeyValue {
	items := []ui.KeyValue{{Key: p.T("calendar.state"), Value: p.meetingStatus(p.Event).Text}}
	if p.Event.State.Stands() {
		items = append(items, ui.KeyValue{Key: p.T("calendar.when"), Value: p.agreed(p.Event)})
	}
	for _, s := range p.Slots {
		items = append(items, ui.KeyValue{Key: p.T("calendar.outcome.open"), Value: s.Say(p.Printer, p.Site.Zone)})
	}
	return items
}

func (p eventPage) title() string { return p.Event.Named(p.Printer, p.Site) }

func (p eventPage) head() ui.PageHead {
	return ui.PageHead{
		Title: p.title(), Sub: p.when(), Status: p.meetingStatus(p.Event),
		Crumbs: []ui.Link{{Text: p.T("calendar.title"), Href: p.back()}}, CrumbsLabel: p.T("ui.crumbs"),
	}
}

// back is the month of the event.
func (p eventPage) back() string {
	return shown{View: inMonth, Day: civil.Today(p.Event.Starts.In(p.Site.Zone))}.href()
}

// when is when the event is, or the first time on the table.
func (p eventPage) when() string { return p.Event.Slot().Say(p.Printer, p.Site.Zone) }

// meetingStatus says where an event stands.
func (v view) meetingStatus(e calendar.Event) ui.Status {
	kind := map[calendar.State]ui.StatusKind{
		calendar.Requested: ui.StatusWarn, calendar.Proposed: ui.StatusInfo, calendar.Confirmed: ui.StatusOK, calendar.Declined: ui.StatusOff,
		calendar.Cancelled: ui.StatusOff, calendar.Completed: ui.StatusDone, calendar.NoShow: ui.StatusBad, calendar.Expired: ui.StatusOff,
	}[e.State]
	return ui.Status{Kind: kind, Text: v.T("meeting.state." + e.Stage())}
}

// note says in words what the state leaves open.
func (p eventPage) note() ui.Note {
	e := p.Event
	switch {
	case e.Unreachable:
		return ui.Note{Tone: ui.Warn, Title: p.T("calendar.unreachable")}
	case e.Moving() && e.Turn == calendar.ByStaff:
		return ui.Note{Icon: "calendar-clock", Title: p.T("calendar.note.move_asked")}
	case e.Moving():
		return ui.Note{Icon: "calendar-clock", Title: p.T("calendar.note.move_offered")}
	case e.State == calendar.Proposed && e.Turn == calendar.ByClient:
		return ui.Note{Icon: "clock", Title: p.T("calendar.note.offered", "time", p.lapsesAt(e))}
	case e.State == calendar.Expired:
		return ui.Note{Icon: "clock", Title: p.T("calendar.note.expired"), Text: p.later()}
	case e.State == calendar.Declined || e.State == calendar.Cancelled:
		return ui.Note{Icon: "ban", Title: p.T("calendar.note." + string(e.State) + "_" + string(e.EndedBy)), Text: e.Reason}
	}
	return ui.Note{}
}

// elsewhere is when the event is in the zone of who asked, where their clock shows
// something else.
func (p eventPage) elsewhere(s calendar.Slot) string {
	zone, err := time.LoadLocation(p.Event.Zone)
	if err != nil || !p.Event.WithClient || p.Event.Zone == "" {
		return ""
	}
	if s.Starts.In(zone).Format(time.DateTime) == s.Starts.In(p.Site.Zone).Format(time.DateTime) {
		return ""
	}
	s.Part = calendar.Exactly // the span says what a part of the day comes to
	return p.T("calendar.elsewhere", "time", s.Say(p.Printer, zone), "city", calendar.ZoneName(p.Printer, zone))
}

func (p eventPage) facts() []ui.KeyValue {
	e := p.Event
	organiser := e.OrganiserName
	if e.OrganiserGone {
		organiser = p.T("calendar.organiser_gone", "name", e.OrganiserName)
	}
	items := []ui.KeyValue{
		{Key: p.T("calendar.when"), Value: p.when()}, {Key: p.T("calendar.for_client"), Value: p.elsewhere(calendar.Slot{Starts: e.Starts, Ends: e.Ends})},
		{Key: p.T("calendar.type"), Value: p.typed(e)}, {Key: p.T("calendar.place"), Value: e.Place},
	}
	if e.Link != "" {
		items = append(items, ui.KeyValue{Key: p.T("calendar.link"), Value: e.Link, Href: e.Link})
	}
	items = append(items, ui.KeyValue{Key: p.T("project.client"), Value: e.ClientName, Href: clientAt(e.Client, "")},
		ui.KeyValue{Key: p.T("calendar.asked_by"), Value: e.ContactName}, ui.KeyValue{Key: p.T("calendar.organiser"), Value: organiser})
	if e.State.Stands() { // then it is of another time that was not taken
		items = append(items, ui.KeyValue{Key: p.T("calendar.kept_because"), Value: e.Reason})
	}
	return filled(items)
}

// later says which times one click offers anew.
func (p eventPage) later() string {
	slots, err := p.Full.Later(p.Now)
	if !p.meets() || len(slots) == 0 || err != nil {
		return ""
	}
	var times []string
	for _, s := range slots {
		times = append(times, s.Say(p.Printer, p.Site.Zone))
	}
	return p.T("calendar.again_text", "times", strings.Join(times, "; "))
}

// again offers the times that expired anew.
func (p eventPage) again() ui.PostButton {
	return ui.PostButton{Action: eventAt(p.Event.ID, "/again"), Hidden: p.posted(), Button: ui.Button{Label: p.T("calendar.again"), Icon: "history", Kind: ui.Filled}}
}

func (p eventPage) posted() []ui.Hidden {
	return []ui.Hidden{p.Hidden(), {Name: "seen", Value: strconv.Itoa(p.Event.Sequence)}}
}

// menu is what else can be done; empty where nothing can.
func (p eventPage) menu() ui.Menu {
	m := ui.Menu{Label: p.T("clients.actions", "name", p.title())}
	e := p.Event
	add := func(item ui.MenuItem) { m.Items = append(m.Items, item) }
	if e.State.Stands() || e.State.Pending() {
		add(ui.MenuItem{Text: p.T("calendar.file"), Icon: "download", Href: eventAt(e.ID, "/file")})
	}
	if !p.meets() {
		return m
	}
	if e.WithClient && !p.Now.Before(e.Ends) && (e.State == calendar.Confirmed || e.State == calendar.Completed) {
		add(ui.MenuItem{Text: p.T("calendar.missed"), Icon: "user-x", Action: eventAt(e.ID, "/absence"), Hidden: p.posted()})
	}
	if e.Moving() {
		key := "calendar.keep"
		if e.Turn == calendar.ByClient {
			key = "calendar.take_back"
		}
		add(ui.MenuItem{Text: p.T(key), Icon: "undo-2", Href: eventAt(e.ID, "/refusal"), Dialog: "center"})
	}
	if e.MayEnd(p.Now) {
		act := p.ending()
		add(ui.MenuItem{Text: p.T("calendar.ask." + act + "_do"), Icon: "ban", Href: eventAt(e.ID, "/"+act), Dialog: "center", Danger: true, Rule: true})
	}
	return m
}

// ending is how the event is ended: a request is declined, what is agreed on cancelled.
func (p eventPage) ending() string {
	if p.Event.State.Pending() {
		return "rejection"
	}
	return "cancellation"
}

// changes tells whether the event can still be changed.
func (p eventPage) changes() bool {
	return p.meets() && (p.Event.State == calendar.Confirmed || p.Event.State.Pending())
}

// leftOut tells whether people of the client were invited without a word of how to come.
func (p eventPage) leftOut() bool {
	return p.Event.NoWay() && p.Event.State == calendar.Confirmed && p.Now.Before(p.Event.Ends)
}

// plain tells whether there is nothing but details to read.
func (p eventPage) plain() bool { return p.Event.About == "" && len(p.Full.Proposals) == 0 }

// takes tells whether somebody has to hold the event who does not yet.
func (p eventPage) takes() bool {
	return p.changes() && (p.Event.Organiser == "" || p.Event.OrganiserGone)
}

// outcome is what became of what one side offered.
func (p eventPage) outcome(o calendar.Proposal) ui.Status {
	if o.Outcome == "" {
		return ui.Status{Kind: ui.StatusWarn, Text: p.T("calendar.outcome.open")}
	}
	kind := ui.StatusOff
	if o.Outcome == "accepted" {
		kind = ui.StatusOK
	}
	return ui.Status{Kind: kind, Text: p.T("calendar.outcome." + o.Outcome)}
}

// by is who offered times, and for which side.
func (p eventPage) by(o calendar.Proposal) string {
	return p.T("calendar.offer_by."+string(o.By), "name", o.Author, "date", p.ago(o.At))
}
