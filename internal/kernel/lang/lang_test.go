package lang_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"

	"foyer/internal/kernel/lang"
)

func TestSaying(t *testing.T) {
	t.Parallel()
	p := lang.For("en")
	for got, want := range map[string]string{
		p.T("ui.save"):                                "Save",
		p.T("today.greeting", "name", "Ana"):          "Hello, Ana",
		p.T("today.greeting", "name", "{name}"):       "Hello, {name}",
		p.T("today.greeting"):                         "Hello, {name}",
		p.T("field.long", "max", 5):                   "Keep this to 5 characters or fewer.",
		p.T("no.such.key", "name", "Ana"):             "[no.such.key]",
		p.N("ui.errors", 1):                           "One field needs another look",
		p.N("ui.errors", 2):                           "2 fields need another look",
		p.N("ui.errors", 0):                           "0 fields need another look",
		p.N("ui.errors", -1):                          "One field needs another look",
		p.N("no.such.key", 2):                         "[no.such.key.other]",
		(lang.Printer{}).T("ui.save"):                 "Save",
		lang.For("xx").T("ui.save"):                   "Save",
		lang.For("").Tag():                            "en",
		lang.For("en").Dir():                          "ltr",
		lang.For(lang.PseudoRTL).Dir():                "rtl",
		lang.For(lang.Pseudo).N("no.such.key", 1):     "[no.such.key.other]",
		strings.Join(lang.Keys("xx"), ","):            "",
		lang.Match("en-GB,en;q=0.5", "en"):            "en",
		lang.Match("xx, *;q=0.1", "en"):               "en",
		lang.Match("de-AT,de;q=0.9,en;q=0.5", "en"):   "de",
		lang.Match("fr,de;q=0.2,en;q=0.1", "en"):      "de",
		lang.Match("xx, *;q=0.1", "de"):               "de",
		lang.Match("", ""):                            "",
		lang.Match("\x00;;;=,,", "de"):                "de",
		lang.Match("en-US, *;q=0.1", "de"):            "en",
		lang.Match("en;q=0.2,de-CH", "en"):            "de",
		lang.Match("", "en"):                          "en",
		lang.Match("\x00;;;=,,", "en"):                "en",
		lang.Match(strings.Repeat("a-", 5000), "en"):  "en",
		lang.Match(lang.Pseudo+","+lang.Pseudo, "en"): "en",
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestOffered(t *testing.T) {
	t.Parallel()
	for _, tag := range lang.Offered() {
		if !lang.Known(tag) {
			t.Errorf("%s is offered and not known", tag)
		}
		for _, other := range lang.Offered() {
			if got, want := lang.For(other).T("language."+tag), lang.For(tag).T("language."+tag); !lang.Has("language."+tag) || got != want {
				t.Errorf("%s is called %q in %s and %q by itself", tag, got, other, want)
			}
		}
	}
	if got := strings.Join(lang.Offered(), " "); got != "de en" {
		t.Errorf("%s are offered", got)
	}
	for _, tag := range []string{lang.Pseudo, lang.PseudoRTL, "", "xx", "EN"} {
		if lang.Known(tag) {
			t.Errorf("%q can be chosen", tag)
		}
	}
	if !lang.Has("ui.errors") || !lang.Has("ui.errors.one") || lang.Has("ui.nothing") || lang.Has("") {
		t.Error("Has mixes up keys")
	}
}

// Each plural has every form that its language tells apart.
func TestPluralsAreComplete(t *testing.T) {
	t.Parallel()
	words := map[plural.Form]string{
		plural.Zero: "zero", plural.One: "one", plural.Two: "two", plural.Few: "few", plural.Many: "many", plural.Other: "other",
	}
	for _, tag := range lang.Offered() {
		needed := map[string]bool{}
		for n := range 200 {
			needed[words[plural.Cardinal.MatchPlural(language.MustParse(tag), n, 0, 0, 0, 0)]] = true
		}
		keys := map[string]bool{}
		for _, key := range lang.Keys(tag) {
			keys[key] = true
		}
		for key := range keys {
			if base(key) == key {
				continue
			}
			for form := range needed {
				if !keys[base(key)+"."+form] {
					t.Errorf("%s: %s lacks the form %s", tag, base(key), form)
				}
			}
		}
	}
}

func TestPseudoStretches(t *testing.T) {
	t.Parallel()
	for _, tag := range []string{lang.Pseudo, lang.PseudoRTL} {
		for _, key := range lang.Keys(lang.Default) {
			plain, odd := lang.For("en").T(key), lang.For(tag).T(key)
			if !strings.HasPrefix(odd, "⟦") || !strings.HasSuffix(odd, "⟧") {
				t.Errorf("%s: %s has no ends: %s", tag, key, odd)
			}
			if a, b := utf8.RuneCountInString(plain), utf8.RuneCountInString(odd); float64(b) < 1.3*float64(a) {
				t.Errorf("%s: %s grows from %d to %d characters only", tag, key, a, b)
			}
		}
	}
	if got := lang.For(lang.Pseudo).T("today.greeting", "name", "Ana"); !strings.Contains(got, "Ana") || !strings.Contains(got, "Hélló") {
		t.Errorf("got %s", got)
	}
	if got := lang.For(lang.Pseudo).N("ui.errors", 3); !strings.Contains(got, "3 fíélds") {
		t.Errorf("got %s", got)
	}
}
