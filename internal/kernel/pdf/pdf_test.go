package pdf_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"foyer/internal/kernel/pdf"
)

var moment = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

func logo(t testing.TB) []byte {
	t.Helper()
	m := image.NewNRGBA(image.Rect(0, 0, 320, 80))
	for x := range 320 {
		for y := range 80 {
			m.Set(x, y, color.NRGBA{15, 118, 110, uint8(x % 256)})
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// invoice is a document with so many lines.
func invoice(lines int) pdf.Document {
	t := pdf.Table{Columns: []pdf.TableColumn{{Title: "Description", Weight: 5}, {Title: "Quantity", Weight: 1, End: true}, {Title: "Net", Weight: 2, End: true}}}
	for i := range lines {
		t.Rows = append(t.Rows, []pdf.Cell{{Text: fmt.Sprintf("Line %03d of the work", i+1)}, {Text: "1.5", Sub: "hours"}, {Text: "€153.74"}})
	}
	return pdf.Document{
		Title: "Invoice INV-2026-0042", Author: "Halden & Rowe", Language: "en", At: moment, Running: "Halden & Rowe · INV-2026-0042",
		Theme:  pdf.Theme{Paper: pdf.A4, Color: "#0f766e", Footer: "Halden & Rowe · Dublin"},
		PageOf: func(page, pages int) string { return fmt.Sprintf("Page %d of %d", page, pages) },
		Blocks: []pdf.Block{
			pdf.Letterhead{Name: "Halden & Rowe", Title: "Invoice", Number: "INV-2026-0042"},
			pdf.Columns{Items: []pdf.Column{{Label: "From", Text: "Halden & Rowe\nDublin"}, {Label: "To", Text: "Marlow Ceramics\nCork"}}},
			pdf.Facts{Items: []pdf.Fact{{Name: "Date", Value: "23 November 2026"}, {Name: "Order"}}},
			t,
			pdf.Totals{Rows: []pdf.Sum{{Label: "Net", Value: "€1,000.00"}, {Label: "19% tax on €1,000.00", Value: "€190.00"}, {Label: "Total", Value: "€7,723.92", Strong: true}}},
			pdf.Heading{Text: "Notes"}, pdf.Paragraph{Text: "Thank you."},
			pdf.Box{Title: "How to pay", Items: []pdf.Fact{{Name: "IBAN", Value: "IE12 BOFI 9000 0112 3456 78"}}, Text: "Name the number."},
		},
	}
}

func made(t testing.TB, d pdf.Document) pdf.Made {
	t.Helper()
	m, err := pdf.Make(d)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// ask runs a tool on a file and gives what it says.
func ask(t testing.TB, file []byte, command ...string) string {
	t.Helper()
	if _, err := exec.LookPath(command[0]); err != nil {
		if os.Getenv("FOYER_TEST_REQUIRE") != "" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	path := filepath.Join(t.TempDir(), "file.pdf")
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	for i, c := range command {
		command[i] = strings.ReplaceAll(c, "FILE", path)
	}
	out, err := exec.CommandContext(t.Context(), command[0], command[1:]...).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %v\n%s", command, err, out)
	}
	return string(out)
}

func pagesOf(t *testing.T, m pdf.Made) []string {
	t.Helper()
	return strings.Split(strings.TrimSuffix(ask(t, m.Bytes, "pdftotext", "-layout", "FILE", "-"), "\f"), "\f")
}

func TestEveryPageHasItsHeadAndItsNumber(t *testing.T) {
	t.Parallel()
	m := made(t, invoice(120))
	pages := pagesOf(t, m)
	if len(pages) != m.Pages || m.Pages < 4 {
		t.Fatalf("%d pages, and it says %d", len(pages), m.Pages)
	}
	for i, page := range pages {
		if !strings.Contains(page, fmt.Sprintf("Page %d of %d", i+1, m.Pages)) {
			t.Errorf("page %d does not say so", i+1)
		}
		if strings.Contains(page, "Line ") && !strings.Contains(page, "Description") {
			t.Errorf("page %d has lines and no head", i+1)
		}
		if later := strings.Contains(page, "Halden & Rowe · INV-2026-0042"); later != (i > 0) {
			t.Errorf("page %d has its running head: %v", i+1, later)
		}
	}
	if last := pages[len(pages)-1]; !strings.Contains(last, "€7,723.92") || !strings.Contains(last, "Total") {
		t.Error("the total is not on the last page")
	}
}

// However many rows there are, sums stay together, no heading stands alone, and a
// row is on one page.
func TestWhatBelongsTogetherStaysTogether(t *testing.T) {
	t.Parallel()
	for lines := range 45 {
		for i, page := range pagesOf(t, made(t, invoice(lines+1))) {
			if net, all := strings.Contains(page, "19% tax on"), strings.Contains(page, "€7,723.92"); net != all {
				t.Errorf("with %d lines the sums are torn at page %d", lines+1, i+1)
			}
			if strings.Contains(page, "Notes") && !strings.Contains(page, "Thank you.") {
				t.Errorf("with %d lines a heading stands alone on page %d", lines+1, i+1)
			}
			if strings.Count(page, "1.5") != strings.Count(page, "hours") {
				t.Errorf("with %d lines a row is torn at page %d", lines+1, i+1)
			}
		}
	}
}

func TestARowLongerThanAPageGoesOn(t *testing.T) {
	t.Parallel()
	d := invoice(1)
	d.Blocks[3] = pdf.Table{Columns: []pdf.TableColumn{{Title: "Description", Weight: 1}}, Rows: [][]pdf.Cell{{{Text: strings.Repeat("word ", 4000) + "end"}}, {{Text: strings.Repeat("x", 3000)}}}}
	text := strings.Join(pagesOf(t, made(t, d)), "")
	if n := strings.Count(text, "word"); n != 4000 || !strings.Contains(text, "end") || strings.Count(text, "x") < 3000 {
		t.Errorf("%d words of 4000 are there", n)
	}
}

func TestLettersThatNoFontHas(t *testing.T) {
	t.Parallel()
	d := invoice(1)
	d.Blocks = append(d.Blocks, pdf.Paragraph{Text: "Łódź façade Σχεδιασμός Перевод ŝ 日本 🙂 \u202eabc\x07"})
	m := made(t, d)
	if got := string(m.Missing); got != "日本🙂" {
		t.Errorf("missing are %q", got)
	}
	if got := string(pdf.Missing("日本 Łódź 日 🙂\n")); got != "日本🙂" {
		t.Errorf("of the text alone %q are missing", got)
	}
	text := strings.Join(pagesOf(t, m), "")
	for _, word := range []string{"Łódź", "façade", "Σχεδιασμός", "Перевод", "ŝ", "\ufffd\ufffd \ufffd", "abc"} {
		if !strings.Contains(text, word) {
			t.Errorf("the file does not say %q", word)
		}
	}
	if len(made(t, invoice(3)).Missing) != 0 {
		t.Error("letters are missing from plain English")
	}
}

func TestFilesAreWhole(t *testing.T) {
	t.Parallel()
	for _, paper := range []pdf.Paper{pdf.A4, pdf.Letter} {
		d := invoice(25)
		d.Theme.Paper, d.Theme.Logo = paper, logo(t)
		m := made(t, d)
		ask(t, m.Bytes, "qpdf", "--check", "FILE")
		for i, row := range strings.Split(strings.TrimSpace(ask(t, m.Bytes, "pdffonts", "FILE")), "\n") {
			if i > 1 && !strings.Contains(row, "yes yes yes") {
				t.Errorf("a font is not embedded, not a part, or without its letters: %s", row)
			}
		}
		info := ask(t, m.Bytes, "pdfinfo", "-isodates", "FILE")
		size := map[pdf.Paper]string{pdf.A4: "595.28 x 841.89", pdf.Letter: "612 x 792"}[paper]
		for _, want := range []string{"Invoice INV-2026-0042", "Halden & Rowe", size, "2026-11-23T09:00:00Z"} {
			if !strings.Contains(info, want) {
				t.Errorf("%s: the file does not say %q\n%s", paper, want, info)
			}
		}
	}
	d := invoice(1)
	d.Theme.Logo = []byte("no picture")
	if _, err := pdf.Make(d); err == nil {
		t.Error("a logo that is no picture was drawn")
	}
}

func sum(m pdf.Made) string {
	s := sha256.Sum256(m.Bytes)
	return hex.EncodeToString(s[:])
}

// The same document is the same file: by many at once, and in another process.
func TestTheSameDocumentIsTheSameFile(t *testing.T) {
	t.Parallel()
	if os.Getenv("FOYER_TEST_PDF_CHILD") != "" {
		d := invoice(25)
		d.Theme.Logo = logo(t)
		fmt.Println("sum " + sum(made(t, d)))
		return
	}
	d := invoice(25)
	d.Theme.Logo = logo(t)
	want := sum(made(t, d))
	var all sync.WaitGroup
	for range 16 {
		all.Go(func() {
			if got := sum(made(t, d)); got != want {
				t.Errorf("%s, want %s", got, want)
			}
		})
	}
	all.Wait()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run", "^TestTheSameDocumentIsTheSameFile$")
	cmd.Env = append(os.Environ(), "FOYER_TEST_PDF_CHILD=1")
	out, err := cmd.Output()
	if err != nil || !strings.Contains(string(out), "sum "+want) {
		t.Errorf("another process says %s (%v), want %s", out, err, want)
	}
}

// Whatever the blocks say, a file comes of it.
func TestAnythingCanBeDrawn(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.String(), rapid.StringN(0, 2000, -1), rapid.SampledFrom([]string{"", " ", "\n\n\n", strings.Repeat("w", 500), "a\tb", "\xff\xfe"}))
		cell := rapid.Custom(func(t *rapid.T) pdf.Cell { return pdf.Cell{Text: text.Draw(t, "text"), Sub: text.Draw(t, "sub")} })
		fact := rapid.Custom(func(t *rapid.T) pdf.Fact { return pdf.Fact{Name: text.Draw(t, "name"), Value: text.Draw(t, "value")} })
		block := rapid.Custom(func(t *rapid.T) pdf.Block {
			switch rapid.IntRange(0, 8).Draw(t, "kind") {
			case 0:
				return pdf.Letterhead{Name: text.Draw(t, "name"), Title: text.Draw(t, "title"), Number: text.Draw(t, "number")}
			case 1:
				return pdf.Columns{Items: []pdf.Column{{Label: text.Draw(t, "label"), Text: text.Draw(t, "text")}, {Text: text.Draw(t, "text")}}}
			case 2:
				return pdf.Facts{Items: rapid.SliceOfN(fact, 0, 9).Draw(t, "facts")}
			case 3:
				return pdf.Heading{Text: text.Draw(t, "text")}
			case 4:
				return pdf.Box{Title: text.Draw(t, "title"), Items: rapid.SliceOfN(fact, 0, 5).Draw(t, "facts"), Text: text.Draw(t, "text")}
			case 5:
				return pdf.Totals{Rows: []pdf.Sum{{Label: text.Draw(t, "label"), Value: text.Draw(t, "value"), Strong: rapid.Bool().Draw(t, "strong")}}}
			case 6:
				return pdf.Table{
					Columns: []pdf.TableColumn{{Title: text.Draw(t, "title"), Weight: 3}, {Weight: 1, End: true}},
					Rows:    rapid.SliceOfN(rapid.SliceOfN(cell, 0, 3), 0, 4).Draw(t, "rows"),
				}
			case 7:
				return pdf.Space(rapid.Float64Range(0, 300).Draw(t, "space"))
			}
			return pdf.Paragraph{Text: text.Draw(t, "text"), Quiet: rapid.Bool().Draw(t, "quiet")}
		})
		m, err := pdf.Make(pdf.Document{Title: text.Draw(t, "title"), At: moment, Blocks: rapid.SliceOfN(block, 0, 5).Draw(t, "blocks")})
		if err != nil || m.Pages < 1 || !bytes.HasPrefix(m.Bytes, []byte("%PDF-")) {
			t.Fatalf("%d pages, %v", m.Pages, err)
		}
	})
}

// Letters that look alike come out of the file as what they are, in every style
// and however many there are.
func TestTextIsCopiedAsItWasWritten(t *testing.T) {
	t.Parallel()
	d := invoice(1)
	alike := "AΑА BΒВ oοо Ωµμ"
	var many strings.Builder
	for r := rune(0x100); r < 0x180; r++ {
		many.WriteRune(r)
	}
	d.Blocks = []pdf.Block{pdf.Paragraph{Text: alike}, pdf.Heading{Text: alike}, pdf.Paragraph{Text: many.String()}}
	text := strings.Join(pagesOf(t, made(t, d)), "")
	if strings.Count(text, alike) != 2 || !strings.Contains(strings.Join(strings.Fields(text), ""), many.String()) {
		t.Errorf("the text of the file is %q", text)
	}
}

// A logo has its colours, and what is transparent of it shows the page.
func TestLogosAreDrawnAsTheyAre(t *testing.T) {
	t.Parallel()
	area := image.Rect(0, 0, 150, 46)
	half, gray := image.NewNRGBA(area), image.NewGray(area)
	for x := range area.Dx() {
		for y := range area.Dy() {
			half.Set(x, y, color.NRGBA{200, 100, 50, uint8(255 - 255*(x/75))})
			gray.Set(x, y, color.Gray{120})
		}
	}
	white, orange := color.RGBA{255, 255, 255, 255}, color.RGBA{200, 100, 50, 255}
	for _, c := range []struct {
		logo        image.Image
		left, right color.RGBA
	}{{half, orange, white}, {gray, color.RGBA{120, 120, 120, 255}, color.RGBA{120, 120, 120, 255}}} {
		var data bytes.Buffer
		if err := png.Encode(&data, c.logo); err != nil {
			t.Fatal(err)
		}
		d := invoice(1)
		d.Theme.Logo = data.Bytes()
		page, err := png.Decode(strings.NewReader(ask(t, made(t, d).Bytes, "pdftoppm", "-png", "-r", "72", "-f", "1", "-l", "1", "FILE")))
		if err != nil {
			t.Fatal(err)
		}
		left, right := color.RGBAModel.Convert(page.At(54+30, 48+23)), color.RGBAModel.Convert(page.At(54+120, 48+23))
		if left != c.left || right != c.right {
			t.Errorf("the logo is %v and %v, want %v and %v", left, right, c.left, c.right)
		}
	}
}

func TestAttachmentsTravelInside(t *testing.T) {
	t.Parallel()
	d := invoice(1)
	d.Attachments = []pdf.Attachment{
		{Name: "signé (2).json", Type: "application/json", Bytes: []byte(`{"a":1}`)},
		{Name: "empty", Type: "text/plain"},
	}
	m := made(t, d)
	ask(t, m.Bytes, "qpdf", "--check", "FILE")
	list := ask(t, m.Bytes, "pdfdetach", "-list", "FILE")
	if !strings.Contains(list, "2 embedded files") || !strings.Contains(list, "1: empty") || !strings.Contains(list, "2: signé (2).json") {
		t.Errorf("it lists %s", list)
	}
	if got := ask(t, m.Bytes, "qpdf", "--show-attachment=signé (2).json", "FILE"); got != `{"a":1}` {
		t.Errorf("%q comes out", got)
	}
	if bytes.Contains(made(t, invoice(1)).Bytes, []byte("/EmbeddedFiles")) {
		t.Error("a file without attachments speaks of them")
	}
}

func TestParagraphsLeadSomewhere(t *testing.T) {
	t.Parallel()
	d := invoice(1)
	address := `https://example.com/a_(b)?c=\d`
	d.Blocks = []pdf.Block{pdf.Paragraph{Text: "Read it there", Link: address}, pdf.Paragraph{Text: "Not here"}}
	got := ask(t, made(t, d).Bytes, "pdfinfo", "-url", "FILE")
	if strings.Count(got, "Annotation") != 1 || !strings.Contains(got, address) {
		t.Errorf("it leads to %q", got)
	}
}

// A seal is added after the end of a file, so the file has the classic table and
// trailer, and no streams in their place.
func TestFilesCanBeAddedTo(t *testing.T) {
	t.Parallel()
	file := made(t, invoice(25)).Bytes
	at := bytes.LastIndex(file, []byte("\nstartxref\n"))
	var table int
	if _, err := fmt.Sscan(string(file[at+len("\nstartxref\n"):]), &table); err != nil || !bytes.HasPrefix(file[table:], []byte("xref\n0 ")) {
		t.Errorf("no table of objects is at %d (%v)", table, err)
	}
	if !bytes.Contains(file[table:], []byte("\ntrailer\n<</Size ")) || bytes.Contains(file, []byte("/XRef")) || bytes.Contains(file, []byte("/ObjStm")) {
		t.Error("the table is not the classic one")
	}
}

// Many different documents at once do not disturb each other.
func TestManyAtOnce(t *testing.T) {
	t.Parallel()
	document := func(n int) pdf.Document {
		d := invoice(n + 1)
		d.Blocks = append(d.Blocks, pdf.Paragraph{Text: string([]rune("ŁΣПżđ§€ąěØθЖ½“ş¿")[n:])})
		return d
	}
	var all sync.WaitGroup
	var sums [16][3]string
	for n := range sums {
		all.Go(func() {
			for i := range sums[n] {
				m, err := pdf.Make(document(n))
				if err != nil {
					t.Error(err)
				}
				sums[n][i] = sum(m)
			}
		})
	}
	all.Wait()
	for n, got := range sums {
		if want := sum(made(t, document(n))); got != [3]string{want, want, want} {
			t.Errorf("document %d is %v beside others and %s alone", n, got, want)
		}
	}
}

func BenchmarkInvoiceOf25Lines(b *testing.B) { benchmark(b, invoice(25)) }

// The logo is as large as one is kept.
func BenchmarkInvoiceWithALogo(b *testing.B) {
	m := image.NewNRGBA(image.Rect(0, 0, 512, 160))
	for x := range 512 {
		for y := range 160 {
			if inside := (x-256)*(x-256)/9 + (y-80)*(y-80); inside < 6400 {
				m.Set(x, y, color.NRGBA{15, 118, uint8(x / 3), uint8(min(255, 6400-inside))})
			}
		}
	}
	var data bytes.Buffer
	if err := png.Encode(&data, m); err != nil {
		b.Fatal(err)
	}
	d := invoice(25)
	d.Theme.Logo = data.Bytes()
	benchmark(b, d)
}

func BenchmarkDocumentOf300Pages(b *testing.B) { benchmark(b, invoice(5700)) }

// benchmark makes a document again and again, the fonts having been read.
func benchmark(b *testing.B, d pdf.Document) {
	m, err := pdf.Make(d)
	for b.Loop() {
		if err == nil {
			m, err = pdf.Make(d)
		}
	}
	if err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(m.Pages), "pages")
	b.ReportMetric(float64(len(m.Bytes))/1000, "kB")
}
