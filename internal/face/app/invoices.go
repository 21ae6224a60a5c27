package app

import (
	"net/http"
	"net/url"

	"foyer/internal/auth"
	"foyer/internal/face/ui"
	"foyer/internal/face/web"
	"foyer/internal/feature/client"
	"foyer/internal/feature/invoice"
	"foyer/internal/feature/waiting"
	"foyer/internal/kernel/money"
)

// widest is how much the form of an invoice may send: 500 long lines.
const widest = 4 << 20

func (f Face) invoiceRoutes() []web.Route {
	one, draft, issued := web.Objects{"id": "invoice"}, web.Objects{"id": "draft"}, web.Objects{"id": "issued invoice"}
	return []web.Route{
		web.Staff("GET", "/app/invoices", auth.MoneyRead, nil, f.listInvoices),
		web.Staff("POST", "/app/invoices", auth.MoneyWrite, nil, f.postInvoice).WithBody(widest),
		web.Staff("GET", "/app/invoices/new", auth.MoneyWrite, nil, f.newInvoice),
		web.Staff("POST", "/app/invoices/reckoning", auth.MoneyWrite, nil, f.postReckoning).WithBody(widest),
		web.Staff("GET", "/app/invoices/{id}", auth.MoneyRead, one, f.showInvoice),
		web.Staff("GET", "/app/invoices/{id}/pdf", auth.MoneyRead, one, f.showInvoiceFile),
		web.Staff("GET", "/app/invoices/{id}/edit", auth.MoneyWrite, draft, f.editInvoice),
		web.Staff("POST", "/app/invoices/{id}/edit", auth.MoneyWrite, draft, f.postInvoiceEdit).WithBody(widest),
		web.Staff("GET", "/app/invoices/{id}/issue", auth.MoneyWrite, draft, f.askIssue),
		web.Staff("POST", "/app/invoices/{id}/issue", auth.MoneyWrite, draft, f.postIssue),
		web.Staff("GET", "/app/invoices/{id}/removal", auth.MoneyWrite, draft, f.askRemoval),
		web.Staff("POST", "/app/invoices/{id}/removal", auth.MoneyWrite, draft, f.postRemoval),
		web.Staff("GET", "/app/invoices/{id}/payment", auth.MoneyWrite, issued, f.askPayment),
		web.Staff("POST", "/app/invoices/{id}/payment", auth.MoneyWrite, issued, f.postPayment),
		web.Staff("GET", "/app/invoices/{id}/void", auth.MoneyWrite, issued, f.askVoid),
		web.Staff("POST", "/app/invoices/{id}/void", auth.MoneyWrite, issued, f.postVoid),
		web.Staff("GET", "/app/invoices/{id}/write-off", auth.MoneyWrite, issued, f.askWriteOff),
		web.Staff("POST", "/app/invoices/{id}/write-off", auth.MoneyWrite, issued, f.postWriteOff),
		web.Staff("POST", "/app/invoices/{id}/recovery", auth.MoneyWrite, one, f.postRecovery),
		web.Staff("POST", "/app/invoices/{id}/sending", auth.MoneyWrite, one, f.postSending),
		web.Staff("POST", "/app/invoices/{id}/reminder", auth.MoneyWrite, one, f.postReminder),
		web.Staff("POST", "/app/invoices/{id}/copy", auth.MoneyWrite, one, f.postInvoiceCopy),
		web.Staff("POST", "/app/invoices/{id}/credit", auth.MoneyWrite, one, f.postCredit),
		web.Staff("POST", "/app/invoices/{id}/settlement", auth.MoneyWrite, one, f.postSettlement),
		web.Staff("POST", "/app/invoices/{id}/payments/{payment}/return", auth.MoneyWrite, web.Objects{"id": "invoice", "payment": "payment"}, f.postReturn),
		web.Staff("GET", "/app/invoices/{id}/payments/{payment}/refund", auth.MoneyRead, web.Objects{"id": "invoice", "payment": "payment"}, f.askRefund),
		web.Staff("POST", "/app/invoices/{id}/payments/{payment}/refund", auth.MoneyWrite, web.Objects{"id": "invoice", "payment": "payment"}, f.postRefund),
		web.Staff("GET", "/app/clients/{id}/invoices", auth.MoneyRead, web.Objects{"id": "client"}, f.listClientInvoices),
		web.Staff("GET", "/app/clients/{id}/statement", auth.MoneyRead, web.Objects{"id": "client"}, f.showStatement),
		web.Staff("GET", "/app/clients/{id}/statement/pdf", auth.MoneyRead, web.Objects{"id": "client"}, f.showStatementFile),
	}
}

func invoiceIn(r *http.Request) invoice.ID { return invoice.ID(r.PathValue("id")) }

// invoiceAt is an address below an invoice.
func invoiceAt(n invoice.ID, path string) string { return "/app/invoices/" + n.String() + path }

// bills tells whether the person may write invoices; without it a page has no
// controls.
func (v view) bills() bool { return v.Who.May(auth.MoneyWrite) }

// invoicesPage is the list.
type invoicesPage struct {
	view
	List invoice.List
}

func (f Face) listInvoices(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	q := r.URL.Query()
	list, err := f.Invoices.ForStaff(who).List(r.Context(), invoice.Wanted{
		Filter: invoice.Filter(q.Get("tab")), Query: q.Get("q"), After: q.Get("after"), Before: q.Get("before"),
	})
	if err != nil {
		return err
	}
	p := invoicesPage{view: newView(w, r, who), List: list}
	if p.Fragment {
		return web.Render(w, r, http.StatusOK, invoiceResults(p))
	}
	if err := p.count(r.Context()); err != nil {
		return err
	}
	return p.page(w, r, http.StatusOK, p.T("invoices.title"), invoicesView(p))
}

// href is the address of the list with something else wanted.
func (p invoicesPage) href(filter invoice.Filter, query, cursor, at string) string {
	return web.ListAt("/app/invoices", "tab", filter, query, cursor, at)
}

// unmatched leads to the payments that fit no invoice, with how many there are.
func (p invoicesPage) unmatched() ui.Button {
	b := ui.Button{Label: p.T("unmatched.short"), Icon: "unlink", Href: unmatchedPath}
	if n, _ := p.Waiting(p.Counts[waiting.Unmatched], waiting.Most); n != "" {
		b.Label = p.T("unmatched.short_count", "count", n)
	}
	return b
}

// cards are the figures above the list, whatever is searched for.
func (p invoicesPage) cards() []ui.StatCard {
	c := p.List.Cards
	return []ui.StatCard{
		p.sums("invoices.outstanding", "wallet", c.Outstanding, p.href(invoice.FilterSent, "", "", "")),
		p.sums("invoices.overdue", "circle-alert", c.Overdue, p.href(invoice.FilterOverdue, "", "", "")),
		p.sums("invoices.paid_month", "banknote", c.PaidThisMonth, p.href(invoice.FilterPaid, "", "", "")),
		p.sums("invoices.drafts", "file", c.Drafts, p.href(invoice.FilterDraft, "", "", "")),
	}
}

func (p invoicesPage) tabs() ui.Segment {
	w := p.List.Wanted
	s := ui.Segment{Label: p.T("portal.invoices.filter")}
	for _, filter := range invoice.Filters {
		s.Items = append(s.Items, ui.Tab{
			Text: p.T("invoice.filter." + string(filter)), Href: p.href(filter, w.Query, "", ""),
			Count: p.Count(p.List.Counts[filter]), Current: w.Filter == filter,
		})
	}
	return s
}

func (p invoicesPage) search() ui.SearchField {
	w := p.List.Wanted
	return p.Search(p.T("invoices.search"), "#invoice-results", w.Query, p.href(w.Filter, "", "", ""))
}

// found says how many invoices the list has.
func (p invoicesPage) found() string {
	return p.N("portal.invoices.found", p.List.Counts[p.List.Wanted.Filter])
}

func (p invoicesPage) pager() ui.Pager {
	w := p.List.Wanted
	return p.pages(p.T("portal.invoices.pages"), p.found(), p.List.Prev, p.List.Next, func(cursor, at string) string {
		return p.href(w.Filter, w.Query, cursor, at)
	})
}

// none is what an empty list says.
func (p invoicesPage) none() ui.EmptyState {
	w := p.List.Wanted
	if w.Query != "" {
		return ui.EmptyState{
			Plain: true, Title: p.T("portal.invoices.none.search", "query", w.Query), Text: p.T("invoices.none.search_text"),
			Action: ui.Button{Label: p.T("clients.none.clear"), Href: p.href(w.Filter, "", "", "")},
		}
	}
	if w.Filter != invoice.FilterAll {
		return ui.EmptyState{Plain: true, Title: p.T("invoices.none." + string(w.Filter))}
	}
	e := ui.EmptyState{Title: p.T("invoices.none.all"), Text: p.T("invoices.none.all_text")}
	if p.bills() {
		e.Action = p.add("")
	}
	return e
}

// add leads to the form of a new invoice, for a client where one is known.
func (v view) add(of client.ID) ui.Button {
	b := ui.Button{Label: v.T("invoices.add"), Icon: "plus", Href: "/app/invoices/new"}
	if of != "" {
		b.Href += "?client=" + of.String()
	}
	return b
}

// invoiceTable are invoices as rows, in the list and at their client.
type invoiceTable struct {
	view
	Rows     []invoice.Row
	OfClient bool // the client goes without saying
}

func (p invoiceTable) columns() []ui.Column {
	columns := []ui.Column{{Text: p.T("invoice.number")}}
	if !p.OfClient {
		columns = append(columns, ui.Column{Text: p.T("project.client")})
	}
	return append(columns, ui.Column{Text: p.T("invoice.status")}, ui.Column{Text: p.T("invoice.issued")}, ui.Column{Text: p.T("invoice.due")},
		ui.Column{Text: p.T("invoice.open"), End: true}, ui.Column{Text: p.T("invoice.amount"), End: true}, ui.Column{Text: p.T("ui.more"), Hidden: true})
}

// name is what a row is called: its number, or what it is while it has none.
func (p invoiceTable) name(r invoice.Row) string {
	if r.Number != "" {
		return r.Number
	}
	return p.T("invoice.draft_of." + string(r.Kind))
}

// left is what is left to pay, as text; empty where nothing is.
func (p invoiceTable) left(r invoice.Row) string {
	if r.Open <= 0 || r.State != invoice.Issued || r.Off {
		return ""
	}
	return money.Amount{Minor: r.Open, Currency: r.Gross.Currency}.Say(p.Printer)
}

// rowMenu is what can be done with a row.
func (p invoiceTable) rowMenu(row invoice.Row) ui.Menu {
	m := ui.Menu{Label: p.T("clients.actions", "name", p.name(row)), Items: []ui.MenuItem{
		{Text: p.T("invoice.view"), Icon: "eye", Href: invoiceAt(row.ID, "")},
		{Text: p.T("invoice.download"), Icon: "download", Href: invoiceAt(row.ID, "/pdf")},
	}}
	if !p.bills() {
		return m
	}
	if row.State == invoice.Draft {
		return ui.Menu{Label: m.Label, Items: append(m.Items,
			ui.MenuItem{Text: p.T("invoice.edit"), Icon: "pencil", Href: invoiceAt(row.ID, "/edit"), Rule: true},
			ui.MenuItem{Text: p.T("invoice.issue"), Icon: "send", Href: invoiceAt(row.ID, "/issue"), Dialog: "center"})}
	}
	if row.Kind == invoice.Claim && row.Open > 0 && row.State == invoice.Issued && !row.Off {
		m.Items = append(m.Items, ui.MenuItem{Text: p.T("invoice.pay"), Icon: "banknote", Href: invoiceAt(row.ID, "/payment"), Dialog: "drawer", Rule: true})
	}
	if row.Kind == invoice.Claim {
		m.Items = append(m.Items, ui.MenuItem{Text: p.T("invoice.copy"), Icon: "copy", Action: invoiceAt(row.ID, "/copy"), Hidden: []ui.Hidden{p.Hidden()}})
	}
	return m
}

// clientInvoicesPage is the Invoices tab of a client.
type clientInvoicesPage struct {
	clientFrame
	List     invoice.List
	Balances []invoice.Balance
}

func (f Face) listClientInvoices(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	c, err := client.ForStaff(who).Get(r.Context(), clientIn(r))
	if err != nil {
		return err
	}
	app, q := f.Invoices.ForStaff(who), r.URL.Query()
	list, err := app.ListOf(r.Context(), c.ID, invoice.Wanted{After: q.Get("after"), Before: q.Get("before")})
	if err != nil {
		return err
	}
	balances, err := app.Balances(r.Context(), c.ID)
	if err != nil {
		return err
	}
	p := clientInvoicesPage{clientFrame{newView(w, r, who), c, "invoices"}, list, balances}
	return p.page(w, r, http.StatusOK, p.T("invoices.of", "name", c.Name), clientInvoicesView(p))
}

// starts tells whether the client can be invoiced here.
func (p clientInvoicesPage) starts() bool { return p.bills() && !p.Client.Lead && !p.Client.Archived() }

func (p clientInvoicesPage) pager() ui.Pager {
	all := 0
	for _, b := range p.Balances {
		all += b.Invoices
	}
	return p.pages(p.T("portal.invoices.pages"), p.N("portal.invoices.found", all), p.List.Prev, p.List.Next, func(cursor, at string) string {
		return clientAt(p.Client.ID, "/invoices?"+cursor+"="+url.QueryEscape(at))
	})
}

// sums are where the client stands, a strip for each currency.
func (p clientInvoicesPage) sums(b invoice.Balance) ui.SumStrip {
	return ui.SumStrip{Items: []ui.SumItem{
		{Label: p.T("balance.open"), Figure: b.Amount(b.Open).Say(p.Printer)},
		{Label: p.T("balance.overdue"), Figure: b.Amount(b.Overdue).Say(p.Printer), Bad: b.Overdue > 0},
		{Label: p.T("balance.credit"), Figure: b.Amount(b.Credit).Say(p.Printer)},
	}}
}

// none is what the tab says without invoices.
func (p clientInvoicesPage) none() ui.EmptyState {
	e := ui.EmptyState{Title: p.T("invoices.none.client", "name", p.Client.Name), Text: p.T("invoices.none.all_text")}
	if p.Client.Lead {
		e.Text = p.T("invoices.none.lead_text")
	}
	if p.starts() {
		e.Action = p.add(p.Client.ID)
	}
	return e
}
