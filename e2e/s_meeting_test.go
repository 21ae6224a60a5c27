package e2e

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"foyer/internal/demo"
	"foyer/internal/feature/calendar"
	"foyer/internal/kernel/mail"
)

// listedIn are the lines of a list of the page, by the id of its card.
func (b *tab) listedIn(card string) []string {
	b.t.Helper()
	return eval[[]string](b, "[...document.querySelectorAll('#"+card+" .rows > li')].map(e => e.innerText.replace(/\\s+/g, ' '))")
}

// A contact finds what is ahead and what is past, in their own zone, with where it is
// and a file for their calendar; or subscribes to all of it.
func TestS51ListsUpcomingAndPast(t *testing.T) {
	inDemo(t, withAndWithout, func(t *testing.T, p *program, l look) {
		all := p.fates(t)
		b := p.contact(t, l, demo.Ines)
		b.section("Meetings")
		b.arrive("/portal/meetings")
		ahead, past := b.listedIn("upcoming"), b.listedIn("past")
		for _, want := range [][]string{
			{"Colours of the new range", "in the afternoon, Lisbon time", "Video", "Requested"},
			{"Walk through the staging shop", "10:30 to 11:00, Lisbon time", "Studio, second floor", "Join", "Confirmed"},
			{"Stock and prices", "09:00 to 09:30", "Your answer is needed"}, {"Photographs", "Your answer is needed"}, {"Wholesale terms", "Asked to be moved"},
		} {
			if !slices.ContainsFunc(ahead, has(want)) {
				t.Errorf("no line ahead has %q: %q", want, ahead)
			}
		}
		for _, want := range [][]string{{"First tasting", "Took place"}, {"Kiln visit", "Missed"}, {"Portuguese names", "Expired"}, {"Sunday market", "Declined"}, {"Packaging", "Cancelled"}} {
			if !slices.ContainsFunc(past, has(want)) {
				t.Errorf("no line of the past has %q: %q", want, past)
			}
		}
		b.shot("portal-meetings")
		b.narrow("meetings")
		p.followsFeed(t, b, all)
		p.turnsPages(t, b)

		// Who sees none has neither the place nor its pages, and who sees their own none
		// of a colleague's.
		if status := p.contact(t, l, demo.Sam).goTo(meetingAt(all["confirmed"])); status != http.StatusNotFound {
			t.Errorf("another client is answered %d", status)
		}
		p.staff(t, l, demo.Priya).sees("Rui Costa", "meetings", "own")
		rui := p.contact(t, l, demo.Rui)
		if status := rui.goTo(meetingAt(all["confirmed"])); status != http.StatusNotFound {
			t.Errorf("a colleague is answered %d", status)
		}
		rui.goTo("/portal/meetings")
		rui.see("No meetings ahead")
		rui.accessible("no meetings", everyRule)
		rui.shot("portal-meetings-none")
	}, postgres)
}

// has tells whether a line has all of these.
func has(all []string) func(line string) bool {
	return func(line string) bool {
		return !slices.ContainsFunc(all, func(one string) bool { return !strings.Contains(line, one) })
	}
}

// followsFeed takes the file of a meeting, and the address of all of them until it is
// stopped.
func (p *program) followsFeed(t *testing.T, b *tab, all map[string]calendar.ID) {
	t.Helper()
	v := p.signedIn(t, "/portal", demo.Ines)
	b.goTo(meetingAt(all["confirmed"]))
	b.press("Calendar file")
	file := v.get(b.download("Calendar file"))
	if got := string(file.body); !strings.Contains(got, "UID:"+all["confirmed"].String()) || !strings.HasPrefix(file.header.Get("Content-Type"), "text/calendar") || !strings.HasPrefix(file.header.Get("Content-Disposition"), "attachment") {
		t.Errorf("the file answers %d, %v:\n%s", file.status, file.header, got)
	}
	b.goTo("/portal/meetings")
	b.press("Get the calendar address")
	b.see("Your private address")
	address := func() string {
		return strings.TrimPrefix(eval[string](b, "document.querySelector('#feed .copy-value').innerText.trim()"), p.base)
	}
	first := address()
	feed := p.visitor(t).get(first)
	for _, one := range []string{"requested", "confirmed", "past"} {
		if !strings.Contains(string(feed.body), "UID:"+all[one].String()) {
			t.Errorf("the feed lacks the %s one: %d", one, feed.status)
		}
	}
	if got := eval[string](b, "document.querySelector('#feed a[href^=\"webcal:\"]').href"); !strings.HasSuffix(got, first) {
		t.Errorf("a program would subscribe to %s", got)
	}
	b.press("Make a new address")
	b.await("document.querySelector('#feed .copy-value') && !document.querySelector('#feed .copy-value').innerText.includes("+quoted(first)+")", "the address is the same")
	second := address()
	if got := p.visitor(t).get(first).status; got != http.StatusNotFound {
		t.Errorf("the old address answers %d", got)
	}
	b.press("Stop")
	b.see("Get the calendar address")
	if got := p.visitor(t).get(second).status; got != http.StatusNotFound {
		t.Errorf("an address that was stopped answers %d", got)
	}
}

// turnsPages holds that all past meetings are found, a page at a time.
func (p *program) turnsPages(t *testing.T, b *tab) {
	t.Helper()
	for range calendar.PageSize {
		made := p.requested(t, "Off again", at(p.meetingDay(12), "09:30"))
		must(t, p.invitee(t).Cancel(t.Context(), made, 0, ""))
	}
	b.goTo("/portal/meetings")
	ahead := b.listedIn("upcoming")
	if got := len(b.listedIn("past")); got != calendar.PageSize {
		t.Errorf("a page has %d past meetings", got)
	}
	b.press("Next")
	b.see("First tasting")
	if got := b.listedIn("upcoming"); len(got) == 0 || !slices.Equal(got, ahead) {
		t.Errorf("ahead on the second page is %q, want %q", got, ahead)
	}
	b.press("Previous")
	b.await("!document.body.innerText.includes('First tasting')", "there is no way back")
}

// Who may ask for a meeting has a button for it, which opens a form; who may not has
// neither.
func TestS52RequestMeetingButton(t *testing.T) {
	inDemo(t, withAndWithout, func(t *testing.T, p *program, l look) {
		b := p.contact(t, l, demo.Ines)
		b.goTo("/portal/meetings")
		b.press("Request a meeting")
		if l.noScript {
			b.arrive("/portal/meetings/new")
		} else {
			b.await("document.querySelector('dialog[open] [data-drawer-sheet]')", "no dialog opens")
		}
		for _, says := range []string{"How would you like to meet?", "Video", "In person", "Phone", "Monday to Friday 09:00 to 17:00 (Lisbon time)", "at least 4 hours from now"} {
			b.see(says)
		}
		b.shot("portal-meeting-request")
		b.press("Cancel")
		b.await("!document.querySelector('dialog[open]') && location.pathname === '/portal/meetings'", "the form does not close")

		s := p.staff(t, l, demo.Priya)
		s.sees("Rui Costa", "meetings", "own")
		rui := p.contact(t, l, demo.Rui)
		may := p.Calendar.ForClient(p.person(t, demo.Rui)).MayRequest()
		if !may {
			t.Fatal("Rui may not ask for anything to begin with")
		}
		rui.goTo("/portal/meetings")
		rui.see("Request a meeting")
		s.mayNotAsk("Rui Costa")
		rui.goTo("/portal/meetings")
		rui.see("No meetings ahead")
		rui.missing("Request a meeting")
		if status := rui.goTo("/portal/meetings/new"); status != http.StatusForbidden {
			t.Errorf("the form answers %d", status)
		}
		rui.see("Your access does not include asking for meetings")
	})
}

// mayNotAsk takes from a contact of Marlow that they may ask for anything.
func (b *tab) mayNotAsk(contact string) {
	b.t.Helper()
	b.goTo(b.client("Marlow Ceramics") + "/contacts")
	b.fromMenu(contact, "Edit")
	b.tick("Raise cases, changes and meetings")
	b.press("Save contact")
	b.see("Saved")
}

// asks fills in the form of a request.
func (b *tab) asks(how, day, clock, zone string) {
	b.t.Helper()
	b.tick(how)
	b.fill("Preferred date", day)
	b.fill("Time", clock)
	if zone != "" {
		b.fill("Time zone", zone)
	}
	b.press("Send request")
}

// A request says when and how, and is refused at its field for a time that cannot be.
func TestS53SendsDateAndType(t *testing.T) {
	inDemo(t, withAndWithout, func(t *testing.T, p *program, l look) {
		b := p.contact(t, l, demo.Ines)
		b.goTo("/portal/meetings")
		b.press("Request a meeting")
		lisbon, err := time.LoadLocation("Europe/Lisbon")
		must(t, err)
		soon := p.clock.Now().In(lisbon).Add(time.Hour)
		const gap = "There is no 01:30 on that day: the clocks go forward over it."
		for _, wrong := range []struct{ day, clock, says string }{
			{"", "10:30", "Choose a day."}, {"2020-02-03", "10:30", "That day has passed."}, {soon.Format(time.DateOnly), soon.Format("15:04"), "That is too soon."},
			{springForward(p.clock.Now(), lisbon), "01:30", gap}, {p.meetingDay(0), "04:00", "That is outside of our working hours."},
		} {
			b.asks("Phone", wrong.day, wrong.clock, "Europe/Lisbon")
			b.see(wrong.says)
			if got := eval[string](b, b.find("labelled('Time').value")); got != wrong.clock || !eval[bool](b, b.find("labelled('Phone').checked")) {
				t.Errorf("%s: what was typed is gone: %q", wrong.says, got)
			}
		}
		b.asks("Phone", p.meetingDay(0), "10:30", "Europe/Atlantis")
		b.see("Choose a time zone such as Europe/Dublin.")
		b.shot("portal-meeting-refused")

		b.fill("What is it about?", "Sixty <bowls>\nand what they cost")
		b.choose("Length", "45 minutes")
		b.asks("Phone", p.meetingDay(0), "10:30", "Europe/Lisbon")
		b.see("Your request is sent.")
		for _, says := range []string{"Sixty <bowls>", "10:30 to 11:15, Lisbon time", "Phone", "45 minutes", "Halden & Rowe has your request."} {
			b.see(says)
		}
		b.narrow("a request")
		m := p.letter(t, demo.Priya, "Sixty")
		if !strings.Contains(m.Text, "and what they cost") {
			t.Errorf("staff are not told what it is about:\n%s", m.Text)
		}

		// The other ways to meet: at no fixed time, with others that would do; and from
		// where it is tomorrow already.
		b.goTo("/portal/meetings/new")
		b.tick("In person")
		b.fill("Preferred date", p.meetingDay(1))
		b.choose("Part of the day", "In the afternoon")
		b.press("Name other times that would do")
		eval[bool](b, "(document.getElementById('f-date2').value = "+quoted(p.meetingDay(2))+", document.getElementById('f-time2').value = '15:00', true)")
		b.fill("A note about the times", "Not before lunch.")
		b.press("Send request")
		b.see("Your request is sent.")
		b.see("in the afternoon, Lisbon time")
		b.see("15:00 to 15:30")
		b.see("Not before lunch.")
		b.goTo("/portal/meetings/new")
		b.asks("Video", p.meetingDay(3), "23:00", "Pacific/Kiritimati")
		b.see("Your request is sent.")
		b.see("23:00 to 23:30, Kiritimati time")
		p.landed(t)
	}, postgres)
}

// springForward is a day on which the clocks of a zone go forward.
func springForward(now time.Time, zone *time.Location) string {
	for day := now.In(zone); ; day = day.AddDate(0, 0, 1) {
		_, before := day.Zone()
		_, after := day.AddDate(0, 0, 1).Zone()
		if after > before {
			return day.AddDate(0, 0, 1).Format(time.DateOnly)
		}
	}
}

// landed holds that what was asked for waits for staff as it was meant.
func (p *program) landed(t *testing.T) {
	t.Helper()
	board, err := p.host(t).Board(t.Context())
	must(t, err)
	dublin, err := time.LoadLocation("Europe/Dublin")
	must(t, err)
	slots := map[calendar.Type][]string{}
	for _, w := range board.Yours {
		for _, s := range w.Slots {
			slots[w.Type] = append(slots[w.Type], s.Starts.In(dublin).Format("2006-01-02 15:04")+" "+string(s.Part))
		}
	}
	kiritimati, err := time.LoadLocation("Pacific/Kiritimati")
	must(t, err)
	far, err := time.ParseInLocation("2006-01-02 15:04", p.meetingDay(3)+" 23:00", kiritimati)
	must(t, err)
	for how, want := range map[calendar.Type][]string{
		calendar.Phone: {p.meetingDay(0) + " 10:30 "}, calendar.InPerson: {p.meetingDay(1) + " 12:00 afternoon", p.meetingDay(2) + " 15:00 "},
		calendar.Video: {far.In(dublin).Format("2006-01-02 15:04") + " "},
	} {
		for _, one := range want {
			if !slices.Contains(slots[how], one) {
				t.Errorf("%s waits at %q, want %q", how, slots[how], one)
			}
		}
	}
}

// invitation holds that a mail brings a calendar up to date.
func invitation(t *testing.T, m mail.Kept, of calendar.ID, want ...string) {
	t.Helper()
	if m.Calendar == nil {
		t.Fatalf("%q carries no invitation", m.Subject)
	}
	for _, one := range append(want, "UID:"+of.String()) {
		if !strings.Contains(string(m.Calendar.Bytes), one) {
			t.Errorf("the invitation of %q lacks %s:\n%s", m.Subject, one, m.Calendar.Bytes)
		}
	}
}

// The client sees what became of a request, answers, moves it and calls it off.
func TestS55TheClientSeesItsFate(t *testing.T) {
	inDemo(t, withAndWithout, func(t *testing.T, p *program, l look) {
		b, host := p.contact(t, l, demo.Ines), p.host(t)

		// Declined, with the reason.
		made := p.requested(t, "Sunday market", at(p.meetingDay(0), "10:00"))
		must(t, host.End(t.Context(), made, p.held(t, made).Sequence, "We are closed on Sundays."))
		b.goTo(meetingAt(made))
		b.see("Halden & Rowe declined.")
		b.see("We are closed on Sundays.")
		if m := p.letter(t, demo.Ines, "Off: Sunday market"); !strings.Contains(m.Text, "We are closed on Sundays.") {
			t.Errorf("the mail lacks the reason:\n%s", m.Text)
		}

		// Changed: the client chooses one of the other times.
		made = p.requested(t, "Stock and prices", at(p.meetingDay(0), "11:00"))
		p.suggested(t, made, calendar.Offer{Times: []calendar.Time{{Date: p.meetingDay(1), Time: "09:00"}, {Date: p.meetingDay(2), Time: "14:00"}}})
		b.goTo("/portal/")
		b.see("Choose a time for “Stock and prices”")
		b.goTo(meetingAt(made))
		b.see("Halden & Rowe suggests another time.")
		b.see("The morning is full.")
		eval[bool](b, "([...document.querySelectorAll('#table button')][1].click(), true)")
		b.see("The time is fixed.")
		b.see("It is confirmed.")
		b.see("14:00 to 14:30")
		b.see("Accepted")
		invitation(t, p.letter(t, demo.Ines, "Confirmed: Stock and prices"), made, "METHOD:REQUEST", "STATUS:CONFIRMED")
		p.moves(t, b, made)
		p.callsOff(t, b)
		p.triesAgain(t, b)
	}, postgres)
}

// moves has a meeting that is agreed on moved by one side and kept by the other.
func (p *program) moves(t *testing.T, b *tab, made calendar.ID) {
	t.Helper()
	host := p.host(t)
	b.press("Ask to move it")
	b.see("until Halden & Rowe accepts another time.")
	b.fill("Preferred date", p.meetingDay(3))
	b.fill("Time", "04:00")
	b.press("Send suggestion")
	b.see("That is outside of our working hours.")
	b.fill("Time", "12:00")
	b.press("Send suggestion")
	b.see("Your suggestion is sent.")
	b.see("You asked to move it, and Halden & Rowe answers next.")
	b.see("14:00 to 14:30") // which stands
	full := p.held(t, made)
	must(t, host.Confirm(t.Context(), made, full.Sequence, calendar.Answer{Slot: full.Table()[0].ID}))
	invitation(t, p.letter(t, demo.Ines, "Moved: Stock and prices"), made, "METHOD:REQUEST", "SEQUENCE:"+strconv.Itoa(p.held(t, made).Sequence))
	b.goTo(meetingAt(made))
	b.see("12:00 to 12:30")

	// Staff ask, and meanwhile ask for something else: an answer to what was shown is
	// none to what is there now.
	p.suggested(t, made, at(p.meetingDay(4), "15:00"))
	b.goTo(meetingAt(made))
	b.see("Halden & Rowe would like to move it.")
	p.suggested(t, made, at(p.meetingDay(4), "16:00"))
	b.press("Accept")
	b.see("Another time was suggested for this meeting meanwhile.")
	b.see("16:00 to 16:30")
	b.press("Keep the agreed time")
	b.fill("Reason", "The train leaves at four.")
	b.press("Yes, keep it")
	b.see("It stays at the agreed time.")
	b.see("12:00 to 12:30")
	p.letter(t, demo.Priya, "It stays as it was: Stock and prices")
}

// callsOff has meetings cancelled by either side, and a request taken back.
func (p *program) callsOff(t *testing.T, b *tab) {
	t.Helper()
	made := p.confirmed(t, "Packaging", at(p.meetingDay(5), "10:00"))
	b.goTo(meetingAt(made))
	b.press("Cancel the meeting")
	b.see("Everybody who takes part is told at once")
	b.fill("Reason", "The boxes are not here yet.")
	b.press("Yes, cancel it")
	b.see("It is called off.")
	b.see("You cancelled it.")
	b.see("The boxes are not here yet.")
	invitation(t, p.letter(t, demo.Ines, "Cancelled: Packaging"), made, "METHOD:CANCEL", "STATUS:CANCELLED")

	made = p.confirmed(t, "Kiln visit", at(p.meetingDay(5), "10:00"))
	must(t, p.host(t).End(t.Context(), made, p.held(t, made).Sequence, "The kiln is cold."))
	b.goTo(meetingAt(made))
	b.see("Halden & Rowe cancelled it.")
	b.see("The kiln is cold.")

	b.goTo(meetingAt(p.requested(t, "A second kiln", at(p.meetingDay(5), "10:00"))))
	b.press("Take the request back")
	b.press("Yes, take it back")
	b.see("You called it off before a time was fixed.")
	b.missing("What you can do")
}

// triesAgain has a request that nobody answered offered anew with one click.
func (p *program) triesAgain(t *testing.T, b *tab) {
	t.Helper()
	var made calendar.ID
	p.before(t, 6, func() { made = p.requested(t, "Portuguese names", at(p.meetingDay(0), "10:00")) })
	p.letter(t, demo.Ines, "No time was found for Portuguese names")
	b.goTo(meetingAt(made))
	b.see("No time was found.")
	b.press("Suggest the same times again")
	b.see("Your suggestion is sent.")
	b.see("It is their turn to answer.")
	full := p.held(t, made)
	if full.State != calendar.Proposed || !full.Starts.After(p.clock.Now()) {
		t.Errorf("it is %s at %s", full.State, full.Starts)
	}
	b.goTo("/portal/meetings")
	if !slices.ContainsFunc(b.listedIn("upcoming"), has([]string{"Portuguese names", "Another time suggested"})) {
		t.Error("it does not stand among what is ahead")
	}
}
