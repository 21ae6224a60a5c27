package prose_test

import (
	"regexp"
	"strings"
	"testing"

	"foyer/internal/kernel/prose"
)

func message(t *testing.T, text string) string {
	t.Helper()
	doc, err := prose.ParseMessage(text)
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(doc.HTML())
}

func TestMessages(t *testing.T) {
	t.Parallel()
	const rel = ` rel="noopener noreferrer nofollow"`
	for name, c := range map[string]struct{ in, want string }{
		"lines":          {"Hello\nthere", "<p>Hello<br>there</p>"},
		"paragraphs":     {"One\n\nTwo", "<p>One</p>\n<p>Two</p>"},
		"a heading":      {"# Steps", "<p><strong>Steps</strong></p>"},
		"a list":         {"- one\n- two", "<ul>\n<li>one</li>\n<li>two</li>\n</ul>"},
		"an address":     {"See https://a.example/x?y=1.", `<p>See <a href="https://a.example/x?y=1"` + rel + `>https://a.example/x?y=1</a>.</p>`},
		"in brackets":    {"(https://a.example/b_(c))", `<p>(<a href="https://a.example/b_(c)"` + rel + `>https://a.example/b_(c)</a>)</p>`},
		"two":            {"http://a.example, http://b.example", `<p><a href="http://a.example"` + rel + `>http://a.example</a>, <a href="http://b.example"` + rel + `>http://b.example</a></p>`},
		"a link":         {"[vase](https://a.example)", `<p><a href="https://a.example"` + rel + `>vase</a></p>`},
		"bold and not":   {"**so** * so", "<p><strong>so</strong> * so</p>"},
		"braces":         {"{{client.name}}", "<p>{{client.name}}</p>"},
		"HTML":           {"<b>x</b>", "<p>&lt;b&gt;x&lt;/b&gt;</p>"},
		"a picture":      {"![x](https://a.example/x.png)", `<p>![x](<a href="https://a.example/x.png"` + rel + `>https://a.example/x.png</a>)</p>`},
		"a bad link":     {"[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>"},
		"nothing at all": {" \n ", ""},
	} {
		if got := message(t, c.in); got != c.want {
			t.Errorf("%s: %q is\n%s\nwant\n%s", name, c.in, got, c.want)
		}
	}
}

// A message without its marks says the same, line by line; what is no message, too.
func TestPlainMessages(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"Hello **there**,\nlook at [the vase](https://a.example/vase).\n\n# Steps\n\n- one\n- *two*": "Hello there,\nlook at the vase (https://a.example/vase).\n\nSteps\n\n• one\n\n• two",
		"2 * 3 * 4 and snake_case_names": "2 * 3 * 4 and snake_case_names",
		"<b>x</b> & https://a.example":   "<b>x</b> & https://a.example",
		" \n ":                           "",
	} {
		if got := prose.PlainMessage(in); got != want {
			t.Errorf("%q is\n%s\nwant\n%s", in, got, want)
		}
	}
	if deep := strings.Repeat("> ", 500) + "x"; prose.PlainMessage(deep) != deep {
		t.Error("what cannot be read is not left as it is")
	}
}

// hostile are texts that have run as scripts somewhere.
var hostile = []string{
	`<script>alert(1)</script>`, `<img src=x onerror=alert(1)>`, `<svg/onload=alert(1)>`, `<iframe srcdoc="<script>alert(1)</script>">`,
	`[x](javascript:alert(1))`, `[x](JaVaScRiPt:alert(1))`, "[x](java\tscript:alert(1))", `[x](&#106;avascript:alert(1))`, `[x](data:text/html,<script>alert(1)</script>)`,
	`[x](vbscript:msgbox(1))`, `<javascript:alert(1)>`, `![x](javascript:alert(1))`, `![x" onerror="alert(1)](https://a.example/x)`, `[x](https://a.example/"onmouseover="alert(1))`,
	`https://a.example/"onmouseover="alert(1)`, `https://a.example/'onmouseover='alert(1)`, `https://user:pass@a.example/`, `[a](https://a.example "x" onclick="alert(1)")`,
	"jaVasCript:/*-/*`/*\\`/*'/*\"/**/(/* */oNcliCk=alert() )//%0D%0A%0d%0a//</stYle/</titLe/</teXtarEa/</scRipt/--!>\\x3csVg/<sVg/oNloAd=alert()//>\\x3e",
	"<a href='&#x6A;avascript:alert(1)'>x</a>", "<<script>alert(1)//<</script>", "`<script>`", "```html\n<script>alert(1)</script>\n```", "\u202e<script>", "<scr\x00ipt>alert(1)</scr\x00ipt>",
	"[x]: javascript:alert(1)\n\n[x]", "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>", "| a |\n|---|\n| <img src=x onerror=alert(1)> |",
}

var (
	tag       = regexp.MustCompile(`<[a-zA-Z/][^>]*>`)
	permitted = regexp.MustCompile(`^</?(p|br|hr|ul|ol|li|blockquote|strong|em|table|thead|tbody|tr|td|a)>$|^<ol start="\d+">$|^<th scope="col"( class="prose-(center|end)")?>$|^<td class="prose-(center|end)">$|^</(th|div)>$|^<div class="prose-table" tabindex="0">$|^<a href="(https?://|mailto:)[^"<>]*" rel="noopener noreferrer nofollow">$`)
)

// Whatever is written, nothing but a short list of tags comes of it.
func TestHostileMessages(t *testing.T) {
	t.Parallel()
	for _, text := range hostile {
		held(t, text)
	}
}

func held(t *testing.T, text string) {
	t.Helper()
	for _, found := range tag.FindAllString(message(t, text), -1) {
		if !permitted.MatchString(found) {
			t.Errorf("%q made %s", text, found)
		}
	}
}

// What is nested without end is read in a bounded time, which the test's own limit
// would show.
func TestMessagesAreReadInTime(t *testing.T) {
	t.Parallel()
	for _, part := range []string{"[", "*a", "> ", "- ", "(", "https://", "**", "_", "![", "<", "|", "\\", "{{", "# "} {
		held(t, strings.Repeat(part, 20_000/len(part)))
	}
}

func FuzzMessage(f *testing.F) {
	for _, text := range hostile {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if _, err := prose.ParseMessage(text); err == nil {
			held(t, text)
		}
	})
}
