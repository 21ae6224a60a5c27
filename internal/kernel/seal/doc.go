// Package seal seals finished PDF files, so that any later change can be seen,
// and tells whether a file that somebody hands in is one that was sealed.
//
// A seal is a PAdES signature (ETSI EN 319 142-1, level B-B, or B-T when a time
// stamping authority is given) in an incremental update of the file: what was
// there before stays byte for byte. It is the seal of whoever holds the key, and
// says nothing of who signed what the file tells.
//
// The messages inside (CMS, RFC 5652; time stamps, RFC 3161) are made and proven
// by libraries. Ours are the update of the file, the range of bytes that it
// names, and the strictness: Verify calls a file intact only if nothing in it,
// in the message or around it, could be anything else than it is.
//
// Foreign files are met on both sides. Nothing in them is followed further than
// a fixed number of steps, and what is not understood is refused by a typed
// error.
package seal
