package demo

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"math"
)

// logo draws the studio's mark, an arch in an arch, in its green.
func logo() ([]byte, error) {
	const size, sub = 240, 3
	img := image.NewNRGBA(image.Rect(0, 0, size, size))
	for y := range size {
		for x := range size {
			hits := 0
			for sy := range sub {
				for sx := range sub {
					px, py := float64(x)+(float64(sx)+0.5)/sub, float64(y)+(float64(sy)+0.5)/sub
					if inArch(px, py, 104, 80) || inArch(px, py, 46, 0) {
						hits++
					}
				}
			}
			img.SetNRGBA(x, y, color.NRGBA{0x17, 0x59, 0x4a, uint8(hits * 255 / (sub * sub))})
		}
	}
	var b bytes.Buffer
	err := png.Encode(&b, img)
	return b.Bytes(), err
}

// inArch tells whether a point lies between two concentric arches that stand on
// the ground.
func inArch(x, y, outer, inner float64) bool {
	const centre, spring, ground = 120, 120, 232
	if y > ground {
		return false
	}
	distance := math.Abs(x - centre)
	if y < spring {
		distance = math.Hypot(x-centre, y-spring)
	}
	return distance <= outer && distance >= inner
}
