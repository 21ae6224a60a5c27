package blob

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"
	"sync"
	"syscall"
	"time"

	"foyer/internal/kernel/id"
	"foyer/internal/kernel/problem"
)

// Disk is a Store in one directory. A blob with the key w/abcd… is the file
// w/ab/abcd…, so that no directory grows beyond what can be listed. What is
// being written lies in the directory tmp and is moved when it is whole.
type Disk struct {
	dir     folder
	root    *os.Root
	durable sync.Map // names of directories known to survive a power cut
}

const (
	tmp = "tmp"
	// abandoned is how long an unfinished file lies untouched before the next
	// start takes it for the remains of a crash.
	abandoned = 24 * time.Hour
)

// OpenDisk opens the directory, making it if need be, tries whether it can be
// written, and clears away what a crash left unfinished. Its errors are single
// sentences for the operator.
func OpenDisk(dir string) (*Disk, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("the folder for files %s cannot be made: %w", dir, reason(err))
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("the folder for files %s cannot be opened: %w", dir, reason(err))
	}
	d := &Disk{dir: rooted{root}, root: root}
	if err := d.prepare(); err != nil {
		_ = root.Close()
		return nil, fmt.Errorf("the folder for files %s cannot be written: %w", dir, reason(err))
	}
	return d, nil
}

// Close lets go of the directory; no other method may be called after it.
func (d *Disk) Close() error { return d.root.Close() }

// reason is the cause alone, without the path that the sentence has already.
func reason(err error) error {
	if p, ok := errors.AsType[*fs.PathError](err); ok {
		return p.Err
	}
	return err
}

// prepare writes a probe and, by its time, finds abandoned files: the clock
// that counts is that of the file system.
func (d *Disk) prepare() error {
	if err := d.dir.Mkdir(tmp); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	probe, err := NewKey(strings.Repeat("0", id.Length))
	if err != nil {
		return err
	}
	name, err := newTemp(probe)
	if err != nil {
		return err
	}
	if err := d.write(name, func(w io.Writer) error { _, err := w.Write([]byte("probe")); return err }); err != nil {
		return err
	}
	info, err := d.dir.Lstat(name)
	if err != nil {
		return err
	}
	if err := d.dir.Remove(name); err != nil {
		return err
	}
	return d.sweep(info.ModTime())
}

func (d *Disk) sweep(now time.Time) error {
	entries, err := d.dir.ReadDir(tmp)
	if err != nil {
		return err
	}
	for _, e := range entries {
		info, err := e.Info()
		if err != nil || now.Sub(info.ModTime()) < abandoned {
			continue // in use, or gone meanwhile
		}
		if err := d.dir.Remove(path.Join(tmp, e.Name())); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// Put implements Store: a temporary file, its bytes forced to the disk, a
// rename, and the names forced to the disk.
func (d *Disk) Put(ctx context.Context, workspaceID string, content io.Reader, limit int64) (Blob, error) {
	key, err := NewKey(workspaceID)
	if err != nil {
		return Blob{}, err
	}
	b, err := d.put(ctx, key, content, limit, nil)
	if err != nil {
		return Blob{}, fmt.Errorf("put blob %s: %w", key, err)
	}
	return b, nil
}

// Restore implements Store.
func (d *Disk) Restore(ctx context.Context, b Blob, content io.Reader) error {
	return restore(b, func(key string, limit int64, check func(Blob) error) (Blob, error) {
		return d.put(ctx, key, content, limit, check)
	})
}

// put stores content under a key, when check has nothing against it. Without a
// check the key is a new one, of which nothing remains after an error.
func (d *Disk) put(ctx context.Context, key string, content io.Reader, limit int64, check func(Blob) error) (Blob, error) {
	temp, err := newTemp(key)
	if err != nil {
		return Blob{}, err
	}
	var b Blob
	err = d.write(temp, func(w io.Writer) (err error) {
		b, err = Copy(ctx, w, content, limit)
		b.Key = key
		if err == nil && check != nil {
			err = check(b)
		}
		return err
	})
	if err == nil {
		err = d.publish(temp, key, check == nil)
	}
	if err != nil {
		return Blob{}, roomless(err)
	}
	return b, nil
}

// roomless adds the sentence for people when the disk is full.
func roomless(err error) error {
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return fmt.Errorf("%w: %w", problem.Of(problem.Unavailable, "blob.full"), err)
	}
	return err
}

// write makes a file and forces it to the disk; what went wrong half way is
// removed.
func (d *Disk) write(name string, fill func(io.Writer) error) error {
	f, err := d.dir.Create(name)
	if err != nil {
		return err
	}
	err = fill(f)
	if err == nil {
		err = f.Sync()
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		err = errors.Join(err, d.dir.Remove(name))
	}
	return err
}

// publish moves a whole file to its place, which is a new one or that of the same
// bytes.
func (d *Disk) publish(temp, key string, fresh bool) error {
	name := DiskName(key)
	err := d.mkdirs(path.Dir(name))
	if err == nil {
		err = d.dir.Rename(temp, name)
	}
	if err != nil {
		return errors.Join(err, d.dir.Remove(temp))
	}
	err = d.dir.SyncDir(path.Dir(name))
	if err != nil && fresh {
		// The blob is there but might not be after a power cut; nobody will
		// have its key, so it goes.
		return errors.Join(err, d.dir.Remove(name))
	}
	return err
}

// mkdirs makes the two directories above a file, durably. One that exists may
// have been made a moment ago by another Put that has yet to force it to the
// disk, so each is forced once by us before we rely on it.
func (d *Disk) mkdirs(shard string) error {
	for _, name := range []string{path.Dir(shard), shard} {
		if _, known := d.durable.Load(name); known {
			continue
		}
		if err := d.dir.Mkdir(name); err != nil && !errors.Is(err, fs.ErrExist) {
			return err
		}
		if err := d.dir.SyncDir(path.Dir(name)); err != nil {
			return err
		}
		d.durable.Store(name, true)
	}
	return nil
}

// Open implements Store.
func (d *Disk) Open(_ context.Context, key string) (io.ReadSeekCloser, error) {
	if _, err := d.lstat(key); err != nil {
		return nil, fmt.Errorf("open blob: %w", err)
	}
	f, err := d.dir.Open(DiskName(key))
	if err != nil {
		return nil, fmt.Errorf("open blob: %w", err)
	}
	return f, nil
}

// Stat implements Store.
func (d *Disk) Stat(_ context.Context, key string) (Info, error) {
	info, err := d.lstat(key)
	if err != nil {
		return Info{}, fmt.Errorf("stat blob: %w", err)
	}
	return Info{Key: key, Size: info.Size(), Stored: info.ModTime()}, nil
}

// lstat finds the file of a key. Anything but a plain file, such as a symbolic
// link to another blob, was not put there by us and is corrupt.
func (d *Disk) lstat(key string) (fs.FileInfo, error) {
	if _, _, err := SplitKey(key); err != nil {
		return nil, err
	}
	info, err := d.dir.Lstat(DiskName(key))
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("blob %s is no plain file: %w", key, ErrCorrupt)
	}
	return info, nil
}

// Delete implements Store. While somebody has a Hold it is ErrHeld.
func (d *Disk) Delete(_ context.Context, key string) error {
	if _, _, err := SplitKey(key); err != nil {
		return fmt.Errorf("delete blob: %w", err)
	}
	shared, err := lock(func() (*os.File, error) { return d.root.Open(".") }, syscall.LOCK_SH)
	if errors.Is(err, ErrHeld) {
		return fmt.Errorf("delete blob %s: %w", key, err)
	}
	if err == nil { // else the folder can be locked by nobody, so that nobody holds it
		defer shared.Close()
	}
	err = d.dir.Remove(DiskName(key))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil {
		err = d.dir.SyncDir(path.Dir(DiskName(key)))
	}
	if err != nil {
		return fmt.Errorf("delete blob: %w", err)
	}
	return nil
}

// List implements Store.
func (d *Disk) List(ctx context.Context, workspaceID, after string, n int) ([]Info, error) {
	if err := checkList(workspaceID, after); err != nil {
		return nil, fmt.Errorf("list blobs: %w", err)
	}
	shards, err := d.entries(workspaceID)
	if err != nil {
		return nil, fmt.Errorf("list blobs: %w", err)
	}
	var list []Info
	for _, e := range shards {
		shard := e.Name()
		// A shard is the beginning of its keys, so whole ones can be skipped.
		last := workspaceID + "/" + shard + strings.Repeat("z", randomLength-shardLength)
		if len(list) >= n || !e.IsDir() || len(shard) != shardLength || last <= after {
			continue
		}
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		if list, err = d.listShard(list, workspaceID, shard, after, n); err != nil {
			return nil, fmt.Errorf("list blobs: %w", err)
		}
	}
	return list, nil
}

func (d *Disk) listShard(list []Info, workspaceID, shard, after string, n int) ([]Info, error) {
	found, err := d.entries(path.Join(workspaceID, shard))
	if err != nil {
		return nil, err
	}
	for _, e := range found {
		name := e.Name()
		key := workspaceID + "/" + name
		if len(list) >= n || key <= after || DiskName(key) != path.Join(workspaceID, shard, name) {
			continue
		}
		info, err := d.lstat(key)
		if errors.Is(err, fs.ErrNotExist) || errors.Is(err, ErrKey) || errors.Is(err, ErrCorrupt) {
			continue // deleted meanwhile, or no work of ours
		}
		if err != nil {
			return nil, err
		}
		list = append(list, Info{Key: key, Size: info.Size(), Stored: info.ModTime()})
	}
	return list, nil
}

// entries are what is in a directory, sorted by name; nothing when it does not
// exist.
func (d *Disk) entries(name string) ([]fs.DirEntry, error) {
	found, err := d.dir.ReadDir(name)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	return found, nil
}

// shardLength is the number of a key's random characters that name the
// directory of its file.
const shardLength = 2

// DiskName is the file of a key below the folder of a Disk, with slashes; empty when it
// is no key.
func DiskName(key string) string {
	workspaceID, random, err := SplitKey(key)
	if err != nil {
		return ""
	}
	return path.Join(workspaceID, random[:shardLength], random)
}

// newTemp is an unfinished file of a key, by another name each time.
func newTemp(key string) (string, error) {
	workspaceID, _, err := SplitKey(key)
	if err != nil {
		return "", err
	}
	other, err := NewKey(workspaceID)
	return path.Join(tmp, strings.ReplaceAll(other, "/", "-")), err
}
