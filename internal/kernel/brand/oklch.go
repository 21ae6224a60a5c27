package brand

import "math"

// tone is a colour in OKLCH. The hue is kept as a direction (its cosine and
// sine), since it is only ever carried along, never computed with.
type tone struct {
	lightness float64 // 0 black to 1 white
	chroma    float64 // 0 grey; about 0.37 is the most sRGB has
	cos, sin  float64
}

// greyChroma is the chroma below which a hue is only the noise of rounding.
const greyChroma = 0.0005

// oklch is the colour that CSS writes as oklch(lightness chroma degrees).
func oklch(lightness, chroma, degrees float64) Color {
	sin, cos := math.Sincos(degrees * math.Pi / 180)
	return tone{lightness, chroma, cos, sin}.color()
}

// tone is the colour in OKLCH.
func (c Color) tone() tone {
	r, g, b := linear[c.R], linear[c.G], linear[c.B]
	l := math.Cbrt(0.4122214708*r + 0.5363325363*g + 0.0514459929*b)
	m := math.Cbrt(0.2119034982*r + 0.6806995451*g + 0.1073969566*b)
	s := math.Cbrt(0.0883024619*r + 0.2817188376*g + 0.6299787005*b)
	lightness := 0.2104542553*l + 0.7936177850*m - 0.0040720468*s
	greenRed := 1.9779984951*l - 2.4285922050*m + 0.4505937099*s
	blueYellow := 0.0259040371*l + 0.7827717662*m - 0.8086757660*s
	chroma := math.Hypot(greenRed, blueYellow)
	if chroma < greyChroma {
		return tone{lightness: lightness, cos: 1}
	}
	return tone{lightness, chroma, greenRed / chroma, blueYellow / chroma}
}

// at is the tone at another lightness.
func (t tone) at(lightness float64) tone {
	t.lightness = min(max(lightness, 0), 1)
	return t
}

// with is the tone at another chroma.
func (t tone) with(chroma float64) tone {
	t.chroma = chroma
	return t
}

// color is the tone as a screen shows it. Where sRGB has no such colour, the
// chroma is lowered to the most it has at this lightness and hue.
func (t tone) color() Color {
	r, g, b := t.light()
	if !shown(r, g, b) {
		low, high := 0.0, t.chroma
		for range 16 {
			middle := (low + high) / 2
			if shown(t.with(middle).light()) {
				low = middle
			} else {
				high = middle
			}
		}
		r, g, b = t.with(low).light()
	}
	return Color{encode(r), encode(g), encode(b)}
}

// light is the tone as light of the three channels, outside 0 to 1 where sRGB
// cannot show it.
func (t tone) light() (r, g, b float64) {
	greenRed, blueYellow := t.chroma*t.cos, t.chroma*t.sin
	l := cube(t.lightness + 0.3963377774*greenRed + 0.2158037573*blueYellow)
	m := cube(t.lightness - 0.1055613458*greenRed - 0.0638541728*blueYellow)
	s := cube(t.lightness - 0.0894841775*greenRed - 1.2914855480*blueYellow)
	r = 4.0767416621*l - 3.3077115913*m + 0.2309699292*s
	g = -1.2684380046*l + 2.6097574011*m - 0.3413193965*s
	b = -0.0041960863*l - 0.7034186147*m + 1.7076147010*s
	return r, g, b
}

// shown says whether sRGB has this light. The slack is less than half an 8-bit
// step, so that a colour read from 8 bits is never taken for one outside.
func shown(r, g, b float64) bool {
	const slack = 0.0001
	return min(r, g, b) >= -slack && max(r, g, b) <= 1+slack
}

func cube(v float64) float64 { return v * v * v }
