package blob

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"slices"
	"time"

	"github.com/minio/minio-go/v7"

	"foyer/internal/kernel/problem"
)

// line is the way to a server of files, with how long to wait for it. Together
// that is about ten seconds until it is away.
type line struct {
	transport *http.Transport
	dial      time.Duration
	stall     time.Duration // without a byte in either direction
	again     time.Duration // after the first request in which another one is begun
	undo      time.Duration
	sweep     time.Duration
}

// sendBuffer is how many bytes may be on their way unseen, so that a slow line is
// not taken for one on which nothing moves.
const sendBuffer = 256 << 10

func newLine() *line {
	l := &line{dial: 3 * time.Second, stall: 8 * time.Second, again: 4 * time.Second, undo: 3 * time.Second, sweep: 10 * time.Second}
	l.transport = &http.Transport{
		Proxy: http.ProxyFromEnvironment, DialContext: l.connect, TLSHandshakeTimeout: l.stall,
		MaxIdleConnsPerHost: 16, DisableCompression: true,
	}
	return l
}

func (l *line) connect(ctx context.Context, network, address string) (net.Conn, error) {
	dialer := net.Dialer{Timeout: l.dial}
	conn, err := dialer.DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetWriteBuffer(sendBuffer) // a wish
	}
	return impatient{conn, l.stall}, nil
}

// impatient is a connection that fails when nothing moves on it. A byte in one
// direction is also time for the other: an answer comes after a long request.
type impatient struct {
	net.Conn
	stall time.Duration
}

// Read implements net.Conn.
func (c impatient) Read(p []byte) (int, error) {
	if err := c.SetDeadline(time.Now().Add(c.stall)); err != nil {
		return 0, err
	}
	return c.Conn.Read(p)
}

// Write implements net.Conn.
func (c impatient) Write(p []byte) (int, error) {
	if err := c.SetDeadline(time.Now().Add(c.stall)); err != nil {
		return 0, err
	}
	return c.Conn.Write(p)
}

// awayError is what may go well a moment later.
type awayError struct{ error }

// Unwrap adds the sentence for people.
func (e awayError) Unwrap() []error {
	return []error{problem.Of(problem.Unavailable, "blob.away"), e.error}
}

// try asks the server, again after a pause when it is away, and gives the meaning
// of what it answers.
func (l *line) try(ctx context.Context, ask func() error) error {
	began := time.Now()
	for pause := 100 * time.Millisecond; ; pause *= 4 {
		err := meaning(ctx, ask())
		if _, away := errors.AsType[awayError](err); !away || time.Since(began)+pause > l.again {
			return err
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// meaning is what an error of the client is to a Store.
func meaning(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	answer, answered := errors.AsType[minio.ErrorResponse](err)
	switch {
	case !answered || busy(answer):
		return awayError{err}
	case full(answer):
		return fmt.Errorf("%w: %s: %w", problem.Of(problem.Unavailable, "blob.full"), answer.Code, err)
	case answer.Code == minio.NoSuchKey:
		return fmt.Errorf("%w: %w", fs.ErrNotExist, err)
	}
	return fmt.Errorf("%s: %w", answer.Code, err)
}

func busy(answer minio.ErrorResponse) bool {
	switch answer.StatusCode {
	case http.StatusRequestTimeout, http.StatusTooManyRequests, http.StatusInternalServerError,
		http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return !full(answer)
	}
	return false
}

// fullCodes are what servers say when they have no room left for us.
var fullCodes = []string{
	"EntityTooLarge", "InsufficientStorage", "NoSpaceLeft", "QuotaExceeded", "ServiceQuotaExceeded",
	"StorageFull", "XMinioAdminBucketQuotaExceeded", "XMinioStorageFull",
}

func full(answer minio.ErrorResponse) bool {
	return answer.StatusCode == http.StatusInsufficientStorage || slices.Contains(fullCodes, answer.Code)
}
