package housetest

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"foyer/internal/housetest/house"
	"foyer/internal/kernel/blob/blobtest"
)

// fileLine is a house whose files are in a bucket at the end of a bad line, and people
// who bring files and fetch them.
type fileLine struct {
	t      *testing.T
	h      *house.House
	w      *house.Workspace
	line   *blobtest.Line
	p      porter
	random *rand.Rand
	made   int

	mu     sync.Mutex
	known  map[string]string // hashes of what was acknowledged, by name
	told   int               // uploads that were refused with a sentence
	broken int               // downloads that were
}

// fileFault is something that goes wrong between us and the bucket.
type fileFault struct {
	name  string
	begin func(*blobtest.Line)
}

func fileFaults() []fileFault {
	all := []fileFault{
		{"cut in an upload", func(l *blobtest.Line) { l.Cut("upstream", 400<<10) }},
		{"down", (*blobtest.Line).Down},
		{"slow", func(l *blobtest.Line) {
			l.Poison("upstream", "bandwidth", map[string]int{"rate": 4096})
			l.Poison("downstream", "latency", map[string]int{"latency": 300, "jitter": 100})
		}},
	}
	if !soaking() {
		return all
	}
	return append(all,
		fileFault{"cut in the answer", func(l *blobtest.Line) { l.Cut("downstream", 40) }},
		fileFault{"cut in a download", func(l *blobtest.Line) { l.Cut("downstream", 300<<10) }},
		fileFault{"reset", func(l *blobtest.Line) { l.Poison("upstream", "reset_peer", map[string]int{"timeout": 50}) }},
		fileFault{"a hang", func(l *blobtest.Line) { l.Poison("downstream", "timeout", map[string]int{"timeout": 0}) }},
		fileFault{"a hang on the way there", func(l *blobtest.Line) { l.Poison("upstream", "timeout", map[string]int{"timeout": 0}) }},
	)
}

// Whatever happens to the line to the bucket, a file that is brought is there and whole,
// or whoever brings it reads a sentence and nothing of it is there; a file that is
// fetched is whole or breaks off; and once the line is good again, all of it works.
func TestFilesThroughABadLine(t *testing.T) {
	for _, e := range []house.Engine{house.SQLite, house.Postgres} {
		if e == house.Postgres && !soaking() {
			continue // what goes wrong has nothing to do with the database
		}
		t.Run(string(e), func(t *testing.T) {
			t.Parallel()
			h := house.New(t, e).Furnish(t)
			f := &fileLine{t: t, h: h, w: h.First, line: blobtest.NewLine(t, blobtest.S3(t)), random: rand.New(rand.NewPCG(5, 5)), known: map[string]string{}}
			h.MoveFiles(t, f.line.Address)
			h.Serve(t)
			f.p = porter{*h.Webhooks.Load(), f.w.Owner, house.Host}
			rounds := 1
			if soaking() {
				rounds = 5
			}
			f.bring(map[string]sending{"begin.gz": f.file(2 << 20)}, true)
			for range rounds {
				for _, one := range fileFaults() {
					f.round(one)
				}
			}
			h.Verified(t)
			gone := sweepAway(t, h, f.w)
			h.Verified(t)
			figure(t, "files through a bad line", fmt.Sprintf("%s: %d files are there and whole, %d uploads and %d downloads were refused or broken off, %d left bytes alone and were swept", e, len(f.known), f.told, f.broken, gone))
		})
	}
}

// sending is a file that is to be brought.
type sending struct {
	content []byte
	hash    string
}

func (f *fileLine) file(size int) sending {
	content, hash := packed(f.random, size)
	return sending{content, hash}
}

// round is a fault while files are brought and fetched, and what was refused brought
// again after it.
func (f *fileLine) round(fault fileFault) {
	f.t.Helper()
	files := map[string]sending{}
	for _, size := range []int{1 + f.random.IntN(4000), 600<<10 + f.random.IntN(200<<10), 1<<20 + f.random.IntN(2<<20), 9 << 20} {
		f.made++
		files[fmt.Sprintf("line %d.gz", f.made)] = f.file(size)
	}
	begin := shelved(f.t, f.h, f.w, f.w.Clients[0])["begin.gz"]
	fault.begin(f.line)
	want := f.known["begin.gz"]
	var fetching sync.WaitGroup
	for range 2 {
		fetching.Go(func() { f.fetch(fault.name, "/app/documents/"+begin.ID.String()+"/file", want) })
	}
	refused := f.bring(files, false)
	fetching.Wait()
	f.line.Heal()
	all := shelved(f.t, f.h, f.w, f.w.Clients[0])
	for name := range refused {
		if _, there := all[name]; there {
			f.t.Errorf("%s: %s was refused and is there", fault.name, name)
		}
	}
	if fault.name == "down" && len(refused) != len(files) {
		f.t.Errorf("%d of %d files were refused while the store was down", len(refused), len(files))
	}
	f.bring(refused, true)
	all = shelved(f.t, f.h, f.w, f.w.Clients[0])
	for name := range files {
		r := f.w.Owner.Get(f.t, "/app/documents/"+all[name].ID.String()+"/file")
		if r.Code != http.StatusOK || hashOf(r.Body.Bytes()) != f.known[name] {
			f.t.Errorf("%s: %s is answered %d with %d bytes, which are not those that were sent", fault.name, name, r.Code, r.Body.Len())
		}
	}
}

// bring brings files at once and gives those that were refused, which is an error when
// the line is good.
func (f *fileLine) bring(files map[string]sending, good bool) map[string]sending {
	f.t.Helper()
	refused := map[string]sending{}
	var all sync.WaitGroup
	for name, one := range files {
		all.Go(func() {
			began := time.Now()
			a, err := f.p.bring(f.t.Context(), "/app/clients/"+f.w.Clients[0].ID.String()+"/documents", nil, parcel{name, bytes.NewReader(one.content)})
			f.mu.Lock()
			defer f.mu.Unlock()
			switch {
			case err != nil:
				f.t.Errorf("%s has no answer: %v", name, err)
			case a.status == http.StatusCreated:
				f.known[name] = one.hash
			case good || a.status != http.StatusServiceUnavailable && a.status != http.StatusUnprocessableEntity || !strings.HasSuffix(a.said, "."):
				f.t.Errorf("%s is answered %d: %s", name, a.status, a.said)
			default:
				refused[name] = one
				f.told++
			}
			if took := time.Since(began); took > time.Minute {
				f.t.Errorf("%s was answered after %v", name, took)
			}
		})
	}
	all.Wait()
	return refused
}

// fetch fetches a file: all of it, or an error that cannot be taken for it.
func (f *fileLine) fetch(fault, path, want string) {
	a, hash, n, err := f.p.fetch(f.t.Context(), path)
	whole := err == nil && a.status == http.StatusOK
	if whole && hash != want {
		f.t.Errorf("%s: a download of %d bytes looks whole and is not", fault, n)
	}
	if !whole && err == nil && a.status < 500 {
		f.t.Errorf("%s: a download is answered %d", fault, a.status)
	}
	if !whole {
		f.mu.Lock()
		f.broken++
		f.mu.Unlock()
	}
}
