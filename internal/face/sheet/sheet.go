// Package sheet draws the sheet of an invoice for either face, from the snapshot
// that its file is made from.
package sheet

import (
	"strings"

	"foyer/internal/face/ui"
	"foyer/internal/feature/invoice"
	"foyer/internal/kernel/lang"
)

// Of is the sheet of a snapshot. facts are what each face says beside it.
func Of(say lang.Printer, s invoice.Snapshot, facts []ui.KeyValue) ui.Paper {
	amount := say.T("invoice.pdf.net")
	if s.Inclusive {
		amount = say.T("invoice.pdf.gross")
	}
	p := ui.Paper{
		Parties: []ui.Party{party(say, "invoice.pdf.from", s.Seller), party(say, "invoice.pdf.to", s.Buyer)}, Facts: facts, Caption: say.T("invoice.lines"),
		Heads:   [5]string{say.T("invoice.pdf.description"), say.T("invoice.pdf.quantity"), say.T("invoice.pdf.price"), say.T("invoice.pdf.tax"), amount},
		Reasons: s.Reasons(), Notes: s.Notes,
	}
	for _, l := range s.Lines {
		title, rest, _ := strings.Cut(l.Description, "\n")
		line := ui.PaperLine{
			Title: title, Sub: rest, Quantity: l.Quantity.Say(say), Price: l.Price.Say(say, s.Currency),
			Tax: invoice.SayRate(say, l.Category, l.Rate), Amount: s.Money(l.Amount).Say(say),
		}
		if l.Unit != "" {
			line.Quantity += " " + l.Unit
		}
		if said := s.SayDiscount(say, l.Discount); l.Discount.Rate != 0 || l.Discount.Minor != 0 {
			line.Sub = strings.TrimSpace(line.Sub + "\n" + say.T("invoice.pdf.discounted", "discount", said))
		}
		p.Lines = append(p.Lines, line)
	}
	for _, row := range s.SumLines(say) {
		p.Sums = append(p.Sums, ui.PaperSum(row))
	}
	return p
}

// Standing is where an invoice stands, in words; part tells whether something was
// paid.
func Standing(say lang.Printer, s invoice.Standing, part bool) ui.Status {
	kind := map[invoice.Standing]ui.StatusKind{
		invoice.IsSent: ui.StatusInfo, invoice.IsOverdue: ui.StatusBad, invoice.IsPaid: ui.StatusOK, invoice.IsCredit: ui.StatusDone, invoice.IsDraft: ui.StatusHold,
	}[s]
	if kind == "" {
		kind = ui.StatusOff
	}
	key := "invoice.standing." + string(s)
	if part && (s == invoice.IsSent || s == invoice.IsOverdue) {
		key = "invoice.standing.part_" + string(s)
	}
	return ui.Status{Kind: kind, Text: say.T(key)}
}

func party(say lang.Printer, label string, y invoice.Party) ui.Party {
	name, rest := y.Said(say)
	return ui.Party{Label: say.T(label), Name: name, Text: rest}
}
