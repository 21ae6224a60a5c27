// Package notify tells people by mail of what happened: an event for which there
// is a rule becomes a job, the job finds those who may know of it now and want
// to, and each of them gets one mail. Whether they still may is asked again when
// the mail is written.
package notify

import (
	"context"
	"encoding/json"
	"time"

	"foyer/internal/auth"
	"foyer/internal/feature/outbox"
	"foyer/internal/job"
	"foyer/internal/kernel/lang"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
)

// Kind names the job that finds out whom to tell of an event.
const Kind = "notify.tell"

// stale is how old news may become before it is told to nobody any more.
const stale = 3 * 24 * time.Hour

// told are the kinds of event that this package itself mails of, and the kind of mail
// that tells them.
var told = map[string]string{
	"milestone.completed": "milestone_completed",
	"project.completed":   "project_completed",
}

// Notifier turns events into mails.
type Notifier struct {
	Enqueue func(ctx context.Context, tx scope.Tx, kind string, args any) error
	Outbox  *outbox.Outbox
}

type tellJob struct {
	Event string `json:"event"`
}

// Recorded makes a job of an event that there is a rule for, in the transaction
// of the event.
func (n Notifier) Recorded(ctx context.Context, tx scope.Tx, id string, e auth.Event) error {
	if told[e.Kind] == "" || e.Audience != auth.ForClientToo {
		return nil
	}
	return n.Enqueue(ctx, tx, Kind, tellJob{id})
}

// person is a contact to be told of an event.
type person struct{ contact, identity, client, kind, project string }

func scanPerson(row scope.Row) (p person, err error) {
	return p, row.Scan(&p.contact, &p.identity, &p.client, &p.kind, &p.project)
}

// Tell is the job of Kind. Done again, it tells nobody twice.
func (n Notifier) Tell(ctx context.Context, who auth.System, data json.RawMessage) error {
	var args tellJob
	if err := json.Unmarshal(data, &args); err != nil {
		return job.Give(err)
	}
	return who.Write(ctx, func(tx scope.Tx) error {
		people, err := scope.List(ctx, tx, listPeople, scope.Args{"event": args.Event, "since": tx.Now().Add(-stale)}, scanPerson)
		if err != nil {
			return err
		}
		for _, p := range people {
			fresh, err := tx.Exec(ctx, insertNotice, scope.Args{"event": args.Event, "reader": p.contact})
			if err != nil {
				return err
			}
			if fresh == 0 {
				continue
			}
			m := auth.Mail{Kind: told[p.kind], Identity: p.identity, Client: p.client, Params: map[string]any{"event": args.Event, "project": p.project}}
			if err := n.Outbox.Post(ctx, tx, m); err != nil {
				return err
			}
		}
		return nil
	})
}

// WriteMail says who writes the mails.
func WriteMail(o *outbox.Outbox) {
	o.Write("milestone_completed", writeMilestone)
	o.Write("project_completed", writeProject)
}

// news is what a mail tells, as its reader may see it.
type news struct {
	actor, project, projectID, milestone string
	at                                   time.Time
}

func scanNews(row scope.Row) (n news, err error) {
	return n, row.Scan(scope.Text(&n.actor), &n.projectID, &n.project, scope.Text(&n.milestone), scope.Time(&n.at))
}

// newsFor is the news of a mail; outbox.ErrNoPoint when it is old, when it is true
// no more, or when its reader may not or will not know of it any more.
func newsFor(ctx context.Context, who auth.System, tx scope.Tx, w outbox.Wanted) (news, error) {
	args := scope.Args{"event": w.Params["event"], "reader": w.Identity, "since": tx.Now().Add(-stale)}
	n, err := scope.One(ctx, tx, readNews, tx.WithClient(w.Client, args), scanNews)
	if problem.Is(err, problem.NotFound) {
		err = outbox.ErrNoPoint
	}
	if n.actor == "" {
		n.actor = who.Site().Name
	}
	return n, err
}

// letter is a mail that leads to the project of the news.
func letter(who auth.System, w outbox.Wanted, n news, p lang.Printer) outbox.Letter {
	return outbox.Letter{
		Action: p.T("mail.project.action"), URL: who.Site().URL(w.Realm, "/projects/"+n.projectID),
	}
}

func writeMilestone(ctx context.Context, who auth.System, tx scope.Tx, w outbox.Wanted, p lang.Printer) (outbox.Letter, error) {
	n, err := newsFor(ctx, who, tx, w)
	if err != nil {
		return outbox.Letter{}, err
	}
	l := letter(who, w, n, p)
	l.Subject, l.Title = p.T("mail.milestone_completed.subject", "milestone", n.milestone, "project", n.project), p.T("mail.milestone_completed.title")
	l.Paragraphs = []string{p.T("mail.milestone_completed.text", "who", n.actor, "milestone", n.milestone, "project", n.project,
		"date", p.LongDate(n.at.In(who.Site().Zone)))}
	return l, nil
}

func writeProject(ctx context.Context, who auth.System, tx scope.Tx, w outbox.Wanted, p lang.Printer) (outbox.Letter, error) {
	n, err := newsFor(ctx, who, tx, w)
	if err != nil {
		return outbox.Letter{}, err
	}
	l := letter(who, w, n, p)
	l.Subject, l.Title = p.T("mail.project_completed.subject", "project", n.project), p.T("mail.project_completed.title")
	l.Paragraphs = []string{p.T("mail.project_completed.text", "who", n.actor, "project", n.project, "date", p.LongDate(n.at.In(who.Site().Zone)))}
	return l, nil
}
