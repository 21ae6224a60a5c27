package e2e

import (
	"fmt"
	"html"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"

	"foyer/internal/kernel/mark"
	"foyer/web"
)

// workshop is a page with a form, under the policy that every page is under. What
// was sent is what its second address says.
func workshop(t *testing.T, name, body string) *httptest.Server {
	t.Helper()
	mux := http.NewServeMux()
	mux.Handle("GET "+web.Prefix, web.Handler())
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, `<!DOCTYPE html><html lang="en" dir="ltr" data-theme="system" data-face="staff"><head><meta charset="utf-8"><title>Workshop</title><link rel="icon" href=%q>`+
			`<link rel="stylesheet" href=%q><link rel="stylesheet" href=%q><link rel="stylesheet" href=%q><script src=%q defer></script></head><body><main><h1>Workshop</h1><form method="post" action="/sent">%s<button>Send</button></form></main></body></html>`,
			web.Asset("favicon.svg"), web.Asset("app.css"), web.Asset("prose.css"), web.Asset("sign.css"), web.Asset(name+".js"), body)
	})
	mux.HandleFunc("POST /sent", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "<!DOCTYPE html><title>Sent</title><pre>%s</pre>", html.EscapeString(r.FormValue("text")))
	})
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'; require-trusted-types-for 'script'")
		mux.ServeHTTP(w, r)
	}))
	t.Cleanup(s.Close)
	return s
}

func editor(text string) string {
	var bar strings.Builder
	for _, do := range strings.Fields("bold italic link text heading1 heading2 heading3 bullets numbers quote rule table row-add undo redo") {
		fmt.Fprintf(&bar, `<button type="button" data-do=%q>%s</button>`, do, do)
	}
	return `<label for="text">Text</label><div data-marks="text"><button type="button">marks</button></div><div class="prose-bar" data-prose-bar="text" role="group" aria-label="Formatting" hidden>` + bar.String() +
		`<select data-prose-places aria-label="Placeholder"><option value="">Placeholder</option><option>client.name</option></select></div>` +
		`<textarea id="text" name="text" data-prose rows="12" required>` + html.EscapeString(text) + `</textarea>`
}

const inEditor = "document.querySelector('.prose-edit')"

// sheet is the Markdown that the form would send.
func (b *tab) sheet() string { return eval[string](b, "document.querySelector('textarea').value") }

// enter presses the key as a keyboard does: what the page keeps the browser from
// doing then is not done.
func (b *tab) enter() {
	b.t.Helper()
	for _, kind := range []input.DispatchKeyEventType{input.DispatchKeyEventTypeKeyDown, input.DispatchKeyEventTypeKeyUp} {
		b.do(command(input.DispatchKeyEvent, input.DispatchKeyEventParams{Type: kind, Key: "Enter", Code: "Enter", Text: "\r", WindowsVirtualKeyCode: 13}))
	}
}

func (b *tab) types(text string) {
	b.t.Helper()
	for i, line := range strings.Split(text, "\n") {
		if i > 0 {
			b.enter()
		}
		if line != "" {
			b.do(command(input.InsertText, input.InsertTextParams{Text: line}))
		}
	}
}

// paste puts HTML from elsewhere where the caret is.
func (b *tab) paste(page, plain string) {
	b.t.Helper()
	eval[bool](b, fmt.Sprintf(`(() => { const data = new DataTransfer(); data.setData('text/html', %s); data.setData('text/plain', %s);
		%s.dispatchEvent(new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true})); return true })()`, quoted(page), quoted(plain), inEditor))
}

func TestContractTextIsEdited(t *testing.T) {
	t.Parallel()
	s := workshop(t, "prose", editor("# One\n\nBy {{client.name}}.\n"))
	b := open(t, s.URL, desk)
	b.goTo("/")
	b.await(inEditor, "there is no editor")
	if shown := eval[string](b, inEditor+".innerText"); !strings.Contains(shown, "One") || strings.Contains(shown, "#") {
		t.Errorf("the editor shows %q", shown)
	}
	if !eval[bool](b, "document.querySelector('textarea').hidden && "+inEditor+".getAttribute('aria-labelledby') !== null && "+inEditor+".querySelector('.prose-place') !== null") {
		t.Error("the textarea is still there, the editor has no name, or the placeholder is no chip")
	}
	b.await("!pressable('marks') && seen(pressable('bold'))", "there are two bars, or none")
	if got := b.sheet(); got != "# One\n\nBy {{client.name}}.\n" {
		t.Errorf("it changed what nobody touched: %q", got)
	}

	eval[bool](b, "("+inEditor+".focus(), getSelection().selectAllChildren("+inEditor+"), getSelection().collapseToEnd(), true)")
	b.enter()
	b.press("heading2")
	b.types("Fees")
	b.enter()
	b.types("Pay ")
	b.press("bold")
	b.types("now")
	b.press("bold")
	b.types(" # or {{contract.value}} ")
	eval[bool](b, "(() => { const s = document.querySelector('[data-prose-places]'); s.value = 'client.name'; s.dispatchEvent(new Event('change', {bubbles: true})); return true })()")
	b.types("\n")
	b.do(chromedp.KeyEvent("- first"))
	b.types("\nsecond")
	want := "# One\n\nBy {{client.name}}.\n\n## Fees\n\nPay **now** # or {{contract.value}} {{client.name}}\n\n- first\n- second\n"
	if got := b.sheet(); got != want {
		t.Errorf("the form would send\n%s\nwant\n%s", got, want)
	}
	b.shot("prose-editor")
	b.press("Send")
	b.see("## Fees")
}

// word is how a word processor puts a page on the clipboard.
const word = `<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style>p.MsoNormal{margin:0;font-family:Calibri}</style><meta name=Generator content="Microsoft Word 15"></head><body lang=EN-GB style='tab-interval:36.0pt'><!--StartFragment-->
<h1 style='color:#2F5496'>1. Services<o:p></o:p></h1>
<p class=MsoNormal style='margin-bottom:8pt'>The <b style='mso-bidi-font-weight:normal'>Studio</b> and <i>others</i>, <span style='font-family:"Comic Sans MS";color:red'>as agreed</span><o:p>&nbsp;</o:p></p>
<p class=MsoListParagraphCxSpFirst style='text-indent:-18pt;mso-list:l0 level1 lfo1'><![if !supportLists]><span style='mso-list:Ignore'>1.<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp;</span></span><![endif]>first</p>
<p class=MsoListParagraphCxSpMiddle style='mso-list:l0 level2 lfo1'><span style='mso-list:Ignore'>·<span>&nbsp;</span></span>inner</p>
<p class=MsoListParagraphCxSpLast style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>2.</span>second</p>
<table class=MsoTableGrid border=1><tr><td colspan=1 style='width:5cm'><p class=MsoNormal>Item</p></td><td><p>Price</p></td></tr><tr><td><p>One</p><p>more</p></td><td><p><a href="https://example.com">5</a></p></td></tr></table>
<p><a href="javascript:alert(1)">bad</a><script>document.title='hacked'</script><img src=x onerror="document.title='hacked'"></p><h5>Deep</h5><!--EndFragment--></body></html>`

func TestWhatIsPastedComesThroughClean(t *testing.T) {
	t.Parallel()
	s := workshop(t, "prose", editor(""))
	b := open(t, s.URL, desk)
	b.goTo("/")
	b.await(inEditor, "there is no editor")
	eval[bool](b, "("+inEditor+".focus(), true)")
	b.paste(word, "plain")
	const want = "# 1. Services\n\nThe **Studio** and *others*, as agreed\n\n1. first\n   - inner\n2. second\n\n| Item | Price |\n| --- | --- |\n| One more | [5](https://example.com) |\n\nbad\n\n### Deep\n"
	if got := strings.ReplaceAll(b.sheet(), "\u00a0", ""); got != want {
		t.Errorf("it became\n%s\nwant\n%s", got, want)
	}
	if title := eval[string](b, "document.title"); title != "Workshop" {
		t.Errorf("something ran: %s", title)
	}
}

func TestContractTextWithoutScript(t *testing.T) {
	t.Parallel()
	s := workshop(t, "prose", editor("# One"))
	b := open(t, s.URL, desk.withoutScript())
	b.goTo("/")
	b.await("seen(labelled('Text')) && !seen(document.querySelector('[data-prose-bar]'))", "the textarea cannot be seen, or a bar that does nothing can")
	b.fill("Text", "# Two\n\n**x**")
	b.press("Send")
	b.see("# Two")
}

// A text that the editor would lose a part of stays in its textarea.
func TestTextThatTheEditorCannotKeepIsLeftAlone(t *testing.T) {
	t.Parallel()
	const text = "|a|b|\n|-|-|\n|1|2|kept|"
	s := workshop(t, "prose", editor(text))
	b := open(t, s.URL, desk)
	b.goTo("/")
	b.await("document.readyState === 'complete' && seen(labelled('Text'))", "the textarea cannot be seen")
	if b.sheet() != text || eval[bool](b, inEditor+" !== null") {
		t.Errorf("the editor took it: %q", b.sheet())
	}
}

const padPage = `<label for="name">Name</label><input id="name" data-mark-name value="Ines Marlow"><output class="mark-face mark-face-caveat" data-mark-preview="Your name"></output>` +
	`<div class="pad" data-pad><canvas role="img" aria-label="Your signature"></canvas>` +
	`<button type="button" data-pad-clear>Clear</button><button type="button" data-pad-undo>Undo</button><input type="hidden" name="text" data-pad-strokes></div>`

func (b *tab) stroke(points ...[2]float64) {
	b.t.Helper()
	at := eval[map[string]float64](b, "(() => { const r = document.querySelector('canvas').getBoundingClientRect(); return {x: r.x, y: r.y} })()")
	for i, p := range points {
		kind, held := input.DispatchMouseEventTypeMouseMoved, int64(1)
		if i == 0 {
			kind = input.DispatchMouseEventTypeMousePressed
		}
		b.do(command(input.DispatchMouseEvent, input.DispatchMouseEventParams{Type: kind, X: at["x"] + p[0], Y: at["y"] + p[1], Button: input.MouseButtonLeft, Buttons: held, ClickCount: 1}))
	}
	last := points[len(points)-1]
	b.do(command(input.DispatchMouseEvent, input.DispatchMouseEventParams{Type: input.DispatchMouseEventTypeMouseReleased, X: at["x"] + last[0], Y: at["y"] + last[1], Button: input.MouseButtonLeft, ClickCount: 1}))
}

func TestASignatureIsDrawn(t *testing.T) {
	t.Parallel()
	s := workshop(t, "sign", padPage)
	b := open(t, s.URL, desk)
	b.goTo("/")
	b.await("document.querySelector('[data-pad-clear]').disabled", "an empty pad can be cleared")
	strokes := func() string { return eval[string](b, "document.querySelector('[data-pad-strokes]').value") }
	inked := func() bool {
		return eval[bool](b, "(() => { const c = document.querySelector('canvas'); return c.getContext('2d').getImageData(0, 0, c.width, c.height).data.some(v => v > 0) })()")
	}
	b.stroke([2]float64{40, 40}, [2]float64{80, 90}, [2]float64{120, 40}, [2]float64{160, 100}, [2]float64{220, 50})
	b.stroke([2]float64{60, 110}, [2]float64{140, 105}, [2]float64{240, 110})
	one := strokes()
	if _, err := mark.Make(mark.Wanted{Kind: mark.Drawn, Strokes: one}); err != nil || strings.Count(one, "]]") != 2 || !inked() {
		t.Errorf("two strokes became %q (%v), to be seen: %v", one, err, inked())
	}
	b.shot("signature-pad")
	b.press("Undo")
	if got := strokes(); strings.Count(got, "]]") != 1 || !strings.HasPrefix(one, strings.TrimSuffix(got, "]")) {
		t.Errorf("after one was taken back: %q, was %q", got, one)
	}
	// A narrower page keeps what was drawn, and so does another theme.
	b.turn(phone)
	b.await("document.querySelector('canvas').width <= 390", "the pad is too wide")
	if got := strokes(); !inked() || got == one || eval[bool](b, "JSON.parse("+quoted(got)+").flat().some(([x]) => x > 390)") {
		t.Errorf("on a narrower page it is %q, to be seen: %v", got, inked())
	}
	b.turn(phone.inTheDark())
	if !inked() || strokes() == "" {
		t.Error("the drawing is gone on a narrower page")
	}
	b.press("Clear")
	if strokes() != "" || inked() {
		t.Errorf("after clearing there is %q", strokes())
	}

	b.fill("Name", "Sam Okafor")
	if got := eval[string](b, "document.querySelector('output').textContent"); got != "Sam Okafor" {
		t.Errorf("the preview says %q", got)
	}
}
