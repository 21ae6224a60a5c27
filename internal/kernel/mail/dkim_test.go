package mail_test

import (
	"bytes"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"foyer/internal/kernel/mail"
	"foyer/internal/kernel/mail/mailtest"
)

const selector = "foyer-7k2m9x4q"

// newSigner is a signer of the domain of mailtest's sample, and what DNS says of it.
func newSigner(t *testing.T) (*mail.Signer, map[string]string) {
	t.Helper()
	private, public, err := mail.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	s, err := mail.NewSigner("northwind.test", selector, private)
	if err != nil {
		t.Fatal(err)
	}
	return s, map[string]string{mail.KeyName(selector, "northwind.test"): mail.KeyRecord(public)}
}

// full is a mail that has every field which is signed.
func full() mail.Message {
	m := mailtest.Sample()
	m.ReplyTo = mail.Address{Addr: "office@northwind.test"}
	m.InReplyTo, m.References = "1@northwind.test", []string{"0@northwind.test", "1@northwind.test"}
	m.Headers = map[string]string{
		"Auto-Submitted": "auto-generated", "List-Unsubscribe": "<https://northwind.test/u/1>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
	}
	return m
}

// kinds are mails of every kind that there is.
func kinds() map[string]mail.Message {
	of := func(change func(m *mail.Message)) mail.Message {
		m := full()
		change(&m)
		return m
	}
	return map[string]mail.Message{
		"full": full(),
		"plain": of(func(m *mail.Message) {
			m.HTML, m.Headers, m.References, m.InReplyTo, m.ReplyTo = "", nil, nil, "", mail.Address{}
		}),
		"html": mailtest.Sample(),
		"umlauts": of(func(m *mail.Message) {
			m.Subject, m.From.Name, m.Text = "Ihre Rechnung für März – 日本語", "Büro Größe", "Grüße\n"
		}),
		"long": of(func(m *mail.Message) {
			m.Subject, m.To.Name = strings.Repeat("a long subject ", 16), strings.Repeat("Ann ", 20)
		}),
		"lines": of(func(m *mail.Message) {
			m.Text = strings.Repeat("x", 5000) + "\n" + strings.Repeat("word ", 1000) + "\n"
		}),
		"dots":    of(func(m *mail.Message) { m.Text = ".\n..\n.hidden\n\n.\n"; m.HTML = "<p>\n.\n..</p>" }),
		"blanks":  of(func(m *mail.Message) { m.Text = "a  b \t \n\n \t\nlast  \n\n\n" }),
		"returns": of(func(m *mail.Message) { m.Text = "a\r\nb\rc\n\r\n" }),
		"no end":  of(func(m *mail.Message) { m.Text, m.HTML = "no line end", "" }),
		"literal": of(func(m *mail.Message) { m.Subject = "=?utf-8?q?looks_encoded?=" }),
		"file": of(func(m *mail.Message) {
			m.Files = []mail.File{{"Größe.pdf", "application/pdf", bytes.Repeat([]byte{0, '.', '\n', 255}, 5000)}}
		}),
		"no bytes": of(func(m *mail.Message) { m.Files = []mail.File{{"empty.txt", "text/plain", nil}} }),
	}
}

// Mails of every kind, sent through a mail server, hold for a verifier that shares
// nothing with us, over the very bytes that arrived.
func TestSignaturesHoldForAnIndependentVerifier(t *testing.T) {
	t.Parallel()
	signer, records := newSigner(t)
	s := mailtest.Start(t, mailtest.Options{})
	sender, all := s.Sender(t), kinds()
	names, raws := slices.Sorted(maps.Keys(all)), [][]byte{}
	for _, name := range names {
		m := all[name]
		m.Signer = signer
		if err := sender.Send(t.Context(), m); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		raws = append(raws, s.Next(t.Context(), t).Raw)
		if longest := slices.Max(lengths(raws[len(raws)-1])); longest > 998 {
			t.Errorf("%s: a line of %d bytes", name, longest)
		}
	}
	for i, holds := range mailtest.Verified(t, records, raws...) {
		if !holds {
			t.Errorf("%s: the signature does not hold\n%s", names[i], raws[i])
		}
	}
}

func lengths(raw []byte) (all []int) {
	for line := range bytes.SplitSeq(raw, []byte("\r\n")) {
		all = append(all, len(line))
	}
	return all
}

// What somebody changes, adds or takes away on the way breaks the signature; what
// every server adds does not.
func TestAMailThatWasTamperedWithDoesNotHold(t *testing.T) {
	t.Parallel()
	signer, records := newSigner(t)
	m := full()
	m.Signer = signer
	raw := string(render(t, m))
	plain := full()
	plain.ReplyTo, plain.Headers = mail.Address{}, nil
	plain.Signer = signer
	bare := string(render(t, plain))
	replace := func(old, new string) string {
		if !strings.Contains(raw, old) {
			t.Fatalf("no %q in\n%s", old, raw)
		}
		return strings.Replace(raw, old, new, 1)
	}
	good := map[string]string{
		"as it was": raw, "bare": bare, "received": "Received: from a.test by b.test; Wed, 4 Mar 2026 05:06:07 +0000\r\nReturn-Path: <x@a.test>\r\n" + raw,
		"folded anew": replace("Subject: Your invitation", "Subject: Your\r\n  invitation"), "blank at an end": replace("Hello Ana,\r\n", "Hello Ana, \r\n"),
	}
	bad := map[string]string{
		"text":         replace("here is your link", "here is our link"),
		"attachment":   replace("--\r\n", "--\r\nmore\r\n"),
		"no signature": raw[strings.Index(raw, "\r\nDate: ")+2:],
	}
	for _, field := range strings.Fields("From To Subject Date Message-ID Reply-To MIME-Version Content-Type In-Reply-To References List-Unsubscribe List-Unsubscribe-Post Auto-Submitted") {
		line := regexp.MustCompile(`(?mi)^` + field + `: (?:.*\r\n)(?:[ \t].*\r\n)*`).FindString(raw)
		if line == "" {
			t.Fatalf("no %s in\n%s", field, raw)
		}
		bad[field+" changed"] = replace(line, field+": x"+line[len(field)+2:])
		bad[field+" gone"] = replace(line, "")
	}
	for _, line := range []string{
		"From: Eve <eve@x.test>", "To: eve@x.test", "Subject: Pay here", "Date: Wed, 4 Mar 2020 05:06:07 +0000", "Reply-To: eve@x.test", "Cc: eve@x.test",
		"Message-ID: <9@x.test>", "MIME-Version: 1.0", "Content-Type: text/html", "Content-Transfer-Encoding: base64",
	} {
		bad["more: "+line] = line + "\r\n" + raw
		bad["bare and more: "+line] = line + "\r\n" + bare
	}
	others := maps.Clone(records)
	for name := range others {
		_, others2 := newSigner(t)
		others[name] = others2[name]
	}
	verdicts := func(all map[string]string, want bool) {
		names, raws := slices.Sorted(maps.Keys(all)), [][]byte{}
		for _, name := range names {
			raws = append(raws, []byte(all[name]))
		}
		for i, holds := range mailtest.Verified(t, records, raws...) {
			if holds != want {
				t.Errorf("%s: holds %v", names[i], holds)
			}
		}
	}
	verdicts(good, true)
	verdicts(bad, false)
	if mailtest.Verified(t, others, []byte(raw))[0] || mailtest.Verified(t, nil, []byte(raw))[0] {
		t.Error("it holds with another key, or with none")
	}
}

// The signature says what it is over, so that receivers who ask for both
// List-Unsubscribe fields (RFC 8058) find them covered.
func TestWhatIsSigned(t *testing.T) {
	t.Parallel()
	signer, _ := newSigner(t)
	m := full()
	m.Signer = signer
	raw := render(t, m)
	head, _, _ := bytes.Cut(raw, []byte("\r\nDate: "))
	text := string(head)
	for _, want := range []string{"DKIM-Signature:", "a=rsa-sha256;", "c=relaxed/relaxed;", "d=northwind.test;", "s=" + selector + ";"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %s in %s", want, text)
		}
	}
	h := regexp.MustCompile(`\sh=([^;]*);`).FindStringSubmatch(text)
	if h == nil {
		t.Fatalf("no h= in %s", text)
	}
	const want = "From:From:To:To:Cc:Subject:Subject:Date:Date:Message-ID:Message-ID:Reply-To:Reply-To:MIME-Version:MIME-Version:" +
		"Content-Type:Content-Type:Content-Transfer-Encoding:In-Reply-To:References:List-Unsubscribe:List-Unsubscribe-Post:Auto-Submitted"
	if h[1] != want {
		t.Errorf("it covers %s", h[1])
	}
	if strings.Contains(text, "l=") || strings.Contains(text, "x=") {
		t.Errorf("it covers a part, or ends: %s", text)
	}
	m.Signer = nil
	if got := render(t, m); bytes.Contains(got, []byte("DKIM-Signature")) || !bytes.HasSuffix(raw, got) {
		t.Errorf("without a signer it is another mail:\n%s", got)
	}
}

func TestASignerDoesNotPrintItsKey(t *testing.T) {
	t.Parallel()
	signer, _ := newSigner(t)
	for _, verb := range []string{"%v", "%+v", "%s", "%#v"} {
		if got := fmt.Sprintf(verb, signer); len(got) > 300 {
			t.Errorf("%s prints %s", verb, got)
		}
		if got := fmt.Sprintf(verb, mail.Message{Signer: signer}); len(got) > 1000 {
			t.Errorf("%s prints %s", verb, got)
		}
	}
}

func TestDamagedKeys(t *testing.T) {
	t.Parallel()
	private, public, err := mail.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"", "x", public, private[4:], private[:len(private)-8]} {
		if s, err := mail.NewSigner("a.test", "s", key); err == nil || strings.Contains(err.Error(), private[20:40]) {
			t.Errorf("%.20q: %v, %v", key, s, err)
		}
	}
}
