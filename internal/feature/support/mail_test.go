package support_test

import (
	"slices"
	"strings"
	"testing"

	"foyer/internal/auth"
	"foyer/internal/feature/document"
	"foyer/internal/feature/outbox"
	"foyer/internal/feature/support"
)

// readers are those who are mailed, each once.
func (b *bench) readers(t *testing.T) (to []string, texts string) {
	t.Helper()
	for _, m := range b.Deliver(t) {
		to = append(to, m.To.Addr)
		texts += m.Subject + "\n" + m.Text + m.HTML
	}
	slices.Sort(to)
	return to, texts
}

// Whatever is said is mailed to those whom it concerns and to nobody else, with the
// words and the way to the case; a note goes to staff alone.
func TestMailsGoToThoseConcerned(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		b.Add(t, b.marlow, "support@marlow.example", auth.SupportPreset, true)
		b.Hire(t, "Vera View", "vera@halden.example", auth.Viewer)
		b.Deliver(t)
		var c support.ID
		for _, step := range []struct {
			what string
			do   func()
			to   []string
			says string
		}{
			{"Rui raises a case", func() { c = b.raise(t, rui, "Colours") }, []string{jun, owner}, "Colours does not work."},
			{"Jun answers", func() {
				must(t, b.app(t, jun).Reply(t.Context(), c, support.Message{Body: "Good **eye**.", Uploads: []document.Upload{file("plan.txt", "x")}}))
			}, []string{rui}, "Good eye.\n\nFiles: plan.txt"},
			{"the Owner notes", func() { must(t, b.app(t, owner).Note(t.Context(), c, support.Message{Body: "kingfisher"})) }, []string{jun}, "kingfisher"},
			{"Ines writes", func() {
				_, err := b.portal(t, ines).Reply(t.Context(), c, "I see it too.", nil)
				must(t, err)
			}, []string{jun, owner, rui}, "I see it too."},
			{"Jun answers again", func() { must(t, b.app(t, jun).Reply(t.Context(), c, support.Message{Body: "Thanks."})) }, []string{ines, rui}, "Replies to this mail are not read"},
			{"Jun resolves", func() { must(t, b.app(t, jun).Resolve(t.Context(), c, "", "The profile stays.")) }, []string{ines, rui}, "The profile stays."},
			{"Rui reopens", func() { must(t, b.portal(t, rui).Reopen(t.Context(), c)) }, []string{jun, owner}, "reopened"},
			{"Rui says it is solved", func() { must(t, b.portal(t, rui).Close(t.Context(), c)) }, []string{jun, owner}, "the client says so"},
			{"the Owner hands it to Jun, who has it", func() { must(t, b.app(t, owner).Assign(t.Context(), c, b.jun)) }, nil, ""},
		} {
			step.do()
			to, texts := b.readers(t)
			if !slices.Equal(to, step.to) || !strings.Contains(texts, step.says) {
				t.Errorf("%s: mailed are %q, want %q; %q in %s", step.what, to, step.to, step.says, texts)
			}
			if to != nil && !strings.Contains(texts, c.String()) {
				t.Errorf("%s: no mail leads to the case", step.what)
			}
			if strings.Contains(texts, "kingfisher") && step.says != "kingfisher" {
				t.Errorf("%s: a note is in %s", step.what, texts)
			}
		}
	})
}

// Who may not read of a case any more when a mail is sent, or wants none, gets none.
func TestMailsAskAgain(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		c := b.raise(t, rui, "Colours")
		b.Deliver(t)
		say := func() { must(t, b.app(t, jun).Reply(t.Context(), c, support.Message{Body: "Good eye."})) }
		say()
		b.Run(t, home, `update contact set cases = 'none' where workspace_id = :workspace and cases = 'own'`, nil)
		if to, _ := b.readers(t); len(to) > 0 {
			t.Errorf("mailed are %q, who may not read it", to)
		}
		b.Run(t, home, `update contact set cases = 'own' where workspace_id = :workspace and cases = 'none'`, nil)
		b.ChooseAll(t, auth.Cases, outbox.None)
		say()
		if to, _ := b.readers(t); len(to) > 0 {
			t.Errorf("mailed are %q, who want none", to)
		}
		b.ChooseAll(t, auth.Cases, outbox.Now)
		say()
		if to, _ := b.readers(t); !slices.Equal(to, []string{rui}) {
			t.Errorf("mailed are %q", to)
		}
	})
}

// About a client that reads German its people are written to in German, and the
// members of the business in the language of the workspace.
func TestMailsAboutAGermanClient(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		b.Run(t, home, `update client set language = 'de' where workspace_id = :workspace`, nil)
		c := b.raise(t, rui, "Colours")
		if _, texts := b.readers(t); !strings.Contains(texts, "needs help:") {
			t.Errorf("a member is written to about a German client:\n%s", texts)
		}
		must(t, b.app(t, jun).Reply(t.Context(), c, support.Message{Body: "Good eye."}))
		if _, texts := b.readers(t); !strings.Contains(texts, "Jun Sato schreibt:") {
			t.Errorf("a contact of a German client is written to:\n%s", texts)
		}
	})
}

// Staff begin a case for somebody, who is told.
func TestStaffRaiseACase(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		in := support.Details{Client: b.marlow, Contact: b.Contact(t, home, rui, b.marlow).ContactID(), Subject: "By phone", Priority: support.High, Source: support.ByPhone}
		form := b.Form()
		app := func() support.App { return b.f.ForStaff(b.Staff(t, home, owner, form)) }
		c, err := app().Raise(t.Context(), in, b.jun, "He called about the till.", nil)
		must(t, err)
		again, err := app().Raise(t.Context(), in, b.jun, "He called about the till.", nil)
		must(t, err)
		if again != c {
			t.Error("the second press made another case")
		}
		if to, texts := b.readers(t); !slices.Equal(to, []string{jun, rui}) || !strings.Contains(texts, "the till") {
			t.Errorf("mailed are %q: %s", to, texts)
		}
		got, thread := b.get(t, c)
		if got.State != support.Open || got.AssigneeName != "Jun Sato" || lines(thread) != "case.raised | Priya Rowe: He called about the till. | case.assigned | case.opened" {
			t.Errorf("%+v: %s", got, lines(thread))
		}
		for field, bad := range map[string]func(*support.Details){
			"client": func(d *support.Details) { d.Client = "" }, "contact": func(d *support.Details) { d.Contact = b.Contact(t, home, sam, b.other).ContactID() },
			"subject": func(d *support.Details) { d.Subject = " " }, "priority": func(d *support.Details) { d.Priority = "x" }, "severity": func(d *support.Details) { d.Severity = "x" },
			"category": func(d *support.Details) { d.Category = "x" }, "source": func(d *support.Details) { d.Source = "" },
		} {
			d := in
			bad(&d)
			_, err := b.app(t, owner).Raise(t.Context(), d, "", "", nil)
			if err == nil || !strings.Contains(err.Error(), field+":") {
				t.Errorf("wrong at %s: %v", field, err)
			}
		}
		must(t, b.app(t, owner).SaveCategory(t.Context(), support.Category{Name: "Bugs"}))
		all, err := b.app(t, owner).Categories(t.Context())
		must(t, err)
		in.Category, in.Severity = all[0].ID, support.Blocker
		must(t, b.app(t, owner).Update(t.Context(), c, got.Version, in))
		if err := b.app(t, owner).Update(t.Context(), c, got.Version, in); err == nil || !strings.Contains(err.Error(), "stale") {
			t.Errorf("a stale form: %v", err)
		}
		if got, _ := b.get(t, c); got.CategoryName != "Bugs" || got.Severity != support.Blocker {
			t.Errorf("changed is %+v", got)
		}
	})
}
