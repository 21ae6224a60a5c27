package staff_test

import (
	"context"
	"fmt"
	"net/url"
	"path"
	"runtime"
	"sync"
	"testing"
	"time"

	"foyer/internal/auth"
	"foyer/internal/feature/activity"
	"foyer/internal/feature/outbox"
	"foyer/internal/feature/staff"
	"foyer/internal/kernel/db"
	"foyer/internal/kernel/db/dbtest"
	"foyer/internal/kernel/id"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
)

const (
	home     = "foyer.example"
	away     = "studio.example.net"
	priya    = "priya@haldenrowe.example"
	password = "a lantern in the hallway"
)

// team is a workspace at home with Priya as its Owner and, once opened, another
// one away; activity and outbox are real.
type team struct {
	gate *auth.Gate
	db   *db.DB
	mu   sync.Mutex
	key  int
	open map[string]id.Secret // sessions by host and address
}

func onBoth(t *testing.T, test func(t *testing.T, h *team)) {
	t.Helper()
	dbtest.OnBoth(t, func(t *testing.T, d *db.DB) { test(t, newTeam(t, d)) })
}

func newTeam(t *testing.T, d *db.DB) *team {
	t.Helper()
	now := func() time.Time { return time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC) }
	ids := &id.Source{Now: now}
	h := &team{db: d, open: map[string]id.Secret{}}
	h.gate = auth.NewGate(d, &url.URL{Scheme: "https", Host: home}, now, ids, auth.NewHasher())
	nothing := func(context.Context, scope.Tx, string, any) error { return nil }
	mails := &outbox.Outbox{IDs: ids, Enqueue: nothing, Host: home}
	mails.WriteAccountMail()
	h.gate.Connect(auth.Ports{Record: activity.Log{IDs: ids}.Record, Post: mails.Post, Enqueue: nothing})
	token, err := h.gate.PrepareSetup(t.Context())
	must(t, err)
	session, err := h.gate.SetUp(t.Context(), auth.Facts{Address: "192.0.2.1"}, auth.Setup{
		Token: token.Reveal(), Workspace: "Halden & Rowe", Name: "Priya Rowe", Email: priya, Password: password, Zone: "Europe/Dublin", Language: "en",
	})
	must(t, err)
	h.open[home+priya] = session
	return h
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (h *team) visitor(t *testing.T, host, key string) auth.Visitor {
	t.Helper()
	site, err := h.gate.SiteFor(t.Context(), host)
	must(t, err)
	return h.gate.Visitor(site, auth.Facts{Address: "192.0.2.7", Agent: "test", Request: "r", Key: key})
}

func (h *team) system(t *testing.T, host string) auth.System {
	t.Helper()
	s, err := h.gate.System(t.Context(), h.visitor(t, host, "").Site().ID)
	must(t, err)
	return s
}

// who is somebody who is signed in, with a form of their own each time.
func (h *team) who(t *testing.T, host, email string) auth.Staff {
	t.Helper()
	h.mu.Lock()
	h.key++
	key := fmt.Sprintf("form-%d", h.key)
	h.mu.Unlock()
	return h.whoWith(t, host, email, key)
}

// whoWith is who with the key of a form.
func (h *team) whoWith(t *testing.T, host, email, key string) auth.Staff {
	t.Helper()
	s, err := h.gate.Signed(t.Context(), h.visitor(t, host, key), auth.StaffRealm, h.open[host+email])
	must(t, err)
	who, err := s.Staff()
	must(t, err)
	return who
}

// as is the feature's door for somebody at home.
func (h *team) as(t *testing.T, email string) staff.App {
	t.Helper()
	return staff.ForStaff(h.who(t, home, email))
}

// hire makes a member of a role who has joined and signs them in.
func (h *team) hire(t *testing.T, email string, role auth.Role) staff.Member {
	t.Helper()
	member, err := h.as(t, priya).Invite(t.Context(), staff.Invitation{Name: "N " + email, Email: email, Role: role})
	must(t, err)
	h.join(t, email)
	return h.member(t, member)
}

// join follows the invitation of somebody at home and signs them in.
func (h *team) join(t *testing.T, email string) {
	t.Helper()
	must(t, h.redeem(t, h.mint(t, h.find(t, email).Identity)))
	must(t, h.signIn(t, home, email))
}

// mint makes the link of an invitation, as its mail would.
func (h *team) mint(t *testing.T, identity string) (token id.Secret) {
	t.Helper()
	sys := h.system(t, home)
	must(t, sys.Write(t.Context(), func(tx scope.Tx) (err error) {
		token, err = sys.MintLink(t.Context(), tx, identity, auth.InviteLink, "")
		return err
	}))
	return token
}

func (h *team) redeem(t *testing.T, token id.Secret) error {
	t.Helper()
	return h.gate.Redeem(t.Context(), h.visitor(t, home, ""), auth.StaffRealm, token, password)
}

func (h *team) signIn(t *testing.T, host, email string) error {
	t.Helper()
	token, err := h.gate.SignIn(t.Context(), h.visitor(t, host, ""), auth.StaffRealm, email, password, id.Secret{})
	h.open[host+email] = token
	return err
}

// member reads a member at home.
func (h *team) member(t *testing.T, member string) staff.Member {
	t.Helper()
	m, err := h.as(t, h.owner(t)).Get(t.Context(), member)
	must(t, err)
	return m
}

// owner is the address of somebody who is an Owner at home and signed in.
func (h *team) owner(t *testing.T) string {
	t.Helper()
	for key, token := range h.open {
		s, err := h.gate.Signed(t.Context(), h.visitor(t, home, ""), auth.StaffRealm, token)
		if err != nil {
			continue
		}
		if who, err := s.Staff(); err == nil && who.Role() == auth.Owner {
			return key[len(home):]
		}
	}
	t.Fatal("no Owner is signed in")
	return ""
}

// find is a member at home by address.
func (h *team) find(t *testing.T, email string) staff.Member {
	t.Helper()
	for _, removed := range []bool{false, true} {
		page, err := h.as(t, h.owner(t)).List(t.Context(), staff.Filter{Removed: removed})
		must(t, err)
		for _, m := range page.Members {
			if m.Email == email {
				return m
			}
		}
	}
	t.Fatalf("nobody has the address %s", email)
	return staff.Member{}
}

// openAway opens another workspace with Priya as its Owner and signs her in.
func (h *team) openAway(t *testing.T) {
	t.Helper()
	link, err := h.gate.CreateOwner(t.Context(), auth.NewOwner{
		Email: priya, Name: "Priya Rowe", Host: away, Workspace: "Studio", Zone: "UTC", Language: "en",
	})
	must(t, err)
	must(t, h.gate.Redeem(t.Context(), h.visitor(t, away, ""), auth.StaffRealm, id.SecretFrom(path.Base(link)), password))
	must(t, h.signIn(t, away, priya))
}

// meet makes the calls overlap as far as they can. On PostgreSQL a transaction of
// the test holds the rows that hold names, until every call waits: for a row, or
// for another of them. On SQLite a writing transaction is alone anyway.
func (h *team) meet(t *testing.T, hold string, calls ...func() error) []error {
	t.Helper()
	errs := make([]error, len(calls))
	var wg sync.WaitGroup
	begin := func() {
		for i, call := range calls {
			wg.Go(func() { errs[i] = call() })
		}
	}
	if !h.db.Postgres() {
		begin()
		wg.Wait()
		return errs
	}
	sys := h.system(t, home)
	must(t, sys.Write(t.Context(), func(tx scope.Tx) error {
		_, err := tx.Exec(t.Context(), hold, nil)
		begin()
		for waiting := 0; err == nil && waiting < len(calls); runtime.Gosched() {
			err = sys.Read(t.Context(), func(tx scope.Tx) (err error) {
				waiting, err = scope.One(t.Context(), tx, countWaiting, nil, scope.Value[int])
				return err
			})
		}
		return err
	}))
	wg.Wait()
	return errs
}

const countWaiting = `select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and :workspace <> ''`

// count counts the rows of a statement at home.
func (h *team) count(t *testing.T, text string, args scope.Args) (n int) {
	t.Helper()
	must(t, h.system(t, home).Read(t.Context(), func(tx scope.Tx) (err error) {
		n, err = scope.One(t.Context(), tx, text, args, scope.Value[int])
		return err
	}))
	return n
}

const mailsTo = `select count(*) from outbox where workspace_id = :workspace and kind = 'invite' and identity_id = :person`

const events = `select count(*) from activity where workspace_id = :workspace and kind = :kind`

// wants fails unless err is a problem of the kind with the message, at the field
// or for the whole form.
func wants(t *testing.T, err error, kind problem.Kind, field, key string) {
	t.Helper()
	p, ok := problem.As(err)
	if !ok {
		t.Errorf("got %v, want %s %s", err, kind, key)
		return
	}
	message := p.Message
	if field != "" {
		message = p.Fields[field]
	}
	if p.Kind != kind || message.Key != key {
		t.Errorf("got %v, want %s %s at %q", p, kind, key, field)
	}
}
