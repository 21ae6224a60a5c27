package outbox_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"foyer/internal/auth"
	"foyer/internal/feature/outbox"
	"foyer/internal/job"
	"foyer/internal/kernel/lang"
	"foyer/internal/kernel/mail"
	"foyer/internal/kernel/mail/mailtest"
	"foyer/internal/kernel/scope"
	"foyer/internal/kernel/secret"
)

// reports lets a worker send news: mails of a thread go as one, and to those who want
// it daily there is one of all threads, five minutes after the first.
func (w *worker) reports(t *testing.T, daily ...string) {
	t.Helper()
	o := w.office
	var err error
	w.Secrets, err = secret.New(make([]byte, secret.Size))
	must(t, err)
	w.Quiet = outbox.Quiet
	w.Rules = map[string]outbox.Rule{
		"news": {Area: auth.Cases, Thread: "thread", Bundled: true},
		"note": {Area: auth.Cases, Thread: "thread"},
	}
	w.Reader = func(_ context.Context, tx scope.Tx, identity, _ string, _ auth.Area) (outbox.Reader, error) {
		r := outbox.Reader{Realm: auth.PortalRealm, Choice: outbox.Now}
		if slices.Contains(daily, identity) {
			r.Choice, r.Digest = outbox.Daily, o.now().Add(5*time.Minute)
		}
		return r, nil
	}
	for kind := range w.Rules {
		w.Write(kind, func(_ context.Context, _ auth.System, _ scope.Tx, n outbox.Wanted, _ lang.Printer) (outbox.Letter, error) {
			return outbox.Letter{
				Subject: n.Params["subject"], Title: "News", Paragraphs: []string{n.Params["word"]},
				Action: "Read it", URL: "https://" + host + "/portal",
			}, nil
		})
	}
}

// news posts what is told to somebody about a thread.
func (w *worker) news(t *testing.T, kind, to, thread, word string) {
	t.Helper()
	w.post(t, auth.Mail{Kind: kind, Identity: to, Params: map[string]any{"thread": thread, "word": word, "subject": "About " + thread}})
}

// reader is somebody who gets news.
func (o *office) reader(t *testing.T, email string) string {
	t.Helper()
	identity := o.ids.New()
	o.write(t, func(tx scope.Tx) error {
		_, err := tx.Exec(t.Context(), `insert into identity (workspace_id, id, realm, name, email, email_key, created_at)
			values (:workspace, :id, 'portal', 'Somebody', :email, :email, :now)`, scope.Args{"id": identity, "email": email})
		return err
	})
	return identity
}

var word = regexp.MustCompile(`news-[0-9]+`)

// words are the news of a mail, sorted, each as often as it is told.
func words(text string) []string { return slices.Sorted(slices.Values(word.FindAllString(text, -1))) }

// shift is two processes with one queue, which ends each job: what is put off or
// failed waits for the next round, when the clock may say something else.
type shift struct {
	o      *office
	crew   [2]*worker
	mu     sync.Mutex
	queued []string
	ended  chan error
	told   int // news so far
}

func newShift(t *testing.T, o *office, sender mail.Sender, daily ...string) *shift {
	t.Helper()
	s := &shift{o: o, ended: make(chan error, 10_000)}
	for i := range s.crew {
		w := o.hire(t, sender)
		w.reports(t, daily...)
		w.Rest = outbox.Growing
		w.Enqueue = s.enqueue
		w.EnqueueIn = func(ctx context.Context, tx scope.Tx, kind string, args any, _ time.Duration) error {
			return s.enqueue(ctx, tx, kind, args)
		}
		w.jobs.Handle(outbox.SendKind, func(ctx context.Context, who auth.System, data json.RawMessage) error {
			err := w.Send(ctx, who, data)
			if err != nil {
				s.keep(data)
			}
			s.ended <- err
			return nil
		})
		s.crew[i] = w
		w.start(t)
	}
	return s
}

func (s *shift) enqueue(_ context.Context, _ scope.Tx, _ string, args any) error {
	data, err := json.Marshal(args)
	s.keep(data)
	return err
}

func (s *shift) keep(data json.RawMessage) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.queued = append(s.queued, string(data))
}

// round does every job there is, once, and gives how many were neither put off nor
// done: attempts in vain.
func (s *shift) round(t *testing.T) (vain int) {
	t.Helper()
	s.mu.Lock()
	queued := s.queued
	s.queued = nil
	s.mu.Unlock()
	s.o.write(t, func(tx scope.Tx) error {
		for _, data := range queued {
			if err := s.crew[0].jobs.Enqueue(t.Context(), tx, outbox.SendKind, json.RawMessage(data)); err != nil {
				return err
			}
		}
		return nil
	})
	for range queued {
		select {
		case err := <-s.ended:
			if err != nil && !job.PutOff(err) {
				vain++
			}
		case <-soon(t).Done():
			t.Fatal("no job ended")
		}
	}
	return vain
}

// tell posts three news of each of two threads and one by itself to everybody, and
// waits until they are due; the sweep makes a second job of each.
func (s *shift) tell(t *testing.T, people []string) {
	t.Helper()
	w := s.crew[0]
	next := func() string { s.told++; return fmt.Sprintf("news-%d", s.told) }
	for i, to := range people {
		for n := range 6 {
			w.news(t, "news", to, fmt.Sprintf("thread-%d-%d", i, n%2), next())
		}
		w.news(t, "note", to, "alone", next())
	}
	s.o.later(6*time.Minute + time.Second)
	must(t, w.Digests(t.Context(), s.o.system(t)))
	must(t, s.crew[1].Sweep(t.Context(), s.o.system(t)))
}

// ofMail is what the outbox says of the mails that were sent or tried, by message id:
// the state of each, the attempts of the head, and all that it tells.
type ofMail struct {
	state    string
	attempts int
	words    []string
}

func (s *shift) mails(t *testing.T) map[string]ofMail {
	t.Helper()
	all := map[string]ofMail{}
	must(t, s.o.system(t).Read(t.Context(), func(tx scope.Tx) error {
		_, err := scope.List(t.Context(), tx, `select id, coalesce(head_id, id), state, attempts, params from outbox where workspace_id = :workspace order by id`, nil, func(r scope.Row) (x struct{}, err error) {
			var id, head, params string
			var m ofMail
			if err := r.Scan(&id, &head, &m.state, &m.attempts, scope.Text(&params)); err != nil {
				return x, err
			}
			was, known := all[head]
			switch {
			case head != id && m.attempts != 0:
				t.Errorf("a mail that goes with another was tried %d times", m.attempts)
			case head != id:
				m.attempts = was.attempts
			}
			if known && was.state != m.state {
				t.Errorf("mails that go as one are %s and %s", was.state, m.state)
			}
			m.words = append(was.words, words(params)...)
			all[head] = m
			return x, nil
		})
		return err
	}))
	return all
}

// arrived counts the mails that came, by message id, and holds each against what the
// outbox says went with it.
func (s *shift) arrived(t *testing.T, server *mailtest.Server) map[string]int {
	t.Helper()
	count, want := map[string]int{}, s.mails(t)
	for range server.Waiting() {
		l := next(t, server)
		id, _, _ := strings.Cut(strings.Trim(l.Header.Get("Message-Id"), "<>"), "@")
		count[id]++
		if got := words(l.Parts["text/plain"]); !slices.Equal(got, slices.Sorted(slices.Values(want[id].words))) {
			t.Errorf("a mail tells %q, and the outbox says that it tells %q", got, want[id].words)
		}
	}
	return count
}

// all says that every mail but those of skip is in this state after so many attempts.
func (s *shift) all(t *testing.T, state string, attempts int, skip map[string]ofMail) {
	t.Helper()
	for id, m := range s.mails(t) {
		if _, known := skip[id]; !known && (m.state != state || m.attempts != attempts) {
			t.Errorf("a mail that tells %q is %s after %d attempts, want %s after %d", m.words, m.state, m.attempts, state, attempts)
		}
	}
}

// came says that each mail but those of skip came so often, and no other.
func (s *shift) came(t *testing.T, server *mailtest.Server, times int, skip map[string]ofMail) {
	t.Helper()
	got, want := s.arrived(t, server), map[string]int{}
	for id := range s.mails(t) {
		if _, known := skip[id]; !known {
			want[id] = times
		}
	}
	if !maps.Equal(got, want) {
		t.Errorf("mails came %v times, want %d of each of %d", slices.Collect(maps.Values(got)), times, len(want))
	}
}

// The mail server cannot be reached for more than an hour, is slow, is cut off in the
// middle of a mail, and is cut off after it has taken one, while two processes have
// two jobs of each mail. All of it arrives, once, and twice only where nobody can know
// that it did; no mail tells more at a later attempt than at the first; and each is
// tried no more often than its pauses allow.
func TestMailOverABadLine(t *testing.T) {
	t.Parallel()
	people := 6
	if os.Getenv("FOYER_TEST_SOAK") != "" {
		people = 60
	}
	onBoth(t, func(t *testing.T, o *office) {
		server := mailtest.Start(t, mailtest.Options{NoTLS: true})
		line := server.Line(t)
		var readers []string
		for i := range people {
			readers = append(readers, o.reader(t, fmt.Sprintf("p%03d@marlow.example", i)))
		}
		s := newShift(t, o, line.Sender(), readers[:people/3]...)

		// Down, for 78 minutes.
		line.Down()
		s.tell(t, readers)
		tries := 0
		fail := func(skip map[string]ofMail) {
			t.Helper()
			tries++
			s.round(t)
			s.all(t, "waiting", tries, skip)
			if n := s.round(t); n != 0 {
				t.Errorf("after attempt %d there were %d more, too early", tries, n)
			}
		}
		for range 7 {
			fail(nil)
			o.later(outbox.Growing(tries))
		}
		late := readers[people-1]
		s.told++
		s.crew[1].news(t, "news", late, fmt.Sprintf("thread-%d-0", people-1), fmt.Sprintf("news-%d", s.told))
		o.later(outbox.Quiet)

		// Slow.
		line.Heal()
		line.Poison("downstream", "latency", map[string]int{"latency": 20, "jitter": 10})
		line.Poison("upstream", "bandwidth", map[string]int{"rate": 200})
		s.round(t)
		before := s.mails(t)
		for id, m := range before {
			want := tries + 1
			if m.words[0] == fmt.Sprintf("news-%d", s.told) && len(m.words) == 1 {
				want = 1
			}
			if m.state != "sent" || m.attempts != want {
				t.Errorf("%s tells %q and is %s after %d attempts, want sent after %d", id, m.words, m.state, m.attempts, want)
			}
		}
		s.came(t, server, 1, nil)
		line.Heal()

		// Cut: in the envelope, in the head, in the middle.
		s.tell(t, readers)
		tries = 0
		for _, bytes := range []int{40, 400, 2500} {
			line.Cut("upstream", bytes)
			fail(before)
			if n := server.Waiting(); n != 0 {
				t.Errorf("after %d bytes %d mails were taken", bytes, n)
			}
			line.Heal()
			o.later(outbox.Growing(tries))
		}
		// And after the mail, so that only the server knows that it has it.
		line.Cut("downstream", line.BeforeTaken("no-reply@"+host, "p000@marlow.example")+1)
		fail(before)
		s.came(t, server, 1, before)
		line.Heal()
		o.later(outbox.Growing(tries))
		s.round(t)
		s.all(t, "sent", tries+1, before)
		s.came(t, server, 1, before)

		for s.round(t); len(s.queued) > 0; s.round(t) {
			o.later(time.Hour)
		}
		if n := server.Waiting(); n != 0 {
			t.Errorf("%d mails came afterwards", n)
		}
		told := map[string]bool{}
		for _, m := range s.mails(t) {
			for _, one := range m.words {
				if told[one] {
					t.Errorf("%s is told in two mails", one)
				}
				told[one] = true
			}
		}
		if len(told) != s.told {
			t.Errorf("%d of %d news were told", len(told), s.told)
		}
	})
}

// ids are the mails in the order in which they were posted.
func (o *office) mailIDs(t *testing.T) (all []string) {
	t.Helper()
	for _, r := range o.rows(t) {
		all = append(all, r.id)
	}
	return all
}

// states are those of all mails, with their attempts.
func (o *office) states(t *testing.T) (all []string) {
	t.Helper()
	for _, r := range o.rows(t) {
		all = append(all, fmt.Sprintf("%s %d", r.state, r.attempts))
	}
	return all
}

// bundle posts three news of a thread, which are due, without a job of their own.
func (w *worker) bundle(t *testing.T, to string) []string {
	t.Helper()
	w.EnqueueIn = func(context.Context, scope.Tx, string, any, time.Duration) error { return nil }
	for n := range 3 {
		w.news(t, "news", to, "shop", fmt.Sprintf("news-%d", n))
	}
	w.office.later(outbox.Quiet)
	return w.office.mailIDs(t)
}

// A server that says nothing any more gets the same mail again, with all that goes
// with it and nothing else.
func TestSilentServerGetsTheSameNewsAgain(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, o *office) {
		server := mailtest.Start(t, mailtest.Options{})
		server.Script(mailtest.Reply{Hang: true, At: mailtest.AtContent})
		config := server.Config()
		config.Timeout = 300 * time.Millisecond
		sender, err := mail.NewSMTP(config)
		must(t, err)
		w := o.hire(t, sender)
		w.reports(t)
		ids := w.bundle(t, o.contact)
		if err := w.send(t, ids[0]); err == nil || mail.Permanent(err) {
			t.Fatalf("silence gives %v", err)
		}
		if got := o.states(t); !slices.Equal(got, []string{"waiting 1", "waiting 0", "waiting 0"}) {
			t.Errorf("after silence the outbox says %q", got)
		}
		w.news(t, "news", o.contact, "shop", "news-3")
		o.later(outbox.Quiet)
		for _, id := range ids[1:] {
			must(t, w.send(t, id)) // it goes with the first
		}
		for w.send(t, ids[0]) != nil { // a slow machine may take longer than the server is given
			continue
		}
		if got := words(next(t, server).Parts["text/plain"]); !slices.Equal(got, []string{"news-0", "news-1", "news-2"}) {
			t.Errorf("the mail tells %q", got)
		}
		if r := o.rows(t); r[0].attempts < 2 || r[1].attempts+r[2].attempts != 0 || r[2].state != "sent" || r[2].messageID != r[0].messageID || r[3].state != "waiting" {
			t.Errorf("in the end the outbox says %+v", r)
		}
	})
}

// death is a sender with which a process dies.
type death struct{ mail.Sender }

func (death) Send(context.Context, mail.Message) error {
	runtime.Goexit()
	return nil
}

// A process dies while it sends several mails as one: they go as the same one, also
// where there was no mail server in between.
func TestNewsOfADeadProcessGoTogether(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, o *office) {
		for _, without := range []bool{false, true} {
			box := mail.NewBox(10)
			dying, w := o.hire(t, death{}), o.hire(t, box)
			dying.reports(t)
			w.reports(t)
			had := len(o.rows(t))
			ids := dying.bundle(t, o.contact)[had:]
			data, err := json.Marshal(map[string]string{"mail": ids[0]})
			must(t, err)
			who := o.system(t)
			died := make(chan struct{})
			go func() {
				defer close(died)
				_ = dying.Send(t.Context(), who, data)
			}()
			<-died
			w.EnqueueIn = dying.EnqueueIn
			w.news(t, "news", o.contact, "shop", "news-3")
			if err := w.send(t, ids[0]); !job.PutOff(err) {
				t.Fatalf("what somebody is sending gives %v", err)
			}
			o.later(4*time.Minute + time.Second)
			if without {
				must(t, o.hire(t, nil).send(t, ids[0]))
				o.later(time.Minute + time.Second)
			}
			queued := o.queued(t)
			must(t, w.Sweep(t.Context(), o.system(t)))
			if n := o.queued(t) - queued; n != 2 {
				t.Errorf("%d jobs were written, want one for the three and one for the fourth", n)
			}
			for _, id := range o.mailIDs(t)[had:] {
				must(t, w.send(t, id))
			}
			var got []string
			for _, kept := range box.List() {
				got = append(got, strings.Join(words(kept.Text), " "))
			}
			if !slices.Equal(got, []string{"news-3", "news-0 news-1 news-2"}) {
				t.Errorf("a server gone meanwhile: %v: the mails tell %q", without, got)
			}
			for _, r := range o.rows(t) {
				if r.state != "sent" {
					t.Errorf("a server gone meanwhile: %v: the outbox says %+v", without, r)
				}
			}
		}
	})
}

// What people call things ends up in the head of a mail that tells of several.
func TestNamesInTheHeadOfSeveralNews(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, o *office) {
		server := mailtest.Start(t, mailtest.Options{})
		w := o.hire(t, server.Sender(t))
		daily := o.reader(t, "daily@marlow.example")
		w.reports(t, daily)
		w.EnqueueIn = func(context.Context, scope.Tx, string, any, time.Duration) error { return nil }
		for _, name := range names {
			name = strings.ReplaceAll(name, "\x00", "") // which JSON has no place for in PostgreSQL
			o.set(t, `name = :name, sender_name = :name`, scope.Args{"name": name})
			o.write(t, func(tx scope.Tx) error {
				_, err := tx.Exec(t.Context(), `update identity set name = :name where workspace_id = :workspace`, scope.Args{"name": name})
				return err
			})
			had := len(o.rows(t))
			for _, to := range []string{o.contact, daily} {
				for range 2 {
					w.post(t, auth.Mail{Kind: "news", Identity: to, Params: map[string]any{"thread": "shop", "word": name, "subject": "About " + name}})
				}
			}
			o.later(6 * time.Minute)
			for _, id := range o.mailIDs(t)[had:] {
				must(t, w.send(t, id))
			}
			for i, threads := range []string{"<shop.thread@" + host + ">", ""} {
				if server.Waiting() == 0 {
					t.Fatalf("%q: %d mails came: %+v", name, i, o.rows(t)[had:])
				}
				l := next(t, server)
				subject := l.Subject(t)
				if bad(subject) || subject == "" || len([]rune(subject)) > 250 || (i == 0) != strings.HasPrefix(subject, "About ") {
					t.Errorf("%q: the subject is %q", name, subject)
				}
				for field, want := range map[string]string{"Bcc": "", "References": threads, "In-Reply-To": threads, "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"} {
					if got := l.Header.Get(field); got != want {
						t.Errorf("%q: %s is %q, want %q", name, field, got, want)
					}
				}
				if at := l.Header.Get("List-Unsubscribe"); !exit.MatchString(at) {
					t.Errorf("%q: List-Unsubscribe is %q", name, at)
				}
				if strings.Contains(l.Parts["text/html"], "<script>") {
					t.Errorf("%q stands in the HTML as it is", name)
				}
			}
		}
	})
}

var exit = regexp.MustCompile(`^\s*<https://foyer\.example/unsubscribe/[A-Za-z0-9_-]+>$`)

// Addresses in other scripts are written to where the server can, and one that is no
// plain address is said to be none; neither stops what comes later.
func TestUnusualAddresses(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, o *office) {
		for _, c := range []struct {
			email, envelope, state string
			able                   bool
		}{
			{"anna@bücher.example", "anna@xn--bcher-kva.example", "sent", false},
			{"анна@пример.рф", "анна@xn--e1afmkfd.xn--p1ai", "sent", true},
			{"анна@пример.рф", "", "bounced", false},
			{"o'neil+a=b@marlow.example", "o'neil+a=b@marlow.example", "sent", false},
			{`"odd name"@marlow.example`, "", "failed", true},
			{"ana@marlow.example>, <eve@evil.example", "", "failed", true},
			{"ana@marlow.example\r\nBcc: eve@evil.example", "", "failed", true},
			{"ana\u2028@marlow.example", "", "failed", true},
			{"=?utf-8?q?ana?=@marlow.example", "=?utf-8?q?ana?=@marlow.example", "sent", false},
		} {
			server := mailtest.Start(t, mailtest.Options{SMTPUTF8: c.able})
			r := o.hire(t, server.Sender(t)).sendNew(t, auth.Mail{Kind: "test", Email: c.email})
			if r.state != c.state || (r.words != "") != (c.state != "sent") {
				t.Errorf("%q: %+v, want %s", c.email, r, c.state)
			}
			if c.envelope == "" {
				if n := server.Attempts(); n != 0 {
					t.Errorf("%q was tried %d times", c.email, n)
				}
				continue
			}
			got := server.Next(soon(t), t)
			if !slices.Equal(got.To, []string{c.envelope}) || mailtest.Read(t, got.Raw).Header.Get("Bcc") != "" {
				t.Errorf("%q was sent to %q", c.email, got.To)
			}
		}
		if stops := o.stops(t); len(stops) != 0 {
			t.Errorf("no mail goes to %q any more", stops)
		}
	})
}

// stops are the addresses that get no mail any more.
func (o *office) stops(t *testing.T) (all []string) {
	t.Helper()
	must(t, o.system(t).Read(t.Context(), func(tx scope.Tx) (err error) {
		all, err = scope.List(t.Context(), tx, `select email_key from mail_stop where workspace_id = :workspace order by 1`, nil, scope.Value[string])
		return err
	}))
	return all
}
