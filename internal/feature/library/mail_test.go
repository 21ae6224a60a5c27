package library_test

import (
	"slices"
	"strings"
	"testing"

	"foyer/internal/auth"
	"foyer/internal/feature/library"
	"foyer/internal/feature/outbox"
	"foyer/internal/kernel/mail"
)

// to are the addresses that mails went to, with their subjects.
func to(mails []mail.Kept) []string {
	var all []string
	for _, m := range mails {
		all = append(all, m.To.Addr+": "+m.Subject)
	}
	slices.Sort(all)
	return all
}

// Staff hear of what a client brings: who looks after the project, and without one
// whoever may change documents and see the record.
func TestWhoHearsOfWhatAClientBrings(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		ctx := t.Context()
		for _, role := range auth.Roles {
			if role != auth.Owner {
				b.Hire(t, "Member "+string(role), string(role)+"@haldenrowe.example", role)
			}
		}
		shop, cared := b.project(t, b.marlow, "Shop", true), b.project(t, b.marlow, "Cared for", true)
		b.Run(t, home, `update project set owner_id = (select m.id from member m where m.workspace_id = :workspace and m.role = 'support') where workspace_id = :workspace and id = :id`, map[string]any{"id": cared})
		b.Run(t, home, `update project set owner_id = null where workspace_id = :workspace and id = :id`, map[string]any{"id": shop})
		b.Deliver(t)
		writers := []string{owner, "admin@haldenrowe.example", "project@haldenrowe.example", "support@haldenrowe.example"}
		hear := func(what string, want []string) {
			t.Helper()
			var got []string
			for _, m := range b.Deliver(t) {
				got = append(got, m.To.Addr)
				if strings.Contains(m.Text, "/portal/") || !strings.Contains(m.Text, "/app/documents/") {
					t.Errorf("%s: the mail to %s leads to %s", what, m.To.Addr, m.Text)
				}
			}
			slices.Sort(got)
			want = slices.Sorted(slices.Values(want))
			if !slices.Equal(got, want) {
				t.Errorf("of %s hear %q, want %q", what, got, want)
			}
		}
		of := b.send(t, ines, b.at(), "a.txt", "a")
		hear("a file at the client", writers)
		b.send(t, ines, library.Parcel{Kind: library.OfProject, Place: shop.String()}, "a.txt", "a")
		hear("a file at a project without an owner", writers)
		b.send(t, ines, library.Parcel{Kind: library.OfProject, Place: cared.String()}, "a.txt", "a")
		hear("a file at a project with an owner", []string{"support@haldenrowe.example"})
		s, err := b.portal(t, ines).Get(ctx, of)
		must(t, err)
		l, err := b.portal(t, ines).Begin(ctx, library.Parcel{Of: of, Version: s.Version})
		_, err = bring(ctx, l, err, file{"a.txt", "b"})
		must(t, err)
		hear("a version", writers)
		// At a contract only those who see contracts.
		in := details(b.get(t, of))
		in.Name, in.Kind, in.Place = "a", library.OfContract, b.agree(t, b.marlow, "Frame", true, b.Contact(t, home, ines, b.marlow).ContactID()).String()
		must(t, b.app(t).Change(ctx, of, b.get(t, of).Version, in))
		b.Deliver(t)
		s, err = b.portal(t, ines).Get(ctx, of)
		must(t, err)
		l, err = b.portal(t, ines).Begin(ctx, library.Parcel{Of: of, Version: s.Version})
		_, err = bring(ctx, l, err, file{"a.txt", "c"})
		must(t, err)
		hear("a version at a contract", writers[:3])
		// What is put away before the mail goes is no news.
		of = b.send(t, ines, b.at(), "gone.txt", "gone")
		must(t, b.app(t).Archive(ctx, of, b.get(t, of).Version))
		hear("a file that was put away", nil)
	})
}

// Contacts hear of what they see, in a mail that leads to it; what they do not see, and
// who brought it, gives no mail.
func TestWhoHearsOfWhatIsShared(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		for _, preset := range auth.Presets[1:] {
			b.Add(t, b.marlow, string(preset)+"@marlow.example", preset, true)
		}
		b.Add(t, b.marlow, "waiting@marlow.example", auth.ReaderPreset, false) // who has never signed in
		b.ChooseAll(t, auth.Documents, outbox.Now)
		b.Deliver(t)
		see := []string{"billing@marlow.example", ines, "project@marlow.example", "reader@marlow.example"}
		hear := func(what string, want ...string) {
			t.Helper()
			var got []string
			for _, m := range b.Deliver(t) {
				got = append(got, m.To.Addr)
				if !strings.Contains(m.Text, "/portal/documents/") || strings.Contains(m.Text, "/app/") || !strings.Contains(m.Subject+m.Text, "plan") {
					t.Errorf("%s: the mail says %q: %s", what, m.Subject, m.Text)
				}
			}
			slices.Sort(got)
			if !slices.Equal(got, want) {
				t.Errorf("of %s hear %q, want %q", what, got, want)
			}
		}
		of := b.put(t, b.inside(), "plan.txt", "1")
		hear("what is not shared")
		b.renew(t, of, "plan.txt", "2")
		hear("a version of what is not shared")
		b.share(t, of, library.WithClient)
		hear("what is shared", see...)
		b.share(t, of, library.WithClient)
		hear("what is shared already")
		b.share(t, of, library.WithChosen, b.Contact(t, home, ines, b.marlow).ContactID())
		hear("what is shared with one who saw it")
		b.share(t, of, library.WithClient)
		hear("what is shared with the others again", "billing@marlow.example", "project@marlow.example", "reader@marlow.example")
		b.renew(t, of, "plan.txt", "3")
		hear("a version", see...)
		b.put(t, b.at(), "plan two.txt", "1")
		hear("what is shared as it comes", see...)
		shop := b.project(t, b.marlow, "Shop", true)
		b.put(t, library.Parcel{Kind: library.OfProject, Place: shop.String(), Shared: true}, "plan.txt", "1")
		hear("what is shared at a project", ines, "project@marlow.example", "reader@marlow.example")
		b.share(t, of, library.NotShared)
		hear("what is shared no more")
		b.share(t, of, library.WithClient)
		b.share(t, of, library.NotShared)
		hear("what was shared for a moment")
		b.put(t, library.Parcel{Kind: library.OfProject, Place: b.project(t, b.marlow, "Inner", false).String(), Shared: true}, "plan.txt", "1")
		hear("what is shared at a project that is not")
		hers := b.send(t, ines, b.at(), "plan of Ines.txt", "1")
		if got := to(b.Deliver(t)); len(got) != 1 || !strings.HasPrefix(got[0], owner) {
			t.Errorf("of what Ines brings hear %q", got)
		}
		b.renew(t, hers, "plan of Ines.txt", "2")
		hear("our version of what Ines brought", see...)
		must(t, b.Clients(t, home).DisablePortal(t.Context(), b.marlow))
		b.put(t, b.at(), "plan three.txt", "1")
		hear("what is shared with a client whose portal is off")
	})
}
