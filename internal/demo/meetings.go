package demo

import (
	"context"
	"time"

	"foyer/internal/feature/calendar"
)

// gathering is an event of the calendar. One that a client asks for is answered by what
// comes after it.
type gathering struct {
	ago    time.Duration
	by     string // address: of a contact who asks, or of the member who puts it in
	title  string
	about  string
	typ    calendar.Type
	in     int    // working days from today; before it when negative
	at     string // HH:MM; empty for in the morning
	length string
	place  string
	link   string
	notes  string
	with   []string // addresses of members and contacts
	of     string   // name of the client; of one that a contact asks for, theirs

	answered  time.Duration // ago
	confirmed bool
	declined  string        // why
	counter   int           // working days from today, not when 0
	moved     time.Duration // ago: the contact would like to move it, by a day
}

const room = "https://meet.haldenrowe.example/"

var gatherings = []gathering{
	{ago: 40 * day, by: Theo, of: "Marlow Ceramics", title: "Checkout design review", about: "The three steps of the checkout, on a phone and on a desk.", typ: calendar.Video, in: -15, at: "14:00", length: "60", link: room + "checkout", with: []string{Theo, Priya, Ines}},
	{ago: 30 * day, by: Priya, of: "Marlow Ceramics", title: "Weekly check-in", typ: calendar.Video, in: -8, at: "10:00", length: "30", link: room + "marlow", notes: "kingfisher: ask about the deposit for the spring range.", with: []string{Priya, Theo, Ines}},
	{ago: 30 * day, by: Priya, of: "Marlow Ceramics", title: "Weekly check-in", typ: calendar.Video, in: -3, at: "10:00", length: "30", link: room + "marlow", with: []string{Priya, Theo, Ines}},
	{ago: 9 * day, by: Priya, of: "Marlow Ceramics", title: "Weekly check-in", about: "What went live, what is next, what is in the way.", typ: calendar.Video, in: 2, at: "10:00", length: "30", link: room + "marlow", with: []string{Priya, Theo, Ines}},
	{ago: 12 * day, by: Ines, title: "Photographs of the winter range: which angles do we need?", typ: calendar.Phone, in: -5, at: "11:30", length: "15", answered: 11 * day, confirmed: true},
	{ago: 20 * day, by: Ines, title: "A tour of the studio for our apprentices", typ: calendar.InPerson, in: -6, at: "15:00", length: "60", answered: 19 * day, declined: "The studio is closed that week. Any week from January on is fine, and we would love to."},
	{ago: 16 * day, by: Ines, title: "Fonts for the labels", typ: calendar.Video, in: -9, at: "16:00", length: "30"},
	{ago: 2 * day, by: Ines, title: "Packaging press check", about: "We would look at the first sheets together.", typ: calendar.InPerson, in: 4, length: "60", answered: day, counter: 6},
	{ago: 6 * day, by: Ines, title: "Plan the spring launch", typ: calendar.Video, in: 7, at: "14:00", length: "45", answered: 5 * day, confirmed: true, moved: 3 * time.Hour},
	{ago: 35 * minute, by: Ines, title: "Walk through the staging shop together before we share it with the team.", typ: calendar.Video, in: 5, at: "10:30", length: "30"},
	{ago: 25 * day, by: Theo, of: "Northwind Bikes", title: "Osprey kick-off", typ: calendar.InPerson, in: -10, at: "09:30", length: "60", place: "14 Foundry Lane, Dublin", with: []string{Theo, Sam}},
	{ago: 8 * day, by: Sam, title: "Osprey colours", typ: calendar.Phone, in: 3, at: "11:00", length: "15", answered: 7 * day, confirmed: true},
	{ago: 5 * time.Hour, by: Sam, title: "Osprey launch plan", about: "Osprey goes on sale in spring.", typ: calendar.Video, in: 8, length: "45"},
	{ago: 15 * day, by: Priya, title: "Team planning", typ: calendar.InPerson, in: 1, at: "15:00", length: "60", place: "The long table", with: []string{Priya, Jun, Theo}},
	{ago: 15 * day, by: Theo, title: "Design day", typ: calendar.InPerson, in: 3, at: "13:00", length: "240", with: []string{Theo}},
	{ago: 15 * day, by: Jun, of: "Marlow Ceramics", title: "Prepare the stock sync", about: "Before their numbers come.", typ: calendar.Video, in: 1, at: "11:00", length: "30", notes: "kingfisher: they doubt the sync already.", with: []string{Jun}},
}

// meetings are the beats of the calendar.
func (t *teller) meetings() []beat {
	sweep := func(ctx context.Context) error {
		sys, err := t.Gate.System(ctx, t.site.ID)
		if err != nil {
			return err
		}
		return t.Calendar.Sweep(ctx, sys)
	}
	all := []beat{{10 * day, sweep}, {0, sweep}}
	for i := range gatherings {
		g, made := &gatherings[i], new(calendar.ID)
		all = append(all, beat{g.ago, func(ctx context.Context) (err error) {
			if _, member := t.team[g.by]; member {
				*made, err = t.gather(ctx, g)
			} else {
				*made, err = t.ask(ctx, g)
			}
			return err
		}})
		if g.answered > 0 {
			all = append(all, beat{g.answered, func(ctx context.Context) error { return t.answerMeeting(ctx, g, *made) }})
		}
		if g.moved > 0 {
			all = append(all, beat{g.moved, func(ctx context.Context) error { return t.askToMove(ctx, g, *made) }})
		}
	}
	return all
}

// workday is so many working days from the day on which the demo is started.
func (t *teller) workday(n int) string {
	on := t.clock.base().In(t.site.Zone)
	step := 1
	if n < 0 {
		step = -1
	}
	for n != 0 {
		on = on.AddDate(0, 0, step)
		if on.Weekday() != time.Saturday && on.Weekday() != time.Sunday {
			n -= step
		}
	}
	return on.Format(time.DateOnly)
}

func (t *teller) gather(ctx context.Context, g *gathering) (calendar.ID, error) {
	app := t.Calendar.ForStaff(t.team[g.by])
	in := calendar.Details{
		Title: g.title, About: g.about, Type: g.typ, Place: g.place, Link: g.link, Notes: g.notes, Client: t.clients[g.of],
		When: calendar.When{Date: t.workday(g.in), Time: g.at, Length: g.length},
	}
	for _, email := range g.with {
		if who, member := t.team[email]; member {
			in.Members = append(in.Members, who.MemberID())
			continue
		}
		who, err := t.contact(ctx, email)
		if err != nil {
			return "", err
		}
		in.Contacts = append(in.Contacts, who.ContactID())
	}
	return app.Create(ctx, in)
}

func (t *teller) ask(ctx context.Context, g *gathering) (calendar.ID, error) {
	who, err := t.contact(ctx, g.by)
	if err != nil {
		return "", err
	}
	when := calendar.Time{Date: t.workday(g.in), Time: g.at}
	if g.at == "" {
		when.Part = calendar.Morning
	}
	topic := g.title
	if g.about != "" {
		topic += "\n\n" + g.about
	}
	return t.Calendar.ForClient(who).Request(ctx, calendar.Wish{Type: g.typ, Topic: topic, Offer: calendar.Offer{
		Times: []calendar.Time{when}, Length: g.length, Zone: "Europe/Lisbon",
	}})
}

func (t *teller) answerMeeting(ctx context.Context, g *gathering, of calendar.ID) error {
	app := t.Calendar.ForStaff(t.team[Theo])
	now, err := app.Get(ctx, of)
	switch {
	case err != nil:
		return err
	case g.confirmed:
		return app.Confirm(ctx, of, now.Sequence, calendar.Answer{Slot: now.Table()[0].ID, Link: g.link})
	case g.declined != "":
		return app.End(ctx, of, now.Sequence, g.declined)
	}
	return app.Propose(ctx, of, now.Sequence, calendar.Offer{
		Times: []calendar.Time{{Date: t.workday(g.counter), Time: "14:00"}, {Date: t.workday(g.counter + 1), Time: "09:30"}},
		Note:  "The printer starts a day later than planned. Would one of these do?",
	})
}

func (t *teller) askToMove(ctx context.Context, g *gathering, of calendar.ID) error {
	who, err := t.contact(ctx, g.by)
	if err != nil {
		return err
	}
	door := t.Calendar.ForClient(who)
	now, _, err := door.Get(ctx, of)
	if err != nil {
		return err
	}
	return door.Propose(ctx, of, now.Sequence, calendar.Offer{
		Times: []calendar.Time{{Date: t.workday(g.in + 1), Time: g.at}}, Zone: "Europe/Lisbon", Note: "The kiln is serviced that day. Could we do it a day later?",
	})
}
