package prose

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Heading is one of a text's headings, with the id that it has in the HTML.
type Heading struct {
	Level int // 1 to 3
	ID    string
	Text  string
}

// Outline lists the headings in order.
func (d Doc) Outline() []Heading {
	var out []Heading
	ids := ids{}
	headingsIn(d.blocks, func(b block) {
		words := said(b.spans, " ")
		out = append(out, Heading{b.level, ids.of(words), words})
	})
	return out
}

func headingsIn(blocks []block, to func(block)) {
	for _, b := range blocks {
		if b.kind == heading {
			to(b)
		}
		headingsIn(b.kids, to)
		for _, item := range b.items {
			headingsIn(item, to)
		}
	}
}

// ids gives each heading one of its own, made of its words.
type ids map[string]int

const maxID = 60

func (i ids) of(words string) string {
	id := []rune("clause")
	for _, word := range strings.FieldsFunc(strings.ToLower(words), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) }) {
		if id = append(append(id, '-'), []rune(word)...); len(id) > maxID {
			id = id[:maxID]
			break
		}
	}
	name := string(id)
	i[name]++
	if n := i[name]; n > 1 {
		return fmt.Sprintf("%s--%d", name, n)
	}
	return name
}

// said is what pieces say, with something for each break.
func said(spans []span, broke string) string { return strings.TrimSpace(joined(spans, broke)) }

func joined(spans []span, broke string) string {
	var b strings.Builder
	for _, s := range spans {
		if s.broke {
			b.WriteString(broke)
		} else {
			b.WriteString(s.text)
		}
	}
	return b.String()
}

// Plain is the text without manner: what it says, in lines. Links have their
// address behind them unless they say it.
func (d Doc) Plain() string {
	var b strings.Builder
	plain(&b, d.blocks, "", 0, 0)
	return strings.TrimSpace(b.String())
}

func plain(b *strings.Builder, blocks []block, before string, ordered, loose int) {
	for _, one := range blocks {
		switch one.kind {
		case paragraph, heading:
			lines(b, before, withAddresses(one.spans))
		case rule:
			lines(b, before, "* * *")
		case quote:
			plain(b, one.kids, before+"> ", ordered, loose)
		case list:
			inner, outer := ordered, loose
			if one.ordered {
				inner++
			} else {
				outer++
			}
			for i, item := range one.items {
				mark := one.mark(i, ordered, loose) + " "
				var inside strings.Builder
				plain(&inside, item, "", inner, outer)
				pad := strings.Repeat(" ", utf8.RuneCountInString(mark))
				lines(b, before, mark+strings.ReplaceAll(strings.TrimSpace(inside.String()), "\n", "\n"+pad))
			}
		case table:
			var rows []string
			for _, row := range one.rows {
				var cells []string
				for _, c := range row {
					cells = append(cells, strings.ReplaceAll(withAddresses(c), "\n", " "))
				}
				rows = append(rows, strings.Join(cells, " | "))
			}
			lines(b, before, strings.Join(rows, "\n"))
		}
	}
}

// lines writes a block and an empty line after it.
func lines(b *strings.Builder, before, text string) {
	for line := range strings.SplitSeq(text, "\n") {
		b.WriteString(strings.TrimRight(before+line, " ") + "\n")
	}
	b.WriteString("\n")
}

func withAddresses(spans []span) string {
	var b strings.Builder
	for i := 0; i < len(spans); {
		n := i + 1
		for n < len(spans) && spans[n].link == spans[i].link {
			n++
		}
		words := joined(spans[i:n], "\n")
		b.WriteString(words)
		if href := spans[i].href; spans[i].link != 0 && !says(words, href) {
			b.WriteString(" (" + href + ")")
		}
		i = n
	}
	return strings.TrimSpace(b.String())
}

// says tells whether words are the address that they lead to.
func says(words, href string) bool {
	to, _ := address(words)
	return to == href || "mailto:"+words == href
}
