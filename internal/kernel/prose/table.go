package prose

import (
	"strings"

	"github.com/yuin/goldmark/ast"
	extended "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// tableNode is a table in goldmark's tree.
type tableNode struct {
	ast.Node
	aligned []align
}

func asTable(n ast.Node) (tableNode, bool) {
	t, ok := n.(*extended.Table)
	if !ok {
		return tableNode{}, false
	}
	made := tableNode{Node: n, aligned: make([]align, len(t.Alignments))}
	for i, a := range t.Alignments {
		switch a {
		case extended.AlignRight:
			made.aligned[i] = toEnd
		case extended.AlignCenter:
			made.aligned[i] = toCenter
		default:
		}
	}
	return made, true
}

// tables leaves those alone that have too many columns, or a row with more cells
// than the head, of which goldmark would drop what is over. A line of dashes alone,
// such as people put above their names, makes no table of the lines around it.
type tables struct{ parser.ParagraphTransformer }

func (t tables) Transform(node *ast.Paragraph, r text.Reader, pc parser.Context) {
	lines := node.Lines()
	for i := 1; i < lines.Len(); i++ {
		if dashes(line(lines, i, r)) {
			return
		}
		if !ruler(line(lines, i, r)) {
			continue
		}
		columns := cells(line(lines, i, r))
		if columns > maxColumns {
			return
		}
		for j := i + 1; j < lines.Len(); j++ {
			if cells(line(lines, j, r)) > columns {
				return
			}
		}
		break
	}
	t.ParagraphTransformer.Transform(node, r, pc)
}

func line(lines *text.Segments, i int, r text.Reader) string {
	at := lines.At(i)
	return strings.TrimSpace(string(at.Value(r.Source())))
}

func dashes(line string) bool { return line != "" && strings.Trim(line, "- \t") == "" }

// ruler tells whether a line may be the one under the head of a table.
func ruler(line string) bool {
	return strings.ContainsAny(line, "|:") && strings.Contains(line, "-") && strings.Trim(line, "|:- \t") == ""
}

// cells counts those of a row.
func cells(line string) int {
	line = strings.TrimPrefix(line, "|")
	n, escaped := 1, false
	for i := range len(line) {
		switch {
		case escaped:
			escaped = false
		case line[i] == '\\':
			escaped = true
		case line[i] == '|' && i < len(line)-1:
			n++
		}
	}
	return n
}
