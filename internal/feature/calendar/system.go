package calendar

import (
	"context"
	"errors"
	"fmt"

	"foyer/internal/auth"
	"foyer/internal/kernel/scope"
)

// Sweep ends what time has ended: offers whose last time has passed without an answer,
// and meetings that took place.
func (f Feature) Sweep(ctx context.Context, who auth.System) error {
	return errors.Join(
		f.each(ctx, who, listLapsed, func(a act) error { return a.lapse(ctx) }),
		f.each(ctx, who, listOver, func(a act) error { return a.complete(ctx) }),
	)
}

// each does something to events that a statement lists, each in a transaction of its own.
func (f Feature) each(ctx context.Context, who auth.System, statement string, fn func(act) error) error {
	var due []ID
	if err := who.Read(ctx, func(tx scope.Tx) (err error) {
		due, err = scope.List(ctx, tx, statement, nil, scope.Value[ID])
		return err
	}); err != nil {
		return err
	}
	var failed []error
	for _, one := range due {
		if err := who.Write(ctx, func(tx scope.Tx) error {
			if err := lock(ctx, tx); err != nil {
				return err
			}
			e, err := scope.One(ctx, tx, readEvent, scope.Args{"event": one}, scanEvent)
			if err != nil {
				return err
			}
			return fn(act{tx, who, BySystem, &e})
		}); err != nil {
			failed = append(failed, fmt.Errorf("event %s: %w", one, err)) // the others go on
		}
	}
	return errors.Join(failed...)
}

// lapse ends an offer whose last time has passed.
func (a act) lapse(ctx context.Context) error {
	if a.e.Proposal == "" || a.by.Now().Before(a.e.Lapses) {
		return nil
	}
	name := "expired"
	if a.e.State == Confirmed {
		name = "move_expired"
	} else {
		a.e.EndedBy = BySystem
	}
	if err := a.settle(ctx, "expired"); err != nil {
		return err
	}
	if err := a.step(ctx, name, nil); err != nil {
		return err
	}
	return a.tell(ctx, name, theOthers)
}

// overtake ends an offer of another time when the agreed one is over. Time has ended it,
// whoever notes that; so both sides hear of it.
func (a act) overtake(ctx context.Context) error {
	if !a.e.Moving() {
		return nil
	}
	a.as = BySystem
	if err := a.settle(ctx, "expired"); err != nil {
		return err
	}
	if err := a.step(ctx, "move_expired", nil); err != nil {
		return err
	}
	return a.tell(ctx, "move_expired", everybody)
}

// complete notes that an event took place.
func (a act) complete(ctx context.Context) error {
	if a.e.State != Confirmed || a.by.Now().Before(a.e.Ends) {
		return nil
	}
	if err := a.overtake(ctx); err != nil {
		return err
	}
	return a.step(ctx, "completed", nil)
}
