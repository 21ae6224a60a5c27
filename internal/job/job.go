// Package job does work after a change is committed, and work that comes round.
//
// A job is a row that is written in the transaction of the change, through
// River. Its arguments begin with the workspace, which the transaction puts
// there; the worker gets an auth.System of that workspace and nothing else.
// Jobs run at least once: their effects are idempotent.
package job

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverdatabasesql"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivertype"

	"foyer/internal/auth"
	"foyer/internal/kernel/db"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
)

// Handler does one kind of job. data is what was enqueued, as JSON. An error is
// tried again with growing pauses; one from Give is not.
type Handler func(ctx context.Context, who auth.System, data json.RawMessage) error

// Give gives a job up: it is not tried again.
func Give(err error) error { return river.JobCancel(err) }

// Later puts a job off: it is done again after the pause, and this time does not
// count as a failure.
func Later(pause time.Duration) error { return river.JobSnooze(max(pause, 0)) }

// PutOff tells whether an error is one from Later.
func PutOff(err error) bool {
	_, ok := errors.AsType[*rivertype.JobSnoozeError](err)
	return ok
}

// attempts over which a failing job is spread; with River's pauses of n⁴
// seconds the last comes after about two days.
const attempts = 16

// timeout bounds one attempt. rescue is when a job that no process has finished
// is taken up again: the process that had it has died.
const (
	timeout = 2 * time.Minute
	rescue  = 10 * time.Minute
)

// Most jobs at once, and how often the queue is looked at. The drain rate is
// bounded by workers over cooldown, so both are set.
const (
	workers  = 8
	cooldown = 100 * time.Millisecond
	poll     = time.Second
)

// work is the arguments of every job of ours.
type work struct {
	Workspace string          `json:"workspace"`
	Data      json.RawMessage `json:"data"`
	kind      string
}

// Kind implements river.JobArgs.
func (w work) Kind() string { return w.kind }

// Jobs is the queue of a process.
type Jobs struct {
	// Pause is how long a job rests after its nth failed attempt, n counting
	// from 1. It is set before Start; without it the pauses grow by n⁴ seconds.
	Pause func(attempt int) time.Duration

	db       *db.DB
	gate     *auth.Gate
	log      *slog.Logger
	handlers map[string]Handler
	sweeps   []*river.PeriodicJob
	visits   map[string]func(context.Context, auth.System) error
	insert   func(ctx context.Context, tx *sql.Tx, w work, after time.Duration) error
	stop     func(context.Context) error
}

// New makes the queue. Handlers and sweeps are added before Start.
func New(d *db.DB, gate *auth.Gate, log *slog.Logger) (*Jobs, error) {
	j := &Jobs{db: d, gate: gate, log: log, handlers: map[string]Handler{}, visits: map[string]func(context.Context, auth.System) error{}}
	return j, j.prepareInsert()
}

// riverLog lets River's errors reach our log and keeps its chatter out.
func (j *Jobs) riverLog() *slog.Logger {
	return slog.New(levelled{j.log.Handler()})
}

type levelled struct{ slog.Handler }

// Enabled implements slog.Handler.
func (l levelled) Enabled(_ context.Context, level slog.Level) bool { return level >= slog.LevelError }

// WithAttrs implements slog.Handler, and keeps the level.
func (l levelled) WithAttrs(attrs []slog.Attr) slog.Handler {
	return levelled{l.Handler.WithAttrs(attrs)}
}

// WithGroup implements slog.Handler, and keeps the level.
func (l levelled) WithGroup(name string) slog.Handler { return levelled{l.Handler.WithGroup(name)} }

// pauses is our Pause as River asks for it.
type pauses func(attempt int) time.Duration

// NextRetry implements river.ClientRetryPolicy.
func (p pauses) NextRetry(job *rivertype.JobRow) time.Time {
	// River counts a time that lies behind it as a mistake of ours.
	return time.Now().Add(max(p(job.Attempt), 10*time.Millisecond))
}

func (j *Jobs) prepareInsert() error {
	config := &river.Config{Logger: j.riverLog(), MaxAttempts: attempts}
	if j.db.Postgres() {
		client, err := river.NewClient(riverdatabasesql.New(j.db.Write), config)
		if err != nil {
			return err
		}
		j.insert = insertWith(client)
		return nil
	}
	client, err := river.NewClient(riversqlite.New(j.db.Write), config)
	if err != nil {
		return err
	}
	j.insert = insertWith(client)
	return nil
}

func insertWith(client *river.Client[*sql.Tx]) func(context.Context, *sql.Tx, work, time.Duration) error {
	return func(ctx context.Context, tx *sql.Tx, w work, after time.Duration) error {
		var options *river.InsertOpts
		if after > 0 {
			options = &river.InsertOpts{ScheduledAt: time.Now().Add(after)}
		}
		_, err := client.InsertTx(ctx, tx, w, options)
		return err
	}
}

// Handle says who does a kind of job.
func (j *Jobs) Handle(kind string, h Handler) { j.handlers[kind] = h }

// Each says what is done at start and every so often in each workspace, one
// scope at a time.
func (j *Jobs) Each(kind string, every time.Duration, visit func(context.Context, auth.System) error) {
	j.visits[kind] = visit
	j.sweeps = append(j.sweeps, river.NewPeriodicJob(river.PeriodicInterval(every),
		func() (river.JobArgs, *river.InsertOpts) {
			return work{kind: kind}, &river.InsertOpts{MaxAttempts: 1}
		}, &river.PeriodicJobOpts{RunOnStart: true}))
}

// Enqueue writes a job in the transaction. The workspace is the transaction's.
func (j *Jobs) Enqueue(ctx context.Context, tx scope.Tx, kind string, args any) error {
	return j.EnqueueIn(ctx, tx, kind, args, 0)
}

// EnqueueIn is Enqueue for a job that begins after a pause.
func (j *Jobs) EnqueueIn(ctx context.Context, tx scope.Tx, kind string, args any, after time.Duration) error {
	if _, known := j.handlers[kind]; !known {
		return fmt.Errorf("nobody does jobs of kind %q", kind)
	}
	data, err := json.Marshal(args)
	if err != nil {
		return err
	}
	raw, err := scope.Raw(ctx, tx)
	if err != nil {
		return err
	}
	if err := j.insert(ctx, raw, work{Workspace: tx.Who().Workspace, Data: data, kind: kind}, after); err != nil {
		return fmt.Errorf("enqueue %s: %w", kind, err)
	}
	return nil
}

// worker runs one kind of job.
type worker struct {
	river.WorkerDefaults[work]
	jobs *Jobs
}

// Timeout bounds one attempt.
func (worker) Timeout(*river.Job[work]) time.Duration { return timeout }

// Work implements river.Worker.
func (w worker) Work(ctx context.Context, job *river.Job[work]) error {
	err := w.jobs.do(ctx, job.Kind, job.Args)
	if err != nil && strings.Contains(err.Error(), nul) {
		return storable{err}
	}
	return err
}

// nul is what PostgreSQL has no place for. River would try for ever to store an
// error with it, and those of its jobs that ended at the same time with it.
const nul = "\x00"

// storable is an error whose text can be stored.
type storable struct{ error }

// Error implements error.
func (s storable) Error() string { return strings.ReplaceAll(s.error.Error(), nul, "\uFFFD") }

// Unwrap keeps what the error is.
func (s storable) Unwrap() error { return s.error }

func (j *Jobs) do(ctx context.Context, kind string, args work) error {
	if visit, sweep := j.visits[kind]; sweep {
		return j.visitAll(ctx, visit)
	}
	who, err := j.gate.System(ctx, args.Workspace)
	if problem.Is(err, problem.NotFound) {
		return Give(fmt.Errorf("job %s: its workspace is gone", kind))
	}
	if err != nil {
		return fmt.Errorf("workspace of job %s: %w", kind, err) // the database may answer next time
	}
	return j.handlers[kind](ctx, who, args.Data)
}

// visitAll goes on to the next workspace when one fails.
func (j *Jobs) visitAll(ctx context.Context, visit func(context.Context, auth.System) error) error {
	ids, err := j.gate.Workspaces(ctx)
	if err != nil {
		return err
	}
	var failed []error
	for _, id := range ids {
		who, err := j.gate.System(ctx, id)
		if err == nil {
			err = visit(ctx, who)
		}
		failed = append(failed, err)
	}
	return errors.Join(failed...)
}

// Start begins to work. Stop it with Stop.
func (j *Jobs) Start(ctx context.Context) error {
	config := &river.Config{
		Logger: j.riverLog(), MaxAttempts: attempts, FetchCooldown: cooldown, FetchPollInterval: poll,
		Queues:  map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: workers}},
		Workers: river.NewWorkers(), PeriodicJobs: j.sweeps, ErrorHandler: failures{j.log},
		SoftStopTimeout: 20 * time.Second, JobTimeout: timeout, RescueStuckJobsAfter: rescue,
	}
	if j.Pause != nil {
		config.RetryPolicy = pauses(j.Pause)
	}
	for kind := range j.handlers {
		river.AddWorkerArgs(config.Workers, work{kind: kind}, worker{jobs: j})
	}
	for kind := range j.visits {
		river.AddWorkerArgs(config.Workers, work{kind: kind}, worker{jobs: j})
	}
	if j.db.Postgres() {
		client, err := river.NewClient[pgx.Tx](riverpgxv5.New(j.db.Pool), config)
		if err != nil {
			return err
		}
		return begin(ctx, j, client)
	}
	client, err := river.NewClient[*sql.Tx](riversqlite.New(j.db.Write), config)
	if err != nil {
		return err
	}
	return begin(ctx, j, client)
}

func begin[T any](ctx context.Context, j *Jobs, client *river.Client[T]) error {
	if err := client.Start(ctx); err != nil {
		return fmt.Errorf("start the jobs: %w", err)
	}
	j.stop = client.Stop
	return nil
}

// Stop lets running jobs end and takes no new ones.
func (j *Jobs) Stop(ctx context.Context) error {
	if j.stop == nil {
		return nil
	}
	return j.stop(ctx)
}

// failures writes what went wrong to our log, without the job's arguments.
type failures struct{ log *slog.Logger }

// HandleError implements river.ErrorHandler.
func (f failures) HandleError(_ context.Context, job *rivertype.JobRow, err error) *river.ErrorHandlerResult {
	f.log.Error("job", "kind", job.Kind, "job", job.ID, "attempt", job.Attempt, "error", err.Error())
	return nil
}

// HandlePanic implements river.ErrorHandler.
func (f failures) HandlePanic(_ context.Context, job *rivertype.JobRow, value any, trace string) *river.ErrorHandlerResult {
	f.log.Error("job panicked", "kind", job.Kind, "job", job.ID, "panic", fmt.Sprint(value), "trace", trace)
	return nil
}
