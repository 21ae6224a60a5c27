package web

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/klauspost/compress/gzhttp"
)

// What a browser may do with a file of ours that it opens: nothing but show it. A PDF
// is shown by the browser's own viewer, which a sandbox would keep out, and may stand in
// a frame of ours.
const (
	filePolicy = "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; frame-ancestors 'none'; sandbox"
	pdfPolicy  = "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; frame-ancestors 'self'; form-action 'none'; base-uri 'none'"
)

// File answers with a file to keep, under its name.
func File(w http.ResponseWriter, name, mediaType string, content []byte) error {
	h := w.Header()
	h.Set("Content-Type", mediaType)
	h.Set("Content-Length", strconv.Itoa(len(content)))
	h.Set("Content-Disposition", disposition("attachment", name))
	h.Set("Content-Security-Policy", filePolicy)
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusOK)
	_, err := w.Write(content)
	return err
}

// disposition says what to do with a file and what it is called (RFC 6266).
func disposition(what, name string) string {
	if said := mime.FormatMediaType(what, map[string]string{"filename": name}); said != "" {
		return said
	}
	return what
}

// Stored is a file that is read as it is sent. Only a PDF and a picture of ours may be
// looked at; everything else is kept.
type Stored struct {
	Name      string
	MediaType string
	SHA256    string        // of the bytes, lower-case hex
	Content   io.ReadSeeker // which checks what it reads
	Inline    bool          // to be looked at rather than kept
	// Note is called before a byte is sent, and told whether that is the first one: what
	// parts are asked for after it is one download with it.
	Note func(ctx context.Context, first bool) error
}

// Send answers with a stored file, or the range of it that is asked for; where it is
// several ranges, with all of it. It is read a piece at a time, whoever takes it has to
// do so at a pace, and an answer whose bytes turn out to be wrong is broken off.
func Send(w http.ResponseWriter, r *http.Request, f Stored) error {
	content := &watched{ReadSeeker: f.Content}
	if _, err := content.Read(make([]byte, 1)); err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("read file: %w", err)
	}
	if _, err := content.Seek(0, io.SeekStart); err != nil {
		return fmt.Errorf("read file: %w", err)
	}
	if strings.Contains(r.Header.Get("Range"), ",") {
		// For several ranges http.ServeContent reads in a goroutine of its own, which
		// outlives the answer when whoever asks goes away, and the file is closed under it.
		r = r.Clone(r.Context())
		r.Header.Del("Range")
	}
	h := w.Header()
	before := h.Clone()
	h.Set("Content-Type", f.MediaType)
	h.Set("Content-Disposition", disposition("attachment", f.Name))
	h.Set("Content-Security-Policy", filePolicy)
	if f.Inline {
		h.Set("Content-Disposition", disposition("inline", f.Name))
		if f.MediaType == "application/pdf" {
			h.Set("Content-Security-Policy", pdfPolicy)
			h.Set("X-Frame-Options", "SAMEORIGIN")
		}
	}
	h.Set("Cache-Control", "no-store")
	h.Set("ETag", `"`+f.SHA256+`"`)
	h.Set(gzhttp.HeaderNoCompression, "1")
	answer := &pacedWriter{ResponseWriter: w, control: http.NewResponseController(w)}
	if r.Method != http.MethodHead {
		answer.note = func(first bool) error { return f.Note(r.Context(), first) }
	}
	http.ServeContent(answer, r, "", time.Time{}, content)
	if answer.refused != nil { // and nothing is written yet
		clear(h)
		maps.Copy(h, before)
		return answer.refused
	}
	return content.err
}

// watched remembers why reading failed, which http.ServeContent does not tell.
type watched struct {
	io.ReadSeeker
	err error
}

// Read implements io.Reader.
func (c *watched) Read(p []byte) (int, error) {
	n, err := c.ReadSeeker.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		c.err = fmt.Errorf("read file: %w", err)
	}
	return n, err
}

// pacedWriter is an answer with a file that has to be taken at a pace, and that is noted
// before a byte goes out.
type pacedWriter struct {
	http.ResponseWriter
	control *http.ResponseController
	note    func(first bool) error // nil where no byte goes out
	refused error                  // of note: nothing is answered
	left    int                    // bytes until the next deadline
}

// WriteHeader implements http.ResponseWriter.
func (p *pacedWriter) WriteHeader(status int) {
	sends := status == http.StatusOK || status == http.StatusPartialContent
	if sends && p.note != nil {
		p.refused = p.note(status == http.StatusOK || strings.HasPrefix(p.Header().Get("Content-Range"), "bytes 0-"))
	}
	if p.refused == nil {
		p.ResponseWriter.WriteHeader(status)
	}
}

// Write implements http.ResponseWriter.
func (p *pacedWriter) Write(b []byte) (int, error) {
	if p.refused != nil {
		return 0, p.refused
	}
	if p.left <= 0 {
		p.left = pace
		_ = p.control.SetWriteDeadline(time.Now().Add(patience))
	}
	n, err := p.ResponseWriter.Write(b)
	p.left -= n
	return n, err
}
