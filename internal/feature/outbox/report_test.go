package outbox_test

import (
	"errors"
	"net/url"
	"path"
	"strings"
	"testing"

	"foyer/internal/auth"
	"foyer/internal/feature/outbox"
	"foyer/internal/kernel/id"
	"foyer/internal/kernel/mail"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
	"foyer/internal/kernel/secret"
)

// returned is a report with the head of the mail that it returns.
func returned(kind, head string, status ...string) []byte {
	parts := []string{"Content-Type: text/plain\n\nThis is the mail system. Your mail did not arrive.\n"}
	if len(status) > 0 {
		parts = append(parts, "Content-Type: "+kind+"\n\n"+strings.Join(status, "\n")+"\n")
	}
	parts = append(parts, "Content-Type: text/rfc822-headers\n\n"+head+"\nSubject: Your invoice\n")
	body := "From: mailer-daemon@mx.example\nTo: no-reply@foyer.example\nSubject: Undelivered\nMIME-Version: 1.0\n" +
		"Content-Type: multipart/report; report-type=delivery-status; boundary=\"=b\"\n\n"
	for _, p := range parts {
		body += "--=b\n" + p + "\n"
	}
	return []byte(strings.ReplaceAll(body+"--=b--\n", "\n", "\r\n"))
}

const (
	status   = "message/delivery-status"
	feedback = "message/feedback-report"
)

// What a mail server reports of a mail of ours stops mail to the address that the mail
// was sent to, whichever the report names; anything else changes nothing.
func TestReports(t *testing.T) {
	box, err := secret.New(make([]byte, secret.Size))
	must(t, err)
	for _, c := range []struct {
		what   string
		report func(message string) []byte
		reason outbox.Reason
		err    error
	}{
		{"a mailbox that is not there", func(m string) []byte {
			return returned(status, "Message-ID: <"+m+">", "Reporting-MTA: dns; mx.example\n", "Final-Recipient: rfc822; priya@haldenrowe.example", "Action: failed", "Status: 5.1.1", "Diagnostic-Code: smtp; 550 5.1.1 no such user")
		}, outbox.Bounce, nil},
		{"a delay", func(m string) []byte {
			return returned(status, "Message-ID: <"+m+">", "Reporting-MTA: dns; mx.example\n", "Action: delayed", "Status: 4.4.1")
		}, "", nil},
		{"a delay that calls itself a failure", func(m string) []byte {
			return returned(status, "Message-ID: <"+m+">", "Reporting-MTA: dns; mx.example\n", "Action: failed", "Status: 4.2.2")
		}, "", nil},
		{"a failure that is none", func(m string) []byte {
			return returned(status, "Message-ID: <"+m+">", "Action: failed", "Status: 2.0.0")
		}, "", nil},
		{"a sender that could not be proven", func(m string) []byte {
			return returned(feedback, "Message-ID: <"+m+">", "Feedback-Type: auth-failure")
		}, "", nil},
		{"a complaint", func(m string) []byte {
			return returned(feedback, "Message-Id:  <"+m+">", "Feedback-Type: abuse", "User-Agent: mx/1", "Version: 1")
		}, outbox.Complaint, nil},
		{"a reader who wants it after all", func(m string) []byte {
			return returned(feedback, "Message-ID: <"+m+">", "Feedback-Type: not-spam")
		}, "", nil},
		{"a mail that is not ours", func(string) []byte {
			return returned(feedback, "Message-ID: <made-up@foyer.example>", "Feedback-Type: abuse")
		}, "", problem.Missing()},
		{"no returned mail", func(string) []byte { return returned(feedback, "X: y", "Feedback-Type: abuse") }, "", outbox.ErrNoReport},
		{"no status", func(m string) []byte { return returned("", "Message-ID: <"+m+">") }, "", outbox.ErrNoReport},
		{"an answer by hand", func(m string) []byte { return []byte("In-Reply-To: <" + m + ">\r\n\r\nThank you!\r\n") }, "", outbox.ErrNoReport},
		{"nothing", func(string) []byte { return nil }, "", outbox.ErrNoReport},
		{"noise", func(m string) []byte {
			return []byte("Content-Type: multipart/report; boundary=b\r\n\r\n--b\r\n\x00\xff:\r\n\r\n--b\r\nContent-Type: " + status + "\r\n\r\n" + strings.Repeat("a", 100<<10))
		}, "", outbox.ErrNoReport},
	} {
		t.Run(c.what, func(t *testing.T) {
			onBoth(t, func(t *testing.T, o *office) {
				sent := mail.NewBox(10)
				w := o.hire(t, sent)
				w.Secrets = box
				one := w.sendNew(t, auth.Mail{Kind: "password_changed", Identity: o.contact})
				who := o.system(t)
				at, err := url.Parse(w.ReportURL(who.Site()))
				must(t, err)
				token := path.Base(at.Path)[id.Length:]
				for range 2 {
					err := w.Report(t.Context(), who, token, c.report(one.messageID))
					if !errors.Is(err, c.err) && !(problem.Is(c.err, problem.NotFound) && problem.Is(err, problem.NotFound)) {
						t.Errorf("the report is answered %v, want %v", err, c.err)
					}
				}
				if err := w.Report(t.Context(), who, token[1:]+"A", c.report(one.messageID)); !problem.Is(err, problem.NotFound) {
					t.Errorf("a made-up address is answered %v", err)
				}
				next := w.sendNew(t, auth.Mail{Kind: "password_changed", Identity: o.contact})
				want := map[bool]string{true: "sent", false: "bounced"}[c.reason == ""]
				if next.state != want || c.reason != "" && !strings.Contains(next.words, string(c.reason)) {
					t.Errorf("the next mail to them is %s: %q", next.state, next.words)
				}
				if c.reason != "" {
					o.write(t, func(tx scope.Tx) error {
						_, err := outbox.Allow(t.Context(), tx, ana)
						return err
					})
					must(t, w.Report(t.Context(), who, token, c.report(one.messageID)))
					if again := w.sendNew(t, auth.Mail{Kind: "password_changed", Identity: o.contact}); again.state != "sent" {
						t.Errorf("an old report that comes again stops mail that was allowed: %s %q", again.state, again.words)
					}
				}
				if others := w.sendNew(t, auth.Mail{Kind: "password_changed", Identity: o.owner}); others.state != "sent" {
					t.Errorf("mail to somebody else is %s: %q", others.state, others.words)
				}
				if all := o.rows(t); c.reason == outbox.Bounce && (all[0].state != "bounced" || !strings.Contains(all[0].words, "no such user")) {
					t.Errorf("the mail that came back is %+v", all[0])
				}
			})
		})
	}
}
