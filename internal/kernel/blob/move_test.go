package blob_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"iter"
	"os"
	"strings"
	"testing"

	"foyer/internal/kernel/blob"
	"foyer/internal/kernel/blob/blobtest"
)

// filled is a store with blobs of every size in two workspaces, and their bytes.
func filled(t *testing.T, dir string) (*blob.Disk, []blob.Blob, map[string][]byte) {
	t.Helper()
	d, contents := openDisk(t, dir), map[string][]byte{}
	var all []blob.Blob
	for i, size := range []int{0, 1, 100_000, blob.Piece, 3*blob.Piece + 7, 9 << 20} {
		workspace := []string{blobtest.WorkspaceA, blobtest.WorkspaceB}[i%2]
		content := bytes.Repeat([]byte{byte('a' + i)}, size)
		b := blobtest.Put(t, d, workspace, content)
		all, contents[b.Key] = append(all, b), content
	}
	return d, all, contents
}

func each(all []blob.Blob) iter.Seq2[blob.Blob, error] {
	return func(yield func(blob.Blob, error) bool) {
		for _, b := range all {
			if !yield(b, nil) {
				return
			}
		}
	}
}

func holds(t *testing.T, s blob.Store, all []blob.Blob, contents map[string][]byte) {
	t.Helper()
	for _, b := range all {
		if got := blobtest.Read(t, s, b); !bytes.Equal(got, contents[b.Key]) {
			t.Errorf("%s has %d other bytes", b.Key, len(got))
		}
	}
}

func total(all []blob.Blob) (bytes int64) {
	for _, b := range all {
		bytes += b.Size
	}
	return bytes
}

func TestMoveThereAndBack(t *testing.T) {
	t.Parallel()
	disk, all, contents := filled(t, t.TempDir())
	s3, back := openS3(t, blobtest.S3(t)), openDisk(t, t.TempDir())
	for _, way := range []struct {
		from, to blob.Store
		copied   int
	}{{disk, s3, len(all)}, {disk, s3, 0}, {s3, back, len(all)}} {
		m, err := blob.Move(t.Context(), way.from, way.to, each(all))
		if err != nil || m.Blobs != len(all) || m.Copied != way.copied || m.Bytes != total(all) || len(m.Broken) > 0 {
			t.Errorf("%T to %T: %+v, %v", way.from, way.to, m, err)
		}
		holds(t, way.from, all, contents)
		holds(t, way.to, all, contents)
	}
}

// stops is a store that stops whoever copies to it, in the middle of a blob.
type stops struct {
	blob.Store
	after int
	stop  func()
}

func (s *stops) Restore(ctx context.Context, b blob.Blob, content io.Reader) error {
	if s.after--; s.after < 0 {
		content = io.MultiReader(io.LimitReader(content, b.Size/2), &failing{then: func() error { s.stop(); return io.EOF }}, content)
	}
	return s.Store.Restore(ctx, b, content)
}

func TestMoveGoesOnAfterAnInterruption(t *testing.T) {
	t.Parallel()
	disk, all, contents := filled(t, t.TempDir())
	address := blobtest.S3(t)
	to := openS3(t, address)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	m, err := blob.Move(ctx, disk, &stops{to, 4, cancel}, each(all))
	if !errors.Is(err, context.Canceled) || m.Blobs != 4 || m.Copied != 4 {
		t.Errorf("interrupted: %+v, %v", m, err)
	}
	if objects, uploads := blobtest.Left(t, address); len(objects) != 4 || len(uploads) != 0 {
		t.Errorf("there are %q and %q", objects, uploads)
	}
	m, err = blob.Move(t.Context(), disk, to, each(all))
	if err != nil || m.Blobs != len(all) || m.Copied != len(all)-4 || m.Bytes != total(all) {
		t.Errorf("again: %+v, %v", m, err)
	}
	holds(t, to, all, contents)
}

func TestMoveNamesWhatIsBroken(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	disk, all, contents := filled(t, dir)
	corrupt, gone, rest := all[4], all[2], []blob.Blob{all[0], all[1], all[3], all[5]}
	bad := bytes.Clone(contents[corrupt.Key])
	bad[blob.Piece+5] ^= 1
	if err := errors.Join(os.WriteFile(place(dir, corrupt.Key), bad, 0o600), os.Remove(place(dir, gone.Key))); err != nil {
		t.Fatal(err)
	}
	address := blobtest.S3(t)
	to := openS3(t, address)
	m, err := blob.Move(t.Context(), disk, to, each(all))
	if err != nil || m.Blobs != len(all) || m.Copied != len(rest) || m.Bytes != total(rest) || len(m.Broken) != 2 {
		t.Fatalf("%+v, %v", m, err)
	}
	for i, want := range []struct {
		of  blob.Blob
		err error
	}{{gone, fs.ErrNotExist}, {corrupt, blob.ErrCorrupt}} {
		if got := m.Broken[i]; !errors.Is(got, want.err) || !strings.Contains(got.Error(), want.of.Key) {
			t.Errorf("broken is %v, want %s", got, want.of.Key)
		}
	}
	holds(t, to, rest, contents)
	if objects, uploads := blobtest.Left(t, address); len(objects) != len(rest) || len(uploads) != 0 {
		t.Errorf("there are %q and %q", objects, uploads)
	}
}

// TestMoveMendsTheCopy holds that a copy is not believed for its name and size.
func TestMoveMendsTheCopy(t *testing.T) {
	t.Parallel()
	disk, all, contents := filled(t, t.TempDir())
	dir := t.TempDir()
	to := openDisk(t, dir)
	if _, err := blob.Move(t.Context(), disk, to, each(all)); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(place(dir, all[4].Key), make([]byte, all[4].Size), 0o600); err != nil {
		t.Fatal(err)
	}
	m, err := blob.Move(t.Context(), disk, to, each(all))
	if err != nil || m.Copied != 1 || len(m.Broken) > 0 {
		t.Errorf("%+v, %v", m, err)
	}
	holds(t, to, all, contents)
}

// forgets is a store that keeps nothing of what it takes.
type forgets struct{ blob.Store }

func (f forgets) Restore(_ context.Context, _ blob.Blob, content io.Reader) error {
	_, err := io.Copy(io.Discard, content)
	return err
}

func TestMoveBelievesNoStore(t *testing.T) {
	t.Parallel()
	disk, all, _ := filled(t, t.TempDir())
	m, err := blob.Move(t.Context(), disk, forgets{openDisk(t, t.TempDir())}, each(all))
	if err != nil || m.Copied != 0 || m.Bytes != 0 || len(m.Broken) != len(all) || !strings.Contains(m.Broken[0].Error(), all[0].Key) {
		t.Errorf("%+v, %v", m, err)
	}
}

// TestMoveEndsWithWhatIsNoFault holds that an error which says nothing of a blob is
// not counted as one.
func TestMoveEndsWithWhatIsNoFault(t *testing.T) {
	t.Parallel()
	disk, all, _ := filled(t, t.TempDir())
	line := blobtest.NewLine(t, blobtest.S3(t))
	to := openS3(t, line.Address)
	line.Down()
	if m, err := blob.Move(t.Context(), disk, to, each(all)); !away(err) || m.Blobs != 0 {
		t.Errorf("%+v, %v", m, err)
	}
	broken := errors.New("the database is gone")
	if _, err := blob.Move(t.Context(), disk, disk, func(yield func(blob.Blob, error) bool) { yield(blob.Blob{}, broken) }); !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
}
