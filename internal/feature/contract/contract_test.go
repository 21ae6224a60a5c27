package contract_test

import (
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"foyer/internal/feature/contract"
	"foyer/internal/kernel/mail"
	"foyer/internal/kernel/problem"
)

var (
	linkIn = regexp.MustCompile(`/sign/([A-Za-z0-9_-]+)`)
	codeIn = regexp.MustCompile(`\b(\d{3}) (\d{3})\b`)
)

func to(t *testing.T, mails []mail.Kept, email string) mail.Kept {
	t.Helper()
	n := slices.IndexFunc(mails, func(m mail.Kept) bool { return m.To.Addr == email })
	if n < 0 {
		t.Fatalf("nothing was mailed to %s, but to %v", email, reached(mails))
	}
	return mails[n]
}

func reached(mails []mail.Kept) []string {
	all := []string{}
	for _, m := range mails {
		all = append(all, m.To.Addr)
	}
	slices.Sort(all)
	return all
}

func TestContractFromDraftToSealedFile(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		c := b.Client(t, home, "Marlow Ceramics", ines)
		made := b.write(t, c, b.people(t, c, b.signer(t, c, ines, "1"), byLink("2"), b.ours(t, "3")))
		if _, err := b.portal(t, ines, c).Get(t.Context(), made); !problem.Is(err, problem.NotFound) {
			t.Errorf("a draft is shown in the portal: %v", err)
		}
		mails := b.send(t, made)
		if got := reached(mails); !slices.Equal(got, []string{ines}) {
			t.Fatalf("invited are %v, want the first group alone", got)
		}
		b.state(t, made, contract.Pending)

		p, err := b.portal(t, ines, c).Get(t.Context(), made)
		must(t, err)
		doc, err := p.Snapshot.Prose()
		must(t, err)
		if said := doc.Plain(); !strings.Contains(said, "Marlow Ceramics agree on Website relaunch for €12,000.00") || !strings.Contains(said, "From 1 December 2026") {
			t.Errorf("the text says %q", said)
		}
		if !p.MaySign() || p.NeedCode {
			t.Errorf("it is Ines's turn, without a code: %+v %v", p.Closed, p.NeedCode)
		}
		b.sign(t, c, ines, made)
		mails = b.Deliver(t)
		if got := reached(mails); !slices.Equal(got, []string{guest}) {
			t.Fatalf("after the first signature %v are mailed, want the guest", got)
		}
		b.state(t, made, contract.Pending)

		token := linkIn.FindStringSubmatch(to(t, mails, guest).Text)[1]
		g, err := b.f.ForGuest(t.Context(), b.Visitor(t, home, b.Form()), token)
		must(t, err)
		paper, err := g.Paper(t.Context())
		must(t, err)
		if !paper.NeedCode {
			t.Error("who has no login signs without a code")
		}
		wants(t, g.Sign(t.Context(), signature(paper, "Li Wen")), problem.Invalid, "code", "contract.code_required")
		must(t, g.SendCode(t.Context()))
		found := codeIn.FindStringSubmatch(to(t, b.Deliver(t), guest).Text)
		in := signature(paper, "Li Wen")
		in.Code = "000 00" + string('0'+(found[2][2]-'0'+1)%10)
		g, err = b.f.ForGuest(t.Context(), b.Visitor(t, home, b.Form()), token)
		must(t, err)
		wants(t, g.Sign(t.Context(), in), problem.Invalid, "code", "contract.code_wrong")
		in.Code = found[0]
		must(t, g.Sign(t.Context(), in))
		b.state(t, made, contract.Signed)
		if got := b.get(t, made).Seal; got != contract.Unsealed {
			t.Errorf("the seal is %s before we have signed", got)
		}
		mails = b.Deliver(t)
		if got := reached(mails); !slices.Equal(got, []string{owner, owner}) {
			t.Fatalf("when the client is done %v are mailed, want the Owner: it is signed, and to sign", got)
		}

		ours, err := b.app(t).Paper(t.Context(), made)
		must(t, err)
		must(t, b.app(t).Sign(t.Context(), made, signature(ours, "Priya Rowe")))
		mails = b.Deliver(t)
		b.state(t, made, contract.Executed)
		if got := reached(mails); !slices.Equal(got, []string{ines, guest, owner}) {
			t.Errorf("the sealed file is mailed to %v", got)
		}
		file, err := b.portal(t, ines, c).File(t.Context(), made)
		must(t, err)
		var record struct{ Links []contract.Link }
		must(t, json.Unmarshal(unpacked(t, file.Bytes)["audit.json"], &record))
		for _, m := range mails {
			if head := record.Links[len(record.Links)-1].Hash; !strings.Contains(m.Text, head) {
				t.Errorf("the mail to %s does not name %s, the last hash of the record in the file", m.To.Addr, head)
			}
			if len(m.Files) != 1 || string(m.Files[0].Bytes) != string(file.Bytes) {
				t.Errorf("the mail to %s has not the file that is downloaded", m.To.Addr)
			}
		}
		v, err := b.f.Verify(t.Context(), b.Visitor(t, home, ""), file.Bytes)
		must(t, err)
		if v.Answer != contract.Intact || v.Record == nil || v.Record.ID != made || !slices.Equal(v.Record.People, []string{"Contact of Marlow Ceramics", "Li Wen", "Priya Rowe"}) {
			t.Errorf("the file is %+v %+v", v, v.Record)
		}
		v, err = b.f.Verify(t.Context(), b.Visitor(t, home, ""), append(slices.Clone(file.Bytes), '\n'))
		must(t, err)
		if v.Answer != contract.Changed || v.Record != nil {
			t.Errorf("a byte more is %+v", v)
		}
		if dir := os.Getenv("FOYER_TEST_FILES"); dir != "" {
			must(t, os.WriteFile(dir+"/sealed.pdf", file.Bytes, 0o600))
		}
		looked, broken, err := contract.CheckAll(t.Context(), b.System(t, home))
		if err != nil || looked != 1 || len(broken) > 0 {
			t.Errorf("%d chains, broken %v, %v", looked, broken, err)
		}
	})
}

// A contract is in the client's language where nobody chose one.
func TestAContractSpeaksTheClientsLanguage(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		c := b.Client(t, home, "Marlow Ceramics", ines)
		b.Run(t, home, `update client set language = 'de' where workspace_id = :workspace`, nil)
		for chosen, want := range map[string]string{"": "de", "en": "en"} {
			in := details(c, "In "+want)
			in.Language = chosen
			made, err := b.app(t).Create(t.Context(), in)
			must(t, err)
			got, err := b.app(t).Get(t.Context(), made)
			must(t, err)
			if got.Language != want {
				t.Errorf("with %q chosen it is in %q", chosen, got.Language)
			}
		}
	})
}
