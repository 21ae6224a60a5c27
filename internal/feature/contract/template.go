package contract

import "embed"

// Templates are texts to start a contract from, by language and kind, in Markdown
// with placeholders.
//
//go:embed templates/*/*.md
var templates embed.FS

// Template is the text that a contract of a kind starts from in a language, if
// there is one.
func Template(kind Kind, language string) (string, bool) {
	text, err := templates.ReadFile("templates/" + language + "/" + string(kind) + ".md")
	return string(text), err == nil
}
