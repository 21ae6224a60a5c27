package document

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"foyer/internal/kernel/blob"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
)

// Upload is a file that somebody sends along with what they write.
type Upload struct {
	Name  string
	Bytes []byte
}

// The limits of what is sent along at once.
const (
	MostUploads    = 5
	LargestUploads = 20 << 20 // all together, in bytes
	longestName    = 120      // in characters
)

// kind is a kind of file that can be sent along, with how its bytes begin.
type kind struct {
	mediaType string
	starts    []string // one of these; none for text
}

const zipped = "PK\x03\x04"

// kinds are the kinds of files by the endings of their names. What a browser would
// run (HTML, SVG, scripts) and what an operating system would is not among them.
var kinds = map[string]kind{
	".pdf":  {"application/pdf", []string{"%PDF-"}},
	".png":  {"image/png", []string{"\x89PNG\r\n\x1a\n"}},
	".jpg":  {"image/jpeg", []string{"\xff\xd8\xff"}},
	".jpeg": {"image/jpeg", []string{"\xff\xd8\xff"}},
	".gif":  {"image/gif", []string{"GIF87a", "GIF89a"}},
	".webp": {"image/webp", []string{"RIFF"}},
	".txt":  {"text/plain; charset=utf-8", nil},
	".log":  {"text/plain; charset=utf-8", nil},
	".md":   {"text/plain; charset=utf-8", nil},
	".csv":  {"text/csv; charset=utf-8", nil},
	".docx": {"application/vnd.openxmlformats-officedocument.wordprocessingml.document", []string{zipped}},
	".xlsx": {"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", []string{zipped}},
	".pptx": {"application/vnd.openxmlformats-officedocument.presentationml.presentation", []string{zipped}},
	".odt":  {"application/vnd.oasis.opendocument.text", []string{zipped}},
	".ods":  {"application/vnd.oasis.opendocument.spreadsheet", []string{zipped}},
	".zip":  {"application/zip", []string{zipped}},
}

// Accepted are the endings of files that can be sent along, as a file field names
// them.
func Accepted() string {
	var all []string
	for ending := range kinds {
		all = append(all, ending)
	}
	slices.Sort(all)
	return strings.Join(all, ",")
}

// Uploaded is an upload that was checked and stored, and has no row yet.
type Uploaded struct {
	Name   string
	stored Stored
}

// Sending runs a change with what is sent along, which is stored before it and goes
// away again if nothing came of it; change says in kept that it has reached the rows
// of the files. Problems are those of change, Invalid at the field, and Unavailable
// when there is no room.
func (s Shelf) Sending(ctx context.Context, workspace, field string, uploads []Upload, change func(files []Uploaded, kept *bool) error) error {
	files, err := s.take(ctx, workspace, field, uploads)
	if err != nil {
		return err
	}
	kept := false
	err = change(files, &kept)
	for _, u := range files {
		err = s.Settle(ctx, u.stored, kept, err)
	}
	return err
}

// take checks what was sent along and stores it, outside of any transaction: all of
// it or nothing.
func (s Shelf) take(ctx context.Context, workspace, field string, uploads []Upload) ([]Uploaded, error) {
	size := 0
	for _, u := range uploads {
		size += len(u.Bytes)
	}
	switch {
	case len(uploads) > MostUploads:
		return nil, problem.Field(field, "upload.most", "max", MostUploads)
	case size > LargestUploads:
		return nil, problem.Field(field, "upload.large", "limit", blob.Bytes(LargestUploads))
	}
	taken := make([]Uploaded, len(uploads))
	types := make([]string, len(uploads))
	for i, u := range uploads {
		taken[i].Name = uploadName(u.Name)
		known, ok := kinds[strings.ToLower(path.Ext(taken[i].Name))]
		switch {
		case !ok:
			return nil, problem.Field(field, "upload.kind", "name", taken[i].Name)
		case len(u.Bytes) == 0:
			return nil, problem.Field(field, "upload.empty", "name", taken[i].Name)
		case !known.fits(u.Bytes):
			return nil, problem.Field(field, "upload.mismatch", "name", taken[i].Name)
		}
		types[i] = known.mediaType
	}
	for i, u := range uploads {
		stored, err := s.Store(ctx, workspace, types[i], bytes.NewReader(u.Bytes), LargestUploads)
		if err != nil {
			s.drop(ctx, taken[:i])
			return nil, err
		}
		taken[i].stored = stored
	}
	return taken, nil
}

func (s Shelf) drop(ctx context.Context, uploads []Uploaded) {
	for _, u := range uploads {
		_ = s.Blobs.Delete(context.WithoutCancel(ctx), u.stored.blob.Key) // else the sweep finds it
	}
}

// fits tells whether bytes begin as files of the kind do, or are text.
func (k kind) fits(content []byte) bool {
	if k.starts == nil {
		return utf8.Valid(content) && !bytes.ContainsRune(content, 0)
	}
	begins := slices.ContainsFunc(k.starts, func(s string) bool { return bytes.HasPrefix(content, []byte(s)) })
	return begins && (k.mediaType != "image/webp" || len(content) > 12 && string(content[8:12]) == "WEBP")
}

// uploadName is the name of a file without the folders, dots and invisible
// characters that some programs send, cut where it is too long but for its ending.
func uploadName(name string) string {
	name = strings.ToValidUTF8(name, "")
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	name = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r):
			return -1
		case strings.ContainsRune(`:*?"<>|`, r):
			return '-'
		}
		return r
	}, name)
	name = strings.Join(strings.Fields(strings.TrimLeft(name, ". ")), " ")
	ending := path.Ext(name)
	stem := []rune(strings.TrimSuffix(name, ending))
	if most := longestName - utf8.RuneCountInString(ending); len(stem) > max(most, 1) {
		stem = stem[:max(most, 1)]
	}
	return string(stem) + ending
}

// Keep writes the rows of what was sent along, in the transaction of the change, and
// gives the id of its version.
func Keep(ctx context.Context, tx scope.Tx, newID func() string, at Place, u Uploaded) (string, error) {
	return Add(ctx, tx, newID, File{Place: at, Category: "attachments", Name: u.Name, Stored: u.stored})
}

// Attached is a file that was sent along, as it is listed.
type Attached struct {
	ID        string // of its row at what it was sent along with
	Name      string
	MediaType string
	Size      int64  // bytes
	Version   string // of the document
}

// Kind is what the file is, as people call it: PDF.
func (a Attached) Kind() string { return strings.ToUpper(strings.TrimPrefix(path.Ext(a.Name), ".")) }

// Content is a file to hand out.
type Content struct {
	Name      string
	MediaType string
	Bytes     []byte
}

// Fetch reads the bytes of a version under a name.
func (s Shelf) Fetch(ctx context.Context, v Version, name string) (Content, error) {
	r, err := s.Open(ctx, v)
	if err != nil {
		return Content{}, err
	}
	defer r.Close()
	content, err := io.ReadAll(r)
	if err != nil {
		return Content{}, fmt.Errorf("read version %s: %w", v.ID, err)
	}
	return Content{name, v.MediaType, content}, nil
}
