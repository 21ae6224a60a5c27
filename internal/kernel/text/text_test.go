package text_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/text"
)

func TestCleaning(t *testing.T) {
	t.Parallel()
	const limit = 10
	for name, c := range map[string]struct {
		in, want string
		refused  string // key of the sentence, empty when taken
		block    bool
	}{
		"plain":                       {in: "Ana", want: "Ana"},
		"outer space":                 {in: " \t\u00a0 Ana \r\n", want: "Ana"},
		"NFC":                         {in: "Rene\u0301", want: "Ren\u00e9"},
		"empty":                       {in: "", refused: "field.required"},
		"only space":                  {in: " \u2003 ", refused: "field.required"},
		"looks like HTML":             {in: "<b>&amp;", want: "<b>&amp;"},
		"emoji":                       {in: "👩‍🚀 go", want: "👩‍🚀 go"},
		"right to left":               {in: "שלום", want: "שלום"},
		"right-to-left mark":          {in: "א\u200f1", want: "א\u200f1"},
		"as many characters as fit":   {in: strings.Repeat("é", limit), want: strings.Repeat("é", limit)},
		"ten emoji are forty bytes":   {in: strings.Repeat("😀", limit), want: strings.Repeat("😀", limit)},
		"one character too many":      {in: strings.Repeat("é", limit+1), refused: "field.long"},
		"counted after composition":   {in: strings.Repeat("e\u0301", limit), want: strings.Repeat("é", limit)},
		"counted without outer space": {in: "   " + strings.Repeat("a", limit) + "   ", want: strings.Repeat("a", limit)},
		"invalid UTF-8":               {in: "a\xffb", refused: "field.unreadable"},
		"half a character":            {in: "a\xc3", refused: "field.unreadable"},
		"NUL":                         {in: "a\x00b", refused: "field.control"},
		"escape":                      {in: "a\x1b[31m", refused: "field.control"},
		"delete":                      {in: "a\x7fb", refused: "field.control"},
		"C1 control":                  {in: "a\u009bb", refused: "field.control"},
		"bidi override":               {in: "a\u202eb", refused: "field.control"},
		"bidi embedding":              {in: "a\u202ab", refused: "field.control"},
		"bidi isolate":                {in: "a\u2066b", refused: "field.control"},
		"line separator":              {in: "a\u2028b", refused: "field.control"},
		"byte order mark":             {in: "a\ufeffb", refused: "field.control"},
		"line break in a line":        {in: "a\nb", refused: "field.control"},
		"header break in a line":      {in: "a\r\nb", refused: "field.control"},
		"tab in a line":               {in: "a\tb", refused: "field.control"},
		"lines in a block":            {in: "a\r\nb\tc", want: "a\nb\tc", block: true},
		"a bare return in a block":    {in: "a\rb", refused: "field.control", block: true},
		"an escape in a block":        {in: "a\x1bb", refused: "field.control", block: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var fields problem.Fields
			clean := text.Line
			if c.block {
				clean = text.Block
			}
			got := clean(&fields, "name", c.in, text.Required, limit)
			key := ""
			if p := fields.Problem(); p != nil {
				key = p.Fields["name"].Key
			}
			if key != c.refused {
				t.Fatalf("%q was answered with %q, want %q", c.in, key, c.refused)
			}
			if key == "" && got != c.want {
				t.Errorf("%q became %q, want %q", c.in, got, c.want)
			}
		})
	}
}

func TestOptionalTextMayBeEmpty(t *testing.T) {
	t.Parallel()
	var fields problem.Fields
	text.Line(&fields, "a", "  ", text.Optional, 5)
	text.Block(&fields, "b", "", text.Optional, 5)
	text.Email(&fields, "c", " ", text.Optional)
	text.Website(&fields, "d", "", 300)
	if err := fields.Err(); err != nil {
		t.Error(err)
	}
	text.Email(&fields, "e", "", text.Required)
	if !fields.Has("e") {
		t.Error("an address that is required may be empty")
	}
}

func TestTheLimitIsSaid(t *testing.T) {
	t.Parallel()
	var fields problem.Fields
	text.Line(&fields, "name", "abcdef", text.Required, 5)
	m := fields.Problem().Fields["name"]
	if len(m.Args) != 2 || m.Args[0] != "max" || m.Args[1] != 5 {
		t.Errorf("the sentence is given %v, want max 5", m.Args)
	}
}

func TestEmail(t *testing.T) {
	t.Parallel()
	for in, good := range map[string]bool{
		"ana@example.com": true, " Ana@Example.com ": true,
		"ana": false, "ana@": false, "@example.com": false, "ana@example.com\r\nBcc: eve@example.com": false,
		"ana@example.com, eve@example.com": false, "Ana <ana@example.com>": false, "an\xffa@example.com": false,
		strings.Repeat("a", 250) + "@example.com": false,
	} {
		var fields problem.Fields
		got := text.Email(&fields, "email", in, text.Required)
		if fields.Has("email") == good {
			t.Errorf("%q: refused %v, want %v", in, !good, good)
		}
		if good && got != strings.TrimSpace(in) {
			t.Errorf("%q became %q", in, got)
		}
	}
}

func TestWebsite(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"example.com":                    "https://example.com",
		" https://example.com/a?b=c#d ":  "https://example.com/a?b=c#d",
		"http://example.com:8080":        "http://example.com:8080",
		"HTTPS://Example.com":            "HTTPS://Example.com",
		"https://bücher.example/ö":       "https://bücher.example/ö",
		"bücher.example":                 "https://bücher.example",
		"https://xn--bcher-kva.example":  "https://xn--bcher-kva.example",
		"192.0.2.1":                      "https://192.0.2.1",
		"javascript:alert(1)":            "",
		"JavaScript:alert(1)":            "",
		"javascript://example.com/%0a()": "",
		"data:text/html,<script>":        "",
		"vbscript:msgbox(1)":             "",
		"file:///etc/passwd":             "",
		"ftp://example.com":              "",
		"//example.com":                  "",
		"mailto:ana@example.com":         "",
		"https://ana:pw@example.com":     "",
		"ana@example.com":                "",
		"localhost":                      "",
		"https://localhost:8080":         "",
		"https://":                       "",
		"https://.":                      "",
		"https://a..b":                   "",
		"https://example.":               "",
		"https:/example.com":             "",
		"https://exa mple.com":           "",
		"https://example.com:port":       "",
		`https://example.com\@evil.com`:  "",
		"java\tscript:alert(1).com":      "",
		"not a website.":                 "",
	} {
		var fields problem.Fields
		got := text.Website(&fields, "website", in, 300)
		switch refused := fields.Has("website"); {
		case refused != (want == ""):
			t.Errorf("%q: refused is %v (%q)", in, refused, got)
		case refused && got != strings.TrimSpace(in):
			t.Errorf("%q is refused and drawn again as %q", in, got)
		case !refused && got != want:
			t.Errorf("%q became %q, want %q", in, got, want)
		}
	}
	var fields problem.Fields
	text.Website(&fields, "website", "https://example.com/"+strings.Repeat("a", 300), 300)
	if p := fields.Problem(); p == nil || p.Fields["website"].Key != "field.long" {
		t.Errorf("a very long address: %v", p)
	}
}

func TestKey(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"":                        "",
		"  Halden   &\tRowe ":     "halden & rowe",
		"René":                    "rene",
		"Rene\u0301":              "rene",
		"STRASSE":                 "strasse",
		"Straße":                  "strasse",
		"STRAẞE":                  "strasse",
		"ＦＵＬＬ ｗｉｄｔｈ":              "full width",
		"ﬁn":                      "fin",
		"ΟΔΟΣ":                    "οδοσ",
		"οδος":                    "οδοσ",
		"İstanbul":                "istanbul",
		"Ünïcödé № 5":             "unicode no 5",
		"a\x00b\x1bc":             "a b c",
		"a\u00a0b":                "a b",
		"שָׁלוֹם":                 "שלום",
		"100% \\_":                "100% \\_",
		"👩\u200d🚀 \u2764\ufe0f x": "👩\u200d🚀 \u2764 x",
	} {
		if got := text.Key(in); got != want {
			t.Errorf("Key(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestInitials(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"Ines Marlow": "IM", "Priya": "P", "Ludwig van Beethoven": "LB", "jun sato": "JS",
		"  Ana   Maria  Costa ": "AC", "Halden & Rowe": "HR", "(Acme) Ltd.": "AL", "3M": "3",
		"🎉 Party": "P", "🎉": "?", "": "?", "  ": "?", "!!! ???": "?",
		"שרה כהן": "שכ", "محمد علي": "مع", "élodie": "É", "e\u0301lodie": "E", "王小明": "王", "d'Arc Jeanne": "DJ",
	} {
		if got := text.Initials(in); got != want {
			t.Errorf("Initials(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestFirstName(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"Ines Marlow": "Ines", "Priya": "Priya", " Jun  Sato ": "Jun", "Jun\u00a0Sato": "Jun",
		"": "", "   ": "", "🎉 Party": "🎉", "שרה כהן": "שרה", "Anne-Marie du Bois": "Anne-Marie",
	} {
		if got := text.FirstName(in); got != want {
			t.Errorf("FirstName(%q) = %q, want %q", in, got, want)
		}
	}
}

// odd makes text of the kinds that break things.
func odd() *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.String(),
		rapid.StringOf(rapid.RuneFrom([]rune{'a', 'B', ' ', '%', '_', '\\', '\u0301', 'ß', 'ς', 'İ', '\n', '\t', '\u202e', 0, '\u0345', '\u2003'})),
		rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) }),
	)
}

func TestCleaningTwiceIsCleaningOnce(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in := odd().Draw(t, "text")
		for name, clean := range map[string]func(*problem.Fields, string, string, text.Need, int) string{"line": text.Line, "block": text.Block} {
			var first, second problem.Fields
			once := clean(&first, "f", in, text.Optional, 50)
			if !utf8.ValidString(once) || !norm.NFC.IsNormalString(once) {
				t.Fatalf("%s of %q is %q, which is not NFC", name, in, once)
			}
			if first.Has("f") {
				continue
			}
			if twice := clean(&second, "f", once, text.Optional, 50); twice != once || second.Has("f") {
				t.Fatalf("%s of %q is %q, and of that %q (%v)", name, in, once, twice, second.Err())
			}
		}
	})
}

func TestKeyOfAKeyIsTheKey(t *testing.T) {
	t.Parallel()
	if got := text.Key("\xf0À"); got != text.Key("\uFFFDA") {
		t.Errorf("a letter after half a character is kept as %q", got)
	}
	rapid.Check(t, func(t *rapid.T) {
		in := odd().Draw(t, "text")
		key := text.Key(in)
		if again := text.Key(key); again != key {
			t.Fatalf("Key(%q) = %q, and of that %q", in, key, again)
		}
		if strings.ContainsRune(key, 0) || !utf8.ValidString(key) {
			t.Fatalf("Key(%q) = %q, which no database takes", in, key)
		}
	})
}

// A search finds what contains the words, whatever they are made of.
func TestLikeNeverMatchesByWildcard(t *testing.T) {
	t.Parallel()
	few := rapid.StringOf(rapid.RuneFrom([]rune{'a', 'b', '%', '_', '\\'}))
	rapid.Check(t, func(t *rapid.T) {
		query := rapid.OneOf(few, odd()).Draw(t, "query")
		stored := text.Key(rapid.OneOf(few, odd()).Draw(t, "stored"))
		pattern := text.Like(query)
		if got, want := like([]rune(pattern), []rune(stored)), strings.Contains(stored, text.Key(query)); got != want {
			t.Fatalf("%q like %q is %v, want %v", stored, pattern, got, want)
		}
	})
}

// like is the operator of SQL with '\' as its escape.
func like(pattern, s []rune) bool {
	if len(pattern) == 0 {
		return len(s) == 0
	}
	switch {
	case pattern[0] == '%':
		return like(pattern[1:], s) || len(s) > 0 && like(pattern, s[1:])
	case len(s) == 0:
		return false
	case pattern[0] == '_':
		return like(pattern[1:], s[1:])
	case pattern[0] == '\\' && len(pattern) > 1:
		pattern = pattern[1:]
	}
	return pattern[0] == s[0] && like(pattern[1:], s[1:])
}
