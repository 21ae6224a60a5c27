package main

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"foyer/internal/auth"
	"foyer/internal/kernel/civil"
	"foyer/internal/seed"
	"foyer/internal/server"
)

type seedCmd struct {
	Set       string `enum:"S,M,L" default:"S" help:"How much: S (100 clients, 1,000 projects, invoices, documents and cases, 200 change requests and contracts, 300 meetings), M (1,000 clients, 20,000 projects and cases, 100,000 invoices, 10,000 documents, 4,000 change requests, 2,000 contracts, 5,000 meetings) or L (ten times M, with 50,000 documents)."`
	Clients   *int   `help:"Clients and leads, instead of the set's."`
	Projects  *int   `help:"Projects in all, instead of the set's."`
	Targets   *int   `help:"Milestones and deliverables of each project, instead of the set's."`
	Invoices  *int   `help:"Invoices in all, instead of the set's."`
	Lines     *int   `help:"Lines of each invoice, instead of the set's."`
	Documents *int   `help:"Documents in all, each with a file, instead of the set's."`
	Cases     *int   `help:"Cases in all, instead of the set's."`
	Changes   *int   `help:"Change requests in all, instead of the set's; a client without projects has none."`
	Contracts *int   `help:"Contracts in all, instead of the set's; none of them is signed."`
	Meetings  *int   `help:"Meetings in all, instead of the set's; no member takes part in them."`
	Seed      uint64 `default:"1" help:"The same number makes the same data."`
	Today     string `help:"Day that dates are relative to, YYYY-MM-DD; today without it."`
	Password  string `help:"Everybody's password; needed where the base URL is not this machine's own."`
}

// plan is what the flags ask for.
func (c seedCmd) plan() seed.Plan {
	p := seed.Sets[c.Set]
	for to, given := range map[*int]*int{
		&p.Clients: c.Clients, &p.Projects: c.Projects, &p.Targets: c.Targets, &p.Invoices: c.Invoices, &p.Lines: c.Lines, &p.Documents: c.Documents,
		&p.Cases: c.Cases, &p.Changes: c.Changes, &p.Contracts: c.Contracts, &p.Meetings: c.Meetings,
	} {
		if given != nil {
			*to = *given
		}
	}
	p.Number, p.Today, p.Password = c.Seed, civil.Date(c.Today), c.Password
	if p.Today == "" {
		p.Today = civil.Today(time.Now())
	}
	if p.Password == "" {
		p.Password = seed.Password
	}
	return p
}

// Validate refuses flags that make no plan.
func (c seedCmd) Validate() error { return c.plan().Check() }

// Run fills an empty installation.
func (c seedCmd) Run(p *program) error {
	conf, err := p.config()
	if err != nil {
		return err
	}
	if c.Password == "" && !auth.IsLoopback(conf.BaseURL.Hostname()) {
		return errors.New("the logins would have a password that everybody can read, and others can reach this installation; choose one with --password")
	}
	s, err := server.Open(p.ctx, server.Options{Config: conf, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return err
	}
	defer s.DB.Close()
	made, err := seed.Fill(p.ctx, s, c.plan())
	if err != nil {
		return sentence(err)
	}
	sown(p.out, made, conf.BaseURL.String(), c.plan().Password)
	return nil
}

func sown(out io.Writer, m seed.Made, base, password string) {
	fmt.Fprintf(out, `%d clients with %d contacts, %d projects with %d targets, %d invoices, %d documents, %d cases, %d change requests,
%d contracts, %d meetings, and %d events: %d rows in %s.

  The app       %[14]s/app/login
    %[15]s
  The portal    %[14]s/portal/login
    %[16]s     (%[17]s, few records of each kind)
    %[18]s     (%[19]s, many)
  The password of everybody: %[20]s
`, m.Clients, m.Contacts, m.Projects, m.Targets, m.Invoices, m.Documents, m.Cases, m.Changes, m.Contracts, m.Meetings, m.Events, m.Rows, m.Took.Round(10*time.Millisecond),
		base, seed.Owner, seed.ContactA, seed.NameA, seed.ContactB, seed.NameB, password)
}
