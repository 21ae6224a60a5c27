package outbox_test

import (
	"fmt"
	netmail "net/mail"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"foyer/internal/auth"
	"foyer/internal/feature/outbox"
	"foyer/internal/kernel/lang"
	"foyer/internal/kernel/mail"
	"foyer/internal/kernel/mail/mailtest"
	"foyer/internal/kernel/scope"
)

// kind is one kind of account mail as it is posted.
type kind struct {
	file   string // of its golden text
	staff  bool   // goes to Priya instead of Ana
	button bool
	auth.Mail
}

const newAna = "ana.bell@studio.example"

func kinds() []kind {
	return []kind{
		{"reset", false, true, auth.Mail{Kind: "reset"}},
		{"reset_staff", true, true, auth.Mail{Kind: "reset"}},
		{"invite", false, true, auth.Mail{Kind: "invite"}},
		{"invite_staff", true, true, auth.Mail{Kind: "invite", Params: map[string]any{"by": "Jonas Halden"}}},
		{"password_changed", false, true, auth.Mail{Kind: "password_changed"}},
		{"email_verify", false, true, auth.Mail{Kind: "email_verify", Email: newAna}},
		{"email_changing", false, false, auth.Mail{Kind: "email_changing", Params: map[string]any{"email": newAna}}},
		{"email_changed", false, false, auth.Mail{Kind: "email_changed", Email: newAna, Params: map[string]any{"email": newAna}}},
		{"test", true, false, auth.Mail{Kind: "test"}},
	}
}

// written sends one mail of a kind into a box, in a language.
func (o *office) written(t *testing.T, w *worker, box *mail.Box, k kind, language string) mail.Message {
	t.Helper()
	k.Identity = o.contact
	if k.staff {
		k.Identity = o.owner
	}
	o.write(t, func(tx scope.Tx) error {
		_, err := tx.Exec(t.Context(), `update identity set language = :language where workspace_id = :workspace`, scope.Args{"language": language})
		return err
	})
	if r := w.sendNew(t, k.Mail); r.state != "sent" {
		t.Fatalf("%s: %+v", k.file, r)
	}
	return box.List()[0].Message
}

func TestEveryKindInEachLanguage(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, o *office) {
		o.set(t, `email = 'hello@haldenrowe.example'`, nil)
		box := mail.NewBox(1)
		w := o.hire(t, box)
		for _, language := range []string{"", "de", lang.Pseudo, lang.PseudoRTL} {
			p := lang.For(language)
			for _, k := range kinds() {
				m := o.written(t, w, box, k, language)
				name, footer := "Ana Bell", p.T("mail.footer_email", "workspace", "Halden & Rowe", "email", "hello@haldenrowe.example")
				if k.staff {
					name, footer = "Priya Rowe", p.T("mail.footer_staff", "workspace", "Halden & Rowe")
				}
				html := strings.NewReplacer("&amp;", "&", "&#39;", "'").Replace(m.HTML)
				for _, want := range []string{p.T("mail.greeting", "name", name), footer} {
					if !strings.Contains(m.Text, want) || !strings.Contains(html, want) {
						t.Errorf("%s in %q lacks %q", k.file, language, want)
					}
				}
				all := m.Subject + m.Text + html
				if strings.Contains(all, "[mail.") || strings.ContainsAny(m.Subject+m.Text, "{}") {
					t.Errorf("%s in %q has a missing sentence or word:\n%s", k.file, language, m.Text)
				}
				if strings.HasPrefix(language, "qp") && !strings.HasPrefix(m.Subject, "⟦") {
					t.Errorf("the subject of %s in %q is %q", k.file, language, m.Subject)
				}
				if want := fmt.Sprintf(`<html lang="%s" dir="%s">`, p.Tag(), p.Dir()); !strings.Contains(m.HTML, want) {
					t.Errorf("%s in %q lacks %s", k.file, language, want)
				}
				if strings.Contains(m.Text, "https://") != k.button || strings.Contains(m.HTML, "<a ") != k.button {
					t.Errorf("%s in %q: wrong about a button", k.file, language)
				}
			}
		}
	})
}

// The texts as they are read, links and ids made the same. FOYER_TEST_REWRITE=1
// writes the files anew.
func TestGoldenLetters(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, o *office) {
		box := mail.NewBox(1)
		w := o.hire(t, box)
		for language, folder := range map[string]string{"en": "", "de": "de"} {
			for _, k := range kinds() {
				m := o.written(t, w, box, k, language)
				text := fmt.Sprintf("From: %s\nTo: %s\nSubject: %s\n\n%s", m.From, m.To, m.Subject, sameLinks(m.Text))
				golden(t, filepath.Join(folder, k.file+".golden"), text)
				if k.file == "reset" {
					golden(t, filepath.Join(folder, "reset.html.golden"), sameLinks(m.HTML))
				}
			}
		}
	})
}

// sameLinks is a text whose links all have the same secret.
func sameLinks(text string) string {
	for _, found := range link.FindAllStringSubmatch(text, -1) {
		text = strings.ReplaceAll(text, found[1], "TOKEN")
	}
	return text
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if os.Getenv("FOYER_TEST_REWRITE") == "1" {
		must(t, os.MkdirAll(filepath.Dir(file), 0o750))
		must(t, os.WriteFile(file, []byte(got), 0o644))
		return
	}
	want, err := os.ReadFile(file)
	must(t, err)
	if got != string(want) {
		t.Errorf("%s has changed (FOYER_TEST_REWRITE=1 takes it over); it is now\n%s", name, got)
	}
}

// names that people have, and names that somebody tries.
var names = []string{
	"Halden\r\nBcc: eve@evil.example", "Halden\u2028Rowe\u0085\x00", "🏺 Marlow 👩🏽‍🎨", "استوديو الهلال", "\u202eewoR\u202c",
	`"Quoted" \ <eve@evil.example>, Rowe`, "=?utf-8?q?Eve?=", strings.Repeat("Longer & longer ", 40), "<script>alert(1)</script>", "a,b;c:d",
}

func TestNamesInTheHeadOfAMail(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, o *office) {
		server := mailtest.Start(t, mailtest.Options{})
		w := o.hire(t, server.Sender(t))
		for _, name := range names {
			if o.db.Postgres() {
				name = strings.ReplaceAll(name, "\x00", "") // which it does not store
			}
			o.set(t, `name = :name`, scope.Args{"name": name})
			o.write(t, func(tx scope.Tx) error {
				_, err := tx.Exec(t.Context(), `update identity set name = :name where workspace_id = :workspace`, scope.Args{"name": name})
				return err
			})
			if r := w.sendNew(t, auth.Mail{Kind: "invite", Identity: o.contact}); r.state != "sent" {
				t.Errorf("%q: %+v", name, r)
				continue
			}
			checkHead(t, name, next(t, server))
		}
	})
}

func checkHead(t *testing.T, name string, l mailtest.Letter) {
	t.Helper()
	addresses := map[string]string{"From": "no-reply@" + host, "To": ana}
	for field, address := range addresses {
		list, err := netmail.ParseAddressList(l.Header.Get(field))
		if err != nil || len(list) != 1 || list[0].Address != address || list[0].Name == "" {
			t.Errorf("%q: %s is %q (%v)", name, field, l.Header.Get(field), err)
			continue
		}
		if bad(list[0].Name) {
			t.Errorf("%q: %s shows the name %q", name, field, list[0].Name)
		}
	}
	if subject := l.Subject(t); bad(subject) || !strings.HasPrefix(subject, "Your login at ") || len([]rune(subject)) > 250 {
		t.Errorf("%q: the subject is %q", name, subject)
	}
	if l.Header.Get("Bcc") != "" {
		t.Errorf("%q: there is a Bcc", name)
	}
	if strings.Contains(l.Parts["text/html"], "<script>") {
		t.Errorf("%q stands in the HTML as it is", name)
	}
}

func bad(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool {
		return unicode.IsControl(r) || r == '\u2028' || r == '\u2029' || r == '\u202e'
	})
}

func TestColorsOfEveryBrandStandInTheHTML(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, o *office) {
		box := mail.NewBox(1)
		w := o.hire(t, box)
		for _, color := range []string{"", "#ffffff", "#000000", "#ffd400", "#1a5a4a", "not a color"} {
			o.set(t, `brand_color = :color`, scope.Args{"color": color})
			m := o.written(t, w, box, kinds()[0], "en")
			if strings.Contains(m.HTML, "zTemplUnsafe") || strings.Contains(m.HTML, "ZgotmplZ") || strings.Contains(m.HTML, "TemplUnsupported") ||
				strings.Contains(m.HTML, "&amp;#") || strings.Count(m.HTML, "background-color:#") < 4 {
				t.Errorf("%q: the styles are not what look.go says", color)
			}
		}
	})
}

func TestHostOf(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"foyer.example": "foyer.example", "Portal.Example.COM": "portal.example.com", "bücher.example": "xn--bcher-kva.example",
		"localhost": "foyer.localhost", "127.0.0.1": "foyer.localhost", "::1": "foyer.localhost", "": "foyer.localhost", "studio": "foyer.localhost",
	} {
		if got := outbox.HostOf(name); got != want {
			t.Errorf("HostOf(%q) = %q, want %q", name, got, want)
		}
		if _, err := mail.NewAddress("", "no-reply@"+outbox.HostOf(name)); err != nil {
			t.Errorf("no mail can come from HostOf(%q): %v", name, err)
		}
	}
}
