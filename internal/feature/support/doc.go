// Package support knows what clients need help with: cases, what is said in them,
// and what staff note among themselves.
//
// A case belongs to one client for good and, mostly, to the contact whose matter it
// is. Its state moves by steps, each with an author and an event:
//
//	new                → open            staff assign it to somebody or answer
//	open               → waiting_client  staff answer and wait
//	open               → on_hold         staff hold it, with a reason of their own
//	on_hold            → open            staff resume it, or the client writes
//	waiting_client     → open            the client writes
//	new, open,
//	waiting_client     → resolved        staff say what was done, or the client that it is solved
//	resolved           → open            the client writes or reopens within Grace, or staff reopen
//	resolved           → closed          the client says that it is solved, or Grace is over
//	closed             → open            staff reopen
//
// What a client writes to a case that is closed begins another one, which follows
// it. What staff do to a new case besides answering it opens it first.
//
// A case is a thread: replies, which the client reads; notes, which they do not; and
// events, which record themselves. Notes are in tables and types of their own.
// Nothing that a Portal reads or a contact is mailed comes from there.
//
// A client sees cases with the capability for them: all of the client's, or those
// that are the contact's own. SeenByContact says so in SQL, and every statement that
// is read for a contact uses it.
//
// Feature.ForStaff and Feature.ForClient are the doors, and Sweep the job. Their
// methods answer problem.NotFound for ids of other workspaces and for what may not
// be seen.
package support
