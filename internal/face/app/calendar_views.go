package app

import (
	"fmt"
	"time"

	"github.com/a-h/templ"

	"foyer/internal/auth"
	"foyer/internal/face/ui"
	"foyer/internal/feature/calendar"
	"foyer/internal/feature/waiting"
)

// weekday is the nth day of the week.
func (p calendarPage) weekday(n int) time.Weekday { return (p.Site.WeekStart + time.Weekday(n)) % 7 }

// inMonth tells whether a day belongs to the month that is shown.
func (p calendarPage) inMonth(day calendarDay) bool {
	return day.Date.Time().Month() == p.Shown.Day.Time().Month()
}

// few are the entries of a day for which the month has room.
func (d calendarDay) few() []calendar.Entry { return d.Entries[:min(len(d.Entries), mostInMonth)] }

// agendaOf is the agenda from a day on.
func (p calendarPage) agendaOf(day calendarDay) string {
	return p.Shown.as(inAgenda).at(day.Date).href()
}

func (p calendarPage) marksToday(day calendarDay) templ.Attributes {
	if day.Date != p.today() {
		return nil
	}
	return templ.Attributes{"aria-current": "date"}
}

// saysDay is a day with how much is on it, for who does not see it.
func (p calendarPage) saysDay(day calendarDay) string {
	if len(day.Entries) == 0 {
		return p.DayLine(day.Date.Time())
	}
	return p.N("calendar.on_day", len(day.Entries), "day", p.DayLine(day.Date.Time()))
}

// agendaSub is what kind an entry is, and of which client.
func (p calendarPage) agendaSub(e calendar.Entry) string {
	kind := p.T("calendar.kind." + string(e.Kind))
	if e.State == calendar.NoShow {
		kind = p.T("meeting.state.no_show")
	}
	if e.ClientName == "" {
		return kind
	}
	return kind + " · " + e.ClientName
}

// none is what an agenda without entries says.
func (p calendarPage) none() ui.EmptyState {
	if p.Shown.Member != "" {
		to := p.Shown
		to.Member = ""
		return ui.EmptyState{Plain: true, Title: p.T("calendar.none.member"), Action: ui.Button{Label: p.T("clients.none.clear"), Href: to.href()}}
	}
	return ui.EmptyState{Title: p.T("calendar.none"), Text: p.T("calendar.none_text")}
}

// calendarWeek is a week, laid out.
type calendarWeek struct {
	calendarPage
	Days        []weekDay
	Laid        [][]block
	From, Until int // the hours that are drawn
}

type weekDay struct {
	calendarDay
	Above []calendar.Entry
	More  int    // that find no room
	Shift string // how many hours it has, where the clocks change
}

func (p calendarPage) week() calendarWeek {
	w := calendarWeek{calendarPage: p}
	for _, d := range p.Days {
		above, blocks, more := d.lay(p.Site.Zone)
		w.Days = append(w.Days, weekDay{d, above, more, shiftOf(d.Date, p.Site.Zone)})
		w.Laid = append(w.Laid, blocks)
	}
	w.From, w.Until = shownHours(p.Hours, w.Laid)
	return w
}

// rows is the class of what is as high as the hours that are drawn.
func (w calendarWeek) rows() string { return fmt.Sprintf("cal-rows-%d", w.Until-w.From) }

// placed are the classes of the place of a block.
func (w calendarWeek) placed(b block) string {
	return fmt.Sprintf("cal-at-%d cal-for-%d cal-lane-%d-%d", b.From-w.From*60/quarter, b.Until-b.From, b.Lane, b.Lanes)
}

func clockHour(hour int) string { return fmt.Sprintf("%02d:00", hour) }

// waitingCount is how many wait, as the navigation says it; nothing for none.
func (p calendarPage) waitingCount() templ.Component {
	n := p.waits()
	if n == "" {
		return nil
	}
	return ui.Pill{Text: n, Tone: ui.Warn}
}

func (p calendarPage) waits() string {
	n, _ := p.Waiting(p.Counts.Of(auth.Calendar), waiting.Most)
	return n
}

// nobodyWaits says that, to who would have to answer.
func (p calendarPage) nobodyWaits() string {
	if len(p.Board.Others) > 0 {
		return p.T("calendar.waiting_none_yours")
	}
	return p.T("calendar.waiting_none")
}

// heldBy is who answers an event, and until when.
func (p calendarPage) heldBy(l calendar.Line) string {
	holder := l.Holder
	if holder == "" {
		holder = p.T("calendar.held_by_none")
	}
	return p.T("calendar.held_by", "name", holder, "time", p.moment(l.Lapses))
}
