package outbox_test

import (
	"slices"
	"testing"

	"foyer/internal/auth"
	"foyer/internal/feature/outbox"
	"foyer/internal/feature/project/projecttest"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
)

const clerk = "fin@haldenrowe.example"

// Staff see what became of each mail, and send one again that did not arrive: once for
// a form, to the address that the person has by then, and not what was sent.
func TestWhatDidNotArriveIsSentAgain(t *testing.T) {
	projecttest.OnBoth(t, func(t *testing.T, d *projecttest.Desk) {
		app := func(host, email string) outbox.App { return d.Mails.ForStaff(d.Staff(t, host, email, d.Form())) }
		d.Hire(t, "Fin Clerk", clerk, auth.Finance)
		d.Deliver(t)
		d.Run(t, projecttest.Home, `update outbox set state = 'bounced', problem = '550 no such box', attempts = 1 where workspace_id = :workspace and sent_to = :to`, scope.Args{"to": clerk})
		states := func(w outbox.Wishes) (all []string) {
			list, err := app(projecttest.Home, projecttest.Owner).List(t.Context(), w)
			projecttest.Must(t, err)
			for _, r := range list.Rows {
				all = append(all, r.Email+" "+string(r.State)+" "+r.Problem)
			}
			return all
		}
		if got := states(outbox.Wishes{State: outbox.IsBounced}); !slices.Equal(got, []string{clerk + " bounced 550 no such box"}) {
			t.Fatalf("bounced are %q", got)
		}
		list, err := app(projecttest.Home, projecttest.Owner).List(t.Context(), outbox.Wishes{State: outbox.IsBounced})
		projecttest.Must(t, err)
		mail := list.Rows[0]
		if mail.Name != "Fin Clerk" || mail.Subject == "" || !mail.Again() {
			t.Errorf("the list says %+v", mail)
		}

		_, err = app(projecttest.Home, clerk).List(t.Context(), outbox.Wishes{})
		projecttest.Wants(t, err, problem.Forbidden, "", "")
		projecttest.Wants(t, app(projecttest.Home, clerk).Again(t.Context(), mail.ID), problem.Forbidden, "", "")
		projecttest.Wants(t, app(projecttest.Away, projecttest.Owner).Again(t.Context(), mail.ID), problem.NotFound, "", "")
		projecttest.Wants(t, app(projecttest.Home, projecttest.Owner).Again(t.Context(), "../1"), problem.NotFound, "", "")

		d.Run(t, projecttest.Home, `update identity set email = 'new@haldenrowe.example', email_key = 'new@haldenrowe.example' where workspace_id = :workspace and email = :to`, scope.Args{"to": clerk})
		same, before := app(projecttest.Home, projecttest.Owner), len(d.Box.List())
		for range 2 {
			projecttest.Must(t, same.Again(t.Context(), mail.ID))
		}
		if n := len(d.Deliver(t)); n != 1 || len(d.Box.List()) != before+1 {
			t.Errorf("%d mails were sent", n)
		}
		if got := states(outbox.Wishes{State: outbox.IsBounced}); len(got) != 0 {
			t.Errorf("bounced are %q", got)
		}
		if got := states(outbox.Wishes{}); !slices.Contains(got, "new@haldenrowe.example sent ") {
			t.Errorf("all are %q", got)
		}
		projecttest.Wants(t, app(projecttest.Home, projecttest.Owner).Again(t.Context(), mail.ID), problem.Conflict, "", "outbox.not_again")
	})
}

// The list goes on page by page, forth and back.
func TestMailsAreListedPageByPage(t *testing.T) {
	projecttest.OnBoth(t, func(t *testing.T, d *projecttest.Desk) {
		who := d.Staff(t, projecttest.Home, projecttest.Owner, d.Form())
		projecttest.Must(t, d.System(t, projecttest.Home).Write(t.Context(), func(tx scope.Tx) error {
			for range outbox.PageSize + 3 {
				if err := d.Mails.Post(t.Context(), tx, auth.Mail{Kind: "test", Identity: who.ID()}); err != nil {
					return err
				}
			}
			return nil
		}))
		read := func(w outbox.Wishes) outbox.List {
			list, err := d.Mails.ForStaff(who).List(t.Context(), w)
			projecttest.Must(t, err)
			return list
		}
		for _, state := range []outbox.State{"", outbox.IsWaiting} {
			first := read(outbox.Wishes{State: state})
			second := read(outbox.Wishes{State: state, After: first.Next})
			back := read(outbox.Wishes{State: state, Before: second.Prev})
			if len(first.Rows) != outbox.PageSize || first.Prev != "" || len(second.Rows) != 3 || second.Next != "" || !slices.Equal(first.Rows, back.Rows) {
				t.Errorf("%q: pages of %d, %d and %d", state, len(first.Rows), len(second.Rows), len(back.Rows))
			}
		}
	})
}
