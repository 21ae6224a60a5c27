// Package problem has the kinds of things that go wrong and that a person is
// told about. Every other error is internal: the person sees "Something went
// wrong" with a reference and the log has the rest.
//
// A problem carries its sentence as a message key with arguments, never as a
// finished sentence, so that the face can say it in the reader's language.
package problem

import (
	"errors"
	"fmt"
	"sort"
	"strings"
)

// Kind says what sort of problem it is. Package web maps kinds to HTTP statuses.
type Kind int

const (
	// NotFound is both "not there" and "not yours": the two are one answer.
	NotFound Kind = iota + 1
	// Invalid is input that a person can mend; it has messages by field.
	Invalid
	// Conflict is a change that no longer fits what is stored.
	Conflict
	// Forbidden is a right that this person does not have.
	Forbidden
	// Unauthenticated is nobody signed in, or a wrong password.
	Unauthenticated
	// TooMany is a limit reached; the person may try again later.
	TooMany
	// TooLarge is a body or file above its limit.
	TooLarge
	// Malformed is a request that none of our pages makes.
	Malformed
	// Unavailable is a service of ours that cannot answer just now.
	Unavailable
)

var kindNames = map[Kind]string{
	NotFound: "not found", Invalid: "invalid", Conflict: "conflict",
	Forbidden: "forbidden", Unauthenticated: "unauthenticated",
	TooMany: "too many", TooLarge: "too large", Malformed: "malformed", Unavailable: "unavailable",
}

// String names the kind for logs.
func (k Kind) String() string { return kindNames[k] }

// Message is a key of the message catalogue with its arguments as
// alternating names and values.
type Message struct {
	Key  string
	Args []any
}

// Say makes a Message.
func Say(key string, args ...any) Message { return Message{Key: key, Args: args} }

// Problem is one thing that went wrong. Fields maps a form field's name to
// what is wrong with it.
type Problem struct {
	Kind    Kind
	Message Message
	Fields  map[string]Message
}

// Error is for logs and tests, not for people.
func (p *Problem) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s", p.Kind, p.Message.Key)
	names := make([]string, 0, len(p.Fields))
	for name := range p.Fields {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		fmt.Fprintf(&b, "; %s: %s", name, p.Fields[name].Key)
	}
	return b.String()
}

// Of makes a problem of a kind with a sentence.
func Of(kind Kind, key string, args ...any) *Problem {
	return &Problem{Kind: kind, Message: Say(key, args...)}
}

// Missing is the one answer for what is not there and what is not yours.
func Missing() *Problem { return Of(NotFound, "problem.not_found") }

// Stale says that someone else changed the record since the form was drawn.
func Stale() *Problem { return Of(Conflict, "problem.stale") }

// Field makes an Invalid problem with one field's message.
func Field(field, key string, args ...any) *Problem {
	var f Fields
	f.Add(field, key, args...)
	return f.Problem()
}

// As finds the Problem in an error's chain.
func As(err error) (*Problem, bool) { return errors.AsType[*Problem](err) }

// Is tells whether the error's chain has a problem of this kind.
func Is(err error, kind Kind) bool {
	p, ok := As(err)
	return ok && p.Kind == kind
}

// Fields gathers messages by field; the zero value is ready. The first
// message for a field stays.
type Fields struct{ m map[string]Message }

// Add notes what is wrong with a field.
func (f *Fields) Add(field, key string, args ...any) {
	if f.m == nil {
		f.m = map[string]Message{}
	}
	if _, taken := f.m[field]; !taken {
		f.m[field] = Say(key, args...)
	}
}

// Has tells whether the field has a message.
func (f *Fields) Has(field string) bool { _, ok := f.m[field]; return ok }

// Problem is nil when nothing was added.
func (f *Fields) Problem() *Problem {
	if len(f.m) == 0 {
		return nil
	}
	return &Problem{Kind: Invalid, Message: Say("problem.invalid"), Fields: f.m}
}

// Err is Problem as an error, nil when nothing was added.
func (f *Fields) Err() error {
	if p := f.Problem(); p != nil {
		return p
	}
	return nil
}
