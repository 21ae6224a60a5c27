package invoice

import (
	"context"
	"strconv"

	"foyer/internal/auth"
	"foyer/internal/feature/billing"
	"foyer/internal/feature/client"
	"foyer/internal/feature/project"
	"foyer/internal/kernel/money"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
	"foyer/internal/kernel/text"
	"foyer/internal/kernel/total"
)

// Agreed is a line for what was agreed on with a client.
type Agreed struct {
	Client      client.ID
	Project     project.ID
	Description string
	Net         money.Amount
	Draft       ID     // that gets the line; empty for a new one
	For         string // id of what was agreed on, for the record
}

// one of a unit, and one minor unit in a price.
const (
	oneUnit  = total.Quantity(10_000)
	oneMinor = 10_000
)

// AddAgreed puts a line on a draft, or on a new draft for the client and the project,
// and gives the draft's id. Its tax is the workspace's standard rate; where there is
// none, it is outside the scope of taxes and without a rate, so that the editor asks
// for one. The transaction is that of staff or of the client, and holds Lock. A draft
// that is issued, that has another currency, taxed prices or a discount, or that is
// full is problem.Conflict, and so is a price that is too large for it.
func AddAgreed(ctx context.Context, tx scope.Tx, by Hand, in Agreed) (ID, error) {
	if in.Net.Minor > int64(total.MostPrice)/oneMinor {
		return "", problem.Of(problem.Conflict, "invoice.too_large")
	}
	d, err := scope.One(ctx, tx, readAgreedDefaults, tx.WithClient(in.Client.String(), scope.Args{}), scanAgreedDefaults)
	if err != nil {
		return "", err
	}
	line := Line{Description: in.Description, Tax: d.rate.ID, Reason: d.rate.Reason}
	line.Line = total.Line{Quantity: oneUnit, Price: total.Price(in.Net.Minor * oneMinor), Category: d.rate.Category, Rate: d.rate.Rate}
	n, made := Invoice{ID: in.Draft, Kind: Claim, Client: in.Client, Project: in.Project, Currency: in.Net.Currency}, in.Draft == ""
	if !made {
		if n, err = in.draft(ctx, tx); err != nil {
			return "", err
		}
	} else {
		n.ID = ID(by.NewID())
	}
	n.Lines = append(n.Lines, line)
	if err := n.resum(); err != nil {
		return "", err
	}
	if err := in.store(ctx, tx, n, made, d.terms); err != nil {
		return "", err
	}
	kind := "invoice.changed"
	if made {
		kind = "invoice.created"
	}
	return n.ID, event(ctx, tx, by, kind, n, auth.ForStaffOnly, map[string]any{"change": in.For})
}

type agreedDefaults struct {
	terms string
	rate  billing.Rate
}

func scanAgreedDefaults(row scope.Row) (d agreedDefaults, err error) {
	return d, row.Scan(&d.terms, scope.Text(&d.rate.ID), &d.rate.Category, &d.rate.Rate, &d.rate.Reason)
}

// draft reads the draft that gets a line.
func (in Agreed) draft(ctx context.Context, tx scope.Tx) (Invoice, error) {
	at := func() scope.Args {
		return tx.WithClient(in.Client.String(), scope.Args{"invoice": in.Draft, "currency": in.Net.Currency})
	}
	found, err := scope.List(ctx, tx, readAgreedDraft, at(), func(row scope.Row) (n Invoice, err error) {
		n = Invoice{Kind: Claim, Client: in.Client, Currency: in.Net.Currency}
		return n, row.Scan(&n.ID, &n.Version)
	})
	if err == nil && len(found) == 0 {
		err = problem.Of(problem.Conflict, "invoice.issued_already")
	}
	if err != nil {
		return Invoice{}, err
	}
	n := found[0]
	n.Lines, err = scope.List(ctx, tx, listAgreedLines, at(), scanLine)
	if err == nil && len(n.Lines) >= MostLines {
		err = problem.Of(problem.Conflict, "invoice.lines_many", "max", MostLines)
	}
	return n, err
}

// resum makes the sums of a draft whose prices exclude their tax.
func (n *Invoice) resum() error {
	var bill total.Bill
	for _, l := range n.Lines {
		bill.Lines = append(bill.Lines, l.Line)
	}
	sums, err := total.Of(bill)
	if err != nil {
		return problem.Of(problem.Conflict, "invoice.too_large")
	}
	n.Sums = sums
	n.Lines[len(n.Lines)-1].Sum = sums.Lines[len(n.Lines)-1]
	return nil
}

// store writes the sums of a draft and its last line.
func (in Agreed) store(ctx context.Context, tx scope.Tx, n Invoice, made bool, terms string) error {
	last := len(n.Lines) - 1
	line := n.Lines[last]
	key := text.Key(line.Description)
	s := n.Sums
	args := tx.WithClient(in.Client.String(), scope.Args{
		"id": n.ID, "amount": s.Amount, "reduced": s.Discount, "net": s.Net, "tax": s.Tax, "gross": s.Gross, "search_key": key,
	})
	statement := addToAgreed
	if made {
		days, err := strconv.Atoi(terms)
		if err != nil {
			return err
		}
		statement = insertInvoice
		for name, value := range map[string]any{
			"kind": Claim, "corrects": nil, "project": in.Project, "milestone": nil, "currency": n.Currency, "inclusive": false,
			"discount_rate": 0, "discount_minor": 0, "terms": days, "due_on": "", "po_number": "", "notes": "", "instructions": "",
		} {
			args[name] = value
		}
	}
	changed, err := tx.Exec(ctx, statement, args)
	if err == nil && changed == 0 {
		err = problem.Of(problem.Conflict, "invoice.issued_already")
	}
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, insertAgreedLine, tx.WithClient(in.Client.String(), scope.Args{
		"invoice": n.ID, "description": line.Description, "quantity": line.Quantity, "price": line.Price, "tax_rate": scope.Null(line.Tax),
		"category": line.Category, "rate": line.Rate, "reason": line.Reason, "amount": line.Sum.Amount, "net": line.Sum.Net,
	}))
	return err
}
