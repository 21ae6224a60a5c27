package outbox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"foyer/internal/auth"
	"foyer/internal/kernel/id"
	"foyer/internal/kernel/lang"
	"foyer/internal/kernel/mail"
	"foyer/internal/kernel/scope"
)

// SendKind names the job that sends one mail.
const SendKind = "outbox.send"

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
	// Sign gives what signs mail from an address, in the transaction that writes it;
	// nil for nothing. Without Sign no mail is signed.
	Sign func(ctx context.Context, who auth.System, tx scope.Tx, from mail.Address) (*mail.Signer, error)

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

// Post puts a mail in the outbox, in the transaction of the change. A kind that
// nobody writes is an error.
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
