package support

import (
	"context"
	"slices"

	"foyer/internal/auth"
	"foyer/internal/feature/billing"
	"foyer/internal/feature/client"
	"foyer/internal/feature/document"
	"foyer/internal/kernel/id"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
	"foyer/internal/kernel/text"
)

// Feature is cases with where their files are.
type Feature struct{ Documents document.Shelf }

// App is what staff may do with cases, by the rights of their role.
type App struct {
	who auth.Staff
	f   Feature
}

// ForStaff opens the door for a staff member.
func (f Feature) ForStaff(who auth.Staff) App { return App{who, f} }

// Get is a case with a page of its thread; problem.NotFound.
func (a App) Get(ctx context.Context, of ID, s Span) (Case, Thread, error) {
	var c Case
	var t Thread
	if !id.Valid(of.String()) {
		return c, t, problem.Missing()
	}
	err := a.who.Read(ctx, auth.CasesRead, func(tx scope.Tx) (err error) {
		if c, err = scope.One(ctx, tx, readCase, scope.Args{"case": of}, scanCase); err != nil {
			return err
		}
		t, err = thread(ctx, tx, of, s, a.who.ID(), threadEarlier, threadLater, listFiles)
		return err
	})
	return c, t, err
}

// Choice is a record to choose from.
type Choice struct{ ID, Name string }

// Choices are what forms about a case offer.
type Choices struct {
	Clients     []Choice // at most 500, by name
	MoreClients bool     // there are more than the form can offer
	Contacts    []Choice // of the client
	Members     []Choice // who may work on cases
	Categories  []Choice
}

// Choices reads what forms offer for a client, who may not be chosen yet.
func (a App) Choices(ctx context.Context, of client.ID) (Choices, error) {
	var c Choices
	err := a.who.Read(ctx, auth.CasesRead, func(tx scope.Tx) error {
		return tx.Each(ctx, listChoices, scope.Args{"of": of}, func(row scope.Row) error {
			var kind string
			var one Choice
			if err := row.Scan(&kind, &one.ID, &one.Name); err != nil {
				return err
			}
			into := map[string]*[]Choice{"client": &c.Clients, "contact": &c.Contacts, "member": &c.Members, "category": &c.Categories}[kind]
			*into = append(*into, one)
			return nil
		})
	})
	if len(c.Clients) > 500 {
		c.Clients, c.MoreClients = c.Clients[:500], true
	}
	return c, err
}

// Raise makes a case for a client, with its first words, if any, and what is sent
// along with them, and gives its id; a repeated submission gives the first one's.
// Problems are Forbidden and Invalid by field.
func (a App) Raise(ctx context.Context, in Details, assignee MemberID, description string, uploads []document.Upload) (ID, error) {
	in, err := in.check()
	if err != nil {
		return "", describing(err, "description", description)
	}
	var f problem.Fields
	description = text.Block(&f, "description", description, text.Optional, LongestBody)
	if assignee != "" && !id.Valid(assignee) {
		f.Add("assignee", "field.choice")
	}
	if err := f.Err(); err != nil {
		return "", err
	}
	var made ID
	return made, a.sending(ctx, uploads, func(files []document.Uploaded, kept *bool) error {
		return a.who.Write(ctx, auth.CasesWrite, func(tx scope.Tx) error {
			id, err := scope.Once(ctx, tx, func() (string, error) {
				*kept = true
				c, err := a.raise(ctx, tx, in, assignee, description, files)
				return c.ID.String(), err
			})
			made = ID(id)
			return err
		})
	})
}

// describing adds what is wrong with a longer text to a problem with other fields.
func describing(err error, field, written string) error {
	p, ok := problem.As(err)
	var f problem.Fields
	text.Block(&f, field, written, text.Optional, LongestBody)
	if more := f.Problem(); ok && more != nil {
		p.Fields[field] = more.Fields[field]
	}
	return err
}

// sending runs a change with what is sent along, which is stored before it and goes
// away again if nothing came of it.
func (a App) sending(ctx context.Context, uploads []document.Upload, fn func(files []document.Uploaded, kept *bool) error) error {
	if !a.who.May(auth.CasesWrite) {
		return problem.Of(problem.Forbidden, "problem.forbidden")
	}
	return a.f.Documents.Sending(ctx, a.who.Site().ID, UploadField, uploads, fn)
}

func (a App) raise(ctx context.Context, tx scope.Tx, in Details, assignee MemberID, description string, files []document.Uploaded) (Case, error) {
	if err := a.chosen(ctx, tx, in, Details{}, assignee); err != nil {
		return Case{}, err
	}
	do := act{tx, a.who, ByStaff, &Case{Details: in}}
	if err := do.raised(ctx, "raised", ""); err != nil {
		return Case{}, err
	}
	var first ReplyID
	var err error
	if description != "" || len(files) > 0 {
		if first, err = do.first(ctx, a.who.ID(), description, files); err != nil {
			return Case{}, err
		}
	}
	if assignee != "" {
		if err := a.hand(ctx, do, assignee); err != nil {
			return Case{}, err
		}
	}
	return *do.c, do.tellClient(ctx, mailRaised, first)
}

// raised writes the row of a new case, with its number and an event.
func (a act) raised(ctx context.Context, event string, follows ID) (err error) {
	a.c.ID, a.c.State = ID(a.who.NewID()), New
	if a.c.Number, _, err = billing.Take(ctx, a.tx, billing.Cases, a.who.Now().Year()); err != nil {
		return err
	}
	_, err = a.tx.Exec(ctx, insertCase, a.tx.WithClient(a.c.Client.String(), scope.Args{
		"id": a.c.ID, "number": a.c.Number, "subject": a.c.Subject, "search_key": searchKey(a.c.Number, a.c.Subject), "owner": scope.Null(a.c.Contact),
		"priority": a.c.Priority, "severity": a.c.Severity, "category": scope.Null(a.c.Category), "source": a.c.Source, "follows": scope.Null(follows),
	}))
	if err != nil {
		return err
	}
	return a.tell(ctx, event, nil)
}

// chosen holds that what was chosen can be. What a case has already may stay.
func (a App) chosen(ctx context.Context, tx scope.Tx, in, now Details, assignee MemberID) error {
	found, err := scope.One(ctx, tx, findChosen, scope.Args{"of": in.Client, "person": in.Contact, "category": in.Category, "member": assignee},
		func(row scope.Row) (n [4]int, err error) { return n, row.Scan(&n[0], &n[1], &n[2], &n[3]) })
	if err != nil {
		return err
	}
	var f problem.Fields
	if in.Client != now.Client && found[0] == 0 {
		f.Add("client", "case.client_required")
	}
	if in.Contact != "" && in.Contact != now.Contact && found[1] == 0 {
		f.Add("contact", "case.contact_gone")
	}
	if in.Category != "" && in.Category != now.Category && found[2] == 0 {
		f.Add("category", "case.category_gone")
	}
	if assignee != "" && found[3] == 0 {
		f.Add("assignee", "case.assignee_gone")
	}
	return f.Err()
}

// once runs a change of a case in one transaction, the second time a form arrives
// not at all.
func (a App) once(ctx context.Context, of ID, fn func(do act) error) error {
	if !id.Valid(of.String()) {
		return problem.Missing()
	}
	return a.who.Write(ctx, auth.CasesWrite, func(tx scope.Tx) error {
		if err := lock(ctx, tx, of); err != nil {
			return err
		}
		c, err := scope.One(ctx, tx, readCase, scope.Args{"case": of}, scanCase)
		if err != nil {
			return err
		}
		_, err = scope.Once(ctx, tx, func() (string, error) { return "", fn(act{tx, a.who, ByStaff, &c}) })
		return err
	})
}

// Update changes the details of a case; its client stays. Problems are Forbidden,
// Invalid by field, NotFound, and Conflict when the version is not the stored one.
func (a App) Update(ctx context.Context, of ID, version int64, in Details) error {
	return a.once(ctx, of, func(do act) error {
		in.Client = do.c.Client
		in, err := in.check()
		if err != nil {
			return err
		}
		if do.c.Version != version {
			return problem.Stale()
		}
		if err := a.chosen(ctx, do.tx, in, do.c.Details, ""); err != nil {
			return err
		}
		fields := do.c.changed(in)
		if len(fields) == 0 {
			return nil
		}
		if _, err := do.tx.Exec(ctx, updateCase, scope.Args{
			"id": of, "subject": in.Subject, "search_key": searchKey(do.c.Number, in.Subject), "owner": scope.Null(in.Contact), "priority": in.Priority,
			"severity": in.Severity, "category": scope.Null(in.Category), "source": in.Source, "shown": slices.Contains(fields, "subject") || slices.Contains(fields, "priority"),
		}); err != nil {
			return err
		}
		return do.note(ctx, "changed", map[string]any{"fields": fields})
	})
}

// Assign hands a case to a member, or to nobody; a new one is opened by it. Problems
// are Forbidden, Invalid at assignee, and NotFound.
func (a App) Assign(ctx context.Context, of ID, to MemberID) error {
	if to != "" && !id.Valid(to) {
		return problem.Field("assignee", "field.choice")
	}
	return a.once(ctx, of, func(do act) error {
		if to == do.c.Assignee {
			return nil
		}
		if to != "" {
			if err := a.chosen(ctx, do.tx, do.c.Details, do.c.Details, to); err != nil {
				return err
			}
		}
		return a.hand(ctx, do, to)
	})
}

// hand stores who works on a case, and opens a new one.
func (a App) hand(ctx context.Context, do act, to MemberID) error {
	if _, err := do.tx.Exec(ctx, assignCase, scope.Args{"id": do.c.ID, "member": scope.Null(to)}); err != nil {
		return err
	}
	do.c.Assignee = to
	tell := do.tell
	if to == "" {
		tell = do.note
	}
	if err := tell(ctx, "assigned", map[string]any{"member": to, "self": to == a.who.MemberID()}); err != nil {
		return err
	}
	if to != "" && to != a.who.MemberID() {
		if err := do.tellMember(ctx, mailAssigned, to); err != nil {
			return err
		}
	}
	if to == "" || do.c.State != New {
		return nil
	}
	return do.move(ctx, Open, said{})
}
