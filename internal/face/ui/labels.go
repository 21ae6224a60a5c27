package ui

import (
	"bytes"
	"context"
	"fmt"
	"html"
	"strings"

	"github.com/a-h/templ"
)

// Labels are those of the fields on a page that were not accepted. An ErrorSummary
// stands above its fields and is drawn before them, so it leaves room for the labels
// that its lines want, and Fill writes them there once the page is drawn.
type Labels struct{ of map[string]string }

type labelsKey struct{}

// CollectLabels is the context in which to draw a page whose labels are to be filled in.
func CollectLabels(ctx context.Context) (context.Context, *Labels) {
	l := &Labels{of: map[string]string{}}
	return context.WithValue(ctx, labelsKey{}, l), l
}

// collected are the labels of the page that is drawn, nil where nobody fills them in.
func collected(ctx context.Context) *Labels {
	l, _ := ctx.Value(labelsKey{}).(*Labels)
	return l
}

// keepLabel keeps the label of a field that was not accepted.
func keepLabel(ctx context.Context, f Field) {
	if l := collected(ctx); l != nil && f.Error != "" {
		l.of[f.id()] = f.Label
	}
}

// room is where the label of a control is written, a comment that no text can have in it.
func room(id string) string { return "<!--label " + html.EscapeString(id) + "-->" }

// room is where the item's label goes, empty where it wants none.
func (i ErrorItem) room(ctx context.Context) string {
	l := collected(ctx)
	if l == nil || !i.Bare {
		return ""
	}
	if _, ok := l.of[i.ID]; !ok {
		l.of[i.ID] = "" // its field may still come
	}
	return room(i.ID)
}

// said is the line of an item, its label first.
func (i ErrorItem) said(ctx context.Context) templ.Component {
	return templ.Raw(i.room(ctx) + templ.EscapeString(i.Text))
}

// Fill writes the labels into a page that was drawn. A line whose field has none keeps
// its sentence alone.
func (l *Labels) Fill(page []byte) []byte {
	for id, label := range l.of {
		if label != "" {
			label = fmt.Sprintf(`<bdi>%s</bdi>%s`, html.EscapeString(strings.TrimRight(label, ": ")), after(label))
		}
		page = bytes.ReplaceAll(page, []byte(room(id)), []byte(label))
	}
	return page
}

// after is what stands between a label and the sentence; a question has its mark.
func after(label string) string {
	if strings.HasSuffix(label, "?") {
		return " "
	}
	return ": "
}
