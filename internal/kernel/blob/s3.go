package blob

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"foyer/internal/kernel/id"
)

// S3 is a Store in a bucket of a server that speaks S3. A blob with the key
// w/abcd… is the object prefix/w/abcd….
type S3 struct {
	server minio.Core
	line   *line
	bucket string
	prefix string // empty, or ends with a slash
}

// OpenS3 opens the bucket of an address s3://KEY:SECRET@HOST/BUCKET, tries
// whether it can be written, and clears away what a crash left unfinished. Its
// errors are single sentences for the operator, without the secret.
func OpenS3(ctx context.Context, address string) (*S3, error) {
	a, err := parseS3(address)
	if err != nil {
		return nil, err
	}
	s, err := a.open()
	if err != nil {
		return nil, err
	}
	now, err := s.probe(ctx)
	if err != nil {
		_ = s.Close()
		return nil, a.explain(err)
	}
	s.sweep(ctx, now)
	return s, nil
}

func (a s3Address) open() (*S3, error) {
	l := newLine()
	server, err := minio.NewCore(a.host, &minio.Options{
		Creds: credentials.NewStaticV4(a.key, a.secret, ""), Secure: !a.insecure, Region: a.region,
		Transport: l.transport, MaxRetries: 1, // try asks again
	})
	if err != nil {
		return nil, fmt.Errorf("%s is not the address of a server (%w)", a.host, err)
	}
	return &S3{server: *server, line: l, bucket: a.bucket, prefix: a.prefix}, nil
}

// Close lets go of the connections; no other method may be called after it.
func (s *S3) Close() error {
	s.line.transport.CloseIdleConnections()
	return nil
}

func (s *S3) name(key string) string { return s.prefix + key }

// probe writes an object and takes it away again. The time that it gives is the
// server's, by whose clock uploads are abandoned.
func (s *S3) probe(ctx context.Context) (time.Time, error) {
	key, err := NewKey(strings.Repeat("0", id.Length))
	if err != nil {
		return time.Time{}, err
	}
	if _, err := s.put(ctx, key, strings.NewReader("probe"), chunk, nil); err != nil {
		return time.Time{}, err
	}
	info, err := s.Stat(ctx, key)
	return info.Stored, errors.Join(err, s.Delete(ctx, key))
}

// sweep ends uploads of ours that were begun and never finished. A server that
// cannot list them, or does not let us, keeps them until a rule of its own clears
// them away, and is no worse a store for that.
func (s *S3) sweep(ctx context.Context, now time.Time) {
	ctx, cancel := context.WithTimeout(ctx, s.line.sweep)
	defer cancel()
	for one := range s.server.ListIncompleteUploads(ctx, s.bucket, s.prefix, true) {
		key, ours := strings.CutPrefix(one.Key, s.prefix)
		if _, _, err := SplitKey(key); one.Err != nil || err != nil || !ours || now.Sub(one.Initiated) < abandoned {
			continue
		}
		_ = s.server.AbortMultipartUpload(ctx, s.bucket, one.Key, one.UploadID)
	}
}

// Put implements Store.
func (s *S3) Put(ctx context.Context, workspaceID string, content io.Reader, limit int64) (Blob, error) {
	key, err := NewKey(workspaceID)
	if err != nil {
		return Blob{}, err
	}
	b, err := s.put(ctx, key, content, limit, nil)
	if err != nil {
		return Blob{}, fmt.Errorf("put blob %s: %w", key, err)
	}
	return b, nil
}

// Restore implements Store.
func (s *S3) Restore(ctx context.Context, b Blob, content io.Reader) error {
	return restore(b, func(key string, limit int64, check func(Blob) error) (Blob, error) {
		return s.put(ctx, key, content, limit, check)
	})
}

// put stores content under a key, when check has nothing against it. Without a
// check the key is a new one, of which nothing remains after an error.
func (s *S3) put(ctx context.Context, key string, content io.Reader, limit int64, check func(Blob) error) (Blob, error) {
	u := &upload{s: s, ctx: ctx, name: s.name(key)}
	b, err := Copy(ctx, u, content, limit)
	b.Key = key
	if err == nil && check != nil {
		err = check(b)
	}
	if err == nil {
		u.published = check == nil
		err = u.publish(b.SHA256)
	}
	if err != nil {
		u.undo()
		return Blob{}, err
	}
	return b, nil
}

// Stat implements Store.
func (s *S3) Stat(ctx context.Context, key string) (Info, error) {
	if _, _, err := SplitKey(key); err != nil {
		return Info{}, fmt.Errorf("stat blob: %w", err)
	}
	var info Info
	err := s.line.try(ctx, func() error {
		found, err := s.server.StatObject(ctx, s.bucket, s.name(key), minio.StatObjectOptions{})
		info = Info{Key: key, Size: found.Size, Stored: found.LastModified}
		return err
	})
	if err != nil {
		return Info{}, fmt.Errorf("stat blob %s: %w", key, err)
	}
	return info, nil
}

// Delete implements Store.
func (s *S3) Delete(ctx context.Context, key string) error {
	if _, _, err := SplitKey(key); err != nil {
		return fmt.Errorf("delete blob: %w", err)
	}
	err := s.line.try(ctx, func() error {
		return s.server.RemoveObject(ctx, s.bucket, s.name(key), minio.RemoveObjectOptions{})
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("delete blob %s: %w", key, err)
	}
	return nil
}

// List implements Store.
func (s *S3) List(ctx context.Context, workspaceID, after string, n int) ([]Info, error) {
	if err := checkList(workspaceID, after); err != nil {
		return nil, fmt.Errorf("list blobs: %w", err)
	}
	var list []Info
	err := s.line.try(ctx, func() (err error) {
		list, err = s.list(ctx, workspaceID, after, n)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list blobs: %w", err)
	}
	return list, nil
}

func (s *S3) list(ctx context.Context, workspaceID, after string, n int) ([]Info, error) {
	options := minio.ListObjectsOptions{Prefix: s.name(workspaceID + "/"), Recursive: true, MaxKeys: min(n, 1000)}
	if after != "" {
		options.StartAfter = s.name(after)
	}
	var list []Info
	for one := range s.server.ListObjectsIter(ctx, s.bucket, options) {
		if one.Err != nil {
			return nil, one.Err
		}
		key := strings.TrimPrefix(one.Key, s.prefix)
		if _, _, err := SplitKey(key); err != nil || key <= after {
			continue // no work of ours
		}
		// Only a list knows parts of a second.
		list = append(list, Info{Key: key, Size: one.Size, Stored: one.LastModified.Truncate(time.Second)})
		if len(list) >= n {
			break
		}
	}
	return list, ctx.Err() // which ends the loop without a word
}

// Open implements Store. The bytes are asked for when they are read, from there
// to the end, and come as they are read.
func (s *S3) Open(ctx context.Context, key string) (io.ReadSeekCloser, error) {
	info, err := s.Stat(ctx, key)
	if err != nil {
		return nil, fmt.Errorf("open blob: %w", err)
	}
	return &object{s: s, ctx: ctx, key: key, size: info.Size}, nil
}

// object reads one.
type object struct {
	s        *S3
	ctx      context.Context //nolint:containedctx // of whoever opened it, for the requests that reading makes
	key      string
	size, at int64
	body     io.ReadCloser // what follows at; nil when it was not asked for yet
}

// Seek implements io.Seeker.
func (o *object) Seek(offset int64, whence int) (int64, error) {
	at, err := seekTo(offset, whence, o.at, o.size)
	if err == nil && at != o.at {
		err = o.Close()
		o.at = at
	}
	return o.at, err
}

// Close implements io.Closer.
func (o *object) Close() error {
	if o.body == nil {
		return nil
	}
	body := o.body
	o.body = nil
	return body.Close()
}

// Read implements io.Reader. After an error it asks the server anew.
func (o *object) Read(p []byte) (int, error) {
	if o.at >= o.size {
		return 0, io.EOF
	}
	if o.body == nil {
		if err := o.s.line.try(o.ctx, o.ask); err != nil {
			return 0, fmt.Errorf("read blob %s: %w", o.key, err)
		}
	}
	n, err := o.body.Read(p)
	o.at += int64(n)
	if err == nil || errors.Is(err, io.EOF) && o.at >= o.size {
		return n, err
	}
	_ = o.Close()
	broken := fmt.Errorf("broke off at byte %d: %s", o.at, err) //nolint:errorlint // or it is taken for an end of the content
	return n, fmt.Errorf("read blob %s: %w", o.key, meaning(o.ctx, broken))
}

func (o *object) ask() error {
	var options minio.GetObjectOptions
	if o.at > 0 {
		if err := options.SetRange(o.at, 0); err != nil {
			return err
		}
	}
	body, _, header, err := o.s.server.GetObject(o.ctx, o.s.bucket, o.s.name(o.key), options)
	if err != nil {
		return err
	}
	if o.at > 0 && !strings.HasPrefix(header.Get("Content-Range"), fmt.Sprintf("bytes %d-", o.at)) {
		_ = body.Close()
		return fmt.Errorf("asked for the bytes from %d on, the server sends %q", o.at, header.Get("Content-Range"))
	}
	o.body = body
	return nil
}
