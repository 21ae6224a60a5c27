package picture

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"os"
	"sync"
	"testing"
	"testing/iotest"

	"foyer/internal/kernel/lang"
	"foyer/internal/kernel/problem"
)

var (
	red  = color.NRGBA{R: 0xd0, G: 0x30, B: 0x20, A: 0xff}
	blue = color.NRGBA{R: 0x20, G: 0x40, B: 0xc0, A: 0xff}
)

// halves is red on the left and another colour on the right.
func halves(w, h int, right color.NRGBA) *image.NRGBA {
	img := image.NewNRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			img.SetNRGBA(x, y, red)
			if x >= w/2 {
				img.SetNRGBA(x, y, right)
			}
		}
	}
	return img
}

func pngOf(tb testing.TB, img image.Image) []byte {
	tb.Helper()
	var out bytes.Buffer
	if err := png.Encode(&out, img); err != nil {
		tb.Fatal(err)
	}
	return out.Bytes()
}

func jpegOf(tb testing.TB, img image.Image) []byte {
	tb.Helper()
	var out bytes.Buffer
	if err := jpeg.Encode(&out, img, &jpeg.Options{Quality: 95}); err != nil {
		tb.Fatal(err)
	}
	return out.Bytes()
}

func testdata(tb testing.TB, name string) []byte {
	tb.Helper()
	data, err := os.ReadFile("testdata/" + name)
	if err != nil {
		tb.Fatal(err)
	}
	return data
}

// logo makes a logo and reads it back.
func logo(t *testing.T, data []byte) image.Image {
	t.Helper()
	out, err := Logo(bytes.NewReader(data))
	if err != nil {
		t.Fatalf("logo: %v", err)
	}
	img, err := png.Decode(bytes.NewReader(out))
	if err != nil {
		t.Fatalf("the logo is no PNG: %v", err)
	}
	return img
}

func like(c color.Color, want color.NRGBA) bool {
	got := color.NRGBAModel.Convert(c).(color.NRGBA)
	if want.A == 0 {
		return got.A < 16
	}
	near := func(a, b uint8) bool { return max(a, b)-min(a, b) < 24 }
	return near(got.R, want.R) && near(got.G, want.G) && near(got.B, want.B) && near(got.A, want.A)
}

func TestLogoKeepsThePicture(t *testing.T) {
	t.Parallel()
	clear, faint := color.NRGBA{}, color.NRGBA{R: 0x20, G: 0x40, B: 0xc0, A: 0x80}
	deep := image.NewNRGBA64(image.Rect(0, 0, 30, 20))
	paletted := image.NewPaletted(image.Rect(0, 0, 30, 20), color.Palette{red, blue, clear})
	for y := range 20 {
		for x := range 30 {
			deep.Set(x, y, halves(30, 20, faint).At(x, y))
			paletted.Set(x, y, halves(30, 20, clear).At(x, y))
		}
	}
	for name, c := range map[string]struct {
		data  []byte
		w, h  int
		right color.NRGBA
	}{
		"PNG":                    {pngOf(t, halves(30, 20, blue)), 30, 20, blue},
		"PNG, transparent":       {pngOf(t, halves(30, 20, faint)), 30, 20, faint},
		"PNG, 16 bits":           {pngOf(t, deep), 30, 20, faint},
		"PNG, palette":           {pngOf(t, paletted), 30, 20, clear},
		"PNG, at the limit":      {pngOf(t, halves(512, 512, blue)), 512, 512, blue},
		"PNG, wide":              {pngOf(t, halves(1600, 400, faint)), 512, 128, faint},
		"PNG, tall":              {pngOf(t, halves(600, 1500, clear)), 205, 512, clear},
		"PNG, a line":            {pngOf(t, halves(3000, 2, blue)), 512, 1, blue},
		"JPEG":                   {jpegOf(t, halves(64, 48, blue)), 64, 48, blue},
		"JPEG, large":            {jpegOf(t, halves(1024, 1000, blue)), 512, 500, blue},
		"WebP, lossy":            {testdata(t, "half.webp"), 24, 16, blue},
		"WebP, lossy with alpha": {testdata(t, "half-clear.webp"), 24, 16, clear},
		"WebP, lossless":         {solidWebP(700, 350, red), 512, 256, red},
		"one pixel":              {pngOf(t, halves(1, 1, red)), 1, 1, red},
	} {
		img := logo(t, c.data)
		if b := img.Bounds(); b.Dx() != c.w || b.Dy() != c.h {
			t.Errorf("%s: %d by %d pixels, want %d by %d", name, b.Dx(), b.Dy(), c.w, c.h)
			continue
		}
		if right := img.At(c.w-1-c.w/8, c.h/2); !like(right, c.right) {
			t.Errorf("%s: right is %v, want %v", name, right, c.right)
		}
		if left := img.At(c.w/8, c.h/2); c.w > 1 && !like(left, red) {
			t.Errorf("%s: left is %v", name, left)
		}
	}
}

func TestLogoIsRepeatable(t *testing.T) {
	t.Parallel()
	data := jpegOf(t, halves(900, 700, blue))
	want, err := Logo(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			if got, err := Logo(bytes.NewReader(data)); err != nil || !bytes.Equal(got, want) {
				t.Errorf("another logo, or %v", err)
			}
		})
	}
	all.Wait()
}

// refused wants the problem of a key at the field logo.
func refused(t *testing.T, what string, data []byte, key string) {
	t.Helper()
	out, err := Logo(bytes.NewReader(data))
	p, ok := problem.As(err)
	if !ok || p.Kind != problem.Invalid || p.Fields["logo"].Key != key || out != nil {
		t.Errorf("%s: %v, want %s", what, err, key)
		return
	}
	said := lang.For("en").T(key, p.Fields["logo"].Args...)
	if bytes.ContainsAny([]byte(said), "[]{}") {
		t.Errorf("%s: the sentence is %q", what, said)
	}
}

func TestOtherKindsAreRefused(t *testing.T) {
	t.Parallel()
	refused(t, "nothing", nil, "picture.empty")
	for what, text := range map[string]string{
		"SVG":            `<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`,
		"SVG with head":  "\ufeff<?xml version=\"1.0\"?><svg/>",
		"HTML":           "<!doctype html><script>alert(1)</script>",
		"GIF":            "GIF89a\x01\x00\x01\x00\x00\x00\x00;",
		"GIF and script": "GIF89a=1;alert(1)//",
		"PDF":            "%PDF-1.7\n",
		"BMP":            "BM\x46\x00\x00\x00",
		"ICO":            "\x00\x00\x01\x00",
		"a text":         "logo.png",
		"other RIFF":     "RIFF\x24\x00\x00\x00WAVEfmt ",
		"half a head":    "\x89PNG\r\n",
		"AVIF":           "\x00\x00\x00\x20ftypavif",
	} {
		refused(t, what, []byte(text), "picture.kind")
	}
}

func TestWebPagesInPicturesAreRefused(t *testing.T) {
	t.Parallel()
	plain, photo := pngOf(t, halves(8, 8, blue)), jpegOf(t, halves(8, 8, blue))
	for _, code := range []string{"<script>alert(1)</script>", "<SVG onload=x>", "<!DocType html>", "<html>", "<iFrame src=x>", "<?php x ?>"} {
		refused(t, "after a PNG "+code, append(bytes.Clone(plain), code...), "picture.code")
		refused(t, "after a WebP "+code, append(solidWebP(8, 8, red), code...), "picture.code")
		refused(t, "in a PNG "+code, withChunk(plain, "tEXt", []byte("Comment\x00"+code)), "picture.code")
		refused(t, "in a JPEG "+code, withSegment(photo, 0xfe, []byte(code)), "picture.code")
	}
}

func TestNothingElseSurvives(t *testing.T) {
	t.Parallel()
	secret := []byte("48.2082N 16.3738E, taken at home")
	photo := withSegment(jpegOf(t, halves(8, 8, blue)), 0xe1, append([]byte("Exif\x00\x00"), secret...))
	for what, data := range map[string][]byte{
		"after":   append(pngOf(t, halves(8, 8, blue)), secret...),
		"comment": withChunk(pngOf(t, halves(8, 8, blue)), "tEXt", append([]byte("Comment\x00"), secret...)),
		"EXIF":    photo,
	} {
		out, err := Logo(bytes.NewReader(data))
		if err != nil || bytes.Contains(out, secret) {
			t.Errorf("%s: the secret is still there, or %v", what, err)
		}
	}
}

func TestDamagedPicturesAreRefused(t *testing.T) {
	t.Parallel()
	for what, data := range map[string][]byte{
		"PNG": pngOf(t, halves(300, 200, blue)), "JPEG": jpegOf(t, halves(300, 200, blue)),
		"WebP": testdata(t, "half.webp"), "WebP with alpha": testdata(t, "half-clear.webp"),
	} {
		for _, part := range []int{13, 20, 30, len(data) / 2, len(data) * 3 / 4} {
			refused(t, what, data[:part], "picture.broken")
		}
	}
	broken := pngOf(t, halves(30, 20, blue))
	broken[len(broken)-20] ^= 0x55
	refused(t, "a PNG with a wrong sum", broken, "picture.broken")
	refused(t, "a JPEG in a PNG's clothes", append([]byte("\x89PNG\r\n\x1a\n"), jpegOf(t, halves(8, 8, blue))...), "picture.broken")
}

func TestLargeFilesAreRefused(t *testing.T) {
	t.Parallel()
	data := append(pngOf(t, halves(8, 8, blue)), make([]byte, maxBytes)...)
	if len(logo(t, data[:maxBytes]).(*image.RGBA).Pix) == 0 {
		t.Error("a file exactly at the limit is empty")
	}
	refused(t, "one byte more", data[:maxBytes+1], "picture.large")
}

func TestReadErrorComesOut(t *testing.T) {
	t.Parallel()
	broken := errors.New("the line went dead")
	if _, err := Logo(iotest.ErrReader(broken)); !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
}
