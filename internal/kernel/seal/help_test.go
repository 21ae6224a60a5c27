package seal_test

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"fmt"
	"image"
	"image/color"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"foyer/internal/kernel/pdf"
	"foyer/internal/kernel/seal"
	"foyer/internal/kernel/seal/keys"
)

var moment = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// house is a workspace with its authority and a key for seals.
type house struct {
	authority, key keys.Key
	roots          seal.Roots
}

func newHouse(t testing.TB, now time.Time) house {
	t.Helper()
	authority, err := keys.NewAuthority("Halden & Rowe", now)
	must(t, err)
	key, err := keys.IssueSealCertificate(authority, nil, keys.Subject{Name: "Halden & Rowe", Organization: "Halden & Rowe Ltd", Country: "IE", Email: "seal@halden.example"}, now, keys.MinSealLife)
	must(t, err)
	return house{authority, key, seal.Roots{Seals: poolOf(authority.Root())}}
}

func poolOf(certificates ...*x509.Certificate) *x509.CertPool {
	p := x509.NewCertPool()
	for _, c := range certificates {
		p.AddCert(c)
	}
	return p
}

// contract is a file as the project's own maker writes it.
func contract(t testing.TB) []byte {
	t.Helper()
	d := pdf.Document{
		Title: "Agreement", Author: "Halden & Rowe", Language: "en", At: moment, Running: "Agreement",
		Theme:  pdf.Theme{Paper: pdf.A4, Color: "#0f766e", Footer: "Halden & Rowe · Dublin"},
		PageOf: func(page, pages int) string { return fmt.Sprintf("Page %d of %d", page, pages) },
	}
	for i := range 40 {
		d.Blocks = append(d.Blocks, pdf.Heading{Text: fmt.Sprintf("Clause %d", i+1)}, pdf.Paragraph{Text: "The price is one thousand euro; Łódź, façade, Σχεδιασμός."})
	}
	m, err := pdf.Make(d)
	must(t, err)
	if m.Pages < 2 {
		t.Fatal("the contract has a single page")
	}
	return m.Bytes
}

// scrawl is a drawn name: ink on nothing.
func scrawl() image.Image {
	m := image.NewNRGBA(image.Rect(0, 0, 300, 100))
	for x := range 300 {
		for y := range 4 {
			m.Set(x, (x*x/90+y)%100, color.NRGBA{10, 20, 120, 255})
		}
	}
	return m
}

func (h house) options() seal.Options {
	return seal.Options{Key: h.key, At: moment, Name: "Halden & Rowe", Reason: "Sealed so that a later change is seen (“final”)", Label: "Seal of Halden & Rowe"}
}

func (h house) seal(t testing.TB, file []byte, o seal.Options) []byte {
	t.Helper()
	out, err := seal.Seal(t.Context(), file, o)
	must(t, err)
	return out
}

func verify(t testing.TB, file []byte, roots seal.Roots) seal.Report {
	t.Helper()
	r, err := seal.Verify(file, roots)
	must(t, err)
	return r
}

// want holds a file's verdict, and gives its only signature.
func want(t testing.TB, file []byte, roots seal.Roots, v seal.Verdict) seal.Signature {
	t.Helper()
	r := verify(t, file, roots)
	if r.Verdict != v {
		t.Fatalf("the file is said to be %v, not %v: %+v", r.Verdict, v, r.Signatures)
	}
	if len(r.Signatures) != 1 {
		t.Fatalf("%d signatures", len(r.Signatures))
	}
	return r.Signatures[0]
}

// need passes the test over when a tool is missing, unless all have to be there.
func need(t testing.TB, names ...string) {
	t.Helper()
	for _, name := range names {
		if _, err := exec.LookPath(name); err != nil {
			if os.Getenv("FOYER_TEST_REQUIRE") != "" {
				t.Fatal(err)
			}
			t.Skip(err)
		}
	}
}

// ask runs a tool and gives what it says; says is what that has to hold.
func ask(t testing.TB, command []string, says ...string) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), command[0], command[1:]...).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %v\n%s", command, err, out)
	}
	for _, s := range says {
		if !strings.Contains(string(out), s) {
			t.Errorf("%v does not say %q:\n%s", command, s, out)
		}
	}
	return string(out)
}

// keep writes a file for tools to look at.
func keep(t testing.TB, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	must(t, os.WriteFile(path, data, 0o600))
	return path
}

var rangeOf = regexp.MustCompile(`/ByteRange \[0 (\d+) (\d+) (\d+) *\]`)

// cut takes a file's last seal apart: what it covers, and the message with the
// zeros behind it. It reads the file in its own way.
func cut(t testing.TB, file []byte) (content, message []byte, from, to int) {
	t.Helper()
	all := rangeOf.FindAllSubmatch(file, -1)
	if len(all) == 0 {
		t.Fatal("no range")
	}
	m := all[len(all)-1]
	n := make([]int, 3)
	for i := range n {
		n[i], _ = strconv.Atoi(string(m[i+1]))
	}
	from, to = n[0], n[1]
	if to+n[2] != len(file) || file[from] != '<' || file[to-1] != '>' {
		t.Fatalf("the range %v does not fit a file of %d bytes", n, len(file))
	}
	message, err := hex.DecodeString(string(file[from+1 : to-1]))
	must(t, err)
	return bytes.Join([][]byte{file[:from], file[to:]}, nil), message, from, to
}

// swap has the first page show what the second one does, by an update behind the
// file as an editor writes it.
func swap(t testing.TB, file []byte) []byte {
	t.Helper()
	pages := regexp.MustCompile(`(?s)(\d+) 0 obj\n(<</Type /Page\n.*?/Contents (\d+) 0 R.*?)\nendobj`).FindAllSubmatch(file, -1)
	start := regexp.MustCompile(`startxref\n(\d+)`).FindAllSubmatch(file, -1)
	size := regexp.MustCompile(`/Size (\d+)`).FindAllSubmatch(file, -1)
	root := regexp.MustCompile(`/Root (\d+ 0 R)`).FindSubmatch(file)
	if len(pages) < 2 || start == nil || size == nil || root == nil {
		t.Fatal("a file of another kind")
	}
	contents := func(i int) []byte { return fmt.Appendf(nil, "/Contents %s 0 R", pages[i][3]) }
	out := append(bytes.Clone(file), '\n')
	at := len(out)
	out = fmt.Appendf(out, "%s 0 obj\n%s\nendobj\n", pages[0][1], bytes.Replace(pages[0][2], contents(0), contents(1), 1))
	xref := len(out)
	return fmt.Appendf(out, "xref\n%s 1\n%010d 00000 n \ntrailer\n<</Size %s/Root %s/Prev %s>>\nstartxref\n%d\n%%%%EOF\n",
		pages[0][1], at, size[len(size)-1][1], root[1], start[len(start)-1][1], xref)
}

// clock is an authority of time stamps for tests: a root, and what it issued.
type clock struct {
	root, own *x509.Certificate
	signer    *ecdsa.PrivateKey
	alone     bool // its stamps come without the root
}

// critical is the extension that says a certificate is for time stamps alone,
// which has to be critical (RFC 3161, 2.3).
var critical = pkix.Extension{Id: []int{2, 5, 29, 37}, Critical: true, Value: []byte{0x30, 0x0a, 0x06, 0x08, 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x08}}

func newClock(t testing.TB) clock {
	t.Helper()
	make := func(form, parent *x509.Certificate, by *ecdsa.PrivateKey) (*x509.Certificate, *ecdsa.PrivateKey) {
		k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		must(t, err)
		if by == nil {
			by, parent = k, form
		}
		form.NotBefore, form.NotAfter, form.BasicConstraintsValid = moment.AddDate(-20, 0, 0), moment.AddDate(60, 0, 0), true
		der, err := x509.CreateCertificate(rand.Reader, form, parent, k.Public(), by)
		must(t, err)
		c, err := x509.ParseCertificate(der)
		must(t, err)
		return c, k
	}
	root, by := make(&x509.Certificate{Subject: pkix.Name{CommonName: "Test Root of Time"}, IsCA: true, KeyUsage: x509.KeyUsageCertSign}, nil, nil)
	own, signer := make(&x509.Certificate{Subject: pkix.Name{CommonName: "Test Time"}, KeyUsage: x509.KeyUsageDigitalSignature, ExtraExtensions: []pkix.Extension{critical}, SerialNumber: big.NewInt(77)}, root, by)
	return clock{root: root, own: own, signer: signer}
}

// tsa is a function that stamps.
type tsa func(ctx context.Context, sum [32]byte) ([]byte, error)

func (f tsa) Timestamp(ctx context.Context, sum [32]byte) ([]byte, error) { return f(ctx, sum) }

var browser = sync.OnceValue(func() string {
	for _, name := range []string{"chromium-headless-shell", "headless-shell", "headless_shell", "chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return "chromium"
})
