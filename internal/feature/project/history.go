package project

import (
	"context"
	"strings"

	"foyer/internal/auth"
	"foyer/internal/feature/activity"
	"foyer/internal/kernel/id"
	"foyer/internal/kernel/scope"
)

// Happening is an event of a project's history.
type Happening struct {
	activity.Entry
	Target Target // that it is about; its ID is empty for the project itself
	Reason string // that was given, empty for none
}

// History is what happened to a project and its targets, newest first.
type History struct {
	Project Project
	Events  []Happening
	Next    string // where the events before these begin, empty at the first one
}

const historyPage = 25

// newest comes after every id.
var newest = strings.Repeat("v", id.Length)

// History reads a page of what happened, before an event or from the newest on;
// problem.NotFound. What was done with funding is left out for roles that see
// no money.
func (a App) History(ctx context.Context, project ID, from string) (History, error) {
	if !id.Valid(from) {
		from = newest
	}
	var h History
	var events []activity.Entry
	var targets []Target
	var reasons [][2]string
	args := scope.Args{"project": project}
	err := a.read(ctx, project, func(tx scope.Tx) (err error) {
		h.Project, err = a.get(ctx, tx, project,
			scope.Into(&events, listHistory, scope.Args{"project": project, "from": from}, activity.Scan),
			scope.Into(&targets, listTargets, args, scanTarget),
			scope.Into(&reasons, listReasons, args, func(row scope.Row) (r [2]string, err error) { return r, row.Scan(&r[0], &r[1]) }))
		return err
	})
	if err != nil {
		return History{}, err
	}
	if len(events) > historyPage {
		events, h.Next = events[:historyPage], events[historyPage-1].ID
	}
	byID, said := map[string]Target{}, map[string]string{}
	for _, t := range targets {
		byID[t.ID.String()] = t
	}
	for _, r := range reasons {
		said[r[0]] = r[1]
	}
	for _, e := range events {
		if strings.HasPrefix(e.Kind, "funding.") && !a.who.May(auth.MoneyRead) {
			continue
		}
		step, _ := e.Params["step"].(string)
		h.Events = append(h.Events, Happening{Entry: e, Target: byID[e.SubjectID], Reason: said[step]})
	}
	return h, nil
}
