package payment_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"foyer/internal/auth"
	"foyer/internal/feature/billing"
	"foyer/internal/feature/invoice"
	"foyer/internal/feature/outbox"
	"foyer/internal/feature/payment"
	"foyer/internal/feature/project/projecttest"
	"foyer/internal/feature/staff"
	"foyer/internal/feature/waiting"
	"foyer/internal/kernel/mail"
)

// subjects are those of mails that have a text in them.
func subjects(mails []mail.Kept, part string) (all []string) {
	for _, m := range mails {
		if strings.Contains(m.Subject, part) {
			all = append(all, m.Subject)
		}
	}
	return all
}

// news are the troubles on the first page of whoever looks after the money.
func (s *till) news(t testing.TB) (all []string) {
	t.Helper()
	list, err := waiting.ForStaff(t.Context(), s.Staff(t, home, projecttest.Owner, s.Form()))
	must(t, err)
	for _, i := range list.Items {
		switch i.Kind {
		case waiting.Dispute, waiting.Refund, waiting.Refused:
			all = append(all, fmt.Sprintf("%s %s %d", i.Kind, i.Number, i.Amount.Minor))
		}
	}
	return all
}

// holds compares what staff are told with what they should be.
func holds(t testing.TB, what string, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s: %q, want %q", what, got, want)
	}
}

func TestStaffHearOfADispute(t *testing.T) {
	onBoth(t, func(t *testing.T, s *till) {
		n, _, intent := s.paid(t, "100")
		d, err := s.stripe.Dispute(intent, 4000)
		must(t, err)
		must(t, s.stripe.Release(t.Context(), 3, 4, 7))
		holds(t, "mails", subjects(s.Deliver(t), "Dispute"), "Dispute: Marlow Ceramics and "+n.Number)
		holds(t, "troubles", s.news(t), "dispute "+n.Number+" 4000")
		must(t, s.stripe.CloseDispute(d, true))
		must(t, s.stripe.Release(t.Context(), 3, 4, 7))
		holds(t, "mails when it is won", subjects(s.Deliver(t), "Dispute"))
		holds(t, "troubles when it is won", s.news(t))
	})
}

// Whoever looks after money no more when the mail is written hears nothing of it.
func TestWhoLooksAfterMoneyNoMoreHearsNothing(t *testing.T) {
	onBoth(t, func(t *testing.T, s *till) {
		n, _, intent := s.paid(t, "100")
		clerk := s.Hire(t, "Fin Clerk", "fin@haldenrowe.example", auth.Finance)
		_, err := s.stripe.Dispute(intent, 4000)
		must(t, err)
		must(t, s.stripe.Release(t.Context(), 3, 4, 7))
		must(t, s.Team(t, home).ChangeRole(t.Context(), clerk.ID, staff.RoleChange{Role: auth.Support, Version: clerk.Version}))
		var told []string
		for _, m := range s.Deliver(t) {
			if strings.HasPrefix(m.Subject, "Dispute") {
				told = append(told, m.To.Addr+" "+m.Subject)
			}
		}
		holds(t, "mails", told, projecttest.Owner+" Dispute: Marlow Ceramics and "+n.Number)
	})
}

func TestStaffHearOfARefundThatFailsLater(t *testing.T) {
	onBoth(t, func(t *testing.T, s *till) {
		n, y, _ := s.paid(t, "100")
		must(t, s.app(t).Refund(t.Context(), n.ID, y, payment.Refund{Amount: "30"}))
		s.release(t, 1)
		must(t, s.stripe.FailRefund(s.text(t, "refund_id from stripe_refund where")))
		must(t, s.stripe.Release(t.Context(), 3, 4, 7))
		holds(t, "mails", subjects(s.Deliver(t), "Refund failed"), "Refund failed: Marlow Ceramics and "+n.Number)
		holds(t, "troubles", s.news(t), "refund "+n.Number+" 3000")
		s.Later(time.Minute)
		must(t, s.app(t).Refund(t.Context(), n.ID, y, payment.Refund{Amount: "30", ByHand: true}))
		holds(t, "troubles when it was given back by hand", s.news(t))
	})
}

func TestStaffHearOfARefundThatStripeRefusesLater(t *testing.T) {
	onBoth(t, func(t *testing.T, s *till) {
		n, y, _ := s.paid(t, "100")
		s.stripe.Fail(2, 503, false)
		_ = s.app(t).Refund(t.Context(), n.ID, y, payment.Refund{Amount: "30"}) // Stripe does not answer
		s.stripe.Fail(0, 0, false)
		s.Later(later)
		s.stripe.Fail(2, 400, false)
		_ = s.f.Sweep(t.Context(), s.System(t, home))
		holds(t, "mails", subjects(s.Deliver(t), "Refund failed"), "Refund failed: Marlow Ceramics and "+n.Number)
		holds(t, "troubles", s.news(t), "refund "+n.Number+" 3000")
		s.Later(15 * 24 * time.Hour)
		holds(t, "troubles after two weeks", s.news(t))
	})
}

func TestStaffHearOnceThatStripeOpensNoPage(t *testing.T) {
	onBoth(t, func(t *testing.T, s *till) {
		n := s.invoice(t, "100", "EUR")
		for range 3 {
			s.stripe.Fail(1, 400, false)
			if _, err := s.portal(t).Pay(t.Context(), n.ID); err == nil {
				t.Fatal("it is opened all the same")
			}
			s.Later(time.Minute)
		}
		holds(t, "mails", subjects(s.Deliver(t), "online"), "Marlow Ceramics cannot pay "+n.Number+" online")
		holds(t, "troubles", s.news(t), "refused "+n.Number+" 10000")
		full, err := s.invoices(t).Full(t.Context(), n.ID)
		must(t, err)
		if e := full.Events[0]; e.Kind != "payment.refused" || e.ActorName == "" || e.Params["reason"] != "The stand-in was told to fail." {
			t.Errorf("the invoice says %+v", e)
		}
		s.press(t, n.ID)
		holds(t, "troubles when a page was opened", s.news(t))
	})
}

func TestStaffHearOfMoneyThatFitsNothing(t *testing.T) {
	onBoth(t, func(t *testing.T, s *till) {
		n := s.invoice(t, "10", "EUR")
		page := s.press(t, n.ID)
		s.Run(t, home, "-- goLive\nupdate stripe_key set live = true where workspace_id = :workspace and retired_at is null", nil)
		must(t, s.stripe.Pay(page, false))
		must(t, s.stripe.Release(t.Context(), 3, 4, 7))
		holds(t, "mails", subjects(s.Deliver(t), "does not fit"), "A payment does not fit "+n.Number)
	})
}

func TestAClientHearsOfARefund(t *testing.T) {
	onBoth(t, func(t *testing.T, s *till) {
		n, y, intent := s.paid(t, "100")
		must(t, s.app(t).Refund(t.Context(), n.ID, y, payment.Refund{Amount: "30"}))
		must(t, s.stripe.Release(t.Context(), 3, 4, 7))
		mails := s.Deliver(t)
		holds(t, "mails", subjects(mails, "Refund"), "Refund for invoice "+n.Number)
		if body := mails[len(mails)-1].Text; !strings.Contains(body, "gave back €30.00 that you paid") || !strings.Contains(body, "ten days") {
			t.Errorf("the mail says %s", body)
		}
		must(t, s.app(t).Refund(t.Context(), n.ID, y, payment.Refund{Amount: "20", ByHand: true}))
		mails = s.Deliver(t)
		holds(t, "mails by hand", subjects(mails, "Refund"), "Refund for invoice "+n.Number)
		if strings.Contains(mails[0].Text, "ten days") {
			t.Errorf("the mail says %s", mails[0].Text)
		}
		// Whoever wants no mail about invoices gets none, and a dispute is no gift.
		d, err := s.stripe.Dispute(intent, 1000)
		must(t, err)
		must(t, s.stripe.CloseDispute(d, false))
		must(t, s.stripe.Release(t.Context(), 1, 1, 1))
		holds(t, "mails about a lost dispute", subjects(s.Deliver(t), "Refund"))
		s.Choose(t, ines, s.marlow, auth.Money, outbox.None)
		must(t, s.app(t).Refund(t.Context(), n.ID, y, payment.Refund{Amount: "10"}))
		holds(t, "mails to who wants none", subjects(s.Deliver(t), "Refund"))
	})
}

// The invoice names who did what, and how much it was.
func TestTheInvoiceSaysWhoDidWhat(t *testing.T) {
	onBoth(t, func(t *testing.T, s *till) {
		n, y, intent := s.paid(t, "100")
		must(t, s.app(t).Refund(t.Context(), n.ID, y, payment.Refund{Amount: "30"}))
		_, err := s.stripe.Refund(intent, 1000)
		must(t, err)
		s.release(t, 2)
		full, err := s.invoices(t).Full(t.Context(), n.ID)
		must(t, err)
		var got []string
		for _, e := range full.Events {
			who := map[bool]string{true: "the program", false: "somebody"}[e.ActorName == ""]
			switch e.ActorID {
			case s.Contact(t, home, ines, s.marlow).ID():
				who = "the client"
			case s.Staff(t, home, projecttest.Owner, s.Form()).ID():
				who = "staff"
			}
			got = append(got, fmt.Sprint(e.Kind, " by ", who, " ", e.Params["minor"]))
		}
		holds(t, "events", got[:3], "payment.refunded by the program 1000", "payment.refunded by staff 3000", "invoice.paid by the client 10000")
		if len(full.Events) < 5 || full.Events[len(full.Events)-1].Kind != "invoice.created" {
			t.Errorf("events %v", got)
		}
		if _, err := s.invoices(t).Full(t.Context(), invoice.ID("none")); err == nil {
			t.Error("an invoice that there is not")
		}
	})
}

// A refund stands at the invoice with what was typed, and nobody is dunned for it
// but by people.
func TestAfterARefundOnlyPeopleRemind(t *testing.T) {
	onBoth(t, func(t *testing.T, s *till) {
		must(t, billing.ForStaff(s.Staff(t, home, projecttest.Owner, s.Form())).SaveReminders(t.Context(), "7"))
		owed := s.invoice(t, "40", "EUR")
		must(t, s.invoices(t).Send(t.Context(), owed.ID))
		n := s.invoice(t, "100", "EUR")
		must(t, s.invoices(t).Send(t.Context(), n.ID))
		must(t, s.stripe.Pay(s.press(t, n.ID), false))
		s.release(t, 1)
		full, err := s.invoices(t).Full(t.Context(), n.ID)
		must(t, err)
		must(t, s.app(t).Refund(t.Context(), n.ID, full.Entries[0].Payment, payment.Refund{Amount: "30", Reference: "one box too many"}))
		s.release(t, 2)
		full, err = s.invoices(t).Full(t.Context(), n.ID)
		must(t, err)
		if e := full.Entries[len(full.Entries)-1]; e.Refund != invoice.OfRefund || e.Amount.Minor != -3000 || e.Reference != "one box too many" {
			t.Errorf("the refund stands as %+v", e)
		}
		s.Later(21*24*time.Hour + time.Hour)
		must(t, s.f.Invoices.RemindAll(t.Context(), s.System(t, home)))
		mails := s.Deliver(t)
		holds(t, "reminders", subjects(mails, "Overdue: "), "Overdue: "+owed.Number+" (Marlow Ceramics)")
		if got := subjects(mails, n.Number); len(got) > 0 {
			t.Errorf("after a refund comes %q", got)
		}
		must(t, s.invoices(t).Remind(t.Context(), n.ID))
		if got := subjects(s.Deliver(t), n.Number); len(got) != 1 {
			t.Errorf("staff remind, and %q comes", got)
		}
	})
}

func TestALostDisputeIsNoRefund(t *testing.T) {
	onBoth(t, func(t *testing.T, s *till) {
		n, _, intent := s.paid(t, "100")
		d, err := s.stripe.Dispute(intent, 0)
		must(t, err)
		must(t, s.stripe.CloseDispute(d, false))
		s.release(t, 1)
		full, err := s.invoices(t).Full(t.Context(), n.ID)
		must(t, err)
		if e := full.Entries[len(full.Entries)-1]; e.Refund != invoice.OfDispute || e.Amount.Minor != -10000 {
			t.Errorf("what was lost stands as %+v", e)
		}
	})
}

// Staff do not chase what is on its way.
func TestWhatIsOnItsWayIsNotChased(t *testing.T) {
	onBoth(t, func(t *testing.T, s *till) {
		late, paying := s.invoice(t, "40", "EUR"), s.invoice(t, "100", "EUR")
		s.Later(15 * 24 * time.Hour)
		must(t, s.stripe.Pay(s.press(t, paying.ID), true))
		s.release(t, 1)
		who := s.Staff(t, home, projecttest.Owner, s.Form())
		list, err := waiting.ForStaff(t.Context(), who)
		must(t, err)
		counts, err := waiting.CountForStaff(t.Context(), who)
		must(t, err)
		var got []string
		for _, i := range list.Items {
			got = append(got, fmt.Sprint(i.Kind, " ", i.Number, " ", i.Overdue))
		}
		if holds(t, "late", got, "chase "+late.Number+" true"); counts[waiting.Chase] != 1 || counts.All() != 1 {
			t.Errorf("%v are counted", counts)
		}
	})
}
