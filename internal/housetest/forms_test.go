package housetest

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"sort"
	"strings"
	"testing"

	"foyer/internal/auth"
	"foyer/internal/feature/client"
	"foyer/internal/housetest/house"
)

// formPages are the pages with forms, and who fills them in.
func formPages(w *house.Workspace) []struct {
	path  string
	agent *house.Agent
} {
	c, o := w.Clients[0], w.Clients[1]
	at := "/app/clients/" + c.ID.String()
	contact := c.ContactIDs[1].String()
	work := "/app/projects/" + c.Project.String()
	target := work + "/targets/" + c.Target.String()
	agreed, out := "/app/contracts/"+c.DraftContract.String(), "/app/contracts/"+c.Contract.String()
	help, wish := "/app/cases/"+c.Case.String(), "/app/change-requests/"+c.Change.String()
	paper := "/app/documents/" + c.Document.String()
	asked, agreedOn, moving := "/app/calendar/"+c.Meeting.String(), "/app/calendar/"+c.AgreedMeeting.String(), "/app/calendar/"+c.MovingMeeting.String()
	draft, issued := "/app/invoices/"+c.Draft.String(), "/app/invoices/"+c.Invoice.String()
	var pages []struct {
		path  string
		agent *house.Agent
	}
	for _, p := range []string{
		"/app/clients/new", at + "/edit", at + "/contacts/new", at + "/contacts/" + contact + "/edit", at + "/portal", at + "/archival",
		"/app/settings", "/app/settings/brand", "/app/settings/portal", "/app/settings/preferences", "/app/settings/mail", "/app/settings/mail/delivery", "/app/settings/outbox", "/app/settings/team",
		"/app/settings/team/new", "/app/settings/team/" + w.MemberIDs[auth.Viewer] + "/role", "/app/account",
		"/app/projects/new?client=" + c.ID.String(), work + "/edit", work + "/copy", work + "/status", work + "/targets", work + "/targets/new?kind=milestone",
		work + "/targets/new?kind=deliverable", target + "/edit", target + "/status", work + "/funding/new", work + "/funding/" + c.Funding.String() + "/edit",
		"/app/invoices/new?client=" + c.ID.String(), draft + "/edit", draft + "/issue", draft + "/removal", issued, issued + "/payment", issued + "/void",
		issued + "/write-off", "/app/settings/billing", "/app/settings/seal", "/app/settings/billing/rates/new", "/app/settings/billing/rates/" + w.Rate.String() + "/edit",
		"/app/contracts/new?client=" + c.ID.String(), agreed + "/edit", agreed + "/parties", agreed + "/content", agreed + "/sending", agreed + "/removal",
		out, out + "/withdrawal", out + "/deadline", out + "/signatories/" + c.Signatory.String() + "/replacement", "/app/contracts/" + c.SignedContract.String() + "/signature",
		"/app/contracts/" + c.SignedContract.String() + "/cancellation", "/app/contracts/" + c.SealedContract.String() + "/termination",
		"/app/invoices/lines/new", "/app/invoices/lines/" + w.Saved.String() + "/edit",
		"/app/cases/new?client=" + c.ID.String(), help, help + "/edit", help + "/pause", help + "/resolution", help + "/change", "/app/cases/" + c.ResolvedCase.String(),
		wish, wish + "/quote", wish + "/agreement", wish + "/rejection", "/app/change-requests/" + c.SubmittedChange.String(),
		"/app/settings/cases", "/app/settings/changes", "/app/settings/documents", "/app/documents/new", paper, paper + "/edit", paper + "/sharing", paper + "/deletion", at + "/documents", "/app/account/notifications",
		"/app/calendar/new?client=" + c.ID.String(), asked, asked + "/edit", asked + "/proposal", asked + "/rejection", agreedOn, agreedOn + "/edit", agreedOn + "/cancellation",
		moving, moving + "/refusal", "/app/calendar/" + c.InnerEvent.String() + "/edit", "/app/settings/calendar", "/app/calendar", "/app/calendar/feed",
	} {
		pages = append(pages, struct {
			path  string
			agent *house.Agent
		}{p, w.Owner})
	}
	for _, p := range []string{
		"/portal/account", "/portal/account/notifications", "/portal/cases/new", "/portal/cases/" + o.Case.String(), "/portal/cases/" + o.ResolvedCase.String(),
		"/portal/change-requests/new", "/portal/change-requests/" + o.Change.String(), "/portal/change-requests/" + o.AskedChange.String(),
		"/portal/change-requests/" + o.QuotedChange.String(), "/portal/documents/new", "/portal/documents/" + o.Brought.String(),
		"/portal/meetings", "/portal/meetings/new", "/portal/meetings/" + o.Meeting.String(), "/portal/meetings/" + o.ProposedMeeting.String(),
		"/portal/meetings/" + o.AgreedMeeting.String(), "/portal/meetings/" + o.AgreedMeeting.String() + "/proposal", "/portal/meetings/" + o.MovingMeeting.String(),
	} {
		pages = append(pages, struct {
			path  string
			agent *house.Agent
		}{p, o.Contacts[0]})
	}
	return pages
}

// movesOn are the addresses of records whose pages are left once what they ask is done.
var movesOn = []string{"/app/invoices/", "/app/contracts/", "/app/cases/", "/app/change-requests/"}

// form is a form as it stands on a page.
type form struct {
	agent  *house.Agent
	page   string
	action string
	values url.Values
	texts  []string // names of the fields that a person types into
}

func formsOf(t *testing.T, w *house.Workspace) []form {
	t.Helper()
	var all []form
	for _, p := range formPages(w) {
		page := p.agent.Get(t, p.path)
		if page.Code == http.StatusSeeOther && slices.ContainsFunc(movesOn, func(of string) bool { return strings.HasPrefix(p.path, of) }) {
			continue // what it asks is done already, by what was typed before
		}
		if page.Code != http.StatusOK {
			t.Fatalf("%s: status %d", p.path, page.Code)
		}
		for _, f := range page.Page(t).All("form", "method=post") {
			x := form{agent: p.agent, page: p.path, action: f.Get("action"), values: f.Values()}
			for _, in := range append(f.All("input", "name"), f.All("textarea", "name")...) {
				switch in.Get("type") {
				case "hidden", "checkbox", "radio", "file", "submit":
				default:
					x.texts = append(x.texts, in.Get("name"))
				}
			}
			for _, b := range f.All("button", "name") {
				if !x.values.Has(b.Get("name")) {
					x.values.Set(b.Get("name"), b.Get("value"))
				}
			}
			if !strings.HasSuffix(x.action, "/logout") && x.action != "/theme" && !strings.HasSuffix(x.action, "/end") {
				all = append(all, x)
			}
		}
	}
	if len(all) < 20 {
		t.Fatalf("only %d forms were found", len(all))
	}
	return all
}

// hostile is what somebody types, pastes or sends who means no good or knows no
// better.
var hostile = map[string]string{
	"empty":         "",
	"blanks":        "   \t ",
	"overlong":      strings.Repeat("overlong ", 12000),
	"emoji":         "Zoë 👩‍🚀🏳️‍🌈 €",
	"right to left": "שלום وداعا",
	"html":          `<script>alert(1)</script><img src=x onerror=alert(2)>"'>`,
	"control":       "a\x00b\x07c\x1b[31m",
	"line breaks":   "one\r\ntwo\nBcc: everyone@example.com",
	"override":      "abc\u202egnp.exe",
	"broken UTF-8":  "a\xff\xfeb",
	"number":        "-99999999999999999999",
	"sql":           `'; drop table client; -- % _ \`,
	"template":      "{{.}} ${7*7} {name} %s %d",
}

// Every form takes whatever is typed into it: a sentence at the field, or stored
// faithfully and shown harmlessly; never an error of ours.
func TestFormsTakeAnything(t *testing.T) {
	house.OnBoth(t, func(t *testing.T, h *house.House) {
		w := h.Furnish(t).First
		tried := 0
		kinds := make([]string, 0, len(hostile))
		for kind := range hostile {
			kinds = append(kinds, kind)
		}
		sort.Strings(kinds)
		for _, kind := range kinds {
			for _, f := range formsOf(t, w) {
				if len(f.texts) == 0 {
					continue
				}
				values := clone(f.values)
				for _, name := range f.texts {
					values.Set(name, hostile[kind])
				}
				values.Del("_key")
				got := f.agent.Clone().Post(t, f.action, values)
				tried++
				where := fmt.Sprintf("%s at %s with %s", f.action, f.page, kind)
				switch got.Code {
				case http.StatusSeeOther, http.StatusOK:
				case http.StatusTooManyRequests: // wrong current passwords, one after the other
					if !strings.HasSuffix(f.action, "/password") {
						t.Errorf("%s: status %d", where, got.Code)
					}
				case http.StatusUnprocessableEntity, http.StatusConflict:
					page := got.Page(t)
					if len(page.All("*", "aria-invalid=true")) == 0 && len(page.All("*", "role=alert")) == 0 {
						t.Errorf("%s: refused without a sentence", where)
					}
				case http.StatusRequestEntityTooLarge:
					if kind != "overlong" {
						t.Errorf("%s: status %d", where, got.Code)
					}
				default:
					t.Errorf("%s: status %d\n%s", where, got.Code, got.Page(t).Text())
				}
				if strings.Contains(got.Text(), "<script>alert(1)") || strings.Contains(got.Text(), "<img src=x") {
					t.Errorf("%s: what was typed came back as markup", where)
				}
			}
		}
		figure(t, "forms", fmt.Sprintf("%s: %d submissions", h.Engine, tried))
	})
}

func clone(v url.Values) url.Values {
	c := url.Values{}
	for k, all := range v {
		c[k] = append([]string(nil), all...)
	}
	return c
}

// What is typed is stored faithfully: a client's name with emoji, Hebrew and
// markup comes back to the letter.
func TestWhatIsTypedIsStoredFaithfully(t *testing.T) {
	house.OnBoth(t, func(t *testing.T, h *house.House) {
		w := h.Furnish(t).First
		clients := w.ClientsAs(t, w.Owner)
		for kind, name := range map[string]string{"emoji": hostile["emoji"], "right to left": hostile["right to left"], "html": hostile["html"], "sql": hostile["sql"], "template": hostile["template"]} {
			id, err := clients.Create(t.Context(), client.Details{Name: name, Email: fmt.Sprintf("x%d@faithful.example", len(name)), Type: client.Organization, Preferred: client.ByEmail})
			if err != nil {
				t.Errorf("%s: %v", kind, err)
				continue
			}
			got, err := clients.Get(t.Context(), id)
			if err != nil || got.Name != name {
				t.Errorf("%s: stored %q, read %q (%v)", kind, name, got.Name, err)
			}
			page := w.Owner.Get(t, "/app/clients/"+id.String()).Page(t)
			if !strings.Contains(page.Text(), strings.Join(strings.Fields(name), " ")) {
				t.Errorf("%s: the page does not say %q", kind, name)
			}
		}
	})
}

// A second click on any button of any page makes nothing a second time.
func TestASecondClickChangesNothing(t *testing.T) {
	house.OnBoth(t, func(t *testing.T, h *house.House) {
		w := h.Furnish(t).First
		everything := h.Everything(t)
		tables := h.Tables(t, everything)
		counts := func() map[string]string {
			all := map[string]string{}
			for _, table := range tables {
				if table != "sign_in_limit" && table != "address_limit" {
					all[table] = h.Count(t, everything, table)
				}
			}
			return all
		}
		for i, f := range formsOf(t, w) {
			values := clone(f.values)
			if values.Get("_key") == "" && len(f.values) > 0 && !strings.HasPrefix(f.action, "/portal/client") {
				t.Errorf("the form to %s on %s has no key", f.action, f.page)
			}
			fillIn(values, f.texts, i)
			f.agent.Clone().Post(t, f.action, values)
			before := counts()
			f.agent.Clone().Post(t, f.action, values)
			for table, n := range counts() {
				if n != before[table] {
					t.Errorf("a second click on %s (%s): %s had %s rows and has %s", f.action, f.page, table, before[table], n)
				}
			}
		}
	})
}

// fillIn gives the empty fields of a form something that fits.
func fillIn(values url.Values, texts []string, n int) {
	for _, name := range texts {
		if values.Get(name) != "" {
			continue
		}
		switch {
		case strings.Contains(name, "email") || name == "sender" || name == "reply_to":
			values.Set(name, fmt.Sprintf("second-click-%d@example.com", n))
		case name == "password":
			values.Set(name, "a lantern that nobody knows yet")
		case name == "current":
			values.Set(name, house.Password)
		case name == "host":
			values.Set(name, fmt.Sprintf("second-click-%d.example.com", n))
		case name == "name":
			values.Set(name, "Second Click")
		}
	}
}

// A foreign id in a form's body is as good as none.
func TestForeignIDsInTheBody(t *testing.T) {
	house.OnBoth(t, func(t *testing.T, h *house.House) {
		h.Furnish(t)
		me := h.First.Clients[0].Contacts[0]
		for name, id := range map[string]string{
			"sibling": h.First.Clients[1].ID.String(), "foreign": h.Second.Clients[0].ID.String(), "missing": noSuchID, "none": "",
		} {
			got := me.Clone().Post(t, "/portal/client", url.Values{"client": {id}})
			if got.Code != http.StatusNotFound {
				t.Errorf("choosing a client that is %s: status %d, want 404", name, got.Code)
			}
			if page := me.Get(t, "/portal/"); page.Code != http.StatusOK || strings.Contains(page.Text(), h.First.Clients[1].Canary) {
				t.Errorf("after choosing a client that is %s: status %d", name, page.Code)
			}
		}
	})
}

// shared are fields of forms that add and edit the same record, or a client and
// a lead, or take a step with a reason and without: the other of the two ignores
// them.
var shared = []string{"version", "lead_status", "lead_source", "reason"}

// travels are fields of the later steps of signing, which the form of every step
// takes, for what was typed travels from step to step.
var travels = []string{"name", "code", "mark", "consent"}

// alsoTakes are fields of other forms at the same address, or of the form that makes
// what this one changes.
func alsoTakes(action string) []string {
	switch {
	case strings.HasPrefix(action, "/app/cases/") && strings.HasSuffix(action, "/edit"):
		return []string{"description"}
	case strings.HasPrefix(action, "/portal/change-requests/") && strings.HasSuffix(action, "/decision"):
		return []string{"name", "consent", "body", "sha256"}
	case strings.HasPrefix(action, "/app/calendar/") && strings.Count(action, "/") == 3:
		return []string{"length"} // of an event that nobody of a client takes part in
	}
	return nil
}

// Every name of every column, sent to every form, changes nothing that the form
// does not have: it is refused as a whole.
func TestFormsRefuseFieldsTheyDoNotHave(t *testing.T) {
	t.Parallel()
	h := house.New(t, house.SQLite)
	w := h.Furnish(t).First
	everything := h.Everything(t)
	columns := map[string]bool{}
	for _, table := range h.Tables(t, everything) {
		for _, c := range house.Texts(t, everything, `select name from pragma_table_info('`+table+`')`) {
			columns[c] = true
		}
	}
	for _, f := range formsOf(t, w) {
		before := h.Checksum(t, everything)
		has := fieldsOf(t, f)
		for c := range columns {
			if f.values.Has(c) || contains(f.texts, c) || contains(shared, c) || f.values.Has("step") && contains(travels, c) || contains(alsoTakes(f.action), c) || has[c] {
				continue
			}
			values := clone(f.values)
			values.Set(c, "1")
			got := f.agent.Clone().Post(t, f.action, values)
			if got.Code != http.StatusBadRequest {
				t.Errorf("%s takes a field %s: status %d", f.action, c, got.Code)
			}
		}
		if h.Checksum(t, everything) != before {
			t.Errorf("%s: a field it does not have changed something", f.action)
		}
	}
}

// fieldsOf are the names of the form's fields, also of those that a browser would
// not send as the form stands: an unticked box or an untaken choice.
func fieldsOf(t *testing.T, f form) map[string]bool {
	t.Helper()
	names := map[string]bool{}
	for _, x := range f.agent.Get(t, f.page).Page(t).All("form", "action="+f.action) {
		for _, field := range x.All("*", "name") {
			names[field.Get("name")] = true
		}
	}
	return names
}

func contains(all []string, one string) bool {
	for _, x := range all {
		if x == one {
			return true
		}
	}
	return false
}

func TestChangesComeFromOurOwnPages(t *testing.T) {
	house.OnBoth(t, func(t *testing.T, h *house.House) {
		w := h.Furnish(t).First
		for _, f := range formsOf(t, w) {
			r := f.agent.PostRequest(t, f.action, f.values)
			r.Header.Del("Origin")
			r.Header.Del("Sec-Fetch-Site")
			if got := f.agent.Clone().Do(t, r); got.Code != http.StatusForbidden {
				t.Errorf("%s takes a request from nowhere: status %d", f.action, got.Code)
			}
			r = f.agent.PostRequest(t, f.action, f.values)
			r.Header.Set("Origin", "https://evil.example")
			r.Header.Set("Sec-Fetch-Site", "cross-site")
			if got := f.agent.Clone().Do(t, r); got.Code != http.StatusForbidden {
				t.Errorf("%s takes a request from another site: status %d", f.action, got.Code)
			}
		}
	})
}

// After a password change no older session of the person is left alive in the
// table, whatever else would refuse it.
func TestOldSessionsAreGoneFromTheTable(t *testing.T) {
	house.OnBoth(t, func(t *testing.T, h *house.House) {
		w := h.Furnish(t).First
		me := w.Clients[0].Contacts[0]
		w.SignIn(t, auth.PortalRealm, w.Clients[0].Canary+"@client.example")
		got := me.Post(t, "/portal/account/password", url.Values{"current": {house.Password}, "password": {"a lantern that nobody knows yet"}})
		if got.Code != http.StatusSeeOther {
			t.Fatalf("change the password: %d %s", got.Code, got.Page(t).Text())
		}
		alive := house.Texts(t, h.Everything(t), `select cast(count(*) as text) from session where identity_id = '`+w.Clients[0].Identities[0]+`' and ended_at is null`)
		if alive[0] != "1" {
			t.Errorf("%s sessions are alive after a password change, want the fresh one", alive[0])
		}
	})
}
