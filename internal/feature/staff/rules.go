package staff

import (
	"context"
	"slices"

	"foyer/internal/auth"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
)

// grantable are the roles that a role may give, most powerful first. Whoever may
// not write people gives none.
func grantable(by auth.Role) []auth.Role {
	switch {
	case !by.May(auth.PeopleWrite):
		return nil
	case by == auth.Owner:
		return auth.Roles
	}
	return slices.DeleteFunc(slices.Clone(auth.Roles), func(r auth.Role) bool { return r == auth.Owner })
}

// Grantable are the roles that the staff member may give.
func (a App) Grantable() []auth.Role { return grantable(a.who.Role()) }

// Allowed is what the staff member may do with a member, for the controls that
// they are shown. That the last Owner stays comes out when it is tried.
type Allowed struct{ Role, Remove, Restore, Invite bool }

// Any tells whether there is anything to do.
func (a Allowed) Any() bool { return a != Allowed{} }

// Allowed is what the staff member may do with m.
func (a App) Allowed(m Member) Allowed {
	if touch(a.who.Role(), m) != nil {
		return Allowed{}
	}
	gone := m.State() == Removed
	return Allowed{
		Role: !gone, Remove: !gone && m.Identity != a.who.ID(),
		Restore: gone, Invite: m.State() == Invited,
	}
}

// touch says why somebody of a role cannot change a member.
func touch(by auth.Role, m Member) error {
	switch {
	case !by.May(auth.PeopleWrite):
		return problem.Of(problem.Forbidden, "problem.forbidden")
	case m.Role == auth.Owner && by != auth.Owner:
		return problem.Of(problem.Forbidden, "team.owner_only")
	}
	return nil
}

// grant says why somebody of a role cannot give a role, at the form's field.
func grant(by, role auth.Role) error {
	switch {
	case !role.Known():
		return problem.Field("role", "team.role_required")
	case !slices.Contains(grantable(by), role):
		return problem.Field("role", "team.owner_grants")
	}
	return nil
}

// begin makes the change wait for any other to the same team, and gives the role
// that the actor has now.
func begin(ctx context.Context, tx scope.Tx) (auth.Role, error) {
	if err := tx.Lock(ctx, "team"); err != nil {
		return "", err
	}
	role, err := scope.One(ctx, tx, ownRole, nil, scope.Value[auth.Role])
	if problem.Is(err, problem.NotFound) || err == nil && !role.May(auth.PeopleWrite) {
		return "", problem.Of(problem.Forbidden, "problem.forbidden")
	}
	return role, err
}

// spared says that an Owner cannot stop being one when nobody else is, who has
// joined.
func spared(ctx context.Context, tx scope.Tx, m Member) error {
	if m.Role != auth.Owner {
		return nil
	}
	others, err := scope.One(ctx, tx, countOtherOwners, scope.Args{"member": m.ID}, scope.Value[int])
	if err == nil && others == 0 {
		err = problem.Of(problem.Conflict, "team.last_owner")
	}
	return err
}
