package seal

import (
	"bytes"
	"compress/zlib"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"math"
)

// maxPixels is how large the picture of a mark may be.
const maxPixels = 4 << 20

// ErrMark is a mark that has no picture, too large a one, no room or no page.
var ErrMark = errors.New("a mark needs a picture of up to 4 million pixels and a rectangle on its page")

// Mark is what is seen of a seal on a page: a picture, scaled into a rectangle
// with its proportions kept. Where it is transparent it becomes white, since
// PDF/A-1 knows no transparency.
type Mark struct {
	Picture image.Image
	Page    int // from one; 0 is the last
	Rect    Rect
}

// Rect is a rectangle on a page in points (1/72 inch), from the page's lower
// left corner.
type Rect struct{ Left, Bottom, Right, Top float64 }

// String is the rectangle as a file has it.
func (r Rect) String() string {
	return fmt.Sprintf("[%.2f %.2f %.2f %.2f]", r.Left, r.Bottom, r.Right, r.Top)
}

func (r Rect) sound() bool {
	const most = 14_400 // points, the largest page there is (ISO 32000-1, annex C)
	for _, v := range []float64{r.Left, r.Bottom, r.Right, r.Top} {
		if math.IsNaN(v) || v < -most || v > most {
			return false
		}
	}
	return r.Right-r.Left >= 1 && r.Top-r.Bottom >= 1
}

func (m Mark) sound() bool {
	if m.Picture == nil || m.Page < 0 || !m.Rect.sound() {
		return false
	}
	size := m.Picture.Bounds().Size()
	return size.X > 0 && size.Y > 0 && size.X <= maxPixels && size.Y <= maxPixels/size.X
}

// mark writes the picture and the form that draws it, and names the form.
func (u *update) mark(m Mark) (ref, error) {
	size := m.Picture.Bounds().Size()
	picture, form := u.fresh(), u.fresh()
	space, samples := samplesOf(m.Picture)
	body, err := deflate(samples)
	if err != nil {
		return ref{}, err
	}
	if err := u.write(picture, fmt.Sprintf("<</Type /XObject/Subtype /Image/Width %d/Height %d/ColorSpace /%s/BitsPerComponent 8/Filter /FlateDecode/Length %d>>\nstream\n",
		size.X, size.Y, space, len(body)), string(body), "\nendstream"); err != nil {
		return ref{}, err
	}
	width, height := m.Rect.Right-m.Rect.Left, m.Rect.Top-m.Rect.Bottom
	scale := min(width/float64(size.X), height/float64(size.Y))
	w, h := float64(size.X)*scale, float64(size.Y)*scale
	content := fmt.Sprintf("q %.3f 0 0 %.3f %.3f %.3f cm /Mark Do Q", w, h, (width-w)/2, (height-h)/2)
	return form, u.write(form, fmt.Sprintf("<</Type /XObject/Subtype /Form/BBox [0 0 %.2f %.2f]/Resources <</XObject <</Mark %v>>>>/Length %d>>\nstream\n",
		width, height, picture, len(content)), content, "\nendstream")
}

// samplesOf is a picture on white, row by row: in grey if it has no colour.
func samplesOf(m image.Image) (space string, samples []byte) {
	b := m.Bounds()
	flat := image.NewRGBA(image.Rectangle{Max: b.Size()})
	draw.Draw(flat, flat.Rect, image.NewUniform(color.White), image.Point{}, draw.Src)
	draw.Draw(flat, flat.Rect, m, b.Min, draw.Over)
	grey := true
	rgb := make([]byte, 0, len(flat.Pix)/4*3)
	for i := 0; i < len(flat.Pix); i += 4 {
		r, g, b := flat.Pix[i], flat.Pix[i+1], flat.Pix[i+2]
		rgb = append(rgb, r, g, b)
		grey = grey && r == g && g == b
	}
	if !grey {
		return "DeviceRGB", rgb
	}
	for i := 0; i < len(rgb); i += 3 {
		rgb[i/3] = rgb[i]
	}
	return "DeviceGray", rgb[:len(rgb)/3]
}

func deflate(b []byte) ([]byte, error) {
	var out bytes.Buffer
	w := zlib.NewWriter(&out)
	if _, err := w.Write(b); err != nil {
		return nil, err
	}
	err := w.Close()
	return out.Bytes(), err
}
