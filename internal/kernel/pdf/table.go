package pdf

import "slices"

// TableColumn is a column of a table. Weights share the width out.
type TableColumn struct {
	Title  string
	Weight float64
	End    bool // figures: set at the end
}

// Cell is what stands in a row under a column: a text and, below it, a small grey
// one.
type Cell struct{ Text, Sub string }

// Table has a head that is repeated on every page, unless no column has a title.
// Rows are not split over pages unless they are longer than one.
type Table struct {
	Columns []TableColumn
	Rows    [][]Cell
}

const (
	cellPad = 6.0
	cellGap = 10.0
)

// place is where a column stands.
type place struct{ x, width float64 }

func (t Table) places(p *press) []place {
	var sum float64
	for _, c := range t.Columns {
		sum += c.Weight
	}
	room := p.width - cellGap*float64(len(t.Columns)-1)
	x := side
	places := make([]place, len(t.Columns))
	for i, c := range t.Columns {
		places[i] = place{x, room * c.Weight / sum}
		x += places[i].width + cellGap
	}
	return places
}

func (t Table) draw(p *press) {
	places := t.places(p)
	if len(t.Rows) > 0 {
		p.need(24 + rowHeight(t.set(p, places, t.Rows[0])))
	}
	t.head(p, places)
	for _, row := range t.Rows {
		lines := t.set(p, places, row)
		high := rowHeight(lines)
		if fits := p.height - bottom - topLater - 24; high <= fits {
			if p.need(high) {
				t.head(p, places)
			}
			t.row(p, places, lines, high)
			continue
		}
		t.split(p, places, lines)
	}
	p.y += 12
}

func (t Table) head(p *press, places []place) {
	if !slices.ContainsFunc(t.Columns, func(c TableColumn) bool { return c.Title != "" }) {
		p.rule(side, p.y, p.width, hair)
		return
	}
	for i, c := range t.Columns {
		p.put(places[i].x, p.y, places[i].width, write{size: smallSize, ink: grey, end: c.End}, c.Title)
	}
	p.y += leading(smallSize) + 4
	p.rule(side, p.y, p.width, p.accent)
	p.y += 1
}

// line is one line of a cell.
type line struct {
	text string
	w    write
}

func (l line) high() float64 { return leading(l.w.size) }

// set breaks the cells of a row into lines.
func (t Table) set(p *press, places []place, row []Cell) [][]line {
	cells := make([][]line, len(t.Columns))
	for i := range min(len(row), len(cells)) {
		end := t.Columns[i].End
		w := write{size: textSize, ink: black, end: end}
		for _, text := range p.wrap(row[i].Text, places[i].width, w) {
			cells[i] = append(cells[i], line{text, w})
		}
		w = write{size: smallSize, ink: grey, end: end}
		for _, text := range p.wrap(row[i].Sub, places[i].width, w) {
			cells[i] = append(cells[i], line{text, w})
		}
	}
	return cells
}

func rowHeight(cells [][]line) float64 {
	high := leading(textSize)
	for _, lines := range cells {
		var h float64
		for _, l := range lines {
			h += l.high()
		}
		high = max(high, h)
	}
	return high + 2*cellPad - 2
}

func (t Table) row(p *press, places []place, cells [][]line, high float64) {
	for i, lines := range cells {
		y := p.y + cellPad
		for _, l := range lines {
			p.put(places[i].x, y, places[i].width, l.w, l.text)
			y += l.high()
		}
	}
	p.y += high
	p.rule(side, p.y, p.width, hair)
}

// split draws a row that is longer than a page, a page's worth of lines at a time.
func (t Table) split(p *press, places []place, cells [][]line) {
	for rest := cells; ; {
		if p.need(6 * leading(textSize)) {
			t.head(p, places)
		}
		room := p.room() - 2*cellPad
		part, more := make([][]line, len(rest)), make([][]line, len(rest))
		left := false
		for i, lines := range rest {
			n, used := 0, 0.0
			for n < len(lines) && used+lines[n].high() <= room {
				used += lines[n].high()
				n++
			}
			part[i], more[i] = lines[:n], lines[n:]
			left = left || n < len(lines)
		}
		t.row(p, places, part, rowHeight(part))
		if !left {
			return
		}
		rest = more
		p.turn()
		t.head(p, places)
	}
}
