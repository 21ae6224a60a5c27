package web

import (
	"io"
	"mime/multipart"
	"net/http"
	"time"

	"foyer/internal/kernel/problem"
)

// How much has to come, or to be taken, within a time, so that nobody holds a
// connection by trickling: 16 KiB a second.
const (
	pace     = 512 << 10 // bytes
	patience = 30 * time.Second
	ours     = time.Second // from one reading to the next
	// answering is how long the answer to a form may take after its last bytes.
	answering = 60 * time.Second
)

// drained is how much of a form that was refused is taken and thrown away, so that the
// browser reads why.
const drained = 1 << 30

// fieldCost is what a field takes of the limit of a form besides its name and value: so
// many empty ones fill it too.
const fieldCost = 64

// Stream is a form with files that is read as it comes: its fields first, then a file
// at a time. Decode fills a struct from the fields.
type Stream struct {
	parts *multipart.Reader
	first *multipart.Part // the first file, until it is taken
	body  io.Reader
}

// OpenStream reads the fields that stand before the files of a form and makes them
// those of the request. Problems: Malformed for what no form of ours sends; TooLarge
// above the limit of a form.
func OpenStream(w http.ResponseWriter, r *http.Request) (*Stream, error) {
	if !inParts(r) {
		return &Stream{}, nil // a form without files, which was read already
	}
	body := &paced{body: r.Body, control: http.NewResponseController(w)}
	body.extend()
	r.Body = body
	malformed := problem.Of(problem.Malformed, "problem.bad_request")
	parts, err := r.MultipartReader()
	if err != nil {
		return nil, malformed
	}
	s := &Stream{parts: parts, body: body}
	r.MultipartForm = &multipart.Form{Value: map[string][]string{}}
	for left := int64(formLimit); ; {
		part, err := parts.NextPart()
		if ended(err) {
			return s, nil
		}
		if err != nil {
			return nil, malformed
		}
		if isFile(part) {
			s.first = part
			return s, nil
		}
		value, err := io.ReadAll(io.LimitReader(part, left+1))
		if err != nil {
			return nil, malformed
		}
		if left -= int64(len(part.FormName()) + len(value) + fieldCost); left < 0 {
			return nil, problem.Of(problem.TooLarge, "problem.too_large", "limit", Bytes(formLimit))
		}
		r.MultipartForm.Value[part.FormName()] = append(r.MultipartForm.Value[part.FormName()], string(value))
	}
}

// ended tells whether a form has come to its end. Package multipart gives io.EOF bare
// there, and wraps it where the form breaks off.
func ended(err error) bool { return err == io.EOF } //nolint:errorlint // the wrapped one is another

// isFile tells whether a part is one of a field of files, chosen or not.
func isFile(part *multipart.Part) bool {
	_, ok := part.Header["Content-Type"]
	return ok || part.FileName() != ""
}

// Key is the idempotency key of a form whose fields were read.
func Key(r *http.Request) string { return keyOf(r) }

// Each hands over the files of a field, one after another. It ends with the first error
// of take, and with problem.Malformed when something else comes.
func (s *Stream) Each(field string, take func(name string, content io.Reader) error) error {
	malformed := problem.Of(problem.Malformed, "problem.bad_request")
	for part := s.first; part != nil; {
		if part.FormName() != field || !isFile(part) {
			return malformed
		}
		if part.FileName() != "" {
			if err := take(part.FileName(), part); err != nil {
				return err
			}
		}
		next, err := s.parts.NextPart()
		if ended(err) {
			return nil
		}
		if err != nil {
			return malformed
		}
		part = next
	}
	return nil
}

// Drain takes what is left of a form that was refused.
func (s *Stream) Drain() {
	if s.body != nil {
		_, _ = io.CopyN(io.Discard, s.body, drained)
	}
}

// paced is a body that has to come at a pace.
type paced struct {
	body    io.ReadCloser
	control *http.ResponseController
	came    int64
	at      time.Time // of the last bytes
}

// Read implements io.Reader.
func (p *paced) Read(b []byte) (int, error) {
	if time.Since(p.at) > ours { // the time that we took is not the sender's
		p.extend()
	}
	defer func() { p.at = time.Now() }()
	n, err := p.body.Read(b)
	if before := p.came / pace; (p.came+int64(n))/pace > before || err != nil {
		p.extend()
	}
	p.came += int64(n)
	return n, err
}

// Close implements io.Closer.
func (p *paced) Close() error { return p.body.Close() }

// extend gives the next bytes their time; where a connection has no deadlines, none
// are kept.
func (p *paced) extend() {
	now := time.Now()
	_ = p.control.SetReadDeadline(now.Add(patience))
	_ = p.control.SetWriteDeadline(now.Add(patience + answering))
}
