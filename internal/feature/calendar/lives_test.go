package calendar_test

import (
	"cmp"
	"strings"
	"testing"
	"time"

	"foyer/internal/feature/calendar"
	"foyer/internal/kernel/lang"
)

// moment reads an instant of a table.
func moment(t testing.TB, text string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, text)
	must(t, err)
	return at
}

// lives are weeks in which clocks change between a request and what becomes of it. The
// times of the contact are by their own clock, those of staff by Dublin's.
var lives = []struct {
	name, zone, now   string
	asked             calendar.Time
	starts            string // of what was asked for
	countered         calendar.Time
	counter           string // when that is
	moved             calendar.Time
	move              string
	weekLater, lapsed string // the same time offered anew, once it expired
}{
	{
		name: "Dublin in autumn", zone: "Europe/Dublin", now: "2026-10-22T09:00:00Z",
		asked: calendar.Time{Date: "2026-10-23", Time: "10:00"}, starts: "2026-10-23T09:00:00Z",
		countered: calendar.Time{Date: "2026-10-26", Time: "10:00"}, counter: "2026-10-26T10:00:00Z",
		moved: calendar.Time{Date: "2026-10-27", Time: "15:00"}, move: "2026-10-27T15:00:00Z",
		weekLater: "2026-10-30T10:00:00Z", lapsed: "2026-10-23T09:00:01Z",
	},
	{
		name: "New York, two weeks before Dublin", zone: "America/New_York", now: "2027-03-11T12:00:00Z",
		asked: calendar.Time{Date: "2027-03-12", Time: "10:00"}, starts: "2027-03-12T15:00:00Z",
		countered: calendar.Time{Date: "2027-03-15", Time: "14:00"}, counter: "2027-03-15T14:00:00Z",
		moved: calendar.Time{Date: "2027-03-16", Time: "10:00"}, move: "2027-03-16T14:00:00Z",
		weekLater: "2027-03-19T14:00:00Z", lapsed: "2027-03-12T15:00:01Z",
	},
	{
		name: "Auckland, out of summer while Dublin goes in", zone: "Pacific/Auckland", now: "2027-03-30T12:00:00Z",
		asked: calendar.Time{Date: "2027-04-01", Time: "23:00"}, starts: "2027-04-01T10:00:00Z",
		countered: calendar.Time{Date: "2027-04-05", Time: "11:00"}, counter: "2027-04-05T10:00:00Z",
		moved: calendar.Time{Date: "2027-04-06", Time: "21:00"}, move: "2027-04-06T09:00:00Z",
		weekLater: "2027-04-08T11:00:00Z", lapsed: "2027-04-01T10:00:01Z",
	},
}

// A life: asked for, countered, agreed on, moved with the old time standing until then,
// cancelled; and another one that expires and is offered anew.
func TestLivesAcrossClockChanges(t *testing.T) {
	t.Parallel()
	for _, life := range lives {
		t.Run(life.name, func(t *testing.T) {
			onBoth(t, func(t *testing.T, d *desk) {
				d.At(moment(t, life.now))
				ctx := t.Context()
				e := d.request(t, life.zone, life.asked)
				d.is(t, e, calendar.Requested, calendar.ByStaff, life.starts)

				must(t, d.app(t).Propose(ctx, e, d.seen(t, e), calendar.Offer{Times: []calendar.Time{life.countered}, Note: "Rather then?"}))
				d.is(t, e, calendar.Proposed, calendar.ByClient, life.counter)
				must(t, d.portal(t).Accept(ctx, e, d.seen(t, e), d.get(t, e).Table()[0].ID))
				d.is(t, e, calendar.Confirmed, "", life.counter)

				must(t, d.portal(t).Propose(ctx, e, d.seen(t, e), calendar.Offer{Times: []calendar.Time{life.moved}, Zone: life.zone}))
				d.is(t, e, calendar.Confirmed, calendar.ByStaff, life.counter)
				if !d.get(t, e).Moving() {
					t.Fatal("no other time is on the table")
				}
				d.confirm(t, e)
				d.is(t, e, calendar.Confirmed, "", life.move)

				must(t, d.portal(t).Cancel(ctx, e, d.seen(t, e), "We are ill"))
				d.is(t, e, calendar.Cancelled, "", life.move)
				if f := d.get(t, e); f.EndedBy != calendar.ByClient || f.Reason != "We are ill" || len(f.Proposals) != 3 || f.Sequence != 5 {
					t.Errorf("it ended by %q for %q after %d offers, at sequence %d", f.EndedBy, f.Reason, len(f.Proposals), f.Sequence)
				}

				late := d.request(t, life.zone, life.asked)
				d.At(moment(t, life.lapsed))
				d.sweep(t)
				d.is(t, late, calendar.Expired, "", life.starts)
				must(t, d.portal(t).Again(ctx, late, d.seen(t, late)))
				d.is(t, late, calendar.Proposed, calendar.ByStaff, life.weekLater)
				d.confirm(t, late)
				d.At(moment(t, life.weekLater).Add(30 * time.Minute))
				d.sweep(t)
				d.is(t, late, calendar.Completed, "", life.weekLater)
			})
		})
	}
}

// A wish to move that nobody answered before the agreed time was over ends with it, and
// both hear of that: whoever notes that it is over.
func TestAWishToMoveEndsWithTheMeeting(t *testing.T) {
	for name, ends := range map[string]func(t *testing.T, d *desk, e calendar.ID){
		"completed": func(t *testing.T, d *desk, _ calendar.ID) { d.sweep(t) },
		"no_show":   func(t *testing.T, d *desk, e calendar.ID) { must(t, d.as(t, pat).Missed(t.Context(), e, d.seen(t, e))) },
	} {
		t.Run(name, func(t *testing.T) {
			onBoth(t, func(t *testing.T, d *desk) {
				e := d.request(t, "UTC", at("2026-12-03", "10:00")...)
				d.confirm(t, e)
				must(t, d.portal(t).Propose(t.Context(), e, d.seen(t, e), calendar.Offer{Times: at("2026-12-10", "10:00"), Zone: "UTC"}))
				d.Deliver(t)
				d.At(moment(t, "2026-12-03T10:30:00Z"))
				ends(t, d, e)
				d.is(t, e, calendar.State(name), "", "2026-12-03T10:00:00Z")
				said := "Not moved: Walk through the shop, Thursday 3 December 2026, 10:00 to 10:30 "
				d.tells(t, "a wish that ended", ines+": "+said+"(UTC time)", owner+": "+said+"(Dublin time)")
				if n := d.Kinds(t, d.of)["meeting.move_expired"]; n != 1 {
					t.Errorf("it is noted %d times", n)
				}
			})
		})
	}
}

// An hour that is offered anew over a clock change lasts as long as it did.
func TestAnHourThatIsOfferedAnewLastsAnHour(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		d.At(moment(t, "2027-03-05T12:00:00Z"))
		must(t, d.app(t).SaveTerms(t.Context(), always(t, d)))
		in := wish("America/New_York", calendar.Time{Date: "2027-03-07", Time: "01:30"})
		in.Length = "60"
		e, err := d.portal(t).Request(t.Context(), in)
		must(t, err)
		d.At(moment(t, "2027-03-07T06:30:00Z"))
		d.sweep(t)
		must(t, d.app(t).Again(t.Context(), e, d.seen(t, e)))
		d.is(t, e, calendar.Proposed, calendar.ByClient, "2027-03-14T06:30:00Z")
		if s := d.get(t, e).Table()[0]; s.Ends.Sub(s.Starts) != time.Hour {
			t.Errorf("it ends at %s", s.Ends)
		}
	})
}

// What was asked for as a part of a day is said so, also once nothing comes of it.
func TestAPartOfADayIsSaidSo(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		say := func(e calendar.ID, want string) {
			t.Helper()
			f, zone, err := d.portal(t).Get(t.Context(), e)
			must(t, err)
			if got := f.Slot().Say(lang.For("en"), zone); got != want {
				t.Errorf("%s: %q, want %q", f.State, got, want)
			}
		}
		declined := d.request(t, "UTC", calendar.Time{Date: "2026-12-03"}, calendar.Time{Date: "2026-12-07", Time: "10:00"})
		say(declined, "Thursday 3 December 2026")
		must(t, d.app(t).End(t.Context(), declined, 0, "We are away"))
		say(declined, "Thursday 3 December 2026")
		expired := d.request(t, "UTC", calendar.Time{Date: "2026-12-03"})
		agreed := d.request(t, "UTC", calendar.Time{Date: "2026-12-03"})
		must(t, d.app(t).Confirm(t.Context(), agreed, 0, calendar.Answer{Slot: d.get(t, agreed).Table()[0].ID, Date: "2026-12-03", Time: "11:00"}))
		d.At(moment(t, "2026-12-03T17:00:00Z"))
		d.sweep(t)
		say(expired, "Thursday 3 December 2026")
		say(agreed, "Thursday 3 December 2026, 11:00 to 11:30")
	})
}

// Why another time was refused is said until the next one is suggested.
func TestAReasonIsOfItsOccasion(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		e := d.request(t, "UTC", at("2026-12-03", "10:00")...)
		d.confirm(t, e)
		move := func(clock string) {
			t.Helper()
			must(t, d.portal(t).Propose(t.Context(), e, d.seen(t, e), calendar.Offer{Times: at("2026-12-04", clock), Zone: "UTC"}))
		}
		move("10:00")
		must(t, d.app(t).Refuse(t.Context(), e, d.seen(t, e), "The train leaves at ten"))
		if f := d.get(t, e); f.Reason != "The train leaves at ten" {
			t.Errorf("the reason is %q", f.Reason)
		}
		move("14:00")
		d.confirm(t, e)
		if f := d.get(t, e); f.Reason != "" || f.EndedBy != "" {
			t.Errorf("it is at the time that was asked for, by %q, because %q", f.EndedBy, f.Reason)
		}
	})
}

func TestOneCannotConfirmWhatIsNotOffered(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		ctx := t.Context()
		e := d.request(t, "Europe/Lisbon", calendar.Time{Date: "2026-12-03", Part: calendar.Morning}, calendar.Time{Date: "2026-12-04", Time: "14:00"})
		f := d.get(t, e)
		window, exact := f.Table()[0], f.Table()[1]
		if window.Part != calendar.Morning || window.Starts.Format("15:04") != "09:00" || window.Ends.Format("15:04") != "12:00" {
			t.Errorf("the morning is %+v: what working hours leave of it is from 9 to 12", window)
		}
		confirm := func(a calendar.Answer) error { return d.app(t).Confirm(ctx, e, f.Sequence, a) }
		invalid(t, confirm(calendar.Answer{}), "slot", "meeting.choose_time")
		invalid(t, confirm(calendar.Answer{Slot: window.ID}), "date", "meeting.date_required")
		invalid(t, confirm(calendar.Answer{Slot: window.ID, Date: "2026-12-03"}), "time", "meeting.choose_time")
		invalid(t, confirm(calendar.Answer{Slot: window.ID, Date: "2026-12-03", Time: "11:45"}), "time", "meeting.not_offered")
		invalid(t, confirm(calendar.Answer{Slot: window.ID, Date: "2026-12-04", Time: "10:00"}), "time", "meeting.not_offered")
		invalid(t, confirm(calendar.Answer{Slot: exact.ID, Link: "javascript:alert(1)"}), "link", "field.website")
		invalid(t, confirm(calendar.Answer{Slot: exact.ID, Link: "https://meet.example/" + strings.Repeat("a", 1000)}), "link", "field.long")
		long := "https://meet.example/" + strings.Repeat("a", 900)
		must(t, confirm(calendar.Answer{Slot: window.ID, Date: "2026-12-03", Time: "10:30", Place: "4 Fumbally Lane", Link: long}))
		d.is(t, e, calendar.Confirmed, "", "2026-12-03T10:30:00Z")
		conflict(t, confirm(calendar.Answer{Slot: exact.ID}), "meeting.moved_on.confirmed")
		conflict(t, d.app(t).Confirm(ctx, e, d.seen(t, e), calendar.Answer{Slot: exact.ID}), "meeting.moved_on.confirmed")
	})
}

// Times that cannot be are said at their fields.
func TestTimesThatCannotBe(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		for _, c := range []struct {
			name       string
			zone       string
			time       calendar.Time
			now        string // another than the desk's
			length     string // another than half an hour
			field, key string
		}{
			{name: "no day", zone: "UTC", field: "date", key: "meeting.date_required"},
			{name: "no day of the calendar", zone: "UTC", time: calendar.Time{Date: "2026-02-30"}, field: "date", key: "field.date"},
			{name: "yesterday", zone: "UTC", time: calendar.Time{Date: "2026-11-22", Time: "10:00"}, field: "date", key: "meeting.date_past"},
			{name: "an hour ago", zone: "UTC", time: calendar.Time{Date: "2026-11-23", Time: "08:00"}, field: "time", key: "meeting.time_past"},
			{name: "in an hour", zone: "UTC", time: calendar.Time{Date: "2026-11-23", Time: "10:00"}, field: "time", key: "meeting.too_soon"},
			{name: "the evening of today", zone: "UTC", time: calendar.Time{Date: "2026-11-23", Part: calendar.Evening}, field: "part", key: "meeting.closed_then"},
			{name: "this morning", zone: "UTC", time: calendar.Time{Date: "2026-11-23", Part: calendar.Morning}, field: "part", key: "meeting.too_soon"},
			{name: "in a hundred years", zone: "UTC", time: calendar.Time{Date: "2126-11-23", Time: "10:00"}, field: "date", key: "meeting.date_far"},
			{name: "a Sunday", zone: "UTC", time: calendar.Time{Date: "2026-11-29", Time: "10:00"}, field: "date", key: "meeting.closed_day"},
			{name: "a Sunday, any time", zone: "UTC", time: calendar.Time{Date: "2026-11-29"}, field: "date", key: "meeting.closed_day"},
			{name: "a long morning", zone: "UTC", time: calendar.Time{Date: "2026-11-24", Part: calendar.Morning}, length: "240", field: "part", key: "meeting.too_long"},
			{name: "before we open", zone: "UTC", time: calendar.Time{Date: "2026-11-24", Time: "08:45"}, field: "time", key: "meeting.outside_hours"},
			{name: "over the end of the day", zone: "UTC", time: calendar.Time{Date: "2026-11-24", Time: "16:45"}, field: "time", key: "meeting.ends_late"},
			{name: "no time", zone: "UTC", time: calendar.Time{Date: "2026-11-24", Time: "half ten"}, field: "time", key: "meeting.time_unknown"},
			{name: "no zone", zone: "Mars/Olympus", time: calendar.Time{Date: "2026-11-24", Time: "10:00"}, field: "zone", key: "field.zone"},
			{name: "no part", zone: "UTC", time: calendar.Time{Date: "2026-11-24", Part: "night"}, field: "part", key: "field.choice"},
			{name: "an hour that never comes", zone: "Europe/Dublin", time: calendar.Time{Date: "2027-03-28", Time: "01:30"}, now: "2027-03-26T09:00:00Z", field: "time", key: "meeting.time_skipped"},
			{name: "yesterday fourteen hours ahead", zone: "Pacific/Kiritimati", time: calendar.Time{Date: "2026-11-23", Time: "10:00"}, now: "2026-11-23T11:00:00Z", field: "date", key: "meeting.date_past"},
		} {
			t.Run(c.name, func(t *testing.T) {
				d.At(moment(t, "2026-11-23T09:00:00Z"))
				if c.now != "" {
					d.At(moment(t, c.now))
				}
				in := wish(c.zone, c.time)
				in.Length = cmp.Or(c.length, in.Length)
				_, err := d.portal(t).Request(t.Context(), in)
				invalid(t, err, c.field, c.key)
			})
		}
		d.At(moment(t, "2026-11-23T09:00:00Z"))
		t.Run("fourteen hours ahead", func(t *testing.T) {
			e := d.request(t, "Pacific/Kiritimati", calendar.Time{Date: "2026-11-25", Part: calendar.Day})
			s := d.get(t, e).Table()[0]
			if got := s.Starts.Format("02 15:04") + " to " + s.Ends.Format("02 15:04"); got != "24 10:00 to 24 17:00" {
				t.Errorf("their Wednesday leaves %s of our hours", got)
			}
		})
		t.Run("the same time twice", func(t *testing.T) {
			one := calendar.Time{Date: "2026-11-25", Time: "10:00"}
			_, err := d.portal(t).Request(t.Context(), wish("UTC", one, one))
			invalid(t, err, "date2", "meeting.same_time")
		})
	})
}

// The hour that comes twice is the first of the two.
func TestTheHourThatComesTwice(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		d.At(moment(t, "2027-10-28T09:00:00Z"))
		must(t, d.app(t).SaveTerms(t.Context(), always(t, d)))
		e := d.request(t, "Europe/Dublin", calendar.Time{Date: "2027-10-31", Time: "01:30"})
		d.is(t, e, calendar.Requested, calendar.ByStaff, "2027-10-31T00:30:00Z")
	})
}

// always are terms by which one meets at any hour.
func always(t testing.TB, d *desk) calendar.TypedTerms {
	t.Helper()
	now, err := d.app(t).Terms(t.Context())
	must(t, err)
	in := calendar.TypedTerms{Length: 30, Version: now.Version}
	for day := range in.Days {
		in.Days[day] = calendar.HoursOfDay{Opens: "00:00", Closes: "23:59"}
	}
	return in
}
