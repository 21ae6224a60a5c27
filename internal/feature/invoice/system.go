package invoice

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"slices"

	"foyer/internal/auth"
	"foyer/internal/feature/document"
	"foyer/internal/job"
	"foyer/internal/kernel/civil"
	"foyer/internal/kernel/id"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
)

// renderJob is the job of RenderKind.
type renderJob struct {
	Invoice ID `json:"invoice"`
}

// largest is the most bytes that the file of an invoice may have.
const largest = 64 << 20

// Render is the job of RenderKind: it makes the file of an issued invoice and
// keeps it, once.
func (f Feature) Render(ctx context.Context, who auth.System, data json.RawMessage) error {
	var wanted renderJob
	if err := json.Unmarshal(data, &wanted); err != nil || !id.Valid(wanted.Invoice.String()) {
		return job.Give(err)
	}
	var n Invoice
	err := who.Read(ctx, func(tx scope.Tx) (err error) {
		n, err = get(ctx, tx, wanted.Invoice)
		return err
	})
	if err != nil || n.State == Draft || n.fileID != "" {
		return err
	}
	s, err := decode(n.snapshot)
	if err != nil {
		return err
	}
	made, err := f.bytes(ctx, reading{who.Read, document.Find}, "", s)
	if err != nil {
		return err
	}
	stored, err := f.Documents.Store(ctx, who.Site().ID, "application/pdf", bytes.NewReader(made), largest)
	if err != nil {
		return err
	}
	kept := false
	err = who.Write(ctx, func(tx scope.Tx) error {
		if err := wait(ctx, tx); err != nil {
			return err
		}
		again, err := get(ctx, tx, n.ID)
		if err != nil || again.fileID != "" {
			return err
		}
		version, err := document.Add(ctx, tx, who.NewID, document.File{
			Place: document.Place{Kind: "invoice", ID: n.ID.String(), Client: n.Client.String()}, Category: "reports", Name: s.FileName(), Stored: stored, Made: true,
		})
		if err != nil {
			return err
		}
		kept = true
		_, err = tx.Exec(ctx, keepFile, scope.Args{"invoice": n.ID, "version": version})
		return err
	})
	return f.Documents.Settle(ctx, stored, kept, err)
}

// reading is how the files of an invoice are found: in whose transaction, and
// among which.
type reading struct {
	in   func(ctx context.Context, fn func(tx scope.Tx) error) error
	find func(ctx context.Context, tx scope.Tx, version string) (document.Version, error)
}

// bytes are those of an issued invoice's file: the stored ones or, before its job
// was done, the same made from the snapshot.
func (f Feature) bytes(ctx context.Context, read reading, fileID string, s Snapshot) ([]byte, error) {
	if fileID != "" {
		var file document.Version
		err := read.in(ctx, func(tx scope.Tx) (err error) {
			file, err = read.find(ctx, tx, fileID)
			return err
		})
		if err != nil {
			return nil, err
		}
		return f.all(ctx, file)
	}
	logo, err := f.logoOf(ctx, read, s)
	if err != nil {
		return nil, err
	}
	made, err := draw(s, logo)
	return made.Bytes, err
}

// logoOf is the picture of the logo that a snapshot names, nil where there is none.
func (f Feature) logoOf(ctx context.Context, read reading, s Snapshot) ([]byte, error) {
	if s.Look.Logo == "" {
		return nil, nil
	}
	var logo document.Version
	err := read.in(ctx, func(tx scope.Tx) (err error) {
		logo, err = read.find(ctx, tx, s.Look.Logo)
		return err
	})
	if problem.Is(err, problem.NotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return f.all(ctx, logo)
}

func (f Feature) all(ctx context.Context, v document.Version) ([]byte, error) {
	r, err := f.Documents.Open(ctx, v)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return io.ReadAll(r)
}

// File is the file of an invoice with its name.
type File struct {
	Name  string
	Bytes []byte
}

// File is the file of an issued invoice, or a preview of a draft's; problem.NotFound.
func (a App) File(ctx context.Context, invoice ID) (File, error) {
	var n Invoice
	var s Snapshot
	err := a.read(ctx, invoice, func(tx scope.Tx) (err error) {
		if n, err = scope.One(ctx, tx, readInvoice, scope.Args{"invoice": invoice}, scanInvoice); err != nil {
			return err
		}
		if n.State == Draft {
			s, err = a.preview(ctx, tx, &n)
		} else {
			s, err = decode(n.snapshot)
		}
		return err
	})
	if err != nil {
		return File{}, err
	}
	made, err := a.f.bytes(ctx, reading{func(ctx context.Context, fn func(tx scope.Tx) error) error {
		return a.who.Read(ctx, auth.MoneyRead, fn)
	}, document.Find}, n.fileID, s)
	return File{s.FileName(), made}, err
}

// File is the file of an invoice of the client; problem.NotFound.
func (p Portal) File(ctx context.Context, invoice ID) (File, error) {
	s, err := p.get(ctx, invoice)
	if err != nil {
		return File{}, err
	}
	made, err := p.f.bytes(ctx, reading{func(ctx context.Context, fn func(tx scope.Tx) error) error {
		return p.who.Read(ctx, auth.Money, fn)
	}, document.FindSeen}, s.fileID, s.Snapshot)
	return File{s.Snapshot.FileName(), made}, err
}

// reminding is an invoice that is to be reminded of.
type reminding struct {
	invoice     ID
	days        int
	due, issued civil.Date
}

func scanReminding(row scope.Row) (r reminding, err error) {
	return r, row.Scan(&r.invoice, &r.days, &r.due, &r.issued)
}

// morning is the hour, in the workspace's zone, before which nobody is reminded.
const morning = 8

// RemindAll is the sweep that reminds clients of open invoices by the workspace's
// schedule, and tells staff once of each that became overdue. A day that passed
// while nothing ran is made up for within three days; of several only the latest
// is sent, and none for a day by which the invoice was not issued.
func (f Feature) RemindAll(ctx context.Context, who auth.System) error {
	if who.Now().Hour() < morning {
		return nil
	}
	today := civil.Today(who.Now())
	var due []reminding
	var late []ID
	err := who.Read(ctx, func(tx scope.Tx) (err error) {
		days, err := scope.List(ctx, tx, listReminderDays, nil, scope.Value[int])
		if err != nil {
			return err
		}
		for _, day := range days {
			more, err := scope.List(ctx, tx, listToRemind, scope.Args{"days": day, "until": today.Add(-day), "since": today.Add(-day - 3)}, scanReminding)
			if err != nil {
				return err
			}
			for _, r := range more {
				later := slices.ContainsFunc(due, func(other reminding) bool { return other.invoice == r.invoice })
				if !later && r.due.Add(r.days) > r.issued {
					due = append(due, r)
				}
			}
		}
		late, err = scope.List(ctx, tx, listLate, scope.Args{"today": today, "since": today.Add(-30)}, scope.Value[ID])
		return err
	})
	if err != nil {
		return err
	}
	for _, r := range due {
		if err := f.remind(ctx, who, r); err != nil {
			return err
		}
	}
	for _, n := range late {
		if err := f.noticeLate(ctx, who, n); err != nil {
			return err
		}
	}
	return nil
}

// remind sends one reminder, unless somebody was quicker.
func (f Feature) remind(ctx context.Context, who auth.System, r reminding) error {
	return who.Write(ctx, func(tx scope.Tx) error {
		fresh, err := tx.Exec(ctx, insertReminded, scope.Args{"invoice": r.invoice, "audience": "client", "days": r.days})
		if err != nil || fresh == 0 {
			return err
		}
		n, err := get(ctx, tx, r.invoice)
		if err != nil || n.State != Issued || n.Open <= 0 {
			return err
		}
		sent, err := post(ctx, tx, who, n, mailReminder, nil)
		if err != nil || sent == 0 {
			return err
		}
		return who.Record(ctx, tx, auth.Event{
			Kind: "invoice.reminded", SubjectKind: "invoice", SubjectID: n.ID.String(), Area: auth.Money, Client: n.Client.String(),
			Audience: auth.ForStaffOnly, Params: map[string]any{"people": sent, "days": r.days},
		})
	})
}

// noticeLate tells staff that an invoice became overdue.
func (f Feature) noticeLate(ctx context.Context, who auth.System, invoice ID) error {
	return who.Write(ctx, func(tx scope.Tx) error {
		fresh, err := tx.Exec(ctx, insertReminded, scope.Args{"invoice": invoice, "audience": "staff", "days": 0})
		if err != nil || fresh == 0 {
			return err
		}
		n, err := get(ctx, tx, invoice)
		if err != nil {
			return err
		}
		people, err := Finance(ctx, tx)
		if err != nil {
			return err
		}
		for _, identity := range people {
			if err := who.Post(ctx, tx, auth.Mail{Kind: mailOverdue, Identity: identity, Client: n.Client.String(), Params: map[string]any{"invoice": n.ID}}); err != nil {
				return err
			}
		}
		return nil
	})
}
