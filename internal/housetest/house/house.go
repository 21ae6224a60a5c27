// Package house is a whole Foyer for tests: two workspaces with two clients
// each, two contacts a client, a staff member of every role, and everyone who
// should be turned away. Each text has a canary that says whose it is.
package house

import (
	"cmp"
	"context"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"foyer/internal/auth"
	"foyer/internal/feature/billing"
	"foyer/internal/feature/calendar"
	"foyer/internal/feature/change"
	"foyer/internal/feature/client"
	"foyer/internal/feature/contract"
	"foyer/internal/feature/invoice"
	"foyer/internal/feature/library"
	"foyer/internal/feature/payment"
	"foyer/internal/feature/project"
	"foyer/internal/feature/support"
	"foyer/internal/kernel/blob"
	"foyer/internal/kernel/config"
	"foyer/internal/kernel/db/dbtest"
	"foyer/internal/kernel/id"
	"foyer/internal/kernel/mail"
	"foyer/internal/kernel/mail/mailtest"
	"foyer/internal/kernel/stripe/standin"
	"foyer/internal/server"
)

// Engine says on which database a house stands.
type Engine string

// The engines.
const (
	SQLite   Engine = "sqlite"
	Postgres Engine = "postgres"
)

// OnBoth runs a test in a house on each engine.
func OnBoth(t *testing.T, test func(t *testing.T, h *House)) {
	t.Helper()
	for _, e := range []Engine{SQLite, Postgres} {
		t.Run(string(e), func(t *testing.T) {
			t.Parallel()
			test(t, New(t, e))
		})
	}
}

// Password is everybody's.
const Password = "a lantern in the hallway"

// Host is the host of the first workspace, SecondHost of the other.
const (
	Host       = "foyer.test.localhost"
	SecondHost = "second.test.localhost"
)

// Clock is a clock that tests move.
type Clock struct {
	mu sync.Mutex
	at time.Time
}

// Now is the time.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

// Later moves the clock on.
func (c *Clock) Later(by time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(by)
}

// House is a whole Foyer.
type House struct {
	*server.Server
	Clock  *Clock
	Box    *mail.Box
	Engine Engine
	// Address is the database's.
	Address string
	// Data is the folder of its files.
	Data string
	// Files is the address of the store of files where it is not in Data, and Store what
	// stands before it: both from when the house is next moved into.
	Files string
	Store func(blob.StoreCloser) blob.StoreCloser
	// Stripe stands in for Stripe; its webhooks are held.
	Stripe    *standin.Stripe
	StripeURL string
	// DNS knows no records but those that a test gives it.
	DNS *mailtest.DNS
	// Webhooks is the address of a process that takes webhooks in this one's place.
	Webhooks atomic.Pointer[string]
	// front is the address that agents ask; without one they call the handler.
	front atomic.Pointer[string]
	// LogTo takes the program's log of every level, from when it is next moved into.
	LogTo io.Writer
	// First and Second are the workspaces, empty until Furnish.
	First, Second *Workspace
}

// Workspace is one of the two, with everybody in it.
type Workspace struct {
	Canary  string // in every text of the workspace
	Host    string
	Site    auth.Site
	Owner   *Agent
	Members map[auth.Role]*Agent
	// MemberIDs are the members' ids by role.
	MemberIDs map[auth.Role]string
	Clients   []*Client
	// Rate is what lines are taxed at, and Saved a line to pick from.
	Rate  billing.RateID
	Saved billing.SavedID
	// Mail is one that the mail server did not take.
	Mail string
	h    *House
}

// Client is one of a workspace's two, with its contacts.
type Client struct {
	ID       client.ID
	Canary   string // in every text of the client
	Contacts []*Agent
	// ContactIDs and Identities are the contacts' own.
	ContactIDs []client.ContactID
	Identities []string
	// Project is shared and Unshared is not. Target is a milestone of the shared
	// one that the client sees, and Funding pays for it. Whatever the client may
	// not see says " secret" after the canary.
	Project, Unshared project.ID
	Target            project.TargetID
	Funding           project.FundingID
	// Invoice is issued and part paid by Payment; Draft is not issued.
	Invoice, Draft invoice.ID
	Payment        invoice.PaymentID
	// Checkout is the attempt of the first contact to pay it, which is open, and
	// Unmatched money that seems to be for it.
	Checkout  payment.ID
	Unmatched payment.UnmatchedID
	// DraftContract is not sent. Contract waits for the first contact and for
	// Signatory, a guest who comes with GuestToken; SignedContract waits for our
	// side, and SealedContract is executed.
	DraftContract, Contract, SignedContract, SealedContract contract.ID
	// Attachment travels with Contract, DraftAttachment with DraftContract.
	Attachment, DraftAttachment contract.AttachmentID
	Signatory                   contract.SignatoryID
	GuestToken                  id.Secret
	// Case is the first contact's, with CaseFile in a reply and NoteFile in a note, and
	// sorted into Category. HeldCase and ResolvedCase are theirs too, SecondCase the
	// second contact's, who sees no cases, and OwnCase with its files the fourth's, who
	// sees their own alone.
	Case, HeldCase, ResolvedCase, SecondCase, OwnCase support.ID
	CaseFile, NoteFile, OwnCaseFile, OwnNoteFile      string
	Category                                          support.CategoryID
	// Change is the first contact's and in review, with ChangeFile. SubmittedChange,
	// AskedChange and QuotedChange are theirs too, and AgreedChange, which they accepted:
	// it is a deliverable of Project and a line of Draft. OwnChange with OwnChangeFile is
	// the fourth contact's.
	Change, SubmittedChange, AskedChange, QuotedChange, AgreedChange, OwnChange change.ID
	ChangeFile, OwnChangeFile                                                   string
	// Meeting is the first contact's and waits for staff, ProposedMeeting for the client.
	// AgreedMeeting and MovingMeeting are agreed on, the latter with another time on the
	// table. OwnMeeting is the fourth contact's, InnerEvent is one that the client does
	// not see. Feed is the address of the first contact's calendar, without its folder.
	Meeting, ProposedMeeting, AgreedMeeting, MovingMeeting, OwnMeeting, InnerEvent calendar.ID
	Feed                                                                           string
	// Document is shared with the client, KeptDocument is not and sorted into Shelf, and
	// Brought is the first contact's; the versions are theirs.
	Document, KeptDocument, Brought library.ID
	DocumentVersion, KeptVersion    library.VersionID
	Shelf                           library.Category
}

// New opens a house that has not been set up.
func New(t testing.TB, engine Engine) *House {
	t.Helper()
	return Open(t, engine, newDatabase(t, engine))
}

// newDatabase is the address of an empty one.
func newDatabase(t testing.TB, engine Engine) string {
	t.Helper()
	if engine == Postgres {
		return dbtest.PostgresAddress(t)
	}
	return "sqlite:" + dbtest.SQLiteFile(t)
}

// DataVariable is the variable by which a child of a test is told the folder of
// its parent's files.
const DataVariable = "FOYER_TEST_DATA"

// Open opens a house on a database that is there.
func Open(t testing.TB, engine Engine, address string) *House {
	t.Helper()
	return open(t, engine, address, func(stripe string) string { return cmp.Or(os.Getenv(StripeVariable), stripe) })
}

// Behind opens a house whose road to Stripe leads through something: through gives
// the address that the house knows for that of the stand-in.
func Behind(t testing.TB, engine Engine, through func(stripe string) string) *House {
	t.Helper()
	return open(t, engine, newDatabase(t, engine), through)
}

func open(t testing.TB, engine Engine, address string, road func(stripe string) string) *House {
	t.Helper()
	data := cmp.Or(os.Getenv(DataVariable), filepath.Join(t.TempDir(), "data"))
	h := &House{Data: data, Files: os.Getenv(FilesVariable), Clock: &Clock{at: time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)}, Box: mail.NewBox(1000), Engine: engine, Address: address, DNS: mailtest.StartDNS(t)}
	h.Stripe = standin.New(standin.Options{Now: h.Clock.Now, Client: &http.Client{Transport: webhooks{h}}})
	h.Stripe.Deliver(standin.Delivery{Hold: true})
	pages := httptest.NewServer(h.Stripe.Handler())
	t.Cleanup(pages.Close)
	t.Cleanup(h.Stripe.Close)
	h.StripeURL = road(pages.URL)
	h.Stripe.SetURL(h.StripeURL)
	h.moveIn(t)
	return h
}

// moveIn opens the program on the database and the files of the house. It is closed
// before the database goes, unless the house has moved out by then.
func (h *House) moveIn(t testing.TB) {
	t.Helper()
	c, err := config.Load([]string{
		"FOYER_DATA_DIR=" + h.Data, "FOYER_DATABASE_URL=" + h.Address, "FOYER_BASE_URL=https://" + Host,
		"FOYER_BLOB_URL=" + h.Files, "FOYER_STRIPE_API_URL=" + h.StripeURL, "FOYER_SECRET_KEY=" + strings.Repeat("ab", 32),
	})
	if err != nil {
		t.Fatal(err)
	}
	opened, err := server.Open(t.Context(), server.Options{Config: c, Log: h.logger(), Now: h.Clock.Now, Box: h.Box, DNS: h.DNS, Demo: true, Store: h.Store})
	if err != nil {
		t.Fatal(err)
	}
	h.Server = opened
	t.Cleanup(func() {
		if h.Server != opened {
			return
		}
		if err := h.Close(context.WithoutCancel(t.Context())); err != nil {
			t.Errorf("close the house: %v", err)
		}
	})
}

// Serve does what the program does: it begins the work that is not a request, and
// answers agents and the stand-in's webhooks over the network.
func (h *House) Serve(t testing.TB) {
	t.Helper()
	must(t, h.Start(context.WithoutCancel(t.Context())))
	pages := httptest.NewServer(h.Handler())
	t.Cleanup(pages.Close)
	at := pages.Listener.Addr().String()
	h.front.Store(&at)
	h.Webhooks.Store(&at)
}

// ask brings a request of an agent to who answers, and what is answered back.
func (h *House) ask(t testing.TB, r *http.Request) *httptest.ResponseRecorder {
	t.Helper()
	answer := httptest.NewRecorder()
	at := h.front.Load()
	if at == nil {
		h.Handler().ServeHTTP(answer, r)
		return answer
	}
	out := r.Clone(r.Context())
	out.URL.Scheme, out.URL.Host, out.Host, out.RequestURI = "http", *at, r.Host, ""
	got, err := http.DefaultTransport.RoundTrip(out)
	must(t, err)
	defer got.Body.Close()
	maps.Copy(answer.Header(), got.Header)
	answer.WriteHeader(got.StatusCode)
	_, err = io.Copy(answer, got.Body)
	must(t, err)
	return answer
}

// logger shows the program's errors when FOYER_TEST_LOG is set.
func (h *House) logger() *slog.Logger {
	if h.LogTo != nil {
		return slog.New(slog.NewTextHandler(h.LogTo, &slog.HandlerOptions{Level: slog.LevelDebug}))
	}
	if os.Getenv("FOYER_TEST_LOG") == "" {
		return slog.New(slog.DiscardHandler)
	}
	return slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError}))
}
