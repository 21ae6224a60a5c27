package notify_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"foyer/internal/auth"
	"foyer/internal/feature/client"
	"foyer/internal/feature/notify"
	"foyer/internal/feature/outbox"
	"foyer/internal/feature/project"
	"foyer/internal/feature/project/projecttest"
	"foyer/internal/kernel/mail"
	"foyer/internal/kernel/scope"
)

type desk = projecttest.Desk

const (
	home  = projecttest.Home
	ines  = "ines@marlow.example"
	owner = projecttest.Owner
)

var (
	onBoth = projecttest.OnBoth
	must   = projecttest.Must
)

// shop is a project of Marlow's with a milestone that is under way.
func shop(t *testing.T, d *desk) (client.ID, project.ID, project.TargetID) {
	t.Helper()
	c := d.Client(t, home, "Marlow Ceramics", ines)
	p := d.Create(t, home, projecttest.Details(c, "Online shop"))
	m := d.Milestone(t, p, "Launch", "2026-12-10", true)
	d.MoveTarget(t, p, m, project.InProgress)
	d.Move(t, p, project.Active)
	d.Deliver(t)
	return c, p, m
}

// reached are the addresses that mails went to, in their order.
func reached(mails []mail.Kept) []string {
	all := []string{}
	for _, m := range mails {
		all = append(all, m.To.Addr)
	}
	slices.Sort(all)
	return all
}

// tell does the jobs that find out whom to tell, and not those that send.
func tell(t *testing.T, d *desk) []projecttest.Job {
	t.Helper()
	var told []projecttest.Job
	for _, j := range d.Waiting() {
		if j.Kind == notify.Kind {
			told = append(told, j)
			d.Do(t, j)
		}
	}
	if len(told) == 0 {
		t.Fatal("nobody was to be told")
	}
	return d.Waiting()
}

func TestMailReachesThoseWhoMaySeeAndWantTo(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		c, p, m := shop(t, d)
		for _, preset := range auth.Presets {
			d.Add(t, c, string(preset)+"@marlow.example", preset, true)
		}
		d.Add(t, c, "new@marlow.example", auth.ProjectPreset, false)
		silent := d.Add(t, c, "silent@marlow.example", auth.ProjectPreset, true)
		d.Choose(t, silent.Email, c, auth.Projects, outbox.None)
		barred := d.Add(t, c, "barred@marlow.example", auth.ProjectPreset, true)
		must(t, d.Clients(t, home).Suspend(t.Context(), c, barred.ID))
		other := d.Client(t, home, "Northwind Bikes", "sam@northwind.example")
		d.Add(t, other, ines, auth.ProjectPreset, true)
		theirs := d.Client(t, projecttest.Away, "Verso Books", ines)
		d.Create(t, projecttest.Away, projecttest.Details(theirs, "Away"))
		d.Deliver(t)

		want := []string{ines, "primary@marlow.example", "project@marlow.example", "support@marlow.example"}
		slices.Sort(want)
		d.MoveTarget(t, p, m, project.Completed)
		if got := reached(d.Deliver(t)); !slices.Equal(got, want) {
			t.Errorf("the milestone reached %q, want %q", got, want)
		}
		d.Move(t, p, project.Completed)
		if got := reached(d.Deliver(t)); !slices.Equal(got, want) {
			t.Errorf("the project reached %q, want %q", got, want)
		}
		// Nothing else is told.
		d.Move(t, p, project.Active, project.OnHold, project.Active)
		d.MoveTarget(t, p, m, project.InProgress)
		d.MoveTarget(t, p, d.Deliverable(t, p, "Logo", true), project.Done)
		if got := reached(d.Deliver(t)); len(got) != 0 {
			t.Errorf("other steps reached %q", got)
		}
	})
}

func TestNobodyIsToldTwice(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		_, p, m := shop(t, d)
		d.MoveTarget(t, p, m, project.Completed)
		jobs := d.Waiting()
		for range 2 {
			for _, j := range jobs {
				d.Do(t, j)
			}
		}
		sends := d.Waiting()
		if len(sends) != 1 {
			t.Fatalf("two runs made %d mails", len(sends))
		}
		d.Do(t, sends[0])
		for _, j := range append(jobs, sends...) {
			d.Do(t, j)
		}
		d.Deliver(t)
		if got := reached(d.Box.List()); len(got) != 1 {
			t.Errorf("mails reached %q", got)
		}
	})
}

func TestWhatIsCompletedOnceMoreIsToldOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		_, p, m := shop(t, d)
		for _, told := range []bool{false, true} {
			var sends []projecttest.Job
			before := len(d.Box.List())
			for range 2 {
				d.MoveTarget(t, p, m, project.Completed)
				d.Move(t, p, project.Completed)
				if told {
					sends = append(sends, tell(t, d)...)
				}
				d.Later(time.Minute)
				d.MoveTarget(t, p, m, project.InProgress)
				d.Move(t, p, project.Active)
				d.Later(time.Minute)
			}
			d.MoveTarget(t, p, m, project.Completed)
			d.Move(t, p, project.Completed)
			for _, j := range sends {
				d.Do(t, j)
			}
			d.Deliver(t)
			if n := len(d.Box.List()) - before; n != 2 {
				t.Errorf("told before: %v: %d mails, want one of the milestone and one of the project", told, n)
			}
			d.MoveTarget(t, p, m, project.InProgress)
			d.Move(t, p, project.Active)
		}
	})
}

func TestWhoDidItIsNotTold(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		c, p, m := shop(t, d)
		d.MoveTarget(t, p, m, project.Completed)
		jobs := d.Waiting()
		identity := d.Add(t, c, "maya@marlow.example", auth.ProjectPreset, true).Identity
		d.Waiting()
		// No contact can complete a milestone; the event says that Maya did.
		must(t, d.System(t, home).Write(t.Context(), func(tx scope.Tx) error {
			made := fmt.Sprintf("%026d", 1)
			_, err := tx.Exec(t.Context(), `insert into activity (workspace_id, id, at, actor_kind, actor_id, address, agent, request_id, kind, subject_kind, subject_id, area, client_id, audience, params)
				select workspace_id, :event, at, 'contact', :person, address, agent, request_id, kind, subject_kind, subject_id, area, client_id, audience, params
				from activity where workspace_id = :workspace and kind = 'milestone.completed'`, scope.Args{"event": made, "person": identity})
			if err != nil {
				return err
			}
			return d.Notices.Recorded(t.Context(), tx, made, auth.Event{Kind: "milestone.completed", Audience: auth.ForClientToo})
		}))
		if got := reached(d.Deliver(t)); !slices.Equal(got, []string{ines}) || len(jobs) != 1 {
			t.Errorf("mails reached %q", got)
		}
	})
}

func TestWhatIsNotForClientsIsNotTold(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		c, p, m := shop(t, d)
		d.Show(t, p, m, false)
		d.MoveTarget(t, p, m, project.Completed)
		in := projecttest.Details(c, "Inner")
		in.Shared = false
		inner := d.Create(t, home, in)
		launch := d.Milestone(t, inner, "Inner launch", "2026-12-10", true)
		d.MoveTarget(t, inner, launch, project.InProgress, project.Completed)
		d.Move(t, inner, project.Active, project.Completed)
		if got := reached(d.Deliver(t)); len(got) != 0 {
			t.Errorf("mails reached %q", got)
		}
	})
}

// Each of these makes the news pointless, before it is known whom to tell or
// before the mail is sent.
func TestNewsThatIsNoneAnyMoreIsNotSent(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		c, p, m := shop(t, d)
		_, contacts, err := d.Clients(t, home).Contacts(t.Context(), c)
		must(t, err)
		member := contacts[0]
		suspend := d.Add(t, c, "maya@marlow.example", auth.ProjectPreset, true)
		d.Waiting()
		save := func(email string, on bool) {
			d.Choose(t, email, c, auth.Projects, map[bool]outbox.Choice{true: outbox.Now, false: outbox.None}[on])
		}
		rights := func(preset auth.Preset) {
			_, now, err := d.Clients(t, home).Contact(t.Context(), c, suspend.ID)
			must(t, err)
			must(t, d.Clients(t, home).UpdateContact(t.Context(), c, suspend.ID, now.Version, client.ContactDetails{
				Name: now.Name, Email: now.Email, Preset: preset, Drawn: preset, Capabilities: preset.Capabilities(),
			}))
		}
		both, onlyInes, onlyMaya := []string{ines, "maya@marlow.example"}, []string{ines}, []string{"maya@marlow.example"}
		for _, change := range []struct {
			what     string
			do, undo func()
			want     []string
		}{
			{"nothing changed", func() {}, func() {}, both},
			{"it was reopened", func() { d.MoveTarget(t, p, m, project.InProgress) }, func() {}, nil},
			{"it was hidden", func() { d.Show(t, p, m, false) }, func() { d.Show(t, p, m, true) }, nil},
			{"the project is not shared", func() { d.Share(t, p, false) }, func() { d.Share(t, p, true) }, nil},
			{"one switched it off", func() { save(ines, false) }, func() { save(ines, true) }, onlyMaya},
			{"one lost the right", func() { rights(auth.BillingPreset) }, func() { rights(auth.ProjectPreset) }, onlyInes},
			{"one was suspended", func() { must(t, d.Clients(t, home).Suspend(t.Context(), c, suspend.ID)) },
				func() { must(t, d.Clients(t, home).Reinstate(t.Context(), c, suspend.ID)) }, onlyInes},
			{"the portal is closed", func() { must(t, d.Clients(t, home).DisablePortal(t.Context(), c)) },
				func() { must(t, d.Clients(t, home).EnablePortal(t.Context(), c)) }, nil},
		} {
			for _, told := range []bool{false, true} {
				if _, now, err := d.App(t, home).Target(t.Context(), p, m); err != nil || now.State == project.Completed {
					must(t, err)
					d.MoveTarget(t, p, m, project.InProgress)
				}
				d.Deliver(t)
				d.Later(time.Second)
				d.MoveTarget(t, p, m, project.Completed)
				var sends []projecttest.Job
				if told {
					sends = tell(t, d)
				}
				before := len(d.Box.List())
				change.do()
				for _, j := range sends {
					d.Do(t, j)
				}
				d.Deliver(t)
				list := d.Box.List()
				if got := reached(list[:len(list)-before]); !slices.Equal(got, append([]string{}, change.want...)) {
					t.Errorf("when %s (told before: %v) mails reached %q, want %q", change.what, told, got, change.want)
				}
				change.undo()
			}
		}
		if member.Email != ines {
			t.Errorf("the primary contact is %s", member.Email)
		}
	})
}

func TestOldNewsIsNotSent(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		_, p, m := shop(t, d)
		for wait, want := range map[time.Duration]int{3 * 24 * time.Hour: 1, 3*24*time.Hour + time.Second: 0} {
			d.MoveTarget(t, p, m, project.Completed)
			sends := tell(t, d)
			before := len(d.Box.List())
			d.Later(wait)
			for _, j := range sends {
				d.Do(t, j)
			}
			if got := len(d.Box.List()) - before; got != want {
				t.Errorf("after %s %d mails were sent, want %d", wait, got, want)
			}
			d.MoveTarget(t, p, m, project.InProgress)
		}
	})
}

func TestSettingsAreThePersonsOwn(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		c, _, _ := shop(t, d)
		d.Add(t, c, "maya@marlow.example", auth.ProjectPreset, true)
		d.Choose(t, "maya@marlow.example", c, auth.Projects, outbox.None)
		for email, want := range map[string]outbox.Choice{ines: outbox.Now, "maya@marlow.example": outbox.None} {
			s, err := notify.ForClient(d.Contact(t, home, email, c)).Settings(t.Context())
			must(t, err)
			if got := s.Of(auth.Projects); got != want {
				t.Errorf("%s wants mail about projects %s", email, got)
			}
		}
		if kinds := d.Kinds(t, c); kinds["contact.mail_changed staff"] != 1 || kinds["contact.mail_changed"] != 1 {
			t.Errorf("activity %v", kinds)
		}
	})
}

// The texts as they are read, ids made the same. FOYER_TEST_REWRITE=1 writes the
// files anew.
func TestGoldenLetters(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		c, p, m := shop(t, d)
		_, contacts, err := d.Clients(t, home).Contacts(t.Context(), c)
		must(t, err)
		for _, language := range []string{"en", "de"} {
			d.Run(t, home, `update identity set language = :language where workspace_id = :workspace and id = :person`,
				scope.Args{"language": language, "person": contacts[0].Identity})
			d.MoveTarget(t, p, m, project.Completed)
			d.Move(t, p, project.Completed)
			for _, got := range d.Deliver(t) {
				name := map[bool]string{true: "milestone_completed", false: "project_completed"}[strings.Contains(got.Text, "Launch")]
				text := fmt.Sprintf("From: %s\nTo: %s\nSubject: %s\n\n%s", got.From, got.To, got.Subject, got.Text)
				golden(t, language, name, projecttest.Exits.ReplaceAllString(strings.ReplaceAll(text, p.String(), "PROJECT"), "/unsubscribe/TOKEN"))
				if !strings.Contains(got.HTML, `<html lang="`+language) || !strings.Contains(got.HTML, "/projects/"+p.String()) {
					t.Errorf("the HTML in %s is %s", language, got.HTML)
				}
			}
			d.MoveTarget(t, p, m, project.InProgress)
			d.Move(t, p, project.Active)
			d.Deliver(t)
		}
		if n := len(d.Box.List()); n != 4 {
			t.Errorf("%d mails were sent", n)
		}
	})
}

func golden(t *testing.T, language, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", language, name+".golden")
	if os.Getenv("FOYER_TEST_REWRITE") == "1" {
		must(t, os.MkdirAll(filepath.Dir(file), 0o750))
		must(t, os.WriteFile(file, []byte(got), 0o600))
		return
	}
	want, err := os.ReadFile(file)
	must(t, err)
	if got != string(want) {
		t.Errorf("%s has changed (FOYER_TEST_REWRITE=1 takes it over); it is now\n%s", file, got)
	}
}
