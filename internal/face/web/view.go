package web

import (
	"context"
	"io"
	"net/http"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/a-h/templ"

	"foyer/internal/auth"
	"foyer/internal/face/ui"
	"foyer/internal/kernel/brand"
	"foyer/internal/kernel/lang"
	"foyer/internal/kernel/problem"
	static "foyer/web"
)

// View is what every page of either face is drawn with. Pages embed it.
type View struct {
	lang.Printer
	Site     auth.Site
	Face     ui.Face
	Theme    string
	Path     string // address of the page, with its query
	Key      string // idempotency key for the page's forms
	Now      time.Time
	Fragment bool
	Posted   bool             // answers what was sent, so that what was typed is not stored
	Problem  *problem.Problem // of a form that is drawn again
	Loads    []string         // sheets and scripts that the page needs besides, as web.Asset names them
	toasts   []ui.Toast
}

// NewView makes the view of a request. language is the person's, empty for the
// workspace's or, for somebody who is not signed in, the browser's.
func NewView(w http.ResponseWriter, r *http.Request, language string) View {
	in := incomingOf(r)
	v := View{Site: in.site, Path: r.URL.RequestURI(), Fragment: IsFragment(r), Posted: r.Method == http.MethodPost, Theme: themeOf(r), Face: ui.Portal}
	if realmOf(r.URL.Path) == auth.StaffRealm {
		v.Face = ui.Staff
	}
	if language == "" {
		language = in.site.Language
	}
	v.Printer = lang.For(language)
	v.Key = in.gate.NewKey()
	v.Now = in.gate.Now()
	if in.site.Zone != nil {
		v.Now = v.Now.In(in.site.Zone)
	}
	if !v.Fragment {
		if f, ok := takeFlash(w, r); ok && lang.Has(f.Key) {
			args := make([]any, len(f.Args))
			for i, a := range f.Args {
				args[i] = a
			}
			tone := ui.OK
			if strings.HasPrefix(f.Key, "flash.warn.") {
				tone = ui.Warn
			}
			v.toasts = []ui.Toast{{Text: v.T(f.Key, args...), Tone: tone, CloseLabel: v.T("ui.close")}}
		}
	}
	return v
}

// VisitorView is NewView for somebody who is not signed in: in the language the
// browser asks for, where we have it, and else in the workspace's.
func VisitorView(w http.ResponseWriter, r *http.Request) View {
	in := incomingOf(r)
	return NewView(w, r, lang.Match(in.facts.Accepts, in.site.Language))
}

// Count is a count beside a filter or a tab, which is never a bare zero.
func (v View) Count(n int) string {
	if n == 0 {
		return ""
	}
	return v.Number(n)
}

// WithProblem is the view of a form that is drawn again, with what is wrong.
func (v View) WithProblem(err error) View {
	v.Problem, _ = problem.As(err)
	return v
}

// Error is what is wrong with a field of the form, in the reader's language.
func (v View) Error(field string) string {
	if v.Problem == nil {
		return ""
	}
	m, ok := v.Problem.Fields[field]
	if !ok {
		return ""
	}
	return v.Say(m)
}

// Say is a message in the reader's language; one with a number n is a plural.
// What can say itself in a language, such as an amount, does.
func (v View) Say(m problem.Message) string {
	m.Args = slices.Clone(m.Args)
	for i, arg := range m.Args {
		if said, ok := arg.(interface{ Say(lang.Printer) string }); ok {
			m.Args[i] = said.Say(v.Printer)
		}
	}
	for i := 0; i+1 < len(m.Args); i += 2 {
		if n, counted := m.Args[i+1].(int); counted && m.Args[i] == "n" {
			return v.N(m.Key, n, m.Args...)
		}
	}
	return v.T(m.Key, m.Args...)
}

// Assets are the addresses of the built files.
func (v View) Assets() ui.Assets {
	a := ui.Assets{
		Stylesheet: static.Asset("app.css"), Script: static.Asset("app.js"),
		Font: static.Asset("instrument-sans-latin.woff2"), Icon: static.Asset("favicon.svg"),
	}
	for _, name := range v.Loads {
		if path.Ext(name) == ".css" {
			a.Sheets = append(a.Sheets, static.Asset(name))
		} else {
			a.Scripts = append(a.Scripts, static.Asset(name))
		}
	}
	return a
}

// Document is the skeleton of a page with a title.
func (v View) Document(title string) ui.Document {
	site := v.Site.Name
	if site == "" {
		site = "Foyer"
	}
	d := ui.Document{
		Lang: v.Tag(), Dir: v.Dir(), Theme: v.Theme, Face: v.Face, Title: title, Site: site, Assets: v.Assets(),
		SkipLabel: v.T("ui.skip"), Toasts: v.toasts, ToastsLabel: v.T("ui.messages"), Trouble: v.T("ui.trouble"), Unsaved: v.T("ui.unsaved"),
	}
	if v.Face == ui.Portal && v.Site.ID != "" {
		d.BrandStylesheet = BrandStylesheet(v.Site)
		if v.Site.LogoSHA != "" {
			d.IconURL = LogoURL(v.Site)
		}
	}
	return d
}

// Mark is the workspace's logo or initial with its name.
func (v View) Mark(href string) ui.BrandMark {
	m := ui.BrandMark{Name: v.Site.Name, Href: href}
	if v.Site.LogoSHA != "" {
		m.LogoURL = LogoURL(v.Site)
	}
	return m
}

// Toggle is the button that changes between the light and the dark theme.
func (v View) Toggle() ui.ThemeToggle {
	return ui.ThemeToggle{Action: "/theme", Next: v.Path, DarkLabel: v.T("ui.theme.dark"), LightLabel: v.T("ui.theme.light")}
}

// Hidden are the fields that every form of the page carries.
func (v View) Hidden() ui.Hidden { return ui.Hidden{Name: keyField, Value: v.Key} }

// Keep marks a long form, so that leaving its page asks first while something that was
// typed is not stored.
func (v View) Keep() templ.Attributes {
	if v.Posted {
		return templ.Attributes{"data-keep": "typed"}
	}
	return templ.Attributes{"data-keep": ""}
}

// ErrorItems lists the problem's fields for the summary above the form, in the
// order of the form. Sentences that hold for any field (field.KIND), and those that
// hold for several here, have the field's label before them.
func (v View) ErrorItems(fields ...string) []ui.ErrorItem {
	var items []ui.ErrorItem
	same := map[string]int{}
	for _, f := range fields {
		if text := v.Error(f); text != "" {
			items = append(items, ui.ErrorItem{ID: ui.FieldID(f), Text: text, Bare: strings.HasPrefix(v.Problem.Fields[f].Key, "field.")})
			same[text]++
		}
	}
	for i, item := range items {
		items[i].Bare = item.Bare || same[item.Text] > 1
	}
	return items
}

// Trouble is the form's own sentence, for problems that belong to no field.
func (v View) Trouble() string {
	if v.Problem == nil {
		return ""
	}
	return v.Say(v.Problem.Message)
}

func themeOf(r *http.Request) string {
	if c, err := r.Cookie(themeCookie); err == nil && (c.Value == "light" || c.Value == "dark") {
		return c.Value
	}
	return ""
}

const themeCookie = "fy_theme"

// paletteOf is the palette of a workspace's colour.
func paletteOf(site auth.Site) brand.Palette {
	color, err := brand.Parse(site.Color)
	if err != nil {
		color = brand.Default
	}
	return brand.Derive(color)
}

// Nest puts a page into a shell and the shell into a document.
func Nest(d ui.Document, shell, body templ.Component) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		inner := templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
			return shell.Render(templ.WithChildren(ctx, body), w)
		})
		return d.Render(templ.WithChildren(ctx, inner), w)
	})
}

// Waiting is a count of things that wait, as the navigation shows it, and what is said
// of it to those who hear it; from most on it says that there are more. Nothing is
// shown of none.
func (v View) Waiting(n, most int) (shown, said string) {
	switch {
	case n == 0:
		return "", ""
	case n >= most:
		return v.T("nav.over", "n", v.Number(most-1)), v.T("nav.waits_many")
	}
	return v.Number(n), v.N("nav.waits", n)
}
