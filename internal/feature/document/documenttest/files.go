package documenttest

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"strings"
)

// File is a file that should not do harm, whatever is made of it.
type File struct {
	What  string
	Name  string
	Bytes []byte
}

// Script stands in whatever a browser should never run.
const Script = "<script>document.title='taken over'</script>"

const (
	page    = "<!doctype html><html><body>" + Script + "</body></html>"
	drawing = `<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)">` + Script + `</svg>`
	markup  = `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>`
	program = "MZ\x90\x00\x03\x00\x00\x00"
	shell   = "#!/bin/sh\nrm -rf ~\n"
	elf     = "\x7fELF\x02\x01\x01\x00"
	php     = "<?php system($_GET['c']); ?>"
	js      = "alert(document.cookie)"
	old     = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
)

// Files are such files: other kinds under endings that are taken, several kinds at once,
// bombs, and what is broken.
func Files() []File {
	f := []File{}
	add := func(what, name string, content []byte) { f = append(f, File{what, name, content}) }
	for _, c := range []struct{ what, content string }{
		{"a page", page}, {"a drawing", drawing}, {"markup", markup}, {"a script", js}, {"PHP", php}, {"a program", program}, {"an ELF program", elf}, {"a shell script", shell},
	} {
		for _, ending := range []string{".pdf", ".png", ".docx", ".txt", ".html"} {
			add(c.what+" as "+ending, "file"+ending, []byte(c.content))
		}
	}
	add("a page as Markdown", "readme.md", []byte(page))
	add("a page as a table", "table.csv", []byte(page))
	add("formulas as a table", "table.csv", []byte("=cmd|' /C calc'!A0,+1+1,@SUM(1)\n"))
	add("a page as a calendar", "day.ics", []byte("BEGIN:VCALENDAR\n"+page))
	add("a drawing by its own name", "drawing.svg", []byte(drawing))
	add("a drawing in a picture's name", "drawing.webp", []byte(drawing))
	add("a link of Windows", "link.lnk", []byte("L\x00\x00\x00"))
	add("a document with macros", "macro.docm", zipped(map[string][]byte{"word/vbaProject.bin": []byte(old)}))
	add("macros in a document without", "macro.docx", zipped(map[string][]byte{"word/vbaProject.bin": []byte(old), "[Content_Types].xml": []byte(markup)}))
	add("an old document", "old.doc", []byte(old+page))

	// Two kinds in one.
	add("GIF and script", "both.gif", []byte("GIF89a/*"+strings.Repeat(" ", 10)+"*/=1;"+js))
	add("GIF and page", "both.gif", append(gifOf(), page...))
	add("PDF and page", "both.pdf", []byte("%PDF-1.7\n"+page))
	add("page and PDF", "both.pdf", []byte(page+"%PDF-1.7"))
	add("PDF that runs a script", "runs.pdf", []byte("%PDF-1.7\n1 0 obj<</Type/Catalog/OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj"))
	add("PDF and archive", "both.pdf", append([]byte("%PDF-1.7\n"), zipped(map[string][]byte{"x.html": []byte(page)})...))
	add("PNG with a page after it", "tail.png", append(Picture(20, 20), page...))
	add("PNG with an archive after it", "tail.png", append(Picture(20, 20), zipped(map[string][]byte{"x": []byte("x")})...))
	add("PNG with a script inside", "inside.png", withChunk(Picture(20, 20), "tEXt", []byte("Comment\x00"+Script)))
	add("JPEG with a script in a comment", "comment.jpg", withSegment(Photo(20, 20), 0xfe, []byte(Script)))
	add("JPEG with a page after it", "tail.jpg", append(Photo(20, 20), page...))
	add("JPEG that says where it was taken", "where.jpg", Located(20, 20))
	add("a picture of another kind", "photo.png", Photo(20, 20))
	add("WAV in a WebP's name", "sound.webp", []byte("RIFF\x00\x00\x00\x00WAVEfmt "))
	add("WebP without a picture", "empty.webp", []byte("RIFF\x0c\x00\x00\x00WEBPVP8 "))

	// Bombs.
	add("an archive of many zeroes", "bomb.zip", zipped(map[string][]byte{"zeroes": make([]byte, 8<<20)}))
	add("an archive of archives", "nested.zip", zipped(map[string][]byte{"a.zip": zipped(map[string][]byte{"b.zip": zipped(map[string][]byte{"zeroes": make([]byte, 1<<20)})})}))
	add("an archive that leaves its folder", "slip.zip", zipped(map[string][]byte{"../../etc/cron.d/x": []byte(shell)}))
	add("an office document of many zeroes", "bomb.docx", zipped(map[string][]byte{"word/document.xml": make([]byte, 8<<20)}))
	add("gzip of many zeroes", "bomb.gz", gzipped(make([]byte, 8<<20)))
	add("PNG of 50,000 by 50,000", "bomb.png", withSize(Picture(1, 1), 50_000, 50_000))
	add("PNG of no size", "none.png", withSize(Picture(1, 1), 0, 0))
	add("PNG of all the pixels there are", "most.png", withSize(Picture(1, 1), 1<<31-1, 1<<31-1))
	add("JPEG of 65,500 by 65,500", "bomb.jpg", photoSized(65_500, 65_500))

	// What is broken, or not there.
	add("half a PNG", "half.png", Picture(200, 200)[:90])
	add("half a JPEG", "half.jpg", Photo(200, 200)[:200])
	add("the beginning of a PNG", "begin.png", []byte("\x89PNG\r\n\x1a\n"))
	add("half a PDF", "half.pdf", []byte("%PDF-"))
	add("an archive without its end", "half.zip", []byte("PK\x03\x04"))
	add("nothing", "empty.pdf", nil)
	add("nothing as text", "empty.txt", nil)
	add("one byte", "one.txt", []byte("x"))
	add("one zero", "zero.txt", []byte{0})
	add("one byte of a PDF", "one.pdf", []byte("%"))
	add("the sign of a PDF a little later", "late.pdf", []byte("\n%PDF-1.7"))
	add("the sign of a PNG a little later", "late.png", append([]byte(" "), Picture(1, 1)...))
	add("the sign of an archive at its end", "late.zip", []byte(page+"PK\x03\x04"))
	add("an archive of tape that is none", "short.tar", []byte("ustar"))

	// Text that is none, or is read as something else.
	add("UTF-7", "utf7.txt", []byte("+ADw-script+AD4-alert(1)+ADw-/script+AD4-"))
	add("UTF-16", "utf16.txt", []byte("\xff\xfe<\x00s\x00c\x00r\x00i\x00p\x00t\x00>\x00"))
	add("UTF-16 without a mark", "utf16.csv", []byte("\x00<\x00h\x00t\x00m\x00l\x00>"))
	add("text with a zero far into it", "late.txt", append(bytes.Repeat([]byte("text "), 100_000), 0))
	add("Latin text", "latin.txt", []byte("Gr\xfc\xdfe\n"))
	add("text that orders a terminal about", "terminal.log", []byte("\x1b]0;taken over\x07\x1b[2J"))
	return f
}

// Picture is a PNG of so many pixels.
func Picture(width, height int) []byte {
	var out bytes.Buffer
	_ = png.Encode(&out, shaded(width, height))
	return out.Bytes()
}

// Clear is a PNG that one can look through, with a comment.
func Clear(width, height int) []byte {
	var out bytes.Buffer
	_ = png.Encode(&out, image.NewNRGBA(image.Rect(0, 0, width, height)))
	return withChunk(out.Bytes(), "tEXt", []byte("Comment\x00"+Where))
}

// Photo is a JPEG of so many pixels.
func Photo(width, height int) []byte {
	var out bytes.Buffer
	_ = jpeg.Encode(&out, shaded(width, height), nil)
	return out.Bytes()
}

// Where is what Located and Clear give away.
const Where = "53.3438N 6.2546W"

// Located is a Photo whose EXIF says where it was taken.
func Located(width, height int) []byte {
	return withSegment(Photo(width, height), 0xe1, []byte("Exif\x00\x00II*\x00\x08\x00\x00\x00\x00\x00\x00\x00\x00\x00"+Where))
}

// WebP is the smallest picture of that kind.
var WebP = []byte("RIFF\x22\x00\x00\x00WEBPVP8 \x16\x00\x00\x00\x30\x01\x00\x9d\x01\x2a\x01\x00\x01\x00\x0e\xc0\xfe\x25\xa4\x00\x03\x70\x00\x00\x00\x00")

func shaded(width, height int) image.Image {
	img := image.NewRGBA(image.Rect(0, 0, width, height))
	for x := range width {
		for y := range height {
			img.Set(x, y, color.RGBA{uint8(x), uint8(y), uint8(x * y), 255})
		}
	}
	return img
}

func gifOf() []byte {
	var out bytes.Buffer
	_ = gif.Encode(&out, shaded(2, 2), nil)
	return out.Bytes()
}

// withSegment puts a segment after the first two bytes of a JPEG.
func withSegment(photo []byte, marker byte, body []byte) []byte {
	out := append([]byte{0xff, 0xd8, 0xff, marker}, binary.BigEndian.AppendUint16(nil, uint16(len(body)+2))...)
	return append(append(out, body...), photo[2:]...)
}

// photoSized is a JPEG whose head says another size than it has.
func photoSized(width, height uint16) []byte {
	photo := Photo(8, 8)
	at := bytes.Index(photo, []byte{0xff, 0xc0})
	binary.BigEndian.PutUint16(photo[at+5:], height)
	binary.BigEndian.PutUint16(photo[at+7:], width)
	return photo
}

// header is where the first chunk of a PNG ends.
const header = 8 + 25

// withSize gives a PNG's head another size.
func withSize(picture []byte, width, height uint32) []byte {
	binary.BigEndian.PutUint32(picture[16:], width)
	binary.BigEndian.PutUint32(picture[20:], height)
	binary.BigEndian.PutUint32(picture[29:], crc32.ChecksumIEEE(picture[12:29]))
	return picture
}

// withChunk puts a chunk after the head of a PNG.
func withChunk(picture []byte, name string, body []byte) []byte {
	chunk := append([]byte(name), body...)
	out := binary.BigEndian.AppendUint32(bytes.Clone(picture[:header]), uint32(len(body)))
	out = binary.BigEndian.AppendUint32(append(out, chunk...), crc32.ChecksumIEEE(chunk))
	return append(out, picture[header:]...)
}

func zipped(files map[string][]byte) []byte {
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for name, content := range files {
		w, _ := z.Create(name)
		_, _ = w.Write(content)
	}
	_ = z.Close()
	return out.Bytes()
}

func gzipped(content []byte) []byte {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	_, _ = w.Write(content)
	_ = w.Close()
	return out.Bytes()
}
