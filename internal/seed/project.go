package seed

import (
	"context"
	"fmt"
	"time"

	"foyer/internal/auth"
	"foyer/internal/feature/project"
	"foyer/internal/kernel/civil"
	"foyer/internal/kernel/scope"
	"foyer/internal/kernel/text"
)

// states are those of a client's projects, over and over.
var states = []project.State{
	project.Active, project.Completed, project.Active, project.OnHold, project.Completed, project.Planned, project.Active, project.Completed,
	project.Active, project.Completed, project.Cancelled, project.Completed, project.Active, project.Completed, project.Planned,
	project.Completed, project.Active, project.OnHold, project.Completed, project.Completed,
}

// draft is a project as it is being written.
type draft struct {
	id, of      string
	state       project.State
	start, end  civil.Date
	made, began time.Time
	ended       time.Time // zero while it goes on
	actor       any
}

// Projects writes n projects of a client.
func (s *Sower) Projects(ctx context.Context, of string, n int) error {
	for i := range n {
		if err := s.project(ctx, of, i); err != nil {
			return err
		}
	}
	return nil
}

// project writes a client's project number i with its targets, steps, funding
// and what happened.
func (s *Sower) project(ctx context.Context, of string, i int) error {
	d := s.draft(of, states[i%len(states)])
	var owner any
	if len(s.staff) > 0 {
		p := pick(s, s.staff)
		owner, d.actor = p.member, p.identity
	}
	s.made.Projects++
	name := fmt.Sprintf("%s %s %d", pick(s, works), pick(s, things), i+1)
	description := fmt.Sprintf("%s for the %s team, agreed with %s.", pick(s, works), pick(s, trades), pick(s, first))
	tags := pick(s, trades) + ", " + pick(s, things)
	steps := s.projectSteps(d)
	shared := i%20 != 13
	args := scope.Args{
		"id": d.id, "of": of, "name": name, "name_key": text.Key(name), "search_key": text.Key(name + " " + description + " " + tags),
		"description": description, "priority": string(pick(s, project.Priorities)), "owner": owner, "starts_on": string(d.start), "ends_on": string(d.end),
		"budget": s.between(20, 900) * 10_000, "tags": tags, "shared": shared, "state": string(d.state), "step": nil, "state_at": d.made,
		"actor": d.actor, "at": d.made,
	}
	if len(steps) > 0 {
		latest := steps[len(steps)-1]
		args["step"], args["state_at"] = latest.id, latest.at
	}
	if err := s.put(ctx, insertProject, args); err != nil {
		return err
	}
	if err := s.event(ctx, d.made, "project.created", "project", d.id, of, auth.Projects, auth.ForStaffOnly, "{}"); err != nil {
		return err
	}
	if shared {
		if some := s.projects[of]; len(some) < 20 {
			s.projects[of] = append(some, d.id)
		}
		if err := s.event(ctx, d.made.Add(time.Millisecond), "project.shared", "project", d.id, of, auth.Projects, auth.ForClientToo, "{}"); err != nil {
			return err
		}
	}
	if err := s.targets(ctx, d); err != nil {
		return err
	}
	for _, step := range steps {
		if err := s.step(ctx, d, "project", d.id, step); err != nil {
			return err
		}
	}
	return s.funding(ctx, d, i)
}

func (s *Sower) draft(of string, state project.State) draft {
	d := draft{of: of, state: state}
	today := civil.Today(s.noon)
	switch state {
	case project.Planned:
		d.start = today.Add(s.between(5, 40))
		d.end = d.start.Add(s.between(40, 120))
		d.made = s.ago(s.between(1, 20))
	case project.Completed, project.Cancelled:
		from := s.between(160, 380)
		d.start = today.Add(-from)
		d.end = d.start.Add(s.between(60, 140))
		d.made, d.began, d.ended = s.ago(from+s.between(2, 14)), s.ago(from), d.end.Time().Add(15*time.Hour)
	default:
		from := s.between(10, 150)
		d.start = today.Add(-from)
		d.end = today.Add(s.between(-6, 120))
		d.made, d.began = s.ago(from+s.between(2, 14)), s.ago(from)
	}
	if d.end < d.start {
		d.end = d.start
	}
	d.id = s.id(d.made)
	return d
}

// taken is a step that somebody took.
type taken struct {
	id       string
	at       time.Time
	from, to project.State
	reason   string
	event    string
}

func (s *Sower) take(at time.Time, from, to project.State, event, reason string) taken {
	return taken{s.id(at), at, from, to, reason, event}
}

func (s *Sower) projectSteps(d draft) []taken {
	if d.state == project.Planned {
		return nil
	}
	steps := []taken{s.take(d.began, project.Planned, project.Active, "project.started", "")}
	switch d.state {
	case project.OnHold:
		steps = append(steps, s.take(s.ago(s.between(1, 9)), project.Active, project.OnHold, "project.held", "We wait for "+pick(s, things)+"."))
	case project.Completed:
		steps = append(steps, s.take(d.ended, project.Active, project.Completed, "project.completed", ""))
	case project.Cancelled:
		steps = append(steps, s.take(d.ended, project.Active, project.Cancelled, "project.cancelled", "The plans have changed."))
	}
	return steps
}

func (s *Sower) step(ctx context.Context, d draft, kind, subject string, t taken) error {
	var target any
	if kind == "target" {
		target = subject
	}
	err := s.put(ctx, insertStep, scope.Args{
		"id": t.id, "project": d.id, "target": target, "from": string(t.from), "to": string(t.to), "reason": t.reason, "actor": d.actor, "at": t.at,
	})
	if err != nil {
		return err
	}
	return s.event(ctx, t.at, t.event, kind, subject, d.of, auth.Projects, auth.ForClientToo, `{"step":"`+t.id+`"}`)
}

// targets writes the targets of a project: a milestone with two deliverables, and
// so on, due from the project's beginning to its end.
func (s *Sower) targets(ctx context.Context, d draft) error {
	milestone, span := "", d.start.Until(d.end)
	for k := range s.plan.Targets {
		kind := project.Deliverable
		if k%3 == 0 {
			kind = project.Milestone
		}
		due := d.start.Add(span * (k + 1) / s.plan.Targets)
		made := s.id(d.made.Add(time.Duration(k+1) * time.Second))
		state, steps := s.fate(d, kind, due, k)
		var of, step any
		at := d.made
		if kind == project.Deliverable {
			of = milestone
		} else {
			milestone = made
		}
		if len(steps) > 0 {
			latest := steps[len(steps)-1]
			step, at = latest.id, latest.at
		}
		s.made.Targets++
		err := s.put(ctx, insertTarget, scope.Args{
			"id": made, "of": d.of, "project": d.id, "kind": string(kind), "milestone": of, "position": k + 1,
			"name": pick(s, works) + " " + pick(s, things), "due_on": string(due), "visible": k%6 != 4, "state": string(state), "step": step,
			"state_at": at, "actor": d.actor, "at": d.made,
		})
		if err != nil {
			return err
		}
		for _, t := range steps {
			if err := s.step(ctx, d, "target", made, t); err != nil {
				return err
			}
		}
	}
	return nil
}

// fate is where a target stands, and the steps that led there.
func (s *Sower) fate(d draft, kind project.Kind, due civil.Date, k int) (project.State, []taken) {
	first, last, event := project.Todo, project.Done, "deliverable.done"
	if kind == project.Milestone {
		first, last, event = project.Planned, project.Completed, "milestone.completed"
	}
	at := due.Time().Add(10 * time.Hour).Add(time.Duration(s.rng.IntN(3600)) * time.Second)
	late := k%7 == 5 && d.state != project.Completed
	if d.state == project.Planned || at.After(s.noon) || late {
		return first, nil
	}
	if kind == project.Deliverable {
		return last, []taken{s.take(at, first, last, event, "")}
	}
	begun := d.began.Add(at.Sub(d.began) / 2)
	return last, []taken{s.take(begun, first, project.InProgress, "milestone.started", ""), s.take(at, project.InProgress, last, event, "")}
}

func (s *Sower) funding(ctx context.Context, d draft, i int) error {
	if i%2 == 1 {
		return nil
	}
	return s.put(ctx, insertFunding, scope.Args{
		"id": s.id(d.made), "project": d.id, "source": pick(s, last) + " fund", "amount": s.between(10, 500) * 10_000,
		"status": pick(s, []string{"expected", "confirmed", "received"}), "actor": d.actor, "at": d.made,
	})
}
