package invoice

import (
	"context"
	"errors"
	"slices"
	"strings"

	"foyer/internal/auth"
	"foyer/internal/feature/billing"
	"foyer/internal/feature/client"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
	"foyer/internal/kernel/text"
	"foyer/internal/kernel/total"
)

// Defaults are the details that an empty form begins with for a client, who may
// not be chosen yet; problem.NotFound for one who is not there.
func (a App) Defaults(ctx context.Context, of client.ID) (Details, error) {
	d := Details{Client: of}
	err := a.who.Read(ctx, auth.MoneyRead, func(tx scope.Tx) error {
		_, err := scope.One(ctx, tx, readDefaults, scope.Args{"client": of}, func(row scope.Row) (string, error) {
			var rate billing.RateID
			err := row.Scan(&d.Currency, &d.TermsDays, scope.Text(&rate))
			d.Lines = []LineDetails{{Quantity: "1", Rate: rate}}
			return "", err
		})
		return err
	})
	return d, err
}

// Reckon makes the sums of what somebody typed so far, as they would be stored:
// draft is the one that is changed, empty for a new one, and choices are what its
// editor offers. What is wrong is in it by field.
func Reckon(in Details, choices Choices, draft Invoice) Reckoned {
	c, f := in.read(draft.taxed(choices.Rates, draft.rates()))
	c.reckon(f)
	r := Reckoned{Sums: c.sums, Lines: c.Details.Lines, Problem: f.Problem()}
	for _, l := range c.lines {
		r.Amounts = append(r.Amounts, l.Sum.Amount)
	}
	return r
}

// blame names the field that sums cannot be made of.
func (c *content) blame(err error) (field, message string) {
	message = "invoice.too_large"
	if errors.Is(err, total.ErrDiscount) {
		message = "invoice.discount_large"
	}
	for i, l := range c.lines {
		if _, alone := total.Of(total.Bill{Lines: []total.Line{l.Line}, Inclusive: c.Inclusive}); alone != nil {
			if errors.Is(alone, total.ErrDiscount) {
				return LineField("discount", i), message
			}
			return LineField("price", i), message
		}
	}
	if errors.Is(err, total.ErrDiscount) {
		return "discount", message
	}
	return "lines", message
}

// Create adds a draft and gives its id; a repeated submission gives the first
// one's. problem.Invalid by field.
func (a App) Create(ctx context.Context, in Details) (ID, error) {
	var made string
	err := a.who.Write(ctx, auth.MoneyWrite, func(tx scope.Tx) (err error) {
		if err := wait(ctx, tx); err != nil {
			return err
		}
		made, err = scope.Once(ctx, tx, func() (string, error) {
			n := Invoice{ID: ID(a.who.NewID()), Kind: Claim, Client: in.Client}
			if err := a.write(ctx, tx, n, in, nil); err != nil {
				return "", err
			}
			return n.ID.String(), a.record(ctx, tx, "invoice.created", n, nil)
		})
		return err
	})
	return ID(made), err
}

// taxed are the rates that a draft's lines may have: those that are offered, and
// those that it has kept. A credit note has its invoice's, whatever has become of
// them since.
func (n Invoice) taxed(offered, kept []billing.Rate) []billing.Rate {
	if n.Kind == CreditNote {
		return slices.Concat(kept, offered)
	}
	return slices.Concat(offered, kept)
}

// write stores a draft: a new one where it has no version. kept are rates that
// lines may have besides those that are offered.
func (a App) write(ctx context.Context, tx scope.Tx, n Invoice, in Details, kept []billing.Rate) error {
	var offers billing.Offers
	if err := tx.Batch(ctx, offers.Query()); err != nil {
		return err
	}
	c, f := in.read(n.taxed(offers.Rates, kept))
	c.reckon(f)
	if err := f.Err(); err != nil {
		return err
	}
	if err := a.chosen(ctx, tx, c, n); err != nil {
		return err
	}
	args := c.args(n)
	statement := insertInvoice
	if n.Version > 0 {
		statement = updateInvoice
		args["version"] = n.Version
	} else {
		args["client"], args["kind"], args["corrects"] = c.Client, n.Kind, scope.Null(n.Corrects)
	}
	changed, err := tx.Exec(ctx, statement, args)
	if err == nil && changed == 0 {
		err = problem.Stale()
	}
	if err != nil {
		return err
	}
	return writeLines(ctx, tx, n.ID, c)
}

// chosen holds that what was chosen can be; what a draft has already may stay.
func (a App) chosen(ctx context.Context, tx scope.Tx, c content, now Invoice) error {
	var clients, projects, milestones []int
	at := scope.Args{"client": c.Client, "project": c.Project}
	err := tx.Batch(ctx,
		scope.Into(&clients, findClient, scope.Args{"client": c.Client}, scope.Value[int]),
		scope.Into(&projects, findProject, at, scope.Value[int]),
		scope.Into(&milestones, findMilestone, scope.Args{"project": c.Project, "milestone": c.Milestone}, scope.Value[int]))
	if err != nil {
		return err
	}
	var f problem.Fields
	if now.Version == 0 && now.Kind == Claim && clients[0] == 0 {
		f.Add("client", "invoice.client_required")
	}
	if c.Project != "" && projects[0] == 0 {
		f.Add("project", "field.choice")
	}
	if c.Milestone != "" && milestones[0] == 0 {
		f.Add("milestone", "field.choice")
	}
	return f.Err()
}

// args are the details as the statements name them.
func (c content) args(n Invoice) scope.Args {
	return scope.Args{
		"id": n.ID, "project": scope.Null(c.Project), "milestone": scope.Null(c.Milestone), "currency": c.Currency, "inclusive": c.Inclusive,
		"discount_rate": c.discount.Rate, "discount_minor": c.discount.Minor, "terms": c.days, "due_on": c.DueOn, "po_number": c.PONumber,
		"notes": c.Notes, "instructions": c.Instructions, "amount": c.sums.Amount, "reduced": c.sums.Discount, "net": c.sums.Net,
		"tax": c.sums.Tax, "gross": c.sums.Gross, "search_key": c.searchKey(),
	}
}

// searchKey is what a draft is found by besides its client's name.
func (c content) searchKey() string {
	words := []string{c.PONumber}
	for _, l := range c.lines {
		words = append(words, l.Description)
	}
	key := []rune(text.Key(strings.Join(words, " ")))
	return string(key[:min(len(key), longestText)])
}

func writeLines(ctx context.Context, tx scope.Tx, invoice ID, c content) error {
	if _, err := tx.Exec(ctx, deleteLines, scope.Args{"invoice": invoice}); err != nil {
		return err
	}
	for i, l := range c.lines {
		_, err := tx.Exec(ctx, insertLine, scope.Args{
			"invoice": invoice, "position": i, "description": l.Description, "unit": l.Unit, "quantity": l.Quantity, "price": l.Price,
			"discount_rate": l.Discount.Rate, "discount_minor": l.Discount.Minor, "tax_rate": scope.Null(l.Tax), "category": l.Category,
			"rate": l.Rate, "reason": l.Reason, "amount": l.Sum.Amount, "net": l.Sum.Net,
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// rates are those that the lines of a draft have, whether or not they are still
// offered.
func (n Invoice) rates() []billing.Rate {
	var all []billing.Rate
	for _, l := range n.Lines {
		all = append(all, billing.Rate{ID: l.Tax, Category: l.Category, Rate: l.Rate, Reason: l.Reason})
	}
	return all
}

// errIssued is for what can be done with drafts alone.
func errIssued() error { return problem.Of(problem.Conflict, "invoice.issued_already") }

// Update changes a draft; its client stays. Problems are Invalid by field,
// NotFound, and Conflict when the version is not the stored one or it has been
// issued.
func (a App) Update(ctx context.Context, invoice ID, version int64, in Details) error {
	_, err := a.once(ctx, invoice, func(tx scope.Tx, n Invoice) (string, error) {
		if n.State != Draft {
			return "", errIssued()
		}
		if version != n.Version {
			return "", problem.Stale()
		}
		in.Client = n.Client
		if n.Kind == CreditNote && in.Currency != n.Currency {
			return "", problem.Field("currency", "invoice.credit_currency", "currency", n.Currency)
		}
		kept := n.rates()
		if err := a.write(ctx, tx, n, in, kept); err != nil {
			return "", err
		}
		return "", a.record(ctx, tx, "invoice.changed", n, nil)
	})
	return err
}

// Discard takes a draft away for good. Problems are NotFound, and Conflict when
// it has been issued.
func (a App) Discard(ctx context.Context, invoice ID) error {
	_, err := a.once(ctx, invoice, func(tx scope.Tx, n Invoice) (string, error) {
		if n.State != Draft {
			return "", errIssued()
		}
		at := scope.Args{"invoice": invoice}
		for _, statement := range []string{deleteLines, deleteInvoice} {
			if _, err := tx.Exec(ctx, statement, at); err != nil {
				return "", err
			}
		}
		return "", a.record(ctx, tx, "invoice.discarded", n, nil)
	})
	return err
}

// Duplicate makes a draft that says the same as an invoice and gives its id; its
// dates are those of a new one. Problems are NotFound, and Conflict for a credit
// note.
func (a App) Duplicate(ctx context.Context, invoice ID) (ID, error) {
	made, err := a.once(ctx, invoice, func(tx scope.Tx, n Invoice) (string, error) {
		if n.Kind != Claim {
			return "", problem.Of(problem.Conflict, "invoice.copy_claim")
		}
		in := n.Details()
		in.DueOn, in.PONumber = "", ""
		return a.copied(ctx, tx, n, Invoice{Kind: Claim}, in)
	})
	return ID(made), err
}

// copied writes a draft with the lines of another invoice.
func (a App) copied(ctx context.Context, tx scope.Tx, from, to Invoice, in Details) (string, error) {
	to.ID, to.Client = ID(a.who.NewID()), from.Client
	if err := a.write(ctx, tx, to, in, from.rates()); err != nil {
		return "", err
	}
	return to.ID.String(), a.record(ctx, tx, string(to.Kind)+".created", to, map[string]any{"from": from.ID})
}

func scanLine(row scope.Row) (l Line, err error) {
	return l, row.Scan(&l.Description, &l.Unit, &l.Quantity, &l.Price, &l.Discount.Rate, &l.Discount.Minor, scope.Text(&l.Tax),
		&l.Category, &l.Rate, &l.Reason, &l.Sum.Amount, &l.Sum.Net)
}

func scanInvoice(row scope.Row) (n Invoice, err error) {
	s := &n.Sums
	var open *int64
	err = row.Scan(&n.ID, &n.Version, &n.Kind, &n.State, scope.Text(&n.Number), &n.Client, &n.ClientName, scope.Text(&n.Project), scope.Text(&n.ProjectName),
		scope.Text(&n.Milestone), scope.Text(&n.MilestoneName), scope.Text(&n.Corrects), scope.Text(&n.CorrectsNo), &n.Currency, &n.Inclusive,
		&n.Discount.Rate, &n.Discount.Minor, &n.TermsDays, &n.IssuedOn, &n.DueOn, &n.PONumber, &n.Notes, &n.Instructions,
		&s.Amount, &s.Discount, &s.Net, &s.Tax, &s.Gross, &open, &n.UnderWay, scope.Time(&n.WrittenOff), &n.OffReason, scope.Time(&n.SentAt),
		&n.snapshot, scope.Text(&n.fileID))
	if open != nil {
		n.Open = *open
	}
	return n, err
}
