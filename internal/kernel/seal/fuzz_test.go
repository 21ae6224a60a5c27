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

// Verify never fails, and calls nothing ours but the files that were sealed.
func FuzzVerify(f *testing.F) {
	file, h, _ := stamped(f)
	_, _, from, to := cut(f, file)
	other := newHouse(f, moment)
	f.Add(file)
	f.Add(contract(f))
	f.Add(swap(f, file))
	f.Add(h.seal(f, file, h.options()))
	f.Add(other.seal(f, file, other.options()))
	f.Add(file[:to])
	f.Add(append(bytes.Clone(file[:from+1]), bytes.Repeat([]byte("30820ff0"), 4000)...))
	f.Add([]byte("1 0 obj<</ByteRange[0 29 31 1]/Contents<>>>"))
	f.Add([]byte("%PDF-1.7\n1 0 obj\n<</Type/Sig/ByteRange [0 60 80 10]/Contents <3006060100>>>"))
	f.Fuzz(func(t *testing.T, data []byte) {
		start := time.Now()
		r, err := seal.Verify(data, h.roots)
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
	file := contract(f)
	f.Add(file)
	f.Add(h.seal(f, file, h.options()))
	f.Add(append(bytes.Clone(file), file...))
	f.Add(file[:len(file)/2])
	f.Add([]byte("%PDF-1.7\n1 0 obj\n<</Pages 2 0 R/AcroForm 4 0 R>>\nendobj\n2 0 obj\n<</Kids[3 0 R]>>\nendobj\n3 0 obj\n<</Annots 5 0 R>>\nendobj\n4 0 obj\n<</Fields[]>>\nendobj\n5 0 obj\n[]\nendobj\n" +
		"xref\n0 6\n0000000000 65535 f \n0000000009 00000 n \n0000000060 00000 n \n0000000096 00000 n \n0000000132 00000 n \n0000000166 00000 n \ntrailer\n<</Size 6/Root 1 0 R/ID[<01><02>]>>\nstartxref\n184\n%%EOF"))
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
