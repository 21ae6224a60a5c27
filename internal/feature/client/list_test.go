package client_test

import (
	"fmt"
	"slices"
	"testing"

	"foyer/internal/feature/client"
)

func names(l client.List) []string {
	var all []string
	for _, r := range l.Rows {
		all = append(all, r.Name)
	}
	return all
}

func (d *desk) list(t *testing.T, w client.Wanted) client.List {
	t.Helper()
	l, err := d.app(t).List(t.Context(), w)
	must(t, err)
	return l
}

func (d *desk) named(t *testing.T, name, email string) client.ID {
	t.Helper()
	return d.create(t, client.Details{Name: name, Email: email, Type: client.Organization})
}

func TestSearchFindsNamesAndAddressesAsPeopleTypeThem(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		d.named(t, "Åkerlund Orchard", "office@akerlund.example")
		d.named(t, "Straße & Söhne", "post@strasse.example")
		d.named(t, "100% Wool", "wool@fleece.example")
		d.named(t, "under_score", "us@plain.example")
		d.named(t, `back\slash`, "bs@plain.example")
		in := marlow()
		in.SecondEmail = "kiln@second.example"
		d.create(t, in)
		for query, want := range map[string][]string{
			"åker": {"Åkerlund Orchard"}, "AKER": {"Åkerlund Orchard"}, "strasse": {"Straße & Söhne"}, "SÖHNE": {"Straße & Söhne"},
			"sohne": {"Straße & Söhne"}, "%": {"100% Wool"}, "_": {"under_score"}, `\`: {`back\slash`}, "0% w": {"100% Wool"},
			"FLEECE.example": {"100% Wool"}, "kiln@second": {"Marlow Ceramics"}, "ines@": {"Marlow Ceramics"},
			"plain.example": {`back\slash`, "under_score"}, "nobody": nil, "' or 1=1 --": nil, "a\x00ker": {"Åkerlund Orchard"}, "\xff": names(d.list(t, client.Wanted{})),
		} {
			l := d.list(t, client.Wanted{Query: query})
			if !slices.Equal(names(l), want) {
				t.Errorf("%q finds %q, want %q", query, names(l), want)
			}
			if l.All != len(want) || l.Clients != len(want) || l.Total() != len(want) {
				t.Errorf("%q counts %d and %d, want %d", query, l.All, l.Clients, len(want))
			}
		}
	})
}

func TestTabsShowWhatTheirCountsSay(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		d.named(t, "Brandt", "b@brandt.example")
		open := d.named(t, "Cobalt", "c@cobalt.example")
		must(t, d.app(t).EnablePortal(t.Context(), open))
		gone := d.named(t, "Dunmore", "d@dunmore.example")
		must(t, d.app(t).Archive(t.Context(), gone))
		first := lead()
		first.Name, first.LeadStatus = "Amaranth", client.New
		d.create(t, first)
		d.create(t, lead())
		for tab, want := range map[client.Tab][]string{
			client.All: {"Amaranth", "Brandt", "Cobalt", "Marlow Ceramics"}, client.OnlyClient: {"Brandt", "Cobalt"},
			client.OnlyLeads: {"Amaranth", "Marlow Ceramics"}, client.Archive: {"Dunmore"}, "": {"Amaranth", "Brandt", "Cobalt", "Marlow Ceramics"},
			"nonsense": {"Amaranth", "Brandt", "Cobalt", "Marlow Ceramics"},
		} {
			if l := d.list(t, client.Wanted{Tab: tab}); !slices.Equal(names(l), want) || l.Total() != len(want) {
				t.Errorf("tab %q has %q and counts %d, want %q", tab, names(l), l.Total(), want)
			}
		}
		counts, err := d.app(t).Count(t.Context())
		must(t, err)
		if want := (client.Counts{Clients: 2, Leads: 2, Portals: 1, NewLeads: 1}); counts != want {
			t.Errorf("counts %+v, want %+v", counts, want)
		}
	})
}

func TestPagesGoForwardAndBackWithoutLosingAnybody(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		var want []string
		for i := range 60 {
			name := fmt.Sprintf("Client %02d", i/2) // each name twice: the id decides
			d.named(t, name, fmt.Sprintf("c%d@many.example", i))
			want = append(want, name)
		}
		var ids []client.ID
		var pages [][]string
		w := client.Wanted{Tab: client.OnlyClient}
		l := d.list(t, w)
		if l.Prev != "" {
			t.Error("the first page leads to one before it")
		}
		for {
			pages = append(pages, names(l))
			for _, r := range l.Rows {
				ids = append(ids, r.ID)
			}
			if l.Next == "" {
				break
			}
			l = d.list(t, client.Wanted{Tab: client.OnlyClient, After: l.Next})
		}
		if all := slices.Concat(pages...); !slices.Equal(all, want) || len(pages) != 3 || len(pages[0]) != client.PageSize {
			t.Fatalf("%d pages have %q", len(pages), all)
		}
		slices.Sort(ids)
		if len(slices.Compact(ids)) != 60 {
			t.Error("somebody is on two pages")
		}
		for i := len(pages) - 2; i >= 0; i-- {
			if l = d.list(t, client.Wanted{Tab: client.OnlyClient, Before: l.Prev}); !slices.Equal(names(l), pages[i]) {
				t.Errorf("going back, page %d has %q", i+1, names(l))
			}
		}
		if l.Prev != "" || l.Next == "" {
			t.Errorf("back on the first page: before %q, after %q", l.Prev, l.Next)
		}
		for _, cursor := range []string{"x", "%00", "AAAA", l.Next[:20]} {
			if got := d.list(t, client.Wanted{After: cursor}); !slices.Equal(names(got), pages[0]) {
				t.Errorf("cursor %q that is none of ours: %q", cursor, names(got))
			}
		}
	})
}
