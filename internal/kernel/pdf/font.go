package pdf

import (
	"cmp"
	"crypto/sha256"
	_ "embed" // the fonts
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"

	"golang.org/x/image/font/sfnt"
)

// style is a cut of the typeface.
type style int

const (
	regular style = iota
	bold
	italic
	boldItalic
	styles // how many there are
)

//go:embed fonts/NotoSans-Regular.ttf
var notoRegular []byte

//go:embed fonts/NotoSans-Bold.ttf
var notoBold []byte

//go:embed fonts/NotoSans-Italic.ttf
var notoItalic []byte

//go:embed fonts/NotoSans-BoldItalic.ttf
var notoBoldItalic []byte

// fonts are read once in a program's life, when the first document wants them.
var fonts = [styles]func() *font{
	regular:    once("NotoSans-Regular", notoRegular),
	bold:       once("NotoSans-Bold", notoBold),
	italic:     once("NotoSans-Italic", notoItalic),
	boldItalic: once("NotoSans-BoldItalic", notoBoldItalic),
}

func once(name string, data []byte) func() *font {
	return sync.OnceValue(func() *font {
		f, err := readFont(name, data)
		if err != nil {
			panic(fmt.Sprintf("the font %s cannot be read: %v", name, err))
		}
		return f
	})
}

// has tells whether the fonts have a letter; all cuts have the same ones.
func has(r rune) bool { return fonts[regular]().glyph(r) != 0 }

// letters is the end of those that fonts are asked for: the basic plane.
const letters = 0x10000

// font is a TrueType font that was read. It does not change any more, so any
// number of documents can be drawn with it at once.
type font struct {
	name     string
	tables   map[string][]byte
	glyphs   []uint16 // by letter, 0 where there is none
	widths   []int    // by glyph, in thousandths of the size
	outlines [][]byte // by glyph
	about    string   // what a file says of the font, for its descriptor
}

var errFont = errors.New("it is cut off, or no TrueType font")

// readFont reads a font. What it does not need of it, it does not check.
func readFont(name string, data []byte) (*font, error) {
	parsed, err := sfnt.Parse(data)
	if err != nil {
		return nil, err
	}
	f := &font{name: name, glyphs: make([]uint16, letters)}
	var buffer sfnt.Buffer
	for r := rune(' '); r < letters; r++ {
		at, err := parsed.GlyphIndex(&buffer, r)
		if err != nil {
			return nil, err
		}
		f.glyphs[r] = uint16(at)
	}
	if f.tables, err = readTables(data); err != nil {
		return nil, err
	}
	for table, least := range map[string]int{"head": 54, "hhea": 36, "maxp": 6, "OS/2": 90, "post": 8, "glyf": 0, "loca": 0, "hmtx": 0} {
		if got, ok := f.tables[table]; !ok || len(got) < least {
			return nil, fmt.Errorf("table %s: %w", table, errFont)
		}
	}
	count := parsed.NumGlyphs()
	if len(f.tables["hmtx"]) < 2*count+2*f.measured() || len(f.tables["loca"]) < 2*(count+1)*(1+int(f.number("head", 50))) || f.number("head", 18) == 0 || f.measured() == 0 {
		return nil, errFont
	}
	f.widths, f.outlines = make([]int, count), make([][]byte, count)
	for at := range count {
		f.widths[at] = f.scaled(int(f.advance(at)))
		from, to := f.offset(at), f.offset(at+1)
		if from > to || to > len(f.tables["glyf"]) {
			return nil, errFont
		}
		f.outlines[at] = f.tables["glyf"][from:to]
	}
	signed := func(table string, at int) int { return f.scaled(int(int16(f.number(table, at)))) }
	slant, flags := int16(f.number("post", 4)), 4
	if slant != 0 {
		flags |= 64
	}
	f.about = fmt.Sprintf("/Flags %d /FontBBox [%d %d %d %d] /ItalicAngle %d /Ascent %d /Descent %d /CapHeight %d /StemV %d",
		flags, signed("head", 36), signed("head", 38), signed("head", 40), signed("head", 42), slant,
		signed("hhea", 4), signed("hhea", 6), signed("OS/2", 88), f.number("OS/2", 4)/5)
	return f, nil
}

func readTables(data []byte) (map[string][]byte, error) {
	const head, entry = 12, 16
	if len(data) < head {
		return nil, errFont
	}
	count := int(binary.BigEndian.Uint16(data[4:]))
	if len(data) < head+count*entry {
		return nil, errFont
	}
	tables := map[string][]byte{}
	for i := range count {
		e := data[head+i*entry:]
		from, size := uint64(binary.BigEndian.Uint32(e[8:])), uint64(binary.BigEndian.Uint32(e[12:]))
		if from+size > uint64(len(data)) {
			return nil, errFont
		}
		tables[string(e[:4])] = data[from : from+size]
	}
	return tables, nil
}

func (f *font) number(table string, at int) uint16 {
	return binary.BigEndian.Uint16(f.tables[table][at:])
}

func (f *font) scaled(units int) int {
	return int(math.Round(float64(units) * 1000 / float64(f.number("head", 18))))
}

// measured is how many glyphs have a width of their own; those after them have
// that of the last.
func (f *font) measured() int { return int(f.number("hhea", 34)) }

func (f *font) advance(glyph int) uint16 {
	return f.number("hmtx", 4*min(glyph, f.measured()-1))
}

// bearing is how far left of its outline a glyph begins.
func (f *font) bearing(glyph int) uint16 {
	if n := f.measured(); glyph >= n {
		return f.number("hmtx", 4*n+2*(glyph-n))
	}
	return f.number("hmtx", 4*glyph+2)
}

func (f *font) offset(glyph int) int {
	if f.number("head", 50) == 0 {
		return 2 * int(f.number("loca", 2*glyph))
	}
	return int(binary.BigEndian.Uint32(f.tables["loca"][4*glyph:]))
}

// glyph is what a letter is drawn with, 0 if the font has none.
func (f *font) glyph(r rune) uint16 {
	if r < 0 || r >= letters {
		return 0
	}
	return f.glyphs[r]
}

// width is that of a text, in points.
func (f *font) width(text string, size float64) float64 {
	sum := 0
	for _, r := range text {
		sum += f.widths[f.glyph(r)]
	}
	return float64(sum) * size / 1000
}

// part is what one document uses of a font. Letters get numbers as they come, and
// a number is at the same time that of its glyph in the part, so two letters that
// look alike are still two when the text is copied out of the file.
type part struct {
	*font
	object  int
	numbers map[rune]uint16
	runes   []rune // by number, the first for what no letter has
}

func newPart(f *font, object int) *part {
	return &part{font: f, object: object, numbers: map[rune]uint16{}, runes: []rune{0}}
}

func (p *part) letter(r rune) uint16 {
	n, ok := p.numbers[r]
	if !ok {
		n = uint16(len(p.runes))
		p.numbers[r], p.runes = n, append(p.runes, r)
	}
	return n
}

// write puts the part into a file, as a font of Unicode letters.
func (p *part) write(f *file) {
	program := p.program()
	// Six capitals before the name say that it is a part (9.9.2).
	sum := sha256.Sum256(program)
	mark := make([]byte, 6)
	for i := range mark {
		mark[i] = 'A' + sum[i]%26
	}
	name := string(mark) + "+" + p.name
	below, about, data, text := f.number(), f.number(), f.number(), f.number()
	f.object(p.object, "<</Type /Font /Subtype /Type0 /BaseFont /%s /Encoding /Identity-H /DescendantFonts [%d 0 R] /ToUnicode %d 0 R>>", name, below, text)
	var widths strings.Builder
	for _, r := range p.runes {
		fmt.Fprintf(&widths, "%d ", p.widths[p.glyph(r)])
	}
	f.object(below, "<</Type /Font /Subtype /CIDFontType2 /BaseFont /%s /CIDSystemInfo <</Registry (Adobe) /Ordering (Identity) /Supplement 0>> /FontDescriptor %d 0 R /CIDToGIDMap /Identity /W [0 [%s]]>>", name, about, strings.TrimSpace(widths.String()))
	f.object(about, "<</Type /FontDescriptor /FontName /%s %s /FontFile2 %d 0 R>>", name, p.about, data)
	f.stream(data, fmt.Sprintf("/Length1 %d", len(program)), program)
	f.stream(text, "", p.unicode())
}

// unicode says which number is which letter.
func (p *part) unicode() []byte {
	const most = 100 // in one list
	var b strings.Builder
	b.WriteString("/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n" +
		"/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def\n/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n" +
		"1 begincodespacerange\n<0000> <ffff>\nendcodespacerange\n")
	for from := 1; from < len(p.runes); from += most {
		list := p.runes[from:min(from+most, len(p.runes))]
		fmt.Fprintf(&b, "%d beginbfchar\n", len(list))
		for i, r := range list {
			fmt.Fprintf(&b, "<%04x> <%04x>\n", from+i, r)
		}
		b.WriteString("endbfchar\n")
	}
	b.WriteString("endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend")
	return []byte(b.String())
}

// program is the font file of the part, with the tables that 9.9.1 asks for.
func (p *part) program() []byte {
	glyphs := make([]uint16, len(p.runes))
	number := map[uint16]uint16{}
	for i, r := range p.runes {
		glyphs[i] = p.glyph(r)
		if _, ok := number[glyphs[i]]; !ok {
			number[glyphs[i]] = uint16(i)
		}
	}
	put := binary.BigEndian
	var outlines, places, metrics []byte
	for i := 0; i < len(glyphs); i++ { // which grows
		places = put.AppendUint32(places, uint32(len(outlines)))
		metrics = put.AppendUint16(metrics, p.advance(int(glyphs[i])))
		metrics = put.AppendUint16(metrics, p.bearing(int(glyphs[i])))
		from := len(outlines)
		outlines = append(outlines, p.outlines[glyphs[i]]...)
		for _, at := range components(outlines[from:]) {
			of := put.Uint16(outlines[from+at:])
			n, ok := number[of]
			if !ok {
				n = uint16(len(glyphs))
				number[of], glyphs = n, append(glyphs, of)
			}
			put.PutUint16(outlines[from+at:], n)
		}
		outlines = append(outlines, make([]byte, -len(outlines)&3)...)
	}
	places = put.AppendUint32(places, uint32(len(outlines)))
	tables := map[string][]byte{"glyf": outlines, "loca": places, "hmtx": metrics}
	for _, table := range []string{"head", "hhea", "maxp", "cvt ", "fpgm", "prep"} {
		if data, ok := p.tables[table]; ok {
			tables[table] = slices.Clone(data)
		}
	}
	put.PutUint32(tables["head"][8:], 0)
	put.PutUint16(tables["head"][50:], 1) // places of four bytes
	put.PutUint16(tables["hhea"][34:], uint16(len(glyphs)))
	put.PutUint16(tables["maxp"][4:], uint16(len(glyphs)))
	return writeTables(tables)
}

// components finds where an outline that is made of others names them.
func components(outline []byte) (at []int) {
	const pairs, scale, more, scales, matrix = 1 << 0, 1 << 3, 1 << 5, 1 << 6, 1 << 7
	if len(outline) < 2 || int16(binary.BigEndian.Uint16(outline)) >= 0 {
		return nil
	}
	for i := 10; ; {
		flags := binary.BigEndian.Uint16(outline[i:])
		at = append(at, i+2)
		i += 6
		if flags&pairs != 0 {
			i += 2
		}
		switch {
		case flags&scale != 0:
			i += 2
		case flags&scales != 0:
			i += 4
		case flags&matrix != 0:
			i += 8
		}
		if flags&more == 0 {
			return at
		}
	}
}

// writeTables is the reverse of readTables.
func writeTables(tables map[string][]byte) []byte {
	names := make([]string, 0, len(tables))
	size := 12 + 16*len(tables)
	for name, data := range tables {
		names = append(names, name)
		size += (len(data) + 3) &^ 3
	}
	slices.SortFunc(names, cmp.Compare[string])
	power := 0
	for 2<<power <= len(names) {
		power++
	}
	put := binary.BigEndian
	out := make([]byte, 0, size)
	out = put.AppendUint32(out, 0x00010000)
	for _, n := range []int{len(names), 16 << power, power, 16 * (len(names) - 1<<power)} {
		out = put.AppendUint16(out, uint16(n))
	}
	at, head := 12+16*len(names), 0
	for _, name := range names {
		if name == "head" {
			head = at
		}
		out = append(out, name...)
		for _, n := range []int{int(checksum(tables[name])), at, len(tables[name])} {
			out = put.AppendUint32(out, uint32(n))
		}
		at += (len(tables[name]) + 3) &^ 3
	}
	for _, name := range names {
		out = append(out, tables[name]...)
		out = append(out, make([]byte, -len(out)&3)...)
	}
	put.PutUint32(out[head+8:], 0xb1b0afba-checksum(out))
	return out
}

func checksum(data []byte) (sum uint32) {
	for ; len(data) >= 4; data = data[4:] {
		sum += binary.BigEndian.Uint32(data)
	}
	var last [4]byte
	copy(last[:], data)
	return sum + binary.BigEndian.Uint32(last[:])
}
