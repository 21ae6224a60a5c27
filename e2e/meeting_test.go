package e2e

import (
	"testing"
	"time"

	"foyer/internal/demo"
	"foyer/internal/feature/calendar"
	"foyer/internal/kernel/civil"
)

// Meetings for the tests, without their pages.

// meetingDay is a day on which the business meets clients, more than a week ahead.
func (p *program) meetingDay(n int) string {
	day := civil.Today(p.clock.Now()).Add(8)
	for ; ; day = day.Add(1) {
		if weekday := day.Time().Weekday(); weekday == time.Saturday || weekday == time.Sunday {
			continue
		}
		if n--; n < 0 {
			return string(day)
		}
	}
}

// at is one exact time in an offer.
func at(day, clock string) calendar.Offer {
	return calendar.Offer{Times: []calendar.Time{{Date: day, Time: clock}}, Zone: "Europe/Lisbon"}
}

// invitee is the door of Ines, and host that of Priya.
func (p *program) invitee(t *testing.T) calendar.Portal {
	t.Helper()
	return p.Calendar.ForClient(p.person(t, demo.Ines))
}

func (p *program) host(t *testing.T) calendar.App {
	t.Helper()
	return p.Calendar.ForStaff(p.member(t, demo.Priya))
}

// requested is a meeting that Ines has asked for.
func (p *program) requested(t *testing.T, topic string, in calendar.Offer) calendar.ID {
	t.Helper()
	made, err := p.invitee(t).Request(t.Context(), calendar.Wish{Type: calendar.Video, Topic: topic, Offer: in})
	must(t, err)
	return made
}

// held is a meeting as staff see it.
func (p *program) held(t *testing.T, of calendar.ID) calendar.Full {
	t.Helper()
	full, err := p.host(t).Get(t.Context(), of)
	must(t, err)
	return full
}

// confirmed is a meeting that Ines has asked for and Priya has confirmed.
func (p *program) confirmed(t *testing.T, topic string, in calendar.Offer) calendar.ID {
	t.Helper()
	made := p.requested(t, topic, in)
	full := p.held(t, made)
	must(t, p.host(t).Confirm(t.Context(), made, full.Sequence, calendar.Answer{Slot: full.Table()[0].ID, Place: "Studio, second floor", Link: "https://meet.example/room"}))
	return made
}

// suggested is another time of Priya's for a meeting.
func (p *program) suggested(t *testing.T, of calendar.ID, in calendar.Offer) {
	t.Helper()
	in.Note = "The morning is full."
	must(t, p.host(t).Propose(t.Context(), of, p.held(t, of).Sequence, in))
}

// before does something some weeks ago, and lets the program notice that time has passed.
func (p *program) before(t *testing.T, weeks int, do func()) {
	t.Helper()
	by := time.Duration(weeks) * 7 * 24 * time.Hour
	p.clock.later(-by)
	do()
	p.clock.later(by)
	must(t, p.Calendar.Sweep(t.Context(), p.system(t)))
}

func meetingAt(of calendar.ID) string { return "/portal/meetings/" + of.String() }

// fates are meetings of Ines in every state, by what became of them.
func (p *program) fates(t *testing.T) map[string]calendar.ID {
	t.Helper()
	ask, host := p.invitee(t), p.host(t)
	day := func(n int) calendar.Offer { return at(p.meetingDay(n), "10:30") }
	all := map[string]calendar.ID{
		"requested": p.requested(t, "Colours of the new range", calendar.Offer{
			Times: []calendar.Time{{Date: p.meetingDay(0), Part: calendar.Afternoon}, {Date: p.meetingDay(1), Time: "11:00"}}, Zone: "Europe/Lisbon", Note: "Not before lunch.",
		}),
		"suggested": p.requested(t, "Stock and prices", day(0)),
		"confirmed": p.confirmed(t, "Walk through the staging shop\nWe share it with the team after that.", day(1)),
		"asked":     p.confirmed(t, "Photographs", day(2)),
		"moving":    p.confirmed(t, "Wholesale terms", day(3)),
		"declined":  p.requested(t, "Sunday market", day(4)),
		"cancelled": p.confirmed(t, "Packaging", day(4)),
	}
	p.before(t, 6, func() {
		all["past"] = p.confirmed(t, "First tasting", day(0))
		all["missed"] = p.confirmed(t, "Kiln visit", day(1))
		all["expired"] = p.requested(t, "Portuguese names", day(2))
	})
	p.suggested(t, all["suggested"], calendar.Offer{Times: []calendar.Time{{Date: p.meetingDay(8), Time: "09:00"}, {Date: p.meetingDay(9), Time: "14:00"}}})
	p.suggested(t, all["asked"], at(p.meetingDay(10), "15:00"))
	must(t, ask.Propose(t.Context(), all["moving"], p.held(t, all["moving"]).Sequence, at(p.meetingDay(11), "12:00")))
	must(t, host.End(t.Context(), all["declined"], p.held(t, all["declined"]).Sequence, "We are closed on Sundays."))
	must(t, ask.Cancel(t.Context(), all["cancelled"], p.held(t, all["cancelled"]).Sequence, "The boxes are not here yet."))
	must(t, host.Missed(t.Context(), all["missed"], p.held(t, all["missed"]).Sequence))
	return all
}
