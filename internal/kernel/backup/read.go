package backup

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
)

// Reader gives out what is in a backup.
type Reader struct {
	Manifest
	file *os.File
	tar  *tar.Reader
	next int // of the members
}

// trailer is what every tar ends with: two blocks of zeros.
const trailer = 1024

// Open reads the manifest of a backup.
func Open(path string) (*Reader, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("%s cannot be read: %w", path, reason(err))
	}
	r := &Reader{file: f, tar: tar.NewReader(f)}
	if err := r.readManifest(); err != nil {
		_ = f.Close()
		return nil, fmt.Errorf("%s cannot be restored: %w", path, err)
	}
	return r, nil
}

func (r *Reader) readManifest() error {
	header, err := r.tar.Next()
	if err != nil || header.Name != manifestName || header.Typeflag != tar.TypeReg {
		return ErrForeign
	}
	if header.Size > manifestMax {
		return ErrDamaged
	}
	text, err := io.ReadAll(r.tar)
	if err != nil {
		return ErrDamaged
	}
	var format struct {
		Format int `json:"format"`
	}
	if err := json.Unmarshal(text, &format); err != nil {
		return ErrDamaged
	}
	if format.Format > Format {
		return ErrLater
	}
	if err := json.Unmarshal(text, &r.Manifest); err != nil || format.Format != Format {
		return ErrDamaged
	}
	return r.ended()
}

// ended tells at once of a file of which the end is missing.
func (r *Reader) ended() error {
	info, err := r.file.Stat()
	if err != nil {
		return err
	}
	end := make([]byte, trailer)
	if _, err := r.file.ReadAt(end, info.Size()-trailer); err != nil || !bytes.Equal(end, make([]byte, trailer)) {
		return ErrDamaged
	}
	return nil
}

// Close lets go of the file.
func (r *Reader) Close() error { return r.file.Close() }

// Next is the next member, whose bytes are to be read to their end, where an error says
// that they are not those of the manifest. io.EOF is the end of the backup.
func (r *Reader) Next() (Member, io.Reader, error) {
	header, err := r.tar.Next()
	if errors.Is(err, io.EOF) && r.next == len(r.Members) {
		return Member{}, nil, io.EOF
	}
	if err != nil || r.next == len(r.Members) {
		return Member{}, nil, ErrDamaged
	}
	want := r.Members[r.next]
	if header.Typeflag != tar.TypeReg || header.Name != want.Name || header.Size != want.Size {
		return Member{}, nil, fmt.Errorf("%w (at %q)", ErrDamaged, want.Name)
	}
	r.next++
	return want, &checked{r.tar, want, sha256.New()}, nil
}

// checked reads a member and compares it with the manifest.
type checked struct {
	io.Reader
	of  Member
	sum hash.Hash
}

// Read implements io.Reader.
func (c *checked) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.sum.Write(p[:n])
	if errors.Is(err, io.EOF) && hex.EncodeToString(c.sum.Sum(nil)) == c.of.SHA256 {
		return n, io.EOF
	}
	if err != nil {
		return n, fmt.Errorf("%w (in %q)", ErrDamaged, c.of.Name)
	}
	return n, nil
}
