package calendar_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"foyer/internal/auth"
	"foyer/internal/feature/calendar"
	"foyer/internal/feature/client"
	"foyer/internal/feature/waiting"
	"foyer/internal/kernel/scope"
)

// own makes an event of the Owner's at an hour of 3 December, without a client.
func (d *desk) own(t testing.TB, clock string, members ...calendar.MemberID) calendar.ID {
	t.Helper()
	made, err := d.app(t).Create(t.Context(), calendar.Details{
		Title: "Kiln day", Type: calendar.InPerson, When: calendar.When{Date: "2026-12-03", Time: clock, Length: "60"}, Members: members,
	})
	must(t, err)
	d.Deliver(t)
	return made
}

// An own event becomes a meeting with a client in one save: who is chosen takes part, and
// who is not any more has their time back.
func TestAnOwnEventGetsAClient(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		ctx := t.Context()
		e := d.own(t, "10:00", d.memberOf(t, pat))
		in := d.details(t, e)
		in.Client, in.Contacts, in.Members = d.of, []calendar.ContactID{d.contactOf(t, ines)}, []calendar.MemberID{d.memberOf(t, owner)}
		must(t, d.app(t).Save(ctx, e, d.seen(t, e), in))
		f := d.get(t, e)
		if len(f.Attendees) != 2 || f.Attendees[0].Member != d.memberOf(t, owner) || f.Attendees[1].Contact != d.contactOf(t, ines) || f.Client != d.of || !f.WithClient {
			t.Errorf("of the client %q: %+v", f.Client, f.Attendees)
		}
		when := "Kiln day, Thursday 3 December 2026, 10:00 to 11:00 (Dublin time)"
		d.tells(t, "a client that was chosen", ines+": Invitation: "+when, owner+": Changed: "+when, pat+": Not needed: "+when)
		if n := d.busy(t); n != 1 {
			t.Errorf("%d hours are taken", n)
		}
	})
}

// Who names another time for a meeting whose organiser left holds it from then on: with
// its hour, or not at all.
func TestWhoSuggestsATimeTakesTheHourToo(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		ctx := t.Context()
		e := d.request(t, "UTC", at("2026-12-03", "10:00")...)
		must(t, d.as(t, pat).Confirm(ctx, e, 0, calendar.Answer{Slot: d.get(t, e).Table()[0].ID}))
		must(t, d.Team(t, home).Remove(ctx, d.memberOf(t, pat)))
		must(t, d.app(t).Propose(ctx, e, d.seen(t, e), calendar.Offer{Times: at("2026-12-04", "10:00")}))
		same := d.request(t, "UTC", at("2026-12-03", "10:15")...)
		f := d.get(t, same)
		conflict(t, d.app(t).Confirm(ctx, same, f.Sequence, calendar.Answer{Slot: f.Table()[0].ID}), "meeting.clash")
		if n := d.double(t); n != 0 {
			t.Errorf("%d double", n)
		}
	})
}

// The hours of who left are in nobody's way.
func TestWhoLeftBlocksNoHour(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		ctx := t.Context()
		var held []calendar.ID
		for _, clock := range []string{"10:00", "14:00"} {
			e := d.request(t, "UTC", at("2026-12-03", clock)...)
			must(t, d.as(t, pat).Confirm(ctx, e, 0, calendar.Answer{Slot: d.get(t, e).Table()[0].ID}))
			held = append(held, e)
		}
		left := d.memberOf(t, pat)
		must(t, d.Team(t, home).Remove(ctx, left))
		d.Hire(t, "Kim Project", kim, "project")
		must(t, d.app(t).Take(ctx, held[0], d.seen(t, held[0])))
		must(t, d.as(t, kim).Take(ctx, held[1], d.seen(t, held[1])))
		_, busy, err := d.app(t).Room(ctx, held[0], "2026-12-03", "2026-12-03")
		must(t, err)
		for _, b := range busy {
			if b.Member == left {
				t.Errorf("%s, who left, has %s", b.Name, b.Title)
			}
		}
		must(t, d.portal(t).Propose(ctx, held[0], d.seen(t, held[0]), calendar.Offer{Times: at("2026-12-03", "14:15"), Zone: "UTC"}))
		board, err := d.app(t).Board(ctx)
		must(t, err)
		for _, b := range board.Yours[0].Busy {
			if b.Member == left {
				t.Errorf("beside the request %s, who left, has %s", b.Name, b.Title)
			}
		}
		d.confirm(t, held[0])
		d.is(t, held[0], calendar.Confirmed, "", "2026-12-03T14:15:00Z")
		must(t, d.app(t).Propose(ctx, held[0], d.seen(t, held[0]), calendar.Offer{Times: at("2026-12-03", "10:00")}))
		must(t, d.portal(t).Accept(ctx, held[0], d.seen(t, held[0]), d.get(t, held[0]).Table()[0].ID))
	})
}

// An event is taken over once, by whoever is first, who is invited to it; and only while
// it has nobody.
func TestTakingOver(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		ctx := t.Context()
		var orphans []calendar.ID
		for _, clock := range []string{"10:00", "14:00"} {
			e := d.request(t, "UTC", at("2026-12-03", clock)...)
			must(t, d.as(t, pat).Confirm(ctx, e, 0, calendar.Answer{Slot: d.get(t, e).Table()[0].ID}))
			orphans = append(orphans, e)
		}
		conflict(t, d.app(t).Take(ctx, orphans[0], d.seen(t, orphans[0])), "meeting.moved_on.confirmed")
		must(t, d.Team(t, home).Remove(ctx, d.memberOf(t, pat)))
		d.Hire(t, "Kim Project", kim, "project")
		d.Hire(t, "Vic View", vic, "viewer")
		d.Deliver(t)
		e, seen := orphans[0], d.seen(t, orphans[0])
		unheld := func(what, email string, want int) {
			t.Helper()
			b, err := d.as(t, email).Board(ctx)
			must(t, err)
			if len(b.Unheld) != want {
				t.Errorf("%s: to %s %+v are without an organiser, want %d", what, email, b.Unheld, want)
			}
		}
		unheld("left behind", kim, 2)
		unheld("left behind", vic, 0)
		must(t, d.as(t, kim).Take(ctx, e, seen))
		unheld("taken over", kim, 1)
		d.tells(t, "taking over", kim+": Invitation: Walk through the shop, Thursday 3 December 2026, 10:00 to 10:30 (Dublin time)")
		conflict(t, d.app(t).Take(ctx, e, seen), "meeting.moved_on.confirmed")
		conflict(t, d.app(t).Take(ctx, e, d.seen(t, e)), "meeting.moved_on.confirmed")
		must(t, d.app(t).End(ctx, orphans[1], d.seen(t, orphans[1]), "Nobody has time"))
		conflict(t, d.app(t).Take(ctx, orphans[1], d.seen(t, orphans[1])), "meeting.moved_on.cancelled")
	})
}

// Who takes part no more hears that, and of nobody else; also where they took themselves
// out, but not once they are back or may not come in any more.
func TestWhoIsTakenOutHearsOfThemselvesAlone(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		ctx := t.Context()
		ana := d.Add(t, d.of, "ana@marlow.example", auth.ProjectPreset, true)
		e := d.request(t, "UTC", at("2026-12-03", "10:00")...)
		d.confirm(t, e)
		both := d.details(t, e)
		both.About, both.Link, both.Place = "Only for who comes", "https://meet.example/secret", "The back room"
		both.Members = append(both.Members, d.memberOf(t, pat))
		both.Contacts = append(both.Contacts, calendar.ContactID(ana.ID))
		must(t, d.app(t).Save(ctx, e, d.seen(t, e), both))
		d.Deliver(t)
		fewer := both
		fewer.Members, fewer.Contacts = both.Members[:1], both.Contacts[:1]

		must(t, d.as(t, pat).Save(ctx, e, d.seen(t, e), fewer))
		left := map[string]bool{}
		for _, m := range d.Deliver(t) {
			if m.To.Addr != pat && m.To.Addr != ana.Email {
				continue
			}
			left[m.To.Addr] = true
			method, event := invitation(t, m)
			if got := event.Attendees(); method != "CANCEL" || len(got) != 1 || got[0].Email() != m.To.Addr {
				t.Errorf("%s gets %s for %+v", m.To.Addr, method, got)
			}
			for _, told := range []string{both.About, both.Link, both.Place, ines} {
				if strings.Contains(string(m.Calendar.Bytes), told) {
					t.Errorf("%s reads of %q", m.To.Addr, told)
				}
			}
		}
		if !left[pat] || !left[ana.Email] {
			t.Errorf("only %v heard of it", left)
		}

		must(t, d.app(t).Save(ctx, e, d.seen(t, e), both))
		d.Deliver(t)
		must(t, d.app(t).Save(ctx, e, d.seen(t, e), fewer))
		must(t, d.app(t).Save(ctx, e, d.seen(t, e), both))
		for _, m := range d.Deliver(t) {
			if method, _ := invitation(t, m); method != "REQUEST" {
				t.Errorf("%s, who is back, gets %q", m.To.Addr, m.Subject)
			}
		}
		must(t, d.app(t).Save(ctx, e, d.seen(t, e), fewer))
		must(t, d.Clients(t, home).Suspend(ctx, d.of, ana.ID))
		for _, m := range d.Deliver(t) {
			if m.To.Addr == ana.Email {
				t.Errorf("%s, who was suspended, gets %q", m.To.Addr, m.Subject)
			}
		}
	})
}

// Whoever cannot come in cannot be chosen; and who takes part already stays, whatever
// becomes of their access, without being in the way of other changes.
func TestWhoCannotComeInStaysAsTheyAre(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		ctx := t.Context()
		ana := d.Add(t, d.of, "ana@marlow.example", auth.ProjectPreset, false)
		invited := func(of client.ID, contact calendar.ContactID) error {
			_, err := d.app(t).Create(ctx, calendar.Details{
				Title: "Kick-off", Type: calendar.Phone, When: calendar.When{Date: "2026-12-03", Time: "12:00"}, Client: of, Contacts: []calendar.ContactID{contact},
			})
			return err
		}
		invalid(t, invited(d.of, calendar.ContactID(ana.ID)), "contacts", "field.choice")
		c, err := d.app(t).Choices(ctx, d.of)
		must(t, err)
		if len(c.Contacts) != 1 || c.Contacts[0].ID != d.contactOf(t, ines) {
			t.Errorf("offered are %+v", c.Contacts)
		}
		e := d.request(t, "UTC", at("2026-12-03", "10:00")...)
		d.confirm(t, e)
		d.Deliver(t)
		asker := d.contactOf(t, ines)
		d.Run(t, home, `update contact set meetings = 'none' where workspace_id = :workspace and id = :contact`, scope.Args{"contact": asker})
		if f := d.get(t, e); len(f.Attendees) != 2 || !f.Attendees[1].Gone {
			t.Errorf("%+v take part", f.Attendees)
		}
		in := d.details(t, e)
		in.Contacts, in.Place = nil, "The back room"
		must(t, d.app(t).Save(ctx, e, d.seen(t, e), in))
		if f := d.get(t, e); len(f.Attendees) != 2 || f.Place != in.Place {
			t.Errorf("at %q %+v take part", f.Place, f.Attendees)
		}
		d.tells(t, "a change", owner+": Changed: Walk through the shop, Thursday 3 December 2026, 10:00 to 10:30 (Dublin time)")
		must(t, d.Clients(t, home).DisablePortal(ctx, d.of))
		invalid(t, invited(d.of, asker), "contacts", "field.choice")
	})
}

// Where who asked cannot come in any more, whoever sees all meetings of the client hears
// of theirs, and can answer.
func TestAColleagueAnswers(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		ctx := t.Context()
		ana := d.Add(t, d.of, "ana@marlow.example", auth.ProjectPreset, true)
		e, err := d.contact(t, ana.Email).Request(ctx, wish("UTC", at("2026-12-03", "10:00")...))
		must(t, err)
		d.Deliver(t)
		must(t, d.Clients(t, home).Suspend(ctx, d.of, ana.ID))
		must(t, d.app(t).Propose(ctx, e, 0, calendar.Offer{Times: at("2026-12-04", "10:00")}))
		if b, err := d.app(t).Board(ctx); err != nil || b.Total != 0 || d.get(t, e).Unreachable {
			t.Errorf("%d wait for staff while a colleague can answer: %v", b.Total, err)
		}
		d.tells(t, "an offer to who is suspended", ines+": Another time for Walk through the shop")
		must(t, d.portal(t).Accept(ctx, e, d.seen(t, e), d.get(t, e).Table()[0].ID))
		d.Run(t, home, `update contact set may_request = false where workspace_id = :workspace and client_id = :client`, scope.Args{"client": d.of})
		must(t, d.app(t).Propose(ctx, e, d.seen(t, e), calendar.Offer{Times: at("2026-12-07", "10:00")}))
		if b, err := d.app(t).Board(ctx); err != nil || b.Total != 1 || !d.get(t, e).Unreachable {
			t.Errorf("%d wait for staff once nobody can answer: %v", b.Total, err)
		}
	})
}

// Times are in the zone of who reads them, where they said one; what a colleague said is
// not theirs, and what they say once on a journey moves nothing. Mails are as the pages.
func TestTimesAreInTheZoneOfWhoReadsThem(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		ctx := t.Context()
		ana := d.Add(t, d.of, "ana@marlow.example", auth.ProjectPreset, true)
		zone := func(email, want string) {
			t.Helper()
			if _, zone, _, err := d.contact(t, email).Terms(ctx); err != nil || zone.String() != want {
				t.Errorf("%s reads times in %s, %v; want %s", email, zone, err, want)
			}
		}
		e := d.request(t, "Europe/Lisbon", at("2026-12-17", "10:00")...)
		zone(ines, "Europe/Lisbon")
		must(t, d.contact(t, ana.Email).Propose(ctx, e, 0, calendar.Offer{Times: at("2026-12-16", "12:00"), Zone: "Europe/Athens"}))
		zone(ines, "Europe/Lisbon")
		d.Later(time.Minute)
		away := d.request(t, "Europe/Vienna", at("2026-12-03", "10:00")...)
		d.is(t, away, calendar.Requested, calendar.ByStaff, "2026-12-03T09:00:00Z")
		must(t, d.portal(t).Propose(ctx, e, d.seen(t, e), calendar.Offer{Times: at("2026-12-16", "12:00"), Zone: "Europe/Athens"}))
		zone(ines, "Europe/Lisbon")
		zone(ana.Email, "Europe/Athens")
		d.Deliver(t)
		d.confirm(t, e)
		title := "Confirmed: Walk through the shop, Wednesday 16 December 2026, "
		d.tells(t, "what was confirmed", ines+": "+title+"10:00 to 10:30 (Lisbon time)", owner+": "+title+"10:00 to 10:30 (Dublin time)")
	})
}

// A request waits for its organiser alone; without one on the team, for everybody who
// may write the calendar. What waits for others stands apart, with who holds it.
func TestARequestWaitsForItsOrganiser(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		waits := func(what, email string, want int, others ...string) {
			t.Helper()
			who := d.Staff(t, home, email, d.Form())
			board, err := d.f.ForStaff(who).Board(t.Context())
			must(t, err)
			var held []string
			for _, l := range board.Others {
				held = append(held, l.Title+": "+l.Holder)
			}
			if len(board.Yours) != want || board.Total != want || !slices.Equal(held, others) {
				t.Errorf("%s: the board of %s has %d, counts %d, and has of others %q, want %d and %q", what, email, len(board.Yours), board.Total, held, want, others)
			}
			list, err := waiting.ForStaff(t.Context(), who)
			must(t, err)
			counts, err := waiting.CountForStaff(t.Context(), who)
			must(t, err)
			if len(list.Items) != want || counts.Of(auth.Calendar) != want {
				t.Errorf("%s: %d wait for %s, %d are counted, want %d", what, len(list.Items), email, counts.Of(auth.Calendar), want)
			}
		}
		e := d.request(t, "UTC", at("2026-12-03", "10:00")...)
		waits("of nobody", owner, 1)
		waits("of nobody", pat, 1)
		d.Hire(t, "Vic View", vic, "viewer")
		waits("of nobody, for who only reads", vic, 0, "Walk through the shop: ")
		must(t, d.as(t, pat).Propose(t.Context(), e, 0, calendar.Offer{Times: at("2026-12-04", "10:00")}))
		must(t, d.portal(t).Propose(t.Context(), e, d.seen(t, e), calendar.Offer{Times: at("2026-12-07", "10:00"), Zone: "UTC"}))
		waits("of Pat", owner, 0, "Walk through the shop: Pat Project")
		waits("of Pat", pat, 1)
		must(t, d.Team(t, home).Remove(t.Context(), d.memberOf(t, pat)))
		waits("of who left", owner, 1)
	})
}
