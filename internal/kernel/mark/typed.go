package mark

import (
	_ "embed" // the faces
	"fmt"
	"image"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	xdraw "golang.org/x/image/draw"
	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
	"golang.org/x/text/unicode/norm"

	"foyer/internal/kernel/pdf"
	"foyer/internal/kernel/problem"
)

// Face is a typeface that a name can be typed in.
type Face string

// The faces. Upright is not offered: a name in letters that the chosen one lacks is
// drawn in it.
const (
	Caveat        Face = "caveat"
	DancingScript Face = "dancing-script"
	GreatVibes    Face = "great-vibes"
	Upright       Face = "upright"
)

// Faces are those to choose from; the first is the default.
var Faces = []Face{Caveat, DancingScript, GreatVibes}

//go:embed fonts/Caveat.ttf
var caveat []byte

//go:embed fonts/DancingScript.ttf
var dancingScript []byte

//go:embed fonts/GreatVibes.ttf
var greatVibes []byte

var fonts = map[Face]func() *sfnt.Font{
	Caveat:        parsed(func() []byte { return caveat }),
	DancingScript: parsed(func() []byte { return dancingScript }),
	GreatVibes:    parsed(func() []byte { return greatVibes }),
	Upright:       parsed(pdf.Upright),
}

func parsed(data func() []byte) func() *sfnt.Font {
	return sync.OnceValue(func() *sfnt.Font {
		f, err := opentype.Parse(data())
		if err != nil {
			panic("a face cannot be read: " + err.Error())
		}
		return f
	})
}

// The form fields at which problems of a typed name are shown.
const (
	NameField = "name"
	FaceField = "face"
)

const maxName = 100

// ofName is a name in a face, or upright if the face lacks a letter of it. Problems:
// mark.name, mark.name_long and mark.letters at NameField, mark.face at FaceField.
func ofName(name string, face Face) (Mark, error) {
	if !slices.Contains(Faces, face) {
		return Mark{}, problem.Field(FaceField, "mark.face")
	}
	name = cleaned(name)
	if name == "" {
		return Mark{}, problem.Field(NameField, "mark.name")
	}
	if utf8.RuneCountInString(name) > maxName {
		return Mark{}, problem.Field(NameField, "mark.name_long", "limit", maxName)
	}
	if len(lacking(name, face)) > 0 {
		if lacks := lacking(name, Upright); len(lacks) > 0 {
			return Mark{}, problem.Field(NameField, "mark.letters", "letters", string(lacks))
		}
		face = Upright
	}
	img, err := written(name, fonts[face]())
	if err != nil {
		return Mark{}, fmt.Errorf("draw a name: %w", err)
	}
	cut, ok := trimmed(img)
	if !ok {
		return Mark{}, problem.Field(NameField, "mark.name")
	}
	m, err := finish(cut)
	m.Face = face
	return m, err
}

// Has tells whether a face has every letter of a name.
func Has(face Face, name string) bool {
	return fonts[face] != nil && len(lacking(cleaned(name), face)) == 0
}

// cleaned is a name in composed letters, with single spaces and nothing unseen.
func cleaned(name string) string {
	name = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r):
			return -1
		}
		return r
	}, norm.NFC.String(strings.ToValidUTF8(name, "")))
	return strings.Join(strings.Fields(name), " ")
}

// lacking lists the letters of a name that a face does not have, each once.
func lacking(name string, face Face) []rune {
	var lacks []rune
	var buffer sfnt.Buffer
	f := fonts[face]()
	for _, r := range name {
		if at, err := f.GlyphIndex(&buffer, r); (err != nil || at == 0) && !slices.Contains(lacks, r) {
			lacks = append(lacks, r)
		}
	}
	return lacks
}

// written draws a name as large as it may be.
func written(name string, f *sfnt.Font) (*image.Gray, error) {
	const largest, dpi = 150.0, 72
	size := largest
	for {
		face, err := opentype.NewFace(f, &opentype.FaceOptions{Size: size, DPI: dpi, Hinting: font.HintingNone})
		if err != nil {
			return nil, err
		}
		bounds, _ := font.BoundString(face, name)
		w, h := (bounds.Max.X-bounds.Min.X).Ceil()+2, (bounds.Max.Y-bounds.Min.Y).Ceil()+2
		if over := max(float64(w)/(MaxWidth-2*margin), float64(h)/(MaxHeight-2*margin)); over > 1 && size > 1 {
			size = size / over * 0.99
			continue
		}
		img := paper(w, h)
		d := font.Drawer{Dst: img, Src: ink, Face: face, Dot: fixed.Point26_6{X: -bounds.Min.X + fixed.I(1), Y: -bounds.Min.Y + fixed.I(1)}}
		d.DrawString(name)
		return img, face.Close()
	}
}

// scale draws a part of a picture into a place.
func scale(to *image.RGBA, place image.Rectangle, from image.Image, part image.Rectangle) {
	xdraw.CatmullRom.Scale(to, place, from, part, xdraw.Over, nil)
}
