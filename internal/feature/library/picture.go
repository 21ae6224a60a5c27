package library

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"

	"foyer/internal/auth"
	"foyer/internal/feature/document"
	"foyer/internal/job"
	"foyer/internal/kernel/id"
	"foyer/internal/kernel/picture"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
)

// PictureKind is the job that draws the picture of a version.
const PictureKind = "document.picture"

// pictured are the media types that are decoded and drawn anew.
var pictured = []string{"image/png", "image/jpeg", "image/webp"}

// pictureSide is the longest side of a picture, in pixels.
const pictureSide = 1600

type pictureJob struct {
	Version VersionID `json:"version"`
}

// picture wishes a picture of the version that a document has just got, where its kind
// has one.
func (l *Load) picture(ctx context.Context, tx scope.Tx, of ID, u document.Uploaded) error {
	if l.f.Enqueue == nil || !slices.Contains(pictured, u.MediaType()) {
		return nil
	}
	version, err := scope.One(ctx, tx, readLatest, tx.WithClient(l.place.Client.String(), scope.Args{"document": of}), scope.Value[VersionID])
	if err != nil {
		return err
	}
	return l.f.Enqueue(ctx, tx, PictureKind, pictureJob{version})
}

// Picture draws the picture of a version. What is no picture after all, or too large a
// one, has none.
func (f Feature) Picture(ctx context.Context, who auth.System, data json.RawMessage) error {
	var wanted pictureJob
	if err := json.Unmarshal(data, &wanted); err != nil || !id.Valid(wanted.Version.String()) {
		return job.Give(err)
	}
	var v document.Version
	err := who.Read(ctx, func(tx scope.Tx) error {
		version, err := scope.One(ctx, tx, findUndrawn, scope.Args{"version": wanted.Version}, scope.Value[string])
		if err != nil {
			return err
		}
		v, err = document.Find(ctx, tx, version)
		return err
	})
	if problem.Is(err, problem.NotFound) {
		return nil // drawn already, or gone
	}
	if err != nil {
		return err
	}
	drawn, err := f.draw(ctx, v)
	if _, refused := problem.As(err); refused {
		return nil
	}
	if err != nil {
		return err
	}
	stored, err := f.Documents.Store(ctx, who.Site().ID, drawn.MediaType, bytes.NewReader(drawn.Bytes), int64(len(drawn.Bytes)))
	if err != nil {
		return err
	}
	kept := false
	err = who.Write(ctx, func(tx scope.Tx) error {
		b := stored.Blob()
		n, err := tx.Exec(ctx, keepPicture, scope.Args{
			"version": v.ID, "blob": b.Key, "sha256": b.SHA256, "pieces": b.Pieces, "size": b.Size, "media_type": drawn.MediaType, "width": drawn.Width, "height": drawn.Height,
		})
		kept = n > 0
		return err
	})
	return f.Documents.Settle(ctx, stored, kept, err)
}

func (f Feature) draw(ctx context.Context, v document.Version) (picture.Small, error) {
	r, err := f.Documents.Open(ctx, v)
	if err != nil {
		return picture.Small{}, err
	}
	defer r.Close()
	return picture.Preview(r, pictureSide)
}
