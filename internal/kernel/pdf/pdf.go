package pdf

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"time"

	"codeberg.org/go-pdf/fpdf"
)

// Paper is the size of a page.
type Paper string

// The papers.
const (
	A4     Paper = "a4"
	Letter Paper = "letter"
)

// Document is what a file says.
type Document struct {
	Title    string
	Author   string
	Language string // BCP 47
	At       time.Time
	Theme    Theme
	Blocks   []Block
	// Running stands at the top of every page but the first.
	Running string
	// PageOf says which page of how many it is.
	PageOf func(page, pages int) string
}

// Theme is how a document looks.
type Theme struct {
	Paper  Paper
	Logo   []byte // PNG, nil for none
	Color  string // #rrggbb of the one accent, empty for ink
	Footer string // below every page, may have several lines
}

// Block is a part of a document: Letterhead, Columns, Facts, Heading, Paragraph,
// Table, Totals, Box or Space.
type Block interface {
	draw(p *press)
}

// Made is a finished file.
type Made struct {
	Bytes   []byte
	Pages   int
	Missing []rune // letters that no font has, sorted
}

// Make draws a document. It is safe for concurrent use.
func Make(d Document) (made Made, err error) {
	defer func() {
		if trouble := recover(); trouble != nil {
			err = fmt.Errorf("draw %q: %v", d.Title, trouble)
		}
	}()
	p, err := newPress(d)
	if err != nil {
		return Made{}, err
	}
	for i, b := range d.Blocks {
		if keeps, ok := b.(keeper); ok && i+1 < len(d.Blocks) {
			p.need(keeps.height(p) + 3*leading(textSize))
		}
		b.draw(p)
	}
	pages := p.f.PageCount()
	for n := 1; n <= pages; n++ {
		p.frame(n, pages)
	}
	var out bytes.Buffer
	if err := p.f.Output(&out); err != nil {
		return Made{}, fmt.Errorf("draw %q: %w", d.Title, err)
	}
	slices.Sort(p.missing)
	return Made{markParts(out.Bytes()), pages, p.missing}, nil
}

// markParts names fonts of which a file has only the letters that it uses as ISO
// 32000-1, 9.9.2 asks: six capitals and a plus before the name. The names keep
// their length, so that nothing in the file moves.
func markParts(file []byte) []byte {
	sum := sha256.Sum256(file)
	mark := make([]byte, 0, 7)
	for _, b := range sum[:6] {
		mark = append(mark, 'A'+b%26)
	}
	mark = append(mark, '+')
	for _, key := range []string{"/BaseFont /", "/FontName /"} {
		file = bytes.ReplaceAll(file, []byte(key+"utf8sub"), append([]byte(key), mark...))
	}
	return file
}

// keeper is a block that does not stand alone at the end of a page.
type keeper interface{ height(p *press) float64 }

// The measures of a page, in points.
const (
	side      = 54.0
	top       = 48.0
	topLater  = 64.0
	bottom    = 78.0
	textSize  = 9.5
	smallSize = 8.0
)

func leading(size float64) float64 { return size * 1.45 }

// press is a document that is being drawn: y is where the next block begins.
type press struct {
	f       *fpdf.Fpdf
	d       Document
	width   float64 // of what can be drawn on
	height  float64 // of the page
	y       float64
	accent  ink
	missing []rune
}

var errLogo = errors.New("the logo is no PNG that can be drawn")

const logoName = "logo"

func newPress(d Document) (*press, error) {
	size := fpdf.SizeType{Wd: 595.28, Ht: 841.89}
	if d.Theme.Paper == Letter {
		size = fpdf.SizeType{Wd: 612, Ht: 792}
	}
	f := fpdf.NewCustom(&fpdf.InitType{UnitStr: "pt", Size: size})
	p := &press{f: f, d: d, width: size.Wd - 2*side, height: size.Ht, accent: inkOf(d.Theme.Color)}
	f.SetAutoPageBreak(false, 0)
	f.SetMargins(side, top, side)
	f.SetCellMargin(0)
	f.SetCatalogSort(true)
	f.SetCreationDate(d.At.UTC())
	f.SetModificationDate(d.At.UTC())
	f.SetProducer("Foyer", true)
	f.SetTitle(p.clean(d.Title), true)
	f.SetAuthor(p.clean(d.Author), true)
	f.SetLang(d.Language)
	for _, cut := range fonts {
		f.AddUTF8FontFromBytes(family, string(cut.style), cut.data)
	}
	if d.Theme.Logo != nil {
		f.RegisterImageOptionsReader(logoName, fpdf.ImageOptions{ImageType: "PNG"}, bytes.NewReader(d.Theme.Logo))
		if f.Error() != nil {
			return nil, errLogo
		}
	}
	p.turn()
	return p, f.Error()
}

// turn begins a page.
func (p *press) turn() {
	p.f.AddPage()
	if p.y = top; p.f.PageNo() > 1 {
		p.y = topLater
	}
}

// room is how much is left of the page.
func (p *press) room() float64 { return p.height - bottom - p.y }

// need begins a page unless there is room for so much on this one, or this one
// is empty.
func (p *press) need(height float64) bool {
	if height <= p.room() || p.y == topLater && p.f.PageNo() > 1 {
		return false
	}
	p.turn()
	return true
}

// frame draws what stands on every page besides the blocks.
func (p *press) frame(page, pages int) {
	p.f.SetPage(page)
	if page > 1 && p.d.Running != "" {
		p.put(side, 36, p.width, write{size: smallSize, ink: grey}, p.d.Running)
	}
	y := p.height - bottom + 24
	p.rule(side, y, p.width, hair)
	y += 12
	right := ""
	if p.d.PageOf != nil {
		right = p.d.PageOf(page, pages)
	}
	p.put(side, y, p.width, write{size: smallSize, ink: grey, end: true}, right)
	for _, line := range p.wrap(p.d.Theme.Footer, p.width-110, write{size: smallSize}) {
		if y > p.height-18 {
			break
		}
		p.put(side, y, p.width, write{size: smallSize, ink: grey}, line)
		y += leading(smallSize) - 1
	}
}
