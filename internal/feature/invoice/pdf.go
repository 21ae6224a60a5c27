package invoice

import (
	"strings"

	"foyer/internal/kernel/lang"
	"foyer/internal/kernel/pdf"
	"foyer/internal/kernel/total"
)

// FileName is what the file is called: INV-2026-0042.pdf.
func (s Snapshot) FileName() string {
	name := strings.Map(func(r rune) rune {
		if strings.ContainsRune(`/\:*?"<>|`, r) || r < ' ' {
			return '-'
		}
		return r
	}, s.Number)
	if name == "" {
		name = "draft"
	}
	return name + ".pdf"
}

// draw makes the file of a snapshot, with the logo that it names, a PNG. The same
// snapshot gives the same bytes.
func draw(s Snapshot, logo []byte) (pdf.Made, error) {
	p := lang.For(s.Look.Language)
	title := p.T("invoice.pdf.kind." + string(s.Kind))
	d := pdf.Document{
		Title: strings.TrimSpace(title + " " + s.Number), Author: s.Seller.Name, Language: p.Tag(), At: s.IssuedOn.Time(),
		Theme:   pdf.Theme{Paper: pdf.Paper(s.Look.Paper), Logo: logo, Color: s.Look.Color, Footer: s.footer()},
		Running: s.Seller.Name + " · " + strings.TrimSpace(title+" "+s.Number),
		PageOf: func(page, pages int) string {
			return p.T("pdf.page", "page", p.Number(page), "pages", p.Number(pages))
		},
	}
	if s.Number == "" {
		title = p.T("invoice.pdf.draft")
	}
	d.Blocks = append(d.Blocks, pdf.Letterhead{Name: s.Seller.Name, Title: title, Number: s.Number}, s.parties(p), s.facts(p), s.table(p), s.totals(p))
	d.Blocks = append(d.Blocks, s.taxes(p)...)
	if s.Notes != "" {
		d.Blocks = append(d.Blocks, pdf.Paragraph{Text: s.Notes})
	}
	if s.Instructions != "" {
		box := pdf.Box{Title: p.T("invoice.pdf.pay")}
		box.Items, box.Text = instructions(s.Instructions)
		d.Blocks = append(d.Blocks, box)
	}
	return pdf.Make(d)
}

// Missing are the letters that the file cannot show, sorted.
func (s Snapshot) Missing() []rune {
	texts := []string{s.PONumber, s.Project, s.Notes, s.Instructions, s.footer()}
	for _, y := range []Party{s.Seller, s.Buyer} {
		texts = append(texts, y.Name, y.Legal, y.Address, y.TaxID, y.RegistrationNumber)
	}
	for _, l := range s.Lines {
		texts = append(texts, l.Description, l.Unit)
	}
	return pdf.Missing(strings.Join(append(texts, s.Reasons()...), "\n"))
}

// Instruction is a line of payment instructions that has a label, with a value to
// copy.
type Instruction struct{ Label, Value string }

// ReadInstructions takes payment instructions apart: the lines of "label: value",
// and what the other lines say.
func ReadInstructions(content string) (lines []Instruction, rest string) {
	var other []string
	for line := range strings.SplitSeq(content, "\n") {
		label, value, found := strings.Cut(line, ":")
		label, value = strings.TrimSpace(label), strings.TrimSpace(value)
		if !found || label == "" || value == "" || len([]rune(label)) > 40 || strings.HasPrefix(value, "//") {
			other = append(other, line)
			continue
		}
		lines = append(lines, Instruction{label, value})
	}
	return lines, strings.TrimSpace(strings.Join(other, "\n"))
}

func instructions(content string) (facts []pdf.Fact, rest string) {
	lines, rest := ReadInstructions(content)
	for _, l := range lines {
		facts = append(facts, pdf.Fact{Name: l.Label, Value: l.Value})
	}
	return facts, rest
}

// footer is the workspace's own text or, without one, who it is.
func (s Snapshot) footer() string {
	if s.Look.Footer != "" {
		return s.Look.Footer
	}
	var parts []string
	for _, part := range []string{s.Seller.Name, s.Seller.Email, s.Seller.Phone, s.Seller.Website} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, " · ")
}

// Said is a party as a reader sees it: its legal name where it has one, then its
// address and its numbers as lines.
func (y Party) Said(p lang.Printer) (name, rest string) {
	if name = y.Name; y.Legal != "" {
		name = y.Legal
	}
	var lines []string
	if y.Address != "" {
		lines = append(lines, y.Address)
	}
	if y.TaxID != "" {
		lines = append(lines, p.T("invoice.pdf.tax_id", "id", y.TaxID))
	}
	if y.RegistrationNumber != "" {
		lines = append(lines, p.T("invoice.pdf.registration", "number", y.RegistrationNumber))
	}
	return name, strings.Join(lines, "\n")
}

func (y Party) block(p lang.Printer) string {
	name, rest := y.Said(p)
	return name + "\n" + rest
}

func (s Snapshot) parties(p lang.Printer) pdf.Block {
	return pdf.Columns{Items: []pdf.Column{
		{Label: p.T("invoice.pdf.from"), Text: s.Seller.block(p)}, {Label: p.T("invoice.pdf.to"), Text: s.Buyer.block(p)},
	}}
}

func (s Snapshot) facts(p lang.Printer) pdf.Block {
	f := pdf.Facts{Items: []pdf.Fact{{Name: p.T("invoice.pdf.date"), Value: p.LongDate(s.IssuedOn.Time())}}}
	if s.Kind == Claim {
		f.Items = append(f.Items, pdf.Fact{Name: p.T("invoice.pdf.due"), Value: p.LongDate(s.DueOn.Time())})
	} else {
		f.Items = append(f.Items, pdf.Fact{Name: p.T("invoice.pdf.corrects"), Value: s.Corrects})
	}
	f.Items = append(f.Items, pdf.Fact{Name: p.T("invoice.pdf.po"), Value: s.PONumber}, pdf.Fact{Name: p.T("invoice.pdf.project"), Value: s.Project})
	return f
}

// table has the lines. A column that no line needs is left out.
func (s Snapshot) table(p lang.Printer) pdf.Block {
	amount := p.T("invoice.pdf.net")
	if s.Inclusive {
		amount = p.T("invoice.pdf.gross")
	}
	t := pdf.Table{Columns: []pdf.TableColumn{
		{Title: p.T("invoice.pdf.description"), Weight: 46}, {Title: p.T("invoice.pdf.quantity"), Weight: 14, End: true},
		{Title: p.T("invoice.pdf.price"), Weight: 16, End: true}, {Title: p.T("invoice.pdf.tax"), Weight: 9, End: true}, {Title: amount, Weight: 18, End: true},
	}}
	for _, l := range s.Lines {
		var description pdf.Cell
		description.Text, description.Sub, _ = strings.Cut(l.Description, "\n")
		if off := l.Discount; off != (total.Discount{}) {
			description.Sub = strings.TrimSpace(description.Sub + "\n" + p.T("invoice.pdf.discounted", "discount", s.SayDiscount(p, off)))
		}
		t.Rows = append(t.Rows, []pdf.Cell{
			description, {Text: strings.TrimSpace(l.Quantity.Say(p) + " " + l.Unit)}, {Text: l.Price.Say(p, s.Currency)}, {Text: SayRate(p, l.Category, l.Rate)},
			{Text: s.Money(l.Amount).Say(p)},
		})
	}
	return t
}

// SayDiscount says a discount: a share or an amount.
func (s Snapshot) SayDiscount(p lang.Printer, d total.Discount) string {
	if d.Rate != 0 {
		return d.Rate.Say(p)
	}
	return s.Money(d.Minor).Say(p)
}

// SayRate says a tax rate, or nothing where none is charged.
func SayRate(p lang.Printer, c total.Category, r total.Rate) string {
	if !c.Taxed() {
		return "–"
	}
	return r.Say(p)
}

// SumLine is a line of the sums below an invoice's lines.
type SumLine struct {
	Label, Value string
	Strong       bool
}

// SumLines are the sums of a snapshot as a reader sees them, in file and on page.
func (s Snapshot) SumLines(p lang.Printer) []SumLine {
	var rows []SumLine
	add := func(label string, minor int64) {
		rows = append(rows, SumLine{Label: label, Value: s.Money(minor).Say(p)})
	}
	if s.Reduced != 0 {
		add(p.T("invoice.sum.lines"), s.Amount)
		label := p.T("invoice.sum.discount")
		if s.ReducedRate != 0 {
			label = p.T("invoice.sum.discount_rate", "rate", s.ReducedRate.Say(p))
		}
		add(label, -s.Reduced)
	}
	if !s.Inclusive {
		add(p.T("invoice.sum.net"), s.Net)
		for _, t := range s.Taxes {
			if t.Category.Taxed() {
				add(p.T("invoice.sum.tax", "rate", t.Rate.Say(p), "net", s.Money(t.Net).Say(p)), t.Tax)
			}
		}
	}
	rows = append(rows, SumLine{Label: p.T("invoice.sum.total." + string(s.Kind)), Value: s.Money(s.Gross).Say(p), Strong: true})
	if s.Inclusive {
		for _, t := range s.Taxes {
			if t.Category.Taxed() {
				add(p.T("invoice.sum.contains", "rate", t.Rate.Say(p), "gross", s.Money(t.Net+t.Tax).Say(p)), t.Tax)
			}
		}
	}
	return rows
}

func (s Snapshot) totals(p lang.Printer) pdf.Block {
	var t pdf.Totals
	for _, row := range s.SumLines(p) {
		t.Rows = append(t.Rows, pdf.Sum(row))
	}
	return t
}

// Reasons say why no tax is charged, each once.
func (s Snapshot) Reasons() []string {
	var all []string
	for _, t := range s.Taxes {
		all = append(all, t.Reasons...)
	}
	return all
}

// taxes is a table of what each rate was charged on, where there are several, and
// why none was.
func (s Snapshot) taxes(p lang.Printer) []pdf.Block {
	var blocks []pdf.Block
	if len(s.Taxes) > 1 {
		t := pdf.Table{Columns: []pdf.TableColumn{
			{Title: p.T("invoice.pdf.tax_summary"), Weight: 46}, {Title: p.T("invoice.pdf.net"), Weight: 18, End: true},
			{Title: p.T("invoice.pdf.tax"), Weight: 18, End: true}, {Title: p.T("invoice.pdf.gross"), Weight: 18, End: true},
		}}
		for _, x := range s.Taxes {
			t.Rows = append(t.Rows, []pdf.Cell{
				{Text: SayTax(p, x.Category, x.Rate)}, {Text: s.Money(x.Net).Say(p)}, {Text: s.Money(x.Tax).Say(p)}, {Text: s.Money(x.Net + x.Tax).Say(p)},
			})
		}
		blocks = append(blocks, pdf.Space(10), t)
	}
	for _, reason := range s.Reasons() {
		blocks = append(blocks, pdf.Paragraph{Text: reason, Quiet: true})
	}
	return blocks
}

// SayTax names a category of tax with its rate.
func SayTax(p lang.Printer, c total.Category, r total.Rate) string {
	if c.Taxed() {
		return p.T("tax.category.S", "rate", r.Say(p))
	}
	return p.T("tax.category." + string(c))
}

// Label says what a movement is.
func (m Movement) Label(p lang.Printer) string {
	switch m.Kind {
	case "payment", "refund":
		return strings.TrimSpace(p.T("statement."+m.Kind) + " " + m.Reference)
	}
	return p.T("invoice.title."+m.Kind, "number", m.Number)
}

// draw makes the file of a statement. It is of the day it ends, so that the same
// statement gives the same bytes.
func (s Statement) draw(to parties, logo []byte) (pdf.Made, error) {
	p := lang.For(to.look.Language)
	title := p.T("statement.title")
	head := Snapshot{Seller: to.seller, Buyer: to.buyer, Look: to.look}
	t := pdf.Table{Columns: []pdf.TableColumn{
		{Title: p.T("invoice.pdf.date"), Weight: 16}, {Title: p.T("invoice.pdf.description"), Weight: 44},
		{Title: p.T("invoice.amount"), Weight: 20, End: true}, {Title: p.T("statement.balance"), Weight: 20, End: true},
	}}
	t.Rows = append(t.Rows, []pdf.Cell{{Text: p.ListDate(s.From.Time())}, {Text: p.T("statement.before")}, {}, {Text: s.Amount(s.Before).Say(p)}})
	for _, m := range s.Movements {
		t.Rows = append(t.Rows, []pdf.Cell{
			{Text: p.ListDate(m.On.Time())}, {Text: m.Label(p)}, {Text: s.Amount(m.Minor).Say(p)}, {Text: s.Amount(m.After).Say(p)},
		})
	}
	return pdf.Make(pdf.Document{
		Title: title + " " + to.buyer.Name, Author: to.seller.Name, Language: p.Tag(), At: s.To.Time(),
		Theme:   pdf.Theme{Paper: pdf.Paper(to.look.Paper), Logo: logo, Color: to.look.Color, Footer: head.footer()},
		Running: to.seller.Name + " · " + title,
		PageOf: func(page, pages int) string {
			return p.T("pdf.page", "page", p.Number(page), "pages", p.Number(pages))
		},
		Blocks: []pdf.Block{
			pdf.Letterhead{Name: to.seller.Name, Title: title, Number: s.Currency}, head.parties(p),
			pdf.Facts{Items: []pdf.Fact{{Name: p.T("statement.from"), Value: p.LongDate(s.From.Time())}, {Name: p.T("statement.to"), Value: p.LongDate(s.To.Time())}}},
			t, pdf.Totals{Rows: []pdf.Sum{{Label: p.T("statement.after"), Value: s.Amount(s.After()).Say(p), Strong: true}}},
		},
	})
}
