package project

import (
	"context"
	"slices"
	"time"

	"foyer/internal/auth"
	"foyer/internal/feature/client"
	"foyer/internal/kernel/id"
	"foyer/internal/kernel/money"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
	"foyer/internal/kernel/text"
)

// App is what staff may do with projects, by the rights of their role. Budgets
// and funding are there for roles that may read money, and empty for others.
type App struct{ who auth.Staff }

// ForStaff opens the door for a staff member.
func ForStaff(who auth.Staff) App { return App{who} }

// SeesMoney tells whether budgets and funding are for this person.
func (a App) SeesMoney() bool { return a.who.May(auth.MoneyRead) }

// Get is a project; problem.NotFound.
func (a App) Get(ctx context.Context, project ID) (Project, error) {
	var p Project
	err := a.read(ctx, project, func(tx scope.Tx) (err error) {
		p, err = a.get(ctx, tx, project)
		return err
	})
	return p, err
}

// WithTargets is a project with its targets in their order; problem.NotFound.
func (a App) WithTargets(ctx context.Context, project ID) (Project, []Target, error) {
	var p Project
	var targets []Target
	err := a.read(ctx, project, func(tx scope.Tx) (err error) {
		p, err = a.get(ctx, tx, project, scope.Into(&targets, listTargets, scope.Args{"project": project}, scanTarget))
		return err
	})
	return p, targets, err
}

// read runs a reading transaction about a project.
func (a App) read(ctx context.Context, project ID, fn func(tx scope.Tx) error) error {
	if !id.Valid(project.String()) {
		return problem.Missing()
	}
	return a.who.Read(ctx, auth.ProjectsRead, fn)
}

// get reads a project and, in the same round trip, whatever else the caller
// needs.
func (a App) get(ctx context.Context, tx scope.Tx, project ID, also ...scope.Query) (Project, error) {
	var found []Project
	queries := append([]scope.Query{scope.Into(&found, readProject, scope.Args{"project": project}, scanProject)}, also...)
	if err := tx.Batch(ctx, queries...); err != nil {
		return Project{}, err
	}
	if len(found) == 0 {
		return Project{}, problem.Missing()
	}
	p := found[0]
	if !a.SeesMoney() {
		p.Money, p.Budget = money.Amount{}, ""
	}
	return p, nil
}

func scanProject(row scope.Row) (p Project, err error) {
	var budget *int64
	g := &p.Progress
	var left *bool
	err = row.Scan(&p.ID, &p.Version, &p.Name, &p.Description, &p.Type, &p.Priority, &p.Client, scope.Text(&p.Owner), &p.StartsOn, &p.EndsOn,
		&budget, &p.Currency, &p.Tags, &p.Shared, &p.State, scope.Time(&p.StateAt), scope.Text(&p.Reason), &p.ClientName, scope.Text(&p.OwnerName),
		&left, scope.Time(&p.CreatedAt), &g.Done, &g.Deliverables, &g.Reached, &g.Milestones)
	if budget != nil {
		p.Money = money.Amount{Minor: *budget, Currency: p.Currency}
		p.Budget = p.Money.Input()
	}
	p.OwnerLeft = p.Owner != "" && left != nil && *left
	if p.State != OnHold && p.State != Cancelled {
		p.Reason = ""
	}
	return p, err
}

// Choice is a record to choose from.
type Choice struct{ ID, Name string }

// Choices are what the form of a project offers.
type Choices struct {
	Clients     []Choice // at most 500, by name
	MoreClients bool     // there are more than the form can offer
	Owners      []Choice
}

// Choices reads what the form offers.
func (a App) Choices(ctx context.Context) (Choices, error) {
	var c Choices
	scan := func(row scope.Row) (c Choice, err error) { return c, row.Scan(&c.ID, &c.Name) }
	err := a.who.Read(ctx, auth.ProjectsRead, func(tx scope.Tx) error {
		return tx.Batch(ctx, scope.Into(&c.Clients, chooseClients, nil, scan), scope.Into(&c.Owners, chooseOwners, nil, scan))
	})
	if len(c.Clients) > 500 {
		c.Clients, c.MoreClients = c.Clients[:500], true
	}
	return c, err
}

// Currency is what a new project begins with: the client's, or the workspace's
// where the client has none or is not chosen yet; problem.NotFound for a client
// who is not there.
func (a App) Currency(ctx context.Context, of client.ID) (string, error) {
	var currency string
	err := a.who.Read(ctx, auth.ProjectsRead, func(tx scope.Tx) (err error) {
		currency, err = scope.One(ctx, tx, readCurrency, scope.Args{"client": of}, scope.Value[string])
		return err
	})
	return currency, err
}

// Create adds a project, planned, and gives its id; a repeated submission gives
// the first one's. problem.Invalid by field.
func (a App) Create(ctx context.Context, in Details) (ID, error) {
	c, err := in.check()
	if err != nil {
		return "", err
	}
	var made string
	err = a.who.Write(ctx, auth.ProjectsWrite, func(tx scope.Tx) (err error) {
		made, err = scope.Once(ctx, tx, func() (string, error) { return a.create(ctx, tx, c, nil) })
		return err
	})
	return ID(made), err
}

func (a App) create(ctx context.Context, tx scope.Tx, in checked, params map[string]any) (string, error) {
	if err := a.chosen(ctx, tx, in, Project{}); err != nil {
		return "", err
	}
	project := ID(a.who.NewID())
	args := in.args()
	args["id"], args["client"] = project, in.Client
	if !a.SeesMoney() {
		args["budget"] = nil
	}
	if _, err := tx.Exec(ctx, insertProject, args); err != nil {
		return "", err
	}
	if err := a.record(ctx, tx, "project.created", Project{ID: project, Details: in.Details}, params); err != nil {
		return "", err
	}
	if in.Shared {
		err := a.tell(ctx, tx, "project.shared", Project{ID: project, Details: in.Details}, nil)
		if err != nil {
			return "", err
		}
	}
	return project.String(), nil
}

// chosen holds that the client and the owner can be chosen. Those that a project
// has already may stay, also when they have left.
func (a App) chosen(ctx context.Context, tx scope.Tx, in checked, now Project) error {
	var clients, owners []int
	err := tx.Batch(ctx, scope.Into(&clients, findClient, scope.Args{"client": in.Client}, scope.Value[int]),
		scope.Into(&owners, findOwner, scope.Args{"owner": in.Owner}, scope.Value[int]))
	var f problem.Fields
	switch {
	case err != nil:
		return err
	case in.Client != now.Client && clients[0] == 0:
		f.Add("client", "project.client_required")
	}
	if in.Owner != now.Owner && in.Owner != "" && owners[0] == 0 {
		f.Add("owner", "project.owner_gone")
	}
	return f.Err()
}

// args are the details as the statements name them.
func (c checked) args() scope.Args {
	var budget any
	if c.budget.Currency != "" {
		budget = c.budget.Minor
	}
	return scope.Args{
		"name": c.Name, "name_key": text.Key(c.Name), "search_key": c.searchKey(), "description": c.Description, "type": c.Type,
		"priority": c.Priority, "owner": scope.Null(c.Owner), "starts_on": c.StartsOn, "ends_on": c.EndsOn, "budget": budget,
		"currency": c.Currency, "tags": c.Tags, "shared": c.Shared,
	}
}

// Update changes a project's details; its client stays. A repeated submission is
// no error while it says what is stored. Problems are Invalid by field,
// NotFound, and Conflict when the version is not the stored one.
func (a App) Update(ctx context.Context, project ID, version int64, in Details) error {
	return a.write(ctx, project, func(tx scope.Tx) error {
		first := false
		_, err := scope.Once(ctx, tx, func() (string, error) {
			first = true
			return "", a.update(ctx, tx, project, version, in)
		})
		if err != nil || first {
			return err
		}
		now, c, err := a.fit(ctx, tx, project, in)
		if err == nil && len(now.changed(c)) > 0 {
			err = problem.Stale()
		}
		return err
	})
}

// fit checks details against the project that they are for.
func (a App) fit(ctx context.Context, tx scope.Tx, project ID, in Details) (Project, checked, error) {
	found, err := scope.One(ctx, tx, readProject, scope.Args{"project": project}, scanProject)
	if err != nil {
		return found, checked{}, err
	}
	in.Client = found.Client
	if !a.SeesMoney() {
		in.Budget, in.Currency = found.Budget, found.Currency
	}
	c, err := in.check()
	return found, c, err
}

func (a App) update(ctx context.Context, tx scope.Tx, project ID, version int64, in Details) error {
	now, c, err := a.fit(ctx, tx, project, in)
	if err != nil {
		return err
	}
	if err := a.chosen(ctx, tx, c, now); err != nil {
		return err
	}
	args := c.args()
	args["id"], args["version"] = project, version
	n, err := tx.Exec(ctx, updateProject, args)
	if err != nil {
		return err
	}
	if n == 0 {
		return problem.Stale()
	}
	if err := a.tellSharing(ctx, tx, now, c.Shared); err != nil {
		return err
	}
	fields := slices.DeleteFunc(now.changed(c), func(f string) bool { return f == "shared" })
	if len(fields) == 0 {
		return nil
	}
	return a.record(ctx, tx, "project.changed", now, map[string]any{"fields": fields})
}

// tellSharing notes that a project became visible to its client, or, for staff
// alone, that it no longer is.
func (a App) tellSharing(ctx context.Context, tx scope.Tx, now Project, shared bool) error {
	switch {
	case shared && !now.Shared:
		return a.tell(ctx, tx, "project.shared", now, nil)
	case !shared && now.Shared:
		return a.record(ctx, tx, "project.unshared", now, nil)
	}
	return nil
}

// changed lists the fields in which details differ from what is stored.
func (p Project) changed(in checked) []string {
	var fields []string
	for _, f := range []struct {
		name string
		same bool
	}{
		{"name", p.Name == in.Name}, {"description", p.Description == in.Description}, {"type", p.Type == in.Type},
		{"priority", p.Priority == in.Priority}, {"owner", p.Owner == in.Owner}, {"starts_on", p.StartsOn == in.StartsOn},
		{"ends_on", p.EndsOn == in.EndsOn}, {"budget", p.Money == in.budget}, {"currency", p.Currency == in.Currency},
		{"tags", p.Tags == in.Tags}, {"shared", p.Shared == in.Shared},
	} {
		if !f.same {
			fields = append(fields, f.name)
		}
	}
	return fields
}

// Changed lists the fields in which what somebody typed differs from what is
// stored.
func (p Project) Changed(in Details) []string {
	in.Client = p.Client
	c, err := in.check()
	if err != nil {
		return nil
	}
	return p.changed(c)
}

// write runs a change of a project in one transaction; changes of the same
// project wait for each other.
func (a App) write(ctx context.Context, project ID, fn func(tx scope.Tx) error) error {
	if !id.Valid(project.String()) {
		return problem.Missing()
	}
	return a.who.Write(ctx, auth.ProjectsWrite, func(tx scope.Tx) error {
		if err := tx.Lock(ctx, "project/"+project.String()); err != nil {
			return err
		}
		return fn(tx)
	})
}

// record notes what staff alone may know of a project.
func (a App) record(ctx context.Context, tx scope.Tx, kind string, p Project, params map[string]any) error {
	return a.who.Record(ctx, tx, auth.Event{
		Kind: kind, SubjectKind: "project", SubjectID: p.ID.String(), Area: auth.Projects, Client: p.Client.String(),
		Audience: auth.ForStaffOnly, Params: params,
	})
}

// tell notes what the client may know too, while they see the project.
func (a App) tell(ctx context.Context, tx scope.Tx, kind string, p Project, params map[string]any) error {
	return a.who.Record(ctx, tx, auth.Event{
		Kind: kind, SubjectKind: "project", SubjectID: p.ID.String(), Area: auth.Projects, Client: p.Client.String(),
		Audience: auth.ForClientToo, Params: params,
	})
}

// Defaults are the details that an empty form begins with, at a moment in the
// workspace's zone.
func Defaults(of client.ID, own MemberID, currency string, now time.Time) Details {
	return Details{
		Type: Fixed, Priority: Medium, Client: of, Owner: own, Currency: currency, Shared: true, StartsOn: now.Format(time.DateOnly),
	}
}
