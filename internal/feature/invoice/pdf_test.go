package invoice_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"foyer/internal/feature/invoice"
)

// run runs a tool on a file and gives what it says.
func run(t *testing.T, file string, command ...string) string {
	t.Helper()
	if _, err := exec.LookPath(command[0]); err != nil {
		if os.Getenv("FOYER_TEST_REQUIRE") != "" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	for i, c := range command {
		command[i] = strings.ReplaceAll(c, "FILE", file)
	}
	out, err := exec.CommandContext(t.Context(), command[0], command[1:]...).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %v\n%s", command, err, out)
	}
	return string(out)
}

// keep writes a file where it can be looked at: in the folder that
// FOYER_TEST_SHOTS names, as an image too, or where the test throws it away.
func keep(t *testing.T, name string, data []byte) string {
	t.Helper()
	dir := os.Getenv("FOYER_TEST_SHOTS")
	if dir == "" {
		dir = t.TempDir()
	}
	file := filepath.Join(dir, name+".pdf")
	must(t, os.WriteFile(file, data, 0o600))
	if os.Getenv("FOYER_TEST_SHOTS") != "" {
		run(t, file, "pdftoppm", "-r", "70", "-png", "FILE", strings.TrimSuffix(file, ".pdf"))
	}
	return file
}

func TestFilesOfInvoices(t *testing.T) {
	onBoth(t, func(t *testing.T, o *office) {
		c := o.customer(t, "Łódź Ceramics façade", ines)
		must(t, o.billing(t).SaveInstructions(t.Context(), eurInstructions))
		words := []string{"Σχεδιασμός λογοτύπου", "Перевод текста", "Zażółć gęślą jaźń", "A façade in Łódź"}
		for _, lines := range []int{1, 25, 400} {
			in := o.details(c, "")
			in.Notes, in.PONumber, in.Lines = "Thank you for your trust.", "PO-7781", nil
			for i := range lines {
				rate := o.standard
				if i%3 == 1 {
					rate = o.low
				}
				in.Lines = append(in.Lines, invoice.LineDetails{Description: fmt.Sprintf("Line %03d %s", i+1, words[i%4]), Quantity: "1.5", Unit: "hours", Price: "102.49", Rate: rate})
			}
			if lines == 25 {
				in.Lines[3].Discount, in.Discount = "10%", "5%"
				in.Lines[4].Description += "\n" + strings.Repeat("and more of the same ", 20)
			}
			n := o.issued(t, in)
			file, err := o.app(t).File(t.Context(), n.ID)
			must(t, err)
			path := keep(t, fmt.Sprintf("invoice-%d", lines), file.Bytes)
			run(t, path, "qpdf", "--check", "FILE")
			for i, row := range strings.Split(strings.TrimSpace(run(t, path, "pdffonts", "FILE")), "\n") {
				if i > 1 && !strings.Contains(row, "yes yes yes") {
					t.Errorf("a font is not embedded, not a part, or without its letters: %s", row)
				}
			}
			text := run(t, path, "pdftotext", "-layout", "FILE", "-")
			for _, want := range []string{n.Number, "Łódź", "façade", "PO-7781", "7 December 2026", "IE1234567T", "IE12 BOFI 9000 0112 3456 78", n.Amount(n.Sums.Gross).Input()[:1]} {
				if !strings.Contains(text, want) {
					t.Errorf("the file of %d lines does not say %q", lines, want)
				}
			}
			if lines > 3 && (!strings.Contains(text, "Σχεδιασμός") || !strings.Contains(text, "Перевод") || !strings.Contains(text, "Zażółć")) {
				t.Error("a script is missing")
			}
			if strings.Contains(text, "\ufffd") || lines == 25 && !strings.Contains(text, "–€") {
				t.Errorf("the file of %d lines has a letter that it cannot show, or no minus", lines)
			}
			at := 0
			for i := range lines {
				next := strings.Index(text[at:], fmt.Sprintf("Line %03d", i+1))
				if next < 0 {
					t.Fatalf("line %d of %d is missing or out of order", i+1, lines)
				}
				at += next
			}
			pages := strings.Count(text, "Page ")
			if heads := strings.Count(text, "Description"); lines == 400 && (pages < 10 || heads < pages-1) {
				t.Errorf("%d pages have %d heads", pages, heads)
			}
			if !strings.Contains(text, fmt.Sprintf("Page %d of %d", pages, pages)) {
				t.Errorf("no page says that it is %d of %d", pages, pages)
			}
		}
	})
}

// What is downloaded, mailed and kept are the same bytes, whenever they are made.
func TestOneInvoiceIsOneFile(t *testing.T) {
	onBoth(t, func(t *testing.T, o *office) {
		c := o.customer(t, "Marlow Ceramics", ines)
		n := o.issued(t, o.details(c, "100"))
		before, err := o.portal(t, ines, c).File(t.Context(), n.ID)
		must(t, err)
		must(t, o.app(t).Send(t.Context(), n.ID))
		mails := o.Deliver(t)
		if len(mails) != 1 || len(mails[0].Files) != 1 || mails[0].Files[0].Name != "INV-2026-0001.pdf" {
			t.Fatalf("mailed: %+v", mails)
		}
		after, err := o.app(t).File(t.Context(), n.ID)
		must(t, err)
		if !bytes.Equal(before.Bytes, after.Bytes) || !bytes.Equal(before.Bytes, mails[0].Files[0].Bytes) || before.Name != "INV-2026-0001.pdf" {
			t.Error("the files differ")
		}
		o.Run(t, home, `update workspace set name = 'Another', address = 'Elsewhere' where id = :workspace`, nil)
		later, err := o.portal(t, ines, c).File(t.Context(), n.ID)
		must(t, err)
		if !bytes.Equal(before.Bytes, later.Bytes) {
			t.Error("the file changed with the workspace")
		}
	})
}

func TestLettersThatTheFileCannotShowAreNamed(t *testing.T) {
	onBoth(t, func(t *testing.T, o *office) {
		c := o.customer(t, "Marlow Ceramics", ines)
		in := o.details(c, "1")
		in.Lines[0].Description, in.Notes = "Glaze 釉", "Merci, Ευχαριστώ, Спасибо, Dziękuję"
		full, err := o.app(t).Full(t.Context(), o.draft(t, in))
		must(t, err)
		if got := string(full.Snapshot.Missing()); got != "釉" {
			t.Errorf("missing are %q", got)
		}
	})
}
