package housetest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strconv"
	"sync"
	"testing"

	"foyer/internal/auth"
	"foyer/internal/feature/library"
	"foyer/internal/housetest/house"
)

// carriers are the owner and the first contact of the first client, over the network.
func carriers(t *testing.T, h *house.House) (w *house.Workspace, c *house.Client, staff, contact porter) {
	t.Helper()
	at := over(t, h.Furnish(t))
	w, c = h.First, h.First.Clients[0]
	return w, c, porter{at, w.Owner, house.Host}, porter{at, c.Contacts[0], house.Host}
}

// bringShared brings a file that the client sees, and gives its document.
func bringShared(t *testing.T, h *house.House, w *house.Workspace, c *house.Client, p porter, name string, content []byte) library.ID {
	t.Helper()
	a, err := p.bring(t.Context(), "/app/clients/"+c.ID.String()+"/documents", map[string]string{"shared": "true"}, parcel{name, bytes.NewReader(content)})
	if err != nil || a.status != http.StatusCreated {
		t.Fatalf("%d %s %v", a.status, a.said, err)
	}
	return shelved(t, h, w, c)[name].ID
}

// While versions of a document arrive, each download is one of them, as it is said to
// be, and never a mixture.
func TestDownloadsWhileVersionsArriveAreOneVersion(t *testing.T) {
	house.OnBoth(t, func(t *testing.T, h *house.House) {
		w, c, staff, contact := carriers(t, h)
		random := rand.New(rand.NewPCG(3, 3))
		versions := 12
		if soaking() {
			versions = 150
		}
		content, hash := packed(random, 1500<<10)
		of := bringShared(t, h, w, c, staff, "versions.gz", content)
		var mu sync.Mutex
		hashes, seen := map[string]bool{hash: true}, map[string]bool{}
		ended, stop := context.WithCancel(t.Context())
		downloads := 0
		var all sync.WaitGroup
		for _, one := range []struct {
			by porter
			at string
		}{{staff, "/app/documents/"}, {staff, "/app/documents/"}, {contact, "/portal/documents/"}} {
			all.Go(func() {
				for last := false; !last; {
					last = ended.Err() != nil // and once more, for the newest
					a, got, n, err := one.by.fetch(t.Context(), one.at+of.String()+"/file")
					mu.Lock()
					if err != nil || a.status != http.StatusOK || !hashes[got] || a.header.Get("ETag") != strconv.Quote(got) {
						t.Errorf("a download is answered %d with %d bytes of no version (%v)", a.status, n, err)
					}
					if last && got != hash {
						t.Errorf("the last download is not the newest version")
					}
					seen[got] = true
					downloads++
					mu.Unlock()
				}
			})
		}
		app := h.Documents.ForStaff(w.Owner.Staff(t))
		for i := range versions {
			d, err := app.Brief(t.Context(), of)
			must(t, err)
			next, sum := packed(random, 1<<20+random.IntN(1<<20))
			mu.Lock()
			hashes[sum] = true
			mu.Unlock()
			a, err := staff.bring(t.Context(), "/app/documents/"+of.String()+"/versions", map[string]string{"version": strconv.FormatInt(d.Version, 10)},
				parcel{fmt.Sprintf("version %d.gz", i), bytes.NewReader(next)})
			if err != nil || a.status != http.StatusCreated {
				t.Errorf("version %d is answered %d %s %v", i, a.status, a.said, err)
			}
			mu.Lock()
			hash = sum
			mu.Unlock()
		}
		stop()
		all.Wait()
		if len(seen) < 2 {
			t.Error("all downloads were of one version")
		}
		figure(t, "downloads while versions arrive", fmt.Sprintf("%s: %d downloads of %d of %d versions, each whole", h.Engine, downloads, len(seen), versions+1))
	})
}

// A document that is no longer shared while somebody reads it is read to its end; what
// they ask for after that is not there.
func TestUnsharedWhileItIsRead(t *testing.T) {
	house.OnBoth(t, func(t *testing.T, h *house.House) {
		w, c, staff, contact := carriers(t, h)
		// More than the network between the two takes without a reader.
		content, hash := packed(rand.New(rand.NewPCG(4, 4)), 24<<20)
		of := bringShared(t, h, w, c, staff, "unshared.gz", content)
		path := "/portal/documents/" + of.String() + "/file"
		r, err := contact.request(t.Context(), http.MethodGet, path, nil)
		must(t, err)
		got, err := http.DefaultTransport.RoundTrip(r)
		must(t, err)
		defer got.Body.Close()
		sum := sha256.New()
		if _, err := io.CopyN(sum, got.Body, 1<<20); err != nil {
			t.Fatal(err)
		}
		form := w.Owner.Get(t, "/app/documents/"+of.String()+"/sharing").Page(t).Form(t, "/app/documents/"+of.String()+"/sharing")
		form.Set("sharing", "none")
		if r := w.Owner.Post(t, "/app/documents/"+of.String()+"/sharing", form); r.Code != http.StatusSeeOther {
			t.Fatalf("it cannot be unshared: %d %s", r.Code, said(t, r))
		}
		for _, headers := range [][]string{nil, {"Range", "bytes=1048576-"}, {"Range", "bytes=0-99", "If-Range", got.Header.Get("ETag")}, {"If-None-Match", got.Header.Get("ETag")}} {
			if a, _, n, err := contact.fetch(t.Context(), path, headers...); err != nil || a.status != http.StatusNotFound {
				t.Errorf("%v after that is answered %d with %d bytes (%v)", headers, a.status, n, err)
			}
		}
		n, err := io.Copy(sum, got.Body)
		if err != nil || hex.EncodeToString(sum.Sum(nil)) != hash {
			t.Errorf("the download that was under way broke off after %d bytes: %v", n, err)
		}
	})
}

// A form that is sent twice at once makes its documents once, and both are told that
// they are there.
func TestFilesSentTwiceAtOnceAreThereOnce(t *testing.T) {
	house.OnBoth(t, func(t *testing.T, h *house.House) {
		w, c, staff, contact := carriers(t, h)
		random := rand.New(rand.NewPCG(6, 6))
		for i := range 6 {
			by, at := staff, "/app/clients/"+c.ID.String()+"/documents"
			if i%2 == 1 {
				by, at = contact, "/portal/documents"
			}
			content, hash := packed(random, 1200<<10)
			name, key := fmt.Sprintf("twice %d.gz", i), fmt.Sprintf("%032d", i)
			before := shelved(t, h, w, c)
			var both sync.WaitGroup
			for range 2 {
				both.Go(func() {
					a, err := by.bring(t.Context(), at, map[string]string{"_key": key}, parcel{name, bytes.NewReader(content)})
					if err != nil || a.status != http.StatusCreated {
						t.Errorf("%s is answered %d %s %v", name, a.status, a.said, err)
					}
				})
			}
			both.Wait()
			after := shelved(t, h, w, c)
			if len(after) != len(before)+1 {
				t.Errorf("%s is there %d times", name, len(after)-len(before))
			}
			if r := w.Owner.Get(t, "/app/documents/"+after[name].ID.String()+"/file"); hashOf(r.Body.Bytes()) != hash {
				t.Errorf("%s is answered %d with %d other bytes", name, r.Code, r.Body.Len())
			}
		}
		if alone := orphans(t, h, w); len(alone) > 0 {
			t.Errorf("%d of those that came second are still stored", len(alone))
		}
		h.Verified(t)
	})
}

// When every contact of a client is shut out while a document is shared with one of
// them, its page, its sharing and the lists go on.
func TestSharingAfterTheLastContactIsShutOut(t *testing.T) {
	house.OnBoth(t, func(t *testing.T, h *house.House) {
		w, c, staff, contact := carriers(t, h)
		content, _ := packed(rand.New(rand.NewPCG(8, 8)), 1000)
		of := bringShared(t, h, w, c, staff, "alone.gz", content)
		at := "/app/documents/" + of.String()
		form := w.Owner.Get(t, at+"/sharing").Page(t).Form(t, at+"/sharing")
		form.Set("sharing", "chosen")
		form["chosen"] = []string{c.ContactIDs[0].String()}
		opened := w.Owner.Get(t, at+"/sharing").Page(t).Form(t, at+"/sharing") // of somebody else, at the same time
		if r := w.Owner.Post(t, at+"/sharing", form); r.Code != http.StatusSeeOther {
			t.Fatalf("it cannot be shared with one: %d %s", r.Code, said(t, r))
		}
		for _, one := range c.ContactIDs {
			must(t, w.ClientsAs(t, w.Owner).Suspend(t.Context(), c.ID, one))
		}
		if a, _, _, err := contact.fetch(t.Context(), "/portal/documents/"+of.String()+"/file"); err != nil || a.status == http.StatusOK {
			t.Errorf("somebody who is shut out is answered %d (%v)", a.status, err)
		}
		opened.Set("sharing", "none")
		if r := w.Owner.Post(t, at+"/sharing", opened); r.Code != http.StatusConflict {
			t.Errorf("a form that is stale is answered %d", r.Code)
		}
		for _, page := range []string{"/app/documents", "/app/documents?whose=shared", "/app/clients/" + c.ID.String() + "/documents", at, at + "/sharing", at + "/edit"} {
			if r := w.Owner.Get(t, page); r.Code != http.StatusOK {
				t.Errorf("%s answers %d", page, r.Code)
			}
		}
		for _, sharing := range []string{"chosen", "client", "none", "client"} {
			form := w.Owner.Get(t, at+"/sharing").Page(t).Form(t, at+"/sharing")
			form.Set("sharing", sharing)
			if sharing == "chosen" {
				form["chosen"] = []string{c.ContactIDs[0].String()}
			}
			if r := w.Owner.Post(t, at+"/sharing", form); r.Code != http.StatusSeeOther {
				t.Errorf("sharing with %s is answered %d: %s", sharing, r.Code, said(t, r))
			}
		}
		must(t, w.ClientsAs(t, w.Owner).Reinstate(t.Context(), c.ID, c.ContactIDs[0]))
		back := w.SignIn(t, auth.PortalRealm, c.Contacts[0].Name)
		for _, page := range []string{"/portal/documents", "/portal/documents/" + of.String()} {
			if r := back.Get(t, page); r.Code != http.StatusOK {
				t.Errorf("to somebody who is let in again %s answers %d", page, r.Code)
			}
		}
	})
}
