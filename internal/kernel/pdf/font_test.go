package pdf

import (
	"encoding/binary"
	"maps"
	"slices"
	"testing"

	imagefont "golang.org/x/image/font"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

// Every letter has the outline and the width in a part of a font that it has in
// the font, whether its outline is one of its own or made of others. The reader
// of fonts is another's.
func TestPartsOfFontsHaveTheirLettersWhole(t *testing.T) {
	t.Parallel()
	for s := range styles {
		f := fonts[s]()
		var all []rune
		for r := range rune(letters) {
			if f.glyph(r) != 0 {
				all = append(all, r)
			}
		}
		if len(all) < 1000 {
			t.Fatalf("%s has %d letters", f.name, len(all))
		}
		whole, err := sfnt.Parse([styles][]byte{notoRegular, notoBold, notoItalic, notoBoldItalic}[s])
		if err != nil {
			t.Fatal(err)
		}
		// Letters as they come, so that what others are made of comes before them
		// and after them.
		for _, some := range [][]rune{all, reversed(all), []rune("Łódź"), []rune("ǻ"), nil} {
			p := newPart(f, 1)
			for _, r := range some {
				p.letter(r)
			}
			program := p.program()
			if checksum(program) != 0xb1b0afba {
				t.Errorf("%s: the sum of %d letters is wrong", f.name, len(some))
			}
			tables, err := readTables(program)
			if err != nil {
				t.Fatal(err)
			}
			// Glyphs of this typeface begin where their outlines do.
			for i := range len(tables["hmtx"]) / 4 {
				drawn := tables["glyf"][binary.BigEndian.Uint32(tables["loca"][4*i:]):binary.BigEndian.Uint32(tables["loca"][4*i+4:])]
				begins := binary.BigEndian.Uint16(tables["hmtx"][4*i+2:])
				if len(drawn) > 0 && binary.BigEndian.Uint16(drawn[2:]) != begins {
					t.Errorf("%s: glyph %d of %d letters begins at %d", f.name, i, len(some), int16(begins))
				}
			}
			// A file needs no table of letters; the reader that compares does.
			for _, table := range []string{"cmap", "name", "post", "OS/2"} {
				tables[table] = f.tables[table]
			}
			cut, err := sfnt.Parse(writeTables(tables))
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range some {
				got, gotWide := outline(t, cut, sfnt.GlyphIndex(p.letter(r)))
				want, wide := outline(t, whole, sfnt.GlyphIndex(f.glyph(r)))
				if !slices.Equal(got, want) || gotWide != wide {
					t.Errorf("%s: %q of %d letters is drawn another way", f.name, r, len(some))
				}
			}
		}
	}
}

func reversed(runes []rune) []rune {
	runes = slices.Clone(runes)
	slices.Reverse(runes)
	return runes
}

func outline(t *testing.T, f *sfnt.Font, glyph sfnt.GlyphIndex) ([]sfnt.Segment, fixed.Int26_6) {
	t.Helper()
	var buffer sfnt.Buffer
	segments, err := f.LoadGlyph(&buffer, glyph, fixed.I(1000), nil)
	if err != nil {
		t.Fatal(err)
	}
	segments = slices.Clone(segments)
	wide, err := f.GlyphAdvance(&buffer, glyph, fixed.I(1000), imagefont.HintingNone)
	if err != nil {
		t.Fatal(err)
	}
	return segments, wide
}

// All cuts have the same letters: what is missing is asked of one of them.
func TestCutsHaveTheSameLetters(t *testing.T) {
	t.Parallel()
	for r := range rune(letters) {
		for s := range styles {
			if (fonts[s]().glyph(r) != 0) != has(r) {
				t.Errorf("%s and %s differ in %q", fonts[s]().name, fonts[regular]().name, r)
			}
		}
	}
}

// A font that is cut off, or says what cannot be, is an error and no panic.
func TestBrokenFonts(t *testing.T) {
	t.Parallel()
	for size := 0; size < len(notoRegular); size += 1 + size/8 {
		if _, err := readFont("broken", notoRegular[:size]); err == nil {
			t.Errorf("%d bytes of a font are one", size)
		}
	}
	tables, err := readTables(notoRegular)
	if err != nil {
		t.Fatal(err)
	}
	for table, at := range map[string]int{"hhea": 34, "maxp": 4, "loca": 8} {
		broken := maps.Clone(tables)
		broken[table] = slices.Clone(tables[table])
		binary.BigEndian.PutUint16(broken[table][at:], 0xfff0)
		if _, err := readFont("broken", writeTables(broken)); err == nil {
			t.Errorf("a font with another %s is one", table)
		}
	}
	if _, err := readFont("whole", writeTables(maps.Clone(tables))); err != nil {
		t.Error(err)
	}
}
