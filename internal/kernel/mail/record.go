package mail

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"net"
	"slices"
	"strings"
)

// DNS answers what TXT records a name has, as net.Resolver does.
type DNS interface {
	LookupTXT(ctx context.Context, name string) ([]string, error)
}

// State is what DNS said of a record.
type State string

// The states.
const (
	Right     State = "right"     // it is there
	Absent    State = "absent"    // there is none
	Different State = "different" // something is there that is not it
	Several   State = "several"   // there are several where one is allowed
	Silent    State = "silent"    // DNS did not answer
)

// Finding is what was found in DNS about one thing.
type Finding struct {
	State State `json:"state"`
	// Name is where it is, without a dot at its end.
	Name string `json:"name"`
	// Text is the record that was found, or the beginning of a long one.
	Text string `json:"text,omitempty"`
	// Policy is what a DMARC record asks for: none, quarantine or reject.
	Policy string `json:"policy,omitempty"`
}

// KeyName is where DNS has the public half of a key.
func KeyName(selector, domain string) string { return selector + "._domainkey." + domain }

// KeyRecord is what DNS has to say there.
func KeyRecord(public string) string { return "v=DKIM1; k=rsa; p=" + public }

// DomainOf is the domain of an address in ASCII, empty for what is no address.
func DomainOf(addr string) string {
	_, domain, _ := strings.Cut(addr, "@")
	ascii, err := asciiDomain(domain)
	if err != nil {
		return ""
	}
	return ascii
}

// FindKey looks whether DNS has the public half of a key.
func FindKey(ctx context.Context, dns DNS, selector, domain, public string) Finding {
	f := Finding{Name: KeyName(selector, domain)}
	texts, answered := ask(ctx, dns, f.Name)
	f.judge(texts, answered)
	if f.State == Right && !isKey(texts[0], public) {
		f.State = Different
	}
	return f
}

// FindSPF looks which servers a domain lets send for it (RFC 7208).
func FindSPF(ctx context.Context, dns DNS, domain string) Finding {
	f := Finding{Name: domain}
	texts, answered := ask(ctx, dns, f.Name)
	f.judge(slices.DeleteFunc(texts, func(text string) bool {
		first, _, _ := strings.Cut(text, " ")
		return !strings.EqualFold(first, "v=spf1")
	}), answered)
	return f
}

// deepest is how many labels of a domain are looked at for a DMARC record.
const deepest = 8

// FindDMARC looks what a domain asks receivers to do with mail that is not proven
// to be its own (RFC 7489): the domain itself, or the next one above it that says
// something.
func FindDMARC(ctx context.Context, dns DNS, domain string) Finding {
	own := Finding{Name: "_dmarc." + domain}
	for at := domain; strings.Contains(at, "."); _, at, _ = strings.Cut(at, ".") {
		if at != domain && strings.Count(at, ".") >= deepest {
			continue
		}
		f := Finding{Name: "_dmarc." + at}
		texts, answered := ask(ctx, dns, f.Name)
		f.judge(slices.DeleteFunc(texts, func(text string) bool {
			first, _, _ := strings.Cut(text, ";")
			return strings.Join(strings.Fields(first), "") != "v=DMARC1"
		}), answered)
		if f.State == Absent {
			continue
		}
		if f.State == Right {
			if f.Policy = policy(f.Text, at != domain); f.Policy == "" {
				f.State = Different
			}
		}
		return f
	}
	own.State = Absent
	return own
}

// ask looks up a name; answered is false when nobody said whether it has records.
func ask(ctx context.Context, dns DNS, name string) (texts []string, answered bool) {
	texts, err := dns.LookupTXT(ctx, name+".") // with its dot no other domain is tried
	if err == nil {
		return texts, true
	}
	none, ok := errors.AsType[*net.DNSError](err)
	return nil, ok && none.IsNotFound
}

// longest is how much of a record is kept to be shown.
const longest = 600

// judge says how many records there are, and keeps the first to be shown.
func (f *Finding) judge(texts []string, answered bool) {
	switch {
	case !answered:
		f.State = Silent
	case len(texts) == 0:
		f.State = Absent
	case len(texts) > 1:
		f.State = Several
	default:
		f.State = Right
	}
	if len(texts) > 0 {
		f.Text = shorten(legible(texts[0]), longest)
	}
}

// legible is a text of somebody else's without what cannot be shown.
func legible(text string) string {
	text = strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return '\ufffd'
		}
		return r
	}, text)
	return strings.TrimSpace(text)
}

// isKey tells whether a record is the one of a key, in whatever spelling.
func isKey(text, public string) bool {
	tags, ok := tagsOf(text)
	if !ok {
		return false
	}
	if v, said := tags["v"]; said && (v != "DKIM1" || !strings.HasPrefix(strings.TrimSpace(text), "v")) {
		return false
	}
	lists := func(tag, value, all string) bool {
		said := strings.Split(tags[tag], ":")
		return tags[tag] == "" || slices.Contains(said, value) || slices.Contains(said, all)
	}
	if !lists("k", "rsa", "rsa") || !lists("h", "sha256", "sha256") || !lists("s", "email", "*") ||
		slices.Contains(strings.Split(tags["t"], ":"), "y") { // a key that is only being tried
		return false
	}
	got, err := base64.StdEncoding.DecodeString(tags["p"])
	want, wrong := base64.StdEncoding.DecodeString(public)
	return err == nil && wrong == nil && bytes.Equal(got, want)
}

// policy is what a DMARC record asks for, empty for one that cannot be read.
func policy(text string, below bool) string {
	tags, _ := tagsOf(text)
	p := tags["p"]
	if sp := tags["sp"]; below && sp != "" {
		p = sp
	}
	if p = strings.ToLower(p); !slices.Contains([]string{"none", "quarantine", "reject"}, p) {
		return ""
	}
	return p
}

// tagsOf reads a list of tags, name=value; without the blanks in it. It is not ok
// where a tag comes twice or is none.
func tagsOf(text string) (map[string]string, bool) {
	tags := map[string]string{}
	for part := range strings.SplitSeq(text, ";") {
		part = strings.Join(strings.Fields(part), "")
		name, value, found := strings.Cut(part, "=")
		if part == "" {
			continue
		}
		if _, twice := tags[name]; twice || !found {
			return nil, false
		}
		tags[name] = value
	}
	return tags, true
}
