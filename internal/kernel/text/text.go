// Package text cleans and checks what people type. It stores faithfully what
// can be stored (emoji, any script, things that look like HTML) and says in a
// sentence at the field what cannot.
package text

import (
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"

	"foyer/internal/kernel/mail"
	"foyer/internal/kernel/problem"
)

// Need says whether a field may stay empty.
type Need bool

// The two needs.
const (
	Required Need = true
	Optional Need = false
)

// Line cleans a single line of at most limit characters: outer space goes,
// the form is NFC, control characters and line breaks are refused.
func Line(fields *problem.Fields, field, value string, need Need, limit int) string {
	return clean(fields, field, value, need, limit, false)
}

// Block cleans text of several lines.
func Block(fields *problem.Fields, field, value string, need Need, limit int) string {
	return clean(fields, field, strings.ReplaceAll(value, "\r\n", "\n"), need, limit, true)
}

func clean(fields *problem.Fields, field, value string, need Need, limit int, lines bool) string {
	if !utf8.ValidString(value) {
		fields.Add(field, "field.unreadable")
		return ""
	}
	value = strings.TrimSpace(norm.NFC.String(value))
	switch {
	case value == "" && need == Required:
		fields.Add(field, "field.required")
	case utf8.RuneCountInString(value) > limit:
		fields.Add(field, "field.long", "max", limit)
	case hasControl(value, lines):
		fields.Add(field, "field.control")
	}
	return value
}

// hasControl finds characters that no keyboard types and that break lists,
// mail headers and file names: controls, and the marks that reorder the text
// around them (Unicode bidirectional embeddings, overrides and isolates).
func hasControl(value string, lines bool) bool {
	for _, r := range value {
		switch {
		case lines && (r == '\n' || r == '\t'):
		case unicode.IsControl(r), r == '\u2028', r == '\u2029', r == '\ufeff':
			return true
		case r >= '\u202a' && r <= '\u202e', r >= '\u2066' && r <= '\u2069':
			return true
		}
	}
	return false
}

// Email cleans a mail address and checks its form.
func Email(fields *problem.Fields, field, value string, need Need) string {
	value = Line(fields, field, value, need, 254)
	if value == "" || fields.Has(field) {
		return value
	}
	if _, err := mail.NormalizeAddress(value); err != nil {
		fields.Add(field, "field.email")
	}
	return value
}

// Website cleans an http or https address; one without a scheme gets https. What
// is refused comes back as it was typed.
func Website(fields *problem.Fields, field, value string, limit int) string {
	value = Line(fields, field, value, Optional, limit)
	if value == "" || fields.Has(field) {
		return value
	}
	address := value
	if !strings.Contains(value, "://") {
		address = "https://" + value
	}
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.User != nil || !hasDomain(u.Hostname()) {
		fields.Add(field, "field.website")
		return value
	}
	return address
}

// hasDomain tells whether a host name has at least two parts and none is empty.
func hasDomain(name string) bool {
	parts := strings.Split(name, ".")
	return len(parts) > 1 && !slices.Contains(parts, "") && !strings.ContainsFunc(name, unicode.IsSpace)
}

// Key is the form of a text that is searched and sorted by: compatibility
// normal form, case folded, marks and control characters taken off.
func Key(value string) string {
	var b strings.Builder
	for _, r := range norm.NFKD.String(cases.Fold().String(strings.ToValidUTF8(value, "\uFFFD"))) {
		switch {
		case unicode.IsControl(r):
			b.WriteByte(' ') // a query may hold one, and no database takes NUL
		case !unicode.Is(unicode.Mn, r):
			b.WriteRune(unicode.ToLower(r))
		}
	}
	return strings.Join(strings.Fields(strings.ReplaceAll(b.String(), "ß", "ss")), " ")
}

// Like is a search text as a like pattern with escape '\' that finds it anywhere.
func Like(query string) string {
	return "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(Key(query)) + "%"
}

// Initials are one or two letters that stand for a name.
func Initials(name string) string {
	var out []rune
	for _, word := range strings.Fields(name) {
		for _, r := range word {
			if unicode.IsLetter(r) || unicode.IsDigit(r) {
				out = append(out, unicode.ToUpper(r))
				break
			}
		}
	}
	switch len(out) {
	case 0:
		return "?"
	case 1, 2:
		return string(out)
	}
	return string([]rune{out[0], out[len(out)-1]})
}

// FirstName is what a person is greeted by.
func FirstName(name string) string {
	for _, first := range strings.Fields(name) {
		return first
	}
	return ""
}

// Capital is a text that begins with a capital letter.
func Capital(value string) string {
	if value == "" {
		return ""
	}
	first, size := utf8.DecodeRuneInString(value)
	return string(unicode.ToUpper(first)) + value[size:]
}

// Query cleans what somebody searches for: no control characters, at most limit
// characters.
func Query(query string, limit int) string {
	query = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(query, ""))
	if runes := []rune(query); len(runes) > limit {
		query = string(runes[:limit])
	}
	return query
}
