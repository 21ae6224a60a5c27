package housetest

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"foyer/internal/housetest/house"
	"foyer/internal/kernel/blob/blobtest"
)

// A file that is larger than what the program may use of memory comes and goes, and is
// the same afterwards: on its way it is never in memory as a whole.
func TestLongFileComesAndGoes(t *testing.T) {
	if os.Getenv(crashAddress) != "" {
		serveUntilKilled(t)
		return
	}
	t.Run("disk", func(t *testing.T) {
		carryLong(t, house.New(t, house.SQLite).Furnish(t), "on disk")
	})
	t.Run("bucket", func(t *testing.T) {
		h := house.New(t, house.SQLite).Furnish(t)
		h.MoveFiles(t, blobtest.S3(t))
		carryLong(t, h, "in a bucket")
	})
}

// Of the whole process, in bytes: what a file of a gigabyte may take it to, and what a
// smaller one may add, which is less than the file.
const (
	mostMemory = 100 << 20
	mostGrowth = 48 << 20
)

func carryLong(t *testing.T, h *house.House, where string) {
	t.Helper()
	size := int64(64 << 20)
	if soaking() {
		size = 1 << 30
	}
	w, c := h.First, h.First.Clients[0]
	h.Change(t, `update workspace set file_limit_bytes = 2147483648 where id = '`+w.Site.ID+`'`)
	h.Leave(t)
	other := startChild(t, h, "^TestLongFileComesAndGoes$")
	defer func() { _ = other.cmd.Process.Kill(); _ = other.cmd.Wait() }()
	p := porter{other.at, w.Owner, house.Host}
	if a, _, _, err := p.fetch(t.Context(), "/app/clients/"+c.ID.String()+"/documents"); err != nil || a.status != http.StatusOK {
		t.Fatalf("a page before it: %d %v", a.status, err)
	}
	before := peak(t, other)

	sum := sha256.New()
	noise := rand.NewChaCha8([32]byte{9})
	content := io.TeeReader(io.MultiReader(strings.NewReader("\x1f\x8b"), io.LimitReader(noise, size-2)), sum)
	began := time.Now()
	a, err := p.bring(t.Context(), "/app/clients/"+c.ID.String()+"/documents", map[string]string{"shared": "true"}, parcel{"long.gz", content})
	if err != nil || a.status != http.StatusCreated {
		t.Fatalf("%d %s %v", a.status, a.said, err)
	}
	up, brought := time.Since(began), peak(t, other)

	// The list is read by this process while the other serves.
	h.Return(t)
	of := shelved(t, h, w, c)["long.gz"]
	began = time.Now()
	got, hash, n, err := p.fetch(t.Context(), "/app/documents/"+of.ID.String()+"/file")
	if err != nil || got.status != http.StatusOK || n != size || hash != hex.EncodeToString(sum.Sum(nil)) {
		t.Errorf("the download is answered %d with %d bytes, of %d that were sent (%v)", got.status, n, size, err)
	}
	down, most := time.Since(began), peak(t, other)
	if soaking() && most > mostMemory {
		t.Errorf("the process came to %s of memory", megabytes(most))
	}
	if most-before > mostGrowth {
		t.Errorf("the process grew by %s for a file of %s", megabytes(most-before), megabytes(size))
	}
	figure(t, "a long file", fmt.Sprintf("%s: %s up in %.1f s and down in %.1f s; most memory %s before, %s after the upload, %s after the download",
		where, megabytes(size), up.Seconds(), down.Seconds(), megabytes(before), megabytes(brought), megabytes(most)))
}

// peak is the most memory that a process has held so far, in bytes, as Linux tells it;
// elsewhere it is nothing.
func peak(t *testing.T, of child) int64 {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", of.cmd.Process.Pid))
	if os.IsNotExist(err) {
		return 0
	}
	must(t, err)
	_, rest, _ := strings.Cut(string(status), "VmHWM:")
	var kb int64
	if _, err := fmt.Sscan(rest, &kb); err != nil {
		t.Fatal(err)
	}
	return kb << 10
}
