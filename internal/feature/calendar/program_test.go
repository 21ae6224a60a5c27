package calendar_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"foyer/internal/feature/calendar"
)

// calcurse runs a calendar program of Debian's in a zone, with a folder of its own.
func calcurse(t *testing.T, folder, zone string, args ...string) string {
	t.Helper()
	run := exec.CommandContext(t.Context(), "calcurse", append([]string{"-D", folder, "-C", folder}, args...)...)
	run.Env = append(os.Environ(), "TZ="+zone, "LC_ALL=C.UTF-8", "HOME="+folder)
	out, err := run.CombinedOutput()
	if err != nil {
		t.Fatalf("calcurse %v: %v\n%s", args, err, out)
	}
	return string(out)
}

// A calendar program that is not ours takes a feed whole, and shows each meeting at its
// time in the zone of whoever looks.
func TestACalendarProgramShowsTheFeed(t *testing.T) {
	if _, err := exec.LookPath("calcurse"); err != nil {
		if os.Getenv("FOYER_TEST_REQUIRE") != "" {
			t.Fatal("calcurse is not here")
		}
		t.Skip("calcurse is not here")
	}
	onBoth(t, func(t *testing.T, d *desk) {
		ctx := t.Context()
		d.confirm(t, d.request(t, "Europe/Lisbon", at("2026-12-03", "10:30")...))
		long := strings.Repeat("Übergrößenträgerbesprechung, mit Komma; und Strichpunkt ", 3)
		made, err := d.portal(t).Request(ctx, calendar.Wish{Type: calendar.InPerson, Topic: long, Offer: calendar.Offer{Times: at("2026-12-04", "14:00"), Zone: "Europe/Lisbon", Length: "60"}})
		must(t, err)
		must(t, d.portal(t).NewFeed(ctx))
		feed, err := d.portal(t).Feed(ctx)
		must(t, err)
		c, err := d.f.Read(ctx, d.Visitor(t, home, ""), strings.TrimSuffix(strings.SplitAfter(feed.URL, "/calendar/")[1], ".ics"))
		must(t, err)
		folder := t.TempDir()
		file := filepath.Join(folder, "feed.ics")
		must(t, os.WriteFile(file, c.Bytes(), 0o600))
		if said := calcurse(t, folder, "Asia/Tokyo", "-i", file); !strings.Contains(said, "2 apps / 0 events / 0 todos / 0 skipped") {
			t.Fatalf("it takes %s", said)
		}
		shown := calcurse(t, folder, "Asia/Tokyo", "-Q", "--from", "12/03/2026", "--days", "3")
		for _, want := range []string{"19:30 -> 20:00\n\tWalk through the shop", "23:00 -> "} {
			if !strings.Contains(shown, want) {
				t.Errorf("it shows\n%s\nwithout %q", shown, want)
			}
		}
		if title := d.get(t, made).Title; !strings.Contains(shown, title) {
			t.Errorf("it shows\n%s\nwithout %q", shown, title)
		}
	})
}
