package invoice_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"foyer/internal/auth"
	"foyer/internal/feature/billing"
	"foyer/internal/feature/invoice"
	"foyer/internal/feature/outbox"
	"foyer/internal/kernel/mail"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/total"
)

// to are who got mails, sorted, each with how often.
func to(mails []mail.Kept) []string {
	var all []string
	for _, m := range mails {
		all = append(all, m.To.Addr)
	}
	slices.Sort(all)
	return all
}

func TestMailReachesWhoSeesMoney(t *testing.T) {
	onBoth(t, func(t *testing.T, o *office) {
		c := o.customer(t, "Marlow Ceramics", ines)
		o.Add(t, c, "books@marlow.example", auth.BillingPreset, true)
		o.Add(t, c, "reader@marlow.example", auth.ReaderPreset, true)
		o.Add(t, c, "invited@marlow.example", auth.BillingPreset, false)
		s, err := o.billing(t).Basics(t.Context())
		must(t, err)
		s.Accounts = "accounts@haldenrowe.example"
		must(t, o.billing(t).SaveBasics(t.Context(), s))
		must(t, o.billing(t).SaveInstructions(t.Context(), eurInstructions))
		n := o.get(t, o.draft(t, o.details(c, "100")))
		o.Run(t, home, `update identity set language = 'en' where workspace_id = :workspace`, nil)
		o.Run(t, home, `update client set language = 'de' where workspace_id = :workspace`, nil)
		must(t, o.app(t).Issue(t.Context(), n.ID, n.Version, true))
		mails := o.Deliver(t)
		if got := to(mails); !slices.Equal(got, []string{"accounts@haldenrowe.example", "books@marlow.example", ines}) {
			t.Fatalf("it was sent to %v", got)
		}
		for _, m := range mails {
			link := strings.Contains(m.Text, "https://"+home+"/portal/invoices/"+n.ID.String())
			if copied := m.To.Addr == "accounts@haldenrowe.example"; copied == link || !strings.Contains(m.Text, "€119.00") || !strings.Contains(m.Subject, "INV-2026-0001") || len(m.Files) != 1 || m.Files[0].MediaType != "application/pdf" {
				t.Errorf("to %s: %q\n%s", m.To.Addr, m.Subject, m.Text)
			}
			if m.To.Addr == ines && !strings.Contains(m.Text, "IE12 BOFI") {
				t.Errorf("it does not say how to pay:\n%s", m.Text)
			}
		}
		in := paying("19")
		in.Receipt = true
		must(t, o.app(t).RecordPayment(t.Context(), n.ID, in))
		if mails = o.Deliver(t); !slices.Equal(to(mails), []string{"books@marlow.example", ines}) || !strings.Contains(mails[0].Text, "€100.00 is left to pay") {
			t.Errorf("the receipt: %v", mails)
		}
		o.Choose(t, ines, c, auth.Money, outbox.None)
		must(t, o.app(t).Remind(t.Context(), n.ID))
		if got := to(o.Deliver(t)); !slices.Equal(got, []string{"books@marlow.example"}) {
			t.Errorf("who wants none is reminded: %v", got)
		}
		o.ChooseAll(t, auth.Money, outbox.None)
		wants(t, o.app(t).Remind(t.Context(), n.ID), problem.Conflict, "", "invoice.nobody")
		o.ChooseAll(t, auth.Money, outbox.Now)
		must(t, o.app(t).Remind(t.Context(), n.ID))
		o.Run(t, home, `update contact set money = 'none' where workspace_id = :workspace`, nil)
		if got := to(o.Deliver(t)); len(got) != 0 {
			t.Errorf("who sees no money any more is reminded: %v", got)
		}
		// The client's own address is that of the primary contact, who sees none.
		wants(t, o.app(t).Remind(t.Context(), n.ID), problem.Conflict, "", "invoice.nobody")
	})
}

func TestAClientWithoutLoginsIsWrittenTo(t *testing.T) {
	onBoth(t, func(t *testing.T, o *office) {
		c := o.customer(t, "Marlow Ceramics", ines)
		must(t, o.Clients(t, home).DisablePortal(t.Context(), c))
		o.Run(t, home, `update client set language = 'de' where workspace_id = :workspace`, nil)
		n := o.get(t, o.draft(t, o.details(c, "100")))
		must(t, o.app(t).Issue(t.Context(), n.ID, n.Version, true))
		mails := o.Deliver(t)
		if !strings.Contains(mails[0].Subject, "Rechnung") {
			t.Errorf("the client's language is German, and it gets %q", mails[0].Subject)
		}
		if !slices.Equal(to(mails), []string{ines}) || strings.Contains(mails[0].Text, "/portal/") || len(mails[0].Files) != 1 {
			t.Errorf("%+v", mails)
		}
		o.Run(t, home, `update client set email = '' where workspace_id = :workspace`, nil)
		wants(t, o.app(t).Send(t.Context(), n.ID), problem.Conflict, "", "invoice.nobody")
		n = o.get(t, o.draft(t, o.details(c, "100")))
		wants(t, o.app(t).Issue(t.Context(), n.ID, n.Version, true), problem.Conflict, "", "invoice.nobody")
		if got := o.get(t, n.ID); got.State != invoice.Draft {
			t.Error("it was issued though it could not be sent")
		}
	})
}

// Reminders come on their days, once each, in the morning, while something is
// open; what was missed is made up for, but not all of it.
func TestReminders(t *testing.T) {
	onBoth(t, func(t *testing.T, o *office) {
		c := o.customer(t, "Marlow Ceramics", ines)
		must(t, o.billing(t).SaveReminders(t.Context(), "-3, 0, 7, 14"))
		in := o.details(c, "100")
		in.TermsDays = "10" // due on 3 December
		n := o.get(t, o.draft(t, in))
		must(t, o.app(t).Issue(t.Context(), n.ID, n.Version, true))
		o.issued(t, in) // never sent, so never reminded of
		o.Deliver(t)
		sweep := func(at string) []string {
			when, err := time.Parse("2006-01-02 15", at)
			must(t, err)
			o.At(when)
			for range 2 {
				must(t, o.f.RemindAll(t.Context(), o.System(t, home)))
			}
			var got []string
			for _, m := range o.Deliver(t) {
				got = append(got, m.To.Addr+": "+m.Subject)
			}
			slices.Sort(got)
			return got
		}
		for _, step := range []struct {
			at   string
			want []string
		}{
			{"2026-11-29 12", nil},
			{"2026-11-30 07", nil},
			{"2026-11-30 09", []string{ines + ": Invoice INV-2026-0001 is due on 3 December 2026"}},
			{"2026-11-30 15", nil},
			{"2026-12-03 09", []string{ines + ": Invoice INV-2026-0001 is due today"}},
			{"2026-12-04 09", []string{"priya@haldenrowe.example: Overdue: INV-2026-0001 (Marlow Ceramics)", "priya@haldenrowe.example: Overdue: INV-2026-0002 (Marlow Ceramics)"}},
			{"2026-12-12 09", []string{ines + ": Reminder: invoice INV-2026-0001 was due on 3 December 2026"}},
			{"2026-12-21 09", nil},
		} {
			if got := sweep(step.at); !slices.Equal(got, step.want) {
				t.Errorf("at %s: %q, want %q", step.at, got, step.want)
			}
		}
		must(t, o.billing(t).SaveReminders(t.Context(), "20"))
		o.pay(t, n.ID, "119")
		if got := sweep("2026-12-23 09"); len(got) != 0 {
			t.Errorf("what is paid is reminded of: %q", got)
		}
	})
}

// Days close to each other are one reminder, and one that came before the invoice
// did is none.
func TestRemindersDoNotCrowd(t *testing.T) {
	onBoth(t, func(t *testing.T, o *office) {
		c := o.customer(t, "Marlow Ceramics", ines)
		in := o.details(c, "100")
		in.TermsDays = "10" // due on 3 December
		send := func(in invoice.Details) {
			n := o.get(t, o.draft(t, in))
			must(t, o.app(t).Issue(t.Context(), n.ID, n.Version, true))
			o.Deliver(t)
		}
		sweep := func(at time.Time) []string {
			o.At(at)
			for range 2 {
				must(t, o.f.RemindAll(t.Context(), o.System(t, home)))
			}
			return slices.DeleteFunc(to(o.Deliver(t)), func(address string) bool { return address != ines })
		}
		send(in)
		must(t, o.billing(t).SaveReminders(t.Context(), "-1, 0, 1"))
		if got := sweep(time.Date(2026, 12, 4, 9, 0, 0, 0, time.UTC)); len(got) != 1 {
			t.Errorf("three days at once send %v", got)
		}
		must(t, o.billing(t).SaveReminders(t.Context(), "-3"))
		in.TermsDays = "2"
		send(in)
		if got := sweep(time.Date(2026, 12, 4, 10, 0, 0, 0, time.UTC)); len(got) != 0 {
			t.Errorf("on the day it was sent, it is reminded of: %v", got)
		}
	})
}

func TestOneRateIsStandardWhoeverMarksAtOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, o *office) {
		var wg sync.WaitGroup
		for i := range 8 {
			app := o.billing(t)
			wg.Go(func() {
				if err := app.AddRate(t.Context(), billing.RateDetails{Name: fmt.Sprint("Rate ", i), Category: total.Standard, Percent: "20", Standard: true}); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		all, err := o.billing(t).Get(t.Context())
		must(t, err)
		marked := 0
		for _, r := range all.Rates {
			if r.Standard {
				marked++
			}
		}
		if marked != 1 || len(all.Rates) != 11 {
			t.Errorf("%d of %d rates are standard", marked, len(all.Rates))
		}
	})
}

func TestSeriesAndRates(t *testing.T) {
	onBoth(t, func(t *testing.T, o *office) {
		c := o.customer(t, "Marlow Ceramics", ines)
		o.issued(t, o.details(c, "1"))
		app := o.billing(t)
		for field, d := range map[string]billing.SeriesDetails{
			"prefix": {Kind: billing.Invoices, Prefix: "CN-", Digits: "4"}, "digits": {Kind: billing.Invoices, Prefix: "R-", Digits: "13"},
		} {
			wants(t, app.SaveSeries(t.Context(), d), problem.Invalid, field, "")
		}
		wants(t, app.SaveSeries(t.Context(), billing.SeriesDetails{Kind: billing.Invoices, Prefix: "R2026", Digits: "4"}), problem.Invalid, "prefix", "billing.prefix_digit")
		wants(t, app.SaveSeries(t.Context(), billing.SeriesDetails{Kind: billing.Invoices, Prefix: "INV-2026-", Digits: "4"}), problem.Invalid, "prefix", "billing.prefix_year")
		must(t, app.SaveSeries(t.Context(), billing.SeriesDetails{Kind: billing.Invoices, Prefix: "RE-", Digits: "5", Yearly: true}))
		if n := o.issued(t, o.details(c, "1")); n.Number != "RE-2026-00002" {
			t.Errorf("with another look the next is %s", n.Number)
		}
		in := o.details(c, "1")
		draft := o.draft(t, in)
		must(t, o.billing(t).RemoveRate(t.Context(), o.standard))
		_, err := o.app(t).Create(t.Context(), in)
		wants(t, err, problem.Invalid, "line_rate.0", "invoice.rate_required")
		in.Notes = "again"
		must(t, o.app(t).Update(t.Context(), draft, 1, in))
		if n := o.issue(t, draft); n.Sums.Gross != 119 {
			t.Errorf("a rate that was put away is lost to a draft that has it: %+v", n.Sums)
		}
	})
}
