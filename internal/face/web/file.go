package web

import (
	"context"
	"errors"
	"fmt"
	"io"
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
	// Note is called before the first byte of the file is sent.
	Note func(ctx context.Context) error
}

// Send answers with a stored file, or the ranges of it that are asked for. It is read a
// piece at a time, whoever takes it has to do so at a pace, and an answer whose bytes
// turn out to be wrong is broken off.
func Send(w http.ResponseWriter, r *http.Request, f Stored) error {
	content := &watched{ReadSeeker: f.Content}
	if _, err := content.Read(make([]byte, 1)); err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("read file: %w", err)
	}
	if _, err := content.Seek(0, io.SeekStart); err != nil {
		return fmt.Errorf("read file: %w", err)
	}
	if asked := r.Header.Get("Range"); r.Method == http.MethodGet && (asked == "" || strings.HasPrefix(asked, "bytes=0-")) {
		if err := f.Note(r.Context()); err != nil {
			return err
		}
	}
	h := w.Header()
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
	http.ServeContent(&pacedWriter{ResponseWriter: w, control: http.NewResponseController(w)}, r, "", time.Time{}, content)
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

// pacedWriter is an answer that has to be taken at a pace.
type pacedWriter struct {
	http.ResponseWriter
	control *http.ResponseController
	left    int // bytes until the next deadline
}

// Write implements http.ResponseWriter.
func (p *pacedWriter) Write(b []byte) (int, error) {
	if p.left <= 0 {
		p.left = pace
		_ = p.control.SetWriteDeadline(time.Now().Add(patience))
	}
	n, err := p.ResponseWriter.Write(b)
	p.left -= n
	return n, err
}
