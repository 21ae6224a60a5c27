package blob_test

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"foyer/internal/kernel/blob"
	"foyer/internal/kernel/blob/blobtest"
	"foyer/internal/kernel/problem"
)

// away tells whether people hear that the store is.
func away(err error) bool {
	p, ok := problem.As(err)
	return ok && p.Kind == problem.Unavailable && p.Message.Key == "blob.away"
}

// TestAServerThatIsAway holds that every call says so, and soon, whether the server
// refuses connections or says nothing on them.
func TestAServerThatIsAway(t *testing.T) {
	t.Parallel()
	address := blobtest.S3(t)
	line := blobtest.NewLine(t, address)
	s := openS3(t, line.Address)
	s.Hurry(time.Second, 500*time.Millisecond)
	b, other := blobtest.Put(t, s, blobtest.WorkspaceA, []byte("there")), blobtest.Put(t, s, blobtest.WorkspaceA, nil)
	open, err := s.Open(t.Context(), b.Key)
	if err != nil {
		t.Fatal(err)
	}
	_ = s.Close() // or a connection with more patience is used
	for name, spoil := range map[string]func(){
		"down": line.Down, "silent": func() { line.Poison("downstream", "latency", map[string]int{"latency": 60_000}) },
	} {
		spoil()
		began := time.Now()
		var calls sync.WaitGroup
		for call, try := range map[string]func() error{
			"put": func() error {
				_, err := s.Put(t.Context(), blobtest.WorkspaceA, strings.NewReader("x"), 10)
				return err
			},
			"restore": func() error { return s.Restore(t.Context(), b, strings.NewReader("there")) },
			"open":    func() error { _, err := s.Open(t.Context(), b.Key); return err },
			"stat":    func() error { _, err := s.Stat(t.Context(), b.Key); return err },
			"list":    func() error { _, err := s.List(t.Context(), blobtest.WorkspaceA, "", 10); return err },
			"read":    func() error { _, err := open.Read(make([]byte, 10)); return err },
			"delete":  func() error { return s.Delete(t.Context(), other.Key) },
		} {
			calls.Go(func() {
				if err := try(); !away(err) {
					t.Errorf("%s, %s: %v", name, call, err)
				}
			})
		}
		calls.Wait()
		if took := time.Since(began); took > 10*time.Second {
			t.Errorf("%s: the calls took %v", name, took)
		}
		line.Heal()
		if got := blobtest.Read(t, s, b); string(got) != "there" {
			t.Errorf("after %s it is %q", name, got)
		}
	}
	// What was put in silence, and taken for lost, was taken away unheard.
	if objects, _ := blobtest.Left(t, address); !slices.Equal(objects, []string{b.Key}) {
		t.Errorf("there are %q, want %q", objects, b.Key)
	}
}

// TestASlowServerIsNotAway holds that what moves, however slowly, goes on.
func TestASlowServerIsNotAway(t *testing.T) {
	t.Parallel()
	line := blobtest.NewLine(t, blobtest.S3(t))
	s := openS3(t, line.Address)
	content := bytes.Repeat([]byte("0123456789"), 200_000)
	line.Poison("upstream", "bandwidth", map[string]int{"rate": 4000})
	line.Poison("downstream", "bandwidth", map[string]int{"rate": 1000})
	line.Poison("downstream", "latency", map[string]int{"latency": 50})
	b := blobtest.Put(t, s, blobtest.WorkspaceA, content)
	_ = s.Close() // or a connection with more patience is used
	s.Hurry(1200*time.Millisecond, 0)
	began := time.Now()
	if got := blobtest.Read(t, s, b); !bytes.Equal(got, content) {
		t.Errorf("%d bytes came back", len(got))
	}
	if took := time.Since(began); took < 1300*time.Millisecond {
		t.Errorf("the line was not slow: %v", took)
	}
}

func TestAnUploadThatIsCut(t *testing.T) {
	t.Parallel()
	address := blobtest.S3(t)
	line := blobtest.NewLine(t, address)
	s := openS3(t, line.Address)
	s.Hurry(time.Second, 300*time.Millisecond)
	_ = s.Close()
	line.Cut("upstream", 4<<20)
	for _, size := range []int{6 << 20, 24 << 20} { // in one request, and in parts
		b, err := s.Put(t.Context(), blobtest.WorkspaceA, bytes.NewReader(content24()[:size]), 1<<30)
		if !away(err) || b != (blob.Blob{}) {
			t.Errorf("%d bytes: %+v, %v", size, b, err)
		}
		if objects, uploads := blobtest.Left(t, address); len(objects)+len(uploads) != 0 {
			t.Errorf("%d bytes leave %q and %q", size, objects, uploads)
		}
	}
	line.Heal()
	// One cut is made good: the part goes over again.
	s.Hurry(8*time.Second, 4*time.Second)
	line.Cut("upstream", 12<<20)
	b := blobtest.Put(t, s, blobtest.WorkspaceA, content24())
	line.Heal()
	if got := blobtest.Read(t, s, b); !bytes.Equal(got, content24()) {
		t.Errorf("%d bytes came back", len(got))
	}
}

// TestALineThatDiesDuringAnUpload holds that what nobody could take away any more
// is swept by the start after.
func TestALineThatDiesDuringAnUpload(t *testing.T) {
	t.Parallel()
	address := blobtest.S3(t)
	line := blobtest.NewLine(t, address)
	s := openS3(t, line.Address)
	s.Hurry(time.Second, 200*time.Millisecond)
	content := io.MultiReader(bytes.NewReader(content24()[:20<<20]), &failing{left: 1, then: func() error { line.Down(); return io.EOF }})
	if b, err := s.Put(t.Context(), blobtest.WorkspaceA, content, 1<<30); !away(err) {
		t.Errorf("%+v, %v", b, err)
	}
	line.Heal()
	if objects, uploads := blobtest.Left(t, address); len(objects) != 0 || len(uploads) != 1 {
		t.Errorf("there are %q and %q", objects, uploads)
	}
	s.Sweep(t.Context(), time.Now().Add(25*time.Hour))
	if _, uploads := blobtest.Left(t, address); len(uploads) != 0 {
		t.Errorf("after the sweep there are %q", uploads)
	}
}

func TestADownloadThatIsCut(t *testing.T) {
	t.Parallel()
	line := blobtest.NewLine(t, blobtest.S3(t))
	s := openS3(t, line.Address)
	s.Hurry(time.Second, 300*time.Millisecond)
	content := content24()[:3<<20]
	b := blobtest.Put(t, s, blobtest.WorkspaceA, content)
	_ = s.Close()
	line.Cut("downstream", 3<<19)
	for name, open := range map[string]func() (io.ReadSeekCloser, error){
		"plain":    func() (io.ReadSeekCloser, error) { return s.Open(t.Context(), b.Key) },
		"verified": func() (io.ReadSeekCloser, error) { return blob.OpenVerified(t.Context(), s, b) },
	} {
		r, err := open()
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(r)
		if !away(err) || errors.Is(err, blob.ErrCorrupt) || len(got) >= len(content) || !bytes.HasPrefix(content, got) {
			t.Errorf("%s: %d bytes, then %v", name, len(got), err)
		}
		if name == "verified" && len(got) != blob.Piece {
			t.Errorf("%d bytes were given out, want a piece", len(got))
		}
		_ = r.Close()
	}
	r, err := blob.OpenVerified(t.Context(), s, b)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	first, err := io.ReadAll(r)
	line.Heal()
	rest, err2 := io.ReadAll(r)
	if err == nil || err2 != nil || !bytes.Equal(append(first, rest...), content) {
		t.Errorf("%d bytes (%v), and %d more once the line is good (%v)", len(first), err, len(rest), err2)
	}
}
