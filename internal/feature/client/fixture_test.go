package client_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"foyer/internal/auth"
	"foyer/internal/feature/activity"
	"foyer/internal/feature/client"
	"foyer/internal/feature/outbox"
	"foyer/internal/kernel/db"
	"foyer/internal/kernel/db/dbtest"
	"foyer/internal/kernel/id"
	"foyer/internal/kernel/mail"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
)

const (
	home      = "foyer.example"
	away      = "studio.example.net"
	owner     = "priya@haldenrowe.example"
	password  = "a lantern in the hallway"
	temporary = "harbour kettle sixteen moss"
)

// desk is a workspace at home and another one away, each with its Owner signed
// in. Activity, outbox and mail are real; the mail server is a box, which
// mails reach when deliver is called.
type desk struct {
	gate   *auth.Gate
	mails  *outbox.Outbox
	box    *mail.Box
	owners map[string]id.Secret // sessions by host

	mu    sync.Mutex
	clock time.Time
	key   int
	queue []job
}

type job struct {
	workspace string
	data      json.RawMessage
}

func onBoth(t *testing.T, test func(t *testing.T, d *desk)) {
	t.Helper()
	t.Parallel()
	dbtest.OnBoth(t, func(t *testing.T, base *db.DB) {
		d := newDesk(t, base)
		test(t, d)
		d.tallied(t)
	})
}

// tallied checks that what the database counts of clients is what there is.
func (d *desk) tallied(t *testing.T) {
	t.Helper()
	for _, host := range []string{home, away} {
		sys, err := d.gate.System(t.Context(), d.visitor(t, host, "").Site().ID)
		must(t, err)
		if wrong, err := client.Verify(t.Context(), sys); err != nil || len(wrong) > 0 {
			t.Errorf("%s: tallied wrong: %q, %v", host, wrong, err)
		}
	}
}

func newDesk(t *testing.T, base *db.DB) *desk {
	t.Helper()
	d := &desk{box: mail.NewBox(100), owners: map[string]id.Secret{}, clock: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)}
	ids := &id.Source{Now: d.now}
	d.gate = auth.NewGate(base, &url.URL{Scheme: "https", Host: home}, d.now, ids, auth.NewHasher())
	d.mails = &outbox.Outbox{Sender: d.box, IDs: ids, Enqueue: d.enqueue, Host: home}
	d.mails.WriteAccountMail()
	d.gate.Connect(auth.Ports{Record: activity.Log{IDs: ids}.Record, Post: d.mails.Post, Enqueue: d.enqueue})
	token, err := d.gate.PrepareSetup(t.Context())
	must(t, err)
	d.owners[home], err = d.gate.SetUp(t.Context(), auth.Facts{Address: "192.0.2.1"}, auth.Setup{
		Token: token.Reveal(), Workspace: "Halden & Rowe", Name: "Priya Rowe", Email: owner, Password: password, Zone: "Europe/Dublin", Language: "en",
	})
	must(t, err)
	d.openAway(t)
	return d
}

// openAway makes the other workspace, whose Owner has the same address.
func (d *desk) openAway(t *testing.T) {
	t.Helper()
	link, err := d.gate.CreateOwner(t.Context(), auth.NewOwner{
		Email: owner, Name: "Other Owner", Host: away, Workspace: "The other studio", Zone: "Europe/Lisbon", Language: "en",
	})
	must(t, err)
	must(t, d.gate.Redeem(t.Context(), d.visitor(t, away, ""), auth.StaffRealm, tokenOf(link), password))
	d.owners[away], err = d.gate.SignIn(t.Context(), d.visitor(t, away, ""), auth.StaffRealm, owner, password, id.Secret{})
	must(t, err)
}

func (d *desk) now() time.Time {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.clock
}

func (d *desk) later(by time.Duration) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.clock = d.clock.Add(by)
}

func (d *desk) enqueue(_ context.Context, tx scope.Tx, _ string, args any) error {
	data, err := json.Marshal(args)
	d.mu.Lock()
	defer d.mu.Unlock()
	d.queue = append(d.queue, job{tx.Who().Workspace, data})
	return err
}

// deliver sends the mails that wait and gives what arrived, oldest first.
func (d *desk) deliver(t *testing.T) []mail.Kept {
	t.Helper()
	before := len(d.box.List())
	d.mu.Lock()
	queue := d.queue
	d.queue = nil
	d.mu.Unlock()
	for _, j := range queue {
		sys, err := d.gate.System(t.Context(), j.workspace)
		must(t, err)
		must(t, d.mails.Send(t.Context(), sys, j.data))
	}
	list := d.box.List()
	arrived := list[:len(list)-before]
	for i, j := 0, len(arrived)-1; i < j; i, j = i+1, j-1 {
		arrived[i], arrived[j] = arrived[j], arrived[i]
	}
	return arrived
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// wants checks the kind of a problem and, when named, the key of its message at
// a field; the empty field is the problem's own message.
func wants(t *testing.T, err error, kind problem.Kind, field, key string) {
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

func (d *desk) visitor(t *testing.T, host, key string) auth.Visitor {
	t.Helper()
	site, err := d.gate.SiteFor(t.Context(), host)
	must(t, err)
	return d.gate.Visitor(site, auth.Facts{Address: "192.0.2.7", Agent: "Mozilla/5.0 (Macintosh) Firefox/140", Request: "r", Key: key})
}

// staff is the Owner of a workspace with a form of their own each time.
func (d *desk) staff(t *testing.T, host string) auth.Staff {
	t.Helper()
	d.mu.Lock()
	d.key++
	key := fmt.Sprintf("form-%d", d.key)
	d.mu.Unlock()
	return d.staffWith(t, host, key)
}

func (d *desk) staffWith(t *testing.T, host, key string) auth.Staff {
	t.Helper()
	s, err := d.gate.Signed(t.Context(), d.visitor(t, host, key), auth.StaffRealm, d.owners[host])
	must(t, err)
	who, err := s.Staff()
	must(t, err)
	return who
}

// app is the feature's door for the Owner at home.
func (d *desk) app(t *testing.T) client.App {
	t.Helper()
	return client.ForStaff(d.staff(t, home))
}

// same is the door for two submissions of one form.
func (d *desk) same(t *testing.T, key string) client.App {
	t.Helper()
	return client.ForStaff(d.staffWith(t, home, key))
}

func (d *desk) system(t *testing.T) auth.System {
	t.Helper()
	sys, err := d.gate.System(t.Context(), d.visitor(t, home, "").Site().ID)
	must(t, err)
	return sys
}

// marlow is a client as a form gives it.
func marlow() client.Details {
	return client.Details{
		Name: "Marlow Ceramics", Email: "ines@marlow.example", Type: client.Organization, ContactName: "Ines Marlow",
	}
}

func lead() client.Details {
	in := marlow()
	in.Lead, in.LeadStatus, in.LeadSource = true, client.Qualified, "referral"
	return in
}

func (d *desk) create(t *testing.T, in client.Details) client.ID {
	t.Helper()
	made, err := d.app(t).Create(t.Context(), in)
	must(t, err)
	return made
}

func (d *desk) get(t *testing.T, c client.ID) client.Client {
	t.Helper()
	got, err := d.app(t).Get(t.Context(), c)
	must(t, err)
	return got
}

func (d *desk) portal(t *testing.T, c client.ID) client.Access {
	t.Helper()
	got, err := d.app(t).Portal(t.Context(), c)
	must(t, err)
	return got
}

// primary is the primary contact of a client.
func (d *desk) primary(t *testing.T, c client.ID) client.Contact {
	t.Helper()
	_, all, err := d.app(t).Contacts(t.Context(), c)
	must(t, err)
	if len(all) == 0 || !all[0].Primary {
		t.Fatalf("contacts %+v, want a primary one first", all)
	}
	return all[0]
}

// open makes a client with its portal on.
func (d *desk) open(t *testing.T, in client.Details) client.ID {
	t.Helper()
	made := d.create(t, in)
	must(t, d.app(t).EnablePortal(t.Context(), made))
	return made
}

// settle makes a primary contact choose a password of their own, by invitation.
func (d *desk) settle(t *testing.T, c client.ID) client.Contact {
	t.Helper()
	p := d.primary(t, c)
	must(t, d.app(t).Invite(t.Context(), c, p.ID))
	arrived := d.deliver(t)
	must(t, d.gate.Redeem(t.Context(), d.visitor(t, home, ""), auth.PortalRealm, linkIn(t, arrived[len(arrived)-1]), password))
	return d.primary(t, c)
}

func (d *desk) signIn(t *testing.T, email, password string) (id.Secret, error) {
	t.Helper()
	return d.gate.SignIn(t.Context(), d.visitor(t, home, ""), auth.PortalRealm, email, password, id.Secret{})
}

// enter signs somebody in who must be let in.
func (d *desk) enter(t *testing.T, email string) id.Secret {
	t.Helper()
	token, err := d.signIn(t, email, password)
	must(t, err)
	return token
}

// alive tells whether a session of the portal still lives.
func (d *desk) alive(t *testing.T, token id.Secret) bool {
	t.Helper()
	_, err := d.gate.Signed(t.Context(), d.visitor(t, home, ""), auth.PortalRealm, token)
	if err != nil && !problem.Is(err, problem.Unauthenticated) {
		t.Fatal(err)
	}
	return err == nil
}

// linkIn is the token of the link that a mail carries.
func linkIn(t *testing.T, m mail.Kept) id.Secret {
	t.Helper()
	for _, path := range []string{"/password/reset/", "/portal/email/"} {
		if _, rest, found := strings.Cut(m.Text, path); found {
			return id.SecretFrom(strings.Fields(rest)[0])
		}
	}
	t.Fatalf("no link in %q", m.Text)
	return id.Secret{}
}

func tokenOf(link string) id.Secret { return id.SecretFrom(link[strings.LastIndex(link, "/")+1:]) }

// kinds counts the activity of a client by kind.
func (d *desk) kinds(t *testing.T, c client.ID) map[string]int {
	t.Helper()
	counts := map[string]int{}
	err := d.system(t).Read(t.Context(), func(tx scope.Tx) error {
		return tx.Each(t.Context(), `select kind from activity where workspace_id = :workspace and client_id = :client`,
			scope.Args{"client": c}, func(row scope.Row) error {
				var kind string
				defer func() { counts[kind]++ }()
				return row.Scan(&kind)
			})
	})
	must(t, err)
	return counts
}
