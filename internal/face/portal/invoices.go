package portal

import (
	"net/http"
	"slices"

	"foyer/internal/auth"
	"foyer/internal/face/sheet"
	"foyer/internal/face/ui"
	"foyer/internal/face/web"
	"foyer/internal/feature/invoice"
	"foyer/internal/feature/payment"
	"foyer/internal/kernel/civil"
	"foyer/internal/kernel/money"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/text"
)

// invoiceAt is an address below an invoice.
func invoiceAt(n invoice.ID, path string) string { return "/portal/invoices/" + n.String() + path }

// invoicesAt is the address of the list with something wanted of it.
func invoicesAt(filter invoice.Filter, query, cursor, at string) string {
	return web.ListAt("/portal/invoices", "status", filter, query, cursor, at)
}

// invoicesPage is the list.
type invoicesPage struct {
	view
	List  invoice.ShownList
	Ready payment.Ready
}

func (f Face) listInvoices(w http.ResponseWriter, r *http.Request, who auth.Client) error {
	q := r.URL.Query()
	list, err := f.Invoices.ForClient(who).List(r.Context(), invoice.Wanted{
		Filter: invoice.Filter(q.Get("status")), Query: q.Get("q"), After: q.Get("after"), Before: q.Get("before"),
	})
	if err != nil {
		return err
	}
	ready, err := f.Payments.ForClient(who).Ready(r.Context())
	if err != nil {
		return err
	}
	p := invoicesPage{newView(w, r, who), list, ready}
	if p.Fragment {
		return web.Render(w, r, http.StatusOK, invoiceResults(p))
	}
	return p.page(w, r, http.StatusOK, p.T("portal.invoices.title"), invoicesView(p))
}

// sums are what is to be paid and what was, the largest currency first.
func (p invoicesPage) sums() ui.SumStrip {
	s := p.List.Sums
	all := slices.Concat(s.ToPay, s.Overdue, s.PaidThisYear)
	if len(all) == 0 {
		return ui.SumStrip{}
	}
	none := money.Amount{Currency: all[0].Currency}.Say(p.Printer)
	year := p.T("portal.invoices.paid_year", "year", p.Now.Format("2006"))
	return ui.SumStrip{Items: []ui.SumItem{
		p.sum(p.T("portal.invoices.to_pay"), s.ToPay, false, none), p.sum(p.T("portal.invoices.overdue"), s.Overdue, true, none), p.sum(year, s.PaidThisYear, false, none),
	}}
}

func (p invoicesPage) sum(label string, amounts []money.Amount, bad bool, none string) ui.SumItem {
	item := ui.SumItem{Label: label, Bad: bad && len(amounts) > 0, Figure: none}
	for i, a := range amounts {
		switch i {
		case 0:
			item.Figure = a.Say(p.Printer)
		case 1:
			item.More = a.Say(p.Printer)
		default:
			item.More += " · " + a.Say(p.Printer)
		}
	}
	return item
}

func (p invoicesPage) filters() ui.Segment {
	w := p.List.Wanted
	s := ui.Segment{Label: p.T("portal.invoices.filter")}
	for _, filter := range invoice.ShownFilters {
		s.Items = append(s.Items, ui.Tab{
			Text: p.T("invoice.filter." + string(filter)), Href: invoicesAt(filter, w.Query, "", ""),
			Count: p.Count(p.List.Counts[filter]), Current: w.Filter == filter,
		})
	}
	return s
}

func (p invoicesPage) search() ui.SearchField {
	w := p.List.Wanted
	return p.Search(p.T("portal.invoices.search"), "#invoice-results", w.Query, invoicesAt(w.Filter, "", "", ""))
}

// found says how many invoices the list has.
func (p invoicesPage) found() string {
	return p.N("portal.invoices.found", p.List.Counts[p.List.Wanted.Filter])
}

func (p invoicesPage) pager() ui.Pager {
	w, found := p.List.Wanted, ""
	if p.List.Prev != "" || p.List.Next != "" {
		found = p.found() // where all fit on a page, the filters say it
	}
	return p.pages(p.T("portal.invoices.pages"), found, p.List.Prev, p.List.Next, func(cursor, at string) string {
		return invoicesAt(w.Filter, w.Query, cursor, at)
	})
}

// none is what an empty list says.
func (p invoicesPage) none() ui.EmptyState {
	w := p.List.Wanted
	switch {
	case w.Query != "":
		return ui.EmptyState{
			Plain: true, Title: p.T("portal.invoices.none.search", "query", w.Query), Text: p.T("portal.invoices.none.search_text"),
			Action: ui.Button{Label: p.T("portal.projects.none.clear"), Href: invoicesAt(w.Filter, "", "", "")},
		}
	case w.Filter != invoice.FilterAll:
		return ui.EmptyState{Plain: true, Title: p.T("portal.invoices.none." + string(w.Filter)), Action: ui.Button{
			Label: p.T("portal.invoices.none.all"), Href: invoicesAt(invoice.FilterAll, "", "", ""),
		}}
	}
	return ui.EmptyState{Title: p.T("portal.invoices.none.any"), Text: p.T("portal.invoices.none.any_text", "workspace", p.Site.Name)}
}

// invoiceTable are invoices as rows, in the list and at their project.
type invoiceTable struct {
	view
	Rows      []invoice.ShownRow
	OfProject bool // the project goes without saying
	Ready     bool // invoices can be paid online
}

func (p invoiceTable) columns() []ui.Column {
	return []ui.Column{
		{Text: p.T("invoice.number")}, {Text: p.T("invoice.issued")}, {Text: p.T("invoice.due")}, {Text: p.T("invoice.status")},
		{Text: p.T("invoice.amount"), End: true}, {Text: p.T("ui.more"), Hidden: true},
	}
}

// sub is what stands below an invoice's number.
func (p invoiceTable) sub(r invoice.ShownRow) string {
	switch {
	case r.Kind == invoice.CreditNote:
		return p.T("invoice.kind.credit_note")
	case p.OfProject:
		return ""
	}
	return r.Project
}

// due says when an invoice is due, while something is left to pay.
func (v view) due(day civil.Date, s invoice.Standing) string {
	days := v.today().Until(day)
	switch s {
	case invoice.IsOverdue:
		return v.Overdue(-days)
	case invoice.IsSent:
		return v.Distance(days)
	}
	return ""
}

// dueCell is the same, by itself in a table.
func (v view) dueCell(day civil.Date, s invoice.Standing) string {
	if s == invoice.IsOverdue {
		return text.Capital(v.due(day, s))
	}
	return v.due(day, s)
}

// invoicePage is one invoice, to be read.
type invoicePage struct {
	view
	Invoice invoice.Shown
	Ready   payment.Ready
}

func (f Face) showInvoice(w http.ResponseWriter, r *http.Request, who auth.Client) error {
	return f.drawInvoice(w, r, who, nil)
}

// drawInvoice answers with the page of an invoice, and says what hindered a change.
func (f Face) drawInvoice(w http.ResponseWriter, r *http.Request, who auth.Client, trouble *problem.Problem) error {
	found, err := f.Invoices.ForClient(who).Get(r.Context(), invoice.ID(r.PathValue("id")))
	if err != nil {
		return err
	}
	ready, err := f.Payments.ForClient(who).Ready(r.Context())
	if err != nil {
		return err
	}
	p := invoicePage{newView(w, r, who), found, ready}
	status := http.StatusOK
	if trouble != nil {
		p.View, status = p.WithProblem(trouble), web.Status(trouble)
	}
	return p.page(w, r, status, p.title(), invoiceView(p))
}

func (f Face) showInvoiceFile(w http.ResponseWriter, r *http.Request, who auth.Client) error {
	file, err := f.Invoices.ForClient(who).File(r.Context(), invoice.ID(r.PathValue("id")))
	if err != nil {
		return err
	}
	return web.File(w, file.Name, "application/pdf", file.Bytes)
}

func (f Face) showReceipt(w http.ResponseWriter, r *http.Request, who auth.Client) error {
	file, err := f.Invoices.ForClient(who).Receipt(r.Context(), invoice.ID(r.PathValue("id")), invoice.PaymentID(r.PathValue("payment")))
	if err != nil {
		return err
	}
	return web.File(w, file.Name, "application/pdf", file.Bytes)
}

func (p invoicePage) title() string {
	return p.T("invoice.title."+string(p.Invoice.Snapshot.Kind), "number", p.Invoice.Snapshot.Number)
}

func (p invoicePage) head() ui.PageHead {
	s := p.Invoice
	return ui.PageHead{
		Title: p.title(), Status: sheet.Standing(p.Printer, s.Standing(p.today()), s.PartPaid()),
		Crumbs: []ui.Link{{Text: p.T("portal.invoices.title"), Href: "/portal/invoices"}}, CrumbsLabel: p.T("ui.crumbs"),
	}
}

// open tells whether something is left to pay.
func (p invoicePage) open() bool {
	s := p.Invoice.Standing(p.today())
	return s == invoice.IsSent || s == invoice.IsOverdue
}

// dueLine says by when what is left is to be paid.
func (p invoicePage) dueLine() string {
	day := p.Invoice.Snapshot.DueOn
	return p.T("portal.invoice.by", "date", p.LongDate(day.Time()), "distance", p.due(day, p.Invoice.Standing(p.today())))
}

func (p invoicePage) facts() []ui.KeyValue {
	s := p.Invoice.Snapshot
	items := []ui.KeyValue{{Key: p.T("invoice.issued"), Value: p.ListDate(s.IssuedOn.Time())}}
	if s.Kind == invoice.Claim {
		items = append(items, ui.KeyValue{Key: p.T("invoice.due"), Value: p.ListDate(s.DueOn.Time())})
	}
	if p.Invoice.Corrects != "" {
		items = append(items, ui.KeyValue{Key: p.T("invoice.corrects"), Value: s.Corrects, Href: invoiceAt(p.Invoice.Corrects, "")})
	}
	for _, c := range p.Invoice.Corrections {
		items = append(items, ui.KeyValue{Key: p.T("invoice.kind.credit_note"), Value: c.Number, Href: invoiceAt(c.ID, "")})
	}
	if s.PONumber != "" {
		items = append(items, ui.KeyValue{Key: p.T("invoice.your_po"), Value: s.PONumber})
	}
	if p.Invoice.Project != "" {
		items = append(items, ui.KeyValue{Key: p.T("invoice.project"), Value: p.Invoice.ProjectName, Href: projectAt(p.Invoice.Project)})
	}
	return items
}

// settled are what was paid and credited, oldest first, and what is left.
func (p invoicePage) settled() []ui.KeyValue {
	var items []ui.KeyValue
	for _, e := range p.Invoice.Entries {
		item := ui.KeyValue{Key: p.T("invoice.entry.credit", "number", e.Number, "date", p.near(e.On)), Value: e.Amount.Say(p.Printer)}
		switch {
		case e.CreditNote != "":
			item.Href = invoiceAt(e.CreditNote, "")
		case e.Refund == invoice.OfRefund && e.Amount.Minor < 0:
			item.Key = p.T("invoice.entry.refunded", "date", p.near(e.On))
		case e.Refund == invoice.OfDispute && e.Amount.Minor < 0:
			item.Key = p.T("invoice.entry.lost", "date", p.near(e.On))
		case e.Refund != "":
			item.Key = p.T("invoice.entry.again", "date", p.near(e.On))
		case e.Amount.Minor < 0:
			item.Key = p.T("invoice.entry.back", "date", p.near(p.dayOf(e.At)))
		default:
			item.Href = invoiceAt(p.Invoice.ID, "/receipts/"+e.Payment.String())
			item.Key = p.T("invoice.entry.paid", "method", p.T("payment.via_"+string(e.Method)), "date", p.near(e.On))
		}
		items = append(items, item)
	}
	if len(items) > 0 {
		items = append(items, ui.KeyValue{Key: p.T("invoice.left"), Value: p.Invoice.Snapshot.Money(p.Invoice.Open).Say(p.Printer)})
	}
	return items
}
