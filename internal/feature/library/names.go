package library

import (
	"context"
	"fmt"
	"path"
	"strings"
	"unicode/utf8"

	"foyer/internal/feature/document"
	"foyer/internal/kernel/scope"
	"foyer/internal/kernel/text"
)

// entry is a document at a place.
type entry struct {
	of     ID
	hash   string
	shared Sharing
}

// names are the documents at a place, by their names.
type names map[string][]*entry

// names reads those that whoever brings files sees: from no name, and from nothing that
// is said to be here already, does a contact learn of what they do not see.
func (l *Load) names(ctx context.Context, tx scope.Tx) (names, error) {
	here, statement := names{}, listNames
	args := tx.WithClient(l.place.Client.String(), scope.Args{"kind": l.place.Kind, "place": l.place.ID})
	if l.seeing != nil {
		statement, args = listShownNames, l.seeing(args)
	}
	err := tx.Each(ctx, statement, args, func(row scope.Row) error {
		var key string
		e := &entry{}
		err := row.Scan(&key, &e.of, &e.hash, &e.shared)
		here[key] = append(here[key], e)
		return err
	})
	return here, err
}

// same is the document of a name and bytes; nil where there is none.
func (n names) same(u document.Uploaded) *entry {
	for _, e := range n[text.Key(u.Name)] {
		if e.hash == u.SHA256() {
			return e
		}
	}
	return nil
}

// free is a name that nothing here has yet: the given one, or with a number.
func (n names) free(name string) string {
	end := path.Ext(name)
	stem, free := strings.TrimSuffix(name, end), name
	for i := 2; n[text.Key(free)] != nil; i++ {
		number := fmt.Sprintf(" (%d)", i)
		runes := []rune(stem)
		free = string(runes[:min(len(runes), LongestName-len(number)-utf8.RuneCountInString(end))]) + number + end
	}
	return free
}
