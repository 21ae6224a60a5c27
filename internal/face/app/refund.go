package app

import (
	"net/http"

	"foyer/internal/auth"
	"foyer/internal/face/ui"
	"foyer/internal/face/web"
	"foyer/internal/feature/invoice"
	"foyer/internal/feature/payment"
	"foyer/internal/kernel/money"
	"foyer/internal/kernel/problem"
)

func paymentIn(r *http.Request) invoice.PaymentID { return invoice.PaymentID(r.PathValue("payment")) }

// refundAt is where a payment of an invoice is given back.
func refundAt(n invoice.ID, of invoice.PaymentID) string {
	return invoiceAt(n, "/payments/"+of.String()+"/refund")
}

// refundable tells whether the entry is the first of a payment that has something
// to give back.
func (p invoicePage) refundable(nth int) bool {
	e := p.Full.Entries[nth]
	if e.Payment == "" || e.Amount.Minor < 0 || e.Left() <= 0 || !p.bills() {
		return false
	}
	for _, before := range p.Full.Entries[:nth] {
		if before.Payment == e.Payment {
			return false
		}
	}
	return true
}

// refundPage is the form that gives a payment back, as a drawer or as its own page.
type refundPage struct {
	view
	Invoice invoice.Invoice
	Payment payment.Payment
	In      payment.Refund
}

// facts say what of the payment has gone back; the person who may only read has
// nothing but them.
func (p refundPage) facts() []ui.KeyValue {
	items := []ui.KeyValue{{Key: p.T("refund.whole"), Value: p.Payment.Amount.Say(p.Printer)}}
	add := func(key string, minor int64) {
		if minor > 0 {
			items = append(items, ui.KeyValue{Key: p.T(key), Value: money.Amount{Minor: minor, Currency: p.Payment.Amount.Currency}.Say(p.Printer)})
		}
	}
	add("refund.back", p.Payment.Refunded)
	add("refund.asked", p.Payment.Asked)
	return append(items, ui.KeyValue{Key: p.T("refund.left"), Value: p.Payment.Left().Say(p.Printer)})
}

// ways are how the money goes back.
func (p refundPage) ways() []ui.Option {
	return []ui.Option{
		{Value: "stripe", Label: p.T("refund.way.stripe"), Hint: p.T("refund.way.stripe_hint"), Icon: "credit-card"},
		{Value: "hand", Label: p.T("refund.way.hand"), Hint: p.T("refund.way.hand_hint"), Icon: "banknote"},
	}
}

func (p refundPage) way() string {
	if p.In.ByHand {
		return "hand"
	}
	return "stripe"
}

// follows says what comes of it.
func (p refundPage) follows() string {
	if p.Payment.Through {
		return p.T("refund.follows")
	}
	return p.T("refund.follows_by_hand")
}

// refundPage reads a payment of the invoice; problem.NotFound for any other.
func (f Face) refundPage(w http.ResponseWriter, r *http.Request, who auth.Staff) (refundPage, error) {
	n, err := f.Invoices.ForStaff(who).Get(r.Context(), invoiceIn(r))
	if err != nil {
		return refundPage{}, err
	}
	of, err := f.Payments.ForStaff(who).Payment(r.Context(), n.ID, paymentIn(r))
	return refundPage{view: newView(w, r, who), Invoice: n, Payment: of}, err
}

func (p refundPage) draw(w http.ResponseWriter, r *http.Request, status int) error {
	return p.drawerOrPage(w, r, status, p.T("refund.title"), refundView(p))
}

func (f Face) askRefund(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	p, err := f.refundPage(w, r, who)
	if err != nil {
		return err
	}
	if p.Payment.Left().Minor <= 0 {
		web.Redirect(w, r, invoiceAt(p.Invoice.ID, ""))
		return nil
	}
	p.In.Amount = p.Payment.Left().Input()
	return p.draw(w, r, http.StatusOK)
}

func (f Face) postRefund(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	var form struct {
		Amount    string `form:"amount"`
		Reference string `form:"reference"`
		Way       string `form:"way"`
	}
	if err := web.Decode(r, &form); err != nil {
		return err
	}
	p, err := f.refundPage(w, r, who)
	if err != nil {
		return err
	}
	in := payment.Refund{Amount: form.Amount, Reference: form.Reference, ByHand: form.Way == "hand"}
	err = f.Payments.ForStaff(who).Refund(r.Context(), p.Invoice.ID, p.Payment.ID, in)
	flash := "flash.payment_refunded"
	switch {
	case problem.Is(err, problem.Unavailable):
		flash = "flash.warn.refund_down"
	case problem.Is(err, problem.Invalid), problem.Is(err, problem.Conflict):
		now, failed := f.refundPage(w, r, who)
		if failed != nil {
			return failed
		}
		now.In, now.View = in, now.WithProblem(err)
		return now.draw(w, r, web.Status(err))
	case err != nil:
		return err
	}
	web.Flash(w, r, flash)
	web.Redirect(w, r, invoiceAt(p.Invoice.ID, ""))
	return nil
}
