package calendar

import (
	"strings"
	"time"

	"foyer/internal/kernel/civil"
	"foyer/internal/kernel/lang"
)

// Say says when a time on the table is, or that of an event with Exactly for its part,
// in a zone: Thursday 3 December 2026, 10:30 to 11:00. A part of a day has its name where
// it is that part for who reads it, and its hours elsewhere.
func (s Slot) Say(p lang.Printer, zone *time.Location) string {
	from, to := s.Starts.In(zone), s.Ends.In(zone)
	day := p.FullDate(from)
	switch {
	case s.Part == Day && s.reads(from, to):
		return day
	case s.Part != Exactly && s.reads(from, to):
		return p.T("meeting.on_part", "day", day, "part", p.T("meeting.part."+string(s.Part)))
	case civil.Today(from) != civil.Today(to):
		return p.T("meeting.on_days", "day", day, "from", p.Clock(from), "end", p.FullDate(to), "to", p.Clock(to))
	}
	return p.T("meeting.on", "day", day, "from", p.Clock(from), "to", p.Clock(to))
}

// reads tells whether a part of a day, which begins and ends then on the clock of who
// reads it, is that part of one of their days.
func (s Slot) reads(from, to time.Time) bool {
	last := to.Add(-time.Minute)
	minute := func(at time.Time) int { return 60*at.Hour() + at.Minute() }
	span := spans[s.Part]
	return civil.Today(from) == civil.Today(last) && minute(from) >= span[0] && minute(last) < span[1]
}

// ZoneName is what people call a zone: its city.
func ZoneName(p lang.Printer, zone *time.Location) string {
	name := zone.String()
	city := strings.ReplaceAll(name[strings.LastIndex(name, "/")+1:], "_", " ")
	return p.Or("zone."+strings.ReplaceAll(strings.ToLower(name), "/", "_"), city)
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
