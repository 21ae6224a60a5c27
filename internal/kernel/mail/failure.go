package mail

import (
	"context"
	"errors"
	"fmt"
	"net/textproto"
	"strings"
	"unicode"
)

// Failure is a mail that no server took.
type Failure struct {
	// Permanent says that the server refuses this recipient or this mail for
	// good: a bounce. Otherwise the same mail may pass later: the server is
	// busy, cannot be reached, or does not let us in, which is the operator's
	// to mend and no fault of the recipient.
	Permanent bool
	// Address says that it is the recipient's address that was refused for good, and
	// not us, or the mail.
	Address bool
	// Code is the server's reply code, 400 to 599; 0 when no server spoke.
	Code int
	// Text is the server's own words on one line, at most 500 characters. When
	// Code is 0 it describes for the log what happened.
	Text string

	cause error
}

// Error is for logs; it names no address.
func (f *Failure) Error() string {
	kind := "later"
	if f.Permanent {
		kind = "refused"
	}
	if f.Code == 0 {
		return fmt.Sprintf("send mail (%s): %s", kind, f.Text)
	}
	return fmt.Sprintf("send mail (%s): %d %s", kind, f.Code, f.Text)
}

// Unwrap is what lay beneath, such as context.Canceled.
func (f *Failure) Unwrap() error { return f.cause }

// Permanent tells whether the error is a bounce, so that trying again is of no
// use.
func Permanent(err error) bool {
	f, ok := errors.AsType[*Failure](err)
	return ok && f.Permanent
}

// step is how far a delivery had come.
type step int

const (
	stepGreeting  step = iota // connection, encryption, sign-in
	stepSender                // MAIL FROM: about our own address
	stepRecipient             // RCPT TO
	stepContent               // DATA and the mail itself
)

// failed makes a Failure of what went wrong at a step. Only a refusal of the
// recipient or of the content is a bounce: one of our password or our sender
// address concerns all mails and says nothing about this person.
func failed(ctx context.Context, at step, err error) *Failure {
	if cause := context.Cause(ctx); cause != nil {
		text := "sending was stopped"
		if errors.Is(cause, context.DeadlineExceeded) {
			text = "the mail server did not answer in time"
		}
		return &Failure{Text: text, cause: cause}
	}
	reply, ok := errors.AsType[*textproto.Error](err)
	if !ok {
		return &Failure{Text: oneLine(err.Error()), cause: err}
	}
	final := reply.Code >= 500 && reply.Code <= 599 && !wantsSignIn(reply.Code)
	return &Failure{
		Permanent: final && (at == stepRecipient || at == stepContent),
		Address:   final && at == stepRecipient && aboutAddress(reply),
		Code:      reply.Code,
		Text:      oneLine(reply.Msg),
		cause:     err,
	}
}

// aboutAddress tells whether a refusal at RCPT says that there is no such address, or
// that it was closed (RFC 3463). Servers also say there that they do not like us, or
// that a box is full, and that is no reason never to write to the address again.
func aboutAddress(reply *textproto.Error) bool {
	status, _, _ := strings.Cut(reply.Msg, " ")
	if parts := strings.Split(status, "."); len(parts) == 3 && parts[0] == "5" {
		return parts[1] == "1" || status == "5.2.1"
	}
	return reply.Code == 550 || reply.Code == 551 || reply.Code == 553
}

// wantsSignIn names the replies by which a server asks for (better)
// credentials, at whatever step it thinks of it (RFC 4954).
func wantsSignIn(code int) bool {
	return code == 530 || code == 534 || code == 535 || code == 538
}

// oneLine makes a server's text fit to be stored and shown.
func oneLine(text string) string {
	text = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text, "\ufffd"))
	return shorten(strings.Join(strings.Fields(text), " "), 500)
}
