package library_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"foyer/internal/feature/library"
)

// A long list is read page by page, to its end and back, each document once, and its
// counts end where nobody counts on.
func TestLongLists(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		ctx := t.Context()
		const all = 120
		var want []string
		for at := 0; at < all; at += 40 {
			l, err := b.app(t).Begin(ctx, b.at())
			must(t, err)
			for i := range 40 {
				name := fmt.Sprintf("paper %03d.txt", at+i)
				must(t, l.Add(ctx, name, strings.NewReader(name)))
				want = append(want, name)
			}
			_, err = l.Finish(ctx)
			must(t, err)
		}
		slices.Reverse(want)
		lists := map[string]func(w library.Wanted) ([]string, string, string, []library.Shelf){
			"staff": func(w library.Wanted) (got []string, prev, next string, s []library.Shelf) {
				l, err := b.app(t).List(ctx, w)
				must(t, err)
				for _, r := range l.Rows {
					got = append(got, r.Name)
				}
				return got, l.Prev, l.Next, l.Shelves
			},
			"the client": func(w library.Wanted) (got []string, prev, next string, s []library.Shelf) {
				l, err := b.portal(t, ines).List(ctx, w)
				must(t, err)
				for _, r := range l.Rows {
					got = append(got, r.Name)
				}
				return got, l.Prev, l.Next, l.Shelves
			},
		}
		for who, list := range lists {
			for _, w := range []library.Wanted{
				{Category: library.Reports}, {Query: "PAPER"}, {Category: library.Reports, Query: "paper"}, {Category: library.Reports, Client: b.marlow},
				{Category: library.Reports, Kind: library.OfClient, Place: b.marlow.String()},
			} {
				var read []string
				pages, before := 0, ""
				for {
					rows, prev, next, shelves := list(w)
					if (prev == "") != (pages == 0) || shelves[2].Count != library.MostCounted || shelves[0].Count != 0 {
						t.Errorf("%s, page %d of %+v: before it is %q, counted are %+v", who, pages, w, prev, shelves)
					}
					read = append(read, rows...)
					if pages++; next == "" {
						before = prev
						break
					}
					w.After = next
				}
				if !slices.Equal(read, want) || pages != 3 {
					t.Errorf("%s reads of %+v %d documents on %d pages", who, w, len(read), pages)
				}
				w.After, w.Before = "", before
				if rows, _, next, _ := list(w); !slices.Equal(rows, want[50:100]) || next == "" {
					t.Errorf("%s reads back %d rows from %s", who, len(rows), rows[0])
				}
			}
		}
		// Of each category there are a few on the first page, the newest.
		few, err := b.portal(t, ines).List(ctx, library.Wanted{})
		must(t, err)
		if names(few.Rows) != strings.Join(want[:6], ", ") || !few.Grouped() || few.Prev+few.Next != "" {
			t.Errorf("the client begins with %s", names(few.Rows))
		}
		// Nonsense in a cursor or a filter is as if nothing were asked.
		l, err := b.app(t).List(ctx, library.Wanted{State: "inner", Category: "x", Whose: "x", After: "'; drop", Query: "\x00  %_\\ "})
		must(t, err)
		if l.Wanted.State != library.Kept || l.Wanted.Category != "" || l.Wanted.Whose != library.Everybodys || len(l.Rows) != 0 {
			t.Errorf("staff want %+v and read %d rows", l.Wanted, len(l.Rows))
		}
	})
}

// Staff tell documents apart by who sees them and who brought them.
func TestWhoseDocuments(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		b.put(t, b.inside(), "inside.txt", "1")
		b.put(t, b.at(), "shared.txt", "2")
		chosen := b.put(t, b.inside(), "chosen.txt", "3")
		b.share(t, chosen, library.WithChosen, b.get(t, chosen).Contacts[0].ID)
		b.send(t, ines, b.at(), "hers.txt", "4")
		put := b.put(t, b.at(), "put away.txt", "5")
		must(t, b.app(t).Archive(t.Context(), put, 1))
		for _, c := range []struct {
			w    library.Wanted
			want string
		}{
			{library.Wanted{}, "hers.txt chosen.txt shared.txt inside.txt"}, {library.Wanted{Whose: library.SharedOnes}, "hers.txt chosen.txt shared.txt"},
			{library.Wanted{Whose: library.Unshared}, "inside.txt"}, {library.Wanted{Whose: library.ClientsOnes}, "hers.txt"}, {library.Wanted{State: library.Archived}, "put away.txt"},
			{library.Wanted{State: library.Deleted}, ""}, {library.Wanted{Client: b.northwind}, ""}, {library.Wanted{Query: "marlow"}, "hers.txt chosen.txt shared.txt inside.txt"},
		} {
			l, err := b.app(t).List(t.Context(), c.w)
			must(t, err)
			var got []string
			counted := 0
			for _, r := range l.Rows {
				got = append(got, r.Name)
			}
			for _, s := range l.Shelves {
				counted += s.Count
			}
			if strings.Join(got, " ") != c.want || counted != len(got) {
				t.Errorf("%+v gives %q, counted %d", c.w, got, counted)
			}
		}
	})
}

// Categories stand in one order in every database: the three, then by name whatever its capitals.
func TestOrderOfCategories(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		for _, name := range []string{"Zeichnungen", "archiv", "Ämter", "Zahlen"} {
			must(t, b.app(t).SaveCategory(t.Context(), library.OwnCategory{Name: name}))
		}
		l, err := b.app(t).List(t.Context(), library.Wanted{})
		must(t, err)
		var got, want []string
		for _, s := range l.Shelves {
			if s.Name != "" {
				got = append(got, s.Name)
			}
		}
		own, err := b.app(t).Categories(t.Context())
		must(t, err)
		for _, c := range own {
			want = append(want, c.Name)
		}
		if !slices.Equal(got, want) || len(got) != 4 || got[0] == "Zahlen" {
			t.Errorf("the list has %q, the settings have %q", got, want)
		}
	})
}
