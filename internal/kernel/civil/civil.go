// Package civil has calendar dates: days without a time and without a zone,
// such as the day a milestone is due. What day it is depends on a zone, so
// Today is asked with the time in the zone that counts.
package civil

import "time"

// Date is a day as YYYY-MM-DD (ISO 8601), or empty for none. Dates of years
// from 1 to 9999 sort as texts.
type Date string

// Parse reads a date; it is not ok for what is no day of the calendar, such as
// 2026-02-30.
func Parse(text string) (Date, bool) {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil || t.Year() < 1 {
		return "", false
	}
	return Date(text), true
}

// Today is the day that it is at a moment, in the moment's own zone.
func Today(now time.Time) Date { return Date(now.Format(time.DateOnly)) }

// Time is midnight UTC of the day, for saying it; the zero time for none.
func (d Date) Time() time.Time {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return time.Time{}
	}
	return t
}

// Add is the day n days later; none stays none.
func (d Date) Add(n int) Date {
	if d == "" {
		return ""
	}
	return Date(d.Time().AddDate(0, 0, n).Format(time.DateOnly))
}

// Until counts the days from d to the other day; negative when it lies before
// d. Both are dates.
func (d Date) Until(other Date) int {
	return int((other.Time().Unix() - d.Time().Unix()) / (24 * 60 * 60))
}

// At is the moment at which a clock in a zone shows so many minutes since midnight on
// the day; 24 * 60 is midnight at its end. A time that comes twice, when clocks go back,
// is the first of the two. It is not ok for one that never comes, because clocks go
// forward over it.
func (d Date) At(minutes int, zone *time.Location) (at time.Time, ok bool) {
	shown := d.Time().Add(time.Duration(minutes) * time.Minute)
	for _, near := range []time.Duration{-24 * time.Hour, 24 * time.Hour} {
		_, offset := shown.Add(near).In(zone).Zone()
		moment := shown.Add(-time.Duration(offset) * time.Second)
		same := moment.In(zone).Format(time.DateTime) == shown.Format(time.DateTime)
		if same && (!ok || moment.Before(at)) {
			at, ok = moment, true
		}
	}
	return at.UTC(), ok
}

// Begins is the first moment of the day in a zone: midnight or, where clocks go forward
// over it, what comes next.
func (d Date) Begins(zone *time.Location) time.Time {
	for minutes := 0; minutes < 24*60; minutes += 15 {
		if at, ok := d.At(minutes, zone); ok {
			return at
		}
	}
	at, _ := d.At(24*60, zone) // a zone can leave out a whole day
	return at
}

// Clock reads a time of day such as 09:30 as minutes since midnight; it is not ok for
// what is none.
func Clock(text string) (minutes int, ok bool) {
	t, err := time.Parse("15:04", text)
	if err != nil {
		t, err = time.Parse(time.TimeOnly, text)
	}
	return t.Hour()*60 + t.Minute(), err == nil
}
