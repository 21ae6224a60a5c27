package picture

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
)

// memory is about how many bytes a pixel takes while it is decoded.
func (k kind) memory(c image.Config, data []byte) int64 {
	if k.jpeg && progressive(data) {
		return 16 // all coefficients of three colours, four bytes each, and the picture
	}
	switch c.ColorModel {
	case color.RGBA64Model, color.NRGBA64Model:
		return 8
	}
	return 5 // four, and a fifth for WebP's separate transparency
}

// orientation is the EXIF orientation, 1 to 8: how a camera was held. Other
// formats, and pictures that do not say, are upright.
func (k kind) orientation(data []byte) int {
	upright := 1
	if !k.jpeg {
		return upright
	}
	eachSegment(data, func(marker byte, body []byte) bool {
		exif, ok := bytes.CutPrefix(body, []byte("Exif\x00\x00"))
		if marker != 0xe1 || !ok {
			return true
		}
		if o := exifOrientation(exif); o >= 1 && o <= 8 {
			upright = o
		}
		return false
	})
	return upright
}

// progressive tells whether a JPEG is of the kind that is decoded in passes.
func progressive(data []byte) bool {
	found := false
	eachSegment(data, func(marker byte, _ []byte) bool {
		found = marker == 0xc2
		return !found
	})
	return found
}

// eachSegment walks the head of a JPEG, up to the first pass of pixels or
// until visit says no. A damaged head ends the walk.
func eachSegment(data []byte, visit func(marker byte, body []byte) bool) {
	const startOfScan, endOfImage = 0xda, 0xd9
	rest := data[min(2, len(data)):]
	for len(rest) >= 4 {
		if rest[0] != 0xff {
			rest = rest[1:] // stray bytes, which the decoder skips as well
			continue
		}
		marker := rest[1]
		switch {
		case marker == startOfScan, marker == endOfImage:
			return
		case marker == 0xff: // padding
			rest = rest[1:]
			continue
		case marker == 0, marker == 1, marker >= 0xd0 && marker <= 0xd7: // without a body
			rest = rest[2:]
			continue
		}
		length := int(binary.BigEndian.Uint16(rest[2:]))
		if length < 2 || 2+length > len(rest) || !visit(marker, rest[4:2+length]) {
			return
		}
		rest = rest[2+length:]
	}
}

// exifOrientation reads the one number of a TIFF head that we want; 0 when it
// is not there.
func exifOrientation(tiff []byte) int {
	if len(tiff) < 8 {
		return 0
	}
	var order binary.ByteOrder = binary.LittleEndian
	switch string(tiff[:4]) {
	case "II*\x00":
	case "MM\x00*":
		order = binary.BigEndian
	default:
		return 0
	}
	start := int64(order.Uint32(tiff[4:]))
	if start+2 > int64(len(tiff)) {
		return 0
	}
	const tagOrientation, typeShort, entry = 0x0112, 3, 12
	entries := tiff[start+2:]
	for range order.Uint16(tiff[start:]) {
		if len(entries) < entry {
			return 0
		}
		if order.Uint16(entries) == tagOrientation && order.Uint16(entries[2:]) == typeShort {
			return int(order.Uint16(entries[8:]))
		}
		entries = entries[entry:]
	}
	return 0
}

// upright turns and mirrors a picture by its EXIF orientation.
func upright(img *image.NRGBA, orientation int) *image.NRGBA {
	w, h := img.Bounds().Dx(), img.Bounds().Dy()
	// from says which pixel of img comes to x, y.
	var from func(x, y int) (int, int)
	switch orientation {
	case 2:
		from = func(x, y int) (int, int) { return w - 1 - x, y }
	case 3:
		from = func(x, y int) (int, int) { return w - 1 - x, h - 1 - y }
	case 4:
		from = func(x, y int) (int, int) { return x, h - 1 - y }
	case 5:
		from = func(x, y int) (int, int) { return y, x }
	case 6:
		from = func(x, y int) (int, int) { return y, h - 1 - x }
	case 7:
		from = func(x, y int) (int, int) { return w - 1 - y, h - 1 - x }
	case 8:
		from = func(x, y int) (int, int) { return w - 1 - y, x }
	default:
		return img
	}
	size := image.Rect(0, 0, w, h)
	if orientation >= 5 {
		size = image.Rect(0, 0, h, w)
	}
	out := image.NewNRGBA(size)
	for y := range size.Dy() {
		for x := range size.Dx() {
			fx, fy := from(x, y)
			out.SetNRGBA(x, y, img.NRGBAAt(fx, fy))
		}
	}
	return out
}
