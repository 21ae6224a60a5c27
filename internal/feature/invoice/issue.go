package invoice

import (
	"context"
	"fmt"
	"strings"

	"foyer/internal/feature/billing"
	"foyer/internal/kernel/civil"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
	"foyer/internal/kernel/text"
	"foyer/internal/kernel/total"
)

// parties are who sells and who buys, and how the file is to look.
type parties struct {
	seller, buyer Party
	look          Look
	instructions  string
	address       address
}

type address struct{ street, postalCode, city, region, country string }

// block is an address as lines.
func (a address) block() string {
	var lines []string
	for _, line := range []string{a.street, strings.TrimSpace(a.postalCode + " " + a.city), a.region, a.country} {
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}

func scanParties(row scope.Row) (p parties, err error) {
	s, b, l, at := &p.seller, &p.buyer, &p.look, &p.address
	var color, brandColor, language string
	err = row.Scan(&s.Name, &s.Legal, &s.Address, &s.TaxID, &s.RegistrationNumber, &s.Email, &s.Phone, &s.Website,
		&color, &brandColor, &l.Footer, &l.Paper, scope.Text(&l.Logo), &l.LogoSHA, &l.Language,
		&b.Name, &b.Legal, &b.TaxID, &b.RegistrationNumber, &b.Email, &language,
		&at.street, &at.postalCode, &at.city, &at.region, &at.country, &p.instructions)
	if l.Color = color; color == "" {
		l.Color = brandColor
	}
	if language != "" {
		l.Language = language
	}
	b.Address = at.block()
	return p, err
}

// missing says what an invoice cannot be issued without, by what is to be mended:
// lines, total, seller_address, seller_tax_id, buyer_address, buyer_tax_id. The
// addresses and numbers are those that VAT law asks for (EU Directive
// 2006/112/EC, article 226).
func (n Invoice) missing(p parties) error {
	var f problem.Fields
	if len(n.Lines) == 0 {
		f.Add("lines", "invoice.missing.lines")
	}
	if n.Sums.Gross < 0 {
		f.Add("total", "invoice.missing.negative")
	}
	if p.seller.Address == "" {
		f.Add("seller_address", "invoice.missing.seller_address")
	}
	if p.buyer.Address == "" {
		f.Add("buyer_address", "invoice.missing.buyer_address", "client", p.buyer.Name)
	}
	for _, t := range n.Sums.Taxes {
		if t.Category != total.OutsideScope && p.seller.TaxID == "" {
			f.Add("seller_tax_id", "invoice.missing.seller_tax_id")
		}
		if (t.Category == total.ReverseCharge || t.Category == total.IntraCommunity) && p.buyer.TaxID == "" {
			f.Add("buyer_tax_id", "invoice.missing.buyer_tax_id", "client", p.buyer.Name)
		}
	}
	return f.Err()
}

// MissingFields are the names of what issuing can miss, in the order in which it
// is said.
var MissingFields = []string{"lines", "total", "seller_address", "seller_tax_id", "buyer_address", "buyer_tax_id"}

// Issue gives a draft its number and date and fixes all that it says; where send
// is set it is mailed too, as Send does. Problems are NotFound; Invalid by what
// is missing; Conflict when the version is not the stored one, when it has been
// issued by somebody else, or when there is nobody to send it to.
func (a App) Issue(ctx context.Context, invoice ID, version int64, send bool) error {
	_, err := a.once(ctx, invoice, func(tx scope.Tx, n Invoice) (string, error) {
		if n.State != Draft {
			return "", errIssued()
		}
		if n.Version != version {
			return "", problem.Stale()
		}
		if err := a.issue(ctx, tx, n); err != nil || !send {
			return "", err
		}
		n.State = Issued
		return "", a.send(ctx, tx, n)
	})
	return err
}

// issue is Issue in a transaction that has the draft.
func (a App) issue(ctx context.Context, tx scope.Tx, n Invoice) error {
	p, err := scope.One(ctx, tx, readParties, scope.Args{"invoice": n.ID}, scanParties)
	if err != nil {
		return err
	}
	if err := n.missing(p); err != nil {
		return err
	}
	if n.Kind == CreditNote {
		if err := a.creditable(ctx, tx, n); err != nil {
			return err
		}
	}
	now := a.who.Now()
	number, place, err := billing.Take(ctx, tx, billing.Numbered(n.Kind), now.Year())
	if err != nil {
		return err
	}
	n.Number, n.IssuedOn = number, civil.Today(now)
	if n.DueOn == "" {
		n.DueOn = n.IssuedOn.Add(n.TermsDays)
	}
	for _, t := range n.Sums.Taxes {
		_, err := tx.Exec(ctx, insertTax, scope.Args{"invoice": n.ID, "category": t.Category, "rate": t.Rate, "net": t.Net, "tax": t.Tax})
		if err != nil {
			return err
		}
	}
	snapshot, hash, err := n.fix(p).encode()
	if err != nil {
		return err
	}
	listed := fmt.Sprintf("%s/%012d", n.IssuedOn, place)
	fixed, err := tx.Exec(ctx, issueInvoice, scope.Args{
		"invoice": n.ID, "version": n.Version, "number": number, "issued_on": n.IssuedOn, "due_on": n.DueOn, "snapshot": snapshot, "hash": hash,
		"listed": listed, "number_key": text.Key(number),
	})
	if err == nil && fixed == 0 {
		err = problem.Stale()
	}
	if err != nil {
		return err
	}
	if err := a.owe(ctx, tx, n, listed); err != nil {
		return err
	}
	params := map[string]any{"minor": n.Sums.Gross, "currency": n.Currency}
	if err := a.tell(ctx, tx, string(n.Kind)+".issued", n, params); err != nil {
		return err
	}
	return a.f.Enqueue(ctx, tx, RenderKind, renderJob{n.ID})
}

// fix is the snapshot of an invoice that is being issued.
func (n Invoice) fix(p parties) Snapshot {
	s := Snapshot{
		Kind: n.Kind, Number: n.Number, Corrects: n.CorrectsNo, IssuedOn: n.IssuedOn, DueOn: n.DueOn, Currency: n.Currency, Inclusive: n.Inclusive,
		PONumber: n.PONumber, Project: n.ProjectName, Notes: n.Notes, Instructions: n.Instructions, Seller: p.seller, Buyer: p.buyer,
		Amount: n.Sums.Amount, Reduced: n.Sums.Discount, ReducedRate: n.Discount.Rate, Net: n.Sums.Net, Tax: n.Sums.Tax, Gross: n.Sums.Gross, Look: p.look,
	}
	if s.Instructions == "" && n.Kind == Claim {
		s.Instructions = p.instructions
	}
	s.said(n)
	return s
}
