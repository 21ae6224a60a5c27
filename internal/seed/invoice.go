package seed

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"foyer/internal/auth"
	"foyer/internal/feature/billing"
	"foyer/internal/feature/invoice"
	"foyer/internal/kernel/civil"
	"foyer/internal/kernel/scope"
	"foyer/internal/kernel/text"
	"foyer/internal/kernel/total"
)

// fates are those of a client's invoices, over and over: most are paid.
var fates = []string{
	"paid", "paid", "paid", "sent", "paid", "paid", "paid", "paid", "part", "paid", "paid", "paid", "paid", "overdue", "paid", "paid", "paid", "paid", "paid", "draft",
}

const standardRate total.Rate = 230_000

// billing writes the one tax rate that all lines have.
func (s *Sower) billing(ctx context.Context) error {
	s.rate = s.id(s.ago(720))
	return s.put(ctx, insertRate, scope.Args{"id": s.rate, "at": s.ago(720)})
}

// Invoices writes n invoices of a client.
func (s *Sower) Invoices(ctx context.Context, of string, n int) error {
	for i := range n {
		if err := s.invoice(ctx, of, fates[i%len(fates)]); err != nil {
			return err
		}
	}
	return nil
}

// bill is an invoice as it is being written.
type bill struct {
	id, of   string
	issued   civil.Date
	due      civil.Date
	at       time.Time
	lines    []invoice.SnapshotLine
	sums     total.Sums
	actor    any
	number   string
	listed   string
	currency string
}

// invoice writes an invoice with its lines and, unless it is a draft, its number
// and what was paid.
func (s *Sower) invoice(ctx context.Context, of, fate string) error {
	b, err := s.bill(of, fate)
	if err != nil {
		return err
	}
	s.made.Invoices++
	if err := s.put(ctx, insertInvoice, scope.Args{
		"id": b.id, "of": of, "amount": b.sums.Amount, "net": b.sums.Net, "tax": b.sums.Tax, "gross": b.sums.Gross,
		"search_key": text.Key(b.lines[0].Description), "actor": b.actor, "at": b.at,
	}); err != nil {
		return err
	}
	for i, l := range b.lines {
		if err := s.put(ctx, insertLine, scope.Args{
			"invoice": b.id, "position": i, "description": l.Description, "unit": l.Unit, "quantity": l.Quantity, "price": l.Price, "tax_rate": s.rate,
			"rate": l.Rate, "amount": l.Amount, "net": l.Net,
		}); err != nil {
			return err
		}
	}
	if fate == "draft" {
		return nil
	}
	return s.issue(ctx, b, fate)
}

// bill makes up an invoice: when it was, and what it says.
func (s *Sower) bill(of, fate string) (bill, error) {
	days := s.between(40, 380)
	switch fate {
	case "sent", "part", "draft":
		days = s.between(0, 12)
	case "overdue":
		days = s.between(15, 90)
	}
	at := s.ago(days)
	b := bill{of: of, id: s.id(at), at: at, issued: civil.Today(at), currency: "EUR", actor: s.actor()}
	b.due = b.issued.Add(14)
	var sum total.Bill
	for range max(s.plan.Lines, 1) {
		l := total.Line{
			Quantity: total.Quantity(s.between(2, 80) * 5_000), Price: total.Price(s.between(20, 180) * 1_000_000), Category: total.Standard, Rate: standardRate,
		}
		sum.Lines = append(sum.Lines, l)
	}
	var err error
	if b.sums, err = total.Of(sum); err != nil {
		return b, err
	}
	for i, l := range sum.Lines {
		b.lines = append(b.lines, invoice.SnapshotLine{
			Description: pick(s, works) + " " + pick(s, things), Unit: "h", Quantity: l.Quantity, Price: l.Price, Category: l.Category, Rate: l.Rate,
			Amount: b.sums.Lines[i].Amount, Net: b.sums.Lines[i].Net,
		})
	}
	return b, nil
}

// issue gives a bill its number and writes what follows from it.
func (s *Sower) issue(ctx context.Context, b bill, fate string) error {
	year := b.issued.Time().Year()
	b.number = s.number(billing.Invoices, "INV-%d-%04d", year)
	b.listed = fmt.Sprintf("%s/%012d", b.issued, s.numbers[series{billing.Invoices, year}])
	tax := b.sums.Taxes[0]
	if err := s.put(ctx, insertTax, scope.Args{"invoice": b.id, "rate": tax.Rate, "net": tax.Net, "tax": tax.Tax}); err != nil {
		return err
	}
	snapshot, err := json.Marshal(invoice.Snapshot{
		Kind: invoice.Claim, Number: b.number, IssuedOn: b.issued, DueOn: b.due, Currency: b.currency, Seller: invoice.Party{Name: "Seed & Sons", Address: "1 Field Lane\nDublin", TaxID: "IE0000000T"},
		Buyer: invoice.Party{Name: "A client"}, Lines: b.lines, Taxes: []invoice.SnapshotTax{{Category: tax.Category, Rate: tax.Rate, Net: tax.Net, Tax: tax.Tax}},
		Instructions: "IBAN: IE29 AIBK 9311 5212 3456 78", Amount: b.sums.Amount, Net: b.sums.Net, Tax: b.sums.Tax, Gross: b.sums.Gross, Look: invoice.Look{Language: "en", Paper: "a4"},
	})
	if err != nil {
		return err
	}
	if err := s.put(ctx, issueInvoice, scope.Args{
		"id": b.id, "number": b.number, "issued_on": string(b.issued), "due_on": string(b.due), "snapshot": string(snapshot), "listed": b.listed,
		"number_key": text.Key(b.number), "at": b.at,
	}); err != nil {
		return err
	}
	open := b.sums.Gross
	switch fate {
	case "paid":
		open = 0
	case "part":
		open -= b.sums.Gross / 3
	}
	if err := s.put(ctx, insertOpen, scope.Args{"id": b.id, "of": b.of, "open": open, "due_on": string(b.due), "listed": b.listed}); err != nil {
		return err
	}
	if err := s.event(ctx, b.at.Add(time.Millisecond), "invoice.issued", "invoice", b.id, b.of, auth.Money, auth.ForClientToo, "{}"); err != nil {
		return err
	}
	if paid := b.sums.Gross - open; paid > 0 {
		return s.pay(ctx, b, paid)
	}
	return nil
}

// pay writes a payment of a bill, some days after it.
func (s *Sower) pay(ctx context.Context, b bill, minor int64) error {
	at := b.at.Add(time.Duration(s.between(0, 20)) * 24 * time.Hour)
	if at.After(s.noon) {
		at = s.noon
	}
	made := s.id(at)
	if err := s.put(ctx, insertPayment, scope.Args{"id": made, "of": b.of, "amount": minor, "paid_on": string(civil.Today(at)), "actor": b.actor, "at": at}); err != nil {
		return err
	}
	return s.put(ctx, insertAllocation, scope.Args{"id": s.id(at), "of": b.of, "invoice": b.id, "amount": minor, "payment": made, "actor": b.actor, "at": at})
}

// number is the next number of a series; without a year the count goes on.
func (s *Sower) number(kind billing.Numbered, format string, year int) string {
	of := series{kind, year}
	s.numbers[of]++
	if year == 0 {
		return fmt.Sprintf(format, s.numbers[of])
	}
	return fmt.Sprintf(format, year, s.numbers[of])
}

// count writes down how many numbers were given.
func (s *Sower) count(ctx context.Context) error {
	for of, last := range s.numbers {
		if err := s.put(ctx, insertCounter, scope.Args{"kind": string(of.kind), "year": of.year, "last": last}); err != nil {
			return err
		}
	}
	return nil
}
