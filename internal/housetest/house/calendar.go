package house

import (
	"fmt"
	"path"
	"testing"

	"foyer/internal/feature/calendar"
)

// calendar is what a client and the workspace do at a time: of the first contact a
// request, one that staff answered with other times, one that is agreed on and one that
// the client wants moved, and one of the contact who sees their own alone; and an event
// about the client that they do not see. Each client has days of their own, since the
// Owner cannot be in two places.
func (w *Workspace) calendar(t testing.TB, c *Client) {
	t.Helper()
	ctx, name, day := t.Context(), c.Canary+" meeting", 1+len(w.Clients)
	at := func(hour int) calendar.Time {
		return calendar.Time{Date: fmt.Sprintf("2026-12-%02d", day), Time: fmt.Sprintf("%02d:00", hour)}
	}
	c.Meeting = w.Meet(t, c.Contacts[0], name, at(10), at(11))
	c.ProposedMeeting = w.Meet(t, c.Contacts[0], name+" proposed", at(12))
	must(t, w.plans(t).Propose(ctx, c.ProposedMeeting, 0, calendar.Offer{Times: []calendar.Time{at(13)}, Note: name + " note"}))
	c.AgreedMeeting = w.Meet(t, c.Contacts[0], name+" agreed", at(14))
	w.Settle(t, c.AgreedMeeting)
	w.remarkOn(t, c.AgreedMeeting, c.Canary+" secret notes")
	c.MovingMeeting = w.Meet(t, c.Contacts[0], name+" moving", at(15))
	w.Settle(t, c.MovingMeeting)
	must(t, w.h.Calendar.ForClient(c.Contacts[0].Contact(t)).Propose(ctx, c.MovingMeeting, w.sequence(t, c.MovingMeeting), calendar.Offer{
		Times: []calendar.Time{at(16)}, Zone: w.Site.ZoneName, Note: name + " wish",
	}))
	c.OwnMeeting = w.Meet(t, c.Contacts[3], c.Canary+" call", at(10))
	var err error
	c.InnerEvent, err = w.plans(t).Create(ctx, calendar.Details{
		Title: c.Canary + " secret event", About: c.Canary + " secret about", Type: calendar.InPerson, Client: c.ID, Place: c.Canary + " secret place",
		Notes: c.Canary + " secret notes", When: calendar.When{Date: at(9).Date, Time: at(9).Time, Length: "30"},
	})
	must(t, err)
	feeds := w.h.Calendar.ForClient(c.Contacts[0].Contact(t))
	must(t, feeds.NewFeed(ctx))
	feed, err := feeds.Feed(ctx)
	must(t, err)
	c.Feed = path.Base(feed.URL)
}

// plans is the door to the calendar for the Owner.
func (w *Workspace) plans(t testing.TB) calendar.App {
	t.Helper()
	return w.h.Calendar.ForStaff(w.Owner.Staff(t))
}

// Meet asks for a meeting in the name of a contact.
func (w *Workspace) Meet(t testing.TB, by *Agent, topic string, times ...calendar.Time) calendar.ID {
	t.Helper()
	made, err := w.h.Calendar.ForClient(by.Contact(t)).Request(t.Context(), calendar.Wish{
		Type: calendar.Video, Topic: topic + "\n" + topic + " in full", Offer: calendar.Offer{Times: times, Zone: w.Site.ZoneName, Length: "30", Note: topic + " note"},
	})
	must(t, err)
	return made
}

// Settle confirms the first time that a client offered.
func (w *Workspace) Settle(t testing.TB, of calendar.ID) {
	t.Helper()
	now, err := w.plans(t).Get(t.Context(), of)
	must(t, err)
	must(t, w.plans(t).Confirm(t.Context(), of, now.Sequence, calendar.Answer{Slot: now.Table()[0].ID, Link: "https://meet.example/" + of.String()}))
}

func (w *Workspace) sequence(t testing.TB, of calendar.ID) int {
	t.Helper()
	now, err := w.plans(t).Get(t.Context(), of)
	must(t, err)
	return now.Sequence
}

// remarkOn is what staff keep about a meeting among themselves.
func (w *Workspace) remarkOn(t testing.TB, of calendar.ID, notes string) {
	t.Helper()
	now, err := w.plans(t).Get(t.Context(), of)
	must(t, err)
	in := calendar.Details{Title: now.Title, About: now.About, Type: now.Type, Place: now.Place, Link: now.Link, Notes: notes, Client: now.Client}
	for _, a := range now.Attendees {
		if a.Member != "" {
			in.Members = append(in.Members, a.Member)
		} else {
			in.Contacts = append(in.Contacts, a.Contact)
		}
	}
	must(t, w.plans(t).Save(t.Context(), of, now.Sequence, in))
}

// crowdOfMeetings asks for one more meeting, most of which are agreed on.
func (w *Workspace) crowdOfMeetings(t testing.TB, c *Client, n int, name string) {
	t.Helper()
	made := w.Meet(t, c.Contacts[0], name+" meeting", calendar.Time{Date: fmt.Sprintf("2027-01-%02d", 4+n/16), Time: fmt.Sprintf("%02d:%02d", 9+n%16/2, 30*(n%2))})
	if n%4 != 0 { // so many can wait at a time
		w.Settle(t, made)
	}
}
