package outbox_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"foyer/internal/auth"
	"foyer/internal/feature/activity"
	"foyer/internal/feature/outbox"
	"foyer/internal/job"
	"foyer/internal/kernel/db"
	"foyer/internal/kernel/db/dbtest"
	"foyer/internal/kernel/id"
	"foyer/internal/kernel/mail"
	"foyer/internal/kernel/mail/mailtest"
	"foyer/internal/kernel/scope"
)

const (
	host  = "foyer.example"
	priya = "priya@haldenrowe.example"
	ana   = "ana@marlow.example"
)

// office is a workspace whose Owner is Priya and which has one contact, Ana.
type office struct {
	*auth.Gate
	db        *db.DB
	ids       *id.Source
	workspace string
	owner     string // Priya's identity
	contact   string // Ana's
	log       *journal

	mu sync.Mutex
	at time.Time
}

// onBoth runs a test on each engine with an office of its own.
func onBoth(t *testing.T, test func(t *testing.T, o *office)) {
	t.Helper()
	dbtest.OnBoth(t, func(t *testing.T, d *db.DB) { test(t, newOffice(t, d)) })
}

func newOffice(t *testing.T, d *db.DB) *office {
	t.Helper()
	o := &office{db: d, at: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC), log: &journal{}}
	o.ids = &id.Source{Now: o.now}
	o.Gate = auth.NewGate(d, &url.URL{Scheme: "https", Host: host}, o.now, o.ids, auth.NewHasher())
	nothing := func(context.Context, scope.Tx, auth.Mail) error { return nil }
	o.Connect(auth.Ports{Record: activity.Log{IDs: o.ids}.Record, Post: nothing})
	_, err := o.CreateOwner(t.Context(), auth.NewOwner{
		Email: priya, Name: "Priya Rowe", Host: host, Workspace: "Halden & Rowe", Zone: "Europe/Dublin", Language: "en",
	})
	must(t, err)
	site, err := o.SiteFor(t.Context(), host)
	must(t, err)
	o.workspace, o.contact = site.ID, o.ids.New()
	o.write(t, func(tx scope.Tx) error {
		if o.owner, err = scope.One(t.Context(), tx, `select id from identity where workspace_id = :workspace`, nil, scope.Value[string]); err != nil {
			return err
		}
		_, err := tx.Exec(t.Context(), `insert into identity (workspace_id, id, realm, name, email, email_key, created_at)
			values (:workspace, :id, 'portal', 'Ana Bell', :email, :email, :now)`, scope.Args{"id": o.contact, "email": ana})
		if err != nil {
			return err
		}
		// Her door is open: she is a contact of a client whose portal is on.
		_, err = tx.Exec(t.Context(), `insert into client (workspace_id, id, name, name_key, search_key, type, portal_enabled_at, created_at)
			values (:workspace, 'bell', 'Bell', 'bell', 'bell', 'organization', :now, :now)`, nil)
		if err != nil {
			return err
		}
		_, err = tx.Exec(t.Context(), `insert into contact (workspace_id, client_id, id, identity_id, is_primary, created_at)
			values (:workspace, 'bell', 'ana', :id, true, :now)`, scope.Args{"id": o.contact})
		return err
	})
	return o
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (o *office) now() time.Time {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.at
}

func (o *office) later(by time.Duration) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.at = o.at.Add(by)
}

func (o *office) system(t *testing.T) auth.System {
	t.Helper()
	who, err := o.System(t.Context(), o.workspace)
	must(t, err)
	return who
}

func (o *office) write(t *testing.T, fn func(scope.Tx) error) {
	t.Helper()
	must(t, o.system(t).Write(t.Context(), fn))
}

// set changes the workspace's own row, past the forms and their checks.
func (o *office) set(t *testing.T, assignments string, args scope.Args) {
	t.Helper()
	o.write(t, func(tx scope.Tx) error {
		_, err := tx.Exec(t.Context(), `update workspace set `+assignments+` where id = :workspace`, args)
		return err
	})
}

func (o *office) visitor(t *testing.T) auth.Visitor {
	t.Helper()
	site, err := o.SiteFor(t.Context(), host)
	must(t, err)
	return o.Visitor(site, auth.Facts{Address: "192.0.2.7", Request: "r"})
}

// row is what the outbox says of a mail.
type row struct {
	id, state, words, messageID, to, subject string
	attempts                                 int
	claimedUntil, doneAt                     time.Time
}

// rows are all mails in the order in which they were posted.
func (o *office) rows(t *testing.T) []row {
	t.Helper()
	var all []row
	must(t, o.system(t).Read(t.Context(), func(tx scope.Tx) (err error) {
		all, err = scope.List(t.Context(), tx, `select id, state, problem, message_id, sent_to, subject, attempts, claimed_until, done_at
			from outbox where workspace_id = :workspace order by id`, nil, func(s scope.Row) (r row, err error) {
			err = s.Scan(&r.id, &r.state, &r.words, &r.messageID, &r.to, &r.subject, &r.attempts, scope.Time(&r.claimedUntil), scope.Time(&r.doneAt))
			return r, err
		})
		return err
	}))
	return all
}

// only is the one mail there is.
func (o *office) only(t *testing.T) row {
	t.Helper()
	all := o.rows(t)
	if len(all) != 1 {
		t.Fatalf("there are %d mails in the outbox, not one", len(all))
	}
	return all[0]
}

// worker is an outbox with a queue, as one process has them.
type worker struct {
	*outbox.Outbox
	office *office
	jobs   *job.Jobs
	tried  chan error // what each job that sends a mail ended with
	seen   *witness
}

// hire makes a worker, who does nothing before start. sender may be nil.
func (o *office) hire(t *testing.T, sender mail.Sender) *worker {
	t.Helper()
	jobs, err := job.New(o.db, o.Gate, slog.New(slog.NewTextHandler(o.log, nil)))
	must(t, err)
	jobs.Pause = func(int) time.Duration { return 0 }
	w := &worker{office: o, jobs: jobs, tried: make(chan error, 1000)}
	w.Outbox = &outbox.Outbox{IDs: o.ids, Enqueue: jobs.Enqueue, Host: host}
	if sender != nil {
		w.seen = &witness{Sender: sender}
		w.Sender = w.seen
	}
	w.WriteAccountMail()
	jobs.Handle(outbox.SendKind, func(ctx context.Context, who auth.System, data json.RawMessage) error {
		err := w.Send(ctx, who, data)
		w.tried <- err
		return err
	})
	return w
}

func (w *worker) start(t *testing.T) {
	t.Helper()
	must(t, w.jobs.Start(context.WithoutCancel(t.Context())))
	t.Cleanup(func() { w.stop(t) })
}

// stop may be called twice.
func (w *worker) stop(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), time.Minute)
	defer cancel()
	if err := w.jobs.Stop(ctx); err != nil {
		t.Errorf("stop: %v", err)
	}
}

// post commits a change that wants a mail.
func (w *worker) post(t *testing.T, m auth.Mail) {
	t.Helper()
	w.office.write(t, func(tx scope.Tx) error { return w.Post(t.Context(), tx, m) })
}

// outcome waits for the next job that sends a mail to end.
func (w *worker) outcome(t *testing.T) error {
	t.Helper()
	select {
	case err := <-w.tried:
		return err
	case <-soon(t).Done():
		t.Fatal("no job ended")
		return nil
	}
}

// sends waits for the next job that sends a mail, which must come to an end.
func (w *worker) sends(t *testing.T) {
	t.Helper()
	if err := w.outcome(t); err != nil {
		t.Fatalf("the mail was not sent: %v", err)
	}
}

// send does the job of one mail here and now.
func (w *worker) send(t *testing.T, mail string) error {
	t.Helper()
	data, err := json.Marshal(map[string]string{"mail": mail})
	must(t, err)
	return w.Send(t.Context(), w.office.system(t), data)
}

// sendNew posts a mail and sends it here and now.
func (w *worker) sendNew(t *testing.T, m auth.Mail) row {
	t.Helper()
	w.post(t, m)
	all := w.office.rows(t)
	must(t, w.send(t, all[len(all)-1].id))
	all = w.office.rows(t)
	return all[len(all)-1]
}

// soon is a bound for what should come within a second or two.
func soon(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	return ctx
}

// next is the next mail that the server accepted, read back.
func next(t *testing.T, s *mailtest.Server) mailtest.Letter {
	t.Helper()
	return mailtest.Read(t, s.Next(soon(t), t).Raw)
}

// witness remembers what was handed to the sender behind it.
type witness struct {
	mail.Sender
	mu   sync.Mutex
	seen []mail.Message
}

func (w *witness) Send(ctx context.Context, m mail.Message) error {
	w.mu.Lock()
	w.seen = append(w.seen, m)
	w.mu.Unlock()
	return w.Sender.Send(ctx, m)
}

func (w *witness) all() []mail.Message {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.seen
}

// journal is the log of a process, kept.
type journal struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.Write(p)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.String()
}

// contents are the database's bytes as far as they can be had: every row of
// every table as text, and on SQLite the files themselves.
func (o *office) contents(t *testing.T) string {
	t.Helper()
	ctx := t.Context()
	conn, err := o.db.Read.Conn(ctx)
	must(t, err)
	defer conn.Close()
	column := func(query string, args ...any) []string {
		found, err := conn.QueryContext(ctx, query, args...)
		must(t, err)
		defer found.Close()
		var all []string
		for found.Next() {
			var text string
			must(t, found.Scan(&text))
			all = append(all, text)
		}
		must(t, found.Err())
		return all
	}
	var b strings.Builder
	if !o.db.Postgres() {
		file := column(`select file from pragma_database_list where name = 'main'`)[0]
		for _, name := range []string{file, file + "-wal"} {
			data, err := os.ReadFile(name)
			if err != nil && !errors.Is(err, os.ErrNotExist) {
				t.Fatal(err)
			}
			b.Write(data)
		}
		return b.String()
	}
	_, err = conn.ExecContext(ctx, `select set_config('foyer.workspace', $1, false)`, o.workspace)
	must(t, err)
	defer conn.ExecContext(ctx, `reset foyer.workspace`) //nolint:errcheck // the database ends with the test
	for _, table := range column(`select tablename from pg_tables where schemaname = 'public' order by 1`) {
		for _, line := range column(`select cast(r as text) from "` + table + `" r`) {
			b.WriteString(line + "\n")
		}
	}
	return b.String()
}
