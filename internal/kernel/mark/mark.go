// Package mark makes the picture of a signature: of a name that was typed, of
// strokes that were drawn, or of a picture that was uploaded. The picture is
// always drawn here; what a browser says it looks like is not believed.
//
// A mark is ink on opaque white, trimmed, and no larger than MaxWidth by
// MaxHeight. The same input gives the same bytes, whose hash goes into the
// evidence.
package mark

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"io"

	"foyer/internal/kernel/picture"
	"foyer/internal/kernel/problem"
)

// The size of a mark, in pixels.
const (
	MaxWidth  = 900
	MaxHeight = 300
	margin    = 12
)

// Mark is the picture of a signature.
type Mark struct {
	Kind          Kind
	PNG           []byte
	Width, Height int
	SHA256        string // of PNG, in hexadecimal
	Face          Face   // of a typed name: the one that it is drawn in
}

// UploadField is the form field at which problems of an upload are shown.
const UploadField = "image"

// ofPicture is the mark in a PNG or JPEG picture of at most 1 MB. Nothing of the
// uploaded bytes is in it. Problems, at UploadField: those of picture.Mark, and
// mark.blank.
func ofPicture(r io.Reader) (Mark, error) {
	// Room for paper around the signature, which is trimmed away.
	img, err := picture.Mark(r, UploadField, 4*MaxWidth)
	if err != nil {
		return Mark{}, err
	}
	b := img.Bounds()
	flat := image.NewRGBA(b)
	draw.Draw(flat, b, image.White, image.Point{}, draw.Src)
	draw.Draw(flat, b, img, b.Min, draw.Over)
	paper := lightness(flat, b)
	inked := box(flat, paper)
	if inked.Dx() < 8 || inked.Dy() < 4 {
		return Mark{}, problem.Field(UploadField, "mark.blank")
	}
	whiten(flat, paper)
	w, h := fit(inked.Dx(), inked.Dy(), MaxWidth-2*margin, MaxHeight-2*margin)
	out := image.NewRGBA(image.Rect(0, 0, w+2*margin, h+2*margin))
	draw.Draw(out, out.Bounds(), image.White, image.Point{}, draw.Src)
	scale(out, image.Rect(margin, margin, margin+w, margin+h), flat, inked)
	return finish(out)
}

// fit makes a size smaller until it fits.
func fit(w, h, maxW, maxH int) (int, int) {
	if w*maxH > h*maxW && w > maxW {
		return maxW, max(1, h*maxW/w)
	}
	if h > maxH {
		return max(1, w*maxH/h), maxH
	}
	return w, h
}

// whiten makes paper that is light in a photo white.
func whiten(img *image.RGBA, paper int) {
	const slack, light = 16, 128
	if paper < light {
		return
	}
	var levels [256]uint8
	for i := range levels {
		levels[i] = uint8(min(255, i*255/(paper-slack)))
	}
	for i, v := range img.Pix {
		if i%4 != 3 {
			img.Pix[i] = levels[v]
		}
	}
}

// box is the part of a picture that is not as its paper is.
func box(img *image.RGBA, paper int) image.Rectangle {
	b := img.Bounds()
	found := image.Rectangle{}
	const differs = 60
	for y := b.Min.Y; y < b.Max.Y; y++ {
		row := img.Pix[img.PixOffset(b.Min.X, y):]
		for x := b.Min.X; x < b.Max.X; x++ {
			at := 4 * (x - b.Min.X)
			l := light(color.RGBA{row[at], row[at+1], row[at+2], 0xff})
			if l <= paper-differs || l >= paper+differs {
				found = found.Union(image.Rect(x, y, x+1, y+1))
			}
		}
	}
	return found
}

func light(c color.RGBA) int { return (299*int(c.R) + 587*int(c.G) + 114*int(c.B)) / 1000 }

// lightness is that of the paper, which is the commonest along the edge.
func lightness(img *image.RGBA, b image.Rectangle) int {
	const steps = 16
	var count [256/steps + 1]int
	note := func(x, y int) { count[light(img.RGBAAt(x, y))/steps]++ }
	for x := b.Min.X; x < b.Max.X; x++ {
		note(x, b.Min.Y)
		note(x, b.Max.Y-1)
	}
	for y := b.Min.Y; y < b.Max.Y; y++ {
		note(b.Min.X, y)
		note(b.Max.X-1, y)
	}
	most := 0
	for i, n := range count {
		if n >= count[most] {
			most = i
		}
	}
	return most*steps + steps/2
}

// finish writes the PNG.
func finish(img image.Image) (Mark, error) {
	var out bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&out, img); err != nil {
		return Mark{}, fmt.Errorf("encode mark: %w", err)
	}
	sum := sha256.Sum256(out.Bytes())
	size := img.Bounds().Size()
	return Mark{PNG: out.Bytes(), Width: size.X, Height: size.Y, SHA256: hex.EncodeToString(sum[:])}, nil
}

// trimmed is the inked part of a grey picture, with its margin.
func trimmed(img *image.Gray) (*image.Gray, bool) {
	found := image.Rectangle{}
	for y := range img.Rect.Dy() {
		for x, v := range img.Pix[y*img.Stride:][:img.Rect.Dx()] {
			if v < 0xf0 {
				found = found.Union(image.Rect(x, y, x+1, y+1))
			}
		}
	}
	if found.Empty() {
		return nil, false
	}
	out := paper(found.Dx()+2*margin, found.Dy()+2*margin)
	draw.Draw(out, found.Sub(found.Min).Add(image.Pt(margin, margin)), img, found.Min, draw.Src)
	return out, true
}

// paper is white.
func paper(w, h int) *image.Gray {
	img := image.NewGray(image.Rect(0, 0, w, h))
	draw.Draw(img, img.Rect, image.White, image.Point{}, draw.Src)
	return img
}

// ink is what names and strokes are drawn with.
var ink = image.NewUniform(color.Gray{inkLevel})

const inkLevel = 0x12
