package e2e

import (
	"strings"
	"testing"

	"foyer/internal/demo"
	"foyer/internal/feature/library"
)

// named is the document of the demo with a name, as staff see it.
func (p *program) named(t *testing.T, name string) library.Row {
	t.Helper()
	list, err := p.Documents.ForStaff(p.member(t, demo.Priya)).List(t.Context(), library.Wanted{Query: name})
	must(t, err)
	if len(list.Rows) == 0 {
		t.Fatalf("no document is called %s", name)
	}
	return list.Rows[0]
}

// brought is a document of Ines's own.
func (p *program) brought(t *testing.T, name string) library.ID {
	t.Helper()
	who := p.person(t, demo.Ines)
	load, err := p.Documents.ForClient(who).Begin(t.Context(), library.Parcel{Kind: library.OfClient, Place: who.ClientID()})
	must(t, err)
	must(t, load.Add(t.Context(), name, strings.NewReader("from the kiln")))
	done, err := load.Finish(t.Context())
	must(t, err)
	return done.Of
}

// shelfStops are the pages of documents that a contact sees.
func shelfStops(t *testing.T, p *program) []stop {
	t.Helper()
	mine := "/portal/documents/" + p.brought(t, "Kiln log.txt").String()
	refused := func(b *tab) {
		b.pressIn("Upload documents")
		b.see("Choose at least one file.")
	}
	return []stop{
		{name: "portal-documents", path: "/portal/documents"},
		{name: "portal-documents-category", path: "/portal/documents?category=reports"},
		{name: "portal-documents-search", path: "/portal/documents?q=shop"},
		{name: "portal-documents-none", path: "/portal/documents?q=nothing+like+it"},
		{name: "portal-documents-upload", path: "/portal/documents", then: opening("Upload documents")},
		{name: "portal-documents-upload-page", path: "/portal/documents/new"},
		{name: "portal-documents-upload-refused", path: "/portal/documents/new", then: refused},
		{name: "portal-document-pdf", path: "/portal/documents/" + p.named(t, "Shop wireframes").ID.String()},
		{name: "portal-document-picture", path: "/portal/documents/" + p.named(t, "Celadon bowl").ID.String()},
		{name: "portal-document-mine", path: mine},
	}
}

// libraryStops are the pages of documents that staff see.
func libraryStops(t *testing.T, p *program, client, project string) []stop {
	t.Helper()
	app := p.Documents.ForStaff(p.member(t, demo.Priya))
	away := p.named(t, "heron effort estimate")
	d, err := app.Get(t.Context(), away.ID)
	must(t, err)
	must(t, app.Archive(t.Context(), away.ID, d.Version))
	gone := p.named(t, "heron cost sheet")
	d, err = app.Get(t.Context(), gone.ID)
	must(t, err)
	must(t, app.Delete(t.Context(), gone.ID, d.Version))
	at := func(name string) string { return "/app/documents/" + p.named(t, name).ID.String() }
	return []stop{
		{name: "app-documents", path: "/app/documents"},
		{name: "app-documents-archived", path: "/app/documents?state=archived"},
		{name: "app-documents-none", path: "/app/documents?q=nothing+like+it"},
		{name: "app-documents-client", path: client + "/documents"},
		{name: "app-documents-project", path: project + "/documents"},
		{name: "app-documents-refused", path: client + "/documents", then: func(b *tab) {
			b.pressIn("Upload documents")
			b.see("Choose at least one file.")
		}},
		{name: "app-documents-contract", path: "/app/contracts/" + p.named(t, "Statement of work").Place.ID + "/documents"},
		{name: "app-document", path: at("Shop wireframes")},
		{name: "app-document-menu", path: at("Shop wireframes"), then: pressing("Actions for Shop wireframes.pdf")},
		{name: "app-document-chosen", path: at("Offer for the owners")},
		{name: "app-document-record", path: at("CTR-")},
		{name: "app-document-archived", path: "/app/documents/" + away.ID.String()},
		{name: "app-document-deleted", path: "/app/documents/" + gone.ID.String()},
		{name: "app-document-edit", path: at("Shop wireframes") + "/edit"},
		{name: "app-document-edit-refused", path: at("Shop wireframes") + "/edit", then: func(b *tab) {
			b.fill("Document", "")
			b.press("Save")
			b.see("One field needs another look")
		}},
		{name: "app-document-share", path: at("Shop wireframes"), then: opening("Share")},
		{name: "app-document-share-brought", path: at("Glaze names") + "/sharing"},
		{name: "app-document-delete", path: at("Shop wireframes") + "/deletion"},
		{name: "app-settings-documents", path: "/app/settings/documents"},
		{name: "app-settings-documents-refused", path: "/app/settings/documents", then: func(b *tab) {
			b.fill("Largest file, in MB", "many")
			eval[bool](b, "(document.querySelector('form[action$=\"/settings/documents\"] button').click(), true)")
			b.see("Enter a whole number from 1 to 5120.")
		}},
	}
}
