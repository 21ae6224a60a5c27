// Package id makes the names of things and the secrets of people.
//
// An id is a UUIDv7 (RFC 9562) written as 26 characters of lower-case
// base32hex (RFC 4648), which keeps its order in time. It is typed by the
// thing it names, so that a client's id cannot be passed for a contact's.
//
// A secret is 32 random bytes and no UUID; only its SHA-256 is ever stored.
package id

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"sync"
	"time"
)

var encoding = base32.NewEncoding("0123456789abcdefghijklmnopqrstuv").WithPadding(base32.NoPadding)

// Length is the number of characters of an id.
const Length = 26

// Of is the id of a thing of type T.
type Of[T any] string

// String is the id as text.
func (i Of[T]) String() string { return string(i) }

// Source makes ids in order of time. Now is handed in at start.
type Source struct {
	Now func() time.Time

	mu   sync.Mutex
	last uint64
}

// New is a fresh id. Ids of one source never go backwards, even within one
// millisecond: 12 bits below the millisecond count on.
func (s *Source) New() string {
	var b [16]byte
	if _, err := rand.Read(b[6:]); err != nil {
		panic(err) // crypto/rand never fails on the systems Go supports
	}
	return assemble(b, s.stamp())
}

// assemble puts the stamp and what UUIDv7 fixes over random bytes.
func assemble(b [16]byte, stamp uint64) string {
	binary.BigEndian.PutUint64(b[:8], stamp>>12<<16|stamp&0xfff)
	b[6] = b[6]&0x0f | 0x70
	b[8] = b[8]&0x3f | 0x80
	return encoding.EncodeToString(b[:])
}

// Made is the id of a moment whose random part is given, for data that have to
// be the same each time they are made. Nothing secret comes of it.
func Made(at time.Time, random uint64) string {
	var b [16]byte
	binary.BigEndian.PutUint64(b[8:], random)
	return assemble(b, uint64(at.UnixMicro())<<12/1000)
}

// stamp is the millisecond in the upper 52 bits and a counter in the lower 12.
func (s *Source) stamp() uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := uint64(s.Now().UnixMilli()) << 12
	s.last = max(now, s.last+1)
	return s.last
}

// Valid tells whether the text has the form of an id.
func Valid(text string) bool {
	if len(text) != Length {
		return false
	}
	for i := range len(text) {
		c := text[i]
		if (c < '0' || c > '9') && (c < 'a' || c > 'v') {
			return false
		}
	}
	return true
}

// Secret is a credential that a person holds. It prints as [redacted]: also
// within a struct's unexported field, where no method of it is called and only
// an address is behind it to print.
type Secret struct{ text *string }

// NewSecret is a fresh secret of 256 random bits.
func NewSecret() Secret {
	var b [32]byte
	if _, err := rand.Read(b[:]); err != nil {
		panic(err)
	}
	return SecretFrom(base64.RawURLEncoding.EncodeToString(b[:]))
}

// SecretFrom takes a secret that a person presented.
func SecretFrom(text string) Secret { return Secret{&text} }

// Reveal is the secret itself, for the cookie or the mail that carries it; the
// zero Secret is empty.
func (s Secret) Reveal() string {
	if s.text == nil {
		return ""
	}
	return *s.text
}

// Hash is the lower-case hex SHA-256 of the secret, which is what is stored.
func (s Secret) Hash() string {
	sum := sha256.Sum256([]byte(s.Reveal()))
	return hex.EncodeToString(sum[:])
}

// String hides the secret from logs.
func (s Secret) String() string { return "[redacted]" }

// Format hides the secret from every verb.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "[redacted]") }
