package ui_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/a-h/templ"

	"foyer/internal/face/ui"
)

func draw(t *testing.T, c templ.Component) string {
	t.Helper()
	var b strings.Builder
	if err := c.Render(context.Background(), &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func has(t *testing.T, got string, wants ...string) {
	t.Helper()
	for _, want := range wants {
		if !strings.Contains(got, want) {
			t.Errorf("no %s in %s", want, got)
		}
	}
}

func hasNot(t *testing.T, got string, bads ...string) {
	t.Helper()
	for _, bad := range bads {
		if strings.Contains(got, bad) {
			t.Errorf("%s in %s", bad, got)
		}
	}
}

func TestAnUnknownIconIsAnError(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	if err := (ui.Icon{Name: "no-such-icon"}).Render(context.Background(), &b); err == nil {
		t.Error("an unknown icon was drawn")
	}
	if err := (ui.Icon{}).Render(context.Background(), &b); err != nil || b.Len() != 0 {
		t.Errorf("no icon: %v, wrote %q", err, b.String())
	}
}

func TestInitials(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"Ines Marlow": "IM", "priya rowe": "PR", "Halden & Rowe": "HR", "Ada": "A", "": "?", "  ": "?", "!!": "?",
		"Jean-Luc de la Tour": "JT", "إيناس مارلو": "إم", "élodie Ünal": "ÉÜ", "李 小龍": "李小", "3M Company": "3C",
		"O’Brien Tom": "OT", "\xff\xfe": "?", "😀 Smile": "S",
	} {
		if got := ui.Initials(name); got != want {
			t.Errorf("Initials(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestTextsAreEscaped(t *testing.T) {
	t.Parallel()
	const evil = `"><script>alert(1)</script>`
	for name, c := range map[string]templ.Component{
		"field":  ui.TextField{Name: "n", Label: evil, Value: evil, Hint: evil, Error: evil, Placeholder: evil},
		"area":   ui.TextArea{Name: "n", Label: "L", Value: `</textarea>` + evil},
		"button": ui.Button{Label: evil, IconOnly: true, Icon: "x"},
		"head":   ui.PageHead{Title: evil, Sub: evil, Crumbs: []ui.Link{{Text: evil, Href: evil}}},
		"avatar": ui.Avatar{Name: evil, Alone: true},
		"copy":   ui.CopyField{Value: evil, Copy: evil, Done: evil},
		"toast":  ui.Toast{Text: evil, CloseLabel: evil},
		"select": ui.Select{Field: ui.Field{Name: "n", Label: "L"}, Options: []ui.Option{{Value: evil, Label: evil}}},
	} {
		got := draw(t, c)
		if strings.Contains(got, "<script") || strings.Count(got, "</textarea>") > 1 {
			t.Errorf("%s lets markup through: %s", name, got)
		}
	}
}

func TestAddressesCannotRunScript(t *testing.T) {
	t.Parallel()
	got := draw(t, ui.KeyValues{Items: []ui.KeyValue{{Key: "Site", Value: "x", Href: "https://example.test/?a=1&b=2"}}})
	has(t, got, `href="https://example.test/?a=1&amp;b=2"`)
}

func TestAFieldSaysWhatHoldsForIt(t *testing.T) {
	t.Parallel()
	got := draw(t, ui.TextField{Name: "email", Type: "email", Label: "Email", Hint: "H", Error: "E", Value: "a@b", Required: true, MaxLength: 254, Autocomplete: "username"})
	has(t, got, `<label for="f-email">`, `id="f-email"`, `type="email"`, `value="a@b"`, `dir="ltr"`, ` required`,
		`maxlength="254"`, `autocomplete="username"`, `aria-invalid="true"`, `aria-describedby="f-email-error f-email-hint"`,
		`id="f-email-error"`, `id="f-email-hint"`)
	plain := draw(t, ui.TextField{Name: "name", Label: "Name"})
	hasNot(t, plain, "aria-", "required", "maxlength", "placeholder", "autocomplete", "disabled", "readonly", "field-bad")
	has(t, plain, `dir="auto"`, `type="text"`)
}

func TestAPasswordIsNeverWrittenBack(t *testing.T) {
	t.Parallel()
	got := draw(t, ui.PasswordField{Name: "password", Label: "Password", Value: "secret-word", Reveal: "Show"})
	hasNot(t, got, "secret-word", "value=")
	has(t, got, `type="password"`, `aria-pressed="false"`, `data-reveal="f-password"`)
}

// A textarea's first line break is dropped by the browser, so one more is
// written before the value.
func TestATextAreaKeepsLeadingLineBreaks(t *testing.T) {
	t.Parallel()
	has(t, draw(t, ui.TextArea{Name: "n", Label: "L", Value: "\n\nx"}), ">\n\n\nx</textarea>")
}

func TestChoicesMarkTheChosen(t *testing.T) {
	t.Parallel()
	options := []ui.Option{{Value: "", Label: "None"}, {Value: "a", Label: "A"}, {Value: "b", Label: "B"}}
	field := ui.Field{Name: "n", Label: "L", Value: "b"}
	for name, c := range map[string]templ.Component{
		"select": ui.Select{Field: field, Options: options}, "tiles": ui.Tiles{Field: field, Options: options},
		"segment": ui.SegmentField{Field: field, Options: options}, "boxes": ui.Checkboxes{Field: field, Options: options, Chosen: []string{"b"}},
	} {
		got := draw(t, c)
		chosen := regexp.MustCompile(`value="([^"]*)"[^>]* (?:checked|selected)`).FindAllStringSubmatch(got, -1)
		if len(chosen) != 1 || chosen[0][1] != "b" {
			t.Errorf("%s: chosen %v, want b alone", name, chosen)
		}
	}
}

func TestASwitchWorksWithoutScript(t *testing.T) {
	t.Parallel()
	got := draw(t, ui.Switch{Name: "on", Label: "Portal", Checked: true, SaveLabel: "Save"})
	has(t, got, `role="switch"`, ` checked`, ` data-submit`, `value="true"`, `<button type="submit"`, "no-js")
	hasNot(t, draw(t, ui.Switch{Name: "on", Label: "Portal"}), "data-submit", "<button", " checked")
}

func TestADocumentSaysLanguageDirectionAndTheme(t *testing.T) {
	t.Parallel()
	d := ui.Document{Lang: "ar", Dir: "rtl", Theme: "dark", Face: ui.Portal, Title: "Home", Site: "Studio", BrandStylesheet: "/brand/1.css", Assets: ui.Assets{Stylesheet: "/a.css", Script: "/a.js"}}
	has(t, draw(t, d), `<html lang="ar" dir="rtl" data-theme="dark" data-face="portal">`, "<title>Home · Studio</title>", `href="/brand/1.css"`, `content="dark"`)
	d.Theme, d.Face = "purple", ui.Staff
	got := draw(t, d)
	has(t, got, `data-theme="system"`)
	hasNot(t, got, "/brand/1.css")
}

func TestTheShellsMarkWhereOneIs(t *testing.T) {
	t.Parallel()
	var items []ui.NavItem
	for _, name := range []string{"A", "B", "C", "D", "E", "F"} {
		items = append(items, ui.NavItem{Text: name, Href: "/" + name, Current: name == "F"})
	}
	portal := draw(t, ui.PortalShell{Nav: items, NavLabel: "Main", MoreLabel: "More"})
	if n := strings.Count(portal, `aria-current="page"`); n != 2 {
		t.Errorf("%d current links, want one in the header and one in the bar", n)
	}
	has(t, portal, "bar-current", ">More<")
	hasNot(t, draw(t, ui.PortalShell{Nav: items[:5], MoreLabel: "More"}), ">More<")
	hasNot(t, draw(t, ui.PortalShell{Nav: items[:1]}), `class="bar"`)
	staff := draw(t, ui.StaffShell{Groups: []ui.NavGroup{{Title: "Work", Items: items}}, User: ui.Menu{Title: "Priya Rowe"}})
	has(t, staff, `href="#rail"`, `id="rail"`, `aria-labelledby="rail-group-0"`, "Priya Rowe")
}

// A long list shows eight rows and folds the rest, unless that is one alone.
func TestAttentionFoldsWhatIsTooMuch(t *testing.T) {
	t.Parallel()
	list := func(n int) string {
		a := ui.Attention{Label: "What needs you", Fold: fmt.Sprint(ui.Folded(n), " more")}
		for i := range n {
			a.Rows = append(a.Rows, ui.AttentionRow{Icon: "receipt", Title: fmt.Sprint("Thing ", i+1, ".")})
		}
		return draw(t, a)
	}
	hasNot(t, list(9), "<details")
	open, folded, found := strings.Cut(list(12), "<details")
	if !found || !strings.Contains(open, "Thing 8.") || strings.Contains(open, "Thing 9.") {
		t.Errorf("at once are seen %s", open)
	}
	has(t, folded, "4 more", "Thing 9.", "Thing 12.")
}

// A number in a title is not broken at its hyphens.
func TestAttentionKeepsANumberWhole(t *testing.T) {
	t.Parallel()
	has(t, draw(t, ui.AttentionRow{Title: "Invoice INV-2026-0007 is <late>", Whole: "INV-2026-0007"}), `Invoice <bdi class="whole">INV-2026-0007</bdi> is &lt;late&gt;`)
	has(t, draw(t, ui.AttentionRow{Title: "A draft is to be issued", Whole: "INV-1"}), "A draft is to be issued")
}

func TestEmptyPartsAreNotDrawn(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]templ.Component{
		"summary": ui.ErrorSummary{Title: "T"}, "pager": ui.Pager{Label: "Pages"}, "theme": ui.ThemeToggle{},
	} {
		if got := draw(t, c); got != "" {
			t.Errorf("%s wrote %s", name, got)
		}
	}
}

func TestHeadingsHaveTheLevelAskedFor(t *testing.T) {
	t.Parallel()
	for level, want := range map[int]string{0: "<h2", 1: "<h1", 2: "<h2", 3: "<h3"} {
		has(t, draw(t, ui.EmptyState{Title: "T", Level: level}), want)
		has(t, draw(t, ui.Card{Title: "T", Level: level}), want)
	}
	has(t, draw(t, ui.Drawer{Title: "T"}), "<h1")
	has(t, draw(t, ui.Drawer{Title: "T", Level: 2}), "<h2")
}

// Widths and colours belong to the stylesheet and behaviour to the script.
func TestTemplatesHaveNoInlineStyleOrHandler(t *testing.T) {
	t.Parallel()
	names, err := filepath.Glob("*.templ")
	if err != nil || len(names) < 10 {
		t.Fatalf("%d templates, %v", len(names), err)
	}
	bad := regexp.MustCompile(`\sstyle=|\son[a-z]+=|hx-on|javascript:`)
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if hit := bad.Find(data); hit != nil {
			t.Errorf("%s has %q", name, hit)
		}
	}
}
