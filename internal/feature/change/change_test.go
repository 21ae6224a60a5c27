package change_test

import (
	"slices"
	"strings"
	"testing"

	"foyer/internal/feature/change"
	"foyer/internal/feature/feed"
	"foyer/internal/feature/project"
	"foyer/internal/feature/project/projecttest"
	"foyer/internal/kernel/problem"
)

// From the wish to the invoice: one transaction makes an accepted quote real, and both
// sides see the chain.
func TestAnAcceptedQuoteBecomesReal(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		q := quote("1,250.00")
		q.Milestone, q.Days = b.milestone, "14"
		r := b.quoted(t, "Gift cards", q)
		if s := b.shown(t, r); !s.MayDecide || s.Closed != nil || s.Price.Minor != 125000 || s.Consents || s.Quotes[0].Effort != 1250 || s.Number != "CR-1" {
			t.Errorf("before: %+v", s)
		}
		b.accept(t, r)
		got := b.get(t, r)
		if got.State != change.Scheduled || got.Target == "" || got.Invoice == "" || got.Quotes[0].Decision != "accepted" || got.Quotes[0].DecidedBy == "" {
			t.Fatalf("afterwards: %+v", got)
		}
		_, targets, err := b.App(t, home).WithTargets(t.Context(), b.project)
		must(t, err)
		at := slices.IndexFunc(targets, func(x project.Target) bool { return x.ID == got.Target })
		if d := targets[at]; d.Name != "Gift cards" || !d.ClientVisible || d.Milestone != b.milestone || d.State != project.Todo {
			t.Errorf("the deliverable is %+v", d)
		}
		if targets[0].DueOn != "2026-12-24" {
			t.Errorf("the milestone is due on %s", targets[0].DueOn)
		}
		n := b.invoice(t, got.Invoice)
		if len(n.Lines) != 1 || n.Lines[0].Description != "CR-1 Gift cards" || n.Sums.Net != 125000 || n.Sums.Gross != 148750 || n.Project != b.project {
			t.Errorf("the invoice is %+v", n)
		}
		s := b.shown(t, r)
		if s.Target != got.Target || !s.NextInvoice || s.Invoice != "" || s.InvoiceNo != "" {
			t.Errorf("the client sees %+v of a draft", s)
		}
		must(t, b.bills.ForStaff(b.Staff(t, home, owner, b.Form())).Issue(t.Context(), n.ID, n.Version, false))
		if s := b.shown(t, r); s.NextInvoice || s.Invoice != got.Invoice || s.InvoiceNo == "" {
			t.Errorf("the client sees %+v of an invoice", s)
		}
		want := []string{" submitted", "taken submitted in_review", "quoted in_review quoted", "accepted quoted accepted", "scheduled accepted scheduled"}
		want[0] = "submitted  submitted"
		if got := b.steps(t, r); !slices.Equal(got, want) {
			t.Errorf("the steps are %q, want %q", got, want)
		}
		v, err := b.app(t).OfProject(t.Context(), b.project)
		must(t, err)
		theirs, err := b.portal(t).OfProject(t.Context(), b.project)
		must(t, err)
		for _, v := range []change.Agreed{v, theirs} {
			if len(v.Changes) != 1 || v.Changes[0].ID != r || len(v.Sums) != 1 || v.Sums[0].Minor != 125000 {
				t.Errorf("the project's value is %+v", v)
			}
		}
		if k := b.Kinds(t, b.of); k["milestone.rescheduled client"] != 1 || k["deliverable.added staff"] != 1 || k["invoice.created staff"] != 1 {
			t.Errorf("recorded is %v", k)
		}
		events, err := b.Feed(t, ines, b.of).Recent(t.Context())
		must(t, err)
		if !slices.ContainsFunc(events, func(e feed.Event) bool { return e.Kind == "milestone.rescheduled" && e.Agreed }) {
			t.Errorf("the feed says that Ines moved the milestone: %+v", events)
		}
		b.right(t)
	})
}

// What is agreed for free becomes a deliverable and no line, by who sees no money too.
func TestAgreedForFree(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		b.hire(t)
		r := b.submit(t, "A new colour")
		wants(t, b.as(t, sue).Quote(t.Context(), r, change.Before{}, quote("1")), problem.Conflict, "", "change.quote_no_money")
		wants(t, b.as(t, vic).Agree(t.Context(), r, change.Before{}, "Yes"), problem.Forbidden, "", "")
		wants(t, b.as(t, sue).Agree(t.Context(), r, change.Before{}, " "), problem.Invalid, "note", "field.required")
		must(t, b.as(t, sue).Agree(t.Context(), r, change.Before{}, "On the house."))
		got := b.get(t, r)
		if got.State != change.Scheduled || got.Target == "" || got.Invoice != "" || got.Reason != "On the house." || b.count(t, countInvoices) != 0 {
			t.Errorf("it is %+v", got)
		}
		if s := b.shown(t, r); s.Reason != "On the house." || s.NextInvoice {
			t.Errorf("the client sees %+v", s)
		}
		want := []string{"submitted  submitted", "taken submitted in_review", "agreed in_review accepted", "scheduled accepted scheduled"}
		if got := b.steps(t, r); !slices.Equal(got, want) {
			t.Errorf("the steps are %q", got)
		}
		b.right(t)
	})
}

// A second line comes onto the draft of the first, unless that is issued, in another
// currency or has a discount.
func TestOneDraftTakesTheLinesOfAProject(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		accepted := func(title string, q change.QuoteDetails) string {
			t.Helper()
			r := b.quoted(t, title, q)
			b.accept(t, r)
			return b.get(t, r).Invoice
		}
		first := accepted("One", quote("100"))
		if again := accepted("Two", quote("0.05")); again != first {
			t.Error("the second is on another draft")
		}
		if n := b.invoice(t, first); len(n.Lines) != 2 || n.Sums.Net != 10005 || n.Sums.Gross != 11906 || n.Lines[1].Description != "CR-2 Two" {
			t.Errorf("the draft is %+v", n)
		}
		if b.count(t, `select count(*) from invoice where workspace_id = :workspace and amount_minor = 10005 and net_minor = 10005 and tax_minor = 1901 and gross_minor = 11906`) != 1 {
			t.Error("the sums of the draft are not stored")
		}
		dollars := quote("7")
		dollars.Currency = "USD"
		other := accepted("Three", dollars)
		if other == first {
			t.Error("dollars are on a draft of euros")
		}
		n := b.invoice(t, first)
		d := n.Details()
		d.Discount = "10%"
		app := b.bills.ForStaff(b.Staff(t, home, owner, b.Form()))
		must(t, app.Update(t.Context(), n.ID, n.Version, d))
		second := accepted("Four", quote("100"))
		if second == first || second == other {
			t.Error("the fourth is on a draft with a discount")
		}
		n = b.invoice(t, second)
		must(t, b.bills.ForStaff(b.Staff(t, home, owner, b.Form())).Issue(t.Context(), n.ID, n.Version, false))
		third := accepted("Five", quote("100"))
		if third == second {
			t.Error("the fifth is on an issued invoice")
		}
		if free := accepted("Six", quote("0")); free != "" {
			t.Error("nothing is on an invoice")
		}
		must(t, b.bills.ForStaff(b.Staff(t, home, owner, b.Form())).Discard(t.Context(), b.invoice(t, third).ID))
		list, err := b.app(t).List(t.Context(), change.Wanted{Query: "Five"})
		must(t, err)
		if got := b.get(t, list.Rows[0].ID); got.Invoice != "" || got.State != change.Scheduled {
			t.Errorf("after the draft is gone it is %+v", got.Request)
		}
		elsewhere := b.Create(t, home, projecttest.Details(b.of, "Another"))
		in := b.details("Seven")
		in.Project = elsewhere
		r, err := b.portal(t).Submit(t.Context(), in, nil)
		must(t, err)
		must(t, b.app(t).Quote(t.Context(), r, change.Before{}, dollars))
		b.accept(t, r)
		if b.get(t, r).Invoice == other {
			t.Error("two projects share a draft")
		}
		b.right(t)
	})
}

func TestAcceptingRefuses(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		r := b.quoted(t, "Gift cards", quote("10"))
		old := b.hash(t, r)
		must(t, b.app(t).Quote(t.Context(), r, change.Before{}, quote("20")))
		accept := func(sha string) error { return b.portal(t).Accept(t.Context(), r, change.Acceptance{SHA256: sha}) }
		conflict(t, accept(old), "change.other_quote")
		conflict(t, b.portal(t).Decline(t.Context(), r, old, "No"), "change.other_quote")
		b.Move(t, b.project, project.Completed)
		conflict(t, accept(b.hash(t, r)), "change.project_over")
		if s := b.shown(t, r); s.Closed == nil {
			t.Error("the page does not say that the project is over")
		}
		b.Move(t, b.project, project.Active)
		b.Share(t, b.project, false)
		conflict(t, accept(b.hash(t, r)), "change.project_over")
		b.Share(t, b.project, true)
		b.Move(t, b.project, project.OnHold)
		must(t, accept(b.hash(t, r)))
		conflict(t, accept(b.hash(t, r)), "change.moved_on.scheduled")
		conflict(t, b.app(t).Agree(t.Context(), r, change.Before{}, "x"), "change.moved_on.scheduled")
		if b.count(t, countDecisions) != 1 || b.count(t, countLines) != 1 || b.count(t, countDeliverables) != 1 {
			t.Error("what was refused left something behind")
		}
		want := []string{"revised quoted in_review", "quoted in_review quoted", "accepted quoted accepted", "scheduled accepted scheduled"}
		if got := b.steps(t, r); !slices.Equal(got[3:], want) {
			t.Errorf("the steps are %q", got)
		}
		b.right(t)
	})
}

// Nobody accepts a day that they were not shown: a milestone that was moved meanwhile
// is looked at again, and the quote goes on saying where it moved to.
func TestTheDaysThatWereShownAreAccepted(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		q := quote("10")
		q.Milestone, q.Days = b.milestone, "7"
		r := b.quoted(t, "Gift cards", q)
		before := b.shown(t, r).Quotes[0]
		if before.Due() != "2026-12-10" || before.Moves() != "2026-12-17" {
			t.Errorf("shown is a move from %s to %s", before.Due(), before.Moves())
		}
		b.Reschedule(t, b.project, b.milestone, "2026-12-14")
		conflict(t, b.portal(t).Accept(t.Context(), r, before.Shown()), "change.dates_moved")
		b.accept(t, r)
		b.Reschedule(t, b.project, b.milestone, "2027-01-29")
		if after := b.shown(t, r).Quotes[0]; after.Moves() != "2026-12-21" || after.Due() != "2027-01-29" {
			t.Errorf("once accepted it says that it moved to %s", after.Moves())
		}
		b.right(t)
	})
}

// A milestone that is closed meanwhile is not moved.
func TestAClosedMilestoneStays(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		q := quote("10")
		q.Milestone, q.Days = b.milestone, "7"
		r := b.quoted(t, "Gift cards", q)
		b.MoveTarget(t, b.project, b.milestone, project.InProgress, project.Completed)
		b.accept(t, r)
		_, m, err := b.App(t, home).Target(t.Context(), b.project, b.milestone)
		must(t, err)
		_, d, err := b.App(t, home).Target(t.Context(), b.project, b.get(t, r).Target)
		must(t, err)
		if m.DueOn != "2026-12-10" || d.Milestone != "" || b.Kinds(t, b.of)["milestone.rescheduled"] != 0 {
			t.Errorf("the milestone is %+v, the deliverable %+v", m, d)
		}
	})
}

func TestNegotiatingTakesTheQuoteBack(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		r := b.quoted(t, "Gift cards", quote("10"))
		old := b.hash(t, r)
		must(t, b.portal(t).Negotiate(t.Context(), r, change.Before{}, "Can it be **8**?", nil))
		b.state(t, r, change.InReview)
		conflict(t, b.portal(t).Accept(t.Context(), r, change.Acceptance{SHA256: old}), "change.moved_on.in_review")
		must(t, b.app(t).Quote(t.Context(), r, change.Before{State: change.InReview}, quote("8")))
		full := b.get(t, r)
		if len(full.Quotes) != 2 || full.Quotes[0].Number != 2 || full.Quotes[0].Price.Minor != 800 || full.Thread.Messages[0].Body != "Can it be **8**?" || full.Thread.Messages[0].ByStaff {
			t.Errorf("it is %+v", full)
		}
		wants(t, b.portal(t).Decline(t.Context(), r, b.hash(t, r), ""), problem.Invalid, "reason", "field.required")
		must(t, b.portal(t).Decline(t.Context(), r, b.hash(t, r), "Too late for Christmas."))
		if got := b.get(t, r); got.State != change.Declined || got.Reason != "Too late for Christmas." || got.Quotes[0].Decision != "declined" {
			t.Errorf("it is %+v", got)
		}
		conflict(t, b.app(t).Review(t.Context(), r, change.Before{}), "change.moved_on.declined")
		b.right(t)
	})
}

// Above the limit, and in another currency, a name and a consent are asked for.
func TestConsentAboveTheLimit(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		limit, err := b.app(t).Limit(t.Context())
		must(t, err)
		if limit.Above != "" {
			t.Errorf("at first the limit is %+v", limit)
		}
		limit.Above, limit.Currency = "ten", "EUR"
		wants(t, b.app(t).SaveLimit(t.Context(), limit), problem.Invalid, "consent_above", "")
		limit.Above = "500"
		must(t, b.app(t).SaveLimit(t.Context(), limit))
		conflict(t, b.app(t).SaveLimit(t.Context(), limit), "problem.stale")
		b.hire(t)
		wants(t, b.as(t, pat).SaveLimit(t.Context(), limit), problem.Forbidden, "", "")

		at := b.quoted(t, "At", quote("500"))
		if b.shown(t, at).Consents {
			t.Error("at the limit a consent is asked for")
		}
		b.accept(t, at)
		dollars := quote("1")
		dollars.Currency = "USD"
		for _, q := range []change.QuoteDetails{quote("500.01"), dollars} {
			r := b.quoted(t, "Above", q)
			if !b.shown(t, r).Consents {
				t.Error("above the limit no consent is asked for")
			}
			accept := func(in change.Acceptance) error {
				in.SHA256 = b.hash(t, r)
				return b.portal(t).Accept(t.Context(), r, in)
			}
			wants(t, accept(change.Acceptance{Consent: true}), problem.Invalid, "name", "field.required")
			wants(t, accept(change.Acceptance{Consent: true, Name: "...7"}), problem.Invalid, "name", "change.name_letters")
			wants(t, accept(change.Acceptance{Name: "Ines Ferreira"}), problem.Invalid, "consent", "change.consent_required")
			b.state(t, r, change.Quoted)
			must(t, accept(change.Acceptance{Name: "Ines Ferreira", Consent: true, Language: "de"}))
			if q := b.get(t, r).Quotes[0]; q.SignedName != "Ines Ferreira" || q.Consent != "2026-11.de" {
				t.Errorf("kept is %+v", q)
			}
		}
		for _, language := range []string{"en", "de", "xx"} {
			if c := change.ConsentIn(language); !strings.Contains(c.Paragraphs("Halden & Rowe")[0], "Halden & Rowe") || len(c.SHA256()) != 64 {
				t.Errorf("the consent is %+v", c)
			}
		}
	})
}
