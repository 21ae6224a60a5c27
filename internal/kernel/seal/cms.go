package seal

import (
	"bytes"
	"crypto"
	"crypto/rand"
	_ "crypto/sha1" //nolint:gosec // names certificates in older time stamps, which are signed by stronger ones
	"crypto/sha256"
	_ "crypto/sha512" // signs many time stamps
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/smallstep/pkcs7"
	"golang.org/x/crypto/cryptobyte"
	der "golang.org/x/crypto/cryptobyte/asn1"

	"foyer/internal/kernel/seal/keys"
)

var (
	oidData              = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 1}
	oidSignedData        = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 2}
	oidContentType       = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 3}
	oidSigningTime       = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 5}
	oidTSTInfo           = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 1, 4}
	oidSigningCert       = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 2, 12}
	oidSigningCertV2     = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 2, 47}
	oidSignatureStamp    = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 2, 14}
	oidRSA               = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 1}
	oidSHA1, oidSHA256   = asn1.ObjectIdentifier{1, 3, 14, 3, 2, 26}, asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 1}
	oidSHA384, oidSHA512 = asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 2}, asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 3}
)

// digests are the hashes that signatures are made with, and how RSA and ECDSA
// name themselves with each.
var digests = []struct {
	oid, rsa, ecdsa asn1.ObjectIdentifier
	hash            crypto.Hash
}{
	{oidSHA256, asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 11}, asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 3, 2}, crypto.SHA256},
	{oidSHA384, asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 12}, asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 3, 3}, crypto.SHA384},
	{oidSHA512, asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 13}, asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 3, 4}, crypto.SHA512},
}

// later stands in for the signer while the library lays the message out. The
// library always adds a signing time, which PAdES forbids (EN 319 142-1, 6.3),
// so what it lays out is signed when that is gone.
type later struct{ crypto.Signer }

func (later) Sign(io.Reader, []byte, crypto.SignerOpts) ([]byte, error) { return []byte{0}, nil }

// message makes the CMS message of a seal over the content, detached: content
// type, digest and the names of the certificates are signed; a time stamp over
// the signature, if stamp gives one, is not.
func message(k keys.Key, content []byte, stamp func(signature []byte) ([]byte, error)) ([]byte, error) {
	names, err := signingCertificates(k.Chain)
	if err != nil {
		return nil, err
	}
	sd, err := pkcs7.NewSignedData(content)
	if err != nil {
		return nil, err
	}
	sd.SetDigestAlgorithm(pkcs7.OIDDigestAlgorithmSHA256)
	config := pkcs7.SignerInfoConfig{ExtraSignedAttributes: []pkcs7.Attribute{{Type: oidSigningCertV2, Value: names}}}
	if err := sd.AddSignerChain(k.Certificate(), later{k.Signer}, k.Chain[1:], config); err != nil {
		return nil, err
	}
	info := &sd.GetSignedData().SignerInfos[0]
	for i, a := range info.AuthenticatedAttributes {
		if a.Type.Equal(oidSigningTime) {
			info.AuthenticatedAttributes = slices.Delete(info.AuthenticatedAttributes, i, i+1)
			break
		}
	}
	if !info.DigestEncryptionAlgorithm.Algorithm.Equal(digests[0].ecdsa) {
		info.DigestEncryptionAlgorithm.Parameters = asn1.NullRawValue // RFC 4055, 5
	}
	attributes, err := asn1.MarshalWithParams(info.AuthenticatedAttributes, "set")
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(attributes)
	if info.EncryptedDigest, err = k.Signer.Sign(rand.Reader, sum[:], crypto.SHA256); err != nil {
		return nil, fmt.Errorf("sign the seal: %w", err)
	}
	if stamp != nil {
		token, err := stamp(info.EncryptedDigest)
		if err != nil {
			return nil, err
		}
		if err := info.SetUnauthenticatedAttributes([]pkcs7.Attribute{{Type: oidSignatureStamp, Value: asn1.RawValue{FullBytes: token}}}); err != nil {
			return nil, err
		}
	}
	sd.Detach()
	return sd.Finish()
}

// certID is ESSCertIDv2 of RFC 5035, whose hash is SHA-256 when it does not say.
type certID struct {
	Hash         []byte
	IssuerSerial struct {
		Issuer []asn1.RawValue
		Serial asn1.RawValue
	}
}

// signingCertificates is the attribute that names the certificate of the
// signer. It names the rest of the chain too, so that the signature covers all
// certificates in the message.
func signingCertificates(chain []*x509.Certificate) (asn1.RawValue, error) {
	var ids struct{ IDs []certID }
	for _, c := range chain {
		sum := sha256.Sum256(c.Raw)
		id := certID{Hash: sum[:]}
		serial, err := asn1.Marshal(c.SerialNumber)
		if err != nil {
			return asn1.RawValue{}, err
		}
		id.IssuerSerial.Issuer = []asn1.RawValue{{Class: asn1.ClassContextSpecific, Tag: 4, IsCompound: true, Bytes: c.RawIssuer}}
		id.IssuerSerial.Serial = asn1.RawValue{FullBytes: serial}
		ids.IDs = append(ids.IDs, id)
	}
	raw, err := asn1.Marshal(ids)
	return asn1.RawValue{FullBytes: raw}, err
}

// Errors about a message. What is broken was changed, or never was whole; what
// is odd may be sound and is more than we read.
var (
	errBroken = errors.New("the signature is broken")
	errOdd    = errors.New("the signature is of a kind that is not read here")
)

func odd(what string) error { return fmt.Errorf("%w: %s", errOdd, what) }

// Limits on a message.
const (
	maxDepth        = 48 // structures in one another
	maxCertificates = 16
)

// wellFormed tells whether bytes are DER (X.690) all through, and not too deep
// for the libraries, which follow them by recursion.
func wellFormed(b []byte, depth int) bool {
	rest := cryptobyte.String(b)
	for !rest.Empty() {
		var body cryptobyte.String
		var tag der.Tag
		if depth == 0 || !rest.ReadAnyASN1(&body, &tag) {
			return false
		}
		if tag&0x20 != 0 && !wellFormed(body, depth-1) {
			return false
		}
	}
	return true
}

// signed is a CMS message, as far as the libraries do not look at it. They prove
// the signature; here it is held that the message has one signer, and nothing in
// it that could be different without anybody noticing.
type signed struct {
	contentType  asn1.ObjectIdentifier
	certificates []*x509.Certificate
	signer       *x509.Certificate
	hash         crypto.Hash
	signature    []byte
	stamp        []byte // the time stamp's token, nil for none
	named        bool   // the signer's certificate is named in what is signed
	loose        []*x509.Certificate
}

// contextual is the tag of an implicit or explicit field.
func contextual(n uint8) der.Tag { return der.Tag(n).ContextSpecific().Constructed() }

// readSigned reads a message strictly. Errors wrap errBroken and errOdd.
func readSigned(raw []byte) (*signed, error) {
	if !wellFormed(raw, maxDepth) {
		return nil, odd("not DER")
	}
	s := &signed{}
	outer := cryptobyte.String(raw)
	var info, explicit, body, algorithms, encap, content, certificates, infos, one cryptobyte.String
	var kind asn1.ObjectIdentifier
	var version int
	var has bool
	if !outer.ReadASN1(&info, der.SEQUENCE) || !outer.Empty() || !info.ReadASN1ObjectIdentifier(&kind) || !kind.Equal(oidSignedData) ||
		!info.ReadASN1(&explicit, contextual(0)) || !info.Empty() || !explicit.ReadASN1(&body, der.SEQUENCE) || !explicit.Empty() ||
		!body.ReadASN1Integer(&version) || !body.ReadASN1(&algorithms, der.SET) || !body.ReadASN1(&encap, der.SEQUENCE) ||
		!encap.ReadASN1ObjectIdentifier(&s.contentType) || !encap.ReadOptionalASN1(&content, &has, contextual(0)) || !encap.Empty() {
		return nil, odd("no signed data")
	}
	var octets cryptobyte.String
	if has && (!content.ReadASN1(&octets, der.OCTET_STRING) || !content.Empty()) {
		return nil, odd("what it is over")
	}
	if want := map[bool]int{true: 1, false: 3}[s.contentType.Equal(oidData)]; version != want {
		return nil, odd("its version")
	}
	if !body.ReadASN1(&certificates, contextual(0)) || !body.ReadASN1(&infos, der.SET) || !body.Empty() ||
		!infos.ReadASN1(&one, der.SEQUENCE) || !infos.Empty() {
		return nil, odd("not one signer with certificates and nothing else")
	}
	var err error
	if s.certificates, err = x509.ParseCertificates(certificates); err != nil || len(s.certificates) > maxCertificates {
		return nil, odd("its certificates")
	}
	for _, c := range s.certificates {
		if keys.CheckPublic(c) != nil {
			return nil, odd("its keys")
		}
	}
	return s, s.readSigner(one, algorithms)
}

// algorithm takes an AlgorithmIdentifier without parameters, or with none said.
func algorithm(s *cryptobyte.String) (oid asn1.ObjectIdentifier, ok bool) {
	var body, null cryptobyte.String
	var has bool
	ok = s.ReadASN1(&body, der.SEQUENCE) && body.ReadASN1ObjectIdentifier(&oid) &&
		body.ReadOptionalASN1(&null, &has, der.NULL) && null.Empty() && body.Empty()
	return oid, ok
}

func (s *signed) readSigner(info, algorithms cryptobyte.String) error {
	var version int
	var id, issuer, serial, attributes, unsigned cryptobyte.String
	var signature []byte
	var has bool
	if !info.ReadASN1Integer(&version) || version != 1 || !info.ReadASN1(&id, der.SEQUENCE) ||
		!id.ReadASN1Element(&issuer, der.SEQUENCE) || !id.ReadASN1Element(&serial, der.INTEGER) || !id.Empty() {
		return odd("who signed")
	}
	for _, c := range s.certificates {
		if number, err := asn1.Marshal(c.SerialNumber); err == nil && bytes.Equal(c.RawIssuer, issuer) && bytes.Equal(number, serial) {
			s.signer = c
		}
	}
	if s.signer == nil {
		return fmt.Errorf("%w: the signer's certificate is missing", errBroken)
	}
	listed, ok := algorithm(&algorithms)
	digest, ok2 := algorithm(&info)
	if !ok || !ok2 || !algorithms.Empty() || !listed.Equal(digest) || !info.ReadASN1(&attributes, contextual(0)) {
		return odd("how it was signed")
	}
	method, ok := algorithm(&info)
	if !ok || !info.ReadASN1Bytes(&signature, der.OCTET_STRING) || !info.ReadOptionalASN1(&unsigned, &has, contextual(1)) || !info.Empty() {
		return odd("how it was signed")
	}
	s.signature = signature
	for _, d := range digests {
		if d.oid.Equal(digest) && (method.Equal(d.ecdsa) || method.Equal(d.rsa) || method.Equal(oidRSA)) {
			s.hash = d.hash
		}
	}
	if s.hash == 0 {
		return odd("its algorithms")
	}
	if err := s.readSignedAttributes(attributes); err != nil {
		return err
	}
	return s.readUnsigned(unsigned)
}

// attribute takes one attribute with its one value.
func attribute(list *cryptobyte.String) (oid asn1.ObjectIdentifier, value cryptobyte.String, ok bool) {
	var body, set cryptobyte.String
	var tag der.Tag
	ok = list.ReadASN1(&body, der.SEQUENCE) && body.ReadASN1ObjectIdentifier(&oid) && body.ReadASN1(&set, der.SET) && body.Empty() &&
		set.ReadAnyASN1Element(&value, &tag) && set.Empty()
	return oid, value, ok
}

func (s *signed) readSignedAttributes(list cryptobyte.String) error {
	var seen []asn1.ObjectIdentifier
	typed := false
	s.loose = slices.Clone(s.certificates)
	for !list.Empty() {
		oid, value, ok := attribute(&list)
		if !ok || slices.ContainsFunc(seen, oid.Equal) {
			return odd("its attributes")
		}
		seen = append(seen, oid)
		switch {
		case oid.Equal(oidContentType):
			var kind asn1.ObjectIdentifier
			typed = value.ReadASN1ObjectIdentifier(&kind) && kind.Equal(s.contentType)
		case oid.Equal(oidSigningCertV2), oid.Equal(oidSigningCert):
			if err := s.readNames(value, oid.Equal(oidSigningCertV2)); err != nil {
				return err
			}
		}
	}
	if !typed {
		return fmt.Errorf("%w: it is over something else", errBroken)
	}
	return nil
}

// readNames compares the certificates with their names (RFC 5035, RFC 2634):
// the first is the signer's. Those that are not named are loose.
func (s *signed) readNames(value cryptobyte.String, v2 bool) error {
	var body, ids cryptobyte.String
	if !value.ReadASN1(&body, der.SEQUENCE) || !body.ReadASN1(&ids, der.SEQUENCE) {
		return odd("the names of its certificates")
	}
	for n := 0; !ids.Empty(); n++ {
		var id cryptobyte.String
		var sum []byte
		oid := oidSHA1
		if !ids.ReadASN1(&id, der.SEQUENCE) {
			return odd("the names of its certificates")
		}
		if v2 {
			oid = oidSHA256
			if id.PeekASN1Tag(der.SEQUENCE) {
				oid, _ = algorithm(&id)
			}
		}
		if !id.ReadASN1Bytes(&sum, der.OCTET_STRING) {
			return odd("the names of its certificates")
		}
		hash := crypto.SHA1
		if !oid.Equal(oidSHA1) {
			hash = hashOf(oid)
		}
		if hash == 0 {
			return odd("the names of its certificates")
		}
		found := slices.IndexFunc(s.loose, func(c *x509.Certificate) bool {
			h := hash.New()
			h.Write(c.Raw)
			return bytes.Equal(h.Sum(nil), sum)
		})
		switch {
		case n == 0 && (found < 0 || s.loose[found] != s.signer):
			return fmt.Errorf("%w: the certificate is another one", errBroken)
		case found < 0 && s.contentType.Equal(oidData):
			return fmt.Errorf("%w: a certificate is missing", errBroken)
		case found >= 0:
			s.loose = slices.Delete(s.loose, found, found+1)
		}
		s.named = true
	}
	return nil
}

func hashOf(oid asn1.ObjectIdentifier) crypto.Hash {
	for _, d := range digests {
		if d.oid.Equal(oid) {
			return d.hash
		}
	}
	return 0
}

// readUnsigned takes a time stamp, the one thing that may be there.
func (s *signed) readUnsigned(list cryptobyte.String) error {
	if list.Empty() {
		return nil
	}
	oid, value, ok := attribute(&list)
	if !ok || !list.Empty() || !oid.Equal(oidSignatureStamp) || !s.contentType.Equal(oidData) {
		return odd("something in it is not signed")
	}
	s.stamp = value
	return nil
}

// hangTogether tells whether each loose certificate issued another one and is
// itself issued as it says, as far as that can be seen: nothing else would
// notice a change of it. Where the last issuer is missing from the message, what
// that one signed cannot be seen.
func (s *signed) hangTogether() error {
	for _, c := range s.loose {
		if c == s.signer {
			continue
		}
		needed := slices.ContainsFunc(s.certificates, func(other *x509.Certificate) bool {
			return other != c && bytes.Equal(other.RawIssuer, c.RawSubject) && vouches(c, other)
		})
		sound := !nearly(c.RawIssuer, c.RawSubject)
		for _, issuer := range s.certificates {
			if bytes.Equal(c.RawIssuer, issuer.RawSubject) {
				sound = sound && vouches(issuer, c)
			}
		}
		if !needed || !sound {
			return fmt.Errorf("%w: a certificate in it belongs to nothing", errBroken)
		}
	}
	return nil
}

// nearly tells names that differ in a single byte: those of a root that would no
// longer be held against itself.
func nearly(a, b []byte) bool {
	differ := 0
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			differ++
		}
	}
	return len(a) == len(b) && differ == 1
}

// vouches tells whether one certificate signed another. Signatures by SHA-1,
// which old roots have over themselves, are not looked at.
func vouches(issuer, c *x509.Certificate) bool {
	var insecure x509.InsecureAlgorithmError
	err := c.CheckSignatureFrom(issuer)
	return err == nil || errors.As(err, &insecure)
}
