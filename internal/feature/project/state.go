package project

import "slices"

// State is where a project or one of its targets stands.
type State string

// The states of a project. Completed and Cancelled are a milestone's too, and
// Cancelled a deliverable's.
const (
	Planned   State = "planned"
	Active    State = "active"
	OnHold    State = "on_hold"
	Completed State = "completed"
	Cancelled State = "cancelled"
)

// What only targets can be: InProgress both, Todo and Done deliverables.
const (
	InProgress State = "in_progress"
	Todo       State = "todo"
	Done       State = "done"
)

// Step is one way from a state to another.
type Step struct {
	To     State
	Name   string // what it is called in events and catalogues
	Reason bool   // it asks for a reason
}

// Steps are the ways out of each state of a project.
var Steps = map[State][]Step{
	Planned:   {{Active, "started", false}, {Cancelled, "cancelled", true}},
	Active:    {{Completed, "completed", false}, {OnHold, "held", true}, {Cancelled, "cancelled", true}},
	OnHold:    {{Active, "resumed", false}, {Completed, "completed", false}, {Cancelled, "cancelled", true}},
	Completed: {{Active, "reopened", false}},
	Cancelled: {{Active, "reopened", false}},
}

// TargetSteps are the ways out of each state of a target of a kind.
var TargetSteps = map[Kind]map[State][]Step{
	Milestone: {
		Planned:    {{InProgress, "started", false}, {Cancelled, "cancelled", false}},
		InProgress: {{Completed, "completed", false}, {Cancelled, "cancelled", false}},
		Completed:  {{InProgress, "reopened", true}},
	},
	Deliverable: {
		Todo:       {{Done, "done", false}, {InProgress, "started", false}, {Cancelled, "cancelled", false}},
		InProgress: {{Done, "done", false}, {Cancelled, "cancelled", false}},
		Done:       {{InProgress, "reopened", true}, {Cancelled, "cancelled", false}},
	},
}

// way is the step that leads to a state.
func way(steps []Step, to State) (Step, bool) {
	i := slices.IndexFunc(steps, func(s Step) bool { return s.To == to })
	if i < 0 {
		return Step{}, false
	}
	return steps[i], true
}
