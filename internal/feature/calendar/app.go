package calendar

import (
	"context"
	"slices"
	"time"

	"foyer/internal/auth"
	"foyer/internal/kernel/id"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
	"foyer/internal/kernel/text"
)

// App is what staff may do with the calendar, by the rights of their role.
type App struct {
	who auth.Staff
	f   Feature
}

// ForStaff opens the door for a staff member.
func (f Feature) ForStaff(who auth.Staff) App { return App{who, f} }

// MayWrite tells whether this person may do anything in the calendar.
func (a App) MayWrite() bool { return a.who.May(auth.CalendarWrite) }

// on runs a change of an event in one transaction, the second time a form arrives not at
// all. seen is the sequence that they had before them.
func (a App) on(ctx context.Context, event ID, seen int, fn func(a act) error) error {
	if !id.Valid(event.String()) {
		return problem.Missing()
	}
	return a.who.Write(ctx, auth.CalendarWrite, func(tx scope.Tx) error {
		if err := lock(ctx, tx); err != nil {
			return err
		}
		e, err := scope.One(ctx, tx, readEvent, scope.Args{"event": event}, scanEvent)
		if err != nil {
			return err
		}
		_, err = scope.Once(ctx, tx, func() (string, error) {
			if err := e.still(seen); err != nil {
				return "", err
			}
			return "", fn(act{tx, a.who, ByStaff, &e})
		})
		return err
	})
}

// hold makes the member the organiser of an event that nobody holds, and one of who
// takes part.
func (a App) hold(ctx context.Context, on act) error {
	if on.e.Organiser == "" || on.e.OrganiserGone {
		on.e.Organiser, on.e.OrganiserGone = a.who.MemberID(), false
	}
	return on.join(ctx, on.e.Organiser, "")
}

// Answer is what staff type when they confirm a meeting.
type Answer struct {
	Slot  string // id of one of the times that the client offered
	Date  string // and where that is a part of a day, which time within it,
	Time  string // in the workspace's zone
	Place string
	Link  string
}

// Confirm settles on a time that the client offered. Whoever does it holds the meeting,
// unless somebody does already. Problems are NotFound, Forbidden, Invalid at slot, date,
// time, place or link, and Conflict when it has moved on, the time has passed, or a
// member who takes part has something else then.
func (a App) Confirm(ctx context.Context, event ID, seen int, in Answer) error {
	return a.on(ctx, event, seen, func(on act) error {
		if on.e.Turn != ByStaff {
			return on.e.moved()
		}
		var f problem.Fields
		on.e.readPlace(&f, in.Place, in.Link)
		starts, err := on.chosen(ctx, &f, in)
		if err == nil {
			err = f.Err()
		}
		if err != nil {
			return err
		}
		if !starts.After(a.who.Now()) {
			return problem.Of(problem.Conflict, "meeting.time_passed")
		}
		if err := a.hold(ctx, on); err != nil {
			return err
		}
		return on.agree(ctx, starts)
	})
}

// chosen is the moment that an answer settles on.
func (a act) chosen(ctx context.Context, f *problem.Fields, in Answer) (time.Time, error) {
	slots, err := a.slots(ctx)
	if err != nil {
		return time.Time{}, err
	}
	i := slices.IndexFunc(slots, func(s Slot) bool { return s.ID == in.Slot })
	if i < 0 {
		f.Add("slot", "meeting.choose_time")
		return time.Time{}, nil
	}
	if slots[i].Part == Exactly {
		return slots[i].Starts, nil
	}
	at, ok := offering{zone: a.by.Now().Location(), length: a.e.Length, now: a.by.Now()}.slot(f, 0, Time{Date: in.Date, Time: in.Time})
	switch {
	case in.Time == "":
		f.Add("time", "meeting.choose_time")
	case ok && !slots[i].holds(at.Starts, a.e.Length):
		f.Add("time", "meeting.not_offered")
	}
	return at.Starts, nil
}

func (e *Event) readPlace(f *problem.Fields, place, link string) {
	e.Place = text.Line(f, "place", place, text.Optional, LongestPlace)
	e.Link = text.Website(f, "link", link, LongestLink)
}

// Propose names other times, in the workspace's zone: in answer to a client, in place of
// what staff offered before, or for a meeting that is agreed on, whose time stands until
// the client accepts. All are exact. Whoever does it holds a meeting that nobody holds,
// and has its agreed time. Problems are NotFound, Forbidden, Invalid by field as
// Portal.Request's, and Conflict when the meeting has moved on, or when they have
// something else at the agreed time.
func (a App) Propose(ctx context.Context, event ID, seen int, in Offer) error {
	return a.on(ctx, event, seen, func(on act) error {
		if !on.e.MayPropose(a.who.Now()) {
			return on.e.moved()
		}
		var f problem.Fields
		on.e.Length = readLength(&f, in.Length, on.e.Length)
		for n, t := range in.Times {
			if t.Date != "" && t.Time == "" {
				f.Add(fieldOf("time", n), "meeting.time_required")
			}
		}
		slots := offering{zone: a.who.Site().Zone, length: on.e.Length, now: a.who.Now()}.read(&f, in.Times)
		note := readNote(&f, in.Note)
		if err := f.Err(); err != nil {
			return err
		}
		if err := a.hold(ctx, on); err != nil {
			return err
		}
		if on.e.State == Confirmed {
			if err := on.take(ctx); err != nil {
				return err
			}
		}
		return on.propose(ctx, slots, note)
	})
}

// Outside tells whether a time on the table of an event or, without one, that of the
// event itself lies outside of working hours, to which staff are not held.
func (a App) Outside(ctx context.Context, event ID) (outside bool, err error) {
	err = a.who.Read(ctx, auth.CalendarRead, func(tx scope.Tx) error {
		f, err := ofStaff.full(ctx, tx, scope.Args{"event": event}, event)
		if err != nil {
			return err
		}
		terms, err := scope.One(ctx, tx, readTerms, nil, scanTerms)
		if err != nil {
			return err
		}
		slots := f.Table()
		if len(slots) == 0 {
			slots = []Slot{f.Slot()}
		}
		outside = slices.ContainsFunc(slots, func(s Slot) bool { return !terms.Hours.hold(s.Starts, s.Ends, a.who.Site().Zone) })
		return nil
	})
	return outside, err
}

// Again proposes the times that expired, a week or more later, as Full.Later. Problems are NotFound,
// Forbidden, and Conflict for a meeting that did not expire.
func (a App) Again(ctx context.Context, event ID, seen int) error {
	return a.on(ctx, event, seen, func(on act) error {
		if err := a.hold(ctx, on); err != nil {
			return err
		}
		return on.proposeAgain(ctx, a.who.Now())
	})
}

// Refuse keeps the agreed time of a meeting for which the client wants another one;
// where staff asked for that, it takes it back. The client reads the reason. Problems
// are NotFound, Forbidden, Invalid at reason, and Conflict when it has moved on.
func (a App) Refuse(ctx context.Context, event ID, seen int, reason string) error {
	return a.on(ctx, event, seen, func(on act) error {
		if !on.e.Moving() {
			return on.e.moved()
		}
		reason, err := readReason("reason", reason, text.Required)
		if err != nil {
			return err
		}
		return on.refuse(ctx, reason)
	})
}

// End declines a request, or cancels what is agreed on, with a reason that the client
// reads; the business's own events need none. Problems are NotFound, Forbidden, Invalid
// at reason, and Conflict when it has moved on or is over.
func (a App) End(ctx context.Context, event ID, seen int, reason string) error {
	return a.on(ctx, event, seen, func(on act) error {
		reason, err := readReason("reason", reason, text.Need(on.e.WithClient))
		if err != nil {
			return err
		}
		if !on.e.MayEnd(a.who.Now()) {
			return on.e.moved()
		}
		return on.end(ctx, reason)
	})
}

// Missed notes that nobody of the client came. Problems are NotFound, Forbidden, and
// Conflict before the meeting is over or where it did not stand.
func (a App) Missed(ctx context.Context, event ID, seen int) error {
	return a.on(ctx, event, seen, func(on act) error {
		if !on.e.WithClient || a.who.Now().Before(on.e.Ends) {
			return on.e.moved()
		}
		if err := on.overtake(ctx); err != nil {
			return err
		}
		return on.step(ctx, "no_show", nil)
	})
}

// Take makes the member the organiser of an event that nobody on the team holds, and
// invites them to it where it is agreed on. Problems are NotFound, Forbidden, and
// Conflict when it has moved on, somebody holds it, or they have something else then.
func (a App) Take(ctx context.Context, event ID, seen int) error {
	return a.on(ctx, event, seen, func(on act) error {
		if on.e.Organiser != "" && !on.e.OrganiserGone || on.e.State != Confirmed && !on.e.State.Pending() {
			return on.e.moved()
		}
		if err := a.hold(ctx, on); err != nil {
			return err
		}
		if _, err := on.tx.Exec(ctx, takeEvent, scope.Args{"event": on.e.ID, "organiser": on.e.Organiser}); err != nil {
			return err
		}
		on.e.Sequence++
		if err := on.note(ctx, "taken", nil); err != nil || on.e.State != Confirmed {
			return err
		}
		if err := on.take(ctx); err != nil {
			return err
		}
		return on.tellWho(ctx, "invited", everybody, func(r reader) bool { return r.staff && r.member == on.e.Organiser })
	})
}
