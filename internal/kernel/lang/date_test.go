package lang_test

import (
	"math"
	"strings"
	"testing"
	"time"

	"foyer/internal/kernel/lang"
)

func TestDates(t *testing.T) {
	t.Parallel()
	p := lang.For("en")
	for _, c := range []struct {
		at              string
		long, list, day string
	}{
		{"2026-12-02", "2 December 2026", "2 Dec 2026", "Wednesday 2 December"},
		{"2026-11-23", "23 November 2026", "23 Nov 2026", "Monday 23 November"},
		{"2024-02-29", "29 February 2024", "29 Feb 2024", "Thursday 29 February"},
		{"2026-01-01", "1 January 2026", "1 Jan 2026", "Thursday 1 January"},
		{"2026-05-31", "31 May 2026", "31 May 2026", "Sunday 31 May"},
		{"2027-09-04", "4 September 2027", "4 Sep 2027", "Saturday 4 September"},
	} {
		at, err := time.Parse(time.DateOnly, c.at)
		if err != nil {
			t.Fatal(err)
		}
		if p.LongDate(at) != c.long || p.ListDate(at) != c.list || p.DayLine(at) != c.day {
			t.Errorf("%s is %q, %q, %q", c.at, p.LongDate(at), p.ListDate(at), p.DayLine(at))
		}
	}
	for m := time.January; m <= time.December; m++ {
		at := time.Date(2026, m, 15, 0, 0, 0, 0, time.UTC)
		if p.LongDate(at) != at.Format("2 January 2006") || p.ListDate(at) != at.Format("2 Jan 2006") || p.DayLine(at) != at.Format("Monday 2 January") ||
			p.DayMonth(at) != at.Format("2 Jan") || p.ShortMonth(at) != at.Format("Jan") || p.Month(at) != at.Format("January 2006") ||
			p.Weekday(at.Weekday()) != at.Format("Monday") || p.ShortWeekday(at.Weekday()) != at.Format("Mon") {
			t.Errorf("%s is said as %q, %q, %q", m, p.LongDate(at), p.ListDate(at), p.DayLine(at))
		}
	}
	if got := p.Clock(time.Date(2026, 1, 1, 9, 5, 59, 0, time.UTC)); got != "09:05" {
		t.Errorf("the clock says %s", got)
	}
}

func TestWhen(t *testing.T) {
	t.Parallel()
	dublin, err := time.LoadLocation("Europe/Dublin")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ at, now, want, german string }{
		{"2026-11-23T09:12", "2026-11-23T09:13", "Today 09:12", "Heute 09:12"},
		{"2026-11-23T00:00", "2026-11-23T23:59", "Today 00:00", "Heute 00:00"},
		{"2026-11-22T23:59", "2026-11-23T00:00", "Yesterday 23:59", "Gestern 23:59"},
		{"2026-11-21T23:59", "2026-11-23T00:00", "21 Nov 23:59", "21. Nov. 23:59"},
		{"2026-09-02T11:03", "2026-11-23T00:00", "2 Sep 11:03", "2. Sept. 11:03"},
		{"2026-01-01T00:00", "2026-12-31T23:59", "1 Jan 00:00", "1. Jan. 00:00"},
		{"2025-12-31T23:59", "2026-01-01T00:00", "Yesterday 23:59", "Gestern 23:59"},
		{"2025-12-30T10:00", "2026-01-01T00:00", "30 Dec 2025", "30. Dez. 2025"},
		// The nights in which the clocks change are 25 and 23 hours apart.
		{"2026-10-24T12:00", "2026-10-25T12:00", "Yesterday 12:00", "Gestern 12:00"},
		{"2026-03-28T00:30", "2026-03-29T23:30", "Yesterday 00:30", "Gestern 00:30"},
		{"2026-11-24T09:00", "2026-11-23T09:00", "24 Nov 09:00", "24. Nov. 09:00"}, // a clock that went backwards
	} {
		at, err1 := time.ParseInLocation("2006-01-02T15:04", c.at, dublin)
		now, err2 := time.ParseInLocation("2006-01-02T15:04", c.now, dublin)
		if err1 != nil || err2 != nil {
			t.Fatal(err1, err2)
		}
		for tag, want := range map[string]string{"en": c.want, "de": c.german} {
			if got := lang.For(tag).When(at, now); got != want {
				t.Errorf("%s at %s in %s is %q, want %q", c.at, c.now, tag, got, want)
			}
		}
	}
}

func TestGermanDates(t *testing.T) {
	t.Parallel()
	p := lang.For("de")
	months := strings.Fields("Januar Februar März April Mai Juni Juli August September Oktober November Dezember")
	short := strings.Fields("Jan. Feb. März Apr. Mai Juni Juli Aug. Sept. Okt. Nov. Dez.")
	for i := range 12 {
		at := time.Date(2026, time.Month(i+1), 2, 0, 0, 0, 0, time.UTC)
		for got, want := range map[string]string{
			p.LongDate(at): "2. " + months[i] + " 2026", p.ListDate(at): "2. " + short[i] + " 2026", p.DayMonth(at): "2. " + short[i],
			p.ShortMonth(at): short[i],
		} {
			if got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		}
	}
	for i, day := range strings.Fields("Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag") {
		at := time.Date(2026, time.November, 23+i, 0, 0, 0, 0, time.UTC)
		if got, want := p.DayLine(at), day+", "+at.Format("2")+". November"; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestDateSpan(t *testing.T) {
	t.Parallel()
	none := time.Time{}
	from, to := time.Date(2026, 9, 7, 0, 0, 0, 0, time.UTC), time.Date(2027, 1, 28, 0, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		from, to      time.Time
		english, tode string
	}{
		{from, to, "7 September 2026 to 28 January 2027", "7. September 2026 bis 28. Januar 2027"},
		{from, none, "from 7 September 2026", "ab 7. September 2026"},
		{none, to, "until 28 January 2027", "bis 28. Januar 2027"},
		{none, none, "", ""},
	} {
		if en, de := lang.For("en").DateSpan(c.from, c.to), lang.For("de").DateSpan(c.from, c.to); en != c.english || de != c.tode {
			t.Errorf("%v to %v is %q and %q", c.from, c.to, en, de)
		}
	}
}

func TestDistance(t *testing.T) {
	t.Parallel()
	for days, want := range map[int][2]string{
		0: {"today", "heute"}, 1: {"tomorrow", "morgen"}, -1: {"yesterday", "gestern"},
		2: {"in 2 days", "in 2 Tagen"}, 9: {"in 9 days", "in 9 Tagen"}, 365: {"in 365 days", "in 365 Tagen"},
		-2: {"2 days ago", "vor 2 Tagen"}, -6: {"6 days ago", "vor 6 Tagen"},
	} {
		if en, de := lang.For("en").Distance(days), lang.For("de").Distance(days); en != want[0] || de != want[1] {
			t.Errorf("%d days are %q and %q", days, en, de)
		}
	}
	for days, want := range map[int][2]string{
		1: {"1 day overdue", "seit 1 Tag überfällig"}, 2: {"2 days overdue", "seit 2 Tagen überfällig"}, 6: {"6 days overdue", "seit 6 Tagen überfällig"},
	} {
		if en, de := lang.For("en").Overdue(days), lang.For("de").Overdue(days); en != want[0] || de != want[1] {
			t.Errorf("%d days overdue are %q and %q", days, en, de)
		}
	}
}

func TestNumber(t *testing.T) {
	t.Parallel()
	for n, want := range map[int][2]string{
		0: {"0", "0"}, 7: {"7", "7"}, 999: {"999", "999"}, 1000: {"1,000", "1.000"}, 1204: {"1,204", "1.204"}, 123456: {"123,456", "123.456"},
		1234567: {"1,234,567", "1.234.567"}, -1204: {"−1,204", "−1.204"}, -100: {"−100", "−100"},
		math.MinInt64: {"−9,223,372,036,854,775,808", "−9.223.372.036.854.775.808"},
	} {
		for tag, want := range map[string]string{"en": want[0], "de": want[1], lang.Pseudo: want[0]} {
			if got := lang.For(tag).Number(n); got != want {
				t.Errorf("%d in %s is %q, want %q", n, tag, got, want)
			}
		}
	}
}
