// Package seed makes data sets of any size that are the same each time they are
// made: for measuring, and for looking at pages with a great deal in them. It
// writes rows rather than call the doors, because a door a row would take hours;
// the tables' own constraints hold what it writes.
//
// There is always a client A with few projects and a client B with many, so that
// a page can be compared between them.
package seed

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"foyer/internal/auth"
	"foyer/internal/feature/billing"
	"foyer/internal/kernel/blob"
	"foyer/internal/kernel/civil"
	"foyer/internal/kernel/id"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
	"foyer/internal/kernel/text"
	"foyer/internal/server"
)

// Password is everybody's, unless another one is asked for.
const Password = "umber lanterns at quay nine"

// Who can sign in.
const (
	Owner    = "owner@seed.example"
	ContactA = "a@client.example"
	ContactB = "b@client.example"
)

// The names of the two clients that are always there.
const (
	NameA = "Alder Ceramics"
	NameB = "Birch Holdings"
)

// Plan says how much there shall be. Each count is a whole: of clients and leads,
// of projects in all, of targets in each project.
type Plan struct {
	Clients, Projects, Targets int
	// Few and Many are the projects of client A and of client B.
	Few, Many int
	// Invoices are in all, each of so many Lines, with FewInvoices of client A and
	// ManyInvoices of client B.
	Invoices, Lines, FewInvoices, ManyInvoices int
	// Documents are in all, each with a file, FewDocuments of client A and ManyDocuments
	// of client B.
	Documents, FewDocuments, ManyDocuments int
	// Cases, Changes (change requests), Contracts and Meetings alike.
	Cases, FewCases, ManyCases             int
	Changes, FewChanges, ManyChanges       int
	Contracts, FewContracts, ManyContracts int
	Meetings, FewMeetings, ManyMeetings    int
	// Number begins the series of choices: the same number, the same data.
	Number uint64
	// Today is the day that every date is relative to.
	Today    civil.Date
	Password string
}

// Sets are the plans by name.
var Sets = map[string]Plan{
	"S": {
		Clients: 100, Projects: 1_000, Targets: 6, Few: 20, Many: 200, Invoices: 1_000, Lines: 25, FewInvoices: 200, ManyInvoices: 400,
		Documents: 1_000, FewDocuments: 50, ManyDocuments: 200, Cases: 1_000, FewCases: 20, ManyCases: 200,
		Changes: 200, FewChanges: 5, ManyChanges: 40, Contracts: 200, FewContracts: 5, ManyContracts: 20, Meetings: 300, FewMeetings: 20, ManyMeetings: 60,
	},
	"M": {
		Clients: 1_000, Projects: 20_000, Targets: 6, Few: 20, Many: 2_000, Invoices: 100_000, Lines: 25, FewInvoices: 200, ManyInvoices: 20_000,
		Documents: 10_000, FewDocuments: 50, ManyDocuments: 2_000, Cases: 20_000, FewCases: 20, ManyCases: 2_000,
		Changes: 4_000, FewChanges: 5, ManyChanges: 500, Contracts: 2_000, FewContracts: 5, ManyContracts: 100, Meetings: 5_000, FewMeetings: 20, ManyMeetings: 500,
	},
	"L": {
		Clients: 10_000, Projects: 200_000, Targets: 6, Few: 20, Many: 2_000, Invoices: 1_000_000, Lines: 3, FewInvoices: 200, ManyInvoices: 20_000,
		Documents: 50_000, FewDocuments: 50, ManyDocuments: 5_000, Cases: 200_000, FewCases: 20, ManyCases: 2_000,
		Changes: 40_000, FewChanges: 5, ManyChanges: 500, Contracts: 20_000, FewContracts: 5, ManyContracts: 100, Meetings: 50_000, FewMeetings: 20, ManyMeetings: 500,
	},
}

// Made is what there is now.
type Made struct {
	Clients   int           `json:"clients"`
	Contacts  int           `json:"contacts"`
	Projects  int           `json:"projects"`
	Targets   int           `json:"targets"`
	Invoices  int           `json:"invoices"`
	Documents int           `json:"documents"`
	Cases     int           `json:"cases"`
	Changes   int           `json:"changes"`
	Contracts int           `json:"contracts"`
	Meetings  int           `json:"meetings"`
	Events    int           `json:"events"`
	Rows      int           `json:"rows"`
	Took      time.Duration `json:"took"`
}

// ErrNotEmpty is an installation that has been set up.
var ErrNotEmpty = errors.New("this installation has a workspace already, and made-up data does not mix with it; use an empty FOYER_DATA_DIR or database")

// Check says what is wrong with a plan.
func (p Plan) Check() error {
	if p.Clients < 2 || p.Projects < 0 || p.Targets < 0 || p.Targets > 1000 || p.Invoices < 0 || p.Documents < 0 || p.Lines < 0 || p.Lines > 500 ||
		p.Cases < 0 || p.Changes < 0 || p.Contracts < 0 || p.Meetings < 0 {
		return errors.New("there have to be at least 2 clients, no fewer than 0 of any record, 0 to 1,000 targets a project, and 0 to 500 lines an invoice")
	}
	if _, ok := civil.Parse(string(p.Today)); !ok {
		return errors.New("--today is a day such as 2026-11-26")
	}
	return nil
}

// Fill sets an empty installation up and puts a plan's data into it.
func Fill(ctx context.Context, s *server.Server, p Plan) (Made, error) {
	start := time.Now()
	if err := p.Check(); err != nil {
		return Made{}, err
	}
	_, err := s.Gate.SiteFor(ctx, s.Gate.Base().Host)
	if err == nil {
		return Made{}, ErrNotEmpty
	}
	if !errors.Is(err, auth.ErrNotSetUp) {
		return Made{}, err
	}
	if err := setUp(ctx, s.Gate, p.Password); err != nil {
		return Made{}, err
	}
	site, err := s.Gate.SiteFor(ctx, s.Gate.Base().Host)
	if err != nil {
		return Made{}, err
	}
	who, err := s.Gate.System(ctx, site.ID)
	if err != nil {
		return Made{}, err
	}
	hash, err := s.Hasher.Hash(ctx, p.Password)
	if err != nil {
		return Made{}, err
	}
	sower := NewSower(who, s.Blobs, hash, p)
	if err := sower.All(ctx); err != nil {
		return sower.made, err
	}
	sower.made.Took = time.Since(start)
	return sower.made, nil
}

func setUp(ctx context.Context, gate *auth.Gate, password string) error {
	token, err := gate.PrepareSetup(ctx)
	if err != nil {
		return err
	}
	if token.Reveal() == "" {
		return ErrNotEmpty
	}
	_, err = gate.SetUp(ctx, auth.Facts{Address: "127.0.0.1"}, auth.Setup{
		Token: token.Reveal(), Workspace: "Seed & Sons", Name: "Olive Seed", Email: Owner, Password: password, Zone: "Europe/Dublin", Language: "en",
	})
	if p, ok := problem.As(err); ok && p.Fields["password"].Key != "" {
		return errors.New("the password is one that nobody may have; choose one of 15 characters or more that is not easily guessed")
	}
	return err
}

// Sower writes rows of one workspace.
type Sower struct {
	who   auth.System
	blobs blob.Store
	hash  auth.PasswordHash
	plan  Plan
	rng   *rand.Rand
	noon  time.Time
	made  Made

	queue    []scope.Query
	files    []file              // that rows of the queue name
	projects map[string][]string // some that are shared, by client
	staff    []person            // who owns projects
	clients  []string            // who can have projects
	contacts map[string]party    // primary ones, by client
	few      string
	many     string
	rate     string           // id of the tax rate
	numbers  map[series]int64 // given
}

type person struct{ identity, member string }

type party struct{ identity, contact, name, email string }

// series is what numbers are counted in; the year is 0 where the count goes on.
type series struct {
	kind billing.Numbered
	year int
}

// The queue is written at this length, in one transaction and in batches of a
// message each.
const (
	chunk = 10_000
	batch = 500
)

// NewSower makes a Sower. Every login gets the one password.
func NewSower(who auth.System, blobs blob.Store, hash auth.PasswordHash, p Plan) *Sower {
	return &Sower{
		who: who, blobs: blobs, hash: hash, plan: p, numbers: map[series]int64{}, projects: map[string][]string{}, contacts: map[string]party{},
		noon: p.Today.Time().Add(12 * time.Hour),
		rng:  rand.New(rand.NewPCG(p.Number, 0x5eed)), //nolint:gosec // data that are made up and have to be the same each time
	}
}

// All writes everything in the plan.
func (s *Sower) All(ctx context.Context) error {
	if err := s.members(ctx); err != nil {
		return err
	}
	for n := range s.plan.Clients {
		if err := s.client(ctx, n); err != nil {
			return err
		}
	}
	if err := s.billing(ctx); err != nil {
		return err
	}
	p := s.plan
	for _, part := range []struct {
		all, few, many int
		write          func(ctx context.Context, of string, n int) error
	}{
		{p.Projects, p.Few, p.Many, s.Projects}, {p.Invoices, p.FewInvoices, p.ManyInvoices, s.Invoices},
		{p.Documents, p.FewDocuments, p.ManyDocuments, s.Documents}, {p.Cases, p.FewCases, p.ManyCases, s.Cases},
		{p.Changes, p.FewChanges, p.ManyChanges, s.Changes}, {p.Contracts, p.FewContracts, p.ManyContracts, s.Contracts},
		{p.Meetings, p.FewMeetings, p.ManyMeetings, s.Meetings},
	} {
		if err := s.shareOut(ctx, part.all, part.few, part.many, part.write); err != nil {
			return err
		}
	}
	if err := s.count(ctx); err != nil {
		return err
	}
	return s.Flush(ctx)
}

// shareOut writes so many records in all: few of client A, many of client B, and
// the rest of the others alike.
func (s *Sower) shareOut(ctx context.Context, all, few, many int, write func(ctx context.Context, of string, n int) error) error {
	few = min(few, all)
	many = min(many, all-few)
	rest := all - few - many
	if len(s.clients) == 0 {
		many, rest = many+rest, 0
	}
	if err := write(ctx, s.few, few); err != nil {
		return err
	}
	if err := write(ctx, s.many, many); err != nil {
		return err
	}
	for i, c := range s.clients {
		share := rest / len(s.clients)
		if i < rest%len(s.clients) {
			share++
		}
		if err := write(ctx, c, share); err != nil {
			return err
		}
	}
	return nil
}

// put queues a row.
func (s *Sower) put(ctx context.Context, statement string, args scope.Args) error {
	s.queue = append(s.queue, scope.Into(new([]string), statement, args, scope.Value[string]))
	s.made.Rows++
	if len(s.queue) < chunk {
		return nil
	}
	return s.Flush(ctx)
}

// Flush writes what is queued.
func (s *Sower) Flush(ctx context.Context) error {
	if err := s.store(ctx); err != nil {
		return fmt.Errorf("write files: %w", err)
	}
	err := s.who.Write(ctx, func(tx scope.Tx) error {
		for from := 0; from < len(s.queue); from += batch {
			if err := tx.Batch(ctx, s.queue[from:min(from+batch, len(s.queue))]...); err != nil {
				return err
			}
		}
		return nil
	})
	s.queue = s.queue[:0]
	if err != nil {
		return fmt.Errorf("write rows: %w", err)
	}
	return nil
}

// id is the id of something that was made at a moment.
func (s *Sower) id(at time.Time) string { return id.Made(at, s.rng.Uint64()) }

// ago is a moment so many days before noon of today, at some time of the day.
func (s *Sower) ago(days int) time.Time {
	return s.noon.AddDate(0, 0, -days).Add(-time.Duration(s.rng.IntN(4*3600)) * time.Second)
}

// between is a whole number from low to high.
func (s *Sower) between(low, high int) int { return low + s.rng.IntN(high-low+1) }

func pick[T any](s *Sower, from []T) T { return from[s.rng.IntN(len(from))] }

func (s *Sower) login(ctx context.Context, realm auth.Realm, name, email string, at time.Time) (string, error) {
	made := s.id(at)
	return made, s.put(ctx, insertIdentity, scope.Args{
		"id": made, "realm": string(realm), "name": name, "email": email, "key": auth.AddressKey(email), "password": s.hash, "at": at,
	})
}

func (s *Sower) members(ctx context.Context) error {
	for i, role := range []auth.Role{auth.Admin, auth.Project, auth.Project, auth.Support} {
		at := s.ago(720)
		identity, err := s.login(ctx, auth.StaffRealm, pick(s, first)+" "+pick(s, last), fmt.Sprintf("staff%d@seed.example", i+1), at)
		if err != nil {
			return err
		}
		p := person{identity, s.id(at)}
		s.staff = append(s.staff, p)
		if err := s.put(ctx, insertMember, scope.Args{"id": p.member, "person": identity, "role": string(role), "at": at}); err != nil {
			return err
		}
	}
	return nil
}

// client writes client n with its contacts: the first is A, the second is B, of
// the others every tenth is a lead and every 25th archived.
func (s *Sower) client(ctx context.Context, n int) error {
	name, email := fmt.Sprintf("%s %s %s", pick(s, last), pick(s, trades), pick(s, forms)), fmt.Sprintf("client%d@client.example", n+1)
	switch n {
	case 0:
		name, email = NameA, ContactA
	case 1:
		name, email = NameB, ContactB
	}
	at := s.ago(s.between(400, 700))
	args := scope.Args{
		"id": s.id(at), "name": name, "name_key": text.Key(name), "search_key": text.Key(name) + " " + text.Key(email) + " ", "email": email,
		"email_key": auth.AddressKey(email), "phone": fmt.Sprintf("+353 1 555 %04d", n%10_000), "lead_status": nil, "industry": pick(s, trades),
		"portal": at, "archived": nil, "at": at,
	}
	made, _ := args["id"].(string)
	s.made.Clients++
	lead, archived := n > 1 && n%10 == 5, n > 1 && n%25 == 7
	switch {
	case lead:
		args["lead_status"], args["portal"] = "new", nil
	case archived:
		args["archived"] = s.ago(30)
	case n == 0:
		s.few = made
	case n == 1:
		s.many = made
	default:
		s.clients = append(s.clients, made)
	}
	if err := s.put(ctx, insertClient, args); err != nil {
		return err
	}
	if err := s.contact(ctx, made, email, at, auth.PrimaryPreset); err != nil {
		return err
	}
	if n%3 == 0 {
		if err := s.contact(ctx, made, "second."+email, at, auth.ReaderPreset); err != nil {
			return err
		}
	}
	return s.event(ctx, at, "client.created", "client", made, made, auth.Clients, auth.ForStaffOnly, `{"lead":false}`)
}

func (s *Sower) contact(ctx context.Context, of, email string, at time.Time, preset auth.Preset) error {
	name := pick(s, first) + " " + pick(s, last)
	identity, err := s.login(ctx, auth.PortalRealm, name, email, at)
	if err != nil {
		return err
	}
	made := s.id(at)
	if preset == auth.PrimaryPreset {
		s.contacts[of] = party{identity, made, name, email}
	}
	s.made.Contacts++
	c := preset.Capabilities()
	return s.put(ctx, insertContact, scope.Args{
		"of": of, "id": made, "person": identity, "job_title": pick(s, titles), "is_primary": preset == auth.PrimaryPreset,
		"money": string(c.Money), "projects": string(c.Projects), "documents": string(c.Documents), "people": string(c.People),
		"cases": string(c.Cases), "changes": string(c.Changes), "meetings": string(c.Meetings), "contracts": string(c.Contracts),
		"pay": c.Pay, "sign": c.Sign, "accept": c.Accept, "request": c.Request, "upload": c.Upload, "manage": c.Manage, "at": at,
	})
}

func (s *Sower) event(ctx context.Context, at time.Time, kind, subjectKind, subject, of string, area auth.Area, to auth.Audience, params string) error {
	s.made.Events++
	return s.put(ctx, insertActivity, scope.Args{
		"id": s.id(at), "at": at, "actor": s.actor(), "kind": kind, "subject_kind": subjectKind, "subject": subject, "area": string(area),
		"of": of, "audience": string(to), "params": params,
	})
}
