package change_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"foyer/internal/auth"
	"foyer/internal/feature/change"
	"foyer/internal/feature/client"
	"foyer/internal/feature/document"
	"foyer/internal/feature/outbox"
	"foyer/internal/feature/project/projecttest"
	"foyer/internal/kernel/problem"
	"foyer/internal/kernel/scope"
)

// Who sees what: all, own or nothing, and nothing of others.
func TestWhoSeesARequest(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		b.owned(t)
		b.Add(t, b.of, "reader@marlow.example", auth.ReaderPreset, true)
		other := b.Client(t, home, "Northwind Bikes", sam)
		r := b.quoted(t, "Of Ines", quote("10"))
		theirs, err := b.contact(t, own).Submit(t.Context(), b.details("Of Owen"), nil)
		must(t, err)
		if _, err := b.contact(t, own).Get(t.Context(), theirs, change.Part{}); err != nil {
			t.Error(err)
		}
		sha := b.hash(t, r)
		file := func(p change.Portal) error {
			_, err := p.File(t.Context(), r, r.String())
			return err
		}
		for name, p := range map[string]change.Portal{
			"who sees their own":    b.contact(t, own),
			"who sees none":         b.contact(t, "reader@marlow.example"),
			"another client":        b.f.ForClient(b.Contact(t, home, sam, other)),
			"nobody in particular":  b.f.ForClient(auth.Client{}),
			"who sees all, no such": b.portal(t),
		} {
			of := r
			if name == "who sees all, no such" {
				of = change.ID(b.project.String())
			}
			_, err := p.Get(t.Context(), of, change.Part{})
			for what, err := range map[string]error{
				"get": err, "file": file(p), "withdraw": p.Withdraw(t.Context(), of, change.Before{}),
				"accept":  p.Accept(t.Context(), of, change.Acceptance{SHA256: sha}),
				"decline": p.Decline(t.Context(), of, sha, "No"), "say": p.Say(t.Context(), of, change.Before{}, "Hello", nil),
				"answer": p.Answer(t.Context(), of, change.Before{}, "Hello", nil), "negotiate": p.Negotiate(t.Context(), of, change.Before{}, "Hello", nil),
			} {
				if !problem.Is(err, problem.NotFound) && !problem.Is(err, problem.Unauthenticated) {
					t.Errorf("%s, %s: %v", name, what, err)
				}
			}
		}
		in := b.details("Another's project")
		_, err = b.f.ForClient(b.Contact(t, home, sam, other)).Submit(t.Context(), in, nil)
		wants(t, err, problem.Invalid, "project", "change.project_required")
		away := b.f.ForStaff(b.Staff(t, projecttest.Away, owner, b.Form()))
		_, err = away.Get(t.Context(), r, change.Part{})
		missing(t, err)
		missing(t, away.Reject(t.Context(), r, change.Before{}, "No"))
		_, err = away.Get(t.Context(), "x", change.Part{})
		missing(t, err)
		list, err := b.contact(t, own).List(t.Context(), change.Wanted{})
		must(t, err)
		if len(list.Rows) != 1 || list.Rows[0].ID != theirs || list.Counts[change.FilterAll] != 1 {
			t.Errorf("Owen's list is %+v", list)
		}
		// Owen is neither the author nor the primary contact of others; Ines is primary.
		must(t, b.portal(t).Withdraw(t.Context(), theirs, change.Before{}))
		b.Add(t, b.of, "all@marlow.example", auth.ProjectPreset, true)
		wants(t, b.contact(t, "all@marlow.example").Withdraw(t.Context(), r, change.Before{}), problem.Forbidden, "", "")
		b.state(t, r, change.Quoted)
		b.right(t)
	})
}

// Acts are asked for besides the capability.
func TestActsAreAskedFor(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		caps := auth.ProjectPreset.Capabilities()
		caps.Request, caps.Accept = false, false
		c := b.owned(t)
		_, now, err := b.Clients(t, home).Contact(t.Context(), b.of, c.ID)
		must(t, err)
		d := client.ContactDetails{Name: now.Name, Email: now.Email, Preset: auth.ProjectPreset, Drawn: auth.ProjectPreset, Capabilities: caps}
		must(t, b.Clients(t, home).UpdateContact(t.Context(), b.of, c.ID, now.Version, d))
		r := b.quoted(t, "Gift cards", quote("10"))
		p := b.contact(t, own)
		_, err = p.Submit(t.Context(), b.details("No"), nil)
		for _, err := range []error{
			err, p.Accept(t.Context(), r, change.Acceptance{SHA256: b.hash(t, r)}), p.Decline(t.Context(), r, b.hash(t, r), "No"),
			p.Negotiate(t.Context(), r, change.Before{}, "x", nil), p.Answer(t.Context(), r, change.Before{}, "x", nil), p.Say(t.Context(), r, change.Before{}, "x", nil),
		} {
			wants(t, err, problem.Forbidden, "", "")
		}
		full, err := p.Get(t.Context(), r, change.Part{})
		must(t, err)
		if full.MayAnswer || full.MayDecide || full.MayWithdraw {
			t.Errorf("they may %+v", full.Shown)
		}
	})
}

// The second of two who write at once is told before anything is stored.
func TestTheSecondIsToldFirst(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		b.hire(t)
		r := b.submit(t, "Gift cards")
		seen := b.get(t, r).Thread.Seen
		must(t, b.as(t, pat).Say(t.Context(), r, change.Before{Seen: seen}, "We look at it.", nil))
		for what, err := range map[string]error{
			"say":    b.app(t).Say(t.Context(), r, change.Before{Seen: seen}, "We look at it.", nil),
			"ask":    b.app(t).Ask(t.Context(), r, change.Before{Seen: seen}, "How many?", []document.Upload{{Name: "a.txt", Bytes: []byte("a")}}),
			"quote":  b.app(t).Quote(t.Context(), r, change.Before{Seen: seen}, quote("10")),
			"reject": b.app(t).Reject(t.Context(), r, change.Before{Seen: seen}, "No"),
		} {
			if p, ok := problem.As(err); !ok || p.Message.Key != "change.said_meanwhile" {
				t.Errorf("%s: %v", what, err)
			}
		}
		// Who wrote it themselves is not told of it.
		must(t, b.as(t, pat).Say(t.Context(), r, change.Before{Seen: seen}, "And again.", nil))
		full := b.get(t, r)
		if len(full.Thread.Messages) != 2 || full.State != change.Submitted || b.files(t) != 0 {
			t.Errorf("something was stored: %+v, %d files", full.Thread, b.files(t))
		}
		must(t, b.app(t).Quote(t.Context(), r, change.Before{Seen: full.Thread.Seen}, quote("10")))
		// A quote is something new to who has seen the messages alone.
		conflict(t, b.portal(t).Say(t.Context(), r, change.Before{Seen: full.Thread.Seen}, "Thanks", nil), "change.said_meanwhile")
		must(t, b.portal(t).Say(t.Context(), r, change.Before{Seen: b.shown(t, r).Thread.Seen}, "Thanks", nil))
		conflict(t, b.app(t).Ask(t.Context(), r, change.Before{State: change.InReview}, "How many?", nil), "change.moved_on.quoted")
	})
}

// files are those in the store.
func (b *bench) files(t *testing.T) (n int) {
	t.Helper()
	must(t, filepath.WalkDir(b.blobs, func(_ string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			n++
		}
		return err
	}))
	return n
}

func TestFilesComeAlong(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		pdf := []document.Upload{{Name: "Plan.pdf", Bytes: []byte("%PDF-1.7 plan")}}
		r, err := b.portal(t).Submit(t.Context(), b.details("With a plan"), pdf)
		must(t, err)
		must(t, b.app(t).Ask(t.Context(), r, change.Before{}, "Which one?", []document.Upload{{Name: "a.txt", Bytes: []byte("a")}, {Name: "b.txt", Bytes: []byte("b")}}))
		must(t, b.portal(t).Answer(t.Context(), r, change.Before{}, "This one.", []document.Upload{{Name: "c.txt", Bytes: []byte("c")}}))
		s, full := b.shown(t, r), b.get(t, r)
		for _, th := range []change.Thread{s.Thread, full.Thread} {
			if len(th.Files) != 1 || th.Files[0].Name != "Plan.pdf" || th.Files[0].Size != 13 || len(th.Messages) != 2 || len(th.Messages[0].Files) != 2 || len(th.Messages[1].Files) != 1 {
				t.Fatalf("the conversation is %+v", th)
			}
		}
		if !s.Thread.Messages[1].Mine || s.Thread.Messages[0].Mine || !s.Thread.Messages[0].ByStaff {
			t.Errorf("the conversation is %+v", s.Thread)
		}
		got, err := b.portal(t).File(t.Context(), r, s.Thread.Messages[0].Files[1].ID)
		must(t, err)
		plan, err := b.app(t).File(t.Context(), r, s.Thread.Files[0].ID)
		must(t, err)
		if string(got.Bytes) != "b" || string(plan.Bytes) != "%PDF-1.7 plan" || plan.Name != "Plan.pdf" {
			t.Errorf("the files are %q and %q", got.Bytes, plan.Bytes)
		}
		other := b.submit(t, "Another")
		_, err = b.portal(t).File(t.Context(), other, s.Thread.Files[0].ID)
		missing(t, err)
		kept := b.files(t)
		for _, bad := range []document.Upload{{Name: "empty.pdf"}, {Name: "a.exe", Bytes: []byte("MZ")}, {Name: "big.txt", Bytes: make([]byte, document.LargestUploads+1)}} {
			_, err := b.portal(t).Submit(t.Context(), b.details("Bad"), []document.Upload{bad})
			wants(t, err, problem.Invalid, change.FilesField, "")
		}
		in := b.details("Of a project that is not there")
		in.Project = "00000000000000000000000000"
		_, err = b.portal(t).Submit(t.Context(), in, pdf)
		wants(t, err, problem.Invalid, "project", "")
		conflict(t, b.portal(t).Answer(t.Context(), r, change.Before{}, "Late.", pdf), "change.moved_on.in_review")
		door := b.portal(t)
		for range 2 {
			must(t, door.Say(t.Context(), r, change.Before{}, "Once.", pdf))
		}
		if n := b.files(t); n != kept+1 {
			t.Errorf("%d files are in the store, want %d", n, kept+1)
		}
	})
}

func TestBadWordsAreRefusedAtTheField(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		for field, spoil := range map[string]func(*change.Details){
			"project":       func(d *change.Details) { d.Project = "x" },
			"title":         func(d *change.Details) { d.Title = "" },
			"description":   func(d *change.Details) { d.Description = strings.Repeat("a", 2<<20) },
			"category":      func(d *change.Details) { d.Category = "x" },
			"priority":      func(d *change.Details) { d.Priority = "" },
			"justification": func(d *change.Details) { d.Justification = "a\x00b" },
			"benefit":       func(d *change.Details) { d.Benefit = strings.Repeat("a", change.LongestText+1) },
		} {
			d := b.details("Bad")
			spoil(&d)
			_, err := b.portal(t).Submit(t.Context(), d, nil)
			wants(t, err, problem.Invalid, field, "")
		}
		r := b.submit(t, "Gift cards")
		wants(t, b.portal(t).Say(t.Context(), r, change.Before{}, strings.Repeat("a", 2<<20), nil), problem.Invalid, "body", "field.long")
		must(t, b.portal(t).Say(t.Context(), r, change.Before{}, strings.Repeat("ä", change.LongestMessage), nil))
		for field, spoil := range map[string]func(*change.QuoteDetails){
			"price":       func(q *change.QuoteDetails) { q.Price = "-1" },
			"currency":    func(q *change.QuoteDetails) { q.Currency = "XXQ" },
			"hours":       func(q *change.QuoteDetails) { q.Hours = "many" },
			"milestone":   func(q *change.QuoteDetails) { q.Days = "3" },
			"days":        func(q *change.QuoteDetails) { q.Milestone, q.Days = b.milestone, "731" },
			"valid_until": func(q *change.QuoteDetails) { q.ValidUntil = "2028-12-01" },
			"note":        func(q *change.QuoteDetails) { q.Note = "\u202e" },
		} {
			q := quote("10")
			spoil(&q)
			wants(t, b.app(t).Quote(t.Context(), r, change.Before{}, q), problem.Invalid, field, "")
		}
		large := quote("1,000,000,001.00")
		wants(t, b.app(t).Quote(t.Context(), r, change.Before{}, large), problem.Invalid, "price", "money.too_large")
		most := quote("1,000,000,000.00")
		must(t, b.app(t).Quote(t.Context(), r, change.Before{}, most))
		b.accept(t, r)
		b.right(t)
	})
}

// A conversation of any length is read in parts without a gap.
func TestALongConversationComesInParts(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		r := b.submit(t, "Gift cards")
		n := 120
		if soak {
			n = 5020 // the oldest part stays one of 20
		}
		for i := range n {
			must(t, b.portal(t).Say(t.Context(), r, change.Before{}, fmt.Sprint("Message ", i), nil))
		}
		var got []string
		th := b.get(t, r).Thread
		if th.Newer != "" || len(th.Messages) != change.ThreadPage {
			t.Errorf("the newest part is %+v", th)
		}
		parts := 0
		for {
			parts++
			for i := len(th.Messages) - 1; i >= 0; i-- {
				got = append(got, th.Messages[i].Body)
			}
			if th.Older == "" {
				break
			}
			full, err := b.portal(t).Get(t.Context(), r, change.Part{Before: th.Older})
			must(t, err)
			if full.Thread.Newer == "" {
				t.Error("an older part leads to no newer one")
			}
			th = full.Thread
		}
		if len(got) != n || got[n-1] != "Message 0" || got[0] != fmt.Sprint("Message ", n-1) || parts != (n+change.ThreadPage-1)/change.ThreadPage {
			t.Errorf("%d parts have %d messages", parts, len(got))
		}
		full, err := b.app(t).Get(t.Context(), r, change.Part{After: th.Newer})
		must(t, err)
		if m := full.Thread.Messages; len(m) != change.ThreadPage || m[0].Body != "Message 20" || full.Thread.Newer == "" || full.Thread.Older == "" {
			t.Errorf("after the oldest part comes %+v", full.Thread)
		}
	})
}

// Each mail goes to who it concerns, never to who did it, and to nobody who may not see
// the request any more; none has what staff remark.
func TestWhoIsToldOfWhat(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		b.hire(t)
		r := b.submit(t, "Gift cards")
		b.tells(t, "submitting", owner+": Change request CR-1 of Marlow Ceramics: Gift cards", pat+": Change request CR-1 of Marlow Ceramics: Gift cards", sue+": Change request CR-1 of Marlow Ceramics: Gift cards")
		must(t, b.as(t, pat).Review(t.Context(), r, change.Before{}))
		must(t, b.app(t).SaveNote(t.Context(), r, b.get(t, r).Version, change.Note{Assignee: b.Staff(t, home, pat, "").MemberID(), Remark: canary}))
		b.tells(t, "taking and remarking")
		must(t, b.app(t).Ask(t.Context(), r, change.Before{}, "How many?", nil))
		b.tells(t, "asking", ines+": A question about CR-1: Gift cards")
		must(t, b.portal(t).Answer(t.Context(), r, change.Before{}, "Ten.", nil))
		b.tells(t, "answering", pat+": Answer on CR-1 of Marlow Ceramics: Gift cards")
		must(t, b.as(t, pat).Say(t.Context(), r, change.Before{}, "Thanks.", nil))
		b.tells(t, "saying", ines+": New message about CR-1: Gift cards")
		must(t, b.app(t).Quote(t.Context(), r, change.Before{}, quote("10")))
		b.tells(t, "quoting", ines+": Quote for CR-1: Gift cards")
		must(t, b.portal(t).Negotiate(t.Context(), r, change.Before{}, "Less?", nil))
		b.tells(t, "negotiating", pat+": About the quote CR-1 of Marlow Ceramics: Gift cards")
		must(t, b.app(t).Quote(t.Context(), r, change.Before{}, quote("9")))
		must(t, b.app(t).Quote(t.Context(), r, change.Before{}, quote("8")))
		b.tells(t, "quoting twice", ines+": Quote for CR-1: Gift cards")
		b.accept(t, r)
		b.tells(t, "accepting", pat+": Accepted by Marlow Ceramics: CR-1, Gift cards")
		must(t, b.portal(t).Say(t.Context(), r, change.Before{}, "When?", nil))
		b.tells(t, "saying", pat+": Message on CR-1 of Marlow Ceramics: Gift cards")

		second := b.submit(t, "Another")
		must(t, b.as(t, pat).Reject(t.Context(), second, change.Before{}, "Not now."))
		b.ChooseAll(t, auth.Changes, outbox.None)
		third := b.submit(t, "Third")
		must(t, b.as(t, pat).Reject(t.Context(), third, change.Before{}, "Not now."))
		b.tells(t, "rejecting somebody who turned mail off meanwhile",
			owner+": Change request CR-2 of Marlow Ceramics: Another", pat+": Change request CR-2 of Marlow Ceramics: Another", sue+": Change request CR-2 of Marlow Ceramics: Another",
			owner+": Change request CR-3 of Marlow Ceramics: Third", pat+": Change request CR-3 of Marlow Ceramics: Third", sue+": Change request CR-3 of Marlow Ceramics: Third")
	})
}

// Colleagues of who asked for it hear of a request when they may decide about its
// quote, or have written about it; and who asked hears what colleagues decided.
func TestColleaguesAreTold(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		const mara, rui = "mara@marlow.example", "rui@marlow.example"
		b.Add(t, b.of, mara, auth.ProjectPreset, true)
		watching := b.Add(t, b.of, rui, auth.ProjectPreset, true)
		b.Run(t, home, `update contact set may_accept = false where workspace_id = :workspace and id = :id`, scope.Args{"id": watching.ID.String()})
		b.Deliver(t)
		r := b.submit(t, "Gift cards")
		b.Deliver(t)
		must(t, b.app(t).Quote(t.Context(), r, change.Before{}, quote("10")))
		b.tells(t, "quoting", ines+": Quote for CR-1: Gift cards", mara+": Quote for CR-1: Gift cards")
		must(t, b.contact(t, rui).Say(t.Context(), r, change.Before{}, "Does it work abroad?", nil))
		b.tells(t, "a colleague's question", ines+": New message about CR-1: Gift cards", owner+": Message on CR-1 of Marlow Ceramics: Gift cards")
		must(t, b.app(t).Say(t.Context(), r, change.Before{}, "It does.", nil))
		b.tells(t, "answering", ines+": New message about CR-1: Gift cards", rui+": New message about CR-1: Gift cards")
		must(t, b.contact(t, mara).Accept(t.Context(), r, b.get(t, r).Quotes[0].Shown()))
		told := b.Deliver(t)
		to := map[string]string{}
		for _, m := range told {
			to[m.To.Addr] = m.Text
		}
		if len(told) != 3 || !strings.Contains(to[ines], "has accepted the quote") || to[rui] == "" || to[owner] == "" {
			t.Errorf("of a colleague's decision %d are told: %v", len(told), to)
		}
		b.Run(t, home, `update contact set changes = 'own' where workspace_id = :workspace and id = :id`, scope.Args{"id": watching.ID.String()})
		must(t, b.app(t).Say(t.Context(), r, change.Before{}, "We begin.", nil))
		b.tells(t, "who sees it no more", ines+": New message about CR-1: Gift cards", mara+": New message about CR-1: Gift cards")
	})
}

// What a mail says is what was written, with a way to the request.
func TestAMailSaysWhatWasWritten(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		r := b.submit(t, "Gift cards")
		b.Deliver(t)
		must(t, b.app(t).Quote(t.Context(), r, change.Before{}, quote("1,250")))
		m := b.Deliver(t)[0]
		for _, want := range []string{"1,250.00", "As discussed.", "/portal/change-requests/" + r.String(), "Replies to this mail are not read"} {
			if !strings.Contains(m.Text, want) {
				t.Errorf("the mail lacks %q: %s", want, m.Text)
			}
		}
		must(t, b.portal(t).Decline(t.Context(), r, b.hash(t, r), "Too dear."))
		if m = b.Deliver(t)[0]; !strings.Contains(m.Text, "Too dear.") || !strings.Contains(m.Text, "/app/change-requests/"+r.String()) {
			t.Errorf("the mail says %s", m.Text)
		}
	})
}

// pointers are addresses in memory, which say nothing.
var pointers = regexp.MustCompile(`0x[0-9a-f]+`)

// What staff remark and do among themselves is in nothing that a client is given.
func TestStaffAmongThemselves(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		b.hire(t)
		r := b.quoted(t, "Gift cards", quote("10"))
		b.Deliver(t)
		given := func() string {
			p := b.portal(t)
			full, err := p.Get(t.Context(), r, change.Part{})
			must(t, err)
			list, err := p.List(t.Context(), change.Wanted{})
			must(t, err)
			of, err := p.OfProject(t.Context(), b.project)
			must(t, err)
			events, err := b.Feed(t, ines, b.of).Page(t.Context(), "")
			must(t, err)
			return fmt.Sprintf("%+v %+v %+v %+v", full, list, of, events)
		}
		// Pointers differ; what they point at is asked for elsewhere.
		before := kinds(b.Kinds(t, b.of), "change.")
		was := pointers.ReplaceAllString(given(), "")
		b.Later(60e9)
		must(t, b.app(t).SaveNote(t.Context(), r, b.get(t, r).Version, change.Note{Assignee: b.Staff(t, home, sue, "").MemberID(), Remark: canary}))
		if now := pointers.ReplaceAllString(given(), ""); now != was {
			t.Errorf("a remark changed what the client is given:\n%s\n%s", was, now)
		}
		if got := b.get(t, r); got.Remark != canary || got.AssigneeOf != "Sue Support" || !got.UpdatedAt.After(got.ShownAt) {
			t.Errorf("it is %+v", got)
		}
		added := slices.DeleteFunc(kinds(b.Kinds(t, b.of), "change."), func(k string) bool { return slices.Contains(before, k) })
		if !slices.Equal(added, []string{"change.noted", "change.noted staff"}) {
			t.Errorf("recorded is %q", added)
		}
		conflict(t, b.app(t).SaveNote(t.Context(), r, 1, change.Note{Remark: "x"}), "problem.stale")
		wants(t, b.app(t).SaveNote(t.Context(), r, b.get(t, r).Version, change.Note{Assignee: b.Staff(t, home, vic, "").MemberID()}), problem.Invalid, "assignee", "")
		support, err := b.as(t, sue).Get(t.Context(), r, change.Part{})
		must(t, err)
		list, err := b.as(t, sue).List(t.Context(), change.Wanted{})
		must(t, err)
		if support.Price != nil || support.Quotes[0].Price.Minor != 0 || list.Rows[0].Price != nil || list.Rows[0].AssigneeOf != "Sue Support" {
			t.Errorf("Support sees %+v, %+v", support, list.Rows)
		}
	})
}

func TestTheFeedTellsOfChanges(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		b.owned(t)
		b.Add(t, b.of, "reader@marlow.example", auth.ReaderPreset, true)
		r := b.quoted(t, "Gift cards", quote("10"))
		b.accept(t, r)
		read := func(email string) (all []string) {
			events, err := b.Feed(t, email, b.of).Recent(t.Context())
			must(t, err)
			for _, e := range events {
				if strings.HasPrefix(e.Kind, "change.") {
					all = append(all, e.Kind+" "+e.Change.Name+" "+e.Change.ID)
				}
			}
			return all
		}
		rest := " Gift cards " + r.String()
		if got := read(ines); !slices.Equal(got, []string{"change.accepted" + rest, "change.quoted" + rest, "change.submitted" + rest}) {
			t.Errorf("Ines reads %q", got)
		}
		if got := append(read(own), read("reader@marlow.example")...); len(got) > 0 {
			t.Errorf("others read %q", got)
		}
	})
}
