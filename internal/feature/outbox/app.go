package outbox

import (
	"context"
	"time"

	"foyer/internal/auth"
	"foyer/internal/kernel/id"
	"foyer/internal/kernel/page"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
)

// State is what became of a mail; the package says what each means.
type State string

// The states.
const (
	IsWaiting State = "waiting"
	IsSent    State = "sent"
	IsBounced State = "bounced"
	IsFailed  State = "failed"
	IsDropped State = "dropped"
)

// States lists the states in the order in which they are offered.
var States = []State{IsWaiting, IsBounced, IsFailed, IsSent, IsDropped}

// Row is a mail in the list of staff. Its text is kept nowhere.
type Row struct {
	ID      string
	Name    string // of the person; empty for an address alone
	Email   string // where it went, or is to go
	Subject string // empty while it was never written
	State   State
	Problem string // what the mail server said, or we
	Tries   int    // how often it was tried
	At      time.Time
	DoneAt  time.Time // zero while it waits
}

// Again tells whether it can be sent once more.
func (r Row) Again() bool { return r.State == IsBounced || r.State == IsFailed }

// Wishes are which mails staff want to see: of a state or, where it is empty, all, and
// from where on.
type Wishes struct {
	State         State
	After, Before string
}

// List is a page of mails, the newest first.
type List struct {
	Rows       []Row
	Prev, Next string
}

// PageSize is how many mails a page has.
const PageSize = 50

// App is what staff see of the outbox.
type App struct {
	o   *Outbox
	who auth.Staff
}

// ForStaff opens the door for a member.
func (o *Outbox) ForStaff(who auth.Staff) App { return App{o, who} }

// List lists mails. Problem: Forbidden.
func (a App) List(ctx context.Context, w Wishes) (l List, err error) {
	from := page.Ask(w.After, w.Before)
	statement, args := listAll, scope.Args{"at": from.ID}
	switch {
	case w.State == "" && from.Backwards:
		statement = listAllBefore
	case w.State != "" && from.Backwards:
		statement = listStateBefore
	case w.State != "":
		statement = listState
	}
	if w.State != "" {
		args["state"] = w.State
	}
	err = a.who.Read(ctx, auth.SettingsRead, func(tx scope.Tx) (err error) {
		l.Rows, err = scope.List(ctx, tx, statement, args, scanRow)
		return err
	})
	l.Rows, l.Prev, l.Next = page.Cut(l.Rows, PageSize, from, func(r Row) page.Place { return page.Place{ID: r.ID} })
	return l, err
}

func scanRow(row scope.Row) (r Row, err error) {
	return r, row.Scan(&r.ID, &r.Name, &r.Email, &r.Subject, &r.State, &r.Problem, &r.Tries, scope.Time(&r.At), scope.Time(&r.DoneAt))
}

// Again sends a mail once more that bounced or failed; it is written anew, to the
// address that the person has now. Problems are Forbidden, NotFound, and Conflict when
// it waits already, was sent, or has no point any more.
func (a App) Again(ctx context.Context, mail string) error {
	if !id.Valid(mail) {
		return problem.Missing()
	}
	return a.who.Write(ctx, auth.SettingsWrite, func(tx scope.Tx) error {
		_, err := scope.Once(ctx, tx, func() (string, error) {
			n, err := tx.Exec(ctx, sendAgain, scope.Args{"id": mail})
			switch {
			case err != nil:
				return "", err
			case n == 0:
				if _, err := scope.One(ctx, tx, readState, scope.Args{"id": mail}, scope.Value[string]); err != nil {
					return "", err
				}
				return "", problem.Of(problem.Conflict, "outbox.not_again")
			}
			all, err := scope.List(ctx, tx, readMails, scope.Args{"id": mail}, scanWanted)
			if err != nil {
				return "", err
			}
			for _, w := range all {
				if _, err := Allow(ctx, tx, w.Email); err != nil {
					return "", err
				}
			}
			if err := a.o.Enqueue(ctx, tx, SendKind, sendJob{mail}); err != nil {
				return "", err
			}
			return "", a.who.Record(ctx, tx, auth.Event{Kind: "mail.again", SubjectKind: "mail", SubjectID: mail, Area: auth.Settings, Audience: auth.ForStaffOnly})
		})
		return err
	})
}

const rowColumns = `
select o.id, coalesce(i.name, ''), coalesce(nullif(o.sent_to, ''), nullif(o.email, ''), i.email, ''), o.subject, o.state, o.problem, o.attempts, o.created_at, o.done_at
from outbox o
left join identity i on i.workspace_id = o.workspace_id and i.id = o.identity_id
where o.workspace_id = :workspace
  and o.head_id is null`

const (
	newestFirst = `
  and (:at = '' or o.id < :at)
order by o.id desc
limit 51`
	oldestFirst = `
  and o.id > :at
order by o.id
limit 51`
	ofState = `
  and o.state = :state`
)

const listAll = `-- listMails` + rowColumns + newestFirst

const listAllBefore = `-- listMailsBefore` + rowColumns + oldestFirst

const listState = `-- listMailsOfState` + rowColumns + ofState + newestFirst

const listStateBefore = `-- listMailsOfStateBefore` + rowColumns + ofState + oldestFirst

const sendAgain = `-- sendAgain
update outbox
set state = 'waiting',
	attempts = 0,
	claimed_until = null,
	due_at = :now,
	problem = '',
	done_at = null
where workspace_id = :workspace
  and (id = :id and head_id is null or head_id = :id)
  and state in ('bounced', 'failed')`

const readState = `-- readMailState
select state
from outbox
where workspace_id = :workspace
  and id = :id
  and head_id is null`
