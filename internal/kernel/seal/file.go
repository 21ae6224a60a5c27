package seal

import (
	"bytes"
	"errors"
	"fmt"
)

// MaxSize is how large a file may be that is sealed or verified, in bytes, the
// seal included.
const MaxSize = 48 << 20

// Limits on the structure of a file that is to be sealed.
const (
	maxRevisions = 64      // updates, each with a table of objects
	maxObjects   = 200_000 // lines in all of those tables
	maxNumber    = 1<<23 - 1
	maxPages     = 20_000
	maxTree      = 64      // nodes above a page
	maxRead      = MaxSize // bytes of objects, each time one is opened
)

// Errors of Seal and Verify about the file itself.
var (
	// ErrNotPDF is something that is no PDF.
	ErrNotPDF = errors.New("not a PDF")
	// ErrTooLarge is a file beyond MaxSize.
	ErrTooLarge = errors.New("larger than 48 MB")
	// ErrUnsupported is a PDF that Seal does not write into: one whose
	// objects are not listed in a classic table (ISO 32000-1, 7.5.4), one that
	// is encrypted, certified against changes, or broken.
	ErrUnsupported = errors.New("a PDF of a kind that is not sealed here")
)

func unsupported(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrUnsupported, fmt.Sprintf(format, args...))
}

// file is a PDF that is to be updated.
type file struct {
	b       []byte
	xref    int // where its last table is
	size    int // the first number that no object has
	trailer []entry
	objects map[int]int // where each is, -1 for nowhere since it is free
	root    ref
	read    int // bytes of objects that were looked at
}

// open reads the tables of a file, the last one first.
func open(b []byte) (*file, error) {
	switch {
	case len(b) > MaxSize:
		return nil, ErrTooLarge
	case !bytes.HasPrefix(b, []byte("%PDF-")):
		return nil, ErrNotPDF
	}
	last := bytes.LastIndex(b, []byte("startxref"))
	if last < 0 {
		return nil, unsupported("no startxref")
	}
	r := &reader{b, last + len("startxref")}
	start, ok := r.integer()
	if !ok {
		return nil, unsupported("startxref names nothing")
	}
	f := &file{b: b, xref: start, objects: map[int]int{}}
	if err := f.tables(); err != nil {
		return nil, err
	}
	size, ok := f.number("Size")
	if !ok || size > maxNumber {
		return nil, unsupported("no number of objects")
	}
	f.size = max(f.size, size)
	root, ok := find(f.trailer, "Root")
	if ok {
		f.root, ok = at(b, root).ref()
	}
	if !ok {
		return nil, unsupported("no catalog")
	}
	if _, encrypted := find(f.trailer, "Encrypt"); encrypted {
		return nil, unsupported("encrypted")
	}
	return f, nil
}

// number is an integer of the trailer.
func (f *file) number(key string) (int, bool) {
	value, ok := find(f.trailer, key)
	if !ok {
		return 0, false
	}
	return at(f.b, value).integer()
}

// tables follows the chain of tables back to the first.
func (f *file) tables() error {
	seen := map[int]bool{}
	lines := 0
	for offset, more := f.xref, true; more; {
		if seen[offset] || len(seen) == maxRevisions || offset >= len(f.b) {
			return unsupported("a chain of tables that does not end")
		}
		seen[offset] = true
		r := &reader{f.b, offset}
		if !r.keyword("xref") {
			return unsupported("no table of objects at %d", offset)
		}
		n, err := f.table(r, maxObjects-lines)
		if err != nil {
			return err
		}
		lines += n
		trailer, err := r.dictionary()
		if err != nil {
			return unsupported("no trailer")
		}
		if _, hybrid := find(trailer, "XRefStm"); hybrid {
			return unsupported("objects in streams")
		}
		if f.trailer == nil {
			f.trailer = trailer
		}
		var prev span
		if prev, more = find(trailer, "Prev"); more {
			var ok bool
			if offset, ok = at(f.b, prev).integer(); !ok {
				return unsupported("a chain of tables that is cut")
			}
		}
	}
	return nil
}

// table reads the sections of one table up to its trailer. What a later table
// said of an object stands.
func (f *file) table(r *reader, most int) (lines int, err error) {
	for !r.keyword("trailer") {
		first, ok := r.integer()
		count, ok2 := r.integer()
		if !ok || !ok2 || first+count > maxNumber {
			return 0, unsupported("a table of objects that is broken")
		}
		if lines += count; lines > most {
			return 0, unsupported("more objects than there can be")
		}
		for num := first; num < first+count; num++ {
			offset, ok := r.integer()
			_, ok2 := r.integer()
			used := r.keyword("n")
			if !ok || !ok2 || !used && !r.keyword("f") {
				return 0, unsupported("a table of objects that is broken")
			}
			if _, later := f.objects[num]; later {
				continue
			}
			if !used {
				offset = -1
			}
			f.objects[num] = offset
			f.size = max(f.size, num+1)
		}
	}
	return lines, nil
}

// object is where the value of an object is.
func (f *file) object(r ref) (span, error) {
	offset, known := f.objects[r.num]
	if !known || offset < 0 || offset >= len(f.b) {
		return span{}, unsupported("object %v is missing", r)
	}
	o := &reader{f.b, offset}
	num, ok := o.integer()
	gen, ok2 := o.integer()
	if !ok || !ok2 || num != r.num || gen != r.gen || !o.keyword("obj") {
		return span{}, unsupported("object %v is not where it should be", r)
	}
	value, err := o.value()
	if f.read += o.i - offset; f.read > maxRead {
		return span{}, unsupported("objects that lie in one another")
	}
	if err != nil {
		return span{}, unsupported("object %v: %v", r, err)
	}
	return value, nil
}

// dictionary is an object that has to be a dictionary.
func (f *file) dictionary(r ref) ([]entry, error) {
	value, err := f.object(r)
	if err != nil {
		return nil, err
	}
	d, err := at(f.b, value).dictionary()
	if err != nil {
		return nil, unsupported("object %v is no dictionary", r)
	}
	return d, nil
}

// page finds a page by its number, from one; 0 is the last.
func (f *file) page(catalog []entry, number int) (ref, []entry, error) {
	top, ok := find(catalog, "Pages")
	var root ref
	if ok {
		root, ok = at(f.b, top).ref()
	}
	if !ok {
		return ref{}, nil, unsupported("no pages")
	}
	w := walk{f: f, seen: map[int]bool{}}
	if err := w.tree(root, maxTree); err != nil {
		return ref{}, nil, err
	}
	switch {
	case len(w.pages) == 0:
		return ref{}, nil, unsupported("no pages")
	case number > len(w.pages):
		return ref{}, nil, fmt.Errorf("%w: there is no page %d among %d", ErrMark, number, len(w.pages))
	case number == 0:
		number = len(w.pages)
	}
	found := w.pages[number-1]
	d, err := f.dictionary(found)
	return found, d, err
}

// walk gathers the pages of a file in their order (7.7.3).
type walk struct {
	f     *file
	seen  map[int]bool
	pages []ref
}

func (w *walk) tree(node ref, depth int) error {
	if w.seen[node.num] || depth == 0 || len(w.seen) > maxPages {
		return unsupported("pages that do not end")
	}
	w.seen[node.num] = true
	d, err := w.f.dictionary(node)
	if err != nil {
		return err
	}
	kids, ok := find(d, "Kids")
	if !ok {
		w.pages = append(w.pages, node)
		return nil
	}
	_, list, err := w.f.array(kids)
	if err != nil {
		return err
	}
	for _, kid := range list {
		r, ok := at(w.f.b, kid).ref()
		if !ok {
			return unsupported("a page that is no object")
		}
		if err := w.tree(r, depth-1); err != nil {
			return err
		}
	}
	return nil
}

// array opens an array that is there or is another object, and says which.
func (f *file) array(value span) (own ref, items []span, err error) {
	own, indirect := at(f.b, value).ref()
	if indirect {
		if value, err = f.object(own); err != nil {
			return ref{}, nil, err
		}
	}
	if items, err = at(f.b, value).array(); err != nil {
		return ref{}, nil, unsupported("an array that is none")
	}
	return own, items, nil
}
