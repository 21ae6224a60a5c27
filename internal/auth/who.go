package auth

import (
	"context"
	"errors"
	"time"

	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
)

// Identity is a login; it types ids.
type Identity struct{}

// Facts are what a request says of itself, for the record.
type Facts struct {
	Address  string // network address of the peer, or of the client behind a trusted proxy
	Agent    string
	Request  string
	Key      string // the form's idempotency key
	ReadOnly bool   // a GET, which writes nothing
	// Accepts is the language the browser asks for.
	Accepts string
}

// errReadOnly is a bug: a handler of a GET that wants to write.
var errReadOnly = errors.New("a GET writes nothing")

// asker is what everyone who asks has in common.
type asker struct {
	gate  *Gate
	site  Site
	facts Facts
}

// Site is the workspace that was asked.
func (a asker) Site() Site { return a.site }

// Facts are what the request says of itself.
func (a asker) Facts() Facts { return a.facts }

// Now is the clock, in the workspace's zone.
func (a asker) Now() time.Time {
	if a.gate == nil {
		return time.Time{}
	}
	return a.gate.now().In(a.site.Zone)
}

// NewID is a fresh id for a record.
func (a asker) NewID() string { return a.gate.ids.New() }

// BaseHost is the host of the configured base URL, without its port. No
// workspace can take it for its own: it is the first one's.
func (a asker) BaseHost() string {
	if a.gate == nil {
		return ""
	}
	return HostName(a.gate.base.Host)
}

// keyed is the asker of a form whose idempotency key is read after its rules were asked.
func (a asker) keyed(key string) asker {
	a.facts.Key = key
	return a
}

// Witness opens a changing transaction in which the program notes what it hands out.
// It is the one thing that a GET writes, and its statements name who was handed it.
func (a asker) Witness(ctx context.Context, fn func(scope.Tx) error) error {
	return a.run(ctx, a.who(scope.System), true, fn)
}

func (a asker) who(kind scope.Kind) scope.Who {
	return scope.Who{
		Kind: kind, Workspace: a.site.ID,
		Address: a.facts.Address, Agent: a.facts.Agent, Request: a.facts.Request, Key: a.facts.Key,
	}
}

func (a asker) run(ctx context.Context, who scope.Who, write bool, fn func(scope.Tx) error) error {
	if a.gate == nil {
		return problem.Of(problem.Unauthenticated, "problem.signed_out")
	}
	if write && a.facts.ReadOnly && who.Kind != scope.System {
		return errReadOnly
	}
	return scope.Run(ctx, a.gate.db, who, write, a.gate.now(), fn)
}

// Visitor is somebody at one of the workspace's addresses, not signed in.
type Visitor struct{ asker }

// Visitor makes the Visitor of a request.
func (g *Gate) Visitor(site Site, facts Facts) Visitor { return Visitor{asker{g, site, facts}} }

func (v Visitor) read(ctx context.Context, fn func(scope.Tx) error) error {
	return v.run(ctx, v.who(scope.Visitor), false, fn)
}

func (v Visitor) write(ctx context.Context, fn func(scope.Tx) error) error {
	return v.run(ctx, v.who(scope.Visitor), true, fn)
}

// Read opens a reading transaction for what anyone at this address may see,
// which is the workspace's name, colours and logo.
func (v Visitor) Read(ctx context.Context, fn func(scope.Tx) error) error { return v.read(ctx, fn) }

// Write opens a changing transaction for what a secret link lets its holder do.
func (v Visitor) Write(ctx context.Context, fn func(scope.Tx) error) error { return v.write(ctx, fn) }

// Person is somebody signed in, and what belongs to them alone: name, password,
// language, sessions, which client.
type Person struct {
	asker
	realm    Realm
	identity string
	session  string
	name     string
	email    string
	chosen   string // language
	given    string // the client's language
	version  int64

	createdAt, seenAt time.Time
}

// ID is the identity's id.
func (p Person) ID() string { return p.identity }

// SessionID is the id of the session they came with.
func (p Person) SessionID() string { return p.session }

// Realm is which face they are signed in to.
func (p Person) Realm() Realm { return p.realm }

// Name is the person's name.
func (p Person) Name() string { return p.name }

// Email is the address they sign in with.
func (p Person) Email() string { return p.email }

// Language is what they read: what they chose, else their client's; empty for
// the workspace's.
func (p Person) Language() string {
	if p.chosen != "" {
		return p.chosen
	}
	return p.given
}

// ChosenLanguage is what they chose in their account, empty if nothing.
func (p Person) ChosenLanguage() string { return p.chosen }

// GivenLanguage is what they read without choosing: their client's language,
// empty for the workspace's.
func (p Person) GivenLanguage() string { return p.given }

// Version is the version of their own record, for the account form.
func (p Person) Version() int64 { return p.version }

func (p Person) personal() scope.Who {
	w := p.who(scope.Person)
	w.Identity = p.identity
	return w
}

func (p Person) read(ctx context.Context, fn func(scope.Tx) error) error {
	return p.run(ctx, p.personal(), false, fn)
}

func (p Person) write(ctx context.Context, fn func(scope.Tx) error) error {
	return p.run(ctx, p.personal(), true, fn)
}

// Client is a contact who is signed in and has chosen one of their clients.
type Client struct {
	Person
	client       string
	clientName   string
	nameless     bool
	contact      string
	capabilities Capabilities
	several      bool
}

// ClientID is the id of the chosen client.
func (c Client) ClientID() string { return c.client }

// ClientName is the name of the chosen client.
func (c Client) ClientName() string { return c.clientName }

// Nameless tells whether the contact goes by the name of their organization, for
// nobody has entered who they are.
func (c Client) Nameless() bool { return c.nameless }

// ContactID is the id of the contact.
func (c Client) ContactID() string { return c.contact }

// Capabilities are what the contact may see and do at this client.
func (c Client) Capabilities() Capabilities { return c.capabilities }

// Several tells whether there are other clients to switch to.
func (c Client) Several() bool { return c.several }

func (c Client) scoped() scope.Who {
	w := c.who(scope.Portal)
	w.Client, w.Contact, w.Identity = c.client, c.contact, c.identity
	return w
}

// Keyed is the same contact with the idempotency key of a form that is read as it comes.
func (c Client) Keyed(key string) Client {
	c.asker = c.keyed(key)
	return c
}

// Sees tells whether the contact sees anything of an area.
func (c Client) Sees(area Area) bool { return c.gate != nil && c.capabilities.Of(area) != NoneOfIt }

// Read opens a reading transaction of this client, in the name of an area that
// the contact sees; problem.NotFound without it, as if there were nothing.
func (c Client) Read(ctx context.Context, area Area, fn func(scope.Tx) error) error {
	return c.in(ctx, area, false, fn)
}

// Write opens a changing transaction of this client, as Read does.
func (c Client) Write(ctx context.Context, area Area, fn func(scope.Tx) error) error {
	return c.in(ctx, area, true, fn)
}

func (c Client) in(ctx context.Context, area Area, write bool, fn func(scope.Tx) error) error {
	if c.gate != nil && !c.Sees(area) {
		return problem.Missing()
	}
	return c.run(ctx, c.scoped(), write, fn)
}

// Staff is a staff member who is signed in.
type Staff struct {
	Person
	member string
	role   Role
}

// MemberID is the id of the staff member.
func (s Staff) MemberID() string { return s.member }

// Keyed is the same member with the idempotency key of a form that is read as it comes.
func (s Staff) Keyed(key string) Staff {
	s.asker = s.keyed(key)
	return s
}

// Role is what they are in the workspace.
func (s Staff) Role() Role { return s.role }

// May tells whether their role has a right.
func (s Staff) May(right Right) bool { return s.gate != nil && s.role.May(right) }

func (s Staff) permitted(right Right, least Level) error {
	if right.Level < least {
		return errors.New("a writing transaction names a right to write")
	}
	if !s.May(right) {
		return problem.Of(problem.Forbidden, "problem.forbidden")
	}
	return nil
}

func (s Staff) scoped() scope.Who {
	w := s.who(scope.Staff)
	w.Identity = s.identity
	return w
}

// Read opens a reading transaction of the workspace, in the name of a right;
// problem.Forbidden without it.
func (s Staff) Read(ctx context.Context, right Right, fn func(scope.Tx) error) error {
	if err := s.permitted(right, Read); err != nil {
		return err
	}
	return s.run(ctx, s.scoped(), false, fn)
}

// Write opens a changing transaction of the workspace, in the name of a right
// to write; problem.Forbidden without it.
func (s Staff) Write(ctx context.Context, right Right, fn func(scope.Tx) error) error {
	if err := s.permitted(right, Write); err != nil {
		return err
	}
	return s.run(ctx, s.scoped(), true, fn)
}

// HashPassword hashes a password that staff chose for somebody else, outside
// of any transaction.
func (s Staff) HashPassword(ctx context.Context, password string) (PasswordHash, error) {
	return s.gate.hasher.Hash(ctx, password)
}

// System is a job or a hook, bound to one workspace.
type System struct{ asker }

// System makes the System of a job whose row names the workspace.
func (g *Gate) System(ctx context.Context, workspace string) (System, error) {
	site, err := g.siteByID(ctx, workspace)
	if err != nil {
		return System{}, err
	}
	return System{asker{g, site, Facts{}}}, nil
}

// Read opens a reading transaction of the workspace.
func (s System) Read(ctx context.Context, fn func(scope.Tx) error) error {
	return s.run(ctx, s.who(scope.System), false, fn)
}

// Write opens a changing transaction of the workspace.
func (s System) Write(ctx context.Context, fn func(scope.Tx) error) error {
	return s.run(ctx, s.who(scope.System), true, fn)
}

// Record writes an event in the transaction of its change.
func (a asker) Record(ctx context.Context, tx scope.Tx, e Event) error {
	return a.gate.ports.Record(ctx, tx, e)
}

// Post puts a mail in the outbox, in the transaction of its change.
func (a asker) Post(ctx context.Context, tx scope.Tx, m Mail) error {
	return a.gate.ports.Post(ctx, tx, m)
}
