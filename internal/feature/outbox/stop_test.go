package outbox_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"foyer/internal/auth"
	"foyer/internal/feature/outbox"
	"foyer/internal/feature/project/projecttest"
	"foyer/internal/kernel/lang"
	"foyer/internal/kernel/mail/mailtest"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
)

// wire lets the mails of a desk go to a server, and gives what posts one to an address
// and sends it: the mail's row and whether the server heard of it.
func wire(t *testing.T, d *projecttest.Desk, server *mailtest.Server) func(host, email string) (outbox.Row, bool) {
	t.Helper()
	d.Mails.Sender = server.Sender(t)
	return func(host, email string) (outbox.Row, bool) {
		t.Helper()
		before := server.Attempts()
		projecttest.Must(t, d.System(t, host).Write(t.Context(), func(tx scope.Tx) error {
			return d.Mails.Post(t.Context(), tx, auth.Mail{Kind: "test", Email: email})
		}))
		d.Deliver(t)
		return listed(t, d, host)[0], server.Attempts() > before
	}
}

func desk(t *testing.T, d *projecttest.Desk, host string) outbox.App {
	t.Helper()
	return d.Mails.ForStaff(d.Staff(t, host, projecttest.Owner, d.Form()))
}

func listed(t *testing.T, d *projecttest.Desk, host string) []outbox.Row {
	t.Helper()
	list, err := desk(t, d, host).List(t.Context(), outbox.Wishes{})
	projecttest.Must(t, err)
	return list.Rows
}

// stopped are the addresses that get no mail from a workspace any more.
func stopped(t *testing.T, d *projecttest.Desk, host string) (all []string) {
	t.Helper()
	projecttest.Must(t, d.System(t, host).Read(t.Context(), func(tx scope.Tx) (err error) {
		all, err = scope.List(t.Context(), tx, `select email_key from mail_stop where workspace_id = :workspace order by 1`, nil, scope.Value[string])
		return err
	}))
	return all
}

// Of three people the server refuses one for good. Nobody writes to them any more from
// this workspace, however the address is spelt, until staff send a mail again; others
// and other workspaces are not concerned.
func TestOneAddressOfThreeIsRefused(t *testing.T) {
	projecttest.OnBoth(t, func(t *testing.T, d *projecttest.Desk) {
		server := mailtest.Start(t, mailtest.Options{})
		post := wire(t, d, server)
		const gone = "Gone@marlow.example"
		server.Bounce(gone, 550, "5.1.1 Nobody of this name lives here")
		for email, want := range map[string]outbox.State{"ana@marlow.example": outbox.IsSent, gone: outbox.IsBounced, "sam@marlow.example": outbox.IsSent} {
			if r, tried := post(projecttest.Home, email); r.State != want || !tried || r.Email != email {
				t.Errorf("tried: %v: %+v, want %s", tried, r, want)
			}
		}
		if got := stopped(t, d, projecttest.Home); !slices.Equal(got, []string{"gone@marlow.example"}) {
			t.Fatalf("no mail goes to %q any more", got)
		}
		for email, want := range map[string]outbox.State{"ana@marlow.example": outbox.IsSent, "gone@marlow.example": outbox.IsBounced, gone: outbox.IsBounced} {
			if r, tried := post(projecttest.Home, email); r.State != want || tried != (want == outbox.IsSent) {
				t.Errorf("afterwards, tried: %v: %+v, want %s", tried, r, want)
			}
		}
		if r, tried := post(projecttest.Away, gone); !tried || r.State != outbox.IsBounced {
			t.Errorf("elsewhere, tried: %v: %+v", tried, r)
		}

		// The box is there again.
		server.Bounce(gone, 0, "")
		of := listed(t, d, projecttest.Home)
		at := slices.IndexFunc(of, func(r outbox.Row) bool { return r.Email == gone })
		taken := server.Waiting()
		projecttest.Must(t, desk(t, d, projecttest.Home).Again(t.Context(), of[at].ID))
		d.Deliver(t)
		if r := listed(t, d, projecttest.Home)[at]; r.State != outbox.IsSent || server.Waiting() != taken+1 {
			t.Errorf("sent again: %+v", r)
		}
		if r, tried := post(projecttest.Home, gone); r.State != outbox.IsSent || !tried {
			t.Errorf("after that, tried: %v: %+v", tried, r)
		}
		if home, away := stopped(t, d, projecttest.Home), stopped(t, d, projecttest.Away); len(home) != 0 || len(away) != 1 {
			t.Errorf("no mail goes to %q here and %q there", home, away)
		}
	})
}

// A server that refuses what a mail says, or us, has nothing against the address.
func TestRefusalOfAMailStopsNothing(t *testing.T) {
	projecttest.OnBoth(t, func(t *testing.T, d *projecttest.Desk) {
		server := mailtest.Start(t, mailtest.Options{})
		post := wire(t, d, server)
		const ana = "ana@marlow.example"
		for _, refusal := range []mailtest.Reply{
			{At: mailtest.AtContent, Code: 554, Text: "5.6.0 We do not like what it says"},
			{At: mailtest.AtRecipient, Code: 554, Text: "5.7.1 Client host blocked"},
			{At: mailtest.AtRecipient, Code: 552, Text: "5.2.2 Mailbox full"},
		} {
			server.Script(refusal)
			if r, tried := post(projecttest.Home, ana); r.State != outbox.IsBounced || !tried {
				t.Errorf("%s: %+v", refusal.Text, r)
			}
			if got := stopped(t, d, projecttest.Home); len(got) != 0 {
				t.Errorf("%s: no mail goes to %q any more", refusal.Text, got)
			}
			if r, tried := post(projecttest.Home, ana); r.State != outbox.IsSent || !tried {
				t.Errorf("after %s: %+v", refusal.Text, r)
			}
		}
	})
}

// Several mails that went as one are one in the list, and are sent again as that one,
// also beside another of their lane and what waits in it.
func TestSeveralMailsAreSentAgainAsOne(t *testing.T) {
	projecttest.OnBoth(t, func(t *testing.T, d *projecttest.Desk) {
		server := mailtest.Start(t, mailtest.Options{})
		d.Mails.Sender, d.Mails.Quiet, d.Mails.Rest = server.Sender(t), outbox.Quiet, outbox.Growing
		d.Mails.Rules = map[string]outbox.Rule{"news": {Area: auth.Cases, Thread: "thread", Bundled: true}}
		d.Mails.Reader = func(context.Context, scope.Tx, string, string, auth.Area) (outbox.Reader, error) {
			return outbox.Reader{Realm: auth.StaffRealm, Choice: outbox.Now}, nil
		}
		d.Mails.Write("news", func(_ context.Context, _ auth.System, _ scope.Tx, w outbox.Wanted, _ lang.Printer) (outbox.Letter, error) {
			return outbox.Letter{Subject: "News", Title: "News", Paragraphs: []string{w.Params["word"]}}, nil
		})
		d.Deliver(t)
		owner, told := d.Staff(t, projecttest.Home, projecttest.Owner, d.Form()).ID(), 0
		post := func(n int) {
			for range n {
				projecttest.Must(t, d.System(t, projecttest.Home).Write(t.Context(), func(tx scope.Tx) error {
					told++
					return d.Mails.Post(t.Context(), tx, auth.Mail{Kind: "news", Identity: owner, Params: map[string]any{"thread": "shop", "word": fmt.Sprintf("news-%d", told)}})
				}))
			}
			d.Later(outbox.Quiet)
		}
		for _, lastFirst := range []bool{false, true} {
			told = 0
			had := len(listed(t, d, projecttest.Home))
			for range 2 {
				server.Script(mailtest.Reply{At: mailtest.AtContent, Code: 554, Text: "5.6.0 We do not like what it says"})
				post(3)
				d.Deliver(t)
			}
			rows := listed(t, d, projecttest.Home)
			rows = rows[:len(rows)-had]
			if len(rows) != 2 || rows[0].State != outbox.IsBounced || rows[1].State != outbox.IsBounced || rows[0].Tries != 1 {
				t.Fatalf("of two mails the list says %+v", rows)
			}
			// A mail that went with another has nothing of its own to be done.
			var member string
			projecttest.Must(t, d.System(t, projecttest.Home).Read(t.Context(), func(tx scope.Tx) (err error) {
				member, err = scope.One(t.Context(), tx, `select max(id) from outbox where workspace_id = :workspace and head_id is not null`, nil, scope.Value[string])
				return err
			}))
			projecttest.Wants(t, desk(t, d, projecttest.Home).Again(t.Context(), member), problem.NotFound, "", "")

			post(2)
			for _, r := range rows {
				projecttest.Must(t, desk(t, d, projecttest.Home).Again(t.Context(), r.ID))
			}
			jobs := d.Waiting()
			if lastFirst {
				slices.Reverse(jobs)
			}
			for _, j := range jobs {
				d.Do(t, j)
			}
			d.Later(time.Minute)
			d.Deliver(t)
			var got [][]string
			for range server.Waiting() {
				got = append(got, words(next(t, server).Parts["text/plain"]))
			}
			slices.SortFunc(got, slices.Compare)
			if want := [][]string{{"news-1", "news-2", "news-3"}, {"news-4", "news-5", "news-6"}, {"news-7", "news-8"}}; !slices.EqualFunc(got, want, slices.Equal) {
				t.Errorf("last first: %v: the mails tell %q, want %q", lastFirst, got, want)
			}
			rows = listed(t, d, projecttest.Home)
			rows = rows[:len(rows)-had]
			for _, r := range rows {
				if r.State != outbox.IsSent || r.Tries != 1 {
					t.Errorf("last first: %v: in the end the list says %+v", lastFirst, r)
				}
			}
			if len(rows) != 3 {
				t.Errorf("last first: %v: %d mails are listed", lastFirst, len(rows))
			}
		}
	})
}

// A mail that was given up is tried at once when staff want it, however long it rested.
func TestAgainDoesNotRest(t *testing.T) {
	projecttest.OnBoth(t, func(t *testing.T, d *projecttest.Desk) {
		server := mailtest.Start(t, mailtest.Options{})
		post := wire(t, d, server)
		d.Mails.Rest = outbox.Growing
		server.Script(mailtest.Reply{At: mailtest.AtContent, Code: 554, Text: "5.6.0 no"})
		r, _ := post(projecttest.Home, "ana@marlow.example")
		projecttest.Must(t, desk(t, d, projecttest.Home).Again(t.Context(), r.ID))
		d.Deliver(t)
		if r := listed(t, d, projecttest.Home)[0]; r.State != outbox.IsSent {
			t.Errorf("sent again: %+v", r)
		}
	})
}
