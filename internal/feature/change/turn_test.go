package change_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"foyer/internal/auth"
	"foyer/internal/feature/change"
	"foyer/internal/feature/client"
	"foyer/internal/feature/document"
	"foyer/internal/feature/project/projecttest"
	"foyer/internal/feature/support"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
)

// aBug asks for a change that is a fault, with a file.
func (b *bench) aBug(t *testing.T) change.ID {
	t.Helper()
	in := b.details("The form sends twice")
	in.Category = change.BugFix
	made, err := b.portal(t).Submit(t.Context(), in, []document.Upload{{Name: "both mails.txt", Bytes: []byte("twice")}})
	must(t, err)
	return made
}

// cases is the door to cases for the Owner.
func (b *bench) cases(t *testing.T) support.App {
	t.Helper()
	return b.helps().ForStaff(b.Staff(t, home, owner, b.Form()))
}

func (b *bench) helps() support.Feature { return support.Feature{Documents: b.f.Documents} }

// A request about a bug goes on as a case, once: what was written and sent along stands
// in it, both sides are led from one to the other, and the client is told.
func TestABugGoesOnAsACase(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		b.helps().WriteMail(b.Mails)
		r := b.aBug(t)
		b.Deliver(t)
		must(t, b.app(t).Ask(t.Context(), r, change.Before{}, "With which **coupon**?", nil))
		if mails := b.Deliver(t); len(mails) != 1 || !strings.Contains(mails[0].Text, "With which coupon?") {
			t.Errorf("mailed is %+v", mails)
		}
		must(t, b.portal(t).Answer(t.Context(), r, change.Before{}, "With this one.", []document.Upload{{Name: "coupon.txt", Bytes: []byte("ABC")}}))
		b.Deliver(t)
		b.Later(time.Hour)
		var made support.ID
		turns := make([]func() error, 0, 16)
		for range cap(turns) {
			door := b.app(t)
			turns = append(turns, func() error {
				c, err := door.Turn(t.Context(), r, change.Before{State: change.InReview})
				if err == nil {
					made = c
				}
				return err
			})
		}
		if done := atOnce(t, turns...); done != 1 {
			t.Fatalf("%d turned it", done)
		}
		c, thread, err := b.cases(t).Get(t.Context(), made, support.Span{})
		must(t, err)
		first := thread.First()
		if c.Subject != "The form sends twice" || c.CameFrom.ID != r.String() || c.CameFrom.Number != "CR-1" || c.Contact == "" || c.Source != support.ByPortal || c.State != support.Open || c.AssigneeName != "Priya Rowe" {
			t.Errorf("the case is %+v", c)
		}
		if first == nil || first.ByStaff || first.Author != "Contact of Marlow Ceramics" || first.Body != b.details("").Description+"\n\n"+b.details("").Justification+"\n\n"+b.details("").Benefit || len(first.Files) != 1 {
			t.Fatalf("it begins with %+v", first)
		}
		var said []string
		for _, e := range thread.Entries {
			if r := e.Reply; r != nil && r != first {
				said = append(said, fmt.Sprint(r.ByStaff, " ", r.Body, " ", len(r.Files), " ", c.CreatedAt.Sub(r.At)))
			}
		}
		if !slices.Equal(said, []string{"true With which **coupon**? 0 1h0m0s", "false With this one. 1 1h0m0s"}) {
			t.Errorf("it goes on with %q", said)
		}
		content, err := b.helps().ForClient(b.Contact(t, home, ines, b.of)).File(t.Context(), made, first.Files[0].ID)
		must(t, err)
		if string(content.Bytes) != "twice" {
			t.Errorf("its file says %q", content.Bytes)
		}
		got := b.shown(t, r)
		if got.State != change.Rejected || !got.WentOnAs.There || got.WentOnAs.ID != made || got.WentOnAs.Number != "SC-1" || got.Reason != "" {
			t.Errorf("the client sees %+v", got.Shown)
		}
		mails := b.Deliver(t)
		if len(mails) != 1 || mails[0].To.Addr != ines || mails[0].Subject != "Now a support case: CR-1, The form sends twice" || !strings.Contains(mails[0].Text, "/portal/cases/"+made.String()) {
			t.Errorf("turning tells %+v", mails)
		}
		_, err = b.app(t).Turn(t.Context(), r, change.Before{})
		conflict(t, err, "change.moved_on.turned")
		conflict(t, b.portal(t).Write(t.Context(), r, change.Before{}, "And now?", nil), "change.moved_on.turned")
		conflict(t, b.app(t).Say(t.Context(), r, change.Before{}, "Here?", nil), "change.moved_on.turned")
		list, err := b.portal(t).List(t.Context(), change.Wanted{})
		must(t, err)
		if !list.Rows[0].Turned {
			t.Error("the list calls it rejected")
		}
		// Who sees no cases is not told which.
		b.Run(t, home, `update contact set cases = 'none' where workspace_id = :workspace`, nil)
		if got := b.shown(t, r); !got.WentOnAs.There || got.WentOnAs.ID != "" || got.WentOnAs.Number != "" {
			t.Errorf("who sees no cases sees %+v", got.WentOnAs)
		}
		b.right(t)
	})
}

func TestWhatDoesNotGoOnAsACase(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		b.hire(t)
		wish, bug := b.submit(t, "Gift cards"), b.aBug(t)
		_, err := b.app(t).Turn(t.Context(), wish, change.Before{})
		conflict(t, err, "change.moved_on.submitted")
		_, err = b.as(t, pat).Turn(t.Context(), bug, change.Before{}) // writes no cases
		wants(t, err, problem.Forbidden, "", "problem.forbidden")
		b.Run(t, home, `update contact set cases = 'none' where workspace_id = :workspace`, nil)
		_, err = b.app(t).Turn(t.Context(), bug, change.Before{})
		conflict(t, err, "change.turn_blind") // nobody would read it
		must(t, b.app(t).Quote(t.Context(), bug, change.Before{}, quote("10")))
		_, err = b.app(t).Turn(t.Context(), bug, change.Before{})
		conflict(t, err, "change.moved_on.quoted")
		b.right(t)
	})
}

// A case goes on as a request of a contact and is resolved; each leads to the other.
func TestACaseGoesOnAsARequest(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		b.helps().WriteMail(b.Mails)
		door := func() support.Portal { return b.helps().ForClient(b.Contact(t, home, ines, b.of)) }
		of, err := door().Raise(t.Context(), support.Matter{Subject: "Vouchers", Description: "Can people give vouchers?", Priority: support.High})
		must(t, err)
		b.Deliver(t)
		c, thread, err := b.cases(t).Get(t.Context(), of, support.Span{})
		must(t, err)
		details := b.details("Vouchers")
		wish := change.Wish{Details: details, Contact: c.Contact, Resolution: "We go on with this as a change request.", Seen: thread.Newest()}
		turn := func(in change.Wish) (change.ID, error) { return b.app(t).FromCase(t.Context(), of, in) }

		bad := wish
		bad.Project, bad.Contact, bad.Resolution, bad.Justification = "", "", "", ""
		_, err = turn(bad)
		for field, key := range map[string]string{
			"project": "change.project_required", "contact": "case.contact_required", "resolution": "field.required", "justification": "change.justification_required",
		} {
			wants(t, err, problem.Invalid, field, key)
		}
		other := b.Client(t, home, "Northwind Bikes", sam)
		bad = wish
		bad.Project = b.Create(t, home, projecttest.Details(other, "Bikes"))
		_, err = turn(bad)
		wants(t, err, problem.Invalid, "project", "change.project_choose_one")
		bad = wish
		bad.Contact = b.Add(t, b.of, "bill@marlow.example", auth.BillingPreset, true).ID.String() // sees no changes
		_, err = turn(bad)
		wants(t, err, problem.Invalid, "contact", "case.contact_required")
		bad.Contact = b.Add(t, b.of, "barred@marlow.example", auth.ProjectPreset, true).ID.String()
		must(t, b.Clients(t, home).Suspend(t.Context(), b.of, client.ContactID(bad.Contact)))
		_, err = turn(bad)
		wants(t, err, problem.Invalid, "contact", "case.contact_required")
		_, err = door().Reply(t.Context(), of, "And gift wrap?", []document.Upload{{Name: "wrap.txt", Bytes: []byte("red")}})
		must(t, err)
		must(t, b.cases(t).Note(t.Context(), of, support.Message{Body: canary, Uploads: []document.Upload{{Name: canary + ".txt", Bytes: []byte(canary)}}}))
		_, err = turn(wish)
		conflict(t, err, "case.turn_meanwhile")
		_, thread, err = b.cases(t).Get(t.Context(), of, support.Span{})
		must(t, err)
		wish.Seen = thread.Newest()
		if n := b.count(t, `select count(*) from change_request where workspace_id = :workspace`); n != 0 {
			t.Fatalf("what was refused left %d requests", n)
		}
		b.Deliver(t)

		same := b.app(t)
		made, err := same.FromCase(t.Context(), of, wish)
		must(t, err)
		again, err := same.FromCase(t.Context(), of, wish)
		must(t, err)
		if again != made {
			t.Errorf("a second click makes %s beside %s", again, made)
		}
		got := b.shown(t, made)
		if files := got.Thread.Files; len(files) != 1 || files[0].Name != "wrap.txt" {
			t.Errorf("it has the files %+v", files)
		}
		if got.State != change.Submitted || got.CameFrom.ID != of || got.CameFrom.Number != "SC-1" || !got.Mine || got.Title != "Vouchers" {
			t.Errorf("the request is %+v", got.Shown)
		}
		shown, _, err := door().Get(t.Context(), of, support.Span{})
		must(t, err)
		if shown.State != support.Resolved || shown.Became.ID != made.String() || shown.Became.Number != "CR-1" || !strings.Contains(shown.Resolution, "change request") {
			t.Errorf("the case is %+v", shown)
		}
		mails := b.Deliver(t)
		if len(mails) != 1 || mails[0].To.Addr != ines || !strings.Contains(mails[0].Text, "as change request CR-1") || !strings.Contains(mails[0].Text, "/portal/change-requests/"+made.String()) {
			t.Errorf("turning tells %+v", mails)
		}
		_, err = b.app(t).FromCase(t.Context(), of, wish)
		conflict(t, err, "case.turned_already")
		must(t, b.cases(t).Reopen(t.Context(), of))
		_, err = b.app(t).FromCase(t.Context(), of, wish)
		conflict(t, err, "case.turned_already")
		b.Run(t, home, `update contact set changes = 'none' where workspace_id = :workspace`, scope.Args{})
		if shown, _, err = door().Get(t.Context(), of, support.Span{}); err != nil || shown.Became.ID != "" {
			t.Errorf("who sees no changes sees %+v, %v", shown.Became, err)
		}
		b.right(t)
	})
}

// Who may see the case and no changes is told that it is resolved, and of no request.
func TestTheMailOfACaseThatGoesOnNamesNoHiddenRequest(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		b.helps().WriteMail(b.Mails)
		of, err := b.helps().ForClient(b.Contact(t, home, ines, b.of)).Raise(t.Context(), support.Matter{Subject: "Vouchers", Description: "Can people give vouchers?", Priority: support.High})
		must(t, err)
		b.Deliver(t)
		c, _, err := b.cases(t).Get(t.Context(), of, support.Span{})
		must(t, err)
		made, err := b.app(t).FromCase(t.Context(), of, change.Wish{Details: b.details("Vouchers"), Contact: c.Contact, Resolution: "We look into it."})
		must(t, err)
		b.Run(t, home, `update contact set changes = 'none' where workspace_id = :workspace`, scope.Args{})
		mails := b.Deliver(t)
		if len(mails) != 1 || mails[0].To.Addr != ines || strings.Contains(mails[0].Text, "CR-1") || strings.Contains(mails[0].Text, made.String()) || !strings.Contains(mails[0].Text, "/portal/cases/") {
			t.Errorf("turning tells %+v", mails)
		}
	})
}
