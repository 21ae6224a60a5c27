package document_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"foyer/internal/feature/document"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
)

// What is sent along is kept under a name that no system trips over, as the kind that
// its bytes are.
func TestWhatIsSentAlongIsKept(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, a *archive) {
		for _, c := range []struct{ name, content, kept, mediaType, kind string }{
			{"Plan.pdf", "%PDF-1.7 plan", "Plan.pdf", "application/pdf", "PDF"},
			{`C:\Users\ines\side by side.JPG`, "\xff\xd8\xff picture", "side by side.JPG", "image/jpeg", "JPG"},
			{"../../etc/passwd.txt", "root", "passwd.txt", "text/plain; charset=utf-8", "TXT"},
			{"..hidden\x00\u202egpj.png", "\x89PNG\r\n\x1a\n", "hiddengpj.png", "image/png", "PNG"},
			{`a:b*c?"d<e>f|.csv`, "1,2", "a-b-c--d-e-f-.csv", "text/csv; charset=utf-8", "CSV"},
			{strings.Repeat("ä", 300) + ".docx", "PK\x03\x04", strings.Repeat("ä", 115) + ".docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "DOCX"},
			{"p.webp", "RIFF\x00\x00\x00\x00WEBPVP8 ", "p.webp", "image/webp", "WEBP"},
		} {
			var version string
			must(t, a.Sending(t.Context(), a.home, "files", []document.Upload{{Name: c.name, Bytes: []byte(c.content)}}, func(taken []document.Uploaded, kept *bool) error {
				*kept = true
				if taken[0].Name != c.kept {
					t.Errorf("%q is kept as %q, want %q", c.name, taken[0].Name, c.kept)
				}
				return a.in(t, a.home, func(tx scope.Tx) (err error) {
					version, err = document.Keep(t.Context(), tx, a.ids.New, document.Place{Kind: "attachment", ID: a.ids.New()}, taken[0])
					return err
				})
			}))
			v, err := a.find(t, a.home, version)
			must(t, err)
			got, err := a.Fetch(t.Context(), v, c.kept)
			must(t, err)
			if string(got.Bytes) != c.content || got.MediaType != c.mediaType || (document.Attached{Name: got.Name}).Kind() != c.kind {
				t.Errorf("%q came back as %+v", c.name, got)
			}
		}
	})
}

// One file that cannot be taken leaves none of the others behind.
func TestWhatCannotBeSentAlong(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, a *archive) {
		good := document.Upload{Name: "good.pdf", Bytes: []byte("%PDF-1.7")}
		for name, c := range map[string]struct {
			uploads []document.Upload
			said    string
		}{
			"nothing in it": {[]document.Upload{good, {Name: "empty.pdf"}}, "upload.empty"},
			"HTML":          {[]document.Upload{good, {Name: "page.html", Bytes: []byte("<script>")}}, "upload.kind"},
			"SVG":           {[]document.Upload{good, {Name: "a.svg", Bytes: []byte("<svg/>")}}, "upload.kind"},
			"a program":     {[]document.Upload{{Name: "a.pdf.exe", Bytes: []byte("MZ")}}, "upload.kind"},
			"no ending":     {[]document.Upload{{Name: "Makefile", Bytes: []byte("all:")}}, "upload.kind"},
			"only dots":     {[]document.Upload{{Name: "...", Bytes: []byte("x")}}, "upload.kind"},
			"another kind":  {[]document.Upload{good, {Name: "a.png", Bytes: []byte("GIF89a")}}, "upload.mismatch"},
			"no WEBP":       {[]document.Upload{{Name: "a.webp", Bytes: []byte("RIFF\x00\x00\x00\x00WAVEfmt ")}}, "upload.mismatch"},
			"no text":       {[]document.Upload{{Name: "a.txt", Bytes: []byte("a\x00b")}}, "upload.mismatch"},
			"too many":      {[]document.Upload{good, good, good, good, good, good}, "upload.most"},
			"too large":     {[]document.Upload{good, {Name: "a.txt", Bytes: bytes.Repeat([]byte("x"), document.LargestUploads)}}, "upload.large"},
		} {
			err := a.Sending(t.Context(), a.home, "files", c.uploads, func([]document.Uploaded, *bool) error {
				t.Errorf("%s: it is taken", name)
				return nil
			})
			p, ok := problem.As(err)
			if !ok || p.Kind != problem.Invalid || p.Fields["files"].Key != c.said {
				t.Errorf("%s: %v, want %s", name, err, c.said)
			}
		}
		if n := a.files(t); n != 0 {
			t.Errorf("%d files are left", n)
		}
		refuses := func(_ []document.Uploaded, kept *bool) error {
			*kept = true
			return problem.Stale()
		}
		if err := a.Sending(t.Context(), a.home, "files", []document.Upload{good, good}, refuses); !problem.Is(err, problem.Conflict) || a.files(t) != 0 {
			t.Errorf("after a refusal: %v, %d files", err, a.files(t))
		}
		if all := document.Accepted(); !strings.HasPrefix(all, ".7z,.ai,.csv") || strings.Contains(all, "html") || strings.Contains(fmt.Sprint(all), "svg") {
			t.Errorf("offered is %s", all)
		}
	})
}
