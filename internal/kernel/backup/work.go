package backup

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"syscall"
)

// work is the folder that Create works in, which nobody else has meanwhile.
type work struct {
	dir  string
	root *os.Root
	lock *os.File
}

// The files that Create puts there. No program keeps a database by this name.
const (
	workTar      = "backup.tar"
	workDatabase = "copy.db"
)

var workFiles = []string{workTar, workDatabase, workDatabase + "-wal", workDatabase + "-shm", workDatabase + "-journal"}

// newWork makes the folder; what a crash left of an earlier one goes first.
func newWork(dir string) (*work, error) {
	if _, err := os.Lstat(dir); err == nil {
		left, err := openWork(dir)
		if err != nil {
			return nil, err
		}
		if err := left.remove(); err != nil {
			return nil, err
		}
	}
	if err := os.Mkdir(dir, 0o700); err != nil {
		return nil, fmt.Errorf("the folder of %s cannot be written to: %w", dir, reason(err))
	}
	return openWork(dir)
}

// openWork opens a folder that is no link to one, and keeps others out of it. Where the
// file system has no locks it goes without.
func openWork(dir string) (*work, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, foreign(dir)
	}
	w := &work{dir: dir, root: root}
	if w.lock, err = root.Open("."); err != nil {
		_ = root.Close()
		return nil, foreign(dir)
	}
	locked := syscall.Flock(int(w.lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	named, err := os.Lstat(dir)
	opened, other := w.lock.Stat()
	switch {
	case errors.Is(locked, syscall.EWOULDBLOCK):
		err = fmt.Errorf("another backup is being written in %s; wait until it has ended, or name another file", dir)
	case errors.Join(err, other) != nil || !os.SameFile(named, opened):
		err = foreign(dir)
	}
	if err != nil {
		w.close()
		return nil, err
	}
	return w, nil
}

func foreign(dir string) error {
	return fmt.Errorf("there is %s, which no backup left; move it away, or name another file", dir)
}

// remove removes the folder, unless there is anything in it that Create does not put there.
func (w *work) remove() error {
	defer w.close()
	found, err := fs.ReadDir(w.root.FS(), ".")
	for _, e := range found {
		if !slices.Contains(workFiles, e.Name()) {
			return foreign(w.dir)
		}
	}
	for _, e := range found {
		err = errors.Join(err, w.root.Remove(e.Name()))
	}
	if err == nil {
		err = os.Remove(w.dir)
	}
	if err != nil {
		return fmt.Errorf("the folder %s cannot be removed: %w", w.dir, reason(err))
	}
	return nil
}

func (w *work) close() { _, _ = w.lock.Close(), w.root.Close() }
