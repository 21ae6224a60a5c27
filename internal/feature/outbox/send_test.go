package outbox_test

import (
	"errors"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/riverqueue/river/rivertype"

	"foyer/internal/auth"
	"foyer/internal/feature/outbox"
	"foyer/internal/kernel/brand"
	"foyer/internal/kernel/id"
	"foyer/internal/kernel/mail"
	"foyer/internal/kernel/mail/mailtest"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
)

func TestMailOfAChangeThatFailedIsNeverSent(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, o *office) {
		server := mailtest.Start(t, mailtest.Options{})
		w := o.hire(t, server.Sender(t))
		w.start(t)
		thought := errors.New("thought better of it")
		err := o.system(t).Write(t.Context(), func(tx scope.Tx) error {
			if err := w.Post(t.Context(), tx, auth.Mail{Kind: "reset", Identity: o.contact}); err != nil {
				return err
			}
			return thought
		})
		if !errors.Is(err, thought) {
			t.Fatal(err)
		}
		w.post(t, auth.Mail{Kind: "test", Identity: o.owner})
		if got := next(t, server).Subject(t); got != "A test mail from Halden & Rowe" {
			t.Errorf("the first mail is %q", got)
		}
		w.sends(t)
		w.stop(t)
		if n := server.Attempts(); n != 1 {
			t.Errorf("%d mails were begun, want the committed one alone", n)
		}
		if r := o.only(t); r.state != "sent" {
			t.Errorf("the mail is %s", r.state)
		}
	})
}

var link = regexp.MustCompile(`https://foyer\.example/\S*/([A-Za-z0-9_-]{40,})`)

// linkIn is the one link of a letter, the same in both of its parts.
func linkIn(t *testing.T, l mailtest.Letter) (whole, token string) {
	t.Helper()
	found := link.FindStringSubmatch(l.Parts["text/plain"])
	if found == nil {
		t.Fatalf("no link in\n%s", l.Parts["text/plain"])
	}
	if !strings.Contains(l.Parts["text/html"], `href="`+found[0]+`"`) {
		t.Errorf("the HTML has no link to %s", found[0])
	}
	return found[0], found[1]
}

func TestCommittedMailIsSentOnceInTheWorkspacesBrand(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, o *office) {
		sha := strings.Repeat("0123456789abcdef", 4)
		o.set(t, `brand_color = '#8a2be2', logo_sha256 = :sha, sender_name = 'Rowe & Co', sender_email = 'studio@haldenrowe.example',
			reply_to = 'desk@haldenrowe.example', email = 'hello@haldenrowe.example'`, scope.Args{"sha": sha})
		server := mailtest.Start(t, mailtest.Options{})
		w := o.hire(t, server.Sender(t))
		w.start(t)
		w.post(t, auth.Mail{Kind: "reset", Identity: o.contact})
		l := next(t, server)
		w.sends(t)
		w.stop(t)

		for name, want := range map[string]string{
			"From": `"Rowe & Co" <studio@haldenrowe.example>`, "To": `"Ana Bell" <` + ana + `>`,
			"Reply-To": "<desk@haldenrowe.example>", "Auto-Submitted": "auto-generated",
		} {
			if got := l.Header.Get(name); got != want {
				t.Errorf("%s is %q, want %q", name, got, want)
			}
		}
		color, err := brand.Parse("#8a2be2")
		must(t, err)
		colors := brand.Derive(color).Mail()
		for _, want := range []string{
			"Halden &amp; Rowe", "background-color:" + colors.Fill + ";", "color:" + colors.On + ";", `bgcolor="` + colors.Fill + `"`,
			`src="https://foyer.example/assets/logo.0123456789abcdef.png"`, "hello@haldenrowe.example",
		} {
			if !strings.Contains(l.Parts["text/html"], want) {
				t.Errorf("the HTML lacks %s", want)
			}
		}
		whole, token := linkIn(t, l)
		if want := "https://foyer.example/portal/password/reset/" + token; whole != want {
			t.Errorf("the link is %s", whole)
		}
		o.holdsOnlyHash(t, token)
		if n := server.Attempts(); n != 1 {
			t.Errorf("the mail was sent %d times", n)
		}
		r := o.only(t)
		want := row{
			id: r.id, state: "sent", messageID: r.id + "@" + host, to: ana, subject: "Set a new password for Halden & Rowe",
			attempts: 1, doneAt: o.now(),
		}
		if r != want {
			t.Errorf("the outbox says %+v, want %+v", r, want)
		}
		must(t, o.Redeem(t.Context(), o.visitor(t), auth.PortalRealm, id.SecretFrom(token), "a kettle on the landing"))
	})
}

// holdsOnlyHash says that a token stands nowhere: neither in the database,
// where its hash is, nor in the log.
func (o *office) holdsOnlyHash(t *testing.T, token string) {
	t.Helper()
	contents := o.contents(t)
	if !strings.Contains(contents, id.SecretFrom(token).Hash()) {
		t.Error("the database does not have the hash of the link's token")
	}
	if strings.Contains(contents, token) {
		t.Error("the database has the token of a link")
	}
	if strings.Contains(o.log.String(), token) {
		t.Error("the log has the token of a link")
	}
}

func TestTemporaryRefusalIsTriedAgain(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, o *office) {
		server := mailtest.Start(t, mailtest.Options{})
		server.Script(mailtest.Reply{Code: 451, Text: "mailbox of " + ana + " is busy", At: mailtest.AtContent})
		w := o.hire(t, server.Sender(t))
		look := make(chan struct{})
		w.jobs.Pause = func(int) time.Duration { <-look; return 0 }
		w.start(t)
		w.post(t, auth.Mail{Kind: "invite", Identity: o.contact})
		if err := w.outcome(t); err == nil || mail.Permanent(err) {
			t.Fatalf("the refused attempt gives %v", err)
		}
		if r := o.only(t); r.state != "waiting" || r.attempts != 1 || !strings.Contains(r.words, "is busy") || !r.claimedUntil.IsZero() || !r.doneAt.IsZero() {
			t.Errorf("after a refusal the outbox says %+v", r)
		}
		close(look)
		l := next(t, server)
		w.sends(t)
		w.stop(t)
		if r := o.only(t); r.state != "sent" || r.attempts != 2 || r.words != "" {
			t.Errorf("in the end the outbox says %+v", r)
		}
		seen := w.seen.all()
		if len(seen) != 2 || seen[0].MessageID != seen[1].MessageID || l.Header.Get("Message-Id") != "<"+seen[0].MessageID+">" {
			t.Errorf("%d attempts, whose message ids are not the same", len(seen))
		}
		_, token := linkIn(t, l)
		o.holdsOnlyHash(t, token)
		if strings.Contains(o.log.String(), ana) || !strings.Contains(o.log.String(), "451") {
			t.Errorf("the log has the address, or not the server's number:\n%s", o.log)
		}
	})
}

func TestRefusedRecipientBounces(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, o *office) {
		server := mailtest.Start(t, mailtest.Options{})
		server.Bounce(ana, 550, "Nobody of this name lives here")
		w := o.hire(t, server.Sender(t))
		w.start(t)
		w.post(t, auth.Mail{Kind: "invite", Identity: o.contact})
		w.sends(t) // the job has an end
		w.post(t, auth.Mail{Kind: "test", Identity: o.owner})
		w.sends(t)
		next(t, server)
		w.stop(t)
		r := o.rows(t)[0]
		if r.state != "bounced" || r.attempts != 1 || r.to != ana || !strings.Contains(r.words, "Nobody of this name lives here") || r.doneAt.IsZero() {
			t.Errorf("the outbox says %+v", r)
		}
		if n := len(w.seen.all()); n != 2 {
			t.Errorf("%d attempts for two mails", n)
		}
	})
}

func TestSilentServerIsTriedAgain(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, o *office) {
		server := mailtest.Start(t, mailtest.Options{})
		server.Script(mailtest.Reply{Hang: true})
		config := server.Config()
		config.Timeout = 300 * time.Millisecond
		sender, err := mail.NewSMTP(config)
		must(t, err)
		w := o.hire(t, sender)
		w.start(t)
		w.post(t, auth.Mail{Kind: "test", Identity: o.owner})
		if err := w.outcome(t); err == nil || mail.Permanent(err) {
			t.Fatalf("silence gives %v", err)
		}
		for w.outcome(t) != nil { // a slow machine may take longer than the server is given
			continue
		}
		next(t, server)
		w.stop(t)
		if r := o.only(t); r.state != "sent" || r.attempts < 2 {
			t.Errorf("the outbox says %+v", r)
		}
	})
}

func TestMailWaitsForAServer(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, o *office) {
		before := o.hire(t, nil)
		before.start(t)
		before.post(t, auth.Mail{Kind: "invite", Identity: o.contact})
		before.sends(t)
		before.stop(t)
		if r := o.only(t); r.state != "waiting" || r.attempts != 0 {
			t.Errorf("without a server the outbox says %+v", r)
		}
		must(t, before.Sweep(t.Context(), o.system(t)))
		must(t, o.system(t).Read(t.Context(), func(tx scope.Tx) error {
			n, err := outbox.Waiting(t.Context(), tx)
			if n != 1 {
				t.Errorf("%d mails wait", n)
			}
			return err
		}))

		o.later(20 * 24 * time.Hour)
		server := mailtest.Start(t, mailtest.Options{})
		after := o.hire(t, server.Sender(t))
		after.jobs.Each("outbox.sweep", time.Hour, after.Sweep)
		after.start(t)
		_, token := linkIn(t, next(t, server))
		after.sends(t)
		after.stop(t)
		if r := o.only(t); r.state != "sent" || r.attempts != 1 {
			t.Errorf("with a server the outbox says %+v", r)
		}
		if _, err := o.FindLink(t.Context(), o.visitor(t), auth.PortalRealm, id.SecretFrom(token)); err != nil {
			t.Errorf("the link of a mail that waited is no good: %v", err)
		}
	})
}

// A mail that was tried in vain before the mail server was taken away waits like
// one that never was.
func TestMailThatWasTriedWaitsForAServerToo(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, o *office) {
		o.hire(t, nil).post(t, auth.Mail{Kind: "test", Identity: o.owner})
		o.write(t, func(tx scope.Tx) error {
			_, err := tx.Exec(t.Context(), `update outbox set attempts = 3 where workspace_id = :workspace`, nil)
			return err
		})
		without := o.hire(t, nil)
		without.start(t)
		without.sends(t)
		without.stop(t)

		o.later(time.Hour)
		server := mailtest.Start(t, mailtest.Options{})
		after := o.hire(t, server.Sender(t))
		after.jobs.Each("outbox.sweep", time.Hour, after.Sweep)
		after.start(t)
		next(t, server)
		after.sends(t)
		after.stop(t)
		if r := o.only(t); r.state != "sent" {
			t.Errorf("with a server again the outbox says %+v", r)
		}
	})
}

func TestMailSurvivesARestart(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, o *office) {
		server := mailtest.Start(t, mailtest.Options{})
		before := o.hire(t, server.Sender(t))
		before.start(t)
		before.stop(t)
		before.post(t, auth.Mail{Kind: "test", Identity: o.owner})
		if r := o.only(t); r.state != "waiting" || server.Attempts() != 0 {
			t.Fatalf("a stopped process sent the mail: %+v", r)
		}
		after := o.hire(t, server.Sender(t))
		after.start(t)
		next(t, server)
		after.sends(t)
		after.stop(t)
		if r := o.only(t); r.state != "sent" || r.attempts != 1 {
			t.Errorf("the outbox says %+v", r)
		}
	})
}

// A process dies while it sends a mail: its claim stays, and nobody may take
// the mail for done.
func TestMailOfADeadProcessIsNotLost(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, o *office) {
		box := mail.NewBox(10)
		w := o.hire(t, box)
		w.post(t, auth.Mail{Kind: "test", Identity: o.owner})
		o.write(t, func(tx scope.Tx) error {
			_, err := tx.Exec(t.Context(), `update outbox set attempts = 1, claimed_until = :until where workspace_id = :workspace`,
				scope.Args{"until": tx.Now().Add(3 * time.Minute)})
			return err
		})
		r := o.only(t)
		var put *rivertype.JobSnoozeError
		if err := w.send(t, r.id); !errors.As(err, &put) || put.Duration != 3*time.Minute {
			t.Fatalf("a mail that somebody is sending gives %v, want to come again in three minutes", err)
		}
		queued := o.queued(t)
		must(t, w.Sweep(t.Context(), o.system(t)))
		if n := o.queued(t); n != queued {
			t.Error("a mail that somebody is sending was put into the queue again")
		}
		o.later(4*time.Minute + time.Second)
		must(t, w.Sweep(t.Context(), o.system(t)))
		if n := o.queued(t); n != queued+1 {
			t.Error("a mail with which a process died was not put into the queue again")
		}
		must(t, w.send(t, r.id))
		if r := o.only(t); r.state != "sent" || r.attempts != 2 || len(box.List()) != 1 {
			t.Errorf("the outbox says %+v", r)
		}
		must(t, w.send(t, r.id)) // the job that was put off, at last
		if len(box.List()) != 1 {
			t.Error("a mail that was sent is sent again")
		}
	})
}

// queued is how many jobs were ever written.
func (o *office) queued(t *testing.T) (n int) {
	t.Helper()
	must(t, o.db.Read.QueryRowContext(t.Context(), `select count(*) from river_job`).Scan(&n))
	return n
}

func TestTwoProcessesSendEachMailOnce(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, o *office) {
		const mails = 5
		server := mailtest.Start(t, mailtest.Options{})
		a, b := o.hire(t, server.Sender(t)), o.hire(t, server.Sender(t))
		a.tried = b.tried // both tell one channel
		for range mails {
			a.post(t, auth.Mail{Kind: "test", Identity: o.owner})
		}
		o.later(2 * time.Minute) // so that the sweeps make two more jobs of each
		must(t, a.Sweep(t.Context(), o.system(t)))
		must(t, b.Sweep(t.Context(), o.system(t)))
		if n := o.queued(t); n != 3*mails {
			t.Fatalf("there are %d jobs", n)
		}
		a.start(t)
		b.start(t)
		for range 3 * mails {
			var put *rivertype.JobSnoozeError
			if err := b.outcome(t); err != nil && !errors.As(err, &put) {
				t.Errorf("a job ended with %v", err)
			}
		}
		a.stop(t)
		b.stop(t)
		if n := server.Waiting(); n != mails {
			t.Errorf("%d mails arrived, want %d", n, mails)
		}
		for _, r := range o.rows(t) {
			if r.state != "sent" || r.attempts != 1 {
				t.Errorf("the outbox says %+v", r)
			}
		}
	})
}

func TestOldResetIsDropped(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, o *office) {
		box := mail.NewBox(10)
		w := o.hire(t, box)
		w.post(t, auth.Mail{Kind: "reset", Identity: o.contact})
		r := o.only(t)
		o.later(24*time.Hour + time.Second)
		must(t, w.send(t, r.id))
		if r := o.only(t); r.state != "dropped" || r.doneAt != o.now() || len(box.List()) != 0 {
			t.Errorf("a reset of yesterday: %+v, %d sent", r, len(box.List()))
		}
		var links int
		must(t, o.system(t).Read(t.Context(), func(tx scope.Tx) (err error) {
			links, err = scope.One(t.Context(), tx, `select count(*) from link where workspace_id = :workspace and purpose = 'reset'`, nil, scope.Value[int])
			return err
		}))
		if links != 0 {
			t.Error("a link was made for a mail that is not sent")
		}
		w.post(t, auth.Mail{Kind: "reset", Identity: o.contact})
		o.later(24 * time.Hour)
		must(t, w.send(t, o.rows(t)[1].id))
		if r := o.rows(t)[1]; r.state != "sent" {
			t.Errorf("a reset of a day is %s", r.state)
		}
	})
}

func TestUnknownKindIsRefused(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, o *office) {
		w := o.hire(t, nil)
		o.write(t, func(tx scope.Tx) error {
			if err := w.Post(t.Context(), tx, auth.Mail{Kind: "valentine", Identity: o.owner}); err == nil {
				t.Error("a mail that nobody writes was posted")
			}
			return nil
		})
		if n := len(o.rows(t)) + o.queued(t); n != 0 {
			t.Error("a mail that nobody writes left something behind")
		}
	})
}

func TestMailThatCannotBeWrittenIsGivenUp(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, o *office) {
		box := mail.NewBox(10)
		w := o.hire(t, box)
		r := w.sendNew(t, auth.Mail{Kind: "test", Email: "nobody at all"})
		if r.state != "failed" || r.attempts != 1 || !strings.Contains(r.words, "mail.address.form") || len(box.List()) != 0 {
			t.Errorf("the outbox says %+v", r)
		}
	})
}

func TestMailIsGivenUpAfterItsLastAttempt(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, o *office) {
		server := mailtest.Start(t, mailtest.Options{})
		w := o.hire(t, server.Sender(t))
		w.post(t, auth.Mail{Kind: "test", Identity: o.owner})
		r := o.only(t)
		for n := 1; n <= 15; n++ {
			server.Script(mailtest.Reply{Code: 421, Text: "later", At: mailtest.AtSender})
			if err := w.send(t, r.id); (err == nil) != (n == 15) {
				t.Fatalf("attempt %d gives %v", n, err)
			}
		}
		if r := o.only(t); r.state != "failed" || r.attempts != 15 || !strings.Contains(r.words, "later") {
			t.Errorf("the outbox says %+v", r)
		}
	})
}

func TestInvitationSentAgainKillsTheOlderLink(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, o *office) {
		server := mailtest.Start(t, mailtest.Options{})
		w := o.hire(t, server.Sender(t))
		var tokens [2]string
		for i := range tokens {
			w.sendNew(t, auth.Mail{Kind: "invite", Identity: o.contact})
			_, tokens[i] = linkIn(t, next(t, server))
		}
		find := func(token string) error {
			_, err := o.FindLink(t.Context(), o.visitor(t), auth.PortalRealm, id.SecretFrom(token))
			return err
		}
		if err := find(tokens[0]); !problem.Is(err, problem.NotFound) {
			t.Errorf("the older link gives %v", err)
		}
		if err := find(tokens[1]); err != nil {
			t.Errorf("the newer link gives %v", err)
		}
		o.later(7*24*time.Hour + time.Second)
		if err := find(tokens[1]); !problem.Is(err, problem.NotFound) {
			t.Errorf("after a week the link gives %v", err)
		}
	})
}

// An invitation that waited while every door of the person was shut is not sent.
func TestInvitationsForShutDoorsAreDropped(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, o *office) {
		o.write(t, func(tx scope.Tx) error {
			_, err := tx.Exec(t.Context(), `update client set portal_enabled_at = null where workspace_id = :workspace`, nil)
			return err
		})
		box := mail.NewBox(10)
		if r := o.hire(t, box).sendNew(t, auth.Mail{Kind: "invite", Identity: o.contact}); r.state != "dropped" || len(box.List()) != 0 {
			t.Errorf("the invitation is %s, %d sent", r.state, len(box.List()))
		}
	})
}
