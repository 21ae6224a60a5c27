package mailtest

import (
	"bytes"
	"context"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	netmail "net/mail"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"foyer/internal/kernel/mail"
	"foyer/internal/kernel/problem"
)

// Harness is one Sender under test and a way to see what it sent.
type Harness struct {
	Sender mail.Sender
	Sent   func(tb testing.TB) []byte // the next mail as it travelled
	Count  func() int                 // mails that came through and were not seen yet
}

// Sample is a whole message, to be changed by the test that needs one.
func Sample() mail.Message {
	return mail.Message{
		From:      mail.Address{Name: "Northwind Studio", Addr: "hello@northwind.test"},
		To:        mail.Address{Name: "Ana Bell", Addr: "ana@example.com"},
		Subject:   "Your invitation",
		Text:      "Hello Ana,\nhere is your link.\n",
		HTML:      "<p>Hello Ana,</p>\n<p>here is your link.</p>\n",
		MessageID: "0123456789@northwind.test",
		Date:      time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC),
	}
}

// Run holds a Sender to what every Sender does.
func Run(t *testing.T, open func(t *testing.T) Harness) {
	t.Helper()
	for name, test := range map[string]func(*testing.T, Harness){
		"alternatives":           alternatives,
		"text only":              textOnly,
		"other scripts":          otherScripts,
		"long lines":             longLines,
		"threads and extras":     threadsAndExtras,
		"encoded word as text":   encodedWordAsText,
		"header injection":       headerInjection,
		"incomplete":             incomplete,
		"cancelled before start": cancelled,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, open(t))
		})
	}
}

// Letter is a mail read back by independent code.
type Letter struct {
	Header netmail.Header
	Parts  map[string]string // by media type, decoded, lines ending with \n
}

// Read takes a travelled mail apart; the test fails when it cannot, or when a
// line is longer than mail allows.
func Read(tb testing.TB, raw []byte) Letter {
	tb.Helper()
	for _, line := range strings.Split(string(raw), "\r\n") {
		if len(line) > 998 || strings.ContainsAny(line, "\r\n") {
			tb.Fatalf("a line of %d bytes that mail does not allow: %.80q", len(line), line)
		}
	}
	m, err := netmail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		tb.Fatalf("read mail: %v", err)
	}
	l := Letter{Header: m.Header, Parts: map[string]string{}}
	kind, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil {
		tb.Fatalf("read content type: %v", err)
	}
	if !strings.HasPrefix(kind, "multipart/") {
		l.Parts[kind] = decode(tb, m.Header.Get("Content-Transfer-Encoding"), m.Body)
		return l
	}
	parts := multipart.NewReader(m.Body, params["boundary"])
	for {
		p, err := parts.NextRawPart()
		if err == io.EOF {
			return l
		}
		if err != nil {
			tb.Fatalf("read a part: %v", err)
		}
		kind, _, _ := mime.ParseMediaType(p.Header.Get("Content-Type"))
		l.Parts[kind] = decode(tb, p.Header.Get("Content-Transfer-Encoding"), p)
	}
}

func decode(tb testing.TB, encoding string, r io.Reader) string {
	tb.Helper()
	if encoding != "quoted-printable" {
		tb.Fatalf("transfer encoding %q", encoding)
	}
	text, err := io.ReadAll(quotedprintable.NewReader(r))
	if err != nil {
		tb.Fatalf("decode a part: %v", err)
	}
	return strings.ReplaceAll(string(text), "\r\n", "\n")
}

// Subject is the decoded subject.
func (l Letter) Subject(tb testing.TB) string {
	tb.Helper()
	text, err := (&mime.WordDecoder{}).DecodeHeader(l.Header.Get("Subject"))
	if err != nil {
		tb.Fatalf("decode subject: %v", err)
	}
	return text
}

func send(t *testing.T, h Harness, m mail.Message) Letter {
	t.Helper()
	if err := h.Sender.Send(t.Context(), m); err != nil {
		t.Fatalf("send: %v", err)
	}
	return Read(t, h.Sent(t))
}

func equal(t *testing.T, what, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("%s is %q, want %q", what, got, want)
	}
}

func alternatives(t *testing.T, h Harness) {
	m := Sample()
	l := send(t, h, m)
	equal(t, "subject", l.Subject(t), m.Subject)
	equal(t, "from", l.Header.Get("From"), `"Northwind Studio" <hello@northwind.test>`)
	equal(t, "to", l.Header.Get("To"), `"Ana Bell" <ana@example.com>`)
	equal(t, "reply-to", l.Header.Get("Reply-To"), "")
	equal(t, "date", l.Header.Get("Date"), "Wed, 04 Mar 2026 05:06:07 +0000")
	equal(t, "message id", l.Header.Get("Message-Id"), "<0123456789@northwind.test>")
	equal(t, "text", l.Parts["text/plain"], m.Text)
	equal(t, "html", l.Parts["text/html"], m.HTML)
	if kind := l.Header.Get("Content-Type"); !strings.HasPrefix(kind, "multipart/alternative") {
		t.Errorf("content type is %q", kind)
	}
	for _, gone := range []string{"User-Agent", "X-Mailer"} {
		equal(t, gone, l.Header.Get(gone), "")
	}
}

func textOnly(t *testing.T, h Harness) {
	m := Sample()
	m.HTML = ""
	m.Text = "one\n.\n..two\nFrom here\n\n  end  \n"
	l := send(t, h, m)
	equal(t, "text", l.Parts["text/plain"], m.Text)
	if len(l.Parts) != 1 {
		t.Errorf("the mail has %d parts", len(l.Parts))
	}
}

func otherScripts(t *testing.T, h Harness) {
	m := Sample()
	m.Subject = strings.Repeat("Zażółć gęślą jaźń 👩‍🚀 دعوة ", 5)
	m.From.Name = `Müller, "Söhne" & Co.`
	m.To = mail.Address{Name: "Анна " + strings.Repeat("Мария ", 10), Addr: "anna@пример.рф"}
	m.Text, m.HTML = "Здравствуйте 👋\n", "<p>مرحبا</p>\n"
	l := send(t, h, m)
	equal(t, "subject", l.Subject(t), m.Subject)
	equal(t, "text", l.Parts["text/plain"], m.Text)
	equal(t, "html", l.Parts["text/html"], m.HTML)
	from, err := netmail.ParseAddress(l.Header.Get("From"))
	if err != nil || from.Name != m.From.Name {
		t.Errorf("from is %v (%v)", from, err)
	}
	to, err := netmail.ParseAddress(l.Header.Get("To"))
	if err != nil || to.Name != m.To.Name || to.Address != "anna@xn--e1afmkfd.xn--p1ai" {
		t.Errorf("to is %v (%v)", to, err)
	}
}

func longLines(t *testing.T, h Harness) {
	m := Sample()
	m.Subject = strings.Repeat("x", 5000)
	m.From.Name = strings.Repeat("n", 5000)
	m.Text = strings.Repeat("lang ", 10_000) + "\n" + strings.Repeat("é", 5000)
	m.HTML = "<p>" + strings.Repeat("y", 100_000) + "</p>"
	l := send(t, h, m)
	equal(t, "text", l.Parts["text/plain"], m.Text)
	equal(t, "html", l.Parts["text/html"], m.HTML)
	equal(t, "subject", l.Subject(t), strings.Repeat("x", 249)+"…")
}

func threadsAndExtras(t *testing.T, h Harness) {
	m := Sample()
	m.ReplyTo = mail.Address{Name: "Cases", Addr: "cases@northwind.test"}
	m.InReplyTo = "second@northwind.test"
	m.References = []string{"first@northwind.test", "second@northwind.test"}
	m.Headers = map[string]string{
		"Auto-Submitted":   "auto-generated",
		"List-Unsubscribe": "<https://northwind.test/unsubscribe/" + strings.Repeat("a", 200) + ">",
	}
	l := send(t, h, m)
	equal(t, "reply-to", l.Header.Get("Reply-To"), `"Cases" <cases@northwind.test>`)
	equal(t, "in-reply-to", l.Header.Get("In-Reply-To"), "<second@northwind.test>")
	equal(t, "references", l.Header.Get("References"), "<first@northwind.test> <second@northwind.test>")
	for name, want := range m.Headers {
		equal(t, name, strings.TrimSpace(l.Header.Get(name)), want)
	}
}

func encodedWordAsText(t *testing.T, h Harness) {
	for _, rest := range []string{"", strings.Repeat("of March ", 15), strings.Repeat("für März 👋 ", 15)} {
		m := Sample()
		m.Subject = "Your =?utf-8?q?bill=0D=0ABcc:_eve=40example.com?= " + rest + "."
		l := send(t, h, m)
		equal(t, "subject", l.Subject(t), m.Subject)
		for _, word := range strings.Fields(l.Header.Get("Subject")) {
			if text, err := (&mime.WordDecoder{}).Decode(word); err != nil || !utf8.ValidString(text) {
				t.Errorf("the word %q is %q alone (%v)", word, text, err)
			}
		}
	}
}

func headerInjection(t *testing.T, h Harness) {
	for _, bad := range []string{"\r\nBcc: eve@example.com", "\nBcc: eve@example.com", "\rx", "\x00", "\x1b[2J", "\u0085x", "\u2028x", "\xff"} {
		for field, change := range map[string]func(*mail.Message){
			"subject":     func(m *mail.Message) { m.Subject += bad },
			"from":        func(m *mail.Message) { m.From.Addr += bad },
			"to":          func(m *mail.Message) { m.To.Name += bad },
			"reply_to":    func(m *mail.Message) { m.ReplyTo = mail.Address{Name: "x", Addr: bad + "a@example.com"} },
			"message_id":  func(m *mail.Message) { m.MessageID += bad },
			"in_reply_to": func(m *mail.Message) { m.InReplyTo = "a@b" + bad },
			"references":  func(m *mail.Message) { m.References = []string{"a@b", bad} },
			"headers":     func(m *mail.Message) { m.Headers = map[string]string{"List-Id": "x" + bad} },
		} {
			m := Sample()
			change(&m)
			refused(t, h, m, field, bad)
		}
		m := Sample()
		m.Headers = map[string]string{"X-A" + bad: "y"}
		refused(t, h, m, "headers", bad)
	}
	for _, name := range []string{"Bcc", "to", "SUBJECT", "content-type", "Content-Transfer-Encoding", "X A", "X:A", ""} {
		m := Sample()
		m.Headers = map[string]string{name: "eve@example.com"}
		refused(t, h, m, "headers", name)
	}
	if n := h.Count(); n != 0 {
		t.Errorf("%d of the refused mails were sent", n)
	}
}

func incomplete(t *testing.T, h Harness) {
	for field, change := range map[string]func(*mail.Message){
		"from":       func(m *mail.Message) { m.From = mail.Address{} },
		"to":         func(m *mail.Message) { m.To.Addr = "ana@example.com, eve@example.com" },
		"subject":    func(m *mail.Message) { m.Subject = " " },
		"text":       func(m *mail.Message) { m.Text = "" },
		"message_id": func(m *mail.Message) { m.MessageID = "" },
		"date":       func(m *mail.Message) { m.Date = time.Time{} },
	} {
		m := Sample()
		change(&m)
		refused(t, h, m, field, "incomplete")
	}
	if n := h.Count(); n != 0 {
		t.Errorf("%d of the refused mails were sent", n)
	}
}

func refused(t *testing.T, h Harness, m mail.Message, field, what string) {
	t.Helper()
	err := h.Sender.Send(t.Context(), m)
	p, ok := problem.As(err)
	if !ok || p.Kind != problem.Invalid || p.Fields[field].Key == "" {
		t.Errorf("%q in %s: got %v, want a problem at the field", what, field, err)
	}
}

func cancelled(t *testing.T, h Harness) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	err := h.Sender.Send(ctx, Sample())
	if err == nil || mail.Permanent(err) {
		t.Errorf("got %v, want a failure that is not a bounce", err)
	}
	if n := h.Count(); n != 0 {
		t.Errorf("the mail was sent after all")
	}
}
