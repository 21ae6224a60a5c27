package blob

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
)

// OpenVerified reads a blob and gives no byte out before the piece that holds it
// has the hash of its row. A piece that has not, bytes that are missing or too
// many, and a row whose hashes do not fit its size are ErrCorrupt, so that a
// download breaks off instead of looking whole. Seeking asks the store for
// nothing; reading does, a piece at a time.
func OpenVerified(ctx context.Context, s Store, b Blob) (io.ReadSeekCloser, error) {
	if _, err := hashes(b); err != nil {
		return nil, err
	}
	r, err := s.Open(ctx, b.Key)
	if err != nil {
		return nil, err
	}
	return Verified(r, b), nil
}

// Verified wraps a reader of the blob's bytes, which stands at their beginning,
// as OpenVerified does.
func Verified(r io.ReadSeekCloser, b Blob) io.ReadSeekCloser {
	return &verified{source: r, blob: b}
}

// hashes are those of the blob's pieces, one after the other. Even an empty blob
// has one.
func hashes(b Blob) ([]byte, error) {
	text, decode := b.Pieces, base64.RawStdEncoding.Strict().DecodeString
	if b.Size <= Piece {
		if b.Pieces != "" {
			return nil, b.corrupt("hashes of pieces for a single one")
		}
		text, decode = b.SHA256, hex.DecodeString
	}
	all, err := decode(text)
	count := max(1, (b.Size+Piece-1)/Piece)
	if err != nil || b.Size < 0 || int64(len(all)) != count*sha256.Size {
		return nil, b.corrupt("not a hash for each piece")
	}
	return all, nil
}

func (b Blob) corrupt(how string) error {
	return fmt.Errorf("blob %s: %s: %w", b.Key, how, ErrCorrupt)
}

type verified struct {
	source io.ReadSeekCloser
	blob   Blob
	at     int64 // where the reader of ours is
	next   int64 // where source is; negative when that is not known
	hashes []byte
	buffer []byte // what piece holds
	start  int64  // of the piece in the buffer
}

// Close implements io.Closer.
func (v *verified) Close() error {
	v.buffer = nil
	return v.source.Close()
}

// Seek implements io.Seeker.
func (v *verified) Seek(offset int64, whence int) (int64, error) {
	at, err := seekTo(offset, whence, v.at, v.blob.Size)
	if err == nil {
		v.at = at
	}
	return at, err
}

// seekTo is where a Seek leads from at, in something of this size.
func seekTo(offset int64, whence int, at, size int64) (int64, error) {
	switch whence {
	case io.SeekStart:
	case io.SeekCurrent:
		offset += at
	case io.SeekEnd:
		offset += size
	default:
		return 0, errors.New("seek in a blob: not a place to count from")
	}
	if offset < 0 {
		return 0, errors.New("seek in a blob: before its beginning")
	}
	return offset, nil
}

// Read implements io.Reader.
func (v *verified) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	if v.at > 0 && v.at >= v.blob.Size {
		return 0, io.EOF
	}
	if v.buffer == nil || v.at < v.start || v.at >= v.start+int64(len(v.buffer)) {
		if err := v.load(v.at - v.at%Piece); err != nil {
			v.buffer, v.next = nil, -1
			return 0, err
		}
	}
	n := copy(p, v.buffer[v.at-v.start:])
	if v.at += int64(n); n == 0 {
		return 0, io.EOF
	}
	return n, nil
}

// load brings the piece that begins at start into the buffer, checked.
func (v *verified) load(start int64) (err error) {
	if v.hashes == nil {
		if v.hashes, err = hashes(v.blob); err != nil {
			return err
		}
	}
	if start != v.next {
		if _, err := v.source.Seek(start, io.SeekStart); err != nil {
			return fmt.Errorf("blob %s: %w", v.blob.Key, err)
		}
	}
	size := min(Piece, v.blob.Size-start)
	if v.buffer == nil {
		v.buffer = make([]byte, min(Piece, v.blob.Size))
	}
	v.buffer = v.buffer[:size]
	if err := v.fill(start + size); err != nil {
		return err
	}
	v.start, v.next = start, start+size
	sum, want := sha256.Sum256(v.buffer), v.hashes[start/Piece*sha256.Size:][:sha256.Size]
	if !bytes.Equal(sum[:], want) {
		return v.blob.corrupt("another hash")
	}
	return nil
}

// fill reads the piece that ends at end; after the last one nothing may follow.
func (v *verified) fill(end int64) error {
	_, err := io.ReadFull(v.source, v.buffer)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return v.blob.corrupt("bytes are missing")
	}
	if err == nil && end == v.blob.Size {
		var more [1]byte
		if _, err = io.ReadFull(v.source, more[:]); err == nil {
			return v.blob.corrupt("more bytes than were put")
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
	}
	if err != nil {
		return fmt.Errorf("read blob %s: %w", v.blob.Key, err)
	}
	return nil
}
