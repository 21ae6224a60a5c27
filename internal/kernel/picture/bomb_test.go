package picture

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"runtime"
	"testing"
)

// pngChunk is one chunk of a PNG with its sum.
func pngChunk(name string, body []byte) []byte {
	out := binary.BigEndian.AppendUint32(nil, uint32(len(body)))
	out = append(append(out, name...), body...)
	return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(out[4:]))
}

// withChunk puts a chunk behind the head of a PNG.
func withChunk(data []byte, name string, body []byte) []byte {
	const head = 8 + 25
	return bytes.Join([][]byte{data[:head], pngChunk(name, body), data[head:]}, nil)
}

// withSegment puts a segment at the front of a JPEG.
func withSegment(data []byte, marker byte, body []byte) []byte {
	segment := binary.BigEndian.AppendUint16([]byte{0xff, marker}, uint16(2+len(body)))
	return bytes.Join([][]byte{data[:2], segment, body, data[2:]}, nil)
}

// pngHead is a PNG of the given size that has no pixels.
func pngHead(w, h uint32, depth, colours byte) []byte {
	body := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, w), h)
	body = append(body, depth, colours, 0, 0, 0)
	return append([]byte("\x89PNG\r\n\x1a\n"), pngChunk("IHDR", body)...)
}

// jpegHead is a JPEG of the given size and kind (0xc0 plain, 0xc2 progressive)
// that has no pixels.
func jpegHead(w, h uint16, kind byte) []byte {
	body := []byte{8, byte(h >> 8), byte(h), byte(w >> 8), byte(w), 3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0}
	return append(withSegment([]byte{0xff, 0xd8}, kind, body), 0xff, 0xda, 0, 2)
}

// bits writes numbers from the lowest bit up, as lossless WebP wants them.
type bits struct {
	out  []byte
	used int
}

func (b *bits) put(value uint32, n int) {
	for i := range n {
		if b.used%8 == 0 {
			b.out = append(b.out, 0)
		}
		b.out[b.used/8] |= byte(value>>i&1) << (b.used % 8)
		b.used++
	}
}

// solidWebP is a lossless WebP of one colour: a few bytes for any size, since
// each of its five codes has a single symbol, which takes no bits.
func solidWebP(w, h int, c color.NRGBA) []byte {
	var b bits
	b.put(0x2f, 8)
	b.put(uint32(w-1), 14)
	b.put(uint32(h-1), 14)
	b.put(1, 1) // has transparency
	b.put(0, 3) // version
	b.put(0, 1) // no transforms
	b.put(0, 1) // no colour cache
	b.put(0, 1) // one group of codes
	for _, symbol := range []uint8{c.G, c.R, c.B, c.A, 0} {
		b.put(1, 1) // simple code
		b.put(0, 1) // of one symbol
		b.put(1, 1) // of eight bits
		b.put(uint32(symbol), 8)
	}
	for len(b.out)%2 != 0 || len(b.out) < 24 {
		b.out = append(b.out, 0)
	}
	chunk := append([]byte("VP8L"), binary.LittleEndian.AppendUint32(nil, uint32(len(b.out)))...)
	chunk = append(chunk, b.out...)
	out := append([]byte("RIFF"), binary.LittleEndian.AppendUint32(nil, uint32(4+len(chunk)))...)
	return append(append(out, "WEBP"...), chunk...)
}

// Not parallel, because it measures the memory of the process.
func TestPixelBombsCostNothing(t *testing.T) {
	scans := jpegOf(t, halves(8, 8, blue))
	scans = append(scans, bytes.Repeat([]byte{0xff, 0xda, 0, 0}, maxScans)...)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for what, c := range map[string]struct {
		data []byte
		key  string
	}{
		"PNG, 50,000 squared":         {pngHead(50_000, 50_000, 8, 6), "picture.side"},
		"PNG, a pixel above":          {pngHead(8000, 5001, 8, 6), "picture.pixels"},
		"PNG, one bit a pixel":        {pngHead(20_000, 20_000, 1, 0), "picture.pixels"},
		"PNG, 2 billion a side":       {pngHead(1<<31-1, 1<<31-1, 1, 0), "picture.broken"}, // says the decoder itself
		"PNG, one thin line":          {pngHead(1, 39_000_000, 8, 6), "picture.side"},
		"PNG, one flat line":          {pngHead(20_001, 1, 8, 6), "picture.side"},
		"WebP, 16,384 squared":        {solidWebP(16_384, 16_384, red), "picture.pixels"},
		"JPEG, 65,535 squared":        {jpegHead(65_535, 65_535, 0xc0), "picture.side"},
		"JPEG, progressive, too much": {jpegHead(6000, 4000, 0xc2), "picture.pixels"},
	} {
		refused(t, what, c.data, c.key)
	}
	refused(t, "JPEG, endless passes", scans, "picture.broken")
	runtime.ReadMemStats(&after)
	if used := after.TotalAlloc - before.TotalAlloc; used > 16<<20 {
		t.Errorf("refusing took %d MB", used>>20)
	}
}

// A head within the limits is not refused for its size, but for what is
// missing after it.
func TestLimitsLetOrdinaryPicturesPass(t *testing.T) {
	t.Parallel()
	for what, data := range map[string][]byte{
		"PNG, a phone's photo": pngHead(4032, 3024, 8, 2),
		"JPEG, plain":          jpegHead(7000, 5000, 0xc0),
		"JPEG, progressive":    jpegHead(5000, 4000, 0xc2),
	} {
		k, err := kindOf(data)
		if err == nil {
			err = k.fits(data)
		}
		if err != nil {
			t.Errorf("%s: %v", what, err)
		}
		refused(t, what, data, "picture.broken")
	}
}

// A WebP may announce a small canvas and bring a large picture.
func TestWebPThatLiesAboutItsSize(t *testing.T) {
	t.Parallel()
	large := solidWebP(16_000, 16_000, red)[12:]
	canvas := append([]byte("VP8X\x0a\x00\x00\x00"), 0, 0, 0, 0, 7, 0, 0, 7, 0, 0) // 8 by 8
	body := append([]byte("WEBP"), append(canvas, large...)...)
	data := append([]byte("RIFF"), binary.LittleEndian.AppendUint32(nil, uint32(len(body)))...)
	refused(t, "small canvas", append(data, body...), "picture.broken")
}

// A large picture in the format that is scaled slowest.
func TestLargePicture(t *testing.T) {
	t.Parallel()
	img := image.NewPaletted(image.Rect(0, 0, 2500, 2500), color.Palette{red, blue})
	if b := logo(t, pngOf(t, img)).Bounds(); b.Dx() != 512 || b.Dy() != 512 {
		t.Errorf("it became %v", b)
	}
}

func FuzzLogo(f *testing.F) {
	f.Add(pngOf(f, halves(9, 7, blue)))
	f.Add(jpegOf(f, halves(9, 7, blue)))
	f.Add(exif(jpegOf(f, halves(9, 7, blue)), 6, binary.BigEndian))
	f.Add(solidWebP(9, 7, red))
	f.Add(testdata(f, "half-clear.webp"))
	f.Fuzz(func(t *testing.T, data []byte) {
		out, err := Logo(bytes.NewReader(data))
		if (err == nil) == (len(out) == 0) {
			t.Fatalf("%d bytes and %v", len(out), err)
		}
	})
}
