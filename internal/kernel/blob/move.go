package blob

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
)

// Moved is what a Move found and did.
type Moved struct {
	Blobs  int   // that it was given
	Bytes  int64 // of those that are at the other store
	Copied int   // that were not there before
	Broken []error
}

// Move copies blobs from one store to another, which may have some of them
// already, and reads each of them there. What is missing or corrupt is told of as
// broken, and the rest goes on; any other error ends it. The store that it copies
// from is not changed.
func Move(ctx context.Context, from, to Store, blobs iter.Seq2[Blob, error]) (Moved, error) {
	var m Moved
	for b, err := range blobs {
		if err != nil {
			return m, err
		}
		copied, err := move(ctx, from, to, b)
		switch {
		case errors.Is(err, ErrCorrupt) || errors.Is(err, fs.ErrNotExist):
			m.Broken = append(m.Broken, err)
		case err != nil:
			return m, err
		case copied:
			m.Copied++
			fallthrough
		default:
			m.Bytes += b.Size
		}
		m.Blobs++
	}
	return m, nil
}

func move(ctx context.Context, from, to Store, b Blob) (copied bool, err error) {
	err = readThrough(ctx, to, b)
	if !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, ErrCorrupt) {
		return false, err
	}
	r, err := OpenVerified(ctx, from, b)
	if err != nil {
		return false, fmt.Errorf("blob %s: %w", b.Key, err)
	}
	defer r.Close()
	if err := to.Restore(ctx, b, r); err != nil {
		return false, err
	}
	if err := readThrough(ctx, to, b); err != nil {
		return false, fmt.Errorf("blob %s, after it was copied: %w", b.Key, err)
	}
	return true, nil
}

// readThrough reads all of a blob and gives nil when it is what its row says.
func readThrough(ctx context.Context, s Store, b Blob) error {
	r, err := OpenVerified(ctx, s, b)
	if err != nil {
		return err
	}
	defer r.Close()
	_, err = io.Copy(io.Discard, r)
	return err
}
