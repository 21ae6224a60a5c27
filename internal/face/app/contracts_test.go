package app_test

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"foyer/internal/auth"
	"foyer/internal/feature/contract"
	"foyer/internal/housetest/house"
)

func TestContractsByForms(t *testing.T) {
	t.Parallel()
	furnished(t, contractsAreListed, filesAreAttached, contractFromDetailsToSeal, staleContractShowsTheirs, rowsOfPeopleByButtons, whatIsMissingLeadsToWhereItIsMended, whatIsOutIsTakenBack,
		onlyOwnersAndAdminsTerminate, sealInTheSettings)
}

func contractAt(c contract.ID, rest string) string { return "/app/contracts/" + c.String() + rest }

func contractsAreListed(t *testing.T, h *house.House) {
	t.Helper()
	a, c := h.First.Owner, h.First.Clients[0]
	page := a.Get(t, "/app/contracts").Page(t)
	tabs := []string{}
	for _, tab := range page.All("div", "id=contract-tabs")[0].All("a", "") {
		tabs = append(tabs, strings.TrimRight(tab.Text(), " 0123456789"))
	}
	want := []string{"All", "Draft", "Active", "Pending signature", "Signed", "Executed", "Cancelled", "Expired"}
	if !slices.Equal(tabs, want) {
		t.Errorf("the tabs are %v, want %v", tabs, want)
	}
	cards := []string{}
	for _, card := range page.All("a", "class=stat") {
		cards = append(cards, card.Text())
	}
	// Two clients with a contract in each of four states; those in force end within 60 days.
	if want := []string{"Total 8", "Active 2", "Pending signature 2", "Expiring soon 2", "Total value €2,400.00"}; !slices.Equal(cards, want) {
		t.Errorf("the cards are %v, want %v", cards, want)
	}
	for tab, has := range map[string]contract.ID{"draft": c.DraftContract, "pending": c.Contract, "signed": c.SignedContract, "executed": c.SealedContract, "active": c.SealedContract, "expiring": c.SealedContract} {
		r := a.Get(t, "/app/contracts?tab="+tab+"&q="+url.QueryEscape(c.Canary+" "))
		for _, id := range []contract.ID{c.DraftContract, c.Contract, c.SignedContract, c.SealedContract} {
			if shown := strings.Contains(r.Text(), `href="`+contractAt(id, "")+`"`); shown != (id == has) {
				t.Errorf("under %s a contract is shown: %v, want %v", tab, shown, id == has)
			}
		}
	}
	says(t, a.Get(t, "/app/contracts?q=nothing+like+it"), http.StatusOK, "No contract matches “nothing like it”")
	says(t, a.Get(t, "/app/clients/"+c.ID.String()+"/contracts"), http.StatusOK, c.Canary+" contract for us")
	if r := h.First.Members[auth.Support].Get(t, "/app/contracts"); r.Code != http.StatusForbidden {
		t.Errorf("somebody without the right for contracts gets %d", r.Code)
	}
	if r := h.First.Members[auth.Viewer].Get(t, contractAt(c.DraftContract, "")); r.Code != http.StatusOK || len(r.Page(t).All("form", "action="+contractAt(c.DraftContract, "/sending"))) > 0 || strings.Contains(r.Text(), "/removal") {
		t.Errorf("who only reads is shown controls, or %d", r.Code)
	}
}

// contractFromDetailsToSeal goes the whole way in a browser without script.
func contractFromDetailsToSeal(t *testing.T, h *house.House) {
	t.Helper()
	a, c := h.First.Owner, h.First.Clients[1]
	r := a.Post(t, "/app/contracts", form(t, a, "/app/contracts/new?client="+c.ID.String(), "/app/contracts", "name", "Kiln care", "next", "parties"))
	at := strings.TrimSuffix(r.Header().Get("Location"), "/parties")
	if r.Code != http.StatusSeeOther || at == r.Header().Get("Location") {
		t.Fatalf("create: %d to %q", r.Code, r.Header().Get("Location"))
	}
	says(t, a.Get(t, at), http.StatusOK, "Nobody is to sign yet")
	says(t, a.Get(t, at+"/parties"), http.StatusOK, "This is a suggestion")
	people := form(t, a, at+"/parties", at+"/parties")
	people["party_person"] = []string{"contact:" + c.ContactIDs[0].String(), "member:" + a.Staff(t).ID()}
	people["party_role"] = []string{"signer", "signer"}
	people.Set("next", "content")
	if r = a.Post(t, at+"/parties", people); r.Code != http.StatusSeeOther || r.Header().Get("Location") != at+"/content" {
		t.Fatalf("parties: %d %s", r.Code, r.Page(t).Text())
	}
	empty := form(t, a, at+"/content", at+"/content", "act", "template", "template", "nda")
	r = a.Post(t, at+"/preview", empty)
	says(t, r, http.StatusOK, "placeholder stands for nothing yet")
	text := r.Page(t).Form(t, at+"/content")
	if !strings.Contains(text.Get("content"), "{{client.name}}") {
		t.Fatalf("the template is %q", text.Get("content"))
	}
	text.Set("content", "# Care\n\n{{client.name}} and <b>{{workspace.name}}</b>, {{contract.number}}.")
	r = a.Post(t, at+"/preview", text)
	says(t, r, http.StatusOK, c.Canary+" legal and <b>")
	if r = a.Post(t, at+"/content", text); r.Code != http.StatusSeeOther {
		t.Fatalf("content: %d", r.Code)
	}
	says(t, a.Get(t, at+"/sending"), http.StatusOK, c.Canary+"@client.example")
	if r = a.Post(t, at+"/sending", form(t, a, at+"/sending", at+"/sending")); r.Code != http.StatusSeeOther {
		t.Fatalf("send: %d %s", r.Code, r.Page(t).Text())
	}
	made := contract.ID(strings.TrimPrefix(at, "/app/contracts/"))
	h.First.Sign(t, c, made)
	says(t, a.Get(t, "/app/"), http.StatusOK, "“Kiln care” waits for your signature")
	counterSigned(t, a, at)
	says(t, a.Get(t, at), http.StatusOK, "The final copy is being made and sealed")
	h.First.Seal(t, made)
	says(t, a.Get(t, at), http.StatusOK, "Sealed. Any later change of the file can be detected.")
	if r = a.Get(t, at+"/pdf"); r.Code != http.StatusOK || !strings.HasPrefix(r.Text(), "%PDF-") {
		t.Errorf("the file: %d", r.Code)
	}
	says(t, a.Get(t, "/app/contracts/new?amends="+made.String()), http.StatusOK, "Addendum to")
}

// filesAreAttached goes the way of a file in a browser without script.
func filesAreAttached(t *testing.T, h *house.House) {
	t.Helper()
	a, c := h.First.Owner, h.First.Clients[1]
	at := contractAt(c.DraftContract, "")
	attach := func(name string, content []byte) house.Response {
		return a.PostFile(t, at+"/attachments", form(t, a, at+"/content", at+"/content"), "file", name, content)
	}
	typed := form(t, a, at+"/content", at+"/content")
	typed.Set("content", "Typed, and not saved.")
	r := a.Post(t, at+"/attachments", typed)
	says(t, r, http.StatusUnprocessableEntity, "Choose a file first.")
	if got := r.Page(t).Form(t, at+"/content").Get("content"); got != "Typed, and not saved." {
		t.Errorf("what was typed is %q", got)
	}
	if r = a.PostFile(t, at+"/attachments", typed, "file", "saved.png", []byte("\x89PNG\r\n\x1a\n saved")); r.Code != http.StatusSeeOther {
		t.Fatalf("attach with a text: %d %s", r.Code, r.Page(t).Text())
	}
	says(t, a.Get(t, at), http.StatusOK, "Typed, and not saved.")
	old := form(t, a, at+"/content", at+"/content", "version", typed.Get("version"), "content", "Of an old page.")
	says(t, a.PostFile(t, at+"/attachments", old, "file", "other.png", []byte("\x89PNG\r\n\x1a\n other")), http.StatusConflict, "Of an old page.")
	says(t, attach("page.pdf", []byte("<html>")), http.StatusUnprocessableEntity, "Only PDF, PNG and JPEG files can be attached.")
	says(t, attach("large.pdf", append([]byte("%PDF-1.4"), make([]byte, contract.LargestAttachments)...)), http.StatusUnprocessableEntity, "The limit is 10 MB.")
	says(t, attach("larger.pdf", append([]byte("%PDF-1.4"), make([]byte, contract.LargestAttachments+2<<20)...)), http.StatusUnprocessableEntity, "The limit is 10 MB.")
	plan := []byte("\x89PNG\r\n\x1a\n plan")
	if r := attach("Plan <b>.png", plan); r.Code != http.StatusSeeOther || r.Header().Get("Location") != at+"/content" {
		t.Fatalf("attach: %d %s", r.Code, r.Page(t).Text())
	}
	r = attach("plan -b-.PNG", plan)
	says(t, r, http.StatusUnprocessableEntity, "There is an attachment called")
	if fields := r.Page(t).All("input", "aria-invalid=true"); len(fields) != 1 || fields[0].Get("type") != "file" {
		t.Errorf("%d fields are marked", len(fields))
	}
	says(t, a.Get(t, at+"/content"), http.StatusOK, "Plan -b-.png PNG · 13 B")
	says(t, a.Get(t, at), http.StatusOK, "Plan -b-.png")
	var link string
	for _, one := range a.Get(t, at+"/content").Page(t).All("a", "download=Plan -b-.png") {
		link = one.Get("href")
	}
	file := a.Get(t, link)
	if file.Code != http.StatusOK || file.Text() != string(plan) || file.Header().Get("Content-Type") != "image/png" ||
		file.Header().Get("Content-Disposition") != `attachment; filename="Plan -b-.png"` || !strings.Contains(file.Header().Get("Content-Security-Policy"), "sandbox") {
		t.Errorf("%s answers %d, %v", link, file.Code, file.Header())
	}
	if r := a.Post(t, link+"/removal", form(t, a, at+"/content", at+"/content")); r.Code != http.StatusSeeOther {
		t.Errorf("remove: %d", r.Code)
	}
	if r := a.Get(t, link); r.Code != http.StatusNotFound {
		t.Errorf("what was taken away answers %d", r.Code)
	}
	sent := contractAt(c.Contract, "/attachments")
	if r := a.PostFile(t, sent, nil, "file", "more.png", plan); r.Code != http.StatusConflict {
		t.Errorf("attaching to what is out: %d", r.Code)
	}
	if r := a.Post(t, sent+"/"+c.Attachment.String()+"/removal", nil); r.Code != http.StatusConflict {
		t.Errorf("taking away from what is out: %d", r.Code)
	}
	says(t, a.Get(t, contractAt(c.Contract, "")), http.StatusOK, c.Canary+" contract.pdf")
	says(t, a.Get(t, contractAt(c.SignedContract, "/signature")), http.StatusOK, c.Canary+" contract for us.pdf")
}

// counterSigned goes through the steps of signing, of which the first alone notes that
// the text was opened.
func counterSigned(t *testing.T, a *house.Agent, at string) {
	t.Helper()
	to, opened := at+"/signature", "Opened "+a.Staff(t).Name()
	if page := a.Get(t, at).Page(t); len(page.All("a", "href="+to)) != 1 {
		t.Error("nothing on the page leads to the signature")
	}
	r := a.Get(t, to)
	if page := r.Page(t); len(page.All("a", "href="+at+"/refusal")) > 0 || len(page.All("a", "href="+at+"/pdf")) != 1 {
		t.Error("the first step offers to decline, or no file")
	}
	if strings.Contains(a.Get(t, at).Page(t).Text(), opened) {
		t.Error("looking at the first step notes that it was read")
	}
	r = a.Post(t, to, r.Page(t).Form(t, to))
	says(t, r, http.StatusOK, "Who signs?")
	if r.Page(t).Form(t, to).Has("code") {
		t.Error("a member of the business is asked for a code")
	}
	says(t, a.Get(t, at), http.StatusOK, opened)
	r = a.Post(t, to, r.Page(t).Form(t, to))
	says(t, r, http.StatusOK, "How would you like to sign?")
	r = a.Post(t, to, r.Page(t).Form(t, to))
	says(t, r, http.StatusOK, "Look once more, then confirm")
	says(t, r, http.StatusOK, "I sign this document electronically for cnry-a Studio.")
	if strings.Contains(r.Page(t).Text(), "by declining on this page") {
		t.Error("who signs for the business agrees to what a client does")
	}
	last := r.Page(t).Form(t, to)
	says(t, a.Post(t, to, last), http.StatusUnprocessableEntity, "Agree to sign electronically first")
	last.Set("consent", "true")
	other := maps.Clone(last)
	other.Set("sha256", strings.Repeat("0", 64))
	says(t, a.Post(t, to, other), http.StatusConflict, "Read it again, and sign then")
	if r = a.Post(t, to, last); r.Code != http.StatusSeeOther {
		t.Fatalf("sign: %d %s", r.Code, r.Page(t).Text())
	}
	if r = a.Get(t, to); r.Code != http.StatusSeeOther || r.Header().Get("Location") != at {
		t.Errorf("what is signed can be signed again: %d", r.Code)
	}
}

func staleContractShowsTheirs(t *testing.T, h *house.House) {
	t.Helper()
	mine, theirs, at := h.First.Owner, h.First.Members[auth.Finance], contractAt(h.First.Clients[0].DraftContract, "")
	details, text := form(t, mine, at+"/edit", at+"/edit", "name", "My name"), form(t, mine, at+"/content", at+"/content", "content", "My text")
	if r := theirs.Post(t, at+"/edit", form(t, theirs, at+"/edit", at+"/edit", "description", "Their description")); r.Code != http.StatusSeeOther {
		t.Fatalf("save: %d", r.Code)
	}
	if r := theirs.Post(t, at+"/content", form(t, theirs, at+"/content", at+"/content", "content", "Their text")); r.Code != http.StatusSeeOther {
		t.Fatalf("save the text: %d", r.Code)
	}
	r := mine.Post(t, at+"/edit", details)
	says(t, r, http.StatusConflict, "Their description")
	if again := r.Page(t).Form(t, at+"/edit"); again.Get("name") != "My name" {
		t.Errorf("the form has %q", again.Get("name"))
	}
	r = mine.Post(t, at+"/content", text)
	says(t, r, http.StatusConflict, "Their text")
	again := r.Page(t).Form(t, at+"/content")
	if again.Get("content") != "\nMy text" && again.Get("content") != "My text" {
		t.Errorf("the form has %q", again.Get("content"))
	}
	if r := mine.Post(t, at+"/content", again); r.Code != http.StatusSeeOther {
		t.Errorf("saved again: %d", r.Code)
	}
	long := form(t, mine, at+"/content", at+"/content", "content", strings.Repeat("long ", contract.LongestContent/5+1))
	says(t, mine.Post(t, at+"/content", long), http.StatusUnprocessableEntity, "A contract may have 1024 KB.")
	long.Set("content", strings.Repeat("long ", 1<<20))
	says(t, mine.Post(t, at+"/content", long), http.StatusUnprocessableEntity, "A contract may have 1024 KB.")
}

func rowsOfPeopleByButtons(t *testing.T, h *house.House) {
	t.Helper()
	a, at := h.First.Owner, contractAt(h.First.Clients[1].DraftContract, "/parties")
	rows := func(act string, names ...string) url.Values {
		v := form(t, a, at, at)
		v["party_name"], v["party_person"] = names, make([]string, len(names))
		v["party_step"], v["party_role"], v["party_email"], v["party_title"] = nil, nil, nil, nil
		for i, name := range names {
			v.Add("party_step", []string{"1", "2", "3"}[i])
			v.Add("party_role", "signer")
			v.Add("party_email", strings.ToLower(name)+"@partner.example")
			v.Add("party_title", "")
		}
		v.Set("act", act)
		return v
	}
	for act, want := range map[string]string{"add": "Ann Bea ", "up.1": "Bea Ann", "down.0": "Bea Ann", "drop.0": "Bea", "up.0": "Ann Bea", "drop.9": "Ann Bea", "none": "Ann Bea"} {
		r := a.Post(t, at+"/rows", rows(act, "Ann", "Bea"))
		if got := strings.Join(r.Page(t).Form(t, at)["party_name"], " "); r.Code != http.StatusOK || got != want {
			t.Errorf("%s: %d, %q, want %q", act, r.Code, got, want)
		}
	}
	if steps := a.Post(t, at+"/rows", rows("up.1", "Ann", "Bea")).Page(t).Form(t, at)["party_step"]; !slices.Equal(steps, []string{"1", "2"}) {
		t.Errorf("who moves up takes %v", steps)
	}
	twice := rows("", "Ann", "Ann")
	r := a.Post(t, at, twice)
	says(t, r, http.StatusUnprocessableEntity, "is there twice")
	if n := len(r.Page(t).All("input", "aria-invalid=true")); n != 1 {
		t.Errorf("%d fields are marked, want 1", n)
	}
	foreign := rows("", "Ann")
	foreign["party_person"] = []string{"contact:" + h.Second.Clients[0].ContactIDs[0].String()}
	says(t, a.Post(t, at, foreign), http.StatusUnprocessableEntity, "Choose who this is.")
}

func whatIsMissingLeadsToWhereItIsMended(t *testing.T, h *house.House) {
	t.Helper()
	a, c := h.First.Owner, h.First.Clients[0]
	r := a.Post(t, "/app/contracts", form(t, a, "/app/contracts/new?client="+c.ID.String(), "/app/contracts", "name", "Nothing yet"))
	at := r.Header().Get("Location")
	page := a.Get(t, at+"/sending")
	says(t, page, http.StatusOK, "The contract has no text yet.")
	for _, tab := range []string{"/parties", "/content"} {
		if len(page.Page(t).All("a", "href="+at+tab)) == 0 {
			t.Errorf("nothing leads to %s", tab)
		}
	}
	says(t, a.Post(t, at+"/sending", url.Values{"version": {"1"}}), http.StatusUnprocessableEntity, "Nobody is to sign for the client.")
	if r = a.Post(t, at+"/removal", form(t, a, at+"/removal", at+"/removal")); r.Code != http.StatusSeeOther {
		t.Errorf("discard: %d", r.Code)
	}
	if r = a.Get(t, at+"/sending"); r.Code != http.StatusSeeOther {
		t.Errorf("what was discarded can be sent: %d", r.Code)
	}
}

func whatIsOutIsTakenBack(t *testing.T, h *house.House) {
	t.Helper()
	a, c := h.First.Owner, h.First.Clients[0]
	at := contractAt(c.Contract, "")
	says(t, a.Post(t, at+"/deadline", form(t, a, at+"/deadline", at+"/deadline", "sign_by", "2026-01-01")), http.StatusUnprocessableEntity, "This day has passed.")
	if r := a.Post(t, at+"/deadline", form(t, a, at+"/deadline", at+"/deadline", "sign_by", "2026-12-24")); r.Code != http.StatusSeeOther {
		t.Errorf("deadline: %d", r.Code)
	}
	says(t, a.Get(t, at), http.StatusOK, "24 Dec 2026")
	replace := at + "/signatories/" + c.Signatory.String() + "/replacement"
	if r := a.Post(t, replace, form(t, a, replace, replace, "name", "Noor Bell", "email", "noor@partner.example")); r.Code != http.StatusSeeOther {
		t.Errorf("replace: %d", r.Code)
	}
	says(t, a.Get(t, at), http.StatusOK, "Noor Bell")
	if r := a.Post(t, at+"/reminder", form(t, a, at, at+"/reminder")); r.Code != http.StatusSeeOther {
		t.Errorf("remind: %d", r.Code)
	}
	says(t, a.Post(t, at+"/withdrawal", form(t, a, at+"/withdrawal", at+"/withdrawal")), http.StatusUnprocessableEntity, "Please fill this in.")
	if r := a.Post(t, at+"/withdrawal", form(t, a, at+"/withdrawal", at+"/withdrawal", "reason", "The price was wrong.")); r.Code != http.StatusSeeOther {
		t.Errorf("withdraw: %d", r.Code)
	}
	says(t, a.Get(t, at), http.StatusOK, "The price was wrong.")
	says(t, a.Get(t, at), http.StatusOK, "Version 1")
	says(t, a.Post(t, at+"/reminder", url.Values{}), http.StatusConflict, "there is nobody to remind")
}

func onlyOwnersAndAdminsTerminate(t *testing.T, h *house.House) {
	t.Helper()
	at := contractAt(h.First.Clients[0].SealedContract, "/termination")
	for _, role := range []auth.Role{auth.Finance, auth.Project, auth.Viewer} {
		if r := h.First.Members[role].Post(t, at, url.Values{"on": {"2026-12-01"}, "reason": {"x"}}); r.Code != http.StatusForbidden {
			t.Errorf("%s terminates: %d", role, r.Code)
		}
	}
	a := h.First.Members[auth.Admin]
	if r := a.Post(t, at, form(t, a, at, at, "on", "2026-12-01", "reason", "By agreement.")); r.Code != http.StatusSeeOther {
		t.Errorf("terminate: %d", r.Code)
	}
	says(t, a.Get(t, strings.TrimSuffix(at, "/termination")), http.StatusOK, "Terminated as of 1 Dec 2026.")
}

func sealInTheSettings(t *testing.T, h *house.House) {
	t.Helper()
	const at = "/app/settings/seal"
	a := h.First.Owner
	says(t, a.Get(t, at), http.StatusOK, "cnry-a Studio")
	if r := a.Get(t, at+"/root"); r.Code != http.StatusOK || !strings.Contains(r.Text(), "BEGIN CERTIFICATE") || strings.Contains(r.Text(), "PRIVATE") {
		t.Errorf("the root: %d", r.Code)
	}
	says(t, a.Post(t, at, form(t, a, at, at)), http.StatusUnprocessableEntity, "Choose the key file.")
	says(t, a.PostFile(t, at, form(t, a, at, at), "file", "key.p12", []byte("no key")), http.StatusUnprocessableEntity, "This is no key file that can seal.")
}
