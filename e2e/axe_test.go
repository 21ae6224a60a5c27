package e2e

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/chromedp/chromedp"
)

//go:embed testdata/axe.min.js
var axeScript string

// violation is what axe found.
type violation struct {
	ID    string   `json:"id"`
	Help  string   `json:"help"`
	Nodes []string `json:"nodes"`
}

func (v violation) String() string {
	return fmt.Sprintf("%s (%s)\n    %s", v.ID, v.Help, strings.Join(v.Nodes, "\n    "))
}

// What lies behind an open menu is no target: pressing there only closes it. A
// frame shows a mail as it was sent, and is no page of ours.
const runAxe = `axe.run(document, {resultTypes: ['violations'], iframes: false, runOnly: %s})
	.then(r => JSON.stringify(r.violations.map(v => ({id: v.id, help: v.help,
		nodes: v.nodes.filter(n => v.id !== 'target-size' || !document.querySelector('details[data-menu][open]') || document.querySelector(n.target[0]).closest('details[open]'))
			.slice(0, 5).map(n => n.html.slice(0, 200) + ' :: ' + (n.failureSummary || '').replace(/\s+/g, ' ').slice(0, 300))})).filter(v => v.nodes.length)))`

// What axe looks for: everything, and of a page that it has seen already in the
// other theme only what colours can break.
const (
	everyRule   = `['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']`
	colourRules = `{type: 'rule', values: ['color-contrast', 'link-in-text-block']}`
)

// axe gives the accessibility violations of the page. It works with timers, so
// on a page without scripts they run as long as it looks.
func (b *tab) axe(rules string) []violation {
	b.t.Helper()
	if b.look.noScript {
		b.do(b.scripts(true))
		defer b.do(b.scripts(false))
	}
	ctx, cancel := context.WithTimeout(b.ctx, 2*patience)
	defer cancel()
	if !eval[bool](b, "!!window.axe") {
		if _, err := chromedp.Run(ctx, chromedp.Evaluate[bool](axeScript+";true")); err != nil {
			b.t.Fatalf("load axe: %v", err)
		}
	}
	text, err := chromedp.Run(ctx, chromedp.Evaluate[string](fmt.Sprintf(runAxe, rules), chromedp.EvalAwaitPromise))
	if err != nil {
		b.t.Fatalf("run axe at %s: %v", b.path(), err)
	}
	var found []violation
	must(b.t, json.Unmarshal([]byte(text), &found))
	return found
}

// accessible holds that axe finds nothing and that nothing scrolls sideways.
func (b *tab) accessible(where, rules string) {
	b.t.Helper()
	for _, v := range b.axe(rules) {
		b.t.Errorf("%s at %s: axe: %s", where, b.look, v)
	}
	b.narrow(where)
}

// narrow holds that the page does not scroll sideways.
func (b *tab) narrow(where string) {
	b.t.Helper()
	if !b.sideways() {
		return
	}
	wide := eval[string](b, `[...document.querySelectorAll('body *')].filter(e => e.checkVisibility() && e.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
		.slice(0, 6).map(e => e.outerHTML.slice(0, 120)).join('\n    ')`)
	b.t.Errorf("%s at %s scrolls sideways:\n    %s", where, b.look, wide)
}
