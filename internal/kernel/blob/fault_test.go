package blob

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"

	"foyer/internal/kernel/problem"
)

const workspace = "06b9q4h2k8000000000000000a"

// faulty is a folder whose operations are counted and of which one fails.
type faulty struct {
	folder
	mu     sync.Mutex
	log    []string
	failAt int   // the operation that fails, counted from 1; 0: none
	with   error // how it fails
	dead   bool  // all later ones fail as well, as after a crash
}

func (f *faulty) step(what string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.log = append(f.log, what)
	if n := len(f.log); f.failAt > 0 && (n == f.failAt || n > f.failAt && f.dead) {
		return &fs.PathError{Op: what, Path: "x", Err: f.with}
	}
	return nil
}

// arm begins a new count.
func (f *faulty) arm(failAt int, with error, dead bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.log, f.failAt, f.with, f.dead = nil, failAt, with, dead
}

func (f *faulty) Create(name string) (file, error) {
	if err := f.step("create"); err != nil {
		return nil, err
	}
	inner, err := f.folder.Create(name)
	return &faultyFile{inner, f}, err
}

func (f *faulty) Mkdir(name string) error {
	return f.do("mkdir", func() error { return f.folder.Mkdir(name) })
}

func (f *faulty) Rename(from, to string) error {
	return f.do("rename", func() error { return f.folder.Rename(from, to) })
}

func (f *faulty) Remove(name string) error {
	return f.do("remove", func() error { return f.folder.Remove(name) })
}

func (f *faulty) SyncDir(name string) error {
	return f.do("syncdir", func() error { return f.folder.SyncDir(name) })
}

func (f *faulty) do(what string, action func() error) error {
	if err := f.step(what); err != nil {
		return err
	}
	return action()
}

type faultyFile struct {
	file
	f *faulty
}

// Write does half of the work before it fails.
func (w *faultyFile) Write(p []byte) (int, error) {
	if err := w.f.step("write"); err != nil {
		n, _ := w.file.Write(p[:len(p)/2])
		return n, err
	}
	return w.file.Write(p)
}

func (w *faultyFile) Sync() error { return w.f.do("sync", w.file.Sync) }

// Close closes in any case and may still report a failure.
func (w *faultyFile) Close() error {
	failure := w.f.step("close")
	return errors.Join(w.file.Close(), failure)
}

// newFaulty is a Disk on a faulty folder in a fresh directory.
func newFaulty(t *testing.T) (*Disk, *faulty, string) {
	t.Helper()
	dir := t.TempDir()
	d, err := OpenDisk(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	f := &faulty{folder: d.dir}
	d.dir = f
	return d, f, dir
}

var content = bytes.Repeat([]byte("0123456789abcdef"), 10_000) // three chunks

func put(t *testing.T, d *Disk) (Blob, error) {
	t.Helper()
	return d.Put(t.Context(), workspace, bytes.NewReader(content), 1<<20)
}

func names(t *testing.T, dir string) []string {
	t.Helper()
	var found []string
	err := filepath.WalkDir(dir, func(name string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			found = append(found, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestPutForcesToTheDiskInOrder(t *testing.T) {
	t.Parallel()
	d, f, _ := newFaulty(t)
	if _, err := put(t, d); err != nil {
		t.Fatal(err)
	}
	// Bytes before the name, directories before what is in them.
	want := "create write write write write sync close mkdir syncdir mkdir syncdir rename syncdir"
	if got := strings.Join(f.log, " "); got != want {
		t.Errorf("the steps were\n%s, want\n%s", got, want)
	}
}

// TestEveryStepMayFail lets each operation of a Put fail in turn: the error
// comes out, nothing half-done remains, and the next Put works.
func TestEveryStepMayFail(t *testing.T) {
	t.Parallel()
	for _, cause := range []error{syscall.EIO, syscall.ENOSPC, syscall.EACCES} {
		failed := map[string]bool{}
		for failAt := 1; ; failAt++ {
			d, f, dir := newFaulty(t)
			f.arm(failAt, cause, false)
			b, err := put(t, d)
			if err == nil {
				break
			}
			step := f.log[failAt-1]
			failed[step] = true
			if !errors.Is(err, cause) || b != (Blob{}) {
				t.Errorf("%s failed with %v: %+v, %v", step, cause, b, err)
			}
			if full := errors.Is(cause, syscall.ENOSPC); problem.Is(err, problem.Unavailable) != full {
				t.Errorf("%s failed with %v: %v", step, cause, err)
			}
			if left := names(t, dir); len(left) != 0 {
				t.Errorf("%s failed with %v and left %v", step, cause, left)
			}
			f.arm(0, nil, false)
			if b, err := put(t, d); err != nil {
				t.Errorf("after a failed %s: %v", step, err)
			} else if got := read(t, d, b); !bytes.Equal(got, content) {
				t.Errorf("after a failed %s: %d bytes", step, len(got))
			}
		}
		for _, step := range strings.Fields("create write sync close mkdir syncdir rename") {
			if !failed[step] {
				t.Errorf("%s never failed", step)
			}
		}
	}
}

// TestAFailedRestoreLeavesWhatIsThere lets each operation of a Restore fail in turn
// over the same blob, which stays, with nothing beside it.
func TestAFailedRestoreLeavesWhatIsThere(t *testing.T) {
	t.Parallel()
	d, f, dir := newFaulty(t)
	b, err := put(t, d)
	if err != nil {
		t.Fatal(err)
	}
	for failAt := 1; ; failAt++ {
		f.arm(failAt, syscall.EIO, false)
		err := d.Restore(t.Context(), b, bytes.NewReader(content))
		if err == nil {
			break
		}
		if !errors.Is(err, syscall.EIO) {
			t.Errorf("%s failed: %v", f.log[failAt-1], err)
		}
		if left := names(t, dir); len(left) != 1 {
			t.Errorf("%s failed and left %v", f.log[failAt-1], left)
		}
		if got := read(t, d, b); !bytes.Equal(got, content) {
			t.Errorf("%s failed and left %d bytes", f.log[failAt-1], len(got))
		}
	}
	if last := f.log[len(f.log)-1]; last != "syncdir" {
		t.Errorf("the last step was %s", last)
	}
}

// TestStoppedAtAnyStep is a crash: from one step on nothing works any more.
// What the next start finds is nothing, or a whole blob that has no row.
func TestStoppedAtAnyStep(t *testing.T) {
	t.Parallel()
	for failAt := 1; ; failAt++ {
		d, f, dir := newFaulty(t)
		f.arm(failAt, syscall.EIO, true)
		if _, err := put(t, d); err == nil {
			return
		}
		again, err := OpenDisk(dir)
		if err != nil {
			t.Fatal(err)
		}
		list, err := again.List(t.Context(), workspace, "", 10)
		if err != nil {
			t.Fatal(err)
		}
		for _, info := range list {
			if got := readPlain(t, again, info.Key); !bytes.Equal(got, content) {
				t.Errorf("stopped at %s: a blob of %d bytes is listed", f.log[failAt-1], len(got))
			}
		}
		_ = again.Close()
	}
}

func read(t *testing.T, d *Disk, b Blob) []byte {
	t.Helper()
	r, err := OpenVerified(t.Context(), d, b)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	got, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func readPlain(t *testing.T, d *Disk, key string) []byte {
	t.Helper()
	r, err := d.Open(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	got, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// A clean-up that fails as well must not hide why the Put failed.
func TestFailedCleanUpDoesNotHideTheCause(t *testing.T) {
	t.Parallel()
	d, f, _ := newFaulty(t)
	f.arm(2, syscall.ENOSPC, true)
	if _, err := put(t, d); !errors.Is(err, syscall.ENOSPC) || !problem.Is(err, problem.Unavailable) {
		t.Errorf("got %v", err)
	}
	if !slices.Contains(f.log, "remove") {
		t.Error("no clean-up was tried")
	}
}

func TestDirectoriesAreForcedOnce(t *testing.T) {
	t.Parallel()
	d, f, _ := newFaulty(t)
	shard := workspace + "/ab"
	if err := d.mkdirs(shard); err != nil {
		t.Fatal(err)
	}
	f.arm(0, nil, false)
	if err := d.mkdirs(shard); err != nil || len(f.log) != 0 {
		t.Errorf("the second time took %v (%v)", f.log, err)
	}
	// A directory that somebody else made is forced before it is relied on.
	if err := f.folder.Mkdir(workspace + "/cd"); err != nil {
		t.Fatal(err)
	}
	if err := d.mkdirs(workspace + "/cd"); err != nil || !slices.Contains(f.log, "syncdir") {
		t.Errorf("a found directory took %v (%v)", f.log, err)
	}
}

func TestUnwritableFolderIsNoticedAtStart(t *testing.T) {
	t.Parallel()
	for failAt := 1; ; failAt++ {
		root, err := os.OpenRoot(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		f := &faulty{folder: rooted{root}, failAt: failAt, with: syscall.EROFS}
		err = (&Disk{dir: f, root: root}).prepare()
		_ = root.Close()
		if failAt > len(f.log) {
			if err != nil {
				t.Errorf("nothing failed, and yet: %v", err)
			}
			return
		}
		if !errors.Is(err, syscall.EROFS) {
			t.Errorf("%s failed: %v", f.log[failAt-1], err)
		}
	}
}

func TestDeleteReportsFailure(t *testing.T) {
	t.Parallel()
	d, f, _ := newFaulty(t)
	for i, step := range []string{"remove", "syncdir"} {
		f.arm(0, nil, false)
		b, err := put(t, d)
		if err != nil {
			t.Fatal(err)
		}
		f.arm(i+1, syscall.EIO, false)
		if err := d.Delete(t.Context(), b.Key); !errors.Is(err, syscall.EIO) || f.log[i] != step {
			t.Errorf("%s failed: %v after %v", step, err, f.log)
		}
	}
}
