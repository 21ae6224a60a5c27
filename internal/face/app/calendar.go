package app

import (
	"net/http"
	"net/url"
	"strconv"
	"time"

	"foyer/internal/auth"
	"foyer/internal/face/talk"
	"foyer/internal/face/ui"
	"foyer/internal/face/web"
	"foyer/internal/feature/calendar"
	"foyer/internal/feature/invoice"
	"foyer/internal/feature/project"
	"foyer/internal/kernel/civil"
)

const (
	calendarPath  = "/app/calendar"
	calendarSheet = "calendar.css"
)

func (f Face) calendarRoutes() []web.Route {
	one := web.Objects{"id": "meeting"}
	return []web.Route{
		web.Staff("GET", calendarPath, auth.CalendarRead, nil, f.showCalendar),
		web.Staff("GET", calendarPath+"/new", auth.CalendarWrite, nil, f.newEvent),
		web.Staff("POST", calendarPath, auth.CalendarWrite, nil, f.postEvent),
		web.Staff("GET", feedPath, auth.OwnRead, nil, f.showFeed),
		web.Staff("POST", feedPath, auth.OwnWrite, nil, f.postFeed),
		web.Staff("POST", feedPath+"/removal", auth.OwnWrite, nil, f.postFeedRemoval),
		web.Staff("GET", calendarPath+"/{id}", auth.CalendarRead, one, f.showEvent),
		web.Staff("POST", calendarPath+"/{id}", auth.CalendarWrite, one, f.postEventEdit),
		web.Staff("GET", calendarPath+"/{id}/edit", auth.CalendarWrite, one, f.editEvent),
		web.Staff("GET", calendarPath+"/{id}/file", auth.CalendarRead, one, f.showEventFile),
		web.Staff("POST", calendarPath+"/{id}/confirmation", auth.CalendarWrite, one, f.postConfirmation),
		web.Staff("GET", calendarPath+"/{id}/proposal", auth.CalendarWrite, one, f.askProposal),
		web.Staff("POST", calendarPath+"/{id}/proposal", auth.CalendarWrite, one, f.postProposal),
		web.Staff("GET", calendarPath+"/{id}/refusal", auth.CalendarWrite, one, f.askEnd("refusal")),
		web.Staff("POST", calendarPath+"/{id}/refusal", auth.CalendarWrite, one, f.postEnd("refusal")),
		web.Staff("GET", calendarPath+"/{id}/rejection", auth.CalendarWrite, one, f.askEnd("rejection")),
		web.Staff("POST", calendarPath+"/{id}/rejection", auth.CalendarWrite, one, f.postEnd("rejection")),
		web.Staff("GET", calendarPath+"/{id}/cancellation", auth.CalendarWrite, one, f.askEnd("cancellation")),
		web.Staff("POST", calendarPath+"/{id}/cancellation", auth.CalendarWrite, one, f.postEnd("cancellation")),
		web.Staff("POST", calendarPath+"/{id}/absence", auth.CalendarWrite, one, f.postAbsence),
		web.Staff("POST", calendarPath+"/{id}/organiser", auth.CalendarWrite, one, f.postOrganiser),
		web.Staff("POST", calendarPath+"/{id}/again", auth.CalendarWrite, one, f.postAgain),
		web.Staff("GET", termsPath, auth.SettingsRead, nil, f.showTerms),
		web.Staff("POST", termsPath, auth.SettingsWrite, nil, f.postTerms),
	}
}

func eventIn(r *http.Request) calendar.ID { return calendar.ID(r.PathValue("id")) }

// eventAt is an address below an event.
func eventAt(e calendar.ID, path string) string { return calendarPath + "/" + e.String() + path }

// meets tells whether the person may do anything in the calendar; without it a page has
// no controls.
func (v view) meets() bool { return v.Who.May(auth.CalendarWrite) }

// The views of the calendar.
const (
	inMonth  = "month"
	inWeek   = "week"
	inAgenda = "agenda"
)

// The agenda has so many days, and so many entries of them at once.
const (
	agendaDays  = 30
	mostOfDays  = 100
	mostInMonth = 3 // of a day
)

// shown is which part of the calendar a page shows.
type shown struct {
	View   string // inMonth, inWeek or inAgenda
	Day    civil.Date
	Member string
	Bare   bool // without milestones and due dates
	After  int  // entries of the first day of the agenda that were shown before
}

// shownIn reads it from an address; what is not understood is today's month.
func shownIn(q url.Values, today civil.Date) shown {
	s := shown{View: q.Get("view"), Member: q.Get("member"), Bare: q.Get("layers") == "off"}
	if s.View != inWeek && s.View != inAgenda {
		s.View = inMonth
	}
	day, known := civil.Parse(q.Get("date"))
	if year := day.Time().Year(); !known || year < 1900 || year > 2999 {
		day = today
	}
	s.Day = day
	if after, err := strconv.Atoi(q.Get("after")); err == nil && after > 0 && s.View == inAgenda {
		s.After = after
	}
	return s
}

func (s shown) href() string {
	q := url.Values{"date": {string(s.Day)}}
	if s.View != inMonth {
		q.Set("view", s.View)
	}
	if s.Member != "" {
		q.Set("member", s.Member)
	}
	if s.Bare {
		q.Set("layers", "off")
	}
	if s.After > 0 {
		q.Set("after", strconv.Itoa(s.After))
	}
	return calendarPath + "?" + q.Encode()
}

// at is the same on another day.
func (s shown) at(day civil.Date) shown {
	s.Day, s.After = day, 0
	return s
}

// as is the same in another view.
func (s shown) as(view string) shown {
	s.View, s.After = view, 0
	return s
}

// span are the days of the view: the first, and the one after the last.
func (s shown) span(starts time.Weekday) (from, until civil.Date) {
	switch s.View {
	case inWeek:
		from = weekOf(s.Day, starts)
		return from, from.Add(7)
	case inAgenda:
		return s.Day, s.Day.Add(agendaDays)
	}
	return monthOf(s.Day, starts)
}

// step is the one before (-1) or after (1).
func (s shown) step(n int) shown {
	switch s.View {
	case inWeek:
		return s.at(s.Day.Add(7 * n))
	case inAgenda:
		if n < 0 && s.After > 0 {
			return s.at(s.Day)
		}
		return s.at(s.Day.Add(agendaDays * n))
	}
	return s.at(monthAfter(s.Day, n))
}

// calendarPage is the calendar with what waits beside it.
type calendarPage struct {
	view
	Shown   shown
	Next    shown
	Members []calendar.Choice
	Days    []calendarDay
	Board   calendar.Board
	Hours   calendar.Hours
}

func (f Face) showCalendar(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	v := newView(w, r, who)
	p := calendarPage{view: v, Shown: shownIn(r.URL.Query(), v.today())}
	app, ctx := f.Calendar.ForStaff(who), r.Context()
	p.Loads = []string{talk.Sheet, calendarSheet}
	from, until := p.Shown.span(p.Site.WeekStart)
	entries, err := app.Range(ctx, calendar.Asked{From: from, Until: until, Member: p.Shown.Member, Bare: p.Shown.Bare})
	if err != nil {
		return err
	}
	p.Days, p.Next = byDay(from, until, entries, p.Site.Zone), p.Shown.step(1)
	if p.Shown.View == inAgenda {
		var next civil.Date
		var after int
		if p.Days, next, after = fewer(p.Days, p.Shown.After, mostOfDays); next != "" {
			p.Next = p.Shown.at(next)
			p.Next.After = after
		}
	}
	if p.Board, err = app.Board(ctx); err != nil {
		return err
	}
	if err = p.count(ctx); err != nil {
		return err
	}
	if p.Hours, p.Members, err = app.Frame(ctx); err != nil {
		return err
	}
	return p.page(w, r, http.StatusOK, p.title(), calendarView(p))
}

// title says what is shown.
func (p calendarPage) title() string {
	switch p.Shown.View {
	case inWeek:
		from, _ := p.Shown.span(p.Site.WeekStart)
		return p.T("calendar.week_of", "date", p.LongDate(from.Time()))
	case inAgenda:
		return p.T("calendar.from", "date", p.LongDate(p.Shown.Day.Time()))
	}
	return p.Month(p.Shown.Day.Time())
}

// pagesTo lead to what is before, after and today.
func (p calendarPage) pagesTo() []ui.Button {
	return []ui.Button{
		{Label: p.T("calendar.before." + p.Shown.View), Icon: "chevron-left", IconOnly: true, Href: p.Shown.step(-1).href(), Attrs: map[string]any{"rel": "prev"}},
		{Label: p.T("calendar.after." + p.Shown.View), Icon: "chevron-right", IconOnly: true, Href: p.Next.href(), Attrs: map[string]any{"rel": "next"}},
		{Label: p.T("nav.today"), Href: p.Shown.at(p.today()).href()},
	}
}

// views switches between the views, on the same day.
func (p calendarPage) views() ui.Segment {
	s := ui.Segment{Label: p.T("calendar.views")}
	for _, view := range []string{inMonth, inWeek, inAgenda} {
		s.Items = append(s.Items, ui.Tab{Text: p.T("calendar.view." + view), Href: p.Shown.as(view).href(), Current: p.Shown.View == view})
	}
	return s
}

// members narrows the calendar to who takes part.
func (p calendarPage) members() ui.Menu {
	name := ""
	if p.Shown.Member != "" {
		name = p.T("changes.one_member")
	}
	for _, m := range p.Members {
		if m.ID == p.Shown.Member {
			name = m.Name
		}
	}
	menu := narrowing(p.view, "calendar.narrow", p.T("calendar.member"), name)
	menu.Start = true
	for _, m := range append([]calendar.Choice{{Name: p.T("ui.all")}}, p.Members...) {
		to := p.Shown
		to.Member, to.After = m.ID, 0
		menu.Items = append(menu.Items, ui.MenuItem{Text: m.Name, Href: to.href(), Current: p.Shown.Member == m.ID})
	}
	return menu
}

// layers shows or hides milestones and due dates.
func (p calendarPage) layers() ui.Button {
	to := p.Shown
	to.Bare, to.After = !to.Bare, 0
	if to.Bare {
		return ui.Button{Label: p.T("calendar.layers_hide"), Icon: "eye-off", Size: ui.Small, Href: to.href()}
	}
	return ui.Button{Label: p.T("calendar.layers_show"), Icon: "flag", Size: ui.Small, Href: to.href()}
}

// hasLayers tells whether the person sees any milestones or due dates.
func (v view) hasLayers() bool { return v.Who.May(auth.ProjectsRead) || v.Who.May(auth.MoneyRead) }

func (p calendarPage) add() ui.Button {
	return ui.Button{Label: p.T("calendar.add"), Icon: "plus", Kind: ui.Filled, Href: calendarPath + "/new?date=" + string(p.Shown.Day), Dialog: "drawer"}
}

// entryHref is where an entry leads.
func entryHref(e calendar.Entry) string {
	switch e.Kind {
	case calendar.Milestone:
		return projectAt(project.ID(e.ID), "/targets")
	case calendar.Due:
		return invoiceAt(invoice.ID(e.ID), "")
	}
	return eventAt(calendar.ID(e.ID), "")
}

// entryTitle is what an entry is called.
func (v view) entryTitle(e calendar.Entry) string {
	switch e.Kind {
	case calendar.Milestone, calendar.Due:
		return v.T("calendar.entry."+string(e.Kind), "title", e.Title)
	}
	return calendar.Event{Title: e.Title, ClientName: e.ClientName, Type: e.Type}.Named(v.Printer, v.Site)
}

// entryTime is when an entry begins on a day, or within which part of it; empty for what
// has a day alone.
func (v view) entryTime(e calendar.Entry, day civil.Date) string {
	switch at := e.Starts.In(v.Site.Zone); {
	case e.On != "":
		return ""
	case e.Part != calendar.Exactly:
		return v.T("meeting.part." + string(e.Part))
	case civil.Today(at) < day:
		return v.T("calendar.goes_on")
	default:
		return v.Clock(at)
	}
}

// entryKind says to who does not see how it is drawn what an entry is.
func (v view) entryKind(e calendar.Entry) string {
	if e.Kind == calendar.Due || e.Kind == calendar.Milestone {
		return e.ClientName
	}
	if e.State == calendar.NoShow {
		return v.T("meeting.state.no_show")
	}
	return v.T("calendar.kind." + string(e.Kind))
}

// entrySpan is from when to when an entry is, for the agenda.
func (v view) entrySpan(e calendar.Entry) string {
	switch {
	case e.On != "":
		return v.T("calendar.whole_day")
	case e.Part != calendar.Exactly:
		return v.T("meeting.part." + string(e.Part))
	}
	return v.T("calendar.span", "from", v.Clock(e.Starts.In(v.Site.Zone)), "to", v.Clock(e.Ends.In(v.Site.Zone)))
}
