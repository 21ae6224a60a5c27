package project

import (
	"time"

	"foyer/internal/kernel/civil"
	"foyer/internal/kernel/id"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/text"
)

// TargetID names a milestone or a deliverable.
type TargetID = id.Of[Target]

// Kind tells milestones from deliverables.
type Kind string

// The kinds of target.
const (
	Milestone   Kind = "milestone"
	Deliverable Kind = "deliverable"
)

// Kinds lists the kinds in the order in which they are offered.
var Kinds = []Kind{Milestone, Deliverable}

// TargetDetails are what people type about a target.
type TargetDetails struct {
	Kind          Kind // fixed once the target is there
	Name          string
	Note          string
	DueOn         string // YYYY-MM-DD; only a deliverable may have none
	Milestone     TargetID
	ClientVisible bool
}

// TargetFields are the names of the form's fields in their order.
var TargetFields = []string{"kind", "name", "note", "due_on", "milestone", "client_visible"}

// Target is a milestone or a deliverable as staff see it.
type Target struct {
	TargetDetails
	ID            TargetID
	State         State
	StateAt       time.Time
	Reason        string // why it was reopened
	MilestoneName string // of the milestone that a deliverable belongs to
	Version       int64
}

// Open tells whether there is something left to do.
func (t Target) Open() bool { return t.State == Planned || t.State == Todo || t.State == InProgress }

// Finished tells whether a milestone is completed or a deliverable done.
func (t Target) Finished() bool { return t.State == Completed || t.State == Done }

// Late tells whether it is open and its day has passed.
func (t Target) Late(today civil.Date) bool {
	return t.Open() && t.DueOn != "" && civil.Date(t.DueOn) < today
}

// Steps are the ways out of its state.
func (t Target) Steps() []Step { return TargetSteps[t.Kind][t.State] }

// First is the state that a target of the kind begins with.
func (k Kind) First() State {
	if k == Milestone {
		return Planned
	}
	return Todo
}

func (d TargetDetails) check() (TargetDetails, error) {
	var f problem.Fields
	text.Choice(&f, "kind", d.Kind, Kinds)
	d.Name = text.Line(&f, "name", d.Name, text.Required, longest)
	d.Note = text.Block(&f, "note", d.Note, text.Optional, longestNote)
	need := text.Optional
	if d.Kind == Milestone {
		need = text.Required
	}
	d.DueOn = day(&f, "due_on", d.DueOn, need)
	if d.Kind == Milestone {
		d.Milestone = ""
	} else if d.Milestone != "" && !id.Valid(d.Milestone.String()) {
		f.Add("milestone", "field.choice")
	}
	return d, f.Err()
}

// Outside tells whether the day lies before or after the dates of its project,
// which is allowed and worth a word.
func Outside(due, starts, ends string) bool {
	return due != "" && (starts != "" && due < starts || ends != "" && due > ends)
}
