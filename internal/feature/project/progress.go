package project

import "foyer/internal/kernel/civil"

// Progress is how far a project has come, by what the client sees of it.
type Progress struct {
	Done, Deliverables  int // deliverables that are done, and all
	Reached, Milestones int // milestones that are completed, and all
}

// Percent is the share that is done in whole percent, rounded down so that 100
// is all of it; ok is false where there is nothing to measure.
func (p Progress) Percent() (percent int, ok bool) {
	switch {
	case p.Deliverables > 0:
		return 100 * p.Done / p.Deliverables, true
	case p.Milestones > 0:
		return 100 * p.Reached / p.Milestones, true
	}
	return 0, false
}

// Shift is how dates move when work that began on one day begins on another:
// all by the same number of days. Without one of the two days they stay.
func Shift(from, to string) func(date string) string {
	days := 0
	if from != "" && to != "" {
		days = civil.Date(from).Until(civil.Date(to))
	}
	return func(date string) string { return string(civil.Date(date).Add(days)) }
}
