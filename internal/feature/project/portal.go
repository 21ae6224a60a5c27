package project

import (
	"context"
	"strings"
	"time"

	"foyer/internal/auth"
	"foyer/internal/kernel/civil"
	"foyer/internal/kernel/id"
	"foyer/internal/kernel/page"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
	"foyer/internal/kernel/text"
)

// Portal is what a client may see of projects. A contact who does not see the
// area gets problem.NotFound everywhere.
type Portal struct{ who auth.Client }

// ForClient opens the door for a contact.
func ForClient(who auth.Client) Portal { return Portal{who} }

// ShownPage is how many cards a page of the client's list has.
const ShownPage = 24

// Shown is a project as its client sees it.
type Shown struct {
	ID          ID
	Name        string
	Description string
	Type        Type
	State       State
	StateAt     time.Time
	Reason      string // of being on hold or cancelled
	StartsOn    civil.Date
	EndsOn      civil.Date
	Tags        []string
	Owner       string // name; empty when there is none, or they left the team
	Next        string // name of the nearest milestone ahead, may be empty
	NextOn      civil.Date
	Progress    Progress

	key string
}

// Late tells whether the planned end has passed and work is not over.
func (s Shown) Late(today civil.Date) bool {
	return s.EndsOn != "" && s.EndsOn < today && (s.State == Planned || s.State == Active || s.State == OnHold)
}

// ShownTarget is a milestone or deliverable as the client sees it.
type ShownTarget struct {
	ID      TargetID
	Kind    Kind
	Name    string
	Note    string
	DueOn   civil.Date
	State   State
	StateAt time.Time
}

// ShownList is one page of a client's projects.
type ShownList struct {
	Wanted     Wanted // cleaned
	Rows       []Shown
	Prev, Next string // cursors, empty on the first and the last page
	Counts     Counts // of what matches the query
}

// List reads a page of the client's projects: those under way first, then by
// name.
func (p Portal) List(ctx context.Context, w Wanted) (ShownList, error) {
	l := ShownList{Wanted: w.clean()}
	from := page.Ask(w.After, w.Before)
	statement := map[bool]string{false: shownAfter, true: shownBefore}[from.Backwards]
	pattern := text.Like(l.Wanted.Query)
	var counts []Counts
	count := scope.Into(&counts, tallyShown, nil, scanCounts)
	if l.Wanted.Query != "" {
		count = scope.Into(&counts, countShown, scope.Args{"pattern": pattern}, scanCounts)
	}
	err := p.who.Read(ctx, auth.Projects, func(tx scope.Tx) error {
		return tx.Batch(ctx,
			scope.Into(&l.Rows, statement, scope.Args{"pattern": pattern, "filter": l.Wanted.Filter, "key": from.Key, "from": from.ID}, scanShown), count)
	})
	if err != nil {
		return ShownList{}, err
	}
	l.Counts = counts[0]
	l.Rows, l.Prev, l.Next = page.Cut(l.Rows, ShownPage, from, func(s Shown) page.Place { return page.Place{Key: s.key, ID: s.ID.String()} })
	return l, nil
}

func scanShown(row scope.Row) (s Shown, err error) {
	g := &s.Progress
	var tags string
	err = row.Scan(&s.ID, &s.Name, &s.Description, &s.Type, &s.State, scope.Time(&s.StateAt), scope.Text(&s.Reason), &s.StartsOn, &s.EndsOn,
		&tags, scope.Text(&s.Owner), scope.Text(&s.Next), scope.Text(&s.NextOn), &g.Done, &g.Deliverables, &g.Reached, &g.Milestones, &s.key)
	if tags != "" {
		s.Tags = strings.Split(tags, ", ")
	}
	if s.State != OnHold && s.State != Cancelled {
		s.Reason = ""
	}
	return s, err
}

// Get is a project of the client's with its targets in their order;
// problem.NotFound.
func (p Portal) Get(ctx context.Context, project ID) (Shown, []ShownTarget, error) {
	if !id.Valid(project.String()) {
		return Shown{}, nil, problem.Missing()
	}
	var found []Shown
	var targets []ShownTarget
	args := scope.Args{"project": project}
	err := p.who.Read(ctx, auth.Projects, func(tx scope.Tx) error {
		return tx.Batch(ctx, scope.Into(&found, shownOne, args, scanShown), scope.Into(&targets, shownTargets, args, scanShownTarget))
	})
	if err == nil && len(found) == 0 {
		err = problem.Missing()
	}
	if err != nil {
		return Shown{}, nil, err
	}
	return found[0], targets, nil
}

func scanShownTarget(row scope.Row) (t ShownTarget, err error) {
	return t, row.Scan(&t.ID, &t.Kind, &t.Name, &t.Note, &t.DueOn, &t.State, scope.Time(&t.StateAt))
}

// Upcoming is a milestone that a client sees and that is still ahead of a
// project under way, be its day past or not.
type Upcoming struct {
	ID          TargetID
	Name        string
	On          civil.Date
	Project     ID
	ProjectName string
}

// Summary is how things stand for a client.
type Summary struct {
	Counts        Counts
	LastCompleted string // name of the project that was completed last
	Upcoming      []Upcoming
	AllUpcoming   int
}

// Summary reads how things stand: how many projects there are, and the nearest
// of the upcoming milestones.
func (p Portal) Summary(ctx context.Context) (Summary, error) {
	var s Summary
	err := p.who.Read(ctx, auth.Projects, func(tx scope.Tx) error {
		rows, err := scope.List(ctx, tx, summarise, nil, func(row scope.Row) (u Upcoming, err error) {
			c := &s.Counts
			return u, row.Scan(&c.All, &c.Active, &c.OnHold, &c.Completed, scope.Text(&s.LastCompleted),
				scope.Text(&u.ID), scope.Text(&u.Name), scope.Text(&u.On), scope.Text(&u.Project), scope.Text(&u.ProjectName), &s.AllUpcoming)
		})
		for _, u := range rows {
			if u.ID != "" {
				s.Upcoming = append(s.Upcoming, u)
			}
		}
		return err
	})
	return s, err
}

// aheadPage is how many rows a page of upcoming milestones has.
const aheadPage = 25

// UpcomingList is one page of a client's upcoming milestones.
type UpcomingList struct {
	Rows       []Upcoming
	Prev, Next string // cursors, empty on the first and the last page
	All        int
}

// Upcoming reads a page of upcoming milestones, the earliest first.
func (p Portal) Upcoming(ctx context.Context, w Wanted) (UpcomingList, error) {
	var l UpcomingList
	var counts []int
	from := page.Ask(w.After, w.Before)
	statement := map[bool]string{false: upcomingAfter, true: upcomingBefore}[from.Backwards]
	err := p.who.Read(ctx, auth.Projects, func(tx scope.Tx) error {
		return tx.Batch(ctx,
			scope.Into(&l.Rows, statement, scope.Args{"key": from.Key, "from": from.ID}, func(row scope.Row) (u Upcoming, err error) {
				return u, row.Scan(&u.ID, &u.Name, &u.On, &u.Project, &u.ProjectName)
			}),
			scope.Into(&counts, countUpcoming, nil, scope.Value[int]))
	})
	if err != nil {
		return UpcomingList{}, err
	}
	l.All = counts[0]
	l.Rows, l.Prev, l.Next = page.Cut(l.Rows, aheadPage, from, func(u Upcoming) page.Place { return page.Place{Key: string(u.On), ID: u.ID.String()} })
	return l, nil
}
