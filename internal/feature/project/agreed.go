package project

import (
	"context"

	"foyer/internal/auth"
	"foyer/internal/kernel/civil"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
)

// Hand is whoever adds to a project what was agreed on: staff, or a contact of its
// client who accepts what was offered.
type Hand interface {
	NewID() string
	Record(ctx context.Context, tx scope.Tx, e auth.Event) error
}

// Agreed is what was agreed on with a client and is handed over with a project.
type Agreed struct {
	Project   ID
	Client    string
	Name      string
	Milestone TargetID // that it moves; may be empty
	Days      int      // by so many
}

// Lock makes changes of a project wait for each other. It stands before anything is
// read that the change depends on, and before Lock of package invoice.
func Lock(ctx context.Context, tx scope.Tx, project ID) error {
	return tx.Lock(ctx, "project/"+project.String())
}

// Adopt adds what was agreed on to a project as a deliverable that the client sees,
// and moves the milestone while that is still open; the deliverable belongs to it
// then. It gives the deliverable's id. The transaction is that of staff or of the
// client, and holds Lock. Problems are NotFound, and Conflict when the project is
// over, is not shown to the client, or has as many targets as it can have.
func Adopt(ctx context.Context, tx scope.Tx, by Hand, in Agreed) (TargetID, error) {
	at := tx.WithClient(in.Client, scope.Args{"project": in.Project})
	var targets int
	p, err := scope.One(ctx, tx, readAgreedProject, at, func(row scope.Row) (p Project, err error) {
		return p, row.Scan(&p.State, &p.Shared, &targets)
	})
	switch {
	case err != nil:
		return "", err
	case !p.Open():
		return "", problem.Of(problem.Conflict, "project.agreed_over")
	case !p.Shared:
		return "", problem.Of(problem.Conflict, "project.agreed_hidden")
	case targets >= MostTargets:
		return "", problem.Of(problem.Conflict, "target.too_many", "max", MostTargets)
	}
	milestone, err := in.move(ctx, tx, by)
	if err != nil {
		return "", err
	}
	made := TargetID(by.NewID())
	n, err := tx.Exec(ctx, insertAgreed, tx.WithClient(in.Client, scope.Args{
		"project": in.Project, "id": made, "milestone": scope.Null(milestone), "name": in.Name,
	}))
	if err == nil && n == 0 {
		err = problem.Missing()
	}
	if err != nil {
		return "", err
	}
	return made, in.record(ctx, tx, by, "deliverable.added", made, auth.ForStaffOnly, nil)
}

// move moves the milestone and gives its id; none where there is none or it is no
// longer open.
func (in Agreed) move(ctx context.Context, tx scope.Tx, by Hand) (TargetID, error) {
	if in.Milestone == "" {
		return "", nil
	}
	at := scope.Args{"project": in.Project, "target": in.Milestone}
	found, err := scope.List(ctx, tx, readAgreedMilestone, tx.WithClient(in.Client, at), func(row scope.Row) (t Target, err error) {
		return t, row.Scan(&t.DueOn, &t.ClientVisible)
	})
	if err != nil || len(found) == 0 {
		return "", err
	}
	if in.Days == 0 {
		return in.Milestone, nil
	}
	day := civil.Date(found[0].DueOn).Add(in.Days)
	if _, ok := civil.Parse(string(day)); !ok {
		return "", problem.Of(problem.Conflict, "field.date")
	}
	n, err := tx.Exec(ctx, moveAgreedMilestone, tx.WithClient(in.Client, scope.Args{"project": in.Project, "target": in.Milestone, "due_on": day}))
	if err != nil || n == 0 {
		return "", err
	}
	kind, audience, params := "milestone.rescheduled", auth.ForClientToo, map[string]any{"from": found[0].DueOn, "to": day, "agreed": true}
	if !found[0].ClientVisible {
		kind, audience, params = "milestone.changed", auth.ForStaffOnly, map[string]any{"fields": []string{"due_on"}}
	}
	return in.Milestone, in.record(ctx, tx, by, kind, in.Milestone, audience, params)
}

func (in Agreed) record(ctx context.Context, tx scope.Tx, by Hand, kind string, target TargetID, audience auth.Audience, params map[string]any) error {
	return by.Record(ctx, tx, auth.Event{
		Kind: kind, SubjectKind: "target", SubjectID: target.String(), Area: auth.Projects, Client: in.Client, Audience: audience, Params: params,
	})
}
