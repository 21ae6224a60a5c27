package backup

import (
	"archive/tar"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// Write writes the manifest and its members, which open opens. A member that is not as
// the manifest says is an error.
func Write(ctx context.Context, to io.Writer, m Manifest, open func(Member) (io.ReadCloser, error)) error {
	m.Format = Format
	text, err := json.MarshalIndent(m, "", " ")
	if err != nil {
		return err
	}
	w := tar.NewWriter(to)
	if err := add(ctx, w, Member{Name: manifestName, Size: int64(len(text))}, m.Taken, bytes.NewReader(text)); err != nil {
		return err
	}
	for _, one := range m.Members {
		if err := addOpened(ctx, w, one, m.Taken, open); err != nil {
			return fmt.Errorf("%s: %w", one.Name, err)
		}
	}
	return w.Close()
}

func addOpened(ctx context.Context, w *tar.Writer, one Member, at time.Time, open func(Member) (io.ReadCloser, error)) error {
	r, err := open(one)
	if err != nil {
		return err
	}
	defer r.Close()
	sum := sha256.New()
	if err := add(ctx, w, one, at, io.TeeReader(r, sum)); err != nil {
		return err
	}
	if hex.EncodeToString(sum.Sum(nil)) != one.SHA256 {
		return ErrChanged
	}
	return nil
}

func add(ctx context.Context, w *tar.Writer, one Member, at time.Time, content io.Reader) error {
	header := tar.Header{Typeflag: tar.TypeReg, Name: one.Name, Size: one.Size, Mode: 0o600, ModTime: at.Truncate(time.Second)}
	if err := w.WriteHeader(&header); err != nil {
		return err
	}
	_, err := io.CopyN(w, until{ctx, content}, one.Size)
	if errors.Is(err, io.EOF) {
		return ErrChanged
	}
	if n, _ := content.Read(make([]byte, 1)); err == nil && n > 0 {
		return ErrChanged
	}
	return err
}

// until reads until the context ends.
type until struct {
	ctx context.Context //nolint:containedctx // of one copying
	io.Reader
}

// Read implements io.Reader.
func (u until) Read(p []byte) (int, error) {
	if u.ctx.Err() != nil {
		return 0, context.Cause(u.ctx)
	}
	return u.Reader.Read(p)
}

// Create makes a file at a path where there is none. fill writes it, and may use the
// path of a file beside it, on the same disk, that is empty and goes in the end. The
// file appears whole, on the disk and for its owner alone, or not at all; what a crash
// left of an earlier try goes.
func Create(path string, fill func(w io.Writer, scratch string) error) (err error) {
	if err := vacant(path); err != nil {
		return err
	}
	w, err := newWork(path + ".part")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.remove()) }()
	scratch, whole := filepath.Join(w.dir, workDatabase), filepath.Join(w.dir, workTar)
	if err := os.WriteFile(scratch, nil, 0o600); err != nil {
		return err
	}
	if err := write(whole, func(w io.Writer) error { return fill(w, scratch) }); err != nil {
		return err
	}
	return publish(whole, path)
}

// publish gives a file its name, which nobody else may have taken meanwhile.
func publish(whole, path string) error {
	err := os.Link(whole, path)
	switch {
	case errors.Is(err, fs.ErrExist):
		return taken(path)
	case err != nil: // a file system without links, where this is as near as it comes
		if err := vacant(path); err != nil {
			return err
		}
		return Rename(whole, path)
	}
	return SyncDir(filepath.Dir(path))
}

// WriteFile writes a new file, for its owner alone, that survives a power cut.
func WriteFile(ctx context.Context, path string, content io.Reader) error {
	err := write(path, func(w io.Writer) error {
		_, err := io.Copy(w, until{ctx, content})
		return err
	})
	return errors.Join(err, SyncDir(filepath.Dir(path)))
}

// Rename gives a file another name that survives a power cut.
func Rename(from, to string) error {
	if err := os.Rename(from, to); err != nil {
		return err
	}
	return SyncDir(filepath.Dir(to))
}

func vacant(path string) error {
	_, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return fmt.Errorf("%s cannot be written: %w", path, reason(err))
	}
	return taken(path)
}

func taken(path string) error {
	return fmt.Errorf("there is a file %s already; name another one", path)
}

func write(path string, fill func(io.Writer) error) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	if err = fill(f); err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

// SyncDir makes the names in a folder durable.
func SyncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}

// reason is the cause alone, without the path that the sentence has already.
func reason(err error) error {
	if p, ok := errors.AsType[*fs.PathError](err); ok {
		return p.Err
	}
	return err
}
