package seed

import (
	"context"
	"time"

	"foyer/internal/auth"
	"foyer/internal/feature/calendar"
	"foyer/internal/kernel/scope"
)

// outcomes are the states of a client's meetings, over and over. No member takes part in
// them: with many in a month, nobody could be in all of them.
var outcomes = []calendar.State{
	calendar.Completed, calendar.Completed, calendar.Confirmed, calendar.Completed, calendar.Cancelled, calendar.Requested, calendar.Completed, calendar.Confirmed, calendar.Expired, calendar.Completed,
}

// Meetings writes n meetings of a client.
func (s *Sower) Meetings(ctx context.Context, of string, n int) error {
	for i := range n {
		if err := s.meeting(ctx, of, outcomes[i%len(outcomes)]); err != nil {
			return err
		}
	}
	return nil
}

// meeting writes a meeting with the contact who asked for it.
func (s *Sower) meeting(ctx context.Context, of string, state calendar.State) error {
	by := s.contacts[of]
	starts := s.ago(s.between(3, 300)).Truncate(30 * time.Minute)
	asked := starts.AddDate(0, 0, -5)
	if state == calendar.Confirmed || state == calendar.Requested {
		asked = s.ago(s.between(1, 20))
		starts = asked.AddDate(0, 0, s.between(22, 60)).Truncate(30 * time.Minute)
	}
	made, ends := s.id(asked), starts.Add(30*time.Minute)
	title := pick(s, works) + " of the " + pick(s, things)
	args := scope.Args{
		"id": made, "of": of, "by": by.contact, "title": title, "type": string(pick(s, calendar.Types)), "state": string(state), "ended": "", "starts": starts, "ends": ends,
		"proposal": nil, "turn": "", "lapses": nil, "at": asked,
	}
	switch state {
	case calendar.Cancelled:
		args["ended"] = "client"
	case calendar.Expired:
		args["ended"] = "system"
	case calendar.Requested:
		args["proposal"], args["turn"], args["lapses"] = s.id(asked), "staff", starts
	}
	s.made.Meetings++
	if err := s.put(ctx, insertMeeting, args); err != nil {
		return err
	}
	if err := s.put(ctx, insertTakingPart, scope.Args{"id": s.id(asked), "event": made, "contact": by.contact}); err != nil {
		return err
	}
	if state == calendar.Requested {
		offered := scope.Args{"id": args["proposal"], "event": made, "author": by.identity, "at": asked}
		if err := s.put(ctx, insertOffer, offered); err != nil {
			return err
		}
		if err := s.put(ctx, insertTime, scope.Args{"id": s.id(asked), "event": made, "proposal": args["proposal"], "starts": starts, "ends": ends}); err != nil {
			return err
		}
	}
	return s.event(ctx, asked, "meeting.requested", "meeting", made, of, auth.Calendar, auth.ForClientToo, "{}")
}

const insertMeeting = `-- insertMeeting
insert into calendar_event (workspace_id, id, client_id, with_client, contact_id, title, about, type, zone, length, state, state_at, ended_by,
	starts_at, ends_at, proposal_id, turn, lapses_at, updated_at, created_at)
values (:workspace, :id, :of, true, :by, :title, '', :type, 'Europe/Lisbon', 30, :state, :at, :ended,
	:starts, :ends, :proposal, :turn, :lapses, :at, :at)`

const insertTakingPart = `-- insertTakingPart
insert into calendar_attendee (workspace_id, id, event_id, contact_id)
values (:workspace, :id, :event, :contact)`

const insertOffer = `-- insertOffer
insert into calendar_proposal (workspace_id, id, event_id, by_side, author_id, note, created_at)
values (:workspace, :id, :event, 'client', :author, '', :at)`

const insertTime = `-- insertTime
insert into calendar_slot (workspace_id, id, event_id, proposal_id, part, starts_at, ends_at, open)
values (:workspace, :id, :event, :proposal, '', :starts, :ends, true)`
