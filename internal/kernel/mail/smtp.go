package mail

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"
	"unicode/utf8"

	gomail "github.com/wneessen/go-mail"
	"github.com/wneessen/go-mail/smtp"
)

const (
	dialTimeout = 10 * time.Second
	sendTimeout = 30 * time.Second
)

// SMTP sends through a mail server, one connection a mail. It is safe for
// concurrent use.
type SMTP struct{ cfg SMTPConfig }

// NewSMTP makes a sender; it does not connect. It returns an error when the
// configuration cannot be used.
func NewSMTP(cfg SMTPConfig) (*SMTP, error) {
	if cfg.DialTimeout <= 0 {
		cfg.DialTimeout = dialTimeout
	}
	if cfg.Timeout <= 0 {
		cfg.Timeout = sendTimeout
	}
	s := &SMTP{cfg: cfg}
	if _, err := gomail.NewClient(cfg.Host, s.options(nil)...); err != nil {
		return nil, fmt.Errorf("mail server %s: %w", cfg, err)
	}
	return s, nil
}

// Send hands the message to the server and returns once the server has taken
// charge of it. Beside what Sender says, a cancelled context is a Failure that
// wraps the context's error.
func (s *SMTP) Send(ctx context.Context, m Message) error {
	raw, err := m.Render()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, s.cfg.Timeout)
	defer cancel()
	l := &line{cfg: s.cfg}
	defer l.close()
	stop := context.AfterFunc(ctx, l.close)
	defer stop()
	client, err := s.connect(ctx, l)
	if err != nil {
		return failed(ctx, stepGreeting, err)
	}
	if at, err := deliver(client, m, raw); err != nil {
		if f, ok := errors.AsType[*Failure](err); ok {
			return f
		}
		return failed(ctx, at, err)
	}
	// The mail is delivered; how the server takes leave changes nothing.
	_ = client.Quit()
	return nil
}

// connect opens the connection as far as signed in.
func (s *SMTP) connect(ctx context.Context, l *line) (*smtp.Client, error) {
	client, err := gomail.NewClient(s.cfg.Host, s.options(l)...)
	if err != nil {
		return nil, err
	}
	return client.DialToSMTPClientWithContext(ctx)
}

func (s *SMTP) options(l *line) []gomail.Option {
	options := []gomail.Option{
		gomail.WithPort(s.cfg.Port),
		gomail.WithTimeout(s.cfg.Timeout + time.Second), // the context is first, and ends it with its own error
		gomail.WithTLSConfig(s.cfg.tls()),
		gomail.WithDialContextFunc(l.dial),
		gomail.WithoutSMTPUTF8(), // deliver asks for it where an address needs it
	}
	switch s.cfg.Security {
	case Implicit:
		options = append(options, gomail.WithSSL())
	case Required:
		options = append(options, gomail.WithTLSPolicy(gomail.TLSMandatory))
	case None:
		options = append(options, gomail.WithTLSPolicy(gomail.NoTLS))
	default:
		options = append(options, gomail.WithTLSPolicy(gomail.TLSOpportunistic))
	}
	if s.cfg.HELO != "" {
		options = append(options, gomail.WithHELO(s.cfg.HELO))
	}
	if s.cfg.User != "" {
		options = append(options,
			gomail.WithUsername(s.cfg.User),
			gomail.WithPassword(s.cfg.Password.Reveal()),
			gomail.WithOpportunisticSMTPAuth(gomail.SMTPAuthSCRAMSHA256, gomail.SMTPAuthSCRAMSHA1,
				gomail.SMTPAuthPlain, gomail.SMTPAuthLogin))
	}
	return options
}

func (c SMTPConfig) tls() *tls.Config {
	return &tls.Config{ServerName: c.Host, RootCAs: c.Roots, MinVersion: tls.VersionTLS12}
}

// deliver sends one mail over an open connection and says how far it came.
//
// It speaks to go-mail's connection rather than its Send, which reports a mail
// as failed when the server accepts it and then breaks off, and which keeps
// the server's reply to itself.
func deliver(client *smtp.Client, m Message, raw []byte) (step, error) {
	if err := beyondASCII(client, m); err != nil {
		return stepSender, err
	}
	if err := client.Mail("<" + m.From.wire() + ">"); err != nil {
		return stepSender, err
	}
	if err := client.Rcpt("<" + m.To.wire() + ">"); err != nil {
		return stepRecipient, err
	}
	w, err := client.Data()
	if err != nil {
		return stepContent, err
	}
	if _, err := w.Write(raw); err != nil {
		// Not closed: the closing dot would make half a mail a whole one.
		return stepContent, err
	}
	return stepContent, w.Close()
}

// beyondASCII asks for SMTPUTF8 when an address has other characters before
// its @, and refuses the mail when the server does not speak it.
func beyondASCII(client *smtp.Client, m Message) error {
	to, from := isASCII(m.To.local()), isASCII(m.From.local()) && isASCII(m.ReplyTo.local())
	if to && from {
		return nil
	}
	client.SkipSMTPUTF8(false)
	if ok, _ := client.Extension("SMTPUTF8"); ok {
		return nil
	}
	return &Failure{Permanent: !to, Code: 553,
		Text: "5.6.7 the mail server takes no address with other than ASCII characters before the @"}
}

func isASCII(text string) bool {
	for i := range len(text) {
		if text[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// line is the one connection of one mail. It is ours to close: go-mail leaves
// it open when the greeting or the sign-in fails, and reads on after its
// context has ended.
type line struct {
	cfg SMTPConfig

	mu     sync.Mutex
	conn   net.Conn
	closed bool
}

func (l *line) dial(ctx context.Context, network, address string) (net.Conn, error) {
	dialing, cancel := context.WithTimeout(ctx, l.cfg.DialTimeout)
	defer cancel()
	conn, err := (&net.Dialer{}).DialContext(dialing, network, address)
	if err != nil {
		return nil, err
	}
	if !l.keep(conn) {
		return nil, net.ErrClosed
	}
	if l.cfg.Security != Implicit {
		return conn, nil
	}
	encrypted := tls.Client(conn, l.cfg.tls())
	if err := encrypted.HandshakeContext(dialing); err != nil {
		return nil, err
	}
	return encrypted, nil
}

// keep remembers the connection, or closes it when the time is already up.
func (l *line) keep(conn net.Conn) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.conn = conn
	if l.closed {
		_ = conn.Close()
	}
	return !l.closed
}

func (l *line) close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closed = true
	if l.conn != nil {
		_ = l.conn.Close()
	}
}
