package e2e

import "testing"

// meetingStops are the pages of meetings that a contact sees.
func meetingStops(t *testing.T, p *program) []stop {
	t.Helper()
	all := p.fates(t)
	fed := func(b *tab) {
		b.press("Get the calendar address")
		b.see("Your private address")
	}
	refused := func(b *tab) {
		b.fill("Preferred date", "2020-02-03")
		b.fill("Time", "10:30")
		b.press("Send request")
		b.see("That day has passed.")
	}
	return []stop{
		{name: "portal-meetings", path: "/portal/meetings"},
		{name: "portal-meetings-feed", path: "/portal/meetings", then: fed},
		{name: "portal-meeting-request", path: "/portal/meetings", then: opening("Request a meeting")},
		{name: "portal-meeting-new", path: "/portal/meetings/new"},
		{name: "portal-meeting-others", path: "/portal/meetings/new", then: pressing("Name other times that would do")},
		{name: "portal-meeting-refused", path: "/portal/meetings/new", then: refused},
		{name: "portal-meeting-requested", path: meetingAt(all["requested"])},
		{name: "portal-meeting-take-back", path: meetingAt(all["requested"]), then: pressing("Take the request back")},
		{name: "portal-meeting-suggested", path: meetingAt(all["suggested"])},
		{name: "portal-meeting-propose", path: meetingAt(all["suggested"]), then: opening("Suggest another time")},
		{name: "portal-meeting-confirmed", path: meetingAt(all["confirmed"])},
		{name: "portal-meeting-cancel", path: meetingAt(all["confirmed"]), then: pressing("Cancel the meeting")},
		{name: "portal-meeting-move", path: meetingAt(all["confirmed"]) + "/proposal"},
		{name: "portal-meeting-asked", path: meetingAt(all["asked"])},
		{name: "portal-meeting-moving", path: meetingAt(all["moving"])},
		{name: "portal-meeting-declined", path: meetingAt(all["declined"])},
		{name: "portal-meeting-cancelled", path: meetingAt(all["cancelled"])},
		{name: "portal-meeting-past", path: meetingAt(all["past"])},
		{name: "portal-meeting-too-late", path: meetingAt(all["past"]) + "/proposal"},
		{name: "portal-meeting-missed", path: meetingAt(all["missed"])},
		{name: "portal-meeting-expired", path: meetingAt(all["expired"])},
	}
}
