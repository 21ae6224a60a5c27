package web

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"strings"
	"time"

	"foyer/internal/auth"
	"foyer/internal/kernel/problem"
	static "foyer/web"
)

// LogoOpener opens the bytes of a workspace's logo.
type LogoOpener func(ctx context.Context, v auth.Visitor) (io.ReadCloser, error)

// BrandStylesheet is the address of the small stylesheet that a workspace's
// colour is derived into; its name carries the hash of its content.
func BrandStylesheet(site auth.Site) string {
	return "/assets/brand." + hashOf(paletteOf(site).CSS()) + ".css"
}

// LogoURL is the address of a workspace's logo.
func LogoURL(site auth.Site) string { return "/assets/logo." + site.LogoSHA[:16] + ".png" }

func hashOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:8])
}

// AssetRoutes serve the built files, and the colours and logo of the workspace
// whose host was asked.
func (rt *Router) AssetRoutes(open LogoOpener) []Route {
	return []Route{
		Anyone(http.MethodGet, "/assets/{name}", func(w http.ResponseWriter, r *http.Request) error {
			name := r.PathValue("name")
			site := siteOf(r)
			switch {
			case site.ID != "" && r.URL.Path == BrandStylesheet(site):
				forever(w, "text/css; charset=utf-8")
				_, err := io.WriteString(w, paletteOf(site).CSS())
				return err
			case strings.HasPrefix(name, "brand."):
				return problem.Missing()
			case site.LogoSHA != "" && r.URL.Path == LogoURL(site):
				return serveLogo(w, r, open)
			}
			static.Handler().ServeHTTP(w, r)
			return nil
		}).Naming("name", "asset"),
	}
}

func serveLogo(w http.ResponseWriter, r *http.Request, open LogoOpener) error {
	file, err := open(r.Context(), visitorOf(r))
	if err != nil {
		return err
	}
	defer file.Close()
	forever(w, "image/png")
	// Mail programs and other sites' pages may show a logo.
	w.Header().Set("Cross-Origin-Resource-Policy", "cross-origin")
	_, err = io.Copy(w, file)
	return err
}

func forever(w http.ResponseWriter, mediaType string) {
	w.Header().Set("Content-Type", mediaType)
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
}

// ThemeRoute keeps the theme that somebody chose, in a cookie that the first
// byte of the next page obeys.
func (rt *Router) ThemeRoute() Route {
	return Anyone(http.MethodPost, "/theme", func(w http.ResponseWriter, r *http.Request) error {
		var in struct {
			Theme string `form:"theme"`
			Next  string `form:"next"`
		}
		if err := Decode(r, &in); err != nil {
			return err
		}
		c := &http.Cookie{Name: themeCookie, Value: in.Theme, MaxAge: int((365 * 24 * time.Hour).Seconds())}
		if in.Theme != "light" && in.Theme != "dark" {
			c.Value, c.MaxAge = "", -1
		}
		setCookie(w, r, c)
		Redirect(w, r, rt.back(in.Next))
		return nil
	})
}

// back is the page that a form without a page of its own was on.
func (rt *Router) back(next string) string {
	if address, _, known := rt.pageAt(next); known {
		return address
	}
	return "/"
}
