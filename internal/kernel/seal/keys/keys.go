// Package keys makes and keeps the keys that files are sealed with: an
// authority of the workspace's own, certificates that it issues for seals, and
// bought ones that come as .p12 files.
//
// A private key leaves this package as PKCS#8, for the caller to encrypt before
// it is stored. Nothing here looks at the clock: the time is handed in.
package keys

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"time"
)

// Lives of what is made here. Certificates of seals are short-lived on purpose:
// a seal that is stamped outlives its certificate.
const (
	AuthorityYears = 20
	MinSealLife    = 2 * 365 * 24 * time.Hour
	MaxSealLife    = 3 * 366 * 24 * time.Hour
)

// early is how long before the hour of its making a certificate is valid, so
// that a time stamp by a clock that is a little behind still falls within it.
const early = time.Hour

// Sizes of RSA keys that are taken, in bits.
const minRSA, maxRSA = 2048, 8192

var (
	// ErrExpired is a certificate whose time is over.
	ErrExpired = errors.New("the certificate has expired")
	// ErrNotYetValid is a certificate whose time has not come.
	ErrNotYetValid = errors.New("the certificate is not valid yet")
	// ErrUnfit is a key that cannot seal: of another kind, not the
	// certificate's own, not for signing, or with a chain that does not hold.
	ErrUnfit = errors.New("the key cannot be used for seals")
)

func unfit(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrUnfit, fmt.Sprintf(format, args...))
}

// Extended key usages: documentSigning of RFC 9336, which older programs do not
// know, and emailProtection, which they do.
var documentSigning = asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 3, 36}

// Key is a private key and its certificates: its own first, then each one's
// issuer, up to the root if that is known. The signer may be elsewhere (PKCS#11,
// a key service): it is asked to sign digests only.
type Key struct {
	Signer crypto.Signer
	Chain  []*x509.Certificate
}

// Certificate is the key's own, nil if it has none.
func (k Key) Certificate() *x509.Certificate {
	if len(k.Chain) == 0 {
		return nil
	}
	return k.Chain[0]
}

// Root is the last certificate of the chain, which people are given to trust.
func (k Key) Root() *x509.Certificate {
	if len(k.Chain) == 0 {
		return nil
	}
	return k.Chain[len(k.Chain)-1]
}

// RotateAt is when a new key should take over: after two thirds of the
// certificate's life.
func (k Key) RotateAt() time.Time {
	c := k.Certificate()
	if c == nil {
		return time.Time{}
	}
	return c.NotBefore.Add(c.NotAfter.Sub(c.NotBefore) / 3 * 2)
}

// Check tells whether the key may seal at a time. Errors wrap ErrExpired,
// ErrNotYetValid and ErrUnfit.
func (k Key) Check(now time.Time) error {
	c := k.Certificate()
	if c == nil || k.Signer == nil {
		return unfit("there is none")
	}
	if err := CheckPublic(c); err != nil {
		return err
	}
	if public, ok := k.Signer.Public().(interface{ Equal(crypto.PublicKey) bool }); !ok || !public.Equal(c.PublicKey) {
		return unfit("the certificate is for another key")
	}
	if c.KeyUsage != 0 && c.KeyUsage&(x509.KeyUsageDigitalSignature|x509.KeyUsageContentCommitment) == 0 {
		return unfit("the certificate is not for signatures")
	}
	for i, c := range k.Chain {
		switch {
		case now.After(c.NotAfter):
			return fmt.Errorf("%w on %s: %s", ErrExpired, c.NotAfter.UTC().Format(time.DateOnly), c.Subject)
		case now.Before(c.NotBefore):
			return fmt.Errorf("%w before %s: %s", ErrNotYetValid, c.NotBefore.UTC().Format(time.DateOnly), c.Subject)
		case i > 0 && k.Chain[i-1].CheckSignatureFrom(c) != nil:
			return unfit("%s did not issue %s", c.Subject, k.Chain[i-1].Subject)
		}
	}
	return nil
}

// CheckPublic tells whether a certificate's key is of a kind and size that is
// taken: ECDSA on P-256, P-384 or P-521, RSA of 2048 to 8192 bits. The error wraps
// ErrUnfit.
func CheckPublic(c *x509.Certificate) error {
	switch public := c.PublicKey.(type) {
	case *ecdsa.PublicKey:
		switch public.Curve {
		case elliptic.P256(), elliptic.P384(), elliptic.P521():
			return nil
		}
	case *rsa.PublicKey:
		if bits := public.N.BitLen(); bits >= minRSA && bits <= maxRSA {
			return nil
		}
	}
	return unfit("only ECDSA on P-256, P-384 or P-521, and RSA of %d to %d bits", minRSA, maxRSA)
}

// NewAuthority makes an authority of a name's own: P-256, for twenty years, good
// for issuing certificates of seals and for nothing below them.
func NewAuthority(name string, now time.Time) (Key, error) {
	signer, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return Key{}, err
	}
	subject := pkix.Name{CommonName: clip(name + " Seal Authority"), Organization: []string{clip(name)}}
	form := &x509.Certificate{
		Subject:   subject,
		NotBefore: now.Add(-early), NotAfter: now.AddDate(AuthorityYears, 0, 0),
		KeyUsage:              x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
		BasicConstraintsValid: true, IsCA: true, MaxPathLenZero: true,
	}
	c, err := issue(form, form, signer.Public(), signer)
	return Key{signer, []*x509.Certificate{c}}, err
}

// Subject is whom a seal's certificate names. Only Name is needed.
type Subject struct {
	Name         string // up to 64 characters, the rest is cut
	Organization string // likewise
	Country      string // ISO 3166, two letters
	Email        string
}

// IssueSealCertificate makes a key for seals that the authority vouches for,
// for MinSealLife to MaxSealLife. Its signer is a new one on P-256, unless one
// is given. Errors wrap those of Check, about the authority.
func IssueSealCertificate(authority Key, signer crypto.Signer, s Subject, now time.Time, life time.Duration) (Key, error) {
	parent := authority.Certificate()
	switch {
	case life < MinSealLife || life > MaxSealLife:
		return Key{}, unfit("a certificate of a seal lives for two to three years")
	case parent == nil || !parent.IsCA || parent.KeyUsage&x509.KeyUsageCertSign == 0 || authority.Signer == nil:
		return Key{}, unfit("no authority")
	case now.Before(parent.NotBefore):
		return Key{}, ErrNotYetValid
	case now.Add(life).After(parent.NotAfter):
		return Key{}, fmt.Errorf("%w, or will have within the life of what it issues: %s", ErrExpired, parent.Subject)
	}
	if signer == nil {
		var err error
		if signer, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader); err != nil {
			return Key{}, err
		}
	}
	subject := pkix.Name{CommonName: clip(s.Name)}
	if s.Organization != "" {
		subject.Organization = []string{clip(s.Organization)}
	}
	if s.Country != "" {
		subject.Country = []string{s.Country}
	}
	form := &x509.Certificate{
		Subject: subject, NotBefore: now.Add(-early), NotAfter: now.Add(life),
		KeyUsage:              x509.KeyUsageDigitalSignature | x509.KeyUsageContentCommitment,
		ExtKeyUsage:           []x509.ExtKeyUsage{x509.ExtKeyUsageEmailProtection},
		UnknownExtKeyUsage:    []asn1.ObjectIdentifier{documentSigning},
		BasicConstraintsValid: true,
	}
	if s.Email != "" {
		form.EmailAddresses = []string{s.Email}
	}
	c, err := issue(form, parent, signer.Public(), authority.Signer)
	if err != nil {
		return Key{}, err
	}
	k := Key{signer, append([]*x509.Certificate{c}, authority.Chain...)}
	return k, k.Check(now)
}

// issue signs a certificate; its serial number is drawn by the library.
func issue(form, parent *x509.Certificate, public crypto.PublicKey, by crypto.Signer) (*x509.Certificate, error) {
	der, err := x509.CreateCertificate(rand.Reader, form, parent, public, by)
	if err != nil {
		return nil, err
	}
	return x509.ParseCertificate(der)
}

// clip cuts a name to what X.520 has room for.
func clip(s string) string {
	r := []rune(s)
	return string(r[:min(len(r), 64)])
}

// Marshal gives the key as it is stored: the private key as PKCS#8 in DER, to be
// encrypted, and the chain as PEM, which is public. The error wraps ErrUnfit if
// the signer does not give its key away.
func (k Key) Marshal() (private, chain []byte, err error) {
	if private, err = x509.MarshalPKCS8PrivateKey(k.Signer); err != nil {
		return nil, nil, unfit("its private key is elsewhere")
	}
	return private, PEM(k.Chain...), nil
}

// Parse reads what Marshal gave. Whether the key may seal is for Check to say.
// The error wraps ErrUnfit.
func Parse(private, chain []byte) (Key, error) {
	parsed, err := x509.ParsePKCS8PrivateKey(private)
	signer, ok := parsed.(crypto.Signer)
	if err != nil || !ok {
		return Key{}, unfit("no private key in PKCS#8")
	}
	certificates, err := ParsePEM(chain)
	if err != nil || len(certificates) == 0 {
		return Key{}, unfit("no chain of certificates")
	}
	return Key{signer, certificates}, nil
}

// PEM writes certificates one after the other, as programs for verifying files
// take them.
func PEM(certificates ...*x509.Certificate) []byte {
	var out bytes.Buffer
	for _, c := range certificates {
		_ = pem.Encode(&out, &pem.Block{Type: "CERTIFICATE", Bytes: c.Raw}) // a buffer takes all
	}
	return out.Bytes()
}

// ParsePEM reads what PEM wrote; other blocks are passed over.
func ParsePEM(text []byte) ([]*x509.Certificate, error) {
	var all []*x509.Certificate
	for block, rest := pem.Decode(text); block != nil; block, rest = pem.Decode(rest) {
		if block.Type != "CERTIFICATE" {
			continue
		}
		c, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, err
		}
		all = append(all, c)
	}
	return all, nil
}

// Fingerprint is the SHA-256 of a certificate in hexadecimal, as it is printed
// for people to compare.
func Fingerprint(c *x509.Certificate) string {
	sum := sha256.Sum256(c.Raw)
	return hex.EncodeToString(sum[:])
}
