package calendar

import (
	"slices"
	"strings"
	"time"

	"foyer/internal/feature/client"
	"foyer/internal/kernel/id"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
	"foyer/internal/kernel/text"
)

// ID names an event.
type ID = id.Of[Event]

// MemberID names a staff member.
type MemberID = string

// ContactID names a contact.
type ContactID = string

// Type is how people meet.
type Type string

// The types.
const (
	Video    Type = "video"
	InPerson Type = "in_person"
	Phone    Type = "phone"
)

// Types lists the types in the order in which they are offered.
var Types = []Type{Video, InPerson, Phone}

// The limits of what people type, in characters.
const (
	LongestTitle  = 200
	LongestText   = 5000
	LongestReason = 2000
	LongestPlace  = 500
	LongestLink   = 1000
)

// Event is something in the calendar as staff see it.
type Event struct {
	ID            ID
	Client        client.ID // empty for the business's own
	ClientName    string
	WithClient    bool      // people of the client take part: it is a meeting
	Contact       ContactID // who asked for it; empty where staff did
	ContactName   string
	Organiser     MemberID // may be empty
	OrganiserName string
	OrganiserGone bool // they left the team
	Title         string
	About         string
	Type          Type
	Place         string // where it is, or what to call
	Link          string // where to join
	Notes         string // of staff, among themselves; empty in the portal
	Zone          string // of who asked
	Length        int    // in minutes
	State         State
	StateAt       time.Time
	EndedBy       Side // where it did not take place; may be empty
	Reason        string
	Starts, Ends  time.Time // what is agreed on or, before that, the first time on the table
	Proposal      string    // that is on the table; may be empty
	Turn          Side      // who has to answer it; empty without one
	Lapses        time.Time // when its last time passes
	// Unreachable tells that the turn is the client's and none of its people can
	// answer any more.
	Unreachable bool
	Part        Part // of the first time on the table, or of what came to nothing
	Sequence    int  // grows with each change that others see
	UpdatedAt   time.Time
	CreatedAt   time.Time
}

func scanEvent(row scope.Row) (e Event, err error) {
	err = row.Scan(&e.ID, scope.Text(&e.Client), scope.Text(&e.ClientName), &e.WithClient, scope.Text(&e.Contact), scope.Text(&e.ContactName),
		scope.Text(&e.Organiser), scope.Text(&e.OrganiserName), &e.OrganiserGone, &e.Title, &e.About, &e.Type, &e.Place, &e.Link, &e.Notes, &e.Zone, &e.Length,
		&e.State, scope.Time(&e.StateAt), &e.EndedBy, &e.Reason, scope.Time(&e.Starts), scope.Time(&e.Ends), scope.Text(&e.Proposal), &e.Turn, scope.Time(&e.Lapses),
		&e.Unreachable, &e.Part, &e.Sequence, scope.Time(&e.UpdatedAt), scope.Time(&e.CreatedAt))
	return e, err
}

// Stage is what people call where it stands: its state, and called_off for what the client
// declined or took back.
func (e Event) Stage() string {
	if e.State == Declined && e.EndedBy == ByClient {
		return "called_off"
	}
	return string(e.State)
}

// Moving tells whether another time is on the table while the agreed one stands.
func (e Event) Moving() bool { return e.State == Confirmed && e.Proposal != "" }

// Upcoming tells whether it is still ahead, or waits for an answer.
func (e Event) Upcoming(now time.Time) bool {
	return e.State.Pending() || e.State == Confirmed && !e.Ends.Before(now)
}

// MayAnswer tells whether a side has times on the table to answer.
func (e Event) MayAnswer(by Side) bool { return e.Turn == by }

// MayPropose tells whether a side may name other times: while nothing is agreed on,
// before an agreed one has passed, and once a request expired.
func (e Event) MayPropose(now time.Time) bool {
	return e.WithClient && (e.State.Pending() || e.State == Expired || e.State == Confirmed && now.Before(e.Starts))
}

// MayEnd tells whether it can be declined or cancelled.
func (e Event) MayEnd(now time.Time) bool {
	return e.State.Pending() || e.State == Confirmed && now.Before(e.Ends)
}

// later are times so many weeks later that all lie ahead of a moment, in the zone of who
// asked.
func (e Event) later(last []Slot, earliest time.Time) ([]Slot, error) {
	zone, err := time.LoadLocation(e.Zone)
	if err != nil {
		return nil, err
	}
	for weeks := 1; ; weeks++ {
		var slots []Slot
		ahead := true
		for _, s := range last {
			s.Starts, s.Ends = s.Starts.In(zone).AddDate(0, 0, 7*weeks), s.Ends.In(zone).AddDate(0, 0, 7*weeks)
			if s.Part == Exactly { // a part of a day goes by the clock, an hour is an hour
				s.Ends = s.Starts.Add(time.Duration(e.Length) * time.Minute)
			}
			ahead = ahead && earliest.Before(s.lapses(e.Length))
			slots = append(slots, s)
		}
		if ahead {
			return slots, nil
		}
	}
}

// Later are the times that Again would offer at a moment; none where nothing was offered.
func (f Full) Later(earliest time.Time) ([]Slot, error) {
	if len(f.Proposals) == 0 {
		return nil, nil
	}
	return f.later(f.Proposals[0].Slots, earliest)
}

// NoWay tells whether a meeting says nothing of how people come to it.
func (e Event) NoWay() bool { return e.WithClient && e.Place == "" && e.Link == "" }

// moved is what is said to who does something with an event that has moved on.
func (e Event) moved() error {
	if e.Moving() {
		return problem.Of(problem.Conflict, "meeting.moved_on.moving")
	}
	return problem.Of(problem.Conflict, "meeting.moved_on."+string(e.State))
}

// More is what an event is about besides its title, which may be the first line of that.
func (e Event) More() string {
	first, rest, _ := strings.Cut(e.About, "\n")
	if slices.Equal(strings.Fields(first), strings.Fields(e.Title)) {
		return strings.TrimSpace(rest)
	}
	return e.About
}

// Attendee is somebody who takes part.
type Attendee struct {
	Member   MemberID  // or
	Contact  ContactID // one of the two is empty
	Name     string
	Email    string
	Identity string
	Gone     bool // they left the team, or may not come in and see meetings
}

func scanAttendee(row scope.Row) (a Attendee, err error) {
	return a, row.Scan(scope.Text(&a.Member), scope.Text(&a.Contact), &a.Name, &a.Email, &a.Identity, &a.Gone)
}

// titleOf is the title of what somebody wrote in one field: its first line.
func titleOf(topic string) string {
	first, _, _ := strings.Cut(topic, "\n")
	return text.Cut(strings.TrimSpace(first), 120)
}

func readReason(field, reason string, need text.Need) (string, error) {
	var f problem.Fields
	reason = text.Block(&f, field, reason, need, LongestReason)
	return reason, f.Err()
}
