package outbox

import (
	"context"

	"foyer/internal/kernel/mail"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
)

// Reason is why an address gets no mail any more.
type Reason string

// The reasons.
const (
	Bounce    Reason = "bounce"    // mail to it came back for good
	Complaint Reason = "complaint" // its owner reported mail as unwanted
)

// Stopped is the error of a mail to an address that gets none any more.
type Stopped struct{ Reason Reason }

// Error says it for the log.
func (s *Stopped) Error() string { return "mail to this address was stopped by a " + string(s.Reason) }

const readStop = `-- readStop
select reason
from mail_stop
where workspace_id = :workspace
  and email_key = :key`

// stopped is a Stopped where an address gets no mail any more.
func stopped(ctx context.Context, tx scope.Tx, email string) error {
	key, err := mail.NormalizeAddress(email)
	if err != nil {
		return nil // the mail itself will say what is wrong with it
	}
	reason, err := scope.One(ctx, tx, readStop, scope.Args{"key": key}, scope.Value[string])
	switch {
	case problem.Is(err, problem.NotFound):
		return nil
	case err != nil:
		return err
	}
	return &Stopped{Reason(reason)}
}

const insertStop = `-- insertStop
insert into mail_stop (workspace_id, email_key, reason, words, at)
values (:workspace, :key, :reason, :words, :now)
on conflict (workspace_id, email_key) do update
set reason = excluded.reason,
	words = excluded.words,
	at = excluded.at`

// stop lets an address get no mail any more.
func stop(ctx context.Context, tx scope.Tx, email string, reason Reason, words string) error {
	key, err := mail.NormalizeAddress(email)
	if err != nil {
		return nil
	}
	_, err = tx.Exec(ctx, insertStop, scope.Args{"key": key, "reason": string(reason), "words": words})
	return err
}

const deleteStop = `-- deleteStop
delete from mail_stop
where workspace_id = :workspace
  and email_key = :key`

// Allow lets an address that bounced or complained get mail again, and tells whether it
// got none.
func Allow(ctx context.Context, tx scope.Tx, email string) (bool, error) {
	key, err := mail.NormalizeAddress(email)
	if err != nil {
		return false, nil // no mail was ever sent there
	}
	n, err := tx.Exec(ctx, deleteStop, scope.Args{"key": key})
	return n > 0, err
}
