package mail_test

import (
	"context"
	"net"
	"strings"
	"testing"
	"time"

	"foyer/internal/kernel/mail"
	"foyer/internal/kernel/mail/mailtest"
)

// zone is a DNS of names and their records.
type zone map[string][]string

func (z zone) LookupTXT(_ context.Context, name string) ([]string, error) {
	texts, known := z[strings.TrimSuffix(name, ".")]
	if !known || !strings.HasSuffix(name, ".") {
		return nil, &net.DNSError{Err: "no such host", Name: name, IsNotFound: true}
	}
	if texts == nil {
		return nil, &net.DNSError{Err: "i/o timeout", Name: name, IsTimeout: true}
	}
	return texts, nil
}

func TestFindKey(t *testing.T) {
	t.Parallel()
	_, public, err := mail.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	_, other, err := mail.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	const name = "s._domainkey.a.test"
	long := strings.Repeat("x", 60_000)
	for text, want := range map[string]mail.State{
		mail.KeyRecord(public): mail.Right,
		"p=" + public:          mail.Right,
		"v=DKIM1;k=rsa;h=sha1:sha256;s=*;t=s;p=" + public + ";":         mail.Right,
		" v = DKIM1 ; n=ours ; p= " + public[:100] + " " + public[100:]: mail.Right,
		mail.KeyRecord(other):                    mail.Different,
		mail.KeyRecord(""):                       mail.Different, // revoked
		mail.KeyRecord(public[:255]):             mail.Different, // cut
		mail.KeyRecord(public) + "; p=" + public: mail.Different,
		"v=DKIM2; k=rsa; p=" + public:            mail.Different,
		"k=rsa; v=DKIM1; p=" + public:            mail.Different,
		"v=DKIM1; k=ed25519; p=" + public:        mail.Different,
		"v=DKIM1; h=sha1; p=" + public:           mail.Different,
		"v=DKIM1; s=tlsrpt; p=" + public:         mail.Different,
		"v=DKIM1; t=y:s; p=" + public:            mail.Different,
		"v=spf1 -all":                            mail.Different,
		"":                                       mail.Different,
		"\x00\xff;;==;p":                         mail.Different,
		long:                                     mail.Different,
		"v=DKIM1; p=" + long:                     mail.Different,
	} {
		got := mail.FindKey(t.Context(), zone{name: {text}}, "s", "a.test", public)
		if got.State != want || got.Name != name {
			t.Errorf("%.80q is %s at %s, want %s", text, got.State, got.Name, want)
		}
		if len(got.Text) > 700 || strings.ContainsAny(got.Text, "\x00\r\n") || strings.ToValidUTF8(got.Text, "") != got.Text {
			t.Errorf("%.80q is shown as %.900q", text, got.Text)
		}
	}
	for want, z := range map[mail.State]zone{
		mail.Absent: {}, mail.Silent: {name: nil}, mail.Several: {name: {mail.KeyRecord(public), "v=spf1 -all"}},
	} {
		if got := mail.FindKey(t.Context(), z, "s", "a.test", public); got.State != want {
			t.Errorf("%v is %s", z, got.State)
		}
	}
}

func TestFindSPF(t *testing.T) {
	t.Parallel()
	const include = "v=spf1 include:mail.test -all"
	for name, c := range map[string]struct {
		texts []string
		want  mail.State
		text  string
	}{
		"one":         {[]string{"site=1", include, "v=spf10"}, mail.Right, include},
		"upper case":  {[]string{"V=SPF1 -all"}, mail.Right, "V=SPF1 -all"},
		"bare":        {[]string{"v=spf1"}, mail.Right, "v=spf1"},
		"others":      {[]string{"v=spf1;", "v=spf2.0/pra -all", " v=spf1 -all", ""}, mail.Absent, ""},
		"no record":   {[]string{}, mail.Absent, ""},
		"two":         {[]string{include, "v=spf1 -all"}, mail.Several, include},
		"no answer":   {nil, mail.Silent, ""},
		"very many":   {strings.Split(strings.Repeat("v=spf1 -all\n", 5000), "\n"), mail.Several, "v=spf1 -all"},
		"not letters": {[]string{"v=spf1 \u202e\r\n<b>"}, mail.Right, "v=spf1 \ufffd\ufffd\ufffd<b>"},
	} {
		got := mail.FindSPF(t.Context(), zone{"a.test": c.texts}, "a.test")
		if got.State != c.want || got.Text != c.text || got.Name != "a.test" {
			t.Errorf("%s: %+v, want %s %q", name, got, c.want, c.text)
		}
	}
}

func TestFindDMARC(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		zone zone
		want mail.Finding
	}{
		"its own":      {zone{"_dmarc.news.a.test": {"v=DMARC1; p=Reject; sp=none"}, "_dmarc.a.test": {"v=DMARC1; p=none"}}, mail.Finding{State: mail.Right, Name: "_dmarc.news.a.test", Text: "v=DMARC1; p=Reject; sp=none", Policy: "reject"}},
		"of the whole": {zone{"_dmarc.a.test": {"x", "v=DMARC1;p=none;sp=quarantine"}}, mail.Finding{State: mail.Right, Name: "_dmarc.a.test", Text: "v=DMARC1;p=none;sp=quarantine", Policy: "quarantine"}},
		"for all":      {zone{"_dmarc.a.test": {" v = DMARC1 ; p=none"}}, mail.Finding{State: mail.Right, Name: "_dmarc.a.test", Text: "v = DMARC1 ; p=none", Policy: "none"}},
		"none":         {zone{"_dmarc.test": {"v=DMARC1; p=reject"}}, mail.Finding{State: mail.Absent, Name: "_dmarc.news.a.test"}},
		"no policy":    {zone{"_dmarc.news.a.test": {"v=DMARC1; p=maybe"}}, mail.Finding{State: mail.Different, Name: "_dmarc.news.a.test", Text: "v=DMARC1; p=maybe"}},
		"twice":        {zone{"_dmarc.news.a.test": {"v=DMARC1; p=none; p=reject"}}, mail.Finding{State: mail.Different, Name: "_dmarc.news.a.test", Text: "v=DMARC1; p=none; p=reject"}},
		"another":      {zone{"_dmarc.news.a.test": {"v=DMARC10; p=none", "v=dmarc1; p=none"}}, mail.Finding{State: mail.Absent, Name: "_dmarc.news.a.test"}},
		"two":          {zone{"_dmarc.news.a.test": {"v=DMARC1; p=none", "v=DMARC1; p=none"}}, mail.Finding{State: mail.Several, Name: "_dmarc.news.a.test", Text: "v=DMARC1; p=none"}},
		"silent":       {zone{"_dmarc.news.a.test": nil, "_dmarc.a.test": {"v=DMARC1; p=none"}}, mail.Finding{State: mail.Silent, Name: "_dmarc.news.a.test"}},
		"silent above": {zone{"_dmarc.a.test": nil}, mail.Finding{State: mail.Silent, Name: "_dmarc.a.test"}},
	} {
		if got := mail.FindDMARC(t.Context(), c.zone, "news.a.test"); got != c.want {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
	deep := &counted{}
	mail.FindDMARC(t.Context(), deep, strings.Repeat("a.", 100)+"test")
	if deep.n > 10 {
		t.Errorf("a deep domain costs %d questions", deep.n)
	}
}

type counted struct{ n int }

func (c *counted) LookupTXT(context.Context, string) ([]string, error) {
	c.n++
	return nil, &net.DNSError{IsNotFound: true}
}

// The real resolver, over the network, with a name server that answers, does not
// know, cannot tell and says nothing.
func TestFindingsOverTheNetwork(t *testing.T) {
	t.Parallel()
	_, public, err := mail.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	dns := mailtest.StartDNS(t)
	find := func(want mail.State) {
		t.Helper()
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		if want == mail.Silent {
			ctx, cancel = context.WithTimeout(t.Context(), 300*time.Millisecond)
		}
		defer cancel()
		if got := mail.FindKey(ctx, dns, "s", "a.test", public); got.State != want {
			t.Errorf("found %+v, want %s", got, want)
		}
	}
	find(mail.Absent)
	dns.Set("s._domainkey.a.test")
	find(mail.Absent) // the name is there, and has no TXT record
	dns.Set("s._domainkey.a.test", "v=DKIM1; p=")
	find(mail.Different)
	dns.Set("s._domainkey.a.test", mail.KeyRecord(public)) // in two pieces
	find(mail.Right)
	dns.Fail(true)
	find(mail.Silent)
	dns.Fail(false)
	dns.Mute(true)
	find(mail.Silent)
}

func TestDomainOf(t *testing.T) {
	t.Parallel()
	for addr, want := range map[string]string{
		"ana@Example.com": "example.com", "ana@bücher.example": "xn--bcher-kva.example", "": "", "ana": "", "ana@localhost": "", "ana@127.0.0.1": "",
	} {
		if got := mail.DomainOf(addr); got != want {
			t.Errorf("%q is of %q, want %q", addr, got, want)
		}
	}
}
