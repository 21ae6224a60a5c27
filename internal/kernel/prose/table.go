package prose

import (
	"github.com/yuin/goldmark/ast"
	extended "github.com/yuin/goldmark/extension/ast"
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
