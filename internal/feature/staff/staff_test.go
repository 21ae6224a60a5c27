package staff_test

import (
	"strings"
	"sync"
	"testing"

	"foyer/internal/auth"
	"foyer/internal/feature/staff"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
)

const jun = "jun@haldenrowe.example"

func invitation(email string, role auth.Role) staff.Invitation {
	return staff.Invitation{Name: "Jun Sato", Email: email, Role: role}
}

func TestInvitedMemberJoins(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, h *team) {
		member, err := h.as(t, priya).Invite(t.Context(), invitation(" "+jun+" ", auth.Support))
		must(t, err)
		m := h.member(t, member)
		if m.State() != staff.Invited || m.Role != auth.Support || m.Name != "Jun Sato" || m.Email != jun || !m.SeenAt.IsZero() {
			t.Errorf("the invited member is %+v", m)
		}
		if n := h.count(t, mailsTo, scope.Args{"person": m.Identity}); n != 1 {
			t.Errorf("%d invitations wait in the outbox, want 1", n)
		}
		if err := h.signIn(t, home, jun); !problem.Is(err, problem.Unauthenticated) {
			t.Errorf("without a password the sign-in gives %v", err)
		}
		h.join(t, jun)
		if m = h.member(t, member); m.State() != staff.Active || m.SeenAt.IsZero() {
			t.Errorf("the member who joined is %+v", m)
		}
		if who := h.who(t, home, jun); who.Role() != auth.Support || who.MemberID() != member {
			t.Errorf("signed in as %s of role %s", who.MemberID(), who.Role())
		}
		if n := h.count(t, events, scope.Args{"kind": "member.invited"}); n != 1 {
			t.Errorf("%d events, want 1", n)
		}
	})
}

func TestActivityNamesNobody(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, h *team) {
		h.hire(t, jun, auth.Support)
		var all []string
		must(t, h.system(t, home).Read(t.Context(), func(tx scope.Tx) (err error) {
			all, err = scope.List(t.Context(), tx, `select params from activity where workspace_id = :workspace`, nil, scope.Value[string])
			return err
		}))
		if text := strings.Join(all, " "); strings.Contains(text, "Jun") || strings.Contains(text, "@") {
			t.Errorf("the activity holds a name or an address: %s", text)
		}
	})
}

func TestRepeatedInvitationIsOne(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, h *team) {
		same := h.whoWith(t, home, priya, "one form")
		ids, errs := make([]string, 6), make([]error, 6)
		var wg sync.WaitGroup
		for i := range ids {
			wg.Go(func() { ids[i], errs[i] = staff.ForStaff(same).Invite(t.Context(), invitation(jun, auth.Support)) })
		}
		wg.Wait()
		for i := range ids {
			if errs[i] != nil || ids[i] != ids[0] || ids[i] == "" {
				t.Errorf("submission %d gives %q, %v", i, ids[i], errs[i])
			}
		}
		if n := h.count(t, mailsTo, scope.Args{"person": h.find(t, jun).Identity}); n != 1 {
			t.Errorf("%d invitations, want 1", n)
		}
	})
}

// A page that somebody went back to has the key of the form they sent already.
func TestOldFormWithAnotherAddress(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, h *team) {
		same := func() staff.App { return staff.ForStaff(h.whoWith(t, home, priya, "one form")) }
		first, err := same().Invite(t.Context(), invitation(jun, auth.Support))
		must(t, err)
		second, err := same().Invite(t.Context(), invitation("mio@haldenrowe.example", auth.Viewer))
		must(t, err)
		if first == second || h.member(t, second).Email != "mio@haldenrowe.example" {
			t.Errorf("the second invitation gives %+v", h.member(t, second))
		}
	})
}

func TestOneAddressInvitedByTwoAtOnceIsOneMember(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, h *team) {
		errs := make([]error, 4)
		apps := []staff.App{h.as(t, priya), h.as(t, priya), h.as(t, priya), h.as(t, priya)}
		var wg sync.WaitGroup
		for i, app := range apps {
			wg.Go(func() { _, errs[i] = app.Invite(t.Context(), invitation(jun, auth.Viewer)) })
		}
		wg.Wait()
		made := 0
		for _, err := range errs {
			if err == nil {
				made++
			} else {
				wants(t, err, problem.Invalid, "email", "team.already")
			}
		}
		if made != 1 {
			t.Errorf("%d invitations succeeded, want 1", made)
		}
	})
}

func TestKnownAddress(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, h *team) {
		m := h.hire(t, jun, auth.Support)
		_, err := h.as(t, priya).Invite(t.Context(), invitation(strings.ToUpper(jun), auth.Viewer))
		wants(t, err, problem.Invalid, "email", "team.already")
		_, err = h.as(t, priya).Invite(t.Context(), invitation(priya, auth.Viewer))
		wants(t, err, problem.Invalid, "email", "team.already")

		must(t, h.as(t, priya).Remove(t.Context(), m.ID))
		again, err := h.as(t, priya).Invite(t.Context(), staff.Invitation{Name: "Somebody else", Email: jun, Role: auth.Finance})
		must(t, err)
		back := h.member(t, again)
		if again != m.ID || back.State() != staff.Active || back.Role != auth.Finance || back.Name != m.Name {
			t.Errorf("the member who was brought back is %+v", back)
		}
		must(t, h.signIn(t, home, jun))
		if n := h.count(t, mailsTo, scope.Args{"person": m.Identity}); n != 2 {
			t.Errorf("%d invitations, want 2", n)
		}
	})
}

// What each role may do with a member who is no Owner.
func TestRoles(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, h *team) {
		target := h.hire(t, jun, auth.Viewer)
		lists := map[auth.Role]bool{auth.Owner: true, auth.Admin: true, auth.Finance: true}
		for _, role := range auth.Roles {
			email := string(role) + "@haldenrowe.example"
			h.hire(t, email, role)
			writes := role == auth.Owner || role == auth.Admin
			app := func() staff.App { return h.as(t, email) }
			_, listing := app().List(t.Context(), staff.Filter{})
			_, reading := app().Get(t.Context(), target.ID)
			_, inviting := app().Invite(t.Context(), invitation("by."+email, auth.Viewer))
			may := map[string]error{
				"invite": inviting,
				"change": app().ChangeRole(t.Context(), target.ID, staff.RoleChange{Role: auth.Viewer, Version: h.member(t, target.ID).Version}),
				"remove": app().Remove(t.Context(), target.ID), "restore": app().Restore(t.Context(), target.ID),
			}
			if (listing == nil) != lists[role] || (reading == nil) != lists[role] {
				t.Errorf("%s lists: %v, reads: %v", role, listing, reading)
			}
			for what, err := range may {
				if (err == nil) != writes || err != nil && !problem.Is(err, problem.Forbidden) {
					t.Errorf("%s may %s: %v", role, what, err)
				}
			}
			if got := app().Allowed(target); got.Any() != writes {
				t.Errorf("%s is shown %+v", role, got)
			}
			if got := len(app().Grantable()); (got > 0) != writes || role == auth.Owner && got != 6 || role == auth.Admin && got != 5 {
				t.Errorf("%s may give %d roles", role, got)
			}
		}
	})
}

func TestOwnersAreForOwners(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, h *team) {
		admin := h.hire(t, "admin@haldenrowe.example", auth.Admin)
		owner := h.hire(t, "second@haldenrowe.example", auth.Owner)
		gone := h.hire(t, "gone@haldenrowe.example", auth.Owner)
		must(t, h.as(t, priya).Remove(t.Context(), gone.ID))
		app := func() staff.App { return h.as(t, admin.Email) }

		_, err := app().Invite(t.Context(), invitation("new@haldenrowe.example", auth.Owner))
		wants(t, err, problem.Invalid, "role", "team.owner_grants")
		_, err = app().Invite(t.Context(), invitation(gone.Email, auth.Viewer))
		wants(t, err, problem.Invalid, "email", "team.owner_only")
		err = app().ChangeRole(t.Context(), admin.ID, staff.RoleChange{Role: auth.Owner, Version: admin.Version})
		wants(t, err, problem.Invalid, "role", "team.owner_grants")
		err = app().ChangeRole(t.Context(), owner.ID, staff.RoleChange{Role: auth.Viewer, Version: owner.Version})
		wants(t, err, problem.Forbidden, "", "team.owner_only")
		wants(t, app().Remove(t.Context(), owner.ID), problem.Forbidden, "", "team.owner_only")
		wants(t, app().Restore(t.Context(), gone.ID), problem.Forbidden, "", "team.owner_only")
		if app().Allowed(owner).Any() {
			t.Error("an Admin is shown controls of an Owner")
		}

		// The role counts that the actor has now: a page that was opened as an
		// Owner gives no Owner's rights after that.
		before := h.as(t, owner.Email)
		must(t, h.as(t, priya).ChangeRole(t.Context(), owner.ID, staff.RoleChange{Role: auth.Admin, Version: owner.Version}))
		_, err = before.Invite(t.Context(), invitation("late@haldenrowe.example", auth.Owner))
		wants(t, err, problem.Invalid, "role", "team.owner_grants")
		must(t, h.as(t, priya).ChangeRole(t.Context(), owner.ID, staff.RoleChange{Role: auth.Viewer, Version: owner.Version + 1}))
		wants(t, before.Remove(t.Context(), admin.ID), problem.Forbidden, "", "problem.forbidden")
	})
}

func TestLastOwnerStays(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, h *team) {
		me := h.find(t, priya)
		step := func() error {
			return h.as(t, priya).ChangeRole(t.Context(), me.ID, staff.RoleChange{Role: auth.Admin, Version: me.Version})
		}
		wants(t, step(), problem.Conflict, "", "team.last_owner")
		wants(t, h.as(t, priya).Remove(t.Context(), me.ID), problem.Conflict, "", "team.yourself")

		second, err := h.as(t, priya).Invite(t.Context(), invitation(jun, auth.Owner))
		must(t, err)
		wants(t, step(), problem.Conflict, "", "team.last_owner") // who has not joined is nobody to leave it to
		h.join(t, jun)
		must(t, step())
		if m := h.member(t, me.ID); m.Role != auth.Admin {
			t.Errorf("the first Owner is %s", m.Role)
		}
		must(t, h.signIn(t, home, priya))
		wants(t, h.as(t, priya).Remove(t.Context(), second), problem.Forbidden, "", "team.owner_only")
	})
}

const holdMembers = `update member set version = version where workspace_id = :workspace`

// Two Owners who demote, or remove, one another at once: one of them stays.
func TestTwoOwnersAtOnce(t *testing.T) {
	t.Parallel()
	acts := map[string]func(staff.App, *testing.T, staff.Member) error{
		"demote": func(a staff.App, t *testing.T, m staff.Member) error {
			return a.ChangeRole(t.Context(), m.ID, staff.RoleChange{Role: auth.Viewer, Version: m.Version})
		},
		"remove": func(a staff.App, t *testing.T, m staff.Member) error { return a.Remove(t.Context(), m.ID) },
	}
	for name, act := range acts {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			onBoth(t, func(t *testing.T, h *team) {
				first, second := h.find(t, priya), h.hire(t, jun, auth.Owner)
				apps := []staff.App{h.as(t, priya), h.as(t, jun)}
				errs := h.meet(t, holdMembers, func() error { return act(apps[0], t, second) }, func() error { return act(apps[1], t, first) })
				if (errs[0] == nil) == (errs[1] == nil) {
					t.Errorf("one must succeed: %v; %v", errs[0], errs[1])
				}
				for _, err := range errs {
					if _, known := problem.As(err); err != nil && !known {
						t.Errorf("the loser is told %v", err)
					}
				}
				const owners = `select count(*) from member where workspace_id = :workspace and role = 'owner' and removed_at is null`
				if n := h.count(t, owners, nil); n != 1 {
					t.Errorf("%d Owners are left, want 1", n)
				}
			})
		})
	}
}

func TestRemovedMember(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, h *team) {
		m := h.hire(t, jun, auth.Support)
		link := h.mint(t, m.Identity)
		must(t, h.as(t, priya).Remove(t.Context(), m.ID))
		must(t, h.as(t, priya).Remove(t.Context(), m.ID)) // twice is no error
		if n := h.count(t, events, scope.Args{"kind": "member.removed"}); n != 1 {
			t.Errorf("%d events, want 1", n)
		}
		if n := h.count(t, `select count(*) from session where workspace_id = :workspace and identity_id = :person and ended_at is null`,
			scope.Args{"person": m.Identity}); n != 0 {
			t.Errorf("%d sessions live on", n)
		}
		if err := h.signIn(t, home, jun); !problem.Is(err, problem.Unauthenticated) {
			t.Errorf("sign-in after removal gives %v", err)
		}
		if err := h.redeem(t, link); !problem.Is(err, problem.NotFound) {
			t.Errorf("a link from before gives %v", err)
		}
		wants(t, h.as(t, priya).ChangeRole(t.Context(), m.ID, staff.RoleChange{Role: auth.Viewer, Version: m.Version + 1}), problem.Conflict, "", "team.gone")
		wants(t, h.as(t, priya).SendInvitation(t.Context(), m.ID), problem.Conflict, "", "team.gone")
		page, err := h.as(t, priya).List(t.Context(), staff.Filter{Removed: true})
		must(t, err)
		if page.Current != 1 || page.Removed != 1 || len(page.Members) != 1 || page.Members[0].State() != staff.Removed {
			t.Errorf("the list of those removed is %+v", page)
		}

		must(t, h.as(t, priya).Restore(t.Context(), m.ID))
		must(t, h.as(t, priya).Restore(t.Context(), m.ID))
		must(t, h.signIn(t, home, jun))
		if n := h.count(t, mailsTo, scope.Args{"person": m.Identity}); n != 1 {
			t.Errorf("%d invitations, want only the first", n)
		}
	})
}

func TestRestoredBeforeJoiningIsInvitedAgain(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, h *team) {
		member, err := h.as(t, priya).Invite(t.Context(), invitation(jun, auth.Support))
		must(t, err)
		must(t, h.as(t, priya).Remove(t.Context(), member))
		must(t, h.as(t, priya).Restore(t.Context(), member))
		m := h.member(t, member)
		if n := h.count(t, mailsTo, scope.Args{"person": m.Identity}); n != 2 || m.State() != staff.Invited {
			t.Errorf("%d invitations for %+v", n, m)
		}
		h.join(t, jun)
	})
}

func TestSendInvitationAgain(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, h *team) {
		member, err := h.as(t, priya).Invite(t.Context(), invitation(jun, auth.Support))
		must(t, err)
		m := h.member(t, member)
		old := h.mint(t, m.Identity)
		same := h.whoWith(t, home, priya, "again")
		must(t, staff.ForStaff(same).SendInvitation(t.Context(), member))
		must(t, staff.ForStaff(same).SendInvitation(t.Context(), member))
		if n := h.count(t, mailsTo, scope.Args{"person": m.Identity}); n != 2 {
			t.Errorf("%d invitations, want 2", n)
		}
		fresh := h.mint(t, m.Identity) // as the second mail does
		if err := h.redeem(t, old); !problem.Is(err, problem.NotFound) {
			t.Errorf("the older link gives %v", err)
		}
		must(t, h.redeem(t, fresh))
		wants(t, h.as(t, priya).SendInvitation(t.Context(), member), problem.Conflict, "", "team.joined")
	})
}

func TestChangeRole(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, h *team) {
		m := h.hire(t, jun, auth.Support)
		form := staff.RoleChange{Role: auth.Finance, Version: m.Version}
		must(t, h.as(t, priya).ChangeRole(t.Context(), m.ID, form))
		if _, err := h.gate.Signed(t.Context(), h.visitor(t, home, ""), auth.StaffRealm, h.open[home+jun]); !problem.Is(err, problem.Unauthenticated) {
			t.Errorf("the session of the old role gives %v", err)
		}
		must(t, h.signIn(t, home, jun))
		if role := h.who(t, home, jun).Role(); role != auth.Finance {
			t.Errorf("the role is %s", role)
		}
		must(t, h.as(t, priya).ChangeRole(t.Context(), m.ID, form)) // the same form twice
		stale := staff.RoleChange{Role: auth.Viewer, Version: m.Version}
		wants(t, h.as(t, priya).ChangeRole(t.Context(), m.ID, stale), problem.Conflict, "", "problem.stale")
		if n := h.count(t, events, scope.Args{"kind": "member.role_changed"}); n != 1 {
			t.Errorf("%d events, want 1: the same role is no change", n)
		}
		wants(t, h.as(t, priya).ChangeRole(t.Context(), m.ID, staff.RoleChange{Role: "king", Version: m.Version + 1}), problem.Invalid, "role", "team.role_required")
	})
}

func TestWrongInput(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, h *team) {
		long := strings.Repeat("ü", 201)
		for name, c := range map[string]struct {
			in         staff.Invitation
			field, key string
		}{
			"empty name":      {staff.Invitation{Email: jun, Role: auth.Viewer}, "name", "field.required"},
			"long name":       {staff.Invitation{Name: long, Email: jun, Role: auth.Viewer}, "name", "field.long"},
			"control in name": {staff.Invitation{Name: "Jun\x07", Email: jun, Role: auth.Viewer}, "name", "field.control"},
			"broken text":     {staff.Invitation{Name: "\xff", Email: jun, Role: auth.Viewer}, "name", "field.unreadable"},
			"empty address":   {staff.Invitation{Name: "Jun", Role: auth.Viewer}, "email", "field.required"},
			"no address":      {staff.Invitation{Name: "Jun", Email: "jun", Role: auth.Viewer}, "email", "field.email"},
			"two addresses":   {staff.Invitation{Name: "Jun", Email: "a@b.example, c@d.example", Role: auth.Viewer}, "email", "field.email"},
			"line break":      {staff.Invitation{Name: "Jun", Email: "a@b.example\r\nBcc: c@d.example", Role: auth.Viewer}, "email", "field.control"},
			"no role":         {staff.Invitation{Name: "Jun", Email: jun}, "role", "team.role_required"},
			"unknown role":    {staff.Invitation{Name: "Jun", Email: jun, Role: "root"}, "role", "team.role_required"},
		} {
			_, err := h.as(t, priya).Invite(t.Context(), c.in)
			t.Run(name, func(t *testing.T) { wants(t, err, problem.Invalid, c.field, c.key) })
		}
		for i, name := range []string{"<b>Jun</b>", "جون", "🦊", "O'Brien \\ \"x\" -- ;"} {
			id, err := h.as(t, priya).Invite(t.Context(), staff.Invitation{Name: name, Email: string(rune('a'+i)) + "@b.example", Role: auth.Viewer})
			must(t, err)
			if got := h.member(t, id).Name; got != name {
				t.Errorf("%q came back as %q", name, got)
			}
		}
	})
}

func TestWorkspacesKnowNothingOfEachOther(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, h *team) {
		m := h.hire(t, jun, auth.Support)
		h.openAway(t)
		there := func() staff.App { return staff.ForStaff(h.who(t, away, priya)) }
		page, err := there().List(t.Context(), staff.Filter{})
		must(t, err)
		if len(page.Members) != 1 || page.Current != 1 || page.Members[0].Email != priya {
			t.Errorf("the other workspace lists %+v", page)
		}
		_, err = there().Get(t.Context(), m.ID)
		for what, err := range map[string]error{
			"get": err, "remove": there().Remove(t.Context(), m.ID), "restore": there().Restore(t.Context(), m.ID),
			"invite": there().SendInvitation(t.Context(), m.ID),
			"change": there().ChangeRole(t.Context(), m.ID, staff.RoleChange{Role: auth.Viewer, Version: m.Version}),
		} {
			wants(t, err, problem.NotFound, "", "problem.not_found")
			if t.Failed() {
				t.Fatal(what)
			}
		}
		other, err := there().Invite(t.Context(), invitation(jun, auth.Viewer))
		must(t, err)
		if other == m.ID || h.member(t, m.ID).Role != auth.Support {
			t.Error("one address in two workspaces is one member")
		}
	})
}

func TestListIsPaged(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, h *team) {
		for i := range staff.PageSize + 3 {
			_, err := h.as(t, priya).Invite(t.Context(), invitation(strings.Repeat("x", i+1)+"@b.example", auth.Viewer))
			must(t, err)
		}
		seen, pages, f := map[string]bool{}, 0, staff.Filter{}
		for {
			page, err := h.as(t, priya).List(t.Context(), f)
			must(t, err)
			if page.Current != staff.PageSize+4 || len(page.Members) > staff.PageSize {
				t.Fatalf("a page of %d, %d in all", len(page.Members), page.Current)
			}
			for _, m := range page.Members {
				if seen[m.ID] {
					t.Errorf("%s is listed twice", m.Email)
				}
				seen[m.ID] = true
			}
			pages++
			if f.After = page.Next; f.After == "" {
				break
			}
		}
		if pages != 2 || len(seen) != staff.PageSize+4 {
			t.Errorf("%d pages with %d members", pages, len(seen))
		}
	})
}

func TestNobodyGetsNothing(t *testing.T) {
	t.Parallel()
	app := staff.ForStaff(auth.Staff{})
	if _, err := app.List(t.Context(), staff.Filter{}); !problem.Is(err, problem.Forbidden) {
		t.Errorf("nobody lists: %v", err)
	}
	if _, err := app.Invite(t.Context(), invitation(jun, auth.Viewer)); !problem.Is(err, problem.Forbidden) {
		t.Errorf("nobody invites: %v", err)
	}
}
