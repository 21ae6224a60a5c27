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
	"foyer/internal/kernel/money"
	"foyer/internal/kernel/problem"
)

func TestInvoiceFromDraftToPaid(t *testing.T) {
	onBoth(t, func(t *testing.T, o *office) {
		c := o.customer(t, "Marlow Ceramics", ines)
		in := o.details(c, "1000")
		in.Lines = append(in.Lines, invoice.LineDetails{Description: "Books", Quantity: "2,5", Unit: "copies", Price: "9.99", Discount: "10%", Rate: o.low}, invoice.LineDetails{Quantity: "1"})
		in.Discount = "50"
		n := o.get(t, o.draft(t, in))
		if n.State != invoice.Draft || n.Number != "" || len(n.Lines) != 2 || n.Sums.Gross != 115469 {
			t.Fatalf("the draft is %+v", n)
		}
		if _, err := o.portal(t, ines, c).Get(t.Context(), n.ID); err == nil {
			t.Fatal("the client sees a draft")
		}
		n = o.issue(t, n.ID)
		if n.Number != "INV-2026-0001" || n.IssuedOn != "2026-11-23" || n.DueOn != "2026-12-07" || n.Open != n.Sums.Gross || n.Standing("2026-12-07") != invoice.IsSent || n.Standing("2026-12-08") != invoice.IsOverdue {
			t.Fatalf("issued, it is %+v", n)
		}
		o.pay(t, n.ID, "154.69")
		s, err := o.portal(t, ines, c).Get(t.Context(), n.ID)
		must(t, err)
		if s.Open != 100000 || !s.PartPaid() || len(s.Entries) != 1 || s.Snapshot.Buyer.Name != "Marlow Ceramics" || s.Snapshot.Seller.TaxID != "IE1234567T" || s.Snapshot.Lines[1].Quantity.Input() != "2.5" {
			t.Fatalf("the client sees %+v", s)
		}
		o.pay(t, n.ID, "1100")
		full, err := o.app(t).Full(t.Context(), n.ID)
		must(t, err)
		if full.Invoice.Open != 0 || full.Invoice.Standing("2027-01-01") != invoice.IsPaid || full.Credit != 10000 {
			t.Fatalf("paid and over, it is %+v", full)
		}
		o.right(t)
		kinds := o.Kinds(t, c)
		for kind, want := range map[string]int{"invoice.created staff": 1, "invoice.issued client": 1, "invoice.part_paid client": 1, "invoice.paid client": 1} {
			if kinds[kind] != want {
				t.Errorf("%s was recorded %d times, want %d", kind, kinds[kind], want)
			}
		}
		next := o.issued(t, o.details(c, "50"))
		must(t, o.app(t).ApplyCredit(t.Context(), next.ID))
		if got := o.get(t, next.ID); got.Open != 0 {
			t.Errorf("with the credit %d are left to pay", got.Open)
		}
		last := o.issued(t, o.details(c, "5000"))
		must(t, o.app(t).ApplyCredit(t.Context(), last.ID))
		if got := o.get(t, last.ID); got.Open != 595000-4050 {
			t.Errorf("with the rest of the credit %d are left to pay", got.Open)
		}
		wants(t, o.app(t).ApplyCredit(t.Context(), last.ID), problem.Conflict, "", "payment.no_credit")
		o.right(t)
	})
}

func TestWhatIsMissingIsSaid(t *testing.T) {
	onBoth(t, func(t *testing.T, o *office) {
		c := o.Client(t, home, "Marlow Ceramics", ines)
		in := o.details(c, "10")
		in.Lines[0].Rate = o.intra
		n := o.get(t, o.draft(t, in))
		err := o.app(t).Issue(t.Context(), n.ID, n.Version, false)
		wants(t, err, problem.Invalid, "buyer_address", "invoice.missing.buyer_address")
		wants(t, err, problem.Invalid, "buyer_tax_id", "invoice.missing.buyer_tax_id")
		o.Run(t, home, `update workspace set address = '', tax_id = '' where id = :workspace`, nil)
		err = o.app(t).Issue(t.Context(), n.ID, n.Version, false)
		wants(t, err, problem.Invalid, "seller_address", "invoice.missing.seller_address")
		wants(t, err, problem.Invalid, "seller_tax_id", "invoice.missing.seller_tax_id")
		in.Lines = nil
		n = o.get(t, o.draft(t, in))
		wants(t, o.app(t).Issue(t.Context(), n.ID, n.Version, false), problem.Invalid, "lines", "invoice.missing.lines")
		in = o.details(c, "-10")
		n = o.get(t, o.draft(t, in))
		wants(t, o.app(t).Issue(t.Context(), n.ID, n.Version, false), problem.Invalid, "total", "invoice.missing.negative")
	})
}

func TestWhatPeopleTypeIsReadOrRefusedAtTheField(t *testing.T) {
	onBoth(t, func(t *testing.T, o *office) {
		c := o.customer(t, "Marlow Ceramics", ines)
		for _, x := range []struct {
			change     func(in *invoice.Details)
			field, key string
		}{
			{func(in *invoice.Details) { in.Client = "" }, "client", "invoice.client_required"},
			{func(in *invoice.Details) { in.Currency = "XYZ" }, "currency", "client.currency_wrong"},
			{func(in *invoice.Details) { in.TermsDays = "400" }, "terms_days", "client.payment_terms_wrong"},
			{func(in *invoice.Details) { in.DueOn = "2026-02-30" }, "due_on", "field.date"},
			{func(in *invoice.Details) { in.Lines[0].Quantity = "lots" }, "line_quantity.0", "quantity.wrong"},
			{func(in *invoice.Details) { in.Lines[0].Price = "1.23456789" }, "line_price.0", "price.decimals"},
			{func(in *invoice.Details) { in.Lines[0].Price = "99999999999999999" }, "line_price.0", "price.too_large"},
			{func(in *invoice.Details) { in.Lines[0].Quantity, in.Lines[0].Price = "1000000000", "900000000" }, "line_price.0", "invoice.too_large"},
			{func(in *invoice.Details) { in.Lines[0].Discount = "2000" }, "line_discount.0", "invoice.discount_large"},
			{func(in *invoice.Details) { in.Discount = "2000" }, "discount", "invoice.discount_large"},
			{func(in *invoice.Details) { in.Lines[0].Rate = "" }, "line_rate.0", "invoice.rate_required"},
			{func(in *invoice.Details) { in.Lines[0].Description = strings.Repeat("x", 2001) }, "line_description.0", "field.long"},
			{func(in *invoice.Details) { in.Lines = make([]invoice.LineDetails, 501) }, "lines", "invoice.lines_many"},
			{func(in *invoice.Details) { in.Project = "01jzzzzzzzzzzzzzzzzzzzzzzz" }, "project", "field.choice"},
		} {
			in := o.details(c, "1000")
			x.change(&in)
			_, err := o.app(t).Create(t.Context(), in)
			wants(t, err, problem.Invalid, x.field, x.key)
		}
		in := o.details(c, "12.345,67")
		in.Lines[0].Quantity = "−1,25"
		in.Lines[0].Description = strings.Repeat("ä", 2000)
		if n := o.get(t, o.draft(t, in)); n.Sums.Net != -1543209 {
			t.Errorf("it comes to %d", n.Sums.Net)
		}
		in = o.details(c, "1000")
		in.Currency = "JPY"
		if n := o.get(t, o.draft(t, in)); n.Sums.Gross != 1190 {
			t.Errorf("in yen it comes to %d", n.Sums.Gross)
		}
		in.Currency = "KWD"
		if n := o.get(t, o.draft(t, in)); n.Sums.Gross != 1190000 {
			t.Errorf("in dinars it comes to %d", n.Sums.Gross)
		}
	})
}

// What a form shows while somebody types is what is stored when they save.
func TestShownSumsAreTheStoredOnes(t *testing.T) {
	onBoth(t, func(t *testing.T, o *office) {
		c := o.customer(t, "Marlow Ceramics", ines)
		in := o.details(c, "33,33")
		in.Inclusive, in.Discount = true, "7,5 %"
		in.Lines = append(in.Lines, invoice.LineDetails{}, invoice.LineDetails{Description: "Book", Quantity: "3", Price: "0.0375", Rate: o.low})
		choices, err := o.app(t).Choices(t.Context(), c)
		must(t, err)
		shown := invoice.Reckon(in, choices, invoice.Invoice{})
		n := o.get(t, o.draft(t, in))
		if fmt.Sprint(shown.Sums.Net, shown.Sums.Tax, shown.Sums.Gross) != fmt.Sprint(n.Sums.Net, n.Sums.Tax, n.Sums.Gross) || len(shown.Amounts) != 2 || shown.Amounts[1] != n.Lines[1].Sum.Amount {
			t.Errorf("shown %+v, stored %+v", shown, n.Sums)
		}
		in.Lines[0].Quantity = "?"
		shown = invoice.Reckon(in, choices, invoice.Invoice{})
		if shown.Problem == nil || shown.Problem.Fields["line_quantity.0"].Key != "quantity.wrong" || shown.Amounts[1] != 11 {
			t.Errorf("with a slip it shows %+v", shown)
		}
	})
}

func TestTwoIssueOneDraft(t *testing.T) {
	onBoth(t, func(t *testing.T, o *office) {
		c := o.customer(t, "Marlow Ceramics", ines)
		n := o.get(t, o.draft(t, o.details(c, "10")))
		apps := []invoice.App{o.app(t), o.app(t), o.app(t), o.app(t)}
		errs := make([]error, len(apps))
		var all sync.WaitGroup
		for i, app := range apps {
			all.Go(func() { errs[i] = app.Issue(t.Context(), n.ID, n.Version, false) })
		}
		all.Wait()
		good := 0
		for _, err := range errs {
			if err == nil {
				good++
			} else {
				wants(t, err, problem.Conflict, "", "invoice.issued_already")
			}
		}
		if good != 1 {
			t.Errorf("%d of four issued it", good)
		}
		if next := o.issued(t, o.details(c, "10")); next.Number != "INV-2026-0002" {
			t.Errorf("the next number is %s", next.Number)
		}
	})
}

func TestCreditNotes(t *testing.T) {
	onBoth(t, func(t *testing.T, o *office) {
		c := o.customer(t, "Marlow Ceramics", ines)
		n := o.issued(t, o.details(c, "100"))
		made, err := o.app(t).Credit(t.Context(), n.ID)
		must(t, err)
		note := o.get(t, made)
		in := note.Details()
		in.Lines[0].Price = "200"
		must(t, o.app(t).Update(t.Context(), made, note.Version, in))
		wants(t, o.app(t).Issue(t.Context(), made, o.get(t, made).Version, false), problem.Invalid, "total", "invoice.credit_more")
		in.Lines[0].Price = "40"
		must(t, o.app(t).Update(t.Context(), made, o.get(t, made).Version, in))
		note = o.issue(t, made)
		if n = o.get(t, n.ID); note.Number != "CN-2026-0001" || n.Open != 7140 || n.State != invoice.Issued {
			t.Errorf("after a part was credited: %s, %d left, %s", note.Number, n.Open, n.State)
		}
		wants(t, o.app(t).VoidInvoice(t.Context(), n.ID), problem.Conflict, "", "invoice.void_paid")
		o.pay(t, n.ID, "71.40")
		rest, err := o.app(t).Credit(t.Context(), n.ID)
		must(t, err)
		note = o.get(t, rest)
		in.Lines[0].Price = "60"
		must(t, o.app(t).Update(t.Context(), rest, note.Version, in))
		o.issue(t, rest)
		full, err := o.app(t).Full(t.Context(), n.ID)
		must(t, err)
		if full.Credit != 7140 || len(full.Credits) != 2 {
			t.Errorf("a credit after it was paid is %d to the client's credit, with %d notes", full.Credit, len(full.Credits))
		}
		o.right(t)
	})
}

func TestVoid(t *testing.T) {
	onBoth(t, func(t *testing.T, o *office) {
		c := o.customer(t, "Marlow Ceramics", ines)
		n := o.issued(t, o.details(c, "100"))
		o.pay(t, n.ID, "19")
		wants(t, o.app(t).VoidInvoice(t.Context(), n.ID), problem.Conflict, "", "invoice.void_paid")
		full, err := o.app(t).Full(t.Context(), n.ID)
		must(t, err)
		must(t, o.app(t).TakeBack(t.Context(), n.ID, full.Entries[0].Payment))
		must(t, o.app(t).VoidInvoice(t.Context(), n.ID))
		full, err = o.app(t).Full(t.Context(), n.ID)
		must(t, err)
		if full.Invoice.Standing("2027-01-01") != invoice.IsVoid || full.Credits[0].Number != "CN-2026-0001" || full.Credits[0].Gross.Minor != 11900 || full.Credit != 1900 {
			t.Errorf("void, it is %+v", full)
		}
		wants(t, o.app(t).RecordPayment(t.Context(), n.ID, paying("1")), problem.Conflict, "", "payment.not_open")
		list, err := o.portal(t, ines, c).List(t.Context(), invoice.Wanted{})
		must(t, err)
		if list.Counts[invoice.FilterAll] != 2 || list.Counts[invoice.FilterPaid] != 0 || list.Counts[invoice.FilterSent] != 0 {
			t.Errorf("the client's counts are %v", list.Counts)
		}
		o.right(t)
	})
}

// More than is left is taken for a slip until it is said to be meant; a day of
// another century always is one.
func TestASlipInAPaymentIsAskedAbout(t *testing.T) {
	onBoth(t, func(t *testing.T, o *office) {
		c := o.customer(t, "Marlow Ceramics", ines)
		n := o.issued(t, o.details(c, "100"))
		slip := paying("119.01")
		slip.Over = false
		wants(t, o.app(t).RecordPayment(t.Context(), n.ID, slip), problem.Invalid, "amount", "payment.more")
		slip.Amount, slip.PaidOn = "119", "0001-01-01"
		wants(t, o.app(t).RecordPayment(t.Context(), n.ID, slip), problem.Invalid, "paid_on", "field.early")
		o.pay(t, n.ID, "200")
		full, err := o.app(t).Full(t.Context(), n.ID)
		must(t, err)
		if e := full.Entries[0]; e.Amount.Minor != 11900 || e.Whole.Minor != 20000 || full.Credit != 8100 {
			t.Errorf("overpaid, it is %+v", full)
		}
		slip = paying("0.01")
		slip.Over = false
		wants(t, o.app(t).RecordPayment(t.Context(), n.ID, slip), problem.Invalid, "amount", "payment.more")
		o.right(t)
	})
}

// Nobody is asked by mail to pay what is void or written off, and a credit note
// stays in its invoice's currency.
func TestWhatIsOverIsNotSent(t *testing.T) {
	onBoth(t, func(t *testing.T, o *office) {
		c := o.customer(t, "Marlow Ceramics", ines)
		off, void := o.issued(t, o.details(c, "100")), o.issued(t, o.details(c, "100"))
		must(t, o.app(t).WriteOff(t.Context(), off.ID, "They closed."))
		must(t, o.app(t).VoidInvoice(t.Context(), void.ID))
		for _, n := range []invoice.Invoice{off, void} {
			wants(t, o.app(t).Send(t.Context(), n.ID), problem.Conflict, "", "invoice.not_sendable")
		}
		must(t, o.app(t).Recover(t.Context(), off.ID))
		must(t, o.app(t).Send(t.Context(), off.ID))
		note, err := o.app(t).Credit(t.Context(), off.ID)
		must(t, err)
		draft, err := o.app(t).Get(t.Context(), note)
		must(t, err)
		in := draft.Details()
		in.Currency = "USD"
		wants(t, o.app(t).Update(t.Context(), note, draft.Version, in), problem.Invalid, "currency", "invoice.credit_currency")
	})
}

// A credit note has the taxes of its invoice, whatever the settings say by then.
func TestCreditNotesHaveTheTaxesOfTheirInvoice(t *testing.T) {
	onBoth(t, func(t *testing.T, o *office) {
		c := o.customer(t, "Marlow Ceramics", ines)
		for _, percent := range []string{"16", "25"} {
			void, credited := o.issued(t, o.details(c, "100")), o.issued(t, o.details(c, "100"))
			offers, err := o.billing(t).Offers(t.Context())
			must(t, err)
			rate := offers.Rates[slices.IndexFunc(offers.Rates, func(r billing.Rate) bool { return r.ID == o.standard })]
			in := rate.Details()
			in.Percent = percent
			must(t, o.billing(t).UpdateRate(t.Context(), o.standard, rate.Version, in))

			must(t, o.app(t).VoidInvoice(t.Context(), void.ID))
			full, err := o.app(t).Full(t.Context(), void.ID)
			must(t, err)
			if full.Invoice.Open != 0 || full.Credits[0].Gross.Minor != void.Sums.Gross {
				t.Errorf("with %s %% in the settings, void leaves %d open and the note is over %d of %d", percent, full.Invoice.Open, full.Credits[0].Gross.Minor, void.Sums.Gross)
			}

			note, err := o.app(t).Credit(t.Context(), credited.ID)
			must(t, err)
			draft := o.get(t, note)
			must(t, o.app(t).Update(t.Context(), note, draft.Version, draft.Details()))
			if changed := o.get(t, note); changed.Sums.Gross != credited.Sums.Gross {
				t.Errorf("with %s %% in the settings, a credit note that was saved again is over %d of %d", percent, changed.Sums.Gross, credited.Sums.Gross)
			}
			choices, err := o.app(t).Choices(t.Context(), c)
			must(t, err)
			if shown := invoice.Reckon(draft.Details(), choices, draft); shown.Sums.Gross != credited.Sums.Gross {
				t.Errorf("the editor shows %d of %d", shown.Sums.Gross, credited.Sums.Gross)
			}
		}
		o.right(t)
	})
}

// A form that does not say which version it is of is stale, and the second click
// on Discard is the first one's answer.
func TestFormsOfDraftsThatArrivedOddly(t *testing.T) {
	onBoth(t, func(t *testing.T, o *office) {
		c := o.customer(t, "Marlow Ceramics", ines)
		n := o.draft(t, o.details(c, "100"))
		wants(t, o.app(t).Update(t.Context(), n, 0, o.details(c, "100")), problem.Conflict, "", "problem.stale")
		app := o.app(t)
		for range 2 {
			must(t, app.Discard(t.Context(), n))
		}
	})
}

func TestWriteOff(t *testing.T) {
	onBoth(t, func(t *testing.T, o *office) {
		c := o.customer(t, "Marlow Ceramics", ines)
		n := o.issued(t, o.details(c, "100"))
		wants(t, o.app(t).WriteOff(t.Context(), n.ID, " "), problem.Invalid, "reason", "field.required")
		must(t, o.app(t).WriteOff(t.Context(), n.ID, "They closed."))
		wants(t, o.app(t).RecordPayment(t.Context(), n.ID, paying("1")), problem.Conflict, "", "payment.written_off")
		list, err := o.app(t).List(t.Context(), invoice.Wanted{})
		must(t, err)
		if len(list.Cards.Outstanding) != 0 || list.Rows[0].Standing("2027-01-01") != invoice.IsOff || list.Counts[invoice.FilterAll] != 1 {
			t.Errorf("written off, the list is %+v", list)
		}
		must(t, o.app(t).Recover(t.Context(), n.ID))
		o.pay(t, n.ID, "119")
		o.right(t)
	})
}

// Each filter has what it says, on the day that it is in the workspace's zone,
// and an issued invoice is in exactly one of sent, overdue and paid.
func TestFilters(t *testing.T) {
	onBoth(t, func(t *testing.T, o *office) {
		c := o.customer(t, "Marlow Ceramics", ines)
		other := o.customer(t, "Northwind Bikes", sam)
		o.issued(t, o.details(other, "77"))
		o.draft(t, o.details(c, "1"))
		late := o.details(c, "2")
		late.TermsDays = "0"
		o.issued(t, late)
		o.issued(t, o.details(c, "3"))
		paid := o.issued(t, o.details(c, "4"))
		o.pay(t, paid.ID, "4.76")
		must(t, o.app(t).VoidInvoice(t.Context(), o.issued(t, o.details(c, "5")).ID))
		o.At(time.Date(2026, 11, 24, 0, 30, 0, 0, time.UTC))
		for filter, want := range map[invoice.Filter]int{"all": 5, "draft": 5, "sent": 1, "paid": 1, "overdue": 1, "void": 5} {
			list, err := o.portal(t, ines, c).List(t.Context(), invoice.Wanted{Filter: filter})
			must(t, err)
			for _, r := range list.Rows {
				if is := r.Standing("2026-11-24"); want == 1 && string(is) != string(filter) {
					t.Errorf("%s has one that is %s", filter, is)
				}
			}
			if n := list.Counts[list.Wanted.Filter]; n != want || len(list.Rows) != want {
				t.Errorf("%s says %d and lists %d, want %d", filter, n, len(list.Rows), want)
			}
		}
		l, err := o.app(t).List(t.Context(), invoice.Wanted{})
		must(t, err)
		if got := fmt.Sprint(l.Counts[invoice.FilterAll], l.Counts[invoice.FilterDraft], l.Counts[invoice.FilterSent], l.Counts[invoice.FilterPaid], l.Counts[invoice.FilterOverdue], l.Counts[invoice.FilterVoid]); got != "7 1 2 1 1 1" {
			t.Errorf("staff's counts are %s", got)
		}
		if got := fmt.Sprint(l.Cards.Outstanding, l.Cards.Overdue, l.Cards.PaidThisMonth); got != fmt.Sprint([]money.Amount{{Minor: 9163 + 238 + 357, Currency: "EUR"}}, []money.Amount{{Minor: 238, Currency: "EUR"}}, []money.Amount{{Minor: 476, Currency: "EUR"}}) {
			t.Errorf("staff's cards are %s", got)
		}
		for _, filter := range invoice.Filters {
			l, err := o.app(t).List(t.Context(), invoice.Wanted{Filter: filter})
			must(t, err)
			if l.Counts[filter] != len(l.Rows) {
				t.Errorf("staff's %s says %d and lists %d", filter, l.Counts[filter], len(l.Rows))
			}
		}
		for query, want := range map[string]int{"inv-2026-0002": 1, "INV-2026": 5, "northwind": 1, "work": 7, "%": 0, "nothing": 0} {
			l, err := o.app(t).List(t.Context(), invoice.Wanted{Query: query})
			must(t, err)
			if len(l.Rows) != want || l.Counts[invoice.FilterAll] != want {
				t.Errorf("%q finds %d and counts %d, want %d", query, len(l.Rows), l.Counts[invoice.FilterAll], want)
			}
		}
	})
}

// A list continues page by page, in both directions, without a gap.
func TestPages(t *testing.T) {
	onBoth(t, func(t *testing.T, o *office) {
		c := o.customer(t, "Marlow Ceramics", ines)
		for range 55 {
			o.issued(t, o.details(c, "1"))
		}
		portal := o.portal(t, ines, c)
		first, err := portal.List(t.Context(), invoice.Wanted{Filter: invoice.FilterSent})
		must(t, err)
		second, err := portal.List(t.Context(), invoice.Wanted{Filter: invoice.FilterSent, After: first.Next})
		must(t, err)
		back, err := portal.List(t.Context(), invoice.Wanted{Filter: invoice.FilterSent, Before: second.Prev})
		must(t, err)
		if len(first.Rows) != 50 || first.Rows[0].Number != "INV-2026-0055" || len(second.Rows) != 5 || second.Rows[4].Number != "INV-2026-0001" || second.Next != "" || back.Rows[49].Number != first.Rows[49].Number {
			t.Errorf("pages of %d, %d and %d", len(first.Rows), len(second.Rows), len(back.Rows))
		}
	})
}

// The number belongs to the year that it is in the workspace's zone.
func TestYearsBeginInTheWorkspacesZone(t *testing.T) {
	onBoth(t, func(t *testing.T, o *office) {
		o.Run(t, home, `update workspace set time_zone = 'Asia/Tokyo' where id = :workspace`, nil)
		c := o.customer(t, "Marlow Ceramics", ines)
		o.At(time.Date(2026, 12, 31, 14, 59, 59, 0, time.UTC))
		if n := o.issued(t, o.details(c, "1")); n.Number != "INV-2026-0001" || n.IssuedOn != "2026-12-31" {
			t.Errorf("a second before midnight: %s on %s", n.Number, n.IssuedOn)
		}
		o.Later(time.Second)
		if n := o.issued(t, o.details(c, "1")); n.Number != "INV-2027-0001" || n.IssuedOn != "2027-01-01" {
			t.Errorf("at midnight: %s on %s", n.Number, n.IssuedOn)
		}
	})
}

func TestASecondClickChangesNothing(t *testing.T) {
	onBoth(t, func(t *testing.T, o *office) {
		c := o.customer(t, "Marlow Ceramics", ines)
		n := o.issued(t, o.details(c, "100"))
		twice := func(do func(a invoice.App) error) {
			key := o.Form()
			for range 2 {
				must(t, do(o.f.ForStaff(o.Staff(t, home, "priya@haldenrowe.example", key))))
			}
		}
		twice(func(a invoice.App) error { return a.RecordPayment(t.Context(), n.ID, paying("10")) })
		twice(func(a invoice.App) error { _, err := a.Duplicate(t.Context(), n.ID); return err })
		twice(func(a invoice.App) error { _, err := a.Create(t.Context(), o.details(c, "1")); return err })
		if full, err := o.app(t).Full(t.Context(), n.ID); err != nil || full.Invoice.Open != 10900 || len(full.Entries) != 1 {
			t.Errorf("%+v, %v", full, err)
		}
		if l, err := o.app(t).List(t.Context(), invoice.Wanted{}); err != nil || l.Counts[invoice.FilterAll] != 3 {
			t.Errorf("%+v, %v", l.Counts, err)
		}
	})
}

func TestWorkspacesAndClientsKnowNothingOfEachOther(t *testing.T) {
	onBoth(t, func(t *testing.T, o *office) {
		c := o.customer(t, "Marlow Ceramics", ines)
		other := o.customer(t, "Northwind Bikes", sam)
		n := o.issued(t, o.details(c, "100"))
		away := o.f.ForStaff(o.Staff(t, "studio.example.net", "priya@haldenrowe.example", o.Form()))
		_, err := away.Get(t.Context(), n.ID)
		missing(t, err)
		missing(t, away.RecordPayment(t.Context(), n.ID, paying("1")))
		missing(t, away.VoidInvoice(t.Context(), n.ID))
		_, err = away.File(t.Context(), n.ID)
		missing(t, err)
		for _, odd := range []invoice.ID{n.ID, "", "x", "01jzzzzzzzzzzzzzzzzzzzzzzz"} {
			_, err = o.portal(t, sam, other).Get(t.Context(), odd)
			missing(t, err)
			_, err = o.portal(t, sam, other).File(t.Context(), odd)
			missing(t, err)
		}
		l, err := o.portal(t, sam, other).List(t.Context(), invoice.Wanted{Query: "inv"})
		must(t, err)
		if len(l.Rows) != 0 || len(l.Sums.ToPay) != 0 {
			t.Errorf("another client sees %+v", l)
		}
		o.Add(t, c, "reader@marlow.example", auth.ReaderPreset, true)
		_, err = o.portal(t, "reader@marlow.example", c).Get(t.Context(), n.ID)
		missing(t, err)
		_, err = o.portal(t, "reader@marlow.example", c).List(t.Context(), invoice.Wanted{})
		missing(t, err)
		in := o.details(other, "1")
		in.Client = c
		must(t, func() error { _, err := o.app(t).Create(t.Context(), in); return err }())
	})
}

func TestRoles(t *testing.T) {
	onBoth(t, func(t *testing.T, o *office) {
		c := o.customer(t, "Marlow Ceramics", ines)
		n := o.issued(t, o.details(c, "100"))
		for role, may := range map[auth.Role][2]bool{auth.Admin: {true, true}, auth.Finance: {true, true}, auth.Project: {true, false}, auth.Support: {false, false}, auth.Viewer: {true, false}} {
			email := string(role) + "@haldenrowe.example"
			o.Hire(t, "A "+string(role), email, role)
			_, err := o.as(t, email).Get(t.Context(), n.ID)
			if (err == nil) != may[0] {
				t.Errorf("%s reads: %v", role, err)
			}
			if err := o.as(t, email).RecordPayment(t.Context(), n.ID, paying("1")); (err == nil) != may[1] {
				t.Errorf("%s records a payment: %v", role, err)
			}
		}
	})
}
