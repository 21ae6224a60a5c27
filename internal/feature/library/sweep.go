package library

import (
	"context"
	"errors"
	"time"

	"foyer/internal/auth"
	"foyer/internal/job"
	"foyer/internal/kernel/blob"
	"foyer/internal/kernel/scope"
)

// How many documents and blobs a sweep looks at in one go, and how long bytes lie
// without a row before they are taken for the remains of a crash. A backup of the
// database is older than the bytes copied after it by less than that.
const (
	sweepBatch = 500
	orphanAge  = 30 * 24 * time.Hour
)

// afterBackup is when a sweep is done again that came while a backup was taken.
const afterBackup = 10 * time.Minute

// Sweep takes away the bytes of what was deleted Retention ago, and bytes that have no
// row. While a backup holds them it is put off: what has lost its row by then goes with
// the bytes without one.
func (f Feature) Sweep(ctx context.Context, who auth.System) error {
	err := f.purge(ctx, who)
	if err == nil {
		err = f.sweepOrphans(ctx, who)
	}
	if errors.Is(err, blob.ErrHeld) {
		return job.Later(afterBackup)
	}
	return err
}

// purge removes the rows of documents whose time is over, and then their bytes: a
// crash in between leaves orphans.
func (f Feature) purge(ctx context.Context, who auth.System) error {
	for {
		var keys []string
		gone := 0
		err := who.Write(ctx, func(tx scope.Tx) error {
			before := tx.Now().Add(-Retention)
			all, err := scope.List(ctx, tx, listOver, scope.Args{"before": before}, scope.Value[string])
			for _, of := range all {
				more, err := purgeOne(ctx, tx, of, before)
				if err != nil {
					return err
				}
				if len(more) > 0 {
					gone++
				}
				keys = append(keys, more...)
			}
			return err
		})
		if err != nil || gone == 0 {
			return err
		}
		for _, key := range keys {
			if err := f.Documents.Blobs.Delete(ctx, key); err != nil {
				return err
			}
		}
	}
}

// purgeOne removes a document, unless somebody has restored it meanwhile.
func purgeOne(ctx context.Context, tx scope.Tx, of string, before time.Time) ([]string, error) {
	if err := tx.Lock(ctx, "library/"+of); err != nil {
		return nil, err
	}
	args := scope.Args{"document": of}
	if still, err := scope.One(ctx, tx, countOver, scope.Args{"document": of, "before": before}, scope.Value[int]); err != nil || still == 0 {
		return nil, err
	}
	keys, err := scope.List(ctx, tx, listBlobs, args, scope.Value[string])
	for _, statement := range []string{purgeDownloads, purgeShares, purgePictures, purgeVersions, purgeDocument} {
		if err == nil {
			_, err = tx.Exec(ctx, statement, args)
		}
	}
	return keys, err
}

// sweepOrphans removes bytes without a row that have lain long enough.
func (f Feature) sweepOrphans(ctx context.Context, who auth.System) error {
	before := who.Now().Add(-orphanAge)
	for after := ""; ; {
		some, err := f.Documents.Blobs.List(ctx, who.Site().ID, after, sweepBatch)
		if err != nil || len(some) == 0 {
			return err
		}
		orphans, err := withoutRow(ctx, who, some, before)
		if err != nil {
			return err
		}
		for _, key := range orphans {
			if err := f.Documents.Blobs.Delete(ctx, key); err != nil {
				return err
			}
		}
		after = some[len(some)-1].Key
	}
}

func withoutRow(ctx context.Context, who auth.System, some []blob.Info, before time.Time) (orphans []string, err error) {
	err = who.Read(ctx, func(tx scope.Tx) error {
		for _, b := range some {
			if b.Stored.After(before) {
				continue
			}
			n, err := scope.One(ctx, tx, countRows, scope.Args{"key": b.Key}, scope.Value[int])
			if err != nil {
				return err
			}
			if n == 0 {
				orphans = append(orphans, b.Key)
			}
		}
		return nil
	})
	return orphans, err
}

// Verify gives what is kept of a workspace's files and is not what its rows come to.
func Verify(ctx context.Context, who auth.System) ([]string, error) {
	var wrong []string
	err := who.Read(ctx, func(tx scope.Tx) (err error) {
		wrong, err = scope.List(ctx, tx, listWrong, nil, scope.Value[string])
		return err
	})
	return wrong, err
}
