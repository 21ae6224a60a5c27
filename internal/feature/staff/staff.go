package staff

import (
	"context"
	"time"

	"foyer/internal/auth"
	"foyer/internal/kernel/scope"
)

// App is what staff may do with the team.
type App struct{ who auth.Staff }

// ForStaff is the staff's door.
func ForStaff(who auth.Staff) App { return App{who} }

// State is where a member stands.
type State string

// The states of a member.
const (
	Invited State = "invited" // has not chosen a password yet
	Active  State = "active"
	Removed State = "removed"
)

// Member is somebody of the team.
type Member struct {
	ID        string
	Identity  string
	Name      string
	Email     string
	Role      auth.Role
	InvitedAt time.Time // zero for whoever was never invited
	JoinedAt  time.Time // zero until they chose a password
	RemovedAt time.Time
	SeenAt    time.Time // zero before the first sign-in
	Version   int64
}

// State is where the member stands.
func (m Member) State() State {
	switch {
	case !m.RemovedAt.IsZero():
		return Removed
	case m.JoinedAt.IsZero():
		return Invited
	}
	return Active
}

// PageSize is how many members a page of the list has.
const PageSize = 25

// Filter chooses a page of the list.
type Filter struct {
	Removed bool
	After   string // the id of the last member of the page before
}

// Page is a page of the list, in the order in which members came.
type Page struct {
	Members []Member
	Next    string // After of the next page, empty on the last
	Current int    // members who are not removed
	Removed int
}

// List reads a page of the team. Problem: Forbidden.
func (a App) List(ctx context.Context, f Filter) (Page, error) {
	var p Page
	var totals []totals
	err := a.who.Read(ctx, auth.PeopleRead, func(tx scope.Tx) error {
		return tx.Batch(ctx,
			scope.Into(&p.Members, listMembers, scope.Args{"removed": f.Removed, "after": f.After, "limit": PageSize + 1}, scanMember),
			scope.Into(&totals, countMembers, nil, scanTotals))
	})
	if err != nil {
		return Page{}, err
	}
	p.Current, p.Removed = totals[0].current, totals[0].removed
	if len(p.Members) > PageSize {
		p.Members = p.Members[:PageSize]
		p.Next = p.Members[PageSize-1].ID
	}
	return p, nil
}

// Get reads one member. Problems: Forbidden; NotFound.
func (a App) Get(ctx context.Context, member string) (m Member, err error) {
	err = a.who.Read(ctx, auth.PeopleRead, func(tx scope.Tx) error {
		m, err = find(ctx, tx, member)
		return err
	})
	return m, err
}

func find(ctx context.Context, tx scope.Tx, member string) (Member, error) {
	return scope.One(ctx, tx, findMember, scope.Args{"member": member}, scanMember)
}

func (a App) record(ctx context.Context, tx scope.Tx, kind, member string, params map[string]any) error {
	return a.who.Record(ctx, tx, auth.Event{
		Kind: kind, SubjectKind: "member", SubjectID: member, Area: auth.People, Audience: auth.ForStaffOnly, Params: params,
	})
}
