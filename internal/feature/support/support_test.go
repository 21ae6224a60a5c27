package support_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"foyer/internal/auth"
	"foyer/internal/feature/document"
	"foyer/internal/feature/feed"
	"foyer/internal/feature/project/projecttest"
	"foyer/internal/feature/support"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
)

// A case is raised, answered, resolved and closed, and both sides read the same of
// it but for what is noted.
func TestALifeOfACase(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		c := b.raise(t, ines, "Glaze colours")
		// Raising it is one thing that happened, though it is a message too.
		news, err := feed.ForClient(b.Contact(t, home, ines, b.marlow)).Recent(t.Context())
		must(t, err)
		if len(news) == 0 || news[0].Kind != "case.raised" || slices.ContainsFunc(news, func(e feed.Event) bool { return e.Kind == "case.replied" }) {
			t.Errorf("what happened is %+v", news)
		}
		must(t, b.app(t, jun).Note(t.Context(), c, support.Message{Body: "kingfisher: the resizer"}))
		must(t, b.app(t, jun).Reply(t.Context(), c, support.Message{Body: "Good eye.", Wait: true}))
		b.state(t, c, support.Waiting)
		in, err := b.portal(t, ines).Reply(t.Context(), c, "It is fine now.", nil)
		must(t, err)
		if in != c {
			t.Errorf("the reply is in %s", in)
		}
		b.state(t, c, support.Open)
		must(t, b.app(t, jun).Assign(t.Context(), c, "")) // which the client need not know
		must(t, b.app(t, jun).Assign(t.Context(), c, b.jun))
		must(t, b.app(t, jun).Hold(t.Context(), c, "", "kingfisher: until Monday"))
		must(t, b.app(t, jun).Reopen(t.Context(), c))
		must(t, b.app(t, jun).Resolve(t.Context(), c, "", "The resizer keeps the profile."))
		must(t, b.portal(t, ines).Close(t.Context(), c))
		got, thread := b.get(t, c)
		if got.State != support.Closed || got.Number != "SC-1" || got.AssigneeName != "Jun Sato" || got.Resolution != "The resizer keeps the profile." || got.Replies != 3 || got.Source != support.ByPortal || got.AnsweredAt.IsZero() {
			t.Errorf("the case is %+v", got)
		}
		want := "case.raised | Contact of Marlow Ceramics: Glaze colours does not work. | note: kingfisher: the resizer | Jun Sato: Good eye. | case.assigned | case.opened | case.waiting | " +
			"Contact of Marlow Ceramics: It is fine now. | case.resumed | case.assigned | case.assigned | case.held | case.resumed | case.resolved | case.closed"
		if got := lines(thread); got != want {
			t.Errorf("staff read %s\nwant %s", got, want)
		}
		shown, theirs, err := b.portal(t, ines).Get(t.Context(), c, support.Span{})
		must(t, err)
		if got := lines(theirs); got != strings.NewReplacer("note: kingfisher: the resizer | ", "", "case.assigned | case.assigned", "case.assigned").Replace(want) {
			t.Errorf("the client reads %s", got)
		}
		if shown.Handler != "Jun Sato" || !shown.Mine || shown.State != support.Closed || !theirs.Entries[1].Reply.Own || theirs.Entries[2].Reply.Own || !theirs.Entries[2].Reply.ByStaff {
			t.Errorf("the client sees %+v", shown)
		}
		wants(t, b.portal(t, ines).Reopen(t.Context(), c), problem.Conflict, "", "case.no_way")
		must(t, b.app(t, jun).Reopen(t.Context(), c))
		b.state(t, c, support.Open)
	})
}

// Each person sees what their capability gives them, and to everybody else there is
// nothing.
func TestWhoSeesACase(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		hers, his, theirs := b.raise(t, ines, "Hers"), b.raise(t, rui, "His"), b.raise(t, sam, "Bikes")
		all := []support.ID{hers, his, theirs}
		for email, sees := range map[string][]support.ID{ines: {hers, his}, rui: {his}, sam: {theirs}} {
			list, err := b.portal(t, email).List(t.Context(), support.Wanted{})
			must(t, err)
			if len(list.Rows) != len(sees) || list.Counts[support.FilterAll] != len(sees) || list.Counts[support.FilterOpen] != len(sees) {
				t.Errorf("%s lists %d cases and counts %v, want %d", email, len(list.Rows), list.Counts, len(sees))
			}
			for _, c := range all {
				_, _, err := b.portal(t, email).Get(t.Context(), c, support.Span{})
				_, replied := b.portal(t, email).Reply(t.Context(), c, "Anything", nil)
				if saw := slices.Contains(sees, c); saw != (err == nil) || saw != (replied == nil) || !saw && (!problem.Is(err, problem.NotFound) || !problem.Is(replied, problem.NotFound)) {
					t.Errorf("%s at %s: %v, %v", email, c, err, replied)
				}
				if !slices.Contains(sees, c) {
					for _, err := range []error{b.portal(t, email).Close(t.Context(), c), b.portal(t, email).Reopen(t.Context(), c)} {
						wants(t, err, problem.NotFound, "", "problem.not_found")
					}
				}
			}
		}
		b.Add(t, b.marlow, "bill@marlow.example", auth.BillingPreset, true)
		_, err := b.portal(t, "bill@marlow.example").List(t.Context(), support.Wanted{})
		wants(t, err, problem.NotFound, "", "problem.not_found")
		away := b.f.ForStaff(b.Staff(t, projecttest.Away, owner, b.Form()))
		if _, _, err := away.Get(t.Context(), hers, support.Span{}); !problem.Is(err, problem.NotFound) {
			t.Errorf("another workspace: %v", err)
		}
		b.Hire(t, "Vera View", "vera@halden.example", auth.Viewer)
		wants(t, b.app(t, "vera@halden.example").Reply(t.Context(), hers, support.Message{Body: "x"}), problem.Forbidden, "", "problem.forbidden")
		wants(t, b.app(t, "vera@halden.example").Note(t.Context(), hers, support.Message{Body: "x", Uploads: []document.Upload{file("a.txt", "x")}}), problem.Forbidden, "", "problem.forbidden")
	})
}

// The second of two members who write at once is told before anything is stored, and
// their text goes out when they send it again.
func TestTwoMembersAnswerAtOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		c := b.raise(t, ines, "Colours")
		_, before := b.get(t, c)
		seen := before.Newest()
		must(t, b.app(t, jun).Reply(t.Context(), c, support.Message{Body: "From Jun", Seen: seen}))
		wants(t, b.app(t, owner).Reply(t.Context(), c, support.Message{Body: "From Priya", Seen: seen, Uploads: []document.Upload{file("a.txt", "x")}}), problem.Conflict, "", "case.said_meanwhile")
		_, now := b.get(t, c)
		if strings.Contains(lines(now), "From Priya") {
			t.Error("it was stored all the same")
		}
		must(t, b.app(t, owner).Reply(t.Context(), c, support.Message{Body: "From Priya", Seen: now.Newest()}))
		_, now = b.get(t, c)
		seen = now.Newest()
		must(t, b.app(t, owner).Reply(t.Context(), c, support.Message{Body: "Once more", Seen: seen})) // one's own is no surprise
		must(t, b.app(t, jun).Note(t.Context(), c, support.Message{Body: "wait for me", Seen: ""}))
		wants(t, b.app(t, owner).Reply(t.Context(), c, support.Message{Body: "Too quick", Seen: seen}), problem.Conflict, "", "case.said_meanwhile")
		_, now = b.get(t, c)
		must(t, b.app(t, jun).Resolve(t.Context(), c, "", "Done."))
		wants(t, b.app(t, owner).Reply(t.Context(), c, support.Message{Body: "Late", Seen: now.Newest()}), problem.Conflict, "", "case.said_meanwhile")
		if n, err := b.blobs.List(t.Context(), b.System(t, home).Site().ID, "", 10); err != nil || len(n) != 0 {
			t.Errorf("%d files are left of what was refused, %v", len(n), err)
		}
	})
}

// What is written to a case that is over begins another one, which follows it.
func TestFollowUp(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		c := b.raise(t, ines, "Colours")
		must(t, b.app(t, jun).Resolve(t.Context(), c, "", "Done."))
		b.Later(support.Grace - time.Minute)
		in, err := b.portal(t, ines).Reply(t.Context(), c, "Not yet", nil)
		must(t, err)
		if in != c {
			t.Error("within the grace it goes on")
		}
		b.state(t, c, support.Open)
		must(t, b.app(t, jun).Resolve(t.Context(), c, "", "Done now."))
		b.Later(support.Grace)
		wants(t, b.portal(t, ines).Reopen(t.Context(), c), problem.Conflict, "", "case.no_way")
		next, err := b.portal(t, ines).Reply(t.Context(), c, "It is back", []document.Upload{file("a.txt", "seen")})
		must(t, err)
		first, _ := b.get(t, c)
		second, thread := b.get(t, next)
		if next == c || first.State != support.Resolved || first.FollowedBy.Number != "SC-2" || second.Follows.ID != c || second.State != support.New || second.Subject != "Colours" {
			t.Errorf("%+v is followed by %+v", first, second)
		}
		if got := lines(thread); got != "case.raised | Contact of Marlow Ceramics: It is back" || len(thread.Entries[1].Reply.Files) != 1 {
			t.Errorf("the follow-up begins with %s", got)
		}
		must(t, b.f.Sweep(t.Context(), b.System(t, home)))
		b.state(t, c, support.Closed)
		b.Later(time.Hour)
		other := b.raise(t, rui, "His")
		must(t, b.portal(t, rui).Close(t.Context(), other))
		must(t, b.portal(t, rui).Close(t.Context(), other))
		wants(t, b.app(t, jun).Reply(t.Context(), other, support.Message{Body: "x"}), problem.Conflict, "", "case.closed_reply")
	})
}

// A case that nobody reopens within the grace is closed by itself.
func TestSweep(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		c, open := b.raise(t, ines, "Colours"), b.raise(t, ines, "Open")
		must(t, b.app(t, jun).Resolve(t.Context(), c, "", "Done."))
		b.Later(support.Grace - time.Second)
		must(t, b.f.Sweep(t.Context(), b.System(t, home)))
		b.state(t, c, support.Resolved)
		b.Later(time.Second)
		must(t, b.f.Sweep(t.Context(), b.System(t, home)))
		must(t, b.f.Sweep(t.Context(), b.System(t, home)))
		b.state(t, c, support.Closed)
		b.state(t, open, support.New)
		if got, thread := b.get(t, c); got.Resolution != "Done." || !strings.HasSuffix(lines(thread), "case.resolved | case.closed") {
			t.Errorf("%+v: %s", got, lines(thread))
		}
	})
}

// Files of a reply are the client's to fetch; those of a note are not, by any id.
func TestFilesOfACase(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		c, other := b.raise(t, ines, "Colours"), b.raise(t, sam, "Bikes")
		_, err := b.portal(t, ines).Reply(t.Context(), c, "", []document.Upload{file("side by side.txt", "theirs")})
		must(t, err)
		must(t, b.app(t, jun).Note(t.Context(), c, support.Message{Body: "look", Uploads: []document.Upload{file("kingfisher.txt", "ours")}}))
		_, thread := b.get(t, c)
		var reply, note document.Attached
		for _, e := range thread.Entries {
			if e.Reply != nil && len(e.Reply.Files) > 0 {
				reply = e.Reply.Files[0]
			}
			if e.Note != nil {
				note = e.Note.Files[0]
			}
		}
		for _, one := range []struct {
			file document.Attached
			said string
		}{{reply, "theirs"}, {note, "ours"}} {
			got, err := b.app(t, owner).File(t.Context(), c, one.file.ID)
			must(t, err)
			if string(got.Bytes) != one.said || got.Name != one.file.Name {
				t.Errorf("staff get %+v", got)
			}
		}
		got, err := b.portal(t, ines).File(t.Context(), c, reply.ID)
		must(t, err)
		if string(got.Bytes) != "theirs" || got.Name != "side by side.txt" {
			t.Errorf("the client gets %+v", got)
		}
		for name, err := range map[string]error{
			"a note's file": second(b.portal(t, ines).File(t.Context(), c, note.ID)),
			"its version":   second(b.portal(t, ines).File(t.Context(), c, note.Version)),
			"its version on the shelf": b.Contact(t, home, ines, b.marlow).Read(t.Context(), auth.Cases, func(tx scope.Tx) error {
				return second(document.FindSeen(t.Context(), tx, note.Version))
			}),
			"another client":            second(b.portal(t, sam).File(t.Context(), c, reply.ID)),
			"through a case of theirs":  second(b.portal(t, sam).File(t.Context(), other, reply.ID)),
			"who does not see the case": second(b.portal(t, rui).File(t.Context(), c, reply.ID)),
		} {
			if !problem.Is(err, problem.NotFound) {
				t.Errorf("%s: %v", name, err)
			}
		}
		_, err = b.portal(t, ines).Reply(t.Context(), c, "", nil)
		wants(t, err, problem.Invalid, "body", "field.required")
		_, err = b.portal(t, ines).Reply(t.Context(), c, strings.Repeat("x", 2<<20), nil)
		wants(t, err, problem.Invalid, "body", "field.long")
		_, err = b.portal(t, ines).Reply(t.Context(), c, "look", []document.Upload{file("page.html", "<script>")})
		wants(t, err, problem.Invalid, support.UploadField, "upload.kind")
	})
}

func second[T any](_ T, err error) error { return err }

// A thread of many replies is read in pages without a gap.
func TestALongThread(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		c := b.raise(t, ines, "Colours")
		n := often(2*support.ThreadPage+7, 5000)
		for i := range n {
			_, err := b.portal(t, ines).Reply(t.Context(), c, fmt.Sprint(i), nil)
			must(t, err)
		}
		var bodies []string
		p := b.portal(t, ines)
		_, page, err := p.Get(t.Context(), c, support.Span{})
		must(t, err)
		if page.Later != "" || len(page.Entries) != support.ThreadPage {
			t.Errorf("the newest page has %d entries and goes on at %q", len(page.Entries), page.Later)
		}
		for {
			var here []string
			for _, e := range page.Entries {
				if e.Reply != nil {
					here = append(here, e.Reply.Body)
				}
			}
			bodies = append(here, bodies...)
			if page.Earlier == "" {
				break
			}
			_, before, err := p.Get(t.Context(), c, support.Span{Before: page.Earlier})
			must(t, err)
			_, again, err := p.Get(t.Context(), c, support.Span{After: before.Newest()})
			must(t, err)
			if lines(again) != lines(page) || before.Later == "" {
				t.Errorf("going back and on again reads %s, want %s", lines(again), lines(page))
			}
			page = before
		}
		if len(bodies) != n+1 || bodies[1] != "0" || bodies[n] != fmt.Sprint(n-1) {
			t.Errorf("%d replies from %q to %q", len(bodies), bodies[1], bodies[len(bodies)-1])
		}
	})
}

// However replies and resolutions cross, no reply is lost and the state is one that
// the steps lead to.
func TestRepliesAndResolutionsCross(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		c := b.raise(t, ines, "Colours")
		rounds := often(8, 64)
		var wg sync.WaitGroup
		var mu sync.Mutex
		sent := []string{"Colours does not work."}
		for i := range rounds {
			client, member := b.portal(t, ines), b.app(t, jun)
			wg.Add(2)
			go func() {
				defer wg.Done()
				body := fmt.Sprint("reply ", i)
				if in, err := client.Reply(t.Context(), c, body, nil); err != nil || in != c {
					t.Errorf("the reply is in %s: %v", in, err)
				}
				mu.Lock()
				defer mu.Unlock()
				sent = append(sent, body)
			}()
			go func() {
				defer wg.Done()
				if err := member.Resolve(t.Context(), c, "", "Done."); err != nil && !problem.Is(err, problem.Conflict) {
					t.Error(err)
				}
			}()
		}
		wg.Wait()
		got, thread := b.get(t, c)
		if got.State != support.Open && got.State != support.Resolved {
			t.Errorf("the case is %s", got.State)
		}
		said := lines(thread)
		for thread.Earlier != "" {
			_, earlier, err := b.app(t, jun).Get(t.Context(), c, support.Span{Before: thread.Earlier})
			must(t, err)
			said, thread = lines(earlier)+said, earlier
		}
		for _, body := range sent {
			if !strings.Contains(said, ": "+body) {
				t.Errorf("%q is lost in %s", body, said)
			}
		}
	})
}
