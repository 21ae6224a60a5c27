package prose

import "strings"

// Placeholders are the names of those in the text, each once, in order.
func (d Doc) Placeholders() []string {
	return d.names(func(s span) bool { return !s.wrong })
}

// Empty are the placeholders that have no value, and what stands in two braces and
// is no name, each once, in order.
func (d Doc) Empty(values map[string]string) []string {
	return d.names(func(s span) bool { return s.wrong || value(values, s.place) == "" })
}

func (d Doc) names(want func(span) bool) []string {
	var names []string
	seen := map[string]bool{}
	d.each(func(s []span) {
		for _, one := range s {
			if !one.letters() && !one.broke && !seen[one.place] && want(one) {
				seen[one.place] = true
				names = append(names, one.place)
			}
		}
	})
	return names
}

func value(values map[string]string, name string) string {
	return strings.TrimSpace(Clean(values[name]))
}

// Fill is the text with values in the places of placeholders; those without one
// stay. A value is text whatever it looks like. Its lines stay lines where it has a
// line to itself, and stand one after the other, with commas, in a sentence.
func (d Doc) Fill(values map[string]string) Doc {
	return Doc{mapped(d.blocks, func(in []span) []span {
		var out spans
		for at, one := range in {
			of := value(values, one.place)
			if one.letters() || one.broke || one.wrong || of == "" {
				out.add(one)
				continue
			}
			alone := (at == 0 || in[at-1].broke) && (at == len(in)-1 || in[at+1].broke)
			for i, line := range strings.FieldsFunc(of, func(r rune) bool { return r == '\n' }) {
				if i > 0 {
					out.add(span{manner: one.manner, broke: alone, text: map[bool]string{false: ", "}[alone]})
				}
				out.add(span{manner: one.manner, text: strings.TrimSpace(line)})
			}
		}
		return out.merged()
	})}
}

// mapped is a tree with other pieces.
func mapped(blocks []block, by func([]span) []span) []block {
	made := make([]block, len(blocks))
	for i, b := range blocks {
		b.spans = by(b.spans)
		b.kids = mapped(b.kids, by)
		items := make([][]block, len(b.items))
		for j, item := range b.items {
			items[j] = mapped(item, by)
		}
		rows := make([][]cell, len(b.rows))
		for j, row := range b.rows {
			rows[j] = make([]cell, len(row))
			for k, c := range row {
				rows[j][k] = by(c)
			}
		}
		b.items, b.rows = items, rows
		made[i] = b
	}
	return made
}

// each hands over the pieces of every paragraph, heading and cell, in order.
func (d Doc) each(to func([]span)) { each(d.blocks, to) }

func each(blocks []block, to func([]span)) {
	for _, b := range blocks {
		if len(b.spans) > 0 {
			to(b.spans)
		}
		each(b.kids, to)
		for _, item := range b.items {
			each(item, to)
		}
		for _, row := range b.rows {
			for _, c := range row {
				to(c)
			}
		}
	}
}
