package web_test

import (
	"context"
	"database/sql"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"foyer/internal/auth"
	"foyer/internal/face/web"
	"foyer/internal/kernel/problem"
)

const logoSHA = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

// twoWorkspaces has a second workspace at second.example with another colour;
// each shows its logo as the bytes of its id.
func twoWorkspaces(t *testing.T, h *house) (first, second auth.Site) {
	t.Helper()
	h.logo = func(_ context.Context, v auth.Visitor) (io.ReadCloser, error) {
		return io.NopCloser(strings.NewReader("logo of " + v.Site().ID)), nil
	}
	other := h.ids.New()
	err := h.db.Unscoped(t.Context(), func(tx *sql.Tx) error {
		for _, s := range []string{
			`update workspace set brand_color = '#0a5c4b', logo_sha256 = '` + logoSHA + `'`,
			`insert into workspace (id, name, time_zone, language, brand_color, logo_sha256, created_at)
				values ('` + other + `', 'Second', 'Europe/Dublin', 'en', '#b3261e', 'f` + logoSHA[1:] + `', 9999999999999999)`,
			`insert into workspace_host (host, workspace_id, kind, created_at) values ('second.example', '` + other + `', 'app', 1)`,
		} {
			if _, err := tx.ExecContext(t.Context(), s); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if first, err = h.gate.SiteFor(t.Context(), "foyer.example"); err != nil {
		t.Fatal(err)
	}
	if second, err = h.gate.SiteFor(t.Context(), "second.example"); err != nil {
		t.Fatal(err)
	}
	return first, second
}

func TestColoursAndLogoAreOfTheHostsWorkspace(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		first, second := twoWorkspaces(t, h)
		if web.BrandStylesheet(first) == web.BrandStylesheet(second) || web.LogoURL(first) == web.LogoURL(second) {
			t.Fatal("two workspaces share an address")
		}
		for _, c := range []struct {
			host, path string
			want       int
			holds      string
		}{
			{"foyer.example", web.BrandStylesheet(first), 200, "--"},
			{"foyer.example", web.LogoURL(first), 200, "logo of " + first.ID},
			{"second.example", web.BrandStylesheet(second), 200, "--"},
			{"second.example", web.LogoURL(second), 200, "logo of " + second.ID},
			{"foyer.example", web.BrandStylesheet(second), 404, ""},
			{"foyer.example", web.LogoURL(second), 404, ""},
			{"second.example", web.BrandStylesheet(first), 404, ""},
			{"second.example", web.LogoURL(first), 404, ""},
			{"foyer.example", "/assets/brand.0000000000000000.css", 404, ""},
			{"foyer.example", "/assets/logo.0000000000000000.png", 404, ""},
			{"foyer.example", "/assets/brand..css", 404, ""},
			{"foyer.example", "/assets/logo.png", 404, ""},
			{"foyer.example", "/assets/", 404, ""},
			{"evil.example", web.LogoURL(first), 421, ""},
		} {
			r := h.request(http.MethodGet, c.path, "")
			r.Host = c.host
			w := h.ask(r)
			if w.Code != c.want || !strings.Contains(w.Body.String(), c.holds) {
				t.Errorf("%s%s is answered %d, want %d: %.100s", c.host, c.path, w.Code, c.want, w.Body)
			}
			kept := strings.Contains(w.Header().Get("Cache-Control"), "immutable")
			if kept != (c.want == 200) {
				t.Errorf("%s%s is kept: %v", c.host, c.path, kept)
			}
		}
		page := h.get("/portal/").Body.String()
		if !strings.Contains(page, web.BrandStylesheet(first)) || !strings.Contains(page, web.LogoURL(first)) || strings.Contains(page, web.LogoURL(second)) {
			t.Errorf("the page does not wear its workspace's colours: %.600s", page)
		}
	})
}

func TestKindsOfBrandAssets(t *testing.T) {
	t.Parallel()
	h := onOne(t, secureBase)
	first, _ := twoWorkspaces(t, h)
	css, logo := h.get(web.BrandStylesheet(first)), h.get(web.LogoURL(first))
	if css.Header().Get("Content-Type") != "text/css; charset=utf-8" || css.Header().Get("Cross-Origin-Resource-Policy") != "same-origin" {
		t.Errorf("the stylesheet is sent as %v", css.Header())
	}
	if logo.Header().Get("Content-Type") != "image/png" || logo.Header().Get("Cross-Origin-Resource-Policy") != "cross-origin" || logo.Header().Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("the logo is sent as %v", logo.Header())
	}
}

func TestALogoThatCannotBeOpened(t *testing.T) {
	t.Parallel()
	h := onOne(t, secureBase)
	first, _ := twoWorkspaces(t, h)
	for want, err := range map[int]error{404: problem.Missing(), 500: errors.New(cause)} {
		h.logo = func(context.Context, auth.Visitor) (io.ReadCloser, error) { return nil, err }
		w := h.get(web.LogoURL(first))
		if w.Code != want || strings.Contains(w.Header().Get("Cache-Control"), "immutable") || strings.Contains(w.Body.String(), cause) {
			t.Errorf("answered %d %q", w.Code, w.Header().Get("Cache-Control"))
		}
	}
}

// Without a colour or logo of its own a workspace wears ours.
func TestAWorkspaceWithoutABrand(t *testing.T) {
	t.Parallel()
	h := onOne(t, secureBase)
	site, err := h.gate.SiteFor(t.Context(), "foyer.example")
	if err != nil {
		t.Fatal(err)
	}
	if w := h.get(web.BrandStylesheet(site)); w.Code != http.StatusOK {
		t.Errorf("its stylesheet is answered %d", w.Code)
	}
	if page := h.get("/portal/").Body.String(); strings.Contains(page, "/assets/logo.") {
		t.Error("its page names a logo")
	}
	site.Color = "no colour"
	if web.BrandStylesheet(site) == "" {
		t.Error("a colour that cannot be read has no stylesheet")
	}
}
