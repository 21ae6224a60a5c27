package contract

import (
	"testing"
	"time"

	"foyer/internal/kernel/lang"
)

// A moment names the workspace's clock only where that shows another time.
func TestMomentsOfTheCertificate(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 23, 16, 39, 5, 0, time.UTC)
	for zone, want := range map[string]string{
		"UTC":           "23 November 2026 16:39:05 UTC",
		"Europe/Dublin": "23 November 2026 16:39:05 UTC",
		"Europe/Berlin": "23 November 2026 16:39:05 UTC (17:39 CET)",
	} {
		place, err := time.LoadLocation(zone)
		if err != nil {
			t.Fatal(err)
		}
		if got := (complete{zone: place}).when(lang.For("en"), at); got != want {
			t.Errorf("%s: %q, want %q", zone, got, want)
		}
	}
}
