package prose

import (
	"strings"

	"github.com/yuin/goldmark/ast"
)

// ParseMessage reads what somebody wrote to somebody: the same subset, as people
// type it who do not think of Markdown. A line stays a line, addresses of the web
// and of mail are links without marks, a heading is a bold line, and {{name}} is
// text. It has no ids, so that many messages can stand on one page.
func ParseMessage(source string) (Doc, error) { return parse(source, messages, true) }

// PlainMessage is what a message says without its marks, as where only text can
// stand; what cannot be read as one is left as it is.
func PlainMessage(source string) string {
	doc, err := ParseMessage(source)
	if err != nil {
		return source
	}
	return doc.Plain()
}

// bold is a heading in a message: a page has one outline, which is not that of
// what people write to each other.
func bold(pieces []span) block {
	for i := range pieces {
		pieces[i].bold = true
	}
	return block{kind: paragraph, spans: spans(pieces).merged()}
}

// honest tells whether a link leads where its own words say, should they be an
// address. One that does not is text, and both addresses can be seen.
func (c *converter) honest(n *ast.Link, href string) bool {
	said := func(to string) bool { return strings.TrimSuffix(to, "/") == strings.TrimSuffix(href, "/") }
	ok := true
	_ = ast.Walk(n, func(one ast.Node, _ bool) (ast.WalkStatus, error) {
		switch one := one.(type) {
		case *bare:
			ok = ok && said(one.href)
		case *ast.AutoLink:
			to, leads := c.autoAddress(one)
			ok = ok && (!leads || said(to))
		}
		return ast.WalkContinue, nil
	})
	return ok
}
