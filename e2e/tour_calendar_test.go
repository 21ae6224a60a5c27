package e2e

import (
	"testing"

	"foyer/internal/demo"
	"foyer/internal/feature/calendar"
)

// calendarStops are the pages of the calendar for staff, with a request, one that wants
// an agreed meeting moved, and a part of a day among what waits.
func calendarStops(t *testing.T, p *program) []stop {
	t.Helper()
	app := p.Calendar.ForStaff(p.member(t, demo.Priya))
	day := p.weekdayFrom(t, 6)
	own := plannedAt(p.planned(t, "Planning of the week", day, "09:00", "45"))
	asked := plannedAt(p.pends(t, "The staging shop", calendar.Time{Date: string(day), Time: "09:15"}, calendar.Time{Date: string(day), Part: calendar.Afternoon}))
	agreed := p.pends(t, "The kiln", calendar.Time{Date: string(day), Time: "10:00"})
	now, err := app.Get(t.Context(), agreed)
	must(t, err)
	must(t, app.Confirm(t.Context(), agreed, now.Sequence, calendar.Answer{Slot: now.Table()[0].ID, Link: "https://meet.example/kiln"}))
	must(t, p.Calendar.ForClient(p.person(t, demo.Ines)).Propose(t.Context(), agreed, p.sequenceOf(t, agreed), calendar.Offer{
		Times: []calendar.Time{{Date: string(day), Time: "20:00"}}, Zone: "Asia/Tokyo", Note: "Rather before bed.",
	}))
	moving, month := plannedAt(agreed), monthWith(day)
	return []stop{
		{name: "app-calendar", path: month},
		{name: "app-calendar-member", path: month, then: pressing("Filter by member")},
		{name: "app-calendar-decline", path: month, then: pressing("Decline")},
		{name: "app-calendar-week", path: month + "&view=week"},
		{name: "app-calendar-agenda", path: month + "&view=agenda"},
		{name: "app-calendar-agenda-none", path: "/app/calendar?date=2040-01-01&view=agenda"},
		{name: "app-event-own", path: own},
		{name: "app-event-asked", path: asked},
		{name: "app-event-moving", path: moving},
		{name: "app-event-menu", path: moving, then: pressing("Actions for The kiln")},
		{name: "app-event-new", path: month, then: opening("New event")},
		{name: "app-event-new-refused", path: "/app/calendar/new", then: func(b *tab) {
			b.press("Add event")
			b.see("fields need another look")
		}},
		{name: "app-event-edit", path: own + "/edit"},
		{name: "app-event-edit-met", path: moving + "/edit"},
		{name: "app-event-proposal", path: asked + "/proposal"},
		{name: "app-event-rejection", path: asked + "/rejection"},
		{name: "app-event-refusal", path: moving + "/refusal"},
		{name: "app-event-cancellation", path: own + "/cancellation"},
		{name: "app-calendar-feed", path: month, then: opening("Your calendar elsewhere")},
		{name: "app-settings-calendar", path: "/app/settings/calendar"},
		{name: "app-settings-calendar-refused", path: "/app/settings/calendar", then: func(b *tab) {
			b.fill("Usual length", "long")
			b.press("Save")
			b.see("One field needs another look")
		}},
	}
}
