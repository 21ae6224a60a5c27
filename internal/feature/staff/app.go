package staff

import (
	"context"

	"foyer/internal/auth"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
	"foyer/internal/kernel/text"
)

// Invitation asks somebody into the team.
type Invitation struct {
	Name  string
	Email string
	Role  auth.Role
}

func (in Invitation) check() (Invitation, error) {
	var fields problem.Fields
	in.Name = text.Line(&fields, "name", in.Name, text.Required, 200)
	in.Email = text.Email(&fields, "email", in.Email, text.Required)
	if !in.Role.Known() {
		fields.Add("role", "team.role_required")
	}
	return in, fields.Err()
}

// Invite asks somebody into the team and mails them a link by which they choose a
// password; it gives the member's id. Whoever was removed is brought back, in the
// new role, with the name and password they had. Problems: Forbidden; Invalid by
// field, also for the address of a member.
func (a App) Invite(ctx context.Context, in Invitation) (member string, err error) {
	if in, err = in.check(); err != nil {
		return "", err
	}
	err = a.who.Write(ctx, auth.PeopleWrite, func(tx scope.Tx) error {
		made := false
		member, err = scope.Once(ctx, tx, func() (string, error) {
			made = true
			return a.invite(ctx, tx, in)
		})
		if err != nil || made {
			return err
		}
		// The form was sent before. With another address it is no repetition but
		// a page that somebody went back to.
		before, err := find(ctx, tx, member)
		if err == nil && auth.AddressKey(before.Email) != auth.AddressKey(in.Email) {
			member, err = a.invite(ctx, tx, in)
		}
		return err
	})
	return member, err
}

func (a App) invite(ctx context.Context, tx scope.Tx, in Invitation) (string, error) {
	by, err := begin(ctx, tx)
	if err != nil {
		return "", err
	}
	if err := grant(by, in.Role); err != nil {
		return "", err
	}
	known, err := scope.One(ctx, tx, findByEmail, scope.Args{"email": auth.AddressKey(in.Email)}, scanMember)
	switch {
	case problem.Is(err, problem.NotFound):
		known, err = a.admit(ctx, tx, in)
	case err != nil:
	case known.State() != Removed:
		err = problem.Field("email", "team.already")
	default:
		err = a.readmit(ctx, tx, by, known, in.Role)
	}
	if err != nil {
		return "", err
	}
	return known.ID, a.mail(ctx, tx, known.Identity)
}

// admit makes the login and the member.
func (a App) admit(ctx context.Context, tx scope.Tx, in Invitation) (Member, error) {
	m := Member{ID: a.who.NewID(), Identity: a.who.NewID()}
	_, err := tx.Exec(ctx, insertIdentity, scope.Args{
		"id": m.Identity, "name": in.Name, "email": in.Email, "key": auth.AddressKey(in.Email),
	})
	if err != nil {
		return Member{}, err
	}
	if _, err := tx.Exec(ctx, insertMember, scope.Args{"id": m.ID, "person": m.Identity, "role": string(in.Role)}); err != nil {
		return Member{}, err
	}
	return m, a.record(ctx, tx, "member.invited", m.ID, map[string]any{"role": string(in.Role)})
}

// readmit brings a removed member back in a role.
func (a App) readmit(ctx context.Context, tx scope.Tx, by auth.Role, m Member, role auth.Role) error {
	if err := touch(by, m); err != nil {
		return problem.Field("email", "team.owner_only")
	}
	if err := a.bringBack(ctx, tx, m, role); err != nil {
		return err
	}
	return a.record(ctx, tx, "member.restored", m.ID, map[string]any{"role": string(role)})
}

func (a App) bringBack(ctx context.Context, tx scope.Tx, m Member, role auth.Role) error {
	_, err := tx.Exec(ctx, restoreMember, scope.Args{"member": m.ID, "role": string(role)})
	return err
}

// mail sends the invitation; older links of the person die when it is written.
func (a App) mail(ctx context.Context, tx scope.Tx, identity string) error {
	return a.who.Post(ctx, tx, auth.Mail{Kind: "invite", Identity: identity, Params: map[string]any{"by": a.who.Name()}})
}

// SendInvitation mails a fresh link to somebody who has not joined yet; the link
// before it dies. Problems: Forbidden; NotFound; Conflict when they have joined or
// were removed.
func (a App) SendInvitation(ctx context.Context, member string) error {
	return a.write(ctx, func(tx scope.Tx) error {
		_, err := scope.Once(ctx, tx, func() (string, error) { return "", a.sendInvitation(ctx, tx, member) })
		return err
	})
}

func (a App) sendInvitation(ctx context.Context, tx scope.Tx, member string) error {
	_, m, err := a.approach(ctx, tx, member)
	switch {
	case err != nil:
		return err
	case m.State() == Active:
		return problem.Of(problem.Conflict, "team.joined")
	case m.State() == Removed:
		return problem.Of(problem.Conflict, "team.gone")
	}
	if _, err := tx.Exec(ctx, inviteAgain, scope.Args{"member": m.ID}); err != nil {
		return err
	}
	if err := a.mail(ctx, tx, m.Identity); err != nil {
		return err
	}
	return a.record(ctx, tx, "member.invited_again", m.ID, nil)
}

// RoleChange gives a member another role.
type RoleChange struct {
	Role    auth.Role
	Version int64 // of the member, when the form was drawn
}

// ChangeRole gives a member another role and ends their sessions, so that nobody
// goes on with a page of the old one. Problems: Forbidden; NotFound; Invalid under
// "role"; Conflict for the last Owner, for somebody removed and for a stale form.
func (a App) ChangeRole(ctx context.Context, member string, in RoleChange) error {
	return a.write(ctx, func(tx scope.Tx) error {
		by, m, err := a.approach(ctx, tx, member)
		if err != nil {
			return err
		}
		if err := grant(by, in.Role); err != nil {
			return err
		}
		switch {
		case m.State() == Removed:
			return problem.Of(problem.Conflict, "team.gone")
		case m.Role == in.Role:
			return nil // also when the same form is sent twice
		case m.Version != in.Version:
			return problem.Stale()
		}
		if err := spared(ctx, tx, m); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, setRole, scope.Args{"member": m.ID, "role": string(in.Role)}); err != nil {
			return err
		}
		if err := auth.EndSessionsOf(ctx, tx, m.Identity, ""); err != nil {
			return err
		}
		return a.record(ctx, tx, "member.role_changed", m.ID, map[string]any{"from": string(m.Role), "to": string(in.Role)})
	})
}

// Remove takes a member out of the team: their sessions end at once and their
// links die. Removing somebody twice is no error. Problems: Forbidden; NotFound;
// Conflict for oneself and for the last Owner.
func (a App) Remove(ctx context.Context, member string) error {
	return a.write(ctx, func(tx scope.Tx) error {
		_, m, err := a.approach(ctx, tx, member)
		switch {
		case err != nil:
			return err
		case m.Identity == a.who.ID():
			return problem.Of(problem.Conflict, "team.yourself")
		case m.State() == Removed:
			return nil
		}
		if err := spared(ctx, tx, m); err != nil {
			return err
		}
		return a.expel(ctx, tx, m)
	})
}

// expel closes every door of a member.
func (a App) expel(ctx context.Context, tx scope.Tx, m Member) error {
	if _, err := tx.Exec(ctx, removeMember, scope.Args{"member": m.ID}); err != nil {
		return err
	}
	for _, purpose := range []auth.Purpose{auth.InviteLink, auth.ResetLink, auth.EmailLink} {
		if err := auth.VoidLinks(ctx, tx, m.Identity, purpose); err != nil {
			return err
		}
	}
	if err := auth.EndSessionsOf(ctx, tx, m.Identity, ""); err != nil {
		return err
	}
	return a.record(ctx, tx, "member.removed", m.ID, nil)
}

// Restore brings a removed member back in the role they had; whoever had not
// joined before is mailed a fresh invitation. Restoring somebody who is not
// removed is no error. Problems: Forbidden; NotFound.
func (a App) Restore(ctx context.Context, member string) error {
	return a.write(ctx, func(tx scope.Tx) error {
		_, m, err := a.approach(ctx, tx, member)
		if err != nil || m.State() != Removed {
			return err
		}
		if err := a.bringBack(ctx, tx, m, m.Role); err != nil {
			return err
		}
		if m.JoinedAt.IsZero() {
			if err := a.mail(ctx, tx, m.Identity); err != nil {
				return err
			}
		}
		return a.record(ctx, tx, "member.restored", m.ID, map[string]any{"role": string(m.Role)})
	})
}

func (a App) write(ctx context.Context, change func(tx scope.Tx) error) error {
	return a.who.Write(ctx, auth.PeopleWrite, change)
}

// approach begins a change to a member: it gives the role that the actor has now
// and the member as they are, when the one may touch the other.
func (a App) approach(ctx context.Context, tx scope.Tx, member string) (auth.Role, Member, error) {
	by, err := begin(ctx, tx)
	if err != nil {
		return "", Member{}, err
	}
	m, err := find(ctx, tx, member)
	if err != nil {
		return "", Member{}, err
	}
	return by, m, touch(by, m)
}
