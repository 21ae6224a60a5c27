package web

import "net/url"

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
