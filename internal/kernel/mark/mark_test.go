package mark

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"foyer/internal/kernel/problem"
)

// key is the message of a problem at a field.
func key(err error, field string) string {
	if p, ok := problem.As(err); ok {
		return p.Fields[field].Key
	}
	return fmt.Sprint(err)
}

func opened(tb testing.TB, m Mark) image.Image {
	tb.Helper()
	img, err := png.Decode(bytes.NewReader(m.PNG))
	if err != nil {
		tb.Fatal(err)
	}
	return img
}

// sound holds what is true of every mark: it fits, its margin is white and narrow,
// there is ink in it, and nothing shows through.
func sound(tb testing.TB, what string, m Mark) {
	tb.Helper()
	img := opened(tb, m)
	size := img.Bounds().Size()
	if size.X != m.Width || size.Y != m.Height || m.Width > MaxWidth || m.Height > MaxHeight || len(m.SHA256) != 64 {
		tb.Errorf("%s: %v, said to be %dx%d, hash %q", what, size, m.Width, m.Height, m.SHA256)
	}
	inked := image.Rectangle{}
	for y := range size.Y {
		for x := range size.X {
			r, g, b, a := img.At(x, y).RGBA()
			if a != 0xffff {
				tb.Fatalf("%s: something shows through", what)
			}
			if r < 0xb000 && g < 0xb000 && b < 0xb000 {
				inked = inked.Union(image.Rect(x, y, x+1, y+1))
			}
		}
	}
	const most = margin + 6 // soft edges
	if inked.Empty() || inked.Min.X < margin-3 || inked.Min.Y < margin-3 || inked.Min.X > most || inked.Min.Y > most || size.X-inked.Max.X > most || size.Y-inked.Max.Y > most {
		tb.Errorf("%s: ink is at %v of %v", what, inked, size)
	}
	if again := bytes.Contains(m.PNG, []byte("tEXt")) || bytes.Contains(m.PNG, []byte("eXIf")); again {
		tb.Errorf("%s: it says something besides", what)
	}
}

// golden compares a mark with the one that was looked at. FOYER_TEST_GOLDEN=write
// writes it.
func golden(t *testing.T, name string, m Mark) {
	t.Helper()
	path := filepath.Join("testdata", name+".png")
	if os.Getenv("FOYER_TEST_GOLDEN") == "write" {
		if err := os.WriteFile(path, m.PNG, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	want, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	got := opened(t, m)
	if got.Bounds() != want.Bounds() {
		t.Fatalf("%s is %v, was %v", name, got.Bounds(), want.Bounds())
	}
	for y := range got.Bounds().Dy() {
		for x := range got.Bounds().Dx() {
			a, b := color.GrayModel.Convert(got.At(x, y)).(color.Gray), color.GrayModel.Convert(want.At(x, y)).(color.Gray)
			if math.Abs(float64(a.Y)-float64(b.Y)) > 8 {
				t.Fatalf("%s is not what was looked at, at %d, %d", name, x, y)
			}
		}
	}
}

func TestANameIsTyped(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		face Face
		want Face
		file string
	}{
		{"Ines Marlow", Caveat, Caveat, "caveat"},
		{"Ines Marlow", DancingScript, DancingScript, "dancing-script"},
		{"Ines Marlow", GreatVibes, GreatVibes, "great-vibes"},
		{"Łukasz Żółć-Świątek", Caveat, Caveat, "polish"},
		{"Анна Ковалёва", Caveat, Caveat, "cyrillic"},
		{"Анна Ковалёва", DancingScript, Upright, "cyrillic-upright"},
		{"Σοφία Παπαδοπούλου", Caveat, Upright, "greek"},
		{"  Ines\u200b\u202e \t Marlow\n", Caveat, Caveat, "caveat"},
		{"Ine\u0301s", GreatVibes, GreatVibes, ""},
		{strings.Repeat("W", maxName), GreatVibes, GreatVibes, ""},
		{"J", Caveat, Caveat, ""},
	} {
		m, err := ofName(c.name, c.face)
		if err != nil {
			t.Errorf("%q: %v", c.name, err)
			continue
		}
		if m.Face != c.want {
			t.Errorf("%q in %s is in %s, want %s", c.name, c.face, m.Face, c.want)
		}
		sound(t, c.name, m)
		if again, _ := ofName(c.name, c.face); again.SHA256 != m.SHA256 || !bytes.Equal(again.PNG, m.PNG) {
			t.Errorf("%q is another one the second time", c.name)
		}
		if c.file != "" {
			golden(t, c.file, m)
		}
	}
	if Has(DancingScript, "Анна") || !Has(Caveat, "Анна") || Has("none", "a") {
		t.Error("it is wrong which face has which letters")
	}
}

func TestWhatIsNoNameIsRefused(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		face  Face
		field string
		key   string
	}{
		{"", Caveat, NameField, "mark.name"}, {" \u200b\x00 ", Caveat, NameField, "mark.name"}, {"\xff", Caveat, NameField, "mark.name"},
		{strings.Repeat("a", maxName+1), Caveat, NameField, "mark.name_long"},
		{"山田太郎", Caveat, NameField, "mark.letters"}, {"🙂", GreatVibes, NameField, "mark.letters"},
		{"Ines", "comic", FaceField, "mark.face"}, {"Ines", Upright, FaceField, "mark.face"},
	} {
		if _, err := ofName(c.name, c.face); key(err, c.field) != c.key {
			t.Errorf("%q in %s: %v, want %s", c.name, c.face, err, c.key)
		}
	}
}

// scribble is a drawing like a signature.
func scribble(strokes int, scale float64) []byte {
	var all [][][2]float64
	for s := range strokes {
		var line [][2]float64
		for i := range 90 {
			a := float64(i) / 6
			line = append(line, [2]float64{scale * (float64(s)*60 + float64(i)*2 + 18*math.Cos(a)), scale * (60 + 30*math.Sin(a*1.3+float64(s)))})
		}
		all = append(all, line)
	}
	data, err := json.Marshal(all)
	if err != nil {
		panic(err)
	}
	return data
}

func TestStrokesAreDrawn(t *testing.T) {
	t.Parallel()
	for name, c := range map[string][]byte{
		"strokes": scribble(3, 1), "one-stroke": scribble(1, 1), "large": scribble(3, 300), "crossed": []byte(`[[[0,0],[200,80]],[[0,80],[200,0]],[[100,40]]]`),
		"twice over": []byte(`[[[0,0],[100,0],[0,0],[100,0],[0,0],[100,60]]]`),
	} {
		m, err := ofStrokes(c)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		sound(t, name, m)
		if again, _ := ofStrokes(c); again.SHA256 != m.SHA256 {
			t.Errorf("%s is another one the second time", name)
		}
		if name == "strokes" || name == "one-stroke" || name == "crossed" {
			golden(t, name, m)
		}
	}
}

func TestWhatIsNoDrawingIsRefused(t *testing.T) {
	t.Parallel()
	many := strings.TrimSuffix(strings.Repeat("[1,2],", maxPoints+1), ",")
	for c, want := range map[string]string{
		"": "mark.strokes", "{}": "mark.strokes", "[[[1,2,3]]]": "mark.strokes", "[[[1]]]": "mark.strokes", `[["x"]]`: "mark.strokes", "[[[1e9,0]]]": "mark.strokes", "[[[1e999,0]]]": "mark.strokes", "[1]": "mark.strokes", "[[[0,0],[NaN,1]]]": "mark.strokes",
		"[[" + many + "]]": "mark.strokes", "[" + strings.TrimSuffix(strings.Repeat("[],", maxStrokes+1), ",") + "]": "mark.strokes", "[" + strings.Repeat(" ", maxStrokesBytes) + "]": "mark.strokes",
		strings.Repeat("[", 100_000): "mark.strokes",
		"[]":                         "mark.little", "null": "mark.little", "[[]]": "mark.little", "[[[5,5]]]": "mark.little", "[[[5,5]],[[6,6]]]": "mark.little", "[[[0,0],[4,9]],[[3,3],[9,4]]]": "mark.little",
		"[[[0,0],[300,0]]]": "mark.little", "[[[0,0],[50,20],[300,100]]]": "mark.little",
	} {
		if _, err := ofStrokes([]byte(c)); key(err, StrokesField) != want {
			t.Errorf("%.60q: %v, want %s", c, err, want)
		}
	}
}

func FuzzDrawn(f *testing.F) {
	f.Add(scribble(2, 1))
	f.Add([]byte("[[[0,0],[100,0],[0,50]]]"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if m, err := ofStrokes(data); err == nil && (m.Width > MaxWidth || m.Height > MaxHeight || m.Width < 1 || m.Height < 1) {
			t.Errorf("%q is %dx%d", data, m.Width, m.Height)
		}
	})
}

// photo is a signature on paper that is not quite white.
func photo(w, h int, clear bool) *image.NRGBA {
	img := image.NewNRGBA(image.Rect(0, 0, w, h))
	if !clear {
		draw.Draw(img, img.Rect, image.NewUniform(color.NRGBA{236, 234, 228, 255}), image.Point{}, draw.Src)
	}
	for i := range 600 {
		x, y := w/4+i*w/2/600, h/2+int(float64(h)/6*math.Sin(float64(i)/40))
		draw.Draw(img, image.Rect(x, y, x+max(2, w/200), y+max(2, w/200)), image.NewUniform(color.NRGBA{20, 30, 110, 255}), image.Point{}, draw.Src)
	}
	return img
}

func packed(tb testing.TB, img image.Image, asJPEG bool) []byte {
	tb.Helper()
	var b bytes.Buffer
	err := png.Encode(&b, img)
	if asJPEG {
		b.Reset()
		err = jpeg.Encode(&b, img, nil)
	}
	if err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

func TestAPictureIsUploaded(t *testing.T) {
	t.Parallel()
	withText := packed(t, photo(600, 300, true), false)
	withText = append(withText[:33:33], append([]byte("\x00\x00\x00\x0btEXtCommentHere\x1c\x1d\x2d\x7f"), withText[33:]...)...)
	for name, data := range map[string][]byte{
		"a photo": packed(t, photo(2400, 1200, false), true), "small": packed(t, photo(120, 60, false), false), "on nothing": packed(t, photo(600, 300, true), false), "tall": packed(t, photo(300, 2000, false), false),
	} {
		m, err := ofPicture(bytes.NewReader(data))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if name == "a photo" {
			golden(t, "photo", m)
		}
		sound(t, name, m)
		if again, _ := ofPicture(bytes.NewReader(data)); again.SHA256 != m.SHA256 || m.Width > MaxWidth || m.Height > MaxHeight {
			t.Errorf("%s is %dx%d, and another one the second time", name, m.Width, m.Height)
		}
	}
	if m, err := ofPicture(bytes.NewReader(withText)); err == nil && bytes.Contains(m.PNG, []byte("Here")) {
		t.Error("what stood in the file is still there")
	}
}

func TestHostileUploadsAreRefused(t *testing.T) {
	t.Parallel()
	good := packed(t, photo(600, 300, true), false)
	bomb := bytes.Clone(good)
	copy(bomb[16:], "\x00\x01\x00\x00\x00\x01\x00\x00")
	binary.BigEndian.PutUint32(bomb[29:], crc32.ChecksumIEEE(bomb[12:29]))
	for name, c := range map[string]struct {
		data []byte
		key  string
	}{
		"nothing": {nil, "picture.empty"}, "SVG": {[]byte(`<svg onload="alert(1)"/>`), "mark.kind"}, "GIF": {[]byte("GIF89a\x01\x00\x01\x00"), "mark.kind"}, "WebP": {[]byte("RIFF\x00\x00\x00\x00WEBPVP8 "), "mark.kind"},
		"a page inside": {append(bytes.Clone(good), "<script>alert(1)</script>"...), "picture.code"}, "half": {good[:len(good)/2], "picture.broken"}, "a bomb": {bomb, "picture.side"},
		"too long": {append(bytes.Clone(good), make([]byte, 1<<20)...), "picture.large"}, "white": {packed(t, image.NewGray(image.Rect(0, 0, 400, 200)), false), "mark.blank"}, "a dot": {packed(t, photo(8, 4, false), false), "mark.blank"},
	} {
		if _, err := ofPicture(bytes.NewReader(c.data)); key(err, UploadField) != c.key {
			t.Errorf("%s: %v, want %s", name, err, c.key)
		}
	}
}

func BenchmarkMarks(b *testing.B) {
	strokes := scribble(5, 1)
	b.Run("typed", func(b *testing.B) {
		for b.Loop() {
			if _, err := ofName("Ines Marlow", Caveat); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("drawn", func(b *testing.B) {
		for b.Loop() {
			if _, err := ofStrokes(strokes); err != nil {
				b.Fatal(err)
			}
		}
	})
}
