package seal

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/smallstep/pkcs7"
	"golang.org/x/crypto/cryptobyte"
	der "golang.org/x/crypto/cryptobyte/asn1"
)

// Limits on what a foreign file may have Verify do. Of more seals than that the
// last ones are looked at.
const (
	maxSeals      = 16
	maxMentions   = 64      // of the words that a seal has
	maxDictionary = 1 << 20 // bytes from a seal's object to its end
)

// Verdict is what is to be said of a file.
type Verdict int

// The verdicts.
const (
	// NotSealed is a file without a seal.
	NotSealed Verdict = iota
	// Changed is a file with a seal, where not every byte is what a sound seal
	// covers. It was changed or added to, or its seal is one that cannot be
	// read here: see the signatures' Problem.
	Changed
	// Unknown is a file that a sound seal covers to the last byte, by a key
	// that does not lead to the roots.
	Unknown
	// Ours is a file that a sound seal covers to the last byte, by a key that
	// led to the roots at its time.
	Ours
)

// String is the verdict in a word, as a JSON answer has it.
func (v Verdict) String() string {
	switch v {
	case NotSealed:
		return "not_sealed"
	case Changed:
		return "changed"
	case Unknown:
		return "unknown_key"
	case Ours:
		return "intact"
	}
	return fmt.Sprintf("Verdict(%d)", int(v))
}

// Roots are whom Verify trusts. Nil trusts nobody.
type Roots struct {
	Seals       *x509.CertPool // authorities of seals, or certificates of seals themselves
	Authorities *x509.CertPool // of time stamps
}

// Report is what Verify found.
type Report struct {
	Verdict    Verdict
	Signatures []Signature // in the order of the revisions that they cover
}

// Signature is one seal of a file.
type Signature struct {
	// Intact says that the seal is sound and that what it covers is as it was.
	Intact bool
	// Whole says that it covers the file to its last byte.
	Whole bool
	// Ours says that it is intact and that its key led to the roots at its
	// time: that of a trusted time stamp, or else the one that it names.
	Ours bool
	// End is where the revision that it covers ends, in bytes. If it is intact,
	// that many bytes of the file are the file as it was sealed.
	End int
	// Problem says why the seal is not intact, or else why it is not ours; nil
	// if it is both. It is for people who look into it, in English.
	Problem error

	// The rest can be relied on only if Intact. At is the time that the seal
	// names, UTC, zero if it names none.
	At                     time.Time
	Name, Reason, Location string
	Signer                 *x509.Certificate   // nil if it cannot be read
	Certificates           []*x509.Certificate // in the seal, in no order
	Timestamp              *Timestamp          // nil if there is none that holds
}

// Verify tells whether a file is as it was sealed, and by whom. It takes any
// bytes, and says Ours or Unknown only of a file that has not a bit other than
// when its last seal was made.
//
// Revocation is not looked at; a key that was stolen is for the caller to know,
// by its certificate. The errors are ErrTooLarge, and ErrNotPDF for what has
// neither the beginning of a PDF nor a seal.
func Verify(pdf []byte, roots Roots) (Report, error) {
	if len(pdf) > MaxSize {
		return Report{}, ErrTooLarge
	}
	found, mentioned := candidates(pdf)
	if !mentioned {
		if !bytes.HasPrefix(pdf, []byte("%PDF-")) {
			return Report{}, ErrNotPDF
		}
		return Report{Verdict: NotSealed}, nil
	}
	report := Report{Verdict: Changed}
	for _, c := range found {
		s := readSeal(pdf, c)
		s.judge(roots)
		report.Signatures = append(report.Signatures, s)
	}
	slices.SortStableFunc(report.Signatures, func(a, b Signature) int { return a.End - b.End })
	ours := slices.ContainsFunc(report.Signatures, func(s Signature) bool { return s.Ours })
	for _, s := range report.Signatures {
		switch {
		case !s.Whole || !s.Intact:
		case s.Ours:
			report.Verdict = Ours
		case report.Verdict == Changed && !ours:
			report.Verdict = Unknown
		}
	}
	return report, nil
}

// candidate is a place that looks like a seal: its hole, brackets included, and
// where what it covers ends.
type candidate struct {
	from, to, end int
	broken        bool // its range fits nothing
	dictionary    []entry
}

// mentions walks over the places of a file that have what a dictionary of a seal
// has, a range or a type, from the last one on. Two words, so that no seal is
// overlooked that a single change has touched.
type mentions struct {
	pdf         []byte
	ranged, sig int // the last places of either before those that were had
}

func newMentions(pdf []byte) *mentions {
	m := &mentions{pdf: pdf, ranged: len(pdf), sig: len(pdf)}
	m.ranged, m.sig = m.before("/ByteRange", m.ranged), m.typed(m.sig)
	return m
}

// before is the last place of a word before an offset, that goes on with
// nothing that makes it another word.
func (m *mentions) before(word string, end int) int {
	for {
		end = bytes.LastIndex(m.pdf[:end], []byte(word))
		if after := end + len(word); end < 0 || after == len(m.pdf) || !isRegular(m.pdf[after]) {
			return end
		}
	}
}

// typed is the last place of the type of a signature before an offset.
func (m *mentions) typed(end int) int {
	for {
		end = m.before("/Sig", end)
		if end < 0 {
			return end
		}
		key := end
		for key > 0 && isSpace(m.pdf[key-1]) {
			key--
		}
		if bytes.HasSuffix(m.pdf[:key], []byte("/Type")) {
			return end
		}
		end = key // white space is looked at once
	}
}

// next is the place of the last mention that was not had yet, -1 if there is
// none.
func (m *mentions) next() int {
	last := max(m.ranged, m.sig)
	switch {
	case last < 0:
	case last == m.ranged:
		m.ranged = m.before("/ByteRange", last)
	default:
		m.sig = m.typed(last)
	}
	return last
}

// candidates looks for seals from the end of a file on, and tells whether there
// are any signs of one. The file's own structure is not followed: what a seal
// covers is told by its range, and a seal that covers the file leaves nothing
// open.
func candidates(pdf []byte) (found []candidate, mentioned bool) {
	m := newMentions(pdf)
	seen := map[int]bool{}
	for range maxMentions {
		place := m.next()
		if place < 0 || len(found) == maxSeals {
			break
		}
		mentioned = true
		from := max(0, place-maxDictionary)
		back := bytes.LastIndex(pdf[from:place], []byte(" obj"))
		start := from + back + len(" obj")
		if back < 0 || seen[start] {
			continue
		}
		seen[start] = true
		r := &reader{pdf[:min(len(pdf), start+maxDictionary)], start}
		if d, err := r.dictionary(); err == nil {
			if c, is := candidateOf(pdf, d); is {
				found = append(found, c)
			}
		}
	}
	return found, mentioned
}

// candidateOf reads the range of a dictionary. It has to be as 12.8.1 has it:
// from the first byte, with one gap, and the gap is the hole and nothing more.
func candidateOf(pdf []byte, d []entry) (candidate, bool) {
	bytesOf, ok := find(d, "ByteRange")
	contents, ok2 := find(d, "Contents")
	if !ok || !ok2 {
		return candidate{}, false
	}
	c := candidate{from: contents.from, to: contents.to, end: contents.to, dictionary: d, broken: true}
	items, err := at(pdf, bytesOf).array()
	if err != nil || len(items) != 4 {
		return c, true
	}
	var n [4]int
	for i, item := range items {
		if n[i], ok = digits(item.of(pdf)); !ok {
			return c, true
		}
	}
	if n[0] == 0 && n[1] == contents.from && n[2] == contents.to && n[3] <= len(pdf)-n[2] {
		c.broken, c.end = false, n[2]+n[3]
	}
	return c, true
}

// readSeal proves a seal without asking whose it is.
func readSeal(pdf []byte, c candidate) Signature {
	s := Signature{Whole: c.end == len(pdf) && !c.broken, End: c.end}
	for _, e := range []struct {
		key string
		to  *string
	}{{"Name", &s.Name}, {"Reason", &s.Reason}, {"Location", &s.Location}} {
		if v, ok := find(c.dictionary, e.key); ok {
			*e.to = readText(v.of(pdf))
		}
	}
	if v, ok := find(c.dictionary, "M"); ok {
		s.At = readDate(readText(v.of(pdf)))
	}
	if c.broken {
		s.Problem = fmt.Errorf("%w: what it covers is not what is there", errBroken)
		return s
	}
	s.Problem = s.prove(pdf, c)
	s.Intact = s.Problem == nil
	return s
}

// prove holds the message against the bytes that it is over.
func (s *Signature) prove(pdf []byte, c candidate) (err error) {
	defer caught(&err)
	raw, err := readHole(pdf[c.from:c.to])
	if err != nil {
		return err
	}
	m, err := readSigned(raw)
	if err != nil {
		return err
	}
	s.Signer, s.Certificates = m.signer, m.certificates
	if !m.contentType.Equal(oidData) {
		return odd("it is over something else")
	}
	p7, err := pkcs7.Parse(raw)
	if err != nil {
		return fmt.Errorf("%w: %w", errBroken, err)
	}
	if len(p7.Content) > 0 {
		return odd("it brings what it is over")
	}
	p7.Hasher = covered{pdf[:c.from], pdf[c.to:c.end]}
	if err := p7.Verify(); err != nil {
		return fmt.Errorf("%w: %w", errBroken, err)
	}
	if m.stamp == nil {
		return nil
	}
	s.Timestamp, err = readStampOf(m.stamp, func(h crypto.Hash) []byte {
		if !h.Available() {
			return nil
		}
		sum := h.New()
		sum.Write(m.signature)
		return sum.Sum(nil)
	})
	return err
}

// covered is what a seal is over, hashed where it lies: the library would want a
// copy of the file for each seal.
type covered [2][]byte

// Hash is of what is covered; the library hands in the content of the message,
// which is empty.
func (c covered) Hash(h crypto.Hash, _ io.Reader) ([]byte, error) {
	if !h.Available() {
		return nil, odd("its digest")
	}
	sum := h.New()
	sum.Write(c[0])
	sum.Write(c[1])
	return sum.Sum(nil), nil
}

// readHole takes the message out of its hole. The digits are of one case, and
// behind the message is nothing but zeros, so that a hole can be written in one
// way only.
func readHole(hex16 []byte) ([]byte, error) {
	if len(hex16) < 2 || hex16[0] != '<' || hex16[len(hex16)-1] != '>' {
		return nil, fmt.Errorf("%w: no message", errBroken)
	}
	digits := hex16[1 : len(hex16)-1]
	if bytes.ContainsAny(digits, "abcdef") && bytes.ContainsAny(digits, "ABCDEF") {
		return nil, fmt.Errorf("%w: a message that was written twice", errBroken)
	}
	raw := make([]byte, hex.DecodedLen(len(digits)))
	if _, err := hex.Decode(raw, digits); err != nil {
		return nil, fmt.Errorf("%w: %w", errBroken, err)
	}
	rest := cryptobyte.String(raw)
	var element cryptobyte.String
	if !rest.ReadASN1Element(&element, der.SEQUENCE) {
		return nil, odd("no message in DER")
	}
	if len(bytes.Trim(rest, "\x00")) > 0 {
		return nil, fmt.Errorf("%w: something behind the message", errBroken)
	}
	return element, nil
}

var (
	errNoTime = errors.New("the seal names no time to judge its key at")
	errNoRoot = errors.New("nobody is trusted")
	errUsage  = errors.New("the certificate is not for seals")
)

// judge asks whose an intact seal is.
func (s *Signature) judge(roots Roots) {
	if !s.Intact {
		return
	}
	when := s.At
	if t := s.Timestamp; t != nil && roots.Authorities != nil {
		_, err := t.Certificates[0].Verify(x509.VerifyOptions{
			Roots: roots.Authorities, Intermediates: pool(t.Certificates), CurrentTime: t.At,
			KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageTimeStamping},
		})
		if t.Trusted = err == nil; t.Trusted {
			when = t.At
		}
	}
	switch {
	case when.IsZero():
		s.Problem = errNoTime
	case roots.Seals == nil:
		s.Problem = errNoRoot
	case s.Signer.IsCA || s.Signer.KeyUsage&(x509.KeyUsageDigitalSignature|x509.KeyUsageContentCommitment) == 0:
		s.Problem = errUsage
	default:
		_, s.Problem = s.Signer.Verify(x509.VerifyOptions{
			Roots: roots.Seals, Intermediates: pool(s.Certificates), CurrentTime: when,
			KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny},
		})
	}
	s.Ours = s.Problem == nil
}

func pool(certificates []*x509.Certificate) *x509.CertPool {
	p := x509.NewCertPool()
	for _, c := range certificates {
		p.AddCert(c)
	}
	return p
}
