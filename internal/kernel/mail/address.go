package mail

import (
	netmail "net/mail"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"
	"golang.org/x/text/unicode/norm"

	"foyer/internal/kernel/problem"
)

const (
	maxAddress = 254 // bytes of a whole address, RFC 5321 section 4.5.3.1.3
	maxLocal   = 64  // bytes before the @, section 4.5.3.1.1

	// maxTyped bounds what is looked at before its length is known in ASCII,
	// because that conversion takes time by the square of the length.
	maxTyped = 1500
)

// Address is one mailbox with the name that a mail program shows for it.
// Addr keeps the spelling that a person chose; compare addresses by their
// normalised keys, never by this.
type Address struct {
	Name string // may be empty
	Addr string // local@domain, without brackets
}

// NewAddress makes an Address of a name and a bare address as two form fields
// give them. Problems (Invalid): see NormalizeAddress, and mail.name.control.
func NewAddress(name, addr string) (Address, error) {
	if !clean(name) {
		return Address{}, problem.Of(problem.Invalid, "mail.name.control")
	}
	local, domain, err := split(addr)
	if err != nil {
		return Address{}, err
	}
	return Address{Name: strings.TrimSpace(name), Addr: local + "@" + domain}, nil
}

// ParseAddress reads "ana@example.com" or "Ana Bell <ana@example.com>". Line
// breaks and other control characters are refused wherever they stand, also at
// the ends. Problems (Invalid): as NewAddress.
func ParseAddress(text string) (Address, error) {
	if !clean(text) {
		return Address{}, problem.Of(problem.Invalid, "mail.address.control")
	}
	if len(text) > 2*maxTyped {
		return Address{}, problem.Of(problem.Invalid, "mail.address.long")
	}
	if !strings.ContainsAny(text, "<>\"") {
		return NewAddress("", text)
	}
	parsed, err := netmail.ParseAddress(strings.TrimSpace(text))
	if err != nil {
		return Address{}, problem.Of(problem.Invalid, "mail.address.form")
	}
	return NewAddress(parsed.Name, parsed.Address)
}

// NormalizeAddress turns a bare address into the key by which it is unique
// within a workspace: trimmed, Unicode NFC, lower case, the domain in its
// ASCII form. Two spellings of one key are one login. Mail is sent to the
// address that is stored, never to the spelling somebody typed into a form.
//
// Problems (Invalid, without a field, so that the caller names its own):
// mail.address.empty, .control, .form, .domain, .long.
func NormalizeAddress(text string) (string, error) {
	local, domain, err := split(text)
	if err != nil {
		return "", err
	}
	ascii, err := asciiDomain(domain)
	if err != nil {
		return "", err
	}
	return norm.NFC.String(strings.ToLower(local)) + "@" + ascii, nil
}

// String is the address as a header carries it, quoted and encoded.
func (a Address) String() string {
	return (&netmail.Address{Name: shorten(a.Name, maxName), Address: a.wire()}).String()
}

// IsZero tells whether there is no address at all.
func (a Address) IsZero() bool { return a == Address{} }

// wire is the address with its domain in ASCII, as mail servers want it.
func (a Address) wire() string {
	local, domain, _ := strings.Cut(a.Addr, "@")
	ascii, err := asciiDomain(domain)
	if err != nil {
		return a.Addr
	}
	return local + "@" + ascii
}

// local is the part before the @.
func (a Address) local() string {
	local, _, _ := strings.Cut(a.Addr, "@")
	return local
}

// split checks a bare address and gives its two parts, trimmed and composed.
func split(text string) (local, domain string, err error) {
	invalid := func(key string) (string, string, error) {
		return "", "", problem.Of(problem.Invalid, key)
	}
	if !clean(text) {
		return invalid("mail.address.control")
	}
	text = strings.TrimSpace(text)
	if len(text) > maxTyped {
		return invalid("mail.address.long")
	}
	text = norm.NFC.String(text)
	if text == "" {
		return invalid("mail.address.empty")
	}
	local, domain, found := strings.Cut(text, "@")
	if !found || strings.Contains(domain, "@") || !dotAtom(local) {
		return invalid("mail.address.form")
	}
	ascii, err := asciiDomain(domain)
	if err != nil {
		return "", "", err
	}
	// Lower case may take more bytes, and the key has to fit as well.
	longest := max(len(local), len(norm.NFC.String(strings.ToLower(local))))
	if longest > maxLocal || longest+1+len(ascii) > maxAddress {
		return invalid("mail.address.long")
	}
	return local, domain, nil
}

// dotAtom tells whether the text is a plain local part: no quotes, comments or
// spaces, no dot at an end or beside another. Letters of every script pass;
// invisible characters, which could make two addresses look like one, do not.
func dotAtom(text string) bool {
	if text == "" || strings.HasPrefix(text, ".") || strings.HasSuffix(text, ".") || strings.Contains(text, "..") {
		return false
	}
	for _, r := range text {
		switch {
		case r >= utf8.RuneSelf:
			if !unicode.IsPrint(r) {
				return false
			}
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9':
		case !strings.ContainsRune(".!#$%&'*+-/=?^_`{|}~", r):
			return false
		}
	}
	return true
}

var domains = idna.New(
	idna.MapForLookup(),
	idna.BidiRule(),
	idna.CheckHyphens(true),
	idna.StrictDomainName(true),
	idna.Transitional(false),
	idna.VerifyDNSLength(true),
)

// asciiDomain is a domain of at least two labels in lower-case ASCII.
func asciiDomain(domain string) (string, error) {
	bad := problem.Of(problem.Invalid, "mail.address.domain")
	for _, r := range domain {
		if !unicode.IsPrint(r) || r == ' ' {
			return "", bad
		}
	}
	ascii, err := domains.ToASCII(domain)
	if err != nil {
		return "", bad
	}
	dot := strings.LastIndexByte(ascii, '.')
	if dot < 1 || strings.Trim(ascii[dot+1:], "0123456789") == "" {
		return "", bad // one label, a trailing dot, or the numbers of an IP address
	}
	return ascii, nil
}

// clean tells whether the text is UTF-8 without control characters, and so
// without the line breaks by which a header would end early.
func clean(text string) bool {
	if !utf8.ValidString(text) {
		return false
	}
	for _, r := range text {
		if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' {
			return false
		}
	}
	return true
}
