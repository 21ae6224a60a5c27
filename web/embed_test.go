package web

import (
	"bytes"
	"compress/gzip"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
)

// Budgets in bytes; design says what each page may weigh.
const (
	cssBudget   = 16 * 1024
	jsBudget    = 18 * 1024
	fontsBudget = 43 * 1024 // both subsets; the first visit loads one, below 32

	// What single pages load besides.
	proseBudget   = 160 * 1024         // the editor, for staff who write a contract
	signBudget    = 250*1024 - 80*1024 // the signing page may weigh 250 KB, and a first visit 80
	sheetBudget   = 4 * 1024
	boardBudget   = 16 * 1024 // what drags the cards of a board
	readingBudget = 60 * 1024 // the face for long texts, of which a page has one subset
)

func TestEveryAssetIsFoundUnderItsHash(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"app.css", "app.js", "reading.css", "prose.css", "prose.js", "sign.css", "sign.js", "talk.css", "board.js", "favicon.svg", "caveat-latin.woff2", "instrument-sans-latin.woff2", "instrument-sans-latin-ext.woff2"} {
		url := Asset(name)
		data, contentType, encoding, found := Open(url, "")
		if !found || len(data) == 0 || contentType == "" || encoding != "" {
			t.Errorf("%s at %s: found %v, %d bytes, type %q, encoding %q", name, url, found, len(data), contentType, encoding)
		}
		if again := address(name, data); again != url {
			t.Errorf("%s: content hashes to %s, served at %s", name, again, url)
		}
	}
}

func TestUnknownNamesAndHashesAre404(t *testing.T) {
	t.Parallel()
	css := Asset("app.css")
	for _, path := range []string{
		"/assets/app.css", "/assets/app.000000000000.css", "/assets/", "/assets/../embed.go",
		css + ".gz", strings.ToUpper(css), "/assets/fonts/OFL.txt",
	} {
		w := httptest.NewRecorder()
		Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "http://x"+path, nil))
		if w.Code != http.StatusNotFound {
			t.Errorf("GET %s: %d, want 404", path, w.Code)
		}
	}
}

func TestAssetPanicsOnAWrongName(t *testing.T) {
	t.Parallel()
	defer func() {
		if recover() == nil {
			t.Error("Asset of an unknown name returned")
		}
	}()
	Asset("nothing.css")
}

func TestPrecompressedFormsUnpackToThePlainFile(t *testing.T) {
	t.Parallel()
	for name, f := range files {
		if strings.HasSuffix(name, ".woff2") {
			if f.gzip != nil || f.brotli != nil {
				t.Errorf("%s is compressed twice", name)
			}
			continue
		}
		zr, err := gzip.NewReader(bytes.NewReader(f.gzip))
		if err != nil {
			t.Fatalf("%s.gz: %v", name, err)
		}
		if got, err := io.ReadAll(zr); err != nil || !bytes.Equal(got, f.plain) {
			t.Errorf("%s.gz does not unpack to %s (%v)", name, name, err)
		}
		if got, err := io.ReadAll(brotli.NewReader(bytes.NewReader(f.brotli))); err != nil || !bytes.Equal(got, f.plain) {
			t.Errorf("%s.br does not unpack to %s (%v)", name, name, err)
		}
	}
}

func TestBudgets(t *testing.T) {
	t.Parallel()
	if n := len(files["app.css"].gzip); n > cssBudget {
		t.Errorf("app.css is %d bytes gzipped, budget %d", n, cssBudget)
	}
	if n := len(files["app.js"].gzip); n > jsBudget {
		t.Errorf("app.js is %d bytes gzipped, budget %d", n, jsBudget)
	}
	fonts := 0
	faces := 0
	for name, f := range files {
		switch {
		case strings.HasPrefix(name, "newsreader"):
			if len(f.plain) > readingBudget {
				t.Errorf("%s is %d bytes, budget %d", name, len(f.plain), readingBudget)
			}
		case strings.HasPrefix(name, "instrument-sans"):
			fonts += len(f.plain)
		case strings.HasSuffix(name, "-latin.woff2") || strings.HasSuffix(name, "-latin-ext.woff2"):
			faces += len(f.plain)
		}
	}
	if n := len(files["prose.js"].gzip); n > proseBudget {
		t.Errorf("prose.js is %d bytes gzipped, budget %d", n, proseBudget)
	}
	if n := len(files["board.js"].gzip); n > boardBudget {
		t.Errorf("board.js is %d bytes gzipped, budget %d", n, boardBudget)
	}
	// The step that shows a name in the faces has no long text, so the face for that is
	// not loaded there.
	if n := len(files["sign.js"].gzip) + len(files["sign.css"].gzip) + len(files["reading.css"].gzip) + faces; n > signBudget {
		t.Errorf("the signing page loads %d bytes besides, budget %d", n, signBudget)
	}
	for _, name := range []string{"reading.css", "prose.css", "sign.css", "talk.css"} {
		if n := len(files[name].gzip); n > sheetBudget {
			t.Errorf("%s is %d bytes gzipped, budget %d", name, n, sheetBudget)
		}
	}
	if fonts > fontsBudget {
		t.Errorf("fonts are %d bytes, budget %d", fonts, fontsBudget)
	}
	if n := len(files["instrument-sans-latin.woff2"].plain); n > 32*1024 {
		t.Errorf("the font of a first visit is %d bytes, budget 32 KB", n)
	}
}

func TestTheStylesheetNamesFontsThatAreServed(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]int{"app.css": 2, "reading.css": 2, "prose.css": 0, "sign.css": 6, "talk.css": 0} {
		namesFontsThatAreServed(t, name, want)
	}
}

func namesFontsThatAreServed(t *testing.T, name string, want int) {
	t.Helper()
	css := string(files[name].plain)
	urls := regexp.MustCompile(`url\(["']?([^"')]+)`).FindAllStringSubmatch(css, -1)
	fonts := 0
	for _, m := range urls {
		if strings.HasPrefix(m[1], "data:") {
			continue
		}
		if _, _, _, found := Open(m[1], ""); !found {
			t.Errorf("%s loads %s, which is not served: run npm run build", name, m[1])
		}
		fonts++
	}
	if fonts != want {
		t.Errorf("%s loads %d files, want %d fonts", name, fonts, want)
	}
	if strings.Contains(css, "@import") || strings.Contains(css, "http://") {
		t.Errorf("%s names something outside", name)
	}
}

func TestNegotiation(t *testing.T) {
	t.Parallel()
	for accept, want := range map[string]string{
		"":                           "",
		"gzip, deflate, br, zstd":    "br",
		"gzip, deflate":              "gzip",
		"br;q=0, gzip":               "gzip",
		"BR":                         "br",
		"br; q=0.0, gzip; q=0":       "",
		"identity":                   "",
		"brotli, gzipped, x-br, abr": "",
	} {
		r := httptest.NewRequest(http.MethodGet, "http://x"+Asset("app.css"), nil)
		r.Header.Set("Accept-Encoding", accept)
		w := httptest.NewRecorder()
		Handler().ServeHTTP(w, r)
		if got := w.Header().Get("Content-Encoding"); got != want || w.Code != http.StatusOK {
			t.Errorf("Accept-Encoding %q: %d with encoding %q, want %q", accept, w.Code, got, want)
		}
		if w.Header().Get("Vary") != "Accept-Encoding" {
			t.Errorf("Accept-Encoding %q: Vary is %q", accept, w.Header().Get("Vary"))
		}
		if w.Header().Get("Cache-Control") != "public, max-age=31536000, immutable" {
			t.Errorf("Cache-Control is %q", w.Header().Get("Cache-Control"))
		}
	}
}

func TestHeadHasNoBodyAndPostIsRefused(t *testing.T) {
	t.Parallel()
	for method, want := range map[string]int{http.MethodHead: 200, http.MethodPost: 405} {
		w := httptest.NewRecorder()
		Handler().ServeHTTP(w, httptest.NewRequest(method, "http://x"+Asset("app.js"), nil))
		if w.Code != want {
			t.Errorf("%s: %d, want %d", method, w.Code, want)
		}
		if method == http.MethodHead && w.Body.Len() != 0 {
			t.Error("HEAD wrote a body")
		}
	}
}

// The policy forbids inline styles and handlers, and evaluation. htmx keeps a
// constructor of functions for features that the script switches off; our own
// sources have no business with any of it.
func TestSourcesKeepThePolicy(t *testing.T) {
	t.Parallel()
	bad := regexp.MustCompile(`\.style\b|style=|\beval\(|new Function|innerHTML\s*=|outerHTML\s*=|insertAdjacentHTML|document\.write|setAttribute\("on`)
	for _, pattern := range []string{"js/*.js", "img/*.svg"} {
		names, err := filepath.Glob(pattern)
		if err != nil || len(names) == 0 {
			t.Fatalf("%s: %v, %d files", pattern, err, len(names))
		}
		for _, name := range names {
			data, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			if hit := bad.Find(data); hit != nil {
				t.Errorf("%s has %q", name, hit)
			}
		}
	}
}

func TestLicencesAreBeside(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"fonts/OFL.txt", "LICENSE-lucide.txt", "LICENSE-htmx.txt", "LICENSE-tailwindcss.txt", "LICENSE-prose.txt", "LICENSE-sign.txt", "fonts/OFL-newsreader.txt", "fonts/OFL-caveat.txt", "fonts/OFL-dancing-script.txt", "fonts/OFL-great-vibes.txt"} {
		if data, err := fs.ReadFile(static, "static/"+name); err != nil || len(data) < 200 {
			t.Errorf("%s: %d bytes, %v", name, len(data), err)
		}
	}
}

// The lock file must not say where packages were fetched from.
func TestTheLockFileNamesNoHost(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("package-lock.json")
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(data, []byte(`"resolved"`)) {
		t.Error(`package-lock.json has "resolved" entries`)
	}
}
