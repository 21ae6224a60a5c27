package main

import (
	"fmt"

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

type checkCmd struct{}

// Run says what is wrong, or that nothing is. It changes nothing.
func (checkCmd) Run(p *program) error {
	c, err := p.config()
	if err != nil {
		return err
	}
	if err := server.CheckConfig(p.ctx, c); err != nil {
		return err
	}
	_, err = fmt.Fprintf(p.out, "Nothing is wrong. Foyer would serve %s on %s.\n", c.BaseURL, c.Listen)
	return err
}
