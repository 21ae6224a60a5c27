package brand

import (
	"math"
	"testing"
)

// Reading a colour into OKLCH and writing it back must give the same colour,
// or a colour that need not move would move.
func TestRoundTrip(t *testing.T) {
	t.Parallel()
	for r := 0; r < 256; r += 15 {
		for g := 0; g < 256; g += 5 {
			for b := 0; b < 256; b += 5 {
				c := Color{uint8(r), uint8(g), uint8(b)}
				if got := c.tone().color(); got != c {
					t.Fatalf("%s comes back as %s", c.Hex(), got.Hex())
				}
			}
		}
	}
}

func TestKnownTones(t *testing.T) {
	t.Parallel()
	for _, want := range []struct {
		color                      Color
		lightness, chroma, degrees float64
	}{
		{Color{255, 0, 0}, .628, .2577, 29.2},
		{Color{0, 255, 0}, .8664, .2948, 142.5},
		{Color{0, 0, 255}, .452, .3132, 264.1},
		{Color{255, 255, 0}, .968, .211, 109.8},
	} {
		got := want.color.tone()
		degrees := math.Mod(math.Atan2(got.sin, got.cos)*180/math.Pi+360, 360)
		if math.Abs(got.lightness-want.lightness) > .0005 || math.Abs(got.chroma-want.chroma) > .0005 || math.Abs(degrees-want.degrees) > .1 {
			t.Errorf("%s is oklch(%.4f %.4f %.1f), want oklch(%v %v %v)", want.color.Hex(),
				got.lightness, got.chroma, degrees, want.lightness, want.chroma, want.degrees)
		}
	}
	if White.tone().chroma != 0 || (Color{128, 128, 128}).tone().chroma != 0 {
		t.Error("a grey has a chroma")
	}
}

// Where sRGB has no such colour, chroma goes and lightness and hue stay.
func TestGamutClip(t *testing.T) {
	t.Parallel()
	for degrees := 0.0; degrees < 360; degrees += 7 {
		for _, lightness := range []float64{.2, .42, .6, .8, .95} {
			sin, cos := math.Sincos(degrees * math.Pi / 180)
			got := tone{lightness, .4, cos, sin}.color().tone()
			if math.Abs(got.lightness-lightness) > .01 {
				t.Errorf("oklch(%v .4 %v) was shown at lightness %.3f", lightness, degrees, got.lightness)
			}
			if across := got.chroma * math.Abs(got.sin*cos-got.cos*sin); across > .006 {
				t.Errorf("oklch(%v .4 %v) was shown %.4f off its hue", lightness, degrees, across)
			}
			if got.chroma < .015 {
				t.Errorf("oklch(%v .4 %v) lost its colour: chroma %.4f", lightness, degrees, got.chroma)
			}
		}
	}
}
