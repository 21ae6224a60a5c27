package contract

import (
	"context"
	"slices"

	"foyer/internal/auth"
	"foyer/internal/kernel/civil"
	"foyer/internal/kernel/id"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
)

func (d door) today() civil.Date { return civil.Today(d.Now()) }

// Paper is what somebody who signs has before them.
type Paper struct {
	Contract Contract
	Snapshot Snapshot
	People   []Signatory
	Me       Signatory // empty for who only reads
	SHA256   string    // of the file, which is what is signed
	Pages    int
	NeedCode bool
	fileID   string
	// Closed says why Me cannot sign now; nil when they can.
	Closed error
}

// MaySign tells whether it is the reader's turn.
func (p Paper) MaySign() bool { return p.Me.ID != "" && p.Closed == nil }

// paper reads what a signatory has before them.
func (d door) paper(ctx context.Context) (p Paper, err error) {
	err = d.read(ctx, func(tx scope.Tx) error {
		o, err := d.look(ctx, tx)
		if err != nil {
			return err
		}
		p, err = o.paper(ctx, tx, d.today())
		return err
	})
	return p, err
}

func (o open) paper(ctx context.Context, tx scope.Tx, today civil.Date) (Paper, error) {
	if o.read == nil {
		v, err := o.fixed(ctx, tx)
		if err != nil {
			return Paper{}, err
		}
		o.read = &v
	}
	v := o.read
	p := Paper{Contract: o.Contract, Snapshot: v.snapshot, People: o.people, Me: o.me, SHA256: v.sha256, Pages: v.pages, NeedCode: o.needsCode(), fileID: v.fileID}
	if o.me.ID != "" {
		p.Closed = o.due(today)
	}
	return p, nil
}

// Portal is what a client may see and do about contracts. A contact without the
// capability for contracts gets problem.NotFound everywhere.
type Portal struct {
	who auth.Client
	f   Feature
}

// ForClient opens the door for a contact.
func (f Feature) ForClient(who auth.Client) Portal { return Portal{who, f} }

// door is the contact as a signatory; one who may not sign has no turn.
func (p Portal) door(contract ID) door {
	return door{
		recorder: p.who,
		write:    func(ctx context.Context, fn func(scope.Tx) error) error { return p.who.Write(ctx, auth.Contracts, fn) },
		read:     func(ctx context.Context, fn func(scope.Tx) error) error { return p.who.Read(ctx, auth.Contracts, fn) },
		client:   p.who.ClientID(), contract: contract, method: ByPortal,
		actor: Actor{"contact", p.who.Name(), p.who.Email()},
		mine: func(s Signatory) bool {
			return s.Contact == p.who.ContactID() && s.Turn != Delegated && p.who.Capabilities().Sign
		},
	}
}

// all tells whether the contact sees contracts that they do not sign.
func (p Portal) all() bool { return p.who.Capabilities().Of(auth.Contracts) == auth.AllOfIt }

// Get is a contract of the client as it was sent; problem.NotFound for what the
// contact may not see.
func (p Portal) Get(ctx context.Context, contract ID) (paper Paper, err error) {
	if !id.Valid(contract.String()) {
		return paper, problem.Missing()
	}
	d := p.door(contract)
	err = p.who.Read(ctx, auth.Contracts, func(tx scope.Tx) error {
		c, err := scope.One(ctx, tx, readShown, scope.Args{"contract": contract, "all": p.all()}, scanContract)
		if problem.Is(err, problem.NotFound) {
			return p.gone(ctx, tx, contract, err)
		}
		if err != nil {
			return err
		}
		o := open{Contract: c}
		if o.people, err = c.signatories(ctx, tx, c.Nth); err != nil {
			return err
		}
		if n := slices.IndexFunc(o.people, d.mine); n >= 0 {
			o.me = o.people[n]
		}
		paper, err = o.paper(ctx, tx, d.today())
		return err
	})
	return paper, err
}

// gone is why a contract is not there; who was asked to sign it reads that it was
// taken back, or that somebody else signs.
func (p Portal) gone(ctx context.Context, tx scope.Tx, contract ID, missing error) error {
	turns, err := scope.List(ctx, tx, turnsIn, scope.Args{"contract": contract}, scope.Value[Turn])
	switch {
	case err != nil:
		return err
	case len(turns) == 0:
		return missing
	case turns[0] == Delegated:
		return problem.Of(problem.NotFound, "contract.gone_replaced", "workspace", p.who.Site().Name)
	}
	return problem.Of(problem.NotFound, "contract.gone_taken", "workspace", p.who.Site().Name)
}

// seen holds that the contact sees a contract before anything is done with it.
func (p Portal) seen(ctx context.Context, contract ID) (door, error) {
	_, err := p.Get(ctx, contract)
	return p.door(contract), err
}

// View notes that the contact has opened what they are to sign. problem.NotFound.
func (p Portal) View(ctx context.Context, contract ID) error {
	d, err := p.seen(ctx, contract)
	if err != nil {
		return err
	}
	return d.view(ctx)
}

// SendCode mails the contact a code to sign with. Problems are NotFound and
// Conflict when it is not their turn.
func (p Portal) SendCode(ctx context.Context, contract ID) error {
	d, err := p.seen(ctx, contract)
	if err != nil {
		return err
	}
	return d.sendCode(ctx)
}

// TryCode says whether a code is the one that was mailed; a wrong one counts. Problems
// are Invalid at the code, and NotFound.
func (p Portal) TryCode(ctx context.Context, contract ID, code string) error {
	d, err := p.seen(ctx, contract)
	if err != nil {
		return err
	}
	return d.try(ctx, code)
}

// Sign is the contact's signature or approval. Problems are Invalid by field,
// NotFound, and Conflict when it is not their turn or another version is out.
func (p Portal) Sign(ctx context.Context, contract ID, in Signature) error {
	d, err := p.seen(ctx, contract)
	if err != nil {
		return err
	}
	return p.f.sign(ctx, d, in)
}

// Decline says that the contact does not sign the version with a hash. Problems are
// Invalid without a reason, NotFound, and Conflict when it is not their turn or
// another version is out.
func (p Portal) Decline(ctx context.Context, contract ID, sha256, reason string) error {
	d, err := p.seen(ctx, contract)
	if err != nil {
		return err
	}
	return p.f.decline(ctx, d, sha256, reason)
}

// File is the file of a contract of the client: the sealed one, or what is to be
// signed until there is one; problem.NotFound.
func (p Portal) File(ctx context.Context, contract ID) (File, error) {
	paper, err := p.Get(ctx, contract)
	if err != nil {
		return File{}, err
	}
	return p.f.file(ctx, p.door(contract).read, paper)
}

// Attachment is a file that travels with a contract of the client; problem.NotFound.
func (p Portal) Attachment(ctx context.Context, contract ID, which AttachmentID) (File, error) {
	paper, err := p.Get(ctx, contract)
	if err != nil {
		return File{}, err
	}
	return p.f.attachment(ctx, p.door(contract).read, paper, which)
}

// door is the staff member as a signatory of our side.
func (a App) door(c Contract) door {
	return door{
		recorder: a.who,
		write: func(ctx context.Context, fn func(scope.Tx) error) error {
			return a.who.Write(ctx, auth.ContractsWrite, fn)
		},
		read: func(ctx context.Context, fn func(scope.Tx) error) error {
			return a.who.Read(ctx, auth.ContractsRead, fn)
		},
		client: c.Client.String(), contract: c.ID, method: ByStaff, actor: a.actor(),
		mine: func(s Signatory) bool { return s.Side == Ours && s.Identity == a.who.ID() && s.Turn != Delegated },
	}
}

// Get reads a contract; problem.NotFound.
func (a App) Get(ctx context.Context, contract ID) (c Contract, err error) {
	if !id.Valid(contract.String()) {
		return c, problem.Missing()
	}
	err = a.who.Read(ctx, auth.ContractsRead, func(tx scope.Tx) (err error) {
		c, err = scope.One(ctx, tx, readContract, scope.Args{"contract": contract}, scanContract)
		return err
	})
	return c, err
}

// Paper is what the staff member has before them who counter-signs; problem.NotFound
// for who is none of the signatories.
func (a App) Paper(ctx context.Context, contract ID) (p Paper, err error) {
	if !id.Valid(contract.String()) {
		return p, problem.Missing()
	}
	err = a.who.Read(ctx, auth.ContractsRead, func(tx scope.Tx) error {
		c, err := scope.One(ctx, tx, readContract, scope.Args{"contract": contract}, scanContract)
		if err != nil {
			return err
		}
		o := open{Contract: c}
		if o.people, err = c.signatories(ctx, tx, c.Nth); err != nil {
			return err
		}
		n := slices.IndexFunc(o.people, a.door(c).mine)
		if c.State == Draft || n < 0 {
			return problem.Missing()
		}
		o.me = o.people[n]
		p, err = o.paper(ctx, tx, civil.Today(a.who.Now()))
		return err
	})
	return p, err
}

// View notes that the staff member has opened what they are to sign; problem.NotFound.
func (a App) View(ctx context.Context, contract ID) error {
	c, err := a.Get(ctx, contract)
	if err != nil {
		return err
	}
	return a.door(c).view(ctx)
}

// Sign is the staff member's own signature or approval. Problems are Invalid by
// field, NotFound for who is none of the signatories, and Conflict when it is not
// their turn or another version is out.
func (a App) Sign(ctx context.Context, contract ID, in Signature) error {
	c, err := a.Get(ctx, contract)
	if err != nil {
		return err
	}
	return a.f.sign(ctx, a.door(c), in)
}

// Guest is who signs through a link and sees this one contract.
type Guest struct {
	who  auth.Visitor
	f    Feature
	link link
}

// link is a signatory by the link that was mailed.
type link struct {
	contract  ID
	signatory SignatoryID
	client    string
	name      string
	email     string
	over      over
}

// over is why a link opens its contract no more.
type over string

// The reasons.
const (
	stillOpen    over = ""
	overNewer    over = "newer"    // another link was mailed since
	overReplaced over = "replaced" // somebody else signs instead
	overRefused  over = "refused"  // they declined themselves
	overDeclined over = "declined" // somebody else declined
	overTaken    over = "taken"    // the business took it back or cancelled it
	overLapsed   over = "lapsed"   // it was not signed in time
	overSealed   over = "sealed"   // everybody has signed
)

func scanOpened(row scope.Row) (l link, err error) {
	var void, newer bool
	var state State
	var out, number int64
	var turn Turn
	if err = row.Scan(&l.contract, &l.signatory, &l.client, &l.name, &l.email, &void, &state, &out, &number, &turn, &newer); err != nil || !void {
		return l, err
	}
	switch {
	case turn == Delegated:
		l.over = overReplaced
	case turn == Refused:
		l.over = overRefused
	case newer:
		l.over = overNewer
	case out != number || state == Draft || state == Cancelled:
		l.over = overTaken
	case state == Declined:
		l.over = overDeclined
	case state == Lapsed:
		l.over = overLapsed
	case state == Executed || state == Terminated:
		l.over = overSealed
	default:
		l.over = overNewer
	}
	return l, nil
}

// ForGuest opens the door of a link; problem.NotFound for what was never one, and,
// with the reason in its sentence, for one that opens nothing any more.
func (f Feature) ForGuest(ctx context.Context, who auth.Visitor, token string) (Guest, error) {
	g := Guest{who: who, f: f}
	err := who.Read(ctx, func(tx scope.Tx) (err error) {
		g.link, err = scope.One(ctx, tx, openLink, scope.Args{"hash": id.SecretFrom(token).Hash()}, scanOpened)
		return err
	})
	if err == nil && g.link.over != stillOpen {
		err = problem.Of(problem.NotFound, "sign.over."+string(g.link.over), "workspace", who.Site().Name)
	}
	if err != nil {
		return Guest{}, err
	}
	return g, nil
}

func (g Guest) door() door {
	return door{
		recorder: g.who, write: g.who.Write, read: g.who.Read, client: g.link.client, contract: g.link.contract, method: ByLinkCode,
		actor: Actor{"signatory", g.link.name, g.link.email},
		mine:  func(s Signatory) bool { return s.ID == g.link.signatory },
	}
}

// Paper is what the guest has before them.
func (g Guest) Paper(ctx context.Context) (Paper, error) { return g.door().paper(ctx) }

// View notes that the guest has opened what they are to sign.
func (g Guest) View(ctx context.Context) error { return g.door().view(ctx) }

// SendCode mails the guest a code; problem.Conflict when it is not their turn.
func (g Guest) SendCode(ctx context.Context) error { return g.door().sendCode(ctx) }

// TryCode says whether a code is the one that was mailed; a wrong one counts.
func (g Guest) TryCode(ctx context.Context, code string) error { return g.door().try(ctx, code) }

// Sign is the guest's signature or approval. Problems are Invalid by field, and
// Conflict when it is not their turn or another version is out.
func (g Guest) Sign(ctx context.Context, in Signature) error { return g.f.sign(ctx, g.door(), in) }

// Decline says that the guest does not sign the version with a hash. Problems are
// Invalid without a reason, and Conflict when it is not their turn or another
// version is out.
func (g Guest) Decline(ctx context.Context, sha256, reason string) error {
	return g.f.decline(ctx, g.door(), sha256, reason)
}

// File is the file of the contract: the sealed one, or what is to be signed until
// there is one.
func (g Guest) File(ctx context.Context) (File, error) {
	paper, err := g.Paper(ctx)
	if err != nil {
		return File{}, err
	}
	return g.f.file(ctx, g.who.Read, paper)
}

// Attachment is a file that travels with the contract; problem.NotFound.
func (g Guest) Attachment(ctx context.Context, which AttachmentID) (File, error) {
	paper, err := g.Paper(ctx)
	if err != nil {
		return File{}, err
	}
	return g.f.attachment(ctx, g.who.Read, paper, which)
}
