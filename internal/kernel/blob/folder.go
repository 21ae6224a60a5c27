package blob

import (
	"io"
	"io/fs"
	"os"
	"runtime"
)

// folder is what Disk asks of a file system. Names are relative, with slashes.
// It exists so that tests can let each step fail.
type folder interface {
	Create(name string) (file, error) // new and for writing only
	Open(name string) (file, error)
	Lstat(name string) (fs.FileInfo, error)
	ReadDir(name string) ([]fs.DirEntry, error) // sorted
	Mkdir(name string) error
	Rename(from, to string) error
	Remove(name string) error
	SyncDir(name string) error
}

// file is an open file of a folder.
type file interface {
	io.ReadWriteSeeker
	Sync() error
	Stat() (fs.FileInfo, error)
	Close() error
}

// rooted is the real file system below one directory. os.Root lets no name and
// no symbolic link lead out of it.
type rooted struct{ root *os.Root }

func (r rooted) Create(name string) (file, error) {
	return r.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
}

func (r rooted) Open(name string) (file, error) { return r.root.Open(name) }

func (r rooted) Lstat(name string) (fs.FileInfo, error) { return r.root.Lstat(name) }

func (r rooted) ReadDir(name string) ([]fs.DirEntry, error) {
	return fs.ReadDir(r.root.FS(), name)
}

func (r rooted) Mkdir(name string) error { return r.root.Mkdir(name, 0o700) }

func (r rooted) Rename(from, to string) error { return r.root.Rename(from, to) }

func (r rooted) Remove(name string) error { return r.root.Remove(name) }

// SyncDir makes the names in a directory durable. Windows has no such call; its
// file systems keep names in order by themselves.
func (r rooted) SyncDir(name string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := r.root.Open(name)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}
