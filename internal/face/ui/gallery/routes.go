package main

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/a-h/templ"

	"foyer/internal/face/ui"
	"foyer/web"
)

// policy is the content security policy that the product sends.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
	"connect-src 'self'; manifest-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; " +
	"frame-ancestors 'none'; object-src 'none'; require-trusted-types-for 'script'"

// page is what a gallery page is told: the request decides theme, direction
// and brand, so that one address shows each of them.
type page struct {
	theme, dir, brand, query, path string
	fragment, failed               bool
	toast                          string
}

func ask(r *http.Request) page {
	p := page{
		dir: "ltr", query: r.FormValue("q"), path: r.URL.Path,
		brand:    r.FormValue("brand"),
		fragment: r.Header.Get("HX-Request") == "true",
	}
	if r.FormValue("dir") == "rtl" {
		p.dir = "rtl"
	}
	if c, err := r.Cookie("theme"); err == nil {
		p.theme = c.Value
	}
	if t := r.URL.Query().Get("theme"); t != "" {
		p.theme = t
	}
	p.toast = r.URL.Query().Get("toast")
	return p
}

func (p page) document(face ui.Face, title string) ui.Document {
	d := ui.Document{
		Lang: "en", Dir: p.dir, Theme: p.theme, Face: face, Title: title, Site: "Halden & Rowe",
		Assets: ui.Assets{
			Stylesheet: web.Asset("app.css"), Script: web.Asset("app.js"),
			Font: web.Asset("instrument-sans-latin.woff2"), Icon: web.Asset("favicon.svg"),
			Sheets: []string{web.Asset("talk.css")}, Scripts: []string{web.Asset("board.js")},
		},
		SkipLabel: "Skip to content", ToastsLabel: "Messages",
		Trouble: "The server could not be reached. Try again in a moment.",
	}
	if p.brand != "" {
		d.BrandStylesheet = "/brand.css"
	}
	if p.toast != "" {
		d.Toasts = []ui.Toast{{Text: p.toast, Tone: ui.OK, CloseLabel: "Dismiss"}}
	}
	return d
}

func routes() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET "+web.Prefix, web.Handler())
	mux.HandleFunc("GET /brand.css", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/css; charset=utf-8")
		_, _ = w.Write([]byte(redBrand))
	})
	show(mux, "GET /{$}", func(page) templ.Component { return index() })
	show(mux, "GET /signin", signInPage)
	show(mux, "GET /home", homePage)
	show(mux, "GET /quiet", quietPage)
	show(mux, "GET /empty", emptyPage)
	show(mux, "GET /staff", accessPage)
	show(mux, "GET /clients", clientsPage)
	show(mux, "GET /clients/new", newClientPage)
	show(mux, "GET /forms", formsPage)
	show(mux, "GET /errors", func(p page) templ.Component { p.failed = true; return formsPage(p) })
	show(mux, "GET /atoms", atomsPage)
	show(mux, "GET /thread", threadPage)
	show(mux, "GET /case", casePage)
	show(mux, "GET /case/errors", func(p page) templ.Component { p.failed = true; return casePage(p) })
	show(mux, "GET /confirm", confirmPage)
	show(mux, "GET /projects", projectsPage)
	show(mux, "GET /project", projectPage)
	show(mux, "GET /strains", strainsPage)
	show(mux, "GET /targets", targetsPage)
	show(mux, "GET /board", boardPage)
	mux.HandleFunc("POST /carry", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/board?toast="+url.QueryEscape(r.FormValue("id")+" to "+r.FormValue("to")), http.StatusSeeOther)
	})
	mux.HandleFunc("POST /move", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/targets?toast="+url.QueryEscape(r.FormValue("id")+" before "+r.FormValue("before")), http.StatusSeeOther)
	})
	mux.HandleFunc("POST /clients/new", postClient)
	mux.HandleFunc("POST /theme", postTheme)
	mux.HandleFunc("POST /echo", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/staff?toast=Portal+access+is+"+orOff(r.FormValue("enabled")), http.StatusSeeOther)
	})
	return secure(mux)
}

func orOff(value string) string {
	if value == "" {
		return "off"
	}
	return "on"
}

func show(mux *http.ServeMux, pattern string, draw func(page) templ.Component) {
	mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		render(w, r, http.StatusOK, draw(ask(r)))
	})
}

func render(w http.ResponseWriter, r *http.Request, status int, c templ.Component) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Vary", "HX-Request")
	w.Header().Set("Cache-Control", "no-store")
	var b strings.Builder
	if err := c.Render(r.Context(), &b); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.WriteHeader(status)
	_, _ = w.Write([]byte(b.String()))
}

// postClient refuses an empty name, as a form should, and else goes to the
// list: by HX-Redirect when the drawer asked, by 303 when the page did.
func postClient(w http.ResponseWriter, r *http.Request) {
	p := ask(r)
	if strings.TrimSpace(r.FormValue("name")) == "" {
		p.failed = true
		render(w, r, http.StatusUnprocessableEntity, newClientPage(p))
		return
	}
	const next = "/clients?toast=Client+added"
	if p.fragment {
		w.Header().Set("HX-Redirect", next)
		return
	}
	http.Redirect(w, r, next, http.StatusSeeOther)
}

func postTheme(w http.ResponseWriter, r *http.Request) {
	http.SetCookie(w, &http.Cookie{Name: "theme", Value: r.FormValue("theme"), Path: "/", MaxAge: 86400, HttpOnly: true, SameSite: http.SameSiteLaxMode})
	http.Redirect(w, r, "/"+strings.TrimPrefix(r.FormValue("next"), "/"), http.StatusSeeOther) //nolint:gosec // the gallery serves its maker alone
}

func secure(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", policy)
		w.Header().Set("X-Content-Type-Options", "nosniff")
		next.ServeHTTP(w, r)
	})
}

// redBrand is a second business's colours, as the server derives them.
const redBrand = `:root{--brand:light-dark(#c8442c,#c8442c);--brand-on:#fff;--brand-text:light-dark(#b53a24,#f0937f);` +
	`--brand-soft:light-dark(#fdebe7,#3d1d17);--brand-deep:light-dark(#7f3023,#4a2019);--brand-deep-2:light-dark(#934435,#5c2c23)}`
