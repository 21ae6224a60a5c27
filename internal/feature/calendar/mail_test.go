package calendar_test

import (
	"bytes"
	"strconv"
	"strings"
	"testing"
	"time"

	ics "github.com/arran4/golang-ical"

	"foyer/internal/auth"
	"foyer/internal/feature/calendar"
	"foyer/internal/feature/client"
	"foyer/internal/feature/outbox"
	"foyer/internal/kernel/id"
	"foyer/internal/kernel/mail"
	"foyer/internal/kernel/problem"
)

// invitation reads the calendar that a mail brings, and holds that it is also a file.
func invitation(t testing.TB, m mail.Kept) (method string, e *ics.VEvent) {
	t.Helper()
	if m.Calendar == nil {
		t.Fatalf("%q to %s brings no calendar", m.Subject, m.To.Addr)
	}
	c, err := ics.ParseCalendar(bytes.NewReader(m.Calendar.Bytes))
	must(t, err)
	if len(c.Events()) != 1 || len(m.Files) != 1 || m.Files[0].Name != "invite.ics" {
		t.Fatalf("%d events, files %+v", len(c.Events()), m.Files)
	}
	for _, p := range c.CalendarProperties {
		if p.IANAToken == "METHOD" {
			method = p.Value
		}
	}
	if !strings.HasSuffix(m.Calendar.MediaType, "method="+method) {
		t.Errorf("the part is %s, its calendar says %s", m.Calendar.MediaType, method)
	}
	return method, c.Events()[0]
}

func value(e *ics.VEvent, p ics.ComponentProperty) string {
	if got := e.GetProperty(p); got != nil {
		return got.Value
	}
	return ""
}

// One meeting is one event for life: the same UID in each mail, and a sequence that grows.
func TestMailsKeepOneEventUpToDate(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		ctx := t.Context()
		e := d.request(t, "Europe/Lisbon", at("2026-12-03", "10:30")...)
		d.tells(t, "a request", owner+": Marlow Ceramics asks for a meeting: Walk through the shop", pat+": Marlow Ceramics asks for a meeting: Walk through the shop")
		last := -1
		step := func(what, method, status, starts string, do func()) {
			t.Helper()
			do()
			arrived := d.Deliver(t)
			to := map[string]bool{}
			for _, m := range arrived {
				got, event := invitation(t, m)
				n, err := strconv.Atoi(value(event, ics.ComponentPropertySequence))
				must(t, err)
				if got != method || value(event, ics.ComponentPropertyStatus) != status || value(event, ics.ComponentPropertyDtStart) != starts || value(event, ics.ComponentPropertyUniqueId) != e.String() {
					t.Errorf("%s: %s %s", what, got, m.Calendar.Bytes)
				}
				if n <= last && !to[m.To.Addr] && len(to) == 0 {
					t.Errorf("%s: sequence %d after %d", what, n, last)
				}
				if own := strings.Contains(string(m.Calendar.Bytes), "mailto:"+owner); own != (m.To.Addr == owner) {
					t.Errorf("%s: the address of a member is in the invitation of %s: %v", what, m.To.Addr, own)
				}
				if !strings.Contains(value(event, ics.ComponentPropertyOrganizer), "mailto:") {
					t.Errorf("%s: no organizer", what)
				}
				last, to[m.To.Addr] = n, true
			}
			if !to[ines] || !to[owner] || len(to) != 2 {
				t.Errorf("%s: it went to %v", what, to)
			}
		}
		step("confirmed", "REQUEST", "CONFIRMED", "20261203T103000Z", func() { d.confirm(t, e) })
		must(t, d.portal(t).Propose(ctx, e, d.seen(t, e), calendar.Offer{Times: at("2026-12-04", "11:00"), Zone: "Europe/Lisbon", Note: "Glaze day"}))
		d.tells(t, "a wish to move", owner+": Can Walk through the shop be moved?")
		step("moved", "REQUEST", "CONFIRMED", "20261204T110000Z", func() { d.confirm(t, e) })
		step("changed", "REQUEST", "CONFIRMED", "20261204T110000Z", func() {
			in := d.details(t, e)
			in.Place, in.Notes = "4 Fumbally Lane", canary
			must(t, d.app(t).Save(ctx, e, d.seen(t, e), in))
		})
		in := d.details(t, e)
		in.Notes = canary + " again"
		must(t, d.app(t).Save(ctx, e, d.seen(t, e), in))
		d.tells(t, "a note of staff")
		step("cancelled", "CANCEL", "CANCELLED", "20261204T110000Z", func() { must(t, d.app(t).End(ctx, e, d.seen(t, e), "The oven broke")) })
	})
}

// details are those that the form of an event shows.
func (d *desk) details(t testing.TB, e calendar.ID) calendar.Details {
	t.Helper()
	f := d.get(t, e)
	in := calendar.Details{Title: f.Title, About: f.About, Type: f.Type, Place: f.Place, Link: f.Link, Notes: f.Notes, Client: f.Client, When: f.When(time.UTC)}
	for _, a := range f.Attendees {
		if a.Member != "" {
			in.Members = append(in.Members, a.Member)
		} else {
			in.Contacts = append(in.Contacts, a.Contact)
		}
	}
	return in
}

func TestWhoComesAndWhoLeavesIsTold(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		ctx := t.Context()
		e, err := d.app(t).Create(ctx, calendar.Details{
			Title: "Kick-off", Type: calendar.InPerson, When: calendar.When{Date: "2026-12-03", Time: "10:00", Length: "60"}, Client: d.of,
			Members: []calendar.MemberID{d.memberOf(t, owner), d.memberOf(t, pat)}, Contacts: []calendar.ContactID{d.contactOf(t, ines)},
		})
		must(t, err)
		when := "Kick-off, Thursday 3 December 2026, 10:00 to 11:00 (Dublin time)"
		d.tells(t, "an invitation", owner+": Invitation: "+when, pat+": Invitation: "+when, ines+": Invitation: "+when)
		in := d.details(t, e)
		in.Members = []calendar.MemberID{d.memberOf(t, owner)}
		must(t, d.app(t).Save(ctx, e, d.seen(t, e), in))
		for _, m := range d.Deliver(t) {
			method, _ := invitation(t, m)
			if want := map[string]string{owner: "REQUEST", ines: "REQUEST", pat: "CANCEL"}[m.To.Addr]; method != want {
				t.Errorf("%s gets %s (%q), want %s", m.To.Addr, method, m.Subject, want)
			}
		}
		in.Contacts = nil
		invalid(t, d.app(t).Save(ctx, e, d.seen(t, e), in), "contacts", "meeting.keep_one")
		in.Contacts, in.Members = []calendar.ContactID{d.contactOf(t, ines)}, []calendar.MemberID{other().String()}
		invalid(t, d.app(t).Save(ctx, e, d.seen(t, e), in), "members", "field.choice")
	})
}

// A mail that waited says nothing that is not so any more.
func TestMailThatCameTooLateIsNotSent(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		e := d.request(t, "UTC", at("2026-12-03", "10:00")...)
		must(t, d.portal(t).Cancel(t.Context(), e, d.seen(t, e), ""))
		d.tells(t, "a request that was taken back", owner+": Off: Walk through the shop", pat+": Off: Walk through the shop")
		e = d.request(t, "UTC", at("2026-11-25", "10:00")...)
		d.Deliver(t)
		d.At(moment(t, "2026-11-25T10:00:00Z"))
		d.sweep(t)
		must(t, d.portal(t).Again(t.Context(), e, d.seen(t, e)))
		d.tells(t, "what expired and was offered anew", owner+": Another time for Walk through the shop", pat+": Another time for Walk through the shop")
		d.Choose(t, ines, d.of, auth.Calendar, outbox.None)
		e = d.request(t, "UTC", at("2026-12-03", "10:00")...)
		d.Deliver(t)
		d.confirm(t, e)
		d.tells(t, "what Ines does not want", owner+": Confirmed: Walk through the shop, Thursday 3 December 2026, 10:00 to 10:30 (Dublin time)")
	})
}

// read reads a feed as a calendar program does.
func (d *desk) read(t testing.TB, url string) ([]*ics.VEvent, error) {
	t.Helper()
	_, token, found := strings.Cut(url, "/calendar/")
	if !found {
		t.Fatalf("the feed is at %q", url)
	}
	c, err := d.f.Read(t.Context(), d.Visitor(t, home, ""), strings.TrimSuffix(token, ".ics"))
	if err != nil {
		return nil, err
	}
	data := c.Bytes()
	if strings.Contains(string(data), canary) {
		t.Error("the feed has notes of staff")
	}
	read, err := ics.ParseCalendar(bytes.NewReader(data))
	must(t, err)
	return read.Events(), nil
}

func TestFeedsAreOfWhoeverOwnsThem(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		ctx := t.Context()
		e := d.request(t, "UTC", at("2026-12-03", "10:00")...)
		d.confirm(t, e)
		inner, err := d.app(t).Create(ctx, calendar.Details{Title: "Among us", Type: calendar.Video, Client: d.of, Notes: canary, When: calendar.When{Date: "2026-12-03", Time: "12:00"}})
		must(t, err)
		pending := d.request(t, "UTC", at("2026-12-04", "10:00")...)
		theirs := d.Client(t, home, "Northwind Bikes", sam)
		feed := func(p calendar.Portal) string {
			t.Helper()
			must(t, p.NewFeed(ctx))
			f, err := p.Feed(ctx)
			must(t, err)
			return f.URL
		}
		mine, sams := feed(d.portal(t)), feed(d.f.ForClient(d.Contact(t, home, sam, theirs)))
		must(t, d.app(t).NewFeed(ctx))
		staff, err := d.app(t).Feed(ctx)
		must(t, err)
		has := func(url string, want ...calendar.ID) {
			t.Helper()
			events, err := d.read(t, url)
			must(t, err)
			var got []string
			for _, one := range events {
				got = append(got, value(one, ics.ComponentPropertyUniqueId))
				status := "CONFIRMED"
				if got[len(got)-1] == pending.String() {
					status = "TENTATIVE"
				}
				if value(one, ics.ComponentPropertyStatus) != status {
					t.Errorf("%s is %s", value(one, ics.ComponentPropertySummary), value(one, ics.ComponentPropertyStatus))
				}
			}
			if len(got) != len(want) {
				t.Fatalf("the feed has %q, want %q", got, want)
			}
			for n := range want {
				if got[n] != want[n].String() {
					t.Errorf("the feed has %q, want %q", got, want)
				}
			}
		}
		has(mine, e, pending)
		has(sams)
		has(staff.URL, e, inner)

		before := mine
		mine = feed(d.portal(t))
		if _, err := d.read(t, before); !problem.Is(err, problem.NotFound) {
			t.Errorf("the address that was renewed answers %v", err)
		}
		has(mine, e, pending)
		must(t, d.portal(t).EndFeed(ctx))
		if _, err := d.read(t, mine); !problem.Is(err, problem.NotFound) {
			t.Errorf("the address that was stopped answers %v", err)
		}
		if f, err := d.portal(t).Feed(ctx); err != nil || f.URL != "" {
			t.Errorf("the feed that was stopped is %+v, %v", f, err)
		}
		mine = feed(d.portal(t))
		_, c, err := d.Clients(t, home).Contact(ctx, d.of, client.ContactID(d.contactOf(t, ines)))
		must(t, err)
		must(t, d.Clients(t, home).DisablePortal(ctx, d.of))
		if _, err := d.read(t, mine); !problem.Is(err, problem.NotFound) {
			t.Errorf("the feed of %s answers %v once the portal is off", c.Email, err)
		}
		if _, err := d.read(t, "/calendar/"+id.NewSecret().Reveal()+".ics"); !problem.Is(err, problem.NotFound) {
			t.Errorf("an address that was made up answers %v", err)
		}
		if _, err := d.f.Read(ctx, d.Visitor(t, "studio.example.net", ""), strings.TrimSuffix(strings.SplitAfter(staff.URL, "/calendar/")[1], ".ics")); !problem.Is(err, problem.NotFound) {
			t.Errorf("the address answers %v at another workspace", err)
		}
	})
}

// Whoever makes an event for themselves knows of it; with others, all get it for their
// calendars.
func TestNobodyIsInvitedToWhatTheyDoAlone(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		make := func(clock string, members ...calendar.MemberID) {
			t.Helper()
			_, err := d.app(t).Create(t.Context(), calendar.Details{
				Title: "Stocktaking", Type: calendar.InPerson, When: calendar.When{Date: "2026-12-03", Time: clock, Length: "60"}, Members: members,
			})
			must(t, err)
		}
		me := d.memberOf(t, owner)
		make("10:00")
		make("12:00", me)
		d.tells(t, "an event of one's own")
		make("14:00", me, d.memberOf(t, pat))
		const subject = ": Invitation: Stocktaking, Thursday 3 December 2026, 14:00 to 15:00 (Dublin time)"
		d.tells(t, "an event with another member", owner+subject, pat+subject)
	})
}

// One time is there to be accepted, several to choose from; and what one click offers
// anew is what it then offers, however many weeks that is.
func TestWhatIsOfferedIsSaidAsItIs(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		ctx := t.Context()
		e := d.request(t, "UTC", at("2026-12-03", "10:00")...)
		d.Deliver(t)
		says := func(want string, times ...calendar.Time) {
			t.Helper()
			must(t, d.app(t).Propose(ctx, e, d.seen(t, e), calendar.Offer{Times: times}))
			if arrived := d.Deliver(t); len(arrived) != 1 || !strings.Contains(arrived[0].Text, want) {
				t.Errorf("%d times: %+v", len(times), arrived)
			}
		}
		says("suggests another time for “Walk through the shop”. Please accept it", calendar.Time{Date: "2026-12-04", Time: "10:00"})
		says("suggests other times for “Walk through the shop”. Please choose one", calendar.Time{Date: "2026-12-04", Time: "10:00"}, calendar.Time{Date: "2026-12-07", Time: "11:00"})
		d.At(moment(t, "2026-12-12T12:00:00Z")) // a week later the first of them has passed, too
		d.sweep(t)
		d.Deliver(t)
		now := moment(t, "2026-12-12T12:00:00Z")
		said, err := d.get(t, e).Later(now)
		must(t, err)
		must(t, d.app(t).Again(ctx, e, d.seen(t, e)))
		got := d.get(t, e).Table()
		if len(said) != 2 || len(got) != 2 || !said[0].Starts.Equal(got[0].Starts) || !said[1].Starts.Equal(got[1].Starts) || got[0].Starts.Format(time.DateOnly) != "2026-12-18" {
			t.Errorf("it says %v and offers %v", said, got)
		}
	})
}
