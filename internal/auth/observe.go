package auth

import (
	"context"
	"sync"
	"time"

	"foyer/internal/kernel/scope"
)

// recorder gathers when sessions were last seen, because a GET writes nothing.
// It is flushed outside of requests.
type recorder struct {
	mu   sync.Mutex
	seen map[seenKey]time.Time
}

type seenKey struct{ workspace, session string }

// A session that was noted within this time is not noted again.
const seenGrain = time.Minute

func newRecorder() *recorder { return &recorder{seen: map[seenKey]time.Time{}} }

func (r *recorder) note(p Person, now time.Time) {
	if now.Sub(p.seenAt) < seenGrain {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.seen[seenKey{p.site.ID, p.session}] = now
}

func (r *recorder) take() map[seenKey]time.Time {
	r.mu.Lock()
	defer r.mu.Unlock()
	taken := r.seen
	r.seen = map[seenKey]time.Time{}
	return taken
}

const markSeen = `-- markSeen
update session
set seen_at = :seen
where workspace_id = :workspace
  and id = :session
  and seen_at < :seen`

// FlushSeen writes when sessions were last seen, each workspace in its own scope.
func (g *Gate) FlushSeen(ctx context.Context) error {
	byWorkspace := map[string]map[string]time.Time{}
	for key, at := range g.seen.take() {
		if byWorkspace[key.workspace] == nil {
			byWorkspace[key.workspace] = map[string]time.Time{}
		}
		byWorkspace[key.workspace][key.session] = at
	}
	for workspace, sessions := range byWorkspace {
		who := scope.Who{Kind: scope.System, Workspace: workspace}
		err := scope.Run(ctx, g.db, who, true, g.now(), func(tx scope.Tx) error {
			for session, at := range sessions {
				if _, err := tx.Exec(ctx, markSeen, scope.Args{"session": session, "seen": at}); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}
