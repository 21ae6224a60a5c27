package feed_test

import (
	"slices"
	"strings"
	"testing"

	"foyer/internal/auth"
	"foyer/internal/feature/client"
	"foyer/internal/feature/document"
	"foyer/internal/feature/feed"
	"foyer/internal/feature/library"
	"foyer/internal/feature/project/projecttest"
	"foyer/internal/kernel/blob"
)

// shelf is a desk with documents.
type shelf struct {
	*desk
	f  library.Feature
	of client.ID
}

func (s *shelf) app(t *testing.T) library.App {
	t.Helper()
	return s.f.ForStaff(s.Staff(t, home, projecttest.Owner, s.Form()))
}

// bring brings a file, as the Owner or as Ines.
func (s *shelf) bring(t *testing.T, mine bool, at library.Parcel, name, content string) library.ID {
	t.Helper()
	l, err := s.app(t).Begin(t.Context(), at)
	if mine {
		l, err = s.f.ForClient(s.Contact(t, home, ines, s.of)).Begin(t.Context(), at)
	}
	must(t, err)
	must(t, l.Add(t.Context(), name, strings.NewReader(content)))
	done, err := l.Finish(t.Context())
	must(t, err)
	return done.Of
}

func (s *shelf) version(t *testing.T, of library.ID) int64 {
	t.Helper()
	d, err := s.app(t).Get(t.Context(), of)
	must(t, err)
	return d.Version
}

// reads are what a contact reads of documents: kind and name.
func (s *shelf) reads(t *testing.T, email string, of client.ID) []string {
	t.Helper()
	events, err := s.Feed(t, email, of).Recent(t.Context())
	must(t, err)
	var all []string
	for _, e := range events {
		if e.Document != (feed.Subject{}) {
			all = append(all, e.Kind+" "+e.Document.Name)
		} else if strings.HasPrefix(e.Kind, "document.") {
			t.Errorf("%s reads of no document: %+v", email, e)
		}
	}
	return all
}

// The feed says of documents what their client may see now: what is taken away takes
// its history with it, and brings it back.
func TestTheFeedSaysOfDocumentsWhatAClientMaySee(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		ctx := t.Context()
		blobs, err := blob.OpenDisk(t.TempDir())
		must(t, err)
		t.Cleanup(func() { _ = blobs.Close() })
		s := &shelf{desk: d, f: library.Feature{Documents: document.Shelf{Blobs: blobs}}, of: d.Client(t, home, "Marlow Ceramics", ines)}
		s.f.WriteMail(d.Mails)
		other := d.Client(t, home, "Northwind Bikes", sam)
		d.Add(t, s.of, "rui@marlow.example", auth.SupportPreset, true) // who sees no documents
		d.Add(t, s.of, "lia@marlow.example", auth.BillingPreset, true) // who sees no projects
		shop := d.Create(t, home, projecttest.Details(s.of, "Shop"))

		s.bring(t, false, library.Parcel{Kind: library.OfClient, Place: s.of.String()}, "inside.txt", "1")
		plan := s.bring(t, false, library.Parcel{Kind: library.OfProject, Place: shop.String(), Shared: true}, "plan.txt", "1")
		s.bring(t, false, library.Parcel{Of: plan, Version: 1}, "plan.txt", "2")
		s.bring(t, true, library.Parcel{Kind: library.OfClient, Place: s.of.String()}, "hers.txt", "1")
		full := []string{"document.uploaded hers.txt", "document.renewed plan.txt", "document.shared plan.txt"}
		reads := func(when string, want ...string) {
			t.Helper()
			if got := s.reads(t, ines, s.of); !slices.Equal(got, want) {
				t.Errorf("%s Ines reads %q, want %q", when, got, want)
			}
			for who, of := range map[string]client.ID{"rui@marlow.example": s.of, sam: other} {
				if got := s.reads(t, who, of); len(got) > 0 {
					t.Errorf("%s %s reads %q", when, who, got)
				}
			}
			if got := s.reads(t, "lia@marlow.example", s.of); len(got) > 1 {
				t.Errorf("%s Lia, who sees no projects, reads %q", when, got)
			}
		}
		reads("first", full...)
		must(t, s.app(t).Share(ctx, plan, s.version(t, plan), library.NotShared, nil))
		reads("when it is shared no more", full[0])
		// With Lia alone, who does not see its project: nobody reads of it.
		lia := d.Contact(t, home, "lia@marlow.example", s.of).ContactID()
		must(t, s.app(t).Share(ctx, plan, s.version(t, plan), library.WithChosen, []string{lia}))
		reads("when it is shared with another", full[0])
		must(t, s.app(t).Share(ctx, plan, s.version(t, plan), library.WithClient, nil))
		again := append([]string{"document.shared plan.txt", "document.shared plan.txt"}, full...)
		reads("when it is shared again", again...)
		must(t, s.app(t).Archive(ctx, plan, s.version(t, plan)))
		reads("when it is archived", full[0])
		must(t, s.app(t).Restore(ctx, plan, s.version(t, plan)))
		reads("when it is restored", again...)
		d.Share(t, shop, false)
		reads("when its project is hidden", full[0])
		d.Share(t, shop, true)
		must(t, s.app(t).Delete(ctx, plan, s.version(t, plan)))
		reads("when it is deleted", full[0])
	})
}
