package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// pages are the gallery's addresses: together they draw every component.
var pages = []string{
	"/", "/signin", "/home", "/quiet", "/empty", "/staff", "/clients", "/clients?q=nobody", "/clients/new",
	"/forms", "/errors", "/atoms", "/confirm",
	"/thread", "/case", "/case/errors",
	"/projects", "/project", "/strains", "/targets", "/targets?q=many", "/board", "/board?q=long", "/home?dir=rtl&theme=dark&brand=red&toast=Saved",
}

func get(t *testing.T, path string, header ...string) (int, *html.Node, string) {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, "http://gallery"+path, nil)
	for n := 0; n+1 < len(header); n += 2 {
		r.Header.Set(header[n], header[n+1])
	}
	w := httptest.NewRecorder()
	routes().ServeHTTP(w, r)
	body := w.Body.String()
	doc, err := html.Parse(strings.NewReader(body))
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return w.Code, doc, body
}

// each calls act for every element below a node.
func each(n *html.Node, act func(*html.Node)) {
	for d := range n.Descendants() {
		if d.Type == html.ElementNode {
			act(d)
		}
	}
}

func attr(n *html.Node, name string) (string, bool) {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val, true
		}
	}
	return "", false
}

func words(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return strings.TrimSpace(b.String())
}

func ids(doc *html.Node) map[string]*html.Node {
	out := map[string]*html.Node{}
	each(doc, func(n *html.Node) {
		if id, has := attr(n, "id"); has {
			out[id] = n
		}
	})
	return out
}

func TestPagesKeepTheContentSecurityPolicy(t *testing.T) {
	t.Parallel()
	for _, path := range pages {
		_, doc, _ := get(t, path)
		each(doc, func(n *html.Node) {
			for _, a := range n.Attr {
				if a.Key == "style" || strings.HasPrefix(a.Key, "on") || strings.HasPrefix(a.Key, "hx-on") || strings.HasPrefix(a.Val, "javascript:") || strings.HasPrefix(a.Val, "js:") {
					t.Errorf("%s: <%s %s=%q>", path, n.Data, a.Key, a.Val)
				}
				if a.Key == "hx-trigger" && strings.Contains(a.Val, "[") {
					t.Errorf("%s: hx-trigger %q has a filter, which needs evaluation", path, a.Val)
				}
			}
			if src, has := attr(n, "src"); n.Data == "style" || n.Data == "script" && (!has || !strings.HasPrefix(src, "/")) {
				t.Errorf("%s: <%s> is inline or from elsewhere", path, n.Data)
			}
		})
	}
}

func TestPagesHaveASoundSkeleton(t *testing.T) {
	t.Parallel()
	for _, path := range pages {
		code, doc, body := get(t, path)
		if code != http.StatusOK || !strings.HasPrefix(strings.ToLower(body), "<!doctype html>") {
			t.Errorf("%s: %d, begins %.20q", path, code, body)
		}
		count := map[string]int{}
		each(doc, func(n *html.Node) {
			count[n.Data]++
			if n.Data == "html" {
				if lang, _ := attr(n, "lang"); lang == "" {
					t.Errorf("%s: no lang", path)
				}
				if dir, _ := attr(n, "dir"); dir != "ltr" && dir != "rtl" {
					t.Errorf("%s: dir is %q", path, dir)
				}
			}
		})
		if count["h1"] != 1 || count["main"] != 1 || count["title"] != 1 {
			t.Errorf("%s: %d h1, %d main, %d title; want one each", path, count["h1"], count["main"], count["title"])
		}
		if ids(doc)["main"] == nil {
			t.Errorf("%s: the skip link has no #main", path)
		}
	}
}

func TestIDsAreUniqueAndReferencesResolve(t *testing.T) {
	t.Parallel()
	for _, path := range pages {
		_, doc, _ := get(t, path)
		seen, known := map[string]bool{}, ids(doc)
		each(doc, func(n *html.Node) {
			if id, has := attr(n, "id"); has {
				if id == "" || seen[id] {
					t.Errorf("%s: id %q is empty or used twice", path, id)
				}
				seen[id] = true
			}
			for _, name := range []string{"for", "aria-labelledby", "aria-describedby", "aria-controls", "data-reveal", "data-swatch"} {
				value, has := attr(n, name)
				if !has {
					continue
				}
				if value == "" {
					t.Errorf("%s: <%s> has an empty %s", path, n.Data, name)
				}
				for _, id := range strings.Fields(value) {
					if known[id] == nil {
						t.Errorf("%s: <%s %s=%q> leads nowhere", path, n.Data, name, id)
					}
				}
			}
			if href, _ := attr(n, "href"); n.Data == "a" && strings.HasPrefix(href, "#") && known[href[1:]] == nil {
				t.Errorf("%s: link to %s, which is not there", path, href)
			}
		})
	}
}

// A control has a label, or a name of its own; a button and a link say what
// they do; a list has only items.
func TestEverythingHasAName(t *testing.T) {
	t.Parallel()
	for _, path := range pages {
		_, doc, _ := get(t, path)
		labelled := map[string]bool{}
		each(doc, func(n *html.Node) {
			if id, has := attr(n, "for"); n.Data == "label" && has && words(n) != "" {
				labelled[id] = true
			}
		})
		each(doc, func(n *html.Node) {
			id, _ := attr(n, "id")
			kind, _ := attr(n, "type")
			label, _ := attr(n, "aria-label")
			_, by := attr(n, "aria-labelledby")
			inLabel := n.Parent != nil && n.Parent.Data == "label"
			named := label != "" || by || labelled[id] || inLabel
			switch n.Data {
			case "input", "select", "textarea":
				if kind != "hidden" && !named {
					t.Errorf("%s: <%s id=%q type=%q> has no label", path, n.Data, id, kind)
				}
			case "button", "a", "summary":
				hidden, _ := attr(n, "aria-hidden")
				if words(n) == "" && label == "" && hidden != "true" {
					t.Errorf("%s: <%s> says nothing", path, n.Data)
				}
			case "nav", "table":
				if n.Data == "nav" && label == "" && !by {
					t.Errorf("%s: a nav without a name", path)
				}
			case "svg":
				if hidden, _ := attr(n, "aria-hidden"); hidden != "true" {
					t.Errorf("%s: an svg that is not hidden", path)
				}
			case "ul", "ol":
				for c := range n.ChildNodes() {
					if c.Type == html.ElementNode && c.Data != "li" {
						t.Errorf("%s: <%s> holds a <%s>", path, n.Data, c.Data)
					}
				}
			}
		})
	}
}

func TestErrorsAreWiredToTheirFields(t *testing.T) {
	t.Parallel()
	_, doc, _ := get(t, "/errors")
	known, messages := ids(doc), 0
	each(doc, func(n *html.Node) {
		class, _ := attr(n, "class")
		if class != "field-error" {
			return
		}
		messages++
		id, _ := attr(n, "id")
		control := known[strings.TrimSuffix(id, "-error")]
		if control == nil {
			t.Errorf("%s belongs to no control", id)
			return
		}
		if invalid, _ := attr(control, "aria-invalid"); invalid != "true" {
			t.Errorf("%s: its control is not marked invalid", id)
		}
		for at := control; at != nil; at = at.Parent {
			if by, _ := attr(at, "aria-describedby"); strings.Contains(" "+by+" ", " "+id+" ") {
				return
			}
		}
		t.Errorf("%s describes nothing", id)
	})
	if messages < 7 {
		t.Errorf("%d messages, want one for each kind of field", messages)
	}
}

func TestAFragmentIsTheDrawerAlone(t *testing.T) {
	t.Parallel()
	_, _, page := get(t, "/clients/new")
	_, _, fragment := get(t, "/clients/new", "HX-Request", "true")
	if strings.Contains(fragment, "<html") || !strings.HasPrefix(fragment, "<section") || !strings.Contains(page, fragment) {
		t.Error("the fragment is not the piece that the page shows")
	}
}

func TestARefusedFormIsDrawnAgain(t *testing.T) {
	t.Parallel()
	r := httptest.NewRequest(http.MethodPost, "http://gallery/clients/new", strings.NewReader("name="))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("HX-Request", "true")
	w := httptest.NewRecorder()
	routes().ServeHTTP(w, r)
	if w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), `role="alert"`) {
		t.Errorf("%d, want 422 with the summary", w.Code)
	}
}
