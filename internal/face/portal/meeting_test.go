package portal_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"foyer/internal/auth"
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
	furnished(t, wrongTimesSayWhatWouldDo, oneAskedFromElsewhere, tooManyRequestsKeepWhatIsTyped)
	furnished(t, whatWasTypedIsShown)
	furnished(t, whoReadsIsSpokenTo)
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

// The request that is one too many is refused with what was typed.
func tooManyRequestsKeepWhatIsTyped(t *testing.T, o *office) {
	me := o.marlow.Contacts[0]
	var r house.Response
	for n := range calendar.MostRequests {
		form := me.Get(t, "/portal/meetings/new").Page(t).Form(t, "/portal/meetings")
		r = me.Post(t, "/portal/meetings", with(form, "date", "2026-12-11", "time", fmt.Sprintf("%02d:%02d", 9+n/4, n%4*15), "topic", "The twenty-first wish"))
		if r.Code != http.StatusSeeOther {
			break
		}
	}
	says(t, r, http.StatusConflict, "20 requests of your company wait for an answer already.", "The twenty-first wish")
}

// The note of a meeting speaks to who reads it, the calendar's file does not stand before
// the answer that is asked for, and the head of a form that is void says no more than
// the meeting's name.
func whoReadsIsSpokenTo(t *testing.T, o *office) {
	me, mate := o.marlow.Contacts[0], o.marlow.Contacts[3]
	says(t, me.Get(t, meetingAt(o.marlow.OwnMeeting, "")), http.StatusOK, "has your request.")
	o.w.Settle(t, o.marlow.OwnMeeting)
	const others = "Who takes part has the invitation by mail."
	says(t, me.Get(t, meetingAt(o.marlow.OwnMeeting, "")), http.StatusOK, others)
	page := mate.Get(t, meetingAt(o.marlow.OwnMeeting, ""))
	says(t, page, http.StatusOK, "The invitation for your calendar came by mail.")
	silent(t, page, others)

	file := func(of calendar.ID) bool {
		text := me.Get(t, meetingAt(of, "")).Page(t).Text()
		return strings.Index(text, "Calendar file") < strings.Index(text, "What you can do")
	}
	if file(o.marlow.ProposedMeeting) || !file(o.marlow.AgreedMeeting) {
		t.Error("the file stands before the answer, or not where none is asked for")
	}

	must(t, o.Calendar.ForClient(me.Contact(t)).Cancel(t.Context(), o.marlow.AgreedMeeting, o.meeting(t, o.marlow.AgreedMeeting).Sequence, ""))
	page = me.Get(t, meetingAt(o.marlow.AgreedMeeting, "/proposal"))
	says(t, page, http.StatusOK, "No other time can be suggested for this meeting any more.")
	silent(t, page, "Suggest another time")

	// What expired is offered anew from the first day on which it can be.
	o.Clock.Later(30 * 24 * time.Hour)
	system, err := o.Gate.System(t.Context(), o.w.Site.ID)
	must(t, err)
	must(t, o.Calendar.Sweep(t.Context(), system))
	to := meetingAt(o.marlow.Meeting, "/proposal")
	form := o.w.SignIn(t, auth.PortalRealm, o.marlow.Canary+"@client.example").Get(t, to).Page(t).Form(t, to)
	if form.Get("date") != "2026-12-24" || form.Get("time") != "10:00" || form.Get("length") != "30" {
		t.Errorf("it is filled in with %s, %s, %s", form.Get("date"), form.Get("time"), form.Get("length"))
	}
}

// A meeting that was asked for on a journey says its time there besides; the page of all
// leads to where the zone is chosen, and the form has one sentence for each field.
func oneAskedFromElsewhere(t *testing.T, o *office) {
	me := o.marlow.Contacts[0]
	form := me.Get(t, "/portal/meetings/new").Page(t).Form(t, "/portal/meetings")
	made := me.Post(t, "/portal/meetings", with(form, "date", "2026-12-10", "time", "19:00", "zone", "Asia/Tokyo"))
	page := me.Get(t, made.Header().Get("Location"))
	says(t, page, http.StatusOK, "19:00 to 19:30, Tokyo time", "10:00 to 10:30")
	list := me.Get(t, "/portal/meetings")
	says(t, list, http.StatusOK, "Change the time zone")
	silent(t, list, "Tokyo")

	wrong := me.Post(t, "/portal/meetings", with(form, "type", "", "date", "", "date2", "2020-01-01", "length", "1", "zone", "Mars", "topic", strings.Repeat("a", 6000)))
	for _, field := range []string{"type", "date", "date2", "length", "zone", "topic"} {
		if len(wrong.Page(t).All("a", "href=#f-"+field)) != 1 {
			t.Errorf("the summary does not lead to %s", field)
		}
	}
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
