package job_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"foyer/internal/auth"
	"foyer/internal/feature/activity"
	"foyer/internal/job"
	"foyer/internal/kernel/db"
	"foyer/internal/kernel/db/dbtest"
	"foyer/internal/kernel/id"
	"foyer/internal/kernel/scope"
)

// house is an installation with two workspaces and a queue that is not at work
// yet.
type house struct {
	*job.Jobs
	gate       *auth.Gate
	db         *db.DB
	workspaces []string // in the order in which sweeps visit them
	log        *journal
}

// onBoth runs a test on each engine with a house of its own.
func onBoth(t *testing.T, test func(t *testing.T, h *house)) {
	t.Helper()
	dbtest.OnBoth(t, func(t *testing.T, d *db.DB) { test(t, newHouse(t, d)) })
}

func newHouse(t *testing.T, d *db.DB) *house {
	t.Helper()
	ids := &id.Source{Now: time.Now}
	h := &house{db: d, log: &journal{}}
	h.gate = auth.NewGate(d, &url.URL{Scheme: "https", Host: "one.example"}, time.Now, ids, auth.NewHasher())
	h.gate.Connect(auth.Ports{Record: activity.Log{IDs: ids}.Record})
	for _, name := range []string{"one", "two"} {
		_, err := h.gate.CreateOwner(t.Context(), auth.NewOwner{
			Email: "owner@" + name + ".example", Name: "Owner", Host: name + ".example", Workspace: name, Zone: "UTC", Language: "en",
		})
		must(t, err)
	}
	var err error
	h.workspaces, err = h.gate.Workspaces(t.Context())
	must(t, err)
	h.Jobs = h.queue(t)
	return h
}

// queue is the queue of one more process on the same database.
func (h *house) queue(t *testing.T) *job.Jobs {
	t.Helper()
	jobs, err := job.New(h.db, h.gate, slog.New(slog.NewTextHandler(h.log, nil)))
	must(t, err)
	jobs.Pause = func(int) time.Duration { return 0 }
	return jobs
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (h *house) system(t *testing.T, workspace string) auth.System {
	t.Helper()
	who, err := h.gate.System(t.Context(), workspace)
	must(t, err)
	return who
}

// enqueue commits one job of a workspace.
func (h *house) enqueue(t *testing.T, workspace, kind string, args any) {
	t.Helper()
	must(t, h.system(t, workspace).Write(t.Context(), func(tx scope.Tx) error { return h.Enqueue(t.Context(), tx, kind, args) }))
}

func start(t *testing.T, jobs *job.Jobs) {
	t.Helper()
	must(t, jobs.Start(context.WithoutCancel(t.Context())))
	t.Cleanup(func() { stop(t, jobs) })
}

// stop may be called twice.
func stop(t *testing.T, jobs *job.Jobs) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), time.Minute)
	defer cancel()
	if err := jobs.Stop(ctx); err != nil {
		t.Errorf("stop: %v", err)
	}
}

// await is the next thing that a channel gives.
func await[T any](t *testing.T, from <-chan T) (v T) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	select {
	case v = <-from:
	case <-ctx.Done():
		t.Fatal("nothing happened")
	}
	return v
}

// stored is what the queue's table has of a kind: the states of its jobs.
func (h *house) stored(t *testing.T, kind string) (states []string) {
	t.Helper()
	rows, err := h.db.Read.QueryContext(t.Context(), `select state from river_job where kind = $1 order by id`, kind)
	must(t, err)
	defer rows.Close()
	for rows.Next() {
		var state string
		must(t, rows.Scan(&state))
		states = append(states, state)
	}
	must(t, rows.Err())
	return states
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

func TestWorkspaceOfAJobIsThatOfItsTransaction(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, h *house) {
		type seen struct{ workspace, data string }
		got := make(chan seen, 2)
		h.Handle("look", func(ctx context.Context, who auth.System, data json.RawMessage) error {
			var s seen
			s.data = string(data)
			return who.Read(ctx, func(tx scope.Tx) (err error) {
				if tx.Who().Kind != scope.System {
					return fmt.Errorf("a job is a %s", tx.Who().Kind)
				}
				s.workspace, err = scope.One(ctx, tx, `select id from workspace where id = :workspace`, nil, scope.Value[string])
				if tx.Who().Workspace != who.Site().ID || s.workspace != who.Site().ID {
					err = errors.New("the job's transaction is of another workspace")
				}
				got <- s
				return err
			})
		})
		one, two := h.workspaces[0], h.workspaces[1]
		// What the caller puts in cannot name another workspace.
		h.enqueue(t, two, "look", map[string]string{"workspace": one, "Workspace": one})
		start(t, h.Jobs)
		s := await(t, got)
		if s.workspace != two || !strings.Contains(s.data, one) {
			t.Errorf("the job saw %+v, want workspace %s", s, two)
		}
		stop(t, h.Jobs)
		if states := h.stored(t, "look"); !slices.Equal(states, []string{"completed"}) {
			t.Errorf("the job is %v", states)
		}
	})
}

func TestEnqueueRefuses(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, h *house) {
		nothing := func(context.Context, auth.System, json.RawMessage) error { return nil }
		h.Handle("known", nothing)
		h.Each("sweep", time.Hour, func(context.Context, auth.System) error { return nil })
		who := h.system(t, h.workspaces[0])
		must(t, who.Write(t.Context(), func(tx scope.Tx) error {
			for _, kind := range []string{"unknown", "", "sweep"} {
				if err := h.Enqueue(t.Context(), tx, kind, nil); err == nil {
					t.Errorf("a job of kind %q was taken", kind)
				}
			}
			if err := h.Enqueue(t.Context(), tx, "known", make(chan int)); err == nil {
				t.Error("a job with arguments that cannot be written was taken")
			}
			return nil
		}))
		must(t, who.Read(t.Context(), func(tx scope.Tx) error {
			if err := h.Enqueue(t.Context(), tx, "known", nil); err == nil {
				t.Error("a reading transaction took a job")
			}
			return nil
		}))
		for _, kind := range []string{"unknown", "", "sweep", "known"} {
			if states := h.stored(t, kind); len(states) != 0 {
				t.Errorf("there are jobs of kind %q: %v", kind, states)
			}
		}
	})
}

func TestRollbackLeavesNoJob(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, h *house) {
		done := make(chan string, 2)
		h.Handle("work", func(_ context.Context, _ auth.System, data json.RawMessage) error {
			done <- string(data)
			return nil
		})
		start(t, h.Jobs)
		thought := errors.New("thought better of it")
		err := h.system(t, h.workspaces[0]).Write(t.Context(), func(tx scope.Tx) error {
			if err := h.Enqueue(t.Context(), tx, "work", 1); err != nil {
				return err
			}
			return thought
		})
		if !errors.Is(err, thought) {
			t.Fatal(err)
		}
		h.enqueue(t, h.workspaces[0], "work", 2)
		if data := await(t, done); data != "2" {
			t.Errorf("job %s was done", data)
		}
		stop(t, h.Jobs)
		if states := h.stored(t, "work"); !slices.Equal(states, []string{"completed"}) {
			t.Errorf("the jobs are %v", states)
		}
	})
}

func TestFailureIsTriedAgainUnlessGivenUp(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, h *house) {
		tries := make(chan string, 100)
		first := func(kind string, failing func() error) {
			var count atomic.Int64
			h.Handle(kind, func(context.Context, auth.System, json.RawMessage) (err error) {
				defer func() { tries <- kind }()
				if count.Add(1) == 1 {
					return failing()
				}
				return nil
			})
			h.enqueue(t, h.workspaces[0], kind, "arguments stay out of the log")
		}
		first("ill", func() error { return job.Give(errors.New("never mind")) })
		first("late", func() error { return job.Later(-time.Second) })
		first("faulty", func() error { return errors.New("the cat sat on it") })
		first("panicky", func() error { panic("the dog ate it") })
		start(t, h.Jobs)
		count := map[string]int{}
		for count["late"] < 2 || count["faulty"] < 2 || count["panicky"] < 2 || count["ill"] < 1 {
			count[await(t, tries)]++
		}
		stop(t, h.Jobs)
		for kind, want := range map[string]string{"ill": "cancelled", "late": "completed", "faulty": "completed", "panicky": "completed"} {
			if states := h.stored(t, kind); !slices.Equal(states, []string{want}) {
				t.Errorf("the %s job is %v, want %s", kind, states, want)
			}
		}
		if count["ill"] != 1 {
			t.Errorf("the job that was given up was tried %d times", count["ill"])
		}
		log := h.log.String()
		if !strings.Contains(log, "the cat sat on it") || !strings.Contains(log, "the dog ate it") || strings.Contains(log, "arguments stay") {
			t.Errorf("the log lacks a failure, or has what a job was about:\n%s", log)
		}
	})
}

// What went wrong is told in whatever bytes others sent, and PostgreSQL does not
// store all of them. Neither the job nor those that ended beside it suffer.
func TestAFailureMaySayAnything(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, h *house) {
		tries := make(chan string, 100)
		for kind, failing := range map[string]error{
			"picture": errors.New("no JSON: \x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"), "hopeless": job.Give(errors.New("\x00")), "fine": nil,
		} {
			failed := failing == nil
			h.Handle(kind, func(context.Context, auth.System, json.RawMessage) error {
				defer func() { tries <- kind }()
				if failed {
					return nil
				}
				failed = true
				return failing
			})
			h.enqueue(t, h.workspaces[0], kind, nil)
		}
		start(t, h.Jobs)
		for range 4 {
			await(t, tries)
		}
		stop(t, h.Jobs)
		for kind, want := range map[string]string{"picture": "completed", "hopeless": "cancelled", "fine": "completed"} {
			if states := h.stored(t, kind); !slices.Equal(states, []string{want}) {
				t.Errorf("the job %q is %v, want %s", kind, states, want)
			}
		}
	})
}

func TestJobOfAWorkspaceThatIsGone(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, h *house) {
		done := make(chan string, 2)
		h.Handle("work", func(_ context.Context, who auth.System, _ json.RawMessage) error {
			done <- who.Site().ID
			return nil
		})
		one, two := h.workspaces[0], h.workspaces[1]
		h.enqueue(t, one, "work", nil)
		move := `update river_job set args = jsonb(replace(json(args), $1, 'nowhere'))`
		if h.db.Postgres() {
			move = `update river_job set args = cast(replace(cast(args as text), $1, 'nowhere') as jsonb)`
		}
		_, err := h.db.Write.ExecContext(t.Context(), move, one)
		must(t, err)
		h.enqueue(t, two, "work", nil)
		start(t, h.Jobs)
		if workspace := await(t, done); workspace != two {
			t.Errorf("the job of no workspace was done in %s", workspace)
		}
		stop(t, h.Jobs)
		if states := h.stored(t, "work"); !slices.Equal(states, []string{"cancelled", "completed"}) {
			t.Errorf("the jobs are %v", states)
		}
	})
}

func TestSweepsVisitEachWorkspace(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, h *house) {
		visited := make(chan string, 4)
		sweep := func(jobs *job.Jobs, failing string) {
			jobs.Each("sweep", time.Hour, func(ctx context.Context, who auth.System) error {
				return who.Write(ctx, func(tx scope.Tx) error {
					visited <- tx.Who().Workspace
					if tx.Who().Workspace == failing {
						return errors.New("the broom broke")
					}
					return nil
				})
			})
			start(t, jobs)
			for _, want := range h.workspaces {
				if got := await(t, visited); got != want {
					t.Errorf("visited %s, want %s", got, want)
				}
			}
			stop(t, jobs)
		}
		sweep(h.Jobs, "")
		// At the next start there is a sweep again, however soon that is.
		sweep(h.queue(t), h.workspaces[0])
		if !strings.Contains(h.log.String(), "the broom broke") {
			t.Error("the log does not say that a visit failed")
		}
		if states := h.stored(t, "sweep"); !slices.Equal(states, []string{"completed", "discarded"}) {
			t.Errorf("the sweeps are %v", states)
		}
	})
}

func TestStopLetsARunningJobEnd(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, h *house) {
		began, finish := make(chan struct{}, 2), make(chan struct{})
		var ended error
		h.Handle("work", func(ctx context.Context, who auth.System, _ json.RawMessage) error {
			began <- struct{}{}
			<-finish
			ended = who.Write(ctx, func(scope.Tx) error { return nil })
			return ended
		})
		h.enqueue(t, h.workspaces[0], "work", nil)
		start(t, h.Jobs)
		await(t, began)
		stopped := make(chan error, 1)
		go func() { stopped <- h.Stop(context.WithoutCancel(t.Context())) }()
		h.enqueue(t, h.workspaces[0], "work", nil) // while the queue is stopping
		select {
		case err := <-stopped:
			t.Fatalf("the queue stopped (%v) while a job was running", err)
		default:
		}
		close(finish)
		must(t, await(t, stopped))
		if ended != nil {
			t.Errorf("the job could not finish: %v", ended)
		}
		states := h.stored(t, "work")
		if len(states) != 2 || states[0] != "completed" {
			t.Errorf("the jobs are %v, want the running one completed", states)
		}
		must(t, h.Stop(t.Context())) // stopping twice is nothing
	})
}

func TestStopBeforeStart(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, h *house) { must(t, h.Stop(t.Context())) })
}
