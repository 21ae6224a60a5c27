package ui

import (
	"context"
	"io"

	"github.com/a-h/templ"

	"foyer/internal/kernel/prose"
)

// Message is what somebody wrote to somebody else. Package prose makes its HTML, and
// lets nothing else through; what it does not read is shown as it was written.
type Message string

// Render writes the message.
func (m Message) Render(ctx context.Context, w io.Writer) error {
	doc, err := prose.ParseMessage(string(m))
	if err != nil {
		return plainText(string(m)).Render(ctx, w)
	}
	return Prose{doc}.Render(ctx, w)
}

// Prose is a text at length, such as that of a contract. It is the one thing that is
// written as it is: package prose makes its HTML, and lets nothing else through.
type Prose struct{ Text prose.Doc }

// Render writes the text.
func (p Prose) Render(ctx context.Context, w io.Writer) error {
	return templ.Raw(p.Text.HTML()).Render(ctx, w)
}
