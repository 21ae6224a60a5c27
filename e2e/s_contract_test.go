package e2e

import (
	"bytes"
	"encoding/json"
	"mime/multipart"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"foyer/internal/auth"
	"foyer/internal/demo"
	"foyer/internal/feature/client"
	"foyer/internal/feature/contract"
	"foyer/internal/kernel/id"
	"foyer/internal/kernel/mark"
)

// writer writes contracts for a client of the demo, through the door that the
// staff's pages use.
type writer struct {
	p       *program
	who     auth.Staff
	client  client.ID
	contact map[string]string // by mail address
}

// writer is Priya, who writes for a client.
func (p *program) writer(t *testing.T, name string) *writer {
	t.Helper()
	w := &writer{p: p, who: p.member(t, demo.Priya), contact: map[string]string{}}
	clients := client.ForStaff(w.who)
	list, err := clients.List(t.Context(), client.Wanted{Query: name})
	must(t, err)
	w.client = list.Rows[0].ID
	_, contacts, err := clients.Contacts(t.Context(), w.client)
	must(t, err)
	for _, c := range contacts {
		w.contact[c.Email] = c.ID.String()
	}
	return w
}

// member is a staff member of the demo.
func (p *program) member(t *testing.T, email string) auth.Staff {
	t.Helper()
	site, err := p.Gate.SiteFor(t.Context(), p.Gate.Base().Host)
	must(t, err)
	v := p.Gate.Visitor(site, auth.Facts{Address: "127.0.0.1", Agent: "Mozilla/5.0 (X11; Linux x86_64) Chrome/156.0.0.0 Safari/537.36"})
	token := id.SecretFrom(p.sessions[email])
	if p.sessions[email] == "" {
		token, err = p.Gate.SignIn(t.Context(), v, auth.StaffRealm, email, demo.StaffPassword, id.Secret{})
		must(t, err)
	}
	s, err := p.Gate.Signed(t.Context(), v, auth.StaffRealm, token)
	must(t, err)
	who, err := s.Staff()
	must(t, err)
	return who
}

func (w *writer) app() contract.App { return w.p.Contracts.ForStaff(w.who) }

func (w *writer) theirs(email, step string) contract.SignatoryDetails {
	return contract.SignatoryDetails{Side: contract.Theirs, Role: contract.Signer, Step: step, Contact: w.contact[email]}
}

func (w *writer) ours(step string) contract.SignatoryDetails {
	return contract.SignatoryDetails{Side: contract.Ours, Role: contract.Signer, Step: step, Member: w.who.ID()}
}

const terms = `# Services

{{workspace.name}} carries out for {{client.name}} the work described in each statement of work that both sign. A statement of work names the deliverables, the milestones and the price, and forms part of this agreement from the day it is signed.

{{workspace.name}} chooses how the work is done and who does it, and remains responsible for everyone it involves.

# Fees and payment

Invoices are issued when a milestone is reached and fall due fourteen days later. The price is **{{contract.value}}** in all.

1. Amounts are stated in euro and exclude value added tax.
2. Travel is paid for at cost, where it was approved beforehand.

| Milestone | Share |
|---|---:|
| Design | 40 % |
| Build | 60 % |

| Donaudampfschifffahrtsgesellschaft | Rechtsschutzversicherungsgesellschaft | Grundstücksverkehrsgenehmigung | Kraftfahrzeughaftpflichtversicherung |
|---|---|---|---|
| a | b | c | d |

# Term and ending

This agreement begins on {{contract.start}} and ends on {{contract.end}}, unless it is *extended in writing*.

# Governing law

The law of Ireland governs this agreement.
`

// draft writes a contract that is not sent.
func (w *writer) draft(t *testing.T, name string, in contract.SigningDetails) contract.ID {
	t.Helper()
	app := w.app()
	made, err := app.Create(t.Context(), contract.Details{
		Client: w.client, Name: name, Kind: contract.MSA, Amount: "12000", Currency: "EUR", StartsOn: "2020-01-01", EndsOn: "2099-12-31", Language: "en",
	})
	must(t, err)
	must(t, app.SaveParties(t.Context(), made, w.get(t, made).Version, in))
	must(t, app.SaveContent(t.Context(), made, w.get(t, made).Version, terms))
	return made
}

func (w *writer) get(t *testing.T, of contract.ID) contract.Contract {
	t.Helper()
	written, err := w.app().Written(t.Context(), of)
	must(t, err)
	return written.Contract
}

// sent writes a contract and sends it.
func (w *writer) sent(t *testing.T, name string, people ...contract.SignatoryDetails) contract.ID {
	t.Helper()
	return w.sentWith(t, name, contract.SigningDetails{People: people})
}

func (w *writer) sentWith(t *testing.T, name string, in contract.SigningDetails) contract.ID {
	t.Helper()
	made := w.draft(t, name, in)
	must(t, w.app().Send(t.Context(), made, w.get(t, made).Version))
	return made
}

// sign signs for our side.
func (w *writer) sign(t *testing.T, of contract.ID) {
	t.Helper()
	paper, err := w.app().Paper(t.Context(), of)
	must(t, err)
	must(t, w.app().Sign(t.Context(), of, contract.Signature{Name: "Priya Rowe", Mark: mark.Wanted{Kind: mark.Typed}, Consent: true, SHA256: paper.SHA256}))
}

func contractAt(of contract.ID) string { return "/portal/contracts/" + of.String() }

// walk goes through the steps of signing from the first on.
func (b *tab) walk(name string) {
	b.t.Helper()
	b.press("I have read it, continue")
	b.see("Who signs?")
	b.fill("Full legal name", name)
	b.press("Continue")
	b.mark()
	b.agree()
}

func (b *tab) mark() {
	b.t.Helper()
	b.see("How would you like to sign?")
	b.press("Continue to confirm")
}

func (b *tab) agree() {
	b.t.Helper()
	b.see("Look once more, then confirm")
	b.tick("I have read the contract")
	b.press("Sign and agree")
}

// The list has what the client is a party to: no draft, and nothing of others.
func TestS32Contracts(t *testing.T) {
	inDemo(t, withAndWithout, func(t *testing.T, p *program, l look) {
		marlow, northwind := p.writer(t, "Marlow Ceramics"), p.writer(t, "Northwind Bikes")
		sent := marlow.sent(t, "Glaze supply 2027", marlow.theirs(demo.Ines, "1"), marlow.ours("2"))
		marlow.draft(t, "Secret draft 2027", contract.SigningDetails{People: []contract.SignatoryDetails{marlow.theirs(demo.Ines, "1")}})
		theirs := northwind.sent(t, "Bicycles 2027", northwind.theirs(demo.Sam, "1"))
		b := p.contact(t, l, demo.Ines)
		b.press("Contracts")
		b.arrive("/portal/contracts")
		b.see("Glaze supply 2027")
		b.see("€12,000.00")
		b.shot("portal-contracts")
		for _, kept := range []string{"Secret draft", "Bicycles", "Northwind"} {
			b.missing(kept)
		}
		for _, f := range []struct {
			name, query string
			shown       bool
		}{{"Pending signature", "?status=pending_signature", true}, {"Active", "?status=active", false}, {"Expired", "?status=expired", false}, {"All", "", true}} {
			b.press(f.name)
			b.arrive("/portal/contracts" + f.query)
			if got := slices.ContainsFunc(b.rows(), func(row string) bool { return strings.Contains(row, "Glaze supply 2027") }); got != f.shown {
				t.Errorf("%s shows it: %v", f.name, got)
			}
		}
		b.goTo("/portal/contracts?q=glaze+supply")
		if rows := b.rows(); len(rows) != 1 {
			t.Errorf("a search finds %q", rows)
		}
		b.goTo("/portal/contracts?q=nothing+like+it")
		b.see("No contract matches")
		if status := b.goTo(contractAt(theirs)); status != http.StatusNotFound {
			t.Errorf("another client's contract answers %d", status)
		}
		rui := p.contact(t, l, demo.Rui)
		rui.missing("/portal/contracts")
		if status := rui.goTo(contractAt(sent)); status != http.StatusNotFound {
			t.Errorf("a contact who sees no contracts is answered %d", status)
		}
	}, postgres)
}

// The detail has the whole text, with its placeholders filled, and nothing to
// change it with.
func TestS33ContractText(t *testing.T) {
	inDemo(t, withAndWithout, func(t *testing.T, p *program, l look) {
		w := p.writer(t, "Marlow Ceramics")
		made := w.sent(t, "Master services 2027", w.ours("1"), w.theirs(demo.Ines, "2"))
		b := p.contact(t, l, demo.Ines)
		b.goTo("/portal/contracts?q=master+services+2027")
		b.press("Master services 2027")
		b.arrive(contractAt(made))
		for _, text := range []string{
			"Between Halden & Rowe Ltd and", "forms part of this agreement from the day it is signed.", "The price is €12,000.00 in all.", "Amounts are stated in euro",
			"60 %", "begins on 1 January 2020 and ends on 31 December 2099", "The law of Ireland governs this agreement.", "It is not your turn yet", "Priya Rowe",
		} {
			b.see(text)
		}
		b.missing("{{")
		b.missing("Sign now")
		if n := eval[int](b, "document.querySelectorAll('article input, article textarea, article [contenteditable]').length"); n > 0 {
			t.Errorf("the text has %d fields", n)
		}
		if l.width >= 1024 {
			b.press("Governing law")
			b.await("location.hash === '#clause-governing-law'", "the outline does not lead on")
		}
		b.narrow("a contract with a wide table")
		if !eval[bool](b, "(a => a.scrollWidth <= a.clientWidth)(document.querySelector('article'))") {
			t.Error("the text runs out of its sheet")
		}
		b.shot("portal-contract-read")
	})
}

// Download gives what is to be signed, and once it is sealed what everybody got.
func TestS34DownloadContract(t *testing.T) {
	inDemo(t, withAndWithout, func(t *testing.T, p *program, l look) {
		w := p.writer(t, "Marlow Ceramics")
		made := w.sent(t, "Download 2027", w.theirs(demo.Ines, "1"))
		b, v := p.contact(t, l, demo.Ines), p.signedIn(t, "/portal", demo.Ines)
		b.goTo(contractAt(made))
		b.see("Download PDF")
		link := eval[string](b, "new URL(document.querySelector('main a[download]').href).pathname")
		file := v.get(link)
		if file.status != http.StatusOK || !bytes.HasPrefix(file.body, []byte("%PDF-")) || !strings.Contains(file.header.Get("Content-Disposition"), "Download 2027.pdf") ||
			!strings.Contains(file.header.Get("Content-Security-Policy"), "sandbox") || file.header.Get("Content-Type") != "application/pdf" {
			t.Errorf("it answers %d, %v", file.status, file.header)
		}
		b.press("Sign now")
		b.see("Who signs?")
		b.press("Continue")
		b.mark()
		b.agree()
		b.see("You have signed “Download 2027”.")
		m := p.letter(t, demo.Ines, "Signed by everybody: Download 2027")
		sealed := v.get(link)
		if bytes.Equal(sealed.body, file.body) || len(m.Files) != 1 || !bytes.Equal(m.Files[0].Bytes, sealed.body) {
			t.Error("the download is not the sealed file that was mailed")
		}
	})
}

// Sign Now is there while the contract is out and it is this contact's turn.
func TestS35SignNow(t *testing.T) {
	inDemo(t, withAndWithout, func(t *testing.T, p *program, l look) {
		w := p.writer(t, "Marlow Ceramics")
		mine := w.sent(t, "Turn of Ines", w.theirs(demo.Ines, "1"), w.ours("2"))
		later := w.sent(t, "Turn of Priya", w.ours("1"), w.theirs(demo.Ines, "2"))
		over := w.sent(t, "Taken back", w.theirs(demo.Ines, "1"))
		b := p.contact(t, l, demo.Ines)
		b.see("Turn of Ines is ready to sign")
		b.missing("Turn of Priya is ready to sign")
		b.shot("portal-home-contract")
		offered := func(of contract.ID) bool {
			b.goTo(contractAt(of))
			return eval[bool](b, "!!document.querySelector('form[action$=\"/signature\"]')")
		}
		if !offered(mine) || offered(later) {
			t.Errorf("Sign Now is offered in turn: %v, before it: %v", offered(mine), offered(later))
		}
		b.goTo("/portal/contracts?q=turn+of")
		if got := eval[[]string](b, "[...document.querySelectorAll('tbody .button-filled')].map(a => new URL(a.href).pathname)"); !slices.Equal(got, []string{contractAt(mine) + "/signature"}) {
			t.Errorf("the list offers to sign %q", got)
		}
		w.sign(t, later)
		if !offered(later) {
			t.Error("it is not offered when the turn has come")
		}
		must(t, w.app().Withdraw(t.Context(), over, "A wrong figure."))
		if status := b.goTo(contractAt(over)); status != http.StatusNotFound {
			t.Errorf("what was taken back answers %d", status)
		}
		b.goTo(contractAt(mine))
		b.press("Decline")
		b.see("Why not?")
		b.fill("Why not?", "The price is not what we spoke of.")
		eval[bool](b, b.find("(f => (f.requestSubmit(f.querySelector('button[type=submit]')), true))(scope().querySelector('form[action$=\"/refusal\"]'))"))
		b.see("You have declined “Turn of Ines”.")
		b.see("There is nothing to sign any more.")
		if offered(mine) {
			t.Error("Sign Now is offered for what was declined")
		}
		b.shot("portal-contract-declined")
		m := p.letter(t, demo.Priya, "Declined: Turn of Ines")
		if !strings.Contains(m.Text, "The price is not what we spoke of.") {
			t.Errorf("the sender is not told why:\n%s", m.Text)
		}
	})
}

// Signing changes the status and leaves evidence, and the sealed file is then what
// there is to download and to check.
func TestS36Sign(t *testing.T) {
	inDemo(t, withAndWithout, func(t *testing.T, p *program, l look) {
		w := p.writer(t, "Marlow Ceramics")
		made := w.sentWith(t, "Signed step by step", contract.SigningDetails{People: []contract.SignatoryDetails{w.theirs(demo.Ines, "1"), w.ours("2")}, Code: true})
		b := p.contact(t, l, demo.Ines)
		b.goTo("/portal/contracts?q=step+by+step")
		b.press("Sign now")
		b.arrive(contractAt(made) + "/signature")
		b.see("The law of Ireland governs this agreement.")
		b.shot("portal-sign-1-read")
		b.press("I have read it, continue")
		b.see("Who signs?")
		b.fill("Full legal name", "Ines Maria Marlow")
		b.press("Continue")
		b.see("Enter the code that was mailed to you.")
		b.press("Mail me a code")
		b.see("A code is on its way to " + demo.Ines)
		b.shot("portal-sign-2-details")
		b.fill("Code from the mail", regexp.MustCompile(`\d{3} \d{3}`).FindString(p.letter(t, demo.Ines, "Your code").Text))
		b.press("Continue")
		b.see("How would you like to sign?")
		if got := eval[bool](b, "[...document.querySelectorAll('input[name=mark]')].some(e => e.value === 'drawn' && e.checkVisibility())"); got == l.noScript {
			t.Errorf("drawing is offered: %v", got)
		}
		b.fill("Full legal name", "Ines M. Marlow")
		if !l.noScript {
			b.await("document.querySelector('.mark-face').innerText === 'Ines M. Marlow'", "the preview does not follow what is typed")
		}
		b.shot("portal-sign-3-signature")
		b.press("Back")
		b.see("Who signs?")
		b.press("Continue")
		b.see("How would you like to sign?")
		b.await("labelled('Full legal name').value === 'Ines M. Marlow'", "what was typed is gone")
		b.press("Continue to confirm")
		b.see("Look once more, then confirm")
		b.press("Sign and agree")
		b.see("Agree to sign electronically first")
		b.tick("I have read the contract")
		b.shot("portal-sign-4-confirm")
		b.press("Sign and agree")
		b.see("You have signed “Signed step by step”.")
		b.see("Everybody on your side has signed")
		b.shot("portal-contract-signed")
		w.sign(t, made)
		p.letter(t, demo.Ines, "Signed by everybody: Signed step by step")
		b.goTo(contractAt(made))
		b.see("Active")
		b.see("it was sealed on")
		b.goTo("/portal/contracts?status=active&q=step+by+step")
		b.see("Signed step by step")
		b.goTo("/portal/activity")
		b.see("Ines Marlow signed Signed step by step")

		file := p.signedIn(t, "/portal", demo.Ines).get(contractAt(made) + "/pdf").body
		verdict := p.checked(t, file)
		if verdict.Answer != "intact" || !slices.Equal(verdict.Contract.SignedBy, []string{"Ines Marlow", "Priya Rowe"}) {
			t.Errorf("the file is %+v", verdict)
		}
		if looked, broken, err := contract.CheckAll(t.Context(), p.system(t)); err != nil || looked == 0 || len(broken) > 0 {
			t.Errorf("of %d records %v are broken, %v", looked, broken, err)
		}
		b.check(file)
		b.see("This file is as Halden & Rowe sealed it.")
		b.see("Signed step by step")
		b.shot("verify-intact")
		b.check(append(bytes.Clone(file), "%%EOF\n"...))
		b.see("This file was changed after it was sealed.")
		b.shot("verify-changed")
	}, postgres)
}

// A picture is uploaded with and without JavaScript; what is no picture is said at
// its field.
func TestUploadedMark(t *testing.T) {
	inDemo(t, withAndWithout, func(t *testing.T, p *program, l look) {
		w := p.writer(t, "Marlow Ceramics")
		made := w.sent(t, "With a picture", w.theirs(demo.Ines, "1"), w.ours("2"))
		b := p.contact(t, l, demo.Ines)
		b.goTo(contractAt(made) + "/signature")
		b.press("I have read it, continue")
		b.see("Who signs?")
		b.press("Continue")
		b.see("How would you like to sign?")
		if eval[bool](b, "document.querySelector('input[name=image]').checkVisibility()") {
			t.Error("the field of the picture is there before anybody wants one")
		}
		b.tick("Upload")
		b.see("Picture of your signature")
		choose := func(name string, content []byte) {
			path := filepath.Join(t.TempDir(), name)
			must(t, os.WriteFile(path, content, 0o600))
			b.attach("labelled('Picture of your signature')", path)
			b.press("Continue to confirm")
		}
		choose("contract.pdf", []byte("%PDF-1.7 no picture"))
		b.see("Choose a picture of the kind PNG or JPEG.")
		choose("signature.png", drawing(t))
		b.agree()
		b.see("You have signed “With a picture”.")
	})
}

// On a phone the bar of the portal lies below whatever is scrolled to, as by the
// keyboard or from a summary of errors.
func TestTheTabBarHidesNoButton(t *testing.T) {
	inDemo(t, []look{phone}, func(t *testing.T, p *program, l look) {
		w := p.writer(t, "Marlow Ceramics")
		made := w.sent(t, "On a phone", w.theirs(demo.Ines, "1"), w.ours("2"))
		b := p.contact(t, l, demo.Ines)
		free := func(what string) {
			t.Helper()
			if !eval[bool](b, "(e => { scrollTo(0, 0); e.scrollIntoView({block: 'nearest', behavior: 'instant'}); const r = e.getBoundingClientRect(); return e.contains(document.elementFromPoint((r.left + r.right) / 2, r.bottom - 2)) })(document.activeElement)") {
				t.Errorf("at %s something lies over %q", b.path(), what)
			}
		}
		b.goTo(contractAt(made) + "/signature")
		b.tabTo("I have read it, continue")
		free("I have read it, continue")
		b.key(kb.Enter)
		b.see("Who signs?")
		b.press("Continue")
		b.see("How would you like to sign?")
		b.press("Continue to confirm")
		b.see("Look once more, then confirm")
		b.tabTo("Sign and agree")
		free("Sign and agree")
		b.key(kb.Enter)
		b.see("Agree to sign electronically first")
	})
}

// said is what a program is told of a file.
type said struct {
	Answer   string
	Contract struct {
		SignedBy []string `json:"signed_by"`
	}
}

// checked has a file checked as a program does.
func (p *program) checked(t *testing.T, file []byte) (out said) {
	t.Helper()
	var body bytes.Buffer
	m := multipart.NewWriter(&body)
	part, err := m.CreateFormFile("file", "contract.pdf")
	must(t, err)
	_, err = part.Write(file)
	must(t, err)
	must(t, m.Close())
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, p.base+"/verify", &body)
	must(t, err)
	r.Header.Set("Origin", p.base)
	r.Header.Set("Accept", "application/json")
	r.Header.Set("Content-Type", m.FormDataContentType())
	resp, err := http.DefaultClient.Do(r)
	must(t, err)
	defer resp.Body.Close()
	must(t, json.NewDecoder(resp.Body).Decode(&out))
	return out
}

// check chooses a file on the page that checks files.
func (b *tab) check(file []byte) {
	b.t.Helper()
	path := filepath.Join(b.t.TempDir(), "contract.pdf")
	must(b.t, os.WriteFile(path, file, 0o600))
	b.goTo("/verify")
	b.attach("document.querySelector('input[type=file]')", path)
	b.press("Check this file")
}

// The commands on the page check a sealed file without us, and do not take one that
// was changed for it.
func TestCheckWithoutUs(t *testing.T) {
	onDesk(t, func(t *testing.T, p *program) {
		for _, tool := range []string{"bash", "curl", "certutil", "pdfsig", "openssl"} {
			if _, err := exec.LookPath(tool); err == nil {
				continue
			} else if os.Getenv("FOYER_TEST_REQUIRE") != "" {
				t.Fatal(err)
			}
			t.Skip("there is no " + tool)
		}
		w := p.writer(t, "Marlow Ceramics")
		made := w.sent(t, "Checked by hand", w.theirs(demo.Ines, "1"))
		b := p.contact(t, desk, demo.Ines)
		b.goTo(contractAt(made) + "/signature")
		b.walk("Ines Marlow")
		b.see("You have signed “Checked by hand”.")
		file := p.letter(t, demo.Ines, "Signed by everybody: Checked by hand").Files[0].Bytes
		b.goTo("/verify")
		commands := eval[[]string](b, "[...document.querySelectorAll('pre')].map(e => e.textContent)")
		if len(commands) != 2 {
			t.Fatalf("the page has %d lists of commands", len(commands))
		}
		run := func(file []byte) string {
			dir := t.TempDir()
			must(t, os.WriteFile(filepath.Join(dir, "contract.pdf"), file, 0o600))
			var said strings.Builder
			for _, script := range commands {
				cmd := exec.CommandContext(t.Context(), "bash", "-c", script)
				cmd.Dir = dir
				out, err := cmd.CombinedOutput()
				said.Write(out)
				if err != nil {
					said.WriteString(err.Error() + "\n")
				}
			}
			return said.String()
		}
		good := run(file)
		for _, says := range []string{"Signature is Valid", "Certificate is Trusted", "Total document signed", "CMS Verification successful"} {
			if !strings.Contains(good, says) {
				t.Errorf("the commands do not say %q:\n%s", says, good)
			}
		}
		changed := bytes.Clone(file)
		changed[len(changed)/4] ^= 1
		bad := run(changed)
		for _, says := range []string{"Signature is Valid", "CMS Verification successful"} {
			if strings.Contains(bad, says) {
				t.Errorf("of a changed file the commands say %q:\n%s", says, bad)
			}
		}
	})
}

// Who has no login signs through the link that was mailed, which is nowhere in the
// pages, and the link that was used up says what to do.
func TestGuestSignsThroughALink(t *testing.T) {
	inDemo(t, withAndWithout, func(t *testing.T, p *program, l look) {
		w := p.writer(t, "Marlow Ceramics")
		const li = "li.wen@partner.example"
		w.sent(t, "For a partner", contract.SignatoryDetails{Side: contract.Theirs, Role: contract.Signer, Step: "1", Name: "Li Wen", Email: li, Title: "Partner"})
		link := linkIn(t, p.letter(t, li, "asks you to sign"), "/sign/")
		b := p.open(t, l)
		b.goTo(link)
		b.arrive("/sign")
		b.see("For a partner")
		b.see("The law of Ireland governs this agreement.")
		b.missing("/portal/contracts")
		b.missing(link[strings.LastIndexByte(link, '/')+1:])
		b.shot("guest-contract")
		b.press("Sign now")
		b.see("Who signs?")
		b.press("Mail me a code")
		b.see("A code is on its way to " + li)
		b.fill("Code from the mail", regexp.MustCompile(`\d{3} \d{3}`).FindString(p.letter(t, li, "Your code").Text))
		b.press("Continue")
		b.mark()
		b.agree()
		b.see("You have signed “For a partner”.")
		p.letter(t, li, "Signed by everybody: For a partner")
		b.goTo("/sign/" + strings.Repeat("A", 43))
		b.see("This link opens nothing any more")
		b.shot("guest-spent")
	})
}

// Reading and signing need no mouse.
func TestKeyboardSigns(t *testing.T) {
	onDesk(t, func(t *testing.T, p *program) {
		w := p.writer(t, "Marlow Ceramics")
		made := w.sent(t, "By keyboard", w.theirs(demo.Ines, "1"), w.ours("2"))
		b := p.contact(t, desk, demo.Ines)
		b.goTo("/portal/contracts?q=by+keyboard")
		b.tabTo("Sign now: By keyboard")
		b.key(kb.Enter)
		b.arrive(contractAt(made) + "/signature")
		b.tabTo("I have read it, continue")
		b.key(kb.Enter)
		b.see("Who signs?")
		b.tabTo("Continue")
		b.key(kb.Enter)
		b.see("How would you like to sign?")
		b.tabTo("Continue to confirm")
		b.key(kb.Enter)
		b.see("Look once more, then confirm")
		b.tabTo("I have read the contract and this text, and agree to sign electronically.")
		b.key(" ")
		b.tabTo("Sign and agree")
		b.key(kb.Enter)
		b.see("You have signed “By keyboard”.")
		if got := w.get(t, made).State; got != contract.Signed {
			t.Errorf("it is %s", got)
		}
	})
}
