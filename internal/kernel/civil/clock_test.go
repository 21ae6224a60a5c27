package civil_test

import (
	"testing"
	"time"

	"foyer/internal/kernel/civil"
)

// What a clock shows is a moment, also on the days on which clocks are moved.
func TestAt(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		zone    string
		day     civil.Date
		minutes int
		want    string // empty for a time that never comes
	}{
		{"UTC", "2026-11-23", 9 * 60, "2026-11-23T09:00:00Z"},
		{"Europe/Dublin", "2026-07-01", 9 * 60, "2026-07-01T08:00:00Z"},
		{"Europe/Dublin", "2027-03-28", 30, "2027-03-28T00:30:00Z"},
		{"Europe/Dublin", "2027-03-28", 90, ""},
		{"Europe/Dublin", "2027-03-28", 120, "2027-03-28T01:00:00Z"},
		{"Europe/Dublin", "2026-10-25", 90, "2026-10-25T00:30:00Z"}, // the first of two
		{"Europe/Dublin", "2026-10-25", 120, "2026-10-25T02:00:00Z"},
		{"America/New_York", "2027-03-14", 150, ""},
		{"America/New_York", "2027-11-07", 90, "2027-11-07T05:30:00Z"},
		{"Australia/Lord_Howe", "2027-10-03", 135, ""}, // half an hour is skipped
		{"Australia/Lord_Howe", "2027-04-04", 105, "2027-04-03T14:45:00Z"},
		{"Pacific/Kiritimati", "2026-11-23", 0, "2026-11-22T10:00:00Z"},
		{"America/Santiago", "2026-09-06", 0, ""}, // midnight itself
		{"Europe/Dublin", "2026-11-23", 24 * 60, "2026-11-24T00:00:00Z"},
	} {
		zone, err := time.LoadLocation(c.zone)
		if err != nil {
			t.Fatal(err)
		}
		at, ok := c.day.At(c.minutes, zone)
		got := ""
		if ok {
			got = at.Format(time.RFC3339)
		}
		if got != c.want {
			t.Errorf("%s, %d minutes, %s: %q, want %q", c.day, c.minutes, c.zone, got, c.want)
		}
	}
}

func TestClock(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int{"00:00": 0, "09:30": 570, "23:59": 1439, "10:30:00": 630, "24:00": -1, "9h": -1, "": -1, "10:3": -1} {
		got, ok := civil.Clock(text)
		if !ok {
			got = -1
		}
		if got != want {
			t.Errorf("%q is %d, want %d", text, got, want)
		}
	}
}
