package ui

import (
	"context"
	"io"

	"github.com/a-h/templ"

	"foyer/internal/kernel/prose"
)

// Prose is a text at length, such as that of a contract. It is the one thing that is
// written as it is: package prose makes its HTML, and lets nothing else through.
type Prose struct{ Text prose.Doc }

// Render writes the text.
func (p Prose) Render(ctx context.Context, w io.Writer) error {
	return templ.Raw(p.Text.HTML()).Render(ctx, w)
}
