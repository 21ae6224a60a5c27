package calendar

import (
	"context"
	"slices"
	"strconv"
	"time"

	"foyer/internal/auth"
	"foyer/internal/feature/client"
	"foyer/internal/kernel/id"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
	"foyer/internal/kernel/text"
)

// Details are what staff type about an event of theirs.
type Details struct {
	Title string
	About string // those who take part read it
	Type  Type
	When
	Place    string
	Link     string
	Notes    string // of staff, among themselves
	Client   client.ID
	Members  []MemberID
	Contacts []ContactID // of the client; none for an event that the client does not see
}

// When is when an event is, as it is typed in the workspace's zone.
type When struct {
	Date   string // YYYY-MM-DD
	Time   string // HH:MM
	Length string // in minutes
}

// When is when the event is, as it would be typed.
func (e Event) When(zone *time.Location) When {
	at := e.Starts.In(zone)
	return When{at.Format(time.DateOnly), at.Format("15:04"), strconv.Itoa(e.Length)}
}

// Fields are the names of the form's fields in their order.
var Fields = []string{"title", "client", "contacts", "type", "date", "time", "length", "place", "link", "members", "about", "notes"}

// read cleans the details into an event, but for when it is.
func (d Details) read(f *problem.Fields, e *Event) {
	e.Title = text.Line(f, "title", d.Title, text.Required, LongestTitle)
	e.About = text.Block(f, "about", d.About, text.Optional, LongestText)
	e.Type = text.Choice(f, "type", d.Type, Types)
	e.readPlace(f, d.Place, d.Link)
	e.Notes = text.Block(f, "notes", d.Notes, text.Optional, LongestText)
	if len(d.Contacts) > 0 && d.Client == "" {
		f.Add("client", "meeting.client_required")
	}
	if len(d.Members)+len(d.Contacts) > 100 {
		f.Add("members", "meeting.too_many")
	}
}

// set reads it into an event.
func (d When) set(f *problem.Fields, e *Event, now time.Time) {
	e.Length = readLength(f, d.Length, e.Length)
	if d.Time == "" {
		f.Add("time", "meeting.time_required")
	}
	if s, ok := (offering{zone: now.Location(), length: e.Length, now: now}).slot(f, 0, Time{Date: d.Date, Time: d.Time}); ok {
		e.Starts, e.Ends = s.Starts, s.Ends
	}
}

// Create puts an event into the calendar, and gives its id, the second time the first
// one's. With contacts it is a meeting, which they are invited to. Whoever makes it
// holds it and takes part; alone, they are not mailed of it. Problems are Forbidden,
// Invalid by field, and Conflict when a member who takes part has something else then.
func (a App) Create(ctx context.Context, in Details) (ID, error) {
	var made string
	err := a.who.Write(ctx, auth.CalendarWrite, func(tx scope.Tx) error {
		if err := lock(ctx, tx); err != nil {
			return err
		}
		terms, err := scope.One(ctx, tx, readTerms, nil, scanTerms)
		if err != nil {
			return err
		}
		var f problem.Fields
		e := Event{State: Confirmed, Client: in.Client, Organiser: a.who.MemberID(), Length: terms.Length, Zone: a.who.Site().ZoneName}
		in.read(&f, &e)
		in.set(&f, &e, a.who.Now())
		if err := f.Err(); err != nil {
			return err
		}
		made, err = scope.Once(ctx, tx, func() (string, error) {
			e.ID, e.WithClient = ID(a.who.NewID()), len(in.Contacts) > 0
			return e.ID.String(), a.create(ctx, act{tx, a.who, ByStaff, &e}, in)
		})
		return err
	})
	return ID(made), err
}

func (a App) create(ctx context.Context, on act, in Details) error {
	if err := on.known(ctx, in); err != nil {
		return err
	}
	if err := on.insert(ctx); err != nil {
		return err
	}
	if err := on.join(ctx, on.e.Organiser, ""); err != nil {
		return err
	}
	others, _, err := on.gather(ctx, in, []Attendee{{Member: on.e.Organiser}})
	if err != nil {
		return err
	}
	if err := on.take(ctx); err != nil {
		return err
	}
	if err := on.note(ctx, "invited", map[string]any{"starts": on.e.Starts.UnixMicro()}); err != nil || len(others) == 0 {
		return err
	}
	return on.tell(ctx, "invited", everybody)
}

// known holds that the client and those who take part can be chosen.
func (a act) known(ctx context.Context, in Details) error {
	var f problem.Fields
	if in.Client != "" {
		n := 0
		var err error
		if id.Valid(in.Client.String()) {
			n, err = scope.One(ctx, a.tx, findClient, scope.Args{"of": in.Client}, scope.Value[int])
		}
		if err != nil {
			return err
		}
		if n == 0 {
			f.Add("client", "field.choice")
		}
	}
	for _, one := range in.Members {
		if n, err := a.count(ctx, findMember, scope.Args{"member": one}, one); err != nil {
			return err
		} else if n == 0 {
			f.Add("members", "field.choice")
		}
	}
	for _, one := range in.Contacts {
		if n, err := a.count(ctx, findContact, scope.Args{"of": in.Client, "contact": one}, one); err != nil {
			return err
		} else if n == 0 {
			f.Add("contacts", "field.choice")
		}
	}
	return f.Err()
}

func (a act) count(ctx context.Context, statement string, args scope.Args, one string) (int, error) {
	if !id.Valid(one) {
		return 0, nil
	}
	return scope.One(ctx, a.tx, statement, args, scope.Value[int])
}

// insert stores a new event.
func (a act) insert(ctx context.Context) error {
	e := a.e
	_, err := a.tx.Exec(ctx, insertEvent, a.args(scope.Args{
		"with_client": e.WithClient, "asker": scope.Null(e.Contact), "organiser": scope.Null(e.Organiser), "title": e.Title, "about": e.About, "type": e.Type,
		"place": e.Place, "link": e.Link, "notes": e.Notes, "zone": e.Zone, "length": e.Length, "state": e.State, "starts_at": e.Starts, "ends_at": e.Ends,
		"proposal": scope.Null(e.Proposal), "turn": e.Turn, "lapses_at": e.Lapses,
	}))
	return err
}

// gather adds those of the details who do not take part yet, and takes out those who are
// not in them any more; the organiser stays, and whoever cannot come in: no form offers
// them. It gives who came and who left.
func (a act) gather(ctx context.Context, in Details, now []Attendee) (came, left []Attendee, err error) {
	for _, one := range now {
		if one.Gone || slices.Contains(in.Members, one.Member) || slices.Contains(in.Contacts, one.Contact) || one.Member != "" && one.Member == a.e.Organiser {
			continue
		}
		left = append(left, one)
		if err := a.alone(ctx, removeAttendee, scope.Args{"member": one.Member, "contact_id": one.Contact}); err != nil {
			return nil, nil, err
		}
	}
	add := func(one Attendee) error {
		if slices.ContainsFunc(now, func(b Attendee) bool { return b.Member == one.Member && b.Contact == one.Contact }) {
			return nil
		}
		came, now = append(came, one), append(now, one)
		return a.alone(ctx, insertAttendee, a.attendee(one.Member, one.Contact))
	}
	for _, one := range in.Members {
		if err := add(Attendee{Member: one}); err != nil {
			return nil, nil, err
		}
	}
	for _, one := range in.Contacts {
		if err := add(Attendee{Contact: one}); err != nil {
			return nil, nil, err
		}
	}
	return came, left, nil
}

// Save changes an event. When a meeting with people of a client is, is agreed on with
// them: Propose names another time for it; the date, time and length of the details
// count for the business's own events alone. Its client stays, and one of its people.
// Problems are NotFound, Forbidden, Invalid by field, and Conflict when it has moved on
// or a member who takes part has something else then.
func (a App) Save(ctx context.Context, event ID, seen int, in Details) error {
	return a.on(ctx, event, seen, func(on act) error {
		if on.e.State != Confirmed && !on.e.State.Pending() {
			return on.e.moved()
		}
		before := *on.e
		var f problem.Fields
		if on.e.WithClient {
			in.Client = on.e.Client
		}
		in.read(&f, on.e)
		if !on.e.WithClient {
			on.e.Client = in.Client
			if in.When != before.When(a.who.Site().Zone) {
				in.set(&f, on.e, a.who.Now())
			}
		}
		if err := f.Err(); err != nil {
			return err
		}
		return a.save(ctx, on, before, in)
	})
}

func (a App) save(ctx context.Context, on act, before Event, in Details) error {
	if err := on.known(ctx, in); err != nil {
		return err
	}
	now, err := scope.List(ctx, on.tx, listAttendees, scope.Args{"event": on.e.ID}, scanAttendee)
	if err != nil {
		return err
	}
	stays := func(a Attendee) bool { return a.Contact != "" && a.Gone }
	if on.e.WithClient && len(in.Contacts) == 0 && !slices.ContainsFunc(now, stays) {
		return problem.Field("contacts", "meeting.keep_one")
	}
	// It is still of the client that it had before.
	came, left, err := act{on.tx, on.by, on.as, &before}.gather(ctx, in, now)
	if err != nil {
		return err
	}
	on.e.WithClient = on.e.WithClient || len(in.Contacts) > 0
	shown := before.shownBy(*on.e) || len(came)+len(left) > 0
	if !shown && before.Notes == on.e.Notes {
		return nil
	}
	if shown {
		on.e.Sequence++
	}
	n, err := on.tx.Exec(ctx, saveEvent, scope.Args{
		"event": on.e.ID, "before": before.Sequence, "sequence": on.e.Sequence, "of": scope.Null(on.e.Client), "with_client": on.e.WithClient,
		"title": on.e.Title, "about": on.e.About, "type": on.e.Type, "place": on.e.Place, "link": on.e.Link, "notes": on.e.Notes,
		"length": on.e.Length, "starts_at": on.e.Starts, "ends_at": on.e.Ends,
	})
	if err == nil && n == 0 {
		err = on.e.moved()
	}
	if err != nil {
		return err
	}
	if on.e.State == Confirmed {
		if err := on.take(ctx); err != nil {
			return err
		}
	}
	if !shown {
		return on.note(ctx, "noted", nil)
	}
	if err := on.note(ctx, "changed", nil); err != nil || on.e.State != Confirmed {
		return err
	}
	return on.tellChanged(ctx, came, left)
}

// shownBy tells whether another version shows something else to those who take part.
func (e Event) shownBy(other Event) bool {
	return e.Title != other.Title || e.About != other.About || e.Type != other.Type || e.Place != other.Place || e.Link != other.Link ||
		!e.Starts.Equal(other.Starts) || !e.Ends.Equal(other.Ends) || e.Client != other.Client
}
