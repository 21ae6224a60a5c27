package mail

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	netmail "net/mail"
	"net/textproto"

	"github.com/emersion/go-msgauth/dkim"
)

// keyBits is the size of a key to sign with, which every receiver takes; larger
// ones do not fit everybody's DNS.
const keyBits = 2048

// Signer signs mail in the name of a domain (DKIM, RFC 6376), whose DNS says by
// which key.
type Signer struct {
	domain, selector string
	key              *rsa.PrivateKey
}

// NewKey makes a key to sign mail with: its private half, which is a secret, and
// its public one as DNS says it.
func NewKey() (private, public string, err error) {
	key, err := rsa.GenerateKey(rand.Reader, keyBits)
	if err != nil {
		return "", "", err
	}
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return "", "", err
	}
	open, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	if err != nil {
		return "", "", err
	}
	return base64.StdEncoding.EncodeToString(secret), base64.StdEncoding.EncodeToString(open), nil
}

// NewSigner makes a Signer of the private half that NewKey made, and of where DNS
// has the public one.
func NewSigner(domain, selector, private string) (*Signer, error) {
	der, err := base64.StdEncoding.DecodeString(private)
	if err != nil {
		return nil, errors.New("the key to sign mail with is damaged")
	}
	key, err := x509.ParsePKCS8PrivateKey(der)
	if err != nil {
		return nil, errors.New("the key to sign mail with is damaged")
	}
	r, ok := key.(*rsa.PrivateKey)
	if !ok {
		return nil, fmt.Errorf("the key to sign mail with is a %T", key)
	}
	return &Signer{domain: domain, selector: selector, key: r}, nil
}

// String names the key without saying it.
func (s *Signer) String() string { return KeyName(s.selector, s.domain) }

// signed are the fields that a signature covers, where a mail has them. For those
// that are guarded it says besides how often there are, so that a second subject
// or another body type cannot be added on the way.
var signed = []struct {
	name    string
	guarded bool
}{
	{"From", true}, {"To", true}, {"Cc", true}, {"Subject", true}, {"Date", true}, {"Message-ID", true}, {"Reply-To", true},
	{"MIME-Version", true}, {"Content-Type", true}, {"Content-Transfer-Encoding", true}, {"In-Reply-To", false}, {"References", false},
	{"List-Unsubscribe", false}, {"List-Unsubscribe-Post", false}, {"Auto-Submitted", false},
}

// sign puts the signature in front of a mail as it travels.
func (s *Signer) sign(raw []byte) ([]byte, error) {
	m, err := netmail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return nil, err
	}
	var fields []string
	for _, f := range signed {
		times := len(m.Header[textproto.CanonicalMIMEHeaderKey(f.name)])
		if f.guarded {
			times++
		}
		for range times {
			fields = append(fields, f.name)
		}
	}
	var out bytes.Buffer
	err = dkim.Sign(&out, bytes.NewReader(raw), &dkim.SignOptions{
		Domain: s.domain, Selector: s.selector, Signer: s.key, HeaderKeys: fields,
		HeaderCanonicalization: dkim.CanonicalizationRelaxed, BodyCanonicalization: dkim.CanonicalizationRelaxed,
	})
	return out.Bytes(), err
}
