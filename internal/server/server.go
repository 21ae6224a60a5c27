// Package server puts the house together: it opens the database, hands the
// rooms what they need of each other, registers the routes and serves them.
package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strings"
	"sync/atomic"
	"time"

	"foyer/internal/auth"
	"foyer/internal/face/web"
	"foyer/internal/feature/calendar"
	"foyer/internal/feature/change"
	"foyer/internal/feature/contract"
	"foyer/internal/feature/library"
	"foyer/internal/feature/outbox"
	"foyer/internal/feature/payment"
	"foyer/internal/feature/support"
	"foyer/internal/job"
	"foyer/internal/kernel/blob"
	"foyer/internal/kernel/config"
	"foyer/internal/kernel/db"
	"foyer/internal/kernel/id"
	"foyer/internal/kernel/mail"
)

// Options are what a Server is made from. Clock, mail and DNS are handed in, so
// that tests bring their own.
type Options struct {
	Config config.Config
	Log    *slog.Logger
	Now    func() time.Time
	// Box takes the mail instead of a mail server: in the demo and in tests.
	Box *mail.Box
	// DNS answers what is asked about senders' domains; nil: the system's resolver.
	DNS mail.DNS
	// Demo adds the mailbox page.
	Demo bool
	// Store puts something before the store of files; tests make it fail.
	Store func(blob.StoreCloser) blob.StoreCloser
	// Quiet is how long mails of a thread wait for one another.
	Quiet time.Duration
	// Migrate brings an old schema up to date instead of refusing it.
	Migrate bool
	// Routes are added to the ones there are; tests register wrong ones.
	Routes []web.Route
}

// Server is the program, put together.
type Server struct {
	DB     *db.DB
	Gate   *auth.Gate
	Hasher *auth.Hasher
	Jobs   *job.Jobs
	Outbox *outbox.Outbox
	Router *web.Router
	Blobs  blob.StoreCloser
	Log    *slog.Logger
	// Payments is for the demo, which takes a stand-in into use.
	Payments payment.Feature
	// Contracts is for the demo, which has one sealed, and for tests, which write some.
	Contracts contract.Feature
	// Cases and Changes are for the demo and for tests, which write some.
	Cases   support.Feature
	Changes change.Feature
	// Calendar is for the demo and for tests.
	Calendar calendar.Feature
	// Documents are those that people work with.
	Documents library.Feature

	handler  http.Handler
	draining atomic.Bool
	starting atomic.Bool // pages are answered, and jobs do not run yet
	stop     context.CancelFunc
	observed chan struct{}
}

// Open puts a Server together. Its errors are one sentence for the operator.
func Open(ctx context.Context, o Options) (*Server, error) {
	if err := refuseUnfinished(o.Config); err != nil {
		return nil, err
	}
	return open(ctx, o)
}

func open(ctx context.Context, o Options) (*Server, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.DNS == nil {
		o.DNS = net.DefaultResolver
	}
	sender, err := senderOf(o)
	if err != nil {
		return nil, err
	}
	if err := makeDataDir(o.Config); err != nil {
		return nil, err
	}
	d, err := db.Open(ctx, o.Config.DatabaseURL.Reveal())
	if err != nil {
		return nil, err
	}
	s, err := assemble(ctx, d, sender, o)
	if err != nil {
		d.Close()
		return nil, err
	}
	return s, nil
}

func assemble(ctx context.Context, d *db.DB, sender mail.Sender, o Options) (*Server, error) {
	if err := bringUpToDate(ctx, d, o.Migrate); err != nil {
		return nil, err
	}
	blobs, err := openBlobs(ctx, o.Config)
	if err != nil {
		return nil, err
	}
	if o.Store != nil {
		blobs = o.Store(blobs)
	}
	ids := &id.Source{Now: o.Now}
	s := &Server{DB: d, Hasher: auth.NewHasher(), Blobs: blobs, Log: o.Log}
	s.Gate = auth.NewGate(d, o.Config.BaseURL, o.Now, ids, s.Hasher)
	if s.Jobs, err = job.New(d, s.Gate, o.Log); err != nil {
		return nil, err
	}
	s.Outbox = &outbox.Outbox{Sender: sender, IDs: ids, Enqueue: s.Jobs.Enqueue, EnqueueIn: s.Jobs.EnqueueIn, Quiet: o.Quiet, Rest: outbox.Growing, Host: outbox.HostOf(o.Config.BaseURL.Hostname())}
	s.Router = web.NewRouter(web.Config{Gate: s.Gate, Log: o.Log, IDs: ids, Trusted: o.Config.Trusted, PayOrigin: payOrigin(o.Config)})
	if err := s.connect(ids, o); err != nil {
		return nil, err
	}
	s.handler, err = s.Router.Handler()
	return s, err
}

func openBlobs(ctx context.Context, c config.Config) (blob.StoreCloser, error) {
	blobs, err := blob.Open(ctx, c.BlobURL.Reveal())
	if err != nil && c.BlobDir() == "" {
		return nil, fmt.Errorf("FOYER_BLOB_URL is not usable: %w", err)
	}
	return blobs, err
}

// bringUpToDate migrates a new database, and an old one when asked to.
func bringUpToDate(ctx context.Context, d *db.DB, migrate bool) error {
	if migrate {
		return d.Migrate(ctx)
	}
	behind := d.Check(ctx)
	if !errors.Is(behind, db.ErrMissingMigration) {
		return behind
	}
	empty, err := d.Empty(ctx)
	if err != nil {
		return err
	}
	if empty {
		return d.Migrate(ctx)
	}
	return d.Check(ctx) // another process may have brought it up to date meanwhile
}

func senderOf(o Options) (mail.Sender, error) {
	switch {
	case o.Box != nil:
		return o.Box, nil
	case o.Config.SMTPURL.Reveal() == "":
		return nil, nil
	}
	c, err := mail.ParseURL(o.Config.SMTPURL.Reveal())
	if err != nil {
		return nil, fmt.Errorf("FOYER_SMTP_URL is not usable: %w", err)
	}
	return mail.NewSMTP(c)
}

// payOrigin is where payment pages are, empty for Stripe's: what stands in for
// Stripe has its own.
func payOrigin(c config.Config) string {
	if c.StripeURL == nil {
		return ""
	}
	return c.StripeURL.String()
}

func makeDataDir(c config.Config) error {
	if err := os.MkdirAll(c.DataDir, 0o700); err != nil {
		return fmt.Errorf("the data folder %s cannot be made (%w); set FOYER_DATA_DIR to one that can be written to", c.DataDir, err)
	}
	probe, err := os.CreateTemp(c.DataDir, ".probe")
	if err != nil {
		return fmt.Errorf("the data folder %s cannot be written to (%w); set FOYER_DATA_DIR to one that can", c.DataDir, err)
	}
	_ = probe.Close()
	return os.Remove(probe.Name())
}

// Handler is the whole of the pages.
func (s *Server) Handler() http.Handler { return s.handler }

// seenEvery is how often it is written when sessions were last seen.
const seenEvery = 10 * time.Second

// Start begins the work that is not a request: jobs and observations.
func (s *Server) Start(ctx context.Context) error {
	if err := s.Jobs.Start(ctx); err != nil {
		return err
	}
	ctx, s.stop = context.WithCancel(ctx)
	s.observed = make(chan struct{})
	go func() {
		defer close(s.observed)
		tick := time.NewTicker(seenEvery)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				if err := s.Gate.FlushSeen(ctx); err != nil && ctx.Err() == nil {
					s.Log.Error("write when sessions were seen", "error", err.Error())
				}
			case <-ctx.Done():
				return
			}
		}
	}()
	return nil
}

// Close ends the work, lets running jobs finish, and closes the database.
func (s *Server) Close(ctx context.Context) error {
	var errs []error
	if s.stop != nil {
		s.stop()
		<-s.observed
		errs = append(errs, s.Gate.FlushSeen(ctx), s.Jobs.Stop(ctx))
	}
	s.DB.Close()
	return errors.Join(append(errs, s.Blobs.Close())...)
}

// Listen takes the address; a taken port is one sentence.
func Listen(ctx context.Context, address string) (net.Listener, error) {
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", address)
	if err != nil {
		reason := err.Error()
		if strings.Contains(reason, "address already in use") {
			return nil, fmt.Errorf("the address %s is taken by another program; stop it or set FOYER_LISTEN to another port", address)
		}
		return nil, fmt.Errorf("cannot listen on %s (%w); check FOYER_LISTEN", address, err)
	}
	return l, nil
}

// drainTime is how long a stop waits for requests and jobs to end.
const drainTime = 25 * time.Second

// Serve answers requests until ctx is done, then drains: it stops to accept,
// lets requests end, lets jobs end, and closes.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	hs := &http.Server{
		Handler: s.handler, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 30 * time.Second, WriteTimeout: 60 * time.Second,
		DisableGeneralOptionsHandler: true, // "OPTIONS *" is answered by us, with our headers
		IdleTimeout:                  60 * time.Second, MaxHeaderBytes: 16 << 10, ErrorLog: slog.NewLogLogger(s.Log.Handler(), slog.LevelDebug),
	}
	failed := make(chan error, 1)
	s.starting.Store(true)
	go func() { failed <- hs.Serve(l) }()
	// The first page does not wait for the queue of jobs.
	if err := s.Start(context.WithoutCancel(ctx)); err != nil {
		return errors.Join(err, hs.Close())
	}
	s.starting.Store(false)
	var err error
	select {
	case err = <-failed:
	case <-ctx.Done():
		s.draining.Store(true)
		s.Log.Info("stopping: no new requests, waiting for those under way")
		wait, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTime)
		defer cancel()
		err = hs.Shutdown(wait)
	}
	end, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTime)
	defer cancel()
	return errors.Join(err, s.Close(end))
}
