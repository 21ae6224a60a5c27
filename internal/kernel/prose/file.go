package prose

import (
	"strconv"
	"strings"

	"foyer/internal/kernel/pdf"
)

// Blocks is the text for a file.
func (d Doc) Blocks() []pdf.Block {
	flows := flows(d.blocks, 0, 0)
	blocks := make([]pdf.Block, len(flows))
	for i, f := range flows {
		blocks[i] = f
	}
	return blocks
}

// flows makes what a file is made of; ordered and loose are how many lists of
// either kind stand around.
func flows(blocks []block, ordered, loose int) []pdf.Flow {
	var made []pdf.Flow
	for _, b := range blocks {
		switch b.kind {
		case paragraph:
			made = append(made, pdf.Prose{Spans: drawn(b.spans)})
		case heading:
			made = append(made, pdf.Section{Level: b.level, Spans: drawn(b.spans)})
		case rule:
			made = append(made, pdf.Rule{})
		case quote:
			made = append(made, pdf.Quote{Blocks: flows(b.kids, ordered, loose)})
		case list:
			made = append(made, listOf(b, ordered, loose))
		case table:
			g := pdf.Grid{}
			for _, a := range b.aligned {
				g.End = append(g.End, a == toEnd)
			}
			for _, row := range b.rows {
				cells := make([][]pdf.Span, len(row))
				for i, c := range row {
					cells[i] = drawn(c)
				}
				g.Rows = append(g.Rows, cells)
			}
			made = append(made, g)
		}
	}
	return made
}

func listOf(b block, ordered, loose int) pdf.List {
	var l pdf.List
	for i, item := range b.items {
		one := pdf.Item{Mark: b.mark(i, ordered, loose)}
		if b.ordered {
			one.Blocks = flows(item, ordered+1, loose)
		} else {
			one.Blocks = flows(item, ordered, loose+1)
		}
		if first, ok := firstOf(one.Blocks); ok && len(item) <= 2 {
			first.Tight = true
			one.Blocks[0] = first
		}
		l.Items = append(l.Items, one)
	}
	return l
}

func firstOf(blocks []pdf.Flow) (pdf.Prose, bool) {
	if len(blocks) == 0 {
		return pdf.Prose{}, false
	}
	p, ok := blocks[0].(pdf.Prose)
	return p, ok
}

// mark is what stands before an item: 1. in a list of the first depth, then a.,
// then i., as the style sheet has it on the page.
func (b block) mark(i, ordered, loose int) string {
	if !b.ordered {
		return []string{"•", "–"}[loose%2]
	}
	n := b.start + i
	switch ordered % 3 {
	case 1:
		return alphabetic(n) + "."
	case 2:
		return roman(n) + "."
	}
	return strconv.Itoa(n) + "."
}

// alphabetic counts a, b, …, z, aa.
func alphabetic(n int) string {
	if n < 1 {
		return strconv.Itoa(n)
	}
	var out []byte
	for ; n > 0; n = (n - 1) / 26 {
		out = append([]byte{byte('a' + (n-1)%26)}, out...)
	}
	return string(out)
}

func roman(n int) string {
	if n < 1 || n > 3999 {
		return strconv.Itoa(n)
	}
	var out strings.Builder
	for _, step := range []struct {
		value int
		sign  string
	}{{1000, "m"}, {900, "cm"}, {500, "d"}, {400, "cd"}, {100, "c"}, {90, "xc"}, {50, "l"}, {40, "xl"}, {10, "x"}, {9, "ix"}, {5, "v"}, {4, "iv"}, {1, "i"}} {
		for ; n >= step.value; n -= step.value {
			out.WriteString(step.sign)
		}
	}
	return out.String()
}

func drawn(spans []span) []pdf.Span {
	made := make([]pdf.Span, 0, len(spans))
	for _, s := range spans {
		text := s.text
		if s.broke {
			text = "\n"
		}
		made = append(made, pdf.Span{Text: text, Bold: s.bold, Italic: s.italic, Link: s.href})
	}
	return made
}
