package web_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"unicode"

	"foyer/internal/face/web"
	"foyer/internal/feature/document"
	"foyer/internal/feature/document/documenttest"
	"foyer/internal/kernel/blob"
	"foyer/internal/kernel/problem"
)

const keeper = "019a0000000070008000000001"

// vault is a house with a store of bytes, which counts what is noted.
type vault struct {
	*house
	disk  blob.Store
	mu    sync.Mutex
	noted int   // and a hundred for a part that does not begin with the first byte
	fails error // what noting ends with
}

func openVault(t *testing.T) *vault {
	t.Helper()
	disk, err := blob.OpenDisk(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = disk.Close() })
	return &vault{house: onOne(t, secureBase), disk: disk}
}

// keep stores bytes and answers with them from now on.
func (v *vault) keep(t *testing.T, name, mediaType string, content []byte) (etag string) {
	t.Helper()
	b, err := v.disk.Put(t.Context(), keeper, bytes.NewReader(content), 1<<30)
	if err != nil {
		t.Fatal(err)
	}
	v.answer(t, name, mediaType, b)
	return `"` + b.SHA256 + `"`
}

func (v *vault) answer(t *testing.T, name, mediaType string, b blob.Blob) {
	t.Helper()
	v.stored = func() web.Stored {
		r, err := blob.OpenVerified(context.WithoutCancel(t.Context()), v.disk, b)
		if err != nil {
			t.Error(err)
		}
		return web.Stored{Name: name, MediaType: mediaType, SHA256: b.SHA256, Content: r, Note: func(_ context.Context, first bool) error {
			v.mu.Lock()
			defer v.mu.Unlock()
			v.noted += map[bool]int{true: 1, false: 100}[first]
			return v.fails
		}}
	}
}

// notes are how often something was noted since the last time.
func (v *vault) notes() int {
	v.mu.Lock()
	defer v.mu.Unlock()
	n := v.noted
	v.noted = 0
	return n
}

// fetch asks for the file with headers in pairs.
func (v *vault) fetch(method string, headers ...string) *httptest.ResponseRecorder {
	r := v.request(method, "/portal/stored", "")
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	return v.ask(r)
}

// lines are bytes of a size that differ everywhere.
func lines(size int) []byte {
	out := make([]byte, 0, size+64)
	for sum := sha256.Sum256(nil); len(out) < size; sum = sha256.Sum256(sum[:]) {
		out = append(out, hex.EncodeToString(sum[:])...)
	}
	return out[:size]
}

// A file comes whole or in the range that was asked for, and is noted when its first
// byte goes out and only then.
func TestAFileIsSent(t *testing.T) {
	t.Parallel()
	v := openVault(t)
	size := 2*blob.Piece + 1000
	content := lines(size)
	etag := v.keep(t, "plan.txt", "text/plain; charset=utf-8", content)
	whole := string(content)
	for _, c := range []struct {
		what    string
		method  string
		headers []string
		status  int
		body    string
		noted   int
	}{
		{"all", "GET", nil, 200, whole, 1},
		{"its head", "HEAD", nil, 200, "", 0},
		{"the head of a range", "HEAD", []string{"Range", "bytes=0-9"}, 206, "", 0},
		{"the first bytes", "GET", []string{"Range", "bytes=0-99"}, 206, whole[:100], 1},
		{"everything as a range", "GET", []string{"Range", "bytes=0-"}, 206, whole, 1},
		{"the first byte, oddly", "GET", []string{"Range", "bytes= 00-0"}, 206, whole[:1], 1},
		{"the middle", "GET", []string{"Range", "bytes=1048570-1048590"}, 206, whole[1048570:1048591], 100},
		{"from the second byte on", "GET", []string{"Range", "bytes=1-"}, 206, whole[1:], 100},
		{"the last bytes", "GET", []string{"Range", "bytes=-100"}, 206, whole[size-100:], 100},
		{"more last bytes than there are", "GET", []string{"Range", "bytes=-99999999"}, 206, whole, 1},
		{"beyond the end", "GET", []string{"Range", "bytes=2098152-"}, 416, "", 0},
		{"several", "GET", []string{"Range", "bytes=10-19,30-39"}, 200, whole, 1},
		{"several, from the first", "GET", []string{"Range", "bytes=30-39,0-9"}, 200, whole, 1},
		{"no range", "GET", []string{"Range", "lines=1-2"}, 416, "", 0},
		{"the rest of the same", "GET", []string{"Range", "bytes=5-9", "If-Range", etag}, 206, whole[5:10], 100},
		{"the rest of another", "GET", []string{"Range", "bytes=5-9", "If-Range", `"other"`}, 200, whole, 1},
		{"the rest since a day", "GET", []string{"Range", "bytes=5-9", "If-Range", "Mon, 23 Nov 2026 09:00:00 GMT"}, 200, whole, 1},
		{"what is here already", "GET", []string{"If-None-Match", etag}, 304, "", 0},
		{"what should be another", "GET", []string{"If-Match", `"other"`}, 412, "", 0},
	} {
		w := v.fetch(c.method, c.headers...)
		if w.Code != c.status || (c.status < 300 && w.Body.String() != c.body) {
			t.Errorf("%s: %d with %d bytes, want %d with %d", c.what, w.Code, w.Body.Len(), c.status, len(c.body))
		}
		if n := v.notes(); n != c.noted {
			t.Errorf("%s is noted %d times, want %d", c.what, n, c.noted)
		}
		if w.Header().Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: a browser may guess what it is", c.what)
		}
	}
	w := v.fetch("GET", "Accept-Encoding", "gzip")
	if w.Header().Get("Content-Encoding") != "" || w.Body.String() != whole || w.Header().Get("ETag") != etag {
		t.Errorf("it comes as %v", w.Header())
	}
	v.keep(t, "empty.txt", "text/plain; charset=utf-8", nil)
	if w := v.fetch("GET"); w.Code != 200 || w.Body.Len() != 0 {
		t.Errorf("an empty file comes as %d with %d bytes", w.Code, w.Body.Len())
	}
}

// What cannot be noted is not handed out, and the answer is a page like any other.
func TestAFileThatCannotBeNoted(t *testing.T) {
	t.Parallel()
	v := openVault(t)
	v.keep(t, "plan.txt", "text/plain; charset=utf-8", []byte("kingfisher"))
	v.fails = errors.New(cause)
	for _, asked := range []string{"", "bytes=0-3"} {
		w := v.fetch("GET", "Range", asked)
		if w.Code != 500 || strings.Contains(w.Body.String(), "king") {
			t.Errorf("it comes as %d: %s", w.Code, w.Body)
		}
		for _, name := range []string{"Content-Disposition", "Content-Range", "ETag", "Accept-Ranges"} {
			if got := w.Header().Get(name); got != "" {
				t.Errorf("the page has %s: %s", name, got)
			}
		}
		if !strings.HasPrefix(w.Header().Get("Content-Type"), "text/html") || w.Header().Get("Content-Security-Policy") != everywhere["Content-Security-Policy"] {
			t.Errorf("the page has %v", w.Header())
		}
	}
	v.fails = problem.Missing()
	if w := v.fetch("GET"); w.Code != 404 {
		t.Errorf("a problem comes as %d", w.Code)
	}
}

// Bytes that are not those that were put break the answer off: before the first one with
// a page, after it so that nobody takes it for the whole.
func TestAFileWhoseBytesAreWrong(t *testing.T) {
	t.Parallel()
	v := openVault(t)
	content := lines(3 * blob.Piece)
	good, err := v.disk.Put(t.Context(), keeper, bytes.NewReader(content), 1<<30)
	if err != nil {
		t.Fatal(err)
	}
	served := httptest.NewServer(v.handler)
	t.Cleanup(served.Close)
	ask := func(asked string) (int, []byte, error) {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, served.URL+"/portal/stored", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Host = v.gate.Base().Host
		if asked != "" {
			r.Header.Set("Range", asked)
		}
		answer, err := served.Client().Do(r)
		if err != nil {
			return 0, nil, err // broken off before anything went out
		}
		defer answer.Body.Close()
		got, err := io.ReadAll(answer.Body)
		return answer.StatusCode, got, err
	}
	v.answer(t, "plan.txt", "text/plain; charset=utf-8", good)
	if status, got, err := ask(""); status != 200 || err != nil || !bytes.Equal(got, content) {
		t.Errorf("what is right comes as %d with %d bytes, %v", status, len(got), err)
	}
	// Another blob stands where the row's was: its middle piece differs.
	content[blob.Piece+blob.Piece/2] ^= 1
	bad, err := v.disk.Put(t.Context(), keeper, bytes.NewReader(content), 1<<30)
	if err != nil {
		t.Fatal(err)
	}
	swapped := good
	swapped.Key = bad.Key
	v.answer(t, "plan.txt", "text/plain; charset=utf-8", swapped)
	status, got, err := ask("")
	if status != 200 || err == nil || len(got) > blob.Piece || !bytes.Equal(got, content[:len(got)]) {
		t.Errorf("with a wrong middle it comes as %d with %d bytes, %v", status, len(got), err)
	}
	if !strings.Contains(v.log.text(), "stored bytes are not those that were put") {
		t.Error("the log does not say so")
	}
	if status, got, err := ask("bytes=0-99"); status != 206 || err != nil || len(got) != 100 {
		t.Errorf("its beginning comes as %d with %d bytes, %v", status, len(got), err)
	}
	if status, got, err := ask("bytes=1048576-1048600"); status == 206 && err == nil {
		t.Errorf("its middle comes as %d with %d bytes", status, len(got))
	}
	// The first piece is wrong, or all is gone: no byte, and nothing noted.
	v.notes()
	content[0] ^= 1
	worse, err := v.disk.Put(t.Context(), keeper, bytes.NewReader(content), 1<<30)
	if err != nil {
		t.Fatal(err)
	}
	swapped.Key = worse.Key
	v.answer(t, "plan.txt", "text/plain; charset=utf-8", swapped)
	if status, got, err := ask(""); status != 500 || err != nil || bytes.Contains(got, content[1:50]) {
		t.Errorf("with a wrong beginning it comes as %d with %d bytes, %v", status, len(got), err)
	}
	v.stored = func() web.Stored {
		return web.Stored{Name: "plan.txt", MediaType: "text/plain", Content: absent{}, Note: func(context.Context, bool) error { v.noted++; return nil }}
	}
	if status, _, err := ask(""); status != 500 || err != nil {
		t.Errorf("what is gone comes as %d, %v", status, err)
	}
	if n := v.notes(); n != 0 {
		t.Errorf("%d are noted", n)
	}
}

// absent is a file whose bytes are gone.
type absent struct{}

// Read implements io.Reader.
func (absent) Read([]byte) (int, error) { return 0, errors.New("gone") }

// Seek implements io.Seeker.
func (absent) Seek(int64, int) (int64, error) { return 0, nil }

// Whatever a file is called, its name stands in one line that a browser reads back.
func TestNamesOfFilesThatAreSent(t *testing.T) {
	t.Parallel()
	v := openVault(t)
	for _, name := range append(documenttest.Names, "plan.pdf", "Übersicht Straße.pdf", `a "b".txt`, `a\b.txt`, "a;b.txt", "a%41.txt") {
		v.keep(t, name, "text/plain; charset=utf-8", []byte("x"))
		said := v.fetch("GET").Header().Get("Content-Disposition")
		if strings.ContainsFunc(said, func(r rune) bool { return r > unicode.MaxASCII || unicode.IsControl(r) && r != '\t' }) {
			t.Errorf("%q is sent as %q", name, said)
			continue
		}
		kind, params, err := mime.ParseMediaType(said)
		if err != nil || kind != "attachment" || params["filename"] != name && params["filename"] != strings.ToValidUTF8(name, "\ufffd") {
			t.Errorf("%q is sent as %q, which is read as %q, %v", name, said, params["filename"], err)
		}
	}
}

// Whatever bytes are kept, they come with headers that let a browser do nothing with
// them: kept as a file, of the kind that we say, in a sandbox.
func TestHostileFilesAreSentHarmlessly(t *testing.T) {
	t.Parallel()
	v := openVault(t)
	sent := 0
	for _, f := range documenttest.Files() {
		u, err := document.Shelf{Blobs: v.disk}.Take(t.Context(), keeper, "files", f.Name, bytes.NewReader(f.Bytes), 1<<30)
		if err != nil {
			continue
		}
		sent++
		v.answer(t, u.Name, u.MediaType(), u.Stored().Blob())
		w := v.fetch("GET", "Accept-Encoding", "gzip")
		h := w.Header()
		if w.Code != 200 || !bytes.Equal(w.Body.Bytes(), f.Bytes) {
			t.Errorf("%s comes as %d with %d bytes", f.What, w.Code, w.Body.Len())
		}
		for name, want := range map[string]string{"Content-Type": u.MediaType(), "X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Cache-Control": "no-store", "Content-Encoding": ""} {
			if got := h.Get(name); got != want {
				t.Errorf("%s comes with %s: %s", f.What, name, got)
			}
		}
		policy := h.Get("Content-Security-Policy")
		if !strings.HasPrefix(h.Get("Content-Disposition"), "attachment") || !strings.Contains(policy, "; sandbox") || strings.Contains(policy, "allow-") || strings.Contains(policy, "script-src") || !strings.HasPrefix(policy, "default-src 'none'") {
			t.Errorf("%s comes with %v", f.What, h)
		}
	}
	if sent < 30 {
		t.Errorf("only %d files were sent", sent)
	}
	// To be looked at: a PDF in a frame of ours, a picture of ours in a sandbox.
	for mediaType, want := range map[string][2]string{"application/pdf": {"'self'", "SAMEORIGIN"}, "image/png": {"'none'", "DENY"}} {
		v.keep(t, "plan", mediaType, []byte("x"))
		inner := v.stored
		v.stored = func() web.Stored { s := inner(); s.Inline = true; return s }
		h := v.fetch("GET").Header()
		policy := h.Get("Content-Security-Policy")
		if !strings.HasPrefix(h.Get("Content-Disposition"), "inline") || !strings.Contains(policy, "frame-ancestors "+want[0]) || h.Get("X-Frame-Options") != want[1] ||
			!strings.HasPrefix(policy, "default-src 'none'") || strings.Contains(policy, "sandbox") != (mediaType != "application/pdf") {
			t.Errorf("%s is shown with %v", mediaType, h)
		}
	}
}
