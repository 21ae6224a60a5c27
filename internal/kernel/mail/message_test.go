package mail_test

import (
	"bytes"
	"strings"
	"testing"

	"foyer/internal/kernel/lang"
	"foyer/internal/kernel/mail"
	"foyer/internal/kernel/mail/mailtest"
	"foyer/internal/kernel/problem"
)

func TestRenderIsRepeatable(t *testing.T) {
	t.Parallel()
	m := mailtest.Sample()
	m.Headers = map[string]string{"X-A": "1", "X-B": "2", "X-C": "3", "X-D": "4"}
	first := render(t, m)
	for range 20 {
		if again := render(t, m); !bytes.Equal(first, again) {
			t.Fatalf("rendered differently:\n%s\n%s", first, again)
		}
	}
	m.Text += "."
	if bytes.Contains(render(t, m), boundary(t, first)) {
		t.Error("another content has the same boundary, which somebody could put into it")
	}
}

func render(t *testing.T, m mail.Message) []byte {
	t.Helper()
	raw, err := m.Render()
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func boundary(t *testing.T, raw []byte) []byte {
	t.Helper()
	_, rest, found := bytes.Cut(raw, []byte("boundary="))
	if !found {
		t.Fatal("no boundary")
	}
	line, _, _ := bytes.Cut(rest, []byte("\r\n"))
	return line
}

func TestContentCannotMakeParts(t *testing.T) {
	t.Parallel()
	m := mailtest.Sample()
	old := string(boundary(t, render(t, m)))
	m.Text = "hello\n--" + old + "\nContent-Type: text/html\n\n<b>x</b>\n--" + old + "--\n"
	l := mailtest.Read(t, render(t, m))
	if l.Parts["text/plain"] != m.Text || l.Parts["text/html"] != m.HTML {
		t.Errorf("the parts are %q", l.Parts)
	}
}

func TestContentThatIsNotUTF8IsStillSent(t *testing.T) {
	t.Parallel()
	m := mailtest.Sample()
	m.Text, m.HTML = "a\xffb\x00\n", "<p>\xc3</p>"
	l := mailtest.Read(t, render(t, m))
	if l.Parts["text/plain"] != "a\ufffdb\x00\n" || l.Parts["text/html"] != "<p>\ufffd</p>" {
		t.Errorf("the parts are %q", l.Parts)
	}
}

func TestCheckNamesEveryField(t *testing.T) {
	t.Parallel()
	bad := mail.Message{
		ReplyTo: mail.Address{Addr: "x"}, InReplyTo: "x", References: []string{"x"},
		Headers: map[string]string{"Bcc": "x"},
	}
	p, ok := problem.As(bad.Check())
	if !ok {
		t.Fatal("an empty message passes")
	}
	for _, field := range strings.Fields("from to reply_to subject text message_id in_reply_to references date headers") {
		said := p.Fields[field].Key
		if said == "" || !lang.Has(said) {
			t.Errorf("%s: %q", field, said)
		}
	}
}
