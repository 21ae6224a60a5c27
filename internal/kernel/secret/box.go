// Package secret seals what has to be kept but must not be read from a copy of
// the database: the keys of other services. A sealed text opens only with the
// installation's key and only in its place.
//
// It is AES-256-GCM of the standard library with a random nonce. The place is
// bound in as additional data.
package secret

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"strings"
)

// Size is the length of a key, in bytes.
const Size = 32

// Version begins every sealed text, and is bound in with the place.
const Version = "v1:"

// shown is how many characters End gives, and least how long a secret must be
// for that many to say nothing of the rest.
const shown, least = 4, 12

// ErrSealed is a text that was sealed with another key, for another place or
// not at all.
var ErrSealed = errors.New("sealed with another key or for another place")

var errKey = errors.New("a key is 32 bytes, as 64 hex digits or as base64")

// Box seals secrets with the installation's key. Its zero value refuses.
type Box struct{ aead cipher.AEAD }

// New makes a Box of a key of 32 bytes.
func New(key []byte) (Box, error) {
	if len(key) != Size {
		return Box{}, errKey
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return Box{}, err
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	return Box{aead}, err
}

// FromText makes a Box of a key as people hand it over: 64 hex digits, or
// base64 of 32 bytes.
func FromText(text string) (Box, error) {
	key, err := decode(text)
	if err != nil {
		return Box{}, err
	}
	return New(key)
}

// Same tells whether two texts are the same key.
func Same(one, other string) bool {
	a, err := decode(one)
	b, err2 := decode(other)
	return errors.Join(err, err2) == nil && subtle.ConstantTimeCompare(a, b) == 1
}

func decode(text string) ([]byte, error) {
	if key, err := hex.DecodeString(text); err == nil {
		return key, nil
	}
	key, err := base64.StdEncoding.Strict().DecodeString(text)
	if err != nil {
		return nil, errKey
	}
	return key, nil
}

// Seal is the secret as it may be stored at a place: the workspace's id, a
// slash, and the secret's name. It differs each time. A Box without a key
// panics rather than lose a secret.
func (b Box) Seal(place, secret string) string {
	if b.aead == nil {
		panic(errors.New("secret: a Box without a key cannot seal"))
	}
	raw := b.aead.Seal(nil, nil, []byte(secret), bound(place)) //nolint:gosec // no nonce is fixed: this AEAD draws its own
	return Version + base64.StdEncoding.EncodeToString(raw)
}

// Open is the secret again. The error is ErrSealed.
func (b Box) Open(place, sealed string) (string, error) {
	text, ours := strings.CutPrefix(sealed, Version)
	raw, err := base64.StdEncoding.Strict().DecodeString(text)
	if b.aead == nil || !ours || err != nil {
		return "", ErrSealed
	}
	secret, err := b.aead.Open(nil, nil, raw, bound(place))
	if err != nil {
		return "", ErrSealed
	}
	return string(secret), nil
}

func bound(place string) []byte { return []byte(Version + place) }

// End is the last four characters of a secret, which show people which one it
// is; nothing of one that is shorter than twelve.
func End(secret string) string {
	runes := []rune(secret)
	if len(runes) < least {
		return ""
	}
	return string(runes[len(runes)-shown:])
}
