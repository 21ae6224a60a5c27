package e2e

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"

	"foyer/internal/demo"
	"foyer/internal/feature/document/documenttest"
	"foyer/internal/feature/library"
)

// dropped drops files of so many bytes on the page's form, as a mouse would, and sends
// them: where something is to be said of them they wait for the button.
func (b *tab) dropped(size int, names ...string) {
	b.t.Helper()
	eval[bool](b, fmt.Sprintf(`(() => {
		const carried = new DataTransfer();
		for (const name of %s.split("|")) carried.items.add(new File([new Uint8Array(%d).fill(97)], name));
		const form = document.querySelector("[data-dropzone]");
		for (const type of ["dragenter", "dragover", "drop"]) form.dispatchEvent(new DragEvent(type, {dataTransfer: carried, bubbles: true, cancelable: true}));
		return true;
	})()`, quoted(strings.Join(names, "|")), size))
	b.pressIn("Upload documents")
}

// pressIn presses the button of the dialog, or of the form where there is none.
func (b *tab) pressIn(text string) {
	b.t.Helper()
	button := "[...scope().querySelectorAll('form button')].find(e => words(e) === " + quoted(text) + ")"
	b.await(button, "no form has a button "+text)
	eval[bool](b, b.find("("+button+".click(), true)"))
}

// Files that are dropped go up one by one; what is wrong with one is said at it, and the
// others are there.
func TestFilesThatAreDropped(t *testing.T) {
	onDesk(t, func(t *testing.T, p *program) {
		b := p.staff(t, desk, demo.Priya)
		b.manages("Project")
		b.dropped(2000, "dropped one.txt", "dropped two.txt", "dropped three.exe")
		b.see("is of a kind that cannot be sent here")
		b.await("document.querySelectorAll('.drop-state[data-ok]').length === 2", "two files are not said to be there")
		b.manages("Project")
		for _, name := range []string{"dropped one.txt", "dropped two.txt"} {
			b.see(name)
		}
		b.missing("dropped three.exe")
		// The same file again is not there twice.
		b.dropped(2000, "dropped one.txt")
		b.await("document.readyState !== 'loading' && location.pathname.endsWith('/documents') && !document.querySelector('.drop-list li')", "the page does not come again")
		if n := eval[int](b, "[...document.querySelectorAll('main tbody .row-link')].filter(a => a.innerText.trim() === 'dropped one.txt').length"); n != 1 {
			t.Errorf("dropped one.txt is there %d times", n)
		}
	})
}

// line is how fast a tab's line is, in bytes a second; -1 for as fast as can be.
type line struct {
	Offline            bool    `json:"offline"`
	Latency            float64 `json:"latency"`
	DownloadThroughput float64 `json:"downloadThroughput"`
	UploadThroughput   float64 `json:"uploadThroughput"`
}

// emulateLine is the command that the browsers of the day all know; cdproto has its
// successor alone.
var emulateLine = cdp.Command[line, cdp.Empty]{Method: "Network.emulateNetworkConditions"}

// A file that takes long shows how far it is, can be stopped, and then nothing of it is
// kept; it goes up when it is tried again.
func TestAnUploadIsStopped(t *testing.T) {
	onDesk(t, func(t *testing.T, p *program) {
		b := p.staff(t, desk, demo.Priya)
		b.manages("Client")
		slow := func(bytes float64) {
			b.do(command(emulateLine, line{UploadThroughput: bytes, DownloadThroughput: -1}))
		}
		slow(200_000)
		b.dropped(3<<20, "long.txt")
		b.await("document.querySelector('.drop-list progress').value > 1", "no progress is shown")
		b.press("Stop")
		b.see("Stopped. Nothing of this file was kept.")
		slow(-1)
		app := p.Documents.ForStaff(p.member(t, demo.Priya))
		if list, err := app.List(t.Context(), library.Wanted{Query: "long.txt"}); err != nil || len(list.Rows) != 0 {
			t.Errorf("%d documents are there (%v)", len(list.Rows), err)
		}
		b.press("Try again")
		b.await("[...document.querySelectorAll('main tbody .row-link')].some(a => a.innerText.trim() === 'long.txt')", "it does not go up again")
	})
}

// From a drawer files go up once, with their progress in the drawer, and what is wrong
// with one stays there beside the others until it is taken away.
func TestUploadsFromADrawer(t *testing.T) {
	onDesk(t, func(t *testing.T, p *program) {
		b := p.contact(t, desk, demo.Ines)
		b.goTo("/portal/documents")
		b.press("Upload documents")
		b.await("document.querySelector('dialog[open] [data-ready]')", "the drawer has no form")
		eval[bool](b, "(window.posts = 0, new PerformanceObserver(l => { for (const e of l.getEntries()) if (new URL(e.name).pathname === '/portal/documents') window.posts++; }).observe({type: 'resource'}), true)")
		b.dropped(1000, "from a drawer.txt", "from a drawer.exe")
		b.see("is of a kind that cannot be sent here")
		b.await("document.querySelectorAll('dialog[open] .drop-state[data-ok]').length === 1", "the good file is not said to be there")
		if n := eval[int](b, "window.posts"); n != 2 {
			t.Errorf("%d requests went out for two files", n)
		}
		b.press("Remove")
		b.await("!document.querySelector('dialog[open]') && [...document.querySelectorAll('.row-link')].some(a => a.innerText.trim() === 'from a drawer.txt')", "the list does not come with the file")
	})
}

// A client brings files, which are marked as theirs for both sides, gives one another
// version, and staff hear of it; what is wrong is said at the field, with nothing kept.
func TestAClientBringsFiles(t *testing.T) {
	inDemo(t, withAndWithout, func(t *testing.T, p *program, l look) {
		name := "Photos of the kiln" + map[bool]string{true: " plain", false: ""}[l.noScript] + ".txt"
		before := p.box.List()
		b := p.contact(t, l, demo.Ines)
		b.goTo("/portal/documents")
		b.press("Upload documents")
		b.see("sees what you upload")
		field := "scope().querySelector('[data-dropzone] input[type=file]')"
		b.attach(field, file(t, "page.html", "<p>"))
		b.pressIn("Upload documents")
		b.see("is of a kind that cannot be sent here")
		b.goTo("/portal/documents/new")
		b.attach(field, file(t, name, "kiln"), file(t, "second "+name, "more"))
		b.pressIn("Upload documents")
		b.await("location.pathname === '/portal/documents'", "the list does not come")
		at := b.documentAt(name)
		b.see("From you")
		p.letter(t, demo.Priya, "Marlow Ceramics uploaded", before...)
		b.goTo(at)
		b.attach("document.querySelector('[data-dropzone] input[type=file]')", file(t, name, "a better kiln"))
		b.press("Upload version")
		b.await("[...document.querySelectorAll('#facts dd, .key-values dd')].some(e => e.innerText.trim() === '2')", "the document has no second version")
		staff := p.staff(t, l, demo.Priya)
		staff.goTo("/app" + strings.TrimPrefix(at, "/portal"))
		staff.see("From Ines Marlow")
		staff.see("Superseded")
	})
}

// Whoever may only read brings nothing: no button offers it, and its address says so.
func TestAReaderBringsNothing(t *testing.T) {
	onDesk(t, func(t *testing.T, p *program) {
		s := p.staff(t, desk, demo.Priya)
		s.goTo(s.client("Marlow Ceramics") + "/contacts")
		s.sees("Rui Costa", "documents", "all")
		b := p.contact(t, desk, demo.Rui)
		b.goTo("/portal/documents")
		b.missing("Upload documents")
		if status := b.goTo("/portal/documents/new"); status != http.StatusForbidden {
			t.Errorf("the form answers %d", status)
		}
		b.see("Your access does not cover uploading documents")
	})
}

// Nothing of a hostile file runs in a browser: not on the page of its document, not
// where it is looked at, not where it is fetched; and its name is words wherever it
// stands.
func TestNothingUploadedRuns(t *testing.T) {
	onDesk(t, func(t *testing.T, p *program) {
		who := p.person(t, demo.Ines)
		taken := map[string]bool{}
		var at []string
		bring := func(name string, content []byte) {
			load, err := p.Documents.ForClient(who).Begin(t.Context(), library.Parcel{Kind: library.OfClient, Place: who.ClientID()})
			must(t, err)
			defer load.Close()
			if err := load.Add(t.Context(), name, strings.NewReader(string(content))); err != nil {
				return // refused with a sentence
			}
			done, err := load.Finish(t.Context())
			must(t, err)
			if done.Of != "" && !taken[done.Of.String()] {
				taken[done.Of.String()] = true
				at = append(at, "/documents/"+done.Of.String())
			}
		}
		for _, f := range documenttest.Files() {
			bring(f.Name, f.Bytes)
		}
		for _, name := range append(documenttest.Names, hostileName) {
			bring(name, []byte("harmless"))
		}
		if len(at) < 20 {
			t.Fatalf("only %d files were taken", len(at))
		}
		b, s := p.contact(t, desk, demo.Ines), p.staff(t, desk, demo.Priya)
		b.guard()
		s.guard()
		b.harmless("/portal/documents")
		b.harmless("/portal/documents?category=reports")
		s.harmless("/app/documents")
		v := p.signedIn(t, "/portal", demo.Ines)
		for _, path := range at {
			b.harmless("/portal" + path)
			if title := eval[string](b, "document.title"); strings.Contains(title, "taken over") {
				t.Errorf("%s runs", path)
			}
			for _, below := range []string{"/file", "/preview"} {
				a := v.get("/portal" + path + below)
				if a.status == http.StatusNotFound && below == "/preview" {
					continue
				}
				kind, policy, how := a.header.Get("Content-Type"), a.header.Get("Content-Security-Policy"), a.header.Get("Content-Disposition")
				looked := below == "/preview" && (kind == "application/pdf" || kind == "image/png" || kind == "image/jpeg") && strings.HasPrefix(how, "inline")
				if a.header.Get("X-Content-Type-Options") != "nosniff" || !strings.Contains(policy, "default-src 'none'") || !looked && !strings.HasPrefix(how, "attachment") ||
					strings.Contains(kind, "html") || strings.Contains(kind, "svg") || strings.Contains(kind, "xml") && !strings.Contains(kind, "openxml") {
					t.Errorf("%s%s is sent as %q, %q, %q", path, below, kind, how, policy)
				}
			}
		}
	})
}
