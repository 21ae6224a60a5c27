package app

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"time"

	"foyer/internal/feature/calendar"
	"foyer/internal/kernel/civil"
)

// calendarDay is a day with what is on it.
type calendarDay struct {
	Date    civil.Date
	Entries []calendar.Entry
}

// weekOf is the day on which the week of a day begins.
func weekOf(day civil.Date, starts time.Weekday) civil.Date {
	return day.Add(-((int(day.Time().Weekday()) - int(starts) + 7) % 7))
}

// monthOf are the whole weeks of a day's month: the first day, and the one after the
// last.
func monthOf(day civil.Date, starts time.Weekday) (from, until civil.Date) {
	t := day.Time()
	first := civil.Today(t.AddDate(0, 0, 1-t.Day()))
	last := civil.Today(first.Time().AddDate(0, 1, -1))
	return weekOf(first, starts), weekOf(last, starts).Add(7)
}

// monthAfter is the first day of the nth month after that of a day.
func monthAfter(day civil.Date, n int) civil.Date {
	t := day.Time()
	return civil.Today(t.AddDate(0, 0, 1-t.Day()).AddDate(0, n, 0))
}

// byDay puts entries on the days from one to before another; what goes past midnight is
// on both.
func byDay(from, until civil.Date, entries []calendar.Entry, zone *time.Location) []calendarDay {
	days := make([]calendarDay, max(from.Until(until), 0))
	for n := range days {
		days[n].Date = from.Add(n)
	}
	for _, e := range entries {
		first, last := e.On, e.On
		if e.On == "" {
			first, last = civil.Today(e.Starts.In(zone)), civil.Today(e.Ends.Add(-1).In(zone))
		}
		for n := max(from.Until(first), 0); n <= from.Until(last) && n < len(days); n++ {
			days[n].Entries = append(days[n].Entries, e)
		}
	}
	return days
}

// The week is drawn in quarters of an hour, and what is short in two of them.
const (
	quarter    = 15
	leastRows  = 2
	mostLanes  = 3
	mostBlocks = 40 // of a day
)

// block is where an entry stands in its day of the week.
type block struct {
	calendar.Entry
	From, Until int // quarters of an hour since midnight, by the clock
	Lane, Lanes int // which of how many beside each other, from 0
}

// clockOn is what the clock shows at a moment, in minutes of a day; moments before and
// after the day are its ends.
func clockOn(day civil.Date, at time.Time, zone *time.Location) int {
	at = at.In(zone)
	switch on := civil.Today(at); {
	case on < day:
		return 0
	case on > day:
		return 24 * 60
	}
	return at.Hour()*60 + at.Minute()
}

// lay spreads the entries of a day by the clock: those that have no time on the clock
// stand above, those that overlap beside each other, and what finds no room is counted.
// Where the clock is put back, what ends before it begins by the clock is short.
func (d calendarDay) lay(zone *time.Location) (above []calendar.Entry, blocks []block, more int) {
	for _, e := range d.Entries {
		if e.On != "" || e.Part != calendar.Exactly {
			above = append(above, e)
			continue
		}
		b := block{Entry: e, From: clockOn(d.Date, e.Starts, zone) / quarter, Until: (clockOn(d.Date, e.Ends, zone) + quarter - 1) / quarter}
		b.Until = max(b.Until, b.From+leastRows)
		if b.Until > 24*60/quarter {
			b.From, b.Until = min(b.From, 24*60/quarter-leastRows), 24*60/quarter
		}
		blocks = append(blocks, b)
	}
	slices.SortStableFunc(blocks, func(x, y block) int {
		return cmp.Or(cmp.Compare(x.From, y.From), cmp.Compare(y.Until, x.Until))
	})
	all := len(blocks)
	blocks = beside(blocks)
	blocks = blocks[:min(len(blocks), mostBlocks)]
	return above, blocks, all - len(blocks)
}

// beside gives each block a lane, and leaves those out for which there is none. Blocks
// that touch in time, directly or by others, have lanes of the same width.
func beside(blocks []block) []block {
	var kept []block
	var ends []int // of the lanes
	began := 0     // the first of those that touch
	end := func() {
		for n := began; n < len(kept); n++ {
			kept[n].Lanes = len(ends)
		}
		began, ends = len(kept), nil
	}
	for _, b := range blocks {
		if len(ends) > 0 && b.From >= slices.Max(ends) {
			end()
		}
		b.Lane = slices.IndexFunc(ends, func(end int) bool { return end <= b.From })
		switch {
		case b.Lane >= 0:
			ends[b.Lane] = b.Until
		case len(ends) < mostLanes:
			b.Lane = len(ends)
			ends = append(ends, b.Until)
		default:
			continue
		}
		kept = append(kept, b)
	}
	end()
	return kept
}

// shownHours is from which hour to which a week is drawn: working hours, and what lies
// outside of them.
func shownHours(hours calendar.Hours, laid [][]block) (from, until int) {
	from, until = 9, 17
	for _, s := range hours {
		if s.Closes > s.Opens {
			from, until = min(from, s.Opens/60), max(until, (s.Closes+59)/60)
		}
	}
	for _, blocks := range laid {
		for _, b := range blocks {
			from, until = min(from, b.From*quarter/60), max(until, (b.Until*quarter+59)/60)
		}
	}
	return from, until
}

// shiftOf is how many hours a day has on which the clocks change, 23 or 24:30; empty for
// other days.
func shiftOf(day civil.Date, zone *time.Location) string {
	minutes := int(day.Add(1).Begins(zone).Sub(day.Begins(zone)) / time.Minute)
	switch {
	case minutes == 24*60:
		return ""
	case minutes%60 == 0:
		return strconv.Itoa(minutes / 60)
	}
	return fmt.Sprintf("%d:%02d", minutes/60, minutes%60)
}

// fewer takes so many entries of the days, without the first ones, and gives on which
// day and after how many of it the next would come; an empty day where that is all.
func fewer(days []calendarDay, skip, most int) (kept []calendarDay, next civil.Date, after int) {
	for n, d := range days {
		if n > 0 {
			skip = 0
		}
		skip = min(skip, len(d.Entries))
		d.Entries = d.Entries[skip:]
		if len(d.Entries) > most {
			d.Entries = d.Entries[:most]
			if most > 0 {
				kept = append(kept, d)
			}
			return kept, d.Date, skip + most
		}
		most -= len(d.Entries)
		if len(d.Entries) > 0 {
			kept = append(kept, d)
		}
	}
	return kept, "", 0
}
