package support

import (
	"context"
	"errors"
	"fmt"

	"foyer/internal/auth"
	"foyer/internal/kernel/scope"
)

// Sweep closes what was resolved longer than Grace ago.
func (f Feature) Sweep(ctx context.Context, who auth.System) error {
	var due []ID
	if err := who.Read(ctx, func(tx scope.Tx) (err error) {
		due, err = scope.List(ctx, tx, listToClose, scope.Args{"before": who.Now().Add(-Grace)}, scope.Value[ID])
		return err
	}); err != nil {
		return err
	}
	var failed []error
	for _, one := range due {
		if err := who.Write(ctx, func(tx scope.Tx) error {
			if err := lock(ctx, tx, one); err != nil {
				return err
			}
			c, err := scope.One(ctx, tx, readCase, scope.Args{"case": one}, scanCase)
			if err != nil || c.State != Resolved || who.Now().Before(c.ResolvedAt.Add(Grace)) {
				return err
			}
			return act{tx, who, BySystem, &c}.move(ctx, Closed, said{resolution: c.Resolution})
		}); err != nil {
			failed = append(failed, fmt.Errorf("close case %s: %w", one, err)) // the others go on
		}
	}
	return errors.Join(failed...)
}

// Verify names the tallies and counts that are not what the records come to; nothing
// where all is well.
func Verify(ctx context.Context, who auth.System) ([]string, error) {
	var wrong []string
	err := who.Read(ctx, func(tx scope.Tx) (err error) {
		wrong, err = scope.List(ctx, tx, listWrong, nil, scope.Value[string])
		return err
	})
	return wrong, err
}

const listToClose = `-- listToClose
select id
from support_case
where workspace_id = :workspace
  and state = 'resolved'
  and resolved_at <= :before
order by resolved_at, id
limit 500`
