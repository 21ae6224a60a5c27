package auth_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"foyer/internal/auth"
	"foyer/internal/kernel/id"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
)

func TestZeroValuesReachNothing(t *testing.T) {
	t.Parallel()
	reach := func(scope.Tx) error { return errors.New("it reached the database") }
	ctx := t.Context()
	for name, err := range map[string]error{
		"staff":  auth.Staff{}.Read(ctx, auth.ClientsRead, reach),
		"client": auth.Client{}.Read(ctx, auth.Own, reach),
		"system": auth.System{}.Write(ctx, reach),
		"person": auth.Person{}.EndSession(ctx, "x"),
	} {
		if _, known := problem.As(err); !known {
			t.Errorf("the zero %s: %v, want a refusal", name, err)
		}
	}
}

func TestWrongPasswordAndUnknownAddressAreOneAnswerAndOneHash(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		var answers []string
		for _, email := range []string{ownerEmail, "nobody@example.com", "not an address at all", "nul\x00@example.com", strings.Repeat("é", 400), "\xff\xfe"} {
			before := d.hasher.Count()
			_, err := d.SignIn(t.Context(), d.visitor(), auth.StaffRealm, email, "not the password", id.Secret{})
			if hashes := d.hasher.Count() - before; hashes != 1 {
				t.Errorf("%s: %d hashes, want one", email, hashes)
			}
			answers = append(answers, fmt.Sprint(err))
		}
		for _, a := range answers[1:] {
			if a != answers[0] {
				t.Errorf("the answers differ: %q", answers)
			}
		}
	})
}

func TestForgottenPasswordDoesTheSameForAnyAddress(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		for _, email := range []string{ownerEmail, "nobody@example.com"} {
			jobs, mails := len(d.jobs), len(d.mails)
			if err := d.RequestReset(t.Context(), d.visitor(), auth.StaffRealm, email); err != nil {
				t.Fatal(err)
			}
			if len(d.jobs) != jobs+1 || len(d.mails) != mails {
				t.Errorf("%s: %d jobs and %d mails, want one job and no mail", email, len(d.jobs)-jobs, len(d.mails)-mails)
			}
		}
		sys, err := d.System(t.Context(), d.site.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, job := range d.jobs {
			if err := sys.PostReset(t.Context(), job.(auth.ResetWanted)); err != nil {
				t.Fatal(err)
			}
		}
		if len(d.mails) != 1 || d.mails[0].Kind != "reset" {
			t.Errorf("mails %+v, want one reset for the address that exists", d.mails)
		}
	})
}

func TestWrongPasswordsWaitLongerAndARightOneClears(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		for i := range 10 {
			if _, err := d.signIn(t, "wrong"); !problem.Is(err, problem.Unauthenticated) {
				t.Fatalf("try %d: %v", i+1, err)
			}
		}
		if _, err := d.signIn(t, ownerPassword); !problem.Is(err, problem.TooMany) {
			t.Fatalf("after ten wrong passwords: %v, want a pause", err)
		}
		d.later(2 * time.Second)
		if _, err := d.signIn(t, "wrong"); !problem.Is(err, problem.Unauthenticated) {
			t.Fatalf("after the pause: %v", err)
		}
		d.later(1500 * time.Millisecond)
		if _, err := d.signIn(t, ownerPassword); !problem.Is(err, problem.TooMany) {
			t.Fatalf("the second pause is not longer: %v", err)
		}
		d.later(time.Minute)
		if _, err := d.signIn(t, ownerPassword); err != nil {
			t.Fatalf("the longest pause is over: %v", err)
		}
		if _, err := d.signIn(t, "wrong"); !problem.Is(err, problem.Unauthenticated) {
			t.Fatalf("tries are not forgotten after a right password: %v", err)
		}
	})
}

func TestOneNetworkAddressCannotTryForEver(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		var last error
		for i := range 51 {
			_, last = d.SignIn(t.Context(), d.visitor(), auth.StaffRealm, fmt.Sprintf("x%d@example.com", i), "wrong", id.Secret{})
		}
		if !problem.Is(last, problem.TooMany) {
			t.Errorf("the 51st try from one address: %v, want a pause", last)
		}
	})
}

func TestSignInEndsTheSessionTheBrowserCameWith(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		_, old := d.staff(t)
		fresh, err := d.SignIn(t.Context(), d.visitor(), auth.StaffRealm, ownerEmail, ownerPassword, old)
		if err != nil {
			t.Fatal(err)
		}
		if fresh.Reveal() == old.Reveal() {
			t.Error("signing in kept the token")
		}
		if _, err := d.asStaff(t, old); !problem.Is(err, problem.Unauthenticated) {
			t.Errorf("the old session: %v, want it dead", err)
		}
	})
}

func TestSessionsDieOfAgeAndOfBeingIdle(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		_, token := d.staff(t)
		for range 23 {
			d.later(55 * time.Minute)
			if _, err := d.asStaff(t, token); err != nil {
				t.Fatalf("a session in use: %v", err)
			}
			if err := d.FlushSeen(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		d.later(61 * time.Minute)
		if _, err := d.asStaff(t, token); !problem.Is(err, problem.Unauthenticated) {
			t.Errorf("idle for more than an hour: %v", err)
		}
		_, token = d.staff(t)
		for range 29 {
			d.later(50 * time.Minute)
			_, _ = d.asStaff(t, token)
			if err := d.FlushSeen(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := d.asStaff(t, token); !problem.Is(err, problem.Unauthenticated) {
			t.Errorf("older than a day: %v", err)
		}
	})
}

func TestATokenOfOneRealmIsNothingToTheOther(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		_, token := d.staff(t)
		if _, err := d.Signed(t.Context(), d.visitor(), auth.PortalRealm, token); !problem.Is(err, problem.Unauthenticated) {
			t.Errorf("a staff token at the portal: %v", err)
		}
	})
}

func TestPasswordChangeEndsEveryOtherSession(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		_, other := d.staff(t)
		who, this := d.staff(t)
		fresh, err := who.ChangePassword(t.Context(), ownerPassword, "another lantern entirely", false)
		if err != nil {
			t.Fatal(err)
		}
		for name, token := range map[string]id.Secret{"other": other, "this": this} {
			if _, err := d.asStaff(t, token); !problem.Is(err, problem.Unauthenticated) {
				t.Errorf("the %s session lives on: %v", name, err)
			}
		}
		if _, err := d.asStaff(t, fresh); err != nil {
			t.Errorf("the fresh session: %v", err)
		}
		if len(d.mails) != 1 || d.mails[0].Kind != "password_changed" {
			t.Errorf("mails %+v, want a notice", d.mails)
		}
	})
}

func TestAPasswordOrAddressThatChangesKillsTheLinksMailedBefore(t *testing.T) {
	for name, change := range map[string]func(t *testing.T, d *desk) error{
		"password": func(t *testing.T, d *desk) error {
			who, _ := d.staff(t)
			_, err := who.ChangePassword(t.Context(), ownerPassword, "another lantern entirely", false)
			return err
		},
		"address": func(t *testing.T, d *desk) error {
			return d.ConfirmEmail(t.Context(), d.visitor(), auth.StaffRealm, d.link(t, auth.EmailLink))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			onBoth(t, func(t *testing.T, d *desk) {
				reset, invite := d.link(t, auth.ResetLink), d.link(t, auth.InviteLink)
				if err := change(t, d); err != nil {
					t.Fatal(err)
				}
				for purpose, token := range map[auth.Purpose]id.Secret{auth.ResetLink: reset, auth.InviteLink: invite} {
					if _, err := d.FindLink(t.Context(), d.visitor(), auth.StaffRealm, token); !problem.Is(err, problem.NotFound) {
						t.Errorf("the %s link lives on: %v", purpose, err)
					}
				}
			})
		})
	}
}

// Making an Owner of a member from the console is a change like any other.
func TestAnOwnerMadeFromTheConsoleIsWrittenDown(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		created := func() (n int) {
			sys, err := d.System(t.Context(), d.site.ID)
			if err != nil {
				t.Fatal(err)
			}
			err = sys.Read(t.Context(), func(tx scope.Tx) (err error) {
				n, err = scope.One(t.Context(), tx, `select count(*) from activity where workspace_id = :workspace and kind = 'owner.created'`, nil, scope.Value[int])
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		before := created()
		if _, err := d.CreateOwner(t.Context(), auth.NewOwner{Email: ownerEmail, Name: "Priya Rowe"}); err != nil {
			t.Fatal(err)
		}
		if after := created(); after != before+1 {
			t.Errorf("%d rows of activity, %d before", after, before)
		}
	})
}

// What was counted by network address is not kept for ever.
func TestTidyForgetsNetworkAddresses(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		counted := func() (n int) {
			if err := d.db.Read.QueryRowContext(t.Context(), `select count(*) from address_limit`).Scan(&n); err != nil {
				t.Fatal(err)
			}
			return n
		}
		_, _ = d.signIn(t, "wrong")
		sys, err := d.System(t.Context(), d.site.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, step := range []struct {
			later time.Duration
			left  bool
		}{{time.Hour, true}, {25 * time.Hour, false}} {
			d.later(step.later)
			if err := auth.Tidy(t.Context(), sys); err != nil {
				t.Fatal(err)
			}
			if n := counted(); n > 0 != step.left {
				t.Errorf("after %v %d addresses are counted", step.later, n)
			}
		}
	})
}

func TestPasswordChangeAsksForTheRightOne(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		who, _ := d.staff(t)
		for _, c := range []struct{ current, password, field, key string }{
			{"", "another lantern entirely", "current", "password.current_required"},
			{"wrong", "another lantern entirely", "current", "password.current_wrong"},
			{ownerPassword, "too short", "password", "password.short"},
			{ownerPassword, ownerPassword, "password", "password.same"},
			{ownerPassword, "passwordpassword", "password", "password.guessable"},
			{ownerPassword, strings.Repeat("é", 201), "password", "password.long"},
		} {
			_, err := who.ChangePassword(t.Context(), c.current, c.password, false)
			p, ok := problem.As(err)
			if !ok || p.Fields[c.field].Key != c.key {
				t.Errorf("%q → %q: %v, want %s at %s", c.current, c.password, err, c.key, c.field)
			}
		}
	})
}

func TestResetLink(t *testing.T) {
	const fresh = "quite another lantern"
	redeem := func(t *testing.T, d *desk, token id.Secret) error {
		return d.Redeem(t.Context(), d.visitor(), auth.StaffRealm, token, fresh)
	}
	spent := func(t *testing.T, err error) {
		t.Helper()
		if !problem.Is(err, problem.NotFound) {
			t.Errorf("got %v, want a spent link", err)
		}
	}
	cases := map[string]func(t *testing.T, d *desk){
		"looking does not consume": func(t *testing.T, d *desk) {
			token := d.link(t, auth.ResetLink)
			for range 3 {
				if _, err := d.FindLink(t.Context(), d.visitor(), auth.StaffRealm, token); err != nil {
					t.Fatal(err)
				}
			}
			if err := redeem(t, d, token); err != nil {
				t.Fatal(err)
			}
			if _, err := d.signIn(t, fresh); err != nil {
				t.Errorf("the new password: %v", err)
			}
		},
		"works once": func(t *testing.T, d *desk) {
			token := d.link(t, auth.ResetLink)
			if err := redeem(t, d, token); err != nil {
				t.Fatal(err)
			}
			spent(t, redeem(t, d, token))
		},
		"a newer one kills it": func(t *testing.T, d *desk) {
			old := d.link(t, auth.ResetLink)
			d.link(t, auth.ResetLink)
			spent(t, redeem(t, d, old))
		},
		"dies after 60 minutes": func(t *testing.T, d *desk) {
			token := d.link(t, auth.ResetLink)
			d.later(time.Hour - time.Second)
			if _, err := d.FindLink(t.Context(), d.visitor(), auth.StaffRealm, token); err != nil {
				t.Fatalf("a second before: %v", err)
			}
			d.later(2 * time.Second)
			spent(t, redeem(t, d, token))
		},
		"an address link sets no password": func(t *testing.T, d *desk) {
			spent(t, redeem(t, d, d.link(t, auth.EmailLink)))
		},
		"a reset link changes no address": func(t *testing.T, d *desk) {
			spent(t, d.ConfirmEmail(t.Context(), d.visitor(), auth.StaffRealm, d.link(t, auth.ResetLink)))
		},
		"of staff is nothing to the portal": func(t *testing.T, d *desk) {
			spent(t, d.Redeem(t.Context(), d.visitor(), auth.PortalRealm, d.link(t, auth.ResetLink), fresh))
		},
		"a made-up one": func(t *testing.T, d *desk) { spent(t, redeem(t, d, id.NewSecret())) },
		"ends every session": func(t *testing.T, d *desk) {
			_, session := d.staff(t)
			if err := redeem(t, d, d.link(t, auth.ResetLink)); err != nil {
				t.Fatal(err)
			}
			if _, err := d.asStaff(t, session); !problem.Is(err, problem.Unauthenticated) {
				t.Errorf("a session survived the reset: %v", err)
			}
		},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) { t.Parallel(); onBoth(t, test) })
	}
}

// storm is how many use one token at once.
const storm = 64

func TestOneTokenUsedByManyAtOnceSucceedsOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		token := d.link(t, auth.ResetLink)
		results := make(chan error, storm)
		ctx := context.WithoutCancel(t.Context())
		for i := range storm {
			go func() {
				results <- d.Redeem(ctx, d.visitor(), auth.StaffRealm, token, fmt.Sprintf("lantern number %d of many", i))
			}()
		}
		var won int
		for range storm {
			err := <-results
			switch {
			case err == nil:
				won++
			case !problem.Is(err, problem.NotFound):
				t.Errorf("a loser got %v, want a spent link", err)
			}
		}
		if won != 1 {
			t.Errorf("%d of %d uses succeeded, want exactly one", won, storm)
		}
	})
}

func TestSetupIsClaimedOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		token, err := d.PrepareSetup(t.Context())
		if err != nil || token.Reveal() != "" {
			t.Fatalf("a second set-up is prepared: %v %v", token.Reveal() != "", err)
		}
		_, err = d.SetUp(t.Context(), facts, auth.Setup{
			Token: "made up", Workspace: "Other", Name: "Mallory", Email: "m@example.com", Password: "a door that is not mine", Zone: "UTC", Language: "en",
		})
		if p, ok := problem.As(err); !ok || p.Fields["token"].Key != "setup.token_wrong" {
			t.Errorf("a second set-up: %v", err)
		}
	})
}

func TestAGetCannotWrite(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		_, token := d.staff(t)
		looking := facts
		looking.ReadOnly = true
		s, err := d.Signed(t.Context(), d.Visitor(d.site, looking), auth.StaffRealm, token)
		if err != nil {
			t.Fatal(err)
		}
		who, err := s.Staff()
		if err != nil {
			t.Fatal(err)
		}
		err = who.Write(t.Context(), auth.ClientsWrite, func(scope.Tx) error { return nil })
		if err == nil || !strings.Contains(err.Error(), "writes nothing") {
			t.Errorf("a GET opened a writing transaction: %v", err)
		}
	})
}

// What each role may do, written down a second time.
func TestRoles(t *testing.T) {
	t.Parallel()
	//                 clients projects money contracts cases changes documents calendar settings people
	want := map[auth.Role]string{
		auth.Owner:   "w w w w w w w w w w",
		auth.Admin:   "w w w w w w w w w w",
		auth.Finance: "r r w w r r r r - r",
		auth.Project: "w w r w r w w w - -",
		auth.Support: "r r - - w w w w - -",
		auth.Viewer:  "r r r r r r r r - -",
	}
	for _, role := range auth.Roles {
		var got []string
		for _, area := range auth.Areas {
			switch {
			case role.May(auth.Right{Area: area, Level: auth.Write}):
				got = append(got, "w")
			case role.May(auth.Right{Area: area, Level: auth.Read}):
				got = append(got, "r")
			default:
				got = append(got, "-")
			}
		}
		if s := strings.Join(got, " "); s != want[role] {
			t.Errorf("%s may %s, want %s", role, s, want[role])
		}
	}
	for _, role := range []auth.Role{"", "made up"} {
		if role.May(auth.OwnRead) || role.May(auth.ClientsRead) {
			t.Errorf("the role %q may something", role)
		}
	}
}

// Whoever knows an address can slow guessing down, but not keep its owner out.
func TestGuessingFromElsewhereDoesNotShutTheOwnerOut(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		elsewhere := facts
		elsewhere.Address = "198.51.100.9"
		for range 30 {
			_, _ = d.SignIn(t.Context(), d.Visitor(d.site, elsewhere), auth.StaffRealm, ownerEmail, "a guess", id.Secret{})
		}
		if _, err := d.signIn(t, ownerPassword); err != nil {
			t.Errorf("the owner, from a network of their own: %v", err)
		}
	})
}

// A right current password is no wrong try, whatever is wrong with the new one.
func TestRightCurrentPasswordsAreNotCounted(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		who, _ := d.staff(t)
		for range 15 {
			if _, err := who.ChangePassword(t.Context(), ownerPassword, "too short", false); !problem.Is(err, problem.Invalid) {
				t.Fatalf("a new password that is too short: %v", err)
			}
		}
		if _, err := d.signIn(t, ownerPassword); err != nil {
			t.Errorf("afterwards: %v", err)
		}
	})
}

// What statements say of who may write an area is what the table says.
func TestWritersInStatements(t *testing.T) {
	t.Parallel()
	for right, list := range map[auth.Right]string{
		auth.MoneyWrite: auth.MoneyWriters, auth.ContractsWrite: auth.ContractsWriters, auth.CasesWrite: auth.CasesWriters, auth.ChangesWrite: auth.ChangesWriters,
		auth.DocumentsWrite: auth.DocumentsWriters,
	} {
		var want []string
		for _, role := range auth.Roles {
			if role.May(right) {
				want = append(want, "'"+string(role)+"'")
			}
		}
		if want := "(" + strings.Join(want, ", ") + ")"; list != want {
			t.Errorf("%s: statements say %s, the table %s", right, list, want)
		}
	}
}
