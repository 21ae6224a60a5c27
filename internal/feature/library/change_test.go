package library_test

import (
	"strings"
	"testing"

	"foyer/internal/auth"
	"foyer/internal/feature/library"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
)

// details are what the form of a document says that was not touched.
func details(d library.Document) library.Details {
	return library.Details{Name: strings.TrimSuffix(d.Name, ".pdf"), Category: d.Category, Kind: d.Place.Kind, Place: d.Place.ID, Earlier: d.Earlier}
}

func TestADocumentIsRenamedAndSorted(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		ctx := t.Context()
		of := b.put(t, b.at(), "plan.pdf", "%PDF-1.7")
		in := details(b.get(t, of))
		for _, c := range []struct{ typed, key, kept string }{
			{"Plan of June", "", "Plan of June.pdf"}, {"  Plan v1.2  ", "", "Plan v1.2.pdf"}, {"Plan.docx", "", "Plan.docx.pdf"}, {strings.Repeat("ü", 116), "", strings.Repeat("ü", 116) + ".pdf"},
			{"", "field.required", ""}, {" \u00a0 ", "field.required", ""}, {strings.Repeat("ü", 117), "field.long", ""}, {"a/b", "document.name_signs", ""}, {`a\b`, "document.name_signs", ""},
			{"../plan", "document.name_signs", ""}, {"a:b", "document.name_signs", ""}, {"what?", "document.name_signs", ""}, {"a\nb", "field.control", ""}, {"a\x00b", "field.control", ""},
			{"fdp\u202ecod", "field.control", ""}, {"\xff", "field.unreadable", ""}, {"...", "document.name_signs", ""}, {".plan", "", "plan.pdf"},
			{"a\u200bb", "", "ab.pdf"}, {"Quarterly  figures", "", "Quarterly figures.pdf"}, {"\u200b", "document.name_signs", ""},
		} {
			before := b.get(t, of)
			in.Name = c.typed
			err := b.app(t).Change(ctx, of, before.Version, in)
			if c.key != "" {
				p, ok := problem.As(err)
				if !ok || p.Fields["name"].Key != c.key {
					t.Errorf("%q: %v, want %s", c.typed, err, c.key)
				}
				if now := b.get(t, of); now.Name != before.Name || now.Version != before.Version {
					t.Errorf("%q: it is called %q now", c.typed, now.Name)
				}
				continue
			}
			must(t, err)
			if now := b.get(t, of); now.Name != c.kept || now.Version != before.Version+1 {
				t.Errorf("%q: it is called %q, want %q", c.typed, now.Name, c.kept)
			}
			shown, err := b.portal(t, ines).List(ctx, library.Wanted{Query: c.kept})
			must(t, err)
			if names(shown.Rows) != c.kept {
				t.Errorf("%q is found as %q", c.kept, names(shown.Rows))
			}
		}
		in.Name = "Plan"
		for _, category := range []library.Category{"", "nothing", library.Category(b.marlow)} {
			in.Category = category
			wants(t, b.app(t).Change(ctx, of, b.get(t, of).Version, in), problem.Invalid, "category", "document.category_gone")
		}
		must(t, b.app(t).SaveCategory(ctx, library.OwnCategory{Name: "Photos"}))
		all, err := b.app(t).Categories(ctx)
		must(t, err)
		in.Category = all[0].ID
		must(t, b.app(t).Change(ctx, of, b.get(t, of).Version, in))
		must(t, b.app(t).RemoveCategory(ctx, all[0].ID))
		in.Earlier = true // what has a category that is gone keeps it
		must(t, b.app(t).Change(ctx, of, b.get(t, of).Version, in))
		shown, err := b.portal(t, ines).List(ctx, library.Wanted{})
		must(t, err)
		if len(shown.Rows) != 1 || shown.Rows[0].CategoryName != "Photos" || !shown.Rows[0].Earlier {
			t.Errorf("the client sees %+v", shown.Rows)
		}
		wants(t, b.app(t).Change(ctx, of, 1, in), problem.Conflict, "", "")
	})
}

// A document goes from record to record, but never to another client.
func TestADocumentIsMoved(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		ctx := t.Context()
		b.Hire(t, "Jun Sato", "jun@haldenrowe.example", auth.Support)
		of := b.put(t, b.at(), "plan.pdf", "%PDF-1.7")
		shop, hidden, bikes := b.project(t, b.marlow, "Shop", true), b.project(t, b.marlow, "Inner", false), b.project(t, b.northwind, "Bikes", true)
		frame, bill, c := b.agree(t, b.marlow, "Frame", false), b.bill(t, b.marlow, true), b.raise(t, ines, "Glaze")
		theirs := b.Create(t, away, detailsOf(b.verso, "Away"))
		places, err := b.app(t).Places(ctx, b.get(t, of))
		must(t, err)
		if len(places) != 6 || places[0].ID != b.marlow.String() {
			t.Errorf("it can go to %+v", places)
		}
		if fewer, err := b.as(t, "jun@haldenrowe.example").Places(ctx, b.get(t, of)); err != nil || len(fewer) != 4 {
			t.Errorf("Support can move it to %+v, %v", fewer, err)
		}
		seen := func() string {
			l, err := b.portal(t, ines).List(ctx, library.Wanted{})
			must(t, err)
			return names(l.Rows)
		}
		for _, to := range []struct {
			kind  library.Kind
			place string
			seen  bool
		}{
			{library.OfProject, shop.String(), true}, {library.OfProject, hidden.String(), false}, {library.OfContract, frame.String(), false},
			{library.OfInvoice, bill.String(), true}, {library.OfCase, c.String(), true}, {library.OfClient, b.marlow.String(), true},
		} {
			in := details(b.get(t, of))
			in.Kind, in.Place = to.kind, to.place
			must(t, b.app(t).Change(ctx, of, b.get(t, of).Version, in))
			if now := b.get(t, of); now.Place.ID != to.place || now.Place.Kind != to.kind {
				t.Errorf("it is at %+v", now.Place)
			}
			if got := seen() != ""; got != to.seen {
				t.Errorf("at the %s the client sees it: %v", to.kind, got)
			}
		}
		in := details(b.get(t, of))
		for _, to := range []struct {
			who   string
			kind  library.Kind
			place string
		}{
			{owner, library.OfClient, b.northwind.String()}, {owner, library.OfProject, bikes.String()}, {owner, library.OfProject, theirs.String()}, {owner, library.OfClient, b.verso.String()},
			{owner, library.OfProject, frame.String()}, {owner, "workspace", shop.String()}, {owner, library.OfProject, "x"}, {owner, library.OfProject, ""},
			{"jun@haldenrowe.example", library.OfContract, frame.String()}, {"jun@haldenrowe.example", library.OfInvoice, bill.String()},
		} {
			in.Kind, in.Place = to.kind, to.place
			wants(t, b.as(t, to.who).Change(ctx, of, b.get(t, of).Version, in), problem.Invalid, "place", "document.place_gone")
		}
		if now := b.get(t, of); now.Place.ID != b.marlow.String() {
			t.Errorf("it is at %+v", now.Place)
		}
	})
}

func TestVersions(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		ctx := t.Context()
		of := b.put(t, b.at(), "plan.pdf", "%PDF-1 one")
		first := b.get(t, of)
		b.renew(t, of, "plan v2.PDF", "%PDF-1 two")
		second := b.get(t, of)
		if second.Name != "plan.pdf" || second.Latest.Number != 2 || second.Latest.Name != "plan v2.PDF" || len(second.Versions) != 2 || second.Versions[1].Name != "plan.pdf" {
			t.Errorf("the second is %+v", second)
		}
		// A form that somebody opened before the second came does not know of it.
		l, err := b.app(t).Begin(ctx, library.Parcel{Of: of, Version: first.Version})
		_, err = bring(ctx, l, err, file{"late.pdf", "%PDF-1 late"})
		wants(t, err, problem.Conflict, "", "")
		l, err = b.app(t).Begin(ctx, library.Parcel{Of: of, Version: second.Version})
		_, err = bring(ctx, l, err, file{"other.pdf", "%PDF-1 two"})
		wants(t, err, problem.Invalid, library.UploadField, "document.same")
		b.renew(t, of, "drawing.docx", "PK\x03\x04 three")
		b.renew(t, of, "again.pdf", "%PDF-1 one") // what it was before the last one is no repetition
		if now := b.get(t, of); now.Name != "plan.pdf" || now.Latest.Number != 4 {
			t.Errorf("the fourth is %+v", now.Row)
		}
		b.renew(t, of, "notes.txt", "five")
		if now := b.get(t, of); now.Name != "plan.txt" || now.Latest.MediaType != "text/plain; charset=utf-8" {
			t.Errorf("the fifth is %+v", now.Row)
		}
		// One form brings one version.
		l, err = b.app(t).Begin(ctx, library.Parcel{Of: of, Version: b.get(t, of).Version})
		_, err = bring(ctx, l, err, file{"a.txt", "a"}, file{"b.txt", "b"})
		wants(t, err, problem.Invalid, library.UploadField, "document.one_version")

		earlier := first.Latest.ID
		s, err := b.portal(t, ines).Get(ctx, of)
		must(t, err)
		_, hidden := b.portal(t, ines).File(ctx, of, earlier, library.ToKeep)
		gone(t, "an earlier version that is not shown", hidden)
		if len(s.Versions) != 1 || s.Versions[0].Number != 5 {
			t.Errorf("the client sees %+v", s.Versions)
		}
		got, err := b.app(t).File(ctx, of, earlier, library.ToKeep)
		kept, err := fetch(t, got, err)
		must(t, err)
		if kept != (fetched{"plan.pdf", "%PDF-1 one", "application/pdf"}) {
			t.Errorf("staff fetch %+v", kept)
		}
		in := details(b.get(t, of))
		in.Name, in.Earlier = "plan", true
		must(t, b.app(t).Change(ctx, of, b.get(t, of).Version, in))
		s, err = b.portal(t, ines).Get(ctx, of)
		must(t, err)
		got, err = b.portal(t, ines).File(ctx, of, second.Latest.ID, library.ToKeep)
		kept, err = fetch(t, got, err)
		must(t, err)
		if len(s.Versions) != 5 || kept != (fetched{"plan v2.PDF", "%PDF-1 two", "application/pdf"}) {
			t.Errorf("the client sees %+v and fetches %+v", s.Versions, kept)
		}
		// The version of one document is not to be had through another.
		other := b.put(t, b.at(), "other.pdf", "%PDF-other")
		_, err = b.portal(t, ines).File(ctx, other, earlier, library.ToKeep)
		gone(t, "a version of another document", err)
		_, err = b.app(t).File(ctx, other, earlier, library.ToKeep)
		gone(t, "a version of another document", err)
		// What is not kept gets no version.
		must(t, b.app(t).Archive(ctx, other, 1))
		_, err = b.app(t).Begin(ctx, library.Parcel{Of: other, Version: 2})
		wants(t, err, problem.Conflict, "", "document.not_kept")
	})
}

// A form that arrives twice is one change, whatever it changes.
func TestAFormThatArrivesTwice(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		ctx := t.Context()
		of := b.put(t, b.at(), "plan.pdf", "%PDF-1.7")
		in := details(b.get(t, of))
		in.Name = "Plan B"
		for _, c := range []struct {
			event string
			do    func(a library.App, version int64) error
		}{
			{"document.changed", func(a library.App, v int64) error { return a.Change(ctx, of, v, in) }},
			{"document.unshared", func(a library.App, v int64) error { return a.Share(ctx, of, v, library.NotShared, nil) }},
			{"document.shared", func(a library.App, v int64) error { return a.Share(ctx, of, v, library.WithClient, nil) }},
			{"document.archived", func(a library.App, v int64) error { return a.Archive(ctx, of, v) }},
			{"document.restored", func(a library.App, v int64) error { return a.Restore(ctx, of, v) }},
			{"document.deleted", func(a library.App, v int64) error { return a.Delete(ctx, of, v) }},
		} {
			before, version, key := b.Kinds(t, b.marlow)[c.event], b.get(t, of).Version, b.Form()
			for range 2 {
				must(t, c.do(b.f.ForStaff(b.Staff(t, home, owner, "").Keyed(key)), version))
			}
			if n := b.Kinds(t, b.marlow)[c.event] - before; n != 1 {
				t.Errorf("%s happened %d times", c.event, n)
			}
			if now := b.get(t, of).Version; now != version+1 {
				t.Errorf("%s: the version went from %d to %d", c.event, version, now)
			}
			wants(t, c.do(b.app(t), version), problem.Conflict, "", "")
		}
		must(t, b.app(t).Restore(ctx, of, b.get(t, of).Version))
		for what, at := range map[string]library.Parcel{"new": b.at(), "next": {Of: of, Version: b.get(t, of).Version}} {
			key := b.Form()
			for range 2 {
				l, err := b.f.ForStaff(b.Staff(t, home, owner, "").Keyed(key)).Begin(ctx, at)
				_, err = bring(ctx, l, err, file{what + ".pdf", "%PDF-" + what})
				must(t, err)
			}
		}
		if n := b.texts(t, home, `select id from document_version where workspace_id = :workspace`, nil); len(n) != 3 {
			t.Errorf("there are %d versions, want 3", len(n))
		}
		// Who goes back and chooses another file sends the same form, and means another.
		same := b.Form()
		for _, name := range []string{"first.pdf", "second.pdf", "first.pdf"} {
			l, err := b.f.ForStaff(b.Staff(t, home, owner, "").Keyed(same)).Begin(ctx, b.at())
			_, err = bring(ctx, l, err, file{name, "%PDF-" + name})
			must(t, err)
		}
		if n := b.texts(t, home, `select id from document_version where workspace_id = :workspace`, nil); len(n) != 5 {
			t.Errorf("there are %d versions, want 5", len(n))
		}
		key := b.Form()
		for range 2 {
			l, err := b.f.ForClient(b.Contact(t, home, ines, b.marlow).Keyed(key)).Begin(ctx, b.at())
			_, err = bring(ctx, l, err, file{"hers.pdf", "%PDF-hers"})
			must(t, err)
		}
		if n := b.Kinds(t, b.marlow)["document.uploaded client"]; n != 1 {
			t.Errorf("Ines brought %d files", n)
		}
	})
}

// What the program made is a record: nobody changes it, and its client sees it while
// they see what it is of.
func TestAFileOfRecordStays(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		ctx := t.Context()
		bill := b.bill(t, b.marlow, true)
		b.Deliver(t)
		list, err := b.app(t).List(ctx, library.Wanted{Kind: library.OfInvoice, Place: bill.String()})
		must(t, err)
		if len(list.Rows) != 1 || list.Rows[0].Source != library.Made || list.Rows[0].Category != library.Reports || list.Rows[0].Sharing != library.WithClient {
			t.Fatalf("of the invoice there is %+v", list.Rows)
		}
		of := list.Rows[0].ID
		d := b.get(t, of)
		_, begun := b.app(t).Begin(ctx, library.Parcel{Of: of, Version: d.Version})
		for what, err := range map[string]error{
			"change": b.app(t).Change(ctx, of, d.Version, details(d)), "share": b.app(t).Share(ctx, of, d.Version, library.NotShared, nil), "archive": b.app(t).Archive(ctx, of, d.Version),
			"delete": b.app(t).Delete(ctx, of, d.Version), "restore": b.app(t).Restore(ctx, of, d.Version), "a version": begun,
		} {
			if p, ok := problem.As(err); !ok || p.Message.Key != "document.fixed" {
				t.Errorf("%s: %v", what, err)
			}
		}
		_, err = b.portal(t, ines).Begin(ctx, library.Parcel{Of: of, Version: d.Version})
		wants(t, err, problem.Forbidden, "", "document.not_yours")
		f, err := b.portal(t, ines).File(ctx, of, "", library.ToLook)
		got, err := fetch(t, f, err)
		must(t, err)
		if !d.Fixed() || !strings.HasPrefix(got.content, "%PDF-") || got.name != d.Name {
			t.Errorf("Ines reads %s", got.name)
		}
		can := nothing()
		can.Documents = auth.AllOfIt
		b.able(t, "rui@marlow.example", can) // sees documents, and no invoices
		_, err = b.portal(t, "rui@marlow.example").Get(ctx, of)
		gone(t, "the invoice for who sees no money", err)
	})
}

// Contacts bring files where they may, and add versions only to what was brought from
// their side; what they brought stays with them.
func TestWhatContactsMayBring(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		ctx := t.Context()
		can := nothing()
		can.Documents, can.Projects = auth.AllOfIt, auth.AllOfIt
		b.able(t, "reads@marlow.example", can)
		can.Upload, can.Projects = true, auth.NoneOfIt
		b.able(t, "brings@marlow.example", can)
		shop, hidden := b.project(t, b.marlow, "Shop", true), b.project(t, b.marlow, "Inner", false)
		at := func(p string) library.Parcel { return library.Parcel{Kind: library.OfProject, Place: p} }
		_, err := b.portal(t, "reads@marlow.example").Begin(ctx, b.at())
		wants(t, err, problem.Forbidden, "", "document.may_not_upload")
		for email, places := range map[string]int{ines: 2, "brings@marlow.example": 1, "reads@marlow.example": 2} {
			all, err := b.portal(t, email).Places(ctx)
			must(t, err)
			if len(all) != places {
				t.Errorf("%s may bring to %+v", email, all)
			}
		}
		for _, p := range []library.Parcel{
			at(hidden.String()), at(b.project(t, b.northwind, "Bikes", true).String()), {Kind: library.OfClient, Place: b.northwind.String()}, {Kind: library.OfContract, Place: b.agree(t, b.marlow, "Frame", false).String()},
			{Kind: library.OfInvoice, Place: b.bill(t, b.marlow, true).String()}, {Kind: "workspace", Place: b.marlow.String()}, {}, at("x"),
		} {
			_, err := b.portal(t, ines).Begin(ctx, p)
			gone(t, "bringing to "+string(p.Kind), err)
		}
		_, err = b.portal(t, "brings@marlow.example").Begin(ctx, at(shop.String()))
		gone(t, "bringing to a project for who sees none", err)
		must(t, b.app(t).SaveCategory(ctx, library.OwnCategory{Name: "Photos"}))

		of := b.send(t, ines, library.Parcel{Kind: library.OfProject, Place: shop.String(), Category: library.Contracts}, "hers.pdf", "%PDF-hers")
		d := b.get(t, of)
		if d.Source != library.FromClient || d.Sharing != library.WithClient || d.Category != library.Deliverables {
			t.Errorf("it is kept as %+v", d.Row)
		}
		for _, with := range []library.Sharing{library.NotShared, library.WithChosen} {
			wants(t, b.app(t).Share(ctx, of, d.Version, with, []string{d.Contacts[0].ID}), problem.Invalid, "sharing", "document.from_client_stays")
		}
		s, err := b.portal(t, ines).Get(ctx, of)
		must(t, err)
		l, err := b.portal(t, ines).Begin(ctx, library.Parcel{Of: of, Version: s.Version})
		_, err = bring(ctx, l, err, file{"hers again.pdf", "%PDF-more"})
		must(t, err)
		_, err = b.portal(t, "reads@marlow.example").Begin(ctx, library.Parcel{Of: of, Version: b.get(t, of).Version})
		wants(t, err, problem.Forbidden, "", "document.may_not_upload")
		_, err = b.portal(t, "brings@marlow.example").Begin(ctx, library.Parcel{Of: of, Version: b.get(t, of).Version})
		gone(t, "a version where they do not look", err)
		l, err = b.portal(t, ines).Begin(ctx, library.Parcel{Of: of, Version: s.Version})
		_, err = bring(ctx, l, err, file{"hers late.pdf", "%PDF-late"})
		wants(t, err, problem.Conflict, "", "")
		ours := b.put(t, b.at(), "ours.pdf", "%PDF-ours")
		_, err = b.portal(t, ines).Begin(ctx, library.Parcel{Of: ours, Version: 1})
		wants(t, err, problem.Forbidden, "", "document.not_yours")
		// A right that is lost while files come is asked for again.
		l, err = b.portal(t, ines).Begin(ctx, at(shop.String()))
		must(t, err)
		must(t, l.Add(ctx, "late.pdf", strings.NewReader("%PDF-late")))
		b.Share(t, shop, false)
		_, err = l.Finish(ctx)
		gone(t, "a project that was hidden meanwhile", err)
	})
}

// Sharing with chosen people reaches them alone, and only people of the client can be
// chosen.
func TestSharingWithChosenPeople(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		ctx := t.Context()
		can := nothing()
		can.Documents = auth.AllOfIt
		rui, lia := b.able(t, "rui@marlow.example", can), b.able(t, "lia@marlow.example", can)
		of := b.put(t, b.inside(), "plan.pdf", "%PDF-1.7")
		sams := b.Contact(t, home, sam, b.northwind).ContactID()
		for _, c := range []struct {
			with   library.Sharing
			chosen []string
			field  string
			key    string
		}{
			{library.WithChosen, nil, "chosen", "document.choose_contact"}, {library.WithChosen, []string{sams}, "chosen", "document.contact_gone"},
			{library.WithChosen, []string{rui.ID.String(), "x"}, "chosen", "document.contact_gone"}, {"everybody", nil, "sharing", "field.choice"}, {"", nil, "sharing", "field.choice"},
		} {
			wants(t, b.app(t).Share(ctx, of, 1, c.with, c.chosen), problem.Invalid, c.field, c.key)
		}
		sees := func(email string) bool {
			_, err := b.portal(t, email).Get(ctx, of)
			return err == nil
		}
		b.share(t, of, library.WithChosen, rui.ID.String(), rui.ID.String())
		if !sees("rui@marlow.example") || sees("lia@marlow.example") || sees(ines) {
			t.Error("it is not Rui alone who sees it")
		}
		b.share(t, of, library.WithChosen, lia.ID.String())
		if sees("rui@marlow.example") || !sees("lia@marlow.example") {
			t.Error("it is not Lia alone who sees it")
		}
		if d := b.get(t, of); len(d.Contacts) != 3 {
			t.Errorf("%d contacts can be chosen", len(d.Contacts))
		} else {
			for _, c := range d.Contacts {
				if c.Chosen != (c.ID == lia.ID.String()) {
					t.Errorf("%s is chosen: %t", c.Name, c.Chosen)
				}
			}
		}
		b.share(t, of, library.WithClient)
		if n := b.texts(t, home, `select contact_id from document_share where workspace_id = :workspace and document_id = :id`, scope.Args{"id": of}); len(n) > 0 || !sees(ines) {
			t.Errorf("still chosen are %q", n)
		}
		must(t, b.app(t).Archive(ctx, of, b.get(t, of).Version))
		wants(t, b.app(t).Share(ctx, of, b.get(t, of).Version, library.NotShared, nil), problem.Conflict, "", "document.not_kept")
	})
}
