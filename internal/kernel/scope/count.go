package scope

import (
	"context"
	"sync/atomic"
)

type countKey struct{}

// CountStatements gives a context under which statements are counted, for tests
// and for foyer bench. What a transaction needs for itself (to begin, to tell
// PostgreSQL the workspace, to commit) is not counted.
func CountStatements(ctx context.Context) (context.Context, *atomic.Int64) {
	n := &atomic.Int64{}
	return context.WithValue(ctx, countKey{}, n), n
}

// Counted notes n statements that are about to run.
func Counted(ctx context.Context, n int) {
	if c, ok := ctx.Value(countKey{}).(*atomic.Int64); ok {
		c.Add(int64(n))
	}
}
