package outbox

import (
	"context"
	"strings"

	"foyer/internal/auth"
	"foyer/internal/kernel/brand"
	"foyer/internal/kernel/lang"
)

// Letter is what a mail says. Its texts are translated; they are escaped when
// they are drawn.
type Letter struct {
	Subject    string
	Title      string
	Paragraphs []string
	Action     string // what the button says, empty without one
	URL        string
	Small      []string // below the button, in small type
}

// page is what the HTML template draws.
type page struct {
	Letter
	Lang, Dir string
	Brand     string
	LogoURL   string
	Greeting  string
	Footer    string
	Colors    brand.Flat
	LinkHint  string
}

// render makes the plain text and the HTML of a letter in the workspace's brand.
func (l Letter) render(ctx context.Context, site auth.Site, w Wanted, p lang.Printer) (text, html string, err error) {
	pg := page{Letter: l, Lang: p.Tag(), Dir: p.Dir(), Brand: site.Name, Footer: p.T("mail.footer", "workspace", site.Name)}
	if site.Email != "" {
		pg.Footer = p.T("mail.footer_email", "workspace", site.Name, "email", site.Email)
	}
	if w.Name != "" {
		pg.Greeting = p.T("mail.greeting", "name", w.Name)
	}
	if l.URL != "" {
		pg.LinkHint = p.T("mail.link_hint")
	}
	if site.LogoSHA != "" {
		pg.LogoURL = site.PortalURL("/assets/logo." + site.LogoSHA[:16] + ".png")
	}
	pg.Colors = colorsOf(site)
	var b strings.Builder
	if err := letterHTML(pg).Render(ctx, &b); err != nil {
		return "", "", err
	}
	return pg.text(), b.String(), nil
}

func colorsOf(site auth.Site) brand.Flat {
	color, err := brand.Parse(site.Color)
	if err != nil {
		color = brand.Default
	}
	return brand.Derive(color).Mail()
}

// text is the letter for programs that show no HTML.
func (pg page) text() string {
	var parts []string
	if pg.Greeting != "" {
		parts = append(parts, pg.Greeting)
	}
	parts = append(parts, pg.Paragraphs...)
	if pg.URL != "" {
		parts = append(parts, pg.Action+":\n"+pg.URL)
	}
	parts = append(parts, pg.Small...)
	parts = append(parts, "-- \n"+pg.Footer)
	return strings.Join(parts, "\n\n") + "\n"
}
