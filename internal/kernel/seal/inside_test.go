package seal

import (
	"bytes"
	"encoding/asn1"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/smallstep/pkcs7"

	"foyer/internal/kernel/pdf"
	"foyer/internal/kernel/seal/keys"
)

var moment = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

// A range that leaves something out, signed all the same by whoever holds a key:
// what a reader of the file would show may be what nobody signed.
func TestARangeThatLeavesSomethingOut(t *testing.T) {
	t.Parallel()
	authority, err := keys.NewAuthority("Anybody", moment)
	if err != nil {
		t.Fatal(err)
	}
	key, err := keys.IssueSealCertificate(authority, nil, keys.Subject{Name: "Anybody"}, moment, keys.MinSealLife)
	if err != nil {
		t.Fatal(err)
	}
	made, err := pdf.Make(pdf.Document{Title: "x", At: moment, Theme: pdf.Theme{Paper: pdf.A4}, Blocks: []pdf.Block{pdf.Paragraph{Text: "x"}}})
	if err != nil {
		t.Fatal(err)
	}
	f, err := open(made.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	built, from, to, err := Options{Key: key, At: moment}.build(f)
	if err != nil {
		t.Fatal(err)
	}
	end := len(built)
	for what, c := range map[string]struct {
		says    [4]int // as the range is written
		over    [4]int // as the message was made
		verdict Verdict
	}{
		"as it should be":           {[4]int{0, from, to, end - to}, [4]int{0, from, to, end - to}, Unknown},
		"not from the start":        {[4]int{1, from, to, end - to}, [4]int{1, from, to, end - to}, Changed},
		"not from the start, a lie": {[4]int{1, from, to, end - to}, [4]int{0, from, to, end - to}, Changed},
		"a gap before":              {[4]int{0, from - 40, to, end - to}, [4]int{0, from - 40, to, end - to}, Changed},
		"a gap before, a lie":       {[4]int{0, from - 40, to, end - to}, [4]int{0, from, to, end - to}, Changed},
		"a gap behind":              {[4]int{0, from, to + 40, end - to - 40}, [4]int{0, from, to + 40, end - to - 40}, Changed},
		"a gap behind, a lie":       {[4]int{0, from, to + 40, end - to - 40}, [4]int{0, from, to, end - to}, Changed},
		"the hole is covered":       {[4]int{0, from + 1, to - 1, end - to + 1}, [4]int{0, from + 1, to - 1, end - to + 1}, Changed},
		"not to the end":            {[4]int{0, from, to, end - to - 6}, [4]int{0, from, to, end - to - 6}, Changed},
	} {
		out := bytes.Clone(built)
		at := bytes.LastIndex(out, []byte("/ByteRange [")) + len("/ByteRange [")
		says := fmt.Sprintf("%d %d %d %d", c.says[0], c.says[1], c.says[2], c.says[3])
		copy(out[at:], says+strings.Repeat(" ", bytes.IndexByte(out[at:], ']')-len(says)))
		raw, err := message(key, bytes.Join([][]byte{out[c.over[0]:c.over[1]], out[c.over[2] : c.over[2]+c.over[3]]}, nil), nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := fill(out, from, raw); err != nil {
			t.Fatal(err)
		}
		r, err := Verify(out, Roots{})
		if err != nil || r.Verdict != c.verdict {
			t.Errorf("%s: %v, %v", what, r.Verdict, err)
		}
		// Without roots nobody is trusted: not the machine's own either.
		if c.verdict == Unknown && !errors.Is(r.Signatures[0].Problem, errNoRoot) {
			t.Errorf("%s: %v", what, r.Signatures[0].Problem)
		}
	}
}

// The libraries follow what they read by recursion, and read more than DER.
func TestMessagesThatAreNotRead(t *testing.T) {
	t.Parallel()
	deep := []byte{0x30, 0}
	for range maxDepth + 1 {
		deep = append([]byte{0x30, byte(len(deep))}, deep...)
	}
	for what, c := range map[string]struct {
		raw []byte
		ok  bool
	}{
		"deep":              {deep, false},
		"as deep as may be": {deep[4:], true},
		"without a length":  {[]byte{0x30, 0x80, 0, 0}, false},
		"a length too long": {[]byte{0x30, 0x81, 2, 5, 0}, false},
		"cut":               {[]byte{0x30, 3, 5, 0}, false},
	} {
		if wellFormed(c.raw, maxDepth) != c.ok {
			t.Errorf("%s: well-formed is %v", what, !c.ok)
		}
		if _, err := readSigned(c.raw); !errors.Is(err, errOdd) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// A message over one thing cannot be passed off as one over another, such as a
// seal as a time stamp: what it is over is signed (RFC 5652, 11.1).
func TestAMessageOverSomethingElse(t *testing.T) {
	t.Parallel()
	authority, err := keys.NewAuthority("Anybody", moment)
	if err != nil {
		t.Fatal(err)
	}
	for _, kind := range []asn1.ObjectIdentifier{oidData, oidTSTInfo} {
		sd, err := pkcs7.NewSignedData([]byte("x"))
		if err != nil {
			t.Fatal(err)
		}
		sd.SetDigestAlgorithm(pkcs7.OIDDigestAlgorithmSHA256)
		if err := sd.AddSigner(authority.Certificate(), authority.Signer, pkcs7.SignerInfoConfig{}); err != nil {
			t.Fatal(err)
		}
		if whole := sd.GetSignedData(); !kind.Equal(oidData) {
			whole.ContentInfo.ContentType, whole.Version = kind, 3
		}
		raw, err := sd.Finish()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := readSigned(raw); errors.Is(err, errBroken) != kind.Equal(oidTSTInfo) {
			t.Errorf("%v: %v", kind, err)
		}
	}
}
