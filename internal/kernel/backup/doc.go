// Package backup writes and reads the one file that a backup is: a tar whose first
// member is a manifest with the size and the SHA-256 of each that follows. What the
// members mean is not its business.
//
// A file appears under its name when it is whole and on the disk. A reader gives out
// the members of the manifest in their order and nothing else, and a member whose bytes
// are not those of the manifest ends with an error.
package backup
