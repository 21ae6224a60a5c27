package calendar

import (
	"strings"
	"time"

	"foyer/internal/kernel/civil"
	"foyer/internal/kernel/lang"
)

// Say says when a time on the table is, or that of an event with Exactly for its part,
// in a zone: Thursday 3 December 2026, 10:30 to 11:00.
func (s Slot) Say(p lang.Printer, zone *time.Location) string {
	from, to := s.Starts.In(zone), s.Ends.In(zone)
	day := p.FullDate(from)
	switch {
	case s.Part == Day:
		return day
	case s.Part != Exactly:
		return p.T("meeting.on_part", "day", day, "part", p.T("meeting.part."+string(s.Part)))
	case civil.Today(from) != civil.Today(to):
		return p.T("meeting.on_days", "day", day, "from", p.Clock(from), "end", p.FullDate(to), "to", p.Clock(to))
	}
	return p.T("meeting.on", "day", day, "from", p.Clock(from), "to", p.Clock(to))
}

// ZoneName is what people call a zone: its city.
func ZoneName(zone *time.Location) string {
	name := zone.String()
	return strings.ReplaceAll(name[strings.LastIndex(name, "/")+1:], "_", " ")
}

// Slot is the time of an event as a slot, to say it. One that was agreed on is exact,
// whatever part of a day is on the table beside it.
func (e Event) Slot() Slot {
	s := Slot{Part: e.Part, Starts: e.Starts, Ends: e.Ends}
	if e.State.Stands() || e.State == Cancelled {
		s.Part = Exactly
	}
	return s
}
