package document

import (
	"context"
	"iter"

	"foyer/internal/kernel/blob"
	"foyer/internal/kernel/scope"
)

// Blobs gives the blob of every version of a workspace and of every picture of one,
// for those who keep the store. read opens a transaction of the workspace; none is open
// while a blob is looked at.
func Blobs(ctx context.Context, read func(context.Context, func(scope.Tx) error) error) iter.Seq2[blob.Blob, error] {
	return func(yield func(blob.Blob, error) bool) {
		for after := ""; ; {
			var some []blob.Blob
			if err := read(ctx, func(tx scope.Tx) (err error) {
				some, err = scope.List(ctx, tx, listBlobs, scope.Args{"after": after}, func(row scope.Row) (b blob.Blob, err error) {
					return b, row.Scan(&b.Key, &b.SHA256, &b.Pieces, &b.Size)
				})
				return err
			}); err != nil {
				yield(blob.Blob{}, err)
				return
			}
			if len(some) == 0 {
				return
			}
			for _, b := range some {
				if !yield(b, nil) {
					return
				}
			}
			after = some[len(some)-1].Key
		}
	}
}

const listBlobs = `-- listBlobs
select blob_key, sha256, pieces, size_bytes
from (
	select v.blob_key, v.sha256, v.pieces, v.size_bytes from document_version v where v.workspace_id = :workspace and v.blob_key > :after
	union all
	select r.blob_key, r.sha256, r.pieces, r.size_bytes from document_preview r where r.workspace_id = :workspace and r.blob_key > :after
) every_blob
order by blob_key
limit 50`
