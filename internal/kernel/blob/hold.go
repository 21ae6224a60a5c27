package blob

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"syscall"
	"time"
)

// ErrHeld is a folder in which nothing is removed, because a backup holds it.
var ErrHeld = errors.New("the files are held by a backup or a restore")

// How long Hold waits for what is being removed, and how often it looks.
const (
	holdPatience = 5 * time.Second
	holdPause    = 20 * time.Millisecond
)

// Hold keeps every process from removing blobs of the Disk in a folder until what it
// gives is closed, or this process ends, however it does. ErrHeld when another one holds
// them, unless ctx ends before that is certain.
func Hold(ctx context.Context, dir string) (io.Closer, error) {
	patience := time.After(holdPatience)
	for {
		held, err := lock(func() (*os.File, error) { return os.Open(dir) }, syscall.LOCK_EX)
		if !errors.Is(err, ErrHeld) {
			return held, err
		}
		select {
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		case <-patience:
			return nil, ErrHeld
		case <-time.After(holdPause):
		}
	}
}

// lock takes an advisory lock on the folder itself. Those who remove share it, so that
// they do not wait for each other; who holds has it alone.
func lock(open func() (*os.File, error), how int) (io.Closer, error) {
	dir, err := open()
	if err != nil {
		return nil, err
	}
	err = syscall.Flock(int(dir.Fd()), how|syscall.LOCK_NB)
	if err == nil {
		return dir, nil
	}
	_ = dir.Close()
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return nil, ErrHeld
	}
	return nil, fmt.Errorf("the folder for files cannot be locked: %w", err)
}
