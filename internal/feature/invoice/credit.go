package invoice

import (
	"context"
	"fmt"

	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
)

// Credit makes a draft of a credit note over all lines of an invoice, to be made
// smaller and issued, and gives its id. Problems are NotFound, and Conflict for
// what was not issued or is void.
func (a App) Credit(ctx context.Context, invoice ID) (ID, error) {
	made, err := a.once(ctx, invoice, func(tx scope.Tx, n Invoice) (string, error) {
		if err := n.payable(); err != nil {
			return "", err
		}
		return a.correction(ctx, tx, n)
	})
	return ID(made), err
}

// correction writes the draft of a credit note over all of an invoice.
func (a App) correction(ctx context.Context, tx scope.Tx, n Invoice) (string, error) {
	in := n.Details()
	in.DueOn, in.TermsDays, in.Instructions, in.Notes = "", "0", "", ""
	return a.copied(ctx, tx, n, Invoice{Kind: CreditNote, Corrects: n.ID}, in)
}

// creditable holds that a credit note gives back no more than was invoiced, the
// earlier ones included, in the same currency.
func (a App) creditable(ctx context.Context, tx scope.Tx, note Invoice) error {
	n, err := get(ctx, tx, note.Corrects)
	if err != nil {
		return err
	}
	if err := n.payable(); err != nil {
		return err
	}
	given, err := scope.One(ctx, tx, sumCredited, scope.Args{"invoice": n.ID}, scope.Value[int64])
	if err != nil {
		return err
	}
	switch {
	case note.Currency != n.Currency:
		return problem.Field("currency", "invoice.credit_currency", "currency", n.Currency)
	case note.Sums.Gross > n.Sums.Gross-given:
		return problem.Field("total", "invoice.credit_more", "number", n.Number)
	}
	return nil
}

// VoidInvoice issues a credit note over the whole of an invoice and makes it
// void. Problems are NotFound; Invalid by what is missing, as Issue's; Conflict
// where something was paid or credited, which has to be taken back first.
func (a App) VoidInvoice(ctx context.Context, invoice ID) error {
	_, err := a.once(ctx, invoice, func(tx scope.Tx, n Invoice) (string, error) {
		if err := n.payable(); err != nil {
			return "", err
		}
		if n.Open != n.Sums.Gross {
			return "", problem.Of(problem.Conflict, "invoice.void_paid")
		}
		made, err := a.correction(ctx, tx, n)
		if err != nil {
			return "", err
		}
		note, err := get(ctx, tx, ID(made))
		if err != nil {
			return "", err
		}
		if note.Sums.Gross != n.Sums.Gross {
			return "", fmt.Errorf("the credit note for %s comes to %d of %d", n.ID, note.Sums.Gross, n.Sums.Gross)
		}
		if err := a.issue(ctx, tx, note); err != nil {
			return "", err
		}
		voided, err := tx.Exec(ctx, voidInvoice, scope.Args{"invoice": invoice})
		if err == nil && voided == 0 {
			err = problem.Of(problem.Conflict, "payment.moved_on")
		}
		if err != nil {
			return "", err
		}
		return made, a.tell(ctx, tx, "invoice.voided", n, map[string]any{"note": made})
	})
	return err
}
