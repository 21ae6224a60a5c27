package project

import (
	"context"
	"slices"

	"foyer/internal/auth"
	"foyer/internal/kernel/civil"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
)

func scanTarget(row scope.Row) (t Target, err error) {
	err = row.Scan(&t.ID, &t.Version, &t.Kind, &t.Name, &t.Note, &t.DueOn, scope.Text(&t.Milestone), &t.ClientVisible, &t.State,
		scope.Time(&t.StateAt), scope.Text(&t.Reason), scope.Text(&t.MilestoneName))
	if t.State != InProgress {
		t.Reason = ""
	}
	return t, err
}

// Target is a target with its project; problem.NotFound, also for another
// project's.
func (a App) Target(ctx context.Context, project ID, target TargetID) (Project, Target, error) {
	var p Project
	var t Target
	err := a.read(ctx, project, func(tx scope.Tx) (err error) {
		p, t, err = a.pair(ctx, tx, project, target)
		return err
	})
	return p, t, err
}

// AddTarget adds a target at the end of a project's order and gives its id; a
// repeated submission gives the first one's. Problems are Invalid by field and
// NotFound.
func (a App) AddTarget(ctx context.Context, project ID, in TargetDetails) (TargetID, error) {
	in, err := in.check()
	if err != nil {
		return "", err
	}
	var made string
	err = a.write(ctx, project, func(tx scope.Tx) (err error) {
		made, err = scope.Once(ctx, tx, func() (string, error) { return a.addTarget(ctx, tx, project, in) })
		return err
	})
	return TargetID(made), err
}

func (a App) addTarget(ctx context.Context, tx scope.Tx, project ID, in TargetDetails) (string, error) {
	p, err := a.get(ctx, tx, project)
	if err != nil {
		return "", err
	}
	n, err := scope.One(ctx, tx, countTargets, scope.Args{"project": project}, scope.Value[int])
	if err != nil {
		return "", err
	}
	if n >= MostTargets {
		return "", problem.Field("name", "target.too_many", "max", MostTargets)
	}
	if err := a.milestoneOf(ctx, tx, project, in.Milestone); err != nil {
		return "", err
	}
	made := TargetID(a.who.NewID())
	if err := a.putTarget(ctx, tx, project, made, in); err != nil {
		return "", err
	}
	return made.String(), a.targetEvent(ctx, tx, string(in.Kind)+".added", p, made, auth.ForStaffOnly, nil)
}

func (a App) putTarget(ctx context.Context, tx scope.Tx, project ID, made TargetID, in TargetDetails) error {
	_, err := tx.Exec(ctx, insertTarget, scope.Args{
		"project": project, "id": made, "kind": in.Kind, "milestone": scope.Null(in.Milestone), "name": in.Name, "note": in.Note,
		"due_on": in.DueOn, "visible": in.ClientVisible, "state": in.Kind.First(),
	})
	return err
}

// milestoneOf holds that a deliverable belongs to a milestone of its own
// project, or to none.
func (a App) milestoneOf(ctx context.Context, tx scope.Tx, project ID, milestone TargetID) error {
	if milestone == "" {
		return nil
	}
	t, err := scope.One(ctx, tx, readTarget, scope.Args{"project": project, "target": milestone}, scanTarget)
	if problem.Is(err, problem.NotFound) || err == nil && t.Kind != Milestone {
		return problem.Field("milestone", "target.milestone_wrong")
	}
	return err
}

// UpdateTarget changes a target's details; its kind stays. A repeated submission
// is no error while it says what is stored. Problems are Invalid by field,
// NotFound, and Conflict when the version is not the stored one.
func (a App) UpdateTarget(ctx context.Context, project ID, target TargetID, version int64, in TargetDetails) error {
	return a.onTarget(ctx, project, target, func(tx scope.Tx, p Project, now Target) error {
		in.Kind = now.Kind
		in, err := in.check()
		if err != nil {
			return err
		}
		if err := a.milestoneOf(ctx, tx, project, in.Milestone); err != nil {
			return err
		}
		n, err := tx.Exec(ctx, updateTarget, scope.Args{
			"project": project, "target": target, "version": version, "name": in.Name, "note": in.Note, "due_on": in.DueOn,
			"milestone": scope.Null(in.Milestone), "visible": in.ClientVisible,
		})
		if err != nil {
			return err
		}
		if n == 0 {
			return problem.Stale()
		}
		return a.tellUpdate(ctx, tx, p, now, in)
	}, func(_ scope.Tx, _ Project, now Target) error {
		in.Kind = now.Kind
		in, err := in.check()
		if err == nil && len(now.Changed(in)) > 0 {
			err = problem.Stale()
		}
		return err
	})
}

// tellUpdate notes what changed. Of a milestone that they see clients hear when
// its day is another one.
func (a App) tellUpdate(ctx context.Context, tx scope.Tx, p Project, now Target, in TargetDetails) error {
	fields := now.Changed(in)
	if i := slices.Index(fields, "due_on"); i >= 0 && now.Kind == Milestone && p.Shared && now.ClientVisible && in.ClientVisible && now.Open() {
		fields = slices.Delete(fields, i, i+1)
		err := a.tellTarget(ctx, tx, "milestone.rescheduled", p, now.ID, map[string]any{"from": now.DueOn, "to": in.DueOn})
		if err != nil {
			return err
		}
	}
	if len(fields) == 0 {
		return nil
	}
	return a.targetEvent(ctx, tx, string(now.Kind)+".changed", p, now.ID, auth.ForStaffOnly, map[string]any{"fields": fields})
}

// Changed lists the fields in which details differ from what is stored.
func (t Target) Changed(in TargetDetails) []string {
	var fields []string
	for _, f := range []struct {
		name string
		same bool
	}{
		{"name", t.Name == in.Name}, {"note", t.Note == in.Note}, {"due_on", t.DueOn == in.DueOn},
		{"milestone", t.Milestone == in.Milestone}, {"client_visible", t.ClientVisible == in.ClientVisible},
	} {
		if !f.same {
			fields = append(fields, f.name)
		}
	}
	return fields
}

// Spot says where a target goes in the order: before another one, or to the end.
type Spot struct {
	Before TargetID // of the same project; empty for the end
	By     int      // places from where it stands, when Before is not Given: -1 up, 1 down
	Given  bool
}

// Place moves a target within its project's order. Where two people move at
// once, both moves are made, one after the other. Problems are NotFound, and
// Conflict when the target to stand before is not there.
func (a App) Place(ctx context.Context, project ID, target TargetID, to Spot) error {
	return a.onTarget(ctx, project, target, func(tx scope.Tx, p Project, now Target) error {
		order, err := scope.List(ctx, tx, readOrder, scope.Args{"project": project}, scope.Value[TargetID])
		if err != nil {
			return err
		}
		want, err := reorder(order, target, to)
		if err != nil {
			return err
		}
		moved := false
		for i, t := range want {
			if order[i] == t {
				continue
			}
			moved = true
			if _, err := tx.Exec(ctx, placeTarget, scope.Args{"project": project, "target": t, "position": i + 1}); err != nil {
				return err
			}
		}
		if !moved {
			return nil
		}
		return a.targetEvent(ctx, tx, string(now.Kind)+".placed", p, target, auth.ForStaffOnly, nil)
	}, nil)
}

// reorder is the order with one target elsewhere; one that is moved before
// itself or beyond an end stays.
func reorder(order []TargetID, target TargetID, to Spot) ([]TargetID, error) {
	at := slices.Index(order, target)
	rest := slices.Delete(slices.Clone(order), at, at+1)
	place := len(rest)
	switch {
	case !to.Given:
		place = min(max(at+to.By, 0), len(rest))
	case to.Before == target:
		place = at
	case to.Before != "":
		if place = slices.Index(rest, to.Before); place < 0 {
			return nil, problem.Of(problem.Conflict, "target.place_gone")
		}
	}
	return slices.Insert(rest, place, target), nil
}

// Copy makes a new project after the pattern of another one: its details and the
// targets that were not cancelled, all at their beginning, with dates moved so that it begins on
// the day of in.StartsOn. Funding, people's reasons and history stay behind. It
// gives the new project's id; a repeated submission gives the first one's.
// Problems are Invalid by field and NotFound.
func (a App) Copy(ctx context.Context, project ID, in Details) (ID, error) {
	var made string
	err := a.write(ctx, project, func(tx scope.Tx) (err error) {
		made, err = scope.Once(ctx, tx, func() (string, error) { return a.copy(ctx, tx, project, in) })
		return err
	})
	return ID(made), err
}

func (a App) copy(ctx context.Context, tx scope.Tx, project ID, in Details) (string, error) {
	var targets []Target
	from, err := a.get(ctx, tx, project, scope.Into(&targets, listTargets, scope.Args{"project": project}, scanTarget))
	if err != nil {
		return "", err
	}
	c, err := in.check()
	if err != nil {
		return "", err
	}
	made, err := a.create(ctx, tx, c, map[string]any{"copied": project.String()})
	if err != nil {
		return "", err
	}
	targets = slices.DeleteFunc(targets, func(t Target) bool { return t.State == Cancelled })
	move := Shift(from.StartsOn, c.StartsOn)
	copies := map[TargetID]TargetID{}
	for _, t := range targets {
		copies[t.ID] = TargetID(a.who.NewID())
	}
	// A deliverable may stand before its milestone, so milestones are written
	// first and the order afterwards.
	for _, kind := range Kinds {
		for _, t := range targets {
			if t.Kind != kind {
				continue
			}
			d := t.TargetDetails
			d.DueOn, d.Milestone = move(d.DueOn), copies[d.Milestone]
			if _, ok := civil.Parse(d.DueOn); d.DueOn != "" && !ok {
				return "", problem.Field("starts_on", "field.date") // so far away that days leave the calendar
			}
			if err := a.putTarget(ctx, tx, ID(made), copies[t.ID], d); err != nil {
				return "", err
			}
		}
	}
	for i, t := range targets {
		if _, err := tx.Exec(ctx, placeTarget, scope.Args{"project": made, "target": copies[t.ID], "position": i + 1}); err != nil {
			return "", err
		}
	}
	return made, nil
}
