package pdf

import (
	"fmt"
	"math"
	"strconv"
)

// page is a page: what is drawn on it, and the links over that. It knows what is
// set already, since most that is drawn looks like what came before.
type page struct {
	height float64
	b      []byte
	font   style
	size   float64
	filled ink
	drawn  ink
	thick  float64
	links  []link
}

// link is a part of a page that leads to an address.
type link struct {
	x, y, width, height float64
	address             string
}

func newPage(height float64) *page { return &page{height: height, thick: 1} }

// numbers writes figures. Points are told to a hundredth.
func (g *page) numbers(values ...float64) {
	for _, v := range values {
		if !(math.Abs(v) < 1e9) {
			panic(fmt.Sprintf("%v is no measure", v))
		}
		n := int64(math.Round(v * 100))
		if n < 0 {
			g.b = append(g.b, '-')
			n = -n
		}
		g.b = strconv.AppendInt(g.b, n/100, 10)
		if rest := n % 100; rest != 0 {
			g.b = append(g.b, '.', byte('0'+rest/10))
			if rest%10 != 0 {
				g.b = append(g.b, byte('0'+rest%10))
			}
		}
		g.b = append(g.b, ' ')
	}
}

func (g *page) do(operator string) { g.b = append(append(g.b, operator...), '\n') }

// color sets a colour, which is told to a thousandth.
func (g *page) color(is *ink, want ink, operator string) {
	if *is == want {
		return
	}
	*is = want
	for _, c := range []int{want.r, want.g, want.b} {
		g.b = append(strconv.AppendFloat(g.b, math.Round(float64(c)*1000/255)/1000, 'f', -1, 64), ' ')
	}
	g.do(operator)
}

// text writes letters from a point on the line on which they stand.
func (g *page) text(x, y float64, w write, p *part, text string) {
	g.color(&g.filled, w.ink, "rg")
	g.do("BT")
	if g.size == 0 || g.font != w.style || g.size != w.size {
		g.font, g.size = w.style, w.size
		g.b = append(g.b, fontName(w.style)...)
		g.b = append(g.b, ' ')
		g.numbers(w.size)
		g.do("Tf")
	}
	g.numbers(x, g.height-y)
	g.do("Td")
	const digits = "0123456789abcdef"
	g.b = append(g.b, '<')
	for _, r := range text {
		n := p.letter(r)
		g.b = append(g.b, digits[n>>12], digits[n>>8&15], digits[n>>4&15], digits[n&15])
	}
	g.do("> Tj")
	g.do("ET")
}

func (g *page) line(x, y, width, thick float64, i ink) {
	g.color(&g.drawn, i, "RG")
	if g.thick != thick {
		g.thick = thick
		g.numbers(thick)
		g.do("w")
	}
	g.numbers(x, g.height-y)
	g.do("m")
	g.numbers(x+width, g.height-y)
	g.do("l S")
}

func (g *page) fill(x, y, width, height float64, i ink) {
	g.color(&g.filled, i, "rg")
	g.numbers(x, g.height-y-height, width, height)
	g.do("re f")
}

func (g *page) picture(x, y, width, height float64, p *picture) {
	g.do("q")
	g.numbers(width, 0, 0, height, x, g.height-y-height)
	g.do("cm")
	g.b = append(g.b, p.name()...)
	g.do(" Do")
	g.do("Q")
}

// write puts the page into a file.
func (g *page) write(f *file, number, pages, resources int) {
	content, links := f.number(), ""
	for _, l := range g.links {
		n := f.number()
		f.object(n, "<</Type /Annot /Subtype /Link /F 4 /Border [0 0 0] /Rect [%.2f %.2f %.2f %.2f] /A <</S /URI /URI %s>>>>",
			l.x, g.height-l.y-l.height, l.x+l.width, g.height-l.y, plain(l.address))
		links += fmt.Sprintf("%d 0 R ", n)
	}
	if links != "" {
		links = " /Annots [" + links + "]"
	}
	f.object(number, "<</Type /Page /Parent %d 0 R /Resources %d 0 R /Contents %d 0 R /Group <</Type /Group /S /Transparency /CS /DeviceRGB>>%s>>", pages, resources, content, links)
	f.stream(content, "", g.b)
}

func fontName(s style) string { return "/F" + strconv.Itoa(int(s)+1) }
