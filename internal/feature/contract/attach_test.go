package contract_test

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"foyer/internal/auth"
	"foyer/internal/feature/contract"
	"foyer/internal/kernel/mail"
	"foyer/internal/kernel/problem"
)

// The beginnings of files by which their kinds are known, with something behind.
var (
	aPDF  = []byte("%PDF-1.4\n1 0 obj <<>> endobj\n%%EOF\n")
	aPNG  = []byte("\x89PNG\r\n\x1a\n and a picture")
	aJPEG = []byte("\xff\xd8\xff\xe0 and a photo")
)

// attached are the names of a draft's attachments.
func (b *bench) attached(t *testing.T, c contract.ID) (names []string) {
	t.Helper()
	for _, one := range b.attachments(t, c) {
		names = append(names, one.Name)
	}
	return names
}

func (b *bench) attachments(t *testing.T, c contract.ID) []contract.Attachment {
	t.Helper()
	w, err := b.app(t).Written(t.Context(), c)
	must(t, err)
	return w.Attachments
}

// file is the file of a contract as staff get it.
func (b *bench) file(t *testing.T, c contract.ID) []byte {
	t.Helper()
	file, err := b.app(t).File(t.Context(), c)
	must(t, err)
	return file.Bytes
}

// unpacked are the files inside a file, by name, as pdfdetach gets them out.
func unpacked(t *testing.T, file []byte) map[string][]byte {
	t.Helper()
	if _, err := exec.LookPath("pdfdetach"); err != nil {
		if os.Getenv("FOYER_TEST_REQUIRE") != "" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	dir := t.TempDir()
	path, into := filepath.Join(dir, "file.pdf"), filepath.Join(dir, "out")
	must(t, os.WriteFile(path, file, 0o600))
	must(t, os.Mkdir(into, 0o700))
	if said, err := exec.CommandContext(t.Context(), "pdfdetach", "-saveall", "-o", into, path).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	entries, err := os.ReadDir(into)
	must(t, err)
	all := map[string][]byte{}
	for _, e := range entries {
		all[e.Name()], err = os.ReadFile(filepath.Join(into, e.Name()))
		must(t, err)
	}
	return all
}

// From the files that are attached to the sealed one, which has their very bytes.
func TestAttachmentsTravelToTheSeal(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		c := b.Client(t, home, "Marlow Ceramics", ines)
		made := b.write(t, c, b.people(t, c, b.signer(t, c, ines, "1")))
		for name, content := range map[string][]byte{"Terms.pdf": aPDF, "plan: ground/floor.PNG": aPNG, "photo.of.kiln": aJPEG} {
			must(t, b.app(t).Attach(t.Context(), made, contract.Typed{}, name, content))
		}
		want := map[string][]byte{"Terms.pdf": aPDF, "plan- ground-floor.PNG": aPNG, "photo.of.kiln.jpg": aJPEG}
		file := b.file(t, made)
		if !bytes.Equal(file, b.file(t, made)) {
			t.Error("the same is not drawn as the same")
		}
		preview := unpacked(t, file)
		b.send(t, made)
		p, err := b.portal(t, ines, c).Get(t.Context(), made)
		must(t, err)
		unsigned, err := b.portal(t, ines, c).File(t.Context(), made)
		must(t, err)
		if fmt.Sprintf("%x", sha256.Sum256(unsigned.Bytes)) != p.SHA256 {
			t.Error("what is signed is not the file")
		}
		if len(p.Snapshot.Attachments) != 3 {
			t.Fatalf("the version names %+v", p.Snapshot.Attachments)
		}
		for _, one := range p.Snapshot.Attachments {
			content := want[one.Name]
			if one.Size != int64(len(content)) || one.SHA256 != fmt.Sprintf("%x", sha256.Sum256(content)) || one.Version == "" || one.Type == "" {
				t.Errorf("the version says %+v", one)
			}
			got, err := b.portal(t, ines, c).Attachment(t.Context(), made, one.ID)
			if err != nil || !bytes.Equal(got.Bytes, content) || got.Name != one.Name || got.Type != one.Type {
				t.Errorf("a contact gets %s, %s: %v", got.Name, got.Type, err)
			}
		}
		b.sign(t, c, ines, made)
		b.Deliver(t)
		b.state(t, made, contract.Executed)
		for what, inside := range map[string]map[string][]byte{"preview": preview, "version": unpacked(t, unsigned.Bytes), "sealed file": unpacked(t, b.file(t, made))} {
			for name, content := range want {
				if !bytes.Equal(inside[name], content) {
					t.Errorf("%s: %s is not what was attached", what, name)
				}
			}
			if what != "sealed file" {
				if len(inside) != len(want) {
					t.Errorf("%s: %d files are inside", what, len(inside))
				}
				continue
			}
			if len(inside) != len(want)+2 || !bytes.Contains(inside["audit.json"], []byte(`"genesis"`)) || !bytes.Equal(inside["signed.pdf"], unsigned.Bytes) {
				t.Errorf("%s: %d files are inside, or the record or what was signed is not", what, len(inside))
			}
		}
	})
}

// The file of a version lists what travels with it, and the attachments as they were
// stay with it, whatever becomes of the draft after it.
func TestAVersionKeepsItsAttachments(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		c := b.Client(t, home, "Marlow Ceramics", ines)
		made := b.write(t, c, b.people(t, c, b.signer(t, c, ines, "1")))
		must(t, b.app(t).Attach(t.Context(), made, contract.Typed{}, "Terms.pdf", aPDF))
		must(t, b.app(t).Attach(t.Context(), made, contract.Typed{}, "Plan.png", aPNG))
		version := b.get(t, made).Version
		must(t, b.app(t).Detach(t.Context(), made, contract.Typed{}, b.attachments(t, made)[0].ID))
		if err := b.app(t).Send(t.Context(), made, version); !problem.Is(err, problem.Conflict) {
			t.Errorf("what is sent is not what was shown: %v", err)
		}
		must(t, b.app(t).Attach(t.Context(), made, contract.Typed{}, "Terms.pdf", append(slices.Clone(aPDF), "2"...)))
		b.send(t, made)
		first := b.file(t, made)
		for what, err := range map[string]error{
			"attached": b.app(t).Attach(t.Context(), made, contract.Typed{}, "More.pdf", aPDF), "detached": b.app(t).Detach(t.Context(), made, contract.Typed{}, b.attachments(t, made)[0].ID),
		} {
			if !problem.Is(err, problem.Conflict) {
				t.Errorf("%s while it is out: %v", what, err)
			}
		}
		must(t, b.app(t).Withdraw(t.Context(), made, "The price changed."))
		b.Deliver(t)
		if got := b.attached(t, made); !slices.Equal(got, []string{"Plan.png", "Terms.pdf"}) {
			t.Errorf("the draft after it has %v", got)
		}
		must(t, b.app(t).Detach(t.Context(), made, contract.Typed{}, b.attachments(t, made)[0].ID))
		b.send(t, made)
		if again := unpacked(t, b.file(t, made)); len(again) != 1 || len(unpacked(t, first)) != 2 {
			t.Errorf("the second version has %d files inside", len(again))
		}
		addendum := details(c, "Addendum")
		b.sign(t, c, ines, made)
		b.Deliver(t)
		addendum.Amends = made
		more, err := b.app(t).Create(t.Context(), addendum)
		must(t, err)
		if got := b.attached(t, more); len(got) != 0 {
			t.Errorf("the addendum begins with %v", got)
		}
	})
}

func TestWhatCannotBeAttached(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		c := b.Client(t, home, "Marlow Ceramics", ines)
		made := b.write(t, c, b.people(t, c, b.signer(t, c, ines, "1")))
		must(t, b.app(t).Attach(t.Context(), made, contract.Typed{}, "Terms.pdf", aPDF))
		for _, one := range []struct {
			name    string
			content []byte
			key     string
		}{
			{"empty.pdf", nil, "contract.attachment.none"},
			{"page.pdf", []byte("<html><script>alert(1)</script>"), "contract.attachment.kind"},
			{"picture.png", []byte("GIF89a and a picture"), "contract.attachment.kind"},
			{"program.pdf", []byte("MZ and %PDF-1.4"), "contract.attachment.kind"},
			{"large.pdf", append(slices.Clone(aPDF), make([]byte, contract.LargestAttachments)...), "contract.attachment.large"},
			{"TERMS.pdf", aPDF, "contract.attachment.twice"},
			{"terms", aPDF, "contract.attachment.twice"},
			{"audit.json", aPDF, "contract.attachment.reserved"},
			{" Signed.PDF", aPDF, "contract.attachment.reserved"},
			{"signed", aPDF, "contract.attachment.reserved"},
			{"..", aPDF, "field.required"},
			{"a\u202efdp.exe", aPDF, "field.control"},
			{"a\xff.pdf", aPDF, "field.unreadable"},
			{strings.Repeat("long", 40) + ".pdf", aPDF, "field.long"},
		} {
			err := b.app(t).Attach(t.Context(), made, contract.Typed{}, one.name, one.content)
			if known, ok := problem.As(err); !ok || known.Kind != problem.Invalid || known.Fields[contract.AttachField].Key != one.key {
				t.Errorf("%q: %v, want %s", one.name, err, one.key)
			}
		}
		for i := range contract.MostAttachments - 1 {
			must(t, b.app(t).Attach(t.Context(), made, contract.Typed{}, fmt.Sprintf("%d.png", i), aPNG))
		}
		wants(t, b.app(t).Attach(t.Context(), made, contract.Typed{}, "eleventh.png", aPNG), problem.Invalid, contract.AttachField, "contract.attachment.most")

		full := b.write(t, c, b.people(t, c, b.signer(t, c, ines, "1")))
		half := append(slices.Clone(aPDF), make([]byte, contract.LargestAttachments/2-len(aPDF))...)
		must(t, b.app(t).Attach(t.Context(), full, contract.Typed{}, "one.pdf", half))
		must(t, b.app(t).Attach(t.Context(), full, contract.Typed{}, "two.pdf", half))
		wants(t, b.app(t).Attach(t.Context(), full, contract.Typed{}, "three.pdf", aPDF), problem.Invalid, contract.AttachField, "contract.attachment.full")
	})
}

func TestWhoReadsAttachments(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		c := b.Client(t, home, "Marlow Ceramics", ines)
		b.Add(t, c, "reader@marlow.example", auth.ReaderPreset, true)
		b.Add(t, c, "other@marlow.example", auth.SignatoryPreset, true)
		other := b.Client(t, home, "Northwind Bikes", sam)
		draft := b.write(t, c, b.people(t, c, b.signer(t, c, ines, "1")))
		must(t, b.app(t).Attach(t.Context(), draft, contract.Typed{}, "Draft.pdf", aPDF))
		made := b.write(t, c, b.people(t, c, b.signer(t, c, ines, "1"), byLink("1")))
		must(t, b.app(t).Attach(t.Context(), made, contract.Typed{}, "Terms.pdf", aPDF))
		one := b.attachments(t, made)[0].ID
		token := linkIn.FindStringSubmatch(to(t, b.send(t, made), guest).Text)[1]
		g, err := b.f.ForGuest(t.Context(), b.Visitor(t, home, ""), token)
		must(t, err)
		if file, err := g.Attachment(t.Context(), one); err != nil || !bytes.Equal(file.Bytes, aPDF) {
			t.Errorf("a guest gets no attachment: %v", err)
		}
		unsent := b.attachments(t, draft)[0].ID
		nobody := func(what string, err error) {
			t.Helper()
			if !problem.Is(err, problem.NotFound) {
				t.Errorf("%s: %v", what, err)
			}
		}
		_, err = g.Attachment(t.Context(), unsent)
		nobody("a guest and another contract's", err)
		_, err = b.portal(t, ines, c).Attachment(t.Context(), draft, unsent)
		nobody("a draft's", err)
		_, err = b.portal(t, ines, c).Attachment(t.Context(), made, unsent)
		nobody("a draft's by another contract", err)
		_, err = b.portal(t, sam, other).Attachment(t.Context(), made, one)
		nobody("another client's contact", err)
		_, err = b.portal(t, "reader@marlow.example", c).Attachment(t.Context(), made, one)
		nobody("a contact who sees no contracts", err)
		_, err = b.portal(t, "other@marlow.example", c).Attachment(t.Context(), made, one)
		nobody("a contact who does not sign this one", err)
		_, err = b.app(t).Attachment(t.Context(), made, "no id")
		nobody("no attachment", err)
		nobody("taking away another contract's", b.app(t).Detach(t.Context(), draft, contract.Typed{}, one))
		must(t, b.app(t).Withdraw(t.Context(), made, "The price changed."))
		_, err = b.portal(t, ines, c).Attachment(t.Context(), made, one)
		nobody("what was taken back", err)
		_, err = g.Attachment(t.Context(), one)
		nobody("a guest and what was taken back", err)

		b.Hire(t, "Somebody", "viewer@haldenrowe.example", auth.Viewer)
		viewer := b.as(t, "viewer@haldenrowe.example")
		if err := viewer.Attach(t.Context(), made, contract.Typed{}, "More.pdf", aPDF); !problem.Is(err, problem.Forbidden) {
			t.Errorf("who only reads attaches: %v", err)
		}
		if _, err := viewer.Attachment(t.Context(), made, one); err != nil {
			t.Errorf("who only reads gets none: %v", err)
		}
	})
}

// A sealed file that mail servers would refuse is not mailed; its page is. With as
// much attached as can be it is sealed and checked all the same.
func TestAFileTooLargeForAMail(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		c := b.Client(t, home, "Marlow Ceramics", ines)
		made := b.write(t, c, b.people(t, c, b.signer(t, c, ines, "1"), byLink("1")))
		for _, name := range []string{"one.jpg", "two.jpg"} {
			must(t, b.app(t).Attach(t.Context(), made, contract.Typed{}, name, append(slices.Clone(aJPEG), noise(contract.LargestAttachments/2-len(aJPEG))...)))
		}
		token := linkIn.FindStringSubmatch(to(t, b.send(t, made), guest).Text)[1]
		b.sign(t, c, ines, made)
		b.Deliver(t)
		b.signAsGuest(t, token)
		mails := b.Deliver(t)
		b.state(t, made, contract.Executed)
		for _, who := range []string{ines, guest} {
			m := to(t, slices.DeleteFunc(slices.Clone(mails), func(m mail.Kept) bool { return !strings.Contains(m.Subject, "everybody") }), who)
			if len(m.Files) != 0 || !strings.Contains(m.Text, "too large for a mail") {
				t.Errorf("%s gets %d files: %s", who, len(m.Files), m.Text)
			}
		}
		verdict, err := b.f.Verify(t.Context(), b.Visitor(t, home, ""), b.file(t, made))
		if err != nil || verdict.Answer != contract.Intact {
			t.Errorf("the largest file there is, when it is checked: %s, %v", verdict.Answer, err)
		}
	})
}

// noise is what packs no smaller.
func noise(n int) []byte {
	data := make([]byte, n)
	_, _ = rand.NewChaCha8([32]byte{}).Read(data)
	return data
}

// signAsGuest signs through a link, with the code that is mailed.
func (b *bench) signAsGuest(t *testing.T, token string) {
	t.Helper()
	g, err := b.f.ForGuest(t.Context(), b.Visitor(t, home, b.Form()), token)
	must(t, err)
	paper, err := g.Paper(t.Context())
	must(t, err)
	must(t, g.SendCode(t.Context()))
	in := signature(paper, "Li Wen")
	in.Code = codeIn.FindString(to(t, b.Deliver(t), guest).Text)
	g, err = b.f.ForGuest(t.Context(), b.Visitor(t, home, b.Form()), token)
	must(t, err)
	must(t, g.Sign(t.Context(), in))
}

// What is typed while files come and go is saved with them, and never over what
// somebody else has written.
func TestWhatIsTypedIsSavedWithFiles(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		c := b.Client(t, home, "Marlow Ceramics", ines)
		made := b.write(t, c, b.people(t, c, b.signer(t, c, ines, "1")))
		before := b.get(t, made).Version
		typed := contract.Typed{Version: before, Content: "Typed with a file."}
		must(t, b.app(t).Attach(t.Context(), made, typed, "Terms.pdf", aPDF))
		if got := b.get(t, made); got.Content != "Typed with a file." || got.Version <= before {
			t.Errorf("version %d says %q", got.Version, got.Content)
		}
		wants(t, b.app(t).Attach(t.Context(), made, typed, "More.pdf", aPDF), problem.Conflict, "", "problem.stale")
		typed.Version, typed.Content = b.get(t, made).Version, strings.Repeat("x", contract.LongestContent+1)
		wants(t, b.app(t).Attach(t.Context(), made, typed, "More.pdf", aPDF), problem.Invalid, "content", "contract.content_long")
		if n := len(b.attachments(t, made)); n != 1 {
			t.Errorf("%d files", n)
		}
		typed.Content = "And without it."
		must(t, b.app(t).Detach(t.Context(), made, typed, b.attachments(t, made)[0].ID))
		if got := b.get(t, made); got.Content != "And without it." || len(b.attachments(t, made)) != 0 {
			t.Errorf("it says %q with %d files", got.Content, len(b.attachments(t, made)))
		}
	})
}
