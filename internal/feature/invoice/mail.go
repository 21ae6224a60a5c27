package invoice

import (
	"context"

	"foyer/internal/auth"
	"foyer/internal/feature/document"
	"foyer/internal/feature/outbox"
	"foyer/internal/kernel/civil"
	"foyer/internal/kernel/id"
	"foyer/internal/kernel/lang"
	"foyer/internal/kernel/mail"
	"foyer/internal/kernel/money"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
)

// The kinds of mail about invoices.
const (
	mailIssued   = "invoice_issued"
	mailReminder = "invoice_reminder"
	mailOverdue  = "invoice_overdue"
	mailReceipt  = "payment_received"
	mailRefund   = "payment_refunded"
)

// WriteMail says who writes the mails.
func (f Feature) WriteMail(o *outbox.Outbox) {
	o.Write(mailIssued, f.writeIssued)
	o.Write(mailReminder, f.writeReminder)
	o.Write(mailOverdue, f.writeOverdue)
	o.Write(mailReceipt, f.writeReceipt)
	o.Write(mailRefund, f.writeRefund)
}

// poster puts mails in the outbox: staff, or a job.
type poster interface {
	Post(ctx context.Context, tx scope.Tx, m auth.Mail) error
}

// reader is somebody who gets mail about an invoice: a contact with the
// capability for money or, where there is none with a login, the client.
type reader struct{ identity, email string }

func scanReader(row scope.Row) (r reader, err error) {
	return r, row.Scan(scope.Text(&r.identity), &r.email)
}

// post puts a mail for each reader of an invoice in the outbox and tells how many
// there are. Issued invoices go to the workspace's accounts address too.
func post(ctx context.Context, tx scope.Tx, by poster, n Invoice, kind string, params map[string]any) (int, error) {
	readers, err := scope.List(ctx, tx, listReaders, tx.WithClient(n.Client.String(), scope.Args{}), scanReader)
	if err != nil {
		return 0, err
	}
	found := len(readers)
	if kind == mailIssued && found > 0 {
		accounts, err := scope.One(ctx, tx, readAccounts, nil, scope.Value[string])
		if err != nil {
			return 0, err
		}
		if accounts != "" {
			readers = append(readers, reader{email: accounts})
		}
	}
	for i, r := range readers {
		said := map[string]any{"invoice": n.ID}
		for name, value := range params {
			said[name] = value
		}
		m := auth.Mail{Kind: kind, Identity: r.identity, Client: n.Client.String(), Params: said}
		if r.identity == "" {
			m.Email = r.email
		}
		if i >= found {
			said["copy"], m.Client = true, "" // the workspace's own people read it, in its language
		}
		if err := by.Post(ctx, tx, m); err != nil {
			return 0, err
		}
	}
	return found, nil
}

// Send mails an issued invoice or credit note with its file to the client's
// people for money, or to the client where none of them has a login. Problems
// are NotFound, and Conflict for a draft or where there is nobody to send it to.
func (a App) Send(ctx context.Context, invoice ID) error {
	_, err := a.once(ctx, invoice, func(tx scope.Tx, n Invoice) (string, error) {
		return "", a.send(ctx, tx, n)
	})
	return err
}

func (a App) send(ctx context.Context, tx scope.Tx, n Invoice) error {
	if n.State == Draft {
		return problem.Of(problem.Conflict, "invoice.draft_still")
	}
	if !n.Sendable() {
		return problem.Of(problem.Conflict, "invoice.not_sendable")
	}
	sent, err := post(ctx, tx, a.who, n, mailIssued, nil)
	if err != nil {
		return err
	}
	if sent == 0 {
		return problem.Of(problem.Conflict, "invoice.nobody", "client", n.ClientName)
	}
	if _, err := tx.Exec(ctx, markSent, scope.Args{"invoice": n.ID}); err != nil {
		return err
	}
	return a.record(ctx, tx, "invoice.sent", n, map[string]any{"people": sent})
}

// Remind mails the client's people that an invoice is still to be paid. Problems
// are NotFound, and Conflict where there is nothing to pay or nobody to remind.
func (a App) Remind(ctx context.Context, invoice ID) error {
	_, err := a.once(ctx, invoice, func(tx scope.Tx, n Invoice) (string, error) {
		if err := n.payable(); err != nil {
			return "", err
		}
		if n.Open <= 0 {
			return "", problem.Of(problem.Conflict, "payment.not_open")
		}
		if n.UnderWay {
			return "", problem.Of(problem.Conflict, "payment.under_way")
		}
		sent, err := post(ctx, tx, a.who, n, mailReminder, nil)
		if err != nil {
			return "", err
		}
		if sent == 0 {
			return "", problem.Of(problem.Conflict, "invoice.nobody", "client", n.ClientName)
		}
		return "", a.record(ctx, tx, "invoice.reminded", n, map[string]any{"people": sent})
	})
	return err
}

// about reads the invoice that a mail is about; outbox.ErrNoPoint when its reader
// may not know of it any more.
func about(ctx context.Context, tx scope.Tx, w outbox.Wanted) (Invoice, Snapshot, error) {
	invoice := ID(w.Params["invoice"])
	if !id.Valid(invoice.String()) {
		return Invoice{}, Snapshot{}, outbox.ErrNoPoint
	}
	n, err := get(ctx, tx, invoice)
	if problem.Is(err, problem.NotFound) || err == nil && n.State == Draft {
		err = outbox.ErrNoPoint
	}
	if err != nil {
		return n, Snapshot{}, err
	}
	s, err := decode(n.snapshot)
	if err != nil || w.Identity == "" || w.Realm == auth.StaffRealm {
		return n, s, err
	}
	may, err := scope.One(ctx, tx, mayRead, tx.WithClient(n.Client.String(), scope.Args{"reader": w.Identity}), scope.Value[int])
	if err == nil && may == 0 {
		err = outbox.ErrNoPoint
	}
	return n, s, err
}

// letter is a mail that leads to the invoice, for those who can sign in.
func letter(who auth.System, w outbox.Wanted, n Invoice, p lang.Printer) outbox.Letter {
	if w.Identity == "" {
		return outbox.Letter{}
	}
	return outbox.Letter{Action: p.T("mail.invoice.action"), URL: who.Site().URL(w.Realm, "/invoices/"+n.ID.String())}
}

// attached makes the invoice's file for a mail.
func (f Feature) attached(who auth.System, n Invoice, s Snapshot) func(ctx context.Context) ([]mail.File, error) {
	return func(ctx context.Context) ([]mail.File, error) {
		bytes, err := f.bytes(ctx, reading{who.Read, document.Find}, n.fileID, s)
		return []mail.File{{Name: s.FileName(), MediaType: "application/pdf", Bytes: bytes}}, err
	}
}

func (f Feature) writeIssued(ctx context.Context, who auth.System, tx scope.Tx, w outbox.Wanted, p lang.Printer) (outbox.Letter, error) {
	n, s, err := about(ctx, tx, w)
	if err != nil {
		return outbox.Letter{}, err
	}
	l := letter(who, w, n, p)
	key := "mail.invoice_issued."
	if n.Kind == CreditNote {
		key = "mail.credit_note_issued."
	}
	args := []any{"workspace", who.Site().Name, "number", n.Number, "amount", s.Money(s.Gross).Say(p), "date", p.LongDate(s.DueOn.Time()), "corrects", s.Corrects}
	l.Subject, l.Title = p.T(key+"subject", args...), p.T(key+"title", args...)
	l.Paragraphs = []string{p.T(key+"text", args...)}
	if w.Params["copy"] != "" {
		l.Small = append(l.Small, p.T("mail.invoice.copy", "client", n.ClientName))
	} else if n.Kind == Claim && n.Open > 0 && s.Instructions != "" {
		l.Paragraphs = append(l.Paragraphs, s.Instructions)
	}
	l.Files = f.attached(who, n, s)
	return l, nil
}

func (f Feature) writeReminder(ctx context.Context, who auth.System, tx scope.Tx, w outbox.Wanted, p lang.Printer) (outbox.Letter, error) {
	n, s, err := about(ctx, tx, w)
	if err == nil && (n.State != Issued || n.Open <= 0 || !n.WrittenOff.IsZero()) {
		err = outbox.ErrNoPoint
	}
	if err != nil {
		return outbox.Letter{}, err
	}
	l := letter(who, w, n, p)
	today := civil.Today(who.Now())
	key := "mail.invoice_reminder."
	switch days := s.DueOn.Until(today); {
	case days > 0:
		key = "mail.invoice_late."
	case days == 0:
		key = "mail.invoice_today."
	}
	args := []any{"workspace", who.Site().Name, "number", n.Number, "amount", n.Amount(n.Open).Say(p), "date", p.LongDate(s.DueOn.Time())}
	l.Subject, l.Title = p.T(key+"subject", args...), p.T(key+"title", args...)
	l.Paragraphs = []string{p.T(key+"text", args...)}
	if s.Instructions != "" {
		l.Paragraphs = append(l.Paragraphs, s.Instructions)
	}
	l.Small = append(l.Small, p.T("mail.invoice.crossed"))
	l.Files = f.attached(who, n, s)
	return l, nil
}

func (f Feature) writeOverdue(ctx context.Context, who auth.System, tx scope.Tx, w outbox.Wanted, p lang.Printer) (outbox.Letter, error) {
	if err := ForFinance(ctx, tx, w); err != nil {
		return outbox.Letter{}, err
	}
	n, s, err := about(ctx, tx, w)
	if err == nil && (n.State != Issued || n.Open <= 0 || !n.WrittenOff.IsZero()) {
		err = outbox.ErrNoPoint
	}
	if err != nil {
		return outbox.Letter{}, err
	}
	l := outbox.Letter{Action: p.T("mail.invoice.action"), URL: who.Site().AppURL("/app/invoices/" + n.ID.String())}
	args := []any{"number", n.Number, "client", n.ClientName, "amount", n.Amount(n.Open).Say(p), "date", p.LongDate(s.DueOn.Time())}
	l.Subject, l.Title = p.T("mail.invoice_overdue.subject", args...), p.T("mail.invoice_overdue.title", args...)
	l.Paragraphs = []string{p.T("mail.invoice_overdue.text", args...)}
	return l, nil
}

func (f Feature) writeReceipt(ctx context.Context, who auth.System, tx scope.Tx, w outbox.Wanted, p lang.Printer) (outbox.Letter, error) {
	n, s, err := about(ctx, tx, w)
	if err != nil {
		return outbox.Letter{}, err
	}
	if !id.Valid(w.Params["payment"]) {
		return outbox.Letter{}, outbox.ErrNoPoint
	}
	paid, err := scope.One(ctx, tx, readPayment, scope.Args{"payment": w.Params["payment"]}, scanPayment)
	if problem.Is(err, problem.NotFound) {
		err = outbox.ErrNoPoint
	}
	if err != nil {
		return outbox.Letter{}, err
	}
	l := letter(who, w, n, p)
	args := []any{"workspace", who.Site().Name, "number", n.Number, "amount", paid.Amount.Say(p), "date", p.LongDate(paid.PaidOn.Time())}
	l.Subject, l.Title = p.T("mail.payment_received.subject", args...), p.T("mail.payment_received.title", args...)
	l.Paragraphs = []string{p.T("mail.payment_received.text", args...)}
	booked, err := FindPayment(ctx, tx, n.ID, paid.ID)
	if err != nil {
		return outbox.Letter{}, err
	}
	kept := booked.Left() - booked.Used
	switch {
	case n.payable() != nil, kept == paid.Amount.Minor:
	case n.Open > 0:
		l.Paragraphs = append(l.Paragraphs, p.T("mail.payment_received.left", "amount", n.Amount(n.Open).Say(p)))
	default:
		l.Paragraphs = append(l.Paragraphs, p.T("mail.payment_received.all"))
	}
	if kept > 0 {
		l.Paragraphs = append(l.Paragraphs, p.T("mail.payment_received.credit", "amount", money.Amount{Minor: kept, Currency: paid.Amount.Currency}.Say(p)))
	}
	l.Files = func(ctx context.Context) ([]mail.File, error) {
		file, err := f.receiptFile(ctx, reading{who.Read, document.Find}, s, paid)
		return []mail.File{{Name: file.Name, MediaType: "application/pdf", Bytes: file.Bytes}}, err
	}
	return l, nil
}

// writeRefund tells the client's people that money went back to them.
func (f Feature) writeRefund(ctx context.Context, who auth.System, tx scope.Tx, w outbox.Wanted, p lang.Printer) (outbox.Letter, error) {
	n, _, err := about(ctx, tx, w)
	if err != nil {
		return outbox.Letter{}, err
	}
	if !id.Valid(w.Params["refund"]) {
		return outbox.Letter{}, outbox.ErrNoPoint
	}
	back, err := scope.One(ctx, tx, readRefund, scope.Args{"refund": w.Params["refund"]}, func(row scope.Row) (back money.Amount, err error) {
		return back, row.Scan(&back.Minor, &back.Currency)
	})
	if problem.Is(err, problem.NotFound) {
		err = outbox.ErrNoPoint
	}
	if err != nil {
		return outbox.Letter{}, err
	}
	l := letter(who, w, n, p)
	args := []any{"workspace", who.Site().Name, "number", n.Number, "amount", back.Say(p)}
	l.Subject, l.Title = p.T("mail.payment_refunded.subject", args...), p.T("mail.payment_refunded.title", args...)
	l.Paragraphs = []string{p.T("mail.payment_refunded.text", args...)}
	if w.Params["through"] == "stripe" {
		l.Paragraphs = append(l.Paragraphs, p.T("mail.payment_refunded.days"))
	}
	return l, nil
}

func scanPayment(row scope.Row) (y Payment, err error) {
	return y, row.Scan(&y.ID, &y.Amount.Minor, &y.Amount.Currency, &y.Method, &y.PaidOn, &y.Reference)
}
