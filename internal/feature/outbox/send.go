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

// attempts after which a mail is given up.
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
	tries, err := o.take(ctx, who, args.Mail)
	if err != nil || tries == 0 {
		return err
	}
	message, pointless, err := o.write(ctx, who, args.Mail)
	if err == nil {
		err = o.Sender.Send(ctx, message)
	}
	return o.finish(ctx, who, args.Mail, tries, pointless, message, judge(err, tries))
}

const leaveMail = `-- leaveMail
update outbox
set attempts = 0,
	due_at = case when message_id = '' then due_at else :now end
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

// What readTurn reads of a mail that waits: until when somebody has it, from when
// on it may be sent, whether it was never tried, and whether an older one of its
// lane goes first.
const readTurn = `-- readTurn
select o.claimed_until, o.due_at, o.message_id = '', o.message_id = '' and exists (
	select 1
	from outbox h
	where h.workspace_id = o.workspace_id
	  and h.lane = o.lane
	  and h.state = 'waiting'
	  and h.message_id = ''
	  and h.head_id is null
	  and h.due_at <= :now
	  and h.id < o.id
	  and o.lane <> '')
from outbox o
where o.workspace_id = :workspace
  and o.id = :id
  and o.state = 'waiting'
  and o.head_id is null`

// turn is what readTurn reads.
type turn struct {
	claimed, due time.Time
	fresh, after bool
}

// later is for how long a mail has to wait yet.
func (t turn) later(now time.Time) time.Duration {
	switch {
	case t.claimed.After(now):
		return t.claimed.Sub(now)
	case t.due.After(now):
		return t.due.Sub(now)
	case t.after:
		return settle // the older one takes it along, or is done by then
	}
	return 0
}

// A mail has its message id from its first attempt on, also where staff send it again.
const claimMail = `-- claimMail
update outbox
set attempts = attempts + 1,
	claimed_until = :until,
	message_id = :message
where workspace_id = :workspace
  and id = :id
  and state = 'waiting'
  and head_id is null
  and due_at <= :now
  and (claimed_until is null or claimed_until <= :now)
returning attempts`

// What waits in the lane of a mail that is tried for the first time goes with it.
// What comes later does not: a mail that was tried may have arrived. Nor does what was
// tried before, which may have some that go with it.
const gatherLane = `-- gatherLane
update outbox
set head_id = :id
where workspace_id = :workspace
  and lane = (select h.lane from outbox h where h.workspace_id = :workspace and h.id = :id)
  and lane <> ''
  and state = 'waiting'
  and message_id = ''
  and head_id is null
  and (not digest or due_at <= :now)
  and id <> :id`

// take claims a mail, takes along what waits to go with it, and tells which attempt
// this is; 0 when there is nothing left to do. The job is put off while it is too
// early, and while somebody else has the mail, because they may die of it.
func (o *Outbox) take(ctx context.Context, who auth.System, id string) (tries int, err error) {
	var pause time.Duration
	err = who.Write(ctx, func(tx scope.Tx) error {
		t, err := scope.One(ctx, tx, readTurn, scope.Args{"id": id}, func(row scope.Row) (t turn, err error) {
			return t, row.Scan(scope.Time(&t.claimed), scope.Time(&t.due), &t.fresh, &t.after)
		})
		if problem.Is(err, problem.NotFound) {
			return nil // sent already, or as part of another
		}
		if err != nil {
			return err
		}
		if pause = t.later(tx.Now()); pause > 0 {
			return nil
		}
		tries, err = scope.One(ctx, tx, claimMail, scope.Args{"id": id, "message": o.messageID(id), "until": tx.Now().Add(claim)}, scope.Value[int])
		if problem.Is(err, problem.NotFound) {
			pause, err = claim, nil // another was faster
		}
		if err == nil && tries == 1 && t.fresh {
			_, err = tx.Exec(ctx, gatherLane, scope.Args{"id": id})
		}
		return err
	})
	if err == nil && pause > 0 {
		err = job.Later(pause)
	}
	return tries, err
}

// end is what became of an attempt.
type end struct {
	state string
	words string // the mail server's, or ours
	stop  bool   // the address gets no mail any more
	cause error
}

// judge says what an attempt came to.
func judge(err error, tries int) end {
	if err == nil {
		return end{state: "sent"}
	}
	e := end{state: "waiting", words: "the mail could not be written", cause: err}
	if f, ok := errors.AsType[*mail.Failure](err); ok {
		e.words, e.stop = f.Text, f.Address
	}
	p, unacceptable := problem.As(err)
	s, none := errors.AsType[*Stopped](err)
	switch {
	case errors.Is(err, ErrNoPoint):
		e.state, e.words = "dropped", ""
	case none:
		e.state, e.words = "bounced", s.Error()
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
	due_at = :due,
	claimed_until = null,
	done_at = case when :state = 'waiting' then null else cast(:now as bigint) end
where workspace_id = :workspace
  and (id = :id or head_id = :id)
  and state = 'waiting'`

const dropMail = `-- dropMail
update outbox
set state = 'dropped',
	claimed_until = null,
	done_at = :now
where workspace_id = :workspace
  and id = :id
  and state = 'waiting'`

// finish writes down what became of an attempt, also when the process is being
// stopped meanwhile: a mail that was sent leaves out what there was no point in.
// Its error makes the job come again.
func (o *Outbox) finish(ctx context.Context, who auth.System, id string, tries int, pointless []string, m mail.Message, e end) error {
	settling, cancel := context.WithTimeout(context.WithoutCancel(ctx), settle)
	defer cancel()
	err := who.Write(settling, func(tx scope.Tx) error {
		if e.state == "sent" {
			for _, one := range pointless {
				if _, err := tx.Exec(settling, dropMail, scope.Args{"id": one}); err != nil {
					return err
				}
			}
		}
		if e.stop {
			if err := stop(settling, tx, m.To.Addr, Bounce, e.words); err != nil {
				return err
			}
		}
		due := tx.Now()
		if o.Rest != nil {
			due = due.Add(o.Rest(tries))
		}
		_, err := tx.Exec(settling, finishMail, scope.Args{
			"id": id, "state": e.state, "problem": e.words, "message": o.messageID(id), "to": m.To.Addr, "subject": m.Subject, "due": due,
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
  and head_id is null
  and (attempts = 0 and due_at < :before or claimed_until < :before)
order by id
limit 500`

// Sweep puts mails back into the queue that were never tried, which are those
// written while there was no mail server, and those with which a process died.
func (o *Outbox) Sweep(ctx context.Context, who auth.System) error {
	return o.enqueueAll(ctx, who, forgottenMails, time.Minute)
}

// Of each lane the oldest, which takes the others along.
const dueDigests = `-- dueDigests
select min(id)
from outbox
where workspace_id = :workspace
  and digest
  and state = 'waiting'
  and head_id is null
  and message_id = ''
  and due_at <= :before
group by lane
order by 1
limit 500`

// Digests puts the daily mails into the queue that are due.
func (o *Outbox) Digests(ctx context.Context, who auth.System) error {
	return o.enqueueAll(ctx, who, dueDigests, 0)
}

func (o *Outbox) enqueueAll(ctx context.Context, who auth.System, query string, age time.Duration) error {
	if o.Sender == nil {
		return nil
	}
	return who.Write(ctx, func(tx scope.Tx) error {
		ids, err := scope.List(ctx, tx, query, scope.Args{"before": tx.Now().Add(-age)}, scope.Value[string])
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
