package seal

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf16"
)

// Limits on what a foreign file may ask of us.
const (
	maxNesting = 64     // arrays and dictionaries in one another
	maxEntries = 2000   // of one dictionary
	maxItems   = 50_000 // of one array
)

var errSyntax = errors.New("not the syntax of a PDF")

// span is a stretch of a file, from one offset to before another.
type span struct{ from, to int }

func (s span) of(b []byte) []byte { return b[s.from:s.to] }

// entry is a key of a dictionary, without its slash, and where its value is.
type entry struct {
	key   string
	value span
}

// ref names an object.
type ref struct{ num, gen int }

func (r ref) String() string { return fmt.Sprintf("%d %d R", r.num, r.gen) }

// reader walks over the syntax of ISO 32000-1, 7.2 and 7.3. It builds no tree:
// what a file nests is passed over, and opened where it is wanted.
type reader struct {
	b []byte
	i int
}

func isSpace(c byte) bool {
	return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\f' || c == 0
}

func isDelimiter(c byte) bool {
	switch c {
	case '(', ')', '<', '>', '[', ']', '{', '}', '/', '%':
		return true
	}
	return false
}

func isRegular(c byte) bool { return !isSpace(c) && !isDelimiter(c) }

// space goes to the next byte that is neither white space nor comment.
func (r *reader) space() {
	for r.i < len(r.b) {
		switch c := r.b[r.i]; {
		case isSpace(c):
			r.i++
		case c == '%':
			for r.i < len(r.b) && r.b[r.i] != '\n' && r.b[r.i] != '\r' {
				r.i++
			}
		default:
			return
		}
	}
}

// peek is the byte that is next, 0 at the end.
func (r *reader) peek() byte {
	if r.i < len(r.b) {
		return r.b[r.i]
	}
	return 0
}

// word takes the regular characters that are next.
func (r *reader) word() []byte {
	from := r.i
	for r.i < len(r.b) && isRegular(r.b[r.i]) {
		r.i++
	}
	return r.b[from:r.i]
}

// integer takes a number without a sign that fits a file of ours.
func (r *reader) integer() (int, bool) {
	r.space()
	from := r.i
	n, ok := digits(r.word())
	if !ok {
		r.i = from
	}
	return n, ok
}

func digits(word []byte) (int, bool) {
	if len(word) == 0 || len(word) > 10 {
		return 0, false
	}
	n := 0
	for _, c := range word {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	return n, true
}

// keyword takes the word if it is what comes next.
func (r *reader) keyword(word string) bool {
	r.space()
	from := r.i
	if string(r.word()) == word {
		return true
	}
	r.i = from
	return false
}

// ref takes a reference such as "12 0 R".
func (r *reader) ref() (ref, bool) {
	from := r.i
	num, isNum := r.integer()
	gen, isGen := 0, false
	if isNum {
		gen, isGen = r.integer()
	}
	if isGen && r.keyword("R") {
		return ref{num, gen}, true
	}
	r.i = from
	return ref{}, false
}

// value passes over whatever value is next and tells where it was.
func (r *reader) value() (span, error) { return r.nested(maxNesting) }

func (r *reader) nested(depth int) (span, error) {
	r.space()
	from := r.i
	var err error
	switch c := r.peek(); {
	case c == '/':
		r.i++
		r.word()
	case c == '(':
		err = r.literal()
	case c == '<' && r.i+1 < len(r.b) && r.b[r.i+1] == '<':
		r.i += 2
		err = r.until(depth, ">>")
	case c == '<':
		end := bytes.IndexByte(r.b[r.i:], '>')
		if end < 0 {
			return span{}, errSyntax
		}
		r.i += end + 1
	case c == '[':
		r.i++
		err = r.until(depth, "]")
	case c >= '0' && c <= '9':
		if _, ok := r.ref(); !ok {
			r.word()
		}
	case r.i < len(r.b) && isRegular(c):
		r.word()
	default:
		err = errSyntax
	}
	return span{from, r.i}, err
}

// until passes over values up to the mark that ends them.
func (r *reader) until(depth int, mark string) error {
	for depth > 0 {
		r.space()
		if bytes.HasPrefix(r.b[r.i:], []byte(mark)) {
			r.i += len(mark)
			return nil
		}
		if _, err := r.nested(depth - 1); err != nil {
			return err
		}
	}
	return errSyntax
}

// literal passes over a string in parentheses, which may hold pairs of them.
func (r *reader) literal() error {
	open := 0
	for ; r.i < len(r.b); r.i++ {
		switch r.b[r.i] {
		case '\\':
			r.i++
		case '(':
			open++
		case ')':
			if open--; open == 0 {
				r.i++
				return nil
			}
		}
	}
	return errSyntax
}

// dictionary opens the dictionary that is next. A key that is there twice is an
// error, since programs differ in which of them they take.
func (r *reader) dictionary() ([]entry, error) {
	r.space()
	if !bytes.HasPrefix(r.b[r.i:], []byte("<<")) {
		return nil, errSyntax
	}
	r.i += 2
	var all []entry
	seen := map[string]bool{}
	for len(all) < maxEntries {
		r.space()
		if bytes.HasPrefix(r.b[r.i:], []byte(">>")) {
			r.i += 2
			return all, nil
		}
		if r.peek() != '/' {
			return nil, errSyntax
		}
		r.i++
		key := name(string(r.word()))
		value, err := r.value()
		if err != nil || seen[key] {
			return nil, errSyntax
		}
		seen[key] = true
		all = append(all, entry{key, value})
	}
	return nil, errSyntax
}

// array opens the array that is next.
func (r *reader) array() ([]span, error) {
	r.space()
	if r.peek() != '[' {
		return nil, errSyntax
	}
	r.i++
	var all []span
	for len(all) < maxItems {
		r.space()
		if r.peek() == ']' {
			r.i++
			return all, nil
		}
		item, err := r.value()
		if err != nil {
			return nil, err
		}
		all = append(all, item)
	}
	return nil, errSyntax
}

// name is a name with its escapes (#2F) resolved.
func name(word string) string {
	if !strings.Contains(word, "#") {
		return word
	}
	var out []byte
	for i := 0; i < len(word); i++ {
		if word[i] == '#' && i+2 < len(word) {
			if c, err := strconv.ParseUint(word[i+1:i+3], 16, 8); err == nil {
				out = append(out, byte(c))
				i += 2
				continue
			}
		}
		out = append(out, word[i])
	}
	return string(out)
}

// find is the value of a key.
func find(entries []entry, key string) (span, bool) {
	for _, e := range entries {
		if e.key == key {
			return e.value, true
		}
	}
	return span{}, false
}

// at is a reader of one value of a file.
func at(b []byte, s span) *reader { return &reader{b[:s.to], s.from} }

// textString writes a string for people (7.9.2): as it is if that is ASCII, as
// UTF-16 otherwise.
func textString(s string) string {
	var out strings.Builder
	out.WriteByte('(')
	for _, c := range s {
		switch {
		case c < ' ' || c > '~':
			units := utf16.Encode([]rune(s))
			wide := []byte{0xfe, 0xff}
			for _, u := range units {
				wide = append(wide, byte(u>>8), byte(u))
			}
			return "<" + hex.EncodeToString(wide) + ">"
		case c == '(' || c == ')' || c == '\\':
			out.WriteByte('\\')
		}
		out.WriteRune(c)
	}
	return out.String() + ")"
}

// readText is a string for people again, as plain as it is needed to show it.
func readText(raw []byte) string {
	if len(raw) < 2 {
		return ""
	}
	var body []byte
	switch body = raw[1 : len(raw)-1]; raw[0] {
	case '<':
		clean := bytes.Map(func(c rune) rune {
			if c < 0x80 && isSpace(byte(c)) {
				return -1
			}
			return c
		}, body)
		if len(clean)%2 != 0 {
			clean = append(clean, '0')
		}
		wide := make([]byte, len(clean)/2)
		if _, err := hex.Decode(wide, clean); err != nil {
			return ""
		}
		body = wide
	case '(':
		body = unescape(body)
	default:
		return ""
	}
	if wide, ok := bytes.CutPrefix(body, []byte{0xfe, 0xff}); ok {
		units := make([]uint16, len(wide)/2)
		for i := range units {
			units[i] = uint16(wide[2*i])<<8 | uint16(wide[2*i+1])
		}
		return string(utf16.Decode(units))
	}
	var out strings.Builder
	for _, c := range body {
		out.WriteRune(rune(c)) // PDFDocEncoding is Latin-1 where it matters
	}
	return out.String()
}

// unescape resolves the backslashes of a literal string (7.3.4.2).
func unescape(raw []byte) []byte {
	out := make([]byte, 0, len(raw))
	for i := 0; i < len(raw); i++ {
		c := raw[i]
		if c != '\\' || i+1 == len(raw) {
			out = append(out, c)
			continue
		}
		i++
		switch c = raw[i]; {
		case c >= '0' && c <= '7':
			n := 0
			for range 3 {
				if i == len(raw) || raw[i] < '0' || raw[i] > '7' {
					break
				}
				n = n*8 + int(raw[i]-'0')
				i++
			}
			i--
			out = append(out, byte(n))
		case c == '\n', c == '\r':
		default:
			if k := strings.IndexByte("nrtbf", c); k >= 0 {
				c = "\n\r\t\b\f"[k]
			}
			out = append(out, c)
		}
	}
	return out
}
