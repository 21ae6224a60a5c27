package brand

import "strings"

// Palette is everything a workspace's brand colour becomes.
type Palette struct {
	Owner Color // the colour the owner chose
	Light Side
	Dark  Side
}

// Side is the palette of one theme.
type Side struct {
	Brand      Color // fills: buttons, progress, position
	BrandOn    Color // text on Brand and on BrandHover
	BrandHover Color // the fill under a pointer
	BrandText  Color // links and text in the brand colour
	BrandSoft  Color // tinted backgrounds
	BrandDeep  Color // greeting and sign-in panels; text on them is white
	BrandDeep2 Color // the arches drawn on BrandDeep
}

// CSS is a style sheet of one rule that sets the custom properties of the
// brand, each with its light and its dark value.
func (p Palette) CSS() string {
	var b strings.Builder
	b.WriteString(":root{")
	for _, property := range []struct {
		name        string
		light, dark Color
	}{
		{"--brand", p.Light.Brand, p.Dark.Brand},
		{"--brand-on", p.Light.BrandOn, p.Dark.BrandOn},
		{"--brand-hover", p.Light.BrandHover, p.Dark.BrandHover},
		{"--brand-text", p.Light.BrandText, p.Dark.BrandText},
		{"--brand-soft", p.Light.BrandSoft, p.Dark.BrandSoft},
		{"--brand-deep", p.Light.BrandDeep, p.Dark.BrandDeep},
		{"--brand-deep-2", p.Light.BrandDeep2, p.Dark.BrandDeep2},
	} {
		b.WriteString(property.name + ":light-dark(" + property.light.Hex() + "," + property.dark.Hex() + ");")
	}
	b.WriteString("}\n")
	return b.String()
}

// Flat is the brand as plain #rrggbb values, for e-mail, where neither custom
// properties nor themes can be counted on. The values suit a white page.
type Flat struct {
	Fill string // background of a button
	On   string // text on Fill
	Text string // links on white
}

// Mail is the light side of the palette for e-mail.
func (p Palette) Mail() Flat {
	return Flat{Fill: p.Light.Brand.Hex(), On: p.Light.BrandOn.Hex(), Text: p.Light.BrandText.Hex()}
}
