package mailtest

import (
	"io"
	"net"
	"regexp"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// session is one connection.
type session struct {
	server *Server
	conn   *smtp.Conn
	user   string
	reply  Reply
	mail   Received
	leave  bool
}

func (s *Server) session(c *smtp.Conn) (smtp.Session, error) {
	return &session{server: s, conn: c}, nil
}

// AuthMechanisms is PLAIN when the server knows a user.
func (s *session) AuthMechanisms() []string {
	if s.server.options.User == "" {
		return nil
	}
	return []string{sasl.Plain}
}

// Auth compares the credentials.
func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if user != s.server.options.User || password != s.server.options.Password {
			return smtp.ErrAuthFailed
		}
		s.user = user
		return nil
	}), nil
}

// Mail begins a mail.
func (s *session) Mail(from string, o *smtp.MailOptions) error {
	s.reply = s.server.begin()
	if s.server.options.User != "" && s.user == "" {
		return &smtp.SMTPError{Code: 530, EnhancedCode: smtp.EnhancedCode{5, 7, 0}, Message: "Authentication required"}
	}
	_, encrypted := s.conn.TLSConnectionState()
	s.mail = Received{From: from, TLS: encrypted, User: s.user, UTF8: o.UTF8}
	return s.answer(AtSender)
}

// Rcpt names the recipient.
func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	if r, ok := s.server.bounce(to); ok {
		return r.error()
	}
	s.mail.To = append(s.mail.To, to)
	return s.answer(AtRecipient)
}

// Data reads the mail.
func (s *session) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	if err := s.answer(AtContent); err != nil {
		return err
	}
	s.mail.Raw = raw
	s.leave = s.reply.Rude
	s.server.received <- s.mail
	return nil
}

// Reset follows the answer to a mail, and that is when a rude server leaves.
func (s *session) Reset() {
	if s.leave {
		_ = s.conn.Conn().Close()
	}
}

// Logout ends the connection.
func (s *session) Logout() error { return nil }

// answer gives the scripted Reply when its step has come.
func (s *session) answer(at Step) error {
	if s.reply.At != at {
		return nil
	}
	if s.reply.Hang {
		s.server.hanging <- struct{}{}
		<-s.server.quit
	}
	if s.reply.Hang || s.reply.Cut {
		_ = s.conn.Conn().Close()
		return net.ErrClosed // nobody hears it, but the mail counts as not taken
	}
	return s.reply.error()
}

func (r Reply) error() error {
	if r.Code == 0 {
		return nil
	}
	status := smtp.EnhancedCode{r.Code / 100, 1, 1}
	if ownStatus.MatchString(r.Text) {
		status = smtp.NoEnhancedCode
	}
	return &smtp.SMTPError{Code: r.Code, EnhancedCode: status, Message: r.Text}
}

var ownStatus = regexp.MustCompile(`^[45]\.[0-9]+\.[0-9]+ `)
