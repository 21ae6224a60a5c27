package workspace_test

import (
	"bytes"
	"context"
	"log/slog"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"foyer/internal/auth"
	"foyer/internal/feature/workspace"
	"foyer/internal/kernel/mail"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
	"foyer/internal/kernel/secret"
)

// zone is a DNS of names and their records; without records a name does not answer.
type zone struct {
	mu      sync.Mutex
	records map[string][]string
	asked   int
	endless bool // somebody asked without an end to their patience
}

func (z *zone) LookupTXT(ctx context.Context, name string) ([]string, error) {
	z.mu.Lock()
	defer z.mu.Unlock()
	z.asked++
	end, bounded := ctx.Deadline()
	z.endless = z.endless || !bounded || time.Until(end) > 5*time.Second
	texts, known := z.records[strings.TrimSuffix(name, ".")]
	switch {
	case !known:
		return nil, &net.DNSError{Err: "no such host", Name: name, IsNotFound: true}
	case len(texts) == 0:
		return nil, &net.DNSError{Err: "i/o timeout", Name: name, IsTimeout: true}
	}
	return texts, nil
}

func (z *zone) set(name string, texts ...string) {
	z.mu.Lock()
	defer z.mu.Unlock()
	z.records[name] = texts
}

// post is an office whose mail comes from an address of its own.
func post(t *testing.T, o *office, sender string) *zone {
	t.Helper()
	z := &zone{records: map[string][]string{}}
	o.feature.DNS, o.feature.Secrets = z, box(t, "ab")
	send(t, o, sender)
	return z
}

func box(t *testing.T, of string) secret.Box {
	t.Helper()
	b, err := secret.FromText(strings.Repeat(of, secret.Size))
	must(t, err)
	return b
}

func send(t *testing.T, o *office, sender string) {
	t.Helper()
	must(t, o.owner(t).SaveMail(t.Context(), workspace.MailIdentity{Sender: sender, Version: o.settings(t).Version}))
}

func delivery(t *testing.T, o *office) workspace.Delivery {
	t.Helper()
	d, err := o.owner(t).Delivery(t.Context())
	must(t, err)
	return d
}

// signs is where the record is of what signs mail from an address, empty for nothing.
func signs(t *testing.T, o *office, host, from string) (name string) {
	t.Helper()
	sys := o.system(t, host)
	must(t, sys.Write(t.Context(), func(tx scope.Tx) error {
		s, err := o.feature.Signer(t.Context(), sys, tx, mail.Address{Addr: from})
		if s != nil {
			name = s.String()
		}
		return err
	}))
	return name
}

func check(t *testing.T, o *office, want bool) {
	t.Helper()
	begun, err := o.owner(t).CheckDelivery(t.Context())
	must(t, err)
	if begun != want {
		t.Errorf("signing began: %v, want %v", begun, want)
	}
}

const hello = "hello@Haldenrowe.example"

// Mail is signed from when a check has found the right record, and not before.
func TestMailIsSignedOnceDNSHasTheKey(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, o *office) {
		z := post(t, o, "")
		wants(t, o.owner(t).MakeMailKey(t.Context()), problem.Conflict, "", "delivery.no_sender")
		_, err := o.owner(t).CheckDelivery(t.Context())
		wants(t, err, problem.Conflict, "", "delivery.no_sender")
		send(t, o, hello)
		must(t, o.owner(t).MakeMailKey(t.Context()))
		wants(t, o.owner(t).MakeMailKey(t.Context()), problem.Conflict, "", "delivery.waiting")
		d := delivery(t, o)
		k := d.Waiting
		if d.Domain != "haldenrowe.example" || k.Domain != d.Domain || k.Found.State != "" || !d.CheckedAt.IsZero() || z.asked != 0 {
			t.Fatalf("a new key is %+v, after %d questions", d, z.asked)
		}
		for _, c := range []struct {
			texts []string
			want  mail.State
		}{{nil, mail.Absent}, {[]string{"v=DKIM1; p="}, mail.Different}, {[]string{k.Record(), k.Record()}, mail.Several}, {[]string{}, mail.Silent}} {
			if c.texts != nil {
				z.set(k.Name(), c.texts...)
			}
			check(t, o, false)
			if d := delivery(t, o); d.Waiting.Found.State != c.want || d.Signs() || d.Used.ID != "" || signs(t, o, home, hello) != "" {
				t.Errorf("with %v: %+v", c.texts, d)
			}
		}
		z.set(k.Name(), k.Record())
		z.set("haldenrowe.example", "v=spf1 mx -all")
		z.set("_dmarc.haldenrowe.example", "v=DMARC1; p=reject")
		check(t, o, true)
		d = delivery(t, o)
		if !d.Signs() || d.Used.ID != k.ID || d.Waiting.ID != "" || d.SPF.State != mail.Right || d.DMARC.Policy != "reject" || d.CheckedAt.IsZero() {
			t.Errorf("after the record is there: %+v", d)
		}
		for from, want := range map[string]string{
			hello: k.Name(), "other@haldenrowe.example": k.Name(), "hello@mail.haldenrowe.example": "", "hello@rowe.example": "", "no-reply@" + home: "", "": "",
		} {
			if got := signs(t, o, home, from); got != want {
				t.Errorf("mail from %q is signed by %q, want %q", from, got, want)
			}
		}
		z.set(k.Name(), "v=DKIM1; p=")
		check(t, o, false)
		if d := delivery(t, o); !d.Signs() || d.Used.Found.State != mail.Different {
			t.Errorf("a record that was changed: %+v", d)
		}
		if z.endless {
			t.Error("DNS may take as long as it likes")
		}
		for kind, want := range map[string]int{"workspace.mail_key_made": 1, "workspace.mail_key_used": 1, "workspace.mail_checked": 5} {
			if n := o.count(t, events, scope.Args{"kind": kind}); n != want {
				t.Errorf("%d events of %s, want %d", n, kind, want)
			}
		}
	})
}

// The next key takes over when its record is there, and the one before has no
// secret any more.
func TestAnotherMailKeyTakesOverWhenDNSHasIt(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, o *office) {
		z := post(t, o, hello)
		must(t, o.owner(t).MakeMailKey(t.Context()))
		first := delivery(t, o).Waiting
		z.set(first.Name(), first.Record())
		check(t, o, true)
		must(t, o.owner(t).MakeMailKey(t.Context()))
		d := delivery(t, o)
		next := d.Waiting
		if d.Used.ID != first.ID || next.Name() == first.Name() || next.Public == first.Public {
			t.Fatalf("beside %+v there is %+v", d.Used, next)
		}
		check(t, o, false)
		if got := signs(t, o, home, hello); got != first.Name() {
			t.Errorf("before its record is there %q signs", got)
		}
		z.set(next.Name(), next.Record())
		check(t, o, true)
		d = delivery(t, o)
		if got := signs(t, o, home, hello); got != next.Name() || d.Used.ID != next.ID || d.Retired.ID != first.ID || d.Retired.RetiredAt.IsZero() {
			t.Errorf("then %q signs: %+v", got, d)
		}
		const secrets = `select count(*) from mail_key where workspace_id = :workspace and (secret <> '') = (state = 'retired')`
		if n := o.count(t, secrets, nil); n != 0 {
			t.Errorf("%d keys keep a secret that they should not, or none", n)
		}
	})
}

// A key belongs to a domain: with another sender it waits, and another one is made.
func TestAMailKeyIsOfItsDomain(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, o *office) {
		z := post(t, o, hello)
		must(t, o.owner(t).MakeMailKey(t.Context()))
		first := delivery(t, o).Waiting
		z.set(first.Name(), first.Record())
		check(t, o, true)
		send(t, o, "us@rowe.example")
		if d := delivery(t, o); d.Signs() || d.Of(d.Used) || d.Used.ID != first.ID || !d.CheckedAt.IsZero() || d.SPF.State != "" {
			t.Errorf("with another sender: %+v", d)
		}
		check(t, o, false)
		must(t, o.owner(t).MakeMailKey(t.Context()))
		send(t, o, hello)
		if d := delivery(t, o); !d.Signs() || d.Of(d.Waiting) {
			t.Errorf("with the first sender again: %+v", d)
		}
		must(t, o.owner(t).MakeMailKey(t.Context())) // in the place of the one that waits for the other domain
		if d := delivery(t, o); !d.Of(d.Waiting) || d.Retired.ID != "" {
			t.Errorf("another key: %+v", d)
		}
	})
}

// The secret is in the database under the installation's key alone; without that,
// mail goes unsigned, the log says so, and another key can be made.
func TestAMailKeyThatCannotBeOpenedKeepsNoMailBack(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, o *office) {
		z := post(t, o, hello)
		var logged bytes.Buffer
		o.feature.Log = slog.New(slog.NewTextHandler(&logged, nil))
		must(t, o.owner(t).MakeMailKey(t.Context()))
		const open = `select count(*) from mail_key where workspace_id = :workspace and secret not like 'v1:%'`
		if n := o.count(t, open, nil); n != 0 {
			t.Error("the secret is not sealed")
		}
		k := delivery(t, o).Waiting
		z.set(k.Name(), k.Record())
		o.feature.Secrets = box(t, "cd")
		check(t, o, false) // it could sign nothing
		o.feature.Secrets = box(t, "ab")
		check(t, o, true)
		o.feature.Secrets = box(t, "cd")
		if d := delivery(t, o); d.Signs() || !d.Used.Lost || signs(t, o, home, hello) != "" {
			t.Errorf("it is used all the same: %+v", d)
		}
		if !strings.Contains(logged.String(), "mail goes unsigned") {
			t.Errorf("the log says %q", &logged)
		}
		must(t, o.owner(t).MakeMailKey(t.Context()))
		next := delivery(t, o).Waiting
		z.set(next.Name(), next.Record())
		check(t, o, true)
		if got := signs(t, o, home, hello); got != next.Name() {
			t.Errorf("after another key %q signs", got)
		}
	})
}

func TestMailKeysOfTwoWorkspaces(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, o *office) {
		z := post(t, o, hello)
		o.openAway(t)
		must(t, o.owner(t).MakeMailKey(t.Context()))
		k := delivery(t, o).Waiting
		z.set(k.Name(), k.Record())
		check(t, o, true)
		theirs, err := o.other(t).Get(t.Context())
		must(t, err)
		must(t, o.other(t).SaveMail(t.Context(), workspace.MailIdentity{Sender: hello, Version: theirs.Version}))
		d, err := o.other(t).Delivery(t.Context())
		must(t, err)
		var logged bytes.Buffer
		o.feature.Log = slog.New(slog.NewTextHandler(&logged, nil))
		if d.Used.ID != "" || d.Waiting.ID != "" || !d.CheckedAt.IsZero() || signs(t, o, away, hello) != "" || logged.Len() > 0 {
			t.Errorf("the other workspace has %+v, and the log says %q", d, &logged)
		}
	})
}

func TestMailKeysTwiceAndAtOnce(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, o *office) {
		z := post(t, o, hello)
		for range 2 {
			must(t, o.asWith(t, home, priya, "key").MakeMailKey(t.Context()))
		}
		k := delivery(t, o).Waiting
		z.set(k.Name(), k.Record())
		for range 2 {
			if begun, err := o.asWith(t, home, priya, "check").CheckDelivery(t.Context()); err != nil || !begun {
				t.Errorf("a check that is sent twice: %v, %v", begun, err)
			}
		}
		first, second := o.owner(t), o.owner(t)
		var both sync.WaitGroup
		got := make([]error, 2)
		for i, app := range []workspace.App{first, second} {
			both.Go(func() { got[i] = app.MakeMailKey(t.Context()) })
		}
		both.Wait()
		if (got[0] == nil) == (got[1] == nil) {
			t.Errorf("two make a key at once: %v, %v", got[0], got[1])
		}
		for kind, want := range map[string]int{"workspace.mail_key_made": 2, "workspace.mail_key_used": 1, "workspace.mail_checked": 0} {
			if n := o.count(t, events, scope.Args{"kind": kind}); n != want {
				t.Errorf("%d events of %s, want %d", n, kind, want)
			}
		}
	})
}

func TestWhoMaySeeToDelivery(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, o *office) {
		z := post(t, o, hello)
		for _, role := range auth.Roles {
			email := o.hire(t, role)
			may := role == auth.Owner || role == auth.Admin
			_, reading := o.as(t, home, email).Delivery(t.Context())
			asked := z.asked
			_, checking := o.as(t, home, email).CheckDelivery(t.Context())
			if !may && z.asked != asked {
				t.Errorf("%s makes us ask DNS", role)
			}
			making := o.as(t, home, email).MakeMailKey(t.Context())
			if problem.Is(making, problem.Conflict) {
				making = nil // one waits already
			}
			for what, err := range map[string]error{"read": reading, "check": checking, "make": making} {
				if (err == nil) != may || err != nil && !problem.Is(err, problem.Forbidden) {
					t.Errorf("%s may %s: %v", role, what, err)
				}
			}
		}
	})
}
