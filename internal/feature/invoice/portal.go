package invoice

import (
	"context"
	"time"

	"foyer/internal/auth"
	"foyer/internal/feature/project"
	"foyer/internal/kernel/civil"
	"foyer/internal/kernel/id"
	"foyer/internal/kernel/money"
	"foyer/internal/kernel/page"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
	"foyer/internal/kernel/text"
)

// Portal is what a client may see of invoices. A contact without the capability
// for money gets problem.NotFound everywhere.
type Portal struct {
	who auth.Client
	f   Feature
}

// ForClient opens the door for a contact.
func (f Feature) ForClient(who auth.Client) Portal { return Portal{who, f} }

// ShownRow is an invoice in the client's list.
type ShownRow struct {
	ID       ID
	Kind     Kind
	State    State
	Number   string
	IssuedOn civil.Date
	DueOn    civil.Date
	Gross    money.Amount
	Open     int64 // left to pay, in minor units
	Off      bool
	UnderWay bool   // a payment is on its way that takes days
	Project  string // name of its project while the client sees it, may be empty

	listed string
}

// Standing is where the invoice stands on a day in the workspace's zone.
func (r ShownRow) Standing(today civil.Date) Standing {
	return standing(r.Kind, r.State, r.Open, r.DueOn, today, r.Off)
}

// PartPaid tells whether something was paid and something is left.
func (r ShownRow) PartPaid() bool {
	return r.State == Issued && r.Kind == Claim && r.Open > 0 && r.Open < r.Gross.Minor
}

func scanShown(row scope.Row) (r ShownRow, err error) {
	return r, row.Scan(&r.ID, &r.Kind, &r.State, &r.Number, &r.IssuedOn, &r.DueOn, &r.Gross.Currency, &r.Gross.Minor, &r.Open, &r.Off, &r.UnderWay,
		scope.Text(&r.Project), &r.listed)
}

// ShownSums are what a client owes and paid, each by currency.
type ShownSums struct{ ToPay, Overdue, PaidThisYear []money.Amount }

// ShownList is one page of a client's invoices.
type ShownList struct {
	Wanted     Wanted // cleaned
	Rows       []ShownRow
	Prev, Next string // cursors, empty on the first and the last page
	Counts     Counts // of what matches the query
	Sums       ShownSums
}

// List reads a page of the client's invoices, the newest number first.
func (p Portal) List(ctx context.Context, w Wanted) (ShownList, error) {
	l := ShownList{Wanted: w.clean(ShownFilters), Counts: Counts{}}
	from := page.Ask(w.After, w.Before)
	today := civil.Today(p.who.Now())
	pattern := text.Like(l.Wanted.Query)
	sees := p.who.Sees(auth.Projects)
	kept := tally{}
	args := l.Wanted.args(scope.Args{"pattern": pattern, "projects": sees}, from, today)
	statement := l.Wanted.pick(from.Backwards, [2]string{shownAfter, shownBefore}, [2]string{shownAfter, shownBefore},
		[2]string{shownPaidAfter, shownPaidBefore}, [2]string{shownSentAfter, shownSentBefore}, [2]string{shownOverdueAfter, shownOverdueBefore})
	err := p.who.Read(ctx, auth.Money, func(tx scope.Tx) error {
		asked := []scope.Query{scope.Into(&l.Rows, statement, args, scanShown), kept.into(tallyOfClient, scope.Args{"today": today, "since": today[:4] + "-01-01"})}
		if l.Wanted.Query != "" {
			asked = append(asked, l.Counts.into(countShown, scope.Args{"pattern": pattern, "today": today}))
		}
		return tx.Batch(ctx, asked...)
	})
	if err != nil {
		return ShownList{}, err
	}
	if l.Wanted.Query == "" {
		l.Counts = kept.shownCounts()
	}
	l.Sums = ShownSums{ToPay: kept.sum(tallyOpen, tallyOverdue), Overdue: kept.sum(tallyOverdue), PaidThisYear: kept.sum(tallyPaid)}
	l.Rows, l.Prev, l.Next = page.Cut(l.Rows, PageSize, from, func(r ShownRow) page.Place { return page.Place{Key: r.listed, ID: r.ID.String()} })
	return l, nil
}

// Shown is an invoice as its client sees it: what it said when it was issued,
// and what became of it.
type Shown struct {
	ID          ID
	State       State
	Snapshot    Snapshot
	Open        int64 // left to pay, in minor units
	Off         bool
	UnderWay    bool       // a payment is on its way that takes days
	Project     project.ID // while the client sees it, may be empty
	ProjectName string
	Corrects    ID // of a credit note
	Entries     []ShownEntry
	Corrections []Correction

	fileID string
}

// Correction is a credit note about an invoice.
type Correction struct {
	ID     ID
	Number string
	On     civil.Date
	Gross  money.Amount
}

// ShownEntry is what was paid or credited on an invoice, as the client sees it.
type ShownEntry struct {
	At         time.Time
	Amount     money.Amount // negative where it was taken back
	Method     Method       // empty for a credit note
	On         civil.Date
	Payment    PaymentID // empty for a credit note
	CreditNote ID
	Number     string
	Refund     Because // it was given back or, where Amount is above nothing, came again
}

// Standing is where the invoice stands on a day in the workspace's zone.
func (s Shown) Standing(today civil.Date) Standing {
	return standing(s.Snapshot.Kind, s.State, s.Open, s.Snapshot.DueOn, today, s.Off)
}

// PartPaid tells whether something was paid and something is left.
func (s Shown) PartPaid() bool {
	return s.State == Issued && s.Snapshot.Kind == Claim && s.Open > 0 && s.Open < s.Snapshot.Gross
}

func scanShownInvoice(row scope.Row) (s Shown, err error) {
	var snapshot string
	err = row.Scan(&s.ID, &s.State, &snapshot, &s.Open, &s.Off, &s.UnderWay, scope.Text(&s.Project), scope.Text(&s.ProjectName), scope.Text(&s.Corrects), scope.Text(&s.fileID))
	if err == nil {
		s.Snapshot, err = decode(snapshot)
	}
	return s, err
}

func scanShownEntry(row scope.Row) (e ShownEntry, err error) {
	return e, row.Scan(scope.Time(&e.At), &e.Amount.Minor, &e.Amount.Currency, scope.Text(&e.Method), scope.Text(&e.On),
		scope.Text(&e.Payment), scope.Text(&e.CreditNote), scope.Text(&e.Number), &e.Refund)
}

// Get is an invoice of the client that was issued; problem.NotFound.
func (p Portal) Get(ctx context.Context, invoice ID) (Shown, error) {
	if !id.Valid(invoice.String()) {
		return Shown{}, problem.Missing()
	}
	var found []Shown
	var entries []ShownEntry
	var corrections []Correction
	at := scope.Args{"invoice": invoice}
	err := p.who.Read(ctx, auth.Money, func(tx scope.Tx) error {
		return tx.Batch(ctx,
			scope.Into(&found, readShown, scope.Args{"invoice": invoice, "projects": p.who.Sees(auth.Projects)}, scanShownInvoice),
			scope.Into(&entries, listShownEntries, at, scanShownEntry),
			scope.Into(&corrections, listShownCorrections, at, func(row scope.Row) (c Correction, err error) {
				return c, row.Scan(&c.ID, &c.Number, &c.On, &c.Gross.Minor, &c.Gross.Currency)
			}))
	})
	if err == nil && len(found) == 0 {
		err = problem.Missing()
	}
	if err != nil {
		return Shown{}, err
	}
	s := found[0]
	s.Entries, s.Corrections = entries, corrections
	return s, nil
}

// get is Get without what became of the invoice.
func (p Portal) get(ctx context.Context, invoice ID) (s Shown, err error) {
	if !id.Valid(invoice.String()) {
		return s, problem.Missing()
	}
	err = p.who.Read(ctx, auth.Money, func(tx scope.Tx) error {
		s, err = scope.One(ctx, tx, readShown, scope.Args{"invoice": invoice, "projects": p.who.Sees(auth.Projects)}, scanShownInvoice)
		return err
	})
	return s, err
}

// OfProject lists the newest invoices of a project that the client sees, at most
// 50; none without the capability for money.
func (p Portal) OfProject(ctx context.Context, of project.ID) ([]ShownRow, error) {
	if !p.who.Sees(auth.Money) || !id.Valid(of.String()) {
		return nil, nil
	}
	var rows []ShownRow
	err := p.who.Read(ctx, auth.Money, func(tx scope.Tx) (err error) {
		rows, err = scope.List(ctx, tx, shownOfProject, scope.Args{"project": of, "projects": p.who.Sees(auth.Projects)}, scanShown)
		return err
	})
	return rows, err
}
