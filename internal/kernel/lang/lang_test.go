package lang_test

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"

	"foyer/internal/kernel/lang"
)

func TestSaying(t *testing.T) {
	t.Parallel()
	p := lang.For("en")
	for got, want := range map[string]string{
		p.T("ui.save"):                              "Save",
		p.T("today.greeting", "name", "Ana"):        "Hello, Ana",
		p.T("today.greeting", "name", "{name}"):     "Hello, {name}",
		p.T("today.greeting"):                       "Hello, {name}",
		p.T("field.long", "max", 5):                 "Keep this to 5 characters or fewer.",
		p.T("no.such.key", "name", "Ana"):           "[no.such.key]",
		p.N("ui.errors", 1):                         "One field needs another look",
		p.N("ui.errors", 2):                         "2 fields need another look",
		p.N("ui.errors", 0):                         "0 fields need another look",
		p.N("ui.errors", -1):                        "One field needs another look",
		p.N("no.such.key", 2):                       "[no.such.key.other]",
		(lang.Printer{}).T("ui.save"):               "Save",
		lang.For("xx").T("ui.save"):                 "Save",
		lang.For("").Tag():                          "en",
		lang.For("en").Dir():                        "ltr",
		lang.For(lang.PseudoRTL).Dir():              "rtl",
		lang.For(lang.Pseudo).N("no.such.key", 1):   "[no.such.key.other]",
		strings.Join(lang.Keys("xx"), ","):          "",
		lang.Match("en-GB,en;q=0.5"):                "en",
		lang.Match("xx, *;q=0.1"):                   "en",
		lang.Match(""):                              "en",
		lang.Match("\x00;;;=,,"):                    "en",
		lang.Match(strings.Repeat("a-", 5000)):      "en",
		lang.Match(lang.Pseudo + "," + lang.Pseudo): "en",
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
		if !lang.Has("language." + tag) {
			t.Errorf("en.txt has no name for the language %s", tag)
		}
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

func TestDates(t *testing.T) {
	t.Parallel()
	p := lang.For("en")
	for _, c := range []struct {
		at              string
		long, list, day string
	}{
		{"2026-12-02", "2 December 2026", "2 Dec 2026", "Wednesday 2 December"},
		{"2026-11-23", "23 November 2026", "23 Nov 2026", "Monday 23 November"},
		{"2024-02-29", "29 February 2024", "29 Feb 2024", "Thursday 29 February"},
		{"2026-01-01", "1 January 2026", "1 Jan 2026", "Thursday 1 January"},
		{"2026-05-31", "31 May 2026", "31 May 2026", "Sunday 31 May"},
		{"2027-09-04", "4 September 2027", "4 Sep 2027", "Saturday 4 September"},
	} {
		at, err := time.Parse(time.DateOnly, c.at)
		if err != nil {
			t.Fatal(err)
		}
		if p.LongDate(at) != c.long || p.ListDate(at) != c.list || p.DayLine(at) != c.day {
			t.Errorf("%s is %q, %q, %q", c.at, p.LongDate(at), p.ListDate(at), p.DayLine(at))
		}
	}
	for m := time.January; m <= time.December; m++ {
		at := time.Date(2026, m, 15, 0, 0, 0, 0, time.UTC)
		if p.LongDate(at) != at.Format("2 January 2006") || p.ListDate(at) != at.Format("2 Jan 2006") || p.DayLine(at) != at.Format("Monday 2 January") {
			t.Errorf("%s is said as %q, %q, %q", m, p.LongDate(at), p.ListDate(at), p.DayLine(at))
		}
	}
	if got := p.Clock(time.Date(2026, 1, 1, 9, 5, 59, 0, time.UTC)); got != "09:05" {
		t.Errorf("the clock says %s", got)
	}
}

func TestWhen(t *testing.T) {
	t.Parallel()
	dublin, err := time.LoadLocation("Europe/Dublin")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ at, now, want string }{
		{"2026-11-23T09:12", "2026-11-23T09:13", "Today 09:12"},
		{"2026-11-23T00:00", "2026-11-23T23:59", "Today 00:00"},
		{"2026-11-22T23:59", "2026-11-23T00:00", "Yesterday 23:59"},
		{"2026-11-21T23:59", "2026-11-23T00:00", "21 Nov 23:59"},
		{"2026-01-01T00:00", "2026-12-31T23:59", "1 Jan 00:00"},
		{"2025-12-31T23:59", "2026-01-01T00:00", "Yesterday 23:59"},
		{"2025-12-30T10:00", "2026-01-01T00:00", "30 Dec 2025"},
		// The nights in which the clocks change are 25 and 23 hours apart.
		{"2026-10-24T12:00", "2026-10-25T12:00", "Yesterday 12:00"},
		{"2026-03-28T00:30", "2026-03-29T23:30", "Yesterday 00:30"},
		{"2026-11-24T09:00", "2026-11-23T09:00", "24 Nov 09:00"}, // a clock that went backwards
	} {
		at, err1 := time.ParseInLocation("2006-01-02T15:04", c.at, dublin)
		now, err2 := time.ParseInLocation("2006-01-02T15:04", c.now, dublin)
		if err1 != nil || err2 != nil {
			t.Fatal(err1, err2)
		}
		if got := lang.For("en").When(at, now); got != c.want {
			t.Errorf("%s at %s is %q, want %q", c.at, c.now, got, c.want)
		}
	}
}
