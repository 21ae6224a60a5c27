package auth

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"database/sql/driver"
	_ "embed"
	"encoding/base64"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync/atomic"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"

	"foyer/internal/kernel/problem"
)

// Argon2id with 19 MiB, two passes and one lane: a set of the OWASP password
// storage cheat sheet, 20 to 30 ms.
const (
	hashMemory = 19 * 1024 // KiB
	hashPasses = 2
	hashLanes  = 1
	hashBytes  = 32
	saltBytes  = 16
)

// Length limits of a password, in characters. Fifteen is what ASVS 5.0 asks
// where the password is the only factor.
const (
	PasswordMin = 15
	PasswordMax = 200
)

// PasswordHash is a hashed password, which nothing but package auth can make.
type PasswordHash struct{ encoded string }

// Value implements driver.Valuer.
func (h PasswordHash) Value() (driver.Value, error) {
	if h.encoded == "" {
		return nil, errors.New("an empty password hash is not stored")
	}
	return h.encoded, nil
}

// Hasher hashes passwords, as many at once as there are cores but one; up to
// queue further ones wait, and above that it answers problem.Unavailable.
type Hasher struct {
	// Frugal has the memory of a hash collected before the next one begins. Left to
	// itself the heap would grow by as much again while it waits. It is set before use.
	Frugal bool

	slots   chan struct{}
	waiting atomic.Int64
	queue   int64
	dummy   string
	count   atomic.Int64
}

// NewHasher makes the one Hasher of a process.
func NewHasher() *Hasher {
	h := &Hasher{slots: make(chan struct{}, max(1, runtime.GOMAXPROCS(0)-1)), queue: 64}
	h.dummy = encode(make([]byte, saltBytes), make([]byte, hashBytes))
	return h
}

// Count is how many hashes were computed so far.
func (h *Hasher) Count() int64 { return h.count.Load() }

func (h *Hasher) compute(ctx context.Context, password string, salt []byte) ([]byte, error) {
	if h.waiting.Add(1) > h.queue+int64(cap(h.slots)) {
		h.waiting.Add(-1)
		return nil, problem.Of(problem.Unavailable, "problem.unavailable")
	}
	defer h.waiting.Add(-1)
	select {
	case h.slots <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { <-h.slots }()
	h.count.Add(1)
	if h.Frugal {
		defer runtime.GC()
	}
	return argon2.IDKey([]byte(norm.NFKC.String(password)), salt, hashPasses, hashMemory, hashLanes, hashBytes), nil
}

// Hash hashes a password with a fresh salt.
func (h *Hasher) Hash(ctx context.Context, password string) (PasswordHash, error) {
	salt := make([]byte, saltBytes)
	if _, err := rand.Read(salt); err != nil {
		return PasswordHash{}, err
	}
	sum, err := h.compute(ctx, password, salt)
	if err != nil {
		return PasswordHash{}, err
	}
	return PasswordHash{encode(salt, sum)}, nil
}

// Matches compares a password with a stored hash. An empty or unreadable hash
// costs the same and never matches.
func (h *Hasher) Matches(ctx context.Context, password, encoded string) (bool, error) {
	salt, want, ok := decode(encoded)
	if !ok {
		salt, want, _ = decode(h.dummy)
	}
	sum, err := h.compute(ctx, password, salt)
	if err != nil {
		return false, err
	}
	return subtle.ConstantTimeCompare(sum, want) == 1 && ok, nil
}

var base64Raw = base64.RawStdEncoding

func encode(salt, sum []byte) string {
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, hashMemory, hashPasses, hashLanes,
		base64Raw.EncodeToString(salt), base64Raw.EncodeToString(sum))
}

// decode reads the salt and the sum. There is one set of parameters so far.
func decode(encoded string) (salt, sum []byte, ok bool) {
	prefix := fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$", argon2.Version, hashMemory, hashPasses, hashLanes)
	rest, found := strings.CutPrefix(encoded, prefix)
	left, right, cut := strings.Cut(rest, "$")
	if !found || !cut {
		return nil, nil, false
	}
	salt, err1 := base64Raw.DecodeString(left)
	sum, err2 := base64Raw.DecodeString(right)
	return salt, sum, err1 == nil && err2 == nil && len(sum) == hashBytes
}

//go:embed common_passwords.txt
var commonPasswords string

// squeeze is a password without case, spaces and joining marks, the form in
// which it is compared with what everybody tries first.
var squeezer = strings.NewReplacer(" ", "", "-", "", "_", "", ".", "")

func squeeze(text string) string { return squeezer.Replace(strings.ToLower(norm.NFKC.String(text))) }

// CheckPassword says what is wrong with a new password, if anything, under the
// field's name. known are words that an attacker would try first: the person's
// name and address, the workspace's name.
func CheckPassword(fields *problem.Fields, field, password string, known ...string) {
	switch n := utf8.RuneCountInString(password); {
	case password == "":
		fields.Add(field, "password.required")
	case !utf8.ValidString(password):
		fields.Add(field, "password.unreadable")
	case n < PasswordMin:
		fields.Add(field, "password.short", "min", PasswordMin)
	case n > PasswordMax:
		fields.Add(field, "password.long", "max", PasswordMax)
	case guessable(squeeze(password), known):
		fields.Add(field, "password.guessable")
	}
}

func guessable(p string, known []string) bool {
	for word := range strings.SplitSeq(strings.TrimSpace(commonPasswords), "\n") {
		if isMade(p, word) {
			return true
		}
	}
	for _, k := range known {
		k = squeeze(k)
		if len(k) >= 4 && strings.Contains(p, k) && len(p)-len(k) < 6 {
			return true
		}
	}
	return fewCharacters(p) || isRun(p)
}

// isMade tells whether p is the word over and over, with at most three
// characters beside it.
func isMade(p, word string) bool {
	rest := strings.ReplaceAll(p, word, "")
	return len(rest) < len(p) && utf8.RuneCountInString(rest) <= 3
}

// fewCharacters tells whether p has four or fewer different characters.
func fewCharacters(p string) bool {
	seen := map[rune]bool{}
	for _, r := range p {
		seen[r] = true
	}
	return len(seen) <= 4
}

// isRun tells whether p counts up or down all the way.
func isRun(p string) bool {
	up, down := 0, 0
	runes := []rune(p)
	for i := 1; i < len(runes); i++ {
		switch runes[i] - runes[i-1] {
		case 1, -9:
			up++
		case -1, 9:
			down++
		}
	}
	return max(up, down) >= len(runes)-2
}
