package calendar_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"foyer/internal/feature/calendar"
)

// So many requests of a client can wait at a time, whoever of its people asks.
func TestRequestsThatWaitAreLimited(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		day := moment(t, "2026-12-01T00:00:00Z")
		ask := func(n int) (calendar.ID, error) {
			return d.portal(t).Request(t.Context(), wish("UTC", at(day.AddDate(0, 0, n/10*7).Format(time.DateOnly), day.Add(time.Duration(9*60+n%10*30)*time.Minute).Format("15:04"))...))
		}
		var all []calendar.ID
		for n := range calendar.MostRequests {
			made, err := ask(n)
			must(t, err)
			all = append(all, made)
		}
		_, err := ask(calendar.MostRequests)
		conflict(t, err, "meeting.too_many_requests")
		must(t, d.portal(t).Cancel(t.Context(), all[0], 0, ""))
		_, err = ask(calendar.MostRequests)
		must(t, err)
		_, err = ask(calendar.MostRequests + 1)
		conflict(t, err, "meeting.too_many_requests")
		d.confirm(t, all[1])
		_, err = ask(calendar.MostRequests + 1)
		must(t, err)
	})
}

// A request that expired and is asked for again waits like a new one.
func TestWhatExpiredCountsOnceItWaitsAgain(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		ctx := t.Context()
		lapsed := d.request(t, "UTC", at("2026-12-01", "10:00")...)
		d.At(moment(t, "2026-12-02T00:00:00Z"))
		d.sweep(t)
		d.is(t, lapsed, calendar.Expired, "", "2026-12-01T10:00:00Z")
		for n := range calendar.MostRequests {
			d.request(t, "UTC", at("2026-12-09", fmt.Sprintf("%02d:%02d", 9+n/4, n%4*15))...)
		}
		conflict(t, d.portal(t).Again(ctx, lapsed, d.seen(t, lapsed)), "meeting.too_many_requests")
		conflict(t, d.portal(t).Propose(ctx, lapsed, d.seen(t, lapsed), calendar.Offer{Times: at("2026-12-10", "10:00"), Zone: "UTC"}), "meeting.too_many_requests")
	})
}

// What one offered oneself and replaces, or takes off the table, is taken back; what the
// other side does to it is its answer.
func TestOnesOwnOfferIsTakenBack(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		ctx := t.Context()
		offer := func(day string) calendar.Offer { return calendar.Offer{Times: at(day, "10:00"), Zone: "UTC"} }
		e := d.request(t, "UTC", at("2026-12-01", "10:00")...)
		must(t, d.portal(t).Propose(ctx, e, d.seen(t, e), offer("2026-12-02")))
		must(t, d.app(t).Propose(ctx, e, d.seen(t, e), offer("2026-12-03")))
		must(t, d.app(t).Propose(ctx, e, d.seen(t, e), offer("2026-12-04")))
		must(t, d.portal(t).Propose(ctx, e, d.seen(t, e), offer("2026-12-07")))
		d.confirm(t, e)
		must(t, d.portal(t).Propose(ctx, e, d.seen(t, e), offer("2026-12-08")))
		must(t, d.portal(t).Refuse(ctx, e, d.seen(t, e), ""))
		must(t, d.portal(t).Propose(ctx, e, d.seen(t, e), offer("2026-12-09")))
		must(t, d.app(t).Refuse(ctx, e, d.seen(t, e), "We are full"))
		var got []string
		for _, o := range d.get(t, e).Proposals {
			got = append(got, o.Outcome)
		}
		if want := []string{"declined", "withdrawn", "accepted", "countered", "withdrawn", "countered", "withdrawn"}; !slices.Equal(got, want) {
			t.Errorf("from the newest on they are %q, want %q", got, want)
		}
	})
}

// Of the parts of a day those are offered in which working hours leave time, on the clock
// of who asks; and the first day is one on which that can be.
func TestPartsThatLeaveTime(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		terms, err := d.app(t).Terms(t.Context())
		must(t, err)
		dublin, err := time.LoadLocation("Europe/Dublin")
		must(t, err)
		now := moment(t, "2026-11-27T15:30:00Z").In(dublin) // a Friday, too late for that day
		for _, c := range []struct {
			zone  string
			parts []calendar.Part
			time  calendar.Time
			first string
		}{
			{"Europe/Dublin", []calendar.Part{calendar.Day, calendar.Morning, calendar.Afternoon}, calendar.Time{Part: calendar.Morning}, "2026-11-30"},
			{"America/New_York", []calendar.Part{calendar.Day, calendar.Morning}, calendar.Time{Time: "11:30"}, "2026-11-30"},
			{"Asia/Tokyo", []calendar.Part{calendar.Day, calendar.Evening}, calendar.Time{Part: calendar.Evening}, "2026-11-30"},
			{"Asia/Tokyo", []calendar.Part{calendar.Day, calendar.Evening}, calendar.Time{Time: "01:00"}, "2026-12-01"},
			{"Asia/Tokyo", []calendar.Part{calendar.Day, calendar.Evening}, calendar.Time{Part: calendar.Morning}, ""},
		} {
			zone, err := time.LoadLocation(c.zone)
			must(t, err)
			if got := (calendar.Opening{Hours: terms.Hours, At: dublin, In: zone, Now: now}).Parts(); !slices.Equal(got, c.parts) {
				t.Errorf("in %s there are %q, want %q", c.zone, got, c.parts)
			}
			if got := terms.Soonest(c.time, 30, c.zone, now); got != c.first {
				t.Errorf("in %s %v is first on %q, want %q", c.zone, c.time, got, c.first)
			}
		}
	})
}

// What an event is about is said where that is more than its title, without it.
func TestWhatIsMoreThanTheTitle(t *testing.T) {
	t.Parallel()
	for about, want := range map[string]string{"": "", "Sixty bowls": "", "Sixty  bowls\n": "", "Sixty bowls\n\nand what they cost": "and what they cost", "Bowls": "Bowls"} {
		if got := (calendar.Event{Title: "Sixty bowls", About: about}).More(); got != want {
			t.Errorf("%q is %q, want %q", about, got, want)
		}
	}
}
