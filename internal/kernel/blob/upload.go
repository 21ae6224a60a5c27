package blob

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"

	"github.com/minio/minio-go/v7"
)

// part is how much of an upload is in memory and goes over at a time, in bytes.
// No server takes smaller ones than 5 MiB, and ten thousand is the most.
const part = 8 << 20

// upload sends what is written to it: in one request when it is at most a part,
// otherwise part by part. The server shows nothing before publish.
type upload struct {
	s         *S3
	ctx       context.Context //nolint:containedctx // of the Put that this is a piece of
	name      string
	buffer    []byte
	id        string // of an upload in parts
	parts     []minio.CompletePart
	published bool // perhaps, and to be taken away by undo
}

// Write implements io.Writer.
func (u *upload) Write(p []byte) (int, error) {
	written := 0
	for len(p) > 0 {
		if len(u.buffer) == part {
			if err := u.send(); err != nil {
				return written, err
			}
		}
		u.room(len(p))
		n := min(len(p), part-len(u.buffer))
		u.buffer = append(u.buffer, p[:n]...)
		p, written = p[n:], written+n
	}
	return written, nil
}

// room makes the buffer larger, by doubling, for few files fill it.
func (u *upload) room(n int) {
	if want := len(u.buffer) + n; want > cap(u.buffer) && cap(u.buffer) < part {
		larger := make([]byte, len(u.buffer), min(part, max(want, 2*cap(u.buffer))))
		copy(larger, u.buffer)
		u.buffer = larger
	}
}

// send sends the buffer as the next part.
func (u *upload) send() error {
	if u.id == "" {
		if err := u.s.line.try(u.ctx, func() (err error) {
			u.id, err = u.s.server.NewMultipartUpload(u.ctx, u.s.bucket, u.name, minio.PutObjectOptions{})
			return err
		}); err != nil {
			return err
		}
	}
	sum, number := sha256.Sum256(u.buffer), len(u.parts)+1
	options := minio.PutObjectPartOptions{Sha256Hex: hex.EncodeToString(sum[:]), DisableContentSha256: true}
	err := u.s.line.try(u.ctx, func() error {
		sent, err := u.s.server.PutObjectPart(u.ctx, u.s.bucket, u.name, u.id, number, bytes.NewReader(u.buffer), int64(len(u.buffer)), options)
		if err == nil {
			u.parts = append(u.parts, minio.CompletePart{PartNumber: number, ETag: sent.ETag})
		}
		return err
	})
	u.buffer = u.buffer[:0]
	return err
}

// publish sends what is left and makes the object. sum is the hash of the whole.
func (u *upload) publish(sum string) error {
	if u.id == "" {
		// The server holds what it got against the hash; the option leaves out a
		// second one, of the stream.
		options := minio.PutObjectOptions{DisableContentSha256: true}
		return u.s.line.try(u.ctx, func() error {
			_, err := u.s.server.PutObject(u.ctx, u.s.bucket, u.name, bytes.NewReader(u.buffer), int64(len(u.buffer)), "", sum, options)
			return err
		})
	}
	if err := u.send(); err != nil {
		return err
	}
	// Not tried again: a second answer would be that there is no such upload.
	_, err := u.s.server.CompleteMultipartUpload(u.ctx, u.s.bucket, u.name, u.id, u.parts, minio.PutObjectOptions{})
	return meaning(u.ctx, err)
}

// undo takes away what there may be by now, as well as it can: the sweeps find
// the rest. It works after a stop too.
func (u *upload) undo() {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(u.ctx), u.s.line.undo)
	defer cancel()
	if u.id != "" {
		_ = u.s.server.AbortMultipartUpload(ctx, u.s.bucket, u.name, u.id)
	}
	if u.published {
		_ = u.s.server.RemoveObject(ctx, u.s.bucket, u.name, minio.RemoveObjectOptions{})
	}
}
