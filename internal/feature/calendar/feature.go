package calendar

import (
	"context"
	"time"

	"foyer/internal/auth"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
	"foyer/internal/kernel/secret"
)

// Feature is the calendar with what seals the addresses of feeds.
type Feature struct{ Secrets secret.Box }

// Hand is whoever does something with an event: staff, a contact or a job.
type Hand interface {
	NewID() string
	Now() time.Time
	Record(ctx context.Context, tx scope.Tx, e auth.Event) error
	Post(ctx context.Context, tx scope.Tx, m auth.Mail) error
	Site() auth.Site
}

// act is what somebody does with an event, in a transaction that holds the calendar.
type act struct {
	tx scope.Tx
	by Hand
	as Side
	e  *Event
}

// lock makes changes of the calendar wait for each other: two events must not take the
// same hour of the same member.
func lock(ctx context.Context, tx scope.Tx) error { return tx.Lock(ctx, "calendar") }

// args adds the event and its client to the args of a statement.
func (a act) args(more scope.Args) scope.Args {
	all := scope.Args{"event": a.e.ID}
	for name, value := range more {
		all[name] = value
	}
	return a.tx.WithClient(a.e.Client.String(), all)
}

// still holds that nothing happened that they should know of first.
func (e Event) still(seen int) error {
	if seen != e.Sequence {
		return e.moved()
	}
	return nil
}

// step takes the event on by the step of a name, with all that was set in it before, and
// notes it. problem.Conflict where there is no such way.
func (a act) step(ctx context.Context, name string, params map[string]any) error {
	step, known := a.e.State.step(name, a.as)
	if !known {
		return a.e.moved()
	}
	n, err := a.tx.Exec(ctx, moveEvent, a.args(scope.Args{
		"before": a.e.State, "to": step.To, "seen": a.e.Sequence, "ended_by": a.e.EndedBy, "reason": a.e.Reason, "length": a.e.Length,
		"starts_at": a.e.Starts, "ends_at": a.e.Ends, "proposal": scope.Null(a.e.Proposal), "turn": a.e.Turn, "lapses_at": a.e.Lapses,
		"organiser": scope.Null(a.e.Organiser), "zone": a.e.Zone, "place": a.e.Place, "link": a.e.Link,
	}))
	if err == nil && n == 0 {
		err = a.e.moved()
	}
	if err != nil {
		return err
	}
	said := map[string]any{"from": a.e.State, "to": step.To}
	for name, value := range params {
		said[name] = value
	}
	a.e.State = step.To
	a.e.Sequence++
	return a.note(ctx, name, said)
}

// note writes an event of activity; the client hears of those of meetings.
func (a act) note(ctx context.Context, name string, params map[string]any) error {
	audience := auth.ForStaffOnly
	if a.e.WithClient && name != "noted" && name != "taken" {
		audience = auth.ForClientToo
	}
	return a.by.Record(ctx, a.tx, auth.Event{
		Kind: "meeting." + name, SubjectKind: "meeting", SubjectID: a.e.ID.String(), Area: auth.Calendar, Client: a.e.Client.String(),
		Audience: audience, Params: params,
	})
}

// settle takes what is on the table off it, with what became of it.
func (a act) settle(ctx context.Context, outcome string) error {
	if a.e.Proposal == "" {
		return nil
	}
	if _, err := a.tx.Exec(ctx, settleProposal, a.args(scope.Args{"proposal": a.e.Proposal, "outcome": outcome})); err != nil {
		return err
	}
	if _, err := a.tx.Exec(ctx, closeSlots, a.args(nil)); err != nil {
		return err
	}
	a.e.Proposal, a.e.Turn, a.e.Lapses = "", "", time.Time{}
	return nil
}

// offer puts times on the table, in place of those that were there: of the other side, or
// one's own, which are taken back.
func (a act) offer(ctx context.Context, slots []Slot, note string) error {
	outcome := "countered"
	if a.e.Turn != a.as {
		outcome = "withdrawn"
	}
	if err := a.settle(ctx, outcome); err != nil {
		return err
	}
	a.e.table(a.by.NewID(), a.as, slots)
	return a.store(ctx, slots, note)
}

// table notes what is on the table.
func (e *Event) table(proposal string, by Side, slots []Slot) {
	e.Proposal, e.Turn, e.Lapses = proposal, by.other(), lapse(slots, e.Length)
	if e.State != Confirmed {
		e.Starts, e.Ends = first(slots).Starts, first(slots).Ends
	}
}

// store writes what is on the table.
func (a act) store(ctx context.Context, slots []Slot, note string) error {
	args := a.args(scope.Args{"proposal": a.e.Proposal, "side": a.as, "note": note})
	if _, err := a.tx.Exec(ctx, insertProposal, args); err != nil {
		return err
	}
	for _, s := range slots {
		args := a.args(scope.Args{"id": a.by.NewID(), "proposal": a.e.Proposal, "part": s.Part, "starts_at": s.Starts, "ends_at": s.Ends})
		if _, err := a.tx.Exec(ctx, insertSlot, args); err != nil {
			return err
		}
	}
	return nil
}

// slots reads what is on the table.
func (a act) slots(ctx context.Context) ([]Slot, error) {
	return scope.List(ctx, a.tx, listOpenSlots, a.args(nil), scanSlot)
}

// agree settles on a time: the time of its members is taken, or there is a conflict.
func (a act) agree(ctx context.Context, starts time.Time) error {
	name := "confirmed"
	if a.e.State == Confirmed {
		name = "moved"
	}
	before := a.e.Starts
	if err := a.settle(ctx, "accepted"); err != nil {
		return err
	}
	a.e.Starts, a.e.Ends = starts, starts.Add(time.Duration(a.e.Length)*time.Minute)
	if err := a.step(ctx, name, map[string]any{"starts": starts.UnixMicro(), "before": before.UnixMicro()}); err != nil {
		return err
	}
	if err := a.take(ctx); err != nil {
		return err
	}
	return a.tell(ctx, name, everybody)
}

// take gives the time of its members to an event that stands, in place of the time that
// it had. problem.Conflict when one of them has given it away already.
func (a act) take(ctx context.Context) error {
	if err := a.release(ctx); err != nil {
		return err
	}
	taken, err := a.tx.Exec(ctx, takeTime, a.args(nil))
	if err != nil {
		return err
	}
	members, err := scope.One(ctx, a.tx, countMembers, a.args(nil), scope.Value[int64])
	if err == nil && taken < members {
		err = a.clash(ctx)
	}
	return err
}

// release gives the time of its members back.
func (a act) release(ctx context.Context) error {
	_, err := a.tx.Exec(ctx, releaseTime, a.args(nil))
	return err
}

// clash says to staff who has no time and why, and to a client that the time is taken.
func (a act) clash(ctx context.Context) error {
	if a.as == ByClient {
		return problem.Of(problem.Conflict, "meeting.taken_meanwhile")
	}
	type other struct{ member, title string }
	found, err := scope.List(ctx, a.tx, findClash, a.args(nil), func(row scope.Row) (o other, err error) {
		return o, row.Scan(&o.member, &o.title)
	})
	if err == nil && len(found) == 0 {
		err = problem.Of(problem.Conflict, "meeting.taken_meanwhile")
	}
	if err != nil {
		return err
	}
	return problem.Of(problem.Conflict, "meeting.clash", "member", found[0].member, "title", found[0].title)
}

// join adds somebody to who takes part, unless they do.
func (a act) join(ctx context.Context, member MemberID, contact ContactID) error {
	_, err := a.tx.Exec(ctx, insertAttendee, a.args(a.attendee(member, contact)))
	return err
}

func (a act) attendee(member MemberID, contact ContactID) scope.Args {
	return scope.Args{"id": a.by.NewID(), "member": scope.Null(member), "contact_id": scope.Null(contact)}
}

// alone runs a statement that has to find the event.
func (a act) alone(ctx context.Context, statement string, args scope.Args) error {
	n, err := a.tx.Exec(ctx, statement, a.args(args))
	if err == nil && n == 0 {
		err = a.e.moved()
	}
	return err
}

// end declines what is not agreed on, or cancels what is.
func (a act) end(ctx context.Context, reason string) error {
	name, outcome := "declined", "declined"
	if a.e.State == Confirmed {
		name = "cancelled"
	}
	if a.e.Turn != a.as {
		outcome = "withdrawn"
	}
	if err := a.settle(ctx, outcome); err != nil {
		return err
	}
	a.e.Reason, a.e.EndedBy = reason, a.as
	if err := a.step(ctx, name, nil); err != nil {
		return err
	}
	if err := a.release(ctx); err != nil {
		return err
	}
	if name == "cancelled" {
		return a.tell(ctx, name, everybody)
	}
	return a.tell(ctx, name, theOthers)
}

// propose answers with times of one's own, or asks for another one while the agreed one
// stands.
func (a act) propose(ctx context.Context, slots []Slot, note string) error {
	name := "proposed"
	if a.e.State == Confirmed {
		name = "move_proposed"
	}
	a.e.Reason, a.e.EndedBy = "", ""
	if err := a.offer(ctx, slots, note); err != nil {
		return err
	}
	if err := a.step(ctx, name, map[string]any{"proposal": a.e.Proposal}); err != nil {
		return err
	}
	return a.tell(ctx, name, theOthers)
}

// refuse keeps the agreed time, whatever was asked for.
func (a act) refuse(ctx context.Context, reason string) error {
	outcome := "declined"
	if a.e.Turn != a.as {
		outcome = "withdrawn"
	}
	if err := a.settle(ctx, outcome); err != nil {
		return err
	}
	a.e.Reason = reason
	if err := a.step(ctx, "move_declined", map[string]any{"outcome": outcome}); err != nil {
		return err
	}
	return a.tell(ctx, "move_declined", theOthers)
}
