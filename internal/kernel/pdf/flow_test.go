package pdf_test

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"foyer/internal/kernel/pdf"
)

func words(from, to int) []pdf.Span {
	var spans []pdf.Span
	for n := from; n < to; n++ {
		spans = append(spans, pdf.Span{Text: fmt.Sprintf("w%d", n), Bold: n%3 == 0, Italic: n%5 == 0}, pdf.Span{Text: " "})
	}
	return spans
}

// agreement is running text of every kind, in which words are counted.
func agreement(each int) []pdf.Block {
	n := 0
	next := func() []pdf.Span { n += each; return words(n-each, n) }
	blocks := []pdf.Block{pdf.Section{Level: 1, Spans: next()}, pdf.Prose{Spans: next()}, pdf.Section{Level: 2, Spans: next()}}
	list := func(kids ...pdf.Flow) pdf.List {
		return pdf.List{Items: []pdf.Item{{Mark: "1.", Blocks: append([]pdf.Flow{pdf.Prose{Spans: next(), Tight: true}}, kids...)}, {Mark: "10."}, {Mark: "•", Blocks: []pdf.Flow{pdf.Prose{Spans: next()}}}}}
	}
	blocks = append(blocks, list(), pdf.Quote{Blocks: []pdf.Flow{pdf.Prose{Spans: next()}, list(), pdf.Rule{}}}, pdf.Rule{}, pdf.Section{Level: 3, Spans: next()})
	blocks = append(blocks, pdf.Grid{Rows: [][][]pdf.Span{{next(), next()}, {next(), next()}, {next()}}, End: []bool{false, true}})
	return append(blocks, pdf.Prose{Spans: next()})
}

func running(blocks ...pdf.Block) pdf.Document {
	d := invoice(0)
	d.Blocks = blocks
	return d
}

// However long the parts are, each word is there once, and each mark.
func TestRunningTextIsWhole(t *testing.T) {
	t.Parallel()
	for _, each := range []int{1, 7, 60, 900} {
		m := made(t, running(agreement(each)...))
		text := strings.Join(pagesOf(t, m), "\n")
		found := map[string]int{}
		for word := range strings.FieldsSeq(text) {
			found[word]++
		}
		all := 15 * each
		for n := range all {
			// The head of a table is there on every page that the table is on.
			if got := found[fmt.Sprintf("w%d", n)]; got < 1 || got > 1 && (n < 10*each || n >= 12*each) {
				t.Errorf("with %d words each, w%d is there %d times", each, n, got)
			}
		}
		if found[fmt.Sprintf("w%d", all)] != 0 || found["10."] != 2 || found["•"] != 2 {
			t.Errorf("with %d words each, marks are %d and %d", each, found["10."], found["•"])
		}
		ask(t, m.Bytes, "qpdf", "--check", "FILE")
	}
}

func TestRunningTextKeepsItsManner(t *testing.T) {
	t.Parallel()
	m := made(t, running(pdf.Prose{Spans: []pdf.Span{{Text: "pl"}, {Text: "ain", Bold: true}, {Text: " thin ", Italic: true}, {Text: "both", Bold: true, Italic: true}, {Text: " "}, {Text: "lead", Link: "https://example.com/a"}, {Text: "\nnext"}}}))
	text := strings.Join(pagesOf(t, m), "")
	if !strings.Contains(text, "plain thin both lead\n") || !strings.Contains(text, "next") {
		t.Errorf("it says %q", text)
	}
	used := ask(t, m.Bytes, "pdffonts", "FILE")
	for _, cut := range []string{"NotoSans-Regular", "NotoSans-Bold ", "NotoSans-Italic", "NotoSans-BoldItalic"} {
		if !strings.Contains(used, cut) {
			t.Errorf("nothing is in %s\n%s", cut, used)
		}
	}
	if !strings.Contains(string(m.Bytes), "https://example.com/a") {
		t.Error("the link leads nowhere")
	}
}

// A heading is on the page of what it is over, and a mark on that of its item.
func TestHeadingsAndMarksStayWithTheirText(t *testing.T) {
	t.Parallel()
	for lines := range 60 {
		blocks := []pdf.Block{pdf.Space(float64(lines) * 13), pdf.Section{Level: 2, Spans: []pdf.Span{{Text: "Over"}}}, pdf.Prose{Spans: []pdf.Span{{Text: "under\nmore\nstill"}}}, pdf.Prose{Spans: []pdf.Span{{Text: "first\nsecond\nthird\nfourth"}}},
			pdf.List{Items: []pdf.Item{{Mark: "77.", Blocks: []pdf.Flow{pdf.Prose{Spans: []pdf.Span{{Text: "item\nlast"}}}}}}}}
		for i, page := range pagesOf(t, made(t, running(blocks...))) {
			if strings.Contains(page, "Over") != strings.Contains(page, "under") || strings.Contains(page, "77.") != strings.Contains(page, "item") || strings.Contains(page, "more") != strings.Contains(page, "still") ||
				strings.Contains(page, "first") != strings.Contains(page, "second") || strings.Contains(page, "third") != strings.Contains(page, "fourth") {
				t.Errorf("after %d lines page %d says:\n%s", lines, i+1, page)
			}
		}
	}
}

func TestAnyRunningTextCanBeDrawn(t *testing.T) {
	t.Parallel()
	text := rapid.OneOf(rapid.String(), rapid.StringN(0, 900, -1), rapid.SampledFrom([]string{"", " ", "\n\n", strings.Repeat("w", 900), strings.Repeat("w ", 900), "\xff"}))
	span := rapid.Custom(func(t *rapid.T) pdf.Span {
		return pdf.Span{Text: text.Draw(t, "text"), Bold: rapid.Bool().Draw(t, "bold"), Italic: rapid.Bool().Draw(t, "italic"), Link: rapid.SampledFrom([]string{"", "https://example.com/(x)"}).Draw(t, "link")}
	})
	spans := rapid.SliceOfN(span, 0, 4)
	var flow func(t *rapid.T, depth int) pdf.Flow
	flows := func(t *rapid.T, depth int) []pdf.Flow {
		var all []pdf.Flow
		for range rapid.IntRange(0, 3).Draw(t, "kids") {
			all = append(all, flow(t, depth+1))
		}
		return all
	}
	flow = func(t *rapid.T, depth int) pdf.Flow {
		kind := rapid.IntRange(0, 5).Draw(t, "kind")
		switch {
		case kind == 0:
			return pdf.Section{Level: rapid.IntRange(-1, 5).Draw(t, "level"), Spans: spans.Draw(t, "spans")}
		case kind == 1:
			return pdf.Grid{Rows: rapid.SliceOfN(rapid.SliceOfN(spans, 0, 14), 0, 3).Draw(t, "rows"), End: rapid.SliceOfN(rapid.Bool(), 0, 3).Draw(t, "end")}
		case kind == 2 && depth < 8:
			return pdf.Quote{Blocks: flows(t, depth)}
		case kind == 3 && depth < 8:
			return pdf.List{Items: []pdf.Item{{Mark: text.Draw(t, "mark"), Blocks: flows(t, depth)}, {Blocks: flows(t, depth)}}}
		case kind == 4:
			return pdf.Rule{}
		}
		return pdf.Prose{Spans: spans.Draw(t, "spans"), Tight: rapid.Bool().Draw(t, "tight")}
	}
	rapid.Check(t, func(t *rapid.T) {
		m, err := pdf.Make(pdf.Document{At: moment, Blocks: []pdf.Block{flow(t, 0), pdf.Picture{PNG: picturePNG, Width: 200, Height: 80}}})
		if err != nil || m.Pages < 1 {
			t.Fatalf("%d pages, %v", m.Pages, err)
		}
	})
}

var picturePNG = logo(&testing.T{})

func TestAPictureIsDrawn(t *testing.T) {
	t.Parallel()
	m := made(t, running(pdf.Picture{PNG: picturePNG, Width: 200, Height: 20}))
	if got := ask(t, m.Bytes, "pdfimages", "-list", "FILE"); !strings.Contains(got, "320    80") {
		t.Errorf("the file has %s", got)
	}
	if _, err := pdf.Make(running(pdf.Picture{PNG: []byte("none"), Width: 1, Height: 1})); err == nil {
		t.Error("what is no picture was drawn")
	}
}
