package outbox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"foyer/internal/auth"
	"foyer/internal/job"
	"foyer/internal/kernel/mail"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
)

// attempts after which a mail is given up; the job's pauses spread them over
// about two days.
const attempts = 15

// claim is how long somebody may take to send a mail before another may try. It
// is longer than a job may run.
const claim = 3 * time.Minute

// settle is how long writing down what became of a mail may take.
const settle = 10 * time.Second

// Send is the job of SendKind. Without a mail server it leaves the mail waiting.
func (o *Outbox) Send(ctx context.Context, who auth.System, data json.RawMessage) error {
	var args sendJob
	if err := json.Unmarshal(data, &args); err != nil {
		return job.Give(err)
	}
	if o.Sender == nil {
		return leave(ctx, who, args.Mail)
	}
	tries, err := take(ctx, who, args.Mail)
	if err != nil || tries == 0 {
		return err
	}
	message, err := o.write(ctx, who, args.Mail)
	if err == nil {
		err = o.Sender.Send(ctx, message)
	}
	return finish(ctx, who, args.Mail, message, judge(err, tries))
}

const leaveMail = `-- leaveMail
update outbox
set attempts = 0
where workspace_id = :workspace
  and id = :id
  and state = 'waiting'`

// leave lets a mail wait for a mail server as one that was never tried, which is
// how the sweep finds it, also when there was a server once.
func leave(ctx context.Context, who auth.System, id string) error {
	return who.Write(ctx, func(tx scope.Tx) error {
		_, err := tx.Exec(ctx, leaveMail, scope.Args{"id": id})
		return err
	})
}

const claimMail = `-- claimMail
update outbox
set attempts = attempts + 1,
	claimed_until = :until
where workspace_id = :workspace
  and id = :id
  and state = 'waiting'
  and (claimed_until is null or claimed_until <= :now)
returning attempts`

const readClaim = `-- readClaim
select claimed_until
from outbox
where workspace_id = :workspace
  and id = :id
  and state = 'waiting'`

// take claims a mail and tells which attempt this is; 0 when there is nothing
// left to do. While somebody else has it the job is put off, because they may
// die of it.
func take(ctx context.Context, who auth.System, id string) (tries int, err error) {
	var until, now time.Time
	err = who.Write(ctx, func(tx scope.Tx) error {
		now = tx.Now()
		tries, err = scope.One(ctx, tx, claimMail, scope.Args{"id": id, "until": now.Add(claim)}, scope.Value[int])
		if !problem.Is(err, problem.NotFound) {
			return err
		}
		until, err = scope.One(ctx, tx, readClaim, scope.Args{"id": id}, func(row scope.Row) (t time.Time, err error) {
			return t, row.Scan(scope.Time(&t))
		})
		if problem.Is(err, problem.NotFound) {
			return nil // sent already
		}
		return err
	})
	if err == nil && !until.IsZero() {
		err = job.Later(until.Sub(now))
	}
	return tries, err
}

// end is what became of an attempt.
type end struct {
	state string
	words string // the mail server's, or ours
	cause error
}

// judge says what an attempt came to.
func judge(err error, tries int) end {
	if err == nil {
		return end{state: "sent"}
	}
	e := end{state: "waiting", words: "the mail could not be written", cause: err}
	if f, ok := errors.AsType[*mail.Failure](err); ok {
		e.words = f.Text
	}
	p, unacceptable := problem.As(err)
	switch {
	case errors.Is(err, ErrNoPoint):
		e.state, e.words = "dropped", ""
	case mail.Permanent(err):
		e.state = "bounced"
	case unacceptable && p.Kind == problem.Invalid:
		e.state, e.words = "failed", "the mail cannot be sent as it is: "+p.Error()
	case tries >= attempts:
		e.state = "failed"
	}
	return e
}

const finishMail = `-- finishMail
update outbox
set state = :state,
	problem = :problem,
	message_id = :message,
	sent_to = :to,
	subject = :subject,
	claimed_until = null,
	done_at = case when :state = 'waiting' then null else cast(:now as bigint) end
where workspace_id = :workspace
  and id = :id
  and state = 'waiting'`

// finish writes down what became of an attempt, also when the process is being
// stopped meanwhile. Its error makes the job come again.
func finish(ctx context.Context, who auth.System, id string, m mail.Message, e end) error {
	settling, cancel := context.WithTimeout(context.WithoutCancel(ctx), settle)
	defer cancel()
	err := who.Write(settling, func(tx scope.Tx) error {
		_, err := tx.Exec(settling, finishMail, scope.Args{
			"id": id, "state": e.state, "problem": e.words, "message": m.MessageID, "to": m.To.Addr, "subject": m.Subject,
		})
		return err
	})
	if err == nil && e.state == "waiting" {
		err = &unsent{e.cause}
	}
	return err
}

// unsent is the error of a mail that is tried again. What the server said stands
// in the outbox and not in the log, because servers like to repeat the address.
type unsent struct{ cause error }

// Error says no more of a failure than its number.
func (u *unsent) Error() string {
	f, ok := errors.AsType[*mail.Failure](u.cause)
	switch {
	case !ok:
		return fmt.Sprintf("write a mail: %v", u.cause)
	case f.Code == 0:
		return "the mail server cannot be reached, or did not answer"
	}
	return fmt.Sprintf("the mail server answered %d", f.Code)
}

// Unwrap is what happened, such as the stop of the process.
func (u *unsent) Unwrap() error { return u.cause }

const forgottenMails = `-- forgottenMails
select id
from outbox
where workspace_id = :workspace
  and state = 'waiting'
  and (attempts = 0 and created_at < :before or claimed_until < :before)
order by id
limit 500`

// Sweep puts mails back into the queue that were never tried, which are those
// written while there was no mail server, and those with which a process died.
func (o *Outbox) Sweep(ctx context.Context, who auth.System) error {
	if o.Sender == nil {
		return nil
	}
	return who.Write(ctx, func(tx scope.Tx) error {
		ids, err := scope.List(ctx, tx, forgottenMails, scope.Args{"before": tx.Now().Add(-time.Minute)}, scope.Value[string])
		if err != nil {
			return err
		}
		for _, id := range ids {
			if err := o.Enqueue(ctx, tx, SendKind, sendJob{id}); err != nil {
				return err
			}
		}
		return nil
	})
}
