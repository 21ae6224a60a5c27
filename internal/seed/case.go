package seed

import (
	"context"
	"fmt"
	"time"

	"foyer/internal/auth"
	"foyer/internal/feature/billing"
	"foyer/internal/feature/support"
	"foyer/internal/kernel/scope"
	"foyer/internal/kernel/text"
)

// matters are the states of a client's cases, over and over: most are over.
var matters = []support.State{
	support.Open, support.Closed, support.Closed, support.Waiting, support.Closed, support.Closed, support.Resolved, support.Closed, support.Closed, support.New,
	support.Closed, support.Closed, support.OnHold, support.Closed, support.Closed, support.Closed, support.Open, support.Closed, support.Closed, support.Closed,
}

// Cases writes n cases of a client.
func (s *Sower) Cases(ctx context.Context, of string, n int) error {
	for i := range n {
		if err := s.matter(ctx, of, matters[i%len(matters)]); err != nil {
			return err
		}
	}
	return nil
}

// matter writes a case with what was said and what happened, a day after the other.
func (s *Sower) matter(ctx context.Context, of string, state support.State) error {
	days := s.between(6, 12)
	if state == support.Closed {
		days = s.between(30, 380)
	}
	at, subject := s.ago(days), fmt.Sprintf("%s %s for the %s", pick(s, works), pick(s, things), pick(s, trades))
	made, number, by := s.id(at), s.number(billing.Cases, "SC-%d", 0), s.contacts[of]
	replies := s.between(2, 4)
	if state == support.New {
		replies = 1
	}
	end := at.AddDate(0, 0, replies)
	args := scope.Args{
		"id": made, "of": of, "number": number, "subject": subject, "search_key": text.Key(number + " " + subject), "by": by.contact,
		"priority": string(pick(s, support.Priorities)), "state": string(state), "assignee": nil, "resolution": "", "resolved": nil, "replies": replies,
		"answered": nil, "state_at": end, "actor": by.identity, "at": at,
	}
	worker, worked := s.worker()
	if worked && state != support.New {
		args["assignee"], args["answered"] = worker.member, at.AddDate(0, 0, 1)
	}
	if state.Over() {
		args["resolution"], args["resolved"] = "The "+pick(s, things)+" are as they should be.", end
	}
	s.made.Cases++
	if err := s.put(ctx, insertCase, args); err != nil {
		return err
	}
	if err := s.event(ctx, at, "case.raised", "case", made, of, auth.Cases, auth.ForClientToo, "{}"); err != nil {
		return err
	}
	if err := s.replies(ctx, of, made, replies, at); err != nil {
		return err
	}
	if !state.Over() {
		return nil
	}
	return s.event(ctx, end, "case.resolved", "case", made, of, auth.Cases, auth.ForClientToo, "{}")
}

// replies writes what was said in a case: by the client first, then in turns.
func (s *Sower) replies(ctx context.Context, of, in string, n int, at time.Time) error {
	for i := range n {
		at := at.AddDate(0, 0, i)
		kind, author, event := "contact", s.contacts[of].identity, "case.replied"
		if worker, worked := s.worker(); worked && i%2 == 1 {
			kind, author, event = "staff", worker.identity, "case.answered"
		}
		body := fmt.Sprintf("The %s of the %s are not those that we agreed on with %s. Could you look at the %s?\n\nThank you, %s", pick(s, things), pick(s, works), pick(s, first), pick(s, things), pick(s, first))
		if err := s.put(ctx, insertReply, scope.Args{
			"id": s.id(at), "of": of, "case": in, "kind": kind, "author": author, "body": body, "search_key": text.Key(body), "at": at,
		}); err != nil {
			return err
		}
		if i == 0 {
			continue
		}
		if err := s.event(ctx, at, event, "case_message", in, of, auth.Cases, auth.ForClientToo, "{}"); err != nil {
			return err
		}
	}
	return nil
}

// worker is a member, where there are any.
func (s *Sower) worker() (person, bool) {
	if len(s.staff) == 0 {
		return person{}, false
	}
	return pick(s, s.staff), true
}

const insertCase = `-- insertCase
insert into support_case (workspace_id, id, client_id, number, subject, search_key, contact_id, priority, source, assignee_id, state, state_at,
	resolution, resolved_at, replies, answered_at, shown_at, updated_at, created_by, created_at)
values (:workspace, :id, :of, :number, :subject, :search_key, :by, :priority, 'portal', :assignee, :state, :state_at,
	:resolution, :resolved, :replies, :answered, :state_at, :state_at, :actor, :at)`

const insertReply = `-- insertReply
insert into case_reply (workspace_id, id, client_id, case_id, author_kind, author_id, body, search_key, created_at)
values (:workspace, :id, :of, :case, :kind, :author, :body, :search_key, :at)`
