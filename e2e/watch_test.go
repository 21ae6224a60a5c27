package e2e

import (
	"fmt"
	"strings"
	"sync"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// heard is what the browser said of a tab while a test was busy with it.
type heard struct {
	mu       sync.Mutex
	trouble  []string
	requests map[network.RequestID]request
}

// request is what a page asked for.
type request struct {
	page, what string
	bytes      int64
}

// watch listens to the console, to the browser's own complaints (a breach of
// the content security policy is one) and to the network. A test ends red when
// there was an error.
func (b *tab) watch() {
	b.t.Helper()
	must(b.t, chromedp.Listen(b.ctx, func(event any) {
		b.heard.mu.Lock()
		defer b.heard.mu.Unlock()
		switch e := event.(type) {
		case *runtime.EventExceptionThrown:
			if text := exception(e.ExceptionDetails); !hurried(text) {
				b.heard.trouble = append(b.heard.trouble, "exception: "+text)
			}
		case *runtime.EventConsoleAPICalled:
			if e.Type == runtime.ConsoleAPICalledTypeError || e.Type == runtime.ConsoleAPICalledTypeWarning {
				b.heard.trouble = append(b.heard.trouble, "console: "+spoken(e.Args))
			}
		case *log.EventEntryAdded:
			if complaint(e.Entry) {
				b.heard.trouble = append(b.heard.trouble, fmt.Sprintf("%s: %s (%s)", e.Entry.Source, e.Entry.Text, e.Entry.URL))
			}
		case *network.EventRequestWillBeSent:
			if b.heard.requests != nil && !strings.HasPrefix(e.Request.URL, "data:") {
				b.heard.requests[e.RequestID] = request{page: e.DocumentURL, what: e.Request.Method + " " + e.Request.URL}
			}
		case *network.EventLoadingFinished:
			if r, known := b.heard.requests[e.RequestID]; known {
				r.bytes = int64(e.EncodedDataLength)
				b.heard.requests[e.RequestID] = r
			}
		}
	}))
	b.t.Cleanup(func() {
		b.heard.mu.Lock()
		defer b.heard.mu.Unlock()
		for _, text := range b.heard.trouble {
			b.t.Errorf("the browser complains: %s", text)
		}
	})
}

// complaint tells an error from what the browser notes by the way. That a page
// or a fragment was refused (401, 404, 409, 422 …) is an answer, not an error;
// that an asset was not there is one.
func complaint(e *log.Entry) bool {
	if e.Source == log.EntrySourceNetwork && strings.HasPrefix(e.Text, "Failed to load resource: the server responded with a status of 4") {
		return strings.Contains(e.URL, "/assets/")
	}
	if strings.HasSuffix(e.URL, "/favicon.ico") {
		return false
	}
	return e.Level == log.EntryLevelError || e.Source == log.EntrySourceSecurity || e.Source == log.EntrySourceViolation
}

// hurried tells what Chromium throws of itself when the next page is asked for
// before the fade from the last one has begun.
func hurried(text string) bool {
	return strings.Contains(text, "Transition was aborted") || strings.Contains(text, "Transition was skipped")
}

func exception(d *runtime.ExceptionDetails) string {
	if d.Exception != nil && d.Exception.Description != "" {
		return d.Exception.Description
	}
	return d.Text
}

func spoken(args []*runtime.RemoteObject) string {
	var words []string
	for _, a := range args {
		words = append(words, strings.Trim(string(a.Value), `"`)+a.Description)
	}
	return strings.Join(words, " ")
}

// listen begins to note what pages ask for.
func (b *tab) listen() {
	b.heard.mu.Lock()
	defer b.heard.mu.Unlock()
	b.heard.requests = map[network.RequestID]request{}
}

// loaded gives what a page has asked for since listen and the bytes that came
// for it, once it is all there.
func (b *tab) loaded(path string) ([]string, int64) {
	b.await("document.readyState === 'complete' && document.fonts.status === 'loaded'", "the page is not loaded")
	b.heard.mu.Lock()
	defer b.heard.mu.Unlock()
	var requests []string
	bytes := int64(0)
	for _, r := range b.heard.requests {
		if r.page == b.base+path {
			requests = append(requests, r.what)
			bytes += r.bytes
		}
	}
	return requests, bytes
}
