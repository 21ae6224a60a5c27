package housetest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"testing"
	"time"

	"foyer/internal/auth"
	"foyer/internal/feature/library"
	"foyer/internal/housetest/house"
)

// porter carries files to a house and from it over the network, as a program that
// reads and writes them as streams.
type porter struct {
	at   string // host and port
	a    *house.Agent
	host string
}

// parcel is a file that is carried.
type parcel struct {
	name string
	body io.Reader
}

// answer is what was said to it.
type answer struct {
	status int
	said   string
	header http.Header
}

// over answers for a house over the network, without the work that is not a request:
// what that makes would be counted too.
func over(t *testing.T, h *house.House) (at string) {
	t.Helper()
	pages := httptest.NewServer(h.Handler())
	t.Cleanup(pages.Close)
	return pages.Listener.Addr().String()
}

// bring sends a form with files, as the script does.
func (p porter) bring(ctx context.Context, path string, fields map[string]string, files ...parcel) (answer, error) {
	read, write := io.Pipe()
	form := multipart.NewWriter(write)
	go func() { _ = write.CloseWithError(fill(form, fields, files)) }()
	r, err := p.request(ctx, http.MethodPost, path, read)
	if err != nil {
		return answer{}, err
	}
	r.Header.Set("Content-Type", form.FormDataContentType())
	r.Header.Set("Foyer-Upload", "1")
	got, err := http.DefaultTransport.RoundTrip(r)
	_ = read.CloseWithError(io.ErrClosedPipe)
	if err != nil {
		return answer{}, err
	}
	defer got.Body.Close()
	said, err := io.ReadAll(got.Body)
	return answer{got.StatusCode, string(said), got.Header}, err
}

func fill(form *multipart.Writer, fields map[string]string, files []parcel) error {
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		if err := form.WriteField(name, fields[name]); err != nil {
			return err
		}
	}
	for _, one := range files {
		part, err := form.CreateFormFile(library.UploadField, one.name)
		if err != nil {
			return err
		}
		if _, err := io.Copy(part, one.body); err != nil {
			return err
		}
	}
	return form.Close()
}

func (p porter) request(ctx context.Context, method, path string, body io.Reader) (*http.Request, error) {
	r, err := http.NewRequestWithContext(ctx, method, "http://"+p.at+path, body)
	if err != nil {
		return nil, err
	}
	r.Host = p.host
	r.Header.Set("Origin", "https://"+p.host)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	for _, realm := range []auth.Realm{auth.StaffRealm, auth.PortalRealm} {
		if name := "__Host-fy_" + string(realm); p.a.Cookie(name) != "" {
			r.AddCookie(&http.Cookie{Name: name, Value: p.a.Cookie(name)})
		}
	}
	return r, nil
}

// fetch asks for a file and gives the hash of what came, also where it broke off.
func (p porter) fetch(ctx context.Context, path string, headers ...string) (a answer, sha256sum string, n int64, err error) {
	r, err := p.request(ctx, http.MethodGet, path, nil)
	if err != nil {
		return a, "", 0, err
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	got, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		return a, "", 0, err
	}
	defer got.Body.Close()
	sum := sha256.New()
	n, err = io.Copy(sum, got.Body)
	return answer{got.StatusCode, "", got.Header}, hex.EncodeToString(sum.Sum(nil)), n, err
}

// packed is a file of so many bytes that nobody can guess, of a kind that is taken,
// and its hash.
func packed(random *rand.Rand, size int) ([]byte, string) {
	content := make([]byte, max(size, 2))
	var seed [32]byte
	for i := range seed {
		seed[i] = byte(random.Uint32())
	}
	_, _ = rand.NewChaCha8(seed).Read(content) // never fails
	copy(content, "\x1f\x8b")
	return content, hashOf(content)
}

func hashOf(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

// shelved are the documents of a client by their names: what the list has, page by
// page.
func shelved(t *testing.T, h *house.House, w *house.Workspace, of *house.Client) map[string]library.Row {
	t.Helper()
	app, all := h.Documents.ForStaff(w.Owner.Staff(t)), map[string]library.Row{}
	for after := ""; ; {
		l, err := app.List(t.Context(), library.Wanted{Client: of.ID, After: after})
		must(t, err)
		for _, r := range l.Rows {
			if _, twice := all[r.Name]; twice {
				t.Errorf("%s is there twice", r.Name)
			}
			all[r.Name] = r
		}
		if after = l.Next; after == "" {
			return all
		}
	}
}

// keysOf are the keys of all bytes that a workspace has in the store, and of those
// that have a row.
func keysOf(t *testing.T, h *house.House, w *house.Workspace) (stored, named []string) {
	t.Helper()
	for after := ""; ; {
		some, err := h.Blobs.List(t.Context(), w.Site.ID, after, 500)
		must(t, err)
		if len(some) == 0 {
			break
		}
		for _, one := range some {
			stored = append(stored, one.Key)
		}
		after = stored[len(stored)-1]
	}
	named = house.Texts(t, h.Everything(t), `select blob_key from (select workspace_id, blob_key from document_version union all select workspace_id, blob_key from document_preview) b where workspace_id = '`+w.Site.ID+`'`)
	slices.Sort(named)
	return stored, named
}

// orphans are bytes without a row. It is an error that a row has no bytes.
func orphans(t *testing.T, h *house.House, w *house.Workspace) []string {
	t.Helper()
	stored, named := keysOf(t, h, w)
	for _, key := range named {
		if _, found := slices.BinarySearch(stored, key); !found {
			t.Errorf("a row names %s, and the store does not have it", key)
		}
	}
	return slices.DeleteFunc(stored, func(key string) bool { _, found := slices.BinarySearch(named, key); return found })
}

// sweepAway holds that orphans, and nothing else, go once they are old enough. The
// store tells their age by its own clock, so that of the house is set by it.
func sweepAway(t *testing.T, h *house.House, w *house.Workspace) (gone int) {
	t.Helper()
	before := orphans(t, h, w)
	sweep := func(age time.Duration) {
		t.Helper()
		h.Clock.Later(time.Now().Add(age).Sub(h.Clock.Now()))
		who, err := h.Gate.System(t.Context(), w.Site.ID)
		must(t, err)
		must(t, h.Documents.Sweep(t.Context(), who))
	}
	sweep(29 * 24 * time.Hour)
	if now := orphans(t, h, w); !slices.Equal(before, now) {
		t.Errorf("of %d bytes without a row %d are left after 29 days: they went too early", len(before), len(now))
	}
	sweep(31 * 24 * time.Hour)
	if now := orphans(t, h, w); len(now) > 0 {
		t.Errorf("%d of %d bytes without a row are still there after 31 days", len(now), len(before))
	}
	return len(before)
}

// soaking tells whether the counts are those of make soak.
func soaking() bool { return os.Getenv("FOYER_TEST_SOAK") != "" }

// megabytes is a number of bytes as figures have it.
func megabytes(n int64) string { return fmt.Sprintf("%.1f MB", float64(n)/(1<<20)) }
