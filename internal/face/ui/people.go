package ui

import (
	"hash/fnv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Initials gives at most two capital letters for a name: the first letters of
// its first and its last word. A name without a letter or digit gives "?".
func Initials(name string) string {
	words := strings.FieldsFunc(name, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.IsMark(r) && r != '\'' && r != '’'
	})
	var letters []rune
	for _, word := range words {
		r, _ := utf8.DecodeRuneInString(strings.TrimLeft(word, "'’"))
		if r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsNumber(r)) {
			letters = append(letters, unicode.ToUpper(r))
		}
	}
	switch len(letters) {
	case 0:
		return "?"
	case 1:
		return string(letters[0])
	}
	return string([]rune{letters[0], letters[len(letters)-1]})
}

// tints is how many avatar colours the stylesheet has.
const tints = 6

// tint chooses one of the avatar colours by the name, always the same one.
func tint(name string) string {
	h := fnv.New32a()
	h.Write([]byte(strings.ToLower(strings.TrimSpace(name))))
	return "tint-" + string(rune('1'+h.Sum32()%tints))
}

// firstLetter is the first of a name's initials.
func firstLetter(name string) string {
	r, _ := utf8.DecodeRuneInString(Initials(name))
	return string(r)
}
