package server

import (
	"context"

	"foyer/internal/auth"
	"foyer/internal/feature/change"
	"foyer/internal/feature/contract"
	"foyer/internal/feature/invoice"
	"foyer/internal/feature/library"
	"foyer/internal/feature/support"
)

// Checked is what became of recomputing a workspace.
type Checked struct {
	Workspace        string // its name
	Contracts, Files int    // that were looked at
	Wrong            []string
}

// Verify recomputes the logs of contracts, what is kept beside the ledger and beside
// change requests, and the hashes of quotes and files, and tells of each workspace.
func (s *Server) Verify(ctx context.Context, tell func(Checked)) error {
	ids, err := s.Gate.Workspaces(ctx)
	if err != nil {
		return err
	}
	for _, id := range ids {
		who, err := s.Gate.System(ctx, id)
		if err != nil {
			return err
		}
		c := Checked{Workspace: who.Site().Name}
		var logs, files []error
		if c.Contracts, logs, err = contract.CheckAll(ctx, who); err != nil {
			return err
		}
		if c.Files, files, err = s.Contracts.Documents.CheckAll(ctx, who.Read); err != nil {
			return err
		}
		if c.Wrong, err = invoice.Verify(ctx, who); err != nil {
			return err
		}
		for _, verify := range []func(context.Context, auth.System) ([]string, error){support.Verify, change.Verify, library.Verify} {
			wrong, err := verify(ctx, who)
			if err != nil {
				return err
			}
			c.Wrong = append(c.Wrong, wrong...)
		}
		for _, one := range append(logs, files...) {
			c.Wrong = append(c.Wrong, one.Error())
		}
		tell(c)
	}
	return nil
}
