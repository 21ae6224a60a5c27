package library_test

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"

	"foyer/internal/auth"
	"foyer/internal/feature/library"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
)

// limits sets what files may take at home, in bytes.
func (b *bench) limits(t *testing.T, file, client, all int) {
	t.Helper()
	b.Run(t, home, `update workspace set file_limit_bytes = :file, client_limit_bytes = :of_client, storage_limit_bytes = :all where id = :workspace`,
		scope.Args{"file": file, "of_client": client, "all": all})
}

// still holds that a refusal left neither a row nor bytes.
func (b *bench) still(t *testing.T, what string, rows int) {
	t.Helper()
	if n, kept := len(b.rows(t, home)), len(b.keys(t, home)); n != rows || kept != rows {
		t.Errorf("%s: there are %d rows and %d files, want %d", what, n, kept, rows)
	}
}

// Several files are documents together, or none of them is.
func TestSeveralFilesAtOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		ctx := t.Context()
		good := []file{{"a.pdf", "%PDF-a"}, {"b.txt", "b"}, {"c.png", "\x89PNG\r\n\x1a\n"}}
		l, err := b.app(t).Begin(ctx, b.at())
		done, err := bring(ctx, l, err, good...)
		must(t, err)
		if !slices.Equal(done.Added, []string{"a.pdf", "b.txt", "c.png"}) || len(done.Here) > 0 {
			t.Errorf("what came is %+v", done)
		}
		for what, bad := range map[string]file{
			"upload.kind": {"d.html", "<p>"}, "upload.empty": {"d.pdf", ""}, "upload.mismatch": {"d.pdf", "PK\x03\x04"},
		} {
			l, err := b.app(t).Begin(ctx, b.at())
			_, err = bring(ctx, l, err, file{"new.txt", "new"}, file{"newer.txt", "newer"}, bad)
			wants(t, err, problem.Invalid, library.UploadField, what)
			b.still(t, what, 3)
		}
		l, err = b.app(t).Begin(ctx, b.at())
		must(t, err)
		_, err = l.Finish(ctx)
		wants(t, err, problem.Invalid, library.UploadField, "document.choose")
		many := make([]file, library.MostFiles+1)
		for i := range many {
			many[i] = file{fmt.Sprintf("%d.txt", i), fmt.Sprint("file ", i)}
		}
		l, err = b.app(t).Begin(ctx, b.at())
		_, err = bring(ctx, l, err, many...)
		wants(t, err, problem.Invalid, library.UploadField, "upload.most")
		b.still(t, "too many", 3)
		l, err = b.app(t).Begin(ctx, b.at())
		must(t, err)
		broken := errors.New("the connection broke")
		must(t, l.Add(ctx, "new.txt", strings.NewReader("new")))
		if err := l.Add(ctx, "broken.txt", io.MultiReader(strings.NewReader("half"), failing{broken})); !errors.Is(err, broken) {
			t.Errorf("a broken connection: %v", err)
		}
		l.Drop(ctx)
		b.still(t, "a broken connection", 3)
		// A place that is gone when all came.
		p := b.project(t, b.marlow, "Shop", true)
		l, err = b.portal(t, ines).Begin(ctx, library.Parcel{Kind: library.OfProject, Place: p.String()})
		must(t, err)
		must(t, l.Add(ctx, "new.txt", strings.NewReader("new")))
		b.Share(t, p, false)
		_, err = l.Finish(ctx)
		gone(t, "a project that was hidden", err)
		b.still(t, "a project that was hidden", 3)
	})
}

// failing is a source that fails.
type failing struct{ error }

// Read implements io.Reader.
func (f failing) Read([]byte) (int, error) { return 0, f.error }

// Two files of one name at a place have two names; the same file twice is one.
func TestNamesAtAPlace(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		ctx := t.Context()
		long := strings.Repeat("ü", 116) + ".txt"
		for _, c := range []struct{ name, content, added, here string }{
			{"plan.txt", "one", "plan.txt", ""}, {"plan.txt", "two", "plan (2).txt", ""}, {"plan.txt", "three", "plan (3).txt", ""},
			{"plan.txt", "one", "", "plan.txt"}, {"PLAN.TXT", "one", "", "PLAN.TXT"}, {"Plan.txt", "four", "Plan (4).txt", ""},
			{"plan (2).txt", "two", "", "plan (2).txt"}, {"plan (2).txt", "five", "plan (2) (2).txt", ""},
			{"plan (1) of June.txt", "six", "plan (1) of June.txt", ""}, {"plan (1) of June.txt", "seven", "plan (1) of June (2).txt", ""},
			{"plan.pdf", "%PDF-one", "plan.pdf", ""}, {"other.txt", "one", "other.txt", ""},
			{long, "one", long, ""}, {long, "two", strings.Repeat("ü", 112) + " (2).txt", ""},
		} {
			l, err := b.app(t).Begin(ctx, b.at())
			done, err := bring(ctx, l, err, file{c.name, c.content})
			must(t, err)
			if got := strings.Join(done.Added, ", "); got != c.added || strings.Join(done.Here, ", ") != c.here {
				t.Errorf("%q of %q: added %q, here %q", c.name, c.content, got, done.Here)
			}
		}
		// In one form as well, and beside one that is here.
		l, err := b.app(t).Begin(ctx, library.Parcel{Kind: library.OfProject, Place: b.project(t, b.marlow, "Shop", true).String()})
		done, err := bring(ctx, l, err, file{"x.txt", "1"}, file{"x.txt", "2"}, file{"x.txt", "1"}, file{"plan.txt", "one"})
		must(t, err)
		if !slices.Equal(done.Added, []string{"x.txt", "x (2).txt", "plan.txt"}) || !slices.Equal(done.Here, []string{"x.txt"}) {
			t.Errorf("of one form came %+v", done)
		}
	})
}

// What a contact does not see neither takes their files nor gives itself away.
func TestANameThatAContactDoesNotSee(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		b.put(t, b.inside(), "offer.txt", "what we think of Marlow")
		b.put(t, b.at(), "terms.txt", "terms")
		for _, c := range []struct{ name, content, added, here string }{
			{"offer.txt", "what we think of Marlow", "offer.txt", ""}, {"terms.txt", "terms", "", "terms.txt"}, {"terms.txt", "other terms", "terms (2).txt", ""},
		} {
			l, err := b.portal(t, ines).Begin(t.Context(), b.at())
			done, err := bring(t.Context(), l, err, file{c.name, c.content})
			must(t, err)
			if strings.Join(done.Added, ", ") != c.added || strings.Join(done.Here, ", ") != c.here {
				t.Errorf("%q came as %+v", c.name, done)
			}
		}
	})
}

func TestTwoFilesOfOneNameAtOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		ctx := t.Context()
		var loads []*library.Load
		for i := range 4 {
			l, err := b.app(t).Begin(ctx, b.at())
			must(t, err)
			must(t, l.Add(ctx, "plan.txt", strings.NewReader(fmt.Sprint("plan ", i))))
			loads = append(loads, l)
		}
		for _, err := range together(loads, func(l *library.Load) error { _, err := l.Finish(ctx); return err }) {
			must(t, err)
		}
		list, err := b.app(t).List(ctx, library.Wanted{})
		must(t, err)
		var all []string
		for _, r := range list.Rows {
			all = append(all, r.Name)
		}
		if slices.Sort(all); !slices.Equal(all, []string{"plan (2).txt", "plan (3).txt", "plan (4).txt", "plan.txt"}) {
			t.Errorf("they are called %q", all)
		}
	})
}

// together does something with all at once.
func together(all []*library.Load, do func(l *library.Load) error) []error {
	errs := make([]error, len(all))
	var started, wait sync.WaitGroup
	started.Add(len(all))
	for i, l := range all {
		wait.Go(func() {
			started.Done()
			started.Wait()
			errs[i] = do(l)
		})
	}
	wait.Wait()
	return errs
}

// Files end where the room does: of one file, of a client, and of all together.
func TestRoom(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		ctx := t.Context()
		add := func(at library.Parcel, files ...file) error {
			l, err := b.app(t).Begin(ctx, at)
			_, err = bring(ctx, l, err, files...)
			return err
		}
		theirs := library.Parcel{Kind: library.OfClient, Place: b.northwind.String()}
		b.limits(t, 100, 250, 400)
		must(t, add(b.at(), file{"100.txt", filler("a", 100)}))
		wants(t, add(b.at(), file{"101.txt", filler("b", 101)}), problem.Invalid, library.UploadField, "upload.too_large")
		b.still(t, "a file that is too large", 1)
		wants(t, add(b.at(), file{"c.txt", filler("c", 100)}, file{"d.txt", filler("d", 51)}), problem.Invalid, library.UploadField, "document.no_room")
		b.still(t, "a client whose room is full", 1)
		must(t, add(b.at(), file{"c.txt", filler("c", 100)}, file{"d.txt", filler("d", 50)}))
		wants(t, add(b.at(), file{"e.txt", "e"}), problem.Invalid, library.UploadField, "document.no_room")
		wants(t, add(library.Parcel{Of: b.find(t, "c.txt"), Version: 1}, file{"e.txt", "e"}), problem.Invalid, library.UploadField, "document.no_room")
		b.still(t, "a client whose room is full", 3)
		must(t, add(theirs, file{"a.txt", filler("a", 100)})) // which fills another's
		wants(t, add(theirs, file{"b.txt", filler("b", 51)}), problem.Invalid, library.UploadField, "document.no_room")
		b.still(t, "all rooms are full", 4)
		must(t, add(theirs, file{"b.txt", filler("b", 50)}))
		_, room, err := b.app(t).Place(ctx, library.OfClient, b.marlow.String())
		must(t, err)
		if room != (library.Room{File: 100, ClientLimit: 250, ClientUsed: 250, StorageLimit: 400, StoredUsed: 400}) || room.Largest() != 0 || !room.Nearly() {
			t.Errorf("the room is %+v", room)
		}
		if hers, err := b.portal(t, ines).Room(ctx); err != nil || hers != room {
			t.Errorf("Ines reads %+v, %v", hers, err)
		}
		l, err := b.portal(t, ines).Begin(ctx, b.at())
		_, err = bring(ctx, l, err, file{"hers.txt", "x"})
		wants(t, err, problem.Invalid, library.UploadField, "document.no_room")
		b.limits(t, 100, 0, 0)
		must(t, add(b.at(), file{"e.txt", filler("e", 100)}))
		b.limits(t, 100, 10, 0) // a limit below what there is
		wants(t, add(b.at(), file{"f.txt", "f"}), problem.Invalid, library.UploadField, "document.no_room")
		b.still(t, "a limit below what there is", 6)
	})
}

// find is the document of a name.
func (b *bench) find(t *testing.T, name string) library.ID {
	t.Helper()
	list, err := b.app(t).List(t.Context(), library.Wanted{Query: name})
	must(t, err)
	for _, r := range list.Rows {
		if r.Name == name {
			return r.ID
		}
	}
	t.Fatalf("there is no %s", name)
	return ""
}

// Of two uploads that fit alone and not together, one comes and the other leaves nothing.
func TestTwoUploadsThatOverfill(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		ctx := t.Context()
		theirs := library.Parcel{Kind: library.OfClient, Place: b.northwind.String()}
		for _, c := range []struct {
			name        string
			client, all int
			second      library.Parcel
		}{{"of a client", 150, 0, b.at()}, {"of all", 0, 350, theirs}} {
			b.limits(t, 1000, c.client, c.all)
			before := len(b.rows(t, home))
			var loads []*library.Load
			for i, at := range []library.Parcel{b.at(), c.second} {
				l, err := b.app(t).Begin(ctx, at)
				must(t, err)
				for n := range 2 {
					must(t, l.Add(ctx, fmt.Sprintf("%s %d %d.txt", c.name, i, n), strings.NewReader(filler(fmt.Sprint(i, n), 50+c.all/7))))
				}
				loads = append(loads, l)
			}
			refused := 0
			for _, err := range together(loads, func(l *library.Load) error { _, err := l.Finish(ctx); return err }) {
				if err != nil {
					wants(t, err, problem.Invalid, library.UploadField, "document.no_room")
					refused++
				}
			}
			if refused != 1 {
				t.Errorf("%s: %d of two were refused", c.name, refused)
			}
			b.still(t, c.name, before+2)
		}
	})
}

// Which kinds of activity documents are told by, and to whom.
func TestWhatIsRecorded(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		ctx := t.Context()
		of := b.put(t, b.inside(), "plan.pdf", "%PDF-1")
		b.renew(t, of, "plan.pdf", "%PDF-2")
		b.share(t, of, library.WithClient)
		b.renew(t, of, "plan.pdf", "%PDF-3")
		b.share(t, of, library.NotShared)
		in := details(b.get(t, of))
		in.Name, in.Kind, in.Place = "Plan", library.OfProject, b.project(t, b.marlow, "Shop", false).String()
		must(t, b.app(t).Change(ctx, of, b.get(t, of).Version, in))
		must(t, b.app(t).Change(ctx, of, b.get(t, of).Version, in)) // which changes nothing
		must(t, b.app(t).Archive(ctx, of, b.get(t, of).Version))
		must(t, b.app(t).Delete(ctx, of, b.get(t, of).Version))
		must(t, b.app(t).Restore(ctx, of, b.get(t, of).Version))
		b.put(t, b.at(), "shared.pdf", "%PDF-shared")
		hers := b.send(t, ines, b.at(), "hers.pdf", "%PDF-hers")
		s, err := b.portal(t, ines).Get(ctx, hers)
		must(t, err)
		l, err := b.portal(t, ines).Begin(ctx, library.Parcel{Of: hers, Version: s.Version})
		_, err = bring(ctx, l, err, file{"hers.pdf", "%PDF-hers 2"})
		must(t, err)
		must(t, b.app(t).SaveCategory(ctx, library.OwnCategory{Name: "Photos"}))
		must(t, b.app(t).SaveLimits(ctx, library.Limits{File: "10"}))
		all := b.texts(t, home, `select kind || ' ' || audience || ' ' || cast(count(*) as text) from activity
			where workspace_id = :workspace and (area = 'documents' or kind like 'document.%') group by kind, audience order by kind, audience`, nil)
		want := []string{
			"document.added staff 1", "document.archived staff 1", "document.categories_changed staff 1", "document.changed staff 1", "document.deleted staff 1", "document.limits_changed staff 1",
			"document.moved staff 1", "document.renewed client 2", "document.renewed_inside staff 1", "document.restored staff 1", "document.shared client 2", "document.unshared staff 1",
			"document.uploaded client 1",
		}
		if !slices.Equal(all, want) {
			t.Errorf("recorded is %q\nwant %q", all, want)
		}
	})
}

// The settings refuse what makes no sense, and give back what was typed.
func TestSettings(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		ctx := t.Context()
		must(t, b.app(t).SaveLimits(ctx, library.Limits{File: " 5120 ", Client: "7", Storage: ""}))
		if l, err := b.app(t).Limits(ctx); err != nil || l != (library.Limits{File: "5120", Client: "7"}) {
			t.Errorf("the limits are %+v, %v", l, err)
		}
		for field, in := range map[string]library.Limits{
			"file": {File: "0"}, "client": {File: "1", Client: "0"}, "storage": {File: "1", Storage: "1048577"},
		} {
			wants(t, b.app(t).SaveLimits(ctx, in), problem.Invalid, field, "document.limit_range")
		}
		for _, typed := range []string{"", "5121", "-1", "1.5", "a", "99999999999999999999"} {
			wants(t, b.app(t).SaveLimits(ctx, library.Limits{File: typed}), problem.Invalid, "file", "document.limit_range")
		}
		must(t, b.app(t).SaveCategory(ctx, library.OwnCategory{Name: " Photos "}))
		wants(t, b.app(t).SaveCategory(ctx, library.OwnCategory{Name: "PHOTOS"}), problem.Invalid, "name", "case.category_twice")
		wants(t, b.app(t).SaveCategory(ctx, library.OwnCategory{Name: " "}), problem.Invalid, "name", "field.required")
		all, err := b.app(t).Categories(ctx)
		must(t, err)
		if len(all) != 1 || all[0].Name != "Photos" {
			t.Fatalf("the categories are %+v", all)
		}
		must(t, b.app(t).SaveCategory(ctx, library.OwnCategory{ID: all[0].ID, Version: 1, Name: "Pictures"}))
		wants(t, b.app(t).SaveCategory(ctx, library.OwnCategory{ID: all[0].ID, Version: 1, Name: "Images"}), problem.Conflict, "", "")
		must(t, b.app(t).RemoveCategory(ctx, all[0].ID))
		gone(t, "a category that is gone", b.app(t).RemoveCategory(ctx, all[0].ID))
		gone(t, "a category that is gone", b.app(t).SaveCategory(ctx, library.OwnCategory{ID: all[0].ID, Version: 3, Name: "Images"}))
		gone(t, "no category", b.app(t).SaveCategory(ctx, library.OwnCategory{ID: "x", Name: "Images"}))
		must(t, b.app(t).SaveCategory(ctx, library.OwnCategory{Name: "Pictures"}))
		for i := range library.MostCategories - 1 {
			must(t, b.app(t).SaveCategory(ctx, library.OwnCategory{Name: fmt.Sprint("Sort ", i)}))
		}
		wants(t, b.app(t).SaveCategory(ctx, library.OwnCategory{Name: "One more"}), problem.Invalid, "name", "case.category_most")
		b.Hire(t, "Jun Sato", "jun@haldenrowe.example", auth.Support)
		_, err = b.as(t, "jun@haldenrowe.example").Limits(ctx)
		wants(t, err, problem.Forbidden, "", "")
	})
}

// What is here and unshared is shared once by a form that brings it twice.
func TestTheSameFileTwiceIsSharedOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		of := b.put(t, b.inside(), "plan.txt", "plan")
		l, err := b.app(t).Begin(t.Context(), b.at())
		done, err := bring(t.Context(), l, err, file{"plan.txt", "plan"}, file{"plan.txt", "plan"})
		must(t, err)
		if !slices.Equal(done.Added, []string{"plan.txt"}) || !slices.Equal(done.Here, []string{"plan.txt"}) {
			t.Errorf("came as %+v", done)
		}
		if got := b.get(t, of).Sharing; got != library.WithClient {
			t.Errorf("it is shared with %q", got)
		}
	})
}
