package web

import (
	"maps"
	"net/url"
	"slices"
	"strings"

	"foyer/internal/face/ui"
)

// ListAt is the address of a list with what is wanted of it: a filter by its name,
// which is left out where it is all there is, words to search for, and a cursor with
// the row that it stands at.
func ListAt[F ~string](path, name string, filter F, query, cursor, at string) string {
	q := url.Values{}
	if filter != "" && filter != "all" {
		q.Set(name, string(filter))
	}
	if query != "" {
		q.Set("q", query)
	}
	if at != "" {
		q.Set(cursor, at)
	}
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}

// Search is the field that searches a list for words. at is the list's address without
// them; what it is narrowed to stays.
func (v View) Search(label, target, words, at string) ui.SearchField {
	path, query, _ := strings.Cut(at, "?")
	s := ui.SearchField{Action: path, Value: words, Label: label, Placeholder: label, Target: target, SubmitLabel: v.T("ui.search")}
	narrowed, err := url.ParseQuery(query)
	if err != nil {
		return s // no address of ours
	}
	for _, name := range slices.Sorted(maps.Keys(narrowed)) {
		s.Hidden = append(s.Hidden, ui.Hidden{Name: name, Value: narrowed.Get(name)})
	}
	return s
}
