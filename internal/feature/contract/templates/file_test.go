package templates

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"foyer/internal/kernel/pdf"
	"foyer/internal/kernel/prose"
)

var filled = map[string]string{
	"client.name": "Marlow Ceramics Lda", "client.address": "Rua do Forno 7\n2500-000 Caldas da Rainha\nPortugal", "workspace.name": "Halden & Rowe Ltd", "workspace.address": "4 Quay Street, Dublin 1, Ireland",
	"project.name": "Website and shop", "contract.name": "Agreement 2027", "contract.value": "€24,500.00", "contract.start": "1 January 2027", "contract.end": "31 December 2027", "contract.renewal": "1 July 2027",
}

func file(tb testing.TB, text string) pdf.Made {
	tb.Helper()
	d, err := prose.Parse(text)
	if err != nil {
		tb.Fatal(err)
	}
	m, err := pdf.Make(pdf.Document{
		Title: "Agreement", Author: "Halden & Rowe Ltd", Language: "en", At: time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC), Running: "Agreement 2027 · version 1",
		Theme: pdf.Theme{Color: "#0f766e", Footer: "Halden & Rowe Ltd"}, PageOf: func(page, pages int) string { return fmt.Sprintf("Page %d of %d", page, pages) },
		Blocks: d.Fill(filled).Blocks(),
	})
	if err != nil {
		tb.Fatal(err)
	}
	return m
}

// A template is one to four pages long, in letters that the fonts have. Where
// FOYER_TEST_KEEP names a folder, the files are kept there to be looked at.
func TestTemplatesAreFewPages(t *testing.T) {
	t.Parallel()
	for _, language := range Languages {
		for _, kind := range Types {
			one, _ := Of(language, kind)
			m := file(t, one.Text)
			if m.Pages < 1 || m.Pages > 4 || len(m.Missing) > 0 {
				t.Errorf("%s/%s has %d pages and misses %q", language, kind, m.Pages, string(m.Missing))
			}
			if at := os.Getenv("FOYER_TEST_KEEP"); at != "" {
				if err := os.WriteFile(filepath.Join(at, language+"-"+kind+".pdf"), m.Bytes, 0o600); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
}

// long is an agreement of some hundred pages.
func long() string {
	one, _ := Of("en", "msa")
	return strings.Repeat(one.Text+"\n\n", 155)
}

func TestALongContractIsDrawn(t *testing.T) {
	t.Parallel()
	began := time.Now()
	m := file(t, long())
	if m.Pages < 300 {
		t.Errorf("it has %d pages", m.Pages)
	}
	if took := time.Since(began); took > 30*time.Second {
		t.Errorf("%d pages take %v", m.Pages, took)
	}
}

func BenchmarkFourPages(b *testing.B) {
	one, _ := Of("en", "msa")
	text := one.Text + "\n\n" + one.Text[:len(one.Text)*2/3]
	if pages := file(b, text).Pages; pages != 4 {
		b.Fatalf("%d pages", pages)
	}
	b.ReportAllocs()
	for b.Loop() {
		file(b, text)
	}
}

func BenchmarkThreeHundredPages(b *testing.B) {
	for b.Loop() {
		file(b, long())
	}
}
