package pdf

import (
	"errors"
	"math"
	"strings"
)

// Span is a piece of running text in one manner. A line feed in it breaks the
// line.
type Span struct {
	Text         string
	Bold, Italic bool
	Link         string // the address that it leads to, if any
}

// Flow is a block that may stand in a list or a quote: Prose, Section, List,
// Quote, Grid or Rule.
type Flow interface {
	Block
	flow(p *press, x, width float64)
}

// The measures of running text.
const (
	proseSize = 10.0
	listStep  = 18.0
	quoteStep = 14.0
)

// Prose is a paragraph of spans.
type Prose struct {
	Spans []Span
	Tight bool // little room below it, as in a list of short items
}

// Section is a heading of one of three levels, which stays with what follows.
type Section struct {
	Level int
	Spans []Span
}

// List has items under marks, such as a bullet or a number, that the caller
// chooses.
type List struct{ Items []Item }

// Item is what stands beside a mark.
type Item struct {
	Mark   string
	Blocks []Flow
}

// Quote has a rule along its side.
type Quote struct{ Blocks []Flow }

// Grid is a table whose cells are spans; its columns share the width out by what
// stands in them. The first row is its head, which every page repeats.
type Grid struct {
	Rows [][][]Span
	End  []bool // columns that are set at the end, as figures are
}

// Rule is a line across.
type Rule struct{}

// Picture is a PNG that is drawn no larger than its place.
type Picture struct {
	PNG           []byte
	Width, Height float64 // of its place, in points
}

func (t Prose) draw(p *press)   { t.flow(p, side, p.width) }
func (s Section) draw(p *press) { s.flow(p, side, p.width) }
func (l List) draw(p *press)    { l.flow(p, side, p.width) }
func (q Quote) draw(p *press)   { q.flow(p, side, p.width) }
func (g Grid) draw(p *press)    { g.flow(p, side, p.width) }
func (r Rule) draw(p *press)    { r.flow(p, side, p.width) }

// frag is a piece of a line: x is how far in it stands.
type frag struct {
	x, width float64
	text     string
	w        write
}

// write is how a span is written.
func (s Span) write(p *press, size float64, strong bool) write {
	w := write{size: size, ink: black, link: s.Link}
	switch {
	case (s.Bold || strong) && s.Italic:
		w.style = boldItalic
	case s.Bold || strong:
		w.style = bold
	case s.Italic:
		w.style = italic
	}
	if s.Link != "" {
		w.ink = p.accent
	}
	return w
}

// set breaks spans into lines of a width: between words, and inside a word that is
// longer than a line. A word may be in several manners.
func (p *press) set(spans []Span, width, size float64, strong bool) [][]frag {
	s := setter{width: width}
	for _, one := range spans {
		w := one.write(p, size, strong)
		for i, line := range strings.Split(p.clean(one.Text), "\n") {
			if i > 0 {
				s.close()
			}
			for j, word := range strings.Split(line, " ") {
				if j > 0 {
					s.space(w)
				}
				s.word(w, word)
			}
		}
	}
	s.close()
	for len(s.lines) > 0 && len(s.lines[len(s.lines)-1]) == 0 {
		s.lines = s.lines[:len(s.lines)-1]
	}
	return s.lines
}

// setter puts words into lines. What has been seen of a word waits until it is
// whole.
type setter struct {
	width float64
	lines [][]frag
	line  []frag
	used  float64
	gap   *write // a space that is due before the next word
	parts []frag
	wide  float64
}

func (s *setter) word(w write, text string) {
	if text == "" {
		return
	}
	f := fonts[w.style]()
	parts := pieces(f, text, s.width, w.size)
	for i, part := range parts {
		part = strings.TrimSuffix(part, broken)
		wide := f.width(part, w.size)
		if s.wide+wide > s.width {
			s.flush()
		}
		s.parts = append(s.parts, frag{0, wide, part, w})
		s.wide += wide
		if i < len(parts)-1 {
			s.flush()
		}
	}
}

func (s *setter) space(w write) {
	s.flush()
	if len(s.line) > 0 {
		s.gap = &w
	}
}

// flush puts the waiting word into the line, or begins another.
func (s *setter) flush() {
	if len(s.parts) == 0 {
		return
	}
	gap := 0.0
	if s.gap != nil {
		gap = fonts[s.gap.style]().width(" ", s.gap.size)
	}
	if len(s.line) > 0 && s.used+gap+s.wide > s.width {
		s.turn()
		gap = 0
	}
	for i, f := range s.parts {
		last := len(s.line) - 1
		switch {
		case i == 0 && s.gap != nil && last >= 0 && s.line[last].w == f.w && *s.gap == f.w:
			s.line[last].text += " " + f.text
			s.line[last].width += gap + f.width
			s.used += gap + f.width
			continue
		case i == 0 && last >= 0:
			s.used += gap
		}
		f.x = s.used
		s.line = append(s.line, f)
		s.used += f.width
	}
	s.parts, s.wide, s.gap = nil, 0, nil
}

func (s *setter) turn() {
	s.lines = append(s.lines, s.line)
	s.line, s.used, s.gap = nil, 0, nil
}

func (s *setter) close() {
	s.flush()
	s.turn()
}

func (p *press) line(x float64, frags []frag) {
	for _, f := range frags {
		p.put(x+f.x, p.y, f.width, f.w, f.text)
	}
}

// fewest is how many lines of a paragraph stand together.
func fewest(lines int) float64 { return float64(min(lines, 2)) * leading(proseSize) }

func (t Prose) flow(p *press, x, width float64) {
	lines := p.set(t.Spans, width, proseSize, false)
	high := leading(proseSize)
	p.need(fewest(len(lines)))
	for i, line := range lines {
		if i > 0 {
			p.need(high)
		}
		if i == len(lines)-2 && i > 1 { // the last two stay together
			p.need(2 * high)
		}
		p.line(x, line)
		p.y += high
	}
	if t.Tight {
		p.y += 2
	} else {
		p.y += 7
	}
}

func (s Section) size() float64 { return []float64{14, 11.5, proseSize}[min(max(s.Level, 1), 3)-1] }

func (s Section) height(p *press) float64 { return s.high(p, p.width) }

func (s Section) high(p *press, width float64) float64 {
	return 9 + float64(len(p.set(s.Spans, width, s.size(), true)))*s.size()*1.3 + 4
}

func (s Section) flow(p *press, x, width float64) {
	if !p.need(s.high(p, width)+fewest(2)) && p.y > topLater {
		p.y += 9
	}
	for _, line := range p.set(s.Spans, width, s.size(), true) {
		p.need(s.size() * 1.3)
		p.line(x, line)
		p.y += s.size() * 1.3
	}
	p.y += 4
}

func (l List) flow(p *press, x, width float64) {
	step := listStep
	f := fonts[regular]()
	for _, item := range l.Items {
		step = math.Max(step, f.width(p.clean(item.Mark), proseSize)+6)
	}
	step = math.Min(step, width/2)
	for _, item := range l.Items {
		high := leading(proseSize)
		if len(item.Blocks) > 0 {
			if t, ok := item.Blocks[0].(Prose); ok {
				high = fewest(len(p.set(t.Spans, width-step, proseSize, false)))
			} else {
				high = 4 * leading(proseSize)
			}
		}
		p.need(high)
		p.put(x, p.y, step, write{size: proseSize, ink: black}, item.Mark)
		if len(item.Blocks) == 0 {
			p.y += leading(proseSize)
		}
		for _, b := range item.Blocks {
			b.flow(p, x+step, width-step)
		}
	}
	p.y += 3
}

func (q Quote) flow(p *press, x, width float64) {
	p.need(fewest(2))
	from, y := len(p.pages)-1, p.y
	for _, b := range q.Blocks {
		b.flow(p, x+quoteStep, width-quoteStep)
	}
	for i := from; i < len(p.pages); i++ {
		end := p.height - bottom
		if i == len(p.pages)-1 {
			end = p.y - 5
		}
		if end > y {
			p.pages[i].fill(x, y, 2, end-y, hair)
		}
		y = topLater
	}
	p.y += 3
}

func (Rule) flow(p *press, x, width float64) {
	p.need(20)
	p.y += 6
	p.rule(x, p.y, width, hair)
	p.y += 14
}

const gridGap = 12.0

// share says how wide the columns are: as wide as what stands in them, if there is
// room, and otherwise their longest word and a share of the rest.
func (g Grid) share(p *press, width float64) []float64 {
	columns := 0
	for _, row := range g.Rows {
		columns = max(columns, len(row))
	}
	whole, least := make([]float64, columns), make([]float64, columns)
	for i, row := range g.Rows {
		for at, spans := range row {
			used := 0.0
			for _, s := range spans {
				w := s.write(p, proseSize, i == 0)
				f := fonts[w.style]()
				for j, word := range strings.Fields(p.clean(s.Text)) {
					wide := f.width(word, w.size)
					if least[at] = math.Max(least[at], wide); j > 0 {
						used += f.width(" ", w.size)
					}
					used += wide
				}
			}
			whole[at] = math.Max(whole[at], used+1)
		}
	}
	room := width - gridGap*float64(columns-1)
	sum := func(of []float64) (s float64) {
		for _, v := range of {
			s += v
		}
		return s
	}
	made := make([]float64, columns)
	switch all, few := sum(whole), sum(least); {
	case all <= room:
		for i := range made {
			made[i] = whole[i] + (room-all)*whole[i]/math.Max(all, 1)
		}
	case few <= room:
		for i := range made {
			made[i] = least[i] + (room-few)*(whole[i]-least[i])/math.Max(all-few, 1)
		}
	default:
		for i := range made {
			made[i] = room * math.Max(least[i], 1) / math.Max(few, 1)
		}
	}
	return made
}

func (g Grid) flow(p *press, x, width float64) {
	if len(g.Rows) == 0 {
		return
	}
	columns := g.share(p, width)
	set := func(row [][]Span, strong bool) [][][]frag {
		cells := make([][][]frag, len(columns))
		for i := range min(len(row), len(columns)) {
			cells[i] = p.set(row[i], columns[i], proseSize, strong)
		}
		return cells
	}
	tall := func(cells [][][]frag) int {
		n := 1
		for _, c := range cells {
			n = max(n, len(c))
		}
		return n
	}
	high := leading(proseSize)
	// part draws lines of a row, from one to another.
	part := func(cells [][][]frag, from, to int, ink ink) {
		p.y += 4
		top, left := p.y, x
		for i, lines := range cells {
			for n := from; n < min(to, len(lines)); n++ {
				p.y = top + float64(n-from)*high
				at := left
				if i < len(g.End) && g.End[i] && len(lines[n]) > 0 {
					last := lines[n][len(lines[n])-1]
					at += columns[i] - last.x - last.width
				}
				p.line(at, lines[n])
			}
			left += columns[i] + gridGap
		}
		p.y = top + float64(to-from)*high + 3
		p.rule(x, p.y, width, ink)
		p.y++
	}
	head, rows := set(g.Rows[0], true), g.Rows[1:]
	fits := int((p.height-bottom-topLater)/high) - 3
	lines := tall(head)
	if lines > fits/2 { // too long to be repeated
		lines, rows = 0, g.Rows
	}
	row := func(n int) float64 { return float64(n)*high + 8 }
	title := func() {
		if lines > 0 {
			part(head, 0, lines, p.accent)
		}
	}
	first := 0.0
	if len(rows) > 0 {
		first = row(min(tall(set(rows[0], false)), 3))
	}
	p.need(row(lines) + first)
	title()
	for _, spans := range rows {
		cells := set(spans, false)
		for from, all := 0, tall(cells); from < all; {
			to := all
			if all > fits-lines { // longer than a page
				to = min(all, from+max(1, int((p.room()-8)/high)))
			}
			if p.need(row(to - from)) {
				title()
			}
			part(cells, from, to, hair)
			from = to
		}
	}
	p.y += 9
}

var errPicture = errors.New("a picture is no PNG that can be drawn")

func (i Picture) draw(p *press) {
	pixels, err := readPixels(i.PNG)
	if err != nil || pixels.width == 0 || pixels.height == 0 {
		panic(errPicture)
	}
	w, h := float64(pixels.width), float64(pixels.height)
	scale := min(i.Width/w, i.Height/h)
	p.need(h * scale)
	p.on.picture(side, p.y, w*scale, h*scale, p.picture(pixels))
	p.y += h*scale + 6
}

// Upright is the upright typeface as TrueType, for whoever draws a name in letters
// that no script face has.
func Upright() []byte { return notoRegular }
