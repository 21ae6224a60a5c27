package change

import (
	"context"
	"time"

	"foyer/internal/auth"
	"foyer/internal/feature/billing"
	"foyer/internal/feature/client"
	"foyer/internal/feature/document"
	"foyer/internal/feature/project"
	"foyer/internal/kernel/civil"
	"foyer/internal/kernel/id"
	"foyer/internal/kernel/money"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
)

// Portal is what a client may see and do about change requests. A contact without the
// capability for changes gets problem.NotFound everywhere.
type Portal struct {
	who auth.Client
	f   Feature
}

// ForClient opens the door for a contact.
func (f Feature) ForClient(who auth.Client) Portal { return Portal{who, f} }

// all tells whether the contact sees requests that others asked for.
func (p Portal) all() bool { return p.who.Capabilities().Of(auth.Changes) == auth.AllOfIt }

// seeing adds what the contact sees to the args of a statement that reads a request.
func (p Portal) seeing(args scope.Args) scope.Args {
	cases := p.who.Capabilities().Of(auth.Cases)
	args["all_changes"], args["all_cases"], args["own_cases"] = p.all(), cases == auth.AllOfIt, cases == auth.OwnOfIt
	return args
}

// MayRequest tells whether the contact may ask for changes, and answer.
func (p Portal) MayRequest() bool { return p.who.Sees(auth.Changes) && p.who.Capabilities().Request }

// MayAccept tells whether the contact may decide about quotes.
func (p Portal) MayAccept() bool { return p.who.Sees(auth.Changes) && p.who.Capabilities().Accept }

// Shown is a request as its client sees it.
type Shown struct {
	Details
	ID          ID
	Number      string
	ProjectName string
	ContactName string
	Mine        bool // the contact asked for it
	State       State
	StateAt     time.Time
	Reason      string // why it was rejected, declined or withdrawn, or how it was agreed
	ValidUntil  civil.Date
	Price       *money.Amount    // of the quote that is out or was last out
	Target      project.TargetID // what it became; empty where the contact sees no projects
	Invoice     string           // that has its line, once it is issued and where the contact sees money
	InvoiceNo   string
	NextInvoice bool // its price will be on an invoice that is not issued yet
	UpdatedAt   time.Time
	CreatedAt   time.Time

	// What the contact may do now.
	MayAnswer   bool
	MayDecide   bool // about the quote; Closed says why it cannot be accepted
	MayWithdraw bool
	Closed      error

	// WentOnAs is the case that it went on as, and CameFrom the one that it came from.
	WentOnAs, CameFrom Case
}

// open is a request as a contact finds it.
type open struct {
	Request
	primary bool
}

// shown is what the contact sees of a request.
func (p Portal) shown(o open) Shown {
	r := o.Request
	s := Shown{
		Details: r.Details, ID: r.ID, Number: r.Number, ProjectName: r.ProjectName, ContactName: r.ContactName, Mine: r.Contact == p.who.ContactID(),
		State: r.State, StateAt: r.StateAt, Reason: r.Reason, ValidUntil: r.ValidUntil, Price: r.Price, UpdatedAt: r.ShownAt, CreatedAt: r.CreatedAt,
		WentOnAs: r.WentOnAs, CameFrom: r.CameFrom,
	}
	if p.who.Sees(auth.Projects) && r.TargetState != project.Cancelled {
		s.Target = r.Target
	}
	switch {
	case r.Invoice != "" && r.InvoiceNo == "":
		s.NextInvoice = true
	case r.Invoice != "" && p.who.Sees(auth.Money):
		s.Invoice, s.InvoiceNo = r.Invoice, r.InvoiceNo
	}
	s.MayAnswer = p.MayRequest() && r.State == NeedsInfo
	s.MayDecide = p.MayAccept() && r.State == Quoted
	s.MayWithdraw = p.mayWithdraw(o) && r.State.Pending()
	if s.MayDecide {
		s.Closed = r.acceptable(civil.Today(p.who.Now()))
	}
	return s
}

// mayWithdraw is for who asked for it, and for the primary contact.
func (p Portal) mayWithdraw(o open) bool { return o.Contact == p.who.ContactID() || o.primary }

// ShownFull is a request with its conversation and its quotes, the newest in front.
type ShownFull struct {
	Shown
	Thread Thread
	Quotes []Quote
	// Consents tells whether accepting the quote asks for a typed name and a consent.
	Consents bool
}

// Get reads a request with a part of its conversation; problem.NotFound for what the
// contact may not see.
func (p Portal) Get(ctx context.Context, request ID, which Part) (full ShownFull, err error) {
	if !id.Valid(request.String()) {
		return full, problem.Missing()
	}
	var found []Request
	var more []asked
	read := part{Part: which.clean(), me: p.who.ID()}
	at := scope.Args{"request": request}
	err = p.who.Read(ctx, auth.Changes, func(tx scope.Tx) error {
		return tx.Batch(ctx,
			scope.Into(&found, readSeen, p.seeing(scope.Args{"request": request}), scanRequest),
			scope.Into(&full.Quotes, listSeenQuotes, at, scanQuote),
			read.query(request, seenAfter, seenBefore),
			scope.Into(&more, readAsked, nil, scanAsked))
	})
	if err == nil && (len(found) == 0 || len(more) == 0) {
		err = problem.Missing()
	}
	if err != nil {
		return ShownFull{}, err
	}
	for i := range full.Quotes {
		if !full.Quotes[i].milestoneSeen {
			full.Quotes[i].MilestoneName, full.Quotes[i].Milestone = "", ""
		}
	}
	full.Shown, full.Thread = p.shown(open{found[0], more[0].primary}), read.thread(full.Quotes)
	full.Consents = found[0].Price != nil && more[0].limit.asks(*found[0].Price)
	return full, nil
}

// asked is what else is asked about who reads a request.
type asked struct {
	primary bool
	limit   Limit
}

func scanAsked(row scope.Row) (a asked, err error) {
	var currency string
	return a, row.Scan(&a.primary, &a.limit.minor, &a.limit.Currency, &currency, &a.limit.Version)
}

// Choice is a record to choose from.
type Choice struct{ ID, Name string }

// Projects are those that a change can be asked for: shared with the client and under
// way, by name.
func (p Portal) Projects(ctx context.Context) (all []Choice, err error) {
	err = p.who.Read(ctx, auth.Changes, func(tx scope.Tx) (err error) {
		all, err = scope.List(ctx, tx, listOpenProjects, nil, scanChoice)
		return err
	})
	return all, err
}

func scanChoice(row scope.Row) (c Choice, err error) { return c, row.Scan(&c.ID, &c.Name) }

// Submit asks for a change and gives the request's id; a repeated submission gives the
// first one's. Problems are Forbidden for who may not, NotFound, Invalid by field.
func (p Portal) Submit(ctx context.Context, in Details, files []document.Upload) (ID, error) {
	switch {
	case !p.who.Sees(auth.Changes):
		return "", problem.Missing()
	case !p.MayRequest():
		return "", problem.Of(problem.Forbidden, "change.may_not_request")
	}
	in, err := in.read()
	if err != nil {
		return "", err
	}
	var made string
	err = p.f.Documents.Sending(ctx, p.who.Site().ID, FilesField, files, func(taken []document.Uploaded, kept *bool) error {
		return p.who.Write(ctx, auth.Changes, func(tx scope.Tx) (err error) {
			made, err = scope.Once(ctx, tx, func() (string, error) {
				*kept = true
				return p.submit(ctx, tx, in, taken)
			})
			return err
		})
	})
	return ID(made), err
}

func (p Portal) submit(ctx context.Context, tx scope.Tx, in Details, files []document.Uploaded) (string, error) {
	n, err := scope.One(ctx, tx, findOpenProject, scope.Args{"project": in.Project}, scope.Value[int])
	if err == nil && n == 0 {
		err = problem.Field("project", "change.project_required")
	}
	if err != nil {
		return "", err
	}
	r := Request{Details: in, Client: client.ID(p.who.ClientID()), Contact: p.who.ContactID()}
	err = r.submit(ctx, tx, p.who, "submitted", files)
	return r.ID.String(), err
}

// submit writes a request of a contact that is new, with the event that it began by,
// and tells staff.
func (r *Request) submit(ctx context.Context, tx scope.Tx, by Hand, began string, files []document.Uploaded) (err error) {
	if r.Number, _, err = billing.Take(ctx, tx, billing.Changes, by.Now().Year()); err != nil {
		return err
	}
	r.ID, r.State = ID(by.NewID()), Submitted
	_, err = tx.Exec(ctx, insertRequest, tx.WithClient(r.Client.String(), scope.Args{
		"id": r.ID, "project": r.Project, "number": r.Number, "title": r.Title, "description": r.Description, "category": r.Category,
		"priority": r.Priority, "justification": r.Justification, "benefit": r.Benefit, "search_key": r.searchKey(r.Number),
		"author": r.Contact, "case": scope.Null(r.CameFrom.ID),
	}))
	if err != nil {
		return err
	}
	if err := r.keep(ctx, tx, by, "", files); err != nil {
		return err
	}
	if err := r.note(ctx, tx, by.Record, began, auth.ForClientToo, map[string]any{"to": Submitted}); err != nil {
		return err
	}
	return r.tellStaff(ctx, tx, by, began, "", "")
}

// on runs a change of a request that the contact sees in one transaction, the second
// time a form arrives not at all.
func (p Portal) on(ctx context.Context, request ID, b Before, fn func(tx scope.Tx, o *open) error) error {
	if !id.Valid(request.String()) {
		return problem.Missing()
	}
	return p.who.Write(ctx, auth.Changes, func(tx scope.Tx) error {
		if err := lock(ctx, tx, request); err != nil {
			return err
		}
		r, err := scope.One(ctx, tx, readSeen, p.seeing(scope.Args{"request": request}), scanRequest)
		if err != nil {
			return err
		}
		_, err = scope.Once(ctx, tx, func() (string, error) {
			if err := b.still(ctx, tx, r); err != nil {
				return "", err
			}
			return "", fn(tx, &open{Request: r})
		})
		return err
	})
}

// may is problem.NotFound for who does not see changes, and problem.Forbidden for who
// may not do what they want to.
func (p Portal) may(act bool) error {
	switch {
	case !p.who.Sees(auth.Changes):
		return problem.Missing()
	case !act:
		return problem.Of(problem.Forbidden, "problem.forbidden")
	}
	return nil
}

// Answer answers what staff asked. Problems are Forbidden for who may not, Invalid at
// body or FilesField, NotFound, and Conflict when it has moved on or somebody else
// said something meanwhile.
func (p Portal) Answer(ctx context.Context, request ID, b Before, body string, files []document.Upload) error {
	return p.saying(ctx, request, b, p.MayRequest(), body, files, "answered")
}

// Negotiate answers a quote with a message; it holds no more then. Problems are as
// Answer's.
func (p Portal) Negotiate(ctx context.Context, request ID, b Before, body string, files []document.Upload) error {
	return p.saying(ctx, request, b, p.MayAccept(), body, files, "negotiated")
}

// Say writes to staff and takes the request nowhere. Problems are as Answer's.
func (p Portal) Say(ctx context.Context, request ID, b Before, body string, files []document.Upload) error {
	return p.saying(ctx, request, b, p.MayRequest(), body, files, "")
}

// Write answers what staff asked or, where nothing was asked, says something. Problems
// are as Answer's.
func (p Portal) Write(ctx context.Context, request ID, b Before, body string, files []document.Upload) error {
	return p.saying(ctx, request, b, p.MayRequest(), body, files, whatever)
}

// whatever is the step of what is written: an answer where one is asked for.
const whatever = "whatever"

// saying writes a message and takes the request on by a step, where one is named.
func (p Portal) saying(ctx context.Context, request ID, b Before, may bool, body string, files []document.Upload, step string) error {
	if err := p.may(may); err != nil {
		return err
	}
	body, err := readBody("body", body)
	if err != nil {
		return err
	}
	return p.f.Documents.Sending(ctx, p.who.Site().ID, FilesField, files, func(taken []document.Uploaded, kept *bool) error {
		return p.on(ctx, request, b, func(tx scope.Tx, o *open) error {
			message, err := o.write(ctx, tx, p.who, ByClient, body, taken)
			if err != nil {
				return err
			}
			*kept = true
			if step == whatever {
				step = map[bool]string{true: "answered"}[o.State == NeedsInfo]
			}
			if step == "" {
				step = "said"
				err = o.said(ctx, tx, p.who, message)
			} else {
				err = o.step(ctx, tx, p.who, step, map[string]any{"message": message})
			}
			if err != nil {
				return err
			}
			if err := o.tellStaff(ctx, tx, p.who, step, "message", message); err != nil {
				return err
			}
			return o.tellClient(ctx, tx, p.who, "said", "message", message)
		})
	})
}

// Withdraw takes a request back, by who asked for it or by the primary contact.
// Problems are Forbidden for others, NotFound, and Conflict when it has moved on.
func (p Portal) Withdraw(ctx context.Context, request ID, b Before) error {
	return p.on(ctx, request, b, func(tx scope.Tx, o *open) error {
		n, err := scope.One(ctx, tx, isPrimary, nil, scope.Value[int])
		if err != nil {
			return err
		}
		if o.primary = n > 0; !p.mayWithdraw(*o) {
			return problem.Of(problem.Forbidden, "problem.forbidden")
		}
		o.Reason = ""
		if err := o.step(ctx, tx, p.who, "withdrawn", nil); err != nil {
			return err
		}
		return o.tellBoth(ctx, tx, p.who, "withdrawn", "", "")
	})
}
