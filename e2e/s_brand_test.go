package e2e

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"foyer/internal/demo"
	"foyer/internal/kernel/brand"
	"foyer/internal/kernel/mail"
)

// The portal is a place of its own that looks like the business: its logo, name
// and colour stand on the sign-in page, in the header and in mails, and nothing
// in it says who made the program.
func TestS01PortalWearsTheBrand(t *testing.T) {
	inDemo(t, append(bothWidths, desk.inTheDark()), func(t *testing.T, p *program, l look) {
		fill := fillOf(t, "#17594a", l.dark)
		b := p.open(t, l)
		b.goTo("/portal/login")
		b.branded(fill)
		b.shot("portal-login")
		for _, path := range []string{"/portal/password/forgot", "/portal/password/reset", "/portal/nowhere", "/portal/email"} {
			b.goTo(path)
			b.ours()
		}
		b.goTo("/portal/login")
		b.signIn(demo.Ines, demo.ClientPassword)
		b.arrive("/portal/")
		b.see("Ines")
		if !eval[bool](b, b.find("seen(document.querySelector('header img')) && document.querySelector('header').innerText.includes('Halden & Rowe')")) {
			t.Error("the header has neither logo nor name")
		}
		b.ours()
		b.shot("portal-home")
		b.goTo("/portal/account")
		b.ours()
	})
}

// fillOf is the colour that buttons get from a workspace's colour, as browsers
// write it.
func fillOf(t *testing.T, hex string, dark bool) string {
	t.Helper()
	color, err := brand.Parse(hex)
	must(t, err)
	fill := brand.Derive(color).Light.Brand
	if dark {
		fill = brand.Derive(color).Dark.Brand
	}
	var r, g, b int
	_, err = fmt.Sscanf(fill.Hex(), "#%02x%02x%02x", &r, &g, &b)
	must(t, err)
	return fmt.Sprintf("rgb(%d, %d, %d)", r, g, b)
}

// branded holds that logo, name and colour are seen.
func (b *tab) branded(fill string) {
	b.t.Helper()
	b.await("(i => i && seen(i) && i.complete && i.naturalWidth > 0)(document.querySelector('img.brandmark-logo'))", "the logo is not seen")
	b.see("Halden & Rowe")
	if got := eval[string](b, "getComputedStyle(document.querySelector('button.button-filled')).backgroundColor"); got != fill {
		b.t.Errorf("the button is %s, want the brand's %s", got, fill)
	}
	b.ours()
}

// ours holds that the page says nowhere who made the program.
func (b *tab) ours() {
	b.t.Helper()
	if eval[bool](b, "/foyer/i.test(document.documentElement.outerHTML)") {
		b.t.Errorf("at %s: the page names Foyer", b.path())
	}
	if !strings.Contains(eval[string](b, "document.title"), "Halden & Rowe") {
		b.t.Errorf("at %s: the title does not name the business", b.path())
	}
}

// The mails of the portal are the business's too.
func TestS01MailWearsTheBrand(t *testing.T) {
	inDemo(t, bothWidths, func(t *testing.T, p *program, l look) {
		b := p.open(t, l)
		b.goTo("/portal/password/forgot")
		b.fill("Email", demo.Ines)
		b.press("Send me a link")
		b.see("Look in your mail")
		m := p.letter(t, demo.Ines, "new password")
		branded := []string{"Halden & Rowe", "Halden &amp; Rowe"}
		if !slices.Contains(branded, m.From.Name) || !containsFold(m.HTML, "#17594a") || !strings.Contains(m.HTML, branded[1]) || !strings.Contains(m.HTML, "<img") {
			t.Errorf("name, colour or logo is missing in the mail from %s:\n%s", m.From, m.HTML)
		}
		for _, part := range []string{m.Subject, m.Text, m.HTML, m.From.String(), fmt.Sprint(m.Headers)} {
			if containsFold(part, "foyer") {
				t.Errorf("the mail names Foyer: %s", part)
			}
		}
		b.goTo(fmt.Sprintf("/demo/mail/%d/html", m.Number))
		b.see("Choose a new password")
		b.await("[...document.images].every(i => i.complete && i.naturalWidth > 0)", "the logo does not load")
		b.narrow("the mail")
		b.shot("mail-reset")
	})
}

// The files that the portal hands out are the business's as well: its logo, name and
// colour are on them, and neither they nor what is said about them names the program,
// but for the name of the rule by which the log in a sealed contract is hashed.
func TestS01FilesWearTheBrand(t *testing.T) {
	inDemo(t, withAndWithout[:1], func(t *testing.T, p *program, l look) {
		b, v := p.contact(t, l, demo.Ines), p.signedIn(t, "/portal", demo.Ines)
		b.goTo("/portal/invoices?status=paid")
		files := []string{eval[string](b, "new URL(document.querySelector('tbody a[download]').href).pathname")}
		b.press("View")
		b.see("Payments and credits")
		files = append(files, eval[string](b, "new URL(document.querySelector('main a[href*=\"/receipts/\"]').href).pathname"))
		files = append(files, b.found("/portal/contracts?status=active", "Online shop relaunch")+"/pdf", b.found("/portal/contracts", "Care and hosting 2027")+"/pdf")
		for _, path := range files {
			file := v.get(path).body
			if text := asked(t, file, "pdftotext", "-l", "1", "FILE", "-"); !strings.Contains(text, "Halden & Rowe") {
				t.Errorf("%s does not name the business:\n%s", path, text)
			}
			if images := asked(t, file, "pdfimages", "-list", "-l", "1", "FILE"); !strings.Contains(images, "image") {
				t.Errorf("%s has no logo on its first page", path)
			}
			if page := asked(t, file, "pdftoppm", "-l", "1", "-r", "50", "FILE"); !strings.Contains(page, "\x17\x59\x4a") {
				t.Errorf("%s has nothing in the colour of the business", path)
			}
			if all := asked(t, file, "qpdf", "--qdf", "--object-streams=disable", "FILE", "-"); containsFold(strings.ReplaceAll(all, `"foyer-audit-v1"`, ""), "foyer") {
				t.Errorf("%s names Foyer", path)
			}
		}
	})
}

// asked is what a tool says of a file.
func asked(t *testing.T, file []byte, command ...string) string {
	t.Helper()
	if _, err := exec.LookPath(command[0]); err != nil {
		if os.Getenv("FOYER_TEST_REQUIRE") != "" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	path := filepath.Join(t.TempDir(), "file.pdf")
	must(t, os.WriteFile(path, file, 0o600))
	command[slices.Index(command, "FILE")] = path
	out, err := exec.CommandContext(t.Context(), command[0], command[1:]...).Output()
	must(t, err)
	return string(out)
}

// linkIn is the address in a mail that leads to a page of the program.
func linkIn(t *testing.T, m mail.Kept, path string) string {
	t.Helper()
	found := regexp.MustCompile(`https?://\S+` + regexp.QuoteMeta(path) + `\S+`).FindString(m.Text)
	if found == "" {
		t.Fatalf("the mail has no link to %s:\n%s", path, m.Text)
	}
	return found
}

// Clients look and change nothing, but for the actions that have a name: choose
// the theme, choose the client, look after their own account, sign out.
func TestS02PortalIsReadOnly(t *testing.T) {
	named := []string{"/theme", "/portal/logout", "/portal/client", "/portal/account", "/portal/account/password", "/portal/account/notifications", "/portal/account/sessions/{session}/end", "/portal/invoices/{id}/pay",
		"/portal/contracts/{id}/signature", "/portal/contracts/{id}/signature/code", "/portal/contracts/{id}/refusal", "/sign/signature", "/sign/signature/code", "/sign/refusal", "/verify",
		"/portal/cases", "/portal/cases/{id}/replies", "/portal/cases/{id}/closure", "/portal/cases/{id}/reopening",
		"/portal/documents", "/portal/documents/{id}/versions",
		"/portal/change-requests", "/portal/change-requests/{id}/answer", "/portal/change-requests/{id}/decision", "/portal/change-requests/{id}/withdrawal",
		"/portal/meetings", "/portal/meetings/feed", "/portal/meetings/feed/removal", "/portal/meetings/{id}/acceptance", "/portal/meetings/{id}/proposal",
		"/portal/meetings/{id}/refusal", "/portal/meetings/{id}/cancellation", "/portal/meetings/{id}/again",
		"/portal/login", "/portal/password/forgot", "/portal/password/reset", "/portal/password/new", "/portal/email",
		// The door of the staff side, at which anybody may knock.
		"/app/login", "/app/logout", "/app/password/forgot", "/app/password/reset"}
	inDemo(t, bothWidths, func(t *testing.T, p *program, l look) {
		b := p.contact(t, l, demo.Ines)
		if got := eval[[]string](b, actionsOfForms); !slices.Equal(got, []string{"/portal/invoices/{id}/pay", "/portal/logout", "/theme"}) {
			t.Errorf("the home page has forms to %v", got)
		}
		b.goTo("/portal/account")
		for _, action := range eval[[]string](b, actionsOfForms) {
			if !slices.Contains(named, action) && !strings.HasPrefix(action, "/portal/account/sessions/") {
				t.Errorf("the account page has a form to %s", action)
			}
		}
		marlow := strings.TrimPrefix(p.staff(t, desk, demo.Priya).client("Marlow Ceramics"), "/app/clients/")
		v := p.signedIn(t, "/portal", demo.Ines)
		before := p.activities(t)
		for _, r := range p.Router.Routes() {
			if r.Method == http.MethodGet || slices.Contains(named, r.Pattern) {
				continue
			}
			path := regexp.MustCompile(`\{[^}]+\}`).ReplaceAllString(r.Pattern, marlow)
			refused(t, path, v.post(path, url.Values{"enabled": {"true"}, "name": {"x"}}))
		}
		for _, path := range []string{"/portal/", "/portal/account", "/portal/invoices", "/portal/projects/" + marlow, "/app/clients/" + marlow} {
			for _, method := range []string{http.MethodPut, http.MethodDelete, http.MethodPatch} {
				refused(t, method+" "+path, v.ask(method, path, nil, "Origin", v.base))
			}
		}
		refused(t, "POST /portal/", v.post("/portal/", url.Values{"x": {"y"}}))
		if after := p.activities(t); after != before {
			t.Errorf("%s things happened, %s before", after, before)
		}
	})
}

// actionsOfForms are where the forms of a page lead; those that pay are one.
const actionsOfForms = `[...new Set([...document.forms].map(f => new URL(f.action).pathname.replace(/^(.portal.invoices.)[a-z0-9]+(.pay)$/, '$1{id}$2')))].sort()`

// activities counts what is written down of changes.
func (p *program) activities(t *testing.T) string {
	t.Helper()
	var n string
	must(t, p.DB.Read.QueryRowContext(t.Context(), "select count(*) from activity").Scan(&n))
	return n
}

// refused holds that nothing was done: not there, not allowed, or asked to sign
// in on the staff side.
func refused(t *testing.T, what string, a answer) {
	t.Helper()
	switch {
	case a.status == http.StatusNotFound, a.status == http.StatusForbidden, a.status == http.StatusMethodNotAllowed:
	case a.status == http.StatusSeeOther && strings.HasPrefix(a.location, "/app/login"):
	case what == "/app/setup" && a.status == http.StatusSeeOther && a.location == "/app/":
	default:
		t.Errorf("%s: %d to %s", what, a.status, a.location)
	}
}

// Clients sign in at /portal/login, on the program's own address or on one of
// the business's, where nothing but the portal is.
func TestS09SignInAtThePortal(t *testing.T) {
	inDemo(t, withAndWithout, func(t *testing.T, p *program, l look) {
		b := p.open(t, l)
		b.goTo("/")
		b.arrive("/portal/login")
		b.signIn(demo.Ines, "not the password")
		b.see("do not go together")
		if got := eval[string](b, b.find("labelled('Email').value")); got != demo.Ines {
			t.Errorf("the address typed is gone: %q", got)
		}
		b.signIn(demo.Ines, demo.ClientPassword)
		b.arrive("/portal/")
		b.see("Ines")

		s := p.staff(t, l, demo.Priya)
		s.goTo("/app/settings/portal")
		s.fill("Address", "portal.test.localhost")
		s.press("Add address")
		s.see("The address is added.")
		own := "http://portal.test.localhost:" + p.port
		o := open(t, own, l)
		o.goTo("/")
		o.arrive("/portal/login")
		o.branded(fillOf(t, "#17594a", l.dark))
		o.signIn(demo.Ines, demo.ClientPassword)
		o.arrive("/portal/")
		o.see("Ines")
		if status := o.goTo("/app/login"); status != http.StatusNotFound {
			t.Errorf("the business's portal address shows the staff side: %d", status)
		}
	}, postgres)
}

// The sign-in page has brand, address, password and the way to a new one; who
// forgot it gets the same answer whether or not the address has a login.
func TestS10LoginPageGivesNothingAway(t *testing.T) {
	inDemo(t, withAndWithout, func(t *testing.T, p *program, l look) {
		b := p.open(t, l)
		b.goTo("/portal/login")
		b.branded(fillOf(t, "#17594a", l.dark))
		for label, kind := range map[string]string{"Email": "email", "Password": "password"} {
			if got := eval[string](b, b.find("labelled("+quoted(label)+").type")); got != kind {
				t.Errorf("the field %s is of type %q", label, got)
			}
		}
		b.press("Forgot it?")
		b.arrive("/portal/password/forgot")
		b.ours()
		answers := map[string]string{}
		for _, email := range []string{demo.Ines, "nobody@nowhere.example", demo.Priya} {
			b.goTo("/portal/password/forgot")
			b.fill("Email", email)
			b.press("Send me a link")
			b.see("Look in your mail")
			answers[eval[string](b, "location.pathname + document.documentElement.outerHTML")] = email
		}
		if len(answers) != 1 {
			t.Errorf("%d different answers: %v", len(answers), answers)
		}
		p.letter(t, demo.Ines, "new password")
		for _, m := range p.box.List() {
			if m.To.Addr != demo.Ines && strings.Contains(m.Subject, "password") {
				t.Errorf("a mail about a password went to %s", m.To)
			}
		}
		wrong := map[string]bool{}
		for _, email := range []string{demo.Ines, "nobody@nowhere.example"} {
			b.goTo("/portal/login")
			b.signIn(email, "not the password")
			b.see("do not go together")
			wrong[strings.ReplaceAll(eval[string](b, "document.body.innerHTML"), email, "…")] = true
		}
		if len(wrong) != 1 {
			t.Error("a wrong password says whether the address has a login")
		}
	})
}
