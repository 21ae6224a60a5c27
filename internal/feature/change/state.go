package change

import "slices"

// State is where a request stands.
type State string

// The states.
const (
	Submitted  State = "submitted"
	InReview   State = "in_review"
	NeedsInfo  State = "needs_info"
	Quoted     State = "quoted"
	Accepted   State = "accepted"
	Scheduled  State = "scheduled"
	InProgress State = "in_progress"
	Delivered  State = "delivered"
	Rejected   State = "rejected"
	Declined   State = "declined"
	Withdrawn  State = "withdrawn"
	Expired    State = "expired"
)

// States lists the states in the order in which they are offered.
var States = []State{Submitted, InReview, NeedsInfo, Quoted, Accepted, Scheduled, InProgress, Delivered, Rejected, Declined, Withdrawn, Expired}

// Side is who takes a step.
type Side string

// The sides.
const (
	ByStaff  Side = "staff"
	ByClient Side = "client"
	BySystem Side = "system"
)

// Step is one way from a state to another.
type Step struct {
	To   State
	Name string // what it is called in events, after "change."
	By   []Side
}

// Steps are the ways out of each state.
var Steps = map[State][]Step{
	Submitted: {
		{InReview, "taken", []Side{ByStaff}},
		{Withdrawn, "withdrawn", []Side{ByClient}},
	},
	InReview: {
		{NeedsInfo, "asked", []Side{ByStaff}},
		{Quoted, "quoted", []Side{ByStaff}},
		{Accepted, "agreed", []Side{ByStaff}},
		{Rejected, "rejected", []Side{ByStaff}},
		{Rejected, "turned", []Side{ByStaff}},
		{Withdrawn, "withdrawn", []Side{ByClient}},
	},
	NeedsInfo: {
		{InReview, "answered", []Side{ByClient}},
		{InReview, "resumed", []Side{ByStaff}},
		{Rejected, "rejected", []Side{ByStaff}},
		{Rejected, "turned", []Side{ByStaff}},
		{Withdrawn, "withdrawn", []Side{ByClient}},
	},
	Quoted: {
		{Accepted, "accepted", []Side{ByClient}},
		{Declined, "declined", []Side{ByClient}},
		{InReview, "negotiated", []Side{ByClient}},
		{InReview, "revised", []Side{ByStaff}},
		{Expired, "expired", []Side{BySystem}},
		{Withdrawn, "withdrawn", []Side{ByClient}},
	},
	Expired:    {{InReview, "taken_up", []Side{ByStaff}}},
	Accepted:   {{Scheduled, "scheduled", []Side{ByStaff, ByClient}}},
	Scheduled:  {{InProgress, "started", []Side{ByStaff}}},
	InProgress: {{Delivered, "delivered", []Side{ByStaff}}},
	Delivered:  {{InProgress, "reopened", []Side{ByStaff}}},
}

// into are the steps by which staff take a request into review.
var into = map[State]string{Submitted: "taken", NeedsInfo: "resumed", Quoted: "revised", Expired: "taken_up"}

// step is the way out of a state that has a name.
func (s State) step(name string) (Step, bool) {
	i := slices.IndexFunc(Steps[s], func(step Step) bool { return step.Name == name })
	if i < 0 {
		return Step{}, false
	}
	return Steps[s][i], true
}

// Pending tells whether it waits for somebody.
func (s State) Pending() bool {
	return s == Submitted || s == InReview || s == NeedsInfo || s == Quoted
}

// Agreed tells whether the change is agreed on.
func (s State) Agreed() bool {
	return s == Accepted || s == Scheduled || s == InProgress || s == Delivered
}
