package blob

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"hash"
	"io"

	"foyer/internal/kernel/problem"
)

// chunk is how much of a stream is in memory at a time, in bytes.
const chunk = 64 << 10

// Copy streams content to w in one pass, for a Store's Put, and gives what a row
// says of it, but for the key. It stops when the context ends, and with the
// problem TooLarge at the first byte above the limit.
func Copy(ctx context.Context, w io.Writer, content io.Reader, limit int64) (Blob, error) {
	sums := digest{whole: sha256.New(), piece: sha256.New()}
	buffer := make([]byte, chunk)
	for {
		if ctx.Err() != nil {
			return Blob{}, context.Cause(ctx)
		}
		n, err := content.Read(buffer)
		if sums.add(buffer[:n]); sums.size > limit {
			return Blob{}, TooLarge(limit)
		}
		if _, werr := w.Write(buffer[:n]); werr != nil {
			return Blob{}, werr
		}
		if err == io.EOF {
			return sums.blob(), nil
		}
		if err != nil {
			return Blob{}, fmt.Errorf("read the content: %w", err)
		}
	}
}

// restore is a Store's Restore by its put, which stores what check lets through.
func restore(b Blob, put func(key string, limit int64, check func(Blob) error) (Blob, error)) error {
	if _, _, err := SplitKey(b.Key); err != nil {
		return fmt.Errorf("restore blob: %w", err)
	}
	_, err := put(b.Key, b.Size, func(got Blob) error {
		if got != b {
			return b.corrupt("other bytes")
		}
		return nil
	})
	if problem.Is(err, problem.TooLarge) {
		err = b.corrupt("more bytes than were put")
	}
	if err != nil {
		return fmt.Errorf("restore blob %s: %w", b.Key, err)
	}
	return nil
}

// digest hashes a stream as a whole and in pieces.
type digest struct {
	size         int64
	whole, piece hash.Hash
	pieces       []byte // the hashes of those that are full
}

func (d *digest) add(p []byte) {
	d.whole.Write(p)
	for len(p) > 0 {
		n := min(int64(len(p)), Piece-d.size%Piece)
		d.piece.Write(p[:n])
		p, d.size = p[n:], d.size+n
		if d.size%Piece == 0 {
			d.pieces = d.piece.Sum(d.pieces)
			d.piece.Reset()
		}
	}
}

// blob is what the row says, when all has been added.
func (d *digest) blob() Blob {
	b := Blob{Size: d.size, SHA256: hex.EncodeToString(d.whole.Sum(nil))}
	if d.size <= Piece {
		return b
	}
	if d.size%Piece > 0 {
		d.pieces = d.piece.Sum(d.pieces)
	}
	b.Pieces = base64.RawStdEncoding.EncodeToString(d.pieces)
	return b
}
