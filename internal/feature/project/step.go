package project

import (
	"context"

	"foyer/internal/auth"
	"foyer/internal/kernel/id"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
	"foyer/internal/kernel/text"
)

// Change is a step that somebody wants to take: from the state that their page
// showed to another.
type Change struct {
	From, To State
	Reason   string
}

// check reads the reason; problem.Conflict where there is no such way, and
// problem.Invalid under "reason".
func (c *Change) check(steps []Step) (Step, error) {
	step, known := way(steps, c.To)
	if !known {
		return Step{}, problem.Of(problem.Conflict, "project.no_way")
	}
	var f problem.Fields
	need := text.Optional
	if step.Reason {
		need = text.Required
	}
	c.Reason = text.Block(&f, "reason", c.Reason, need, longestNote)
	if !step.Reason {
		c.Reason = ""
	}
	return step, f.Err()
}

// SetState takes a project from one state to another. Taking the same step twice
// by the same form is no error. Problems are Invalid under "reason", NotFound,
// and Conflict where there is no such way or the project moved on meanwhile.
func (a App) SetState(ctx context.Context, project ID, c Change) error {
	return a.once(ctx, project, func(tx scope.Tx) error {
		now, err := scope.One(ctx, tx, readProject, scope.Args{"project": project}, scanProject)
		if err != nil {
			return err
		}
		if now.State != c.From {
			return problem.Of(problem.Conflict, "project.moved_on")
		}
		step, err := c.check(Steps[now.State])
		if err != nil {
			return err
		}
		made, err := a.step(ctx, tx, project, "", c)
		if err != nil {
			return err
		}
		n, err := tx.Exec(ctx, moveProject, scope.Args{"project": project, "from": c.From, "to": c.To, "step": made})
		if err == nil && n == 0 {
			err = problem.Of(problem.Conflict, "project.moved_on")
		}
		if err != nil {
			return err
		}
		return a.tell(ctx, tx, "project."+step.Name, now, map[string]any{"step": made})
	}, func(tx scope.Tx) error {
		now, err := scope.One(ctx, tx, readProject, scope.Args{"project": project}, scanProject)
		if err == nil && now.State != c.To {
			err = problem.Of(problem.Conflict, "project.moved_on")
		}
		return err
	})
}

// once is write for what must not happen twice when a form is sent twice. Where
// there is an again, it looks at the second time: an old page may be sent again
// with other words, which are not stored then.
func (a App) once(ctx context.Context, project ID, fn, again func(tx scope.Tx) error) error {
	return a.write(ctx, project, func(tx scope.Tx) error {
		first := false
		_, err := scope.Once(ctx, tx, func() (string, error) {
			first = true
			return "", fn(tx)
		})
		if err != nil || first || again == nil {
			return err
		}
		return again(tx)
	})
}

// step writes a step down and gives its id.
func (a App) step(ctx context.Context, tx scope.Tx, project ID, target TargetID, c Change) (string, error) {
	made := a.who.NewID()
	_, err := tx.Exec(ctx, insertStep, scope.Args{
		"id": made, "project": project, "target": scope.Null(target), "from": c.From, "to": c.To, "reason": c.Reason,
	})
	return made, err
}

// SetTargetState takes a target from one state to another. Problems are as
// SetState's.
func (a App) SetTargetState(ctx context.Context, project ID, target TargetID, c Change) error {
	return a.onTarget(ctx, project, target, func(tx scope.Tx, p Project, now Target) error {
		if now.State != c.From {
			return problem.Of(problem.Conflict, "target.moved_on")
		}
		step, err := c.check(now.Steps())
		if err != nil {
			return err
		}
		made, err := a.step(ctx, tx, project, target, c)
		if err != nil {
			return err
		}
		n, err := tx.Exec(ctx, moveTarget, scope.Args{"project": project, "target": target, "from": c.From, "to": c.To, "step": made})
		if err == nil && n == 0 {
			err = problem.Of(problem.Conflict, "target.moved_on")
		}
		if err != nil {
			return err
		}
		return a.tellTarget(ctx, tx, string(now.Kind)+"."+step.Name, p, target, map[string]any{"step": made})
	}, func(_ scope.Tx, _ Project, now Target) error {
		if now.State != c.To {
			return problem.Of(problem.Conflict, "target.moved_on")
		}
		return nil
	})
}

// changeTarget is what is done with a target that was read.
type changeTarget = func(tx scope.Tx, p Project, now Target) error

// onTarget runs a change of a target once; again is as once has it.
func (a App) onTarget(ctx context.Context, project ID, target TargetID, fn, again changeTarget) error {
	if !id.Valid(target.String()) {
		return problem.Missing()
	}
	with := func(fn changeTarget) func(tx scope.Tx) error {
		return func(tx scope.Tx) error {
			p, now, err := a.pair(ctx, tx, project, target)
			if err != nil || fn == nil {
				return err
			}
			return fn(tx, p, now)
		}
	}
	return a.once(ctx, project, with(fn), with(again))
}

// pair reads a project and one of its targets.
func (a App) pair(ctx context.Context, tx scope.Tx, project ID, target TargetID) (Project, Target, error) {
	if !id.Valid(target.String()) {
		return Project{}, Target{}, problem.Missing()
	}
	var targets []Target
	p, err := a.get(ctx, tx, project, scope.Into(&targets, readTarget, scope.Args{"project": project, "target": target}, scanTarget))
	if err != nil {
		return p, Target{}, err
	}
	if len(targets) == 0 {
		return p, Target{}, problem.Missing()
	}
	return p, targets[0], nil
}

// tellTarget notes what happened to a target. Whether a client hears of it is
// asked when it is read: they do while they see the target.
func (a App) tellTarget(ctx context.Context, tx scope.Tx, kind string, p Project, target TargetID, params map[string]any) error {
	return a.targetEvent(ctx, tx, kind, p, target, auth.ForClientToo, params)
}

func (a App) targetEvent(ctx context.Context, tx scope.Tx, kind string, p Project, target TargetID, audience auth.Audience, params map[string]any) error {
	return a.who.Record(ctx, tx, auth.Event{
		Kind: kind, SubjectKind: "target", SubjectID: target.String(), Area: auth.Projects, Client: p.Client.String(),
		Audience: audience, Params: params,
	})
}
