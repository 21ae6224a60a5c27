package brand_test

import (
	"testing"

	"foyer/internal/kernel/brand"
)

// The hex values are those of the drawings.
func TestNeutralsMatchTheDrawings(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		got  brand.Color
		want string
	}{
		"light bg":      {brand.Light.Bg, "#f7faf8"},
		"light surface": {brand.Light.Surface, "#ffffff"},
		"light line":    {brand.Light.Line, "#e1e5e3"},
		"light ink":     {brand.Light.Ink, "#151e1c"},
		"dark bg":       {brand.Dark.Bg, "#0d1211"},
		"dark surface":  {brand.Dark.Surface, "#151b1a"},
		"dark ink":      {brand.Dark.Ink, "#eef1ef"},
		"dark ink2":     {brand.Dark.Ink2, "#b6bcba"},
	} {
		if c.got.Hex() != c.want {
			t.Errorf("%s is %s, want %s", name, c.got.Hex(), c.want)
		}
	}
}

func TestNeutralContrast(t *testing.T) {
	t.Parallel()
	for theme, n := range map[brand.Theme]brand.Neutrals{brand.ThemeLight: brand.Light, brand.ThemeDark: brand.Dark} {
		grounds := map[string]brand.Color{"bg": n.Bg, "surface": n.Surface, "raised": n.Raised, "sunken": n.Sunken}
		for name, ground := range grounds {
			for text, c := range map[string]brand.Color{
				"ink": n.Ink, "ink2": n.Ink2, "ink3": n.Ink3, "ok": n.OK, "warn": n.Warn, "bad": n.Bad, "info": n.Info,
			} {
				if got := brand.Ratio(c, ground); got < 4.5 {
					t.Errorf("%s: %s on %s is %.2f:1, want 4.5:1", theme, text, name, got)
				}
			}
			if got := brand.Ratio(n.Control, ground); got < 3 {
				t.Errorf("%s: control on %s is %.2f:1, want 3:1", theme, name, got)
			}
		}
	}
}
