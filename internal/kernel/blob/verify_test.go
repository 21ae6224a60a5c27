package blob_test

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"foyer/internal/kernel/blob"
	"foyer/internal/kernel/blob/blobtest"
)

// source reads bytes in a habit of its own, wherever it is sought to, and counts
// how often it is.
type source struct {
	io.Reader
	content *bytes.Reader
	habit   func(io.Reader) io.Reader
	seeks   int
}

func newSource(content []byte, habit func(io.Reader) io.Reader) *source {
	r := bytes.NewReader(content)
	return &source{Reader: habit(r), content: r, habit: habit}
}

func (s *source) Seek(offset int64, whence int) (int64, error) {
	s.seeks++
	at, err := s.content.Seek(offset, whence)
	s.Reader = s.habit(s.content)
	return at, err
}

func (s *source) Close() error { return nil }

func plain(r io.Reader) io.Reader { return r }

// rowOf is what the row of these bytes says.
func rowOf(t testing.TB, content []byte) blob.Blob {
	t.Helper()
	b, err := blob.Copy(t.Context(), io.Discard, bytes.NewReader(content), int64(len(content)))
	if err != nil {
		t.Fatal(err)
	}
	b.Key = "k"
	return b
}

// TestVerifiedReaders feeds the verifier by readers of every habit.
func TestVerifiedReaders(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	for _, size := range []int{0, 1, 100, 70_000, blob.Piece, blob.Piece + 1, 2 * blob.Piece} {
		content := bytes.Repeat([]byte("x"), size)
		b := rowOf(t, content)
		for name, habit := range map[string]func(io.Reader) io.Reader{
			"plain": plain, "one byte": iotest.OneByteReader, "halves": iotest.HalfReader, "end with data": iotest.DataErrReader,
		} {
			open := func(content []byte) io.ReadSeekCloser { return blob.Verified(newSource(content, habit), b) }
			if size <= 100 { // byte by byte
				if err := iotest.TestReader(open(content), content); err != nil {
					t.Errorf("%s, %d bytes: %v", name, size, err)
				}
			}
			if got, err := io.ReadAll(open(content)); err != nil || !bytes.Equal(got, content) {
				t.Errorf("%s, %d bytes: %d, %v", name, size, len(got), err)
			}
			for how, stored := range map[string][]byte{
				"one more": append([]byte("y"), content...), "one more at the end": append(bytes.Clone(content), 'x'), "but one": content[:max(0, size-1)],
			} {
				if len(stored) == size {
					continue
				}
				if got, err := io.ReadAll(open(stored)); !errors.Is(err, blob.ErrCorrupt) || size > 0 && len(got) >= size {
					t.Errorf("%s, %d bytes and %s: %d, %v", name, size, how, len(got), err)
				}
			}
		}
		failing := newSource(content, func(r io.Reader) io.Reader { return io.MultiReader(r, iotest.ErrReader(broken)) })
		if _, err := io.ReadAll(blob.Verified(failing, b)); !errors.Is(err, broken) {
			t.Errorf("%d bytes and a broken disk: %v", size, err)
		}
	}
}

// TestHashesThatDoNotFitTheRow holds that a row with hashes of too few, too many
// or other pieces opens nothing.
func TestHashesThatDoNotFitTheRow(t *testing.T) {
	t.Parallel()
	d := openDisk(t, t.TempDir())
	content := bytes.Repeat([]byte("0123456789"), 250_000)
	good := blobtest.Put(t, d, blobtest.WorkspaceA, content)
	sums, err := base64.RawStdEncoding.DecodeString(good.Pieces)
	if err != nil {
		t.Fatal(err)
	}
	text := base64.RawStdEncoding.EncodeToString
	for name, change := range map[string]func(*blob.Blob){
		"none":            func(b *blob.Blob) { b.Pieces = "" },
		"one too few":     func(b *blob.Blob) { b.Pieces = text(sums[32:]) },
		"one too many":    func(b *blob.Blob) { b.Pieces = text(append(sums[:32:32], sums...)) },
		"no base64":       func(b *blob.Blob) { b.Pieces = "!" + good.Pieces[1:] },
		"of one piece":    func(b *blob.Blob) { b.Size = 100 },
		"a hash cut off":  func(b *blob.Blob) { b.Pieces, b.Size, b.SHA256 = "", 1, "ab" },
		"less than empty": func(b *blob.Blob) { b.Pieces, b.Size = "", -1 },
	} {
		b := good
		change(&b)
		if _, err := blob.OpenVerified(t.Context(), d, b); !errors.Is(err, blob.ErrCorrupt) || !strings.Contains(err.Error(), b.Key) {
			t.Errorf("%s: %v", name, err)
		}
		if got, err := io.ReadAll(blob.Verified(newSource(content, plain), b)); !errors.Is(err, blob.ErrCorrupt) || len(got) > 0 {
			t.Errorf("%s: read %d bytes, %v", name, len(got), err)
		}
	}
	swapped := good
	swapped.Pieces = text(append(append(bytes.Clone(sums[32:64]), sums[:32]...), sums[64:]...))
	if got, err := io.ReadAll(blob.Verified(newSource(content, plain), swapped)); !errors.Is(err, blob.ErrCorrupt) || len(got) > 0 {
		t.Errorf("swapped: read %d bytes, %v", len(got), err)
	}
}

// TestSeekingIsFree holds that the store is sought only for a piece that does not
// follow the one before.
func TestSeekingIsFree(t *testing.T) {
	t.Parallel()
	content := bytes.Repeat([]byte("0123456789"), 350_000)
	s := newSource(content, plain)
	r := blob.Verified(s, rowOf(t, content))
	steps := []struct {
		offset int64
		whence int
		at     int64
		seeks  int // after a byte was read there
	}{
		{0, io.SeekStart, 0, 0},
		{0, io.SeekEnd, int64(len(content)), 0},
		{100, io.SeekStart, 100, 0},
		{10, io.SeekCurrent, 111, 0},
		{blob.Piece, io.SeekStart, blob.Piece, 0},
		{2 * blob.Piece, io.SeekStart, 2 * blob.Piece, 0},
		{5, io.SeekStart, 5, 1},
		{-1, io.SeekEnd, int64(len(content)) - 1, 2},
		{1 << 40, io.SeekStart, 1 << 40, 2},
	}
	for _, step := range steps {
		at, err := r.Seek(step.offset, step.whence)
		if err != nil || at != step.at {
			t.Errorf("%+v: at %d, %v", step, at, err)
		}
		one := make([]byte, 1)
		n, err := r.Read(one)
		if past := at >= int64(len(content)); past != errors.Is(err, io.EOF) || !past && (n != 1 || one[0] != content[at]) {
			t.Errorf("%+v: read %q, %v", step, one[:n], err)
		}
		if s.seeks != step.seeks {
			t.Errorf("%+v: the source was sought %d times", step, s.seeks)
		}
	}
	for _, bad := range []int64{-1, -1 << 60} {
		if at, err := r.Seek(bad, io.SeekStart); err == nil {
			t.Errorf("seek to %d: at %d", bad, at)
		}
	}
	if _, err := r.Seek(0, 7); err == nil {
		t.Error("there is no seventh place to count from")
	}
}

// TestABadPieceSpoilsNoOther holds that what is right can be read though another
// piece is not.
func TestABadPieceSpoilsNoOther(t *testing.T) {
	t.Parallel()
	content := bytes.Repeat([]byte("0123456789"), 350_000)
	b := rowOf(t, content)
	stored := bytes.Clone(content)
	stored[blob.Piece+17] ^= 1
	r := blob.Verified(newSource(stored, plain), b)
	for _, at := range []int64{2 * blob.Piece, blob.Piece, blob.Piece - 1, blob.Piece + 500, 3 * blob.Piece, 0} {
		if _, err := r.Seek(at, io.SeekStart); err != nil {
			t.Fatal(err)
		}
		one := make([]byte, 1)
		n, err := r.Read(one)
		if bad := at/blob.Piece == 1; bad != errors.Is(err, blob.ErrCorrupt) || bad != (n == 0) {
			t.Errorf("at %d: %d bytes, %v", at, n, err)
		}
	}
}

func BenchmarkVerifiedRead(b *testing.B) {
	d, err := blob.OpenDisk(b.TempDir())
	if err != nil {
		b.Fatal(err)
	}
	defer d.Close()
	for _, size := range []int{100_000, 8 << 20} {
		row := blobtest.Put(b, d, blobtest.WorkspaceA, bytes.Repeat([]byte("x"), size))
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			b.SetBytes(row.Size)
			b.ReportAllocs()
			for b.Loop() {
				r, err := blob.OpenVerified(b.Context(), d, row)
				if err != nil {
					b.Fatal(err)
				}
				if _, err := io.Copy(io.Discard, r); err != nil {
					b.Fatal(err)
				}
				_ = r.Close()
			}
		})
	}
}
