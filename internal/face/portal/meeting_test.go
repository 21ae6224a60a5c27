package portal_test

import (
	"net/http"
	"testing"

	"foyer/internal/feature/calendar"
	"foyer/internal/housetest/house"
)

func meetingAt(of calendar.ID, path string) string { return "/portal/meetings/" + of.String() + path }

// schedule is the door to the calendar for the Owner.
func (o *office) schedule(t *testing.T) calendar.App {
	t.Helper()
	return o.Calendar.ForStaff(o.w.Owner.Staff(t))
}

// meeting is one as staff see it.
func (o *office) meeting(t *testing.T, of calendar.ID) calendar.Full {
	t.Helper()
	full, err := o.schedule(t).Get(t.Context(), of)
	must(t, err)
	return full
}

func TestMeetingsInThePortal(t *testing.T) {
	t.Parallel()
	furnished(t, whatWasTypedIsShown, wrongTimesSayWhatWouldDo)
}

// What was typed into a form that fits no more is shown: in the form where it is still
// there, and beside what is there instead.
func whatWasTypedIsShown(t *testing.T, o *office) {
	me, app := o.marlow.Contacts[0], o.schedule(t)
	const typed = "The kiln is <cold> that week."
	answer := func(of calendar.ID, act string, meanwhile func(seen int)) house.Response {
		t.Helper()
		to := meetingAt(of, act)
		from, field := meetingAt(of, ""), "reason"
		if act == "/proposal" {
			from, field = to, "note"
		}
		values := me.Get(t, from).Page(t).Form(t, to)
		meanwhile(o.meeting(t, of).Sequence)
		return me.Post(t, to, with(values, field, typed))
	}
	open := func(r house.Response, of calendar.ID, act string) bool {
		t.Helper()
		for _, d := range r.Page(t).All("details", "open") {
			if len(d.All("form", "action="+meetingAt(of, act))) > 0 {
				return true
			}
		}
		return false
	}

	moved := answer(o.marlow.AgreedMeeting, "/cancellation", func(seen int) {
		must(t, app.Propose(t.Context(), o.marlow.AgreedMeeting, seen, calendar.Offer{Times: []calendar.Time{{Date: "2026-12-14", Time: "10:00"}}}))
	})
	says(t, moved, http.StatusConflict, "Another time was suggested for this meeting meanwhile.", typed)
	if !open(moved, o.marlow.AgreedMeeting, "/cancellation") || open(moved, o.marlow.AgreedMeeting, "/refusal") {
		t.Error("not the form alone that was sent is open")
	}
	silent(t, moved, "What you wrote")

	over := answer(o.marlow.AgreedMeeting, "/cancellation", func(seen int) { must(t, app.End(t.Context(), o.marlow.AgreedMeeting, seen, "We are ill")) })
	says(t, over, http.StatusConflict, "This meeting was cancelled meanwhile.", "What you wrote", typed)

	kept := answer(o.marlow.MovingMeeting, "/refusal", func(seen int) { must(t, app.Refuse(t.Context(), o.marlow.MovingMeeting, seen, "We are full")) })
	says(t, kept, http.StatusConflict, "This meeting was changed meanwhile.", "What you wrote", typed)

	late := answer(o.marlow.Meeting, "/proposal", func(seen int) { must(t, app.End(t.Context(), o.marlow.Meeting, seen, "We are full")) })
	says(t, late, http.StatusConflict, "This request was declined or taken back meanwhile.", "What you wrote", "2026-12-", typed)
}

// A time that cannot be says what would do, at the field that is wrong.
func wrongTimesSayWhatWouldDo(t *testing.T, o *office) {
	me := o.marlow.Contacts[0]
	form := me.Get(t, "/portal/meetings/new").Page(t).Form(t, "/portal/meetings")
	for _, wrong := range []struct{ day, clock, part, length, field, says string }{
		{"2026-12-05", "10:00", "", "30", "date", "We meet nobody on that day. Choose another one: Monday to Friday 09:00 to 17:00."},
		{"2026-12-04", "", "morning", "240", "part", "then we can meet from 09:00 to 12:00."},
		{"2026-12-04", "15:00", "", "240", "time", "It would end after 17:00, when we close."},
		{"2026-11-23", "11:00", "", "30", "time", "at least 4 hours from now."},
	} {
		r := me.Post(t, "/portal/meetings", with(form, "date", wrong.day, "time", wrong.clock, "part", wrong.part, "length", wrong.length, "zone", o.w.Site.ZoneName))
		says(t, r, http.StatusUnprocessableEntity, wrong.says)
		if got := r.Page(t).All("a", "href=#f-"+wrong.field); len(got) != 1 {
			t.Errorf("%s: the summary leads %d times to %s", wrong.says, len(got), wrong.field)
		}
	}
}
