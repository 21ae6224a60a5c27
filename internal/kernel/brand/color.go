package brand

import (
	"encoding/hex"
	"errors"
	"math"
	"strings"
)

// Color is an opaque sRGB colour of 8 bits a channel.
type Color struct{ R, G, B uint8 }

// White is pure white: text on the deep panels and on dark fills.
var White = Color{255, 255, 255}

// Default is the colour of a workspace that has chosen none: a blue-grey slate.
// It is calm enough to claim no identity, and yet not the plain ink of the
// staff app, so that one glance still tells the two sides apart.
var Default = Color{0x3a, 0x4a, 0x58}

// ErrSyntax is returned by Parse for text that is not a colour.
var ErrSyntax = errors.New("brand: a colour is written #rrggbb or #rgb")

// Parse reads #rrggbb or #rgb, in either case and with space around it. Any
// other text is ErrSyntax.
func Parse(text string) (Color, error) {
	digits, found := strings.CutPrefix(strings.TrimSpace(text), "#")
	if !found {
		return Color{}, ErrSyntax
	}
	if len(digits) == 3 {
		r, g, b := digits[0], digits[1], digits[2]
		digits = string([]byte{r, r, g, g, b, b})
	}
	raw, err := hex.DecodeString(digits)
	if err != nil || len(raw) != 3 {
		return Color{}, ErrSyntax
	}
	return Color{raw[0], raw[1], raw[2]}, nil
}

// Hex writes the colour as #rrggbb in lower case, which Parse reads back.
func (c Color) Hex() string {
	return "#" + hex.EncodeToString([]byte{c.R, c.G, c.B})
}

// Ratio is the WCAG 2.x contrast of two colours, from 1 (the same luminance) to
// 21 (black and white). The order of the two does not matter.
func Ratio(a, b Color) float64 {
	high, low := a.luminance(), b.luminance()
	if high < low {
		high, low = low, high
	}
	return (high + 0.05) / (low + 0.05)
}

// luminance is the relative luminance of WCAG 2.x, from 0 to 1.
func (c Color) luminance() float64 {
	return 0.2126*linear[c.R] + 0.7152*linear[c.G] + 0.0722*linear[c.B]
}

// linear holds the light of each 8-bit channel value, so that a derivation,
// which measures hundreds of pairs, raises nothing to a power.
var linear = func() (table [256]float64) {
	for i := range table {
		v := float64(i) / 255
		if v <= 0.04045 {
			table[i] = v / 12.92
		} else {
			table[i] = math.Pow((v+0.055)/1.055, 2.4)
		}
	}
	return table
}()

// encode turns a channel's light, 0 to 1, into its 8-bit value.
func encode(light float64) uint8 {
	light = min(max(light, 0), 1)
	v := light * 12.92
	if light > 0.0031308 {
		v = 1.055*math.Pow(light, 1/2.4) - 0.055
	}
	return uint8(math.Round(v * 255))
}
