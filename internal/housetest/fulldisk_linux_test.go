package housetest

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"testing"

	"foyer/internal/housetest/house"
)

// A disk that is really full: several people bring files at once until there is no room
// left, each of which is there and whole or was refused with a sentence, and there is
// room again for the next once something was taken away. It mounts a small disk, for
// which it has to be root, and is one of the soak alone.
func TestFullDiskIsSaid(t *testing.T) {
	if !soaking() || os.Geteuid() != 0 {
		t.Log("a small disk is mounted by root, in make soak")
		return
	}
	h := house.New(t, house.SQLite).Furnish(t)
	disk := filepath.Join(t.TempDir(), "disk")
	must(t, os.Mkdir(disk, 0o700))
	must(t, syscall.Mount("tmpfs", disk, "tmpfs", 0, "size=24m"))
	t.Cleanup(func() { must(t, syscall.Unmount(disk, syscall.MNT_DETACH)) })
	h.MoveFiles(t, "file:"+disk)
	w, c := h.First, h.First.Clients[0]
	p := porter{over(t, h), w.Owner, house.Host}
	random := rand.New(rand.NewPCG(10, 10))
	path := "/app/clients/" + c.ID.String() + "/documents"
	var mu sync.Mutex
	known, refused := map[string]string{}, 0
	var all sync.WaitGroup
	for i := range 40 {
		content, hash := packed(random, 500<<10+random.IntN(2<<20))
		name := fmt.Sprintf("disk %d.gz", i)
		all.Go(func() {
			a, err := p.bring(t.Context(), path, nil, parcel{name, bytes.NewReader(content)})
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err == nil && a.status == http.StatusCreated:
				known[name] = hash
			case err == nil && a.status == http.StatusServiceUnavailable && a.said == noRoomLeft:
				refused++
			default:
				t.Errorf("%s is answered %d %q %v", name, a.status, a.said, err)
			}
		})
	}
	all.Wait()
	if refused == 0 || len(known) == 0 {
		t.Errorf("%d came and %d were refused: the disk was not full", len(known), refused)
	}
	listed := shelved(t, h, w, c)
	for name, hash := range known {
		if r := w.Owner.Get(t, "/app/documents/"+listed[name].ID.String()+"/file"); hashOf(r.Body.Bytes()) != hash {
			t.Errorf("%s is answered %d with %d other bytes", name, r.Code, r.Body.Len())
		}
	}
	if alone := orphans(t, h, w); len(alone) > 0 {
		t.Errorf("%d of those that were refused take room", len(alone))
	}
	left, err := os.ReadDir(filepath.Join(disk, "tmp"))
	if err != nil || len(left) > 0 {
		t.Errorf("%d files that were begun are left (%v)", len(left), err)
	}
	must(t, syscall.Mount("tmpfs", disk, "tmpfs", syscall.MS_REMOUNT, "size=64m"))
	content, hash := packed(random, 4<<20)
	if a, err := p.bring(t.Context(), path, nil, parcel{"room.gz", bytes.NewReader(content)}); err != nil || a.status != http.StatusCreated {
		t.Errorf("with room again: %d %q %v", a.status, a.said, err)
	}
	if r := w.Owner.Get(t, "/app/documents/"+shelved(t, h, w, c)["room.gz"].ID.String()+"/file"); hashOf(r.Body.Bytes()) != hash {
		t.Errorf("what came once there was room is answered %d with %d other bytes", r.Code, r.Body.Len())
	}
	h.Verified(t)
	figure(t, "a full disk", fmt.Sprintf("%d files came and are whole, %d were refused, nothing of them is left", len(known), refused))
}
