package pdf

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
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
	// Attachments travel inside the file, each under a name of its own.
	Attachments []Attachment
}

// Attachment is a file inside the file.
type Attachment struct {
	Name  string
	Type  string // of its content, such as application/json
	Bytes []byte
}

// Theme is how a document looks.
type Theme struct {
	Paper  Paper
	Logo   []byte // PNG, nil for none
	Color  string // #rrggbb of the one accent, empty for ink
	Footer string // below every page, may have several lines
}

// Block is a part of a document: Letterhead, Columns, Facts, Heading, Paragraph,
// Table, Totals, Box, Space or Picture, or one of those of running text, the Flows.
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
	for i := range p.pages {
		p.frame(i + 1)
	}
	slices.Sort(p.missing)
	return Made{p.write(), len(p.pages), p.missing}, nil
}

// write puts all that was drawn into the file.
func (p *press) write() []byte {
	f, d := p.file, p.d
	root, tree, info, resources := f.number(), f.number(), f.number(), f.number()
	used := "/Font <<"
	for s, part := range p.parts {
		if part != nil {
			part.write(f)
			used += fmt.Sprintf("%s %d 0 R ", fontName(style(s)), part.object)
		}
	}
	used += ">> /XObject <<"
	for _, picture := range p.pictures {
		picture.write(f)
		used += fmt.Sprintf("%s %d 0 R ", picture.name(), picture.object)
	}
	f.object(resources, "<<%s>>>>", used)
	var kids strings.Builder
	for _, page := range p.pages {
		n := f.number()
		page.write(f, n, tree, resources)
		fmt.Fprintf(&kids, "%d 0 R ", n)
	}
	f.object(tree, "<</Type /Pages /Count %d /MediaBox [0 0 %.2f %.2f] /Kids [%s]>>", len(p.pages), p.width+2*side, p.height, strings.TrimSpace(kids.String()))
	f.object(info, "<</Title %s /Author %s /CreationDate %s /ModDate %[3]s>>", words(d.Title), words(d.Author), moment(d.At))
	attached := p.attach()
	f.object(root, "<</Type /Catalog /Pages %d 0 R /Lang %s%s>>", tree, plain(d.Language), attached)
	return f.close(root, info)
}

// attach puts the attachments into the file, and gives what the catalog says of
// them, by name.
func (p *press) attach() string {
	if len(p.d.Attachments) == 0 {
		return ""
	}
	files := slices.Clone(p.d.Attachments)
	slices.SortStableFunc(files, func(a, b Attachment) int { return cmp.Compare(words(a.Name), words(b.Name)) })
	var names strings.Builder
	for _, a := range files {
		data, about := p.file.number(), p.file.number()
		p.file.stream(data, fmt.Sprintf("/Type /EmbeddedFile /Subtype %s /Params <</Size %d /ModDate %s>>", word(a.Type), len(a.Bytes), moment(p.d.At)), a.Bytes)
		p.file.object(about, "<</Type /Filespec /F %s /UF %[1]s /EF <</F %[2]d 0 R /UF %[2]d 0 R>>>>", words(a.Name), data)
		fmt.Fprintf(&names, "%s %d 0 R ", words(a.Name), about)
	}
	return fmt.Sprintf(" /Names <</EmbeddedFiles <</Names [%s]>>>>", names.String())
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

// press is a document that is being drawn: on is the page, and y where the next
// block begins.
type press struct {
	file     *file
	d        Document
	pages    []*page
	on       *page
	parts    [styles]*part
	pictures []*picture
	logo     *picture
	width    float64 // of what can be drawn on
	height   float64 // of the page
	y        float64
	accent   ink
	missing  []rune
}

var errLogo = errors.New("the logo is no PNG that can be drawn")

func newPress(d Document) (*press, error) {
	width, height := 595.28, 841.89
	if d.Theme.Paper == Letter {
		width, height = 612, 792
	}
	p := &press{file: newFile(), d: d, width: width - 2*side, height: height, accent: inkOf(d.Theme.Color)}
	p.d.Title, p.d.Author = p.clean(d.Title), p.clean(d.Author)
	if d.Theme.Logo != nil {
		logo, err := readLogo(d.Theme.Logo)
		if err != nil {
			return nil, errLogo
		}
		p.logo = p.picture(logo)
	}
	p.turn()
	return p, nil
}

// turn begins a page.
func (p *press) turn() {
	p.on = newPage(p.height)
	p.pages = append(p.pages, p.on)
	if p.y = top; len(p.pages) > 1 {
		p.y = topLater
	}
}

// room is how much is left of the page.
func (p *press) room() float64 { return p.height - bottom - p.y }

// need begins a page unless there is room for so much on this one, or this one
// is empty.
func (p *press) need(height float64) bool {
	if height <= p.room() || p.y == topLater && len(p.pages) > 1 {
		return false
	}
	p.turn()
	return true
}

// frame draws what stands on every page besides the blocks.
func (p *press) frame(page int) {
	p.on = p.pages[page-1]
	if page > 1 && p.d.Running != "" {
		p.put(side, 36, p.width, write{size: smallSize, ink: grey}, p.d.Running)
	}
	y := p.height - bottom + 24
	p.rule(side, y, p.width, hair)
	y += 12
	right := ""
	if p.d.PageOf != nil {
		right = p.d.PageOf(page, len(p.pages))
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
