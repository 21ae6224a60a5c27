package prose

import (
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"
)

func wrote(t testing.TB, source string) Doc {
	t.Helper()
	m, err := ParseMessage(source)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// a link of the page.
func to(href, words string) string {
	return `<a href="` + href + `" rel="noopener noreferrer nofollow">` + words + `</a>`
}

func TestWhatAMessageBecomes(t *testing.T) {
	t.Parallel()
	web := to("https://x.example/a", "https://x.example/a")
	for _, c := range []struct{ name, source, html, plain string }{
		{"lines", "Hello Jun,\nit is grey.\r\n\r\nInes", "<p>Hello Jun,<br>it is grey.</p>\n<p>Ines</p>\n", "Hello Jun,\nit is grey.\n\nInes"},
		{"lines of a list and a quote", "> so\n> it is\n\n- one\n  more", "<blockquote>\n<p>so<br>it is</p>\n</blockquote>\n<ul>\n<li>one<br>more</li>\n</ul>\n", "> so\n> it is\n\n• one\n  more"},
		{"a list under a line", "We need:\n- one\n- two", "<p>We need:</p>\n<ul>\n<li>one</li>\n<li>two</li>\n</ul>\n", "We need:\n\n• one\n\n• two"},
		{"a hard break", "a\\\nb  \nc", "<p>a<br>b<br>c</p>\n", "a\nb\nc"},
		{"headings", "# One *two*\n## One *two*\n#### four", "<p><strong>One <em>two</em></strong></p>\n<p><strong>One <em>two</em></strong></p>\n<p>#### four</p>\n", "One two\n\nOne two\n\n#### four"},
		{"a placeholder", "{{client.name}} {{ **x** }} [a]({{client.site}})", "<p>{{client.name}} {{ <strong>x</strong> }} [a]({{client.site}})</p>\n", "{{client.name}} {{ x }} [a]({{client.site}})"},
		{"a table", "| a | b |\n|---|--:|\n| c | https://x.example/a |", `<div class="prose-table" tabindex="0"><table>` + "\n<thead>\n" + `<tr><th scope="col">a</th><th scope="col" class="prose-end">b</th></tr>` + "\n</thead>\n<tbody>\n" + `<tr><td>c</td><td class="prose-end">` + web + "</td></tr>\n</tbody>\n</table></div>\n", "a | b\nc | https://x.example/a"},

		{"an address", "See https://x.example/a.", "<p>See " + web + ".</p>\n", "See https://x.example/a."},
		{"in brackets", "(see https://x.example/a) https://x.example/a_(b)!", "<p>(see " + web + ") " + to("https://x.example/a_(b)", "https://x.example/a_(b)") + "!</p>\n", "(see https://x.example/a) https://x.example/a_(b)!"},
		{"in quotes of any language", `"https://x.example/a" „https://x.example/a“ «https://x.example/a»`, "<p>&#34;" + web + "&#34; „" + web + "“ «" + web + "»</p>\n", `"https://x.example/a" „https://x.example/a“ «https://x.example/a»`},
		{"in manners", "**https://x.example/a** _https://x.example/a_", "<p>" + to("https://x.example/a", "<strong>https://x.example/a</strong>") + " " + to("https://x.example/a", "<em>https://x.example/a</em>") + "</p>\n", "https://x.example/a https://x.example/a"},
		{"with marks in it", "https://x.example/__init__.py https://x.example/?a=1&b_c=_d_#e", "<p>" + to("https://x.example/__init__.py", "https://x.example/__init__.py") + " " + to("https://x.example/?a=1&amp;b_c=_d_#e", "https://x.example/?a=1&amp;b_c=_d_#e") + "</p>\n", "https://x.example/__init__.py https://x.example/?a=1&b_c=_d_#e"},
		{"in another script", "https://x.example/über", "<p>" + to("https://x.example/%C3%BCber", "https://x.example/über") + "</p>\n", "https://x.example/über"},
		{"in capitals", "HTTPS://X.example/a", "<p>" + to("https://X.example/a", "HTTPS://X.example/a") + "</p>\n", "HTTPS://X.example/a"},
		{"a mail address", "Write to first_last@x.example, or mailto:a@x.example.", "<p>Write to " + to("mailto:first_last@x.example", "first_last@x.example") + ", or " + to("mailto:a@x.example", "mailto:a@x.example") + ".</p>\n", "Write to first_last@x.example, or mailto:a@x.example."},
		{"no address", "xhttps://x.example https: http:// at a@b ü@x.example @anna \\https\\://x.example", "<p>xhttps://x.example https: http:// at a@b ü@x.example @anna \\https://x.example</p>\n", "xhttps://x.example https: http:// at a@b ü@x.example @anna \\https://x.example"},
		{"other schemes", "ftp://x.example javascript://x.example/%0aalert(1) data:text/html,x", "<p>ftp://x.example javascript://x.example/%0aalert(1) data:text/html,x</p>\n", "ftp://x.example javascript://x.example/%0aalert(1) data:text/html,x"},
		{"one that hides where it leads", "https://bank.example@evil.example", "<p>https://bank.example@evil.example</p>\n", "https://bank.example@evil.example"},

		{"a link with words", "[the *page*](https://x.example/a)", "<p>" + to("https://x.example/a", "the <em>page</em>") + "</p>\n", "the page (https://x.example/a)"},
		{"a link that says itself", "[https://x.example](https://x.example/)", "<p>" + to("https://x.example/", "https://x.example") + "</p>\n", "https://x.example (https://x.example/)"},
		{"a link that says another", "[https://x.example/a](https://evil.example)", "<p>[" + web + "](" + to("https://evil.example", "https://evil.example") + ")</p>\n", "[https://x.example/a](https://evil.example)"},
		{"a link that says another in marks", "[<https://x.example/a>](https://evil.example)", "<p>[" + web + "](" + to("https://evil.example", "https://evil.example") + ")</p>\n", "[https://x.example/a](https://evil.example)"},
		{"a picture", "![https://x.example/a](https://x.example/a.png) ![x](data:image/png;base64,AA) ![](javascript:x)", "<p>![" + web + "](" + to("https://x.example/a.png", "https://x.example/a.png") + ") ![x](data:image/png;base64,AA) ![](javascript:x)</p>\n", "![https://x.example/a](https://x.example/a.png) ![x](data:image/png;base64,AA) ![](javascript:x)"},
		{"code and HTML", "`x` <b onclick=\"y()\">\n\n    z", "<p>`x` &lt;b onclick=&#34;y()&#34;&gt;</p>\n<p>z</p>\n", "`x` <b onclick=\"y()\">\n\nz"},
		{"nothing", " \n", "", ""},
	} {
		m := wrote(t, c.source)
		if got := m.HTML(); got != c.html {
			t.Errorf("%s:\n%s\nwant\n%s", c.name, got, c.html)
		}
		if got := m.Plain(); got != c.plain {
			t.Errorf("%s in plain text:\n%q\nwant\n%q", c.name, got, c.plain)
		}
	}
}

// polyglots are what people have made scripts run with elsewhere.
var polyglots = []string{
	"<script>alert(1)</script>", "<ScRiPt src=//evil.example>", "<img src=x onerror=alert(1)>", "<svg/onload=alert(1)>", "<svg><script>alert&#40;1&#41;</script>", "<math><mi xlink:href=\"data:x,<script>alert(1)</script>\">",
	"<iframe srcdoc=\"<script>alert(1)</script>\">", "<a href=javascript:alert(1)>x</a>", "<style>@import 'javascript:alert(1)'</style>", "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">", "</p><script>alert(1)</script>",
	"[a](javascript:alert(1))", "[a](JaVaScRiPt:alert(1))", "[a]( javascript:alert(1))", "[a](<java\nscript:alert(1)>)", "[a](java\tscript:alert(1))", "[a](java&#10;script:alert(1))", "[a](&#106;avascript:alert(1))", "[a](&#x6A&#x61vascript:alert(1))", "[a](javascript&colon;alert(1))",
	"[a](\x01javascript:alert(1))", "[a](%6Aavascript:alert(1))", "[a](vbscript:msgbox(1))", "[a](data:text/html;base64,PHNjcmlwdD4=)", "[a](DATA:text/html,<script>alert(1)</script>)", "[a](blob:https://x.example/1)", "[a](file:///etc/passwd)", "[a](//evil.example)", "[a](\\\\evil.example)", "[a](/\\evil.example)",
	"<javascript:alert(1)>", "<JAVASCRIPT:alert(1)>", "<vbscript:x>", "<data:text/html,x>", "<https://x.example/\"onmouseover=\"alert(1)>", "https://x.example/\"onmouseover=\"alert(1)", "https://x.example/'onmouseover='alert(1)", "https://x.example/<script>alert(1)</script>", "https://x.example/`onclick=`x",
	"[a](https://x.example \"onmouseover=alert(1)\")", "[a](https://x.example/'\"><img/src=x onerror=alert(1)>)", "[a[b](javascript:1)](https://x.example)", "[![a](https://x.example/b.png)](javascript:1)", "![a](javascript:1)", "![a](data:image/svg+xml,<svg/onload=alert(1)>)", "[[[a](javascript:1)](javascript:1)](javascript:1)",
	"http://javascript:alert(1)", "mailto:a@x.example?body=<script>", "mailto:javascript:alert(1)", "\"><script>alert(1)</script>@x.example", "a@x.example\"onclick=alert(1)", "http://x.example\u202e/gpj.exe", "http://x\u200b.example", "[a](java\u200bscript:alert(1))", "[a](ｊavascript:alert(1))", "＜script＞alert(1)＜/script＞", "http://еxample.example",
	"jaVasCript:/*-/*`/*\\`/*'/*\"/**/(/* */oNcliCk=alert() )//%0D%0A%0d%0a//</stYle/</titLe/</teXtarEa/</scRipt/--!>\\x3csVg/<sVg/oNloAd=alert()//>\\x3e", "# <script>\n- <svg onload=x>\n> [a](javascript:1)", "|<script>|[a](javascript:1)|\n|-|-|\n|<img onerror=x>|b|", "&lt;script&gt;alert(1)&lt;/script&gt;", "{{<script>}}", "<!--<img src=\"--><img src=x onerror=alert(1)//\">",
}

// shown is what can be read on a page; Plain has letters before items too.
func shown(page string) string {
	var b strings.Builder
	z := html.NewTokenizer(strings.NewReader(page))
	for kind := z.Next(); kind != html.ErrorToken; kind = z.Next() {
		if kind == html.TextToken {
			b.Write(z.Text())
		}
	}
	return b.String()
}

// checkMessage holds what is true of every message.
func checkMessage(t testing.TB, source string) {
	t.Helper()
	m, err := ParseMessage(source)
	if err != nil {
		return
	}
	page := m.HTML()
	if bad := unsafe(t, page); bad != "" {
		t.Fatalf("%q: the page has %s", source, bad)
	}
	if made := m.markup(); made != page {
		t.Fatalf("%q: the gates do not agree:\n%s\n%s", source, made, page)
	}
	for _, tag := range tags(t, page) {
		if slices.Contains([]string{"h2", "h3", "h4", "span"}, tag) {
			t.Fatalf("%q: the page has a %s", source, tag)
		}
	}
	if strings.Contains(page, " id=\"") || len(m.Outline())+len(m.Placeholders()) > 0 {
		t.Fatalf("%q: the page has ids: %s", source, page)
	}
	if !strings.ContainsAny(source, "&<") && !strings.Contains(source, "](") {
		if said, want := letters(shown(page)), letters(Clean(source)); said != want {
			t.Fatalf("%q: letters are lost: %q, want %q", source, said, want)
		}
	}
}

func TestNoMessageDoesAnything(t *testing.T) {
	t.Parallel()
	for _, a := range slices.Concat(polyglots, odd, nasty) {
		checkMessage(t, a)
		for _, b := range polyglots {
			checkMessage(t, a+b)
			checkMessage(t, a+"\n"+b)
			checkMessage(t, "["+a+"]("+b+")")
		}
	}
}

func FuzzWrittenMessage(f *testing.F) {
	for _, source := range slices.Concat(polyglots, odd) {
		f.Add(source)
	}
	f.Fuzz(func(t *testing.T, source string) { checkMessage(t, source) })
}

func TestNoMessageTakesLong(t *testing.T) {
	t.Parallel()
	const size, limit = 20_000, 2 * time.Second
	for _, one := range []string{
		">", "> ", "- ", "> - 1. ", "[", "]", "![", "[a](", "*", "**a *", "_a*", "<", "<a", "(", "((((https://x.example", "https://", "http:", "https://x.example/", "https://x.example/)", "https://x.example ", ":", "a:", "@", "a@", "a@a.", "a@x.example ", " a@", "mailto:", "mailto:a@x.example,",
		"[https://x.example](https://x.example)", "[https://x.example](https://y.example)", "[[https://x.example", "*https://x.example*", "a\n", "- a\n", "# https://x.example\n", "|a\n|-\n", "&", "&amp;", "\\", "{{", "`", "ü", "https://ü", "\u202e", ".", "'",
	} {
		for _, source := range []string{strings.Repeat(one, size/len(one)), "https://x.example/" + strings.Repeat(one, size/len(one)), "[" + strings.Repeat(one, size/len(one)) + "](https://x.example)"} {
			began := time.Now()
			m := wrote(t, source)
			m.HTML()
			m.Plain()
			if took := time.Since(began); took > limit {
				t.Errorf("%.20q takes %v", source, took)
			}
		}
	}
}

func BenchmarkPageOfMessages(b *testing.B) {
	source := strings.Repeat("Good eye, thank you. The photos at https://x.example/a_b carry a **wide** colour profile,\nand our resizer drops it.\n\n- one\n- two\n\n", 4)
	for b.Loop() {
		for range 50 {
			wrote(b, source).HTML()
		}
	}
}
