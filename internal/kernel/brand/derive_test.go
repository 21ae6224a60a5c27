package brand_test

import (
	"testing"

	"foyer/internal/kernel/brand"
)

// cubeStep walks the RGB cube on a grid that contains all its corners.
const cubeStep = 15

// promises is how many pairs a palette answers for, so that a pair lost from
// the report fails too.
const promises = 22

func TestWholeCube(t *testing.T) {
	t.Parallel()
	for r := 0; r <= 255; r += cubeStep {
		t.Run(brand.Color{R: uint8(r)}.Hex(), func(t *testing.T) {
			t.Parallel()
			for g := 0; g <= 255; g += cubeStep {
				for b := 0; b <= 255; b += cubeStep {
					holds(t, brand.Color{R: uint8(r), G: uint8(g), B: uint8(b)})
				}
			}
		})
	}
}

// Colours one step from a corner or an edge of the cube, and every grey, where
// hue is undefined.
func TestExtremes(t *testing.T) {
	t.Parallel()
	edge := []uint8{0, 1, 2, 127, 128, 253, 254, 255}
	for _, r := range edge {
		for _, g := range edge {
			for _, b := range edge {
				holds(t, brand.Color{R: r, G: g, B: b})
			}
		}
	}
	for v := range 256 {
		holds(t, brand.Color{R: uint8(v), G: uint8(v), B: uint8(v)})
	}
}

// holds fails unless the palette of a colour keeps its promises. The pairs are
// written out here once more, apart from Report, so that neither hides a fault
// of the other.
func holds(t *testing.T, owner brand.Color) {
	t.Helper()
	p := brand.Derive(owner)
	checks := brand.Report(p)
	if len(checks) != promises {
		t.Fatalf("%s: %d checks, want %d", owner.Hex(), len(checks), promises)
	}
	for _, c := range checks {
		if !c.OK() {
			t.Errorf("%s: report says %s %s is %.3f:1, needs %v:1", owner.Hex(), c.Theme, c.Pair, c.Ratio, c.Need)
		}
	}
	sideHolds(t, owner, brand.ThemeLight, p.Light, brand.Light)
	sideHolds(t, owner, brand.ThemeDark, p.Dark, brand.Dark)
}

func sideHolds(t *testing.T, owner brand.Color, theme brand.Theme, s brand.Side, n brand.Neutrals) {
	t.Helper()
	need := func(what string, a, b brand.Color, least float64) {
		if got := brand.Ratio(a, b); got < least {
			t.Errorf("%s %s: %s is %.3f:1 (%s, %s), needs %v:1", owner.Hex(), theme, what, got, a.Hex(), b.Hex(), least)
		}
	}
	need("text on fill", s.BrandOn, s.Brand, 4.5)
	need("text on hover", s.BrandOn, s.BrandHover, 4.5)
	need("hover beside fill", s.BrandHover, s.Brand, 1.08)
	need("fill on page", s.Brand, n.Bg, 3)
	for _, ground := range []brand.Color{n.Bg, n.Surface, n.Raised, n.Sunken, s.BrandSoft} {
		need("brand text", s.BrandText, ground, 4.5)
	}
	for _, ink := range []brand.Color{n.Ink, n.Ink2, n.Ink3} {
		need("ink on soft", ink, s.BrandSoft, 4.5)
	}
	need("white on deep", brand.White, s.BrandDeep, 6)
	need("white on arches", brand.White, s.BrandDeep2, 6)
	need("arches beside deep", s.BrandDeep2, s.BrandDeep, 1.1)
	if s.BrandOn != brand.White && s.BrandOn != brand.Light.Ink {
		t.Errorf("%s %s: text on fill is %s, neither white nor ink", owner.Hex(), theme, s.BrandOn.Hex())
	}
	if brand.Ratio(brand.White, s.Brand) >= 4.5 && s.BrandOn != brand.White {
		t.Errorf("%s %s: text on fill is not white, though white can be read", owner.Hex(), theme)
	}
	onlyWhenNeeded(t, owner, theme, s, n)
}

// onlyWhenNeeded fails if the owner's colour moved though it was usable, or if
// a moved fill does not stand out from cards.
func onlyWhenNeeded(t *testing.T, owner brand.Color, theme brand.Theme, s brand.Side, n brand.Neutrals) {
	t.Helper()
	readable := brand.Ratio(brand.White, owner) >= 4.5 || brand.Ratio(brand.Light.Ink, owner) >= 4.5
	usable := readable && brand.Ratio(owner, n.Bg) >= 3
	if moved := s.Brand != owner; moved == usable {
		t.Errorf("%s %s: fill is %s; moved is %v, usable is %v", owner.Hex(), theme, s.Brand.Hex(), moved, usable)
	}
	if !usable && brand.Ratio(s.Brand, n.Surface) < 3 {
		t.Errorf("%s %s: moved fill %s does not stand out from a card", owner.Hex(), theme, s.Brand.Hex())
	}
}

// The palettes of the drawings, and the colours that are hardest. A change here
// is a change of look: compare it with the drawings before mending the test.
func TestKnownPalettes(t *testing.T) {
	t.Parallel()
	type side struct{ fill, on, hover, text, soft, deep, deep2 string }
	for _, want := range []struct {
		name, owner string
		light, dark side
	}{
		{"green of the drawings", "#17594a",
			side{"#17594a", "#ffffff", "#014b3d", "#17594a", "#e3f4ef", "#24574a", "#37695c"},
			side{"#327060", "#ffffff", "#417f6e", "#65a392", "#14342c", "#14362d", "#204138"}},
		{"red of the drawings", "#c8452c",
			side{"#c8452c", "#ffffff", "#b7341b", "#c13e25", "#fdebe7", "#802f20", "#944232"},
			side{"#c8452c", "#ffffff", "#b7341b", "#f26c51", "#41251f", "#511b11", "#5e271c"}},
		{"default", brand.Default.Hex(),
			side{"#3a4a58", "#ffffff", "#2d3d4a", "#3a4a58", "#ebf1f5", "#3c4a56", "#4d5b68"},
			side{"#586977", "#ffffff", "#667786", "#8698a8", "#262e36", "#242d35", "#2f3840"}},
		{"black", "#000000",
			side{"#000000", "#ffffff", "#121212", "#000000", "#f0f0f0", "#242424", "#343434"},
			side{"#666666", "#ffffff", "#747474", "#959595", "#2d2d2d", "#1d1d1d", "#272727"}},
		{"white", "#ffffff",
			side{"#909090", "#151e1c", "#848484", "#6c6c6c", "#f0f0f0", "#4d4d4d", "#5f5f5f"},
			side{"#ffffff", "#151e1c", "#eeeeee", "#ffffff", "#2d2d2d", "#2f2f2f", "#3a3a3a"}},
		{"yellow", "#ffff00",
			side{"#969600", "#151e1c", "#8a8a00", "#707000", "#f0f1e2", "#515100", "#636300"},
			side{"#ffff00", "#151e1c", "#eeee00", "#ffff00", "#2f2f13", "#323100", "#3d3d00"}},
		{"red", "#ff0000",
			side{"#ec0000", "#ffffff", "#d20000", "#da0000", "#fdebe8", "#802f25", "#954137"},
			side{"#ec0000", "#ffffff", "#d20000", "#ff5c4a", "#412420", "#511b15", "#5e2720"}},
	} {
		p := brand.Derive(parse(t, want.owner))
		for theme, pair := range map[brand.Theme]struct {
			got  brand.Side
			want side
		}{brand.ThemeLight: {p.Light, want.light}, brand.ThemeDark: {p.Dark, want.dark}} {
			s := pair.got
			got := side{s.Brand.Hex(), s.BrandOn.Hex(), s.BrandHover.Hex(), s.BrandText.Hex(), s.BrandSoft.Hex(), s.BrandDeep.Hex(), s.BrandDeep2.Hex()}
			if got != pair.want {
				t.Errorf("%s, %s:\n got %v\nwant %v", want.name, theme, got, pair.want)
			}
		}
	}
}

func BenchmarkDerive(b *testing.B) {
	owners := []brand.Color{brand.Default, {}, brand.White, {R: 255, G: 255}, {R: 255}}
	for i := 0; b.Loop(); i++ {
		brand.Derive(owners[i%len(owners)])
	}
}
