package picture

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"testing"
)

// exif adds an EXIF orientation to a JPEG, in one of the two byte orders.
func exif(data []byte, orientation uint16, order binary.AppendByteOrder) []byte {
	tiff := []byte("II*\x00")
	if order.AppendUint16(nil, 1)[0] == 0 {
		tiff = []byte("MM\x00*")
	}
	tiff = order.AppendUint32(tiff, 8)
	tiff = order.AppendUint16(tiff, 2)
	for _, entry := range [][2]uint16{{0x0100, 7}, {0x0112, orientation}} {
		tiff = order.AppendUint16(tiff, entry[0])
		tiff = order.AppendUint16(tiff, 3)
		tiff = order.AppendUint32(tiff, 1)
		tiff = order.AppendUint16(tiff, entry[1])
		tiff = order.AppendUint16(tiff, 0)
	}
	return withSegment(data, 0xe1, append([]byte("Exif\x00\x00"), tiff...))
}

// sides says where the first row and the first column of the stored pixels lie
// in the upright picture, in the words of the EXIF standard.
var sides = map[uint16][2]string{
	1: {"top", "left"}, 2: {"top", "right"}, 3: {"bottom", "right"}, 4: {"bottom", "left"},
	5: {"left", "top"}, 6: {"right", "top"}, 7: {"right", "bottom"}, 8: {"left", "bottom"},
}

// stored is the upright picture as a camera stores it under an orientation.
func stored(upright *image.NRGBA, orientation uint16) *image.NRGBA {
	w, h := upright.Bounds().Dx(), upright.Bounds().Dy()
	out := image.NewNRGBA(image.Rect(0, 0, w, h))
	if orientation >= 5 {
		out = image.NewNRGBA(image.Rect(0, 0, h, w))
	}
	for row := range out.Bounds().Dy() {
		for column := range out.Bounds().Dx() {
			var x, y int
			for i, side := range sides[orientation] {
				distance := [2]int{row, column}[i]
				switch side {
				case "top":
					y = distance
				case "bottom":
					y = h - 1 - distance
				case "left":
					x = distance
				case "right":
					x = w - 1 - distance
				}
			}
			out.SetNRGBA(column, row, upright.NRGBAAt(x, y))
		}
	}
	return out
}

func TestPhotosAreTurnedUpright(t *testing.T) {
	t.Parallel()
	corners := []color.NRGBA{red, blue, {G: 0xc0, A: 0xff}, {R: 0xe0, G: 0xe0, B: 0xe0, A: 0xff}}
	scene := image.NewNRGBA(image.Rect(0, 0, 96, 64))
	for y := range 64 {
		for x := range 96 {
			scene.SetNRGBA(x, y, corners[x/48+y/32*2])
		}
	}
	for orientation := range sides {
		for _, order := range []binary.AppendByteOrder{binary.BigEndian, binary.LittleEndian} {
			img := logo(t, exif(jpegOf(t, stored(scene, orientation)), orientation, order))
			if b := img.Bounds(); b.Dx() != 96 || b.Dy() != 64 {
				t.Errorf("orientation %d: %v", orientation, b)
				continue
			}
			for i, want := range corners {
				if got := img.At(24+i%2*48, 16+i/2*32); !like(got, want) {
					t.Errorf("orientation %d (%v): corner %d is %v, want %v", orientation, order, i, got, want)
				}
			}
		}
	}
}

func TestOrientationThatCannotBeRead(t *testing.T) {
	t.Parallel()
	photo := jpegOf(t, halves(64, 48, blue))
	good := exif(photo, 6, binary.BigEndian)
	for what, data := range map[string][]byte{
		"none":           photo,
		"zero":           exif(photo, 0, binary.BigEndian),
		"nine":           exif(photo, 9, binary.LittleEndian),
		"no TIFF":        withSegment(photo, 0xe1, []byte("Exif\x00\x00whatever it is")),
		"empty":          withSegment(photo, 0xe1, []byte("Exif\x00\x00")),
		"far away":       withSegment(photo, 0xe1, []byte("Exif\x00\x00MM\x00*\xff\xff\xff\xff")),
		"entries lack":   withSegment(photo, 0xe1, []byte("Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x09")),
		"another block":  withSegment(photo, 0xe1, []byte("http://ns.adobe.com/xap/1.0/\x00")),
		"another number": bytes.Replace(good, []byte{0x01, 0x12, 0, 3}, []byte{0x01, 0x12, 0, 4}, 1),
	} {
		if b := logo(t, data).Bounds(); b.Dx() != 64 || b.Dy() != 48 {
			t.Errorf("%s: turned to %v", what, b)
		}
	}
	if b := logo(t, good).Bounds(); b.Dx() != 48 {
		t.Errorf("the good one stays at %v", b)
	}
}

func TestProgressiveIsSeen(t *testing.T) {
	t.Parallel()
	for what, c := range map[string]struct {
		data []byte
		want bool
	}{
		"plain":           {jpegHead(9, 9, 0xc0), false},
		"progressive":     {jpegHead(9, 9, 0xc2), true},
		"behind a note":   {withSegment(jpegHead(9, 9, 0xc2), 0xfe, []byte("note")), true},
		"behind padding":  {append([]byte{0xff, 0xd8, 0xff, 0xff}, jpegHead(9, 9, 0xc2)[2:]...), true},
		"behind strays":   {append([]byte{0xff, 0xd8, 1, 2, 3, 0xff, 0xd0}, jpegHead(9, 9, 0xc2)[2:]...), true},
		"inside a note":   {withSegment(jpegHead(9, 9, 0xc0), 0xfe, []byte{0xff, 0xc2, 0, 9}), false},
		"nothing":         {nil, false},
		"length too long": {[]byte{0xff, 0xd8, 0xff, 0xfe, 0xff, 0xff, 0xff, 0xc2, 0, 2}, false},
	} {
		if got := progressive(c.data); got != c.want {
			t.Errorf("%s: %v", what, got)
		}
	}
}
