package blob_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/minio/minio-go/v7"

	"foyer/internal/kernel/blob"
	"foyer/internal/kernel/blob/blobtest"
	"foyer/internal/kernel/problem"
)

func openS3(t *testing.T, address string) *blob.S3 {
	t.Helper()
	s, err := blob.OpenS3(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func TestS3IsAStore(t *testing.T) {
	t.Parallel()
	blobtest.Run(t, func(t *testing.T) blob.Store { return openS3(t, blobtest.S3(t)) })
}

// heavy is content that looks how much is in memory while it is read.
type heavy struct {
	left int
	peak uint64
}

func (h *heavy) Read(p []byte) (int, error) {
	if h.left == 0 {
		return 0, io.EOF
	}
	if h.left%(2<<20) == 0 {
		h.peak = max(h.peak, inUse())
	}
	n := min(len(p), h.left)
	h.left -= n
	return n, nil
}

func inUse() uint64 {
	runtime.GC()
	var now runtime.MemStats
	runtime.ReadMemStats(&now)
	return now.HeapAlloc
}

// TestUploadIsNotGatheredInMemory is not parallel: it weighs everything.
func TestUploadIsNotGatheredInMemory(t *testing.T) { //nolint:paralleltest // see above
	s := openS3(t, blobtest.S3(t))
	before, content := inUse(), &heavy{left: 64 << 20}
	b, err := s.Put(t.Context(), blobtest.WorkspaceA, content, 1<<30)
	if err != nil || b.Size != 64<<20 {
		t.Fatalf("%+v, %v", b, err)
	}
	if content.peak > before+20<<20 {
		t.Errorf("%d bytes more are in use while 64 MiB are put", content.peak-before)
	}
	r, err := blob.OpenVerified(t.Context(), s, b)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if _, err := r.Seek(40<<20, io.SeekStart); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(r, make([]byte, 1)); err != nil {
		t.Fatal(err)
	}
	if now := inUse(); now > before+3<<20 {
		t.Errorf("%d bytes more are in use while one is read", now-before)
	}
}

// TestObjectsLieUnderThePrefix holds names, and that what others keep there is left
// alone.
func TestObjectsLieUnderThePrefix(t *testing.T) {
	t.Parallel()
	address := blobtest.S3(t)
	bucket := blobtest.Bucket(t, address)
	s := openS3(t, strings.Replace(address, "/"+bucket, "/"+bucket+"/portal/files", 1))
	b := blobtest.Put(t, s, blobtest.WorkspaceA, []byte("mine"))
	foreign := []string{"portal/files/" + blobtest.WorkspaceA + "/README", "portal/files/" + blobtest.WorkspaceA + "/a/b", blobtest.WorkspaceA + "/" + b.Key[27:]}
	for _, name := range foreign {
		if _, err := blobtest.Client(t, address).PutObject(t.Context(), bucket, name, strings.NewReader("x"), 1, minio.PutObjectOptions{}); err != nil {
			t.Fatal(err)
		}
	}
	list, err := s.List(t.Context(), blobtest.WorkspaceA, "", 10)
	if err != nil || len(list) != 1 || list[0].Key != b.Key {
		t.Errorf("the list is %v (%v)", list, err)
	}
	want := append(foreign, "portal/files/"+b.Key)
	slices.Sort(want)
	if objects, _ := blobtest.Left(t, address); !slices.Equal(objects, want) {
		t.Errorf("there are %q, want %q", objects, want)
	}
}

// begin begins an upload in parts and lets nobody end it.
func begin(t *testing.T, address, name string) {
	t.Helper()
	core := minio.Core{Client: blobtest.Client(t, address)}
	if _, err := core.NewMultipartUpload(t.Context(), blobtest.Bucket(t, address), name, minio.PutObjectOptions{}); err != nil {
		t.Fatal(err)
	}
}

func TestAbandonedUploadsAreSwept(t *testing.T) {
	t.Parallel()
	address := blobtest.S3(t)
	key, err := blob.NewKey(blobtest.WorkspaceA)
	if err != nil {
		t.Fatal(err)
	}
	begin(t, address, key)
	begin(t, address, "somebody/elses")
	s := openS3(t, address)
	if _, uploads := blobtest.Left(t, address); len(uploads) != 2 {
		t.Errorf("a fresh upload is swept at the start: %q are left", uploads)
	}
	for hours, want := range map[time.Duration]int{23: 2, 25: 1} {
		if s.Sweep(t.Context(), time.Now().Add(hours*time.Hour)); hours == 23 {
			continue
		}
		if _, uploads := blobtest.Left(t, address); len(uploads) != want || uploads[0] != "somebody/elses" {
			t.Errorf("after %d hours there are %q", hours, uploads)
		}
	}
}

// TestOpenS3SaysWhyNot holds the sentences, and that none has the secret.
func TestOpenS3SaysWhyNot(t *testing.T) {
	t.Parallel()
	address := blobtest.S3(t)
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	bucket := blobtest.Bucket(t, address)
	change := func(f func(*url.URL)) string {
		other := *u
		f(&other)
		return other.String()
	}
	var looks sync.WaitGroup
	for address, words := range map[string]string{
		change(func(u *url.URL) { u.User = url.UserPassword("foyer", "t0psecret") }):  "does not let this key into the bucket " + bucket,
		change(func(u *url.URL) { u.User = url.UserPassword("nobody", "t0psecret") }): "No user exists",
		change(func(u *url.URL) { u.Path = "/foyer-none" }):                           "has no bucket foyer-none; make it",
		change(func(u *url.URL) { u.RawQuery = "region=us-east-1" }):                  "cannot be reached: http: server gave HTTP response to HTTPS client",
		change(func(u *url.URL) { u.Host = "127.0.0.1:1" }):                           "127.0.0.1:1 cannot be reached: dial tcp",
	} {
		looks.Go(func() {
			began := time.Now()
			text := refusal(t, address)
			secret, _ := u.User.Password()
			if !strings.Contains(text, words) || strings.ContainsAny(text, "\n") || strings.Contains(text, "t0psecret") || strings.Contains(text, secret) {
				t.Errorf("want %q, got %q", words, text)
			}
			if took := time.Since(began); took > 12*time.Second {
				t.Errorf("it took %v to say that %s", took, words)
			}
		})
	}
	looks.Wait()
	if err := blob.CheckS3(t.Context(), address); err != nil {
		t.Errorf("the good address: %v", err)
	}
	if err := blob.CheckS3(t.Context(), change(func(u *url.URL) { u.Path = "/foyer-none" })); err == nil || !strings.Contains(err.Error(), "has no bucket") {
		t.Errorf("a look at no bucket: %v", err)
	}
	if objects, uploads := blobtest.Left(t, address); len(objects)+len(uploads) != 0 {
		t.Errorf("the looks leave %q and %q", objects, uploads)
	}
}

func TestRedactedShowsNoSecret(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"file:/srv/k:t@x": "file:/srv/k:t@x",
		"s3://k%2F:t0p%2Fsecret@h:9000/b/p?region=x": "s3://k%2F:…@h:9000/b/p?region=x",
		"s3://k:t0p/secret@h/b":                      "s3:…",
		"s3://k:t0p%secret@h/b":                      "s3:…",
	} {
		if got := blob.Redacted(address); got != want {
			t.Errorf("%s is shown as %s, want %s", address, got, want)
		}
	}
}

// refusal is why an address does not open.
func refusal(t *testing.T, address string) string {
	t.Helper()
	s, err := blob.Open(t.Context(), address)
	if err == nil {
		_ = s.Close()
		t.Errorf("%s opens", address)
		return ""
	}
	return err.Error()
}

func TestAddressesThatAreNone(t *testing.T) {
	t.Parallel()
	for address, words := range map[string]string{
		"":                                              "has to look like file:FOLDER or s3://",
		"file:":                                         "has to look like",
		"s3:":                                           "has to look like",
		"https://k:t0psecret@h/b":                       "has to look like",
		"s3://h/bucket":                                 "has to look like",
		"s3://k:t0p/secret@h/bucket":                    "has to look like",
		"s3://k:t0p%secret@h/bucket":                    "write : / ? # @ % in a key or secret as %3A %2F %3F %23 %40 %25",
		"s3://k:t0p#secret@h/bucket":                    "has to look like",
		"s3://k:t0psecret@h:x/bucket":                   "has to look like",
		"s3://k@h/bucket":                               "a key and a secret",
		"s3://:t0psecret@h/bucket":                      "a key and a secret",
		"s3://k:t0psecret@h":                            "name a bucket",
		"s3://k:t0psecret@h/":                           "name a bucket",
		"s3://k:t0psecret@h/b":                          "b is not the name of a bucket",
		"s3://k:t0psecret@h/BUCKET":                     "not the name of a bucket",
		"s3://k:t0psecret@h/bucket/../c":                "single slashes",
		"s3://k:t0psecret@h/bucket//c":                  "single slashes",
		"s3://k:t0psecret@h/bucket/ä":                   "single slashes",
		"s3://k:t0psecret@h/bucket?region=":             "region once",
		"s3://k:t0psecret@h/bucket?region=a&region=b":   "region once",
		"s3://k:t0psecret@h/bucket?insecure=yes":        "not with insecure",
		"s3://k:t0psecret@h/bucket?sse=1":               "not with sse",
		"s3://k:t0psecret@h/bucket?x=%zz":               "has to look like region=",
		"s3://k:t0psecret@h/bucket?t0psecret/and+more=": "something else",
	} {
		text := refusal(t, address)
		if !strings.Contains(text, words) || strings.Contains(text, "secret@") || strings.Contains(text, "t0p") {
			t.Errorf("%s: want %q, got %q", address, words, text)
		}
	}
}

// says is the address of a server that answers requests as told once a Store was
// opened on it.
func says(t *testing.T, answer http.HandlerFunc) *blob.S3 {
	t.Helper()
	var opened bool
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		if opened {
			answer(w, r)
			return
		}
		w.Header().Set("Last-Modified", time.Now().UTC().Format(http.TimeFormat))
		w.Header().Set("ETag", `"x"`)
		if r.Method == http.MethodDelete {
			w.WriteHeader(http.StatusNoContent)
		}
	}))
	t.Cleanup(server.Close)
	s := openS3(t, "s3://k:s@"+server.Listener.Addr().String()+"/bucket?region=x&insecure=1")
	s.Hurry(8*time.Second, 2*time.Second)
	opened = true
	return s
}

func TestWhatAServerAnswers(t *testing.T) {
	t.Parallel()
	for name, one := range map[string]struct {
		status    int
		code, key string
	}{
		"no room":     {507, "InsufficientStorage", "blob.full"},
		"no words":    {507, "", "blob.full"},
		"quota":       {403, "QuotaExceeded", "blob.full"},
		"disks full":  {503, "XMinioStorageFull", "blob.full"},
		"too large":   {400, "EntityTooLarge", "blob.full"},
		"busy":        {503, "SlowDown", "blob.away"},
		"broken":      {500, "InternalError", "blob.away"},
		"gateway":     {502, "", "blob.away"},
		"not let in":  {403, "AccessDenied", ""},
		"not serving": {501, "NotImplemented", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			asked := 0
			s := says(t, func(w http.ResponseWriter, r *http.Request) {
				if r.Method == http.MethodPut {
					asked++
				}
				w.WriteHeader(one.status)
				if one.code != "" {
					fmt.Fprintf(w, "<Error><Code>%s</Code><Message>So it is.</Message></Error>", one.code)
				}
			})
			_, err := s.Put(t.Context(), blobtest.WorkspaceA, strings.NewReader("x"), 10)
			p, _ := problem.As(err)
			if got := p != nil && p.Kind == problem.Unavailable; err == nil || got != (one.key != "") || got && p.Message.Key != one.key {
				t.Errorf("got %v", err)
			}
			if again := asked > 1; again != (one.key == "blob.away") {
				t.Errorf("asked %d times", asked)
			}
		})
	}
}

// TestAServerThatDoesNotKnowRanges holds that the beginning is not taken for what
// was asked for.
func TestAServerThatDoesNotKnowRanges(t *testing.T) {
	t.Parallel()
	s := says(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Last-Modified", time.Now().UTC().Format(http.TimeFormat))
		w.Header().Set("Content-Length", "10")
		if r.Method == http.MethodGet {
			_, _ = io.WriteString(w, "0123456789")
		}
	})
	key, err := blob.NewKey(blobtest.WorkspaceA)
	if err != nil {
		t.Fatal(err)
	}
	r, err := s.Open(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if got, err := io.ReadAll(r); err != nil || string(got) != "0123456789" {
		t.Errorf("the whole is %q (%v)", got, err)
	}
	if _, err := r.Seek(3, io.SeekStart); err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(r); err == nil || len(got) > 0 {
		t.Errorf("the rest is %q", got)
	}
}

// TestAnAnswerThatEndsTooSoon holds that an end which looks like one is none before
// the size that the server gave.
func TestAnAnswerThatEndsTooSoon(t *testing.T) {
	t.Parallel()
	s := says(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Last-Modified", time.Now().UTC().Format(http.TimeFormat))
		if r.Method == http.MethodHead {
			w.Header().Set("Content-Length", "10")
			return
		}
		_, _ = io.WriteString(w, "01234")
		_ = http.NewResponseController(w).Flush() // of unknown length
	})
	key, err := blob.NewKey(blobtest.WorkspaceA)
	if err != nil {
		t.Fatal(err)
	}
	r, err := s.Open(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if got, err := io.ReadAll(r); !away(err) || string(got) != "01234" {
		t.Errorf("read %q, %v", got, err)
	}
}

// failing is content that ends with an error, and does something before.
type failing struct {
	left int
	then func() error
}

func (f *failing) Read(p []byte) (int, error) {
	if f.left == 0 {
		return 0, f.then()
	}
	n := min(len(p), f.left)
	f.left -= n
	return n, nil
}

// TestUploadsThatEndHalfWayLeaveNothing stops uploads of which a part is at the
// server already.
func TestUploadsThatEndHalfWayLeaveNothing(t *testing.T) {
	t.Parallel()
	broken := errors.New("the line went dead")
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	for name, one := range map[string]struct {
		ctx   context.Context
		limit int64
		then  func() error
		right func(error) bool
	}{
		"content": {t.Context(), 1 << 30, func() error { return broken }, func(err error) bool { return errors.Is(err, broken) }},
		"limit":   {t.Context(), 20<<20 - 1, func() error { return io.EOF }, func(err error) bool { return problem.Is(err, problem.TooLarge) }},
		"stopped": {ctx, 1 << 30, func() error { cancel(); return io.EOF }, func(err error) bool { return errors.Is(err, context.Canceled) }},
	} {
		address := blobtest.S3(t)
		s, begun := openS3(t, address), 0
		content := io.MultiReader(&failing{left: 20 << 20, then: func() error {
			_, uploads := blobtest.Left(t, address)
			begun = len(uploads)
			return io.EOF
		}}, &failing{then: one.then})
		b, err := s.Put(one.ctx, blobtest.WorkspaceA, content, one.limit)
		if !one.right(err) || b != (blob.Blob{}) {
			t.Errorf("%s: %+v, %v", name, b, err)
		}
		if name != "limit" && begun != 1 {
			t.Errorf("%s: %d uploads were under way", name, begun)
		}
		if objects, uploads := blobtest.Left(t, address); len(objects)+len(uploads) != 0 {
			t.Errorf("%s leaves %q and %q", name, objects, uploads)
		}
	}
}

// content24 is three parts' worth.
func content24() []byte { return bytes.Repeat([]byte("0123456789abcdef"), 24<<20/16) }
