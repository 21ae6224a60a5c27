package server

import (
	"context"
	"iter"

	"foyer/internal/auth"
	"foyer/internal/feature/document"
	"foyer/internal/kernel/blob"
)

// naming gives every blob that rows of one kind name in a workspace.
type naming func(ctx context.Context, who auth.System) iter.Seq2[blob.Blob, error]

// namings are all there are: what is not among them is left behind by a move.
var namings = []naming{
	func(ctx context.Context, who auth.System) iter.Seq2[blob.Blob, error] {
		return document.Blobs(ctx, who.Read)
	},
}

// blobsOf gives every blob of a workspace.
func blobsOf(ctx context.Context, who auth.System) iter.Seq2[blob.Blob, error] {
	return func(yield func(blob.Blob, error) bool) {
		for _, all := range namings {
			for b, err := range all(ctx, who) {
				if !yield(b, err) {
					return
				}
			}
		}
	}
}

// everyBlob gives every blob of every workspace.
func everyBlob(ctx context.Context, gate *auth.Gate) iter.Seq2[blob.Blob, error] {
	return func(yield func(blob.Blob, error) bool) {
		ids, err := gate.Workspaces(ctx)
		if err != nil {
			yield(blob.Blob{}, err)
			return
		}
		for _, id := range ids {
			who, err := gate.System(ctx, id)
			if err != nil {
				yield(blob.Blob{}, err)
				return
			}
			for b, err := range blobsOf(ctx, who) {
				if !yield(b, err) {
					return
				}
			}
		}
	}
}

// MoveBlobs copies the files of every workspace to another store, reads them there,
// and tells of each workspace by its name. See blob.Move.
func (s *Server) MoveBlobs(ctx context.Context, to blob.Store, tell func(workspace string, m blob.Moved)) error {
	ids, err := s.Gate.Workspaces(ctx)
	if err != nil {
		return err
	}
	for _, id := range ids {
		who, err := s.Gate.System(ctx, id)
		if err != nil {
			return err
		}
		m, err := blob.Move(ctx, s.Blobs, to, blobsOf(ctx, who))
		tell(who.Site().Name, m)
		if err != nil {
			return err
		}
	}
	return nil
}
