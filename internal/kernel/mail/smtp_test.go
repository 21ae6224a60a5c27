package mail_test

import (
	"context"
	"crypto/x509"
	"errors"
	"net"
	"net/textproto"
	"os"
	"runtime/debug"
	"strings"
	"sync"
	"testing"
	"time"

	"foyer/internal/kernel/id"
	"foyer/internal/kernel/mail"
	"foyer/internal/kernel/mail/mailtest"
)

func TestSMTPIsASender(t *testing.T) {
	t.Parallel()
	for name, options := range map[string]mailtest.Options{
		"starttls": {}, "smtps": {Implicit: true}, "clear": {NoTLS: true},
		"password": {User: "foyer", Password: "p@ss:/?#%", SMTPUTF8: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mailtest.Run(t, func(t *testing.T) mailtest.Harness {
				s := mailtest.Start(t, options)
				return mailtest.Harness{
					Sender: s.Sender(t),
					Sent:   func(tb testing.TB) []byte { return s.Next(t.Context(), tb).Raw },
					Count:  s.Waiting,
				}
			})
		})
	}
}

func TestEnvelopeAndEncryption(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		options mailtest.Options
		tls     bool
	}{
		"starttls":                    {mailtest.Options{}, true},
		"SMTPUTF8 that is not needed": {mailtest.Options{SMTPUTF8: true}, true},
		"smtps":                       {mailtest.Options{Implicit: true}, true},
		"clear":                       {mailtest.Options{NoTLS: true}, false},
		"password":                    {mailtest.Options{User: "foyer", Password: "secret-words"}, true},
		"password over smtps":         {mailtest.Options{Implicit: true, User: "foyer", Password: "secret-words"}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := mailtest.Start(t, c.options)
			if err := s.Sender(t).Send(t.Context(), mailtest.Sample()); err != nil {
				t.Fatal(err)
			}
			got := s.Next(t.Context(), t)
			if got.From != "hello@northwind.test" || len(got.To) != 1 || got.To[0] != "ana@example.com" {
				t.Errorf("envelope is %q to %q", got.From, got.To)
			}
			if got.TLS != c.tls || got.User != c.options.User || got.UTF8 {
				t.Errorf("encrypted %v, user %q, UTF-8 %v", got.TLS, got.User, got.UTF8)
			}
		})
	}
}

func TestURLReachesTheServer(t *testing.T) {
	t.Parallel()
	s := mailtest.Start(t, mailtest.Options{User: "post@northwind.test", Password: "a:b/c?d#e%f g"})
	cfg, err := mail.ParseURL(s.URL() + "?tls=required")
	if err != nil {
		t.Fatal(err)
	}
	cfg.Roots = s.Roots()
	sender, err := mail.NewSMTP(cfg)
	if err != nil {
		t.Fatal(err)
	}
	if err := sender.Send(t.Context(), mailtest.Sample()); err != nil {
		t.Fatal(err)
	}
	if got := s.Next(t.Context(), t); got.User != "post@northwind.test" || !got.TLS {
		t.Errorf("signed in as %q, encrypted %v", got.User, got.TLS)
	}
}

// failure sends the sample and gives the Failure that must come of it.
func failure(t *testing.T, cfg mail.SMTPConfig) *mail.Failure {
	t.Helper()
	sender, err := mail.NewSMTP(cfg)
	if err != nil {
		t.Fatal(err)
	}
	err = sender.Send(t.Context(), mailtest.Sample())
	f, ok := errors.AsType[*mail.Failure](err)
	if !ok {
		t.Fatalf("got %v, want a Failure", err)
	}
	if f.Permanent != mail.Permanent(err) {
		t.Errorf("Permanent says %v of %v", mail.Permanent(err), f)
	}
	return f
}

func TestRepliesAreSorted(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		reply     mailtest.Reply
		permanent bool
		code      int
	}{
		"busy recipient":        {mailtest.Reply{Code: 450, Text: "mailbox busy"}, false, 450},
		"unknown recipient":     {mailtest.Reply{Code: 550, Text: "no such person"}, true, 550},
		"content refused":       {mailtest.Reply{At: mailtest.AtContent, Code: 554, Text: "looks like spam"}, true, 554},
		"content later":         {mailtest.Reply{At: mailtest.AtContent, Code: 452, Text: "disk full"}, false, 452},
		"our sender refused":    {mailtest.Reply{At: mailtest.AtSender, Code: 553, Text: "not your address"}, false, 553},
		"sign in first":         {mailtest.Reply{Code: 530, Text: "authentication required"}, false, 530},
		"cut off at recipient":  {mailtest.Reply{Cut: true}, false, 0},
		"cut off after content": {mailtest.Reply{At: mailtest.AtContent, Cut: true}, false, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := mailtest.Start(t, mailtest.Options{})
			s.Script(c.reply)
			f := failure(t, s.Config())
			if f.Permanent != c.permanent || f.Code != c.code || f.Text == "" {
				t.Errorf("got %#v", f)
			}
			if c.code != 0 && !strings.Contains(f.Text, c.reply.Text) {
				t.Errorf("text %q lost the server's words", f.Text)
			}
			if s.Waiting() != 0 {
				t.Error("the mail was taken")
			}
			if err := s.Sender(t).Send(t.Context(), mailtest.Sample()); err != nil {
				t.Errorf("the next attempt: %v", err)
			}
			if s.Attempts() != 2 {
				t.Errorf("%d attempts", s.Attempts())
			}
		})
	}
}

func TestBounceOfOneRecipient(t *testing.T) {
	t.Parallel()
	s := mailtest.Start(t, mailtest.Options{})
	s.Bounce("ana@example.com", 550, "no such\nperson\x1b here "+strings.Repeat("w", 600))
	f := failure(t, s.Config())
	if !f.Permanent || strings.ContainsAny(f.Text, "\r\n\x1b") || len([]rune(f.Text)) > 500 {
		t.Errorf("got %#v", f)
	}
	other := mailtest.Sample()
	other.To.Addr = "bo@example.com"
	if err := s.Sender(t).Send(t.Context(), other); err != nil {
		t.Error(err)
	}
}

func TestServerThatLeavesAtOnceHasTheMail(t *testing.T) {
	t.Parallel()
	s := mailtest.Start(t, mailtest.Options{})
	s.Script(mailtest.Reply{Rude: true})
	if err := s.Sender(t).Send(t.Context(), mailtest.Sample()); err != nil {
		t.Errorf("an accepted mail is reported as failed, and would be sent twice: %v", err)
	}
	s.Next(t.Context(), t)
}

func TestHangingServer(t *testing.T) {
	t.Parallel()
	for name, at := range map[string]mailtest.Step{
		"sender": mailtest.AtSender, "recipient": mailtest.AtRecipient, "content": mailtest.AtContent,
	} {
		t.Run(name+" until the time is up", func(t *testing.T) {
			t.Parallel()
			s := mailtest.Start(t, mailtest.Options{})
			s.Script(mailtest.Reply{At: at, Hang: true})
			cfg := s.Config()
			cfg.Timeout = 300 * time.Millisecond
			f := failure(t, cfg)
			if f.Permanent || f.Code != 0 || !errors.Is(f, context.DeadlineExceeded) {
				t.Errorf("got %#v", f)
			}
		})
		t.Run(name+" until stopped", func(t *testing.T) {
			t.Parallel()
			s := mailtest.Start(t, mailtest.Options{})
			s.Script(mailtest.Reply{At: at, Hang: true})
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			go func() {
				<-s.Hanging()
				cancel()
			}()
			begun := time.Now()
			err := s.Sender(t).Send(ctx, mailtest.Sample())
			if !errors.Is(err, context.Canceled) || mail.Permanent(err) {
				t.Errorf("got %v", err)
			}
			if waited := time.Since(begun); waited > 10*time.Second {
				t.Errorf("it waited %s although it was told to stop", waited)
			}
		})
	}
}

func TestServerThatNeverGreets(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	port := listener.Addr().(*net.TCPAddr).Port
	for name, security := range map[string]mail.Security{"smtp": mail.Opportunistic, "smtps": mail.Implicit} {
		f := failure(t, mail.SMTPConfig{
			Host: "127.0.0.1", Port: port, Security: security,
			DialTimeout: 200 * time.Millisecond, Timeout: 200 * time.Millisecond,
		})
		if f.Permanent || f.Code != 0 {
			t.Errorf("%s: got %#v", name, f)
		}
	}
}

func TestNobodyListens(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := listener.Addr().(*net.TCPAddr).Port
	_ = listener.Close()
	if f := failure(t, mail.SMTPConfig{Host: "127.0.0.1", Port: port}); f.Permanent || f.Code != 0 {
		t.Errorf("got %#v", f)
	}
}

func TestTrust(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		options mailtest.Options
		change  func(*mail.SMTPConfig)
	}{
		"a stranger's certificate, STARTTLS":  {mailtest.Options{}, func(c *mail.SMTPConfig) { c.Roots = x509.NewCertPool() }},
		"a stranger's certificate, smtps":     {mailtest.Options{Implicit: true}, func(c *mail.SMTPConfig) { c.Roots = x509.NewCertPool() }},
		"encryption required and not offered": {mailtest.Options{NoTLS: true}, func(c *mail.SMTPConfig) { c.Security = mail.Required }},
		"a wrong password":                    {mailtest.Options{User: "u", Password: "p"}, func(c *mail.SMTPConfig) { c.Password = id.SecretFrom("other") }},
		"no password":                         {mailtest.Options{User: "u", Password: "p"}, func(c *mail.SMTPConfig) { c.User = "" }},
		"sign-in that is not offered":         {mailtest.Options{}, func(c *mail.SMTPConfig) { c.User, c.Password = "u", id.SecretFrom("p") }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := mailtest.Start(t, c.options)
			cfg := s.Config()
			c.change(&cfg)
			if f := failure(t, cfg); f.Permanent {
				t.Errorf("our own trouble is called a bounce: %#v", f)
			}
			if s.Waiting() != 0 {
				t.Error("the mail was sent")
			}
		})
	}
}

func TestTLSNoneStaysInClear(t *testing.T) {
	t.Parallel()
	s := mailtest.Start(t, mailtest.Options{})
	cfg := s.Config()
	cfg.Security = mail.None
	sender, err := mail.NewSMTP(cfg)
	if err != nil {
		t.Fatal(err)
	}
	if err := sender.Send(t.Context(), mailtest.Sample()); err != nil {
		t.Fatal(err)
	}
	if s.Next(t.Context(), t).TLS {
		t.Error("the connection was encrypted")
	}
}

func TestAddressesBeyondASCII(t *testing.T) {
	t.Parallel()
	m := mailtest.Sample()
	m.To = mail.Address{Addr: "анна@пример.рф"}

	able := mailtest.Start(t, mailtest.Options{SMTPUTF8: true})
	if err := able.Sender(t).Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	got := able.Next(t.Context(), t)
	if !got.UTF8 || got.To[0] != "анна@xn--e1afmkfd.xn--p1ai" {
		t.Errorf("asked for UTF-8: %v; to %q", got.UTF8, got.To)
	}

	unable := mailtest.Start(t, mailtest.Options{})
	if err := unable.Sender(t).Send(t.Context(), m); !mail.Permanent(err) {
		t.Errorf("got %v, want a bounce", err)
	}
	m.From, m.To = m.To, m.From
	if err := unable.Sender(t).Send(t.Context(), m); err == nil || mail.Permanent(err) {
		t.Errorf("got %v, want a failure that does not blame the recipient", err)
	}
}

func TestManyAtOnce(t *testing.T) {
	t.Parallel()
	s := mailtest.Start(t, mailtest.Options{User: "u", Password: "p"})
	sender := s.Sender(t)
	var all sync.WaitGroup
	for range 16 {
		all.Go(func() {
			if err := sender.Send(t.Context(), mailtest.Sample()); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if s.Waiting() != 16 {
		t.Errorf("%d mails came", s.Waiting())
	}
}

// A server that refuses the greeting must see the connection end, or each
// attempt would leave one open. Not parallel: the garbage collector, which
// would close a forgotten connection, is off meanwhile.
func TestConnectionIsClosedAfterARefusedGreeting(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	ended := make(chan error, 1)
	go func() { ended <- refuseGreeting(listener) }()
	f := failure(t, mail.SMTPConfig{Host: "127.0.0.1", Port: listener.Addr().(*net.TCPAddr).Port})
	if f.Permanent || f.Code != 550 {
		t.Errorf("got %#v", f)
	}
	if err := <-ended; err != nil {
		t.Errorf("the connection was left open: %v", err)
	}
	if text := f.Error(); !strings.Contains(text, "later") || !strings.Contains(text, "550 go away") {
		t.Errorf("the log would say %q", text)
	}
}

func refuseGreeting(listener net.Listener) error {
	conn, err := listener.Accept()
	if err != nil {
		return err
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(5 * time.Second))
	text := textproto.NewConn(conn)
	err = text.PrintfLine("220 mail.test")
	for err == nil {
		if _, err = text.ReadLine(); err == nil {
			err = text.PrintfLine("550 go away")
		}
	}
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return err
	}
	return nil
}
