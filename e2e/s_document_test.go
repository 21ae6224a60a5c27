package e2e

import (
	"bytes"
	"mime"
	"net/http"
	"slices"
	"strings"
	"testing"

	"foyer/internal/demo"
	"foyer/internal/feature/library"
)

// manages opens the documents of a record of Marlow's by its kind.
func (b *tab) manages(kind string) {
	b.t.Helper()
	switch kind {
	case "Client":
		b.goTo(b.client("Marlow Ceramics") + "/documents")
	case "Project":
		b.goTo(b.work("Online shop relaunch") + "/documents")
	case "Contract":
		b.goTo(b.found("/app/contracts?tab=executed", "Online shop relaunch"))
		b.press("Add or manage documents")
	case "Invoice":
		b.goTo(b.bill("overdue"))
		b.press("Add or manage documents")
	case "Case":
		b.goTo(b.found("/app/cases", "Order mails arrive twice"))
		b.press("Add or manage documents")
	}
	b.see("Upload documents")
}

// brings uploads files on the page that is open, shared with the client or not.
func (b *tab) brings(shared bool, paths ...string) {
	b.t.Helper()
	if shared {
		b.tick("Share with Marlow Ceramics")
	}
	b.attach("document.querySelector('[data-dropzone] input[type=file]')", paths...)
	b.press("Upload documents")
	for _, path := range paths {
		b.await("[...document.querySelectorAll('main tbody .row-link')].some(a => words(a) === "+quoted(path[strings.LastIndexByte(path, '/')+1:])+")", "no row for "+path)
	}
}

// under is the category that the client finds a document in, empty for none.
func (b *tab) under(name string) string {
	b.t.Helper()
	b.goTo("/portal/documents")
	for _, category := range eval[[]string](b, "[...document.querySelectorAll('#document-filters a')].slice(1).map(a => a.getAttribute('href'))") {
		b.goTo(category)
		if eval[bool](b, "[...document.querySelectorAll('.file-rows .row-link')].some(a => a.innerText.trim() === "+quoted(name)+")") {
			return eval[string](b, "document.querySelector('#document-filters [aria-current]').innerText.replace(/[\\d+\\s]+$/, '').trim()")
		}
	}
	return ""
}

// Documents shows what is shared at each of the five kinds of records, under its
// category; what is not shared is nowhere, and not at its address either; and neither is
// what was shared before.
func TestS46DocumentsOfTheFiveManagers(t *testing.T) {
	for _, d := range []struct{ kind, category string }{
		{"Client", "Reports"}, {"Project", "Deliverables"}, {"Contract", "Contracts"}, {"Invoice", "Reports"}, {"Case", "Reports"},
	} {
		t.Run(d.kind, func(t *testing.T) {
			inDemo(t, withAndWithout, func(t *testing.T, p *program, l look) {
				suffix := map[bool]string{true: " plain", false: ""}[l.noScript]
				open, shut := "Shared at "+strings.ToLower(d.kind)+suffix+".txt", "Kept at "+strings.ToLower(d.kind)+suffix+".txt"
				staff, ines := p.staff(t, l, demo.Priya), p.contact(t, l, demo.Ines)
				staff.manages(d.kind)
				staff.brings(true, file(t, open, "for you"))
				staff.manages(d.kind)
				staff.brings(false, file(t, shut, "for us"))

				if got := ines.under(open); got != d.category {
					t.Errorf("it is under %q, want %q", got, d.category)
				}
				if got := ines.under(shut); got != "" {
					t.Errorf("what is not shared is under %q", got)
				}
				at := ines.documentAt(open)
				ines.goTo(at)
				ines.see(map[bool]string{true: "Marlow Ceramics", false: d.kind + ": "}[d.kind == "Client"])

				staff.goTo("/app" + strings.TrimPrefix(at, "/portal"))
				staff.press("Share")
				staff.await("scope().querySelector('input[name=sharing][value=none]')", "there is no choice not to share")
				eval[bool](staff, staff.find("(scope().querySelector('input[name=sharing][value=none]').click(), true)"))
				staff.press("Save")
				staff.see("The document is no longer shared")
				if got := ines.under(open); got != "" {
					t.Errorf("after it is not shared any more it is under %q", got)
				}
				for _, below := range []string{"", "/file", "/preview"} {
					if status := ines.goTo(at + below); status != http.StatusNotFound {
						t.Errorf("%s%s answers %d", at, below, status)
					}
				}
			})
		})
	}
}

// documentAt is the address of a document that a contact finds by its name.
func (b *tab) documentAt(name string) string {
	b.t.Helper()
	b.goTo("/portal/documents?q=" + strings.ReplaceAll(strings.TrimSuffix(name, name[strings.LastIndexByte(name, '.'):]), " ", "+"))
	link := "[...document.querySelectorAll('.file-rows .row-link')].find(a => a.innerText.trim() === " + quoted(name) + ")"
	b.await(link, "the search does not find "+name)
	return eval[string](b, "new URL("+link+".href).pathname")
}

// The page is in groups, Contracts, Deliverables and Reports in this order, and then
// the workspace's own.
func TestS47DocumentsInGroups(t *testing.T) {
	inDemo(t, withAndWithout, func(t *testing.T, p *program, l look) {
		b := p.contact(t, l, demo.Ines)
		b.section("Documents")
		b.arrive("/portal/documents")
		groups := eval[[]string](b, "[...document.querySelectorAll('.shelf-title bdi')].map(e => e.innerText.trim())")
		if want := []string{"Contracts", "Deliverables", "Reports", "Brand"}; !slices.Equal(groups, want) {
			t.Errorf("the groups are %q, want %q", groups, want)
		}
		under := func(group string) []string {
			return eval[[]string](b, "[...[...document.querySelectorAll('.shelf')].find(s => s.querySelector('bdi').innerText.trim() === "+quoted(group)+").querySelectorAll('.row-link')].map(a => a.innerText.trim())")
		}
		// A sealed contract and an issued invoice are there by themselves.
		if got := under("Contracts"); !slices.ContainsFunc(got, func(s string) bool { return strings.HasPrefix(s, "CTR-") }) {
			t.Errorf("no sealed contract is among %q", got)
		}
		if got := under("Brand"); !slices.Equal(got, []string{"Brand guide 2027.pdf"}) {
			t.Errorf("Brand has %q", got)
		}
		b.press("Show all")
		b.await("location.search && [...document.querySelectorAll('.row-link')].some(a => a.innerText.trim().startsWith('INV-'))", "no issued invoice is among the reports")
		if text := b.text(); strings.Contains(text, "heron") || strings.Contains(text, "osprey") {
			t.Error("what is not theirs is shown")
		}
		b.narrow("Documents")
	})
}

// What is not shared is neither seen nor had, whatever address is tried.
func TestS48NothingByGuessing(t *testing.T) {
	inDemo(t, withAndWithout[:1], func(t *testing.T, p *program, _ look) {
		v, other := p.signedIn(t, "/portal", demo.Ines), p.signedIn(t, "/portal", demo.Sam)
		stranger := p.visitor(t)
		app := p.Documents.ForStaff(p.member(t, demo.Priya))
		list, err := app.List(t.Context(), library.Wanted{Query: "heron"})
		must(t, err)
		if len(list.Rows) != 5 {
			t.Fatalf("%d documents are not shared, want 5", len(list.Rows))
		}
		unknown := v.get("/portal/documents/01jzzzzzzzzzzzzzzzzzzzzzzz")
		for _, row := range list.Rows {
			for _, below := range []string{"", "/file", "/preview", "/versions/" + row.Latest.ID.String() + "/file"} {
				path := "/portal/documents/" + row.ID.String() + below
				a := v.get(path)
				if a.status != http.StatusNotFound || bytes.Contains(a.body, []byte("heron")) {
					t.Errorf("%s answers %d", path, a.status)
				}
				if below == "" && !bytes.Equal(a.body, unknown.body) {
					t.Errorf("%s is told apart from what is not there", row.Name)
				}
				if a := stranger.get(path); a.status != http.StatusSeeOther {
					t.Errorf("%s answers a stranger %d", path, a.status)
				}
			}
		}
		// What is Marlow's and shared is not there for anybody else's contact.
		theirs, err := app.List(t.Context(), library.Wanted{Query: "wireframes"})
		must(t, err)
		at := "/portal/documents/" + theirs.Rows[0].ID.String()
		if a := v.get(at + "/file"); a.status != http.StatusOK {
			t.Errorf("its own contact is answered %d", a.status)
		}
		if a := other.get(at + "/file"); a.status != http.StatusNotFound {
			t.Errorf("another client's contact is answered %d", a.status)
		}
		// Shared with one contact, it is not there for another who sees documents.
		offer, err := app.List(t.Context(), library.Wanted{Query: "offer for the owners"})
		must(t, err)
		if a := v.get("/portal/documents/" + offer.Rows[0].ID.String()); a.status != http.StatusOK {
			t.Errorf("the chosen contact is answered %d", a.status)
		}
	})
}

// Search finds a document by its name and by that of the record it belongs to.
func TestS49Search(t *testing.T) {
	inDemo(t, withAndWithout, func(t *testing.T, p *program, l look) {
		b := p.contact(t, l, demo.Ines)
		b.goTo("/portal/documents")
		for words, want := range map[string][]string{
			"WIREFRAMES":     {"Shop wireframes.pdf"},
			"order mails":    {"Mail log.txt"},
			"glaze names":    {"Glaze names.csv"},
			"nothing at all": nil,
			"heron":          nil,
		} {
			b.goTo("/portal/documents")
			b.fill("Search documents", words)
			if l.noScript {
				b.press("Search")
			}
			if len(want) == 0 {
				b.see("No document matches")
				continue
			}
			b.await("document.querySelectorAll('.shelf').length === 0 && [...document.querySelectorAll('.file-rows .row-link')].map(a => a.innerText.trim()).join() === "+quoted(strings.Join(want, ",")), words+" does not find "+strings.Join(want, ","))
		}
		b.goTo("/portal/documents?q=online+shop+relaunch")
		found := eval[[]string](b, "[...document.querySelectorAll('.file-rows .row-link')].map(a => a.innerText.trim())")
		for _, name := range []string{"Checkout flow.pdf", "Celadon bowl.jpg", "Statement of work.pdf"} {
			if !slices.Contains(found, name) {
				t.Errorf("the record's name does not find %s, but %q", name, found)
			}
		}
	})
}

// A download has the right name, the right bytes and safe headers, as a whole and in
// parts; and staff read who had it.
func TestS50Download(t *testing.T) {
	inDemo(t, withAndWithout[:1], func(t *testing.T, p *program, _ look) {
		const name, said = "Überblick „final“ 2027.csv", "a,b\n1,2\n<script>alert(1)</script>\n"
		v := p.signedIn(t, "/portal", demo.Ines)
		who := p.person(t, demo.Ines)
		load, err := p.Documents.ForClient(who).Begin(t.Context(), library.Parcel{Kind: library.OfClient, Place: who.ClientID()})
		must(t, err)
		must(t, load.Add(t.Context(), name, strings.NewReader(said)))
		done, err := load.Finish(t.Context())
		must(t, err)
		at := "/portal/documents/" + done.Of.String() + "/file"
		a := v.get(at, "Accept-Encoding", "gzip")
		disposition, params, err := mime.ParseMediaType(a.header.Get("Content-Disposition"))
		if a.status != http.StatusOK || string(a.body) != said || err != nil || disposition != "attachment" || params["filename"] != name {
			t.Errorf("%d, %q, %q", a.status, a.body, a.header.Get("Content-Disposition"))
		}
		for header, want := range map[string]string{
			"X-Content-Type-Options": "nosniff", "Content-Type": "text/csv; charset=utf-8", "Cross-Origin-Resource-Policy": "same-origin", "Cache-Control": "no-store",
			"Content-Encoding": "", "X-Frame-Options": "DENY",
		} {
			if got := a.header.Get(header); got != want {
				t.Errorf("%s: %q, want %q", header, got, want)
			}
		}
		if policy := a.header.Get("Content-Security-Policy"); !strings.Contains(policy, "sandbox") || !strings.Contains(policy, "default-src 'none'") {
			t.Errorf("the policy is %q", policy)
		}
		part := v.get(at, "Range", "bytes=4-6")
		if part.status != http.StatusPartialContent || string(part.body) != said[4:7] {
			t.Errorf("a part: %d, %q", part.status, part.body)
		}
		d, err := p.Documents.ForStaff(p.member(t, demo.Priya)).Get(t.Context(), done.Of)
		must(t, err)
		if len(d.Downloads) != 1 || d.Downloads[0].Name != "Ines Marlow" || d.Downloads[0].Looked || !d.Downloads[0].Client {
			t.Errorf("written down is %+v", d.Downloads)
		}
	})
}
