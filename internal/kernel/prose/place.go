package prose

import (
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

var kindPlace = ast.NewNodeKind("Place")

// place is a placeholder in goldmark's tree.
type place struct {
	ast.BaseInline
	written string
}

func (*place) Kind() ast.NodeKind           { return kindPlace }
func (p *place) Dump(source []byte, at int) { ast.DumpHelper(p, source, at, nil, nil) }

// placeholders reads {{name}}, and whatever else stands in two braces, so that
// somebody is told of a name that is none.
type placeholders struct{}

func (placeholders) Trigger() []byte { return []byte{'{'} }

func (placeholders) Parse(_ ast.Node, r text.Reader, _ parser.Context) ast.Node {
	line, _ := r.PeekLine()
	n := braced(string(line[:min(len(line), maxPlace)]))
	if n == 0 {
		return nil
	}
	r.Advance(n)
	return &place{written: string(line[:n])}
}

// maxPlace is how long a placeholder may be, with its braces.
const maxPlace = 84

// braced is how many bytes the placeholder at the beginning of a text has, 0 if
// there is none.
func braced(text string) int {
	inside, ok := strings.CutPrefix(text, "{{")
	if !ok {
		return 0
	}
	end := strings.IndexAny(inside, "{}\n")
	if end < 0 || !strings.HasPrefix(inside[end:], "}}") || strings.TrimSpace(inside[:end]) == "" {
		return 0
	}
	return 2 + end + 2
}

// nameOf is what stands between the braces, and whether it can be a name.
func nameOf(written string) (string, bool) {
	name := strings.TrimSpace(strings.TrimSuffix(strings.TrimPrefix(written, "{{"), "}}"))
	for part := range strings.SplitSeq(name, ".") {
		if part == "" || part[0] < 'a' || part[0] > 'z' || strings.Trim(part, "abcdefghijklmnopqrstuvwxyz0123456789_") != "" {
			return name, false
		}
	}
	return name, true
}
