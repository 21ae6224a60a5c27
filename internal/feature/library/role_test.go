package library_test

import (
	"slices"
	"testing"

	"foyer/internal/auth"
	"foyer/internal/feature/library"
	"foyer/internal/kernel/problem"
)

// reads says at which records each role sees documents, and whether it changes them.
var reads = map[auth.Role]struct {
	kinds   []library.Kind
	changes bool
}{
	auth.Owner:   {library.Kinds, true},
	auth.Admin:   {library.Kinds, true},
	auth.Project: {library.Kinds, true},
	auth.Finance: {library.Kinds, false},
	auth.Viewer:  {library.Kinds, false},
	auth.Support: {[]library.Kind{library.OfClient, library.OfProject, library.OfCase}, true},
}

// Each role sees documents where it sees the record, and only some change them.
func TestRoles(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		ctx := t.Context()
		places := map[library.Kind]string{
			library.OfClient: b.marlow.String(), library.OfProject: b.project(t, b.marlow, "Shop", false).String(), library.OfContract: b.agree(t, b.marlow, "Frame", false).String(),
			library.OfInvoice: b.bill(t, b.marlow, false).String(), library.OfCase: b.raise(t, ines, "Glaze").String(),
		}
		at := map[library.Kind]library.ID{}
		for _, kind := range library.Kinds {
			at[kind] = b.put(t, library.Parcel{Kind: kind, Place: places[kind]}, string(kind)+".txt", string(kind))
		}
		for role, may := range reads {
			email := owner
			if role != auth.Owner {
				email = string(role) + "@haldenrowe.example"
				b.Hire(t, "Member "+string(role), email, role)
			}
			as := func() library.App { return b.as(t, email) }
			list, err := as().List(ctx, library.Wanted{})
			must(t, err)
			if len(list.Rows) != len(may.kinds) {
				t.Errorf("%s lists %d documents, want %d", role, len(list.Rows), len(may.kinds))
			}
			counted := 0
			for _, s := range list.Shelves {
				counted += s.Count
			}
			if counted != len(may.kinds) {
				t.Errorf("%s counts %d documents, want %d", role, counted, len(may.kinds))
			}
			for _, kind := range library.Kinds {
				of, sees := at[kind], slices.Contains(may.kinds, kind)
				want := problem.NotFound
				if sees && !may.changes {
					want = problem.Forbidden
				}
				some, err := as().List(ctx, library.Wanted{Kind: kind, Place: places[kind]})
				must(t, err)
				found, err := as().List(ctx, library.Wanted{Query: string(kind) + ".txt"})
				must(t, err)
				d, got := as().Get(ctx, of)
				f, fetched := as().File(ctx, of, "", library.ToKeep)
				_, _, placed := as().Place(ctx, kind, places[kind])
				if !sees {
					gone(t, string(role)+" gets a "+string(kind)+" file", got)
					gone(t, string(role)+" fetches a "+string(kind)+" file", fetched)
					gone(t, string(role)+" finds the "+string(kind), placed)
					if len(some.Rows)+len(found.Rows) > 0 {
						t.Errorf("%s lists a document of a %s", role, kind)
					}
				} else {
					must(t, got)
					must(t, fetched)
					must(t, placed)
					must(t, f.Close())
					if len(some.Rows) != 1 || len(found.Rows) != 1 || d.Place.ID != places[kind] {
						t.Errorf("%s lists %d and %d documents of a %s", role, len(some.Rows), len(found.Rows), kind)
					}
				}
				if sees && may.changes {
					must(t, as().Change(ctx, of, d.Version, library.Details{Name: d.Name[:3], Category: d.Category, Kind: kind, Place: d.Place.ID, Earlier: true}))
					must(t, as().Change(ctx, of, d.Version+1, library.Details{Name: string(kind), Category: d.Category, Kind: kind, Place: d.Place.ID}))
					must(t, as().Share(ctx, of, d.Version+2, map[bool]library.Sharing{true: library.WithClient, false: library.NotShared}[d.Sharing == library.NotShared], nil))
					must(t, as().Archive(ctx, of, d.Version+3))
					must(t, as().Restore(ctx, of, d.Version+4))
					must(t, as().Delete(ctx, of, d.Version+5))
					must(t, as().Restore(ctx, of, d.Version+6))
					continue
				}
				if !may.changes {
					want = problem.Forbidden
				}
				for what, err := range map[string]error{
					"change": as().Change(ctx, of, 1, library.Details{Name: "x", Category: library.Reports, Kind: kind, Place: places[kind]}), "share": as().Share(ctx, of, 1, library.WithClient, nil),
					"archive": as().Archive(ctx, of, 1), "restore": as().Restore(ctx, of, 1), "delete": as().Delete(ctx, of, 1),
				} {
					if !problem.Is(err, want) {
						t.Errorf("%s may %s a document of a %s: %v", role, what, kind, err)
					}
				}
				for _, in := range []library.Parcel{{Kind: kind, Place: places[kind]}, {Of: of, Version: 1}} {
					if _, err := as().Begin(ctx, in); !problem.Is(err, want) {
						t.Errorf("%s may bring to a %s: %v", role, kind, err)
					}
				}
			}
			if role != auth.Owner && role != auth.Admin {
				for _, err := range []error{
					as().SaveCategory(ctx, library.OwnCategory{Name: "X"}), as().RemoveCategory(ctx, library.Category(b.marlow)), as().SaveLimits(ctx, library.Limits{File: "1"}),
				} {
					wants(t, err, problem.Forbidden, "", "")
				}
			}
		}
	})
}

// A workspace knows nothing of another's documents, nor a client of another client's.
func TestWorkspacesKnowNothingOfEachOther(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		ctx := t.Context()
		of := b.put(t, b.at(), "plan.pdf", "%PDF-1.7")
		theirs := func() library.App { return b.f.ForStaff(b.Staff(t, away, owner, b.Form())) }
		veras := func() library.Portal { return b.f.ForClient(b.Contact(t, away, vera, b.verso)) }
		list, err := theirs().List(ctx, library.Wanted{Query: "plan"})
		must(t, err)
		_, got := theirs().Get(ctx, of)
		_, fetched := theirs().File(ctx, of, "", library.ToKeep)
		_, begun := theirs().Begin(ctx, b.at())
		_, next := theirs().Begin(ctx, library.Parcel{Of: of, Version: 1})
		if len(list.Rows) > 0 {
			t.Errorf("the other workspace lists %+v", list.Rows)
		}
		for what, err := range map[string]error{
			"get": got, "fetch": fetched, "begin": begun, "next": next, "share": theirs().Share(ctx, of, 1, library.NotShared, nil), "delete": theirs().Delete(ctx, of, 1),
		} {
			gone(t, "the other workspace: "+what, err)
		}
		for who, p := range map[string]library.Portal{"Sam": b.portal(t, sam), "Vera": veras()} {
			shown, err := p.List(ctx, library.Wanted{Query: "plan"})
			must(t, err)
			rows, err := p.OfPlace(ctx, library.OfClient, b.marlow.String())
			must(t, err)
			_, got := p.Get(ctx, of)
			_, fetched := p.File(ctx, of, "", library.ToLook)
			_, begun := p.Begin(ctx, b.at())
			_, next := p.Begin(ctx, library.Parcel{Of: of, Version: 1})
			if len(shown.Rows)+len(rows) > 0 {
				t.Errorf("%s lists %s", who, names(shown.Rows))
			}
			for what, err := range map[string]error{"get": got, "fetch": fetched, "begin": begun, "next": next} {
				gone(t, who+": "+what, err)
			}
		}
	})
}
