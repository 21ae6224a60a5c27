package app

import (
	"net/http"

	"foyer/internal/auth"
	"foyer/internal/face/sheet"
	"foyer/internal/face/ui"
	"foyer/internal/face/web"
	"foyer/internal/feature/invoice"
	"foyer/internal/kernel/problem"
)

// invoicePage is one invoice or credit note.
type invoicePage struct {
	view
	Full invoice.Full
}

// invoicePage reads what the page of an invoice shows.
func (f Face) invoicePage(w http.ResponseWriter, r *http.Request, who auth.Staff) (invoicePage, error) {
	full, err := f.Invoices.ForStaff(who).Full(r.Context(), invoiceIn(r))
	return invoicePage{newView(w, r, who), full}, err
}

func (f Face) showInvoice(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	p, err := f.invoicePage(w, r, who)
	if err != nil {
		return err
	}
	return p.page(w, r, http.StatusOK, p.title(), invoiceView(p))
}

func (f Face) showInvoiceFile(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	file, err := f.Invoices.ForStaff(who).File(r.Context(), invoiceIn(r))
	if err != nil {
		return err
	}
	return web.File(w, file.Name, "application/pdf", file.Bytes)
}

// done answers a change of an invoice that has no form of its own: back to its
// page, or to it with what was wrong.
func (f Face) done(w http.ResponseWriter, r *http.Request, who auth.Staff, err error, flash, to string) error {
	if known, ok := problem.As(err); ok && known.Kind != problem.NotFound && known.Kind != problem.Forbidden {
		p, err := f.invoicePage(w, r, who)
		if err != nil {
			return err
		}
		p.View = p.WithProblem(known)
		return p.page(w, r, web.Status(known), p.title(), invoiceView(p))
	}
	if err != nil {
		return err
	}
	web.Flash(w, r, flash)
	web.Redirect(w, r, to)
	return nil
}

func (p invoicePage) title() string { return p.name(p.Full.Invoice) }

// name is what an invoice is called: its number, or what it is while it has none.
func (v view) name(n invoice.Invoice) string {
	if n.Number == "" {
		return v.T("invoice.draft_of." + string(n.Kind))
	}
	return v.T("invoice.title."+string(n.Kind), "number", n.Number)
}

func (p invoicePage) head() ui.PageHead {
	n := p.Full.Invoice
	return ui.PageHead{
		Title: p.title(), Status: sheet.Standing(p.Printer, n.Standing(p.today()), n.PartPaid()),
		Crumbs: []ui.Link{{Text: p.T("invoices.title"), Href: "/app/invoices"}}, CrumbsLabel: p.T("ui.crumbs"),
	}
}

// owes tells whether something is left to pay.
func (p invoicePage) owes() bool {
	n := p.Full.Invoice
	return n.State == invoice.Issued && n.Kind == invoice.Claim && n.Open > 0 && n.WrittenOff.IsZero()
}

// missing are the letters of a draft that its file cannot show.
func (p invoicePage) missing() string {
	if p.Full.Invoice.State != invoice.Draft {
		return ""
	}
	return string(p.Full.Snapshot.Missing())
}

// main is the one filled button of the page.
func (p invoicePage) main() ui.Button {
	n := p.Full.Invoice
	switch {
	case !p.bills():
	case n.State == invoice.Draft:
		return ui.Button{Label: p.T("invoice.issue"), Icon: "send", Kind: ui.Filled, Href: invoiceAt(n.ID, "/issue"), Dialog: "center"}
	case p.owes():
		return ui.Button{Label: p.T("invoice.pay"), Icon: "banknote", Kind: ui.Filled, Href: invoiceAt(n.ID, "/payment"), Dialog: "drawer"}
	}
	return ui.Button{}
}

// menu is what else can be done.
func (p invoicePage) menu() ui.Menu {
	n := p.Full.Invoice
	m := ui.Menu{Label: p.T("clients.actions", "name", p.title())}
	ask := func(key, icon, path, dialog string, danger bool) {
		m.Items = append(m.Items, ui.MenuItem{Text: p.T(key), Icon: icon, Href: invoiceAt(n.ID, path), Dialog: dialog, Danger: danger, Rule: danger})
	}
	do := func(key, icon, path string) {
		m.Items = append(m.Items, ui.MenuItem{Text: p.T(key), Icon: icon, Action: invoiceAt(n.ID, path), Hidden: []ui.Hidden{p.Hidden()}})
	}
	if n.State == invoice.Draft {
		if n.Kind == invoice.Claim {
			do("invoice.copy", "copy", "/copy")
		}
		ask("invoice.discard", "trash-2", "/removal", "center", true)
		return m
	}
	if n.Sendable() {
		do("invoice.send", "mail", "/sending")
	}
	if p.owes() {
		if !n.UnderWay {
			do("invoice.remind", "bell", "/reminder")
		}
		if p.Full.Credit > 0 {
			do("invoice.apply", "arrow-right-left", "/settlement")
		}
	}
	if n.Kind == invoice.Claim {
		do("invoice.copy", "copy", "/copy")
		switch {
		case n.State == invoice.Void:
		case !n.WrittenOff.IsZero():
			do("invoice.recover", "undo-2", "/recovery")
		default:
			do("invoice.credit", "receipt-text", "/credit")
			if n.Open > 0 {
				ask("invoice.write_off", "eraser", "/write-off", "center", true)
			}
			if n.Open == n.Sums.Gross {
				ask("invoice.void", "ban", "/void", "center", true)
			}
		}
	}
	return m
}

// facts stand beside the parties on the sheet.
func (p invoicePage) facts() []ui.KeyValue {
	n, s := p.Full.Invoice, p.Full.Snapshot
	issued := orDash("")
	if n.State != invoice.Draft {
		issued = p.onDay(s.IssuedOn)
	}
	items := []ui.KeyValue{{Key: p.T("invoice.issued"), Value: issued}}
	if n.Kind == invoice.Claim {
		due := p.onDay(s.DueOn)
		if n.State == invoice.Draft && n.DueOn == "" {
			due = p.N("invoice.after_days", n.TermsDays)
		}
		items = append(items, ui.KeyValue{Key: p.T("invoice.due"), Value: due})
	}
	if n.Corrects != "" {
		items = append(items, ui.KeyValue{Key: p.T("invoice.corrects"), Value: n.CorrectsNo, Href: invoiceAt(n.Corrects, "")})
	}
	if n.PONumber != "" {
		items = append(items, ui.KeyValue{Key: p.T("invoice.po"), Value: n.PONumber})
	}
	return items
}

// where are the records that it belongs to.
func (p invoicePage) where() []ui.KeyValue {
	n := p.Full.Invoice
	items := []ui.KeyValue{{Key: p.T("project.client"), Value: n.ClientName, Href: clientAt(n.Client, "/invoices")}}
	if n.Project != "" {
		items = append(items, ui.KeyValue{Key: p.T("invoice.project"), Value: n.ProjectName, Href: projectAt(n.Project, "")})
	}
	if n.Milestone != "" {
		items = append(items, ui.KeyValue{Key: p.T("invoice.milestone"), Value: n.MilestoneName})
	}
	if !n.SentAt.IsZero() {
		items = append(items, ui.KeyValue{Key: p.T("invoice.sent_at"), Value: p.When(n.SentAt.In(p.Now.Location()), p.Now)})
	}
	return items
}

// entry says what was paid, credited or taken back.
func (p invoicePage) entry(e invoice.Entry) string {
	switch {
	case e.CreditNote != "":
		return p.T("invoice.entry.credit", "number", e.Number, "date", p.onDay(e.On))
	case e.Refund == invoice.OfRefund && e.Amount.Minor < 0:
		return p.T("invoice.entry.refunded", "date", p.onDay(e.On))
	case e.Refund == invoice.OfDispute && e.Amount.Minor < 0:
		return p.T("invoice.entry.lost", "date", p.onDay(e.On))
	case e.Refund != "":
		return p.T("invoice.entry.again", "date", p.onDay(e.On))
	case e.Amount.Minor < 0:
		return p.T("invoice.entry.back", "date", p.ListDate(e.At.In(p.Now.Location())))
	}
	said := p.T("invoice.entry.paid", "method", p.T("payment.via_"+string(e.Method)), "date", p.onDay(e.On))
	if e.Amount != e.Whole {
		return p.T("invoice.entry.part", "payment", said, "amount", e.Whole.Say(p.Printer))
	}
	return said
}

// held tells whether what a payment paid is still on the invoice, so that it can
// be taken back.
func (p invoicePage) held(e invoice.Entry) bool {
	if e.Payment == "" || e.Amount.Minor < 0 || !p.bills() || p.Full.Invoice.State != invoice.Issued || !p.Full.Invoice.WrittenOff.IsZero() {
		return false
	}
	var sum int64
	for _, other := range p.Full.Entries {
		if other.Payment == e.Payment {
			sum += other.Amount.Minor
		}
	}
	return sum > 0
}
