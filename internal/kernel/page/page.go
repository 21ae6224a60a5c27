// Package page cuts lists into pages. A page continues after a row rather than
// after a number of rows, so that it is found by an index however far it lies.
package page

import (
	"encoding/base64"
	"slices"
	"strings"

	"foyer/internal/kernel/id"
)

// Place is where a row stands in a list: what the list is sorted by, then the
// row's id.
type Place struct{ Key, ID string }

// String is the place as text for an address.
func (p Place) String() string {
	return base64.RawURLEncoding.EncodeToString([]byte(p.ID + p.Key))
}

// Read reads a place from an address; one that is none of ours is the zero
// Place, which stands before all rows.
func Read(text string) Place {
	data, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || len(data) < id.Length {
		return Place{}
	}
	p := Place{ID: string(data[:id.Length]), Key: string(data[id.Length:])}
	if !id.Valid(p.ID) || p.Key != strings.ToValidUTF8(p.Key, "") || strings.ContainsRune(p.Key, 0) {
		return Place{}
	}
	return p
}

// From is where a page begins: after a row or, backwards, before one.
type From struct {
	Place
	Backwards bool
}

// Ask reads which page is wanted from the two cursors that an address can have.
func Ask(after, before string) From {
	if p := Read(after); p != (Place{}) {
		return From{Place: p}
	}
	if p := Read(before); p != (Place{}) {
		return From{p, true}
	}
	return From{}
}

// Cut takes off the row beyond the page, which was read to learn whether there
// is more, puts the rows in the list's order, and gives the cursors of the pages
// before and after; they are empty where there is none.
func Cut[T any](rows []T, size int, from From, at func(T) Place) (kept []T, prev, next string) {
	more, follows := len(rows) > size, from.Place != Place{}
	if more {
		rows = rows[:size]
	}
	if from.Backwards {
		slices.Reverse(rows)
		more, follows = true, more // the page one came from lies ahead
	}
	if len(rows) == 0 {
		return rows, "", ""
	}
	if follows {
		prev = at(rows[0]).String()
	}
	if more {
		next = at(rows[len(rows)-1]).String()
	}
	return rows, prev, next
}
