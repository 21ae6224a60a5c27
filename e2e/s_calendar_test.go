package e2e

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"foyer/internal/demo"
	"foyer/internal/feature/calendar"
	"foyer/internal/kernel/civil"
)

// weekdayFrom is the first Monday to Friday from so many days on.
func (p *program) weekdayFrom(t *testing.T, days int) civil.Date {
	t.Helper()
	day := civil.Today(time.Now().In(p.system(t).Site().Zone)).Add(days)
	for w := day.Time().Weekday(); w == time.Saturday || w == time.Sunday; w = day.Time().Weekday() {
		day = day.Add(1)
	}
	return day
}

// pends is a meeting that Ines has asked for, without the portal's pages.
func (p *program) pends(t *testing.T, topic string, times ...calendar.Time) calendar.ID {
	t.Helper()
	made, err := p.Calendar.ForClient(p.person(t, demo.Ines)).Request(t.Context(), calendar.Wish{
		Type: calendar.Video, Topic: topic, Offer: calendar.Offer{Times: times, Length: "30", Zone: p.system(t).Site().ZoneName, Note: "Any of these."},
	})
	must(t, err)
	return made
}

// clearCalendar calls off all that the demo has ahead, so that a test's own events are
// alone.
func (p *program) clearCalendar(t *testing.T) {
	t.Helper()
	today := civil.Today(time.Now())
	all, err := p.Calendar.ForStaff(p.member(t, demo.Priya)).Range(t.Context(), calendar.Asked{From: today, Until: today.Add(90), Bare: true})
	must(t, err)
	for _, entry := range all {
		app := p.Calendar.ForStaff(p.member(t, demo.Priya))
		e, err := app.Get(t.Context(), calendar.ID(entry.ID))
		must(t, err)
		if e.MayEnd(time.Now()) {
			must(t, app.End(t.Context(), e.ID, e.Sequence, "Not in this test"))
		}
	}
}

// planned is an event of Priya's, without its pages.
func (p *program) planned(t *testing.T, title string, day civil.Date, at, length string) calendar.ID {
	t.Helper()
	made, err := p.Calendar.ForStaff(p.member(t, demo.Priya)).Create(t.Context(), calendar.Details{
		Title: title, Type: calendar.InPerson, When: calendar.When{Date: string(day), Time: at, Length: length},
	})
	must(t, err)
	return made
}

func plannedAt(e calendar.ID) string { return "/app/calendar/" + e.String() }

// monthWith is the month of a day.
func monthWith(day civil.Date) string { return "/app/calendar?date=" + string(day) }

// entry is how an entry of the calendar is drawn, by what it says: its classes and the
// style of its border; empty where there is none.
func (b *tab) entry(title string) (class, border string) {
	b.t.Helper()
	found := eval[[]string](b, "(() => { const e = [...document.querySelectorAll('.cal-entry')].find(e => e.textContent.includes("+quoted(title)+
		")); return e ? [e.className, getComputedStyle(e).borderTopStyle] : ['', ''] })()")
	return found[0], found[1]
}

// A request stands in the calendar as a pending event, with a dashed outline, and in the
// list beside; from there it is confirmed, answered with another time, or declined.
func TestS54LandsAsAPendingEvent(t *testing.T) {
	inDemo(t, withAndWithout, func(t *testing.T, p *program, l look) {
		p.clearCalendar(t)
		day := p.weekdayFrom(t, 5)
		p.pends(t, "Look at the staging shop", calendar.Time{Date: string(day), Time: "10:30"})
		s := p.staff(t, l, demo.Priya)
		s.goTo(monthWith(day))
		if class, border := s.entry("Look at the staging shop"); !strings.Contains(class, "cal-pending") || l.width > 768 && border != "dashed" {
			t.Errorf("the request is drawn as %q with a %s border", class, border)
		}
		at := eval[string](s, "[...document.querySelectorAll('.cal-pending.cal-entry')].map(e => e.closest('td').querySelector('.cal-day').href).join()")
		if !strings.Contains(at, "date="+string(day)) || strings.Contains(at, ",") {
			t.Errorf("it stands on %s, want %s alone", at, day)
		}
		for _, says := range []string{"Ines Marlow", "Marlow Ceramics", "10:30 to 11:00", "Video, 30 minutes", "Free 09:00 to 17:00", "Look at the staging shop"} {
			s.see(says)
		}
		s.shot("app-calendar-month")
		s.narrow("the calendar")
		s.press("Confirm")
		s.see("The meeting is confirmed.")
		s.see("Confirmed")
		p.letter(t, demo.Ines, "confirmed")
		s.shot("app-event")
		s.goTo(monthWith(day))
		if class, _ := s.entry("Look at the staging shop"); !strings.Contains(class, "cal-meeting") {
			t.Errorf("the meeting is drawn as %q", class)
		}
		s.see("Nobody waits for an answer.")
		suggestedFromThere(t, p, s, day)
		withinAPartOfADay(t, p, s, day.Add(7))
		declinedFromThere(t, p, s, day)
	}, postgres)
}

// suggestedFromThere answers a request that collides with another time, which the day's
// events and gaps lead to.
func suggestedFromThere(t *testing.T, p *program, s *tab, day civil.Date) {
	t.Helper()
	clash := p.pends(t, "The glaze", calendar.Time{Date: string(day), Time: "10:45"})
	s.goTo(monthWith(day))
	s.see("Priya Rowe has “Look at the staging shop”, 10:30 to 11:00")
	s.press("Confirm")
	s.see("Choose another time, or move that first.")
	s.goTo(monthWith(day))
	s.press("Suggest time")
	s.arrive(plannedAt(clash) + "/proposal")
	s.see("Look at the staging shop")
	s.see("11:00 to 17:00")
	other := p.weekdayFrom(t, 12)
	s.fill("Date", string(other))
	if s.look.noScript {
		s.press("Show that day")
	}
	s.see("Those who take part have nothing else on that day.")
	s.see("09:00 to 17:00")
	s.shot("app-event-proposal")
	s.press("Suggest")
	s.see("Enter a time.")
	s.fill("Time", "14:00")
	s.fill("Note to the client", "The morning is taken.")
	s.press("Suggest")
	s.see("The times are suggested.")
	s.see("Another time suggested")
	p.letter(t, demo.Ines, "another time")
	must(t, p.Calendar.ForStaff(p.member(t, demo.Priya)).End(t.Context(), clash, p.sequenceOf(t, clash), "Settled by phone."))
}

// withinAPartOfADay confirms a time within the morning that a client offered, where the
// first free one is filled in.
func withinAPartOfADay(t *testing.T, p *program, s *tab, day civil.Date) {
	t.Helper()
	p.planned(t, "Stand-up", day, "09:00", "45")
	p.pends(t, "The invoice of May", calendar.Time{Date: string(day), Part: calendar.Morning})
	s.goTo(monthWith(day))
	s.see("in the morning")
	s.see("Free 09:45 to 12:00")
	if at := eval[string](s, s.find("labelled('Time within it').value")); at != "09:45" {
		t.Errorf("%s is filled in, want the first free time", at)
	}
	s.fill("Time within it", "14:00")
	s.press("Confirm")
	s.see("The client did not offer that time.")
	s.fill("Time within it", "11:15")
	s.press("Confirm")
	s.see("The meeting is confirmed.")
	s.see("11:15 to 11:45")
}

func declinedFromThere(t *testing.T, p *program, s *tab, day civil.Date) {
	t.Helper()
	p.pends(t, "A third thing", calendar.Time{Date: string(day), Time: "15:00"})
	s.goTo(monthWith(day))
	s.press("Decline")
	s.press("Decline request")
	s.see("Please fill this in.")
	s.fill("Reason", "We are at a fair.")
	s.press("Decline request")
	s.see("The request is declined.")
	s.see("We are at a fair.")
	p.letter(t, demo.Ines, "Off: A third thing")
	s.goTo(monthWith(day))
	if class, _ := s.entry("A third thing"); class != "" {
		t.Errorf("what was declined is drawn as %q", class)
	}
}

func (p *program) sequenceOf(t *testing.T, of calendar.ID) int {
	t.Helper()
	now, err := p.Calendar.ForStaff(p.member(t, demo.Priya)).Get(t.Context(), of)
	must(t, err)
	return now.Sequence
}

// Staff put an event of their own into the calendar by its form, change it, and cancel
// it; with people of a client it is a meeting, whose time the form leaves alone.
func TestS54OwnEventsAndMeetings(t *testing.T) {
	inDemo(t, withAndWithout, func(t *testing.T, p *program, l look) {
		p.clearCalendar(t)
		day := p.weekdayFrom(t, 4)
		s := p.staff(t, l, demo.Priya)
		s.goTo(monthWith(day))
		s.press("New event")
		s.see("Members who take part")
		s.press("Add event")
		s.see("fields need another look")
		s.fill("Title", "Planning <day> & cake")
		s.fill("Date", string(day))
		s.fill("Time", "13:00")
		s.tick("Phone")
		s.fill("Internal notes", "Book the room.")
		s.press("Add event")
		s.see("The event is in the calendar.")
		s.see("Planning <day> & cake")
		s.see("Book the room.")
		s.press("Edit")
		s.see("Members who take part")
		s.fill("Time", "13:30")
		s.press("Save")
		s.see("Saved.")
		s.see("13:30 to ")
		s.goTo(monthWith(day))
		if class, _ := s.entry("Planning <day> & cake"); !strings.Contains(class, "cal-own") {
			t.Errorf("it is drawn as %q", class)
		}

		s.goTo("/app/calendar/new?date=" + string(day))
		s.fill("Title", "Kick-off")
		s.choose("Client", "Marlow Ceramics")
		if l.noScript {
			s.press("Show their people")
		}
		s.tick("Ines Marlow")
		s.fill("Time", "13:45")
		s.press("Add event")
		s.see("Priya Rowe has “Planning <day> & cake” at that time.")
		s.fill("Time", "15:00")
		s.press("Add event")
		s.see("The event is in the calendar.")
		s.see("Ines Marlow")
		p.letter(t, demo.Ines, "Kick-off")
		s.press("Edit")
		s.see("The time is agreed on with the client.")
		if eval[bool](s, s.find("!!labelled('Date')")) {
			t.Error("the form offers another time of a meeting")
		}
		s.fill("Title", "Kick-off of the shop")
		s.press("Save")
		s.see("Kick-off of the shop")
		s.press("Actions for")
		s.press("Cancel it")
		s.fill("Reason", "The kiln is down.")
		s.press("Cancel it")
		s.see("It is cancelled.")
		s.see("The kiln is down.")
		p.letter(t, demo.Ines, "cancelled")
	}, postgres)
}

// A month, a week and an agenda with more than they have room for say how much more
// there is and lead to it; the week begins on the day that the workspace chose.
func TestCrowdedCalendar(t *testing.T) {
	onDesk(t, func(t *testing.T, p *program) {
		day := p.weekdayFrom(t, 20)
		for n := range 12 {
			p.planned(t, fmt.Sprintf("Thing %02d", n), day, fmt.Sprintf("%02d:%02d", 9+n/2, n%2*30), "30")
		}
		s := p.staff(t, desk, demo.Priya)
		s.goTo(monthWith(day))
		s.see("9 more")
		s.press("9 more")
		s.see("Thing 11")
		if n := eval[int](s, "document.querySelectorAll('#day-"+string(day)+" .row-link').length"); n < 12 {
			t.Errorf("the agenda has %d entries of the day", n)
		}
		s.goTo(monthWith(day) + "&view=week")
		s.see("Thing 11")
		s.shot("app-calendar-week")
		for _, c := range []struct{ label, first string }{{"Sunday", "Sun"}, {"Saturday", "Sat"}, {"Monday", "Mon"}} {
			s.goTo("/app/settings/preferences")
			s.tick(c.label)
			s.press("Save preferences")
			s.see("Saved.")
			s.goTo(monthWith(day))
			heads := eval[[]string](s, "[...document.querySelectorAll('.cal-month th [aria-hidden]')].map(e => e.innerText)")
			if len(heads) != 7 || heads[0] != c.first {
				t.Errorf("with %s the week is %q", c.label, heads)
			}
		}
	})
}

// A week in which the clocks change says how long the day is, and an event after the
// change stands at the hour that the clock shows.
func TestWeekOfTheClockChange(t *testing.T) {
	onDesk(t, func(t *testing.T, p *program) {
		zone := p.system(t).Site().Zone
		now := time.Now().In(zone)
		changes := 0
		for day := civil.Today(now).Add(1); changes < 2 && day < civil.Today(now).Add(370); day = day.Add(1) {
			length := int(day.Add(1).Begins(zone).Sub(day.Begins(zone)) / time.Hour)
			if length == 24 {
				continue
			}
			changes++
			title := fmt.Sprintf("After %d", length)
			p.planned(t, title, day, "10:00", "60")
			s := p.staff(t, desk, demo.Priya)
			s.goTo(monthWith(day) + "&view=week")
			s.see(fmt.Sprintf("This day has %d hours", length))
			offset := eval[[]float64](s, "(() => { const e = [...document.querySelectorAll('.cal-entry')].find(e => e.textContent.includes("+quoted(title)+
				")).closest('li').getBoundingClientRect(); const h = [...document.querySelectorAll('.cal-hours span')].find(e => e.textContent === '10:00'); const at = h.getBoundingClientRect(); return [e.top - at.top, e.height, at.height] })()")
			if offset[0] < 0 || offset[0] > 12 || offset[1] < offset[2]-1 || offset[1] > offset[2]+1 {
				t.Errorf("on the day of %d hours the event of 10:00 stands %v from its hour", length, offset)
			}
		}
		if changes != 2 {
			t.Fatalf("%s changes its clocks %d times a year", zone, changes)
		}
	})
}

// The address of one's own calendar is made, replaced and stopped, and answers as one.
func TestOwnFeedAddress(t *testing.T) {
	inDemo(t, farApart, func(t *testing.T, p *program, l look) {
		s := p.staff(t, l, demo.Priya)
		s.goTo("/app/calendar")
		s.press("Your calendar elsewhere")
		s.press("Make an address")
		s.see("Your calendar has a new address.")
		const shown = "(document.querySelector('.copy-value') || {}).innerText"
		first := eval[string](s, shown)
		if !strings.HasSuffix(first, ".ics") {
			t.Errorf("the address is %s", first)
		}
		s.press("New address")
		s.await(shown+" && "+shown+" !== "+quoted(first), "the address stays")
		s.press("Stop it")
		s.see("The address of your calendar is stopped.")
		s.see("Make an address")
	})
}

// What working hours a workspace has is kept, and what cannot be is said by field.
func TestWorkingHoursByForm(t *testing.T) {
	inDemo(t, farApart, func(t *testing.T, p *program, l look) {
		s := p.staff(t, l, demo.Priya)
		s.goTo("/app/settings/calendar")
		s.fill("Monday from", "10:00")
		s.fill("Monday until", "09:00")
		s.fill("Shortest notice", "soon")
		s.press("Save")
		s.see("2 fields need another look")
		s.see("The end has to come after the beginning.")
		s.fill("Monday until", "16:30")
		s.fill("Shortest notice", "24")
		s.press("Save")
		s.see("Saved.")
		terms, err := p.Calendar.ForStaff(p.member(t, demo.Priya)).Terms(t.Context())
		must(t, err)
		if terms.Hours[time.Monday] != (calendar.Span{Opens: 600, Closes: 990}) || terms.Notice != 24*60 {
			t.Errorf("kept are %+v", terms)
		}
		if at := eval[string](s, s.find("labelled('Monday from').value")); at != "10:00" {
			t.Error("the form does not have what was kept")
		}
	})
}
