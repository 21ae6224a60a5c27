package app

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"foyer/internal/feature/calendar"
	"foyer/internal/kernel/civil"
)

func zoneOf(t *testing.T, name string) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

// entryOn is an event from one moment to another, by the clock of a zone.
func entryOn(zone *time.Location, from, to string) calendar.Entry {
	at := func(text string) time.Time {
		t, err := time.ParseInLocation("2006-01-02 15:04", text, zone)
		if err != nil {
			panic(err)
		}
		return t
	}
	return calendar.Entry{Kind: calendar.Own, Starts: at(from), Ends: at(to)}
}

func TestWeeksOfAMonth(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		day         civil.Date
		starts      time.Weekday
		from, until civil.Date
	}{
		{"2026-11-15", time.Monday, "2026-10-26", "2026-12-07"},
		{"2026-11-01", time.Sunday, "2026-11-01", "2026-12-06"},
		{"2026-11-30", time.Saturday, "2026-10-31", "2026-12-05"},
		{"2027-02-10", time.Monday, "2027-02-01", "2027-03-01"}, // four weeks
		{"2026-08-31", time.Sunday, "2026-07-26", "2026-09-06"}, // six
	} {
		if from, until := monthOf(c.day, c.starts); from != c.from || until != c.until {
			t.Errorf("the month of %s in weeks from %s is %s to %s, want %s to %s", c.day, c.starts, from, until, c.from, c.until)
		}
	}
	for n, want := range map[int]civil.Date{0: "2026-01-01", 1: "2026-02-01", -1: "2025-12-01", 13: "2027-02-01"} {
		if got := monthAfter("2026-01-31", n); got != want {
			t.Errorf("the %dth month after January is %s, want %s", n, got, want)
		}
	}
}

// Whole weeks, with every day of the month in them, whatever day they begin on.
func TestMonthsAreWholeWeeks(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		day := civil.Date("2020-01-01").Add(rapid.IntRange(0, 9000).Draw(t, "day"))
		starts := time.Weekday(rapid.IntRange(0, 6).Draw(t, "starts"))
		from, until := monthOf(day, starts)
		n := from.Until(until)
		if from.Time().Weekday() != starts || n%7 != 0 || n < 28 || n > 42 || day < from || day >= until {
			t.Fatalf("the month of %s in weeks from %s is %s to %s", day, starts, from, until)
		}
		if first := weekOf(day, starts); first.Time().Weekday() != starts || first.Until(day) < 0 || first.Until(day) > 6 {
			t.Fatalf("the week of %s from %s begins on %s", day, starts, first)
		}
	})
}

// What ends at midnight is on one day, what goes past it on two.
func TestEntriesByDay(t *testing.T) {
	t.Parallel()
	zone := zoneOf(t, "Pacific/Kiritimati")
	days := byDay("2026-11-23", "2026-11-26", []calendar.Entry{
		{Kind: calendar.Due, On: "2026-11-24"}, {Kind: calendar.Due, On: "2026-11-27"},
		entryOn(zone, "2026-11-22 23:00", "2026-11-23 01:00"), entryOn(zone, "2026-11-23 23:00", "2026-11-24 00:00"),
		entryOn(zone, "2026-11-24 22:00", "2026-11-25 02:00"), entryOn(zone, "2026-11-25 23:00", "2026-11-26 03:00"),
	}, zone)
	var got []int
	for _, d := range days {
		got = append(got, len(d.Entries))
	}
	if !slices.Equal(got, []int{2, 2, 2}) {
		t.Errorf("on the days are %v entries", got)
	}
	if got := byDay("2026-11-23", "2026-11-20", nil, zone); len(got) != 0 {
		t.Errorf("a span that ends before it begins has %d days", len(got))
	}
}

func TestHoursOfADay(t *testing.T) {
	t.Parallel()
	for zone, want := range map[string]map[civil.Date]string{
		"Europe/Dublin":       {"2026-03-28": "", "2026-03-29": "23", "2026-10-25": "25"},
		"Australia/Lord_Howe": {"2026-10-03": "", "2026-10-04": "23:30", "2026-04-05": "24:30"},
	} {
		for day, hours := range want {
			if got := shiftOf(day, zoneOf(t, zone)); got != hours {
				t.Errorf("%s in %s has %q hours, want %q", day, zone, got, hours)
			}
		}
	}
}

func TestBlocksOfADay(t *testing.T) {
	t.Parallel()
	dublin, cairo, howe := zoneOf(t, "Europe/Dublin"), zoneOf(t, "Africa/Cairo"), zoneOf(t, "Australia/Lord_Howe")
	for name, c := range map[string]struct {
		day     civil.Date
		zone    *time.Location
		entries []calendar.Entry
		want    string
	}{
		"alone":          {"2026-11-23", dublin, []calendar.Entry{entryOn(dublin, "2026-11-23 09:00", "2026-11-23 10:00")}, "36-40 0/1"},
		"short":          {"2026-11-23", dublin, []calendar.Entry{entryOn(dublin, "2026-11-23 09:05", "2026-11-23 09:10")}, "36-38 0/1"},
		"before bed":     {"2026-11-23", dublin, []calendar.Entry{entryOn(dublin, "2026-11-23 23:50", "2026-11-24 00:00")}, "94-96 0/1"},
		"from yesterday": {"2026-11-23", dublin, []calendar.Entry{entryOn(dublin, "2026-11-22 23:00", "2026-11-23 01:00")}, "0-4 0/1"},
		"into tomorrow":  {"2026-11-23", dublin, []calendar.Entry{entryOn(dublin, "2026-11-23 22:00", "2026-11-24 01:00")}, "88-96 0/1"},
		"beside":         {"2026-11-23", dublin, []calendar.Entry{entryOn(dublin, "2026-11-23 09:00", "2026-11-23 10:00"), entryOn(dublin, "2026-11-23 09:30", "2026-11-23 10:30"), entryOn(dublin, "2026-11-23 10:00", "2026-11-23 11:00"), entryOn(dublin, "2026-11-23 11:00", "2026-11-23 12:00")}, "36-40 0/2, 38-42 1/2, 40-44 0/2, 44-48 0/1"},
		// An hour that is left out: from 0:30 to 2:30 is one.
		"23 hours": {"2026-03-29", dublin, []calendar.Entry{{Starts: time.Date(2026, 3, 29, 0, 30, 0, 0, time.UTC), Ends: time.Date(2026, 3, 29, 1, 30, 0, 0, time.UTC)}}, "2-10 0/1"},
		// Half past one comes twice; both stand there, beside each other.
		"25 hours": {"2026-10-25", dublin, []calendar.Entry{{Starts: time.Date(2026, 10, 25, 0, 30, 0, 0, time.UTC), Ends: time.Date(2026, 10, 25, 1, 0, 0, 0, time.UTC)}, {Starts: time.Date(2026, 10, 25, 1, 30, 0, 0, time.UTC), Ends: time.Date(2026, 10, 25, 2, 0, 0, 0, time.UTC)}}, "6-8 0/2, 6-8 1/2"},
		// It ends at 1:15 by the clock, before it begins.
		"across": {"2026-10-25", dublin, []calendar.Entry{{Starts: time.Date(2026, 10, 25, 0, 45, 0, 0, time.UTC), Ends: time.Date(2026, 10, 25, 1, 15, 0, 0, time.UTC)}}, "7-9 0/1"},
		// Half an hour is left out, or comes twice.
		"23:30 hours": {"2026-10-04", howe, []calendar.Entry{entryOn(howe, "2026-10-04 01:30", "2026-10-04 03:00"), entryOn(howe, "2026-10-04 09:00", "2026-10-04 10:00")}, "6-12 0/1, 36-40 0/1"},
		"24:30 hours": {"2026-04-05", howe, []calendar.Entry{{Starts: time.Date(2026, 4, 4, 14, 45, 0, 0, time.UTC), Ends: time.Date(2026, 4, 4, 15, 15, 0, 0, time.UTC)}, entryOn(howe, "2026-04-05 09:00", "2026-04-05 10:00")}, "7-9 0/1, 36-40 0/1"},
		"no midnight": {"2026-04-24", cairo, []calendar.Entry{entryOn(cairo, "2026-04-24 01:00", "2026-04-24 02:00")}, "4-8 0/1"},
	} {
		_, blocks, more := calendarDay{c.day, c.entries}.lay(c.zone)
		got := ""
		for _, b := range blocks {
			got += fmt.Sprintf(", %d-%d %d/%d", b.From, b.Until, b.Lane, b.Lanes)
		}
		if got = got[min(2, len(got)):]; got != c.want || more != 0 {
			t.Errorf("%s: %s and %d more, want %s", name, got, more, c.want)
		}
	}
}

// Whatever there is, no two blocks cover one another, none leaves its day, and what
// finds no room is counted.
func TestBlocksNeverCoverEachOther(t *testing.T) {
	t.Parallel()
	zone := zoneOf(t, "Europe/Dublin")
	rapid.Check(t, func(t *rapid.T) {
		day := rapid.SampledFrom([]civil.Date{"2026-11-23", "2026-03-29", "2026-10-25"}).Draw(t, "day")
		begins, d := day.Begins(zone), calendarDay{Date: day}
		for range rapid.IntRange(0, 80).Draw(t, "entries") {
			starts := begins.Add(time.Duration(rapid.IntRange(0, 24*12-1).Draw(t, "starts")) * 5 * time.Minute)
			d.Entries = append(d.Entries, calendar.Entry{Starts: starts, Ends: starts.Add(time.Duration(rapid.IntRange(1, 96).Draw(t, "length")) * 5 * time.Minute)})
		}
		above, blocks, more := d.lay(zone)
		if len(above) != 0 || len(blocks)+more != len(d.Entries) || len(blocks) > mostBlocks {
			t.Fatalf("of %d are %d drawn and %d counted", len(d.Entries), len(blocks), more)
		}
		for n, b := range blocks {
			if b.From < 0 || b.Until > 96 || b.Until-b.From < leastRows || b.Lane < 0 || b.Lane >= b.Lanes || b.Lanes > mostLanes {
				t.Fatalf("a block stands at %+v", b)
			}
			for _, o := range blocks[:n] {
				if o.From < b.Until && b.From < o.Until && (o.Lanes != b.Lanes || o.Lane == b.Lane) {
					t.Fatalf("%+v covers %+v", b, o)
				}
			}
		}
	})
}

// A page of the agenda and the ones after it have every entry once.
func TestAgendaGoesOn(t *testing.T) {
	t.Parallel()
	var days []calendarDay
	want := 0
	for n := range 5 {
		d := calendarDay{Date: civil.Date("2026-11-23").Add(n)}
		for m := range n * 70 {
			d.Entries = append(d.Entries, calendar.Entry{ID: fmt.Sprint(n, m)})
		}
		want += len(d.Entries)
		days = append(days, d)
	}
	seen := map[string]bool{}
	at, after := days[0].Date, 0
	for pages := 0; ; pages++ {
		if pages > 20 {
			t.Fatal("it never ends")
		}
		kept, next, skip := fewer(days[days[0].Date.Until(at):], after, mostOfDays)
		n := 0
		for _, d := range kept {
			for _, e := range d.Entries {
				if seen[e.ID] {
					t.Errorf("%s is there twice", e.ID)
				}
				seen[e.ID] = true
				n++
			}
		}
		if n > mostOfDays {
			t.Errorf("a page has %d", n)
		}
		if next == "" {
			break
		}
		at, after = next, skip
	}
	if len(seen) != want {
		t.Errorf("%d of %d are shown", len(seen), want)
	}
}

func TestShownHours(t *testing.T) {
	t.Parallel()
	var work calendar.Hours
	work[time.Monday] = calendar.Span{Opens: 8*60 + 30, Closes: 18*60 + 15}
	if from, until := shownHours(work, nil); from != 8 || until != 19 {
		t.Errorf("from %d to %d", from, until)
	}
	if from, until := shownHours(calendar.Hours{}, [][]block{{{From: 2, Until: 5}}, {{From: 80, Until: 96}}}); from != 0 || until != 24 {
		t.Errorf("from %d to %d", from, until)
	}
}
