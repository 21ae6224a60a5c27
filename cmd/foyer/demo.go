package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"time"

	"foyer/internal/auth"
	"foyer/internal/demo"
	"foyer/internal/kernel/config"
	"foyer/internal/kernel/mail"
	"foyer/internal/kernel/stripe/standin"
	"foyer/internal/server"
)

type demoCmd struct {
	Listen string `default:"127.0.0.1:8080" help:"Loopback address to serve."`
	Data   string `help:"Folder to keep the demo in; without one it is gone at the end." type:"path"`
}

// Run serves the demo until it is told to stop.
func (c demoCmd) Run(p *program) (err error) {
	host, _, err := net.SplitHostPort(c.Listen)
	if err != nil || !auth.IsLoopback(host) {
		return errors.New("the demo has passwords that everybody knows, so it serves this machine alone; use --listen 127.0.0.1:8080 or another port")
	}
	if c.Data == "" {
		if c.Data, err = os.MkdirTemp("", "foyer-demo"); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, os.RemoveAll(c.Data)) }()
	}
	till, err := openTill(p.ctx)
	if err != nil {
		return err
	}
	defer till.close()
	conf, err := config.Load([]string{"FOYER_LISTEN=" + c.Listen, "FOYER_DATA_DIR=" + c.Data, "FOYER_STRIPE_API_URL=" + till.url})
	if err != nil {
		return err
	}
	l, err := server.Listen(p.ctx, c.Listen)
	if err != nil {
		return err
	}
	clock := demo.NewClock(time.Now)
	s, err := server.Open(p.ctx, server.Options{
		Config: conf, Log: slog.New(slog.DiscardHandler), Now: clock.Now, Box: mail.NewBox(500), DNS: demo.DNS, Demo: true, Migrate: true,
	})
	if err != nil {
		return errors.Join(err, l.Close())
	}
	if err := seedOnce(p, s, clock); err != nil {
		s.DB.Close()
		return errors.Join(err, l.Close())
	}
	if err := takeTill(p.ctx, s); err != nil {
		s.DB.Close()
		return errors.Join(err, l.Close())
	}
	welcome(p.out, conf.BaseURL.String(), till.url)
	return s.Serve(p.ctx, l)
}

// till is the stand-in for Stripe on which the demo's invoices are paid, at an
// address of its own as Stripe's pages are.
type till struct {
	url    string
	stripe *standin.Stripe
	server *http.Server
}

func openTill(ctx context.Context) (till, error) {
	l, err := server.Listen(ctx, "127.0.0.1:0")
	if err != nil {
		return till{}, err
	}
	t := till{url: "http://" + l.Addr().String(), stripe: standin.New(standin.Options{Name: "Halden & Rowe"})}
	t.stripe.SetURL(t.url)
	t.server = &http.Server{Handler: t.stripe.Handler(), ReadHeaderTimeout: 5 * time.Second}
	go func() { _ = t.server.Serve(l) }()
	return t, nil
}

func (t till) close() {
	_ = t.server.Close()
	t.stripe.Close()
}

// takeTill takes the stand-in into use, which knows nothing of the one before.
func takeTill(ctx context.Context, s *server.Server) error {
	site, err := s.Gate.SiteFor(ctx, s.Gate.Base().Host)
	if err != nil {
		return err
	}
	who, err := s.Gate.System(ctx, site.ID)
	if err != nil {
		return err
	}
	return s.Payments.Use(ctx, who, "sk_test_of_the_demo_0001")
}

// seedOnce tells the story unless a kept demo has it already.
func seedOnce(p *program, s *server.Server, clock *demo.Clock) error {
	_, err := s.Gate.SiteFor(p.ctx, s.Gate.Base().Host)
	if errors.Is(err, auth.ErrNotSetUp) {
		return demo.Seed(p.ctx, s, clock)
	}
	return err
}

func welcome(out io.Writer, base, till string) {
	fmt.Fprintf(out, `
Foyer's demo is ready. Stop it with Ctrl-C.

  The portal, as a client    %[1]s/portal/login
    %[2]s         %[7]s   (Marlow Ceramics, primary contact)
    %[3]s          %[7]s   (Marlow Ceramics, cases and projects only)
    %[4]s       %[7]s   (Northwind Bikes)

  The app, as the studio     %[1]s/app/login
    %[5]s    %[8]s    (Owner)
    %[6]s      %[8]s    (Support)

  The mail it sends          %[1]s/demo/mail
  Pay now leads to           %[9]s, which stands in for Stripe: no money moves

`, base, demo.Ines, demo.Rui, demo.Sam, demo.Priya, demo.Jun, demo.ClientPassword, demo.StaffPassword, till)
}
