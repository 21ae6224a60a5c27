package contract

import (
	"context"
	"errors"
	"fmt"
	"time"

	"foyer/internal/auth"
	"foyer/internal/kernel/civil"
	"foyer/internal/kernel/scope"
)

// Who has not signed is reminded so often, and so many times.
const (
	remindAfter = 3 * 24 * time.Hour
	remindMost  = 5
)

// A seal is asked for again when no job has begun it for so long, or when the last
// attempt failed so long ago: the pauses of a job that goes on are shorter.
const (
	sealWait = time.Hour
	sealRest = 24 * time.Hour
)

// morning is the hour, in the workspace's zone, before which nobody is reminded.
const morning = 8

// Sweep ends what was not signed in time, reminds who has not signed, tells staff
// of what ends or renews soon, and sees to seals that were forgotten. Done again it
// changes nothing.
func (f Feature) Sweep(ctx context.Context, who auth.System) error {
	today := civil.Today(who.Now())
	var failed []error
	for _, sweep := range []struct {
		list string
		args scope.Args
		mail bool // it writes to people, and waits for the morning
		do   func(ctx context.Context, tx scope.Tx, c Contract) error
	}{
		{listLapsed, scope.Args{"today": today}, false, func(ctx context.Context, tx scope.Tx, c Contract) error {
			if !c.Past(today) {
				return nil
			}
			if err := c.stop(ctx, tx, TooLate); err != nil {
				return err
			}
			if err := move(ctx, tx, who, Actor{Kind: "system"}, c, Lapsed, "", nil); err != nil {
				return err
			}
			return c.tellSender(ctx, tx, who, mailLapsed)
		}},
		{listForgotten, scope.Args{"waited": who.Now().Add(-sealWait), "failed": who.Now().Add(-sealRest)}, false, func(ctx context.Context, tx scope.Tx, c Contract) error {
			if c.State != Signed || c.Seal == Unsealed || c.Seal == Done {
				return nil
			}
			return f.enqueueSeal(ctx, tx, c)
		}},
		{listToRemind, scope.Args{"before": who.Now().Add(-remindAfter)}, true, func(ctx context.Context, tx scope.Tx, c Contract) error {
			if !c.Reminds || c.State != Pending && c.State != Signed {
				return nil
			}
			_, err := c.remind(ctx, tx, who, func(s Signatory) bool {
				last := s.Invited
				if s.Last.After(last) {
					last = s.Last
				}
				return s.Reminded < remindMost && who.Now().Sub(last) >= remindAfter
			})
			return err
		}},
		{listExpiring, scope.Args{"today": today, "soon": today.Add(Notice)}, true, func(ctx context.Context, tx scope.Tx, c Contract) error {
			day := c.untold(today)
			if day == "" {
				return nil
			}
			if _, err := tx.Exec(ctx, markWarned, scope.Args{"id": c.ID, "day": day}); err != nil {
				return err
			}
			return c.tellSender(ctx, tx, who, mailExpiring, "day", string(day))
		}},
	} {
		if sweep.mail && who.Now().Hour() < morning {
			continue
		}
		var due []ID
		if err := who.Read(ctx, func(tx scope.Tx) (err error) {
			due, err = scope.List(ctx, tx, sweep.list, sweep.args, scope.Value[ID])
			return err
		}); err != nil {
			return err
		}
		for _, contract := range due {
			if err := who.Write(ctx, func(tx scope.Tx) error {
				if err := lock(ctx, tx, contract); err != nil {
					return err
				}
				c, err := scope.One(ctx, tx, readContract, scope.Args{"contract": contract}, scanContract)
				if err != nil {
					return err
				}
				return sweep.do(ctx, tx, c)
			}); err != nil {
				failed = append(failed, fmt.Errorf("contract %s: %w", contract, err)) // the others go on
			}
		}
	}
	return errors.Join(failed...)
}
