package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"time"

	"foyer/internal/feature/outbox"
	"foyer/internal/server"
)

type serveCmd struct{}

// Run serves until it is told to stop.
func (serveCmd) Run(p *program) error {
	c, err := p.config()
	if err != nil {
		return err
	}
	s, err := server.Open(p.ctx, server.Options{Config: c, Log: p.log, Quiet: outbox.Quiet})
	if err != nil {
		return err
	}
	s.Hasher.Frugal = true
	l, err := server.Listen(p.ctx, c.Listen)
	if err != nil {
		s.DB.Close()
		return err
	}
	token, err := s.Gate.PrepareSetup(p.ctx)
	if err != nil {
		return err
	}
	if token.Reveal() != "" {
		fmt.Fprintf(p.out, "\nThis installation has no workspace yet. Set it up at\n\n  %s/app/setup?token=%s\n\n", c.BaseURL, token.Reveal())
	}
	if c.SMTPURL.Reveal() == "" {
		p.log.Warn("no mail server: mail stays in the outbox until FOYER_SMTP_URL is set")
	}
	if c.BaseURL.Scheme == "https" && len(c.Trusted) == 0 {
		p.log.Warn("no trusted proxy: every visitor seems to come from the proxy's address and shares its limits until FOYER_TRUSTED_PROXIES is set")
	}
	p.log.Info("serving", "address", l.Addr().String(), "base", c.BaseURL.String())
	return s.Serve(p.ctx, l)
}

type migrateCmd struct{}

// Run brings the database up to date.
func (migrateCmd) Run(p *program) error {
	c, err := p.config()
	if err != nil {
		return err
	}
	s, err := server.Open(p.ctx, server.Options{Config: c, Log: p.log, Migrate: true})
	if err != nil {
		return err
	}
	s.DB.Close()
	_, err = fmt.Fprintln(p.out, "The database is up to date.")
	return err
}

type checkCmd struct {
	Serving bool `help:"Ask the Foyer that serves at FOYER_LISTEN whether it is ready, and look at nothing else."`
}

// Run says what is wrong, or that nothing is. It changes nothing.
func (k checkCmd) Run(p *program) error {
	c, err := p.config()
	if err != nil {
		return err
	}
	if k.Serving {
		return p.checkServing(c.Listen)
	}
	if err := server.CheckConfig(p.ctx, c); err != nil {
		return err
	}
	_, err = fmt.Fprintf(p.out, "Nothing is wrong. Foyer would serve %s on %s.\n", c.BaseURL, c.Listen)
	return err
}

// servingPatience is how long what serves may take to answer.
const servingPatience = 5 * time.Second

// checkServing is for where nothing else can ask, such as a container without a shell.
func (p *program) checkServing(listen string) error {
	host, port, err := net.SplitHostPort(listen)
	if err != nil {
		return err
	}
	if ip, err := netip.ParseAddr(host); host == "" || err == nil && ip.IsUnspecified() {
		host = "localhost"
	}
	ctx, cancel := context.WithTimeout(p.ctx, servingPatience)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+net.JoinHostPort(host, port)+"/readyz", nil)
	if err != nil {
		return err
	}
	got, err := (&http.Transport{}).RoundTrip(r)
	if err != nil {
		return fmt.Errorf("nothing answers at %s; look at what foyer serve said last", r.URL)
	}
	defer got.Body.Close()
	if got.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answers %d, so that it is not ready; look at what foyer serve said last", r.URL, got.StatusCode)
	}
	_, err = fmt.Fprintln(p.out, "It is ready.")
	return err
}
