package project_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"foyer/internal/feature/project"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
)

// The ways that the requirements name, from, to, name, and whether a reason is
// asked for; written down a second time so that state.go is not its own witness.
var (
	projectWays = map[[2]project.State]string{
		{"planned", "active"}: "started", {"active", "on_hold"}: "held!", {"on_hold", "active"}: "resumed",
		{"active", "completed"}: "completed", {"on_hold", "completed"}: "completed",
		{"planned", "cancelled"}: "cancelled!", {"active", "cancelled"}: "cancelled!", {"on_hold", "cancelled"}: "cancelled!",
		{"completed", "active"}: "reopened", {"cancelled", "active"}: "reopened",
	}
	projectPaths = map[project.State][]project.State{
		"planned": {}, "active": {"active"}, "on_hold": {"active", "on_hold"}, "completed": {"active", "completed"}, "cancelled": {"cancelled"},
	}
	targetWays = map[project.Kind]map[[2]project.State]string{
		project.Milestone: {
			{"planned", "in_progress"}: "started", {"in_progress", "completed"}: "completed", {"completed", "in_progress"}: "reopened!",
			{"planned", "cancelled"}: "cancelled", {"in_progress", "cancelled"}: "cancelled",
		},
		project.Deliverable: {
			{"todo", "in_progress"}: "started", {"in_progress", "done"}: "done", {"todo", "done"}: "done", {"done", "in_progress"}: "reopened!",
			{"todo", "cancelled"}: "cancelled", {"in_progress", "cancelled"}: "cancelled", {"done", "cancelled"}: "cancelled",
		},
	}
	targetPaths = map[project.Kind]map[project.State][]project.State{
		project.Milestone: {
			"planned": {}, "in_progress": {"in_progress"}, "completed": {"in_progress", "completed"}, "cancelled": {"cancelled"},
		},
		project.Deliverable: {
			"todo": {}, "in_progress": {"in_progress"}, "done": {"done"}, "cancelled": {"cancelled"},
		},
	}
	everyState = []project.State{
		"planned", "active", "on_hold", "completed", "cancelled", "in_progress", "todo", "done", "", "other",
	}
)

// steps are what is written down of a project's steps or its targets'.
func steps(t *testing.T, d *desk, p project.ID) []string {
	t.Helper()
	var all []string
	must(t, d.System(t, home).Read(t.Context(), func(tx scope.Tx) (err error) {
		all, err = scope.List(t.Context(), tx, `select from_state || ' ' || to_state || ' ' || reason || case when made_by is null then ' by nobody' else '' end
			from project_step where workspace_id = :workspace and project_id = :project order by id`, scope.Args{"project": p}, scope.Value[string])
		return err
	}))
	return all
}

func TestEveryWayOfAProject(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		c := marlow(t, d)
		for from, path := range projectPaths {
			p := d.Create(t, home, details(c, "From "+string(from)))
			d.Move(t, p, path...)
			for _, to := range everyState {
				if projectWays[[2]project.State{from, to}] == "" {
					err := d.App(t, home).SetState(t.Context(), p, project.Change{From: from, To: to, Reason: "R"})
					wants(t, err, problem.Conflict, "", "project.no_way")
				}
			}
			if got := d.Get(t, p); got.State != from || len(steps(t, d, p)) != len(path) {
				t.Errorf("refused steps moved it from %s to %s", from, got.State)
			}
		}
		for way, name := range projectWays {
			takeProject(t, d, d.Create(t, home, details(c, "Way")), way, name)
		}
	})
}

// takeProject takes a project one way, without and with its reason.
func takeProject(t *testing.T, d *desk, p project.ID, way [2]project.State, name string) {
	t.Helper()
	d.Move(t, p, projectPaths[way[0]]...)
	before := d.Get(t, p)
	name, needs := strings.CutSuffix(name, "!")
	kinds := d.Kinds(t, before.Client)
	c := project.Change{From: way[0], To: way[1]}
	if needs {
		wants(t, d.App(t, home).SetState(t.Context(), p, c), problem.Invalid, "reason", "field.required")
		c.Reason = strings.Repeat("x", 1001)
		wants(t, d.App(t, home).SetState(t.Context(), p, c), problem.Invalid, "reason", "field.long")
	}
	stale := c
	stale.From = "planned"
	if way[0] == "planned" {
		stale.From = "active"
	}
	stale.Reason = "Money."
	wants(t, d.App(t, home).SetState(t.Context(), p, stale), problem.Conflict, "", "project.moved_on")
	d.Later(time.Minute)
	c.Reason = "Money.\nMore."
	must(t, d.App(t, home).SetState(t.Context(), p, c))
	wants(t, d.App(t, home).SetState(t.Context(), p, c), problem.Conflict, "", "project.moved_on")
	got, want := d.Get(t, p), ""
	if needs {
		want = c.Reason
	}
	all := steps(t, d, p)
	if got.State != way[1] || !got.StateAt.Equal(d.Now()) || got.Reason != want || got.Version != before.Version+1 ||
		all[len(all)-1] != fmt.Sprintf("%s %s %s", way[0], way[1], want) {
		t.Errorf("%v: %+v after %q", way, got, all)
	}
	told := "project." + name
	if after := d.Kinds(t, got.Client); after[told+" client"] != kinds[told+" client"]+1 || after[told] != kinds[told]+1 {
		t.Errorf("%v is not recorded as %s", way, told)
	}
	h, err := d.App(t, home).History(t.Context(), p, "")
	must(t, err)
	if h.Events[0].Kind != told || h.Events[0].Reason != want {
		t.Errorf("%v: history begins with %+v", way, h.Events[0])
	}
}

func TestEveryWayOfATarget(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		p := d.Create(t, home, details(marlow(t, d), "Shop"))
		for kind, paths := range targetPaths {
			for from, path := range paths {
				target := d.Target(t, p, project.TargetDetails{Kind: kind, Name: "From " + string(from), DueOn: "2026-12-01"})
				d.MoveTarget(t, p, target, path...)
				before := len(steps(t, d, p))
				for _, to := range everyState {
					if targetWays[kind][[2]project.State{from, to}] == "" {
						err := d.App(t, home).SetTargetState(t.Context(), p, target, project.Change{From: from, To: to, Reason: "R"})
						wants(t, err, problem.Conflict, "", "project.no_way")
					}
				}
				if _, got, err := d.App(t, home).Target(t.Context(), p, target); err != nil || got.State != from || len(steps(t, d, p)) != before {
					t.Errorf("refused steps moved a %s from %s to %s (%v)", kind, from, got.State, err)
				}
			}
			for way, name := range targetWays[kind] {
				target := d.Target(t, p, project.TargetDetails{Kind: kind, Name: "Way", DueOn: "2026-12-01"})
				d.MoveTarget(t, p, target, targetPaths[kind][way[0]]...)
				takeTarget(t, d, p, target, kind, way, name)
			}
		}
	})
}

// takeTarget takes a target one way, without and with its reason.
func takeTarget(t *testing.T, d *desk, p project.ID, target project.TargetID, kind project.Kind, way [2]project.State, name string) {
	t.Helper()
	owner, before, err := d.App(t, home).Target(t.Context(), p, target)
	must(t, err)
	name, needs := strings.CutSuffix(name, "!")
	kinds := d.Kinds(t, owner.Client)
	c := project.Change{From: way[0], To: way[1]}
	if needs {
		wants(t, d.App(t, home).SetTargetState(t.Context(), p, target, c), problem.Invalid, "reason", "field.required")
	}
	wants(t, d.App(t, home).SetTargetState(t.Context(), p, target, project.Change{From: way[1], To: way[0], Reason: "R"}), problem.Conflict, "", "target.moved_on")
	d.Later(time.Minute)
	c.Reason = "Not yet."
	must(t, d.App(t, home).SetTargetState(t.Context(), p, target, c))
	_, got, err := d.App(t, home).Target(t.Context(), p, target)
	must(t, err)
	want := ""
	if needs {
		want = c.Reason
	}
	all := steps(t, d, p)
	if got.State != way[1] || got.Reason != want || !got.StateAt.Equal(d.Now()) || got.Version != before.Version+1 ||
		all[len(all)-1] != fmt.Sprintf("%s %s %s", way[0], way[1], want) {
		t.Errorf("%s %v: %+v after %q", kind, way, got, all)
	}
	told := string(kind) + "." + name + " client"
	if after := d.Kinds(t, owner.Client); after[told] != kinds[told]+1 {
		t.Errorf("%s %v is not recorded as %s", kind, way, told)
	}
	h, err := d.App(t, home).History(t.Context(), p, "")
	must(t, err)
	if h.Events[0].Target.ID != target || h.Events[0].Reason != want {
		t.Errorf("%s %v: history begins with %+v", kind, way, h.Events[0])
	}
}

func TestOfManyWhoTakeAStepOneDoes(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		p := d.Create(t, home, details(marlow(t, d), "Shop"))
		target := d.Deliverable(t, p, "Logo", true)
		for what, step := range map[string]func(app project.App) error{
			"project": func(app project.App) error {
				return app.SetState(t.Context(), p, project.Change{From: project.Planned, To: project.Active})
			},
			"target": func(app project.App) error {
				return app.SetTargetState(t.Context(), p, target, project.Change{From: project.Todo, To: project.Done})
			},
		} {
			var calls []func() error
			for range 6 {
				app := d.App(t, home)
				calls = append(calls, func() error { return step(app) })
			}
			errs := atOnce(calls)
			errs = slices.DeleteFunc(errs, func(err error) bool { return problem.Is(err, problem.Conflict) })
			if len(errs) != 1 || errs[0] != nil {
				t.Errorf("%s: %v", what, errs)
			}
		}
		if all := steps(t, d, p); len(all) != 2 {
			t.Errorf("steps %q", all)
		}
	})
}

// atOnce makes the calls side by side.
func atOnce(calls []func() error) []error {
	errs := make([]error, len(calls))
	var group sync.WaitGroup
	for i, call := range calls {
		group.Go(func() { errs[i] = call() })
	}
	group.Wait()
	return errs
}

func TestHistoryComesInPages(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		c := marlow(t, d)
		p := d.Create(t, home, details(c, "Shop"))
		other := d.Create(t, home, details(c, "Other"))
		d.Deliverable(t, other, "Elsewhere", true)
		for i := range 60 {
			d.Deliverable(t, p, fmt.Sprint("Item ", i), true)
		}
		seen, pages := map[string]bool{}, 0
		for from := ""; ; pages++ {
			h, err := d.App(t, home).History(t.Context(), p, from)
			must(t, err)
			for _, e := range h.Events {
				if seen[e.ID] || e.Target.Name == "Elsewhere" {
					t.Errorf("history has %+v again, or wrongly", e)
				}
				seen[e.ID] = true
			}
			if from = h.Next; from == "" {
				break
			}
		}
		if len(seen) != 62 || pages != 2 {
			t.Errorf("%d events on %d more pages", len(seen), pages)
		}
	})
}
