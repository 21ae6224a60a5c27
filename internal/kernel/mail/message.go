package mail

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	netmail "net/mail"
	"net/textproto"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	gomail "github.com/wneessen/go-mail"

	"foyer/internal/kernel/problem"
)

const (
	maxSubject = 250 // characters of a subject in the rendered mail
	maxName    = 100 // characters of a name beside an address
	maxHeader  = 900 // bytes of one extra header, a line being at most 998
)

// Message is one mail to one recipient.
type Message struct {
	From    Address
	ReplyTo Address // zero: replies go to From
	To      Address

	Subject string
	Text    string // the mail as plain text; lines end with \n
	HTML    string // the same as HTML; empty: text only

	// MessageID is "something@host" without brackets. It is given by the
	// caller and the same at every attempt, so that a mail that arrives twice
	// is known for one.
	MessageID  string
	InReplyTo  string   // a MessageID, or empty
	References []string // MessageIDs, oldest first
	Date       time.Time

	Files []File // sent along, in this order

	// Calendar is what a calendar program reads beside text and HTML (RFC 6047), with
	// its media type and the method in that; nil for none.
	Calendar *File

	Signer *Signer // signs it; nil: it goes unsigned

	// Headers are further lines such as List-Unsubscribe or Auto-Submitted.
	// Those that the fields above fill cannot be given here.
	Headers map[string]string
}

// File is a file that is sent along with a mail.
type File struct {
	Name      string // as the reader sees it, with its ending
	MediaType string
	Bytes     []byte
}

// ownHeaders are written from the fields of Message, or never at all.
var ownHeaders = map[string]bool{
	"From": true, "Sender": true, "Reply-To": true, "To": true, "Cc": true, "Bcc": true,
	"Subject": true, "Date": true, "Message-Id": true, "In-Reply-To": true, "References": true,
	"Return-Path": true, "Received": true, "Mime-Version": true,
}

// Check says whether the message may be sent: whole addresses, a date and a
// MessageID, some content, and no line break or control character in anything
// that becomes a header. It returns a problem of kind Invalid that names the
// fields from, reply_to, to, subject, text, message_id, in_reply_to,
// references, date, headers and files; or nil.
func (m Message) Check() error {
	var f problem.Fields
	checkAddress(&f, "from", m.From)
	checkAddress(&f, "to", m.To)
	if !m.ReplyTo.IsZero() {
		checkAddress(&f, "reply_to", m.ReplyTo)
	}
	if !clean(m.Subject) {
		f.Add("subject", "mail.header.control")
	}
	if strings.TrimSpace(m.Subject) == "" {
		f.Add("subject", "mail.message.incomplete")
	}
	if m.Text == "" {
		f.Add("text", "mail.message.incomplete")
	}
	if m.Date.IsZero() {
		f.Add("date", "mail.message.incomplete")
	}
	m.checkIDs(&f)
	m.checkHeaders(&f)
	for _, file := range m.Files {
		if file.Name == "" || !clean(file.Name) || strings.ContainsAny(file.Name, `/\`) || !mediaType.MatchString(file.MediaType) {
			f.Add("files", "mail.header.control")
		}
	}
	return f.Err()
}

var mediaType = regexp.MustCompile(`^[a-z]+/[a-z0-9.+-]+$`)

func checkAddress(f *problem.Fields, field string, a Address) {
	if _, err := NewAddress(a.Name, a.Addr); err != nil {
		p, _ := problem.As(err)
		f.Add(field, p.Message.Key, p.Message.Args...)
	}
}

func (m Message) checkIDs(f *problem.Fields) {
	if !messageID(m.MessageID) {
		f.Add("message_id", "mail.header.control")
	}
	if m.InReplyTo != "" && !messageID(m.InReplyTo) {
		f.Add("in_reply_to", "mail.header.control")
	}
	for _, id := range m.References {
		if !messageID(id) {
			f.Add("references", "mail.header.control")
		}
	}
}

// messageID tells whether the text is the inside of a message id: printable
// ASCII around one @, without brackets or spaces.
func messageID(text string) bool {
	left, right, found := strings.Cut(text, "@")
	if !found || left == "" || right == "" || len(text) > 250 {
		return false
	}
	for i := range len(text) {
		if text[i] <= ' ' || text[i] > '~' {
			return false
		}
	}
	return !strings.ContainsAny(text, "<>()[]\\,;:\"") && !strings.Contains(right, "@")
}

func (m Message) checkHeaders(f *problem.Fields) {
	seen := map[string]bool{}
	for name, value := range m.Headers {
		key := textproto.CanonicalMIMEHeaderKey(name)
		switch {
		case !headerName(name), ownHeaders[key], strings.HasPrefix(key, "Content-"), seen[key]:
			f.Add("headers", "mail.header.name")
		case !clean(value), len(value) > maxHeader:
			f.Add("headers", "mail.header.control")
		}
		seen[key] = true
	}
}

func headerName(name string) bool {
	for i := range len(name) {
		c := name[i]
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '-' {
			return false
		}
	}
	return name != "" && len(name) <= 70
}

// Render is the mail as it travels: headers, then the text, or the text and
// the HTML as two alternatives, then the files. The same message gives the same
// bytes, but for a signature in front of them, which says when it was made. It
// returns what Check returns.
func (m Message) Render() ([]byte, error) {
	if err := m.Check(); err != nil {
		return nil, err
	}
	raw, err := m.render()
	if err == nil && m.Signer != nil {
		raw, err = m.Signer.sign(raw)
	}
	if err != nil {
		return nil, fmt.Errorf("render mail %s: %w", m.MessageID, err)
	}
	return raw, nil
}

func (m Message) render() ([]byte, error) {
	msg := gomail.NewMsg(gomail.WithNoDefaultUserAgent(), gomail.WithBoundary(m.boundary()))
	msg.FromMailAddress(m.From.std())
	msg.ToMailAddress(m.To.std())
	if !m.ReplyTo.IsZero() {
		msg.ReplyToMailAddress(m.ReplyTo.std())
	}
	msg.Subject(literal(shorten(m.Subject, maxSubject)))
	msg.SetDateWithValue(m.Date.UTC())
	m.renderIDs(msg)
	for name, value := range m.Headers {
		msg.SetGenHeader(gomail.Header(textproto.CanonicalMIMEHeaderKey(name)), literal(value))
	}
	msg.SetBodyString(gomail.TypeTextPlain, strings.ToValidUTF8(m.Text, "\ufffd"))
	if m.HTML != "" {
		msg.AddAlternativeString(gomail.TypeTextHTML, strings.ToValidUTF8(m.HTML, "\ufffd"))
	}
	if m.Calendar != nil {
		msg.AddAlternativeString(gomail.ContentType(m.Calendar.MediaType), string(m.Calendar.Bytes))
	}
	for _, file := range m.Files {
		err := msg.AttachReader(file.Name, bytes.NewReader(file.Bytes), gomail.WithFileContentType(gomail.ContentType(file.MediaType)))
		if err != nil {
			return nil, fmt.Errorf("attach %s: %w", file.Name, err)
		}
	}
	var raw bytes.Buffer
	_, err := msg.WriteTo(&raw)
	return raw.Bytes(), err
}

func (m Message) renderIDs(msg *gomail.Msg) {
	msg.SetMessageIDWithValue(m.MessageID)
	if m.InReplyTo != "" {
		msg.SetGenHeader(gomail.HeaderInReplyTo, "<"+m.InReplyTo+">")
	}
	if len(m.References) > 0 {
		msg.SetGenHeader(gomail.HeaderReferences, "<"+strings.Join(m.References, "> <")+">")
	}
}

// boundary depends on the whole content, so that it is the same at every
// rendering and yet no content can contain it.
func (m Message) boundary() string {
	sum := sha256.New()
	sum.Write([]byte(m.MessageID + "\x00" + m.Text + "\x00" + m.HTML))
	files := m.Files
	if m.Calendar != nil {
		files = append([]File{*m.Calendar}, files...)
	}
	for _, file := range files {
		sum.Write([]byte("\x00" + file.Name + "\x00"))
		sum.Write(file.Bytes)
	}
	return hex.EncodeToString(sum.Sum(nil)[:20])
}

// std is the address for the library that writes the headers.
func (a Address) std() *netmail.Address {
	return &netmail.Address{Name: shorten(a.Name, maxName), Address: a.wire()}
}

// shorten cuts a text to a number of characters and marks the cut.
func shorten(text string, limit int) string {
	if utf8.RuneCountInString(text) <= limit {
		return text
	}
	return string([]rune(text)[:limit-1]) + "…"
}

// literal protects a header text that itself looks like an encoded word
// ("=?utf-8?q?…?="), which the reader's program would decode into something
// that was never checked. It encodes the whole text as words of base64.
func literal(text string) string {
	if !strings.Contains(text, "=?") {
		return text
	}
	var words []string
	for text != "" {
		n := min(45, len(text))
		for n < len(text) && !utf8.RuneStart(text[n]) {
			n--
		}
		words = append(words, "=?utf-8?b?"+base64.StdEncoding.EncodeToString([]byte(text[:n]))+"?=")
		text = text[n:]
	}
	return strings.Join(words, " ")
}
