package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// patience is how long a page may take to show something before a test fails.
const patience = 15 * time.Second

// chromium is started once and shared; every page has a profile of its own.
var chromium struct {
	once   sync.Once
	ctx    context.Context //nolint:containedctx // chromedp's handle is a context
	cancel context.CancelFunc
	err    error
}

func TestMain(m *testing.M) {
	code := m.Run()
	if chromium.cancel != nil {
		chromium.cancel()
	}
	forgetStories()
	os.Exit(code)
}

func startChromium(t *testing.T) context.Context {
	t.Helper()
	chromium.once.Do(func() {
		options := append(chromedp.DefaultExecAllocatorOptions[:],
			chromedp.Flag("disable-gpu", true), chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true),
			chromedp.Flag("hide-scrollbars", true))
		// Without the windows that nobody sees, tests take a third of the time.
		if shell, err := exec.LookPath("chromium-headless-shell"); err == nil {
			options = append(options, chromedp.ExecPath(shell))
		}
		ctx, cancel := chromedp.NewExecAllocator(context.Background(), options...)
		chromium.ctx, chromium.cancel = chromedp.NewContext(ctx, chromedp.WithErrorf(log.New(os.Stderr, "", 0).Printf))
		chromium.err = chromedp.Do(chromium.ctx)
		end := chromium.cancel
		chromium.cancel = func() { end(); cancel() }
	})
	if chromium.err != nil {
		if os.Getenv("FOYER_TEST_REQUIRE") != "" {
			t.Fatalf("Chromium does not start: %v", chromium.err)
		}
		t.Skipf("Chromium does not start: %v", chromium.err)
	}
	return chromium.ctx
}

// look is how a page is looked at.
type look struct {
	width, height int64
	dark          bool
	noScript      bool
	language      string
}

var (
	desk  = look{width: 1280, height: 860}
	phone = look{width: 390, height: 844}
	// narrowest is what a desk is at four times its size.
	narrowest = look{width: 320, height: 844}
)

func (l look) inTheDark() look     { l.dark = true; return l }
func (l look) withoutScript() look { l.noScript = true; return l }

// String names the look for subtests and pictures.
func (l look) String() string {
	name := fmt.Sprint(l.width)
	if l.dark {
		name += "-dark"
	}
	if l.noScript {
		name += "-noscript"
	}
	return name
}

// tab is a browser tab with cookies of its own.
type tab struct {
	t     *testing.T
	ctx   context.Context //nolint:containedctx // chromedp's handle is a context
	base  string
	look  look
	heard heard
}

// open opens a tab at nothing.
func open(t *testing.T, base string, l look) *tab {
	t.Helper()
	ctx, cancel := chromedp.NewContext(startChromium(t), chromedp.WithNewBrowserContext())
	t.Cleanup(cancel)
	// The tab lives as long as the context of its first step, so that one has no limit.
	must(t, chromedp.Do(ctx))
	b := &tab{t: t, ctx: ctx, base: base, look: l}
	b.watch()
	b.turn(l)
	// A tab believes that it is in front, or the keyboard would reach one at a time.
	b.do(command(emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true}))
	if l.language != "" {
		b.do(command(network.SetExtraHTTPHeaders, network.SetExtraHTTPHeadersParams{Headers: network.Headers{"Accept-Language": l.language}}))
	}
	if l.noScript {
		b.do(b.scripts(false))
	}
	return b
}

// turn changes the width and the theme of the page that is shown.
func (b *tab) turn(l look) {
	b.t.Helper()
	b.look = l
	scheme := "light"
	if l.dark {
		scheme = "dark"
	}
	b.do(chromedp.EmulateViewport(l.width, l.height))
	b.do(command(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"},
	}}))
	b.await("document.getAnimations().length === 0", "the page does not come to rest")
}

// scripts switches the page's scripts on or off.
func (b *tab) scripts(on bool) chromedp.Action[chromedp.Void] {
	return command(emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !on})
}

// command is a command of the DevTools protocol as a step.
func command[P, R any](c cdp.Command[P, R], params P) chromedp.Action[chromedp.Void] {
	return func(ctx context.Context, t *chromedp.Target) (v chromedp.Void, err error) {
		_, err = cdp.Call(ctx, t, c, params)
		return v, err
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (b *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		b.t.Fatalf("at %s: %v", b.path(), err)
	}
}

// goTo opens an address of the program and gives the status.
func (b *tab) goTo(path string) int64 {
	b.t.Helper()
	if !strings.Contains(path, "://") {
		path = b.base + path
	}
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	resp, err := chromedp.RunResponse(ctx, chromedp.Navigate(path))
	if err != nil || resp == nil {
		b.t.Fatalf("go to %s: %v (was the page still on its way somewhere else?)", path, err)
	}
	return resp.Status
}

// eval runs an expression in the page and gives its value.
func eval[T any](b *tab, expression string) T {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression))
	if err != nil {
		b.t.Fatalf("evaluate at %s: %v\n%s", b.path(), err, expression)
	}
	return v
}

// path is the address of the page below the base URL.
func (b *tab) path() string {
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	at, err := chromedp.Run(ctx, chromedp.Location())
	if err != nil {
		return "?"
	}
	return strings.TrimPrefix(at, b.base)
}

func quoted(text string) string {
	data, err := json.Marshal(text)
	if err != nil {
		panic(err)
	}
	return string(data)
}

// The page's own words for finding things as a person does: by what they say.
const finders = `
const seen = e => !!e && e.checkVisibility({visibilityProperty: true, opacityProperty: false});
const words = e => (e.getAttribute('aria-label') || e.innerText || e.value || '').replace(/\s+/g, ' ').trim();
const scope = () => document.querySelector('dialog[open]') || document;
const labelled = text => {
  for (const l of scope().querySelectorAll('label')) {
    if (!l.innerText.replace(/\s+/g, ' ').trim().startsWith(text)) continue;
    const c = l.control || document.getElementById(l.htmlFor);
    if (c) return c;
  }
  return [...scope().querySelectorAll('input,select,textarea,[role=switch]')].find(e => (e.getAttribute('aria-label') || '') === text
    || (e.getAttribute('aria-labelledby') || '').split(' ').some(id => (document.getElementById(id) || {}).innerText === text));
};
const pressable = text => {
  const all = [...scope().querySelectorAll('button,a[href],summary,input[type=submit]')].filter(seen);
  return all.find(e => words(e) === text) || all.find(e => words(e).startsWith(text));
};`

func (b *tab) find(expression string) string {
	return "(() => {" + finders + "return " + expression + "})()"
}

// await waits until an expression is true in the page.
func (b *tab) await(expression, what string) {
	b.t.Helper()
	deadline := time.Now().Add(patience)
	look := time.NewTicker(25 * time.Millisecond)
	defer look.Stop()
	for ; ; <-look.C {
		ctx, cancel := context.WithTimeout(b.ctx, patience)
		ok, err := chromedp.Run(ctx, chromedp.Evaluate[bool](b.find("!!("+expression+")")))
		cancel()
		if err == nil && ok {
			return
		}
		if time.Now().After(deadline) {
			b.t.Fatalf("at %s: %s (%v)\nthe page says:\n%s", b.path(), what, err, b.text())
		}
	}
}

// fill types into the field with a label.
func (b *tab) fill(label, value string) {
	b.t.Helper()
	b.await("labelled("+quoted(label)+")", "there is no field "+label)
	eval[bool](b, b.find("(() => { const e = labelled("+quoted(label)+"); e.focus(); e.value = "+quoted(value)+
		"; e.dispatchEvent(new Event('input', {bubbles: true})); e.dispatchEvent(new Event('change', {bubbles: true})); return true })()"))
}

// attach puts files into the field that an expression finds. The field is named
// by its object in the page: chromedp's own numbers of nodes are void for a
// moment after a page has taken another's place.
func (b *tab) attach(field string, paths ...string) {
	b.t.Helper()
	b.do(func(ctx context.Context, t *chromedp.Target) (v chromedp.Void, err error) {
		found, err := cdp.Call(ctx, t, runtime.Evaluate, runtime.EvaluateParams{Expression: b.find(field)})
		if err != nil {
			return v, err
		}
		_, err = cdp.Call(ctx, t, dom.SetFileInputFiles, dom.SetFileInputFilesParams{Files: paths, ObjectID: found.Result.ObjectID})
		return v, err
	})
}

// press presses the button, link or switch that says this.
func (b *tab) press(text string) {
	b.t.Helper()
	b.await("pressable("+quoted(text)+")", "there is nothing to press that says "+text)
	eval[bool](b, b.find("(pressable("+quoted(text)+").click(), true)"))
}

// tick changes the checkbox or switch with a label.
func (b *tab) tick(label string) {
	b.t.Helper()
	b.await("labelled("+quoted(label)+")", "there is no switch "+label)
	eval[bool](b, b.find("(labelled("+quoted(label)+").click(), true)"))
}

// see waits until the page says this, where it can be seen.
func (b *tab) see(text string) {
	b.t.Helper()
	b.await("document.body && document.body.innerText.includes("+quoted(text)+")", "the page does not say "+quoted(text))
}

// missing holds that the page does not say this anywhere, not even unseen.
func (b *tab) missing(text string) {
	b.t.Helper()
	if eval[bool](b, "document.documentElement.outerHTML.includes("+quoted(text)+")") {
		b.t.Errorf("at %s: the page says %q", b.path(), text)
	}
}

// arrive waits until the address is this one.
func (b *tab) arrive(path string) {
	b.t.Helper()
	b.await("location.pathname + location.search === "+quoted(path)+" && document.readyState === 'complete'", "the address is not "+path)
}

func (b *tab) text() string { return eval[string](b, "document.body ? document.body.innerText : ''") }

// sideways tells whether the page scrolls sideways.
func (b *tab) sideways() bool {
	return eval[bool](b, "document.documentElement.scrollWidth > document.documentElement.clientWidth")
}

// shot keeps a picture of the whole page when FOYER_TEST_SHOTS names a folder.
func (b *tab) shot(name string) {
	b.t.Helper()
	folder := os.Getenv("FOYER_TEST_SHOTS")
	if folder == "" {
		return
	}
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	// The window grows to the page: a picture beyond the window shows what is
	// sticky where nobody sees it.
	height := max(b.look.height, eval[int64](b, "document.documentElement.scrollHeight"))
	b.do(chromedp.EmulateViewport(b.look.width, height))
	data, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
	b.do(chromedp.EmulateViewport(b.look.width, b.look.height))
	must(b.t, err)
	must(b.t, os.MkdirAll(folder, 0o750))
	must(b.t, os.WriteFile(filepath.Join(folder, name+"-"+b.look.String()+".png"), data, 0o600))
}
