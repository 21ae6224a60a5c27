package portal_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"foyer/internal/auth"
	"foyer/internal/feature/client"
	"foyer/internal/feature/contract"
	"foyer/internal/housetest/house"
	"foyer/internal/kernel/mark"
)

func TestContractsInThePortal(t *testing.T) {
	t.Parallel()
	furnished(t, listWithoutContracts, contractsAreListed, contractIsRead, contractIsSignedStepByStep, wrongStepsSayWhere, pictureIsSignedWith, consentIsInTheContractsLanguage, signedOnceByManyClicks,
		whatWasChangedIsNotSigned, codeIsAskedFor, contractIsApproved, contractIsDeclined, robotsChangeNothing, guestSigns, pagesTakeFewStatements, filesAreChecked, whatHappenedIsInTheFeed)
}

// furnished runs parts of a test in one house each.
func furnished(t *testing.T, parts ...func(*testing.T, *office)) {
	t.Helper()
	h := house.New(t, house.SQLite).Furnish(t)
	for _, part := range parts {
		part(t, &office{h, h.First, h.First.Clients[0], h.First.Owner.Staff(t).ID()})
	}
}

// office is a house in which contracts are written.
type office struct {
	*house.House
	w      *house.Workspace
	marlow *house.Client
	owner  string // identity
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func says(t *testing.T, r house.Response, status int, texts ...string) {
	t.Helper()
	page := r.Page(t).Text()
	if r.Code != status {
		t.Fatalf("%s answers %d, want %d\n%s", r.Request.URL.Path, r.Code, status, page)
	}
	for _, text := range texts {
		if !strings.Contains(page, text) {
			t.Errorf("%s does not say %q:\n%s", r.Request.URL.Path, text, page)
		}
	}
}

func silent(t *testing.T, r house.Response, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if strings.Contains(r.Text(), text) {
			t.Errorf("%s says %q", r.Request.URL.Path, text)
		}
	}
}

const content = "## Services\n\n{{workspace.name}} works for {{client.name}} until {{contract.end}}.\n\n## Fees\n\nThe price is **{{contract.value}}**.\n"

// contact is a signatory of the client, guest somebody without a login, ours the Owner.
func (o *office) contact(n int, step string) contract.SignatoryDetails {
	return contract.SignatoryDetails{Side: contract.Theirs, Role: contract.Signer, Step: step, Contact: o.marlow.ContactIDs[n].String()}
}

func guest(step string) contract.SignatoryDetails {
	return contract.SignatoryDetails{Side: contract.Theirs, Role: contract.Signer, Step: step, Name: "Li Wen", Email: "li.wen@partner.example", Title: "Partner"}
}

func (o *office) ours(step string) contract.SignatoryDetails {
	return contract.SignatoryDetails{Side: contract.Ours, Role: contract.Signer, Step: step, Member: o.owner}
}

func (o *office) app(t *testing.T) contract.App {
	t.Helper()
	return o.Contracts.ForStaff(o.w.Owner.Staff(t))
}

// draft writes a contract that is not sent.
func (o *office) draft(t *testing.T, name string, in contract.SigningDetails) contract.ID {
	t.Helper()
	app := o.app(t)
	made, err := app.Create(t.Context(), contract.Details{
		Client: o.marlow.ID, Name: name, Kind: contract.Service, Amount: "12000", Currency: "EUR", StartsOn: "2026-12-01", EndsOn: "2027-11-30", Language: "en",
	})
	must(t, err)
	must(t, app.SaveParties(t.Context(), made, o.version(t, made), in))
	must(t, app.SaveContent(t.Context(), made, o.version(t, made), content))
	return made
}

func (o *office) version(t *testing.T, of contract.ID) int64 { t.Helper(); return o.get(t, of).Version }

func (o *office) get(t *testing.T, of contract.ID) contract.Contract {
	t.Helper()
	w, err := o.app(t).Written(t.Context(), of)
	must(t, err)
	return w.Contract
}

// sent writes a contract and sends it.
func (o *office) sent(t *testing.T, name string, people ...contract.SignatoryDetails) contract.ID {
	t.Helper()
	return o.sentWith(t, name, contract.SigningDetails{People: people, Reminds: true})
}

func (o *office) sentWith(t *testing.T, name string, in contract.SigningDetails) contract.ID {
	t.Helper()
	made := o.draft(t, name, in)
	must(t, o.app(t).Send(t.Context(), made, o.version(t, made)))
	return made
}

// deliver writes and sends what waits in the outbox.
func (o *office) deliver(t *testing.T) {
	t.Helper()
	who, err := o.Gate.System(t.Context(), o.w.Site.ID)
	must(t, err)
	for _, id := range house.Texts(t, o.Everything(t), "select id from outbox where state = 'waiting' order by id") {
		must(t, o.Outbox.Send(t.Context(), who, json.RawMessage(fmt.Sprintf(`{"mail":%q}`, id))))
	}
}

// mailed is the latest mail to an address.
func (o *office) mailed(t *testing.T, email string) string {
	t.Helper()
	o.deliver(t)
	for _, m := range o.Box.List() {
		if m.To.Addr == email {
			return m.Text
		}
	}
	t.Fatalf("nothing was mailed to %s", email)
	return ""
}

// seal does the job that seals.
func (o *office) seal(t *testing.T, of contract.ID) {
	t.Helper()
	who, err := o.Gate.System(t.Context(), o.w.Site.ID)
	must(t, err)
	must(t, o.Contracts.Sealed(t.Context(), who, json.RawMessage(fmt.Sprintf(`{"contract":%q}`, of))))
}

func at(of contract.ID, path string) string { return "/portal/contracts/" + of.String() + path }

// with are the values of a form, some of them changed.
func with(values url.Values, changed ...string) url.Values {
	values = maps.Clone(values)
	for i := 0; i+1 < len(changed); i += 2 {
		values[changed[i]] = []string{changed[i+1]}
	}
	return values
}

// signature walks through signing until the last step and gives its form.
func signature(t *testing.T, a *house.Agent, base string, changed ...string) url.Values {
	t.Helper()
	to := base + "/signature"
	page := a.Get(t, to)
	for range 2 {
		page = a.Post(t, to, with(page.Page(t).Form(t, to), changed...))
		if page.Code != http.StatusOK {
			t.Fatalf("a step answers %d\n%s", page.Code, page.Page(t).Text())
		}
	}
	values := page.Page(t).Form(t, to)
	if values.Get("step") == "signature" {
		page = a.Post(t, to, values)
		values = page.Page(t).Form(t, to)
	}
	if values.Get("step") != "confirm" {
		t.Fatalf("the last step is %v\n%s", values, page.Page(t).Text())
	}
	return values
}

// sign signs, and holds that it leads back to the contract.
func sign(t *testing.T, a *house.Agent, base string, changed ...string) {
	t.Helper()
	r := a.Post(t, base+"/signature", with(signature(t, a, base, changed...), "consent", "true"))
	if r.Code != http.StatusSeeOther || r.Header().Get("Location") != base {
		t.Fatalf("signing answers %d to %q\n%s", r.Code, r.Header().Get("Location"), r.Page(t).Text())
	}
}

// Who is to sign nothing yet reads when that will be, and no filter leads on.
func listWithoutContracts(t *testing.T, o *office) {
	t.Helper()
	clients := o.w.ClientsAs(t, o.w.Owner)
	const email = "new@client.example"
	_, err := clients.CreateContact(t.Context(), o.marlow.ID, client.ContactDetails{
		Name: "New Signatory", Email: email, Preset: auth.SignatoryPreset, Capabilities: auth.SignatoryPreset.Capabilities(),
	})
	must(t, err)
	must(t, o.Gate.Redeem(t.Context(), o.Gate.Visitor(o.w.Site, auth.Facts{Address: "192.0.2.1"}), auth.PortalRealm, o.w.Link(t, auth.PortalRealm, email, auth.InviteLink), house.Password))
	page := o.w.SignIn(t, auth.PortalRealm, email).Get(t, "/portal/contracts")
	says(t, page, http.StatusOK, "No contracts yet", "A contract appears here as soon as cnry-a Studio sends it for signature.")
	if len(page.Page(t).All("table", "")) > 0 {
		t.Error("an empty list has a table")
	}
}

func contractsAreListed(t *testing.T, o *office) {
	t.Helper()
	ines := o.marlow.Contacts[0]
	says(t, ines.Get(t, "/portal/contracts?q=mine+to+sign"), http.StatusOK, "No contract matches “mine to sign”")
	o.draft(t, "Kept draft", contract.SigningDetails{People: []contract.SignatoryDetails{o.contact(0, "1")}})
	mine := o.sent(t, "Mine to sign", o.contact(0, "1"), o.ours("2"))
	o.sent(t, "Waits for us", o.ours("1"), o.contact(0, "2"))
	list := ines.Get(t, "/portal/contracts")
	says(t, list, http.StatusOK, "Mine to sign", "Waits for us", "€12,000.00", "Pending signature", "1 Dec 2026 to 30 Nov 2027")
	silent(t, list, "Kept draft")
	var ready []string
	for _, a := range list.Page(t).All("a", "href") {
		if strings.HasSuffix(a.Get("href"), "/signature") {
			ready = append(ready, a.Get("href"))
		}
	}
	if !slices.Equal(ready, []string{at(mine, "/signature"), at(o.marlow.Contract, "/signature")}) {
		t.Errorf("the list offers to sign %q, want what waits for the contact alone", ready)
	}
	silent(t, ines.Get(t, "/portal/contracts?status=active"), "Mine to sign")
	says(t, ines.Get(t, "/portal/contracts?status=pending_signature"), http.StatusOK, "Mine to sign")
	silent(t, ines.Get(t, "/portal/contracts?q=waits"), "Mine to sign")
	for name, a := range map[string]*house.Agent{"another client's": o.w.Clients[1].Contacts[0], "a reader's": o.marlow.Contacts[1]} {
		for _, path := range []string{"", "/pdf", "/signature", "/refusal"} {
			if r := a.Get(t, at(mine, path)); r.Code != http.StatusNotFound {
				t.Errorf("%s contact is answered %d at %s", name, r.Code, path)
			}
		}
	}
	says(t, ines.Get(t, "/portal/"), http.StatusOK, "Mine to sign is ready to sign", "Read and sign")
	silent(t, ines.Get(t, "/portal/"), "Waits for us is ready to sign")
}

func contractIsRead(t *testing.T, o *office) {
	t.Helper()
	ines := o.marlow.Contacts[0]
	made := o.sent(t, "To be read", o.contact(0, "1"), guest("2"), o.ours("3"))
	page := ines.Get(t, at(made, ""))
	says(t, page, http.StatusOK, "Services", "works for cnry-a1 legal until 30 November 2027.", "The price is €12,000.00", "Li Wen", "Waiting for your signature", "Sign now", "Version 1")
	silent(t, page, "{{", "li.wen@partner.example")
	for _, id := range []string{"clause-services", "clause-fees"} {
		if len(page.Page(t).All("a", "href=#"+id)) != 1 || len(page.Page(t).All("h3", "id="+id)) != 1 {
			t.Errorf("the outline does not lead to %s", id)
		}
	}
	file := ines.Get(t, at(made, "/pdf"))
	if file.Code != http.StatusOK || !strings.HasPrefix(file.Text(), "%PDF-") || !strings.HasPrefix(file.Header().Get("Content-Disposition"), "attachment; filename=") ||
		!strings.Contains(file.Header().Get("Content-Security-Policy"), "sandbox") {
		t.Errorf("the file answers %d, %v", file.Code, file.Header())
	}
	copied, approver := o.contact(0, "1"), guest("1")
	copied.Role, approver.Role, approver.Name, approver.Email = contract.Copy, contract.Approver, "Jo March", "jo@partner.example"
	passive := o.sent(t, "A copy alone", copied, guest("1"), approver)
	says(t, ines.Get(t, at(passive, "")), http.StatusOK, "This contract is out for signature. It waits for Li Wen, Jo March.", "Gets a copy", "Jo March Partner · Approves")
	if r := ines.Get(t, at(passive, "/signature")); r.Code != http.StatusNotFound {
		t.Errorf("who gets a copy is answered %d where one signs", r.Code)
	}
	if got := o.person(t, made, "contact").Turn; got != contract.Invited {
		t.Errorf("reading alone makes the contact %s", got)
	}
	c := o.marlow
	page = ines.Get(t, at(c.Contract, ""))
	href := at(c.Contract, "/attachments/"+c.Attachment.String())
	if len(page.Page(t).All("a", "href="+href)) != 1 {
		t.Error("what is attached is not to be had on the page")
	}
	li := o.Visitor(o.w.Host)
	li.Get(t, "/sign/"+c.GuestToken.Reveal())
	if page = li.Get(t, "/sign"); len(page.Page(t).All("a", "href=/sign/attachments/"+c.Attachment.String())) != 1 {
		t.Error("what is attached is not to be had by a guest")
	}
	for path, a := range map[string]*house.Agent{href: ines, "/sign/attachments/" + c.Attachment.String(): li} {
		file := a.Get(t, path)
		if file.Code != http.StatusOK || file.Text() != "%PDF-1.4 of "+c.Canary+" contract" || file.Header().Get("Content-Type") != "application/pdf" ||
			file.Header().Get("Content-Disposition") != `attachment; filename="`+c.Canary+` contract.pdf"` || !strings.Contains(file.Header().Get("Content-Security-Policy"), "sandbox") {
			t.Errorf("%s answers %d, %v", path, file.Code, file.Header())
		}
	}
	if r := ines.Get(t, at(c.DraftContract, "/attachments/"+c.DraftAttachment.String())); r.Code != http.StatusNotFound {
		t.Errorf("a draft's attachment answers %d", r.Code)
	}
	if r := li.Get(t, "/sign/attachments/"+c.DraftAttachment.String()); r.Code != http.StatusNotFound {
		t.Errorf("another contract's attachment answers a guest %d", r.Code)
	}
}

// person is the first signatory of a contract: "contact" or "guest".
func (o *office) person(t *testing.T, of contract.ID, which string) contract.Signatory {
	t.Helper()
	w, err := o.app(t).Written(t.Context(), of)
	must(t, err)
	for _, s := range w.People {
		if s.Side == contract.Theirs && (s.Contact == "") == (which == "guest") {
			return s
		}
	}
	t.Fatalf("there is no %s", which)
	return contract.Signatory{}
}

func contractIsSignedStepByStep(t *testing.T, o *office) {
	t.Helper()
	ines := o.marlow.Contacts[0]
	made := o.sent(t, "Step by step", o.contact(0, "1"), o.ours("2"))
	to := at(made, "/signature")
	read := ines.Get(t, to)
	says(t, read, http.StatusOK, "Services", "I have read it, continue")
	if got := o.person(t, made, "contact").Turn; got != contract.Invited {
		t.Errorf("a GET makes the contact %s", got)
	}
	details := ines.Post(t, to, read.Page(t).Form(t, to))
	says(t, details, http.StatusOK, "Full legal name", "Continue")
	if got := o.person(t, made, "contact").Turn; got != contract.Viewed {
		t.Errorf("having read it, the contact is %s", got)
	}
	values := details.Page(t).Form(t, to)
	if values.Get("name") != "cnry-a1 Primary" {
		t.Errorf("the name begins as %q", values.Get("name"))
	}
	marked := ines.Post(t, to, with(values, "name", "Ines Maria Marlow "))
	says(t, marked, http.StatusOK, "How would you like to sign?")
	values = marked.Page(t).Form(t, to)
	if values.Get("mark") != "typed" || values.Get("name") != "Ines Maria Marlow" {
		t.Errorf("signing begins with %v", values)
	}
	// Back, and what was typed is there.
	back := ines.Post(t, to, with(values, "back", "details"))
	says(t, back, http.StatusOK, "Who signs?")
	if got := back.Page(t).Form(t, to).Get("name"); got != "Ines Maria Marlow" {
		t.Errorf("back at the details the name is %q", got)
	}
	confirm := ines.Post(t, to, values)
	says(t, confirm, http.StatusOK, "Sign and agree", "By choosing “Sign and agree” I sign this document", "Ines Maria Marlow", values.Get("sha256"))
	values = confirm.Page(t).Form(t, to)
	if values.Has("consent") {
		t.Error("the consent is given before anybody gave it")
	}
	if got := o.get(t, made).State; got != contract.Pending {
		t.Fatalf("before the last step it is %s", got)
	}
	done := ines.Post(t, to, with(values, "consent", "true"))
	if done.Code != http.StatusSeeOther || done.Header().Get("Location") != at(made, "") {
		t.Fatalf("signing answers %d to %q\n%s", done.Code, done.Header().Get("Location"), done.Page(t).Text())
	}
	page := ines.Get(t, at(made, ""))
	says(t, page, http.StatusOK, "You have signed “Step by step”.", "Everybody on your side has signed", "cnry-a Owner")
	silent(t, page, "Sign now", "action-bar")
	if r := ines.Get(t, to); r.Code != http.StatusSeeOther {
		t.Errorf("signing again begins with %d", r.Code)
	}
	app := o.app(t)
	paper, err := app.Paper(t.Context(), made)
	must(t, err)
	must(t, app.Sign(t.Context(), made, contract.Signature{Name: "Owner", Mark: mark.Wanted{Kind: mark.Typed}, Consent: true, SHA256: paper.SHA256}))
	says(t, ines.Get(t, at(made, "")), http.StatusOK, "Everybody has signed", "The final copy is being made and sealed.")
	says(t, ines.Get(t, "/portal/contracts?q=step"), http.StatusOK, "the final copy is being made")
	o.seal(t, made)
	page = ines.Get(t, at(made, ""))
	says(t, page, http.StatusOK, "it was sealed on", "Check a file")
	file := ines.Get(t, at(made, "/pdf"))
	if !bytes.Contains(file.Body.Bytes(), []byte("/ByteRange")) {
		t.Error("the download is not the sealed file")
	}
}

func wrongStepsSayWhere(t *testing.T, o *office) {
	t.Helper()
	ines := o.marlow.Contacts[0]
	made := o.sent(t, "Wrong steps", o.contact(0, "1"))
	to := at(made, "/signature")
	details := ines.Post(t, to, ines.Get(t, to).Page(t).Form(t, to)).Page(t).Form(t, to)
	says(t, ines.Post(t, to, with(details, "name", " ")), http.StatusUnprocessableEntity, "Who signs?", "Please fill this in.")
	mark := ines.Post(t, to, details).Page(t).Form(t, to)
	for field, c := range map[string][2]string{"drawn": {"strokes", "Draw your signature first"}, "uploaded": {"image", "Choose a picture of your signature"}} {
		r := ines.Post(t, to, with(mark, "mark", field))
		says(t, r, http.StatusUnprocessableEntity, "How would you like to sign?", c[1])
		if r.Page(t).Form(t, to).Get("mark") != field {
			t.Errorf("%s: the choice is gone", field)
		}
	}
	confirm := signature(t, ines, at(made, ""))
	says(t, ines.Post(t, to, confirm), http.StatusUnprocessableEntity, "Look once more", "Agree to sign electronically first")
	says(t, ines.Post(t, to, with(confirm, "name", "", "consent", "true")), http.StatusUnprocessableEntity, "Who signs?")
	// A browser sends the field of the file without one.
	if r := ines.PostFile(t, to, mark, "image", "", nil); r.Code != http.StatusOK {
		t.Errorf("without a picture the step answers %d", r.Code)
	}
	large := ines.PostFile(t, to, with(mark, "mark", "uploaded"), "image", "large.png", make([]byte, 3<<20))
	says(t, large, http.StatusRequestEntityTooLarge, "How would you like to sign?", "This picture is too large.")
	large = ines.PostFile(t, to, with(mark, "mark", "uploaded"), "image", "large.png", make([]byte, 3<<19))
	says(t, large, http.StatusUnprocessableEntity, "This picture is too large.")
	for _, odd := range []url.Values{with(confirm, "step", "nonsense"), with(confirm, "back", "nonsense"), with(confirm, "more", "x")} {
		if r := ines.Post(t, to, odd); r.Code != http.StatusBadRequest {
			t.Errorf("%v answers %d", odd, r.Code)
		}
	}
	if got := o.get(t, made).State; got != contract.Pending {
		t.Errorf("after all that it is %s", got)
	}
}

// Without JavaScript a picture can be uploaded all the same; only a drawing needs it.
func pictureIsSignedWith(t *testing.T, o *office) {
	t.Helper()
	ines := o.marlow.Contacts[0]
	made := o.sent(t, "With a picture", o.contact(0, "1"))
	to := at(made, "/signature")
	details := ines.Post(t, to, ines.Get(t, to).Page(t).Form(t, to)).Page(t).Form(t, to)
	page := ines.Post(t, to, details).Page(t)
	for kind, class := range map[string]string{"typed": "segment-item", "drawn": "segment-item js-only", "uploaded": "segment-item"} {
		if !slices.ContainsFunc(page.All("label", "class="+class), func(l *house.Node) bool { return len(l.All("input", "value="+kind)) == 1 }) {
			t.Errorf("without JavaScript the choice of %s is not as it should be", kind)
		}
	}
	if len(page.All("div", "class=mark-pane mark-uploaded")) != 1 {
		t.Error("without JavaScript the picture has no field")
	}
	values := with(page.Form(t, to), "mark", "uploaded")
	refused := ines.PostFile(t, to, values, "image", "contract.pdf", []byte("%PDF-1.7 no picture"))
	says(t, refused, http.StatusUnprocessableEntity, "How would you like to sign?", "Choose a picture of the kind PNG or JPEG.")
	silent(t, refused, "Your picture is kept")
	if field := refused.Page(t).All("input", "id=f-image"); len(field) != 1 || field[0].Get("aria-invalid") != "true" {
		t.Error("the field of the picture does not say what is wrong")
	}
	confirm := ines.PostFile(t, to, values, "image", "signature.png", scribble(t))
	says(t, confirm, http.StatusOK, "Look once more, then confirm")
	r := ines.Post(t, to, with(confirm.Page(t).Form(t, to), "consent", "true"))
	if r.Code != http.StatusSeeOther {
		t.Fatalf("signing with a picture answers %d\n%s", r.Code, r.Page(t).Text())
	}
	if kinds := house.Texts(t, o.Everything(t), "select mark_kind from signature where contract_id = '"+made.String()+"'"); !slices.Equal(kinds, []string{"uploaded"}) {
		t.Errorf("it was signed by %q", kinds)
	}
}

// scribble is a picture of a signature: a line across.
func scribble(t *testing.T) []byte {
	t.Helper()
	img := image.NewGray(image.Rect(0, 0, 200, 60))
	for x := range 200 {
		for y := range 60 {
			img.Set(x, y, color.White)
		}
	}
	for x := 20; x < 180; x++ {
		for y := range 4 {
			img.Set(x, 20+x/10+y, color.Black)
		}
	}
	var out bytes.Buffer
	must(t, png.Encode(&out, img))
	return out.Bytes()
}

// What is agreed to is in the language of the contract, whatever the page is in, and
// says so to screen readers.
func consentIsInTheContractsLanguage(t *testing.T, o *office) {
	t.Helper()
	ines := o.marlow.Contacts[0]
	made := o.draft(t, "Auf Deutsch", contract.SigningDetails{People: []contract.SignatoryDetails{o.contact(0, "1")}})
	app := o.app(t)
	must(t, app.Update(t.Context(), made, o.version(t, made), contract.Details{
		Client: o.marlow.ID, Name: "Auf Deutsch", Kind: contract.Service, Amount: "12000", Currency: "EUR", StartsOn: "2026-12-01", EndsOn: "2027-11-30", Language: "de",
	}))
	must(t, app.Send(t.Context(), made, o.version(t, made)))
	confirm := signature(t, ines, at(made, ""))
	r := ines.Post(t, at(made, "/signature"), with(confirm, "face", "no-such-face"))
	says(t, r, http.StatusUnprocessableEntity, "Look once more, then confirm", "Elektronisch unterschreiben", "Agree to sign electronically first")
	if label := r.Page(t).All("label", "for=f-consent")[0]; label.Get("lang") != "de" || !strings.HasPrefix(label.Text(), "Ich habe den Vertrag und diesen Text gelesen") {
		t.Errorf("the box to tick says %q in %q", label.Text(), label.Get("lang"))
	}
	if !strings.Contains(r.Text(), `alt="Signature of cnry-a1 Primary"`) {
		t.Error("a typeface that there is none of leaves no signature")
	}
	sign(t, ines, at(made, ""), "face", "no-such-face")
}

func signedOnceByManyClicks(t *testing.T, o *office) {
	t.Helper()
	ines := o.marlow.Contacts[0]
	made := o.sent(t, "Many clicks", o.contact(0, "1"), o.ours("2"))
	to := at(made, "/signature")
	one, two := signature(t, ines, at(made, "")), signature(t, ines, at(made, ""))
	var wg sync.WaitGroup
	answers := make([]house.Response, 8)
	for i := range answers {
		values := one
		if i%2 > 0 {
			values = two // from another window
		}
		r := ines.Clone().PostRequest(t, to, with(values, "consent", "true"))
		wg.Go(func() { answers[i] = ines.Clone().Do(t, r) })
	}
	wg.Wait()
	for i, r := range answers {
		if r.Code != http.StatusSeeOther || r.Header().Get("Location") != at(made, "") {
			t.Errorf("click %d is answered %d to %q", i, r.Code, r.Header().Get("Location"))
		}
	}
	if n := house.Texts(t, o.Everything(t), "select count(*) from signature where contract_id = '"+made.String()+"'")[0]; n != "1" {
		t.Errorf("there are %s signatures", n)
	}
}

func whatWasChangedIsNotSigned(t *testing.T, o *office) {
	t.Helper()
	ines := o.marlow.Contacts[0]
	made := o.sent(t, "Changed meanwhile", o.contact(0, "1"))
	to, old := at(made, "/signature"), signature(t, ines, at(made, ""))
	app := o.app(t)
	must(t, app.Withdraw(t.Context(), made, "A wrong figure."))
	if r := ines.Post(t, to, with(old, "consent", "true")); r.Code != http.StatusNotFound {
		t.Errorf("what was taken back answers %d", r.Code)
	}
	must(t, app.SaveContent(t.Context(), made, o.version(t, made), content+"\n## More\n\nAnd this.\n"))
	must(t, app.Send(t.Context(), made, o.version(t, made)))
	for _, step := range []string{"read", "details", "signature", "confirm"} {
		r := ines.Post(t, to, with(old, "consent", "true", "step", step))
		says(t, r, http.StatusConflict, "Nothing was signed", "What you were shown is not what is to be signed any more.", "Read it again")
	}
	sign(t, ines, at(made, ""))
}

func codeIsAskedFor(t *testing.T, o *office) {
	t.Helper()
	ines := o.marlow.Contacts[0]
	made := o.sentWith(t, "With a code", contract.SigningDetails{People: []contract.SignatoryDetails{o.contact(0, "1")}, Code: true})
	to := at(made, "/signature")
	details := ines.Post(t, to, ines.Get(t, to).Page(t).Form(t, to)).Page(t).Form(t, to)
	says(t, ines.Post(t, to, details), http.StatusUnprocessableEntity, "Enter the code that was mailed to you.")
	sent := ines.Post(t, to+"/code", with(details, "name", "Ines M."))
	says(t, sent, http.StatusOK, "A code is on its way to cnry-a1@client.example", "Mail me another code")
	details = sent.Page(t).Form(t, to)
	if details.Get("name") != "Ines M." {
		t.Errorf("after the code was mailed the name is %q", details.Get("name"))
	}
	for n := 2; n <= 6; n++ {
		again := ines.Post(t, to+"/code", sent.Page(t).Form(t, to))
		if n == 6 {
			says(t, again, http.StatusUnprocessableEntity, "5 codes were mailed within the hour.")
			break
		}
		sent = again
	}
	code := codeIn.FindString(o.mailed(t, "cnry-a1@client.example"))
	wrong := "000 000"
	if code == wrong {
		wrong = "000 001"
	}
	says(t, ines.Post(t, to, with(details, "code", wrong)), http.StatusUnprocessableEntity, "Who signs?", "This is not the code that was mailed to you.")
	confirm := signature(t, ines, at(made, ""), "code", code, "name", "Ines M.")
	says(t, ines.Post(t, to, with(confirm, "consent", "true", "code", wrong)), http.StatusUnprocessableEntity, "Who signs?", "This is not the code")
	r := ines.Post(t, to, with(confirm, "consent", "true"))
	if r.Code != http.StatusSeeOther {
		t.Errorf("with the code it answers %d\n%s", r.Code, r.Page(t).Text())
	}
}

var (
	codeIn = regexp.MustCompile(`\d{3} \d{3}`)
	linkIn = regexp.MustCompile(`/sign/[A-Za-z0-9_-]+`)
)

func contractIsApproved(t *testing.T, o *office) {
	t.Helper()
	ines := o.marlow.Contacts[0]
	who := o.contact(0, "1")
	who.Role = contract.Approver
	made := o.sent(t, "To be approved", who, o.ours("2"), guest("3"))
	says(t, ines.Get(t, at(made, "")), http.StatusOK, "Waiting for your approval", "Approve now")
	to := at(made, "/signature")
	details := ines.Post(t, to, ines.Get(t, to).Page(t).Form(t, to)).Page(t).Form(t, to)
	confirm := ines.Post(t, to, details)
	says(t, confirm, http.StatusOK, "By choosing “Approve” I approve this document. My approval is no signature.")
	silent(t, confirm, "How would you like to sign?")
	r := ines.Post(t, to, with(confirm.Page(t).Form(t, to), "consent", "true"))
	if r.Code != http.StatusSeeOther {
		t.Fatalf("approving answers %d\n%s", r.Code, r.Page(t).Text())
	}
	says(t, ines.Get(t, at(made, "")), http.StatusOK, "You have approved", "You approved this on", "It waits for cnry-a Owner.")
}

func contractIsDeclined(t *testing.T, o *office) {
	t.Helper()
	ines := o.marlow.Contacts[0]
	made := o.sent(t, "To be declined", o.contact(0, "1"), o.ours("2"))
	to := at(made, "/refusal")
	form := ines.Get(t, to).Page(t).Form(t, to)
	says(t, ines.Post(t, to, form), http.StatusUnprocessableEntity, "Please fill this in.")
	if got := o.get(t, made).State; got != contract.Pending {
		t.Fatalf("without a reason it is %s", got)
	}
	for range 2 {
		r := ines.Post(t, to, with(form, "reason", "Too dear."))
		if r.Code != http.StatusSeeOther {
			t.Fatalf("declining answers %d\n%s", r.Code, r.Page(t).Text())
		}
	}
	page := ines.Get(t, at(made, ""))
	says(t, page, http.StatusOK, "Declined", "Primary declined to sign on 23 November 2026", "There is nothing to sign any more.")
	silent(t, page, "Too dear.", "Sign now")
	if r := ines.Post(t, at(made, "/signature"), url.Values{"step": {"read"}, "sha256": {"x"}}); r.Code != http.StatusConflict {
		t.Errorf("signing what was declined answers %d", r.Code)
	}
}

func robotsChangeNothing(t *testing.T, o *office) {
	t.Helper()
	o.sent(t, "For robots", guest("1"))
	link := linkIn.FindString(o.mailed(t, "li.wen@partner.example"))
	everything := o.Everything(t)
	before := o.Checksum(t, everything)
	for range 100 {
		robot := o.Visitor(o.w.Host)
		r := robot.Get(t, link)
		if r.Code != http.StatusSeeOther || r.Header().Get("Location") != "/sign" {
			t.Fatalf("the link answers %d to %q", r.Code, r.Header().Get("Location"))
		}
		says(t, robot.Get(t, "/sign"), http.StatusOK, "For robots")
	}
	if o.Checksum(t, everything) != before {
		t.Error("a robot that fetches the link changes something")
	}
}

func guestSigns(t *testing.T, o *office) {
	t.Helper()
	made := o.sent(t, "For a guest", guest("1"), o.ours("2"))
	link := linkIn.FindString(o.mailed(t, "li.wen@partner.example"))
	li := o.Visitor(o.w.Host)
	li.Get(t, link)
	page := li.Get(t, "/sign")
	says(t, page, http.StatusOK, "For a guest", "Services", "Waiting for your signature", "Li Wen (you) Partner")
	silent(t, page, strings.TrimPrefix(link, "/sign/"), "/portal/contracts")
	details := li.Post(t, "/sign/signature", page.Page(t).Form(t, "/sign/signature"))
	says(t, details, http.StatusOK, "Partner", "Mail me a code", "Have them mailed to li.wen@partner.example first.")
	silent(t, details, "sent to li.wen")
	values := details.Page(t).Form(t, "/sign/signature")
	says(t, li.Post(t, "/sign/signature/code", values), http.StatusOK, "A code is on its way", "Six digits, sent to li.wen@partner.example.")
	sign(t, li, "/sign", "code", codeIn.FindString(o.mailed(t, "li.wen@partner.example")))
	says(t, li.Get(t, "/sign"), http.StatusOK, "You have signed “For a guest”.", "Everybody on your side has signed")
	if got := o.get(t, made).State; got != contract.Signed {
		t.Errorf("it is %s", got)
	}
	for _, odd := range []string{"/sign/nothing-that-is-known", "/sign/%20", link + "x"} {
		other := o.Visitor(o.w.Host)
		other.Get(t, odd)
		says(t, other.Get(t, "/sign"), http.StatusNotFound, "This link opens nothing any more", "Look for a later mail from cnry-a Studio")
		if r := other.Post(t, "/sign/signature", url.Values{"step": {"confirm"}}); r.Code != http.StatusNotFound {
			t.Errorf("signing without a link answers %d", r.Code)
		}
	}
	// A link of one contract does not open another workspace's.
	away := o.Visitor(o.Second.Host)
	away.Get(t, link)
	says(t, away.Get(t, "/sign"), http.StatusNotFound, "This link opens nothing any more")

	refused := o.sent(t, "Refused by a guest", guest("1"))
	li = o.Visitor(o.w.Host)
	li.Get(t, linkIn.FindString(o.mailed(t, "li.wen@partner.example")))
	form := li.Get(t, "/sign/refusal").Page(t).Form(t, "/sign/refusal")
	if r := li.Post(t, "/sign/refusal", with(form, "reason", "No.")); r.Code != http.StatusSeeOther {
		t.Errorf("a guest's refusal answers %d", r.Code)
	}
	says(t, li.Get(t, "/sign"), http.StatusNotFound, "You have declined “Refused by a guest”.")
	if got := o.get(t, refused).State; got != contract.Declined {
		t.Errorf("it is %s", got)
	}
}

// A page takes six statements at most, the workspace and the session included.
func pagesTakeFewStatements(t *testing.T, o *office) {
	t.Helper()
	made := o.sent(t, "For few statements", o.contact(0, "1"), guest("1"))
	li := o.Visitor(o.w.Host)
	li.Get(t, linkIn.FindString(o.mailed(t, "li.wen@partner.example")))
	ines := o.marlow.Contacts[0]
	for path, a := range map[string]*house.Agent{
		"/portal/": ines, "/portal/activity": ines, "/portal/contracts": ines, at(made, ""): ines, at(made, "/signature"): ines, at(made, "/refusal"): ines,
		at(made, "/pdf"): ines, "/sign": li, "/sign/signature": li, "/sign/pdf": li, "/verify": li, "/verify?id=" + made.String() + "&code=X": li,
	} {
		if r, n := a.Count(t, path); n > 6 {
			t.Errorf("%s takes %d statements (%d)", path, n, r.Code)
		}
	}
}

func filesAreChecked(t *testing.T, o *office) {
	t.Helper()
	made := o.sent(t, "To be checked", o.contact(0, "1"))
	ines, anybody := o.marlow.Contacts[0], o.Visitor(o.w.Host)
	unsealed := ines.Get(t, at(made, "/pdf")).Body.Bytes()
	sign(t, ines, at(made, ""))
	o.seal(t, made)
	sealed := ines.Get(t, at(made, "/pdf")).Body.Bytes()
	check := func(file []byte) house.Response {
		return anybody.PostFile(t, "/verify", nil, "file", "contract.pdf", file)
	}
	says(t, anybody.Get(t, "/verify"), http.StatusOK, "Check a file", "pdfsig", "openssl cms -verify")
	says(t, check(sealed), http.StatusOK, "This file is as cnry-a Studio sealed it.", "To be checked", "cnry-a1 Primary", "Executed")
	changed := check(append(bytes.Clone(sealed), '\n'))
	says(t, changed, http.StatusOK, "This file was changed after it was sealed.")
	silent(t, changed, "To be checked", "cnry-a1 Primary")
	flipped := bytes.Clone(sealed)
	flipped[len(flipped)/3] ^= 1
	says(t, check(flipped), http.StatusOK, "This file was changed after it was sealed.")
	says(t, check(unsealed), http.StatusOK, "This PDF is not sealed.")
	for _, odd := range [][]byte{[]byte("no pdf"), {0}, []byte("<html>"), bytes.Repeat([]byte("(<["), 5000), []byte("%PDF-1.7\n/ByteRange [0 1 2 3]")} {
		if r := check(odd); r.Code != http.StatusOK {
			t.Errorf("%.20q answers %d", odd, r.Code)
		}
	}
	says(t, anybody.PostFile(t, "/verify", nil, "file", "", nil), http.StatusUnprocessableEntity, "Choose the file that is to be checked.")
	says(t, check(nil), http.StatusUnprocessableEntity, "Choose the file that is to be checked.")
	says(t, anybody.Post(t, "/verify", url.Values{}), http.StatusUnprocessableEntity, "Choose the file that is to be checked.")
	says(t, o.Visitor(o.Second.Host).PostFile(t, "/verify", nil, "file", "x.pdf", sealed), http.StatusOK, "but not cnry-b Studio sealed it.")

	program := o.Visitor(o.w.Host)
	program.Headers.Set("Accept", "application/json")
	var said struct {
		Answer   string
		Contract struct {
			Name  string
			State string
		}
	}
	must(t, json.Unmarshal(program.PostFile(t, "/verify", nil, "file", "x.pdf", sealed).Body.Bytes(), &said))
	if said.Answer != "intact" || said.Contract.Name != "To be checked" || said.Contract.State != "executed" {
		t.Errorf("a program reads %+v", said)
	}
	if r := program.Post(t, "/verify", url.Values{}); r.Code != http.StatusUnprocessableEntity || !json.Valid(r.Body.Bytes()) {
		t.Errorf("without a file a program is answered %d %s", r.Code, r.Text())
	}

	code := house.Texts(t, o.Everything(t), "select check_code from contract where id = '"+made.String()+"'")[0]
	known := anybody.Get(t, "/verify?id="+made.String()+"&code=+"+strings.ToLower(code[:5])+"+"+code[5:])
	says(t, known, http.StatusOK, "cnry-a Studio has this contract.", "Executed")
	silent(t, known, "To be checked", "Primary")
	for _, odd := range []string{"?id=" + made.String() + "&code=WRONG", "?id=nonsense&code=" + code, "?id=" + made.String()} {
		says(t, anybody.Get(t, "/verify"+odd), http.StatusNotFound, "Nothing is known by this id and code.")
	}
	root := anybody.Get(t, "/verify/root.pem")
	if root.Code != http.StatusOK || !strings.HasPrefix(root.Text(), "-----BEGIN CERTIFICATE-----") {
		t.Errorf("the certificate answers %d", root.Code)
	}
	_, err := o.Gate.CreateOwner(t.Context(), auth.NewOwner{Email: "owner@c.example", Name: "Owner", Host: "third.example", Workspace: "Third", Zone: "UTC", Language: "en"})
	must(t, err)
	if r := o.Visitor("third.example").Get(t, "/verify/root.pem"); r.Code != http.StatusNotFound {
		t.Errorf("before the first seal it answers %d", r.Code)
	}
	if r := o.Visitor(o.Second.Host).Get(t, "/verify/root.pem"); r.Code != http.StatusOK || r.Text() == root.Text() {
		t.Errorf("two workspaces have one certificate, or it answers %d", r.Code)
	}
	for range 60 {
		if r := check([]byte("again")); r.Code == http.StatusTooManyRequests {
			return
		}
	}
	t.Error("files can be checked without end")
}

func whatHappenedIsInTheFeed(t *testing.T, o *office) {
	t.Helper()
	ines := o.marlow.Contacts[0]
	signed := o.sent(t, "In the feed", o.contact(0, "1"))
	sign(t, ines, at(signed, ""))
	o.seal(t, signed)
	page := ines.Get(t, "/portal/activity")
	says(t, page, http.StatusOK, "cnry-a Owner sent In the feed for signature", "cnry-a1 Primary signed In the feed", "Everybody has signed In the feed , and the final copy is there",
		"For a guest was signed through a link", "cnry-a1 Primary declined to sign To be declined")
	for _, a := range []*house.Agent{o.marlow.Contacts[1], o.w.Clients[1].Contacts[0]} {
		silent(t, a.Get(t, "/portal/activity"), "In the feed")
	}
	o.draft(t, "Drafts are silent", contract.SigningDetails{People: []contract.SignatoryDetails{o.contact(0, "1")}})
	silent(t, ines.Get(t, "/portal/activity"), "Drafts are silent")
}
