package calendar

import (
	"strings"
	"testing"
	"time"

	"foyer/internal/kernel/lang"
)

// An evening in Tokyo is a morning in Lisbon, and is not called an evening there.
func TestAPartOfADayIsSaidByItsHoursElsewhere(t *testing.T) {
	t.Parallel()
	p := lang.For("en")
	place := func(name string) *time.Location {
		zone, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		return zone
	}
	at := func(zone string, hour int) time.Time { return time.Date(2026, 12, 21, hour, 0, 0, 0, place(zone)) }
	for _, c := range []struct {
		slot       Slot
		zone, says string
		hours      bool
	}{
		{Slot{Part: Evening, Starts: at("Asia/Tokyo", 18), Ends: at("Asia/Tokyo", 21)}, "Asia/Tokyo", "evening", false},
		{Slot{Part: Evening, Starts: at("Asia/Tokyo", 18), Ends: at("Asia/Tokyo", 21)}, "Europe/Lisbon", "09:00", true},
		{Slot{Part: Morning, Starts: at("Europe/Dublin", 9), Ends: at("Europe/Dublin", 12)}, "Europe/Lisbon", "morning", false},
		{Slot{Part: Day, Starts: at("Europe/Dublin", 9), Ends: at("Europe/Dublin", 17)}, "Europe/Dublin", "21 December", false},
		{Slot{Part: Day, Starts: at("Pacific/Auckland", 9), Ends: at("Pacific/Auckland", 17)}, "Europe/Dublin", "20:00", true},
	} {
		said := c.slot.Say(p, place(c.zone))
		if !strings.Contains(said, c.says) || strings.Contains(said, ":00") != c.hours {
			t.Errorf("%s in %s is said as %q", c.slot.Part, c.zone, said)
		}
	}
}

// A zone is called by its city, in the reader's language.
func TestAZoneIsCalledByItsCity(t *testing.T) {
	t.Parallel()
	for zone, want := range map[string][2]string{
		"Europe/Vienna": {"Vienna", "Wien"}, "America/New_York": {"New York", "New York"}, "Asia/Ho_Chi_Minh": {"Ho Chi Minh City", "Ho-Chi-Minh-Stadt"}, "UTC": {"UTC", "UTC"},
	} {
		at, err := time.LoadLocation(zone)
		if err != nil {
			t.Fatal(err)
		}
		if got := [2]string{ZoneName(lang.For("en"), at), ZoneName(lang.For("de"), at)}; got != want {
			t.Errorf("%s is called %q, want %q", zone, got, want)
		}
	}
}
