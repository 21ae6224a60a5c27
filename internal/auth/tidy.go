package auth

import (
	"context"
	"database/sql"
	"time"

	"foyer/internal/kernel/scope"
)

// How long what has served its purpose is kept.
const (
	keepForms    = 7 * 24 * time.Hour
	keepLimits   = 24 * time.Hour
	keepSessions = 180 * 24 * time.Hour
	keepLinks    = 30 * 24 * time.Hour
)

const dropOldForms = `-- dropOldForms
delete from idempotency
where workspace_id = :workspace
  and created_at < :before`

const dropOldLimits = `-- dropOldLimits
delete from sign_in_limit
where workspace_id = :workspace
  and latest_at < :before`

const dropOldSessions = `-- dropOldSessions
delete from session
where workspace_id = :workspace
  and seen_at < :before`

const dropOldLinks = `-- dropOldLinks
delete from link
where workspace_id = :workspace
  and expires_at < :before`

// Tries by network address belong to no workspace; see limit.go.
const dropOldAddresses = `-- dropOldAddresses
delete from address_limit
where since < $1`

// Tidy deletes what has served its purpose in a workspace: answered forms, old
// tries, dead sessions and links; and tries by network address with it.
func Tidy(ctx context.Context, who System) error {
	err := who.gate.db.Unscoped(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, dropOldAddresses, who.gate.now().Add(-keepLimits).UnixMicro())
		return err
	})
	if err != nil {
		return err
	}
	return who.Write(ctx, func(tx scope.Tx) error {
		for text, keep := range map[string]time.Duration{
			dropOldForms: keepForms, dropOldLimits: keepLimits, dropOldSessions: keepSessions, dropOldLinks: keepLinks,
		} {
			if _, err := tx.Exec(ctx, text, scope.Args{"before": tx.Now().Add(-keep)}); err != nil {
				return err
			}
		}
		return nil
	})
}
