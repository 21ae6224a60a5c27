package library_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"foyer/internal/feature/document/documenttest"
	"foyer/internal/feature/library"
	"foyer/internal/feature/project/projecttest"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
)

type job = projecttest.Job

const day = 24 * time.Hour

// What is deleted comes back within a month, and is gone with all that belongs to it
// after.
func TestWhatIsDeletedGoes(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		ctx := t.Context()
		sweep := func() { t.Helper(); must(t, b.f.Sweep(ctx, b.System(t, home))) }
		stays := b.put(t, b.at(), "stays.pdf", "%PDF-stays")
		of := b.put(t, b.at(), "photo.jpg", string(documenttest.Photo(100, 100)))
		b.Deliver(t)
		b.renew(t, of, "photo.jpg", string(documenttest.Photo(101, 100)))
		b.Deliver(t)
		b.share(t, of, library.WithChosen, b.get(t, of).Contacts[0].ID)
		f, err := b.portal(t, ines).File(ctx, of, "", library.ToLook)
		_, err = fetch(t, f, err)
		must(t, err)
		rows := func() (all []string) {
			for _, statement := range []string{
				`select 'document' from document where workspace_id = :workspace and id = :id`, `select 'version' from document_version where workspace_id = :workspace and document_id = :id`,
				`select 'share' from document_share where workspace_id = :workspace and document_id = :id`, `select 'download' from document_download where workspace_id = :workspace and document_id = :id`,
				`select 'picture' from document_preview r join document_version v on v.workspace_id = r.workspace_id and v.id = r.version_id where r.workspace_id = :workspace and v.document_id = :id`,
			} {
				all = append(all, b.texts(t, home, statement, scope.Args{"id": of})...)
			}
			return all
		}
		want := []string{"document", "version", "version", "share", "download", "picture", "picture"}
		must(t, b.app(t).Delete(ctx, of, b.get(t, of).Version))
		b.Later(30*day - time.Minute)
		sweep()
		if got := rows(); !slices.Equal(got, want) || len(b.keys(t, home)) != 5 {
			t.Errorf("before its time there is %q and %d files", got, len(b.keys(t, home)))
		}
		must(t, b.app(t).Restore(ctx, of, b.get(t, of).Version))
		b.Later(2 * time.Minute)
		sweep()
		if got := rows(); !slices.Equal(got, want) {
			t.Errorf("of what was restored there is %q", got)
		}
		must(t, b.app(t).Archive(ctx, of, b.get(t, of).Version))
		b.Later(40 * day)
		sweep()
		if got := rows(); !slices.Equal(got, want) {
			t.Errorf("of what was archived there is %q", got)
		}
		must(t, b.app(t).Delete(ctx, of, b.get(t, of).Version)) // from now on, not from the archiving
		b.Later(29 * day)
		sweep()
		if got := rows(); !slices.Equal(got, want) {
			t.Errorf("of what was deleted a day short there is %q", got)
		}
		b.Later(day + time.Minute)
		must(t, b.f.Sweep(ctx, b.System(t, away))) // which is not this one's
		if got := rows(); !slices.Equal(got, want) {
			t.Errorf("another workspace's sweep left %q", got)
		}
		sweep()
		if got := rows(); len(got) > 0 || len(b.keys(t, home)) != 1 {
			t.Errorf("after its time there is %q and %d files", got, len(b.keys(t, home)))
		}
		gone(t, "restoring what is gone", b.app(t).Restore(ctx, of, 9))
		_, room, err := b.app(t).Place(ctx, library.OfClient, b.marlow.String())
		must(t, err)
		if room.ClientUsed != int64(len("%PDF-stays")) || room.StoredUsed != room.ClientUsed {
			t.Errorf("the room is %+v", room)
		}
		if d := b.get(t, stays); d.State != library.Kept {
			t.Errorf("what was not deleted is %s", d.State)
		}
	})
}

// Many that are over go in one sweep.
func TestManyAreDeleted(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		ctx := t.Context()
		for i := range 5 {
			l, err := b.app(t).Begin(ctx, b.inside())
			must(t, err)
			for n := range 21 {
				must(t, l.Add(ctx, strings.Repeat("x", n+1)+".txt", strings.NewReader(filler("x", 30*i+n+1))))
			}
			_, err = l.Finish(ctx)
			must(t, err)
		}
		b.Run(t, home, `update document set state = 'deleted', state_at = :now where workspace_id = :workspace`, nil)
		b.Later(31 * day)
		must(t, b.f.Sweep(ctx, b.System(t, home)))
		if n := len(b.rows(t, home)); n != 0 || len(b.keys(t, home)) != 0 {
			t.Errorf("left are %d rows and %d files", n, len(b.keys(t, home)))
		}
	})
}

// Bytes that a crash left behind go after a month; younger ones, and whatever has a
// row, stay.
func TestBytesWithoutARow(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		ctx := t.Context()
		sys := b.System(t, home)
		put := func(content string) string {
			t.Helper()
			k, err := b.blobs.Put(ctx, sys.Site().ID, strings.NewReader(content), 100)
			must(t, err)
			return k.Key
		}
		of := b.put(t, b.at(), "photo.jpg", string(documenttest.Photo(100, 100)))
		b.Deliver(t)
		bill := b.bill(t, b.marlow, true)
		b.Deliver(t)
		old, other := put("old"), b.keys(t, home)
		b.Later(day)
		young := put("young")
		b.Later(30*day - time.Hour)
		must(t, b.f.Sweep(ctx, sys))
		left := b.keys(t, home)
		if slices.Contains(left, old) || !slices.Contains(left, young) || len(left) != len(other) {
			t.Errorf("left are %d files of %d, old %v, young %v", len(left), len(other)+1, slices.Contains(left, old), slices.Contains(left, young))
		}
		must(t, b.f.Sweep(ctx, b.System(t, away)))
		b.Later(day)
		must(t, b.f.Sweep(ctx, sys))
		if slices.Contains(b.keys(t, home), young) {
			t.Error("bytes are left whose time is over")
		}
		for manner, want := range map[library.Manner]string{library.ToKeep: "photo.jpg", library.ToLook: "photo.jpg"} {
			f, err := b.portal(t, ines).File(ctx, of, "", manner)
			got, err := fetch(t, f, err)
			must(t, err)
			if got.name != want {
				t.Errorf("after the sweep Ines has %s", got.name)
			}
		}
		list, err := b.app(t).List(ctx, library.Wanted{Kind: library.OfInvoice, Place: bill.String()})
		must(t, err)
		f, err := b.app(t).File(ctx, list.Rows[0].ID, "", library.ToKeep)
		if _, err := fetch(t, f, err); err != nil {
			t.Errorf("the invoice: %v", err)
		}
	})
}

// What was changed behind the back of the sums is found.
func TestVerifyFindsWhatWasChanged(t *testing.T) {
	projecttest.OnBoth(t, func(t *testing.T, d *projecttest.Desk) {
		b := open(t, d)
		of := b.put(t, b.at(), "plan.pdf", "%PDF-1")
		b.renew(t, of, "plan.pdf", "%PDF-2")
		b.tidy(t)
		first := b.get(t, of).Versions[1].ID
		for _, c := range []struct{ what, wrong, right string }{
			{"files of " + b.marlow.String(), `update client_tally set minor = minor + 1 where workspace_id = :workspace and part = 'files'`, `update client_tally set minor = minor - 1 where workspace_id = :workspace and part = 'files'`},
			{"files of " + b.marlow.String(), `update client_tally set records = records - 1 where workspace_id = :workspace and part = 'files'`, `update client_tally set records = records + 1 where workspace_id = :workspace and part = 'files'`},
			{
				"newest version of document " + of.String(), `update document set latest_id = '` + first.String() + `' where workspace_id = :workspace`,
				`update document set latest_id = (select max(v.id) from document_version v where v.workspace_id = document.workspace_id and v.document_id = document.id) where workspace_id = :workspace`,
			},
			{"newest version of document " + of.String(), `update document set latest_id = '' where workspace_id = :workspace`, `update document set latest_id = (select max(v.id) from document_version v where v.workspace_id = document.workspace_id and v.document_id = document.id) where workspace_id = :workspace`},
			{"files of all", `update workspace_tally set minor = minor + 1 where workspace_id = :workspace and part = 'files'`, `update workspace_tally set minor = minor - 1 where workspace_id = :workspace and part = 'files'`},
		} {
			b.Run(t, home, c.wrong, nil)
			got, err := library.Verify(t.Context(), b.System(t, home))
			must(t, err)
			if !slices.Contains(got, c.what) {
				t.Errorf("found is %q, want %s", got, c.what)
			}
			b.Run(t, home, c.right, nil)
			b.tidy(t)
		}
	})
}

// A restore that comes while the sweep takes away is either too late or in time, and
// never half of it.
func TestRestoringBesideTheSweep(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		ctx := t.Context()
		for i := range often(6, 100) {
			of := b.put(t, b.at(), "plan.txt", filler("x", i+1))
			must(t, b.app(t).Delete(ctx, of, 1))
			b.Later(31 * day)
			app, sys := b.app(t), b.System(t, home)
			swept, restored := make(chan error, 1), make(chan error, 1)
			go func() { swept <- b.f.Sweep(ctx, sys) }()
			go func() { restored <- app.Restore(ctx, of, 2) }()
			must(t, <-swept)
			err := <-restored
			_, got := b.app(t).Get(ctx, of)
			if there := got == nil; there != (err == nil) || err != nil && !problem.Is(err, problem.NotFound) {
				t.Fatalf("restoring: %v, then it is there: %v", err, there)
			}
			if got == nil {
				must(t, b.app(t).Archive(ctx, of, 3))
			}
		}
	})
}
