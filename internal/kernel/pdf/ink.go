package pdf

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// ink is a colour.
type ink struct{ r, g, b int }

var (
	black = ink{24, 28, 27}
	grey  = ink{104, 112, 109}
	hair  = ink{214, 219, 217}
	soft  = ink{246, 248, 247}
)

// inkOf reads #rrggbb; anything else is black.
func inkOf(hex string) ink {
	n, err := strconv.ParseUint(strings.TrimPrefix(hex, "#"), 16, 32)
	if err != nil || len(hex) != 7 {
		return black
	}
	return ink{int(n >> 16), int(n >> 8 & 0xff), int(n & 0xff)}
}

// write is how a text is written.
type write struct {
	size  float64
	style style
	ink   ink
	end   bool   // at the end of its place, as figures are
	link  string // the address that it leads to, if any
}

// clean takes out what no line of type has, and puts the replacement character in
// the place of letters that no font has.
func (p *press) clean(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n', r == '\u00a0', r == '\u202f', r == '\u2009':
			if r == '\n' {
				return r
			}
			return '\u00a0'
		case r == '\u2212': // the minus sign, which these fonts do not have
			return '\u2013'
		case r == '\t', r == '\r', r == '\u2028', r == '\u2029':
			return ' '
		case r == '\u200e', r == '\u200f', r == '\u200d', r == '\ufe0f', unicode.IsControl(r), r >= '\u202a' && r <= '\u202e', r >= '\u2066' && r <= '\u2069':
			return -1
		case has(r):
			return r
		}
		p.miss(r)
		return unicode.ReplacementChar
	}, strings.ToValidUTF8(text, "\ufffd"))
}

// Missing lists the letters of a text that no font has, sorted, for telling
// whoever writes it.
func Missing(text string) []rune {
	p := &press{}
	p.clean(text)
	slices.Sort(p.missing)
	return p.missing
}

func (p *press) miss(r rune) {
	if r != unicode.ReplacementChar && !slices.Contains(p.missing, r) {
		p.missing = append(p.missing, r)
	}
}

// part is what the document uses of a font.
func (p *press) part(s style) *part {
	if p.parts[s] == nil {
		p.parts[s] = newPart(fonts[s](), p.file.number())
	}
	return p.parts[s]
}

// put writes one line with its top at y.
func (p *press) put(x, y, width float64, w write, text string) {
	text = p.clean(strings.ReplaceAll(text, "\n", " "))
	if text == "" {
		return
	}
	part := p.part(w.style)
	wide := part.width(text, w.size)
	if w.end {
		x += width - wide
	}
	p.on.text(x, y+w.size*0.93, w, part, text)
	if w.link != "" {
		p.on.links = append(p.on.links, link{x, y, wide, w.size * 1.25, w.link})
	}
}

func (p *press) rule(x, y, width float64, i ink) { p.on.line(x, y, width, 0.6, i) }

func (p *press) fill(x, y, width, height float64, i ink) { p.on.fill(x, y, width, height, i) }

// wrap breaks a text into lines of a width: between words, and inside a word that
// is longer than a line.
func (p *press) wrap(text string, width float64, w write) []string {
	text = p.clean(text)
	if strings.TrimSpace(text) == "" {
		return nil
	}
	f := fonts[w.style]()
	space := f.width(" ", w.size)
	var lines []string
	for block := range strings.SplitSeq(text, "\n") {
		line, used := "", 0.0
		for word := range strings.SplitSeq(strings.TrimRight(block, " "), " ") {
			for _, part := range pieces(f, word, width, w.size) {
				wide := f.width(part, w.size)
				switch {
				case line == "":
					line, used = part, wide
				case used+space+wide <= width && !strings.HasSuffix(line, broken):
					line, used = line+" "+part, used+space+wide
				default:
					lines = append(lines, strings.TrimSuffix(line, broken))
					line, used = part, wide
				}
			}
		}
		lines = append(lines, strings.TrimSuffix(line, broken))
	}
	return lines
}

// broken marks a part of a word that goes on in the next line.
const broken = "\x00"

// pieces cuts a word that is wider than a line.
func pieces(f *font, word string, width, size float64) []string {
	if f.width(word, size) <= width {
		return []string{word}
	}
	var parts []string
	from, used := 0, 0.0
	for at, r := range word {
		wide := f.width(string(r), size)
		if used+wide > width && at > from {
			parts = append(parts, word[from:at]+broken)
			from, used = at, 0
		}
		used += wide
	}
	return append(parts, word[from:])
}
