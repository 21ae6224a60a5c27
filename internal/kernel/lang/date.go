package lang

import "time"

// dateWords are the names and patterns of one language. Patterns use {d}, {m},
// {y}, {w} and {t} for day, month name, year, weekday name and time of day.
type dateWords struct {
	months, short [12]string
	days, brief   [7]string
	long, list    string // 2 December 2026; 2 Dec 2026
	dayMonth      string // 2 Dec
	moment        string // 2 Dec 11:03
	today         string // Monday 23 November
	full          string // Monday 23 November 2026
	month         string // November 2026
}

var english = dateWords{
	months: [12]string{"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"},
	short:  [12]string{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"},
	days:   [7]string{"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"},
	brief:  [7]string{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"},
	month:  "{m} {y}",
	long:   "{d} {m} {y}", list: "{d} {m} {y}", dayMonth: "{d} {m}", moment: "{d} {m} {t}", today: "{w} {d} {m}", full: "{w} {d} {m} {y}",
}

var german = dateWords{
	months: [12]string{"Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember"},
	short:  [12]string{"Jan.", "Feb.", "März", "Apr.", "Mai", "Juni", "Juli", "Aug.", "Sept.", "Okt.", "Nov.", "Dez."},
	days:   [7]string{"Sonntag", "Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag"},
	brief:  [7]string{"So.", "Mo.", "Di.", "Mi.", "Do.", "Fr.", "Sa."},
	month:  "{m} {y}",
	long:   "{d}. {m} {y}", list: "{d}. {m} {y}", dayMonth: "{d}. {m}", moment: "{d}. {m} {t}", today: "{w}, {d}. {m}", full: "{w}, {d}. {m} {y}",
}

func wordsOf(tag string) dateWords {
	switch tag {
	case "de":
		return german
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

// DayMonth is a date in a list that says the year elsewhere: 2 Dec.
func (p Printer) DayMonth(t time.Time) string {
	w := p.catalogue().dates
	return fill(w.dayMonth, []any{"d", t.Day(), "m", w.short[t.Month()-1]})
}

// ShortMonth is the month of a date block: Dec.
func (p Printer) ShortMonth(t time.Time) string {
	return p.catalogue().dates.short[t.Month()-1]
}

// DayLine is a weekday and a date: Monday 23 November.
func (p Printer) DayLine(t time.Time) string {
	w := p.catalogue().dates
	return fill(w.today, []any{"w", w.days[t.Weekday()], "d", t.Day(), "m", w.months[t.Month()-1]})
}

// FullDate is a weekday and a date with its year: Monday 23 November 2026.
func (p Printer) FullDate(t time.Time) string {
	w := p.catalogue().dates
	return fill(w.full, []any{"w", w.days[t.Weekday()], "d", t.Day(), "m", w.months[t.Month()-1], "y", t.Year()})
}

// Weekday is the name of a day of the week: Monday.
func (p Printer) Weekday(day time.Weekday) string { return p.catalogue().dates.days[day] }

// DateSpan is from one date to another: 7 September 2026 to 28 January 2027.
// One that is zero is open: "from 7 September 2026", "until 28 January 2027".
// Both zero give nothing.
func (p Printer) DateSpan(from, to time.Time) string {
	switch {
	case from.IsZero() && to.IsZero():
		return ""
	case to.IsZero():
		return p.T("date.from", "from", p.LongDate(from))
	case from.IsZero():
		return p.T("date.until", "to", p.LongDate(to))
	}
	return p.T("date.span", "from", p.LongDate(from), "to", p.LongDate(to))
}

// Distance is how far a date is from today, in days: today, tomorrow,
// yesterday, in 9 days, 6 days ago. It begins small, as within a sentence.
func (p Printer) Distance(days int) string {
	switch {
	case days == 0:
		return p.T("date.distance.today")
	case days == 1:
		return p.T("date.distance.tomorrow")
	case days == -1:
		return p.T("date.distance.yesterday")
	case days > 0:
		return p.N("date.distance.ahead", days)
	}
	return p.N("date.distance.ago", -days)
}

// Overdue is by how many days a date was missed: 6 days overdue.
func (p Printer) Overdue(days int) string { return p.N("date.overdue", days) }

// Month is a month with its year: November 2026.
func (p Printer) Month(t time.Time) string {
	w := p.catalogue().dates
	return fill(w.month, []any{"m", w.months[t.Month()-1], "y", t.Year()})
}

// ShortWeekday is its name at the head of a column: Mon.
func (p Printer) ShortWeekday(day time.Weekday) string { return p.catalogue().dates.brief[day] }

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
		return fill(w.moment, []any{"d", t.Day(), "m", w.short[t.Month()-1], "t", p.Clock(t)})
	}
	return p.ListDate(t)
}

// daysBetween counts midnights from t to now.
func daysBetween(t, now time.Time) int {
	a := time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
	b := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, time.UTC)
	return int(b.Sub(a).Hours() / 24)
}
