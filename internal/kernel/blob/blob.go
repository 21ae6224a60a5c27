package blob

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"foyer/internal/kernel/id"
	"foyer/internal/kernel/problem"
)

// Blob is what Put has stored, to be kept in a row.
type Blob struct {
	Key    string
	Size   int64  // bytes
	SHA256 string // lower-case hex
	// Pieces is the SHA-256 of each piece in turn, in base64 without padding.
	// It is empty when there is one piece, whose hash SHA256 is.
	Pieces string
}

// Piece is how much of a blob is checked at a time, in bytes; the last piece of
// a blob may be shorter.
const Piece = 1 << 20

// Info is what a Store knows of a stored blob.
type Info struct {
	Key    string
	Size   int64     // bytes
	Stored time.Time // by the store's own clock
}

// Store keeps blobs. It is safe for concurrent use.
//
// A key that is not of the form that Put makes gives ErrKey; one that names
// nothing gives an error that wraps fs.ErrNotExist.
type Store interface {
	// Put reads content to its end and stores it under a new key of the
	// workspace. When it returns without an error the bytes are durable; with
	// one, nothing of them remains. Problems: TooLarge, with the argument
	// limit, when there are more than limit bytes; Unavailable when the disk
	// is full. An error of content itself is wrapped.
	Put(ctx context.Context, workspaceID string, content io.Reader, limit int64) (Blob, error)
	// Restore stores a blob that another Store gave out, under the key that it has
	// there. A blob that is there already is replaced. ErrCorrupt when content is
	// not what b says; then, as after every error, nothing has changed.
	Restore(ctx context.Context, b Blob, content io.Reader) error
	// Open reads a blob. It does not check the contents; see OpenVerified.
	Open(ctx context.Context, key string) (io.ReadSeekCloser, error)
	// Stat says whether and how large a blob is there.
	Stat(ctx context.Context, key string) (Info, error)
	// Delete removes a blob; one that is gone already is no error.
	Delete(ctx context.Context, key string) error
	// List is at most n blobs of one workspace in the order of their keys,
	// beginning after the key given; "" begins at the first. An empty list is
	// the end.
	List(ctx context.Context, workspaceID, after string, n int) ([]Info, error)
}

var (
	// ErrKey is a key or workspace that has not the right form. Keys come from
	// our own rows, so it is a bug or an attack and never a person's mistake.
	ErrKey = errors.New("not the key of a blob")
	// ErrCorrupt is a stored blob whose bytes are not those that were put.
	ErrCorrupt = errors.New("the stored bytes are not those that were put")
)

// Bytes is a number of bytes that prints for people, as 100 MB. It counts as
// the settings do, 1024 to a step.
type Bytes int64

// String is the size in the largest unit that leaves a whole number.
func (b Bytes) String() string {
	units := []string{"bytes", "KB", "MB", "GB"}
	n, unit := int64(b), 0
	for n >= 1024 && n%1024 == 0 && unit < len(units)-1 {
		n, unit = n/1024, unit+1
	}
	return fmt.Sprintf("%d %s", n, units[unit])
}

// randomLength is the number of characters of a key after the workspace: 130
// random bits.
const randomLength = 26

// NewKey makes a key of a workspace, for a Store's Put.
func NewKey(workspaceID string) (string, error) {
	if !id.Valid(workspaceID) {
		return "", ErrKey
	}
	return workspaceID + "/" + strings.ToLower(rand.Text()), nil
}

// SplitKey checks a key and gives its two parts, for a Store.
func SplitKey(key string) (workspaceID, random string, err error) {
	workspaceID, random, _ = strings.Cut(key, "/")
	if !id.Valid(workspaceID) || len(random) != randomLength {
		return "", "", ErrKey
	}
	for i := range len(random) {
		c := random[i]
		if (c < 'a' || c > 'z') && (c < '2' || c > '7') {
			return "", "", ErrKey
		}
	}
	return workspaceID, random, nil
}

// checkList checks the arguments of a List.
func checkList(workspaceID, after string) error {
	if !id.Valid(workspaceID) {
		return ErrKey
	}
	if after == "" {
		return nil
	}
	if w, _, err := SplitKey(after); err != nil || w != workspaceID {
		return ErrKey
	}
	return nil
}

// TooLarge is the problem of content above a limit of bytes, for a Store and
// for whoever sees the size beforehand.
func TooLarge(limit int64) error {
	return problem.Of(problem.TooLarge, "problem.too_large", "limit", Bytes(limit))
}
