package main

import (
	"errors"
	"fmt"

	"foyer/internal/server"
)

type verifyCmd struct{}

// Run recomputes what can be and names what is not as it was written. It changes
// nothing.
func (verifyCmd) Run(p *program) error {
	conf, err := p.config()
	if err != nil {
		return err
	}
	s, err := server.Open(p.ctx, server.Options{Config: conf, Log: p.log})
	if err != nil {
		return err
	}
	defer s.DB.Close()
	wrong := 0
	err = s.Verify(p.ctx, func(c server.Checked) {
		tell(p, c)
		wrong += len(c.Wrong)
	})
	switch {
	case err != nil:
		return err
	case wrong > 0:
		return errors.New("what is named above is not as it was written; compare it with a backup")
	}
	_, err = fmt.Fprintln(p.out, "All is as it was written.")
	return err
}

// tell says what became of recomputing a workspace.
func tell(p *program, c server.Checked) {
	fmt.Fprintf(p.out, "%s: %d contracts with their logs, %d files, the ledger.\n", c.Workspace, c.Contracts, c.Files)
	for _, one := range c.Wrong {
		fmt.Fprintf(p.out, "  %s\n", one)
	}
}
