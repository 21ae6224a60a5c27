package library_test

import (
	"strings"
	"testing"

	"foyer/internal/feature/library"
	"foyer/internal/kernel/scope"
	"foyer/internal/kernel/text"
)

// What is shared at a record of any kind is found by its client wherever they look, and
// what is taken away from them is found nowhere.
func TestADocumentOfEachRecord(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		ctx := t.Context()
		contact := b.Contact(t, home, ines, b.marlow).ContactID()
		bill := b.bill(t, b.marlow, true).String()
		number := b.texts(t, home, `select number from invoice where workspace_id = :workspace and id = :id`, scope.Args{"id": bill})[0]
		for _, c := range []struct {
			kind     library.Kind
			place    string
			called   string
			category library.Category
		}{
			{library.OfClient, b.marlow.String(), "Marlow Ceramics", library.Reports},
			{library.OfProject, b.project(t, b.marlow, "Web shop", true).String(), "Web shop", library.Deliverables},
			{library.OfContract, b.agree(t, b.marlow, "Frame contract", true, contact).String(), "Frame contract", library.Contracts},
			{library.OfInvoice, bill, number, library.Reports},
			{library.OfCase, b.raise(t, ines, "Glaze colours").String(), "Glaze colours", library.Reports},
		} {
			t.Run(string(c.kind), func(t *testing.T) {
				name := "Sketch of the " + string(c.kind) + ".pdf"
				of := b.put(t, library.Parcel{Kind: c.kind, Place: c.place, Shared: true}, name, "%PDF-1.7 "+name)
				seen := func(t *testing.T, when string, want bool) {
					t.Helper()
					p := b.portal(t, ines)
					for what, w := range map[string]library.Wanted{
						"all": {}, "its category": {Category: c.category}, "its name": {Query: "sketch OF the " + string(c.kind)}, "its record": {Query: c.called},
					} {
						if what == "its record" && c.kind == library.OfClient {
							continue // a client need not search for itself
						}
						l, err := p.List(ctx, w)
						must(t, err)
						if got := strings.Contains(names(l.Rows), name); got != want {
							t.Errorf("%s: by %s it is listed: %v", when, what, got)
						}
					}
					rows, err := p.OfPlace(ctx, c.kind, c.place)
					must(t, err)
					if got := strings.Contains(names(rows), name); got != want {
						t.Errorf("%s: at its place it is listed: %v", when, got)
					}
					s, err := p.Get(ctx, of)
					f, failed := p.File(ctx, of, "", library.ToKeep)
					if !want {
						gone(t, when, err)
						gone(t, when, failed)
						return
					}
					must(t, err)
					if s.Category != c.category || s.Place.Kind != c.kind || s.Place.ID != c.place || c.kind != library.OfClient && !strings.Contains(s.Place.Name, c.called) || len(s.Versions) != 1 {
						t.Errorf("%s: it is %+v", when, s)
					}
					got, err := fetch(t, f, failed)
					must(t, err)
					if got != (fetched{name, "%PDF-1.7 " + name, "application/pdf"}) {
						t.Errorf("%s: it came as %+v", when, got)
					}
				}
				version := func() int64 { return b.get(t, of).Version }
				seen(t, "shared", true)
				rows, err := b.app(t).List(ctx, library.Wanted{Query: c.called})
				must(t, err)
				if len(rows.Rows) == 0 || !strings.Contains(text.Key(rows.Rows[0].Place.Name), text.Key(c.called)) {
					t.Errorf("staff find %+v", rows.Rows)
				}
				b.share(t, of, library.NotShared)
				seen(t, "not shared", false)
				b.share(t, of, library.WithClient)
				seen(t, "shared again", true)
				must(t, b.app(t).Archive(ctx, of, version()))
				seen(t, "archived", false)
				must(t, b.app(t).Restore(ctx, of, version()))
				seen(t, "restored", true)
				must(t, b.app(t).Delete(ctx, of, version()))
				seen(t, "deleted", false)
				must(t, b.app(t).Restore(ctx, of, version()))
				seen(t, "restored again", true)
			})
		}
	})
}
