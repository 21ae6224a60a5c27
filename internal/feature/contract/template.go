package contract

import "foyer/internal/feature/contract/templates"

// Template is the text that a contract of a kind starts from in a language, if
// there is one.
func Template(kind Kind, language string) (string, bool) {
	t, found := templates.Of(language, string(kind))
	return t.Text, found
}
