package seal_test

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"errors"
	"fmt"
	"image"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"foyer/internal/kernel/seal"
	"foyer/internal/kernel/seal/keys"
)

var place = seal.Rect{Left: 72, Bottom: 72, Right: 272, Top: 152}

func TestAFileIsSealedAndSaysSo(t *testing.T) {
	t.Parallel()
	h, file := newHouse(t, moment), contract(t)
	out := h.seal(t, file, h.options())
	if !bytes.HasPrefix(out, file) {
		t.Error("what was there before is not as it was")
	}
	s := want(t, out, h.roots, seal.Ours)
	if !s.Intact || !s.Whole || !s.Ours || s.End != len(out) || s.Problem != nil || s.Timestamp != nil {
		t.Errorf("%+v", s)
	}
	o := h.options()
	if !s.At.Equal(moment) || s.Name != o.Name || s.Reason != o.Reason || s.Location != "" || !s.Signer.Equal(h.key.Certificate()) {
		t.Errorf("it says %v, %q, %q, %q, %v", s.At, s.Name, s.Reason, s.Location, s.Signer.Subject)
	}
	for _, says := range []string{"/SubFilter /ETSI.CAdES.detached", "/F 132\n", "/TU (Seal of Halden & Rowe)", "/SigFlags 3", "/M (D:20261123090000+00'00')"} {
		if bytes.Count(out, []byte(says)) != 1 {
			t.Errorf("the file does not say %q", says)
		}
	}
	if bytes.Contains(out, []byte("/DocMDP")) {
		t.Error("the seal certifies the file, which lets nobody seal it again")
	}
	if grown := len(out) - len(file); grown > 36_000 {
		t.Errorf("a seal that is not seen adds %d bytes", grown)
	}
}

func TestVerdicts(t *testing.T) {
	t.Parallel()
	h, other, file := newHouse(t, moment), newHouse(t, moment), contract(t)
	if r := verify(t, file, h.roots); r.Verdict != seal.NotSealed || len(r.Signatures) != 0 {
		t.Errorf("a file without a seal: %+v", r)
	}
	foreign := other.seal(t, file, other.options())
	if s := want(t, foreign, h.roots, seal.Unknown); !s.Intact || s.Ours || s.Problem == nil {
		t.Errorf("%+v", s)
	}
	want(t, foreign, seal.Roots{}, seal.Unknown)
	if _, err := seal.Verify([]byte("GIF89a, or what it may be"), h.roots); !errors.Is(err, seal.ErrNotPDF) {
		t.Errorf("no PDF: %v", err)
	}
	if _, err := seal.Verify(make([]byte, seal.MaxSize+1), h.roots); !errors.Is(err, seal.ErrTooLarge) {
		t.Errorf("too large: %v", err)
	}
	// A certificate that is for something else, from our own authority.
	wrong := h.options()
	wrong.Key = h.authority
	if s := want(t, h.seal(t, file, seal.Options{Key: h.key, At: moment}), seal.Roots{Seals: poolOf(h.key.Certificate())}, seal.Ours); !s.Ours {
		t.Error("a certificate that is itself trusted")
	}
	if _, err := seal.Seal(t.Context(), file, wrong); !errors.Is(err, keys.ErrUnfit) {
		t.Errorf("the authority's own key seals: %v", err)
	}
}

// Two seals: both hold, the first one is not whole, and what decides is the last.
func TestASealOnASeal(t *testing.T) {
	t.Parallel()
	h, other, file := newHouse(t, moment), newHouse(t, moment), contract(t)
	once := h.seal(t, file, h.options())
	o := h.options()
	o.At, o.Mark = moment.Add(time.Hour), &seal.Mark{Picture: scrawl(), Rect: place}
	twice := h.seal(t, once, o)
	r := verify(t, twice, h.roots)
	if r.Verdict != seal.Ours || len(r.Signatures) != 2 {
		t.Fatalf("%+v", r)
	}
	first, second := r.Signatures[0], r.Signatures[1]
	if !first.Intact || first.Whole || first.End != len(once) || !second.Intact || !second.Whole {
		t.Errorf("%+v\n%+v", first, second)
	}
	if want(t, twice[:first.End], h.roots, seal.Ours); !bytes.Equal(twice[:first.End], once) {
		t.Error("the first revision is not the file as it was")
	}
	// Somebody else's seal on ours is a change of what we sealed; ours on
	// somebody else's vouches for the whole.
	o = other.options()
	if r := verify(t, other.seal(t, once, o), h.roots); r.Verdict != seal.Changed {
		t.Errorf("somebody else's on ours: %v", r.Verdict)
	}
	if r := verify(t, h.seal(t, other.seal(t, file, o), h.options()), h.roots); r.Verdict != seal.Ours {
		t.Errorf("ours on somebody else's: %v", r.Verdict)
	}
	need(t, "pdfsig", "qpdf")
	path := keep(t, "twice.pdf", twice)
	said := ask(t, []string{"pdfsig", "-nocert", path})
	if strings.Count(said, "Signature is Valid") != 2 || strings.Count(said, "Total document signed") != 1 || strings.Count(said, "Not total document signed") != 1 {
		t.Errorf("pdfsig says\n%s", said)
	}
	ask(t, []string{"qpdf", "--check", path}, "No syntax or stream encoding errors found")
}

func TestRSA(t *testing.T) {
	t.Parallel()
	h := newHouse(t, moment)
	signer, err := rsa.GenerateKey(rand.Reader, 3072)
	must(t, err)
	h.key, err = keys.IssueSealCertificate(h.authority, signer, keys.Subject{Name: "Halden & Rowe"}, moment, keys.MinSealLife)
	must(t, err)
	out := h.seal(t, contract(t), h.options())
	want(t, out, h.roots, seal.Ours)
	h.pdfsig(t, out)
	h.cms(t, out)
}

func TestTheKeyHasToBeValid(t *testing.T) {
	t.Parallel()
	h, file := newHouse(t, moment), contract(t)
	for what, c := range map[string]struct {
		at  time.Time
		err error
	}{
		"expired":       {h.key.Certificate().NotAfter.Add(time.Second), keys.ErrExpired},
		"not yet valid": {h.key.Certificate().NotBefore.Add(-time.Second), keys.ErrNotYetValid},
		"no time":       {time.Time{}, seal.ErrOptions},
	} {
		o := h.options()
		o.At = c.at
		if out, err := seal.Seal(t.Context(), file, o); !errors.Is(err, c.err) || out != nil {
			t.Errorf("%s: %d bytes and %v", what, len(out), err)
		}
	}
}

// A seal outlives its key and the key's successor.
func TestAfterARotationOldFilesStillVerify(t *testing.T) {
	t.Parallel()
	h, file := newHouse(t, moment), contract(t)
	old := h.seal(t, file, h.options())
	later := h.key.RotateAt()
	if later.Before(moment.AddDate(1, 3, 0)) || later.After(moment.AddDate(1, 5, 0)) {
		t.Errorf("two years are rotated at %v", later)
	}
	var err error
	h.key, err = keys.IssueSealCertificate(h.authority, nil, keys.Subject{Name: "Halden & Rowe"}, later, keys.MaxSealLife)
	must(t, err)
	o := h.options()
	o.At = later
	want(t, old, h.roots, seal.Ours)
	want(t, h.seal(t, file, o), h.roots, seal.Ours)
}

// The chain is judged at the time of the seal: not now, when it may be over, and
// not by an authority that was none yet.
func TestTheChainIsJudgedAtItsTime(t *testing.T) {
	t.Parallel()
	long := time.Date(2011, 3, 1, 12, 0, 0, 0, time.UTC)
	h := newHouse(t, long)
	o := h.options()
	o.At = long
	out := h.seal(t, contract(t), o)
	want(t, out, h.roots, seal.Ours)
	renewed := *h.authority.Root()
	renewed.NotBefore = long.Add(time.Minute)
	der, err := x509.CreateCertificate(rand.Reader, &renewed, &renewed, h.authority.Signer.Public(), h.authority.Signer)
	must(t, err)
	root, err := x509.ParseCertificate(der)
	must(t, err)
	if s := want(t, out, seal.Roots{Seals: poolOf(root)}, seal.Unknown); !s.Intact || s.Problem == nil {
		t.Errorf("an authority that was none yet: %+v", s)
	}
}

func TestMarks(t *testing.T) {
	t.Parallel()
	h, file := newHouse(t, moment), contract(t)
	o := h.options()
	for what, m := range map[string]seal.Mark{
		"no picture":  {Rect: place},
		"no room":     {Picture: scrawl(), Rect: seal.Rect{Left: 10, Right: 10, Top: 50}},
		"upside down": {Picture: scrawl(), Rect: seal.Rect{Left: 10, Right: 50, Bottom: 50, Top: 10}},
		"a bomb":      {Picture: image.NewUniform(image.Black), Rect: place},
		"page -1":     {Picture: scrawl(), Rect: place, Page: -1},
	} {
		o.Mark = &m
		if _, err := seal.Seal(t.Context(), file, o); !errors.Is(err, seal.ErrMark) {
			t.Errorf("%s: %v", what, err)
		}
	}
	o.Mark = &seal.Mark{Picture: scrawl(), Rect: place, Page: 99}
	if out, err := seal.Seal(t.Context(), file, o); !errors.Is(err, seal.ErrMark) || out != nil {
		t.Errorf("a page that there is not: %v", err)
	}
	need(t, "pdfimages", "pdftoppm", "qpdf")
	place := seal.Rect{Left: 72, Bottom: 72, Right: 372, Top: 152} // wider than its picture
	o.Mark = &seal.Mark{Picture: scrawl(), Rect: place, Page: 2}
	out := h.seal(t, file, o)
	want(t, out, h.roots, seal.Ours)
	path := keep(t, "marked.pdf", out)
	if dir := os.Getenv("FOYER_TEST_SHOTS"); dir != "" {
		must(t, os.WriteFile(filepath.Join(dir, "sealed.pdf"), out, 0o600))
	}
	ask(t, []string{"qpdf", "--check", path}, "No syntax or stream encoding errors found")
	// The mark is ink where it should be: the page drawn with and without it
	// differs there and nowhere else.
	with, without := drawn(t, path), drawn(t, keep(t, "bare.pdf", file))
	b := with.Bounds()
	var differs image.Rectangle
	for x := range b.Dx() {
		for y := range b.Dy() {
			if with.At(x, y) != without.At(x, y) {
				differs = differs.Union(image.Rect(x, y, x+1, y+1))
			}
		}
	}
	room := image.Rect(101, b.Dy()-153, 343, b.Dy()-71)
	if differs.Dx() < 235 || !differs.In(room) {
		t.Errorf("at 72 dots per inch the mark is at %v, not in %v", differs, room)
	}
	if grown := len(out) - len(file); grown > 50_000 {
		t.Errorf("a seal with a mark adds %d bytes", grown)
	}
}

// Files of other programs are sealed, or refused by name.
func TestFilesOfOtherPrograms(t *testing.T) {
	t.Parallel()
	need(t, "qpdf", browser())
	h, dir := newHouse(t, moment), t.TempDir()
	own := filepath.Join(dir, "own.pdf")
	must(t, os.WriteFile(own, contract(t), 0o600))
	page := filepath.Join(dir, "page.html")
	must(t, os.WriteFile(page, []byte("<!doctype html><title>Agreement</title><h1>Agreement</h1><p>Łódź <a href='https://halden.example'>façade</a>"), 0o600))
	printed := filepath.Join(dir, "printed.pdf")
	ask(t, []string{browser(), "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--user-data-dir=" + filepath.Join(dir, "profile"),
		"--print-to-pdf=" + printed, "file://" + page})
	inputs := map[string]string{"fpdf": own, "Chromium": printed}
	for _, from := range []string{"fpdf", "Chromium"} {
		for how, flags := range map[string][]string{
			"normalised": {"--object-streams=disable", "--normalize-content=y"},
			"linearised": {"--object-streams=disable", "--linearize"},
			"for people": {"--qdf", "--object-streams=disable"},
		} {
			name := from + ", " + how
			inputs[name] = filepath.Join(dir, name+".pdf")
			ask(t, append(append([]string{"qpdf"}, flags...), inputs[from], inputs[name]))
		}
	}
	for name, path := range inputs {
		data, err := os.ReadFile(path)
		must(t, err)
		for _, o := range []seal.Options{h.options(), {Key: h.key, At: moment, Mark: &seal.Mark{Picture: scrawl(), Rect: place}}} {
			out, err := seal.Seal(t.Context(), data, o)
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			want(t, out, h.roots, seal.Ours)
			if o.Mark == nil {
				h.pdfsig(t, out)
				continue
			}
			again := keep(t, "sealed.pdf", h.seal(t, out, o))
			ask(t, []string{"qpdf", "--check", again}, "No syntax or stream encoding errors found")
		}
	}
	for how, flags := range map[string][]string{
		"objects in streams": {"--object-streams=generate"},
		"encrypted":          {"--object-streams=disable", "--encrypt", "", "secret", "256", "--"},
	} {
		path := filepath.Join(dir, how+".pdf")
		ask(t, append(append([]string{"qpdf"}, flags...), own, path))
		data, err := os.ReadFile(path)
		must(t, err)
		if out, err := seal.Seal(t.Context(), data, h.options()); !errors.Is(err, seal.ErrUnsupported) || out != nil {
			t.Errorf("%s: %d bytes and %v", how, len(out), err)
		}
	}
}

// fileOf is a PDF of objects as they are given, the first of them its catalog.
func fileOf(objects ...string) []byte {
	out := []byte("%PDF-1.7\n")
	var places []int
	for i, o := range objects {
		places = append(places, len(out))
		out = fmt.Appendf(out, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	xref := len(out)
	out = fmt.Appendf(out, "xref\n0 %d\n0000000000 65535 f \n", len(objects)+1)
	for _, p := range places {
		out = fmt.Appendf(out, "%010d 00000 n \n", p)
	}
	return fmt.Appendf(out, "trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n", len(objects)+1, xref)
}

const plainPage = "<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]>>"

// plain is a small file of one page.
func plain(page string) []byte {
	return fileOf("<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>", page)
}

// A file that was sealed long ago, by an authority and a clock that are kept in
// testdata without their private keys, stays ours whatever is changed here.
func TestAFileOfOldStaysOurs(t *testing.T) {
	t.Parallel()
	if os.Getenv("FOYER_TEST_REWRITE") != "" {
		h, c := newHouse(t, moment), newClock(t)
		o := h.options()
		o.TSA = c
		must(t, os.WriteFile("testdata/sealed.pdf", h.seal(t, plain(plainPage), o), 0o600))
		must(t, os.WriteFile("testdata/roots.pem", keys.PEM(h.authority.Root(), c.root), 0o600))
	}
	file, roots := old(t)
	if s := want(t, file, roots, seal.Ours); !s.Timestamp.Trusted || s.Timestamp.Authority != "Test Time" || !s.At.Equal(moment) {
		t.Errorf("%+v", s)
	}
}

// old is the file that is kept, with whom to trust.
func old(t testing.TB) ([]byte, seal.Roots) {
	t.Helper()
	file, err := os.ReadFile("testdata/sealed.pdf")
	must(t, err)
	text, err := os.ReadFile("testdata/roots.pem")
	must(t, err)
	both, err := keys.ParsePEM(text)
	must(t, err)
	if len(both) != 2 {
		t.Fatalf("%d roots", len(both))
	}
	return file, seal.Roots{Seals: poolOf(both[0]), Authorities: poolOf(both[1])}
}

// Nothing in a file is followed without end.
func TestHostileFiles(t *testing.T) {
	t.Parallel()
	h := newHouse(t, moment)
	page := plainPage
	sound := plain(page)
	want(t, h.seal(t, sound, h.options()), h.roots, seal.Ours)
	deep := strings.Repeat("[", 200_000) + strings.Repeat("]", 200_000)
	// Each page holds all that come after it.
	pages, kids := []string{"<</Pages 2 0 R>>", ""}, ""
	for i := range 1000 {
		pages, kids = append(pages, "<</X("), kids+fmt.Sprintf("%d 0 R ", i+3)
	}
	pages[1] = "<</Kids[" + kids + "]>>"
	pages = append(pages, strings.Repeat("word ", 100_000)+strings.Repeat(")>>", 1000))
	for what, data := range map[string][]byte{
		"a catalog that is a page":  fileOf("<</Type/Catalog/Pages 1 0 R>>"),
		"a page that is its parent": fileOf("<</Pages 2 0 R>>", "<</Kids[2 0 R]>>"),
		"a loop of pages":           fileOf("<</Pages 2 0 R>>", "<</Kids[3 0 R]>>", "<</Kids[2 0 R]>>"),
		"a deep page":               fileOf("<</Pages 2 0 R>>", "<</Kids[3 0 R]>>", "<</Annots "+deep+">>"),
		"a deep catalog":            fileOf("<</Pages 2 0 R/X"+deep+">>", "<</Kids[3 0 R]>>", page),
		"overlapping objects":       fileOf(pages...),
		"annotations that loop":     fileOf("<</Pages 2 0 R>>", "<</Kids[3 0 R]>>", "<</Annots 3 0 R>>"),
		"annotations that are form": fileOf("<</Pages 2 0 R/AcroForm<</Fields 4 0 R>>>>", "<</Kids[3 0 R]>>", "<</Annots 4 0 R>>", "[]"),
		"a form that is a number":   fileOf("<</Pages 2 0 R/AcroForm 7>>", "<</Kids[3 0 R]>>", page),
		"a key twice":               fileOf("<</Pages 2 0 R/Pages 3 0 R>>", "<</Kids[3 0 R]>>", page),
		"certified":                 fileOf("<</Pages 2 0 R/Perms<<>>>>", "<</Kids[3 0 R]>>", page),
		"no pages":                  fileOf("<</Pages 2 0 R>>", "<</Kids[]>>"),
		"a table of tables":         bytes.Replace(sound, []byte("/Size 4"), []byte("/Size 4/Prev "+tableAt(sound)), 1),
		"a table that is its own":   append(bytes.Clone(sound), fmt.Sprintf("xref\ntrailer\n<</Size 4/Root 1 0 R/Prev %d>>\nstartxref\n%d\n", len(sound), len(sound))...),
		"a table without end":       bytes.Replace(sound, []byte("xref\n0 4"), []byte("xref\n0 8388600"), 1),
		"no room for numbers":       bytes.Replace(sound, []byte("/Size 4"), []byte("/Size 9999999999"), 1),
		"a table at the end":        append(bytes.Clone(sound), "startxref 999999"...),
		"cut":                       sound[:len(sound)/2],
	} {
		if out, err := seal.Seal(t.Context(), data, h.options()); err == nil || out != nil {
			t.Errorf("%s: sealed", what)
		} else if !errors.Is(err, seal.ErrUnsupported) {
			t.Errorf("%s: %v", what, err)
		}
		if r, err := seal.Verify(data, h.roots); err != nil || r.Verdict != seal.NotSealed {
			t.Errorf("%s: %v, %v", what, r.Verdict, err)
		}
	}
	if _, err := seal.Seal(t.Context(), []byte("GIF89a"), h.options()); !errors.Is(err, seal.ErrNotPDF) {
		t.Errorf("no PDF: %v", err)
	}
	if _, err := seal.Seal(t.Context(), append(sound, make([]byte, seal.MaxSize)...), h.options()); !errors.Is(err, seal.ErrTooLarge) {
		t.Errorf("too large: %v", err)
	}
}

func tableAt(file []byte) string {
	return fmt.Sprint(bytes.LastIndex(file, []byte("\nxref\n")) + 1)
}

func BenchmarkSeal(b *testing.B) {
	h, file := newHouse(b, moment), contract(b)
	o := h.options()
	o.Mark = &seal.Mark{Picture: scrawl(), Rect: place}
	for what, o := range map[string]seal.Options{"unseen": h.options(), "mark": o} {
		b.Run(what, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				h.seal(b, file, o)
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "seals/s")
		})
	}
}

func BenchmarkVerify(b *testing.B) {
	h := newHouse(b, moment)
	out := h.seal(b, contract(b), h.options())
	for b.Loop() {
		verify(b, out, h.roots)
	}
}
