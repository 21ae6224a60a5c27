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

// How long to wait for a server of files. Together they say that it is away
// within about ten seconds.
const (
	dialTime  = 3 * time.Second
	stallTime = 8 * time.Second // without a byte in either direction
	// againTime is how long after the first request another one is still begun.
	againTime = 4 * time.Second
	undoTime  = 3 * time.Second
	sweepTime = 10 * time.Second
)

// line is the way to a server of files.
type line struct{ transport *http.Transport }

func newLine() *line {
	dialer := net.Dialer{Timeout: dialTime}
	return &line{&http.Transport{
		Proxy: http.ProxyFromEnvironment,
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			conn, err := dialer.DialContext(ctx, network, address)
			if err != nil {
				return nil, err
			}
			return impatient{conn}, nil
		},
		TLSHandshakeTimeout: stallTime, MaxIdleConnsPerHost: 16, DisableCompression: true,
	}}
}

// impatient is a connection that fails when nothing moves on it. A byte in one
// direction is also time for the other: an answer comes after a long request.
type impatient struct{ net.Conn }

// Read implements net.Conn.
func (c impatient) Read(p []byte) (int, error) {
	if err := c.SetDeadline(time.Now().Add(stallTime)); err != nil {
		return 0, err
	}
	return c.Conn.Read(p)
}

// Write implements net.Conn.
func (c impatient) Write(p []byte) (int, error) {
	if err := c.SetDeadline(time.Now().Add(stallTime)); err != nil {
		return 0, err
	}
	return c.Conn.Write(p)
}

// errAway marks what may go well a moment later.
var errAway = errors.New("the store of files is away")

// try asks the server, again after a pause when it is away, and gives the meaning
// of what it answers.
func (l *line) try(ctx context.Context, ask func() error) error {
	began := time.Now()
	for pause := 100 * time.Millisecond; ; pause *= 4 {
		err := meaning(ctx, ask())
		if !errors.Is(err, errAway) || time.Since(began)+pause > againTime {
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
		return fmt.Errorf("%w: %w: %w", problem.Of(problem.Unavailable, "blob.away"), errAway, err)
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
