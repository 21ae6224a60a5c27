package pdf

import (
	_ "embed" // the fonts
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/image/font/sfnt"
)

// family is the font's name. The library writes "utf8" before it; Make puts the
// mark of a part of a font in the place of that and of the first three letters.
const family = "subnotosans"

// style is a cut of the font, as the library names it.
type style string

const (
	regular style = ""
	bold    style = "B"
)

//go:embed fonts/NotoSans-Regular.ttf
var notoRegular []byte

//go:embed fonts/NotoSans-Bold.ttf
var notoBold []byte

// fonts are in this order in every file.
var fonts = []struct {
	style style
	data  []byte
}{{regular, notoRegular}, {bold, notoBold}}

// has tells whether the fonts have a letter; all cuts have the same ones.
var has = sync.OnceValue(func() func(r rune) bool {
	const end = 0x10000
	known := make([]bool, end)
	font, err := sfnt.Parse(notoRegular)
	if err != nil {
		panic("the font cannot be read: " + err.Error())
	}
	var buffer sfnt.Buffer
	for r := rune(' '); r < end; r++ {
		at, err := font.GlyphIndex(&buffer, r)
		known[r] = err == nil && at != 0
	}
	return func(r rune) bool { return r >= 0 && r < end && known[r] }
})

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
	end   bool // at the end of its place, as figures are
}

// clean takes out what no line of type has, and puts the replacement character in
// the place of letters that no font has.
func (p *press) clean(text string) string {
	known := has()
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
		case known(r):
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

func (p *press) use(w write) {
	// The library leaves a font out that it believes to be set already, which is
	// not so after a page was turned back to.
	p.f.SetFont(family, string(bold), 1)
	p.f.SetFont(family, string(w.style), w.size)
	p.f.SetTextColor(w.ink.r, w.ink.g, w.ink.b)
}

// put writes one line with its top at y.
func (p *press) put(x, y, width float64, w write, text string) {
	text = p.clean(strings.ReplaceAll(text, "\n", " "))
	if text == "" {
		return
	}
	p.use(w)
	if w.end {
		x += width - p.f.GetStringWidth(text)
	}
	p.f.Text(x, y+w.size*0.93, text)
}

func (p *press) rule(x, y, width float64, i ink) {
	p.f.SetDrawColor(i.r, i.g, i.b)
	p.f.SetLineWidth(0.6)
	p.f.Line(x, y, x+width, y)
}

func (p *press) fill(x, y, width, height float64, i ink) {
	p.f.SetFillColor(i.r, i.g, i.b)
	p.f.Rect(x, y, width, height, "F")
}

// wrap breaks a text into lines of a width: between words, and inside a word that
// is longer than a line.
func (p *press) wrap(text string, width float64, w write) []string {
	text = p.clean(text)
	if strings.TrimSpace(text) == "" {
		return nil
	}
	p.use(w)
	space := p.f.GetStringWidth(" ")
	var lines []string
	for block := range strings.SplitSeq(text, "\n") {
		line, used := "", 0.0
		for word := range strings.SplitSeq(strings.TrimRight(block, " "), " ") {
			for _, part := range p.parts(word, width) {
				wide := p.f.GetStringWidth(part)
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

// parts cuts a word that is wider than a line.
func (p *press) parts(word string, width float64) []string {
	if p.f.GetStringWidth(word) <= width {
		return []string{word}
	}
	var parts []string
	from, used := 0, 0.0
	for at, r := range word {
		wide := p.f.GetStringWidth(string(r))
		if used+wide > width && at > from {
			parts = append(parts, word[from:at]+broken)
			from, used = at, 0
		}
		used += wide
	}
	return append(parts, word[from:])
}
