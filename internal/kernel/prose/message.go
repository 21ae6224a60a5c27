package prose

import (
	"bytes"
	"regexp"
	"strings"

	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// messages reads what people write to each other: the subset without placeholders.
var messages = parser.NewParser(
	parser.WithBlockParsers(
		util.Prioritized(parser.NewThematicBreakParser(), 200),
		util.Prioritized(shallow{parser.NewListParser()}, 300),
		util.Prioritized(parser.NewListItemParser(), 400),
		util.Prioritized(headings{parser.NewATXHeadingParser()}, 600),
		util.Prioritized(shallow{parser.NewBlockquoteParser()}, 800),
		util.Prioritized(indented{parser.NewParagraphParser()}, 1000),
	),
	parser.WithInlineParsers(
		util.Prioritized(links{counted{parser.NewLinkParser(), parser.NewContextKey(), maxBrackets}}, 200),
		util.Prioritized(parser.NewAutoLinkParser(), 300),
		util.Prioritized(counted{parser.NewEmphasisParser(), parser.NewContextKey(), maxStars}, 500),
	),
	parser.WithParagraphTransformers(util.Prioritized(tables{extension.NewTableParagraphTransformer()}, 200)),
)

// ParseMessage reads what somebody wrote to somebody else. It differs from Parse in
// what people expect there: each line stays a line, an address of the web is a link
// as it stands, and a heading is bold, since many messages stand on a page that has
// headings of its own. Two braces are text.
func ParseMessage(source string) (Doc, error) {
	if len(source) > MaxBytes {
		return Doc{}, ErrLong
	}
	data := []byte(Clean(source))
	if bytes.Count(data, []byte("\n")) >= MaxLines {
		return Doc{}, ErrLong
	}
	c := converter{source: data, message: true}
	blocks := c.blocks(messages.Parse(text.NewReader(data)))
	return Doc{mapped(blocks, c.bare)}, nil
}

// bold is a heading as a message has it.
func bold(in []span) []span {
	for i := range in {
		in[i].bold = true
	}
	return in
}

var webAddress = regexp.MustCompile(`https?://[^\s<>"“”„]+`)

// bare makes links of addresses that stand by themselves, without the punctuation
// that a sentence puts behind them.
func (c *converter) bare(in []span) []span {
	var out spans
	for _, s := range in {
		if s.link != 0 || !s.letters() {
			out.add(s)
			continue
		}
		rest := s.text
		for _, at := range webAddress.FindAllStringIndex(s.text, -1) {
			from := at[0] - (len(s.text) - len(rest))
			said := rest[from : from+at[1]-at[0]]
			said = strings.TrimRight(said, ".,;:!?'*_")
			for strings.HasSuffix(said, ")") && strings.Count(said, ")") > strings.Count(said, "(") {
				said = strings.TrimRight(said[:len(said)-1], ".,;:!?'*_")
			}
			href, ok := address(said)
			if !ok {
				continue
			}
			out.add(span{manner: s.manner, text: rest[:from]})
			linked := s.manner
			c.links++
			linked.link, linked.href = c.links, href
			out.add(span{manner: linked, text: said})
			rest = rest[from+len(said):]
		}
		out.add(span{manner: s.manner, text: rest})
	}
	return out.merged()
}
