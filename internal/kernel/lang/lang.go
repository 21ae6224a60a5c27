// Package lang says things in a person's language: message catalogues with
// plural forms, dates, times and numbers. Stored data never holds a translated sentence;
// it holds a key of this catalogue and its arguments.
//
// A catalogue is one text file a language (en.txt). Each line is
//
//	key = sentence with {name} and {other}
//
// and a plural is the key once per form of the language (CLDR):
//
//	project.count.one   = {n} project
//	project.count.other = {n} projects
//
// Lines that begin with # and empty lines are skipped.
package lang

import (
	"embed"
	"fmt"
	"sort"
	"strings"
	"sync"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
)

//go:embed *.txt
var files embed.FS

// Default is the language that every key is written in first.
const Default = "en"

// Pseudo is the stretched and accented language of the tests; PseudoRTL is the
// same written from right to left. Neither is offered to people.
const (
	Pseudo    = "qps"
	PseudoRTL = "qpr"
)

// Printer says things in one language. Its zero value speaks the default.
type Printer struct{ c *catalogue }

type catalogue struct {
	tag      string
	plural   language.Tag
	messages map[string]string
	dates    dateWords
	marks    numberMarks
}

var catalogues = load()

func load() map[string]*catalogue {
	all := map[string]*catalogue{}
	entries, err := files.ReadDir(".")
	if err != nil {
		panic(err)
	}
	for _, e := range entries {
		text, err := files.ReadFile(e.Name())
		if err != nil {
			panic(err)
		}
		tag := strings.TrimSuffix(e.Name(), ".txt")
		messages, err := parse(string(text))
		if err != nil {
			panic(fmt.Sprintf("message catalogue %s: %v", e.Name(), err))
		}
		all[tag] = &catalogue{tag: tag, plural: language.MustParse(tag), messages: messages, dates: wordsOf(tag), marks: marksOf(tag)}
	}
	return all
}

// pseudos are made when a test asks for them first.
var pseudos = sync.OnceValue(func() map[string]*catalogue {
	return map[string]*catalogue{Pseudo: pseudo(catalogues[Default], Pseudo), PseudoRTL: pseudo(catalogues[Default], PseudoRTL)}
})

// named is the catalogue of a tag.
func named(tag string) (*catalogue, bool) {
	if tag == Pseudo || tag == PseudoRTL {
		return pseudos()[tag], true
	}
	c, ok := catalogues[tag]
	return c, ok
}

// parse reads a catalogue; a key said twice is an error.
func parse(text string) (map[string]string, error) {
	m := map[string]string{}
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		key, value, ok := strings.Cut(line, "=")
		key, value = strings.TrimSpace(key), strings.TrimSpace(value)
		if !ok || key == "" || value == "" {
			return nil, fmt.Errorf("line %d is not key = sentence", i+1)
		}
		if _, twice := m[key]; twice {
			return nil, fmt.Errorf("line %d says %s a second time", i+1, key)
		}
		m[key] = value
	}
	return m, nil
}

// For is the printer of a language tag such as "en" or "de"; an unknown tag
// gives the default language.
func For(tag string) Printer {
	if c, ok := named(tag); ok {
		return Printer{c}
	}
	return Printer{catalogues[Default]}
}

// Offered lists the tags of the languages that people can choose, sorted.
func Offered() []string {
	var tags []string
	for tag := range catalogues {
		tags = append(tags, tag)
	}
	sort.Strings(tags)
	return tags
}

// Known tells whether people can choose the tag.
func Known(tag string) bool {
	_, ok := catalogues[tag]
	return ok
}

// Match chooses the best offered language for an Accept-Language header, or
// the other one when it asks for none that we have.
func Match(header, otherwise string) string {
	wanted, _, err := language.ParseAcceptLanguage(header)
	if err != nil {
		return otherwise
	}
	for _, w := range wanted {
		base, _ := w.Base()
		if Known(base.String()) {
			return base.String()
		}
	}
	return otherwise
}

func (p Printer) catalogue() *catalogue {
	if p.c == nil {
		return catalogues[Default]
	}
	return p.c
}

// Tag is the language's tag for the lang attribute.
func (p Printer) Tag() string { return p.catalogue().tag }

// Dir is the writing direction for the dir attribute: ltr or rtl.
func (p Printer) Dir() string {
	switch p.catalogue().tag {
	case PseudoRTL, "ar", "he", "fa", "ur":
		return "rtl"
	}
	return "ltr"
}

// Has tells whether the default catalogue knows the key, alone or as a plural.
func Has(key string) bool {
	m := catalogues[Default].messages
	_, alone := m[key]
	_, many := m[key+".other"]
	return alone || many
}

// Keys lists the keys of one language, sorted.
func Keys(tag string) []string {
	c, ok := named(tag)
	if !ok {
		return nil
	}
	keys := make([]string, 0, len(c.messages))
	for k := range c.messages {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}

// T is the sentence of a key with {name} replaced from args, which are
// alternating names and values. A key that the language lacks is said in the
// default language; a key that no language has comes back in brackets, which
// a test looks for.
func (p Printer) T(key string, args ...any) string {
	text, ok := p.catalogue().messages[key]
	if !ok {
		if text, ok = catalogues[Default].messages[key]; !ok {
			return "[" + key + "]"
		}
	}
	return fill(text, args)
}

// Or is the sentence of a key, or the other text where the language has none.
func (p Printer) Or(key, otherwise string) string {
	if _, known := p.catalogue().messages[key]; known {
		return p.T(key)
	}
	return otherwise
}

// N is T for a counted thing: it chooses the plural form of n and fills {n}.
func (p Printer) N(key string, n int, args ...any) string {
	form := pluralForm(p.catalogue().plural, n)
	args = append([]any{"n", n}, args...)
	c := p.catalogue()
	if _, ok := c.messages[key+"."+form]; ok {
		return p.T(key+"."+form, args...)
	}
	return p.T(key+".other", args...)
}

func fill(text string, args []any) string {
	if len(args) == 0 || !strings.Contains(text, "{") {
		return text
	}
	var b strings.Builder
	for {
		before, rest, opens := strings.Cut(text, "{")
		b.WriteString(before)
		if !opens {
			return b.String()
		}
		name, after, closes := strings.Cut(rest, "}")
		if value, given := argument(args, name); closes && given {
			b.WriteString(value)
			text = after
		} else {
			b.WriteByte('{')
			text = rest
		}
	}
}

// argument is the value of a name among alternating names and values.
func argument(args []any, name string) (value string, given bool) {
	for i := 0; i+1 < len(args); i += 2 {
		if fmt.Sprint(args[i]) == name {
			return fmt.Sprint(args[i+1]), true
		}
	}
	return "", false
}

func pluralForm(tag language.Tag, n int) string {
	if n < 0 {
		n = -n
	}
	switch plural.Cardinal.MatchPlural(tag, n, 0, 0, 0, 0) {
	case plural.Zero:
		return "zero"
	case plural.One:
		return "one"
	case plural.Two:
		return "two"
	case plural.Few:
		return "few"
	case plural.Many:
		return "many"
	}
	return "other"
}
