package housetest

import (
	"net/http"
	"testing"

	"foyer/internal/housetest/house"
)

// saysMore are the names that the first button of a form may have, and why.
var saysMore = map[string]string{
	"next": "it saves, and says which page comes after",
}

// Enter in a field presses the first button of its form: that one does what the form
// is for, and nothing else that can be done there.
func TestEnterDoesWhatTheFormIsFor(t *testing.T) {
	t.Parallel()
	w := house.New(t, house.SQLite).Furnish(t).First
	seen := 0
	for _, p := range formPages(w) {
		page := p.agent.Get(t, p.path)
		if page.Code != http.StatusOK {
			t.Errorf("%s: status %d", p.path, page.Code)
			continue
		}
		doc := page.Page(t)
		for _, f := range doc.All("form", "") {
			first := firstButton(doc, f)
			if first == nil || !takesEnter(f) {
				continue
			}
			seen++
			if name := first.Get("name"); name != "" && saysMore[name] == "" {
				t.Errorf("%s: Enter in the form to %s asks for %s=%s (%s)", p.path, f.Get("action"), name, first.Get("value"), first.Text())
			}
			if to := first.Get("formaction"); to != "" {
				t.Errorf("%s: Enter in the form to %s goes to %s (%s)", p.path, f.Get("action"), to, first.Text())
			}
		}
	}
	if seen < 50 {
		t.Errorf("only %d forms were looked at", seen)
	}
}

// takesEnter tells whether a form has a field in which Enter sends it.
func takesEnter(f *house.Node) bool {
	for _, in := range f.All("input", "") {
		switch in.Get("type") {
		case "hidden", "file", "color", "submit", "button":
		default:
			return true
		}
	}
	return false
}

// firstButton is what a browser presses for Enter: the first that sends the form,
// inside it or bound to it.
func firstButton(doc, f *house.Node) *house.Node {
	inside := map[*house.Node]bool{}
	for _, b := range f.All("button", "") {
		inside[b] = true
	}
	for _, b := range doc.All("button", "") {
		own := inside[b]
		if of := b.Get("form"); of != "" {
			own = of == f.Get("id")
		}
		if own && (b.Get("type") == "" || b.Get("type") == "submit") {
			return b
		}
	}
	return nil
}
