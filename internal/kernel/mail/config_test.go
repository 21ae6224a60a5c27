package mail_test

import (
	"fmt"
	"strings"
	"testing"

	"foyer/internal/kernel/mail"
)

func TestParseURL(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]struct {
		host, user, password string
		port                 int
		security             mail.Security
	}{
		"smtp://mail.test":                        {host: "mail.test", port: 587},
		"smtp://mail.test:25/":                    {host: "mail.test", port: 25},
		"smtps://mail.test":                       {host: "mail.test", port: 465, security: mail.Implicit},
		"SMTPS://mail.test:2465?tls=required":     {host: "mail.test", port: 2465, security: mail.Implicit},
		"smtp://mail.test?tls=required":           {host: "mail.test", port: 587, security: mail.Required},
		"smtp://[::1]:1025?tls=none":              {host: "::1", port: 1025, security: mail.None},
		"smtp://u%40a.test:p%3A%2F%40@mail.test":  {host: "mail.test", port: 587, user: "u@a.test", password: "p:/@"},
		"smtps://user:long%20words@mail.test:465": {host: "mail.test", port: 465, security: mail.Implicit, user: "user", password: "long words"},
	} {
		c, err := mail.ParseURL(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if c.Host != want.host || c.Port != want.port || c.Security != want.security ||
			c.User != want.user || c.Password.Reveal() != want.password {
			t.Errorf("%s gives %#v", text, c)
		}
	}
}

func TestParseURLRefuses(t *testing.T) {
	t.Parallel()
	for text, words := range map[string]string{
		"":                                      "smtp://",
		"mail.test:587":                         "smtp://",
		"mail.test":                             "begin with",
		"http://u:hunter2@mail.test":            "begin with",
		"smtp:u:hunter2@mail.test":              "look like",
		"smtp://":                               "no host",
		"smtp://u:hunter2@:25":                  "no host",
		"smtp://mail.test:":                     "no port",
		"smtp://u:hunter2@mail.test:0":          "1 to 65535",
		"smtp://u:hunter2@mail.test:65536":      "1 to 65535",
		"smtp://u:hunter2@mail.test:smtp":       "look like",
		"smtp://u:hunter2@mail.test/inbox":      "end after",
		"smtp://u:hunter2@mail.test#x":          "end after",
		"smtp://u:hun/ter2@mail.test":           "look like",
		"smtp://u@mail.test":                    "both",
		"smtp://u:@mail.test":                   "both",
		"smtp://:hunter2@mail.test":             "both",
		"smtp://u:hunter2@mail.test?tls=maybe":  "required or none",
		"smtp://u:hunter2@mail.test?tls=":       "required or none",
		"smtp://u:hunter2@mail.test?ssl=1":      "nothing after",
		"smtp://mail.test?tls=none&tls=none":    "nothing after",
		"smtps://u:hunter2@mail.test?tls=none":  "both smtps",
		"smtp://u:hunter2@mail.test?tls=%zz":    "cannot be read",
		"smtp://u:hunter2@mail.test\r\nX: y":    "look like",
		"smtp://u:hunter2%zz@mail.test":         "look like",
		"smtp://u:hunter2@mail%20host.test:587": "look like",
	} {
		c, err := mail.ParseURL(text)
		if err == nil {
			t.Errorf("%q is accepted as %v", text, c)
			continue
		}
		if !strings.Contains(err.Error(), words) {
			t.Errorf("%q: %q does not say %q", text, err, words)
		}
		if strings.Contains(err.Error(), "hunter2") || strings.ContainsAny(err.Error(), "\r\n") {
			t.Errorf("%q: the error %q is not fit to print", text, err)
		}
	}
}

func TestConfigHidesItsPassword(t *testing.T) {
	t.Parallel()
	c, err := mail.ParseURL("smtps://user:hunter2@mail.test")
	if err != nil {
		t.Fatal(err)
	}
	for _, form := range []string{"%v", "%+v", "%#v", "%s"} {
		for _, thing := range []any{c, &c, struct{ C mail.SMTPConfig }{c}} {
			if text := fmt.Sprintf(form, thing); strings.Contains(text, "hunter2") {
				t.Errorf("%s prints %s", form, text)
			}
		}
	}
	if c.String() != "smtps://user@mail.test:465" {
		t.Errorf("prints as %s", c)
	}
}

func TestNewSMTPRefusesWhatCannotWork(t *testing.T) {
	t.Parallel()
	for _, c := range []mail.SMTPConfig{{}, {Host: "mail.test"}, {Host: "mail.test", Port: 70000}, {Port: 25}} {
		if _, err := mail.NewSMTP(c); err == nil {
			t.Errorf("%v is accepted", c)
		}
	}
}
