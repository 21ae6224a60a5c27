package blob

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strings"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/s3utils"
)

// StoreCloser is a Store that is let go of at the end.
type StoreCloser interface {
	Store
	io.Closer
}

const (
	fileScheme = "file:"
	s3Scheme   = "s3:"
)

// Open opens the store at an address, file:FOLDER or s3://…, as OpenDisk and
// OpenS3 do.
func Open(ctx context.Context, address string) (StoreCloser, error) {
	if dir, ok := strings.CutPrefix(address, fileScheme); ok && dir != "" {
		return OpenDisk(dir)
	}
	return OpenS3(ctx, address)
}

// CheckS3 says in one sentence why OpenS3 would not open the address. It leaves
// behind what it finds.
func CheckS3(ctx context.Context, address string) error {
	a, err := parseS3(address)
	if err != nil {
		return err
	}
	s, err := a.open()
	if err != nil {
		return err
	}
	defer s.Close()
	if _, err := s.probe(ctx); err != nil {
		return a.explain(err)
	}
	return nil
}

// s3Address is an address of the form
// s3://KEY:SECRET@HOST[:PORT]/BUCKET[/PREFIX][?region=…&insecure=1].
type s3Address struct {
	key, secret, host, bucket string
	prefix                    string // empty, or ends with a slash
	region                    string
	insecure                  bool
}

// parseS3 reads an address. Its errors never repeat it, for it holds a secret.
func parseS3(address string) (s3Address, error) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme+":" != s3Scheme || u.Host == "" || u.Hostname() == "" || u.User == nil || u.Fragment != "" {
		return s3Address{}, errors.New("an address of files has to look like file:FOLDER or s3://KEY:SECRET@HOST/BUCKET; write : / ? # @ % in a key or secret as %3A %2F %3F %23 %40 %25")
	}
	a := s3Address{host: u.Host, key: u.User.Username()}
	a.secret, _ = u.User.Password()
	if a.key == "" || a.secret == "" {
		return s3Address{}, errors.New("an s3: address has to name a key and a secret before its host, as in s3://KEY:SECRET@HOST/BUCKET")
	}
	var prefix string
	if a.bucket, prefix, _ = strings.Cut(strings.Trim(u.Path, "/"), "/"); a.bucket == "" {
		return s3Address{}, errors.New("an s3: address has to name a bucket after its host, as in s3://KEY:SECRET@HOST/BUCKET")
	}
	if err := s3utils.CheckValidBucketNameStrict(a.bucket); err != nil {
		return s3Address{}, fmt.Errorf("%s is not the name of a bucket (%w)", printable(a.bucket), err)
	}
	if prefix != "" {
		a.prefix = prefix + "/"
	}
	if prefix != "" && !plainPath(prefix) {
		return s3Address{}, errors.New("the prefix of an s3: address has to be letters, digits, hyphens, dots and underscores, with single slashes between")
	}
	return a, a.options(u.RawQuery)
}

func (a *s3Address) options(query string) error {
	values, err := url.ParseQuery(query)
	if err != nil {
		return errors.New("what follows ? in an s3: address has to look like region=eu-central-1&insecure=1")
	}
	for name, all := range values {
		switch {
		case len(all) > 1 || all[0] == "":
			return fmt.Errorf("an s3: address has to give %s once and with a value", printable(name))
		case name == "region":
			a.region = all[0]
		case name == "insecure" && all[0] == "1":
			a.insecure = true
		default:
			return fmt.Errorf("an s3: address may end with region=… and insecure=1, not with %s", printable(name))
		}
	}
	return nil
}

// printable is a part of an address, unless it may be a piece of the secret.
func printable(name string) string {
	if len(name) > 20 || !plainPath(name) {
		return "something else"
	}
	return name
}

// plainPath tells whether a path has nothing that servers read differently.
func plainPath(path string) bool {
	for segment := range strings.SplitSeq(strings.TrimSuffix(path, "/"), "/") {
		if strings.Trim(segment, ".") == "" {
			return false
		}
		for _, c := range segment {
			if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && !strings.ContainsRune("-._", c) {
				return false
			}
		}
	}
	return true
}

// Redacted is an address to be shown, with dots for its secret.
func Redacted(address string) string {
	if strings.HasPrefix(address, fileScheme) {
		return address
	}
	u, err := url.Parse(address)
	if err != nil || u.User == nil {
		return s3Scheme + "…"
	}
	key := u.User.Username()
	u.User = nil
	return strings.Replace(u.String(), "://", "://"+url.User(key).String()+":…@", 1)
}

// explain is the sentence for the operator.
func (a s3Address) explain(err error) error {
	answer, answered := errors.AsType[minio.ErrorResponse](err)
	switch {
	case !answered:
		if away, ok := errors.AsType[awayError](err); ok {
			err = away.error
		}
		if u, ok := errors.AsType[*url.Error](err); ok {
			err = u.Err // its address is in the sentence
		}
		return fmt.Errorf("the server of files %s cannot be reached: %w", a.host, err)
	case answer.Code == minio.NoSuchBucket:
		return fmt.Errorf("the server of files %s has no bucket %s; make it, or name another one", a.host, a.bucket)
	case answer.StatusCode == 401 || answer.StatusCode == 403:
		return fmt.Errorf("the server of files %s does not let this key into the bucket %s (%s); look at key, secret and what they may do", a.host, a.bucket, answer.Code)
	}
	return fmt.Errorf("the bucket %s at %s cannot be written: %s: %w", a.bucket, a.host, answer.Code, answer)
}
