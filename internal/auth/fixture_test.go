package auth_test

import (
	"context"
	"net/url"
	"sync"
	"testing"
	"time"

	"foyer/internal/auth"
	"foyer/internal/feature/activity"
	"foyer/internal/kernel/db"
	"foyer/internal/kernel/db/dbtest"
	"foyer/internal/kernel/id"
	"foyer/internal/kernel/scope"
)

const ownerEmail, ownerPassword = "owner@example.com", "a lantern in the hallway"

// desk is a gate with a workspace, an Owner and a clock that tests move.
type desk struct {
	*auth.Gate
	db     *db.DB
	hasher *auth.Hasher
	site   auth.Site

	mu    sync.Mutex
	at    time.Time
	mails []auth.Mail
	jobs  []any
}

func (d *desk) now() time.Time {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.at
}

func (d *desk) later(by time.Duration) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.at = d.at.Add(by)
}

// onBoth runs a test on each engine with a desk of its own.
func onBoth(t *testing.T, test func(t *testing.T, d *desk)) {
	t.Helper()
	dbtest.OnBoth(t, func(t *testing.T, database *db.DB) { test(t, newDesk(t, database)) })
}

func newDesk(t *testing.T, database *db.DB) *desk {
	t.Helper()
	d := &desk{db: database, hasher: auth.NewHasher(), at: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)}
	ids := &id.Source{Now: d.now}
	base := &url.URL{Scheme: "https", Host: "foyer.example"}
	d.Gate = auth.NewGate(database, base, d.now, ids, d.hasher)
	d.Connect(auth.Ports{
		Record: activity.Log{IDs: ids}.Record,
		Post: func(_ context.Context, _ scope.Tx, m auth.Mail) error {
			d.mu.Lock()
			defer d.mu.Unlock()
			d.mails = append(d.mails, m)
			return nil
		},
		Enqueue: func(_ context.Context, _ scope.Tx, _ string, args any) error {
			d.mu.Lock()
			defer d.mu.Unlock()
			d.jobs = append(d.jobs, args)
			return nil
		},
	})
	token, err := d.PrepareSetup(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	_, err = d.SetUp(t.Context(), facts, auth.Setup{
		Token: token.Reveal(), Workspace: "Halden & Rowe", Name: "Priya Rowe", Email: ownerEmail, Password: ownerPassword, Zone: "Europe/Dublin", Language: "en",
	})
	if err != nil {
		t.Fatal(err)
	}
	if d.site, err = d.SiteFor(t.Context(), "foyer.example"); err != nil {
		t.Fatal(err)
	}
	return d
}

var facts = auth.Facts{Address: "192.0.2.7", Agent: "test", Request: "r"}

func (d *desk) visitor() auth.Visitor { return d.Visitor(d.site, facts) }

// signIn signs the Owner in.
func (d *desk) signIn(t *testing.T, password string) (id.Secret, error) {
	t.Helper()
	return d.SignIn(t.Context(), d.visitor(), auth.StaffRealm, ownerEmail, password, id.Secret{})
}

// staff is the Owner, signed in.
func (d *desk) staff(t *testing.T) (auth.Staff, id.Secret) {
	t.Helper()
	token, err := d.signIn(t, ownerPassword)
	if err != nil {
		t.Fatal(err)
	}
	who, err := d.asStaff(t, token)
	if err != nil {
		t.Fatal(err)
	}
	return who, token
}

func (d *desk) asStaff(t *testing.T, token id.Secret) (auth.Staff, error) {
	t.Helper()
	s, err := d.Signed(t.Context(), d.visitor(), auth.StaffRealm, token)
	if err != nil {
		return auth.Staff{}, err
	}
	return s.Staff()
}

// link mints a link for the Owner, as its mail would.
func (d *desk) link(t *testing.T, purpose auth.Purpose) id.Secret {
	t.Helper()
	who, _ := d.staff(t)
	sys, err := d.System(t.Context(), d.site.ID)
	if err != nil {
		t.Fatal(err)
	}
	var token id.Secret
	err = sys.Write(t.Context(), func(tx scope.Tx) (err error) {
		token, err = sys.MintLink(t.Context(), tx, who.ID(), purpose, "new@example.com")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return token
}
