package page_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"foyer/internal/kernel/id"
	"foyer/internal/kernel/page"
)

type row struct{ key, id string }

func (r row) place() page.Place { return page.Place{Key: r.key, ID: r.id} }

// fetch answers as a database would: the rows beyond a place, one more than a
// page has.
func fetch(all []row, size int, from page.From) []row {
	var got []row
	list := slices.Clone(all)
	if from.Backwards {
		slices.Reverse(list)
	}
	for _, r := range list {
		ahead := r.key > from.Key || r.key == from.Key && r.id > from.ID
		if from.Backwards {
			ahead = r.key < from.Key || r.key == from.Key && r.id < from.ID
		}
		if ahead && len(got) <= size {
			got = append(got, r)
		}
	}
	return got
}

// Whatever the list, walking forward sees each row once, and walking back sees
// the same pages again.
func TestWalkingThereAndBack(t *testing.T) {
	t.Parallel()
	ids := &id.Source{Now: time.Now}
	rapid.Check(t, func(t *rapid.T) {
		var all []row
		for range rapid.IntRange(0, 40).Draw(t, "rows") {
			all = append(all, row{fmt.Sprint("k", rapid.IntRange(0, 5).Draw(t, "key")), ids.New()})
		}
		slices.SortFunc(all, func(a, b row) int {
			if a.key != b.key {
				return map[bool]int{true: -1, false: 1}[a.key < b.key]
			}
			return map[bool]int{true: -1, false: 1}[a.id < b.id]
		})
		size := rapid.IntRange(1, 7).Draw(t, "size")
		var seen []row
		var pages [][]row
		prev, next := "", ""
		for first := true; first || next != ""; first = false {
			from := page.Ask(next, "")
			var kept []row
			kept, prev, next = page.Cut(fetch(all, size, from), size, from, row.place)
			if (prev == "") != first {
				t.Fatalf("page %d has the cursor %q back", len(pages), prev)
			}
			seen, pages = append(seen, kept...), append(pages, kept)
		}
		if !slices.Equal(seen, all) {
			t.Fatalf("walked %v of %v", seen, all)
		}
		for n := len(pages) - 2; n >= 0; n-- {
			from := page.Ask("", prev)
			kept, before, after := page.Cut(fetch(all, size, from), size, from, row.place)
			if !slices.Equal(kept, pages[n]) || after == "" || (before == "") != (n == 0) {
				t.Fatalf("back on page %d: %v, want %v", n, kept, pages[n])
			}
			prev = before
		}
	})
}

func TestCursorsOfOthers(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "x", "%%%", "aGVsbG8", page.Place{Key: "k", ID: "not an id that we make ever"}.String()} {
		if got := page.Ask(text, text); got != (page.From{}) {
			t.Errorf("%q is read as %v", text, got)
		}
	}
	bad := page.Place{Key: "a\x00b", ID: "01jzzzzzzzzzzzzzzzzzzzzzzz"}.String()
	if page.Read(bad) != (page.Place{}) {
		t.Error("a place with a NUL was taken")
	}
}
