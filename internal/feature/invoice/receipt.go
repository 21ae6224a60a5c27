package invoice

import (
	"context"

	"foyer/internal/auth"
	"foyer/internal/feature/document"
	"foyer/internal/kernel/id"
	"foyer/internal/kernel/lang"
	"foyer/internal/kernel/pdf"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
)

// ReceiptName is what the file about a payment of the invoice is called.
func (s Snapshot) ReceiptName(y Payment) string {
	return lang.For(s.Look.Language).T("receipt.file") + "-" + string(y.PaidOn) + "-" + s.FileName()
}

// receipt makes the file that says that money came in for an invoice. It says
// nothing that changes later, so that the same payment gives the same bytes.
func (s Snapshot) receipt(y Payment, logo []byte) (pdf.Made, error) {
	p := lang.For(s.Look.Language)
	title := p.T("receipt.title")
	head := title + " · " + s.Number
	return pdf.Make(pdf.Document{
		Title: title + " " + s.Number, Author: s.Seller.Name, Language: p.Tag(), At: y.PaidOn.Time(),
		Theme:   pdf.Theme{Paper: pdf.Paper(s.Look.Paper), Logo: logo, Color: s.Look.Color, Footer: s.footer()},
		Running: s.Seller.Name + " · " + head,
		PageOf: func(page, pages int) string {
			return p.T("pdf.page", "page", p.Number(page), "pages", p.Number(pages))
		},
		Blocks: []pdf.Block{
			pdf.Letterhead{Name: s.Seller.Name, Title: title, Number: s.Number}, s.parties(p),
			pdf.Facts{Items: []pdf.Fact{
				{Name: p.T("receipt.paid_on"), Value: p.LongDate(y.PaidOn.Time())}, {Name: p.T("receipt.method"), Value: p.T("payment.via_" + string(y.Method))},
				{Name: p.T("receipt.for"), Value: p.T("receipt.invoice", "number", s.Number, "date", p.LongDate(s.IssuedOn.Time()))},
				{Name: p.T("receipt.reference"), Value: y.Reference},
			}},
			pdf.Totals{Rows: []pdf.Sum{
				{Label: p.T("receipt.total"), Value: s.Money(s.Gross).Say(p)}, {Label: p.T("receipt.amount"), Value: y.Amount.Say(p), Strong: true},
			}},
			pdf.Paragraph{Text: p.T("receipt.thanks", "name", s.Seller.Name)},
		},
	})
}

// receiptFile makes the file about a payment with the logo that the invoice had.
func (f Feature) receiptFile(ctx context.Context, read reading, s Snapshot, y Payment) (File, error) {
	logo, err := f.logoOf(ctx, read, s)
	if err != nil {
		return File{}, err
	}
	made, err := s.receipt(y, logo)
	return File{s.ReceiptName(y), made.Bytes}, err
}

// Receipt is the file about a payment of the client's invoice; problem.NotFound.
func (p Portal) Receipt(ctx context.Context, invoice ID, payment PaymentID) (File, error) {
	if !id.Valid(payment.String()) {
		return File{}, problem.Missing()
	}
	s, err := p.get(ctx, invoice)
	if err != nil {
		return File{}, err
	}
	read := reading{func(ctx context.Context, fn func(tx scope.Tx) error) error { return p.who.Read(ctx, auth.Money, fn) }, document.FindSeen}
	var y Payment
	err = read.in(ctx, func(tx scope.Tx) (err error) {
		y, err = scope.One(ctx, tx, readReceipt, scope.Args{"invoice": invoice, "payment": payment}, scanPayment)
		return err
	})
	if err != nil {
		return File{}, err
	}
	return p.f.receiptFile(ctx, read, s.Snapshot, y)
}
