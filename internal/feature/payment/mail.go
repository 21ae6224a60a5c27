package payment

import (
	"context"
	"strconv"

	"foyer/internal/auth"
	"foyer/internal/feature/invoice"
	"foyer/internal/feature/outbox"
	"foyer/internal/kernel/lang"
	"foyer/internal/kernel/money"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
)

// mailTrouble is the kind of mail by which staff hear of what they have to see to.
const mailTrouble = "payment_trouble"

// WriteMail says who writes the mails.
func (f Feature) WriteMail(o *outbox.Outbox) { o.Write(mailTrouble, writeTrouble) }

// alarm mails everybody who looks after the money that something about a payment
// is to be seen to: a dispute, a refund that failed, a payment that Stripe refused,
// or money that fits nothing. about is empty where no invoice is known.
func alarm(ctx context.Context, tx scope.Tx, who auth.System, what string, about invoice.ID, amount money.Amount) error {
	people, err := invoice.Finance(ctx, tx)
	if err != nil {
		return err
	}
	for _, identity := range people {
		err := who.Post(ctx, tx, auth.Mail{Kind: mailTrouble, Identity: identity, Params: map[string]any{
			"what": what, "invoice": about.String(), "minor": strconv.FormatInt(amount.Minor, 10), "currency": amount.Currency,
		}})
		if err != nil {
			return err
		}
	}
	return nil
}

func writeTrouble(ctx context.Context, who auth.System, tx scope.Tx, w outbox.Wanted, p lang.Printer) (outbox.Letter, error) {
	what, at := w.Params["what"], unmatchedAt
	minor, err := strconv.ParseInt(w.Params["minor"], 10, 64)
	if err != nil {
		return outbox.Letter{}, outbox.ErrNoPoint
	}
	args := []any{"amount", money.Amount{Minor: minor, Currency: w.Params["currency"]}.Say(p), "number", "", "client", ""}
	switch about := w.Params["invoice"]; {
	case about != "":
		n, err := invoice.Read(ctx, tx, invoice.ID(about))
		if problem.Is(err, problem.NotFound) {
			err = outbox.ErrNoPoint
		}
		if err != nil {
			return outbox.Letter{}, err
		}
		args[3], args[5] = n.Number, n.ClientName
		if what != "unmatched" {
			at = "/app/invoices/" + about
		}
	default:
		what = "unknown"
	}
	return outbox.Letter{
		Subject: p.T("mail.payment_"+what+".subject", args...), Title: p.T("mail.payment_"+what+".title", args...), Paragraphs: []string{p.T("mail.payment_"+what+".text", args...)},
		Action: p.T("mail.payment_trouble.action"), URL: who.Site().AppURL(at),
	}, nil
}

// unmatchedAt is the page of the money that fits nothing.
const unmatchedAt = "/app/payments/unmatched"
