package civil_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"foyer/internal/kernel/civil"
)

func TestParse(t *testing.T) {
	t.Parallel()
	for text, ok := range map[string]bool{
		"2026-12-02": true, "2024-02-29": true, "0001-01-01": true, "9999-12-31": true,
		"2026-02-29": false, "2026-13-01": false, "2026-00-10": false, "02.12.2026": false, "2026-1-2": false, "": false,
		"0000-01-01": false, "2026-12-02T10:00": false, " 2026-12-02": false, "99999-01-01": false,
	} {
		if got, is := civil.Parse(text); is != ok || ok && string(got) != text {
			t.Errorf("%q is read as %q, %v", text, got, is)
		}
	}
}

// The day at a moment is that of the zone, also in the hours that daylight
// saving doubles or removes and where zones lie a day apart.
func TestToday(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		zone, utc string
		want      civil.Date
	}{
		{"Europe/Dublin", "2026-10-24T23:30:00Z", "2026-10-25"},
		{"Europe/Dublin", "2026-10-25T23:30:00Z", "2026-10-25"}, // this day has 25 hours
		{"Europe/Dublin", "2026-03-28T23:59:00Z", "2026-03-28"},
		{"Europe/Dublin", "2026-03-29T22:59:00Z", "2026-03-29"}, // and this one 23
		{"Europe/Dublin", "2026-03-29T23:00:00Z", "2026-03-30"},
		{"Pacific/Kiritimati", "2026-12-31T10:00:00Z", "2027-01-01"},
		{"Pacific/Pago_Pago", "2027-01-01T10:59:00Z", "2026-12-31"},
	} {
		zone, err := time.LoadLocation(c.zone)
		if err != nil {
			t.Fatal(err)
		}
		at, err := time.Parse(time.RFC3339, c.utc)
		if err != nil {
			t.Fatal(err)
		}
		if got := civil.Today(at.In(zone)); got != c.want {
			t.Errorf("%s in %s is %s, want %s", c.utc, c.zone, got, c.want)
		}
	}
}

func TestAddAndUntilAreInverse(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		day := civil.Today(time.Unix(rapid.Int64Range(0, 4e9).Draw(t, "day"), 0).UTC())
		n := rapid.IntRange(-20000, 20000).Draw(t, "n")
		later := day.Add(n)
		if got := day.Until(later); got != n {
			t.Fatalf("from %s to %s are %d days, want %d", day, later, got, n)
		}
		if (n > 0) != (later > day) || later.Add(-n) != day {
			t.Fatalf("%s and %d days is %s", day, n, later)
		}
	})
	if civil.Date("").Add(3) != "" || !civil.Date("").Time().IsZero() {
		t.Error("no date became one")
	}
}

// A day begins at midnight, but for those on which clocks go forward over it.
func TestBegins(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		zone string
		day  civil.Date
		want string
	}{
		{"Europe/Dublin", "2026-03-29", "2026-03-29T00:00:00Z"},
		{"Africa/Cairo", "2026-04-23", "2026-04-22T22:00:00Z"},
		{"Africa/Cairo", "2026-04-24", "2026-04-23T22:00:00Z"}, // at 1 by the clock
		{"Africa/Cairo", "2026-04-25", "2026-04-24T21:00:00Z"},
		{"America/Santiago", "2026-09-06", "2026-09-06T04:00:00Z"}, // at 1
		{"Pacific/Apia", "2011-12-30", "2011-12-30T10:00:00Z"},     // which was left out
	} {
		zone, err := time.LoadLocation(c.zone)
		if err != nil {
			t.Fatal(err)
		}
		if got := c.day.Begins(zone).Format(time.RFC3339); got != c.want {
			t.Errorf("%s in %s begins at %s, want %s", c.day, c.zone, got, c.want)
		}
	}
}
