package blob_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"foyer/internal/kernel/blob"
	"foyer/internal/kernel/blob/blobtest"
)

func openDisk(t *testing.T, dir string) *blob.Disk {
	t.Helper()
	d, err := blob.OpenDisk(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	return d
}

func TestDiskIsAStore(t *testing.T) {
	t.Parallel()
	blobtest.Run(t, func(t *testing.T) blob.Store { return openDisk(t, t.TempDir()) })
}

// files lists the plain files and links below a directory.
func files(t *testing.T, dir string) []string {
	t.Helper()
	var names []string
	err := filepath.WalkDir(dir, func(name string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			names = append(names, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

func TestDiskOutlivesItself(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "data", "files")
	first := openDisk(t, dir)
	b := blobtest.Put(t, first, blobtest.WorkspaceA, []byte("kept"))
	if got := blobtest.Read(t, openDisk(t, dir), b); string(got) != "kept" {
		t.Errorf("after opening again it is %q", got)
	}
	if names := files(t, dir); len(names) != 1 {
		t.Errorf("there are the files %v", names)
	}
}

func TestDiskIsPrivate(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "files")
	blobtest.Put(t, openDisk(t, dir), blobtest.WorkspaceA, []byte("private"))
	err := filepath.WalkDir(dir, func(name string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := e.Info()
		if err != nil {
			return err
		}
		want := fs.FileMode(0o600)
		if e.IsDir() {
			want = 0o700
		}
		if info.Mode().Perm() != want {
			t.Errorf("%s may be used by others: %s", name, info.Mode())
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// place is the file of a key.
func place(dir, key string) string {
	workspaceID, random, err := blob.SplitKey(key)
	if err != nil {
		panic(err)
	}
	return filepath.Join(dir, workspaceID, random[:2], random)
}

func TestChangedBytesAreNoticed(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	d := openDisk(t, dir)
	for _, content := range []string{strings.Repeat("0123456789", 20_000), strings.Repeat("0123456789", 220_000)} {
		changedBytes(t, d, dir, content)
	}
}

func changedBytes(t *testing.T, d *blob.Disk, dir, content string) {
	for name, changed := range map[string]string{
		"first byte": "x" + content[1:],
		"last byte":  content[:len(content)-1] + "x",
		"cut short":  content[:len(content)-1],
		"grown":      content + "x",
		"emptied":    "",
	} {
		b := blobtest.Put(t, d, blobtest.WorkspaceA, []byte(content))
		if err := os.WriteFile(place(dir, b.Key), []byte(changed), 0o600); err != nil {
			t.Fatal(err)
		}
		r, err := blob.OpenVerified(t.Context(), d, b)
		if err != nil {
			t.Fatal(err)
		}
		passed := 0
		buffer := make([]byte, 4096)
		for err == nil {
			var n int
			n, err = r.Read(buffer)
			passed += n
		}
		_ = r.Close()
		if !errors.Is(err, blob.ErrCorrupt) || passed >= len(content) || changed != "" && content[:passed] != changed[:passed] {
			t.Errorf("%s of %d: %d bytes were passed on, then %v", name, len(content), passed, err)
		}
	}
}

func TestLinksAreNotFollowed(t *testing.T) {
	t.Parallel()
	outside := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(outside, []byte("secret"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, replace := range map[string]func(file, other string) error{
		"to a file outside": func(file, _ string) error { return os.Symlink(outside, file) },
		"to another blob":   func(file, other string) error { return os.Symlink("../../"+other, file) },
		"a directory":       func(file, _ string) error { return os.Mkdir(file, 0o700) },
	} {
		dir := t.TempDir()
		d := openDisk(t, dir)
		other := blobtest.Put(t, d, blobtest.WorkspaceB, []byte("of another workspace"))
		key := blobtest.Put(t, d, blobtest.WorkspaceA, []byte("mine")).Key
		relative, err := filepath.Rel(dir, place(dir, other.Key))
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(os.Remove(place(dir, key)), replace(place(dir, key), relative)); err != nil {
			t.Fatal(err)
		}
		if _, err := d.Open(t.Context(), key); !errors.Is(err, blob.ErrCorrupt) {
			t.Errorf("%s: open gives %v", name, err)
		}
		if _, err := d.Stat(t.Context(), key); !errors.Is(err, blob.ErrCorrupt) {
			t.Errorf("%s: stat gives %v", name, err)
		}
		blobtest.Empty(t, d, blobtest.WorkspaceA)
	}
}

func TestLinkedDirectoriesDoNotLeadOut(t *testing.T) {
	t.Parallel()
	dir, outside := t.TempDir(), t.TempDir()
	d := openDisk(t, dir)
	if err := os.Symlink(outside, filepath.Join(dir, blobtest.WorkspaceA)); err != nil {
		t.Fatal(err)
	}
	if b, err := d.Put(t.Context(), blobtest.WorkspaceA, strings.NewReader("x"), 10); err == nil {
		t.Errorf("stored %+v", b)
	}
	if names := append(files(t, outside), files(t, filepath.Join(dir, "tmp"))...); len(names) != 0 {
		t.Errorf("there are the files %v", names)
	}
}

func TestForeignFilesAreLeftAlone(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	d := openDisk(t, dir)
	b := blobtest.Put(t, d, blobtest.WorkspaceA, []byte("mine"))
	shard := filepath.Dir(place(dir, b.Key))
	wrongShard := filepath.Join(filepath.Dir(shard), "00")
	if err := errors.Join(
		os.WriteFile(filepath.Join(shard, "README"), nil, 0o600),
		os.WriteFile(filepath.Join(filepath.Dir(shard), "notes"), nil, 0o600),
		os.Mkdir(wrongShard, 0o700),
		os.WriteFile(filepath.Join(wrongShard, filepath.Base(place(dir, b.Key))), nil, 0o600),
	); err != nil {
		t.Fatal(err)
	}
	list, err := d.List(t.Context(), blobtest.WorkspaceA, "", 10)
	if err != nil || len(list) != 1 || list[0].Key != b.Key {
		t.Errorf("the list is %v (%v)", list, err)
	}
}

func TestRemainsOfACrashAreCleared(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	openDisk(t, dir)
	old, fresh := filepath.Join(dir, "tmp", "old"), filepath.Join(dir, "tmp", "fresh")
	for _, name := range []string{old, fresh} {
		if err := os.WriteFile(name, []byte("half"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	info, err := os.Stat(fresh)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(old, time.Time{}, info.ModTime().Add(-25*time.Hour)); err != nil {
		t.Fatal(err)
	}
	openDisk(t, dir)
	if names := files(t, dir); len(names) != 1 || names[0] != fresh {
		t.Errorf("there are the files %v", names)
	}
}

func TestOpenDiskSaysWhyNot(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	plain := filepath.Join(dir, "plain")
	if err := os.WriteFile(plain, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	blocked := filepath.Join(dir, "blocked")
	if err := errors.Join(os.Mkdir(blocked, 0o700), os.WriteFile(filepath.Join(blocked, "tmp"), nil, 0o600)); err != nil {
		t.Fatal(err)
	}
	for name, words := range map[string]string{
		plain:                       "cannot be made",
		filepath.Join(plain, "sub"): "cannot be made",
		blocked:                     "cannot be written",
	} {
		d, err := blob.OpenDisk(name)
		if err == nil {
			_ = d.Close()
			t.Errorf("%s opens", name)
			continue
		}
		if text := err.Error(); !strings.Contains(text, words) || !strings.Contains(text, name) ||
			strings.Contains(text, "\n") || strings.Count(text, name) != 1 {
			t.Errorf("%s: %q", name, text)
		}
	}
}
