package e2e

import (
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/page"

	"foyer/internal/demo"
	"foyer/internal/feature/change"
	"foyer/internal/feature/document"
	"foyer/internal/feature/project"
	"foyer/internal/feature/support"
	"foyer/internal/kernel/civil"
)

// hostile are texts that run as a script wherever they are written into a page as they
// are: in text, in an attribute, in a script, in a link of Markdown.
const (
	hostileLine  = `jaVasCript:/*--></title></style></textarea></script><svg/onload='window.pwned=1'>"'><img src=x onerror=window.pwned=1>`
	hostileBlock = hostileLine + "\n\n<script>window.pwned=1</script>\n[a](javascript:window.pwned=1) ![b](x\"onerror=\"window.pwned=1)\n<https://x.example/\"onmouseover=\"window.pwned=1>\n\n`</code><script>window.pwned=1</script>`\n\n- <iframe srcdoc=\"<script>parent.pwned=1</script>\">\n"
	hostileName  = `"><img src=x onerror=window.pwned=1>.txt`
)

func hostileFile() []document.Upload {
	return []document.Upload{{Name: hostileName, Bytes: []byte("<script>window.pwned=1</script>")}}
}

// hostileCase is a case with such words in all that anybody can write about it.
func hostileCase(t *testing.T, p *program) support.ID {
	t.Helper()
	app := p.Cases.ForStaff(p.member(t, demo.Priya))
	must(t, app.SaveCategory(t.Context(), support.Category{Name: `<svg/onload=window.pwned=1>"'>`}))
	made, err := p.Cases.ForClient(p.person(t, demo.Ines)).Raise(t.Context(), support.Matter{Subject: hostileLine, Description: hostileBlock, Priority: support.High, Uploads: hostileFile()})
	must(t, err)
	all, err := app.Categories(t.Context())
	must(t, err)
	c, _, err := app.Get(t.Context(), made, support.Span{})
	must(t, err)
	in := c.Details
	in.Category = all[slices.IndexFunc(all, func(c support.Category) bool { return strings.Contains(c.Name, "pwned") })].ID
	must(t, app.Update(t.Context(), made, c.Version, in))
	must(t, app.Note(t.Context(), made, support.Message{Body: hostileBlock, Uploads: hostileFile()}))
	must(t, app.Reply(t.Context(), made, support.Message{Body: hostileBlock, Uploads: hostileFile()}))
	must(t, app.Hold(t.Context(), made, "", hostileBlock))
	return made
}

// hostileChange is a change request with such words in all that anybody can write.
func hostileChange(t *testing.T, p *program) change.ID {
	t.Helper()
	door, app := p.Changes.ForClient(p.person(t, demo.Ines)), p.Changes.ForStaff(p.member(t, demo.Priya))
	all, err := door.Projects(t.Context())
	must(t, err)
	made, err := door.Submit(t.Context(), change.Details{
		Project: project.ID(all[0].ID), Title: hostileLine, Description: hostileBlock, Category: change.Other, Priority: change.Low, Justification: hostileBlock, Benefit: hostileBlock,
	}, hostileFile())
	must(t, err)
	must(t, app.Ask(t.Context(), made, change.Before{}, hostileBlock, hostileFile()))
	must(t, door.Answer(t.Context(), made, change.Before{}, hostileBlock, hostileFile()))
	full, err := app.Get(t.Context(), made, change.Part{})
	must(t, err)
	must(t, app.SaveNote(t.Context(), made, full.Version, change.Note{Remark: hostileBlock, Assignee: p.member(t, demo.Priya).MemberID()}))
	must(t, app.Quote(t.Context(), made, change.Before{}, change.QuoteDetails{Price: "5", Currency: "EUR", ValidUntil: string(civil.Today(time.Now()).Add(9)), Note: hostileBlock}))
	return made
}

// guard notes in every page to come what breaks its policy.
func (b *tab) guard() {
	b.t.Helper()
	b.do(command(page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{
		Source: "window.broken = []; addEventListener('securitypolicyviolation', e => window.broken.push(e.violatedDirective + ' ' + e.blockedURI + ' ' + e.sample));",
	}))
}

// harmless holds that nothing of what was written runs, or would without a policy.
func (b *tab) harmless(path string) {
	b.t.Helper()
	b.goTo(path)
	b.await("document.readyState === 'complete'", "the page does not come")
	b.unhurt()
}

func (b *tab) unhurt() {
	b.t.Helper()
	found := eval[[]string](b, `(() => {
		const bad = [...document.querySelectorAll('*')].filter(e => [...e.attributes].some(a => /^on/i.test(a.name) || /^(href|src|action|formaction|srcdoc)$/i.test(a.name) && /^\s*(javascript|data:text|vbscript)/i.test(a.value))
			|| e.matches('img[src="x"], iframe[srcdoc], svg[onload]') || e.matches('script:not([src])') && e.textContent.includes('pwned')).map(e => e.outerHTML.slice(0, 120));
		return bad.concat(window.broken || [], window.pwned ? ['a script ran'] : []);
	})()`)
	if len(found) > 0 {
		b.t.Errorf("at %s: %q", b.path(), found)
	}
}

// What people write into cases and change requests runs nowhere as a script: on no
// page of either face, in no drawer, in no form that is drawn again, in no mail.
func TestNothingWrittenRuns(t *testing.T) {
	onDesk(t, func(t *testing.T, p *program) {
		theCase, theChange := hostileCase(t, p), hostileChange(t, p)
		b, s := p.contact(t, desk, demo.Ines), p.staff(t, desk, demo.Priya)
		for _, one := range []*tab{b, s} {
			one.guard()
		}
		for _, path := range []string{
			"/portal/", "/portal/activity", "/portal/cases", "/portal/cases?q=pwned", "/portal/cases?q=%22%3E%3Cimg+src%3Dx+onerror%3Dwindow.pwned%3D1%3E", "/portal/cases/" + theCase.String(),
			"/portal/change-requests", "/portal/change-requests?q=%22%3E%3Csvg%2Fonload%3Dwindow.pwned%3D1%3E", changeAt(theChange), "/portal/change-requests/new",
		} {
			b.harmless(path)
		}
		for _, path := range []string{"/portal/cases/" + theCase.String(), changeAt(theChange)} {
			b.goTo(path)
			b.see(hostileLine)
			b.see("<script>window.pwned=1</script>")
		}
		inCase, inChange := "/app/cases/"+theCase.String(), triageAt(theChange)
		for _, path := range []string{
			"/app/", "/app/cases", "/app/cases?q=%22%3E%3Cimg+src%3Dx+onerror%3Dwindow.pwned%3D1%3E", inCase, inCase + "/edit", "/app/cases/new", "/app/settings/cases",
			"/app/change-requests", "/app/change-requests?view=list&q=pwned", inChange, inChange + "/quote", s.client("Marlow Ceramics") + "/cases", "/app/settings/changes",
		} {
			s.harmless(path)
		}
		for _, way := range []struct{ path, press string }{{"/app/change-requests", hostileLine}, {inChange, "Make another quote"}} {
			s.goTo(way.path)
			s.press(way.press)
			s.await("document.querySelector('dialog[open] [data-drawer-sheet]')", "no dialog opens")
			s.unhurt()
		}
		b.goTo("/portal/cases/new")
		b.fill("Subject", hostileLine)
		b.press("Send")
		b.see("One field needs another look")
		b.unhurt()
		b.goTo("/portal/change-requests/new")
		b.fill("Title", hostileLine)
		b.fill("What should change?", hostileBlock)
		b.press("Send request")
		b.see("fields need another look")
		b.unhurt()
		s.goTo("/app/settings/cases")
		s.fill("New category", hostileLine)
		s.press("Add")
		s.await("document.readyState === 'complete' && document.querySelector('[aria-invalid=true]')", "a name that is too long is taken")
		s.unhurt()

		must(t, p.Cases.ForStaff(p.member(t, demo.Priya)).Reopen(t.Context(), theCase))
		must(t, p.Cases.ForStaff(p.member(t, demo.Priya)).Resolve(t.Context(), theCase, "", hostileBlock))
		s.harmless(inCase)
		b.harmless("/portal/cases/" + theCase.String())
		full, err := p.Changes.ForClient(p.person(t, demo.Ines)).Get(t.Context(), theChange, change.Part{})
		must(t, err)
		must(t, p.Changes.ForClient(p.person(t, demo.Ines)).Accept(t.Context(), theChange, full.Quotes[0].Shown()))
		s.harmless(inChange)
		b.harmless(changeAt(theChange))
		b.harmless("/portal/activity")
		p.letter(t, demo.Priya, "Accepted by")
		read := 0
		s.harmless("/demo/mail")
		for _, m := range p.box.List() {
			if strings.Contains(m.Subject+m.Text+m.HTML, "pwned") {
				s.harmless("/demo/mail/" + strconv.Itoa(m.Number))
				s.harmless("/demo/mail/" + strconv.Itoa(m.Number) + "/html")
				read++
			}
		}
		if read < 6 {
			t.Errorf("%d mails have what was written", read)
		}
	})
}
