package templates

import (
	"io/fs"
	"slices"
	"strings"
	"testing"

	"foyer/internal/kernel/prose"
)

func TestTemplatesAreWorthUsing(t *testing.T) {
	t.Parallel()
	for _, language := range Languages {
		var names []string
		entries, err := fs.ReadDir(files, language)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			names = append(names, strings.TrimSuffix(e.Name(), ".md"))
		}
		slices.Sort(names)
		if want := slices.Sorted(slices.Values(Types)); !slices.Equal(names, want) {
			t.Errorf("%s has %v, want %v", language, names, want)
		}
		for _, kind := range Types {
			one, found := Of(language, kind)
			if !found || one.Title == "" || len(one.Note) < 60 || strings.Contains(one.Text, "note:") || strings.Contains(one.Title+one.Note, "\n") {
				t.Errorf("%s/%s: %v %q %q", language, kind, found, one.Title, one.Note)
			}
			if advice := map[string]string{"en": "legal advice", "de": "Rechtsberatung"}[language]; !strings.Contains(one.Note, advice) {
				t.Errorf("%s/%s does not say that it is none", language, kind)
			}
			d, err := prose.Parse(one.Text)
			if err != nil {
				t.Fatal(err)
			}
			var named []string
			values := map[string]string{}
			for _, name := range Placeholders {
				values[name] = "x"
			}
			named = d.Placeholders()
			// What the business fills in itself is said in words, which no placeholder is.
			gaps := d.Empty(values)
			if i := slices.IndexFunc(gaps, func(gap string) bool { return !strings.Contains(gap, " ") }); i >= 0 {
				t.Errorf("%s/%s uses %s", language, kind, gaps[i])
			}
			for _, name := range []string{"client.name", "client.address", "workspace.name", "workspace.address", "contract.start"} {
				if !slices.Contains(named, name) {
					t.Errorf("%s/%s does not name %s", language, kind, name)
				}
			}
			// Nothing that was meant as a table, a list or bold stayed text.
			if plain := d.Plain(); strings.Contains(plain, "**") || strings.Contains(plain, "|--") || strings.Contains(plain, "\n#") || strings.Contains(d.HTML(), "<p>1.") {
				t.Errorf("%s/%s has marks in its text:\n%s", language, kind, plain)
			}
			english, _ := Of("en", kind)
			e, err := prose.Parse(english.Text)
			if err != nil {
				t.Fatal(err)
			}
			if theirs := e.Empty(values); len(gaps) != len(theirs) {
				t.Errorf("%s/%s leaves open %q, the English one %q", language, kind, gaps, theirs)
			}
			if got, want := levels(d), levels(e); !slices.Equal(got, want) {
				t.Errorf("%s/%s has headings %v, the English one %v", language, kind, got, want)
			}
			if got, want := strings.Count(d.HTML(), "<li>"), strings.Count(e.HTML(), "<li>"); got != want {
				t.Errorf("%s/%s has %d items, the English one %d", language, kind, got, want)
			}
			slices.Sort(named)
			theirs := e.Placeholders()
			slices.Sort(theirs)
			if !slices.Equal(named, theirs) {
				t.Errorf("%s/%s has %v, the English one %v", language, kind, named, theirs)
			}
		}
	}
	if austrian, _ := Of("de-AT", "nda"); !strings.Contains(austrian.Text, "Zwischen") {
		t.Error("de-AT is not German")
	}
	if other, found := Of("fr", "nda"); !found || !strings.Contains(other.Text, "Between") {
		t.Error("where there is none, it is not English")
	}
	if _, found := Of("en", "../templates"); found {
		t.Error("what is none was found")
	}
}

func levels(d prose.Doc) []int {
	var all []int
	for _, h := range d.Outline() {
		all = append(all, h.Level)
	}
	return all
}
