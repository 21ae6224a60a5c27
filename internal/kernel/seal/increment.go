package seal

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"
)

// hole is how many bytes are kept free for the message, which is about 2 KB,
// and about 8 KB with a time stamp.
const hole = 16 << 10

// Flags of an annotation (ISO 32000-1, 12.5.3), and of a form that has
// signatures and is only added to (12.7.2).
const (
	flagPrint, flagLocked               = 1 << 2, 1 << 7
	flagSignaturesExist, flagAppendOnly = 1, 2
)

// update is what is written behind a file.
type update struct {
	f      *file
	out    []byte
	places map[ref]int
	next   int // the next number that no object has
}

func newUpdate(f *file) *update {
	out := slices.Grow(slices.Clone(f.b), 2*hole+4096)
	if !bytes.HasSuffix(out, []byte("\n")) {
		out = append(out, '\n')
	}
	return &update{f: f, out: out, places: map[ref]int{}, next: f.size}
}

// fresh is a new object's name.
func (u *update) fresh() ref {
	u.next++
	return ref{u.next - 1, 0}
}

// write writes an object. One cannot be written twice: a file that uses one
// object for two things is refused.
func (u *update) write(r ref, parts ...string) error {
	if _, again := u.places[r]; again {
		return unsupported("object %v stands for two things", r)
	}
	u.places[r] = len(u.out)
	u.out = fmt.Appendf(u.out, "%d %d obj\n", r.num, r.gen)
	for _, p := range parts {
		u.out = append(u.out, p...)
	}
	u.out = append(u.out, "\nendobj\n"...)
	return nil
}

// set is a dictionary again with some entries of other values. The rest stays as
// it was written.
func (u *update) set(entries []entry, values ...pair) string {
	var out strings.Builder
	out.WriteString("<<")
	for _, e := range entries {
		if !slices.ContainsFunc(values, func(p pair) bool { return p.key == e.key }) {
			fmt.Fprintf(&out, "\n/%s %s", written(e.key), e.value.of(u.f.b))
		}
	}
	for _, p := range values {
		fmt.Fprintf(&out, "\n/%s %s", p.key, p.value)
	}
	return out.String() + "\n>>"
}

// pair is an entry of a dictionary that is to be written.
type pair struct{ key, value string }

// written is a name as a file has it.
func written(key string) string {
	var out strings.Builder
	for _, c := range []byte(key) {
		if c < '!' || c > '~' || c == '#' || isDelimiter(c) {
			fmt.Fprintf(&out, "#%02X", c)
		} else {
			out.WriteByte(c)
		}
	}
	return out.String()
}

// listed gives the array of a dictionary with one more reference in it: as the
// value that the dictionary then has, or, where the array is an object of its
// own, by writing that anew.
func (u *update) listed(entries []entry, key string, more ref) (string, error) {
	value, ok := find(entries, key)
	if !ok {
		return "[" + more.String() + "]", nil
	}
	own, items, err := u.f.array(value)
	if err != nil {
		return "", err
	}
	var out strings.Builder
	out.WriteByte('[')
	for _, item := range items {
		out.Write(item.of(u.f.b))
		out.WriteByte(' ')
	}
	list := out.String() + more.String() + "]"
	if own == (ref{}) {
		return list, nil
	}
	return own.String(), u.write(own, list)
}

// form puts a field into the form of the file (12.7.2), which may have none.
func (u *update) form(catalog []entry, field ref) error {
	flags := fmt.Sprint(flagSignaturesExist | flagAppendOnly)
	value, ok := find(catalog, "AcroForm")
	if !ok {
		return u.write(u.f.root, u.set(catalog, pair{"AcroForm", "<</Fields [" + field.String() + "]/SigFlags " + flags + ">>"}))
	}
	own, indirect := at(u.f.b, value).ref()
	var form []entry
	var err error
	if indirect {
		form, err = u.f.dictionary(own)
	} else {
		form, err = at(u.f.b, value).dictionary()
	}
	if err != nil {
		return unsupported("a form that is none")
	}
	fields, err := u.listed(form, "Fields", field)
	if err != nil {
		return err
	}
	text := u.set(form, pair{"Fields", fields}, pair{"SigFlags", flags})
	if indirect {
		return u.write(own, text)
	}
	return u.write(u.f.root, u.set(catalog, pair{"AcroForm", text}))
}

// finish writes the table of what was written and the trailer (7.5.6).
func (u *update) finish() {
	all := make([]ref, 0, len(u.places))
	for r := range u.places {
		all = append(all, r)
	}
	slices.SortFunc(all, func(a, b ref) int { return a.num - b.num })
	start := len(u.out)
	u.out = append(u.out, "xref\n"...)
	for len(all) > 0 {
		n := 1
		for n < len(all) && all[n].num == all[0].num+n {
			n++
		}
		u.out = fmt.Appendf(u.out, "%d %d\n", all[0].num, n)
		for _, r := range all[:n] {
			u.out = fmt.Appendf(u.out, "%010d %05d n \n", u.places[r], r.gen)
		}
		all = all[n:]
	}
	u.out = append(u.out, "trailer\n<<"...)
	for _, key := range []string{"Root", "Info"} {
		if v, ok := find(u.f.trailer, key); ok {
			u.out = fmt.Appendf(u.out, "/%s %s", key, v.of(u.f.b))
		}
	}
	if v, ok := find(u.f.trailer, "ID"); ok {
		if ids, err := at(u.f.b, v).array(); err == nil && len(ids) == 2 {
			changed := sha256.Sum256(u.out)
			u.out = fmt.Appendf(u.out, "/ID [%s<%X>]", ids[0].of(u.f.b), changed[:16])
		}
	}
	u.out = fmt.Appendf(u.out, "/Size %d/Prev %d>>\nstartxref\n%d\n%%%%EOF\n", u.next, u.f.xref, start)
}

const rangePadding = 3*10 + 2 // three offsets of up to ten digits

// signature is the dictionary of the seal (12.8.1), with its hole. The range
// and the hole come first, so that nothing a person typed stands before them.
func (o Options) signature() string {
	var out strings.Builder
	out.WriteString("<<\n/Type /Sig\n/Filter /Adobe.PPKLite\n/SubFilter /ETSI.CAdES.detached\n/ByteRange [0 ")
	out.WriteString(strings.Repeat(" ", rangePadding))
	out.WriteString("]\n/Contents <")
	out.WriteString(strings.Repeat("0", 2*hole))
	fmt.Fprintf(&out, ">\n/M (%s)", dateOf(o.At))
	for _, p := range []pair{{"Name", o.Name}, {"Reason", o.Reason}, {"Location", o.Location}} {
		if p.value != "" {
			fmt.Fprintf(&out, "\n/%s %s", p.key, textString(p.value))
		}
	}
	return out.String() + "\n>>"
}

const dateForm = "20060102150405"

// dateOf is an instant as 7.9.4 writes it, to the second.
func dateOf(t time.Time) string { return "D:" + t.UTC().Format(dateForm) + "+00'00'" }

// readDate is an instant again; zero if it is not whole or has no zone.
func readDate(s string) time.Time {
	s, ok := strings.CutPrefix(s, "D:")
	if !ok || len(s) <= len(dateForm) {
		return time.Time{}
	}
	zone := strings.ReplaceAll(s[len(dateForm):], "'", "")
	if zone == "Z" || zone == "Z0000" {
		zone = "+0000"
	}
	t, err := time.Parse(dateForm+"-0700", s[:len(dateForm)]+zone)
	if err != nil {
		return time.Time{}
	}
	return t.UTC()
}

// build writes the update of a seal, its message still to come. The hole is
// from the one offset to before the other, brackets included.
func (o Options) build(f *file) (out []byte, from, to int, err error) {
	catalog, err := f.dictionary(f.root)
	if err != nil {
		return nil, 0, 0, err
	}
	if _, certified := find(catalog, "Perms"); certified {
		return nil, 0, 0, unsupported("certified against changes")
	}
	number := 0
	if o.Mark != nil {
		number = o.Mark.Page
	}
	pageRef, page, err := f.page(catalog, number)
	if err != nil {
		return nil, 0, 0, err
	}
	u := newUpdate(f)
	sig, field := u.fresh(), u.fresh()
	if err := u.write(sig, o.signature()); err != nil {
		return nil, 0, 0, err
	}
	rect, appearance := "[0 0 0 0]", ""
	if o.Mark != nil {
		form, err := u.mark(*o.Mark)
		if err != nil {
			return nil, 0, 0, err
		}
		rect, appearance = o.Mark.Rect.String(), "\n/AP <</N "+form.String()+">>"
	}
	label := o.Label
	if label == "" {
		label = o.Name
	}
	annotations, err := u.listed(page, "Annots", field)
	if err != nil {
		return nil, 0, 0, err
	}
	if err := u.write(field, fmt.Sprintf("<<\n/Type /Annot\n/Subtype /Widget\n/FT /Sig\n/T (Seal%d)\n/TU %s\n/V %v\n/F %d\n/P %v\n/Rect %s%s\n>>",
		field.num, textString(label), sig, flagPrint|flagLocked, pageRef, rect, appearance)); err != nil {
		return nil, 0, 0, err
	}
	if err := u.write(pageRef, u.set(page, pair{"Annots", annotations})); err != nil {
		return nil, 0, 0, err
	}
	if err := u.form(catalog, field); err != nil {
		return nil, 0, 0, err
	}
	u.finish()
	if len(u.out) > MaxSize {
		return nil, 0, 0, ErrTooLarge
	}
	start := u.places[sig]
	from = start + bytes.Index(u.out[start:], []byte("/Contents <")) + len("/Contents ")
	to = from + 2*hole + 2
	numbers := fmt.Sprintf("%d %d %d", from, to, len(u.out)-to)
	copy(u.out[start+bytes.Index(u.out[start:], []byte("/ByteRange [0 "))+len("/ByteRange [0 "):], numbers)
	return u.out, from, to, nil
}

// fill writes the message into its hole.
func fill(out []byte, from int, message []byte) error {
	if len(message) > hole {
		return fmt.Errorf("the seal's message takes %d bytes of %d: shorten the chain of certificates", len(message), hole)
	}
	hex.Encode(out[from+1:], message)
	return nil
}
