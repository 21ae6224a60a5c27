package seal

import (
	"bytes"
	"context"
	"crypto"
	"crypto/rand"
	"crypto/subtle"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"math/big"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/digitorus/timestamp"
)

// MaxSkew is how far a time stamp may be from the time that Seal was told.
const MaxSkew = 5 * time.Minute

// Limits on asking an authority.
const (
	stampTimeout = 15 * time.Second
	maxStamp     = 64 << 10 // bytes of an answer
)

// Errors about time stamps.
var (
	// ErrTSA is an authority that does not answer, refuses, or answers with
	// something that is no time stamp of what it was asked.
	ErrTSA = errors.New("the time stamping authority gave no time stamp")
	// ErrSkew is a sound time stamp whose time is more than MaxSkew from ours:
	// one of the two clocks is wrong.
	ErrSkew = errors.New("the time of the time stamping authority is not ours")
)

func noStamp(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrTSA, fmt.Sprintf(format, args...))
}

// TSA is a time stamping authority.
type TSA interface {
	// Timestamp gives a token (RFC 3161, 2.4.2) over a SHA-256, in DER. Errors
	// wrap ErrTSA, or are the context's.
	Timestamp(ctx context.Context, sum [32]byte) ([]byte, error)
}

// HTTP asks an authority over HTTP (RFC 3161, 3.4).
type HTTP struct {
	address string
	client  *http.Client
}

// NewHTTP makes a client for an authority at an http or https address. The
// http.Client decides what may be reached, so whoever takes addresses from
// people hands in one that reaches public hosts only; nil is one without
// proxies. Redirects are not followed, and no answer takes longer than 15 s.
func NewHTTP(address string, client *http.Client) (*HTTP, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, noStamp("its address is not one of the web")
	}
	own := http.Client{Transport: &http.Transport{TLSHandshakeTimeout: stampTimeout, DisableKeepAlives: true}}
	if client != nil {
		own = *client
	}
	own.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	if own.Timeout == 0 || own.Timeout > stampTimeout {
		own.Timeout = stampTimeout
	}
	return &HTTP{address, &own}, nil
}

// Timestamp asks for a token with a fresh nonce and the authority's
// certificates, and proves the answer.
func (h *HTTP) Timestamp(ctx context.Context, sum [32]byte) ([]byte, error) {
	nonce, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
	if err != nil {
		return nil, err
	}
	ask := timestamp.Request{HashAlgorithm: crypto.SHA256, HashedMessage: sum[:], Certificates: true, Nonce: nonce}
	body, err := ask.Marshal()
	if err != nil {
		return nil, err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, h.address, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/timestamp-query")
	response, err := h.client.Do(request)
	if err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, noStamp("%v", err)
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(response.Body, maxStamp+1))
	kind, _, _ := mime.ParseMediaType(response.Header.Get("Content-Type"))
	switch {
	case err != nil:
		return nil, noStamp("%v", err)
	case response.StatusCode != http.StatusOK || kind != "application/timestamp-reply":
		return nil, noStamp("status %d, %q", response.StatusCode, kind)
	case len(answer) > maxStamp:
		return nil, noStamp("an answer without end")
	}
	return readAnswer(answer, sum, nonce)
}

// readAnswer takes the token out of an answer.
func readAnswer(answer []byte, sum [32]byte, nonce *big.Int) (token []byte, err error) {
	defer caught(&err)
	if !wellFormed(answer, maxDepth) {
		return nil, noStamp("not DER")
	}
	parsed, err := timestamp.ParseResponse(answer)
	if err != nil {
		return nil, noStamp("%v", err)
	}
	if parsed.Nonce == nil || parsed.Nonce.Cmp(nonce) != 0 {
		return nil, noStamp("it answers another question")
	}
	if _, err := readStamp(parsed.RawToken, sum[:]); err != nil {
		return nil, noStamp("%v", err)
	}
	return slices.Clone(parsed.RawToken), nil
}

// caught turns a panic of one of the libraries, over bytes from elsewhere, into
// an error.
func caught(err *error) {
	if trouble := recover(); trouble != nil {
		*err = fmt.Errorf("%w: %v", errBroken, trouble)
	}
}

// Timestamp is a time stamp over a seal.
type Timestamp struct {
	At        time.Time // UTC
	Authority string    // as the authority's certificate names it
	// Certificates are those in the stamp, the authority's own first.
	Certificates []*x509.Certificate
	// Trusted says that the authority is one of those that Verify was given.
	Trusted bool
}

// readStamp proves a token over a hash of what: its signature, its
// certificates, what it is over. If what is a SHA-256 already, see readAnswer,
// it is taken as it is. Errors wrap errBroken and errOdd.
func readStamp(token, sum []byte) (*Timestamp, error) {
	return readStampOf(token, func(h crypto.Hash) []byte {
		if h == crypto.SHA256 {
			return sum
		}
		return nil
	})
}

func readStampOf(token []byte, sum func(crypto.Hash) []byte) (t *Timestamp, err error) {
	defer caught(&err)
	s, err := readSigned(token)
	if err != nil {
		return nil, err
	}
	if !s.contentType.Equal(oidTSTInfo) || !s.named {
		return nil, odd("no time stamp")
	}
	if err := s.hangTogether(); err != nil {
		return nil, err
	}
	parsed, err := timestamp.Parse(token)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errBroken, err)
	}
	want := sum(parsed.HashAlgorithm)
	if want == nil || subtle.ConstantTimeCompare(want, parsed.HashedMessage) != 1 {
		return nil, fmt.Errorf("%w: the time stamp is over something else", errBroken)
	}
	if !slices.Contains(s.signer.ExtKeyUsage, x509.ExtKeyUsageTimeStamping) {
		return nil, fmt.Errorf("%w: the time stamp is not by an authority", errBroken)
	}
	if at := parsed.Time; at.Before(s.signer.NotBefore) || at.After(s.signer.NotAfter) {
		return nil, fmt.Errorf("%w: the authority's certificate was not valid then", errBroken)
	}
	t = &Timestamp{At: parsed.Time.UTC(), Authority: called(s.signer), Certificates: []*x509.Certificate{s.signer}}
	for _, c := range s.certificates {
		if c != s.signer {
			t.Certificates = append(t.Certificates, c)
		}
	}
	return t, nil
}

// called is what a certificate calls its owner.
func called(c *x509.Certificate) string {
	if c.Subject.CommonName != "" {
		return c.Subject.CommonName
	}
	return c.Subject.String()
}
