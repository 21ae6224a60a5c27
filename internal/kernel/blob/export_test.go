package blob

import (
	"context"
	"time"
)

// Sweep is what OpenS3 does at a moment.
func (s *S3) Sweep(ctx context.Context, now time.Time) { s.sweep(ctx, now) }

// Hurry has the Store wait less long for its server.
func (s *S3) Hurry(stall, again time.Duration) { s.line.stall, s.line.again = stall, again }
