package scope

import (
	"context"
	"fmt"
)

// Once runs fn unless the same person has already submitted the same form, and
// gives the result of the first time then. The form's key comes with the Who;
// without one fn always runs. Two submissions at once wait for each other.
func Once(ctx context.Context, tx Tx, fn func() (string, error)) (string, error) {
	who := tx.c.who
	if who.Key == "" {
		return fn()
	}
	args := Args{"actor": who.Identity + "/" + who.Client, "key": who.Key}
	fresh, err := tx.own(ctx, claimKey, args)
	if err != nil {
		return "", err
	}
	if fresh == 0 {
		b, err := tx.bindOwn(recallKey, args)
		if err != nil {
			return "", err
		}
		var result string
		err = tx.each(ctx, b, func(row Row) error { return row.Scan(&result) })
		return result, err
	}
	result, err := fn()
	if err != nil {
		return "", err
	}
	if _, err := tx.own(ctx, keepResult, Args{"actor": args["actor"], "key": who.Key, "result": result}); err != nil {
		return "", fmt.Errorf("keep result of form: %w", err)
	}
	return result, nil
}

// own runs a statement of this package, which belongs to the actor and names
// no client.
func (tx Tx) own(ctx context.Context, text string, args Args) (int64, error) {
	b, err := tx.bindOwn(text, args)
	if err != nil {
		return 0, err
	}
	return tx.exec(ctx, b)
}

func (tx Tx) bindOwn(text string, args Args) (Bound, error) {
	bare := Tx{&core{postgres: tx.c.postgres, who: Who{Kind: System, Workspace: tx.c.who.Workspace}, now: tx.c.now}}
	bare.c.fixed = bare.supplied()
	return bare.bind(text, args)
}

const claimKey = `-- claimKey
insert into idempotency (workspace_id, actor, key, result, created_at)
values (:workspace, :actor, :key, '', :now)
on conflict do nothing`

const recallKey = `-- recallKey
select result
from idempotency
where workspace_id = :workspace
  and actor = :actor
  and key = :key`

const keepResult = `-- keepResult
update idempotency
set result = :result
where workspace_id = :workspace
  and actor = :actor
  and key = :key`
