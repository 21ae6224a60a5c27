package config

import (
	"fmt"
	"io"
)

// Secret is a value that may hold a password: an address with credentials. It
// prints as [redacted], whatever prints it.
type Secret struct{ text *string }

// SecretFrom makes a Secret of a text.
func SecretFrom(text string) Secret { return Secret{&text} }

// Reveal is the value itself, for what connects with it; the zero Secret is
// empty.
func (s Secret) Reveal() string {
	if s.text == nil {
		return ""
	}
	return *s.text
}

// String hides the value from logs.
func (s Secret) String() string { return "[redacted]" }

// Format hides the value from every verb.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "[redacted]") }
