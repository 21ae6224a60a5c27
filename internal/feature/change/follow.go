package change

import (
	"context"
	"errors"
	"fmt"

	"foyer/internal/auth"
	"foyer/internal/kernel/civil"
	"foyer/internal/kernel/scope"
)

// followed are the steps that a request takes for what happens to its deliverable, by
// the state that it is in. A deliverable that is done at once was started first.
var followed = map[string]map[State][]string{
	"deliverable.started":  {Scheduled: {"started"}},
	"deliverable.done":     {Scheduled: {"started", "delivered"}, InProgress: {"delivered"}},
	"deliverable.reopened": {Delivered: {"reopened"}},
}

// Followed lets requests follow their deliverables: it is told of each event, in the
// transaction of the event. It takes no lock of its own, see the package.
func (f Feature) Followed(ctx context.Context, tx scope.Tx, _ string, e auth.Event) error {
	steps, follows := followed[e.Kind]
	if !follows && e.Kind != "deliverable.cancelled" || e.SubjectKind != "target" {
		return nil
	}
	found, err := scope.List(ctx, tx, readOfTarget, tx.WithClient(e.Client, scope.Args{"target": e.SubjectID}), scanRequest)
	if err != nil {
		return err
	}
	for _, r := range found {
		for _, name := range steps[r.State] {
			if err := r.stepBy(ctx, tx, f.Record, name, nil); err != nil {
				return err
			}
		}
		if !follows {
			if err := r.note(ctx, tx, f.Record, "dropped", auth.ForStaffOnly, nil); err != nil {
				return err
			}
		}
	}
	return nil
}

// Sweep ends the quotes that do not hold any more. Done again it changes nothing.
func (f Feature) Sweep(ctx context.Context, who auth.System) error {
	today := civil.Today(who.Now())
	var due []ID
	if err := who.Read(ctx, func(tx scope.Tx) (err error) {
		due, err = scope.List(ctx, tx, listPast, scope.Args{"today": today}, scope.Value[ID])
		return err
	}); err != nil {
		return err
	}
	var failed []error
	for _, request := range due {
		if err := who.Write(ctx, func(tx scope.Tx) error { return expire(ctx, tx, who, request, today) }); err != nil {
			failed = append(failed, fmt.Errorf("change request %s: %w", request, err)) // the others go on
		}
	}
	return errors.Join(failed...)
}

func expire(ctx context.Context, tx scope.Tx, who auth.System, request ID, today civil.Date) error {
	if err := lock(ctx, tx, request); err != nil {
		return err
	}
	r, err := scope.One(ctx, tx, readRequest, scope.Args{"request": request}, scanRequest)
	if err != nil || !r.Past(today) {
		return err
	}
	if err := r.step(ctx, tx, who, "expired", map[string]any{"quote": r.Quote}); err != nil {
		return err
	}
	return r.tellBoth(ctx, tx, who, "expired", "", "")
}
