package calendar

import (
	"context"
	"time"

	"foyer/internal/auth"
	"foyer/internal/feature/client"
	"foyer/internal/kernel/id"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
	"foyer/internal/kernel/text"
)

// Portal is what a client may see and do about meetings. A contact without the
// capability for meetings gets problem.NotFound everywhere.
type Portal struct {
	who auth.Client
	f   Feature
}

// ForClient opens the door for a contact.
func (f Feature) ForClient(who auth.Client) Portal { return Portal{who, f} }

// seeing adds what the contact sees to the args of a statement that reads an event.
func (p Portal) seeing(args scope.Args) scope.Args {
	args["all_meetings"] = p.who.Capabilities().Of(auth.Calendar) == auth.AllOfIt
	return args
}

// MayRequest tells whether the contact may ask for meetings, and answer.
func (p Portal) MayRequest() bool { return p.who.Sees(auth.Calendar) && p.who.Capabilities().Request }

// may is problem.NotFound for who does not see meetings, and problem.Forbidden for who
// may not do anything about them.
func (p Portal) may() error {
	switch {
	case !p.who.Sees(auth.Calendar):
		return problem.Missing()
	case !p.MayRequest():
		return problem.Of(problem.Forbidden, "problem.forbidden")
	}
	return nil
}

// Wish is what a contact types when they ask for a meeting.
type Wish struct {
	Type  Type
	Topic string // may be empty
	Offer
}

// MostRequests is how many requests of a client can wait for staff at a time.
const MostRequests = 20

// Request asks for a meeting and gives its id, the second time the first one's. Problems
// are NotFound, Forbidden for who may not, Invalid by field: type, topic, length, zone,
// note, and date, time and part of each time; and Conflict while too many wait.
func (p Portal) Request(ctx context.Context, in Wish) (ID, error) {
	if err := p.may(); err != nil {
		return "", err
	}
	var made string
	err := p.who.Write(ctx, auth.Calendar, func(tx scope.Tx) error {
		if err := lock(ctx, tx); err != nil {
			return err
		}
		terms, _, err := termsForClient(ctx, tx)
		if err != nil {
			return err
		}
		var f problem.Fields
		e := Event{Contact: p.who.ContactID(), WithClient: true, Type: text.Choice(&f, "type", in.Type, Types), State: Requested}
		e.About = text.Block(&f, "topic", in.Topic, text.Optional, LongestText)
		e.Title = titleOf(e.About)
		e.Length = readLength(&f, in.Length, terms.Length)
		zone := readZone(&f, in.Zone)
		e.Zone = in.Zone
		slots := offering{zone, e.Length, terms, p.who.Now(), true}.read(&f, in.Times)
		note := readNote(&f, in.Note)
		if err := f.Err(); err != nil {
			return err
		}
		made, err = scope.Once(ctx, tx, func() (string, error) {
			e.ID, e.Client = ID(p.who.NewID()), client.ID(p.who.ClientID())
			if err := few(ctx, tx); err != nil {
				return "", err
			}
			if err := readFrom(ctx, tx, in.Zone); err != nil {
				return "", err
			}
			return e.ID.String(), act{tx, p.who, ByClient, &e}.request(ctx, slots, note)
		})
		return err
	})
	return ID(made), err
}

// few holds that not too many requests of the client wait already.
func few(ctx context.Context, tx scope.Tx) error {
	n, err := scope.One(ctx, tx, countRequests, nil, scope.Value[int])
	if err == nil && n >= MostRequests {
		err = problem.Of(problem.Conflict, "meeting.too_many_requests", "n", n)
	}
	return err
}

// fewToRevive holds the same of one that expired, which waits again.
func (a act) fewToRevive(ctx context.Context) error {
	if a.e.State != Expired {
		return nil
	}
	return few(ctx, a.tx)
}

// request stores a new request of a contact.
func (a act) request(ctx context.Context, slots []Slot, note string) error {
	a.e.table(a.by.NewID(), a.as, slots)
	if err := a.insert(ctx); err != nil {
		return err
	}
	if err := a.join(ctx, "", a.e.Contact); err != nil {
		return err
	}
	if err := a.store(ctx, slots, note); err != nil {
		return err
	}
	if err := a.note(ctx, "requested", nil); err != nil {
		return err
	}
	return a.tell(ctx, "requested", theOthers)
}

// on runs a change of a meeting that the contact sees in one transaction, the second
// time a form arrives not at all. seen is the sequence that they had before them.
func (p Portal) on(ctx context.Context, event ID, seen int, fn func(a act) error) error {
	if err := p.may(); err != nil {
		return err
	}
	if !id.Valid(event.String()) {
		return problem.Missing()
	}
	return p.who.Write(ctx, auth.Calendar, func(tx scope.Tx) error {
		if err := lock(ctx, tx); err != nil {
			return err
		}
		e, err := scope.One(ctx, tx, readSeenEvent, p.seeing(scope.Args{"event": event}), scanEvent)
		if err != nil {
			return err
		}
		_, err = scope.Once(ctx, tx, func() (string, error) {
			if err := e.still(seen); err != nil {
				return "", err
			}
			return "", fn(act{tx, p.who, ByClient, &e})
		})
		return err
	})
}

// Accept settles on one of the times that staff offered, by its id. Problems are
// NotFound, Forbidden, and Conflict when the meeting has moved on, or the time passed or
// was taken meanwhile.
func (p Portal) Accept(ctx context.Context, event ID, seen int, slot string) error {
	return p.on(ctx, event, seen, func(a act) error { return a.accept(ctx, slot) })
}

// accept settles on a time of the other side.
func (a act) accept(ctx context.Context, slot string) error {
	if a.e.Turn != a.as {
		return a.e.moved()
	}
	slots, err := a.slots(ctx)
	if err != nil {
		return err
	}
	for _, s := range slots {
		switch {
		case s.ID != slot || s.Part != Exactly:
		case !s.Open(a.e.Length, a.by.Now()):
			return problem.Of(problem.Conflict, "meeting.time_passed")
		default:
			return a.agree(ctx, s.Starts)
		}
	}
	return problem.Field("slot", "meeting.choose_time")
}

// Propose names other times: in answer to staff, in place of what the contact asked for
// before, or for a meeting that is agreed on, whose time stands until staff accept.
// Problems are NotFound, Forbidden, Invalid by field as Request's, and Conflict when the
// meeting has moved on.
func (p Portal) Propose(ctx context.Context, event ID, seen int, in Offer) error {
	return p.on(ctx, event, seen, func(a act) error {
		terms, _, err := termsForClient(ctx, a.tx)
		if err != nil {
			return err
		}
		if !a.e.MayPropose(p.who.Now()) {
			return a.e.moved()
		}
		var f problem.Fields
		a.e.Length = readLength(&f, in.Length, a.e.Length)
		zone := readZone(&f, in.Zone)
		slots := offering{zone, a.e.Length, terms, p.who.Now(), true}.read(&f, in.Times)
		note := readNote(&f, in.Note)
		if err := f.Err(); err != nil {
			return err
		}
		if err := a.fewToRevive(ctx); err != nil {
			return err
		}
		if a.e.Contact == "" || a.e.Contact == p.who.ContactID() {
			a.e.Zone = in.Zone
		}
		if err := readFrom(ctx, a.tx, in.Zone); err != nil {
			return err
		}
		return a.propose(ctx, slots, note)
	})
}

// readFrom lets the contact read times of meetings in the zone that they name times in
// for the first time. Later ones leave that as it is: who travels reads on at home.
func readFrom(ctx context.Context, tx scope.Tx, zone string) error {
	_, err := tx.Exec(ctx, keepZone, scope.Args{"zone": zone})
	return err
}

// Again proposes the times that expired, a week or more later. Problems are NotFound,
// Forbidden, and Conflict for a meeting that did not expire.
func (p Portal) Again(ctx context.Context, event ID, seen int) error {
	return p.on(ctx, event, seen, func(a act) error {
		terms, _, err := termsForClient(ctx, a.tx)
		if err != nil {
			return err
		}
		if err := a.fewToRevive(ctx); err != nil {
			return err
		}
		return a.proposeAgain(ctx, p.who.Now().Add(terms.notice()))
	})
}

func (a act) proposeAgain(ctx context.Context, earliest time.Time) error {
	if a.e.State != Expired {
		return a.e.moved()
	}
	last, err := scope.List(ctx, a.tx, listLastSlots, a.args(nil), scanSlot)
	if err != nil {
		return err
	}
	slots, err := a.e.later(last, earliest)
	if err != nil {
		return err
	}
	return a.propose(ctx, slots, "")
}

// Refuse keeps the agreed time of a meeting for which another one is on the table, with
// a reason that may be empty; where the contact asked for it, it takes that back.
// Problems are NotFound, Forbidden, Invalid at reason, and Conflict when the meeting has
// moved on.
func (p Portal) Refuse(ctx context.Context, event ID, seen int, reason string) error {
	reason, err := readReason("reason", reason, text.Optional)
	if err != nil {
		return err
	}
	return p.on(ctx, event, seen, func(a act) error {
		if !a.e.Moving() {
			return a.e.moved()
		}
		return a.refuse(ctx, reason)
	})
}

// Cancel calls a meeting off, or takes a request back, with a reason that may be empty.
// Problems are NotFound, Forbidden, Invalid at reason, and Conflict when the meeting has
// moved on or is over.
func (p Portal) Cancel(ctx context.Context, event ID, seen int, reason string) error {
	reason, err := readReason("reason", reason, text.Optional)
	if err != nil {
		return err
	}
	return p.on(ctx, event, seen, func(a act) error {
		if !a.e.MayEnd(p.who.Now()) {
			return a.e.moved()
		}
		return a.end(ctx, reason)
	})
}
