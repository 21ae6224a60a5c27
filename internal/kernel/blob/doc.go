// Package blob keeps the bytes of files: logos, documents, finished PDFs. A
// Store knows workspaces and keys, and nothing of names, kinds or rights; those
// are in the row of the feature that owns the file.
//
// A key is "{workspace}/{random}". It is made by Put, kept in a row, and never
// taken from a request. Contents are streamed in one pass and never held in
// memory; their size, SHA-256 and the hashes of their pieces go into the row beside
// the key, and a reader checks them through OpenVerified, from any place on. A blob is
// written before its row and deleted after it, so what a crash leaves behind is at worst
// a blob without a row, which List finds.
//
// Disk keeps blobs in a folder and S3 in a bucket; blobtest holds both to the same
// suite, and Move copies from one to the other.
//
// A missing blob is an error that wraps fs.ErrNotExist and not a problem for a
// person: whoever holds the key has a row that says the blob is there, so the
// operator must hear of it.
package blob
