package prose

import (
	"html"
	"regexp"
	"strconv"
	"strings"
	"sync"

	"github.com/microcosm-cc/bluemonday"
)

// HTML is the text for a page, which has a heading of the first level already: the
// text's own begin at the second. It goes through two gates: of the tree comes
// nothing but the elements below, and what comes is held to a list once more.
func (d Doc) HTML() string { return gate().Sanitize(d.markup()) }

// gate lets through what markup makes, and nothing else.
var gate = sync.OnceValue(func() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements("p", "h2", "h3", "h4", "ul", "ol", "li", "blockquote", "table", "thead", "tbody", "tr", "th", "td", "strong", "em", "a", "br", "hr", "span", "div")
	p.AllowURLSchemes("http", "https", "mailto")
	p.RequireParseableURLs(true)
	p.AllowAttrs("href").OnElements("a")
	p.AllowAttrs("rel").Matching(regexp.MustCompile(`^noopener noreferrer nofollow$`)).OnElements("a")
	p.AllowAttrs("id").Matching(regexp.MustCompile(`^clause[\p{L}\p{N}-]*$`)).OnElements("h2", "h3", "h4")
	p.AllowAttrs("start").Matching(bluemonday.Integer).OnElements("ol")
	p.AllowAttrs("scope").Matching(regexp.MustCompile(`^col$`)).OnElements("th")
	p.AllowAttrs("class").Matching(regexp.MustCompile(`^prose-(center|end)$`)).OnElements("th", "td")
	p.AllowAttrs("class").Matching(regexp.MustCompile(`^prose-table$`)).OnElements("div")
	p.AllowAttrs("tabindex").Matching(regexp.MustCompile(`^0$`)).OnElements("div")
	p.AllowAttrs("class").Matching(regexp.MustCompile(`^prose-place$`)).OnElements("span")
	return p
})

// markup is the HTML before the second gate.
func (d Doc) markup() string {
	w := &writer{ids: ids{}}
	w.blocks(d.blocks)
	return w.String()
}

type writer struct {
	strings.Builder
	ids ids
}

func (w *writer) add(parts ...string) {
	for _, p := range parts {
		w.WriteString(p)
	}
}

func (w *writer) blocks(blocks []block) {
	for _, b := range blocks {
		switch b.kind {
		case paragraph:
			w.add("<p>")
			w.spans(b.spans)
			w.add("</p>\n")
		case heading:
			level := strconv.Itoa(b.level + 1)
			w.add("<h", level, ` id="`, w.ids.of(said(b.spans, " ")), `">`)
			w.spans(b.spans)
			w.add("</h", level, ">\n")
		case rule:
			w.add("<hr>\n")
		case quote:
			w.add("<blockquote>\n")
			w.blocks(b.kids)
			w.add("</blockquote>\n")
		case list:
			w.list(b)
		case table:
			w.table(b)
		}
	}
}

func (w *writer) list(b block) {
	name := "ul"
	if b.ordered {
		name = "ol"
	}
	w.add("<", name)
	if b.ordered && b.start != 1 {
		w.add(` start="`, strconv.Itoa(b.start), `"`)
	}
	w.add(">\n")
	for _, item := range b.items {
		w.add("<li>")
		// An item of a line and, at most, a list under it needs no paragraph.
		if len(item) > 0 && item[0].kind == paragraph && (len(item) == 1 || len(item) == 2 && item[1].kind == list) {
			w.spans(item[0].spans)
			item = item[1:]
		}
		if len(item) > 0 {
			w.add("\n")
			w.blocks(item)
		}
		w.add("</li>\n")
	}
	w.add("</", name, ">\n")
}

func (w *writer) table(b block) {
	w.add(`<div class="prose-table" tabindex="0"><table>`, "\n")
	for i, row := range b.rows {
		name, more := "td", ""
		switch i {
		case 0:
			name, more = "th", ` scope="col"`
			w.add("<thead>\n")
		case 1:
			w.add("<tbody>\n")
		}
		w.add("<tr>")
		for at, c := range row {
			w.add("<", name, more)
			if at < len(b.aligned) {
				w.add(map[align]string{toStart: "", toCenter: ` class="prose-center"`, toEnd: ` class="prose-end"`}[b.aligned[at]])
			}
			w.add(">")
			w.spans(c)
			w.add("</", name, ">")
		}
		w.add("</tr>\n")
		if i == 0 {
			w.add("</thead>\n")
		}
	}
	if len(b.rows) > 1 {
		w.add("</tbody>\n")
	}
	w.add("</table></div>\n")
}

// spans writes pieces: links outside, then bold, then italic, each as long as it
// lasts.
func (w *writer) spans(all []span) {
	var in manner
	to := func(next manner) {
		relink := in.link != next.link
		rebold := relink || in.bold != next.bold
		reitalic := rebold || in.italic != next.italic
		if reitalic && in.italic {
			w.add("</em>")
		}
		if rebold && in.bold {
			w.add("</strong>")
		}
		if relink && in.link != 0 {
			w.add("</a>")
		}
		if relink && next.link != 0 {
			w.add(`<a href="`, html.EscapeString(next.href), `" rel="noopener noreferrer nofollow">`)
		}
		if rebold && next.bold {
			w.add("<strong>")
		}
		if reitalic && next.italic {
			w.add("<em>")
		}
		in = next
	}
	for _, s := range all {
		to(s.manner)
		switch {
		case s.broke:
			w.add("<br>")
		case s.letters():
			w.add(html.EscapeString(s.text))
		default:
			w.add(`<span class="prose-place">`, html.EscapeString(s.text), "</span>")
		}
	}
	to(manner{})
}
