// Package projecttest gives tests of projects, of the feed and of notices two
// workspaces with people in them.
package projecttest

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"path"
	"slices"
	"sync"
	"testing"
	"time"

	"foyer/internal/auth"
	"foyer/internal/feature/activity"
	"foyer/internal/feature/client"
	"foyer/internal/feature/feed"
	"foyer/internal/feature/notify"
	"foyer/internal/feature/outbox"
	"foyer/internal/feature/project"
	"foyer/internal/feature/staff"
	"foyer/internal/job"
	"foyer/internal/kernel/db"
	"foyer/internal/kernel/db/dbtest"
	"foyer/internal/kernel/id"
	"foyer/internal/kernel/mail"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
	"foyer/internal/kernel/secret"
)

// The two workspaces, and who owns both.
const (
	Home     = "foyer.example"
	Away     = "studio.example.net"
	Owner    = "priya@haldenrowe.example"
	Password = "a lantern in the hallway"
)

// Desk is a workspace at home and another one away. Activity, notices, outbox
// and mail are real; jobs wait until Deliver is called.
type Desk struct {
	Gate    *auth.Gate
	Mails   *outbox.Outbox
	Box     *mail.Box
	Notices notify.Notifier

	// Handlers do the jobs of further kinds.
	Handlers map[string]func(ctx context.Context, who auth.System, data json.RawMessage) error

	mu    sync.Mutex
	clock time.Time
	key   int
	open  map[login]id.Secret
	queue []Job
	// putOff are jobs that were too early; Deliver tries them once more.
	putOff []Job
}

// Job is work that waits.
type Job struct {
	Workspace, Kind string
	Data            json.RawMessage
}

type login struct {
	realm       auth.Realm
	host, email string
}

// OnBoth runs a test on each engine.
func OnBoth(t *testing.T, test func(t *testing.T, d *Desk)) {
	t.Helper()
	t.Parallel()
	dbtest.OnBoth(t, func(t *testing.T, base *db.DB) { test(t, New(t, base)) })
}

// New opens the two workspaces in a database.
func New(t testing.TB, base *db.DB) *Desk {
	t.Helper()
	d := &Desk{Box: mail.NewBox(1000), open: map[login]id.Secret{}, clock: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)}
	ids := &id.Source{Now: d.Now}
	d.Gate = auth.NewGate(base, &url.URL{Scheme: "https", Host: Home}, d.Now, ids, auth.NewHasher())
	d.Mails = &outbox.Outbox{
		Sender: d.Box, IDs: ids, Enqueue: d.Enqueue, EnqueueIn: d.EnqueueIn, Host: Home, Rules: notify.Sending(), Reader: notify.Reader,
	}
	var err error
	d.Mails.Secrets, err = secret.New(make([]byte, secret.Size))
	Must(t, err)
	d.Mails.WriteAccountMail()
	notify.WriteMail(d.Mails)
	d.Notices = notify.Notifier{Enqueue: d.Enqueue, Outbox: d.Mails}
	d.Gate.Connect(auth.Ports{Record: activity.Log{IDs: ids, Then: d.recorded}.Record, Post: d.Mails.Post, Enqueue: d.Enqueue})
	token, err := d.Gate.PrepareSetup(t.Context())
	Must(t, err)
	_, err = d.Gate.SetUp(t.Context(), auth.Facts{Address: "192.0.2.1"}, auth.Setup{
		Token: token.Reveal(), Workspace: "Halden & Rowe", Name: "Priya Rowe", Email: Owner, Password: Password, Zone: "Europe/Dublin", Language: "en",
	})
	Must(t, err)
	d.Open(t, Away, "Europe/Lisbon")
	return d
}

// Open makes another workspace in a zone, with the same Owner.
func (d *Desk) Open(t testing.TB, host, zone string) {
	t.Helper()
	link, err := d.Gate.CreateOwner(t.Context(), auth.NewOwner{
		Email: Owner, Name: "Other Owner", Host: host, Workspace: "The studio at " + host, Zone: zone, Language: "en",
	})
	Must(t, err)
	Must(t, d.Gate.Redeem(t.Context(), d.Visitor(t, host, ""), auth.StaffRealm, id.SecretFrom(path.Base(link)), Password))
}

// Now is what the clock says.
func (d *Desk) Now() time.Time {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.clock
}

// Later moves the clock on.
func (d *Desk) Later(by time.Duration) { d.At(d.Now().Add(by)) }

// At sets the clock.
func (d *Desk) At(now time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.clock = now
}

// Enqueue lets a job wait until Deliver is called.
func (d *Desk) Enqueue(_ context.Context, tx scope.Tx, kind string, args any) error {
	data, err := json.Marshal(args)
	d.mu.Lock()
	defer d.mu.Unlock()
	d.queue = append(d.queue, Job{tx.Who().Workspace, kind, data})
	return err
}

// Waiting takes the jobs that wait.
func (d *Desk) Waiting() []Job {
	d.mu.Lock()
	defer d.mu.Unlock()
	queue := d.queue
	d.queue = nil
	return queue
}

// Do does a job.
func (d *Desk) Do(t testing.TB, j Job) {
	t.Helper()
	sys, err := d.Gate.System(t.Context(), j.Workspace)
	Must(t, err)
	if j.Kind == notify.Kind {
		Must(t, d.Notices.Tell(t.Context(), sys, j.Data))
		return
	}
	if do := d.Handlers[j.Kind]; do != nil {
		Must(t, do(t.Context(), sys, j.Data))
		return
	}
	err = d.Mails.Send(t.Context(), sys, j.Data)
	if job.PutOff(err) {
		d.mu.Lock()
		defer d.mu.Unlock()
		d.putOff = append(d.putOff, j)
		return
	}
	Must(t, err)
}

// Deliver does all jobs, also those that jobs make, and gives the mails that
// arrived, oldest first.
func (d *Desk) Deliver(t testing.TB) []mail.Kept {
	t.Helper()
	before := len(d.Box.List())
	d.mu.Lock()
	d.queue, d.putOff = append(d.putOff, d.queue...), nil
	d.mu.Unlock()
	for queue := d.Waiting(); len(queue) > 0; queue = d.Waiting() {
		for _, j := range queue {
			d.Do(t, j)
		}
	}
	list := d.Box.List()
	arrived := slices.Clone(list[:len(list)-before])
	slices.Reverse(arrived)
	return arrived
}

// Visitor is somebody at a host, with the key of a form.
func (d *Desk) Visitor(t testing.TB, host, key string) auth.Visitor {
	t.Helper()
	site, err := d.Gate.SiteFor(t.Context(), host)
	Must(t, err)
	return d.Gate.Visitor(site, auth.Facts{Address: "192.0.2.7", Agent: "Mozilla/5.0 (Macintosh) Firefox/140", Request: "r", Key: key})
}

// Form is the key of a form that nobody else has.
func (d *Desk) Form() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.key++
	return fmt.Sprintf("form-%d", d.key)
}

// Signed is somebody who is signed in, who does so again when their session grew
// too old.
func (d *Desk) Signed(t testing.TB, realm auth.Realm, host, email, key string) auth.Signed {
	t.Helper()
	l := login{realm, host, email}
	d.mu.Lock()
	token := d.open[l]
	d.mu.Unlock()
	s, err := d.Gate.Signed(t.Context(), d.Visitor(t, host, key), realm, token)
	if problem.Is(err, problem.Unauthenticated) {
		token, err = d.Gate.SignIn(t.Context(), d.Visitor(t, host, ""), realm, email, Password, id.Secret{})
		Must(t, err)
		d.mu.Lock()
		d.open[l] = token
		d.mu.Unlock()
		s, err = d.Gate.Signed(t.Context(), d.Visitor(t, host, key), realm, token)
	}
	Must(t, err)
	return s
}

// Staff is a staff member with the key of a form.
func (d *Desk) Staff(t testing.TB, host, email, key string) auth.Staff {
	t.Helper()
	who, err := d.Signed(t, auth.StaffRealm, host, email, key).Staff()
	Must(t, err)
	return who
}

// App is the door for the Owner of a workspace, with a form of their own.
func (d *Desk) App(t testing.TB, host string) project.App {
	t.Helper()
	return d.As(t, host, Owner)
}

// As is the door for somebody in particular.
func (d *Desk) As(t testing.TB, host, email string) project.App {
	t.Helper()
	return project.ForStaff(d.Staff(t, host, email, d.Form()))
}

// Same is the door for two submissions of one form of the Owner at home.
func (d *Desk) Same(t testing.TB, key string) project.App {
	t.Helper()
	return project.ForStaff(d.Staff(t, Home, Owner, key))
}

// Clients is the door to clients for the Owner of a workspace.
func (d *Desk) Clients(t testing.TB, host string) client.App {
	t.Helper()
	return client.ForStaff(d.Staff(t, host, Owner, d.Form()))
}

// Team is the door to the team for the Owner of a workspace.
func (d *Desk) Team(t testing.TB, host string) staff.App {
	t.Helper()
	return staff.ForStaff(d.Staff(t, host, Owner, d.Form()))
}

// Contact is a contact who is signed in; of several clients, they choose one.
func (d *Desk) Contact(t testing.TB, host, email string, of client.ID) auth.Client {
	t.Helper()
	who, err := d.Signed(t, auth.PortalRealm, host, email, d.Form()).Client()
	if err != nil || who.ClientID() != of.String() {
		Must(t, d.Signed(t, auth.PortalRealm, host, email, d.Form()).Person().Choose(t.Context(), of.String()))
		who, err = d.Signed(t, auth.PortalRealm, host, email, d.Form()).Client()
	}
	Must(t, err)
	return who
}

// Portal is the door to projects for a contact at home.
func (d *Desk) Portal(t testing.TB, email string, of client.ID) project.Portal {
	t.Helper()
	return project.ForClient(d.Contact(t, Home, email, of))
}

// Feed is the door to the feed for a contact at home.
func (d *Desk) Feed(t testing.TB, email string, of client.ID) feed.Portal {
	t.Helper()
	return feed.ForClient(d.Contact(t, Home, email, of))
}

// System is a job of a workspace.
func (d *Desk) System(t testing.TB, host string) auth.System {
	t.Helper()
	sys, err := d.Gate.System(t.Context(), d.Visitor(t, host, "").Site().ID)
	Must(t, err)
	return sys
}

// Run runs a statement of a workspace.
func (d *Desk) Run(t testing.TB, host, statement string, args scope.Args) {
	t.Helper()
	Must(t, d.System(t, host).Write(t.Context(), func(tx scope.Tx) error {
		_, err := tx.Exec(t.Context(), statement, args)
		return err
	}))
}

// Redeem gives somebody the password, as the link of an invitation does.
func (d *Desk) Redeem(t testing.TB, realm auth.Realm, host, identity string) {
	t.Helper()
	sys := d.System(t, host)
	var token id.Secret
	Must(t, sys.Write(t.Context(), func(tx scope.Tx) (err error) {
		token, err = sys.MintLink(t.Context(), tx, identity, auth.InviteLink, "")
		return err
	}))
	Must(t, d.Gate.Redeem(t.Context(), d.Visitor(t, host, ""), realm, token, Password))
}

// Hire makes a member at home who has joined.
func (d *Desk) Hire(t testing.TB, name, email string, role auth.Role) staff.Member {
	t.Helper()
	made, err := d.Team(t, Home).Invite(t.Context(), staff.Invitation{Name: name, Email: email, Role: role})
	Must(t, err)
	m, err := d.Team(t, Home).Get(t.Context(), made)
	Must(t, err)
	d.Redeem(t, auth.StaffRealm, Home, m.Identity)
	return m
}

// Client makes a client with its portal on, whose primary contact has the
// address and can sign in.
func (d *Desk) Client(t testing.TB, host, name, email string) client.ID {
	t.Helper()
	made, err := d.Clients(t, host).Create(t.Context(), client.Details{Name: name, Email: email, Type: client.Organization, ContactName: "Contact of " + name})
	Must(t, err)
	Must(t, d.Clients(t, host).EnablePortal(t.Context(), made))
	_, all, err := d.Clients(t, host).Contacts(t.Context(), made)
	Must(t, err)
	d.Redeem(t, auth.PortalRealm, host, all[0].Identity)
	return made
}

// Add makes a contact of a client at home who wants mail and, when asked, can
// sign in.
func (d *Desk) Add(t testing.TB, of client.ID, email string, preset auth.Preset, joined bool) client.Contact {
	t.Helper()
	made, err := d.Clients(t, Home).CreateContact(t.Context(), of, client.ContactDetails{
		Name: "Person " + email, Email: email, Preset: preset, Drawn: preset, Capabilities: preset.Capabilities(),
	})
	Must(t, err)
	_, c, err := d.Clients(t, Home).Contact(t.Context(), of, made)
	Must(t, err)
	if joined {
		d.Redeem(t, auth.PortalRealm, Home, c.Identity)
	}
	return c
}

// Details are what a form about a project says.
func Details(of client.ID, name string) project.Details {
	return project.Details{
		Name: name, Client: of, Type: project.Fixed, Priority: project.Medium, StartsOn: "2026-11-01", EndsOn: "2027-01-31", Currency: "EUR", Shared: true,
	}
}

// Create makes a project at a host.
func (d *Desk) Create(t testing.TB, host string, in project.Details) project.ID {
	t.Helper()
	made, err := d.App(t, host).Create(t.Context(), in)
	Must(t, err)
	return made
}

// Get reads a project at home.
func (d *Desk) Get(t testing.TB, p project.ID) project.Project {
	t.Helper()
	got, err := d.App(t, Home).Get(t.Context(), p)
	Must(t, err)
	return got
}

// Milestone adds a milestone to a project at home.
func (d *Desk) Milestone(t testing.TB, p project.ID, name, due string, visible bool) project.TargetID {
	t.Helper()
	return d.Target(t, p, project.TargetDetails{Kind: project.Milestone, Name: name, DueOn: due, ClientVisible: visible})
}

// Deliverable adds a deliverable to a project at home.
func (d *Desk) Deliverable(t testing.TB, p project.ID, name string, visible bool) project.TargetID {
	t.Helper()
	return d.Target(t, p, project.TargetDetails{Kind: project.Deliverable, Name: name, ClientVisible: visible})
}

// Target adds a target to a project at home.
func (d *Desk) Target(t testing.TB, p project.ID, in project.TargetDetails) project.TargetID {
	t.Helper()
	made, err := d.App(t, Home).AddTarget(t.Context(), p, in)
	Must(t, err)
	return made
}

// Move takes a project at home through states, with a reason each time.
func (d *Desk) Move(t testing.TB, p project.ID, to ...project.State) {
	t.Helper()
	for _, s := range to {
		Must(t, d.App(t, Home).SetState(t.Context(), p, project.Change{From: d.Get(t, p).State, To: s, Reason: "Because."}))
	}
}

// MoveTarget takes a target at home through states, with a reason each time.
func (d *Desk) MoveTarget(t testing.TB, p project.ID, target project.TargetID, to ...project.State) {
	t.Helper()
	for _, s := range to {
		_, now, err := d.App(t, Home).Target(t.Context(), p, target)
		Must(t, err)
		Must(t, d.App(t, Home).SetTargetState(t.Context(), p, target, project.Change{From: now.State, To: s, Reason: "Because."}))
	}
}

// Show changes whether a client sees a target at home.
func (d *Desk) Show(t testing.TB, p project.ID, target project.TargetID, visible bool) {
	t.Helper()
	_, now, err := d.App(t, Home).Target(t.Context(), p, target)
	Must(t, err)
	now.ClientVisible = visible
	Must(t, d.App(t, Home).UpdateTarget(t.Context(), p, target, now.Version, now.TargetDetails))
}

// Reschedule changes the day of a target at home.
func (d *Desk) Reschedule(t testing.TB, p project.ID, target project.TargetID, due string) {
	t.Helper()
	_, now, err := d.App(t, Home).Target(t.Context(), p, target)
	Must(t, err)
	now.DueOn = due
	Must(t, d.App(t, Home).UpdateTarget(t.Context(), p, target, now.Version, now.TargetDetails))
}

// Share changes whether a client sees a project at home.
func (d *Desk) Share(t testing.TB, p project.ID, shared bool) {
	t.Helper()
	now := d.Get(t, p)
	now.Shared = shared
	Must(t, d.App(t, Home).Update(t.Context(), p, now.Version, now.Details))
}

// Kinds counts what was recorded about a client by kind, and by kind and
// audience: "project.started" and "project.started client".
func (d *Desk) Kinds(t testing.TB, of client.ID) map[string]int {
	t.Helper()
	counts := map[string]int{}
	Must(t, d.System(t, Home).Read(t.Context(), func(tx scope.Tx) error {
		return tx.Each(t.Context(), `select kind, audience from activity where workspace_id = :workspace and client_id = :client`,
			scope.Args{"client": of}, func(row scope.Row) error {
				var kind, audience string
				err := row.Scan(&kind, &audience)
				counts[kind]++
				counts[kind+" "+audience]++
				return err
			})
	}))
	return counts
}

// Must ends a test that cannot go on.
func Must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// Wants checks the kind of a problem and, when named, the key of its message at
// a field; the empty field is the problem's own message.
func Wants(t testing.TB, err error, kind problem.Kind, field, key string) {
	t.Helper()
	p, ok := problem.As(err)
	if !ok || p.Kind != kind {
		t.Fatalf("got %v, want %s", err, kind)
	}
	got := p.Message.Key
	if field != "" {
		got = p.Fields[field].Key
	}
	if key != "" && got != key {
		t.Fatalf("got %v, want %s at %q", err, key, field)
	}
}
