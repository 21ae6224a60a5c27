package contract_test

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"foyer/internal/auth"
	"foyer/internal/feature/contract"
	"foyer/internal/feature/project/projecttest"
	"foyer/internal/kernel/civil"
	"foyer/internal/kernel/lang"
	"foyer/internal/kernel/mail"
	"foyer/internal/kernel/problem"
)

// signatory is somebody of a contract by their address.
func (b *bench) signatory(t *testing.T, c contract.ID, email string) contract.Signatory {
	t.Helper()
	_, people, err := b.app(t).People(t.Context(), c)
	must(t, err)
	n := slices.IndexFunc(people, func(s contract.Signatory) bool { return s.Email == email })
	if n < 0 {
		t.Fatalf("%s is none of %+v", email, people)
	}
	return people[n]
}

// A member who cannot sign any more lets another one sign, before and after the
// client has; who was asked is told that they need not.
func TestAnotherMemberSignsForUs(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		c := b.Client(t, home, "Marlow Ceramics", ines)
		mara, otto, helper := "mara@haldenrowe.example", "otto@haldenrowe.example", "helper@haldenrowe.example"
		support, project, admin := b.Hire(t, "Helper", helper, auth.Support), b.Hire(t, "Mara Quist", mara, auth.Project), b.Hire(t, "Otto Quist", otto, auth.Admin)
		theirs := b.signer(t, c, ines, "1")
		made := b.write(t, c, b.people(t, c, theirs, b.ours(t, "2")))
		b.send(t, made)
		old := b.signatory(t, made, owner)
		replace := func(of contract.Signatory, in contract.Substitute) error {
			return b.app(t).Replace(t.Context(), made, of.ID, in)
		}
		wants(t, replace(old, contract.Substitute{Name: "Mara Quist", Email: mara}), problem.Invalid, "member", "contract.person_required")
		wants(t, replace(old, contract.Substitute{Member: support.Identity}), problem.Invalid, "member", "contract.person_required")
		wants(t, replace(old, contract.Substitute{Member: old.Identity}), problem.Invalid, "member", "contract.email_twice")
		must(t, replace(old, contract.Substitute{Member: project.Identity}))
		if mails := b.Deliver(t); len(mails) > 0 {
			t.Errorf("nobody of ours was asked yet, and %v are mailed", reached(mails))
		}
		wants(t, replace(old, contract.Substitute{Member: old.Identity}), problem.Conflict, "", "contract.not_replaceable")
		b.sign(t, c, ines, made)
		b.state(t, made, contract.Signed)
		if got := reached(b.Deliver(t)); !slices.Equal(got, []string{mara, owner}) {
			t.Errorf("when the client is done %v are mailed, want Mara who signs and the Owner who sent it", got)
		}
		now := b.signatory(t, made, mara)
		must(t, replace(now, contract.Substitute{Member: admin.Identity}))
		mails := b.Deliver(t)
		if !strings.Contains(to(t, mails, mara).Text, "in your place") || !strings.Contains(to(t, mails, otto).Text, "Website relaunch") {
			t.Errorf("told are %v: %s", reached(mails), to(t, mails, mara).Text)
		}
		must(t, b.Team(t, home).Remove(t.Context(), project.ID))
		p, err := b.as(t, otto).Paper(t.Context(), made)
		must(t, err)
		wants(t, replace(b.signatory(t, made, ines), contract.Substitute{Name: "A", Email: "a@marlow.example"}), problem.Conflict, "", "contract.not_replaceable")
		must(t, b.as(t, otto).Sign(t.Context(), made, signature(p, "Otto Quist")))
		b.Deliver(t)
		b.state(t, made, contract.Executed)
		if _, err := b.app(t).Paper(t.Context(), made); !problem.Is(err, problem.NotFound) {
			t.Errorf("who was replaced has it before them to sign: %v", err)
		}
	})
}

// Reminders by hand come once a day at most, and not after the last day.
func TestRemindingByHandOnceADay(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		c := b.Client(t, home, "Marlow Ceramics", ines)
		in := b.people(t, c, b.signer(t, c, ines, "1"), byLink("1"))
		in.SignBy = b.Now().AddDate(0, 0, 2).Format(time.DateOnly)
		made := b.write(t, c, in)
		b.send(t, made)
		must(t, b.app(t).Remind(t.Context(), made))
		if got := reached(b.Deliver(t)); !slices.Equal(got, []string{ines, guest}) {
			t.Errorf("reminded are %v", got)
		}
		b.Later(time.Hour)
		wants(t, b.app(t).Remind(t.Context(), made), problem.Conflict, "", "contract.reminded_today")
		b.Later(24 * time.Hour)
		must(t, b.app(t).Remind(t.Context(), made))
		b.Later(3 * 24 * time.Hour)
		wants(t, b.app(t).Remind(t.Context(), made), problem.Conflict, "", "contract.remind_late")
		if got := reached(b.Deliver(t)); len(got) != 2 {
			t.Errorf("reminded are %v", got)
		}
	})
}

// A link that opens nothing any more says why, to whoever had it.
func TestWhyALinkOpensNothing(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		c := b.Client(t, home, "Marlow Ceramics", ines)
		says := func(token, want string) {
			t.Helper()
			_, err := b.f.ForGuest(t.Context(), b.Visitor(t, home, ""), token)
			if known, ok := problem.As(err); !ok || known.Kind != problem.NotFound || known.Message.Key != want {
				t.Errorf("it says %v, want %s", err, want)
			}
		}
		says("never-a-link", "problem.not_found")
		const second = "second@partner.example"
		token := func(mails []mail.Kept, email string) string {
			t.Helper()
			return linkIn.FindStringSubmatch(to(t, mails, email).Text)[1]
		}
		out := func(day string) (contract.ID, []mail.Kept) {
			t.Helper()
			other := byLink("1")
			other.Name, other.Email = "Jo Marsh", second
			in := b.people(t, c, byLink("1"), other)
			in.SignBy = day
			made := b.write(t, c, in)
			return made, b.send(t, made)
		}
		open := func(token string) contract.Guest {
			t.Helper()
			g, err := b.f.ForGuest(t.Context(), b.Visitor(t, home, b.Form()), token)
			must(t, err)
			return g
		}

		made, mails := out("")
		first := token(mails, guest)
		must(t, b.app(t).Remind(t.Context(), made))
		newest := token(b.Deliver(t), guest)
		says(first, "sign.over.newer")
		must(t, b.app(t).Replace(t.Context(), made, b.signatory(t, made, guest).ID, contract.Substitute{Name: "New", Email: "new@partner.example"}))
		mails = b.Deliver(t)
		says(newest, "sign.over.replaced")
		if said := to(t, mails, guest).Text; !strings.Contains(said, "in your place") {
			t.Errorf("who is replaced reads %s", said)
		}
		theirs := token(mails, "new@partner.example")
		must(t, b.app(t).Withdraw(t.Context(), made, "A slip."))
		says(theirs, "sign.over.taken")
		b.Deliver(t)
		if said := to(t, b.send(t, made), second).Text; !strings.Contains(said, "This is a new version") {
			t.Errorf("the second version looks like the first: %s", said)
		}
		says(theirs, "sign.over.taken")

		_, mails = out("")
		mine, others := token(mails, guest), token(mails, second)
		p, err := open(others).Paper(t.Context())
		must(t, err)
		must(t, open(others).Decline(t.Context(), p.SHA256, "Too dear."))
		says(others, "sign.over.refused")
		says(mine, "sign.over.declined")
		b.Deliver(t)

		_, mails = out(b.Now().AddDate(0, 0, 1).Format(time.DateOnly))
		b.Later(3 * 24 * time.Hour)
		must(t, b.f.Sweep(t.Context(), b.System(t, home)))
		says(token(mails, guest), "sign.over.lapsed")
		b.Deliver(t)

		made = b.write(t, c, b.people(t, c, byLink("1")))
		last := token(b.send(t, made), guest)
		p, err = open(last).Paper(t.Context())
		must(t, err)
		must(t, open(last).SendCode(t.Context()))
		in := signature(p, "Li Wen")
		in.Code = codeIn.FindString(to(t, b.Deliver(t), guest).Text)
		must(t, open(last).Sign(t.Context(), in))
		b.Deliver(t)
		b.state(t, made, contract.Executed)
		says(last, "sign.over.sealed")
	})
}

// Who was asked to sign reads why a contract is not there any more; nobody else
// learns that it was.
func TestWhoWasAskedReadsWhyItIsGone(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		const asked, other = "asked@marlow.example", "other@marlow.example"
		c := b.Client(t, home, "Marlow Ceramics", ines)
		b.Add(t, c, asked, auth.SignatoryPreset, true)
		b.Add(t, c, other, auth.SignatoryPreset, true)
		made := b.write(t, c, b.people(t, c, b.signer(t, c, asked, "1")))
		b.send(t, made)
		says := func(email, want string) {
			t.Helper()
			_, err := b.portal(t, email, c).Get(t.Context(), made)
			if known, ok := problem.As(err); !ok || known.Kind != problem.NotFound || known.Message.Key != want {
				t.Errorf("%s reads %v, want %s", email, err, want)
			}
		}
		must(t, b.app(t).Withdraw(t.Context(), made, "A slip."))
		says(asked, "contract.gone_taken")
		says(other, "problem.not_found")
		b.send(t, made)
		must(t, b.app(t).Replace(t.Context(), made, b.signatory(t, made, asked).ID, contract.Substitute{Name: "New", Email: "new@partner.example"}))
		says(asked, "contract.gone_replaced")
		says(other, "problem.not_found")
	})
}

// Staff are told once of each day on which a contract ends or renews, in the
// morning, and of no day that is past.
func TestEachDayIsToldOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		c := b.Client(t, home, "Marlow Ceramics", ines)
		day := func(n int) string { return b.Now().AddDate(0, 0, n).Format(time.DateOnly) }
		in := details(c, "Website relaunch")
		in.StartsOn, in.RenewsOn, in.EndsOn = day(-10), day(90), day(120)
		made, err := b.app(t).Create(t.Context(), in)
		must(t, err)
		must(t, b.app(t).SaveParties(t.Context(), made, b.get(t, made).Version, b.people(t, c, b.signer(t, c, ines, "1"))))
		must(t, b.app(t).SaveContent(t.Context(), made, b.get(t, made).Version, text))
		b.send(t, made)
		b.sign(t, c, ines, made)
		b.Deliver(t)
		b.state(t, made, contract.Executed)
		told := map[string]int{}
		begin := b.Now().Truncate(24 * time.Hour)
		for hour := 0; hour < 130*24; hour += 6 {
			b.At(begin.Add(time.Duration(hour) * time.Hour))
			must(t, b.f.Sweep(t.Context(), b.System(t, home)))
			for _, m := range b.Deliver(t) {
				if m.To.Addr != owner || !strings.Contains(m.Subject, "Ends or renews soon") || hour%24 < 8 {
					t.Errorf("after %d hours %s is mailed %q", hour, m.To.Addr, m.Subject)
				}
				told[dayIn.FindString(m.Text)] += hour / 24
			}
		}
		w, err := b.app(t).Written(t.Context(), made)
		must(t, err)
		say := func(d civil.Date) string { return lang.For("en").LongDate(d.Time()) }
		if want := map[string]int{say(w.Contract.RenewsOn): 30, say(w.Contract.EndsOn): 60}; !maps.Equal(told, want) {
			t.Errorf("told is %v, want %v", told, want)
		}
	})
}

var dayIn = regexp.MustCompile(`\d+ \w+ 20\d\d`)

// A seal that fails has one job that tries it again; a sweep asks for another only
// when that one is gone.
func TestAFailingSealIsAskedForOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		c, made := b.out(t)
		good := b.f
		b.f.Documents.Blobs = noStore{b.f.Documents.Blobs}
		b.sign(t, c, ines, made)
		sweep := func(want int) {
			t.Helper()
			must(t, b.f.Sweep(t.Context(), b.System(t, home)))
			jobs := slices.DeleteFunc(b.Waiting(), func(j projecttest.Job) bool { return j.Kind != contract.SealKind })
			if len(jobs) != want {
				t.Errorf("%d jobs, want %d", len(jobs), want)
			}
		}
		b.Waiting() // the process dies with the job
		sweep(0)
		b.Later(2 * time.Hour)
		sweep(1)
		sweep(0)
		if err := b.f.Sealed(t.Context(), b.System(t, home), []byte(`{"contract":"`+made.String()+`"}`)); err == nil {
			t.Fatal("it was sealed all the same")
		}
		for range 5 {
			b.Later(time.Hour)
			sweep(0)
		}
		b.Later(24 * time.Hour)
		b.f = good
		must(t, b.f.Sweep(t.Context(), b.System(t, home)))
		b.Deliver(t)
		b.state(t, made, contract.Executed)
	})
}

// The chain tells apart that a person has signed and that their side has; it says
// what was declined by whom, and what became of codes.
func TestWhatTheChainSays(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		c := b.Client(t, home, "Marlow Ceramics", ines)
		approver := b.signer(t, c, ines, "1")
		approver.Role = contract.Approver
		made := b.write(t, c, b.people(t, c, approver, byLink("2")))
		b.send(t, made)
		b.sign(t, c, ines, made)
		token := linkIn.FindStringSubmatch(to(t, b.Deliver(t), guest).Text)[1]
		open := func() contract.Guest {
			g, err := b.f.ForGuest(t.Context(), b.Visitor(t, home, b.Form()), token)
			must(t, err)
			return g
		}
		p, err := open().Paper(t.Context())
		must(t, err)
		must(t, open().SendCode(t.Context()))
		good := codeIn.FindString(to(t, b.Deliver(t), guest).Text)
		wants(t, open().TryCode(t.Context(), "000 00"+string('0'+(good[6]-'0'+1)%10)), problem.Invalid, "code", "contract.code_wrong")
		b.Later(11 * time.Minute)
		wants(t, open().TryCode(t.Context(), good), problem.Invalid, "code", "contract.code_over") // which is no wrong one
		must(t, open().Decline(t.Context(), p.SHA256, "Too dear."))
		acts := b.acts(t, made)
		var kinds []string
		for _, a := range acts {
			kinds = append(kinds, a.Kind)
		}
		want := []string{"created", "sent", "invited", "viewed", "approved", "invited", "code_sent", "code_wrong", "declined"}
		if !slices.Equal(kinds, want) {
			t.Fatalf("the chain is %v, want %v", kinds, want)
		}
		me := b.signatory(t, made, guest).ID.String()
		if got := acts[6].Facts; got["email"] != guest || got["signatory"] != me {
			t.Errorf("the code went to %v", got)
		}
		if got := acts[8]; got.Facts["sha256"] != p.SHA256 || got.Facts["signatory"] != me || got.Facts["method"] != "link" || got.Facts["reason"] != "Too dear." || got.Actor.Email != guest {
			t.Errorf("declined is %+v", got)
		}

		again := b.write(t, c, b.people(t, c, b.signer(t, c, ines, "1"), b.ours(t, "2")))
		b.send(t, again)
		b.sign(t, c, ines, again)
		signed := 0
		for _, a := range b.acts(t, again) {
			if a.Kind == "signed" {
				signed++
			}
		}
		if signed != 1 || b.acts(t, again)[5].Kind != "client_signed" {
			t.Errorf("%d have signed in %+v", signed, b.acts(t, again))
		}
		full, err := b.app(t).Full(t.Context(), again)
		must(t, err)
		if got, _ := full.Given(b.signatory(t, again, ines).ID); got.Name != "Ines Ferreira" || got.Mark != "typed" || got.Method != contract.ByPortal {
			t.Errorf("staff read %+v of Ines's signature", got)
		}
	})
}

func (b *bench) acts(t *testing.T, c contract.ID) (all []contract.Act) {
	t.Helper()
	full, err := b.app(t).Full(t.Context(), c)
	must(t, err)
	for _, l := range full.Links {
		a, err := l.Act()
		must(t, err)
		all = append(all, a)
	}
	return all
}

// Who approves agrees to words of their own, which are in the file with every act.
func TestWhatIsAgreedToIsInTheFile(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		c := b.Client(t, home, "Marlow Ceramics", ines)
		second := "second@marlow.example"
		b.Add(t, c, second, auth.SignatoryPreset, true)
		approver := b.signer(t, c, second, "1")
		approver.Role = contract.Approver
		made := b.write(t, c, b.people(t, c, b.signer(t, c, ines, "1"), approver))
		b.send(t, made)
		b.sign(t, c, ines, made)
		b.sign(t, c, second, made)
		b.Deliver(t)
		file, err := b.portal(t, ines, c).File(t.Context(), made)
		must(t, err)
		var record struct {
			Acts     []struct{ Act, SHA256 string }
			Consents []struct{ Version, Text string }
		}
		must(t, json.Unmarshal(unpacked(t, file.Bytes)["audit.json"], &record))
		var agreed []string
		for _, one := range record.Consents {
			agreed = append(agreed, one.Version)
			if says := strings.Contains(one.Text, "electronic signature"); says == strings.Contains(one.Version, "approval") {
				t.Errorf("%s says %q", one.Version, one.Text)
			}
		}
		slices.Sort(agreed)
		if want := []string{"2026-11-approval.en", "2026-11.en"}; len(record.Acts) != 2 || !slices.Equal(agreed, want) {
			t.Errorf("%d acts, agreed to %v, want %v", len(record.Acts), agreed, want)
		}
	})
}

// A mail about a version that is out no more is not sent.
func TestLateMailsSayNothing(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		c := b.Client(t, home, "Marlow Ceramics", ines)
		made := b.write(t, c, b.people(t, c, b.signer(t, c, ines, "1")))
		must(t, b.app(t).Send(t.Context(), made, b.get(t, made).Version))
		must(t, b.app(t).Withdraw(t.Context(), made, "A slip."))
		must(t, b.app(t).Send(t.Context(), made, b.get(t, made).Version))
		if mails := b.Deliver(t); len(mails) != 1 || !strings.Contains(mails[0].Text, "This is a new version") {
			t.Errorf("mailed are %v: %+v", reached(mails), mails)
		}
	})
}
