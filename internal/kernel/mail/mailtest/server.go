// Package mailtest is for tests of mail: a mail server on loopback that
// accepts, defers, bounces, hangs and hangs up as it is told, and a suite that
// every mail.Sender passes.
package mailtest

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"log"
	"net"
	"net/url"
	"strconv"
	"sync"
	"testing"

	"github.com/emersion/go-smtp"

	"foyer/internal/kernel/id"
	"foyer/internal/kernel/mail"
)

// Options say what sort of server it is. The zero value offers STARTTLS, wants
// no sign-in and takes ASCII addresses only.
type Options struct {
	Implicit bool   // TLS from the first byte
	NoTLS    bool   // does not offer STARTTLS
	User     string // wants this user, and Password
	Password string
	SMTPUTF8 bool // takes addresses in other scripts
}

// Step is the place in a delivery where a Reply is given.
type Step int

const (
	// AtRecipient is the answer to RCPT TO, where most bounces are said.
	AtRecipient Step = iota
	// AtSender is the answer to MAIL FROM.
	AtSender
	// AtContent is the answer after the whole mail has been read.
	AtContent
)

// Reply is how the server treats one mail. The zero value accepts it.
type Reply struct {
	At   Step
	Code int    // 400 to 599; 0 accepts
	Text string // the server's words, may have several lines; with a status such as 5.7.1 in front, or it says 5.1.1
	Hang bool   // says nothing more until the client goes or the test ends
	Cut  bool   // closes the connection instead of answering
	Rude bool   // accepts the mail and closes without waiting for QUIT
}

// Received is a mail that the server accepted.
type Received struct {
	From string // of the envelope
	To   []string
	Raw  []byte // as it travelled, lines ending with CRLF
	TLS  bool   // came over an encrypted connection
	User string // who signed in
	UTF8 bool   // SMTPUTF8 was asked for
}

// Server is the stand-in. It is safe for concurrent use.
type Server struct {
	options  Options
	addr     *net.TCPAddr
	roots    *x509.CertPool
	received chan Received
	hanging  chan struct{}
	quit     chan struct{}

	mu       sync.Mutex
	script   []Reply
	bounces  map[string]Reply
	attempts int
}

// Start runs a server on a free port of 127.0.0.1 until the test ends.
func Start(tb testing.TB, options Options) *Server {
	tb.Helper()
	certificate, roots, err := newCertificate()
	if err != nil {
		tb.Fatalf("make a certificate: %v", err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatalf("listen: %v", err)
	}
	s := &Server{
		options: options, addr: listener.Addr().(*net.TCPAddr), roots: roots,
		received: make(chan Received, 1024), hanging: make(chan struct{}, 1024), quit: make(chan struct{}),
		bounces: map[string]Reply{},
	}
	server := smtp.NewServer(smtp.BackendFunc(s.session))
	server.Domain = "mail.test"
	server.EnableSMTPUTF8 = options.SMTPUTF8
	server.MaxLineLength = 1000 // RFC 5321: longer lines are the sender's fault
	server.ErrorLog = log.New(io.Discard, "", 0)
	secure := &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12}
	switch {
	case options.Implicit:
		listener = tls.NewListener(listener, secure)
	case !options.NoTLS:
		server.TLSConfig = secure
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = server.Serve(listener)
	}()
	tb.Cleanup(func() {
		close(s.quit)
		_ = server.Close()
		_ = listener.Close() // when Serve had not come so far yet
		<-done
	})
	return s
}

// URL is the server's address in the form of FOYER_SMTP_URL.
func (s *Server) URL() string {
	u := url.URL{Scheme: "smtp", Host: net.JoinHostPort("127.0.0.1", strconv.Itoa(s.addr.Port))}
	if s.options.Implicit {
		u.Scheme = "smtps"
	}
	if s.options.User != "" {
		u.User = url.UserPassword(s.options.User, s.options.Password)
	}
	return u.String()
}

// Roots is the pool that trusts the server's certificate.
func (s *Server) Roots() *x509.CertPool { return s.roots }

// Config reaches the server and trusts it.
func (s *Server) Config() mail.SMTPConfig {
	c := mail.SMTPConfig{
		Host: "127.0.0.1", Port: s.addr.Port, Roots: s.roots, HELO: "app.test",
		User: s.options.User, Password: id.SecretFrom(s.options.Password),
	}
	if s.options.Implicit {
		c.Security = mail.Implicit
	}
	return c
}

// Sender sends to the server.
func (s *Server) Sender(tb testing.TB) *mail.SMTP {
	tb.Helper()
	sender, err := mail.NewSMTP(s.Config())
	if err != nil {
		tb.Fatalf("make a sender: %v", err)
	}
	return sender
}

// Script says how the next mails are treated, one Reply each. When it has run
// out, mails are accepted.
func (s *Server) Script(replies ...Reply) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.script = append(s.script, replies...)
}

// Bounce refuses a recipient for good, always.
func (s *Server) Bounce(addr string, code int, text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.bounces[addr] = Reply{Code: code, Text: text}
}

// Next is the next accepted mail, in the order of arrival; it waits for one.
// When the context ends first the test fails.
func (s *Server) Next(ctx context.Context, tb testing.TB) Received {
	tb.Helper()
	select {
	case r := <-s.received:
		return r
	case <-ctx.Done():
		tb.Fatalf("no mail came: %v", ctx.Err())
		return Received{}
	}
}

// Waiting is the number of accepted mails that Next has not given yet.
func (s *Server) Waiting() int { return len(s.received) }

// Hanging tells, once for each, that a mail has met a Reply with Hang.
func (s *Server) Hanging() <-chan struct{} { return s.hanging }

// Attempts is the number of mails begun, whatever became of them.
func (s *Server) Attempts() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.attempts
}

// begin takes the next Reply of the script.
func (s *Server) begin() Reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.attempts++
	if len(s.script) == 0 {
		return Reply{}
	}
	next := s.script[0]
	s.script = s.script[1:]
	return next
}

func (s *Server) bounce(addr string) (Reply, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r, ok := s.bounces[addr]
	return r, ok
}
