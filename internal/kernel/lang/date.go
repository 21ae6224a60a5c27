package lang

import (
	"strconv"
	"time"
)

// dateWords are the names and patterns of one language. Patterns use {d}, {m},
// {y} and {w} for day, month name, year and weekday name.
type dateWords struct {
	months, short [12]string
	days          [7]string
	long, list    string // 2 December 2026; 2 Dec 2026
	today         string // Monday 23 November
}

var english = dateWords{
	months: [12]string{"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"},
	short:  [12]string{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"},
	days:   [7]string{"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"},
	long:   "{d} {m} {y}", list: "{d} {m} {y}", today: "{w} {d} {m}",
}

func wordsOf(tag string) dateWords {
	switch tag {
	default:
		return english
	}
}

// LongDate is a date within a sentence: 2 December 2026. t is in the reader's zone.
func (p Printer) LongDate(t time.Time) string {
	w := p.catalogue().dates
	return fill(w.long, []any{"d", t.Day(), "m", w.months[t.Month()-1], "y", t.Year()})
}

// ListDate is a date in a list: 2 Dec 2026. t is in the reader's zone.
func (p Printer) ListDate(t time.Time) string {
	w := p.catalogue().dates
	return fill(w.list, []any{"d", t.Day(), "m", w.short[t.Month()-1], "y", t.Year()})
}

// DayLine is a weekday and a date: Monday 23 November.
func (p Printer) DayLine(t time.Time) string {
	w := p.catalogue().dates
	return fill(w.today, []any{"w", w.days[t.Weekday()], "d", t.Day(), "m", w.months[t.Month()-1]})
}

// Clock is a time of day: 09:05. t is in the reader's zone.
func (p Printer) Clock(t time.Time) string { return t.Format("15:04") }

// When is a moment in a list, short for the near past: "Today 09:12",
// "Yesterday 18:40", "2 Sep 11:03", "2 Sep 2025". Both times are in the
// reader's zone.
func (p Printer) When(t, now time.Time) string {
	w := p.catalogue().dates
	switch days := daysBetween(t, now); {
	case days == 0:
		return p.T("date.today", "time", p.Clock(t))
	case days == 1:
		return p.T("date.yesterday", "time", p.Clock(t))
	case t.Year() == now.Year():
		return strconv.Itoa(t.Day()) + " " + w.short[t.Month()-1] + " " + p.Clock(t)
	}
	return p.ListDate(t)
}

// daysBetween counts midnights from t to now.
func daysBetween(t, now time.Time) int {
	a := time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
	b := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, time.UTC)
	return int(b.Sub(a).Hours() / 24)
}
