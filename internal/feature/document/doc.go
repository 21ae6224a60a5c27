// Package document keeps files: a document is a named file attached to
// something, and each of its versions is a row that knows where its bytes are.
//
// The bytes are stored before the rows. Shelf.Store puts them into the blob
// store outside of any transaction, and Add writes the rows in the transaction
// of the change that wants the file. What a crash leaves between the two is
// bytes without a row, which the sweep of the blob store finds; a row without
// bytes cannot come about.
//
// Where bytes are is known to rows alone. No key comes from a request, and none
// leaves this package but in a Version that was read from its row.
package document
