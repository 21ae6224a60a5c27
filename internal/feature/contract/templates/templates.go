// Package templates has a contract to begin with for each type, in each language.
// A template is a file: its title, a note for staff, an empty line, and the text,
// in the Markdown of kernel/prose. The note is no part of the contract.
package templates

import (
	"embed"
	"strings"
)

//go:embed en/*.md de/*.md
var files embed.FS

// Types are the types of contracts, in the order in which they are offered. They
// are the names of the files.
var Types = []string{"service", "nda", "msa", "vendor", "retainer", "other"}

// Placeholders are the names that a contract's text may use, in the order in which
// they are offered. Nothing else says which there are.
var Placeholders = []string{
	"client.name", "client.address", "workspace.name", "workspace.address", "project.name",
	"contract.name", "contract.value", "contract.start", "contract.end", "contract.renewal",
}

// Languages are those that templates are there in.
var Languages = []string{"en", "de"}

// Template is a contract to begin with.
type Template struct {
	Type  string
	Title string
	Note  string // for staff: what it is and is not
	Text  string
}

// Of is the template of a type in a language, or in English where there is none in
// that; found is false for a type that is none.
func Of(language, kind string) (t Template, found bool) {
	base, _, _ := strings.Cut(language, "-")
	data, err := files.ReadFile(base + "/" + kind + ".md")
	if err != nil && base != Languages[0] {
		return Of(Languages[0], kind)
	}
	if err != nil {
		return Template{}, false
	}
	head, text, _ := strings.Cut(string(data), "\n\n")
	title, note, _ := strings.Cut(head, "\n")
	return Template{kind, strings.TrimPrefix(title, "title: "), strings.TrimPrefix(note, "note: "), text}, true
}
