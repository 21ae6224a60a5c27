package seed

import (
	"context"
	"fmt"

	"foyer/internal/auth"
	"foyer/internal/feature/billing"
	"foyer/internal/feature/change"
	"foyer/internal/kernel/scope"
	"foyer/internal/kernel/text"
)

// wishes are the states of a client's change requests, over and over. None has a quote.
var wishes = []change.State{
	change.Submitted, change.Rejected, change.Withdrawn, change.InReview, change.Rejected, change.NeedsInfo, change.Withdrawn, change.Rejected,
}

// happened are the events that a state came by.
var happened = map[change.State]string{
	change.InReview: "change.taken", change.NeedsInfo: "change.asked", change.Rejected: "change.rejected", change.Withdrawn: "change.withdrawn",
}

// Changes writes n change requests of a client, at its projects; none where it has
// none that are shared.
func (s *Sower) Changes(ctx context.Context, of string, n int) error {
	if len(s.projects[of]) == 0 {
		return nil
	}
	for i := range n {
		if err := s.wish(ctx, of, wishes[i%len(wishes)]); err != nil {
			return err
		}
	}
	return nil
}

// wish writes a request with what was said about it.
func (s *Sower) wish(ctx context.Context, of string, state change.State) error {
	at := s.ago(s.between(3, 90))
	made, number, by, end := s.id(at), s.number(billing.Changes, "CR-%d", 0), s.contacts[of], at.AddDate(0, 0, 2)
	title := pick(s, works) + " with other " + pick(s, things)
	description := fmt.Sprintf("The %s team would like the %s to look like the %s.", pick(s, trades), pick(s, things), pick(s, things))
	why := "Our " + pick(s, trades) + " customers ask for it."
	args := scope.Args{
		"id": made, "of": of, "project": pick(s, s.projects[of]), "number": number, "title": title, "description": description,
		"category": string(pick(s, change.Categories)), "priority": string(pick(s, change.Priorities)), "justification": why,
		"search_key": text.Key(number + " " + title + " " + description + " " + why + " "), "by": by.contact, "state": string(state), "reason": "",
		"state_at": end, "at": at,
	}
	if state == change.Rejected || state == change.Withdrawn {
		args["reason"] = "The " + pick(s, things) + " stay as they are."
	}
	s.made.Changes++
	if err := s.put(ctx, insertRequest, args); err != nil {
		return err
	}
	if err := s.event(ctx, at, "change.submitted", "change", made, of, auth.Changes, auth.ForClientToo, "{}"); err != nil {
		return err
	}
	event, moved := happened[state]
	if !moved {
		return nil
	}
	if worker, worked := s.worker(); worked {
		if err := s.put(ctx, insertMessage, scope.Args{
			"id": s.id(end), "of": of, "request": made, "author": worker.identity, "body": "Which of the " + pick(s, things) + " do you mean?", "at": end,
		}); err != nil {
			return err
		}
	}
	return s.event(ctx, end, event, "change", made, of, auth.Changes, auth.ForClientToo, "{}")
}

const insertRequest = `-- insertRequest
insert into change_request (workspace_id, id, client_id, project_id, number, title, description, category, priority, justification, benefit,
	search_key, contact_id, state, state_at, reason, shown_at, updated_at, created_at)
values (:workspace, :id, :of, :project, :number, :title, :description, :category, :priority, :justification, '',
	:search_key, :by, :state, :state_at, :reason, :state_at, :state_at, :at)`

const insertMessage = `-- insertMessage
insert into change_message (workspace_id, id, client_id, request_id, author_kind, author_id, body, created_at)
values (:workspace, :id, :of, :request, 'staff', :author, :body, :at)`
