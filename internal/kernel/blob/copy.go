package blob

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
)

// chunk is how much of a stream is in memory at a time, in bytes.
const chunk = 64 << 10

// Copy streams content to w in one pass and says how much it was and its hash
// in lower-case hex, for a Store's Put. It stops when the context ends, and
// with the problem TooLarge at the first byte above the limit.
func Copy(ctx context.Context, w io.Writer, content io.Reader, limit int64) (int64, string, error) {
	sum := sha256.New()
	buffer := make([]byte, chunk)
	var size int64
	for {
		if err := ctx.Err(); err != nil {
			return size, "", context.Cause(ctx)
		}
		n, err := content.Read(buffer)
		if size += int64(n); size > limit {
			return size, "", TooLarge(limit)
		}
		sum.Write(buffer[:n])
		if _, werr := w.Write(buffer[:n]); werr != nil {
			return size, "", werr
		}
		if err == io.EOF {
			return size, hex.EncodeToString(sum.Sum(nil)), nil
		}
		if err != nil {
			return size, "", fmt.Errorf("read the content: %w", err)
		}
	}
}
