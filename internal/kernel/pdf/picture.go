package pdf

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"image"
	"image/draw"
	"image/png"
	"strconv"
	"sync"
)

// pixels are a PNG that was read, packed as a file has them.
type pixels struct {
	sum           [sha256.Size]byte // of the PNG
	width, height int
	colors, alpha []byte // alpha is nil if all of it is opaque
}

func readPixels(data []byte) (*pixels, error) {
	read, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	size := read.Bounds().Size()
	img, ok := read.(*image.NRGBA)
	if !ok {
		img = image.NewNRGBA(image.Rectangle{Max: size})
		draw.Draw(img, img.Rect, read, read.Bounds().Min, draw.Src)
	}
	colors, alpha := make([]byte, 0, 3*size.X*size.Y), make([]byte, 0, size.X*size.Y)
	opaque := true
	for y := range size.Y {
		for row := img.Pix[y*img.Stride:][:4*size.X]; len(row) > 0; row = row[4:] {
			colors = append(colors, row[:3]...)
			alpha = append(alpha, row[3])
			opaque = opaque && row[3] == 0xff
		}
	}
	made := &pixels{sum: sha256.Sum256(data), width: size.X, height: size.Y, colors: deflate(colors)}
	if !opaque {
		made.alpha = deflate(alpha)
	}
	return made, nil
}

// logos keeps those that were read, because a business has one for years, and
// reading it takes longer than drawing an invoice. When they become many, it
// begins anew.
var logos struct {
	sync.Mutex
	known map[[sha256.Size]byte]*pixels
	size  int
}

const logosLimit = 4 << 20 // bytes

func readLogo(data []byte) (*pixels, error) {
	key := sha256.Sum256(data)
	logos.Lock()
	known := logos.known[key]
	logos.Unlock()
	if known != nil {
		return known, nil
	}
	made, err := readPixels(data)
	if err != nil {
		return nil, err
	}
	logos.Lock()
	defer logos.Unlock()
	size := len(made.colors) + len(made.alpha)
	if logos.known == nil || logos.size+size > logosLimit {
		logos.known, logos.size = map[[sha256.Size]byte]*pixels{}, 0
	}
	if logos.known[key] == nil {
		logos.known[key] = made
		logos.size += size
	}
	return made, nil
}

// picture is a picture of a document. However often it is drawn, the file has it
// once.
type picture struct {
	*pixels
	object int
}

func (p *press) picture(of *pixels) *picture {
	for _, known := range p.pictures {
		if known.sum == of.sum {
			return known
		}
	}
	made := &picture{of, p.file.number()}
	p.pictures = append(p.pictures, made)
	return made
}

func (i *picture) name() string { return "/P" + strconv.Itoa(i.object) }

// write puts the picture into a file.
func (i *picture) write(f *file) {
	entries := func(space string) string {
		return fmt.Sprintf("/Type /XObject /Subtype /Image /Width %d /Height %d /BitsPerComponent 8 /ColorSpace /%s", i.width, i.height, space)
	}
	mask := ""
	if i.alpha != nil {
		n := f.number()
		f.packed(n, entries("DeviceGray"), i.alpha)
		mask = fmt.Sprintf(" /SMask %d 0 R", n)
	}
	f.packed(i.object, entries("DeviceRGB")+mask, i.colors)
}
