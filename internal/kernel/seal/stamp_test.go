package seal_test

import (
	"bytes"
	"context"
	"crypto"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/digitorus/timestamp"
	"github.com/smallstep/pkcs7"

	"foyer/internal/kernel/seal"
	"foyer/internal/kernel/seal/keys"
)

// Timestamp makes clock an authority whose time is the tests' moment.
func (c clock) Timestamp(_ context.Context, sum [32]byte) ([]byte, error) {
	return c.token(sum[:], moment.Add(2*time.Second))
}

func (c clock) token(sum []byte, at time.Time) ([]byte, error) {
	stamp := timestamp.Timestamp{HashAlgorithm: crypto.SHA256, HashedMessage: sum, Time: at, Policy: []int{1, 2, 3}, AddTSACertificate: true}
	if !c.alone {
		stamp.Certificates = []*x509.Certificate{c.root}
	}
	answer, err := stamp.CreateResponseWithOpts(c.own, c.signer, crypto.SHA256)
	if err != nil {
		return nil, err
	}
	parsed, err := timestamp.ParseResponse(answer)
	if err != nil {
		return nil, err
	}
	return parsed.RawToken, nil
}

// authority is OpenSSL's time stamping behind a loopback address. It goes by the
// clock of the machine.
type authority struct {
	clock
	dir    string
	mu     sync.Mutex
	config []string // of the section, a line each
}

func newAuthority(t *testing.T, config ...string) *authority {
	t.Helper()
	need(t, "openssl")
	a := &authority{clock: newClock(t), dir: t.TempDir(), config: config}
	private, err := x509.MarshalPKCS8PrivateKey(a.signer)
	must(t, err)
	a.put(t, "key.der", private)
	a.put(t, "own.pem", keys.PEM(a.own))
	a.put(t, "root.pem", keys.PEM(a.root))
	a.put(t, "serial", []byte("01\n"))
	ask(t, []string{"openssl", "pkey", "-inform", "DER", "-in", a.path("key.der"), "-out", a.path("key.pem")})
	text := "[tsa]\ndefault_tsa = t\n[t]\n"
	for _, line := range append([]string{
		"serial = " + a.path("serial"), "signer_cert = " + a.path("own.pem"), "signer_key = " + a.path("key.pem"), "certs = " + a.path("root.pem"),
		"signer_digest = sha256", "default_policy = 1.2.3.4.1", "digests = sha256, sha512", "accuracy = secs:1",
	}, config...) {
		text += line + "\n"
	}
	a.put(t, "tsa.cnf", []byte(text))
	return a
}

func (a *authority) path(name string) string { return filepath.Join(a.dir, name) }

func (a *authority) put(t testing.TB, name string, data []byte) {
	t.Helper()
	must(t, os.WriteFile(a.path(name), data, 0o600))
}

// answer has OpenSSL answer a query.
func (a *authority) answer(ctx context.Context, query []byte) ([]byte, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if err := os.WriteFile(a.path("query"), query, 0o600); err != nil {
		return nil, err
	}
	if out, err := exec.CommandContext(ctx, "openssl", "ts", "-reply", "-config", a.path("tsa.cnf"), "-queryfile", a.path("query"), "-out", a.path("reply")).CombinedOutput(); err != nil {
		return nil, fmt.Errorf("%w: %s", err, out)
	}
	return os.ReadFile(a.path("reply"))
}

// query is a question by OpenSSL, with a nonce of its own.
func (a *authority) query(ctx context.Context, flags ...string) ([]byte, error) {
	out, err := exec.CommandContext(ctx, "openssl", append([]string{"ts", "-query", "-cert"}, flags...)...).Output()
	return out, err
}

// serve answers what change makes of a query.
func (a *authority) serve(t *testing.T, change func(ctx context.Context, query []byte) ([]byte, error)) *seal.HTTP {
	t.Helper()
	return a.serveAs(t, http.StatusOK, "application/timestamp-reply", change)
}

func (a *authority) serveAs(t *testing.T, status int, kind string, change func(ctx context.Context, query []byte) ([]byte, error)) *seal.HTTP {
	t.Helper()
	return client(t, func(w http.ResponseWriter, r *http.Request) {
		query, err := io.ReadAll(r.Body)
		if err == nil && change != nil {
			query, err = change(r.Context(), query)
		}
		var reply []byte
		if err == nil {
			reply, err = a.answer(r.Context(), query)
		}
		if err != nil || r.Method != http.MethodPost || r.Header.Get("Content-Type") != "application/timestamp-query" {
			t.Errorf("%s: %v", r.Method, err)
			http.Error(w, "no", http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", kind)
		w.WriteHeader(status)
		_, _ = w.Write(reply)
	})
}

func client(t *testing.T, handler http.HandlerFunc) *seal.HTTP {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	c, err := seal.NewHTTP(server.URL+"/tsr", nil)
	must(t, err)
	return c
}

func TestStampsByOpenSSL(t *testing.T) {
	t.Parallel()
	file := contract(t)
	for what, config := range map[string][]string{
		"named by SHA-256":       {"ess_cert_id_alg = sha256", "ess_cert_id_chain = no"},
		"named by SHA-1":         {"ess_cert_id_alg = sha1", "ess_cert_id_chain = no"},
		"with its chain":         {"ess_cert_id_alg = sha256", "ess_cert_id_chain = yes"},
		"signed over by SHA-512": {"ess_cert_id_alg = sha512", "signer_digest = sha512"},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			now := time.Now()
			a, h := newAuthority(t, config...), newHouse(t, now)
			o := h.options()
			o.At, o.TSA = now, a.serve(t, nil)
			out := h.seal(t, file, o)
			s := want(t, out, h.roots, seal.Ours)
			if s.Timestamp == nil || s.Timestamp.Authority != "Test Time" || s.Timestamp.Trusted || s.Timestamp.At.Sub(now).Abs() > time.Minute || len(s.Timestamp.Certificates) != 2 {
				t.Fatalf("%+v", s.Timestamp)
			}
			h.roots.Authorities = poolOf(a.root)
			if s := want(t, out, h.roots, seal.Ours); !s.Timestamp.Trusted {
				t.Error("its authority is not trusted")
			}
			h.pdfsig(t, out)
			// What the token is over, taken out by the library and judged by OpenSSL.
			_, message, _, _ := cut(t, out)
			p7, err := pkcs7.Parse(message)
			must(t, err)
			signature, token := p7.Signers[0].EncryptedDigest, p7.Signers[0].UnauthenticatedAttributes[0].Value.Bytes
			sum := sha256.Sum256(signature)
			ask(t, []string{"openssl", "ts", "-verify", "-digest", hex.EncodeToString(sum[:]), "-in", keep(t, "token", token), "-token_in", "-CAfile", a.path("root.pem")}, "Verification: OK")
		})
	}
}

// Whatever an authority does, there is a true time stamp or no file.
func TestAuthoritiesThatFail(t *testing.T) {
	t.Parallel()
	a, now, file := newAuthority(t), time.Now(), contract(t)
	h := newHouse(t, now)
	says := func(status int, kind string, body []byte) seal.TSA {
		return client(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", kind)
			w.WriteHeader(status)
			_, _ = w.Write(body)
		})
	}
	good, err := a.answer(t.Context(), func() []byte {
		q, err := a.query(t.Context(), "-digest", hex.EncodeToString(make([]byte, 32)), "-sha256")
		must(t, err)
		return q
	}())
	must(t, err)
	dead := httptest.NewServer(http.NotFoundHandler())
	dead.Close()
	gone, err := seal.NewHTTP(dead.URL, nil)
	must(t, err)
	const reply = "application/timestamp-reply"
	for what, authority := range map[string]seal.TSA{
		"dead":            gone,
		"500":             a.serveAs(t, 500, reply, nil),
		"a page":          a.serveAs(t, 200, "text/html", nil),
		"nonsense":        says(200, reply, []byte("<html>no</html>")),
		"nothing":         says(200, reply, nil),
		"a redirect":      a.serveAs(t, 302, reply, nil),
		"cut":             says(200, reply, good[:len(good)-10]),
		"too much":        says(200, reply, append(bytes.Clone(good), make([]byte, 1<<20)...)),
		"deep":            says(200, reply, deepDER(20_000)),
		"an old answer":   says(200, reply, good),
		"another nonce":   a.serve(t, func(ctx context.Context, q []byte) ([]byte, error) { return a.again(ctx, q, false) }),
		"no nonce":        a.serve(t, func(ctx context.Context, q []byte) ([]byte, error) { return a.again(ctx, q, false, "-no_nonce") }),
		"another imprint": a.serve(t, func(ctx context.Context, q []byte) ([]byte, error) { return a.again(ctx, q, true) }),
		"refused": a.serve(t, func(ctx context.Context, _ []byte) ([]byte, error) {
			return a.query(ctx, "-digest", hex.EncodeToString(make([]byte, 20)), "-sha1")
		}),
		"an answer without end":  client(t, func(w http.ResponseWriter, _ *http.Request) { endless(t, w) }),
		"one that hangs up":      client(t, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }),
		"a token of another sum": tsa(func(context.Context, [32]byte) ([]byte, error) { return a.token(make([]byte, 32), now) }),
		"a token that is none":   tsa(func(context.Context, [32]byte) ([]byte, error) { return []byte("30030201"), nil }),
		"no token":               tsa(func(context.Context, [32]byte) ([]byte, error) { return nil, nil }),
		"an answer, no token":    tsa(func(context.Context, [32]byte) ([]byte, error) { return good, nil }),
	} {
		o := h.options()
		o.At, o.TSA = now, authority
		if out, err := seal.Seal(t.Context(), file, o); !errors.Is(err, seal.ErrTSA) || out != nil {
			t.Errorf("%s: %d bytes and %v", what, len(out), err)
		}
	}
	for _, address := range []string{"", "tsa.example", "ftp://tsa.example", "http://", "file:///etc/passwd", "http://%zz"} {
		if _, err := seal.NewHTTP(address, nil); !errors.Is(err, seal.ErrTSA) {
			t.Errorf("%q: %v", address, err)
		}
	}
}

// endless writes for as long as somebody reads, which should not be long.
func endless(t *testing.T, w http.ResponseWriter) {
	w.Header().Set("Content-Type", "application/timestamp-reply")
	for range 1 << 12 {
		if _, err := w.Write(make([]byte, 1<<14)); err != nil {
			return
		}
	}
	t.Error("64 MB of an answer were read")
}

// deepDER is structures in one another.
func deepDER(depth int) []byte {
	var out []byte
	for range depth {
		n := len(out)
		head := []byte{0x30, 0x83, byte(n >> 16), byte(n >> 8), byte(n)}
		switch {
		case n < 0x80:
			head = []byte{0x30, byte(n)}
		case n < 0x100:
			head = []byte{0x30, 0x81, byte(n)}
		case n < 0x10000:
			head = []byte{0x30, 0x82, byte(n >> 8), byte(n)}
		}
		out = append(head, out...)
		if len(out) > 60_000 {
			break
		}
	}
	return out
}

// again asks OpenSSL's own question instead of ours: with another nonce or none,
// or about something else.
func (a *authority) again(ctx context.Context, query []byte, other bool, flags ...string) ([]byte, error) {
	ours, err := timestamp.ParseRequest(query)
	if err != nil {
		return nil, err
	}
	if !other {
		return a.query(ctx, append([]string{"-digest", hex.EncodeToString(ours.HashedMessage), "-sha256"}, flags...)...)
	}
	ours.HashedMessage[0] ^= 1
	return ours.Marshal()
}

func TestNobodyWaitsForAnAuthorityThatIsGivenUp(t *testing.T) {
	t.Parallel()
	h := newHouse(t, moment)
	ctx, cancel := context.WithCancel(t.Context())
	o := h.options()
	o.TSA = client(t, func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		cancel()
		<-r.Context().Done()
	})
	if out, err := seal.Seal(ctx, contract(t), o); !errors.Is(err, context.Canceled) || out != nil {
		t.Errorf("%d bytes and %v", len(out), err)
	}
}

func TestClocksThatDisagree(t *testing.T) {
	t.Parallel()
	h, c, file := newHouse(t, moment), newClock(t), contract(t)
	for _, skew := range []time.Duration{-6 * time.Minute, -4 * time.Minute, 0, 4 * time.Minute, 6 * time.Minute} {
		o := h.options()
		o.TSA = tsa(func(_ context.Context, sum [32]byte) ([]byte, error) { return c.token(sum[:], moment.Add(skew)) })
		out, err := seal.Seal(t.Context(), file, o)
		if wrong := skew.Abs() > seal.MaxSkew; wrong != errors.Is(err, seal.ErrSkew) || wrong != (out == nil) {
			t.Errorf("%v apart: %d bytes and %v", skew, len(out), err)
		}
	}
}

// A certificate that was never meant to stamp, and one whose time is over.
func TestStampsByWhoeverComes(t *testing.T) {
	t.Parallel()
	h, file := newHouse(t, moment), contract(t)
	wrong, late := newClock(t), newClock(t)
	now := time.Now() // the library signs by the clock of the machine
	k, err := keys.IssueSealCertificate(newHouse(t, now).authority, wrong.signer, keys.Subject{Name: "No clock"}, now, keys.MinSealLife)
	must(t, err)
	wrong.own, wrong.root = k.Certificate(), k.Root()
	for what, c := range map[string]struct {
		clock
		at time.Time
	}{
		"a certificate for something else": {wrong, now},
		"one whose time is over":           {late, late.own.NotAfter.Add(time.Second)},
	} {
		o := h.options()
		o.TSA = tsa(func(_ context.Context, sum [32]byte) ([]byte, error) { return c.token(sum[:], c.at) })
		if out, err := seal.Seal(t.Context(), file, o); !errors.Is(err, seal.ErrTSA) || out != nil {
			t.Errorf("%s: %d bytes and %v", what, len(out), err)
		}
	}
	// One that nobody knows proves nothing, and takes nothing from the seal.
	o := h.options()
	o.TSA = newClock(t)
	h.roots.Authorities = poolOf(newClock(t).root)
	if s := want(t, h.seal(t, file, o), h.roots, seal.Ours); s.Timestamp == nil || s.Timestamp.Trusted {
		t.Errorf("%+v", s.Timestamp)
	}
}
