package housetest

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"
	"time"

	"foyer/internal/feature/library"
	"foyer/internal/housetest/house"
)

// spent is the processor time of this process so far.
func spent() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// sinking takes an answer and lets its bytes go.
type sinking struct {
	header http.Header
	status int
	bytes  int
}

// Header implements http.ResponseWriter.
func (s *sinking) Header() http.Header { return s.header }

// WriteHeader implements http.ResponseWriter.
func (s *sinking) WriteHeader(status int) { s.status = status }

// Write implements http.ResponseWriter.
func (s *sinking) Write(b []byte) (int, error) {
	s.bytes += len(b)
	return len(b), nil
}

// repeat asks for something until the time is up, and tells of the processor time.
func repeat(b *testing.B, h *house.House, a *house.Agent, path string, status, size int, headers ...string) {
	b.Helper()
	ask := func() *http.Request {
		r := httptest.NewRequestWithContext(b.Context(), http.MethodGet, "https://"+a.Host+path, nil)
		for _, name := range []string{"__Host-fy_staff", "__Host-fy_portal"} {
			if a.Cookie(name) != "" {
				r.AddCookie(&http.Cookie{Name: name, Value: a.Cookie(name)})
			}
		}
		for i := 0; i+1 < len(headers); i += 2 {
			r.Header.Set(headers[i], headers[i+1])
		}
		return r
	}
	began := spent()
	for b.Loop() {
		w := &sinking{header: http.Header{}}
		h.Handler().ServeHTTP(w, ask())
		if w.status != status || size > 0 && w.bytes != size {
			b.Fatalf("%s answers %d with %d bytes", path, w.status, w.bytes)
		}
	}
	b.ReportMetric(float64((spent()-began).Microseconds())/float64(b.N), "cpu-µs/op")
	b.ReportAllocs()
}

// BenchmarkDownload hands out a file of 100 KB through the whole handler: with the note
// of the download in the log, and a part that begins after its first byte, which is not
// noted.
func BenchmarkDownload(b *testing.B) {
	h := house.New(b, house.SQLite).Furnish(b)
	w, c := h.First, h.First.Clients[0]
	content, _ := packed(rand.New(rand.NewPCG(1, 1)), 100<<10)
	load, err := h.Documents.ForStaff(w.Owner.Staff(b)).Begin(b.Context(), library.Parcel{Kind: library.OfClient, Place: c.ID.String(), Shared: true})
	if err == nil {
		err = load.Add(b.Context(), "bench.gz", bytes.NewReader(content))
	}
	if err != nil {
		b.Fatal(err)
	}
	done, err := load.Finish(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	path := "/portal/documents/" + done.Of.String() + "/file"
	b.Run("noted", func(b *testing.B) { repeat(b, h, c.Contacts[0], path, http.StatusOK, len(content)) })
	b.Run("not noted", func(b *testing.B) {
		repeat(b, h, c.Contacts[0], path, http.StatusPartialContent, len(content)-1, "Range", "bytes=1-")
	})
}

// BenchmarkListOfDocuments draws the lists of documents of a workspace with 1,000 of them
// and with 100,000, of which a hundredth are of the client in the portal.
func BenchmarkListOfDocuments(b *testing.B) {
	for _, e := range []house.Engine{house.SQLite, house.Postgres} {
		for _, n := range []int{1_000, 100_000} {
			b.Run(fmt.Sprintf("%s/%d", e, n), func(b *testing.B) {
				h := house.New(b, e).Furnish(b)
				w, c := h.First, h.First.Clients[0]
				scatter(b, h, w, c, n)
				for name, one := range map[string]struct {
					a  *house.Agent
					at string
				}{
					"staff": {w.Owner, "/app/documents"}, "staff of a client": {w.Owner, "/app/clients/" + c.ID.String() + "/documents"},
					"staff of a category": {w.Owner, "/app/documents?category=reports"},
					"portal":              {c.Contacts[0], "/portal/documents"}, "portal of a category": {c.Contacts[0], "/portal/documents?category=reports"},
				} {
					b.Run(name, func(b *testing.B) { repeat(b, h, one.a, one.at, http.StatusOK, 0) })
				}
			})
		}
	}
}

// scatter writes so many rows of documents, whose bytes nobody asks for: of the client
// as many in any case, and the rest of the other.
func scatter(b *testing.B, h *house.House, w *house.Workspace, c *house.Client, n int) {
	b.Helper()
	const own = 500
	number := "with recursive n (i) as (select 1 union all select i + 1 from n where i < " + fmt.Sprint(n) + ") "
	of := fmt.Sprintf("case when i %% %d = 0 then '%s' else '%s' end", n/own, c.ID, w.Clients[1].ID)
	id := func(letter string) string {
		return "'01kb" + letter + "' || substr('" + strings.Repeat("0", 21) + "' || i, -21)"
	}
	if h.Engine == house.Postgres {
		id = func(letter string) string { return "'01kb" + letter + "' || lpad(cast(i as text), 21, '0')" }
	}
	h.Change(b, number+`insert into document (workspace_id, id, place_kind, place_id, client_id, name, name_key, category, source, state, state_at, shared, latest_id, created_at)
		select '`+w.Site.ID+`', `+id("d")+`, 'client', `+of+`, `+of+`, 'Document ' || i, 'document ' || i, case i % 3 when 0 then 'contracts' when 1 then 'reports' else 'deliverables' end,
		'staff', 'kept', 1764000000000000, case when i % 4 = 3 then 'none' else 'client' end, `+id("v")+`, 1764000000000000 from n`)
	h.Change(b, number+`insert into document_version (workspace_id, id, document_id, client_id, number, name, blob_key, sha256, size_bytes, media_type, created_at)
		select '`+w.Site.ID+`', `+id("v")+`, `+id("d")+`, `+of+`, 1, 'Document ' || i || '.pdf', 'key ' || i, '', 1000, 'application/pdf', 1764000000000000 from n`)
	if h.Engine == house.Postgres {
		h.Change(b, "analyze")
	}
}
