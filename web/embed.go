// Package web holds what the browser loads: the stylesheet, the script, the
// fonts and the icon, built by build.mjs into static/, committed, embedded, and
// served under names that carry a hash of their content, so that they may be
// kept for a year.
package web

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"strconv"
	"strings"
)

//go:embed static
var static embed.FS

// Prefix is the path under which Handler answers.
const Prefix = "/assets/"

// file is one asset with the forms it is stored in.
type file struct {
	url         string
	contentType string
	plain       []byte
	gzip        []byte // nil: not stored
	brotli      []byte // nil: not stored
}

// files are the assets by name; paths are the same by address.
var files, paths = load()

// Asset gives the address of an asset by its name: "app.css", "app.js",
// "favicon.svg", "instrument-sans-latin.woff2". It panics when there is none:
// names are constants, so a wrong one is a bug that every page would show.
func Asset(name string) string {
	f, found := files[name]
	if !found {
		panic(fmt.Sprintf("web: no asset named %q", name))
	}
	return f.url
}

// Open gives the content of the asset at a request path, its content type, and
// its encoding: "br", "gzip" or "" for plain, the smallest stored form that
// acceptEncoding allows. found is false for an unknown name or hash.
func Open(requestPath, acceptEncoding string) (data []byte, contentType, encoding string, found bool) {
	f, found := paths[requestPath]
	if !found {
		return nil, "", "", false
	}
	switch {
	case f.brotli != nil && accepts(acceptEncoding, "br"):
		return f.brotli, f.contentType, "br", true
	case f.gzip != nil && accepts(acceptEncoding, "gzip"):
		return f.gzip, f.contentType, "gzip", true
	}
	return f.plain, f.contentType, "", true
}

// Handler answers GET and HEAD below Prefix: 200 with the asset, to be kept
// for a year, or 404 for a name or hash that is not ours.
func Handler() http.Handler { return http.HandlerFunc(serve) }

func serve(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
		return
	}
	data, contentType, encoding, found := Open(r.URL.Path, r.Header.Get("Accept-Encoding"))
	if !found {
		http.NotFound(w, r)
		return
	}
	h := w.Header()
	h.Set("Content-Type", contentType)
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("X-Content-Type-Options", "nosniff")
	if f := paths[r.URL.Path]; f.brotli != nil || f.gzip != nil {
		h.Add("Vary", "Accept-Encoding")
	}
	if encoding != "" {
		h.Set("Content-Encoding", encoding)
	}
	h.Set("Content-Length", strconv.Itoa(len(data)))
	w.WriteHeader(http.StatusOK)
	if r.Method == http.MethodGet {
		_, _ = w.Write(data) // a reader who went away is no error of ours
	}
}

// accepts says whether an Accept-Encoding header names an encoding and does
// not refuse it with q=0.
func accepts(header, encoding string) bool {
	for part := range strings.SplitSeq(header, ",") {
		name, params, _ := strings.Cut(part, ";")
		if !strings.EqualFold(strings.TrimSpace(name), encoding) {
			continue
		}
		q, isQ := strings.CutPrefix(strings.ReplaceAll(params, " ", ""), "q=")
		weight, err := strconv.ParseFloat(q, 64)
		return !isQ || err != nil || weight > 0
	}
	return false
}

// load reads the embedded files once. Fonts lie in a folder of their own and
// are named without it; licence texts are shipped but not served.
func load() (byName, byPath map[string]*file) {
	byName, byPath = map[string]*file{}, map[string]*file{}
	err := fs.WalkDir(static, "static", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		ext := path.Ext(p)
		contentType, served := contentTypes[ext]
		if !served {
			return nil
		}
		plain, err := static.ReadFile(p)
		if err != nil {
			return err
		}
		f := &file{url: address(path.Base(p), plain), contentType: contentType, plain: plain}
		f.gzip, _ = static.ReadFile(p + ".gz") // not every file has one
		f.brotli, _ = static.ReadFile(p + ".br")
		byName[path.Base(p)], byPath[f.url] = f, f
		return nil
	})
	if err != nil {
		panic(fmt.Sprintf("web: read the embedded files: %v", err))
	}
	return byName, byPath
}

// contentTypes are the kinds of file that are served.
var contentTypes = map[string]string{
	".css":   "text/css; charset=utf-8",
	".js":    "text/javascript; charset=utf-8",
	".svg":   "image/svg+xml",
	".woff2": "font/woff2",
}

// address is the hashed address of a file: build.mjs writes the same ones into
// the stylesheet.
func address(name string, data []byte) string {
	sum := sha256.Sum256(data)
	ext := path.Ext(name)
	return Prefix + strings.TrimSuffix(name, ext) + "." + hex.EncodeToString(sum[:])[:12] + ext
}
