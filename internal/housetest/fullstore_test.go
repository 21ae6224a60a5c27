package housetest

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"foyer/internal/housetest/house"
	"foyer/internal/kernel/blob"
	"foyer/internal/kernel/problem"
)

// faulty stands before a store and makes it fail.
type faulty struct {
	blob.StoreCloser
	room   atomic.Int64 // how many bytes still fit; negative for no end
	breaks atomic.Int64 // after so many bytes a blob cannot be read any further; 0 for never
}

// Put implements blob.Store.
func (f *faulty) Put(ctx context.Context, workspace string, content io.Reader, limit int64) (blob.Blob, error) {
	if f.room.Load() >= 0 {
		content = &filling{content, f}
	}
	return f.StoreCloser.Put(ctx, workspace, content, limit)
}

// Open implements blob.Store.
func (f *faulty) Open(ctx context.Context, key string) (io.ReadSeekCloser, error) {
	r, err := f.StoreCloser.Open(ctx, key)
	if left := f.breaks.Load(); err == nil && left > 0 {
		r = &breaking{r, left}
	}
	return r, err
}

// filling takes room for what is read.
type filling struct {
	io.Reader
	of *faulty
}

// Read implements io.Reader.
func (f *filling) Read(p []byte) (int, error) {
	n, err := f.Reader.Read(p)
	if f.of.room.Add(-int64(n)) < 0 {
		f.of.room.Store(0)
		return 0, problem.Of(problem.Unavailable, "blob.full")
	}
	return n, err
}

// breaking fails after so many bytes.
type breaking struct {
	io.ReadSeekCloser
	left int64
}

// Read implements io.Reader.
func (b *breaking) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errors.New("the disk went away")
	}
	n, err := b.ReadSeekCloser.Read(p[:min(int64(len(p)), b.left)])
	b.left -= int64(n)
	return n, err
}

// fail puts something that fails before the store of a house.
func fail(t *testing.T, h *house.House) *faulty {
	t.Helper()
	f := &faulty{}
	f.room.Store(-1)
	h.Store = func(s blob.StoreCloser) blob.StoreCloser {
		f.StoreCloser = s
		return f
	}
	h.Leave(t)
	h.Return(t)
	return f
}

const noRoomLeft = "There is no room left to store files. Tell the people who run this installation."

// When there is no room left, whoever brings a file reads so, nothing of what they
// brought is there, and the next file comes once there is room.
func TestFullStoreIsSaid(t *testing.T) {
	house.OnBoth(t, func(t *testing.T, h *house.House) {
		f := fail(t, h.Furnish(t))
		at := over(t, h)
		w, c, random := h.First, h.First.Clients[0], rand.New(rand.NewPCG(1, 1))
		staff, contact := porter{at, w.Owner, house.Host}, porter{at, c.Contacts[0], house.Host}
		small, _ := packed(random, 10_000)
		large, hash := packed(random, 3<<20)
		stored, _ := keysOf(t, h, w)
		before := len(shelved(t, h, w, c))
		nothing := func(when string) {
			t.Helper()
			if now, _ := keysOf(t, h, w); len(now) != len(stored) {
				t.Errorf("%s: %d files are stored, and there were %d", when, len(now), len(stored))
			}
			if now := len(shelved(t, h, w, c)); now != before {
				t.Errorf("%s: there are %d documents, and there were %d", when, now, before)
			}
		}
		for when, room := range map[string]int64{"no room": 0, "some room": 1 << 20} {
			for _, one := range []struct {
				by   porter
				at   string
				form url.Values
			}{{staff, "/app/clients/" + c.ID.String() + "/documents", url.Values{"category": {"contracts"}, "shared": {"true"}}}, {contact, "/portal/documents", url.Values{"place": {c.Project.String()}}}} {
				f.room.Store(room)
				a, err := one.by.bring(t.Context(), one.at, nil, parcel{"small.gz", bytes.NewReader(small)}, parcel{"large.gz", bytes.NewReader(large)})
				if err != nil || a.status != http.StatusServiceUnavailable || a.said != noRoomLeft {
					t.Errorf("%s: %s answers %d %q %v", when, one.at, a.status, a.said, err)
				}
				f.room.Store(room)
				r := one.by.a.PostFile(t, one.at, one.form, "files", "large.gz", large)
				if r.Code != http.StatusServiceUnavailable || !strings.Contains(said(t, r), noRoomLeft) {
					t.Errorf("%s: without script %s answers %d, and says %q", when, one.at, r.Code, said(t, r))
				} else if again := r.Page(t).Form(t, one.at); again.Get("category") != one.form.Get("category") || again.Get("place") != one.form.Get("place") {
					t.Errorf("%s: the form that is drawn again says %v", when, again)
				}
				nothing(when)
			}
		}
		f.room.Store(10 << 20)
		a, err := contact.bring(t.Context(), "/portal/documents", nil, parcel{"small.gz", bytes.NewReader(small)}, parcel{"large.gz", bytes.NewReader(large)})
		if err != nil || a.status != http.StatusCreated {
			t.Errorf("with room again: %d %q %v", a.status, a.said, err)
		}
		of := shelved(t, h, w, c)["large.gz"].ID
		if r := w.Owner.Get(t, "/app/documents/"+of.String()+"/file"); hashOf(r.Body.Bytes()) != hash {
			t.Errorf("what came once there was room is answered %d with %d other bytes", r.Code, r.Body.Len())
		}
		h.Verified(t)
	})
}

// A file that cannot be read to its end is broken off, and one that cannot be read at
// all is an error page: nobody keeps half a file and takes it for the whole.
func TestBrokenFileIsNotTakenForWhole(t *testing.T) {
	t.Parallel()
	h := house.New(t, house.SQLite).Furnish(t)
	f := fail(t, h)
	at := over(t, h)
	w, c := h.First, h.First.Clients[0]
	p, contact := porter{at, w.Owner, house.Host}, porter{at, c.Contacts[0], house.Host}
	content, hash := packed(rand.New(rand.NewPCG(2, 2)), 5*blob.Piece-1000)
	a, err := p.bring(t.Context(), "/app/clients/"+c.ID.String()+"/documents", map[string]string{"shared": "true"}, parcel{"whole.gz", bytes.NewReader(content)})
	if err != nil || a.status != http.StatusCreated {
		t.Fatalf("%d %s %v", a.status, a.said, err)
	}
	of := shelved(t, h, w, c)["whole.gz"]
	key := strings.Join(house.Texts(t, h.Everything(t), `select blob_key from document_version where id = '`+of.Latest.ID.String()+`'`), "")
	workspace, random, err := blob.SplitKey(key)
	must(t, err)
	file := filepath.Join(h.Data, "blobs", workspace, random[:2], random)

	// whole, broken and none are what a download may be.
	type outcome string
	const whole, broken, none outcome = "whole", "broken off", "an error page"
	look := func(when string, want outcome, headers ...string) {
		t.Helper()
		for _, one := range []struct {
			by porter
			at string
		}{{p, "/app/documents/"}, {contact, "/portal/documents/"}} {
			a, got, n, err := one.by.fetch(t.Context(), one.at+of.ID.String()+"/file", headers...)
			is := none
			switch {
			case errors.Is(err, io.ErrUnexpectedEOF):
				is = broken
			case err != nil:
				t.Errorf("%s: %v", when, err)
			case a.status == http.StatusOK && got == hash, a.status == http.StatusPartialContent:
				is = whole
			case a.status < 400:
				t.Errorf("%s: %s answers %d with %d bytes, which are not the file's", when, one.at, a.status, n)
			}
			if is != want {
				t.Errorf("%s: %s gives %s (%d, %d bytes), want %s", when, one.at, is, a.status, n, want)
			}
		}
	}
	change := func(at int) {
		t.Helper()
		changed := bytes.Clone(content)
		changed[at] ^= 1
		must(t, os.WriteFile(file, changed, 0o600))
	}
	look("as it was stored", whole)
	f.breaks.Store(2*blob.Piece + 1000)
	look("the store breaks in the middle", broken)
	f.breaks.Store(1000)
	look("the store breaks at the beginning", none)
	f.breaks.Store(0)
	change(3*blob.Piece + 77)
	look("a byte in the middle is another", broken)
	look("a range before it", whole, "Range", "bytes=0-1000")
	look("a range over it", broken, "Range", "bytes=1000-4000000")
	change(77)
	look("a byte at the beginning is another", none)
	must(t, os.WriteFile(file, content[:len(content)-1], 0o600))
	look("a byte is missing at the end", broken)
	must(t, os.WriteFile(file, append(bytes.Clone(content), 0), 0o600))
	look("there is a byte too many", broken)
	must(t, os.Remove(file))
	look("the bytes are gone", none)
	must(t, os.WriteFile(file, content, 0o600))
	look("a backup is put back", whole)
}
