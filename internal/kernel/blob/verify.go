package blob

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
)

// OpenVerified reads a blob and compares it with what its row says. When size
// or hash differ, reading ends with ErrCorrupt in place of the last bytes, so
// that a download breaks off instead of looking whole.
func OpenVerified(ctx context.Context, s Store, b Blob) (io.ReadCloser, error) {
	r, err := s.Open(ctx, b.Key)
	if err != nil {
		return nil, err
	}
	return Verified(r, b), nil
}

// Verified wraps a reader of the blob's bytes as OpenVerified does.
func Verified(r io.ReadCloser, b Blob) io.ReadCloser {
	return &verified{ReadCloser: r, blob: b, sum: sha256.New()}
}

type verified struct {
	io.ReadCloser
	blob Blob
	read int64
	sum  hash.Hash
	end  error // once known: io.EOF or the corruption
}

// Read passes bytes on; those that would complete the blob only once the whole
// is known to be right.
func (v *verified) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	if v.end != nil {
		return 0, v.end
	}
	n, err := v.ReadCloser.Read(p)
	v.read += int64(n)
	v.sum.Write(p[:n])
	switch {
	case err != nil && err != io.EOF:
		return n, err
	case v.read < v.blob.Size && err == nil:
		return n, nil
	}
	if v.end = v.finish(err); !errors.Is(v.end, io.EOF) {
		return 0, v.end
	}
	return n, io.EOF
}

// finish compares the whole; err is what the last Read returned.
func (v *verified) finish(err error) error {
	if v.read != v.blob.Size {
		return fmt.Errorf("blob %s: %w", v.blob.Key, ErrCorrupt)
	}
	if err == nil {
		more, err := io.CopyN(io.Discard, v.ReadCloser, 1)
		if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		if more > 0 {
			return fmt.Errorf("blob %s: %w", v.blob.Key, ErrCorrupt)
		}
	}
	if hex.EncodeToString(v.sum.Sum(nil)) != v.blob.SHA256 {
		return fmt.Errorf("blob %s: %w", v.blob.Key, ErrCorrupt)
	}
	return io.EOF
}
