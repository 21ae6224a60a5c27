// Package library is the documents that people work with: what staff attach to a
// client, a project, a contract, an invoice or a case, what clients bring, and the
// files of record that the program makes. Package document keeps their bytes and
// rows; this one says who finds them, and stands above the records that they are
// attached to because it asks them.
//
// A document is kept, archived or deleted:
//
//	kept → archived     staff; gone from the client and from lists, and can come back
//	archived → kept     staff
//	kept, archived → deleted   staff; its bytes go after a month, until then it can come back
//	deleted → kept      staff
//
// A file of record (a sealed contract, an issued invoice) is kept for good: it is
// neither renamed, moved, archived nor deleted, and its client sees it while they see
// its contract or invoice.
//
// A contact sees a document when all of this holds, and it is asked at each reading:
// they have the capability for documents; it is kept; it is shared with their client
// or with them; and they see what it is attached to.
package library
