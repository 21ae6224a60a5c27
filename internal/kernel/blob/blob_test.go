package blob_test

import (
	"bytes"
	"errors"
	"fmt"
	"testing"

	"foyer/internal/kernel/blob"
	"foyer/internal/kernel/lang"
	"foyer/internal/kernel/problem"
)

func TestBytesPrintsForPeople(t *testing.T) {
	t.Parallel()
	for n, want := range map[blob.Bytes]string{
		0: "0 bytes", 1000: "1000 bytes", 1024: "1 KB", 1536: "1536 bytes", 256 << 10: "256 KB",
		100 << 20: "100 MB", 5 << 30: "5 GB", 2048 << 30: "2048 GB",
	} {
		if got := fmt.Sprint(n); got != want {
			t.Errorf("%d prints as %q, want %q", int64(n), got, want)
		}
	}
	p, _ := problem.As(blob.TooLarge(100 << 20))
	if got := lang.For("en").T(p.Message.Key, p.Message.Args...); got != "That is too large. The limit is 100 MB." {
		t.Errorf("the sentence is %q", got)
	}
	for _, key := range []string{"blob.full", "blob.away"} {
		if !lang.Has(key) {
			t.Errorf("the catalogue lacks %s", key)
		}
	}
}

func FuzzSplitKey(f *testing.F) {
	good, err := blob.NewKey("06b9q4h2k8000000000000000a")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add("06b9q4h2k8000000000000000a/../../etc/passwd")
	f.Add("06b9q4h2k8000000000000000a/aaaaaaaaaaaaaaaaaaaaaaaaa\x00")
	f.Fuzz(func(t *testing.T, key string) {
		w, random, err := blob.SplitKey(key)
		if err != nil {
			if !errors.Is(err, blob.ErrKey) {
				t.Fatal(err)
			}
			return
		}
		if w+"/"+random != key || len(key) != 53 || bytes.ContainsAny([]byte(key[:26]+key[27:]), "./\\\x00%") {
			t.Fatalf("%q passes as %q and %q", key, w, random)
		}
	})
}
