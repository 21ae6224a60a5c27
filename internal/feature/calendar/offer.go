package calendar

import (
	"slices"
	"strconv"
	"time"

	"foyer/internal/kernel/civil"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
	"foyer/internal/kernel/text"
	"foyer/internal/kernel/zones"
)

// Part is a part of a day within which somebody can meet. Exactly is none: a start and
// an end.
type Part string

// The parts of a day, by the clock of whoever offers them.
const (
	Exactly   Part = ""
	Day       Part = "day"
	Morning   Part = "morning"   // from 8 to 12
	Afternoon Part = "afternoon" // from 12 to 17
	Evening   Part = "evening"   // from 17 to 21
)

// Parts lists the parts in the order in which they are offered.
var Parts = []Part{Day, Morning, Afternoon, Evening}

// spans are the parts in minutes of the day.
var spans = map[Part][2]int{Day: {0, 24 * 60}, Morning: {8 * 60, 12 * 60}, Afternoon: {12 * 60, 17 * 60}, Evening: {17 * 60, 21 * 60}}

// of is when a part of a day begins and ends in a zone.
func (part Part) of(day civil.Date, zone *time.Location) (from, to time.Time) {
	span := spans[part]
	from, _ = day.At(span[0], zone)
	to, _ = day.At(span[1], zone)
	if from.IsZero() || !from.Before(to) { // midnight itself may be skipped
		from = to.Add(-time.Duration(span[1]-span[0]) * time.Minute)
	}
	return from, to
}

// MostTimes is how many times one offer may name.
const MostTimes = 3

// farthest is how far ahead people can meet.
const farthest = 2 * 366 * 24 * time.Hour

// Time is a time that somebody types. Of the form's fields, those of the first are date,
// time and part, of the second date2, time2 and part2, and so on.
type Time struct {
	Date string // YYYY-MM-DD
	Time string // HH:MM; empty for a part of the day
	Part Part   // where no time is given; empty for the whole day
}

// Offer is what somebody types when they name times.
type Offer struct {
	Times  []Time // up to MostTimes; those after the first may be empty
	Length string // in minutes; empty for as it was
	Zone   string // in which the times are meant; of staff the workspace's
	Note   string // to the other side
}

// Slot is a time on the table.
type Slot struct {
	ID           string
	Part         Part
	Starts, Ends time.Time
}

// lapses is when it is too late for it.
func (s Slot) lapses(length int) time.Time {
	if s.Part == Exactly {
		return s.Starts
	}
	return s.Ends.Add(-time.Duration(length) * time.Minute)
}

// Open tells whether there is still time for it.
func (s Slot) Open(length int, now time.Time) bool { return now.Before(s.lapses(length)) }

// holds tells whether a meeting from one moment on fits into what was offered.
func (s Slot) holds(starts time.Time, length int) bool {
	ends := starts.Add(time.Duration(length) * time.Minute)
	return !starts.Before(s.Starts) && !ends.After(s.Ends)
}

func scanSlot(row scope.Row) (s Slot, err error) {
	return s, row.Scan(&s.ID, &s.Part, scope.Time(&s.Starts), scope.Time(&s.Ends))
}

// fieldOf is the name of a field of the nth time.
func fieldOf(name string, n int) string {
	if n == 0 {
		return name
	}
	return name + strconv.Itoa(n+1)
}

// Lengths are the lengths that are offered, in minutes.
var Lengths = []int{15, 30, 45, 60, 90, 120, 180, 240}

// readLength reads how many minutes a meeting takes.
func readLength(f *problem.Fields, length string, otherwise int) int {
	if length == "" {
		return otherwise
	}
	n, err := strconv.Atoi(length)
	if err != nil || n < 5 || n > 480 {
		f.Add("length", "meeting.length_range")
		return otherwise
	}
	return n
}

// readZone reads a zone that somebody chose.
func readZone(f *problem.Fields, name string) *time.Location {
	if slices.Contains(zones.Names, name) {
		if zone, err := time.LoadLocation(name); err == nil {
			return zone
		}
	}
	f.Add("zone", "field.zone")
	return time.UTC
}

// offering is how the times of an offer are read.
type offering struct {
	zone   *time.Location
	length int
	terms  Terms     // of the workspace
	now    time.Time // in the workspace's zone
	// strict holds a client to working hours and to the shortest notice.
	strict bool
}

// read reads the times of an offer, the first of which has to be there.
func (o offering) read(f *problem.Fields, times []Time) []Slot {
	var slots []Slot
	for n := range min(len(times), MostTimes) {
		t := times[n]
		if n > 0 && t.Date == "" && t.Time == "" {
			continue
		}
		s, ok := o.slot(f, n, t)
		if !ok {
			continue
		}
		if slices.ContainsFunc(slots, func(other Slot) bool { return other.Starts.Equal(s.Starts) && other.Ends.Equal(s.Ends) }) {
			f.Add(fieldOf("date", n), "meeting.same_time")
			continue
		}
		slots = append(slots, s)
	}
	return slots
}

// slot reads one time.
func (o offering) slot(f *problem.Fields, n int, t Time) (s Slot, ok bool) {
	day, known := civil.Parse(t.Date)
	date, clock := fieldOf("date", n), fieldOf("time", n)
	switch {
	case t.Date == "":
		f.Add(date, "meeting.date_required")
		return s, false
	case !known:
		f.Add(date, "field.date")
		return s, false
	case day < civil.Today(o.now.In(o.zone)):
		f.Add(date, "meeting.date_past")
		return s, false
	case day.Time().After(o.now.Add(farthest)):
		f.Add(date, "meeting.date_far")
		return s, false
	}
	if t.Time == "" {
		return o.window(f, n, day, t.Part)
	}
	minutes, known := civil.Clock(t.Time)
	if !known {
		f.Add(clock, "meeting.time_unknown")
		return s, false
	}
	starts, there := day.At(minutes, o.zone)
	if !there {
		f.Add(clock, "meeting.time_skipped", "time", t.Time)
		return s, false
	}
	s = Slot{Starts: starts, Ends: starts.Add(time.Duration(o.length) * time.Minute)}
	switch {
	case !starts.After(o.now):
		f.Add(clock, "meeting.time_past")
	case o.strict && starts.Before(o.now.Add(o.terms.notice())):
		f.Add(clock, o.tooSoon().Key, o.tooSoon().Args...)
	case o.strict && !o.terms.Hours.hold(s.Starts, s.Ends, o.now.Location()):
		o.outside(f, n, day, s)
	default:
		return s, true
	}
	return s, false
}

func (o offering) tooSoon() problem.Message {
	return problem.Say("meeting.too_soon", "n", (o.terms.Notice+59)/60)
}

// outside says why a time lies outside of working hours: the day is closed, the meeting
// would end too late, or it would not begin within them.
func (o offering) outside(f *problem.Fields, n int, day civil.Date, s Slot) {
	if o.closed(day) {
		f.Add(fieldOf("date", n), "meeting.closed_day", "hours", o.opening())
		return
	}
	from, closes := o.terms.Hours.within(s.Starts, s.Ends, o.now.Location())
	if from.Equal(s.Starts) && from.Before(closes) {
		f.Add(fieldOf("time", n), "meeting.ends_late", "time", closes.In(o.zone).Format("15:04"))
		return
	}
	f.Add(fieldOf("time", n), "meeting.outside_hours")
}

func (o offering) opening() Opening {
	return Opening{Hours: o.terms.Hours, At: o.now.Location(), In: o.zone, Now: o.now}
}

// closed tells whether working hours leave nothing of a day of who offers.
func (o offering) closed(day civil.Date) bool {
	from, to := o.terms.Hours.within(day.Begins(o.zone), day.Add(1).Begins(o.zone), o.now.Location())
	return !from.Before(to)
}

// window reads a part of a day. A client's is what working hours leave of it.
func (o offering) window(f *problem.Fields, n int, day civil.Date, part Part) (s Slot, ok bool) {
	field := fieldOf("part", n)
	if part == Exactly {
		part = Day
	}
	if _, known := spans[part]; !known {
		f.Add(field, "field.choice")
		return s, false
	}
	from, to := part.of(day, o.zone)
	earliest := o.now
	if o.strict {
		earliest = o.now.Add(o.terms.notice())
		from, to = o.terms.Hours.within(from, to, o.now.Location())
	}
	s = Slot{Part: part, Starts: from, Ends: to}
	length := time.Duration(o.length) * time.Minute
	switch {
	case o.strict && o.closed(day):
		f.Add(fieldOf("date", n), "meeting.closed_day", "hours", o.opening())
	case !from.Before(to):
		f.Add(field, "meeting.closed_then")
	case to.Sub(from) < length:
		f.Add(field, "meeting.too_long", "from", from.In(o.zone).Format("15:04"), "to", to.In(o.zone).Format("15:04"))
	case to.Add(-length).Before(earliest):
		if o.strict {
			f.Add(field, o.tooSoon().Key, o.tooSoon().Args...)
		} else {
			f.Add(field, "meeting.time_past")
		}
	default:
		return s, true
	}
	return s, false
}

// Soonest is the first day of the coming weeks on which a client can meet at a time of day
// or in a part of it, in a zone; empty where there is none. now is in the workspace's.
func (t Terms) Soonest(at Time, length int, zone string, now time.Time) string {
	in, err := time.LoadLocation(zone)
	if err != nil {
		return ""
	}
	o := offering{in, length, t, now, true}
	for n := range 28 {
		at.Date = string(civil.Today(now.In(in)).Add(n))
		if _, ok := o.slot(&problem.Fields{}, 0, at); ok {
			return at.Date
		}
	}
	return ""
}

// first is the slot that comes first, and lapse the moment when the last one passes.
func first(slots []Slot) Slot {
	return slices.MinFunc(slots, func(a, b Slot) int { return a.Starts.Compare(b.Starts) })
}

func lapse(slots []Slot, length int) time.Time {
	last := slots[0].lapses(length)
	for _, s := range slots[1:] {
		if at := s.lapses(length); at.After(last) {
			last = at
		}
	}
	return last
}

// readNote reads what somebody writes to the other side.
func readNote(f *problem.Fields, note string) string {
	return text.Block(f, "note", note, text.Optional, LongestReason)
}
