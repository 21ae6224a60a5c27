package keys

import (
	"crypto"
	"crypto/x509"
	"errors"
	"time"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
	"software.sslmate.com/src/go-pkcs12"
)

// Limits on a .p12 file: its size in bytes, and how often a password may be
// hashed, which is many times what programs do.
const maxP12, maxRounds = 64 << 10, 5_000_000

// ErrPassword is a .p12 file that the password does not open.
var ErrPassword = errors.New("the password does not open the file")

// ImportP12 reads a bought key from a .p12 file (PKCS#12, RFC 7292) and puts its
// chain in order. Errors wrap ErrPassword and those of Check.
func ImportP12(data []byte, password string, now time.Time) (k Key, err error) {
	defer func() {
		if trouble := recover(); trouble != nil {
			k, err = Key{}, unfit("the file is broken")
		}
	}()
	if len(data) > maxP12 || !modest(data, 32) {
		return Key{}, unfit("no .p12 file, or larger than one")
	}
	private, own, others, err := pkcs12.DecodeChain(data, password)
	switch {
	case errors.Is(err, pkcs12.ErrIncorrectPassword):
		return Key{}, ErrPassword
	case err != nil:
		return Key{}, unfit("%v", err)
	}
	signer, ok := private.(crypto.Signer)
	if !ok {
		return Key{}, unfit("its kind of key")
	}
	// The file may name an issuer first, and others in any order.
	others = append(others, own)
	k = Key{Signer: signer}
	for _, c := range others {
		if public, ok := signer.Public().(interface{ Equal(crypto.PublicKey) bool }); ok && public.Equal(c.PublicKey) {
			k.Chain = []*x509.Certificate{c}
		}
	}
	if k.Chain == nil {
		return Key{}, unfit("the certificate is for another key")
	}
	for len(k.Chain) <= len(others) {
		last := k.Root()
		next := issuerOf(last, others)
		if next == nil {
			break
		}
		k.Chain = append(k.Chain, next)
	}
	return k, k.Check(now)
}

// issuerOf finds who issued a certificate; nobody did for a root.
func issuerOf(c *x509.Certificate, among []*x509.Certificate) *x509.Certificate {
	for _, issuer := range among {
		if !issuer.Equal(c) && c.CheckSignatureFrom(issuer) == nil {
			return issuer
		}
	}
	return nil
}

// modest tells whether the file is DER all through and nowhere in the clear
// asks for more rounds of hashing than anybody needs: a number of rounds stands
// behind its salt.
func modest(der []byte, depth int) bool {
	rest := cryptobyte.String(der)
	salted := false
	for !rest.Empty() {
		var body cryptobyte.String
		var tag asn1.Tag
		if depth == 0 || !rest.ReadAnyASN1(&body, &tag) {
			return false
		}
		switch {
		case tag == asn1.INTEGER && salted && tooMany(body):
			return false
		case tag&0x20 != 0 && !modest(body, depth-1): // made of others
			return false
		case tag == asn1.OCTET_STRING && len(body) > 0 && body[0] == byte(asn1.SEQUENCE):
			// Contents lie in strings; those that are encrypted are none.
			if whole := body; whole.ReadAnyASN1Element(&body, &tag) && whole.Empty() && !modest(body, depth-1) {
				return false
			}
			tag = asn1.OCTET_STRING
		}
		salted = tag == asn1.OCTET_STRING
	}
	return true
}

func tooMany(number []byte) bool {
	n := 0
	for _, b := range number {
		if n = n<<8 | int(b); n > maxRounds {
			return true
		}
	}
	return false
}
