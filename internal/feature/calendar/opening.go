package calendar

import (
	"slices"
	"strings"
	"time"

	"foyer/internal/kernel/civil"
	"foyer/internal/kernel/lang"
)

// Opening is when a workspace meets its clients, as somebody in another zone reads it
// these days.
type Opening struct {
	Hours
	At, In *time.Location // of the workspace, and of who reads
	Now    time.Time
}

// Say says it: Monday to Thursday 09:00 to 17:00; Friday 09:00 to 13:00.
func (o Opening) Say(p lang.Printer) string {
	type stretch struct {
		first, last time.Weekday
		at          string
	}
	var all []stretch
	for opens, closes := range o.week {
		one := stretch{opens.Weekday(), opens.Weekday(), p.T("meetings.from_to", "from", p.Clock(opens), "to", p.Clock(closes))}
		if before := len(all) - 1; before >= 0 && all[before].at == one.at && (all[before].last+1)%7 == one.first {
			all[before].last = one.last
			continue
		}
		all = append(all, one)
	}
	var said []string
	for _, one := range all {
		if one.first == one.last {
			said = append(said, p.T("meetings.on_day", "day", p.Weekday(one.first), "at", one.at))
		} else {
			said = append(said, p.T("meetings.on_days", "first", p.Weekday(one.first), "last", p.Weekday(one.last), "at", one.at))
		}
	}
	return strings.Join(slices.Compact(said), "; ")
}

// week yields when each open day of the coming week, from Monday on, begins and ends on
// the clock of who reads.
func (o Opening) week(yield func(opens, closes time.Time) bool) {
	today := civil.Today(o.Now.In(o.At))
	monday := today.Add((8 - int(today.Time().Weekday())) % 7)
	for n := range 7 {
		opens, closes := o.on(monday.Add(n), o.At)
		if opens.Before(closes) && !yield(opens.In(o.In), closes.In(o.In)) {
			return
		}
	}
}

// Parts are the parts of a day in which some day of the coming week leaves time for the
// shortest meeting.
func (o Opening) Parts() (all []Part) {
	today := civil.Today(o.Now.In(o.In))
	for _, part := range Parts {
		for n := range 7 {
			from, to := part.of(today.Add(n), o.In)
			if from, to = o.within(from, to, o.At); to.Sub(from) >= time.Duration(Lengths[0])*time.Minute {
				all = append(all, part)
				break
			}
		}
	}
	return all
}
