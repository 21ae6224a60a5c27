package auth

import (
	"context"
	"net/url"
	"time"

	"foyer/internal/kernel/db"
	"foyer/internal/kernel/id"
	"foyer/internal/kernel/scope"
)

// Event is one thing that happened, as the activity table keeps it. Params are
// ids and figures, never sentences or names of people.
type Event struct {
	Kind        string
	SubjectKind string
	SubjectID   string
	Area        Area
	Client      string // empty where no client is concerned
	Audience    Audience
	Params      map[string]any
	// By is whose doing it was, an identity, where the program itself writes it
	// down; empty for nobody's.
	By string
}

// Audience says who may ever see an event.
type Audience string

// The audiences: staff alone, or the client too.
const (
	ForStaffOnly Audience = "staff"
	ForClientToo Audience = "client"
)

// Mail is a wish to send one. Its text and links are made when it is sent.
type Mail struct {
	Kind     string
	Identity string // who gets it
	Client   string // the client it is about, may be empty
	Email    string // where to, when that is not the identity's address
	Params   map[string]any
}

// Ports are what auth needs of rooms above it; package server hands them in.
type Ports struct {
	// Record writes an event in the transaction.
	Record func(ctx context.Context, tx scope.Tx, e Event) error
	// Post puts a mail in the outbox in the transaction.
	Post func(ctx context.Context, tx scope.Tx, m Mail) error
	// Enqueue writes a job in the transaction.
	Enqueue func(ctx context.Context, tx scope.Tx, kind string, args any) error
}

// Gate is where credentials become people. There is one a process.
type Gate struct {
	db     *db.DB
	base   *url.URL
	now    func() time.Time
	ids    *id.Source
	hasher *Hasher
	ports  Ports
	seen   *recorder
}

// NewGate makes the Gate. base is the configured base URL without a path.
func NewGate(d *db.DB, base *url.URL, now func() time.Time, ids *id.Source, hasher *Hasher) *Gate {
	return &Gate{db: d, base: base, now: now, ids: ids, hasher: hasher, seen: newRecorder()}
}

// Connect hands in what auth needs of rooms above it, before anything is served.
func (g *Gate) Connect(p Ports) { g.ports = p }

// Base is the configured base URL.
func (g *Gate) Base() *url.URL { return g.base }

// Now is the clock.
func (g *Gate) Now() time.Time { return g.now() }

// NewKey is a fresh idempotency key for a form.
func (g *Gate) NewKey() string { return g.ids.New() }
