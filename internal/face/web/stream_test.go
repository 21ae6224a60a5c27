package web_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/textproto"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"foyer/internal/face/web"
	"foyer/internal/kernel/problem"
)

// part is one of a form: a field, or a file where it has a type.
type part struct{ field, name, kind, content string }

// parcel is a form of parts in their order, with its media type.
func parcel(t *testing.T, parts ...part) (string, string) {
	t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for _, p := range parts {
		h := textproto.MIMEHeader{}
		said := fmt.Sprintf(`form-data; name=%q`, p.field)
		if p.kind != "" {
			said += fmt.Sprintf(`; filename=%q`, p.name)
			h.Set("Content-Type", p.kind)
		}
		h.Set("Content-Disposition", said)
		one, err := w.CreatePart(h)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.WriteString(one, p.content)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return body.String(), w.FormDataContentType()
}

// arrived is what became of a form.
type arrived struct {
	title string
	tags  []string
	key   string
	files []string // name and content
	err   error
}

// streamed sends a form and says what its handler read.
func (h *house) streamed(t *testing.T, body, kind string) (arrived, int) {
	t.Helper()
	var got arrived
	h.stream = func(w http.ResponseWriter, r *http.Request) error {
		got = arrived{}
		form, err := web.OpenStream(w, r)
		if err != nil {
			got.err = err
			return err
		}
		var in note
		if got.err = web.Decode(r, &in); got.err != nil {
			return got.err
		}
		got.title, got.tags, got.key = in.Title, in.Tags, web.Key(r)
		got.err = form.Each("files", func(name string, content io.Reader) error {
			all, err := io.ReadAll(content)
			got.files = append(got.files, name+"="+string(all))
			return err
		})
		return got.err
	}
	r := h.request(http.MethodPost, "/portal/streamed", body)
	r.Header.Set("Content-Type", kind)
	return got, h.ask(r).Code
}

// A form with files is read in its order: fields, then files, and nothing after them.
func TestAFormIsReadAsItComes(t *testing.T) {
	t.Parallel()
	h := onOne(t, secureBase)
	title, tag := part{"title", "", "", "Plans"}, part{"tags", "", "", "one"}
	a, b := part{"files", "a.txt", "text/plain", "A"}, part{"files", "b.txt", "text/plain", strings.Repeat("B", 1<<20)}
	none := part{"files", "", "application/octet-stream", ""}
	send := func(parts ...part) (arrived, int) {
		body, kind := parcel(t, parts...)
		return h.streamed(t, body, kind)
	}
	got, status := send(title, tag, part{"tags", "", "", "two"}, a, b)
	if status != 200 || got.title != "Plans" || strings.Join(got.tags, ",") != "one,two" || len(got.files) != 2 || got.files[0] != "a.txt=A" || got.files[1] != "b.txt="+b.content {
		t.Errorf("two files: %d, %q, %v, %d files, %v", status, got.title, got.tags, len(got.files), got.err)
	}
	for what, parts := range map[string][]part{"fields alone": {title, tag}, "no file chosen": {title, none}} {
		if got, status := send(parts...); status != 200 || got.title != "Plans" || len(got.files) > 0 {
			t.Errorf("%s: %d, %+v", what, status, got)
		}
	}
	if got, _ := send(a); got.title != "" || len(got.files) != 1 {
		t.Errorf("no fields: %+v", got)
	}
	for what, parts := range map[string][]part{
		"a field after a file": {title, a, tag}, "a file of another field": {title, part{"logo", "a.txt", "text/plain", "A"}}, "a file of another field, later": {a, part{"logo", "a.txt", "text/plain", "A"}},
		"a field between files": {a, tag, b},
	} {
		if got, status := send(parts...); status != 400 || !problem.Is(got.err, problem.Malformed) {
			t.Errorf("%s: %d, %v", what, status, got.err)
		}
	}
}

// A form that no browser of ours sends is refused, and costs little.
func TestFormsThatAreRefusedAsTheyCome(t *testing.T) {
	t.Parallel()
	h := onOne(t, secureBase)
	good, kind := parcel(t, part{"title", "", "", "Plans"}, part{"files", "a.txt", "text/plain", "A"})
	for what, c := range map[string][2]string{
		"no boundary": {good, "multipart/form-data"}, "another boundary": {good, "multipart/form-data; boundary=other"}, "an empty boundary": {good, `multipart/form-data; boundary=""`},
		"cut in a field": {good[:strings.Index(good, "Plans")+2], kind}, "cut in a file": {good[:len(good)-60], kind}, "no parts": {"", kind}, "cut after a file": {strings.TrimSuffix(strings.TrimSpace(good), "--"), kind},
	} {
		got, status := h.streamed(t, c[0], c[1])
		if cut := what == "cut in a file"; !cut && (status != 400 || !problem.Is(got.err, problem.Malformed)) || cut && got.err == nil {
			t.Errorf("%s: %d, %+v", what, status, got)
		}
	}
	// A form without files goes the way of all forms; there is nothing to take from it.
	if got, status := h.streamed(t, "title=Plans", "application/x-www-form-urlencoded"); status != 200 || got.title != "Plans" || len(got.files) > 0 {
		t.Errorf("a form without files: %d, %+v", status, got)
	}
	many := make([]part, 10_000)
	for i := range many {
		many[i] = part{"tags", "", "", ""}
	}
	for what, parts := range map[string][]part{
		"a field that is too large": {{"title", "", "", strings.Repeat("x", 256<<10+1)}},
		"fields that are too many":  many,
		"a name that is too long":   {{strings.Repeat("x", 300<<10), "", "", ""}},
		"two halves of too much":    {{"title", "", "", strings.Repeat("x", 130<<10)}, {"tags", "", "", strings.Repeat("x", 130<<10)}},
	} {
		body, kind := parcel(t, append(parts, part{"files", "a.txt", "text/plain", "A"})...)
		if got, status := h.streamed(t, body, kind); status != http.StatusRequestEntityTooLarge || !problem.Is(got.err, problem.TooLarge) {
			t.Errorf("%s: %d, %v", what, status, got.err)
		}
	}
}

// endless is a form whose last file does not end; it counts what is read of it.
type endless struct {
	head io.Reader
	read int64
}

// Read implements io.Reader.
func (e *endless) Read(p []byte) (int, error) {
	n, err := e.head.Read(p)
	if errors.Is(err, io.EOF) {
		for i := range p {
			p[i] = 'x'
		}
		n, err = len(p), nil
	}
	e.read += int64(n)
	return n, err
}

// A file reaches its taker while it still comes, and one that is refused is not read on.
func TestAFileComesThroughAsItComes(t *testing.T) {
	t.Parallel()
	h := onOne(t, secureBase)
	body, kind := parcel(t, part{"title", "", "", "Plans"}, part{"files", "a.txt", "text/plain", "A"})
	source := &endless{head: strings.NewReader(body[:strings.LastIndex(body, "A\r\n")])}
	enough := errors.New("enough")
	ahead := int64(0)
	h.stream = func(w http.ResponseWriter, r *http.Request) error {
		form, err := web.OpenStream(w, r)
		if err != nil {
			return err
		}
		return form.Each("files", func(_ string, content io.Reader) error {
			for came := int64(0); came < 32<<20; {
				n, err := content.Read(make([]byte, 32<<10))
				if err != nil {
					return err
				}
				came += int64(n)
				ahead = max(ahead, source.read-came)
			}
			return enough
		})
	}
	r := h.request(http.MethodPost, "/portal/streamed", "")
	r.Body, r.ContentLength = io.NopCloser(source), -1
	r.Header.Set("Content-Type", kind)
	h.ask(r)
	if ahead > 256<<10 || source.read > 33<<20 {
		t.Errorf("it was read %d ahead, %d in all", ahead, source.read)
	}
}

// line is a connection with a deadline, whose sender rests before each piece.
type line struct {
	*httptest.ResponseRecorder
	body  io.Reader
	rests time.Duration
	until time.Time
}

// SetReadDeadline is what a http.ResponseController asks for.
func (l *line) SetReadDeadline(until time.Time) error {
	l.until = until
	return nil
}

// SetWriteDeadline is the same.
func (l *line) SetWriteDeadline(time.Time) error { return nil }

// Read implements io.Reader.
func (l *line) Read(b []byte) (int, error) {
	time.Sleep(l.rests)
	if time.Now().After(l.until) {
		return 0, os.ErrDeadlineExceeded
	}
	return l.body.Read(b[:min(len(b), 4<<10)])
}

// A sender who rests is given up, and one who waits for our store is not.
func TestTheTimeThatWeTakeIsNotTheSenders(t *testing.T) {
	content := strings.Repeat("x", 64<<10)
	body, kind := parcel(t, part{"title", "", "", "x"}, part{"files", "a.txt", "text/plain", content})
	for name, c := range map[string]struct {
		sender, store time.Duration
		whole         bool
	}{
		"both are quick": {0, 0, true}, "the store takes its time": {0, time.Minute, true}, "the sender rests": {time.Minute, 0, false},
		"the sender drips": {10 * time.Second, 0, false}, "the sender drips into a slow store": {40 * time.Second, time.Minute, false},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := &line{ResponseRecorder: httptest.NewRecorder(), body: strings.NewReader(body), rests: c.sender}
				r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", l)
				r.Header.Set("Content-Type", kind)
				came := 0
				form, err := web.OpenStream(l, r)
				if err == nil {
					err = form.Each("files", func(_ string, file io.Reader) error {
						for piece := make([]byte, 1<<10); ; {
							n, err := file.Read(piece)
							came += n
							if err == io.EOF {
								return nil
							}
							if err != nil {
								return err
							}
							time.Sleep(c.store)
						}
					})
				}
				if whole := err == nil && came == len(content); whole != c.whole {
					t.Errorf("%d bytes came: %v", came, err)
				}
			})
		})
	}
}
