package invoice

import (
	"context"
	"encoding/json"

	"foyer/internal/auth"
	"foyer/internal/feature/activity"
	"foyer/internal/feature/billing"
	"foyer/internal/feature/client"
	"foyer/internal/feature/document"
	"foyer/internal/kernel/civil"
	"foyer/internal/kernel/id"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
	"foyer/internal/kernel/total"
)

// RenderKind names the job that makes the file of an issued invoice.
const RenderKind = "invoice.render"

// Feature is invoices with where their files are and how work is put off.
type Feature struct {
	Documents document.Shelf
	Enqueue   func(ctx context.Context, tx scope.Tx, kind string, args any) error
}

// App is what staff may do with invoices, by the rights of their role.
type App struct {
	who auth.Staff
	f   Feature
}

// ForStaff opens the door for a staff member.
func (f Feature) ForStaff(who auth.Staff) App { return App{who, f} }

// Get is an invoice with its lines; problem.NotFound.
func (a App) Get(ctx context.Context, invoice ID) (Invoice, error) {
	var n Invoice
	err := a.read(ctx, invoice, func(tx scope.Tx) (err error) {
		n, err = get(ctx, tx, invoice)
		return err
	})
	return n, err
}

// Full is an invoice with all that belongs to it.
type Full struct {
	Invoice  Invoice
	Snapshot Snapshot         // what it says: as it was issued or, of a draft, as it would be today
	Entries  []Entry          // what was paid and credited, oldest first
	Credits  []Row            // the credit notes that correct it
	Credit   int64            // what the client has to their credit in its currency, in minor units
	Events   []activity.Entry // what happened to it, newest first, at most 50; none for a draft
}

// Full is an invoice with what was paid and credited; problem.NotFound.
func (a App) Full(ctx context.Context, invoice ID) (Full, error) {
	var full Full
	err := a.read(ctx, invoice, func(tx scope.Tx) (err error) {
		at := scope.Args{"invoice": invoice}
		if full.Invoice, err = scope.One(ctx, tx, readInvoice, at, scanInvoice); err != nil {
			return err
		}
		if full.Invoice.State == Draft {
			full.Snapshot, err = a.preview(ctx, tx, &full.Invoice)
			return err
		}
		if full.Snapshot, err = decode(full.Invoice.snapshot); err != nil {
			return err
		}
		var events []activity.Entry
		err = tx.Batch(ctx, scope.Into(&full.Entries, listEntries, at, scanEntry), scope.Into(&full.Credits, listCorrections, at, scanRow),
			scope.Into(&events, listEvents, at, func(row scope.Row) (e activity.Entry, err error) {
				var params string
				err = row.Scan(&full.Credit, scope.Text(&e.ID), scope.Time(&e.At), scope.Text(&e.ActorKind), scope.Text(&e.ActorID), scope.Text(&e.ActorName),
					scope.Text(&e.Kind), scope.Text(&params))
				if err == nil && e.ID != "" {
					err = json.Unmarshal([]byte(params), &e.Params)
				}
				return e, err
			}))
		if len(events) > 0 && events[0].ID != "" {
			full.Events = events
		}
		return err
	})
	return full, err
}

// preview is what a draft would say today; its lines are read into it.
func (a App) preview(ctx context.Context, tx scope.Tx, n *Invoice) (Snapshot, error) {
	at := scope.Args{"invoice": n.ID}
	var found []parties
	if err := tx.Batch(ctx, scope.Into(&n.Lines, listLines, at, scanLine), scope.Into(&found, readParties, at, scanParties)); err != nil {
		return Snapshot{}, err
	}
	if err := n.reckoned(); err != nil {
		return Snapshot{}, err
	}
	said := *n
	said.IssuedOn = civil.Today(a.who.Now())
	if said.DueOn == "" {
		said.DueOn = said.IssuedOn.Add(said.TermsDays)
	}
	return said.fix(found[0]), nil
}

// read runs a reading transaction about an invoice.
func (a App) read(ctx context.Context, invoice ID, fn func(tx scope.Tx) error) error {
	if !id.Valid(invoice.String()) {
		return problem.Missing()
	}
	return a.who.Read(ctx, auth.MoneyRead, fn)
}

// get reads an invoice with its lines.
func get(ctx context.Context, tx scope.Tx, invoice ID) (Invoice, error) {
	var found []Invoice
	var lines []Line
	at := scope.Args{"invoice": invoice}
	if err := tx.Batch(ctx, scope.Into(&found, readInvoice, at, scanInvoice), scope.Into(&lines, listLines, at, scanLine)); err != nil {
		return Invoice{}, err
	}
	if len(found) == 0 {
		return Invoice{}, problem.Missing()
	}
	n := found[0]
	n.Lines = lines
	return n, n.reckoned()
}

// reckoned adds the taxes to the sums of a draft, whose lines were stored with
// what they come to. Those of an issued invoice are in its snapshot.
func (n *Invoice) reckoned() error {
	if n.State != Draft {
		return nil
	}
	bill := total.Bill{Discount: n.Discount, Inclusive: n.Inclusive}
	for _, l := range n.Lines {
		bill.Lines = append(bill.Lines, l.Line)
	}
	var err error
	n.Sums, err = total.Of(bill)
	return err
}

// wait makes changes of a workspace's invoices and of its ledger wait for each
// other: all of them change its tallies.
func wait(ctx context.Context, tx scope.Tx) error { return tx.Lock(ctx, "invoices") }

// once runs a change of an invoice in one transaction, the second time a form
// arrives not at all.
func (a App) once(ctx context.Context, invoice ID, fn func(tx scope.Tx, n Invoice) (string, error)) (string, error) {
	if !id.Valid(invoice.String()) {
		return "", problem.Missing()
	}
	var result string
	err := a.who.Write(ctx, auth.MoneyWrite, func(tx scope.Tx) error {
		if err := wait(ctx, tx); err != nil {
			return err
		}
		var err error
		result, err = scope.Once(ctx, tx, func() (string, error) {
			n, err := get(ctx, tx, invoice)
			if err != nil {
				return "", err
			}
			return fn(tx, n)
		})
		return err
	})
	return result, err
}

// Choice is a record to choose from.
type Choice struct{ ID, Name string }

// Choices are what the editor offers.
type Choices struct {
	billing.Offers
	Clients     []Choice // at most 500, by name
	MoreClients bool     // there are more than the editor can offer
	Projects    []Choice // of the client
	Milestones  []Milestone
}

// Milestone is one of a project, to choose from.
type Milestone struct{ ID, Name, Project string }

// Choices reads what the editor of an invoice offers for a client, who may not
// be chosen yet.
func (a App) Choices(ctx context.Context, of client.ID) (Choices, error) {
	var c Choices
	var unused []string
	scan := func(row scope.Row) (kind string, err error) {
		var id, name, project string
		if err = row.Scan(&kind, &id, &name, &project); err != nil {
			return kind, err
		}
		switch kind {
		case "client":
			c.Clients = append(c.Clients, Choice{id, name})
		case "project":
			c.Projects = append(c.Projects, Choice{id, name})
		default:
			c.Milestones = append(c.Milestones, Milestone{id, name, project})
		}
		return kind, nil
	}
	err := a.who.Read(ctx, auth.MoneyRead, func(tx scope.Tx) error {
		return tx.Batch(ctx, c.Query(), scope.Into(&unused, listChoices, scope.Args{"client": of}, scan))
	})
	if len(c.Clients) > 500 {
		c.Clients, c.MoreClients = c.Clients[:500], true
	}
	return c, err
}

// record notes what staff alone may know of an invoice.
func (a App) record(ctx context.Context, tx scope.Tx, kind string, n Invoice, params map[string]any) error {
	return event(ctx, tx, a.who, kind, n, auth.ForStaffOnly, params)
}

// tell notes what the client may know too.
func (a App) tell(ctx context.Context, tx scope.Tx, kind string, n Invoice, params map[string]any) error {
	return event(ctx, tx, a.who, kind, n, auth.ForClientToo, params)
}
