package blob_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"testing"
	"testing/iotest"

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
	if !lang.Has("blob.full") {
		t.Error("the catalogue lacks blob.full")
	}
}

// TestVerifiedReaders feeds the verifier by readers of every habit.
func TestVerifiedReaders(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	for _, size := range []int{0, 1, 100, 70_000} {
		content := bytes.Repeat([]byte("x"), size)
		sum := sha256.Sum256(content)
		b := blob.Blob{Key: "k", Size: int64(size), SHA256: hex.EncodeToString(sum[:])}
		for name, wrap := range map[string]func(io.Reader) io.Reader{
			"plain": func(r io.Reader) io.Reader { return r }, "one byte": iotest.OneByteReader,
			"halves": iotest.HalfReader, "end with data": iotest.DataErrReader,
		} {
			open := func(content []byte) io.ReadCloser {
				return blob.Verified(io.NopCloser(wrap(bytes.NewReader(content))), b)
			}
			if err := iotest.TestReader(open(content), content); err != nil {
				t.Errorf("%s, %d bytes: %v", name, size, err)
			}
			if got, err := io.ReadAll(open(append([]byte("y"), content...))); !errors.Is(err, blob.ErrCorrupt) || size > 0 && len(got) >= size {
				t.Errorf("%s, %d bytes and one more: %d, %v", name, size, len(got), err)
			}
			if got, err := io.ReadAll(open(append(bytes.Clone(content), 'x'))); !errors.Is(err, blob.ErrCorrupt) || size > 0 && len(got) >= size {
				t.Errorf("%s, %d bytes and one more at the end: %d, %v", name, size, len(got), err)
			}
			if size > 0 {
				if got, err := io.ReadAll(open(content[1:])); !errors.Is(err, blob.ErrCorrupt) || len(got) >= size {
					t.Errorf("%s, %d bytes but one: %d, %v", name, size, len(got), err)
				}
			}
		}
		failing := blob.Verified(io.NopCloser(io.MultiReader(bytes.NewReader(content), iotest.ErrReader(broken))), b)
		if _, err := io.ReadAll(failing); !errors.Is(err, broken) {
			t.Errorf("%d bytes and a broken disk: %v", size, err)
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
