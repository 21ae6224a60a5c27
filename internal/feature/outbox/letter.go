package outbox

import (
	"context"
	"io"
	"strings"

	"github.com/a-h/templ"

	"foyer/internal/auth"
	"foyer/internal/kernel/brand"
	"foyer/internal/kernel/lang"
	"foyer/internal/kernel/mail"
	"foyer/internal/kernel/text"
)

// Letter is what a mail says. Its texts are translated; they are escaped when
// they are drawn.
type Letter struct {
	Subject    string
	Name       string // of whom it greets, where they have no login that knows it
	Title      string
	Paragraphs []string
	Action     string // what the button says, empty without one
	URL        string
	Parts      []Part   // what several mails in one say, below the paragraphs
	Small      []string // below the button, in small type
	// Files makes what is sent along; it is called outside of any transaction.
	// nil for nothing.
	Files func(ctx context.Context) ([]mail.File, error)
	// Calendar is what brings the reader's calendar up to date; nil for nothing. A mail
	// that tells of a whole day brings none.
	Calendar *mail.File

	settings string // address at which people choose their mail; empty for mail that always comes
	exit     string // address at which they get no more of it
}

// Part is one of several mails that go as one.
type Part struct {
	Title      string
	Paragraphs []string
	Action     string // what the link says, empty without one
	URL        string
}

// sheet is what the HTML template draws.
type sheet struct {
	Letter
	Lang, Dir string
	Brand     string
	Initial   string // stands for the logo where there is none
	LogoURL   string
	Greeting  string
	Footer    string
	Colors    brand.Flat
	LinkHint  string
	// SettingsHint and ExitHint are what the links at the end say.
	SettingsHint, ExitHint string
}

// render makes the plain text and the HTML of a letter in the workspace's brand.
func (l Letter) render(ctx context.Context, site auth.Site, w Wanted, p lang.Printer) (plain, html string, err error) {
	pg := sheet{
		Letter: l, Lang: p.Tag(), Dir: p.Dir(), Brand: site.Name, Initial: initial(site.Name),
		Colors: colorsOf(site), Footer: footer(site, w, p),
	}
	if w.Name != "" {
		pg.Greeting = p.T("mail.greeting", "name", w.Name)
	}
	if l.URL != "" {
		pg.LinkHint = p.T("mail.link_hint")
	}
	if l.exit != "" {
		pg.SettingsHint, pg.ExitHint = p.T("mail.settings"), p.T("mail.unsubscribe")
	}
	if len(site.LogoSHA) >= 16 {
		pg.LogoURL = site.PortalURL("/assets/logo." + site.LogoSHA[:16] + ".png")
	}
	var b strings.Builder
	if err := letterHTML(pg).Render(ctx, &b); err != nil {
		return "", "", err
	}
	return pg.text(), b.String(), nil
}

// footer says why the mail came, and whom to ask.
func footer(site auth.Site, w Wanted, p lang.Printer) string {
	switch {
	case w.Realm == auth.StaffRealm:
		return p.T("mail.footer_staff", "workspace", site.Name)
	case w.Identity == "" && site.Email != "":
		return p.T("mail.footer_address_email", "workspace", site.Name, "email", site.Email)
	case w.Identity == "":
		return p.T("mail.footer_address", "workspace", site.Name)
	case site.Email != "":
		return p.T("mail.footer_email", "workspace", site.Name, "email", site.Email)
	}
	return p.T("mail.footer", "workspace", site.Name)
}

func initial(name string) string {
	for _, r := range text.Initials(name) {
		return string(r)
	}
	return ""
}

func colorsOf(site auth.Site) brand.Flat {
	color, err := brand.Parse(site.Color)
	if err != nil {
		color = brand.Default
	}
	return brand.Derive(color).Mail()
}

// lines is a text with its line breaks, which HTML would draw as spaces.
func lines(text string) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		_, err := io.WriteString(w, strings.ReplaceAll(templ.EscapeString(text), "\n", "<br>"))
		return err
	})
}

// text is the letter for programs that show no HTML.
func (pg sheet) text() string {
	var parts []string
	if pg.Greeting != "" {
		parts = append(parts, pg.Greeting)
	}
	parts = append(parts, pg.Paragraphs...)
	for _, one := range pg.Parts {
		parts = append(parts, "* "+one.Title)
		parts = append(parts, one.Paragraphs...)
		if one.URL != "" {
			parts = append(parts, one.URL)
		}
	}
	if pg.URL != "" {
		parts = append(parts, pg.Action+":\n"+pg.URL)
	}
	parts = append(parts, pg.Small...)
	parts = append(parts, "-- \n"+pg.Footer)
	if pg.exit != "" {
		parts = append(parts, pg.SettingsHint+": "+pg.settings, pg.ExitHint+": "+pg.exit)
	}
	return strings.Join(parts, "\n\n") + "\n"
}

// preview is what lists of mails show of a letter.
func (pg sheet) preview() []string {
	if len(pg.Paragraphs) > 0 {
		return pg.Paragraphs
	}
	var all []string
	for _, part := range pg.Parts {
		all = append(all, part.Title)
	}
	return all
}
