package document

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"path"
	"strings"
	"time"
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

// tidying is how long taking away bytes without a row may take.
const tidying = 20 * time.Second

// Uploaded is an upload that was checked and stored, and has no row yet.
type Uploaded struct {
	Name   string
	stored Stored
}

// SHA256 is the hash of the bytes in lower-case hex.
func (u Uploaded) SHA256() string { return u.stored.SHA256() }

// Size is the number of bytes.
func (u Uploaded) Size() int64 { return u.stored.blob.Size }

// MediaType is what we made of the file.
func (u Uploaded) MediaType() string { return u.stored.mediaType }

// Stored is where the bytes are.
func (u Uploaded) Stored() Stored { return u.stored }

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
	return s.SettleAll(ctx, files, func(int) bool { return kept }, err)
}

// SettleAll is Settle of several files; kept tells of each whether it got a row.
func (s Shelf) SettleAll(ctx context.Context, files []Uploaded, kept func(i int) bool, err error) error {
	for i, u := range files {
		err = s.Settle(ctx, u.stored, kept(i), err)
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
	taken := make([]Uploaded, 0, len(uploads))
	for _, u := range uploads {
		one, err := s.Take(ctx, workspace, field, u.Name, bytes.NewReader(u.Bytes), LargestUploads)
		if err != nil {
			s.Drop(ctx, taken)
			return nil, err
		}
		taken = append(taken, one)
	}
	return taken, nil
}

// Take checks a file by its name and its bytes and stores it as it comes, outside of
// any transaction. Problems: Invalid at the field, also above limit bytes; Unavailable
// when there is no room. An error of content is wrapped.
func (s Shelf) Take(ctx context.Context, workspace, field, name string, content io.Reader, limit int64) (Uploaded, error) {
	u := Uploaded{Name: FileName(name)}
	known, content, err := judge(field, u.Name, content)
	if err != nil {
		return Uploaded{}, err
	}
	u.stored, err = s.Store(ctx, workspace, known.mediaType, content, limit)
	if problem.Is(err, problem.TooLarge) {
		err = problem.Field(field, "upload.too_large", "name", u.Name, "limit", blob.Bytes(limit))
	}
	return u, err
}

// Drop takes away the bytes of files that surely have no row.
func (s Shelf) Drop(ctx context.Context, uploads []Uploaded) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), tidying)
	defer cancel()
	for _, u := range uploads {
		_ = s.Blobs.Delete(ctx, u.stored.blob.Key) // else the sweep finds it
	}
}

// FileName is the name of a file without the folders, dots and invisible
// characters that some programs send, cut where it is too long but for its ending.
func FileName(name string) string {
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
	name = strings.TrimLeft(strings.Join(strings.Fields(name), " "), ". ")
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
