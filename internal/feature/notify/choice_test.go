package notify

import (
	"testing"
	"time"

	"foyer/internal/auth"
	"foyer/internal/feature/outbox"
)

// The daily mail over the days on which clocks change.
func TestNextDigest(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		now  string
		hour int
		zone string
		want string
	}{
		{"2026-11-23T07:59:59Z", 8, "UTC", "2026-11-23T08:00:00Z"},
		{"2026-11-23T08:00:00Z", 8, "UTC", "2026-11-24T08:00:00Z"},
		{"2026-12-31T23:30:00Z", 23, "UTC", "2027-01-01T23:00:00Z"},
		{"2026-11-23T23:10:00Z", 0, "UTC", "2026-11-24T00:00:00Z"},
		// Forward: there is no 02:00 on 29 March in Berlin, so it is 03:00.
		{"2026-03-28T23:00:00Z", 2, "Europe/Berlin", "2026-03-29T01:00:00Z"},
		{"2026-03-29T01:00:00Z", 2, "Europe/Berlin", "2026-03-30T00:00:00Z"},
		{"2026-03-28T23:00:00Z", 8, "Europe/Berlin", "2026-03-29T06:00:00Z"},
		// Back: 02:00 is there twice on 25 October, and the mail comes at the first.
		{"2026-10-24T23:00:00Z", 2, "Europe/Berlin", "2026-10-25T00:00:00Z"},
		{"2026-10-25T00:00:00Z", 2, "Europe/Berlin", "2026-10-26T01:00:00Z"},
		{"2026-10-25T00:30:00Z", 2, "Europe/Berlin", "2026-10-26T01:00:00Z"},
		// New York, where 01:00 repeats on 1 November and 02:00 is skipped on 8 March.
		{"2026-11-01T04:00:00Z", 1, "America/New_York", "2026-11-01T05:00:00Z"},
		{"2026-11-01T05:00:00Z", 1, "America/New_York", "2026-11-02T06:00:00Z"},
		{"2026-03-08T05:00:00Z", 2, "America/New_York", "2026-03-08T07:00:00Z"},
		// Half an hour, and a quarter, of difference; fourteen hours ahead.
		{"2026-10-03T14:00:00Z", 2, "Australia/Lord_Howe", "2026-10-03T15:30:00Z"},
		{"2026-11-23T00:00:00Z", 8, "Asia/Kathmandu", "2026-11-23T02:15:00Z"},
		{"2026-11-23T00:00:00Z", 8, "Pacific/Kiritimati", "2026-11-23T18:00:00Z"},
	} {
		now, err := time.Parse(time.RFC3339, c.now)
		if err != nil {
			t.Fatal(err)
		}
		zone, err := time.LoadLocation(c.zone)
		if err != nil {
			t.Fatal(err)
		}
		if got := nextDigest(now, c.hour, zone).UTC().Format(time.RFC3339); got != c.want {
			t.Errorf("after %s, %d o’clock in %s is %s, want %s", c.now, c.hour, c.zone, got, c.want)
		}
	}
}

// In every zone that changes its clocks, and at every hour, there is one daily mail for
// each day of a year.
func TestEveryDayHasOneDigest(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Chatham", "Africa/Cairo", "America/Santiago", "Atlantic/Azores"} {
		zone, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		for hour := range 24 {
			at, last := time.Date(2026, 1, 1, 0, 0, 0, 0, zone).Add(-time.Second), ""
			for range 365 {
				at = nextDigest(at, hour, zone)
				day := at.In(zone).Format(time.DateOnly)
				if day <= last {
					t.Errorf("%s at %d: after %s comes %s", name, hour, last, day)
				}
				last = day
			}
			if last != "2026-12-31" {
				t.Errorf("%s at %d: 365 mails end on %s", name, hour, last)
			}
		}
	}
}

func TestDefaults(t *testing.T) {
	t.Parallel()
	const now, daily = outbox.Now, outbox.Daily
	areas := []auth.Area{auth.Projects, auth.Money, auth.Contracts, auth.Cases, auth.Changes}
	for preset, want := range map[auth.Preset][]outbox.Choice{
		auth.PrimaryPreset: {now, now, now, now, now}, auth.BillingPreset: {daily, now, daily, daily, daily}, auth.SignatoryPreset: {daily, daily, now, daily, daily},
		auth.ProjectPreset: {now, daily, daily, now, now}, auth.SupportPreset: {now, daily, daily, now, now}, auth.ReaderPreset: {daily, daily, daily, daily, daily},
	} {
		for i, area := range areas {
			if got := byContact(preset.Capabilities(), area); got != want[i] {
				t.Errorf("%s gets mail about %s %s, want %s", preset, area, got, want[i])
			}
		}
	}
	for role, want := range map[auth.Role][]outbox.Choice{
		auth.Owner: {now, now, now, now, now}, auth.Admin: {now, now, now, now, now}, auth.Finance: {daily, now, now, daily, daily},
		auth.Project: {now, daily, now, daily, now}, auth.Support: {daily, daily, daily, now, now}, auth.Viewer: {daily, daily, daily, daily, daily},
	} {
		for i, area := range areas {
			if got := byRole(role, area); got != want[i] {
				t.Errorf("%s gets mail about %s %s, want %s", role, area, got, want[i])
			}
		}
	}
}
