package notify_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"foyer/internal/auth"
	"foyer/internal/feature/outbox"
	"foyer/internal/feature/project"
	"foyer/internal/feature/project/projecttest"
	"foyer/internal/kernel/id"
	"foyer/internal/kernel/mail"
	"foyer/internal/kernel/problem"
)

// The milestones of a launch, one after another within a minute, are one mail; what
// comes later is another of the same thread.
func TestSeveralNewsOfAThreadAreOneMail(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		_, p, launch := shop(t, d)
		payment := d.Milestone(t, p, "Payment", "2026-12-12", true)
		d.MoveTarget(t, p, payment, project.InProgress)
		d.Deliver(t)
		d.Mails.Quiet = outbox.Quiet

		d.MoveTarget(t, p, launch, project.Completed)
		if got := d.Deliver(t); len(got) != 0 {
			t.Fatalf("%d mails went before the thread was quiet", len(got))
		}
		d.Later(time.Minute)
		d.MoveTarget(t, p, payment, project.Completed)
		if got := d.Deliver(t); len(got) != 0 {
			t.Fatalf("%d mails went after a minute", len(got))
		}
		d.Later(time.Minute)
		first := d.Deliver(t)
		if len(first) != 1 || first[0].To.Addr != ines {
			t.Fatalf("mails went to %q, want one to %s", reached(first), ines)
		}
		for _, part := range []string{first[0].Text, first[0].HTML} {
			if strings.Count(part, "“Launch”")+strings.Count(part, "Launch</") < 1 || !strings.Contains(part, "Payment") {
				t.Errorf("the mail does not tell of both:\n%s", part)
			}
		}
		d.Later(time.Minute)
		if got := d.Deliver(t); len(got) != 0 {
			t.Fatalf("the second of them came once more: %q", reached(got))
		}

		d.Move(t, p, project.Completed)
		d.Deliver(t)
		d.Later(2 * time.Minute)
		second := d.Deliver(t)
		if len(second) != 1 || !strings.Contains(second[0].Subject, "Project completed") {
			t.Fatalf("later there are %d mails", len(second))
		}
		if len(first[0].References) != 1 || !slices.Equal(first[0].References, second[0].References) || first[0].MessageID == second[0].MessageID {
			t.Errorf("the threads are %q and %q", first[0].References, second[0].References)
		}
	})
}

// A daily mail comes at the person's hour in their zone, tells of all there is and that
// they may still see, and comes neither twice nor empty.
func TestTheDailyMail(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		c, p, launch := shop(t, d)
		d.Choose(t, ines, c, auth.Projects, outbox.Daily) // at eight in Dublin
		d.At(time.Date(2026, 11, 24, 7, 0, 0, 0, time.UTC))
		d.MoveTarget(t, p, launch, project.Completed)
		d.Move(t, p, project.Completed)
		d.Deliver(t)
		d.At(time.Date(2026, 11, 24, 7, 59, 0, 0, time.UTC))
		if got := d.Daily(t); len(got) != 0 {
			t.Fatalf("%d mails went before the hour", len(got))
		}
		d.At(time.Date(2026, 11, 24, 8, 0, 0, 0, time.UTC))
		got := d.Daily(t)
		if len(got) != 1 || !strings.Contains(got[0].Text, "Launch") || !strings.Contains(got[0].Text, "completed the project") {
			t.Fatalf("the daily mails are %+v", got)
		}
		if n := strings.Count(got[0].Text, "https://"+home+"/portal/projects/"); n != 1 {
			t.Errorf("it leads to %d records:\n%s", n, got[0].Text)
		}
		for range 2 {
			if got := d.Daily(t); len(got) != 0 {
				t.Fatalf("it came again: %q", reached(got))
			}
			d.Later(24 * time.Hour)
		}

		// What is hidden meanwhile is left out, and a mail of nothing is not sent.
		for _, gone := range []struct {
			what     string
			do, undo string
		}{
			{"the right to see it is gone", `update contact set projects = 'none' where workspace_id = :workspace`, `update contact set projects = 'all' where workspace_id = :workspace`},
			{"the contact is suspended", `update contact set suspended_at = :now where workspace_id = :workspace`, `update contact set suspended_at = null where workspace_id = :workspace`},
			{"the portal is off", `update client set portal_enabled_at = null where workspace_id = :workspace`, `update client set portal_enabled_at = :now where workspace_id = :workspace`},
			{"the person wants none", `update contact_mail set choice = 'none' where workspace_id = :workspace`, `update contact_mail set choice = 'daily' where workspace_id = :workspace`},
		} {
			d.Move(t, p, project.Active, project.Completed)
			d.Deliver(t)
			d.Run(t, home, gone.do, nil)
			d.Later(24 * time.Hour)
			if got := d.Daily(t); len(got) != 0 {
				t.Errorf("%s, and yet a mail says\n%s", gone.what, got[0].Text)
			}
			d.Run(t, home, gone.undo, nil)
			if got := d.Daily(t); len(got) != 0 {
				t.Errorf("%s, and the mail came afterwards", gone.what)
			}
		}
	})
}

// The person at the address in a mail gets no more of it, and everything else; anybody
// without that address changes nothing.
func TestUnsubscribing(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		c, p, launch := shop(t, d)
		d.MoveTarget(t, p, launch, project.Completed)
		m := d.Deliver(t)[0]
		token := exitOf(t, m)
		if m.Headers["List-Unsubscribe-Post"] != "List-Unsubscribe=One-Click" || !strings.Contains(m.Text, token) || !strings.Contains(m.HTML, token) {
			t.Errorf("the mail does not say how to unsubscribe: %v\n%s", m.Headers, m.Text)
		}
		for _, wrong := range []string{"", "x", token[:len(token)-1], strings.ToUpper(token), token + "A"} {
			_, err := d.Notices.Exit(t.Context(), d.Visitor(t, home, ""), wrong)
			wants(t, err, problem.NotFound)
		}
		_, err := d.Notices.Exit(t.Context(), d.Visitor(t, "studio.example.net", ""), token)
		wants(t, err, problem.NotFound)

		for n := range 3 {
			exit, err := d.Notices.Exit(t.Context(), d.Visitor(t, home, ""), token)
			must(t, err)
			if want := map[bool][]auth.Area{true: {auth.Projects}, false: nil}[n == 0]; !slices.Equal(exit.Areas, want) {
				t.Errorf("visit %d is about %v, want %v", n, exit.Areas, want)
			}
			must(t, exit.Leave(t.Context()))
		}
		d.Move(t, p, project.Completed)
		if got := d.Deliver(t); len(got) != 0 {
			t.Errorf("mail went on: %q", reached(got))
		}
		if n := d.Kinds(t, c)["contact.mail_changed staff"]; n != 1 {
			t.Errorf("%d events say so", n)
		}
		// From a daily mail all that is wanted daily ends, and nothing else.
		d.Choose(t, ines, c, auth.Projects, outbox.Daily)
		d.Choose(t, ines, c, auth.Cases, outbox.Daily)
		d.Move(t, p, project.Active, project.Completed)
		d.Deliver(t)
		d.Later(24 * time.Hour)
		exit, err := d.Notices.Exit(t.Context(), d.Visitor(t, home, ""), exitOf(t, d.Daily(t)[0]))
		must(t, err)
		if want := []auth.Area{auth.Projects, auth.Cases}; !slices.Equal(exit.Areas, want) {
			t.Errorf("the daily mail is about %v, want %v", exit.Areas, want)
		}
	})
}

// exitOf is the token of the address to unsubscribe at.
func exitOf(t *testing.T, m mail.Kept) string {
	t.Helper()
	at, ok := strings.CutPrefix(strings.Trim(m.Headers["List-Unsubscribe"], "<>"), "https://"+home+"/unsubscribe/")
	if !ok {
		t.Fatalf("List-Unsubscribe is %q", m.Headers["List-Unsubscribe"])
	}
	return at
}

func wants(t *testing.T, err error, kind problem.Kind) {
	t.Helper()
	if !problem.Is(err, kind) {
		t.Errorf("the error is %v, want %v", err, kind)
	}
}

// Somebody who is a contact of two clients gets a daily mail about each, and neither
// names the other.
func TestTheDailyMailIsAboutOneClient(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		_, p, _ := shop(t, d)
		other := d.Client(t, home, "Northwind Bikes", "sam@northwind.example")
		d.Add(t, other, ines, auth.ProjectPreset, true)
		theirs := d.Create(t, home, projecttest.Details(other, "Osprey"))
		d.Move(t, theirs, project.Active)
		d.ChooseAll(t, auth.Projects, outbox.Daily)
		d.Move(t, p, project.Completed)
		d.Move(t, theirs, project.Completed)
		d.Deliver(t)
		d.Later(24 * time.Hour)
		told := map[string]int{}
		for _, m := range d.Daily(t) {
			shop, osprey := strings.Contains(m.Text+m.HTML, "Online shop"), strings.Contains(m.Text+m.HTML, "Osprey")
			if shop == osprey || shop && m.To.Addr != ines {
				t.Errorf("%s reads of the shop %v and of the other %v:\n%s", m.To.Addr, shop, osprey, m.Text)
			}
			told[m.To.Addr]++
		}
		if told[ines] != 2 || told["sam@northwind.example"] != 1 {
			t.Errorf("daily mails: %v", told)
		}
	})
}

// The address for reports of one workspace takes none about another.
func TestReportsStayInTheirWorkspace(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		at := d.Mails.ReportURL(d.System(t, home).Site())
		token := at[strings.LastIndex(at, "/")+1+id.Length:]
		wants(t, d.Mails.Report(t.Context(), d.System(t, projecttest.Away), token, nil), problem.NotFound)
		if err := d.Mails.Report(t.Context(), d.System(t, home), token, nil); !errors.Is(err, outbox.ErrNoReport) {
			t.Errorf("its own workspace is answered %v", err)
		}
	})
}

// Ten thousand news at once are one daily mail, which tells of the first and says that
// there is more.
func TestManyNewsAreOneDailyMail(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		c, p, launch := shop(t, d)
		d.Choose(t, ines, c, auth.Projects, outbox.Daily)
		d.MoveTarget(t, p, launch, project.Completed)
		d.Deliver(t)
		d.Run(t, home, `insert into outbox (workspace_id, id, kind, identity_id, client_id, params, state, lane, digest, due_at, created_at)
			with recursive n(i) as (select 1 union all select i + 1 from n where i < 10000)
			select o.workspace_id, o.id || i, o.kind, o.identity_id, o.client_id, o.params, 'waiting', o.lane, o.digest, o.due_at, o.created_at
			from outbox o, n where o.workspace_id = :workspace and o.digest`, nil)
		d.Later(24 * time.Hour)
		got := d.Daily(t)
		if len(got) != 1 || !strings.Contains(got[0].Text, "There is more than fits here") || strings.Count(got[0].Text, "completed the milestone") != 50 {
			t.Fatalf("there are %d mails", len(got))
		}
		d.Run(t, home, `update outbox set problem = 'left' where workspace_id = :workspace and state = 'waiting'`, nil)
		if got := d.Daily(t); len(got) != 0 {
			t.Errorf("the rest came as %d mails", len(got))
		}
	})
}
