package seal_test

import (
	"bytes"
	"errors"
	"testing"
	"time"

	"foyer/internal/kernel/seal"
)

// enough is how long any file may take, many times what a large one does.
const enough = 20 * time.Second

// Verify never fails, and calls nothing ours but the file that was sealed: the
// one in testdata, since each process that fuzzes would make keys of its own.
func FuzzVerify(f *testing.F) {
	file, roots := old(f)
	_, _, from, to := cut(f, file)
	other := newHouse(f, moment)
	f.Add(file)
	f.Add(plain(plainPage))
	f.Add(other.seal(f, file, other.options()))
	f.Add(other.seal(f, plain(plainPage), other.options()))
	f.Add(file[:to])
	f.Add(append(bytes.Clone(file[:from+1]), bytes.Repeat([]byte("30820ff0"), 4000)...))
	f.Add([]byte("1 0 obj<</ByteRange[0 29 31 1]/Contents<>>>"))
	f.Add([]byte("%PDF-1.7\n1 0 obj\n<</Type/Sig/ByteRange [0 60 80 10]/Contents <3006060100>>>"))
	f.Fuzz(func(t *testing.T, data []byte) {
		start := time.Now()
		r, err := seal.Verify(data, roots)
		if took := time.Since(start); took > enough {
			t.Fatalf("it took %v", took)
		}
		switch {
		case err != nil && !errors.Is(err, seal.ErrNotPDF) && !errors.Is(err, seal.ErrTooLarge):
			t.Fatal(err)
		case err != nil:
			return
		}
		for _, s := range r.Signatures {
			if s.End < 0 || s.End > len(data) || s.Intact && s.Signer == nil || s.Ours && !s.Intact {
				t.Fatalf("%+v", s)
			}
			if s.Ours && !bytes.HasPrefix(data, file[:from]) {
				t.Fatal("another file is said to be ours")
			}
		}
		if r.Verdict == seal.Ours && !bytes.HasPrefix(data, file) {
			t.Fatal("a file that was changed is said to be ours")
		}
	})
}

// Seal refuses a file or seals it: then what was there stays, and it verifies.
func FuzzSeal(f *testing.F) {
	h := newHouse(f, moment)
	file := plain(plainPage)
	f.Add(file)
	f.Add(contract(f))
	f.Add(h.seal(f, file, h.options()))
	f.Add(append(bytes.Clone(file), file...))
	f.Add(file[:len(file)/2])
	f.Add(plain("<</Type/Page/Annots[]/Resources<</Font<</F1 9 0 R>>>>/Contents[4 0 R]>>"))
	f.Add(fileOf("<</Pages 2 0 R/AcroForm 4 0 R>>", "<</Kids[3 0 R]>>", "<</Annots 5 0 R>>", "<</Fields[]>>", "[]"))
	o := h.options()
	o.Mark = &seal.Mark{Picture: scrawl(), Rect: place}
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, o := range []seal.Options{{Key: h.key, At: moment}, o} {
			start := time.Now()
			out, err := seal.Seal(t.Context(), data, o)
			if took := time.Since(start); took > enough {
				t.Fatalf("it took %v", took)
			}
			if err != nil {
				if out != nil {
					t.Fatal("an error, and a file")
				}
				for _, known := range []error{seal.ErrNotPDF, seal.ErrTooLarge, seal.ErrUnsupported} {
					if errors.Is(err, known) {
						return
					}
				}
				t.Fatal(err)
			}
			if !bytes.HasPrefix(out, data) {
				t.Fatal("what was there is not as it was")
			}
			if r, err := seal.Verify(out, h.roots); err != nil || r.Verdict != seal.Ours {
				t.Fatalf("it was sealed, and is %v: %v", r.Verdict, err)
			}
		}
	})
}
