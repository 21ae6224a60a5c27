package web

import (
	"mime"
	"net/http"
	"strconv"
)

// filePolicy is what a browser may do with a file of ours that it opens: nothing
// but show it.
const filePolicy = "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; frame-ancestors 'none'; sandbox"

// File answers with a file to keep, under its name.
func File(w http.ResponseWriter, name, mediaType string, content []byte) error {
	h := w.Header()
	h.Set("Content-Type", mediaType)
	h.Set("Content-Length", strconv.Itoa(len(content)))
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	h.Set("Content-Security-Policy", filePolicy)
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusOK)
	_, err := w.Write(content)
	return err
}
