package hook

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"
	"time"

	"foyer/internal/auth"
	"foyer/internal/kernel/problem"
)

// showFeed is somebody's calendar, for the program that subscribes to it by the secret in
// the address. Programs read it anew every hour or so, and mostly it is as it was.
func (f Face) showFeed(w http.ResponseWriter, r *http.Request, who auth.Visitor) error {
	token, named := strings.CutSuffix(r.PathValue("token"), ".ics")
	if !named {
		return problem.Missing()
	}
	c, err := f.Calendar.Read(r.Context(), who, token)
	if err != nil {
		return err
	}
	data := c.Bytes()
	sum := sha256.Sum256(data)
	h := w.Header()
	h.Set("Content-Type", c.MediaType())
	h.Set("Content-Disposition", `inline; filename="calendar.ics"`)
	h.Set("Cache-Control", "private, no-cache")
	h.Set("ETag", `"`+hex.EncodeToString(sum[:])+`"`)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(data))
	return nil
}
