// Package pdf makes documents of record: invoices, statements, receipts. A
// document is a list of blocks and a theme; how they come onto pages, and those
// into a file, is this package's business and nobody else's.
//
// The same document gives the same bytes, so that a file can be made again from
// what was stored of it. Everything a document says comes in the reader's
// language already.
//
// The type is Noto Sans, for Latin, Greek and Cyrillic. A letter that it does not
// have is drawn as U+FFFD and reported in Made.Missing, for whoever sends the
// document to be told.
package pdf
