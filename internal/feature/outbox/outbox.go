package outbox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"time"

	"foyer/internal/auth"
	"foyer/internal/kernel/id"
	"foyer/internal/kernel/lang"
	"foyer/internal/kernel/mail"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
)

// SendKind names the job that sends one mail.
const SendKind = "outbox.send"

// attempts after which a mail is given up; the job's pauses spread them over
// about three days.
const attempts = 15

// claim is how long somebody may take to send a mail before another may try.
const claim = 3 * time.Minute

type sendJob struct {
	Mail string `json:"mail"`
}

// Outbox writes and sends mail. Sender is nil when no mail server is configured.
type Outbox struct {
	Sender  mail.Sender
	IDs     *id.Source
	Enqueue func(ctx context.Context, tx scope.Tx, kind string, args any) error
	// Host is the domain of message ids and of the address mails come from when
	// the workspace has not chosen one.
	Host string

	writers map[string]Writer
}

// Wanted is a mail whose turn has come.
type Wanted struct {
	ID        string
	Kind      string
	Identity  string
	Realm     auth.Realm
	Name      string // of the person
	Email     string // where it goes
	Language  string
	Client    string
	Params    map[string]string
	CreatedAt time.Time
}

// Writer makes the text of one kind of mail, in a writing transaction in which
// it may mint links. ErrNoPoint drops the mail.
type Writer func(ctx context.Context, who auth.System, tx scope.Tx, w Wanted, p lang.Printer) (Letter, error)

// ErrNoPoint says that a mail is not worth sending any more.
var ErrNoPoint = errors.New("no point in this mail any more")

// Write says who writes a kind of mail.
func (o *Outbox) Write(kind string, w Writer) {
	if o.writers == nil {
		o.writers = map[string]Writer{}
	}
	o.writers[kind] = w
}

const insertMail = `-- insertMail
insert into outbox (workspace_id, id, kind, identity_id, client_id, email, params, state, created_by, created_at)
values (:workspace, :id, :kind, :recipient, nullif(:client, ''), :email, :params, 'waiting', nullif(:identity, ''), :now)`

// Post puts a mail in the outbox, in the transaction of the change.
func (o *Outbox) Post(ctx context.Context, tx scope.Tx, m auth.Mail) error {
	if _, known := o.writers[m.Kind]; !known {
		return fmt.Errorf("nobody writes mails of kind %q", m.Kind)
	}
	params := []byte("{}")
	if m.Params != nil {
		var err error
		if params, err = json.Marshal(m.Params); err != nil {
			return err
		}
	}
	id := o.IDs.New()
	args := scope.Args{"id": id, "kind": m.Kind, "recipient": scope.Null(m.Identity), "email": m.Email, "params": string(params)}
	if _, err := tx.Exec(ctx, insertMail, tx.WithClient(m.Client, tx.WithIdentity("", args))); err != nil {
		return err
	}
	return o.Enqueue(ctx, tx, SendKind, sendJob{id})
}

const claimMail = `-- claimMail
update outbox
set attempts = attempts + 1,
	claimed_until = :until
where workspace_id = :workspace
  and id = :id
  and state = 'waiting'
  and (claimed_until is null or claimed_until < :now)
returning attempts`

const readMail = `-- readMail
select o.id, o.kind, o.identity_id, i.realm, i.name, coalesce(nullif(o.email, ''), i.email), i.language, o.client_id, o.params, o.created_at
from outbox o
left join identity i on i.workspace_id = o.workspace_id and i.id = o.identity_id
where o.workspace_id = :workspace
  and o.id = :id`

func scanWanted(row scope.Row) (w Wanted, err error) {
	var params string
	err = row.Scan(&w.ID, &w.Kind, scope.Text(&w.Identity), scope.Text(&w.Realm), scope.Text(&w.Name), scope.Text(&w.Email),
		scope.Text(&w.Language), scope.Text(&w.Client), scope.Text(&params), scope.Time(&w.CreatedAt))
	if err == nil {
		err = json.Unmarshal([]byte(params), &w.Params)
	}
	return w, err
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
  and id = :id`

// Send is the job of SendKind. Without a mail server it leaves the mail waiting.
func (o *Outbox) Send(ctx context.Context, who auth.System, data json.RawMessage) error {
	var args sendJob
	if err := json.Unmarshal(data, &args); err != nil {
		return err
	}
	if o.Sender == nil {
		return nil
	}
	message, tries, err := o.prepare(ctx, who, args.Mail)
	if err != nil || message.To.IsZero() {
		return err
	}
	sending := o.Sender.Send(ctx, message)
	state, words := outcome(sending, tries)
	err = who.Write(ctx, func(tx scope.Tx) error {
		_, err := tx.Exec(ctx, finishMail, scope.Args{
			"id": args.Mail, "state": state, "problem": words, "message": message.MessageID, "to": message.To.Addr, "subject": message.Subject,
		})
		return err
	})
	if err != nil {
		return err
	}
	if state == "waiting" {
		return sending
	}
	return nil
}

// outcome is what became of a mail, and the server's words.
func outcome(sending error, tries int) (state, words string) {
	if sending == nil {
		return "sent", ""
	}
	words = "the message is not acceptable"
	if f, ok := errors.AsType[*mail.Failure](sending); ok {
		words = f.Text
	}
	_, refusedByUs := problem.As(sending)
	switch {
	case mail.Permanent(sending):
		return "bounced", words
	case refusedByUs, tries >= attempts:
		return "failed", words
	}
	return "waiting", words
}

// prepare claims the mail and makes its message; a zero To means that there is
// nothing to do.
func (o *Outbox) prepare(ctx context.Context, who auth.System, id string) (message mail.Message, tries int, err error) {
	err = who.Write(ctx, func(tx scope.Tx) error {
		tries, err = scope.One(ctx, tx, claimMail, scope.Args{"id": id, "until": tx.Now().Add(claim)}, scope.Value[int])
		if problem.Is(err, problem.NotFound) {
			return nil // sent already, or being sent
		}
		if err != nil {
			return err
		}
		w, err := scope.One(ctx, tx, readMail, scope.Args{"id": id}, scanWanted)
		if err != nil {
			return err
		}
		message, err = o.compose(ctx, who, tx, w)
		if errors.Is(err, ErrNoPoint) {
			_, err = tx.Exec(ctx, finishMail, scope.Args{"id": id, "state": "dropped", "problem": "", "message": "", "to": w.Email, "subject": ""})
		}
		return err
	})
	return message, tries, err
}

func (o *Outbox) compose(ctx context.Context, who auth.System, tx scope.Tx, w Wanted) (mail.Message, error) {
	site := who.Site()
	if w.Language == "" {
		w.Language = site.Language
	}
	p := lang.For(w.Language)
	letter, err := o.writers[w.Kind](ctx, who, tx, w, p)
	if err != nil {
		return mail.Message{}, err
	}
	text, html, err := letter.render(ctx, site, w, p)
	if err != nil {
		return mail.Message{}, err
	}
	m := mail.Message{
		Subject: letter.Subject, Text: text, HTML: html, Date: tx.Now(),
		MessageID: w.ID + "@" + o.Host, Headers: map[string]string{"Auto-Submitted": "auto-generated"},
	}
	if m.To, err = mail.NewAddress(w.Name, w.Email); err != nil {
		return mail.Message{}, err
	}
	if m.From, err = mail.NewAddress(senderName(site), o.senderAddress(site)); err != nil {
		return mail.Message{}, err
	}
	if site.ReplyTo != "" {
		m.ReplyTo, err = mail.NewAddress("", site.ReplyTo)
	}
	return m, err
}

func senderName(site auth.Site) string {
	if site.SenderName != "" {
		return site.SenderName
	}
	return site.Name
}

func (o *Outbox) senderAddress(site auth.Site) string {
	if site.Sender != "" {
		return site.Sender
	}
	return "no-reply@" + o.Host
}

// HostOf is the mail domain for a base URL's host name: itself, or localhost
// where that is no domain.
func HostOf(name string) string {
	if net.ParseIP(name) != nil || name == "" {
		return "localhost"
	}
	return name
}

const forgotten = `-- forgottenMails
select id
from outbox
where workspace_id = :workspace
  and state = 'waiting'
  and attempts = 0
  and created_at < :before
order by id
limit 500`

// Sweep puts mails back into the queue that were never tried: those written
// while there was no mail server.
func (o *Outbox) Sweep(ctx context.Context, who auth.System) error {
	if o.Sender == nil {
		return nil
	}
	return who.Write(ctx, func(tx scope.Tx) error {
		ids, err := scope.List(ctx, tx, forgotten, scope.Args{"before": tx.Now().Add(-time.Minute)}, scope.Value[string])
		for _, id := range ids {
			if err = errors.Join(err, o.Enqueue(ctx, tx, SendKind, sendJob{id})); err != nil {
				return err
			}
		}
		return err
	})
}

const countWaiting = `-- countWaiting
select count(*)
from outbox
where workspace_id = :workspace
  and state = 'waiting'`

// Waiting is how many mails wait in a staff member's workspace.
func Waiting(ctx context.Context, tx scope.Tx) (int, error) {
	return scope.One(ctx, tx, countWaiting, nil, scope.Value[int])
}
