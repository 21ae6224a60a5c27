package prose

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"golang.org/x/net/html"
)

func read(t testing.TB, source string) Doc {
	t.Helper()
	d, err := Parse(source)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestWhatTheSubsetBecomes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, source, html, plain string }{
		{"paragraphs", "One\ntwo.\n\nThree.", "<p>One two.</p>\n<p>Three.</p>\n", "One two.\n\nThree."},
		{"hard breaks", "One\\\ntwo  \nthree", "<p>One<br>two<br>three</p>\n", "One\ntwo\nthree"},
		{"headings", "# 1. Services\n## a\n### b", `<h2 id="clause-1-services">1. Services</h2>` + "\n" + `<h3 id="clause-a">a</h3>` + "\n" + `<h4 id="clause-b">b</h4>` + "\n", "1. Services\n\na\n\nb"},
		{"manners", "**bold** and *italic* and ***both***", "<p><strong>bold</strong> and <em>italic</em> and <strong><em>both</em></strong></p>\n", "bold and italic and both"},
		{"manners in words", "snake_case_name 2*3*4", "<p>snake_case_name 2<em>3</em>4</p>\n", "snake_case_name 234"},
		{"a list in a list", "- one\n  1. two\n  2. three\n- four", "<ul>\n<li>one\n<ol>\n<li>two</li>\n<li>three</li>\n</ol>\n</li>\n<li>four</li>\n</ul>\n", "• one\n\n  1. two\n\n  2. three\n\n• four"},
		{"a list that goes on", "7. seven\n8. eight", "<ol start=\"7\">\n<li>seven</li>\n<li>eight</li>\n</ol>\n", "7. seven\n\n8. eight"},
		{"an item of paragraphs", "- one\n\n  two", "<ul>\n<li>\n<p>one</p>\n<p>two</p>\n</li>\n</ul>\n", "• one\n\n  two"},
		{"a quote", "> said\n> so", "<blockquote>\n<p>said so</p>\n</blockquote>\n", "> said so"},
		{"a rule", "a\n\n---\n\nb", "<p>a</p>\n<hr>\n<p>b</p>\n", "a\n\n* * *\n\nb"},
		{"a table", "| Item | Price |\n|---|--:|\n| **One** | 5 |", `<div class="prose-table" tabindex="0"><table>` + "\n<thead>\n" + `<tr><th scope="col">Item</th><th scope="col" class="prose-end">Price</th></tr>` + "\n</thead>\n<tbody>\n" + `<tr><td><strong>One</strong></td><td class="prose-end">5</td></tr>` + "\n</tbody>\n</table></div>\n", "Item | Price\nOne | 5"},
		{"links", "[us](https://example.com/a?b=1&c) [mail](mailto:a@example.com) <https://example.com>", `<p><a href="https://example.com/a?b=1&amp;c" rel="noopener noreferrer nofollow">us</a> <a href="mailto:a@example.com" rel="noopener noreferrer nofollow">mail</a> <a href="https://example.com" rel="noopener noreferrer nofollow">https://example.com</a></p>` + "\n", "us (https://example.com/a?b=1&c) mail (mailto:a@example.com) https://example.com"},
		{"escapes and names of letters", `\*no\* &amp; &lt;b&gt; &copy; &#233; &nothing;`, "<p>*no* &amp; &lt;b&gt; © é &amp;nothing;</p>\n", "*no* & <b> © é &nothing;"},
		{"a placeholder", "By {{client.name}}", `<p>By <span class="prose-place">{{client.name}}</span></p>` + "\n", "By {{client.name}}"},

		// What is outside of it.
		{"HTML", "<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>\n", "<script>alert(1)</script>"},
		{"a handler", `a <b onclick="x()">b</b>`, "<p>a &lt;b onclick=&#34;x()&#34;&gt;b&lt;/b&gt;</p>\n", `a <b onclick="x()">b</b>`},
		{"a link to a script", "[a](javascript:alert(1))", "<p>[a](javascript:alert(1))</p>\n", "[a](javascript:alert(1))"},
		{"a disguised one", "[a](java&#115;cript:alert(1)) <javascript:alert(1)> [b](//example.com) [c](data:text/html,x)", "<p>[a](javascript:alert(1)) &lt;javascript:alert(1)&gt; [b](//example.com) [c](data:text/html,x)</p>\n", "[a](javascript:alert(1)) <javascript:alert(1)> [b](//example.com) [c](data:text/html,x)"},
		{"a link that hides where it leads", "[bank](https://bank.example@evil.example)", "<p>[bank](https://bank.example@evil.example)</p>\n", "[bank](https://bank.example@evil.example)"},
		{"a link with a title", `[a](https://example.com "tip")`, "<p>[a](https://example.com &#34;tip&#34;)</p>\n", `[a](https://example.com "tip")`},
		{"a picture", "![alt **b**](https://example.com/x.png)", "<p>![alt <strong>b</strong>](https://example.com/x.png)</p>\n", "![alt b](https://example.com/x.png)"},
		{"code", "`x` and\n\n```\ny\n```\n\n    z", "<p>`x` and</p>\n<p>``` y ```</p>\n<p>z</p>\n", "`x` and\n\n``` y ```\n\nz"},
		{"a reference", "[The client]: Marlow\n\n[a][b]", "<p>[The client]: Marlow</p>\n<p>[a][b]</p>\n", "[The client]: Marlow\n\n[a][b]"},
		{"a heading of the fourth level", "#### deep", "<p>#### deep</p>\n", "#### deep"},
		{"a line under a line", "Name\n---\nMore\n===", "<p>Name</p>\n<hr>\n<p>More ===</p>\n", "Name\n\n* * *\n\nMore ==="},
		{"dashes under a line", "Regards\n--\nJun | Studio", "<p>Regards -- Jun | Studio</p>\n", "Regards -- Jun | Studio"},
		{"a dash between lines", "0\n -\n1|A", "<p>0 - 1|A</p>\n", "0 - 1|A"},
		{"a row with a cell too many", "|a|b|\n|-|-|\n|1|2|3|", "<p>|a|b| |-|-| |1|2|3|</p>\n", "|a|b| |-|-| |1|2|3|"},
		{"a placeholder with no name", "{{Client Name}} {{}} {x} \\{{client.name}}", `<p><span class="prose-place">{{Client Name}}</span> {{}} {x} {{client.name}}</p>` + "\n", "{{Client Name}} {{}} {x} {{client.name}}"},
		{"nothing", " \n\t\n", "", ""},
	} {
		d := read(t, c.source)
		if got := d.HTML(); got != c.html {
			t.Errorf("%s:\n%s\nwant\n%s", c.name, got, c.html)
		}
		if got := d.Plain(); got != c.plain {
			t.Errorf("%s in plain text:\n%s\nwant\n%s", c.name, got, c.plain)
		}
	}
}

func TestAnOutlineLeadsToItsHeadings(t *testing.T) {
	t.Parallel()
	d := read(t, "# Fees\n\n> ## Überblick & {{client.name}}\n\n- # Fees\n\n# Fees 2\n\n# !!\n\n# "+strings.Repeat("long ", 50))
	page := d.HTML()
	seen := map[string]bool{}
	for _, h := range d.Outline() {
		if seen[h.ID] || !strings.Contains(page, `<h`+fmt.Sprint(h.Level+1)+` id="`+h.ID+`">`) {
			t.Errorf("%+v is not to be found, or twice", h)
		}
		seen[h.ID] = true
	}
	if len(seen) != 6 || !seen["clause-fees"] || !seen["clause-fees--2"] || !seen["clause-überblick-client-name"] {
		t.Errorf("ids are %v", seen)
	}
}

func TestPlaceholders(t *testing.T) {
	t.Parallel()
	d := read(t, "# {{ client.name }}\n\n- {{contract.value}} {{client.name}}\n\n| {{a}} |\n|---|\n| [x]({{client.site}}) |\n\n{{Client Name}}")
	if got, want := d.Placeholders(), []string{"client.name", "contract.value", "a", "client.site"}; !slices.Equal(got, want) {
		t.Errorf("they are %q, want %q", got, want)
	}
	values := map[string]string{"client.name": "Marlow", "contract.value": " \n", "a": "1"}
	if got, want := d.Empty(values), []string{"contract.value", "client.site", "Client Name"}; !slices.Equal(got, want) {
		t.Errorf("without a value are %q, want %q", got, want)
	}
	plain := d.Fill(values).Plain()
	if want := "Marlow\n\n• {{contract.value}} Marlow\n\n1\n[x]({{client.site}})\n\n{{Client Name}}"; plain != want {
		t.Errorf("filled:\n%s\nwant\n%s", plain, want)
	}
	if again := d.Plain(); !strings.Contains(again, "{{ client.name }}") {
		t.Error("filling changed the text that was filled")
	}
}

// nasty are values that would be something else if they were read.
var nasty = []string{
	"**bold**", "# Heading", "- item", "> quote", "[a](https://evil.example)", "<script>alert(1)</script>", `"><img src=x onerror=alert(1)>`, "{{contract.value}}",
	"a | b", "---", `\`, "`code`", "&lt;b&gt;", "<https://evil.example>", "1. one", "***", "](https://evil.example)", "_x_", "a\\", "{{", "}}",
}

func TestAValueIsText(t *testing.T) {
	t.Parallel()
	const source = "# {{v}}\n\n{{v}} **{{v}}**\n\n- {{v}}\n\n> {{v}}\n\n| {{v}} |\n|---|\n| {{v}} |\n\n[{{v}}](https://example.com)"
	shape := func(d Doc) string { return strings.Join(tags(t, d.HTML()), " ") }
	want := shape(read(t, source).Fill(map[string]string{"v": "plain"}))
	for _, v := range nasty {
		d := read(t, source).Fill(map[string]string{"v": v})
		if got := shape(d); got != want {
			t.Errorf("%q makes of the text:\n%s\nwant\n%s", v, got, want)
		}
		if n := strings.Count(strings.ReplaceAll(html.UnescapeString(d.HTML()), "id=\"", ""), v); n < 7 {
			t.Errorf("%q is there %d times, want 7", v, n)
		}
	}
	lines := read(t, "To {{v}}.\n\n{{v}}\n\nTo\\\n**{{v}}**").Fill(map[string]string{"v": "Marlow\r\n\n  1 Quay\nCork"})
	if got := lines.HTML(); got != "<p>To Marlow, 1 Quay, Cork.</p>\n<p>Marlow<br>1 Quay<br>Cork</p>\n<p>To<br><strong>Marlow<br>1 Quay<br>Cork</strong></p>\n" {
		t.Errorf("an address becomes %s", got)
	}
}

// tags lists the elements of a page.
func tags(t testing.TB, page string) []string {
	t.Helper()
	var all []string
	z := html.NewTokenizer(strings.NewReader(page))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return all
		case html.StartTagToken, html.SelfClosingTagToken:
			name, _ := z.TagName()
			all = append(all, string(name))
		}
	}
}

func letters(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) {
			return r
		}
		return -1
	}, text)
}

// unsafe says what in a page could do something.
func unsafe(t testing.TB, page string) string {
	t.Helper()
	known := strings.Fields("p h2 h3 h4 ul ol li blockquote table thead tbody tr th td strong em a br hr span div")
	z := html.NewTokenizer(strings.NewReader(page))
	for {
		kind := z.Next()
		if kind == html.ErrorToken {
			return ""
		}
		token := z.Token()
		if kind == html.TextToken {
			continue
		}
		if kind == html.CommentToken || kind == html.DoctypeToken || !slices.Contains(known, token.Data) {
			return token.String()
		}
		for _, a := range token.Attr {
			switch a.Key {
			case "href":
				if u, err := url.Parse(a.Val); err != nil || !slices.Contains([]string{"http", "https", "mailto"}, u.Scheme) {
					return token.String()
				}
			case "id", "class", "rel", "start", "scope", "tabindex":
			default:
				return token.String()
			}
		}
	}
}

// check holds what is true of every text.
func check(t testing.TB, source string) {
	t.Helper()
	d, err := Parse(source)
	if err != nil {
		return
	}
	page := d.HTML()
	if bad := unsafe(t, page); bad != "" {
		t.Fatalf("%q: the page has %s", source, bad)
	}
	if made := d.markup(); made != page {
		t.Fatalf("%q: the gates do not agree:\n%s\n%s", source, made, page)
	}
	if !strings.ContainsAny(source, "&<") && !strings.Contains(source, "](") {
		if said, want := letters(d.Plain()), letters(Clean(source)); said != want {
			t.Fatalf("%q: letters are lost: %q, want %q", source, said, want)
		}
	}
	if ids := len(d.Outline()); strings.Count(page, ` id="clause`) != ids {
		t.Fatalf("%q: %d headings in the outline", source, ids)
	}
	values := map[string]string{}
	for i, name := range d.Placeholders() {
		values[name] = nasty[i%len(nasty)]
	}
	filled := d.Fill(values)
	if got, want := without(tags(t, filled.HTML())), without(tags(t, page)); !slices.Equal(got, want) {
		t.Fatalf("%q: filled it has %q, want %q", source, got, want)
	}
}

// without the spans of placeholders.
func without(tags []string) []string {
	return slices.DeleteFunc(tags, func(s string) bool { return s == "span" })
}

var odd = []string{
	"", "\x00a\x01b", "\xff\xfe", "a\r\nb\rc", "a\u2028b", "\ufeff# a", "\u202eabc", "***a** b*", "**a*", "*a **b* c**", "[a[b](https://x.example)](https://y.example)",
	"![a![b](c)](d)", "- - - a", "> - > 1. a", "|a|\n|-|\n|b", "a\n|b|\n|-|", "| a \\| b |\n|---|", "\\", "&#0;&#x110000;&#xd800;", "<a@example.com>", "<<script>>", "[](https://x.example)",
	"[a](<javascript:alert(1)>)", "[a](https://x.example/\"onmouseover=alert(1))", "[a](HTTPS://X.EXAMPLE)", "[a](https://x.example/ä%zz)", "{{a}}{{b}}**{{c}}**", "{{{a}}}", "{{a}", "{{" + strings.Repeat("a", 100) + "}}",
	"\t- a\n\t\t- b", "a\n    b\n\tc", "1) a\n2) b", "999999999. a", "1234567890. a", "#\n##\n# #", "# a #", "    # a", "\v# a", "* * *", "-\n\n  a", "a\\", "a  ", "a<br>b", "<!-- c -->", "<![CDATA[x]]>", "<?php x ?>",
	"&lt;script&gt;", "[a](mailto:x)", "[a](mailto:javascript@x)", "[\n](https://x.example)", "日本 🙂 ŝ", "[a](http://[::1)", "[a](https:x)", "*\u00a0a*", "|:-:|:-|\n|-:|:-|",
}

func TestOddTexts(t *testing.T) {
	t.Parallel()
	for _, source := range odd {
		check(t, source)
	}
	for _, a := range odd {
		for _, b := range odd {
			check(t, a+b)
			check(t, a+"\n"+b)
		}
	}
}

func FuzzProse(f *testing.F) {
	for _, source := range odd {
		f.Add(source)
	}
	f.Fuzz(func(t *testing.T, source string) { check(t, source) })
}

// However it is twisted, a long text is read in a time that grows with its length:
// what grows with the square of it takes minutes here.
func TestNoTextTakesLong(t *testing.T) {
	t.Parallel()
	for _, source := range []string{strings.Repeat("a", MaxBytes+1), strings.Repeat("\r", MaxLines)} {
		if _, err := Parse(source); err == nil {
			t.Errorf("%d bytes were read", len(source))
		}
	}
	const size, lines, limit = MaxBytes / 8, MaxLines - 1, 10 * time.Second
	full := func(s string) string {
		return strings.Repeat(s, min(size/len(s), lines/max(1, strings.Count(s, "\n"))-2))
	}
	for _, source := range []string{
		full(">"), full("> "), full("- "), full("1. "), full("["), full("]"), full("[a]("), full("![a]("), full("*"), full("*a "), full("*a_ "), full("a**b_"), full("_a*"), full("**a *"), full("{{"), full("{{a}}"), full("|"),
		"|a" + full("|b") + "\n|-" + full("|-"), "|a|b|\n|-|-|\n" + full("|\n"), full("- a\n"), full(">a\n"), full("<"), full("<a"), full("<https://a.example>"), full("&amp;"), full("\\"), full("&"), full("# a\n"), full("[a](https://a.example)"),
		full("a\n\n"), full("* *\n"), full("[a](b"), full("((((") + ")", "[a](" + full("("), full("-\n"), full("  - a\n    - b\n"), full("> > > a\n\n"), full("**"), full("{{a}} "), "[" + full("[a](https://a.example)") + "](https://b.example)", full("a|"), full("|a\n|-\n"),
		full("`"), full("{"), full("[*a"), full("[a]*b_"), full("<a@b.example>"),
	} {
		began := time.Now()
		d, err := Parse(source)
		if err != nil {
			t.Fatal(err)
		}
		d.HTML()
		d.Plain()
		if took := time.Since(began); took > limit {
			t.Errorf("%.20q takes %v", source, took)
		} else {
			t.Logf("%.20q takes %v", source, took)
		}
	}
}
