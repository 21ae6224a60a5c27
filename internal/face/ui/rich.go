package ui

import (
	"context"
	"io"
	"strings"

	"github.com/a-h/templ"
)

// Part is a piece of a sentence: plain, bold, a link or both.
type Part struct {
	Text   string
	Strong bool
	Href   string // empty: not a link
	// Whole keeps it on one line, unless it is longer than one: a number with
	// hyphens would be broken at them.
	Whole bool

	placed bool // stands for a placeholder, so its direction is its own
}

// Rich is a sentence in parts, written one after the other as they are: the
// spaces between them belong to their texts.
type Rich struct {
	Parts []Part
}

// Sentence puts parts in the places of a translated sentence, whose
// placeholders, such as {who}, are still in it. One that is not among the
// parts stays as it is written.
func Sentence(template string, parts map[string]Part) templ.Component {
	var out Rich
	rest := template
	for rest != "" {
		from := strings.IndexByte(rest, '{')
		if from < 0 {
			break
		}
		length := strings.IndexAny(rest[from+1:], "{}")
		if length < 0 {
			break
		}
		to := from + 1 + length
		part, known := parts[rest[from+1:to]]
		if rest[to] != '}' || !known {
			// Not a place of ours: the text goes on behind this brace.
			out.words(rest[:from+1])
			rest = rest[from+1:]
			continue
		}
		out.words(rest[:from])
		part.placed = true
		out.Parts = append(out.Parts, part)
		rest = rest[to+1:]
	}
	out.words(rest)
	return out
}

// words adds plain text.
func (r *Rich) words(text string) {
	if text != "" {
		r.Parts = append(r.Parts, Part{Text: text})
	}
}

// Render writes the sentence. It is no templ, because a template may put
// spaces between the parts.
func (r Rich) Render(_ context.Context, w io.Writer) error {
	var b strings.Builder
	for _, p := range r.Parts {
		p.write(&b)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (p Part) write(b *strings.Builder) {
	isolated := p.placed || p.Strong || p.Href != ""
	if p.Strong {
		b.WriteString("<strong>")
	}
	whole := ""
	if p.Whole {
		whole = " whole"
	}
	if p.Href != "" {
		b.WriteString(`<a class="rich-link` + whole + `" href="` + templ.EscapeString(string(templ.URL(p.Href))) + `">`)
	}
	switch {
	case isolated && p.Whole && p.Href == "":
		b.WriteString(`<bdi class="whole">`)
	case isolated:
		b.WriteString("<bdi>")
	}
	b.WriteString(templ.EscapeString(p.Text))
	if isolated {
		b.WriteString("</bdi>")
	}
	if p.Href != "" {
		b.WriteString("</a>")
	}
	if p.Strong {
		b.WriteString("</strong>")
	}
}
