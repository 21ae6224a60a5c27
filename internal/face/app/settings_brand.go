package app

import (
	"io"
	"net/http"
	"strings"

	"foyer/internal/auth"
	"foyer/internal/face/ui"
	"foyer/internal/face/web"
	"foyer/internal/feature/workspace"
	"foyer/internal/kernel/brand"
	"foyer/internal/kernel/problem"
)

// logoBody is the limit of the request that uploads a logo, in bytes: above that
// of the picture, so that one a little too large is told so in its form.
const logoBody = 6 << 20

const brandPath = "/app/settings/brand"

func (f Face) brandRoutes() []web.Route {
	return []web.Route{
		web.Staff("GET", brandPath, auth.SettingsRead, nil, f.showBrand),
		web.Staff("POST", brandPath, auth.SettingsWrite, nil, f.postColor),
		web.Staff("POST", brandPath+"/logo", auth.SettingsWrite, nil, f.postLogo).WithBody(logoBody),
		web.Staff("GET", brandPath+"/logo/removal", auth.SettingsWrite, nil, f.showLogoRemoval),
		web.Staff("POST", brandPath+"/logo/removal", auth.SettingsWrite, nil, f.postLogoRemoval),
	}
}

type colorForm struct {
	Color   string `form:"color"`
	Version int64  `form:"version"`
}

type brandPage struct {
	settingsView
	In      colorForm
	Preview brandPreview
	// LogoTrouble tells which of the two forms was refused.
	LogoTrouble bool
}

// brandPreview is what a colour would become.
type brandPreview struct {
	view
	Palette brand.Palette
	Report  []brand.Check // light theme first
	Known   bool          // the colour could be read
	Own     bool          // the colour was chosen by the workspace
}

// preview derives a colour; one that cannot be read gives the problem as well.
func (v view) preview(color string) (brandPreview, error) {
	palette, err := workspace.Palette(color)
	if err != nil {
		return brandPreview{view: v}, err
	}
	return brandPreview{view: v, Palette: palette, Report: brand.Report(palette), Known: true, Own: strings.TrimSpace(color) != ""}, nil
}

// showBrand shows the logo and the colour, and with a colour in the address what
// the portal would make of it.
func (f Face) showBrand(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	if web.IsFragment(r) {
		return f.showPreview(w, r, who)
	}
	p, err := f.settings(w, r, who, brandPath)
	if err != nil {
		return err
	}
	in := colorForm{p.Stored.Color, p.Stored.Version}
	if r.URL.Query().Has("color") {
		in.Color = r.URL.Query().Get("color")
	}
	return f.drawBrand(w, r, p, in, nil)
}

// showPreview answers the script, which asks while a colour is being chosen.
func (f Face) showPreview(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	preview, err := newView(w, r, who).preview(r.URL.Query().Get("color"))
	status := http.StatusOK
	if err != nil {
		status = web.Status(err)
	}
	return web.Render(w, r, status, previewView(preview))
}

// drawBrand draws the page; trouble is what is wrong with one of its forms.
func (f Face) drawBrand(w http.ResponseWriter, r *http.Request, p settingsView, in colorForm, trouble error) error {
	preview, err := p.preview(in.Color)
	if trouble == nil && err != nil {
		trouble = err
		p = p.refused(err, nil)
	}
	page := brandPage{settingsView: p, In: in, Preview: preview}
	if found, known := problem.As(trouble); known {
		_, page.LogoTrouble = found.Fields["logo"]
	}
	return p.draw(w, r, trouble, "settings.brand.title", brandView(page))
}

func (f Face) postColor(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	var in colorForm
	if err := web.Decode(r, &in); err != nil {
		return err
	}
	err := f.Workspace.ForStaff(who).SaveColor(r.Context(), workspace.Color(in))
	switch {
	case err == nil:
		return settingsSaved(w, r, brandPath, "flash.color_saved")
	case !drawnAgain(err):
		return err
	}
	p, reading := f.settings(w, r, who, brandPath)
	if reading != nil {
		return reading
	}
	p = p.refused(err, []settingsField{{"brand.color", p.Stored.Color, in.Color}})
	in.Version = p.versionAfter(err, in.Version)
	return f.drawBrand(w, r, p, in, err)
}

func (f Face) postLogo(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	err := f.takeLogo(r, who)
	switch {
	case err == nil:
		return settingsSaved(w, r, brandPath, "flash.logo_saved")
	case !drawnAgain(err):
		return err
	}
	p, reading := f.settings(w, r, who, brandPath)
	if reading != nil {
		return reading
	}
	return f.drawBrand(w, r, p.refused(err, nil), colorForm{p.Stored.Color, p.Stored.Version}, err)
}

// takeLogo hands the uploaded picture on. What is wrong with it is said at the
// field, also when it is so large that it was not read.
func (f Face) takeLogo(r *http.Request, who auth.Staff) error {
	err := web.Decode(r, &struct{}{})
	if p, known := problem.As(err); known && p.Kind == problem.TooLarge {
		large := problem.Field("logo", "picture.large", "limit", "5 MB")
		large.Kind = problem.TooLarge
		return large
	}
	if err != nil {
		return err
	}
	var upload io.Reader = strings.NewReader("")
	if file, _, err := r.FormFile("logo"); err == nil {
		defer file.Close()
		upload = file
	}
	return f.Workspace.ForStaff(who).SaveLogo(r.Context(), upload)
}

func (f Face) showLogoRemoval(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	v := newView(w, r, who)
	return confirm(w, r, nil, confirmation{
		view: v, Title: v.T("brand.logo.remove_title"), Text: v.T("brand.logo.remove_text"), Action: brandPath + "/logo/removal", Back: brandPath,
		Yes: v.T("brand.logo.remove"), No: v.T("ui.cancel"), Kind: ui.DangerFilled, Icon: "trash-2",
	})
}

func (f Face) postLogoRemoval(w http.ResponseWriter, r *http.Request, who auth.Staff) error {
	if err := web.Decode(r, &struct{}{}); err != nil {
		return err
	}
	if err := f.Workspace.ForStaff(who).RemoveLogo(r.Context()); err != nil {
		return err
	}
	return settingsSaved(w, r, brandPath, "flash.logo_removed")
}
