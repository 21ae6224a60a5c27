package house

import (
	"bytes"
	"fmt"
	"testing"

	"foyer/internal/auth"
	"foyer/internal/feature/library"
	"foyer/internal/feature/notify"
	"foyer/internal/feature/outbox"
	"foyer/internal/kernel/pdf"
)

// documents are files at each kind of record of a client: one that is shared, and one
// that is not and sorted into a category of its own; and one that the first contact
// brought.
func (w *Workspace) documents(t testing.TB, c *Client) {
	t.Helper()
	ctx, app, secret := t.Context(), w.h.Documents.ForStaff(w.Owner.Staff(t)), c.Canary+" secret"
	must(t, app.SaveCategory(ctx, library.OwnCategory{Name: secret + " shelf"}))
	all, err := app.Categories(ctx)
	must(t, err)
	for _, one := range all {
		if one.Name == secret+" shelf" {
			c.Shelf = one.ID
		}
	}
	w.atOnce(t, c)
	for kind, place := range map[library.Kind]string{
		library.OfProject: c.Project.String(), library.OfContract: c.SealedContract.String(), library.OfInvoice: c.Invoice.String(), library.OfCase: c.Case.String(),
	} {
		w.bring(t, library.Parcel{Kind: kind, Place: place, Shared: true}, c.Canary+" document of "+string(kind))
		w.bring(t, library.Parcel{Kind: kind, Place: place, Category: c.Shelf}, secret+" document of "+string(kind))
	}
	w.bring(t, library.Parcel{Kind: library.OfProject, Place: c.Unshared.String(), Shared: true}, secret+" document of a hidden project")
	w.bring(t, library.Parcel{Kind: library.OfInvoice, Place: c.Draft.String(), Shared: true}, secret+" document of a draft")
	c.Document = w.bring(t, library.Parcel{Kind: library.OfClient, Place: c.ID.String(), Shared: true}, c.Canary+" document")
	c.KeptDocument = w.bring(t, library.Parcel{Kind: library.OfClient, Place: c.ID.String(), Category: c.Shelf}, secret+" document")
	d, err := app.Get(ctx, c.Document)
	must(t, err)
	must(t, app.Change(ctx, c.Document, d.Version, library.Details{
		Name: c.Canary + " document", Category: d.Category, Kind: d.Place.Kind, Place: d.Place.ID, Earlier: true,
	}))
	c.DocumentVersion, c.KeptVersion = w.newest(t, c.Document), w.newest(t, c.KeptDocument)
	load, err := w.h.Documents.ForClient(c.Contacts[0].Contact(t)).Begin(ctx, library.Parcel{Kind: library.OfClient, Place: c.ID.String()})
	must(t, err)
	c.Brought = w.finish(t, load, c.Canary+" document from the client")
}

// atOnce lets mail about documents come as it is, and not with that of the day.
func (w *Workspace) atOnce(t testing.TB, c *Client) {
	t.Helper()
	for _, contact := range c.Contacts {
		door := notify.ForClient(contact.Contact(t))
		now, err := door.Settings(t.Context())
		must(t, err)
		for i, wish := range now.Wishes {
			if wish.Area == auth.Documents {
				now.Wishes[i].Choice = outbox.Now
			}
		}
		must(t, door.Save(t.Context(), now))
	}
}

// bring makes a PDF that says its name a document.
func (w *Workspace) bring(t testing.TB, to library.Parcel, name string) library.ID {
	t.Helper()
	load, err := w.h.Documents.ForStaff(w.Owner.Staff(t)).Begin(t.Context(), to)
	must(t, err)
	return w.finish(t, load, name)
}

func (w *Workspace) finish(t testing.TB, load *library.Load, name string) library.ID {
	t.Helper()
	made, err := pdf.Make(pdf.Document{Title: name, Author: w.Canary, Language: "en", Theme: pdf.Theme{Paper: pdf.A4}, Blocks: []pdf.Block{pdf.Paragraph{Text: name}}})
	must(t, err)
	must(t, load.Add(t.Context(), name+".pdf", bytes.NewReader(made.Bytes)))
	done, err := load.Finish(t.Context())
	must(t, err)
	return done.Of
}

// newest is the newest version of a document.
func (w *Workspace) newest(t testing.TB, of library.ID) library.VersionID {
	t.Helper()
	d, err := w.h.Documents.ForStaff(w.Owner.Staff(t)).Get(t.Context(), of)
	must(t, err)
	return d.Latest.ID
}

// crowdOfDocuments brings one more document to the client and one to its project, and
// the document of the house another version.
func (w *Workspace) crowdOfDocuments(t testing.TB, c *Client, n int, name string) {
	t.Helper()
	for _, to := range []library.Parcel{
		{Kind: library.OfClient, Place: c.ID.String(), Shared: true}, {Kind: library.OfProject, Place: c.Project.String(), Shared: true},
		{Kind: library.OfCase, Place: c.Case.String()}, {Kind: library.OfInvoice, Place: c.Invoice.String()}, {Kind: library.OfContract, Place: c.Contract.String()},
	} {
		w.bring(t, to, fmt.Sprintf("%s %s", name, to.Kind))
	}
	app := w.h.Documents.ForStaff(w.Owner.Staff(t))
	d, err := app.Get(t.Context(), c.Document)
	must(t, err)
	load, err := app.Begin(t.Context(), library.Parcel{Of: c.Document, Version: d.Version})
	must(t, err)
	w.finish(t, load, fmt.Sprintf("%s version %d", c.Canary, n))
}
