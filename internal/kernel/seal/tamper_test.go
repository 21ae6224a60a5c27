package seal_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"foyer/internal/kernel/seal"
)

// soak tells whether the counts that are too many for every day are wanted.
func soak() bool { return os.Getenv("FOYER_TEST_SOAK") != "" }

// stamped is a sealed file with a time stamp, a mark and words, which has all
// that a file of ours can have.
func stamped(t testing.TB) ([]byte, house, clock) {
	t.Helper()
	h, c := newHouse(t, moment), newClock(t)
	h.roots.Authorities = poolOf(c.root)
	o := h.options()
	o.TSA, o.Mark = c, &seal.Mark{Picture: scrawl(), Rect: place}
	return h.seal(t, contract(t), o), h, c
}

func TestAnyBitOutsideOfTheHole(t *testing.T) {
	t.Parallel()
	file, h, _ := stamped(t)
	want(t, file, h.roots, seal.Ours)
	_, _, from, to := cut(t, file)
	n := 200
	if soak() {
		n = 20_000
	}
	random := rand.New(rand.NewPCG(1, 2))
	for range n {
		at, bit := random.IntN(len(file)-(to-from)), byte(1)<<random.IntN(8)
		if at >= from {
			at += to - from
		}
		file[at] ^= bit
		if r := verify(t, file, h.roots); r.Verdict != seal.Changed {
			t.Errorf("byte %d (%q), bit %#x: %v", at, file[at]^bit, bit, r.Verdict)
		}
		file[at] ^= bit
	}
	// Those that name the seal, each bit of them.
	for _, word := range []string{"%PDF-1.", "/ByteRange [0 ", "/Contents <", "/Type /Sig", "/SubFilter /ETSI.CAdES.detached", "/M (D:2026"} {
		start := bytes.LastIndex(file, []byte(word))
		for i := range 8 * len(word) {
			file[start+i/8] ^= 1 << (i % 8)
			if r := verify(t, file, h.roots); r.Verdict != seal.Changed {
				t.Errorf("bit %d of %q: %v", i, word, r.Verdict)
			}
			file[start+i/8] ^= 1 << (i % 8)
		}
	}
	want(t, file, h.roots, seal.Ours)
}

// The message itself is not covered by what it signs, and all the same there is
// no bit in it, nor in the zeros behind it, that may be another one: whether the
// time stamp brings its authority's root or not.
func TestAnyBitInsideOfTheHole(t *testing.T) {
	t.Parallel()
	file, h, c := stamped(t)
	o := h.options()
	c.alone = true
	o.TSA = c
	for what, file := range map[string][]byte{"with a root": file, "without": h.seal(t, contract(t), o)} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			_, message, from, to := cut(t, file)
			length := from + 1 + 2*len(bytes.TrimRight(message, "\x00"))
			try := func(at int, bit byte) {
				file[at] ^= bit
				if r := verify(t, file, h.roots); r.Verdict != seal.Changed {
					t.Errorf("digit %d of %d (%q), bit %#x: %v", at-from-1, length-from-1, file[at]^bit, bit, r.Verdict)
				}
				file[at] ^= bit
			}
			random := rand.New(rand.NewPCG(3, 4))
			for at := from; at < to; at++ {
				switch {
				case soak() && at < length+100, at < from+200:
					for bit := range 8 {
						try(at, 1<<bit)
					}
				case at < length:
					try(at, 1<<random.IntN(4)) // another digit
				case at%50 == 0 || at == to-1:
					try(at, 1<<random.IntN(8))
				}
			}
			want(t, file, h.roots, seal.Ours)
		})
	}
}

func TestWhatIsCutOrAdded(t *testing.T) {
	t.Parallel()
	file, h, _ := stamped(t)
	_, _, from, to := cut(t, file)
	for what, changed := range map[string][]byte{
		"a byte at its end":        append(bytes.Clone(file), '\n'),
		"a zero at its end":        append(bytes.Clone(file), 0),
		"a page of text":           append(bytes.Clone(file), strings.Repeat("word ", 1000)...),
		"a byte before it":         append([]byte{'\n'}, file...),
		"its first byte cut":       file[1:],
		"its first line cut":       file[bytes.IndexByte(file, '\n')+1:],
		"a thousand bytes cut":     file[1000:],
		"its last byte cut":        file[:len(file)-1],
		"all behind the hole cut":  file[:to],
		"half of the hole cut":     file[:(from+to)/2],
		"all in the hole cut":      append(bytes.Clone(file[:from]), file[to:]...),
		"the hole made larger":     bytes.Join([][]byte{file[:to-1], []byte("00"), file[to-1:]}, nil),
		"a space in the hole":      bytes.Join([][]byte{file[:to-2], []byte(" "), file[to-1:]}, nil),
		"a second message":         bytes.Join([][]byte{file[:to-41], []byte(fmt.Sprintf("%040d", 1)), file[to-1:]}, nil),
		"the message in capitals":  bytes.Join([][]byte{file[:from], bytes.ToUpper(file[from : from+100]), file[from+100:]}, nil),
		"the whole of it twice":    append(bytes.Clone(file), file...),
		"a hole that is all zeros": bytes.Join([][]byte{file[:from+1], bytes.Repeat([]byte("0"), to-from-2), file[to-1:]}, nil),
	} {
		if r := verify(t, changed, h.roots); r.Verdict != seal.Changed {
			t.Errorf("%s: %v", what, r.Verdict)
		}
	}
	// What is left of a file before its seal is a file without a seal.
	if r, err := seal.Verify(file[:from-500], h.roots); err != nil || r.Verdict != seal.NotSealed {
		t.Errorf("a file before its seal: %v, %v", r.Verdict, err)
	}
}

// The attack that readers fell for: an update behind the seal that is a sound
// PDF and shows another text.
func TestAPageThatIsSwapped(t *testing.T) {
	t.Parallel()
	file, h, _ := stamped(t)
	swapped := swap(t, file)
	r := verify(t, swapped, h.roots)
	if r.Verdict != seal.Changed || len(r.Signatures) != 1 || !r.Signatures[0].Intact || r.Signatures[0].Whole || r.Signatures[0].End != len(file) {
		t.Fatalf("%v: %+v", r.Verdict, r.Signatures)
	}
	want(t, swapped[:r.Signatures[0].End], h.roots, seal.Ours)
	need(t, "qpdf", "pdftotext", "pdfsig")
	path := keep(t, "swapped.pdf", swapped)
	ask(t, []string{"qpdf", "--check", path}, "No syntax or stream encoding errors found")
	ask(t, []string{"pdftotext", "-l", "1", keep(t, "before.pdf", file), "-"}, "Page 1 of")
	ask(t, []string{"pdftotext", "-l", "1", path, "-"}, "Page 2 of")
	ask(t, []string{"pdfsig", "-nocert", path}, "Not total document signed")
}

// A seal of another file, and one whose range leaves something out.
func TestForgedRanges(t *testing.T) {
	t.Parallel()
	h := newHouse(t, moment)
	file, other := h.seal(t, contract(t), h.options()), h.seal(t, append(contract(t), '\n'), h.options())
	_, _, from, to := cut(t, file)
	_, _, f2, t2 := cut(t, other)
	moved := bytes.Clone(file)
	copy(moved[from:to], other[f2:t2])
	if r := verify(t, moved, h.roots); r.Verdict != seal.Changed {
		t.Errorf("the seal of another file: %v", r.Verdict)
	}
	for what, text := range map[string]string{
		"not from the start":  fmt.Sprintf("[1 %d %d %d", from-1, to, len(file)-to),
		"a gap too wide":      fmt.Sprintf("[0 %d %d %d", from-50, to, len(file)-to),
		"a gap too wide at b": fmt.Sprintf("[0 %d %d %d", from, to+50, len(file)-to-50),
		"not to the end":      fmt.Sprintf("[0 %d %d %d", from, to, len(file)-to-1),
		"beyond the end":      fmt.Sprintf("[0 %d %d %d", from, to, len(file)-to+1),
		"huge":                fmt.Sprintf("[0 %d %d 9999999999", from, to),
		"negative":            fmt.Sprintf("[0 %d %d -1", from, to),
		"three numbers":       fmt.Sprintf("[0 %d %d", from, to),
		"no numbers":          "[",
	} {
		forged := bytes.Clone(file)
		at := bytes.LastIndex(forged, []byte("/ByteRange ")) + len("/ByteRange ")
		end := at + bytes.IndexByte(forged[at:], ']')
		copy(forged[at:end], text+strings.Repeat(" ", end-at-len(text)))
		if r := verify(t, forged, h.roots); r.Verdict != seal.Changed {
			t.Errorf("%s: %v", what, r.Verdict)
		}
	}
}

// Seals that are only words cost little, and take nothing from a true one.
func TestManySealsThatAreNone(t *testing.T) {
	t.Parallel()
	h := newHouse(t, moment)
	words := contract(t)
	at := bytes.LastIndex(words, []byte("\nxref"))
	fake := "\n% 99 0 obj <</Type /Sig /ByteRange [0 1 2 3] /Contents <00>>>"
	words = bytes.Join([][]byte{words[:at], []byte(strings.Repeat(fake, 10_000)), words[at:]}, nil)
	words = bytes.Replace(words, fmt.Appendf(nil, "startxref\n%d", at+1), fmt.Appendf(nil, "startxref\n%d", at+1+10_000*len(fake)), 1)
	if r := verify(t, words, h.roots); r.Verdict != seal.Changed || len(r.Signatures) > 16 {
		t.Errorf("%v, %d", r.Verdict, len(r.Signatures))
	}
	if r := verify(t, h.seal(t, words, h.options()), h.roots); r.Verdict != seal.Ours {
		t.Errorf("a true seal among them: %v", r.Verdict)
	}
}

// hostile are files as large as may be that ask for as much work as can be: what
// one of them costs is bounded in memory, and in time by enough.
func hostile(t testing.TB) map[string][]byte {
	t.Helper()
	full := func(unit string) []byte {
		return append([]byte("%PDF-1.7\n"), bytes.Repeat([]byte(unit), (seal.MaxSize-16)/len(unit))...)
	}
	_, h, _ := stamped(t)
	whole := h.seal(t, contract(t), h.options())
	_, _, from, to := cut(t, whole)
	message := whole[from:to]
	holes := make([]byte, seal.MaxSize)
	copy(holes, "%PDF-1.7\n")
	for i := range 64 {
		d := fmt.Appendf(nil, "9 0 obj<</Contents %s", message)
		start := len(holes) - (i+1)*40_000
		gap := start + len("9 0 obj<</Contents ")
		copy(holes[start:], d)
		copy(holes[start+len(d):], fmt.Sprintf("/ByteRange [0 %d %d %d]>>", gap, gap+len(message), len(holes)-gap-len(message)))
	}
	return map[string][]byte{
		"ranges":             full("/ByteRange "),
		"types":              full("/Type /Sig "),
		"types that are not": full("/Sig"),
		"spaces":             append(append([]byte("/Type"), bytes.Repeat([]byte(" "), seal.MaxSize-20)...), "/Sig"...),
		"each in another":    full("9 0 obj<</ByteRange[0 1 2 3]/X["),
		"objects":            full("9 0 obj<</ByteRange[0 1 2 3]/X "),
		"entries":            full("9 0 obj<</ByteRange[0 1 2 3]/X(((("),
		"true messages":      holes,
	}
}

// Not parallel, because it measures the memory of the process.
func TestVerifyOfHostileFilesIsBounded(t *testing.T) {
	_, h, _ := stamped(t)
	for what, file := range hostile(t) {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		start := time.Now()
		r, err := seal.Verify(file, h.roots)
		took := time.Since(start)
		runtime.ReadMemStats(&after)
		if err != nil || r.Verdict > seal.Changed {
			t.Errorf("%s: %v, %v", what, r.Verdict, err)
		}
		if used := after.TotalAlloc - before.TotalAlloc; used > 4<<20 {
			t.Errorf("%s: %d KB", what, used>>10)
		}
		if took > enough {
			t.Errorf("%s: %v", what, took)
		}
		t.Logf("%s: %v, %d KB, %d seals", what, took.Round(time.Millisecond), (after.TotalAlloc-before.TotalAlloc)>>10, len(r.Signatures))
	}
}
