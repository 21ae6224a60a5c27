package workspace_test

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"net/url"
	"path"
	"runtime"
	"sync"
	"testing"
	"time"

	"foyer/internal/auth"
	"foyer/internal/feature/activity"
	"foyer/internal/feature/document"
	"foyer/internal/feature/outbox"
	"foyer/internal/feature/workspace"
	"foyer/internal/kernel/blob"
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

// office is a workspace at home with Priya as its Owner and, once opened, another
// one away; activity, outbox and files are real.
type office struct {
	feature workspace.Feature
	gate    *auth.Gate
	db      *db.DB
	blobs   blob.Store
	folder  string // of the blobs

	mu   sync.Mutex
	key  int
	open map[string]id.Secret // sessions by host and address
}

func onBoth(t *testing.T, test func(t *testing.T, o *office)) {
	t.Helper()
	dbtest.OnBoth(t, func(t *testing.T, d *db.DB) { test(t, newOffice(t, d)) })
}

func newOffice(t *testing.T, d *db.DB) *office {
	t.Helper()
	now := func() time.Time { return time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC) }
	ids := &id.Source{Now: now}
	folder := t.TempDir()
	disk, err := blob.OpenDisk(folder)
	must(t, err)
	t.Cleanup(func() { _ = disk.Close() })
	o := &office{feature: workspace.Feature{Documents: document.Shelf{Blobs: disk}}, blobs: disk, folder: folder, db: d, open: map[string]id.Secret{}}
	o.gate = auth.NewGate(d, &url.URL{Scheme: "https", Host: home}, now, ids, auth.NewHasher())
	nothing := func(context.Context, scope.Tx, string, any) error { return nil }
	mails := &outbox.Outbox{IDs: ids, Enqueue: nothing, Host: home}
	mails.WriteAccountMail()
	o.gate.Connect(auth.Ports{Record: activity.Log{IDs: ids}.Record, Post: mails.Post, Enqueue: nothing})
	token, err := o.gate.PrepareSetup(t.Context())
	must(t, err)
	session, err := o.gate.SetUp(t.Context(), auth.Facts{Address: "192.0.2.1"}, auth.Setup{
		Token: token.Reveal(), Workspace: "Halden & Rowe", Name: "Priya Rowe", Email: priya, Password: password, Zone: "Europe/Dublin", Language: "en",
	})
	must(t, err)
	o.open[home+priya] = session
	return o
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (o *office) visitor(t *testing.T, host, key string) auth.Visitor {
	t.Helper()
	site, err := o.gate.SiteFor(t.Context(), host)
	must(t, err)
	return o.gate.Visitor(site, auth.Facts{Address: "192.0.2.7", Agent: "test", Request: "r", Key: key})
}

func (o *office) system(t *testing.T, host string) auth.System {
	t.Helper()
	s, err := o.gate.System(t.Context(), o.visitor(t, host, "").Site().ID)
	must(t, err)
	return s
}

// as is the door for somebody who is signed in, with a form of their own each time.
func (o *office) as(t *testing.T, host, email string) workspace.App {
	t.Helper()
	o.mu.Lock()
	o.key++
	key := fmt.Sprintf("form-%d", o.key)
	o.mu.Unlock()
	return o.asWith(t, host, email, key)
}

// asWith is as with the key of a form.
func (o *office) asWith(t *testing.T, host, email, key string) workspace.App {
	t.Helper()
	s, err := o.gate.Signed(t.Context(), o.visitor(t, host, key), auth.StaffRealm, o.open[home+email])
	if host == away {
		s, err = o.gate.Signed(t.Context(), o.visitor(t, host, key), auth.StaffRealm, o.open[away+email])
	}
	must(t, err)
	who, err := s.Staff()
	must(t, err)
	return o.feature.ForStaff(who)
}

func (o *office) owner(t *testing.T) workspace.App {
	t.Helper()
	return o.as(t, home, priya)
}

// other is the Owner of the other workspace.
func (o *office) other(t *testing.T) workspace.App {
	t.Helper()
	return o.as(t, away, priya)
}

// openAway opens the other workspace with Priya as its Owner.
func (o *office) openAway(t *testing.T) {
	t.Helper()
	o.enter(t, away, auth.NewOwner{Email: priya, Name: "Priya Rowe", Host: away, Workspace: "Studio", Zone: "UTC", Language: "en"})
}

// enter makes an Owner and signs them in.
func (o *office) enter(t *testing.T, host string, in auth.NewOwner) {
	t.Helper()
	link, err := o.gate.CreateOwner(t.Context(), in)
	must(t, err)
	must(t, o.gate.Redeem(t.Context(), o.visitor(t, host, ""), auth.StaffRealm, id.SecretFrom(path.Base(link)), password))
	token, err := o.gate.SignIn(t.Context(), o.visitor(t, host, ""), auth.StaffRealm, in.Email, password, id.Secret{})
	must(t, err)
	o.open[host+in.Email] = token
}

// hire makes a member of a role at home and signs them in.
func (o *office) hire(t *testing.T, role auth.Role) string {
	t.Helper()
	email := string(role) + "@haldenrowe.example"
	o.enter(t, home, auth.NewOwner{Email: email, Name: string(role)})
	const setRole = `update member set role = :role where workspace_id = :workspace and identity_id =
		(select id from identity where workspace_id = :workspace and email_key = :email)`
	must(t, o.system(t, home).Write(t.Context(), func(tx scope.Tx) error {
		_, err := tx.Exec(t.Context(), setRole, scope.Args{"role": string(role), "email": email})
		return err
	}))
	return email
}

func (o *office) settings(t *testing.T) workspace.Settings {
	t.Helper()
	s, err := o.owner(t).Get(t.Context())
	must(t, err)
	return s
}

// meet makes the calls overlap as far as they can. On PostgreSQL a transaction of
// the test holds the rows of host's workspace that hold names, until every call waits: for a row, or
// for another of them. On SQLite a writing transaction is alone anyway.
func (o *office) meet(t *testing.T, host, hold string, calls ...func() error) []error {
	t.Helper()
	errs := make([]error, len(calls))
	var wg sync.WaitGroup
	begin := func() {
		for i, call := range calls {
			wg.Go(func() { errs[i] = call() })
		}
	}
	if !o.db.Postgres() {
		begin()
		wg.Wait()
		return errs
	}
	sys := o.system(t, host)
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
func (o *office) count(t *testing.T, text string, args scope.Args) (n int) {
	t.Helper()
	must(t, o.system(t, home).Read(t.Context(), func(tx scope.Tx) (err error) {
		n, err = scope.One(t.Context(), tx, text, args, scope.Value[int])
		return err
	}))
	return n
}

// files is how many blobs the workspace at home has.
func (o *office) files(t *testing.T) int {
	t.Helper()
	all, err := o.blobs.List(t.Context(), o.visitor(t, home, "").Site().ID, "", 100)
	must(t, err)
	return len(all)
}

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

// drawing is a PNG of one colour.
func drawing(t *testing.T, w, h int, c color.Color) []byte {
	t.Helper()
	img := image.NewNRGBA(image.Rect(0, 0, w, h))
	for x := range w {
		for y := range h {
			img.Set(x, y, c)
		}
	}
	var b bytes.Buffer
	must(t, png.Encode(&b, img))
	return b.Bytes()
}
