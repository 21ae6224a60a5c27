// Package blobtest is the suite that every blob.Store passes.
package blobtest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"slices"
	"strings"
	"sync"
	"testing"

	"foyer/internal/kernel/blob"
	"foyer/internal/kernel/problem"
)

// Two workspaces to put blobs into.
const (
	WorkspaceA = "06b9q4h2k8000000000000000a"
	WorkspaceB = "06b9q4h2k8000000000000000b"
)

// Run holds a Store to what every Store does. open gives an empty one.
func Run(t *testing.T, open func(t *testing.T) blob.Store) {
	t.Helper()
	for name, test := range map[string]func(*testing.T, blob.Store){
		"what is put is read":        roundTrip,
		"streams":                    streams,
		"limit":                      limit,
		"failing content":            failingContent,
		"stopped":                    stopped,
		"keys are random and scoped": keys,
		"bad keys":                   badKeys,
		"missing":                    missing,
		"delete":                     deletion,
		"seek":                       seek,
		"pieces":                     pieces,
		"restore":                    restoring,
		"restoring what is none":     restoringWrong,
		"pages of a list":            pages,
		"many at once":               manyAtOnce,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, open(t))
		})
	}
}

// Put stores bytes; the test fails when it cannot.
func Put(tb testing.TB, s blob.Store, workspaceID string, content []byte) blob.Blob {
	tb.Helper()
	b, err := s.Put(tb.Context(), workspaceID, bytes.NewReader(content), int64(len(content)))
	if err != nil {
		tb.Fatalf("put: %v", err)
	}
	return b
}

// Read gives the verified bytes of a blob; the test fails when it cannot.
func Read(tb testing.TB, s blob.Store, b blob.Blob) []byte {
	tb.Helper()
	r, err := blob.OpenVerified(tb.Context(), s, b)
	if err != nil {
		tb.Fatalf("open: %v", err)
	}
	defer r.Close()
	content, err := io.ReadAll(r)
	if err != nil {
		tb.Fatalf("read: %v", err)
	}
	return content
}

// Empty fails the test when the workspace holds a blob.
func Empty(tb testing.TB, s blob.Store, workspaceID string) {
	tb.Helper()
	if list, err := s.List(context.Background(), workspaceID, "", 10); err != nil || len(list) != 0 {
		tb.Errorf("the list is %v (%v), want none", list, err)
	}
}

func hexSum(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

func roundTrip(t *testing.T, s blob.Store) {
	for _, content := range [][]byte{{}, {0}, []byte("hello"), bytes.Repeat([]byte("0123456789"), 30_000)} {
		b := Put(t, s, WorkspaceA, content)
		if b.Size != int64(len(content)) || b.SHA256 != hexSum(content) {
			t.Errorf("put %d bytes, the row would say %+v", len(content), b)
		}
		if got := Read(t, s, b); !bytes.Equal(got, content) {
			t.Errorf("%d bytes came back as %d others", len(content), len(got))
		}
		info, err := s.Stat(t.Context(), b.Key)
		if err != nil || info.Key != b.Key || info.Size != b.Size || info.Stored.IsZero() {
			t.Errorf("stat says %+v (%v)", info, err)
		}
	}
}

// source makes n bytes as they are asked for and notes how many at most were
// asked for in one go.
type source struct {
	left, widest int
	end          error // instead of io.EOF
}

func (s *source) Read(p []byte) (int, error) {
	s.widest = max(s.widest, len(p))
	if s.left == 0 {
		if s.end != nil {
			return 0, s.end
		}
		return 0, io.EOF
	}
	n := min(len(p), s.left)
	for i := range n {
		p[i] = byte(s.left - i)
	}
	s.left -= n
	return n, nil
}

func streams(t *testing.T, s blob.Store) {
	content := &source{left: 24 << 20}
	b, err := s.Put(t.Context(), WorkspaceA, content, 1<<30)
	if err != nil || b.Size != 24<<20 {
		t.Fatalf("put: %+v, %v", b, err)
	}
	if content.widest > 8<<20 {
		t.Errorf("asked for %d bytes at a time: the content is gathered in memory", content.widest)
	}
	r, err := blob.OpenVerified(t.Context(), s, b)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if n, err := io.Copy(io.Discard, r); err != nil || n != b.Size {
		t.Errorf("read %d bytes: %v", n, err)
	}
}

func limit(t *testing.T, s blob.Store) {
	for _, size := range []int{101, 100_000} {
		b, err := s.Put(t.Context(), WorkspaceA, &source{left: size}, 100)
		p, ok := problem.As(err)
		if !ok || p.Kind != problem.TooLarge || !slices.Equal(p.Message.Args, []any{"limit", blob.Bytes(100)}) {
			t.Errorf("%d bytes: %+v, %v", size, b, err)
		}
	}
	Empty(t, s, WorkspaceA)
	endless := &source{left: 1 << 40}
	if _, err := s.Put(t.Context(), WorkspaceA, endless, 1<<20); !problem.Is(err, problem.TooLarge) {
		t.Errorf("endless content: %v", err)
	}
	if read := 1<<40 - endless.left; read > 16<<20 {
		t.Errorf("%d bytes were read to find that there are more than 1 MB", read)
	}
	if b, err := s.Put(t.Context(), WorkspaceA, &source{left: 100}, 100); err != nil || b.Size != 100 {
		t.Errorf("exactly at the limit: %+v, %v", b, err)
	}
}

func failingContent(t *testing.T, s blob.Store) {
	broken := errors.New("the line went dead")
	for _, size := range []int{0, 1, 1 << 20} {
		_, err := s.Put(t.Context(), WorkspaceA, &source{left: size, end: broken}, 1<<30)
		if !errors.Is(err, broken) {
			t.Errorf("after %d bytes: %v", size, err)
		}
	}
	Empty(t, s, WorkspaceA)
}

// stopping ends the context while it is read.
type stopping struct {
	source
	stop func()
}

func (s *stopping) Read(p []byte) (int, error) {
	if s.left < 1<<20 {
		s.stop()
	}
	return s.source.Read(p)
}

func stopped(t *testing.T, s blob.Store) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	content := &stopping{source: source{left: 2 << 20}, stop: cancel}
	if _, err := s.Put(ctx, WorkspaceA, content, 1<<30); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	Empty(t, s, WorkspaceA)
}

func keys(t *testing.T, s blob.Store) {
	seen := map[string]bool{}
	for range 20 {
		b := Put(t, s, WorkspaceA, []byte("the same"))
		workspaceID, _, err := blob.SplitKey(b.Key)
		if err != nil || workspaceID != WorkspaceA || seen[b.Key] {
			t.Errorf("key %q (%v)", b.Key, err)
		}
		seen[b.Key] = true
	}
	for _, bad := range []string{"", ".", "..", "../" + WorkspaceA[3:], WorkspaceA + "/x", strings.ToUpper(WorkspaceA), "tmp"} {
		if _, err := s.Put(t.Context(), bad, strings.NewReader("x"), 10); !errors.Is(err, blob.ErrKey) {
			t.Errorf("put into %q: %v", bad, err)
		}
		if _, err := s.List(t.Context(), bad, "", 10); !errors.Is(err, blob.ErrKey) {
			t.Errorf("list of %q: %v", bad, err)
		}
	}
}

func badKeys(t *testing.T, s blob.Store) {
	good := Put(t, s, WorkspaceA, []byte("mine")).Key
	random := good[len(WorkspaceA)+1:]
	for _, key := range []string{
		"", "/", ".", "..", "x", WorkspaceA, WorkspaceA + "/", random, "/" + good, good + "/", good + "x", good[:len(good)-1],
		good + "\x00", good[:len(good)-1] + "\x00", WorkspaceA + "\x00" + random, good + "/..", "../" + good, "./" + good,
		WorkspaceA + "//" + random[1:], WorkspaceA + "/../" + random[3:], WorkspaceA + `\` + random, WorkspaceA + "/" + strings.ToUpper(random),
		WorkspaceA + "/" + strings.Repeat("../", 8) + "ab", "../../../../etc/passwd", "/etc/passwd", `..\..\windows\win.ini`,
		WorkspaceA + "/%2e%2e%2f" + random[9:], WorkspaceA + "/" + random[:25] + ".", WorkspaceA + "/" + random[:24] + "é", "tmp/" + good,
	} {
		_, openErr := s.Open(t.Context(), key)
		_, statErr := s.Stat(t.Context(), key)
		_, listErr := s.List(t.Context(), WorkspaceA, key, 10)
		if key == "" {
			listErr = blob.ErrKey // "" begins at the first
		}
		for call, err := range map[string]error{
			"open": openErr, "stat": statErr, "list": listErr, "delete": s.Delete(t.Context(), key),
		} {
			if !errors.Is(err, blob.ErrKey) {
				t.Errorf("%s %q: %v", call, key, err)
			}
		}
	}
	if _, err := s.List(t.Context(), WorkspaceB, good, 10); !errors.Is(err, blob.ErrKey) {
		t.Errorf("a list of one workspace begins at a key of another: %v", err)
	}
	if _, err := s.Stat(t.Context(), good); err != nil {
		t.Errorf("the good blob suffered: %v", err)
	}
}

func missing(t *testing.T, s blob.Store) {
	for range 3 {
		key, err := blob.NewKey(WorkspaceB)
		if err != nil {
			t.Fatal(err)
		}
		_, openErr := s.Open(t.Context(), key)
		_, statErr := s.Stat(t.Context(), key)
		if !errors.Is(openErr, fs.ErrNotExist) || !errors.Is(statErr, fs.ErrNotExist) {
			t.Errorf("open: %v; stat: %v", openErr, statErr)
		}
	}
	Empty(t, s, WorkspaceB)
}

func deletion(t *testing.T, s blob.Store) {
	gone, stays := Put(t, s, WorkspaceA, []byte("gone")), Put(t, s, WorkspaceA, []byte("stays"))
	for range 2 {
		if err := s.Delete(t.Context(), gone.Key); err != nil {
			t.Errorf("delete: %v", err)
		}
	}
	if _, err := s.Open(t.Context(), gone.Key); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the deleted blob opens: %v", err)
	}
	if got := Read(t, s, stays); string(got) != "stays" {
		t.Errorf("the other one is %q", got)
	}
}

func seek(t *testing.T, s blob.Store) {
	b := Put(t, s, WorkspaceA, []byte("0123456789"))
	r, err := s.Open(t.Context(), b.Key)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if size, err := r.Seek(0, io.SeekEnd); err != nil || size != 10 {
		t.Errorf("the end is at %d (%v)", size, err)
	}
	if _, err := r.Seek(4, io.SeekStart); err != nil {
		t.Error(err)
	}
	if rest, err := io.ReadAll(r); err != nil || string(rest) != "456789" {
		t.Errorf("the rest is %q (%v)", rest, err)
	}
}

// pieces reads a blob of three pieces from every kind of place.
func pieces(t *testing.T, s blob.Store) {
	content := make([]byte, 2*blob.Piece+1000)
	for i := range content {
		content[i] = byte(i % 251)
	}
	b := Put(t, s, WorkspaceA, content)
	if want := 3 * sha256.Size; base64.RawStdEncoding.DecodedLen(len(b.Pieces)) != want {
		t.Errorf("the hashes are %q, want %d bytes of them", b.Pieces, want)
	}
	r, err := blob.OpenVerified(t.Context(), s, b)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	for _, at := range []int{len(content) - 1, 0, blob.Piece, blob.Piece - 1, 2*blob.Piece - 1, len(content), 7, 2 * blob.Piece} {
		if got, err := r.Seek(int64(at), io.SeekStart); err != nil || got != int64(at) {
			t.Fatalf("seek to %d: %d, %v", at, got, err)
		}
		if rest, err := io.ReadAll(r); err != nil || !bytes.Equal(rest, content[at:]) {
			t.Errorf("from %d on: %d bytes, %v", at, len(rest), err)
		}
	}
}

func pages(t *testing.T, s blob.Store) {
	var want []string
	for i := range 23 {
		want = append(want, Put(t, s, WorkspaceA, make([]byte, i)).Key)
	}
	other := Put(t, s, WorkspaceB, []byte("other"))
	slices.Sort(want)
	for _, n := range []int{1, 5, 23, 100} {
		var got []string
		after := ""
		for {
			page, err := s.List(t.Context(), WorkspaceA, after, n)
			if err != nil {
				t.Fatal(err)
			}
			if len(page) == 0 {
				break
			}
			if len(page) > n {
				t.Fatalf("a page of %d has %d", n, len(page))
			}
			for _, info := range page {
				got = append(got, info.Key)
				if stat, err := s.Stat(t.Context(), info.Key); err != nil || stat.Size != info.Size || !stat.Stored.Equal(info.Stored) {
					t.Errorf("the list says %+v, stat %+v (%v)", info, stat, err)
				}
			}
			after = page[len(page)-1].Key
		}
		if !slices.Equal(got, want) {
			t.Errorf("in pages of %d: %v\nwant %v", n, got, want)
		}
	}
	if page, err := s.List(t.Context(), WorkspaceB, "", 10); err != nil || len(page) != 1 || page[0].Key != other.Key {
		t.Errorf("the other workspace has %v (%v)", page, err)
	}
}

// foreign is a blob of another store.
func foreign(t *testing.T, content []byte) blob.Blob {
	t.Helper()
	b, err := blob.Copy(t.Context(), io.Discard, bytes.NewReader(content), int64(len(content)))
	if err != nil {
		t.Fatal(err)
	}
	if b.Key, err = blob.NewKey(WorkspaceA); err != nil {
		t.Fatal(err)
	}
	return b
}

func restoring(t *testing.T, s blob.Store) {
	var want []string
	for _, size := range []int{0, 1, 100_000, 9 << 20} {
		content := bytes.Repeat([]byte("r"), size)
		b := foreign(t, content)
		want = append(want, b.Key)
		for range 2 { // and again
			if err := s.Restore(t.Context(), b, bytes.NewReader(content)); err != nil {
				t.Errorf("%d bytes: %v", size, err)
			}
			if got := Read(t, s, b); !bytes.Equal(got, content) {
				t.Errorf("%d bytes came back as %d others", size, len(got))
			}
		}
	}
	slices.Sort(want)
	list, err := s.List(t.Context(), WorkspaceA, "", 10)
	if err != nil || len(list) != len(want) {
		t.Fatalf("the list is %v (%v), want %v", list, err, want)
	}
	for i, info := range list {
		if info.Key != want[i] {
			t.Errorf("the list has %s, want %s", info.Key, want[i])
		}
	}
}

func restoringWrong(t *testing.T, s blob.Store) {
	broken := errors.New("the line went dead")
	for _, size := range []int{100, 9 << 20} {
		content := bytes.Repeat([]byte("r"), size)
		b := foreign(t, content)
		changed := bytes.Clone(content)
		changed[size/2] ^= 1
		try := func() {
			t.Helper()
			for how, one := range map[string]struct {
				content io.Reader
				wants   error
			}{
				"changed": {bytes.NewReader(changed), blob.ErrCorrupt}, "short": {bytes.NewReader(content[1:]), blob.ErrCorrupt},
				"long": {bytes.NewReader(append(bytes.Clone(content), 'r')), blob.ErrCorrupt}, "endless": {&source{left: 1 << 40}, blob.ErrCorrupt},
				"failing": {&source{left: size / 2, end: broken}, broken},
			} {
				if err := s.Restore(t.Context(), b, one.content); !errors.Is(err, one.wants) {
					t.Errorf("%d bytes, %s: %v", size, how, err)
				}
			}
		}
		try()
		Empty(t, s, WorkspaceA)
		if err := s.Restore(t.Context(), b, bytes.NewReader(content)); err != nil {
			t.Error(err)
		}
		try()
		if got := Read(t, s, b); !bytes.Equal(got, content) {
			t.Errorf("what was there of %d bytes has changed", size)
		}
		if err := s.Delete(t.Context(), b.Key); err != nil {
			t.Error(err)
		}
	}
	b := foreign(t, nil)
	for _, key := range []string{"", WorkspaceA, "../" + b.Key[3:], b.Key + "x"} {
		b.Key = key
		if err := s.Restore(t.Context(), b, strings.NewReader("")); !errors.Is(err, blob.ErrKey) {
			t.Errorf("restore as %q: %v", key, err)
		}
	}
}

func manyAtOnce(t *testing.T, s blob.Store) {
	var all sync.WaitGroup
	for i := range 16 {
		all.Go(func() {
			content := bytes.Repeat([]byte{byte(i)}, 100_000+i)
			b, err := s.Put(t.Context(), WorkspaceA, bytes.NewReader(content), 1<<20)
			if err != nil {
				t.Error(err)
				return
			}
			if r, err := blob.OpenVerified(t.Context(), s, b); err != nil {
				t.Error(err)
			} else {
				got, err := io.ReadAll(r)
				if err != nil || !bytes.Equal(got, content) {
					t.Errorf("blob %d came back changed: %v", i, err)
				}
				_ = r.Close()
			}
		})
	}
	all.Wait()
	if list, err := s.List(t.Context(), WorkspaceA, "", 100); err != nil || len(list) != 16 {
		t.Errorf("%d blobs are listed (%v)", len(list), err)
	}
}
