package pdf

import "math"

// Letterhead is the top of the first page: the logo or the name of the business,
// and at the other side what the document is.
type Letterhead struct {
	Name   string // of the business
	Title  string // such as Invoice
	Number string
}

func (l Letterhead) draw(p *press) {
	const high, wide = 46.0, 150.0
	if p.logo != nil {
		w, h := float64(p.logo.width), float64(p.logo.height)
		scale := math.Min(wide/w, high/h)
		p.on.picture(side, p.y, w*scale, h*scale, p.logo)
	} else {
		lines := p.wrap(l.Name, p.width*0.55, write{size: 15, style: bold})
		y := p.y + 2
		for _, line := range lines[:min(len(lines), 3)] {
			p.put(side, y, p.width, write{size: 15, style: bold, ink: p.accent}, line)
			y += 19
		}
	}
	p.put(side, p.y-3, p.width, write{size: 21, style: bold, ink: black, end: true}, l.Title)
	p.put(side, p.y+25, p.width, write{size: 11, ink: grey, end: true}, l.Number)
	p.y += 66
	p.fill(side, p.y, 30, 2.2, p.accent)
	p.y += 20
}

// Columns are texts beside each other, each under a label.
type Columns struct{ Items []Column }

// Column is a text of several lines under a label; its first line is bold.
type Column struct{ Label, Text string }

func (c Columns) draw(p *press) {
	if len(c.Items) == 0 {
		return
	}
	gap := 24.0
	wide := (p.width - gap*float64(len(c.Items)-1)) / float64(len(c.Items))
	end := p.y
	for i, item := range c.Items {
		x, y := side+float64(i)*(wide+gap), p.y
		p.put(x, y, wide, write{size: smallSize, ink: grey}, item.Label)
		y += leading(smallSize) + 2
		for n, line := range p.wrap(item.Text, wide, write{size: textSize, style: bold}) {
			w := write{size: textSize, ink: black}
			if n == 0 {
				w.style = bold
			}
			p.put(x, y, wide, w, line)
			y += leading(textSize)
		}
		end = math.Max(end, y)
	}
	p.y = end + 16
}

// Fact is a value under its name.
type Fact struct{ Name, Value string }

// Facts are values beside each other, at most four in a row; what has no value is
// left out.
type Facts struct{ Items []Fact }

func (f Facts) draw(p *press) {
	const row = 4
	var items []Fact
	for _, item := range f.Items {
		if item.Value != "" {
			items = append(items, item)
		}
	}
	wide := p.width / row
	for len(items) > 0 {
		end := p.y
		for i, item := range items[:min(len(items), row)] {
			x, y := side+float64(i)*wide, p.y
			p.put(x, y, wide, write{size: smallSize, ink: grey}, item.Name)
			y += leading(smallSize) + 1
			for _, line := range p.wrap(item.Value, wide-10, write{size: textSize}) {
				p.put(x, y, wide, write{size: textSize, ink: black}, line)
				y += leading(textSize)
			}
			end = math.Max(end, y)
		}
		items = items[min(len(items), row):]
		p.y = end + 10
	}
	p.y += 8
}

// Heading is a line over what follows; it never stands alone at the end of a
// page.
type Heading struct{ Text string }

func (h Heading) height(*press) float64 { return 30 }

func (h Heading) draw(p *press) {
	p.need(h.height(p))
	p.y += 8
	p.put(side, p.y, p.width, write{size: 11, style: bold, ink: black}, h.Text)
	p.y += 18
}

// Paragraph is running text; lines that were typed stay lines.
type Paragraph struct {
	Text  string
	Quiet bool   // small and grey
	Link  string // an address that it leads to, if any
}

func (t Paragraph) draw(p *press) {
	w := write{size: textSize, ink: black}
	if t.Quiet {
		w = write{size: smallSize, ink: grey}
	}
	w.link = t.Link
	for _, line := range p.wrap(t.Text, p.width, w) {
		p.need(leading(w.size))
		p.put(side, p.y, p.width, w, line)
		p.y += leading(w.size)
	}
	p.y += 8
}

// Space is nothing, so many points high.
type Space float64

func (s Space) draw(p *press) { p.y += float64(s) }

// Break begins a new page.
type Break struct{}

func (Break) draw(p *press) { p.turn() }

// Sum is a line of Totals.
type Sum struct {
	Label, Value string
	Strong       bool // with a rule above, larger
}

// Totals are sums at the end of the line, which stay together on one page.
type Totals struct{ Rows []Sum }

func (s Sum) height() float64 {
	if s.Strong {
		return 26
	}
	return 16
}

func (t Totals) draw(p *press) {
	wide := p.width * 0.5
	x, high := side+p.width-wide, 6.0
	for _, row := range t.Rows {
		high += row.height()
	}
	p.need(high)
	p.y += 6
	for _, row := range t.Rows {
		w := write{size: textSize, ink: grey}
		value := write{size: textSize, ink: black, end: true}
		y := p.y
		if row.Strong {
			p.rule(x, p.y+4, wide, hair)
			w, value = write{size: 11.5, style: bold, ink: black}, write{size: 11.5, style: bold, ink: p.accent, end: true}
			y += 9
		}
		lines := p.wrap(row.Label, wide-110, w)
		if len(lines) > 0 {
			p.put(x, y, wide, w, lines[0])
		}
		p.put(x, y, wide, value, row.Value)
		p.y += row.height()
	}
	p.y += 10
}

// Box is a quiet panel, under a picture where there is one: a title, values with their names, and lines.
type Box struct {
	Picture []byte // PNG, drawn as large as a signature; nil for none
	Title   string
	Items   []Fact
	Text    string
}

func (b Box) draw(p *press) {
	const pad = 14.0
	inner := p.width - 2*pad
	w := write{size: textSize, ink: black}
	lines := p.wrap(b.Text, inner, w)
	high := 2*pad + leading(10) + 4 + float64(len(lines))*leading(textSize)
	var values [][]string
	for _, item := range b.Items {
		v := p.wrap(item.Value, inner-150, w)
		values = append(values, v)
		high += math.Max(1, float64(len(v))) * leading(textSize)
	}
	if len(values) > 0 && len(lines) > 0 {
		high += 6
	}
	mark, wide, tall := p.mark(b.Picture)
	if high += tall; high > p.height-bottom-topLater {
		p.long(b)
		return
	}
	p.need(high)
	p.fill(side, p.y+tall, p.width, high-tall, soft)
	x, y := side+pad, p.y+tall+pad
	if mark != nil {
		p.on.picture(x, p.y, wide, tall-6, mark)
	}
	p.put(x, y, inner, write{size: 10, style: bold, ink: black}, b.Title)
	y += leading(10) + 4
	for i, item := range b.Items {
		p.put(x, y, 140, write{size: textSize, ink: grey}, item.Name)
		for _, line := range values[i] {
			p.put(x+150, y, inner-150, w, line)
			y += leading(textSize)
		}
		if len(values[i]) == 0 {
			y += leading(textSize)
		}
	}
	if len(values) > 0 && len(lines) > 0 {
		y += 6
	}
	for _, line := range lines {
		p.put(x, y, inner, w, line)
		y += leading(textSize)
	}
	p.y += high + 12
}

// mark is the picture of a box with the room that it takes.
func (p *press) mark(png []byte) (m *picture, width, height float64) {
	if len(png) == 0 {
		return nil, 0, 0
	}
	pixels, err := readPixels(png)
	if err != nil || pixels.width == 0 || pixels.height == 0 {
		panic(errPicture)
	}
	w, h := float64(pixels.width), float64(pixels.height)
	scale := min(220/w, 40/h)
	return p.picture(pixels), w * scale, h*scale + 6
}

// long draws a box that no page has room for as running text.
func (p *press) long(b Box) {
	Heading{b.Title}.draw(p)
	for _, item := range b.Items {
		Paragraph{Text: item.Name + ": " + item.Value}.draw(p)
	}
	Paragraph{Text: b.Text}.draw(p)
}
