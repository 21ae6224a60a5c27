package outbox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"foyer/internal/auth"
	"foyer/internal/kernel/id"
	"foyer/internal/kernel/lang"
	"foyer/internal/kernel/mail"
	"foyer/internal/kernel/scope"
	"foyer/internal/kernel/secret"
)

// SendKind names the job that sends one mail, with those that wait to go with it.
const SendKind = "outbox.send"

// Quiet is how long the mails of a thread wait for one another where people are
// served.
const Quiet = 2 * time.Minute

type sendJob struct {
	Mail string `json:"mail"`
}

// Outbox writes and sends mail. Sender is nil when no mail server is configured.
type Outbox struct {
	Sender  mail.Sender
	IDs     *id.Source
	Enqueue func(ctx context.Context, tx scope.Tx, kind string, args any) error
	// EnqueueIn is Enqueue for a job that begins after a pause.
	EnqueueIn func(ctx context.Context, tx scope.Tx, kind string, args any, after time.Duration) error
	// Host is the domain of message ids and of the address mails come from when
	// the workspace has not chosen one.
	Host string
	// Quiet is how long the mails of a thread wait for one another; without it
	// each goes by itself.
	Quiet time.Duration
	// Rest is for how long a mail is left after its nth attempt in vain, however many
	// jobs there are of it; without it, for as long as they choose.
	Rest func(tries int) time.Duration
	// Rules say how the mails of a kind are sent. A kind without a rule always
	// comes, at once and by itself.
	Rules map[string]Rule
	// Reader is how somebody wants the mail of an area; needed for kinds whose rule
	// has one.
	Reader func(ctx context.Context, tx scope.Tx, identity, client string, area auth.Area) (Reader, error)
	// Secrets makes the addresses at which people unsubscribe.
	Secrets secret.Box
	// Sign gives what signs mail from an address, in the transaction that writes it;
	// nil for nothing. Without Sign no mail is signed.
	Sign func(ctx context.Context, who auth.System, tx scope.Tx, from mail.Address) (*mail.Signer, error)

	writers map[string]Writer
}

// Growing is Rest where people are served: attempts are spread over about two days.
func Growing(tries int) time.Duration {
	n := time.Duration(tries)
	return n * n * n * n * time.Second
}

// Rule is how the mails of a kind are sent.
type Rule struct {
	Area   auth.Area // whose mail people choose; empty for mail that always comes, at once
	Own    bool      // whoever did it gets it too
	Thread string    // the param that holds the id of what the mail is about; empty for nothing
	// Bundled says that those of a thread within minutes go as one.
	Bundled bool
}

// Choice is how somebody wants the mail of an area.
type Choice string

// The choices: each mail as it comes, one of all that came up to a certain hour, and
// none at all.
const (
	Now   Choice = "now"
	Daily Choice = "daily"
	None  Choice = "none"
)

// Choices lists the choices in the order in which they are offered.
var Choices = []Choice{Now, Daily, None}

// Reader is how somebody wants the mail of an area.
type Reader struct {
	Realm  auth.Realm
	Choice Choice
	Digest time.Time // when the next daily mail is due
}

// Wanted is a mail whose turn has come.
type Wanted struct {
	ID        string
	Kind      string
	Identity  string
	Realm     auth.Realm
	Name      string // of the person
	Email     string // where it goes
	Client    string
	Params    map[string]string
	CreatedAt time.Time

	digest bool // it goes with those of a day
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

// Kinds are the kinds of mail that somebody writes, sorted.
func (o *Outbox) Kinds() []string { return slices.Sorted(maps.Keys(o.writers)) }

const insertMail = `-- insertMail
insert into outbox (workspace_id, id, kind, identity_id, client_id, email, params, state, lane, digest, due_at, created_by, created_at)
values (:workspace, :id, :kind, :recipient, nullif(:client, ''), :email, :params, 'waiting', :lane, :digest, :due, nullif(:identity, ''), :now)`

// Post puts a mail in the outbox, in the transaction of the change, unless it is one
// that its reader does not want or that tells them of what they did themselves. A
// kind that nobody writes is an error.
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
	plan, err := o.plan(ctx, tx, m)
	if errors.Is(err, ErrNoPoint) {
		return nil
	}
	if err != nil {
		return err
	}
	id := o.IDs.New()
	args := scope.Args{
		"id": id, "kind": m.Kind, "recipient": scope.Null(m.Identity), "email": m.Email, "params": string(params),
		"lane": plan.lane, "digest": plan.digest, "due": plan.due,
	}
	if _, err := tx.Exec(ctx, insertMail, tx.WithClient(m.Client, tx.WithIdentity("", args))); err != nil {
		return err
	}
	switch after := plan.due.Sub(tx.Now()); {
	case plan.digest:
		return nil // Digests finds it when it is due
	case after > 0:
		return o.EnqueueIn(ctx, tx, SendKind, sendJob{id}, after)
	}
	return o.Enqueue(ctx, tx, SendKind, sendJob{id})
}

// plan is when a mail is sent, and with which others.
type plan struct {
	lane   string // empty for a mail by itself
	digest bool
	due    time.Time
}

// plan plans a mail; ErrNoPoint for one that is not to be sent.
func (o *Outbox) plan(ctx context.Context, tx scope.Tx, m auth.Mail) (plan, error) {
	rule, p := o.Rules[m.Kind], plan{due: tx.Now()}
	if rule.Area == "" || m.Identity == "" {
		return p, nil
	}
	if m.Identity == tx.Who().Identity && !rule.Own {
		return p, ErrNoPoint
	}
	r, err := o.Reader(ctx, tx, m.Identity, m.Client, rule.Area)
	if err != nil {
		return p, err
	}
	switch {
	case r.Choice == None:
		return p, ErrNoPoint
	case r.Choice == Daily && r.Realm == auth.StaffRealm:
		return plan{lane: m.Identity + "//", digest: true, due: r.Digest}, nil
	case r.Choice == Daily:
		return plan{lane: m.Identity + "/" + m.Client + "/", digest: true, due: r.Digest}, nil
	case rule.Bundled && o.Quiet > 0:
		p.lane, p.due = m.Identity+"/"+m.Client+"/"+fmt.Sprint(m.Params[rule.Thread]), p.due.Add(o.Quiet)
	}
	return p, nil
}

// messageID is the id of a mail at every attempt.
func (o *Outbox) messageID(id string) string { return id + "@" + o.Host }

// HostOf is the mail domain for the host name of a base URL, in ASCII: itself,
// or one that reaches nobody where mail knows no such domain, as with localhost
// and the numbers of a network address.
func HostOf(name string) string {
	key, err := mail.NormalizeAddress("no-reply@" + name)
	if err != nil {
		return "foyer.localhost"
	}
	_, domain, _ := strings.Cut(key, "@")
	return domain
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
