package e2e

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"golang.org/x/net/html"

	"foyer/internal/demo"
)

// The budgets of a page: packed bytes of its HTML, requests, and all bytes of a
// first visit.
const (
	mostHTML     = 12 << 10
	mostRequests = 8
	mostVisit    = 80 << 10
)

// A first visit to any kind of page stays within its budget, in a browser that
// has nothing kept.
func TestFirstVisitIsLight(t *testing.T) {
	onDesk(t, func(t *testing.T, p *program) {
		for _, path := range []string{"/portal/login", "/portal/", "/app/login", "/app/clients", "/app/settings/brand"} {
			b := p.open(t, desk)
			switch {
			case strings.HasSuffix(path, "/login"):
			case strings.HasPrefix(path, "/portal"):
				b = p.contact(t, desk, demo.Ines)
			default:
				b = p.staff(t, desk, demo.Priya)
			}
			b.do(command(network.ClearBrowserCache, cdp.Empty{}))
			b.listen()
			b.goTo(path)
			requests, bytes := b.loaded(path)
			t.Logf("%s: %d requests, %d bytes", path, len(requests), bytes)
			if len(requests) > mostRequests || bytes > mostVisit {
				t.Errorf("%s: %d requests and %d bytes, may be %d and %d\n%s", path, len(requests), bytes, mostRequests, mostVisit, strings.Join(requests, "\n"))
			}
			for _, r := range requests {
				if !strings.HasPrefix(r, "GET "+p.base+"/") {
					t.Errorf("%s asks elsewhere: %s", path, r)
				}
			}
			if bytes < 20<<10 {
				t.Errorf("%s: only %d bytes were counted", path, bytes)
			}
		}
	})
}

// Every page is light and its HTML is sound: packed, in a language, with one
// heading, ids that are unique and lead somewhere, and a name for each control.
func TestEveryPageIsSound(t *testing.T) {
	onDesk(t, func(t *testing.T, p *program) {
		r := newTour(t, p)
		for _, part := range []struct {
			visitor *visitor
			stops   []stop
		}{
			{p.visitor(t), r.guest}, {p.signedIn(t, "/portal", demo.Sam), r.contact}, {p.signedIn(t, "/app", demo.Priya), r.member},
		} {
			seen := map[string]bool{}
			for _, s := range part.stops {
				if !seen[s.path] && !s.phone {
					seen[s.path] = true
					sound(t, part.visitor, s.path)
				}
			}
		}
		full := p.signedIn(t, "/app", demo.Priya).get("/app/clients")
		if rows := strings.Count(string(full.body), `class="row-link"`); rows != 25 {
			t.Errorf("the list of clients has %d rows, want a full page", rows)
		}
	})
}

func sound(t *testing.T, v *visitor, path string) {
	t.Helper()
	packed := v.get(path, "Accept-Encoding", "gzip")
	if packed.status == http.StatusSeeOther {
		packed = v.get(packed.location, "Accept-Encoding", "gzip")
	}
	if len(packed.body) > mostHTML {
		t.Errorf("%s: %d bytes of HTML, may be %d", path, len(packed.body), mostHTML)
	}
	page := v.get(path)
	if page.status == http.StatusSeeOther {
		page = v.get(page.location)
	}
	if len(page.body) > 2048 && packed.header.Get("Content-Encoding") != "gzip" {
		t.Errorf("%s is not packed", path)
	}
	doc, err := html.Parse(strings.NewReader(string(page.body)))
	must(t, err)
	for _, fault := range faults(doc) {
		t.Errorf("%s: %s", path, fault)
	}
}

// element is a node with its attributes at hand.
type element struct {
	*html.Node
	attr map[string]string
}

func elements(doc *html.Node) []element {
	var all []element
	for n := range doc.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		e := element{n, map[string]string{}}
		for _, a := range n.Attr {
			e.attr[a.Key] = a.Val
		}
		all = append(all, e)
	}
	return all
}

func (e element) says() string {
	var words strings.Builder
	for n := range e.Descendants() {
		if n.Type == html.TextNode {
			words.WriteString(n.Data)
		}
	}
	return strings.TrimSpace(words.String())
}

func (e element) within(name string) bool {
	for at := e.Parent; at != nil; at = at.Parent {
		if at.Data == name {
			return true
		}
	}
	return false
}

// faults lists what is wrong with a page, as far as its HTML shows.
func faults(doc *html.Node) []string {
	var found []string
	all, ids, count, labels := elements(doc), map[string]bool{}, map[string]int{}, map[string]bool{}
	for _, e := range all {
		count[e.Data]++
		if id, has := e.attr["id"]; has {
			if id == "" || ids[id] {
				found = append(found, fmt.Sprintf("the id %q is empty or used twice", id))
			}
			ids[id] = true
		}
		if e.Data == "label" && e.says() != "" {
			labels[e.attr["for"]] = true
		}
	}
	for _, name := range []string{"h1", "main", "title"} {
		if count[name] != 1 {
			found = append(found, fmt.Sprintf("%d elements %s", count[name], name))
		}
	}
	for _, e := range all {
		found = append(found, faultsOf(e, ids, labels)...)
	}
	return found
}

func faultsOf(e element, ids, labels map[string]bool) []string {
	var found []string
	add := func(text string) { found = append(found, fmt.Sprintf("<%s %v> %s", e.Data, e.Attr, text)) }
	named := e.attr["aria-label"] != "" || e.attr["aria-labelledby"] != ""
	switch e.Data {
	case "html":
		if e.attr["lang"] == "" || e.attr["dir"] == "" {
			add("has no language or no direction")
		}
	case "input", "select", "textarea":
		if e.attr["type"] != "hidden" && !named && !labels[e.attr["id"]] && !e.within("label") {
			add("has no label")
		}
	case "button", "a", "summary":
		if e.attr["aria-hidden"] != "true" && !named && e.says() == "" {
			add("says nothing")
		}
	case "img":
		if _, has := e.attr["alt"]; !has {
			add("has no text instead")
		}
	case "nav":
		if !named {
			add("has no name")
		}
	}
	for _, name := range []string{"for", "aria-labelledby", "aria-describedby", "aria-controls", "list"} {
		for _, id := range strings.Fields(e.attr[name]) {
			if !ids[id] {
				add("refers to " + id + ", which is not there")
			}
		}
	}
	for name := range e.attr {
		if name == "style" || strings.HasPrefix(name, "on") {
			add("has what the content security policy forbids")
		}
	}
	return found
}
