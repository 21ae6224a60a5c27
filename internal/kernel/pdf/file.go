package pdf

import (
	"bytes"
	"compress/zlib"
	"crypto/sha256"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"
	"unicode/utf16"
)

// file is a PDF as it grows (ISO 32000-1): objects, one after the other, and in
// the end the table of where each of them begins. The table is the classic one,
// after which a signature can be added without a byte before it changing.
type file struct {
	out bytes.Buffer
	at  []int // where objects begin, by number; there is no number 0
}

func newFile() *file {
	f := &file{at: make([]int, 1)}
	// Four bytes that are no text say that a file is not to be treated as one.
	f.out.WriteString("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
	return f
}

// number is that of an object which is still to come.
func (f *file) number() int {
	f.at = append(f.at, 0)
	return len(f.at) - 1
}

// object writes an object.
func (f *file) object(number int, format string, args ...any) {
	f.at[number] = f.out.Len()
	fmt.Fprintf(&f.out, "%d 0 obj\n", number)
	fmt.Fprintf(&f.out, format, args...)
	f.out.WriteString("\nendobj\n")
}

// stream writes an object that is data, with entries that say what they are.
func (f *file) stream(number int, entries string, data []byte) {
	f.packed(number, entries, deflate(data))
}

// packed is stream for data that are packed already.
func (f *file) packed(number int, entries string, data []byte) {
	f.object(number, "<<%s /Filter /FlateDecode /Length %d>>\nstream\n%s\nendstream", entries, len(data), data)
}

// close writes the table and gives the whole file. Its mark is made of what it
// says, so that the same file has the same one.
func (f *file) close(root, info int) []byte {
	mark := sha256.Sum256(f.out.Bytes())
	table := f.out.Len()
	fmt.Fprintf(&f.out, "xref\n0 %d\n0000000000 65535 f \n", len(f.at))
	for _, at := range f.at[1:] {
		fmt.Fprintf(&f.out, "%010d 00000 n \n", at)
	}
	fmt.Fprintf(&f.out, "trailer\n<</Size %d /Root %d 0 R /Info %d 0 R /ID [<%x> <%[4]x>]>>\nstartxref\n%d\n%%%%EOF\n", len(f.at), root, info, mark[:16], table)
	return f.out.Bytes()
}

// packers are kept because one takes longer to make than to use.
var packers = sync.Pool{New: func() any { return zlib.NewWriter(io.Discard) }}

func deflate(data []byte) []byte {
	w := packers.Get().(*zlib.Writer)
	defer packers.Put(w)
	var out bytes.Buffer
	w.Reset(&out)
	_, err := w.Write(data)
	if err == nil {
		err = w.Close()
	}
	if err != nil { // a buffer takes everything
		panic(err)
	}
	return out.Bytes()
}

// words is a text in any script, for where a file says something about itself.
func words(text string) string {
	var b strings.Builder
	b.WriteString("<feff")
	for _, unit := range utf16.Encode([]rune(text)) {
		fmt.Fprintf(&b, "%04x", unit)
	}
	return b.String() + ">"
}

// plain is a text of bytes: an address, a language.
func plain(text string) string {
	return "(" + strings.NewReplacer(`\`, `\\`, "(", `\(`, ")", `\)`, "\r", `\r`, "\n", `\n`).Replace(text) + ")"
}

// word is a name, such as that of a kind of data.
func word(text string) string {
	var b strings.Builder
	b.WriteByte('/')
	for _, c := range []byte(text) {
		if c > ' ' && c < 0x7f && !strings.ContainsRune("#()<>[]{}/%", rune(c)) {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "#%02x", c)
		}
	}
	return b.String()
}

func moment(at time.Time) string { return at.UTC().Format("(D:20060102150405Z)") }
