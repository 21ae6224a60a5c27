package app

import (
	"net/http"

	"foyer/internal/auth"
	"foyer/internal/face/ui"
	"foyer/internal/face/web"
	"foyer/internal/feature/invoice"
	"foyer/internal/kernel/civil"
	"foyer/internal/kernel/problem"
)

// invoiceAsk is a page or dialog that asks before something is done with an
// invoice.
type invoiceAsk struct {
	view
	Invoice invoice.Invoice
	Act     string // issue, removal, void or write-off: also the last part of its address
	Reason  string
	Send    bool
	// Unpayable says that once it is issued nobody is told how to pay it.
	Unpayable bool
}

// fits tells whether it is something to ask about an invoice as it stands.
func (p invoiceAsk) fits(n invoice.Invoice) bool {
	if p.Act == "issue" || p.Act == "removal" {
		return n.State == invoice.Draft
	}
	return n.State == invoice.Issued && n.Kind == invoice.Claim && n.WrittenOff.IsZero()
}

func (p invoiceAsk) word() string {
	return map[string]string{"issue": "issue", "removal": "discard", "void": "void", "write-off": "write_off"}[p.Act]
}

func (p invoiceAsk) title() string { return p.T("invoice.ask."+p.word(), "number", p.Invoice.Number) }

// text says what will happen.
func (p invoiceAsk) text() string {
	n := p.Invoice
	return p.T("invoice.ask."+p.word()+"_text", "amount", n.Amount(n.Sums.Gross).Say(p.Printer), "left", n.Amount(n.Open).Say(p.Printer), "client", n.ClientName, "number", n.Number)
}

func (p invoiceAsk) summary() ui.ErrorSummary {
	if text := p.Error("reason"); text != "" {
		return ui.ErrorSummary{Title: p.N("ui.errors", 1), Items: []ui.ErrorItem{{ID: ui.FieldID("reason"), Text: text}}}
	}
	var items []ui.ErrorItem
	for _, field := range invoice.MissingFields {
		if text := p.Error(field); text != "" {
			items = append(items, ui.ErrorItem{Href: p.mends(field), Text: text})
		}
	}
	if len(items) > 0 {
		return ui.ErrorSummary{Title: p.T("invoice.missing_title"), Items: items}
	}
	return ui.ErrorSummary{Text: p.Trouble()}
}

// mends is the page where what is missing is put right.
func (p invoiceAsk) mends(field string) string {
	switch field {
	case "seller_address", "seller_tax_id":
		return "/app/settings"
	case "buyer_address", "buyer_tax_id":
		return clientAt(p.Invoice.Client, "/edit")
	}
	return invoiceAt(p.Invoice.ID, "/edit")
}

func (f Face) ask(w http.ResponseWriter, r *http.Request, who auth.Staff, status int, p invoiceAsk, trouble error) error {
	if err := f.readAsked(r, who, &p); err != nil {
		return err
	}
	if trouble == nil && !p.fits(p.Invoice) {
		web.Redirect(w, r, invoiceAt(p.Invoice.ID, ""))
		return nil
	}
	p.view = newView(w, r, who)
	p.View = p.WithProblem(trouble)
	return p.drawerOrPage(w, r, status, p.title(), invoiceAskView(p))
}

// readAsked reads the invoice and, before it is issued, whether there is no way to pay it:
// no instructions, and no Stripe.
func (f Face) readAsked(r *http.Request, who auth.Staff, p *invoiceAsk) (err error) {
	app, ctx := f.Invoices.ForStaff(who), r.Context()
	if p.Act != "issue" {
		p.Invoice, err = app.Get(ctx, invoiceIn(r))
		return err
	}
	full, err := app.Full(ctx, invoiceIn(r))
	p.Invoice = full.Invoice
	if err != nil || p.Invoice.Kind != invoice.Claim || full.Snapshot.Instructions != "" {
		return err
	}
	online, err := f.Payments.ForStaff(who).Online(ctx)
	p.Unpayable = !online
	return err
}

// asked answers what was asked: on with it, or the question again with what was
// wrong.
func (f Face) asked(w http.ResponseWriter, r *http.Request, who auth.Staff, p invoiceAsk, err error, flash, to string) error {
	if problem.Is(err, problem.Invalid) || problem.Is(err, problem.Conflict) {
		return f.ask(w, r, who, web.Status(err), p, err)
	}
	if err != nil {
		return err
	}
	web.Flash(w, r, flash)
	web.Redirect(w, r, to)
	return nil
}

func (f Face) askIssue(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	return f.ask(w, r, who, http.StatusOK, invoiceAsk{Act: "issue", Send: true}, nil)
}

func (f Face) postIssue(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	var in struct {
		Version int64 `form:"version"`
		Send    bool  `form:"send"`
	}
	if err := web.Decode(r, &in); err != nil {
		return err
	}
	err := f.Invoices.ForStaff(who).Issue(r.Context(), invoiceIn(r), in.Version, in.Send)
	flash := "flash.invoice_issued"
	if in.Send {
		flash = "flash.invoice_sent"
	}
	return f.asked(w, r, who, invoiceAsk{Act: "issue", Send: in.Send}, err, flash, invoiceAt(invoiceIn(r), ""))
}

func (f Face) askRemoval(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	return f.ask(w, r, who, http.StatusOK, invoiceAsk{Act: "removal"}, nil)
}

func (f Face) postRemoval(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	if err := web.Decode(r, &struct{}{}); err != nil {
		return err
	}
	err := f.Invoices.ForStaff(who).Discard(r.Context(), invoiceIn(r))
	return f.asked(w, r, who, invoiceAsk{Act: "removal"}, err, "flash.invoice_discarded", "/app/invoices")
}

func (f Face) askVoid(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	return f.ask(w, r, who, http.StatusOK, invoiceAsk{Act: "void"}, nil)
}

func (f Face) postVoid(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	if err := web.Decode(r, &struct{}{}); err != nil {
		return err
	}
	err := f.Invoices.ForStaff(who).VoidInvoice(r.Context(), invoiceIn(r))
	return f.asked(w, r, who, invoiceAsk{Act: "void"}, err, "flash.invoice_voided", invoiceAt(invoiceIn(r), ""))
}

func (f Face) askWriteOff(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	return f.ask(w, r, who, http.StatusOK, invoiceAsk{Act: "write-off"}, nil)
}

func (f Face) postWriteOff(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	var in struct {
		Reason string `form:"reason"`
	}
	if err := web.Decode(r, &in); err != nil {
		return err
	}
	err := f.Invoices.ForStaff(who).WriteOff(r.Context(), invoiceIn(r), in.Reason)
	return f.asked(w, r, who, invoiceAsk{Act: "write-off", Reason: in.Reason}, err, "flash.invoice_written_off", invoiceAt(invoiceIn(r), ""))
}

func (f Face) postRecovery(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	if err := web.Decode(r, &struct{}{}); err != nil {
		return err
	}
	return f.done(w, r, who, f.Invoices.ForStaff(who).Recover(r.Context(), invoiceIn(r)), "flash.saved", invoiceAt(invoiceIn(r), ""))
}

func (f Face) postSending(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	if err := web.Decode(r, &struct{}{}); err != nil {
		return err
	}
	return f.done(w, r, who, f.Invoices.ForStaff(who).Send(r.Context(), invoiceIn(r)), "flash.invoice_sent", invoiceAt(invoiceIn(r), ""))
}

func (f Face) postReminder(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	if err := web.Decode(r, &struct{}{}); err != nil {
		return err
	}
	return f.done(w, r, who, f.Invoices.ForStaff(who).Remind(r.Context(), invoiceIn(r)), "flash.invoice_reminded", invoiceAt(invoiceIn(r), ""))
}

func (f Face) postInvoiceCopy(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	if err := web.Decode(r, &struct{}{}); err != nil {
		return err
	}
	made, err := f.Invoices.ForStaff(who).Duplicate(r.Context(), invoiceIn(r))
	return f.done(w, r, who, err, "flash.invoice_copied", invoiceAt(made, "/edit"))
}

func (f Face) postCredit(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	if err := web.Decode(r, &struct{}{}); err != nil {
		return err
	}
	made, err := f.Invoices.ForStaff(who).Credit(r.Context(), invoiceIn(r))
	return f.done(w, r, who, err, "flash.credit_started", invoiceAt(made, "/edit"))
}

func (f Face) postSettlement(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	if err := web.Decode(r, &struct{}{}); err != nil {
		return err
	}
	return f.done(w, r, who, f.Invoices.ForStaff(who).ApplyCredit(r.Context(), invoiceIn(r)), "flash.credit_applied", invoiceAt(invoiceIn(r), ""))
}

func (f Face) postReturn(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	if err := web.Decode(r, &struct{}{}); err != nil {
		return err
	}
	err := f.Invoices.ForStaff(who).TakeBack(r.Context(), invoiceIn(r), paymentIn(r))
	return f.done(w, r, who, err, "flash.payment_back", invoiceAt(invoiceIn(r), ""))
}

// paymentPage is the form of money that came in, as a drawer or as its own page.
type paymentPage struct {
	view
	Invoice invoice.Invoice
	In      invoice.PaymentDetails
}

func (f Face) drawPayment(w http.ResponseWriter, r *http.Request, who auth.Staff, status int, in *invoice.PaymentDetails, trouble error) error {
	n, err := f.Invoices.ForStaff(who).Get(r.Context(), invoiceIn(r))
	if err != nil {
		return err
	}
	if trouble == nil && !(invoiceAsk{Act: "payment"}).fits(n) {
		web.Redirect(w, r, invoiceAt(n.ID, ""))
		return nil
	}
	p := paymentPage{view: newView(w, r, who), Invoice: n}
	if in != nil {
		p.In = *in
	} else {
		p.In = invoice.PaymentDetails{Amount: n.Amount(max(n.Open, 0)).Input(), Method: invoice.Methods[0], PaidOn: string(civil.Today(p.Now)), Receipt: true}
	}
	p.View = p.WithProblem(trouble)
	return p.drawerOrPage(w, r, status, p.T("invoice.pay"), paymentView(p))
}

func (f Face) askPayment(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	return f.drawPayment(w, r, who, http.StatusOK, nil, nil)
}

func (f Face) postPayment(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	var form struct {
		Amount    string `form:"amount"`
		Method    string `form:"method"`
		PaidOn    string `form:"paid_on"`
		Reference string `form:"reference"`
		Over      bool   `form:"over"`
		Receipt   bool   `form:"receipt"`
	}
	if err := web.Decode(r, &form); err != nil {
		return err
	}
	in := invoice.PaymentDetails{Amount: form.Amount, Method: invoice.Method(form.Method), PaidOn: form.PaidOn, Reference: form.Reference, Over: form.Over, Receipt: form.Receipt}
	err := f.Invoices.ForStaff(who).RecordPayment(r.Context(), invoiceIn(r), in)
	if problem.Is(err, problem.Invalid) || problem.Is(err, problem.Conflict) {
		return f.drawPayment(w, r, who, web.Status(err), &in, err)
	}
	if err != nil {
		return err
	}
	web.Flash(w, r, "flash.payment_recorded")
	web.Redirect(w, r, invoiceAt(invoiceIn(r), ""))
	return nil
}
