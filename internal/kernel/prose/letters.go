package prose

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/yuin/goldmark/util"
)

// unescape takes the backslashes from before punctuation and puts letters in the
// places of their names, as &amp; is one.
func unescape(source []byte) string {
	if bytes.IndexByte(source, '\\') < 0 && bytes.IndexByte(source, '&') < 0 {
		return string(source)
	}
	var b strings.Builder
	for i := 0; i < len(source); i++ {
		switch c := source[i]; {
		case c == '\\' && i+1 < len(source) && util.IsPunct(source[i+1]):
			i++
			b.WriteByte(source[i])
		case c == '&':
			letters, n := entity(source[i:])
			b.WriteString(letters)
			i += n - 1
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

// entity reads the named or numbered letter at the beginning of a text, and how
// many bytes it is written with.
func entity(source []byte) (string, int) {
	end := bytes.IndexByte(source[:min(len(source), 40)], ';')
	if end < 2 {
		return "&", 1
	}
	name := source[1:end]
	if name[0] != '#' {
		if found, ok := util.LookUpHTML5EntityByName(string(name)); ok {
			return string(found.Characters), end + 1
		}
		return "&", 1
	}
	digits, base := string(name[1:]), 10
	if strings.HasPrefix(digits, "x") || strings.HasPrefix(digits, "X") {
		digits, base = digits[1:], 16
	}
	n := rune(0)
	if digits == "" || len(digits) > 7 {
		return "&", 1
	}
	for _, d := range digits {
		at := strings.IndexRune("0123456789abcdef", unicode.ToLower(d))
		if at < 0 || at >= base {
			return "&", 1
		}
		n = n*rune(base) + rune(at)
	}
	if n == 0 || !utf8.ValidRune(n) {
		n = utf8.RuneError
	}
	return Clean(string(n)), end + 1
}
