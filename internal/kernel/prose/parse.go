package prose

import (
	"bytes"
	"errors"
	"strings"
	"unicode"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// The limits of a text.
const (
	MaxBytes = 1 << 20
	MaxLines = 50_000
	// maxDepth is how deep lists and quotes stand in one another; the marks of
	// deeper ones are text.
	maxDepth = 8
	// maxColumns is how many columns a table has; a wider one is text.
	maxColumns = 12
	// maxBrackets and maxStars are how many brackets and asterisks of a paragraph
	// are looked at; goldmark compares each with those before it.
	maxBrackets, maxStars = 400, 400
)

// ErrLong is for a text of more than MaxBytes or MaxLines.
var ErrLong = errors.New("prose: the text is too long")

// Doc is a text that was read. It does not change; its zero value is empty.
type Doc struct{ blocks []block }

type kind int

const (
	paragraph kind = iota
	heading
	list
	quote
	table
	rule
)

// block is a part of a text. Which fields it uses depends on its kind.
type block struct {
	kind    kind
	level   int       // of a heading, 1 to 3
	ordered bool      // of a list
	start   int       // the number of the first item of an ordered list
	spans   []span    // of a paragraph or heading
	kids    []block   // of a quote
	items   [][]block // of a list
	rows    [][]cell  // of a table; the first is its head
	aligned []align   // of a table, by column
}

type cell []span

type align int

const (
	toStart align = iota
	toCenter
	toEnd
)

// manner is how a piece of text stands.
type manner struct {
	bold, italic bool
	link         int    // tells links beside each other apart; 0 for none
	href         string // of the link
}

// span is a piece of text in one manner: letters, a hard break, or a placeholder.
type span struct {
	manner
	text  string
	broke bool   // a hard break
	place string // name of a placeholder; its text is how it was written
	wrong bool   // what stands between the braces is no name
}

// contracts and messages are goldmark with the parsers of the subset alone. What is
// not among them (code, HTML, references, underlined headings) is not read, and so
// stays text.
var (
	contracts = subset(util.Prioritized(placeholders{}, 100))
	messages  = subset(util.Prioritized(addresses{}, 400))
)

func subset(own util.PrioritizedValue) parser.Parser {
	return parser.NewParser(
		parser.WithBlockParsers(
			util.Prioritized(parser.NewThematicBreakParser(), 200),
			util.Prioritized(shallow{parser.NewListParser()}, 300),
			util.Prioritized(parser.NewListItemParser(), 400),
			util.Prioritized(headings{parser.NewATXHeadingParser()}, 600),
			util.Prioritized(shallow{parser.NewBlockquoteParser()}, 800),
			util.Prioritized(indented{parser.NewParagraphParser()}, 1000),
		),
		parser.WithInlineParsers(
			own,
			util.Prioritized(links{counted{parser.NewLinkParser(), parser.NewContextKey(), maxBrackets}}, 200),
			util.Prioritized(parser.NewAutoLinkParser(), 300),
			util.Prioritized(counted{parser.NewEmphasisParser(), parser.NewContextKey(), maxStars}, 500),
		),
		parser.WithParagraphTransformers(util.Prioritized(tables{extension.NewTableParagraphTransformer()}, 200)),
	)
}

// shallow opens no container in more than maxDepth others.
type shallow struct{ parser.BlockParser }

func (s shallow) Open(parent ast.Node, r text.Reader, pc parser.Context) (ast.Node, parser.State) {
	depth := 0
	for n := parent; n != nil; n = n.Parent() {
		if k := n.Kind(); k == ast.KindList || k == ast.KindBlockquote {
			depth++
		}
	}
	if depth >= maxDepth {
		return nil, parser.NoChildren
	}
	return s.BlockParser.Open(parent, r, pc)
}

// counted asks a parser so often in one paragraph.
type counted struct {
	parser.InlineParser
	key   parser.ContextKey
	limit int
}

type count struct {
	of ast.Node
	n  int
}

func (c counted) Parse(parent ast.Node, r text.Reader, pc parser.Context) ast.Node {
	so, _ := pc.Get(c.key).(*count)
	if so == nil || so.of != parent {
		so = &count{of: parent}
		pc.Set(c.key, so)
	}
	if so.n++; so.n > c.limit {
		return nil
	}
	return c.InlineParser.Parse(parent, r, pc)
}

// links tells the parser of links where a paragraph ends.
type links struct{ counted }

func (l links) CloseBlock(parent ast.Node, r text.Reader, pc parser.Context) {
	l.InlineParser.(parser.CloseBlocker).CloseBlock(parent, r, pc)
}

// headings are those of the first three levels.
type headings struct{ parser.BlockParser }

func (h headings) Open(parent ast.Node, r text.Reader, pc parser.Context) (ast.Node, parser.State) {
	if line, _ := r.PeekLine(); bytes.HasPrefix(bytes.TrimLeft(line, " \t"), []byte("####")) {
		return nil, parser.NoChildren
	}
	return h.BlockParser.Open(parent, r, pc)
}

// indented takes lines that would be code elsewhere.
type indented struct{ parser.BlockParser }

func (indented) CanAcceptIndentedLine() bool { return true }

// Clean is a text as it is stored: in UTF-8, with lines that end in one way, and
// without characters that nobody sees and that order the others anew.
func Clean(text string) string {
	text = strings.ReplaceAll(strings.ToValidUTF8(text, "\ufffd"), "\r\n", "\n")
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\r', r == '\u2028', r == '\u2029', r == '\v', r == '\f', r == '\u0085':
			return '\n'
		case r == '\t', r == '\n':
			return r
		case unicode.IsControl(r), r == '\ufeff', r >= '\u202a' && r <= '\u202e', r >= '\u2066' && r <= '\u2069':
			return -1
		}
		return r
	}, text)
}

// Parse reads a text.
func Parse(source string) (Doc, error) { return parse(source, contracts, false) }

func parse(source string, by parser.Parser, message bool) (Doc, error) {
	if len(source) > MaxBytes {
		return Doc{}, ErrLong
	}
	data := []byte(Clean(source))
	if bytes.Count(data, []byte("\n")) >= MaxLines {
		return Doc{}, ErrLong
	}
	c := converter{source: data, message: message}
	return Doc{c.blocks(by.Parse(text.NewReader(data)))}, nil
}

// converter makes our tree of goldmark's.
type converter struct {
	source  []byte
	message bool
	links   int
}

func (c *converter) blocks(parent ast.Node) []block {
	var made []block
	for n := parent.FirstChild(); n != nil; n = n.NextSibling() {
		switch n.Kind() {
		case ast.KindHeading:
			if spans := c.spans(n); len(spans) > 0 && c.message {
				made = append(made, bold(spans))
			} else if len(spans) > 0 {
				made = append(made, block{kind: heading, level: n.(*ast.Heading).Level, spans: spans})
			}
		case ast.KindThematicBreak:
			made = append(made, block{kind: rule})
		case ast.KindBlockquote:
			made = append(made, block{kind: quote, kids: c.blocks(n)})
		case ast.KindList:
			l := n.(*ast.List)
			b := block{kind: list, ordered: l.IsOrdered(), start: l.Start}
			for item := n.FirstChild(); item != nil; item = item.NextSibling() {
				b.items = append(b.items, c.blocks(item))
			}
			made = append(made, b)
		default:
			if t, ok := asTable(n); ok {
				made = append(made, c.table(t))
			} else if spans := c.spans(n); len(spans) > 0 {
				made = append(made, block{kind: paragraph, spans: spans})
			}
		}
	}
	return made
}

func (c *converter) table(t tableNode) block {
	b := block{kind: table, aligned: t.aligned}
	for row := t.FirstChild(); row != nil; row = row.NextSibling() {
		cells := make([]cell, 0, len(t.aligned))
		for at := row.FirstChild(); at != nil; at = at.NextSibling() {
			cells = append(cells, c.spans(at))
		}
		b.rows = append(b.rows, cells)
	}
	return b
}

// spans makes pieces of what stands in a block. It does not call itself, however
// deep people put bold into bold.
func (c *converter) spans(parent ast.Node) []span {
	var out spans
	m := manner{}
	var outer []manner // of the nodes that n stands in
	for n := parent.FirstChild(); n != nil; {
		inner := m
		closing := ""
		switch n := n.(type) {
		case *ast.Text:
			out.add(span{manner: m, text: unescape(n.Segment.Value(c.source))})
			switch {
			case n.HardLineBreak(), n.SoftLineBreak() && c.message:
				out.add(span{manner: m, broke: true})
			case n.SoftLineBreak():
				out.add(span{manner: m, text: " "})
			}
		case *place:
			name, ok := nameOf(n.written)
			out.add(span{manner: m, text: n.written, place: name, wrong: !ok})
		case *ast.AutoLink:
			c.autolink(&out, m, n)
		case *bare:
			c.bare(&out, m, n)
		case *ast.Emphasis:
			inner.bold, inner.italic = m.bold || n.Level == 2, m.italic || n.Level == 1
		case *ast.Link:
			if href, ok := c.leads(n, m); ok {
				c.links++
				inner.link, inner.href = c.links, href
				break
			}
			out.add(span{manner: m, text: "["})
			closing = ending(n.Destination, n.Title)
		case *ast.Image:
			out.add(span{manner: m, text: "!["})
			closing = ending(n.Destination, n.Title)
		}
		if first := n.FirstChild(); first != nil {
			outer = append(outer, m)
			n, m = first, inner
			continue
		}
		if closing != "" {
			c.literal(&out, m, closing)
		}
		for n.NextSibling() == nil {
			up := n.Parent()
			if up == parent {
				return out.done()
			}
			n, m = up, outer[len(outer)-1]
			outer = outer[:len(outer)-1]
			c.literal(&out, m, c.closing(n, m))
		}
		n = n.NextSibling()
	}
	return out.done()
}

// leads is where a link in a manner leads to, and whether it is one of ours.
func (c *converter) leads(n *ast.Link, m manner) (string, bool) {
	if m.link != 0 || len(n.Title) > 0 || !n.HasChildren() {
		return "", false
	}
	href, ok := address(unescape(n.Destination))
	return href, ok && (!c.message || c.honest(n, href))
}

// closing is what is written after the pieces of a link that is none of ours.
func (c *converter) closing(n ast.Node, m manner) string {
	switch n := n.(type) {
	case *ast.Link:
		if _, ok := c.leads(n, m); !ok {
			return ending(n.Destination, n.Title)
		}
	case *ast.Image:
		return ending(n.Destination, n.Title)
	}
	return ""
}

func ending(destination, title []byte) string {
	to := unescape(destination)
	if len(title) > 0 {
		to += ` "` + unescape(title) + `"`
	}
	return "](" + to + ")"
}

func (c *converter) autolink(out *spans, m manner, n *ast.AutoLink) {
	label := string(n.Label(c.source))
	href, ok := c.autoAddress(n)
	if !ok || m.link != 0 {
		out.add(span{manner: m, text: "<" + label + ">"})
		return
	}
	c.bare(out, m, &bare{text: label, href: href})
}

func (c *converter) autoAddress(n *ast.AutoLink) (string, bool) {
	to := string(n.URL(c.source))
	if n.AutoLinkType == ast.AutoLinkEmail {
		to = "mailto:" + string(n.Label(c.source))
	}
	return address(to)
}

func (c *converter) bare(out *spans, m manner, n *bare) {
	if m.link == 0 {
		c.links++
		m.link, m.href = c.links, n.href
	}
	out.add(span{manner: m, text: n.text})
}

// literal adds the end of a link or picture that is none: in a contract it may have
// placeholders, and in a message its address is a link as it would be elsewhere.
func (c *converter) literal(out *spans, m manner, text string) {
	if !c.message {
		out.literal(m, text)
		return
	}
	to, ok := strings.CutPrefix(text, "](")
	to = strings.TrimSuffix(to, ")")
	href, leads := address(to)
	if !ok || !leads || strings.Contains(to, " ") {
		out.add(span{manner: m, text: text})
		return
	}
	out.add(span{manner: m, text: "]("})
	c.bare(out, m, &bare{text: to, href: href})
	out.add(span{manner: m, text: ")"})
}

// spans are pieces that are being gathered.
type spans []span

func (s *spans) add(one span) {
	if one.text != "" || one.broke {
		*s = append(*s, one)
	}
}

// merged makes letters of one manner that follow one another one piece.
func (s spans) merged() []span {
	var out []span
	for i := 0; i < len(s); {
		one, n := s[i], i+1
		for one.letters() && n < len(s) && s[n].letters() && s[n].manner == one.manner {
			n++
		}
		if n > i+1 {
			var b strings.Builder
			for _, more := range s[i:n] {
				b.WriteString(more.text)
			}
			one.text = b.String()
		}
		out = append(out, one)
		i = n
	}
	return out
}

// literal adds text that may have placeholders in it.
func (s *spans) literal(m manner, text string) {
	for text != "" {
		at := strings.Index(text, "{{")
		if at < 0 {
			break
		}
		s.add(span{manner: m, text: text[:at]})
		text = text[at:]
		n := braced(text)
		if n == 0 || n > maxPlace {
			s.add(span{manner: m, text: text[:2]})
			text = text[2:]
			continue
		}
		name, ok := nameOf(text[:n])
		s.add(span{manner: m, text: text[:n], place: name, wrong: !ok})
		text = text[n:]
	}
	s.add(span{manner: m, text: text})
}

func (s span) letters() bool { return !s.broke && s.place == "" && !s.wrong }

// done takes away what stands at the ends and says nothing.
func (s spans) done() []span {
	out := s.merged()
	for len(out) > 0 && (out[0].broke || out[0].letters() && strings.TrimSpace(out[0].text) == "") {
		out = out[1:]
	}
	for len(out) > 0 && (out[len(out)-1].broke || out[len(out)-1].letters() && strings.TrimSpace(out[len(out)-1].text) == "") {
		out = out[:len(out)-1]
	}
	return out
}
