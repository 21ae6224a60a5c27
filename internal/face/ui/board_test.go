package ui_test

import (
	"testing"

	"foyer/internal/face/ui"
)

func TestACardCanGoWhereItsMenuSays(t *testing.T) {
	t.Parallel()
	card := ui.BoardCard{ID: "1", Title: "Pickup", Href: "/x", MoveLabel: "Move: Pickup"}
	hasNot(t, draw(t, card), "data-card", "popover")
	card.Moves = []ui.BoardMove{
		{To: "review", Item: ui.MenuItem{Text: "To review", Action: "/move", Hidden: []ui.Hidden{{Name: "to", Value: "review"}}}},
		{To: "quoted", Item: ui.MenuItem{Text: "Quote", Href: "/quote", Dialog: "drawer"}},
	}
	has(t, draw(t, card), "data-card", `popovertarget="moves-1"`, `id="moves-1" popover`, `aria-label="Move: Pickup"`, `data-to="review"`, `action="/move"`, `data-to="quoted"`, `href="/quote"`)
}

func TestAnEmptyColumnSaysSo(t *testing.T) {
	t.Parallel()
	got := draw(t, ui.BoardColumn{ID: "new", Title: "New", Count: "0", Empty: "Nothing new"})
	has(t, got, `aria-labelledby="column-new"`, "Nothing new")
	hasNot(t, got, "<ul")
}
