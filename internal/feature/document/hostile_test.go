package document_test

import (
	"bytes"
	"context"
	"io"
	"path"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"foyer/internal/feature/document"
	"foyer/internal/feature/document/documenttest"
	"foyer/internal/kernel/blob"
	"foyer/internal/kernel/problem"
)

// shelf is one without a database.
func shelf(t *testing.T) (document.Shelf, string) {
	t.Helper()
	disk, err := blob.OpenDisk(t.TempDir())
	must(t, err)
	t.Cleanup(func() { _ = disk.Close() })
	return document.Shelf{Blobs: disk}, "019a0000000070008000000001"
}

// refused holds that an error is a sentence for a person, at the field.
func refused(t *testing.T, what string, err error) {
	t.Helper()
	p, ok := problem.As(err)
	if !ok || p.Kind != problem.Invalid || !strings.HasPrefix(p.Fields["files"].Key, "upload.") {
		t.Errorf("%s: %v, want a sentence", what, err)
	}
}

// A name that somebody sends is refused, or kept as one that nothing trips over, and
// with the ending that says what the file is.
func TestHostileNames(t *testing.T) {
	t.Parallel()
	s, at := shelf(t)
	if len(documenttest.Names) < 60 {
		t.Errorf("there are only %d names", len(documenttest.Names))
	}
	kept := 0
	for _, name := range documenttest.Names {
		u, err := s.Take(t.Context(), at, "files", name, strings.NewReader(documenttest.Content(name)), 1<<20)
		if err != nil {
			refused(t, name, err)
			continue
		}
		kept++
		switch ending := path.Ext(u.Name); {
		case !utf8.ValidString(u.Name), utf8.RuneCountInString(u.Name) > 120, strings.TrimSpace(u.Name) != u.Name:
			t.Errorf("%q is kept as %q", name, u.Name)
		case strings.ContainsAny(u.Name, `/\:*?"<>|`), strings.HasPrefix(u.Name, "."), strings.TrimSuffix(u.Name, ending) == "":
			t.Errorf("%q is kept as %q", name, u.Name)
		case strings.ContainsFunc(u.Name, func(r rune) bool { return unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp) }):
			t.Errorf("%q is kept as %q, with signs that are not seen", name, u.Name)
		case !strings.Contains(document.Accepted(), strings.ToLower(ending)):
			t.Errorf("%q is kept as %q, whose ending is none of those taken", name, u.Name)
		case document.FileName(u.Name) != u.Name:
			t.Errorf("%q is kept as %q, and that as %q", name, u.Name, document.FileName(u.Name))
		}
	}
	if kept < 40 || kept == len(documenttest.Names) {
		t.Errorf("%d of %d names are kept", kept, len(documenttest.Names))
	}
	for name, want := range map[string]string{
		"../../etc/passwd.txt": "passwd.txt", "a\nb.txt": "ab.txt", "invoice\u202eexe.txt": "invoiceexe.txt", "a.txt ": "a.txt", "CON.txt": "CON.txt", "مخطط.txt": "مخطط.txt",
		strings.Repeat("a", 300) + ".txt": strings.Repeat("a", 116) + ".txt", "🔥.txt": "🔥.txt", "\xff\xfea.txt": "a.txt", "x.txt:evil.exe": "x.txt-evil.exe", "\u00a0.txt": "txt",
	} {
		if got := document.FileName(name); got != want {
			t.Errorf("%q becomes %q, want %q", name, got, want)
		}
	}
}

// A file that is not what it says is refused, and one that is also something else is
// kept as what it says, byte for byte, under a media type of our table.
func TestHostileFiles(t *testing.T) {
	t.Parallel()
	s, at := shelf(t)
	all := documenttest.Files()
	if len(all) < 60 {
		t.Errorf("there are only %d files", len(all))
	}
	kept := map[string]bool{}
	for _, f := range all {
		u, err := s.Take(t.Context(), at, "files", f.Name, bytes.NewReader(f.Bytes), 64<<20)
		if err != nil {
			refused(t, f.What, err)
			continue
		}
		kept[f.What] = true
		for _, runs := range []string{"html", "svg", "xml;", "javascript", "ecmascript", "x-msdownload", "x-sh"} {
			if strings.Contains(u.MediaType(), runs) || u.MediaType() == "text/xml" || u.MediaType() == "application/xml" {
				t.Errorf("%s is %s", f.What, u.MediaType())
			}
		}
		r, err := blob.OpenVerified(t.Context(), s.Blobs, u.Stored().Blob())
		must(t, err)
		content, err := io.ReadAll(r)
		must(t, err)
		must(t, r.Close())
		if !bytes.Equal(content, f.Bytes) {
			t.Errorf("%s came back as other bytes", f.What)
		}
	}
	for what, want := range map[string]bool{
		"a page as .pdf": false, "a page as .png": false, "a program as .docx": false, "a program as .txt": false, "a page as .html": false, "a drawing by its own name": false,
		"a document with macros": false, "page and PDF": false, "nothing": false, "one zero": false, "UTF-16": false, "text with a zero far into it": false, "a picture of another kind": false,
		"the sign of a PDF a little later": false, "an archive of tape that is none": false,
		"a page as .txt": true, "PDF and page": true, "PNG with a page after it": true, "PNG of 50,000 by 50,000": true, "an archive of many zeroes": true, "one byte": true, "UTF-7": true,
	} {
		if kept[what] != want {
			t.Errorf("%s is kept: %v", what, kept[what])
		}
	}
	// What was refused has left nothing, whenever that came out.
	stored, err := s.Blobs.List(t.Context(), at, "", 1000)
	must(t, err)
	if len(stored) != len(kept) {
		t.Errorf("%d files are kept and %d are in the store", len(kept), len(stored))
	}
}

// counting is a source that knows how much was asked of it.
type counting struct{ size, given int64 }

// Read implements io.Reader.
func (c *counting) Read(p []byte) (int, error) {
	if c.given >= c.size {
		return 0, io.EOF
	}
	n := int(min(int64(len(p)), c.size-c.given))
	for i := range n {
		p[i] = 'x'
	}
	c.given += int64(n)
	return n, nil
}

// slow is a store that says how far ahead of it the source was read.
type slow struct {
	blob.Store
	source *counting
	ahead  int64
}

// Put implements blob.Store.
func (s *slow) Put(ctx context.Context, of string, content io.Reader, limit int64) (blob.Blob, error) {
	return s.Store.Put(ctx, of, &following{s, content, 0}, limit)
}

type following struct {
	s       *slow
	content io.Reader
	came    int64
}

// Read implements io.Reader.
func (f *following) Read(p []byte) (int, error) {
	n, err := f.content.Read(p)
	f.came += int64(n)
	f.s.ahead = max(f.s.ahead, f.s.source.given-f.came)
	return n, err
}

// A file is stored as it comes, so that its size costs no memory, and one that is too
// large or of another kind is not read to its end.
func TestFilesAreTakenAsTheyCome(t *testing.T) {
	t.Parallel()
	s, at := shelf(t)
	source := &counting{size: 64 << 20}
	watching := &slow{Store: s.Blobs, source: source}
	u, err := (document.Shelf{Blobs: watching}).Take(t.Context(), at, "files", "large.txt", source, 64<<20)
	must(t, err)
	if u.Size() != 64<<20 || watching.ahead > 300<<10 {
		t.Errorf("of %d bytes it read %d ahead", u.Size(), watching.ahead)
	}
	const most = 400 << 10
	source = &counting{size: 64 << 20}
	_, err = s.Take(t.Context(), at, "files", "large.txt", source, 1<<20)
	if refused(t, "too large", err); source.given > 1<<20+most {
		t.Errorf("of one that is too large it read %d bytes", source.given)
	}
	for _, name := range []string{"large.pdf", "large.exe"} {
		source = &counting{size: 64 << 20}
		_, err = s.Take(t.Context(), at, "files", name, source, 64<<20)
		if refused(t, name, err); source.given > most {
			t.Errorf("of %s it read %d bytes", name, source.given)
		}
	}
	source = &counting{size: 64 << 20}
	_, err = s.Take(t.Context(), at, "files", "zero.txt", io.MultiReader(strings.NewReader("a\x00b"), source), 64<<20)
	if refused(t, "a zero", err); source.given > most {
		t.Errorf("after a zero it read %d bytes", source.given)
	}
	if left, err := s.Blobs.List(t.Context(), at, "", 10); err != nil || len(left) != 1 {
		t.Errorf("in the store are %d files, %v", len(left), err)
	}
}
