package document

import (
	"context"
	"iter"

	"foyer/internal/kernel/blob"
	"foyer/internal/kernel/scope"
)

// Blobs gives the blob of every version of a workspace, for those who keep the
// store. read opens a transaction of the workspace; none is open while a blob is
// looked at.
func Blobs(ctx context.Context, read func(context.Context, func(scope.Tx) error) error) iter.Seq2[blob.Blob, error] {
	return func(yield func(blob.Blob, error) bool) {
		for after := ""; ; {
			var some []Version
			if err := read(ctx, func(tx scope.Tx) (err error) {
				some, err = scope.List(ctx, tx, listVersions, scope.Args{"after": after}, scanVersion)
				return err
			}); err != nil {
				yield(blob.Blob{}, err)
				return
			}
			if len(some) == 0 {
				return
			}
			for _, v := range some {
				if !yield(v.blob, nil) {
					return
				}
			}
			after = some[len(some)-1].ID
		}
	}
}
