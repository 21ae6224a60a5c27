package portal

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"foyer/internal/auth"
	"foyer/internal/face/ui"
	"foyer/internal/face/web"
	"foyer/internal/feature/invoice"
	"foyer/internal/feature/payment"
	"foyer/internal/kernel/problem"
)

// postPay leads to the page on which an invoice is paid.
func (f Face) postPay(w http.ResponseWriter, r *http.Request, who auth.Client) error {
	if err := web.Decode(r, &struct{}{}); err != nil {
		return err
	}
	n := invoice.ID(r.PathValue("id"))
	page, err := f.Payments.ForClient(who).Pay(r.Context(), n)
	if known, ok := problem.As(err); ok && (known.Kind == problem.Conflict || known.Kind == problem.Unavailable) {
		return f.drawInvoice(w, r, who, known)
	}
	if err != nil {
		return err
	}
	return f.Router.ToPayment(w, r, page)
}

// payingPage is where people come back to from paying.
type payingPage struct {
	view
	Standing payment.Standing
	Looks    int // how often the page has looked again by itself
}

// The page looks again by itself after so many seconds, and so often: for about a
// minute.
const (
	comesBack = 3
	mostLooks = 20
)

func (f Face) showPaying(w http.ResponseWriter, r *http.Request, who auth.Client) error {
	door := f.Payments.ForClient(who)
	s, err := door.Get(r.Context(), invoice.ID(r.PathValue("id")), payment.ID(r.PathValue("checkout")))
	if err != nil {
		return err
	}
	looks, err := strconv.Atoi(r.URL.Query().Get("looks"))
	if err != nil || looks < 0 {
		looks = 0
	}
	p := payingPage{newView(w, r, who), s, min(looks, mostLooks)}
	if p.pending() {
		nudge(door, s.Invoice, s.ID)
	}
	if p.pending() && !p.waited() {
		w.Header().Set("Refresh", fmt.Sprintf("%d; url=%s?looks=%d", comesBack, p.at(), looks+1))
	}
	return p.page(w, r, http.StatusOK, p.title(), payingView(p))
}

// at is the address of the page.
func (p payingPage) at() string {
	return invoiceAt(p.Standing.Invoice, "/payments/"+p.Standing.ID.String())
}

// pending tells whether the page shows what will not be so for long.
func (p payingPage) pending() bool {
	return p.Standing.State == payment.Open || p.Standing.State == payment.Created
}

// waited tells whether the page has looked often enough.
func (p payingPage) waited() bool { return p.Looks >= mostLooks }

// nudge asks Stripe how it stands, beside the answer: a page that is looked at
// changes nothing itself, and does not wait.
func nudge(door payment.Portal, n invoice.ID, checkout payment.ID) {
	go func() {
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		defer cancel()
		_ = door.Look(ctx, n, checkout) // the webhook and the sweep come too
	}()
}

func (p payingPage) title() string {
	return p.T("pay.title", "number", p.Standing.Number)
}

// says is the state as people are told of it.
func (p payingPage) says() ui.EmptyState {
	s, at := p.Standing, invoiceAt(p.Standing.Invoice, "")
	back := ui.Button{Label: p.T("pay.to_invoice"), Href: at}
	key := "looking"
	if p.waited() {
		key = "waited"
	}
	switch s.State {
	case payment.Succeeded:
		key, back.Kind = "arrived", ui.Filled
	case payment.Processing:
		key = "processing"
	case payment.Failed:
		key = "failed"
	case payment.Expired:
		key = "expired"
	}
	return ui.EmptyState{
		Title: p.T("pay."+key+".title", "amount", s.Amount.Say(p.Printer)), Text: p.T("pay."+key+".text", "workspace", p.Site.Name, "amount", s.Amount.Say(p.Printer)), Action: back,
	}
}

// payable tells whether an invoice that stands so can be paid online.
func payable(at invoice.Standing, underWay, ready bool) bool {
	return ready && !underWay && (at == invoice.IsSent || at == invoice.IsOverdue)
}

// payButton leads to the payment of an invoice.
func (v view) payButton(n invoice.ID, number string, size ui.ButtonSize) ui.PostButton {
	b := ui.Button{Label: v.T("pay.now"), Kind: ui.Filled, Size: size}
	if number != "" {
		b.Attrs = map[string]any{"aria-label": v.T("pay.now_one", "number", number)}
	}
	return ui.PostButton{Action: invoiceAt(n, "/pay"), Hidden: []ui.Hidden{v.Hidden()}, Button: b}
}
