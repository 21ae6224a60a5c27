package calendar

import "slices"

// State is where an event stands.
type State string

// The states.
const (
	Requested State = "requested" // a client asked for it
	Proposed  State = "proposed"  // one side answered with other times
	Confirmed State = "confirmed"
	Declined  State = "declined"
	Cancelled State = "cancelled"
	Completed State = "completed"
	NoShow    State = "no_show"
	Expired   State = "expired" // the last offered time passed without an answer
)

// States lists the states.
var States = []State{Requested, Proposed, Confirmed, Declined, Cancelled, Completed, NoShow, Expired}

// Side is who takes a step.
type Side string

// The sides.
const (
	ByStaff  Side = "staff"
	ByClient Side = "client"
	BySystem Side = "system"
)

// other is the side whose turn it is after this one.
func (s Side) other() Side {
	if s == ByStaff {
		return ByClient
	}
	return ByStaff
}

// Step is one way from a state to another.
type Step struct {
	To   State
	Name string // what it is called in events, after "meeting."
	By   []Side
}

var both = []Side{ByStaff, ByClient}

// Steps are the ways out of each state. Those of Confirmed whose names begin with move_
// are about another time that is on the table; the agreed one stands until "moved".
var Steps = map[State][]Step{
	Requested: {
		{Confirmed, "confirmed", []Side{ByStaff}},
		{Proposed, "proposed", both},
		{Declined, "declined", both},
		{Expired, "expired", []Side{BySystem}},
	},
	Proposed: {
		{Confirmed, "confirmed", both},
		{Proposed, "proposed", both},
		{Declined, "declined", both},
		{Expired, "expired", []Side{BySystem}},
	},
	Confirmed: {
		{Confirmed, "move_proposed", both},
		{Confirmed, "moved", both},
		{Confirmed, "move_declined", both},
		{Confirmed, "move_expired", []Side{BySystem}},
		{Cancelled, "cancelled", both},
		{Completed, "completed", []Side{BySystem}},
		{NoShow, "no_show", []Side{ByStaff}},
	},
	Completed: {{NoShow, "no_show", []Side{ByStaff}}},
	Expired:   {{Proposed, "proposed", both}},
}

// step is the way out of a state that has a name and is for a side.
func (s State) step(name string, by Side) (Step, bool) {
	i := slices.IndexFunc(Steps[s], func(step Step) bool { return step.Name == name && slices.Contains(step.By, by) })
	if i < 0 {
		return Step{}, false
	}
	return Steps[s][i], true
}

// Pending tells whether no time is agreed on yet.
func (s State) Pending() bool { return s == Requested || s == Proposed }

// Stands tells whether a time was agreed on and was not taken back.
func (s State) Stands() bool { return s == Confirmed || s == Completed || s == NoShow }
