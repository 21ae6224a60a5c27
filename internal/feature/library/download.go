package library

import (
	"context"
	"io"
	"strings"
	"time"

	"foyer/internal/auth"
	"foyer/internal/feature/document"
	"foyer/internal/kernel/blob"
	"foyer/internal/kernel/id"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
)

// File is a file to hand out. Close it.
type File struct {
	io.ReadSeekCloser
	Name      string
	MediaType string
	SHA256    string // of the bytes, lower-case hex

	note func(ctx context.Context, first bool) error
}

// Note writes down that the file is handed out, to be called before a byte of it is. A
// part that does not begin with the first byte goes with a download of the same hour.
func (f File) Note(ctx context.Context, first bool) error { return f.note(ctx, first) }

// Manner is what a file is handed out for.
type Manner string

// The manners.
const (
	ToKeep Manner = "download"
	ToLook Manner = "preview"
)

// glance is how long looking at the same version again is the same look.
const glance = time.Hour

// taker is whoever is handed a file.
type taker interface {
	ID() string
	NewID() string
	Facts() auth.Facts
	Witness(ctx context.Context, fn func(scope.Tx) error) error
}

// File opens a version of a document, the newest where version is empty: to keep, or
// to look at, which PDFs and pictures can be, the latter as we drew them. That staff look
// is not written down. Problem: NotFound.
func (a App) File(ctx context.Context, of ID, version VersionID, manner Manner) (File, error) {
	file, err := a.f.file(ctx, a.who, of, version, manner, findFile, a.seeing(scope.Args{}), document.Find, func(ctx context.Context, fn func(scope.Tx) error) error {
		return a.who.Read(ctx, auth.DocumentsRead, fn)
	})
	if manner == ToLook { // the page of a document looks by itself
		file.note = func(context.Context, bool) error { return nil }
	}
	return file, err
}

// File opens a version that the contact sees, as staff's does.
func (p Portal) File(ctx context.Context, of ID, version VersionID, manner Manner) (File, error) {
	return p.f.file(ctx, p.who, of, version, manner, findShownFile, p.seeing(scope.Args{}), document.FindSeen, func(ctx context.Context, fn func(scope.Tx) error) error {
		return p.who.Read(ctx, auth.Documents, fn)
	})
}

func (f Feature) file(ctx context.Context, who taker, of ID, version VersionID, manner Manner, statement string, args scope.Args,
	find func(context.Context, scope.Tx, string) (document.Version, error), read func(context.Context, func(scope.Tx) error) error,
) (File, error) {
	if !id.Valid(of.String()) || version != "" && !id.Valid(version.String()) {
		return File{}, problem.Missing()
	}
	args["document"], args["version"] = of, version
	file := File{}
	var v document.Version
	var small *blob.Blob
	err := read(ctx, func(tx scope.Tx) error {
		var named, came, at string
		var newest bool
		_, err := scope.One(ctx, tx, statement, args, func(row scope.Row) (n int, err error) { return 0, row.Scan(&named, &came, &at, &newest) })
		if err != nil {
			return err
		}
		if file.Name = came; newest {
			file.Name = named
		}
		if v, err = find(ctx, tx, at); err != nil {
			return err
		}
		file.MediaType = v.MediaType
		if manner == ToLook && v.MediaType != pdf {
			small, err = pictureOf(ctx, tx, at, &file)
		}
		return err
	})
	if err != nil {
		return File{}, err
	}
	if small != nil {
		file.SHA256 = small.SHA256
		file.ReadSeekCloser, err = blob.OpenVerified(ctx, f.Documents.Blobs, *small)
	} else {
		file.SHA256 = v.SHA256()
		file.ReadSeekCloser, err = f.Documents.Open(ctx, v)
	}
	file.note = func(ctx context.Context, first bool) error {
		return who.Witness(ctx, func(tx scope.Tx) error {
			_, err := tx.Exec(ctx, noteDownload, scope.Args{
				"id": who.NewID(), "version": v.ID, "kind": manner, "by": who.ID(), "address": who.Facts().Address, "since": tx.Now().Add(-glance), "anew": first && manner == ToKeep,
			})
			return err
		})
	}
	return file, err
}

// pictureOf finds the picture that we drew of a version.
func pictureOf(ctx context.Context, tx scope.Tx, version string, file *File) (*blob.Blob, error) {
	b, err := scope.One(ctx, tx, findPicture, tx.WithClient("", scope.Args{"version": version}), func(row scope.Row) (b blob.Blob, err error) {
		return b, row.Scan(&b.Key, &b.SHA256, &b.Pieces, &b.Size, &file.MediaType)
	})
	if err != nil {
		return nil, err
	}
	file.Name = strings.TrimSuffix(file.Name, ending(file.Name)) + map[string]string{"image/png": ".png", "image/jpeg": ".jpg"}[file.MediaType]
	return &b, nil
}
