package portal

import (
	"net/http"
	"strings"
	"time"

	"foyer/internal/auth"
	"foyer/internal/face/talk"
	"foyer/internal/face/ui"
	"foyer/internal/face/web"
	"foyer/internal/feature/calendar"
	"foyer/internal/kernel/lang"
)

const meetingsPath = "/portal/meetings"

func (f Face) meetingRoutes() []web.Route {
	of := web.Objects{"id": "meeting"}
	return []web.Route{
		web.Contact("GET", meetingsPath, auth.Calendar, nil, f.listMeetings),
		web.Contact("POST", meetingsPath, auth.Calendar, nil, f.postMeeting),
		web.Contact("GET", meetingsPath+"/new", auth.Calendar, nil, f.newMeeting),
		web.Contact("POST", meetingsPath+"/feed", auth.Calendar, nil, f.postFeed),
		web.Contact("POST", meetingsPath+"/feed/removal", auth.Calendar, nil, f.postFeedRemoval),
		web.Contact("GET", meetingsPath+"/{id}", auth.Calendar, of, f.showMeeting),
		web.Contact("GET", meetingsPath+"/{id}/file.ics", auth.Calendar, of, f.showMeetingFile),
		web.Contact("POST", meetingsPath+"/{id}/acceptance", auth.Calendar, of, f.postAcceptance),
		web.Contact("GET", meetingsPath+"/{id}/proposal", auth.Calendar, of, f.showProposal),
		web.Contact("POST", meetingsPath+"/{id}/proposal", auth.Calendar, of, f.postProposal),
		web.Contact("POST", meetingsPath+"/{id}/refusal", auth.Calendar, of, f.postRefusal),
		web.Contact("POST", meetingsPath+"/{id}/cancellation", auth.Calendar, of, f.postCancellation),
		web.Contact("POST", meetingsPath+"/{id}/again", auth.Calendar, of, f.postAgain),
	}
}

func meetingIn(r *http.Request) calendar.ID { return calendar.ID(r.PathValue("id")) }

// meetingAt is an address below a meeting.
func meetingAt(m calendar.ID, path string) string { return meetingsPath + "/" + m.String() + path }

// meetingsPage is the list.
type meetingsPage struct {
	view
	List    calendar.Shown
	Feed    calendar.Feed
	Request bool // the contact may ask for meetings
}

func (f Face) listMeetings(w http.ResponseWriter, r *http.Request, who auth.Client) error {
	q, door := r.URL.Query(), f.Calendar.ForClient(who)
	p := meetingsPage{view: newView(w, r, who), Request: door.MayRequest()}
	p.Loads = []string{talk.Sheet}
	var err error
	if p.List, err = door.List(r.Context(), q.Get("after"), q.Get("before")); err != nil {
		return err
	}
	if p.Feed, err = door.Feed(r.Context()); err != nil {
		return err
	}
	return p.page(w, r, http.StatusOK, p.T("meetings.title"), meetingsView(p))
}

// meet leads to the form of a new request.
func (v view) meet(kind ui.ButtonKind) ui.Button {
	return ui.Button{Label: v.T("meetings.request"), Icon: "calendar-plus", Kind: kind, Href: meetingsPath + "/new", Dialog: "center"}
}

func (p meetingsPage) pager() ui.Pager {
	return p.pages(p.T("meetings.pages"), "", p.List.Prev, p.List.Next, func(cursor, at string) string {
		return web.ListAt(meetingsPath, "", "", "", cursor, at) + "#past"
	})
}

// none is what the list says while nothing is ahead.
func (p meetingsPage) none() ui.EmptyState {
	e := ui.EmptyState{Title: p.T("meetings.none"), Text: p.T("meetings.none_text", "workspace", p.Site.Name), Level: 3}
	if p.Request {
		e.Text, e.Action = p.T("meetings.none_ask", "workspace", p.Site.Name), p.meet(ui.Outlined)
	}
	return e
}

// subscription is the address of the feed for programs that take it from the browser.
func (p meetingsPage) subscription() string {
	_, at, _ := strings.Cut(p.Feed.URL, "://")
	return "webcal://" + at
}

// date is the block of an event's day.
func (p meetingsPage) date(e calendar.Event, next bool) ui.DateBlock {
	at := e.Starts.In(p.List.Zone)
	return ui.DateBlock{Month: p.ShortMonth(at), Day: p.Number(at.Day()), Date: at.Format(time.DateOnly), Tinted: next}
}

// when says when an event is, with the zone.
func (v view) when(s calendar.Slot, zone *time.Location) string {
	return v.T("meetings.when", "when", s.Say(v.Printer, zone), "city", calendar.ZoneName(v.Printer, zone))
}

// types are how people can meet.
func (v view) types() []ui.Option {
	var all []ui.Option
	for _, t := range calendar.Types {
		all = append(all, ui.Option{Value: string(t), Label: v.T("meeting.type." + string(t)), Icon: talk.MeetingIcon(t)})
	}
	return all
}

// meetingStatus is where a meeting stands, as its client sees it.
func meetingStatus(say lang.Printer, e calendar.Event) ui.Status {
	kinds := map[calendar.State]ui.StatusKind{
		calendar.Requested: ui.StatusInfo, calendar.Proposed: ui.StatusInfo, calendar.Confirmed: ui.StatusOK, calendar.Completed: ui.StatusDone, calendar.Expired: ui.StatusHold,
	}
	s := ui.Status{Kind: kinds[e.State], Text: say.T("meeting.state." + e.Stage())}
	switch {
	case s.Kind == "":
		s.Kind = ui.StatusOff
	case e.MayAnswer(calendar.ByClient):
		s = ui.Status{Kind: ui.StatusWarn, Text: say.T("meetings.state.answer")}
	case e.Moving():
		s = ui.Status{Kind: ui.StatusInfo, Text: say.T("meetings.state.moving")}
	}
	return s
}

// joinable tells whether there is a link for a meeting that people can still come to.
func (v view) joinable(e calendar.Event) bool {
	return e.Link != "" && e.State == calendar.Confirmed && e.Upcoming(v.Now)
}

// full tells whether more lies ahead than is listed.
func (p meetingsPage) full() bool { return len(p.List.Upcoming) >= calendar.MostUpcoming }

func (f Face) postFeed(w http.ResponseWriter, r *http.Request, who auth.Client) error {
	if err := web.Decode(r, &struct{}{}); err != nil {
		return err
	}
	if err := f.Calendar.ForClient(who).NewFeed(r.Context()); err != nil {
		return err
	}
	web.Flash(w, r, "flash.meeting_feed_made")
	web.Redirect(w, r, meetingsPath)
	return nil
}

func (f Face) postFeedRemoval(w http.ResponseWriter, r *http.Request, who auth.Client) error {
	if err := web.Decode(r, &struct{}{}); err != nil {
		return err
	}
	if err := f.Calendar.ForClient(who).EndFeed(r.Context()); err != nil {
		return err
	}
	web.Flash(w, r, "flash.meeting_feed_ended")
	web.Redirect(w, r, meetingsPath)
	return nil
}
