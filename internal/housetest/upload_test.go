package housetest

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"foyer/internal/housetest/house"
	"foyer/internal/kernel/blob/blobtest"
)

// killing is the set of rounds of a test that kills the program during uploads.
type killing struct {
	t      *testing.T
	h      *house.House
	w      *house.Workspace
	random *rand.Rand

	mu           sync.Mutex
	sent         map[string]string // hashes of all files by name
	acknowledged map[string]string // of the round
	made         int
	seen         map[string]bool // documents of which the bytes were compared
	kept         int             // files that were acknowledged
	bytes        int64           // of these
}

// Whatever is acknowledged is there after the program was killed while several people
// bring files, and nothing is half there.
func TestUploadsSurviveBeingKilled(t *testing.T) {
	if os.Getenv(crashAddress) != "" {
		serveUntilKilled(t)
		return
	}
	house.OnBoth(t, func(t *testing.T, h *house.House) { killUploads(t, h.Furnish(t), "on disk", 3, 200) })
}

// The same where the files are in a bucket.
func TestUploadsToABucketSurviveBeingKilled(t *testing.T) {
	t.Parallel()
	h := house.New(t, house.SQLite).Furnish(t)
	h.MoveFiles(t, blobtest.S3(t))
	killUploads(t, h, "in a bucket", 1, 50)
}

func killUploads(t *testing.T, h *house.House, where string, rounds, soak int) {
	t.Helper()
	if soaking() {
		rounds = soak
	}
	k := &killing{t: t, h: h, w: h.First, random: rand.New(rand.NewPCG(rand.Uint64(), 7)), sent: map[string]string{}, seen: map[string]bool{}}
	for range rounds {
		k.round()
		k.look()
	}
	h.Verified(t)
	gone := sweepAway(t, h, k.w)
	h.Verified(t)
	if k.kept == 0 {
		t.Errorf("no file was acknowledged in %d rounds", rounds)
	}
	figure(t, "killed during uploads", fmt.Sprintf("%s, %s: %d kills, %d files of %s acknowledged and whole, %d more came whole without a word, %d left bytes alone and were swept",
		h.Engine, where, rounds, k.kept, megabytes(k.bytes), len(k.seen)-k.kept, gone))
}

// round serves the house by a child, brings files, and kills it at some moment.
func (k *killing) round() {
	t := k.t
	t.Helper()
	k.acknowledged = map[string]string{}
	k.h.Leave(t)
	c := startChild(t, k.h, "^TestUploadsSurviveBeingKilled$")
	// The kill comes some time after so many bytes were sent and something was
	// acknowledged: in a body, in a commit, or while an answer is on its way.
	after, late := int64(3<<20+k.random.IntN(8<<20)), time.Duration(k.random.IntN(25))*time.Millisecond
	var came atomic.Int64
	var once sync.Once
	counting := func(n int) {
		if came.Add(int64(n)) < after {
			return
		}
		k.mu.Lock()
		said := len(k.acknowledged) > 0
		k.mu.Unlock()
		if said {
			once.Do(func() { time.AfterFunc(late, func() { _ = c.cmd.Process.Kill() }) })
		}
	}
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for k.bring(porter{c.at, k.w.Owner, house.Host}, counting) {
			}
		})
	}
	all.Wait()
	_ = c.cmd.Wait() // it was killed
	k.h.Return(t)
}

// bring is somebody who brings a file; false when there is no answer any more.
func (k *killing) bring(p porter, counting func(int)) bool {
	k.mu.Lock()
	size := 1 + k.random.IntN(64<<10)
	if k.random.IntN(3) == 0 {
		size = k.random.IntN(3 << 20)
	}
	content, hash := packed(k.random, size)
	k.made++
	name := fmt.Sprintf("crash %d.gz", k.made)
	k.sent[name] = hash
	k.mu.Unlock()
	a, err := p.bring(k.t.Context(), "/app/clients/"+k.w.Clients[0].ID.String()+"/documents", map[string]string{"shared": "true"},
		parcel{name, counted{bytes.NewReader(content), counting}})
	if err != nil {
		return false
	}
	if a.status != http.StatusCreated {
		k.t.Errorf("%s is answered %d: %s", name, a.status, a.said)
		return false
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.acknowledged[name] = hash
	k.bytes += int64(len(content))
	return true
}

// look holds what is new in the list against what was sent and what was said.
func (k *killing) look() {
	t := k.t
	t.Helper()
	all := shelved(t, k.h, k.w, k.w.Clients[0])
	for name := range k.acknowledged {
		if _, there := all[name]; !there {
			t.Errorf("%s was acknowledged and is gone", name)
		}
	}
	for name, row := range all {
		if !strings.HasPrefix(name, "crash") || k.seen[name] {
			continue
		}
		k.seen[name] = true
		r := k.w.Owner.Get(t, "/app/documents/"+row.ID.String()+"/file")
		if got := hashOf(r.Body.Bytes()); r.Code != http.StatusOK || got != k.sent[name] {
			t.Errorf("%s is answered %d with %d bytes, which are not those that were sent", name, r.Code, r.Body.Len())
		}
	}
	k.kept += len(k.acknowledged)
}

// counted tells how many bytes were taken from a reader.
type counted struct {
	io.Reader
	tell func(int)
}

// Read implements io.Reader.
func (c counted) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.tell(n)
	return n, err
}

// child is another process that serves a house.
type child struct {
	cmd *exec.Cmd
	at  string // its address
}

// startChild lets the test of a name serve the house in another process. It ends when
// it is killed, or with this one.
func startChild(t *testing.T, h *house.House, test string) child {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run", test)
	cmd.Env = append(os.Environ(), crashEngine+"="+string(h.Engine), crashAddress+"="+h.Address, house.DataVariable+"="+h.Data, house.FilesVariable+"="+h.Files)
	_, err := cmd.StdinPipe() // which ends with this process
	must(t, err)
	out, err := cmd.StdoutPipe()
	must(t, err)
	cmd.Stderr = os.Stderr
	must(t, cmd.Start())
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if at, serving := strings.CutPrefix(lines.Text(), "serving "); serving {
			go func() { _, _ = io.Copy(io.Discard, out) }()
			return child{cmd, at}
		}
	}
	t.Fatalf("the other process does not serve: %v", cmd.Wait())
	return child{}
}

// serveUntilKilled is the child: it serves as the program does.
func serveUntilKilled(t *testing.T) {
	t.Helper()
	h := house.Open(t, house.Engine(os.Getenv(crashEngine)), os.Getenv(crashAddress))
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(0) // whoever started it is gone
	}()
	fmt.Println("serving " + l.Addr().String())
	must(t, h.Server.Serve(t.Context(), l))
}
